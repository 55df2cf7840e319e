//! Liquid in a Jekyll note: what only stands for an address or a word is put in its place, what would run is reported.
//!
//! `{% post_url %}`, `{% link %}` and `{{ site.baseurl }}` become paths from the site's root, which the links' rewriting
//! then resolves; `{% highlight %}` a fenced block; `{% raw %}` goes where it only guarded code; comments become HTML's.
//! Everything in code stays: it is shown, not run.

use std::ops::Range;

use serde_json::{Map, Value};

use super::links::{Code, Lines};
use super::names;
use crate::markdown::templates::{
    Ends, Marks, Tag, embed_url, fence_for, find, highlight_info, split_filters, string,
};

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

/// Converts the Liquid of `text`, a note's body.
pub(super) fn convert(text: &str, env: &Env<'_>) -> Converted {
    if !text.contains("{{") && !text.contains("{%") {
        return Converted {
            text: text.to_owned(),
            ..Converted::default()
        };
    }
    let code = Code::of(text);
    let tags = find(text, |_, _, _| true);
    let mut ends = Ends::default();
    for (index, tag) in tags.iter().enumerate() {
        if tag.marks == Marks::Tag && tag.name(text).starts_with("end") {
            ends.push(tag.name(text), index);
        }
    }
    let mut lines = Lines::new(text);
    let mut converted = Converted::default();
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    let mut next = 0;
    let mut chain: Option<(usize, usize)> = None;
    while let Some(tag) = tags.get(next) {
        let index = next;
        next += 1;
        let name = match tag.marks {
            Marks::Tag => tag.name(text),
            _ => "",
        };
        let end = match name {
            "raw" => ends.after("endraw", index),
            "highlight" => ends.after("endhighlight", index),
            "comment" => ends.after("endcomment", index),
            _ => None,
        };
        // With what stands between.
        let end = end.and_then(|at| Some((at, tags.get(at)?, tags.get(next..at)?)));
        let mut guard = |tag: &Tag| removed(text, &tag.range, &mut lines, &mut converted.gone);
        match (name, end) {
            ("raw", Some((at, end, inside)))
                if inside.iter().all(|tag| code.at(tag.range.start).is_some()) =>
            {
                edits.extend([guard(tag), guard(end)]);
                next = at + 1;
                continue;
            }
            ("highlight", Some((at, end, inside)))
                if starts_line(text, tag.range.start) && code.at(tag.range.start).is_none() =>
            {
                let shown = &text[tag.range.end..end.range.start];
                let fence = fence_for(shown);
                let info = highlight_info(tag.rest(text)).replace(['`', '\n'], " ");
                let break_before = if shown.starts_with('\n') { "" } else { "\n" };
                edits.push((tag.range.clone(), format!("{fence}{info}{break_before}")));
                // Guards inside are Jekyll's, not the code's.
                for tag in inside {
                    if matches!(tag.name(text), "raw" | "endraw") {
                        edits.push(guard(tag));
                    }
                }
                let break_after = if shown.ends_with('\n') { "" } else { "\n" };
                edits.push((end.range.clone(), format!("{break_after}{fence}")));
                next = at + 1;
                continue;
            }
            // What stands in a guard is text.
            ("raw", Some((at, ..))) => next = at + 1,
            ("raw", None) if code.at(tag.range.start).is_none() => {}
            _ if code.at(tag.range.start).is_some() => continue,
            ("comment", Some((at, end, _)))
                if !text[tag.range.end..end.range.start].contains("--") =>
            {
                edits.push((tag.range.clone(), "<!--".to_owned()));
                edits.push((end.range.clone(), "-->".to_owned()));
                next = at + 1;
                continue;
            }
            _ => {
                // `{{ site.url }}{{ site.baseurl }}{% link … %}` is one address.
                let chained = chain.filter(|(_, end)| *end == tag.range.start);
                let lead = chained.map_or(tag.range.start, |(start, _)| start);
                if let Some(new) = replacement(text, tag, lead, env) {
                    chain = new.is_empty().then_some((lead, tag.range.end));
                    edits.push((tag.range.clone(), new));
                    continue;
                }
            }
        }
        let shown = text.get(tag.range.clone()).unwrap_or_default().to_owned();
        converted.left.push((lines.of(tag.range.start), shown));
    }
    edits.sort_by_key(|(range, _)| range.start);
    converted.text = super::links::replace(text, edits);
    converted.gone.sort_unstable();
    converted
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

/// What stands in the place of a tag; `lead` is where the address it is part of begins.
fn replacement(text: &str, tag: &Tag, lead: usize, env: &Env<'_>) -> Option<String> {
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
    match tag.marks {
        Marks::Variable => return output(text, tag, env),
        Marks::Tag => {}
        Marks::Shortcode | Marks::Escaped => return None,
    }
    let arguments = tag.rest(text).trim();
    match tag.name(text) {
        "post_url" => (env.post)(arguments).map(address),
        "link" => {
            let path = arguments.trim_start_matches('/');
            (env.file)(path).then(|| address(path.to_owned()))
        }
        "gist" => {
            let url = embed_url("gist", arguments.split_whitespace().next()?)?;
            Some(format!("<{url}>"))
        }
        _ => None,
    }
}

/// The value of `{{ … }}`: a quoted text or a plain variable, through filters that only build addresses.
fn output(text: &str, tag: &Tag, env: &Env<'_>) -> Option<String> {
    let mut parts = split_filters(tag.inner(text)).map(str::trim);
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

fn variable(name: &str, env: &Env<'_>) -> Option<String> {
    if let Some(literal) = string(name) {
        return Some(literal.to_owned());
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
            let tagged: usize = find(&text, |_, _, _| true).iter().map(|tag| letters(&text[tag.range.clone()])).sum();
            prop_assert!(letters(&converted.text) + tagged >= letters(&text));
        }
    }
}
