//! `notes import` from outside: the original untouched, the site that comes out, hostile archives, a second run.

mod common;

use std::fs;
use std::io::{Cursor, Write as _};

use common::{Site, files};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const A: &str = "0123456789abcdef0123456789abcdef";
const B: &str = "fedcba9876543210fedcba9876543210";
const C: &str = "00112233445566778899aabbccddeeff";
/// A picture of one dot.
const PNG: &[u8] = b"\x89\x50\x4e\x47\x0d\x0a\x1a\x0a\x00\x00\x00\x0d\x49\x48\x44\x52\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90\x77\x53\xde\x00\x00\x00\x0c\x49\x44\x41\x54\x78\xda\x63\xf8\xcf\xc0\x00\x00\x03\x01\x01\x00\xf7\x03\x41\x43\x00\x00\x00\x00\x49\x45\x4e\x44\xae\x42\x60\x82";

/// A zip of these files.
fn zipped(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        zip.start_file(*name, SimpleFileOptions::default())
            .expect("an entry");
        zip.write_all(bytes).expect("bytes");
    }
    zip.finish().expect("a zip").into_inner()
}

/// The zip with each name replaced by raw bytes of the same length, in both of its headers.
fn renamed(mut zip: Vec<u8>, names: &[(&str, &[u8])]) -> Vec<u8> {
    for (from, to) in names {
        assert_eq!(from.len(), to.len());
        let mut at = 0;
        while let Some(found) = zip[at..]
            .windows(from.len())
            .position(|part| part == from.as_bytes())
        {
            zip[at + found..at + found + to.len()].copy_from_slice(to);
            at += found + to.len();
        }
    }
    zip
}

fn cp949(text: &str) -> Vec<u8> {
    encoding_rs::EUC_KR.encode(text).0.into_owned()
}

/// The paths under the content folder.
fn content(site: &Site) -> Vec<String> {
    files(&site.path("content"))
        .into_iter()
        .map(|(path, _)| path)
        .collect()
}

/// A Notion export as Notion makes it: a zip in a zip.
fn notion_export() -> Vec<u8> {
    let home = format!("개인 페이지/여행 {A}.md");
    let day = format!("개인 페이지/여행/첫날 {B}.md");
    let csv = format!("개인 페이지/여행/준비물 {C}.csv");
    let all = format!("개인 페이지/여행/준비물 {C}_all.csv");
    let row = format!("개인 페이지/여행/준비물/여권 {A}.md");
    let home_text = format!(
        "# 여행\n\n[첫날](%EC%97%AC%ED%96%89/%EC%B2%AB%EB%82%A0%20{B}.md)\n\n[준비물](%EC%97%AC%ED%96%89/%EC%A4%80%EB%B9%84%EB%AC%BC%20{C}.csv)\n\n<aside>\n💡 **예약**은 일찍\n\n</aside>\n"
    );
    let day_text = "# 첫날\n\n![바다](첫날/Untitled%201.png)\n\n[다른 곳](https://www.notion.so/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa)\n";
    let row_text = "# 여권\n\n상태: 챙김\n태그: 서류, 중요\n\n유효 기간을 본다.\n";
    let inner = zipped(&[
        (&home, home_text.as_bytes()),
        (&day, day_text.as_bytes()),
        ("개인 페이지/여행/첫날/Untitled 1.png", PNG),
        (
            &csv,
            "\u{feff}이름,상태,태그\n여권,챙김,\"서류, 중요\"\n".as_bytes(),
        ),
        (
            &all,
            "\u{feff}이름,상태,태그\n여권,챙김,\"서류, 중요\"\n우산,,\n".as_bytes(),
        ),
        (&row, row_text.as_bytes()),
    ]);
    zipped(&[("ExportBlock-0a1b-Part-1.zip", &inner)])
}

