//! Inexactness as a choice of terms: what a growing word may become, initial consonants, the other keyboard layout,
//! slips of the finger. Nothing here touches postings.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use hangul::choseong::choseong;
use hangul::keystrokes::{from_keystrokes, to_keystrokes};

use crate::analysis::{Script, fold_case};
use crate::lexicon::{TermInfo, key_of, term_of};
use crate::query::{Alternative, Lookup};
use crate::rank::{Best, idf};

/// How many completions of the word being typed are searched.
const MOST_COMPLETIONS: usize = 12;
/// How many bytes of postings they may have together: what a keystroke costs. The commonest is searched whatever it has.
const MOST_COMPLETION_BYTES: u32 = 24 << 10;
/// How many corrections of a misspelt word are searched.
const MOST_CORRECTIONS: usize = 4;
/// Fewer keystrokes than this are not read on the other keyboard layout.
const LEAST_CROSS_KEYS: usize = 3;

/// The keystrokes of a word as far as it is typed.
pub(crate) fn keys_of(text: &str) -> Vec<u8> {
    to_keystrokes(&fold_case(text)).into_bytes()
}

/// The term itself, if the index knows it.
pub(crate) fn exact(term: &str, weight: f32, lookup: &impl Lookup) -> Option<Alternative> {
    let key = key_of(term);
    let info = lookup.get(&key)?;
    Some(Alternative { key, info, weight })
}

/// Whether a key is of a term that an input method composes.
fn is_composed(key: &[u8]) -> bool {
    key.last() == Some(&1)
}

/// The terms that a growing word may become, in its own script.
pub(crate) fn completions(text: &str, script: Script, lookup: &impl Lookup) -> Vec<Alternative> {
    let hangul = script == Script::Hangul;
    begun_by(&keys_of(text), |key| is_composed(key) == hangul, lookup)
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
    let mut bytes = 0;
    best.kept.retain(|((_, info), _)| {
        let fits = bytes == 0 || info.length <= MOST_COMPLETION_BYTES.saturating_sub(bytes);
        if fits {
            bytes += info.length;
        }
        fits
    });
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
pub(crate) fn initial_alternatives(initials: &str, lookup: &impl Lookup) -> Vec<Alternative> {
    let mut first = String::new();
    first.extend(initials.chars().next());
    let mut best = Best::new(MOST_COMPLETIONS);
    for (key, info) in lookup.around(to_keystrokes(&first).as_bytes()) {
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
pub(crate) fn other_layout(
    text: &str,
    script: Script,
    growing: bool,
    lookup: &impl Lookup,
) -> Vec<Alternative> {
    let keys = to_keystrokes(text);
    let (other, hangul) = match script {
        Script::Latin => (from_keystrokes(text), true),
        Script::Hangul => (fold_case(&keys), false),
        Script::Cjk => return Vec::new(),
    };
    if keys.len() < LEAST_CROSS_KEYS || other == text {
        return Vec::new();
    }
    let mut alternatives: Vec<Alternative> = exact(&other, 0.9, lookup).into_iter().collect();
    if growing {
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
pub(crate) fn corrections(keys: &[u8], most: usize, lookup: &impl Lookup) -> Vec<Alternative> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_count_exchanged_keys_once() {
        assert_eq!(distance(b"lamdba", b"lambda", 2), Some(1));
        assert_eq!(distance(b"abcd", b"abd", 2), Some(1));
        assert_eq!(distance(b"abcd", b"wxyz", 2), None);
        assert_eq!(distance(b"", b"a", 1), Some(1));
    }
}
