//! A note's front matter as its author wrote it, entry by entry, so that an import changes only the entries it must.
//!
//! [`Header::split`] cuts it off; [`Header::set`] and [`Header::remove`] change entries; `Display` writes it again,
//! untouched entries byte for byte. Only YAML is changed; TOML stays as it is.

use std::fmt;

use crate::source::{FrontMatter, split_front_matter};

/// The front matter of one note.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Header {
    entries: Vec<Entry>,
    /// TOML with its fences, which is not changed.
    toml: Option<String>,
    /// Whether the note had one.
    written: bool,
    /// What it says.
    pub(super) says: FrontMatter,
}

/// One entry: its key (empty for comments before the first) and its lines with their breaks.
#[derive(Debug, Clone, PartialEq)]
struct Entry {
    key: String,
    raw: String,
}

impl Header {
    /// The front matter of `text` and the offset of the body. A note without one has an empty one.
    pub(super) fn split(text: &str) -> (Header, usize) {
        let (says, body) = split_front_matter("", text, &mut Vec::new());
        if body == 0 {
            return (Header::default(), 0);
        }
        let whole = &text[..body];
        if whole.starts_with('+') {
            let header = Header {
                toml: Some(whole.to_owned()),
                written: true,
                says,
                ..Header::default()
            };
            return (header, body);
        }
        let start = whole.find('\n').map_or(whole.len(), |at| at + 1);
        let end = whole
            .trim_end_matches('\n')
            .rfind('\n')
            .map_or(start, |at| at + 1)
            .max(start);
        let mut entries: Vec<Entry> = Vec::new();
        for line in whole.get(start..end).unwrap_or("").split_inclusive('\n') {
            match key_of(line) {
                Some(key) => entries.push(Entry {
                    key: key.to_owned(),
                    raw: line.to_owned(),
                }),
                None => match entries.last_mut() {
                    Some(last) => last.raw.push_str(line),
                    None => entries.push(Entry {
                        key: String::new(),
                        raw: line.to_owned(),
                    }),
                },
            }
        }
        let header = Header {
            entries,
            toml: None,
            written: true,
            says,
        };
        (header, body)
    }

    /// The note with this front matter above `body`; one that it did not have is parted from it by a blank line.
    pub(super) fn above(&self, body: &str) -> String {
        let mut out = self.to_string();
        if !self.written && !out.is_empty() {
            out.push('\n');
        }
        out.push_str(body);
        out
    }

    /// The key as it is written, if there is such an entry; case does not count.
    pub(super) fn key(&self, key: &str) -> Option<&str> {
        self.position(key)
            .and_then(|at| self.entries.get(at))
            .map(|entry| entry.key.as_str())
    }

    fn position(&self, key: &str) -> Option<usize> {
        self.entries
            .iter()
            .position(|entry| entry.key.eq_ignore_ascii_case(key))
    }

    /// The 1-based line of the note on which `key` stands; 0 if it does not.
    pub(super) fn line_of(&self, key: &str) -> usize {
        self.position(key).map_or(0, |at| {
            let before = self.entries.iter().take(at);
            2 + before
                .map(|entry| entry.raw.matches('\n').count())
                .sum::<usize>()
        })
    }

    /// The value of `key` if it is one plain text on one line, without its quotes.
    pub(super) fn scalar(&self, key: &str) -> Option<&str> {
        let entry = self.entries.get(self.position(key)?)?;
        let mut lines = entry.raw.lines().filter(|line| !line.trim().is_empty());
        let value = lines.next()?.split_once(':')?.1.trim();
        if lines.next().is_some()
            || value.is_empty()
            || value.starts_with(['[', '{', '|', '>', '&', '*'])
        {
            return None;
        }
        for quote in ['"', '\''] {
            if let Some(rest) = value.strip_prefix(quote) {
                return rest.strip_suffix(quote);
            }
        }
        Some(
            value
                .split_once(" #")
                .map_or(value, |(value, _)| value.trim_end()),
        )
    }

    /// Puts `key` at this YAML value, where it stands or at the end.
    pub(super) fn set(&mut self, key: &str, yaml: &str) {
        let raw = format!("{}: {yaml}\n", yaml_text(key));
        match self.position(key) {
            Some(at) => {
                if let Some(entry) = self.entries.get_mut(at) {
                    entry.raw = raw;
                }
            }
            None => {
                // A last line without its break would swallow the new one.
                if let Some(last) = self.entries.last_mut()
                    && !last.raw.ends_with('\n')
                {
                    last.raw.push('\n');
                }
                self.entries.push(Entry {
                    key: key.to_owned(),
                    raw,
                });
            }
        }
    }

    /// Takes the entry out.
    pub(super) fn remove(&mut self, key: &str) {
        self.entries
            .retain(|entry| !entry.key.eq_ignore_ascii_case(key));
    }

    /// Gives the entry another key and keeps its value as it is written.
    pub(super) fn rename(&mut self, from: &str, to: &str) {
        if let Some(at) = self.position(from)
            && let Some(entry) = self.entries.get_mut(at)
            && let Some((_, value)) = entry.raw.split_once(':')
        {
            entry.raw = format!("{to}:{value}");
            entry.key = to.to_owned();
        }
    }

