//! Whole small vaults, parsed and assembled as they are published.

use std::collections::BTreeMap;

use proptest::prelude::*;

use crate::config::Config;
use crate::diagnostics::{Diagnostic, Lang};
use crate::markdown::{self, NoteText, Options};
use crate::site::{Facts, Site, assemble};
use crate::source::{Attachment, read_bytes};

const FILES: [&str; 4] = [
    "모음/그림.png",
    "모음/소리.mp3",
    "모음/영상.mp4",
    "표준.pdf",
];

fn vault_with(config: &Config, notes: &[(&str, &str)]) -> (Site, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let options = Options {
        inline_tags: true,
        ..Options::default()
    };
    let mut parsed = Vec::new();
    for (path, text) in notes {
        let Some(note) = read_bytes(path, path, text.as_bytes(), &mut diagnostics) else {
            continue;
        };
        let mut one = markdown::parse(
            &NoteText {
                shown_path: path,
                text: &note.text,
                body: note.body.clone(),
            },
            &options,
        );
        diagnostics.append(&mut one.diagnostics);
        parsed.push((note, one));
    }
    parsed.sort_by(|a, b| a.0.path.cmp(&b.0.path));
    let files: Vec<Attachment> = FILES
        .iter()
        .map(|path| Attachment {
            path: (*path).to_owned(),
            disk_path: path.into(),
            len: 1,
        })
        .collect();
    let facts = Facts {
        image_sizes: BTreeMap::from([("모음/그림.png".to_owned(), (64, 48))]),
    };
    let (site, mut wrong) = assemble(parsed, &files, &[], config, &facts);
    diagnostics.append(&mut wrong);
    (site, diagnostics)
}

fn vault(notes: &[(&str, &str)]) -> (Site, Vec<Diagnostic>) {
    vault_with(&Config::default(), notes)
}

fn html<'s>(site: &'s Site, source: &str) -> &'s str {
    site.pages
        .iter()
        .find(|page| page.source == source)
        .map_or("", |page| page.html.as_str())
}

/// A page's HTML with its addresses decoded, and below a line what was wrong anywhere.
fn shown(notes: &[(&str, &str)], source: &str) -> String {
    let (site, diagnostics) = vault(notes);
    let mut out = crate::site::address::decode(html(&site, source));
    for wrong in diagnostics {
        out.push_str("---\n");
        out.push_str(&wrong.render(Lang::Ko));
    }
    out
}

fn codes(diagnostics: &[Diagnostic]) -> Vec<&'static str> {
    diagnostics.iter().map(|wrong| wrong.code).collect()
}

fn ids(html: &str) -> Vec<&str> {
    html.match_indices(" id=\"")
        .filter_map(|(at, mark)| html[at + mark.len()..].split('"').next())
        .collect()
}

const SOURCE: (&str, &str) = (
    "모음/람다.md",
    "# 람다\n\n서버 없는 함수[^1]. [이웃](이웃.md) ![그림](그림.png)\n\n## 버전 관리\n\n1. 올린다\n2. 바꾼다 ^steps\n\n\
     ### 별칭\n\n> 이름이다.\n\n^alias\n\n## 요금\n\n[위로](#버전-관리)\n\n[^1]: 물론 있다.\n",
);

#[test]
fn a_whole_note_stands_framed_without_its_title_and_its_links_lead_where_they_did() {
    insta::assert_snapshot!(shown(
        &[
            SOURCE,
            ("모음/이웃.md", "이웃\n"),
            ("첫.md", "## 여기\n\n![[람다]]\n\n끝\n"),
        ],
        "첫.md"
    ));
}

#[test]
fn a_section_a_block_and_a_part_of_the_same_note_can_be_embedded() {
    insta::assert_snapshot!(shown(
        &[
            SOURCE,
            ("모음/이웃.md", "이웃\n"),
            (
                "첫.md",
                "# 첫\n\n![[모음/람다#버전 관리]]\n\n- ![[람다#^alias]]\n\n![[람다#^steps|단계]]\n![[람다#요금]]\n\n![[#아래]]\n\n## 아래\n\n자기 글\n",
            ),
        ],
        "첫.md"
    ));
}

