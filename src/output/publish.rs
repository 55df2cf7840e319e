//! A tree to a folder, whole or not at all.
//!
//! 1. Compare every file with the published one, byte by byte; if nothing differs, nothing is touched.
//! 2. Stage the whole tree beside the old one: unchanged files as hard links (their times stay), the rest written.
//! 3. Flush, exchange the two folders in one system call, remove the old one.
//!
//! Where the kernel or file system cannot exchange, two renames do; where the folder cannot be renamed at all (a mount
//! point, such as a container's volume), its files are replaced one by one, pages last.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::staging::{MARKER, MARKER_TEXT, Target, refuse_foreign, remove_tree};
use super::{Content, OutputTree, path};
use crate::bilingual;
use crate::diagnostics::{Diagnostic, Failure, Place, Severity};

/// What a publication came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Published {
    /// Files in the published tree.
    pub files: usize,
    /// Of them, new or changed ones.
    pub written: usize,
    /// Their bytes.
    pub written_bytes: u64,
}

/// Publishes `tree` at `out`, replacing what is there. `waiting` is called once if another run is publishing here.
/// Paths that cannot be published and attachments that cannot be read are reported and left out.
///
/// # Errors
/// A usage [`Failure`] where `out` holds something we did not make, a machine one where it cannot be written; `out` is
/// then as it was.
pub fn publish(
    tree: &OutputTree,
    out: &Path,
    waiting: &dyn Fn(),
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Published, Failure> {
    publish_by(Way::Exchange, tree, out, waiting, diagnostics)
}

/// How the new tree takes the old one's place; each way falls back to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Exchange,
    TwoRenames,
    FileByFile,
}

fn publish_by(
    way: Way,
    tree: &OutputTree,
    out: &Path,
    waiting: &dyn Fn(),
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Published, Failure> {
    let failed = |error: io::Error| {
        let doing = bilingual!(
            "사이트를 쓸 수 없습니다. 전에 만든 사이트는 그대로 있습니다",
            "Cannot write the site; the one before is as it was"
        );
        Failure::machine(doing, out, &error)
    };
    let kept = path::checked(tree, diagnostics);
    let target = Target::of(out).map_err(failed)?;
    let _lock = target.lock(waiting).map_err(failed)?;
    refuse_foreign(&target.out)?;
    target.sweep().map_err(failed)?;

    let compared = compare(&kept, &target.out, diagnostics);
    let written = compared.values().filter(|state| !state.same).count();
    let mut published = Published {
        files: compared.len(),
        written,
        written_bytes: 0,
    };
    let untouched = written == 0 && files_under(&target.out).len() == compared.len();
    if untouched && target.out.join(MARKER).is_file() {
        return Ok(published);
    }

    let stage = Stage(target.stage().map_err(failed)?);
    published.written_bytes = fill(&stage.0, &target.out, &compared).map_err(failed)?;
    flush(&stage.0).map_err(failed)?;
    take_place(way, &stage.0, &target, &compared).map_err(failed)?;
    Ok(published)
}

/// A staging folder, removed when it is done with: then it holds the old tree, or a failed attempt.
struct Stage(PathBuf);

impl Drop for Stage {
    fn drop(&mut self) {
        // What cannot be removed now is swept by the next run.
        if self.0.exists() {
            let _ = remove_tree(&self.0);
        }
    }
}

/// A file to publish and whether the old tree has the very same.
struct State<'a> {
    content: &'a Content,
    same: bool,
}

