//! The routine jobs of this repository: `cargo xtask <job> [argument…]`.

mod test;

use std::{env, process::ExitCode};

/// What a job returns: the error is for the developer who ran it.
type JobResult = Result<(), Box<dyn std::error::Error>>;

/// A job's name, what it does, and the function that does it.
type Job = (&'static str, &'static str, fn(&[String]) -> JobResult);

const JOBS: &[Job] = &[(
    "test",
    "format, lint, test, and try the built binary in a browser (--quick, --slow, --only STEP)",
    test::run,
)];

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
