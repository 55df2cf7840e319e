//! Obsidian's block ids: ` ^id` at the end of a paragraph, list item, quote, heading or table row, or on a line of its
//! own below a block. The mark is taken out of the text, and the block gets the anchor `^id`, which no heading can have.
//!
//! Steps: one walk finds the marks and the blocks they name; then the list is rebuilt with a [`Kind::BlockId`] before
//! each of these blocks.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use pulldown_cmark::{CowStr, TagEnd};

use super::nodes::{Kind, Node, Tag};
use super::report::Reporter;
use crate::bilingual;
use crate::diagnostics::Severity;

/// An open container.
struct Frame {
    /// Its `Start`.
    start: usize,
    /// Where its last finished block begins.
    last: Option<usize>,
    /// Where the last row of a table begins.
    row: Option<usize>,
}

/// Finds block ids in `nodes`; `text` is the whole note's.
pub(super) fn apply(nodes: &mut Vec<Node<'_>>, text: &str, reporter: &mut Reporter<'_>) {
    let mut found = Found::default();
    let mut frames = vec![Frame {
        start: usize::MAX,
        last: None,
        row: None,
    }];
    for index in 0..nodes.len() {
        let kind = &nodes[index].kind;
        // The text of a tight list item ends where a block begins in it, or with it.
        let breaks = match kind {
            Kind::Start(tag) => is_block(tag),
            Kind::End(TagEnd::Item | TagEnd::DefinitionListDefinition) => true,
            Kind::CodeBlock(_) | Kind::HtmlBlock(_) | Kind::Rule => true,
            _ => false,
        };
        if breaks
            && let Some(frame) = frames.last()
            && matches!(
                nodes.get(frame.start).map(|node| &node.kind),
                Some(Kind::Start(Tag::Item | Tag::DefinitionListDefinition))
            )
        {
            let start = frame.start;
            found.end_of_text(nodes, index, start, start, text);
        }
        match &nodes[index].kind {
            Kind::Start(_) => frames.push(Frame {
                start: index,
                last: None,
                row: None,
            }),
            Kind::End(tag) => {
                let tag = *tag;
                if frames.len() < 2 {
                    continue;
                }
                let Some(frame) = frames.pop() else {
                    continue;
                };
                let start = frame.start;
                let Some(parent) = frames.last_mut() else {
                    continue;
                };
                match tag {
                    TagEnd::Paragraph => {
                        let lone = index == start + 2;
                        if lone && let Some(id) = lone_mark(&nodes[start + 1], text) {
                            if let Some(block) = parent.last {
                                found.name(block, id, nodes[start + 1].span.clone());
                                found.gone.push(start..index + 1);
                            }
                            // Not a block that a further mark may name.
                            continue;
                        }
                        let item = nodes.get(parent.start).is_some_and(|node| {
                            matches!(
                                node.kind,
                                Kind::Start(Tag::Item | Tag::DefinitionListDefinition)
                            )
                        });
                        let ends_quote = matches!(
                            nodes.get(index + 1).map(|node| &node.kind),
                            Some(Kind::End(TagEnd::BlockQuote(_)))
                        );
                        let block = if item && parent.last.is_none() || ends_quote {
                            parent.start
                        } else {
                            start
                        };
                        found.end_of_text(nodes, index, start, block, text);
                    }
                    TagEnd::Heading(_) => found.end_of_text(nodes, index, start, start, text),
                    TagEnd::TableRow => parent.row = Some(start),
                    TagEnd::Table => {
                        if let Some(row) = frame.row {
                            found.last_row(nodes, row, index, start, text);
                        }
                    }
                    _ => {}
                }
                let names_a_block = matches!(
                    tag,
                    TagEnd::Paragraph
                        | TagEnd::Heading(_)
                        | TagEnd::BlockQuote(_)
                        | TagEnd::List(_)
                        | TagEnd::Table
                        | TagEnd::DefinitionList
                );
                if names_a_block {
                    parent.last = Some(start);
                } else if tag == TagEnd::FootnoteDefinition {
                    parent.last = None;
                }
            }
            Kind::CodeBlock(_) | Kind::HtmlBlock(_) => {
                if let Some(frame) = frames.last_mut() {
                    frame.last = Some(index);
                }
            }
            Kind::Rule => {
                if let Some(frame) = frames.last_mut() {
                    frame.last = None;
                }
            }
            _ => {}
        }
    }
    found.rebuild(nodes, reporter);
}

/// What the walk found.
#[derive(Default)]
struct Found {
    /// Ids by the node of their block, with the mark's place.
    ids: BTreeMap<usize, (String, Range<usize>)>,
    /// Ranges of nodes that fall away.
    gone: Vec<Range<usize>>,
}

impl Found {
    fn name(&mut self, block: usize, id: String, span: Range<usize>) {
        self.ids.entry(block).or_insert((id, span));
    }

