//! kramdown's blocks on the node list: definition lists as kramdown groups and loosens them, rules and empty headings
//! of its tables, `markdown="span"`, attributes of link definitions, line breaks `\\`, formulas in sentences.

use std::collections::BTreeMap;

use pulldown_cmark::{CowStr, TagEnd};

use super::super::attributes::{AttributeList, Target};
use super::super::nodes::{Kind, Node, Tag, end_of};
use super::super::raw_html::{self, HtmlTag, Token};
use super::lines::label_key;

/// Nodes to leave out, ascending.
fn remove(nodes: &mut Vec<Node<'_>>, mut gone: Vec<usize>) {
    gone.sort_unstable();
    let mut gone = gone.into_iter().peekable();
    let mut index = 0;
    nodes.retain(|_| {
        let keep = gone.next_if_eq(&index).is_none();
        index += 1;
        keep
    });
}

/// Each line above a definition is a term of its own, of which pulldown-cmark makes one; a definition is a paragraph
/// where a blank line stands above it; lists that follow each other are one. `text` is the whole note.
pub(super) fn definition_lists(nodes: &mut Vec<Node<'_>>, text: &str) {
    if !nodes
        .iter()
        .any(|node| matches!(node.kind, Kind::Start(Tag::DefinitionList)))
    {
        return;
    }
    let mut breaks = Vec::new();
    let mut gone = Vec::new();
    // Inside a term: how deep.
    let mut depth = None;
    // For each open paragraph whether it loses its tag.
    let mut paragraphs = Vec::new();
    for (index, node) in nodes.iter().enumerate() {
        let next = nodes.get(index + 1).map(|next| &next.kind);
        match (&node.kind, &mut depth) {
            (Kind::Start(Tag::DefinitionListTitle), _) => depth = Some(0_usize),
            (Kind::End(TagEnd::DefinitionListTitle), _) => depth = None,
            (Kind::Start(_), Some(depth)) => *depth += 1,
            (Kind::End(_), Some(depth)) => *depth = depth.saturating_sub(1),
            (Kind::SoftBreak | Kind::HardBreak, Some(0)) => breaks.push(index),
            (Kind::End(TagEnd::DefinitionList), None)
                if matches!(next, Some(Kind::Start(Tag::DefinitionList))) =>
            {
                gone.extend([index, index + 1]);
            }
            (Kind::Start(Tag::Paragraph), None) => {
                let before = index.checked_sub(1).and_then(|at| nodes.get(at));
                let tight = before.is_some_and(|before| {
                    matches!(before.kind, Kind::Start(Tag::DefinitionListDefinition))
                        && !blank_above(text, before.span.start)
                });
                if tight {
                    gone.push(index);
                }
                paragraphs.push(tight);
            }
            (Kind::End(TagEnd::Paragraph), None) if paragraphs.pop() == Some(true) => {
                gone.push(index);
            }
            _ => {}
        }
    }
    for &index in &breaks {
        if let Some(node) = nodes.get_mut(index) {
            node.kind = Kind::Start(Tag::DefinitionListTitle);
        }
    }
    let mut gone: std::collections::VecDeque<usize> = {
        gone.sort_unstable();
        gone.into()
    };
    let mut breaks = breaks.into_iter().peekable();
    if gone.is_empty() && breaks.peek().is_none() {
        return;
    }
    let old = std::mem::take(nodes);
    nodes.reserve(old.len());
    for (index, node) in old.into_iter().enumerate() {
        if gone.front() == Some(&index) {
            gone.pop_front();
            continue;
        }
        if breaks.next_if_eq(&index).is_some() {
            nodes.push(Node {
                kind: Kind::End(TagEnd::DefinitionListTitle),
                span: node.span.clone(),
            });
        }
        nodes.push(node);
    }
}

/// Whether the line above the one that holds `at` is blank.
fn blank_above(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    let Some((above, _)) = before.rsplit_once('\n') else {
        return false;
    };
    above
        .rsplit('\n')
        .next()
        .is_some_and(|line| line.trim_matches([' ', '\t', '>']).is_empty())
}

/// Takes rows that are but a rule (`|---|`, `|===|`) out of tables, and heading rows without a word.
pub(super) fn table_rows(nodes: &mut Vec<Node<'_>>) {
    let mut gone: Vec<usize> = Vec::new();
    let mut row: Option<(usize, bool, bool)> = None;
    for (index, node) in nodes.iter().enumerate() {
        match &node.kind {
            Kind::Start(Tag::TableHead | Tag::TableRow) => row = Some((index, true, true)),
            Kind::Start(Tag::TableCell) | Kind::End(TagEnd::TableCell) => {}
            Kind::End(end @ (TagEnd::TableHead | TagEnd::TableRow)) => {
                if let Some((start, empty, rule)) = row.take()
                    && match end {
                        TagEnd::TableHead => empty,
                        _ => rule && !empty,
                    }
                {
                    gone.extend(start..=index);
                }
            }
            Kind::Text(text) => {
                if let Some((_, empty, rule)) = &mut row {
                    *empty = false;
                    *rule = *rule && is_rule(text);
                }
            }
            _ => {
                if let Some((_, empty, rule)) = &mut row {
                    (*empty, *rule) = (false, false);
                }
            }
        }
    }
    // A heading row alone is a table still.
    if !gone.is_empty() {
        remove(nodes, gone);
    }
}

/// `---`, `:--:`, `===`, `--+--`.
fn is_rule(text: &str) -> bool {
    let text = text.trim();
    (text.contains("--") || text.contains("=="))
        && text.len() >= 3
        && text
            .bytes()
            .all(|byte| matches!(byte, b'-' | b':' | b'=' | b'+' | b' '))
}

