//! What was typed to units with alternatives.
//!
//! Two steps, because the lexicon arrives shard by shard: [`Draft::new`] cuts the query with the dictionary and says
//! which keys it wants to look up; [`Draft::resolve`] looks them up and decides. All inexactness lives here, in the
//! choice of terms: the word being typed stands for every term its keystrokes begin; a final consonant that belongs to
//! the next syllable is let go; a word typed on the wrong layout is read on the other.

use alloc::borrow::ToOwned as _;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use hangul::keystrokes::{from_keystrokes, to_keystrokes};
use hangul::syllable::{Syllable, decompose};

use crate::analysis::{RunTerms, Script, fold_case, runs, stem_english, terms_of};
use crate::lexicon::{TermInfo, key_of, term_of};
use crate::morphology::Segmenter;
use crate::rank::{Best, idf};

/// Words of a query beyond this many are ignored.
const MOST_WORDS: usize = 16;
/// How many completions of the word being typed are searched.
const MOST_COMPLETIONS: usize = 12;
/// Fewer keystrokes than this are not read on the other keyboard layout.
const LEAST_CROSS_KEYS: usize = 3;

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
    /// How much it counts.
    pub weight: f32,
    /// Whether a section without it covers less of the query.
    pub required: bool,
}

/// A query that is ready to be searched.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Query {
    /// Its units.
    pub units: Vec<QueryUnit>,
    /// What to mark in excerpts: surfaces in lower case.
    pub marks: Vec<String>,
}

/// Looks keys up.
pub trait Lookup {
    /// The entry of exactly `key`.
    fn get(&self, key: &[u8]) -> Option<TermInfo>;
    /// The entries whose keys start with `prefix`, in order.
    fn with_prefix(&self, prefix: &[u8]) -> Vec<(Vec<u8>, TermInfo)>;
    /// How many sections are indexed.
    fn sections(&self) -> u32;
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
    /// How it may be read, the literal reading first.
    readings: Vec<Reading>,
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
        let last_end = found.last().map_or(0, |run| run.start + run.text.len());
        let growing_last = last_end == text.len();
        let mut words = Vec::new();
        for (index, run) in found.iter().enumerate() {
            let growing = growing_last && index + 1 == found.len();
            let read = |text: &str| {
                let terms = terms_of(&crate::analysis::Run { text, ..*run }, segmenter);
                Reading {
                    text: text.to_owned(),
                    terms,
                    script: run.script,
                }
            };
            let mut readings = vec![read(run.text)];
            if run.script == Script::Hangul && growing {
                readings.extend(shorter_readings(run.text).iter().map(|text| read(text)));
            }
            // A word of nothing but particles says something only if it is all there is.
            if readings[0].terms.units.is_empty() && (found.len() > 1 && !growing) {
                continue;
            }
            words.push(Word { readings, growing });
        }
        Draft { words }
    }

    /// The exact keys that [`Draft::resolve`] looks up.
    pub fn keys(&self) -> Vec<Vec<u8>> {
        let mut keys = Vec::new();
        for reading in self.words.iter().flat_map(|word| &word.readings) {
            let terms = &reading.terms;
            keys.extend(terms.units.iter().map(|unit| key_of(&unit.term)));
            keys.extend(
                terms
                    .units
                    .iter()
                    .map(|unit| key_of(stem_english(&unit.term))),
            );
            keys.extend(
                terms
                    .wholes
                    .iter()
                    .chain(&terms.pieces)
                    .map(|term| key_of(term)),
            );
            keys.extend(other_layout(reading).map(|term| key_of(&term)));
        }
        keys
    }

    /// The key prefixes that [`Draft::resolve`] looks up.
    pub fn prefixes(&self) -> Vec<Vec<u8>> {
        let growing = self.words.iter().filter(|word| word.growing);
        growing
            .flat_map(|word| &word.readings)
            .map(|reading| prefix_of(&reading.text))
            .collect()
    }

    /// Looks everything up and decides what to search for.
    pub fn resolve(&self, lookup: &impl Lookup) -> Query {
        let mut query = Query::default();
        for word in &self.words {
            resolve_word(word, lookup, &mut query);
        }
        query
    }
}

