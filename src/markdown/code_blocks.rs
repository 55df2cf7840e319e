//! Fenced code: the info string read, the figure written.

use super::{Options, escape};

/// A rendered code block.
#[derive(Debug, Default)]
pub(super) struct CodeBlock {
    pub(super) html: String,
    /// The caption.
    pub(super) title: Option<String>,
    /// The language, if it is none we know.
    pub(super) unknown_language: Option<String>,
}

/// Renders a code block of the `notes` dialect.
pub(super) fn render(info: Option<&str>, code: &str, _options: &Options) -> CodeBlock {
    let language = info
        .unwrap_or_default()
        .split_whitespace()
        .next()
        .unwrap_or_default();
    let language = escape::text(language);
    CodeBlock {
        html: format!(
            "<figure class=\"code\"><pre><code class=\"language-{language}\">{}</code></pre></figure>\n",
            escape::text(code)
        ),
        ..CodeBlock::default()
    }
}
