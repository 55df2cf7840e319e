//! `notes.toml`: what a site's owner may decide. Everything has a default; no file at all is a good site.
//!
//! A key we do not know or a value of the wrong type stops the build with its place: a configuration half understood
//! would publish a site its owner did not ask for. `errors` puts the parser's words into the owner's language.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::bilingual;
use crate::diagnostics::{Diagnostic, Failure, Place, Severity};

mod errors;

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
    /// Image options.
    pub images: ImagesConfig,
    /// Limits that keep one bad file from taking the build down.
    pub limits: LimitsConfig,
    /// What `notes check` asks the web.
    pub check: CheckConfig,
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
    /// `$…$` and `$$…$$` are mathematics where they look like it.
    pub math: bool,
    /// Draw Mermaid diagrams.
    pub diagrams: bool,
    /// The site's own commands in mathematics.
    pub math_macros: BTreeMap<String, String>,
    /// Number the lines of code blocks.
    pub line_numbers: bool,
    /// `#태그` in text is a tag of the note (Obsidian).
    pub inline_tags: bool,
    /// What becomes of HTML in the notes.
    pub html: HtmlPolicy,
}

/// What becomes of HTML that stands in a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HtmlPolicy {
    /// It is published as it is: the notes are their owner's own.
    #[default]
    Allow,
    /// It is shown as text.
    Escape,
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

/// `[images]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ImagesConfig {
    /// Publish PNG, JPEG and WebP pictures as WebP in several widths, too.
    pub webp: bool,
    /// The widths, in pixels. The original's own is added where it is not beyond the widest.
    pub widths: Vec<u32>,
    /// Quality of lossy WebP, 1 to 100.
    pub quality: u8,
    /// How wide a page shows a picture at most, in CSS pixels: the theme's column.
    pub column: u32,
}

/// `[limits]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LimitsConfig {
    /// The largest note that is read, in bytes.
    pub note_bytes: u64,
    /// The most pixels of an image that is made into variants.
    pub image_pixels: u64,
}

/// `[check]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CheckConfig {
    /// Addresses that are not asked: beginnings, or patterns with `*`.
    pub external_ignore: Vec<String>,
    /// Ask addresses of this computer and of private networks, too.
    pub external_local: bool,
    /// How long an answer is waited for, in seconds.
    pub external_timeout: u64,
    /// How many requests are made at once.
    pub external_concurrency: usize,
    /// How many days a good answer is kept.
    pub external_cache_days: u64,
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
            images: ImagesConfig::default(),
            limits: LimitsConfig::default(),
            check: CheckConfig::default(),
            menu: Vec::new(),
            extra: BTreeMap::new(),
        }
    }
}