#[test]
fn a_notion_zip_within_a_zip_becomes_a_site_without_a_broken_link() {
    let site = Site::new(&[]);
    let zip = notion_export();
    site.write("export.zip", &zip);
    let outcome = site.notes(&["import", "export.zip", "--root", "사이트"]);
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    insta::assert_snapshot!("notion_out", outcome.out);
    insta::assert_snapshot!("notion_err", outcome.err);
    let here = |path: &str| site.read(&format!("사이트/content/{path}"));
    insta::assert_snapshot!("notion_home", here("여행.md"));
    assert!(here("여행/준비물.md").contains("[여권](./준비물/여권.md)"));
    assert_eq!(
        fs::read(site.path("사이트/content/여행/첫날/Untitled 1.png")).unwrap(),
        PNG
    );
    assert_eq!(fs::read(site.path("export.zip")).unwrap(), zip);
    let built = site.notes(&["build", "--root", "사이트", "--strict"]);
    assert_eq!((built.code, built.err.as_str()), (Some(0), ""));
    assert!(site.path("사이트/public/여행/첫날/index.html").is_file());
    assert!(!site.path("사이트/content/.notes-import").exists());
}

#[test]
fn a_second_import_changes_nothing_and_leaves_edited_notes_alone() {
    let site = Site::new(&[]);
    site.write("export.zip", notion_export());
    site.notes(&["import", "export.zip", "--root", "사이트"]);
    let first = files(&site.path("사이트"));
    let again = site.notes(&["import", "export.zip", "--root", "사이트"]);
    assert_eq!(again.code, Some(0), "{again:?}");
    assert!(
        again.out.contains("5개는 똑같은 것이 이미 있어"),
        "{}",
        again.out
    );
    assert!(files(&site.path("사이트")) == first);

    site.write("사이트/content/여행/첫날.md", "# 내가 고친 글\n");
    fs::remove_file(site.path("사이트/content/여행.md")).unwrap();
    // What a killed import leaves behind.
    site.write("사이트/content/.notes-import/file", "반쪽");
    let third = site.notes(&["import", "export.zip", "--root", "사이트"]);
    assert_eq!(third.code, Some(1));
    assert!(third.err.contains("content/여행/첫날.md"), "{}", third.err);
    assert_eq!(site.read("사이트/content/여행/첫날.md"), "# 내가 고친 글\n");
    assert!(site.path("사이트/content/여행.md").is_file());
    assert!(!site.path("사이트/content/.notes-import").exists());
}

#[test]
fn names_in_a_zip_from_korean_windows_or_macos_are_read() {
    let site = Site::new(&[]);
    let (note, image) = (cp949("보관함/람다 정리.md"), cp949("보관함/그림.png"));
    let (note_name, image_name) = ("n".repeat(note.len()), "i".repeat(image.len()));
    let settings = cp949("보관함/.obsidian/app.json");
    let settings_name = "s".repeat(settings.len());
    let text = cp949("# 람다 정리\r\n\r\n![[그림.png]]\r\n똠방각하\r\n");
    let zip = zipped(&[
        (&note_name, &text),
        (&image_name, PNG),
        (&settings_name, b"{}"),
    ]);
    let zip = renamed(
        zip,
        &[
            (&note_name, &note),
            (&image_name, &image),
            (&settings_name, &settings),
        ],
    );
    site.write("보관함.zip", zip);
    let outcome = site.notes(&["import", "보관함.zip"]);
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    assert_eq!(content(&site), ["그림.png", "람다 정리.md"]);
    assert_eq!(
        site.read("content/람다 정리.md"),
        "# 람다 정리\n\n![[그림.png]]\n똠방각하\n"
    );

    let decomposed: String = "\u{1112}\u{1161}\u{11AB}글.md".to_owned();
    site.write(
        "맥.zip",
        zipped(&[
            (decomposed.as_str(), "# 한글\n".as_bytes()),
            (".obsidian/app.json", b"{}"),
        ]),
    );
    site.notes(&["import", "맥.zip", "--into", "맥"]);
    assert!(site.path("content/맥/한글.md").is_file());
}

#[test]
fn a_zip_never_writes_outside_the_content() {
    let site = Site::new(&[]);
    let names: &[(&str, &[u8])] = &[
        ("XX/XX/out1.md", b"../../out1.md"),
        ("Xtmp/notes-out2.md", b"/tmp/notes-out2.md"),
        ("XX/out3.md", b"C:\\out3.md"),
        ("XXYout4.md", b"..\\out4.md"),
    ];
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    for (name, _) in names {
        zip.start_file(*name, options).unwrap();
        zip.write_all("# 밖\n".as_bytes()).unwrap();
    }
    zip.add_symlink("나가는 길", "/tmp", options).unwrap();
    zip.start_file(".obsidian/app.json", options).unwrap();
    zip.start_file("안.md", options).unwrap();
    zip.write_all("# 안\n".as_bytes()).unwrap();
    let bytes = renamed(zip.finish().unwrap().into_inner(), names);
    site.write("site/나쁜.zip", bytes);
    let outcome = site.notes(&["import", "site/나쁜.zip", "--root", "site"]);
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    insta::assert_snapshot!("hostile_out", outcome.out);
    let all: Vec<String> = files(site.root())
        .into_iter()
        .map(|(path, _)| path)
        .collect();
    assert_eq!(all, ["site/content/안.md", "site/나쁜.zip"]);
    assert!(!std::path::Path::new("/tmp/notes-out2.md").exists());
}

