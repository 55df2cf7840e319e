//! The sentence to show of a section: where the most of what was asked for stands together, matches marked.
//!
//! Steps: find every mark in the text, slide a window over the matches for the one that holds the most different
//! marks, widen it to the sentence, cut between grapheme clusters.

use crate::analysis::{fold_case, is_upper, lower};
use alloc::borrow::ToOwned as _;
use alloc::string::String;
use alloc::vec::Vec;

/// How many characters an excerpt has at most.
const LONGEST: usize = 120;
/// How many characters stand before the first match at most.
const LEAD: usize = 40;
/// Matches beyond this many are not looked at.
const MOST_MATCHES: usize = 400;

/// A piece of an excerpt, and whether it is marked.
pub type Piece = (String, bool);

#[derive(Debug, Clone, Copy)]
struct Match {
    start: usize,
    end: usize,
    mark: usize,
}

/// An excerpt of `text` around `marks` (lower case). Without any match, the beginning of the text.
pub fn excerpt(text: &str, marks: &[String]) -> Vec<Piece> {
    let chars: Vec<char> = text
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .collect();
    let matches = find(&chars, marks);
    let (from, to) = window(&chars, &matches);
    let mut pieces: Vec<Piece> = Vec::new();
    let mut push = |range: core::ops::Range<usize>, marked: bool| {
        let mut piece = String::new();
        for &c in &chars[range] {
            if !(c == ' ' && piece.ends_with(' ')) {
                piece.push(c);
            }
        }
        if !piece.is_empty() {
            pieces.push((piece, marked));
        }
    };
    let mut at = from;
    for found in matches
        .iter()
        .filter(|found| found.start >= from && found.end <= to)
    {
        if found.start >= at {
            push(at..found.start, false);
            push(found.start..found.end, true);
            at = found.end;
        }
    }
    push(at..to, false);
    if from > 0 {
        pieces.insert(0, ("…".to_owned(), false));
    }
    if to < chars.len() {
        pieces.push(("…".to_owned(), false));
    }
    pieces
}

/// Whether `text` holds any of `marks`.
pub fn holds_any(text: &str, marks: &[String]) -> bool {
    let chars: Vec<char> = text.chars().collect();
    !find(&chars, marks).is_empty()
}

/// All matches in order of their start, longer ones first; overlapping ones are left in.
fn find(chars: &[char], marks: &[String]) -> Vec<Match> {
    let marks: Vec<Vec<char>> = marks
        .iter()
        .map(|mark| fold_case(mark).chars().collect())
        .collect();
    let lower: Vec<char> = chars.iter().map(|&c| lower(c)).collect();
    let mut matches = Vec::new();
    for start in 0..chars.len() {
        if matches.len() >= MOST_MATCHES {
            break;
        }
        let boundary = start == 0 || !lower[start - 1].is_alphanumeric();
        let mut here: Option<Match> = None;
        for (index, mark) in marks.iter().enumerate() {
            let end = start + mark.len();
            if mark.is_empty() || end > lower.len() || lower[start..end] != mark[..] {
                continue;
            }
            // One syllable is only a word at a word's beginning, and so are Latin letters after other letters.
            let latin = mark[0].is_ascii_alphanumeric();
            let before = start.checked_sub(1).map(|at| lower[at]);
            let inside_word =
                latin && before.is_some_and(|c| c.is_ascii_alphanumeric()) && !hump(chars, start);
            if (mark.len() == 1 && !boundary) || inside_word {
                continue;
            }
            if here.is_none_or(|found| end > found.end) {
                here = Some(Match {
                    start,
                    end,
                    mark: index,
                });
            }
        }
        matches.extend(here);
    }
    matches
}

/// Whether a camelCase part begins at `at`.
fn hump(chars: &[char], at: usize) -> bool {
    at > 0 && is_upper(chars[at]) && !is_upper(chars[at - 1])
}

