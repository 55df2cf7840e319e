//! Images without a word for those who do not see them: `![](그림.png)`, `<img src="…">`. An empty `alt=""` in HTML says
//! that the image is decoration, and stands.

use std::ops::Range;

use crate::bilingual;
use crate::diagnostics::{Diagnostic, Lines, Severity};
use crate::markdown::{LinkKind, ParsedNote};
use crate::source::Note;

use super::MOST;

pub(super) fn check(note: &Note, parsed: &ParsedNote, found: &mut Vec<Diagnostic>) {
    let mut lines = None;
    let mut reported = 0;
    // Where the search for the next tag of a block of raw HTML goes on.
    let mut searched = 0;
    for link in parsed
        .links
        .iter()
        .filter(|link| link.kind == LinkKind::Image)
    {
        let Some(written) = note.text.get(link.span.clone()) else {
            continue;
        };
        let span = if let Some(rest) = written.strip_prefix("![") {
            let blank = rest
                .split_once(']')
                .is_some_and(|(alt, _)| alt.trim().is_empty());
            blank.then(|| link.span.clone())
        } else {
            let from = searched.max(link.span.start);
            let tag = note
                .text
                .get(from..link.span.end)
                .and_then(|block| image_tag(block, &link.destination));
            tag.and_then(|(range, has_alt)| {
                searched = from + range.end;
                (!has_alt).then_some(from + range.start..from + range.end)
            })
        };
        let Some(span) = span else { continue };
        reported += 1;
        if reported > MOST {
            return;
        }
        let message = bilingual!(
            "그림에 대체 글이 없습니다.",
            "The image has no alternative text."
        );
        let hint = bilingual!(
            "`![무엇을 보여 주는 그림인지](…)`처럼 적으세요. 화면을 듣는 사람과 검색이 읽습니다.",
            "Write `![what it shows](…)`: screen readers and the search read it."
        );
        let lines = lines.get_or_insert_with(|| Lines::of(&note.text));
        found.push(
            Diagnostic::new(Severity::Note, "missing-alt", message)
                .at(lines.place(&note.shown_path, span))
                .hint(hint),
        );
    }
}

/// How many tags are looked at for the one that shows a destination.
const TAGS: usize = 8;

/// The first `<img …>` of `block` that shows `destination`, and whether it has an `alt`.
fn image_tag(block: &str, destination: &str) -> Option<(Range<usize>, bool)> {
    let is_image = |start: usize| {
        block
            .get(start..start + 4)
            .is_some_and(|tag| tag.eq_ignore_ascii_case("<img"))
    };
    let tags = block.match_indices('<').map(|(start, _)| start);
    tags.filter(|&start| is_image(start))
        .take(TAGS)
        .find_map(|start| {
            let end = start + block[start..].find('>')? + 1;
            let tag = &block[start..end];
            let has_alt = tag
                .split(|c: char| c.is_whitespace() || "/\"'".contains(c))
                .any(|word| {
                    let name = word.split('=').next().unwrap_or(word);
                    name.trim_end_matches('>').eq_ignore_ascii_case("alt")
                });
            tag.contains(destination).then_some((start..end, has_alt))
        })
}
