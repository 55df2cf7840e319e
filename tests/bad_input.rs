//! Every kind of bad input gives one clear diagnostic, and the notes beside it are published all the same.

mod common;

use std::os::unix::ffi::OsStrExt as _;

use common::{Outcome, Site};

const GOOD: (&str, &str) = ("좋음.md", "# 좋은 노트\n\n본문\n");

/// Builds a site of the bad note and a good one; the good page must be there.
fn built(path: &str, bytes: &[u8]) -> Outcome {
    let site = Site::new(&[GOOD]);
    site.write(path, bytes);
    let outcome = site.notes(&["build"]);
    assert!(
        site.read("public/좋음/index.html").contains("좋은 노트"),
        "{outcome:?}"
    );
    outcome
}

fn told(path: &str, text: &str) -> (Option<i32>, String) {
    let outcome = built(path, text.as_bytes());
    (outcome.code, outcome.err)
}

#[test]
fn broken_yaml_is_a_warning_and_the_note_is_published_with_its_title() {
    let site = Site::new(&[("노트.md", "---\ntitle: AWS: 람다\ntags: [aws]\n---\n본문\n")]);
    let outcome = site.notes(&["build"]);
    assert_eq!(outcome.code, Some(0));
    insta::assert_snapshot!(outcome.err);
    assert!(site.read("public/노트/index.html").contains("AWS: 람다"));
}

#[test]
fn an_unknown_encoding_is_an_error_with_offset_line_and_hex() {
    let outcome = built("깨짐.md", b"# title\n\xFF\xC0abc\n");
    assert_eq!(outcome.code, Some(1));
    insta::assert_snapshot!(outcome.err);
}

#[test]
fn cp949_is_published_with_a_warning() {
    let (bytes, _, _) = encoding_rs::EUC_KR.encode("# 옛 노트\n\n완성형 한글입니다.\n");
    let site = Site::new(&[]);
    site.write("옛.md", bytes);
    let outcome = site.notes(&["build"]);
    assert_eq!(outcome.code, Some(0));
    insta::assert_snapshot!(outcome.err);
    assert!(
        site.read("public/옛/index.html")
            .contains("완성형 한글입니다.")
    );
}

#[test]
fn a_binary_file_called_a_note_is_an_error() {
    let outcome = built("그림.md", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    assert_eq!(outcome.code, Some(1));
    insta::assert_snapshot!(outcome.err);
}

#[test]
fn an_unclosed_code_fence_is_a_warning_at_its_opening() {
    let (code, err) = told("코드.md", "# 코드\n\n```sh\necho 1\n\n## 다음\n");
    assert_eq!(code, Some(0));
    insta::assert_snapshot!(err);
}

#[test]
fn a_missing_image_is_a_warning_at_its_place() {
    let (code, err) = told("그림.md", "# 그림\n\n앞글 ![구조](images/없음.png)\n");
    assert_eq!(code, Some(0));
    insta::assert_snapshot!(err);
}

#[test]
fn a_broken_link_is_a_warning_at_its_place() {
    let (code, err) = told(
        "링크.md",
        "# 링크\n\n앞글 [람다](없음.md)와 [절](좋음.md#없는-절)\n",
    );
    assert_eq!(code, Some(0));
    insta::assert_snapshot!(err);
}

#[test]
fn two_notes_of_one_address_are_both_named() {
    let site = Site::new(&[
        GOOD,
        ("a.md", "---\nslug: 같음\n---\n# 하나\n"),
        ("b.md", "---\nslug: 같음\n---\n# 둘\n"),
    ]);
    let outcome = site.notes(&["build"]);
    insta::assert_snapshot!(outcome.err);
    assert!(site.read("public/같음/index.html").contains("하나"));
}

#[test]
fn an_empty_file_is_an_empty_page_and_a_note_of_check() {
    let site = Site::new(&[GOOD, ("빈.md", "")]);
    let outcome = site.notes(&["build"]);
    assert_eq!((outcome.code, outcome.err.as_str()), (Some(0), ""));
    assert!(site.path("public/빈/index.html").is_file());
    let outcome = site.notes(&["check"]);
    assert_eq!(outcome.code, Some(0));
    insta::assert_snapshot!(outcome.out);
}

#[test]
fn a_file_of_fifty_megabytes_is_an_error_that_names_the_setting() {
    let site = Site::new(&[GOOD]);
    site.write("큼.md", "가나다라마바사 ".repeat(50 * 1024 * 1024 / 22 + 1));
    let outcome = site.notes(&["build"]);
    assert_eq!(outcome.code, Some(1));
    insta::assert_snapshot!(outcome.err);
    assert!(site.path("public/좋음/index.html").is_file());
}

#[test]
fn a_name_that_is_not_unicode_is_an_error_for_that_file_alone() {
    let site = Site::new(&[GOOD]);
    let name = std::ffi::OsStr::from_bytes(b"\xB6\xF7\xB4\xD9.md");
    if std::fs::write(site.root().join(name), "# 람다\n").is_err() {
        eprintln!("skipped: this file system takes Unicode names only");
        return;
    }
    let outcome = site.notes(&["build"]);
    assert_eq!(outcome.code, Some(1));
    insta::assert_snapshot!(outcome.err);
    assert!(site.path("public/좋음/index.html").is_file());
}

#[test]
fn a_file_that_may_not_be_read_or_leads_nowhere_is_an_error() {
    let site = Site::new(&[GOOD]);
    std::os::unix::fs::symlink("없는-곳.md", site.path("끊김.md")).unwrap();
    let outcome = site.notes(&["build"]);
    assert_eq!(outcome.code, Some(1));
    insta::assert_snapshot!(outcome.err);
}

#[test]
fn a_pipe_called_a_note_does_not_hang_the_build() {
    let site = Site::new(&[GOOD]);
    rustix::fs::mknodat(
        rustix::fs::CWD,
        site.path("관.md"),
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::RWXU,
        0,
    )
    .unwrap();
    assert_eq!(site.notes(&["build"]).code, Some(0));
}

#[test]
fn an_address_too_long_for_a_file_name_is_cut_or_reported_and_does_not_stop_the_others() {
    let site = Site::new(&[GOOD]);
    let slug = "가".repeat(90);
    site.write("긴.md", format!("---\nslug: {slug}\n---\n# 긴 주소\n"));
    let outcome = site.notes(&["build"]);
    assert!(site.path("public/좋음/index.html").is_file(), "{outcome:?}");
    let published = common::files(&site.path("public"));
    let is_there = published
        .iter()
        .any(|(path, _)| path.starts_with(&"가".repeat(20)) && path.ends_with("/index.html"));
    assert!(is_there || outcome.code == Some(1), "{outcome:?}");
}

#[test]
fn a_wrong_configuration_stops_the_build_with_its_place() {
    let site = Site::new(&[GOOD, ("notes.toml", "titel = \"노트\"\n")]);
    let outcome = site.notes(&["build"]);
    assert_eq!(outcome.code, Some(2));
    insta::assert_snapshot!(outcome.err);
    assert!(!site.path("public").exists());
}