impl Default for MarkdownConfig {
    fn default() -> Self {
        MarkdownConfig {
            hard_breaks: false,
            math: true,
            diagrams: true,
            math_macros: BTreeMap::new(),
            line_numbers: false,
            inline_tags: false,
            html: HtmlPolicy::Allow,
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

impl Default for ImagesConfig {
    fn default() -> Self {
        ImagesConfig {
            webp: true,
            widths: vec![480, 800, 1200, 1600],
            quality: 80,
            column: 672,
        }
    }
}

impl Default for LimitsConfig {
    fn default() -> Self {
        LimitsConfig {
            note_bytes: 8 * 1024 * 1024,
            image_pixels: 50_000_000,
        }
    }
}

impl Default for CheckConfig {
    fn default() -> Self {
        CheckConfig {
            external_ignore: Vec::new(),
            external_local: false,
            external_timeout: 20,
            external_concurrency: 16,
            external_cache_days: 7,
        }
    }
}

impl Default for FeedConfig {
    fn default() -> Self {
        FeedConfig { limit: 20 }
    }
}

impl Config {
    /// Parses the bytes of the configuration shown as `file`, and checks what types cannot.
    ///
    /// # Errors
    /// A usage [`Failure`] with its place: syntax, unknown key, wrong type, an address that is none.
    pub fn parse_bytes(file: &str, bytes: &[u8]) -> Result<Config, Failure> {
        let Ok(text) = std::str::from_utf8(bytes) else {
            let message = bilingual!(
                "설정 파일이 UTF-8이 아닙니다.",
                "The configuration is not UTF-8."
            );
            let hint = bilingual!("UTF-8로 다시 저장하세요.", "Save it as UTF-8.");
            return Err(Failure::usage(
                Diagnostic::new(Severity::Error, "config-encoding", message)
                    .at(Place::file(file))
                    .hint(hint),
            ));
        };
        Config::parse(file, text.strip_prefix('\u{FEFF}').unwrap_or(text))
    }

    /// Parses the text of the configuration shown as `file`, and checks what types cannot.
    ///
    /// # Errors
    /// As [`Config::parse_bytes`].
    pub fn parse(file: &str, text: &str) -> Result<Config, Failure> {
        let mut config: Config =
            toml::from_str(text).map_err(|error| errors::failure(file, text, &error))?;
        config.base_url = base_url(&config.base_url).map_err(|diagnostic| {
            let place = errors::place_of_value(file, text, "base_url");
            Failure::usage(diagnostic.at(place))
        })?;
        if let Some(diagnostic) = config.images.wrong() {
            let place = errors::place_of_value(file, text, "images");
            return Err(Failure::usage(diagnostic.at(place)));
        }
        Ok(config)
    }

    /// The same, published at `address` instead (`--base-url`).
    ///
    /// # Errors
    /// A usage [`Failure`] where it is no address.
    pub fn with_base_url(mut self, address: &str) -> Result<Config, Failure> {
        self.base_url = base_url(address).map_err(|diagnostic| Failure::usage(*diagnostic))?;
        Ok(self)
    }
}

impl ImagesConfig {
    /// What types cannot check.
    fn wrong(&self) -> Option<Diagnostic> {
        let (message, hint) = if !(1..=100).contains(&self.quality) {
            let quality = self.quality;
            (
                bilingual!(
                    "`[images] quality`가 1과 100 사이의 수가 아닙니다: {quality}",
                    "`[images] quality` is not between 1 and 100: {quality}"
                ),
                bilingual!("보통 75에서 85를 씁니다.", "75 to 85 is usual."),
            )
        } else if self.column == 0
            || self.widths.len() > 12
            || self
                .widths
                .iter()
                .any(|width| !(16..=16_383).contains(width))
        {
            (
                bilingual!(
                    "`[images]`의 `widths`나 `column`이 쓸 수 없는 값입니다.",
                    "`widths` or `column` of `[images]` is not possible."
                ),
                bilingual!(
                    "`widths`는 16부터 16383까지의 수를 12개까지, `column`은 1 이상의 수를 적으세요.",
                    "Give up to 12 `widths` between 16 and 16383, and a `column` of at least 1."
                ),
            )
        } else {
            return None;
        };
        Some(Diagnostic::new(Severity::Error, "config-value", message).hint(hint))
    }
}

/// A site's address with its closing slash, or empty; RFC 3986 with a scheme of the web and without query or fragment.
fn base_url(address: &str) -> Result<String, Box<Diagnostic>> {
    let address = address.trim();
    if address.is_empty() {
        return Ok(String::new());
    }
    let rest = ["https://", "http://"]
        .iter()
        .find_map(|scheme| strip_prefix_ignoring_case(address, scheme));
    let host = rest.map(|rest| rest.split('/').next().unwrap_or(""));
    let bad = |c: char| c.is_whitespace() || c.is_control() || "?#\\<>\"'{}|^`".contains(c);
    if host.is_none_or(str::is_empty) || address.contains(bad) {
        let message = bilingual!(
            "사이트의 주소가 아닙니다: `{address}`",
            "This is not a site's address: `{address}`"
        );
        let hint = bilingual!(
            "`https://docs.example.com/notes/`처럼 `https://`부터, `?`와 `#` 없이 적으세요.",
            "Write it like `https://docs.example.com/notes/`, with the scheme, without `?` and `#`."
        );
        let diagnostic = Diagnostic::new(Severity::Error, "config-base-url", message).hint(hint);
        return Err(Box::new(diagnostic));
    }
    Ok(format!("{}/", address.trim_end_matches('/')))
}

fn strip_prefix_ignoring_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix)
        .then(|| &text[prefix.len()..])
}

#[cfg(test)]
mod tests;
