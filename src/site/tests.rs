//! The room's requirements, each on the smallest set of notes that shows it.

use proptest::prelude::*;

use super::*;
use crate::diagnostics::Lang;
use crate::markdown::{Body, Link, LinkKind, Slot};
use crate::source::FrontMatter;

/// A note whose whole text is its links, so that spans can be checked: each destination on a line of its own.
fn note(path: &str, headings: &[&str], links: &[&str]) -> (Note, ParsedNote) {
    let mut text = String::new();
    let mut body = Body::default();
    let mut parsed = ParsedNote::default();
    for heading in headings {
        parsed.headings.push(Heading {
            level: 2,
            id: heading.replace(' ', "-"),
            text: (*heading).to_owned(),
            html: (*heading).to_owned(),
            no_toc: false,
        });
    }
    for (at, destination) in links.iter().enumerate() {
        let image = destination.starts_with('!');
        let wiki = destination.trim_start_matches('!').starts_with("[[");
        let written = destination
            .trim_start_matches('!')
            .trim_start_matches("[[")
            .trim_end_matches("]]");
        let start = text.len();
        text.push_str(destination);
        parsed.links.push(Link {
            destination: written.to_owned(),
            span: start..text.len(),
            kind: match (image, wiki) {
                (false, false) => LinkKind::Anchor,
                (true, false) => LinkKind::Image,
                (false, true) => LinkKind::Wiki,
                (true, true) => LinkKind::WikiImage,
            },
        });
        text.push('\n');
        body.html.push_str("<a href=\"");
        body.slots.push(Slot {
            at: body.html.len(),
            kind: SlotKind::Url(at),
        });
        body.html.push('"');
        body.slots.push(Slot {
            at: body.html.len(),
            kind: SlotKind::Attributes(at),
        });
        body.html.push_str(">\n");
    }
    parsed.body = body;
    let note = Note {
        path: path.to_owned(),
        shown_path: format!("content/{path}"),
        body: 0..text.len(),
        text,
        ..Note::default()
    };
    (note, parsed)
}

fn with(mut note: (Note, ParsedNote), change: impl FnOnce(&mut FrontMatter)) -> (Note, ParsedNote) {
    change(&mut note.0.front_matter);
    note
}

fn file(path: &str) -> Attachment {
    Attachment {
        path: path.to_owned(),
        disk_path: path.into(),
        len: 1,
    }
}

fn build(mut notes: Vec<(Note, ParsedNote)>) -> (Site, Vec<Diagnostic>) {
    notes.sort_by(|a, b| a.0.path.cmp(&b.0.path));
    let facts = Facts {
        image_sizes: BTreeMap::from([("aws/images/그림 1.png".to_owned(), (640, 480))]),
    };
    assemble(
        notes,
        &[file("aws/images/그림 1.png"), file("aws/표준.pdf")],
        &[file("logo.svg")],
        &Config::default(),
        &facts,
    )
}

fn urls(notes: Vec<(Note, ParsedNote)>) -> Vec<String> {
    build(notes)
        .0
        .pages
        .into_iter()
        .map(|page| page.url)
        .collect()
}

/// The links of `aws/람다.md` among a few notes, decoded, and the codes of what was wrong.
fn resolve(links: &[&str]) -> (Vec<String>, Vec<&'static str>) {
    let (site, diagnostics) = build(vec![
        note("_index.md", &[], &[]),
        note("aws/람다.md", &["버전 관리"], links),
        note("aws/S3 정리.md", &["수명 주기", "사용 이유"], &[]),
        note("db/README.md", &[], &[]),
        note("db/node.js 입문.md", &[], &[]),
        note("db/깊은/곳.md", &[], &[]),
    ]);
    let page = site
        .pages
        .iter()
        .find(|page| page.source == "aws/람다.md")
        .expect("page");
    let found = page
        .html
        .lines()
        .filter_map(|line| line.strip_prefix("<a href=\""))
        .map(|line| address::decode(line.trim_end_matches('>')).replacen('"', "", 1))
        .collect();
    (found, diagnostics.iter().map(|wrong| wrong.code).collect())
}

