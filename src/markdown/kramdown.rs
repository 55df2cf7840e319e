//! What kramdown, the Markdown of Jekyll, has beyond CommonMark: attribute lists `{: .class #id}` on blocks, spans and
//! list items, their definitions `{:name: …}`, `{:toc}`, comments and other extensions `{::…}`, abbreviations, the
//! end-of-block mark `^`; ids at the end of headings.
//!
//! Two passes. [`rewrite`] (`lines`) works on lines, before parsing: it stands attribute lists apart from the blocks they
//! follow, which Markdown would take them into, and takes out definitions and comments. [`apply`] works on nodes:
//! `blocks` settles definition lists, tables and `markdown="span"`, then each list is put where it belongs.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use pulldown_cmark::{CowStr, TagEnd};

use super::attributes::{self, AttributeList, Target, Words};
use super::callouts::Callout;
use super::nodes::{HeadingAttributes, Kind, Node, Seen, Tag};
use super::report::Reporter;
use super::rewrite::Rewritten;
use crate::bilingual;
use crate::diagnostics::Severity;

mod blocks;
mod lines;

pub(super) use blocks::is_span;
pub(super) use lines::{TRIGGERS, rewrite};

use lines::only_list;

/// What a note defines for itself.
#[derive(Debug, Default)]
pub(super) struct Definitions {
    /// Attribute lists by name.
    lists: BTreeMap<String, AttributeList>,
    /// Abbreviations, what they stand for and the attributes of each.
    abbreviations: BTreeMap<String, (String, AttributeList)>,
    /// Attributes of links by the label of their reference.
    links: BTreeMap<String, AttributeList>,
}

/// Puts every attribute list where it belongs; `seen` is of `source`, the text that was parsed.
pub(super) fn apply<'a>(
    nodes: &mut Vec<Node<'a>>,
    seen: Seen,
    source: &Rewritten<'_>,
    definitions: &Definitions,
    reporter: &mut Reporter<'_>,
) {
    if source.has("markdown=") {
        blocks::spans(nodes);
    }
    if seen.definition_lists {
        blocks::definition_lists(nodes, reporter.text());
    }
    if seen.tables {
        blocks::table_rows(nodes);
    }
    if source.has("\\\\\n") {
        blocks::line_breaks(nodes, reporter.text());
    }
    if source.has("$$") {
        blocks::sentence_formulas(nodes);
    }
    if !definitions.links.is_empty() {
        blocks::references(nodes, &definitions.links);
    }
    if source.has("{:") && nodes.iter().any(|node| begins_with_list(&node.kind)) {
        *nodes = Lists::new(definitions, reporter).run(std::mem::take(nodes));
    }
    if seen.heading_attributes {
        heading_ids(nodes);
    }
    if !definitions.abbreviations.is_empty() {
        *nodes = abbreviate(std::mem::take(nodes), &definitions.abbreviations);
    }
}

fn begins_with_list(kind: &Kind<'_>) -> bool {
    matches!(kind, Kind::Text(text) if AttributeList::read(text.trim_start()).is_some())
}

/// How many nodes back the tag that a raw closing tag closes is looked for.
const FARTHEST_TAG: usize = 500;

/// A closed block or span in `out`: where it begins and ends.
type Sibling = Option<(usize, usize)>;

/// The pass that hands out attribute lists.
struct Lists<'d, 'a, 'r, 't> {
    definitions: &'d Definitions,
    reporter: &'r mut Reporter<'t>,
    out: Vec<Node<'a>>,
    /// Nodes to stand before the node of that index, in the order they were found.
    inserts: Vec<(usize, Node<'a>)>,
    /// Open containers.
    open: Vec<usize>,
    /// For each open container, and the document, its last closed child.
    siblings: Vec<Sibling>,
    /// A list that stands before its block.
    waiting: Option<(AttributeList, Range<usize>)>,
    /// Lists for containers that are still open, by where those begin.
    at_end: BTreeMap<usize, Vec<(AttributeList, Range<usize>)>>,
    /// Nodes, first and last, that give way to a contents list or to footnotes.
    skips: BTreeMap<usize, usize>,
    ids: BTreeSet<String>,
}

impl<'d, 'a, 'r, 't> Lists<'d, 'a, 'r, 't> {
    fn new(definitions: &'d Definitions, reporter: &'r mut Reporter<'t>) -> Self {
        Lists {
            definitions,
            reporter,
            out: Vec::new(),
            inserts: Vec::new(),
            open: Vec::new(),
            siblings: vec![None],
            waiting: None,
            at_end: BTreeMap::new(),
            skips: BTreeMap::new(),
            ids: BTreeSet::new(),
        }
    }

