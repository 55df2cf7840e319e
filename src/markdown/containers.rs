//! Rewriting of whole lines before parsing: what other generators write around blocks becomes plain Markdown.
//!
//! - `:::tip 제목` … `:::` (VitePress, Docusaurus, Zenn, pandoc), `/// tip | 제목`, `!!! tip "제목"` with an indented body
//!   (MkDocs) and `{% hint %}` (GitBook) become quoted callouts `> [!TIP] 제목`;
//! - tabs in all their spellings become a callout `[!tab-group]` of callouts `[!tab]`, which `tabs` takes up;
//! - `>>>` … `>>>` (GitLab) becomes a quote;
//! - `<details>`, `<summary>`, `<aside>` and tags with `markdown="1"` get the blank lines that make their content Markdown;
//!
//! One pass over the lines with a stack of [`Frame`]s, with an eye on code fences, which are left alone; a second pass
//! only where a container is never closed. What opens a frame is read in `admonitions`.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::admonitions::{self, Colons, Head, Tag};
use super::fences::{self, Fence, Items};
use super::raw_html::{self, HtmlTag, Token};
use super::report::Reporter;
use super::rewrite::{Edit, Rewritten};
use super::source_lines::lines;
use crate::bilingual;
use crate::diagnostics::Severity;

/// What a text has if there is anything to do.
pub(super) const TRIGGERS: [&str; 12] = [
    ":::",
    "///",
    "!!! ",
    "???",
    "===",
    ">>>",
    "{%",
    "<details",
    "<aside",
    "<summary",
    "<Tab",
    "<CodeGroup",
];

/// The edits that the text of `source` needs; what is wrong with its containers goes to `reporter`. `offset` is where
/// the original of `source` begins in the note's whole text.
pub(super) fn rewrite(
    source: &Rewritten<'_>,
    offset: usize,
    reporter: &mut Reporter<'_>,
) -> Vec<Edit> {
    let text = source.text.as_ref();
    if !lines(text).any(|(_, line)| is_trigger(line)) {
        return Vec::new();
    }
    let (mut edits, mut findings) = pass(text, &BTreeSet::new());
    let unclosed: BTreeSet<usize> = findings
        .iter()
        .filter(|found| matches!(found.what, Problem::Unclosed))
        .map(|found| found.line.start)
        .collect();
    if !unclosed.is_empty() {
        // Now known beforehand: those of unknown name stay text, the others end before the next heading.
        (edits, findings) = pass(text, &unclosed);
    }
    findings.sort_by_key(|found| found.line.start);
    for found in findings {
        let place = source.original(&found.line);
        report(
            &found,
            &(place.start + offset..place.end + offset),
            reporter,
        );
    }
    edits
}

/// Whether a line may begin something of ours.
fn is_trigger(line: &str) -> bool {
    let line = &line[fences::lead(line)..];
    match line.as_bytes().first() {
        Some(b':') => line.starts_with(":::"),
        Some(b'/') => line.starts_with("///"),
        Some(b'!') => line.starts_with("!!! "),
        Some(b'?') => line.starts_with("???"),
        Some(b'=') => admonitions::tab_title(line).is_some(),
        Some(b'>') => line.starts_with(">>>"),
        Some(b'{') => line.starts_with("{%"),
        Some(b'<') => {
            ["<details", "<summary", "<aside", "<Tab", "<CodeGroup"]
                .iter()
                .any(|tag| line.starts_with(tag))
                || line.contains("markdown=")
        }
        _ => false,
    }
}

fn pass(text: &str, unclosed: &BTreeSet<usize>) -> (Vec<Edit>, Vec<Found>) {
    let mut pass = Pass {
        text,
        unclosed,
        edits: Vec::new(),
        findings: Vec::new(),
        fence: None,
        frames: Vec::new(),
        items: Items::default(),
        html: Vec::new(),
        dedent: Dedent::Off,
        found: BTreeMap::new(),
        fence_title: None,
        blank_before: true,
        blank_level: Some(0),
    };
    for (start, line) in lines(text) {
        pass.line(start, line);
    }
    pass.leave(0);
    (pass.edits, pass.findings)
}

/// Something wrong with a container.
struct Found {
    /// The line that opens it, in the rewritten text.
    line: Range<usize>,
    what: Problem,
}

enum Problem {
    Unclosed,
    Unknown(String),
}

