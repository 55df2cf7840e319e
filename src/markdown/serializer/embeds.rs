//! What Obsidian adds to the serializer: embedded notes and media, tags in text, and the ids of blocks.

use std::ops::Range;

use pulldown_cmark::{LinkType, TagEnd};

use super::Serializer;
use crate::markdown::image_text;
use crate::markdown::nodes::{Kind, Node, Tag, end_of, plain_text};
use crate::markdown::{LinkKind, SlotKind, escape};

/// The extension of an embed's target in lower case, its fragment (`#page=3`) aside.
fn extension(target: &str) -> String {
    let path = target.split('#').next().unwrap_or_default();
    path.rsplit_once('.')
        .map(|(_, extension)| extension.trim().to_ascii_lowercase())
        .unwrap_or_default()
}

/// Whether the target of `![[…]]` is a picture.
pub(super) fn is_picture(target: &str) -> bool {
    matches!(
        extension(target).as_str(),
        "png" | "jpg" | "jpeg" | "gif" | "svg" | "webp" | "avif" | "bmp" | "ico"
    )
}

/// Formats that browsers play or show beside pictures (<https://help.obsidian.md/file-formats>).
enum Media {
    Audio,
    Video,
    Document,
}

fn media(target: &str) -> Option<Media> {
    match extension(target).as_str() {
        "mp3" | "wav" | "ogg" | "oga" | "opus" | "m4a" | "flac" | "3gp" => Some(Media::Audio),
        "mp4" | "webm" | "ogv" | "mov" | "mkv" | "m4v" => Some(Media::Video),
        "pdf" => Some(Media::Document),
        _ => None,
    }
}

/// Writes an embed of a sound, a film or a PDF; false if it is none.
pub(super) fn write_media(
    serializer: &mut Serializer<'_, '_, '_, '_>,
    target: &str,
    text: &str,
    has_text: bool,
    span: &Range<usize>,
) -> bool {
    let Some(media) = media(target) else {
        return false;
    };
    let path = target.split('#').next().unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or(path).trim();
    let sized = if has_text {
        image_text::wiki(text)
    } else {
        None
    };
    let (caption, size) = match sized {
        Some((caption, size)) => (caption, size),
        None if has_text => (text.trim().to_owned(), String::new()),
        None => (String::new(), String::new()),
    };
    let label = if caption.is_empty() { name } else { &caption };
    let link = serializer.add_link(target, span, LinkKind::Wiki);
    let open_element = |serializer: &mut Serializer<'_, '_, '_, '_>, tag: &str, size: &str| {
        serializer.push(&format!("<{tag} controls=\"\" preload=\"metadata\" src=\""));
        serializer.slot(SlotKind::Url(link));
        serializer.push("\"");
        serializer.push(size);
        serializer.push(">");
    };
    match media {
        Media::Audio => open_element(serializer, "audio", ""),
        Media::Video => open_element(serializer, "video", &size),
        Media::Document => {}
    }
    // Also what feed readers and old browsers show.
    serializer.push("<a href=\"");
    serializer.slot(SlotKind::Url(link));
    serializer.push("\"");
    serializer.slot(SlotKind::Attributes(link));
    serializer.push(">");
    serializer.push_escaped(label);
    if let Some(page) = page_of(target) {
        serializer.push(&format!(" ({page})"));
    }
    serializer.push("</a>");
    serializer.say(label);
    match media {
        Media::Audio => serializer.push("</audio>"),
        Media::Video => serializer.push("</video>"),
        Media::Document => {}
    }
    true
}

/// The page that `표준.pdf#page=3` opens at (RFC 8118, section 3), as it is shown.
fn page_of(target: &str) -> Option<String> {
    let (_, fragment) = target.split_once('#')?;
    let number = fragment
        .split('&')
        .find_map(|part| part.strip_prefix("page="))?;
    ((1..=5).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| format!("p.\u{A0}{number}"))
}

