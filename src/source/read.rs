//! The files of a site, read in parallel and given back in order.

use std::fs::File;
use std::io::Read as _;

use rayon::prelude::*;

use super::decode::{Encoding, Undecodable, decode};
use super::walk::{Found, unreadable, walk};
use super::{Attachment, Note, Project, Source, front_matter};
use crate::bilingual;
use crate::diagnostics::{Diagnostic, Place, Severity};

/// Reads the site: its notes decoded and split, its other files listed. Nothing stops it; what cannot be read is
/// reported and left out.
pub fn read(project: &Project) -> Source {
    let walked = walk(project);
    let limit = project.config.limits.note_bytes;
    let read: Vec<(Option<Note>, Vec<Diagnostic>)> = walked
        .notes
        .par_iter()
        .map(|found| read_note(project, found, limit))
        .collect();
    let mut source = Source {
        attachments: walked.attachments.into_iter().map(attachment).collect(),
        static_files: walked.static_files.into_iter().map(attachment).collect(),
        diagnostics: walked.diagnostics,
        ..Source::default()
    };
    for (note, diagnostics) in read {
        source.notes.extend(note);
        source.diagnostics.extend(diagnostics);
    }
    source
}

fn attachment(found: Found) -> Attachment {
    Attachment {
        path: found.path,
        disk_path: found.disk_path,
        len: found.len,
    }
}

fn read_note(project: &Project, found: &Found, limit: u64) -> (Option<Note>, Vec<Diagnostic>) {
    let shown = project.shown(&found.disk_path);
    if found.len > limit {
        return (None, vec![too_large(&shown, found.len, limit)]);
    }
    let bytes = match bytes_of(found, limit) {
        Ok(bytes) => bytes,
        Err(error) => return (None, vec![unreadable(&shown, &error)]),
    };
    let len = bytes.len() as u64;
    if len > limit {
        return (None, vec![too_large(&shown, len, limit)]);
    }
    let mut diagnostics = Vec::new();
    let note = read_bytes(&found.path, &shown, &bytes, &mut diagnostics).map(|note| Note {
        disk_path: found.disk_path.clone(),
        ..note
    });
    (note, diagnostics)
}

