//! The dictionary in the segmenter it is made for, and the tables beside it.

use std::collections::BTreeMap;

use ko_dic::{
    Dictionary, EXPRESSION, TAG,
    tables::{self, BOUNDARY_ID, Entry},
};
use lindera::{mode::Mode, segmenter::Segmenter};
use lindera_dictionary::{
    builder::DictionaryBuilder,
    viterbi::{LexType, WordId},
};

fn dictionary() -> Dictionary {
    ko_dic::load().expect("the embedded dictionary loads")
}

fn segmenter() -> Segmenter {
    Segmenter::new(Mode::Normal, dictionary(), None)
}

/// Surfaces and tags as one line: `람다/NNG 함수/NNG`.
fn analyse(segmenter: &Segmenter, text: &str) -> String {
    let tokens = segmenter
        .segment(text.into())
        .expect("any text can be segmented");
    let words: Vec<String> = tokens
        .into_iter()
        .map(|mut token| {
            format!(
                "{}/{}",
                token.surface.clone(),
                token.get_detail(TAG).expect("every token has a tag")
            )
        })
        .collect();
    words.join(" ")
}

#[test]
fn all_words_are_there() {
    assert_eq!(dictionary().prefix_dictionary.word_count(), 816_283);
}

#[test]
fn every_word_is_as_it_was_packed() {
    let packed =
        ko_dic_codec::decode(include_bytes!("../data/ko-dic.kodic")).expect("the file is whole");
    let dictionary = dictionary();
    let class_of = |classes: &[u16], id: u16| classes[usize::from(id)];
    for (id, word) in packed.entries.iter().enumerate() {
        let found = tables::entry(
            &dictionary,
            word.surface.trim(),
            WordId::new(LexType::System, id as u32),
        );
        let expected = Entry {
            left_id: class_of(packed.connections.left_classes(), word.class.left_id),
            right_id: class_of(packed.connections.right_classes(), word.class.right_id),
            cost: word.cost,
            is_unknown: false,
        };
        assert_eq!(found, Some(expected), "{word:?}");
        assert_eq!(
            dictionary.word_details(id),
            [&word.class.tag, &word.expression],
            "{word:?}"
        );
    }
}

#[test]
fn every_connection_costs_what_was_packed() {
    let packed = ko_dic_codec::decode(include_bytes!("../data/ko-dic.kodic"))
        .expect("the file is whole")
        .connections;
    let dictionary = dictionary();
    assert_eq!(
        tables::connection_ids(&dictionary),
        (packed.right_count(), packed.left_count())
    );
    for left in 0..packed.left_count() {
        let row = packed.row(left).expect("there is such a class");
        for (right, &cost) in row.iter().enumerate() {
            assert_eq!(
                tables::connection_cost(&dictionary, right as u16, left as u16),
                Some(cost)
            );
        }
    }
    assert_eq!(
        tables::connection_cost(&dictionary, packed.right_count() as u16, 0),
        None
    );
    assert_eq!(
        tables::connection_cost(&dictionary, 0, packed.left_count() as u16),
        None
    );
}

#[test]
fn particles_and_endings_are_cut_off() {
    let segmenter = segmenter();
    for (text, analysis) in [
        ("가시성 시간 초과는", "가시성/NNG 시간/NNG 초과/NNG 는/JX"),
        (
            "람다 함수를 배포하는",
            "람다/NNG 함수/NNG 를/JKO 배포/NNG 하/XSV 는/ETM",
        ),
        ("EC2의", "EC/SL 2/SN 의/NNG"),
        ("오토스케일링", "오토/NNG 스케일링/NNG"),
        (
            "메시지를 삭제한 뒤에 다시 시도했다.",
            "메시지/NNG 를/JKO 삭제/NNG 한/XSV+ETM 뒤/NNG 에/JKB 다시/MAG 시도/NNG 했/XSV+EP 다/EF ./SF",
        ),
    ] {
        assert_eq!(analyse(&segmenter, text), analysis);
    }
}

