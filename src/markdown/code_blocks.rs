//! Fenced code: the info string read in the forms people write it, the figure written.
//!
//! Understood: `yaml title="buildspec.yml"`, `yaml:buildspec.yml`, `ts [config.ts]`, `js src/App.js`, `js {1,3-5}`,
//! `js{2}`, `showLineNumbers`, `linenos`, `rust,ignore`, `{.python .numberLines}`.

use std::ops::RangeInclusive;

use super::highlight::{self, Language};
use super::{Options, escape};

/// A rendered code block.
#[derive(Debug, Default)]
pub(super) struct CodeBlock {
    pub(super) html: String,
    /// The caption.
    pub(super) title: Option<String>,
    /// The language, if it is none we know.
    pub(super) unknown_language: Option<String>,
}

/// What an info string says.
#[derive(Debug, Default, PartialEq, Eq)]
struct Info {
    language: String,
    title: Option<String>,
    /// Lines to mark, counted from 1.
    marks: Vec<RangeInclusive<usize>>,
    numbers: bool,
}

/// Renders a code block of the `notes` dialect; `info` is the fence's info string, if it is fenced.
pub(super) fn render(info: Option<&str>, code: &str, options: &Options) -> CodeBlock {
    let info = info.map(parse_info).unwrap_or_default();
    let language = if options.highlight {
        highlight::language(&info.language)
    } else {
        Language::Plain
    };
    let (lines, unknown) = match language {
        Language::Known(syntax) => (highlight::highlight(code, syntax), false),
        Language::Plain => (None, false),
        Language::Unknown => (None, true),
    };
    let numbers = options.line_numbers || info.numbers;
    let language = escape::text(&info.language);
    let mut html = String::with_capacity(code.len() * 2);
    html.push_str("<figure class=\"code");
    if numbers {
        html.push_str(" numbered");
    }
    html.push('"');
    if !language.is_empty() {
        html.push_str(&format!(" data-lang=\"{language}\""));
    }
    html.push('>');
    if let Some(title) = &info.title {
        html.push_str("<figcaption>");
        escape::push_text(&mut html, title);
        html.push_str("</figcaption>");
    }
    html.push_str("<pre><code");
    if !language.is_empty() {
        html.push_str(&format!(" class=\"language-{language}\""));
    }
    html.push('>');
    let lines = lines.or_else(|| {
        (numbers || !info.marks.is_empty())
            .then(|| code.lines().map(escape::text).collect::<Vec<_>>())
    });
    match lines {
        None => escape::push_text(&mut html, code),
        Some(lines) if numbers || !info.marks.is_empty() => {
            for (index, line) in lines.iter().enumerate() {
                let marked = info.marks.iter().any(|range| range.contains(&(index + 1)));
                html.push_str(if marked {
                    "<span class=\"line marked\">"
                } else {
                    "<span class=\"line\">"
                });
                html.push_str(line);
                html.push_str("</span>\n");
            }
        }
        Some(lines) => {
            for line in &lines {
                html.push_str(line);
                html.push('\n');
            }
        }
    }
    html.push_str("</code></pre></figure>\n");
    CodeBlock {
        html,
        title: info.title,
        unknown_language: unknown.then_some(info.language),
    }
}

fn parse_info(info: &str) -> Info {
    let info = info.trim();
    let mut out = Info::default();
    let rest = if let Some(inner) = info.strip_prefix('{').and_then(|it| it.strip_suffix('}')) {
        // Pandoc: `{.python .numberLines}`.
        let mut words = inner.split_whitespace();
        let first = words.clone().next().unwrap_or_default();
        if let Some(language) = first.strip_prefix('.') {
            out.language = language.to_owned();
            words.next();
        }
        out.numbers = words.any(|word| {
            word.trim_start_matches('.')
                .eq_ignore_ascii_case("numberlines")
        });
        return out;
    } else {
        let end = info
            .find(|c: char| c.is_whitespace() || matches!(c, ',' | '{' | ':' | '[' | '='))
            .unwrap_or(info.len());
        out.language = info[..end].to_owned();
        &info[end..]
    };
    // `title=buildspec.yml` without a language.
    let rest = if rest.starts_with('=') {
        out.language.clear();
        info
    } else if let Some(after) = rest.strip_prefix(':') {
        let word = after.split(char::is_whitespace).next().unwrap_or_default();
        if word.eq_ignore_ascii_case("line-numbers") {
            out.numbers = true;
        } else if !word.is_empty() && !word.starts_with(['{', '"']) {
            out.title = Some(word.to_owned());
        }
        &after[word.len()..]
    } else {
        rest
    };
    for word in words(rest) {
        read_word(word, &mut out);
    }
    out
}

