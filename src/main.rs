//! notes
fn main() {}
