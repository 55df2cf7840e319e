//! The published files: what the build made, and how it reaches `public/`.
//!
//! 1. `path`: only names every file system and every URL can carry are published.
//! 2. [`publish`]: the whole tree is staged beside the old one, unchanged files as hard links to it, and then the two
//!    are exchanged in one system call. Whoever looks at `public/`, at whatever moment, sees the old site or the new.
//! 3. `staging`: names, markers, the lock, and what a killed run left behind.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use crate::bilingual;
use crate::diagnostics::{Diagnostic, Severity};
use crate::source::Attachment;

mod path;
mod publish;
mod staging;

pub use publish::{Published, publish};
pub use staging::{MARKER, refuse_foreign};

/// The bytes of one published file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Made by the build.
    Bytes(Arc<[u8]>),
    /// Copied from a file on disk.
    File(PathBuf),
}

/// Everything to publish: path in `public/` (NFC, `/`-separated, no leading slash) to content, in order.
pub type OutputTree = BTreeMap<String, Content>;

/// Adds attachments. A place that is a page's (`taken`) or another file's stays so; the attachment is reported.
pub fn add_attachments(
    tree: &mut OutputTree,
    files: Vec<Attachment>,
    taken: &BTreeSet<&str>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    for file in files {
        if taken.contains(file.path.as_str()) || tree.contains_key(&file.path) {
            let (path, disk) = (&file.path, file.disk_path.display());
            let message = bilingual!(
                "`{path}`에 놓일 파일이 둘이어서, 이 파일은 빼고 만들었습니다: `{disk}`",
                "Two files want the place `{path}`; `{disk}` was left out."
            );
            let hint = bilingual!("파일의 이름을 바꾸세요.", "Rename the file.");
            diagnostics
                .push(Diagnostic::new(Severity::Warning, "output-conflict", message).hint(hint));
        } else {
            tree.insert(file.path, Content::File(file.disk_path));
        }
    }
}

/// Adds the files of `static/`, which take the place of what the build made: so an owner's `robots.txt` wins.
pub fn add_static(
    tree: &mut OutputTree,
    files: Vec<Attachment>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    for file in files {
        let path = file.path.clone();
        if tree
            .insert(file.path, Content::File(file.disk_path))
            .is_some()
        {
            let message = bilingual!(
                "notes가 만든 파일 대신 `static/{path}` 파일을 씁니다.",
                "`static/{path}` takes the place of the file notes made."
            );
            diagnostics.push(Diagnostic::new(
                Severity::Note,
                "output-overridden",
                message,
            ));
        }
    }
}
