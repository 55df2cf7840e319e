//! What a build found and what it came to, for a reader: worst first, alike together, not more than can be read.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

use serde_json::json;

use super::terminal::{Terminal, harmless};
use crate::bilingual;
use crate::check;
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
    /// How many more places there are.
    more: usize,
    /// The other files of which as a whole the same is to be said.
    files: Vec<&'a str>,
}

/// The diagnostics of one severity, alike ones together, in order of their code, then of their place.
fn groups(diagnostics: &[Diagnostic], severity: Severity) -> Vec<Group<'_>> {
    let mut found: Vec<&Diagnostic> = diagnostics
        .iter()
        .filter(|d| d.severity == severity)
        .collect();
    let place = |d: &Diagnostic| d.place.as_ref().map(|p| (p.file.clone(), p.line, p.column));
    found.sort_by_cached_key(|d| (d.code, place(d)));
    let mut index: BTreeMap<(&str, &str, &str, bool), usize> = BTreeMap::new();
    let mut groups: Vec<Group<'_>> = Vec::new();
    for diagnostic in found {
        let whole = diagnostic
            .place
            .as_ref()
            .is_none_or(|place| place.line == 0);
        // Notes about files as wholes may come by the hundred: one for all, with their names. What is worse, or has no
        // file, is never "the same elsewhere".
        let file = diagnostic.place.as_ref().map(|place| place.file.as_str());
        let alone = whole && (severity > Severity::Note || file.is_none());
        let hint = diagnostic.hint.as_ref().filter(|_| whole);
        let same = (
            diagnostic.code,
            diagnostic.message.ko.as_str(),
            hint.map_or("", |hint| hint.ko.as_str()),
            whole,
        );
        match index.get(&same).and_then(|&at| groups.get_mut(at)) {
            Some(group) if !alone => match file.filter(|_| whole) {
                Some(file) => group.files.push(file),
                None => group.more += 1,
            },
            _ => {
                index.insert(same, groups.len());
                groups.push(Group {
                    first: diagnostic,
                    more: 0,
                    files: Vec::new(),
                });
            }
        }
    }
    groups
}

fn shown(group: &Group<'_>, lang: Lang) -> String {
    let mut text = group.first.render_with(lang, &group.files);
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
            *rest.entry(group.first.code).or_default() += 1 + group.more + group.files.len();
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

/// One JSON object a line for each diagnostic. Fields are only ever added.
pub(super) fn json_lines(diagnostics: &[Diagnostic], lang: Lang) -> String {
    let mut out = String::new();
    for found in diagnostics {
        let place = found.place.as_ref();
        let extent = place.and_then(|place| place.extent);
        let line = json!({
            "severity": word(found.severity),
            "code": found.code,
            "message": found.message.get(lang),
            "hint": found.hint.as_ref().map(|hint| hint.get(lang)),
            "file": place.map(|place| &place.file),
            "line": place.map(|place| place.line).filter(|&line| line > 0),
            "column": place.map(|place| place.column).filter(|&column| column > 0),
            "source": place.map(|place| &place.source_line).filter(|line| !line.is_empty()),
            "end_line": extent.map(|extent| extent.end_line),
            "end_column": extent.map(|extent| extent.end_column),
            "utf16_column": extent.map(|extent| extent.utf16_column),
            "utf16_end_column": extent.map(|extent| extent.utf16_end_column),
            "byte_column": extent.map(|extent| extent.byte_column),
            "byte_end_column": extent.map(|extent| extent.byte_end_column),
            "fixable": check::is_fixable(found.code),
        });
        let _ = writeln!(out, "{line}");
    }
    out
}

/// GitHub's workflow commands, which become annotations beside the lines. Files are named from the repository's root,
/// where workflows run: `root` is how the site was named from there.
pub(super) fn github_lines(diagnostics: &[Diagnostic], root: &Path, lang: Lang) -> String {
    let mut out = String::new();
    for found in diagnostics {
        let command = match found.severity {
            Severity::Note => "notice",
            other => word(other),
        };
        let mut properties = Vec::new();
        if let Some(place) = &found.place {
            let file = root.join(&place.file);
            let file: PathBuf = file
                .components()
                .filter(|part| *part != Component::CurDir)
                .collect();
            properties.push(("file", file.to_string_lossy().into_owned()));
            if place.line > 0 {
                properties.push(("line", place.line.to_string()));
            }
            if let Some(extent) = place.extent {
                properties.push(("endLine", extent.end_line.to_string()));
                properties.push(("col", place.column.to_string()));
                // GitHub takes columns on one line only.
                if extent.end_line == place.line {
                    properties.push(("endColumn", extent.end_column.to_string()));
                }
            }
        }
        properties.push(("title", found.code.to_owned()));
        let properties: Vec<String> = properties
            .iter()
            .map(|(key, value)| format!("{key}={}", command_escaped(value, true)))
            .collect();
        let mut message = found.message.get(lang).to_owned();
        if let Some(hint) = &found.hint {
            message.push('\n');
            message.push_str(hint.get(lang));
        }
        let message = command_escaped(&message, false);
        let _ = writeln!(out, "::{command} {}::{message}", properties.join(","));
    }
    out
}

/// As GitHub's toolkit escapes a command's data and, beyond that, its properties.
fn command_escaped(text: &str, property: bool) -> String {
    let text = text
        .replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A");
    match property {
        true => text.replace(':', "%3A").replace(',', "%2C"),
        false => text,
    }
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
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
    fn notes_about_whole_files_are_one_with_all_their_names_and_errors_are_not() {
        let of = |severity, file: &str| {
            let message = bilingual!("줄 끝이 CRLF입니다.", "CRLF.");
            Diagnostic::new(severity, "crlf", message)
                .at(Place::file(file))
                .hint(bilingual!("고치세요.", "Mend it."))
        };
        let found: Vec<Diagnostic> = ["a.md", "b.md", "c.md"]
            .iter()
            .map(|file| of(Severity::Note, file))
            .collect();
        assert_eq!(
            everything(&found, Lang::Ko),
            "참고[crlf]: 줄 끝이 CRLF입니다.\n  --> a.md\n  --> b.md\n  --> c.md\n  = 고치세요.\n"
        );
        let found = [of(Severity::Error, "a.md"), of(Severity::Error, "b.md")];
        assert_eq!(everything(&found, Lang::Ko).matches("오류[").count(), 2);
    }

    #[test]
    fn an_annotation_cannot_be_broken_out_of() {
        let message = bilingual!("100% 깨짐\n::error::가짜", "broken");
        let found =
            Diagnostic::new(Severity::Note, "x", message).at(Place::at("글,a:b.md", "가", 0..3));
        assert_eq!(
            github_lines(&[found], Path::new("./docs"), Lang::Ko),
            "::notice file=docs/글%2Ca%3Ab.md,line=1,endLine=1,col=1,endColumn=2,title=x::100%25 깨짐%0A::error::가짜\n"
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
