//! Markdown to HTML in MB/s, without highlighting: ours with every dialect on, beside pulldown-cmark's own HTML writer
//! and comrak.
//!
//! `cargo bench -p notes --bench markdown [-- NAME…]`, where NAME is a set: `seeds`, `cpp-docs-ko`, `manual`…
//!
//! One round converts the whole of a set with each contender in turn, so that whatever the machine does meanwhile hits
//! all alike; the figures are medians of at least seven rounds of one run. Criterion and divan measure one contender
//! after the other, which is why this is a plain program. `NOTES_BENCH_ROUNDS` asks for more rounds. Time is this
//! thread's processor time: other programs on the machine do not count.

use std::hint::black_box;
use std::path::{Path, PathBuf};

use cpu_time::ThreadTime;

use notes::markdown::{Dialect, Options, render_fragment};

/// A set's name and the bodies of its notes.
type Set = (String, Vec<String>);

/// A contender's name and what turns a text into HTML.
type Contender = (&'static str, fn(&str) -> String);

const CONTENDERS: [Contender; 4] = [
    ("notes", ours),
    ("notes (CommonMark)", ours_common_mark),
    ("pulldown-cmark", pulldown),
    ("comrak", comrak),
];

/// The contender that the others are compared with.
const YARDSTICK: usize = 2;

/// A set smaller than this is converted again and again within a round, so that a clock's tick is nothing.
const LEAST_BYTES: usize = 4 << 20;

fn ours(text: &str) -> String {
    let options = Options {
        math: true,
        highlight: false,
        ..Options::of(Dialect::Notes)
    };
    render_fragment(text, &options).0
}

fn ours_common_mark(text: &str) -> String {
    render_fragment(text, &Options::of(Dialect::CommonMark)).0
}

/// With the same extensions of the parser as ours.
fn pulldown(text: &str) -> String {
    use pulldown_cmark::{Options, Parser, html};
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_WIKILINKS
        | Options::ENABLE_MATH;
    let mut out = String::with_capacity(text.len() * 3 / 2);
    html::push_html(&mut out, Parser::new_ext(text, options));
    out
}

fn comrak(text: &str) -> String {
    let mut options = comrak::Options::default();
    options.extension.table = true;
    options.extension.strikethrough = true;
    options.extension.tasklist = true;
    options.extension.footnotes = true;
    options.extension.autolink = true;
    options.extension.cjk_friendly_emphasis = true;
    options.render.r#unsafe = true;
    comrak::markdown_to_html(text, &options)
}

fn main() {
    // `cargo bench` passes `--bench`; a name asks for that set alone.
    let asked: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .collect();
    let rounds = std::env::var("NOTES_BENCH_ROUNDS")
        .ok()
        .and_then(|rounds| rounds.parse().ok())
        .unwrap_or(7_usize)
        .max(1);
    println!(
        "| set | notes | MB | {} |",
        CONTENDERS.map(|it| it.0).join(" | ")
    );
    println!("| --- | --: | --: |{}", " --: |".repeat(CONTENDERS.len()));
    for (name, notes) in sets() {
        if notes.is_empty() || !(asked.is_empty() || asked.contains(&name)) {
            continue;
        }
        let bytes: usize = notes.iter().map(String::len).sum();
        let medians = measure(&notes, bytes, rounds);
        let yardstick = medians[YARDSTICK];
        let cells: Vec<String> = medians
            .iter()
            .map(|speed| format!("{speed:.1} MB/s ({:.2}×)", speed / yardstick))
            .collect();
        println!(
            "| {name} | {} | {:.2} | {} |",
            notes.len(),
            bytes as f64 / 1e6,
            cells.join(" | ")
        );
    }
}

/// The median speed of each contender, in MB/s.
fn measure(notes: &[String], bytes: usize, rounds: usize) -> Vec<f64> {
    let repeats = LEAST_BYTES.div_ceil(bytes.max(1));
    let mut speeds = vec![Vec::new(); CONTENDERS.len()];
    // The first round warms caches and is not counted.
    for round in 0..=rounds {
        for (at, (_, convert)) in CONTENDERS.iter().enumerate() {
            let began = ThreadTime::now();
            for _ in 0..repeats {
                for note in notes {
                    black_box(convert(black_box(note)));
                }
            }
            let speed = (bytes * repeats) as f64 / 1e6 / began.elapsed().as_secs_f64();
            if round > 0 {
                speeds[at].push(speed);
            }
        }
    }
    speeds
        .into_iter()
        .map(|mut speeds| {
            speeds.sort_by(f64::total_cmp);
            speeds[speeds.len() / 2]
        })
        .collect()
}

/// The seeds and corpora beside the repository, where they are, and always the notes of `content/`.
fn sets() -> Vec<Set> {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shared = std::env::var_os("NOTES_SHARED")
        .map_or_else(|| repository.join("../shared"), PathBuf::from);
    let mut folders = vec![("seeds".to_owned(), shared.join("seeds"))];
    if let Ok(corpora) = std::fs::read_dir(shared.join("corpora")) {
        let mut found: Vec<PathBuf> = corpora
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.is_dir())
            .collect();
        found.sort();
        for path in found {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            folders.push((name.into_owned(), path));
        }
    }
    folders.push(("content".to_owned(), repository.join("content")));
    folders
        .into_iter()
        .map(|(name, folder)| (name, bodies(&folder)))
        .collect()
}

/// The bodies of all notes below `folder`, in order of their path.
fn bodies(folder: &Path) -> Vec<String> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(folder) else {
            continue;
        };
        for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
            if path.is_dir() {
                folders.push(path);
            } else if notes::source::is_note_path(&path) {
                files.push(path);
            }
        }
    }
    files.sort();
    files
        .iter()
        .filter_map(|path| {
            let bytes = std::fs::read(path).ok()?;
            let note = notes::source::read_bytes("a.md", "a.md", &bytes, &mut Vec::new())?;
            Some(note.text[note.body].to_owned())
        })
        .collect()
}
