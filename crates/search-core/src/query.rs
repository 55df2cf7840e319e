//! What was typed to units with alternatives.
//!
//! The lexicon arrives shard by shard: a [`Lookup`] notes which shards are missing, and [`Draft::resolve`] is simply
//! asked again when they are there. All inexactness lives here and in `forgiveness`, in the choice of terms, from the
//! surest on: the word as typed and every term its keystrokes begin; the same keys on the other keyboard layout; one slip
//! of the finger; a final consonant or syllable that belongs to what is yet to come; two slips; shared pieces. Initial
//! consonants stand for the words they begin, and either language for the other where the site pairs them. What stands
//! in quotes is taken as it stands.

use alloc::borrow::ToOwned as _;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::ops::Range;

use hangul::choseong::{is_choseong, split_clusters};
use hangul::josa;
use hangul::syllable::{Syllable, decompose};

use crate::analysis::{Run, RunTerms, Script, fold_case, runs, stem_english, terms_of};
use crate::facets::FacetKind;
use crate::forgiveness::{
    completions, corrections, exact, initial_alternatives, keys_of, other_layout,
};
use crate::lexicon::{TermInfo, joined, key_of, term_of};
use crate::morphology::Segmenter;
use crate::rank::idf;
use crate::syntax::Syntax;

/// Words of a query beyond this many are ignored.
const MOST_WORDS: usize = 16;
/// Words of one side of a pair, at most.
const MOST_PAIR_WORDS: usize = 5;
/// How much the other language's word counts beside the literal one.
const OTHER_LANGUAGE: f32 = 0.6;
/// A light word that one section in this many has is not looked for beside others.
const COMMON: u32 = 16;

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
    fn new(alternatives: Vec<Alternative>, weight: f32) -> Self {
        QueryUnit {
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

    /// In how many sections its commonest term occurs.
    fn commonest(&self) -> Option<u32> {
        self.terms().map(|term| term.info.sections).max()
    }

    /// How much of the query a section with this unit covers, in an index of `sections` sections: what nearly every
    /// section has says little.
    pub fn coverage(&self, sections: u32) -> f32 {
        if !self.required {
            return 0.0;
        }
        let commonest = self.commonest();
        commonest.map_or(0.0, |commonest| self.weight * idf(commonest, sections))
    }
}

/// A query that is ready to be searched.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Query {
    /// Its units.
    pub units: Vec<QueryUnit>,
    /// What a section must hold as it stands.
    pub phrases: Vec<String>,
    /// What a section must not hold: for each word, terms that are not to stand together.
    pub excluded: Vec<Vec<Alternative>>,
    /// What a page must have or lie in: kind of facet and name.
    pub filters: Vec<(FacetKind, String)>,
    /// What to mark in excerpts: surfaces in lower case.
    pub marks: Vec<String>,
    /// Words that were typed, and what was searched instead.
    pub corrections: Vec<(String, String)>,
}

impl Query {
    /// Whether the index knows all that is asked for.
    pub fn is_known(&self) -> bool {
        self.units.iter().all(|unit| unit.terms().next().is_some())
    }

    /// Every term that must be looked up in the postings.
    pub fn terms(&self) -> impl Iterator<Item = &Alternative> {
        let excluded = self.excluded.iter().flatten();
        self.units.iter().flat_map(QueryUnit::terms).chain(excluded)
    }
}

/// Looks keys up.
pub trait Lookup {
    /// The entry of exactly `key`.
    fn get(&self, key: &[u8]) -> Option<TermInfo>;
    /// Entries whose keys start with `prefix`, in order; for a short prefix of a large index not all of them.
    fn with_prefix(&self, prefix: &[u8]) -> Vec<(Vec<u8>, TermInfo)>;
    /// Entries among which a word with other keystrokes than these is looked for: misspelt, or its initials alone.
    fn around(&self, keys: &[u8]) -> Vec<(Vec<u8>, TermInfo)>;
    /// How many sections are indexed.
    fn sections(&self) -> u32;
    /// Whether an answer so far is wrong for want of a shard.
    fn is_missing(&self) -> bool;
    /// What says the same as `words` (see [`joined`]), of which `first` is the first, in the other language, such as
    /// visibility timeout for 가시성시간초과: sequences of terms.
    fn translations(&self, first: &str, words: &str) -> Vec<Vec<String>>;
}

