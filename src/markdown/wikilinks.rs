//! Obsidian's wikilinks on the node list: what `[[노트#제목]]` leads to and what it shows.
//!
//! pulldown-cmark finds them; here the target is trimmed (`[[ 노트 ]]`, the backslash of `[[노트\|글]]` in a table),
//! and a link without text of its own shows its target as Obsidian does: `노트 > 제목`.

use std::borrow::Cow;

use pulldown_cmark::{CowStr, LinkType};

use super::nodes::{Kind, Node, Tag};

/// Settles targets and texts of all wikilinks and embeds in `nodes`.
pub(super) fn apply(nodes: &mut Vec<Node<'_>>) {
    // Links with an empty text (`[[노트|]]`): where it goes, and what it says.
    let mut missing: Vec<(usize, String)> = Vec::new();
    for index in 0..nodes.len() {
        let (head, rest) = nodes.split_at_mut(index + 1);
        let Some(Node {
            kind: Kind::Start(Tag::Link(link) | Tag::Image(link)),
            ..
        }) = head.last_mut()
        else {
            continue;
        };
        let LinkType::WikiLink { has_pothole } = link.link_type else {
            continue;
        };
        let mut target = link.dest_url.trim();
        if has_pothole {
            target = target.trim_end_matches('\\').trim_end();
        }
        let next = rest.first_mut().map(|node| &mut node.kind);
        match next {
            Some(Kind::Text(text)) if !has_pothole => {
                *text = CowStr::from(shown(target).into_owned());
            }
            Some(Kind::End(_)) => missing.push((index + 1, shown(target).into_owned())),
            _ => {}
        }
        if target.len() != link.dest_url.len() {
            link.dest_url = CowStr::from(target.to_owned());
        }
    }
    if missing.is_empty() {
        return;
    }
    let mut missing = missing.into_iter().peekable();
    let old = std::mem::take(nodes);
    for (index, node) in old.into_iter().enumerate() {
        if let Some((_, text)) = missing.next_if(|(at, _)| *at == index) {
            nodes.push(Node {
                kind: Kind::Text(CowStr::from(text)),
                span: node.span.clone(),
            });
        }
        nodes.push(node);
    }
}

/// How a target reads: `노트#제목#소제목` as `노트 > 제목 > 소제목`, `#제목` as `제목`. The number sign of `C# 문법` is
/// part of the name.
pub(super) fn shown(target: &str) -> Cow<'_, str> {
    if !target.contains('#') {
        return Cow::Borrowed(target);
    }
    let mut parts: Vec<&str> = Vec::new();
    let mut from = 0;
    for (at, _) in target.match_indices('#') {
        let after = target[at + 1..].chars().next();
        if after.is_some_and(|c| !c.is_whitespace() && c != '#') {
            parts.push(target[from..at].trim());
            from = at + 1;
        }
    }
    parts.push(target[from..].trim());
    parts.retain(|part| !part.is_empty());
    Cow::Owned(parts.join(" > "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_reads_as_a_path_of_headings() {
        assert_eq!(shown("노트"), "노트");
        assert_eq!(shown("노트#제목#소제목"), "노트 > 제목 > 소제목");
        assert_eq!(shown("#제목"), "제목");
        assert_eq!(shown("C# 문법#변수"), "C# 문법 > 변수");
        assert_eq!(shown("F#"), "F#");
    }
}
