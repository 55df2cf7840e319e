//! Which bytes of a text are inline prose: a parse done only to learn where code, HTML, link destinations and other
//! markup lie, so that the rewriting steps keep their hands off them.

use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};

/// Inline text as it will be shown.
pub(super) const TEXT: u8 = 1;
/// A delimiter of emphasis, strong emphasis or strike-through that found its partner.
pub(super) const DELIMITER: u8 = 2;
/// A fenced or indented code block.
pub(super) const CODE_BLOCK: u8 = 3;

/// For each byte of `text`: [`TEXT`], [`DELIMITER`], [`CODE_BLOCK`] or 0.
pub(super) fn zones(text: &str, options: Options) -> Vec<u8> {
    let mut zones = vec![0; text.len()];
    let mut fill = |start: usize, end: usize, zone: u8| {
        if let Some(part) = zones.get_mut(start..end.max(start)) {
            part.fill(zone);
        }
    };
    let mut in_code = false;
    // Inside automatic links and wikilinks, whose text is their destination.
    let mut bare_links: Vec<bool> = Vec::new();
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(_)) => {
                in_code = true;
                fill(range.start, range.end, CODE_BLOCK);
            }
            Event::End(TagEnd::CodeBlock) => in_code = false,
            Event::Text(_) if !in_code && bare_links.last() != Some(&true) => {
                fill(range.start, range.end, TEXT)
            }
            Event::Start(Tag::Emphasis) => {
                fill(range.start, range.start + 1, DELIMITER);
                fill(range.end.saturating_sub(1), range.end, DELIMITER);
            }
            Event::Start(Tag::Strong) => {
                fill(range.start, range.start + 2, DELIMITER);
                fill(range.end.saturating_sub(2), range.end, DELIMITER);
            }
            Event::Start(Tag::Strikethrough) => {
                let width = if text.as_bytes().get(range.start + 1) == Some(&b'~') {
                    2
                } else {
                    1
                };
                fill(range.start, range.start + width, DELIMITER);
                fill(range.end.saturating_sub(width), range.end, DELIMITER);
            }
            Event::Start(Tag::Link { link_type, .. }) => bare_links.push(matches!(
                link_type,
                LinkType::Autolink | LinkType::Email | LinkType::WikiLink { has_pothole: false }
            )),
            Event::End(TagEnd::Link) => {
                bare_links.pop();
            }
            _ => {}
        }
    }
    zones
}
