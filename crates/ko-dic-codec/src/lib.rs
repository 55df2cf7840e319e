//! The container that keeps mecab-ko-dic in the repository: 816,283 entries, a 3,822 × 2,693 connection matrix, the unknown-word entries
//! and the character classes, without loss, in four megabytes (the compiled MeCab dictionary is 101 MB).
//!
//! A packed dictionary is a magic number, the number of unknown-word entries, and eleven brotli streams (`container.rs` names them):
//!
//! 1. surfaces, front-coded: how many characters each shares with the one before it, then the rest (`encode.rs`, `decode.rs`);
//! 2. a column each for the class (connection ids, tag and the other features that repeat), the cost, the readings that differ from the
//!    surface, and the expressions, which for a compound repeat the surface and are kept as lengths and tags (`expression.rs`);
//! 3. the connection matrix with equal rows and equal columns merged ([`Connections`]), each row as differences;
//! 4. `char.def` as text.
//!
//! Reading is safe for any bytes: every length is checked and capped, and what does not fit is a [`DecodeError`].

mod connections;
mod container;
mod decode;
#[cfg(feature = "encode")]
mod encode;
mod expression;

use std::sync::Arc;

pub use connections::Connections;
pub use decode::{DecodeError, decode};
#[cfg(feature = "encode")]
pub use encode::{EncodeError, encode};

/// What mecab-ko-dic writes for a feature that does not apply.
pub const NONE: &str = "*";

/// A whole dictionary, unpacked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dictionary {
    /// The words. The order is kept; sorted by surface they pack best.
    pub entries: Vec<Entry>,
    /// The entries of `unk.def`: the surface is the name of a character category.
    pub unknown: Vec<Entry>,
    /// What it costs for one word to follow another.
    pub connections: Connections,
    /// The character categories and the code points in them, as the text of a MeCab `char.def`.
    pub character_definition: String,
}

/// One line of the dictionary's CSV.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The word as written.
    pub surface: String,
    /// The cost of the word itself; the lower, the likelier.
    pub cost: i16,
    /// Connection ids and the features that many words share.
    pub class: Arc<Class>,
    /// How the word is read (읽기), or [`NONE`].
    pub reading: String,
    /// The morphemes a compound or an inflected form is made of (표현), such as `시간/NNG/*+초과/NNG/*`, or [`NONE`].
    pub expression: String,
}

/// The part of an entry that many words share: the connection ids and six of mecab-ko-dic's eight features, in its order.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Class {
    /// The id by which the word joins the word before it.
    pub left_id: u16,
    /// The id by which the word joins the word after it.
    pub right_id: u16,
    /// Part of speech (품사 태그): `NNG`, `VV+EC`.
    pub tag: String,
    /// Semantic class (의미 부류): `인명`, or [`NONE`].
    pub semantic_class: String,
    /// Whether the last syllable has a final consonant (종성 유무): `T`, `F`, or [`NONE`] where there is no such syllable.
    pub final_consonant: String,
    /// How the word is composed (타입): `Compound`, `Inflect`, `Preanalysis`, or [`NONE`].
    pub composition: String,
    /// Tag of the first morpheme of an inflected form (첫번째 품사), or [`NONE`].
    pub first_tag: String,
    /// Tag of the last morpheme of an inflected form (마지막 품사), or [`NONE`].
    pub last_tag: String,
}