/// Compares the tree with the published files; attachments that cannot be read are reported and dropped here.
fn compare<'a>(
    kept: &BTreeMap<&'a str, &'a Content>,
    old: &Path,
    diagnostics: &mut Vec<Diagnostic>,
) -> BTreeMap<&'a str, State<'a>> {
    let compared: Vec<(&str, io::Result<State<'_>>)> = kept
        .par_iter()
        .map(|(path, content)| {
            let published = old.join(path);
            let same = match content {
                Content::Bytes(bytes) => Ok(same_bytes(&published, bytes)),
                Content::File(source) => same_files(&published, source),
            };
            (*path, same.map(|same| State { content, same }))
        })
        .collect();
    let mut states = BTreeMap::new();
    for (path, state) in compared {
        match state {
            Ok(state) => {
                states.insert(path, state);
            }
            Err(error) => {
                let message = bilingual!(
                    "파일을 읽을 수 없어 빼고 만들었습니다: {error}",
                    "The file could not be read and was left out: {error}"
                );
                diagnostics.push(
                    Diagnostic::new(Severity::Error, "unreadable", message).at(Place::file(path)),
                );
            }
        }
    }
    states
}

/// The length of the regular file at `path`; `None` for anything else, also for a symbolic link.
fn regular_len(path: &Path) -> Option<u64> {
    let metadata = fs::symlink_metadata(path).ok()?;
    metadata.is_file().then_some(metadata.len())
}

fn same_bytes(published: &Path, bytes: &[u8]) -> bool {
    regular_len(published) == Some(bytes.len() as u64)
        && fs::read(published).is_ok_and(|old| old == bytes)
}

/// Whether `published` has the content of `source`.
///
/// # Errors
/// Where `source` cannot be read; trouble with `published` only means "no".
fn same_files(published: &Path, source: &Path) -> io::Result<bool> {
    let mut new = File::open(source)?;
    let metadata = new.metadata()?;
    if !metadata.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    if regular_len(published) != Some(metadata.len()) {
        return Ok(false);
    }
    let Ok(mut old) = File::open(published) else {
        return Ok(false);
    };
    let (mut a, mut b) = (vec![0; 64 * 1024], vec![0; 64 * 1024]);
    loop {
        let read = fill_buffer(&mut new, &mut a)?;
        match fill_buffer(&mut old, &mut b) {
            Ok(other) if other == read && a[..read] == b[..read] => {}
            _ => return Ok(false),
        }
        if read < a.len() {
            return Ok(true);
        }
    }
}

fn fill_buffer(file: &mut File, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// Fills the staging folder; returns the bytes written.
fn fill(stage: &Path, old: &Path, states: &BTreeMap<&str, State<'_>>) -> io::Result<u64> {
    let folders: BTreeSet<&str> = states
        .keys()
        .flat_map(|path| path.match_indices('/').map(|(at, _)| &path[..at]))
        .collect();
    for folder in folders {
        fs::create_dir(stage.join(folder))?;
    }
    states
        .par_iter()
        .map(|(path, state)| {
            let to = stage.join(path);
            // Some file systems have no hard links, some have too many already; then it is a file like the others.
            if state.same && fs::hard_link(old.join(path), &to).is_ok() {
                Ok(0)
            } else {
                write(&to, state.content)
            }
        })
        .sum()
}

fn write(to: &Path, content: &Content) -> io::Result<u64> {
    let mut file = File::create_new(to)?;
    match content {
        Content::Bytes(bytes) => {
            file.write_all(bytes)?;
            Ok(bytes.len() as u64)
        }
        // Not `fs::copy`: the source's permissions are its author's affair.
        Content::File(source) => io::copy(&mut File::open(source)?, &mut file),
    }
}

/// Brings the staged files to the disk before they take the old ones' place, so that not even a power failure leaves
/// empty pages. One flush of the file system is far cheaper than one for each of ten thousand files.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn flush(stage: &Path) -> io::Result<()> {
    rustix::fs::syncfs(File::open(stage)?)?;
    Ok(())
}

/// As above, file by file.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn flush(stage: &Path) -> io::Result<()> {
    files_under(stage)
        .par_iter()
        .try_for_each(|path| File::open(stage.join(path))?.sync_all())
}