    fn run(mut self, nodes: Vec<Node<'a>>) -> Vec<Node<'a>> {
        self.out.reserve(nodes.len());
        let mut iter = nodes.into_iter().peekable();
        // Set when a line of attributes is gone: the line break after it goes too.
        let mut drop_break = false;
        while let Some(mut node) = iter.next() {
            let is_break = matches!(node.kind, Kind::SoftBreak | Kind::HardBreak);
            if std::mem::take(&mut drop_break) && is_break {
                continue;
            }
            if matches!(node.kind, Kind::Text(_)) {
                let line_end = iter.peek().is_none_or(|next| ends_line(&next.kind));
                match self.text(&mut node, line_end) {
                    Outcome::Keep => {}
                    Outcome::Gone => continue,
                    Outcome::LineGone => {
                        if matches!(
                            self.out.last().map(|last| &last.kind),
                            Some(Kind::SoftBreak | Kind::HardBreak)
                        ) {
                            self.out.pop();
                        } else {
                            drop_break = true;
                        }
                        continue;
                    }
                }
            }
            let holds_list = matches!(node.kind, Kind::Start(Tag::Paragraph))
                && iter.peek().is_some_and(
                    |next| matches!(&next.kind, Kind::Text(text) if only_list(text).is_some()),
                );
            self.node(node, holds_list);
        }
        if let Some((list, span)) = self.waiting.take() {
            // Nothing follows it. A contents list is what its author wanted all the same.
            match self.siblings.first().copied().flatten() {
                Some((start, end)) if list.has("toc") => self.give(start, end, &list, &span),
                _ => self.unused(&list, &span),
            }
        }
        self.finish()
    }

    /// Takes one node over, keeping count of what is open; `holds_list` if it is a paragraph that attributes stand in.
    fn node(&mut self, mut node: Node<'a>, holds_list: bool) {
        match &node.kind {
            Kind::Start(tag) => {
                if !is_inline(tag)
                    && !holds_list
                    && let Some(waiting) = self.waiting.take()
                {
                    self.at_end.entry(self.out.len()).or_default().push(waiting);
                }
                self.open.push(self.out.len());
                self.siblings.push(None);
                self.out.push(node);
                return;
            }
            Kind::End(end) => {
                let start = self.open.pop();
                self.siblings.pop();
                // A paragraph that held nothing but attributes goes with them.
                if *end == TagEnd::Paragraph
                    && matches!(
                        self.out.last().map(|last| &last.kind),
                        Some(Kind::Start(Tag::Paragraph))
                    )
                {
                    self.out.pop();
                    return;
                }
                if *end == TagEnd::TableRow {
                    drop_empty_row(&mut self.out, &mut node);
                    if matches!(node.kind, Kind::SoftBreak) {
                        return;
                    }
                }
                let end = self.out.len();
                self.out.push(node);
                if let (Some(start), Some(last)) = (start, self.siblings.last_mut()) {
                    *last = Some((start, end));
                    if !self.at_end.is_empty() {
                        for (list, span) in self.at_end.remove(&start).unwrap_or_default() {
                            self.give(start, end, &list, &span);
                        }
                    }
                }
                return;
            }
            Kind::Code(_) | Kind::CodeBlock(_) | Kind::Rule | Kind::HtmlBlock(_) => {
                let at = self.out.len();
                if let Some(last) = self.siblings.last_mut() {
                    *last = Some((at, at));
                }
                let block = !matches!(node.kind, Kind::Code(_));
                self.out.push(node);
                if block && let Some((list, span)) = self.waiting.take() {
                    self.give(at, at, &list, &span);
                }
                return;
            }
            _ => {}
        }
        self.out.push(node);
    }

    fn text(&mut self, node: &mut Node<'a>, line_end: bool) -> Outcome {
        let Kind::Text(text) = &node.kind else {
            return Outcome::Keep;
        };
        let trimmed = text.trim_start();
        if !trimmed.starts_with("{:") {
            return Outcome::Keep;
        }
        let Some((list, length)) = AttributeList::read(trimmed) else {
            return Outcome::Keep;
        };
        let before = self.out.last().map(|last| &last.kind);
        let rest = &trimmed[length..];
        let lead = text.len() - trimmed.len();
        let span = if node.span.len() == text.len() {
            node.span.start + lead..node.span.start + lead + length
        } else {
            node.span.clone()
        };
        // Right after a span.
        if lead == 0
            && let Some(
                Kind::Code(_)
                | Kind::End(
                    TagEnd::Link
                    | TagEnd::Image
                    | TagEnd::Emphasis
                    | TagEnd::Strong
                    | TagEnd::Strikethrough,
                ),
            ) = before
            && let Some(sibling) = self.siblings.last().copied().flatten()
        {
            // `{:x}` after code is one of Rust's formats as likely as a reference to a list that is not there.
            let list = self.resolved(list);
            if list == AttributeList::default() {
                return Outcome::Keep;
            }
            self.give(sibling.0, sibling.1, &list, &span);
            // More may follow at once.
            let mut rest = rest;
            while let Some((more, length)) = AttributeList::read(rest) {
                let more = self.resolved(more);
                self.give(sibling.0, sibling.1, &more, &span);
                rest = &rest[length..];
            }
            let rest = rest.to_owned();
            if rest.is_empty() {
                return Outcome::Gone;
            }
            node.kind = Kind::Text(CowStr::from(rest));
            return Outcome::Keep;
        }
        let line_start = before.is_none_or(|before| {
            matches!(
                before,
                Kind::SoftBreak
                    | Kind::HardBreak
                    | Kind::Start(
                        Tag::Paragraph
                            | Tag::Item
                            | Tag::TableCell
                            | Tag::DefinitionListTitle
                            | Tag::DefinitionListDefinition
                    )
            )
        });
        if !line_start {
            return Outcome::Keep;
        }
        if rest.trim().is_empty() && line_end {
            self.line(list, &span);
            return Outcome::LineGone;
        }
        // `- {:.class} 글`.
        if matches!(
            before,
            Some(Kind::Start(
                Tag::Item
                    | Tag::DefinitionListTitle
                    | Tag::DefinitionListDefinition
                    | Tag::TableCell
            ))
        ) || self.first_of_item()
        {
            let list = self.resolved(list);
            let rest = rest.trim_start().to_owned();
            if let Some(&item) = self.open.iter().rev().find(|&&at| {
                self.out
                    .get(at)
                    .is_some_and(|node| !matches!(node.kind, Kind::Start(Tag::Paragraph)))
            }) {
                self.at_end.entry(item).or_default().push((list, span));
            }
            node.kind = Kind::Text(CowStr::from(rest));
        }
        Outcome::Keep
    }

    /// Whether what comes next is the first text of a list item's first paragraph.
    fn first_of_item(&self) -> bool {
        let at = self.out.len();
        let kind = |back: usize| {
            at.checked_sub(back)
                .and_then(|at| self.out.get(at))
                .map(|node| &node.kind)
        };
        matches!(kind(1), Some(Kind::Start(Tag::Paragraph)))
            && matches!(kind(2), Some(Kind::Start(Tag::Item)))
    }

    /// A line of nothing but attributes: in a paragraph of its own, or at the beginning or end of one.
    fn line(&mut self, list: AttributeList, span: &Range<usize>) {
        let list = self.resolved(list);
        let in_paragraph = matches!(
            self.open
                .last()
                .and_then(|&at| self.out.get(at))
                .map(|node| &node.kind),
            Some(Kind::Start(Tag::Paragraph))
        );
        let alone = in_paragraph
            && matches!(
                self.out.last().map(|last| &last.kind),
                Some(Kind::Start(Tag::Paragraph))
            );
        if !alone {
            // Below a quote without its mark, the list belongs to the quote.
            let target = self
                .unmarked_quote(span)
                .or_else(|| self.open.last().copied());
            // `* TOC` with its mark inside the item means the whole list.
            let whole_list = list.has("toc").then(|| self.open_list()).flatten();
            match whole_list.or(target) {
                Some(start) => self
                    .at_end
                    .entry(start)
                    .or_default()
                    .push((list, span.clone())),
                None => self.unused(&list, span),
            }
            return;
        }
        let outer = self
            .siblings
            .len()
            .checked_sub(2)
            .and_then(|at| self.siblings.get(at))
            .copied()
            .flatten();
        match outer {
            Some((start, end)) if !self.blank_above(span.start) => {
                self.give(start, end, &list, span)
            }
            _ => {
                match &mut self.waiting {
                    Some((waiting, _)) => waiting.extend(&list),
                    waiting => *waiting = Some((list, span.clone())),
                };
            }
        }
    }

    /// Whether the line above the one that holds `at` is blank.
    fn blank_above(&self, at: usize) -> bool {
        let text = self.reporter.text();
        let mut lines = text.get(..at).unwrap_or_default().rsplit('\n').skip(1);
        lines
            .find(|line| only_list(line.trim_start_matches([' ', '>', '\t'])).is_none())
            .is_none_or(|line| line.trim_matches([' ', '>', '\t']).is_empty())
    }

    /// The outermost open quote whose mark the line of `span` lacks.
    fn unmarked_quote(&self, span: &Range<usize>) -> Option<usize> {
        let before = self.reporter.text().get(..span.start)?;
        let line = before.rsplit('\n').next()?;
        let marks = line.bytes().filter(|&byte| byte == b'>').count();
        self.open
            .iter()
            .copied()
            .filter(|&at| {
                matches!(
                    self.out.get(at).map(|node| &node.kind),
                    Some(Kind::Start(Tag::BlockQuote(_)))
                )
            })
            .nth(marks)
    }

    /// The innermost open list.
    fn open_list(&self) -> Option<usize> {
        self.open.iter().copied().rev().find(|&at| {
            matches!(
                self.out.get(at).map(|node| &node.kind),
                Some(Kind::Start(Tag::List(_)))
            )
        })
    }

    /// `list` with the lists it names.
    fn resolved(&self, list: AttributeList) -> AttributeList {
        let mut out = AttributeList::default();
        // Lists that are named may name others; each is taken once.
        let mut named: BTreeSet<&str> = BTreeSet::new();
        let mut todo: Vec<&str> = list.words.iter().rev().map(String::as_str).collect();
        while let Some(word) = todo.pop() {
            match self.definitions.lists.get(word) {
                Some(known) if named.insert(word) => {
                    out.extend(&AttributeList {
                        words: Vec::new(),
                        ..known.clone()
                    });
                    todo.extend(known.words.iter().rev().map(String::as_str));
                }
                None if matches!(word, "toc" | "no_toc" | "footnotes") => {
                    out.words.push(word.to_owned());
                }
                _ => {}
            }
        }
        let own = AttributeList {
            words: Vec::new(),
            ..list
        };
        out.extend(&own);
        out
    }

    /// Gives a list to the closed block or span from `start` to `end`, or to the leaf at both.
    fn give(&mut self, start: usize, end: usize, list: &AttributeList, span: &Range<usize>) {
        let picture = self.is_picture(start, end);
        let Some(node) = self.out.get_mut(start) else {
            return;
        };
        let target = match &mut node.kind {
            Kind::Start(Tag::List(_)) if list.has("toc") => {
                self.contents(start, end, list);
                return;
            }
            // Where the footnotes shall stand: they do at the end, and the stand-in is no text of the note's.
            Kind::Start(Tag::List(_)) if list.has("footnotes") => {
                self.skips.insert(start, end);
                return;
            }
            Kind::Start(Tag::Heading { attributes, .. }) => {
                name_heading(attributes.get_or_insert_default(), list);
                let rest = AttributeList {
                    id: None,
                    classes: list
                        .classes
                        .iter()
                        .filter(|class| !is_toc_class(class))
                        .cloned()
                        .collect(),
                    ..list.clone()
                };
                self.put(start + 1, &rest, Target::Block, span);
                return;
            }
            Kind::CodeBlock(block) => {
                let info = &mut block.info;
                let named = info.as_deref().is_some_and(|info| !info.trim().is_empty());
                let (words, rest) = code_info(list, named);
                if !words.is_empty() {
                    let known = info.as_deref().unwrap_or_default();
                    *info = Some(CowStr::from(format!("{known} {words}").trim().to_owned()));
                }
                self.put(start + 1, &rest, Target::Block, span);
                return;
            }
            Kind::HtmlBlock(_) => {
                self.raw(start, list, span);
                return;
            }
            Kind::Start(Tag::BlockQuote(_) | Tag::Paragraph | Tag::List(_))
                if callout_of(list).is_some() =>
            {
                self.callout(start, end, callout_of(list).unwrap_or("note"));
                return;
            }
            // A picture alone in its paragraph: what is said of the paragraph is meant for the picture.
            Kind::Start(Tag::Paragraph) if picture => {
                self.put(start + 2, list, Target::Image, span);
                return;
            }
            Kind::Start(Tag::Link(_)) => Target::Link,
            Kind::Start(Tag::Image(_)) => Target::Image,
            Kind::Start(Tag::List(Some(_))) => Target::List,
            Kind::Start(Tag::Item) => Target::Item,
            Kind::Code(_) | Kind::Start(Tag::Emphasis | Tag::Strong | Tag::Strikethrough) => {
                Target::Span
            }
            Kind::Start(Tag::TableCell) => {
                let (_, mut dropped) = list.allowed(Target::Block);
                dropped.extend(list.classes.iter().map(|class| format!(".{class}")));
                self.report(span, &dropped);
                return;
            }
            _ => Target::Block,
        };
        self.put(start + 1, list, target, span);
    }

    /// Gives a list to the raw HTML block at `at`, or to the one that opened what this one closes.
    fn raw(&mut self, at: usize, list: &AttributeList, span: &Range<usize>) {
        let closed = match self.out.get(at).map(|node| &node.kind) {
            Some(Kind::HtmlBlock(html)) => html
                .trim_start()
                .strip_prefix("</")
                .map(|rest| rest.trim_end_matches(['>', '\n', ' ']).to_owned()),
            _ => None,
        };
        let target = match closed {
            Some(name) => {
                let opens = format!("<{name}");
                let from = at.saturating_sub(FARTHEST_TAG);
                let mut depth = 1_usize;
                (from..at).rev().find(|&before| {
                    let Some(Kind::HtmlBlock(html)) = self.out.get(before).map(|it| &it.kind)
                    else {
                        return false;
                    };
                    let html = html.trim_start();
                    if html.starts_with("</") && html[2..].starts_with(&name) {
                        depth += 1;
                    } else if html.starts_with(&opens) && !html.contains("</") {
                        depth -= 1;
                    }
                    depth == 0
                })
            }
            None => Some(at),
        };
        let (mut attributes, mut dropped) = list.allowed(Target::Block);
        let ids = &mut self.ids;
        attributes.retain(|(name, value)| name != "id" || ids.insert(value.clone()));
        let written =
            target
                .and_then(|at| self.out.get_mut(at))
                .is_some_and(|node| match &mut node.kind {
                    Kind::HtmlBlock(html) => attributes::write_raw(html, &attributes)
                        .map(|with| *html = CowStr::from(with))
                        .is_some(),
                    _ => false,
                });
        if !written {
            dropped.extend(attributes.into_iter().map(|(name, _)| name));
        }
        if !dropped.is_empty() {
            self.report(span, &dropped);
        }
    }

    /// Whether the paragraph from `start` to `end` holds one picture and nothing else.
    fn is_picture(&self, start: usize, end: usize) -> bool {
        let kind = |at: usize| self.out.get(at).map(|node| &node.kind);
        let images =
            || (start + 2..end).filter(|&at| matches!(kind(at), Some(Kind::End(TagEnd::Image))));
        matches!(kind(start), Some(Kind::Start(Tag::Paragraph)))
            && matches!(kind(start + 1), Some(Kind::Start(Tag::Image(_))))
            && end
                .checked_sub(1)
                .and_then(kind)
                .is_some_and(|kind| matches!(kind, Kind::End(TagEnd::Image)))
            && images().take(2).count() == 1
    }

    /// Puts the allowed attributes of `list` before node `at`, that is, inside the element that begins before it.
    fn put(&mut self, at: usize, list: &AttributeList, target: Target, span: &Range<usize>) {
        let (mut attributes, mut dropped) = list.allowed(target);
        attributes.retain(|(name, value)| {
            let twice = name == "id" && !self.ids.insert(value.clone());
            if twice {
                dropped.push(format!("#{value}"));
            }
            !twice
        });
        if !dropped.is_empty() {
            self.report(span, &dropped);
        }
        if !attributes.is_empty() {
            let node = Node {
                kind: Kind::Attributes(Box::new(attributes)),
                span: span.clone(),
            };
            self.inserts.push((at, node));
        }
    }

    /// The list from `start` to `end` gives its place to the contents list.
    fn contents(&mut self, start: usize, end: usize, list: &AttributeList) {
        let deepest = list
            .pairs
            .iter()
            .find(|(name, _)| matches!(name.as_str(), "max_level" | "levels" | "toc_levels"))
            .and_then(|(_, value)| value.rsplit(['.', '-']).next()?.trim().parse::<u8>().ok())
            .unwrap_or(6);
        let Some(span) = self.out.get(start).map(|node| node.span.clone()) else {
            return;
        };
        self.skips.insert(start, end);
        let kind = Kind::ContentsTo(deepest);
        self.inserts.push((start, Node { kind, span }));
    }

    /// A list that nothing is there for.
    fn unused(&mut self, list: &AttributeList, span: &Range<usize>) {
        let (attributes, mut dropped) = list.allowed(Target::Block);
        dropped.extend(attributes.into_iter().map(|(name, _)| name));
        self.report(span, &dropped);
    }

    /// Makes a callout of the block between `start` and `end`: the quote becomes it, any other block is put into it.
    fn callout(&mut self, start: usize, end: usize, kind: &str) {
        let callout = Box::new(Callout {
            kind: kind.to_owned(),
            name: kind.to_owned(),
            ..Callout::default()
        });
        let (Some(span), Some(last)) = (
            self.out.get(start).map(|node| node.span.clone()),
            self.out.get(end).map(|node| node.span.clone()),
        ) else {
            return;
        };
        let quote = matches!(self.out[start].kind, Kind::Start(Tag::BlockQuote(_)));
        let node = |kind, span: &Range<usize>| Node {
            kind,
            span: span.clone(),
        };
        if quote {
            self.out[start].kind = Kind::CalloutStart(callout.clone());
            self.out[end].kind = Kind::CalloutEnd(callout.clone());
            self.inserts
                .push((start + 1, node(Kind::CalloutBody(callout), &span)));
        } else {
            self.inserts
                .push((start, node(Kind::CalloutStart(callout.clone()), &span)));
            self.inserts
                .push((start, node(Kind::CalloutBody(callout.clone()), &span)));
            self.inserts
                .push((end + 1, node(Kind::CalloutEnd(callout), &last)));
        }
    }

    fn report(&mut self, span: &Range<usize>, dropped: &[String]) {
        let names = dropped.join(", ");
        self.reporter.report(
            Severity::Note,
            "kramdown-attributes",
            span,
            bilingual!(
                "여기에는 쓸 수 없는 속성이라 뺐습니다: {names}",
                "these attributes cannot be used here and were left out: {names}"
            ),
            None,
        );
    }

    /// The nodes with all inserted ones in their places.
    fn finish(mut self) -> Vec<Node<'a>> {
        if self.inserts.is_empty() && self.skips.is_empty() {
            return self.out;
        }
        self.inserts.sort_by_key(|(at, _)| *at);
        let mut nodes = Vec::with_capacity(self.out.len() + self.inserts.len());
        let mut inserts = self.inserts.into_iter().peekable();
        // The last node of the list that is being passed over.
        let mut skip: Option<usize> = None;
        for (index, node) in self.out.into_iter().enumerate() {
            let skipped = skip.is_some_and(|last| index <= last);
            while let Some((_, insert)) = inserts.next_if(|(at, _)| *at <= index) {
                if !skipped {
                    nodes.push(insert);
                }
            }
            if !skipped {
                skip = self.skips.get(&index).copied();
                if skip.is_none() {
                    nodes.push(node);
                }
            }
        }
        nodes.extend(inserts.map(|(_, node)| node));
        nodes
    }
}

/// What became of a text.
enum Outcome {
    Keep,
    Gone,
    LineGone,
}

fn ends_line(kind: &Kind<'_>) -> bool {
    matches!(
        kind,
        Kind::SoftBreak
            | Kind::HardBreak
            | Kind::End(
                TagEnd::Paragraph
                    | TagEnd::Item
                    | TagEnd::TableCell
                    | TagEnd::DefinitionListTitle
                    | TagEnd::DefinitionListDefinition
            )
            | Kind::Start(Tag::List(_))
    )
}

fn is_inline(tag: &Tag<'_>) -> bool {
    matches!(
        tag,
        Tag::Emphasis
            | Tag::Strong
            | Tag::Strikethrough
            | Tag::Superscript
            | Tag::Subscript
            | Tag::Link(_)
            | Tag::Image(_)
    )
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

/// Class names that keep a heading out of contents lists: kramdown's, Pandoc's, Docusaurus's.
fn is_toc_class(class: &str) -> bool {
    matches!(class, "no_toc" | "no-toc" | "notoc" | "unlisted")
}

fn is_no_toc(list: &AttributeList) -> bool {
    list.classes
        .iter()
        .chain(&list.words)
        .any(|class| is_toc_class(class))
}

/// The callout that a theme's class means: Chirpy's `.prompt-tip`, Minimal Mistakes's `.notice--info`,
/// just-the-docs's `.note`.
fn callout_of(list: &AttributeList) -> Option<&'static str> {
    list.classes.iter().find_map(|class| {
        Some(match class.as_str() {
            "prompt-tip" => "tip",
            "prompt-info" | "notice--info" | "notice--primary" => "info",
            "prompt-warning" | "notice--warning" | "warning" => "warning",
            "prompt-danger" | "notice--danger" => "danger",
            "notice--success" => "success",
            "notice" | "notice--accent" | "note" => "note",
            "important" => "important",
            "tip" => "tip",
            _ => return None,
        })
    })
}

/// What a code block's list says as words of an info string, and the rest of the list; `named` if the block has a
/// language already.
fn code_info(list: &AttributeList, named: bool) -> (String, AttributeList) {
    let mut words: Vec<String> = Vec::new();
    let mut rest = AttributeList {
        id: list.id.clone(),
        ..AttributeList::default()
    };
    for class in &list.classes {
        match class
            .strip_prefix("language-")
            .or_else(|| class.strip_prefix("lang-"))
        {
            Some(language) if !named && words.is_empty() => words.push(language.to_owned()),
            Some(_) => {}
            None if matches!(
                class.as_str(),
                "line-numbers" | "linenos" | "lineno" | "numberLines"
            ) =>
            {
                words.push("linenos".to_owned());
            }
            // What our code blocks have no use for.
            None if matches!(class.as_str(), "nolineno" | "no-lineno" | "highlight") => {}
            None => rest.classes.push(class.clone()),
        }
    }
    for (name, value) in &list.pairs {
        let value = value.replace(['"', '`'], "'");
        match name.as_str() {
            "title" | "file" | "filename" | "name" | "caption" => {
                words.push(format!("title=\"{value}\""))
            }
            "data-line" | "hl_lines" | "highlight-lines" | "highlight_lines" | "mark_lines" => {
                words.push(format!("hl_lines=\"{value}\""));
            }
            _ => rest.pairs.push((name.clone(), value)),
        }
    }
    (words.join(" "), rest)
}

/// `## 제목 {#id}`, kramdown's `{: #id}` and React's `{/*id*/}` at the end of a heading name it; of other attributes
/// only `.no_toc` means something. Anything else in braces is the author's text and stays.
fn heading_ids(nodes: &mut [Node<'_>]) {
    let mut start = None;
    for index in 0..nodes.len() {
        match nodes[index].kind {
            Kind::Start(Tag::Heading { .. }) => start = Some(index),
            Kind::End(TagEnd::Heading(_)) => {
                let Some(start) = start.take().filter(|&start| start + 1 < index) else {
                    continue;
                };
                let Kind::Text(text) = &mut nodes[index - 1].kind else {
                    continue;
                };
                let Some((kept, list)) = split_heading_attributes(text) else {
                    continue;
                };
                // The hashes that close a heading stand before its attributes.
                let closed = kept.trim_end_matches('#');
                let kept = if closed.len() < kept.len() && closed.ends_with(' ') {
                    closed.trim_end()
                } else {
                    kept
                };
                let kept = kept.to_owned();
                *text = CowStr::from(kept);
                if let Kind::Start(Tag::Heading { attributes, .. }) = &mut nodes[start].kind {
                    name_heading(attributes.get_or_insert_default(), &list);
                }
            }
            _ => {}
        }
    }
}

/// Gives a heading what `list` says of headings: its id, and whether contents lists leave it out.
fn name_heading(attributes: &mut HeadingAttributes<'_>, list: &AttributeList) {
    if let Some(wanted) = &list.id {
        attributes.id = Some(CowStr::from(wanted.clone()));
    }
    if is_no_toc(list) {
        attributes.classes.push(CowStr::from("no_toc"));
    }
}

/// A heading's text without the attributes at its end, and those.
fn split_heading_attributes(text: &str) -> Option<(&str, AttributeList)> {
    let trimmed = text.trim_end();
    let body = trimmed.strip_suffix('}')?;
    let at = body.rfind('{')?;
    let inner = &body[at + 1..];
    let kept = text[..at].trim_end();
    if let Some(comment) = inner
        .strip_prefix("/*")
        .and_then(|rest| rest.strip_suffix("*/"))
    {
        let id = comment.trim();
        return (!id.is_empty() && !id.contains(char::is_whitespace)).then(|| {
            let list = AttributeList {
                id: Some(id.to_owned()),
                ..AttributeList::default()
            };
            (kept, list)
        });
    }
    let list = match inner.strip_prefix(':') {
        Some(inner) => AttributeList::parse(inner, Words::Strict)?,
        None => AttributeList::parse(inner, Words::Heading)?,
    };
    // `{user.name}` is no list of words; `{-}` is Pandoc's.
    (list.words.is_empty()).then_some((kept, list))
}

/// Marks every occurrence of the note's abbreviations with what they stand for.
fn abbreviate<'a>(
    nodes: Vec<Node<'a>>,
    abbreviations: &BTreeMap<String, (String, AttributeList)>,
) -> Vec<Node<'a>> {
    let mut lengths: Vec<usize> = abbreviations.keys().map(String::len).collect();
    lengths.sort_unstable_by(|a, b| b.cmp(a));
    lengths.dedup();
    let mut out = Vec::with_capacity(nodes.len());
    for node in nodes {
        let Kind::Text(text) = &node.kind else {
            out.push(node);
            continue;
        };
        let mut done = 0;
        let mut at = 0;
        let piece = |text: &str| Node {
            kind: Kind::Text(CowStr::from(text.to_owned())),
            span: node.span.clone(),
        };
        let tag = |html: String| Node {
            kind: Kind::InlineHtml(CowStr::from(html)),
            span: node.span.clone(),
        };
        while let Some(c) = text[at..].chars().next() {
            let before = text[..at].chars().next_back();
            let starts =
                before.is_none_or(|before| !before.is_alphanumeric()) && !c.is_whitespace();
            let found = starts.then(|| {
                lengths.iter().find_map(|&length| {
                    let word = text.get(at..at + length)?;
                    let long = abbreviations.get(word)?;
                    // A Korean particle may follow a Latin word, but no letter of its own script.
                    let after = text[at + length..].chars().next();
                    let latin = word.ends_with(|c: char| c.is_ascii_alphanumeric());
                    let ends = after.is_none_or(|after| {
                        if latin {
                            !after.is_ascii_alphanumeric()
                        } else {
                            !after.is_alphanumeric()
                        }
                    });
                    ends.then_some((word, long))
                })
            });
            let Some((word, (long, list))) = found.flatten() else {
                at += c.len_utf8();
                continue;
            };
            if at > done {
                out.push(piece(&text[done..at]));
            }
            let mut open = "<abbr".to_owned();
            let (attributes, _) = list.allowed(Target::Span);
            let title = ("title".to_owned(), long.clone());
            let own = attributes
                .iter()
                .filter(|(name, _)| name != "id" && name != "title");
            for (name, value) in own.chain((!long.is_empty()).then_some(&title)) {
                open.push_str(&format!(" {name}=\"{}\"", super::escape::text(value)));
            }
            open.push('>');
            out.push(tag(open));
            out.push(piece(word));
            out.push(tag("</abbr>".to_owned()));
            at += word.len();
            done = at;
        }
        if done == 0 {
            out.push(node);
        } else if done < text.len() {
            out.push(piece(&text[done..]));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_real_attributes_are_taken_off_a_heading() {
        let split = |text| split_heading_attributes(text).map(|(kept, list)| (kept, list.id));
        let id = |id: &str| Some(id.to_owned());
        assert_eq!(split("설치 {#setup}"), Some(("설치", id("setup"))));
        assert_eq!(split("설치 {: .no_toc #a}"), Some(("설치", id("a"))));
        assert_eq!(split("설치 {#a .b}"), Some(("설치", id("a"))));
        assert_eq!(split("설치 {/*setup*/}"), Some(("설치", id("setup"))));
        assert_eq!(split("값 {user.name}"), None);
        assert_eq!(split("값 ${AWS::Region}"), None);
        assert_eq!(split("값 {}"), None);
    }
}
