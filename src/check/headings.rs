//! Headings that skip a level: `## 가` and then `#### 나`. A reader who listens to the page, and the contents list,
//! lose a step (WCAG 2.2, technique G141). The first heading may be of any level: the page's title stands above it.

use crate::bilingual;
use crate::diagnostics::{Diagnostic, Lines, Severity};
use crate::markdown::{Heading, ParsedNote};
use crate::source::Note;

use super::MOST;

pub(super) fn check(note: &Note, parsed: &ParsedNote, found: &mut Vec<Diagnostic>) {
    let skips = |pair: &&[Heading]| pair[1].level > pair[0].level + 1;
    let mut pairs = parsed
        .headings
        .windows(2)
        .filter(skips)
        .take(MOST)
        .peekable();
    if pairs.peek().is_none() {
        return;
    }
    let lines = Lines::of(&note.text);
    for pair in pairs {
        let marks = |level: u8| "#".repeat(usize::from(level));
        let (above, here) = (marks(pair[0].level), marks(pair[1].level));
        let wanted = marks(pair[0].level + 1);
        let message = bilingual!(
            "제목의 단계를 건너뛰었습니다: `{above}` 다음에 `{here}`",
            "The heading skips a level: `{here}` after `{above}`"
        );
        let hint = bilingual!(
            "`{wanted}`로 올리거나, 사이에 `{wanted}` 제목을 두세요.",
            "Make it `{wanted}`, or put a `{wanted}` heading between."
        );
        // Raw HTML's headings share their block's span: look for the words.
        let span = pair[1].span.clone();
        let block = note.text.get(span.clone()).unwrap_or_default();
        let words = pair[1].text.as_str();
        let span = match block.find(words).filter(|_| block.starts_with('<')) {
            Some(at) => span.start + at..span.start + at + words.len(),
            None => span.start..span.start + block.trim_end().len(),
        };
        found.push(
            Diagnostic::new(Severity::Note, "heading-skips-level", message)
                .at(lines.place(&note.shown_path, span))
                .hint(hint),
        );
    }
}
