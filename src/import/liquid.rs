//! Liquid in a Jekyll note: what only stands for an address or a word is put in its place, what would run is reported.
//!
//! `{% post_url %}`, `{% link %}` and `{{ site.baseurl }}` become paths from the site's root, which the links' rewriting
//! then resolves; `{% highlight %}` a fenced block; `{% raw %}` goes where it only guarded code; comments become HTML's.
//! Everything in code stays: it is shown, not run.

use std::ops::Range;

use serde_json::{Map, Value};

use super::links::{Code, Lines};
use super::names;

/// What a note's Liquid may ask for.
pub(super) struct Env<'a> {
    pub(super) site: &'a Map<String, Value>,
    /// A scalar of the note's front matter.
    pub(super) page: &'a dyn Fn(&str) -> Option<String>,
    /// The path in the source of the post that `{% post_url name %}` means.
    pub(super) post: &'a dyn Fn(&str) -> Option<String>,
    /// Whether there is a file at this path in the source.
    pub(super) file: &'a dyn Fn(&str) -> bool,
}

/// A note without the Liquid that could be converted.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Converted {
    pub(super) text: String,
    /// Line and text of each tag that was left.
    pub(super) left: Vec<(usize, String)>,
    /// Lines of the original that are gone, in order.
    gone: Vec<usize>,
}

impl Converted {
    /// The line of the original that became `line`.
    pub(super) fn original_line(&self, line: usize) -> usize {
        self.gone.iter().fold(
            line,
            |line, gone| if *gone <= line { line + 1 } else { line },
        )
    }
}

/// A tag or an output.
#[derive(Debug, Clone)]
struct Tag<'a> {
    range: Range<usize>,
    /// Between the marks, without whitespace control.
    inner: &'a str,
    output: bool,
}

impl Tag<'_> {
    fn name(&self) -> &str {
        if self.output {
            return "";
        }
        self.inner.split(char::is_whitespace).next().unwrap_or("")
    }

    fn arguments(&self) -> &str {
        self.inner
            .split_once(char::is_whitespace)
            .map_or("", |(_, rest)| rest.trim())
    }
}

/// Every tag and output of `text`, in order; one without its end is none.
fn tags(text: &str) -> Vec<Tag<'_>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text
        .get(from..)
        .and_then(|t| t.find('{'))
        .map(|at| from + at)
    {
        let (output, close) = match text.as_bytes().get(at + 1) {
            Some(b'{') => (true, "}}"),
            Some(b'%') => (false, "%}"),
            _ => {
                from = at + 1;
                continue;
            }
        };
        // Bounded, so that a text of opening marks takes no quadratic time.
        let window = &text[at + 2..names_end(text, at + 2 + 2000)];
        let Some(len) = window.find(close) else {
            from = at + 2;
            continue;
        };
        let inner = window[..len].trim_matches('-').trim();
        let end = at + 2 + len + 2;
        found.push(Tag {
            range: at..end,
            inner,
            output,
        });
        from = end;
    }
    found
}

fn names_end(text: &str, at: usize) -> usize {
    let mut end = at.min(text.len());
    while !text.is_char_boundary(end) {
        end += 1;
    }
    end
}

