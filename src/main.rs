//! `notes`: hands arguments and environment to the commands, and their outcome to the shell.

use std::process::ExitCode;

fn main() -> ExitCode {
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    notes::cli::main(std::env::args_os().collect(), locale.as_deref())
}
