//! What Jekyll's kramdown and its relatives add to Markdown, on the node list: `{:toc}`, attribute lists
//! `{: .class #id}`, ids at the end of headings, Liquid tags.
//!
//! Ids and contents lists are honoured; other attributes have no meaning here and are dropped with a note.

use std::ops::Range;

use pulldown_cmark::{CowStr, Tag, TagEnd};

use super::nodes::{Kind, Node};
use super::report::Reporter;
use crate::bilingual;
use crate::diagnostics::Severity;

/// Applies all of it.
pub(super) fn apply<'a>(nodes: Vec<Node<'a>>, reporter: &mut Reporter<'_>) -> Vec<Node<'a>> {
    let nodes = contents(nodes);
    let nodes = attribute_lists(nodes, reporter);
    heading_ids(nodes)
}

/// `* TOC` with `{:toc}` under it becomes the contents list.
fn contents(nodes: Vec<Node<'_>>) -> Vec<Node<'_>> {
    let mut out = Vec::with_capacity(nodes.len());
    let mut index = 0;
    while index < nodes.len() {
        if let Some(length) = contents_at(&nodes[index..]) {
            out.push(Node {
                kind: Kind::Contents,
                span: nodes[index].span.clone(),
            });
            index += length;
        } else {
            out.push(nodes[index].clone());
            index += 1;
        }
    }
    out
}

/// How many nodes the pattern takes that `nodes` may begin with.
fn contents_at(nodes: &[Node<'_>]) -> Option<usize> {
    let mut kinds = nodes.iter().take(9).map(|node| &node.kind).peekable();
    let mut length = 5;
    matches!(kinds.next()?, Kind::Start(Tag::List(_))).then_some(())?;
    matches!(kinds.next()?, Kind::Start(Tag::Item)).then_some(())?;
    let paragraph = matches!(kinds.peek()?, Kind::Start(Tag::Paragraph));
    if paragraph {
        kinds.next();
        length += 2;
    }
    let Kind::Text(_) = kinds.next()? else {
        return None;
    };
    let Kind::SoftBreak = kinds.next()? else {
        return None;
    };
    let Kind::Text(mark) = kinds.next()? else {
        return None;
    };
    let list = attribute_list(mark.trim())?;
    let names_toc = mark.trim()[2..list - 1]
        .split_whitespace()
        .any(|word| word == "toc");
    if !names_toc || list != mark.trim().len() {
        return None;
    }
    if paragraph {
        matches!(kinds.next()?, Kind::End(TagEnd::Paragraph)).then_some(())?;
    }
    matches!(kinds.next()?, Kind::End(TagEnd::Item)).then_some(())?;
    matches!(kinds.next()?, Kind::End(TagEnd::List(_))).then_some(())?;
    Some(length + 2)
}

/// Drops attribute lists: whole lines of them, those right after a span, and table rows made of one.
fn attribute_lists<'a>(nodes: Vec<Node<'a>>, reporter: &mut Reporter<'_>) -> Vec<Node<'a>> {
    let mut out: Vec<Node<'a>> = Vec::with_capacity(nodes.len());
    // Set when a line of attributes is gone: the line break after it goes too.
    let mut drop_break = false;
    let mut iter = nodes.into_iter().peekable();
    while let Some(mut node) = iter.next() {
        if std::mem::take(&mut drop_break) && matches!(node.kind, Kind::SoftBreak | Kind::HardBreak)
        {
            continue;
        }
        // A paragraph that held nothing else goes with its attributes.
        if matches!(node.kind, Kind::End(TagEnd::Paragraph))
            && matches!(
                out.last().map(|last| &last.kind),
                Some(Kind::Start(Tag::Paragraph))
            )
        {
            out.pop();
            continue;
        }
        if let Kind::Text(text) = &node.kind {
            liquid(text, &node.span, reporter);
            let before = out.last().map(|last| &last.kind);
            let line_start = matches!(
                before,
                None | Some(
                    Kind::SoftBreak
                        | Kind::HardBreak
                        | Kind::Start(Tag::Paragraph | Tag::Item | Tag::TableCell)
                )
            );
            let after_span = matches!(
                before,
                Some(
                    Kind::Code(_)
                        | Kind::End(
                            TagEnd::Link
                                | TagEnd::Image
                                | TagEnd::Emphasis
                                | TagEnd::Strong
                                | TagEnd::Strikethrough
                        )
                )
            );
            let line_end = iter.peek().is_none_or(|next| {
                matches!(
                    next.kind,
                    Kind::SoftBreak
                        | Kind::HardBreak
                        | Kind::End(TagEnd::Paragraph | TagEnd::Item | TagEnd::TableCell)
                        | Kind::Start(Tag::List(_))
                )
            });
            let trimmed = text.trim();
            if let Some(length) = attribute_list(trimmed) {
                if line_start && line_end && length == trimmed.len() {
                    report(trimmed, &node.span, reporter);
                    set_previous_heading_id(&mut out, id_of(trimmed));
                    if matches!(
                        out.last().map(|last| &last.kind),
                        Some(Kind::SoftBreak | Kind::HardBreak)
                    ) {
                        out.pop();
                    } else {
                        drop_break = true;
                    }
                    continue;
                }
                if after_span && text.starts_with("{:") {
                    report(&trimmed[..length], &node.span, reporter);
                    let rest = text[length..].to_owned();
                    if rest.is_empty() {
                        continue;
                    }
                    node.kind = Kind::Text(CowStr::from(rest));
                }
            }
        }
        // A table row of one attribute list: all its cells are empty now.
        if matches!(node.kind, Kind::End(TagEnd::TableRow)) {
            drop_empty_row(&mut out, &mut node);
            if matches!(node.kind, Kind::SoftBreak) {
                continue;
            }
        }
        out.push(node);
    }
    out
}

/// Takes a row without any content off the end of `out`, marking `end` as gone by making it a soft break.
fn drop_empty_row(out: &mut Vec<Node<'_>>, end: &mut Node<'_>) {
    let row = out.iter().rposition(|node| {
        !matches!(
            node.kind,
            Kind::Start(Tag::TableCell) | Kind::End(TagEnd::TableCell)
        )
    });
    if let Some(at) = row
        && matches!(out[at].kind, Kind::Start(Tag::TableRow))
    {
        out.truncate(at);
        end.kind = Kind::SoftBreak;
    }
}

/// `{: #id}` under a heading names it.
fn set_previous_heading_id(out: &mut [Node<'_>], wanted: Option<&str>) {
    let Some(wanted) = wanted else { return };
    let mut at = out.len();
    // The attributes stand in a paragraph of their own right after the heading.
    if at > 0 && matches!(out[at - 1].kind, Kind::Start(Tag::Paragraph)) {
        at -= 1;
    }
    if at == 0 || !matches!(out[at - 1].kind, Kind::End(TagEnd::Heading(_))) {
        return;
    }
    let start = out[..at]
        .iter_mut()
        .rev()
        .find(|node| matches!(node.kind, Kind::Start(Tag::Heading { .. })));
    if let Some(Node {
        kind: Kind::Start(Tag::Heading { id, .. }),
        ..
    }) = start
    {
        *id = Some(CowStr::from(wanted.to_owned()));
    }
}

/// `## 제목 {#id}`, kramdown's `{: #id}` and React's `{/*id*/}` at the end of a heading name it; attributes there are
/// dropped. Anything else in braces is the author's text and stays.
fn heading_ids(mut nodes: Vec<Node<'_>>) -> Vec<Node<'_>> {
    let mut start = None;
    for index in 0..nodes.len() {
        match nodes[index].kind {
            Kind::Start(Tag::Heading { .. }) => start = Some(index),
            Kind::End(TagEnd::Heading(_)) => {
                let Some(start) = start.take().filter(|&start| start + 1 < index) else {
                    continue;
                };
                let mut wanted = None;
                if let Kind::Text(text) = &mut nodes[index - 1].kind
                    && let Some((kept, id)) = split_heading_attributes(text)
                {
                    let kept = kept.to_owned();
                    wanted = id.map(|id| CowStr::from(id.to_owned()));
                    *text = CowStr::from(kept);
                }
                if let Kind::Start(Tag::Heading { id, .. }) = &mut nodes[start].kind
                    && wanted.is_some()
                {
                    *id = wanted;
                }
            }
            _ => {}
        }
    }
    nodes
}

/// A heading's text without the attributes at its end, and the id in them.
fn split_heading_attributes(text: &str) -> Option<(&str, Option<&str>)> {
    let trimmed = text.trim_end();
    let body = trimmed.strip_suffix('}')?;
    let at = body.rfind('{')?;
    let inner = &body[at + 1..];
    if let Some(comment) = inner
        .strip_prefix("/*")
        .and_then(|rest| rest.strip_suffix("*/"))
    {
        let id = comment.trim();
        return (!id.is_empty() && !id.contains(char::is_whitespace))
            .then_some((text[..at].trim_end(), Some(id)));
    }
    let inner = inner.strip_prefix(':').unwrap_or(inner);
    let words = || inner.split_whitespace();
    let attributes = words().next().is_some()
        && words().all(|word| {
            word.len() > 1 && (word.starts_with('#') || word.starts_with('.'))
                || word.split_once('=').is_some_and(|(name, _)| {
                    !name.is_empty()
                        && name
                            .bytes()
                            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
                })
        });
    attributes.then(|| {
        (
            text[..at].trim_end(),
            words().find_map(|word| word.strip_prefix('#')),
        )
    })
}

fn report(list: &str, span: &Range<usize>, reporter: &mut Reporter<'_>) {
    reporter.report(
        Severity::Note,
        "kramdown-attributes",
        span,
        bilingual!(
            "kramdown 속성은 쓰이지 않아 뺐습니다: {list}",
            "a kramdown attribute list has no effect and was left out: {list}"
        ),
        None,
    );
}

fn liquid(text: &str, span: &Range<usize>, reporter: &mut Reporter<'_>) {
    for tag in liquid_tags(text) {
        let exact = span.len() == text.len();
        let place = span.start + tag.start..span.start + tag.end;
        let shown: String = text[tag].chars().take(60).collect();
        reporter.report(
            Severity::Note,
            "liquid-tag",
            if exact { &place } else { span },
            bilingual!(
                "Liquid 태그는 실행하지 않고 글자 그대로 둡니다: {shown}",
                "Liquid tags are not run; this one stays as text: {shown}"
            ),
            Some(bilingual!(
                "코드 블록은 ```로, 링크는 [글](주소)로 쓰세요.",
                "write code blocks with ``` and links as [text](address)."
            )),
        );
    }
}

/// The length of the attribute list `{: …}` that `text` begins with.
fn attribute_list(text: &str) -> Option<usize> {
    let rest = text.strip_prefix("{:")?;
    let end = rest.find(['}', '\n', '{'])?;
    let inner = &rest[..end];
    let plausible = rest[end..].starts_with('}')
        && !inner.trim().is_empty()
        && inner
            .starts_with(|c: char| matches!(c, ' ' | '.' | '#' | ':') || c.is_ascii_alphabetic());
    plausible.then_some(2 + end + 1)
}

/// The id in an attribute list such as `{: #설치 .cls}`.
fn id_of(attributes: &str) -> Option<&str> {
    attributes
        .trim_start_matches("{:")
        .trim_end_matches('}')
        .split_whitespace()
        .find_map(|word| word.strip_prefix('#'))
        .filter(|id| !id.is_empty())
}

/// The ranges of Liquid tags `{% … %}` in `text`.
fn liquid_tags(text: &str) -> Vec<Range<usize>> {
    let mut tags = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find("{%").map(|found| at + found) {
        let Some(end) = text[start + 2..]
            .find("%}")
            .map(|found| start + 2 + found + 2)
        else {
            break;
        };
        let inner = text[start + 2..end - 2].trim_matches(['-', ' ']);
        if inner.starts_with(|c: char| c.is_ascii_alphabetic()) {
            tags.push(start..end);
        }
        at = end;
    }
    tags
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_real_attributes_are_taken_off_a_heading() {
        assert_eq!(
            split_heading_attributes("설치 {#setup}"),
            Some(("설치", Some("setup")))
        );
        assert_eq!(
            split_heading_attributes("설치 {: .no_toc #a}"),
            Some(("설치", Some("a")))
        );
        assert_eq!(
            split_heading_attributes("설치 {/*setup*/}"),
            Some(("설치", Some("setup")))
        );
        assert_eq!(split_heading_attributes("값 {user.name}"), None);
        assert_eq!(split_heading_attributes("값 ${AWS::Region}"), None);
        assert_eq!(split_heading_attributes("값 {}"), None);
    }
}
