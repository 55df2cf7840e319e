//! The planners over small exports held in memory: what goes where, what a note becomes, what is reported.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::diagnostics::Failure;

const A: &str = "0123456789abcdef0123456789abcdef";
const B: &str = "fedcba9876543210fedcba9876543210";
const C: &str = "00112233445566778899aabbccddeeff";

fn items(files: &[(&str, &str)]) -> Vec<Item> {
    let mut items: Vec<Item> = files
        .iter()
        .map(|(path, text)| Item {
            path: (*path).to_owned(),
            text: (!path.ends_with(".png") && !path.ends_with(".pdf")).then(|| (*text).to_owned()),
            unreadable: None,
        })
        .collect();
    items.sort_by(|a, b| a.path.cmp(&b.path));
    items
}

fn planned(kind: Kind, files: &[(&str, &str)], into: &str) -> Result<Plan, Failure> {
    let goal = Goal {
        into: into.to_owned(),
        ..Goal::default()
    };
    plan(kind, &items(files), &goal)
}

/// The notes by path, and the paths of the copies.
fn outcome(plan: &Plan) -> (BTreeMap<&str, &str>, Vec<&str>) {
    let mut notes = BTreeMap::new();
    let mut copies = Vec::new();
    for action in &plan.actions {
        match action {
            Action::Note { to, text, .. } => {
                assert!(
                    notes.insert(to.as_str(), text.as_str()).is_none(),
                    "{to} twice"
                );
            }
            Action::Copy { to, .. } => copies.push(to.as_str()),
            _ => {}
        }
    }
    (notes, copies)
}

fn remarks(plan: &Plan) -> Vec<(What, usize, &str)> {
    plan.remarks
        .iter()
        .map(|remark| (remark.what, remark.line, remark.detail.as_str()))
        .collect()
}

#[test]
fn notion_pages_get_clean_names_and_keep_their_links_and_folders() {
    let home = format!("프로젝트 {A}.md");
    let child = format!("프로젝트 {A}/회의록 {B}.md");
    let image = format!("프로젝트 {A}/회의록 {B}/Untitled 1.png");
    let links = format!(
        "# 프로젝트\n\n[회의록](%ED%94%84%EB%A1%9C%EC%A0%9D%ED%8A%B8%20{A}/%ED%9A%8C%EC%9D%98%EB%A1%9D%20{B}.md) [웹](https://www.notion.so/team/Name-{B}?pvs=21) [없음](https://www.notion.so/{C})\n"
    );
    let text = format!(
        "# 회의록\n\n![그림](%ED%9A%8C%EC%9D%98%EB%A1%9D%20{B}/Untitled%201.png)\n[위로](../%ED%94%84%EB%A1%9C%EC%A0%9D%ED%8A%B8%20{A}.md)\n"
    );
    let plan = planned(
        Kind::Notion,
        &[(&home, &links), (&child, &text), (&image, "")],
        "",
    )
    .unwrap();
    let (notes, copies) = outcome(&plan);
    assert_eq!(
        notes["프로젝트.md"],
        format!(
            "# 프로젝트\n\n[회의록](./프로젝트/회의록.md) [웹](./프로젝트/회의록.md) [없음](https://www.notion.so/{C})\n"
        )
    );
    assert_eq!(
        notes["프로젝트/회의록.md"],
        "# 회의록\n\n![그림](./회의록/Untitled%201.png)\n[위로](../프로젝트.md)\n"
    );
    assert_eq!(copies, ["프로젝트/회의록/Untitled 1.png"]);
    assert_eq!(plan.links, 4);
    assert_eq!(
        remarks(&plan),
        [(
            What::NotionLink,
            3,
            format!("https://www.notion.so/{C}").as_str()
        )]
    );
}

