//! Routine jobs: `cargo xtask test`, `cargo xtask dictionary`.
fn main() {}
