//! Small text measures: counts, reading time, shortening, natural order, edit distance.

use std::cmp::Ordering;

use crate::markdown::Section;

/// Characters a Korean reader takes in a minute.
const CHARACTERS_A_MINUTE: usize = 500;

/// Characters of the prose without spaces (글자 수).
pub(crate) fn count_characters(sections: &[Section]) -> usize {
    sections
        .iter()
        .map(|section| section.text.chars().filter(|c| !c.is_whitespace()).count())
        .sum()
}

/// Minutes to read `characters`, at least one.
pub(crate) fn reading_minutes(characters: usize) -> usize {
    characters.div_ceil(CHARACTERS_A_MINUTE).max(1)
}

/// `text` on one line, cut to about `limit` characters at a space, with `…` where something is missing.
pub(crate) fn shorten(text: &str, limit: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some((end, _)) = line.char_indices().nth(limit) else {
        return line;
    };
    let cut = &line[..end];
    // A word that began far before the limit (a URL, Japanese) is cut inside.
    let at = match cut.rfind(' ') {
        Some(space) if space * 2 > end => space,
        _ => end,
    };
    let kept = cut[..at].trim_end_matches(|c: char| c.is_whitespace() || ",.·:;-".contains(c));
    format!("{kept}…")
}

/// Orders names as people do: digits by value (`2장` before `10장`), the rest by lower-cased code point, in which
/// Hangul syllables stand in dictionary order.
pub(crate) fn natural_order(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a.chars().peekable(), b.chars().peekable());
    loop {
        match (left.peek().copied(), right.peek().copied()) {
            (None, None) => return a.cmp(b),
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(x), Some(y)) if x.is_ascii_digit() && y.is_ascii_digit() => {
                let (x, y) = (take_number(&mut left), take_number(&mut right));
                let order = x.len().cmp(&y.len()).then_with(|| x.cmp(&y));
                if order != Ordering::Equal {
                    return order;
                }
            }
            (Some(x), Some(y)) => {
                let order = x.to_lowercase().cmp(y.to_lowercase());
                if order != Ordering::Equal {
                    return order;
                }
                left.next();
                right.next();
            }
        }
    }
}

/// The digits ahead without leading zeros.
fn take_number(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> String {
    let mut digits = String::new();
    while let Some(digit) = chars.next_if(char::is_ascii_digit) {
        if digit != '0' || !digits.is_empty() {
            digits.push(digit);
        }
    }
    digits
}

/// Levenshtein distance of `a` and `b` in characters, or `None` if it exceeds `limit`.
pub(crate) fn distance(a: &[char], b: &[char], limit: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > limit {
        return None;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        let mut best = row[0];
        for (j, y) in b.iter().enumerate() {
            let changed = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
            best = best.min(row[j + 1]);
        }
        if best > limit {
            return None;
        }
    }
    row.last().copied().filter(|&found| found <= limit)
}

/// Escapes `text` for HTML text and quoted attributes.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_names_order_by_value_and_hangul_by_dictionary() {
        let mut names = ["10장", "2장", "나", "가2", "가10", "AWS", "b", "02장 뒤"];
        names.sort_by(|a, b| natural_order(a, b));
        assert_eq!(
            names,
            ["2장", "02장 뒤", "10장", "AWS", "b", "가2", "가10", "나"]
        );
    }

    #[test]
    fn text_is_cut_at_a_word_and_says_so() {
        assert_eq!(shorten("짧은  글\n한 줄", 20), "짧은 글 한 줄");
        assert_eq!(
            shorten("함수를 배포하고, 권한을 준다", 10),
            "함수를 배포하고…"
        );
        assert_eq!(shorten("가나다라마바사아자차카타파하", 5), "가나다라마…");
    }

    #[test]
    fn reading_takes_a_minute_for_each_500_characters() {
        assert_eq!(
            (
                reading_minutes(0),
                reading_minutes(500),
                reading_minutes(501)
            ),
            (1, 1, 2)
        );
    }

    #[test]
    fn distances_are_bounded() {
        let chars = |text: &str| text.chars().collect::<Vec<_>>();
        assert_eq!(distance(&chars("람다"), &chars("람디"), 2), Some(1));
        assert_eq!(distance(&chars("lambda"), &chars("lamdba"), 2), Some(2));
        assert_eq!(distance(&chars("람다"), &chars("코드빌드"), 2), None);
    }
}