#[test]
fn two_notion_pages_of_one_name_keep_their_own_folders() {
    let one = format!("회의 {A}.md");
    let two = format!("회의 {B}.md");
    let under_two = format!("회의 {B}/안건 {C}.md");
    let newer = [
        (one.as_str(), "# 회의\n"),
        (two.as_str(), "# 회의\n"),
        (under_two.as_str(), "# 안건\n"),
    ];
    let plan = planned(Kind::Notion, &newer, "가져온 것").unwrap();
    let (notes, _) = outcome(&plan);
    let paths: Vec<&str> = notes.keys().copied().collect();
    assert_eq!(
        paths,
        [
            "가져온 것/회의-2.md",
            "가져온 것/회의-2/안건.md",
            "가져온 것/회의.md"
        ]
    );
}

#[test]
fn a_notion_database_becomes_a_table_and_its_rows_properties_front_matter() {
    let csv = format!("할 일 {A}.csv");
    let all = format!("할 일 {A}_all.csv");
    let row = format!("할 일/첫 일 {B}.md");
    let page = "# 첫 일\n\n상태: 진행 중\n태그: 서버, 급함\n생성일: 2024년 3월 1일 오후 2:10\n관련: 첫 일 (%EC%B2%AB%20%EC%9D%BC%20fedcba9876543210fedcba9876543210.md)\n\n참고: 이것은 본문이다.\n";
    let table = "\u{feff}이름,상태,태그,생성일,관련\n"
        .trim_start_matches('\u{feff}')
        .to_owned();
    let table_all =
        format!("{table}첫 일,진행 중,\"서버, 급함\",2024년 3월 1일 오후 2:10,\n둘째 | 일,,,,\n");
    let plan = planned(
        Kind::Notion,
        &[(&csv, &table), (&all, &table_all), (&row, page)],
        "",
    )
    .unwrap();
    let (notes, copies) = outcome(&plan);
    assert!(copies.is_empty());
    insta::assert_snapshot!("notion_table", notes["할 일.md"]);
    insta::assert_snapshot!("notion_row", notes["할 일/첫 일.md"]);
    assert!(plan.remarks.is_empty(), "{:?}", plan.remarks);
}

#[test]
fn the_first_sentence_of_a_notion_page_is_no_property() {
    let path = format!("글 {A}.md");
    let text = "# 글\n\n참고: 이 글은 옮긴 것이다.\n\n상태: 본문이다.\n";
    let plan = planned(Kind::Notion, &[(&path, text)], "").unwrap();
    assert_eq!(outcome(&plan).0["글.md"], text);
}

#[test]
fn a_property_never_takes_the_place_of_our_own_entries() {
    let csv = format!("표 {A}.csv");
    let row = format!("표/글 {B}.md");
    let text = "# 글\n\nSlug: x\nTemplate: y\n가격: 3: 4\n\n본문\n";
    let plan = planned(
        Kind::Notion,
        &[
            (&csv, "Name,Slug,Template,가격\n글,x,y,3: 4\n"),
            (&row, text),
        ],
        "",
    )
    .unwrap();
    assert_eq!(
        outcome(&plan).0["표/글.md"],
        "---\nnotion_slug: x\nnotion_template: \"y\"\n가격: \"3: 4\"\n---\n\n# 글\n\n본문\n"
    );
}

#[test]
fn a_notion_export_as_html_is_refused_with_the_way_out() {
    let page = format!("글 {A}.html");
    let failure = planned(Kind::Notion, &[(&page, "<html>")], "").unwrap_err();
    assert_eq!(failure.diagnostic.code, "notion-html");
    insta::assert_snapshot!(failure.diagnostic.render(crate::diagnostics::Lang::Ko));
}

#[test]
fn notions_index_and_readme_pages_do_not_take_their_folders_place() {
    let page = format!("README {A}.md");
    let plan = planned(Kind::Notion, &[(&page, "# README\n")], "").unwrap();
    assert_eq!(
        outcome(&plan).0.keys().copied().collect::<Vec<_>>(),
        ["README-page.md"]
    );
}

