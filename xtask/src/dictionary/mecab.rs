//! MeCab's compiled formats, read back. The layouts are those of MeCab 0.996: `dictionary.h` and `dictionary.cpp` (`sys.dic`, `unk.dic`),
//! `connector.cpp` (`matrix.bin`), `char_property.h` and `char_property.cpp` (`char.bin`), and Darts for the double array. All integers are
//! little-endian. Every read is checked; an error means that the file is not what it seems.

use std::fmt::Write;

/// One token of `sys.dic` or `unk.dic`.
pub(super) struct Token {
    pub(super) surface: String,
    pub(super) left_id: u16,
    pub(super) right_id: u16,
    pub(super) cost: i16,
    /// The features, comma-separated as in the CSV they were compiled from.
    pub(super) features: String,
}

/// `DictionaryMagicID` in MeCab's `dictionary.cpp`.
const MAGIC: u32 = 0xef71_8f77;
/// `DIC_VERSION` in MeCab's `common.h`.
const VERSION: u32 = 102;
/// Magic, version, type, number of words, sizes of the matrix, sizes of the three parts, a reserved word, and 32 bytes of charset.
const HEADER: usize = 72;

/// Reads all tokens of a dictionary, ordered by the bytes of their surfaces and, of one surface, as they were compiled.
pub(super) fn read_tokens(bytes: &[u8]) -> Result<Vec<Token>, String> {
    let number = |place: usize| u32_at(bytes, 4 * place).ok_or("the header is cut off");
    if number(0)? as usize ^ MAGIC as usize != bytes.len() || number(1)? != VERSION {
        return Err("not a compiled MeCab dictionary of version 102".into());
    }
    let token_count = number(3)? as usize;
    let (double_array, rest) = split_at(&bytes[HEADER.min(bytes.len())..], number(6)?)?;
    let (tokens, rest) = split_at(rest, number(7)?)?;
    let (features, rest) = split_at(rest, number(8)?)?;
    if !rest.is_empty() {
        return Err("bytes follow the features".into());
    }

    let mut out = Vec::with_capacity(token_count);
    walk(double_array, |surface, value| {
        // Darts' value: how many tokens the surface has, and the number of the first.
        let (count, first) = (value & 0xff, value >> 8);
        for token in first..first + count {
            out.push(
                read_token(tokens, features, token as usize, surface)
                    .ok_or("a token is cut off or not UTF-8")?,
            );
        }
        Ok(())
    })?;
    if out.len() != token_count {
        return Err(format!(
            "{} tokens were found where there should be {token_count}",
            out.len()
        ));
    }
    Ok(out)
}

/// A token is sixteen bytes: left id, right id, part-of-speech id and cost (16 bits each), place of its features and of its compound (32).
fn read_token(tokens: &[u8], features: &[u8], number: usize, surface: &[u8]) -> Option<Token> {
    let token = tokens.get(16 * number..16 * (number + 1))?;
    let features = features.get(u32_at(token, 8)? as usize..)?;
    let features = features.split(|&byte| byte == 0).next()?;
    Some(Token {
        surface: str::from_utf8(surface).ok()?.to_owned(),
        left_id: u16_at(token, 0)?,
        right_id: u16_at(token, 2)?,
        cost: u16_at(token, 6)?.cast_signed(),
        features: str::from_utf8(features).ok()?.to_owned(),
    })
}

/// Visits every key of a Darts double array in order, with its value.
///
/// A unit is a base and a check. From a node with base `b`, byte `c` leads to unit `b + c + 1`, and the end of a key to unit `b`, if that
/// unit's check is `b`; the base of an end is `-value - 1`.
fn walk(
    units: &[u8],
    mut visit: impl FnMut(&[u8], u32) -> Result<(), String>,
) -> Result<(), String> {
    let unit = |place: u32| {
        Some((
            u32_at(units, 8 * place as usize)?.cast_signed(),
            u32_at(units, 8 * place as usize + 4)?,
        ))
    };
    let (root, _) = unit(0).ok_or("the double array is empty")?;
    let mut key = Vec::new();
    // The base of each node on the way, and the transition to try next: 0 is the end of a key, `c + 1` the byte `c`.
    let mut way = vec![(root.cast_unsigned(), 0u32)];
    while let Some((base, next)) = way.last_mut() {
        let (from, transition) = (*base, *next);
        if transition > 256 {
            way.pop();
            key.pop();
            continue;
        }
        *next += 1;
        let Some((to, check)) = from.checked_add(transition).and_then(unit) else {
            continue;
        };
        if check != from {
            continue;
        }
        match (transition.checked_sub(1), to) {
            (None, end) if end < 0 => visit(&key, (-(end + 1)).cast_unsigned())?,
            (Some(byte), base) if base >= 0 => {
                // A damaged array may lead back to itself.
                if key.len() > 4096 {
                    return Err("the double array has a cycle".into());
                }
                key.push(byte as u8);
                way.push((base.cast_unsigned(), 0));
            }
            _ => {}
        }
    }
    Ok(())
}

