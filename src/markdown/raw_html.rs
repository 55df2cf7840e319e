//! Raw HTML in a note, cut into tags and text just far enough to find its words, links, anchors and headings.
//!
//! A forgiving scanner, not a browser's parser: it never fails, and whatever it does not recognise is text.

use std::borrow::Cow;
use std::ops::Range;

/// A piece of raw HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// Text between tags, entities not yet decoded.
    Text(&'a str),
    /// A tag.
    Tag(HtmlTag<'a>),
    /// A comment, processing instruction, doctype, or the content of `script` and `style`.
    Other,
}

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HtmlTag<'a> {
    /// Lower-case name.
    pub(super) name: Cow<'a, str>,
    /// `</name>`.
    pub(super) closing: bool,
    /// Attributes in order.
    pub(super) attributes: Vec<Attribute<'a>>,
}

/// An attribute; ranges are of the scanned text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Attribute<'a> {
    /// Lower-case name.
    pub(super) name: Cow<'a, str>,
    /// Value as written, without quotes; empty if there is none.
    pub(super) value: &'a str,
    /// The value without quotes; empty at the end of the name if there is none.
    pub(super) value_range: Range<usize>,
    /// From the name to the end of the value, closing quote included.
    pub(super) range: Range<usize>,
    /// The quote, if any.
    pub(super) quote: Option<u8>,
}

/// Names of elements in order.
#[rustfmt::skip]
const ELEMENTS: [&str; 176] = [
    "a", "abbr", "acronym", "address", "area", "article", "aside", "audio", "b", "base", "basefont", "bdi",
    "bdo", "big", "blink", "blockquote", "body", "br", "button", "canvas", "caption", "center", "circle",
    "cite", "clippath", "code", "col", "colgroup", "data", "datalist", "dd", "defs", "del", "details", "dfn",
    "dialog", "dir", "div", "dl", "dt", "ellipse", "em", "embed", "fieldset", "figcaption", "figure", "font",
    "footer", "foreignobject", "form", "frame", "frameset", "g", "h1", "h2", "h3", "h4", "h5", "h6", "head",
    "header", "hgroup", "hr", "html", "i", "iframe", "image", "img", "input", "ins", "kbd", "label", "legend",
    "li", "line", "lineargradient", "link", "main", "map", "mark", "marker", "marquee", "mask", "math",
    "menu", "meta", "meter", "mfrac", "mi", "mn", "mo", "mover", "mroot", "mrow", "ms", "mspace", "msqrt",
    "mstyle", "msub", "msubsup", "msup", "mtable", "mtd", "mtext", "mtr", "munder", "munderover", "nav",
    "nobr", "noembed", "noframes", "noscript", "object", "ol", "optgroup", "option", "output", "p", "param",
    "path", "pattern", "picture", "plaintext", "polygon", "polyline", "pre", "progress", "q",
    "radialgradient", "rb", "rect", "rp", "rt", "rtc", "ruby", "s", "samp", "script", "search", "section",
    "select", "slot", "small", "source", "span", "stop", "strike", "strong", "style", "sub", "summary", "sup",
    "svg", "symbol", "table", "tbody", "td", "template", "text", "textarea", "tfoot", "th", "thead", "time",
    "title", "tr", "track", "tspan", "tt", "u", "ul", "use", "var", "video", "wbr", "xmp",
];

impl HtmlTag<'_> {
    /// The attribute called `name`.
    pub(super) fn attribute(&self, name: &str) -> Option<&Attribute<'_>> {
        self.attributes
            .iter()
            .find(|attribute| attribute.name == name)
    }

    /// Whether there is an element of that name: HTML's own, those it has left behind, the commonest of SVG and MathML,
    /// and custom elements (HTML Living Standard, sections 4 and 4.13.3).
    pub(super) fn is_element(&self) -> bool {
        self.name.contains('-') || ELEMENTS.binary_search(&self.name.as_ref()).is_ok()
    }

    /// Whether it begins or ends a block, so that the words before and after it do not run together.
    pub(super) fn is_block(&self) -> bool {
        matches!(
            self.name.as_ref(),
            "address"
                | "article"
                | "aside"
                | "blockquote"
                | "br"
                | "caption"
                | "dd"
                | "details"
                | "div"
                | "dl"
                | "dt"
                | "figcaption"
                | "figure"
                | "footer"
                | "h1"
                | "h2"
                | "h3"
                | "h4"
                | "h5"
                | "h6"
                | "header"
                | "hr"
                | "li"
                | "main"
                | "nav"
                | "ol"
                | "option"
                | "p"
                | "pre"
                | "section"
                | "summary"
                | "table"
                | "tbody"
                | "td"
                | "tfoot"
                | "th"
                | "thead"
                | "tr"
                | "ul"
        )
    }

    /// 1 to 6 for `h1` to `h6`.
    pub(super) fn heading_level(&self) -> Option<u8> {
        match self.name.as_bytes() {
            [b'h', level @ b'1'..=b'6'] => Some(level - b'0'),
            _ => None,
        }
    }
}