#[test]
fn a_jekyll_post_keeps_its_old_address_and_its_links() {
    let config = "title: 내 블로그\nurl: https://me.example.com\nbaseurl: /blog\npermalink: /:categories/:title/\ngoogle_analytics: UA-1\n";
    let post = "---\nlayout: post\ntitle: 인덱스\ncategories: 백엔드 DB\npublished: false\n---\n[다음]({{ site.baseurl }}{% post_url 2024-02-03-next %})\n![그림](/assets/a.png)\n[옛 주소](/blog/next/) [전체](https://me.example.com/blog/next/#절)\n{% include ad.html %}\n[없음](/없음.pdf)\n";
    let plan = planned(
        Kind::Jekyll,
        &[
            ("_config.yml", config),
            ("_posts/2024-01-02-index.md", post),
            ("_posts/2024-02-03-next.md", "---\ntitle: 다음\n---\n글\n"),
            ("_layouts/post.html", "<html>"),
            ("assets/a.png", ""),
            ("assets/main.scss", "---\n---\n"),
            ("index.html", "---\nlayout: home\n---\n"),
            (
                "about.md",
                "---\ntitle: 소개\npermalink: /about-me/\n---\n소개\n",
            ),
            ("Gemfile", ""),
        ],
        "",
    )
    .unwrap();
    let (notes, copies) = outcome(&plan);
    insta::assert_snapshot!("jekyll_post", notes["posts/2024-01-02-index.md"]);
    assert_eq!(
        notes["posts/2024-02-03-next.md"],
        "---\ntitle: 다음\nredirect_from: [\"/next/\"]\n---\n글\n"
    );
    assert_eq!(
        notes["about.md"],
        "---\ntitle: 소개\npermalink: /about-me/\n---\n소개\n"
    );
    assert_eq!(copies, ["assets/a.png"]);
    insta::assert_debug_snapshot!("jekyll_remarks", remarks(&plan));
    let config = plan.actions.iter().find_map(|action| match action {
        Action::Config { text } => Some(text.as_str()),
        _ => None,
    });
    insta::assert_snapshot!("jekyll_config", config.unwrap());
}

#[test]
fn what_was_never_published_by_jekyll_becomes_a_draft() {
    let plan = planned(
        Kind::Jekyll,
        &[
            (
                "_config.yml",
                "collections:\n  docs:\n    output: true\n  hidden: {}\n",
            ),
            ("_docs/guide/start.md", "# 시작\n"),
            ("_drafts/생각.md", "# 생각\n"),
            ("_hidden/a.md", "# 숨김\n"),
        ],
        "",
    )
    .unwrap();
    let (notes, _) = outcome(&plan);
    assert_eq!(
        notes["docs/guide/start.md"],
        "---\nredirect_from: [\"/docs/guide/start.html\"]\n---\n\n# 시작\n"
    );
    assert_eq!(notes["drafts/생각.md"], "---\ndraft: true\n---\n\n# 생각\n");
    assert_eq!(notes["hidden/a.md"], "---\ndraft: true\n---\n\n# 숨김\n");
}

#[test]
fn an_obsidian_note_stays_but_for_what_means_something_else_to_a_site() {
    let note = "---\naliases: [다른 이름, /old/]\ntags: a b\ncreated: 2024-03-01\ncssclasses: wide\n---\n## 첫 절\n\n[[폴더/둘]] [[둘|이름]] ![[그림.png|300]] [[없음]] [글](둘.md)\n\n```dataview\nLIST\n```\n";
    let plan = planned(
        Kind::Obsidian,
        &[
            (".obsidian/app.json", "{\"attachmentFolderPath\": \"첨부\"}"),
            (".obsidian/community-plugins.json", "[\"dataview\"]"),
            (".obsidian/templates.json", "{\"folder\": \"틀\"}"),
            ("깊이/하나.md", note),
            ("폴더/둘.md", "# 둘\n"),
            ("첨부/그림.png", ""),
            ("틀/일기.md", "# {{title}}\n"),
            ("판.canvas", "{}"),
            (
                "그림.excalidraw.md",
                "---\nexcalidraw-plugin: parsed\n---\n",
            ),
        ],
        "보관함",
    )
    .unwrap();
    let (notes, copies) = outcome(&plan);
    insta::assert_snapshot!("obsidian_note", notes["보관함/깊이/하나.md"]);
    assert_eq!(notes["보관함/폴더/둘.md"], "# 둘\n");
    assert_eq!(notes.len(), 2);
    assert_eq!(copies, ["보관함/첨부/그림.png"]);
    insta::assert_debug_snapshot!("obsidian_remarks", remarks(&plan));
}

