//! Scoring: BM25 over the fields of a section, the best alternative for each unit, and coverage over the units.
//!
//! A term's score in a section is the sum over its fields of boost × BM25, computed exactly as Tantivy does
//! (Robertson and Zaragoza 2009, k₁ = 1.2, b = 0.75, one-byte field lengths). A unit's score is that of its best
//! alternative. A section's score is the sum over the units, times the square of the share of the query it covers, so
//! that all words together beat one word often.

use crate::postings::{FIELD_COUNT, TermPostings};
use alloc::vec;
use alloc::vec::Vec;

const K1: f32 = 1.2;
const B: f32 = 0.75;

/// How much an occurrence in each field counts (title, heading, path, body, code).
pub const FIELD_BOOSTS: [f32; FIELD_COUNT] = [1.5, 2.5, 0.8, 1.0, 0.5];

/// Field length in tokens of a one-byte code (Tantivy's `fieldnorm` table: exact below 40, then eight steps to each
/// doubling).
pub fn field_length(code: u8) -> u32 {
    let code = u32::from(code);
    if code < 40 {
        return code;
    }
    let (exponent, step) = ((code - 40) / 8, (code - 40) % 8);
    40 + 16 * ((1 << exponent) - 1) + (step << (exponent + 1))
}

/// Natural logarithm from IEEE basic operations alone, so that every platform computes the same bits.
fn ln(x: f32) -> f32 {
    let bits = f64::from(x).to_bits();
    let exponent = (bits >> 52) as i32 - 1023;
    let mantissa = f64::from_bits(bits & ((1 << 52) - 1) | 1023 << 52);
    // ln m = 2 artanh((m − 1) / (m + 1)); for m < 2 the terms fall by at least 9 each.
    let t = (mantissa - 1.0) / (mantissa + 1.0);
    let square = t * t;
    let (mut power, mut sum) = (t, 0.0);
    for odd in (1..24).step_by(2) {
        sum += power / f64::from(odd);
        power *= square;
    }
    (f64::from(exponent) * core::f64::consts::LN_2 + 2.0 * sum) as f32
}

/// Inverse document frequency of a term that `sections` of `total` sections hold.
pub fn idf(sections: u32, total: u32) -> f32 {
    let sections = sections.min(total);
    ln(1.0 + ((total - sections) as f32 + 0.5) / (sections as f32 + 0.5))
}

/// Field statistics that BM25 needs.
#[derive(Debug, Clone, Copy)]
pub struct Statistics {
    /// How many sections there are.
    pub sections: u32,
    /// Mean field lengths in tokens.
    pub average_lengths: [f32; FIELD_COUNT],
}

/// Scores one unit: terms are added one after another, a section's score is that of its best term.
#[derive(Debug)]
pub struct UnitScorer {
    statistics: Statistics,
    /// Score of the term being added, by section; 0 where it does not occur.
    term: Vec<f32>,
    term_sections: Vec<u32>,
    /// Best score so far, by section.
    best: Vec<f32>,
    best_sections: Vec<u32>,
}

impl UnitScorer {
    /// A scorer without terms.
    pub fn new(statistics: Statistics) -> Self {
        let zeros = vec![0.0; statistics.sections as usize];
        UnitScorer {
            statistics,
            term: zeros.clone(),
            term_sections: Vec::new(),
            best: zeros,
            best_sections: Vec::new(),
        }
    }

    /// Adds a term that counts `weight`. Fields are added in their order, so that sums do not depend on the platform.
    pub fn add(&mut self, postings: &TermPostings, weight: f32) {
        for (field, list) in postings.iter().enumerate() {
            let rarity =
                idf(list.len() as u32, self.statistics.sections) * (1.0 + K1) * FIELD_BOOSTS[field];
            let average = self.statistics.average_lengths[field].max(f32::MIN_POSITIVE);
            for posting in list {
                let Some(score) = self.term.get_mut(posting.section as usize) else {
                    continue;
                };
                if *score == 0.0 {
                    self.term_sections.push(posting.section);
                }
                let frequency = posting.frequency as f32;
                let norm = K1 * (1.0 - B + B * field_length(posting.length_code) as f32 / average);
                *score += rarity * (frequency / (frequency + norm));
            }
        }
        for section in self.term_sections.drain(..) {
            let at = section as usize;
            let score = core::mem::take(&mut self.term[at]) * weight;
            if self.best[at] == 0.0 {
                self.best_sections.push(section);
            }
            self.best[at] = self.best[at].max(score);
        }
    }

