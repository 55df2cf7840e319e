//! Theme assets under names that say what is in them: `style.css` becomes `style-3f2a91bc.css`, so that browsers and
//! CDNs may keep it for ever.
//!
//! An asset that names another (`import "./search.js"`, `url(./icon.svg)`) is rewritten to the other's new name before
//! its own is computed; so assets are taken in the order of their references.

use std::collections::{BTreeMap, BTreeSet};

/// Assets by their name in the theme, under their new names.
#[derive(Debug, Default)]
pub(crate) struct Fingerprinted {
    /// Name in the theme (`style.css`) to path in `public/` (`assets/style-3f2a91bc.css`).
    pub(crate) names: BTreeMap<String, String>,
    /// Path in `public/` to content.
    pub(crate) files: BTreeMap<String, Vec<u8>>,
}

/// Renames `assets` by content. Assets that refer to each other in a circle share one hash of them all.
pub(crate) fn fingerprint(assets: &BTreeMap<String, Vec<u8>>) -> Fingerprinted {
    let references: BTreeMap<&str, Vec<&str>> = assets
        .iter()
        .map(|(name, content)| (name.as_str(), references(name, content, assets)))
        .collect();
    let mut done = Fingerprinted::default();
    let mut open: BTreeSet<&str> = assets.keys().map(String::as_str).collect();
    while !open.is_empty() {
        let ready: Vec<&str> = open
            .iter()
            .copied()
            .filter(|name| references[name].iter().all(|other| !open.contains(other)))
            .collect();
        if ready.is_empty() {
            name_circle(&open, assets, &references, &mut done);
            break;
        }
        for name in ready {
            let content = rewrite(name, &assets[name], &references[name], &done.names);
            let path = path_of(name, &blake3::hash(&content));
            done.names.insert(name.to_owned(), path.clone());
            done.files.insert(path, content);
            open.remove(name);
        }
    }
    done
}

fn name_circle(
    open: &BTreeSet<&str>,
    assets: &BTreeMap<String, Vec<u8>>,
    references: &BTreeMap<&str, Vec<&str>>,
    done: &mut Fingerprinted,
) {
    // Contents after rewriting to what is named already: a change behind the circle must show in its names too.
    let contents: BTreeMap<&str, Vec<u8>> = open
        .iter()
        .map(|&name| {
            (
                name,
                rewrite(name, &assets[name], &references[name], &done.names),
            )
        })
        .collect();
    let mut all = blake3::Hasher::new();
    for (name, content) in &contents {
        all.update(name.as_bytes());
        all.update(&(content.len() as u64).to_le_bytes());
        all.update(content);
    }
    let hash = all.finalize();
    for name in contents.keys() {
        done.names.insert((*name).to_owned(), path_of(name, &hash));
    }
    for (name, content) in &contents {
        let content = rewrite(name, content, &references[name], &done.names);
        done.files.insert(path_of(name, &hash), content);
    }
}

/// `fonts/a.woff2` to `assets/fonts/a-3f2a91bc.woff2`.
fn path_of(name: &str, hash: &blake3::Hash) -> String {
    let hex = hash.to_hex();
    let short = &hex[..8];
    let (folder, file) = name
        .rsplit_once('/')
        .map_or(("", name), |(folder, file)| (folder, file));
    let slash = if folder.is_empty() { "" } else { "/" };
    match file.rsplit_once('.') {
        Some((stem, extension)) => format!("assets/{folder}{slash}{stem}-{short}.{extension}"),
        None => format!("assets/{folder}{slash}{file}-{short}"),
    }
}

fn is_text(name: &str) -> bool {
    matches!(name.rsplit('.').next(), Some("js" | "mjs" | "css" | "svg"))
}

