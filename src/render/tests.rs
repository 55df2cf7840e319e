//! Pages as they are written, on a small site made by hand.

use super::*;
use crate::markdown::{Body, Heading, Link, LinkKind, ParsedNote, Section, Slot, SlotKind};
use crate::site::{Facts, assemble};
use crate::source::{FrontMatter, Note};

fn heading(level: u8, text: &str) -> Heading {
    Heading {
        level,
        id: text.replace(' ', "-"),
        text: text.to_owned(),
        html: crate::site::text::escape(text),
        no_toc: false,
    }
}

/// A note whose body is its headings, a paragraph under each, and a link at the end for each of `links`.
fn note(
    path: &str,
    front_matter: FrontMatter,
    headings: &[(u8, &str)],
    links: &[&str],
) -> (Note, ParsedNote) {
    let mut html = String::new();
    let mut sections = Vec::new();
    let headings: Vec<Heading> = headings
        .iter()
        .map(|&(level, text)| heading(level, text))
        .collect();
    for (at, heading) in headings.iter().enumerate() {
        html.push_str(&format!(
            "<h{level} id=\"{id}\">{text}<a class=\"anchor\" href=\"#{id}\"></a></h{level}>\n<p>{text}에 관한 글입니다.</p>\n",
            level = heading.level,
            id = heading.id,
            text = heading.html
        ));
        sections.push(Section {
            heading: Some(at),
            text: format!("{}에 관한 글입니다.", heading.text),
            code: String::new(),
        });
    }
    let mut slots = Vec::new();
    for (at, destination) in links.iter().enumerate() {
        html.push_str("<p><a href=\"");
        slots.push(Slot {
            at: html.len(),
            kind: SlotKind::Url(at),
        });
        html.push('"');
        slots.push(Slot {
            at: html.len(),
            kind: SlotKind::Attributes(at),
        });
        html.push_str(&format!(
            ">{}</a></p>\n",
            crate::site::text::escape(destination)
        ));
    }
    let parsed = ParsedNote {
        body: Body { html, slots },
        summary: headings.first().map_or(String::new(), |first| {
            format!("{}에 관한 글입니다.", first.text)
        }),
        headings,
        sections,
        links: links
            .iter()
            .map(|destination| Link {
                destination: (*destination).to_owned(),
                span: 0..0,
                kind: LinkKind::Anchor,
            })
            .collect(),
        ..ParsedNote::default()
    };
    let note = Note {
        path: path.to_owned(),
        shown_path: format!("content/{path}"),
        front_matter,
        ..Note::default()
    };
    (note, parsed)
}

fn dated(date: &str, tags: &[&str]) -> FrontMatter {
    FrontMatter {
        date: Some(date.to_owned()),
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        ..FrontMatter::default()
    }
}

fn config(base_url: &str) -> Config {
    Config {
        title: "내 노트".to_owned(),
        description: "한 사람의 공부 기록".to_owned(),
        base_url: base_url.to_owned(),
        author: "길동".to_owned(),
        edit_url: "https://example.com/edit/{path}".to_owned(),
        menu: vec![crate::config::MenuItem {
            name: "소개".to_owned(),
            url: "/about/".to_owned(),
        }],
        ..Config::default()
    }
}

fn notes() -> Vec<(Note, ParsedNote)> {
    vec![
        note("about.md", FrontMatter::default(), &[(1, "소개")], &[]),
        note(
            "aws/람다.md",
            FrontMatter {
                aliases: vec!["/old/lambda.html".into()],
                ..dated("2026-03-21", &["AWS", "서버리스"])
            },
            &[(1, "람다"), (2, "버전 관리"), (3, "별칭"), (2, "배포")],
            &["./s3.md#수명-주기", "https://example.com/"],
        ),
        note(
            "aws/s3.md",
            dated("2026-02-01", &["aws"]),
            &[(1, "S3"), (2, "수명 주기")],
            &[],
        ),
    ]
}

