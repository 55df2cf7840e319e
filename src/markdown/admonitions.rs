//! The first lines of containers, admonitions and tabs, in the spellings of the generators people come from. Only what
//! a line says; what becomes of it is decided in `containers`.
//!
//! - VitePress, Docusaurus, VuePress, Zenn, Qiita: `:::tip 제목`, `:::tip[제목]`, `::: details 제목 {open}`, `:::message`;
//! - pandoc, Quarto, MyST: `::: {.warning title="제목"}`, `:::{note} 제목`;
//! - Python-Markdown, Material for MkDocs: `!!! note "제목"`, `??? note`, `=== "탭"`; pymdownx: `/// tip | 제목`;
//! - GitBook: `{% hint style="info" %}`, `{% tabs %}`, `{% tab title="탭" %}`, `{% code title="a.js" %}`;
//! - Docusaurus, Starlight, Nextra: `<Tabs>`, `<TabItem label="탭">`; Microsoft Learn: `:::row:::`, `:::image …:::`.

/// Opens a group of tabs: a callout of this kind, taken up by `tabs`.
pub(super) const GROUP: &str = "[!tab-group]";

/// What a block is called.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Head {
    /// The kind of callout, lower-case.
    pub(super) kind: String,
    /// As written; empty if there is none.
    pub(super) title: String,
    /// The author wants no title at all.
    pub(super) untitled: bool,
    /// Foldable: open or closed.
    pub(super) fold: Option<bool>,
    /// A kind that some generator knows.
    pub(super) known: bool,
    /// Only its marks go, its content stays.
    pub(super) plain: bool,
}

impl Head {
    /// The first line of the callout it becomes.
    pub(super) fn callout(&self) -> String {
        let fold = match self.fold {
            None => "",
            Some(true) => "+",
            Some(false) => "-",
        };
        let no_title = if self.untitled { "|no-title" } else { "" };
        // An unknown name is a word of the author's: a title, and found by search.
        let title = if !self.known && !self.untitled && self.title.is_empty() {
            &self.kind
        } else {
            &self.title
        };
        format!("[!{}{no_title}]{fold} {title}", self.kind)
    }

    /// Whether its children are tabs.
    pub(super) fn is_group(&self) -> bool {
        matches!(self.kind.as_str(), "tab-group" | "code-group")
    }
}

/// A line of three or more colons.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Colons {
    /// Colons alone, so many.
    Close(usize),
    /// So many colons and a head.
    Open(usize, Head),
    /// A block of one line, and what it is in Markdown.
    Replace(String),
}

/// Kinds that some generator or callout knows by this name.
const KNOWN: &[&str] = &[
    "note",
    "tip",
    "info",
    "warning",
    "danger",
    "caution",
    "important",
    "details",
    "success",
    "question",
    "failure",
    "bug",
    "example",
    "quote",
    "abstract",
    "summary",
    "todo",
    "hint",
    "attention",
    "error",
    "check",
    "done",
    "help",
    "faq",
    "fail",
    "missing",
    "cite",
    "tldr",
    "참고",
    "팁",
    "정보",
    "주의",
    "경고",
    "위험",
    "중요",
    "요약",
    "예시",
    "예제",
    "질문",
];

/// Containers whose content stands for itself.
const PLAIN: &[&str] = &[
    "raw",
    "v-pre",
    "row",
    "column",
    "columns",
    "row-end",
    "column-end",
    "image-end",
    "moniker",
    "moniker-end",
    "zone",
    "zone-end",
    "div",
    "center",
    "left",
    "right",
    "fragment",
    "incremental",
    "card",
    "cards",
    "grid",
    "no-print",
    "slot",
    "panel-tabset",
    "content-visible",
    "content-hidden",
];

