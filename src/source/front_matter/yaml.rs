//! YAML to entries with their places. The whole is tried first; where it is broken, each top-level entry by itself,
//! and an entry that is no YAML even alone (`title: AWS: 람다`) is taken as the plain text it looks like.

use std::fmt;
use std::ops::Range;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{Location, Spanned};

use super::{Entry, Kind, Node, same, syntax_error};
use crate::bilingual;
use crate::diagnostics::Diagnostic;

/// The entries of the YAML at `inner` of `text`. `None` where it is no mapping at all, but text between two rules.
pub(super) fn entries(
    file: &str,
    text: &str,
    inner: Range<usize>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Vec<Entry>> {
    let yaml = text.get(inner.clone())?;
    if yaml.trim().is_empty() {
        return Some(Vec::new());
    }
    let error = match parse(yaml) {
        Ok(Kind::Map(pairs)) => return Some(to_entries(pairs, inner.start)),
        Ok(_) => return None,
        Err(error) => error,
    };
    let chunks = looks_like_entries(yaml)?;
    let mut salvaged = Vec::new();
    for chunk in chunks {
        salvaged.extend(salvage(yaml, chunk, inner.start));
    }
    let span = error.span_in(yaml);
    let (span, detail, hint) = if let Some((at, mended)) = colon_in_value(yaml, span.start) {
        (
            at..at + 1,
            bilingual!(
                "따옴표로 감싸지 않은 값에 `: `이 있습니다",
                "an unquoted value contains `: `"
            ),
            bilingual!("따옴표로 감싸세요: {mended}", "Quote it: {mended}"),
        )
    } else if yaml.contains('\t') {
        (
            span,
            same(&error.detail),
            bilingual!(
                "YAML에서는 들여쓰기에 탭을 쓸 수 없습니다. 빈칸으로 바꾸세요.",
                "YAML forbids tabs in indentation; use spaces."
            ),
        )
    } else {
        (
            span,
            same(&error.detail),
            bilingual!(
                "특수한 글자(`: `, `#`, `[`, `@`, `%`…)가 든 값은 따옴표로 감싸세요.",
                "Quote values that contain special characters (`: `, `#`, `[`, `@`, `%`…)."
            ),
        )
    };
    let place = inner.start + span.start..inner.start + span.end;
    let diagnostic = syntax_error(file, text, place, detail).hint(hint);
    diagnostics.push(diagnostic);
    Some(salvaged)
}

/// What the parser said.
struct YamlError {
    detail: String,
    location: Option<Location>,
}

impl YamlError {
    fn span_in(&self, yaml: &str) -> Range<usize> {
        match self.location.and_then(|l| range(&l)) {
            Some(range) if range.start < yaml.len() => range.start..range.end.max(range.start + 1),
            _ => match self.location {
                Some(location) => {
                    let line = usize::try_from(location.line()).unwrap_or(1).max(1) - 1;
                    let start: usize = yaml.split_inclusive('\n').take(line).map(str::len).sum();
                    start.min(yaml.len().saturating_sub(1))..start
                }
                None => 0..1,
            },
        }
    }
}

fn parse(yaml: &str) -> Result<Kind, YamlError> {
    use serde_saphyr::options::{DuplicateKeyPolicy, NonFiniteFloatPolicy};
    let options = serde_saphyr::options! {
        duplicate_keys: DuplicateKeyPolicy::LastWins,
        non_finite_float_policy: NonFiniteFloatPolicy::AsString,
        with_snippet: false,
        // Front matter is flat; a nesting this deep is an accident or an attack, and we walk it by recursion.
        budget: serde_saphyr::budget! { max_depth: 32, max_nodes: 50_000 },
    };
    serde_saphyr::from_str_with_options::<Kind>(yaml, options).map_err(|error| YamlError {
        detail: first_line(&error.to_string()),
        location: error.location(),
    })
}

/// The parser's message without the place it repeats.
fn first_line(message: &str) -> String {
    let line = message.lines().next().unwrap_or("").trim();
    let line = line.split(" at line ").next().unwrap_or(line);
    line.trim_end_matches([':', ',', ' ']).to_owned()
}

/// The byte range of a location, where the parser knows it.
fn range(location: &Location) -> Option<Range<usize>> {
    let span = location.span();
    let start = usize::try_from(span.byte_offset()?).ok()?;
    let len = usize::try_from(span.byte_len()?).ok()?;
    Some(start..start.checked_add(len)?)
}

fn to_entries(pairs: Vec<(String, Node)>, base: usize) -> Vec<Entry> {
    pairs
        .into_iter()
        .map(|(key, value)| Entry {
            key,
            value: moved(value, base),
        })
        .collect()
}

/// The same value, its spans counted from the start of the note.
fn moved(node: Node, base: usize) -> Node {
    let kind = match node.kind {
        Kind::List(items) => Kind::List(items.into_iter().map(|n| moved(n, base)).collect()),
        Kind::Map(pairs) => Kind::Map(
            pairs
                .into_iter()
                .map(|(key, n)| (key, moved(n, base)))
                .collect(),
        ),
        scalar => scalar,
    };
    Node {
        kind,
        span: node.span.start + base..node.span.end + base,
    }
}

/// The byte ranges of the top-level entries: a `key:` line and the lines that belong to it. `None` where fewer than
/// half of the unindented lines look like entries: then this is prose between two rules.
fn looks_like_entries(yaml: &str) -> Option<Vec<Range<usize>>> {
    let mut chunks: Vec<Range<usize>> = Vec::new();
    let mut prose = 0;
    let mut at = 0;
    for line in yaml.split_inclusive('\n') {
        let range = at..at + line.len();
        at = range.end;
        let belongs = line.starts_with([' ', '\t', '-', '#', ']', '}']) || line.trim().is_empty();
        if key_of(line).is_some() {
            chunks.push(range);
        } else {
            if !belongs {
                prose += 1;
            }
            match chunks.last_mut() {
                Some(last) => last.end = range.end,
                None if belongs => {}
                None => return None,
            }
        }
    }
    (!chunks.is_empty() && chunks.len() >= prose).then_some(chunks)
}

/// The key of an unindented `key: value` line.
fn key_of(line: &str) -> Option<&str> {
    let (key, rest) = line.split_once(':')?;
    let plain = !key.is_empty()
        && key
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
        && !key.starts_with(['-', '.']);
    (plain && (rest.is_empty() || rest.starts_with(char::is_whitespace))).then_some(key)
}

/// One entry of broken YAML: as YAML if it is some by itself, else its first line as plain text.
fn salvage(yaml: &str, chunk: Range<usize>, base: usize) -> Vec<Entry> {
    let Some(text) = yaml.get(chunk.clone()) else {
        return Vec::new();
    };
    if let Ok(Kind::Map(pairs)) = parse(text) {
        return to_entries(pairs, base + chunk.start);
    }
    let line = text.lines().next().unwrap_or("");
    let Some(key) = key_of(line) else {
        return Vec::new();
    };
    let raw = line[key.len() + 1..].trim();
    let start = base + chunk.start + line.len() - line[key.len() + 1..].trim_start().len();
    let span = start..start + raw.len();
    let value = unquoted(raw);
    let kind = if value.is_empty() || value.starts_with(['[', '{', '|', '>', '&', '*']) {
        // A broken collection has no plain reading.
        return Vec::new();
    } else {
        Kind::Text(value.to_owned())
    };
    vec![Entry {
        key: key.to_owned(),
        value: Node { kind, span },
    }]
}

fn unquoted(raw: &str) -> &str {
    for quote in ['"', '\''] {
        if let Some(rest) = raw.strip_prefix(quote) {
            return rest.strip_suffix(quote).unwrap_or(rest);
        }
    }
    raw
}

/// Where an unquoted value contains `: ` — near `at`, where the parser stumbled, or else anywhere —, and its line
/// mended by quotes.
fn colon_in_value(yaml: &str, at: usize) -> Option<(usize, String)> {
    let mut found: Option<(usize, String)> = None;
    let mut start = 0;
    for line in yaml.split_inclusive('\n') {
        let line_start = start;
        start += line.len();
        let Some(key) = key_of(line) else { continue };
        let value = line[key.len() + 1..].trim();
        let Some(colon) = value.find(": ") else {
            continue;
        };
        if value.starts_with(['"', '\'', '[', '{', '|', '>', '#']) {
            continue;
        }
        let lead = line[key.len() + 1..].len() - line[key.len() + 1..].trim_start().len();
        let place = line_start + key.len() + 1 + lead + colon;
        // The parser notices on the line itself or one later.
        let near = line_start <= at;
        if found.is_none() || near {
            let value = value.replace('\\', "\\\\").replace('"', "\\\"");
            found = Some((place, format!("{key}: \"{value}\"")));
        }
    }
    found
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(KindVisitor)
    }
}

