//! Attribute lists, `{: .class #id key="value"}`: read, cut down to what a page may carry, and written into the HTML.
//!
//! Kept are names, classes, sizes and what a link may say about itself. `style` and event handlers have no place under a
//! strict Content-Security-Policy; a style's width, height and alignment become attributes and classes.

use super::Body;
use super::raw_html::{self, Token};

/// An attribute list as written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct AttributeList {
    pub(super) id: Option<String>,
    pub(super) classes: Vec<String>,
    pub(super) pairs: Vec<(String, String)>,
    /// Bare words: names of other lists, and `toc`.
    pub(super) words: Vec<String>,
}

/// How the bare words of a list are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Words {
    /// A word that is no attribute makes the whole no list: it is the author's text.
    Strict,
    /// Such words are passed over: in `{:name: …}`, which cannot be anything else.
    Lenient,
    /// As `Strict`; an id may have dots.
    Heading,
}

/// What attributes are given to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    Link,
    Image,
    List,
    Item,
    Block,
    Span,
}

/// Attributes ready to be written: allowed names, values not yet escaped.
pub(super) type Attributes = Vec<(String, String)>;

impl AttributeList {
    /// Reads the list `{:…}` that `text` begins with; also its length. `None` if it is none: a word in it is no
    /// attribute (`{:?}` of Rust's formats), or it does not end on its line.
    pub(super) fn read(text: &str) -> Option<(Self, usize)> {
        let body = text.strip_prefix("{:")?;
        if body.starts_with([':', '/']) {
            return None;
        }
        let mut quote = None;
        let mut escaped = false;
        let end = body.char_indices().find_map(|(at, c)| {
            match (quote, c) {
                _ if escaped => escaped = false,
                (_, '\\') => escaped = true,
                (_, '\n') => return Some(None),
                (Some(open), _) if open == c => quote = None,
                (Some(_), _) => {}
                (None, '"' | '\'') => quote = Some(c),
                (None, '{') => return Some(None),
                (None, '}') => return Some(Some(at)),
                _ => {}
            }
            None
        })??;
        let list = Self::parse(&body[..end], Words::Strict)?;
        Some((list, 2 + end + 1))
    }

    /// Reads what stands in the braces, after the colon if there is one.
    pub(super) fn parse(inner: &str, words: Words) -> Option<Self> {
        let mut list = AttributeList::default();
        let mut rest = inner.trim();
        if rest.is_empty() {
            return None;
        }
        while !rest.is_empty() {
            let end = rest
                .find(|c: char| c.is_whitespace() || c == '=')
                .unwrap_or(rest.len());
            let word = &rest[..end];
            if rest[end..].starts_with('=') && is_name(word) {
                let after = &rest[end + 1..];
                let (value, after) = match after.chars().next() {
                    Some(quote @ ('"' | '\'')) => {
                        let inside = &after[1..];
                        let mut escaped = false;
                        let close = inside.char_indices().find_map(|(at, c)| {
                            let closes = c == quote && !escaped;
                            escaped = c == '\\' && !escaped;
                            closes.then_some(at)
                        })?;
                        let value =
                            inside[..close].replace(&format!("\\{quote}"), &quote.to_string());
                        (value.replace("\\}", "}"), &inside[close + 1..])
                    }
                    _ => {
                        let end = after.find(char::is_whitespace).unwrap_or(after.len());
                        (after[..end].to_owned(), &after[end..])
                    }
                };
                match word.to_ascii_lowercase().as_str() {
                    "id" => list.id = Some(value).filter(|id| is_name(id)),
                    "class" => list
                        .classes
                        .extend(value.split_whitespace().map(str::to_owned)),
                    name => list.pairs.push((name.to_owned(), value)),
                }
                rest = after.trim_start();
                continue;
            }
            if !list.word(word, words) && words != Words::Lenient {
                return None;
            }
            // An equals sign that no name stands before is a word of its own, else the loop would stand still.
            rest = rest[end.max(1)..].trim_start();
        }
        Some(list)
    }