/// Puts the staged tree where the old one is; afterwards the old one is where the staged tree was, or gone.
fn take_place(
    way: Way,
    stage: &Path,
    target: &Target,
    states: &BTreeMap<&str, State<'_>>,
) -> io::Result<()> {
    if let Ok(metadata) = fs::metadata(&target.out) {
        fs::set_permissions(stage, metadata.permissions())?;
    } else {
        fs::rename(stage, &target.out)?;
        return sync_folder(&target.parent);
    }
    let mut way = way;
    loop {
        let done = match way {
            Way::Exchange => exchange(stage, &target.out),
            Way::TwoRenames => two_renames(stage, target),
            Way::FileByFile => file_by_file(&target.out, states),
        };
        way = match (way, done) {
            (_, Ok(())) => return sync_folder(&target.parent),
            (Way::Exchange, Err(error)) if cannot_exchange(&error) => Way::TwoRenames,
            (Way::Exchange | Way::TwoRenames, Err(error)) if cannot_rename(&error) => {
                Way::FileByFile
            }
            (_, Err(error)) => return Err(error),
        };
    }
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    // The exchange has happened; a file system that cannot flush a folder takes nothing back.
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
    Ok(())
}

/// `renameat2(…, RENAME_EXCHANGE)`.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn exchange(stage: &Path, out: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, stage, CWD, out, RenameFlags::EXCHANGE)?)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn exchange(_stage: &Path, _out: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

fn cannot_exchange(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported
    )
}

/// A mount point.
fn cannot_rename(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ResourceBusy | io::ErrorKind::CrossesDevices
    )
}

/// The old tree aside, the new one in; the old one back if that fails.
fn two_renames(stage: &Path, target: &Target) -> io::Result<()> {
    let aside = target.aside()?;
    fs::rename(&target.out, &aside)?;
    if let Err(error) = fs::rename(stage, &target.out) {
        fs::rename(&aside, &target.out)?;
        return Err(error);
    }
    // Swept by the next run if this fails.
    let _ = remove_tree(&aside);
    Ok(())
}

/// Each file replaced by a rename within its own folder: first what pages refer to, then the pages, and what is no
/// more goes last.
fn file_by_file(out: &Path, states: &BTreeMap<&str, State<'_>>) -> io::Result<()> {
    let is_page = |path: &str| path.ends_with(".html");
    let (pages, others): (Vec<_>, Vec<_>) = states
        .iter()
        .filter(|(_, state)| !state.same)
        .partition(|(path, _)| is_page(path));
    replace(&out.join(MARKER), &Content::Bytes(MARKER_TEXT.into()))?;
    for (path, state) in others.into_iter().chain(pages) {
        replace(&out.join(path), state.content)?;
    }
    for path in files_under(out) {
        if path.to_str().is_none_or(|path| !states.contains_key(path)) {
            fs::remove_file(out.join(&path))?;
            // The folder too, if that was its last file; `remove_dir` refuses otherwise.
            for folder in path
                .ancestors()
                .skip(1)
                .take_while(|f| !f.as_os_str().is_empty())
            {
                if fs::remove_dir(out.join(folder)).is_err() {
                    break;
                }
            }
        }
    }
    Ok(())
}

fn replace(to: &Path, content: &Content) -> io::Result<()> {
    let folder = to.parent().unwrap_or(to);
    let temporary = folder.join(format!(".notes-tmp-{}", std::process::id()));
    // A file may stand where a folder is wanted, or the other way round.
    for ancestor in folder.ancestors().take_while(|a| !a.is_dir()) {
        if fs::symlink_metadata(ancestor).is_ok_and(|m| !m.is_dir()) {
            fs::remove_file(ancestor)?;
        }
    }
    fs::create_dir_all(folder)?;
    match fs::remove_file(&temporary) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let written = write(&temporary, content).and_then(|_| File::open(&temporary)?.sync_all());
    if fs::symlink_metadata(to).is_ok_and(|metadata| metadata.is_dir()) {
        fs::remove_dir_all(to)?;
    }
    let placed = written.and_then(|()| fs::rename(&temporary, to));
    if placed.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    placed
}

/// Paths of all files under `folder` but the marker, relative to it, unordered; empty where there is no such folder.
fn files_under(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(inside) = folders.pop() {
        let Ok(entries) = fs::read_dir(folder.join(&inside)) else {
            continue;
        };
        for entry in entries.flatten() {
            let path = inside.join(entry.file_name());
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                folders.push(path);
            } else if path != Path::new(MARKER) {
                found.push(path);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests;