    /// The score of every section that holds one of the terms, each once, in no particular order.
    pub fn finish(self) -> Vec<(u32, f32)> {
        self.best_sections
            .into_iter()
            .map(|section| (section, self.best[section as usize]))
            .collect()
    }
}

/// The scores of a unit whose `typed` words always stand above its words in the `other` language: where a section holds
/// the other only, its score is scaled to stay below the least of the typed.
pub fn below(mut typed: Vec<(u32, f32)>, other: Vec<(u32, f32)>) -> Vec<(u32, f32)> {
    if typed.is_empty() || other.is_empty() {
        typed.extend(other);
        return typed;
    }
    let least = typed
        .iter()
        .fold(f32::MAX, |least, (_, score)| least.min(*score));
    let most = other
        .iter()
        .fold(f32::MIN_POSITIVE, |most, (_, score)| most.max(*score));
    let sections = typed
        .iter()
        .chain(&other)
        .map(|(section, _)| *section as usize + 1)
        .max()
        .unwrap_or(0);
    let mut taken = vec![false; sections];
    typed
        .iter()
        .for_each(|(section, _)| taken[*section as usize] = true);
    let rest = other
        .into_iter()
        .filter(|(section, _)| !taken[*section as usize]);
    typed.extend(rest.map(|(section, score)| (section, 0.99 * least * (score / most))));
    typed
}

/// How much a section's page counts beside the section itself.
const PAGE_SHARE: f32 = 0.2;

/// How much each further section of a page counts beside the one before.
const PATIENCE: f32 = 0.85;

/// What a section, or a page, has of the query.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    score: f32,
    covered: f32,
}

impl Sum {
    /// The score, times the square of the share of the query that is covered.
    fn rated(self, required: f32) -> f32 {
        let share = self.covered / required;
        self.score * share * share
    }
}

/// Adds up units over all sections, and over the pages they belong to.
#[derive(Debug)]
pub struct Combiner<'p> {
    page_starts: &'p [u32],
    sections: Vec<Sum>,
    pages: Vec<Sum>,
    required: f32,
}

impl<'p> Combiner<'p> {
    /// A combiner for `sections` sections; `page_starts` are the first sections of the pages, ascending.
    pub fn new(sections: u32, page_starts: &'p [u32]) -> Self {
        Combiner {
            page_starts,
            sections: vec![Sum::default(); sections as usize],
            pages: vec![Sum::default(); page_starts.len()],
            required: 0.0,
        }
    }

    /// The sections of page number `page`.
    fn sections_of(&self, page: usize) -> core::ops::Range<usize> {
        let start = |page: usize| {
            let start = self.page_starts.get(page).map(|&start| start as usize);
            start
                .unwrap_or(self.sections.len())
                .min(self.sections.len())
        };
        start(page)..start(page + 1).max(start(page))
    }

    /// Adds a unit: its score in every section it occurs in, one entry a section, how much that counts, and how much
    /// of the query it covers there. A page scores by the best of its sections.
    pub fn add(&mut self, scores: &[(u32, f32)], weight: f32, coverage: f32) {
        self.required += coverage;
        let mut best = vec![0.0_f32; self.sections.len()];
        for &(section, score) in scores {
            if let Some(at) = best.get_mut(section as usize) {
                *at = weight * score;
            }
        }
        for page in 0..self.pages.len() {
            let mut most = 0.0_f32;
            for section in self.sections_of(page) {
                let score = best[section];
                if score > 0.0 {
                    self.sections[section].score += score;
                    self.sections[section].covered += coverage;
                    most = most.max(score);
                }
            }
            if most > 0.0 {
                self.pages[page].score += most;
                self.pages[page].covered += coverage;
            }
        }
    }

    /// The `limit` best of the sections to `keep`, best first; equal scores in order of the sections. What a page has
    /// already shown makes its further sections wait, so that the first hits are of several pages.
    pub fn best(self, limit: usize, keep: impl Fn(u32) -> bool) -> Vec<(u32, f32)> {
        let required = self.required.max(f32::MIN_POSITIVE);
        let mut best = Best::new(limit);
        for page in 0..self.pages.len() {
            let of_page = PAGE_SHARE * self.pages[page].rated(required);
            let mut of_sections = Best::new(limit);
            for section in self.sections_of(page) {
                let sum = self.sections[section];
                if sum.covered > 0.0 && keep(section as u32) {
                    of_sections.offer(section as u32, sum.rated(required) + of_page);
                }
            }
            let mut patience = 1.0;
            for (section, score) in of_sections.kept {
                best.offer(section, score * patience);
                patience *= PATIENCE;
            }
        }
        best.kept
    }
}

