//! What a renderer drew, made fit to publish: a second look, so that the file's safety does not hang on the renderer
//! alone. Nothing in it runs or leads out of it; it has a size and a background.

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

/// `svg` with its size written in, on `background`; `None` if it has no size or holds what no drawing needs.
pub(super) fn clean(svg: &str, background: &str) -> Option<Clean> {
    let mut out = String::with_capacity(svg.len());
    let mut size = None;
    // For each open element the colour that its author gave its labels. The renderer writes it as HTML's `color`, which
    // SVG text does not heed.
    let mut colours: Vec<Option<&str>> = Vec::new();
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
        if root && name != "svg" {
            return None;
        }
        out.push('<');
        out.push_str(if name == "a" { "g" } else { name });
        let inherited = colours.last().copied().flatten();
        let mut colour = inherited;
        let mut style = String::new();
        for (key, value) in Attributes(attributes) {
            if root && matches!(key, "width" | "height" | "style") {
                continue;
            }
            if root && key == "viewBox" {
                size = Some(sides(value)?);
            }
            if key == "style" && is_sound(key, value) {
                colour = property(value, "color").or(inherited);
                style.push_str(value);
            } else if is_sound(key, value) {
                out.push_str(&format!(" {key}=\"{value}\""));
            }
        }
        if let Some(colour) = colour.filter(|_| name == "text") {
            let apart = if style.is_empty() { "" } else { ";" };
            style.push_str(&format!("{apart}fill:{colour}"));
        }
        if !style.is_empty() {
            out.push_str(&format!(" style=\"{style}\""));
        }
        if !empty {
            colours.push(colour);
        }
        if root {
            let (width, height) = size?;
            out.push_str(&format!(
                " width=\"{width}\" height=\"{height}\" style=\"background:{background}\""
            ));
        }
        out.push_str(if empty { "/>" } else { ">" });
        if name == "style" && !empty {
            let end = rest.find("</style")?;
            let css = &rest[..end];
            if css.contains('<') || css.contains("@import") || leads_out(css) {
                return None;
            }
        }
    }
    out.push_str(rest);
    let (width, height) = size?;
    Some(Clean {
        svg: out,
        width,
        height,
    })
}

/// The value of a property in a `style`.
fn property<'a>(style: &'a str, name: &str) -> Option<&'a str> {
    style.split(';').find_map(|declaration| {
        let (key, value) = declaration.split_once(':')?;
        (key.trim() == name && !value.trim().is_empty()).then(|| value.trim())
    })
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
        && !matches!(
            local,
            "data-points" | "data-id" | "data-et" | "data-edge" | "data-type" | "target" | "rel"
        )
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

/// Width and height of a `viewBox`.
fn sides(view: &str) -> Option<(u32, u32)> {
    let numbers: Vec<f64> = view
        .split([' ', ','])
        .filter(|part| !part.is_empty())
        .map(|part| part.parse().ok())
        .collect::<Option<_>>()?;
    let [_, _, width, height] = numbers.as_slice() else {
        return None;
    };
    let side = |length: f64| {
        (length > 0.0 && length <= LARGEST_SIDE).then(|| (length.ceil() as u32).max(1))
    };
    Some((side(*width)?, side(*height)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(inner: &str) -> Option<String> {
        clean(
            &format!("<svg width=\"100%\" viewBox=\"0 0 10.2 20\">{inner}</svg>"),
            "#fff",
        )
        .map(|clean| clean.svg)
    }

    #[test]
    fn a_drawing_gets_its_size_and_background() {
        let svg = clean(
            "<svg width=\"100%\" viewBox=\"0 0 10.2 20\"><g/></svg>",
            "#fff",
        );
        let svg = svg.expect("a drawing");
        assert_eq!((svg.width, svg.height), (11, 20));
        assert_eq!(
            svg.svg,
            "<svg viewBox=\"0 0 10.2 20\" width=\"11\" height=\"20\" style=\"background:#fff\"><g/></svg>"
        );
        for view in [
            "",
            "0 0 0 5",
            "0 0 nan 5",
            "0 0 1e9 5",
            "0 0 inf 5",
            "0 0 5",
        ] {
            assert!(clean(&format!("<svg viewBox=\"{view}\"/>"), "#fff").is_none());
        }
    }

    #[test]
    fn the_authors_colour_of_a_label_colours_its_text() {
        let svg = cleaned(
            "<g style=\"color:#000 !important\"><g><text y=\"1\">가</text></g></g><text style=\"fill:red\">나</text>",
        );
        let svg = svg.expect("a drawing");
        assert!(
            svg.contains("<text y=\"1\" style=\"fill:#000 !important\">가"),
            "{svg}"
        );
        assert!(svg.contains("<text style=\"fill:red\">나"), "{svg}");
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