#[test]
fn files_become_addresses_and_index_notes_their_folders_page() {
    assert_eq!(
        urls(vec![
            note("aws/람다.md", &[], &[]),
            note("aws/_index.md", &[], &[]),
            note("DB 노트/README.md", &[], &[]),
            note("index.md", &[], &[]),
            note("글/2023-05-01-첫 글.md", &[], &[]),
        ]),
        ["/db-노트/", "/aws/", "/aws/람다/", "/", "/글/첫-글/"]
    );
    assert_eq!(
        urls(vec![
            note("a/README.md", &[], &[]),
            note("a/index.md", &[], &[])
        ]),
        ["/a/readme/", "/a/"]
    );
}

#[test]
fn front_matter_moves_a_note_but_never_out_of_the_site() {
    let (site, diagnostics) = build(vec![
        with(note("a/x.md", &[], &[]), |own| {
            own.slug = Some("새 이름".into())
        }),
        with(note("a/y.md", &[], &[]), |own| {
            own.permalink = Some("/../다른/곳.html".into())
        }),
        with(note("b/_index.md", &[], &[]), |own| {
            own.slug = Some("bee".into())
        }),
        with(note("c.md", &[], &[]), |own| {
            own.aliases = vec!["옛/주소".into(), "/a/새-이름/".into()]
        }),
    ]);
    let found: Vec<&str> = site.pages.iter().map(|page| page.url.as_str()).collect();
    assert_eq!(found, ["/a/새-이름/", "/다른/곳/", "/bee/", "/c/"]);
    let codes: Vec<&str> = diagnostics.iter().map(|wrong| wrong.code).collect();
    assert_eq!(codes, ["unsafe-address", "alias-conflict"]);
    let redirects: Vec<&str> = site
        .redirects
        .iter()
        .map(|redirect| redirect.output.as_str())
        .collect();
    assert_eq!(redirects, ["다른/곳.html", "옛/주소/index.html"]);
}

#[test]
fn two_notes_with_one_address_both_stay_and_the_error_names_both() {
    let (site, diagnostics) = build(vec![
        note("a b.md", &[], &[]),
        note("a-b.md", &[], &[]),
        note("A-b-2.md", &[], &[]),
    ]);
    let found: Vec<&str> = site.pages.iter().map(|page| page.url.as_str()).collect();
    assert_eq!(found, ["/a-b-2/", "/a-b/", "/a-b-3/"]);
    assert_eq!(diagnostics.len(), 1);
    assert_eq!(diagnostics[0].severity, Severity::Error);
    let shown = diagnostics[0].render(Lang::Ko);
    assert!(
        shown.contains("duplicate-slug")
            && shown.contains("content/a b.md")
            && shown.contains("content/a-b.md")
    );
}

#[test]
fn posts_that_differ_in_their_day_only_get_it_back() {
    let (site, diagnostics) = build(vec![
        note("2023-01-01-회고.md", &[], &[]),
        note("2024-01-01-회고.md", &[], &[]),
    ]);
    let found: Vec<&str> = site.pages.iter().map(|page| page.url.as_str()).collect();
    assert_eq!(found, ["/회고/", "/2024-01-01-회고/"]);
    assert_eq!(diagnostics, []);
    assert_eq!(site.pages[1].date.as_deref(), Some("2024-01-01"));
}

#[test]
fn links_are_found_however_they_are_written() {
    let (found, wrong) = resolve(&[
        "./S3 정리.md#수명-주기",
        "S3%20%EC%A0%95%EB%A6%AC.md",
        "S3 정리",
        "s3 정리.html",
        "/aws/S3 정리.md",
        "/aws/s3-정리/",
        "../db/",
        "../db/README.md#",
        "../db/node.js 입문.md",
        "../db/깊은",
        "/",
        "#버전-관리",
        "[[곳]]",
        "[[s3 정리#사용 이유]]",
        "\u{110b}\u{116b}.md",
    ]);
    assert_eq!(
        found[..14],
        [
            "/aws/s3-정리/#수명-주기",
            "/aws/s3-정리/",
            "/aws/s3-정리/",
            "/aws/s3-정리/",
            "/aws/s3-정리/",
            "/aws/s3-정리/",
            "/db/",
            "/db/",
            "/db/node-js-입문/",
            "/db/깊은/",
            "/",
            "#버전-관리",
            "/db/깊은/곳/",
            "/aws/s3-정리/#사용-이유",
        ]
    );
    assert_eq!(wrong, ["broken-link"]);
}