#[test]
fn an_embed_within_a_line_a_cell_or_a_heading_is_a_link() {
    let (site, wrong) = vault(&[
        SOURCE,
        ("모음/이웃.md", "글"),
        (
            "첫.md",
            "글 속 ![[람다]] 글\n\n## 제목 ![[람다]]\n\n| ![[람다\\|표]] |\n| - |\n| 칸 |\n\n> [!note] ![[람다]]\n> 본문\n",
        ),
    ]);
    assert_eq!(codes(&wrong), [""; 0]);
    let page = html(&site, "첫.md");
    assert!(!page.contains("<figure"), "{page}");
    assert_eq!(page.matches("%EB%9E%8C%EB%8B%A4/\"").count(), 4, "{page}");
}

#[test]
fn what_is_embedded_is_found_in_its_own_note_only() {
    let (site, _) = vault(&[SOURCE, ("첫.md", "# 첫\n\n![[람다]]\n")]);
    let page = site.pages.iter().find(|page| page.source == "첫.md");
    let page = page.expect("page");
    assert!(page.html.contains("올린다"));
    assert_eq!(page.headings.len(), 1);
    assert!(page.sections.iter().all(|it| !it.text.contains("올린다")));
    let source = site.pages.iter().find(|page| page.source == SOURCE.0);
    assert_eq!(source.expect("page").backlinks.len(), 1);
}

#[test]
fn a_circle_of_notes_is_cut_and_each_note_of_it_is_told_once() {
    let (site, wrong) = vault(&[
        ("가.md", "글 가\n\n![[나]]\n"),
        ("나.md", "글 나\n\n![[다]]\n"),
        ("다.md", "글 다\n\n![[가]]\n"),
        ("라.md", "![[가]]\n"),
        ("마.md", "![[마]]\n"),
    ]);
    assert_eq!(codes(&wrong), ["transclusion-cycle"; 4]);
    let page = html(&site, "가.md");
    assert_eq!(page.matches("<figure").count(), 2);
    assert!(
        page.contains("<p><a href=\"/%EA%B0%80/\">가</a></p>"),
        "{page}"
    );
    assert_eq!(html(&site, "마.md").matches("<figure").count(), 0);
    insta::assert_snapshot!(wrong[0].render(Lang::Ko));
}

#[test]
fn a_section_may_embed_another_of_its_note_but_not_itself() {
    let (site, wrong) = vault(&[(
        "가.md",
        "## 하나\n\n![[#둘]]\n\n## 둘\n\n글\n\n## 셋\n\n![[#셋]]\n",
    )]);
    assert_eq!(codes(&wrong), ["transclusion-cycle"]);
    assert_eq!(html(&site, "가.md").matches("<figure").count(), 1);
}

#[test]
fn notes_that_embed_one_another_twice_do_not_grow_without_end() {
    let text = "글 ".repeat(2000);
    let notes: Vec<(String, String)> = (0..12)
        .map(|n| {
            let next = n + 1;
            (
                format!("n{n}.md"),
                format!("{text}\n\n![[n{next}]]\n\n![[n{next}]]\n"),
            )
        })
        .chain([("n12.md".to_owned(), text.clone())])
        .collect();
    let notes: Vec<(&str, &str)> = notes
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    let (site, wrong) = vault(&notes);
    for page in &site.pages {
        assert!(
            page.html.len() < 3 * super::MOST_BYTES,
            "{}",
            page.html.len()
        );
    }
    assert!(codes(&wrong).contains(&"transclusion-limit"));
    assert!(
        codes(&wrong)
            .iter()
            .filter(|it| **it == "transclusion-limit")
            .count()
            <= notes.len()
    );
}

