//! The site as it is served: the table of its files, what each holds, and how it differs from the one before.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use percent_encoding::percent_decode_str;
use unicode_normalization::UnicodeNormalization;

use crate::output::{Content, OutputTree};

/// A built site; never changed once it is served, only replaced by the next.
#[derive(Debug, Default)]
pub(super) struct Site {
    /// The path the site lies under, decoded: begins and ends with `/`.
    base: String,
    /// By name in `public/`, NFC.
    files: BTreeMap<String, Entry>,
    id: String,
}

#[derive(Debug)]
pub(super) struct Entry {
    pub(super) content: Content,
    /// Of the bytes; for a file on disk, of its path, length and time, as they were when the site was built.
    pub(super) digest: blake3::Hash,
}

/// How a site differs from the one before it, for a page that shows the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Difference {
    /// Not at all.
    Nothing,
    /// In its style sheets, and where they are named.
    Styles,
    /// In something that only a reload shows.
    Pages,
}

impl Site {
    /// The site of `tree` under `base_path` (percent-encoded or not), which takes the place of `previous`.
    pub(super) fn new(tree: OutputTree, base_path: &str, previous: &Site) -> Site {
        let mut files = BTreeMap::new();
        let mut id = blake3::Hasher::new();
        for (name, content) in tree {
            let name: String = name.nfc().collect();
            let digest = match (&content, previous.files.get(&name)) {
                (Content::Bytes(new), Some(old)) => match &old.content {
                    Content::Bytes(bytes) if Arc::ptr_eq(bytes, new) => old.digest,
                    _ => blake3::hash(new),
                },
                (Content::Bytes(new), None) => blake3::hash(new),
                (Content::File(path), _) => file_digest(path),
            };
            id.update(name.as_bytes());
            id.update(&[0]);
            id.update(digest.as_bytes());
            files.insert(name, Entry { content, digest });
        }
        Site {
            base: normal_base(base_path),
            files,
            id: short(&id.finalize()),
        }
    }

    /// The path the site lies under, decoded: begins and ends with `/`.
    pub(super) fn base(&self) -> &str {
        &self.base
    }

    /// What tells this build from another: equal for equal sites.
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// The name of the file published as `name` (NFC), if there is one.
    pub(super) fn name(&self, name: &str) -> Option<&str> {
        self.files
            .get_key_value(name)
            .map(|(name, _)| name.as_str())
    }

    /// The file published as exactly `name`.
    pub(super) fn entry(&self, name: &str) -> Option<&Entry> {
        self.files.get(name)
    }

    /// How many files are not what they were in `previous`, gone ones included.
    pub(super) fn count_changes(&self, previous: &Site) -> usize {
        let changed = self
            .files
            .iter()
            .filter(|(name, entry)| {
                previous.entry(name).map(|old| old.digest) != Some(entry.digest)
            })
            .count();
        let gone = previous
            .files
            .keys()
            .filter(|name| !self.files.contains_key(*name))
            .count();
        changed + gone
    }

    /// How this site differs from `previous`.
    pub(super) fn difference(&self, previous: &Site) -> Difference {
        if self.base != previous.base {
            return Difference::Pages;
        }
        let renamed = self.style_renames(previous);
        let mut difference = Difference::Nothing;
        for (name, old) in &previous.files {
            let same = match self.files.get(name) {
                Some(new) if new.digest == old.digest => continue,
                Some(_) if is_style(name) => true,
                Some(new) => name.ends_with(".html") && same_but_for(&renamed, old, new),
                None => renamed.contains_key(name.as_str()),
            };
            if !same {
                return Difference::Pages;
            }
            difference = Difference::Styles;
        }
        let renames = renamed.values();
        let known = |name: &str| {
            previous.files.contains_key(name) || renames.clone().any(|&renamed| renamed == name)
        };
        match self.files.keys().all(|name| known(name)) {
            true => difference,
            false => Difference::Pages,
        }
    }

    /// The style sheets that only changed their fingerprint since `previous`.
    fn style_renames<'a>(&'a self, previous: &'a Site) -> BTreeMap<&'a str, &'a str> {
        let gone = only_in(previous, self);
        let come = only_in(self, previous);
        gone.into_iter()
            .filter_map(
                |(key, names)| match (names.as_slice(), come.get(&key)?.as_slice()) {
                    ([old], [new]) => Some((*old, *new)),
                    _ => None,
                },
            )
            .collect()
    }
}

fn is_style(name: &str) -> bool {
    name.ends_with(".css")
}

/// The style sheets of `site` that `other` has not, by their names without fingerprints.
fn only_in<'a>(site: &'a Site, other: &Site) -> BTreeMap<String, Vec<&'a str>> {
    let mut names: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for name in site.files.keys() {
        if is_style(name) && !other.files.contains_key(name) {
            names
                .entry(without_fingerprint(name))
                .or_default()
                .push(name);
        }
    }
    names
}

/// `assets/style-0a1b2c3d.css` to `assets/style-.css`.
fn without_fingerprint(name: &str) -> String {
    let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
    let is_hash = |part: &str| part.len() >= 8 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let mut plain = format!("{folder}/");
    for piece in file.split_inclusive(['-', '.']) {
        let part = piece.trim_end_matches(['-', '.']);
        plain.push_str(if is_hash(part) {
            &piece[part.len()..]
        } else {
            piece
        });
    }
    plain
}

