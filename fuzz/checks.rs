//! What must hold for any bytes at all: one function a fuzz target, over the public functions of `notes`.
//!
//! `fuzz_targets/` calls them with what libFuzzer invents; `tests/fuzz_regressions.rs` with every input that is committed
//! below `fuzz/seeds/` and `fuzz/regressions/`. A broken promise is a panic.

#![allow(dead_code, reason = "each fuzz target uses one of the functions")]

use std::collections::BTreeSet;

use notes::config::Config;
use notes::markdown::{self, Dialect, NoteText, Options, ParsedNote, SlotKind, render_fragment};
use notes::site::{Facts, Site};
use notes::source::{Attachment, Note, decode, read_bytes, split_front_matter};

/// A name and what must hold for any bytes.
pub type Target = (&'static str, fn(&[u8]));

/// Every target by its name.
pub const TARGETS: [Target; 6] = [
    ("front_matter", front_matter),
    ("emphasis", emphasis),
    ("markdown", markdown),
    ("links", links),
    ("config", config),
    ("search_files", search_files),
];

/// Longest input in bytes that a target is asked about; the rest is cut off. As `-max_len` in README.md.
pub const LONGEST: usize = 8192;

// ---- front_matter ----------------------------------------------------------------------------------------------------

/// Any bytes are one note or one error; the body lies in the text; what a front matter says comes from its text.
pub fn front_matter(data: &[u8]) {
    let decoded = decode(data).ok();
    let mut diagnostics = Vec::new();
    let note = read_bytes("가/나.md", "content/가/나.md", data, &mut diagnostics);
    assert_eq!(decoded.is_some(), note.is_some());
    let Some(note) = note else {
        assert_eq!(diagnostics.len(), 1, "one error for what is no text");
        return;
    };
    let text = &note.text;
    assert!(!text.contains('\r') && !text.starts_with('\u{FEFF}'));
    assert!(text.get(note.body.clone()).is_some(), "{:?}", note.body);
    assert_eq!(note.body.end, text.len());
    // NFC may lengthen a text threefold (UAX #15), CP949 another half.
    assert!(text.len() <= 5 * data.len() + 16);
    for diagnostic in &diagnostics {
        if let Some(place) = &diagnostic.place {
            assert!(place.line <= text.lines().count() + 1);
        }
    }
    // The same text again is the same note; a text that is a body alone stays one.
    let (front_matter, body) = split_front_matter("content/가/나.md", text, &mut Vec::new());
    assert_eq!(body, note.body.start);
    assert_eq!(front_matter, note.front_matter);
    let again = read_bytes("가/나.md", "a.md", text.as_bytes(), &mut Vec::new());
    if let Some(again) = again {
        assert_eq!(again.text, *text, "decoding is idempotent");
    } else {
        // Text of another encoding may hold NUL; as UTF-8 it is called binary.
        assert!(text.contains('\0'), "text read once is text");
    }
}

// ---- emphasis --------------------------------------------------------------------------------------------------------

/// Emphasis beside Korean: the invisible neighbours that steer the parser never reach what is published.
pub fn emphasis(data: &[u8]) {
    let text = text_of(data);
    let gfm = Options {
        cjk_emphasis: true,
        ..Options::of(Dialect::Gfm)
    };
    for options in [Options::of(Dialect::Notes), gfm] {
        let parsed = parse(&text, &options);
        let (html, _) = render_fragment(&text, &options);
        assert!(html.len() <= most_html(&text), "{}", html.len());
        if text.contains('&') || text.contains('%') {
            // The author may write any character as an entity or percent-encoded.
            continue;
        }
        let known: BTreeSet<char> = text.chars().filter(|c| is_invisible(*c)).collect();
        let mut shown: Vec<&str> = vec![&html, &parsed.summary];
        for heading in &parsed.headings {
            shown.extend([
                heading.id.as_str(),
                heading.text.as_str(),
                heading.html.as_str(),
            ]);
        }
        for section in &parsed.sections {
            shown.extend([section.text.as_str(), section.code.as_str()]);
        }
        shown.extend(parsed.links.iter().map(|link| link.destination.as_str()));
        let messages: Vec<String> = parsed
            .diagnostics
            .iter()
            .flat_map(|found| [found.message.ko.clone(), found.message.en.clone()])
            .collect();
        shown.extend(messages.iter().map(String::as_str));
        for part in shown {
            for c in part.chars().filter(|c| is_invisible(*c)) {
                assert!(known.contains(&c), "{c:?} leaked into {part:?}");
            }
            if known.is_empty() {
                // U+FDD0…, U+1FB00…, U+2000… percent-encoded in an address.
                for leak in ["%EF%B7%9", "%EF%B7%A", "%F0%9F%AC%", "%F0%9F%AD%"] {
                    assert!(!part.contains(leak), "{leak} leaked into {part:?}");
                }
            }
        }
    }
}

/// Characters of the sorts that `src/markdown/emphasis.rs` puts beside delimiters.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{FDD0}'..='\u{FDEF}' | '\u{1FB00}'..='\u{1FB6F}' | '\u{2000}'..='\u{200A}')
}

