//! LaTeX to MathML at build time, for browsers that draw it themselves.
//!
//! 1. [`prepare`] puts what math-core does not know into what it knows (`split`, `\textcolor`, a lone `\tag`);
//! 2. math-core converts, with the source beside it for whoever copies or cannot see the formula;
//! 3. [`without_styles`] turns its inline styles, which a strict Content-Security-Policy forbids, into classes and
//!    attributes, and takes links out.

use std::collections::BTreeMap;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

use math_core::{LatexToMathML, MathCoreConfig, MathDisplay};

use super::report::Reporter;
use super::rewrite::{Edit, Rewritten};
use crate::bilingual;
use crate::diagnostics::{Bilingual, Severity};

/// A longer formula is none.
const LONGEST: usize = 32 * 1024;
/// math-core descends once for a brace or a command; beyond this many it gets a stack of its own.
const SHALLOW: usize = 100;
/// Stack for each byte of a formula with many braces and commands.
const STACK_PER_BYTE: usize = 16 * 1024;

/// Why a formula could not be converted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) message: Bilingual,
    /// Byte range in the formula.
    pub(super) range: Range<usize>,
}

/// Converts formulas; made once for a note.
#[derive(Debug)]
pub(super) struct Converter {
    math_core: LatexToMathML,
}

impl Converter {
    /// With the site's own commands: name without backslash, and what it stands for. Those that are wrong are left out;
    /// [`wrong_macros`] names them.
    pub(super) fn new(macros: &BTreeMap<String, String>) -> Self {
        let good = macros
            .iter()
            .filter(|(name, body)| checked(name, body).is_ok())
            .map(|(name, body)| (bare(name).to_owned(), body.clone()))
            .collect();
        Converter {
            math_core: LatexToMathML::new(config(good)).unwrap_or_default(),
        }
    }

    /// `latex` as a `<math>` element.
    ///
    /// # Errors
    /// What is wrong with it and where.
    pub(super) fn convert(&self, latex: &str, display: bool) -> Result<String, Wrong> {
        let whole = 0..latex.len();
        if latex.len() > LONGEST {
            let most = LONGEST / 1024;
            return Err(Wrong {
                message: bilingual!(
                    "수식이 너무 깁니다(가장 길게 {most} KiB).",
                    "this formula is too long (at most {most} KiB)."
                ),
                range: whole,
            });
        }
        let prepared = prepare(latex);
        let run = || catch_unwind(AssertUnwindSafe(|| self.run(&prepared.text, display)));
        let steps = latex
            .bytes()
            .filter(|byte| matches!(byte, b'{' | b'\\' | b'^' | b'_'))
            .count();
        let done = if steps <= SHALLOW {
            run().ok()
        } else {
            std::thread::scope(|scope| {
                std::thread::Builder::new()
                    .stack_size((latex.len() * STACK_PER_BYTE).max(4 << 20))
                    .spawn_scoped(scope, run)
                    .ok()?
                    .join()
                    .ok()?
                    .ok()
            })
        };
        match done {
            Some(Ok(html)) => Ok(without_styles(&html, latex)),
            Some(Err((range, message))) => Err(Wrong {
                message,
                range: prepared.original(&range),
            }),
            None => Err(Wrong {
                message: bilingual!(
                    "수식을 바꾸다가 notes 안에서 오류가 났습니다.",
                    "converting this formula failed inside notes."
                ),
                range: whole,
            }),
        }
    }

    fn run(&self, latex: &str, display: bool) -> Result<String, (Range<usize>, Bilingual)> {
        let display = if display {
            MathDisplay::Block
        } else {
            MathDisplay::Inline
        };
        self.math_core
            .convert_with_local_state(latex, display)
            .map(|done| done.mathml)
            .map_err(|error| {
                let range = error.0.clone();
                let excerpt = latex.get(range.clone()).unwrap_or_default();
                (range, explain(&error.to_string(), excerpt))
            })
    }
}

/// The site's own commands that cannot be used: name and reason.
pub fn wrong_macros(macros: &BTreeMap<String, String>) -> Vec<(String, String)> {
    macros
        .iter()
        .filter_map(|(name, body)| {
            checked(name, body)
                .err()
                .map(|reason| (name.clone(), reason))
        })
        .collect()
}

fn checked(name: &str, body: &str) -> Result<(), String> {
    LatexToMathML::new(config(vec![(bare(name).to_owned(), body.to_owned())]))
        .map(|_| ())
        .map_err(|(error, _, _)| error.to_string())
}

fn bare(name: &str) -> &str {
    name.strip_prefix('\\').unwrap_or(name)
}

fn config(macros: Vec<(String, String)>) -> MathCoreConfig {
    MathCoreConfig {
        macros,
        ..MathCoreConfig::default()
    }
}

