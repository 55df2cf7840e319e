//! Rewriting of whole lines before parsing: what other generators write around blocks becomes plain Markdown.
//!
//! - `:::tip 제목` … `:::` (VitePress, Docusaurus) becomes a quoted callout `> [!TIP] 제목`;
//! - `<details>`, `<summary>` and tags with `markdown="1"` get the blank lines that make their content Markdown;
//! - `{% highlight java %}` … `{% endhighlight %}` (Jekyll) becomes a fenced code block.
//!
//! One pass over the lines, with an eye on code fences, which are left alone.

use super::raw_html::{self, HtmlTag, Token};
use super::rewrite::Edit;

/// What a text has if there is anything to do.
pub(super) const TRIGGERS: [&str; 5] = [":::", "markdown=", "<details", "<summary", "{% highlight"];

/// The edits `text` needs.
pub(super) fn rewrite(text: &str) -> Vec<Edit> {
    let mut pass = Pass {
        text,
        edits: Vec::new(),
        fence: None,
        containers: Vec::new(),
        html: Vec::new(),
        dedent: Dedent::Off,
        liquid: None,
        no_liquid_end: false,
        blank_before: true,
    };
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        pass.line(start, line.trim_end_matches('\n'));
        start += line.len();
    }
    pass.edits
}

/// Containers nested deeper than this stay text: each level is written before every line inside it.
const DEEPEST: usize = 16;

/// A fence mark and its length.
pub(super) type Fence = (u8, usize);

/// An open `:::`.
struct Container {
    /// Its content is quoted; else (`:::code-group`) only its marks go.
    quoted: bool,
    indent: usize,
}

/// An open tag whose content is watched.
struct OpenTag {
    name: String,
    /// Its content is Markdown.
    markdown: bool,
    /// Of the line that opened it, after dedenting.
    indent: usize,
}

/// Whether lines right after an opening tag lose their indentation, which would make them code.
enum Dedent {
    Off,
    /// The next line decides; the indentation of the tag's line.
    Next(usize),
    /// By so many columns, down to the tag's indentation.
    By {
        columns: usize,
        floor: usize,
    },
}

struct Pass<'t> {
    text: &'t str,
    edits: Vec<Edit>,
    fence: Option<Fence>,
    containers: Vec<Container>,
    html: Vec<OpenTag>,
    dedent: Dedent,
    /// The closing tag of an open `{% highlight %}`: its range and the fence it becomes.
    liquid: Option<(std::ops::Range<usize>, String)>,
    no_liquid_end: bool,
    blank_before: bool,
}