#[test]
fn a_text_without_korean_is_fine() {
    let segmenter = segmenter();
    assert_eq!(analyse(&segmenter, ""), "");
    assert_eq!(analyse(&segmenter, "🙂 ok"), "🙂/SY ok/SL");
}

#[test]
fn a_compound_says_what_it_is_made_of() {
    let segmenter = segmenter();
    let mut tokens = segmenter
        .segment("데이터베이스".into())
        .expect("any text can be segmented");
    let expressions: Vec<_> = tokens
        .iter_mut()
        .filter_map(|token| token.get_detail(EXPRESSION))
        .collect();
    assert_eq!(expressions, ["데이터/NNG/*+베이스/NNG/*"]);
}

/// The cheapest path of dictionary words through a text, by the tables alone.
fn cheapest_path(dictionary: &Dictionary, text: &str) -> (i32, Vec<String>) {
    // For each place, and each right id a path to it ends in, the cheapest path.
    let mut paths: BTreeMap<usize, BTreeMap<u16, (i32, Vec<String>)>> = BTreeMap::new();
    paths
        .entry(0)
        .or_default()
        .insert(BOUNDARY_ID, (0, Vec::new()));
    let follow = |right_id, left_id| {
        i32::from(tables::connection_cost(dictionary, right_id, left_id).expect("the ids exist"))
    };
    for (start, _) in text.char_indices() {
        let Some(before) = paths.get(&start).cloned() else {
            continue;
        };
        for (length, word) in dictionary.prefix_dictionary.prefix(&text[start..]) {
            let surface = &text[start..start + length];
            let word = tables::entry(dictionary, surface, word.word_id())
                .expect("the dictionary just found it");
            for (&right_id, (cost, path)) in &before {
                let cost = cost + follow(right_id, word.left_id) + i32::from(word.cost);
                let ends_here = paths.entry(start + length).or_default();
                if ends_here
                    .get(&word.right_id)
                    .is_none_or(|known| cost < known.0)
                {
                    ends_here.insert(
                        word.right_id,
                        (cost, [&path[..], &[surface.to_owned()]].concat()),
                    );
                }
            }
        }
    }
    let ends = paths
        .remove(&text.len())
        .expect("the text is made of dictionary words");
    ends.into_iter()
        .map(|(right_id, (cost, path))| (cost + follow(right_id, BOUNDARY_ID), path))
        .min()
        .expect("there is a path")
}

#[test]
fn the_tables_lead_to_the_same_analysis_as_the_segmenter() {
    let (dictionary, segmenter) = (dictionary(), segmenter());
    for eojeol in [
        "가시성",
        "초과는",
        "함수를",
        "배포하는",
        "데이터베이스에서는",
        "대기열이",
        "지워지지",
        "않았습니다",
        "오토스케일링이",
    ] {
        let tokens = segmenter
            .segment(eojeol.into())
            .expect("any text can be segmented");
        let surfaces: Vec<_> = tokens
            .iter()
            .map(|token| token.surface.clone().into_owned())
            .collect();
        assert_eq!(cheapest_path(&dictionary, eojeol).1, surfaces, "{eojeol}");
    }
}

#[test]
fn a_word_no_dictionary_has_is_unknown_with_the_numbers_of_its_category() {
    let (dictionary, segmenter) = (dictionary(), segmenter());
    let tokens = segmenter
        .segment("kubectl".into())
        .expect("any text can be segmented");
    let [token] = &tokens[..] else {
        panic!("it is one word")
    };
    let entry = tables::entry(&dictionary, &token.surface, token.word_id)
        .expect("every token has an entry");
    assert!(entry.is_unknown);

    let categories = tables::categories(&dictionary);
    let latin = categories
        .iter()
        .find(|category| category.name == "ALPHA")
        .expect("there is such a category");
    assert!(latin.invoke && latin.group);
    let [unknown] = latin.entries[..] else {
        panic!("it has one entry")
    };
    assert_eq!(
        (unknown.tag, unknown.word_id, unknown.entry),
        ("SL", token.word_id.id(), entry)
    );
}

