//! A site in a temporary folder and the real binary run over it.
#![allow(dead_code, reason = "each test binary uses its part")]

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// A site in a temporary folder, removed with it.
pub(crate) struct Site(TempDir);

/// What a run came to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    /// Standard error without the lines that tell the stages.
    pub(crate) err: String,
}

impl Site {
    /// A site with these files.
    pub(crate) fn new(files: &[(&str, &str)]) -> Site {
        let site = Site(tempfile::tempdir().expect("a temporary folder"));
        for (path, text) in files {
            site.write(path, text);
        }
        site
    }

    pub(crate) fn root(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    pub(crate) fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        fs::write(path, bytes).expect("a file");
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_default()
    }

    /// Runs `notes` with these arguments in the site's folder, in Korean.
    pub(crate) fn notes(&self, args: &[&str]) -> Outcome {
        self.notes_in("", args)
    }

    /// The same in the given locale.
    pub(crate) fn notes_in(&self, locale: &str, args: &[&str]) -> Outcome {
        let output = command(self.root(), locale)
            .args(args)
            .output()
            .expect("notes runs");
        let err = String::from_utf8(output.stderr).expect("UTF-8");
        Outcome {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).expect("UTF-8"),
            err: err
                .lines()
                .filter(|line| !line.starts_with("· "))
                .map(|l| format!("{l}\n"))
                .collect(),
        }
    }
}

/// `notes`, to be run in `folder`.
pub(crate) fn command(folder: &Path, locale: &str) -> std::process::Command {
    let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("notes"));
    command
        .current_dir(folder)
        .env_remove("LC_ALL")
        .env_remove("LC_MESSAGES")
        .env("LANG", locale);
    command
}

/// Every file under `folder` with its bytes, in order.
pub(crate) fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(inside) = folders.pop() {
        for entry in fs::read_dir(&inside).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path
                    .strip_prefix(folder)
                    .expect("inside")
                    .to_string_lossy()
                    .into_owned();
                found.push((name, fs::read(&path).expect("readable")));
            }
        }
    }
    found.sort();
    found
}