impl Pass<'_> {
    /// What stands before each line of quoted containers.
    fn quotes(&self) -> String {
        "> ".repeat(self.containers.iter().filter(|it| it.quoted).count())
    }

    fn outer_indent(&self) -> usize {
        self.containers
            .iter()
            .find(|it| it.quoted)
            .map_or(0, |it| it.indent)
    }

    /// A line break inside the open containers.
    fn line_break(&self) -> String {
        let quotes = self.quotes();
        if quotes.is_empty() {
            "\n".to_owned()
        } else {
            format!("\n{}{quotes}", " ".repeat(self.outer_indent()))
        }
    }

    fn quote(&mut self, start: usize, indent: usize) {
        let quotes = self.quotes();
        if !quotes.is_empty() {
            let at = start + indent.min(self.outer_indent());
            self.edits.push(Edit::insert(at, quotes));
        }
    }

    fn line(&mut self, start: usize, line: &str) {
        let trimmed = line.trim_start_matches(' ');
        let indent = line.len() - trimmed.len();
        if let Some((end, _)) = &self.liquid {
            if start + line.len() < end.start {
                self.quote(start, indent);
                return;
            }
            self.liquid_end(start, line, indent);
            return;
        }
        if let Some((mark, length)) = self.fence {
            if closes_fence(trimmed, mark, length) {
                self.fence = None;
            }
            self.quote(start, indent);
            self.dedent_line(start, indent);
            self.blank_before = false;
            return;
        }
        if let Some(fence) = opens_fence(trimmed) {
            self.fence = Some(fence);
            self.quote(start, indent);
            self.dedent_line(start, indent);
            self.blank_before = false;
            return;
        }
        if trimmed.starts_with(":::") && self.colons(start, line, trimmed, indent) {
            self.dedent = Dedent::Off;
            self.blank_before = true;
            return;
        }
        if trimmed.trim().is_empty() {
            self.dedent = Dedent::Off;
            self.quote(start, indent);
            self.blank_before = true;
            return;
        }
        self.quote(start, indent);
        if trimmed.starts_with("{%") && self.liquid_start(start, line, indent) {
            return;
        }
        let kept_indent = self.dedent_line(start, indent);
        if trimmed.starts_with('<')
            || self.html.iter().any(|tag| tag.markdown) && trimmed.contains("</")
        {
            self.tags(start, line, kept_indent);
        }
        self.blank_before = false;
    }

    /// Takes surplus indentation off a line inside a tag; returns what is left.
    fn dedent_line(&mut self, start: usize, indent: usize) -> usize {
        if let Dedent::Next(floor) = self.dedent {
            let columns = indent.saturating_sub(floor);
            self.dedent = if columns >= 4 {
                Dedent::By { columns, floor }
            } else {
                Dedent::Off
            };
        }
        if let Dedent::By { columns, floor } = self.dedent {
            let off = columns.min(indent.saturating_sub(floor));
            if off > 0 {
                let from = start + indent - off;
                self.edits.push(Edit::remove(from..from + off));
            }
            return indent - off;
        }
        indent
    }

    /// A line of colons; false if it is none of ours.
    fn colons(&mut self, start: usize, line: &str, trimmed: &str, indent: usize) -> bool {
        let rest = trimmed.trim_start_matches(':').trim();
        let whole = start..start + line.len();
        if rest.is_empty() {
            let Some(closed) = self.containers.pop() else {
                return false;
            };
            // A blank line, so that nothing after it is taken into the quote.
            let with = if closed.quoted || !self.containers.is_empty() {
                format!("{}{}", " ".repeat(self.outer_indent()), self.quotes())
            } else {
                String::new()
            };
            self.edits.push(Edit { range: whole, with });
            return true;
        }
        let Some((name, title)) = container_head(rest) else {
            return false;
        };
        if self.containers.len() >= DEEPEST {
            return false;
        }
        let quoted = !matches!(
            name.as_str(),
            "code-group" | "raw" | "v-pre" | "tabs" | "group"
        );
        let before = self.quotes();
        let outer_indent = self.outer_indent();
        let pad = " ".repeat(if before.is_empty() {
            indent
        } else {
            outer_indent
        });
        let mut with = String::new();
        if quoted {
            if !self.blank_before {
                with.push_str(&format!("{pad}{before}\n"));
            }
            let (name, fold) = if name == "details" {
                ("details", "-")
            } else {
                (name.as_str(), "")
            };
            let inner_pad = if before.is_empty() {
                String::new()
            } else {
                " ".repeat(indent.saturating_sub(outer_indent))
            };
            with.push_str(&format!(
                "{pad}{before}{inner_pad}> [!{name}]{fold} {title}"
            ));
            with.truncate(with.trim_end().len());
            with.push_str(&format!("\n{pad}{before}{inner_pad}>"));
        } else {
            with = format!("{pad}{before}");
        }
        self.containers.push(Container { quoted, indent });
        self.edits.push(Edit { range: whole, with });
        true
    }

    fn liquid_start(&mut self, start: usize, line: &str, indent: usize) -> bool {
        let from = start + indent;
        let Some(language) = liquid_highlight(&self.text[from..start + line.len()]) else {
            return false;
        };
        if self.no_liquid_end {
            return false;
        }
        let Some(tag_end) = line.find("%}").map(|at| start + at + 2) else {
            return false;
        };
        let end = self.text[tag_end..]
            .match_indices("{%")
            .find_map(|(at, _)| {
                let from = tag_end + at;
                let close = self.text[from..]
                    .find("%}")
                    .map(|length| from + length + 2)?;
                let name = self.text[from + 2..close - 2].trim_matches(['-', ' ']);
                (name == "endhighlight").then_some(from..close)
            });
        let Some(end) = end else {
            self.no_liquid_end = true;
            return false;
        };
        let longest = longest_run(&self.text[tag_end..end.start], b'`');
        let fence = "`".repeat(longest.max(2) + 1);
        let after = if tag_end < start + line.len() {
            self.line_break()
        } else {
            String::new()
        };
        self.edits.push(Edit {
            range: from..tag_end,
            with: format!("{fence}{language}{after}"),
        });
        self.liquid = Some((end, fence));
        if let Some((end, _)) = &self.liquid
            && end.start < start + line.len()
        {
            self.liquid_end(start, line, usize::MAX);
        }
        true
    }

    /// The line on which an open `{% highlight %}` ends; `indent` is `usize::MAX` if it began there too.
    fn liquid_end(&mut self, start: usize, line: &str, indent: usize) {
        let Some((end, fence)) = self.liquid.take() else {
            return;
        };
        let same_line = indent == usize::MAX;
        if !same_line {
            self.quote(start, indent);
        }
        let line_break = self.line_break();
        let before = if same_line || !self.text[start..end.start].trim().is_empty() {
            line_break.as_str()
        } else {
            ""
        };
        let after = if self.text[end.end..start + line.len()].trim().is_empty() {
            ""
        } else {
            line_break.as_str()
        };
        self.edits.push(Edit {
            range: end.clone(),
            with: format!("{before}{fence}{after}"),
        });
        self.blank_before = false;
    }

    /// Gives the tags of a line the blank lines they need.
    fn tags(&mut self, start: usize, line: &str, indent: usize) {
        let begins_with_tag = line.trim_start().starts_with('<');
        if !begins_with_tag && line.contains('`') {
            return;
        }
        let line_end = start + line.len();
        let mut content_before = false;
        for (token, range) in raw_html::scan(line) {
            let (from, to) = (start + range.start, start + range.end);
            let rest = self.text[to..line_end].trim();
            match token {
                Token::Text(text) => content_before |= !text.trim().is_empty(),
                Token::Other => content_before = true,
                Token::Tag(tag) if tag.closing => {
                    let known = self.html.iter().rposition(|open| open.name == tag.name);
                    if let Some(at) = known {
                        let open_indent = self.html[at].indent;
                        let markdown = self.html[at].markdown;
                        self.html.truncate(at);
                        if markdown {
                            let gap = self.line_break();
                            if content_before {
                                self.edits.push(Edit::insert(from, format!("{gap}{gap}")));
                            } else if !self.blank_before {
                                let pad = " ".repeat(indent.min(open_indent + 3));
                                self.edits.push(Edit::insert(from, format!("{gap}{pad}")));
                            }
                            self.after_tag(to, line_end, rest, open_indent);
                        }
                    }
                    content_before = true;
                }
                Token::Tag(tag) => {
                    self.opening_tag(&tag, to, start, line_end, rest, indent);
                    content_before = true;
                }
            }
        }
    }

    fn opening_tag(
        &mut self,
        tag: &HtmlTag<'_>,
        to: usize,
        start: usize,
        line_end: usize,
        rest: &str,
        indent: usize,
    ) {
        let attribute = tag.attribute("markdown");
        // `kramdown` reads a span's `markdown` after parsing.
        let span = attribute.is_some_and(|it| super::kramdown::is_span(tag, it.value));
        if let Some(attribute) = attribute.filter(|_| !span) {
            let from = start + attribute.range.start;
            let spaces = self.text[..from].len() - self.text[..from].trim_end_matches(' ').len();
            self.edits
                .push(Edit::remove(from - spaces..start + attribute.range.end));
        }
        let wants = attribute.is_some_and(|it| it.value != "0") && tag.is_block();
        match tag.name.as_str() {
            "details" => {
                self.push_tag(tag, true, indent);
                let next = if rest.is_empty() {
                    self.text[line_end..].trim_start()
                } else {
                    rest
                };
                if !next.starts_with("<summary") {
                    self.after_tag(to, line_end, rest, indent);
                } else if rest.is_empty() {
                    self.dedent = Dedent::Next(indent);
                }
            }
            "summary" => {
                // Content without markup stays on its line; the rest becomes a paragraph that loses its `<p>`.
                let content = rest.split("</summary").next().unwrap_or_default();
                let markdown = rest.is_empty() || content.contains(['*', '_', '`', '[', '~']);
                self.push_tag(tag, true, indent);
                if markdown {
                    self.after_tag(to, line_end, rest, indent);
                } else if let Some(open) = self.html.last_mut() {
                    // Closed on this line: nothing before its end, but a blank line after it.
                    open.markdown = true;
                    open.name = "summary".to_owned();
                    self.plain_summary(to, line_end, indent);
                }
            }
            _ if wants => {
                self.push_tag(tag, true, indent);
                self.after_tag(to, line_end, rest, indent);
            }
            name if self.html.iter().any(|open| open.name == name) => {
                self.push_tag(tag, false, indent)
            }
            _ => {}
        }
    }

    /// `<summary>제목</summary>` on one line: watched no longer, but what follows begins a block.
    fn plain_summary(&mut self, to: usize, line_end: usize, indent: usize) {
        self.html.pop();
        let line = &self.text[to..line_end];
        if let Some(close) = line
            .find("</summary>")
            .map(|at| to + at + "</summary>".len())
        {
            let rest = self.text[close..line_end].trim();
            self.after_tag(close, line_end, rest, indent);
        }
    }

    fn push_tag(&mut self, tag: &HtmlTag<'_>, markdown: bool, indent: usize) {
        self.html.push(OpenTag {
            name: tag.name.clone(),
            markdown,
            indent,
        });
    }

    /// A blank line after a tag that ends at `to`, if something follows without one.
    fn after_tag(&mut self, to: usize, line_end: usize, rest: &str, indent: usize) {
        let gap = self.line_break();
        if !rest.is_empty() {
            let pad = " ".repeat(indent.min(3));
            self.edits
                .push(Edit::insert(to, format!("{gap}{gap}{pad}")));
            return;
        }
        let next_line = self.text[line_end..]
            .strip_prefix('\n')
            .and_then(|after| after.lines().next());
        if next_line.is_some_and(|next| !next.trim().is_empty()) {
            self.edits.push(Edit::insert(line_end, gap));
            self.dedent = Dedent::Next(indent);
        }
    }
}

