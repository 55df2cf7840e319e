//! pulldown-cmark's events as a flat list of nodes with places in the author's text: neighbouring texts joined, code
//! blocks and HTML blocks gathered into one node each. No tree, so no recursion: `Start` and `End` pair up.

use std::borrow::Cow;
use std::cell::LazyCell;
use std::collections::BTreeMap;
use std::ops::Range;

use pulldown_cmark::{
    BrokenLink, CodeBlockKind, CowStr, Event, OffsetIter, Options, Parser, Tag, TagEnd,
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
    HtmlBlock(String),
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
    /// A code block; `info` is the fence's info string, `None` for indented code.
    CodeBlock {
        info: Option<CowStr<'a>>,
        text: String,
        closed: bool,
    },
    /// Opens and closes `==…==`.
    MarkStart,
    MarkEnd,
    /// Opens a callout; its title's inline nodes follow up to `CalloutBody`.
    CalloutStart(Callout),
    CalloutBody(Callout),
    CalloutEnd(Callout),
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
    neighbours: Option<Neighbours>,
) -> (Vec<Node<'a>>, Seen) {
    let text: &'a str = source.text.as_ref();
    let Some(neighbours) = neighbours else {
        return collect(
            Parser::new_ext(text, options).into_offset_iter(),
            source,
            offset,
            None,
        );
    };
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
    let mut lookup = move |link: BrokenLink<'a>| {
        let label = neighbours.strip(&link.reference);
        // Only a label that a neighbour made unrecognisable; any other is truly undefined.
        (label.len() != link.reference.len())
            .then(|| definitions.get(&label_key(&label)).cloned())
            .flatten()
    };
    let lookup: &mut LinkLookup<'a> = &mut lookup;
    let parser = Parser::new_with_broken_link_callback(text, options, Some(lookup));
    collect(parser.into_offset_iter(), source, offset, Some(neighbours))
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
    neighbours: Option<Neighbours>,
) -> (Vec<Node<'a>>, Seen)
where
    F: pulldown_cmark::BrokenLinkCallback<'a>,
{
    let source_text: &'a str = source.text.as_ref();
    let clean = |text: CowStr<'a>| match neighbours {
        Some(neighbours) => match text {
            CowStr::Borrowed(text) => neighbours.strip(text).into(),
            owned => match neighbours.strip(&owned) {
                Cow::Borrowed(same) if same.len() == owned.len() => owned,
                stripped => stripped.into_owned().into(),
            },
        },
        None => text,
    };
    // A usual density of nodes in Korean notes.
    let mut nodes: Vec<Node<'a>> = Vec::with_capacity(source_text.len() / 32);
    // The text being joined from several events, where the last text lies if it is as in the source, and the block
    // being gathered.
    let mut joining: Option<String> = None;
    let mut verbatim: Option<Range<usize>> = None;
    let mut gathering: Option<String> = None;
    let mut skipping = false;
    let mut seen = Seen::default();
    for (event, range) in events {
        let original = source.original(&range);
        let span = original.start + offset..original.end + offset;
        let kind = match event {
            Event::Start(Tag::CodeBlock(_) | Tag::HtmlBlock) => {
                gathering = Some(String::new());
                if let Event::Start(Tag::CodeBlock(kind)) = event {
                    let info = match kind {
                        CodeBlockKind::Fenced(info) => Some(clean(info)),
                        CodeBlockKind::Indented => None,
                    };
                    let closed = info.is_none()
                        || is_closed_fence(source_text.get(range.clone()).unwrap_or_default());
                    Kind::CodeBlock {
                        info,
                        text: String::new(),
                        closed,
                    }
                } else {
                    Kind::HtmlBlock(String::new())
                }
            }
            Event::End(TagEnd::CodeBlock | TagEnd::HtmlBlock) => {
                let gathered = gathering.take().unwrap_or_default();
                if let Some(Node {
                    kind: Kind::CodeBlock { text, .. } | Kind::HtmlBlock(text),
                    ..
                }) = nodes.last_mut()
                {
                    *text = gathered;
                }
                continue;
            }
            Event::Text(text) | Event::Html(text) if gathering.is_some() => {
                if let Some(gathered) = &mut gathering {
                    gathered.push_str(&clean(text));
                }
                continue;
            }
            // Metadata is not part of the text.
            Event::Start(Tag::MetadataBlock(_)) => {
                skipping = true;
                continue;
            }
            Event::End(TagEnd::MetadataBlock(_)) => {
                skipping = false;
                continue;
            }
            _ if skipping => continue,
            Event::Start(tag) => {
                match tag {
                    Tag::BlockQuote(_) => seen.quotes = true,
                    Tag::Table(_) => seen.tables = true,
                    Tag::DefinitionList => seen.definition_lists = true,
                    Tag::FootnoteDefinition(_) => seen.footnotes = true,
                    _ => {}
                }
                Kind::Start(match neighbours {
                    Some(_) => clean_tag(tag, clean),
                    None => tag,
                })
            }
            Event::End(tag) => {
                if matches!(tag, TagEnd::Heading(_)) {
                    join(&mut nodes, &mut joining);
                    seen.heading_attributes |= nodes.last().is_some_and(
                        |node| matches!(&node.kind, Kind::Text(text) if text.trim_end().ends_with('}')),
                    );
                }
                Kind::End(tag)
            }
            Event::Text(text) => {
                let text = clean(text);
                if text.is_empty() {
                    continue;
                }
                seen.stars |= memchr::memchr(b'*', text.as_bytes()).is_some();
                let as_written = (text.len() == range.len() && matches!(text, CowStr::Borrowed(_)))
                    .then_some(range);
                if let Some(Node {
                    kind: Kind::Text(before),
                    span: before_span,
                }) = nodes.last_mut()
                {
                    before_span.end = span.end;
                    // Texts that lie side by side in the source are a slice of it.
                    if let (None, Some(first), Some(second)) = (&joining, &verbatim, &as_written)
                        && first.end == second.start
                        && let Some(both) = source_text.get(first.start..second.end)
                    {
                        *before = CowStr::Borrowed(both);
                        verbatim = Some(first.start..second.end);
                        continue;
                    }
                    joining
                        .get_or_insert_with(|| before.to_string())
                        .push_str(&text);
                    continue;
                }
                verbatim = as_written;
                Kind::Text(text)
            }
            Event::Code(text) => Kind::Code(clean(text)),
            Event::InlineMath(text) => Kind::Math {
                text: clean(text),
                display: false,
            },
            Event::DisplayMath(text) => Kind::Math {
                text: clean(text),
                display: true,
            },
            Event::Html(text) => Kind::HtmlBlock(clean(text).into_string()),
            Event::InlineHtml(text) => Kind::InlineHtml(clean(text)),
            Event::FootnoteReference(name) => {
                seen.footnotes = true;
                Kind::FootnoteReference(clean(name))
            }
            Event::SoftBreak => Kind::SoftBreak,
            Event::HardBreak => Kind::HardBreak,
            Event::Rule => Kind::Rule,
            Event::TaskListMarker(done) => Kind::TaskMarker(done),
        };
        join(&mut nodes, &mut joining);
        nodes.push(Node { kind, span });
    }
    join(&mut nodes, &mut joining);
    (nodes, seen)
}

/// A tag whose texts are clean of neighbours, wherever a misjudged block put them.
fn clean_tag<'a>(tag: Tag<'a>, clean: impl Fn(CowStr<'a>) -> CowStr<'a>) -> Tag<'a> {
    match tag {
        Tag::Link {
            link_type,
            dest_url,
            title,
            id,
        } => Tag::Link {
            link_type,
            dest_url: clean(dest_url),
            title: clean(title),
            id: clean(id),
        },
        Tag::Image {
            link_type,
            dest_url,
            title,
            id,
        } => Tag::Image {
            link_type,
            dest_url: clean(dest_url),
            title: clean(title),
            id: clean(id),
        },
        Tag::FootnoteDefinition(name) => Tag::FootnoteDefinition(clean(name)),
        other => other,
    }
}

/// Puts text joined from several events into the node that holds the first of them.
fn join(nodes: &mut [Node<'_>], joining: &mut Option<String>) {
    if let (Some(joined), Some(Kind::Text(text))) =
        (joining.take(), nodes.last_mut().map(|node| &mut node.kind))
    {
        *text = CowStr::from(joined);
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