impl<'n> Serializer<'n, '_, '_, '_> {
    /// Embedded notes that fill the paragraph or list item that begins at `block`, as blocks instead of it; returns the
    /// index after the paragraph, or of what follows in the item.
    pub(super) fn lone_embeds(&mut self, block: usize) -> Option<usize> {
        let nodes: &'n [Node<'_>] = self.nodes;
        if self.in_summary || self.open_links > 0 {
            return None;
        }
        let paragraph = matches!(nodes.get(block)?.kind, Kind::Start(Tag::Paragraph));
        let mut found: Vec<(usize, usize)> = Vec::new();
        let mut at = block + 1;
        loop {
            match &nodes.get(at)?.kind {
                Kind::Start(Tag::Image(image))
                    if matches!(image.link_type, LinkType::WikiLink { .. })
                        && !is_picture(&image.dest_url)
                        && media(&image.dest_url).is_none() =>
                {
                    let end = end_of(nodes, at);
                    found.push((at, end));
                    at = end + 1;
                }
                Kind::SoftBreak | Kind::HardBreak if !found.is_empty() => at += 1,
                Kind::End(TagEnd::Paragraph) if paragraph => break,
                Kind::End(TagEnd::Item) | Kind::Start(Tag::List(_)) if !paragraph => break,
                _ => return None,
            }
        }
        // The way back of a footnote goes into its last paragraph.
        if found.is_empty()
            || self
                .footnotes
                .backlinks_before
                .is_some_and(|(node, _)| node == at)
        {
            return None;
        }
        for (start, end) in found {
            let Kind::Start(Tag::Image(image)) = &nodes[start].kind else {
                continue;
            };
            let dest_url = &image.dest_url;
            let text = plain_text(&nodes[start + 1..end.max(start + 1)]);
            let destination = match image.link_type {
                LinkType::WikiLink { has_pothole: true } => format!("{dest_url}|{text}"),
                _ => dest_url.to_string(),
            };
            let link = self.add_link(&destination, &nodes[start].span, LinkKind::Embed);
            self.fresh_line();
            self.slot(SlotKind::Embed(link));
            self.push("\n");
            self.say(&text);
            self.say_break();
        }
        Some(if paragraph { at + 1 } else { at })
    }

    /// A tag in text, as a link to its page.
    pub(super) fn hash_tag(&mut self, tag: &str, span: &Range<usize>) {
        let link = self.add_link(tag.trim_start_matches('#'), span, LinkKind::Tag);
        self.push("<a class=\"tag inline-tag\" href=\"");
        self.slot(SlotKind::Url(link));
        self.push("\">");
        self.push_escaped(tag);
        self.push("</a>");
        self.say(tag);
    }

    /// Gives the block that was just written its id, once something of it stands there.
    pub(super) fn place_block_id(&mut self) {
        let Some((from, id)) = self.block_id else {
            return;
        };
        let body = &mut self.out.body;
        let Some(written) = body.html.get(from..).filter(|it| !it.trim().is_empty()) else {
            // An embedded note is a slot and a line break: the id stands before it.
            if body.html.len() > from {
                self.block_id = None;
                self.insert(from, &format!("<span id=\"^{id}\"></span>"));
            }
            return;
        };
        let tag = written
            .strip_prefix('<')
            .filter(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()))
            .and_then(|rest| rest.split_once('>'))
            .map(|(tag, _)| tag);
        let name = tag.map(|tag| {
            tag.find(|c: char| !c.is_ascii_alphanumeric() && c != '-')
                .unwrap_or(tag.len())
        });
        let (at, text) = match (tag, name) {
            (Some(tag), Some(name)) if !tag.contains(" id=") => {
                (from + 1 + name, format!(" id=\"^{}\"", escape::text(id)))
            }
            // It has an id of its own.
            _ => (from, format!("<span id=\"^{id}\"></span>\n")),
        };
        self.block_id = None;
        self.insert(at, &text);
    }

    /// Inserts into what is already written; only near its end.
    fn insert(&mut self, at: usize, text: &str) {
        let body = &mut self.out.body;
        body.html.insert_str(at, text);
        for slot in body.slots.iter_mut().rev() {
            if slot.at < at {
                break;
            }
            slot.at += text.len();
        }
    }
}
