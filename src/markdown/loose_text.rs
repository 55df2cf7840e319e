//! Rewriting inside prose, before parsing: link destinations with spaces, Obsidian's `%%주석%%`, and the tilde of
//! `3~5일`, which strikes nothing out.

use memchr::memmem;
use pulldown_cmark::Options;

use super::rewrite::{Edit, Rewritten};
use super::zones::{DELIMITER, TEXT, Zones};

/// All edits of this file that `source` needs, in order.
pub(super) fn rewrite(source: &Rewritten<'_>, options: Options) -> Vec<Edit> {
    let text = source.text.as_ref();
    let zones = Zones::new(text, options);
    let mut edits = Vec::new();
    if source.has("](") {
        edits = spaced_destinations(text, &zones);
    }
    if source.has("%%") {
        edits.extend(comments(text, &zones));
    }
    if source.has("~~") {
        edits.extend(single_tildes(text, &zones));
    }
    edits.sort_by_key(|edit| edit.range.start);
    edits
}

/// A single `~` gets a backslash: GitHub lets it strike text out, but Koreans write ranges with it. `~~` still strikes.
/// Only for texts that have `~~`; in others strike-through is switched off altogether.
fn single_tildes(text: &str, zones: &Zones<'_>) -> Vec<Edit> {
    let bytes = text.as_bytes();
    let mut edits = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find('~').map(|found| at + found) {
        let length = bytes[start..]
            .iter()
            .take_while(|&&byte| byte == b'~')
            .count();
        at = start + length;
        let backslashes = bytes[..start]
            .iter()
            .rev()
            .take_while(|&&byte| byte == b'\\')
            .count();
        if length == 1 && backslashes % 2 == 0 && matches!(zones.at(start), TEXT | DELIMITER) {
            edits.push(Edit::insert(start, "\\"));
        }
    }
    edits
}

/// `[문서](./한글 파일.md)` gets the angle brackets CommonMark wants around a destination with spaces.
fn spaced_destinations(text: &str, zones: &Zones<'_>) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut at = 0;
    let bytes = text.as_bytes();
    while let Some(found) = memmem::find(&bytes[at..], b"](").map(|found| at + found) {
        let start = found + 2;
        at = start;
        let Some(end) = destination_end(text, start) else {
            continue;
        };
        let inside = &text[start..end];
        // A blank, or the first byte of a no-break one.
        if memchr::memchr2(b' ', 0xC2, inside.as_bytes()).is_none() {
            continue;
        }
        let (destination, _) = split_title(inside);
        let trimmed = destination.trim();
        if trimmed.contains([' ', '\u{A0}'])
            && looks_like_a_path(trimmed)
            && zones.at(found) == TEXT
            && zones.at(found + 1) == TEXT
        {
            let from = start + (destination.len() - destination.trim_start().len());
            edits.push(Edit::insert(from, "<"));
            edits.push(Edit::insert(from + trimmed.len(), ">"));
            at = end;
        }
    }
    edits
}

