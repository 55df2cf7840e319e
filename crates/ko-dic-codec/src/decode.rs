//! Unpacks a dictionary: takes the container apart, reads the class table and the connection matrix, then rebuilds the entries one by one
//! from their columns.

use std::{error::Error, fmt, sync::Arc};

use crate::{
    Class, Connections, Dictionary, Entry, NONE, connections,
    container::{Container, MAX_ENTRIES, MAX_TEXT, Stream, join_planes},
    expression::{expand, split_characters},
};

/// Why bytes are not a packed dictionary.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeError {
    /// The bytes do not begin with the magic number of this version.
    NotADictionary,
    /// The bytes end too early.
    Truncated,
    /// More bytes follow the last stream.
    TrailingBytes,
    /// The content of one stream is not what it must be.
    Malformed {
        /// The name of the stream.
        stream: String,
        /// What is wrong with it.
        reason: &'static str,
    },
}

impl DecodeError {
    pub(crate) fn malformed(stream: Stream, reason: &'static str) -> Self {
        Self::Malformed {
            stream: format!("{stream:?}"),
            reason,
        }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotADictionary => {
                write!(f, "not a packed dictionary of a version this reader knows")
            }
            Self::Truncated => write!(f, "the packed dictionary ends too early"),
            Self::TrailingBytes => write!(f, "bytes follow the end of the packed dictionary"),
            Self::Malformed { stream, reason } => write!(
                f,
                "the packed dictionary's stream {stream} is damaged: {reason}"
            ),
        }
    }
}

impl Error for DecodeError {}

/// Unpacks a dictionary.
///
/// # Errors
///
/// If the bytes are not a packed dictionary, are damaged, or would unpack to far more than mecab-ko-dic. Any bytes are safe to try; damage
/// that happens to read as another dictionary is not noticed (keep a checksum beside the file).
pub fn decode(bytes: &[u8]) -> Result<Dictionary, DecodeError> {
    unpack(&Container::read(bytes)?)
}

fn unpack(container: &Container) -> Result<Dictionary, DecodeError> {
    let connections = read_connections(container)?;
    let classes = read_classes(container, &connections)?;
    let mut entries = read_entries(container, &classes)?;

    let unknown_count = container.unknown_count as usize;
    let word_count = entries
        .len()
        .checked_sub(unknown_count)
        .ok_or(DecodeError::malformed(
            Stream::EntryClasses,
            "there are fewer entries than unknown-word entries",
        ))?;
    let unknown = entries.split_off(word_count);
    let character_definition = text(container, Stream::CharacterDefinition)?.to_owned();
    Ok(Dictionary {
        entries,
        unknown,
        connections,
        character_definition,
    })
}

/// How the entries of a class keep a text: not at all, because it is [`NONE`] or follows from the surface, or in a stream of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Kept {
    /// It is [`NONE`].
    None,
    /// A reading is the surface; an expression is in its stream, compact.
    FromSurface,
    /// It is in its stream as it is.
    Literally,
}

impl Kept {
    /// The string that stands for it in the class table.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::None => NONE,
            Self::FromSurface => "=",
            Self::Literally => "!",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        [Self::None, Self::FromSurface, Self::Literally]
            .into_iter()
            .find(|kept| kept.code() == code)
    }
}

/// A class, and how its entries keep what is their own.
struct StoredClass {
    class: Arc<Class>,
    reading: Kept,
    expression: Kept,
}

fn read_connections(container: &Container) -> Result<Connections, DecodeError> {
    let right_classes = column(container, Stream::RightClasses)?;
    let left_classes = column(container, Stream::LeftClasses)?;
    let mut costs = column(container, Stream::ConnectionCosts)?;
    for row in costs.chunks_mut(connections::count(&right_classes).unwrap_or(1)) {
        let mut previous = 0u16;
        for cost in row {
            previous = previous.wrapping_add(*cost);
            *cost = previous;
        }
    }
    let costs = costs.into_iter().map(u16::cast_signed).collect();
    Connections::new(right_classes, left_classes, costs)
        .map_err(|reason| DecodeError::malformed(Stream::ConnectionCosts, reason))
}

