//! A site's own words: compiled into a user dictionary that joins words as nouns of mecab-ko-dic do.

use lindera_dictionary::{
    LinderaResult,
    builder::DictionaryBuilder,
    dictionary::{UserDictionary, metadata::Metadata},
};

use crate::tables::noun_context_ids;

/// A word to teach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserWord<'a> {
    /// The word; Hangul syllables.
    pub surface: &'a str,
    /// What it is made of, in order; none for a simple word.
    pub parts: Vec<&'a str>,
}

/// So cheap that the word wins wherever it stands.
const COST: i16 = -10_000;

/// Compiles `words`, all as common nouns.
///
/// # Errors
/// If the words cannot be compiled: a surface that is empty.
pub fn compile(words: &[UserWord<'_>]) -> LinderaResult<UserDictionary> {
    let mut csv = String::new();
    for word in words {
        let (left, right) = noun_context_ids(word.surface);
        let expression = match word.parts.len() {
            0 | 1 => "*".to_owned(),
            _ => word
                .parts
                .iter()
                .map(|part| format!("{part}/NNG/*"))
                .collect::<Vec<_>>()
                .join("+"),
        };
        csv.push_str(&format!(
            "{},{left},{right},{COST},NNG,{expression}\n",
            word.surface
        ));
    }
    let metadata = Metadata::clone(&crate::load()?.metadata);
    DictionaryBuilder::new(metadata).build_user_dict_from_reader(csv.as_bytes())
}
