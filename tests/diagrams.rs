//! Diagrams from outside: the files a build publishes for them, and the pages and feeds that show them.

mod common;

use std::fs;

use common::{Site, files};

const NOTE: &str = "---\ntitle: 주문\ndate: 2026-01-02\n---\n\n```mermaid\nflowchart LR\n  A[주문서] --> B[결제]\n```\n";

fn diagrams(site: &Site, out: &str) -> Vec<(String, Vec<u8>)> {
    files(&site.path(out))
        .into_iter()
        .filter(|(path, _)| path.contains("assets/diagrams/"))
        .collect()
}

#[test]
fn pages_refer_to_the_drawings_under_a_sub_path_and_feeds_to_one_of_them() {
    let site = Site::new(&[
        ("content/주문.md", NOTE),
        ("content/같은 그림.md", "# 같은 그림\n\n![[주문]]\n"),
    ]);
    let outcome = site.notes(&["build", "--base-url", "https://example.com/notes/"]);
    assert_eq!((outcome.code, outcome.err.as_str()), (Some(0), ""));
    let drawn = diagrams(&site, "public");
    assert_eq!(
        drawn.len(),
        2,
        "{:?}",
        drawn.iter().map(|it| &it.0).collect::<Vec<_>>()
    );
    for page in ["주문", "같은-그림"] {
        let page =
            fs::read_to_string(site.path(&format!("public/{page}/index.html"))).expect("a page");
        for (path, _) in &drawn {
            let file = path.rsplit('/').next().expect("a name");
            assert!(
                page.contains(&format!("src=\"/notes/assets/diagrams/{file}\"")),
                "{file}"
            );
        }
    }
    let feed = fs::read_to_string(site.path("public/feed.xml")).expect("a feed");
    assert!(feed.contains("https://example.com/notes/assets/diagrams/light-"));
    assert!(!feed.contains("assets/diagrams/dark-"));
}

#[test]
fn the_same_diagrams_give_the_same_files() {
    let build = || {
        let site = Site::new(&[("content/주문.md", NOTE)]);
        assert_eq!(site.notes(&["build"]).code, Some(0));
        diagrams(&site, "public")
    };
    let once = build();
    assert_eq!(once.len(), 2);
    assert_eq!(once, build());
}

#[test]
fn a_diagram_that_cannot_be_drawn_is_told_and_the_site_is_built() {
    let site = Site::new(&[(
        "content/글.md",
        "# 글\n\n```mermaid\nflowchart TD\n  A[시작] --> B[끝\n```\n",
    )]);
    let outcome = site.notes(&["build"]);
    assert_eq!(outcome.code, Some(0));
    assert!(outcome.err.contains("diagram-not-drawn"), "{}", outcome.err);
    assert!(outcome.err.contains("content/글.md:5"), "{}", outcome.err);
    let page = fs::read_to_string(site.path("public/글/index.html")).expect("a page");
    assert!(page.contains("A[시작]"));
}

#[test]
fn an_owner_may_keep_diagrams_as_code() {
    let site = Site::new(&[
        ("content/주문.md", NOTE),
        ("notes.toml", "[markdown]\ndiagrams = false\n"),
    ]);
    let outcome = site.notes(&["build"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.err);
    assert!(diagrams(&site, "public").is_empty());
}
