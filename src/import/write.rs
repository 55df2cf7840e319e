//! A plan on disk. Nothing that exists is overwritten, no file is ever half there, and nothing is written outside.
//!
//! 1. The content folder is locked against another import, and the remains of a killed one are swept.
//! 2. Each file is written whole into a hidden folder beside, synced, then linked to its name, which fails where the
//!    name is taken. So an import that was killed can be run again: what is there already, byte for byte, is left.
//! 3. A name that is taken by other bytes is left alone and reported.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use super::names::{fold, split_path};
use super::{Action, Plan, Tree};
use crate::bilingual;
use crate::diagnostics::Failure;
use crate::source::Project;

/// The hidden folder that files are written in before they get their names. The walker passes over it.
const STAGE: &str = ".notes-import";

/// What an import came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// Notes written.
    pub notes: usize,
    /// Other files copied.
    pub files: usize,
    /// Files that were there already, byte for byte.
    pub unchanged: usize,
    /// Whether `notes.toml` was written.
    pub config: bool,
    /// Paths that other bytes had already, left alone.
    pub taken: Vec<String>,
    /// Files of the export that could not be read or written, and why.
    pub failed: Vec<(String, String)>,
}

/// Carries `plan` out under the site's `root`, whose notes are in `content`; `tree` holds the files to copy.
///
/// # Errors
/// A machine [`Failure`] where the folders cannot be made or locked. A single file's failure is in [`Written::failed`].
pub fn apply(
    plan: &Plan,
    tree: &mut Tree,
    root: &Path,
    content: &Path,
) -> Result<Written, Failure> {
    let failed = |error: io::Error| {
        let doing = bilingual!("노트를 가져올 수 없습니다", "Cannot import");
        Failure::machine(doing, content, &error)
    };
    fs::create_dir_all(content).map_err(failed)?;
    let content = content.canonicalize().map_err(failed)?;
    // The kernel lets go of the lock when a run dies. File systems that cannot lock go unlocked.
    let lock = File::open(&content).map_err(failed)?;
    let _ = lock.lock();
    let stage = content.join(STAGE);
    sweep(&stage).map_err(failed)?;
    fs::create_dir(&stage).map_err(failed)?;

    let mut writer = Writer {
        existing: existing(&content),
        content,
        stage,
        folders: BTreeSet::new(),
        written: Written::default(),
    };
    for action in &plan.actions {
        match action {
            Action::Config { text } => {
                let target = root.join("notes.toml");
                if !target.exists()
                    && writer
                        .place(&target, |to| to.write_all(text.as_bytes()))
                        .is_ok()
                {
                    writer.written.config = true;
                }
            }
            Action::Note { to, text, .. } => {
                writer.write(to, true, |out| out.write_all(text.as_bytes()));
            }
            Action::Copy { to, from } => {
                writer.write(to, false, |out| tree.copy(*from, out).map(drop));
            }
            Action::Skip { .. } => {}
        }
    }
    let Writer {
        stage,
        folders,
        written,
        ..
    } = writer;
    let _ = fs::remove_dir_all(&stage);
    // The names themselves last: a folder is synced once, after all its files.
    for folder in folders {
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
    Ok(written)
}

/// The paths of `plan` that are taken already by a name that differs in case or normal form only, or by a folder or
/// file of other bytes; what [`apply`] would leave alone, without the reading of copies.
pub fn taken(plan: &Plan, content: &Path) -> Vec<String> {
    let existing = existing(content);
    plan.actions
        .iter()
        .filter_map(|action| match action {
            Action::Note { to, text, .. } => {
                let path = content.join(to);
                let same = || fs::read(&path).is_ok_and(|bytes| bytes == text.as_bytes());
                (existing.contains_key(&fold(to)) && !same()).then(|| to.clone())
            }
            _ => None,
        })
        .collect()
}

/// The content folder that an import of `source` into the site at `root` goes to: the project's own, or a `content/` yet
/// to be made where the folder holds no notes but those of `source`.
pub fn content_of(project: &Project, source: &Path) -> PathBuf {
    if project.content != project.root {
        return project.content.clone();
    }
    let notes = crate::source::read(project).notes;
    let own = |path: &Path| {
        path.canonicalize()
            .is_ok_and(|path| !path.starts_with(source))
    };
    if !notes.iter().any(|note| own(&note.disk_path)) {
        project.root.join("content")
    } else {
        project.content.clone()
    }
}

struct Writer {
    content: PathBuf,
    stage: PathBuf,
    /// Folded path to path, of what was there before.
    existing: BTreeMap<String, String>,
    folders: BTreeSet<PathBuf>,
    written: Written,
}

impl Writer {
    fn write(&mut self, to: &str, note: bool, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) {
        let target = self.content.join(to);
        if self
            .existing
            .get(&fold(to))
            .is_some_and(|known| known != to)
        {
            self.written.taken.push(to.to_owned());
            return;
        }
        let outcome = self.folder_of(to).and_then(|()| self.place(&target, fill));
        match outcome {
            Ok(true) if note => self.written.notes += 1,
            Ok(true) => self.written.files += 1,
            Ok(false) => self.written.unchanged += 1,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                self.written.taken.push(to.to_owned());
            }
            Err(error) => self.written.failed.push((to.to_owned(), error.to_string())),
        }
    }

    /// Makes the folder of `to`, and makes sure that it lies in the content folder: a symbolic link may lead out.
    fn folder_of(&mut self, to: &str) -> io::Result<()> {
        let folder = self.content.join(split_path(to).0);
        if self.folders.contains(&folder) {
            return Ok(());
        }
        // Down from the content folder, so that nothing is made behind a link that leads out.
        let mut at = self.content.clone();
        for part in split_path(to).0.split('/').filter(|part| !part.is_empty()) {
            at.push(part);
            match fs::create_dir(&at) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    if !at.canonicalize()?.starts_with(&self.content) || !at.is_dir() {
                        return Err(io::ErrorKind::AlreadyExists.into());
                    }
                }
                Err(error) => return Err(error),
            }
        }
        self.folders.insert(folder);
        Ok(())
    }

    /// Writes a whole file and gives it its name. `false` where the same bytes had it already; an `AlreadyExists` error
    /// where others had.
    fn place(
        &self,
        target: &Path,
        fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<bool> {
        let staged = self.stage.join("file");
        let file = File::create(&staged)?;
        let mut out = io::BufWriter::new(file);
        fill(&mut out)?;
        let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        if target.symlink_metadata().is_ok() {
            return if is_same(&staged, target)? {
                Ok(false)
            } else {
                Err(io::ErrorKind::AlreadyExists.into())
            };
        }
        // Before the name: after a power cut, a name means the whole file.
        file.sync_data()?;
        drop(file);
        match fs::hard_link(&staged, target) {
            Ok(()) => {
                fs::remove_file(&staged)?;
                Ok(true)
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
            // No hard links here (FAT, some network mounts). We hold the lock, so that nobody of ours came between.
            Err(_) => fs::rename(&staged, target).map(|()| true),
        }
    }
}

/// Whether two regular files have the same bytes.
fn is_same(a: &Path, b: &Path) -> io::Result<bool> {
    let known = b.metadata()?;
    if !known.is_file() || known.len() != a.metadata()?.len() {
        return Ok(false);
    }
    let (mut a, mut b) = (
        BufReader::new(File::open(a)?),
        BufReader::new(File::open(b)?),
    );
    let (mut left, mut right) = ([0; 8192], [0; 8192]);
    loop {
        let n = a.read(&mut left)?;
        if n == 0 {
            return Ok(true);
        }
        b.read_exact(right.get_mut(..n).unwrap_or(&mut []))?;
        if left.get(..n) != right.get(..n) {
            return Ok(false);
        }
    }
}

/// Removes what a killed import left behind.
fn sweep(stage: &Path) -> io::Result<()> {
    match fs::symlink_metadata(stage) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(stage),
        Ok(_) => fs::remove_file(stage),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// Every path under `content`, folded, to the path as it is.
fn existing(content: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![(content.to_owned(), String::new())];
    while let Some((folder, within)) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = super::names::join(&within, &name);
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                if name != STAGE && name != ".git" {
                    folders.push((entry.path(), path));
                }
            } else {
                found.insert(fold(&path), path);
            }
        }
    }
    found
}