fn report(found: &Found, span: &Range<usize>, reporter: &mut Reporter<'_>) {
    match &found.what {
        Problem::Unclosed => reporter.report_start(
            Severity::Warning,
            "unclosed-container",
            span,
            bilingual!(
                "상자가 닫히지 않아 다음 제목 앞에서 끝냈습니다.",
                "this container is never closed; it ends before the next heading."
            ),
            Some(bilingual!(
                "상자가 끝나는 줄 아래에 여는 줄과 같은 수의 콜론(:::)만 있는 줄을 넣으세요.",
                "close it with a line of as many colons (:::) as it was opened with."
            )),
        ),
        Problem::Unknown(name) => reporter.report_start(
            Severity::Note,
            "unknown-container",
            span,
            bilingual!(
                "모르는 상자라 이름을 제목으로 삼아 실었습니다: {name}",
                "unknown container, shown as a plain box titled by its name: {name}"
            ),
            Some(bilingual!(
                "note, tip, info, warning, danger, details 가운데 하나를 쓰세요.",
                "use one of note, tip, info, warning, danger, details."
            )),
        ),
    }
}

/// Blocks nested deeper than this stay text: each level is written before every line inside it.
const DEEPEST: usize = 16;

/// An open block.
struct Frame {
    /// Its content is quoted; else (`:::raw`) only its marks go.
    quoted: bool,
    /// Where it stands, in columns from its parent's content.
    column: usize,
    /// Columns that its content loses besides; `None` until its first line decides.
    strip: Option<usize>,
    ends: Ends,
    /// A group of tabs.
    group: bool,
    /// How many watched tags were open before it.
    html: usize,
    /// The list items open in it.
    items: Items,
}

/// What ends a block.
enum Ends {
    /// A line of colons (or slashes).
    Colons {
        mark: u8,
        count: usize,
        line: Range<usize>,
        /// It is never closed: the next heading ends it.
        bounded: bool,
    },
    /// A line with less indentation than four columns.
    Indent,
    /// The same, unless it is the title of another tab.
    TabRun,
    /// A blank line.
    Paragraph,
    /// The next tab, or the end of the group.
    NextTab,
    /// `{% end… %}` or `</…>`.
    Tag(Tag),
    /// `>>>`.
    Arrows,
}

/// An open tag whose content is watched.
struct OpenTag {
    name: String,
    /// Its content is Markdown.
    markdown: bool,
    /// Of the line that opened it, after dedenting.
    indent: usize,
}

/// Whether lines right after an opening tag lose their indentation, which would make them code.
enum Dedent {
    Off,
    /// The next line decides; the indentation of the tag's line.
    Next(usize),
    /// By so many columns, down to the tag's indentation.
    By {
        columns: usize,
        floor: usize,
    },
}

/// A line under work.
#[derive(Clone, Copy)]
struct Line<'t> {
    start: usize,
    whole: &'t str,
    /// Bytes of white space before the content.
    lead: usize,
    /// The same in columns.
    columns: usize,
    /// Columns of it that are left within the open frames.
    rem: usize,
}

impl<'t> Line<'t> {
    fn content(&self) -> &'t str {
        &self.whole[self.lead..]
    }

    fn range(&self) -> Range<usize> {
        self.start..self.start + self.whole.len()
    }
}

struct Pass<'t> {
    text: &'t str,
    /// Lines that open what is never closed; empty in the first pass.
    unclosed: &'t BTreeSet<usize>,
    edits: Vec<Edit>,
    findings: Vec<Found>,
    /// The open code fence and how many frames are around it.
    fence: Option<(Fence, usize)>,
    frames: Vec<Frame>,
    /// The list items outside all frames.
    items: Items,
    html: Vec<OpenTag>,
    dedent: Dedent,
    /// What was looked for, and where it occurs next, if it does.
    found: BTreeMap<&'static str, Option<usize>>,
    /// `{% code title="…" %}` stands before the next fence.
    fence_title: Option<String>,
    blank_before: bool,
    /// The number of frames inside which the last line is blank, if it is.
    blank_level: Option<usize>,
}

