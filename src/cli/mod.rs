//! The commands, one file each: parse arguments, call the pipeline, print the outcome.
//!
//! Help texts stand beside their arguments in both languages (`한국어 | English`); `language` picks one. Exit statuses:
//! 0 done, 1 something is wrong in the notes, 2 usage or configuration, 3 the machine.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{FromArgMatches as _, Parser, Subcommand, ValueEnum};

use crate::diagnostics::{Failure, FailureKind, Lang};

mod build;
mod check;
mod completions;
mod import;
mod init;
mod language;
mod new;
mod render;
mod report;
mod search;
mod serve;
mod terminal;

use terminal::Terminal;

/// How a command ended; its value is the exit status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// Something is wrong in the notes.
    Wrong = 1,
    /// The arguments or the configuration must change.
    Usage = 2,
    /// The machine refused.
    Machine = 3,
}

#[derive(Debug, Parser)]
#[command(
    name = "notes",
    version,
    about = "한국어 노트 폴더를 검색되는 문서 사이트로 만듭니다. | Turns a folder of Korean notes into a searchable documentation site."
)]
struct Cli {
    #[arg(
        long,
        global = true,
        display_order = 900,
        value_name = "LANG",
        help = "메시지의 언어: ko 또는 en (기본: ko, 로캘이 en이면 en) | Language of messages: ko or en (default: ko, or en in an English locale)"
    )]
    lang: Option<LangName>,

    #[arg(
        long,
        short,
        global = true,
        display_order = 900,
        help = "오류만 보여 줍니다 | Show nothing but errors"
    )]
    quiet: bool,

    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LangName {
    Ko,
    En,
}

#[derive(Debug, Subcommand)]
enum Command {
    #[command(about = "사이트를 만듭니다 | Build the site")]
    Build(build::Args),
    #[command(about = "사이트를 메모리에 만들어 보여 줍니다 | Build in memory and serve")]
    Serve(serve::Args),
    #[command(about = "만든 사이트를 검색합니다 | Search a built site")]
    Search(search::Args),
    #[command(
        about = "노트에서 잘못된 곳을 모두 찾습니다 | Find everything that is wrong in the notes"
    )]
    Check(check::Args),
    #[command(about = "노트 하나의 HTML을 출력합니다 | Print one note's HTML")]
    Render(render::Args),
    #[command(about = "새 노트를 만듭니다 | Make a new note")]
    New(new::Args),
    #[command(about = "새 사이트를 만듭니다 | Make a new site")]
    Init(init::Args),
    #[command(
        about = "Notion·Jekyll·Obsidian의 노트를 가져옵니다 | Import notes from Notion, Jekyll or Obsidian"
    )]
    Import(import::Args),
    #[command(about = "셸의 자동 완성을 출력합니다 | Print shell completions")]
    Completions(completions::Args),
}

/// The argument every command over a site has.
#[derive(Debug, clap::Args)]
struct RootArg {
    #[arg(
        long,
        value_name = "DIR",
        default_value = ".",
        hide_default_value = true,
        help = "사이트의 폴더 (기본: 현재 폴더) | The site's folder (default: the current one)"
    )]
    root: PathBuf,
}

/// Runs the command line `args` (the program's name first) in the given locale, such as `ko_KR.UTF-8`.
pub fn main(args: Vec<OsString>, locale: Option<&str>) -> ExitCode {
    let lang = language::asked(&args).unwrap_or_else(|| language::of_locale(locale));
    let exit = match language::command(lang).try_get_matches_from(args) {
        Err(error) => language::usage_error(&error, lang),
        Ok(matches) => match Cli::from_arg_matches(&matches) {
            Err(error) => language::usage_error(&error, lang),
            Ok(cli) => run(cli, lang),
        },
    };
    ExitCode::from(exit as u8)
}

fn run(cli: Cli, lang: Lang) -> Exit {
    let terminal = Terminal::new(lang, cli.quiet);
    let outcome = match cli.command {
        Command::Build(args) => build::run(args, &terminal),
        Command::Serve(args) => serve::run(args, &terminal),
        Command::Search(args) => search::run(args, &terminal),
        Command::Check(args) => check::run(args, &terminal),
        Command::Render(args) => render::run(args, &terminal),
        Command::New(args) => new::run(args, &terminal),
        Command::Init(args) => init::run(args, &terminal),
        Command::Import(args) => import::run(args, &terminal),
        Command::Completions(args) => completions::run(args, &terminal),
    };
    match outcome {
        Ok(exit) => exit,
        Err(failure) => {
            terminal.tell(&failure.diagnostic.render(lang));
            failure.exit()
        }
    }
}

impl Failure {
    fn exit(&self) -> Exit {
        match self.kind {
            FailureKind::Usage => Exit::Usage,
            FailureKind::Machine => Exit::Machine,
        }
    }
}
