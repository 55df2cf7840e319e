//! `notes check` from outside: what it prints, what it repairs, what it asks the web, and how it ends.

mod common;

use std::fs;
use std::io::Read as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::thread::JoinHandle;

use common::{Site, command, files};
use tiny_http::{Header, Response, Server};

/// "가" as macOS writes it.
const DECOMPOSED: &str = "\u{1100}\u{1161}";

fn cp949(text: &str) -> Vec<u8> {
    encoding_rs::EUC_KR.encode(text).0.into_owned()
}

fn utf16(text: &str) -> Vec<u8> {
    let text = format!("\u{FEFF}{text}");
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// A site in which everything is wrong that can be.
fn wrong() -> Site {
    let site = Site::new(&[
        (
            "content/index.md",
            "# 처음\n\n[가](가.md) [없음](없음.md) [절](a.md#없는-절)\n",
        ),
        (
            "content/a.md",
            "# 하나 {#x}\r\n\r\n### 둘 {#x}\r\n\r\n앞글 👩‍👩‍👧 ![](그림.png)\u{A0}끝\r\n",
        ),
        ("content/b.md", "\u{FEFF}# 하나\n\n섞인\r\n줄\n"),
        ("content/그림.png", "png"),
        ("content/안-씀.zip", "zip"),
    ]);
    site.write("content/옛.md", cp949("# 옛 노트\r\n\r\n완성형\r\n"));
    site.write("content/유니.md", utf16("# 유니코드\n\n글\n"));
    site.write(&format!("content/{DECOMPOSED}.md"), "# 풀어쓴 이름\n\n글\n");
    site
}

#[test]
fn everything_wrong_is_shown_at_its_place() {
    let outcome = wrong().notes(&["check"]);
    assert_eq!((outcome.code, outcome.err.as_str()), (Some(1), ""));
    insta::assert_snapshot!(outcome.out);
}

#[test]
fn editors_are_given_one_object_a_line_and_github_one_annotation() {
    let outcome = wrong().notes(&["check", "--json"]);
    assert_eq!(outcome.code, Some(1));
    insta::assert_snapshot!("json", outcome.out);
    assert_eq!(
        wrong().notes(&["check", "--format", "json"]).out,
        outcome.out
    );
    let outcome = wrong().notes(&["check", "--format", "github", "--lang", "en"]);
    assert_eq!(outcome.code, Some(1));
    insta::assert_snapshot!("github", outcome.out);
    assert_eq!(
        wrong().notes(&["check", "--json", "--format", "text"]).code,
        Some(2)
    );
}

#[test]
fn an_editor_gets_the_columns_of_the_file_and_a_person_those_of_what_is_shown() {
    // 각 in two and three characters before the link.
    let site = Site::new(&[(
        "글.md",
        "# 글\n\n\u{1100}\u{1161}\u{11A8}\u{1100}\u{1161} [없음](없음.md)\n",
    )]);
    let outcome = site.notes(&["check"]);
    assert!(outcome.out.contains("--> 글.md:3:4\n"), "{}", outcome.out);
    let outcome = site.notes(&["check", "--json"]);
    assert!(
        outcome.out.contains(
            r#""line":3,"column":7,"source":"각가 [없음](없음.md)","end_line":3,"end_column":18,"#
        ),
        "{}",
        outcome.out
    );
}

#[test]
fn a_dry_run_shows_what_would_be_repaired_and_changes_nothing() {
    let site = wrong();
    let before = files(site.root());
    let outcome = site.notes(&["check", "--fix", "--dry-run"]);
    assert_eq!((outcome.code, outcome.err.as_str()), (Some(0), ""));
    insta::assert_snapshot!(outcome.out);
    assert_eq!(files(site.root()), before);
    assert_eq!(site.notes(&["check", "--dry-run"]).code, Some(2));
}

#[test]
fn a_repair_shows_each_change_and_what_is_left_and_a_second_one_finds_nothing() {
    let site = wrong();
    let outcome = site.notes(&["check", "--fix"]);
    assert_eq!((outcome.code, outcome.err.as_str()), (Some(1), ""));
    insta::assert_snapshot!(outcome.out);
    assert_eq!(site.read("content/옛.md"), "# 옛 노트\n\n완성형\n");
    assert_eq!(site.read("content/유니.md"), "# 유니코드\n\n글\n");
    assert_eq!(site.read("content/b.md"), "# 하나\n\n섞인\n줄\n");
    let names: Vec<String> = files(site.root())
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert!(names.contains(&"content/가.md".to_owned()), "{names:?}");
    assert!(
        !names
            .iter()
            .any(|name| name.contains(DECOMPOSED) || name.contains("notes-fix")),
        "{names:?}"
    );

    let before = files(site.root());
    let outcome = site.notes(&["check", "--fix"]);
    assert!(!outcome.out.contains("고쳤습니다"), "{}", outcome.out);
    assert_eq!(files(site.root()), before);
    assert_eq!(
        site.notes(&["check", "--fix", "--dry-run"]).out,
        "고칠 것이 없습니다.\n"
    );
}

#[test]
fn a_repair_killed_in_the_middle_has_lost_nothing_and_the_next_one_finishes() {
    let (old, new) = ("# 글\r\n\r\n본문\r\n", "# 글\n\n본문\n");
    let site = Site::new(&[]);
    for n in 0..100 {
        site.write(&format!("content/{n:03}/{DECOMPOSED}.md"), old);
    }
    let mut child = command(site.root(), "")
        .args(["check", "--fix"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("notes runs");
    // Killed once it has begun.
    let mut begun = [0; 1];
    let read = child.stdout.take().map(|mut out| out.read(&mut begun));
    assert!(matches!(read, Some(Ok(1))), "{read:?}");
    child.kill().expect("killed");
    child.wait().expect("ended");
    let notes: Vec<(String, Vec<u8>)> = files(site.root())
        .into_iter()
        .filter(|(name, _)| name.ends_with(".md"))
        .collect();
    assert_eq!(notes.len(), 100);
    for (name, bytes) in &notes {
        assert!(bytes == old.as_bytes() || bytes == new.as_bytes(), "{name}");
    }
    assert_eq!(site.notes(&["check", "--fix"]).code, Some(0));
    let left = files(site.root());
    assert_eq!(left.len(), 100);
    for (name, bytes) in &left {
        assert!(
            name.ends_with("/가.md") && bytes == new.as_bytes(),
            "{name}"
        );
    }
}

#[test]
fn with_json_only_json_is_printed_while_repairing() {
    let outcome = wrong().notes(&["check", "--fix", "--json"]);
    assert!(
        outcome.out.lines().all(|line| line.starts_with('{')),
        "{}",
        outcome.out
    );
    assert!(
        outcome
            .err
            .contains("고쳤습니다: content/옛.md: CP949 → UTF-8, 줄 끝 → LF\n"),
        "{}",
        outcome.err
    );
}

#[test]
fn folders_are_renamed_after_what_is_in_them() {
    let site = Site::new(&[]);
    let deep = format!("content/{DECOMPOSED}/{DECOMPOSED}/{DECOMPOSED}.md");
    site.write(&deep, "# 글\r\n\r\n[그림](가.png)\r\n");
    site.write(
        &format!("content/{DECOMPOSED}/{DECOMPOSED}/{DECOMPOSED}.png"),
        "png",
    );
    site.write(&format!("static/{DECOMPOSED}.txt"), "a\r\n");
    let outcome = site.notes(&["check", "--fix"]);
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    let names: Vec<(String, Vec<u8>)> = files(site.root());
    let want: Vec<(String, Vec<u8>)> = vec![
        (
            "content/가/가/가.md".to_owned(),
            "# 글\n\n[그림](가.png)\n".into(),
        ),
        ("content/가/가/가.png".to_owned(), "png".into()),
        // Not a note: only its name is ours to mend.
        ("static/가.txt".to_owned(), "a\r\n".into()),
    ];
    assert_eq!(names, want);
}

#[test]
fn what_collides_is_reported_and_not_renamed() {
    let site = Site::new(&[("가.md", "# 하나\n\n글\n")]);
    site.write(&format!("{DECOMPOSED}.md"), "# 둘\n\n글\n");
    if files(site.root()).len() < 2 {
        eprintln!("skipped: this file system takes both spellings for one name");
        return;
    }
    let before = files(site.root());
    let outcome = site.notes(&["check", "--fix"]);
    assert_eq!(outcome.code, Some(1));
    insta::assert_snapshot!(outcome.out);
    assert_eq!(files(site.root()), before);
}

#[test]
fn only_what_the_build_sees_is_repaired() {
    let site = Site::new(&[
        (".gitignore", "무시/\n"),
        (".notesignore", "따로.md\n"),
        ("README.md", "밖\r\n"),
        ("content/무시/글.md", "# 글\r\n"),
        ("content/따로.md", "# 글\r\n"),
        ("content/.obsidian/글.md", "# 글\r\n"),
        ("content/그림.svg", "<svg>\r\n</svg>"),
        (
            "content/초안.md",
            "---\r\ndraft: true\r\n---\r\n# 글\r\n\r\n글\r\n",
        ),
        ("content/이진.md", "a\0b\r\n"),
    ]);
    let outcome = site.notes(&["check", "--fix", "--dry-run"]);
    assert_eq!(
        outcome.out,
        "고칠 것: content/초안.md: 줄 끝 → LF\n모두 1가지입니다. `--dry-run` 없이 실행하면 고칩니다.\n"
    );
}

#[test]
fn permissions_are_kept_and_links_and_read_only_files_left_alone() {
    let site = Site::new(&[
        ("site/content/열림.md", "# 열림\r\n\r\n글\r\n"),
        ("site/content/잠김.md", "# 잠김\r\n\r\n글\r\n"),
        ("site/글/밖.md", "# 밖\r\n\r\n글\r\n"),
        ("밖/남.md", "# 남\r\n\r\n글\r\n"),
    ]);
    let mode = |path: &str, mode: u32| {
        fs::set_permissions(site.path(path), fs::Permissions::from_mode(mode))
            .expect("permissions");
    };
    mode("site/content/열림.md", 0o640);
    mode("site/content/잠김.md", 0o444);
    symlink("../글/밖.md", site.path("site/content/이어짐.md")).expect("a link");
    symlink("../../밖/남.md", site.path("site/content/나감.md")).expect("a link");
    let outcome = site.notes(&["check", "--fix", "--root", "site"]);
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    insta::assert_snapshot!(outcome.out);
    assert_eq!(site.read("site/content/열림.md"), "# 열림\n\n글\n");
    let kept = fs::metadata(site.path("site/content/열림.md"))
        .expect("a file")
        .permissions();
    assert_eq!(kept.mode() & 0o777, 0o640);
    for path in ["site/content/잠김.md", "site/글/밖.md", "밖/남.md"] {
        assert!(site.read(path).contains('\r'), "{path}");
    }
    assert!(site.path("site/content/이어짐.md").is_symlink());
}

#[test]
fn a_name_a_symbolic_link_leads_to_is_left_alone() {
    let site = Site::new(&[("content/글.md", "# 글\n\n글\n")]);
    site.write(&format!("content/{DECOMPOSED}/글.md"), "# 글\n\n글\n");
    symlink(
        format!("{DECOMPOSED}/글.md"),
        site.path("content/이어짐.md"),
    )
    .expect("a link");
    let outcome = site.notes(&["check", "--fix"]);
    assert!(
        outcome
            .out
            .contains("심볼릭 링크가 가리키고 있어 이름을 바꾸지 않았습니다."),
        "{}",
        outcome.out
    );
    assert!(site.path(&format!("content/{DECOMPOSED}/글.md")).is_file());
    assert!(fs::read_to_string(site.path("content/이어짐.md")).is_ok());
}

/// A little web on this computer.
struct Web {
    server: Arc<Server>,
    thread: Option<JoinHandle<()>>,
}

impl Web {
    fn new() -> Web {
        let server = Arc::new(Server::http("127.0.0.1:0").expect("a port"));
        let accepting = Arc::clone(&server);
        let thread = std::thread::spawn(move || {
            for request in accepting.incoming_requests() {
                let (status, location) = match request.url() {
                    "/old" => (308, Some("/new")),
                    "/missing" => (404, None),
                    "/forbidden" => (403, None),
                    _ => (200, None),
                };
                let mut response = Response::empty(status).boxed();
                if let Some(location) = location {
                    response
                        .add_header(Header::from_bytes("Location", location).expect("a header"));
                }
                let _ = request.respond(response);
            }
        });
        Web {
            server,
            thread: Some(thread),
        }
    }

    fn address(&self) -> String {
        self.server.server_addr().to_string()
    }
}

impl Drop for Web {
    fn drop(&mut self) {
        self.server.unblock();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[test]
fn links_to_the_web_are_checked_and_remembered() {
    let web = Web::new();
    let address = web.address();
    let site = Site::new(&[(
        "notes.toml",
        "[check]\nexternal_local = true\nexternal_ignore = [\"http://*/ignored*\"]\n",
    )]);
    let at = |path: &str| format!("http://{address}{path}");
    site.write(
        "content/글.md",
        format!(
            "# 글\n\n- 한글 [좋음]({})\n- 앞 [없음]({})\n- [없음]({}#절)\n- [옮김]({})\n- [막힘]({})\n- [뺌]({})\n- [예](https://example.com/없음)\n",
            at("/fine"), at("/missing"), at("/missing"), at("/old"), at("/forbidden"), at("/ignored/a"),
        ),
    );
    let shown = |text: &str| text.replace(&address, "SERVER");
    let outcome = site.notes(&["check", "--external"]);
    assert_eq!((outcome.code, outcome.err.as_str()), (Some(1), ""));
    insta::assert_snapshot!(shown(&outcome.out));
    // Nobody answers any more, and nobody needs to.
    drop(web);
    let again = site.notes(&["check", "--external"]);
    assert_eq!(again.code, Some(1));
    assert_eq!(
        again
            .out
            .replace("물어본 것 0 · 캐시 4", "물어본 것 4 · 캐시 0"),
        outcome.out
    );
    // The cache is no note and no attachment.
    assert!(
        site.read(".notes-cache/links.json")
            .contains("\"version\": 1")
    );
    assert_eq!(site.notes(&["check"]).code, Some(0));
}

#[test]
fn a_local_address_is_named_and_not_asked() {
    let site = Site::new(&[(
        "글.md",
        "# 글\n\n<http://localhost:8080/> [공유기](http://192.168.0.1)\n",
    )]);
    let outcome = site.notes(&["check", "--external"]);
    assert_eq!((outcome.code, outcome.err.as_str()), (Some(0), ""));
    insta::assert_snapshot!(outcome.out);
}

#[test]
fn where_nothing_can_be_reached_the_machine_is_to_blame_and_not_the_notes() {
    let closed = Server::http("127.0.0.1:0")
        .expect("a port")
        .server_addr()
        .to_string();
    let site = Site::new(&[("notes.toml", "[check]\nexternal_local = true\n")]);
    site.write(
        "content/글.md",
        format!("# 글\n\n[하나](http://{closed}/a) [둘](http://{closed}/b) [없음](없음.md)\n"),
    );
    let outcome = site.notes(&["check", "--external"]);
    assert_eq!(outcome.code, Some(3));
    insta::assert_snapshot!(outcome.err.replace(&closed, "SERVER"));
    assert!(outcome.out.contains("broken-link"), "{}", outcome.out);
    assert!(!outcome.out.contains("external-link"), "{}", outcome.out);
    let cache: PathBuf = site.path(".notes-cache/links.json");
    assert!(
        !fs::read_to_string(cache)
            .unwrap_or_default()
            .contains(&closed)
    );
}
