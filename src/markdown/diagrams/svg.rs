//! What a renderer drew, made fit to publish: a second look, so that the file's safety does not hang on the renderer
//! alone. Nothing in it runs or leads out of it; it has a size and a background.

use std::fmt::Write as _;

use super::style::{self, Element, Sheet};

/// A drawing that may be published.
#[derive(Debug, Clone)]
pub(super) struct Clean {
    pub(super) svg: String,
    /// In CSS pixels.
    pub(super) width: u32,
    pub(super) height: u32,
}

/// All that drawings consist of; anything else is not published.
const ELEMENTS: &[&str] = &[
    "a",
    "animate",
    "circle",
    "clipPath",
    "defs",
    "desc",
    "ellipse",
    "feDropShadow",
    "feFlood",
    "feComposite",
    "feGaussianBlur",
    "feMerge",
    "feMergeNode",
    "feOffset",
    "filter",
    "g",
    "image",
    "line",
    "linearGradient",
    "marker",
    "mask",
    "path",
    "pattern",
    "polygon",
    "polyline",
    "radialGradient",
    "rect",
    "stop",
    "style",
    "svg",
    "switch",
    "symbol",
    "text",
    "title",
    "tspan",
    "use",
];

/// Wider or higher, in CSS pixels, is no picture.
const LARGEST_SIDE: f64 = 30_000.0;

/// `svg` with its size written in, on `background`, with faint lines in the colour `lines`, its style sheet turned into
/// attributes; `None` if it has no size or
/// holds what no drawing needs.
pub(super) fn clean(svg: &str, background: &str, lines: &str) -> Option<Clean> {
    let css = style_sheets(svg)?;
    let sheet = Sheet::parse(&css);
    let mut out = String::with_capacity(svg.len());
    let mut size = None;
    let mut path: Vec<Element<'_>> = Vec::new();
    // For each open element the colour that its author gave its labels. The renderer writes it as HTML's `color`, which
    // SVG text does not heed.
    let mut colours: Vec<Option<String>> = Vec::new();
    let mut rest = svg.trim();
    while let Some(at) = rest.find('<') {
        let (text, tag) = rest.split_at(at);
        out.push_str(text);
        let end = tag_end(tag)?;
        let (tag, after) = tag.split_at(end);
        rest = after;
        if let Some(name) = tag.strip_prefix("</") {
            let name = name.trim_end_matches('>').trim();
            if !ELEMENTS.contains(&name) {
                return None;
            }
            path.pop();
            colours.pop();
            // A link becomes a plain group, below.
            out.push_str(if name == "a" { "</g>" } else { tag });
            continue;
        }
        let inner = tag.get(1..tag.len() - 1)?;
        let (inner, empty) = match inner.strip_suffix('/') {
            Some(inner) => (inner, true),
            None => (inner, false),
        };
        let name_end = inner
            .find(|c: char| c.is_ascii_whitespace())
            .unwrap_or(inner.len());
        let (name, attributes) = inner.split_at(name_end);
        if !ELEMENTS.contains(&name) {
            return None;
        }
        let root = size.is_none();
        if root && (name != "svg" || empty) {
            return None;
        }
        if name == "style" {
            rest = if empty {
                rest
            } else {
                rest.split_once("</style>")?.1
            };
            continue;
        }
        path.push(Element {
            name,
            attributes: Attributes(attributes).collect(),
        });
        let attributes = path.last().map_or(&[][..], |it| &it.attributes);
        let mut set = sheet.of(&path);
        set.retain(|_, value| !leads_out(value));
        let own = attributes.iter().find(|(key, _)| *key == "style");
        let own = own.map(|(_, style)| style::declarations(style));
        let own = own.into_iter().flatten().find(|(key, ..)| *key == "color");
        let colour = match own {
            Some((_, value, _)) => Some(value),
            None => colours.last().cloned().flatten(),
        };
        if let Some(colour) = colour.clone().filter(|_| name == "text") {
            set.insert("fill", colour);
        }
        if root {
            // Of ticks and grids, which are drawn in `currentColor`.
            set.insert("color", lines.to_owned());
        }
        out.push('<');
        out.push_str(if name == "a" { "g" } else { name });
        for (key, value) in attributes {
            if root && *key == "viewBox" {
                size = Some(View::read(value)?);
            }
            let settled = root && matches!(*key, "width" | "height");
            // Of ends of lines that hide what is under them.
            let hiding = name == "circle" && *key == "fill" && *value == "white";
            let value = if hiding { background } else { value };
            if !settled && !set.contains_key(key) && is_sound(key, value) {
                let _ = write!(out, " {key}=\"{value}\"");
            }
        }
        for (key, value) in &set {
            let _ = write!(out, " {key}=\"{value}\"");
        }
        if root {
            let view = size.as_ref()?;
            let (x, y, width, height) = (view.x, view.y, view.width, view.height);
            let _ = write!(
                out,
                " width=\"{width}\" height=\"{height}\"><rect x=\"{x}\" y=\"{y}\" width=\"{width}\" \
                 height=\"{height}\" fill=\"{background}\" stroke=\"none\"/>"
            );
        } else {
            out.push_str(if empty { "/>" } else { ">" });
        }
        if !empty {
            colours.push(colour);
        } else {
            path.pop();
        }
    }
    out.push_str(rest);
    let View { width, height, .. } = size?;
    Some(Clean {
        svg: out,
        width,
        height,
    })
}

