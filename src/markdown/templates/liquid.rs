//! Liquid as Jekyll, its plugins, Hexo and GitBook use it: `{% … %}` and `{{ … }}`.
//!
//! - What stands for a link, picture, video, callout or code becomes that.
//! - Control tags (`if`, `for`, `assign`…) go, what they enclose stays.
//! - Jekyll's variables become an address's beginning (`{{ site.url }}`), the front matter's value (`{{ page.title }}`)
//!   or their own name.
//! - A tag that Jekyll itself would stumble over (an `if` without its `endif`) or does not know (Django's `url`) is the
//!   author's text and stays.

use super::arguments::Arguments;
use super::{
    Context, Marks, Pass, Picture, bracketed, callout_kind, embed_url, link, one_line,
    split_filters, string,
};
use crate::bilingual;
use crate::diagnostics::Severity;
use crate::markdown::rewrite::Edit;

/// Tags that open a pair and say under which condition, or how often, its content is shown.
const CONTROL: [&str; 11] = [
    "if",
    "unless",
    "for",
    "case",
    "capture",
    "tablerow",
    "ifchanged",
    "paginate",
    "form",
    "cache",
    "block",
];

/// Tags that mean something only inside a pair of [`CONTROL`].
const MIDDLE: [&str; 6] = ["else", "elsif", "elseif", "when", "break", "continue"];

/// Tags of Jekyll and its usual plugins that put out nothing a note's page needs.
const SILENT: [&str; 9] = [
    "seo",
    "feed_meta",
    "increment",
    "decrement",
    "cycle",
    "liquid",
    "render",
    "echo",
    "layout",
];

/// Pairs whose content is the thing itself: the marks go without a word.
const WRAPPERS: [&str; 9] = [
    "content-ref",
    "stepper",
    "step",
    "columns",
    "column",
    "center",
    "centerquote",
    "cq",
    "nomarkdown",
];

/// Whether `{{ inner }}` may be Jekyll's in a note that assigns no variables itself: asked before anything that costs.
pub(super) fn may_be_known(inner: &str) -> bool {
    let root = inner
        .split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-')))
        .next()
        .unwrap_or_default();
    root == "content"
        || ROOTS.contains(&root)
        || inner.starts_with(['"', '\'']) && inner.contains('|')
}

/// Jekyll's variables.
const ROOTS: [&str; 9] = [
    "site",
    "page",
    "post",
    "include",
    "layout",
    "paginator",
    "jekyll",
    "theme",
    "forloop",
];

