//! Parts of a body that stand in another page: a heading's section, or a block with an id.
//!
//! [`Outline`] finds in one pass where the parts of a body lie; [`write`] writes one of them so that it is sound inside
//! another page: ids get a prefix and what refers to them follows, links to what stays behind lead to the note it comes
//! from, headings move below the one they stand under, and every element that is opened is closed.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::raw_html::{self, HtmlTag, Token};
use super::{Body, SlotKind};

/// A part of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    /// Byte range in the body's HTML.
    pub(crate) range: Range<usize>,
    /// The element that makes it: `h2` for a section, `li`, `p`, ….
    pub(crate) element: String,
}

/// Where the parts of a body lie.
#[derive(Debug, Default)]
pub(crate) struct Outline {
    parts: BTreeMap<String, Part>,
    /// Where each id stands.
    ids: BTreeMap<String, usize>,
    /// Headings: where they begin, and their level.
    headings: Vec<(usize, u8)>,
}

/// An element that is open.
struct Open {
    name: String,
    start: usize,
    ids: Vec<String>,
}

/// A section that is open: it ends with the next heading of its level or a higher one in the same container, or with
/// the container.
struct Section {
    depth: usize,
    level: u8,
    start: usize,
    ids: Vec<String>,
}

impl Outline {
    /// Finds the parts of `body`. Linear.
    pub(crate) fn of(body: &Body) -> Outline {
        let html = body.html.as_str();
        let mut outline = Outline::default();
        let mut open: Vec<Open> = Vec::new();
        let mut names: BTreeMap<String, usize> = BTreeMap::new();
        let mut sections: Vec<Section> = Vec::new();
        // The id of an empty `<span id>` that stands right before the block it names.
        let mut ahead: Vec<String> = Vec::new();
        for (token, range) in raw_html::scan(html) {
            let tag = match token {
                Token::Tag(tag) => tag,
                Token::Text(text) if text.trim().is_empty() => continue,
                Token::Text(_) | Token::Other => {
                    ahead.clear();
                    continue;
                }
            };
            if tag.closing {
                let count = names.get(tag.name.as_ref()).copied().unwrap_or_default();
                if count == 0 {
                    continue;
                }
                while let Some(element) = open.pop() {
                    let same = element.name == tag.name;
                    let end = if same { range.end } else { range.start };
                    outline.close(element, end, &mut names, &mut ahead);
                    if same {
                        break;
                    }
                }
                while let Some(section) = sections.pop_if(|section| section.depth > open.len()) {
                    outline.end_section(section, range.start);
                }
                continue;
            }
            // A block ends an open paragraph (HTML, "optional tags").
            if tag.is_block()
                && tag.name != "br"
                && let Some(element) = open.pop_if(|element| element.name == "p")
            {
                outline.close(element, range.start, &mut names, &mut ahead);
            }
            let mut ids = std::mem::take(&mut ahead);
            if let Some(id) = tag.attribute("id") {
                let id = raw_html::decode(id.value);
                outline.ids.entry(id.clone()).or_insert(range.start);
                ids.push(id);
            }
            let footnotes = open.is_empty()
                && tag.name == "section"
                && tag
                    .attribute("class")
                    .is_some_and(|class| class.value == "footnotes");
            if let Some(level) = tag.heading_level() {
                while let Some(section) =
                    sections.pop_if(|section| section.depth == open.len() && section.level >= level)
                {
                    outline.end_section(section, range.start);
                }
                outline.headings.push((range.start, level));
                sections.push(Section {
                    depth: open.len(),
                    level,
                    start: range.start,
                    ids: std::mem::take(&mut ids),
                });
            } else if footnotes {
                for section in sections.drain(..).rev() {
                    outline.end_section(section, range.start);
                }
            }
            if !is_void(&tag.name) && !html[range.clone()].ends_with("/>") {
                *names.entry(tag.name.to_string()).or_default() += 1;
                open.push(Open {
                    name: tag.name.into_owned(),
                    start: range.start,
                    ids,
                });
            }
        }
        for section in sections.into_iter().rev() {
            outline.end_section(section, html.len());
        }
        for element in open.into_iter().rev() {
            outline.close(element, html.len(), &mut names, &mut ahead);
        }
        outline
    }