/// A fence that begins at `trimmed`, maybe after quote marks and list marks.
pub(super) fn opens_fence(trimmed: &str) -> Option<Fence> {
    let mut rest = trimmed;
    loop {
        let before = rest.len();
        rest = rest.trim_start_matches(['>', ' ', '\t']);
        if let Some(after) = rest
            .strip_prefix(['-', '*', '+'])
            .filter(|after| after.starts_with([' ', '\t']))
        {
            rest = after;
        } else {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let after = rest[digits..].strip_prefix(['.', ')']);
            if let Some(after) =
                after.filter(|after| (1..=9).contains(&digits) && after.starts_with([' ', '\t']))
            {
                rest = after;
            }
        }
        if rest.len() == before {
            break;
        }
    }
    let mark = *rest
        .as_bytes()
        .first()
        .filter(|byte| matches!(byte, b'`' | b'~'))?;
    let length = rest.bytes().take_while(|&byte| byte == mark).count();
    (length >= 3 && !(mark == b'`' && rest[length..].contains('`'))).then_some((mark, length))
}

pub(super) fn closes_fence(trimmed: &str, mark: u8, length: usize) -> bool {
    let rest = trimmed.trim_start_matches(['>', ' ', '\t']).trim_end();
    rest.len() >= length && rest.bytes().all(|byte| byte == mark)
}