/// Builds a [`Kind`] from whatever stands there.
struct KindVisitor;

impl<'de> Visitor<'de> for KindVisitor {
    type Value = Kind;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Kind, E> {
        Ok(Kind::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Kind, E> {
        Ok(Kind::Int(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Kind, E> {
        Ok(match i64::try_from(value) {
            Ok(value) => Kind::Int(value),
            Err(_) => Kind::Text(value.to_string()),
        })
    }

    fn visit_i128<E>(self, value: i128) -> Result<Kind, E> {
        Ok(Kind::Text(value.to_string()))
    }

    fn visit_u128<E>(self, value: u128) -> Result<Kind, E> {
        Ok(Kind::Text(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Kind, E> {
        Ok(Kind::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Kind, E> {
        Ok(Kind::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Kind, E> {
        Ok(Kind::Text(value))
    }

    fn visit_bytes<E>(self, value: &[u8]) -> Result<Kind, E> {
        Ok(Kind::Text(String::from_utf8_lossy(value).into_owned()))
    }

    fn visit_unit<E>(self) -> Result<Kind, E> {
        Ok(Kind::Null)
    }

    fn visit_none<E>(self) -> Result<Kind, E> {
        Ok(Kind::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Kind, D::Error> {
        Kind::deserialize(deserializer)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Kind, D::Error> {
        Kind::deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Kind, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element::<Spanned<Kind>>()? {
            items.push(node(item));
        }
        Ok(Kind::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Kind, A::Error> {
        let mut pairs = Vec::new();
        while let Some((key, value)) = map.next_entry::<String, Spanned<Kind>>()? {
            pairs.push((key, node(value)));
        }
        Ok(Kind::Map(pairs))
    }
}

fn node(spanned: Spanned<Kind>) -> Node {
    Node {
        kind: spanned.value,
        span: range(&spanned.referenced).unwrap_or(0..0),
    }
}
