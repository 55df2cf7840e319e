//! `cargo xtask fuzz`: each target of `fuzz/` for some seconds, from its seeds, with its dictionary; cargo-fuzz is installed
//! where it is missing. `fuzz/README.md` says what the targets assert and what to do with what they find.

use std::{env, fs, process::Command};

use crate::{JobResult, repository};

/// How to call the job.
const USAGE: &str = "usage: cargo xtask fuzz [--seconds N] [--target NAME]";

/// The targets and their dictionaries.
const TARGETS: &[(&str, &str)] = &[
    ("front_matter", "front_matter"),
    ("emphasis", "markdown"),
    ("markdown", "markdown"),
    ("links", "markdown"),
    ("config", "front_matter"),
    ("search_files", "front_matter"),
];

/// Runs the job.
///
/// # Errors
/// When the arguments are wrong, cargo-fuzz cannot be installed, or an input broke a promise (it lies in `fuzz/artifacts/`).
pub(crate) fn run(arguments: &[String]) -> JobResult {
    let (mut seconds, mut only) = (60_u32, None);
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let value = rest.next().ok_or(USAGE)?;
        match argument.as_str() {
            "--seconds" => seconds = value.parse().map_err(|_| USAGE)?,
            "--target" => only = Some(value.as_str()),
            _ => return Err(USAGE.into()),
        }
    }
    if only.is_some_and(|only| !TARGETS.iter().any(|(name, _)| *name == only)) {
        let names: Vec<&str> = TARGETS.iter().map(|(name, _)| *name).collect();
        return Err(format!("there is no such target; there are {}", names.join(", ")).into());
    }
    let installed = cargo()
        .args(["fuzz", "--version"])
        .output()
        .is_ok_and(|output| output.status.success());
    if !installed {
        finish(
            cargo().args(["install", "cargo-fuzz", "--locked"]),
            "cargo-fuzz cannot be installed",
        )?;
    }
    let folder = repository().join("fuzz");
    for (target, dictionary) in TARGETS {
        if only.is_some_and(|only| only != *target) {
            continue;
        }
        // The first folder takes what is found; the others are only read.
        let mut inputs = vec![format!("corpus/{target}")];
        fs::create_dir_all(folder.join(&inputs[0]))?;
        for kept in ["seeds", "regressions"] {
            if folder.join(kept).join(target).is_dir() {
                inputs.push(format!("{kept}/{target}"));
            }
        }
        finish(
            cargo()
                .current_dir(&folder)
                .args([
                    "fuzz",
                    "run",
                    "--fuzz-dir",
                    ".",
                    "--sanitizer",
                    "none",
                    target,
                ])
                .args(inputs)
                .args(["--", "-max_len=8192", "-timeout=10"])
                .arg(format!("-dict=dictionaries/{dictionary}.dict"))
                .arg(format!("-max_total_time={seconds}")),
            &format!("{target} broke a promise; the input lies in fuzz/artifacts/{target}"),
        )?;
    }
    Ok(())
}

fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

fn finish(command: &mut Command, otherwise: &str) -> JobResult {
    let status = command
        .status()
        .map_err(|error| format!("cannot run cargo: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(otherwise.into())
    }
}
