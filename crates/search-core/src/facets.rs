//! Facets: which pages have a tag, or lie in a folder. Fetched only for a query that filters.

use alloc::borrow::ToOwned as _;
use alloc::string::String;
use alloc::vec::Vec;

use crate::bytes::{Reader, Writer};
use crate::lexicon::joined;
use crate::{FORMAT_VERSION, FormatError};

/// What a facet tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FacetKind {
    /// A tag or category of a page.
    Tag = 0,
    /// A folder at the top of the site.
    Folder = 1,
}

/// A tag or folder, and its pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facet {
    /// What it is.
    pub kind: FacetKind,
    /// Its name as it is shown.
    pub name: String,
    /// Numbers of its pages, ascending.
    pub pages: Vec<u32>,
}

/// The facets of a site.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facets {
    /// All of them, in the order they are offered.
    pub list: Vec<Facet>,
}

impl Facets {
    /// The file of these facets.
    pub fn write(&self) -> Vec<u8> {
        let mut out = Writer::default();
        out.varint(FORMAT_VERSION);
        out.varint(self.list.len() as u32);
        for facet in &self.list {
            out.byte(facet.kind as u8);
            out.string(&facet.name);
            out.varint(facet.pages.len() as u32);
            let mut previous = 0;
            for &page in &facet.pages {
                out.varint(page - previous);
                previous = page;
            }
        }
        out.bytes
    }

    /// Reads what [`Facets::write`] wrote.
    ///
    /// # Errors
    /// If the bytes are of another format version or damaged.
    pub fn read(bytes: &[u8]) -> Result<Self, FormatError> {
        let mut reader = Reader::new(bytes);
        if reader.varint()? != FORMAT_VERSION {
            return Err(FormatError("the facets have another format version"));
        }
        let mut facets = Facets::default();
        for _ in 0..reader.count(3)? {
            let kind = match reader.byte()? {
                0 => FacetKind::Tag,
                1 => FacetKind::Folder,
                _ => return Err(FormatError("unknown kind of facet")),
            };
            let name = reader.string()?.to_owned();
            let (mut pages, mut page) = (Vec::new(), 0u32);
            for _ in 0..reader.count(1)? {
                page = page
                    .checked_add(reader.varint()?)
                    .ok_or(FormatError("a number is too large"))?;
                pages.push(page);
            }
            facets.list.push(Facet { kind, name, pages });
        }
        Ok(facets)
    }

    /// The pages of the facets of a kind that are called `name`, or, where there is none, whose names begin with it.
    pub fn pages(&self, kind: FacetKind, name: &str) -> Vec<u32> {
        let name = joined(name);
        let of_kind = || self.list.iter().filter(move |facet| facet.kind == kind);
        let mut found: Vec<&Facet> = of_kind()
            .filter(|facet| joined(&facet.name) == name)
            .collect();
        if found.is_empty() {
            let begins = |facet: &&Facet| joined(&facet.name).starts_with(&name);
            found = of_kind().filter(begins).collect();
        }
        found
            .iter()
            .flat_map(|facet| facet.pages.iter().copied())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use proptest::prelude::*;

    fn facet(kind: FacetKind, name: &str, pages: &[u32]) -> Facet {
        let (name, pages) = (name.to_owned(), pages.to_vec());
        Facet { kind, name, pages }
    }

    fn sample() -> Facets {
        Facets {
            list: vec![
                facet(FacetKind::Tag, "Server-less", &[0, 3]),
                facet(FacetKind::Tag, "서버", &[2]),
                facet(FacetKind::Folder, "서버", &[7]),
            ],
        }
    }

    #[test]
    fn facets_come_back_and_are_found_by_name_or_its_beginning() {
        let facets = Facets::read(&sample().write()).expect("what was written");
        assert_eq!(facets, sample());
        assert_eq!(facets.pages(FacetKind::Tag, "serverless"), [0, 3]);
        assert_eq!(facets.pages(FacetKind::Tag, "SERVER"), [0, 3]);
        assert_eq!(facets.pages(FacetKind::Folder, "서"), [7]);
        assert!(facets.pages(FacetKind::Tag, "없음").is_empty());
    }

    proptest! {
        #[test]
        fn any_bytes_are_refused_or_read_but_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Facets::read(&bytes);
        }
    }
}