#[test]
fn every_category_makes_unknown_words() {
    let dictionary = dictionary();
    let categories = tables::categories(&dictionary);
    for category in &categories {
        assert!(!category.entries.is_empty(), "{}", category.name);
        assert!(
            category
                .entries
                .iter()
                .all(|unknown| unknown.entry.is_unknown && unknown.tag != "*"),
            "{}",
            category.name
        );
    }
    let hangul = categories
        .iter()
        .find(|category| category.name == "HANGUL")
        .expect("there is such a category");
    assert_eq!(
        (
            hangul.invoke,
            hangul.group,
            hangul.length,
            hangul.entries[0].tag
        ),
        (false, true, 2, "UNKNOWN")
    );
}

#[test]
fn the_character_ranges_have_no_gap_and_say_what_the_dictionary_says() {
    let dictionary = dictionary();
    let categories = tables::categories(&dictionary);
    let ranges = tables::character_ranges(&dictionary);
    assert_eq!(ranges.first().map(|range| range.first), Some(0));
    assert_eq!(
        ranges.last().map(|range| range.last),
        Some(char::MAX.into())
    );
    assert!(
        ranges
            .windows(2)
            .all(|pair| pair[0].last + 1 == pair[1].first
                && pair[0].categories != pair[1].categories)
    );

    let category_of = |character: char| {
        let range = ranges
            .iter()
            .find(|range| (range.first..=range.last).contains(&character.into()))
            .expect("there is no gap");
        range
            .categories
            .iter()
            .map(|&index| categories[index].name)
            .collect::<Vec<_>>()
    };
    for (character, category) in [
        ('가', "HANGUL"),
        ('힣', "HANGUL"),
        ('ㄱ', "HANGUL"),
        ('a', "ALPHA"),
        ('7', "NUMERIC"),
        (' ', "SPACE"),
        ('。', "SYMBOL"),
        ('🙂', "DEFAULT"),
    ] {
        assert_eq!(category_of(character), [category], "{character}");
    }
}

#[test]
fn a_user_dictionary_is_written_with_the_ids_of_mecab_ko_dic() {
    let dictionary = dictionary();
    let (left_id, right_id) = tables::noun_context_ids("빠른메모");
    let line = format!("빠른메모,{left_id},{right_id},-2000,NNG,빠른/NNG/*+메모/NNG/*\n");
    let user = DictionaryBuilder::new((*dictionary.metadata).clone())
        .build_user_dict_from_reader(line.as_bytes())
        .expect("it is well formed");
    let segmenter = Segmenter::new(Mode::Normal, dictionary.clone(), Some(user));
    assert_eq!(analyse(&segmenter, "빠른메모는"), "빠른메모/NNG 는/JX");

    // A word of the dictionary that is such a noun has the same ids.
    let noun = |surface: &str| {
        let found = dictionary.prefix_dictionary.find_surface(surface);
        let noun = found
            .iter()
            .find(|entry| dictionary.word_details(entry.word_id().id() as usize)[TAG] == "NNG")
            .expect("it is there");
        tables::entry(&dictionary, surface, noun.word_id()).expect("it is there")
    };
    let map = dictionary
        .metadata
        .context_id_map
        .as_ref()
        .expect("it comes with the dictionary");
    for surface in ["함수", "버튼"] {
        let (left_id, right_id) = tables::noun_context_ids(surface);
        assert_eq!(
            (noun(surface).left_id, noun(surface).right_id),
            (map.map_left(left_id), map.map_right(right_id)),
            "{surface}"
        );
    }

    let tokens = segmenter
        .segment("빠른메모".into())
        .expect("any text can be segmented");
    let entry = tables::user_entry(
        segmenter.user_dictionary.as_ref().expect("it was given"),
        tokens[0].word_id,
    );
    let expected = Entry {
        left_id: noun("함수").left_id,
        right_id: noun("함수").right_id,
        cost: -2000,
        is_unknown: false,
    };
    assert_eq!(entry, Some(expected));
}

#[test]
fn the_licence_and_the_notice_come_along() {
    assert!(ko_dic::LICENSE.contains("Apache License") && ko_dic::NOTICE.contains("mecab-ko-dic"));
}
