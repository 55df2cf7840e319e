//! One note's text to one parsed note: HTML body, headings, sections, links, diagnostics.
//!
//! Pure: the same input gives the same output, whatever other notes there are. What depends on other notes (where a
//! link leads) is left open as a [`Slot`] in the body for `site` to fill.
//!
//! The steps of [`parse`], each a file:
//! 1. `templates` and `kramdown` read what Jekyll, Hugo and GitBook left (`protected` tells code from text); `pasted`
//!    and `containers` rewrite what Markdown has no words for (tables parted by tabs, `:::tip`, `!!! note`, tabs,
//!    `<details>`; `admonitions` reads their first lines), `fences` mends code fences in lists; `rewrite` keeps the way
//!    back to the author's text, `source_lines` walks over its lines, `zones` tells prose from code;
//! 2. `math` tells formulas from prices and shell variables; `emphasis` makes `**굵게(bold)**는` work beside Korean;
//! 3. pulldown-cmark parses, `nodes` gathers its events into a flat list;
//! 4. `html_policy`, `block_ids`, `callouts`, `tabs`, `wikilinks`, `pasted`, `kramdown`, `autolinks`, `inline` and
//!    `inline_tags` refine the list, each only where `features` says that the text has its marks;
//! 5. `headings` settles the anchors;
//! 6. `serializer` writes HTML, sections and links (`mathml` formulas, `figures` images that stand alone); `code_blocks` and `highlight` colour the code
//!    (`fence_info` reads info strings, `code_marks` the marks in comments), `diagrams` draws Mermaid.

mod admonitions;
mod attributes;
mod autolinks;
mod block_ids;
mod callouts;
mod code_blocks;
mod code_marks;
mod containers;
pub(crate) mod diagrams;
pub(crate) mod element;
mod emphasis;
mod escape;
pub(crate) mod excerpt;
mod extensions;
mod features;
mod fence_info;
mod fences;
mod figures;
mod headings;
pub mod highlight;
mod html_policy;
mod image_text;
mod inline;
mod inline_tags;
mod kramdown;
mod loose_text;
mod math;
pub mod mathml;
mod nodes;
mod pasted;
mod protected;
mod raw_html;
mod report;
mod rewrite;
mod serializer;
mod source_lines;
mod srcset;
mod tabs;
pub(crate) mod templates;
mod wikilinks;
mod written_date;
mod zones;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_obsidian;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

pub use extensions::EXTENSIONS;
pub use html_policy::RawHtml;
pub use pulldown_cmark::Options as ParserOptions;

use zones::Zones;

use crate::bilingual;
use crate::diagnostics::{Diagnostic, Lang, Severity};

/// Which Markdown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dialect {
    /// What Korean notes are written in: GitHub's, Obsidian's, kramdown's and VitePress's habits together.
    #[default]
    Notes,
    /// GitHub Flavored Markdown, output as its specification's.
    Gfm,
    /// CommonMark 0.31.2, output as its specification's.
    CommonMark,
}

/// Everything that decides how a note is parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Which Markdown.
    pub dialect: Dialect,
    /// A line break of the source is a line break on the page.
    pub hard_breaks: bool,
    /// `$…$` and `$$…$$` are mathematics; in the dialect `Notes` only where they look like it, and as MathML.
    pub math: bool,
    /// The site's own commands in mathematics: name, and what it stands for with `#1` for arguments.
    pub math_macros: BTreeMap<String, String>,
    /// Mermaid fences are drawn, as files of the note; only in the dialect `Notes`. Otherwise they are code.
    pub diagrams: bool,
    /// Number the lines of code blocks.
    pub line_numbers: bool,
    /// Emphasis beside Korean, Chinese and Japanese as their readers expect, not as CommonMark says.
    pub cjk_emphasis: bool,
    /// GitHub's tag filter (GFM section 6.11); only in the dialect `Gfm`.
    pub tag_filter: bool,
    /// Bare addresses become links (GFM section 6.9).
    pub autolinks: bool,
    /// `#태그` in text is a tag of the note, as in Obsidian.
    pub inline_tags: bool,
    /// The language of words that no author wrote, such as the title of a callout without one.
    pub language: Lang,
    /// What pulldown-cmark reads beyond the dialect; in the dialect `CommonMark` written as its own HTML writer does.
    pub extensions: ParserOptions,
    /// Colour code blocks in languages we know; only in the dialect `Notes`.
    pub highlight: bool,
    /// What becomes of HTML in a note; only in the dialect `Notes`.
    pub raw_html: RawHtml,
}

