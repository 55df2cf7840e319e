use proptest::prelude::*;

use super::*;
use crate::diagnostics::Lang;

/// The front matter, the body and the diagnostics in Korean.
fn read(text: &str) -> (FrontMatter, String, String) {
    let mut diagnostics = Vec::new();
    let (front_matter, body) = split("노트.md", text, &mut diagnostics);
    let shown: String = diagnostics.iter().map(|d| d.render(Lang::Ko)).collect();
    (front_matter, text[body..].to_owned(), shown)
}

fn quiet(text: &str) -> FrontMatter {
    let (front_matter, _, shown) = read(text);
    assert_eq!(shown, "", "{text}");
    front_matter
}

#[test]
fn yaml_is_read_between_dashes_and_toml_between_pluses() {
    let (yaml, body, _) = read("---\ntitle: 람다\ntags: [aws, 서버리스]\n---\n본문\n");
    assert_eq!(
        (yaml.title.as_deref(), body.as_str()),
        (Some("람다"), "본문\n")
    );
    assert_eq!(yaml.tags, ["aws", "서버리스"]);
    let (toml, body, _) =
        read("+++\ntitle = \"람다\"\ndate = 2023-03-21\ntags = [\"aws\"]\n+++\n본문\n");
    assert_eq!(
        (toml.title.as_deref(), body.as_str()),
        (Some("람다"), "본문\n")
    );
    assert_eq!(toml.date.as_deref(), Some("2023-03-21"));
}

#[test]
fn only_the_first_byte_opens_a_front_matter_and_a_missing_fence_closes_none() {
    for text in [
        "\n---\ntitle: 람다\n---\n",
        "글\n---\ntitle: 람다\n---\n",
        "---\ntitle: 람다\n\n본문\n",
        "----\ntitle: 람다\n----\n",
        "--- 제목\ntitle: 람다\n---\n",
        "---",
        "",
    ] {
        assert_eq!(
            read(text),
            (FrontMatter::default(), text.to_owned(), String::new()),
            "{text}"
        );
    }
}

#[test]
fn three_dots_close_and_spaces_after_a_fence_do_not_matter() {
    let (front_matter, body, _) = read("---  \ntitle: 람다\n... \n본문");
    assert_eq!(
        (front_matter.title.as_deref(), body.as_str()),
        (Some("람다"), "본문")
    );
    assert_eq!(read("---\n---\n본문").1, "본문");
    assert_eq!(read("---\ntitle: 람다\n---").1, "");
}

#[test]
fn text_between_two_rules_is_not_swallowed() {
    for text in [
        "---\n람다는 서버 없이 코드를 돌린다.\n\n---\n다음\n",
        "---\n# 제목\n\n---\n다음\n",
        "---\n- 하나\n- 둘\n---\n다음\n",
        "---\n참고: 이것은 글이다\n둘째 줄도 글이다\n셋째 줄도: 글: 이다\n넷째 줄\n다섯째 줄\n---\n다음\n",
    ] {
        let (front_matter, body, shown) = read(text);
        assert_eq!(
            (front_matter, body.as_str()),
            (FrontMatter::default(), text)
        );
        assert!(
            shown.starts_with("참고[front-matter-not-mapping]"),
            "{shown}"
        );
    }
}

#[test]
fn an_unquoted_colon_in_a_title_costs_nothing_but_a_warning() {
    let (front_matter, body, shown) =
        read("---\ntitle: AWS: 람다\ntags: [aws]\ndate: 2023-03-21\n---\n본문\n");
    assert_eq!(front_matter.title.as_deref(), Some("AWS: 람다"));
    assert_eq!(front_matter.tags, ["aws"]);
    assert_eq!(front_matter.date.as_deref(), Some("2023-03-21"));
    assert_eq!(body, "본문\n");
    insta::assert_snapshot!(shown);
}

#[test]
fn of_broken_yaml_each_whole_entry_is_kept() {
    let (front_matter, _, shown) = read(
        "---\ntitle: \"닫히지 않은\ntags:\n  - aws\n  - 람다\ncategory: [열림\nslug: @lambda\nweight: 3\n---\n본문\n",
    );
    assert_eq!(front_matter.title.as_deref(), Some("닫히지 않은"));
    assert_eq!(front_matter.tags, ["aws", "람다"]);
    assert!(front_matter.categories.is_empty());
    assert_eq!(front_matter.slug.as_deref(), Some("@lambda"));
    assert_eq!(front_matter.weight, Some(3));
    assert!(shown.starts_with("경고[front-matter-syntax]"), "{shown}");
}