#[test]
fn an_embed_of_nothing_leaves_a_mark_and_says_what_is_near() {
    insta::assert_snapshot!(shown(
        &[
            SOURCE,
            ("모음/이웃.md", "글 ^abc123\n"),
            (
                "첫.md",
                "![[람디]]\n\n![[람다#버전 관라]]\n\n![[이웃#^abc12]]\n\n[[이웃#^없다|글]]\n",
            ),
        ],
        "첫.md"
    ));
}

#[test]
fn sounds_films_and_papers_are_embedded_as_what_they_are() {
    insta::assert_snapshot!(shown(
        &[(
            "첫.md",
            "![[소리.mp3]]\n\n![[모음/영상.mp4|320x240]]\n\n![[표준.pdf#page=3]]\n\n![[그림.png|구조|32]]\n\n![[없음.mp3]]\n"
        )],
        "첫.md"
    ));
}

#[test]
fn names_are_found_by_file_path_alias_and_title_in_any_form() {
    let nfd: String =
        unicode_normalization::UnicodeNormalization::nfd("[[람다 노트]] [[별명 하나]]").collect();
    let text = format!(
        "[[람다 노트]]는 [[ 람다 노트.md ]] [[깊은/람다 노트#제목#작은 것]] [[별명 하나]] [[LAMBDA]] [[람다 노트^b1]] [[#여기 람다 노트]] {nfd}\n\n\
         | 표 |\n| - |\n| [[람다 노트\\|글]] |\n\n## 여기 [[람다 노트]]\n\n**[[람다 노트]]**\n\n> [!tip] [[람다 노트]]\n"
    );
    let page = shown(
        &[
            (
                "아주/깊은/람다 노트.md",
                "---\naliases: [별명 하나, Lambda]\n---\n글 ^b1\n\n# 다른\n\n## 작은 것\n\n# 제목\n\n## 작은 것\n",
            ),
            ("첫.md", &text),
        ],
        "첫.md",
    );
    insta::assert_snapshot!(page);
}

#[test]
fn an_embed_before_the_first_heading_leaves_that_heading_where_it_is() {
    let (site, _) = vault(&[("가.md", "![[나]]\n\n# 가\n\n글\n"), ("나.md", "먼저\n")]);
    let page = html(&site, "가.md");
    assert!(page.contains("먼저") && page.contains("<h1"), "{page}");
    assert_eq!(balanced(page), Ok(()));
}

#[test]
fn an_alias_that_is_a_name_is_no_address_and_an_old_address_is_one() {
    let (site, wrong) = vault(&[(
        "가.md",
        "---\naliases: [별명, 두 낱말, old-name, /옛/주소/]\n---\n글\n",
    )]);
    assert_eq!(codes(&wrong), [""; 0]);
    let redirects: Vec<&str> = site.redirects.iter().map(|it| it.output.as_str()).collect();
    assert_eq!(redirects, ["old-name/index.html", "옛/주소/index.html"]);
}

#[test]
fn a_name_that_several_notes_have_is_named_with_all_of_them() {
    let (site, wrong) = vault(&[
        ("a/회의.md", "[[회의록]] [[b/회의록]]"),
        ("a/회의록.md", "글"),
        ("b/회의록.md", "글"),
        ("c/회의록.md", "글"),
        ("d/글.md", "[[회의록]] [[c/회의록]]"),
    ]);
    assert!(html(&site, "a/회의.md").contains("\"/a/"));
    assert_eq!(codes(&wrong), ["ambiguous-link"]);
    insta::assert_snapshot!(wrong[0].render(Lang::Ko));
}

