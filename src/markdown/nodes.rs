//! pulldown-cmark's events as a flat list of nodes with places in the author's text: neighbouring texts joined, code
//! blocks and HTML blocks gathered into one node each. No tree, so no recursion: `Start` and `End` pair up.
//!
//! The list is walked by a dozen steps, so a node is small: what is large and rare lies behind a pointer.

use std::borrow::Cow;
use std::cell::LazyCell;
use std::collections::BTreeMap;
use std::ops::Range;

use pulldown_cmark::{
    self as parser, Alignment, BlockQuoteKind, BrokenLink, CodeBlockKind, CowStr, Event,
    HeadingLevel, LinkType, OffsetIter, Options, Parser, TagEnd,
};

use super::callouts::Callout;
use super::emphasis::Neighbours;
use super::rewrite::Rewritten;

/// A piece of the document and where it stands in the note's whole text.
#[derive(Debug, Clone)]
pub(super) struct Node<'a> {
    pub(super) kind: Kind<'a>,
    pub(super) span: Range<usize>,
}

/// What a node is.
#[derive(Debug, Clone)]
pub(super) enum Kind<'a> {
    /// Opens a container.
    Start(Tag<'a>),
    /// Closes it.
    End(TagEnd),
    /// Prose.
    Text(CowStr<'a>),
    /// A code span.
    Code(CowStr<'a>),
    /// `$…$` (`display` false) or `$$…$$`.
    Math {
        text: CowStr<'a>,
        display: bool,
    },
    /// A whole block of raw HTML.
    HtmlBlock(CowStr<'a>),
    /// One raw tag among text.
    InlineHtml(CowStr<'a>),
    /// A line break of the source.
    SoftBreak,
    /// `<br>`.
    HardBreak,
    /// `<hr>`.
    Rule,
    /// `[^name]`.
    FootnoteReference(CowStr<'a>),
    /// `[x]`.
    TaskMarker(bool),
    /// A code block.
    CodeBlock(Box<CodeBlock<'a>>),
    /// Opens and closes `==…==`.
    MarkStart,
    MarkEnd,
    /// Opens a callout; its title's inline nodes follow up to `CalloutBody`.
    CalloutStart(Box<Callout>),
    CalloutBody(Box<Callout>),
    CalloutEnd(Box<Callout>),
    /// The table of contents stands here.
    Contents,
    /// The same, down to headings of that level.
    ContentsTo(u8),
    /// Attributes of the element that begins right before this node.
    Attributes(Box<super::attributes::Attributes>),
    /// `^id` at the end of the block that follows: Obsidian's name for a block.
    BlockId(String),
    /// `#태그` in text, number sign included.
    HashTag(String),
    /// Opens and closes the printed contents page of a document; items stand between.
    ContentsPageStart,
    ContentsPageEnd,
    /// A page number on it.
    PageNumber(String),
}

/// What a container is: pulldown-cmark's tags without those whose content is gathered into one node.
#[derive(Debug, Clone)]
pub(super) enum Tag<'a> {
    Paragraph,
    Heading {
        level: HeadingLevel,
        /// `None` if there are no attributes.
        attributes: Option<Box<HeadingAttributes<'a>>>,
    },
    BlockQuote(Option<BlockQuoteKind>),
    /// The number of the first item if the list is ordered.
    List(Option<u64>),
    Item,
    FootnoteDefinition(CowStr<'a>),
    DefinitionList,
    DefinitionListTitle,
    DefinitionListDefinition,
    Table(Vec<Alignment>),
    TableHead,
    TableRow,
    TableCell,
    Emphasis,
    Strong,
    Strikethrough,
    Superscript,
    Subscript,
    Link(Box<Target<'a>>),
    Image(Box<Target<'a>>),
}

/// `{#id .class name=value}` of a heading.
#[derive(Debug, Clone, Default)]
pub(super) struct HeadingAttributes<'a> {
    pub(super) id: Option<CowStr<'a>>,
    pub(super) classes: Vec<CowStr<'a>>,
    pub(super) attrs: Vec<(CowStr<'a>, Option<CowStr<'a>>)>,
}

/// Where a link leads, or which image is shown.
#[derive(Debug, Clone)]
pub(super) struct Target<'a> {
    pub(super) link_type: LinkType,
    pub(super) dest_url: CowStr<'a>,
    pub(super) title: CowStr<'a>,
    /// The label of a reference.
    pub(super) id: CowStr<'a>,
}

/// A code block; `info` is the fence's info string, `None` for indented code.
#[derive(Debug, Clone)]
pub(super) struct CodeBlock<'a> {
    pub(super) info: Option<CowStr<'a>>,
    pub(super) text: CowStr<'a>,
    pub(super) closed: bool,
}

impl<'a> Tag<'a> {
    /// A link without a title that is no reference.
    pub(super) fn link(link_type: LinkType, destination: impl Into<CowStr<'a>>) -> Self {
        Tag::Link(Box::new(Target {
            link_type,
            dest_url: destination.into(),
            title: CowStr::Borrowed(""),
            id: CowStr::Borrowed(""),
        }))
    }

    /// Of a link: its type.
    pub(super) fn link_type(&self) -> Option<LinkType> {
        match self {
            Tag::Link(target) => Some(target.link_type),
            _ => None,
        }
    }

    /// pulldown-cmark's tag, its texts cleaned by `clean`; `None` for those whose content is gathered.
    fn of(tag: parser::Tag<'a>, clean: impl Fn(CowStr<'a>) -> CowStr<'a>) -> Option<Self> {
        let target = |link_type, dest_url, title, id| {
            Box::new(Target {
                link_type,
                dest_url: clean(dest_url),
                title: clean(title),
                id: clean(id),
            })
        };
        Some(match tag {
            parser::Tag::Paragraph => Tag::Paragraph,
            parser::Tag::Heading {
                level,
                id,
                classes,
                attrs,
            } => {
                let plain = id.is_none() && classes.is_empty() && attrs.is_empty();
                Tag::Heading {
                    level,
                    attributes: (!plain)
                        .then(|| Box::new(HeadingAttributes { id, classes, attrs })),
                }
            }
            parser::Tag::BlockQuote(kind) => Tag::BlockQuote(kind),
            parser::Tag::List(start) => Tag::List(start),
            parser::Tag::Item => Tag::Item,
            parser::Tag::FootnoteDefinition(name) => Tag::FootnoteDefinition(clean(name)),
            parser::Tag::DefinitionList => Tag::DefinitionList,
            parser::Tag::DefinitionListTitle => Tag::DefinitionListTitle,
            parser::Tag::DefinitionListDefinition => Tag::DefinitionListDefinition,
            parser::Tag::Table(alignments) => Tag::Table(alignments),
            parser::Tag::TableHead => Tag::TableHead,
            parser::Tag::TableRow => Tag::TableRow,
            parser::Tag::TableCell => Tag::TableCell,
            parser::Tag::Emphasis => Tag::Emphasis,
            parser::Tag::Strong => Tag::Strong,
            parser::Tag::Strikethrough => Tag::Strikethrough,
            parser::Tag::Superscript => Tag::Superscript,
            parser::Tag::Subscript => Tag::Subscript,
            parser::Tag::Link {
                link_type,
                dest_url,
                title,
                id,
            } => Tag::Link(target(link_type, dest_url, title, id)),
            parser::Tag::Image {
                link_type,
                dest_url,
                title,
                id,
            } => Tag::Image(target(link_type, dest_url, title, id)),
            parser::Tag::CodeBlock(_) | parser::Tag::HtmlBlock | parser::Tag::MetadataBlock(_) => {
                return None;
            }
        })
    }
}

/// Which kinds of nodes a text has, so that the steps that look for them need not.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Seen {
    pub(super) quotes: bool,
    /// A heading whose text ends in a brace.
    pub(super) heading_attributes: bool,
    pub(super) tables: bool,
    pub(super) definition_lists: bool,
    pub(super) footnotes: bool,
    /// A star in text.
    pub(super) stars: bool,
}

/// Looks a reference up that the second parse cannot find because of an invisible neighbour in its label.
type LinkLookup<'a> = dyn FnMut(BrokenLink<'a>) -> Option<(CowStr<'a>, CowStr<'a>)> + 'a;

/// Parses `source` into nodes; `offset` is where its original begins in the note's whole text.
pub(super) fn parse<'a>(
    source: &'a Rewritten<'_>,
    offset: usize,
    options: Options,
    neighbours: Option<&'a Neighbours>,
) -> (Vec<Node<'a>>, Seen) {
    let text: &'a str = source.text.as_ref();
    // Most texts define no references, and few labels hold a neighbour: the definitions are gathered when one does.
    let definitions: LazyCell<BTreeMap<String, (CowStr<'a>, CowStr<'a>)>, _> =
        LazyCell::new(move || {
            Parser::new_ext(text, options)
                .reference_definitions()
                .iter()
                .map(|(label, definition)| {
                    let destination = definition.dest.clone().into_static();
                    let title = definition.title.clone().unwrap_or("".into()).into_static();
                    (label_key(label), (destination, title))
                })
                .collect()
        });
    let mut lookup = neighbours.map(|neighbours| {
        move |link: BrokenLink<'a>| {
            let label = neighbours.strip(&link.reference);
            // Only a label that a neighbour made unrecognisable; any other is truly undefined.
            (label.len() != link.reference.len())
                .then(|| definitions.get(&label_key(&label)).cloned())
                .flatten()
        }
    });
    // One type of parser for both cases: the code of a second would have to be fetched, too.
    let lookup: Option<&mut LinkLookup<'a>> = lookup.as_mut().map(|it| it as _);
    let parser = Parser::new_with_broken_link_callback(text, options, lookup);
    collect(parser.into_offset_iter(), source, offset, neighbours)
}

