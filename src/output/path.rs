//! Which paths may be published.

use std::collections::BTreeMap;

use super::{Content, MARKER, OutputTree};
use crate::bilingual;
use crate::diagnostics::{Bilingual, Diagnostic, Severity};

/// The longest name of a file or folder, in bytes: that of ext4, XFS, APFS (in UTF-8, a Hangul syllable takes three).
pub(super) const NAME_BYTES: usize = 255;

/// The longest key of S3, which is also well under Linux's `PATH_MAX`.
pub(super) const PATH_BYTES: usize = 1024;

/// The publishable part of `tree`; each file that is not is reported.
pub(super) fn checked<'a>(
    tree: &'a OutputTree,
    diagnostics: &mut Vec<Diagnostic>,
) -> BTreeMap<&'a str, &'a Content> {
    let mut kept: BTreeMap<&str, &Content> = BTreeMap::new();
    for (path, content) in tree {
        match fault(path).or_else(|| inside_a_file(path, &kept)) {
            None => {
                kept.insert(path, content);
            }
            Some((code, reason)) => diagnostics.push(refusal(path, code, reason)),
        }
    }
    kept
}

/// A file cannot also be a folder. Files sort before what lies under them, so the file wins.
fn inside_a_file(path: &str, kept: &BTreeMap<&str, &Content>) -> Option<(&'static str, Bilingual)> {
    path.match_indices('/')
        .map(|(at, _)| &path[..at])
        .find(|folder| kept.contains_key(folder))
        .map(|folder| {
            (
                "output-conflict",
                bilingual!(
                    "같은 이름의 파일 `{folder}`이(가) 이미 있습니다",
                    "there is already a file `{folder}`"
                ),
            )
        })
}

fn fault(path: &str) -> Option<(&'static str, Bilingual)> {
    if path == MARKER {
        return Some((
            "output-reserved",
            bilingual!("이 이름은 notes가 씁니다", "this name belongs to notes"),
        ));
    }
    let unsafe_part = path
        .split('/')
        .any(|part| matches!(part, "" | "." | "..") || part.contains(['\0', '\\']));
    if unsafe_part {
        return Some((
            "output-path",
            bilingual!(
                "`..`, 빈 이름, NUL, `\\`는 쓸 수 없습니다",
                "`..`, empty names, NUL and `\\` are not allowed"
            ),
        ));
    }
    let longest = path.split('/').map(str::len).max().unwrap_or(0);
    if longest > NAME_BYTES {
        return Some((
            "output-name-too-long",
            bilingual!(
                "이름이 {longest}바이트로 너무 깁니다 (한도 {NAME_BYTES}바이트, 한글은 한 글자에 3바이트)",
                "a name of {longest} bytes is too long (the limit is {NAME_BYTES})"
            ),
        ));
    }
    let len = path.len();
    (len > PATH_BYTES).then(|| {
        (
            "output-name-too-long",
            bilingual!(
                "경로가 {len}바이트로 너무 깁니다 (한도 {PATH_BYTES}바이트)",
                "a path of {len} bytes is too long (the limit is {PATH_BYTES})"
            ),
        )
    })
}

fn refusal(path: &str, code: &'static str, reason: Bilingual) -> Diagnostic {
    let Bilingual { ko, en } = reason;
    let shown: String = path.chars().take(120).collect();
    let shown = shown.escape_debug();
    let message = bilingual!(
        "`{shown}`에 파일을 만들 수 없어 빼고 만들었습니다: {ko}.",
        "No file can be made at `{shown}`; it was left out: {en}."
    );
    let hint = bilingual!(
        "노트나 파일의 이름을 바꾸거나, front matter의 `slug`로 주소를 정하세요.",
        "Rename the note or file, or set its address with `slug` in its front matter."
    );
    Diagnostic::new(Severity::Error, code, message).hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_safe_paths_are_published_and_every_other_is_reported() {
        let long = format!("{}/index.html", "가".repeat(86));
        let fits = format!("{}/index.html", "가".repeat(85));
        let paths = [
            "a/index.html",
            "../a",
            "/a",
            "a//b",
            "a/./b",
            "a\0b",
            "a\\b",
            "",
            MARKER,
            "file",
            "file-2",
            "file/b",
            &long,
            &fits,
        ];
        let tree: OutputTree = paths
            .iter()
            .map(|path| ((*path).to_owned(), Content::Bytes(b"".as_slice().into())))
            .collect();
        let mut diagnostics = Vec::new();
        let kept: Vec<&str> = checked(&tree, &mut diagnostics).into_keys().collect();
        assert_eq!(kept, ["a/index.html", "file", "file-2", fits.as_str()]);
        assert_eq!(diagnostics.len(), paths.len() - kept.len());
    }
}
