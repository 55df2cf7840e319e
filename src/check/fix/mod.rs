//! Repairs that lose nothing and need no question: encodings to UTF-8, byte-order marks away, line endings to LF, names
//! to NFC. A plan of changes first, a value; then the changes.
//!
//! 1. [`plan`] looks at every note, attachment and file of `static/` that the build sees (ignore files hold here too);
//! 2. [`apply`] rewrites notes, each written beside itself, flushed and renamed over the old one; then renames, deepest
//!    first, never onto anything. Whenever it is stopped, every note is whole, old or new.
//!
//! What the build reads is the same before and after: a rewrite for which that does not hold is refused.

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use unicode_normalization::is_nfc;

use super::names::{self, Entry, composed_path};
use super::read_at_most;
use crate::bilingual;
use crate::diagnostics::{Bilingual, Diagnostic, Place, Severity};
use crate::source::{self, Encoding, Found, Project, decode, decode_exactly};

mod apply;

pub use apply::{Applied, apply};

/// Something to repair in a note's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Repair {
    /// CP949 to UTF-8.
    Cp949,
    /// UTF-16 to UTF-8.
    Utf16,
    /// The byte-order mark at the start, or U+FEFF within the text, away.
    Mark,
    /// CRLF or lone CR to LF.
    LineEndings,
}

impl Repair {
    fn text(self) -> Bilingual {
        match self {
            Repair::Cp949 => bilingual!("CP949 → UTF-8", "CP949 → UTF-8"),
            Repair::Utf16 => bilingual!("UTF-16 → UTF-8", "UTF-16 → UTF-8"),
            Repair::Mark => bilingual!("BOM 지움", "byte-order mark removed"),
            Repair::LineEndings => bilingual!("줄 끝 → LF", "line endings → LF"),
        }
    }
}

/// One change of the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Rewrite a note.
    Rewrite {
        /// Where it lies.
        path: PathBuf,
        /// What is repaired in it, in order.
        repairs: Vec<Repair>,
    },
    /// Give a file or folder its name in NFC.
    Rename {
        /// Where it lies before any change.
        from: PathBuf,
        /// Its path with the new name.
        to: PathBuf,
    },
}

impl Change {
    /// A line that says what is changed.
    pub fn text(&self, project: &Project) -> Bilingual {
        match self {
            Change::Rewrite { path, repairs } => {
                let shown = project.shown(path);
                let list = |pick: fn(Bilingual) -> String| {
                    let words: Vec<String> =
                        repairs.iter().map(|repair| pick(repair.text())).collect();
                    words.join(", ")
                };
                let (ko, en) = (list(|text| text.ko), list(|text| text.en));
                bilingual!("{shown}: {ko}", "{shown}: {en}")
            }
            Change::Rename { to, .. } => {
                let shown = project.shown(to);
                bilingual!("{shown}: 이름 NFD → NFC", "{shown}: name NFD → NFC")
            }
        }
    }
}

/// What can be repaired, and what would need a person.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Rewrites in order of their paths, then renames, deepest first.
    pub changes: Vec<Change>,
    /// What is left alone, and why.
    pub refused: Vec<Diagnostic>,
}

/// What to repair in `project`. Reads only.
pub fn plan(project: &Project) -> Plan {
    let files = source::walk(project);
    let mut plan = Plan::default();
    let entries = names::entries(project, &files);
    let links: Vec<PathBuf> = entries
        .iter()
        .map(Entry::path)
        .filter(|path| path.is_symlink())
        .collect();

    let looked: Vec<Option<Result<Change, Box<Diagnostic>>>> = files
        .notes
        .par_iter()
        .map(|file| rewrite(project, file))
        .collect();
    for result in looked.into_iter().flatten() {
        match result {
            Ok(change) => plan.changes.push(change),
            Err(refused) => plan.refused.push(*refused),
        }
    }

    let led_to: Vec<PathBuf> = links
        .iter()
        .filter_map(|link| link.canonicalize().ok())
        .collect();
    let mut renames: Vec<(PathBuf, PathBuf)> = Vec::new();
    for entry in entries.iter().filter(|entry| !is_nfc(&entry.name)) {
        let from = entry.path();
        let Some(to) = composed_path(&from) else {
            continue;
        };
        if goes_through_a_link(project, &entry.parent) {
            // The same file under its own path is in the list, unless it is none of the site's notes.
            continue;
        }
        if led_to.iter().any(|target| target.starts_with(&from)) {
            let message = bilingual!(
                "심볼릭 링크가 가리키고 있어 이름을 바꾸지 않았습니다.",
                "A symbolic link leads here; the name was left alone."
            );
            plan.refused.push(refusal(project, &from, message));
        } else if apply::is_another(&from, &to) {
            plan.refused.push(collision(project, entry));
        } else {
            renames.push((from, to));
        }
    }
    // Deepest first, so that the paths of the others still hold.
    renames.sort_by(|(a, _), (b, _)| (b.components().count(), a).cmp(&(a.components().count(), b)));
    let renames = renames
        .into_iter()
        .map(|(from, to)| Change::Rename { from, to });
    plan.changes.extend(renames);
    plan
}

