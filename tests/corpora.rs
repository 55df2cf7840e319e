//! Whole sites made of real notes, counted and checked from outside: every address in every page leads to a published
//! file and anchor unless the build reported it, and what it reported is really not there.
//!
//! `cargo xtask corpora` prints the table: literal marks left in prose, duplicate ids, what was reported. The largest
//! corpus only with `NOTES_ALL_CORPORA`. The checker reads tags on its own; it shares no code with what it checks.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use notes::output::Content;
use notes::progress::Silent;
use notes::source::Project;
use notes::{Build, BuildOptions, build};

/// A tag's name and attributes, as written.
struct Tag<'a> {
    name: &'a str,
    attributes: Vec<(&'a str, &'a str)>,
}

impl<'a> Tag<'a> {
    fn get(&self, name: &str) -> Option<&'a str> {
        self.attributes
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| *value)
    }
}

/// The tags and the texts of a page, in order: `Err` is text.
fn pieces(html: &str) -> Vec<Result<Tag<'_>, &str>> {
    let mut out = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        out.push(Err(&rest[..at]));
        rest = &rest[at..];
        if rest.starts_with("<!--") {
            rest = rest.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        let bytes = rest.as_bytes();
        let closing = bytes.get(1) == Some(&b'/');
        let name_at = 1 + usize::from(closing);
        if !bytes.get(name_at).is_some_and(u8::is_ascii_alphabetic) {
            out.push(Err(&rest[..1]));
            rest = &rest[1..];
            continue;
        }
        let mut quote = None;
        let end = bytes
            .iter()
            .position(|&byte| match quote {
                Some(open) => {
                    if byte == open {
                        quote = None;
                    }
                    false
                }
                None if byte == b'"' || byte == b'\'' => {
                    quote = Some(byte);
                    false
                }
                None => byte == b'>',
            })
            .unwrap_or(rest.len());
        let inside = &rest[1..end];
        let name_end = inside
            .find(|c: char| c.is_whitespace())
            .unwrap_or(inside.len());
        let mut attributes = Vec::new();
        let mut left = &inside[name_end..];
        while let Some(equals) = left.find('=') {
            let name = left[..equals]
                .rsplit(char::is_whitespace)
                .next()
                .unwrap_or("");
            let value = &left[equals + 1..];
            let (value, after) = match value.chars().next() {
                Some(open @ ('"' | '\'')) => {
                    value[1..].split_once(open).unwrap_or((&value[1..], ""))
                }
                _ => value.split_once(char::is_whitespace).unwrap_or((value, "")),
            };
            attributes.push((name, value));
            left = after;
        }
        let name = inside[..name_end].trim_end_matches('/');
        out.push(Ok(Tag { name, attributes }));
        rest = rest.get(end + 1..).unwrap_or("");
        // What stands in scripts and styles is no markup.
        for raw in ["script", "style"] {
            if name.eq_ignore_ascii_case(raw) {
                rest = rest.find("</").map_or("", |at| &rest[at..]);
            }
        }
    }
    out.push(Err(rest));
    out
}

fn unescaped(text: &str) -> String {
    text.replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text)
        .decode_utf8_lossy()
        .into_owned()
}

/// `relative` from the folder `base`, both `/`-separated without a leading slash; `None` if it leads out.
fn joined(base: &str, relative: &str) -> Option<String> {
    let (base, relative) = match relative.strip_prefix('/') {
        Some(from_root) => ("", from_root),
        None => (base, relative),
    };
    let mut segments: Vec<&str> = base.split('/').filter(|it| !it.is_empty()).collect();
    for segment in relative.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop()?;
            }
            name => segments.push(name),
        }
    }
    let mut out = segments.join("/");
    if relative.is_empty() || relative.ends_with('/') || relative.ends_with("..") {
        out.push('/');
    }
    Some(out.trim_start_matches('/').to_owned())
}

/// What one site came to.
#[derive(Default)]
struct Counts {
    pages: usize,
    /// `**`, `__`, `~~`, `==` left in the prose of the articles.
    marks: [usize; 4],
    duplicate_ids: usize,
    addresses: usize,
    reported: usize,
    /// Addresses that lead nowhere though nothing was reported.
    unreported: Vec<String>,
    /// Reported as broken, but there.
    invented: Vec<String>,
    codes: BTreeMap<&'static str, usize>,
}

