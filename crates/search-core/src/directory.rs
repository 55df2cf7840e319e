//! The directory: what is read first. Counts, field statistics, and which shard holds what.
//!
//! The entry file is the only one that may change under its name; it names the engine, the directory and the
//! dictionary, which can so be fetched at once. All other names carry a hash of their bytes.

use crate::bytes::{Reader, Writer};
use crate::postings::FIELD_COUNT;
use crate::{FORMAT_VERSION, FormatError, json};
use alloc::borrow::ToOwned as _;
use alloc::string::String;
use alloc::vec::Vec;

/// Length of the hash in a file name, in bytes; twice as many hexadecimal digits.
pub const HASH_LENGTH: usize = 6;

/// The hash in a shard's name.
pub type Hash = [u8; HASH_LENGTH];

/// The kinds of shards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// [`Directory`].
    Index,
    /// [`crate::morphology::Dictionary`].
    Dictionary,
    /// [`crate::lexicon::Shard`].
    Lexicon,
    /// [`crate::postings`].
    Postings,
    /// [`crate::passages::Block`].
    Text,
    /// [`crate::facets::Facets`].
    Facets,
    /// The browser's engine itself.
    Engine,
}

impl Kind {
    const ALL: [Kind; 7] = [
        Kind::Index,
        Kind::Dictionary,
        Kind::Lexicon,
        Kind::Postings,
        Kind::Text,
        Kind::Facets,
        Kind::Engine,
    ];

    /// The file name's beginning.
    pub fn prefix(self) -> &'static str {
        match self {
            Kind::Index => "index-",
            Kind::Dictionary => "dictionary-",
            Kind::Lexicon => "lexicon-",
            Kind::Postings => "postings-",
            Kind::Text => "text-",
            Kind::Facets => "facets-",
            Kind::Engine => "engine-",
        }
    }

    /// The kind of the file called `name`.
    pub fn of(name: &str) -> Option<Kind> {
        Kind::ALL
            .into_iter()
            .find(|kind| name.starts_with(kind.prefix()))
    }

    /// The file's name.
    pub fn file_name(self, hash: &Hash) -> String {
        let mut name = String::from(self.prefix());
        for byte in hash {
            for digit in [byte >> 4, byte & 0xf] {
                name.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
            }
        }
        name.push_str(".bin");
        name
    }
}

/// A shard and the first thing in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShardStart<T> {
    /// The first key, offset or section number.
    pub first: T,
    /// The hash in its name.
    pub hash: Hash,
}

/// The directory.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Directory {
    /// How many sections are indexed.
    pub sections: u32,
    /// Mean length of each field in tokens.
    pub average_lengths: [f32; FIELD_COUNT],
    /// Lexicon shards by first key.
    pub lexicon: Vec<ShardStart<Vec<u8>>>,
    /// Blocks of passages by first section.
    pub text: Vec<ShardStart<u32>>,
    /// First section of each page, ascending.
    pub page_starts: Vec<u32>,
    /// The hash of the facets' file.
    pub facets: Hash,
}

impl Directory {
    /// The file of this directory.
    pub fn write(&self) -> Vec<u8> {
        let mut out = Writer::default();
        out.varint(FORMAT_VERSION);
        out.varint(self.sections);
        self.average_lengths
            .iter()
            .for_each(|&length| out.float(length));
        out.varint(self.lexicon.len() as u32);
        for shard in &self.lexicon {
            out.varint(shard.first.len() as u32);
            out.raw(&shard.first);
            out.raw(&shard.hash);
        }
        out.varint(self.text.len() as u32);
        let mut previous = 0;
        for block in &self.text {
            out.varint(block.first - previous);
            previous = block.first;
        }
        self.text.iter().for_each(|block| out.raw(&block.hash));
        out.varint(self.page_starts.len() as u32);
        let mut previous = 0;
        for &start in &self.page_starts {
            out.varint(start - previous);
            previous = start;
        }
        out.raw(&self.facets);
        out.bytes
    }

    /// Reads what [`Directory::write`] wrote.
    pub fn read(bytes: &[u8]) -> Result<Self, FormatError> {
        let mut reader = Reader::new(bytes);
        if reader.varint()? != FORMAT_VERSION {
            return Err(FormatError("the index has another format version"));
        }
        let mut directory = Directory {
            sections: reader.varint()?,
            ..Directory::default()
        };
        for length in &mut directory.average_lengths {
            *length = reader.float()?;
        }
        for _ in 0..reader.count(1 + HASH_LENGTH)? {
            let length = reader.varint()? as usize;
            let first = reader.raw(length)?.to_vec();
            directory.lexicon.push(ShardStart {
                first,
                hash: hash(&mut reader)?,
            });
        }
        if !directory.lexicon.is_sorted_by(|a, b| a.first < b.first) {
            return Err(FormatError("lexicon shards are out of order"));
        }
        let mut first = 0u32;
        for _ in 0..reader.count(1 + HASH_LENGTH)? {
            first = first
                .checked_add(reader.varint()?)
                .ok_or(FormatError("a number is too large"))?;
            directory.text.push(ShardStart {
                first,
                hash: Hash::default(),
            });
        }
        for block in &mut directory.text {
            block.hash = hash(&mut reader)?;
        }
        let mut start = 0u32;
        for _ in 0..reader.count(1)? {
            start = start
                .checked_add(reader.varint()?)
                .ok_or(FormatError("a number is too large"))?;
            directory.page_starts.push(start);
        }
        directory.facets = hash(&mut reader)?;
        Ok(directory)
    }

    /// The number of the page that section number `section` belongs to.
    pub fn page_of(&self, section: u32) -> usize {
        self.page_starts
            .partition_point(|&start| start <= section)
            .saturating_sub(1)
    }

