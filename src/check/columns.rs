//! Places in files that are not in NFC, as an editor counts them. Notes are read in NFC, and that is how columns are
//! counted; in a file with decomposed Hangul, one syllable of ours is two or three characters of the author's.

use std::collections::BTreeMap;

use unicode_normalization::{UnicodeNormalization as _, is_nfc};

use super::read_at_most;
use crate::diagnostics::{Diagnostic, Extent, Place};
use crate::source::{Project, decode_exactly};

/// Moves the places of `diagnostics` to the columns of the files on disk.
pub fn as_on_disk(project: &Project, diagnostics: &mut [Diagnostic]) {
    let mut files: BTreeMap<String, Option<Vec<String>>> = BTreeMap::new();
    for place in diagnostics
        .iter_mut()
        .filter_map(|found| found.place.as_mut())
    {
        if place.column == 0 || place.extent.is_none() {
            continue;
        }
        let lines = files
            .entry(place.file.clone())
            .or_insert_with(|| decomposed_lines(project, &place.file));
        if let Some(lines) = lines {
            move_place(place, lines);
        }
    }
}

/// The lines of a note as they are on disk; `None` where they are in NFC, as nearly always, or cannot be read.
fn decomposed_lines(project: &Project, shown: &str) -> Option<Vec<String>> {
    let bytes = read_at_most(&project.root.join(shown), project.config.limits.note_bytes).ok()?;
    let (text, _) = decode_exactly(&bytes).ok()?;
    if is_nfc(&text) {
        return None;
    }
    let text = text
        .replace("\r\n", "\n")
        .replace('\r', "\n")
        .replace('\u{FEFF}', "");
    Some(text.split('\n').map(str::to_owned).collect())
}

fn move_place(place: &mut Place, lines: &[String]) {
    let Some(extent) = place.extent.as_mut() else {
        return;
    };
    let line = |number: usize| number.checked_sub(1).and_then(|at| lines.get(at));
    let (Some(first), Some(last)) = (line(place.line), line(extent.end_line)) else {
        return;
    };
    let start = on_disk(first, place.column);
    let end = on_disk(last, extent.end_column);
    place.column = start.chars().count() + 1;
    *extent = Extent {
        end_line: extent.end_line,
        end_column: end.chars().count() + 1,
        utf16_column: start.encode_utf16().count() + 1,
        utf16_end_column: end.encode_utf16().count() + 1,
        byte_column: start.len() + 1,
        byte_end_column: end.len() + 1,
    };
}

/// The part of `line` that comes before `column` of its NFC.
fn on_disk(line: &str, column: usize) -> &str {
    let wanted = column.saturating_sub(1);
    let mut composed = 0;
    let mut start = 0;
    // Piece by piece: a letter and what combines with it. Pieces compose by themselves.
    let mut chars = line.char_indices().peekable();
    while let Some((_, _)) = chars.next() {
        let end = loop {
            match chars.peek() {
                Some(&(at, c)) if starts_anew(c) => break at,
                Some(_) => {
                    chars.next();
                }
                None => break line.len(),
            }
        };
        if composed >= wanted {
            break;
        }
        composed += line[start..end].nfc().count();
        start = end;
    }
    &line[..start]
}

/// Whether `c` never combines with what stands before it.
fn starts_anew(c: char) -> bool {
    let is_jamo = ('\u{1160}'..='\u{11FF}').contains(&c);
    !is_jamo
        && unicode_normalization::char::canonical_combining_class(c) == 0
        && !unicode_normalization::char::is_combining_mark(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_of_the_composed_line_is_found_in_the_decomposed_one() {
        let line = "\u{1112}\u{1161}\u{11AB}글 e\u{301}a";
        // 한, 글, space, é, a
        let lengths: Vec<usize> = (1..=6)
            .map(|column| on_disk(line, column).chars().count())
            .collect();
        assert_eq!(lengths, [0, 3, 4, 5, 7, 8]);
        assert_eq!(on_disk("가나", 9), "가나");
        assert_eq!(on_disk("", 1), "");
    }

    proptest::proptest! {
        #[test]
        fn what_stands_before_a_column_composes_to_as_many_characters(
            line in "[가-힣\u{1112}\u{1161}\u{11AB}e\u{301}\u{327} a]{0,20}",
            column in 1usize..20,
        ) {
            let composed: Vec<char> = line.nfc().collect();
            let before: Vec<char> = on_disk(&line, column).nfc().collect();
            proptest::prop_assert!(composed.starts_with(&before));
            if column <= composed.len() + 1 {
                proptest::prop_assert!(before.len() >= column - 1);
            }
        }
    }
}
