//! What a note says of itself, read leniently: a slip in one key costs that key, never the note.
//!
//! 1. [`split`]: where the front matter stands, and only at the very beginning; a rule in mid-text opens nothing.
//! 2. `yaml` and `toml`: its entries with their places; broken YAML is salvaged entry by entry.
//! 3. `fields`: each entry to its field, under all the names other tools gave it.

use std::ops::Range;

use crate::bilingual;
use crate::diagnostics::{Bilingual, Diagnostic, Place, Severity};

use super::FrontMatter;

mod fields;
mod toml;
mod yaml;

/// One entry of a front matter.
#[derive(Debug, Clone, PartialEq)]
struct Entry {
    key: String,
    value: Node,
}

/// A value and where it stands in the note's text.
#[derive(Debug, Clone, PartialEq)]
struct Node {
    kind: Kind,
    span: Range<usize>,
}

/// A value.
#[derive(Debug, Clone, PartialEq)]
enum Kind {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

/// The fence's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Syntax {
    Yaml,
    Toml,
}

/// Where a front matter stands.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Fenced {
    syntax: Syntax,
    /// Between the fences.
    inner: Range<usize>,
    /// Where the text goes on after the closing fence's line.
    body: usize,
}

/// Splits the front matter off `text` (normalised, of the file shown as `file`), reads it, and reports into
/// `diagnostics`. Returns it with the byte offset at which the body begins.
///
/// What stands between two rules at the top of a note but is no mapping is body: nothing is swallowed.
pub fn split(file: &str, text: &str, diagnostics: &mut Vec<Diagnostic>) -> (FrontMatter, usize) {
    let Some(fenced) = find(text) else {
        return (FrontMatter::default(), 0);
    };
    let entries = match fenced.syntax {
        Syntax::Yaml => yaml::entries(file, text, fenced.inner.clone(), diagnostics),
        Syntax::Toml => toml::entries(file, text, fenced.inner.clone(), diagnostics),
    };
    match entries {
        Some(entries) => {
            let mut found = Vec::new();
            let front_matter = fields::read(file, text, entries, &mut found);
            found.sort_by_key(|found| found.place.as_ref().map(|at| (at.line, at.column)));
            diagnostics.append(&mut found);
            (front_matter, fenced.body)
        }
        None => {
            let message = bilingual!(
                "맨 위의 --- 사이가 front matter가 아니어서 본문으로 두었습니다.",
                "What stands between the --- at the top is no front matter; it was kept as text."
            );
            let hint = bilingual!(
                "front matter로 쓰려면 `title: 제목`처럼 `이름: 값`으로 적으세요.",
                "For a front matter, write `name: value` lines such as `title: My note`."
            );
            diagnostics.push(
                Diagnostic::new(Severity::Note, "front-matter-not-mapping", message)
                    .at(Place::at(file, text, 0..3))
                    .hint(hint),
            );
            (FrontMatter::default(), 0)
        }
    }
}

/// Finds the fences: `---` … `---` or `...`, `+++` … `+++`, each alone on its line, the first at byte 0.
fn find(text: &str) -> Option<Fenced> {
    let (syntax, closing): (Syntax, &[&str]) = match text.get(..3)? {
        "---" => (Syntax::Yaml, &["---", "..."]),
        "+++" => (Syntax::Toml, &["+++"]),
        _ => return None,
    };
    let mut lines = text.split_inclusive('\n');
    let first = lines.next()?;
    if first.trim_end().len() != 3 {
        return None;
    }
    let start = first.len();
    let mut at = start;
    for line in lines {
        if closing.contains(&line.trim_end()) {
            return Some(Fenced {
                syntax,
                inner: start..at,
                body: at + line.len(),
            });
        }
        at += line.len();
    }
    None
}

/// A syntax error at `span`, with what the parser said of it.
fn syntax_error(file: &str, text: &str, span: Range<usize>, detail: Bilingual) -> Diagnostic {
    let Bilingual { ko, en } = detail;
    let message = bilingual!(
        "front matter의 문법이 어긋나서, 읽을 수 있는 항목만 골라 썼습니다: {ko}",
        "The front matter's syntax is broken; only the entries that could be read were used: {en}"
    );
    Diagnostic::new(Severity::Warning, "front-matter-syntax", message)
        .at(Place::at(file, text, span))
}

/// A parser's own words, which are English whoever reads them.
fn same(words: &str) -> Bilingual {
    Bilingual {
        ko: words.to_owned(),
        en: words.to_owned(),
    }
}

#[cfg(test)]
mod tests;
