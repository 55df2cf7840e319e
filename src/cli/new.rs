//! `notes new`: a note with its front matter, where there was none.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Component, Path, PathBuf};

use jiff::tz::{Offset, TimeZone};
use unicode_normalization::UnicodeNormalization;

use super::terminal::Terminal;
use super::{Exit, RootArg};
use crate::bilingual;
use crate::diagnostics::{Diagnostic, Failure, Severity};
use crate::source::{Project, is_note_path};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(
        help = "content 안의 경로, 예: aws/람다 (.md는 빼도 됩니다) | Path within content, such as aws/lambda (.md may be left out)"
    )]
    path: PathBuf,

    #[command(flatten)]
    root: RootArg,
}

pub(super) fn run(args: Args, terminal: &Terminal) -> Result<Exit, Failure> {
    let project = Project::open(&args.root.root)?;
    let relative = note_path(&args.path)?;
    let path = project.content.join(&relative);
    let title = relative.file_stem().unwrap_or_default().to_string_lossy();
    // Korean time: the tool carries no time-zone data.
    let now = jiff::Timestamp::now().to_zoned(TimeZone::fixed(Offset::constant(9)));
    write_new(&path, &front_matter(&title, &now.date().to_string())).map_err(|error| {
        let shown = project.shown(&path);
        if error.kind() == io::ErrorKind::AlreadyExists {
            let message = bilingual!(
                "이미 있는 노트라서 건드리지 않았습니다: `{shown}`",
                "This note exists already and was not touched: `{shown}`"
            );
            return Failure::usage(Diagnostic::new(Severity::Error, "note-exists", message));
        }
        let doing = bilingual!("노트를 만들 수 없습니다", "Cannot make the note");
        Failure::machine(doing, &path, &error)
    })?;
    let shown = project.shown(&path);
    terminal.done(&bilingual!("만들었습니다: {shown}", "Made: {shown}"));
    Ok(Exit::Done)
}

/// The path within the content, NFC, with `.md` where it has no note's extension.
fn note_path(written: &Path) -> Result<PathBuf, Failure> {
    let parts: Option<Vec<String>> = written
        .components()
        .filter(|part| *part != Component::CurDir)
        .map(|part| match part {
            Component::Normal(name) => name.to_str().map(|name| name.nfc().collect()),
            _ => None,
        })
        .collect();
    match parts {
        Some(parts) if !parts.is_empty() => {
            let mut path: PathBuf = parts.iter().collect();
            if !is_note_path(&path) {
                path.as_mut_os_string().push(".md");
            }
            Ok(path)
        }
        _ => {
            let shown = written.display();
            let message = bilingual!(
                "content 안의 경로가 아닙니다: `{shown}`",
                "This is no path within content: `{shown}`"
            );
            let hint = bilingual!(
                "`aws/람다`처럼 `/`나 `..`로 시작하지 않게 적으세요.",
                "Write it like `aws/lambda`, without `/` or `..` at its start."
            );
            Err(Failure::usage(
                Diagnostic::new(Severity::Error, "note-path", message).hint(hint),
            ))
        }
    }
}

fn front_matter(title: &str, date: &str) -> String {
    let title = title.replace('\\', "\\\\").replace('"', "\\\"");
    format!("---\ntitle: \"{title}\"\ndate: {date}\ntags: []\ndraft: true\n---\n\n")
}

/// Writes a file that must not exist yet, with the folders to it.
pub(super) fn write_new(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    File::create_new(path)?.write_all(text.as_bytes())
}
