//! Where a text is code: nothing there is a template tag, an attribute list or an abbreviation.
//!
//! A parse costs as much as the note's own, so only the blocks in which a step has found something to rewrite are parsed. It
//! collects code spans, code blocks and mathematics; fences, `<pre>`, `<script>` and `<style>` inside raw HTML, which
//! Markdown does not look into, are found line by line.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag};

use super::zones::Blocks;

/// The code of a text, found where it is asked for.
pub(super) struct Protected<'t> {
    /// The ranges of code in each block, ascending.
    blocks: Blocks<'t, Vec<Range<usize>>>,
    options: Options,
}

impl<'t> Protected<'t> {
    /// Of `text`, read with `options`.
    pub(super) fn new(text: &'t str, options: Options) -> Self {
        Protected {
            blocks: Blocks::new(text),
            options,
        }
    }

    /// Whether the byte at `at` is code.
    pub(super) fn covers(&self, at: usize) -> bool {
        self.blocks
            .known(at, |block| find(block, self.options))
            .is_some_and(|(start, ranges)| {
                let at = at - start;
                let next = ranges.partition_point(|range| range.start <= at);
                next.checked_sub(1)
                    .and_then(|index| ranges.get(index))
                    .is_some_and(|range| at < range.end)
            })
    }

    /// Whether any of the text was parsed.
    #[cfg(test)]
    pub(super) fn was_asked(&self) -> bool {
        self.blocks.was_asked()
    }
}

fn find(text: &str, options: Options) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(_))
            | Event::Code(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_) => ranges.push(range),
            Event::Start(Tag::HtmlBlock) => in_html(text, range, &mut ranges),
            _ => {}
        }
    }
    ranges
}

/// Code inside a block of raw HTML.
fn in_html(text: &str, block: Range<usize>, ranges: &mut Vec<Range<usize>>) {
    const CODE: [(&str, &str); 3] = [
        ("<pre", "</pre"),
        ("<script", "</script"),
        ("<style", "</style"),
    ];
    let mut open: Option<(usize, &str)> = None;
    let mut start = block.start;
    for line in text
        .get(block.clone())
        .unwrap_or_default()
        .split_inclusive('\n')
    {
        let end = start + line.len();
        let trimmed = line.trim_start();
        match open {
            Some((from, close)) if line.contains(close) => {
                let fence = close.starts_with(['`', '~']);
                if !fence
                    || trimmed
                        .trim_end()
                        .bytes()
                        .all(|byte| close.starts_with(byte as char))
                {
                    ranges.push(from..end);
                    open = None;
                }
            }
            Some(_) => {}
            None => {
                let fence = ["```", "~~~"]
                    .into_iter()
                    .find(|fence| trimmed.starts_with(fence));
                let tag = CODE
                    .into_iter()
                    .find(|(tag, _)| line.contains(tag))
                    .map(|(_, close)| close);
                match fence.or(tag) {
                    Some(close) if fence.is_none() && line.contains(close) => {
                        ranges.push(start..end);
                    }
                    Some(close) => open = Some((start, close)),
                    None => {}
                }
            }
        }
        start = end;
    }
    if let Some((from, _)) = open {
        ranges.push(from..block.end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_covered_wherever_it_is_written() {
        let text = "글 `{% a %}` 글\n\n```\n{% b %}\n```\n\n    {% c %}\n\n<details>\n```\n{% d %}\n```\n{% 밖 %}\n<pre>{% e %}</pre>\n<pre>\n{% f %}\n</pre>\n{% 끝 %}\n</details>\n";
        let protected = Protected::new(text, Options::empty());
        for (at, _) in text.match_indices("{%") {
            let outside = text[at..].starts_with("{% 밖") || text[at..].starts_with("{% 끝");
            assert_eq!(protected.covers(at), !outside, "{}", &text[at..at + 8]);
        }
    }
}
