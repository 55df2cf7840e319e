//! What was typed to units with alternatives.
//!
//! The lexicon arrives shard by shard: a [`Lookup`] notes which shards are missing, and [`Draft::resolve`] is simply
//! asked again when they are there. All inexactness lives here, in the choice of terms, from the surest on: the word
//! as typed and every term its keystrokes begin; the same keys on the other keyboard layout; one slip of the finger;
//! a final consonant or syllable that belongs to what is yet to come; two slips; shared pieces. Initial consonants
//! stand for the words they begin, and either language for the other where the site pairs them.

use alloc::borrow::ToOwned as _;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use hangul::choseong::{choseong, is_choseong, split_clusters};
use hangul::keystrokes::{from_keystrokes, to_keystrokes};
use hangul::syllable::{Syllable, decompose};

use crate::analysis::{Run, RunTerms, Script, fold_case, runs, stem_english, terms_of};
use crate::lexicon::{TermInfo, key_of, term_of};
use crate::morphology::Segmenter;
use crate::rank::{Best, idf};

/// Words of a query beyond this many are ignored.
const MOST_WORDS: usize = 16;
/// How many completions of the word being typed are searched.
const MOST_COMPLETIONS: usize = 12;
/// How many corrections of a misspelt word are searched.
const MOST_CORRECTIONS: usize = 4;
/// Fewer keystrokes than this are not read on the other keyboard layout.
const LEAST_CROSS_KEYS: usize = 3;
/// How much the other language's word counts beside the literal one.
const OTHER_LANGUAGE: f32 = 0.6;

/// A term that may stand for a unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Alternative {
    /// Its key in the lexicon.
    pub key: Vec<u8>,
    /// Where its postings lie.
    pub info: TermInfo,
    /// How much it counts beside an exact term's 1.
    pub weight: f32,
}

/// One thing the query asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct QueryUnit {
    /// The term it stands for, as far as it is one.
    term: String,
    /// The terms that satisfy it; none if the index does not know any.
    pub alternatives: Vec<Alternative>,
    /// The terms that say it in the other language: they rank below every section that says it as it was typed.
    pub translations: Vec<Alternative>,
    /// How much its score counts.
    pub weight: f32,
    /// Whether a section without it covers less of the query.
    required: bool,
}

impl QueryUnit {
    fn new(term: &str, alternatives: Vec<Alternative>, weight: f32) -> Self {
        QueryUnit {
            term: term.to_owned(),
            alternatives,
            translations: Vec::new(),
            weight,
            required: true,
        }
    }

    /// Every term that may satisfy it.
    pub fn terms(&self) -> impl Iterator<Item = &Alternative> {
        self.alternatives.iter().chain(&self.translations)
    }

    fn optional(mut self) -> Self {
        self.required = false;
        self
    }

    /// How much of the query a section with this unit covers, in an index of `sections` sections: what nearly every
    /// section has says little.
    pub fn coverage(&self, sections: u32) -> f32 {
        if !self.required {
            return 0.0;
        }
        let commonest = self
            .terms()
            .map(|alternative| alternative.info.sections)
            .max();
        commonest.map_or(0.0, |commonest| self.weight * idf(commonest, sections))
    }
}

/// A query that is ready to be searched.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Query {
    /// Its units.
    pub units: Vec<QueryUnit>,
    /// What to mark in excerpts: surfaces in lower case.
    pub marks: Vec<String>,
    /// Words that were searched instead of what was typed.
    pub corrections: Vec<String>,
}

/// Looks keys up.
pub trait Lookup {
    /// The entry of exactly `key`.
    fn get(&self, key: &[u8]) -> Option<TermInfo>;
    /// Entries whose keys start with `prefix`, in order; for a short prefix of a large index not all of them.
    fn with_prefix(&self, prefix: &[u8]) -> Vec<(Vec<u8>, TermInfo)>;
    /// Entries among which a misspelt word with these keystrokes is looked for.
    fn around(&self, keys: &[u8]) -> Vec<(Vec<u8>, TermInfo)>;
    /// How many sections are indexed.
    fn sections(&self) -> u32;
    /// Whether an answer so far is wrong for want of a shard.
    fn is_missing(&self) -> bool;
    /// Pairs of word sequences that say the same, such as 가시성 시간 초과 and visibility timeout.
    fn synonyms(&self) -> &[(Vec<String>, Vec<String>)];
}

