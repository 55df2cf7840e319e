//! What went wrong, where, and what to do about it.
//!
//! Every stage reports through [`Diagnostic`]: a message and a hint in both languages, and the place in the note as
//! the author sees it (line and column counted from 1, columns in characters). The renderer draws the offending line
//! with a caret that stands under the right character, also after wide Hangul.

use std::fmt::Write as _;
use std::ops::Range;

use unicode_width::UnicodeWidthStr;

/// The language of messages; Korean unless asked otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    /// Korean.
    #[default]
    Ko,
    /// English.
    En,
}

/// One message in Korean and in English; made with [`bilingual!`](crate::bilingual).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bilingual {
    /// The Korean text.
    pub ko: String,
    /// The English text.
    pub en: String,
}

impl Bilingual {
    /// The text in `lang`.
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Ko => &self.ko,
            Lang::En => &self.en,
        }
    }
}

/// Formats a message in Korean, then in English: `bilingual!("{n}쪽", "{n} pages")`. Both capture inline arguments.
#[macro_export]
macro_rules! bilingual {
    ($ko:literal, $en:literal $(,)?) => {
        $crate::diagnostics::Bilingual {
            ko: format!($ko),
            en: format!($en),
        }
    };
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing; nothing is lost.
    Note,
    /// Something the author meant does not work (a broken link); the page is published.
    Warning,
    /// A note could not be published.
    Error,
}

/// Where in a note, as its author sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Path of the file, relative to the site's root, `/`-separated.
    pub file: String,
    /// 1-based line; 0 when the whole file is meant.
    pub line: usize,
    /// 1-based column in characters; 0 when the whole line or file is meant.
    pub column: usize,
    /// The whole offending line, without its line break.
    pub source_line: String,
    /// How many characters of `source_line` the caret underlines, from `column` on.
    pub width: usize,
    /// The same place as editors count, where it is more than a line.
    pub extent: Option<Extent>,
}

/// From where to where, for editors: all columns count from 1, ends are exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// The last line.
    pub end_line: usize,
    /// The column after the last character, in characters of the last line.
    pub end_column: usize,
    /// The first column in UTF-16 code units, as the Language Server Protocol counts (but from 1).
    pub utf16_column: usize,
    /// The column after the last character, in UTF-16 code units.
    pub utf16_end_column: usize,
    /// The first column in bytes of UTF-8, as Vim counts.
    pub byte_column: usize,
    /// The column after the last character, in bytes of UTF-8.
    pub byte_end_column: usize,
}

impl Place {
    /// The place of a whole file.
    pub fn file(file: &str) -> Self {
        Place {
            file: file.to_owned(),
            line: 0,
            column: 0,
            source_line: String::new(),
            width: 0,
            extent: None,
        }
    }

    /// The place of the byte range `span` of `text`, the decoded text of `file`.
    /// A span that leaves the text or splits a character is moved inside it.
    pub fn at(file: &str, text: &str, span: Range<usize>) -> Self {
        let start = floor_char_boundary(text, span.start);
        let line = memchr::memchr_iter(b'\n', &text.as_bytes()[..start]).count() + 1;
        Place::on_line(file, text, start, span.end, line)
    }

    /// The place of `start..end` of `text`; `start` is the boundary of a character on `line`.
    fn on_line(file: &str, text: &str, start: usize, end: usize, line: usize) -> Self {
        let end = floor_char_boundary(text, end.max(start));
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let before = &text[line_start..start];
        // A line of a file nobody normalised (notes.toml) may end in CRLF.
        let source_line = text[line_start..line_end].trim_end_matches('\r');
        let inside = &text[start..end];
        let last_start = text[..end].rfind('\n').map_or(0, |at| at + 1);
        let last = &text[last_start..end];
        Place {
            file: file.to_owned(),
            line,
            column: before.chars().count() + 1,
            source_line: source_line.to_owned(),
            width: text[start..end.min(line_start + source_line.len()).max(start)]
                .chars()
                .count()
                .max(1),
            extent: Some(Extent {
                end_line: line + inside.bytes().filter(|&byte| byte == b'\n').count(),
                end_column: last.chars().count() + 1,
                utf16_column: before.encode_utf16().count() + 1,
                utf16_end_column: last.encode_utf16().count() + 1,
                byte_column: before.len() + 1,
                byte_end_column: last.len() + 1,
            }),
        }
    }
}

