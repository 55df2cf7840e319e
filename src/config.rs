//! `notes.toml`: what a site's owner may decide. Everything has a default; no file at all is a good site.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The configuration of a site.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The site's name; the folder's name where it is empty.
    pub title: String,
    /// One sentence about the site.
    pub description: String,
    /// Address the site is published at, with scheme, maybe with a sub-path: `https://docs.example.com/notes/`.
    /// Empty: links are root-relative and absolute addresses (feed, sitemap, canonical) are left out.
    pub base_url: String,
    /// BCP 47 tag of the notes' language.
    pub language: String,
    /// Author named in feeds and metadata.
    pub author: String,
    /// How addresses are made from names.
    pub slug: SlugStyle,
    /// Address of a note's source for "edit this page"; `{path}` stands for its path.
    pub edit_url: String,
    /// Markdown options.
    pub markdown: MarkdownConfig,
    /// Search options.
    pub search: SearchConfig,
    /// Theme options.
    pub theme: ThemeConfig,
    /// Feed options.
    pub feed: FeedConfig,
    /// Links in the site's header: name and address.
    pub menu: Vec<MenuItem>,
    /// Free values for templates.
    pub extra: BTreeMap<String, serde_json::Value>,
}

/// How path segments are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SlugStyle {
    /// Hangul is kept.
    #[default]
    Keep,
    /// Revised Romanization.
    Romanize,
}

/// `[markdown]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MarkdownConfig {
    /// A line break in the source is a line break on the page (Notion, Obsidian habit).
    pub hard_breaks: bool,
    /// `$…$` and `$$…$$` are mathematics.
    pub math: bool,
    /// Number the lines of code blocks.
    pub line_numbers: bool,
}

/// `[search]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SearchConfig {
    /// Build a search index.
    pub enabled: bool,
    /// The site's own words: a CSV file in Lindera's or nori's form, relative to the site's root.
    pub user_dictionary: Option<String>,
}

/// `[theme]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ThemeConfig {
    /// A folder of `themes/`; `default` is built in and stands behind every other.
    pub name: String,
}

/// `[feed]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FeedConfig {
    /// How many notes the feed carries.
    pub limit: usize,
}

/// A link in the header.
#[derive(Debug, Clone, Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct MenuItem {
    /// Shown text.
    pub name: String,
    /// Address, absolute or from the site's root.
    pub url: String,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            title: String::new(),
            description: String::new(),
            base_url: String::new(),
            language: "ko".to_owned(),
            author: String::new(),
            slug: SlugStyle::Keep,
            edit_url: String::new(),
            markdown: MarkdownConfig::default(),
            search: SearchConfig::default(),
            theme: ThemeConfig::default(),
            feed: FeedConfig::default(),
            menu: Vec::new(),
            extra: BTreeMap::new(),
        }
    }
}

impl Default for MarkdownConfig {
    fn default() -> Self {
        MarkdownConfig {
            hard_breaks: false,
            math: false,
            line_numbers: false,
        }
    }
}

impl Default for SearchConfig {
    fn default() -> Self {
        SearchConfig {
            enabled: true,
            user_dictionary: None,
        }
    }
}

impl Default for ThemeConfig {
    fn default() -> Self {
        ThemeConfig {
            name: "default".to_owned(),
        }
    }
}

impl Default for FeedConfig {
    fn default() -> Self {
        FeedConfig { limit: 20 }
    }
}
