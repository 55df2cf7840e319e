//! Two languages as one: which Korean words and which English words say the same.
//!
//! Three sources: the site's own `synonyms.toml`, pairs mined from the notes themselves (`가시성 시간 초과(Visibility
//! Timeout)`, `Alias(별칭)`), and a small built-in glossary of the trade. A pair is published only if the index knows
//! one of its sides; the other is what a reader may type.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rayon::prelude::*;
use search_core::analysis::{runs, terms_of};
use search_core::lexicon::{Pair, joined};
use search_core::morphology::{Morpheme, Role, Segmenter};

use super::documents::Document;

/// Mined pairs beyond this many, the rarest, are left out.
const MOST_MINED: usize = 2000;
/// A mined pair is at least one in this many of the glosses of either side.
const LEAST_SHARE: usize = 3;
/// Korean words of a mined pair may outnumber the English ones by this many.
const MORE_KOREAN: usize = 2;
/// A mined phrase has at most this many words.
const MOST_WORDS: usize = 5;
/// The built-in glossary: `한국어 = english` a line.
const GLOSSARY: &str = include_str!("glossary.txt");

/// All pairs for a site: its own, the glossary's and mined ones, each with the first word of what may be typed.
/// `is_term` tells whether the index knows a term: only what it knows is worth a translation.
pub fn collect(
    documents: &[Document],
    own: &[(String, Vec<String>)],
    segmenter: &(impl Segmenter + Sync),
    is_term: impl Fn(&str) -> bool,
) -> Vec<(String, Pair)> {
    let own = own.iter().flat_map(|(word, others)| {
        others
            .iter()
            .map(move |other| (word.as_str(), other.as_str()))
    });
    let glossary = GLOSSARY
        .lines()
        .filter_map(|line| line.split_once('='))
        .map(|(a, b)| (a.trim(), b.trim()));
    let written = own
        .chain(glossary)
        .map(|(left, right)| (left.to_owned(), right.to_owned()));
    let mut pairs = BTreeSet::new();
    for (left, right) in written.chain(mined(documents, segmenter)) {
        for (typed, said) in [(&left, &right), (&right, &left)] {
            let terms = phrase_terms(said, segmenter);
            let first = runs(typed).next().map(|run| joined(run.text));
            if let Some(first) = first
                && joined(typed) != joined(said)
                && !terms.is_empty()
                && terms.iter().all(|term| is_term(term))
            {
                pairs.insert((first, (joined(typed), terms)));
            }
        }
    }
    pairs.into_iter().collect()
}

/// The unit terms of a phrase, in order.
fn phrase_terms(text: &str, segmenter: &impl Segmenter) -> Vec<String> {
    let units = runs(text).flat_map(|run| terms_of(&run, segmenter).units);
    units.map(|unit| unit.term).collect()
}

/// Pairs that the notes write themselves, the commonest first.
fn mined(documents: &[Document], segmenter: &(impl Segmenter + Sync)) -> Vec<(String, String)> {
    let counts = documents
        .par_iter()
        .fold(
            BTreeMap::new,
            |mut counts: BTreeMap<(String, String), usize>, document| {
                for text in document
                    .headings
                    .iter()
                    .map(String::as_str)
                    .chain([document.text.as_str()])
                {
                    for pair in glosses(text, segmenter) {
                        *counts.entry(pair).or_default() += 1;
                    }
                }
                counts
            },
        )
        .reduce(BTreeMap::new, |mut a, b| {
            b.into_iter()
                .for_each(|(pair, count)| *a.entry(pair).or_default() += count);
            a
        });
    let mut ranked = faithful(counts);
    ranked.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    ranked.truncate(MOST_MINED);
    ranked.into_iter().map(|(pair, _)| pair).collect()
}

/// The pairs of which neither side is often glossed by something else: in `함수(WRL)`, `함수(ODBC)`, `함수(Windows)` the
/// brackets tell functions apart and translate nothing.
fn faithful(counts: BTreeMap<(String, String), usize>) -> Vec<((String, String), usize)> {
    let mut totals: [HashMap<String, usize>; 2] = Default::default();
    for ((korean, english), count) in &counts {
        *totals[0].entry(korean.clone()).or_default() += count;
        *totals[1].entry(english.to_lowercase()).or_default() += count;
    }
    let most = |side: usize, word: &str| totals[side].get(word).copied().unwrap_or(0);
    counts
        .into_iter()
        .filter(|((korean, english), count)| {
            let glossed = most(0, korean).max(most(1, &english.to_lowercase()));
            LEAST_SHARE * count >= glossed
        })
        .collect()
}

/// What stands in `text` as `한국어(English)` or `English(한국어)`: the Korean and the English phrase.
fn glosses(text: &str, segmenter: &impl Segmenter) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (open, _) in text.match_indices('(') {
        let rest = &text[open + 1..];
        let Some(close) = rest
            .char_indices()
            .take(60)
            .find(|(_, c)| matches!(c, ')' | '(' | '\n'))
        else {
            continue;
        };
        if !rest[close.0..].starts_with(')') {
            continue;
        }
        let inside = rest[..close.0].trim();
        let line = text[..open].rfind('\n').map_or(0, |at| at + 1);
        let before = text[line..open].trim_end();
        let pair = if is_english(inside) {
            words_before(before, inside.split_whitespace().count(), segmenter)
                .map(|korean| (korean, inside.to_owned()))
        } else if is_korean_noun(inside, segmenter) {
            english_before(before).map(|english| (inside.to_owned(), english))
        } else {
            None
        };
        found.extend(pair);
    }
    found
}

