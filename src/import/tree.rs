//! The files of an export, whether it is a folder or a zip: listed at once, read one by one, never changed.
//!
//! Hidden files are not the author's writing, but Obsidian's settings say how links are meant; those alone are listed.
//! Symbolic links are reported, not followed.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use unicode_normalization::UnicodeNormalization;

use super::archive::{self, Archives, is_export_part};
use super::names::{join, split_extension};
use super::plan::{Item, Remark, What, is_hidden, is_junk, is_note};
use super::{ArchiveError, Limits};
use crate::bilingual;
use crate::source::{Undecodable, decode};

/// How deep folders may nest.
const DEPTH: usize = 64;

/// The files of an export.
#[derive(Debug, Default)]
pub struct Tree {
    files: Vec<SourceFile>,
    archives: Archives,
    /// What was left out already while listing.
    pub remarks: Vec<Remark>,
}

#[derive(Debug)]
struct SourceFile {
    /// In the export: NFC, `/`-separated.
    path: String,
    len: u64,
    place: Place,
}

#[derive(Debug)]
enum Place {
    Disk(PathBuf),
    Zipped(archive::Entry),
}

impl Tree {
    /// Lists the export at `source`, a folder or a zip.
    ///
    /// # Errors
    /// [`ArchiveError`] where it cannot be read, is no archive, or exceeds `limits`.
    pub fn open(source: &Path, limits: &Limits) -> Result<Tree, ArchiveError> {
        let mut tree = Tree::default();
        if source.is_dir() {
            tree.list_folder(source, limits)?;
        } else {
            let file = io::BufReader::new(File::open(source)?);
            tree.archives.add(Box::new(file), "", limits)?;
        }
        for entry in tree.archives.take_entries() {
            if is_wanted(&entry.path) {
                tree.files.push(SourceFile {
                    path: entry.path.clone(),
                    len: entry.len,
                    place: Place::Zipped(entry),
                });
            }
        }
        tree.remarks.append(&mut tree.archives.remarks);
        tree.files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(tree)
    }

    fn list_folder(&mut self, folder: &Path, limits: &Limits) -> Result<(), ArchiveError> {
        let mut waiting = VecDeque::from([(folder.to_owned(), String::new(), 0)]);
        while let Some((folder, within, depth)) = waiting.pop_front() {
            let mut entries: Vec<fs::DirEntry> =
                fs::read_dir(&folder)?.collect::<io::Result<_>>()?;
            entries.sort_by_key(fs::DirEntry::file_name);
            for entry in entries {
                let name: String = entry.file_name().to_string_lossy().nfc().collect();
                let path = join(&within, &name);
                let kind = entry.file_type()?;
                let skipped = matches!(name.as_str(), "node_modules" | ".git");
                if is_junk(&path) || (kind.is_dir() && skipped) {
                    continue;
                }
                if kind.is_symlink() {
                    if !is_hidden(&path) {
                        self.remark(What::Symlink, &path);
                    }
                } else if kind.is_dir() {
                    let hidden = is_hidden(&path)
                        && !path.starts_with(".obsidian")
                        && !path.contains("/.obsidian");
                    if depth >= DEPTH {
                        self.remark(What::PathTooLong, &path);
                    } else if !hidden {
                        waiting.push_back((entry.path(), path, depth + 1));
                    }
                } else if is_export_part(&path) {
                    let file = io::BufReader::new(File::open(entry.path())?);
                    self.archives.add(Box::new(file), &within, limits)?;
                } else if kind.is_file() && is_wanted(&path) {
                    if self.files.len() >= limits.entries {
                        return Err(ArchiveError::TooMany(limits.entries));
                    }
                    self.files.push(SourceFile {
                        path,
                        len: entry.metadata()?.len(),
                        place: Place::Disk(entry.path()),
                    });
                }
            }
        }
        Ok(())
    }

    /// Every path, in order.
    pub fn paths(&self) -> Vec<&str> {
        self.files.iter().map(|file| file.path.as_str()).collect()
    }

    /// Leaves out the files outside of `root` (`""` or with a closing `/`), and drops it from the paths of the others.
    pub fn rebase(&mut self, root: &str) {
        if root.is_empty() {
            return;
        }
        self.files
            .retain_mut(|file| match file.path.strip_prefix(root) {
                Some(inside) => {
                    file.path = inside.to_owned();
                    true
                }
                None => false,
            });
    }

    /// The files for a planner, those read that are texts.
    pub fn items(&mut self, limits: &Limits) -> Vec<Item> {
        let mut items = Vec::with_capacity(self.files.len());
        for at in 0..self.files.len() {
            let Some((path, len)) = self.files.get(at).map(|file| (file.path.clone(), file.len))
            else {
                break;
            };
            let mut item = Item {
                path,
                ..Item::default()
            };
            if is_text(&item.path) {
                if len > limits.text {
                    let limit = limits.text;
                    item.unreadable = Some(bilingual!(
                        "{len}바이트, 한도 {limit}바이트",
                        "{len} bytes, the limit is {limit}"
                    ));
                } else {
                    let mut bytes = Vec::new();
                    match self.copy(at, &mut bytes) {
                        Ok(_) => match decode(&bytes) {
                            Ok(decoded) => item.text = Some(decoded.text),
                            Err(error) => item.unreadable = Some(reason(&error)),
                        },
                        Err(error) => item.unreadable = Some(bilingual!("{error}", "{error}")),
                    }
                }
            }
            items.push(item);
        }
        items
    }

    /// Streams the file `at` to `to`. Returns its length.
    ///
    /// # Errors
    /// What reading and writing may run into, a damaged archive included.
    pub fn copy(&mut self, at: usize, to: &mut dyn Write) -> io::Result<u64> {
        match self.files.get(at).map(|file| &file.place) {
            Some(Place::Disk(path)) => io::copy(&mut File::open(path)?, to),
            Some(Place::Zipped(entry)) => {
                let entry = entry.clone();
                self.archives.copy(&entry, to)
            }
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn remark(&mut self, what: What, path: &str) {
        self.remarks.push(Remark {
            what,
            file: path.to_owned(),
            line: 0,
            detail: String::new(),
        });
    }
}

fn reason(error: &Undecodable) -> crate::diagnostics::Bilingual {
    match error {
        Undecodable::Bytes { line, hex, .. } => {
            bilingual!("{line}째 줄의 {hex}", "{hex} on line {line}")
        }
        Undecodable::Binary { .. } => bilingual!("이진 파일", "a binary file"),
    }
}

/// Everything visible, and of what is hidden Obsidian's settings.
fn is_wanted(path: &str) -> bool {
    if is_junk(path) {
        return false;
    }
    if !is_hidden(path) {
        return true;
    }
    let settings = path.find(".obsidian/").map(|at| &path[at..]);
    settings.is_some_and(|path| {
        path.ends_with(".json") && (path.matches('/').count() == 1 || path.ends_with("/data.json"))
    })
}

/// Whether a planner wants to read this file: notes, tables, settings, and what Jekyll may fill in.
fn is_text(path: &str) -> bool {
    if is_note(path) {
        return true;
    }
    let extension = split_extension(path).1.to_ascii_lowercase();
    match extension.as_str() {
        ".csv" | ".yml" | ".yaml" | ".html" | ".htm" | ".xml" | ".css" | ".scss" | ".js"
        | ".txt" | ".textile" => true,
        ".json" => is_hidden(path) || !path.contains('/'),
        _ => false,
    }
}
