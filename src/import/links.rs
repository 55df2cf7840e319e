//! Links in a note's source, found and replaced where they stand, byte for byte nothing else.
//!
//! A destination is what follows `](`, a definition's `[이름]:`, or `src="`/`href="` of HTML, outside of code. Spaces in
//! a destination are accepted as our renderer accepts them. Wiki links are found by themselves ([`wiki`]).

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// The longest destination that is looked at: more on one line is data, and bounds the work for a line of `](](](`.
const LONGEST: usize = 2048;

/// How a destination is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// `](dest)`, also of an image.
    Inline,
    /// `](<dest>)`.
    Angle,
    /// `[name]: dest`.
    Definition,
    /// `src="dest"` or `href="dest"`.
    Html,
}

/// A destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// Its bytes.
    pub(super) range: Range<usize>,
    pub(super) form: Form,
    /// 1-based line in the text searched.
    pub(super) line: usize,
}

/// A wiki link or embed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wiki {
    /// The bytes of the target, before `#` and `|`.
    pub(super) range: Range<usize>,
    pub(super) embed: bool,
    /// 1-based line in the text searched.
    pub(super) line: usize,
}

/// Code in a text: the byte ranges of code blocks and code spans, in order.
#[derive(Debug, Default)]
pub(super) struct Code(Vec<Range<usize>>);

impl Code {
    pub(super) fn of(text: &str) -> Code {
        if !text.contains(['`', '~', '\t']) && !text.contains("    ") {
            return Code::default();
        }
        // A parser's slip in one odd note must not stop the import of all the others.
        catch_unwind(AssertUnwindSafe(|| Code::parsed(text))).unwrap_or_default()
    }

    fn parsed(text: &str) -> Code {
        let options =
            Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_TASKLISTS;
        let mut ranges: Vec<Range<usize>> = Vec::new();
        let mut block = None;
        for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
            match event {
                Event::Start(Tag::CodeBlock(_)) => block = Some(range),
                Event::End(TagEnd::CodeBlock) => ranges.extend(block.take()),
                Event::Code(_) => ranges.push(range),
                _ => {}
            }
        }
        ranges.sort_by_key(|range| range.start);
        Code(ranges)
    }

    /// The code that `at` lies in.
    pub(super) fn at(&self, at: usize) -> Option<&Range<usize>> {
        let after = self.0.partition_point(|range| range.start <= at);
        let range = self.0.get(after.checked_sub(1)?)?;
        range.contains(&at).then_some(range)
    }
}

/// Counts lines up to ever greater offsets.
#[derive(Debug)]
pub(super) struct Lines<'a> {
    text: &'a str,
    at: usize,
    line: usize,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Lines {
            text,
            at: 0,
            line: 1,
        }
    }

    /// The 1-based line of the byte `at`.
    pub(super) fn of(&mut self, at: usize) -> usize {
        if at < self.at {
            (self.at, self.line) = (0, 1);
        }
        let between = self.text.as_bytes().get(self.at..at).unwrap_or(&[]);
        self.line += between.iter().filter(|&&byte| byte == b'\n').count();
        self.at = at;
        self.line
    }
}

/// Every destination in `text`, in order, none within another.
pub(super) fn destinations(text: &str, code: &Code) -> Vec<Found> {
    let mut found: Vec<(Range<usize>, Form)> = Vec::new();
    for (at, _) in text.match_indices("](") {
        if code.at(at).is_none() {
            found.extend(inline(text, at + 2));
        }
    }
    if text.contains("]:") {
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            if code.at(start).is_none()
                && let Some(range) = definition(line)
            {
                found.push((start + range.start..start + range.end, Form::Definition));
            }
            start += line.len();
        }
    }
    for name in ["src=", "href="] {
        for (at, _) in text.match_indices(name) {
            let before = text[..at].chars().next_back();
            if before.is_some_and(char::is_whitespace) && code.at(at).is_none() {
                found.extend(quoted(text, at + name.len()).map(|range| (range, Form::Html)));
            }
        }
    }
    found.sort_by_key(|(range, _)| range.start);
    let mut end = 0;
    found.retain(|(range, _)| {
        let apart = range.start >= end;
        if apart {
            end = range.end;
        }
        apart
    });
    let mut lines = Lines::new(text);
    found
        .into_iter()
        .map(|(range, form)| Found {
            line: lines.of(range.start),
            range,
            form,
        })
        .collect()
}

