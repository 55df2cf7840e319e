//! Obsidian's and MkDocs's inline habits on the node list: `==형광==`, `[TOC]`, and money that is no mathematics.

use pulldown_cmark::{CowStr, LinkType, TagEnd};

use super::nodes::{Kind, Node, Tag};
use super::report::Reporter;
use crate::bilingual;
use crate::diagnostics::Severity;

/// Turns `==글==` into a highlight where both ends stand in the same container.
pub(super) fn marks<'a>(nodes: Vec<Node<'a>>, source: &str) -> Vec<Node<'a>> {
    let marked = |text: &str| {
        let bytes = text.as_bytes();
        memchr::memchr_iter(b'=', bytes).any(|at| bytes.get(at + 1) == Some(&b'='))
    };
    if !nodes
        .iter()
        .any(|node| matches!(&node.kind, Kind::Text(text) if marked(text)))
    {
        return nodes;
    }
    let mut out: Vec<Node<'_>> = Vec::with_capacity(nodes.len());
    // For each open container the place in `out` of a `==` that waits for its partner.
    let mut waiting: Vec<Option<usize>> = vec![None];
    let mut bare_link = 0_usize;
    for node in nodes {
        match &node.kind {
            Kind::Start(tag) => {
                waiting.push(None);
                if tag.link_type() == Some(LinkType::Autolink) {
                    bare_link += 1;
                }
            }
            Kind::End(tag) => {
                waiting.pop();
                if *tag == TagEnd::Link {
                    bare_link = bare_link.saturating_sub(1);
                }
            }
            Kind::Text(text) if bare_link == 0 && marked(text) => {
                let source = source.get(node.span.clone()).unwrap_or_default();
                split_marks(text, source, &node, &mut waiting, &mut out);
                continue;
            }
            _ => {}
        }
        out.push(node);
    }
    out
}

fn split_marks<'a>(
    text: &str,
    source: &str,
    node: &Node<'a>,
    waiting: &mut [Option<usize>],
    out: &mut Vec<Node<'a>>,
) {
    let push = |out: &mut Vec<Node<'a>>, kind| {
        out.push(Node {
            kind,
            span: node.span.clone(),
        });
    };
    let text_of = |text: &str| Kind::Text(CowStr::from(text.to_owned()));
    let mut done = 0;
    let mut at = 0;
    while let Some(start) = text[at..].find("==").map(|found| at + found) {
        let length = text[start..]
            .bytes()
            .take_while(|&byte| byte == b'=')
            .count();
        at = start + length;
        if length != 2 || is_escaped(&text[start..], source) {
            continue;
        }
        let before = text[..start].chars().next_back();
        let after = text[at..].chars().next();
        let Some(slot) = waiting.last_mut() else {
            break;
        };
        let closes = before.is_none_or(|c| !c.is_whitespace())
            && after.is_none_or(|c| !c.is_ascii_alphanumeric());
        let opens = after.is_none_or(|c| !c.is_whitespace())
            && before.is_none_or(|c| !c.is_ascii_alphanumeric());
        if let (true, Some(open)) = (closes, *slot) {
            if start > done {
                push(out, text_of(&text[done..start]));
            }
            if let Some(opener) = out.get_mut(open) {
                opener.kind = Kind::MarkStart;
            }
            push(out, Kind::MarkEnd);
            *slot = None;
            done = at;
        } else if opens {
            if start > done {
                push(out, text_of(&text[done..start]));
            }
            *slot = Some(out.len());
            push(out, text_of("=="));
            done = at;
        }
    }
    if done < text.len() {
        push(out, text_of(&text[done..]));
    }
}

/// Whether the source has a backslash before the `==` that `rest` begins with.
fn is_escaped(rest: &str, source: &str) -> bool {
    if !source.contains("\\=") {
        return false;
    }
    // The text has lost its backslashes: what follows tells which of several it is.
    match rest.char_indices().nth(8) {
        Some((end, _)) => source.contains(&format!("\\{}", &rest[..end])),
        None => source.ends_with(&format!("\\{rest}")),
    }
}