/// The style sheets of `svg`, one after the other; `None` if they lead out.
fn style_sheets(svg: &str) -> Option<String> {
    let mut css = String::new();
    let mut rest = svg;
    while let Some((_, tag)) = rest.split_once("<style") {
        let (tag, after) = tag.split_at(tag_end(tag)?);
        rest = after;
        if tag.ends_with("/>") {
            continue;
        }
        let (sheet, after) = after.split_once("</style>")?;
        if sheet.contains('<') || sheet.contains("@import") || leads_out(sheet) {
            return None;
        }
        css.push_str(sheet);
        css.push('\n');
        rest = after;
    }
    Some(css)
}

/// Where the tag that `text` begins with ends; a `>` within quotes does not end it.
fn tag_end(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (Some(open), _) if open == byte => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'>') => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// Attributes as written, each a name and what stands between its double quotes.
struct Attributes<'a>(&'a str);

impl<'a> Iterator for Attributes<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let (name, rest) = self.0.split_once('=')?;
        let rest = rest.trim_start();
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let (value, rest) = rest[1..].split_once(quote)?;
        self.0 = rest;
        // Written again between double quotes.
        (!value.contains('"')).then_some((name.trim(), value))
    }
}

/// Whether an attribute may stay: nothing that runs, leads out of the file, or serves an editor only.
fn is_sound(name: &str, value: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let local = lower.rsplit(':').next().unwrap_or_default();
    let plain = name
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':' | '.'));
    plain
        && !local.starts_with("on")
        && !local.starts_with("data-")
        && !matches!(local, "class" | "style" | "name" | "target" | "rel")
        && (local != "href" || value.starts_with('#'))
        && !leads_out(value)
}

/// Whether a style's `url(…)` leads out of the file.
fn leads_out(css: &str) -> bool {
    css.to_ascii_lowercase().split("url(").skip(1).any(|after| {
        !after
            .trim_start_matches([' ', '"', '\''])
            .trim_start_matches("&quot;")
            .trim_start_matches("&apos;")
            .starts_with('#')
    })
}

/// A `viewBox`, its sides in whole pixels.
struct View {
    x: f64,
    y: f64,
    width: u32,
    height: u32,
}

