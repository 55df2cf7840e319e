//! What both sides of the search, the native builder and the WASM engine in the browser, must know alike about Hangul.
//!
//! | module | its one idea |
//! | --- | --- |
//! | [`syllable`] | a precomposed syllable is arithmetic over three jamo |
//! | [`choseong`] | a word may be asked for by its initial consonants alone |
//! | [`keystrokes`] | a word may be keyed by the keys that type it, on the two-set (두벌식) keyboard |
//! | [`josa`] | particles follow the sound of the word before them, and form a closed class |
//! | [`romanize`] | Revised Romanization, for ASCII slugs |
//!
//! Text is expected in NFC (the pipeline makes it so at its edge). No function panics, recurses, or takes more than
//! linear time. `no_std` with `alloc`, no dependencies, tables of a few hundred bytes: it ships to the browser.
#![no_std]

extern crate alloc;

pub mod choseong;
mod compound;
pub mod josa;
pub mod keystrokes;
pub mod romanize;
pub mod syllable;