/// Other names of kinds, and of groups of tabs.
fn canonical(name: &str) -> &str {
    match name {
        "warn" | "deprecated" => "warning",
        "message" | "primary" | "secondary" | "seealso" | "note-info" | "admonition" => "note",
        "alert" => "danger",
        "tabs" | "tab-set" | "tab-group" | "tabset" => "tab-group",
        "code-group" | "code-tabs" | "codegroup" => "code-group",
        "tab-item" | "tabitem" | "tab" => "tab",
        "collapse" | "spoiler" | "toggle" | "expander" => "details",
        other => other,
    }
}

/// Reads a line that begins with `mark` (`:` or `/`).
pub(super) fn colons(content: &str, mark: u8) -> Option<Colons> {
    let count = content.bytes().take_while(|&byte| byte == mark).count();
    if count < 3 {
        return None;
    }
    let rest = content[count..].trim();
    if rest.is_empty() {
        return Some(Colons::Close(count));
    }
    if mark == b'/' {
        // `/// tip | 제목`, always with a space: `///` begins comments, too.
        if !content[count..].starts_with(' ') {
            return None;
        }
        let (name, title) = rest.split_once('|').unwrap_or((rest, ""));
        let (name, title) = (name.trim(), title.trim());
        let mut head = named(name);
        if !head.known || head.plain || !is_name(name) {
            return None;
        }
        head.title = title.to_owned();
        return Some(Colons::Open(count, head));
    }
    // pandoc lets an opening line end in colons, too; Microsoft Learn ends every line so.
    let inner = rest.trim_end_matches(':');
    let (rest, framed) = if rest.len() - inner.len() >= 3 {
        (inner.trim_end(), true)
    } else {
        (rest, false)
    };
    if framed && rest.starts_with("image ") {
        let source = attribute(rest, "source")?;
        let alt = attribute(rest, "alt-text").unwrap_or_default();
        let alt = alt.replace(['[', ']'], "");
        return Some(Colons::Replace(format!("![{alt}](<{source}>)")));
    }
    let head = container(rest)?;
    if head.plain
        && (framed
            || head.kind.ends_with("-end")
            || matches!(head.kind.as_str(), "moniker" | "zone"))
    {
        return Some(Colons::Replace(String::new()));
    }
    Some(Colons::Open(count, head))
}

fn is_name(text: &str) -> bool {
    text.starts_with(char::is_alphabetic)
        && text.len() <= 60
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
}

/// The head of a container called `name`.
fn named(name: &str) -> Head {
    let lower = name.to_lowercase();
    let lower = lower.strip_prefix("callout-").unwrap_or(&lower);
    let kind = canonical(lower).to_owned();
    let plain = PLAIN.contains(&kind.as_str());
    let group = matches!(kind.as_str(), "tab-group" | "code-group");
    Head {
        known: plain || group || kind == "tab" || KNOWN.contains(&kind.as_str()),
        plain,
        untitled: group,
        fold: (kind == "details").then_some(false),
        kind,
        ..Head::default()
    }
}

