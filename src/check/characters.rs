//! Characters nobody sees: no-break spaces pasted from Notion and the web, zero-width and bidirectional marks, fillers,
//! controls; and U+FFFD, where an earlier conversion lost a letter.

use crate::bilingual;
use crate::diagnostics::{Diagnostic, Lines, Severity, is_invisible};
use crate::source::Note;

use super::MOST;

pub(super) fn check(note: &Note, found: &mut Vec<Diagnostic>) {
    let mut lines = None;
    let mut counts = [0; 3];
    let mut before = None;
    let mut chars = note.text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let after = chars.peek().map(|&(_, c)| c);
        let kind = match c {
            ' '..='~' | '가'..='힣' => None,
            '\u{A0}' | '\u{2007}' | '\u{202F}' => Some(0),
            '\u{FFFD}' => Some(1),
            c if is_invisible(before, c, after) => Some(2),
            _ => None,
        };
        before = Some(c);
        let Some(kind) = kind else { continue };
        counts[kind] += 1;
        if counts[kind] > MOST {
            continue;
        }
        let lines = lines.get_or_insert_with(|| Lines::of(&note.text));
        let place = lines.place(&note.shown_path, at..at + c.len_utf8());
        let number = format!("U+{:04X}", u32::from(c));
        found.push(match kind {
            0 => Diagnostic::new(
                Severity::Note,
                "no-break-space",
                bilingual!(
                    "보통 빈칸이 아닌 줄바꿈 없는 빈칸({number})입니다.",
                    "This is a no-break space ({number}), not a plain one."
                ),
            )
            .hint(bilingual!(
                "노션이나 웹에서 붙여 넣은 글에 많습니다. 코드라면 실행되지 않으니 보통 빈칸으로 바꾸세요.",
                "Text pasted from Notion or the web has many. Code with them does not run: make them plain spaces."
            )),
            1 => Diagnostic::new(
                Severity::Note,
                "replacement-character",
                bilingual!(
                    "글자가 깨진 자리(U+FFFD)입니다.",
                    "A letter was lost here (U+FFFD)."
                ),
            )
            .hint(bilingual!(
                "다른 프로그램이 인코딩을 잘못 읽고 저장한 것입니다. 원본을 보고 다시 적으세요.",
                "Another program read the encoding wrongly and saved it. Write it again from the original."
            )),
            _ => Diagnostic::new(
                Severity::Note,
                "invisible-character",
                bilingual!(
                    "보이지 않는 글자({number})가 있습니다.",
                    "There is an invisible character ({number})."
                ),
            )
            .hint(bilingual!(
                "검색과 링크가 어긋나게 합니다. 뜻한 것이 아니면 지우세요.",
                "It makes searches and links miss. Remove it unless it is meant."
            )),
        }
        .at(place));
    }
}