/// A way to read a word.
#[derive(Debug, Clone)]
struct Reading {
    /// The text read.
    text: String,
    terms: RunTerms,
    script: Script,
}

/// A word of the query.
#[derive(Debug, Clone)]
struct Word {
    literal: Reading,
    /// What it says without its last consonant or syllable; only for a growing word.
    shorter: Vec<Reading>,
    /// Whether it may still be growing.
    growing: bool,
}

/// A query cut into words, not yet looked up.
#[derive(Debug, Clone)]
pub struct Draft {
    words: Vec<Word>,
}

impl Draft {
    /// Cuts `text` (NFC) with `segmenter`.
    pub fn new(text: &str, segmenter: &impl Segmenter) -> Self {
        let found: Vec<_> = runs(text).take(MOST_WORDS).collect();
        let growing_last = found
            .last()
            .is_some_and(|run| run.start + run.text.len() == text.len());
        let mut words = Vec::new();
        for (index, run) in found.iter().enumerate() {
            let growing = growing_last && index + 1 == found.len();
            let read = |text: &str| {
                let terms = terms_of(&Run { text, ..*run }, segmenter);
                Reading {
                    text: text.to_owned(),
                    terms,
                    script: run.script,
                }
            };
            let literal = read(run.text);
            // What follows a word directly and is nothing but particles says something only if it is all there is.
            if literal.terms.units.is_empty() && found.len() > 1 {
                continue;
            }
            let mut shorter = Vec::new();
            if run.script == Script::Hangul && growing {
                shorter = shorter_readings(run.text)
                    .iter()
                    .map(|text| read(text))
                    .collect();
            }
            words.push(Word {
                literal,
                shorter,
                growing,
            });
        }
        Draft { words }
    }

    /// Looks everything up and decides what to search for. Where [`Lookup::is_missing`] holds afterwards the answer is
    /// not to be used.
    pub fn resolve(&self, lookup: &impl Lookup) -> Query {
        let mut query = Query::default();
        for word in &self.words {
            resolve_word(word, lookup, &mut query);
        }
        add_other_language(lookup, &mut query);
        query
    }
}

/// The keystrokes of a word as far as it is typed.
fn keys_of(text: &str) -> Vec<u8> {
    to_keystrokes(&fold_case(text)).into_bytes()
}

/// What a growing Hangul word says if its last consonant, or its last syllable, belongs to what is yet to come:
/// 람단 (람다는), 람다ㄴ, 람다느.
fn shorter_readings(text: &str) -> Vec<String> {
    let mut readings = Vec::new();
    let Some((at, last)) = text.char_indices().next_back() else {
        return readings;
    };
    if let Some(syllable) = decompose(last)
        && syllable.jongseong != 0
        && let Some(open) = (Syllable {
            jongseong: 0,
            ..syllable
        })
        .compose()
    {
        let mut shorter = text[..at].to_owned();
        shorter.push(open);
        readings.push(shorter);
    }
    if at > 0 {
        readings.push(text[..at].to_owned());
    }
    readings
}

/// Whether the index knows every unit of a reading.
fn is_known(reading: &Reading, lookup: &impl Lookup) -> bool {
    let units = &reading.terms.units;
    let known = units
        .iter()
        .filter(|unit| lookup.get(&key_of(&unit.term)).is_some())
        .count();
    known > 0 && known == units.len()
}

fn resolve_word(word: &Word, lookup: &impl Lookup, query: &mut Query) {
    let literal = &word.literal;
    if literal.script == Script::Hangul && is_choseong(&literal.text) {
        let initials = split_clusters(&literal.text);
        let alternatives = initial_alternatives(&initials, lookup);
        if !alternatives.is_empty() {
            return search_instead(&initials, alternatives, false, query);
        }
    }
    let literal_known = is_known(literal, lookup);
    let completed = if word.growing {
        completions(literal, lookup)
    } else {
        Vec::new()
    };
    if lookup.is_missing() {
        return;
    }
    if literal_known || !completed.is_empty() {
        return add_reading(literal, completed, lookup, query);
    }
    let other = other_layout(word, lookup);
    if lookup.is_missing() {
        return;
    }
    if !other.is_empty() {
        return search_instead(&literal.text, other, true, query);
    }
    let keys = keys_of(&literal.text);
    let slips = corrections(&keys, 1, lookup);
    if lookup.is_missing() {
        return;
    }
    if !slips.is_empty() {
        return search_instead(&literal.text, slips, true, query);
    }
    for reading in &word.shorter {
        let completed = completions(reading, lookup);
        if is_known(reading, lookup) || !completed.is_empty() {
            return add_reading(reading, completed, lookup, query);
        }
    }
    if lookup.is_missing() {
        return;
    }
    let slips = corrections(&keys, 2, lookup);
    if !slips.is_empty() {
        return search_instead(&literal.text, slips, true, query);
    }
    add_reading(literal, Vec::new(), lookup, query);
}