    fn close(
        &mut self,
        element: Open,
        end: usize,
        names: &mut BTreeMap<String, usize>,
        ahead: &mut Vec<String>,
    ) {
        if let Some(count) = names.get_mut(&element.name) {
            *count = count.saturating_sub(1);
        }
        for id in element.ids {
            // An anchor names what follows it; words in a line are no block.
            if element.name == "span" && id.starts_with('^') {
                ahead.push(id);
            } else if !matches!(element.name.as_str(), "a" | "span" | "sup" | "b" | "i") {
                self.parts.entry(id).or_insert_with(|| Part {
                    range: element.start..end,
                    element: element.name.clone(),
                });
            }
        }
    }

    fn end_section(&mut self, section: Section, end: usize) {
        for id in section.ids {
            self.parts.entry(id).or_insert_with(|| Part {
                range: section.start..end,
                element: format!("h{}", section.level),
            });
        }
    }

    /// The part that `id` names.
    pub(crate) fn part(&self, id: &str) -> Option<&Part> {
        self.parts.get(id)
    }

    fn has(&self, id: &str, within: &Range<usize>) -> bool {
        self.ids.get(id).is_some_and(|at| within.contains(at))
    }
}

/// How a part is written into another page.
pub(crate) struct Setting<'a> {
    /// What every id gets before it, unique in the page.
    pub(crate) prefix: &'a str,
    /// The address of the note the part comes from, HTML-escaped; empty if it is the page itself.
    pub(crate) source: &'a str,
    /// The level of the heading that the part stands under.
    pub(crate) under: u8,
}

/// Writes `range` of `body`. `fill` writes what goes into a slot, given its place in the body's HTML and the level of the
/// heading above it; an address that begins with `#` leads into the body.
pub(crate) fn write(
    body: &Body,
    outline: &Outline,
    range: Range<usize>,
    setting: &Setting<'_>,
    mut fill: impl FnMut(&mut String, SlotKind, usize, u8),
) -> String {
    let Some(html) = body.html.get(range.clone()) else {
        return String::new();
    };
    let first = outline
        .headings
        .partition_point(|(at, _)| *at < range.start);
    let top = outline.headings[first..]
        .iter()
        .take_while(|(at, _)| *at < range.end)
        .map(|(_, level)| *level)
        .min();
    // How far headings move; below the sixth there is none.
    let shift = top.map_or(0, |top| i16::from(setting.under) + 1 - i16::from(top));
    let moved = |level: u8| (i16::from(level) + shift).clamp(1, 6) as u8;
    let mut slots = {
        let from = body.slots.partition_point(|slot| slot.at < range.start);
        body.slots[from..]
            .iter()
            .take_while(|slot| slot.at < range.end)
            .map(|slot| (slot.at - range.start, slot))
            .peekable()
    };
    let mut out = String::with_capacity(html.len() + html.len() / 4);
    let mut open: Vec<String> = Vec::new();
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    let mut level = setting.under;
    for (token, place) in raw_html::scan(html) {
        let Token::Tag(tag) = token else {
            let mut done = place.start;
            while let Some((at, slot)) = slots.next_if(|(at, _)| *at < place.end) {
                out.push_str(&html[done..at.max(done)]);
                fill(&mut out, slot.kind, slot.at, level);
                done = at.max(done);
            }
            out.push_str(&html[done..place.end]);
            continue;
        };
        // Slots between the tags before this one.
        while let Some((_, slot)) = slots.next_if(|(at, _)| *at <= place.start) {
            fill(&mut out, slot.kind, slot.at, level);
        }
        if tag.closing {
            let count = names.get(tag.name.as_ref()).copied().unwrap_or_default();
            if count == 0 {
                continue;
            }
            while let Some(name) = open.pop() {
                if let Some(count) = names.get_mut(&name) {
                    *count = count.saturating_sub(1);
                }
                if name == tag.name {
                    break;
                }
                push_close(&mut out, &name, &moved);
            }
            push_close(&mut out, &tag.name, &moved);
            continue;
        }
        if let Some(own) = tag.heading_level() {
            level = moved(own);
        }
        if !is_void(&tag.name) && !html[place.clone()].ends_with("/>") {
            *names.entry(tag.name.to_string()).or_default() += 1;
            open.push(tag.name.to_string());
        }
        let mut edits = edits_of(&tag, html, &place, outline, &range, setting);
        if let Some(own) = tag.heading_level() {
            edits.insert(
                0,
                (place.start + 1..place.start + 3, format!("h{}", moved(own))),
            );
        }
        let given: BTreeSet<&str> = tag
            .attributes
            .iter()
            .map(|attribute| attribute.name.as_ref())
            .collect();
        let sized = ["width", "height", "class"]
            .iter()
            .any(|name| given.contains(name));
        let mut edits = edits.into_iter().peekable();
        let mut done = place.start;
        loop {
            let slot = slots.peek().filter(|(at, _)| *at < place.end);
            let edit = edits.peek();
            match (slot, edit) {
                (Some((at, slot)), edit) if edit.is_none_or(|(range, _)| *at <= range.start) => {
                    let (at, slot) = (*at, *slot);
                    slots.next();
                    if at >= done {
                        out.push_str(&html[done..at]);
                        done = at;
                    }
                    match slot.kind {
                        SlotKind::Url(_) => {
                            let mut url = String::new();
                            fill(&mut url, slot.kind, slot.at, level);
                            let anchor = tag.name == "a" || tag.name == "area";
                            match url.strip_prefix('#') {
                                Some(id) if anchor && !id.is_empty() => out.push_str(&within(
                                    &decoded(id),
                                    &url,
                                    outline,
                                    &range,
                                    setting,
                                )),
                                _ => out.push_str(&url),
                            }
                        }
                        SlotKind::Attributes(_) if sized => {}
                        kind => fill(&mut out, kind, slot.at, level),
                    }
                }
                (_, Some(_)) => {
                    if let Some((range, with)) = edits.next()
                        && range.start >= done
                    {
                        out.push_str(&html[done..range.start]);
                        out.push_str(&with);
                        done = range.end;
                    }
                }
                (_, None) => break,
            }
        }
        out.push_str(&html[done..place.end]);
    }
    for (_, slot) in slots {
        fill(&mut out, slot.kind, slot.at, level);
    }
    while let Some(name) = open.pop() {
        push_close(&mut out, &name, &moved);
    }
    out
}

