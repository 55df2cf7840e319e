//! Entries to [`FrontMatter`]: every name other tools gave a field, every form a value comes in; a value of the wrong
//! type is a warning that names the key and what it should be.

use serde_json::Value;

use super::{Entry, Kind, Node};
use crate::bilingual;
use crate::diagnostics::{Bilingual, Diagnostic, Place, Severity};
use crate::source::{FrontMatter, normalise_date};

/// Fills a front matter from its entries. Where two names of one field are given, the one we name first wins.
pub(super) fn read(
    file: &str,
    text: &str,
    entries: Vec<Entry>,
    diagnostics: &mut Vec<Diagnostic>,
) -> FrontMatter {
    let mut reader = Reader {
        file,
        text,
        entries,
        diagnostics,
    };
    let front_matter = FrontMatter {
        title: reader.take(&["title"], Reader::text),
        description: reader.take(&["description", "summary", "excerpt"], Reader::text),
        date: reader.take(&["date"], Reader::date),
        updated: reader.take(&["updated", "lastmod", "last_modified_at"], Reader::date),
        tags: reader
            .take(&["tags", "tag"], Reader::tags)
            .unwrap_or_default(),
        categories: reader
            .take(&["category", "categories"], Reader::tags)
            .unwrap_or_default(),
        slug: reader.take(&["slug"], Reader::text),
        permalink: reader.take(&["permalink"], Reader::text),
        aliases: reader
            .take(&["aliases", "redirect_from"], Reader::texts)
            .unwrap_or_default(),
        draft: {
            let draft = reader.take(&["draft"], Reader::truth);
            let published = reader.take(&["published", "publish"], Reader::truth);
            draft.unwrap_or(false) || published == Some(false)
        },
        weight: reader.take(&["weight", "order", "nav_order"], Reader::integer),
        toc: reader.take(&["toc"], Reader::truth),
        template: reader.take(&["template"], Reader::text),
        extra: Default::default(),
    };
    let extra = reader
        .entries
        .drain(..)
        .map(|entry| (entry.key, json(entry.value)))
        .collect();
    FrontMatter {
        extra,
        ..front_matter
    }
}

struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    entries: Vec<Entry>,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl Reader<'_> {
    /// Takes every entry under one of `names` (any ASCII case) and reads the first of them that says something.
    fn take<T>(
        &mut self,
        names: &[&str],
        read: fn(&mut Self, &str, Node) -> Option<T>,
    ) -> Option<T> {
        let mut found = None;
        for name in names {
            while let Some(at) = self
                .entries
                .iter()
                .position(|entry| entry.key.eq_ignore_ascii_case(name))
            {
                let entry = self.entries.remove(at);
                if found.is_none() && entry.value.kind != Kind::Null {
                    found = read(self, &entry.key, entry.value);
                }
            }
        }
        found
    }

    fn wrong(&mut self, key: &str, node: &Node, expected: Bilingual) {
        let Bilingual { ko, en } = expected;
        let message = bilingual!(
            "front matter의 `{key}`에는 {ko} 와야 하는데 그렇지 않아, 이 항목을 쓰지 않았습니다.",
            "The front matter's `{key}` must be {en}; this entry was not used."
        );
        let place = Place::at(self.file, self.text, node.span.clone());
        self.diagnostics
            .push(Diagnostic::new(Severity::Warning, "front-matter-type", message).at(place));
    }

    fn text(&mut self, key: &str, node: Node) -> Option<String> {
        match scalar(self.text, &node) {
            Some(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            None => {
                self.wrong(key, &node, bilingual!("글이", "text"));
                None
            }
        }
    }

    fn date(&mut self, key: &str, node: Node) -> Option<String> {
        let written = scalar(self.text, &node).unwrap_or_default();
        if written.trim().is_empty() && matches!(node.kind, Kind::Text(_)) {
            return None;
        }
        let date = normalise_date(&written);
        if date.is_none() {
            let message = bilingual!(
                "front matter의 `{key}`에는 있을 수 있는 날짜가 와야 하는데 그렇지 않아, 이 항목을 쓰지 않았습니다.",
                "The front matter's `{key}` must be a possible date; this entry was not used."
            );
            let hint = bilingual!(
                "`2023-03-21`, `2023. 3. 21.`, `2023년 3월 21일`처럼 적으세요.",
                "Write it like `2023-03-21`."
            );
            let place = Place::at(self.file, self.text, node.span);
            self.diagnostics.push(
                Diagnostic::new(Severity::Warning, "front-matter-date", message)
                    .at(place)
                    .hint(hint),
            );
        }
        date
    }

    fn truth(&mut self, key: &str, node: Node) -> Option<bool> {
        let truth = match &node.kind {
            Kind::Bool(truth) => Some(*truth),
            Kind::Text(text) => match text.trim().to_ascii_lowercase().as_str() {
                "true" | "yes" | "on" | "예" => Some(true),
                "false" | "no" | "off" | "아니요" => Some(false),
                _ => None,
            },
            _ => None,
        };
        if truth.is_none() {
            let expected = bilingual!("`true`나 `false`가", "`true` or `false`");
            self.wrong(key, &node, expected);
        }
        truth
    }

    fn integer(&mut self, key: &str, node: Node) -> Option<i64> {
        let number = match &node.kind {
            Kind::Int(number) => Some(*number),
            Kind::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => {
                Some(*number as i64)
            }
            Kind::Text(text) => text.trim().parse().ok(),
            _ => None,
        };
        if number.is_none() {
            self.wrong(key, &node, bilingual!("정수가", "an integer"));
        }
        number
    }

    /// Texts in a list, or one text.
    fn texts(&mut self, key: &str, node: Node) -> Option<Vec<String>> {
        let items = match node.kind {
            Kind::List(items) => items,
            _ => vec![node],
        };
        let mut texts: Vec<String> = Vec::new();
        for item in items {
            match scalar(self.text, &item) {
                Some(text) => {
                    let text = text.trim();
                    if !text.is_empty() && !texts.iter().any(|known| known == text) {
                        texts.push(text.to_owned());
                    }
                }
                None if item.kind == Kind::Null => {}
                None => self.wrong(
                    key,
                    &item,
                    bilingual!("글이나 글의 목록이", "text or a list of texts"),
                ),
            }
        }
        Some(texts)
    }

    /// Names as [`Reader::names`], but one text without commas is cut at its spaces: so Jekyll and Obsidian read
    /// `tags`, and Jekyll `categories`; `tag` and `category` are one name.
    fn tags(&mut self, key: &str, node: Node) -> Option<Vec<String>> {
        let listed = matches!(node.kind, Kind::List(_));
        let mut names = self.names(key, node)?;
        if let [only] = names.as_slice()
            && !listed
            && ["tags", "categories"]
                .iter()
                .any(|plural| key.eq_ignore_ascii_case(plural))
        {
            let mut cut: Vec<String> = Vec::new();
            for name in only.split_whitespace() {
                let name = name.trim_start_matches('#');
                if !name.is_empty() && !cut.iter().any(|known| known == name) {
                    cut.push(name.to_owned());
                }
            }
            names = cut;
        }
        Some(names)
    }

    /// Names in a list, or in one text between commas; a leading `#` is dropped.
    fn names(&mut self, key: &str, node: Node) -> Option<Vec<String>> {
        let listed = matches!(node.kind, Kind::List(_));
        let texts = self.texts(key, node)?;
        let mut names: Vec<String> = Vec::new();
        for text in &texts {
            let hashtags = text.starts_with('#');
            let parts: Vec<&str> = match (listed, hashtags) {
                (true, _) => vec![text.as_str()],
                (false, true) => text.split([',', ' ', '\t', '\n']).collect(),
                (false, false) => text.split([',', '\n', '，', '、']).collect(),
            };
            for part in parts {
                let name = part.trim().trim_start_matches('#').trim();
                if !name.is_empty() && !names.iter().any(|known| known == name) {
                    names.push(name.to_owned());
                }
            }
        }
        Some(names)
    }
}

/// A scalar as its author wrote it: `3.10` stays `3.10`, `no` stays `no`.
fn scalar(text: &str, node: &Node) -> Option<String> {
    let written = || {
        let written = text.get(node.span.clone()).unwrap_or("").trim();
        (!written.is_empty()).then(|| written.to_owned())
    };
    match &node.kind {
        Kind::Text(text) => Some(text.clone()),
        Kind::Bool(truth) => written().or_else(|| Some(truth.to_string())),
        Kind::Int(number) => written().or_else(|| Some(number.to_string())),
        Kind::Float(number) => written().or_else(|| Some(number.to_string())),
        Kind::Null | Kind::List(_) | Kind::Map(_) => None,
    }
}

/// A value for templates. Depth is bounded by the parsers.
fn json(node: Node) -> Value {
    match node.kind {
        Kind::Null => Value::Null,
        Kind::Bool(truth) => Value::Bool(truth),
        Kind::Int(number) => Value::from(number),
        Kind::Float(number) => Value::from(number),
        Kind::Text(text) => Value::String(text),
        Kind::List(items) => items.into_iter().map(json).collect(),
        Kind::Map(pairs) => Value::Object(
            pairs
                .into_iter()
                .map(|(key, value)| (key, json(value)))
                .collect(),
        ),
    }
}