impl Pass<'_> {
    /// What stands before each line inside the open frames.
    fn prefix(&self) -> String {
        let mut prefix = String::new();
        for frame in self.frames.iter().filter(|frame| frame.quoted) {
            prefix.extend(std::iter::repeat_n(' ', frame.column));
            prefix.push_str("> ");
        }
        prefix
    }

    /// A line break inside the open frames.
    fn line_break(&self) -> String {
        format!("\n{}", self.prefix())
    }

    fn items(&mut self) -> &mut Items {
        match self.frames.last_mut() {
            Some(frame) => &mut frame.items,
            None => &mut self.items,
        }
    }

    fn line(&mut self, start: usize, whole: &str) {
        let lead = fences::lead(whole);
        let columns = fences::columns(&whole[..lead]);
        let mut line = Line {
            start,
            whole,
            lead,
            columns,
            rem: columns,
        };
        let content = line.content();
        let blank = content.trim().is_empty();
        self.enter_line(&mut line, blank);
        if let Some((fence, _)) = self.fence {
            if fence.is_closed_by(content) {
                self.fence = None;
            }
            line.rem = self.dedented(line.rem);
            self.emit(&line, true);
            self.blank_before = false;
            return;
        }
        if blank {
            self.dedent = Dedent::Off;
            self.emit(&line, false);
            self.blank_before = true;
            self.blank_level = Some(self.frames.len());
            return;
        }
        if let Some(fence) = Fence::opened_by(content) {
            line.rem = self.dedented(line.rem);
            let rem = line.rem;
            self.items().line(rem, content);
            self.emit(&line, true);
            self.fence = Some((fence, self.frames.len()));
            if let Some(title) = self.fence_title.take() {
                let title = title.replace('"', "'");
                self.edits.push(Edit::insert(
                    start + whole.trim_end().len(),
                    format!(" title=\"{title}\""),
                ));
            }
            self.blank_before = false;
            return;
        }
        if self.marker(&line) {
            self.dedent = Dedent::Off;
            self.blank_before = true;
            return;
        }
        if content.starts_with('#') && self.leave_at_heading() {
            line.rem = line.columns;
            self.enter_line(&mut line, false);
        }
        line.rem = self.dedented(line.rem);
        let rem = line.rem;
        self.items().line(rem, content);
        self.emit(&line, false);
        if content.starts_with('<')
            || self.html.iter().any(|tag| tag.markdown) && content.contains("</")
        {
            self.tags(start, whole, rem);
        }
        self.blank_before = false;
    }

    /// Leaves the frames that `line` is no longer in, and counts off the columns of the others.
    fn enter_line(&mut self, line: &mut Line<'_>, blank: bool) {
        let mut keep = self.frames.len();
        for (index, frame) in self.frames.iter_mut().enumerate() {
            let inside = line.rem >= frame.column + 4;
            let leaves = match frame.ends {
                Ends::Indent => !blank && !inside,
                Ends::TabRun => {
                    !blank && !inside && admonitions::tab_title(line.content()).is_none()
                }
                Ends::Paragraph => blank,
                _ => false,
            };
            if leaves {
                keep = index;
                break;
            }
            if !blank {
                let strip = *frame
                    .strip
                    .get_or_insert(line.rem.saturating_sub(frame.column));
                line.rem -= line.rem.min(frame.column + strip);
            }
        }
        if keep < self.frames.len() {
            self.leave(keep);
        }
    }

    /// Writes a line inside the open frames: their marks before it, its indentation as far as it is its own.
    fn emit(&mut self, line: &Line<'_>, verbatim: bool) {
        let prefix = self.prefix();
        let level = self.frames.len();
        let blank = line.content().trim().is_empty();
        // Nothing may be taken into a quote that has ended.
        let gap = !blank && self.blank_level.is_some_and(|it| it > level);
        if !blank {
            self.blank_level = None;
        }
        if prefix.is_empty() && line.rem == line.columns && !gap {
            return;
        }
        if blank {
            if !prefix.is_empty() && !verbatim {
                self.edits.push(Edit {
                    range: line.range(),
                    with: prefix.trim_end().to_owned().into(),
                });
                return;
            }
            if !prefix.is_empty() && line.whole.is_empty() {
                self.edits
                    .push(Edit::insert(line.start, prefix.trim_end().to_owned()));
                return;
            }
        }
        let mut with = String::new();
        if gap {
            with.push_str(prefix.trim_end());
            with.push('\n');
        }
        with.push_str(&prefix);
        let lead = &line.whole[..line.lead];
        let taken = fences::bytes_of_columns(lead, line.columns - line.rem);
        let taken = taken.filter(|&taken| verbatim || !lead[taken..].contains('\t'));
        let taken = taken.unwrap_or_else(|| {
            with.extend(std::iter::repeat_n(' ', line.rem));
            line.lead
        });
        self.edits.push(Edit {
            range: line.start..line.start + taken,
            with: with.into(),
        });
    }

    /// Ends all frames but the first `keep`.
    fn leave(&mut self, keep: usize) {
        for frame in self.frames.drain(keep..) {
            self.html.truncate(frame.html);
            if let Ends::Colons { line, mark, .. } = frame.ends
                && mark != 0
            {
                self.findings.push(Found {
                    line,
                    what: Problem::Unclosed,
                });
            }
        }
        if self.fence.is_some_and(|(_, depth)| depth > keep) {
            self.fence = None;
        }
        // What follows is outside a quote whose last line may be text: it needs a blank line before it.
        self.blank_level = Some(usize::MAX);
    }

    /// A container that is never closed ends before a heading.
    fn leave_at_heading(&mut self) -> bool {
        let mut keep = self.frames.len();
        while keep > 0
            && matches!(
                self.frames[keep - 1].ends,
                Ends::Colons { bounded: true, .. }
            )
        {
            keep -= 1;
        }
        let leaves = keep < self.frames.len();
        if leaves {
            self.leave(keep);
        }
        leaves
    }

    /// Ends the frames from number `keep` on at a line of their own.
    fn close(&mut self, keep: usize, line: &Line<'_>) {
        if let Some(Frame {
            ends: Ends::Colons { mark, .. },
            ..
        }) = self.frames.get_mut(keep)
        {
            // Closed as it should be.
            *mark = 0;
        }
        self.leave(keep);
        self.edits.push(Edit {
            range: line.range(),
            with: self.prefix().trim_end().to_owned().into(),
        });
        self.blank_level = Some(keep);
    }

    /// Opens frames at a line of their own: for each its first line, if it is quoted.
    fn open(&mut self, line: &Line<'_>, opened: Vec<(Option<String>, Frame)>) {
        let mut with = String::new();
        let before = self.prefix();
        // Tags may stand anywhere; a quote indented so far would be code.
        let base = self.items().base(line.rem);
        let column = if line.rem >= base + 4 { base } else { line.rem };
        if self.blank_level != Some(self.frames.len()) && line.start > 0 {
            with.push_str(before.trim_end());
            with.push('\n');
        }
        let mut first = true;
        for (head, mut frame) in opened {
            if first && frame.quoted {
                frame.column = column;
            }
            frame.html = self.html.len();
            self.frames.push(frame);
            let Some(head) = head else { continue };
            if !first {
                with.push('\n');
            }
            first = false;
            let prefix = self.prefix();
            with.push_str(&prefix);
            with.push_str(&head);
            with.truncate(with.trim_end().len());
            with.push('\n');
            with.push_str(prefix.trim_end());
        }
        if first {
            with = before.trim_end().to_owned();
        }
        self.edits.push(Edit {
            range: line.range(),
            with: with.into(),
        });
        self.blank_level = Some(self.frames.len());
    }

    fn frame(ends: Ends, strip: Option<usize>) -> Frame {
        Frame {
            quoted: true,
            column: 0,
            strip,
            ends,
            group: false,
            html: 0,
            items: Items::default(),
        }
    }

    /// Whether there is room for `more` frames.
    fn room(&self, more: usize) -> bool {
        self.frames.len() + more <= DEEPEST
    }

    /// A line that opens or closes a block of ours; false if it is none.
    fn marker(&mut self, line: &Line<'_>) -> bool {
        let content = line.content();
        let mark = content.as_bytes().first().copied().unwrap_or_default();
        if !matches!(
            mark,
            b':' | b'/' | b'!' | b'?' | b'=' | b'>' | b'{' | b'<' | b'@' | b'i'
        ) {
            return false;
        }
        // What is indented so far is code, but for tags, which are indented at will.
        let rem = line.rem;
        if rem >= self.items().base(rem) + 4 && !matches!(mark, b'<' | b'{') {
            return false;
        }
        match mark {
            b':' | b'/' => self.colons(line, mark),
            b'!' | b'?' => self.admonition(line),
            b'=' if content.starts_with("===") => self.indented_tab(line),
            b'=' | b'@' => self.tab_in_group(line),
            b'>' => self.arrows(line),
            b'i' => self.tabs_import(line),
            _ => self.tag_lines(line),
        }
    }

    /// The innermost open frame that `wanted` accepts, not looking out of an indented one.
    fn innermost(&self, wanted: impl Fn(&Frame) -> bool) -> Option<usize> {
        for (index, frame) in self.frames.iter().enumerate().rev() {
            if wanted(frame) {
                return Some(index);
            }
            if matches!(frame.ends, Ends::Indent | Ends::TabRun) {
                return None;
            }
        }
        None
    }

    /// A line of colons or slashes.
    fn colons(&mut self, line: &Line<'_>, mark: u8) -> bool {
        let content = line.content();
        match admonitions::colons(content, mark) {
            None => false,
            Some(Colons::Close(length)) => {
                let same = |exact: bool| move |frame: &Frame| matches!(frame.ends, Ends::Colons { mark: it, count, .. } if it == mark && (!exact || count == length));
                let Some(at) = self
                    .innermost(same(true))
                    .or_else(|| self.innermost(same(false)))
                else {
                    return false;
                };
                self.close(at, line);
                true
            }
            Some(Colons::Replace(with)) => {
                let with = format!("{}{}{with}", self.prefix(), " ".repeat(line.rem));
                self.edits.push(Edit {
                    range: line.range(),
                    with: with.trim_end().to_owned().into(),
                });
                self.blank_level = None;
                true
            }
            Some(Colons::Open(length, head)) => self.container(line, mark, length, head),
        }
    }

    fn container(&mut self, line: &Line<'_>, mark: u8, count: usize, head: Head) -> bool {
        let bounded = self.unclosed.contains(&line.start);
        if !self.room(1) || bounded && (!head.known || mark == b'/') {
            return false;
        }
        let ends = Ends::Colons {
            mark,
            count,
            line: line.range(),
            bounded,
        };
        let mut frame = Self::frame(ends, Some(0));
        frame.quoted = !head.plain;
        frame.group = head.is_group();
        // `:::tab` in a group ends the tab before it.
        if head.kind == "tab" {
            if let Some(at) = self.innermost(|it| it.group) {
                self.leave_tabs(at + 1);
            }
        } else if !head.known {
            self.findings.push(Found {
                line: line.range(),
                what: Problem::Unknown(head.kind.clone()),
            });
        }
        let text = (!head.plain).then(|| head.callout());
        self.open(line, vec![(text, frame)]);
        true
    }

    /// Ends an open tab before the next one.
    fn leave_tabs(&mut self, keep: usize) {
        if self
            .frames
            .get(keep)
            .is_some_and(|frame| matches!(frame.ends, Ends::NextTab))
        {
            self.leave(keep);
        }
    }

    /// `!!! note "제목"`.
    fn admonition(&mut self, line: &Line<'_>) -> bool {
        let Some(head) = admonitions::admonition(line.content()) else {
            return false;
        };
        let body = self.has_indented_body(line);
        if !self.room(1) || !body && !head.known {
            return false;
        }
        if !head.known {
            self.findings.push(Found {
                line: line.range(),
                what: Problem::Unknown(head.kind.clone()),
            });
        }
        let frame = if body {
            Self::frame(Ends::Indent, Some(4))
        } else {
            Self::frame(Ends::Paragraph, Some(0))
        };
        self.open(line, vec![(Some(head.callout()), frame)]);
        true
    }

    /// Whether the next line that is not blank is indented below `line`.
    fn has_indented_body(&self, line: &Line<'_>) -> bool {
        let rest = &self.text[line.range().end..];
        let next = rest.trim_start_matches(['\n', ' ', '\t']);
        let skipped = &rest[..rest.len() - next.len()];
        let lead = skipped.rsplit('\n').next().unwrap_or_default();
        skipped.contains('\n') && !next.is_empty() && fences::columns(lead) >= line.columns + 4
    }

    /// `=== "탭"` of MkDocs.
    fn indented_tab(&mut self, line: &Line<'_>) -> bool {
        let Some(title) = admonitions::tab_title(line.content()) else {
            return false;
        };
        if !self.has_indented_body(line) {
            return false;
        }
        let tab = Self::frame(Ends::Indent, Some(4));
        let head = admonitions::tab_head(title);
        if matches!(
            self.frames.last(),
            Some(Frame {
                ends: Ends::TabRun,
                ..
            })
        ) {
            if !self.room(1) {
                return false;
            }
            self.open(line, vec![(Some(head), tab)]);
            return true;
        }
        if !self.room(2) {
            return false;
        }
        let mut group = Self::frame(Ends::TabRun, Some(0));
        group.group = true;
        let group_head = admonitions::GROUP.to_owned();
        self.open(line, vec![(Some(group_head), group), (Some(head), tab)]);
        true
    }

    /// `== 탭` or `@tab 탭` inside `:::tabs`.
    fn tab_in_group(&mut self, line: &Line<'_>) -> bool {
        let Some(title) = admonitions::tab_line(line.content()) else {
            return false;
        };
        let Some(at) = self.innermost(|frame| frame.group) else {
            return false;
        };
        // Only straight inside the group, or inside a tab of it.
        let straight = self.frames.len() == at + 1
            || self.frames.len() == at + 2 && matches!(self.frames[at + 1].ends, Ends::NextTab);
        if !straight || !self.room(1) {
            return false;
        }
        self.leave_tabs(at + 1);
        let tab = Self::frame(Ends::NextTab, Some(0));
        self.open(line, vec![(Some(admonitions::tab_head(title)), tab)]);
        true
    }

    /// `>>>` of GitLab.
    fn arrows(&mut self, line: &Line<'_>) -> bool {
        if line.content().trim_end() != ">>>" {
            return false;
        }
        if let Some(at) = self.innermost(|frame| matches!(frame.ends, Ends::Arrows)) {
            self.close(at, line);
            return true;
        }
        let end = line.range().end;
        if !self.room(1) || !self.occurs(end, "\n>>>") {
            return false;
        }
        self.open(
            line,
            vec![(Some(String::new()), Self::frame(Ends::Arrows, Some(0)))],
        );
        true
    }

    /// Whether `wanted` occurs from `from` on. Where it does is remembered, so that asking again costs nothing.
    fn occurs(&mut self, from: usize, wanted: &'static str) -> bool {
        if let Some(&at) = self.found.get(wanted)
            && at.is_none_or(|at| at >= from)
        {
            return at.is_some();
        }
        let at = self.text[from..].find(wanted).map(|at| from + at);
        self.found.insert(wanted, at);
        at.is_some()
    }

    /// `import Tabs from '@theme/Tabs';`: of no use to a reader.
    fn tabs_import(&mut self, line: &Line<'_>) -> bool {
        if !admonitions::is_tabs_import(line.content()) || !self.occurs(line.start, "<Tab") {
            return false;
        }
        self.edits.push(Edit {
            range: line.range(),
            with: self.prefix().trim_end().to_owned().into(),
        });
        self.blank_level = Some(self.frames.len());
        true
    }

    /// Tags of tabs and hints, `{% tab title="…" %}` or `<TabItem label="…">`, as many as stand on the line.
    fn tag_lines(&mut self, line: &Line<'_>) -> bool {
        let mut rest = line.content();
        let mut done = 0;
        while !rest.is_empty() {
            let Some((tag, closing, head, length)) = admonitions::tag(rest) else {
                break;
            };
            // The tag alone, as a line of its own.
            let from = line.start + line.lead + done;
            let piece = Line {
                start: from,
                whole: &rest[..length],
                lead: 0,
                columns: line.columns,
                rem: line.rem,
            };
            let handled = if closing {
                self.close_tag(&piece, tag)
            } else {
                self.open_tag(&piece, tag, head)
            };
            if !handled {
                break;
            }
            if done == 0 && line.lead > 0 {
                // The white space before the first tag goes with it.
                if let Some(edit) = self.edits.last_mut() {
                    edit.range.start = line.start;
                }
            }
            let after = &rest[length..];
            rest = after.trim_start();
            done += length + (after.len() - rest.len());
            if !rest.is_empty() {
                let gap = self.line_break();
                self.edits
                    .push(Edit::insert(line.start + line.lead + done, gap));
            }
        }
        if done == 0 {
            return false;
        }
        if !rest.is_empty() {
            self.blank_level = None;
            // What follows on the line may end in the closing tag.
            if let Some((text, tag)) = admonitions::text_and_closing_tag(rest)
                && self
                    .innermost(|frame| matches!(frame.ends, Ends::Tag(it) if it == tag))
                    .is_some()
            {
                let from = line.start + line.lead + done + text.len();
                let piece = Line {
                    start: from,
                    whole: &rest[text.len()..],
                    lead: 0,
                    columns: line.columns,
                    rem: line.rem,
                };
                self.edits.push(Edit::insert(from, "\n"));
                let kept = self.edits.len();
                if !self.close_tag(&piece, tag) {
                    self.edits.truncate(kept - 1);
                }
            }
        }
        true
    }

    fn close_tag(&mut self, line: &Line<'_>, tag: Tag) -> bool {
        if tag == Tag::Code {
            self.edits.push(Edit::remove(line.range()));
            return true;
        }
        let Some(at) = self.innermost(|frame| matches!(frame.ends, Ends::Tag(it) if it == tag))
        else {
            return false;
        };
        self.close(at, line);
        true
    }

    fn open_tag(&mut self, line: &Line<'_>, tag: Tag, head: Head) -> bool {
        let end = line.range().end;
        if tag == Tag::Code {
            if !self.occurs(end, tag.end()) {
                return false;
            }
            self.fence_title = Some(head.title).filter(|title| !title.is_empty());
            self.edits.push(Edit::remove(line.range()));
            return true;
        }
        if tag.is_tab() {
            // Only in a group; the tab before it ends.
            let Some(at) = self.innermost(|frame| frame.group) else {
                return false;
            };
            if at + 2 > DEEPEST {
                return false;
            }
            if self.frames.len() > at + 1 {
                self.leave(at + 1);
            }
        } else if !self.room(1) || !self.occurs(end, tag.end()) {
            return false;
        }
        let mut frame = Self::frame(Ends::Tag(tag), None);
        frame.group = head.is_group();
        self.open(line, vec![(Some(head.callout()), frame)]);
        true
    }

    /// What is left of `columns` of indentation inside a tag.
    fn dedented(&mut self, columns: usize) -> usize {
        if let Dedent::Next(floor) = self.dedent {
            let surplus = columns.saturating_sub(floor);
            self.dedent = if surplus >= 4 {
                Dedent::By {
                    columns: surplus,
                    floor,
                }
            } else {
                Dedent::Off
            };
        }
        match self.dedent {
            Dedent::By {
                columns: off,
                floor,
            } => columns - off.min(columns.saturating_sub(floor)),
            _ => columns,
        }
    }

    /// Gives the tags of a line the blank lines they need.
    fn tags(&mut self, start: usize, line: &str, indent: usize) {
        let begins_with_tag = line.trim_start().starts_with('<');
        if !begins_with_tag && line.contains('`') {
            return;
        }
        let line_end = start + line.len();
        let mut content_before = false;
        for (token, range) in raw_html::scan(line) {
            let (from, to) = (start + range.start, start + range.end);
            let rest = self.text[to..line_end].trim();
            match token {
                Token::Text(text) => content_before |= !text.trim().is_empty(),
                Token::Other => content_before = true,
                Token::Tag(tag) if tag.closing => {
                    let known = self.html.iter().rposition(|open| open.name == tag.name);
                    if let Some(at) = known {
                        let open_indent = self.html[at].indent;
                        let markdown = self.html[at].markdown;
                        self.html.truncate(at);
                        if markdown {
                            let gap = self.line_break();
                            if content_before {
                                self.edits.push(Edit::insert(from, format!("{gap}{gap}")));
                            } else if !self.blank_before {
                                let pad = " ".repeat(indent.min(open_indent + 3));
                                self.edits.push(Edit::insert(from, format!("{gap}{pad}")));
                            }
                            self.after_tag(to, line_end, rest, open_indent);
                        }
                    }
                    content_before = true;
                }
                Token::Tag(tag) => {
                    self.opening_tag(&tag, to, start, line_end, rest, indent);
                    content_before = true;
                }
            }
        }
    }

    fn opening_tag(
        &mut self,
        tag: &HtmlTag<'_>,
        to: usize,
        start: usize,
        line_end: usize,
        rest: &str,
        indent: usize,
    ) {
        let attribute = tag.attribute("markdown");
        // `kramdown` reads a span's `markdown` after parsing.
        let span = attribute.is_some_and(|it| super::kramdown::is_span(tag, it.value));
        if let Some(attribute) = attribute.filter(|_| !span) {
            let from = start + attribute.range.start;
            let spaces = self.text[..from].len() - self.text[..from].trim_end_matches(' ').len();
            self.edits
                .push(Edit::remove(from - spaces..start + attribute.range.end));
        }
        let wants = attribute.is_some_and(|it| it.value != "0") && tag.is_block();
        match tag.name.as_ref() {
            "details" => {
                self.push_tag(tag, true, indent);
                let next = if rest.is_empty() {
                    self.text[line_end..].trim_start()
                } else {
                    rest
                };
                if !next.starts_with("<summary") {
                    self.after_tag(to, line_end, rest, indent);
                } else if rest.is_empty() {
                    self.dedent = Dedent::Next(indent);
                }
            }
            "summary" => {
                // Content without markup stays on its line; the rest becomes a paragraph that loses its `<p>`.
                let content = rest.split("</summary").next().unwrap_or_default();
                let markdown = rest.is_empty() || content.contains(['*', '_', '`', '[', '~']);
                self.push_tag(tag, true, indent);
                if markdown {
                    self.after_tag(to, line_end, rest, indent);
                } else if let Some(open) = self.html.last_mut() {
                    // Closed on this line: nothing before its end, but a blank line after it.
                    open.markdown = true;
                    open.name = "summary".to_owned();
                    self.plain_summary(to, line_end, indent);
                }
            }
            // Notion exports its callouts as `<aside>`: remarks in the text, no landmarks of the page (ARIA 1.2, `note`).
            _ if wants || tag.name == "aside" && attribute.is_none() => {
                if tag.name == "aside" && tag.attributes.is_empty() {
                    self.edits.push(Edit::insert(to - 1, " role=\"note\""));
                }
                self.push_tag(tag, true, indent);
                self.after_tag(to, line_end, rest, indent);
            }
            name if self.html.iter().any(|open| open.name == name) => {
                self.push_tag(tag, false, indent)
            }
            _ => {}
        }
    }

    /// `<summary>제목</summary>` on one line: watched no longer, but what follows begins a block.
    fn plain_summary(&mut self, to: usize, line_end: usize, indent: usize) {
        self.html.pop();
        let line = &self.text[to..line_end];
        if let Some(close) = line
            .find("</summary>")
            .map(|at| to + at + "</summary>".len())
        {
            let rest = self.text[close..line_end].trim();
            self.after_tag(close, line_end, rest, indent);
        }
    }

    fn push_tag(&mut self, tag: &HtmlTag<'_>, markdown: bool, indent: usize) {
        self.html.push(OpenTag {
            name: tag.name.to_string(),
            markdown,
            indent,
        });
    }

    /// A blank line after a tag that ends at `to`, if something follows without one.
    fn after_tag(&mut self, to: usize, line_end: usize, rest: &str, indent: usize) {
        let gap = self.line_break();
        if !rest.is_empty() {
            let pad = " ".repeat(indent.min(3));
            self.edits
                .push(Edit::insert(to, format!("{gap}{gap}{pad}")));
            return;
        }
        let next_line = self.text[line_end..]
            .strip_prefix('\n')
            .and_then(|after| after.lines().next());
        if next_line.is_some_and(|next| !next.trim().is_empty()) {
            self.edits.push(Edit::insert(line_end, gap));
            self.dedent = Dedent::Next(indent);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::rewrite::Rewritten;

    fn rewritten(text: &str) -> String {
        let mut source = Rewritten::new(text);
        source.apply(&rewrite(&source, 0, &mut Reporter::new("-", text)));
        source.text.into_owned()
    }

    #[test]
    fn a_container_becomes_a_quoted_callout_and_code_inside_stays() {
        assert_eq!(
            rewritten("글\n:::tip 제목\n- 하나\n```\n:::\n```\n:::\n뒤\n"),
            "글\n\n> [!tip] 제목\n>\n> - 하나\n> ```\n> :::\n> ```\n\n뒤\n"
        );
        assert_eq!(
            rewritten("::::info\n:::details 더\n글\n:::\n::::\n"),
            "> [!info]\n>\n> > [!details]- 더\n> >\n> > 글\n>\n\n"
        );
    }

    #[test]
    fn details_get_blank_lines_and_lose_deep_indentation() {
        assert_eq!(
            rewritten("<details>\n    <summary>제목</summary>\n    글\n</details>\n"),
            "<details>\n<summary>제목</summary>\n\n글\n\n</details>\n"
        );
        assert_eq!(
            rewritten("<div markdown=\"1\">\n# 제목\n</div>\n"),
            "<div>\n\n# 제목\n\n</div>\n"
        );
        assert_eq!(
            rewritten("```html\n<details>\n<summary>x</summary>\n```\n"),
            "```html\n<details>\n<summary>x</summary>\n```\n"
        );
    }
}