/// Reads what follows the colons.
fn container(rest: &str) -> Option<Head> {
    let mut attributes = "";
    let (name, mut title) = match rest.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
        // `{.warning title="…"} 제목`, `{note} 제목`.
        Some((inner, title)) => {
            attributes = inner;
            let first = inner
                .split_whitespace()
                .find(|word| word.starts_with('.'))
                .or_else(|| inner.split_whitespace().next())?;
            (first.trim_start_matches('.'), title)
        }
        None => {
            let end = rest
                .find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_')))
                .unwrap_or(rest.len());
            rest.split_at(end)
        }
    };
    if !is_name(name) {
        return None;
    }
    let mut head = named(name);
    // A word right after the name is no name: `:::값(x)`.
    let space = title.is_empty() || title.starts_with([' ', '\t', '[', '{', '|', '"']);
    if !space {
        return None;
    }
    title = title.trim().trim_start_matches('|').trim_start();
    // `제목 {open}`, `[제목]{id=x}`.
    if let Some(at) = title.rfind('{')
        && let Some(inner) = title[at + 1..].strip_suffix('}')
        && is_attributes(inner)
    {
        attributes = inner;
        title = title[..at].trim_end();
    }
    if let Some(inner) = title
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
    {
        title = inner.trim();
    }
    if let Some(inner) = quoted(title) {
        title = inner;
    }
    // Qiita's and Zenn's second word.
    let second = match (head.kind.as_str(), title) {
        ("note", "info") => Some("info"),
        ("note", "warn" | "warning") => Some("warning"),
        ("note", "alert") => Some("danger"),
        _ => None,
    };
    if let Some(kind) = second {
        kind.clone_into(&mut head.kind);
        title = "";
    }
    // Attributes of generators that name their containers by them: `moniker range="…"`.
    if head.plain {
        title = "";
    }
    title.clone_into(&mut head.title);
    for name in ["title", "summary", "label"] {
        if head.title.is_empty()
            && let Some(value) = attribute(attributes, name)
        {
            value.clone_into(&mut head.title);
        }
    }
    if head.is_group() {
        head.title.clear();
    }
    let has = |wanted: &str| attributes.split_whitespace().any(|word| word == wanted);
    if has("open") || attribute(attributes, "open") == Some("true") {
        head.fold = Some(true);
    } else if let Some(collapse) = attribute(attributes, "collapse") {
        head.fold = Some(collapse == "false");
    }
    Some(head)
}

/// Whether braces hold attributes rather than the author's words.
fn is_attributes(inner: &str) -> bool {
    inner.split_whitespace().next().is_some_and(|word| {
        word == "open"
            || word.starts_with(['#', '.'])
            || word.split_once('=').is_some_and(|(name, _)| {
                name.bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            })
    })
}

/// The value of `name="…"` or `name=…` among `attributes`.
fn attribute<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    let mut from = 0;
    while let Some(at) = attributes[from..].find(name).map(|at| from + at) {
        let before = attributes[..at].chars().next_back();
        let after = attributes[at + name.len()..].trim_start();
        if before.is_none_or(|c| c.is_whitespace() || matches!(c, ',' | '{'))
            && let Some(value) = after.strip_prefix('=')
        {
            let value = value.trim_start();
            // MDX: `label={"탭"}`.
            let value = value.strip_prefix('{').unwrap_or(value);
            return Some(match value.chars().next() {
                Some(quote @ ('"' | '\'' | '`')) => {
                    let inner = &value[quote.len_utf8()..];
                    inner.split(quote).next().unwrap_or(inner)
                }
                _ => value
                    .split(|c: char| c.is_whitespace() || matches!(c, '}' | '>'))
                    .next()
                    .unwrap_or(value),
            });
        }
        from = at + name.len();
    }
    None
}

/// The text in quotes, straight or curly, if all of `text` is that.
fn quoted(text: &str) -> Option<&str> {
    [('"', '"'), ('\'', '\''), ('“', '”'), ('‘', '’'), ('”', '”')]
        .iter()
        .find_map(|&(open, close)| {
            let inner = text.strip_prefix(open)?.strip_suffix(close)?;
            Some(inner)
        })
}

/// `!!! note "제목"`, `??? tip`, `???+ tip`.
pub(super) fn admonition(content: &str) -> Option<Head> {
    let (fold, rest) = if let Some(rest) = content.strip_prefix("!!!") {
        (None, rest)
    } else {
        let rest = content.strip_prefix("???")?;
        match rest.strip_prefix('+') {
            Some(rest) => (Some(true), rest),
            None => (Some(false), rest),
        }
    };
    let rest = rest.trim();
    let name_end = rest
        .find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_')))
        .unwrap_or(rest.len());
    let (name, rest) = rest.split_at(name_end);
    let apart = rest.is_empty() || rest.starts_with([' ', '\t', '"', '“']);
    if !is_name(name) || !apart {
        return None;
    }
    let mut head = named(name);
    head.known = KNOWN.contains(&head.kind.as_str());
    head.plain = false;
    head.fold = fold;
    let rest = rest.trim();
    let quote = rest.find(['"', '“', '”']);
    match quote {
        Some(at) => {
            let title = quoted(&rest[at..])?.trim();
            if !rest[..at].split_whitespace().all(is_name) {
                return None;
            }
            title.clone_into(&mut head.title);
            head.untitled = title.is_empty();
        }
        // Further words are classes such as `inline end`; words of Korean were meant as the title.
        None if rest.is_ascii() => {
            if !rest.split_whitespace().all(is_name) {
                return None;
            }
        }
        None => {
            if !head.known {
                return None;
            }
            rest.clone_into(&mut head.title);
        }
    }
    Some(head)
}