fn read_classes(
    container: &Container,
    connections: &Connections,
) -> Result<Vec<StoredClass>, DecodeError> {
    let mut strings = Strings::of(container, Stream::Classes)?;
    let malformed = |reason| DecodeError::malformed(Stream::Classes, reason);
    let mut classes = Vec::new();
    while !strings.is_empty() {
        let id = |text: &str, count: usize| {
            text.parse::<u16>()
                .ok()
                .filter(|&id| usize::from(id) < count)
                .ok_or(malformed("an id is wrong"))
        };
        let class = Class {
            left_id: id(strings.next()?, connections.left_ids())?,
            right_id: id(strings.next()?, connections.right_ids())?,
            tag: strings.next()?.to_owned(),
            semantic_class: strings.next()?.to_owned(),
            final_consonant: strings.next()?.to_owned(),
            composition: strings.next()?.to_owned(),
            first_tag: strings.next()?.to_owned(),
            last_tag: strings.next()?.to_owned(),
        };
        let mut kept = || Kept::from_code(strings.next()?).ok_or(malformed("a code is unknown"));
        classes.push(StoredClass {
            class: Arc::new(class),
            reading: kept()?,
            expression: kept()?,
        });
    }
    Ok(classes)
}

fn read_entries(container: &Container, classes: &[StoredClass]) -> Result<Vec<Entry>, DecodeError> {
    let entry_classes = column(container, Stream::EntryClasses)?;
    let costs = column(container, Stream::Costs)?;
    let shared_prefixes = container.stream(Stream::SharedPrefixes);
    if entry_classes.len() > MAX_ENTRIES {
        return Err(DecodeError::malformed(
            Stream::EntryClasses,
            "there are too many entries",
        ));
    }
    if costs.len() != entry_classes.len() {
        return Err(DecodeError::malformed(
            Stream::Costs,
            "there is not one for each entry",
        ));
    }
    if shared_prefixes.len() != entry_classes.len() {
        return Err(DecodeError::malformed(
            Stream::SharedPrefixes,
            "there is not one for each entry",
        ));
    }

    let mut suffixes = Strings::of(container, Stream::SurfaceSuffixes)?;
    let mut readings = Strings::of(container, Stream::Readings)?;
    let mut expressions = Strings::of(container, Stream::Expressions)?;
    let mut entries: Vec<Entry> = Vec::with_capacity(entry_classes.len());
    let mut text_length = 0;
    for ((&class, &cost), &shared) in entry_classes.iter().zip(&costs).zip(shared_prefixes) {
        let stored = classes
            .get(usize::from(class))
            .ok_or(DecodeError::malformed(
                Stream::EntryClasses,
                "there is no such class",
            ))?;
        let previous = entries.last().map_or("", |entry| &entry.surface);
        let (prefix, _) =
            split_characters(previous, shared.into()).ok_or(DecodeError::malformed(
                Stream::SharedPrefixes,
                "one is longer than the surface before it",
            ))?;
        let surface = [prefix, suffixes.next()?].concat();
        let reading = match stored.reading {
            Kept::None => NONE.to_owned(),
            Kept::FromSurface => surface.clone(),
            Kept::Literally => readings.next()?.to_owned(),
        };
        let expression = match stored.expression {
            Kept::None => NONE.to_owned(),
            Kept::FromSurface => expand(expressions.next()?, &surface).ok_or(
                DecodeError::malformed(Stream::Expressions, "one does not fit its surface"),
            )?,
            Kept::Literally => expressions.next()?.to_owned(),
        };
        text_length += surface.len() + reading.len() + expression.len();
        if text_length > MAX_TEXT {
            return Err(DecodeError::malformed(
                Stream::SharedPrefixes,
                "the entries unpack to more than any dictionary needs",
            ));
        }
        entries.push(Entry {
            surface,
            cost: cost.cast_signed(),
            class: Arc::clone(&stored.class),
            reading,
            expression,
        });
    }
    for (strings, stream) in [
        (suffixes, Stream::SurfaceSuffixes),
        (readings, Stream::Readings),
        (expressions, Stream::Expressions),
    ] {
        if !strings.is_empty() {
            return Err(DecodeError::malformed(
                stream,
                "there are more strings than entries",
            ));
        }
    }
    Ok(entries)
}

/// The strings of a stream, one after another.
struct Strings<'a> {
    rest: &'a str,
    stream: Stream,
}

