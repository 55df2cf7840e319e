//! Obsidian's tags in text, `#태그/하위`, where the site's owner wants them (`[markdown] inline_tags = true`).
//!
//! A tag begins with `#` after white space or at the start of a text, goes as far as letters, digits, `_`, `-` and `/`
//! do, and is not all digits (<https://help.obsidian.md/tags>). A particle that follows without a space is part of it,
//! as it is in Obsidian. Code, links and escaped `\#` are left alone.

use pulldown_cmark::{CowStr, TagEnd};
use unicode_normalization::char::is_combining_mark;

use super::nodes::{Kind, Node, Tag};

/// Makes the tags in `nodes` nodes of their own; `text` is the whole note's.
pub(super) fn apply(nodes: &mut Vec<Node<'_>>, text: &str) {
    let mut links = 0_usize;
    let mut found: Vec<(usize, Vec<(usize, usize)>)> = Vec::new();
    for (index, node) in nodes.iter().enumerate() {
        match &node.kind {
            Kind::Start(Tag::Link(_) | Tag::Image(_)) => links += 1,
            Kind::End(TagEnd::Link | TagEnd::Image) => links = links.saturating_sub(1),
            Kind::Text(shown) if links == 0 && shown.contains('#') => {
                let at_start = index.checked_sub(1).is_none_or(|before| {
                    matches!(
                        nodes[before].kind,
                        Kind::Start(_)
                            | Kind::End(TagEnd::Paragraph)
                            | Kind::SoftBreak
                            | Kind::HardBreak
                            | Kind::MarkStart
                            | Kind::TaskMarker(_)
                            | Kind::CalloutStart(_)
                    )
                });
                let source = text.get(node.span.clone()).unwrap_or_default();
                let tags = find(shown, source, at_start);
                if !tags.is_empty() {
                    found.push((index, tags));
                }
            }
            _ => {}
        }
    }
    if found.is_empty() {
        return;
    }
    let mut found = found.into_iter().peekable();
    let old = std::mem::take(nodes);
    nodes.reserve(old.len() + 16);
    for (index, node) in old.into_iter().enumerate() {
        let Some((_, tags)) = found.next_if(|(at, _)| *at == index) else {
            nodes.push(node);
            continue;
        };
        let Kind::Text(shown) = &node.kind else {
            continue;
        };
        let mut push = |kind| {
            nodes.push(Node {
                kind,
                span: node.span.clone(),
            })
        };
        let mut done = 0;
        for (start, end) in tags {
            if start > done {
                push(Kind::Text(CowStr::from(shown[done..start].to_owned())));
            }
            push(Kind::HashTag(shown[start..end].to_owned()));
            done = end;
        }
        if done < shown.len() {
            push(Kind::Text(CowStr::from(shown[done..].to_owned())));
        }
    }
}

/// Byte ranges of the tags in `shown`, number signs included; `source` is the author's spelling of it.
fn find(shown: &str, source: &str, at_start: bool) -> Vec<(usize, usize)> {
    let mut tags = Vec::new();
    let mut end = 0;
    for (at, _) in shown.match_indices('#') {
        if at < end {
            continue;
        }
        let before = shown[..at].chars().next_back();
        let free = match before {
            None => at_start,
            Some(c) => c.is_whitespace(),
        };
        if !free {
            continue;
        }
        let name = &shown[at + 1..];
        let length = name.find(|c: char| !is_tag_char(c)).unwrap_or(name.len());
        let name = name[..length].trim_end_matches('/');
        let says = |c: char| c.is_alphabetic() || (!c.is_ascii() && !c.is_numeric());
        if name.starts_with('/') || !name.contains(says) {
            continue;
        }
        // The text has lost its backslashes; the source may be wider than it, for texts are cut at links.
        if source.contains('\\') && source.contains(&format!("\\#{name}")) {
            continue;
        }
        // `#제목#` and `##` are no tags.
        if shown[at + 1 + name.len()..].starts_with('#') {
            continue;
        }
        end = at + 1 + name.len();
        tags.push((at, end));
    }
    tags
}

/// Letters and digits of any script, `_`, `-`, `/`, and pictures such as emoji; no punctuation of any script.
fn is_tag_char(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '/');
    }
    let punctuation = matches!(
        c,
        '\u{80}'..='\u{BF}'
            | '\u{2000}'..='\u{200C}'
            | '\u{200E}'..='\u{206F}'
            | '\u{2E00}'..='\u{2E7F}'
            | '\u{3000}'..='\u{303F}'
            | '\u{FE10}'..='\u{FE1F}'
            | '\u{FE30}'..='\u{FE6F}'
            | '\u{FF00}'..='\u{FF0F}'
            | '\u{FF1A}'..='\u{FF20}'
            | '\u{FF3B}'..='\u{FF40}'
            | '\u{FF5B}'..='\u{FF65}'
    );
    !punctuation && !c.is_whitespace() && !c.is_control()
        || c.is_alphanumeric()
        || is_combining_mark(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(text: &str) -> Vec<&str> {
        find(text, text, true)
            .into_iter()
            .map(|(start, end)| &text[start..end])
            .collect()
    }

    #[test]
    fn tags_stand_free_and_are_not_all_digits() {
        assert_eq!(
            tags("#태그 와 #태그/하위, #tag-1."),
            ["#태그", "#태그/하위", "#tag-1"]
        );
        assert_eq!(
            tags("#람다는 #fff #2024회고"),
            ["#람다는", "#fff", "#2024회고"]
        );
        assert_eq!(tags("#123 C# F#은 (#아님) a#b ## #"), [""; 0]);
        assert_eq!(tags("\\#아님 #맞음"), ["#맞음"]);
        assert_eq!(tags("#끝/ #「아님」 #🍀"), ["#끝", "#🍀"]);
    }
}