/// The keystrokes of a word as far as it is typed.
fn prefix_of(text: &str) -> Vec<u8> {
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

/// The word as the other keyboard layout would have written it, from three keys on.
fn other_layout(reading: &Reading) -> Option<String> {
    let keys = to_keystrokes(&reading.text);
    let other = match reading.script {
        Script::Latin => from_keystrokes(&reading.text),
        Script::Hangul => fold_case(&keys),
        Script::Cjk => return None,
    };
    (keys.len() >= LEAST_CROSS_KEYS && other != reading.text).then_some(other)
}

fn resolve_word(word: &Word, lookup: &impl Lookup, query: &mut Query) {
    let known = |reading: &Reading| {
        let units = &reading.terms.units;
        !units.is_empty()
            && units
                .iter()
                .all(|unit| lookup.get(&key_of(&unit.term)).is_some())
    };
    let mut choice = None;
    for reading in &word.readings {
        let completions = if word.growing {
            completions(reading, lookup)
        } else {
            Vec::new()
        };
        if known(reading) || !completions.is_empty() {
            choice = Some((reading, completions));
            break;
        }
    }
    if choice.is_none() {
        // Not a word in its own layout: read it in the other one.
        let literal = &word.readings[0];
        if let Some(other) = other_layout(literal) {
            let key = key_of(&other);
            let mut alternatives: Vec<Alternative> = lookup
                .get(&key)
                .map(|info| Alternative {
                    key,
                    info,
                    weight: 0.9,
                })
                .into_iter()
                .collect();
            if word.growing {
                alternatives.extend(prefix_alternatives(
                    &literal.text,
                    |tag_is_composed| tag_is_composed == (literal.script == Script::Latin),
                    lookup,
                ));
            }
            if !alternatives.is_empty() {
                mark_terms(&alternatives, query);
                query.units.push(QueryUnit {
                    alternatives,
                    weight: 1.0,
                    required: true,
                });
                return;
            }
        }
    }
    let (reading, completions) = choice.unwrap_or((&word.readings[0], Vec::new()));
    if !known(reading) && !completions.is_empty() {
        mark_terms(&completions, query);
        query.units.push(QueryUnit {
            alternatives: completions,
            weight: 1.0,
            required: true,
        });
        return;
    }
    let first = query.units.len();
    for unit in &reading.terms.units {
        let mut alternatives = Vec::new();
        let mut add = |term: &str, weight: f32| {
            let key = key_of(term);
            if let Some(info) = lookup.get(&key) {
                alternatives.push(Alternative { key, info, weight });
            }
        };
        add(&unit.term, 1.0);
        let stem = stem_english(&unit.term);
        if stem != unit.term {
            add(stem, 0.8);
        }
        query.marks.push(unit.surface.clone());
        if stem != unit.term {
            query.marks.push(stem.to_owned());
        }
        let missing = alternatives.is_empty();
        query.units.push(QueryUnit {
            alternatives,
            weight: unit.weight,
            required: true,
        });
        if missing {
            pieces(reading, lookup, query);
        }
    }
    let only_unit = query.units.len() == first + 1;
    if !completions.is_empty() {
        mark_terms(&completions, query);
        match query.units.last_mut() {
            Some(unit) if only_unit => unit.alternatives.extend(completions),
            _ => query.units.push(QueryUnit {
                alternatives: completions,
                weight: 0.5,
                required: false,
            }),
        }
    }
    for whole in &reading.terms.wholes {
        let key = key_of(whole);
        if let Some(info) = lookup.get(&key) {
            let alternatives = vec![Alternative {
                key,
                info,
                weight: 1.0,
            }];
            let required = reading.terms.units.is_empty();
            query.units.push(QueryUnit {
                alternatives,
                weight: 0.5,
                required,
            });
            query.marks.push(whole.clone());
        }
    }
}

/// For a word the index does not know: the pieces it shares with words that the index does know.
fn pieces(reading: &Reading, lookup: &impl Lookup, query: &mut Query) {
    let pieces = &reading.terms.pieces;
    for piece in pieces {
        let key = key_of(piece);
        if let Some(info) = lookup.get(&key) {
            query.marks.push(piece.clone());
            let alternatives = vec![Alternative {
                key,
                info,
                weight: 1.0,
            }];
            query.units.push(QueryUnit {
                alternatives,
                weight: 1.0 / pieces.len() as f32,
                required: true,
            });
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

/// The terms that a growing word may become, in its own script.
fn completions(reading: &Reading, lookup: &impl Lookup) -> Vec<Alternative> {
    prefix_alternatives(
        &reading.text,
        |composed| composed == (reading.script == Script::Hangul),
        lookup,
    )
}

/// The commonest terms that begin with the keystrokes of `text`; a rare one does not outweigh a common one by being
/// rare.
fn prefix_alternatives(
    text: &str,
    script: impl Fn(bool) -> bool,
    lookup: &impl Lookup,
) -> Vec<Alternative> {
    let prefix = prefix_of(text);
    let mut best = Best::new(MOST_COMPLETIONS);
    for (key, info) in lookup.with_prefix(&prefix) {
        // The word itself, fully typed, is no completion: a key ends in a tag byte.
        if key.len() > prefix.len() + 1 && script(key.last() == Some(&1)) {
            best.offer((key, info), info.sections as f32);
        }
    }
    let found: Vec<(Vec<u8>, TermInfo)> = best.kept.into_iter().map(|(found, _)| found).collect();
    let total = lookup.sections();
    let common = found
        .first()
        .map_or(1.0, |(_, info)| idf(info.sections, total));
    found
        .into_iter()
        .map(|(key, info)| {
            let share = prefix.len() as f32 / (key.len() - 1) as f32;
            let rarity = (common / idf(info.sections, total).max(f32::MIN_POSITIVE)).min(1.0);
            Alternative {
                key,
                info,
                weight: (0.4 + 0.5 * share) * rarity,
            }
        })
        .collect()
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
            Terms(
                terms
                    .iter()
                    .map(|term| {
                        (
                            key_of(term),
                            TermInfo {
                                sections: 3,
                                offset: 0,
                                length: 1,
                            },
                        )
                    })
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
        fn sections(&self) -> u32 {
            100
        }
    }

    fn found(text: &str, terms: &[&str]) -> Vec<String> {
        let query = Draft::new(text, &Particles).resolve(&Terms::of(terms));
        query
            .units
            .iter()
            .flat_map(|unit| &unit.alternatives)
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
    fn an_empty_query_asks_for_nothing() {
        assert!(found("", &["가"]).is_empty());
        assert!(found(" ·!", &["가"]).is_empty());
    }
}