/// Searches for terms that are not what was typed; `corrected` if the reader should be told.
fn search_instead(typed: &str, alternatives: Vec<Alternative>, corrected: bool, query: &mut Query) {
    if corrected && let Some(term) = alternatives.first().and_then(|first| term_of(&first.key)) {
        query.corrections.push(term);
    }
    mark_terms(&alternatives, query);
    // Where the correction is sure, it is the word that was meant: it may have a pair in the other language.
    let term = alternatives
        .first()
        .and_then(|first| term_of(&first.key))
        .unwrap_or_else(|| typed.to_owned());
    query.units.push(QueryUnit::new(&term, alternatives, 1.0));
}

/// Adds the units of a reading, and the terms that a growing word may become.
fn add_reading(
    reading: &Reading,
    completed: Vec<Alternative>,
    lookup: &impl Lookup,
    query: &mut Query,
) {
    if !is_known(reading, lookup) && !completed.is_empty() {
        mark_terms(&completed, query);
        query
            .units
            .push(QueryUnit::new(&reading.text, completed, 1.0));
        return;
    }
    let first = query.units.len();
    for unit in &reading.terms.units {
        let mut alternatives = Vec::new();
        add_term(&unit.term, 1.0, lookup, &mut alternatives);
        query.marks.push(unit.surface.clone());
        let stem = stem_english(&unit.term);
        if stem != unit.term {
            add_term(stem, 0.8, lookup, &mut alternatives);
            query.marks.push(stem.to_owned());
        }
        if alternatives.is_empty() && reading.terms.units.len() > 1 {
            alternatives = corrections(&keys_of(&unit.term), 1, lookup);
            mark_terms(&alternatives, query);
        }
        let missing = alternatives.is_empty();
        query
            .units
            .push(QueryUnit::new(&unit.term, alternatives, unit.weight));
        if missing {
            add_pieces(reading, lookup, query);
        }
    }
    let only_unit = query.units.len() == first + 1;
    if !completed.is_empty() {
        mark_terms(&completed, query);
        match query.units.last_mut() {
            Some(unit) if only_unit => unit.alternatives.extend(completed),
            _ => query
                .units
                .push(QueryUnit::new("", completed, 0.5).optional()),
        }
    }
    for whole in &reading.terms.wholes {
        let mut alternatives = Vec::new();
        add_term(whole, 1.0, lookup, &mut alternatives);
        if !alternatives.is_empty() {
            let unit = QueryUnit::new("", alternatives, 0.5);
            query.units.push(if reading.terms.units.is_empty() {
                unit
            } else {
                unit.optional()
            });
            query.marks.push(whole.clone());
        }
    }
}

fn add_term(term: &str, weight: f32, lookup: &impl Lookup, alternatives: &mut Vec<Alternative>) {
    let key = key_of(term);
    if let Some(info) = lookup.get(&key) {
        alternatives.push(Alternative { key, info, weight });
    }
}

/// For a word the index does not know: the pieces it shares with words that the index does know.
fn add_pieces(reading: &Reading, lookup: &impl Lookup, query: &mut Query) {
    let pieces = &reading.terms.pieces;
    for piece in pieces {
        let mut alternatives = Vec::new();
        add_term(piece, 1.0, lookup, &mut alternatives);
        if !alternatives.is_empty() {
            query.marks.push(piece.clone());
            query
                .units
                .push(QueryUnit::new("", alternatives, 1.0 / pieces.len() as f32));
        }
    }
}

fn mark_terms(alternatives: &[Alternative], query: &mut Query) {
    query.marks.extend(
        alternatives
            .iter()
            .filter_map(|alternative| term_of(&alternative.key)),
    );
}

/// Whether a key is of a term that an input method composes.
fn is_composed(key: &[u8]) -> bool {
    key.last() == Some(&1)
}

/// The terms that a growing word may become, in its own script.
fn completions(reading: &Reading, lookup: &impl Lookup) -> Vec<Alternative> {
    let hangul = reading.script == Script::Hangul;
    begun_by(
        &keys_of(&reading.text),
        |key| is_composed(key) == hangul,
        lookup,
    )
}