    /// Takes one word in: `#id`, `.class`, `.class#id.class`, a name. False if it is none of these.
    fn word(&mut self, word: &str, words: Words) -> bool {
        if !word.starts_with(['#', '.']) {
            if is_name(word) {
                self.words.push(word.to_owned());
            }
            return is_name(word);
        }
        // Ids of other dialects have dots: `{#v1.2}`.
        if words == Words::Heading
            && let Some(id) = word.strip_prefix('#').filter(|id| is_name(id))
        {
            self.id = Some(id.to_owned());
            return true;
        }
        let mut rest = word;
        while let Some(mark) = rest.chars().next() {
            let body = &rest[1..];
            let next = |at: usize| body[at + 1..].chars().next();
            // `#1.2`: no class begins with a digit.
            let end = body
                .char_indices()
                .find(|&(at, c)| {
                    c == '#' || c == '.' && !next(at).is_some_and(|c| c.is_ascii_digit())
                })
                .map_or(body.len(), |(at, _)| at);
            let piece = &body[..end];
            // Tailwind's and Bootstrap's names have colons and slashes.
            let plausible = !piece.is_empty()
                && piece
                    .chars()
                    .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | ':' | '/' | '.'));
            if !plausible || mark == '#' && !is_name(piece) {
                return false;
            }
            match mark {
                '#' => self.id = Some(piece.to_owned()),
                _ => self.classes.push(piece.to_owned()),
            }
            rest = &body[end..];
        }
        true
    }

    /// Adds what another list says.
    pub(super) fn extend(&mut self, other: &AttributeList) {
        if other.id.is_some() {
            self.id.clone_from(&other.id);
        }
        self.classes.extend(other.classes.iter().cloned());
        self.pairs.extend(other.pairs.iter().cloned());
        self.words.extend(other.words.iter().cloned());
    }

    /// Whether it has the class or word `name`.
    pub(super) fn has(&self, name: &str) -> bool {
        self.classes.iter().chain(&self.words).any(|it| it == name)
    }

    /// What may be written on `target`, and the names of what may not.
    pub(super) fn allowed(&self, target: Target) -> (Attributes, Vec<String>) {
        let mut classes: Vec<String> = Vec::new();
        let mut out: Attributes = Vec::new();
        let mut dropped = Vec::new();
        let set = |out: &mut Attributes, name: &str, value: &str| {
            out.retain(|(known, _)| known != name);
            out.push((name.to_owned(), value.to_owned()));
        };
        for class in &self.classes {
            push_class(&mut classes, class);
        }
        for (name, value) in &self.pairs {
            match name.as_str() {
                "title" | "lang" | "dir" | "translate" | "role" => set(&mut out, name, value),
                "width" | "w" | "height" | "h" if target == Target::Image => match pixels(value) {
                    Some(number) => {
                        let name = if name.starts_with('w') {
                            "width"
                        } else {
                            "height"
                        };
                        set(&mut out, name, number);
                    }
                    None => dropped.push(name.clone()),
                },
                "alt" | "loading" if target == Target::Image => {}
                "target" | "rel" | "download" | "hreflang" if target == Target::Link => {
                    set(&mut out, name, value);
                }
                "start" | "reversed" | "type" if target == Target::List => {
                    set(&mut out, name, value)
                }
                "value" if target == Target::Item => set(&mut out, name, value),
                "align" => match alignment(value) {
                    Some(class) => push_class(&mut classes, class),
                    None => dropped.push(name.clone()),
                },
                "style" => {
                    if !style(value, target, &mut classes, &mut out) {
                        dropped.push(name.clone());
                    }
                }
                // kramdown's own, without a trace in its HTML.
                "markdown" => {}
                _ if name.starts_with("data-") || name.starts_with("aria-") => {
                    set(&mut out, name, value)
                }
                _ => dropped.push(name.clone()),
            }
        }
        if !classes.is_empty() {
            out.insert(0, ("class".to_owned(), classes.join(" ")));
        }
        if let Some(id) = &self.id {
            out.insert(0, ("id".to_owned(), id.clone()));
        }
        (out, dropped)
    }
}

fn push_class(classes: &mut Vec<String>, class: &str) {
    if !classes.iter().any(|known| known == class) {
        classes.push(class.to_owned());
    }
}

/// A name as ids, keys and references have: letters of any script, digits, `-`, `_`, `.`, `:`.
fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-'))
        && word
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ':' | '/' | '+'))
}

/// `300` of `300` and `300px`.
fn pixels(value: &str) -> Option<&str> {
    let number = value.trim().trim_end_matches("px").trim();
    ((1..=5).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit()))
        .then_some(number)
}

fn alignment(value: &str) -> Option<&'static str> {
    match value.trim().to_ascii_lowercase().as_str() {
        "center" | "middle" => Some("align-center"),
        "left" => Some("align-left"),
        "right" => Some("align-right"),
        _ => None,
    }
}