impl<'a> Strings<'a> {
    fn of(container: &'a Container, stream: Stream) -> Result<Self, DecodeError> {
        Ok(Self {
            rest: text(container, stream)?,
            stream,
        })
    }

    fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    fn next(&mut self) -> Result<&'a str, DecodeError> {
        let (string, rest) = self.rest.split_once('\0').ok_or(DecodeError::malformed(
            self.stream,
            "it has too few strings",
        ))?;
        self.rest = rest;
        Ok(string)
    }
}

fn text(container: &Container, stream: Stream) -> Result<&str, DecodeError> {
    str::from_utf8(container.stream(stream))
        .map_err(|_| DecodeError::malformed(stream, "it is not UTF-8"))
}

fn column(container: &Container, stream: Stream) -> Result<Vec<u16>, DecodeError> {
    join_planes(container.stream(stream)).ok_or(DecodeError::malformed(stream, "its length is odd"))
}

#[cfg(all(test, feature = "encode"))]
mod tests {
    use proptest::{collection::vec, prelude::*, sample::Index};

    use super::*;
    use crate::{container::STREAMS, encode};

    fn noun(final_consonant: &str) -> Arc<Class> {
        Arc::new(Class {
            left_id: 1,
            right_id: 0,
            tag: "NNG".to_owned(),
            semantic_class: NONE.to_owned(),
            final_consonant: final_consonant.to_owned(),
            composition: NONE.to_owned(),
            first_tag: NONE.to_owned(),
            last_tag: NONE.to_owned(),
        })
    }

    fn entry(surface: &str, class: Arc<Class>, reading: &str, expression: &str) -> Entry {
        Entry {
            surface: surface.to_owned(),
            cost: 1000,
            class,
            reading: reading.to_owned(),
            expression: expression.to_owned(),
        }
    }

    /// The streams of a dictionary that uses every way of keeping a text.
    fn container() -> Container {
        let dictionary = Dictionary {
            entries: vec![
                entry("시", noun("F"), "시", NONE),
                entry("시간", noun("T"), "시간", NONE),
                entry("시간초과", noun("F"), "시간초과", "시간/NNG/*+초과/NNG/*"),
                entry("時間", noun(NONE), "시간", "시간/NNG/*"),
            ],
            unknown: vec![entry("HANGUL", noun(NONE), NONE, NONE)],
            connections: Connections::from_matrix(&[0, 1, 2, 3], 2).expect("it is square"),
            character_definition: "HANGUL 0 1 2\n".to_owned(),
        };
        Container::read(&encode(&dictionary).expect("it can be packed")).expect("it is a container")
    }

    proptest! {
        #[test]
        fn damage_inside_the_streams_never_panics(
            changes in vec((any::<Index>(), any::<Index>(), any::<u8>()), 1..4),
            cuts in vec((any::<Index>(), any::<Index>()), 0..2),
        ) {
            let mut container = container();
            for (stream, place, byte) in changes {
                let stream = *stream.get(&STREAMS);
                let mut bytes = container.stream(stream).to_vec();
                let place = place.index(bytes.len());
                bytes[place] = byte;
                container.set(stream, bytes);
            }
            for (stream, end) in cuts {
                let stream = *stream.get(&STREAMS);
                let bytes = container.stream(stream);
                container.set(stream, bytes[..end.index(bytes.len())].to_vec());
            }
            let _ = unpack(&container);
        }
    }

    #[test]
    fn a_few_bytes_cannot_ask_for_gigabytes_of_entries() {
        // Each surface repeats the one before it, 1,020 bytes that cost the container one.
        let entries = MAX_TEXT / 1020 + 1;
        let mut container = Container::new(0);
        container.set(Stream::EntryClasses, vec![0; 2 * entries]);
        container.set(Stream::Costs, vec![0; 2 * entries]);
        container.set(
            Stream::SharedPrefixes,
            [vec![0], vec![255; entries - 1]].concat(),
        );
        container.set(
            Stream::SurfaceSuffixes,
            ["𝄞".repeat(255), "\0".repeat(entries)]
                .concat()
                .into_bytes(),
        );
        let classes = [StoredClass {
            class: noun(NONE),
            reading: Kept::None,
            expression: Kept::None,
        }];
        let error = read_entries(&container, &classes).expect_err("it is more than the cap");
        assert!(
            error.to_string().contains("more than any dictionary needs"),
            "{error}"
        );
    }
}
