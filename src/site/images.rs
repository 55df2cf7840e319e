//! An image's element as a page has it: width and height, lazy loading, WebP in several widths, or what stands in the
//! place of a picture that does not exist.
//!
//! `markdown` marks each `<img>`, of whatever syntax, with [`SlotKind::ImageStart`] and [`SlotKind::ImageEnd`];
//! [`Writer::write`] gets it whole, its address filled in.

use std::collections::{BTreeMap, BTreeSet};

use super::address::Base;
use super::links::{Resolved, Shown};
use super::text::escape;
use crate::images::Variants;
use crate::markdown::element::{self, WrittenAttribute};
use crate::markdown::{Body, ParsedNote, SlotKind};
use crate::source::Note;

/// An image that begins in so many bytes of a note's HTML is on its first screen: about 900 Korean characters.
const FIRST_SCREEN: usize = 3000;

/// What our own `<picture>` opens with; [`without_sources`] knows it again.
const PICTURE: &str = "<picture><source type=\"image/webp\" srcset=\"";

/// The published paths of all files that notes show as images.
pub(super) fn shown<'a>(
    notes: &[(Note, ParsedNote)],
    links: &'a [Vec<Resolved>],
) -> BTreeSet<&'a str> {
    let slots = notes
        .iter()
        .zip(links)
        .flat_map(|((_, parsed), links)| parsed.body.slots.iter().map(move |slot| (slot, links)));
    slots
        .filter_map(|(slot, links)| match slot.kind {
            SlotKind::ImageStart(at) => match &links.get(at)?.image {
                Shown::File(file) => Some(file.as_str()),
                _ => None,
            },
            _ => None,
        })
        .collect()
}

/// The link of the image that is likely the largest thing on a page's first screen: the first, if it comes early.
/// Loaded lazily, it would wait for the layout; its readers see that.
pub(super) fn first(body: &Body) -> Option<usize> {
    body.slots
        .iter()
        .take_while(|slot| slot.at < FIRST_SCREEN)
        .find_map(|slot| match slot.kind {
            SlotKind::ImageStart(at) => Some(at),
            _ => None,
        })
}

/// `html` without the WebP sources of [`Writer::write`]: for readers of feeds, which know neither sizes nor relative
/// addresses in a `srcset`.
pub(crate) fn without_sources(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find(PICTURE) {
        out.push_str(&rest[..at]);
        let inside = &rest[at..];
        let (Some(image), Some(end)) = (inside.find("<img"), inside.find("</picture>")) else {
            rest = inside;
            break;
        };
        out.push_str(inside.get(image..end).unwrap_or_default());
        rest = &inside[end + "</picture>".len()..];
    }
    out.push_str(rest);
    out
}

/// Writes images.
#[derive(Debug)]
pub(super) struct Writer<'a> {
    /// Width and height by published path.
    pub(super) sizes: &'a BTreeMap<String, (u32, u32)>,
    pub(super) variants: &'a Variants,
    pub(super) base: &'a Base,
    /// How wide a page shows an image at most, in CSS pixels.
    pub(super) column: u32,
    /// Whether the site speaks Korean.
    pub(super) korean: bool,
}

/// A length of an HTML attribute or a CSS property.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Length {
    Pixels(u32),
    Percent(u32),
}

