use super::*;
use crate::diagnostics::Lang;

fn complaint(text: &str, lang: Lang) -> String {
    match Config::parse("notes.toml", text) {
        Ok(_) => String::new(),
        Err(failure) => failure.diagnostic.render(lang),
    }
}

#[test]
fn an_empty_file_is_the_default_site() {
    let config = Config::parse("notes.toml", "").unwrap();
    assert_eq!((config.language.as_str(), config.feed.limit), ("ko", 20));
    assert_eq!(config.limits.note_bytes, 8 * 1024 * 1024);
}

#[test]
fn a_misspelt_key_is_named_with_its_place_and_the_nearest_one() {
    let shown = complaint("language = \"ko\"\ntitel = \"노트\"\n", Lang::Ko);
    insta::assert_snapshot!(shown);
    let shown = complaint("[markdown]\nhardbreaks = true\n", Lang::En);
    insta::assert_snapshot!(shown);
}

#[test]
fn a_wrong_type_is_named_with_what_belongs_there() {
    insta::assert_snapshot!(complaint("[search]\nenabled = \"yes\"\n", Lang::Ko));
    insta::assert_snapshot!(complaint("[limits]\nnote_bytes = -1\n", Lang::Ko));
    insta::assert_snapshot!(complaint("title = 3\n", Lang::En));
    insta::assert_snapshot!(complaint("slug = \"romanise\"\n", Lang::Ko));
}

#[test]
fn broken_toml_is_named_with_its_place() {
    insta::assert_snapshot!(complaint("title = 나의 노트\n", Lang::Ko));
    insta::assert_snapshot!(complaint("title = \"a\"\ntitle = \"b\"\n", Lang::Ko));
}

#[test]
fn the_address_gets_its_closing_slash_and_must_be_one() {
    let address = |text: &str| base_url(text).ok();
    assert_eq!(
        address("https://a.example/글"),
        Some("https://a.example/글/".to_owned())
    );
    assert_eq!(
        address(" HTTP://a.example// "),
        Some("HTTP://a.example/".to_owned())
    );
    assert_eq!(address(""), Some(String::new()));
    for wrong in [
        "a.example",
        "ftp://a.example",
        "https://",
        "https:///a",
        "https://a.example/?q",
        "https://a b",
    ] {
        assert_eq!(address(wrong), None, "{wrong}");
    }
    insta::assert_snapshot!(complaint("base_url = \"docs.example.com\"\n", Lang::Ko));
}
