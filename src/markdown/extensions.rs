//! pulldown-cmark's extensions beside the strict dialects, for comparing with other tools: read as it reads them,
//! written as its own HTML writer writes them.

use pulldown_cmark::{Alignment, BlockQuoteKind, CowStr, Options};

use super::escape;
use super::nodes::HeadingAttributes;

/// The extensions by the names that `notes render --enable` takes.
pub const EXTENSIONS: [(&str, Options); 15] = [
    ("tables", Options::ENABLE_TABLES),
    ("footnotes", Options::ENABLE_FOOTNOTES),
    ("old-footnotes", Options::ENABLE_OLD_FOOTNOTES),
    ("strikethrough", Options::ENABLE_STRIKETHROUGH),
    ("task-lists", Options::ENABLE_TASKLISTS),
    ("smart-punctuation", Options::ENABLE_SMART_PUNCTUATION),
    ("heading-attributes", Options::ENABLE_HEADING_ATTRIBUTES),
    ("yaml-metadata", Options::ENABLE_YAML_STYLE_METADATA_BLOCKS),
    (
        "toml-metadata",
        Options::ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS,
    ),
    ("math", Options::ENABLE_MATH),
    ("alerts", Options::ENABLE_GFM),
    ("definition-lists", Options::ENABLE_DEFINITION_LIST),
    ("superscript", Options::ENABLE_SUPERSCRIPT),
    ("subscript", Options::ENABLE_SUBSCRIPT),
    ("wikilinks", Options::ENABLE_WIKILINKS),
];

/// A heading's attributes, each with a leading space.
pub(super) fn heading_attributes(attributes: &HeadingAttributes<'_>) -> String {
    let HeadingAttributes { id, classes, attrs } = attributes;
    let mut out = String::new();
    let mut attribute = |name: &str, value: &str| {
        out.push_str(&format!(
            " {}=\"{}\"",
            escape::text(name),
            escape::text(value)
        ));
    };
    if let Some(id) = id {
        attribute("id", id);
    }
    if !classes.is_empty() {
        let classes: Vec<&str> = classes.iter().map(CowStr::as_ref).collect();
        attribute("class", &classes.join(" "));
    }
    for (name, value) in attrs {
        attribute(name, value.as_deref().unwrap_or_default());
    }
    out
}

/// The class of a quote that is one of GitHub's alerts, with a leading space.
pub(super) fn alert_class(kind: Option<BlockQuoteKind>) -> &'static str {
    match kind {
        None => "",
        Some(BlockQuoteKind::Note) => " class=\"markdown-alert-note\"",
        Some(BlockQuoteKind::Tip) => " class=\"markdown-alert-tip\"",
        Some(BlockQuoteKind::Important) => " class=\"markdown-alert-important\"",
        Some(BlockQuoteKind::Warning) => " class=\"markdown-alert-warning\"",
        Some(BlockQuoteKind::Caution) => " class=\"markdown-alert-caution\"",
    }
}

/// A cell's alignment, with a leading space.
pub(super) fn cell_style(alignment: Option<&Alignment>) -> &'static str {
    match alignment {
        Some(Alignment::Left) => " style=\"text-align: left\"",
        Some(Alignment::Center) => " style=\"text-align: center\"",
        Some(Alignment::Right) => " style=\"text-align: right\"",
        _ => "",
    }
}