/// Elements whose addresses a browser follows or fetches.
const ASKING: [&str; 12] = [
    "a", "area", "audio", "embed", "iframe", "img", "link", "script", "source", "track", "video",
    "image",
];

/// Addresses that lead nowhere and are not reported yet, with the reason.
const KNOWN: [(&str, usize, &str); 1] =
    [("react-dev-ko", 12, "`srcset` of an author's raw `<source>`")];

const MARKS: [&str; 4] = ["**", "__", "~~", "=="];

fn check(root: &Path, built: &Build) -> Counts {
    let mut counts = Counts::default();
    for found in &built.diagnostics {
        *counts.codes.entry(found.code).or_default() += 1;
    }
    let sources: BTreeMap<&str, &str> = built
        .site
        .pages
        .iter()
        .map(|page| (page.output.as_str(), page.source.as_str()))
        .collect();
    let html: BTreeMap<&str, String> = built
        .tree
        .iter()
        .filter(|(path, _)| path.ends_with(".html"))
        .filter_map(|(path, content)| match content {
            Content::Bytes(bytes)
                if sources.contains_key(path.as_str()) || path.ends_with("index.html") =>
            {
                Some((path.as_str(), String::from_utf8_lossy(bytes).into_owned()))
            }
            _ => None,
        })
        .collect();
    let mut ids: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (path, page) in &html {
        let found = ids.entry(path).or_default();
        for tag in pieces(page).into_iter().flatten() {
            if let Some(id) = tag.get("id")
                && !found.insert(unescaped(id))
            {
                counts.duplicate_ids += 1;
            }
            if tag.name == "a"
                && let Some(name) = tag.get("name")
            {
                found.insert(unescaped(name));
            }
        }
    }
    for (path, page) in &html {
        counts.pages += 1;
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let (mut article, mut code) = (false, 0_usize);
        for piece in pieces(page) {
            let tag = match piece {
                Err(text) => {
                    if article && code == 0 && sources.contains_key(path) {
                        for (at, mark) in MARKS.iter().enumerate() {
                            counts.marks[at] += text.matches(mark).count();
                        }
                    }
                    continue;
                }
                Ok(tag) => tag,
            };
            match tag.name {
                "article" => article = true,
                "/article" => article = false,
                "code" | "pre" | "kbd" | "math" => code += 1,
                "/code" | "/pre" | "/kbd" | "/math" => code = code.saturating_sub(1),
                _ => {}
            }
            // Components of React and Vue are no elements: a browser asks for nothing.
            if !ASKING.contains(&tag.name) {
                continue;
            }
            let mut addresses: Vec<String> = ["href", "src", "poster"]
                .iter()
                .filter_map(|name| tag.get(name))
                .map(unescaped)
                .collect();
            if let Some(set) = tag.get("srcset") {
                addresses.extend(
                    set.split(", ")
                        .filter_map(|part| part.split_whitespace().next())
                        .map(unescaped),
                );
            }
            let class = tag.get("class").unwrap_or_default();
            let reported = class
                .split_whitespace()
                .any(|it| it.starts_with("broken") || it.starts_with("missing"));
            for address in addresses {
                let scheme = address.split(['/', '?', '#']).next().unwrap_or_default();
                if address.starts_with("//") || scheme.contains(':') {
                    continue;
                }
                counts.addresses += 1;
                let (rest, fragment) = address.split_once('#').unwrap_or((&address, ""));
                let target = decoded(rest.split('?').next().unwrap_or_default());
                let place = if target.is_empty() {
                    Some((*path).to_owned())
                } else {
                    joined(folder, &target).map(|place| {
                        if place.is_empty() || place.ends_with('/') {
                            format!("{place}index.html")
                        } else {
                            place
                        }
                    })
                };
                let there = place
                    .as_ref()
                    .is_some_and(|place| built.tree.contains_key(place));
                let anchor = fragment.is_empty()
                    || fragment == "top"
                    || place
                        .as_ref()
                        .and_then(|place| ids.get(place.as_str()))
                        .is_none_or(|ids| {
                            ids.contains(fragment) || ids.contains(&decoded(fragment))
                        });
                // Raw HTML keeps the class its author gave it; the report names its address all the same.
                let reported = reported
                    || (!there || !anchor)
                        && built.diagnostics.iter().any(|found| {
                            matches!(
                                found.code,
                                "broken-link" | "broken-anchor" | "missing-image"
                            ) && found.place.as_ref().is_some_and(|place| {
                                sources
                                    .get(path)
                                    .is_some_and(|source| place.file.ends_with(source))
                                    && (place.source_line.contains(&address)
                                        || place.source_line.contains(&decoded(&address))
                                        || found.message.ko.contains(&decoded(&address)))
                            })
                        });
                let name = || format!("{path}: <{}> {address}", tag.name);
                if reported {
                    counts.reported += 1;
                    let on_disk = sources.get(path).is_some_and(|source| {
                        let folder = source.rsplit_once('/').map_or("", |(folder, _)| folder);
                        !target.is_empty()
                            && fragment.is_empty()
                            && joined(folder, &target).is_some_and(|place| {
                                root.join(place.trim_end_matches('/')).is_file()
                            })
                    });
                    if on_disk || there && anchor && !target.is_empty() {
                        counts.invented.push(name());
                    }
                } else if !there || !anchor {
                    counts.unreported.push(name());
                }
            }
        }
    }
    counts
}