#[test]
fn names_that_are_one_name_to_windows_or_macos_do_not_collide() {
    let plan = planned(
        Kind::Obsidian,
        &[
            ("Lambda.md", "# a\n"),
            ("lambda.md", "# b\n"),
            ("가:나.md", "# c\n"),
        ],
        "",
    )
    .unwrap();
    let (notes, _) = outcome(&plan);
    assert_eq!(
        notes.keys().copied().collect::<Vec<_>>(),
        ["Lambda.md", "lambda-2.md", "가-나.md"]
    );
    assert_eq!(plan.remarks.len(), 2);
}

#[test]
fn a_folder_is_only_one_within_the_content() {
    assert_eq!(
        folder_within(std::path::Path::new("./가/나/")).as_deref(),
        Some("가/나")
    );
    for outside in ["..", "/tmp", "a/../..", "", "."] {
        assert_eq!(
            folder_within(std::path::Path::new(outside)),
            None,
            "{outside}"
        );
    }
}

/// A path of a few odd segments.
fn path() -> impl Strategy<Value = String> {
    let segment = prop_oneof![
        Just(format!("글 {A}")),
        Just(format!("글 {B}")),
        Just("글".to_owned()),
        Just("_posts".to_owned()),
        Just("README".to_owned()),
        Just("a:b".to_owned()),
        Just("A".to_owned()),
        Just("a".to_owned()),
        Just("2024-01-02-글".to_owned()),
        "[a가 .~_-]{1,6}",
    ];
    let extension = prop_oneof![
        Just(".md"),
        Just(".csv"),
        Just("_all.csv"),
        Just(".png"),
        Just(".html"),
        Just("")
    ];
    (prop::collection::vec(segment, 1..4), extension)
        .prop_map(|(parts, extension)| format!("{}{extension}", parts.join("/")))
}

/// A text of what the planners look at.
fn text() -> impl Strategy<Value = String> {
    "(---\n|aliases: \\[a, b\\]\n|tags: a b\n|\\[가\\]\\(|글%20|\\.md\\)|!\\[\\[|\\]\\]|\\{% raw %\\}|\\{\\{ x \\}\\}|<aside>\n|</aside>\n|💡 |# 글\n|`|```\n|\n|상태: 가\n|가| ){0,24}"
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn every_planned_path_is_inside_and_its_own(files in prop::collection::vec((path(), text()), 0..12), kind in 0..3_usize) {
        let mut seen = std::collections::BTreeSet::new();
        let files: Vec<(&str, &str)> = files
            .iter()
            .filter(|(path, _)| path.split('/').all(|part| !matches!(part, "." | "..")))
            .filter(|(path, _)| seen.insert(path.clone()))
            .map(|(path, text)| (path.as_str(), text.as_str()))
            .collect();
        let kind = [Kind::Notion, Kind::Jekyll, Kind::Obsidian][kind];
        if let Ok(plan) = planned(kind, &files, "가/나") {
            let mut paths = std::collections::BTreeSet::new();
            for action in &plan.actions {
                if let Action::Note { to, .. } | Action::Copy { to, .. } = action {
                    prop_assert!(to.starts_with("가/나/"), "{to}");
                    let safe = to.split('/').all(|part| !part.is_empty() && !part.starts_with('.') && !part.contains(['\\', '\0', ':']));
                    prop_assert!(safe, "{to}");
                    prop_assert!(paths.insert(super::names::fold(to)), "{to} twice in {:?}", plan.actions);
                }
            }
        }
    }

    #[test]
    fn a_plan_is_the_same_every_time(files in prop::collection::vec((path(), text()), 0..8)) {
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let first = planned(Kind::Notion, &files, "").map(|plan| (plan.actions, plan.remarks));
        let second = planned(Kind::Notion, &files, "").map(|plan| (plan.actions, plan.remarks));
        prop_assert_eq!(first.ok(), second.ok());
    }
}
