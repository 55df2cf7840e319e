//! The compact form of a compound's expression.
//!
//! The parts of a compound usually spell its surface, so lengths and tags say all: for 시간초과, `시간/NNG/*+초과/NNG/*` is `2NNG+2NNG`. A part
//! with a semantic class keeps it after a slash: `2NNP/지명`. Inflected forms, whose parts do not spell the surface, stay as they are.

use std::fmt::Write;

use crate::NONE;

/// The expression a compact form stands for. None if it is not a compact form, or its lengths do not add up to the surface.
pub(crate) fn expand(compact: &str, surface: &str) -> Option<String> {
    let mut rest = surface;
    let mut expression = String::with_capacity(surface.len() + 2 * compact.len());
    for part in compact.split('+') {
        let digits = part.find(|c: char| !c.is_ascii_digit())?;
        let (length, features) = part.split_at(digits);
        let (tag, semantic_class) = features.split_once('/').unwrap_or((features, NONE));
        let (spelled, after) = split_characters(rest, length.parse().ok()?)?;
        rest = after;
        if !expression.is_empty() {
            expression.push('+');
        }
        write!(expression, "{spelled}/{tag}/{semantic_class}").ok()?;
    }
    rest.is_empty().then_some(expression)
}

/// The first `length` characters of `text`, and the rest. None if it has fewer.
pub(crate) fn split_characters(text: &str, length: usize) -> Option<(&str, &str)> {
    let end = text
        .char_indices()
        .map(|(start, _)| start)
        .chain([text.len()])
        .nth(length)?;
    Some(text.split_at(end))
}

/// The compact form of an expression. None if [`expand`] would not give the very same expression back.
#[cfg(feature = "encode")]
pub(crate) fn compact(expression: &str, surface: &str) -> Option<String> {
    let mut compact = String::new();
    for part in expression.split('+') {
        let mut fields = part.rsplitn(3, '/');
        let (semantic_class, tag, spelled) = (fields.next()?, fields.next()?, fields.next()?);
        if !compact.is_empty() {
            compact.push('+');
        }
        write!(compact, "{}{tag}", spelled.chars().count()).ok()?;
        if semantic_class != NONE {
            write!(compact, "/{semantic_class}").ok()?;
        }
    }
    (expand(&compact, surface).as_deref() == Some(expression)).then_some(compact)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_compound_become_lengths_and_tags() {
        let expression = "시간/NNG/*+초과/NNG/*";
        assert_eq!(
            compact(expression, "시간초과").as_deref(),
            Some("2NNG+2NNG")
        );
        assert_eq!(expand("2NNG+2NNG", "시간초과").as_deref(), Some(expression));
    }

    #[test]
    fn a_semantic_class_is_kept() {
        let expression = "서울/NNP/지명+역/NNG/장소";
        assert_eq!(
            compact(expression, "서울역").as_deref(),
            Some("2NNP/지명+1NNG/장소")
        );
        assert_eq!(
            expand("2NNP/지명+1NNG/장소", "서울역").as_deref(),
            Some(expression)
        );
    }

    #[test]
    fn parts_that_do_not_spell_the_surface_have_no_compact_form() {
        assert_eq!(compact("하/VV/*+ㄴ/ETM/*", "한"), None);
    }

    #[test]
    fn lengths_that_do_not_add_up_to_the_surface_are_refused() {
        assert_eq!(expand("2NNG+3NNG", "시간초과"), None);
        assert_eq!(expand("2NNG", "시간초과"), None);
        assert_eq!(expand("99999999999999999999NNG", "시간초과"), None);
        assert_eq!(expand("", "시간초과"), None);
    }
}