/// A paragraph of nothing but `[TOC]` or `[[toc]]` is the contents list.
pub(super) fn contents(nodes: &mut Vec<Node<'_>>) {
    let toc = |nodes: &[Node<'_>], index: usize| -> Option<usize> {
        let kind = |ahead: usize| nodes.get(index + ahead).map(|node| &node.kind);
        let ends = |ahead: usize| matches!(kind(ahead), Some(Kind::End(TagEnd::Paragraph)));
        match kind(1)? {
            Kind::Text(text) if text.trim().eq_ignore_ascii_case("[toc]") && ends(2) => Some(2),
            Kind::Start(Tag::Link(link))
                if link.link_type == LinkType::WikiLink { has_pothole: false }
                    && link.dest_url.eq_ignore_ascii_case("toc")
                    && ends(4) =>
            {
                Some(4)
            }
            _ => None,
        }
    };
    let mut found: Vec<std::ops::Range<usize>> = Vec::new();
    for index in 0..nodes.len() {
        if matches!(nodes[index].kind, Kind::Start(Tag::Paragraph))
            && let Some(length) = toc(nodes, index)
        {
            nodes[index].kind = Kind::Contents;
            found.push(index + 1..index + length + 1);
        }
    }
    let mut gone = found.into_iter().flatten().peekable();
    let mut index = 0;
    if gone.peek().is_some() {
        nodes.retain(|_| {
            index += 1;
            gone.next_if_eq(&(index - 1)).is_none()
        });
    }
}

/// `$5~$10` is two prices: mathematics that begins with a digit and is followed by one is put back as text.
pub(super) fn prices(nodes: &mut [Node<'_>], text: &str) {
    for node in nodes {
        if let Kind::Math {
            text: formula,
            display: false,
        } = &node.kind
        {
            let digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
            if digit(formula.as_bytes().first()) && digit(text.as_bytes().get(node.span.end)) {
                node.kind = Kind::Text(CowStr::from(format!("${formula}$")));
            }
        }
    }
}

/// Reports `**` that stayed text although its author wrote no backslash: bold that did not come about.
pub(super) fn stray_stars(nodes: &[Node<'_>], text: &str, reporter: &mut Reporter<'_>) {
    let mut bare_links = 0_usize;
    for node in nodes {
        match &node.kind {
            Kind::Start(Tag::Link(link))
                if matches!(link.link_type, LinkType::Autolink | LinkType::Email) =>
            {
                bare_links += 1;
            }
            Kind::End(TagEnd::Link) => bare_links = bare_links.saturating_sub(1),
            _ => {}
        }
        let Kind::Text(shown) = &node.kind else {
            continue;
        };
        if bare_links > 0 || memchr::memmem::find(shown.as_bytes(), b"**").is_none() {
            continue;
        }
        let Some(source) = text.get(node.span.clone()) else {
            continue;
        };
        let stray = source.match_indices("**").find(|&(at, _)| {
            let before = text[..node.span.start + at].chars().next_back();
            !matches!(before, Some('\\' | '*')) && !source[at + 2..].starts_with('*')
        });
        if let Some((at, _)) = stray {
            let from = node.span.start + at;
            reporter.report(
                Severity::Note,
                "stray-emphasis",
                &(from..from + 2),
                bilingual!(
                    "굵은 글씨가 되지 못하고 별표가 그대로 보입니다.",
                    "these asterisks make no bold text and are shown as they are."
                ),
                Some(bilingual!(
                    "`**`와 글 사이의 공백을 없애고 짝을 맞추세요. 별표를 보이려면 \\*\\*로 쓰세요.",
                    "remove the space between `**` and the text and see that they pair up; write \\*\\* for asterisks."
                )),
            );
        }
    }
}
