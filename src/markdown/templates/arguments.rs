//! The words of a template tag: positional ones and `name=value` or `name: value`, quoted or bare.

/// The arguments of a tag.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Arguments {
    /// Those without a name, in order.
    pub(super) positional: Vec<String>,
    /// Those with a name, in order.
    pub(super) named: Vec<(String, String)>,
}

impl Arguments {
    /// Reads `text`, which is what follows a tag's name. Never fails: what makes no sense is a bare word.
    pub(super) fn parse(text: &str) -> Self {
        let mut arguments = Arguments::default();
        let mut name: Option<String> = None;
        let mut rest = text;
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
            let Some(first) = rest.chars().next() else {
                break;
            };
            let (value, after) = match first {
                '"' | '\'' | '`' => quoted(rest, first),
                '“' | '”' => quoted(rest, '”'),
                _ => {
                    let end = rest
                        .find(|c: char| c.is_whitespace() || matches!(c, '=' | ','))
                        .unwrap_or(rest.len());
                    let word = &rest[..end];
                    let after = rest[end..].trim_start();
                    if let Some(value) = after.strip_prefix('=').filter(|_| is_name(word)) {
                        name = Some(word.to_owned());
                        rest = value.trim_start();
                        continue;
                    }
                    if let Some(key) = word.strip_suffix(':').filter(|key| is_name(key)) {
                        name = Some(key.to_owned());
                        rest = after;
                        continue;
                    }
                    if end == 0 {
                        // A stray `=`.
                        rest = &rest[first.len_utf8()..];
                        continue;
                    }
                    (word.to_owned(), &rest[end..])
                }
            };
            match name.take() {
                Some(name) => arguments.named.push((name, value)),
                None => arguments.positional.push(value),
            }
            rest = after;
        }
        arguments
    }

    /// The first of `names` that is given and not empty.
    pub(super) fn get(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| {
            self.named
                .iter()
                .find(|(known, value)| known.eq_ignore_ascii_case(name) && !value.trim().is_empty())
                .map(|(_, value)| value.trim())
        })
    }

    /// The positional argument number `index`, if it says something.
    pub(super) fn at(&self, index: usize) -> Option<&str> {
        self.positional
            .get(index)
            .map(|value| value.trim())
            .filter(|value| !value.is_empty())
    }

    /// A named one, or the positional one number `index`.
    pub(super) fn get_or_at(&self, names: &[&str], index: usize) -> Option<&str> {
        self.get(names).or_else(|| self.at(index))
    }
}

fn is_name(word: &str) -> bool {
    !word.is_empty()
        && word
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
}

/// The value of a string that `text` begins with, and what follows it. An unclosed one goes to the end.
fn quoted(text: &str, close: char) -> (String, &str) {
    let body = text
        .get(text.chars().next().map_or(0, char::len_utf8)..)
        .unwrap_or_default();
    let mut value = String::new();
    let mut chars = body.char_indices();
    while let Some((at, c)) = chars.next() {
        if c == close {
            return (value, &body[at + c.len_utf8()..]);
        }
        if c == '\\' && close != '`' {
            match chars.clone().next() {
                Some((_, next)) if next == close || next == '\\' => {
                    value.push(next);
                    chars.next();
                    continue;
                }
                _ => {}
            }
        }
        value.push(if c == '\n' { ' ' } else { c });
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_names_and_quotes_are_read_as_jekyll_and_hugo_write_them() {
        let read = |text| {
            let it = Arguments::parse(text);
            (it.positional.join("|"), it.named)
        };
        let named = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            read("figure.html src=\"/가 나.png\" caption='그림 \"하나\"' width=300"),
            (
                "figure.html".into(),
                vec![
                    named("src", "/가 나.png"),
                    named("caption", "그림 \"하나\""),
                    named("width", "300")
                ]
            )
        );
        assert_eq!(
            read("go \"linenos=table,hl_lines=2 3\""),
            ("go|linenos=table,hl_lines=2 3".into(), vec![])
        );
        assert_eq!(
            read("caption: \"글\", `원 문`"),
            ("원 문".into(), vec![named("caption", "글")])
        );
        assert_eq!(read("= \"안 닫힘"), ("안 닫힘".into(), vec![]));
        assert_eq!(read(""), (String::new(), vec![]));
    }
}
