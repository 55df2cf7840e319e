//! Looking into a loaded dictionary: the numbers the Viterbi search works with.
//!
//! The cost of a path is the sum over its words of [`Entry::cost`] and, for each two neighbours, [`connection_cost`]; the path begins and ends
//! with [`BOUNDARY_ID`]. Candidates at a place are all dictionary words that begin there and, by the [`Category`] of its character, unknown
//! words.

use lindera_dictionary::{
    dictionary::{Dictionary, UserDictionary, character_definition::CategoryId},
    viterbi::{LexType, WordEntry, WordId},
};

/// The connection id, left and right, of the beginning and the end of a sentence.
pub const BOUNDARY_ID: u16 = 0;

/// What the Viterbi search needs to know of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Entry {
    /// The id by which the word joins the word before it.
    pub left_id: u16,
    /// The id by which the word joins the word after it.
    pub right_id: u16,
    /// The cost of the word itself.
    pub cost: i16,
    /// Whether the word is in no dictionary, and these are the numbers of its character category.
    pub is_unknown: bool,
}

impl Entry {
    fn new(entry: &WordEntry, is_unknown: bool) -> Self {
        // Lindera widens the ids, which it keeps in 16 bits, to 32.
        let (left_id, right_id) = (entry.left_id() as u16, entry.right_id() as u16);
        Self {
            left_id,
            right_id,
            cost: entry.word_cost(),
            is_unknown,
        }
    }
}

/// The entry behind a token, by its surface and word id. None for a word of a user dictionary ([`user_entry`]) and for an id the dictionary
/// does not have for this surface.
pub fn entry(dictionary: &Dictionary, surface: &str, word: WordId) -> Option<Entry> {
    match word.lex_type() {
        LexType::System => {
            let found = dictionary
                .prefix_dictionary
                .find_surface_iter(surface)
                .find(|entry| entry.word_id() == word)?;
            Some(Entry::new(&found, false))
        }
        LexType::Unknown => dictionary
            .unknown_dictionary
            .costs
            .get(word.id() as usize)
            .map(|entry| Entry::new(entry, true)),
        LexType::User => None,
    }
}

/// The entry behind a token of a user dictionary. None if the word is of another dictionary or there is no such id.
///
/// The connection ids are in the numbering of the system dictionary only in the user dictionary a segmenter holds
/// (`Segmenter::user_dictionary`), because making the segmenter maps them.
pub fn user_entry(dictionary: &UserDictionary, word: WordId) -> Option<Entry> {
    if word.lex_type() != LexType::User {
        return None;
    }
    // Lindera keeps records of ten bytes, little-endian: word id (u32), cost (i16), left id (u16), right id (u16).
    let (records, _) = dictionary.dict.vals_data.as_chunks::<10>();
    records.iter().find_map(
        |&[
            a,
            b,
            c,
            d,
            cost_low,
            cost_high,
            left_low,
            left_high,
            right_low,
            right_high,
        ]| {
            (u32::from_le_bytes([a, b, c, d]) == word.id()).then_some(Entry {
                left_id: u16::from_le_bytes([left_low, left_high]),
                right_id: u16::from_le_bytes([right_low, right_high]),
                cost: i16::from_le_bytes([cost_low, cost_high]),
                is_unknown: false,
            })
        },
    )
}

/// What it costs for a word with `left_id` to follow a word with `right_id`. None if either id is outside the matrix.
pub fn connection_cost(dictionary: &Dictionary, right_id: u16, left_id: u16) -> Option<i16> {
    let matrix = &dictionary.connection_cost_matrix;
    let (right_id, left_id) = (u32::from(right_id), u32::from(left_id));
    if right_id >= matrix.forward_size || left_id >= matrix.backward_size {
        return None;
    }
    matrix.row(left_id).get(right_id as usize).copied()
}

/// How many right ids and how many left ids there are.
pub fn connection_ids(dictionary: &Dictionary) -> (usize, usize) {
    let matrix = &dictionary.connection_cost_matrix;
    (matrix.forward_size as usize, matrix.backward_size as usize)
}