impl Pass<'_, '_, '_> {
    /// Takes down the variables the note gives values to: they are Liquid's too.
    pub(super) fn gather_assigned(&mut self) {
        for index in 0..self.tokens.len() {
            if self.marks(index) != Marks::Tag || !self.live[index] {
                continue;
            }
            let rest = self.rest(index).trim();
            match self.name(index) {
                "assign" => {
                    if let Some((name, value)) = rest.split_once('=') {
                        let value = value.trim();
                        let plain = ['"', '\''].into_iter().find_map(|quote| {
                            value
                                .strip_prefix(quote)?
                                .strip_suffix(quote)
                                .filter(|inner| !inner.contains(quote))
                        });
                        self.assigned.insert(name.trim(), plain);
                    }
                }
                "capture" => {
                    self.assigned.insert(rest, None);
                }
                "for" | "tablerow" => {
                    if let Some(name) = rest.split_whitespace().next() {
                        self.assigned.insert(name, None);
                    }
                }
                _ => {}
            }
        }
    }

    /// One `{% … %}`. `depth` counts the open pairs of control tags.
    pub(super) fn tag(&mut self, index: usize, depth: &mut usize) {
        let name = self.name(index);
        let rest = self.rest(index);
        if self.closes(index) {
            self.closing_tag(index, name, depth);
            return;
        }
        let paired = self.closing(index).is_some();
        match name {
            "raw" if paired => self.remove(index),
            "comment" if paired => self.comment(index),
            "highlight" | "codeblock" if paired => {
                let info = highlight_info(rest);
                self.fence(index, &info);
            }
            "include" | "include_relative" | "include_cached" | "includes" => {
                self.include(index, rest)
            }
            "link" | "post_url" | "post_link" | "post_path" if !rest.trim().is_empty() => {
                self.post(index, name, rest);
            }
            "assign" if rest.contains('=') => self.logic(index),
            _ if CONTROL.contains(&name) && paired && name != "block" => {
                *depth += 1;
                self.logic(index);
            }
            _ if MIDDLE.contains(&name) && *depth > 0 => self.logic(index),
            _ if SILENT.contains(&name) => self.logic(index),
            "hint" | "note" | "admonition" | "callout" | "alert" | "notice" | "tip" | "info"
            | "warning" | "danger" | "success" | "caution" | "important"
                if paired =>
            {
                self.hint(index, name, rest);
            }
            "details" | "collapse" | "spoiler" if paired => {
                let arguments = Arguments::parse(rest);
                let title = arguments.get(&["title", "summary"]).unwrap_or(rest.trim());
                let title = title.trim_matches(['"', '\'']);
                if !self.container(index, "details", title) {
                    self.unwrapped(index);
                }
            }
            // Tabs are `containers`'.
            "tabs" | "tab" => {}
            "code" if paired => self.titled_code(index, rest),
            "embed" | "file" | "embed_url" => self.gitbook_embed(index, rest),
            "youtube" | "vimeo" | "gist" | "twitter" | "tweet" | "bilibili" | "jsfiddle"
            | "spotify" | "codepen" | "instagram" | "oembed" | "video"
                if !rest.trim().is_empty() =>
            {
                self.video(index, name, rest);
            }
            "figure" | "picture" | "img" | "image" | "responsive_image" | "asset_img"
            | "image_tag"
                if !rest.trim().is_empty() =>
            {
                self.image_tag(index, name, rest);
            }
            "toc" => self.block(index, &["[TOC]".to_owned()], ""),
            "blockquote" | "quote" | "pullquote" if paired => {
                if !self.container(index, "quote", rest.trim()) {
                    self.unwrapped(index);
                }
            }
            _ if WRAPPERS.contains(&name) && paired => {
                self.remove(index);
            }
            _ => self.unknown_tag(index),
        }
    }

    fn closing_tag(&mut self, index: usize, name: &str, depth: &mut usize) {
        let opener = name.strip_prefix("end").unwrap_or(name);
        // Fences and containers have written their ends; so has whatever left its own mark.
        match opener {
            "highlight" | "codeblock" | "hint" | "note" | "admonition" | "callout" | "alert"
            | "notice" | "tip" | "info" | "warning" | "danger" | "success" | "caution"
            | "important" | "details" | "collapse" | "spoiler" | "blockquote" | "quote"
            | "pullquote" | "comment" | "tabs" | "tab" => {}
            "raw" | "code" | "embed" | "file" | "figure" | "picture" | "video" => {
                self.remove(index)
            }
            _ if CONTROL.contains(&opener) && opener != "block" => {
                *depth = depth.saturating_sub(1);
                self.remove(index);
            }
            _ if WRAPPERS.contains(&opener) => self.remove(index),
            // The opening tag stayed as text, and so does this.
            _ => {}
        }
    }

    /// A comment is its author's own and is not published.
    fn comment(&mut self, index: usize) {
        let Some(close) = self.closing(index) else {
            return;
        };
        let range = self.range(index).start..self.range(close).end;
        self.edits.push(Edit::remove(range));
    }

    /// The marks of a pair go, its content stays.
    fn unwrapped(&mut self, index: usize) {
        if let Some(close) = self.closing(index) {
            self.remove(close);
        }
        self.remove(index);
        let shown = self.shown(index);
        self.report(
            index,
            Severity::Note,
            "liquid-tag",
            bilingual!(
                "이 자리에서는 상자를 만들 수 없어 글만 실었습니다: {shown}",
                "no box can stand here; only its text is published: {shown}"
            ),
            Some(bilingual!(
                "태그를 한 줄에 따로 쓰세요.",
                "write the tag on a line of its own."
            )),
        );
    }

    /// The tag as written, cut short.
    fn shown(&self, index: usize) -> String {
        one_line(self.text.get(self.range(index)).unwrap_or_default())
            .chars()
            .take(60)
            .collect()
    }

    fn logic(&mut self, index: usize) {
        self.remove(index);
        let shown = self.shown(index);
        self.report(
            index,
            Severity::Note,
            "liquid-logic",
            bilingual!(
                "Liquid는 실행하지 않으므로 태그를 빼고 안의 글은 모두 실었습니다: {shown}",
                "Liquid is not run: the tag is left out and all text inside is published: {shown}"
            ),
            None,
        );
    }

    fn unknown_tag(&mut self, index: usize) {
        let shown = self.shown(index);
        self.report(
            index,
            Severity::Note,
            "liquid-tag",
            bilingual!(
                "모르는 태그라 글자 그대로 둡니다: {shown}",
                "unknown tag, left as text: {shown}"
            ),
            Some(bilingual!(
                "글자로 보이려면 `…`로 감싸고, 쓰지 않는 태그라면 지우세요.",
                "wrap it in `…` if it is meant to be seen, remove it if it is not used."
            )),
        );
    }

    /// `{% include figure.html src="…" caption="…" %}`: what its arguments say is published.
    fn include(&mut self, index: usize, rest: &str) {
        let arguments = Arguments::parse(rest);
        let Some(file) = arguments.at(0).map(str::to_owned) else {
            self.unknown_tag(index);
            return;
        };
        let stem = file.rsplit('/').next().unwrap_or(&file);
        let stem = stem.split('.').next().unwrap_or(stem).to_ascii_lowercase();
        if matches!(stem.as_str(), "toc" | "table-of-contents" | "toc-inline") {
            self.block(index, &["[TOC]".to_owned()], "");
            return;
        }
        let title = arguments
            .get(&["caption", "title", "text"])
            .unwrap_or_default();
        let provider = arguments.get(&["provider"]).unwrap_or(match stem.as_str() {
            "video" => "youtube",
            other => other,
        });
        let id = arguments.get(&[
            "id",
            "video_id",
            "videoid",
            "youtube_id",
            "url",
            "src",
            "link",
        ]);
        if let Some(id) = id
            && let Some(url) = embed_url(provider, id)
            && !stem.contains("fig")
            && !stem.contains("im")
        {
            self.embed(index, &url, title);
            return;
        }
        if matches!(stem.as_str(), "video" | "audio")
            && let Some(src) = arguments.get(&["src", "file", "path"])
        {
            let shown = link(title, src);
            self.block(index, std::slice::from_ref(&shown), &shown);
            return;
        }
        let src = arguments.get(&["image_path", "src", "image", "img", "path", "file", "url"]);
        let pictured = ["fig", "im", "photo", "picture", "lightbox"]
            .iter()
            .any(|it| stem.starts_with(it) || stem.contains("figure") || stem.contains("image"));
        if let Some(src) = src
            && (pictured || is_picture(src))
        {
            let picture = Picture {
                src,
                alt: arguments.get(&["alt", "title", "description"]),
                caption: arguments
                    .get(&["caption", "description", "title", "text"])
                    .map(str::to_owned),
                link: arguments.get(&["link", "href"]).filter(|link| *link != src),
                width: arguments.get(&["width", "max-width"]),
                height: arguments.get(&["height"]),
                class: arguments.get(&["class"]),
            };
            self.picture(index, &picture);
            return;
        }
        // Boxes: `{% include note.html content="…" %}`.
        let kind = callout_kind(
            arguments
                .get(&["type", "kind", "style", "class"])
                .unwrap_or(&stem),
        )
        .or_else(|| callout_kind(&stem));
        let content = arguments
            .get(&[
                "content",
                "text",
                "message",
                "body",
                "description",
                "caption",
            ])
            .map(str::to_owned);
        if let (Some(kind), Some(content)) = (kind, &content) {
            let title = arguments.get(&["title"]).unwrap_or_default();
            let lines = [
                format!("> [!{kind}] {title}"),
                format!("> {}", one_line(content)),
            ];
            let inline = one_line(content);
            self.block(index, &lines, &inline);
            return;
        }
        let kept = content.or_else(|| {
            arguments
                .get(&["title", "alt", "label", "summary"])
                .map(str::to_owned)
        });
        match &kept {
            Some(text) => {
                let text = one_line(text);
                self.block(index, std::slice::from_ref(&text), &text);
            }
            None => self.remove(index),
        }
        let (ko, en) = match kept {
            Some(_) => ("설명 글만 실었습니다", "only its text is published"),
            None => ("뺐습니다", "it was left out"),
        };
        self.report(
            index,
            Severity::Warning,
            "liquid-include",
            bilingual!(
                "다른 파일을 끼워 넣는 Liquid 태그는 실행하지 않아 {ko}: {file}",
                "Liquid includes are not run; {en}: {file}"
            ),
            Some(bilingual!(
                "그 파일의 글이 필요하면 노트에 직접 옮겨 적으세요.",
                "copy what that file says into the note if it is needed."
            )),
        );
    }

    /// `{% link _posts/a.md %}`, `{% post_url 2024-01-01-글 %}`, Hexo's `{% post_link 글 제목 %}`.
    fn post(&mut self, index: usize, name: &str, rest: &str) {
        let arguments = Arguments::parse(rest);
        // Names with spaces need no quotes in `link` and `post_url`.
        let quoted = rest.trim_start().starts_with(['"', '\'']);
        let (target, text) = match name {
            "post_link" => (
                arguments.at(0).unwrap_or_default().to_owned(),
                arguments.at(1).map(str::to_owned),
            ),
            _ if quoted => (arguments.at(0).unwrap_or_default().to_owned(), None),
            _ => (one_line(rest), None),
        };
        let path = target.trim_start_matches('/');
        let file = path.rsplit('/').next().unwrap_or(path);
        let posts = name != "link" || path.starts_with("_posts/") || path.starts_with("_drafts/");
        let target = if posts {
            // Found by its name, wherever the posts lie now.
            file.strip_suffix(".md")
                .or_else(|| file.strip_suffix(".markdown"))
                .unwrap_or(file)
                .to_owned()
        } else {
            format!("/{path}")
        };
        self.note_link(index, &target, text.as_deref());
    }

    /// GitBook's `{% hint style="info" %}`, Hexo's `{% note warning 제목 %}`.
    fn hint(&mut self, index: usize, name: &str, rest: &str) {
        let arguments = Arguments::parse(rest);
        let kind = arguments
            .get(&["style", "type", "kind"])
            .or_else(|| arguments.at(0))
            .and_then(callout_kind);
        let skip = usize::from(
            arguments
                .at(0)
                .is_some_and(|first| callout_kind(first).is_some()),
        );
        let title = match arguments.get(&["title"]) {
            Some(title) => title.to_owned(),
            None => arguments
                .positional
                .iter()
                .skip(skip)
                .filter(|word| !matches!(word.as_str(), "no-icon" | "simple" | "flat" | "modern"))
                .cloned()
                .collect::<Vec<_>>()
                .join(" "),
        };
        let kind = kind.or_else(|| callout_kind(name)).unwrap_or("note");
        if !self.container(index, kind, &title) {
            self.unwrapped(index);
        }
    }

    /// GitBook's `{% code title="가.js" lineNumbers="true" %}` around a fence: the fence takes the title.
    fn titled_code(&mut self, index: usize, rest: &str) {
        let arguments = Arguments::parse(rest);
        let mut words = String::new();
        if let Some(title) = arguments.get(&["title"]) {
            words.push_str(&format!(
                " title=\"{}\"",
                one_line(title).replace(['"', '`'], "'")
            ));
        }
        if arguments.get(&["lineNumbers"]) == Some("true") {
            words.push_str(" linenos");
        }
        let after = self.range(index).end;
        self.remove(index);
        let Some(inside) = self.between(index) else {
            return;
        };
        let lead = inside.len() - inside.trim_start().len();
        let body = &inside[lead..];
        if !words.is_empty() && (body.starts_with("```") || body.starts_with("~~~")) {
            let end = body.find('\n').unwrap_or(body.len());
            // A title without a language must not be taken for one.
            let bare = body[..end].trim_matches(['`', '~', ' ']).is_empty();
            let words = if bare { words.trim_start() } else { &words };
            self.edits.push(Edit::insert(
                after + lead + body[..end].trim_end().len(),
                words.to_owned(),
            ));
        }
    }

    /// GitBook's `{% embed url="…" %}` and `{% file src="…" %}`, whose caption may stand between the marks.
    fn gitbook_embed(&mut self, index: usize, rest: &str) {
        let arguments = Arguments::parse(rest);
        let Some(url) = arguments
            .get(&["url", "src", "href"])
            .or_else(|| arguments.at(0))
        else {
            self.unknown_tag(index);
            return;
        };
        let title = arguments.get(&["caption", "title"]).unwrap_or_default();
        if self.name(index) == "file" {
            let name = url.rsplit('/').next().unwrap_or(url);
            let shown = link(if title.is_empty() { name } else { title }, url);
            self.block(index, std::slice::from_ref(&shown), &shown);
        } else {
            self.embed(index, url, title);
        }
    }

    fn video(&mut self, index: usize, name: &str, rest: &str) {
        let arguments = Arguments::parse(rest);
        let id = arguments
            .get(&["id", "src", "url"])
            .or_else(|| arguments.at(0))
            .unwrap_or_default();
        let title = arguments.get(&["title", "caption"]).unwrap_or_default();
        match embed_url(name, id) {
            Some(url) => self.embed(index, &url, title),
            None if name == "video" => {
                let shown = link(title, id);
                self.block(index, std::slice::from_ref(&shown), &shown);
            }
            None => self.unknown_tag(index),
        }
    }

    /// Octopress's `{% img left /가.png 300 200 제목 %}`, Hexo's `{% asset_img 가.png 제목 %}`, jekyll-figure's
    /// `{% figure caption:"…" %}`.
    fn image_tag(&mut self, index: usize, name: &str, rest: &str) {
        let arguments = Arguments::parse(rest);
        let caption = arguments.get(&["caption"]).map(str::to_owned);
        let Some(src) = arguments.get(&["path", "src", "url"]).or_else(|| {
            arguments
                .positional
                .iter()
                .map(String::as_str)
                .find(|word| is_picture(word))
        }) else {
            if let (true, Some(caption)) = (name == "figure", caption) {
                // The picture stands between the marks; its caption goes before it.
                let caption = one_line(&caption);
                self.block(index, std::slice::from_ref(&caption), &caption);
                return;
            }
            self.unknown_tag(index);
            return;
        };
        let words: Vec<&str> = arguments
            .positional
            .iter()
            .map(String::as_str)
            .skip_while(|word| *word != src)
            .skip(1)
            .collect();
        let number = |word: &&str| {
            word.trim_end_matches("px")
                .bytes()
                .all(|byte| byte.is_ascii_digit())
        };
        let mut numbers = words.iter().copied().take_while(|word| number(word));
        let (width, height) = (numbers.next(), numbers.next());
        let text = words
            .iter()
            .copied()
            .skip_while(|word| number(word))
            .collect::<Vec<_>>()
            .join(" ");
        let alt = arguments.get(&["alt", "title"]).unwrap_or(&text);
        let picture = Picture {
            src,
            alt: Some(alt),
            caption: caption.or_else(|| Some(text.clone()).filter(|text| !text.is_empty())),
            width: arguments.get(&["width"]).or(width),
            height: arguments.get(&["height"]).or(height),
            ..Picture::default()
        };
        self.picture(index, &picture);
    }

    /// One `{{ … }}`.
    pub(super) fn variable(&mut self, index: usize) {
        let inner = self.inner(index);
        let mut parts = split_filters(inner);
        let head = parts.next().unwrap_or_default().trim();
        let filters: Vec<&str> = parts.map(str::trim).collect();
        let context = self.context(index);
        if let Some(literal) = string(head) {
            let filtered = filters.iter().any(|filter| {
                let name = filter.split(':').next().unwrap_or_default().trim();
                matches!(
                    name,
                    "relative_url" | "absolute_url" | "prepend" | "asset_url" | "relURL" | "absURL"
                )
            });
            if filtered {
                let rooted = if literal.starts_with(['/', '#', '?']) || literal.contains("://") {
                    literal.to_owned()
                } else {
                    format!("/{literal}")
                };
                let with = match context {
                    Context::Text => rooted,
                    _ => super::address(&rooted),
                };
                self.replace(index, with);
            }
            return;
        }
        let path = !head.is_empty()
            && head.chars().all(|c| {
                c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '[' | ']' | '"' | '\'')
            });
        let root = head.split(['.', '[']).next().unwrap_or_default();
        let known = match root {
            "content" => head == "content",
            _ if ROOTS.contains(&root) => root.len() < head.len(),
            _ => self.assigned.contains_key(root),
        };
        if !path || !known {
            return;
        }
        if matches!(
            head,
            "site.url" | "site.baseurl" | "site.root" | "site.base_url" | "site.production_url"
        ) {
            self.address_start(index, head);
            return;
        }
        let value = self.assigned.get(head).copied().flatten().or_else(|| {
            head.strip_prefix("page.")
                .and_then(|key| front_matter_value(self.front_matter, key))
        });
        if let Some(value) = value {
            let date = filters.iter().any(|filter| filter.starts_with("date"));
            let value = match value.get(..10) {
                Some(day) if date => day,
                _ => value,
            };
            let with = match context {
                Context::Text => bracketed(value),
                _ => super::address(value),
            };
            self.replace(index, with);
            return;
        }
        let name = match (context, root) {
            (Context::Text, "site" | "page" | "post") => head.to_owned(),
            _ => String::new(),
        };
        let rest = self.text.get(self.range(index).end..).unwrap_or_default();
        let with = if context == Context::Destination
            && name.is_empty()
            && root == "site"
            && !rest.starts_with('/')
        {
            "/".to_owned()
        } else {
            name
        };
        self.replace(index, with);
        self.report_variable(index);
    }

    /// `{{ site.url }}` and `{{ site.baseurl }}`: the beginning of an address from the site's root.
    fn address_start(&mut self, index: usize, head: &str) {
        let end = self.range(index).end;
        let rest = self.text.get(end..).unwrap_or_default();
        let touching = self
            .tokens
            .get(index + 1)
            .is_some_and(|next| next.range.start == end);
        let with = match self.context(index) {
            Context::Text if rest.starts_with('/') || touching => "",
            Context::Text => head,
            _ if rest.starts_with('/') || touching => "",
            _ => "/",
        };
        let in_text = self.context(index) == Context::Text;
        self.replace(index, with);
        if in_text {
            self.report_variable(index);
        }
    }

    fn report_variable(&mut self, index: usize) {
        let shown = self.shown(index);
        self.report(
            index,
            Severity::Note,
            "liquid-variable",
            bilingual!(
                "Jekyll의 변수는 여기서 값을 알 수 없어 채우지 않았습니다: {shown}",
                "a Jekyll variable has no value here and was not filled in: {shown}"
            ),
            Some(bilingual!(
                "보여야 할 글이면 값을 직접 적으세요.",
                "write the value itself if readers need it."
            )),
        );
    }
}

