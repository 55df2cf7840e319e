//! Which bytes of a text are inline prose: a parse done only to learn where code, HTML, link destinations and other
//! markup lie, so that the rewriting steps keep their hands off them.
//!
//! A parse costs as much as the note's own, so a step looks for what it might rewrite first, and asks [`Zones`] only
//! where there is such a place; only the place's block is parsed, as [`Blocks`] cuts it out.

use std::cell::OnceCell;

use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};

use super::fences::Fence;
use super::raw_html;
use super::source_lines::lines;

/// Inline text as it will be shown.
pub(super) const TEXT: u8 = 1;
/// A delimiter of emphasis, strong emphasis or strike-through that found its partner.
pub(super) const DELIMITER: u8 = 2;
/// A fenced or indented code block.
pub(super) const CODE_BLOCK: u8 = 3;

/// The zones of a text, found out where they are asked for.
pub(super) struct Zones<'t> {
    blocks: Blocks<'t, Vec<u8>>,
    options: Options,
}

impl<'t> Zones<'t> {
    /// Of `text`, read with `options`.
    pub(super) fn new(text: &'t str, options: Options) -> Self {
        Zones {
            blocks: Blocks::new(text),
            options,
        }
    }

    /// The zone of the byte at `at`: [`TEXT`], [`DELIMITER`], [`CODE_BLOCK`] or 0.
    pub(super) fn at(&self, at: usize) -> u8 {
        self.blocks
            .known(at, |block| zones(block, self.options))
            .and_then(|(start, zones)| zones.get(at - start).copied())
            .unwrap_or_default()
    }
}

/// A text in blocks that can be parsed one by one, and what is known of each.
pub(super) struct Blocks<'t, T> {
    text: &'t str,
    /// Where each block begins, ascending, and what was found out about it.
    blocks: OnceCell<Vec<(usize, OnceCell<T>)>>,
}

impl<'t, T> Blocks<'t, T> {
    /// Of `text`.
    pub(super) fn new(text: &'t str) -> Self {
        Blocks {
            text,
            blocks: OnceCell::new(),
        }
    }

    /// Where the block that holds the byte at `at` begins, and what `find` says of it, which is asked once.
    pub(super) fn known(&self, at: usize, find: impl FnOnce(&'t str) -> T) -> Option<(usize, &T)> {
        let blocks = self.blocks.get_or_init(|| {
            let starts = block_starts(self.text).into_iter();
            starts.map(|start| (start, OnceCell::new())).collect()
        });
        let index = blocks
            .partition_point(|(start, _)| *start <= at)
            .checked_sub(1)?;
        let (start, known) = blocks.get(index)?;
        let end = blocks
            .get(index + 1)
            .map_or(self.text.len(), |(next, _)| *next);
        let block = self.text.get(*start..end)?;
        Some((*start, known.get_or_init(|| find(block))))
    }

    /// Whether anything was found out.
    #[cfg(test)]
    pub(super) fn was_asked(&self) -> bool {
        self.blocks.get().is_some()
    }
}

/// Where the blocks of `text` begin: at lines at its left edge that follow a blank one outside of fenced code and of
/// raw HTML that goes on over blank lines. What stands before such a line has no say in how what follows is read, but
/// for the definitions of link references.
fn block_starts(text: &str) -> Vec<usize> {
    let mut starts = vec![0];
    let mut fence: Option<Fence> = None;
    // What ends the raw HTML.
    let mut html: Option<&str> = None;
    let mut after_blank = false;
    for (start, line) in lines(text) {
        let indent = line
            .bytes()
            .take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r'))
            .count();
        let Some(&first) = line.as_bytes().get(indent) else {
            after_blank = fence.is_none() && html.is_none();
            continue;
        };
        if let Some(end) = html {
            if raw_html::find_ignoring_case(line.as_bytes(), end.as_bytes()).is_some() {
                html = None;
            }
            continue;
        }
        if let Some(open) = fence {
            if matches!(first, b'`' | b'~' | b'>') && open.is_closed_by(line.trim()) {
                fence = None;
            }
            after_blank = false;
            continue;
        }
        if after_blank && indent == 0 && start > 0 {
            starts.push(start);
        }
        after_blank = false;
        // Both may stand behind marks of quotes and lists.
        let marked = matches!(first, b'>' | b'-' | b'*' | b'+' | b'0'..=b'9');
        if marked || matches!(first, b'`' | b'~') {
            fence = Fence::opened_by(line.trim());
        }
        if marked || first == b'<' {
            html = endless_html(line);
        }
    }
    starts
}

/// What ends the raw HTML that `line` begins, if it goes on over blank lines (CommonMark 0.31.2, section 4.6, kinds 1
/// to 5). Wrongly so at worst, which makes but longer blocks.
fn endless_html(line: &str) -> Option<&'static str> {
    const KINDS: [(&str, &str); 7] = [
        ("<pre", "</pre>"),
        ("<script", "</script>"),
        ("<style", "</style>"),
        ("<textarea", "</textarea>"),
        ("<!--", "-->"),
        ("<?", "?>"),
        ("<![CDATA[", "]]>"),
    ];
    let bytes = line.as_bytes();
    memchr::memchr(b'<', bytes)?;
    KINDS.into_iter().find_map(|(open, close)| {
        let at = raw_html::find_ignoring_case(bytes, open.as_bytes())?;
        raw_html::find_ignoring_case(&bytes[at..], close.as_bytes())
            .is_none()
            .then_some(close)
    })
}

/// For each byte of `text`: [`TEXT`], [`DELIMITER`], [`CODE_BLOCK`] or 0.
fn zones(text: &str, options: Options) -> Vec<u8> {
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
    fn a_text_is_cut_at_blank_lines_but_not_inside_code_lists_or_raw_html() {
        let parts = [
            "가\n나\n\n",
            "다\n\n  라\n\n",
            "```\n\n마\n```\n\n",
            "- ```\n\n바\n  ```\n\n",
            "<PRE>\n\n바\n\n사</pre>\n\n",
            "> <!-- 아\n\n자 -->\n \n",
            "차\n",
        ];
        let text = parts.concat();
        let mut ends = block_starts(&text).into_iter().skip(1).collect::<Vec<_>>();
        ends.push(text.len());
        let mut start = 0;
        let found: Vec<&str> = ends
            .into_iter()
            .map(|end| &text[std::mem::replace(&mut start, end)..end])
            .collect();
        assert_eq!(found, parts);
    }

    #[test]
    fn zones_of_a_block_are_those_of_the_text() {
        let text = "**가** `나`\n\n<pre>\n\n다\n</pre>\n\n[라](/마) ~~바~~\n\n    사\n";
        let whole = zones(text, Options::ENABLE_STRIKETHROUGH);
        let by_block = Zones::new(text, Options::ENABLE_STRIKETHROUGH);
        assert!(!by_block.blocks.was_asked());
        for (at, &zone) in whole.iter().enumerate() {
            assert_eq!(by_block.at(at), zone, "{at}");
        }
    }
}