/// Name and title of `tip 제목`, `tip[제목]`, `{.note}`.
fn container_head(rest: &str) -> Option<(String, String)> {
    let braced = rest
        .strip_prefix('{')
        .and_then(|inner| inner.split_once('}'));
    let (head, title) = match braced {
        Some((inner, title)) => (inner.trim().trim_start_matches('.'), title),
        None => {
            let end = rest
                .find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_')))
                .unwrap_or(rest.len());
            rest.split_at(end)
        }
    };
    let name = head.split_whitespace().next()?.to_lowercase();
    let mut title = title.trim();
    if let Some(inner) = title
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
    {
        title = inner;
    }
    // Attributes after the name: `tip {id=x}`.
    if title.starts_with('{') && title.ends_with('}') {
        title = "";
    }
    name.starts_with(char::is_alphabetic)
        .then(|| (name, title.to_owned()))
}

/// The language of `{% highlight java linenos %}`.
fn liquid_highlight(text: &str) -> Option<&str> {
    let inner = text.strip_prefix("{%")?.split_once("%}")?.0;
    let mut words = inner.trim_matches(['-', ' ']).split_whitespace();
    (words.next()? == "highlight").then(|| words.next().unwrap_or_default())
}

fn longest_run(text: &str, byte: u8) -> usize {
    let (mut longest, mut run) = (0, 0);
    for b in text.bytes() {
        run = if b == byte { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::rewrite::Rewritten;

    fn rewritten(text: &str) -> String {
        let mut source = Rewritten::new(text);
        source.apply(&rewrite(text));
        source.text
    }

    #[test]
    fn a_container_becomes_a_quoted_callout_and_code_inside_stays() {
        assert_eq!(
            rewritten("글\n:::tip 제목\n- 하나\n```\n:::\n```\n:::\n뒤\n"),
            "글\n\n> [!tip] 제목\n>\n> - 하나\n> ```\n> :::\n> ```\n\n뒤\n"
        );
        assert_eq!(
            rewritten("::::info\n:::details 더\n글\n:::\n::::\n"),
            "> [!info]\n>\n> > [!details]- 더\n> >\n> > 글\n> \n\n"
        );
    }

    #[test]
    fn details_get_blank_lines_and_lose_deep_indentation() {
        assert_eq!(
            rewritten("<details>\n    <summary>제목</summary>\n    글\n</details>\n"),
            "<details>\n<summary>제목</summary>\n\n글\n\n</details>\n"
        );
        assert_eq!(
            rewritten("<div markdown=\"1\">\n# 제목\n</div>\n"),
            "<div>\n\n# 제목\n\n</div>\n"
        );
        assert_eq!(
            rewritten("```html\n<details>\n<summary>x</summary>\n```\n"),
            "```html\n<details>\n<summary>x</summary>\n```\n"
        );
    }

    #[test]
    fn jekylls_highlight_becomes_a_fence() {
        assert_eq!(
            rewritten("{% highlight java linenos %}\nint a; // ```\n{% endhighlight %}\n끝"),
            "````java\nint a; // ```\n````\n끝"
        );
    }
}
