//! `notes build` from outside: what it prints in both languages, what it returns, what it leaves on the disk.

mod common;

use common::{Site, command, files};

const NOTES: &[(&str, &str)] = &[
    ("index.md", "# 나의 노트\n"),
    ("aws/람다.md", "# 람다\n\n서버 없이.\n"),
];

/// The summary with its times and sizes made equal.
fn timeless(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        if let Some((total, _)) = line.split_once(" ms:").or_else(|| line.split_once(" s:")) {
            assert!(total.trim().parse::<f64>().is_ok(), "{line}");
            out.push_str("  (times)\n");
            continue;
        }
        let words: Vec<&str> = line.split(" · ").collect();
        let steady: Vec<&str> = words
            .into_iter()
            .filter(|word| {
                !["검색 ", "search ", "파일 "]
                    .iter()
                    .any(|w| word.starts_with(w))
                    && !word.contains(" files (")
            })
            .collect();
        out.push_str(&steady.join(" · "));
        out.push('\n');
    }
    out
}

#[test]
fn a_build_says_what_it_made_in_korean_and_in_english() {
    let site = Site::new(NOTES);
    let outcome = site.notes(&["build"]);
    assert_eq!((outcome.code, outcome.err.as_str()), (Some(0), ""));
    assert_eq!(
        timeless(&outcome.out),
        "`public`에 사이트를 만들었습니다.\n  쪽 2 · 절 2\n  오류 0 · 경고 0 · 참고 0\n  (times)\n"
    );
    let english = "The site is in `public`.\n  2 pages · 2 sections\n  0 errors · 0 warnings · 0 notes\n  (times)\n";
    assert_eq!(
        timeless(&site.notes(&["build", "--lang", "en"]).out),
        english
    );
    assert_eq!(
        timeless(&site.notes_in("en_US.UTF-8", &["build"]).out),
        english
    );
    assert_eq!(site.notes(&["build", "--quiet"]).out, "");
}

#[test]
fn the_same_notes_give_the_same_bytes_and_touch_nothing() {
    let site = Site::new(NOTES);
    site.notes(&["build"]);
    let first = files(&site.path("public"));
    assert!(first.iter().any(|(path, _)| path == "aws/람다/index.html"));
    let outcome = site.notes(&["build"]);
    assert!(outcome.out.contains("(새로 0, 그대로"), "{}", outcome.out);
    site.notes(&["build", "--out", "other", "--jobs", "1", "--no-cache"]);
    assert!(files(&site.path("other")) == first);
}

#[test]
fn attachments_and_static_files_are_copied_but_leftovers_and_the_output_are_not() {
    let site = Site::new(NOTES);
    for path in [
        "aws/그림.png",
        "static/.well-known/x",
        "static/robots.txt",
        "aws/Thumbs.db",
        "aws/글.md~",
        "aws/.숨김.md",
        "node_modules/x/README.md",
        "LICENSE",
        "버림/글.md",
        "초고.md",
    ] {
        site.write(path, "내용");
    }
    site.write(".gitignore", "버림/\n");
    site.write(".notesignore", "초고.md\n");
    site.notes(&["build"]);
    site.notes(&["build"]);
    let published: Vec<String> = files(&site.path("public"))
        .into_iter()
        .map(|(path, _)| path)
        .collect();
    for path in ["aws/그림.png", ".well-known/x", "robots.txt"] {
        assert_eq!(
            site.read(&format!("public/{path}")),
            "내용",
            "{published:?}"
        );
    }
    for part in [
        "Thumbs.db",
        "~",
        "숨김",
        "node_modules",
        "LICENSE",
        "버림",
        "초고",
        "public",
    ] {
        assert!(
            !published.iter().any(|path| path.contains(part)),
            "{part} in {published:?}"
        );
    }
}

