//! What went wrong, where, and what to do about it.
//!
//! Every stage reports through [`Diagnostic`]: a message and a hint in both languages, and the place in the note as
//! the author sees it (line and column counted from 1, columns in characters). The renderer draws the offending line
//! with a caret that stands under the right character, also after wide Hangul.

use std::fmt::Write as _;
use std::ops::Range;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

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
        }
    }

    /// The place of the byte range `span` of `text`, the decoded text of `file`.
    /// A span that leaves the text or splits a character is moved inside it.
    pub fn at(file: &str, text: &str, span: Range<usize>) -> Self {
        let start = floor_char_boundary(text, span.start);
        let end = floor_char_boundary(text, span.end.max(start));
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let width = text[start..end.min(line_end).max(start)]
            .chars()
            .count()
            .max(1);
        Place {
            file: file.to_owned(),
            line: memchr::memchr_iter(b'\n', &text.as_bytes()[..start]).count() + 1,
            column: text[line_start..start].chars().count() + 1,
            source_line: text[line_start..line_end].to_owned(),
            width,
        }
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
                let _ = writeln!(out, "  --> {}", place.file);
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
    const BEFORE: usize = 40;
    const WINDOW: usize = 90;
    let chars: Vec<char> = place
        .source_line
        .chars()
        .map(|c| if c == '\t' { ' ' } else { c })
        .collect();
    let column = (place.column - 1).min(chars.len());
    let from = if chars.len() > WINDOW {
        column.saturating_sub(BEFORE)
    } else {
        0
    };
    let to = (from + WINDOW).min(chars.len());
    let gutter = place.line.to_string();
    let shown: String = chars[from..to].iter().collect();
    let lead: usize = chars[from..column]
        .iter()
        .map(|c| c.width().unwrap_or(0))
        .sum();
    let marked: String = chars[column..(column + place.width).min(to).max(column)]
        .iter()
        .collect();
    let carets = marked.width().max(1);
    let (open, close) = (
        if from > 0 { "…" } else { "" },
        if to < chars.len() { "…" } else { "" },
    );
    let pad = " ".repeat(lead + open.width());
    format!(
        "{blank} |\n{gutter} | {open}{shown}{close}\n{blank} | {pad}{carets}\n",
        blank = " ".repeat(gutter.len()),
        carets = "^".repeat(carets)
    )
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
    fn a_span_outside_the_text_or_inside_a_character_is_moved_inside() {
        assert_eq!(Place::at("a.md", "한", 1..9).column, 1);
        assert_eq!(Place::at("a.md", "", 5..9).line, 1);
    }
}
