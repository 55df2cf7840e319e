//! Builds what the binary carries: the browser engine, as WebAssembly.
//!
//! `crates/search-wasm` is compiled with the same toolchain for `wasm32-unknown-unknown` into `OUT_DIR`. Where the
//! target is missing it is added through rustup; where that fails the build stops with a sentence that says what to do.

use std::path::{Path, PathBuf};
use std::process::{Command, exit};

const TARGET: &str = "wasm32-unknown-unknown";

fn main() {
    for path in [
        "build.rs",
        "Cargo.lock",
        "crates/hangul",
        "crates/search-core",
        "crates/search-wasm",
        "themes",
    ] {
        println!("cargo::rerun-if-changed={path}");
    }
    let root = PathBuf::from(variable("CARGO_MANIFEST_DIR"));
    let out = PathBuf::from(variable("OUT_DIR"));
    if !has_target(&root) {
        add_target(&root);
    }
    let built = build_engine(&root, &out.join("wasm-target"));
    if let Err(error) = std::fs::copy(&built, out.join("search_wasm.wasm")) {
        stop(&format!(
            "the browser engine was built but cannot be read ({}): {error}",
            built.display()
        ));
    }
}

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| stop(&format!("cargo did not set {name}")))
}

/// Whether the toolchain's standard library for the target is there.
fn has_target(root: &Path) -> bool {
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".into());
    let output = Command::new(rustc)
        .current_dir(root)
        .args(["--print", "target-libdir", "--target", TARGET])
        .output();
    let folder = output
        .ok()
        .filter(|output| output.status.success())
        .map(|output| output.stdout);
    let folder = folder
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .unwrap_or_default();
    let entries = std::fs::read_dir(folder.trim()).map(|entries| entries.count());
    entries.is_ok_and(|count| count > 0)
}

fn add_target(root: &Path) {
    let added = Command::new("rustup")
        .current_dir(root)
        .args(["target", "add", TARGET])
        .status();
    if !added.is_ok_and(|status| status.success()) || !has_target(root) {
        stop(&format!(
            "the Rust target {TARGET} is missing and could not be added. The search engine runs in the browser as \
             WebAssembly and needs it. Install it with `rustup target add {TARGET}`, then build again.\n\
             브라우저에서 도는 검색 엔진을 만들려면 Rust 대상 {TARGET}이 필요합니다. \
             `rustup target add {TARGET}`을 실행한 뒤 다시 빌드하세요."
        ));
    }
}

/// Compiles the engine and returns its file. The nested cargo must not inherit what is meant for the outer one: its
/// own target folder (the outer one is locked), no flags and wrappers of the host's target.
fn build_engine(root: &Path, target_folder: &Path) -> PathBuf {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .current_dir(root)
        .args([
            "build",
            "--package",
            "search-wasm",
            "--profile",
            "wasm",
            "--target",
            TARGET,
            "--locked",
        ])
        .arg("--target-dir")
        .arg(target_folder)
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env_remove("RUSTC_WORKSPACE_WRAPPER")
        .env_remove("CARGO_BUILD_TARGET")
        // Paths in panic messages would make the bytes depend on where the repository lies.
        .env(
            "CARGO_ENCODED_RUSTFLAGS",
            format!("--remap-path-prefix={}=notes", root.display()),
        );
    match command.status() {
        Ok(status) if status.success() => target_folder
            .join(TARGET)
            .join("wasm")
            .join("search_wasm.wasm"),
        Ok(_) => {
            stop("the browser engine (crates/search-wasm) does not compile; see the errors above")
        }
        Err(error) => stop(&format!(
            "cargo could not be started to build the browser engine: {error}"
        )),
    }
}

fn stop(message: &str) -> ! {
    println!("cargo::error={}", message.replace('\n', " "));
    eprintln!("{message}");
    exit(1)
}