impl Writer<'_> {
    /// The element in its final form. `first` is loaded at once, all others when they come near the screen.
    pub(super) fn write(&self, element: &str, link: Option<&Resolved>, first: bool) -> String {
        let mut attributes = Attributes(element::attributes(element));
        let Some(link) = link else {
            return element.to_owned();
        };
        let file = match &link.image {
            Shown::Missing(path) => return self.placeholder(path, &attributes),
            Shown::File(file) => Some(file.as_str()),
            Shown::Elsewhere => None,
        };
        if first && attributes.written("loading") == Some("loading=\"lazy\"") {
            attributes.remove("loading");
        }
        if first && attributes.written("loading").is_none() {
            attributes.add("fetchpriority", "high");
        } else {
            attributes.add("loading", "lazy");
        }
        attributes.add("decoding", "async");
        let Some(file) = file else {
            return attributes.element();
        };
        let natural = self.sizes.get(file).copied();
        attributes.settle_size(natural);
        let image = attributes.element();
        let variants = self.variants.get(file).map(Vec::as_slice);
        match variants.unwrap_or_default() {
            [] => image,
            _ if attributes.written("srcset").is_some() => image,
            [one] => {
                let url = escape(&self.base.link(&one.path));
                format!("{PICTURE}{url}\" />{image}</picture>")
            }
            many => {
                let sources: Vec<String> = many
                    .iter()
                    .map(|variant| {
                        let url = escape(&self.base.link(&variant.path));
                        format!("{url} {}w", variant.width)
                    })
                    .collect();
                let (srcset, sizes) = (sources.join(", "), self.sizes_of(&attributes, natural));
                format!("{PICTURE}{srcset}\" sizes=\"{sizes}\" />{image}</picture>")
            }
        }
    }

    /// How wide the image is shown, as the `sizes` of a source.
    fn sizes_of(&self, attributes: &Attributes, natural: Option<(u32, u32)>) -> String {
        let column = self.column;
        match attributes.length("width") {
            Some(Length::Percent(percent)) => {
                let wide = u64::from(column) * u64::from(percent) / 100;
                format!("(min-width: {column}px) {wide}px, {percent}vw")
            }
            Some(Length::Pixels(width)) => {
                let width = width.min(column);
                format!("(min-width: {width}px) {width}px, 100vw")
            }
            None => {
                let width = natural.map_or(column, |(width, _)| width.min(column));
                format!("(min-width: {width}px) {width}px, 100vw")
            }
        }
    }

    /// What stands for a picture that does not exist: says so, which one, and what it would have shown.
    fn placeholder(&self, path: &str, attributes: &Attributes) -> String {
        let label = match self.korean {
            true => "그림 없음",
            false => "Missing image",
        };
        let mut html = format!("<span class=\"missing-image\"><b>{label}</b>");
        if !path.is_empty() {
            html.push_str(&format!(" <code>{}</code>", escape(path)));
        }
        for name in ["alt", "title"] {
            let text = attributes.value(name).map(str::trim).unwrap_or_default();
            if !text.is_empty() {
                html.push_str(&format!(" <span>{}</span>", escape(text)));
            }
        }
        html.push_str("</span>");
        html
    }
}

/// The attributes of an `<img>`.
#[derive(Debug)]
struct Attributes(Vec<WrittenAttribute>);

impl Attributes {
    fn find(&self, name: &str) -> Option<&WrittenAttribute> {
        self.0.iter().find(|attribute| attribute.name == name)
    }

    fn written(&self, name: &str) -> Option<&str> {
        self.find(name).map(|attribute| attribute.written.as_str())
    }

    fn value(&self, name: &str) -> Option<&str> {
        self.find(name).map(|attribute| attribute.value.as_str())
    }

    fn length(&self, name: &str) -> Option<Length> {
        length(self.value(name)?)
    }

    fn remove(&mut self, name: &str) {
        self.0.retain(|attribute| attribute.name != name);
    }

    /// Adds an attribute unless its author wrote one.
    fn add(&mut self, name: &str, value: &str) {
        if self.find(name).is_none() {
            self.set(name, value);
        }
    }

    fn set(&mut self, name: &str, value: &str) {
        let attribute = WrittenAttribute {
            name: name.to_owned(),
            written: format!("{name}=\"{}\"", escape(value)),
            value: value.to_owned(),
        };
        match self.0.iter_mut().find(|known| known.name == name) {
            Some(known) => *known = attribute,
            None => self.0.push(attribute),
        }
    }

    /// Gives the image a width and a height of its own shape, so that nothing moves when it has loaded. What its author
    /// said of its width, or else of its height, stands.
    fn settle_size(&mut self, natural: Option<(u32, u32)>) {
        self.take_style(natural);
        let (width, height) = (self.length("width"), self.length("height"));
        // A share of the column is of no known height.
        if matches!(width, Some(Length::Percent(_))) {
            return;
        }
        let Some((across, down)) = natural else {
            return;
        };
        let scaled = |side: u32, from: u32, to: u32| -> u32 {
            let exact = u64::from(side) * u64::from(to) * 2 / u64::from(from.max(1));
            u32::try_from(exact.div_ceil(2)).unwrap_or(u32::MAX).max(1)
        };
        let (width, height) = match (width, height) {
            (Some(Length::Pixels(width)), _) => (width, scaled(width, across, down)),
            (_, Some(Length::Pixels(height))) => (scaled(height, down, across), height),
            _ => (across, down),
        };
        self.set("width", &width.to_string());
        self.set("height", &height.to_string());
    }