/// The tokens of `html` with their ranges, in order and without gaps.
pub(super) fn scan(html: &str) -> Tokens<'_> {
    Tokens {
        html,
        at: 0,
        text_from: 0,
        no_comment_end: false,
        no_raw_end: false,
        ready: [None, None],
    }
}

/// See [`scan`].
#[derive(Debug, Clone)]
pub(super) struct Tokens<'a> {
    html: &'a str,
    at: usize,
    /// Where the text begins that no token has yet.
    text_from: usize,
    /// A comment, or a script, that never ends swallows nothing; remembered so that many of them stay linear.
    no_comment_end: bool,
    no_raw_end: bool,
    /// Found together with the last token and given after it.
    ready: [Option<(Token<'a>, Range<usize>)>; 2],
}

impl<'a> Iterator for Tokens<'a> {
    type Item = (Token<'a>, Range<usize>);

    fn next(&mut self) -> Option<Self::Item> {
        let [first, second] = &mut self.ready;
        if let Some(ready) = first.take().or_else(|| second.take()) {
            return Some(ready);
        }
        let html = self.html;
        let bytes = html.as_bytes();
        while let Some(found) = memchr::memchr(b'<', &bytes[self.at..]) {
            let start = self.at + found;
            let rest = &html[start..];
            let other_end = if rest.starts_with("<!--") {
                let end = if self.no_comment_end {
                    None
                } else {
                    rest.find("-->").map(|end| start + end + 3)
                };
                self.no_comment_end |= end.is_none();
                end
            } else if rest.starts_with("<!") || rest.starts_with("<?") {
                rest.bytes()
                    .take(4096)
                    .position(|byte| byte == b'>')
                    .map(|end| start + end + 1)
            } else {
                None
            };
            if let Some(end) = other_end {
                let text = self.text_before(start);
                self.at = end;
                self.text_from = end;
                return Some(self.after(text, (Token::Other, start..end)));
            }
            let Some((tag, end)) = scan_tag(html, start) else {
                self.at = start + 1;
                continue;
            };
            let text = self.text_before(start);
            self.at = end;
            let close = (!tag.closing && !self.no_raw_end).then_some(match tag.name.as_ref() {
                "script" => "</script",
                "style" => "</style",
                _ => "",
            });
            if let Some(close) = close.filter(|close| !close.is_empty()) {
                // What is never closed is no script: its content is looked at like any other.
                match find_ignoring_case(&bytes[end..], close.as_bytes()) {
                    Some(0) => {}
                    Some(length) => {
                        self.ready[1] = Some((Token::Other, end..end + length));
                        self.at = end + length;
                    }
                    None => self.no_raw_end = true,
                }
            }
            self.text_from = self.at;
            return Some(self.after(text, (Token::Tag(tag), start..end)));
        }
        self.at = html.len();
        let text = self.text_before(html.len());
        self.text_from = html.len();
        text
    }
}

impl<'a> Tokens<'a> {
    /// The text up to `end`, if there is any.
    fn text_before(&self, end: usize) -> Option<(Token<'a>, Range<usize>)> {
        let range = self.text_from..end;
        (!range.is_empty()).then(|| (Token::Text(&self.html[range.clone()]), range))
    }

    /// `text`, if there is any, and `token` next; else `token`.
    fn after(
        &mut self,
        text: Option<(Token<'a>, Range<usize>)>,
        token: (Token<'a>, Range<usize>),
    ) -> (Token<'a>, Range<usize>) {
        match text {
            Some(text) => {
                self.ready[0] = Some(token);
                text
            }
            None => token,
        }
    }
}

/// Where `needle` first stands in `haystack`, ASCII letter case aside.
pub(super) fn find_ignoring_case(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack
        .windows(needle.len())
        .position(|window| window.eq_ignore_ascii_case(needle))
}

fn lower_case(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(name.to_ascii_lowercase())
    } else {
        Cow::Borrowed(name)
    }
}

/// The tag that begins at `start`, and where it ends.
fn scan_tag(html: &str, start: usize) -> Option<(HtmlTag<'_>, usize)> {
    /// A tag longer than this is text: keeps the scan linear when `<a` repeats without `>`.
    const LONGEST: usize = 16 * 1024;
    let bytes = html.as_bytes();
    let limit = bytes.len().min(start + LONGEST);
    let mut at = start + 1;
    let closing = bytes.get(at) == Some(&b'/');
    if closing {
        at += 1;
    }
    let name_start = at;
    if !bytes.get(at)?.is_ascii_alphabetic() {
        return None;
    }
    while at < limit && (bytes[at].is_ascii_alphanumeric() || bytes[at] == b'-') {
        at += 1;
    }
    let name = lower_case(&html[name_start..at]);
    let mut attributes = Vec::new();
    loop {
        while at < limit && (bytes[at].is_ascii_whitespace() || bytes[at] == b'/') {
            at += 1;
        }
        if at >= limit || bytes[at] == b'<' {
            return None;
        }
        if bytes[at] == b'>' {
            let tag = HtmlTag {
                name,
                closing,
                attributes,
            };
            return Some((tag, at + 1));
        }
        let attribute_start = at;
        while at < limit
            && !bytes[at].is_ascii_whitespace()
            && !matches!(bytes[at], b'=' | b'>' | b'/' | b'<')
        {
            at += 1;
        }
        if at == attribute_start {
            // A stray `=`.
            at += 1;
            continue;
        }
        let attribute_name = lower_case(&html[attribute_start..at]);
        let name_end = at;
        let mut look = at;
        while look < limit && bytes[look].is_ascii_whitespace() {
            look += 1;
        }
        let (value_range, end, quote) = if look < limit && bytes[look] == b'=' {
            look += 1;
            while look < limit && bytes[look].is_ascii_whitespace() {
                look += 1;
            }
            match bytes.get(look) {
                Some(&quote @ (b'"' | b'\'')) => {
                    let from = look + 1;
                    let length = bytes
                        .get(from..limit)?
                        .iter()
                        .position(|&byte| byte == quote)?;
                    (from..from + length, from + length + 1, Some(quote))
                }
                _ => {
                    let from = look;
                    while look < limit && !bytes[look].is_ascii_whitespace() && bytes[look] != b'>'
                    {
                        look += 1;
                    }
                    (from..look, look, None)
                }
            }
        } else {
            (name_end..name_end, name_end, None)
        };
        at = end;
        attributes.push(Attribute {
            name: attribute_name,
            value: &html[value_range.clone()],
            value_range,
            range: attribute_start..end,
            quote,
        });
    }
}

/// `text` with the entities decoded that matter in notes; unknown ones stay.
pub(super) fn decode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'&', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let entity = rest
            .bytes()
            .take(12)
            .position(|byte| byte == b';')
            .map(|end| &rest[1..end]);
        let decoded = entity.and_then(|entity| match entity {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            "nbsp" => Some('\u{A0}'),
            _ => {
                let number = entity.strip_prefix('#')?;
                let code = match number.strip_prefix(['x', 'X']) {
                    Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                    None => number.parse().ok()?,
                };
                char::from_u32(code)
            }
        });
        match (decoded, entity) {
            (Some(c), Some(entity)) => {
                out.push(c);
                rest = &rest[entity.len() + 2..];
            }
            _ => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_in_order_to_be_searched() {
        assert!(ELEMENTS.is_sorted());
    }

    #[test]
    fn tags_text_and_comments_are_told_apart() {
        let html = "<p class=a data-x='1 > 0'>가 &lt; 나<!-- 다 --><br/></p><style>b{}</style>";
        let shown: Vec<String> = scan(html)
            .map(|(token, range)| match token {
                Token::Text(text) => format!("text {}", decode(text)),
                Token::Tag(tag) => format!("{}{}", if tag.closing { "/" } else { "" }, tag.name),
                Token::Other => format!("other {}", &html[range]),
            })
            .collect();
        assert_eq!(
            shown,
            [
                "p",
                "text 가 < 나",
                "other <!-- 다 -->",
                "br",
                "/p",
                "style",
                "other b{}",
                "/style"
            ]
        );
        assert_eq!(tokens[0].1, 0.."<p class=a data-x='1 > 0'>".len());
    }

    #[test]
    fn what_is_no_tag_is_text() {
        for text in [
            "a < b",
            "<",
            "< p>",
            "<a href=\"",
            "<!-- ",
            "3<4>5",
            "List<가>",
        ] {
            let tokens = scan(text);
            assert!(
                tokens
                    .iter()
                    .all(|(token, _)| matches!(token, Token::Text(_))),
                "{text}"
            );
        }
    }
}
