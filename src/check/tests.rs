//! Checks over whole sites in memory of a temporary folder.

use std::path::Path;

use super::*;
use crate::diagnostics::Lang;
use crate::progress::Silent;

fn site(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    for (path, text) in files {
        let path = dir.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        std::fs::write(path, text).expect("a file");
    }
    dir
}

fn checked(root: &Path) -> Checked {
    let project = Project::open(root).expect("a site");
    check(&project, CheckOptions::default(), &Silent)
}

/// Everything that is told of one note.
fn told(text: &str) -> String {
    let dir = site(&[("글.md", text)]);
    let found = checked(dir.path()).diagnostics;
    found.iter().map(|found| found.render(Lang::Ko)).collect()
}

#[test]
fn a_heading_that_skips_a_level_is_pointed_at() {
    insta::assert_snapshot!(told(
        "### 처음은 어디서나\n\n## 가\n\n#### 나 `코드`\n\n#### 다\n\n# 라\n\n<h3>마</h3>\n"
    ));
    // Under code and rewritten containers the line is still the author's.
    insta::assert_snapshot!(told(
        "---\ntitle: 글\n---\n:::tip 제목\n안쪽\n:::\n\n```md\n#### 코드\n```\n\n## 가\n\n나\n\n다\n====\n\n라\n---\n\n#### 마\n"
    ));
}

#[test]
fn an_anchor_named_twice_is_pointed_at() {
    insta::assert_snapshot!(told(
        "## 설치 {#install}\n\n## 준비 {#install}\n\n<a id=\"mark\" name=\"mark\"></a>\n\n글 <span id=\"mark\">글</span>\n\n## 끝\n\n## 끝\n"
    ));
    insta::assert_snapshot!(told(
        "# 표\n\n<div>\n<p id=\"같음\">하나</p>\n<p id='같음'>둘</p>\n</div>\n"
    ));
}

#[test]
fn an_image_without_words_is_pointed_at() {
    let dir = site(&[
        ("a.png", "png"),
        (
            "글.md",
            "앞글 ![](a.png) ![그림](a.png) ![ ](a.png \"제목\")\n\n<p><img src=\"a.png\" alt=\"\"><IMG src=\"a.png\"></p>\n\n![[a.png]]\n",
        ),
    ]);
    let found = checked(dir.path()).diagnostics;
    let told: String = found.iter().map(|found| found.render(Lang::Ko)).collect();
    insta::assert_snapshot!(told);
}

#[test]
fn characters_nobody_sees_are_pointed_at() {
    insta::assert_snapshot!(told(
        "# 글\n\n빈\u{A0}칸, 영\u{200B}폭, 깨진 \u{FFFD}자, 채움\u{3164}\n\n```sh\nls\u{A0}-l\n```\n\n가족 👨‍👩‍👧 깃발 🏴󠁧󠁢󠁳󠁣󠁴󠁿 नमस्ते क्‍ष\n"
    ));
}

#[test]
fn a_file_is_used_by_a_link_an_image_front_matter_raw_html_a_draft_or_another_file() {
    let dir = site(&[
        (
            "content/글.md",
            "---\ntitle: 글\ncover: 표지.png\n---\n[표](자료/표.csv) ![그림](a.png) ![[b.png]]\n\n<img srcset=\"c.png 2x\" src=\"a.png\" alt=\"\">\n\n말로만: 말.png\n",
        ),
        (
            "content/초안.md",
            "---\ndraft: true\n---\n![그림](초안.png)\n",
        ),
        ("content/표지.png", "1"),
        ("content/자료/표.csv", "1"),
        ("content/a.png", "1"),
        ("content/b.png", "1"),
        ("content/c.png", "1"),
        ("content/d.png", "1"),
        ("content/초안.png", "1"),
        ("content/놀이.html", "<img src=d.png>"),
        ("content/말.png", "12345"),
        ("content/안-씀/e.png", "123"),
        ("content/favicon.ico", "1"),
        ("static/f.png", "1"),
    ]);
    let checked = checked(dir.path());
    let unused: Vec<String> = checked
        .diagnostics
        .iter()
        .filter(|found| found.code == "unused-file")
        .filter_map(|found| found.place.as_ref().map(|place| place.file.clone()))
        .collect();
    assert_eq!(
        unused,
        ["content/놀이.html", "content/말.png", "content/안-씀/e.png"]
    );
    assert_eq!((checked.unused_files, checked.unused_bytes), (3, 23));
}

#[test]
fn two_pages_of_one_title_in_one_folder_are_told_apart() {
    let dir = site(&[
        ("a.md", "# 정리\n\n글\n"),
        ("b.md", "# 정리\n\n글\n"),
        ("폴더/c.md", "# 정리\n\n글\n"),
    ]);
    let found = checked(dir.path()).diagnostics;
    let told: String = found.iter().map(|found| found.render(Lang::Ko)).collect();
    insta::assert_snapshot!(told);
}

#[test]
fn names_are_compared_as_other_computers_will() {
    let decomposed = "\u{1100}\u{1161}";
    let dir = site(&[
        ("Foo.md", "# 하나\n\n글\n"),
        ("foo.md", "---\nslug: 다름\n---\n# 둘\n\n글\n"),
        (&format!("{decomposed}/{decomposed}.md"), "# 셋\n\n글\n"),
        ("나/가.md", "# 넷\n\n글\n"),
        (&format!("나/{decomposed}.md"), "# 다섯\n\n글\n"),
    ]);
    if std::fs::read_dir(dir.path()).expect("a folder").count() < 4 {
        eprintln!("skipped: this file system takes names for one that differ in case");
        return;
    }
    let found = checked(dir.path()).diagnostics;
    let told: String = found
        .iter()
        .filter(|found| found.code.contains("name"))
        .map(|found| found.render(Lang::Ko))
        .collect();
    insta::assert_snapshot!(told);
}

#[test]
fn a_note_with_everything_wrong_in_thousands_is_reported_in_bounds() {
    let headings = "## 가\n\n#### 나 {#x}\n\n![](a.png)\u{A0}\n\n".repeat(3_000);
    let dir = site(&[("글.md", &headings)]);
    let found = checked(dir.path()).diagnostics;
    for code in [
        "heading-skips-level",
        "duplicate-id",
        "missing-alt",
        "no-break-space",
    ] {
        let count = found.iter().filter(|found| found.code == code).count();
        assert_eq!(count, MOST, "{code}");
    }
}
