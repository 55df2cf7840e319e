//! Where the tags of template languages stand in a text, and what words they hold: read alike by the step that
//! publishes notes and by the import of a Jekyll site.

use std::collections::BTreeMap;
use std::ops::Range;

/// What marks a tag has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Marks {
    /// `{% … %}`: Jekyll, GitBook.
    Tag,
    /// `{{ … }}`: Liquid's output.
    Variable,
    /// `{{< … >}}` or `{{% … %}}`: Hugo.
    Shortcode,
    /// `{{</* … */>}}`: a shortcode to be shown.
    Escaped,
}

/// A tag in a text.
#[derive(Debug, Clone)]
pub(crate) struct Tag {
    pub(crate) marks: Marks,
    /// The whole tag.
    pub(crate) range: Range<usize>,
    /// What stands between the marks, trimmed, without whitespace control.
    pub(crate) inner: Range<usize>,
}

impl Tag {
    /// What stands between the marks, in the `text` the tag was found in.
    pub(crate) fn inner<'t>(&self, text: &'t str) -> &'t str {
        text.get(self.inner.clone()).unwrap_or_default()
    }

    /// The name, without the `/` before a closing shortcode's.
    pub(crate) fn name<'t>(&self, text: &'t str) -> &'t str {
        let inner = self.inner(text);
        let body = inner.strip_prefix('/').map_or(inner, str::trim_start);
        let end = body
            .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/')))
            .unwrap_or(body.len());
        &body[..end]
    }

    /// What follows the name.
    pub(crate) fn rest<'t>(&self, text: &'t str) -> &'t str {
        self.inner(text)
            .split_once(self.name(text))
            .map_or("", |(_, rest)| rest)
            .trim_end_matches('/')
    }
}

/// Looks for the next occurrence of a closing mark; remembers it, so that all searches together are linear.
struct Closer<'t> {
    text: &'t str,
    mark: &'static str,
    /// The last occurrence found, `None` if there are no more.
    found: Option<usize>,
    searched: bool,
}

impl<'t> Closer<'t> {
    fn new(text: &'t str, mark: &'static str) -> Self {
        Closer {
            text,
            mark,
            found: None,
            searched: false,
        }
    }

    fn after(&mut self, at: usize) -> Option<usize> {
        let stale = self.found.is_some_and(|found| found < at);
        if !self.searched || stale {
            self.searched = true;
            self.found = self
                .text
                .get(at..)
                .and_then(|rest| rest.find(self.mark))
                .map(|found| at + found);
        }
        self.found
    }
}

/// The longest tag: an `{%` that never closes is the author's text.
const LONGEST_TAG: usize = 4096;

/// All tags of `text` that `accept` takes, in order; it is asked with the marks, where the tag begins and what stands
/// between its marks. Within one that it does not take others may begin.
pub(crate) fn find(text: &str, mut accept: impl FnMut(Marks, usize, &str) -> bool) -> Vec<Tag> {
    let bytes = text.as_bytes();
    let mut tags = Vec::new();
    let mut tag_end = Closer::new(text, "%}");
    let mut variable_end = Closer::new(text, "}}");
    let mut angle_end = Closer::new(text, ">}}");
    let mut percent_end = Closer::new(text, "%}}");
    let mut at = 0;
    while let Some(start) = text[at..].find('{').map(|found| at + found) {
        at = start + 1;
        let (second, third) = (bytes.get(start + 1), bytes.get(start + 2));
        let before = start.checked_sub(1).and_then(|at| bytes.get(at));
        let (marks, closer, open, close): (_, &mut Closer<'_>, usize, usize) = match (second, third)
        {
            (Some(b'%'), _) => (Marks::Tag, &mut tag_end, 2, 2),
            (Some(b'{'), Some(b'<')) => (Marks::Shortcode, &mut angle_end, 3, 3),
            (Some(b'{'), Some(b'%')) => (Marks::Shortcode, &mut percent_end, 3, 3),
            // `${{ … }}` is GitHub's, `{{{ … }}}` Handlebars'.
            (Some(b'{'), third) if !matches!(before, Some(b'$' | b'{')) && third != Some(&b'{') => {
                (Marks::Variable, &mut variable_end, 2, 2)
            }
            _ => continue,
        };
        let Some(end) = closer.after(start + open) else {
            continue;
        };
        let whole = &text[start + open..end];
        if whole.len() > LONGEST_TAG || whole.contains(if open == 3 { "{{" } else { "{%" }) {
            continue;
        }
        let control = |c: char| c.is_whitespace() || c == '-';
        let from = start + open + (whole.len() - whole.trim_start_matches(control).len());
        let trimmed = whole.trim_matches(control);
        let escaped = trimmed.starts_with("/*") && trimmed.ends_with("*/") && trimmed.len() >= 4;
        let marks = match marks {
            Marks::Shortcode if escaped => Marks::Escaped,
            marks => marks,
        };
        let name = trimmed.trim_start_matches(['/', ' ']);
        let named = match marks {
            Marks::Tag => name.starts_with(|c: char| c.is_ascii_alphabetic()),
            Marks::Shortcode => name.starts_with(char::is_alphabetic),
            Marks::Variable => !whole.contains('{'),
            Marks::Escaped => true,
        };
        if !named || !accept(marks, start, trimmed) {
            continue;
        }
        tags.push(Tag {
            marks,
            range: start..end + close,
            inner: from..from + trimmed.len(),
        });
        at = end + close;
    }
    tags
}

/// The closing tags of a text by name, as places in a list of tags.
#[derive(Debug, Default)]
pub(crate) struct Ends<'t>(BTreeMap<&'t str, Vec<usize>>);