/// The commonest terms of a script that begin with `keys`.
fn begun_by(keys: &[u8], script: impl Fn(&[u8]) -> bool, lookup: &impl Lookup) -> Vec<Alternative> {
    let mut best = Best::new(MOST_COMPLETIONS);
    for (key, info) in lookup.with_prefix(keys) {
        // The word itself, fully typed, is no completion: a key ends in a tag byte.
        if key.len() > keys.len() + 1 && script(&key) {
            best.offer((key, info), info.sections as f32);
        }
    }
    let typed = keys.len() as f32;
    levelled(best, lookup, |key| {
        0.4 + 0.5 * typed / (key.len() - 1) as f32
    })
}

/// Alternatives of equal standing: a rare one does not outweigh a common one by being rare.
fn levelled(
    best: Best<(Vec<u8>, TermInfo)>,
    lookup: &impl Lookup,
    weight: impl Fn(&[u8]) -> f32,
) -> Vec<Alternative> {
    let total = lookup.sections();
    let commonest = best
        .kept
        .iter()
        .map(|((_, info), _)| info.sections)
        .max()
        .unwrap_or(0);
    let common = idf(commonest, total);
    let level =
        |info: TermInfo| (common / idf(info.sections, total).max(f32::MIN_POSITIVE)).min(1.0);
    best.kept
        .into_iter()
        .map(|((key, info), _)| Alternative {
            weight: weight(&key) * level(info),
            key,
            info,
        })
        .collect()
}

/// The terms whose syllables begin with `initials`; words that are no longer than it before longer ones.
fn initial_alternatives(initials: &str, lookup: &impl Lookup) -> Vec<Alternative> {
    let mut first = String::new();
    first.extend(initials.chars().next());
    let mut best = Best::new(MOST_COMPLETIONS);
    for (key, info) in lookup.with_prefix(to_keystrokes(&first).as_bytes()) {
        let Some(found) = is_composed(&key).then(|| term_of(&key)).flatten() else {
            continue;
        };
        let found = choseong(&found);
        if found.starts_with(initials) {
            let whole = if found.len() == initials.len() {
                1e6
            } else {
                0.0
            };
            best.offer((key, info), info.sections as f32 + whole);
        }
    }
    levelled(best, lookup, |key| {
        let whole = term_of(key).is_some_and(|term| choseong(&term).len() == initials.len());
        if whole { 1.0 } else { 0.5 }
    })
}

/// The terms that the same keys write on the other keyboard layout.
fn other_layout(word: &Word, lookup: &impl Lookup) -> Vec<Alternative> {
    let literal = &word.literal;
    let keys = to_keystrokes(&literal.text);
    let (other, hangul) = match literal.script {
        Script::Latin => (from_keystrokes(&literal.text), true),
        Script::Hangul => (fold_case(&keys), false),
        Script::Cjk => return Vec::new(),
    };
    if keys.len() < LEAST_CROSS_KEYS || other == literal.text {
        return Vec::new();
    }
    let mut alternatives = Vec::new();
    add_term(&other, 0.9, lookup, &mut alternatives);
    if word.growing {
        alternatives.extend(begun_by(
            keys.as_bytes(),
            |key| is_composed(key) == hangul,
            lookup,
        ));
    }
    alternatives
}

/// How many slips of the finger a word of so many keys is forgiven.
fn forgiven(keys: usize) -> usize {
    match keys {
        0..=3 => 0,
        4..=6 => 1,
        _ => 2,
    }
}

/// The terms at most `most` slips away from `keys`, the nearest only: a key too many, too few, another, or two
/// exchanged (Damerau 1964).
fn corrections(keys: &[u8], most: usize, lookup: &impl Lookup) -> Vec<Alternative> {
    let most = most.min(forgiven(keys.len()));
    if most == 0 {
        return Vec::new();
    }
    let mut nearest = most;
    let mut best = Best::new(MOST_CORRECTIONS);
    for (key, info) in lookup.around(keys) {
        let (Some((_, term)), true) = (key.split_last(), key.len() > 3) else {
            continue;
        };
        let Some(slips) = distance(keys, term, nearest) else {
            continue;
        };
        if slips == 0 {
            continue;
        }
        if slips < nearest {
            nearest = slips;
            best = Best::new(MOST_CORRECTIONS);
        }
        best.offer((key, info), info.sections as f32);
    }
    levelled(best, lookup, |_| 0.8)
}

