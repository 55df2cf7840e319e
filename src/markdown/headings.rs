//! Headings and their anchors, settled before anything is written: so that the contents list may stand above them.
//!
//! Steps: collect headings (Markdown's and raw HTML's) with their text; reserve the ids their author wrote; give the
//! first heading of each text its plain slug; qualify the others by their ancestors.

use std::collections::{BTreeMap, HashSet};

use pulldown_cmark::TagEnd;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::escape;
use super::nodes::{Kind, Node, Tag, end_of, plain_text};
use super::raw_html::{self, Token};
use super::{Heading, Wanted, WrittenId};

/// All headings and which node each comes from.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// In document order.
    pub(super) headings: Vec<Heading>,
    /// Ids and names their author wrote, in document order.
    pub(super) written: Vec<WrittenId>,
    /// For each heading its node and the byte offset in that node's raw HTML, ascending; offset 0 for Markdown's.
    places: Vec<(usize, usize)>,
}

impl Plan {
    /// The heading that stands at `offset` of the node `node`.
    pub(super) fn at(&self, node: usize, offset: usize) -> Option<(usize, &Heading)> {
        let index = self.places.binary_search(&(node, offset)).ok()?;
        Some((index, self.headings.get(index)?))
    }
}

/// Finds the headings of `nodes` and gives each an id. Their inline HTML is made where somebody will look at it: the
/// site, or a contents list.
pub(super) fn plan(nodes: &[Node<'_>], wanted: Wanted) -> Plan {
    let mut plan = Plan::default();
    let mut taken = HashSet::new();
    let mut listed = wanted == Wanted::Site;
    for (index, node) in nodes.iter().enumerate() {
        match &node.kind {
            Kind::Start(Tag::Heading { level, attributes }) => {
                let id = attributes.as_ref().and_then(|it| it.id.as_deref());
                let classes = attributes.as_ref().map_or(&[][..], |it| &it.classes);
                let inner = inside(nodes, index);
                plan.places.push((index, 0));
                plan.wrote(id, node);
                plan.headings.push(Heading {
                    level: *level as u8,
                    id: id.unwrap_or_default().to_owned(),
                    text: trimmed(plain_text(inner)),
                    html: String::new(),
                    span: node.span.clone(),
                    no_toc: classes.iter().any(|class| class.as_ref() == "no_toc"),
                });
            }
            Kind::Contents | Kind::ContentsTo(_) => listed = true,
            Kind::Attributes(list) => {
                let ids = list.iter().filter(|(name, _)| name == "id");
                taken.extend(ids.map(|(_, id)| id.clone()));
            }
            Kind::HtmlBlock(html) if html.contains('=') || has_heading(html) => {
                raw_headings(html, index, node, &mut plan, &mut taken);
            }
            // Without attributes there is no id.
            Kind::InlineHtml(html) if html.contains('=') => {
                for (token, _) in raw_html::scan(html) {
                    reserve(&token, node, &mut plan, &mut taken);
                }
            }
            _ => {}
        }
    }
    if listed {
        for (heading, &(index, _)) in plan.headings.iter_mut().zip(&plan.places) {
            if let Kind::Start(_) = nodes[index].kind {
                heading.html = trimmed(inline_html(inside(nodes, index)));
            }
        }
    }
    assign(&mut plan.headings, taken);
    plan
}

/// What stands between the `Start` at `start` and its `End`.
fn inside<'n, 'a>(nodes: &'n [Node<'a>], start: usize) -> &'n [Node<'a>] {
    let end = end_of(nodes, start).max(start + 1);
    nodes.get(start + 1..end).unwrap_or_default()
}

impl Plan {
    fn wrote(&mut self, id: Option<&str>, node: &Node<'_>) {
        if let Some(id) = id.filter(|id| !id.is_empty()) {
            self.written.push(WrittenId {
                id: id.to_owned(),
                span: node.span.clone(),
            });
        }
    }
}

fn reserve(token: &Token<'_>, node: &Node<'_>, plan: &mut Plan, taken: &mut HashSet<String>) {
    if let Token::Tag(tag) = token {
        let ids = tag.attribute("id").into_iter();
        let names = tag
            .attribute("name")
            .filter(|_| tag.name == "a")
            .into_iter();
        for attribute in ids.chain(names) {
            let id = raw_html::decode(attribute.value);
            // `<a id="x" name="x">` names one place twice, for old browsers.
            if attribute.name == "id" || tag.attribute("id").is_none() {
                plan.wrote(Some(&id), node);
            }
            taken.insert(id);
        }
    }
}

