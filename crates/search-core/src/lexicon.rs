//! The lexicon: every term of the index, sorted by the keys that type it on a two-set keyboard.
//!
//! A key is the term's keystrokes and one tag byte. Keystrokes make a half-composed syllable a true prefix (가시ㅅ is
//! `rktlt`, 가시성 `rktltjd`) and put both keyboard layouts in one key space; the tag tells 가 from a literal `rk`.

use alloc::borrow::ToOwned as _;
use alloc::string::String;
use alloc::vec::Vec;
use hangul::keystrokes::{from_keystrokes, to_keystrokes};

use crate::analysis::lower;
use crate::bytes::{Reader, SortedKeys, Writer};
use crate::directory::{HASH_LENGTH, Hash, hash};
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
    /// The postings file, by the hash in its name.
    pub file: Hash,
    /// Offset in that file.
    pub offset: u32,
    /// Length in bytes.
    pub length: u32,
}

/// Words as [`joined`] joins them, and the terms that say the same in the other language.
pub type Pair = (String, Vec<String>);

/// Words without spaces, marks and letter case: what a pair is looked up by, however it was spaced.
pub fn joined(words: &str) -> String {
    words
        .chars()
        .filter(|c| c.is_alphanumeric())
        .map(lower)
        .collect()
}

/// A shard to be written.
#[derive(Debug, Default, Clone)]
pub struct ShardSource {
    /// Keys in ascending order, each with its number of sections and the length of its postings.
    pub terms: Vec<(Vec<u8>, u32, u32)>,
    /// The postings files of these terms in order, and how many terms each serves.
    pub files: Vec<(Hash, u32)>,
    /// Pairs whose joined words, or the first of them, are a key in the range of this shard.
    pub pairs: Vec<Pair>,
}

impl ShardSource {
    /// The file of this shard.
    pub fn write(&self) -> Vec<u8> {
        let mut out = Writer::default();
        out.varint(FORMAT_VERSION);
        let keys = self.terms.iter().map(|(key, _, _)| key.as_slice());
        SortedKeys::write(keys, &mut out);
        for &(_, sections, _) in &self.terms {
            out.varint(sections);
        }
        for &(_, _, length) in &self.terms {
            out.varint(length);
        }
        out.varint(self.files.len() as u32);
        for (hash, terms) in &self.files {
            out.varint(*terms);
            out.raw(hash);
        }
        out.varint(self.pairs.len() as u32);
        for (from, to) in &self.pairs {
            out.string(from);
            out.string(&to.join(" "));
        }
        out.bytes
    }
}

/// A shard, read.
#[derive(Debug)]
pub struct Shard {
    keys: SortedKeys,
    infos: Vec<TermInfo>,
    pairs: Vec<Pair>,
}

impl Shard {
    /// Reads what [`ShardSource::write`] wrote.
    ///
    /// # Errors
    /// If the bytes are of another format version or damaged.
    pub fn read(bytes: &[u8]) -> Result<Self, FormatError> {
        let mut reader = Reader::new(bytes);
        if reader.varint()? != FORMAT_VERSION {
            return Err(FormatError("a lexicon shard has another format version"));
        }
        let keys = SortedKeys::read(&mut reader)?;
        let mut infos = Vec::with_capacity(keys.len());
        for _ in 0..keys.len() {
            infos.push(TermInfo {
                sections: reader.varint()?,
                file: Hash::default(),
                offset: 0,
                length: 0,
            });
        }
        for info in &mut infos {
            info.length = reader.varint()?;
        }
        let mut served = infos.iter_mut();
        for _ in 0..reader.count(1 + HASH_LENGTH)? {
            let terms = reader.varint()? as usize;
            let file = hash(&mut reader)?;
            let mut offset = 0u32;
            for info in served.by_ref().take(terms) {
                (info.file, info.offset) = (file, offset);
                offset = offset
                    .checked_add(info.length)
                    .ok_or(FormatError("postings are too long"))?;
            }
        }
        if served.next().is_some() {
            return Err(FormatError("a term has no postings"));
        }
        let mut pairs = Vec::new();
        for _ in 0..reader.count(2)? {
            let from = reader.string()?.to_owned();
            pairs.push((
                from,
                reader.string()?.split(' ').map(str::to_owned).collect(),
            ));
        }
        Ok(Shard { keys, infos, pairs })
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

    /// The terms that say the same as `words`, joined, in the other language; one sequence for each pair.
    pub fn translations(&self, words: &str) -> impl Iterator<Item = &Vec<String>> {
        self.pairs
            .iter()
            .filter(move |(from, _)| from == words)
            .map(|(_, to)| to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeMap;
    use alloc::vec;
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
            let (first, second) = ([1; HASH_LENGTH], [2; HASH_LENGTH]);
            let in_first = written.len() / 2;
            let source = ShardSource {
                files: vec![(first, in_first as u32), (second, (written.len() - in_first) as u32)],
                terms: written,
                pairs: vec![("별칭이름".into(), vec!["alias".into()])],
            };
            let shard = Shard::read(&source.write()).expect("what was written");
            prop_assert_eq!(shard.translations("별칭이름").count(), 1);
            prop_assert_eq!(shard.translations("별칭").count(), 0);
            for (index, (key, term)) in sorted.iter().enumerate() {
                let (file, nth) = if index < in_first { (first, index) } else { (second, index - in_first) };
                let info = TermInfo { sections: index as u32, file, offset: 7 * nth as u32, length: 7 };
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
