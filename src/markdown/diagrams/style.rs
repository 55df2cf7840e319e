//! A drawing's style sheet as attributes of its elements: a drawing without styles of its own is shown right also where
//! it is served under the pages' policy, and is a fraction as large.
//!
//! Reads what the renderer writes: rules of selectors made of names, ids, classes and attributes, one within another.
//! Selectors with anything else (`:hover`) and rules for a medium or an animation have no bearing on a picture.

use std::collections::BTreeMap;

/// Properties that are attributes as well (<https://www.w3.org/TR/SVG2/styling.html#PresentationAttributes>).
const PROPERTIES: &[&str] = &[
    "alignment-baseline",
    "clip-path",
    "clip-rule",
    "color",
    "display",
    "dominant-baseline",
    "fill",
    "fill-opacity",
    "fill-rule",
    "filter",
    "flood-color",
    "flood-opacity",
    "font-family",
    "font-size",
    "font-style",
    "font-weight",
    "letter-spacing",
    "marker-end",
    "marker-mid",
    "marker-start",
    "mask",
    "opacity",
    "paint-order",
    "rx",
    "ry",
    "shape-rendering",
    "stop-color",
    "stop-opacity",
    "stroke",
    "stroke-dasharray",
    "stroke-dashoffset",
    "stroke-linecap",
    "stroke-linejoin",
    "stroke-miterlimit",
    "stroke-opacity",
    "stroke-width",
    "text-anchor",
    "text-decoration",
    "transform",
    "visibility",
];

/// A longer selector is passed over.
const LONGEST_SELECTOR: usize = 8;

/// An element, with what selectors ask for.
#[derive(Debug, Default)]
pub(super) struct Element<'a> {
    pub(super) name: &'a str,
    pub(super) attributes: Vec<(&'a str, &'a str)>,
}

impl Element<'_> {
    fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(key, _)| *key == name);
        found.map(|(_, value)| *value)
    }

    fn classes(&self) -> impl Iterator<Item = &str> {
        self.attribute("class")
            .unwrap_or_default()
            .split_whitespace()
    }
}

#[derive(Debug, Default)]
struct Compound<'a> {
    name: Option<&'a str>,
    id: Option<&'a str>,
    classes: Vec<&'a str>,
    attributes: Vec<(&'a str, Option<&'a str>)>,
    /// `>` stands before it.
    child: bool,
}

impl Compound<'_> {
    fn matches(&self, element: &Element<'_>) -> bool {
        self.name.is_none_or(|name| name == element.name)
            && self.id.is_none_or(|id| element.attribute("id") == Some(id))
            && self
                .classes
                .iter()
                .all(|class| element.classes().any(|it| it == *class))
            && self.attributes.iter().all(|(name, value)| {
                let found = element.attribute(name);
                found.is_some() && (value.is_none() || *value == found)
            })
    }
}

/// How strong a declaration is: importance, ids, classes and attributes, names, place.
type Weight = (bool, usize, usize, usize, usize);

#[derive(Debug)]
struct Rule<'a> {
    /// Outermost first.
    selector: Vec<Compound<'a>>,
    weight: Weight,
    declarations: &'a str,
}

/// A style sheet.
#[derive(Debug, Default)]
pub(super) struct Sheet<'a> {
    rules: Vec<Rule<'a>>,
    /// Rules by a class, or else the name, of the element they are for; under the empty name those for any.
    by_key: BTreeMap<&'a str, Vec<usize>>,
}

impl<'a> Sheet<'a> {
    /// Reads `css`, in which `>` may be written `&gt;`.
    pub(super) fn parse(css: &'a str) -> Self {
        let mut sheet = Sheet::default();
        let mut rest = css;
        while let Some((selectors, after)) = rest.split_once('{') {
            let selectors = selectors.trim();
            if selectors.starts_with('@') {
                rest = after_block(after);
                continue;
            }
            let Some((declarations, after)) = after.split_once('}') else {
                break;
            };
            rest = after;
            for selector in selectors.split(',') {
                sheet.add(selector, declarations);
            }
        }
        sheet
    }

