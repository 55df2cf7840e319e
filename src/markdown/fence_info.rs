//! What stands after a fence: language, title, line numbers, marked lines, in the forms people write.
//!
//! `yaml title="buildspec.yml"`, `yaml:buildspec.yml`, `js:title=src/app.js`, `ts [config.ts]`, `js src/App.js`;
//! `js {1,3-5}`, `js{2}`, `hl_lines="1 3-5"`, `{hl_lines=[2,"4-6"],linenostart=3}`, `ins={2} del={1} focus={3}`;
//! `showLineNumbers`, `showLineNumbers{5}`, `:line-numbers=5`, `linenums="1"`, `startLine=5`, `linenos`, `wrap`;
//! `rust,ignore`, `{.python .numberLines startFrom="5"}`, `diff-js`, `js diff`, `diff lang="js"`.

use std::ops::RangeInclusive;

/// Lines counted from 1.
pub(super) type Lines = Vec<RangeInclusive<usize>>;

/// What an info string says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Info {
    /// As written; empty if there is none.
    pub(super) language: String,
    pub(super) title: Option<String>,
    pub(super) marked: Lines,
    pub(super) focused: Lines,
    pub(super) added: Lines,
    pub(super) removed: Lines,
    /// Numbered or not, if it says so.
    pub(super) numbers: Option<bool>,
    /// The number of the first line, if it says so.
    pub(super) first: Option<usize>,
    /// Long lines wrap.
    pub(super) wrap: bool,
    /// The first column of each line is `+`, `-` or a space.
    pub(super) diff: bool,
}

/// The title of a fence that is a tab, and the info string without it where the title is in brackets.
pub(super) fn tab_title(info: &str) -> (String, String) {
    if let Some(open) = info.find('[')
        && let Some(close) = info[open..].find(']')
        && !info[..open].ends_with('=')
    {
        let title = info[open + 1..open + close].trim().to_owned();
        let rest = format!(
            "{} {}",
            info[..open].trim_end(),
            info[open + close + 1..].trim_start()
        );
        return (title, rest.trim().to_owned());
    }
    let title = parse(info).title.unwrap_or_default();
    (title, info.to_owned())
}

/// Reads an info string.
pub(super) fn parse(info: &str) -> Info {
    let info = info.trim();
    let mut out = Info::default();
    if let Some(inner) = info.strip_prefix('{').and_then(|it| it.strip_suffix('}')) {
        // Pandoc: `{.python .numberLines}`; Quarto: `{python}`.
        let mut words = words(inner);
        if let Some(first) = words.first().copied() {
            let language = first.trim_start_matches('.');
            let named =
                !language.contains('=') && language.starts_with(|c: char| c.is_alphabetic());
            if named {
                language.clone_into(&mut out.language);
                words.remove(0);
            }
        }
        for word in words {
            read_word(word.trim_start_matches('.'), &mut out);
        }
        return out;
    }
    let end = info
        .find(|c: char| c.is_whitespace() || matches!(c, ',' | '{' | ':' | '[' | '=' | '?'))
        .unwrap_or(info.len());
    info[..end].clone_into(&mut out.language);
    let rest = &info[end..];
    // `php?start_inline=1`: an option for Jekyll's highlighter.
    let rest = match rest.strip_prefix('?') {
        Some(option) => option.trim_start_matches(|c: char| !c.is_whitespace()),
        None => rest,
    };
    // `title=buildspec.yml` without a language.
    let rest = if rest.starts_with('=') {
        out.language.clear();
        info
    } else if let Some(after) = rest.strip_prefix(':') {
        let word = words(after).first().copied().unwrap_or_default();
        let skipped = after.len() - after.trim_start().len();
        let length = if after.starts_with(char::is_whitespace) {
            0
        } else {
            skipped + word.len()
        };
        let lower = word.to_ascii_lowercase();
        if length == 0 || word.starts_with(['{', '"']) {
            after
        } else if lower.starts_with("line-numbers")
            || lower.starts_with("no-line-numbers")
            || lower
                .split_once('=')
                .is_some_and(|(name, _)| is_option(name))
        {
            read_word(word, &mut out);
            &after[length..]
        } else {
            out.title = Some(word.to_owned());
            &after[length..]
        }
    } else {
        rest
    };
    for word in words(rest) {
        read_word(word, &mut out);
    }
    if let Some(language) = out.language.strip_prefix("diff-") {
        out.language = language.to_owned();
        out.diff = true;
    }
    out
}