/// Reference labels match without regard to letter case and amount of white space.
fn label_key(label: &str) -> String {
    label
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase()
}

fn collect<'a, F>(
    events: OffsetIter<'a, F>,
    source: &'a Rewritten<'_>,
    offset: usize,
    neighbours: Option<&'a Neighbours>,
) -> (Vec<Node<'a>>, Seen)
where
    F: pulldown_cmark::BrokenLinkCallback<'a>,
{
    let source_text: &'a str = source.text.as_ref();
    let strip = |text: CowStr<'a>| match neighbours {
        Some(neighbours) => match text {
            CowStr::Borrowed(text) => neighbours.strip(text).into(),
            owned => match neighbours.strip(&owned) {
                Cow::Borrowed(same) if same.len() == owned.len() => owned,
                stripped => stripped.into_owned().into(),
            },
        },
        None => text,
    };
    // What stands somewhere in the source has neighbours only if there are some at that place.
    let clean = |text: CowStr<'a>, range: &Range<usize>| match neighbours {
        Some(neighbours) if neighbours.are_in(range) => strip(text),
        _ => text,
    };
    // A usual density of nodes in Korean notes.
    let mut nodes: Vec<Node<'a>> = Vec::with_capacity(source_text.len() / 32);
    // The text of the last node, while more of it may come.
    let mut pieces = Pieces::new(source_text);
    let mut gathering = false;
    let mut skipping = false;
    let mut seen = Seen::default();
    for (event, range) in events {
        let original = source.original(&range);
        let span = original.start + offset..original.end + offset;
        match event {
            Event::Text(text) | Event::Html(text) if gathering => {
                pieces.push(clean(text, &range), range);
                continue;
            }
            Event::End(TagEnd::CodeBlock | TagEnd::HtmlBlock) => {
                gathering = false;
                let gathered = pieces.take();
                match nodes.last_mut().map(|node| &mut node.kind) {
                    Some(Kind::CodeBlock(block)) => block.text = gathered,
                    Some(Kind::HtmlBlock(text)) => *text = gathered,
                    _ => {}
                }
                continue;
            }
            // Metadata is not part of the text.
            Event::Start(parser::Tag::MetadataBlock(_)) => {
                skipping = true;
                continue;
            }
            Event::End(TagEnd::MetadataBlock(_)) => {
                skipping = false;
                continue;
            }
            _ if skipping => continue,
            Event::Text(text) => {
                let text = clean(text, &range);
                if text.is_empty() {
                    continue;
                }
                match nodes.last_mut() {
                    Some(node) if !pieces.is_empty() => node.span.end = span.end,
                    _ => {
                        let kind = Kind::Text(CowStr::Borrowed(""));
                        nodes.push(Node { kind, span });
                    }
                }
                pieces.push(text, range);
                continue;
            }
            _ => {}
        }
        if !pieces.is_empty() {
            let ends_heading = matches!(event, Event::End(TagEnd::Heading(_)));
            put_text(&mut nodes, pieces.take(), ends_heading, &mut seen);
        }
        // Each arm makes its node where it stays: they are many, and copying them takes time.
        let push = |kind| nodes.push(Node { kind, span });
        match event {
            Event::Start(parser::Tag::CodeBlock(kind)) => {
                gathering = true;
                let info = match kind {
                    CodeBlockKind::Fenced(info) => Some(clean(info, &range)),
                    CodeBlockKind::Indented => None,
                };
                let closed =
                    info.is_none() || is_closed_fence(source_text.get(range).unwrap_or_default());
                push(Kind::CodeBlock(Box::new(CodeBlock {
                    info,
                    text: CowStr::Borrowed(""),
                    closed,
                })));
            }
            Event::Start(parser::Tag::HtmlBlock) => {
                gathering = true;
                push(Kind::HtmlBlock(CowStr::Borrowed("")));
            }
            Event::Start(tag) => {
                match tag {
                    parser::Tag::BlockQuote(_) => seen.quotes = true,
                    parser::Tag::Table(_) => seen.tables = true,
                    parser::Tag::DefinitionList => seen.definition_lists = true,
                    parser::Tag::FootnoteDefinition(_) => seen.footnotes = true,
                    _ => {}
                }
                if let Some(tag) = Tag::of(tag, strip) {
                    push(Kind::Start(tag));
                }
            }
            Event::End(tag) => push(Kind::End(tag)),
            Event::Text(text) => push(Kind::Text(text)),
            Event::Code(text) => push(Kind::Code(clean(text, &range))),
            Event::InlineMath(text) => push(Kind::Math {
                text: clean(text, &range),
                display: false,
            }),
            Event::DisplayMath(text) => push(Kind::Math {
                text: clean(text, &range),
                display: true,
            }),
            Event::Html(text) => push(Kind::HtmlBlock(clean(text, &range))),
            Event::InlineHtml(text) => push(Kind::InlineHtml(clean(text, &range))),
            Event::FootnoteReference(name) => {
                seen.footnotes = true;
                push(Kind::FootnoteReference(clean(name, &range)));
            }
            Event::SoftBreak => push(Kind::SoftBreak),
            Event::HardBreak => push(Kind::HardBreak),
            Event::Rule => push(Kind::Rule),
            Event::TaskListMarker(done) => push(Kind::TaskMarker(done)),
        }
    }
    if !pieces.is_empty() {
        put_text(&mut nodes, pieces.take(), false, &mut seen);
    }
    (nodes, seen)
}