/// The file's bytes, but no more than one beyond the limit, should it have grown since it was found.
fn bytes_of(found: &Found, limit: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(usize::try_from(found.len).unwrap_or(0));
    File::open(&found.disk_path)?
        .take(limit.saturating_add(1))
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A note from its bytes: decoded, normalised, split. `None` where they are not text, which is reported.
pub fn read_bytes(
    path: &str,
    shown: &str,
    bytes: &[u8],
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Note> {
    let decoded = match decode(bytes) {
        Ok(decoded) => decoded,
        Err(error) => {
            diagnostics.push(undecodable(shown, &error));
            return None;
        }
    };
    if decoded.encoding == Encoding::Cp949 {
        let message = bilingual!(
            "UTF-8이 아니라 CP949(EUC-KR)로 읽었습니다.",
            "This is not UTF-8; it was read as CP949 (EUC-KR)."
        );
        let hint = bilingual!(
            "UTF-8로 다시 저장하세요: iconv -f CP949 -t UTF-8 '{shown}' > 새파일.md",
            "Save it as UTF-8: iconv -f CP949 -t UTF-8 '{shown}' > new.md"
        );
        diagnostics.push(
            Diagnostic::new(Severity::Warning, "legacy-encoding", message)
                .at(Place::file(shown))
                .hint(hint),
        );
    }
    if let Some(at) = decoded.dropped_mark {
        let message = bilingual!(
            "글 가운데에 있던 보이지 않는 글자 U+FEFF(BOM)를 지웠습니다.",
            "An invisible U+FEFF (byte-order mark) in mid-text was dropped."
        );
        diagnostics.push(
            Diagnostic::new(Severity::Note, "stray-byte-order-mark", message).at(Place::at(
                shown,
                &decoded.text,
                at..at,
            )),
        );
    }
    let text = decoded.text;
    let (front_matter, body) = front_matter::split(shown, &text, diagnostics);
    if text[body..].trim().is_empty() {
        let message = bilingual!(
            "노트에 본문이 없어 빈 쪽을 만들었습니다.",
            "The note has no text; an empty page was made."
        );
        diagnostics
            .push(Diagnostic::new(Severity::Note, "empty-note", message).at(Place::file(shown)));
    }
    Some(Note {
        path: path.to_owned(),
        shown_path: shown.to_owned(),
        body: body..text.len(),
        text,
        front_matter,
        ..Note::default()
    })
}

fn undecodable(shown: &str, error: &Undecodable) -> Diagnostic {
    let (code, message, hint) = match error {
        Undecodable::Bytes { offset, line, hex } => (
            "undecodable",
            bilingual!(
                "글자로 읽을 수 없는 파일이라 빼고 만들었습니다: {offset}번째 바이트({line}째 줄)의 {hex}",
                "The file cannot be read as text and was left out: {hex} at byte {offset} (line {line})"
            ),
            bilingual!(
                "UTF-8로 저장하세요. CP949와 BOM이 있는 UTF-16도 읽습니다.",
                "Save it as UTF-8. CP949 and UTF-16 with a byte-order mark are read, too."
            ),
        ),
        Undecodable::Binary { offset } => (
            "binary-file",
            bilingual!(
                "글이 아니라 이진 파일이라 빼고 만들었습니다: {offset}번째 바이트가 NUL입니다.",
                "This is a binary file, not text, and was left out: byte {offset} is NUL."
            ),
            bilingual!(
                "노트가 맞다면 UTF-8로 다시 저장하세요. BOM이 없는 UTF-16은 읽지 않습니다.",
                "If it is a note, save it as UTF-8; UTF-16 without a byte-order mark is not read."
            ),
        ),
    };
    Diagnostic::new(Severity::Error, code, message)
        .at(Place::file(shown))
        .hint(hint)
}

fn too_large(shown: &str, len: u64, limit: u64) -> Diagnostic {
    let message = bilingual!(
        "노트가 너무 커서 빼고 만들었습니다: {len}바이트 (한도 {limit}바이트)",
        "The note is too large and was left out: {len} bytes (the limit is {limit})"
    );
    let hint = bilingual!(
        "노트를 나누거나, notes.toml의 `[limits] note_bytes`를 늘리세요.",
        "Split it, or raise `[limits] note_bytes` in notes.toml."
    );
    Diagnostic::new(Severity::Error, "note-too-large", message)
        .at(Place::file(shown))
        .hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_that_vanishes_or_grows_while_the_site_is_read_costs_only_itself() {
        let dir = tempfile::tempdir().expect("a folder");
        for name in ["a.md", "b.md", "c.md"] {
            std::fs::write(dir.path().join(name), "# 글\n").expect("a note");
        }
        let project = Project::open(dir.path()).expect("a site");
        let walked = walk(&project);
        std::fs::remove_file(dir.path().join("a.md")).expect("removed");
        std::fs::write(dir.path().join("b.md"), "가".repeat(100)).expect("grown");
        let codes: Vec<Vec<&str>> = walked
            .notes
            .iter()
            .map(|found| {
                let (note, diagnostics) = read_note(&project, found, 100);
                assert_eq!(note.is_none(), !diagnostics.is_empty());
                diagnostics.iter().map(|found| found.code).collect()
            })
            .collect();
        assert_eq!(codes, [vec!["unreadable"], vec!["note-too-large"], vec![]]);
    }

    #[test]
    fn paths_become_nfc_and_the_file_is_opened_by_its_own_bytes() {
        let dir = tempfile::tempdir().expect("a folder");
        let decomposed = "\u{1105}\u{1161}\u{11B7}\u{1103}\u{1161}.md";
        std::fs::write(dir.path().join(decomposed), "# 글\n").expect("a note");
        let source = read(&Project::open(dir.path()).expect("a site"));
        let paths: Vec<&str> = source.notes.iter().map(|note| note.path.as_str()).collect();
        assert_eq!(paths, ["람다.md"]);
    }

    #[test]
    fn notes_come_in_order_of_their_paths_from_the_content_folder() {
        let dir = tempfile::tempdir().expect("a folder");
        for path in [
            "content/나/a.MD",
            "content/가.markdown",
            "content/나.mdx",
            "README.md",
            "content/그림.png",
        ] {
            let path = dir.path().join(path);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
            std::fs::write(path, "글").expect("a file");
        }
        let source = read(&Project::open(dir.path()).expect("a site"));
        let paths: Vec<&str> = source.notes.iter().map(|note| note.path.as_str()).collect();
        assert_eq!(paths, ["가.markdown", "나.mdx", "나/a.MD"]);
        assert_eq!(source.notes[0].shown_path, "content/가.markdown");
        assert_eq!(source.attachments[0].path, "그림.png");
    }
}