/// The study notes and the manual; the seeds and corpora where they are.
fn folders() -> Vec<(String, PathBuf)> {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shared = std::env::var_os("NOTES_SHARED")
        .map_or_else(|| repository.join("../shared"), PathBuf::from);
    let mut folders = vec![("content".to_owned(), repository.join("content"))];
    if shared.join("seeds").is_dir() {
        folders.push(("seeds".to_owned(), shared.join("seeds")));
    } else {
        eprintln!("skipped: no shared folder with seeds and corpora");
    }
    let all = std::env::var_os("NOTES_ALL_CORPORA").is_some();
    let mut corpora: Vec<PathBuf> = std::fs::read_dir(shared.join("corpora"))
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.is_dir() && (all || !path.ends_with("cpp-docs-ko")))
        .collect();
    corpora.sort();
    for path in corpora {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        folders.push((name.into_owned(), path));
    }
    folders
}

#[test]
fn every_address_leads_somewhere_or_is_reported_and_nothing_reported_is_there() {
    println!(
        "\n| notes | pages | `**` | `__` | `~~` | `==` | duplicate ids | addresses | marked broken | unreported | invented | reported by code |"
    );
    println!("| --- |{}", " --: |".repeat(10) + " --- |");
    let mut wrong = Vec::new();
    for (name, root) in folders() {
        let mut project = Project::open(&root).expect("a site");
        project.config.search.enabled = false;
        let built = build(&project, &BuildOptions::default(), &Silent);
        let mut counts = check(&root, &built);
        let codes: Vec<String> = counts
            .codes
            .iter()
            .map(|(code, count)| format!("{count} {code}"))
            .collect();
        println!(
            "| {name} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            counts.pages,
            counts.marks[0],
            counts.marks[1],
            counts.marks[2],
            counts.marks[3],
            counts.duplicate_ids,
            counts.addresses,
            counts.reported,
            counts.unreported.len(),
            counts.invented.len(),
            codes.join(", ")
        );
        if KNOWN
            .iter()
            .any(|(known, count, _)| *known == name && counts.unreported.len() == *count)
        {
            counts.unreported.clear();
        }
        for (kind, list) in [
            ("unreported", counts.unreported),
            ("invented", counts.invented),
        ] {
            wrong.extend(list.into_iter().map(|it| format!("{name}: {kind}: {it}")));
        }
    }
    let first: Vec<&str> = wrong.iter().take(60).map(String::as_str).collect();
    assert!(
        wrong.is_empty(),
        "{} in all\n{}",
        wrong.len(),
        first.join("\n")
    );
}