/// Splits at spaces and commas outside quotes and brackets.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let (mut start, mut quote, mut depth) = (0, None, 0_usize);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), _) if open == c => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '{' | '[') => {
                if depth == 0 && at > start && !text[start..at].ends_with('=') {
                    words.push(&text[start..at]);
                    start = at;
                }
                depth += 1;
            }
            (None, '}' | ']') => depth = depth.saturating_sub(1),
            (None, ' ' | '\t' | ',') if depth == 0 => {
                words.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    words.push(&text[start.min(text.len())..]);
    words.retain(|word| !word.is_empty());
    words
}

fn read_word(word: &str, out: &mut Info) {
    if let Some(inner) = word.strip_prefix('{').and_then(|it| it.strip_suffix('}')) {
        match marks(inner) {
            Some(marks) => out.marks = marks,
            None => {
                out.numbers |= inner.to_ascii_lowercase().starts_with("numberlines")
                    || inner.contains("linenos");
            }
        }
        return;
    }
    if let Some(inner) = word.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
        out.title = Some(inner.to_owned());
        return;
    }
    if let Some((name, value)) = word.split_once('=') {
        let value = value.trim_matches(['"', '\'', '{', '}']);
        match name.to_ascii_lowercase().as_str() {
            "title" | "filename" | "file" | "name" | "label" if !value.is_empty() => {
                out.title = Some(value.to_owned());
            }
            "linenos" | "linenums" | "showlinenumbers" | "numberlines" => {
                out.numbers = value != "false";
            }
            "hl_lines" | "highlight" => {
                if let Some(marks) = marks(&value.replace(' ', ",")) {
                    out.marks = marks;
                }
            }
            _ => {}
        }
        return;
    }
    match word.to_ascii_lowercase().as_str() {
        "linenos" | "showlinenumbers" | "numberlines" | "line-numbers" => out.numbers = true,
        lower => {
            // A bare file name, as React's documentation writes it.
            let file = lower.rsplit_once('.').is_some_and(|(stem, extension)| {
                !stem.is_empty()
                    && (1..=5).contains(&extension.len())
                    && extension.bytes().all(|byte| byte.is_ascii_alphanumeric())
            });
            if file && out.title.is_none() {
                out.title = Some(word.to_owned());
            }
        }
    }
}

/// `1,3-5`.
fn marks(text: &str) -> Option<Vec<RangeInclusive<usize>>> {
    text.split(',')
        .map(|part| {
            let part = part.trim();
            let (from, to) = part.split_once('-').unwrap_or((part, part));
            let (from, to) = (from.trim().parse().ok()?, to.trim().parse().ok()?);
            (from <= to).then_some(from..=to)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(info: &str) -> (String, Option<String>, Vec<RangeInclusive<usize>>, bool) {
        let info = parse_info(info);
        (info.language, info.title, info.marks, info.numbers)
    }

    #[test]
    fn the_forms_of_info_strings_are_understood() {
        let file = |name: &str| Some(name.to_owned());
        assert_eq!(
            read("yaml title=\"빌드 설정.yml\""),
            ("yaml".into(), file("빌드 설정.yml"), vec![], false)
        );
        assert_eq!(
            read("yaml:buildspec.yml"),
            ("yaml".into(), file("buildspec.yml"), vec![], false)
        );
        assert_eq!(
            read("js {1,3-5}"),
            ("js".into(), None, vec![1..=1, 3..=5], false)
        );
        assert_eq!(
            read("js{2} showLineNumbers"),
            ("js".into(), None, vec![2..=2], true)
        );
        assert_eq!(
            read("ts:line-numbers [config.ts]"),
            ("ts".into(), file("config.ts"), vec![], true)
        );
        assert_eq!(
            read("js src/App.js active"),
            ("js".into(), file("src/App.js"), vec![], false)
        );
        assert_eq!(
            read("rust,ignore,does_not_compile"),
            ("rust".into(), None, vec![], false)
        );
        assert_eq!(
            read("{.python .numberLines}"),
            ("python".into(), None, vec![], true)
        );
        assert_eq!(read("c++"), ("c++".into(), None, vec![], false));
        assert_eq!(
            read("title=a.txt"),
            (String::new(), file("a.txt"), vec![], false)
        );
        assert_eq!(read(": 가"), (String::new(), None, vec![], false));
        assert_eq!(read(""), (String::new(), None, vec![], false));
    }
}
