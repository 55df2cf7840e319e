//! Markdown suites nobody here wrote, run in place where the shared folder exists: exact pass counts, every difference
//! named with its reason.

use std::collections::BTreeSet;
use std::path::PathBuf;

use notes::markdown::{Dialect, Options, render_fragment};

fn shared() -> Option<PathBuf> {
    let path = std::env::var_os("NOTES_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared")),
        PathBuf::from,
    );
    let found = path.join("md-tests").is_dir();
    if !found {
        eprintln!("skipped: no shared folder with md-tests");
    }
    found.then_some(path)
}

struct Case {
    name: String,
    markdown: String,
    html: String,
    options: String,
}

fn cases(file: &str) -> Option<Vec<Case>> {
    let text = std::fs::read_to_string(shared()?.join("md-tests").join(file)).expect("suite");
    let cases = text
        .lines()
        .map(|line| {
            let value: serde_json::Value = serde_json::from_str(line).expect("JSON line");
            let field = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
            let number = value["example"].as_u64().unwrap_or_default();
            Case {
                name: if field("name").is_empty() {
                    format!(
                        "{}{number}",
                        field("suite").trim_start_matches("cjk-friendly/")
                    )
                } else {
                    field("name")
                },
                markdown: field("markdown"),
                html: field("html"),
                options: field("options"),
            }
        })
        .collect();
    Some(cases)
}

/// Runs a suite and asserts that exactly the cases of `differences` differ.
fn run(file: &str, options: impl Fn(&Case) -> Options, differences: &[(&str, &str)]) {
    let Some(cases) = cases(file) else { return };
    let verbose = std::env::var_os("SUITE_VERBOSE").is_some();
    let mut failed = BTreeSet::new();
    for case in &cases {
        let (html, _) = render_fragment(&case.markdown, &options(case));
        if html != case.html {
            failed.insert(case.name.clone());
            if verbose {
                eprintln!(
                    "--- {file} {}\n{}\n--- want\n{}\n--- have\n{html}",
                    case.name, case.markdown, case.html
                );
            }
        }
    }
    eprintln!("{file}: {}/{}", cases.len() - failed.len(), cases.len());
    let known: BTreeSet<String> = differences
        .iter()
        .map(|(name, _)| (*name).to_owned())
        .collect();
    assert_eq!(failed, known, "{file}: the cases that differ");
}

#[test]
fn commonmark_gives_the_specifications_html() {
    run(
        "commonmark-0.31.2.jsonl",
        |_| Options::of(Dialect::CommonMark),
        &[],
    );
}

#[test]
fn gfm_gives_the_specifications_html() {
    run(
        "gfm-spec.jsonl",
        |case| Options {
            tag_filter: case.options == "tagfilter",
            autolinks: case.options == "autolink",
            ..Options::of(Dialect::Gfm)
        },
        &[
            (
                "645",
                "CommonMark 0.31 allows `--` in comments; GFM 0.29 did not",
            ),
            (
                "646",
                "CommonMark 0.31 allows `<!-->` and `--->`; GFM 0.29 did not",
            ),
        ],
    );
}

#[test]
fn gfm_extensions_and_regressions() {
    let gfm = |_: &Case| Options {
        tag_filter: false,
        ..Options::of(Dialect::Gfm)
    };
    run("gfm-extensions.jsonl", gfm, &[]);
    run("gfm-regression.jsonl", gfm, &[]);
    run(
        "cmark-regression.jsonl",
        |_| Options::of(Dialect::CommonMark),
        &[],
    );
}

#[test]
fn emphasis_follows_the_cjk_friendly_amendments() {
    run(
        "cjk-friendly.jsonl",
        |_| Options {
            cjk_emphasis: true,
            ..Options::of(Dialect::Gfm)
        },
        &[],
    );
}