/// How to rewrite the note `file`; `None` where there is nothing to do or nothing that can be read.
fn rewrite(project: &Project, file: &Found) -> Option<Result<Change, Box<Diagnostic>>> {
    let bytes = read_at_most(&file.disk_path, project.config.limits.note_bytes).ok()?;
    if bytes.len() as u64 > project.config.limits.note_bytes {
        return None;
    }
    let (_, repairs) = repaired(&bytes)?;
    let path = file.disk_path.as_path();
    let refused = |message| Some(Err(Box::new(refusal(project, path, message))));
    if goes_through_a_link(project, path) {
        return refused(bilingual!(
            "심볼릭 링크라서 고치지 않았습니다. 가리키는 파일을 고치세요.",
            "This is a symbolic link and was left alone; mend the file it leads to."
        ));
    }
    if fs::metadata(path).is_ok_and(|metadata| metadata.permissions().readonly()) {
        return refused(bilingual!(
            "읽기 전용 파일이라 고치지 않았습니다.",
            "The file is read-only and was left alone."
        ));
    }
    let path = path.to_owned();
    Some(Ok(Change::Rewrite { path, repairs }))
}

/// The repaired text of a note's bytes and what was repaired; `None` where nothing is to do, the bytes are not text, or
/// the build would read something else afterwards.
fn repaired(bytes: &[u8]) -> Option<(String, Vec<Repair>)> {
    let (text, encoding) = decode_exactly(bytes).ok()?;
    let mut repairs = Vec::new();
    match encoding {
        Encoding::Utf8 => {}
        Encoding::Cp949 => {
            // Some bytes of CP949 are read but never written so: those notes are not for a machine to change.
            let (back, _, lost) = encoding_rs::EUC_KR.encode(&text);
            if lost || back != bytes {
                return None;
            }
            repairs.push(Repair::Cp949);
        }
        Encoding::Utf16Le | Encoding::Utf16Be => repairs.push(Repair::Utf16),
    }
    let marked = encoding == Encoding::Utf8 && bytes.starts_with(&[0xEF, 0xBB, 0xBF]);
    if marked || text.contains('\u{FEFF}') {
        repairs.push(Repair::Mark);
    }
    if text.contains('\r') {
        repairs.push(Repair::LineEndings);
    }
    if repairs.is_empty() {
        return None;
    }
    // Marks first: one between CR and LF parts what is a single line break once it is gone.
    let text: Cow<'_, str> = match text.contains('\u{FEFF}') {
        true => text.replace('\u{FEFF}', "").into(),
        false => text,
    };
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let same = decode(bytes).ok()?.text == decode(text.as_bytes()).ok()?.text;
    same.then_some((text, repairs))
}

/// Whether `path` or a folder of it below the root is a symbolic link.
fn goes_through_a_link(project: &Project, path: &Path) -> bool {
    path.ancestors()
        .take_while(|ancestor| *ancestor != project.root)
        .any(Path::is_symlink)
}

fn collision(project: &Project, entry: &Entry) -> Diagnostic {
    let other = Entry {
        parent: entry.parent.clone(),
        name: entry.composed(),
    };
    names::same_name(project, &[&other, entry])
}

fn refusal(project: &Project, path: &Path, message: Bilingual) -> Diagnostic {
    Diagnostic::new(Severity::Note, "not-fixed", message).at(Place::file(&project.shown(path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixed(bytes: &[u8]) -> Option<(String, Vec<Repair>)> {
        repaired(bytes)
    }

    #[test]
    fn a_note_of_any_encoding_becomes_utf8_with_line_feeds() {
        let (cp949, _, _) = encoding_rs::EUC_KR.encode("# 똠방각하\r\n뷁\r\n");
        let want = "# 똠방각하\n뷁\n".to_owned();
        assert_eq!(
            fixed(&cp949),
            Some((want.clone(), vec![Repair::Cp949, Repair::LineEndings]))
        );
        let utf16: Vec<u8> = "\u{FEFF}# 똠방각하\n뷁\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(fixed(&utf16), Some((want.clone(), vec![Repair::Utf16])));
        let marked = "\u{FEFF}# 똠방각하\r뷁\u{FEFF}\n".as_bytes();
        assert_eq!(
            fixed(marked),
            Some((want, vec![Repair::Mark, Repair::LineEndings]))
        );
    }

    #[test]
    fn what_is_right_or_not_text_is_left_alone() {
        assert_eq!(fixed("# 글\n".as_bytes()), None);
        assert_eq!(fixed(b""), None);
        assert_eq!(fixed(b"\x89PNG\r\n\0\0"), None);
        assert_eq!(fixed(b"abc\xFF\xFE\r\n"), None);
        // Decomposed text is the author's, whatever its line endings: only these change.
        let decomposed = "\u{1112}\u{1161}\u{11AB}\r\n";
        assert_eq!(
            fixed(decomposed.as_bytes()),
            Some((decomposed.replace('\r', ""), vec![Repair::LineEndings]))
        );
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_repaired_reads_the_same_and_is_right_afterwards(
            text in "[가-힣a-z \r\n\u{FEFF}\u{301}\u{1112}\u{1161}#]{0,60}",
            form in 0..4,
        ) {
            let bytes: Vec<u8> = match form {
                0 => text.clone().into_bytes(),
                1 => [&[0xFF, 0xFE][..], &text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()].concat(),
                2 => [&[0xFE, 0xFF][..], &text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>()].concat(),
                _ => encoding_rs::EUC_KR.encode(&text).0.into_owned(),
            };
            if let Some((after, _)) = repaired(&bytes) {
                let before = decode(&bytes).map(|decoded| decoded.text);
                proptest::prop_assert_eq!(before, decode(after.as_bytes()).map(|decoded| decoded.text));
                proptest::prop_assert_eq!(repaired(after.as_bytes()), None);
            }
        }
    }
}
