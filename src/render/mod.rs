//! Pages to HTML: Tera templates and theme assets, home, taxonomies, 404, feed, sitemap, robots. Pure over the site.

use crate::config::Config;
use crate::diagnostics::Diagnostic;
use crate::output::OutputTree;
use crate::site::Site;

/// Renders every page and file of `site` into `tree`.
pub fn render(
    _site: &Site,
    _config: &Config,
    _tree: &mut OutputTree,
    _diagnostics: &mut Vec<Diagnostic>,
) {
}
