//! The routine jobs of this repository: `cargo xtask <job> [argument…]`.
//!
//! One file a job. A job takes its arguments and says what went wrong; it may need more than the standard library only behind a feature of
//! its own (see [`rerun_with_feature`]), so that the rest compile in a second.

mod corpora;
mod dictionary;
mod eval;
mod fuzz;
mod test;

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

/// What a job returns: the error is for the developer who ran it.
type JobResult = Result<(), Box<dyn std::error::Error>>;

/// A job's name, what it does, and the function that does it.
type Job = (&'static str, &'static str, fn(&[String]) -> JobResult);

const JOBS: &[Job] = &[
    (
        "corpora",
        "count and check the sites made of the seeds and corpora (--all: the largest too)",
        corpora::run,
    ),
    (
        "dictionary",
        "make crates/ko-dic/data/ko-dic.kodic from the published mecab-ko-dic (--check: only verify its checksum)",
        dictionary::run,
    ),
    (
        "eval",
        "measure search over queries with known answers ([SET…], --all, --notes BIN, --limit N, --misses)",
        eval::run,
    ),
    (
        "fuzz",
        "fuzz every target of fuzz/ (--seconds N, --target NAME)",
        fuzz::run,
    ),
    (
        "test",
        "format, lint, test, and try the built binary in a browser (--quick, --slow, --only STEP)",
        test::run,
    ),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let job = arguments
        .first()
        .and_then(|name| JOBS.iter().find(|job| job.0 == name));
    let Some((name, _, run)) = job else {
        eprintln!("usage: cargo xtask <job> [argument…]\n");
        for (name, purpose, _) in JOBS {
            eprintln!("  {name:<12} {purpose}");
        }
        return ExitCode::from(2);
    };
    match run(&arguments[1..]) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cargo xtask {name}: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The root of the repository.
fn repository() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Runs this job again in an xtask built with one of its features, and ends as it ended: it has said what went wrong.
#[cfg_attr(
    all(feature = "dictionary", feature = "eval"),
    allow(dead_code, reason = "only the plain xtask needs it")
)]
fn rerun_with_feature(job: &str, arguments: &[String], feature: &str) -> JobResult {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .current_dir(repository())
        .args([
            "run",
            "--quiet",
            "--package",
            "xtask",
            "--features",
            feature,
            "--",
            job,
        ])
        .args(arguments);
    let status = command
        .status()
        .map_err(|error| format!("cannot run cargo: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        std::process::exit(status.code().unwrap_or(1))
    }
}

/// Runs a program to its end; not finding it or its failing is an error.
#[cfg_attr(
    not(any(feature = "dictionary", feature = "eval")),
    allow(dead_code, reason = "no job of the plain xtask needs it yet")
)]
fn run(command: &mut Command) -> JobResult {
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command
        .status()
        .map_err(|error| format!("cannot run {program}: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{program} failed ({status})").into())
    }
}