    /// Makes attributes of the sizes in a `style`, which no page may carry (Typora writes `style="zoom:50%"`).
    fn take_style(&mut self, natural: Option<(u32, u32)>) {
        let Some(style) = self.value("style").map(str::to_owned) else {
            return;
        };
        let mut rest = Vec::new();
        for declaration in style.split(';') {
            let (name, value) = declaration.split_once(':').unwrap_or((declaration, ""));
            let (name, value) = (name.trim().to_ascii_lowercase(), value.trim());
            match (name.as_str(), length(value)) {
                ("width" | "height", Some(length)) => self.add(&name, &length.to_string()),
                ("zoom", _) => {
                    let factor = match value.strip_suffix('%') {
                        Some(percent) => percent.trim().parse::<f64>().ok().map(|it| it / 100.0),
                        None => value.parse::<f64>().ok(),
                    };
                    if let (Some(factor), Some((across, _))) = (factor, natural)
                        && (0.01..=10.0).contains(&factor)
                    {
                        let width = (f64::from(across) * factor).round().max(1.0);
                        self.add("width", &width.to_string());
                    }
                }
                _ if declaration.trim().is_empty() => {}
                _ => rest.push(declaration.trim()),
            }
        }
        match rest.is_empty() {
            true => self.remove("style"),
            false => self.set("style", &rest.join("; ")),
        }
    }

    fn element(&self) -> String {
        let mut html = String::from("<img");
        for attribute in &self.0 {
            html.push(' ');
            html.push_str(&attribute.written);
        }
        html.push_str(" />");
        html
    }
}

impl std::fmt::Display for Length {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Length::Pixels(pixels) => write!(f, "{pixels}"),
            Length::Percent(percent) => write!(f, "{percent}%"),
        }
    }
}