/// The destination that begins at `start`, behind `](`: on one line, brackets balanced, without its title.
fn inline(text: &str, start: usize) -> Option<(Range<usize>, Form)> {
    let rest = text.get(start..)?;
    let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    let body = rest.get(blank..)?;
    if let Some(angled) = body.strip_prefix('<') {
        let end = angled
            .bytes()
            .take(LONGEST)
            .position(|b| matches!(b, b'>' | b'\n' | b'<'))?;
        let from = start + blank + 1;
        return (angled.as_bytes().get(end) == Some(&b'>'))
            .then(|| (from..from + end, Form::Angle));
    }
    let mut depth = 0_usize;
    let mut escaped = false;
    let mut quote_end = None;
    for (at, byte) in body.bytes().enumerate().take(LONGEST) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'\n' => return None,
            b'(' => depth += 1,
            b')' if depth == 0 => {
                quote_end = Some(at);
                break;
            }
            b')' => depth -= 1,
            _ => {}
        }
    }
    let inside = body.get(..quote_end?)?;
    let path = without_title(inside).trim_end();
    let from = start + blank;
    Some((from..from + path.len(), Form::Inline))
}

/// `dest "title"` without the title.
fn without_title(inside: &str) -> &str {
    let trimmed = inside.trim_end();
    for (quote, opens) in [('"', [" \"", "\t\""]), ('\'', [" '", "\t'"])] {
        let open = trimmed
            .strip_suffix(quote)
            .and_then(|rest| opens.iter().filter_map(|open| rest.find(open)).min());
        if let Some(open) = open {
            return &trimmed[..open];
        }
    }
    inside
}

/// The destination of a definition on this line.
fn definition(line: &str) -> Option<Range<usize>> {
    let body = line.trim_start_matches([' ', '>']);
    let label = body.strip_prefix('[')?;
    let close = label.find("]:")?;
    if label.starts_with('^') || label[..close].contains(['[', ']']) {
        return None;
    }
    let from = line.len() - label.len() + close + 2;
    let rest = line.get(from..)?;
    let lead = rest.len() - rest.trim_start().len();
    let rest = rest.trim_start();
    let (skip, len) = match rest.strip_prefix('<') {
        Some(angled) => (1, angled.find('>')?),
        None => (0, rest.find(char::is_whitespace).unwrap_or(rest.len())),
    };
    (len > 0).then(|| from + lead + skip..from + lead + skip + len)
}

/// The value in quotes that begins at `start`.
fn quoted(text: &str, start: usize) -> Option<Range<usize>> {
    let quote = *text.as_bytes().get(start)?;
    if !matches!(quote, b'"' | b'\'') {
        return None;
    }
    let rest = text.as_bytes().get(start + 1..)?;
    let len = rest
        .iter()
        .take(LONGEST)
        .position(|&b| b == quote || b == b'\n')?;
    (rest.get(len) == Some(&quote)).then(|| start + 1..start + 1 + len)
}

/// Every wiki link and embed in `text`, in order.
pub(super) fn wiki(text: &str, code: &Code) -> Vec<Wiki> {
    let mut found = Vec::new();
    let mut lines = Lines::new(text);
    let mut from = 0;
    while let Some(open) = text
        .get(from..)
        .and_then(|t| t.find("[["))
        .map(|at| from + at)
    {
        let start = open + 2;
        from = start;
        if code.at(open).is_some() {
            continue;
        }
        let rest = &text[start..];
        let Some(len) = rest
            .bytes()
            .take(LONGEST)
            .position(|b| matches!(b, b']' | b'[' | b'\n'))
        else {
            continue;
        };
        if !rest[len..].starts_with("]]") {
            continue;
        }
        let inside = &rest[..len];
        // In a table the pipe is escaped: `[[노트\|글]]`.
        let end = inside.find(['#', '|', '^']).unwrap_or(len);
        let target = inside[..end].trim_end_matches('\\').trim_end();
        let lead = target.len() - target.trim_start().len();
        found.push(Wiki {
            range: start + lead..start + target.len(),
            embed: text[..open].ends_with('!'),
            line: lines.of(open),
        });
        from = start + len + 2;
    }
    found
}

