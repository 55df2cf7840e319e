//! Transclusion: `![[노트]]`, `![[노트#제목]]` and `![[노트#^블록]]` show the note, or the part, in the page they stand in.
//!
//! Steps for one page: its slots are filled; at each embed the part of the target is found in the target's outline,
//! written with its own links resolved from where it lies ([`excerpt`](crate::markdown::excerpt)), and framed with a
//! link to where it comes from. What would never end (a note within itself), go too deep or grow too large is a link
//! instead, and a diagnostic of the page that asked for it.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::OnceLock;

use crate::bilingual;
use crate::diagnostics::{Bilingual, Diagnostic, Severity};
use crate::markdown::excerpt::{self, Outline, Setting};
use crate::markdown::{ParsedNote, SlotKind};
use crate::source::Note;

use super::address::{Base, encode};
use super::links::{Resolved, place};
use super::text::escape;
use super::{Page, images};

/// How many notes may stand within one another.
const DEEPEST: usize = 8;

/// How many bytes of HTML all embeds of a page may add to it: notes that embed one another twice grow exponentially.
const MOST_BYTES: usize = 1 << 20;

/// What one frame costs before anything stands in it.
const FRAME_BYTES: usize = 256;

/// Writes the bodies of all pages.
pub(super) struct Embedder<'a> {
    notes: &'a [(Note, ParsedNote)],
    pages: &'a [Page],
    links: &'a [Vec<Resolved>],
    base: &'a Base,
    images: &'a images::Writer<'a>,
    outlines: Vec<OnceLock<Outline>>,
}

/// The page being written.
struct Writing {
    root: usize,
    /// The embeds that are open: page and place of the slot in its body.
    open: Vec<(usize, usize)>,
    /// The link of the root that led here.
    outermost: usize,
    /// Bytes that embeds may still add.
    left: usize,
    /// Embeds so far; numbers the prefixes of ids.
    count: usize,
    /// What prefixes begin with, so that no id of the root does.
    prefix: String,
    /// Links of the root already reported.
    reported: BTreeSet<usize>,
    too_much: bool,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Embedder<'a> {
    pub(super) fn new(
        notes: &'a [(Note, ParsedNote)],
        pages: &'a [Page],
        links: &'a [Vec<Resolved>],
        base: &'a Base,
        images: &'a images::Writer<'a>,
    ) -> Self {
        Embedder {
            notes,
            pages,
            links,
            base,
            images,
            outlines: pages.iter().map(|_| OnceLock::new()).collect(),
        }
    }

    /// The body of the page `at` with every slot filled, title heading included, and what was wrong.
    pub(super) fn body(&self, at: usize) -> (String, Vec<Diagnostic>) {
        let parsed = &self.notes[at].1;
        let sized = super::sized_elements(parsed);
        let html = parsed.body.html.as_str();
        let mut writing = Writing {
            root: at,
            open: Vec::new(),
            outermost: 0,
            left: MOST_BYTES,
            count: 0,
            prefix: String::new(),
            reported: BTreeSet::new(),
            too_much: false,
            diagnostics: Vec::new(),
        };
        let mut out = String::with_capacity(html.len() + parsed.body.slots.len() * 24);
        let mut done = 0;
        let (mut level, mut looked) = (1, 0);
        let first = images::first(&parsed.body);
        let mut open = None;
        for slot in &parsed.body.slots {
            out.push_str(&html[done..slot.at]);
            done = slot.at;
            match slot.kind {
                SlotKind::Embed(link) => {
                    if writing.prefix.is_empty() {
                        writing.prefix = free_prefix(html);
                    }
                    level = last_heading(&html[looked..slot.at]).unwrap_or(level);
                    looked = slot.at;
                    writing.outermost = link;
                    out.push_str(&self.embed(&mut writing, at, link, slot.at, level));
                }
                kind => self.fill(&mut out, at, kind, &sized, &mut open, first),
            }
        }
        out.push_str(&html[done..]);
        (out, writing.diagnostics)
    }

    /// Fills a slot of the page `at` that is no embed. `open` is where the image that is being written begins in `out`;
    /// when it is complete, it is written anew. `first` is the image of the first screen.
    fn fill(
        &self,
        out: &mut String,
        at: usize,
        kind: SlotKind,
        sized: &BTreeSet<usize>,
        open: &mut Option<usize>,
        first: Option<usize>,
    ) {
        match kind {
            SlotKind::ImageStart(_) => *open = Some(out.len()),
            SlotKind::ImageEnd(link) => {
                if let Some(from) = open.take().filter(|&from| out.is_char_boundary(from)) {
                    let element = out.split_off(from);
                    let resolved = self.links[at].get(link);
                    out.push_str(&self.images.write(&element, resolved, first == Some(link)));
                }
            }
            kind => out.push_str(&self.value(at, kind, sized)),
        }
    }