/// The connection matrix: the number of right ids, and `costs[right id + right_ids * left id]`.
pub(super) fn read_matrix(bytes: &[u8]) -> Result<(usize, Vec<i16>), String> {
    let (right_ids, left_ids) = u16_at(bytes, 0)
        .zip(u16_at(bytes, 2))
        .ok_or("the matrix is cut off")?;
    let (costs, rest) = bytes[4..].as_chunks::<2>();
    if costs.len() != usize::from(right_ids) * usize::from(left_ids) || !rest.is_empty() {
        return Err("the matrix is not as large as it says".into());
    }
    Ok((
        right_ids.into(),
        costs.iter().map(|&cost| i16::from_le_bytes(cost)).collect(),
    ))
}

/// How an unknown word of a category is made: whether one is made where the dictionary knows a word too, whether characters of the category
/// are grouped, and up to which length they are taken one by one.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Making {
    invoke: bool,
    group: bool,
    length: u32,
}

/// The property of one character, a bit field of 32 (`CharInfo` in MeCab's `char_property.h`): the categories it belongs to in bits 0 to 17,
/// the number of its default category in 18 to 25, then length (4), group (1) and invoke (1).
#[derive(Clone, Copy, PartialEq, Eq)]
struct CharInfo(u32);

impl CharInfo {
    fn belongs_to(self, category: usize) -> bool {
        category < 18 && self.0 >> category & 1 == 1
    }

    fn default_category(self) -> usize {
        (self.0 >> 18 & 0xff) as usize
    }

    fn making(self) -> Making {
        Making {
            invoke: self.0 >> 31 == 1,
            group: self.0 >> 30 & 1 == 1,
            length: self.0 >> 26 & 0xf,
        }
    }
}

/// The text of the `char.def` a `char.bin` was compiled from, with a line for each category and for each run of characters that are not in
/// the default category alone. The categories keep their order.
pub(super) fn read_character_definition(bytes: &[u8]) -> Result<String, String> {
    let count = u32_at(bytes, 0).ok_or("char.bin is cut off")?;
    let (names, characters) = split_at(&bytes[4..], count.saturating_mul(32))?;
    let names: Vec<&str> = names
        .chunks(32)
        .map(|name| {
            str::from_utf8(name)
                .map(|name| name.trim_end_matches('\0'))
                .map_err(|_| "a category's name is not UTF-8")
        })
        .collect::<Result<_, _>>()?;
    let characters: Vec<CharInfo> = characters
        .as_chunks::<4>()
        .0
        .iter()
        .map(|&info| CharInfo(u32::from_le_bytes(info)))
        .collect();
    if characters.len() != 0xffff {
        return Err(format!(
            "char.bin describes {} characters",
            characters.len()
        ));
    }

    let mut definition = String::new();
    for (category, name) in names.iter().enumerate() {
        let mut makings = characters
            .iter()
            .filter(|info| info.default_category() == category)
            .map(|info| info.making());
        // char.bin says how a category makes words only with the characters whose default it is.
        let Some(making) = makings.next() else {
            return Err(format!("no character has the default category {name}"));
        };
        if makings.any(|other| other != making) {
            return Err(format!("the characters of {name} disagree"));
        }
        let Making {
            invoke,
            group,
            length,
        } = making;
        let _ = writeln!(
            definition,
            "{name} {} {} {length}",
            u8::from(invoke),
            u8::from(group)
        );
    }
    let default = names
        .iter()
        .position(|&name| name == "DEFAULT")
        .ok_or("there is no category DEFAULT")?;
    let mut first = 0;
    for run in characters.chunk_by(PartialEq::eq) {
        let (last, info) = (first + run.len() - 1, run[0]);
        let others = (0..names.len())
            .filter(|&category| category != info.default_category() && info.belongs_to(category));
        let categories: Vec<&str> = [info.default_category()]
            .into_iter()
            .chain(others)
            .filter_map(|category| names.get(category).copied())
            .collect();
        if categories != [names[default]] {
            let _ = writeln!(
                definition,
                "0x{first:04X}..0x{last:04X} {}",
                categories.join(" ")
            );
        }
        first += run.len();
    }
    Ok(definition)
}