/// `text` with these ranges, in order and apart, replaced.
pub(super) fn replace(text: &str, edits: Vec<(Range<usize>, String)>) -> String {
    let mut out = String::with_capacity(text.len() + 64);
    let mut at = 0;
    for (range, new) in edits {
        let (Some(kept), true) = (text.get(at..range.start), range.start >= at) else {
            continue;
        };
        out.push_str(kept);
        out.push_str(&new);
        at = range.end;
    }
    out.push_str(text.get(at..).unwrap_or(""));
    out
}

/// Whether `written` has a scheme or a host, and so is none of the export's files.
pub(super) fn is_external(written: &str) -> bool {
    if written.starts_with("//") {
        return true;
    }
    let Some((scheme, _)) = written.split_once(':') else {
        return false;
    };
    scheme.len() > 1
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}

/// A destination as its path and what follows: `?query` is dropped, `#fragment` kept without its mark.
pub(super) fn split_fragment(written: &str) -> (&str, Option<&str>) {
    let (path, fragment) = match written.split_once('#') {
        Some((path, fragment)) => (path, Some(fragment)),
        None => (written, None),
    };
    (
        path.split_once('?').map_or(path, |(path, _)| path),
        fragment,
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(text: &str) -> Vec<&str> {
        destinations(text, &Code::of(text))
            .into_iter()
            .map(|found| &text[found.range])
            .collect()
    }

    #[test]
    fn destinations_are_found_in_all_their_forms_and_not_in_code() {
        assert_eq!(
            of("[글](a.md) ![그림](b (1).png \"제목\")"),
            ["a.md", "b (1).png"]
        );
        assert_eq!(
            of("[글](<한글 이름.md>) [글](./한글 이름.md#절)"),
            ["한글 이름.md", "./한글 이름.md#절"]
        );
        assert_eq!(of("[![그림](a.png)](b.md)"), ["a.png", "b.md"]);
        assert_eq!(
            of("[가]: a.md \"제목\"\n> [나]: <b c.md>\n[^1]: 각주\n"),
            ["a.md", "b c.md"]
        );
        assert_eq!(
            of("<img alt=\"\" src=\"a.png\"> <a href='b.md'>글</a>"),
            ["a.png", "b.md"]
        );
        assert_eq!(
            of("`[글](a.md)`\n\n```\n[글](b.md)\n```\n\n    [글](c.md)\n"),
            [""; 0]
        );
        assert_eq!(of("[열림](a.md\n) [빈]()"), [""]);
    }

    #[test]
    fn wiki_links_are_found_with_their_targets() {
        let text = "[[노트]] ![[그림.png|300]] [[가/나#절|글]] `[[코드]]` [[표\\|글]] [[열림";
        let found = wiki(text, &Code::of(text));
        let targets: Vec<(&str, bool)> = found
            .iter()
            .map(|wiki| (&text[wiki.range.clone()], wiki.embed))
            .collect();
        assert_eq!(
            targets,
            [
                ("노트", false),
                ("그림.png", true),
                ("가/나", false),
                ("표", false)
            ]
        );
    }

    proptest! {
        #[test]
        fn replacing_each_destination_by_itself_changes_nothing(text in "([\\[\\]()<>!\"'`|#^: a가\n]|\\]\\(|\\[\\[|\\]\\]|src=\"){0,60}") {
            let code = Code::of(&text);
            let edits = destinations(&text, &code)
                .into_iter()
                .map(|found| (found.range.clone(), text[found.range].to_owned()))
                .collect();
            prop_assert_eq!(replace(&text, edits), text.clone());
            for wiki in wiki(&text, &code) {
                prop_assert!(text.get(wiki.range).is_some());
            }
        }
    }
}
