//! Which bytes of a text are inline prose: a parse done only to learn where code, HTML, link destinations and other
//! markup lie, so that the rewriting steps keep their hands off them.
//!
//! A parse costs as much as the note's own, so a step looks for what it might rewrite first, and asks [`Zones`] only
//! where there is such a place; [`blocks`] cuts a text so that a step may ask about the place's block alone.

use std::cell::OnceCell;
use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};

use super::containers;

/// Inline text as it will be shown.
pub(super) const TEXT: u8 = 1;
/// A delimiter of emphasis, strong emphasis or strike-through that found its partner.
pub(super) const DELIMITER: u8 = 2;
/// A fenced or indented code block.
pub(super) const CODE_BLOCK: u8 = 3;

/// The zones of a text, found out when first asked for.
pub(super) struct Zones<'t> {
    text: &'t str,
    options: Options,
    known: OnceCell<Vec<u8>>,
}

impl<'t> Zones<'t> {
    /// Of `text`, read with `options`.
    pub(super) fn new(text: &'t str, options: Options) -> Self {
        Zones {
            text,
            options,
            known: OnceCell::new(),
        }
    }

    /// The zone of the byte at `at`: [`TEXT`], [`DELIMITER`], [`CODE_BLOCK`] or 0.
    pub(super) fn at(&self, at: usize) -> u8 {
        let zones = self.known.get_or_init(|| zones(self.text, self.options));
        zones.get(at).copied().unwrap_or_default()
    }
}

/// Cuts `text` where a line at its left edge follows a blank one outside of fenced code: what stands before the cut
/// has no say in how the inline text after it is read, but for the definitions of link references.
pub(super) fn blocks(text: &str) -> Vec<Range<usize>> {
    let mut blocks = Vec::new();
    let mut begin = 0;
    let mut at = 0;
    let mut fence = None;
    let mut after_blank = false;
    for line in text.split_inclusive('\n') {
        if let Some((mark, length)) = fence {
            if containers::closes_fence(line.trim(), mark, length) {
                fence = None;
            }
            after_blank = false;
        } else if line.as_bytes().trim_ascii().is_empty() {
            after_blank = true;
        } else {
            if after_blank && !line.starts_with([' ', '\t']) && at > begin {
                blocks.push(begin..at);
                begin = at;
            }
            after_blank = false;
            // A fence may stand behind marks of quotes and lists.
            let first = line.bytes().find(|byte| !matches!(byte, b' ' | b'\t'));
            if first.is_some_and(|byte| b"`~>-*+0123456789".contains(&byte)) {
                fence = containers::opens_fence(line.trim());
            }
        }
        at += line.len();
    }
    blocks.push(begin..text.len());
    blocks
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_at_blank_lines_but_not_inside_code_or_lists() {
        let text = "가\n나\n\n다\n\n  라\n\n```\n\n마\n```\n\n- ```\n\n바\n  ```\n\n사";
        let parts: Vec<&str> = blocks(text).into_iter().map(|part| &text[part]).collect();
        assert_eq!(
            parts,
            [
                "가\n나\n\n",
                "다\n\n  라\n\n",
                "```\n\n마\n```\n\n",
                "- ```\n\n바\n  ```\n\n",
                "사"
            ]
        );
    }
}
