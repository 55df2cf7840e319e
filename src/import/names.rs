//! Names of files: clean ones out of whatever a tool or a zip calls them, each free in its folder, and paths between them.
//!
//! [`clean`] makes one path segment that every file system, our walker and a URL can carry; [`Names`] gives each file
//! one that no other has; [`resolve`] and [`relative`] go from a link to a path and back.

use std::collections::{HashMap, HashSet};

use percent_encoding::percent_decode_str;
use unicode_normalization::UnicodeNormalization;

/// Longest name in bytes, extension included: under the 255 of file systems with room for `-2`.
const LONGEST: usize = 200;

/// The name as one safe path segment: NFC, nothing invisible, nothing Windows forbids, not hidden, not too long.
pub(super) fn clean(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.nfc() {
        match c {
            '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => out.push('-'),
            '\u{A0}' => out.push(' '),
            c if c.is_control() || is_invisible(c) => {}
            c => out.push(c),
        }
    }
    // What hides a file, or marks it as an editor's leftover, goes from the name but not with its extension.
    let odd = |c: char| c.is_whitespace() || matches!(c, '.' | '~');
    let (stem, extension) = split_extension(out.trim_end_matches(odd));
    let stem = stem.trim_matches(odd);
    let room = LONGEST.saturating_sub(extension.len());
    let mut end = stem.len().min(room);
    while !stem.is_char_boundary(end) {
        end -= 1;
    }
    let stem = stem.get(..end).unwrap_or("").trim_end();
    let reserved = matches!(
        stem.to_ascii_lowercase().as_str(),
        "con" | "prn" | "aux" | "nul" | "node_modules" | "__macosx"
    ) || (stem.len() == 4
        && ["com", "lpt"].iter().any(|port| {
            stem.get(..3)
                .is_some_and(|head| head.eq_ignore_ascii_case(port))
        })
        && stem.ends_with(|c: char| c.is_ascii_digit()));
    match (stem, reserved) {
        ("", _) => format!("untitled{extension}"),
        (stem, true) => format!("{stem}-{extension}"),
        (stem, false) => format!("{stem}{extension}"),
    }
}

/// Characters that show nothing but make two names differ.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// A name as its stem and its extension with the dot; an extension is short and without spaces.
pub(super) fn split_extension(name: &str) -> (&str, &str) {
    match name.rfind('.') {
        Some(dot) if dot > 0 => {
            let extension = &name[dot..];
            let plain = (2..=12).contains(&extension.len())
                && extension[1..].bytes().all(|b| b.is_ascii_alphanumeric());
            if plain {
                name.split_at(dot)
            } else {
                (name, "")
            }
        }
        _ => (name, ""),
    }
}

