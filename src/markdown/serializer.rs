//! Nodes to HTML with open slots, and in the same walk the sections of search and the outgoing links.
//!
//! In the strict dialects the output is that of the specifications' examples byte for byte; the `notes` dialect adds
//! anchors, figures, callouts and checked links.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;

use pulldown_cmark::{Alignment, CowStr, LinkType, TagEnd};

use super::attributes;
use super::code_blocks;
use super::extensions;
use super::figures::{self, LoneImage};
use super::headings::{self, Plan};
use super::image_text;
use super::nodes::{Kind, Node, Seen, Tag, Target, end_of, plain_text};
use super::raw_html::{self, Attribute, HtmlTag, Token};
use super::report::Reporter;
use super::srcset;
use super::tabs;
use super::{
    Body, Dialect, GeneratedFile, Heading, Link, LinkKind, Options, Section, Slot, SlotKind,
    Wanted, escape,
};
use crate::bilingual;
use crate::diagnostics::Severity;

const HEADING_OPEN: [&str; 6] = ["<h1", "<h2", "<h3", "<h4", "<h5", "<h6"];
const HEADING_CLOSE: [&str; 6] = [
    "</h1>\n", "</h2>\n", "</h3>\n", "</h4>\n", "</h5>\n", "</h6>\n",
];
mod diagrams;
mod embeds;

/// What serialising yields.
#[derive(Debug, Default)]
pub(super) struct Output {
    pub(super) body: Body,
    pub(super) sections: Vec<Section>,
    pub(super) links: Vec<Link>,
    pub(super) generated: Vec<GeneratedFile>,
}