/// A way to read a word.
#[derive(Debug, Clone)]
struct Reading {
    /// The text read.
    text: String,
    terms: RunTerms,
    script: Script,
}

impl Reading {
    fn of(text: &str, run: Run<'_>, segmenter: &impl Segmenter) -> Self {
        Reading {
            text: text.to_owned(),
            terms: terms_of(&Run { text, ..run }, segmenter),
            script: run.script,
        }
    }

    /// What it may be called in a pair of words: as it stands, and without its particles.
    fn names(&self) -> Vec<String> {
        let mut names = vec![joined(&self.text)];
        let mut add = |name: String| {
            if !names.contains(&name) {
                names.push(name);
            }
        };
        if let [unit] = self.terms.units.as_slice() {
            add(joined(&unit.term));
        }
        if let Some(stem) = without_particles(&self.text) {
            add(joined(stem));
        }
        if self.script == Script::Latin {
            add(stem_english(&fold_case(&self.text)).to_owned());
        }
        names
    }
}

/// `run` without the particles that it may end in, if two syllables or more are left.
fn without_particles(run: &str) -> Option<&str> {
    let mut cuts = run.char_indices().map(|(at, _)| at).skip(2);
    cuts.find(|&at| josa::particle_prefix(&run[at..]) == Some(run.len() - at))
        .map(|at| &run[..at])
}

/// A word of the query.
#[derive(Debug, Clone)]
struct Word {
    literal: Reading,
    /// What it says without its last consonant or syllable; only for a growing word.
    shorter: Vec<Reading>,
    /// Whether it may still be growing.
    growing: bool,
    /// Whether it stands in quotes.
    quoted: bool,
}

/// A query cut into words, not yet looked up.
#[derive(Debug, Clone)]
pub struct Draft {
    words: Vec<Word>,
    excluded: Vec<RunTerms>,
    phrases: Vec<String>,
    filters: Vec<(FacetKind, String)>,
}

impl Draft {
    /// Cuts `text` (NFC) with `segmenter`.
    pub fn new(text: &str, segmenter: &impl Segmenter) -> Self {
        let syntax = Syntax::parse(text);
        let count: usize = syntax
            .words
            .iter()
            .map(|(text, _)| runs(text).count())
            .sum();
        let mut words = Vec::new();
        let parts = syntax
            .words
            .iter()
            .flat_map(|(text, quoted)| runs(text).map(move |run| (text, *quoted, run)));
        for (index, (text, quoted, run)) in parts.enumerate().take(MOST_WORDS) {
            let at_end = run.start + run.text.len() == text.len();
            let growing = !quoted && at_end && index + 1 == count;
            let literal = Reading::of(run.text, run, segmenter);
            // What follows a word directly and is nothing but particles says something only if it is all there is.
            if literal.terms.units.is_empty() && count > 1 {
                continue;
            }
            let mut shorter = Vec::new();
            if run.script == Script::Hangul && growing {
                let readings = shorter_readings(run.text);
                let read = |text: &String| Reading::of(text, run, segmenter);
                shorter = readings.iter().map(read).collect();
            }
            words.push(Word {
                literal,
                shorter,
                growing,
                quoted,
            });
        }
        let excluded = syntax.excluded.iter().map(|text| {
            let mut terms = RunTerms::default();
            for run in runs(text) {
                terms.units.extend(terms_of(&run, segmenter).units);
            }
            terms
        });
        Draft {
            words,
            excluded: excluded.collect(),
            phrases: syntax.phrases().map(str::to_owned).collect(),
            filters: syntax.filters.clone(),
        }
    }

