//! Passages: what is shown of a hit. A block holds some neighbouring sections with their page, heading path and text.

use crate::bytes::{Reader, Writer};
use crate::{FORMAT_VERSION, FormatError};
use alloc::borrow::ToOwned as _;
use alloc::string::String;
use alloc::vec::Vec;

/// A page that sections belong to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PassagePage {
    /// Address from the site's root, decoded.
    pub url: String,
    /// Title.
    pub title: String,
}

/// A section as it is shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Passage {
    /// Index into [`Block::pages`].
    pub page: usize,
    /// The heading's anchor; empty for the top of the page.
    pub anchor: String,
    /// Headings from the outermost to the section's own.
    pub headings: Vec<String>,
    /// Prose.
    pub text: String,
    /// Code.
    pub code: String,
}

/// Neighbouring sections.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Block {
    /// Number of the first section.
    pub first: u32,
    /// Pages named by the passages.
    pub pages: Vec<PassagePage>,
    /// The passages of sections `first`, `first + 1`, ….
    pub passages: Vec<Passage>,
}

impl Block {
    /// The file of this block.
    pub fn write(&self) -> Vec<u8> {
        let mut out = Writer::default();
        out.varint(FORMAT_VERSION);
        out.varint(self.first);
        out.varint(self.pages.len() as u32);
        for page in &self.pages {
            out.string(&page.url);
            out.string(&page.title);
        }
        out.varint(self.passages.len() as u32);
        for passage in &self.passages {
            out.varint(passage.page as u32);
            out.string(&passage.anchor);
            out.varint(passage.headings.len() as u32);
            passage
                .headings
                .iter()
                .for_each(|heading| out.string(heading));
            out.string(&passage.text);
            out.string(&passage.code);
        }
        out.bytes
    }

    /// Reads what [`Block::write`] wrote.
    pub fn read(bytes: &[u8]) -> Result<Self, FormatError> {
        let mut reader = Reader::new(bytes);
        if reader.varint()? != FORMAT_VERSION {
            return Err(FormatError(
                "a block of passages has another format version",
            ));
        }
        let mut block = Block {
            first: reader.varint()?,
            ..Block::default()
        };
        for _ in 0..reader.count(2)? {
            let (url, title) = (reader.string()?.to_owned(), reader.string()?.to_owned());
            block.pages.push(PassagePage { url, title });
        }
        for _ in 0..reader.count(5)? {
            let page = reader.varint()? as usize;
            if page >= block.pages.len() {
                return Err(FormatError("a passage names a page that does not exist"));
            }
            let anchor = reader.string()?.to_owned();
            let mut headings = Vec::new();
            for _ in 0..reader.count(1)? {
                headings.push(reader.string()?.to_owned());
            }
            let (text, code) = (reader.string()?.to_owned(), reader.string()?.to_owned());
            block.passages.push(Passage {
                page,
                anchor,
                headings,
                text,
                code,
            });
        }
        Ok(block)
    }

    /// The passage and page of section number `section`, if it is in this block.
    pub fn get(&self, section: u32) -> Option<(&Passage, &PassagePage)> {
        let passage = self
            .passages
            .get(section.checked_sub(self.first)? as usize)?;
        Some((passage, self.pages.get(passage.page)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn blocks_come_back(texts in proptest::collection::vec(("\\PC{0,20}", "\\PC{0,20}"), 0..8), first in 0u32..99) {
            let pages = vec![PassagePage { url: "/가/".into(), title: "가".into() }];
            let passages = texts
                .into_iter()
                .map(|(text, code)| Passage { headings: vec![code.clone()], text, code, ..Passage::default() })
                .collect();
            let block = Block { first, pages, passages };
            prop_assert_eq!(Block::read(&block.write()).expect("what was written"), block);
        }

        #[test]
        fn any_bytes_are_refused_or_read_but_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Block::read(&bytes);
        }
    }
}