/// Where the lines of a text begin, for whoever reports many places of one long note.
#[derive(Debug)]
pub struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    /// The lines of `text`.
    pub fn of(text: &'t str) -> Self {
        let starts = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(at, _)| at + 1))
            .collect();
        Lines { text, starts }
    }

    /// As [`Place::at`], without counting lines again.
    pub fn place(&self, file: &str, span: Range<usize>) -> Place {
        let start = floor_char_boundary(self.text, span.start);
        let line = self.starts.partition_point(|&at| at <= start);
        Place::on_line(file, self.text, start, span.end, line)
    }
}

fn floor_char_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// One thing that is wrong, with its place and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// A stable kebab-case name of the kind of problem, such as `broken-link`.
    pub code: &'static str,
    /// What is wrong.
    pub message: Bilingual,
    /// What to do about it.
    pub hint: Option<Bilingual>,
    /// Where, if it has a place.
    pub place: Option<Place>,
}

impl Diagnostic {
    /// A diagnostic without place or hint.
    pub fn new(severity: Severity, code: &'static str, message: Bilingual) -> Self {
        Diagnostic {
            severity,
            code,
            message,
            hint: None,
            place: None,
        }
    }

    /// The same, at `place`.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// The same, with what to do.
    #[must_use]
    pub fn hint(mut self, hint: Bilingual) -> Self {
        self.hint = Some(hint);
        self
    }

    /// Renders it for a terminal, several lines, no colour, ending in a line break.
    pub fn render(&self, lang: Lang) -> String {
        self.render_with(lang, &[])
    }

    /// The same for several files of which the very same is to be said; `more` are the files after the first.
    pub fn render_with(&self, lang: Lang, more: &[&str]) -> String {
        let word = match (self.severity, lang) {
            (Severity::Error, Lang::Ko) => "오류",
            (Severity::Error, Lang::En) => "error",
            (Severity::Warning, Lang::Ko) => "경고",
            (Severity::Warning, Lang::En) => "warning",
            (Severity::Note, Lang::Ko) => "참고",
            (Severity::Note, Lang::En) => "note",
        };
        let mut out = format!("{word}[{}]: {}\n", self.code, self.message.get(lang));
        if let Some(place) = &self.place {
            if place.line == 0 {
                for file in std::iter::once(&place.file.as_str()).chain(more) {
                    let _ = writeln!(out, "  --> {file}");
                }
            } else {
                let _ = writeln!(
                    out,
                    "  --> {}:{}:{}",
                    place.file,
                    place.line,
                    place.column.max(1)
                );
                if !place.source_line.trim().is_empty() && place.column > 0 {
                    out.push_str(&excerpt(place));
                }
            }
        }
        if let Some(hint) = &self.hint {
            let _ = writeln!(out, "  = {}", hint.get(lang));
        }
        out
    }
}

/// Why a command had to stop: one diagnostic, and whose turn it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Whose turn it is, which decides the exit status.
    pub kind: FailureKind,
    /// What is wrong.
    pub diagnostic: Box<Diagnostic>,
}

/// Whose turn it is after a [`Failure`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// The arguments or the configuration must change: exit status 2.
    Usage,
    /// The machine refused (I/O, network): exit status 3.
    Machine,
}

impl Failure {
    /// A failure the user can mend by calling differently or changing the configuration.
    pub fn usage(diagnostic: Diagnostic) -> Self {
        Failure {
            kind: FailureKind::Usage,
            diagnostic: Box::new(diagnostic),
        }
    }

    /// A failure of the machine at `path`, as `error` tells it.
    pub fn machine(doing: Bilingual, path: &std::path::Path, error: &std::io::Error) -> Self {
        let message = Bilingual {
            ko: format!("{}: {error}", doing.ko),
            en: format!("{}: {error}", doing.en),
        };
        Failure {
            kind: FailureKind::Machine,
            diagnostic: Box::new(
                Diagnostic::new(Severity::Error, "io", message)
                    .at(Place::file(&path.to_string_lossy())),
            ),
        }
    }
}