/// Makes line breaks of `\\` at the ends of lines within a paragraph. `text` is the whole note.
pub(super) fn line_breaks(nodes: &mut [Node<'_>], text: &str) {
    for index in 1..nodes.len() {
        let (before, after) = nodes.split_at_mut(index);
        let (Some(line), Some(end)) = (before.last_mut(), after.first_mut()) else {
            continue;
        };
        let (Kind::Text(words), Kind::SoftBreak) = (&line.kind, &end.kind) else {
            continue;
        };
        let source = text.get(..line.span.end).unwrap_or_default();
        if !source.ends_with("\\\\") || source.ends_with("\\\\\\") {
            continue;
        }
        let Some(kept) = words.strip_suffix('\\') else {
            continue;
        };
        // `C:\\`, `\\server\\`: a path.
        let word = kept.rsplit(char::is_whitespace).next().unwrap_or_default();
        if word.contains(['\\', ':']) {
            continue;
        }
        let kept = kept.trim_end().to_owned();
        line.kind = Kind::Text(CowStr::from(kept));
        end.kind = Kind::HardBreak;
    }
}

/// kramdown writes every formula `$$x$$`; within a sentence it is part of the sentence. Where a note has `$x$` too, its
/// author means displays.
pub(super) fn sentence_formulas(nodes: &mut [Node<'_>]) {
    let inline = |node: &Node<'_>| matches!(node.kind, Kind::Math { display: false, .. });
    if nodes.iter().any(inline) {
        return;
    }
    let beside = |node: Option<&Node<'_>>| {
        node.is_some_and(|node| match &node.kind {
            Kind::Text(text) => {
                // `(1)` is the number of a display.
                let text = text.trim();
                text.contains(char::is_alphabetic)
                    && !(text.starts_with('(') && text.ends_with(')'))
            }
            Kind::Code(_)
            | Kind::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Link)
            | Kind::Start(Tag::Emphasis | Tag::Strong | Tag::Link(_)) => true,
            _ => false,
        })
    };
    for index in 0..nodes.len() {
        if !matches!(nodes[index].kind, Kind::Math { display: true, .. }) {
            continue;
        }
        let before = index.checked_sub(1).and_then(|at| nodes.get(at));
        if !beside(before) && !beside(nodes.get(index + 1)) {
            continue;
        }
        if let Kind::Math { display, .. } = &mut nodes[index].kind {
            *display = false;
        }
    }
}

/// Whether the content of `tag` is one run of text, with `markdown` written as `value`.
pub(in super::super) fn is_span(tag: &HtmlTag<'_>, value: &str) -> bool {
    let phrasing = matches!(tag.name.as_ref(), "p" | "dt" | "th" | "caption" | "legend");
    tag.heading_level().is_none() && (value == "span" || value == "1" && phrasing)
}

/// Takes the attribute `markdown` off raw tags; the paragraph after one whose content is one run of text loses its
/// own tag.
pub(super) fn spans(nodes: &mut Vec<Node<'_>>) {
    let mut gone = Vec::new();
    for index in 0..nodes.len() {
        let (html, block) = match &nodes[index].kind {
            Kind::HtmlBlock(html) if html.contains("markdown=") => (html.as_ref(), true),
            Kind::InlineHtml(html) if html.contains("markdown=") => (html.as_ref(), false),
            _ => continue,
        };
        let tokens: Vec<_> = raw_html::scan(html).collect();
        let span = tokens.iter().rev().find_map(|(token, _)| match token {
            Token::Text(text) if text.trim().is_empty() => None,
            Token::Tag(tag) if !tag.closing => Some(
                tag.attribute("markdown")
                    .is_some_and(|it| is_span(tag, it.value)),
            ),
            _ => Some(false),
        });
        let mut html = html.to_owned();
        for (token, range) in tokens.iter().rev() {
            let Token::Tag(tag) = token else { continue };
            let Some(attribute) = tag.attribute("markdown") else {
                continue;
            };
            // Ranges of attributes are of the scanned text.
            let from = html[..attribute.range.start].trim_end().len();
            if from > range.start && attribute.range.end < range.end {
                html.replace_range(from..attribute.range.end, "");
            }
        }
        if block
            && span == Some(true)
            && matches!(
                nodes.get(index + 1).map(|next| &next.kind),
                Some(Kind::Start(Tag::Paragraph))
            )
        {
            gone.extend([index + 1, end_of(nodes, index + 1)]);
        }
        nodes[index].kind = if block {
            Kind::HtmlBlock(CowStr::from(html))
        } else {
            Kind::InlineHtml(CowStr::from(html))
        };
    }
    if !gone.is_empty() {
        remove(nodes, gone);
    }
}

/// Gives links and images by reference the attributes that stand below the reference's definition.
pub(super) fn references(nodes: &mut Vec<Node<'_>>, links: &BTreeMap<String, AttributeList>) {
    let found = |node: &Node<'_>| {
        let (id, target) = match &node.kind {
            Kind::Start(Tag::Link(link)) => (&link.id, Target::Link),
            Kind::Start(Tag::Image(image)) => (&image.id, Target::Image),
            _ => return None,
        };
        let list = links.get(&label_key(id)).filter(|_| !id.is_empty())?;
        // A link may stand on a page many times, an id only once.
        let list = AttributeList {
            id: None,
            ..list.clone()
        };
        Some(list.allowed(target).0).filter(|attributes| !attributes.is_empty())
    };
    let old = std::mem::take(nodes);
    nodes.reserve(old.len() + 4);
    for node in old {
        let attributes = found(&node);
        let span = node.span.clone();
        nodes.push(node);
        if let Some(attributes) = attributes {
            nodes.push(Node {
                kind: Kind::Attributes(Box::new(attributes)),
                span,
            });
        }
    }
}