/// `300`, `300px` or `50%`.
fn length(text: &str) -> Option<Length> {
    let text = text.trim();
    let number = |text: &str| -> Option<u32> {
        let number: f64 = text.trim().parse().ok()?;
        // A picture larger than this is a slip.
        (0.5..100_000.0)
            .contains(&number)
            .then_some(number.round() as u32)
    };
    match text.strip_suffix('%') {
        Some(percent) => number(percent).map(Length::Percent),
        None => number(text.strip_suffix("px").unwrap_or(text)).map(Length::Pixels),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::diagnostics::Diagnostic;
    use crate::images::Variant;
    use crate::markdown::{self, NoteText};
    use crate::site::{Facts, Site, assemble_with_pictures};
    use crate::source::Attachment;

    /// The site of one note at `notes/글.md` beside a few pictures, and what is wrong with it.
    fn site(text: &str) -> (Site, Vec<Diagnostic>) {
        let note = Note {
            path: "notes/글.md".to_owned(),
            shown_path: "content/notes/글.md".to_owned(),
            text: text.to_owned(),
            body: 0..text.len(),
            ..Note::default()
        };
        let text = NoteText {
            shown_path: &note.shown_path,
            text: &note.text,
            body: note.body.clone(),
        };
        let parsed = markdown::parse(&text, &markdown::Options::default());
        let file = |path: &str| Attachment {
            path: path.to_owned(),
            disk_path: path.into(),
            len: 1,
        };
        let attachments = [
            "images/구조 그림.png",
            "images/표.png",
            "notes/a.png",
            "notes/images/Photo.JPG",
            "notes/작은.png",
            "모음/첨부/붙임.png",
        ]
        .map(file);
        let facts = Facts {
            image_sizes: BTreeMap::from([
                ("notes/a.png".to_owned(), (1000, 500)),
                ("notes/작은.png".to_owned(), (300, 200)),
            ]),
        };
        let mut pictures = |shown: &BTreeSet<&str>| {
            let variant = |stem: &str, width| Variant {
                path: format!("assets/images/{stem}-0-{width}.webp"),
                width,
            };
            let mut variants = Variants::from([
                (
                    "notes/a.png".to_owned(),
                    vec![variant("a", 480), variant("a", 1000)],
                ),
                ("notes/작은.png".to_owned(), vec![variant("작은", 300)]),
            ]);
            variants.retain(|path, _| shown.contains(path.as_str()));
            variants
        };
        let config = Config::default();
        let notes = vec![(note, parsed)];
        let statics = [file("assets/img/x.png")];
        assemble_with_pictures(
            notes,
            &attachments,
            &statics,
            &config,
            &facts,
            &mut pictures,
        )
    }

    fn html(text: &str) -> String {
        let (site, _) = site(text);
        site.pages[0].html.trim().to_owned()
    }

    /// Where the first image of `text` leads, decoded, and the codes of what is wrong.
    fn found(text: &str) -> (String, Vec<&'static str>) {
        let (site, wrong) = site(text);
        let html = &site.pages[0].html;
        let source = html
            .split_once("src=\"")
            .and_then(|(_, rest)| rest.split_once('"'))
            .map_or("", |(source, _)| source);
        let codes = wrong.iter().map(|it| it.code).collect();
        (super::super::address::decode(source), codes)
    }

    #[test]
    fn a_local_image_is_a_picture_with_sources_sizes_and_the_original_behind_it() {
        insta::assert_snapshot!(html("![구조](a.png)\n\n![표](작은.png \"표의 설명\")"));
    }

    #[test]
    fn every_way_an_author_gives_a_size_keeps_the_shape() {
        let texts = [
            "![](a.png)",
            "![[a.png|300]]",
            "![[a.png|설명|300]]",
            "![설명|300](a.png)",
            "![설명|300x299](a.png)",
            "<img src=\"a.png\" width=\"300\">",
            "<img src=a.png height=100px>",
            "<img src='a.png' width='50%'>",
            "<img src=\"a.png\" style=\"zoom:50%;\" />",
            "<img src=\"a.png\" style=\"width: 300px; float: left\">",
            "<img src=\"../images/표.png\" width=\"10\"> ![](../images/표.png)",
        ];
        let all: Vec<String> = texts.iter().map(|text| html(text)).collect();
        insta::assert_snapshot!(all.join("\n"));
    }

    #[test]
    fn only_the_first_image_of_the_first_screen_is_loaded_at_once() {
        let eager = |text: &str| -> Vec<bool> {
            html(text)
                .split("<img")
                .skip(1)
                .map(|image| image.contains("fetchpriority") && !image.contains("loading"))
                .collect()
        };
        assert_eq!(eager("![](a.png) ![](작은.png)"), [true, false]);
        assert_eq!(eager("<img src=\"a.png\"> ![](작은.png)"), [true, false]);
        assert_eq!(eager("<img src=\"a.png\" loading=\"lazy\">"), [true]);
        let long = "가나다라 ".repeat(600);
        assert_eq!(eager(&format!("{long}\n\n![](a.png)")), [false]);
    }

    #[test]
    fn paths_are_found_however_they_are_written() {
        for (written, path) in [
            ("![](a.png)", "/notes/a.png"),
            ("![](./a.png)", "/notes/a.png"),
            ("![](../images/표.png)", "/images/표.png"),
            ("![](/images/표.png)", "/images/표.png"),
            ("![](images/표.png)", "/images/표.png"),
            ("![](..\\images\\표.png)", "/images/표.png"),
            ("![](../images/%ED%91%9C.png)", "/images/표.png"),
            // NFD, as macOS writes it.
            ("![](../images/\u{1111}\u{116d}.png)", "/images/표.png"),
            ("![](<../images/구조 그림.png>)", "/images/구조 그림.png"),
            ("![](../images/구조 그림.png)", "/images/구조 그림.png"),
            (
                "![](../images/구조%20그림.png?raw=true)",
                "/images/구조 그림.png",
            ),
            ("![](/content/images/표.png)", "/images/표.png"),
            ("![](../static/assets/img/x.png)", "/assets/img/x.png"),
            ("![](/assets/img/x.png)", "/assets/img/x.png"),
            ("![](/static/assets/img/x.png)", "/assets/img/x.png"),
            ("![](붙임.png)", "/모음/첨부/붙임.png"),
            ("![[붙임.png]]", "/모음/첨부/붙임.png"),
            ("![[첨부/붙임.png]]", "/모음/첨부/붙임.png"),
            ("<img src=\"../images/표.png\">", "/images/표.png"),
            ("<IMG src=a.png>", "/notes/a.png"),
        ] {
            assert_eq!(found(written), (path.to_owned(), vec![]), "{written}");
        }
    }

    #[test]
    fn a_file_found_without_regard_to_letter_case_is_told() {
        for (written, path) in [
            ("![](images/photo.jpg)", "/notes/images/Photo.JPG"),
            ("![](A.PNG)", "/notes/a.png"),
            ("![[PHOTO.jpg]]", "/notes/images/Photo.JPG"),
            ("![](Images/Photo.JPG)", "/notes/images/Photo.JPG"),
            ("[받기](./A.png) ![](a.png)", "/notes/a.png"),
        ] {
            assert_eq!(
                found(written),
                (path.to_owned(), vec!["case-mismatch"]),
                "{written}"
            );
        }
        insta::assert_snapshot!(
            site("![사진](images/photo.jpg)").1[0].render(crate::diagnostics::Lang::Ko)
        );
    }

    #[test]
    fn a_missing_picture_is_a_labelled_place_with_its_words_and_reported() {
        let texts = [
            "앞 ![구조 & 흐름](images/없음.png) 뒤",
            "![구조](images/없음.png \"그림 1. 구조\")",
            "<p><img src=\"없음.png\" alt=\"구조\" title=\"제목\"></p>",
            "![[없음.png]]",
            "![빈 주소]()",
            "![내 컴퓨터](file:///C:/Users/kim/a.png)",
            "![](C:\\Users\\kim\\a.png)",
            "![쪽은 그림이 아니다](글.md)",
        ];
        let mut all = Vec::new();
        for text in texts {
            let (site, wrong) = site(text);
            let codes: Vec<_> = wrong.iter().map(|it| it.code).collect();
            assert_eq!(codes, ["missing-image"], "{text}");
            all.push(site.pages[0].html.trim().to_owned());
        }
        insta::assert_snapshot!(all.join("\n"));
    }

    #[test]
    fn images_elsewhere_are_left_alone() {
        for text in [
            "![그림](https://example.com/a.png)",
            "![그림](//example.com/a.png)",
            "![점](data:image/gif;base64,R0lGODlhAQABAAAAACw=)",
        ] {
            let (site, wrong) = site(&format!("![](a.png)\n\n{text}"));
            assert_eq!(wrong, [], "{text}");
            let html = &site.pages[0].html;
            let image = html.rsplit_once("<p>").expect("a paragraph").1;
            assert!(image.starts_with("<img src="), "{image}");
            assert!(
                image.contains("loading=\"lazy\"") && !image.contains("width"),
                "{image}"
            );
        }
    }

    #[test]
    fn an_authors_own_picture_keeps_its_sources_and_their_addresses_are_resolved() {
        insta::assert_snapshot!(html(
            "<picture>\n<source media=\"(prefers-color-scheme: dark)\" srcset=\"../images/표.png 1x, a.png 2x\">\n<img src=\"작은.png\" alt=\"표\">\n</picture>\n\n<img src=\"a.png\" srcset=\"a.png 1000w\" sizes=\"100vw\">"
        ));
    }

    #[test]
    fn feeds_get_the_original_alone() {
        let html = html("![구조](a.png) 글 ![](작은.png)");
        let plain = without_sources(&html);
        assert!(html.contains("<picture>") && html.contains(".webp"));
        assert!(
            !plain.contains("picture") && !plain.contains(".webp"),
            "{plain}"
        );
        assert_eq!(plain.matches("<img").count(), 2);
        assert_eq!(
            without_sources("<picture><img></picture>"),
            "<picture><img></picture>"
        );
    }

    #[test]
    fn lengths_are_read_as_browsers_read_them() {
        assert_eq!(length("300"), Some(Length::Pixels(300)));
        assert_eq!(length(" 300px "), Some(Length::Pixels(300)));
        assert_eq!(length("33.4%"), Some(Length::Percent(33)));
        for text in ["", "auto", "0", "-3", "1e9", "NaN", "3em"] {
            assert_eq!(length(text), None, "{text}");
        }
    }
}