/// Converts the Liquid of `text`, a note's body.
pub(super) fn convert(text: &str, env: &Env<'_>) -> Converted {
    if !text.contains("{{") && !text.contains("{%") {
        return Converted {
            text: text.to_owned(),
            ..Converted::default()
        };
    }
    let code = Code::of(text);
    let tags = tags(text);
    let mut lines = Lines::new(text);
    let mut converted = Converted::default();
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    let mut next = 0;
    let mut chain: Option<(usize, usize)> = None;
    while let Some(tag) = tags.get(next) {
        next += 1;
        let ends = |name: &str| {
            let ahead = tags
                .get(next..)
                .unwrap_or(&[])
                .iter()
                .position(|tag| tag.name() == name)?;
            tags.get(next + ahead)
                .map(|end| (next + ahead, end.clone()))
        };
        match tag.name() {
            "raw" => {
                let Some((at, end)) = ends("endraw") else {
                    converted
                        .left
                        .push((lines.of(tag.range.start), shown(text, tag)));
                    continue;
                };
                let inside = tags.get(next..at).unwrap_or(&[]);
                if inside.iter().all(|tag| code.at(tag.range.start).is_some()) {
                    for tag in [tag, &end] {
                        edits.push(removed(text, &tag.range, &mut lines, &mut converted.gone));
                    }
                } else {
                    converted
                        .left
                        .push((lines.of(tag.range.start), shown(text, tag)));
                }
                next = at + 1;
            }
            "highlight"
                if starts_line(text, tag.range.start) && code.at(tag.range.start).is_none() =>
            {
                let Some((at, end)) = ends("endhighlight") else {
                    converted
                        .left
                        .push((lines.of(tag.range.start), shown(text, tag)));
                    continue;
                };
                let inside = &text[tag.range.end..end.range.start];
                let fence = "`".repeat(longest_run(inside).max(2) + 1);
                let break_before = if inside.starts_with('\n') { "" } else { "\n" };
                edits.push((
                    tag.range.clone(),
                    format!("{fence}{}{break_before}", tag.arguments()),
                ));
                // Guards inside are Jekyll's, not the code's.
                for guard in tags.get(next..at).unwrap_or(&[]) {
                    if matches!(guard.name(), "raw" | "endraw") {
                        edits.push(removed(text, &guard.range, &mut lines, &mut converted.gone));
                    }
                }
                let break_after = if inside.ends_with('\n') { "" } else { "\n" };
                edits.push((end.range.clone(), format!("{break_after}{fence}")));
                next = at + 1;
            }
            _ if code.at(tag.range.start).is_some() => {}
            "comment" => match ends("endcomment") {
                Some((at, end)) if !text[tag.range.end..end.range.start].contains("--") => {
                    edits.push((tag.range.clone(), "<!--".to_owned()));
                    edits.push((end.range.clone(), "-->".to_owned()));
                    next = at + 1;
                }
                _ => converted
                    .left
                    .push((lines.of(tag.range.start), shown(text, tag))),
            },
            _ => {
                // `{{ site.url }}{{ site.baseurl }}{% link … %}` is one address.
                let chained = chain.filter(|(_, end)| *end == tag.range.start);
                let lead = chained.map_or(tag.range.start, |(start, _)| start);
                match replacement(text, tag, lead, env) {
                    Some(new) => {
                        chain = new.is_empty().then_some((lead, tag.range.end));
                        edits.push((tag.range.clone(), new));
                    }
                    None => converted
                        .left
                        .push((lines.of(tag.range.start), shown(text, tag))),
                }
            }
        }
    }
    edits.sort_by_key(|(range, _)| range.start);
    converted.text = super::links::replace(text, edits);
    converted.gone.sort_unstable();
    converted
}

fn shown(text: &str, tag: &Tag<'_>) -> String {
    text.get(tag.range.clone()).unwrap_or("").to_owned()
}

/// The removal of a guard: with its whole line where nothing else stands on it.
fn removed(
    text: &str,
    range: &Range<usize>,
    lines: &mut Lines<'_>,
    gone: &mut Vec<usize>,
) -> (Range<usize>, String) {
    let start = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[range.end..]
        .find('\n')
        .map_or(text.len(), |at| range.end + at + 1);
    let alone =
        text[start..range.start].trim().is_empty() && text[range.end..end].trim().is_empty();
    if alone && end > range.end {
        gone.push(lines.of(range.start));
        (start..end, String::new())
    } else {
        (range.clone(), String::new())
    }
}

fn starts_line(text: &str, at: usize) -> bool {
    let start = text[..at].rfind('\n').map_or(0, |at| at + 1);
    text[start..at].trim().is_empty()
}

