//! Which images are figures: those with a title, the caption, that share their paragraph or list item with nothing else.

use pulldown_cmark::TagEnd;

use super::nodes::{Kind, Node, Tag, end_of};

/// A titled image that becomes a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LoneImage {
    /// The node at which it starts.
    pub(super) image: usize,
    /// The node at which the link around it starts.
    pub(super) link: Option<usize>,
}

/// The titled images that are all there is from node `from` to the end of the paragraph, or of the list item's own
/// line; and the index after them (after the paragraph's end).
pub(super) fn alone(nodes: &[Node<'_>], from: usize) -> Option<(Vec<LoneImage>, usize)> {
    let mut images = Vec::new();
    let mut at = from;
    loop {
        let next = match &nodes.get(at)?.kind {
            Kind::Start(Tag::Image(_)) => {
                let end = titled(nodes, at)?;
                images.push(LoneImage {
                    image: at,
                    link: None,
                });
                end + 1
            }
            Kind::Start(Tag::Link(_)) => {
                let end = titled(nodes, at + 1)? + 1;
                if !matches!(nodes.get(end)?.kind, Kind::End(TagEnd::Link)) {
                    return None;
                }
                images.push(LoneImage {
                    image: at + 1,
                    link: Some(at),
                });
                end + 1
            }
            Kind::SoftBreak | Kind::HardBreak if !images.is_empty() => at + 1,
            Kind::Text(text) if !images.is_empty() && text.trim().is_empty() => at + 1,
            Kind::End(TagEnd::Paragraph) if !images.is_empty() => return Some((images, at + 1)),
            Kind::End(TagEnd::Item) | Kind::Start(Tag::List(_)) if !images.is_empty() => {
                return Some((images, at));
            }
            _ => return None,
        };
        at = next;
    }
}

/// Where the titled image that starts at `start` ends.
fn titled(nodes: &[Node<'_>], start: usize) -> Option<usize> {
    match &nodes.get(start)?.kind {
        Kind::Start(Tag::Image(image)) if !image.title.is_empty() => Some(end_of(nodes, start)),
        _ => None,
    }
}
