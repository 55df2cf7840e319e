//! What a reader may write beside plain words: `"…"` for a phrase as it stands, `-` before what must not occur, `tag:`
//! (or `태그:`) for pages of a tag, `in:` (or `폴더:`) for pages of a folder.
//!
//! Lenient: a mark that cannot be meant so is an ordinary character (`use memo"`, `a-b`, `tag:` alone).

use alloc::borrow::ToOwned as _;
use alloc::string::String;
use alloc::vec::Vec;

use crate::facets::FacetKind;

/// How a filter may begin.
const FILTERS: [(&str, FacetKind); 4] = [
    ("tag:", FacetKind::Tag),
    ("태그:", FacetKind::Tag),
    ("in:", FacetKind::Folder),
    ("폴더:", FacetKind::Folder),
];

/// A kind of facet and a name.
pub(crate) type Filter = (FacetKind, String);

/// What was typed, in parts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Syntax {
    /// The words to look for, those of phrases too, in order; whether each part stands in quotes.
    pub(crate) words: Vec<(String, bool)>,
    /// What must not occur.
    pub(crate) excluded: Vec<String>,
    /// What a page must have or lie in.
    pub(crate) filters: Vec<Filter>,
}

impl Syntax {
    /// Reads `text`.
    pub(crate) fn parse(text: &str) -> Self {
        let mut syntax = Syntax::default();
        let mut rest = text;
        let mut plain = String::new();
        let mut word_begins = true;
        while let Some(c) = rest.chars().next() {
            let part = if word_begins { Part::read(rest) } else { None };
            let Some((part, length)) = part else {
                plain.push(c);
                word_begins = c.is_whitespace();
                rest = &rest[c.len_utf8()..];
                continue;
            };
            match part {
                Part::Phrase(phrase) => {
                    syntax.plain(&mut plain);
                    syntax.words.push((phrase.to_owned(), true));
                }
                Part::Excluded(word) => syntax.excluded.push(word.to_owned()),
                Part::Filter(kind, name) => syntax.filters.push((kind, name.to_owned())),
            }
            rest = &rest[length..];
        }
        syntax.plain(&mut plain);
        syntax
    }

    fn plain(&mut self, plain: &mut String) {
        let words = core::mem::take(plain);
        if !words.trim().is_empty() {
            self.words.push((words, false));
        }
    }

    /// The phrases: quoted parts with a letter or digit in them.
    pub(crate) fn phrases(&self) -> impl Iterator<Item = &str> {
        self.words
            .iter()
            .filter(|(words, quoted)| *quoted && words.chars().any(char::is_alphanumeric))
            .map(|(words, _)| words.as_str())
    }
}

enum Part<'t> {
    Phrase(&'t str),
    Excluded(&'t str),
    Filter(FacetKind, &'t str),
}

impl<'t> Part<'t> {
    /// The part that `text` begins with, and its length, where it is not plain words.
    fn read(text: &'t str) -> Option<(Self, usize)> {
        if let Some((phrase, length)) = quoted(text) {
            return Some((Part::Phrase(phrase), length));
        }
        let filter = FILTERS.iter().find(|(begin, _)| {
            text.get(..begin.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(begin))
        });
        let lead = match filter {
            Some((begin, _)) => begin.len(),
            None if text.starts_with('-') => 1,
            None => return None,
        };
        let (value, length) = quoted(&text[lead..]).unwrap_or_else(|| {
            let value = text[lead..].split(char::is_whitespace).next();
            let value = value.unwrap_or_default();
            (value, value.len())
        });
        // `--help`, a lone dash, `tag:` still being typed.
        if !value.starts_with(|c: char| c.is_alphanumeric() || c == '#') {
            return None;
        }
        let part = match filter {
            Some((_, kind)) => Part::Filter(*kind, value.trim_start_matches('#')),
            None => Part::Excluded(value),
        };
        Some((part, lead + length))
    }
}

/// What stands in quotes at the start of `text`, and the length with the quotes; quotes may still be open.
fn quoted(text: &str) -> Option<(&str, usize)> {
    let open = text
        .chars()
        .next()
        .filter(|c| matches!(c, '"' | '“' | '”'))?;
    let inside = &text[open.len_utf8()..];
    let close = inside
        .char_indices()
        .find(|(_, c)| matches!(c, '"' | '“' | '”'));
    Some(match close {
        Some((at, c)) => (&inside[..at], open.len_utf8() + at + c.len_utf8()),
        None => (inside, text.len()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(text: &str) -> Vec<(String, bool)> {
        Syntax::parse(text).words
    }

    #[test]
    fn quotes_hold_a_phrase_even_while_they_are_open() {
        assert_eq!(
            words("\"시간 초과\" 설정"),
            [("시간 초과".into(), true), (" 설정".into(), false)]
        );
        assert_eq!(
            words("설정 “시간 초"),
            [("설정 ".into(), false), ("시간 초".into(), true)]
        );
        assert_eq!(Syntax::parse("\"").phrases().count(), 0);
    }

    #[test]
    fn a_dash_before_a_word_excludes_it() {
        let syntax = Syntax::parse("람다 -배포 -\"시간 초과\" a-b - --help");
        assert_eq!(syntax.excluded, ["배포", "시간 초과"]);
        assert_eq!(syntax.words, [("람다   a-b - --help".into(), false)]);
    }

    #[test]
    fn a_tag_filters() {
        let syntax = Syntax::parse("tag:aws 람다 태그:\"서버리스 앱\" Tag:#db tag: 끝");
        let tag = |name: &str| (FacetKind::Tag, name.to_owned());
        assert_eq!(syntax.filters, [tag("aws"), tag("서버리스 앱"), tag("db")]);
        let folder = (FacetKind::Folder, "aws".to_owned());
        assert_eq!(Syntax::parse("in:aws 람다").filters, [folder]);
        assert_eq!(syntax.words, [(" 람다   tag: 끝".into(), false)]);
    }

    #[test]
    fn a_quote_after_a_letter_is_a_letter() {
        assert_eq!(
            words("use memo\" 문제"),
            [("use memo\" 문제".into(), false)]
        );
    }

    proptest! {
        #[test]
        fn no_letter_is_lost(text in "[-\"“ a가:#tag]{0,30}") {
            let syntax = Syntax::parse(&text);
            let letters = |text: &str| text.chars().filter(|c| *c == '가').count();
            let kept: usize = syntax.words.iter().map(|(words, _)| letters(words)).sum();
            let others: usize = syntax.excluded.iter().chain(syntax.filters.iter().map(|(_, name)| name)).map(|it| letters(it)).sum();
            prop_assert_eq!(kept + others, letters(&text));
        }
    }
}
