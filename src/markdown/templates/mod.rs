//! What the template languages of other generators leave in notes: Jekyll's Liquid (`{% include %}`, `{{ site.url }}`),
//! GitBook's blocks in the same marks, Hugo's shortcodes (`{{< figure >}}`).
//!
//! Nothing is run. What has a meaning here becomes Markdown before parsing; what has none is taken out, its text kept,
//! and named with its place. Steps: [`scan`] finds the tags outside code; `pair` matches opening and closing ones;
//! `liquid` and `shortcodes` say what each becomes. Whatever is not surely theirs (Vue's, Helm's and Ansible's
//! `{{ … }}`, Django's tags) stays the author's text.

mod arguments;
mod liquid;
mod shortcodes;
mod tags;

use std::collections::BTreeMap;
use std::ops::Range;

use super::protected::Protected;
use super::report::Reporter;
use super::rewrite::Edit;
use crate::diagnostics::{Bilingual, Severity};

pub(crate) use liquid::highlight_info;
pub(crate) use tags::{Ends, Marks, Tag, fence_for, find, split_filters, string};

/// What a text has if it may hold a tag.
pub(super) const TRIGGERS: [&str; 2] = ["{%", "{{"];

/// The edits that replace the tags of `text`, which begins at `offset` of the whole note; `front_matter` is what
/// stands before it.
pub(super) fn rewrite(
    text: &str,
    offset: usize,
    front_matter: &str,
    protected: &Protected<'_>,
    reporter: &mut Reporter<'_>,
) -> Vec<Edit> {
    let tokens = scan(text, protected);
    if tokens.is_empty() {
        return Vec::new();
    }
    let mut pass = Pass {
        text,
        offset,
        front_matter,
        partners: vec![None; tokens.len()],
        live: vec![true; tokens.len()],
        contexts: contexts(text, &tokens),
        tokens,
        assigned: BTreeMap::new(),
        edits: Vec::new(),
        open_tabs: Vec::new(),
        reporter,
    };
    pass.verbatim();
    pass.pair();
    pass.run();
    let mut edits = pass.edits;
    edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
    edits
}

/// Where a tag stands, which decides what may replace it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Context {
    Text,
    /// In the parentheses of a link or in a link definition.
    Destination,
    /// In an attribute of raw HTML.
    Attribute,
}

/// All tags of `text` outside code, in order.
fn scan(text: &str, protected: &Protected<'_>) -> Vec<Tag> {
    let assigns = ["assign", "capture", "for", "tablerow"]
        .iter()
        .any(|tag| text.contains("{%") && text.contains(tag));
    tags::find(text, |marks, start, inner| match marks {
        Marks::Escaped => true,
        Marks::Variable if inner.contains('\n') => false,
        Marks::Variable if !assigns && !liquid::may_be_known(inner) => false,
        _ => !protected.covers(start),
    })
}

/// For each tag where it stands.
fn contexts(text: &str, tokens: &[Tag]) -> Vec<Context> {
    let mut contexts: Vec<Context> = Vec::with_capacity(tokens.len());
    let mut done = 0;
    for token in tokens {
        let before = text.get(done..token.range.start).unwrap_or_default();
        let stop = before.rfind(|c: char| {
            c.is_whitespace()
                || matches!(
                    c,
                    '(' | ')' | '[' | ']' | '<' | '>' | '"' | '\'' | '`' | '|'
                )
        });
        let context = match stop {
            // Part of the same address as the tag before it.
            None => contexts.last().copied().unwrap_or(Context::Text),
            Some(at) => {
                let last = before[at..].chars().next().map_or(0, char::len_utf8);
                let lead = &before[..at + last];
                let address = lead.strip_suffix('<').unwrap_or(lead);
                if address.ends_with("](") || lead.trim_end_matches(' ').ends_with("]:") {
                    Context::Destination
                } else if lead.ends_with("=\"") || lead.ends_with("='") {
                    Context::Attribute
                } else {
                    Context::Text
                }
            }
        };
        contexts.push(context);
        done = token.range.end;
    }
    contexts
}

struct Pass<'t, 'r, 'n> {
    text: &'t str,
    offset: usize,
    front_matter: &'t str,
    tokens: Vec<Tag>,
    /// For a tag that opens or closes a pair its partner.
    partners: Vec<Option<usize>>,
    /// Whether a tag is to be looked at: false inside `{% raw %}`.
    live: Vec<bool>,
    contexts: Vec<Context>,
    /// Variables that the note assigns, with their values where those are plain texts.
    assigned: BTreeMap<&'t str, Option<&'t str>>,
    edits: Vec<Edit>,
    /// The closing tags of the tabs that are open.
    open_tabs: Vec<usize>,
    reporter: &'r mut Reporter<'n>,
}

