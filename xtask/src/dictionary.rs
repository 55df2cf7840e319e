//! `cargo xtask dictionary`: makes the packed Korean dictionary that `crates/ko-dic` commits. The only job that needs the network.
//!
//! 1. [`source`] fetches the published, compiled mecab-ko-dic and verifies the checksums of its files;
//! 2. [`mecab`] reads MeCab's compiled formats;
//! 3. [`pack`] builds the dictionary of `ko-dic-codec`, packs it, and unpacks it again to see that nothing is lost;
//! 4. the result must have the checksum committed beside it (`--update` writes a new one, after a change of the format).

#[cfg(feature = "dictionary")]
mod mecab;
#[cfg(feature = "dictionary")]
mod pack;
#[cfg(feature = "dictionary")]
mod source;

use crate::JobResult;

const USAGE: &str = "usage: cargo xtask dictionary [--check | --update]";

/// What to do with the packed dictionary.
#[derive(Clone, Copy)]
#[cfg_attr(
    not(feature = "dictionary"),
    allow(dead_code, reason = "the plain xtask only checks the arguments")
)]
enum Mode {
    /// Make it again; it must come out as committed.
    Make,
    /// Make it again and commit to what comes out.
    Update,
    /// Only verify the committed file.
    Check,
}

/// Runs the job.
pub(crate) fn run(arguments: &[String]) -> JobResult {
    let mode = match arguments {
        [] => Mode::Make,
        [flag] if flag == "--update" => Mode::Update,
        [flag] if flag == "--check" => Mode::Check,
        _ => return Err(USAGE.into()),
    };
    execute(mode, arguments)
}

#[cfg(not(feature = "dictionary"))]
fn execute(_: Mode, arguments: &[String]) -> JobResult {
    crate::rerun_with_feature("dictionary", arguments, "dictionary")
}

#[cfg(feature = "dictionary")]
fn execute(mode: Mode, _: &[String]) -> JobResult {
    use std::fs;

    let directory = crate::repository().join("crates/ko-dic/data");
    let (packed_path, checksum_path) = (
        directory.join("ko-dic.kodic"),
        directory.join("ko-dic.kodic.sha256"),
    );

    let packed = match mode {
        Mode::Check => source::read(&packed_path)?,
        Mode::Make | Mode::Update => {
            let temporary = tempfile::tempdir()?;
            pack::pack(&source::fetch(temporary.path())?)?
        }
    };
    let checksum = source::sha256(&packed);
    println!("ko-dic.kodic: {} bytes, SHA-256 {checksum}", packed.len());

    if !matches!(mode, Mode::Update) {
        let committed = String::from_utf8(source::read(&checksum_path)?)?;
        if committed.split_whitespace().next() != Some(&*checksum) {
            let advice = match mode {
                Mode::Check => "restore it with `git checkout -- crates/ko-dic/data`",
                _ => "if the format was changed on purpose, run `cargo xtask dictionary --update`",
            };
            return Err(format!(
                "the checksum differs from the one in {}: {advice}",
                checksum_path.display()
            )
            .into());
        }
    }
    if !matches!(mode, Mode::Check) {
        fs::create_dir_all(&directory)?;
        fs::write(&packed_path, &packed)?;
        fs::write(&checksum_path, format!("{checksum}  ko-dic.kodic\n"))?;
    }
    Ok(())
}
