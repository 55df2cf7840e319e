//! `cargo xtask test`: everything a change must pass, and what that needs where it is missing.
//!
//! Each step prints its name and its time and lets its tool speak for itself; a failing step does not stop the next, but the
//! job fails. The tools installed are those of the tests only: the WebAssembly target, Chromium with a Korean font, and the
//! locked npm packages of `tests/e2e`.

use std::{
    env,
    error::Error,
    ffi::OsString,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

/// How to call the job.
const USAGE: &str = "usage: cargo xtask test [--quick] [--slow] [--only fmt|clippy|test|e2e]…";

/// The WebAssembly target the browser engine is built for.
const WASM: &str = "wasm32-unknown-unknown";

/// Where Chromium may be, if `CHROMIUM` does not say.
const BROWSERS: &[&str] = &[
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
];

/// Oldest Node.js whose test runner has what the end-to-end tests use.
const OLDEST_NODE: u32 = 20;

type Outcome = Result<(), Box<dyn Error>>;

/// A step: its name, what it checks, and the function that does it.
type Step = (&'static str, &'static str, fn(&Options) -> Outcome);

const STEPS: &[Step] = &[
    ("fmt", "the code is formatted", format),
    ("clippy", "no warnings", lint),
    ("test", "unit and integration tests", test),
    (
        "e2e",
        "the built binary's sites in a real browser",
        end_to_end,
    ),
];

/// What was asked for.
#[derive(Debug, Default, PartialEq)]
struct Options {
    /// Leave the browser out.
    quick: bool,
    /// Run the slow tests too (`NOTES_SLOW=1`).
    slow: bool,
    /// Steps to run; all where none is named.
    only: Vec<String>,
}

impl Options {
    fn parse(arguments: &[String]) -> Result<Options, String> {
        let mut options = Options::default();
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match argument.as_str() {
                "--quick" => options.quick = true,
                "--slow" => options.slow = true,
                "--only" => {
                    let step = rest.next().ok_or(USAGE)?;
                    if !STEPS.iter().any(|(name, ..)| name == step) {
                        return Err(format!("there is no step {step:?}\n{USAGE}"));
                    }
                    options.only.push(step.clone());
                }
                _ => return Err(format!("unknown argument {argument:?}\n{USAGE}")),
            }
        }
        Ok(options)
    }

    fn wants(&self, step: &str) -> bool {
        if self.only.is_empty() {
            !(self.quick && step == "e2e")
        } else {
            self.only.iter().any(|name| name == step)
        }
    }
}

/// Runs the steps that `arguments` ask for.
///
/// # Errors
/// When the arguments are wrong or any step failed; the steps' own output says why.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let options = Options::parse(arguments)?;
    let mut results: Vec<(&str, Duration, Outcome)> = Vec::new();
    for (name, purpose, step) in STEPS {
        if !options.wants(name) {
            continue;
        }
        eprintln!("\n=== {name}: {purpose}");
        let began = Instant::now();
        let outcome = step(&options);
        let took = began.elapsed();
        match &outcome {
            Ok(()) => eprintln!("=== {name}: ok, {:.1} s", took.as_secs_f64()),
            Err(error) => eprintln!("=== {name}: FAILED, {:.1} s: {error}", took.as_secs_f64()),
        }
        results.push((name, took, outcome));
    }

    eprintln!();
    for (name, took, outcome) in &results {
        let mark = if outcome.is_ok() { "ok" } else { "FAILED" };
        eprintln!("{name:<7} {mark:<7} {:>7.1} s", took.as_secs_f64());
    }
    let failed: Vec<&str> = results
        .iter()
        .filter(|(.., outcome)| outcome.is_err())
        .map(|(name, ..)| *name)
        .collect();
    if failed.is_empty() {
        Ok(())
    } else {
        Err(format!("failed: {}", failed.join(", ")).into())
    }
}

// ---- The steps -------------------------------------------------------------------------------------------------------

fn format(_: &Options) -> Outcome {
    component("rustfmt", &["fmt", "--version"])?;
    finish(cargo().args(["fmt", "--all", "--check"]))
}

fn lint(_: &Options) -> Outcome {
    component("clippy", &["clippy", "--version"])?;
    wasm_target()?;
    finish(cargo().args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ]))
}

