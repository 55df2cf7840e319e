//! The lexicon: every term of the index, sorted by the keys that type it on a two-set keyboard.
//!
//! A key is the term's keystrokes and one tag byte. Keystrokes make a half-composed syllable a true prefix (가시ㅅ is
//! `rktlt`, 가시성 `rktltjd`) and put both keyboard layouts in one key space; the tag tells 가 from a literal `rk`.

use alloc::borrow::ToOwned as _;
use alloc::string::String;
use alloc::vec::Vec;
use hangul::keystrokes::{from_keystrokes, to_keystrokes};

use crate::bytes::{Reader, SortedKeys, Writer};
use crate::{FORMAT_VERSION, FormatError};

/// Tag of a term that is spelled like its key.
const LITERAL: u8 = 0;
/// Tag of a term that an input method composes from its key.
const COMPOSED: u8 = 1;
/// Tag of a term that is neither; it cannot be told from its key.
const OPAQUE: u8 = 2;

/// The key of `term`.
pub fn key_of(term: &str) -> Vec<u8> {
    let keys = to_keystrokes(term);
    let tag = if keys == term {
        LITERAL
    } else if from_keystrokes(&keys) == term {
        COMPOSED
    } else {
        OPAQUE
    };
    let mut key = keys.into_bytes();
    key.push(tag);
    key
}

/// The term of a key; `None` where the key does not tell.
pub fn term_of(key: &[u8]) -> Option<String> {
    let (tag, keys) = key.split_last()?;
    let keys = core::str::from_utf8(keys).ok()?;
    match *tag {
        LITERAL => Some(keys.to_owned()),
        COMPOSED => Some(from_keystrokes(keys)),
        _ => None,
    }
}

/// Where a term's postings lie, and how common it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TermInfo {
    /// Sections that hold the term in any field.
    pub sections: u32,
    /// Offset in the whole of all postings shards.
    pub offset: u32,
    /// Length in bytes.
    pub length: u32,
}

/// Writes a shard: `terms` are keys in ascending order with section counts and postings lengths; `base` is the offset
/// of the first term's postings.
pub fn write_shard(terms: &[(Vec<u8>, u32, u32)], base: u32) -> Vec<u8> {
    let mut out = Writer::default();
    out.varint(FORMAT_VERSION);
    out.varint(base);
    SortedKeys::write(terms.iter().map(|(key, _, _)| key.as_slice()), &mut out);
    terms
        .iter()
        .for_each(|&(_, sections, _)| out.varint(sections));
    terms.iter().for_each(|&(_, _, length)| out.varint(length));
    out.bytes
}

/// A shard, read.
#[derive(Debug)]
pub struct Shard {
    keys: SortedKeys,
    infos: Vec<TermInfo>,
}

impl Shard {
    /// Reads what [`write_shard`] wrote.
    pub fn read(bytes: &[u8]) -> Result<Self, FormatError> {
        let mut reader = Reader::new(bytes);
        if reader.varint()? != FORMAT_VERSION {
            return Err(FormatError("a lexicon shard has another format version"));
        }
        let mut offset = reader.varint()?;
        let keys = SortedKeys::read(&mut reader)?;
        let mut counts = Vec::with_capacity(keys.len());
        for _ in 0..keys.len() {
            counts.push(reader.varint()?);
        }
        let mut infos = Vec::with_capacity(keys.len());
        for sections in counts {
            let length = reader.varint()?;
            infos.push(TermInfo {
                sections,
                offset,
                length,
            });
            offset = offset
                .checked_add(length)
                .ok_or(FormatError("postings are too long"))?;
        }
        Ok(Shard { keys, infos })
    }

    /// The entry of exactly `key`.
    pub fn get(&self, key: &[u8]) -> Option<TermInfo> {
        let at = self.keys.lower_bound(key);
        (self.keys.get(at) == key)
            .then(|| self.infos.get(at).copied())
            .flatten()
    }

    /// All entries whose keys start with `prefix` (keystrokes without a tag), in order.
    pub fn with_prefix<'s>(
        &'s self,
        prefix: &[u8],
    ) -> impl Iterator<Item = (&'s [u8], TermInfo)> + use<'s> {
        self.keys
            .with_prefix(prefix)
            .filter_map(|at| Some((self.keys.get(at), *self.infos.get(at)?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeMap;
    use proptest::prelude::*;

    #[test]
    fn a_half_composed_word_is_a_prefix() {
        let key = key_of("가시성");
        assert_eq!(key, b"rktltjd\x01");
        for typed in ["ㄱ", "가", "갓", "가시", "가싯", "가시서", "가시성"] {
            assert!(key.starts_with(to_keystrokes(typed).as_bytes()), "{typed}");
        }
    }

    #[test]
    fn a_term_and_its_twin_on_the_other_layout_stay_apart() {
        assert_ne!(key_of("가"), key_of("rk"));
        assert_eq!(term_of(&key_of("가")).as_deref(), Some("가"));
        assert_eq!(term_of(&key_of("rk")).as_deref(), Some("rk"));
    }

    proptest! {
        #[test]
        fn terms_come_back_and_are_found(terms in proptest::collection::btree_set("[a-z0-9가-힣]{1,6}", 0..40)) {
            let mut sorted: BTreeMap<Vec<u8>, &String> = BTreeMap::new();
            for term in &terms {
                sorted.insert(key_of(term), term);
            }
            prop_assert_eq!(sorted.len(), terms.len());
            let written: Vec<_> = sorted.keys().enumerate().map(|(i, key)| (key.clone(), i as u32, 7)).collect();
            let bytes = write_shard(&written, 100);
            let shard = Shard::read(&bytes).expect("what was written");
            for (index, (key, term)) in sorted.iter().enumerate() {
                let info = TermInfo { sections: index as u32, offset: 100 + 7 * index as u32, length: 7 };
                prop_assert_eq!(shard.get(key), Some(info));
                if let Some(back) = term_of(key) {
                    prop_assert_eq!(&back, *term);
                }
                let prefix = &key[..key.len() - 1];
                prop_assert!(shard.with_prefix(prefix).any(|(found, _)| found == key.as_slice()));
            }
        }

        #[test]
        fn any_bytes_are_refused_or_read_but_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Shard::read(&bytes);
        }
    }
}
