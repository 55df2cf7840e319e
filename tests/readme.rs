//! What README and the developers' pages say is so: commands parse with the real binary, links and paths lead
//! somewhere, tests named as an invariant's keepers exist.

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use common::{Site, files};

const PAGES: [&str; 4] = [
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "docs/ARCHITECTURE.md",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn page(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The fenced code blocks of a page.
fn code_blocks(text: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut open: Option<String> = None;
    for line in text.lines() {
        match (line.starts_with("```"), open.take()) {
            (true, Some(block)) => blocks.push(block),
            (true, None) => open = Some(String::new()),
            (false, Some(block)) => open = Some(block + line + "\n"),
            (false, None) => {}
        }
    }
    assert!(open.is_none(), "a code block is not closed");
    blocks
}

/// The text between backticks outside code blocks.
fn code_spans(text: &str) -> Vec<String> {
    let mut spans = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        if line.starts_with("```") {
            inside = !inside;
        } else if !inside {
            spans.extend(line.split('`').skip(1).step_by(2).map(str::to_owned));
        }
    }
    spans
}

/// A command line to words: quotes joined, a comment left out.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.extend((!word.is_empty()).then(|| std::mem::take(&mut word))),
            '#' if !quoted && word.is_empty() => break,
            _ => word.push(c),
        }
    }
    words.extend((!word.is_empty()).then_some(word));
    words
}

/// The arguments that a line of a code block gives to `notes`, if it does.
fn arguments(line: &str) -> Option<Vec<String>> {
    let words = words(line);
    let first: Vec<&str> = words.iter().take(2).map(String::as_str).collect();
    match first.as_slice() {
        ["notes", ..] => Some(words[1..].to_vec()),
        ["cargo", "run"] => {
            let at = words.iter().position(|word| word == "--")?;
            Some(words[at + 1..].to_vec())
        }
        _ => None,
    }
}

#[test]
fn the_two_commands_stand_alone_in_their_blocks() {
    let blocks = code_blocks(&page("README.md"));
    let at = |command: &str| blocks.iter().position(|block| block.trim_end() == command);
    assert_eq!(at("cargo run --release -- serve --watch"), Some(0));
    assert_eq!(at("cargo xtask test"), Some(1));
}

#[test]
fn every_command_in_the_readme_is_one_that_notes_takes() {
    let site = Site::new(&[]);
    let blocks = code_blocks(&page("README.md"));
    let lines = blocks.iter().flat_map(|block| block.lines());
    let commands: Vec<Vec<String>> = lines.filter_map(arguments).collect();
    assert!(commands.len() > 5, "{commands:?}");
    for command in commands {
        // With `--help` nothing is done, but everything before it has been parsed.
        let mut args: Vec<&str> = command.iter().map(String::as_str).collect();
        args.push("--help");
        let outcome = site.notes(&args);
        assert_eq!(outcome.code, Some(0), "{command:?}: {}", outcome.err);
    }
    assert_eq!(site.notes(&["serve", "--wacth", "--help"]).code, Some(2));
}

#[test]
fn links_between_the_developers_pages_lead_to_files() {
    for name in PAGES {
        let text = page(name);
        let folder = root().join(name);
        let folder = folder.parent().expect("a folder");
        for (_, after) in text
            .match_indices("](")
            .map(|(at, _)| text.split_at(at + 2))
        {
            let target = after.split(')').next().unwrap_or_default();
            let path = target.split('#').next().unwrap_or_default();
            if !path.is_empty() && !path.contains("://") {
                assert!(folder.join(path).exists(), "{name}: {target}");
            }
        }
    }
}

#[test]
fn paths_and_tests_that_the_architecture_names_exist() {
    let mut sources: Vec<PathBuf> = ["src", "crates"]
        .iter()
        .flat_map(|folder| {
            let folder = root().join(folder);
            files(&folder)
                .into_iter()
                .map(move |(name, _)| folder.join(name))
        })
        .collect();
    // Not what lies below: the browser tests' packages.
    let tests = fs::read_dir(root().join("tests")).expect("a folder");
    sources.extend(tests.flatten().map(|entry| entry.path()));
    sources.retain(|path| path.extension().is_some_and(|extension| extension == "rs"));
    let sources: String = sources
        .iter()
        .map(|path| fs::read_to_string(path).expect("readable"))
        .collect();
    let first = ["src", "crates", "tests", "themes", "xtask", "content"];
    let (mut paths, mut tests) = (BTreeSet::new(), BTreeSet::new());
    for span in code_spans(&page("docs/ARCHITECTURE.md")) {
        let folder = span.split('/').next().unwrap_or_default();
        if span.contains('/') && first.contains(&folder) {
            paths.insert(PathBuf::from(span));
        } else if span.matches('_').count() > 2
            && span
                .chars()
                .all(|c| c.is_ascii_lowercase() || c == '_' || c.is_ascii_digit())
        {
            tests.insert(span);
        }
    }
    assert!(paths.len() > 30 && tests.len() > 20);
    for path in paths {
        assert!(root().join(&path).exists(), "{}", path.display());
    }
    for test in tests {
        assert!(sources.contains(&format!("fn {test}(")), "{test}");
    }
}
