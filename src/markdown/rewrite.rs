//! Text rewritten before parsing, with a map back to the author's text so that every place reported is the author's.
//!
//! A step collects [`Edit`]s in ascending order and applies them to a [`Rewritten`]; steps stack.

use std::borrow::Cow;
use std::cell::Cell;
use std::ops::Range;

/// Replace `range` of the current text by `with`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Edit {
    /// Bytes to replace; empty to insert.
    pub(super) range: Range<usize>,
    /// What stands there afterwards.
    pub(super) with: String,
}

impl Edit {
    /// Inserts `with` before byte `at`.
    pub(super) fn insert(at: usize, with: impl Into<String>) -> Self {
        Edit {
            range: at..at,
            with: with.into(),
        }
    }

    /// Removes `range`.
    pub(super) fn remove(range: Range<usize>) -> Self {
        Edit {
            range,
            with: String::new(),
        }
    }
}

/// A stretch of the rewritten text, from `at` to the next stretch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stretch {
    at: usize,
    /// Where it comes from in the original.
    from: usize,
    /// Whether it was copied (offsets run along) or inserted (all of it stands for `from`).
    copied: bool,
}

/// A text and where each part of it comes from.
#[derive(Debug, Clone)]
pub(super) struct Rewritten<'t> {
    pub(super) text: Cow<'t, str>,
    stretches: Vec<Stretch>,
    /// Which stretch was asked about last: places are asked for in order, or nearly.
    last: Cell<usize>,
}

impl<'t> Rewritten<'t> {
    /// The text as it is.
    pub(super) fn new(text: &'t str) -> Self {
        Rewritten {
            text: Cow::Borrowed(text),
            stretches: vec![Stretch {
                at: 0,
                from: 0,
                copied: true,
            }],
            last: Cell::new(0),
        }
    }

    /// How many stretches begin at or before `at`.
    fn begun(&self, at: usize) -> usize {
        let begins = |index: usize| self.stretches.get(index).map(|stretch| stretch.at);
        let last = self.last.get();
        for count in [last, last + 1, last + 2, last.saturating_sub(1)] {
            let before = count == 0 || begins(count - 1).is_some_and(|begin| begin <= at);
            if before
                && begins(count).is_none_or(|begin| begin > at)
                && count <= self.stretches.len()
            {
                self.last.set(count);
                return count;
            }
        }
        let count = self.stretches.partition_point(|stretch| stretch.at <= at);
        self.last.set(count);
        count
    }

    /// Applies edits that are in ascending order and do not overlap; an edit that breaks this order is left out. Says
    /// whether there were any.
    pub(super) fn apply(&mut self, edits: &[Edit]) -> bool {
        if edits.is_empty() {
            return false;
        }
        let mut text = String::with_capacity(self.text.len() + edits.len() * 4);
        let mut stretches = Vec::with_capacity(self.stretches.len() + edits.len() * 2);
        let mut done = 0;
        let mut next = 0;
        for edit in edits {
            if edit.range.start < done || edit.range.end > self.text.len() {
                continue;
            }
            self.copy(done..edit.range.start, &mut next, &mut text, &mut stretches);
            if !edit.with.is_empty() {
                stretches.push(Stretch {
                    at: text.len(),
                    from: self.original_start(edit.range.start),
                    copied: false,
                });
                text.push_str(&edit.with);
            }
            done = edit.range.end.max(edit.range.start);
        }
        self.copy(done..self.text.len(), &mut next, &mut text, &mut stretches);
        if stretches.is_empty() {
            stretches.push(Stretch {
                at: 0,
                from: 0,
                copied: false,
            });
        }
        self.text = Cow::Owned(text);
        self.stretches = stretches;
        self.last.set(0);
        true
    }

    /// Copies `range` of the current text; `next` is the first stretch that begins at or after it, kept between calls.
    fn copy(
        &self,
        range: Range<usize>,
        next: &mut usize,
        text: &mut String,
        stretches: &mut Vec<Stretch>,
    ) {
        if range.is_empty() {
            return;
        }
        while *next < self.stretches.len() && self.stretches[*next].at <= range.start {
            *next += 1;
        }
        let mut at = range.start;
        let mut index = next.saturating_sub(1);
        while at < range.end {
            let Some(stretch) = self.stretches.get(index) else {
                break;
            };
            let end = self
                .stretches
                .get(index + 1)
                .map_or(self.text.len(), |following| following.at)
                .min(range.end);
            if end > at {
                stretches.push(Stretch {
                    at: text.len(),
                    from: if stretch.copied {
                        stretch.from + (at - stretch.at)
                    } else {
                        stretch.from
                    },
                    copied: stretch.copied,
                });
                text.push_str(&self.text[at..end]);
                at = end;
            }
            index += 1;
        }
    }

    /// The place in the original of the character at `at`.
    pub(super) fn original_start(&self, at: usize) -> usize {
        let index = self.begun(at);
        self.stretches
            .get(index.saturating_sub(1))
            .map_or(at, |stretch| {
                if stretch.copied {
                    stretch.from + at.saturating_sub(stretch.at)
                } else {
                    stretch.from
                }
            })
    }

    /// The places of the text that are not as in the original: where it was inserted into, with a byte on both sides,
    /// and the bytes on both sides of what was left out.
    pub(super) fn seams(&self) -> impl Iterator<Item = &[u8]> {
        let bytes = self.text.as_bytes();
        self.stretches.iter().enumerate().map(|(index, stretch)| {
            let end = self
                .stretches
                .get(index + 1)
                .map_or(bytes.len(), |next| next.at);
            let from = stretch.at.saturating_sub(1);
            let to = if stretch.copied { stretch.at } else { end };
            &bytes[from..(to + 1).min(bytes.len())]
        })
    }

    /// Whether nothing was rewritten.
    pub(super) fn is_original(&self) -> bool {
        matches!(self.stretches.as_slice(), [only] if only.copied && only.from == 0)
    }

    /// The range of the original that `range` of the rewritten text comes from.
    pub(super) fn original(&self, range: &Range<usize>) -> Range<usize> {
        if self.is_original() {
            return range.clone();
        }
        let start = self.original_start(range.start);
        if range.end <= range.start {
            return start..start;
        }
        // The end is taken from the byte before it, so that text inserted after the range does not count.
        let index = self.begun(range.end - 1);
        let end = self
            .stretches
            .get(index.saturating_sub(1))
            .map_or(range.end, |stretch| {
                if stretch.copied {
                    stretch.from + (range.end - stretch.at)
                } else {
                    stretch.from
                }
            });
        start..end.max(start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_found_after_two_rewrites_is_a_place_in_the_authors_text() {
        let mut text = Rewritten::new("가나 다라 마바");
        text.apply(&[
            Edit::insert("가나".len(), "++"),
            Edit::remove(7.."가나 다라 ".len()),
        ]);
        assert_eq!(text.text, "가나++ 마바");
        text.apply(&[Edit::insert(0, "<<"), Edit::insert("가나++ ".len(), "-")]);
        assert_eq!(text.text, "<<가나++ -마바");
        let at = text.text.find('마').expect("fixture");
        assert_eq!(text.original(&(at..at + 6)), 14..20);
        let at = text.text.find('나').expect("fixture");
        assert_eq!(text.original(&(at..at + 3)), 3..6);
    }

    #[test]
    fn edits_out_of_order_are_left_out() {
        let mut text = Rewritten::new("abc");
        text.apply(&[Edit::remove(1..2), Edit::remove(0..2)]);
        assert_eq!(text.text, "ac");
    }
}
