//! The changes of a plan, done so that a stop at any moment loses nothing.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::{Change, Plan, repaired};
use crate::bilingual;
use crate::check::read_at_most;
use crate::diagnostics::{Bilingual, Diagnostic, Place, Severity};
use crate::source::Project;

/// How the names of files that are being written begin; hidden, so that no walk takes them for notes.
const TEMPORARY: &str = ".notes-fix-";

/// What came of a plan.
#[derive(Debug, Default)]
pub struct Applied {
    /// The changes that were done, in order.
    pub done: Vec<Change>,
    /// What the machine refused.
    pub failed: Vec<Diagnostic>,
}

/// Does what the plan says; `tell` hears of each change as it is done. A change that fails stops no other.
pub fn apply(project: &Project, plan: &Plan, tell: &mut dyn FnMut(&Change)) -> Applied {
    let mut applied = Applied::default();
    let mut swept: Vec<&Path> = Vec::new();
    for change in &plan.changes {
        let (path, outcome) = match change {
            Change::Rewrite { path, .. } => {
                if let Some(folder) = path.parent()
                    && swept.last() != Some(&folder)
                {
                    sweep(folder);
                    swept.push(folder);
                }
                let limit = project.config.limits.note_bytes;
                (path, rewrite(path, limit))
            }
            Change::Rename { from, to } => (from, rename(from, to)),
        };
        match outcome {
            Ok(()) => {
                tell(change);
                applied.done.push(change.clone());
            }
            Err(error) => applied.failed.push(failure(project, path, &error)),
        }
    }
    applied
}

fn failure(project: &Project, path: &Path, error: &io::Error) -> Diagnostic {
    let Bilingual { ko, en } = match error.kind() {
        io::ErrorKind::Interrupted => bilingual!(
            "고치는 사이에 파일이 바뀌어 그대로 두었습니다. 다시 실행하세요",
            "the file changed meanwhile and was left alone; run again"
        ),
        _ => bilingual!("{error}", "{error}"),
    };
    let message = bilingual!("고치지 못했습니다: {ko}", "Could not be repaired: {en}");
    Diagnostic::new(Severity::Error, "fix-failed", message).at(Place::file(&project.shown(path)))
}

/// Writes the repaired note beside the old one and renames it into its place.
fn rewrite(path: &Path, limit: u64) -> io::Result<()> {
    let old = read_at_most(path, limit)?;
    let Some((text, _)) = repaired(&old) else {
        // Mended by someone else since the plan was made.
        return Ok(());
    };
    let metadata = fs::metadata(path)?;
    let (temporary, mut file) = create_beside(path)?;
    let written = file
        .write_all(text.as_bytes())
        .and_then(|()| keep_owner(&file, &metadata))
        .and_then(|()| fs::set_permissions(&temporary, metadata.permissions()))
        .and_then(|()| file.sync_all())
        .and_then(|()| {
            // An editor may have saved the note in the meantime: its text is worth more than the repair.
            match read_at_most(path, limit)? == old {
                true => fs::rename(&temporary, path),
                false => Err(io::ErrorKind::Interrupted.into()),
            }
        });
    if written.is_err() {
        let _ = fs::remove_file(&temporary);
        return written;
    }
    sync_folder(path);
    Ok(())
}

