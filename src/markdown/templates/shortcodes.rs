//! Hugo's shortcodes: its own (`ref`, `figure`, `highlight`, `youtube`…) and those that the themes in use have in common
//! (callouts, details, tabs, buttons). Any other is named in a diagnostic; its tags go, its text stays.

use super::arguments::Arguments;
use super::{Context, Pass, Picture, callout_kind, destination, embed_url, link, one_line};
use crate::bilingual;
use crate::diagnostics::Severity;
use crate::markdown::rewrite::Edit;

/// Pairs whose content is code.
pub(super) fn is_code(name: &str) -> bool {
    matches!(name, "highlight" | "code" | "mermaid" | "prism")
}

/// Pairs that only arrange or style what they enclose.
const WRAPPERS: [&str; 18] = [
    "rawhtml",
    "raw",
    "html",
    "steps",
    "columns",
    "column",
    "cards",
    "katex",
    "math",
    "latex",
    "center",
    "lead",
    "div",
    "span",
    "section",
    "blocks/section",
    "article",
    "wrap",
];

/// Tabs nested deeper than this are written one after another.
const DEEPEST_TAB: usize = 4;

/// What may be asked of a shortcode's arguments for text to show.
const TEXTS: [&str; 8] = [
    "text",
    "title",
    "content",
    "caption",
    "label",
    "alt",
    "description",
    "subtitle",
];