/// Writes `nodes` as HTML.
pub(super) fn serialize(
    nodes: &[Node<'_>],
    seen: Seen,
    plan: &Plan,
    options: &Options,
    wanted: Wanted,
    reporter: &mut Reporter<'_>,
) -> Output {
    let text_len = reporter.text().len();
    let mut references: BTreeMap<&str, usize> = BTreeMap::new();
    let mut definitions: BTreeMap<&str, usize> = BTreeMap::new();
    let notes_of = if seen.footnotes { nodes } else { &[] };
    for (index, node) in notes_of.iter().enumerate() {
        match &node.kind {
            Kind::FootnoteReference(name) => *references.entry(name).or_default() += 1,
            Kind::Start(Tag::FootnoteDefinition(name)) => {
                definitions.entry(name).or_insert(index);
            }
            _ => {}
        }
    }
    let mut serializer = Serializer {
        nodes,
        plan,
        options,
        wanted,
        reporter,
        out: Output {
            sections: vec![Section::default()],
            body: Body {
                html: String::with_capacity(text_len * 3 / 2),
                slots: Vec::new(),
            },
            ..Output::default()
        },
        section: 0,
        said: String::new(),
        link_ends: Vec::new(),
        alignments: Vec::new(),
        cell: 0,
        cell_end: 0,
        in_head: false,
        rows: 0,
        plain_paragraphs: Vec::new(),
        in_summary: false,
        references,
        definitions,
        footnotes: Footnotes::default(),
        unknown_languages: Vec::new(),
        never_closed: BTreeMap::new(),
        open_links: 0,
        block_id: None,
        headings_by_text: None,
        in_picture: false,
        formulas: None,
        drawn: BTreeMap::new(),
    };
    serializer.run(0..nodes.len());
    serializer.write_footnotes();
    serializer.enter_section(0);
    let mut out = serializer.out;
    if out.sections.first().is_some_and(|first| {
        first.heading.is_none() && first.text.trim().is_empty() && first.code.is_empty()
    }) {
        out.sections.remove(0);
    }
    for section in &mut out.sections {
        section.text.truncate(section.text.trim_end().len());
    }
    out
}

/// Footnotes in order of their first reference.
#[derive(Default)]
struct Footnotes<'n> {
    numbers: BTreeMap<&'n str, usize>,
    seen: BTreeMap<&'n str, usize>,
    /// Definitions still to write: name and the section of the first reference.
    pending: VecDeque<(&'n str, usize)>,
    /// Set while a definition is written: the node before which its backlinks go, and its name.
    backlinks_before: Option<(usize, &'n str)>,
}

struct Serializer<'n, 'a, 'r, 't> {
    nodes: &'n [Node<'a>],
    plan: &'n Plan,
    options: &'n Options,
    wanted: Wanted,
    reporter: &'r mut Reporter<'t>,
    out: Output,
    /// Index of the current section.
    section: usize,
    /// Its text.
    said: String,
    /// What closes each open link.
    link_ends: Vec<&'static str>,
    alignments: Vec<Alignment>,
    cell: usize,
    /// Where the last cell ends in the whole text.
    cell_end: usize,
    in_head: bool,
    rows: usize,
    /// For each open paragraph whether its tags are left out.
    plain_paragraphs: Vec<bool>,
    /// Inside a raw `<summary>`, whose paragraph needs no `<p>`.
    in_summary: bool,
    /// How often each footnote is referred to.
    references: BTreeMap<&'n str, usize>,
    /// Node at which each footnote's definition starts.
    definitions: BTreeMap<&'n str, usize>,
    footnotes: Footnotes<'n>,
    unknown_languages: Vec<String>,
    /// For a tag name the node up to which no tag closes it; keeps the search for closing tags linear.
    never_closed: BTreeMap<String, usize>,
    /// Raw `<a>` of the present paragraph, heading or cell that are still open.
    open_links: usize,
    /// The id of the block that is written next, and where it begins.
    block_id: Option<(usize, &'n str)>,
    /// The anchors of headings by the slug of their text; made when first asked for.
    headings_by_text: Option<BTreeMap<String, &'n str>>,
    /// Inside a raw `<picture>`, whose `<img>` stays as it is.
    in_picture: bool,
    /// Made with the first formula.
    formulas: Option<super::mathml::Converter>,
    /// The diagrams drawn so far, by their source.
    drawn: BTreeMap<String, diagrams::Drawn>,
}

impl<'n> Serializer<'n, '_, '_, '_> {
    fn notes(&self) -> bool {
        self.options.dialect == Dialect::Notes
    }

    /// Whether extensions stand beside plain CommonMark, which are written as pulldown-cmark writes them.
    fn extended(&self) -> bool {
        self.options.dialect == Dialect::CommonMark && !self.options.extensions.is_empty()
    }

    fn push(&mut self, html: &str) {
        self.out.body.html.push_str(html);
    }

    fn push_escaped(&mut self, text: &str) {
        escape::push_text(&mut self.out.body.html, text);
    }

    /// Text between tags; pulldown-cmark's own writer leaves quotes in it.
    fn push_body_text(&mut self, text: &str) {
        let from = self.out.body.html.len();
        self.push_escaped(text);
        if self.extended() && text.contains('"') {
            let written = self.out.body.html.split_off(from);
            self.push(&written.replace("&quot;", "\""));
        }
    }

    /// Leaves a hole for the site, or fills it at once where there is none.
    fn slot(&mut self, kind: SlotKind) {
        if self.wanted == Wanted::Html {
            match kind {
                SlotKind::Url(link) => {
                    if let Some(link) = self.out.links.get(link) {
                        escape::push_href(&mut self.out.body.html, &link.destination);
                    }
                    return;
                }
                SlotKind::Attributes(_) | SlotKind::ImageStart(_) | SlotKind::ImageEnd(_) => return,
                SlotKind::Embed(_) | SlotKind::Generated(_) => {}
            }
        }
        let at = self.out.body.html.len();
        self.out.body.slots.push(Slot { at, kind });
    }

    /// Begins a new line unless at the start of one.
    fn fresh_line(&mut self) {
        let html = &mut self.out.body.html;
        if !html.is_empty() && !html.ends_with('\n') {
            html.push('\n');
        }
    }

    /// Whether anybody will look at the sections.
    fn says(&self) -> bool {
        self.wanted == Wanted::Site
    }

    /// Adds words to the current section.
    fn say(&mut self, text: &str) {
        if self.says() {
            self.said.push_str(text);
        }
    }

    /// Ends a block in the current section.
    fn say_break(&mut self) {
        if !self.said.is_empty() && !self.said.ends_with('\n') {
            let blanks = self
                .said
                .bytes()
                .rev()
                .take_while(|byte| matches!(byte, b' ' | b'\t'))
                .count();
            self.said.truncate(self.said.len() - blanks);
            self.said.push('\n');
        }
    }

    /// Goes on with section number `section`; what was said is put down in the one before.
    fn enter_section(&mut self, section: usize) {
        if let Some(left) = self.out.sections.get_mut(self.section) {
            left.text.clone_from(&self.said);
        }
        self.section = section;
        self.said.clear();
        if let Some(entered) = self.out.sections.get(section) {
            self.said.push_str(&entered.text);
        }
    }

    fn add_link(&mut self, destination: &str, span: &Range<usize>, kind: LinkKind) -> usize {
        self.out.links.push(Link {
            destination: destination.to_owned(),
            span: span.clone(),
            kind,
        });
        self.out.links.len() - 1
    }

    fn run(&mut self, range: Range<usize>) {
        let nodes: &'n [Node<'_>] = self.nodes;
        let mut index = range.start;
        while index < range.end {
            if let Some((before, name)) = self.footnotes.backlinks_before
                && before == index
            {
                self.footnotes.backlinks_before = None;
                if self.references.contains_key(name) {
                    self.push(" ");
                    self.write_backlinks(name);
                }
            }
            index = self.node(&nodes[index], index);
            if self.block_id.is_some() {
                self.place_block_id();
            }
        }
    }

    /// Writes one node, or several; returns the index of the next.
    fn node(&mut self, node: &'n Node<'_>, index: usize) -> usize {
        match &node.kind {
            Kind::Start(tag) => return self.start(tag, &node.span, index),
            Kind::End(tag) => self.end(tag, &node.span),
            Kind::Text(text) => {
                self.push_body_text(text);
                self.say(text);
            }
            Kind::Code(text) => {
                self.push("<code>");
                self.push_body_text(text);
                self.push("</code>");
                self.say(text);
            }
            Kind::Math { text, display } if self.notes() => {
                self.formula(text, *display, &node.span);
            }
            Kind::Math { text, display } => {
                self.push(if *display {
                    "<span class=\"math math-display\">"
                } else {
                    "<span class=\"math math-inline\">"
                });
                self.push_escaped(text);
                self.push("</span>");
                self.say(text);
            }
            Kind::HtmlBlock(html) => {
                if !self.extended() {
                    self.fresh_line();
                }
                self.raw_html(html, &node.span, index);
                self.in_picture = false;
                self.say_break();
            }
            Kind::InlineHtml(html) => {
                self.raw_html(html, &node.span, index);
                self.count_links(html);
            }
            Kind::SoftBreak => {
                self.push(if self.options.hard_breaks {
                    "<br />\n"
                } else {
                    "\n"
                });
                self.say(" ");
            }
            Kind::HardBreak => {
                self.push("<br />\n");
                self.say("\n");
            }
            Kind::Rule => {
                self.fresh_line();
                self.push("<hr />\n");
            }
            Kind::FootnoteReference(name) => self.footnote_reference(name),
            Kind::TaskMarker(done) if self.extended() => self.push(if *done {
                "<input disabled=\"\" type=\"checkbox\" checked=\"\"/>\n"
            } else {
                "<input disabled=\"\" type=\"checkbox\"/>\n"
            }),
            Kind::TaskMarker(done) => self.push(match (self.notes(), *done) {
                (true, true) => {
                    "<input checked=\"\" disabled=\"\" type=\"checkbox\" aria-label=\"끝낸 일\"> "
                }
                (true, false) => "<input disabled=\"\" type=\"checkbox\" aria-label=\"남은 일\"> ",
                (false, true) => "<input checked=\"\" disabled=\"\" type=\"checkbox\"> ",
                (false, false) => "<input disabled=\"\" type=\"checkbox\"> ",
            }),
            Kind::CodeBlock(block) => {
                self.code_block(block.info.as_deref(), &block.text, block.closed, &node.span);
            }
            Kind::MarkStart => self.push("<mark>"),
            Kind::MarkEnd => self.push("</mark>"),
            Kind::CalloutStart(callout) => {
                self.fresh_line();
                let kind = escape::text(&callout.kind);
                match (tabs::html(callout), callout.fold) {
                    (Some((before, ..)), _) => self.push(before),
                    (None, None) if callout.untitled => {
                        let name = escape::text(&callout.default_title(self.options.language));
                        self.push(&format!(
                            "<div class=\"callout callout-{kind}\" role=\"note\" aria-label=\"{name}\">\n"
                        ));
                    }
                    (None, None) => self.push(&format!(
                        "<div class=\"callout callout-{kind}\">\n<p class=\"callout-title\">"
                    )),
                    (None, Some(open)) => {
                        let open = if open { " open" } else { "" };
                        self.push(&format!(
                            "<details class=\"callout callout-{kind}\"{open}>\n<summary class=\"callout-title\">"
                        ));
                    }
                }
                let without = callout.untitled && callout.fold.is_none();
                if !callout.titled && !without && tabs::html(callout).is_none() {
                    let title = callout.default_title(self.options.language);
                    self.push_escaped(&title);
                }
            }
            Kind::CalloutBody(callout) => {
                self.push(match (tabs::html(callout), callout.fold) {
                    (Some((_, between, _)), _) => between,
                    (None, Some(_)) => "</summary>\n",
                    (None, None) if callout.untitled => "",
                    (None, None) => "</p>\n",
                });
                self.say_break();
            }
            Kind::CalloutEnd(callout) => {
                self.fresh_line();
                self.push(match (tabs::html(callout), callout.fold) {
                    (Some((_, _, after)), _) => after,
                    (None, Some(_)) => "</details>\n",
                    (None, None) => "</div>\n",
                });
                self.say_break();
            }
            Kind::Contents => self.contents(6),
            Kind::ContentsTo(deepest) => self.contents(*deepest),
            Kind::Attributes(list) => attributes::write(&mut self.out.body, list),
            Kind::BlockId(id) => {
                self.fresh_line();
                self.block_id = Some((self.out.body.html.len(), id));
            }
            Kind::HashTag(tag) => self.hash_tag(tag, &node.span),
            Kind::ContentsPageStart => {
                self.fresh_line();
                self.push("<ul class=\"contents-page\">\n");
                self.say_break();
            }
            Kind::ContentsPageEnd => self.push("</ul>\n"),
            Kind::PageNumber(page) => {
                self.push(" <span class=\"page-number\">");
                self.push_escaped(page);
                self.push("</span>");
                self.say(" ");
                self.say(page);
            }
        }
        index + 1
    }

    fn start(&mut self, tag: &'n Tag<'_>, span: &Range<usize>, index: usize) -> usize {
        match tag {
            Tag::Paragraph => {
                if self.notes()
                    && let Some(next) = self
                        .lone_images(index + 1)
                        .or_else(|| self.lone_embeds(index))
                {
                    return next;
                }
                let plain = self.in_summary;
                self.plain_paragraphs.push(plain);
                if !plain {
                    self.fresh_line();
                    self.push("<p>");
                }
            }
            Tag::Heading { level, attributes } => {
                self.fresh_line();
                self.push(HEADING_OPEN[*level as usize - 1]);
                let planned = self.plan.at(index, 0);
                if let Some((heading, _)) = planned {
                    self.open_section(heading);
                }
                if self.notes()
                    && let Some((_, heading)) = planned
                {
                    self.push(" id=\"");
                    self.push_escaped(&heading.id);
                    self.push("\"");
                } else if self.extended()
                    && let Some(attributes) = attributes
                {
                    self.push(&extensions::heading_attributes(attributes));
                }
                self.push(">");
                if self.notes() {
                    return self.heading_content(index);
                }
            }
            Tag::BlockQuote(kind) => {
                self.fresh_line();
                self.push("<blockquote");
                self.push(extensions::alert_class(*kind));
                self.push(">\n");
            }
            Tag::List(start) => {
                self.fresh_line();
                match start {
                    None => self.push("<ul>\n"),
                    Some(1) => self.push("<ol>\n"),
                    Some(start) => self.push(&format!("<ol start=\"{start}\">\n")),
                }
                self.say_break();
            }
            Tag::Item => {
                self.fresh_line();
                self.push("<li>");
                self.say_break();
                if self.notes()
                    && let Some(next) = self
                        .lone_images(index + 1)
                        .or_else(|| self.lone_embeds(index))
                {
                    return next;
                }
            }
            Tag::FootnoteDefinition(name) if self.extended() => {
                let number = self.footnote_number(name);
                let id = escape::text(name);
                self.fresh_line();
                self.push(&format!(
                    "<div class=\"footnote-definition\" id=\"{id}\"><sup class=\"footnote-definition-label\">{number}</sup>\n"
                ));
            }
            Tag::FootnoteDefinition(name) => {
                let first = self.definitions.get(name.as_ref()) == Some(&index);
                let used = self.references.contains_key(name.as_ref());
                if !used && self.notes() && first {
                    self.reporter.report(
                        Severity::Note,
                        "unused-footnote",
                        span,
                        bilingual!(
                            "본문에서 부르지 않는 각주입니다: [^{name}]",
                            "this footnote is never referred to: [^{name}]"
                        ),
                        Some(bilingual!(
                            "본문에 [^{name}] 표시를 넣거나 각주를 지우세요.",
                            "refer to it with [^{name}] or remove it."
                        )),
                    );
                }
                return end_of(self.nodes, index) + 1;
            }
            Tag::DefinitionList => {
                self.fresh_line();
                self.push("<dl>\n");
            }
            Tag::DefinitionListTitle => {
                self.fresh_line();
                self.push("<dt>");
            }
            Tag::DefinitionListDefinition => {
                self.fresh_line();
                self.push("<dd>");
            }
            Tag::Table(alignments) => {
                self.fresh_line();
                self.alignments.clone_from(alignments);
                self.rows = 0;
                self.push(if self.notes() {
                    "<div class=\"table-scroll\">\n<table>\n"
                } else {
                    "<table>\n"
                });
            }
            Tag::TableHead => {
                self.in_head = true;
                self.cell = 0;
                self.push("<thead>\n<tr>\n");
            }
            Tag::TableRow => {
                if self.rows == 0 {
                    self.push("<tbody>\n");
                }
                self.rows += 1;
                self.cell = 0;
                self.push("<tr>\n");
            }
            Tag::TableCell => {
                self.push(if self.in_head { "<th" } else { "<td" });
                if self.extended() {
                    self.push(extensions::cell_style(self.alignments.get(self.cell)));
                    self.push(">");
                    self.cell += 1;
                    return index + 1;
                }
                // The `align` of GFM is obsolete in HTML; a style would need a looser Content-Security-Policy.
                self.push(match (self.notes(), self.alignments.get(self.cell)) {
                    (true, Some(Alignment::Left)) => " class=\"align-left\">",
                    (true, Some(Alignment::Center)) => " class=\"align-center\">",
                    (true, Some(Alignment::Right)) => " class=\"align-right\">",
                    (false, Some(Alignment::Left)) => " align=\"left\">",
                    (false, Some(Alignment::Center)) => " align=\"center\">",
                    (false, Some(Alignment::Right)) => " align=\"right\">",
                    (_, Some(Alignment::None) | None) => ">",
                });
                if self.cell > 0 {
                    self.say("\t");
                }
                self.cell += 1;
            }
            Tag::Emphasis => self.push("<em>"),
            Tag::Strong => self.push("<strong>"),
            Tag::Strikethrough => self.push("<del>"),
            Tag::Superscript => self.push("<sup>"),
            Tag::Subscript => self.push("<sub>"),
            Tag::Link(link) => self.link(link, span, index),
            Tag::Image(image) => return self.image(image, span, index, true),
        }
        index + 1
    }

    fn end(&mut self, tag: &TagEnd, span: &Range<usize>) {
        match tag {
            TagEnd::Paragraph => {
                self.close_links();
                if !self.plain_paragraphs.pop().unwrap_or_default() {
                    self.push("</p>\n");
                }
                self.say_break();
            }
            TagEnd::Heading(level) => self.push(HEADING_CLOSE[*level as usize - 1]),
            TagEnd::BlockQuote(_) => {
                self.fresh_line();
                self.push("</blockquote>\n");
            }
            TagEnd::List(ordered) => self.push(if *ordered { "</ol>\n" } else { "</ul>\n" }),
            TagEnd::Item => {
                self.push("</li>\n");
                self.say_break();
            }
            TagEnd::DefinitionList => self.push("</dl>\n"),
            TagEnd::DefinitionListTitle => {
                self.push("</dt>\n");
                self.say_break();
            }
            TagEnd::DefinitionListDefinition => {
                self.push("</dd>\n");
                self.say_break();
            }
            TagEnd::Table => {
                if self.extended() && self.rows == 0 {
                    self.push("<tbody></tbody>\n");
                }
                if self.rows > 0 {
                    self.push("</tbody>\n");
                }
                self.push(if self.notes() {
                    "</table>\n</div>\n"
                } else {
                    "</table>\n"
                });
                self.say_break();
            }
            TagEnd::TableHead => {
                self.in_head = false;
                self.push("</tr>\n</thead>\n");
                self.say_break();
            }
            TagEnd::TableRow => {
                self.check_row(span);
                self.push("</tr>\n");
                self.say_break();
            }
            TagEnd::TableCell => {
                self.close_links();
                self.cell_end = span.end;
                self.push(if self.in_head { "</th>\n" } else { "</td>\n" });
            }
            TagEnd::Emphasis => self.push("</em>"),
            TagEnd::Strong => self.push("</strong>"),
            TagEnd::Strikethrough => self.push("</del>"),
            TagEnd::Superscript => self.push("</sup>"),
            TagEnd::Subscript => self.push("</sub>"),
            TagEnd::Link => {
                let end = self.link_ends.pop().unwrap_or_default();
                self.push(end);
            }
            TagEnd::FootnoteDefinition => {
                if self.extended() {
                    self.push("</div>\n");
                }
            }
            TagEnd::Image | TagEnd::CodeBlock | TagEnd::HtmlBlock | TagEnd::MetadataBlock(_) => {}
        }
    }

    /// Starts the section of heading number `heading`.
    fn open_section(&mut self, heading: usize) {
        self.say_break();
        self.out.sections.push(Section {
            heading: Some(heading),
            ..Section::default()
        });
        self.enter_section(self.out.sections.len() - 1);
    }

    /// A heading's inline content with its anchor link; its words belong to the heading, not to the section's text.
    fn heading_content(&mut self, index: usize) -> usize {
        let end = end_of(self.nodes, index);
        let said = self.section_len();
        self.run(index + 1..end);
        self.close_links();
        self.unsay(said);
        if let Some((_, heading)) = self.plan.at(index, 0) {
            self.push(" <a class=\"anchor\" href=\"#");
            escape::push_href(&mut self.out.body.html, &heading.id);
            self.push("\" aria-label=\"이 제목으로 가는 링크\">#</a>");
        }
        end
    }

    fn section_len(&self) -> usize {
        self.said.len()
    }

    fn unsay(&mut self, len: usize) {
        self.said.truncate(len);
    }

    /// Links whose scheme runs code get no address.
    fn is_unsafe(&mut self, destination: &str, image: bool, span: &Range<usize>) -> bool {
        let unsafe_ = self.notes() && runs_code(destination, image);
        if unsafe_ {
            let shown: String = destination.chars().take(40).collect();
            self.reporter.report(
                Severity::Warning,
                "unsafe-link",
                span,
                bilingual!(
                    "코드를 실행하는 주소는 링크로 만들지 않습니다: {shown}",
                    "an address that runs code is not made a link: {shown}"
                ),
                Some(bilingual!(
                    "http(s) 주소나 파일 경로를 쓰세요.",
                    "use an http(s) address or a path."
                )),
            );
        }
        unsafe_
    }

    fn link(&mut self, link: &Target<'_>, span: &Range<usize>, index: usize) {
        let (link_type, title) = (link.link_type, link.title.as_ref());
        let destination = link.dest_url.as_ref();
        if self.is_unsafe(destination, false, span) {
            self.push("<a>");
            self.link_ends.push("</a>");
            return;
        }
        if self.notes() && matches!(destination, "" | "#") {
            let text = plain_text(&self.nodes[index..end_of(self.nodes, index)]);
            // Pasted pages lose their addresses, but often the text names a heading of the note.
            if let Some(id) = self.heading_of_text(&text) {
                let href = escape::href(id);
                self.push(&format!("<a href=\"#{href}\">"));
                self.link_ends.push("</a>");
                return;
            }
            if link_type == LinkType::ShortcutUnknown {
                self.link_ends.push("");
                return;
            }
            self.reporter.report(
                Severity::Note,
                "empty-link",
                span,
                bilingual!(
                    "갈 곳이 없는 링크입니다: [{text}]",
                    "this link leads nowhere: [{text}]"
                ),
                Some(bilingual!(
                    "주소를 넣거나 대괄호를 지우세요.",
                    "give it an address or remove the brackets."
                )),
            );
            // Text, not a link that jumps to the top of the page.
            self.push("<a>");
            self.link_ends.push("</a>");
            return;
        }
        let (destination, kind): (CowStr<'_>, _) = match link_type {
            LinkType::Email => (format!("mailto:{destination}").into(), LinkKind::Anchor),
            LinkType::WikiLink { .. } => (destination.into(), LinkKind::Wiki),
            _ => (destination.into(), LinkKind::Anchor),
        };
        let link = self.add_link(&destination, span, kind);
        self.push("<a href=\"");
        self.slot(SlotKind::Url(link));
        self.push("\"");
        self.title(title);
        if self.notes() {
            if is_external(&destination) && kind == LinkKind::Anchor {
                self.push(" rel=\"noopener\"");
            }
            self.slot(SlotKind::Attributes(link));
        }
        self.push(">");
        self.link_ends.push("</a>");
    }

    /// The anchor of the first heading whose text is `text`, but for punctuation and letter case.
    fn heading_of_text(&mut self, text: &str) -> Option<&'n str> {
        let headings: &'n [Heading] = &self.plan.headings;
        let by_text = self.headings_by_text.get_or_insert_with(|| {
            let mut map = BTreeMap::new();
            for heading in headings.iter().filter(|it| !it.text.is_empty()) {
                map.entry(headings::slug(&heading.text))
                    .or_insert(heading.id.as_str());
            }
            map
        });
        by_text.get(&headings::slug(text)).copied()
    }

    fn title(&mut self, title: &str) {
        if !title.is_empty() {
            self.push(" title=\"");
            self.push_escaped(title);
            self.push("\"");
        }
    }

    /// Writes an image; returns the index after its end.
    fn image(
        &mut self,
        image: &Target<'_>,
        span: &Range<usize>,
        index: usize,
        with_title: bool,
    ) -> usize {
        let (link_type, title) = (image.link_type, image.title.as_ref());
        let destination = image.dest_url.as_ref();
        let end = end_of(self.nodes, index);
        let mut alt = plain_text(&self.nodes[index + 1..end.max(index + 1)]);
        let wiki = matches!(link_type, LinkType::WikiLink { .. });
        let mut size = String::new();
        if let LinkType::WikiLink { has_pothole } = link_type {
            if embeds::write_media(self, destination, &alt, has_pothole, span) {
                return end + 1;
            }
            if !embeds::is_picture(destination) {
                // `![[노트]]` among text: a link, for a paragraph cannot hold blocks.
                let link = self.add_link(destination, span, LinkKind::Wiki);
                self.push("<a href=\"");
                self.slot(SlotKind::Url(link));
                self.push("\"");
                self.slot(SlotKind::Attributes(link));
                self.push(">");
                self.push_escaped(&alt);
                self.push("</a>");
                self.say(&alt);
                return end + 1;
            }
            if !has_pothole && self.notes() {
                alt.clear();
            } else if let Some(sized) = image_text::wiki(&alt) {
                (alt, size) = sized;
            }
        } else if self.notes()
            && let Some(sized) = image_text::markdown(&alt)
        {
            (alt, size) = sized;
        }
        if self.is_unsafe(destination, true, span) {
            self.push_escaped(&alt);
            self.say(&alt);
            return end + 1;
        }
        let kind = if wiki {
            LinkKind::WikiImage
        } else {
            LinkKind::Image
        };
        let link = self.add_link(destination, span, kind);
        if self.notes() {
            self.slot(SlotKind::ImageStart(link));
        }
        self.push("<img src=\"");
        self.slot(SlotKind::Url(link));
        self.push("\"");
        if self.notes() {
            self.push(" loading=\"lazy\" decoding=\"async\"");
        }
        self.push(" alt=\"");
        self.push_escaped(&alt);
        self.push("\"");
        if with_title {
            self.title(title);
        }
        self.push(&size);
        self.push(" />");
        if let Some(Kind::Attributes(list)) = self.nodes.get(index + 1).map(|node| &node.kind) {
            attributes::write(&mut self.out.body, list);
        }
        if self.notes() {
            self.slot(SlotKind::ImageEnd(link));
        }
        self.say(&alt);
        if with_title && !title.is_empty() {
            self.say(" ");
            self.say(title);
        }
        end + 1
    }

    /// Titled images that are all there is from node `from` to the end of their paragraph or list item, as figures;
    /// returns the index after them.
    fn lone_images(&mut self, from: usize) -> Option<usize> {
        let nodes: &'n [Node<'_>] = self.nodes;
        let (images, next) = figures::alone(nodes, from)?;
        self.fresh_line();
        if images.len() > 1 {
            self.push("<div class=\"figures\">\n");
        }
        for LoneImage { image, link } in &images {
            let Kind::Start(Tag::Image(target)) = &nodes.get(*image)?.kind else {
                continue;
            };
            self.push("<figure class=\"image\">\n");
            if let Some(link) = link {
                self.node(nodes.get(*link)?, *link);
            }
            let span = &nodes.get(*image)?.span;
            self.image(target, span, *image, false);
            if link.is_some() {
                self.end(&TagEnd::Link, span);
            }
            self.push("\n<figcaption>");
            self.push_escaped(&target.title);
            self.push("</figcaption>\n</figure>\n");
            self.say(" ");
            self.say(&target.title);
            self.say_break();
        }
        if images.len() > 1 {
            self.push("</div>\n");
        }
        Some(next)
    }

    fn code_block(&mut self, info: Option<&str>, text: &str, closed: bool, span: &Range<usize>) {
        self.fresh_line();
        // The code without its marks, where it had any.
        let mut shown: Option<String> = None;
        if !self.notes() {
            let language = info.unwrap_or_default().split_whitespace().next();
            self.push("<pre><code");
            if let Some(language) = language {
                self.push(" class=\"language-");
                self.push_escaped(language);
                self.push("\"");
            }
            self.push(">");
            self.push_body_text(text);
            self.push("</code></pre>\n");
        } else {
            if !closed {
                self.reporter.report_start(
                    Severity::Warning,
                    "unclosed-fence",
                    span,
                    bilingual!(
                        "코드 블록이 닫히지 않아 그 뒤가 모두 코드가 되었습니다.",
                        "this code block is never closed, so all that follows became code."
                    ),
                    Some(bilingual!(
                        "코드가 끝나는 줄 아래에 여는 줄과 같은 ``` 줄을 넣으세요.",
                        "close it with the same fence on a line of its own."
                    )),
                );
            }
            if self.math_block(info, text, span) || self.diagram(info, text, span) {
                return;
            }
            let html = &mut self.out.body.html;
            let block = code_blocks::render(html, info, text, self.options);
            shown = block.code;
            if let Some(language) = block.unknown_language
                && !self.unknown_languages.contains(&language)
            {
                self.reporter.report_start(
                    Severity::Note,
                    "unknown-language",
                    span,
                    bilingual!(
                        "모르는 언어라 색을 입히지 않았습니다: {language}",
                        "unknown language, not highlighted: {language}"
                    ),
                    None,
                );
                self.unknown_languages.push(language);
            }
            if let Some(title) = block.title {
                self.say_break();
                self.say(&title);
                self.say_break();
            }
        }
        self.say_break();
        let text = shown.as_deref().unwrap_or(text);
        if self.says()
            && let Some(section) = self.out.sections.get_mut(self.section)
        {
            section.code.push_str(text);
            if !text.is_empty() && !text.ends_with('\n') {
                section.code.push('\n');
            }
        }
    }

    /// GFM drops what stands in a row beyond the head's columns; its author should know.
    /// Writes a formula; one that is wrong as its source, which is reported.
    fn formula(&mut self, latex: &str, display: bool, span: &Range<usize>) {
        let options = self.options;
        let converter = self
            .formulas
            .get_or_insert_with(|| super::mathml::Converter::new(&options.math_macros));
        match converter.convert(latex, display) {
            Ok(html) => self.push(&html),
            Err(wrong) => {
                super::mathml::report(&wrong, latex, span, self.reporter);
                self.push("<code class=\"math-source\">");
                self.push_escaped(latex.trim());
                self.push("</code>");
            }
        }
        if self.says() {
            self.say(&super::mathml::words(latex));
        }
    }

    /// Writes a fence of the language `math`; `false` if it is another.
    fn math_block(&mut self, info: Option<&str>, latex: &str, span: &Range<usize>) -> bool {
        let math =
            self.options.math && info.is_some_and(|info| info.trim().eq_ignore_ascii_case("math"));
        if math {
            self.push("<div class=\"math-display\">");
            self.formula(latex.trim_end_matches('\n'), true, span);
            self.push("</div>\n");
            self.say_break();
        }
        math
    }

    fn check_row(&mut self, row: &Range<usize>) {
        let rest = self.reporter.text().get(self.cell_end..row.end);
        let lost = rest.is_some_and(|rest| rest.chars().any(char::is_alphanumeric));
        if self.notes() && lost {
            self.reporter.report(
                Severity::Warning,
                "lost-table-cells",
                &(self.cell_end..row.end),
                bilingual!(
                    "표의 머리줄보다 칸이 많아 뒤의 글이 빠집니다.",
                    "this row has more cells than the table's head; the rest is left out."
                ),
                Some(bilingual!(
                    "머리줄에 칸을 더하거나, 칸 안의 세로줄은 \\| 로 쓰세요.",
                    "add columns to the head, or write a bar inside a cell as \\|."
                )),
            );
        }
    }

    /// The contents list in place, down to headings of level `deepest`.
    fn contents(&mut self, deepest: u8) {
        self.fresh_line();
        self.push("<nav class=\"toc-inline\" aria-label=\"목차\">\n");
        let mut levels: Vec<u8> = Vec::new();
        // A heading of an image alone has no words to show here.
        let listed = |heading: &&Heading| {
            !heading.no_toc && heading.level <= deepest && !heading.html.is_empty()
        };
        for heading in self.plan.headings.iter().filter(listed) {
            while levels.len() > 1 && levels[levels.len() - 2] >= heading.level {
                levels.pop();
                self.push("</li>\n</ul>\n");
            }
            match levels.last_mut() {
                Some(open) if *open >= heading.level => {
                    *open = heading.level;
                    self.push("</li>\n");
                }
                Some(_) => {
                    levels.push(heading.level);
                    self.push("\n<ul>\n");
                }
                None => {
                    levels.push(heading.level);
                    self.push("<ul>\n");
                }
            }
            let href = escape::href(&heading.id);
            self.push(&format!("<li><a href=\"#{href}\">{}</a>", heading.html));
        }
        for _ in levels {
            self.push("</li>\n</ul>\n");
        }
        self.push("</nav>\n");
    }

    /// The number of a footnote, given when it is first met.
    fn footnote_number(&mut self, name: &'n str) -> usize {
        let next = self.footnotes.numbers.len() + 1;
        *self.footnotes.numbers.entry(name).or_insert(next)
    }

    fn footnote_reference(&mut self, name: &'n str) {
        let met = self.footnotes.numbers.len();
        let number = self.footnote_number(name);
        if self.extended() {
            let href = escape::text(name);
            self.push(&format!(
                "<sup class=\"footnote-reference\"><a href=\"#{href}\">{number}</a></sup>"
            ));
            return;
        }
        if number > met {
            self.footnotes.pending.push_back((name, self.section));
        }
        let seen = self.footnotes.seen.entry(name).or_default();
        *seen += 1;
        let count = *seen;
        let href = escape::href(name);
        let suffix = if count > 1 {
            format!("-{count}")
        } else {
            String::new()
        };
        self.push(&format!(
            "<sup class=\"footnote-ref\"><a href=\"#fn-{href}\" id=\"fnref-{href}{suffix}\" data-footnote-ref>{number}</a></sup>"
        ));
    }

    fn write_footnotes(&mut self) {
        if self.notes() {
            // Nothing an author wrote is lost: footnotes never referred to come last.
            let definitions: Vec<(&'n str, usize)> = self
                .definitions
                .iter()
                .map(|(name, at)| (*name, *at))
                .collect();
            let mut unused: Vec<_> = definitions
                .into_iter()
                .filter(|(name, _)| !self.references.contains_key(name))
                .collect();
            unused.sort_by_key(|&(_, at)| at);
            for (name, _) in unused {
                let next = self.footnotes.numbers.len() + 1;
                self.footnotes.numbers.insert(name, next);
                self.footnotes.pending.push_back((name, self.section));
            }
        }
        if self.footnotes.pending.is_empty() {
            return;
        }
        self.fresh_line();
        self.push("<section class=\"footnotes\" data-footnotes>\n<ol>\n");
        while let Some((name, section)) = self.footnotes.pending.pop_front() {
            let Some(&start) = self.definitions.get(name) else {
                continue;
            };
            let end = end_of(self.nodes, start);
            self.enter_section(section);
            self.say_break();
            let href = escape::href(name);
            self.push(&format!("<li id=\"fn-{href}\">\n"));
            let last = end.saturating_sub(1);
            let in_paragraph =
                last > start && matches!(self.nodes[last].kind, Kind::End(TagEnd::Paragraph));
            self.footnotes.backlinks_before = in_paragraph.then_some((last, name));
            self.run(start + 1..end);
            self.footnotes.backlinks_before = None;
            if !in_paragraph {
                self.fresh_line();
                self.write_backlinks(name);
            }
            self.fresh_line();
            self.push("</li>\n");
            self.say_break();
        }
        self.push("</ol>\n</section>\n");
    }

    fn write_backlinks(&mut self, name: &str) {
        let href = escape::href(name);
        let label = if self.notes() {
            "본문으로 돌아가기"
        } else {
            "Back to content"
        };
        for count in 1..=self.references.get(name).copied().unwrap_or_default() {
            let (space, suffix, number) = if count > 1 {
                (
                    " ",
                    format!("-{count}"),
                    format!("<sup class=\"footnote-ref\">{count}</sup>"),
                )
            } else {
                ("", String::new(), String::new())
            };
            self.push(&format!(
                "{space}<a href=\"#fnref-{href}{suffix}\" class=\"footnote-backref\" data-footnote-backref aria-label=\"{label}\">↩{number}</a>"
            ));
        }
    }

    /// Raw HTML: copied, but addresses become slots, headings get ids, and its words are taken down.
    fn raw_html(&mut self, html: &str, span: &Range<usize>, index: usize) {
        match self.options.dialect {
            Dialect::CommonMark => {
                self.push(html);
                self.say_raw(html);
                return;
            }
            Dialect::Gfm => {
                let filtered = filter_tags(html, self.options.tag_filter);
                self.push(&filtered);
                self.say_raw(html);
                return;
            }
            Dialect::Notes => {}
        }
        let mut heading: Option<(usize, usize)> = None;
        for (token, range) in raw_html::scan(html) {
            match token {
                Token::Text(text) => {
                    self.push(text);
                    if !self.says() {
                        continue;
                    }
                    let words = raw_html::decode(text);
                    if words.trim().is_empty() {
                        self.say(" ");
                    } else {
                        self.say(&words);
                    }
                }
                Token::Other => {
                    // Comments are the author's own; they are not published.
                    if !html[range.clone()].starts_with("<!--") {
                        self.push(&html[range]);
                    }
                }
                Token::Tag(tag) if self.is_placeholder(html, &tag, range.end, index) => {
                    self.push_escaped(&html[range.clone()]);
                    self.say(&html[range]);
                }
                Token::Tag(tag) if self.swallows(html, &tag, range.end, index) => {
                    let name = &tag.name;
                    self.reporter.report(
                        Severity::Warning,
                        "unclosed-tag",
                        span,
                        bilingual!(
                            "닫히지 않은 <{name}> 태그는 뒤의 글을 모두 삼키므로 글자로 싣습니다.",
                            "an unclosed <{name}> would swallow all that follows; it is shown as text."
                        ),
                        Some(bilingual!(
                            "글자라면 `<{name}>`처럼 쓰고, 태그라면 </{name}>로 닫으세요.",
                            "write `<{name}>` if it is text, or close it with </{name}>."
                        )),
                    );
                    self.push_escaped(&html[range.clone()]);
                    self.say(&html[range]);
                }
                Token::Tag(tag) => {
                    if tag.name == "summary" {
                        self.in_summary = !tag.closing;
                    }
                    if tag.is_block() {
                        self.say_break();
                    }
                    if tag.heading_level().is_some() {
                        if tag.closing {
                            if let Some((number, said)) = heading.take() {
                                self.unsay(said);
                                let id = self
                                    .plan
                                    .headings
                                    .get(number)
                                    .map(|it| escape::href(&it.id));
                                if let Some(href) = id {
                                    self.push(&format!(
                                        " <a class=\"anchor\" href=\"#{href}\" aria-label=\"이 제목으로 가는 링크\">#</a>"
                                    ));
                                }
                            }
                            self.push(&html[range]);
                        } else if let Some((number, planned)) = self.plan.at(index, range.start) {
                            self.open_section(number);
                            heading = Some((number, self.section_len()));
                            let id = escape::text(&planned.id);
                            self.raw_tag(html, &tag, &range, span, Some(&id));
                        } else {
                            self.raw_tag(html, &tag, &range, span, None);
                        }
                        continue;
                    }
                    self.raw_tag(html, &tag, &range, span, None);
                }
            }
        }
    }

    /// Keeps count of the raw `<a>` that inline HTML leaves open.
    fn count_links(&mut self, html: &str) {
        let name = html.trim_start_matches(['<', '/']).bytes().next();
        if !self.notes() || !matches!(name, Some(b'a' | b'A')) {
            return;
        }
        for (token, _) in raw_html::scan(html) {
            match token {
                Token::Tag(tag) if tag.name != "a" => {}
                Token::Tag(tag) if tag.closing => {
                    self.open_links = self.open_links.saturating_sub(1);
                }
                Token::Tag(_) => self.open_links += 1,
                _ => {}
            }
        }
    }

    /// Closes what [`Self::count_links`] counted: browsers open a forgotten `<a>` again in every block that follows,
    /// and the rest of the page becomes one link (HTML, "reconstruct the active formatting elements").
    fn close_links(&mut self) {
        self.in_picture = false;
        for _ in 0..std::mem::take(&mut self.open_links) {
            self.push("</a>");
        }
    }

    /// A raw tag that would swallow the rest of the page: `# <script>` in a note on HTML. Such a tag becomes text.
    fn swallows(&mut self, html: &str, tag: &HtmlTag<'_>, end: usize, index: usize) -> bool {
        const SWALLOWERS: [&str; 10] = [
            "script",
            "style",
            "textarea",
            "title",
            "xmp",
            "iframe",
            "noembed",
            "noframes",
            "select",
            "plaintext",
        ];
        !tag.closing
            && SWALLOWERS.contains(&tag.name.as_ref())
            && !self.is_closed(html, tag, end, index)
    }

    /// A tag that is none: `git push <remote> <branch>`, `List<Member>`. No element has that name, it says nothing
    /// more, and nothing closes it; as a tag its word would be lost.
    fn is_placeholder(&mut self, html: &str, tag: &HtmlTag<'_>, end: usize, index: usize) -> bool {
        matches!(self.nodes[index].kind, Kind::InlineHtml(_))
            && !tag.closing
            && tag.attributes.is_empty()
            && !html[..end].ends_with("/>")
            && !tag.is_element()
            && !self.is_closed(html, tag, end, index)
    }

    /// Whether a tag that ends at `end` of the raw HTML of node `index` is closed in its block.
    fn is_closed(&mut self, html: &str, tag: &HtmlTag<'_>, end: usize, index: usize) -> bool {
        if self
            .never_closed
            .get(tag.name.as_ref())
            .is_some_and(|&until| index < until)
        {
            return false;
        }
        let close = format!("</{}", tag.name);
        if raw_html::find_ignoring_case(&html.as_bytes()[end..], close.as_bytes()).is_some() {
            return true;
        }
        if matches!(self.nodes[index].kind, Kind::HtmlBlock(_)) {
            self.never_closed.insert(tag.name.to_string(), index + 1);
            return false;
        }
        let rest = self.nodes.iter().enumerate().skip(index + 1);
        for (at, node) in rest {
            match &node.kind {
                Kind::InlineHtml(html)
                    if html
                        .get(..close.len())
                        .is_some_and(|head| head.eq_ignore_ascii_case(&close)) =>
                {
                    return true;
                }
                Kind::End(
                    TagEnd::Paragraph
                    | TagEnd::Heading(_)
                    | TagEnd::TableCell
                    | TagEnd::Item
                    | TagEnd::DefinitionListTitle
                    | TagEnd::DefinitionListDefinition,
                ) => {
                    self.never_closed.insert(tag.name.to_string(), at);
                    break;
                }
                _ => {}
            }
        }
        false
    }

    /// Takes down the words of raw HTML without writing it.
    fn say_raw(&mut self, html: &str) {
        if !self.says() {
            return;
        }
        for (token, _) in raw_html::scan(html) {
            match token {
                Token::Text(text) => {
                    let words = raw_html::decode(text);
                    self.say(&words);
                }
                Token::Tag(tag) if tag.is_block() => self.say_break(),
                _ => {}
            }
        }
    }

    /// Writes one raw tag; `id` replaces or adds its id.
    fn raw_tag(
        &mut self,
        html: &str,
        tag: &HtmlTag<'_>,
        range: &Range<usize>,
        span: &Range<usize>,
        id: Option<&str>,
    ) {
        if tag.name == "picture" {
            self.in_picture = !tag.closing;
        }
        if tag.closing {
            self.push(&html[range.clone()]);
            return;
        }
        let element = tag.name == "img" && !self.in_picture;
        let (slots, begin) = (self.out.body.slots.len(), self.out.body.html.len());
        let mut done = range.start;
        let end = range.end
            - if html[range.clone()].ends_with("/>") {
                2
            } else {
                1
            };
        let mut attributes_of = None;
        for attribute in &tag.attributes {
            if id.is_some() && attribute.name == "id" {
                self.push(html[done..attribute.range.start].trim_end());
                done = attribute.range.end;
                continue;
            }
            if attribute.name == "srcset" && matches!(tag.name.as_ref(), "img" | "source") {
                self.push(&html[done..attribute.value_range.start]);
                self.raw_srcset(attribute, span);
                done = attribute.value_range.end;
                continue;
            }
            let Some(image) = carries_address(tag, attribute) else {
                continue;
            };
            let destination = raw_html::decode(attribute.value);
            if self.is_unsafe(&destination, image, span) {
                self.push(html[done..attribute.range.start].trim_end());
                done = attribute.range.end;
                continue;
            }
            if matches!(destination.as_str(), "" | "#") {
                continue;
            }
            let kind = if image {
                LinkKind::Image
            } else {
                LinkKind::Anchor
            };
            let link = self.add_link(&destination, span, kind);
            self.push(&html[done..attribute.value_range.start]);
            if attribute.quote.is_none() {
                self.push("\"");
            }
            self.slot(SlotKind::Url(link));
            if attribute.quote.is_none() {
                self.push("\"");
            }
            done = attribute.value_range.end;
            attributes_of = Some(link);
        }
        // The slash of `<a href=b/>` is part of the address (HTML, "unquoted attribute value").
        let end = end.max(done);
        self.push(&html[done..end]);
        if let Some(id) = id {
            self.push(&format!(" id=\"{id}\""));
        }
        // A size the author wrote stands; otherwise the slot may add one.
        if let Some(link) = attributes_of
            && !element
            && tag.attribute("width").is_none()
            && tag.attribute("height").is_none()
            && tag.attribute("class").is_none()
        {
            self.slot(SlotKind::Attributes(link));
        }
        self.push(&html[end..range.end]);
        if let Some(link) = attributes_of.filter(|_| element && self.wanted == Wanted::Site) {
            let (at, kind) = (begin, SlotKind::ImageStart(link));
            self.out.body.slots.insert(slots, Slot { at, kind });
            self.slot(SlotKind::ImageEnd(link));
        }
        if let Some(alt) = tag.attribute("alt") {
            let words = raw_html::decode(alt.value);
            self.say(&words);
        }
    }

    /// Writes the value of a raw `srcset`, each of whose addresses is resolved like any other.
    fn raw_srcset(&mut self, attribute: &Attribute<'_>, span: &Range<usize>) {
        if attribute.quote.is_none() {
            self.push("\"");
        }
        let mut done = 0;
        for range in srcset::addresses(attribute.value) {
            let address = raw_html::decode(&attribute.value[range.clone()]);
            self.push(&attribute.value[done..range.start]);
            done = range.end;
            if !self.is_unsafe(&address, true, span) {
                let link = self.add_link(&address, span, LinkKind::Image);
                self.slot(SlotKind::Url(link));
            }
        }
        self.push(&attribute.value[done..]);
        if attribute.quote.is_none() {
            self.push("\"");
        }
    }
}