/// The closing bracket of a destination that begins at `start`, on the same line, brackets inside balanced.
fn destination_end(text: &str, start: usize) -> Option<usize> {
    const LONGEST: usize = 1024;
    let mut depth = 0_usize;
    let bytes = text.as_bytes().get(start..)?;
    for (at, byte) in bytes.iter().take(LONGEST).enumerate() {
        match byte {
            b'\n' | b'<' | b'>' => return None,
            b'(' => depth += 1,
            b')' if depth == 0 => return Some(start + at),
            b')' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Splits a title in quotes off the end.
fn split_title(inside: &str) -> (&str, &str) {
    let trimmed = inside.trim_end();
    let quote = trimmed
        .chars()
        .next_back()
        .filter(|c| matches!(c, '"' | '\''));
    quote
        .and_then(|quote| {
            let body = &trimmed[..trimmed.len() - 1];
            let open = body.rfind(quote)?;
            body[..open].ends_with(' ').then(|| inside.split_at(open))
        })
        .unwrap_or((inside, ""))
}

/// Whether a destination with spaces is meant as one: `[참고](이것은 괄호 글)` is not.
fn looks_like_a_path(destination: &str) -> bool {
    let path = destination.split(['#', '?']).next().unwrap_or_default();
    let extension = path.rsplit_once('.').is_some_and(|(_, extension)| {
        (1..=5).contains(&extension.len())
            && extension.bytes().all(|byte| byte.is_ascii_alphanumeric())
    });
    let lower = destination
        .get(..8)
        .unwrap_or_default()
        .to_ascii_lowercase();
    extension
        || destination.starts_with("./")
        || destination.starts_with("../")
        || destination.starts_with('/')
        || destination.starts_with('#')
        || lower.starts_with("http://")
        || lower.starts_with("https://")
}

/// `%%주석%%` is taken out: within one line, or from a line that begins with `%%` to the next `%%`.
fn comments(text: &str, zones: &Zones<'_>) -> Vec<Edit> {
    let mut edits = Vec::new();
    let bytes = text.as_bytes();
    let mark = |at: usize| -> Option<usize> {
        let mut at = at;
        loop {
            let start = text[at..].find("%%").map(|found| at + found)?;
            let length = bytes[start..]
                .iter()
                .take_while(|&&byte| byte == b'%')
                .count();
            if length == 2 && zones.at(start) == TEXT && zones.at(start + 1) == TEXT {
                return Some(start);
            }
            at = start + length;
        }
    };
    let mut at = 0;
    while let Some(open) = mark(at) {
        let Some(close) = mark(open + 2) else {
            break;
        };
        let inside = &text[open + 2..close];
        let before = text[..open].chars().next_back();
        let after = text[close + 2..].chars().next();
        let own_line = before.is_none_or(|c| c == '\n');
        // `(%%)` and `100%%` are percent signs.
        let word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c.is_whitespace());
        let opens = before.is_none_or(char::is_whitespace) && word(inside.chars().next());
        let closes = after.is_none_or(|c| c.is_whitespace() || matches!(c, '.' | ',' | '?' | '!'))
            && (word(inside.chars().next_back()) || inside.ends_with(['.', '?', '!', ')']));
        if opens && closes && !inside.trim().is_empty() && (own_line || !inside.contains('\n')) {
            edits.push(Edit::remove(open..close + 2));
            at = close + 2;
        } else {
            at = open + 2;
        }
    }
    edits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(text: &str, rewrite: fn(&str, &Zones<'_>) -> Vec<Edit>) -> String {
        let mut source = Rewritten::new(text);
        let zones = Zones::new(text, pulldown_cmark::Options::empty());
        source.apply(&rewrite(text, &zones));
        source.text.into_owned()
    }

    #[test]
    fn a_path_with_spaces_gets_angle_brackets_and_a_remark_does_not() {
        let all = |text| applied(text, spaced_destinations);
        assert_eq!(all("[글](./한글 파일.md)"), "[글](<./한글 파일.md>)");
        assert_eq!(
            all("![](그림 1.png \"제목\")"),
            "![](<그림 1.png> \"제목\")"
        );
        assert_eq!(all("[글]( /a/b c.md#다 라 )"), "[글]( </a/b c.md#다 라> )");
        assert_eq!(all("[1](이것은 괄호 글)"), "[1](이것은 괄호 글)");
    }

    #[test]
    fn comments_go_and_percent_signs_stay() {
        let all = |text| applied(text, comments);
        assert_eq!(all("가 %%비밀%% 나"), "가  나");
        assert_eq!(all("%%\n여러\n\n줄\n%%\n끝"), "\n끝");
        assert_eq!(all("100%% 그리고 50%%"), "100%% 그리고 50%%");
        assert_eq!(all("하나 %% 둘\n셋 %% 넷"), "하나 %% 둘\n셋 %% 넷");
    }
}
