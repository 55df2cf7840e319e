//! What is packed comes back the same, and bytes that were not packed by us are an error at worst.

use std::sync::Arc;

use ko_dic_codec::{
    Class, Connections, DecodeError, Dictionary, EncodeError, Entry, NONE, decode, encode,
};
use proptest::{collection::vec, prelude::*, sample::Index};

/// Any matrix of the given size, with rows and columns that repeat.
fn connections(right_ids: usize, left_ids: usize) -> impl Strategy<Value = Connections> {
    vec(prop_oneof![-2i16..2, any::<i16>()], right_ids * left_ids).prop_map(move |matrix| {
        Connections::from_matrix(&matrix, right_ids).expect("the matrix is rectangular")
    })
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof!["[가각나-낙a1 ,\"]{0,5}", "[^\u{0}]{0,4}"]
}

/// A feature as mecab-ko-dic has it, or anything else.
fn feature() -> impl Strategy<Value = String> {
    prop_oneof![Just(NONE.to_owned()), "[A-Z]{2,3}", word()]
}

fn class(right_ids: u16, left_ids: u16) -> impl Strategy<Value = Arc<Class>> {
    (0..left_ids, 0..right_ids, vec(feature(), 6)).prop_map(|(left_id, right_id, features)| {
        let [
            tag,
            semantic_class,
            final_consonant,
            composition,
            first_tag,
            last_tag,
        ] = features.try_into().expect("there are six");
        Arc::new(Class {
            left_id,
            right_id,
            tag,
            semantic_class,
            final_consonant,
            composition,
            first_tag,
            last_tag,
        })
    })
}

/// An entry whose reading and expression are none, follow from the surface, or are anything.
fn entry(classes: Vec<Arc<Class>>) -> impl Strategy<Value = Entry> {
    let text = || {
        prop_oneof![
            Just(None),
            word().prop_map(Some),
            Just(Some(NONE.to_owned()))
        ]
    };
    (word(), any::<i16>(), any::<Index>(), text(), text()).prop_map(
        move |(surface, cost, class, reading, expression)| Entry {
            cost,
            class: Arc::clone(class.get(&classes)),
            reading: reading.unwrap_or_else(|| surface.clone()),
            expression: expression.unwrap_or_else(|| spelled_letter_by_letter(&surface)),
            surface,
        },
    )
}

fn spelled_letter_by_letter(surface: &str) -> String {
    surface
        .chars()
        .map(|c| format!("{c}/NNG/*"))
        .collect::<Vec<_>>()
        .join("+")
}