/// The offending line (cut to a window around the column) and a caret line under it, aligned by display width.
fn excerpt(place: &Place) -> String {
    let line = shown_line(&place.source_line);
    let start = (place.column - 1).min(line.len());
    let end = (start + place.width).min(line.len()).max(start);
    let window = window(&line, start);
    let text_of = |range: Range<usize>| -> String {
        line[range]
            .iter()
            .map(|shown| shown.text.as_str())
            .collect()
    };
    // The width of whole strings: an emoji of several characters is as wide as one.
    let lead = text_of(window.start..start).width();
    let carets = text_of(window.start..end.min(window.end))
        .width()
        .saturating_sub(lead)
        .max(1);
    let (open, close) = (
        if window.start > 0 { "…" } else { "" },
        if window.end < line.len() { "…" } else { "" },
    );
    let gutter = place.line.to_string();
    format!(
        "{blank} |\n{gutter} | {open}{shown}{close}\n{blank} | {pad}{carets}\n",
        blank = " ".repeat(gutter.len()),
        shown = text_of(window.clone()),
        pad = " ".repeat(lead + open.width()),
        carets = "^".repeat(carets)
    )
}

/// A character as it is shown, and how many columns it takes by itself.
struct Shown {
    text: String,
    width: usize,
}

/// The line with what nobody sees made visible, one entry for each of its characters.
fn shown_line(line: &str) -> Vec<Shown> {
    let mut before = None;
    let mut chars = line.chars().peekable();
    let mut shown = Vec::new();
    while let Some(c) = chars.next() {
        let text = match c {
            '\t' => " ".to_owned(),
            c if is_invisible(before, c, chars.peek().copied()) => {
                format!("<U+{:04X}>", u32::from(c))
            }
            c => c.to_string(),
        };
        let width = text.width();
        shown.push(Shown { text, width });
        before = Some(c);
    }
    shown
}

/// The part of `line` that is shown: all of it, or about a terminal's width around the character `at`.
fn window(line: &[Shown], at: usize) -> Range<usize> {
    const BEFORE: usize = 40;
    const WINDOW: usize = 96;
    let total: usize = line.iter().map(|shown| shown.width).sum();
    let mut from = 0;
    if total > WINDOW {
        from = at;
        let mut width = 0;
        while from > 0 && width + line[from - 1].width <= BEFORE {
            from -= 1;
            width += line[from].width;
        }
        // Not in the middle of a letter and its marks.
        while from < at && line[from].width == 0 {
            from += 1;
        }
    }
    let mut to = from;
    let mut width = 0;
    while to < line.len() && width + line[to].width <= WINDOW {
        width += line[to].width;
        to += 1;
    }
    from..to
}

