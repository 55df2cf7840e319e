//! Anchors an author named twice in one note: `{#이름}` on two headings, `id="이름"` in raw HTML. A link can lead to one
//! of them only.

use std::collections::BTreeMap;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization as _;

use crate::bilingual;
use crate::diagnostics::{Diagnostic, Lines, Severity};
use crate::markdown::{ParsedNote, WrittenId};
use crate::source::Note;

use super::MOST;

pub(super) fn check(note: &Note, parsed: &ParsedNote, found: &mut Vec<Diagnostic>) {
    if parsed.written_ids.len() < 2 {
        return;
    }
    let mut by_id: BTreeMap<String, Vec<&WrittenId>> = BTreeMap::new();
    for written in &parsed.written_ids {
        by_id
            .entry(written.id.nfc().collect())
            .or_default()
            .push(written);
    }
    let mut repeated = by_id
        .iter()
        .filter(|(_, places)| places.len() > 1)
        .peekable();
    if repeated.peek().is_none() {
        return;
    }
    let lines = Lines::of(&note.text);
    let mut left = MOST;
    for (id, written) in repeated {
        let mut searched = 0;
        let mut first = None;
        for one in written.iter().take(left + 1) {
            let span = span_of(&note.text, one, searched);
            searched = span.end;
            let place = lines.place(&note.shown_path, span);
            match first {
                None => first = Some(place.line),
                Some(first) => {
                    left -= 1;
                    found.push(repeats(id, first).at(place));
                }
            }
        }
        if left == 0 {
            return;
        }
    }
}

fn repeats(id: &str, first: usize) -> Diagnostic {
    let message = bilingual!(
        "이 노트에 같은 앵커가 또 있습니다: `{id}` (처음은 {first}째 줄)",
        "This note has the same anchor twice: `{id}` (first on line {first})"
    );
    let hint = bilingual!(
        "링크는 처음 것으로만 갑니다. 둘 가운데 하나의 이름을 바꾸세요.",
        "Links lead to the first only. Give one of them another name."
    );
    Diagnostic::new(Severity::Warning, "duplicate-id", message).hint(hint)
}

/// Where the id itself stands, not before the offset `from`: several may share one block of raw HTML.
fn span_of(text: &str, written: &WrittenId, from: usize) -> Range<usize> {
    let from = from.clamp(written.span.start, written.span.end.max(written.span.start));
    let block = text.get(from..written.span.end).unwrap_or_default();
    let start = find_id(block, &written.id).map_or(written.span.start, |at| from + at);
    let end = (start + written.id.len()).min(written.span.end);
    start..end.max(start)
}

/// Where `id` stands in `block` as an attribute's value rather than as a word.
fn find_id(block: &str, id: &str) -> Option<usize> {
    block
        .match_indices(id)
        .map(|(at, _)| at)
        .find(|&at| block[..at].ends_with(['#', '"', '\'', '=']))
}