/// Gives the last node, a text, all of its text.
fn put_text<'a>(nodes: &mut [Node<'a>], text: CowStr<'a>, ends_heading: bool, seen: &mut Seen) {
    seen.stars |= memchr::memchr(b'*', text.as_bytes()).is_some();
    seen.heading_attributes |= ends_heading && text.trim_end().ends_with('}');
    if let Some(last) = nodes.last_mut() {
        last.kind = Kind::Text(text);
    }
}

/// A text that comes in pieces: a slice of the source as long as they lie side by side in it, else a string.
struct Pieces<'a> {
    source: &'a str,
    so_far: SoFar<'a>,
}

enum SoFar<'a> {
    Nothing,
    Slice(Range<usize>),
    /// One piece that is not as in the source.
    One(CowStr<'a>),
    Joined(String),
}

impl<'a> Pieces<'a> {
    fn new(source: &'a str) -> Self {
        Pieces {
            source,
            so_far: SoFar::Nothing,
        }
    }

    fn is_empty(&self) -> bool {
        matches!(self.so_far, SoFar::Nothing)
    }

    /// Adds what came from `range` of the source.
    fn push(&mut self, text: CowStr<'a>, range: Range<usize>) {
        let verbatim = text.len() == range.len() && matches!(text, CowStr::Borrowed(_));
        match &mut self.so_far {
            SoFar::Nothing if verbatim => self.so_far = SoFar::Slice(range),
            SoFar::Nothing => self.so_far = SoFar::One(text),
            SoFar::Slice(before) if verbatim && before.end == range.start => before.end = range.end,
            SoFar::Joined(joined) => joined.push_str(&text),
            _ => {
                let mut joined = self.take().into_string();
                joined.push_str(&text);
                self.so_far = SoFar::Joined(joined);
            }
        }
    }