fn test(options: &Options) -> Outcome {
    wasm_target()?;
    finish(slow(
        cargo().args(["test", "--workspace", "--no-fail-fast"]),
        options,
    ))
}

fn end_to_end(options: &Options) -> Outcome {
    wasm_target()?;
    node()?;
    let chromium = chromium()?;
    korean_font()?;
    let folder = repository().join("tests").join("e2e");
    if !is_installed(&folder) {
        finish(
            Command::new("npm")
                .args(["ci", "--ignore-scripts"])
                .current_dir(&folder),
        )?;
    }
    // The same profile and targets as `cargo test --workspace`: with fewer, cargo would unify the dependencies' features
    // otherwise and compile Tantivy a second time. The binary lies beside this one.
    finish(cargo().args(["build", "--workspace", "--bins", "--tests"]))?;
    let binary = env::current_exe()?.with_file_name(format!("notes{}", env::consts::EXE_SUFFIX));
    let mut files: Vec<OsString> = std::fs::read_dir(&folder)?
        .filter_map(|entry| entry.ok().map(|entry| entry.file_name()))
        .filter(|name| name.to_string_lossy().ends_with(".test.js"))
        .collect();
    files.sort();
    // The validator keeps a processor busy for minutes, which tests of what a reader does should not have to share.
    let (validator, others): (Vec<_>, Vec<_>) = files
        .into_iter()
        .partition(|name| name == "html-valid.test.js");
    let run = |files: &[OsString]| {
        let mut tests = Command::new("node");
        tests
            .args(["--test", "--test-reporter=spec", "--test-concurrency=2"])
            .args(files)
            .current_dir(&folder)
            .env("NOTES_BIN", &binary)
            .env("CHROMIUM", &chromium);
        finish(slow(&mut tests, options))
    };
    run(&others).and(run(&validator))
}

// ---- What the steps need ---------------------------------------------------------------------------------------------

/// Adds a component of the toolchain if cargo does not have it.
fn component(name: &str, probe: &[&str]) -> Outcome {
    if succeeds(cargo().args(probe)) {
        return Ok(());
    }
    finish(Command::new("rustup").args(["component", "add", name]))
        .map_err(|error| format!("{name} is missing and could not be added ({error}): install it with your Rust toolchain").into())
}

/// Adds the WebAssembly target if the compiler does not have its standard library.
fn wasm_target() -> Outcome {
    let libraries = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
        .args(["--print", "target-libdir", "--target", WASM])
        .current_dir(repository())
        .output();
    let there = libraries.is_ok_and(|output| {
        output.status.success()
            && Path::new(String::from_utf8_lossy(&output.stdout).trim()).is_dir()
    });
    if there {
        return Ok(());
    }
    finish(Command::new("rustup").args(["target", "add", WASM]).current_dir(repository()))
        .map_err(|error| format!("the target {WASM} is missing and could not be added ({error}): run `rustup target add {WASM}`").into())
}

fn node() -> Outcome {
    let sentence = || {
        format!(
            "the end-to-end tests need Node.js {OLDEST_NODE} or newer, with npm: install it and run this again"
        )
    };
    let output = Command::new("node")
        .arg("--version")
        .output()
        .map_err(|_| sentence())?;
    let version = String::from_utf8_lossy(&output.stdout)
        .trim()
        .trim_start_matches('v')
        .to_owned();
    let major: u32 = version
        .split('.')
        .next()
        .and_then(|major| major.parse().ok())
        .unwrap_or(0);
    if major < OLDEST_NODE {
        return Err(format!("{} (found {version:?})", sentence()).into());
    }
    if !succeeds(Command::new("npm").arg("--version")) {
        return Err(sentence().into());
    }
    Ok(())
}

/// Finds Chromium, or installs it where that needs no questions.
fn chromium() -> Result<PathBuf, Box<dyn Error>> {
    if let Some(path) = env::var_os("CHROMIUM").filter(|path| !path.is_empty()) {
        let path = PathBuf::from(path);
        return if path.exists() {
            Ok(path)
        } else {
            Err(format!("CHROMIUM names {}, which does not exist", path.display()).into())
        };
    }
    if let Some(found) = find_browser() {
        return Ok(found);
    }
    install("chromium")?;
    find_browser().ok_or_else(|| "Chromium was installed but is not on PATH: name it in the environment variable CHROMIUM".into())
}