/// Takes from a style what attributes and classes can say; false if anything was left over.
fn style(value: &str, target: Target, classes: &mut Vec<String>, out: &mut Attributes) -> bool {
    let mut whole = true;
    for declaration in value.split(';').filter(|it| !it.trim().is_empty()) {
        let (name, value) = declaration.split_once(':').unwrap_or((declaration, ""));
        match (name.trim().to_ascii_lowercase().as_str(), value.trim()) {
            (name @ ("width" | "height"), value) if target == Target::Image => {
                match pixels(value) {
                    Some(number) => out.push((name.to_owned(), number.to_owned())),
                    None => whole = false,
                }
            }
            ("text-align" | "float", value) => match alignment(value) {
                Some(class) => push_class(classes, class),
                None => whole = false,
            },
            ("display", "block" | "inline-block") | ("margin", "auto" | "0 auto") => {}
            ("margin-left" | "margin-right", "auto") => push_class(classes, "align-center"),
            _ => whole = false,
        }
    }
    whole
}

/// Writes attributes into the tag that `body` ends with: the last one opened, `<p>`, `<a href="…">`, or a whole
/// `<code>…</code>`. What the tag says already stands; classes and `rel` add up.
pub(super) fn write(body: &mut Body, attributes: &Attributes) {
    let html = &mut body.html;
    let Some(mut start) = html.rfind('<') else {
        return;
    };
    if html[start..].starts_with("</figure>") {
        match html[..start].rfind("<figure") {
            Some(opening) => start = opening,
            None => return,
        }
    } else if html[start..].starts_with("</") {
        match html[..start].rfind('<') {
            Some(opening) => start = opening,
            None => return,
        }
    }
    let Some(end) = html[start..].find('>').map(|at| start + at) else {
        return;
    };
    let name_end = html[start + 1..end]
        .find(|c: char| !c.is_ascii_alphanumeric())
        .map_or(end, |at| start + 1 + at);
    let sized = attributes
        .iter()
        .any(|(name, _)| matches!(name.as_str(), "class" | "width" | "height"));
    if sized {
        // A slot may add a class or a size of its own: then there would be two.
        let inside = body
            .slots
            .iter()
            .rev()
            .take_while(|slot| slot.at > start)
            .count();
        let from = body.slots.len() - inside;
        let tail = body.slots.split_off(from);
        body.slots.extend(tail.into_iter().filter(|slot| {
            slot.at > end + 1 || !matches!(slot.kind, super::SlotKind::Attributes(_))
        }));
    }
    let mut fresh = String::new();
    for (name, value) in attributes {
        let mark = format!(" {name}=\"");
        match html[start..end]
            .find(&mark)
            .map(|at| start + at + mark.len())
        {
            Some(at) if matches!(name.as_str(), "class" | "rel") => {
                let known = html[at..end]
                    .split('"')
                    .next()
                    .unwrap_or_default()
                    .to_owned();
                let more: Vec<&str> = value
                    .split_whitespace()
                    .filter(|word| !known.split_whitespace().any(|it| it == *word))
                    .collect();
                if !more.is_empty() {
                    let mut words = super::escape::text(&more.join(" "));
                    words.push(' ');
                    insert(html, &mut body.slots, at, &words);
                    return write(body, &rest_after(attributes, name));
                }
            }
            Some(_) => {}
            None => {
                fresh.push_str(&mark);
                super::escape::push_text(&mut fresh, value);
                fresh.push('"');
            }
        }
    }
    insert(html, &mut body.slots, name_end, &fresh);
}

/// A raw HTML block with attributes in its first tag; `None` if it begins with none. What the tag says already stands;
/// classes add up.
pub(super) fn write_raw(html: &str, attributes: &Attributes) -> Option<String> {
    let tag = raw_html::scan(html)
        .into_iter()
        .find_map(|(token, range)| match token {
            Token::Text(text) if text.trim().is_empty() => None,
            Token::Tag(tag) if !tag.closing => {
                let name_end = range.start + 1 + tag.name.len();
                let known = tag
                    .attributes
                    .iter()
                    .map(|it| (it.name.clone(), it.value_range.clone(), it.quote.is_some()));
                Some(Some((name_end, known.collect::<Vec<_>>())))
            }
            _ => Some(None),
        });
    let (name_end, known) = tag.flatten()?;
    let mut html = html.to_owned();
    let mut fresh = String::new();
    let mut classes = None;
    for (name, value) in attributes {
        match known.iter().find(|(known, ..)| known == name) {
            Some((_, range, true)) if name == "class" => classes = Some((range.end, value)),
            Some(_) => {}
            None => {
                fresh.push_str(&format!(" {name}=\""));
                super::escape::push_text(&mut fresh, value);
                fresh.push('"');
            }
        }
    }
    if let Some((at, value)) = classes {
        html.insert_str(at, &format!(" {}", super::escape::text(value)));
    }
    html.insert_str(name_end, &fresh);
    Some(html)
}

