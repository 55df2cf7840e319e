//! Postings: for a term and each field, the sections it occurs in, how often, and how long the field is there.
//!
//! A postings shard is the plain concatenation of terms' postings in lexicon order; the lexicon knows each term's
//! length and the directory each shard's first offset, so the file itself needs no header.

use crate::FormatError;
use crate::bytes::{Reader, Writer};
use alloc::vec::Vec;

/// The fields of a section, in the order they are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The page's title.
    Title = 0,
    /// The section's own heading.
    Heading = 1,
    /// The headings above it.
    Path = 2,
    /// Prose.
    Body = 3,
    /// Code blocks.
    Code = 4,
}

/// How many fields there are.
pub const FIELD_COUNT: usize = 5;

/// One occurrence of a term in one field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Posting {
    /// Section number.
    pub section: u32,
    /// How often the term occurs; at least 1.
    pub frequency: u32,
    /// The field's length, as Tantivy's one-byte code (see [`crate::rank::field_length`]).
    pub length_code: u8,
}

/// A term's postings by field, each in ascending order of sections.
pub type TermPostings = [Vec<Posting>; FIELD_COUNT];

/// Appends the postings of one term.
pub fn write(postings: &TermPostings, out: &mut Writer) {
    let mask = postings
        .iter()
        .enumerate()
        .fold(0u8, |mask, (field, list)| {
            mask | u8::from(!list.is_empty()) << field
        });
    out.byte(mask);
    for list in postings.iter().filter(|list| !list.is_empty()) {
        out.varint(list.len() as u32);
        let mut previous = 0;
        for posting in list {
            out.varint(posting.section - previous);
            previous = posting.section;
        }
        list.iter()
            .for_each(|posting| out.varint(posting.frequency.saturating_sub(1)));
        list.iter()
            .for_each(|posting| out.byte(posting.length_code));
    }
}

/// Reads the postings of one term in an index of `sections` sections.
pub fn read(bytes: &[u8], sections: u32) -> Result<TermPostings, FormatError> {
    let mut reader = Reader::new(bytes);
    let mut postings = TermPostings::default();
    let mask = reader.byte()?;
    for (field, list) in postings.iter_mut().enumerate() {
        if mask >> field & 1 == 0 {
            continue;
        }
        let count = reader.count(3)?;
        list.reserve_exact(count);
        let mut section = 0u32;
        for index in 0..count {
            let delta = reader.varint()?;
            section = section
                .checked_add(delta)
                .filter(|&section| section < sections)
                .ok_or(OUTSIDE)?;
            if index > 0 && delta == 0 {
                return Err(OUTSIDE);
            }
            list.push(Posting {
                section,
                frequency: 1,
                length_code: 0,
            });
        }
        for posting in list.iter_mut() {
            posting.frequency = reader.varint()?.saturating_add(1);
        }
        for (posting, &code) in list.iter_mut().zip(reader.raw(count)?) {
            posting.length_code = code;
        }
    }
    Ok(postings)
}

const OUTSIDE: FormatError = FormatError("a posting names a section that does not exist");

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn postings_come_back(lists in proptest::collection::vec(
            proptest::collection::btree_map(0u32..500, (1u32..9, any::<u8>()), 0..20), FIELD_COUNT)
        ) {
            let mut postings = TermPostings::default();
            for (field, list) in lists.iter().enumerate() {
                postings[field] = list
                    .iter()
                    .map(|(&section, &(frequency, length_code))| Posting { section, frequency, length_code })
                    .collect();
            }
            let mut out = Writer::default();
            write(&postings, &mut out);
            prop_assert_eq!(read(&out.bytes, 500).expect("what was written"), postings);
        }

        #[test]
        fn any_bytes_are_refused_or_read_but_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
            if let Ok(postings) = read(&bytes, 1000) {
                prop_assert!(postings.iter().flatten().all(|posting| posting.section < 1000));
            }
        }
    }
}