/// Whether there may be a heading in `html`.
fn has_heading(html: &str) -> bool {
    let bytes = html.as_bytes();
    memchr::memchr2_iter(b'h', b'H', bytes)
        .any(|at| bytes[..at].ends_with(b"<") && bytes.get(at + 1).is_some_and(u8::is_ascii_digit))
}

/// Headings written as raw HTML, opened and closed in one block.
fn raw_headings(
    html: &str,
    index: usize,
    node: &Node<'_>,
    plan: &mut Plan,
    taken: &mut HashSet<String>,
) {
    let mut open: Option<(usize, Heading)> = None;
    for (token, range) in raw_html::scan(html) {
        match &token {
            Token::Tag(tag) => match (tag.heading_level(), tag.closing) {
                (Some(level), false) => {
                    let id = tag.attribute("id").map(|id| raw_html::decode(id.value));
                    plan.wrote(id.as_deref(), node);
                    let heading = Heading {
                        level,
                        id: id.unwrap_or_default(),
                        span: node.span.clone(),
                        ..Heading::default()
                    };
                    open = Some((range.start, heading));
                }
                (Some(_), true) => {
                    if let Some((at, mut heading)) = open.take() {
                        heading.text = heading
                            .text
                            .split_whitespace()
                            .collect::<Vec<_>>()
                            .join(" ");
                        heading.html = escape::text(&heading.text);
                        plan.places.push((index, at));
                        plan.headings.push(heading);
                    }
                }
                (None, _) => reserve(&token, node, plan, taken),
            },
            Token::Text(text) => {
                if let Some((_, heading)) = &mut open {
                    heading.text.push_str(&raw_html::decode(text));
                }
            }
            Token::Other => {}
        }
    }
}

/// Gives every heading an id: authors' ids first, then plain slugs, then slugs qualified by ancestors.
fn assign(headings: &mut [Heading], mut taken: HashSet<String>) {
    taken.reserve(headings.len());
    let slugs: Vec<String> = headings.iter().map(|heading| slug(&heading.text)).collect();
    let mut counters: BTreeMap<String, usize> = BTreeMap::new();
    let mut unique = |wanted: String, taken: &mut HashSet<String>| {
        if taken.insert(wanted.clone()) {
            return wanted;
        }
        let counter = counters.entry(wanted.clone()).or_insert(1);
        loop {
            *counter += 1;
            let candidate = format!("{wanted}-{counter}");
            if taken.insert(candidate.clone()) {
                return candidate;
            }
        }
    };
    for heading in headings.iter_mut().filter(|heading| !heading.id.is_empty()) {
        let mut wanted = std::mem::take(&mut heading.id);
        if !wanted.is_ascii() {
            wanted = wanted.nfc().collect();
        }
        wanted.retain(|c| !c.is_whitespace());
        heading.id = unique(wanted, &mut taken);
    }
    for (heading, slug) in headings.iter_mut().zip(&slugs) {
        if heading.id.is_empty() && taken.insert(slug.clone()) {
            heading.id.clone_from(slug);
        }
    }
    // Indexes of the headings above the current one, each of a lower level than the next.
    let mut ancestors: Vec<usize> = Vec::new();
    for index in 0..headings.len() {
        while ancestors
            .last()
            .is_some_and(|&above| headings[above].level >= headings[index].level)
        {
            ancestors.pop();
        }
        if headings[index].id.is_empty() {
            let mut qualified = slugs[index].clone();
            let free = ancestors.iter().rev().find_map(|&above| {
                qualified = format!("{}-{qualified}", slugs[above]);
                taken.insert(qualified.clone()).then(|| qualified.clone())
            });
            headings[index].id = match (free, ancestors.last()) {
                (Some(id), _) => id,
                (None, Some(&above)) => {
                    unique(format!("{}-{}", slugs[above], slugs[index]), &mut taken)
                }
                (None, None) => unique(slugs[index].clone(), &mut taken),
            };
        }
        ancestors.push(index);
    }
}

