//! kramdown's own test cases, run in place where the shared folder exists. They are judged by what a reader sees:
//! white space and what our pages add (anchors, figures, scrolling tables, loading hints) are taken out of both sides.
//! Every case that still differs stands below with its reason.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use notes::markdown::{Dialect, Options, render_fragment};

/// The cases of the suite, name to Markdown and HTML.
fn cases() -> Option<BTreeMap<String, (String, String)>> {
    let shared = std::env::var_os("NOTES_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared")),
        PathBuf::from,
    );
    let Ok(text) = std::fs::read_to_string(shared.join("md-tests/kramdown.jsonl")) else {
        eprintln!("skipped: no shared folder with md-tests");
        return None;
    };
    let cases = text.lines().map(|line| {
        let value: serde_json::Value = serde_json::from_str(line).expect("JSON line");
        let field = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
        (field("name"), (field("markdown"), field("html")))
    });
    Some(cases.collect())
}

/// HTML as a list of tags and words, without what only one of the two writers adds.
fn seen(html: &str) -> String {
    let html = html
        .replace(" loading=\"lazy\" decoding=\"async\"", "")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&nbsp;", "\u{A0}");
    let mut out = String::new();
    let mut rest = html.as_str();
    while let Some(at) = rest.find('<') {
        words(&rest[..at], &mut out);
        rest = &rest[at..];
        let end = rest.find('>').map_or(rest.len(), |end| end + 1);
        let (tag, after) = rest.split_at(end);
        rest = after;
        // The link beside a heading, with its `#`.
        if tag.contains("class=\"anchor\"") {
            rest = rest.find("</a>").map_or("", |end| &rest[end + 4..]);
            continue;
        }
        if tag.starts_with("<!--") {
            continue;
        }
        let tag = tag.replace("/>", ">").replace(" >", ">");
        let name = tag
            .trim_start_matches(['<', '/'])
            .split([' ', '>'])
            .next()
            .unwrap_or_default();
        let name = name.to_owned();
        // Wrappers, and columns' alignment, which both give in their own way.
        let ours = ["figure", "span", "div class=\"table-scroll\"", "nav"];
        if ours.iter().any(|it| tag.starts_with(&format!("<{it}")))
            || ["figure", "span", "nav"].contains(&name.as_str())
        {
            continue;
        }
        let mut attributes: Vec<String> = attributes(&tag)
            .into_iter()
            .filter(|(key, value)| {
                let made = matches!(
                    key.as_str(),
                    "rel" | "style" | "role" | "aria-label" | "data-lang"
                ) || key == "id" && name.starts_with('h')
                    || key == "class"
                        && (value.starts_with("align-") || value.starts_with("language-"));
                !made
            })
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        attributes.sort();
        out.push('<');
        if tag.starts_with("</") {
            out.push('/');
        }
        out.push_str(&name);
        for attribute in attributes {
            out.push(' ');
            out.push_str(&attribute);
        }
        out.push_str(">\n");
    }
    words(rest, &mut out);
    out.replace("</div>\n", "")
}

fn words(text: &str, out: &mut String) {
    for word in text.split_whitespace() {
        out.push_str(word);
        out.push('\n');
    }
}

fn attributes(tag: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = tag.split_once(' ').map_or("", |(_, rest)| rest);
    while let Some((key, after)) = rest.split_once("=\"") {
        let Some((value, after)) = after.split_once('"') else {
            break;
        };
        let key = key.trim().rsplit(' ').next().unwrap_or_default();
        found.push((key.to_owned(), value.to_owned()));
        rest = after;
    }
    found
}

/// The cases that differ, by reason.
const DIFFERENCES: [(&str, &[&str]); 1] = [("todo", &[])];

/// The cases that show the constructs Jekyll's authors use; they must pass.
const NEEDED: [&str; 0] = [];

#[test]
fn kramdowns_cases_are_seen_alike_but_for_the_differences_named() {
    let Some(cases) = cases() else { return };
    let verbose = std::env::var_os("SUITE_VERBOSE").is_some();
    let mut differ = BTreeSet::new();
    for (name, (markdown, html)) in &cases {
        let options = Options {
            math: true,
            ..Options::of(Dialect::Notes)
        };
        let (have, _) = render_fragment(markdown, &options);
        if seen(&have) != seen(html) {
            differ.insert(name.as_str());
            if verbose {
                eprintln!("=== {name}\n{markdown}\n--- want\n{html}\n--- have\n{have}");
            }
        }
    }
    eprintln!(
        "kramdown.jsonl: {}/{}",
        cases.len() - differ.len(),
        cases.len()
    );
    let known: BTreeSet<&str> = DIFFERENCES
        .iter()
        .flat_map(|(_, names)| names.iter().copied())
        .collect();
    for name in NEEDED {
        assert!(cases.contains_key(name) && !differ.contains(name), "{name}");
    }
    assert_eq!(differ, known, "the cases that differ");
}
