//! The whole site over the parsed notes: addresses, navigation, taxonomies, link resolution. Pure; writes nothing.

use crate::markdown::{Heading, Section};

/// All pages made from notes, and how they hang together.
#[derive(Debug, Default)]
pub struct Site {
    /// Pages in order of their source path.
    pub pages: Vec<Page>,
}

/// A page made from a note.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// The note's path in the content folder.
    pub source: String,
    /// Address from the site's root: decoded, NFC, begins and ends with `/`.
    pub url: String,
    /// Path of the file in `public/`: `aws/람다/index.html`.
    pub output: String,
    /// Title as plain text, never empty.
    pub title: String,
    /// Description as plain text; may be empty.
    pub description: String,
    /// `YYYY-MM-DD`.
    pub date: Option<String>,
    /// `YYYY-MM-DD`.
    pub updated: Option<String>,
    /// Tags in the author's order.
    pub tags: Vec<String>,
    /// Categories in the author's order.
    pub categories: Vec<String>,
    /// The body with links resolved.
    pub html: String,
    /// Headings in document order.
    pub headings: Vec<Heading>,
    /// Sections, the units of search.
    pub sections: Vec<Section>,
}
