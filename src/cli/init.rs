//! `notes init`: a small site to start from.

use std::fs;
use std::io;
use std::path::PathBuf;

use super::Exit;
use super::new::write_new;
use super::terminal::Terminal;
use crate::bilingual;
use crate::diagnostics::{Diagnostic, Failure, Severity};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(help = "새 사이트의 폴더 | The new site's folder")]
    dir: PathBuf,
}

/// The starter's files.
const FILES: &[(&str, &str)] = &[
    ("notes.toml", include_str!("starter/notes.toml")),
    (".gitignore", "/public/\n/.notes-cache/\n"),
    ("content/index.md", include_str!("starter/index.md")),
    ("content/시작하기.md", include_str!("starter/시작하기.md")),
    (
        "content/노트/마크다운.md",
        include_str!("starter/마크다운.md"),
    ),
];

pub(super) fn run(args: Args, terminal: &Terminal) -> Result<Exit, Failure> {
    let dir = &args.dir;
    let shown = dir.display();
    let failed = |error: io::Error| {
        let doing = bilingual!("사이트를 만들 수 없습니다", "Cannot make the site");
        Failure::machine(doing, dir, &error)
    };
    fs::create_dir_all(dir).map_err(failed)?;
    if fs::read_dir(dir).map_err(failed)?.next().is_some() {
        let message = bilingual!(
            "빈 폴더가 아니어서 아무것도 만들지 않았습니다: `{shown}`",
            "The folder is not empty; nothing was made: `{shown}`"
        );
        let hint = bilingual!(
            "이미 노트가 있는 폴더라면 준비할 것 없이 `notes build --root {shown}`이면 됩니다.",
            "If there are notes already, nothing needs preparing: `notes build --root {shown}`."
        );
        return Err(Failure::usage(
            Diagnostic::new(Severity::Error, "folder-not-empty", message).hint(hint),
        ));
    }
    for (path, text) in FILES {
        write_new(&dir.join(path), text).map_err(failed)?;
    }
    terminal.done(&bilingual!(
        "새 사이트를 만들었습니다: {shown}\n  미리 보기: notes serve --root {shown} --watch\n  만들기:    notes build --root {shown}",
        "Made a new site: {shown}\n  See it:   notes serve --root {shown} --watch\n  Build it: notes build --root {shown}"
    ));
    Ok(Exit::Done)
}