/// The optimal string alignment distance of `a` and `b`, if it is at most `most`.
fn distance(a: &[u8], b: &[u8], most: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let width = b.len() + 1;
    let mut rows = [
        (0..width).collect::<Vec<usize>>(),
        vec![0; width],
        vec![0; width],
    ];
    for (i, &x) in a.iter().enumerate() {
        // rows[0] is the row above, rows[1] the one above that.
        rows.rotate_right(1);
        let (row, above) = rows.split_at_mut(1);
        let row = &mut row[0];
        row[0] = i + 1;
        let mut least = row[0];
        for (j, &y) in b.iter().enumerate() {
            let mut cost = (above[0][j] + usize::from(x != y))
                .min(above[0][j + 1] + 1)
                .min(row[j] + 1);
            if i > 0 && j > 0 && x == b[j - 1] && a[i - 1] == y {
                cost = cost.min(above[1][j - 1] + 1);
            }
            row[j + 1] = cost;
            least = least.min(cost);
        }
        if least > most {
            return None;
        }
    }
    rows[0].last().copied().filter(|&slips| slips <= most)
}

/// Lets each side of a pair stand for the other where its words stand together in the query.
fn add_other_language(lookup: &impl Lookup, query: &mut Query) {
    for (left, right) in lookup.synonyms() {
        for (from, to) in [(left, right), (right, left)] {
            let words: Vec<usize> = (0..query.units.len())
                .filter(|&at| !query.units[at].term.is_empty())
                .collect();
            let found = words.windows(from.len().max(1)).position(|window| {
                window
                    .iter()
                    .zip(from)
                    .all(|(&at, word)| query.units[at].term == *word)
            });
            let Some(found) = found.filter(|_| !from.is_empty()) else {
                continue;
            };
            let mut alternatives = Vec::new();
            to.iter()
                .for_each(|word| add_term(word, OTHER_LANGUAGE, lookup, &mut alternatives));
            // A translation that is only partly there is none.
            if alternatives.len() < to.len() {
                continue;
            }
            // As many words on both sides most often stand in the same order. Else one word must stand for the phrase:
            // the rarest, of equals the last, which is the head in Korean.
            if from.len() != to.len()
                && let Some(rarest) = alternatives
                    .iter()
                    .rev()
                    .min_by_key(|found| found.info.sections)
                    .cloned()
            {
                alternatives = vec![rarest];
            }
            mark_terms(&alternatives, query);
            let matched = &words[found..found + from.len()];
            for (index, &at) in matched.iter().enumerate() {
                query.units[at]
                    .translations
                    .extend(alternatives.get(index).or(alternatives.first()).cloned());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::morphology::{Morpheme, Role};
    use alloc::collections::BTreeMap;

    /// Cuts the particles 는 and 를 off, knows nothing else.
    struct Particles;

    impl Segmenter for Particles {
        fn segment(&self, run: &str) -> Vec<Morpheme> {
            let stem = run
                .strip_suffix(['는', '를'])
                .filter(|stem| !stem.is_empty())
                .unwrap_or(run);
            let cut = |start, end, role| Morpheme {
                start,
                end,
                role,
                parts: Vec::new(),
            };
            let mut morphemes = vec![cut(0, stem.len(), Role::Noun)];
            if stem.len() < run.len() {
                morphemes.push(cut(stem.len(), run.len(), Role::Functional));
            }
            morphemes
        }
    }

    struct Terms(BTreeMap<Vec<u8>, TermInfo>, Vec<(Vec<String>, Vec<String>)>);

    impl Terms {
        fn of(terms: &[&str]) -> Self {
            let info = TermInfo {
                sections: 3,
                offset: 0,
                length: 1,
            };
            let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
            let pairs = [("별칭", "alias"), ("시간 초과", "timeout")];
            Terms(
                terms.iter().map(|term| (key_of(term), info)).collect(),
                pairs
                    .iter()
                    .map(|(korean, english)| (words(korean), words(english)))
                    .collect(),
            )
        }
    }

    impl Lookup for Terms {
        fn get(&self, key: &[u8]) -> Option<TermInfo> {
            self.0.get(key).copied()
        }
        fn with_prefix(&self, prefix: &[u8]) -> Vec<(Vec<u8>, TermInfo)> {
            self.0
                .iter()
                .filter(|(key, _)| key.starts_with(prefix))
                .map(|(key, info)| (key.clone(), *info))
                .collect()
        }
        fn around(&self, _: &[u8]) -> Vec<(Vec<u8>, TermInfo)> {
            self.with_prefix(b"")
        }
        fn sections(&self) -> u32 {
            100
        }
        fn is_missing(&self) -> bool {
            false
        }
        fn synonyms(&self) -> &[(Vec<String>, Vec<String>)] {
            &self.1
        }
    }

    fn found(text: &str, terms: &[&str]) -> Vec<String> {
        let query = Draft::new(text, &Particles).resolve(&Terms::of(terms));
        query
            .units
            .iter()
            .flat_map(QueryUnit::terms)
            .filter_map(|a| term_of(&a.key))
            .collect()
    }

    #[test]
    fn every_keystroke_towards_a_word_finds_it() {
        for typed in ["갓", "가시", "가싯", "가시ㅅ", "가시서", "가시성"] {
            assert_eq!(found(typed, &["가시성", "서버"]), ["가시성"], "{typed}");
        }
    }

    #[test]
    fn every_keystroke_of_a_particle_after_a_word_still_finds_it() {
        for typed in ["람다", "람단", "람다느", "람다는", "람다를"] {
            assert_eq!(found(typed, &["람다", "서버"]), ["람다"], "{typed}");
        }
    }

    #[test]
    fn a_word_typed_on_the_wrong_layout_is_read_on_the_other() {
        assert_eq!(found("rktltjd", &["가시성"]), ["가시성"]);
        assert_eq!(found("rktltjd ", &["가시성"]), ["가시성"]);
        assert_eq!(found("ㅁㅈㄴ", &["aws"]), ["aws"]);
    }

    #[test]
    fn a_word_of_the_right_layout_is_never_read_on_the_other() {
        assert_eq!(found("rktltjd", &["가시성", "rktltjd"]), ["rktltjd"]);
    }

    #[test]
    fn an_english_plural_finds_the_singular() {
        assert_eq!(found("Functions ", &["function"]), ["function"]);
    }

    #[test]
    fn initial_consonants_find_the_words_they_begin() {
        assert_eq!(found("ㄱㅅㅅ", &["가시성", "가상", "서버"]), ["가시성"]);
        assert_eq!(
            found("ㄱㅅ", &["가시성", "가상", "서버"]),
            ["가상", "가시성"]
        );
        assert_eq!(
            found("ㅍㄼㅈㄴ", &["프로바이더", "프로비저닝", "프레임"]),
            ["프로비저닝"]
        );
    }

    #[test]
    fn a_slip_of_the_finger_is_forgiven() {
        assert_eq!(found("가시셩 ", &["가시성", "서버"]), ["가시성"]);
        assert_eq!(
            found("Clodformation ", &["cloudformation", "server"]),
            ["cloudformation"]
        );
        assert_eq!(found("lamdba ", &["lambda"]), ["lambda"]);
        assert!(found("서버 ", &["시계"]).is_empty());
    }

    #[test]
    fn a_word_that_is_there_is_never_corrected() {
        assert_eq!(found("가시셩 ", &["가시성", "가시셩"]), ["가시셩"]);
    }

    #[test]
    fn either_language_finds_the_other_below_the_literal() {
        assert_eq!(found("별칭 ", &["별칭", "alias"]), ["별칭", "alias"]);
        assert_eq!(found("alias ", &["별칭"]), ["별칭"]);
        assert_eq!(found("timeout ", &["시간", "초과"]), ["초과"]);
        assert!(found("timeout ", &["시간"]).is_empty());
        assert_eq!(found("시간 초과 ", &["timeout"]), ["timeout", "timeout"]);
        assert!(found("시간 ", &["timeout"]).is_empty());
    }

    #[test]
    fn distances_count_exchanged_keys_once() {
        assert_eq!(distance(b"lamdba", b"lambda", 2), Some(1));
        assert_eq!(distance(b"abcd", b"abd", 2), Some(1));
        assert_eq!(distance(b"abcd", b"wxyz", 2), None);
        assert_eq!(distance(b"", b"a", 1), Some(1));
    }

    #[test]
    fn a_particle_after_a_latin_word_is_not_taken_for_the_beginning_of_a_word() {
        assert_eq!(found("EC2의", &["ec2", "의존성"]), ["ec2"]);
    }

    #[test]
    fn an_empty_query_asks_for_nothing() {
        assert!(found("", &["가"]).is_empty());
        assert!(found(" ·!", &["가"]).is_empty());
    }
}