/// How `name` may write a reference to `other`: relative to its own folder.
fn spellings(name: &str, other: &str) -> Vec<(String, &'static str, &'static str)> {
    let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
    let relative = if folder.is_empty() {
        other
    } else {
        match other
            .strip_prefix(folder)
            .and_then(|rest| rest.strip_prefix('/'))
        {
            Some(rest) => rest,
            None => return Vec::new(),
        }
    };
    let mut all = Vec::new();
    for (open, close) in [("\"./", "\""), ("'./", "'"), ("`./", "`"), ("url(./", ")")] {
        all.push((format!("{open}{relative}{close}"), open, close));
    }
    if name.ends_with(".css") {
        for (open, close) in [("url(", ")"), ("url(\"", "\")"), ("url('", "')")] {
            all.push((format!("{open}{relative}{close}"), open, close));
        }
    }
    all
}

fn references<'a>(
    name: &str,
    content: &[u8],
    assets: &'a BTreeMap<String, Vec<u8>>,
) -> Vec<&'a str> {
    let Ok(text) = std::str::from_utf8(content) else {
        return Vec::new();
    };
    if !is_text(name) {
        return Vec::new();
    }
    assets
        .keys()
        .map(String::as_str)
        .filter(|other| *other != name)
        .filter(|other| {
            spellings(name, other)
                .iter()
                .any(|(written, ..)| text.contains(written))
        })
        .collect()
}

/// `content` with the references in it to assets that have their new names.
fn rewrite(
    name: &str,
    content: &[u8],
    references: &[&str],
    names: &BTreeMap<String, String>,
) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(content) else {
        return content.to_vec();
    };
    let mut text = text.to_owned();
    for other in references {
        let Some(path) = names.get(*other) else {
            continue;
        };
        let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
        let new = path.strip_prefix("assets/").unwrap_or(path);
        let new = new
            .strip_prefix(folder)
            .map_or(new, |rest| rest.trim_start_matches('/'));
        for (written, open, close) in spellings(name, other) {
            text = text.replace(&written, &format!("{open}{new}{close}"));
        }
    }
    text.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assets(files: &[(&str, &str)]) -> BTreeMap<String, Vec<u8>> {
        files
            .iter()
            .map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec()))
            .collect()
    }

    fn text<'f>(done: &'f Fingerprinted, name: &str) -> &'f str {
        std::str::from_utf8(&done.files[&done.names[name]]).expect("text")
    }

    #[test]
    fn references_lead_to_the_new_names() {
        let done = fingerprint(&assets(&[
            ("main.js", "import \"./search.js\";"),
            (
                "search.js",
                "new Worker(new URL('./worker.js', import.meta.url))",
            ),
            (
                "style.css",
                "a{background:url(./img/i.svg)}b{background:url(\"img/i.svg\")}",
            ),
            ("worker.js", "1"),
            ("img/i.svg", "<svg/>"),
        ]));
        let file = |name: &str| done.names[name].trim_start_matches("assets/").to_owned();
        assert!(text(&done, "main.js").contains(&format!("\"./{}\"", file("search.js"))));
        assert!(text(&done, "search.js").contains(&format!("'./{}'", file("worker.js"))));
        let icon = file("img/i.svg");
        assert_eq!(
            text(&done, "style.css"),
            format!("a{{background:url(./{icon})}}b{{background:url(\"{icon}\")}}")
        );
        assert!(icon.starts_with("img/i-") && icon.len() == "img/i-01234567.svg".len());
    }

    #[test]
    fn a_change_behind_an_import_changes_every_name_before_it() {
        let names = |leaf: &str| {
            fingerprint(&assets(&[
                ("a.js", "import './b.js'"),
                ("b.js", "import './c.js'"),
                ("c.js", leaf),
            ]))
            .names
        };
        let (before, after) = (names("1"), names("2"));
        for name in ["a.js", "b.js", "c.js"] {
            assert_ne!(before[name], after[name]);
        }
    }

    #[test]
    fn assets_that_import_each_other_are_still_published() {
        let circle = |leaf: &str| {
            fingerprint(&assets(&[
                ("a.js", "import './b.js'"),
                ("b.js", "import './a.js';import './c.js'"),
                ("c.js", leaf),
            ]))
        };
        let done = circle("1");
        let b = done.names["b.js"].trim_start_matches("assets/");
        assert_eq!(text(&done, "a.js"), format!("import './{b}'"));
        assert_ne!(done.names["a.js"], circle("2").names["a.js"]);
    }
}