/// A category of characters, and how unknown words are made of them (`char.def` and `unk.def` in MeCab's terms).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category<'a> {
    /// The name: `HANGUL`, `ALPHA`, `DEFAULT`.
    pub name: &'a str,
    /// Whether unknown words are made even where the dictionary has a word.
    pub invoke: bool,
    /// Whether one is made of the whole run of characters of the category.
    pub group: bool,
    /// Up to how many characters they are made of, from one on, besides the run; 0 for none.
    pub length: u32,
    /// The readings an unknown word of this category can take.
    pub entries: Vec<UnknownEntry<'a>>,
}

/// One line of `unk.def`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownEntry<'a> {
    /// The id a token of it has.
    pub word_id: u32,
    /// Connection ids and cost.
    pub entry: Entry,
    /// Part of speech: `UNKNOWN`, `SL`, `SN`.
    pub tag: &'a str,
}

/// All categories; [`CharacterRange::categories`] are indices into them.
pub fn categories(dictionary: &Dictionary) -> Vec<Category<'_>> {
    let (characters, unknown) = (
        &dictionary.character_definition,
        &dictionary.unknown_dictionary,
    );
    let names = characters.category_names.iter();
    let definitions = characters.category_definitions.iter();
    names
        .zip(definitions)
        .enumerate()
        .map(|(index, (name, definition))| {
            let word_ids = unknown
                .category_references
                .get(index)
                .map(Vec::as_slice)
                .unwrap_or_default();
            let entries = word_ids.iter().filter_map(|&word_id| {
                let entry = Entry::new(unknown.costs.get(word_id as usize)?, true);
                Some(UnknownEntry {
                    word_id,
                    entry,
                    tag: unknown.word_details_iter(word_id)?.nth(crate::TAG)?,
                })
            });
            Category {
                name,
                invoke: definition.invoke,
                group: definition.group,
                length: definition.length,
                entries: entries.collect(),
            }
        })
        .collect()
}

/// A run of code points of the same categories.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CharacterRange {
    /// The first code point.
    pub first: u32,
    /// The last code point.
    pub last: u32,
    /// Indices into [`categories`], the one whose unknown words are made first.
    pub categories: Vec<usize>,
}

/// The categories of all characters, in order and without gaps: the ranges cover U+0000 to U+10FFFF, the surrogates taken for what is before
/// them.
pub fn character_ranges(dictionary: &Dictionary) -> Vec<CharacterRange> {
    let mut ranges: Vec<(CharacterRange, &[CategoryId])> = Vec::new();
    for character in '\0'..=char::MAX {
        let categories = dictionary.character_definition.lookup_categories(character);
        match ranges.last_mut() {
            Some((range, of_range)) if *of_range == categories => range.last = character.into(),
            last => {
                if let Some((before, _)) = last {
                    before.last = u32::from(character) - 1;
                }
                let indices = categories.iter().map(|category| category.0).collect();
                ranges.push((
                    CharacterRange {
                        first: character.into(),
                        last: character.into(),
                        categories: indices,
                    },
                    categories,
                ));
            }
        }
    }
    ranges.into_iter().map(|(range, _)| range).collect()
}

/// The left and the right connection id of a common noun (`NNG`) with this surface, in mecab-ko-dic's numbering: what to write into a user
/// dictionary's line. The right id says what the noun ends in, which decides between 은 and 는, 이 and 가.
pub fn noun_context_ids(surface: &str) -> (u16, u16) {
    // `NNG,*` in left-id.def; `NNG,*,*`, `NNG,*,F` and `NNG,*,T` in right-id.def.
    let right_id = match surface.chars().next_back() {
        Some(last @ '가'..='힣') if (u32::from(last) - u32::from('가')).is_multiple_of(28) => {
            3533
        }
        Some('가'..='힣') => 3534,
        _ => 3532,
    };
    (1780, right_id)
}