#[test]
fn a_link_out_of_the_content_is_not_written_through() {
    let outside = Site::new(&[]);
    let site = Site::new(&[
        ("vault/.obsidian/app.json", "{}"),
        ("vault/폴더/글.md", "# 글\n"),
        ("content/index.md", "# 처음\n"),
    ]);
    std::os::unix::fs::symlink(outside.root(), site.path("content/폴더")).unwrap();
    std::os::unix::fs::symlink(outside.root(), site.path("vault/밖")).unwrap();
    let outcome = site.notes(&["import", "vault"]);
    assert_eq!(outcome.code, Some(1));
    assert!(files(outside.root()).is_empty());
    assert!(outcome.out.contains("심볼릭 링크"), "{}", outcome.out);
}

#[test]
fn a_bomb_or_a_damaged_zip_is_refused_before_anything_is_written() {
    let site = Site::new(&[]);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("폭탄.md", SimpleFileOptions::default())
        .unwrap();
    let zeros = vec![b' '; 1 << 20];
    for _ in 0..80 {
        zip.write_all(&zeros).unwrap();
    }
    let bomb = zip.finish().unwrap().into_inner();
    assert!(bomb.len() < 1 << 20);
    site.write("폭탄.zip", &bomb);
    // A bomb within: Notion's way of packing must not hide it.
    site.write("겹폭탄.zip", zipped(&[("ExportBlock-1-Part-1.zip", &bomb)]));
    site.write("망가짐.zip", &bomb[..bomb.len() / 2]);
    for (name, code) in [
        ("폭탄", "import-too-large"),
        ("겹폭탄", "import-too-large"),
        ("망가짐", "import-archive"),
    ] {
        let outcome = site.notes(&["import", &format!("{name}.zip"), "--from", "notion"]);
        assert_eq!(
            (outcome.code, outcome.out.as_str()),
            (Some(2), ""),
            "{name}"
        );
        assert!(
            outcome.err.starts_with(&format!("오류[{code}]: ")),
            "{}",
            outcome.err
        );
    }
    assert!(!site.path("content").exists());
}

fn jekyll() -> Site {
    let site = Site::new(&[
        (
            "blog/_config.yml",
            "title: 나의 블로그\nurl: https://me.example.com\nbaseurl: /blog\npermalink: pretty\nplugins: [jekyll-feed]\n",
        ),
        (
            "blog/_posts/2024-01-02-첫-글.md",
            "---\nlayout: post\ntitle: 첫 글\ncategories: 일상 여행\n---\n\n[다음 글]({{ site.baseurl }}{% post_url 2024-02-03-next %})과 [소개](/about/)\n\n![바다]({{ \"/assets/바다.png\" | relative_url }})\n\n{% highlight rust %}\nfn main() {}\n{% endhighlight %}\n",
        ),
        (
            "blog/_posts/2024-02-03-next.md",
            "---\ntitle: 다음 글\n---\n\n[첫 글](/blog/일상/여행/2024/01/02/첫-글/)\n",
        ),
        ("blog/about.md", "---\ntitle: 소개\n---\n\n소개합니다.\n"),
        ("blog/_layouts/default.html", "{{ content }}\n"),
        ("blog/Gemfile", "gem 'jekyll'\n"),
        ("blog/_site/index.html", "<html>\n"),
    ]);
    site.write("blog/assets/바다.png", PNG);
    site.write(
        "blog/_posts/2020-05-06-옛글.md",
        cp949("---\ntitle: 옛글\n---\n\n예전에 쓴 글이다.\n"),
    );
    site
}

