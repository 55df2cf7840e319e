//! The TOML parser's errors in the owner's words: what stands there, what may, and the nearest name to a misspelt one.

use std::ops::Range;

use crate::bilingual;
use crate::diagnostics::{Bilingual, Diagnostic, Failure, Place, Severity};

/// The parser's `error` over `text` as a failure with a place.
pub(super) fn failure(file: &str, text: &str, error: &toml::de::Error) -> Failure {
    let message = error.message();
    let names = quoted(message);
    let (code, said, hint) = if let (true, Some((key, known))) =
        (message.starts_with("unknown field"), names.split_first())
    {
        (
            "config-unknown-key",
            bilingual!(
                "notes.toml에 없는 항목입니다: `{key}`",
                "notes.toml has no such key: `{key}`"
            ),
            Some(suggestion(key, known)),
        )
    } else if let (true, Some((value, known))) =
        (message.starts_with("unknown variant"), names.split_first())
    {
        (
            "config-value",
            bilingual!(
                "쓸 수 없는 값입니다: `{value}`",
                "This value is not possible: `{value}`"
            ),
            Some(suggestion(value, known)),
        )
    } else if let Some(rest) = message
        .strip_prefix("invalid type: ")
        .or_else(|| message.strip_prefix("invalid value: "))
    {
        let (found, expected) = rest
            .split_once(", expected ")
            .unwrap_or((rest, "something else"));
        let Bilingual { ko, en } = type_name(expected);
        (
            "config-type",
            bilingual!(
                "값의 종류가 다릅니다. {ko} 와야 합니다.",
                "The value has the wrong type: found {found}, expected {en}."
            ),
            None,
        )
    } else if message.starts_with("duplicate key") {
        (
            "config-duplicate-key",
            bilingual!("같은 항목이 두 번 있습니다.", "The same key stands twice."),
            None,
        )
    } else {
        let line = message.lines().next().unwrap_or("");
        (
            "config-syntax",
            bilingual!(
                "TOML 문법에 맞지 않습니다: {line}",
                "This is not TOML: {line}"
            ),
            Some(bilingual!(
                "글에는 따옴표를 두르세요: title = \"나의 노트\"",
                "Put quotes around text: title = \"My notes\""
            )),
        )
    };
    let mut diagnostic = Diagnostic::new(Severity::Error, code, said);
    diagnostic.hint = hint;
    diagnostic.place = Some(match error.span() {
        Some(span) => Place::at(file, text, whole_token(text, span)),
        None => Place::file(file),
    });
    Failure::usage(diagnostic)
}

/// The place of a top-level key's value; of the file where it cannot be found.
pub(super) fn place_of_value(file: &str, text: &str, key: &str) -> Place {
    let (table, _) = toml::de::DeTable::parse_recoverable(text);
    table
        .get_ref()
        .iter()
        .find(|(name, _)| name.get_ref() == key)
        .map_or_else(
            || Place::file(file),
            |(_, value)| Place::at(file, text, value.span()),
        )
}

/// An empty span grown to what stands there, a span of several lines cut to its first.
fn whole_token(text: &str, span: Range<usize>) -> Range<usize> {
    let slice = text.get(span.clone()).unwrap_or("");
    let first_line = slice.lines().next().unwrap_or("").len();
    span.start..span.start + first_line.max(1)
}

/// What stands between backticks.
fn quoted(message: &str) -> Vec<&str> {
    message.split('`').skip(1).step_by(2).collect()
}

fn suggestion(found: &str, known: &[&str]) -> Bilingual {
    let all = known
        .iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ");
    match nearest(found, known) {
        Some(near) => bilingual!(
            "혹시 `{near}`인가요? 쓸 수 있는 것: {all}",
            "Did you mean `{near}`? Possible: {all}"
        ),
        None => bilingual!("쓸 수 있는 것: {all}", "Possible: {all}"),
    }
}

/// The name at the smallest edit distance, if that is a slip: two letters (one in a short name), or a third of them.
pub(crate) fn nearest<'a>(found: &str, known: &[&'a str]) -> Option<&'a str> {
    known
        .iter()
        .map(|name| (distance(found, name), *name))
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, name)| {
            let length = name.chars().count();
            *distance <= (length / 3).max(if length < 4 { 1 } else { 2 })
        })
        .map(|(_, name)| name)
}

/// Levenshtein's edit distance, two rows at a time. Names longer than 64 characters are nobody's slip.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(64).collect(), b.chars().collect());
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, (to, pair)) in b.iter().zip(row.windows(2)).enumerate() {
            let left = next.get(j).copied().unwrap_or(0) + 1;
            next.push(
                (pair[0] + usize::from(from != to))
                    .min(pair[1] + 1)
                    .min(left),
            );
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

/// A type serde expected, with the Korean particle it needs.
fn type_name(expected: &str) -> Bilingual {
    let ko = match expected {
        "a string" | "string or table" => "따옴표를 두른 글이",
        "a boolean" => "true나 false가",
        "a sequence" => "목록([…])이",
        "a map" => "표([이름])가",
        text if text.starts_with('u') || text.starts_with("usize") => "0 이상의 정수가",
        text if text.starts_with('i') => "정수가",
        text if text.starts_with("struct") => "표([이름])가",
        _ => "다른 종류의 값이",
    };
    let en = match expected {
        "u64" | "usize" | "u32" => "a whole number from 0 up",
        text if text.starts_with("struct") => "a table",
        text => text,
    };
    Bilingual {
        ko: ko.to_owned(),
        en: en.to_owned(),
    }
}