    /// The whole text; what comes next begins another.
    fn take(&mut self) -> CowStr<'a> {
        match std::mem::replace(&mut self.so_far, SoFar::Nothing) {
            SoFar::Nothing => CowStr::Borrowed(""),
            SoFar::Slice(range) => CowStr::Borrowed(self.source.get(range).unwrap_or_default()),
            SoFar::One(text) => text,
            SoFar::Joined(text) => CowStr::from(text),
        }
    }
}

/// Whether the source of a fenced code block ends in its closing fence.
fn is_closed_fence(source: &str) -> bool {
    let mut lines = source.trim_end_matches('\n').lines();
    let opening = lines.next().unwrap_or_default().trim_start();
    let Some(mark) = opening.chars().next() else {
        return false;
    };
    let width = opening.chars().take_while(|&c| c == mark).count();
    lines.next_back().is_some_and(|last| {
        let last = last.trim_start_matches([' ', '\t', '>']).trim_end();
        last.len() >= width && last.chars().all(|c| c == mark)
    })
}

/// The index of the `End` that closes the `Start` at `start`; the last index if there is none.
pub(super) fn end_of(nodes: &[Node<'_>], start: usize) -> usize {
    let mut depth = 0_usize;
    for (index, node) in nodes.iter().enumerate().skip(start) {
        match node.kind {
            Kind::Start(_) => depth += 1,
            Kind::End(_) => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return index;
                }
            }
            _ => {}
        }
    }
    nodes.len().saturating_sub(1)
}

/// The plain text of inline nodes: code spans and alternative texts included, line breaks as spaces.
pub(super) fn plain_text(nodes: &[Node<'_>]) -> String {
    let mut out = String::new();
    for node in nodes {
        match &node.kind {
            Kind::Text(text) | Kind::Code(text) | Kind::Math { text, .. } => out.push_str(text),
            Kind::HashTag(text) => out.push_str(text),
            Kind::SoftBreak | Kind::HardBreak => out.push(' '),
            _ => {}
        }
    }
    out
}