impl<'t> Ends<'t> {
    /// Takes down the tag at `index`; called in rising order.
    pub(crate) fn push(&mut self, name: &'t str, index: usize) {
        self.0.entry(name).or_default().push(index);
    }

    /// The first tag `name` after `index`.
    pub(crate) fn after(&self, name: &str, index: usize) -> Option<usize> {
        let ends = self.0.get(name)?;
        ends.get(ends.partition_point(|&end| end <= index)).copied()
    }
}

/// Splits `head | filter: x | filter` at bars outside quotes.
pub(crate) fn split_filters(text: &str) -> impl Iterator<Item = &str> {
    let mut quote = None;
    text.split(move |c: char| {
        match quote {
            Some(open) if open == c => quote = None,
            None if matches!(c, '"' | '\'') => quote = Some(c),
            _ => {}
        }
        c == '|' && quote.is_none()
    })
}

/// The content of a quoted string that is all of `text`.
pub(crate) fn string(text: &str) -> Option<&str> {
    ['"', '\''].into_iter().find_map(|quote| {
        text.strip_prefix(quote)?
            .strip_suffix(quote)
            .filter(|inner| !inner.contains(quote))
    })
}

/// A fence of backticks longer than any run of them in `code`.
pub(crate) fn fence_for(code: &str) -> String {
    let (mut longest, mut run) = (2, 0);
    for byte in code.bytes() {
        run = if byte == b'`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    "`".repeat(longest + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(Marks, &str)> {
        find(text, |_, _, _| true)
            .iter()
            .map(|tag| (tag.marks, tag.inner(text)))
            .collect()
    }

    #[test]
    fn tags_of_each_language_are_found_and_none_of_other_tools() {
        assert_eq!(
            found("{%- raw -%} {{ page.title }} {{< ref \"가\" >}} {{% tip %}} {{</* x */>}}"),
            [
                (Marks::Tag, "raw"),
                (Marks::Variable, "page.title"),
                (Marks::Shortcode, "ref \"가\""),
                (Marks::Shortcode, "tip"),
                (Marks::Escaped, "/* x */"),
            ]
        );
        assert_eq!(found("${{ github.ref }} {{{ body }}} {% %} {% 열림"), []);
        // One that does not close hides none behind it.
        assert_eq!(found("{% 열림 {% raw %}"), [(Marks::Tag, "raw")]);
    }

    #[test]
    fn the_next_end_is_found_by_name() {
        let mut ends = Ends::default();
        for (index, name) in ["endraw", "endif", "endraw"].into_iter().enumerate() {
            ends.push(name, index);
        }
        assert_eq!(ends.after("endraw", 0), Some(2));
        assert_eq!(ends.after("endif", 1), None);
        assert_eq!(ends.after("endfor", 0), None);
    }

    #[test]
    fn bars_in_quotes_part_nothing() {
        let parts: Vec<&str> = split_filters("a | b: \"x|y\" | c").map(str::trim).collect();
        assert_eq!(parts, ["a", "b: \"x|y\"", "c"]);
        assert_eq!(string("'가'"), Some("가"));
        assert_eq!(string("'가' | '나'"), None);
    }
}