/// math-core's message in both languages; `excerpt` is what it points at.
fn explain(message: &str, excerpt: &str) -> Bilingual {
    let message = message.trim_end_matches('.');
    let quoted = message.split('"').nth(1).unwrap_or(excerpt);
    if message.starts_with("Unknown command") {
        bilingual!(
            "수식에 모르는 명령이 있습니다: `{quoted}`",
            "this formula has an unknown command: `{quoted}`"
        )
    } else if message.starts_with("Unknown environment") {
        bilingual!(
            "수식에 모르는 환경이 있습니다: `{quoted}`",
            "this formula has an unknown environment: `{quoted}`"
        )
    } else if message.starts_with("Expected closing token") {
        bilingual!(
            "수식이 닫히지 않았습니다. 빠진 것: `{quoted}`",
            "this formula is not closed: `{quoted}` is missing"
        )
    } else if message.starts_with("Unmatched closing token") {
        bilingual!(
            "수식에 짝이 없는 `{quoted}`가 있습니다.",
            "this formula has `{quoted}` without a partner"
        )
    } else {
        bilingual!(
            "수식을 읽지 못했습니다: {message}",
            "this formula cannot be read: {message}"
        )
    }
}

/// Rewrites what math-core has another word for. Numbers of equations are left out unless written with `\tag`: each
/// formula stands alone here, so that every one would be number (1).
fn prepare(latex: &str) -> Rewritten<'_> {
    let mut prepared = Rewritten::new(latex);
    let mut edits = Vec::new();
    let tagged = latex.contains("\\tag{");
    let mut numbered = false;
    let mut at = 0;
    while let Some(slash) = latex[at..].find('\\').map(|found| at + found) {
        let length = 1 + latex[slash + 1..]
            .bytes()
            .take_while(u8::is_ascii_alphabetic)
            .count();
        at = (slash + length.max(2)).min(latex.len());
        while !latex.is_char_boundary(at) {
            at += 1;
        }
        let after = &latex[slash + length..];
        match &latex[slash..slash + length] {
            "\\begin" | "\\end" => {
                let Some(name) = after.strip_prefix('{').and_then(|it| it.split('}').next()) else {
                    continue;
                };
                let start = slash + length + 1;
                let other = match name {
                    "split" => "aligned",
                    "eqnarray" | "eqnarray*" | "align" if !tagged => "align*",
                    "gather" if !tagged => "gather*",
                    "equation" if !tagged => "equation*",
                    "align" | "gather" | "equation" => {
                        numbered = true;
                        continue;
                    }
                    _ => continue,
                };
                edits.push(Edit {
                    range: start..start + name.len(),
                    with: other.to_owned().into(),
                });
            }
            // `\textcolor{red}{x}` is `{\color{red}x}`.
            "\\textcolor" => {
                let Some(color) = after.strip_prefix('{').and_then(|it| it.find('}')) else {
                    continue;
                };
                let group = slash + length + color + 2;
                if latex[group..].starts_with('{') {
                    edits.push(Edit {
                        range: slash..slash + length,
                        with: "{\\color".into(),
                    });
                    if let Some(end) = group_end(latex, group) {
                        edits.push(Edit::insert(end, "}"));
                    } else {
                        edits.pop();
                    }
                }
            }
            _ => {}
        }
    }
    edits.sort_by_key(|edit| edit.range.start);
    if tagged && !numbered {
        edits.insert(0, Edit::insert(0, "\\begin{equation}"));
        edits.push(Edit::insert(latex.len(), "\\end{equation}"));
    }
    prepared.apply(&edits);
    prepared
}

