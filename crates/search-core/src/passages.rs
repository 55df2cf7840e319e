//! Passages: what is shown of a hit. A block holds some neighbouring sections with their page, heading path and text.

use crate::bytes::{Reader, Writer};
use crate::{FORMAT_VERSION, FormatError, json};
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
        let mut above: &[String] = &[];
        for passage in &self.passages {
            out.varint(passage.page as u32);
            let headings = &passage.headings;
            let shared = above.iter().zip(headings).take_while(|(a, b)| a == b);
            let shared = shared.count();
            out.varint(shared as u32);
            out.varint((headings.len() - shared) as u32);
            headings[shared..].iter().for_each(|it| out.string(it));
            above = headings;
            let repeat = headings
                .last()
                .and_then(|own| repeat_of(&passage.anchor, &anchor_of(own)));
            match repeat {
                Some(repeat) => out.varint(repeat + 1),
                None => {
                    out.varint(0);
                    out.string(&passage.anchor);
                }
            }
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
            let above = block.passages.last().map(|before| &before.headings);
            let shared = reader.varint()? as usize;
            let mut headings = match above.map(Vec::as_slice).unwrap_or_default().get(..shared) {
                Some(above) => above.to_vec(),
                None => return Err(FormatError("a passage shares headings that are not there")),
            };
            for _ in 0..reader.count(1)? {
                headings.push(reader.string()?.to_owned());
            }
            let anchor = match reader.varint()? {
                0 => reader.string()?.to_owned(),
                repeat => {
                    let mut anchor = headings.last().map(|own| anchor_of(own));
                    if repeat > 1
                        && let Some(anchor) = &mut anchor
                    {
                        anchor.push('-');
                        json::push_integer(anchor, u64::from(repeat) - 1);
                    }
                    anchor.unwrap_or_default()
                }
            };
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

/// The anchor that a heading has unless its author gave another: letters and digits, ASCII in lower case, spaces as `-`.
/// What else the site's slugs may do (a repeated anchor's number apart) is written out.
fn anchor_of(heading: &str) -> String {
    let part = |c: char| match c {
        'A'..='Z' => Some(c.to_ascii_lowercase()),
        '-' | '_' => Some(c),
        ' ' => Some('-'),
        _ => c.is_alphanumeric().then_some(c),
    };
    heading.trim().chars().filter_map(part).collect()
}

/// Which repetition of `plain` an anchor is: 0 for the anchor itself, n for `plain-n`.
fn repeat_of(anchor: &str, plain: &str) -> Option<u32> {
    let rest = anchor.strip_prefix(plain)?;
    if rest.is_empty() {
        return Some(0);
    }
    let digits = rest.strip_prefix('-')?;
    let number: u32 = digits.parse().ok()?;
    // As it will be written again: no sign, no leading zero.
    let same = number > 0 && number < u32::MAX - 1 && !digits.starts_with(['0', '+']);
    same.then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn blocks_come_back(
            texts in proptest::collection::vec(("\\PC{0,20}", "[A가 -]{0,4}", "[a가0-9-]{0,5}", 0usize..4), 0..8),
            first in 0u32..99,
        ) {
            let pages = vec![PassagePage { url: "/가/".into(), title: "가".into() }];
            let mut headings: Vec<String> = Vec::new();
            let passages = texts
                .into_iter()
                .map(|(text, heading, anchor, depth)| {
                    headings.truncate(depth);
                    headings.push(heading);
                    Passage { headings: headings.clone(), anchor, code: text.clone(), text, page: 0 }
                })
                .collect();
            let block = Block { first, pages, passages };
            prop_assert_eq!(Block::read(&block.write()).expect("what was written"), block);
        }

        #[test]
        fn any_anchor_comes_back(heading in "\\PC{0,12}", repeat in 0u32..3, other in "\\PC{0,12}") {
            let mut anchors = vec![anchor_of(&heading), other];
            anchors.push(alloc::format!("{}-{repeat}", anchors[0]));
            for anchor in anchors {
                let passage = Passage { headings: vec![heading.clone()], anchor, ..Passage::default() };
                let block = Block { pages: vec![PassagePage::default()], passages: vec![passage], first: 0 };
                prop_assert_eq!(Block::read(&block.write()).expect("what was written"), block);
            }
        }

        #[test]
        fn any_bytes_are_refused_or_read_but_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Block::read(&bytes);
        }
    }
}