#[test]
fn every_name_of_a_field_is_known() {
    let all = quiet(
        "---\nTitle: 제목\nexcerpt: 설명\nlast_modified_at: 2023. 3. 22.\ntag: a\ncategories: [b]\n\
         redirect_from: /옛/\npublished: false\nnav_order: 2\ntoc: no\ntemplate: wide\npermalink: /p/\n---\n",
    );
    assert_eq!(
        all,
        FrontMatter {
            title: Some("제목".to_owned()),
            description: Some("설명".to_owned()),
            updated: Some("2023-03-22".to_owned()),
            tags: vec!["a".to_owned()],
            categories: vec!["b".to_owned()],
            aliases: vec!["/옛/".to_owned()],
            draft: true,
            weight: Some(2),
            toc: Some(false),
            template: Some("wide".to_owned()),
            permalink: Some("/p/".to_owned()),
            ..FrontMatter::default()
        }
    );
}

#[test]
fn tags_come_as_list_commas_or_hashtags_each_once() {
    let tags = |written: &str| quiet(&format!("---\ntags: {written}\n---\n")).tags;
    assert_eq!(tags("aws, 서버 리스,aws"), ["aws", "서버 리스"]);
    assert_eq!(tags("\"#aws #람다\""), ["aws", "람다"]);
    assert_eq!(tags("aws 람다 aws"), ["aws", "람다"]);
    assert_eq!(tags("[서버 리스]"), ["서버 리스"]);
    assert_eq!(
        tags("[python, 3.10, 2023, yes]"),
        ["python", "3.10", "2023", "yes"]
    );
    assert_eq!(tags("\n  - aws\n  - \"#람다\""), ["aws", "람다"]);
    assert!(tags("").is_empty());
}

#[test]
fn jekylls_front_matter_is_read_without_a_word() {
    let post = quiet(
        "---\nlayout: post\ntitle: 글\ndate: 2024-01-02 13:00:00 +0900\nlast_modified_at: 2024-02-03T10:00:00+09:00\n\
         tags: 자바 스프링\ncategories: [백엔드, 스프링]\npermalink: /:categories/:title/\nredirect_from:\n  - /옛/\n  - /더-옛/\n\
         published: false\ntoc: true\nmath: true\nmermaid: true\npin: true\nimage:\n  path: /assets/a.png\n  alt: 그림\n---\n",
    );
    assert_eq!(post.date.as_deref(), Some("2024-01-02T13:00:00+09:00"));
    assert_eq!(post.updated.as_deref(), Some("2024-02-03T10:00:00+09:00"));
    assert_eq!(post.tags, ["자바", "스프링"]);
    assert_eq!(post.categories, ["백엔드", "스프링"]);
    assert_eq!(post.permalink.as_deref(), Some("/:categories/:title/"));
    assert_eq!(post.aliases, ["/옛/", "/더-옛/"]);
    assert_eq!((post.draft, post.toc), (true, Some(true)));
    let names: Vec<&str> = post.extra.keys().map(String::as_str).collect();
    assert_eq!(names, ["image", "layout", "math", "mermaid", "pin"]);
}

#[test]
fn texts_of_names_are_cut_at_commas_or_else_at_spaces() {
    let read = |text: &str| {
        let front_matter = quiet(&format!("---\n{text}\n---\n"));
        (front_matter.tags, front_matter.categories)
    };
    let names = |names: &[&str]| names.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
    assert_eq!(read("tags: a b").0, names(&["a", "b"]));
    assert_eq!(
        read("tags: 서버 리스, 람다").0,
        names(&["서버 리스", "람다"])
    );
    assert_eq!(read("tags: [서버 리스]").0, names(&["서버 리스"]));
    assert_eq!(
        read("categories: 백엔드 스프링").1,
        names(&["백엔드", "스프링"])
    );
    // Jekyll takes `category` and `tag` as one name.
    assert_eq!(read("category: 알고리즘 문제").1, names(&["알고리즘 문제"]));
    assert_eq!(read("tag: 서버 리스").0, names(&["서버 리스"]));
}