fn insert(html: &mut String, slots: &mut [super::Slot], at: usize, what: &str) {
    html.insert_str(at, what);
    for slot in slots.iter_mut().rev() {
        if slot.at < at {
            break;
        }
        slot.at += what.len();
    }
}

fn rest_after(attributes: &Attributes, done: &str) -> Attributes {
    attributes
        .iter()
        .filter(|(name, _)| name != done)
        .cloned()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::{Slot, SlotKind};

    #[test]
    fn lists_are_read_and_what_is_none_is_left() {
        let (list, length) =
            AttributeList::read("{: #가 .나 .다 title=\"라 \\\"마\\\"\" width=300 이름} 뒤")
                .expect("a list");
        assert_eq!(
            length,
            "{: #가 .나 .다 title=\"라 \\\"마\\\"\" width=300 이름}".len()
        );
        assert_eq!(list.id.as_deref(), Some("가"));
        assert_eq!(list.classes, ["나", "다"]);
        assert_eq!(list.words, ["이름"]);
        assert_eq!(list.pairs[0], ("title".to_owned(), "라 \"마\"".to_owned()));
        let read = |text| AttributeList::read(text).map(|(list, _)| (list.id, list.classes));
        let classes = |list: &[&str]| list.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            read("{:.a#나.b}"),
            Some((Some("나".to_owned()), classes(&["a", "b"])))
        );
        assert_eq!(
            read("{: #v1.2 .w-1.5}"),
            Some((Some("v1.2".to_owned()), classes(&["w-1.5"])))
        );
        for none in [
            "{: .}",
            "{: .a..b}",
            "{:?}",
            "{:#?}",
            "{: }",
            "{:}",
            "{:NO | YES}",
            "{:>8.2}",
            "{: .a\n}",
            "{::comment}",
            "{: {x}",
            "{: a=\"b",
        ] {
            assert!(AttributeList::read(none).is_none(), "{none}");
        }
    }

    #[test]
    fn handlers_and_styles_are_dropped_but_for_size_and_alignment() {
        let (list, _) = AttributeList::read(
            "{: onclick=\"x()\" style=\"width: 30px; text-align: center\" target=_blank data-x=1}",
        )
        .expect("a list");
        let (image, dropped) = list.allowed(Target::Image);
        assert_eq!(dropped, ["onclick", "target"]);
        let image: Vec<_> = image
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        assert_eq!(image, ["class=align-center", "width=30", "data-x=1"]);
        let (_, dropped) = list.allowed(Target::Link);
        assert_eq!(dropped, ["onclick", "style"]);
    }

    #[test]
    fn raw_html_takes_attributes_in_its_first_tag() {
        let attributes: Attributes = [("class", "a"), ("id", "b")]
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
            .to_vec();
        let written = |html: &str| write_raw(html, &attributes);
        assert_eq!(
            written("<div>\n<p>글</p>\n").as_deref(),
            Some("<div class=\"a\" id=\"b\">\n<p>글</p>\n")
        );
        assert_eq!(
            written("<div id=x class=\"c\">\n").as_deref(),
            Some("<div id=x class=\"c a\">\n")
        );
        assert_eq!(written("</div>\n"), None);
        assert_eq!(written("<!-- 주석 -->\n"), None);
    }

    #[test]
    fn attributes_go_into_the_last_tag_and_slots_move_along() {
        let html = "<p>글 <a href=\"\" rel=\"noopener\">".to_owned();
        let at = html.find("\" rel").expect("fixture");
        let end = html.len() - 1;
        let mut body = Body {
            html,
            slots: vec![
                Slot {
                    at,
                    kind: SlotKind::Url(0),
                },
                Slot {
                    at: end,
                    kind: SlotKind::Attributes(0),
                },
            ],
        };
        let list = [("rel", "nofollow noopener"), ("target", "_blank")];
        let list: Attributes = list.map(|(a, b)| (a.to_owned(), b.to_owned())).to_vec();
        write(&mut body, &list);
        let filled = body.render(|slot| match slot {
            SlotKind::Url(_) => "/가".to_owned(),
            SlotKind::Attributes(_) => " class=\"broken\"".to_owned(),
            _ => String::new(),
        });
        assert_eq!(
            filled,
            "<p>글 <a target=\"_blank\" href=\"/가\" rel=\"nofollow noopener\" class=\"broken\">"
        );
    }
}
