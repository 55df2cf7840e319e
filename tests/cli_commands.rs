//! The other commands from outside: help, usage errors, `check`, `render`, `new`, `init`, `completions`.

mod common;

use std::io::Write as _;
use std::process::Stdio;

use common::{Site, command};

#[test]
fn help_speaks_the_readers_language() {
    let site = Site::new(&[]);
    insta::assert_snapshot!(site.notes(&["--help"]).out);
    insta::assert_snapshot!(site.notes(&["build", "--help"]).out);
    insta::assert_snapshot!(site.notes(&["build", "--help", "--lang", "en"]).out);
}

#[test]
fn a_usage_error_says_what_is_wrong_and_exits_with_2() {
    let site = Site::new(&[]);
    for (args, name) in [
        (&["biuld"][..], "command"),
        (&["build", "--jbos", "3"], "option"),
        (&["build", "--jobs", "0"], "value"),
        (&["render", "--dialect", "gf"], "choice"),
        (&["new"], "missing"),
    ] {
        let outcome = site.notes(args);
        assert_eq!((outcome.code, outcome.out.as_str()), (Some(2), ""));
        insta::assert_snapshot!(format!("usage_{name}"), outcome.err);
    }
    let outcome = site.notes(&["biuld", "--lang=en"]);
    assert_eq!(outcome.code, Some(2));
    assert!(
        outcome
            .err
            .starts_with("error: unrecognized subcommand 'biuld'"),
        "{}",
        outcome.err
    );
}

#[test]
fn check_shows_everything_and_exits_with_1_if_anything_is_wrong() {
    let site = Site::new(&[("index.md", "# 처음\n")]);
    let outcome = site.notes(&["check"]);
    assert_eq!((outcome.code, outcome.err.as_str()), (Some(0), ""));
    assert_eq!(outcome.out, "노트 1개에 잘못된 곳이 없습니다.\n");
    site.write(
        "글.md",
        "---\ndate: 2023-02-30\n---\n# 글\n\n[없음](없음.md)\n",
    );
    let outcome = site.notes(&["check"]);
    assert_eq!(outcome.code, Some(1));
    insta::assert_snapshot!(outcome.out);
    insta::assert_snapshot!(site.notes(&["check", "--json", "--lang", "en"]).out);
    assert!(!site.path("public").exists());
}

#[test]
fn render_prints_a_notes_html_from_a_file_or_standard_input() {
    let site = Site::new(&[(
        "글.md",
        "---\ntitle: 글\n---\n**람다(Lambda)**는 *함수*다.\n",
    )]);
    let from_file = site.notes(&["render", "글.md"]);
    assert_eq!(from_file.code, Some(0));
    assert_eq!(
        from_file.out,
        "<p><strong>람다(Lambda)</strong>는 <em>함수</em>다.</p>\n"
    );
    let mut child = command(site.root(), "")
        .args(["render", "--dialect", "commonmark", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(b"---\n\n*a*\n")
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "<hr />\n<p><em>a</em></p>\n"
    );
    let outcome = site.notes(&["render", "없음.md"]);
    assert_eq!(outcome.code, Some(3));
    assert!(
        outcome.err.starts_with("오류[io]: 노트를 읽을 수 없습니다"),
        "{}",
        outcome.err
    );
}

#[test]
fn new_makes_a_note_once_and_only_within_the_content() {
    let site = Site::new(&[("content/index.md", "# 처음\n")]);
    let outcome = site.notes(&["new", "aws/람다"]);
    assert_eq!(
        (outcome.code, outcome.out.as_str()),
        (Some(0), "만들었습니다: content/aws/람다.md\n")
    );
    let note = site.read("content/aws/람다.md");
    assert!(note.starts_with("---\ntitle: \"람다\"\ndate: 20"), "{note}");
    site.write("content/aws/람다.md", "내 글");
    let outcome = site.notes(&["new", "aws/람다.md"]);
    assert_eq!(outcome.code, Some(2));
    insta::assert_snapshot!(outcome.err);
    assert_eq!(site.read("content/aws/람다.md"), "내 글");
    for path in ["../밖", "/tmp/밖", "", "."] {
        assert_eq!(site.notes(&["new", path]).code, Some(2), "{path}");
    }
    assert_eq!(site.notes(&["check", "--drafts"]).code, Some(0));
}

#[test]
fn init_makes_a_site_that_builds_without_a_warning_and_refuses_a_full_folder() {
    let site = Site::new(&[]);
    let outcome = site.notes(&["init", "새"]);
    assert_eq!(outcome.code, Some(0));
    insta::assert_snapshot!(outcome.out);
    let outcome = site.notes(&["build", "--root", "새", "--strict"]);
    assert_eq!((outcome.code, outcome.err.as_str()), (Some(0), ""));
    assert!(site.path("새/public/노트/마크다운/index.html").is_file());
    let outcome = site.notes(&["init", "새"]);
    assert_eq!(outcome.code, Some(2));
    insta::assert_snapshot!(outcome.err);
}

#[test]
fn completions_are_printed_for_every_shell() {
    let site = Site::new(&[]);
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let outcome = site.notes(&["completions", shell]);
        assert_eq!(outcome.code, Some(0));
        assert!(outcome.out.contains("base-url"), "{shell}");
    }
}
