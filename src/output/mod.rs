//! The published files: what the build made, and how it reaches `public/`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// The bytes of one published file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Made by the build.
    Bytes(Arc<[u8]>),
    /// Copied from a file on disk.
    File(PathBuf),
}

/// Everything to publish: path in `public/` (NFC, `/`-separated, no leading slash) to content, in order.
pub type OutputTree = BTreeMap<String, Content>;
