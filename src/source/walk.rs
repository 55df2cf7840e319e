//! Which files a site is made of: notes, attachments beside them, and `static/`.
//!
//! `.gitignore` (with or without a git repository) and `.notesignore` are respected; hidden files, the output, other
//! tools' folders and editors' leftovers are passed over; a symbolic link is followed only while it stays in the site.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use ignore::{DirEntry, WalkBuilder};
use unicode_normalization::UnicodeNormalization;

use super::Project;
use crate::bilingual;
use crate::diagnostics::{Diagnostic, Place, Severity};

/// A regular file that was found.
#[derive(Debug, Clone)]
pub struct Found {
    /// Relative to its folder: NFC, `/`-separated.
    pub path: String,
    /// Where it lies on disk, by its original bytes.
    pub disk_path: PathBuf,
    /// Length in bytes.
    pub len: u64,
}

/// All files of a site, each list in order of its path.
#[derive(Debug, Default)]
pub struct Walked {
    /// Notes, drafts too.
    pub notes: Vec<Found>,
    /// Other files beside them.
    pub attachments: Vec<Found>,
    /// Files of `static/`.
    pub static_files: Vec<Found>,
    /// What could not be walked, and why.
    pub diagnostics: Vec<Diagnostic>,
}

/// Whether a file is a note, by its extension: `.md`, `.markdown`, `.mdx` in any case.
pub fn is_note_path(path: &Path) -> bool {
    path.extension()
        .and_then(OsStr::to_str)
        .is_some_and(|extension| {
            ["md", "markdown", "mdx"]
                .iter()
                .any(|known| extension.eq_ignore_ascii_case(known))
        })
}

/// Finds the files of `project`.
pub fn walk(project: &Project) -> Walked {
    let mut walked = Walked::default();
    let bare = project.content == project.root;
    // The walk starts at the root, so that its ignore files hold for the content too.
    for found in files(
        project,
        &project.root,
        &project.content,
        Rules::Notes,
        &mut walked.diagnostics,
    ) {
        if is_note_path(&found.disk_path) {
            walked.notes.push(found);
        } else if !(bare && belongs_to_project(&found.path)) {
            walked.attachments.push(found);
        }
    }
    let statics = project.root.join("static");
    if statics.is_dir() {
        walked.static_files = files(
            project,
            &statics,
            &statics,
            Rules::Static,
            &mut walked.diagnostics,
        );
    }
    walked
}

/// What is passed over.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rules {
    Notes,
    /// Copied as they are, hidden and git-ignored files too (`.well-known/`), but no editor's leftovers.
    Static,
}

/// The regular files under `base`, found by walking from `start`, an ancestor of it or itself.
fn files(
    project: &Project,
    start: &Path,
    base: &Path,
    rules: Rules,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Found> {
    let notes = rules == Rules::Notes;
    let mut builder = WalkBuilder::new(start);
    builder
        .standard_filters(false)
        .hidden(notes)
        .git_ignore(notes)
        .require_git(false)
        .follow_links(true)
        .sort_by_file_name(OsStr::cmp);
    if notes {
        builder.add_custom_ignore_filename(".notesignore");
    }
    let (root, out, base_owned) = (project.root.clone(), project.out.clone(), base.to_owned());
    builder.filter_entry(move |entry| wanted(entry, &root, &base_owned, &out, rules));

    let mut found = Vec::new();
    for entry in builder.build() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                diagnostics.push(unwalkable(project, &error));
                continue;
            }
        };
        let Some(path) = entry.path().strip_prefix(base).ok().map(Path::to_owned) else {
            continue;
        };
        let metadata = match std::fs::metadata(entry.path()) {
            Ok(metadata) => metadata,
            Err(error) => {
                diagnostics.push(unreadable(&project.shown(entry.path()), &error));
                continue;
            }
        };
        // A pipe or a device would hang the build, whatever its name.
        if !metadata.is_file() {
            continue;
        }
        match normal_path(&path) {
            Some(normal) => found.push(Found {
                path: normal,
                disk_path: entry.path().to_owned(),
                len: metadata.len(),
            }),
            None => diagnostics.push(not_unicode(project, entry.path())),
        }
    }
    found.sort_by(|a, b| (&a.path, &a.disk_path).cmp(&(&b.path, &b.disk_path)));
    found
}

/// Whether the walk takes `entry`, and goes into it if it is a folder.
fn wanted(entry: &DirEntry, root: &Path, base: &Path, out: &Path, rules: Rules) -> bool {
    let path = entry.path();
    if entry.depth() == 0 {
        return true;
    }
    // On the way down to the content, nothing else.
    if !path.starts_with(base) {
        return base.starts_with(path);
    }
    if path == base {
        return true;
    }
    if path == out || is_leftover(entry.file_name()) {
        return false;
    }
    if entry.path_is_symlink() && !stays_inside(path, root, out) {
        return false;
    }
    if rules == Rules::Notes && entry.file_type().is_some_and(|kind| kind.is_dir()) {
        let name = entry.file_name();
        let top = base == root && path.parent() == Some(base);
        return name != "node_modules"
            && !(top
                && ["public", "themes", "templates", "static"]
                    .iter()
                    .any(|n| name == *n));
    }
    true
}

/// Whether a symbolic link leads to something visible of the site. A broken one is let through and reported.
fn stays_inside(link: &Path, root: &Path, out: &Path) -> bool {
    let Ok(target) = link.canonicalize() else {
        return true;
    };
    !target.starts_with(out)
        && target.strip_prefix(root).is_ok_and(|inside| {
            !inside
                .components()
                .any(|part| part.as_os_str().as_encoded_bytes().starts_with(b"."))
        })
}

