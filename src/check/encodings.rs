//! Notes as they lie on disk: UTF-16, byte-order marks, line endings. All are read; other tools may stumble over them.
//! (CP949 and undecodable files are reported where notes are read.)

use rayon::prelude::*;

use crate::bilingual;
use crate::diagnostics::{Bilingual, Diagnostic, Lines, Place, Severity};
use crate::source::{Encoding, Found, Project, Walked, decode_exactly};

use super::read_at_most;

pub(super) fn check(project: &Project, files: &Walked, found: &mut Vec<Diagnostic>) {
    let all: Vec<Vec<Diagnostic>> = files
        .notes
        .par_iter()
        .map(|file| of_file(project, file))
        .collect();
    found.extend(all.into_iter().flatten());
}

fn of_file(project: &Project, file: &Found) -> Vec<Diagnostic> {
    let limit = project.config.limits.note_bytes;
    // What cannot be read or decoded has been reported already.
    let Ok(bytes) = read_at_most(&file.disk_path, limit) else {
        return Vec::new();
    };
    if bytes.len() as u64 > limit {
        return Vec::new();
    }
    let Ok((text, encoding)) = decode_exactly(&bytes) else {
        return Vec::new();
    };
    let shown = project.shown(&file.disk_path);
    let mut found = Vec::new();
    let fix = || {
        bilingual!(
            "`notes check --fix`로 고칠 수 있습니다.",
            "`notes check --fix` repairs it."
        )
    };
    let mut whole = |code: &'static str, message: Bilingual| {
        found.push(
            Diagnostic::new(Severity::Note, code, message)
                .at(Place::file(&shown))
                .hint(fix()),
        );
    };
    if matches!(encoding, Encoding::Utf16Le | Encoding::Utf16Be) {
        whole(
            "utf16-encoding",
            bilingual!(
                "UTF-8이 아니라 UTF-16입니다. git과 GitHub는 이진 파일로 봅니다.",
                "This is UTF-16, not UTF-8; git and GitHub take it for a binary file."
            ),
        );
    } else if bytes.starts_with(&[0xEF, 0xBB, 0xBF]) {
        whole(
            "byte-order-mark",
            bilingual!(
                "파일이 BOM(U+FEFF)으로 시작합니다. 머리말을 알아보지 못하는 도구가 있습니다.",
                "The file begins with a byte-order mark; some tools then miss the front matter."
            ),
        );
    }
    let endings = Endings::of(&text);
    if endings.crlf > 0 && endings.lf == 0 {
        whole(
            "crlf",
            bilingual!("줄 끝이 CRLF(윈도)입니다.", "Lines end in CRLF (Windows)."),
        );
    } else if endings.crlf > 0 {
        let (crlf, lf) = (endings.crlf, endings.lf);
        let message = bilingual!(
            "줄 끝이 섞여 있습니다: CRLF {crlf}줄, LF {lf}줄",
            "Line endings are mixed: {crlf} CRLF, {lf} LF"
        );
        let odd = if crlf <= lf {
            endings.first_crlf
        } else {
            endings.first_lf
        };
        found.push(at_line_end(&shown, &text, odd, "mixed-line-endings", message).hint(fix()));
    }
    if let Some(at) = endings.first_cr {
        let count = endings.cr;
        let message = bilingual!(
            "줄 끝이 CR(옛 매킨토시)인 곳이 {count}곳 있습니다. 줄바꿈으로 읽었습니다.",
            "{count} lines end in a lone CR (old Macintosh); it was read as a line break."
        );
        found.push(at_line_end(&shown, &text, at, "lone-carriage-return", message).hint(fix()));
    }
    found
}

/// How the lines of a text end.
#[derive(Debug, Default, PartialEq, Eq)]
struct Endings {
    crlf: usize,
    lf: usize,
    cr: usize,
    /// Byte offsets of the first of each.
    first_crlf: usize,
    first_lf: usize,
    first_cr: Option<usize>,
}

impl Endings {
    fn of(text: &str) -> Endings {
        let mut endings = Endings::default();
        let bytes = text.as_bytes();
        for (at, _) in text.match_indices(['\r', '\n']) {
            let pair =
                |a: usize, b: usize| (bytes.get(a), bytes.get(b)) == (Some(&b'\r'), Some(&b'\n'));
            if bytes.get(at) == Some(&b'\n') {
                if at > 0 && pair(at - 1, at) {
                    continue;
                }
                if endings.lf == 0 {
                    endings.first_lf = at;
                }
                endings.lf += 1;
            } else if pair(at, at + 1) {
                if endings.crlf == 0 {
                    endings.first_crlf = at;
                }
                endings.crlf += 1;
            } else {
                endings.first_cr.get_or_insert(at);
                endings.cr += 1;
            }
        }
        endings
    }
}

/// A note about the end of the line that ends at `at` of `text`, whose lines end in anything.
fn at_line_end(
    shown: &str,
    text: &str,
    at: usize,
    code: &'static str,
    message: Bilingual,
) -> Diagnostic {
    let before = text.get(..at).unwrap_or_default();
    let before = before
        .replace("\r\n", "\n")
        .replace('\r', "\n")
        .replace('\u{FEFF}', "");
    let place = Lines::of(&before).place(shown, before.len()..before.len());
    Diagnostic::new(Severity::Note, code, message).at(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_ending_is_counted_once() {
        let endings = Endings::of("가\r\n나\n다\r라\r\r\n마");
        assert_eq!((endings.crlf, endings.lf, endings.cr), (2, 1, 2));
        assert_eq!((endings.first_crlf, endings.first_lf), (3, 8));
        assert_eq!(endings.first_cr, Some(12));
        assert_eq!(Endings::of("가나"), Endings::default());
    }
}