impl<'t> Pass<'t, '_, '_> {
    fn inner(&self, index: usize) -> &'t str {
        let text: &'t str = self.text;
        self.tokens.get(index).map_or("", |token| token.inner(text))
    }

    /// A tag's name, without the `/` before a closing shortcode's.
    fn name(&self, index: usize) -> &'t str {
        let text: &'t str = self.text;
        self.tokens.get(index).map_or("", |token| token.name(text))
    }

    /// What follows a tag's name.
    fn rest(&self, index: usize) -> &'t str {
        let text: &'t str = self.text;
        self.tokens.get(index).map_or("", |token| token.rest(text))
    }

    fn marks(&self, index: usize) -> Marks {
        self.tokens
            .get(index)
            .map_or(Marks::Variable, |token| token.marks)
    }

    fn range(&self, index: usize) -> Range<usize> {
        self.tokens
            .get(index)
            .map_or(0..0, |token| token.range.clone())
    }

    fn context(&self, index: usize) -> Context {
        self.contexts.get(index).copied().unwrap_or(Context::Text)
    }

    /// The closing partner of the opening tag `index`.
    fn closing(&self, index: usize) -> Option<usize> {
        self.partners
            .get(index)
            .copied()
            .flatten()
            .filter(|&partner| partner > index)
    }

    /// Whether tag `index` closes a pair.
    fn closes(&self, index: usize) -> bool {
        self.partners
            .get(index)
            .copied()
            .flatten()
            .is_some_and(|partner| partner < index)
    }

    /// The text between tag `index` and its partner.
    fn between(&self, index: usize) -> Option<&'t str> {
        let text: &'t str = self.text;
        let close = self.closing(index)?;
        text.get(self.range(index).end..self.range(close).start)
    }

    fn replace(&mut self, index: usize, with: impl Into<String>) {
        let range = self.range(index);
        self.edits.push(Edit {
            range,
            with: with.into().into(),
        });
    }

    fn remove(&mut self, index: usize) {
        self.replace(index, "");
    }

    fn report(
        &mut self,
        index: usize,
        severity: Severity,
        code: &'static str,
        message: Bilingual,
        hint: Option<Bilingual>,
    ) {
        let range = self.range(index);
        let span = self.offset + range.start..self.offset + range.end;
        self.reporter.report(severity, code, &span, message, hint);
    }

    /// Sets aside what must not be read: the content of `{% raw %}`, `{% comment %}` and code.
    fn verbatim(&mut self) {
        let mut ends = Ends::default();
        for index in 0..self.tokens.len() {
            let name = self.name(index);
            let closes = match self.marks(index) {
                Marks::Tag => matches!(
                    name,
                    "endraw" | "endcomment" | "endhighlight" | "endcodeblock"
                ),
                Marks::Shortcode => self.inner(index).starts_with('/') && shortcodes::is_code(name),
                _ => false,
            };
            if closes {
                ends.push(name, index);
            }
        }
        let mut index = 0;
        while index < self.tokens.len() {
            let name = self.name(index);
            let end = match self.marks(index) {
                Marks::Tag => match name {
                    "raw" => ends.after("endraw", index),
                    "comment" => ends.after("endcomment", index),
                    "highlight" => ends.after("endhighlight", index),
                    "codeblock" => ends.after("endcodeblock", index),
                    _ => None,
                },
                Marks::Shortcode if shortcodes::is_code(name) => ends.after(name, index),
                _ => None,
            };
            if let Some(end) = end {
                self.partners[index] = Some(end);
                self.partners[end] = Some(index);
                for live in self.live.iter_mut().take(end).skip(index + 1) {
                    *live = false;
                }
                index = end;
            }
            index += 1;
        }
    }

    /// Matches opening and closing tags by name, innermost first.
    fn pair(&mut self) {
        let mut open: BTreeMap<(bool, &str), Vec<usize>> = BTreeMap::new();
        for index in 0..self.tokens.len() {
            if !self.live[index] || self.partners[index].is_some() {
                continue;
            }
            let name = self.name(index);
            let (shortcode, closed) = match self.marks(index) {
                Marks::Tag => (false, name.strip_prefix("end").filter(|it| !it.is_empty())),
                Marks::Shortcode => (true, self.inner(index).starts_with('/').then_some(name)),
                _ => continue,
            };
            match closed {
                Some(closed) => {
                    if let Some(start) = open.get_mut(&(shortcode, closed)).and_then(Vec::pop) {
                        self.partners[index] = Some(start);
                        self.partners[start] = Some(index);
                    }
                }
                None if self.inner(index).ends_with('/') => {}
                None => open.entry((shortcode, name)).or_default().push(index),
            }
        }
    }

    fn run(&mut self) {
        self.gather_assigned();
        // How many pairs of Liquid's control tags are open.
        let mut depth = 0_usize;
        for index in 0..self.tokens.len() {
            if !self.live[index] {
                if self.marks(index) == Marks::Escaped {
                    self.unescape(index);
                }
                continue;
            }
            match self.marks(index) {
                Marks::Tag => self.tag(index, &mut depth),
                Marks::Variable => self.variable(index),
                Marks::Shortcode => self.shortcode(index),
                Marks::Escaped => self.unescape(index),
            }
        }
    }

    /// `{{</* figure */>}}` is shown as `{{< figure >}}`.
    fn unescape(&mut self, index: usize) {
        let inner = self.tokens[index].inner.clone();
        self.edits.push(Edit::remove(inner.start..inner.start + 2));
        self.edits.push(Edit::remove(inner.end - 2..inner.end));
    }

    /// What stands before `at` on its line, if that is only quote marks, a list mark and white space.
    fn prefix(&self, at: usize) -> Option<&'t str> {
        let text: &'t str = self.text;
        let bytes = text.as_bytes();
        let mut start = at;
        while start > 0 && at - start < 80 {
            match bytes.get(start - 1) {
                Some(b'\n') => return text.get(start..at),
                Some(b' ' | b'\t' | b'>' | b'-' | b'*' | b'+' | b'.' | b')' | b'0'..=b'9') => {
                    start -= 1;
                }
                _ => return None,
            }
        }
        (start == 0).then(|| text.get(..at)).flatten()
    }

    /// Whether only white space follows `at` on its line.
    fn ends_line(&self, at: usize) -> bool {
        self.text
            .get(at..)
            .unwrap_or_default()
            .chars()
            .take(80)
            .find(|&c| c == '\n' || !c.is_whitespace())
            .is_none_or(|c| c == '\n')
    }

    /// Replaces a tag by `lines`, a block of its own where the tag stands alone, else one line among the text.
    fn block(&mut self, index: usize, lines: &[String], inline: &str) {
        let range = self.range(index);
        let Some(prefix) = self
            .prefix(range.start)
            .filter(|_| self.ends_line(range.end) && self.context(index) == Context::Text)
        else {
            self.replace(index, inline);
            return;
        };
        let next: String = prefix
            .chars()
            .map(|c| if matches!(c, '>' | '\t') { c } else { ' ' })
            .collect();
        let item = prefix.contains(|c: char| !matches!(c, ' ' | '\t' | '>'));
        let line_start = range.start - prefix.len();
        let blank = |line: Option<&str>| {
            line.is_none_or(|line| line.trim_matches([' ', '\t', '>']).is_empty())
        };
        let above = self.text[..line_start]
            .strip_suffix('\n')
            .and_then(|above| {
                above
                    .get(above.len().saturating_sub(80)..)
                    .map_or(Some("x"), |it| it.rsplit('\n').next())
            });
        let mut with = String::new();
        if !item && !blank(above) {
            with.push('\n');
            with.push_str(&next);
        }
        with.push_str(&lines.join(&format!("\n{next}")));
        let rest = self.text.get(range.end..).unwrap_or_default();
        let below = rest.find('\n').and_then(|at| {
            let below = &rest[at + 1..];
            below
                .char_indices()
                .take(80)
                .find(|&(_, c)| c == '\n')
                .map_or_else(
                    || (!below.is_empty()).then_some("x"),
                    |(end, _)| below.get(..end),
                )
        });
        if !blank(below) {
            with.push('\n');
            with.push_str(next.trim_end());
        }
        self.replace(index, with);
    }

    /// Turns the pair that `index` opens into a container `:::kind title`; false if it cannot stand there.
    fn container(&mut self, index: usize, kind: &str, title: &str) -> bool {
        let Some(close) = self.closing(index) else {
            return false;
        };
        let (open_range, close_range) = (self.range(index), self.range(close));
        let spaces = |prefix: &str| prefix.bytes().all(|byte| byte == b' ');
        let Some(indent) = self.prefix(open_range.start).filter(|it| spaces(it)) else {
            return false;
        };
        let title = one_line(title);
        let mut open = format!(":::{kind} {title}").trim_end().to_owned();
        if !self.ends_line(open_range.end) {
            open.push('\n');
            open.push_str(indent);
        }
        let own_line = self.prefix(close_range.start).is_some_and(spaces);
        let mut end = if own_line {
            ":::".to_owned()
        } else {
            format!("\n{indent}:::")
        };
        if !self.ends_line(close_range.end) {
            end.push('\n');
            end.push_str(indent);
        }
        self.replace(index, open);
        self.replace(close, end);
        true
    }

    /// Turns the pair that `index` opens into a fenced code block with the info string `info`.
    fn fence(&mut self, index: usize, info: &str) -> bool {
        let (Some(close), Some(code)) = (self.closing(index), self.between(index)) else {
            return false;
        };
        let (open_range, close_range) = (self.range(index), self.range(close));
        let prefix = self.prefix(open_range.start);
        let next: String = prefix
            .unwrap_or_default()
            .chars()
            .map(|c| if matches!(c, '>' | '\t') { c } else { ' ' })
            .collect();
        let fence = fence_for(code);
        let mut open = if prefix.is_some() {
            String::new()
        } else {
            "\n\n".to_owned()
        };
        open.push_str(&fence);
        open.push_str(&one_line(info).replace('`', "'"));
        if !self.ends_line(open_range.end) {
            open.push('\n');
            open.push_str(&next);
        }
        let own_line = self
            .prefix(close_range.start)
            .is_some_and(|it| it.trim_matches([' ', '\t', '>']).is_empty());
        let mut end = if own_line && code.contains('\n') {
            fence
        } else {
            format!("\n{next}{fence}")
        };
        if !self.ends_line(close_range.end) {
            end.push('\n');
            end.push_str(&next);
        }
        self.replace(index, open);
        self.replace(close, end);
        true
    }

    /// Replaces a tag by a link to `url`, which is what it would have shown in a frame.
    fn embed(&mut self, index: usize, url: &str, text: &str) {
        let link = link(text, url);
        self.block(index, std::slice::from_ref(&link), &link);
        let url = url.to_owned();
        self.report(
            index,
            Severity::Note,
            "embed-as-link",
            crate::bilingual!(
                "끼워 넣는 대신 링크로 실었습니다: {url}",
                "published as a link instead of an embed: {url}"
            ),
            None,
        );
    }

    /// Replaces a tag by a picture.
    fn picture(&mut self, index: usize, picture: &Picture<'_>) {
        let (lines, inline) = picture.markdown();
        self.block(index, &lines, &inline);
    }

    /// Replaces a tag in a destination or in text by a link to the note or file `target`, which may end in `#anchor`.
    fn note_link(&mut self, index: usize, target: &str, text: Option<&str>) {
        let with = match self.context(index) {
            Context::Text => match text {
                Some(text) => link(text, target),
                None if target.contains(['[', ']', '|', '\n']) || target.starts_with('#') => {
                    link(target.trim_start_matches('#'), target)
                }
                None => format!("[[{target}]]"),
            },
            Context::Destination | Context::Attribute => address(target),
        };
        self.replace(index, with);
    }
}