impl Options {
    /// The defaults of `dialect`.
    pub fn of(dialect: Dialect) -> Self {
        Options {
            dialect,
            hard_breaks: false,
            math: dialect == Dialect::Notes,
            math_macros: BTreeMap::new(),
            diagrams: false,
            line_numbers: false,
            cjk_emphasis: dialect == Dialect::Notes,
            tag_filter: dialect == Dialect::Gfm,
            autolinks: dialect != Dialect::CommonMark,
            inline_tags: false,
            language: Lang::Ko,
            extensions: ParserOptions::empty(),
            highlight: true,
            raw_html: RawHtml::Allow,
        }
    }

    /// pulldown-cmark's options for a text: what the text cannot hold is not looked for. Never its metadata blocks: they
    /// swallow whatever stands between two `---` lines. In notes a single `~` strikes nothing out, so that without a
    /// `~~` there is no strike-through at all.
    fn parser(&self, source: &rewrite::Rewritten<'_>) -> ParserOptions {
        let mut options = ParserOptions::empty();
        if self.dialect != Dialect::CommonMark {
            let strikes = self.dialect == Dialect::Gfm || source.has("~~");
            options.set(ParserOptions::ENABLE_STRIKETHROUGH, strikes);
            options.set(ParserOptions::ENABLE_TABLES, source.has("|"));
            options.set(
                ParserOptions::ENABLE_TASKLISTS,
                source.has_any(&["[x]", "[X]", "[ ]", "[\t]", "[\u{b}]", "[\u{c}]"]),
            );
            options.set(ParserOptions::ENABLE_FOOTNOTES, source.has("[^"));
        }
        if self.dialect == Dialect::Notes {
            options.set(
                ParserOptions::ENABLE_DEFINITION_LIST,
                source.has_any(&["\n:", " :", "\t:", ">:", "\r:"]),
            );
            options.set(ParserOptions::ENABLE_WIKILINKS, source.has("[["));
        }
        options.set(ParserOptions::ENABLE_MATH, self.math && source.has("$"));
        options | self.extensions
    }
}

impl Default for Options {
    fn default() -> Self {
        Options::of(Dialect::Notes)
    }
}

/// A note's text and what to call it.
#[derive(Debug, Clone)]
pub struct NoteText<'a> {
    /// The name diagnostics show: `content/aws/람다.md`.
    pub shown_path: &'a str,
    /// The whole text, front matter included: NFC, line breaks `\n`.
    pub text: &'a str,
    /// Byte range of the text after the front matter.
    pub body: Range<usize>,
}

/// A longer body is published as plain text: an index of Markdown this long is a mistake, and its parse would take
/// gigabytes of memory.
const LONGEST_BODY: usize = 16 << 20;

/// What a caller of [`convert`] will look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// All of a [`ParsedNote`].
    Site,
    /// The HTML, its addresses as they are written in the note, and the diagnostics; of the rest what comes for free.
    Html,
}

/// Parses a note. Never fails: what is wrong is in [`ParsedNote::diagnostics`].
pub fn parse(note: &NoteText<'_>, options: &Options) -> ParsedNote {
    convert(note, options, Wanted::Site)
}

