//! What a build found and what it came to, for a reader: worst first, alike together, not more than can be read.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use serde_json::json;

use super::terminal::{Terminal, harmless};
use crate::bilingual;
use crate::diagnostics::{Bilingual, Diagnostic, Lang, Severity};

/// How many diagnostics of one severity a build shows.
const SHOWN: usize = 50;

/// How many of each severity there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) errors: usize,
    pub(super) warnings: usize,
    pub(super) notes: usize,
}

impl Counts {
    pub(super) fn of(diagnostics: &[Diagnostic]) -> Counts {
        let mut counts = Counts::default();
        for found in diagnostics {
            match found.severity {
                Severity::Error => counts.errors += 1,
                Severity::Warning => counts.warnings += 1,
                Severity::Note => counts.notes += 1,
            }
        }
        counts
    }

    pub(super) fn text(self) -> Bilingual {
        let Counts {
            errors,
            warnings,
            notes,
        } = self;
        bilingual!(
            "오류 {errors} · 경고 {warnings} · 참고 {notes}",
            "{errors} errors · {warnings} warnings · {notes} notes"
        )
    }
}

/// Several diagnostics that say the same, shown as their first.
struct Group<'a> {
    first: &'a Diagnostic,
    more: usize,
}

/// The diagnostics of one severity, alike ones together, in order of their code, then of their place.
fn groups(diagnostics: &[Diagnostic], severity: Severity) -> Vec<Group<'_>> {
    let mut found: Vec<&Diagnostic> = diagnostics
        .iter()
        .filter(|d| d.severity == severity)
        .collect();
    let place = |d: &Diagnostic| d.place.as_ref().map(|p| (p.file.clone(), p.line, p.column));
    found.sort_by_cached_key(|d| (d.code, place(d)));
    let mut index: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut groups: Vec<Group<'_>> = Vec::new();
    for diagnostic in found {
        let same = (diagnostic.code, diagnostic.message.ko.as_str());
        // What has no place of its own, or is about one file as a whole, is never "the same elsewhere".
        let whole = diagnostic
            .place
            .as_ref()
            .is_none_or(|place| place.line == 0);
        match index.get(&same).and_then(|&at| groups.get_mut(at)) {
            Some(group) if !whole => group.more += 1,
            _ => {
                index.insert(same, groups.len());
                groups.push(Group {
                    first: diagnostic,
                    more: 0,
                });
            }
        }
    }
    groups
}

fn shown(group: &Group<'_>, lang: Lang) -> String {
    let mut text = group.first.render(lang);
    let more = group.more;
    if more > 0 {
        let line = bilingual!(
            "  = 같은 문제가 {more}곳 더 있습니다.\n",
            "  = The same in {more} more places.\n"
        );
        text.push_str(line.get(lang));
    }
    harmless(&text)
}

/// What a build shows: errors and warnings, some dozens of each, and how to see the rest.
pub(super) fn digest(diagnostics: &[Diagnostic], terminal: &Terminal) -> String {
    let lang = terminal.lang;
    let mut out = String::new();
    let severities: &[Severity] = if terminal.quiet {
        &[Severity::Error]
    } else {
        &[Severity::Error, Severity::Warning]
    };
    for &severity in severities {
        let groups = groups(diagnostics, severity);
        for group in groups.iter().take(SHOWN) {
            out.push_str(&shown(group, lang));
        }
        let mut rest: BTreeMap<&str, usize> = BTreeMap::new();
        for group in groups.iter().skip(SHOWN) {
            *rest.entry(group.first.code).or_default() += 1 + group.more;
        }
        if !rest.is_empty() {
            let kinds: Vec<String> = rest.iter().map(|(code, n)| format!("{code} {n}")).collect();
            let (kinds, n) = (kinds.join(", "), rest.values().sum::<usize>());
            let line = bilingual!(
                "… 그 밖에 {n}건이 더 있습니다 ({kinds}). `notes check`로 모두 볼 수 있습니다.\n",
                "… and {n} more ({kinds}). `notes check` shows them all.\n"
            );
            out.push_str(line.get(lang));
        }
    }
    out
}

/// Every diagnostic, alike ones together, notes last.
pub(super) fn everything(diagnostics: &[Diagnostic], lang: Lang) -> String {
    [Severity::Error, Severity::Warning, Severity::Note]
        .into_iter()
        .flat_map(|severity| groups(diagnostics, severity))
        .map(|group| shown(&group, lang))
        .collect()
}

/// One JSON object a line for each diagnostic.
pub(super) fn json_lines(diagnostics: &[Diagnostic], lang: Lang) -> String {
    let mut out = String::new();
    for found in diagnostics {
        let severity = match found.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        let place = found.place.as_ref();
        let line = json!({
            "severity": severity,
            "code": found.code,
            "message": found.message.get(lang),
            "hint": found.hint.as_ref().map(|hint| hint.get(lang)),
            "file": place.map(|place| &place.file),
            "line": place.map(|place| place.line).filter(|&line| line > 0),
            "column": place.map(|place| place.column).filter(|&column| column > 0),
            "source": place.map(|place| &place.source_line).filter(|line| !line.is_empty()),
        });
        let _ = writeln!(out, "{line}");
    }
    out
}

/// `312 B`, `48.2 KB`, `1.3 MB`: decimal units, as S3 and browsers count.
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.1} KB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

/// `12 ms`, `3.4 s`.
pub(super) fn time(duration: Duration) -> String {
    if duration < Duration::from_secs(1) {
        format!("{} ms", duration.as_millis())
    } else {
        format!("{:.1} s", duration.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::Place;

    fn link(n: usize, to: &str) -> Diagnostic {
        let text = format!("{}[글]({to})", "\n".repeat(n));
        let message = bilingual!("깨진 링크: {to}", "broken link: {to}");
        Diagnostic::new(Severity::Warning, "broken-link", message).at(Place::at(
            "a.md",
            &text,
            n..n + 1,
        ))
    }

    #[test]
    fn alike_diagnostics_are_shown_once_with_their_number() {
        let found: Vec<Diagnostic> = (0..4).map(|n| link(n, "없음.md")).collect();
        let text = digest(&found, &Terminal::new(Lang::Ko, false));
        assert_eq!(
            text,
            "경고[broken-link]: 깨진 링크: 없음.md\n  --> a.md:1:1\n  |\n1 | [글](없음.md)\n  | ^\n  \
             = 같은 문제가 3곳 더 있습니다.\n"
        );
    }

    #[test]
    fn a_build_shows_fifty_and_counts_the_rest() {
        let found: Vec<Diagnostic> = (0..60).map(|n| link(n, &format!("{n}.md"))).collect();
        let terminal = Terminal::new(Lang::Ko, false);
        let text = digest(&found, &terminal);
        assert_eq!(text.matches("경고[").count(), 50);
        assert!(text.ends_with(
            "… 그 밖에 10건이 더 있습니다 (broken-link 10). `notes check`로 모두 볼 수 있습니다.\n"
        ));
        assert_eq!(everything(&found, Lang::Ko).matches("경고[").count(), 60);
        assert_eq!(digest(&found, &Terminal::new(Lang::Ko, true)), "");
    }

    #[test]
    fn a_file_name_cannot_command_the_terminal() {
        let message = bilingual!("깨짐", "broken");
        let found = Diagnostic::new(Severity::Error, "x", message).at(Place::file("a\u{1b}[2J.md"));
        assert!(!digest(&[found], &Terminal::new(Lang::Ko, false)).contains('\u{1b}'));
    }
}