fn push_close(out: &mut String, name: &str, moved: &impl Fn(u8) -> u8) {
    out.push_str("</");
    match name.as_bytes() {
        [b'h', level @ b'1'..=b'6'] => {
            out.push('h');
            out.push(char::from(b'0' + moved(level - b'0')));
        }
        _ => out.push_str(name),
    }
    out.push('>');
}

/// The id that a fragment in an attribute means.
fn decoded(fragment: &str) -> String {
    let fragment = raw_html::decode(fragment);
    percent_encoding::percent_decode_str(&fragment)
        .decode_utf8_lossy()
        .into_owned()
}

/// The address of the place `id` of the body, `written` as `#id`.
fn within(
    id: &str,
    written: &str,
    outline: &Outline,
    range: &Range<usize>,
    setting: &Setting<'_>,
) -> String {
    if outline.has(id, range) {
        format!("#{}{}", setting.prefix, written.trim_start_matches('#'))
    } else {
        format!("{}{written}", setting.source)
    }
}

/// What changes in the attributes of one tag, in order.
fn edits_of(
    tag: &HtmlTag<'_>,
    html: &str,
    place: &Range<usize>,
    outline: &Outline,
    range: &Range<usize>,
    setting: &Setting<'_>,
) -> Vec<(Range<usize>, String)> {
    let prefix = setting.prefix;
    let permalink = tag
        .attribute("class")
        .is_some_and(|class| class.value == "anchor");
    let mut edits = Vec::new();
    for attribute in &tag.attributes {
        let value = attribute.value;
        if value.is_empty() || !place.contains(&attribute.value_range.start) {
            continue;
        }
        let new = match attribute.name.as_ref() {
            "id" => format!("{prefix}{value}"),
            "name" if matches!(tag.name.as_ref(), "a" | "input" | "details") => {
                format!("{prefix}{value}")
            }
            "for" | "aria-labelledby" | "aria-controls" | "aria-describedby" | "headers"
            | "list" | "form" | "commandfor" | "popovertarget" => {
                let ids: Vec<String> = value
                    .split_ascii_whitespace()
                    .map(|id| match outline.has(&raw_html::decode(id), range) {
                        true => format!("{prefix}{id}"),
                        false => id.to_owned(),
                    })
                    .collect();
                ids.join(" ")
            }
            "href" | "xlink:href" if value.starts_with('#') && value.len() > 1 => {
                // A heading's own link is for passing on: it leads to where the heading lives.
                if permalink {
                    format!("{}{value}", setting.source)
                } else {
                    let id = decoded(&value[1..]);
                    within(&id, value, outline, range, setting)
                }
            }
            _ if value.contains("url(#") => value.replace("url(#", &format!("url(#{prefix}")),
            _ => continue,
        };
        if new != html[attribute.value_range.clone()] {
            edits.push((attribute.value_range.clone(), new));
        }
    }
    edits
}