/// The byte after the `}` that closes the `{` at `open`.
fn group_end(latex: &str, open: usize) -> Option<usize> {
    const LONGEST_GROUP: usize = 2000;
    let mut depth = 0_usize;
    let mut skip = false;
    for (at, byte) in latex.bytes().enumerate().skip(open).take(LONGEST_GROUP) {
        match byte {
            _ if skip => skip = false,
            b'\\' => skip = true,
            b'{' => depth += 1,
            b'}' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// `html` with `style="padding-left: 0;"` as `class="m-padding-left-0"` and colours as attributes, without links and
/// ids, and with `latex` as its annotation.
fn without_styles(html: &str, latex: &str) -> String {
    let mut out = String::with_capacity(html.len() + latex.len() + 80);
    let mut rest = html;
    let mut root = true;
    while let Some(open) = rest.find('<') {
        out.push_str(&rest[..open]);
        let Some(length) = rest[open..].find('>') else {
            break;
        };
        let tag = &rest[open..=open + length];
        rest = &rest[open + length + 1..];
        if tag == "</a>" || tag.starts_with("<a ") {
            continue;
        }
        if tag == "</math>" {
            out.push_str("<annotation encoding=\"application/x-tex\">");
            super::escape::push_text(&mut out, latex.trim());
            out.push_str("</annotation></semantics></math>");
            continue;
        }
        if tag.contains(" style=\"") || tag.contains(" id=\"") {
            push_tag(&mut out, tag);
        } else {
            out.push_str(tag);
        }
        if std::mem::take(&mut root) {
            out.push_str("<semantics><mrow>");
        }
    }
    out.push_str(rest);
    if let Some(at) = out.rfind("<annotation ") {
        out.insert_str(at, "</mrow>");
    }
    out
}

fn push_tag(out: &mut String, tag: &str) {
    let mut classes: Vec<String> = Vec::new();
    let mut attributes = String::new();
    let mut rest = tag;
    let mut kept = String::new();
    while let Some(start) = rest.find('"') {
        let Some(length) = rest[start + 1..].find('"') else {
            break;
        };
        let value = &rest[start + 1..start + 1 + length];
        let name_at = rest[..start].rfind(' ').unwrap_or(0);
        let name = rest[name_at..start].trim().trim_end_matches('=');
        kept.push_str(&rest[..name_at]);
        match name {
            "style" => {
                for declaration in value.split(';').filter(|it| !it.trim().is_empty()) {
                    let (property, value) =
                        declaration.split_once(':').unwrap_or((declaration, ""));
                    let (property, value) = (property.trim(), value.trim());
                    match property {
                        "color" => attributes.push_str(&format!(" mathcolor=\"{value}\"")),
                        "font-size" => attributes.push_str(&format!(" mathsize=\"{value}\"")),
                        // `text-align` says it already; MathML's own wish for `justify-items` goes with it.
                        "justify-items" => {}
                        _ => classes.push(class(property, value)),
                    }
                }
            }
            "class" => classes.push(value.to_owned()),
            "id" => {}
            _ => kept.push_str(&rest[name_at..start + length + 2]),
        }
        rest = &rest[start + length + 2..];
    }
    out.push_str(&kept);
    if !classes.is_empty() {
        out.push_str(" class=\"");
        out.push_str(&classes.join(" "));
        out.push('"');
    }
    out.push_str(&attributes);
    out.push_str(rest);
}

/// `border-top: 0.05em solid currentcolor` is `m-border-top-solid`, `padding-left:1em` is `m-padding-left-1em`.
fn class(property: &str, value: &str) -> String {
    let value = value
        .trim_start_matches("0.05em ")
        .trim_end_matches(" currentcolor");
    let mut class = format!("m-{property}-");
    for c in value.chars() {
        match c {
            '%' => {}
            c if c.is_ascii_alphanumeric() || c == '-' => class.push(c),
            _ => class.push('_'),
        }
    }
    class
}

/// Reports `wrong` at its place; `span` is where the formula stands in the note, its delimiters included.
pub(super) fn report(wrong: &Wrong, latex: &str, span: &Range<usize>, reporter: &mut Reporter<'_>) {
    let place = locate(reporter.text(), span, latex, &wrong.range);
    reporter.report(
        Severity::Warning,
        "bad-math",
        &place,
        wrong.message.clone(),
        Some(bilingual!(
            "수식 대신 LaTeX 글을 그대로 실었습니다. 수식이 아니라면 $ 앞에 역슬래시를 넣어 \\$로 쓰세요.",
            "its LaTeX source is shown instead. If it is no formula, write \\$ with a backslash."
        )),
    );
}

/// The place in `text` of `range` of a formula that stands, perhaps with quote marks before its lines, in `span`.
pub(super) fn locate(
    text: &str,
    span: &Range<usize>,
    latex: &str,
    range: &Range<usize>,
) -> Range<usize> {
    let Some(source) = text.get(span.clone()) else {
        return span.clone();
    };
    let mut from = span.start;
    if let Some(found) = source.find(latex) {
        from += found;
        return from + range.start..from + range.end.max(range.start + 1).min(latex.len().max(1));
    }
    // Line by line: each line of the formula is the end of a line of the source.
    let start = latex.get(..range.start).unwrap_or_default();
    let line = start.matches('\n').count();
    let column = start.len() - start.rfind('\n').map_or(0, |found| found + 1);
    let wanted: Vec<&str> = latex.split('\n').collect();
    let mut next = 0;
    for part in source.split_inclusive('\n') {
        let Some(own) = wanted.get(next) else {
            break;
        };
        let kept = own.trim();
        if !kept.is_empty() || part.trim_matches([' ', '\t', '>', '\n']).is_empty() {
            if let Some(found) = part.find(kept) {
                if next == line {
                    let indent = own.len() - own.trim_start().len();
                    let at = from + found + column.saturating_sub(indent);
                    let length = (range.end - range.start)
                        .min(kept.len().saturating_sub(column.saturating_sub(indent)));
                    return at..at + length.max(usize::from(!kept.is_empty()));
                }
                next += 1;
            }
        } else {
            next += 1;
        }
        from += part.len();
    }
    span.clone()
}

/// The words of a formula to search for and to show in an excerpt: the source without its braces, backslashes and
/// alignment marks.
pub(super) fn words(latex: &str) -> String {
    let mut out = String::with_capacity(latex.len());
    let mut chars = latex.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                if let Some(next) = chars.next_if(|c| !c.is_ascii_alphabetic()) {
                    match next {
                        '%' | '$' | '#' | '_' | '|' => out.push(next),
                        '{' | '}' => out.push(next),
                        _ => out.push(' '),
                    }
                }
            }
            '{' | '}' | '&' | '\n' | '\t' | '~' => out.push(' '),
            _ => out.push(c),
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