/// The anchor of a heading's text, as GitHub makes it but NFC: ASCII letters in lower case, spaces to `-`, punctuation
/// dropped, letters of any script kept. `section` if nothing is left.
pub(super) fn slug(text: &str) -> String {
    let text = text.trim();
    let mut slug = String::with_capacity(text.len());
    let mut push = |c: char| match c {
        'a'..='z' | '0'..='9' | '가'..='힣' | '-' | '_' => slug.push(c),
        'A'..='Z' => slug.push(c.to_ascii_lowercase()),
        ' ' | '\t' | '\u{A0}' => slug.push('-'),
        _ if c.is_ascii() => {}
        _ if c.is_alphanumeric() || is_combining_mark(c) => slug.push(c),
        _ => {}
    };
    // All that composes with what stands before it lies at U+0300 and above, and is no Hangul syllable.
    if text
        .chars()
        .all(|c| c < '\u{300}' || ('가'..='힣').contains(&c))
    {
        text.chars().for_each(&mut push);
    } else {
        text.nfc().for_each(&mut push);
    }
    if slug.bytes().all(|byte| byte == b'-') {
        "section".to_owned()
    } else {
        slug
    }
}

/// Inline nodes as HTML without links, images, raw tags and footnotes.
fn inline_html(nodes: &[Node<'_>]) -> String {
    let mut out = String::new();
    for node in nodes {
        match &node.kind {
            Kind::Text(text) | Kind::Math { text, .. } => escape::push_text(&mut out, text),
            Kind::HashTag(text) => escape::push_text(&mut out, text),
            Kind::Code(text) => {
                out.push_str("<code>");
                escape::push_text(&mut out, text);
                out.push_str("</code>");
            }
            Kind::Start(Tag::Emphasis) => out.push_str("<em>"),
            Kind::End(TagEnd::Emphasis) => out.push_str("</em>"),
            Kind::Start(Tag::Strong) => out.push_str("<strong>"),
            Kind::End(TagEnd::Strong) => out.push_str("</strong>"),
            Kind::Start(Tag::Strikethrough) => out.push_str("<del>"),
            Kind::End(TagEnd::Strikethrough) => out.push_str("</del>"),
            Kind::MarkStart => out.push_str("<mark>"),
            Kind::MarkEnd => out.push_str("</mark>"),
            Kind::SoftBreak | Kind::HardBreak => out.push(' '),
            _ => {}
        }
    }
    out
}

/// `text` without white space around it.
fn trimmed(mut text: String) -> String {
    text.truncate(text.trim_end().len());
    let lead = text.len() - text.trim_start().len();
    if lead > 0 {
        text.drain(..lead);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(headings: &[(u8, &str, &str)]) -> Vec<String> {
        let mut list: Vec<Heading> = headings
            .iter()
            .map(|&(level, id, text)| Heading {
                level,
                id: id.to_owned(),
                text: text.to_owned(),
                ..Heading::default()
            })
            .collect();
        assign(&mut list, HashSet::new());
        list.into_iter().map(|heading| heading.id).collect()
    }

    #[test]
    fn a_slug_keeps_hangul_and_drops_punctuation() {
        assert_eq!(slug("2.1. API"), "21-api");
        assert_eq!(slug("람다(Lambda)란?"), "람다lambda란");
        assert_eq!(slug("\u{1112}\u{1161}\u{11AB}글 이름"), "한글-이름");
        assert_eq!(slug("C++ / C#"), "c--c");
        assert_eq!(slug("?!"), "section");
    }

    #[test]
    fn a_repeated_heading_is_qualified_by_the_one_above_it() {
        let list = [
            (2, "", "큐"),
            (3, "", "사용 이유"),
            (2, "", "토픽"),
            (3, "", "사용 이유"),
            (3, "", "사용 이유"),
            (1, "", "큐"),
        ];
        let want = [
            "큐",
            "사용-이유",
            "토픽",
            "토픽-사용-이유",
            "토픽-사용-이유-2",
            "큐-2",
        ];
        assert_eq!(ids(&list), want);
    }

    #[test]
    fn a_contents_list_has_no_entry_without_words() {
        let text = "[TOC]\n\n## ![](a.png)\n\n## 글\n";
        let (html, _) =
            crate::markdown::render_fragment(text, &crate::markdown::Options::default());
        let contents = html.split("</nav>").next().unwrap_or_default();
        assert_eq!(contents.matches("<li>").count(), 1, "{html}");
    }

    #[test]
    fn an_id_the_author_wrote_wins_over_an_earlier_heading() {
        let list = [(2, "", "설치"), (2, "설치", "준비"), (2, "설치", "끝")];
        assert_eq!(ids(&list), ["설치-3", "설치", "설치-2"]);
    }
}