// ---- markdown --------------------------------------------------------------------------------------------------------

/// Any text is a sound note in every dialect, with every option on: slots ascend, spans lie in the text, ids are unique,
/// and the output is at most a constant times the input.
pub fn markdown(data: &[u8]) {
    let text = text_of(data);
    for dialect in [Dialect::Notes, Dialect::Gfm, Dialect::CommonMark] {
        let mut options = Options::of(dialect);
        let notes = dialect == Dialect::Notes;
        options.math = notes;
        options.hard_breaks = notes;
        options.line_numbers = notes;
        // Colouring is syntect's; it has its own limits and would eat the fuzzer's time.
        options.highlight = false;
        let parsed = parse(&text, &options);
        sound(&text, &parsed);
        let html = parsed.body.render(|_| String::new());
        assert!(
            html.len() <= most_html(&text),
            "{} bytes from {}",
            html.len(),
            text.len()
        );
        let said: usize = parsed
            .sections
            .iter()
            .map(|section| section.text.len() + section.code.len())
            .sum();
        assert!(said <= most_html(&text), "{said} bytes of sections");
        assert!(parsed.diagnostics.len() <= 64 * 100);
        if notes && !text.contains('<') {
            unique_ids(&html);
        }
    }
}

/// What holds for any parsed note.
fn sound(text: &str, parsed: &ParsedNote) {
    let mut last = 0;
    for slot in &parsed.body.slots {
        assert!(slot.at >= last && parsed.body.html.is_char_boundary(slot.at));
        last = slot.at;
        match slot.kind {
            SlotKind::Url(link)
            | SlotKind::Attributes(link)
            | SlotKind::ImageStart(link)
            | SlotKind::ImageEnd(link)
            | SlotKind::Embed(link) => assert!(link < parsed.links.len()),
            SlotKind::Generated(file) => assert!(file < parsed.generated.len()),
        }
    }
    for link in &parsed.links {
        assert!(text.get(link.span.clone()).is_some(), "{link:?}");
    }
    for section in &parsed.sections {
        assert!(
            section
                .heading
                .is_none_or(|heading| heading < parsed.headings.len())
        );
    }
    let ids: BTreeSet<&str> = parsed
        .headings
        .iter()
        .map(|heading| heading.id.as_str())
        .collect();
    assert_eq!(ids.len(), parsed.headings.len(), "headings' ids are unique");
    for diagnostic in &parsed.diagnostics {
        if let Some(place) = &diagnostic.place {
            assert!(place.line <= text.lines().count() + 1, "{diagnostic:?}");
        }
    }
}