/// The character range to show.
fn window(chars: &[char], matches: &[Match]) -> (usize, usize) {
    let mut best: Option<(usize, usize)> = None; // (different marks, index of the first match)
    for (index, first) in matches.iter().enumerate() {
        let inside = matches[index..]
            .iter()
            .take_while(|found| found.end <= first.start + LONGEST - LEAD);
        let mut seen: Vec<usize> = Vec::new();
        inside.for_each(|found| {
            if !seen.contains(&found.mark) {
                seen.push(found.mark);
            }
        });
        if best.is_none_or(|(most, _)| seen.len() > most) {
            best = Some((seen.len(), index));
        }
    }
    let anchor = best.map_or(0, |(_, index)| matches[index].start);
    let mut from = anchor.saturating_sub(LEAD);
    if from > 0 {
        // Prefer the beginning of the sentence, then of a word.
        let lead = &chars[from..anchor];
        let sentence = lead
            .windows(2)
            .rposition(|pair| matches!(pair[0], '.' | '!' | '?' | '。') && pair[1] == ' ');
        let word = lead.iter().position(|&c| c == ' ');
        from += sentence
            .map(|at| at + 2)
            .or(word.map(|at| at + 1))
            .unwrap_or(0);
    }
    while from < anchor && chars[from] == ' ' {
        from += 1;
    }
    let from = cluster_start(chars, from);
    let mut to = (from + LONGEST).min(chars.len());
    if to < chars.len() {
        let tail = &chars[from..to];
        if let Some(at) = tail
            .iter()
            .rposition(|&c| c == ' ')
            .filter(|&at| from + at > anchor + LONGEST / 3)
        {
            to = from + at;
        }
    }
    (from, cluster_start(chars, to))
}

/// `at`, moved back so that it does not split a grapheme cluster: no mark, joiner or modifier starts what follows.
fn cluster_start(chars: &[char], mut at: usize) -> usize {
    let extends = |c: char| {
        matches!(c as u32,
            0x300..=0x36f | 0x1160..=0x11ff | 0x200d | 0x20d0..=0x20ff | 0xfe00..=0xfe0f | 0x1f3fb..=0x1f3ff
            | 0xd7b0..=0xd7ff | 0xe0020..=0xe007f)
    };
    while at > 0 && at < chars.len() && (extends(chars[at]) || chars[at - 1] == '\u{200d}') {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str, marks: &[&str]) -> String {
        let marks: Vec<String> = marks.iter().map(|mark| (*mark).to_owned()).collect();
        excerpt(text, &marks)
            .iter()
            .map(|(text, marked)| {
                if *marked {
                    format!("[{text}]")
                } else {
                    text.clone()
                }
            })
            .collect()
    }

    #[test]
    fn the_stem_is_marked_inside_its_word() {
        assert_eq!(
            shown("이제 람다를 배포합니다.", &["람다", "배포"]),
            "이제 [람다]를 [배포]합니다."
        );
    }

    #[test]
    fn latin_is_marked_in_any_case_but_not_inside_another_word() {
        assert_eq!(
            shown("Lambda와 lambdas, mylambda", &["lambda"]),
            "[Lambda]와 [lambda]s, mylambda"
        );
        assert_eq!(
            shown("ChangeMessageVisibility", &["visibility"]),
            "ChangeMessage[Visibility]"
        );
    }

    #[test]
    fn one_syllable_is_marked_only_where_a_word_begins() {
        assert_eq!(shown("수를 세는 함수", &["수"]), "[수]를 세는 함수");
    }

    #[test]
    fn the_window_lies_where_most_words_stand_together() {
        let text = format!(
            "람다 이야기. {}여기서 람다와 별칭이 만난다.",
            "다른 말이 길게 이어진다. ".repeat(20)
        );
        assert_eq!(
            shown(&text, &["람다", "별칭"]),
            "…여기서 [람다]와 [별칭]이 만난다."
        );
    }

    #[test]
    fn without_a_match_the_beginning_is_shown() {
        assert_eq!(
            shown("첫 문장이다.\n둘째 문장이다.", &["없음"]),
            "첫 문장이다. 둘째 문장이다."
        );
        assert_eq!(shown("", &["없음"]), "");
    }

    #[test]
    fn a_joined_emoji_is_not_cut_apart() {
        let text = format!("{}👩‍👩‍👧", "가".repeat(LONGEST - 2));
        assert!(!shown(&text, &[]).contains('\u{200d}'));
    }

    proptest! {
        #[test]
        fn an_excerpt_is_short_whatever_the_text(text in "\\PC{0,400}", marks in proptest::collection::vec("\\PC{0,3}", 0..4)) {
            let pieces = excerpt(&text, &marks);
            let length: usize = pieces.iter().map(|(text, _)| text.chars().count()).sum();
            prop_assert!(length <= LONGEST + 2);
        }
    }
}