/// The title of `=== "탭"`, `===+ "탭"`, `===! "탭"`.
pub(super) fn tab_title(content: &str) -> Option<&str> {
    let rest = content.strip_prefix("===")?;
    let rest = rest.trim_start_matches(['!', '+']);
    let title = quoted(rest.strip_prefix([' ', '\t'])?.trim())?;
    (!title.trim().is_empty()).then_some(title.trim())
}

/// The title of `== 탭` (vitepress-plugin-tabs) and `@tab 탭`, `@tab:active 탭` (VuePress).
pub(super) fn tab_line(content: &str) -> Option<&str> {
    let rest = match content.strip_prefix("==") {
        Some(rest) => rest.strip_prefix([' ', '\t'])?,
        None => {
            let rest = content.strip_prefix("@tab")?;
            rest.strip_prefix(":active")
                .unwrap_or(rest)
                .strip_prefix([' ', '\t'])?
        }
    };
    let title = rest.trim();
    (!title.is_empty()).then_some(title)
}

/// The first line of a tab.
pub(super) fn tab_head(title: &str) -> String {
    format!("[!tab] {title}")
}

/// A tag that opens a block of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag {
    /// `<Tabs>`.
    Tabs,
    /// `<TabItem>`.
    TabItem,
    /// `<Tab>`.
    Tab,
    /// `<CodeGroup>` of Mintlify.
    CodeGroup,
    /// `{% tabs %}`.
    LiquidTabs,
    /// `{% tab %}`.
    LiquidTab,
    /// `{% hint %}`.
    Hint,
    /// `{% code %}`.
    Code,
}

impl Tag {
    /// How its end begins.
    pub(super) fn end(self) -> &'static str {
        match self {
            Tag::Tabs => "</Tabs>",
            Tag::TabItem => "</TabItem>",
            Tag::Tab => "</Tab>",
            Tag::CodeGroup => "</CodeGroup>",
            Tag::LiquidTabs => "endtabs",
            Tag::LiquidTab => "endtab",
            Tag::Hint => "endhint",
            Tag::Code => "endcode",
        }
    }

    pub(super) fn is_tab(self) -> bool {
        matches!(self, Tag::TabItem | Tag::Tab | Tag::LiquidTab)
    }
}