    /// Looks everything up and decides what to search for. Where [`Lookup::is_missing`] holds afterwards the answer is
    /// not to be used. `segmenter` cuts the words that are searched instead of misspelt ones.
    pub fn resolve(&self, lookup: &impl Lookup, segmenter: &impl Segmenter) -> Query {
        let mut resolver = Resolver {
            lookup,
            segmenter,
            query: Query {
                phrases: self.phrases.clone(),
                filters: self.filters.clone(),
                ..Query::default()
            },
            said: Vec::new(),
        };
        for word in &self.words {
            let first = resolver.query.units.len();
            let names = resolver.word(word);
            let units = first..resolver.query.units.len();
            resolver.said.push((names, units));
        }
        resolver.other_language();
        resolver.leave_out_common();
        for word in &self.excluded {
            resolver.exclude(word);
        }
        resolver.query
    }
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

/// A query on its way from a [`Draft`].
struct Resolver<'l, L, S> {
    lookup: &'l L,
    segmenter: &'l S,
    query: Query,
    /// For each word what it may be called in a pair, and its units.
    said: Vec<(Vec<String>, Range<usize>)>,
}

impl<L: Lookup, S: Segmenter> Resolver<'_, L, S> {
    /// Whether the index knows every unit of a reading.
    fn is_known(&self, reading: &Reading) -> bool {
        let units = &reading.terms.units;
        let known = |term: &str| self.lookup.get(&key_of(term)).is_some();
        !units.is_empty() && units.iter().all(|unit| known(&unit.term))
    }

    /// Adds the units of a word; returns what the word may be called in a pair.
    fn word(&mut self, word: &Word) -> Vec<String> {
        let Reading { text, script, .. } = &word.literal;
        if word.quoted {
            self.as_it_stands(&word.literal);
            return word.literal.names();
        }
        if *script == Script::Hangul && is_choseong(text) {
            let initials = split_clusters(text);
            let alternatives = initial_alternatives(&initials, self.lookup);
            if !alternatives.is_empty() {
                return self.instead(text, alternatives, false);
            }
        }
        let known = self.is_known(&word.literal);
        let completed = if word.growing {
            completions(text, *script, self.lookup)
        } else {
            Vec::new()
        };
        if known || !completed.is_empty() || self.lookup.is_missing() {
            return self.reading(&word.literal, completed);
        }
        let other = other_layout(text, *script, word.growing, self.lookup);
        if !other.is_empty() || self.lookup.is_missing() {
            return self.instead(text, other, true);
        }
        let keys = keys_of(text);
        let slips = corrections(&keys, 1, self.lookup);
        if !slips.is_empty() || self.lookup.is_missing() {
            return self.instead(text, slips, true);
        }
        for reading in &word.shorter {
            let completed = completions(&reading.text, *script, self.lookup);
            if self.is_known(reading) || !completed.is_empty() {
                return self.reading(reading, completed);
            }
        }
        let slips = corrections(&keys, 2, self.lookup);
        if !slips.is_empty() {
            return self.instead(text, slips, true);
        }
        self.reading(&word.literal, Vec::new())
    }

    /// Searches for terms that are not what was `typed`; `corrected` if the reader should be told.
    fn instead(
        &mut self,
        typed: &str,
        alternatives: Vec<Alternative>,
        corrected: bool,
    ) -> Vec<String> {
        let Some(term) = alternatives.first().and_then(|first| term_of(&first.key)) else {
            self.query.units.push(QueryUnit::new(alternatives, 1.0));
            return Vec::new();
        };
        if !corrected {
            self.mark(&alternatives);
            self.query.units.push(QueryUnit::new(alternatives, 1.0));
            return vec![joined(&term)];
        }
        let correction = (typed.to_owned(), term.clone());
        self.query.corrections.push(correction);
        // The nearest word is what was meant: in its parts too, so that 오토스케일링 finds 오토 스케일링.
        let mut read = runs(&term).map(|run| Reading::of(run.text, run, self.segmenter));
        match (read.next(), read.next()) {
            (Some(reading), None) if reading.terms.units.len() > 1 && self.is_known(&reading) => {
                self.reading(&reading, alternatives)
            }
            _ => {
                self.mark(&alternatives);
                self.query.units.push(QueryUnit::new(alternatives, 1.0));
                vec![joined(&term)]
            }
        }
    }

    /// Adds the units of a word in quotes, none of which stands for anything else.
    fn as_it_stands(&mut self, reading: &Reading) {
        for unit in &reading.terms.units {
            let alternatives = exact(&unit.term, 1.0, self.lookup).into_iter().collect();
            self.query.marks.push(unit.surface.clone());
            self.query
                .units
                .push(QueryUnit::new(alternatives, unit.weight));
        }
    }

    /// Adds the units of a reading, and the terms that a growing word may become.
    fn reading(&mut self, reading: &Reading, completed: Vec<Alternative>) -> Vec<String> {
        if !self.is_known(reading) && !completed.is_empty() {
            self.mark(&completed);
            self.query.units.push(QueryUnit::new(completed, 1.0));
            return reading.names();
        }
        let first = self.query.units.len();
        for unit in &reading.terms.units {
            let mut alternatives = Vec::new();
            alternatives.extend(exact(&unit.term, 1.0, self.lookup));
            self.query.marks.push(unit.surface.clone());
            let stem = stem_english(&unit.term);
            if stem != unit.term {
                alternatives.extend(exact(stem, 0.8, self.lookup));
                self.query.marks.push(stem.to_owned());
            }
            if alternatives.is_empty() && reading.terms.units.len() > 1 {
                alternatives = corrections(&keys_of(&unit.term), 1, self.lookup);
                self.mark(&alternatives);
            }
            let missing = alternatives.is_empty();
            let unit = QueryUnit::new(alternatives, unit.weight);
            self.query.units.push(unit);
            if missing {
                self.pieces(reading);
            }
        }
        let only_unit = self.query.units.len() == first + 1;
        if !completed.is_empty() {
            self.mark(&completed);
            match self.query.units.last_mut() {
                Some(unit) if only_unit => unit.alternatives.extend(completed),
                _ => {
                    let unit = QueryUnit::new(completed, 0.5).optional();
                    self.query.units.push(unit);
                }
            }
        }
        for whole in &reading.terms.wholes {
            let Some(alternative) = exact(whole, 1.0, self.lookup) else {
                continue;
            };
            let unit = QueryUnit::new(vec![alternative], 0.5);
            self.query.units.push(if reading.terms.units.is_empty() {
                unit
            } else {
                unit.optional()
            });
            self.query.marks.push(whole.clone());
        }
        reading.names()
    }

    /// For a word the index does not know: the pieces it shares with words that the index does know.
    fn pieces(&mut self, reading: &Reading) {
        let pieces = &reading.terms.pieces;
        for piece in pieces {
            if let Some(alternative) = exact(piece, 1.0, self.lookup) {
                self.query.marks.push(piece.clone());
                let unit = QueryUnit::new(vec![alternative], 1.0 / pieces.len() as f32);
                self.query.units.push(unit);
            }
        }
    }

    fn mark(&mut self, alternatives: &[Alternative]) {
        let terms = alternatives.iter().filter_map(|it| term_of(&it.key));
        self.query.marks.extend(terms);
    }

    /// Lets the other language stand for words of the query that a pair joins, however they are spaced.
    fn other_language(&mut self) {
        for first in 0..self.said.len() {
            let mut before = String::new();
            for last in first..self.said.len().min(first + MOST_PAIR_WORDS) {
                for name in &self.said[last].0 {
                    let mut words = before.clone();
                    words.push_str(name);
                    let units = self.said[first].1.start..self.said[last].1.end;
                    let begin = if last == first {
                        name
                    } else {
                        &self.said[first].0[0]
                    };
                    for to in self.lookup.translations(begin, &words) {
                        translate(units.clone(), &to, self.lookup, &mut self.query);
                    }
                }
                match self.said[last].0.first() {
                    Some(name) => before.push_str(name),
                    None => break,
                }
            }
        }
    }

    /// A light word that very many sections have would cost much to fetch and decide nothing.
    fn leave_out_common(&mut self) {
        let sections = self.lookup.sections();
        let decides = |unit: &QueryUnit| {
            unit.weight >= 0.5
                || unit
                    .commonest()
                    .is_some_and(|common| common * COMMON < sections)
        };
        if self.query.units.iter().any(decides) {
            self.query.units.retain(decides);
        }
    }

    /// Notes the terms of a word that must not occur, if the index knows them all.
    fn exclude(&mut self, word: &RunTerms) {
        let known = word
            .units
            .iter()
            .map(|unit| exact(&unit.term, 1.0, self.lookup));
        if let Some(terms) = known.collect::<Option<Vec<_>>>()
            && !terms.is_empty()
        {
            self.query.excluded.push(terms);
        }
    }
}