impl Pass<'_, '_, '_> {
    /// One `{{< … >}}` or `{{% … %}}`.
    pub(super) fn shortcode(&mut self, index: usize) {
        let name = self.name(index);
        let lower = name.to_ascii_lowercase();
        if self.inner(index).starts_with('/') {
            self.closing_shortcode(index);
            return;
        }
        let rest = self.rest(index);
        let arguments = Arguments::parse(rest);
        let paired = self.closing(index).is_some();
        match lower.as_str() {
            "ref" | "relref" => self.reference(index, &arguments),
            "figure" | "img" | "image" | "imgproc" | "picture" | "figure-dynamic" => {
                self.figure(index, &arguments)
            }
            "highlight" | "code" | "prism" if paired => {
                let mut info = arguments
                    .get_or_at(&["lang", "language", "type"], 0)
                    .unwrap_or_default()
                    .to_owned();
                let options = arguments.at(1).unwrap_or_default();
                info.push_str(&highlight_options(options));
                self.fence(index, &info);
            }
            "mermaid" if paired => {
                self.fence(index, "mermaid");
            }
            "youtube" | "vimeo" | "bilibili" | "twitch" | "instagram" | "spotify"
            | "dailymotion" | "youtubelite" | "youtube-lite" | "jsfiddle" | "codepen" => {
                let id = arguments
                    .get_or_at(&["id", "video", "url"], 0)
                    .unwrap_or_default();
                let title = arguments
                    .get(&["title", "label", "caption"])
                    .unwrap_or_default();
                match embed_url(&lower, id) {
                    Some(url) => self.embed(index, &url, title),
                    None => self.unknown_shortcode(index, name, &arguments),
                }
            }
            "gist" => match (
                arguments.get_or_at(&["user"], 0),
                arguments.get_or_at(&["id"], 1),
            ) {
                (Some(user), Some(id)) => {
                    let url = format!("https://gist.github.com/{user}/{id}");
                    let file = arguments
                        .get_or_at(&["file"], 2)
                        .unwrap_or_default()
                        .to_owned();
                    self.embed(index, &url, &file);
                }
                _ => self.unknown_shortcode(index, name, &arguments),
            },
            "tweet" | "x" | "twitter" | "twitter_simple" | "x_simple" => {
                let url = match (arguments.get(&["user"]), arguments.get_or_at(&["id"], 0)) {
                    (Some(user), Some(id)) => Some(format!("https://x.com/{user}/status/{id}")),
                    (None, Some(id)) => embed_url("x", id),
                    _ => None,
                };
                match url {
                    Some(url) => self.embed(index, &url, ""),
                    None => self.unknown_shortcode(index, name, &arguments),
                }
            }
            "callout" | "admonition" | "alert" | "hint" | "notice" | "note" | "tip" | "info"
            | "warning" | "warn" | "danger" | "caution" | "important" | "success" | "error"
            | "question" | "abstract" | "example" | "quote" | "blockquote" | "box" | "message"
                if paired =>
            {
                self.callout(index, &lower, &arguments);
            }
            "details" | "expand" | "collapse" | "spoiler" | "accordion" | "accordionitem"
            | "detail" | "fold"
                if paired =>
            {
                let title = arguments
                    .get_or_at(&["title", "summary", "label", "header"], 0)
                    .unwrap_or_default();
                if !self.container(index, "details", title) {
                    self.unknown_shortcode(index, name, &arguments);
                }
            }
            "tabs" | "tabpane" | "tabgroup" | "codetabs" | "tabbed" if paired => self.remove(index),
            "tab" | "codetab" if paired => self.tab(index, &arguments),
            "button" | "btn" | "a" | "link"
                if paired
                    && self
                        .between(index)
                        .is_some_and(|text| !text.trim().is_empty() && !text.contains('\n')) =>
            {
                self.button(index, &arguments);
            }
            "button" | "btn" | "card" | "link-card" | "linkcard" | "cardlink"
                if arguments.get(&["href", "link", "url", "relref"]).is_some() =>
            {
                let url = arguments
                    .get(&["href", "link", "url", "relref"])
                    .unwrap_or_default();
                let title = arguments
                    .get(&["title", "text", "label", "content"])
                    .unwrap_or_default();
                let subtitle = arguments
                    .get(&["subtitle", "description"])
                    .map(one_line)
                    .unwrap_or_default();
                let shown = format!("{} {subtitle}", link(title, url))
                    .trim_end()
                    .to_owned();
                self.block(index, std::slice::from_ref(&shown), &shown);
            }
            "toc" | "table_of_contents" | "tableofcontents" => {
                self.block(index, &["[TOC]".to_owned()], "")
            }
            "br" => self.replace(index, "<br>"),
            "hr" => self.block(index, &["***".to_owned()], ""),
            "comment" if paired => {
                if let Some(close) = self.closing(index) {
                    let range = self.range(index).start..self.range(close).end;
                    self.edits.push(Edit::remove(range));
                }
            }
            "badge" | "kbd" | "mark" | "label" | "typeit" | "glossary_tooltip" if !paired => {
                match arguments.get(&TEXTS).or_else(|| arguments.at(0)) {
                    Some(text) => {
                        let text = one_line(text);
                        self.replace(index, text);
                    }
                    None => self.unknown_shortcode(index, name, &arguments),
                }
            }
            _ if WRAPPERS.contains(&lower.as_str()) && paired => self.remove(index),
            _ => self.unknown_shortcode(index, name, &arguments),
        }
    }

    fn closing_shortcode(&mut self, index: usize) {
        // Where the opening tag has already said what stands here, that edit comes first and wins.
        self.remove(index);
        if self.partners.get(index).copied().flatten().is_none() {
            let shown = one_line(self.inner(index))
                .chars()
                .take(60)
                .collect::<String>();
            self.report(
                index,
                Severity::Note,
                "unknown-shortcode",
                bilingual!(
                    "여는 짝이 없는 쇼트코드라 뺐습니다: {shown}",
                    "a closing shortcode without an opening one was left out: {shown}"
                ),
                None,
            );
        }
    }

    /// `{{< ref "노트.md" >}}`, `{{< relref "/글#절" >}}`.
    fn reference(&mut self, index: usize, arguments: &Arguments) {
        let Some(target) = arguments.get_or_at(&["path"], 0) else {
            self.unknown_shortcode(index, "ref", arguments);
            return;
        };
        let (path, anchor) = match target.split_once('#') {
            Some((path, anchor)) => (path, format!("#{anchor}")),
            None => (target, String::new()),
        };
        // Hugo finds a bare file name wherever it lies; here a name without its extension is found so.
        let path = match path.strip_suffix(".md") {
            Some(stem) if !path.contains('/') => stem,
            _ => path,
        };
        let target = format!("{path}{anchor}");
        self.note_link(index, &target, None);
    }

    fn figure(&mut self, index: usize, arguments: &Arguments) {
        let Some(src) = arguments.get_or_at(&["src", "url", "path", "image"], 0) else {
            self.unknown_shortcode(index, "figure", arguments);
            return;
        };
        let parts: Vec<String> = [arguments.get(&["title"]), arguments.get(&["caption"])]
            .into_iter()
            .flatten()
            .map(one_line)
            .collect();
        let mut caption = parts.join(": ");
        if let Some(attribution) = arguments.get(&["attr"]) {
            let attribution = match arguments.get(&["attrlink"]) {
                Some(url) => link(attribution, url),
                None => one_line(attribution),
            };
            caption = format!("{caption} {attribution}").trim().to_owned();
        }
        let picture = Picture {
            src,
            alt: arguments
                .get(&["alt"])
                .or_else(|| arguments.get(&["caption", "title"])),
            caption: Some(caption).filter(|caption| !caption.is_empty()),
            link: arguments.get(&["link", "href"]),
            width: arguments.get(&["width"]),
            height: arguments.get(&["height"]),
            class: arguments.get(&["class"]),
        };
        self.picture(index, &picture);
    }

    fn callout(&mut self, index: usize, name: &str, arguments: &Arguments) {
        let named = arguments.get(&["type", "style", "kind", "color", "icon"]);
        let first = arguments.at(0);
        let kind = named
            .and_then(callout_kind)
            .or_else(|| first.and_then(callout_kind))
            .or_else(|| callout_kind(name))
            .unwrap_or("note");
        let positional = if first.is_some_and(|first| callout_kind(first).is_some()) {
            arguments.at(1)
        } else {
            first.filter(|_| {
                named.is_none() && !matches!(name, "alert" | "callout" | "hint" | "box")
            })
        };
        let title = arguments
            .get(&["title", "header"])
            .or(positional.filter(|title| !matches!(*title, "true" | "false")))
            .unwrap_or_default();
        if !self.container(index, kind, title) {
            self.unknown_shortcode(index, name, arguments);
        }
    }

    /// A tab becomes MkDocs's `=== "이름"` with its content indented under it, which `containers` knows.
    fn tab(&mut self, index: usize, arguments: &Arguments) {
        let title = arguments
            .get_or_at(&["name", "title", "header", "label", "tabname"], 0)
            .map_or_else(|| self.listed_tab(index), one_line);
        let (Some(close), Some(inside)) = (self.closing(index), self.between(index)) else {
            return;
        };
        let (open, end) = (self.range(index), self.range(close));
        // Each level of tabs is written before every line inside it.
        self.open_tabs.retain(|&end| end > index);
        let shallow = self.open_tabs.len() < DEEPEST_TAB;
        let at_start = self
            .prefix(open.start)
            .filter(|it| it.bytes().all(|byte| byte == b' '));
        let Some(indent) = at_start.filter(|_| shallow) else {
            let label = format!("**{title}** ");
            self.replace(index, if title.is_empty() { "" } else { &label });
            return;
        };
        self.open_tabs.push(close);
        let title = title.replace('"', "'");
        let break_after = if self.ends_line(open.end) {
            String::new()
        } else {
            format!("\n\n{indent}    ")
        };
        self.replace(index, format!("=== \"{title}\"{break_after}"));
        let mut at = open.end;
        let lines: Vec<usize> = inside
            .match_indices('\n')
            .map(|(newline, _)| open.end + newline + 1)
            .collect();
        for start in lines {
            let blank = self.text.get(start..end.start).is_some_and(|rest| {
                rest.chars()
                    .find(|&c| c == '\n' || !c.is_whitespace())
                    .is_none_or(|c| c == '\n')
            });
            if !blank && start >= at {
                self.edits.push(Edit::insert(start, "    "));
            }
            at = start;
        }
        let before = if inside.trim_end_matches([' ', '\t']).ends_with('\n') {
            ""
        } else {
            "\n"
        };
        let after = if self.ends_line(end.end) { "" } else { "\n" };
        self.replace(close, format!("{before}{after}"));
    }

    /// The name of a nameless tab: Hextra lists them in `{{< tabs items="가,나" >}}`.
    fn listed_tab(&mut self, index: usize) -> String {
        let (mut at, mut number, mut looked) = (index, 0_usize, 0_usize);
        while at > 0 && looked < 200 {
            at -= 1;
            looked += 1;
            match self.name(at) {
                "tab" if self.closing(at).is_some() => number += 1,
                "tabs" if self.closing(at).is_some() => {
                    let arguments = Arguments::parse(self.rest(at));
                    let items = arguments.get(&["items"]).unwrap_or_default();
                    return items
                        .split(',')
                        .nth(number)
                        .map(one_line)
                        .unwrap_or_default();
                }
                _ => {}
            }
        }
        String::new()
    }

    fn button(&mut self, index: usize, arguments: &Arguments) {
        let url = arguments
            .get_or_at(&["href", "relref", "link", "url"], 0)
            .map(destination);
        let (Some(url), Some(close)) = (url, self.closing(index)) else {
            self.unknown_shortcode(index, "button", arguments);
            return;
        };
        self.replace(index, "[");
        self.replace(close, format!("]({url})"));
    }

    fn unknown_shortcode(&mut self, index: usize, name: &str, arguments: &Arguments) {
        let kept: Vec<String> = TEXTS
            .iter()
            .filter_map(|key| arguments.get(&[key]))
            .chain(
                arguments
                    .positional
                    .iter()
                    .map(String::as_str)
                    .filter(|text| is_said(text)),
            )
            .map(one_line)
            .collect();
        let kept = match self.context(index) {
            Context::Text => kept.join(" "),
            _ => String::new(),
        };
        self.block(index, std::slice::from_ref(&kept), &kept);
        let name = name.to_owned();
        self.report(
            index,
            Severity::Warning,
            "unknown-shortcode",
            bilingual!(
                "Hugo 쇼트코드 `{name}`의 뜻을 몰라 태그를 빼고 글만 실었습니다.",
                "the Hugo shortcode `{name}` is not known; its tag is left out and its text published."
            ),
            Some(bilingual!(
                "같은 뜻의 마크다운으로 바꾸어 쓰세요.",
                "write what it shows in Markdown."
            )),
        );
    }
}