fn find_browser() -> Option<PathBuf> {
    let folders: Vec<PathBuf> = env::split_paths(&env::var_os("PATH")?).collect();
    BROWSERS
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|path| path.is_file())
}

/// Without a Korean font the screenshots show boxes; where fontconfig is not there to ask, nothing is done.
fn korean_font() -> Outcome {
    match Command::new("fc-list").arg(":lang=ko").output() {
        Ok(output) if output.status.success() && output.stdout.is_empty() => {
            install("fonts-noto-cjk")
        }
        _ => Ok(()),
    }
}

/// Installs a Debian package if this is root on a system that has apt, else says what to install.
fn install(package: &str) -> Outcome {
    let root = Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|output| output.stdout.trim_ascii() == b"0");
    if !root || !succeeds(Command::new("apt-get").arg("--version")) {
        return Err(format!(
            "the end-to-end tests need {package}: install it with your system's package manager \
             (Debian, Ubuntu: `sudo apt-get install {package}`), or name a Chromium in the environment variable CHROMIUM"
        )
        .into());
    }
    finish(
        Command::new("apt-get")
            .arg("update")
            .env("DEBIAN_FRONTEND", "noninteractive"),
    )?;
    finish(
        Command::new("apt-get")
            .args(["install", "--yes", "--no-install-recommends", package])
            .env("DEBIAN_FRONTEND", "noninteractive"),
    )
}

/// Whether `node_modules` is what the lock file says: npm keeps its own copy of the lock file there.
fn is_installed(folder: &Path) -> bool {
    let modified = |path: PathBuf| path.metadata().and_then(|data| data.modified()).ok();
    let installed = modified(folder.join("node_modules").join(".package-lock.json"));
    let locked = modified(folder.join("package-lock.json"));
    matches!((installed, locked), (Some(installed), Some(locked)) if installed >= locked)
}

// ---- Programs --------------------------------------------------------------------------------------------------------

/// The root of the repository.
fn repository() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// This cargo, at the root of the repository.
fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")));
    command.current_dir(repository());
    command
}

fn slow<'command>(command: &'command mut Command, options: &Options) -> &'command mut Command {
    if options.slow {
        command.env("NOTES_SLOW", "1");
    }
    command
}

/// Runs a program whose output belongs to the reader.
fn finish(command: &mut Command) -> Outcome {
    let shown = show(command);
    eprintln!("$ {shown}");
    let status = command
        .stdin(Stdio::null())
        .status()
        .map_err(|error| format!("cannot run `{shown}`: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("`{shown}` failed ({status})").into())
    }
}

/// Whether a program can be run at all and ends well; its output is nobody's business.
fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// A command as one would type it.
fn show(command: &Command) -> String {
    let program = Path::new(command.get_program())
        .file_name()
        .unwrap_or(command.get_program());
    std::iter::once(program)
        .chain(command.get_args())
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::Options;

    fn parse(arguments: &[&str]) -> Result<Options, String> {
        Options::parse(
            &arguments
                .iter()
                .map(|argument| (*argument).to_owned())
                .collect::<Vec<_>>(),
        )
    }

    #[test]
    fn all_steps_run_unless_some_are_named() {
        let all = parse(&[]).expect("no arguments are fine");
        assert!(
            ["fmt", "clippy", "test", "e2e"]
                .iter()
                .all(|step| all.wants(step))
        );
        let quick = parse(&["--quick", "--slow"]).expect("both flags exist");
        assert!(quick.wants("test") && !quick.wants("e2e") && quick.slow);
        let only = parse(&["--only", "fmt", "--only", "e2e"]).expect("both steps exist");
        assert!(only.wants("fmt") && only.wants("e2e") && !only.wants("test"));
    }

    #[test]
    fn a_mistyped_argument_is_an_error_and_not_a_full_run() {
        assert!(parse(&["--onyl", "fmt"]).is_err());
        assert!(parse(&["--only", "format"]).is_err());
        assert!(parse(&["--only"]).is_err());
    }
}