#[test]
fn a_scalar_title_is_taken_as_written() {
    for (written, title) in [
        ("2023", "2023"),
        ("1.10", "1.10"),
        ("no", "no"),
        ("'따옴표'", "따옴표"),
        ("0x1F", "0x1F"),
    ] {
        assert_eq!(
            quiet(&format!("---\ntitle: {written}\n---\n"))
                .title
                .as_deref(),
            Some(title)
        );
    }
    assert_eq!(
        quiet("---\ntitle:\ndate: ''\n---\n"),
        FrontMatter::default()
    );
}

#[test]
fn yaml_and_toml_dates_with_a_time_become_rfc_3339() {
    assert_eq!(
        quiet("---\ndate: 2022-11-10T12:00:00Z\n---\n")
            .date
            .as_deref(),
        Some("2022-11-10T12:00:00Z")
    );
    assert_eq!(
        quiet("+++\ndate = 2022-11-10T12:00:00\n+++\n")
            .date
            .as_deref(),
        Some("2022-11-10T12:00:00+09:00")
    );
}

#[test]
fn unknown_keys_are_kept_with_their_types() {
    let extra =
        quiet("---\ncomment: true\nn: 3\nlist: [a, {b: 1.5}]\nnone:\n날짜: 오늘\n---\n").extra;
    let shown = serde_json::to_string(&extra).unwrap();
    assert_eq!(
        shown,
        r#"{"comment":true,"list":["a",{"b":1.5}],"n":3,"none":null,"날짜":"오늘"}"#
    );
}

#[test]
fn a_wrong_type_is_named_with_its_place_and_costs_that_key_only() {
    let (front_matter, _, shown) = read(
        "---\ntitle: [람다]\ndraft: 아마도\nweight: 셋\ndate: 2023-02-30\ntags: [a, [b]]\nslug: s\n---\n",
    );
    assert_eq!(front_matter.slug.as_deref(), Some("s"));
    assert_eq!(front_matter.tags, ["a"]);
    assert_eq!((front_matter.title, front_matter.draft), (None, false));
    insta::assert_snapshot!(shown);
}

#[test]
fn broken_toml_keeps_what_is_whole() {
    let (front_matter, body, shown) =
        read("+++\ntitle = \"람다\"\nslug = 람다\nweight = 2\n+++\n본문");
    assert_eq!(front_matter.title.as_deref(), Some("람다"));
    assert_eq!(body, "본문");
    insta::assert_snapshot!(shown);
}

#[test]
fn an_alias_bomb_and_deep_nesting_are_refused_not_expanded() {
    let mut bomb = "---\na0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
    }
    bomb.push_str("title: 폭탄\n---\n");
    let (front_matter, _, shown) = read(&bomb);
    assert_eq!(front_matter.title.as_deref(), Some("폭탄"));
    assert!(shown.starts_with("경고[front-matter-syntax]"), "{shown}");
    let deep = format!("---\ntitle: 깊음\nx: {}\n---\n", "[".repeat(100_000));
    assert_eq!(read(&deep).0.title.as_deref(), Some("깊음"));
    let deep = format!("+++\ntitle = \"깊음\"\nx = {}\n+++\n", "[".repeat(100_000));
    let _ = read(&deep);
}

proptest! {
    #[test]
    fn any_text_gives_a_body_that_is_a_suffix(text in "(---\n|\\+\\+\\+\n)?(\\PC|\n|: |- |\\[|\"|\t){0,60}(---\n|\\+\\+\\+\n)?(\\PC|\n){0,20}") {
        let mut diagnostics = Vec::new();
        let (_, body) = split("노트.md", &text, &mut diagnostics);
        prop_assert!(text.get(body..).is_some());
        for diagnostic in &diagnostics {
            prop_assert!(!diagnostic.render(Lang::Ko).is_empty());
        }
    }

    #[test]
    fn any_bytes_are_a_note_or_one_error(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut diagnostics = Vec::new();
        match crate::source::read_bytes("a.md", "a.md", &bytes, &mut diagnostics) {
            Some(note) => prop_assert!(note.text.get(note.body.clone()).is_some() && note.body.end == note.text.len()),
            None => prop_assert!(diagnostics.iter().any(|d| d.severity == Severity::Error)),
        }
    }
}