/// A phrase of a few English words and nothing else.
fn is_english(text: &str) -> bool {
    let words = text.split_whitespace().count();
    let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    (1..=MOST_WORDS).contains(&words)
        && letters >= 2
        && text.bytes().all(|byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'-' | b'/' | b'.' | b'&')
        })
}

/// A phrase of a few Korean nouns and nothing else.
fn is_korean_noun(text: &str, segmenter: &impl Segmenter) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    (1..=MOST_WORDS).contains(&words.len()) && words.iter().all(|word| is_nominal(word, segmenter))
}

/// Whether a word is Hangul, nouns alone, without a particle.
fn is_nominal(word: &str, segmenter: &impl Segmenter) -> bool {
    let nominal =
        |morpheme: &Morpheme| matches!(morpheme.role, Role::Noun | Role::Affix | Role::Unknown);
    word.chars().all(hangul::syllable::is_syllable)
        && word.chars().count() > 1
        && segmenter.segment(word).iter().all(nominal)
}

/// The Korean nouns that end `before`, as far back as they may belong to `english` English words.
fn words_before(before: &str, english: usize, segmenter: &impl Segmenter) -> Option<String> {
    let words: Vec<&str> = before.split(' ').collect();
    let most = (english + MORE_KOREAN).min(MOST_WORDS);
    let nouns = words
        .iter()
        .rev()
        .take(most)
        .take_while(|word| is_nominal(word, segmenter))
        .count();
    // One English word is glossed by the one Korean word before it, unless that is part of a set phrase, which cannot
    // be told: then fewer words pair more often.
    let taken = if english == 1 { nouns.min(1) } else { nouns };
    (taken > 0).then(|| words[words.len() - taken..].join(" "))
}

/// The English words that end `before`.
fn english_before(before: &str) -> Option<String> {
    let words: Vec<&str> = before.split(' ').collect();
    let english =
        |word: &&&str| is_english(word) && word.starts_with(|c: char| c.is_ascii_alphabetic());
    let taken = words.iter().rev().take(3).take_while(english).count();
    (taken > 0).then(|| words[words.len() - taken..].join(" "))
}

/// Reads `synonyms.toml`: a word to the words that say the same (`"쿠버네티스" = ["kubernetes", "k8s"]`).
///
/// # Errors
/// What is wrong, as the TOML reader says it.
pub fn read_own(text: &str) -> Result<Vec<(String, Vec<String>)>, String> {
    #[derive(serde::Deserialize)]
    #[serde(untagged)]
    enum Others {
        One(String),
        Many(Vec<String>),
    }
    let table: BTreeMap<String, Others> =
        toml::from_str(text).map_err(|error| error.to_string())?;
    let others = |others| match others {
        Others::One(other) => vec![other],
        Others::Many(others) => others,
    };
    Ok(table
        .into_iter()
        .map(|(word, listed)| (word, others(listed)))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::analyzer::Analyzer;
    use std::sync::LazyLock;

    static ANALYZER: LazyLock<Analyzer> = LazyLock::new(|| Analyzer::new(None).expect("embedded"));

    fn found(text: &str) -> Vec<(String, String)> {
        glosses(text, &*ANALYZER)
    }

    fn pair(korean: &str, english: &str) -> (String, String) {
        (korean.to_owned(), english.to_owned())
    }

    #[test]
    fn a_gloss_in_brackets_is_a_pair() {
        assert_eq!(found("별칭(Alias)은 이름이다."), [pair("별칭", "Alias")]);
        assert_eq!(
            found("메시지 대기열에서 가시성 시간 초과(Visibility Timeout)를 정한다."),
            [pair("가시성 시간 초과", "Visibility Timeout")]
        );
        assert_eq!(found("Layer(계층)를 쓴다."), [pair("계층", "Layer")]);
    }

    #[test]
    fn a_remark_in_brackets_is_none() {
        assert!(found("함수를 만든다(Lambda가 아니다).").is_empty());
        assert!(found("값을 정한다 (기본값: 30초)").is_empty());
        assert!(found("그것은(it)").is_empty());
    }

    #[test]
    fn brackets_that_tell_things_apart_translate_nothing() {
        let count = |korean: &str, english: &str, count| (pair(korean, english), count);
        let counts = BTreeMap::from([
            count("함수", "WRL", 4),
            count("함수", "ODBC", 4),
            count("함수", "Windows", 3),
            count("함수", "MFC", 3),
            count("별칭", "Alias", 2),
            count("별명", "alias", 1),
        ]);
        let kept: Vec<_> = faithful(counts).into_iter().map(|(pair, _)| pair).collect();
        assert_eq!(kept, [pair("별명", "alias"), pair("별칭", "Alias")]);
    }

    #[test]
    fn every_line_of_the_glossary_is_a_pair() {
        for line in GLOSSARY.lines() {
            let (korean, english) = line.split_once('=').expect(line);
            assert!(!phrase_terms(korean, &*ANALYZER).is_empty(), "{line}");
            assert!(!phrase_terms(english, &*ANALYZER).is_empty(), "{line}");
        }
    }

    #[test]
    fn a_sites_own_pairs_may_be_one_or_many() {
        let own = read_own("\"쿠버네티스\" = [\"kubernetes\", \"k8s\"]\n\"람다\" = \"lambda\"\n")
            .expect("toml");
        assert_eq!(own.len(), 2);
        assert!(read_own("람다 = 3").is_err());
    }
}