impl View {
    fn read(view: &str) -> Option<Self> {
        let numbers: Vec<f64> = view
            .split([' ', ','])
            .filter(|it| !it.is_empty())
            .map(str::parse)
            .collect::<Result<_, _>>()
            .ok()?;
        let [x, y, width, height] = *numbers.as_slice() else {
            return None;
        };
        let side = |length: f64| {
            (length > 0.0 && length <= LARGEST_SIDE).then(|| (length.ceil() as u32).max(1))
        };
        (x.is_finite() && y.is_finite()).then_some(())?;
        Some(View {
            x,
            y,
            width: side(width)?,
            height: side(height)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(inner: &str) -> Option<String> {
        clean(
            &format!("<svg width=\"100%\" viewBox=\"0 0 10.2 20\">{inner}</svg>"),
            "#fff",
            "#ccc",
        )
        .map(|clean| clean.svg)
    }

    #[test]
    fn a_drawing_gets_its_size_and_background() {
        let svg = clean(
            "<svg width=\"100%\" viewBox=\"0 0 10.2 20\"><g/></svg>",
            "#fff",
            "#ccc",
        );
        let svg = svg.expect("a drawing");
        assert_eq!((svg.width, svg.height), (11, 20));
        assert_eq!(
            svg.svg,
            "<svg viewBox=\"0 0 10.2 20\" color=\"#ccc\" width=\"11\" height=\"20\"><rect x=\"0\" y=\"0\" width=\"11\" height=\"20\" \
             fill=\"#fff\" stroke=\"none\"/><g/></svg>"
        );
        for view in [
            "",
            "0 0 0 5",
            "0 0 nan 5",
            "0 0 1e9 5",
            "0 0 inf 5",
            "0 0 5",
        ] {
            assert!(clean(&format!("<svg viewBox=\"{view}\"></svg>"), "#fff", "#ccc").is_none());
        }
    }

    #[test]
    fn the_authors_colour_of_a_label_colours_its_text() {
        let svg = cleaned(
            "<g style=\"color:#000 !important\"><g><text y=\"1\">가</text></g></g><text style=\"fill:red\">나</text>",
        );
        let svg = svg.expect("a drawing");
        assert!(svg.contains("<text y=\"1\" fill=\"#000\">가"), "{svg}");
        assert!(svg.contains("<text fill=\"red\">나"), "{svg}");
    }

    #[test]
    fn styles_become_attributes() {
        let svg = cleaned(
            "<style>.가 rect{fill:red;cursor:pointer}</style><g class=\"가\" data-id=\"가\"><rect fill=\"blue\" \
             style=\"stroke:#123;width:5px\"/></g><rect/>",
        );
        let svg = svg.expect("a drawing");
        assert!(
            svg.ends_with("<g><rect fill=\"red\" stroke=\"#123\"/></g><rect/></svg>"),
            "{svg}"
        );
    }

    #[test]
    fn nothing_runs_and_nothing_leads_out() {
        for hostile in [
            "<script>1</script>",
            "<foreignObject><p/></foreignObject>",
            "<iframe src=\"x\"/>",
            "<style>@import 'x';</style>",
            "<style>a{fill:url(http://x/)}</style>",
            "<style>a{fill:url( 'x')}</style>",
            "<!ENTITY x>",
            "<?xml-stylesheet href='x'?>",
        ] {
            assert_eq!(cleaned(hostile), None, "{hostile}");
        }
        let svg = cleaned(
            "<a xlink:href=\"https://x/\" onclick='1' transform=\"translate(1,2)\"><text>url(http://x)</text></a>\
             <use href=\"#m\"/><image href=\"a.png\"/><path fill=\"url(#p)\" style=\"fill:url(x.svg#a)\"/>",
        )
        .expect("a drawing");
        for gone in ["https:", "onclick", "a.png", "x.svg", "<a"] {
            assert!(!svg.contains(gone), "{gone}: {svg}");
        }
        for kept in ["translate(1,2)", "url(http://x)", "#m", "url(#p)", "</g>"] {
            assert!(svg.contains(kept), "{kept}: {svg}");
        }
    }
}