/// Lets the terms of `to` stand for the units that say the same.
fn translate(units: Range<usize>, to: &[String], lookup: &impl Lookup, query: &mut Query) {
    let found = to.iter().map(|word| exact(word, OTHER_LANGUAGE, lookup));
    // A translation that is only partly there is none.
    let Some(mut alternatives) = found.collect::<Option<Vec<_>>>() else {
        return;
    };
    let units = query.units.get_mut(units).unwrap_or_default();
    let required = units.iter().filter(|unit| unit.required).count();
    // As many words on both sides most often stand in the same order. Else one word must stand for the phrase: the
    // rarest, of equals the last, which is the head in Korean.
    if required != to.len()
        && let Some(rarest) = alternatives
            .iter()
            .rev()
            .min_by_key(|found| found.info.sections)
            .cloned()
    {
        alternatives = vec![rarest];
    }
    query
        .marks
        .extend(alternatives.iter().filter_map(|it| term_of(&it.key)));
    for (index, unit) in units.iter_mut().filter(|unit| unit.required).enumerate() {
        let said = alternatives.get(index).or(alternatives.first()).cloned();
        unit.translations.extend(said);
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

    struct Terms(BTreeMap<Vec<u8>, TermInfo>);

    impl Terms {
        fn of(terms: &[&str]) -> Self {
            let info = TermInfo {
                sections: 3,
                file: [0; 6],
                offset: 0,
                length: 1,
            };
            Terms(terms.iter().map(|term| (key_of(term), info)).collect())
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
        fn translations(&self, _: &str, words: &str) -> Vec<Vec<String>> {
            let to: &[&str] = match words {
                "별칭" => &["alias"],
                "alias" => &["별칭"],
                "시간초과" => &["timeout"],
                "timeout" => &["시간", "초과"],
                _ => return Vec::new(),
            };
            vec![to.iter().map(|&term| term.to_owned()).collect()]
        }
    }

    fn found(text: &str, terms: &[&str]) -> Vec<String> {
        let query = Draft::new(text, &Particles).resolve(&Terms::of(terms), &Particles);
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
    fn a_particle_after_a_latin_word_is_not_taken_for_the_beginning_of_a_word() {
        assert_eq!(found("EC2의", &["ec2", "의존성"]), ["ec2"]);
    }

    #[test]
    fn an_empty_query_asks_for_nothing() {
        assert!(found("", &["가"]).is_empty());
        assert!(found(" ·!", &["가"]).is_empty());
    }

    #[test]
    fn a_phrase_is_taken_as_it_stands() {
        assert!(found("\"가시셩\"", &["가시성"]).is_empty());
        let query = Draft::new("\"가시성 시간\" -서버", &Particles)
            .resolve(&Terms::of(&["가시성", "시간", "서버"]), &Particles);
        assert_eq!(query.phrases, ["가시성 시간"]);
        assert_eq!(query.excluded.len(), 1);
        assert_eq!(query.units.len(), 2);
    }

    #[test]
    fn a_pair_is_found_however_it_is_spaced_and_whatever_particle_follows() {
        for typed in ["시간초과 ", "시간 초과 ", "시간 초과를 ", "시간초과는 "] {
            let terms = found(typed, &["시간", "초과", "시간초과", "timeout"]);
            assert!(terms.contains(&"timeout".to_owned()), "{typed}: {terms:?}");
        }
    }
}
