//! Text rewritten before parsing, with a map back to the author's text so that every place reported is the author's.
//!
//! A step asks [`Rewritten::has`] whether there is anything for it to do, collects [`Edit`]s in ascending order and
//! applies them; steps stack.

use std::borrow::Cow;
use std::cell::{Cell, OnceCell};
use std::ops::Range;

use memchr::memmem;
use pulldown_cmark::CowStr;

use super::features::Features;

/// Replace `range` of the current text by `with`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Edit {
    /// Bytes to replace; empty to insert.
    pub(super) range: Range<usize>,
    /// What stands there afterwards.
    pub(super) with: CowStr<'static>,
}

impl Edit {
    /// Inserts `with` before byte `at`.
    pub(super) fn insert(at: usize, with: impl Into<CowStr<'static>>) -> Self {
        Edit {
            range: at..at,
            with: with.into(),
        }
    }

    /// Removes `range`.
    pub(super) fn remove(range: Range<usize>) -> Self {
        Edit {
            range,
            with: CowStr::Borrowed(""),
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
    /// What it may hold, found out when first asked for.
    features: OnceCell<Features>,
    /// What was the text before the last step: room for the next one's.
    spare: String,
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
            features: OnceCell::new(),
            spare: String::new(),
        }
    }

    /// Whether `needle` is in the text; as good as free where one of its bytes or pairs of bytes is not.
    pub(super) fn has(&self, needle: &str) -> bool {
        self.features().has(&self.text, needle)
    }

    /// Whether any of `needles` is in the text.
    pub(super) fn has_any(&self, needles: &[&str]) -> bool {
        needles.iter().any(|needle| self.has(needle))
    }

    /// How many stretches begin at or before `at`.
    fn begun(&self, at: usize) -> usize {
        let begun = |index: usize| self.stretches.get(index).is_some_and(|it| it.at <= at);
        let last = self.last.get();
        let mut count = last;
        // The next two are as likely as the last.
        while count < last + 2 && begun(count) {
            count += 1;
        }
        if begun(count) || count > 0 && !begun(count - 1) {
            count = self.stretches.partition_point(|stretch| stretch.at <= at);
        }
        self.last.set(count);
        count
    }

    /// Whether a line begins with any of `needles`, maybe after white space and marks of quotes.
    pub(super) fn has_line(&self, needles: &[&str]) -> bool {
        let bytes = self.text.as_bytes();
        let begins_line = |at: usize| {
            bytes[..at]
                .iter()
                .rev()
                .take_while(|&&byte| byte != b'\n')
                .all(|byte| matches!(byte, b' ' | b'\t' | b'>'))
        };
        needles.iter().any(|needle| {
            self.features().may_have(needle.as_bytes())
                && memmem::find_iter(bytes, needle.as_bytes()).any(begins_line)
        })
    }

    fn features(&self) -> &Features {
        self.features.get_or_init(|| Features::of(&self.text))
    }

    /// Applies edits that are in ascending order and do not overlap; an edit that breaks this order is left out.
    pub(super) fn apply(&mut self, edits: &[Edit]) {
        if edits.is_empty() {
            return;
        }
        let mut text = std::mem::take(&mut self.spare);
        text.clear();
        text.reserve(self.text.len() + edits.len() * 4);
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
        if let Cow::Owned(before) = std::mem::replace(&mut self.text, Cow::Owned(text)) {
            self.spare = before;
        }
        self.stretches = stretches;
        self.last.set(0);
        if let Some(mut features) = self.features.take() {
            for seam in self.seams() {
                features.add(seam);
            }
            self.features = OnceCell::from(features);
        }
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

    /// No step follows: the room for it goes to the parser.
    pub(super) fn finish(&mut self) {
        self.spare = String::new();
    }

    /// The places of the text that are not as in the original: where it was inserted into, with a byte on both sides,
    /// and the bytes on both sides of what was left out.
    fn seams(&self) -> impl Iterator<Item = &[u8]> {
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
        // Most ranges lie in one stretch.
        let index = self.last.get();
        if self
            .stretches
            .get(index)
            .is_none_or(|next| range.end <= next.at)
            && let Some(stretch) = index.checked_sub(1).and_then(|at| self.stretches.get(at))
        {
            let length = if stretch.copied { range.len() } else { 0 };
            return start..start + length;
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
