//! TOML to entries with their places.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::{Entry, Kind, Node, same, syntax_error};
use crate::bilingual;
use crate::diagnostics::Diagnostic;

/// How deep a value may nest; deeper is dropped. Bounds the recursion below.
const DEPTH: usize = 32;

/// The entries of the TOML at `inner` of `text`; the parser recovers from errors, so what is whole is kept. `None`
/// where not one entry can be read.
pub(super) fn entries(
    file: &str,
    text: &str,
    inner: Range<usize>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Vec<Entry>> {
    let source = text.get(inner.clone())?;
    let (table, errors) = DeTable::parse_recoverable(source);
    let entries: Vec<Entry> = table
        .get_ref()
        .iter()
        .map(|(key, value)| Entry {
            key: key.get_ref().to_string(),
            value: node(value, inner.start, DEPTH),
        })
        .collect();
    if let Some(error) = errors.first() {
        if entries.is_empty() {
            return None;
        }
        let span = error.span().unwrap_or(0..1);
        let place = inner.start + span.start..inner.start + span.end;
        diagnostics.push(
            syntax_error(file, text, place, same(error.message())).hint(bilingual!(
                "TOML에서는 글에 따옴표가 필요합니다: title = \"제목\"",
                "TOML wants quotes around text: title = \"My note\""
            )),
        );
    }
    Some(entries)
}

fn node(value: &toml::Spanned<DeValue<'_>>, base: usize, depth: usize) -> Node {
    let span = value.span();
    let kind = match value.get_ref() {
        _ if depth == 0 => Kind::Null,
        DeValue::String(text) => Kind::Text(text.to_string()),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Kind::Int(number),
            Err(_) => Kind::Text(number.as_str().to_owned()),
        },
        DeValue::Float(number) => match number.as_str().parse() {
            Ok(number) => Kind::Float(number),
            Err(_) => Kind::Text(number.as_str().to_owned()),
        },
        DeValue::Boolean(truth) => Kind::Bool(*truth),
        DeValue::Datetime(datetime) => Kind::Text(datetime.to_string()),
        DeValue::Array(items) => Kind::List(
            items
                .iter()
                .map(|item| node(item, base, depth - 1))
                .collect(),
        ),
        DeValue::Table(table) => Kind::Map(
            table
                .iter()
                .map(|(key, value)| (key.get_ref().to_string(), node(value, base, depth - 1)))
                .collect(),
        ),
    };
    Node {
        kind,
        span: base + span.start..base + span.end,
    }
}