    /// Whether entries can be changed: the front matter is YAML, or there is none yet.
    pub(super) fn is_editable(&self) -> bool {
        self.toml.is_none()
    }
}

impl fmt::Display for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(toml) = &self.toml {
            return f.write_str(toml);
        }
        if self.entries.is_empty() {
            return Ok(());
        }
        f.write_str("---\n")?;
        for entry in &self.entries {
            f.write_str(&entry.raw)?;
        }
        f.write_str("---\n")
    }
}

/// The key of an unindented `key: value` line.
fn key_of(line: &str) -> Option<&str> {
    if line.starts_with([' ', '\t', '-', '#', '\n']) {
        return None;
    }
    let (key, rest) = line.split_once(':')?;
    let key = key.trim().trim_matches(['"', '\'']);
    let plain = !key.is_empty() && !key.contains(['{', '[', '#']);
    (plain && (rest.is_empty() || rest.starts_with(char::is_whitespace))).then_some(key)
}

/// A text as a YAML scalar that reads back as this text, plain where that is safe.
pub(super) fn yaml_text(text: &str) -> String {
    let safe_start = text
        .chars()
        .next()
        .is_some_and(|c| c.is_alphabetic() || c.is_ascii_digit());
    let plain = safe_start
        && text.trim() == text
        && !text.contains(": ")
        && !text.ends_with(':')
        && !text.contains(" #")
        && !text.chars().any(|c| {
            c.is_control() || "\"'[]{},&*!|>%@`\\\u{85}\u{2028}\u{2029}\u{FEFF}".contains(c)
        })
        && !reads_as_something_else(text);
    if plain {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{FEFF}') => {
                out.push_str(&format!("\\u{:04X}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Whether YAML takes the plain text for a number, a truth, a null or a date.
fn reads_as_something_else(text: &str) -> bool {
    let word = matches!(
        text.to_ascii_lowercase().as_str(),
        "true" | "false" | "yes" | "no" | "on" | "off" | "null" | "y" | "n"
    );
    let number = text.starts_with(|c: char| c.is_ascii_digit())
        && text
            .chars()
            .all(|c| c.is_ascii_hexdigit() || "._-+:xoTtZz ".contains(c));
    word || number
}

/// A list of texts as YAML on one line.
pub(super) fn yaml_list<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let items: Vec<String> = texts.into_iter().map(yaml_text).collect();
    format!("[{}]", items.join(", "))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_not_changed_stays_byte_for_byte() {
        let text = "---\n# 주석\ntitle:  람다   # 뒤\ntags:\n  - a\n  - b\n이상한 줄\n---\n본문\n";
        let (header, body) = Header::split(text);
        assert_eq!(format!("{header}{}", &text[body..]), text);
    }

    #[test]
    fn one_entry_is_changed_where_it_stands() {
        let text = "---\ntitle: 람다\npublished: false\ntags:\n- a\n---\n본문\n";
        let (mut header, _) = Header::split(text);
        assert_eq!(header.scalar("published"), Some("false"));
        assert_eq!(header.line_of("tags"), 4);
        header.remove("published");
        header.set("draft", "true");
        header.set("tags", &yaml_list(["a b", "[c]"]));
        assert_eq!(
            header.to_string(),
            "---\ntitle: 람다\ntags: [a b, \"[c]\"]\ndraft: true\n---\n"
        );
    }

    #[test]
    fn a_note_without_front_matter_gets_one_only_when_something_is_set() {
        let (mut header, body) = Header::split("본문\n");
        assert_eq!((header.to_string().as_str(), body), ("", 0));
        header.set("date", "2024-03-01");
        assert_eq!(
            header.above("본문\n"),
            "---\ndate: 2024-03-01\n---\n\n본문\n"
        );
        let (header, body) = Header::split("---\na: 1\n---\n본문\n");
        assert_eq!(
            (header.above("본문\n").as_str(), body),
            ("---\na: 1\n---\n본문\n", 13)
        );
    }

    proptest! {
        #[test]
        fn any_text_reads_back_as_it_was_written(text in any::<String>()) {
            let mut header = Header::default();
            header.set("속성", &yaml_text(&text));
            header.set("tags", &yaml_list([text.as_str()]));
            let note = format!("{header}본문\n");
            let (read, _) = Header::split(&note);
            let kept = read.says.extra.get("속성").and_then(|value| value.as_str());
            prop_assert_eq!(kept, Some(text.as_str()));
        }

        #[test]
        fn any_front_matter_survives(text in "(---\n)?([a-z가]{0,4}: ?[ -~가]{0,9}\n|- a\n| b\n){0,6}(---\n)?본문") {
            let (header, body) = Header::split(&text);
            if body > 0 && header.is_editable() {
                let again = format!("{header}{}", &text[body..]);
                prop_assert!(again == text || text.contains("\n---\n") && header.to_string().is_empty(), "{again:?}");
            }
        }
    }
}