/// Whether an argument is text for readers: it has a blank or a letter beyond ASCII. `true`, `primary`, `dQw4w9WgXcQ`,
/// `/img/a.png` are for the shortcode alone.
fn is_said(text: &str) -> bool {
    let text = text.trim();
    let words = text.contains(char::is_whitespace) && text.contains(char::is_alphabetic);
    (words || !text.is_ascii()) && !text.contains("://") && !text.starts_with(['/', '.', '#'])
}

/// `linenos=table,hl_lines=2 4-5` as words of an info string.
fn highlight_options(options: &str) -> String {
    let mut out = String::new();
    let mut marks: Vec<String> = Vec::new();
    for option in options.split(',') {
        let (name, value) = option.split_once('=').unwrap_or((option, ""));
        let value = value.trim_matches(['"', '\'', '[', ']', ' ']);
        match name.trim() {
            "linenos" if value != "false" => out.push_str(" linenos"),
            "hl_lines" => marks.extend(value.split_whitespace().map(str::to_owned)),
            // `hl_lines=[2,4]` was cut at its comma.
            _ if !marks.is_empty() && !option.contains('=') => {
                marks.push(option.trim_matches(['"', '\'', '[', ']', ' ']).to_owned());
            }
            _ => {}
        }
    }
    if !marks.is_empty() {
        out.push_str(&format!(
            " hl_lines=\"{}\"",
            marks.join(" ").replace('"', "")
        ));
    }
    out
}