fn longest_run(text: &str) -> usize {
    let (mut longest, mut run) = (0, 0);
    for byte in text.bytes() {
        run = if byte == b'`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

/// What stands in the place of a tag; `lead` is where the address it is part of begins.
fn replacement(text: &str, tag: &Tag<'_>, lead: usize, env: &Env<'_>) -> Option<String> {
    let address = |path: String| {
        let path = format!("/{}", names::encode(path.trim_start_matches('/')));
        let before = text[..lead].trim_end_matches(['<', ' ']);
        // On its own it would be an address that nothing links.
        let linked = before.ends_with(['(', '"', '\'', '=']) || before.ends_with("]:");
        if linked {
            path
        } else {
            format!("[{path}]({path})")
        }
    };
    match tag.name() {
        "post_url" => (env.post)(tag.arguments()).map(address),
        "link" => {
            let path = tag.arguments().trim_start_matches('/');
            (env.file)(path).then(|| address(path.to_owned()))
        }
        "gist" => {
            let id = tag.arguments().split_whitespace().next()?;
            let plain = !id.is_empty()
                && id
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_'));
            plain.then(|| format!("<https://gist.github.com/{id}>"))
        }
        "" if tag.output => output(text, tag, env),
        _ => None,
    }
}

/// The value of `{{ … }}`: a quoted text or a plain variable, through filters that only build addresses.
fn output(text: &str, tag: &Tag<'_>, env: &Env<'_>) -> Option<String> {
    let mut parts = split_filters(tag.inner).into_iter();
    let base = parts.next()?;
    let after = text.get(tag.range.end..).unwrap_or("");
    // The root of the site: links are from it, so it stands for nothing in front of a path.
    if matches!(base, "site.baseurl" | "site.url") {
        if parts.next().is_some() {
            return None;
        }
        if after.starts_with(['/', '{']) {
            return Some(String::new());
        }
        if after.starts_with([')', '"', '\'', '>']) {
            return Some("/".to_owned());
        }
    }
    let mut value = variable(base, env)?;
    for filter in parts {
        let (name, argument) = match filter.split_once(':') {
            Some((name, argument)) => (name.trim(), argument.trim()),
            None => (filter, ""),
        };
        value = match (name, argument) {
            ("relative_url" | "absolute_url", "") | ("prepend", "site.baseurl" | "site.url") => {
                format!("/{}", value.trim_start_matches('/'))
            }
            ("prepend", argument) => format!("{}{value}", variable(argument, env)?),
            ("append", argument) => format!("{value}{}", variable(argument, env)?),
            ("escape" | "xml_escape" | "strip" | "uri_escape" | "url_encode", "") => value,
            _ => return None,
        };
    }
    Some(value)
}

/// `a | b: "x|y" | c` at its bars, those in quotes left.
fn split_filters(inner: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut quote) = (0, None);
    for (at, c) in inner.char_indices() {
        match (c, quote) {
            ('"' | '\'', None) => quote = Some(c),
            (c, Some(open)) if c == open => quote = None,
            ('|', None) => {
                parts.push(inner[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(inner[start..].trim());
    parts
}

fn variable(name: &str, env: &Env<'_>) -> Option<String> {
    for quote in ['"', '\''] {
        if let Some(rest) = name.strip_prefix(quote) {
            return rest.strip_suffix(quote).map(str::to_owned);
        }
    }
    if let Some(key) = name.strip_prefix("page.") {
        return (env.page)(key);
    }
    let mut value = env
        .site
        .get(name.strip_prefix("site.")?.split('.').next()?)?;
    for key in name.split('.').skip(2) {
        value = value.get(key)?;
    }
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn run(text: &str) -> Converted {
        let site = json!({"title": "노트", "baseurl": "/blog", "url": "https://a.b", "author": {"name": "김"}});
        let env = Env {
            site: site.as_object().unwrap(),
            page: &|key| (key == "title").then(|| "제목".to_owned()),
            post: &|name| (name == "2024-01-02-글").then(|| "_posts/2024-01-02-글.md".to_owned()),
            file: &|path| path == "assets/a b.pdf",
        };
        convert(text, &env)
    }

    #[test]
    fn addresses_become_paths_from_the_root() {
        for (written, path) in [
            (
                "[글]({% post_url 2024-01-02-글 %})",
                "[글](/_posts/2024-01-02-글.md)",
            ),
            (
                "[글]({{ site.baseurl }}{% post_url 2024-01-02-글 %})",
                "[글](/_posts/2024-01-02-글.md)",
            ),
            ("[글]({{ site.url }}{{ site.baseurl }}/a/)", "[글](/a/)"),
            ("[글]({% link assets/a b.pdf %})", "[글](/assets/a%20b.pdf)"),
            (
                "![그림]({{ \"/assets/a.png\" | relative_url }})",
                "![그림](/assets/a.png)",
            ),
            (
                "![그림]({{ '/a.png' | prepend: site.baseurl }})",
                "![그림](/a.png)",
            ),
            ("[홈]({{site.baseurl}})", "[홈](/)"),
            (
                "<img src=\"{{ site.baseurl }}/a.png\">",
                "<img src=\"/a.png\">",
            ),
            (
                "{% post_url 2024-01-02-글 %} 참고",
                "[/_posts/2024-01-02-글.md](/_posts/2024-01-02-글.md) 참고",
            ),
            (
                "{{ site.title }}, {{ page.title }}, {{ site.author.name }}",
                "노트, 제목, 김",
            ),
            (
                "{% gist user/0a1b %}",
                "<https://gist.github.com/user/0a1b>",
            ),
        ] {
            let converted = run(written);
            assert_eq!(converted.text, path, "{written}");
            assert!(converted.left.is_empty(), "{written}");
        }
    }

    #[test]
    fn what_would_run_is_left_and_named_with_its_line() {
        let converted = run(
            "글\n\n{% include figure.html src=\"a\" %}\n{% for x in y %}{{ x | upcase }}{% endfor %}\n",
        );
        assert_eq!(
            converted.text,
            "글\n\n{% include figure.html src=\"a\" %}\n{% for x in y %}{{ x | upcase }}{% endfor %}\n"
        );
        assert_eq!(converted.left.len(), 4);
        assert_eq!(
            converted.left[0],
            (3, "{% include figure.html src=\"a\" %}".to_owned())
        );
        assert_eq!(run("[글]({% post_url 없음 %})").left.len(), 1);
    }

    #[test]
    fn code_is_shown_as_it_is_without_the_guards_around_it() {
        let converted = run(
            "{% raw %}\n```liquid\n{{ page.title }}\n```\n{% endraw %}\n`{% raw %}{{ x }}{% endraw %}`\n`{{ site.title }}`\n",
        );
        assert_eq!(
            converted.text,
            "```liquid\n{{ page.title }}\n```\n`{{ x }}`\n`{{ site.title }}`\n"
        );
        assert_eq!(converted.original_line(1), 2);
        assert_eq!(converted.original_line(4), 6);
        assert!(converted.left.is_empty());
        let prose = run("{% raw %}{{ x }}{% endraw %}");
        assert_eq!(prose.text, "{% raw %}{{ x }}{% endraw %}");
        assert_eq!(prose.left.len(), 1);
    }

    #[test]
    fn highlight_becomes_a_fence_longer_than_any_inside() {
        assert_eq!(
            run("{% highlight ruby linenos %}\nputs 1\n```\n{% endhighlight %}\n").text,
            "````ruby linenos\nputs 1\n```\n````\n"
        );
        assert_eq!(run("{% comment %}숨김{% endcomment %}").text, "<!--숨김-->");
    }

    proptest! {
        #[test]
        fn any_text_is_converted_without_loss_of_what_is_no_liquid(text in "([가a `\n]|\\{%|%\\}|\\{\\{|\\}\\}|raw|endraw|highlight|endhighlight|site\\.baseurl){0,40}") {
            let converted = run(&text);
            let letters = |text: &str| text.chars().filter(|c| *c == '가').count();
            let tagged: usize = tags(&text).iter().map(|tag| letters(&text[tag.range.clone()])).sum();
            prop_assert!(letters(&converted.text) + tagged >= letters(&text));
        }
    }
}
