//! `cargo xtask eval`: how well search answers queries whose answers are known, as one Markdown table.
//!
//! 1. [`sets`] names the sets of queries and reads them with their judgements;
//! 2. [`site`] builds the notes of a set into a temporary folder, and tells which page and section a judgement means;
//! 3. [`judge`] asks `notes search --json` all queries of the set and grades its hits;
//! 4. [`measures`] sums up by set and by kind of query.
//!
//! `tests/eval/README.md` says how our own set was judged.

#[cfg(feature = "eval")]
mod judge;
#[cfg(feature = "eval")]
mod measures;
#[cfg(feature = "eval")]
mod sets;
#[cfg(feature = "eval")]
mod site;

use std::path::PathBuf;

use crate::JobResult;

const USAGE: &str = "usage: cargo xtask eval [SET…] [--all] [--notes BIN] [--limit N] [--misses]";

/// What was asked for.
#[derive(Debug, PartialEq)]
#[cfg_attr(
    not(feature = "eval"),
    allow(dead_code, reason = "the plain xtask only checks the arguments")
)]
struct Options {
    /// Sets by name; where none is named, all but the large ones.
    sets: Vec<String>,
    /// The large sets too.
    all: bool,
    /// The binary to measure; built where none is named.
    notes: Option<PathBuf>,
    /// Hits asked for.
    limit: usize,
    /// List the queries that the first three hits do not answer.
    misses: bool,
}

impl Options {
    fn parse(arguments: &[String]) -> Result<Options, &'static str> {
        let mut options = Options {
            sets: Vec::new(),
            all: false,
            notes: None,
            limit: 10,
            misses: false,
        };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match argument.as_str() {
                "--all" => options.all = true,
                "--misses" => options.misses = true,
                "--notes" => options.notes = Some(rest.next().ok_or(USAGE)?.into()),
                "--limit" => {
                    let limit = rest.next().and_then(|limit| limit.parse().ok());
                    options.limit = limit.ok_or(USAGE)?;
                }
                flag if flag.starts_with('-') => return Err(USAGE),
                set => options.sets.push(set.to_owned()),
            }
        }
        Ok(options)
    }
}

/// Runs the job.
///
/// # Errors
/// When the arguments are wrong, the binary cannot be built or asked, or a judgement names a section that is not there.
pub(crate) fn run(arguments: &[String]) -> JobResult {
    execute(&Options::parse(arguments)?, arguments)
}

#[cfg(not(feature = "eval"))]
fn execute(_: &Options, arguments: &[String]) -> JobResult {
    crate::rerun_with_feature("eval", arguments, "eval")
}

#[cfg(feature = "eval")]
fn execute(options: &Options, _: &[String]) -> JobResult {
    let chosen = sets::choose(&options.sets, options.all)?;
    let binary = match &options.notes {
        Some(binary) => std::path::absolute(binary)?,
        None => build_notes()?,
    };
    let (mut table, mut misses, mut lost) = (measures::Table::default(), String::new(), Vec::new());
    for set in &chosen {
        let queries = set.queries()?;
        let folder = tempfile::tempdir()?;
        eprintln!("{}: building the site", set.name);
        let site = site::Site::build(&binary, &set.notes, folder.path())?;
        let graded = judge::grade(&site, set, &queries, options.limit)?;
        lost.extend(graded.lost);
        table.add(set.name, &queries, &graded.answers);
        if options.misses {
            misses += &measures::misses(set.name, &queries, &graded.answers);
        }
    }
    print!("{}{misses}", table.markdown());
    if lost.is_empty() {
        Ok(())
    } else {
        Err(format!(
            "judgements of sections that are not there:\n{}",
            lost.join("\n")
        )
        .into())
    }
}

/// Builds the binary as it ships; it lies beside the profile of this one.
#[cfg(feature = "eval")]
fn build_notes() -> Result<PathBuf, Box<dyn std::error::Error>> {
    use std::{env, process::Command};

    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    crate::run(Command::new(cargo).current_dir(crate::repository()).args([
        "build",
        "--release",
        "--package",
        "notes",
        "--bin",
        "notes",
    ]))?;
    let name = format!("notes{}", env::consts::EXE_SUFFIX);
    let this = env::current_exe()?;
    let profiles = this.ancestors().nth(2).ok_or("this program lies nowhere")?;
    Ok(profiles.join("release").join(name))
}

#[cfg(test)]
mod tests {
    use super::Options;

    fn parse(arguments: &[&str]) -> Result<Options, &'static str> {
        let arguments: Vec<String> = arguments.iter().map(|&one| one.to_owned()).collect();
        Options::parse(&arguments)
    }

    #[test]
    fn sets_and_flags_stand_in_any_order() {
        let options = parse(&[
            "seeds", "--limit", "30", "content", "--misses", "--notes", "n",
        ])
        .expect("all of these exist");
        assert_eq!(options.sets, ["seeds", "content"]);
        assert_eq!(
            (options.limit, options.misses, options.all),
            (30, true, false)
        );
        assert_eq!(options.notes, Some("n".into()));
    }

    #[test]
    fn a_mistyped_flag_or_a_missing_value_is_an_error() {
        assert!(parse(&["--mises"]).is_err());
        assert!(parse(&["--limit", "ten"]).is_err());
        assert!(parse(&["--notes"]).is_err());
    }
}