/// A tag of ours that `text` begins with: which, whether it closes, what it says, its length in bytes.
pub(super) fn tag(text: &str) -> Option<(Tag, bool, Head, usize)> {
    if let Some(rest) = text.strip_prefix("{%") {
        let end = rest.find("%}")?;
        let inner = rest[..end].trim_matches(['-', ' ']);
        let (name, attributes) = inner.split_once(' ').unwrap_or((inner, ""));
        let (tag, closing) = match name {
            "tabs" => (Tag::LiquidTabs, false),
            "endtabs" => (Tag::LiquidTabs, true),
            "tab" => (Tag::LiquidTab, false),
            "endtab" => (Tag::LiquidTab, true),
            "hint" => (Tag::Hint, false),
            "endhint" => (Tag::Hint, true),
            "code" => (Tag::Code, false),
            "endcode" => (Tag::Code, true),
            _ => return None,
        };
        return Some((tag, closing, tag_head(tag, attributes), end + 4));
    }
    let rest = text.strip_prefix('<')?;
    let (closing, rest) = match rest.strip_prefix('/') {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let name_end = rest
        .find(|c: char| !(c.is_ascii_alphanumeric() || c == '.'))
        .unwrap_or(rest.len());
    let tag = match &rest[..name_end] {
        "Tabs" => Tag::Tabs,
        "TabItem" => Tag::TabItem,
        "Tab" | "Tabs.Tab" => Tag::Tab,
        "CodeGroup" => Tag::CodeGroup,
        _ => return None,
    };
    let end = tag_end(&rest[name_end..])?;
    let attributes = &rest[name_end..name_end + end];
    if attributes.ends_with('/') {
        return None;
    }
    let length = text.len() - rest.len() + name_end + end + 1;
    Some((tag, closing, tag_head(tag, attributes), length))
}

/// Where the `>` of a tag is, not counting those in quotes and braces.
fn tag_end(text: &str) -> Option<usize> {
    let (mut quote, mut depth) = (None, 0_usize);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), _) if open == c => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'' | '`') => quote = Some(c),
            (None, '{') => depth += 1,
            (None, '}') => depth = depth.saturating_sub(1),
            (None, '>') if depth == 0 => return Some(at),
            _ => {}
        }
    }
    None
}

fn tag_head(tag: Tag, attributes: &str) -> Head {
    let title = ["label", "title", "value", "name"]
        .iter()
        .find_map(|name| attribute(attributes, name))
        .unwrap_or_default()
        .trim()
        .to_owned();
    let kind = match tag {
        Tag::Tabs | Tag::LiquidTabs => "tab-group",
        Tag::CodeGroup => "code-group",
        Tag::Hint => match attribute(attributes, "style") {
            Some("warning") => "warning",
            Some("danger") => "danger",
            Some("success") => "success",
            _ => "info",
        },
        Tag::Code => "code",
        _ => "tab",
    };
    let group = matches!(kind, "tab-group" | "code-group");
    Head {
        kind: kind.to_owned(),
        title: if group || tag == Tag::Hint {
            String::new()
        } else if title.is_empty() && kind == "tab" {
            "탭".to_owned()
        } else {
            title
        },
        untitled: group,
        known: true,
        ..Head::default()
    }
}

/// Splits `글</TabItem>` into its text and the tag that closes it.
pub(super) fn text_and_closing_tag(text: &str) -> Option<(&str, Tag)> {
    let text = text.trim_end();
    let at = text.rfind("</").into_iter().chain(text.rfind("{%")).max()?;
    let (tag, closing, _, length) = tag(&text[at..])?;
    (closing && at + length == text.len()).then_some((&text[..at], tag))
}