    fn add(&mut self, selector: &'a str, declarations: &'a str) {
        let Some(selector) = compounds(selector).filter(|it| it.len() <= LONGEST_SELECTOR) else {
            return;
        };
        let Some(last) = selector.last() else { return };
        let key = last.classes.first().copied().or(last.name).unwrap_or("");
        let (mut ids, mut classes, mut names) = (0, 0, 0);
        for compound in &selector {
            ids += usize::from(compound.id.is_some());
            classes += compound.classes.len() + compound.attributes.len();
            names += usize::from(compound.name.is_some());
        }
        let place = self.rules.len();
        self.by_key.entry(key).or_default().push(place);
        self.rules.push(Rule {
            selector,
            weight: (false, ids, classes, names, place),
            declarations,
        });
    }

    /// What the sheet and its own `style` say of the last element of `path`, its ancestors before it.
    pub(super) fn of(&self, path: &[Element<'_>]) -> BTreeMap<&'static str, String> {
        let Some((element, above)) = path.split_last() else {
            return BTreeMap::new();
        };
        let mut found: BTreeMap<&'static str, (Weight, String)> = BTreeMap::new();
        let mut add = |declarations: &str, weight: Weight| {
            for (name, value, important) in self::declarations(declarations) {
                let weight = (important, weight.1, weight.2, weight.3, weight.4);
                let stronger = found.get(name).is_none_or(|(held, _)| *held <= weight);
                if stronger {
                    found.insert(name, (weight, value));
                }
            }
        };
        for key in element.classes().chain([element.name, ""]) {
            for rule in self.by_key.get(key).into_iter().flatten() {
                let rule = &self.rules[*rule];
                if matches(&rule.selector, element, above) {
                    add(rule.declarations, rule.weight);
                }
            }
        }
        if let Some(own) = element.attribute("style") {
            add(own, (false, usize::MAX, 0, 0, 0));
        }
        found
            .into_iter()
            .map(|(name, (_, value))| (name, value))
            .collect()
    }
}

/// Declarations of properties that are attributes as well: name, value, whether important.
pub(super) fn declarations(text: &str) -> Vec<(&'static str, String, bool)> {
    // Entities have semicolons of their own.
    let text = text
        .replace("&quot;", "'")
        .replace("&apos;", "'")
        .replace("&#39;", "'");
    let mut out = Vec::new();
    for declaration in text.split(';') {
        let Some((name, value)) = declaration.split_once(':') else {
            continue;
        };
        let (name, value) = (name.trim(), value.trim());
        let (value, important) = match value.strip_suffix("!important") {
            Some(value) => (value.trim_end(), true),
            None => (value, false),
        };
        let known = PROPERTIES.iter().find(|it| **it == name);
        if let Some(name) = known.filter(|_| !value.is_empty() && !value.contains(['<', '&'])) {
            let mut value = value.replace('"', "'");
            if *name == "transform" {
                // The attribute has no units.
                value = value.replace("deg", "").replace("px", "");
            }
            out.push((*name, value, important));
        }
    }
    out
}

/// What follows the block, perhaps with blocks in it, that `text` is the inside of.
fn after_block(text: &str) -> &str {
    let mut depth = 1_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &text[at + 1..];
        }
    }
    ""
}

/// A selector's parts, outermost first; `None` where there is more in it than is known here.
fn compounds(selector: &str) -> Option<Vec<Compound<'_>>> {
    let mut out = Vec::new();
    let mut child = false;
    let mut rest = selector.trim();
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix("&gt;").or_else(|| rest.strip_prefix('>')) {
            child = true;
            rest = after.trim_start();
            continue;
        }
        let end = rest
            .find(|c: char| c.is_whitespace() || c == '>')
            .unwrap_or(rest.len());
        let end = rest.find("&gt;").map_or(end, |found| found.min(end));
        let (text, after) = rest.split_at(end);
        out.push(Compound {
            child: std::mem::take(&mut child),
            ..compound(text)?
        });
        rest = after.trim_start();
    }
    (!out.is_empty() && !child).then_some(out)
}