fn is_option(name: &str) -> bool {
    matches!(
        name,
        "title" | "filename" | "file" | "name" | "label" | "caption" | "linenos" | "hl_lines"
    )
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
                let joined = text[start..at].ends_with('=')
                    || text[start..at].eq_ignore_ascii_case("showlinenumbers");
                if depth == 0 && at > start && !joined {
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
        match lines(inner) {
            Some(lines) => out.marked = lines,
            // `{hl_lines=[2],linenostart=3}`, `{numberLines: true}`.
            None => {
                for word in words(&inner.replace(": ", "=")) {
                    if !word.starts_with(['{', '[']) {
                        read_word(word, out);
                    }
                }
            }
        }
        return;
    }
    if let Some(inner) = word.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
        out.title = Some(inner.to_owned());
        return;
    }
    // `showLineNumbers{5}`.
    let (name, value) = match word.split_once('=') {
        Some((name, value)) => (name, value),
        None => match word.strip_suffix('}').and_then(|it| it.split_once('{')) {
            Some((name, value)) => (name, value),
            None => return read_flag(word, out),
        },
    };
    let value = value.trim_matches(['"', '\'', '{', '}', '[', ']']);
    match name.to_ascii_lowercase().as_str() {
        "title" | "filename" | "file" | "name" | "label" | "caption" if !value.is_empty() => {
            out.title = Some(value.to_owned());
        }
        "linenos" | "linenums" | "showlinenumbers" | "numberlines" | "line-numbers" => {
            out.numbers = Some(!matches!(value, "false" | "0" | "no"));
            out.first = value.parse().ok().filter(|&first| first > 0).or(out.first);
        }
        "linenostart" | "startline" | "start" | "startfrom" | "firstline" | "start-line" => {
            if let Ok(first) = value.parse() {
                out.first = Some(first);
                out.numbers = out.numbers.or(Some(true));
            }
        }
        "hl_lines" | "highlight" | "mark" | "hl" | "highlightlines" => {
            set(&mut out.marked, value);
        }
        "focus" | "focuslines" => set(&mut out.focused, value),
        "ins" | "add" | "added" => set(&mut out.added, value),
        "del" | "remove" | "removed" => set(&mut out.removed, value),
        "lang" | "language" if out.language == "diff" => {
            value.clone_into(&mut out.language);
            out.diff = true;
        }
        "wrap" => out.wrap = value != "false",
        _ => {}
    }
}