fn convert(note: &NoteText<'_>, options: &Options, wanted: Wanted) -> ParsedNote {
    let mut reporter = report::Reporter::new(note.shown_path, note.text);
    let (offset, body) = match note.text.get(note.body.clone()) {
        Some(body) => (note.body.start, body),
        None => (0, note.text),
    };
    // CommonMark lets a byte-order mark stand before the text.
    let (offset, body) = match body.strip_prefix('\u{FEFF}') {
        Some(rest) => (offset + '\u{FEFF}'.len_utf8(), rest),
        None => (offset, body),
    };
    if body.len() > LONGEST_BODY {
        return too_long(offset, body, reporter);
    }
    let notes = options.dialect == Dialect::Notes;
    let mut source = rewrite::Rewritten::new(body);
    let mut definitions = kramdown::Definitions::default();
    // What the parser need not look for although its mark is there.
    let mut needless = ParserOptions::empty();
    if notes {
        let (templates, kramdown) = (
            source.has_any(&templates::TRIGGERS),
            source.has_any(&kramdown::TRIGGERS) || body.starts_with("^\n"),
        );
        if templates || kramdown {
            let protected = protected::Protected::new(body, options.parser(&source));
            let mut edits = Vec::new();
            if kramdown {
                (edits, definitions) = kramdown::rewrite(&source, &protected);
            }
            if templates {
                let front_matter = note.text.get(..offset).unwrap_or_default();
                edits.extend(templates::rewrite(
                    body,
                    offset,
                    front_matter,
                    &protected,
                    &mut reporter,
                ));
                edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
            }
            source.apply(&edits);
        }
        if source.has_any(&pasted::TRIGGERS) {
            source.apply(&pasted::rewrite(&source, offset, &mut reporter));
        }
        if source.has_line(&containers::TRIGGERS) || source.has("markdown=") {
            source.apply(&containers::rewrite(&source, offset, &mut reporter));
        }
        if source.has_any(&fences::TRIGGERS) {
            source.apply(&fences::in_lists(&source.text));
        }
        if options.math && source.has_any(&math::TRIGGERS) && math::candidates(&source.text) {
            if math::is_none(&source.text) {
                needless = ParserOptions::ENABLE_MATH;
            } else {
                let parser = options
                    .parser(&source)
                    .difference(ParserOptions::ENABLE_MATH);
                let edits = math::edits(&source.text, &Zones::new(&source.text, parser));
                source.apply(&edits);
            }
        }
    }
    let mut parser = options.parser(&source).difference(needless);
    if notes {
        let edits = loose_text::rewrite(&source, parser);
        if !edits.is_empty() {
            source.apply(&edits);
            parser = options.parser(&source).difference(needless);
        }
    }
    let mut neighbours = None;
    if options.cjk_emphasis
        && source.has_any(&["*", "_", "~~"])
        && let Some((chosen, edits)) = emphasis::neighbours(&source.text, parser)
    {
        source.apply(&edits);
        neighbours = Some(chosen);
    }
    source.finish();
    let (mut nodes, seen) = nodes::parse(&source, offset, parser, neighbours.as_ref());
    if notes && options.raw_html == RawHtml::Escape {
        html_policy::escape(&mut nodes);
    }
    if notes && seen.stars && source.has("**") {
        inline::stray_stars(&nodes, note.text, &mut reporter);
    }
    if options.math && !notes {
        inline::prices(&mut nodes, note.text);
    }
    if notes {
        if source.has("^") {
            block_ids::apply(&mut nodes, note.text, &mut reporter);
        }
        if seen.quotes && source.has("[!") {
            callouts::apply(&mut nodes);
            tabs::apply(&mut nodes);
        }
        if source.has("[[") {
            wikilinks::apply(&mut nodes);
        }
        if source.has_any(&["oc]", "OC]"]) {
            inline::contents(&mut nodes);
        }
        nodes = pasted::contents_pages(nodes, &source);
        kramdown::apply(&mut nodes, seen, &source, &definitions, &mut reporter);
    }
    if options.autolinks && source.has_any(&autolinks::TRIGGERS) {
        autolinks::apply(&mut nodes, &source, notes);
    }
    if notes && source.has("==") {
        nodes = inline::marks(nodes, note.text);
    }
    if notes && options.inline_tags && source.has("#") {
        inline_tags::apply(&mut nodes, note.text);
    }
    // The strict dialects write no anchors.
    let plan = match wanted {
        Wanted::Html if !notes => headings::Plan::default(),
        _ => headings::plan(&nodes, wanted),
    };
    let output = serializer::serialize(&nodes, seen, &plan, options, wanted, &mut reporter);
    let (written_date, summary) = match wanted {
        Wanted::Site => (written_date::find(body), summary(&nodes)),
        Wanted::Html => Default::default(),
    };
    ParsedNote {
        body: output.body,
        headings: plan.headings,
        written_ids: plan.written,
        sections: output.sections,
        links: output.links,
        generated: output.generated,
        written_date,
        summary,
        diagnostics: reporter.diagnostics,
    }
}

