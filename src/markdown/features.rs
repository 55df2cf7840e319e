//! What a text may hold, by one look at its bytes: each step of the parser asks `Rewritten::has` first, which asks here,
//! for a dozen searches of the whole text cost more than its parse.

use memchr::memmem;

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

/// Whether a byte is one that needles are told by: punctuation or a line break, not a blank.
fn is_telling(byte: u8) -> bool {
    byte.is_ascii_punctuation() || matches!(byte, b'\t' | b'\n')
}

/// Whether any of `bytes` is telling, in few instructions for all of them.
fn any_telling(bytes: &[u8; STEP]) -> bool {
    let within = |byte: u8, first: u8, last: u8| u8::from(byte.wrapping_sub(first) <= last - first);
    let any = bytes.iter().fold(0, |any, &byte| {
        any | within(byte, b'\t', b'\n')
            | within(byte, b'!', b'/')
            | within(byte, b':', b'@')
            | within(byte, b'[', b'`')
            | within(byte, b'{', b'~')
    });
    any != 0
}

/// How many bytes are looked at together.
const STEP: usize = 16;

/// Which pairs of bytes a text has, by their classes, as far as one of the two is telling. Of a text that was rewritten
/// since, what has gone may still be thought to be there.
#[derive(Debug, Clone)]
pub(super) struct Features {
    /// Whether a byte of the one class stands before one of the other.
    pairs: [bool; CLASSES * CLASSES],
    /// Whether a byte of the class is there.
    classes: [bool; CLASSES],
}

impl Features {
    /// Looks `text` through.
    pub(super) fn of(text: &str) -> Self {
        let mut features = Features {
            pairs: [false; CLASSES * CLASSES],
            classes: [false; CLASSES],
        };
        features.look(text.as_bytes());
        for row in features.pairs.chunks_exact(CLASSES) {
            for (known, &new) in features.classes.iter_mut().zip(row) {
                *known |= new;
            }
        }
        features
    }

    /// Takes note of what a rewrite put into the text, and of the bytes beside it.
    pub(super) fn add(&mut self, seam: &[u8]) {
        self.look(seam);
        for byte in seam {
            self.classes[usize::from(class(*byte))] = true;
        }
    }

    fn look(&mut self, bytes: &[u8]) {
        let Some((&first, rest)) = bytes.split_first() else {
            return;
        };
        let mut before = class(first);
        self.classes[usize::from(before)] = true;
        let (steps, rest) = rest.as_chunks::<STEP>();
        for step in steps {
            if any_telling(step) {
                before = self.take(before, step);
            } else {
                // The last byte may have been telling.
                self.take(before, &step[..1]);
                before = class(step[STEP - 1]);
            }
        }
        self.take(before, rest);
    }

    /// Takes note of `bytes`, which follow one of class `before`; returns the class of the last.
    fn take(&mut self, mut before: u8, bytes: &[u8]) -> u8 {
        // No branches: in Korean text nobody can tell which way they go.
        for &byte in bytes {
            let next = class(byte);
            self.pairs[pair(before, next)] = true;
            before = next;
        }
        before
    }

    /// Whether `needle` is in `text`, whose features these are.
    pub(super) fn has(&self, text: &str, needle: &str) -> bool {
        let needle = needle.as_bytes();
        self.may_have(needle)
            && (needle.len() <= 2
                && needle.iter().all(|&byte| class(byte) >= MARKS)
                && needle.iter().any(|&byte| is_telling(byte))
                || memmem::find(text.as_bytes(), needle).is_some())
    }

    /// Whether all telling bytes of `needle` are there, and all pairs with one of them.
    pub(super) fn may_have(&self, needle: &[u8]) -> bool {
        needle
            .iter()
            .all(|&byte| !is_telling(byte) || self.classes[usize::from(class(byte))])
            && needle.windows(2).all(|two| {
                !two.iter().any(|&byte| is_telling(byte))
                    || self.pairs[pair(class(two[0]), class(two[1]))]
            })
    }
}

fn class(byte: u8) -> u8 {
    CLASS[usize::from(byte)]
}

fn pair(first: u8, second: u8) -> usize {
    // Both are below `CLASSES`; the remainder spares a check.
    (usize::from(first) * CLASSES + usize::from(second)) % (CLASSES * CLASSES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::rewrite::{Edit, Rewritten};
    use proptest::prelude::*;

    #[test]
    fn a_text_has_what_it_contains_and_nothing_else() {
        let features = Rewritten::new("가 {: .a} =b=");
        assert!(features.has("{:") && features.has("=") && features.has("가"));
        assert!(!features.has("==") && !features.has("%") && !features.has("나"));
        assert!(features.has_any(&["%%", ".a"]) && !features.has_any(&[]));
    }

    #[test]
    fn what_a_rewrite_brings_is_noticed_at_its_seams() {
        let mut source = Rewritten::new("가: 나{ 다");
        assert!(source.has("{") && !source.has("{:"));
        source.apply(&[
            Edit::insert(3, "{"),
            Edit::remove(8..9),
            Edit::insert(9, "%"),
        ]);
        assert_eq!(source.text, "가{: 나% 다");
        assert!(source.has("{:") && source.has("% ") && !source.has("%%"));
    }

    #[test]
    fn a_telling_byte_is_told_wherever_it_stands() {
        for byte in 0..=u8::MAX {
            for at in [0, STEP - 1] {
                let mut bytes = [b'a'; STEP];
                bytes[at] = byte;
                assert_eq!(any_telling(&bytes), is_telling(byte), "{byte}");
            }
        }
    }

    proptest! {
        #[test]
        fn features_are_searches(text in "[a=:{가\\n\\x00 ]{0,12}", needle in "[a=:{가\\n\\x00 ]{1,4}") {
            prop_assert_eq!(Rewritten::new(&text).has(&needle), text.contains(&needle));
        }
    }
}