/// A path as its folder (`""` for none) and its last segment.
pub(super) fn split_path(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// `folder/name`, or `name` where the folder is none.
pub(super) fn join(folder: &str, name: &str) -> String {
    match (folder, name) {
        ("", name) => name.to_owned(),
        (folder, "") => folder.to_owned(),
        (folder, name) => format!("{folder}/{name}"),
    }
}

/// The whole path with each segment made clean.
pub(super) fn clean_path(path: &str) -> String {
    let segments: Vec<String> = path
        .split('/')
        .filter(|s| !s.is_empty())
        .map(clean)
        .collect();
    segments.join("/")
}

/// Names given out so far. Two that differ only in case or normal form are one name to Windows and macOS.
#[derive(Debug, Default)]
pub(super) struct Names {
    taken: HashSet<String>,
    next: HashMap<String, usize>,
}

impl Names {
    /// Whether nobody has this name yet; it is taken from now on.
    pub(super) fn take(&mut self, key: &str) -> bool {
        self.taken.insert(fold(key))
    }

    /// `stem` + `ending` if nobody has it in `folder`, else with `-2`, `-3`…; `key` says when two stems are the same.
    pub(super) fn free(
        &mut self,
        folder: &str,
        stem: &str,
        ending: &str,
        key: impl Fn(&str) -> String,
    ) -> String {
        let mut candidate = stem.to_owned();
        let of = |candidate: &str| format!("{}/{}{}", folder, key(candidate), ending);
        let counter = fold(&of(stem));
        loop {
            if self.take(&of(&candidate)) {
                return candidate;
            }
            let number = self.next.entry(counter.clone()).or_insert(1);
            *number += 1;
            candidate = format!("{stem}-{number}");
        }
    }

    /// `path` if nobody has it, else with a number before its extension.
    pub(super) fn free_path(&mut self, path: &str) -> String {
        let (folder, name) = split_path(path);
        let (stem, extension) = split_extension(name);
        let stem = self.free(folder, stem, extension, str::to_owned);
        join(folder, &format!("{stem}{extension}"))
    }
}

/// Case and normal form folded away.
pub(super) fn fold(text: &str) -> String {
    text.nfc().flat_map(char::to_lowercase).collect()
}

/// Percent-decoded and NFC; what is no UTF-8 then stays as written.
pub(super) fn decode(written: &str) -> String {
    match percent_decode_str(written).decode_utf8() {
        Ok(decoded) => decoded.nfc().collect(),
        Err(_) => written.nfc().collect(),
    }
}

/// A path as a link's destination that every Markdown reader takes; Hangul stays readable.
pub(super) fn encode(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for c in path.chars() {
        if c.is_control() || c.is_whitespace() || "\"#%()<>?[\\]`{|}*~^".contains(c) {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                out.push_str(percent_encoding::percent_encode_byte(byte));
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// The path that `written` (decoded) means, seen from `folder`; from the root where it begins with `/`. `None` where it
/// leaves the root.
pub(super) fn resolve(folder: &str, written: &str) -> Option<String> {
    let written = written.replace('\\', "/");
    let mut parts: Vec<&str> = if written.starts_with('/') {
        Vec::new()
    } else {
        folder.split('/').filter(|part| !part.is_empty()).collect()
    };
    for part in written.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The way from the file `from` to the file `to`, as a link's destination.
pub(super) fn relative(from: &str, to: &str) -> String {
    let folder: Vec<&str> = split_path(from)
        .0
        .split('/')
        .filter(|s| !s.is_empty())
        .collect();
    let target: Vec<&str> = to.split('/').collect();
    let common = folder
        .iter()
        .zip(target.iter().take(target.len().saturating_sub(1)))
        .take_while(|(a, b)| a == b)
        .count();
    let mut out = "../".repeat(folder.len() - common);
    if out.is_empty() {
        out.push_str("./");
    }
    out.push_str(&encode(&target.get(common..).unwrap_or(&[]).join("/")));
    out
}

/// A name with Notion's hash as its clean part and the hash: `제목 3f2a…` with 32 hexadecimal digits, perhaps with the
/// hyphens of a UUID.
pub(super) fn split_hash(stem: &str) -> (&str, Option<String>) {
    let stem = stem.trim_end();
    let (name, hash) = match stem.rsplit_once([' ', '\u{A0}']) {
        Some((name, hash)) => (name.trim_end(), hash),
        None => ("", stem),
    };
    match hash_of(hash) {
        Some(hash) => (name, Some(hash)),
        None => (stem, None),
    }
}

/// The 32 hexadecimal digits of `text` in lower case, if it is nothing else.
pub(super) fn hash_of(text: &str) -> Option<String> {
    let shape = match text.len() {
        32 => text.bytes().all(|b| b.is_ascii_hexdigit()),
        36 => text.bytes().enumerate().all(|(at, b)| match at {
            8 | 13 | 18 | 23 => b == b'-',
            _ => b.is_ascii_hexdigit(),
        }),
        _ => false,
    };
    shape.then(|| {
        text.chars()
            .filter(|c| *c != '-')
            .flat_map(char::to_lowercase)
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_becomes_one_that_every_system_carries() {
        for (written, name) in [
            ("람다 정리.md", "람다 정리.md"),
            ("\u{1112}\u{1161}\u{11AB}글.md", "한글.md"),
            ("왜? 그리고 A/B.md", "왜- 그리고 A-B.md"),
            (".gitignore 정리.md", "gitignore 정리.md"),
            ("..", "untitled"),
            ("", "untitled"),
            ("NUL.md", "NUL-.md"),
            ("com1.png", "com1-.png"),
            ("글\u{200B}\u{202E}.png", "글.png"),
            ("v1.2 정리", "v1.2 정리"),
        ] {
            assert_eq!(clean(written), name, "{written}");
        }
        let long = clean(&format!("{}.md", "가".repeat(200)));
        assert!(long.len() <= LONGEST && long.ends_with("가.md"), "{long}");
    }

    #[test]
    fn notions_hash_is_told_from_a_name() {
        let hash = "0123456789abcdef0123456789ABCDEF";
        let lower = hash.to_lowercase();
        assert_eq!(
            split_hash(&format!("회의 {hash}")),
            ("회의", Some(lower.clone()))
        );
        assert_eq!(
            split_hash("회의 01234567-89ab-cdef-0123-456789abcdef"),
            ("회의", Some(lower.clone()))
        );
        assert_eq!(split_hash(&lower), ("", Some(lower.clone())));
        assert_eq!(split_hash("회의 0123"), ("회의 0123", None));
    }

    #[test]
    fn the_way_between_two_files_is_written_so_that_every_reader_takes_it() {
        assert_eq!(relative("a/b.md", "a/c d.md"), "./c%20d.md");
        assert_eq!(
            relative("a/b/c.md", "a/그림 (1).png"),
            "../그림%20%281%29.png"
        );
        assert_eq!(relative("c.md", "a/d.md"), "./a/d.md");
        assert_eq!(relative("a/b.md", "x/y.md"), "../x/y.md");
    }

    #[test]
    fn a_link_out_of_the_root_leads_nowhere() {
        assert_eq!(resolve("a/b", "../c.md").as_deref(), Some("a/c.md"));
        assert_eq!(resolve("a", "/c.md").as_deref(), Some("c.md"));
        assert_eq!(resolve("a", "../../c.md"), None);
    }

    proptest! {
        #[test]
        fn every_clean_name_is_one_visible_segment(name in any::<String>()) {
            let clean = clean(&name);
            prop_assert!(!clean.is_empty() && clean.len() <= 255);
            prop_assert!(!clean.starts_with('.') && !clean.ends_with(['.', ' ']));
            prop_assert!(!clean.contains(['/', '\\', '\0', ':']));
            prop_assert_eq!(super::clean(&clean), clean);
        }

        #[test]
        fn names_are_unique_whatever_is_asked_for(names in prop::collection::vec("[aA가]{1,2}(-2)?\\.(md|png)", 1..40)) {
            let mut given = Names::default();
            let mut seen = HashSet::new();
            for name in names {
                prop_assert!(seen.insert(fold(&given.free_path(&name))));
            }
        }

        #[test]
        fn a_relative_way_leads_back_to_its_target(from in "([a-c가 ]{1,3}/){0,3}[a-c]{1,3}", to in "([a-c가 #%]{1,3}/){0,3}[a-c]{1,3}") {
            let written = relative(&from, &to);
            prop_assert_eq!(resolve(split_path(&from).0, &decode(&written)), Some(to));
        }
    }
}