fn build(notes: Vec<(Note, ParsedNote)>, config: &Config) -> (OutputTree, Vec<Diagnostic>) {
    let (site, mut diagnostics) = assemble(notes, &[], &[], config, &Facts::default());
    let (theme, of_theme) = Theme::load(None, "default");
    diagnostics.extend(of_theme);
    let mut tree = OutputTree::new();
    render(&site, &theme, config, "", &mut tree, &mut diagnostics);
    (tree, diagnostics)
}

/// The file at `path` with the theme's fingerprints masked, so that a snapshot shows pages and not the style sheet.
fn file(tree: &OutputTree, path: &str) -> String {
    let Some(Content::Bytes(bytes)) = tree.get(path) else {
        panic!("no {path} among {:?}", tree.keys());
    };
    let mut text = String::from_utf8(bytes.to_vec()).expect("text");
    for name in tree.keys().filter_map(|path| path.strip_prefix("assets/")) {
        let (stem, rest) = name.rsplit_once('-').expect("fingerprint");
        let extension = &rest[8..];
        text = text.replace(name, &format!("{stem}-########{extension}"));
    }
    text
}

#[test]
fn a_note_the_home_page_a_tag_the_feed_and_the_sitemap_look_like_this() {
    let (tree, diagnostics) = build(notes(), &config("https://example.com/notes/"));
    assert_eq!(diagnostics, []);
    for (name, path) in [
        ("note", "aws/람다/index.html"),
        ("home", "index.html"),
        ("folder", "aws/index.html"),
        ("tag", "tags/aws/index.html"),
        ("tags", "tags/index.html"),
        ("not_found", "404.html"),
        ("feed", "feed.xml"),
        ("sitemap", "sitemap.xml"),
        ("robots", "robots.txt"),
        ("redirect", "old/lambda.html"),
    ] {
        insta::assert_snapshot!(name, file(&tree, path));
    }
}

#[test]
fn a_site_that_does_not_know_its_address_has_root_relative_links_and_no_sitemap() {
    let (tree, _) = build(notes(), &config(""));
    assert!(!tree.contains_key("sitemap.xml"));
    let page = file(&tree, "aws/람다/index.html");
    assert!(page.contains("href=\"/aws/s3/#%EC%88%98%EB%AA%85-%EC%A3%BC%EA%B8%B0\""));
    assert!(!page.contains("canonical"));
    assert!(file(&tree, "feed.xml").contains("<id>urn:notes:"));
}

#[test]
fn nothing_a_note_says_becomes_markup_or_template() {
    let nasty = "<script>alert(1)</script>\"']]>&{{ site.title }}{% include \"x\" %}";
    let (mut own, mut parsed) = note("a.md", dated("2026-01-01", &[nasty]), &[], &[]);
    own.front_matter.title = Some(nasty.to_owned());
    own.front_matter.description = Some(nasty.to_owned());
    own.front_matter.aliases = vec!["old".to_owned()];
    parsed.body.html = "<p>{{ 7 * 7 }}{% if %}</p>".to_owned();
    let mut config = config("https://example.com/");
    config.title = nasty.to_owned();
    config.author = nasty.to_owned();
    let (tree, diagnostics) = build(
        vec![
            (own, parsed),
            note("b.md", FrontMatter::default(), &[(1, nasty)], &["a.md"]),
        ],
        &config,
    );
    assert_eq!(diagnostics, []);
    let mut pages = 0;
    for (path, content) in &tree {
        let Content::Bytes(bytes) = content else {
            continue;
        };
        if path.starts_with("assets/") {
            continue;
        }
        pages += 1;
        let text = String::from_utf8_lossy(bytes);
        assert!(!text.contains("<script>"), "{path}");
        assert!(!text.contains("]]>"), "{path}");
    }
    assert!(pages > 6);
    let page = file(&tree, "a/index.html");
    assert!(page.contains("{{ 7 * 7 }}{% if %}") && !page.contains("49"));
    assert!(page.contains("<h1>&lt;script&gt;"));
}

#[test]
fn no_page_needs_inline_script_or_style() {
    let (tree, _) = build(notes(), &config("https://example.com/"));
    for path in tree.keys().filter(|path| path.ends_with(".html")) {
        let page = file(&tree, path);
        assert!(
            !page.contains("<style") && !page.contains(" style=\"") && !page.contains(" onclick"),
            "{path}"
        );
        for (at, _) in page.match_indices("<script") {
            assert!(
                page[at..]
                    .split('>')
                    .next()
                    .is_some_and(|tag| tag.contains(" src=")),
                "{path}"
            );
        }
    }
}

