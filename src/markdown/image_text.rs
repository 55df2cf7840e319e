//! The size that Obsidian's writers put into an image's text: `![[그림.png|300]]`, `![[그림.png|설명|300x200]]`,
//! `![설명|300](그림.png)`.

/// The text and the size as attributes of what follows the name in `![[그림.png|…]]`; `None` if it names no size.
pub(super) fn wiki(text: &str) -> Option<(String, String)> {
    match size(text) {
        Some(size) => Some((String::new(), size)),
        None => markdown(text),
    }
}

/// The text and the size as attributes of `설명|300`; `None` if it names no size. A bare number is a text: in `![1](a.png)`
/// it counts the pictures.
pub(super) fn markdown(text: &str) -> Option<(String, String)> {
    let (text, last) = text.rsplit_once('|')?;
    Some((
        text.trim().trim_end_matches('\\').trim_end().to_owned(),
        size(last)?,
    ))
}

/// `300` or `300x200` as attributes.
fn size(text: &str) -> Option<String> {
    let number = |text: &str| {
        (text.len() <= 5 && text.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| text.parse::<u32>().ok())
            .flatten()
            .filter(|&number| number > 0)
    };
    let text = text.trim();
    match text.split_once(['x', 'X', '×']) {
        None => Some(format!(" width=\"{}\"", number(text)?)),
        Some((width, height)) => {
            let (width, height) = (number(width)?, number(height)?);
            Some(format!(" width=\"{width}\" height=\"{height}\""))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_after_a_bar_is_taken_out_of_the_text_and_a_bare_number_is_not() {
        let found = |text: &str, size: &str| Some((text.to_owned(), size.to_owned()));
        assert_eq!(wiki("300"), found("", " width=\"300\""));
        assert_eq!(
            wiki("구조|300x200"),
            found("구조", " width=\"300\" height=\"200\"")
        );
        assert_eq!(wiki("구조"), None);
        assert_eq!(markdown("구조 |300"), found("구조", " width=\"300\""));
        assert_eq!(markdown("a|b|30"), found("a|b", " width=\"30\""));
        for text in ["300", "구조|표", "구조|", "|0", "a|1234567", "a|3x", "a|+3"] {
            assert_eq!(markdown(text), None, "{text}");
        }
    }
}
