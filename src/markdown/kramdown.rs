//! What Jekyll's kramdown adds to Markdown: `{:toc}`, attribute lists `{: .class}`, Liquid tags.

use std::ops::Range;

/// `text` without a kramdown attribute list at its end.
pub(super) fn without_trailing_attributes(text: &str) -> &str {
    match text.rfind("{:") {
        Some(at) if attribute_list(&text[at..]).is_some_and(|end| at + end == text.len()) => {
            text[..at].trim_end()
        }
        _ => text,
    }
}

/// The length of the attribute list `{: …}` that `text` begins with.
pub(super) fn attribute_list(text: &str) -> Option<usize> {
    let rest = text.strip_prefix("{:")?;
    let end = rest.find(['}', '\n', '{'])?;
    let inner = &rest[..end];
    let plausible = rest[end..].starts_with('}')
        && inner.chars().next().is_some_and(|c| {
            c == ' ' || c == '.' || c == '#' || c == ':' || c.is_ascii_alphabetic()
        })
        && !inner.trim().is_empty();
    plausible.then_some(2 + end + 1)
}

/// The id in an attribute list such as `{: #설치 .cls}`.
pub(super) fn id_of(attributes: &str) -> Option<&str> {
    attributes
        .trim_start_matches("{:")
        .trim_end_matches('}')
        .split_whitespace()
        .find_map(|word| word.strip_prefix('#'))
        .filter(|id| !id.is_empty())
}

/// The ranges of Liquid tags `{% … %}` in `text`.
pub(super) fn liquid_tags(text: &str) -> Vec<Range<usize>> {
    let mut tags = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find("{%").map(|found| at + found) {
        let Some(end) = text[start..].find("%}").map(|found| start + found + 2) else {
            break;
        };
        let inner = text[start + 2..end - 2].trim_matches(['-', ' ']);
        if inner.starts_with(|c: char| c.is_ascii_alphabetic()) {
            tags.push(start..end);
        }
        at = end;
    }
    tags
}