/// A picture as tags describe it.
#[derive(Debug, Default)]
struct Picture<'a> {
    src: &'a str,
    alt: Option<&'a str>,
    caption: Option<String>,
    link: Option<&'a str>,
    width: Option<&'a str>,
    height: Option<&'a str>,
    class: Option<&'a str>,
}

impl Picture<'_> {
    /// As lines of a block, and as one piece of a line.
    fn markdown(&self) -> (Vec<String>, String) {
        let alt = bracketed(self.alt.unwrap_or_default());
        let src = destination(self.src);
        let mut attributes = String::new();
        let size = |value: &str| {
            let digits = value.trim().trim_end_matches("px");
            let number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            number.then(|| digits.to_owned())
        };
        for (name, value) in [("width", self.width), ("height", self.height)] {
            if let Some(value) = value.and_then(size) {
                attributes.push_str(&format!(" {name}=\"{value}\""));
            }
        }
        for class in self.class.unwrap_or_default().split_whitespace() {
            if class
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
            {
                attributes.push_str(&format!(" .{class}"));
            }
        }
        if !attributes.is_empty() {
            attributes = format!("{{:{attributes}}}");
        }
        let linked = |image: String| match self.link {
            Some(link) => format!("[{image}]({})", destination(link)),
            None => image,
        };
        let caption = self.caption.as_deref().map(one_line).unwrap_or_default();
        if caption.is_empty() {
            let image = linked(format!("![{alt}]({src}){attributes}"));
            return (vec![image.clone()], image);
        }
        let title = caption.replace('\\', "\\\\").replace('"', "\\\"");
        let plain = !caption.contains(['[', '*', '_', '`', '<', '&']);
        let inline = linked(format!("![{alt}]({src} \"{title}\"){attributes}"));
        if plain && self.link.is_none() {
            return (vec![inline.clone()], inline);
        }
        // A caption with markup of its own, or a picture that leads somewhere.
        let image = linked(format!("![{alt}]({src}){attributes}"));
        let lines = [
            "<figure class=\"image\">",
            "",
            &image,
            "",
            "<figcaption>",
            "",
            &caption,
            "",
            "</figcaption>",
            "</figure>",
            "",
        ]
        .map(str::to_owned)
        .to_vec();
        (lines, inline)
    }
}