    /// Takes a mark off the text that ends before `end` in the block that begins at `start`; it names `block`.
    fn end_of_text(
        &mut self,
        nodes: &mut [Node<'_>],
        end: usize,
        start: usize,
        block: usize,
        text: &str,
    ) {
        let Some(last) = end.checked_sub(1).filter(|&last| last > start) else {
            return;
        };
        let own_line = matches!(nodes[last - 1].kind, Kind::SoftBreak | Kind::HardBreak);
        let first = last == start + 1;
        let Node {
            kind: Kind::Text(shown),
            span,
        } = &nodes[last]
        else {
            return;
        };
        let Some((before, id)) = mark(shown, text.get(span.clone())) else {
            return;
        };
        let span = span.clone();
        if before.trim().is_empty() && (own_line || first) {
            if own_line {
                let id = id.to_owned();
                self.name(block, id, span);
                self.gone.push(last - 1..last + 1);
            }
            return;
        }
        if !is_plausible(before, id) {
            return;
        }
        let id = id.to_owned();
        let kept = before.trim_end().to_owned();
        if kept.is_empty() {
            self.gone.push(last..last + 1);
        } else {
            nodes[last].kind = Kind::Text(CowStr::from(kept));
        }
        self.name(block, id, span);
    }

    /// A line `^id` right below a table was read as its last row.
    fn last_row(&mut self, nodes: &[Node<'_>], row: usize, end: usize, table: usize, text: &str) {
        let mut texts = nodes[row..end]
            .iter()
            .filter(|node| !matches!(node.kind, Kind::Start(_) | Kind::End(_)));
        let (Some(only), None) = (texts.next(), texts.next()) else {
            return;
        };
        let in_first_cell = matches!(
            nodes.get(row + 1).map(|node| &node.kind),
            Some(Kind::Start(Tag::TableCell))
        ) && nodes
            .get(row + 2)
            .is_some_and(|node| std::ptr::eq(node, only));
        let unfenced = text
            .get(nodes[row].span.clone())
            .is_some_and(|line| line.trim_start().starts_with('^'));
        if in_first_cell
            && unfenced
            && let Some(id) = lone_mark(only, text)
        {
            self.name(table, id, only.span.clone());
            self.gone.push(row..end);
        }
    }

    fn rebuild(self, nodes: &mut Vec<Node<'_>>, reporter: &mut Reporter<'_>) {
        if self.ids.is_empty() {
            return;
        }
        let mut taken: BTreeSet<String> = BTreeSet::new();
        let mut ids = self.ids.into_iter().peekable();
        let mut gone = self.gone.into_iter().peekable();
        let old = std::mem::take(nodes);
        nodes.reserve(old.len() + 8);
        for (index, node) in old.into_iter().enumerate() {
            while gone.next_if(|range| range.end <= index).is_some() {}
            if let Some((_, (id, span))) = ids.next_if(|(block, _)| *block == index) {
                if taken.insert(id.to_ascii_lowercase()) {
                    let span = node.span.clone();
                    nodes.push(Node {
                        kind: Kind::BlockId(id),
                        span,
                    });
                } else {
                    reporter.report(
                        Severity::Warning,
                        "duplicate-block-id",
                        &span,
                        bilingual!(
                            "블록 이름이 이 노트에서 두 번 쓰였습니다: ^{id}",
                            "this block id is used twice in the note: ^{id}"
                        ),
                        Some(bilingual!(
                            "링크는 앞의 것으로 갑니다. 하나의 이름을 바꾸세요.",
                            "links lead to the first; rename one of them."
                        )),
                    );
                }
            }
            if gone.peek().is_none_or(|range| !range.contains(&index)) {
                nodes.push(node);
            }
        }
    }
}

fn is_block(tag: &Tag<'_>) -> bool {
    matches!(
        tag,
        Tag::Paragraph
            | Tag::Heading { .. }
            | Tag::BlockQuote(_)
            | Tag::List(_)
            | Tag::Table(_)
            | Tag::DefinitionList
            | Tag::FootnoteDefinition(_)
    )
}

/// The id of a text that is nothing but a mark.
fn lone_mark(node: &Node<'_>, text: &str) -> Option<String> {
    let Kind::Text(shown) = &node.kind else {
        return None;
    };
    let (before, id) = mark(shown, text.get(node.span.clone()))?;
    before.trim().is_empty().then(|| id.to_owned())
}

/// What stands before the mark at the end of `shown`, and its id; `source` is the author's spelling, in which the mark
/// must stand as it is, without a backslash.
fn mark<'s>(shown: &'s str, source: Option<&str>) -> Option<(&'s str, &'s str)> {
    let trimmed = shown.trim_end();
    let (before, id) = trimmed.rsplit_once('^')?;
    let spaced = |before: &str| before.is_empty() || before.ends_with([' ', '\t', '\n']);
    let shaped = (1..=64).contains(&id.len())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if !shaped || !spaced(before) {
        return None;
    }
    let (before_in_source, id_in_source) = source?.trim_end().rsplit_once('^')?;
    (id_in_source == id && spaced(before_in_source)).then_some((before, id))
}

/// Whether a mark after text on the same line is one: `x ^2` and `a ^b` are powers, `글 ^a1b2c3` is none.
fn is_plausible(before: &str, id: &str) -> bool {
    let letters = id.bytes().any(|byte| byte.is_ascii_alphabetic());
    let word = before.split_whitespace().next_back().unwrap_or_default();
    let operand = word.len() == 1 && word.bytes().all(|byte| byte.is_ascii_alphanumeric())
        || !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    match id.len() {
        0 | 1 => false,
        2 | 3 => letters && !operand,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_and_faces_are_text_and_names_at_the_end_are_ids() {
        let read = |text: &'static str| {
            mark(text, Some(text))
                .filter(|(before, id)| is_plausible(before, id))
                .map(|(_, id)| id)
        };
        for text in [
            "2^10",
            "x ^2",
            "웃음 ^_^",
            "a ^b c",
            "a ^b",
            "n ^10",
            "2 ^n1",
            "글 ^한글",
            "글^abc",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(read("글 ^a1b2c3"), Some("a1b2c3"));
        assert_eq!(read("글 ^my-quote "), Some("my-quote"));
        assert_eq!(read("글 ^1234"), Some("1234"));
        assert_eq!(mark("글 ^abc", Some("글 \\^abc")), None);
    }
}