#[test]
fn the_same_notes_give_the_same_bytes() {
    assert_eq!(
        build(notes(), &config("/sub/")).0,
        build(notes(), &config("/sub/")).0
    );
}

#[test]
fn a_site_overrides_the_theme_file_by_file() {
    let root = tempfile::tempdir().expect("temporary folder");
    let write = |path: &str, text: &str| {
        let path = root.path().join(path);
        std::fs::create_dir_all(path.parent().expect("folder")).expect("folder");
        std::fs::write(path, text).expect("file");
    };
    write("content/a.md", "");
    write(
        "themes/mine/templates/page.html",
        "{% extends \"base.html\" %}{% block main %}내 틀 {{ page.title }}{% endblock main %}",
    );
    write("assets/custom.css", "body { color: red }");
    let (theme, diagnostics) = Theme::load(Some(root.path()), "mine");
    assert_eq!(diagnostics, []);
    let (site, _) = assemble(notes(), &[], &[], &config(""), &Facts::default());
    let mut tree = OutputTree::new();
    render(&site, &theme, &config(""), "", &mut tree, &mut Vec::new());
    let page = file(&tree, "about/index.html");
    assert!(
        page.contains("내 틀 소개")
            && page.contains("custom-########.css")
            && page.contains("class=\"top\"")
    );
}

#[test]
fn a_broken_template_is_named_with_its_line_and_the_built_in_one_serves() {
    let root = tempfile::tempdir().expect("temporary folder");
    let folder = root.path().join("themes/mine/templates");
    std::fs::create_dir_all(&folder).expect("folder");
    std::fs::write(folder.join("page.html"), "첫 줄\n{% if %}\n").expect("file");
    std::fs::write(folder.join("term.html"), "{% extends \"nothing.html\" %}").expect("file");
    std::fs::write(
        folder.join("terms.html"),
        "둘째\n{{ page.nothing.at_all }}\n",
    )
    .expect("file");
    let (theme, mut diagnostics) = Theme::load(Some(root.path()), "mine");
    let (site, _) = assemble(notes(), &[], &[], &config(""), &Facts::default());
    let mut tree = OutputTree::new();
    render(&site, &theme, &config(""), "", &mut tree, &mut diagnostics);
    let places: Vec<(String, usize)> = diagnostics
        .iter()
        .map(|wrong| {
            wrong
                .place
                .as_ref()
                .map_or((String::new(), 0), |place| (place.file.clone(), place.line))
        })
        .collect();
    assert_eq!(
        places,
        [
            ("themes/mine/templates/page.html".to_owned(), 2),
            ("themes/mine/templates/term.html".to_owned(), 0),
            ("themes/mine/templates/terms.html".to_owned(), 2),
        ],
        "{diagnostics:#?}"
    );
    assert!(tree.contains_key("about/index.html") && tree.contains_key("tags/aws/index.html"));
    assert!(!tree.contains_key("tags/index.html"));
}

#[test]
fn an_english_site_speaks_english() {
    let mut config = config("");
    config.language = "en".to_owned();
    let (tree, _) = build(notes(), &config);
    let page = file(&tree, "aws/람다/index.html");
    assert!(
        page.contains("Skip to content")
            && page.contains("21 March 2026")
            && page.contains("lang=\"en\"")
    );
}

#[test]
fn what_the_author_published_under_a_made_name_stays() {
    let (site, _) = assemble(
        notes(),
        &[],
        &[],
        &config("https://example.com/"),
        &Facts::default(),
    );
    let (theme, _) = Theme::load(None, "default");
    let own = Content::Bytes(b"mine".as_slice().into());
    let mut tree = OutputTree::from([("robots.txt".to_owned(), own.clone())]);
    render(
        &site,
        &theme,
        &config("https://example.com/"),
        "",
        &mut tree,
        &mut Vec::new(),
    );
    assert_eq!(tree["robots.txt"], own);
}
