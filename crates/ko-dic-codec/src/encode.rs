//! Packs a dictionary: numbers the classes by frequency, spreads the entries over their columns, and hands the streams to the container.

use std::{cmp::Reverse, collections::HashMap, error::Error, fmt};

use crate::{
    Class, Dictionary, Entry, NONE,
    container::{Container, MAX_ENTRIES, MAX_TEXT, Stream, writing::split_planes},
    decode::Kept,
    expression,
};

/// Why a dictionary cannot be packed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum EncodeError {
    /// A text holds the character that ends strings in a packed dictionary, U+0000.
    Nul(String),
    /// An entry's connection id is outside the matrix.
    UnknownConnectionId {
        /// The surface of the entry.
        surface: String,
    },
    /// There are more than 65,536 classes, or more entries or text than a reader accepts.
    TooLarge,
    /// The compressor failed.
    Compression,
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nul(text) => write!(f, "{text:?} holds U+0000"),
            Self::UnknownConnectionId { surface } => {
                write!(f, "{surface:?} has a connection id outside the matrix")
            }
            Self::TooLarge => write!(
                f,
                "the dictionary has more classes, entries or text than the format allows"
            ),
            Self::Compression => write!(f, "brotli failed"),
        }
    }
}

impl Error for EncodeError {}

/// Packs a dictionary. The same dictionary always gives the same bytes. Brotli's best effort takes a minute for mecab-ko-dic.
///
/// # Errors
///
/// If a text holds U+0000, a connection id is outside the matrix, or the dictionary is too large for [`crate::decode`] to accept.
pub fn encode(dictionary: &Dictionary) -> Result<Vec<u8>, EncodeError> {
    let unknown_count =
        u32::try_from(dictionary.unknown.len()).map_err(|_| EncodeError::TooLarge)?;
    let mut container = Container::new(unknown_count);
    write_entries(dictionary, &mut container)?;
    write_connections(dictionary, &mut container);
    container.set(
        Stream::CharacterDefinition,
        dictionary.character_definition.clone().into_bytes(),
    );
    container.write()
}

/// A class as the table has it.
type StoredClass<'a> = (&'a Class, Kept, Kept);

fn write_entries(dictionary: &Dictionary, container: &mut Container) -> Result<(), EncodeError> {
    let entries: Vec<&Entry> = dictionary
        .entries
        .iter()
        .chain(&dictionary.unknown)
        .collect();
    let text_length: usize = entries
        .iter()
        .map(|entry| entry.surface.len() + entry.reading.len() + entry.expression.len())
        .sum();
    if entries.len() > MAX_ENTRIES || text_length > MAX_TEXT {
        return Err(EncodeError::TooLarge);
    }

    let (mut suffixes, mut readings, mut expressions) = (Vec::new(), Vec::new(), Vec::new());
    let mut shared_prefixes = Vec::with_capacity(entries.len());
    let mut stored: Vec<StoredClass> = Vec::with_capacity(entries.len());
    let mut previous = "";
    for entry in &entries {
        let (class, surface) = (&*entry.class, &*entry.surface);
        if dictionary
            .connections
            .cost(class.right_id, class.left_id)
            .is_none()
        {
            return Err(EncodeError::UnknownConnectionId {
                surface: surface.to_owned(),
            });
        }
        let (shared, suffix) = without_shared_prefix(surface, previous);
        shared_prefixes.push(shared);
        push_string(&mut suffixes, suffix)?;
        previous = surface;

        let reading = match &*entry.reading {
            NONE => Kept::None,
            reading if reading == surface => Kept::FromSurface,
            reading => {
                push_string(&mut readings, reading)?;
                Kept::Literally
            }
        };
        let expression = match (
            &*entry.expression,
            expression::compact(&entry.expression, surface),
        ) {
            (NONE, _) => Kept::None,
            (_, Some(compact)) => {
                push_string(&mut expressions, &compact)?;
                Kept::FromSurface
            }
            (expression, None) => {
                push_string(&mut expressions, expression)?;
                Kept::Literally
            }
        };
        stored.push((class, reading, expression));
    }

    let (table, entry_classes) = number_classes(&stored)?;
    container.set(Stream::Classes, table);
    container.set(Stream::EntryClasses, split_planes(&entry_classes));
    container.set(
        Stream::Costs,
        split_planes(
            &entries
                .iter()
                .map(|entry| entry.cost.cast_unsigned())
                .collect::<Vec<_>>(),
        ),
    );
    container.set(Stream::SharedPrefixes, shared_prefixes);
    container.set(Stream::SurfaceSuffixes, suffixes);
    container.set(Stream::Readings, readings);
    container.set(Stream::Expressions, expressions);
    Ok(())
}

/// The class table, the most frequent class first, and the number of each entry's class in it.
fn number_classes(stored: &[StoredClass]) -> Result<(Vec<u8>, Vec<u16>), EncodeError> {
    let mut frequencies: HashMap<StoredClass, usize> = HashMap::new();
    for class in stored {
        *frequencies.entry(*class).or_default() += 1;
    }
    let mut by_frequency: Vec<(StoredClass, usize)> = frequencies.into_iter().collect();
    by_frequency.sort_unstable_by_key(|&(class, frequency)| (Reverse(frequency), class));

    let mut table = Vec::new();
    let mut numbers: HashMap<StoredClass, u16> = HashMap::with_capacity(by_frequency.len());
    for (number, &(stored, _)) in by_frequency.iter().enumerate() {
        numbers.insert(
            stored,
            u16::try_from(number).map_err(|_| EncodeError::TooLarge)?,
        );
        let (class, reading, expression) = stored;
        for field in [
            &*class.left_id.to_string(),
            &*class.right_id.to_string(),
            &class.tag,
            &class.semantic_class,
            &class.final_consonant,
            &class.composition,
            &class.first_tag,
            &class.last_tag,
            reading.code(),
            expression.code(),
        ] {
            push_string(&mut table, field)?;
        }
    }
    let entry_classes = stored
        .iter()
        .filter_map(|class| numbers.get(class).copied())
        .collect();
    Ok((table, entry_classes))
}

fn write_connections(dictionary: &Dictionary, container: &mut Container) {
    let connections = &dictionary.connections;
    let mut differences = Vec::with_capacity(connections.costs.len());
    for row in connections.costs.chunks(connections.right_count) {
        let mut previous = 0u16;
        for cost in row {
            differences.push(cost.cast_unsigned().wrapping_sub(previous));
            previous = cost.cast_unsigned();
        }
    }
    container.set(
        Stream::RightClasses,
        split_planes(&connections.right_classes),
    );
    container.set(Stream::LeftClasses, split_planes(&connections.left_classes));
    container.set(Stream::ConnectionCosts, split_planes(&differences));
}

/// How many characters `surface` shares with `previous`, 255 at most, and the rest of it.
fn without_shared_prefix<'a>(surface: &'a str, previous: &str) -> (u8, &'a str) {
    let mut shared = 0u8;
    let mut rest = surface.chars();
    for expected in previous.chars().take(u8::MAX.into()) {
        let mut ahead = rest.clone();
        if ahead.next() != Some(expected) {
            break;
        }
        rest = ahead;
        shared += 1;
    }
    (shared, rest.as_str())
}

fn push_string(stream: &mut Vec<u8>, string: &str) -> Result<(), EncodeError> {
    if string.contains('\0') {
        return Err(EncodeError::Nul(string.to_owned()));
    }
    stream.extend_from_slice(string.as_bytes());
    stream.push(0);
    Ok(())
}
