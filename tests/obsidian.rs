//! An Obsidian vault through the real binary: what is embedded, what is not, and what is said about it.

mod common;

use common::Site;

#[test]
fn a_vault_is_published_with_its_embeds_names_blocks_and_tags() {
    let site = Site::new(&[
        (
            "notes.toml",
            "title = \"보관함\"\nbase_url = \"https://h/sub/\"\n[markdown]\ninline_tags = true\n",
        ),
        (
            "content/index.md",
            "# 처음\n\n![[람다#버전]]\n\n[[서버리스 함수]]는 #클라우드 다.\n",
        ),
        (
            "content/aws/람다.md",
            "---\naliases: 서버리스 함수\ncssclasses: wide\n---\n# 람다\n\n## 버전\n\n[이웃](./이웃.md) 글 ^v1\n",
        ),
        ("content/aws/이웃.md", "![[람다#^v1]]\n"),
    ]);
    let outcome = site.notes(&["build"]);
    assert_eq!((outcome.code, outcome.err.as_str()), (Some(0), ""));
    let home = site.read("public/index.html");
    for wanted in [
        "<figure class=\"transclusion\">",
        "href=\"/sub/aws/%EC%9D%B4%EC%9B%83/\"",
        "href=\"/sub/aws/%EB%9E%8C%EB%8B%A4/\">서버리스 함수</a>",
        "href=\"/sub/tags/%ED%81%B4%EB%9D%BC%EC%9A%B0%EB%93%9C/\"",
    ] {
        assert!(home.contains(wanted), "{wanted} in {home}");
    }
    assert!(!site.read("public/tags/클라우드/index.html").is_empty());
    assert!(
        site.read("public/aws/이웃/index.html")
            .contains("<p id=\"embed1.^v1\">")
    );
}

#[test]
fn an_unpublished_note_is_not_shown_through_an_embed() {
    let site = Site::new(&[
        ("index.md", "# 처음\n\n![[비밀]]\n\n![[더 비밀]]\n"),
        ("비밀.md", "---\ndraft: true\n---\n숨은 글\n"),
        ("더 비밀.md", "---\npublish: false\n---\n감춘 글\n"),
    ]);
    let outcome = site.notes(&["build"]);
    assert_eq!(
        outcome.err.matches("broken-link").count(),
        2,
        "{}",
        outcome.err
    );
    for (name, bytes) in common::files(&site.path("public")) {
        let text = String::from_utf8_lossy(&bytes);
        assert!(
            !text.contains("숨은 글") && !text.contains("감춘 글"),
            "{name}"
        );
    }
    assert!(site.notes(&["build", "--drafts"]).code == Some(0));
    assert!(site.read("public/index.html").contains("숨은 글"));
}
