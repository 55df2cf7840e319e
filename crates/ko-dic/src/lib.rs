//! mecab-ko-dic 2.1.1 for Lindera, embedded in the program: all 816,283 words, no download at build time, none at run time.
//!
//! [`load`] gives the dictionary a `lindera::segmenter::Segmenter` is made of. The functions of [`tables`] open it up for whoever publishes a
//! part of it: what a word costs, what it costs for one to follow another, and how unknown words are made.
//!
//! Of mecab-ko-dic's eight features two are kept: the details of a token are `[TAG, EXPRESSION]`. Connection ids are those of `build.rs`:
//! mecab-ko-dic's ids that behave alike are one. A user dictionary is written with mecab-ko-dic's own ids; Lindera maps them when it makes
//! the segmenter.

mod embedded;
pub mod tables;
pub mod user;

pub use lindera_dictionary::{
    LinderaResult,
    dictionary::{Dictionary, UserDictionary},
    viterbi::WordId,
};

/// Index of a token's part of speech in its details: `NNG`, `JKS`, `VV+EC`.
pub const TAG: usize = 0;

/// Index of a token's expression in its details: the morphemes a compound or an inflected form is made of, joined by `+`, each as
/// `surface/tag/semantic class` (`시간/NNG/*+초과/NNG/*`), or `*`.
pub const EXPRESSION: usize = 1;

/// The notice that must accompany the dictionary: where it comes from and what was changed (Apache License 2.0, section 4).
pub const NOTICE: &str = include_str!("../data/NOTICE");

/// The licence of the dictionary, Apache-2.0, in full.
pub const LICENSE: &str = include_str!("../data/LICENSE-APACHE");

/// The dictionary. Its large parts are read where they lie in the program, so loading takes a millisecond; clones share everything.
///
/// # Errors
///
/// Only if the embedded bytes are not of this Lindera's format, which a build of this crate rules out.
pub fn load() -> LinderaResult<Dictionary> {
    embedded::load()
}
