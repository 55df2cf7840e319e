//! The published search index and the engine that reads it, shared by the native builder and the browser.
//!
//! Glossary: a *section* is a heading and the text under it, the unit that is searched; a *run* is a stretch of one
//! script inside a word; a *morpheme* is what the dictionary cuts a Hangul run into; a *term* is what postings are
//! kept for; a *unit* is one thing a query asks for, with its alternatives; a *shard* is one published file.
//!
//! The map: [`analysis`] turns text into terms, with [`morphology`] for Hangul; [`lexicon`], [`postings`], [`passages`]
//! and [`directory`] are the files, writer and reader side by side; [`query`] turns what was typed into units,
//! [`rank`] scores sections, [`excerpt`] picks the sentence to show, and [`engine`] drives it all without doing any
//! I/O itself: it says which files it needs and is given their bytes.

#![cfg_attr(not(test), no_std)]

extern crate alloc;

pub mod analysis;
pub mod bytes;
pub mod coding;
pub mod directory;
pub mod engine;
pub mod excerpt;
pub mod facets;
mod forgiveness;
pub mod json;
pub mod lexicon;
pub mod morphology;
pub mod passages;
pub mod postings;
pub mod query;
pub mod rank;
mod syntax;

/// Version of every file format in this crate; a reader refuses any other.
pub const FORMAT_VERSION: u32 = 2;

/// What is wrong with a published file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormatError(pub &'static str);

impl core::fmt::Display for FormatError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.0)
    }
}

impl core::error::Error for FormatError {}