fn u16_at(bytes: &[u8], place: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(place..)?.first_chunk()?))
}

fn u32_at(bytes: &[u8], place: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(place..)?.first_chunk()?))
}

fn split_at(bytes: &[u8], length: u32) -> Result<(&[u8], &[u8]), String> {
    bytes
        .split_at_checked(length as usize)
        .ok_or_else(|| "the file is cut off".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A double array with the keys "a" (two tokens from 0) and "ab" (one token from 2), laid out by hand.
    fn double_array() -> Vec<u8> {
        let mut units = [(0i32, u32::MAX); 400];
        units[0].0 = 1;
        let value = |first: i32, count: i32| -(first << 8 | count) - 1;
        let a = 1 + 97 + 1; // from the root by 'a', to a node with base 150
        units[a] = (150, 1);
        units[150] = (value(0, 2), 150);
        let ab = 150 + 98 + 1; // from there by 'b', to a node with base 270
        units[ab] = (270, 150);
        units[270] = (value(2, 1), 270);
        units
            .iter()
            .flat_map(|(base, check)| [base.to_le_bytes(), check.to_le_bytes()].concat())
            .collect()
    }

    fn sys_dic() -> Vec<u8> {
        let tokens: Vec<u8> = [(1u16, 2u16, 0u16, -5i16), (3, 4, 0, 6), (7, 8, 0, 9)]
            .iter()
            .zip([0u32, 4, 0])
            .flat_map(|(&(left, right, tag, cost), features)| {
                let ids = [left, right, tag, cost.cast_unsigned()]
                    .map(u16::to_le_bytes)
                    .concat();
                [ids, features.to_le_bytes().to_vec(), vec![0; 4]].concat()
            })
            .collect();
        let (units, features) = (double_array(), b"NNG\0NNP\0");
        let size = HEADER + units.len() + tokens.len() + features.len();
        let numbers = [
            size as u32 ^ MAGIC,
            VERSION,
            0,
            3,
            9,
            9,
            units.len() as u32,
            tokens.len() as u32,
            features.len() as u32,
            0,
        ];
        [
            numbers.map(u32::to_le_bytes).concat(),
            vec![0; 32],
            units,
            tokens,
            features.to_vec(),
        ]
        .concat()
    }

    #[test]
    fn all_tokens_of_a_compiled_dictionary_are_read_in_order() {
        let tokens = read_tokens(&sys_dic()).expect("it is a dictionary");
        let tokens: Vec<_> = tokens
            .iter()
            .map(|t| (&*t.surface, t.left_id, t.right_id, t.cost, &*t.features))
            .collect();
        assert_eq!(
            tokens,
            [
                ("a", 1, 2, -5, "NNG"),
                ("a", 3, 4, 6, "NNP"),
                ("ab", 7, 8, 9, "NNG")
            ]
        );
    }

    #[test]
    fn a_dictionary_cut_off_anywhere_is_an_error() {
        let bytes = sys_dic();
        for end in (0..bytes.len()).step_by(13) {
            assert!(read_tokens(&bytes[..end]).is_err(), "at {end}");
        }
    }

    #[test]
    fn the_character_definition_is_written_as_it_was() {
        let names = ["DEFAULT", "SPACE", "HANGUL"].map(|name| {
            let mut bytes = [0; 32];
            bytes[..name.len()].copy_from_slice(name.as_bytes());
            bytes
        });
        let group = 1 << 30;
        let mut characters = vec![1u32 | group; 0xffff];
        characters[0x20] = 0b010 | 1 << 18 | group;
        characters[0xac00..=0xd7a3].fill(0b110 | 2 << 18 | 2 << 26 | group | 1 << 31);
        let bytes = [
            3u32.to_le_bytes().to_vec(),
            names.concat(),
            characters
                .iter()
                .flat_map(|info| info.to_le_bytes())
                .collect(),
        ]
        .concat();
        let expected = "DEFAULT 0 1 0\nSPACE 0 1 0\nHANGUL 1 1 2\n0x0020..0x0020 SPACE\n0xAC00..0xD7A3 HANGUL SPACE\n";
        assert_eq!(read_character_definition(&bytes).as_deref(), Ok(expected));
    }

    #[test]
    fn a_matrix_of_the_wrong_size_is_an_error() {
        assert_eq!(
            read_matrix(&[2, 0, 1, 0, 5, 0, 255, 255]),
            Ok((2, vec![5, -1]))
        );
        assert!(read_matrix(&[2, 0, 2, 0, 5, 0, 255, 255]).is_err());
        assert!(read_matrix(&[2]).is_err());
    }
}