fn dictionary() -> impl Strategy<Value = Dictionary> {
    (1..6usize, 1..6usize)
        .prop_flat_map(|(right_ids, left_ids)| {
            let class = class(right_ids as u16, left_ids as u16);
            (connections(right_ids, left_ids), vec(class, 1..4))
        })
        .prop_flat_map(|(connections, classes)| {
            (
                vec(entry(classes.clone()), 0..12),
                vec(entry(classes), 0..3),
                Just(connections),
                any::<String>(),
            )
        })
        .prop_map(
            |(mut entries, unknown, connections, character_definition)| {
                entries.sort_by(|a, b| a.surface.cmp(&b.surface));
                Dictionary {
                    entries,
                    unknown,
                    connections,
                    character_definition,
                }
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_dictionary_comes_back_as_it_was(dictionary in dictionary()) {
        let packed = encode(&dictionary).expect("it can be packed");
        prop_assert_eq!(decode(&packed).expect("it can be unpacked"), dictionary);
    }

    #[test]
    fn merging_equal_ids_keeps_every_cost(right_ids in 1..7usize, costs in vec(-2i16..2, 42)) {
        let matrix = &costs[..costs.len() / right_ids * right_ids];
        let connections = Connections::from_matrix(matrix, right_ids).expect("the matrix is rectangular");
        prop_assert_eq!(connections.right_ids() * connections.left_ids(), matrix.len());
        for (place, &cost) in matrix.iter().enumerate() {
            let (right_id, left_id) = (place % right_ids, place / right_ids);
            prop_assert_eq!(connections.cost(right_id as u16, left_id as u16), Some(cost));
        }
    }

    #[test]
    fn a_truncated_dictionary_is_an_error(dictionary in dictionary(), end in any::<Index>()) {
        let packed = encode(&dictionary).expect("it can be packed");
        prop_assert!(decode(&packed[..end.index(packed.len())]).is_err());
    }

    #[test]
    fn flipped_bytes_never_panic(dictionary in dictionary(), flips in vec((any::<Index>(), 1u8..), 1..8)) {
        let mut packed = encode(&dictionary).expect("it can be packed");
        for (place, flip) in flips {
            let place = place.index(packed.len());
            packed[place] ^= flip;
        }
        let _ = decode(&packed);
    }

    #[test]
    fn any_bytes_in_the_place_of_the_streams_never_panic(bytes in vec(any::<u8>(), 0..200)) {
        let _ = decode(&bytes);
        let _ = decode(&[b"KODIC 1\n\0\0\0\0", &*bytes].concat());
    }
}

fn smallest() -> Dictionary {
    Dictionary {
        entries: Vec::new(),
        unknown: Vec::new(),
        connections: Connections::from_matrix(&[0], 1).expect("one value is a matrix"),
        character_definition: String::new(),
    }
}

#[test]
fn an_empty_dictionary_comes_back() {
    let packed = encode(&smallest()).expect("it can be packed");
    assert_eq!(decode(&packed), Ok(smallest()));
}

#[test]
fn bytes_after_the_end_are_an_error() {
    let mut packed = encode(&smallest()).expect("it can be packed");
    packed.push(0);
    assert_eq!(decode(&packed), Err(DecodeError::TrailingBytes));
}

#[test]
fn another_version_is_an_error() {
    let mut packed = encode(&smallest()).expect("it can be packed");
    packed[6] = b'2';
    assert_eq!(decode(&packed), Err(DecodeError::NotADictionary));
}

#[test]
fn a_stream_that_claims_gigabytes_is_refused_before_it_is_unpacked() {
    let mut packed = encode(&smallest()).expect("it can be packed");
    packed[12..16].copy_from_slice(&u32::MAX.to_le_bytes());
    let error = decode(&packed).expect_err("no stream is that long");
    assert!(
        error
            .to_string()
            .contains("longer than any dictionary needs"),
        "{error}"
    );
}

#[test]
fn more_unknown_words_than_entries_are_an_error() {
    let mut packed = encode(&smallest()).expect("it can be packed");
    packed[8] = 1;
    assert!(matches!(
        decode(&packed),
        Err(DecodeError::Malformed { .. })
    ));
}

#[test]
fn more_text_than_a_reader_accepts_cannot_be_packed() {
    let class = Arc::new(Class {
        left_id: 0,
        right_id: 0,
        tag: "NNG".into(),
        semantic_class: NONE.into(),
        final_consonant: NONE.into(),
        composition: NONE.into(),
        first_tag: NONE.into(),
        last_tag: NONE.into(),
    });
    let entry = Entry {
        surface: "a".repeat(256),
        cost: 0,
        class,
        reading: NONE.into(),
        expression: NONE.into(),
    };
    let dictionary = Dictionary {
        entries: vec![entry; 600_000],
        ..smallest()
    };
    assert_eq!(encode(&dictionary), Err(EncodeError::TooLarge));
}

#[test]
fn a_connection_id_outside_the_matrix_cannot_be_packed() {
    let class = Class {
        left_id: 1,
        right_id: 0,
        tag: "NNG".into(),
        semantic_class: NONE.into(),
        final_consonant: NONE.into(),
        composition: NONE.into(),
        first_tag: NONE.into(),
        last_tag: NONE.into(),
    };
    let entry = Entry {
        surface: "말".into(),
        cost: 0,
        class: class.into(),
        reading: NONE.into(),
        expression: NONE.into(),
    };
    let dictionary = Dictionary {
        entries: vec![entry],
        ..smallest()
    };
    assert!(matches!(
        encode(&dictionary),
        Err(EncodeError::UnknownConnectionId { .. })
    ));
}