/// `text` on one line.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `text` as the content of square brackets.
fn bracketed(text: &str) -> String {
    one_line(text).replace('[', "\\[").replace(']', "\\]")
}

/// `url` as a link's destination in angle brackets where it needs them.
fn destination(url: &str) -> String {
    let url = one_line(url);
    if url.is_empty() || url.contains([' ', '(', ')', '<', '>']) {
        format!("<{}>", url.replace('<', "%3C").replace('>', "%3E"))
    } else {
        url
    }
}

/// `url` with what would end a bare destination or an attribute percent-encoded.
fn address(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    for c in url.chars() {
        match c {
            ' ' | '\t' | '\n' => out.push_str("%20"),
            '(' => out.push_str("%28"),
            ')' => out.push_str("%29"),
            '<' => out.push_str("%3C"),
            '>' => out.push_str("%3E"),
            '"' => out.push_str("%22"),
            '\'' => out.push_str("%27"),
            c => out.push(c),
        }
    }
    out
}

/// `[text](url)`, or the address itself where there is no text.
fn link(text: &str, url: &str) -> String {
    let shown = bracketed(text);
    let shown = if shown.is_empty() {
        bracketed(url)
    } else {
        shown
    };
    format!("[{shown}]({})", destination(url))
}

/// The callout that a word of another tool means: its type, or a colour that stands for one.
fn callout_kind(word: &str) -> Option<&'static str> {
    let lower = word.trim().to_ascii_lowercase();
    Some(match lower.as_str() {
        "note" | "notice" | "secondary" | "default" | "memo" => "note",
        "info" | "information" | "primary" | "circle-info" | "blue" => "info",
        "tip" | "hint" | "lightbulb" | "green" => "tip",
        "success" | "check" | "done" | "circle-check" => "success",
        "warning" | "warn" | "attention" | "yellow" | "orange" | "triangle-exclamation" => {
            "warning"
        }
        "caution" => "caution",
        "danger" | "red" | "fire" | "skull-crossbones" => "danger",
        "error" => "error",
        "important" => "important",
        "question" | "faq" | "help" => "question",
        "abstract" | "summary" | "tldr" => "abstract",
        "example" => "example",
        "quote" => "quote",
        "bug" | "bomb" => "bug",
        "failure" | "fail" => "failure",
        "todo" => "todo",
        _ => return None,
    })
}

