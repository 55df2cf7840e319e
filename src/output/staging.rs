//! The folders a publication works in: their names and marker, the lock beside them, and the remains of killed runs.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::bilingual;
use crate::diagnostics::{Diagnostic, Failure, Severity};

/// The file that says a folder was made by us and may be replaced.
pub const MARKER: &str = ".notes-output";

/// What the marker says to whoever opens it.
pub(super) const MARKER_TEXT: &[u8] =
    b"This folder is made by `notes build`, which replaces it as a whole. Do not edit.\n";

/// Refuses to replace what we did not make: a file, or a folder with something in it but no [`MARKER`].
///
/// # Errors
/// A usage [`Failure`] saying so, or a machine one where the folder cannot be looked at.
pub fn refuse_foreign(out: &Path) -> Result<(), Failure> {
    let looking = |error: &io::Error| {
        let doing = bilingual!(
            "결과 폴더를 살필 수 없습니다",
            "Cannot look at the output folder"
        );
        Failure::machine(doing, out, error)
    };
    let is_dir = match fs::metadata(out) {
        Ok(metadata) => metadata.is_dir(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(looking(&error)),
    };
    let is_empty = || Ok(fs::read_dir(out)?.next().is_none());
    if is_dir && (out.join(MARKER).is_file() || is_empty().map_err(|error| looking(&error))?) {
        return Ok(());
    }
    let shown = out.display();
    let message = if is_dir {
        bilingual!(
            "`{shown}`에는 notes가 만들지 않은 파일이 있어서 덮어쓰지 않았습니다.",
            "`{shown}` holds files that notes did not make; nothing was overwritten."
        )
    } else {
        bilingual!(
            "폴더가 아닙니다: `{shown}`",
            "This is not a folder: `{shown}`"
        )
    };
    let hint = bilingual!(
        "그 폴더를 비우거나 지우고 다시 하거나, `--out`에 다른 폴더를 주세요.",
        "Empty or delete it and try again, or give another folder with `--out`."
    );
    Err(Failure::usage(
        Diagnostic::new(Severity::Error, "output-not-ours", message).hint(hint),
    ))
}

/// Where a site is published: the folder itself, the folder it lies in, and its name there.
#[derive(Debug, Clone)]
pub(super) struct Target {
    pub(super) out: PathBuf,
    pub(super) parent: PathBuf,
    pub(super) name: String,
}

impl Target {
    /// The target of `out`. A symbolic link is followed: what it leads to is replaced, not the link.
    pub(super) fn of(out: &Path) -> io::Result<Target> {
        let out = out.canonicalize().unwrap_or_else(|_| out.to_owned());
        let (Some(parent), Some(name)) = (out.parent(), out.file_name()) else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        let (parent, name) = (parent.to_owned(), name.to_string_lossy().into_owned());
        fs::create_dir_all(&parent)?;
        Ok(Target { out, parent, name })
    }

    /// Takes the lock of this output; calls `waiting` once if another run holds it, then waits for that run's end.
    ///
    /// The lock is on the parent folder itself, which always exists and leaves no file behind; the kernel releases it
    /// when a run dies. File systems that cannot lock (some network mounts) go unlocked.
    pub(super) fn lock(&self, waiting: &dyn Fn()) -> io::Result<File> {
        let folder = File::open(&self.parent)?;
        if let Err(fs::TryLockError::WouldBlock) = folder.try_lock() {
            waiting();
            let _ = folder.lock();
        }
        Ok(folder)
    }

    /// A fresh, marked staging folder beside the output.
    pub(super) fn stage(&self) -> io::Result<PathBuf> {
        let stage = self.fresh("tmp", |path| fs::create_dir(path))?;
        fs::write(stage.join(MARKER), MARKER_TEXT)?;
        Ok(stage)
    }

    /// A free name for the old output on its way out.
    pub(super) fn aside(&self) -> io::Result<PathBuf> {
        self.fresh("old", |path| {
            if path.exists() {
                Err(io::ErrorKind::AlreadyExists.into())
            } else {
                Ok(())
            }
        })
    }

    fn fresh(&self, kind: &str, make: impl Fn(&Path) -> io::Result<()>) -> io::Result<PathBuf> {
        let pid = std::process::id();
        for n in 0..10_000 {
            let path = self.parent.join(format!("{}.{kind}-{pid}-{n}", self.name));
            match make(&path) {
                Ok(()) => return Ok(path),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    /// Clears what killed runs left behind; call it under the lock, when no other run can be alive here.
    ///
    /// Where a run died between the two renames of a file system that cannot exchange, the old site is put back first.
    pub(super) fn sweep(&self) -> io::Result<()> {
        for entry in fs::read_dir(&self.parent)?.flatten() {
            let Some(kind) = self.leftover_kind(&entry.file_name().to_string_lossy()) else {
                continue;
            };
            let path = entry.path();
            let is_dir = entry.file_type().is_ok_and(|kind| kind.is_dir());
            let ours = is_dir
                && (path.join(MARKER).is_file()
                    || fs::read_dir(&path).is_ok_and(|mut inside| inside.next().is_none()));
            if !ours {
                continue;
            }
            if kind == "old" && !self.out.exists() {
                fs::rename(&path, &self.out)?;
            } else {
                remove_tree(&path)?;
            }
        }
        Ok(())
    }

    /// `tmp` or `old` for `<name>.tmp-<pid>-<n>` and `<name>.old-<pid>-<n>`.
    fn leftover_kind(&self, name: &str) -> Option<&'static str> {
        let rest = name.strip_prefix(&self.name)?.strip_prefix('.')?;
        let (kind, numbers) = rest.split_once('-')?;
        let (pid, n) = numbers.split_once('-')?;
        let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let kind = ["tmp", "old"].into_iter().find(|known| *known == kind)?;
        (number(pid) && number(n)).then_some(kind)
    }
}

/// Removes one of our folders, its marker last: a run killed in here leaves a folder that is still known as ours.
pub(super) fn remove_tree(folder: &Path) -> io::Result<()> {
    let entries: Vec<fs::DirEntry> = fs::read_dir(folder)?.collect::<io::Result<_>>()?;
    entries
        .par_iter()
        .filter(|entry| entry.file_name() != MARKER)
        .try_for_each(|entry| {
            if entry.file_type()?.is_dir() {
                fs::remove_dir_all(entry.path())
            } else {
                fs::remove_file(entry.path())
            }
        })?;
    match fs::remove_file(folder.join(MARKER)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    fs::remove_dir(folder)
}
