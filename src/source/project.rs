//! A site on disk: its root, its content, where it is published, and what its owner decided.

use std::path::{Path, PathBuf};

use unicode_normalization::UnicodeNormalization;

use crate::bilingual;
use crate::config::Config;
use crate::diagnostics::{Diagnostic, Failure, Severity};

/// A site on disk.
#[derive(Debug, Clone)]
pub struct Project {
    /// The site's folder, absolute, symbolic links resolved.
    pub root: PathBuf,
    /// Where the notes are: `content/` of the root, or the root itself where there is none.
    pub content: PathBuf,
    /// Where the site is published; `public/` of the root unless said otherwise. Never read as content.
    pub out: PathBuf,
    /// What the owner decided; the title and the address's closing slash are filled in.
    pub config: Config,
    /// Whether there is a `notes.toml`.
    pub configured: bool,
}

impl Project {
    /// Opens the site at `root`: any folder at all; `notes.toml` and `content/` are used where they exist.
    ///
    /// # Errors
    /// A usage [`Failure`] where `root` is no folder or `notes.toml` is wrong; a machine one where it cannot be read.
    pub fn open(root: &Path) -> Result<Project, Failure> {
        let missing = |error: &std::io::Error| {
            let shown = root.display();
            let message = bilingual!(
                "`{shown}` 폴더를 열 수 없습니다: {error}",
                "Cannot open the folder `{shown}`: {error}"
            );
            let hint = bilingual!(
                "`--root`로 노트가 있는 폴더를 알려 주세요.",
                "Name the folder of your notes with `--root`."
            );
            Failure::usage(Diagnostic::new(Severity::Error, "no-root", message).hint(hint))
        };
        let root_path = root.canonicalize().map_err(|error| missing(&error))?;
        if !root_path.is_dir() {
            return Err(missing(&std::io::ErrorKind::NotADirectory.into()));
        }
        let config_file = root_path.join("notes.toml");
        let (mut config, configured) = match std::fs::read(&config_file) {
            Ok(bytes) => (Config::parse_bytes("notes.toml", &bytes)?, true),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                (Config::default(), false)
            }
            Err(error) => {
                let doing = bilingual!(
                    "설정 파일을 읽을 수 없습니다",
                    "Cannot read the configuration"
                );
                return Err(Failure::machine(doing, &config_file, &error));
            }
        };
        if config.title.trim().is_empty() {
            let name = root_path.file_name().unwrap_or(root_path.as_os_str());
            config.title = name.to_string_lossy().nfc().collect();
        }
        let content = root_path.join("content");
        let content = if content.is_dir() {
            content
        } else {
            root_path.clone()
        };
        Ok(Project {
            out: root_path.join("public"),
            root: root_path,
            content,
            config,
            configured,
        })
    }

    /// The same site, published at `out` (relative to the current folder).
    ///
    /// # Errors
    /// A usage [`Failure`] where publishing there would replace the notes themselves.
    pub fn with_out(mut self, out: &Path) -> Result<Project, Failure> {
        let doing = || {
            bilingual!(
                "현재 폴더를 알 수 없습니다",
                "Cannot tell the current folder"
            )
        };
        let absolute =
            std::path::absolute(out).map_err(|error| Failure::machine(doing(), out, &error))?;
        self.out = resolved(&absolute);
        if self.root.starts_with(&self.out) || self.content.starts_with(&self.out) {
            let shown = out.display();
            let message = bilingual!(
                "`{shown}`에는 노트가 있어서, 그 자리에 사이트를 만들 수 없습니다.",
                "`{shown}` holds the notes; the site cannot take its place."
            );
            let hint = bilingual!(
                "`--out`에 다른 폴더를 주세요.",
                "Give another folder with `--out`."
            );
            return Err(Failure::usage(
                Diagnostic::new(Severity::Error, "output-over-notes", message).hint(hint),
            ));
        }
        Ok(self)
    }

    /// The path of `path` as the author knows it: relative to the root, `/`-separated, NFC, for diagnostics. What lies
    /// elsewhere is shown in full.
    pub fn shown(&self, path: &Path) -> String {
        let Ok(relative) = path.strip_prefix(&self.root) else {
            return path.display().to_string();
        };
        let parts: Vec<String> = relative
            .components()
            .map(|part| part.as_os_str().to_string_lossy().nfc().collect())
            .collect();
        parts.join("/")
    }

    /// The diagnostic for a site without a single note.
    pub fn no_notes(&self) -> Diagnostic {
        let shown = self.content.display();
        let message = bilingual!(
            "`{shown}`에 노트(.md, .markdown, .mdx)가 하나도 없습니다.",
            "There is not one note (.md, .markdown, .mdx) in `{shown}`."
        );
        let hint = bilingual!(
            "노트 폴더를 `--root`로 알려 주거나, `notes init 폴더`로 새로 시작하세요.",
            "Name your notes' folder with `--root`, or start with `notes init FOLDER`."
        );
        Diagnostic::new(Severity::Warning, "no-notes", message).hint(hint)
    }
}

/// `path` with the part of it that exists resolved, so that it can be compared; `..` behind a missing folder included.
fn resolved(path: &Path) -> PathBuf {
    let mut missing = Vec::new();
    let mut known = path;
    loop {
        if let Ok(canonical) = known.canonicalize() {
            return missing
                .iter()
                .rev()
                .fold(canonical, |path, name| path.join(name));
        }
        match (known.file_name(), known.parent()) {
            (Some(name), Some(parent)) => {
                missing.push(name.to_owned());
                known = parent;
            }
            _ => return path.to_owned(),
        }
    }
}