fn read_flag(word: &str, out: &mut Info) {
    match word.to_ascii_lowercase().as_str() {
        "linenos" | "showlinenumbers" | "numberlines" | "line-numbers" | "linenums" => {
            out.numbers = Some(true);
        }
        "no-line-numbers" | ":no-line-numbers" | "nolinenumbers" => out.numbers = Some(false),
        "wrap" => out.wrap = true,
        "diff" if !out.language.is_empty() => out.diff = true,
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

fn set(lines_of: &mut Lines, value: &str) {
    if let Some(lines) = lines(value) {
        *lines_of = lines;
    }
}

/// `1,3-5`, `1 3-5`, `2,"4-6"`.
fn lines(text: &str) -> Option<Lines> {
    let mut all = Vec::new();
    for part in text.split([',', ' ']) {
        let part = part.trim_matches([' ', '"', '\'', '[', ']']);
        if part.is_empty() {
            continue;
        }
        let (from, to) = part
            .split_once('-')
            .or_else(|| part.split_once(".."))
            .unwrap_or((part, part));
        let (from, to) = (from.trim().parse().ok()?, to.trim().parse().ok()?);
        if from > to {
            return None;
        }
        all.push(from..=to);
    }
    (!all.is_empty()).then_some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn language(name: &str) -> Info {
        Info {
            language: name.to_owned(),
            ..Info::default()
        }
    }

    fn titled(name: &str, title: &str) -> Info {
        Info {
            title: Some(title.to_owned()),
            ..language(name)
        }
    }

    fn marked(name: &str, marked: Lines) -> Info {
        Info {
            marked,
            ..language(name)
        }
    }

    fn numbered(name: &str, first: Option<usize>) -> Info {
        Info {
            numbers: Some(true),
            first,
            ..language(name)
        }
    }

    #[test]
    fn the_forms_of_titles_are_understood() {
        assert_eq!(
            parse("yaml title=\"빌드 설정.yml\""),
            titled("yaml", "빌드 설정.yml")
        );
        assert_eq!(parse("yaml:buildspec.yml"), titled("yaml", "buildspec.yml"));
        assert_eq!(parse("js:title=src/app.js"), titled("js", "src/app.js"));
        assert_eq!(parse("js src/App.js active"), titled("js", "src/App.js"));
        assert_eq!(parse("title=a.txt"), titled("", "a.txt"));
        assert_eq!(parse("ts [가 나.ts]"), titled("ts", "가 나.ts"));
        assert_eq!(parse("rust,ignore,does_not_compile"), language("rust"));
        assert_eq!(parse("c++"), language("c++"));
        assert_eq!(parse(": 가"), language(""));
        assert_eq!(parse(""), language(""));
        assert_eq!(tab_title("sh [npm] {1}"), ("npm".into(), "sh {1}".into()));
        assert_eq!(
            tab_title("js title=\"a.js\""),
            ("a.js".into(), "js title=\"a.js\"".into())
        );
    }

    #[test]
    fn the_forms_of_marked_lines_are_understood() {
        assert_eq!(parse("js {1,3-5}"), marked("js", vec![1..=1, 3..=5]));
        assert_eq!(
            parse("py hl_lines=\"1 3-5\""),
            marked("py", vec![1..=1, 3..=5])
        );
        assert_eq!(
            parse("go {hl_lines=[2,\"4-6\"],linenostart=3}"),
            Info {
                marked: vec![2..=2, 4..=6],
                ..numbered("go", Some(3))
            }
        );
        assert_eq!(
            parse("js ins={2} del={1} focus={3-4} wrap"),
            Info {
                added: vec![2..=2],
                removed: vec![1..=1],
                focused: vec![3..=4],
                wrap: true,
                ..language("js")
            }
        );
        assert_eq!(parse("js {5-1}"), language("js"));
    }

    #[test]
    fn the_forms_of_line_numbers_are_understood() {
        assert_eq!(
            parse("js{2} showLineNumbers"),
            Info {
                marked: vec![2..=2],
                ..numbered("js", None)
            }
        );
        assert_eq!(
            parse("ts:line-numbers [config.ts]"),
            Info {
                title: Some("config.ts".into()),
                ..numbered("ts", None)
            }
        );
        assert_eq!(parse("ts:line-numbers=5"), numbered("ts", Some(5)));
        assert_eq!(parse("js showLineNumbers{5}"), numbered("js", Some(5)));
        assert_eq!(parse("py linenums=\"1\""), numbered("py", Some(1)));
        assert_eq!(parse("js startLine=5"), numbered("js", Some(5)));
        assert_eq!(parse("js {numberLines: true}"), numbered("js", None));
        assert_eq!(
            parse("{.python .numberLines startFrom=\"7\"}"),
            numbered("python", Some(7))
        );
        assert_eq!(parse("ts:no-line-numbers").numbers, Some(false));
    }

    #[test]
    fn a_diff_may_keep_its_language() {
        let diff = Info {
            diff: true,
            ..language("js")
        };
        for info in ["diff-js", "js diff", "diff lang=\"js\""] {
            assert_eq!(parse(info), diff, "{info}");
        }
        assert_eq!(parse("diff"), language("diff"));
    }
}