/// Whether `c` between these neighbours is seen by nobody, or turns the writing around it: controls, zero-width and
/// bidirectional marks, Hangul fillers. A joiner inside an emoji or a script that needs it is none.
pub fn is_invisible(before: Option<char>, c: char, after: Option<char>) -> bool {
    match c {
        '\t' | '\n' => false,
        '\u{200C}' | '\u{200D}' => {
            let needs = |c: Option<char>| {
                c.is_some_and(|c| {
                    !c.is_ascii() && !c.is_whitespace() && !('가'..='힣').contains(&c)
                })
            };
            !(needs(before) && needs(after))
        }
        // A language's own marks in a flag's emoji (Scotland) are tags; alone they are hidden text.
        '\u{E0020}'..='\u{E007F}' => !before.is_some_and(|before| {
            before == '\u{1F3F4}' || ('\u{E0020}'..='\u{E007F}').contains(&before)
        }),
        '\u{AD}'
        | '\u{34F}'
        | '\u{61C}'
        | '\u{115F}'
        | '\u{1160}'
        | '\u{17B4}'
        | '\u{17B5}'
        | '\u{180E}'
        | '\u{200B}'
        | '\u{200E}'
        | '\u{200F}'
        | '\u{2028}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}'
        | '\u{3164}'
        | '\u{FEFF}'
        | '\u{FFA0}'
        | '\u{FFF9}'..='\u{FFFB}' => true,
        c => c.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caret_stands_under_the_character_after_wide_hangul() {
        let text = "첫 줄\n앞글 [람다](없음.md)\n";
        let start = text.find("없음").expect("fixture");
        let place = Place::at("a.md", text, start..start + "없음.md".len());
        assert_eq!((place.line, place.column, place.width), (2, 9, 5));
        let message = bilingual!("깨진 링크", "broken link");
        let shown = Diagnostic::new(Severity::Warning, "broken-link", message)
            .at(place)
            .render(Lang::Ko);
        assert_eq!(
            shown,
            "경고[broken-link]: 깨진 링크\n  --> a.md:2:9\n  |\n2 | 앞글 [람다](없음.md)\n  |             ^^^^^^^\n"
        );
    }

    #[test]
    fn a_place_found_by_the_index_of_lines_is_the_same() {
        let text = "첫 줄\n둘째 👩‍👩‍👧 줄\n\n끝";
        let lines = Lines::of(text);
        for start in 0..=text.len() + 2 {
            for end in [start, start + 5, text.len()] {
                assert_eq!(
                    lines.place("a.md", start..end),
                    Place::at("a.md", text, start..end)
                );
            }
        }
    }

    /// The excerpt alone of the first `marked` in `text`.
    fn caret(text: &str, marked: &str) -> String {
        let start = text.find(marked).expect("fixture");
        let place = Place::at("a.md", text, start..start + marked.len());
        excerpt(&place)
    }

    #[test]
    fn the_caret_stands_right_after_every_kind_of_character() {
        let cases = [
            ("tab", "\t- \t[글](없음)", "[글](없음)"),
            ("hangul", "한글 문장의 표적 뒤", "표적"),
            ("decomposed", "\u{1112}\u{1161}\u{11AB}글 표적", "표적"),
            ("combining", "cafe\u{301} 표적", "표적"),
            ("emoji", "가족 👩‍👩‍👧‍👦 국기 🇰🇷 손 👍🏽 표적", "표적"),
            ("hanja and fullwidth", "漢字ＡＢＣ표적", "표적"),
            ("zero width", "가\u{200B}나\u{FEFF}다 표적", "표적"),
            ("the zero width itself", "가\u{200B}나", "\u{200B}"),
            ("a control", "가\u{8}나 표적", "표적"),
            ("bidi", "가\u{202E}나 표적", "표적"),
            (
                "several lines",
                "앞 [여러\n줄](없음) 뒤",
                "[여러\n줄](없음)",
            ),
            ("crlf", "첫 줄\r\n둘째 표적\r\n", "표적\r\n"),
            ("the end of a line", "끝에서\n", "\n"),
        ];
        let shown: Vec<String> = cases
            .iter()
            .map(|(name, text, marked)| format!("{name}\n{}", caret(text, marked)))
            .collect();
        insta::assert_snapshot!(shown.join("\n"));
    }

    #[test]
    fn a_long_line_is_cut_to_what_a_terminal_shows() {
        let long = format!("{}표적{}", "가나다라 ".repeat(60), " 마바사아".repeat(60));
        let start = format!("표적{}", " 마바사아".repeat(60));
        let end = format!("{}표적", "가나다라 ".repeat(60));
        let wide = format!("앞 {} 뒤", "넓은표적".repeat(60));
        let shown = [
            caret(&long, "표적"),
            caret(&start, "표적"),
            caret(&end, "표적"),
            caret(&wide, &"넓은표적".repeat(60)),
        ];
        for line in shown.iter().flat_map(|text| text.lines()) {
            assert!(line.width() <= 106, "{line}");
        }
        insta::assert_snapshot!(shown.join("\n"));
    }

    #[test]
    fn editors_are_told_columns_in_characters_utf16_and_bytes() {
        let text = "첫 줄\n가𝄞나 [여러\n줄](없음) 뒤";
        let start = text.find('[').expect("fixture");
        let end = text.find(" 뒤").expect("fixture");
        let place = Place::at("a.md", text, start..end);
        assert_eq!((place.line, place.column), (2, 5));
        assert_eq!(
            place.extent,
            Some(Extent {
                end_line: 3,
                end_column: 7,
                utf16_column: 6,
                utf16_end_column: 7,
                byte_column: 12,
                byte_end_column: 13,
            })
        );
    }

    proptest::proptest! {
        #[test]
        fn any_place_of_any_text_can_be_shown(text in "\\PC{0,60}|(?s).{0,40}", start in 0usize..200, len in 0usize..60) {
            let place = Place::at("a.md", &text, start..start.saturating_add(len));
            let diagnostic = Diagnostic::new(Severity::Note, "x", bilingual!("ㄱ", "a")).at(place);
            proptest::prop_assert!(diagnostic.render(Lang::Ko).contains("a.md:"));
        }
    }

    #[test]
    fn a_span_outside_the_text_or_inside_a_character_is_moved_inside() {
        assert_eq!(Place::at("a.md", "한", 1..9).column, 1);
        assert_eq!(Place::at("a.md", "", 5..9).line, 1);
    }
}
