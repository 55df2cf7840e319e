//! Names of files and folders as they lie on disk: not in NFC, as macOS writes them; or alike but for composition or
//! letter case, so that one of the two is lost on another computer.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use unicode_normalization::{UnicodeNormalization as _, is_nfc};

use crate::bilingual;
use crate::diagnostics::{Diagnostic, Place, Severity};
use crate::source::{Found, Project, Walked};

/// A file or folder of the site.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    /// The folder it lies in.
    pub(super) parent: PathBuf,
    /// Its own name.
    pub(super) name: String,
}

impl Entry {
    pub(super) fn path(&self) -> PathBuf {
        self.parent.join(&self.name)
    }

    /// Its name in NFC.
    pub(super) fn composed(&self) -> String {
        self.name.nfc().collect()
    }
}

/// All files that were found and the folders to them, content and `static/`, in order. Names that are not Unicode are
/// reported elsewhere and left out.
pub(super) fn entries(project: &Project, files: &Walked) -> BTreeSet<Entry> {
    let mut entries = BTreeSet::new();
    let statics = project.root.join("static");
    let content = files.notes.iter().chain(&files.attachments);
    let mut add = |base: &Path, file: &Found| {
        let mut path = file.disk_path.as_path();
        while path != base {
            let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
                return;
            };
            if let Some(name) = name.to_str() {
                let entry = Entry {
                    parent: parent.to_owned(),
                    name: name.to_owned(),
                };
                if !entries.insert(entry) {
                    return;
                }
            }
            path = parent;
        }
    };
    content.for_each(|file| add(&project.content, file));
    files
        .static_files
        .iter()
        .for_each(|file| add(&statics, file));
    entries
}

pub(super) fn check(project: &Project, files: &Walked, found: &mut Vec<Diagnostic>) {
    let entries = entries(project, files);
    let mut alike: BTreeMap<(&Path, String), Vec<&Entry>> = BTreeMap::new();
    for entry in &entries {
        let folded: String = entry
            .name
            .nfc()
            .flat_map(char::to_lowercase)
            .nfc()
            .collect();
        alike
            .entry((entry.parent.as_path(), folded))
            .or_default()
            .push(entry);
    }
    let mut colliding: BTreeSet<&Entry> = BTreeSet::new();
    for group in alike.values().filter(|group| group.len() > 1) {
        let composed: BTreeSet<String> = group.iter().map(|entry| entry.composed()).collect();
        if composed.len() < group.len() {
            colliding.extend(group.iter());
            found.push(same_name(project, group));
        } else {
            found.push(same_but_for_case(project, group));
        }
    }
    for entry in entries.iter().filter(|entry| !is_nfc(&entry.name)) {
        if colliding.contains(entry) {
            continue;
        }
        let message = bilingual!(
            "이름이 풀어쓴 한글(NFD)입니다.",
            "The name is decomposed (NFD)."
        );
        let hint = bilingual!(
            "macOS에서 만든 이름입니다. 다른 컴퓨터와 git에서 어긋날 수 있습니다. `notes check --fix`가 NFC로 바꿉니다.",
            "macOS made this name; other computers and git may stumble. `notes check --fix` renames it to NFC."
        );
        found.push(
            Diagnostic::new(Severity::Note, "decomposed-name", message)
                .at(Place::file(&project.shown(&entry.path())))
                .hint(hint),
        );
    }
}

/// Two names that are the same once composed: both would be published at one address.
pub(super) fn same_name(project: &Project, group: &[&Entry]) -> Diagnostic {
    let shown = group
        .first()
        .map_or_else(String::new, |entry| project.shown(&entry.path()));
    let count = group.len();
    let message = bilingual!(
        "눈으로는 같은 이름이 {count}개 있습니다. 하나는 NFC, 하나는 풀어쓴 한글(NFD)입니다.",
        "{count} names look the same: one is composed (NFC), one decomposed (NFD)."
    );
    let names: Vec<String> = group.iter().map(|entry| escaped(&entry.name)).collect();
    let names = names.join(" · ");
    let hint = bilingual!(
        "내용을 견주어 하나만 남기거나 이름을 바꾸세요: {names}",
        "Compare them and keep one, or rename one: {names}"
    );
    Diagnostic::new(Severity::Warning, "name-collision", message)
        .at(Place::file(&shown))
        .hint(hint)
}

fn same_but_for_case(project: &Project, group: &[&Entry]) -> Diagnostic {
    let shown = group
        .first()
        .map_or_else(String::new, |entry| project.shown(&entry.path()));
    let names: Vec<String> = group
        .iter()
        .map(|entry| format!("`{}`", entry.name))
        .collect();
    let names = names.join(", ");
    let message = bilingual!(
        "대소문자만 다른 이름이 있습니다: {names}",
        "Names differ in letter case only: {names}"
    );
    let hint = bilingual!(
        "macOS와 Windows에서는 한 파일이 되어 하나를 잃습니다. 이름을 바꾸세요.",
        "On macOS and Windows they are one file, and one is lost. Rename one."
    );
    Diagnostic::new(Severity::Note, "names-differ-in-case", message)
        .at(Place::file(&shown))
        .hint(hint)
}

/// The name so that the eye can tell compositions apart: what is not composed in escapes.
fn escaped(name: &str) -> String {
    if is_nfc(name) {
        format!("`{name}`")
    } else {
        let codes: String = name
            .chars()
            .map(|c| match c.is_ascii() {
                true => c.to_string(),
                false => format!("\\u{{{:X}}}", u32::from(c)),
            })
            .collect();
        format!("`{codes}`")
    }
}

/// `path` with its last name in NFC.
pub(super) fn composed_path(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_str()?;
    let composed: OsString = name.nfc().collect::<String>().into();
    Some(path.with_file_name(composed))
}