fn compound(text: &str) -> Option<Compound<'_>> {
    let mut out = Compound::default();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if let Some(inner) = rest.strip_prefix('[') {
            let (inner, after) = inner.split_once(']')?;
            let attribute = match inner.split_once('=') {
                Some((name, value)) => (name, Some(value.trim_matches(['"', '\'']))),
                None => (inner, None),
            };
            if attribute.0.ends_with(['~', '|', '^', '$', '*']) {
                return None;
            }
            out.attributes.push(attribute);
            rest = after;
            continue;
        }
        let mark = matches!(first, '.' | '#');
        let body = if mark { &rest[1..] } else { rest };
        let end = body
            .find(['.', '#', '[', ':', '+', '~'])
            .unwrap_or(body.len());
        let (name, after) = body.split_at(end);
        if name.is_empty() || name.contains('\\') {
            return None;
        }
        match first {
            '.' => out.classes.push(name),
            '#' => out.id = Some(name),
            '*' => {}
            _ => out.name = Some(name),
        }
        rest = after;
    }
    Some(out)
}

/// Whether `selector` is for `element`, which stands in `above`. Taking the nearest ancestor for each chain of children
/// misses nothing, so that there is no going back.
fn matches(selector: &[Compound<'_>], element: &Element<'_>, above: &[Element<'_>]) -> bool {
    let fits =
        |compound: &Compound<'_>, at: usize| compound.matches(above.get(at).unwrap_or(element));
    let mut rest = selector;
    // The innermost chain ends at the element itself, the others anywhere up to here.
    let (mut lowest, mut highest) = (above.len(), above.len());
    while let Some(mut start) = rest.len().checked_sub(1) {
        while start > 0 && rest[start].child {
            start -= 1;
        }
        let (outer, chain) = rest.split_at(start);
        let found = (lowest.max(chain.len() - 1)..=highest).rev().find(|end| {
            let first = end + 1 - chain.len();
            chain
                .iter()
                .enumerate()
                .all(|(at, compound)| fits(compound, first + at))
        });
        let Some(end) = found else { return false };
        if outer.is_empty() {
            return true;
        }
        let Some(above_chain) = (end + 1 - chain.len()).checked_sub(1) else {
            return false;
        };
        (lowest, highest) = (0, above_chain);
        rest = outer;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn element<'a>(name: &'a str, attributes: &[(&'a str, &'a str)]) -> Element<'a> {
        Element {
            name,
            attributes: attributes.to_vec(),
        }
    }

    #[test]
    fn the_stronger_rule_wins_as_in_a_browser() {
        let sheet = Sheet::parse(
            "@keyframes x{from{fill:red}to{fill:red}}#d{fill:#000;font-family:\"가\",serif}#d .상자 rect{fill:#111;stroke:#222}\
             #d .상자&gt;*{stroke:#333!important}#d rect{fill:#444}#d rect:hover{fill:red}#d .상자 [data-look=\"neo\"]{rx:3px}\
             #d .다른 rect{fill:red}.상자>g rect{fill:red}",
        );
        let root = element("svg", &[("id", "d")]);
        let path = vec![
            root,
            element("g", &[("class", "node 상자")]),
            element(
                "rect",
                &[
                    ("style", "stroke:#555;opacity:.5;width:3px"),
                    ("data-look", "neo"),
                ],
            ),
        ];
        let found = sheet.of(&path);
        let found: Vec<_> = found
            .iter()
            .map(|(name, value)| format!("{name}:{value}"))
            .collect();
        assert_eq!(found, ["fill:#111", "opacity:.5", "rx:3px", "stroke:#333"]);
        assert_eq!(
            sheet.of(&path[..1]).get("font-family").map(String::as_str),
            Some("'가',serif")
        );
        assert!(sheet.of(&path[..2]).is_empty());
    }

    #[test]
    fn half_written_sheets_and_selectors_are_passed_over() {
        for css in [
            "a",
            "a{",
            "@media{",
            "@media{a{b:c}",
            "{}",
            "}{",
            "a>{fill:red}",
            "#{fill:red}",
            ".{}",
            "[{}",
            "[a{}",
        ] {
            let sheet = Sheet::parse(css);
            assert!(sheet.of(&[element("a", &[])]).is_empty(), "{css}");
        }
        assert_eq!(declarations("transform:rotate(45deg)")[0].1, "rotate(45)");
        assert!(declarations("fill:<x>;stroke:&lt;;fill;:;fill:").is_empty());
    }
}
