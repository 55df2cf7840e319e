//! Attachments that no note links to or shows. They are published all the same, and a vault gathers gigabytes of them.
//!
//! A file counts as used if a link of a note leads to it, or if its name stands where links are not resolved: in front
//! matter, in a line with raw HTML, anywhere in a draft, in a published text file (`.html`, `.css`…) or in the
//! configuration.

use std::collections::BTreeSet;

use aho_corasick::AhoCorasick;
use rayon::prelude::*;

use crate::bilingual;
use crate::diagnostics::{Diagnostic, Place, Severity};
use crate::site::Site;
use crate::source::{Found, Project, Walked, decode, split_front_matter};

use super::read_at_most;

/// Text files of other kinds that name files.
const NAMING: [&str; 10] = [
    "html",
    "htm",
    "css",
    "js",
    "mjs",
    "json",
    "svg",
    "xml",
    "canvas",
    "webmanifest",
];

/// The longest such file that is searched, in bytes.
const LONGEST: u64 = 4 << 20;

/// The attachments nobody uses, in order.
pub(super) fn find<'f>(project: &Project, files: &'f Walked, site: &Site) -> Vec<&'f Found> {
    let candidates: Vec<&Found> = files
        .attachments
        .iter()
        .filter(|file| !site.used_files.contains(&file.path) && !is_for_machines(&file.path))
        .collect();
    if candidates.is_empty() {
        return Vec::new();
    }
    let names: Vec<&str> = candidates.iter().map(|file| name_of(&file.path)).collect();
    let Ok(finder) = AhoCorasick::new(&names) else {
        return Vec::new();
    };
    let published: BTreeSet<&str> = site.pages.iter().map(|page| page.source.as_str()).collect();
    let notes = files.notes.par_iter().map(|file| {
        let limit = project.config.limits.note_bytes;
        let bytes = read_at_most(&file.disk_path, limit).unwrap_or_default();
        let text = match decode(&bytes) {
            Ok(decoded) => decoded.text,
            Err(_) => String::from_utf8_lossy(&bytes).into_owned(),
        };
        if published.contains(file.path.as_str()) {
            mentioned(&finder, &unresolved(&text))
        } else {
            mentioned(&finder, &text)
        }
    });
    let others = files
        .attachments
        .par_iter()
        .chain(&files.static_files)
        .filter(|file| names_files(&file.path) && file.len <= LONGEST)
        .map(|file| {
            let bytes = read_at_most(&file.disk_path, LONGEST).unwrap_or_default();
            let own = name_of(&file.path);
            let mut found = mentioned(&finder, &String::from_utf8_lossy(&bytes));
            // A file that names itself is not used for that.
            found.retain(|&at| names.get(at) != Some(&own));
            found
        });
    let mut used: BTreeSet<usize> = notes.chain(others).flatten().collect();
    let configuration = std::fs::read_to_string(project.root.join("notes.toml"));
    used.extend(mentioned(&finder, &configuration.unwrap_or_default()));
    candidates
        .into_iter()
        .enumerate()
        .filter(|(at, _)| !used.contains(at))
        .map(|(_, file)| file)
        .collect()
}

pub(super) fn report(project: &Project, file: &Found) -> Diagnostic {
    let message = bilingual!(
        "어느 노트도 쓰지 않는 파일입니다.",
        "No note uses this file."
    );
    let hint = bilingual!(
        "그대로 공개됩니다. 쓰지 않으면 지우거나 `.notesignore`에 적고, 링크 없이 두려면 `static/`으로 옮기세요.",
        "It is published all the same. Delete it or name it in `.notesignore`; to keep it without a link, move it to `static/`."
    );
    Diagnostic::new(Severity::Note, "unused-file", message)
        .at(Place::file(&project.shown(&file.disk_path)))
        .hint(hint)
}

/// The parts of a published note in which links are not resolved, so that a name in them may be a use.
fn unresolved(text: &str) -> String {
    let (_, body) = split_front_matter("", text, &mut Vec::new());
    let mut parts = text.get(..body).unwrap_or_default().to_owned();
    for line in text.get(body..).unwrap_or_default().lines() {
        if line.contains('<') {
            parts.push_str(line);
            parts.push('\n');
        }
    }
    parts
}

fn mentioned(finder: &AhoCorasick, text: &str) -> Vec<usize> {
    let mut found: Vec<usize> = finder
        .find_overlapping_iter(text)
        .map(|hit| hit.pattern().as_usize())
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn names_files(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, extension)| {
        NAMING
            .iter()
            .any(|known| extension.eq_ignore_ascii_case(known))
    })
}

/// Files that hosts and crawlers ask for by name.
fn is_for_machines(path: &str) -> bool {
    let name = name_of(path).to_ascii_lowercase();
    matches!(
        name.as_str(),
        "cname"
            | "robots.txt"
            | "ads.txt"
            | "security.txt"
            | "humans.txt"
            | "llms.txt"
            | "_headers"
            | "_redirects"
            | "browserconfig.xml"
            | "manifest.json"
            | "site.webmanifest"
    ) || name.starts_with("favicon.")
        || name.starts_with("apple-touch-icon")
        || (name.starts_with("google") && name.ends_with(".html"))
        || (name.starts_with("naver") && name.ends_with(".html"))
}