#[test]
fn tags_in_text_are_tags_of_the_note_below_the_sites_path() {
    let config = Config {
        base_url: "https://h/sub/".to_owned(),
        ..Config::default()
    };
    let (site, _) = vault_with(
        &config,
        &[(
            "가.md",
            "---\ntags: [aws]\n---\n#람다/버전 그리고 #AWS `#코드` [#링크](b.md)\n\n## 제목 #끝\n",
        )],
    );
    assert_eq!(site.pages[0].tags, ["aws", "람다/버전", "끝"]);
    let html = crate::site::address::decode(&site.pages[0].html);
    assert!(
        html.contains("<a class=\"tag inline-tag\" href=\"/sub/tags/람다-버전/\">#람다/버전</a>"),
        "{html}"
    );
    assert!(site.tags.iter().any(|tag| tag.url == "/tags/람다-버전/"));
}

#[test]
fn an_unpublished_note_is_never_shown_by_way_of_an_embed() {
    // The pipeline leaves drafts out before the site is assembled; what is not there cannot be embedded.
    let (site, wrong) = vault(&[("첫.md", "![[비밀]]\n")]);
    assert_eq!(codes(&wrong), ["broken-link"]);
    assert!(html(&site, "첫.md").contains("transclusion-missing"));
}

/// Elements that open and close in order.
fn balanced(html: &str) -> Result<(), String> {
    let mut open: Vec<String> = Vec::new();
    for piece in html.split('<').skip(1) {
        let tag = piece.split('>').next().unwrap_or_default();
        let name: String = tag
            .trim_start_matches('/')
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect();
        if tag.starts_with('/') {
            match open.pop() {
                Some(last) if last == name => {}
                other => return Err(format!("</{name}> closes {other:?}")),
            }
        } else if !tag.ends_with('/') && !matches!(name.as_str(), "input" | "br" | "img" | "hr") {
            open.push(name);
        }
    }
    if open.is_empty() {
        Ok(())
    } else {
        Err(format!("open: {open:?}"))
    }
}

fn embedding_note() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        4 => (0..5_usize, prop::sample::select(vec!["", "#가", "#나", "#^b1", "#^없다", "|글"]), prop::sample::select(vec!["", "- ", "> ", "글 ", "1. "]))
            .prop_map(|(n, part, before)| format!("{before}![[n{n}{part}]]")),
        1 => Just("![[#가]]".to_owned()),
        2 => prop::sample::select(vec!["# 가", "## 가", "## 나", "### 나", "> # 나", "- ## 가"]).prop_map(str::to_owned),
        2 => prop::sample::select(vec!["글 ^b1", "- 항목 ^b1", "> 인용", "^b2", "글[^1]", "[^1]: 주", "[[n1#^b1]]", "```\n코드\n```", "| 표 |\n| - |\n| 칸 |", "> [!note]- 접기\n> 글"]).prop_map(str::to_owned),
    ];
    prop::collection::vec(line, 0..12).prop_map(|lines| lines.join("\n\n"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn any_vault_of_notes_that_embed_one_another_ends_is_bounded_and_sound(
        texts in prop::collection::vec(embedding_note(), 1..5)
    ) {
        let names: Vec<String> = (0..texts.len()).map(|n| format!("n{n}.md")).collect();
        let notes: Vec<(&str, &str)> = names.iter().map(String::as_str).zip(texts.iter().map(String::as_str)).collect();
        let (site, _) = vault(&notes);
        for page in &site.pages {
            prop_assert!(page.html.len() < 3 * super::MOST_BYTES, "{}", page.html.len());
            let all = ids(&page.html);
            let distinct: std::collections::BTreeSet<&str> = all.iter().copied().collect();
            prop_assert_eq!(all.len(), distinct.len(), "{}", page.html);
            if let Err(wrong) = balanced(&page.html) {
                prop_assert!(false, "{} in {}", wrong, page.html);
            }
        }
        let (again, _) = vault(&notes);
        let bodies = |site: &Site| site.pages.iter().map(|page| page.html.clone()).collect::<Vec<_>>();
        prop_assert_eq!(bodies(&site), bodies(&again));
    }
}