    /// What goes into a slot of the page `at` that is no embed nor an image's end.
    fn value(&self, at: usize, kind: SlotKind, sized: &BTreeSet<usize>) -> String {
        let link = |link: usize| self.links[at].get(link);
        match kind {
            SlotKind::Url(index) => link(index).map(|it| it.url.clone()),
            SlotKind::Attributes(index) => link(index)
                .filter(|_| !sized.contains(&index))
                .map(|it| it.attributes.clone()),
            SlotKind::Generated(index) => {
                let file = self.notes[at].1.generated.get(index);
                file.map(|file| self.base.link(&file.path))
            }
            SlotKind::Embed(_) | SlotKind::ImageStart(_) | SlotKind::ImageEnd(_) => None,
        }
        .unwrap_or_default()
    }

    /// The embed that `links[link]` of the page `at` asks for at `place` of its body, below a heading of `level`.
    fn embed(
        &self,
        writing: &mut Writing,
        at: usize,
        link: usize,
        place: usize,
        level: u8,
    ) -> String {
        let (Some(resolved), Some(written)) =
            (self.links[at].get(link), self.notes[at].1.links.get(link))
        else {
            return String::new();
        };
        let (_, label) = written.embedded();
        let Some(target) = resolved.page.filter(|_| !resolved.is_broken()) else {
            let class = if resolved.is_broken() {
                " class=\"transclusion-missing\""
            } else {
                ""
            };
            let (url, attributes) = (self.url(writing, at, resolved), &resolved.attributes);
            let label = escape(&label);
            return format!("<p{class}><a href=\"{url}\"{attributes}>{label}</a></p>");
        };
        let title = match written.destination.split_once('|') {
            Some((_, label)) if !label.trim().is_empty() => label.trim().to_owned(),
            _ => self.title(target, resolved),
        };
        let (url, title) = (self.url(writing, at, resolved), escape(&title));
        let instead = format!("<p><a href=\"{url}\">{title}</a></p>");
        let parsed = &self.notes[target].1;
        let outline = self.outlines[target].get_or_init(|| Outline::of(&parsed.body));
        let (range, element) = match &resolved.anchor {
            None => (self.whole(target), ""),
            Some(id) => match outline.part(id) {
                Some(part) => (part.range.clone(), part.element.as_str()),
                // A place within a line: nothing to show but the way there.
                None => return instead,
            },
        };
        let open = &mut writing.open;
        open.push((at, place));
        if open
            .iter()
            .any(|(page, place)| *page == target && range.contains(place))
        {
            if target == writing.root {
                self.report_cycle(writing);
            }
            writing.open.pop();
            return instead;
        }
        let cost = range.len() + FRAME_BYTES;
        if writing.open.len() > DEEPEST || cost > writing.left {
            if cost > writing.left {
                writing.left = 0;
            }
            writing.open.pop();
            self.report_limit(writing);
            return instead;
        }
        writing.left -= cost;
        writing.count += 1;
        let prefix = format!("{}{}.", writing.prefix, writing.count);
        let source = match target == writing.root {
            true => String::new(),
            false => escape(&self.base.link(&self.pages[target].url)),
        };
        let setting = Setting {
            prefix: &prefix,
            source: &source,
            under: level,
        };
        let none = BTreeSet::new();
        let mut image = None;
        let content = excerpt::write(
            &parsed.body,
            outline,
            range,
            &setting,
            |out, kind, place, level| match kind {
                SlotKind::Embed(link) => {
                    out.push_str(&self.embed(writing, target, link, place, level));
                }
                kind => self.fill(out, target, kind, &none, &mut image, None),
            },
        );
        writing.open.pop();
        // What the slots added counts too; what inner embeds added is counted already, and twice does no harm.
        writing.left = writing
            .left
            .saturating_sub(content.len().saturating_sub(cost));
        let content = content.trim();
        let content = match element {
            "li" => format!("<ul>\n{content}\n</ul>"),
            "dt" | "dd" => format!("<dl>\n{content}\n</dl>"),
            _ => content.to_owned(),
        };
        format!(
            "<figure class=\"transclusion\">\n<figcaption><a href=\"{url}\">{title}</a></figcaption>\n{content}\n</figure>"
        )
    }

