//! Where the dictionary comes from: the Python package `python-mecab-ko-dic`, which carries mecab-ko-dic 2.1.1 (2018-07-20) as MeCab compiled
//! it. `pip` fetches it, and every file that is read must have the checksum written here.

use std::{fmt::Write, fs, path::Path, process::Command};

use sha2::{Digest, Sha256};

const PACKAGE: &str = "python-mecab-ko-dic==2.1.1.post2";
const WHEEL: &str = "python_mecab_ko_dic-2.1.1.post2-py3-none-any.whl";

/// The four compiled files a MeCab dictionary consists of.
pub(super) struct CompiledDictionary {
    /// The words: a double array, tokens and features.
    pub(super) sys_dic: Vec<u8>,
    /// The unknown-word entries, in the same format.
    pub(super) unk_dic: Vec<u8>,
    /// The connection matrix.
    pub(super) matrix_bin: Vec<u8>,
    /// The character categories.
    pub(super) char_bin: Vec<u8>,
}

/// Downloads the package into `directory` and reads its files.
pub(super) fn fetch(directory: &Path) -> Result<CompiledDictionary, Box<dyn std::error::Error>> {
    let python = || {
        let mut command = Command::new("python3");
        command.current_dir(directory);
        command
    };
    crate::run(python().args([
        "-m",
        "pip",
        "download",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        PACKAGE,
    ]))?;
    let wheel = "ef8f4e80c8976f1340a7264abb0c96f384fe059fd897584aeba0151753c6ae9b";
    read_verified(&directory.join(WHEEL), wheel)?;
    crate::run(python().args(["-m", "zipfile", "--extract", WHEEL, "."]))?;

    let file = |name: &str, sha256: &str| {
        read_verified(
            &directory.join("mecab_ko_dic/dictionary").join(name),
            sha256,
        )
    };
    Ok(CompiledDictionary {
        sys_dic: file(
            "sys.dic",
            "e4652856d13821a391e9cde47de44532d708aa5f859ae730b5377b93d52db765",
        )?,
        unk_dic: file(
            "unk.dic",
            "46042dfede05bcad59e263a2039e9f2e85912adb00fc2dea040d419c691b3151",
        )?,
        matrix_bin: file(
            "matrix.bin",
            "e558a8064721b4492c465f9ed55dabd5655257b63bbe68fb15bf7d054bb5a7cc",
        )?,
        char_bin: file(
            "char.bin",
            "3d23b2d8f416f2c04f16cef28a1733f6634d0db004bb164d95ea88df3c6fe8db",
        )?,
    })
}

/// Reads a file; the error names it.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}

fn read_verified(path: &Path, expected: &str) -> Result<Vec<u8>, String> {
    let bytes = read(path)?;
    match sha256(&bytes) {
        actual if actual == expected => Ok(bytes),
        actual => Err(format!(
            "{} is not the file we know: its SHA-256 is {actual}, not {expected}",
            path.display()
        )),
    }
}

/// The SHA-256 of `bytes` in hexadecimal.
pub(super) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}
