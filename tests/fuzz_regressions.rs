//! Every input that fuzzing started from or once failed on, with the assertions of the fuzz targets (`fuzz/checks.rs`),
//! and repeated markers, whose output must grow no faster than the input.

#[path = "../fuzz/checks.rs"]
#[allow(unreachable_pub, reason = "the fuzz targets use it as a library")]
mod checks;

use std::path::{Path, PathBuf};

use notes::markdown::{Dialect, NoteText, Options, parse};

/// The files of `fuzz/{folder}/{target}/`, in order.
fn inputs(folder: &str, target: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz")
        .join(folder)
        .join(target);
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    files
}

#[test]
fn every_kept_input_of_the_fuzzers_still_passes() {
    for (target, check) in checks::TARGETS {
        let seeds = inputs("seeds", target);
        assert!(!seeds.is_empty(), "{target} has seeds");
        for path in seeds.into_iter().chain(inputs("regressions", target)) {
            let bytes = std::fs::read(&path).expect("an input");
            if std::panic::catch_unwind(|| check(&bytes)).is_err() {
                panic!("{target} fails on {}", path.display());
            }
        }
    }
}

/// The dictionaries' entries, unescaped: every marker there is.
fn markers() -> Vec<String> {
    let dictionary = include_str!("../fuzz/dictionaries/markdown.dict");
    let mut markers: Vec<String> = dictionary
        .lines()
        .filter_map(|line| line.strip_prefix('"')?.strip_suffix('"'))
        .map(unescaped)
        .collect();
    // What ends in a line break, and pairs that open without ever closing.
    let lines: Vec<String> = markers
        .iter()
        .filter(|marker| !marker.ends_with('\n'))
        .map(|marker| format!("{marker}가\n"))
        .collect();
    markers.extend(lines);
    markers
}

fn unescaped(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        if first != b'\\' {
            bytes.push(first);
        } else if let Some(hex) = rest.strip_prefix(b"x").and_then(|it| it.get(..2)) {
            let hex = std::str::from_utf8(hex).expect("ASCII");
            bytes.push(u8::from_str_radix(hex, 16).expect("two digits"));
            rest = &rest[3..];
        } else if let Some((&escaped, after)) = rest.split_first() {
            bytes.push(escaped);
            rest = after;
        }
    }
    String::from_utf8(bytes).expect("UTF-8")
}

#[test]
fn any_repeated_marker_gives_output_that_grows_with_it() {
    let options = Options {
        math: true,
        highlight: false,
        ..Options::of(Dialect::Notes)
    };
    for marker in markers() {
        let size = |times: usize| {
            let text = marker.repeat(times);
            let note = NoteText {
                shown_path: "a.md",
                text: &text,
                body: 0..text.len(),
            };
            let parsed = parse(&note, &options);
            let said: usize = parsed
                .sections
                .iter()
                .map(|section| section.text.len() + section.code.len())
                .sum();
            let headings: usize = parsed
                .headings
                .iter()
                .map(|heading| heading.id.len() + heading.text.len() + heading.html.len())
                .sum();
            parsed.body.html.len() + said + headings
        };
        let (small, large) = (size(1000), size(8000));
        // Numbers in ids grow by a digit; nothing else may grow faster than the text.
        assert!(
            large <= 10 * small + 8192,
            "{marker:?}: {small} bytes from 1000, {large} from 8000"
        );
    }
}