/// Elements that have no end tag (HTML Living Standard, section 13.1.2).
fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "source"
            | "track"
            | "wbr"
            | "param"
            | "frame"
            | "keygen"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(html: &str) -> Body {
        Body {
            html: html.to_owned(),
            slots: Vec::new(),
        }
    }

    fn excerpt(html: &str, id: &str) -> Option<String> {
        let body = body(html);
        let outline = Outline::of(&body);
        let part = outline.part(id)?.clone();
        let setting = Setting {
            prefix: "e1.",
            source: "/원래/",
            under: 1,
        };
        Some(write(
            &body,
            &outline,
            part.range,
            &setting,
            |_, _, _, _| {},
        ))
    }

    #[test]
    fn a_section_goes_to_the_next_heading_of_its_level_in_the_same_container() {
        let html = "<h2 id=\"가\">가</h2><p>1</p><h3 id=\"나\">나</h3><blockquote><h1 id=\"다\">다</h1><p>2</p></blockquote>\
                    <p>3</p><h2 id=\"라\">라</h2><p>4</p><section class=\"footnotes\"><p>5</p></section>";
        assert_eq!(
            excerpt(html, "나").as_deref(),
            Some(
                "<h4 id=\"e1.나\">나</h4><blockquote><h2 id=\"e1.다\">다</h2><p>2</p></blockquote><p>3</p>"
            )
        );
        assert_eq!(
            excerpt(html, "다").as_deref(),
            Some("<h2 id=\"e1.다\">다</h2><p>2</p>")
        );
        assert_eq!(
            excerpt(html, "라").as_deref(),
            Some("<h2 id=\"e1.라\">라</h2><p>4</p>")
        );
    }

    #[test]
    fn ids_and_what_refers_to_them_move_together_and_the_rest_leads_back() {
        let html = "<p id=\"밖\"></p><div id=\"안\"><input id=\"a\" name=\"g\"><label for=\"a\">글</label>\
                    <a href=\"#a\">1</a><a href=\"#밖\">2</a><a class=\"anchor\" href=\"#a\">3</a>\
                    <svg><path fill=\"url(#a)\"/></svg></div>";
        assert_eq!(
            excerpt(html, "안").as_deref(),
            Some(
                "<div id=\"e1.안\"><input id=\"e1.a\" name=\"e1.g\"><label for=\"e1.a\">글</label>\
                 <a href=\"#e1.a\">1</a><a href=\"/원래/#밖\">2</a><a class=\"anchor\" href=\"/원래/#a\">3</a>\
                 <svg><path fill=\"url(#e1.a)\"/></svg></div>"
            )
        );
    }

    #[test]
    fn what_is_left_open_is_closed_and_what_was_never_opened_is_dropped() {
        let html = "<h2 id=\"가\">가</h2><div><b>글</i><p>줄";
        assert_eq!(
            excerpt(html, "가").as_deref(),
            Some("<h2 id=\"e1.가\">가</h2><div><b>글<p>줄</p></b></div>")
        );
    }

    #[test]
    fn an_empty_anchor_names_the_heading_after_it() {
        let html = "<span id=\"^a1\"></span>\n<h2 id=\"가\">가</h2><p>글</p>";
        assert_eq!(
            excerpt(html, "^a1").as_deref(),
            Some("<h2 id=\"e1.가\">가</h2><p>글</p>")
        );
    }
}
