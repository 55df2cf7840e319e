//! The dictionary as `ko-dic-codec` packs it, made from MeCab's compiled files: features taken apart, words sorted, equal connection ids
//! merged.

use std::{collections::BTreeSet, sync::Arc};

use ko_dic_codec::{Class, Connections, Dictionary, Entry, decode, encode};

use super::{
    mecab::{Token, read_character_definition, read_matrix, read_tokens},
    source::CompiledDictionary,
};

/// Packs a compiled dictionary, and makes sure that it comes back the same.
pub(super) fn pack(compiled: &CompiledDictionary) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let (right_ids, matrix) = read_matrix(&compiled.matrix_bin)?;
    let mut classes = BTreeSet::new();
    let mut entries = read_entries(&compiled.sys_dic, &mut classes)?;
    // A stable sort: entries of one surface stay in the order they were compiled in, which decides ties.
    entries.sort_by(|a, b| a.surface.cmp(&b.surface));
    let dictionary = Dictionary {
        entries,
        unknown: read_entries(&compiled.unk_dic, &mut classes)?,
        connections: Connections::from_matrix(&matrix, right_ids)
            .ok_or("the connection matrix cannot be merged")?,
        character_definition: read_character_definition(&compiled.char_bin)?,
    };
    println!(
        "{} words, {} unknown-word entries; of {} × {} connection ids {} × {} are distinct",
        dictionary.entries.len(),
        dictionary.unknown.len(),
        dictionary.connections.right_ids(),
        dictionary.connections.left_ids(),
        dictionary.connections.right_count(),
        dictionary.connections.left_count(),
    );
    println!("packing (about a minute)");
    let packed = encode(&dictionary)?;
    if decode(&packed)? != dictionary {
        return Err("the packed dictionary does not come back as it was".into());
    }
    if !keeps_every_cost(&dictionary.connections, &matrix, right_ids) {
        return Err("the merged connection matrix differs from the compiled one".into());
    }
    Ok(packed)
}

fn keeps_every_cost(connections: &Connections, matrix: &[i16], right_ids: usize) -> bool {
    let (right, left) = (connections.right_classes(), connections.left_classes());
    connections.right_ids() * connections.left_ids() == matrix.len()
        && left
            .iter()
            .zip(matrix.chunks(right_ids))
            .all(|(&left, compiled)| {
                let row = connections.row(left.into()).unwrap_or_default();
                right
                    .iter()
                    .zip(compiled)
                    .all(|(&right, cost)| row.get(usize::from(right)) == Some(cost))
            })
}

fn read_entries(bytes: &[u8], classes: &mut BTreeSet<Arc<Class>>) -> Result<Vec<Entry>, String> {
    read_tokens(bytes)?
        .into_iter()
        .map(|token| entry(token, classes))
        .collect()
}

/// Takes the features of a token apart; equal classes are shared.
fn entry(token: Token, classes: &mut BTreeSet<Arc<Class>>) -> Result<Entry, String> {
    let features: [String; 8] =
        split_csv(&token.features)
            .try_into()
            .map_err(|features: Vec<_>| {
                format!(
                    "{:?} has {} features, not 8: {}",
                    token.surface,
                    features.len(),
                    token.features
                )
            })?;
    let [
        tag,
        semantic_class,
        final_consonant,
        reading,
        composition,
        first_tag,
        last_tag,
        expression,
    ] = features;
    let (left_id, right_id) = (token.left_id, token.right_id);
    let class = Class {
        left_id,
        right_id,
        tag,
        semantic_class,
        final_consonant,
        composition,
        first_tag,
        last_tag,
    };
    let class = match classes.get(&class) {
        Some(known) => Arc::clone(known),
        None => {
            let class = Arc::new(class);
            classes.insert(Arc::clone(&class));
            class
        }
    };
    Ok(Entry {
        surface: token.surface,
        cost: token.cost,
        class,
        reading,
        expression,
    })
}

/// The fields of one line of CSV (RFC 4180).
fn split_csv(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        let last = fields.len() - 1;
        match character {
            '"' if quoted && characters.next_if_eq(&'"').is_some() => fields[last].push('"'),
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            _ => fields[last].push(character),
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_fields_may_hold_commas_and_quotes() {
        assert_eq!(split_csv(r#"SC,*,",",a"#), ["SC", "*", ",", "a"]);
        assert_eq!(split_csv(r#""a""b",*"#), ["a\"b", "*"]);
    }

    #[test]
    fn a_token_without_eight_features_is_an_error() {
        let token = Token {
            surface: "말".into(),
            left_id: 0,
            right_id: 0,
            cost: 0,
            features: "NNG,*".into(),
        };
        let error = entry(token, &mut BTreeSet::new()).expect_err("it has two");
        assert!(error.contains("has 2 features, not 8"), "{error}");
    }
}
