//! One note's text to one parsed note: HTML body, headings, sections, links, diagnostics.
//!
//! Pure: the same input gives the same output, whatever other notes there are. What depends on other notes (where a
//! link leads) is left open as a [`Slot`] in the body for `site` to fill.

use std::ops::Range;

use crate::diagnostics::Diagnostic;

/// A note after parsing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ParsedNote {
    /// The body's HTML with open slots for what only the whole site knows.
    pub body: Body,
    /// All headings in document order.
    pub headings: Vec<Heading>,
    /// The units of search: the text before the first heading (if any), then one for each heading.
    pub sections: Vec<Section>,
    /// Outgoing links and images in document order; slots refer to them by index.
    pub links: Vec<Link>,
    /// A date written near the top (`최초 작성 일자: 2023-03-21`), as `YYYY-MM-DD`.
    pub written_date: Option<String>,
    /// The first paragraph as plain text, for descriptions; empty if there is none.
    pub summary: String,
    /// What is wrong with this note alone.
    pub diagnostics: Vec<Diagnostic>,
}

/// HTML with holes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Body {
    /// HTML text; complete but for the slots.
    pub html: String,
    /// Where something must be inserted, in ascending order of `at`.
    pub slots: Vec<Slot>,
}

/// A hole in the HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// Byte offset in [`Body::html`] at which the value is inserted.
    pub at: usize,
    /// What goes there.
    pub kind: SlotKind,
}

/// What a slot is filled with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlotKind {
    /// The resolved, HTML-escaped URL of `links[index]` (inside an attribute's quotes).
    Url(usize),
    /// Further HTML attributes for the element of `links[index]`, each with a leading space, such as
    /// ` width="640" height="480"` of a local image or ` class="broken"` of a broken link.
    Attributes(usize),
}

impl Body {
    /// The HTML with every slot filled by `fill`.
    pub fn render(&self, mut fill: impl FnMut(SlotKind) -> String) -> String {
        let mut out = String::with_capacity(self.html.len() + self.slots.len() * 24);
        let mut done = 0;
        for slot in &self.slots {
            out.push_str(&self.html[done..slot.at]);
            out.push_str(&fill(slot.kind));
            done = slot.at;
        }
        out.push_str(&self.html[done..]);
        out
    }
}

/// A heading.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// The anchor: keeps Hangul, unique in the note, stable under edits elsewhere.
    pub id: String,
    /// Plain text.
    pub text: String,
    /// Inline HTML without links or anchors (for the table of contents).
    pub html: String,
}

/// The unit of search: a heading and the text under it, up to the next heading of any level.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Section {
    /// Index into [`ParsedNote::headings`]; `None` for what stands before the first heading.
    pub heading: Option<usize>,
    /// The prose as plain text; block boundaries are line breaks.
    pub text: String,
    /// The text of code blocks, each ending in a line break.
    pub code: String,
}

/// An outgoing link or image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The destination as written, entities and backslashes resolved, not percent-decoded.
    pub destination: String,
    /// Byte range in the note's whole text that diagnostics point at.
    pub span: Range<usize>,
    /// Link or image.
    pub kind: LinkKind,
}

/// What kind of reference a link is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkKind {
    /// `<a href>`.
    Anchor,
    /// `<img src>` and other embedded media.
    Image,
    /// `[[노트#제목]]`: the destination is in wiki form, a note's name or path and maybe `#` and a heading's text.
    Wiki,
    /// `![[그림.png]]`: the destination is a file's name or path, wherever in the content it lies.
    WikiImage,
}