/// The HTML body alone, every slot filled with the destination as written, and what is wrong with `text`.
pub fn render_fragment(text: &str, options: &Options) -> (String, Vec<Diagnostic>) {
    let note = NoteText {
        shown_path: "-",
        text,
        body: 0..text.len(),
    };
    let parsed = convert(&note, options, Wanted::Html);
    if parsed.body.slots.is_empty() {
        return (parsed.body.html, parsed.diagnostics);
    }
    let html = parsed.body.render(|slot| match slot {
        SlotKind::Url(_)
        | SlotKind::Attributes(_)
        | SlotKind::ImageStart(_)
        | SlotKind::ImageEnd(_)
        | SlotKind::Generated(_) => String::new(),
        // There are no other notes here to embed.
        SlotKind::Embed(index) => parsed
            .links
            .get(index)
            .map(|link| {
                let (target, label) = link.embedded();
                let (href, label) = (escape::href(target), escape::text(&label));
                format!("<p><a href=\"{href}\">{label}</a></p>")
            })
            .unwrap_or_default(),
    });
    (html, parsed.diagnostics)
}

/// A body beyond [`LONGEST_BODY`].
fn too_long(offset: usize, body: &str, mut reporter: report::Reporter<'_>) -> ParsedNote {
    let (size, most) = (body.len() >> 20, LONGEST_BODY >> 20);
    reporter.report_start(
        Severity::Warning,
        "note-too-long",
        &(offset..offset),
        bilingual!(
            "노트가 너무 길어({size} MiB) 마크다운으로 읽지 않고 글자 그대로 실었습니다.",
            "the note is too long ({size} MiB); it is published as plain text."
        ),
        Some(bilingual!(
            "{most} MiB보다 짧은 노트로 나누세요.",
            "split it into notes shorter than {most} MiB."
        )),
    );
    let mut html = String::with_capacity(body.len() + 64);
    html.push_str("<pre>");
    escape::push_text(&mut html, body);
    html.push_str("</pre>\n");
    ParsedNote {
        body: Body {
            html,
            slots: Vec::new(),
        },
        sections: vec![Section {
            heading: None,
            text: body.to_owned(),
            code: String::new(),
        }],
        diagnostics: reporter.diagnostics,
        ..ParsedNote::default()
    }
}

/// The first paragraph with words in it, as plain text.
fn summary(nodes: &[nodes::Node<'_>]) -> String {
    use nodes::Tag;
    nodes
        .iter()
        .enumerate()
        .filter(|(_, node)| matches!(node.kind, nodes::Kind::Start(Tag::Paragraph)))
        .map(|(start, _)| {
            let end = nodes::end_of(nodes, start);
            nodes::plain_text(&nodes[start..end]).trim().to_owned()
        })
        .find(|text| text.chars().any(char::is_alphanumeric))
        .unwrap_or_default()
}

/// A note after parsing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ParsedNote {
    /// The body's HTML with open slots for what only the whole site knows.
    pub body: Body,
    /// All headings in document order.
    pub headings: Vec<Heading>,
    /// The anchors their author named, in document order, repeated ones too.
    pub written_ids: Vec<WrittenId>,
    /// The units of search: the text before the first heading (if any), then one for each heading.
    pub sections: Vec<Section>,
    /// Outgoing links and images in document order; slots refer to them by index.
    pub links: Vec<Link>,
    /// Files that were made of the note; slots refer to them by index.
    pub generated: Vec<GeneratedFile>,
    /// A date written near the top (`최초 작성 일자: 2023-03-21`), as `YYYY-MM-DD`.
    pub written_date: Option<String>,
    /// The first paragraph as plain text, for descriptions; empty if there is none.
    pub summary: String,
    /// What is wrong with this note alone.
    pub diagnostics: Vec<Diagnostic>,
}

/// A file that was made of a note and is published beside its page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GeneratedFile {
    /// Path in `public/`, with a hash of the content in its name.
    pub path: String,
    /// The content.
    pub bytes: Arc<[u8]>,
}

/// HTML with holes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Body {
    /// HTML text; complete but for the slots.
    pub html: String,
    /// Where something must be inserted, in ascending order of `at`.
    pub slots: Vec<Slot>,
}

/// A hole in the HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// Byte offset in [`Body::html`] at which the value is inserted.
    pub at: usize,
    /// What goes there.
    pub kind: SlotKind,
}

