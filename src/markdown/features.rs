//! What a text may hold, by one look at its bytes: each step of the parser asks here first whether it has anything to
//! do, for a dozen searches of the whole text cost more than its parse.

use std::borrow::Cow;

use memchr::memmem;

use super::rewrite::Rewritten;

/// How many classes of bytes are told apart.
const CLASSES: usize = 64;
/// All bytes beyond ASCII.
const FOREIGN: u8 = 0;
/// Digits and control characters.
const OTHER: u8 = 1;
/// The letter `a` of either case, and so on.
const LETTERS: u8 = 2;
/// The first of the classes that have but one byte: blanks and punctuation.
const MARKS: u8 = LETTERS + 26;

/// The class of each byte.
const CLASS: [u8; 256] = {
    let mut class = [FOREIGN; 256];
    let mut next = MARKS;
    let mut byte = 0;
    while byte < 128 {
        let c = byte as u8;
        class[byte] = if c.is_ascii_alphabetic() {
            LETTERS + (c.to_ascii_lowercase() - b'a')
        } else if c.is_ascii_punctuation() || matches!(c, b' ' | b'\t' | b'\n') {
            next += 1;
            next - 1
        } else {
            OTHER
        };
        byte += 1;
    }
    assert!(next as usize <= CLASSES);
    class
};

/// Which pairs of bytes a text has, by their classes, and the text itself for what takes more than that to know.
pub(super) struct Features<'t> {
    text: Cow<'t, str>,
    /// Whether a byte of the one class stands before one of the other.
    pairs: [bool; CLASSES * CLASSES],
    /// Whether a byte of the class is there.
    classes: [bool; CLASSES],
}

impl<'t> Features<'t> {
    /// Looks `text` through.
    pub(super) fn of(text: impl Into<Cow<'t, str>>) -> Self {
        let text = text.into();
        let mut features = Features {
            text: Cow::Borrowed(""),
            pairs: [false; CLASSES * CLASSES],
            classes: [false; CLASSES],
        };
        features.look(text.as_bytes());
        features.text = text;
        features
    }

    /// Goes on with the text of `source`, which was this text and was rewritten since; what has gone may still be
    /// thought to be there.
    pub(super) fn add(&mut self, source: &Rewritten<'_>) {
        for seam in source.seams() {
            self.look(seam);
        }
        self.text = Cow::Owned(source.text.clone().into_owned());
    }

    fn look(&mut self, bytes: &[u8]) {
        let Some((&first, rest)) = bytes.split_first() else {
            return;
        };
        let mut before = CLASS[usize::from(first)];
        self.classes[usize::from(before)] = true;
        // No branches: in Korean text nobody can tell which way they go.
        for &byte in rest {
            let class = CLASS[usize::from(byte)];
            self.pairs[pair(before, class)] = true;
            before = class;
        }
        for row in self.pairs.chunks_exact(CLASSES) {
            for (known, &new) in self.classes.iter_mut().zip(row) {
                *known |= new;
            }
        }
    }

    /// Whether `needle` is in the text; as good as free where one of its bytes or pairs of bytes is not.
    pub(super) fn has(&self, needle: &str) -> bool {
        let needle = needle.as_bytes();
        let class = |byte: &u8| CLASS[usize::from(*byte)];
        needle
            .iter()
            .all(|byte| self.classes[usize::from(class(byte))])
            && needle
                .windows(2)
                .all(|two| self.pairs[pair(class(&two[0]), class(&two[1]))])
            && (needle.len() <= 2 && needle.iter().all(|byte| class(byte) >= MARKS)
                || memmem::find(self.text.as_bytes(), needle).is_some())
    }

    /// Whether any of `needles` is in the text.
    pub(super) fn has_any(&self, needles: &[&str]) -> bool {
        needles.iter().any(|needle| self.has(needle))
    }
}

fn pair(first: u8, second: u8) -> usize {
    // Both are below `CLASSES`; the remainder spares a check.
    (usize::from(first) * CLASSES + usize::from(second)) % (CLASSES * CLASSES)
}

#[cfg(test)]
mod tests {
    use super::Features;
    use crate::markdown::rewrite::{Edit, Rewritten};
    use proptest::prelude::*;

    #[test]
    fn a_text_has_what_it_contains_and_nothing_else() {
        let features = Features::of("가 {: .a} =b=");
        assert!(features.has("{:") && features.has("=") && features.has("가"));
        assert!(!features.has("==") && !features.has("%") && !features.has("나"));
        assert!(features.has_any(&["%%", ".a"]) && !features.has_any(&[]));
    }

    #[test]
    fn what_a_rewrite_brings_is_noticed_at_its_seams() {
        let mut source = Rewritten::new("가: 나{ 다");
        let mut features = Features::of(source.text.clone());
        source.apply(&[
            Edit::insert(3, "{"),
            Edit::remove(8..9),
            Edit::insert(9, "%"),
        ]);
        assert_eq!(source.text, "가{: 나% 다");
        features.add(&source);
        assert!(features.has("{:") && features.has("% ") && !features.has("%%"));
    }

    proptest! {
        #[test]
        fn features_are_searches(text in "[a=:{가\\n\\x00 ]{0,12}", needle in "[a=:{가\\n\\x00 ]{1,4}") {
            prop_assert_eq!(Features::of(text.as_str()).has(&needle), text.contains(&needle));
        }
    }
}
