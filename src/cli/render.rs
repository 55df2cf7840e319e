//! `notes render`: one note's HTML body to standard output.

use std::io::Read as _;
use std::path::PathBuf;

use clap::ValueEnum;

use super::Exit;
use super::terminal::Terminal;
use crate::bilingual;
use crate::diagnostics::{Failure, Severity};
use crate::markdown::{self, Dialect, EXTENSIONS, ParserOptions};
use crate::source::{Note, read_bytes};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(help = "노트 파일 (없거나 -이면 표준 입력) | The note (standard input if missing or -)")]
    file: Option<PathBuf>,

    #[arg(
        long,
        value_name = "NAME",
        default_value = "notes",
        hide_default_value = true,
        help = "마크다운의 갈래: notes, gfm, commonmark (기본: notes) | Markdown dialect: notes, gfm, commonmark (default: notes)"
    )]
    dialect: DialectName,

    #[arg(
        long,
        value_name = "NAMES",
        value_delimiter = ',',
        value_parser = extension,
        help = "엄격한 갈래에 더할 pulldown-cmark의 확장, 쉼표로 나눔 (예: tables,math) | Extensions of pulldown-cmark beside a strict dialect, separated by commas (such as tables,math)"
    )]
    enable: Vec<ParserOptions>,
}

/// The extension of that name.
fn extension(name: &str) -> Result<ParserOptions, String> {
    let found = EXTENSIONS.iter().find(|(known, _)| *known == name);
    found.map(|(_, options)| *options).ok_or_else(|| {
        let names: Vec<&str> = EXTENSIONS.iter().map(|(name, _)| *name).collect();
        names.join(", ")
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum DialectName {
    Notes,
    Gfm,
    #[value(name = "commonmark")]
    CommonMark,
}

pub(super) fn run(args: Args, terminal: &Terminal) -> Result<Exit, Failure> {
    let file = args.file.filter(|file| file.as_os_str() != "-");
    let (shown, bytes) = match &file {
        Some(file) => (file.to_string_lossy().into_owned(), std::fs::read(file)),
        None => {
            let mut bytes = Vec::new();
            let read = std::io::stdin().lock().read_to_end(&mut bytes);
            ("-".to_owned(), read.map(|_| bytes))
        }
    };
    let bytes = bytes.map_err(|error| {
        let doing = bilingual!("노트를 읽을 수 없습니다", "Cannot read the note");
        Failure::machine(doing, shown.as_ref(), &error)
    })?;
    let mut diagnostics = Vec::new();
    let (note, dialect) = match args.dialect {
        DialectName::Notes => (
            read_bytes(&shown, &shown, &bytes, &mut diagnostics),
            Dialect::Notes,
        ),
        DialectName::Gfm => (Some(as_it_is(shown, &bytes)), Dialect::Gfm),
        DialectName::CommonMark => (Some(as_it_is(shown, &bytes)), Dialect::CommonMark),
    };
    if let Some(note) = note {
        let text = note.text.get(note.body.clone()).unwrap_or_default();
        let extensions = args.enable.into_iter().collect();
        let options = markdown::Options {
            extensions,
            ..markdown::Options::of(dialect)
        };
        let (html, mut found) = markdown::render_fragment(text, &options);
        diagnostics.append(&mut found);
        terminal.print(&html);
    }
    for found in &diagnostics {
        if !terminal.quiet || found.severity == Severity::Error {
            terminal.tell(&found.render(terminal.lang));
        }
    }
    let failed = diagnostics.iter().any(|d| d.severity == Severity::Error);
    Ok(if failed { Exit::Wrong } else { Exit::Done })
}

/// The text without what those specifications do not know: no front matter, no normalisation.
fn as_it_is(shown: String, bytes: &[u8]) -> Note {
    let text = String::from_utf8_lossy(bytes).into_owned();
    Note {
        path: shown.clone(),
        shown_path: shown,
        body: 0..text.len(),
        text,
        ..Note::default()
    }
}