#[test]
fn links_from_the_root_of_a_folder_that_was_a_site_of_its_own_are_found() {
    let (site, diagnostics) = build(vec![
        note("src/guide/deep/a.md", &[], &["/guide/b.html", "/c"]),
        note("src/guide/b.md", &[], &[]),
        note("src/c.md", &[], &[]),
        note("src/guide/c.md", &[], &[]),
    ]);
    let page = site.pages.iter().find(|page| page.source.ends_with("a.md"));
    let html = &page.expect("page").html;
    assert!(
        html.contains("\"/src/guide/b/\"") && html.contains("\"/src/c/\""),
        "{html}"
    );
    assert_eq!(diagnostics, []);
}

#[test]
fn files_keep_their_place_and_images_get_their_size() {
    let (found, wrong) = resolve(&[
        "!images/그림 1.png?raw=true",
        "표준.pdf#page=3",
        "!/logo.svg",
        "![[그림 1.png]]",
        "/static/logo.svg",
    ]);
    assert_eq!(
        found,
        [
            "/aws/images/그림 1.png width=\"640\" height=\"480\"",
            "/aws/표준.pdf#page=3",
            "/logo.svg",
            "/aws/images/그림 1.png width=\"640\" height=\"480\"",
            "/logo.svg",
        ]
    );
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn what_leads_elsewhere_stays_as_written_and_what_runs_code_is_dropped() {
    let (found, wrong) = resolve(&[
        "https://example.com/a?b=c&d=%20#e",
        "mailto:a@example.com",
        "//host/x",
        "javascript:alert(1)",
    ]);
    assert_eq!(
        found,
        [
            "https://example.com/a?b=c&amp;d= #e",
            "mailto:a@example.com",
            "//host/x",
            "#"
        ]
    );
    assert_eq!(wrong, ["unsafe-link"]);
}

#[test]
fn a_broken_link_is_shown_in_its_line_with_the_nearest_note() {
    let (_, diagnostics) = build(vec![
        note(
            "aws/람다.md",
            &["버전 관리"],
            &[
                "https://example.com",
                "S3 정라.md",
                "#버전-관라",
                "!images/없음.png",
                "",
                "#",
            ],
        ),
        note("aws/S3 정리.md", &[], &[]),
    ]);
    let shown: String = diagnostics
        .iter()
        .map(|wrong| wrong.render(Lang::Ko))
        .collect();
    insta::assert_snapshot!(shown);
}

#[test]
fn broken_links_carry_a_class_for_the_theme() {
    let (found, wrong) = resolve(&["없음.md", "!없음.png", "#없음"]);
    assert_eq!(
        found,
        [
            "없음.md class=\"broken\"",
            "없음.png class=\"broken\"",
            "#없음 class=\"broken\""
        ]
    );
    assert_eq!(wrong, ["broken-link", "missing-image", "broken-anchor"]);
}

#[test]
fn the_tree_follows_folders_weights_and_numbers() {
    let (site, _) = build(vec![
        note("_index.md", &[], &[]),
        note("a/10장.md", &[], &[]),
        note("a/2장.md", &[], &["10장.md", "10장.md"]),
        with(note("a/끝.md", &[], &[]), |own| own.weight = Some(1)),
        note("a/_index.md", &["가 모음"], &[]),
        note("b/깊이/글.md", &[], &[]),
    ]);
    let mut lines = Vec::new();
    let mut stack = vec![(0, 0)];
    while let Some((at, depth)) = stack.pop() {
        let node = &site.tree[at];
        lines.push(format!("{}{} {}", "  ".repeat(depth), node.title, node.url));
        stack.extend(node.children.iter().rev().map(|&child| (child, depth + 1)));
    }
    assert_eq!(
        lines,
        [
            " /",
            "  가 모음 /a/",
            "    끝 /a/끝/",
            "    2장 /a/2장/",
            "    10장 /a/10장/",
            "  b /b/",
            "    깊이 /b/깊이/",
            "      글 /b/깊이/글/",
        ]
    );
    let find = |source: &str| {
        site.pages
            .iter()
            .position(|page| page.source == source)
            .expect("page")
    };
    let second = find("a/2장.md");
    assert_eq!(site.pages[second].previous, Some(find("a/끝.md")));
    assert_eq!(site.pages[second].next, Some(find("a/10장.md")));
    assert_eq!(site.pages[find("a/10장.md")].next, None);
    assert_eq!(site.pages[find("a/10장.md")].backlinks, [second]);
}

#[test]
fn a_note_beside_a_folder_of_its_name_is_the_folders_page() {
    let (site, diagnostics) = build(vec![
        note("aws.md", &["아마존"], &[]),
        note("aws/람다.md", &[], &[]),
    ]);
    assert_eq!(diagnostics, []);
    let node = &site.tree[site.pages[0].node];
    assert!(node.folder && node.title == "아마존" && node.children.len() == 1);
}

#[test]
fn tags_that_differ_in_case_are_one() {
    let (site, _) = build(vec![
        with(note("a.md", &[], &[]), |own| {
            own.tags = vec!["AWS".into(), "C++".into(), "aws".into()]
        }),
        with(note("b.md", &[], &[]), |own| {
            own.tags = vec!["aws".into(), "C".into()];
            own.date = Some("2026. 1. 2.".into());
        }),
    ]);
    let terms: Vec<(&str, &str, &[usize])> = site
        .tags
        .iter()
        .map(|term| (term.name.as_str(), term.url.as_str(), &term.pages[..]))
        .collect();
    assert_eq!(
        terms,
        [
            ("AWS", "/tags/aws/", &[1, 0][..]),
            ("C", "/tags/c/", &[1]),
            ("C++", "/tags/cplusplus/", &[0])
        ]
    );
}

#[test]
fn a_size_the_author_gave_is_not_given_twice() {
    let (mut own, mut parsed) = note("aws/a.md", &[], &["!images/그림 1.png"]);
    own.path = "aws/a.md".to_owned();
    parsed.body = Body {
        html: "<img src=\"\" width=\"100\">".to_owned(),
        slots: vec![
            Slot {
                at: 10,
                kind: SlotKind::Url(0),
            },
            Slot {
                at: 23,
                kind: SlotKind::Attributes(0),
            },
        ],
    };
    let (site, _) = build(vec![(own, parsed)]);
    assert_eq!(site.pages[0].html.matches("width=").count(), 1);
}

#[test]
fn folders_may_nest_without_end() {
    let path = format!("{}글.md", "a/".repeat(3000));
    let (site, _) = build(vec![note(&path, &[], &["../b.md"])]);
    assert_eq!(site.tree.len(), 3002);
}

proptest! {
    #[test]
    fn every_note_gets_an_address_of_its_own(names in proptest::collection::vec("[aA가나 .+#-]{1,4}(/[aA가])?", 1..12)) {
        let mut paths: Vec<String> = names.into_iter().map(|name| format!("{name}.md")).collect();
        paths.sort();
        paths.dedup();
        let count = paths.len();
        let (site, _) = build(paths.iter().map(|path| note(path, &[], &[])).collect());
        let distinct: BTreeSet<String> = site.pages.iter().map(|page| page.output.to_lowercase()).collect();
        prop_assert_eq!(distinct.len(), count);
        for page in &site.pages {
            prop_assert!(page.url.starts_with('/') && page.url.ends_with('/') && !page.url.contains("//"));
        }
    }

    #[test]
    fn no_destination_makes_the_resolver_fall_over(written in "\\PC{0,24}|(\\.\\./|%[0-9A-F]{2}|#|\\?|/|a|가){0,12}") {
        let (_, parsed) = build(vec![note("a/b.md", &["가"], &[&written]), note("c.md", &[], &[])]);
        prop_assert!(parsed.len() <= 1);
    }
}
