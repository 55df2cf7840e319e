//! What becomes of HTML that an author wrote: published as it is, or shown as text (`[markdown] html = "escape"`), for
//! sites whose notes come from people their owner does not know.
//!
//! [`escape`] runs right after the parse, so that what our own steps write later is never taken for an author's.

use pulldown_cmark::TagEnd;

use super::nodes::{Kind, Node, Tag};

/// What becomes of raw HTML.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RawHtml {
    /// Published as it is.
    #[default]
    Allow,
    /// Shown as text; comments stay hidden.
    Escape,
}

/// Turns raw HTML into text: a tag among text into characters, a block into a paragraph, comments into nothing.
pub(super) fn escape(nodes: &mut Vec<Node<'_>>) {
    let raw = |node: &Node<'_>| matches!(node.kind, Kind::HtmlBlock(_) | Kind::InlineHtml(_));
    if !nodes.iter().any(raw) {
        return;
    }
    let mut out = Vec::with_capacity(nodes.len());
    for node in nodes.drain(..) {
        let span = node.span;
        match node.kind {
            Kind::InlineHtml(html) if html.starts_with("<!--") => {}
            Kind::InlineHtml(html) => out.push(Node {
                kind: Kind::Text(html),
                span,
            }),
            Kind::HtmlBlock(html) => {
                let text = without_comments(&html);
                if text.trim().is_empty() {
                    continue;
                }
                let piece = |kind| Node {
                    kind,
                    span: span.clone(),
                };
                out.push(piece(Kind::Start(Tag::Paragraph)));
                for (number, line) in text.trim().lines().enumerate() {
                    if number > 0 {
                        out.push(piece(Kind::SoftBreak));
                    }
                    out.push(piece(Kind::Text(line.trim().to_owned().into())));
                }
                out.push(piece(Kind::End(TagEnd::Paragraph)));
            }
            kind => out.push(Node { kind, span }),
        }
    }
    *nodes = out;
}

/// `html` without its comments; one that is never closed goes to the end.
fn without_comments(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find("<!--") {
        out.push_str(&rest[..at]);
        rest = rest[at..].split_once("-->").map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use crate::markdown::{Options, RawHtml, render_fragment};

    fn escaped(text: &str) -> String {
        let options = Options {
            raw_html: RawHtml::Escape,
            ..Options::default()
        };
        render_fragment(text, &options).0
    }

    #[test]
    fn raw_html_is_shown_as_text_and_its_comments_are_not() {
        assert_eq!(
            escaped("글 <b onclick=\"x\">굵게</b><!-- 속말 --> 끝\n"),
            "<p>글 &lt;b onclick=&quot;x&quot;&gt;굵게&lt;/b&gt; 끝</p>\n"
        );
        assert_eq!(
            escaped("<div>\n  <script>a()</script>\n</div>\n\n<!-- 가\n나 -->\n\n**글**\n"),
            "<p>&lt;div&gt;\n&lt;script&gt;a()&lt;/script&gt;\n&lt;/div&gt;</p>\n<p><strong>글</strong></p>\n"
        );
    }

    #[test]
    fn headings_and_addresses_in_raw_html_are_text_too() {
        assert_eq!(
            escaped("<h2>제목</h2>\n<a href=\"javascript:x\">글</a>\n"),
            "<p>&lt;h2&gt;제목&lt;/h2&gt;\n&lt;a href=&quot;javascript:x&quot;&gt;글&lt;/a&gt;</p>\n"
        );
    }
}