/// The info string of `{% highlight java linenos hl_lines="1 3" %}` and Hexo's `{% codeblock 제목 lang:js %}`.
/// `rest` is what follows the tag's name.
pub(crate) fn highlight_info(rest: &str) -> String {
    let arguments = Arguments::parse(rest);
    let mut info = arguments
        .get(&["lang"])
        .or_else(|| arguments.at(0))
        .unwrap_or_default()
        .to_owned();
    if let Some(lang) = rest
        .split_whitespace()
        .find_map(|word| word.strip_prefix("lang:"))
    {
        info = lang.to_owned();
    }
    let word = |name: &str| arguments.positional.iter().any(|it| it == name);
    if word("linenos") || arguments.get(&["linenos"]).is_some_and(|it| it != "false") {
        info.push_str(" linenos");
    }
    for name in ["hl_lines", "mark_lines"] {
        if let Some(lines) = arguments.get(&[name]) {
            info.push_str(&format!(" hl_lines=\"{}\"", lines.replace('"', "")));
        }
    }
    info
}

/// Whether a path names a picture.
fn is_picture(path: &str) -> bool {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    path.rsplit_once('.').is_some_and(|(_, extension)| {
        ["png", "jpg", "jpeg", "gif", "svg", "webp", "avif", "bmp"]
            .contains(&extension.to_ascii_lowercase().as_str())
    })
}

/// The value of a one-line entry `key: value` of the front matter.
fn front_matter_value<'t>(front_matter: &'t str, key: &str) -> Option<&'t str> {
    let value = front_matter.lines().find_map(|line| {
        let rest = line.strip_prefix(key)?.trim_start();
        rest.strip_prefix([':', '=']).map(str::trim)
    })?;
    let value = string(value).unwrap_or(value);
    let plain = !value.is_empty()
        && !value.starts_with(['[', '{', '|', '>', '&', '*', '!', '#', '"', '\'']);
    plain.then_some(value)
}