/// A new file in the folder of `path`, locked as long as it is open, so that [`sweep`] knows it is being written.
fn create_beside(path: &Path) -> io::Result<(PathBuf, File)> {
    let pid = std::process::id();
    for n in 0..1_000 {
        let temporary = path.with_file_name(format!("{TEMPORARY}{pid}-{n}.tmp"));
        match File::create_new(&temporary) {
            Ok(file) => {
                // A file system without locks has no sweeping either.
                let _ = file.try_lock();
                return Ok((temporary, file));
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// Removes what killed runs left in `folder`: half-written copies, whose originals stand beside them.
fn sweep(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let ours = name
            .strip_prefix(TEMPORARY)
            .and_then(|rest| rest.strip_suffix(".tmp"))
            .is_some_and(|rest| {
                rest.bytes()
                    .all(|byte| byte.is_ascii_digit() || byte == b'-')
            });
        if ours && File::open(entry.path()).is_ok_and(|file| file.try_lock().is_ok()) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Someone else's note stays theirs where the system allows it.
#[cfg(unix)]
fn keep_owner(file: &File, old: &fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    let new = file.metadata()?;
    if (new.uid(), new.gid()) != (old.uid(), old.gid()) {
        let _ = fchown(file, Some(old.uid()), Some(old.gid()));
    }
    Ok(())
}

#[cfg(not(unix))]
fn keep_owner(_file: &File, _old: &fs::Metadata) -> io::Result<()> {
    Ok(())
}

fn sync_folder(path: &Path) {
    if let Some(folder) = path.parent() {
        // The rename has happened; a file system that cannot flush a folder takes nothing back.
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
}

/// Renames `from` to `to`, two spellings of one name, never onto something else.
fn rename(from: &Path, to: &Path) -> io::Result<()> {
    if is_another(from, to) {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    match rename_new(from, to) {
        // Where spellings of one name are one file (APFS), the new name "exists" already: it is this very file.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && !is_another(from, to) => {
            fs::rename(from, to)?;
        }
        other => other?,
    }
    let renamed = from.parent().zip(to.file_name());
    if renamed.is_some_and(|(folder, name)| !lists(folder, name)) {
        // HFS+ writes every name decomposed, whatever it is asked for.
        return Err(io::Error::other(
            "the file system keeps the decomposed name",
        ));
    }
    sync_folder(to);
    Ok(())
}

/// Whether `to` is there as another entry of the folder than `from`. On a file system that takes both spellings for one
/// name, `to` can be opened but is not listed.
pub(super) fn is_another(from: &Path, to: &Path) -> bool {
    match (to.symlink_metadata(), from.parent(), to.file_name()) {
        (Ok(_), Some(folder), Some(name)) => lists(folder, name),
        _ => false,
    }
}

fn lists(folder: &Path, name: &OsStr) -> bool {
    fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .any(|entry| entry.file_name() == name)
}

/// A rename that fails where `to` exists, in one system call.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE).map_err(io::Error::from) {
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported
            ) =>
        {
            rename_checked(from, to)
        }
        other => other,
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    rename_checked(from, to)
}

/// The next best: look, then rename.
fn rename_checked(from: &Path, to: &Path) -> io::Result<()> {
    match to.symlink_metadata() {
        Ok(_) => Err(io::ErrorKind::AlreadyExists.into()),
        Err(_) => fs::rename(from, to),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_ever_renamed_onto_something_else() {
        let dir = tempfile::tempdir().expect("a folder");
        let (from, to) = (
            dir.path().join("\u{1100}\u{1161}.md"),
            dir.path().join("가.md"),
        );
        fs::write(&from, "풀어쓴").expect("a file");
        fs::write(&to, "모아쓴").expect("a file");
        if fs::read(&from).expect("readable") == fs::read(&to).expect("readable") {
            eprintln!("skipped: this file system takes both spellings for one name");
            return;
        }
        assert!(rename(&from, &to).is_err());
        assert!(rename_new(&from, &to).is_err());
        assert!(rename_checked(&from, &to).is_err());
        assert_eq!(fs::read_to_string(&from).expect("kept"), "풀어쓴");
        assert_eq!(fs::read_to_string(&to).expect("kept"), "모아쓴");
        fs::remove_file(&to).expect("removed");
        rename(&from, &to).expect("renamed");
        assert_eq!(fs::read_to_string(&to).expect("renamed"), "풀어쓴");
    }

    #[test]
    fn what_a_killed_run_left_is_swept_but_not_what_is_being_written() {
        let dir = tempfile::tempdir().expect("a folder");
        let left = dir.path().join(".notes-fix-1-0.tmp");
        let other = dir.path().join(".notes-fix-mine.tmp");
        fs::write(&left, "반쯤").expect("a file");
        fs::write(&other, "남의 것").expect("a file");
        let (writing, file) = create_beside(&dir.path().join("글.md")).expect("a file");
        sweep(dir.path());
        assert!(!left.exists());
        assert!(other.exists() && writing.exists());
        drop(file);
        sweep(dir.path());
        assert!(!writing.exists());
    }
}