#[test]
fn a_jekyll_site_becomes_a_site_whose_old_addresses_still_lead_there() {
    let site = jekyll();
    let before = files(&site.path("blog"));
    let outcome = site.notes(&["import", "blog"]);
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    insta::assert_snapshot!("jekyll_out", outcome.out);
    assert!(files(&site.path("blog")) == before);
    assert!(site.read("notes.toml").contains("title = \"나의 블로그\""));
    insta::assert_snapshot!(
        "jekyll_post",
        site.read("content/posts/2024-01-02-첫-글.md")
    );
    assert!(
        site.read("content/posts/2020-05-06-옛글.md")
            .contains("예전에 쓴 글이다.")
    );
    let built = site.notes(&["build", "--strict"]);
    assert_eq!((built.code, built.err.as_str()), (Some(0), ""));
    let redirect = site.read("public/일상/여행/2024/01/02/첫-글/index.html");
    assert!(redirect.contains("refresh"), "{redirect}");
    assert!(site.path("public/posts/첫-글/index.html").is_file());
}

#[test]
fn a_dry_run_says_what_would_be_done_and_writes_nothing() {
    let site = jekyll();
    let before = files(site.root());
    let outcome = site.notes(&["import", "blog", "--dry-run", "--into", "옛 블로그"]);
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    insta::assert_snapshot!("dry_run", outcome.out);
    assert!(files(site.root()) == before);
}

#[test]
fn an_obsidian_vault_becomes_a_site_without_a_broken_link() {
    let site = Site::new(&[
        (
            "vault/.obsidian/app.json",
            "{\"attachmentFolderPath\": \"첨부\"}",
        ),
        ("vault/.trash/버린 글.md", "# 버림\n"),
        (
            "vault/2024-03-01.md",
            "---\naliases: [삼월 첫날]\n---\n## 한 일\n\n[[프로젝트/람다|람다]]를 봤다. ![[구조.png]] [그림](구조.png)\n",
        ),
        (
            "vault/프로젝트/람다.md",
            "# 람다\n\n[[2024-03-01]]에 정리했다.\n",
        ),
        ("vault/칸반.canvas", "{}"),
    ]);
    site.write("vault/첨부/구조.png", PNG);
    let before = files(&site.path("vault"));
    let outcome = site.notes(&["import", "vault", "--into", "노트"]);
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    insta::assert_snapshot!("obsidian_out", outcome.out);
    assert!(files(&site.path("vault")) == before);
    assert_eq!(
        content(&site),
        [
            "노트/2024-03-01.md",
            "노트/첨부/구조.png",
            "노트/프로젝트/람다.md"
        ]
    );
    let built = site.notes(&["build", "--strict"]);
    assert_eq!((built.code, built.err.as_str()), (Some(0), ""));
}

#[test]
fn what_cannot_be_imported_is_refused_with_the_way_out() {
    let html = format!("html/글 {A}.html");
    let site = Site::new(&[
        ("plain/글.md", "# 글\n"),
        (&html, "<html>"),
        ("vault/.obsidian/app.json", "{}"),
        ("content/글.md", "# 글\n"),
    ]);
    for (args, name) in [
        (&["import", "plain"][..], "unknown"),
        (&["import", "html"], "html"),
        (&["import", "vault", "--into", "../밖"], "into"),
        (&["import", "content", "--from", "obsidian"], "overlap"),
    ] {
        let outcome = site.notes(args);
        assert_eq!(
            (outcome.code, outcome.out.as_str()),
            (Some(2), ""),
            "{outcome:?}"
        );
        let err = outcome.err.replace(
            &site.root().canonicalize().unwrap().display().to_string(),
            "ROOT",
        );
        insta::assert_snapshot!(format!("refused_{name}"), err);
    }
    assert_eq!(site.notes(&["import", "없음.zip"]).code, Some(3));
}

#[test]
fn notes_beside_the_import_are_never_touched() {
    let site = Site::new(&[
        ("content/글.md", "# 내 글\n"),
        ("vault/.obsidian/app.json", "{}"),
        ("vault/글.md", "# 다른 글\n"),
        ("vault/둘.md", "[[글]]\n"),
    ]);
    let outcome = site.notes(&["import", "vault"]);
    assert_eq!(outcome.code, Some(1));
    insta::assert_snapshot!("taken_err", outcome.err);
    assert_eq!(site.read("content/글.md"), "# 내 글\n");
    assert_eq!(site.read("content/둘.md"), "[[글]]\n");
}