/// Keeps the best few of many, in order; of equals the first offered comes first. (Sorting code is large in
/// WebAssembly, and few is all we want.)
#[derive(Debug)]
pub struct Best<T> {
    /// What is kept, best first, with its score.
    pub kept: Vec<(T, f32)>,
    most: usize,
}

impl<T> Best<T> {
    /// Keeps at most `most`.
    pub fn new(most: usize) -> Self {
        Best {
            kept: Vec::new(),
            most,
        }
    }

    /// Offers one more.
    pub fn offer(&mut self, item: T, score: f32) {
        let full = self.kept.len() >= self.most;
        if full && self.kept.last().is_none_or(|(_, least)| *least >= score) {
            return;
        }
        let at = self
            .kept
            .iter()
            .rposition(|(_, other)| *other >= score)
            .map_or(0, |at| at + 1);
        self.kept.insert(at, (item, score));
        self.kept.truncate(self.most);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::postings::Posting;

    #[test]
    fn logarithms_are_right_to_rounding() {
        for x in [0.001f32, 0.5, 1.0, 1.5, 2.0, 10.0, 12345.678, 9.0e8] {
            assert!(
                (ln(x) - x.ln()).abs() <= 1e-6 * x.ln().abs().max(1.0),
                "{x}"
            );
        }
    }

    #[test]
    fn a_rare_term_scores_above_a_common_one_and_a_short_field_above_a_long_one() {
        let statistics = Statistics {
            sections: 100,
            average_lengths: [5.0; FIELD_COUNT],
        };
        let score = |count: u32, length_code| {
            let mut postings = TermPostings::default();
            postings[3] = (0..count)
                .map(|section| Posting {
                    section,
                    frequency: 1,
                    length_code,
                })
                .collect();
            let mut unit = UnitScorer::new(statistics);
            unit.add(&postings, 1.0);
            unit.finish()[0].1
        };
        assert!(score(2, 5) > score(20, 5));
        assert!(score(2, 3) > score(2, 9));
    }

    #[test]
    fn all_words_once_beat_one_word_often() {
        let mut combiner = Combiner::new(2, &[0, 1]);
        combiner.add(&[(0, 5.0), (1, 2.0)], 1.0, 1.0);
        combiner.add(&[(1, 1.0)], 1.0, 1.0);
        let order: Vec<u32> = combiner
            .best(5, |_| true)
            .into_iter()
            .map(|(section, _)| section)
            .collect();
        assert_eq!(order, [1, 0]);
    }

    #[test]
    fn of_alternatives_the_best_counts_once() {
        let statistics = Statistics {
            sections: 4,
            average_lengths: [5.0; FIELD_COUNT],
        };
        let mut postings = TermPostings::default();
        postings[3].push(Posting {
            section: 3,
            frequency: 1,
            length_code: 5,
        });
        let score = |weights: &[f32]| {
            let mut unit = UnitScorer::new(statistics);
            weights
                .iter()
                .for_each(|&weight| unit.add(&postings, weight));
            unit.finish()
        };
        assert_eq!(score(&[1.0, 0.5]), score(&[1.0]));
        assert_eq!(score(&[0.5, 1.0]).len(), 1);
    }

    #[test]
    fn what_was_typed_stands_above_the_other_language() {
        let scores = below(vec![(4, 2.0), (1, 3.0)], vec![(7, 9.0), (4, 9.0), (2, 4.5)]);
        assert_eq!(scores.len(), 4);
        assert!(
            scores[2..]
                .iter()
                .all(|(section, score)| [2, 7].contains(section) && *score < 2.0)
        );
        assert!(scores[2].1 > scores[3].1);
        assert_eq!(below(Vec::new(), vec![(7, 9.0)]), [(7, 9.0)]);
    }

    #[test]
    fn the_best_few_are_kept_in_order_and_of_equals_the_first() {
        let mut best = Best::new(3);
        for (item, score) in [
            ('a', 1.0),
            ('b', 3.0),
            ('c', 2.0),
            ('d', 3.0),
            ('e', 0.5),
            ('f', 2.0),
        ] {
            best.offer(item, score);
        }
        assert_eq!(
            best.kept.iter().map(|(item, _)| *item).collect::<Vec<_>>(),
            ['b', 'd', 'c']
        );
    }
}