#[test]
fn a_link_out_of_the_site_is_not_followed() {
    let outside = Site::new(&[("비밀.md", "# 비밀\n"), ("비밀.png", "비밀")]);
    let site = Site::new(NOTES);
    for name in ["비밀.md", "비밀.png"] {
        std::os::unix::fs::symlink(outside.path(name), site.path(name)).unwrap();
    }
    std::os::unix::fs::symlink(outside.root(), site.path("밖")).unwrap();
    std::os::unix::fs::symlink(".", site.path("고리")).unwrap();
    site.notes(&["build"]);
    let published = files(&site.path("public"));
    assert!(
        !published
            .iter()
            .any(|(path, _)| path.contains("비밀") || path.contains("밖"))
    );
    assert!(
        published
            .iter()
            .any(|(path, _)| path == "aws/람다/index.html")
    );
}

#[test]
fn drafts_are_left_out_and_counted_unless_asked_for() {
    let site = Site::new(NOTES);
    site.write("초안.md", "---\ndraft: true\n---\n# 초안\n");
    let outcome = site.notes(&["build"]);
    assert!(outcome.out.contains(" · 뺀 초안 1\n"), "{}", outcome.out);
    assert!(!site.path("public/초안").exists());
    site.notes(&["build", "--drafts"]);
    assert!(site.path("public/초안/index.html").is_file());
}

#[test]
fn strict_publishes_nothing_where_there_is_a_warning() {
    let site = Site::new(NOTES);
    site.notes(&["build"]);
    let before = files(&site.path("public"));
    site.write("aws/람다.md", "---\nweight: 셋\n---\n# 람다\n\n바뀜\n");
    let outcome = site.notes(&["build", "--strict"]);
    assert_eq!(outcome.code, Some(1));
    insta::assert_snapshot!(outcome.err);
    assert!(files(&site.path("public")) == before);
    assert_eq!(site.notes(&["build"]).code, Some(0));
}

#[test]
fn a_folder_notes_did_not_make_is_not_replaced() {
    let site = Site::new(NOTES);
    site.write("public/소중한.txt", "남의 것");
    let outcome = site.notes(&["build"]);
    assert_eq!(outcome.code, Some(2));
    let root = site.root().canonicalize().unwrap();
    insta::assert_snapshot!(outcome.err.replace(&*root.to_string_lossy(), "[root]"));
    assert_eq!(site.read("public/소중한.txt"), "남의 것");
    let outcome = site.notes(&["build", "--out", "."]);
    assert_eq!(outcome.code, Some(2));
    insta::assert_snapshot!(outcome.err);
}

#[test]
fn a_folder_without_notes_is_no_site() {
    let site = Site::new(&[("a.txt", "글")]);
    let outcome = site.notes(&["build"]);
    assert_eq!(outcome.code, Some(2));
    let root = site.root().canonicalize().unwrap();
    insta::assert_snapshot!(outcome.err.replace(&*root.to_string_lossy(), "[root]"));
    assert!(!site.path("public").exists());
    let outcome = site.notes(&["build", "--root", "없음"]);
    assert_eq!(outcome.code, Some(2));
    insta::assert_snapshot!(outcome.err);
}

#[test]
fn an_output_that_cannot_be_written_is_the_machines_fault() {
    let site = Site::new(NOTES);
    let outcome = site.notes(&["build", "--out", "/proc/notes-public"]);
    assert_eq!(outcome.code, Some(3), "{}", outcome.err);
    assert!(
        outcome
            .err
            .starts_with("오류[io]: 사이트를 쓸 수 없습니다."),
        "{}",
        outcome.err
    );
}

#[test]
fn an_address_that_is_none_is_refused() {
    let site = Site::new(NOTES);
    let outcome = site.notes(&["build", "--base-url", "docs.example.com"]);
    assert_eq!(outcome.code, Some(2));
    insta::assert_snapshot!(outcome.err);
    assert_eq!(
        site.notes(&["build", "--base-url", "https://docs.example.com/sub"])
            .code,
        Some(0)
    );
}

#[test]
fn a_reader_that_goes_away_does_not_make_it_panic() {
    let site = Site::new(NOTES);
    for args in [
        &["--help"][..],
        &["completions", "bash"],
        &["check", "--json"],
        &["render", "index.md"],
        &["build"],
    ] {
        let mut child = command(site.root(), "")
            .args(args)
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let err = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            output.status.code().is_some_and(|code| code <= 1),
            "{args:?}: {err}"
        );
        assert!(!err.contains("panicked"), "{args:?}: {err}");
    }
}