/// Where the author wrote no HTML, no two elements have one id.
fn unique_ids(html: &str) {
    let mut ids = BTreeSet::new();
    for id in html
        .split(" id=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
    {
        assert!(ids.insert(id), "id {id:?} twice");
    }
}

/// The most HTML a text may become.
///
/// Linear but for what CommonMark itself multiplies, which pulldown-cmark bounds: a table's short rows are filled up to
/// the width of its head, with at most 2^18 cells; definitions of links are used again and again, up to 100 KB or the
/// length of the text. The factor: `#` and a line break are a heading with an anchor's link, `[^1]` a footnote's
/// reference, both about a hundred bytes for two to four of the source, and more nested in a callout.
fn most_html(text: &str) -> usize {
    const FACTOR: usize = 128;
    const BASE: usize = 8192;
    const CELL: usize = 40;
    let bars = text.matches('|').count();
    let lines = text.lines().count();
    let cells = (bars + 1).saturating_mul(lines).min((1 << 18) + text.len());
    let tables = if bars > 0 { cells * CELL } else { 0 };
    // Percent-encoding is three bytes for one, `&quot;` six.
    let definitions = if text.contains("]:") {
        6 * text.len().max(100_000)
    } else {
        0
    };
    FACTOR * text.len() + BASE + tables + definitions
}

fn parse(text: &str, options: &Options) -> ParsedNote {
    let note = NoteText {
        shown_path: "note.md",
        text,
        body: 0..text.len(),
    };
    markdown::parse(&note, options)
}

/// A text as `source` hands it on: UTF-8, `\n`, no byte-order mark.
fn text_of(data: &[u8]) -> String {
    let data = &data[..data.len().min(LONGEST)];
    String::from_utf8_lossy(data)
        .replace("\r\n", "\n")
        .replace('\r', "\n")
}

// ---- links -----------------------------------------------------------------------------------------------------------

/// A site of up to four notes, whose names, front matters and links come from the input: every page has an address of its
/// own inside the site, and every output a path that stays in `public/`.
///
/// The input is cut at NUL bytes: name, text, name, text…
pub fn links(data: &[u8]) {
    let data = &data[..data.len().min(LONGEST)];
    let mut parts = data.split(|&byte| byte == 0);
    let mut notes: Vec<(Note, ParsedNote)> = Vec::new();
    let mut paths = BTreeSet::new();
    while let (Some(name), Some(text)) = (parts.next(), parts.next()) {
        if notes.len() == 4 {
            break;
        }
        let path = note_path(name);
        if !paths.insert(path.clone()) {
            continue;
        }
        let shown = format!("content/{path}");
        let Some(note) = read_bytes(&path, &shown, text, &mut Vec::new()) else {
            continue;
        };
        let text = NoteText {
            shown_path: &shown,
            text: &note.text,
            body: note.body.clone(),
        };
        let options = Options {
            highlight: false,
            ..Options::default()
        };
        let parsed = markdown::parse(&text, &options);
        notes.push((note, parsed));
    }
    notes.sort_by(|a, b| a.0.path.cmp(&b.0.path));
    let written: Vec<(usize, usize)> = notes
        .iter()
        .map(|(note, parsed)| (note.text.len(), parsed.links.len()))
        .collect();
    let attachment = |path: &str| Attachment {
        path: path.to_owned(),
        disk_path: path.into(),
        len: 1,
    };
    let facts = Facts {
        image_sizes: [("그림/가.png".to_owned(), (640, 480))].into(),
    };
    let (site, diagnostics) = notes::site::assemble(
        notes,
        &[attachment("그림/가.png"), attachment("나.pdf")],
        &[attachment("로고.svg")],
        &Config::default(),
        &facts,
    );
    assert_eq!(site.pages.len(), written.len(), "every note is a page");
    sound_site(&site, &written);
    // One broken link is one diagnostic; each note may name a handful of things more.
    let links: usize = written.iter().map(|(_, links)| links).sum();
    assert!(diagnostics.len() <= 2 * links + 64 * (written.len() + 1));
}

fn sound_site(site: &Site, written: &[(usize, usize)]) {
    let mut urls = BTreeSet::new();
    for page in &site.pages {
        assert!(page.url.starts_with('/'), "{}", page.url);
        assert!(urls.insert(&page.url), "{} twice", page.url);
        inside(&page.output);
        assert!(!page.title.trim().is_empty());
        for other in page
            .backlinks
            .iter()
            .chain(&page.next)
            .chain(&page.previous)
        {
            assert!(*other < site.pages.len());
        }
    }
    let mut outputs: BTreeSet<&str> = site.pages.iter().map(|page| page.output.as_str()).collect();
    for redirect in &site.redirects {
        inside(&redirect.output);
        assert!(redirect.page < site.pages.len());
        assert!(outputs.insert(&redirect.output), "{}", redirect.output);
    }
    // An address is at most a few hundred bytes a link (slugs are at most 200 a segment), whatever else there is.
    let html: usize = site.pages.iter().map(|page| page.html.len()).sum();
    let most: usize = written
        .iter()
        .map(|(bytes, links)| 128 * bytes + 8192 + 4096 * links)
        .sum();
    let tables = 40 * ((1 << 18) + LONGEST);
    assert!(
        html <= most + tables + 6 * 100_000 * written.len(),
        "{html}"
    );
    for (index, node) in site.tree.iter().enumerate() {
        assert!(node.children.iter().all(|child| *child > index));
    }
}

/// A path that names a file below `public/` and nothing else.
fn inside(path: &str) {
    assert!(!path.is_empty() && !path.starts_with('/'), "{path:?}");
    assert!(!path.contains(['\0', '\\']), "{path:?}");
    for segment in path.split('/') {
        assert!(!matches!(segment, "" | "." | ".."), "{path:?}");
        assert!(segment.len() <= 255, "{path:?}");
    }
}

/// A path as `source` finds it: relative, NFC, without empty or dotted segments, with a note's extension.
fn note_path(name: &[u8]) -> String {
    let name = decode(name).map(|decoded| decoded.text).unwrap_or_default();
    let segments: Vec<String> = name
        .split('/')
        .map(|segment| {
            let clean: String = segment
                .chars()
                .filter(|c| !c.is_control())
                .take(60)
                .collect();
            clean
        })
        .filter(|segment| !matches!(segment.as_str(), "" | "." | ".."))
        .take(4)
        .collect();
    if segments.is_empty() {
        "이름.md".to_owned()
    } else {
        format!("{}.md", segments.join("/"))
    }
}

// ---- config ----------------------------------------------------------------------------------------------------------

/// Any bytes are a configuration or one failure with a sentence in both languages.
pub fn config(data: &[u8]) {
    match Config::parse_bytes("notes.toml", data) {
        Ok(config) => {
            assert!(config.base_url.is_empty() || config.base_url.ends_with('/'));
        }
        Err(failure) => {
            assert!(!failure.diagnostic.message.ko.is_empty());
            assert!(!failure.diagnostic.message.en.is_empty());
        }
    }
}

// ---- search_files ----------------------------------------------------------------------------------------------------

/// Any bytes given to the search engine as any of its files are refused or read; a query is answered or names files.
///
/// The input is cut into files at `\0\0`; the first byte of each says which kind it is.
pub fn search_files(data: &[u8]) {
    use search_core::engine::{ENTRY, Engine};
    let data = &data[..data.len().min(LONGEST)];
    let mut engine = Engine::default();
    let mut rest = data;
    for _ in 0..6 {
        let end = rest.windows(2).position(|pair| pair == [0, 0]);
        let (file, after) = match end {
            Some(end) => (&rest[..end], &rest[end + 2..]),
            None => (rest, &rest[rest.len()..]),
        };
        if let Some((kind, bytes)) = file.split_first() {
            let name = match kind % 6 {
                0 => ENTRY.to_owned(),
                1 => "index-000000000000.bin".to_owned(),
                2 => "dictionary-000000000000.bin".to_owned(),
                3 => "lexicon-000000000000.bin".to_owned(),
                4 => "postings-000000000000.bin".to_owned(),
                _ => "text-000000000000.bin".to_owned(),
            };
            let _ = engine.provide(&name, bytes);
        }
        rest = after;
    }
    for query in ["람다", "ㄹㄷ", "lambda", "fkaek"] {
        let _ = engine.search(query, 10);
    }
}