/// Whether two pages are the same once the renamed style sheets bear their new names.
fn same_but_for(renamed: &BTreeMap<&str, &str>, old: &Entry, new: &Entry) -> bool {
    let (Content::Bytes(old), Content::Bytes(new)) = (&old.content, &new.content) else {
        return false;
    };
    let Ok(old) = std::str::from_utf8(old) else {
        return false;
    };
    let file_name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let mut page = old.to_owned();
    for (from, to) in renamed {
        page = page.replace(&file_name(from), &file_name(to));
    }
    page.as_bytes() == &**new
}

fn file_digest(path: &Path) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    hasher.update(path.as_os_str().as_encoded_bytes());
    if let Ok(metadata) = path.metadata() {
        hasher.update(&stamp(&metadata));
    }
    hasher.finalize()
}

/// What changes when a file on disk does: its length and time.
pub(super) fn stamp(metadata: &std::fs::Metadata) -> [u8; 24] {
    let modified = metadata
        .modified()
        .ok()
        .and_then(|time| time.duration_since(UNIX_EPOCH).ok())
        .map_or(0, |since| since.as_nanos());
    let mut stamp = [0; 24];
    stamp[..8].copy_from_slice(&metadata.len().to_le_bytes());
    stamp[8..].copy_from_slice(&modified.to_le_bytes());
    stamp
}

/// Enough of a digest to tell versions of one file apart.
pub(super) fn short(hash: &blake3::Hash) -> String {
    hash.to_hex().chars().take(16).collect()
}

fn normal_base(base_path: &str) -> String {
    let mut base = String::from("/");
    for segment in base_path.split('/').filter(|segment| !segment.is_empty()) {
        base.extend(percent_decode_str(segment).decode_utf8_lossy().nfc());
        base.push('/');
    }
    base
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::serve) fn bytes(text: &str) -> Content {
        Content::Bytes(Arc::from(text.as_bytes()))
    }

    /// A site whose files hold their own names.
    pub(in crate::serve) fn site(base: &str, names: &[&str]) -> Site {
        let files: Vec<_> = names.iter().map(|name| (*name, *name)).collect();
        site_of(base, &files, &Site::default())
    }

    fn site_of(base: &str, files: &[(&str, &str)], previous: &Site) -> Site {
        let tree = files
            .iter()
            .map(|(name, text)| ((*name).to_owned(), bytes(text)))
            .collect();
        Site::new(tree, base, previous)
    }

    #[test]
    fn a_base_path_is_normal_however_it_is_written() {
        for written in ["/문서/v1/", "문서/v1", "/%EB%AC%B8%EC%84%9C//v1"] {
            assert_eq!(site(written, &[]).base(), "/문서/v1/");
        }
        assert_eq!(site("", &[]).base(), "/");
    }

    #[test]
    fn equal_files_make_an_equal_id_and_no_difference() {
        let old = site("/", &["index.html", "a.css"]);
        let new = site("/", &["index.html", "a.css"]);
        assert_eq!(old.id(), new.id());
        assert_eq!(new.difference(&old), Difference::Nothing);
        assert_eq!(new.count_changes(&old), 0);
    }

    #[test]
    fn a_changed_an_added_and_a_deleted_page_each_want_a_reload() {
        let old = site_of(
            "/",
            &[("index.html", "a"), ("b/index.html", "b")],
            &Site::default(),
        );
        for files in [
            &[("index.html", "x"), ("b/index.html", "b")][..],
            &[
                ("index.html", "a"),
                ("b/index.html", "b"),
                ("c/index.html", "c"),
            ],
            &[("index.html", "a")],
        ] {
            let new = site_of("/", files, &old);
            assert_ne!(new.id(), old.id());
            assert_eq!(new.difference(&old), Difference::Pages);
            assert_eq!(new.count_changes(&old), 1);
        }
    }

    #[test]
    fn a_changed_style_sheet_is_swapped_also_under_a_new_fingerprint() {
        let page = |css: &str, text: &str| format!("<link href=\"/assets/{css}\">{text}");
        let build = |css: &str, text: &str, previous: &Site| {
            let style = format!("assets/{css}");
            let page = page(css, text);
            let files = [("index.html", page.as_str()), (style.as_str(), css)];
            site_of("/", &files, previous)
        };
        let first = build("style-0123456789ab.css", "글", &Site::default());
        let second = build("style-abcdef012345.css", "글", &first);
        assert_eq!(second.difference(&first), Difference::Styles);
        let third = build("style-ffffffff0000.css", "글", &second);
        assert_eq!(third.difference(&second), Difference::Styles);
        let fourth = build("style-eeeeeeee0000.css", "다른 글", &third);
        assert_eq!(fourth.difference(&third), Difference::Pages);
        let plain = site_of("/", &[("a.css", "a")], &Site::default());
        let changed = site_of("/", &[("a.css", "b")], &plain);
        assert_eq!(changed.difference(&plain), Difference::Styles);
    }

    #[test]
    fn a_file_on_disk_differs_once_it_is_written_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("그림.png");
        let build = |previous: &Site| {
            let tree = [("그림.png".to_owned(), Content::File(path.clone()))].into();
            Site::new(tree, "/", previous)
        };
        std::fs::write(&path, "1").expect("written");
        let old = build(&Site::default());
        assert_eq!(build(&old).difference(&old), Difference::Nothing);
        std::fs::write(&path, "22").expect("written");
        assert_eq!(build(&old).difference(&old), Difference::Pages);
    }
}