/// What a slot is filled with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlotKind {
    /// The resolved, HTML-escaped URL of `links[index]` (inside an attribute's quotes).
    Url(usize),
    /// Further HTML attributes for the element of `links[index]`, each with a leading space, such as
    /// ` width="640" height="480"` of a local image or ` class="broken"` of a broken link.
    Attributes(usize),
    /// Before the `<img>` element of `links[index]`, which [`Body::render_with`] hands over as a whole.
    ImageStart(usize),
    /// After it.
    ImageEnd(usize),
    /// The note or part of a note that `links[index]` embeds, as a block of its own.
    Embed(usize),
    /// The URL of `generated[index]` (inside an attribute's quotes).
    Generated(usize),
}

impl Body {
    /// The HTML with every slot filled by `fill`.
    pub fn render(&self, fill: impl FnMut(SlotKind) -> String) -> String {
        self.render_with(fill, |_, element| element.to_owned())
    }

    /// The same, but each `<img>` element of the author's, its address filled in, is replaced by what `image` makes of
    /// the link's index and the element.
    pub fn render_with(
        &self,
        mut fill: impl FnMut(SlotKind) -> String,
        mut image: impl FnMut(usize, &str) -> String,
    ) -> String {
        let mut out = String::with_capacity(self.html.len() + self.slots.len() * 24);
        let mut done = 0;
        let mut open = None;
        for slot in &self.slots {
            out.push_str(&self.html[done..slot.at]);
            match slot.kind {
                SlotKind::ImageStart(link) => open = Some((link, out.len())),
                SlotKind::ImageEnd(_) => {
                    if let Some((link, from)) = open.take() {
                        let element = out.split_off(from);
                        out.push_str(&image(link, &element));
                    }
                }
                kind => out.push_str(&fill(kind)),
            }
            done = slot.at;
        }
        out.push_str(&self.html[done..]);
        out
    }
}

/// A heading.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// The anchor: keeps Hangul, unique in the note, stable under edits elsewhere.
    pub id: String,
    /// Plain text.
    pub text: String,
    /// Inline HTML without links or anchors (for the table of contents).
    pub html: String,
    /// Byte range in the note's whole text; of the whole block where the heading is raw HTML.
    pub span: Range<usize>,
    /// Left out of contents lists at its author's wish (`{: .no_toc}`).
    pub no_toc: bool,
}

/// An anchor its author named: `{#이름}` on a heading, `id` or `<a name>` in raw HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenId {
    /// The name, entities resolved.
    pub id: String,
    /// Byte range in the note's whole text of the heading or of the raw HTML it stands in.
    pub span: Range<usize>,
}

/// The unit of search: a heading and the text under it, up to the next heading of any level.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Section {
    /// Index into [`ParsedNote::headings`]; `None` for what stands before the first heading.
    pub heading: Option<usize>,
    /// The prose as plain text; block boundaries are line breaks.
    pub text: String,
    /// The text of code blocks, each ending in a line break.
    pub code: String,
}

/// An outgoing link or image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The destination as written, entities and backslashes resolved, not percent-decoded.
    pub destination: String,
    /// Byte range in the note's whole text that diagnostics point at.
    pub span: Range<usize>,
    /// Link or image.
    pub kind: LinkKind,
}

/// What kind of reference a link is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkKind {
    /// `<a href>`.
    Anchor,
    /// `<img src>` and other embedded media.
    Image,
    /// `[[노트#제목]]`: the destination is in wiki form, a note's name or path and maybe `#` and a heading's text.
    Wiki,
    /// `![[그림.png]]`: the destination is a file's name or path, wherever in the content it lies.
    WikiImage,
    /// `![[노트#제목|글]]` on a line of its own: in wiki form, with `|` and the label where the author gave one.
    Embed,
    /// `#태그` in text: the destination is the tag without the number sign.
    Tag,
}

impl LinkKind {
    /// Whether the destination is in wiki form: names rather than paths, and no query.
    pub fn is_wiki(self) -> bool {
        matches!(self, LinkKind::Wiki | LinkKind::WikiImage | LinkKind::Embed)
    }
}

impl Link {
    /// What a link of the kind [`LinkKind::Embed`] embeds, and how it is called where there is nothing to embed.
    pub fn embedded(&self) -> (&str, String) {
        match self.destination.split_once('|') {
            Some((target, label)) if !label.trim().is_empty() => {
                (target.trim(), label.trim().to_owned())
            }
            Some((target, _)) => (target.trim(), wikilinks::shown(target.trim()).into_owned()),
            None => {
                let target = self.destination.as_str();
                (target, wikilinks::shown(target).into_owned())
            }
        }
    }
}