    /// A resolved address as it must read in the page that is being written.
    fn url(&self, writing: &Writing, at: usize, resolved: &Resolved) -> String {
        if at != writing.root && resolved.url.starts_with('#') {
            let own = escape(&self.base.link(&self.pages[at].url));
            return format!("{own}{}", resolved.url);
        }
        // A part of the page itself whose link leads back to where it stands.
        if resolved.page == Some(writing.root)
            && let Some(id) = &resolved.anchor
        {
            return escape(&format!("#{}", encode(id)));
        }
        resolved.url.clone()
    }

    /// The title of a note, and of the heading in it that is embedded.
    fn title(&self, target: usize, resolved: &Resolved) -> String {
        let page = &self.pages[target].title;
        let heading = resolved.anchor.as_ref().and_then(|id| {
            let headings = &self.notes[target].1.headings;
            headings.iter().find(|heading| heading.id == *id)
        });
        match heading {
            Some(heading) if heading.text != *page => format!("{page} > {}", heading.text),
            _ => page.clone(),
        }
    }

    /// The body without the heading that the page's title replaces.
    fn whole(&self, target: usize) -> Range<usize> {
        let parsed = &self.notes[target].1;
        let html = parsed.body.html.as_str();
        let start = self.pages[target]
            .title_heading
            .and_then(|at| parsed.headings.get(at))
            .and_then(|heading| {
                let close = format!("</h{}>", heading.level);
                html.find(&close).map(|at| at + close.len())
            })
            .unwrap_or_default();
        start..html.len()
    }

    fn report_cycle(&self, writing: &mut Writing) {
        let path: Vec<&str> = writing
            .open
            .iter()
            .map(|(page, _)| self.pages[*page].source.as_str())
            .chain([self.pages[writing.root].source.as_str()])
            .collect();
        let path = path.join(" → ");
        self.report(
            writing,
            "transclusion-cycle",
            bilingual!(
                "끼워 넣은 노트가 이 노트로 되돌아와 거기서 끊고 링크로 두었습니다: {path}",
                "the embedded note leads back to this one; it was cut there and left as a link: {path}"
            ),
            bilingual!(
                "이 고리의 한 곳을 `![[…]]` 대신 링크 `[[…]]`로 바꾸세요.",
                "make one of these embeds a link: `[[…]]` instead of `![[…]]`."
            ),
        );
    }

    fn report_limit(&self, writing: &mut Writing) {
        if std::mem::replace(&mut writing.too_much, true) {
            return;
        }
        let most = MOST_BYTES >> 20;
        self.report(
            writing,
            "transclusion-limit",
            bilingual!(
                "끼워 넣은 노트가 너무 깊거나({DEEPEST}단계까지) 너무 커서({most} MiB까지) 나머지를 링크로 두었습니다.",
                "embedded notes go too deep ({DEEPEST} levels at most) or are too large ({most} MiB at most); the rest are links."
            ),
            bilingual!(
                "노트 전체 대신 `![[노트#제목]]`으로 필요한 부분만 끼워 넣으세요.",
                "embed only what is needed: `![[note#heading]]`."
            ),
        );
    }

    fn report(
        &self,
        writing: &mut Writing,
        code: &'static str,
        message: Bilingual,
        hint: Bilingual,
    ) {
        let (note, parsed) = &self.notes[writing.root];
        let Some(link) = parsed.links.get(writing.outermost) else {
            return;
        };
        if writing.reported.insert(writing.outermost) {
            writing.diagnostics.push(
                Diagnostic::new(Severity::Warning, code, message)
                    .at(place(note, link))
                    .hint(hint),
            );
        }
    }
}

/// A beginning for ids that none in `html` has.
fn free_prefix(html: &str) -> String {
    let mut prefix = String::from("embed");
    while html.contains(&format!("=\"{prefix}")) {
        prefix.push('-');
        if prefix.len() > 64 {
            break;
        }
    }
    prefix
}

/// The level of the last heading in `html`.
fn last_heading(html: &str) -> Option<u8> {
    html.rmatch_indices("<h").find_map(|(at, _)| {
        let mut bytes = html.bytes().skip(at + 2);
        let level = bytes.next().filter(|byte| (b'1'..=b'6').contains(byte))?;
        let ends = bytes.next().is_some_and(|byte| b" >".contains(&byte));
        ends.then_some(level - b'0')
    })
}

#[cfg(test)]
mod tests;
