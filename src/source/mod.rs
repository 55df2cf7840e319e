//! Files on disk to decoded notes: walk, decode, normalise to NFC, split front matter. Knows nothing of HTML.
//!
//! 1. [`Project::open`]: where the site lies and what its owner decided.
//! 2. `walk`: which files are notes, which are attachments, which are neither.
//! 3. `decode`: bytes to text, whatever encoding an old editor left behind.
//! 4. `front_matter`: what a note says of itself, read leniently.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;

use crate::diagnostics::Diagnostic;

mod dates;
mod decode;
mod front_matter;
mod project;
mod read;
mod walk;

pub use dates::normalise_date;
pub use decode::{Decoded, Encoding, Undecodable, decode, decode_exactly};
pub use front_matter::split as split_front_matter;
pub use project::Project;
pub use read::{read, read_bytes};
pub use walk::{Found, Walked, is_note_path, walk};

/// Everything a build reads.
#[derive(Debug, Default)]
pub struct Source {
    /// Notes in order of their path.
    pub notes: Vec<Note>,
    /// Other files beside the notes (images, PDFs…), published under their path, in order.
    pub attachments: Vec<Attachment>,
    /// Files of `static/`, published under their path relative to it, in order.
    pub static_files: Vec<Attachment>,
    /// What could not be read, and why.
    pub diagnostics: Vec<Diagnostic>,
}

/// A note on disk, decoded.
#[derive(Debug, Clone, Default)]
pub struct Note {
    /// Path relative to the content folder: NFC, `/`-separated, with extension, such as `aws/람다.md`.
    pub path: String,
    /// Path relative to the site's root, for diagnostics: `content/aws/람다.md`.
    pub shown_path: String,
    /// Where it lies on disk, by its original bytes.
    pub disk_path: PathBuf,
    /// The whole decoded text: NFC, line breaks `\n`, no byte-order mark.
    pub text: String,
    /// Byte range of the text after the front matter.
    pub body: Range<usize>,
    /// The front matter; defaults where there is none or it is broken.
    pub front_matter: FrontMatter,
}

/// A file that is published as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Path relative to its folder: NFC, `/`-separated.
    pub path: String,
    /// Where it lies on disk.
    pub disk_path: PathBuf,
    /// Length in bytes.
    pub len: u64,
}

/// What a note says of itself.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FrontMatter {
    /// `title`.
    pub title: Option<String>,
    /// `description`, `summary` or `excerpt`.
    pub description: Option<String>,
    /// `date` as `YYYY-MM-DD` or with a time, RFC 3339.
    pub date: Option<String>,
    /// `updated`, `lastmod` or `last_modified_at`, same form.
    pub updated: Option<String>,
    /// `tags` or `tag`.
    pub tags: Vec<String>,
    /// `category` or `categories`.
    pub categories: Vec<String>,
    /// `slug`: replaces the last segment of the address.
    pub slug: Option<String>,
    /// `permalink`: replaces the whole address.
    pub permalink: Option<String>,
    /// `aliases` or `redirect_from`: further addresses that redirect here.
    pub aliases: Vec<String>,
    /// `draft: true` or `published: false`.
    pub draft: bool,
    /// `weight`, `order` or `nav_order`: smaller comes first.
    pub weight: Option<i64>,
    /// `toc: false` hides the table of contents.
    pub toc: Option<bool>,
    /// `template`: another template of the theme.
    pub template: Option<String>,
    /// Keys we do not know, kept for templates.
    pub extra: BTreeMap<String, serde_json::Value>,
}

pub mod image_size;