/// `import Tabs from '@theme/Tabs';` and its like.
pub(super) fn is_tabs_import(line: &str) -> bool {
    line.strip_prefix("import ").is_some_and(|rest| {
        let names = rest.split(" from ").next().unwrap_or_default();
        rest.contains(" from ") && names.contains("Tab") && !names.contains(['.', '`'])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(line: &str) -> Option<(String, String, Option<bool>)> {
        match colons(line, line.as_bytes()[0])? {
            Colons::Open(_, head) => Some((head.kind, head.title, head.fold)),
            _ => None,
        }
    }

    fn head(kind: &str, title: &str) -> Option<(String, String, Option<bool>)> {
        Some((kind.to_owned(), title.to_owned(), None))
    }

    #[test]
    fn containers_are_read_in_every_generators_spelling() {
        assert_eq!(opened(":::tip"), head("tip", ""));
        assert_eq!(opened("::: tip 손질하는 법"), head("tip", "손질하는 법"));
        assert_eq!(opened(":::tip[손질하는 법]"), head("tip", "손질하는 법"));
        assert_eq!(opened("::::tip[법]{id=\"x\"}"), head("tip", "법"));
        assert_eq!(opened("::: tip {id=x}"), head("tip", ""));
        assert_eq!(opened("::: tip 값은 {이름}"), head("tip", "값은 {이름}"));
        assert_eq!(
            opened("::: {.warning title=\"조심 하기\"}"),
            head("warning", "조심 하기")
        );
        assert_eq!(opened("::: {.callout-note}"), head("note", ""));
        assert_eq!(opened(":::{note} 제목"), head("note", "제목"));
        assert_eq!(opened("::: warning :::::"), head("warning", ""));
        assert_eq!(opened(":::note warn"), head("warning", ""));
        assert_eq!(opened(":::message alert"), head("danger", ""));
        assert_eq!(opened("/// tip | 제목"), head("tip", "제목"));
        assert_eq!(
            opened("::: details 더 보기 {open}"),
            Some(("details".into(), "더 보기".into(), Some(true)))
        );
        for text in [
            ":::",
            ":::::",
            "::",
            "::: 3가지",
            ":::값(x)",
            "/// <summary>",
            "///tip",
            "/// 글",
        ] {
            assert_eq!(opened(text), None, "{text}");
        }
        assert_eq!(
            colons(
                ":::image type=\"content\" source=\"a b.png\" alt-text=\"그림\":::",
                b':'
            ),
            Some(Colons::Replace("![그림](<a b.png>)".into()))
        );
        assert_eq!(
            colons(":::row-end:::", b':'),
            Some(Colons::Replace(String::new()))
        );
    }

    #[test]
    fn admonitions_of_mkdocs_are_read_and_prose_is_not() {
        let read = |line| admonition(line).map(|it| (it.kind, it.title, it.untitled, it.fold));
        let title =
            |kind: &str, title: &str| Some((kind.to_owned(), title.to_owned(), false, None));
        assert_eq!(read("!!! note"), title("note", ""));
        assert_eq!(read("!!! note \"조심 할 것\""), title("note", "조심 할 것"));
        assert_eq!(read("!!! note “조심”"), title("note", "조심"));
        assert_eq!(read("!!! info inline end \"옆\""), title("info", "옆"));
        assert_eq!(
            read("!!! warning 꼭 읽을 것"),
            title("warning", "꼭 읽을 것")
        );
        assert_eq!(
            read("!!! note \"\""),
            Some(("note".into(), String::new(), true, None))
        );
        assert_eq!(
            read("???+ tip"),
            Some(("tip".into(), String::new(), false, Some(true)))
        );
        for text in [
            "!!!",
            "!!!!",
            "!!! 대박 사건",
            "!!! note. 글",
            "??? (뭐지)",
            "!!",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn tabs_are_read_in_every_spelling() {
        assert_eq!(tab_title("=== \"맥 OS\""), Some("맥 OS"));
        assert_eq!(tab_title("===! \"C++\""), Some("C++"));
        assert_eq!(tab_title("==="), None);
        assert_eq!(tab_title("=== 글"), None);
        assert_eq!(tab_line("== 윈도"), Some("윈도"));
        assert_eq!(tab_line("@tab:active npm"), Some("npm"));
        assert_eq!(tab_line("==형광=="), None);
        let read =
            |text| tag(text).map(|(tag, closing, head, length)| (tag, closing, head.title, length));
        assert_eq!(
            read("<TabItem value=\"mac\" label=\"맥 > 11\" default>글"),
            Some((
                Tag::TabItem,
                false,
                "맥 > 11".into(),
                "<TabItem value=\"mac\" label=\"맥 > 11\" default>".len()
            ))
        );
        assert_eq!(
            read("{% tab title=\"맥\" %}"),
            Some((
                Tag::LiquidTab,
                false,
                "맥".into(),
                "{% tab title=\"맥\" %}".len()
            ))
        );
        assert_eq!(read("</Tabs>"), Some((Tag::Tabs, true, String::new(), 7)));
        assert_eq!(read("<Table>"), None);
        assert_eq!(
            text_and_closing_tag("글</TabItem>"),
            Some(("글", Tag::TabItem))
        );
    }
}