/// Whether an attribute holds an address to resolve, and if so whether it embeds (an image) or leads (an anchor).
fn carries_address(tag: &HtmlTag<'_>, attribute: &Attribute<'_>) -> Option<bool> {
    match (tag.name.as_ref(), attribute.name.as_ref()) {
        ("a" | "area", "href") => Some(false),
        ("iframe", "src") => Some(false),
        ("img" | "video" | "audio" | "source" | "embed" | "track", "src") => Some(true),
        ("video", "poster") => Some(true),
        _ => None,
    }
}

/// Whether following `destination` would run code; `data:` pictures are fine in images.
fn runs_code(destination: &str, image: bool) -> bool {
    // Browsers drop control characters and leading spaces before they look at the scheme.
    let mut letters = destination
        .chars()
        .filter(|c| !c.is_control() && !c.is_whitespace())
        .peekable();
    if !matches!(letters.peek(), Some('j' | 'J' | 'v' | 'V' | 'd' | 'D')) {
        return false;
    }
    let scheme = letters.take(24).collect::<String>().to_ascii_lowercase();
    scheme.starts_with("javascript:")
        || scheme.starts_with("vbscript:")
        || scheme.starts_with("data:") && !(image && scheme.starts_with("data:image/"))
}

fn is_external(destination: &str) -> bool {
    ["http://", "https://", "//"].iter().any(|scheme| {
        destination
            .get(..scheme.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(scheme))
    })
}

/// GitHub's tag filter (GFM section 6.11): these tags become text.
fn filter_tags(html: &str, enabled: bool) -> String {
    const FILTERED: [&str; 9] = [
        "title",
        "textarea",
        "style",
        "xmp",
        "iframe",
        "noembed",
        "noframes",
        "script",
        "plaintext",
    ];
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        let after = rest[at + 1..].trim_start_matches('/');
        let name_length = after.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let name = after[..name_length].to_ascii_lowercase();
        out.push_str(if enabled && FILTERED.contains(&name.as_str()) {
            "&lt;"
        } else {
            "<"
        });
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
    out
}
