//! `cargo xtask corpora`: a Markdown table of what is wrong in the sites made of real notes; see `tests/corpora.rs`.

use std::{env, process::Command};

use crate::{JobResult, repository};

/// Runs the job.
///
/// # Errors
/// When the arguments are wrong, or an address leads nowhere that the build did not report.
pub(crate) fn run(arguments: &[String]) -> JobResult {
    let all = match arguments {
        [] => false,
        [all] if all == "--all" => true,
        _ => return Err("usage: cargo xtask corpora [--all]".into()),
    };
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(repository()).args([
        "test",
        "--package",
        "notes",
        "--test",
        "corpora",
        "--",
        "--nocapture",
    ]);
    if all {
        cargo.env("NOTES_ALL_CORPORA", "1");
    }
    let status = cargo
        .status()
        .map_err(|error| format!("cannot run cargo: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err("the counts above name what is wrong".into())
    }
}