    /// The lexicon shards that may hold keys that start with `prefix`, as a range of indices.
    pub fn lexicon_range(&self, prefix: &[u8]) -> core::ops::Range<usize> {
        let start = self
            .lexicon
            .partition_point(|shard| shard.first.as_slice() <= prefix)
            .saturating_sub(1);
        let end = self.lexicon.partition_point(|shard| {
            shard.first.as_slice() <= prefix || shard.first.starts_with(prefix)
        });
        start.min(end)..end
    }
}

/// Reads a hash.
pub(crate) fn hash(reader: &mut Reader<'_>) -> Result<Hash, FormatError> {
    let mut hash = Hash::default();
    hash.copy_from_slice(reader.raw(HASH_LENGTH)?);
    Ok(hash)
}

/// The shard of `shards` that holds `position`, with its index.
pub fn shard_of(shards: &[ShardStart<u32>], position: u32) -> Option<(usize, &ShardStart<u32>)> {
    let at = shards
        .partition_point(|shard| shard.first <= position)
        .checked_sub(1)?;
    shards.get(at).map(|shard| (at, shard))
}

/// Writes the entry file; `engine`, `index` and `dictionary` are file names.
pub fn write_entry(
    engine: &str,
    index: &str,
    dictionary: &str,
    pages: usize,
    sections: usize,
) -> String {
    let mut out = String::from("{\"version\":");
    json::push_integer(&mut out, u64::from(FORMAT_VERSION));
    out.push_str(",\"engine\":");
    json::push_string(&mut out, engine);
    out.push_str(",\"files\":[");
    json::push_string(&mut out, index);
    out.push(',');
    json::push_string(&mut out, dictionary);
    out.push_str("],\"pages\":");
    json::push_integer(&mut out, pages as u64);
    out.push_str(",\"sections\":");
    json::push_integer(&mut out, sections as u64);
    out.push_str("}\n");
    out
}

/// The names of the index and the dictionary in an entry file.
pub fn read_entry(bytes: &[u8]) -> Result<(String, String), FormatError> {
    let text =
        core::str::from_utf8(bytes).map_err(|_| FormatError("the entry file is not UTF-8"))?;
    let mut version = String::from("\"version\":");
    json::push_integer(&mut version, u64::from(FORMAT_VERSION));
    version.push(',');
    if !text.contains(&version) {
        return Err(FormatError("the entry file has another format version"));
    }
    let named = |kind: Kind| {
        json::plain_strings(text)
            .find(|name| Kind::of(name) == Some(kind))
            .map(str::to_owned)
    };
    match (named(Kind::Index), named(Kind::Dictionary)) {
        (Some(index), Some(dictionary)) => Ok((index, dictionary)),
        _ => Err(FormatError("the entry file names no index")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sample() -> Directory {
        let start = |first, hash| ShardStart {
            first,
            hash: [hash; HASH_LENGTH],
        };
        Directory {
            sections: 40,
            average_lengths: [1.5, 2.0, 3.0, 40.0, 0.0],
            lexicon: vec![
                ShardStart {
                    first: b"ab\0".to_vec(),
                    hash: [1; HASH_LENGTH],
                },
                ShardStart {
                    first: b"rk\x01".to_vec(),
                    hash: [2; HASH_LENGTH],
                },
                ShardStart {
                    first: b"rkt\x01".to_vec(),
                    hash: [3; HASH_LENGTH],
                },
            ],
            text: vec![start(0, 6), start(20, 7)],
            page_starts: vec![0, 3, 20],
            facets: [9; HASH_LENGTH],
        }
    }

    #[test]
    fn the_directory_comes_back_and_a_truncated_one_is_an_error() {
        let bytes = sample().write();
        assert_eq!(Directory::read(&bytes).expect("what was written"), sample());
        assert!((0..bytes.len()).all(|length| Directory::read(&bytes[..length]).is_err()));
    }

    #[test]
    fn keys_and_offsets_lead_to_their_shards() {
        let directory = sample();
        assert_eq!(directory.lexicon_range(b"aa"), 0..0);
        assert_eq!(directory.lexicon_range(b"a"), 0..1);
        assert_eq!(directory.lexicon_range(b"rk"), 0..3);
        assert_eq!(directory.lexicon_range(b"rks"), 1..2);
        assert_eq!(directory.lexicon_range(b"z"), 2..3);
        assert_eq!(shard_of(&directory.text, 19).map(|(at, _)| at), Some(0));
        assert_eq!(shard_of(&directory.text, 20).map(|(at, _)| at), Some(1));
        assert_eq!(
            (
                directory.page_of(2),
                directory.page_of(3),
                directory.page_of(39)
            ),
            (0, 1, 2)
        );
    }

    #[test]
    fn the_entry_names_the_index_and_the_dictionary() {
        let entry = write_entry("engine-1.bin", "index-2.bin", "dictionary-3.bin", 5, 60);
        assert_eq!(
            entry,
            "{\"version\":2,\"engine\":\"engine-1.bin\",\"files\":[\"index-2.bin\",\"dictionary-3.bin\"],\"pages\":5,\"sections\":60}\n"
        );
        let names = read_entry(entry.as_bytes()).expect("what was written");
        assert_eq!(
            names,
            ("index-2.bin".to_owned(), "dictionary-3.bin".to_owned())
        );
        assert!(read_entry(b"{\"version\":1,}").is_err());
    }

    proptest! {
        #[test]
        fn a_flipped_byte_never_panics(at in 0usize..200, value: u8) {
            let mut bytes = sample().write();
            let at = at % bytes.len();
            bytes[at] = value;
            let _ = Directory::read(&bytes);
        }
    }
}
