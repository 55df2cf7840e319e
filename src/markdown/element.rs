//! The attributes of one element of a rendered body, for who rewrites the element.

use super::raw_html::{self, Token};

/// An attribute as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WrittenAttribute {
    /// Lower-case name.
    pub(crate) name: String,
    /// Name, value and quotes as they stand.
    pub(crate) written: String,
    /// The value with its entities decoded.
    pub(crate) value: String,
}

/// The attributes of the tag that `element` begins with, each name once: browsers take the first.
pub(crate) fn attributes(element: &str) -> Vec<WrittenAttribute> {
    let mut found: Vec<WrittenAttribute> = Vec::new();
    let Some((Token::Tag(tag), _)) = raw_html::scan(element).into_iter().next() else {
        return found;
    };
    for attribute in tag.attributes {
        if found.iter().all(|known| known.name != attribute.name) {
            found.push(WrittenAttribute {
                written: element[attribute.range].to_owned(),
                value: raw_html::decode(attribute.value),
                name: attribute.name.into_owned(),
            });
        }
    }
    found
}