/// What operating systems, editors and office programs leave behind.
fn is_leftover(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    let lower = name.to_ascii_lowercase();
    matches!(
        lower.as_str(),
        ".ds_store"
            | "thumbs.db"
            | "desktop.ini"
            | "icon\r"
            | "__macosx"
            | ".git"
            | ".gitkeep"
            | ".gitignore"
            | ".notesignore"
    ) || lower.ends_with('~')
        || lower.starts_with("~$")
        || lower.starts_with("._")
        || lower.starts_with(".#")
        || (lower.len() > 1 && lower.starts_with('#') && lower.ends_with('#'))
        || [
            ".swp",
            ".swo",
            ".swx",
            ".bak",
            ".tmp",
            ".orig",
            ".crdownload",
            ".part",
        ]
        .iter()
        .any(|ending| lower.ends_with(ending))
}

/// Files at the top of a folder that is both project and content: they are about the folder, not for its readers.
fn belongs_to_project(path: &str) -> bool {
    if path.contains('/') {
        return false;
    }
    let lower = path.to_ascii_lowercase();
    match lower.rsplit_once('.') {
        // LICENSE, Makefile, Dockerfile…
        None => true,
        Some((_, extension)) => {
            matches!(
                extension,
                "toml"
                    | "lock"
                    | "yml"
                    | "yaml"
                    | "ini"
                    | "cfg"
                    | "sh"
                    | "bat"
                    | "mjs"
                    | "cjs"
                    | "rs"
                    | "sum"
                    | "mod"
            ) || matches!(
                lower.as_str(),
                "package.json"
                    | "package-lock.json"
                    | "tsconfig.json"
                    | "composer.json"
                    | "license.txt"
                    | "gruntfile.js"
                    | "gulpfile.js"
                    | "cmakelists.txt"
            ) || extension == "js" && lower.contains(".config.")
        }
    }
}

/// The path NFC and `/`-separated; `None` where it is not Unicode.
fn normal_path(path: &Path) -> Option<String> {
    let parts: Option<Vec<String>> = path
        .components()
        .map(|part| part.as_os_str().to_str().map(|part| part.nfc().collect()))
        .collect();
    parts.map(|parts| parts.join("/"))
}

/// The diagnostic of a file that vanished or may not be read.
pub(super) fn unreadable(shown: &str, error: &std::io::Error) -> Diagnostic {
    let message = bilingual!(
        "파일을 읽을 수 없어 빼고 만들었습니다: {error}",
        "The file could not be read and was left out: {error}"
    );
    let hint = bilingual!(
        "파일이 아직 있는지, 읽을 권한이 있는지 보세요.",
        "See whether it still exists and may be read."
    );
    Diagnostic::new(Severity::Error, "unreadable", message)
        .at(Place::file(shown))
        .hint(hint)
}

fn unwalkable(project: &Project, error: &ignore::Error) -> Diagnostic {
    let (path, reason) = path_and_reason(error);
    let Some(path) = path else {
        let message = bilingual!(
            "폴더를 다 살피지 못했습니다: {reason}",
            "A folder could not be searched: {reason}"
        );
        return Diagnostic::new(Severity::Error, "unreadable", message);
    };
    // Asked again, the system says it without the walker's words around it.
    let error = match std::fs::metadata(path) {
        Err(error) => error,
        Ok(metadata) if metadata.is_dir() => match std::fs::read_dir(path) {
            Err(error) => error,
            Ok(_) => std::io::Error::other(reason),
        },
        Ok(_) => std::io::Error::other(reason),
    };
    unreadable(&project.shown(path), &error)
}

/// The innermost path and the reason of a walk's error.
fn path_and_reason(error: &ignore::Error) -> (Option<&Path>, String) {
    let (mut error, mut path) = (error, None);
    loop {
        match error {
            ignore::Error::WithPath { path: at, err } => {
                path = Some(at.as_path());
                error = err;
            }
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
                error = err;
            }
            ignore::Error::Loop { child, .. } => {
                return (Some(child), "symbolic link loop".to_owned());
            }
            other => return (path, other.to_string()),
        }
    }
}

fn not_unicode(project: &Project, path: &Path) -> Diagnostic {
    let message = bilingual!(
        "파일 이름이 유니코드가 아니어서 주소를 만들 수 없습니다. 이 파일은 빼고 만들었습니다.",
        "The file's name is not Unicode, so it can have no address; it was left out."
    );
    let relative = path.strip_prefix(&project.root).unwrap_or(path);
    let bytes = relative.as_os_str().as_encoded_bytes();
    // Names unpacked from an old Windows archive are CP949 as a rule.
    let meant = encoding_rs::EUC_KR.decode_without_bom_handling_and_without_replacement(bytes);
    let hint = match meant {
        Some(meant) => bilingual!(
            "CP949로 읽으면 `{meant}`입니다. 이름을 바꾸거나 `convmv -f cp949 -t utf8 --notest`로 고치세요.",
            "As CP949 it reads `{meant}`. Rename it, or mend it with `convmv -f cp949 -t utf8 --notest`."
        ),
        None => bilingual!("파일 이름을 바꾸세요.", "Rename the file."),
    };
    Diagnostic::new(Severity::Error, "path-not-unicode", message)
        .at(Place::file(&bytes.escape_ascii().to_string()))
        .hint(hint)
}