/// Where the video, post or piece of code `id` of `provider` is seen.
pub(crate) fn embed_url(provider: &str, id: &str) -> Option<String> {
    if id.starts_with("http://") || id.starts_with("https://") {
        return Some(id.to_owned());
    }
    if id.is_empty() || id.contains(|c: char| c.is_whitespace() || matches!(c, '"' | '<' | '>')) {
        return None;
    }
    Some(match provider.to_ascii_lowercase().as_str() {
        "youtube" | "youtubeplayer" | "yt" | "youtubelite" | "youtube-lite" => {
            format!("https://www.youtube.com/watch?v={id}")
        }
        "vimeo" => format!("https://vimeo.com/{id}"),
        "bilibili" => format!("https://www.bilibili.com/video/{id}"),
        "twitch" => format!("https://www.twitch.tv/videos/{id}"),
        "google-drive" | "googledrive" => format!("https://drive.google.com/file/d/{id}/view"),
        "dailymotion" => format!("https://www.dailymotion.com/video/{id}"),
        "spotify" => format!("https://open.spotify.com/track/{id}"),
        "instagram" => format!("https://www.instagram.com/p/{id}/"),
        "gist" => format!("https://gist.github.com/{id}"),
        "jsfiddle" => format!("https://jsfiddle.net/{id}/"),
        "codepen" => format!("https://codepen.io/pen/{id}"),
        "tweet" | "twitter" | "x" if id.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("https://x.com/i/status/{id}")
        }
        _ => return None,
    })
}
