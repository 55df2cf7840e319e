//! `notes completions`: what a shell needs to complete our commands.

use clap_complete::Shell;

use super::terminal::Terminal;
use super::{Exit, language};
use crate::diagnostics::Failure;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(
        help = "셸: bash, elvish, fish, powershell, zsh | Shell: bash, elvish, fish, powershell, zsh"
    )]
    shell: Shell,
}

pub(super) fn run(args: Args, terminal: &Terminal) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    let mut command = language::command(terminal.lang);
    clap_complete::generate(args.shell, &mut command, "notes", &mut script);
    terminal.print(&String::from_utf8_lossy(&script));
    Ok(Exit::Done)
}
