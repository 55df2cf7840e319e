//! Mermaid diagrams: a fence's source to SVG files, one for light pages and one for dark ones.
//!
//! 1. [`title_of`] tells whether a fence is Mermaid, by its info string;
//! 2. `words` reads the labels out of the source, for readers who do not see the picture and for search;
//! 3. merman draws, with our colours, text as SVG text, and within limits;
//! 4. `svg` goes through what it drew once more: its size, and with `style` its styles as attributes.
//!
//! The pages' policy forbids styles within a page, so that the drawings are files. Such a file cannot use the page's
//! fonts: it names those that Korean systems have, and `widths` gives their boxes room for any of them.

mod style;
mod svg;
mod widths;
mod words;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;

use merman::svg::{
    DeterministicTextMeasurer, MeasurementProfileId, RenderResourcePolicy, ResourceLimitId,
    SvgEnvironment, SvgPipeline, SvgRenderOptions, TextMeasurementPolicy, TextMeasurementProfile,
    TextMeasurementProfileIdentity, TextStyle,
};
use merman::{
    Engine, MermaidConfig, OperationControl, RenderError, RenderOutput, RenderRequest, Renderer,
    SvgRequest,
};
use serde_json::json;

use super::GeneratedFile;
use crate::bilingual;
use crate::diagnostics::{Bilingual, Lang};

/// A longer source is not drawn; Mermaid's own limit (`maxTextSize`).
const LONGEST_SOURCE: usize = 50_000;
/// Nor one with a longer line: breaking a label into lines takes the square of its length.
const LONGEST_LINE: usize = 5_000;
/// A larger drawing is not published, in bytes.
const LARGEST_SVG: usize = 2 << 20;
/// Steps of the layout; unlike a deadline, the same on every machine. A flowchart of 100 nodes takes some 20,000.
const LAYOUT_STEPS: usize = 4_000_000;
/// Should the limits above not hold. Far beyond what they admit, so that the outcome does not depend on the machine.
const DEADLINE: Duration = Duration::from_secs(20);
/// merman's parsers recurse on the depth of the source.
const STACK: usize = 64 << 20;
/// Levels of brackets or indentation; the parsers recurse, and nobody reads more.
const DEEPEST: usize = 200;

/// What may not be drawn by a directive in the source: colours and fonts are the site's, so that a diagram is
/// readable in light and dark; `themeCSS` could load things.
const OURS: &[&str] = &[
    "secure",
    "securityLevel",
    "startOnLoad",
    "maxTextSize",
    "maxEdges",
    "theme",
    "themeVariables",
    "themeCSS",
    "fontFamily",
    "altFontFamily",
    "htmlLabels",
    "layout",
    "look",
    "suppressErrorRendering",
];

const FONTS: &str = "Pretendard, 'Pretendard Variable', -apple-system, 'Apple SD Gothic Neo', 'Segoe UI', \
    'Malgun Gothic', 'Noto Sans KR', 'Noto Sans CJK KR', sans-serif";

/// A drawn diagram.
#[derive(Debug, Clone)]
pub(super) struct Drawing {
    pub(super) light: GeneratedFile,
    /// Absent where the author chose colours that fit light pages only.
    pub(super) dark: Option<GeneratedFile>,
    /// In CSS pixels.
    pub(super) width: u32,
    pub(super) height: u32,
    /// What kind of diagram with which labels, shortened.
    pub(super) alt: String,
    /// Whether `alt` lacks labels.
    pub(super) shortened: bool,
    /// All labels, line by line.
    pub(super) words: String,
}

impl Drawing {
    /// Bytes of its files.
    fn len(&self) -> usize {
        let files = std::iter::once(&self.light).chain(&self.dark);
        files.map(|file| file.bytes.len()).sum()
    }
}

/// Why a diagram is not drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NotDrawn {
    /// Bytes of the source.
    pub(super) range: Option<Range<usize>>,
    pub(super) message: Bilingual,
}

/// The title in the info string of a Mermaid fence (empty if it has none); `None` for other languages.
/// `mermaid`, `{.mermaid}`, `mermaid title="흐름"`, `mermaid:흐름`.
pub(super) fn title_of(info: &str) -> Option<String> {
    let info = info.trim();
    let inner = match info.strip_prefix('{') {
        Some(inner) => inner.trim_end_matches('}').trim_start_matches(['.', ' ']),
        None => info,
    };
    let (language, rest) = inner.split_at_checked("mermaid".len())?;
    let separate = |c: char| c.is_whitespace() || matches!(c, ',' | '{' | ':' | '[' | '}');
    if !language.eq_ignore_ascii_case("mermaid") || !rest.chars().next().is_none_or(separate) {
        return None;
    }
    if let Some(name) = rest.strip_prefix(':') {
        return Some(
            name.split_whitespace()
                .next()
                .unwrap_or_default()
                .to_owned(),
        );
    }
    let Some((_, value)) = rest.split_once("title=") else {
        return Some(String::new());
    };
    let value = match value.chars().next() {
        Some(quote @ ('"' | '\'')) => value[1..].split(quote).next(),
        _ => value.split([' ', '\t', '}']).next(),
    };
    Some(value.unwrap_or_default().trim().to_owned())
}

/// Draws `source`. What was drawn lately is remembered, so that a server need not draw a whole site again for each note
/// that is saved; drawing depends on nothing but its arguments.
pub(super) fn draw(source: &str, language: Lang) -> Result<Drawing, NotDrawn> {
    /// More bytes than this are not remembered.
    const MEMORY: usize = 64 << 20;
    /// By what was drawn: the hash of the source, and whether in English.
    type Drawn = BTreeMap<([u8; 32], bool), Result<Drawing, NotDrawn>>;
    static DRAWN: Mutex<(usize, Drawn)> = Mutex::new((0, BTreeMap::new()));

    let key = (
        *blake3::hash(source.as_bytes()).as_bytes(),
        language == Lang::En,
    );
    let memory = || DRAWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(drawn) = memory().1.get(&key) {
        return drawn.clone();
    }
    let drawn = draw_anew(source, language);
    let mut memory = memory();
    memory.0 += 1024 + drawn.as_ref().map_or(0, Drawing::len);
    if memory.0 > MEMORY {
        *memory = (0, BTreeMap::new());
    }
    memory.1.insert(key, drawn.clone());
    drawn
}

fn draw_anew(source: &str, language: Lang) -> Result<Drawing, NotDrawn> {
    admit(source)?;
    let readable = readable_labels(source);
    let words = words::read(source);
    let labels = words.labels();
    let own_stack = |renderer: &'static Theme| {
        let text = readable.as_ref();
        let draw = || catch_unwind(AssertUnwindSafe(|| renderer.draw(text, labels)));
        std::thread::scope(|scope| {
            std::thread::Builder::new()
                .stack_size(STACK)
                .spawn_scoped(scope, draw)
                .map_err(|_| failed_inside())?
                .join()
                .map_err(|_| failed_inside())?
                .unwrap_or_else(|_| Err(failed_inside()))
        })
        .map_err(|error: NotDrawn| NotDrawn {
            range: error.range.map(|range| written(source, text, range)),
            ..error
        })
    };
    let light = own_stack(&LIGHT)?;
    let dark = if lights_only(source) {
        None
    } else {
        Some(own_stack(&DARK)?.file("dark"))
    };
    let (alt, shortened) = words.alt(language);
    Ok(Drawing {
        width: light.width,
        height: light.height,
        light: light.file("light"),
        dark,
        alt,
        shortened,
        words: words.text(),
    })
}

/// `html` without the drawings for dark pages: for readers of feeds, who have no style sheet of ours.
pub(crate) fn without_dark(html: &str) -> Cow<'_, str> {
    const DARK_IMAGE: &str = "<img class=\"diagram-dark\"";
    if !html.contains(DARK_IMAGE) {
        return Cow::Borrowed(html);
    }
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find(DARK_IMAGE) {
        out.push_str(&rest[..at]);
        let Some(end) = rest[at..].find('>') else {
            rest = &rest[at..];
            break;
        };
        rest = &rest[at + end + 1..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn failed_inside() -> NotDrawn {
    NotDrawn {
        range: None,
        message: bilingual!(
            "그리다가 notes 안에서 오류가 났습니다. 그리는 프로그램의 버그입니다",
            "drawing failed inside notes; this is a bug of the renderer"
        ),
    }
}

/// Refuses what no diagram looks like, before a parser sees it.
fn admit(source: &str) -> Result<(), NotDrawn> {
    let refuse = |message| {
        Err(NotDrawn {
            range: None,
            message,
        })
    };
    if source.trim().is_empty() {
        return refuse(bilingual!("내용이 없습니다", "it is empty"));
    }
    if source.len() > LONGEST_SOURCE {
        return refuse(bilingual!(
            "{LONGEST_SOURCE}바이트보다 깁니다",
            "it is longer than {LONGEST_SOURCE} bytes"
        ));
    }
    let mut blocks = 0_usize;
    for line in source.lines() {
        if line.len() > LONGEST_LINE {
            return refuse(bilingual!(
                "{LONGEST_LINE}바이트보다 긴 줄이 있습니다",
                "it has a line longer than {LONGEST_LINE} bytes"
            ));
        }
        let indent = line.len() - line.trim_start().len();
        // In a mind map, indentation is nesting.
        let mut deepest = indent / 2;
        let mut open = 0_usize;
        for c in line.chars() {
            match c {
                '[' | '(' | '{' => open += 1,
                ']' | ')' | '}' => open = open.saturating_sub(1),
                _ => {}
            }
            deepest = deepest.max(open);
        }
        match line.split_whitespace().next() {
            Some("subgraph" | "loop" | "alt" | "opt" | "par" | "critical" | "break" | "rect") => {
                blocks += 1;
            }
            Some("end" | "}") => blocks = blocks.saturating_sub(1),
            // `state 가 {`, `고객 {`; in `||--o{` it is no block.
            _ if line.trim_end().ends_with(" {") => blocks += 1,
            _ => {}
        }
        if deepest.max(blocks) > DEEPEST {
            return refuse(bilingual!(
                "{DEEPEST}겹보다 깊게 들어가 있습니다",
                "it is nested deeper than {DEEPEST} levels"
            ));
        }
    }
    Ok(())
}

/// Whether the author coloured areas behind text, which the colours of dark pages would not be readable on.
fn lights_only(source: &str) -> bool {
    source.lines().any(|line| {
        let line = line.trim_start();
        ["rect ", "box "].iter().any(|word| line.starts_with(word))
            && ["rgb", "#"].iter().any(|it| line.contains(it))
            || line.starts_with("%%{") && line.contains("Color")
    })
}

/// `source` with a colour of the text added where the author gave a node only a colour of the area: the text's own
/// colour differs between light and dark pages. Lines keep their number and their beginning.
fn readable_labels(source: &str) -> Cow<'_, str> {
    if !source.contains("fill:") {
        return Cow::Borrowed(source);
    }
    let mut out = String::with_capacity(source.len() + 64);
    for line in source.split_inclusive('\n') {
        let bare = line.trim_end_matches(['\n', ' ', '\t', ';']);
        out.push_str(bare);
        if let Some(colour) = missing_text_colour(bare.trim_start()) {
            out.push_str(",color:");
            out.push_str(colour);
        }
        out.push_str(&line[bare.len()..]);
    }
    Cow::Owned(out)
}

fn missing_text_colour(line: &str) -> Option<&'static str> {
    if !(line.starts_with("style ") || line.starts_with("classDef ")) {
        return None;
    }
    let (_, properties) = line.split_once(char::is_whitespace)?;
    let (_, properties) = properties.trim_start().split_once(char::is_whitespace)?;
    let mut fill = None;
    for property in properties.split(',') {
        match property.split_once(':')? {
            (name, _) if name.trim() == "color" => return None,
            (name, value) if name.trim() == "fill" => fill = Some(value.trim()),
            _ => {}
        }
    }
    Some(if is_dark(fill?)? {
        "#ffffff"
    } else {
        "#1e2126"
    })
}

/// Whether white text is the more readable on `colour`; `None` where there is no colour.
fn is_dark(colour: &str) -> Option<bool> {
    let colour = colour.to_ascii_lowercase();
    let Some(hex) = colour.strip_prefix('#') else {
        return match colour.as_str() {
            "none" | "transparent" | "inherit" => None,
            "black" | "blue" | "navy" | "green" | "red" | "purple" | "brown" | "maroon"
            | "teal" | "indigo" | "gray" | "grey" | "crimson" => Some(true),
            name => Some(name.starts_with("dark") && name != "darkorange"),
        };
    };
    let digits: Option<Vec<u32>> = hex.chars().map(|c| c.to_digit(16)).collect();
    let digits = digits?;
    let [red, green, blue] = match digits.as_slice() {
        [r, g, b] | [r, g, b, _] => [r * 17, g * 17, b * 17],
        [r, s, g, h, b, c] | [r, s, g, h, b, c, _, _] => [r * 16 + s, g * 16 + h, b * 16 + c],
        _ => return None,
    };
    // Rec. 601 luma.
    Some(299 * red + 587 * green + 114 * blue < 128_000)
}

/// A range of `drawn`, whose lines may be longer, in `source`.
fn written(source: &str, drawn: &str, range: Range<usize>) -> Range<usize> {
    let at = |offset: usize| {
        let before = drawn.get(..offset).unwrap_or(drawn);
        let (line, column) = (
            before.matches('\n').count(),
            before.len() - before.rfind('\n').map_or(0, |found| found + 1),
        );
        let mut start = 0;
        for (number, text) in source.split_inclusive('\n').enumerate() {
            if number == line {
                let length = text.trim_end_matches('\n').len();
                return start + column.min(length);
            }
            start += text.len();
        }
        source.len()
    };
    at(range.start)..at(range.end)
}

/// How merman sets labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Labels {
    /// As SVG text from the start.
    Text,
    /// As HTML, which then becomes text: slower and limited to some hundred labels, but the only way to have those of
    /// states and classes in the middle and broken into lines.
    Html,
}

/// A renderer in one set of colours.
struct Theme {
    /// By [`Labels`].
    renderers: [Renderer; 2],
    background: &'static str,
    /// Of ticks and grids.
    lines: &'static str,
}

static LIGHT: LazyLock<Theme> =
    LazyLock::new(|| Theme::new("#ffffff", "#c3c9d3", &LIGHT_COLOURS, false));
static DARK: LazyLock<Theme> =
    LazyLock::new(|| Theme::new("#15171c", "#4a5160", &DARK_COLOURS, true));

/// How merman learns widths of text.
static MEASURES: LazyLock<TextMeasurementPolicy> = LazyLock::new(|| {
    let identity = MeasurementProfileId::new("notes.korean-fonts")
        .and_then(|id| TextMeasurementProfileIdentity::new(id, "1"));
    let Ok(identity) = identity else {
        return TextMeasurementPolicy::deterministic();
    };
    let width = |text: &str, style: &TextStyle| {
        let bold = style.font_weight.as_deref().is_some_and(|weight| {
            weight.starts_with("bold") || weight.parse::<u16>().is_ok_and(|it| it >= 600)
        });
        widths::of(text, style.font_size, bold)
    };
    let measurer = DeterministicTextMeasurer::default().with_width_callback(width);
    TextMeasurementPolicy::uniform(TextMeasurementProfile::new(identity, measurer))
});

impl Theme {
    fn new(background: &'static str, lines: &'static str, colours: &Colours, dark: bool) -> Self {
        let renderer = |labels| {
            let config = MermaidConfig::from_value(json!({
                "theme": "base",
                "themeVariables": colours.variables(dark),
                "look": "classic",
                "htmlLabels": labels == Labels::Html,
                "flowchart": { "htmlLabels": labels == Labels::Html },
                "fontFamily": FONTS,
                "securityLevel": "strict",
                "suppressErrorRendering": true,
                "secure": OURS,
            }));
            Renderer::new().with_engine(Engine::new().with_site_config(config))
        };
        Theme {
            renderers: [renderer(Labels::Text), renderer(Labels::Html)],
            background,
            lines,
        }
    }

    fn draw(&self, source: &str, labels: Labels) -> Result<svg::Clean, NotDrawn> {
        let mut limits = RenderResourcePolicy::interactive();
        for (limit, most) in [
            (ResourceLimitId::MaxSourceBytes, LONGEST_SOURCE * 2),
            (ResourceLimitId::MaxSvgBytes, LARGEST_SVG),
            (ResourceLimitId::MaxSvgElements, 20_000),
            (ResourceLimitId::MaxLayoutWorkUnits, LAYOUT_STEPS),
        ] {
            let applied = limits.apply_limit(limit, most);
            debug_assert!(applied.is_ok(), "{applied:?}");
        }
        let request = SvgRequest {
            // Text as SVG text, no `foreignObject`, no address that leads out of the file.
            pipeline: Some(SvgPipeline::resvg_safe()),
            environment: SvgEnvironment::deterministic()
                .with_text_measurement_policy(MEASURES.clone())
                .with_resource_policy(limits),
            options: SvgRenderOptions {
                diagram_id: Some("d".to_owned()),
                ..SvgRenderOptions::default()
            },
            ..SvgRequest::default()
        };
        let control = OperationControl::new().with_deadline(DEADLINE);
        let drawn =
            self.renderers[labels as usize].render(RenderRequest::svg(source, control, request));
        let drawn = match drawn {
            Ok(RenderOutput::Svg(Some(drawn))) => drawn,
            Err(RenderError::ResourceLimitExceeded(_)) if labels == Labels::Html => {
                return self.draw(source, Labels::Text);
            }
            Ok(_) => return Err(unknown_kind(source)),
            Err(error) => return Err(refused(&error, source)),
        };
        svg::clean(drawn.svg(), self.background, self.lines).ok_or_else(|| NotDrawn {
            range: None,
            message: bilingual!(
                "그린 것이 너무 크거나, 실을 수 없는 것이 들어 있습니다",
                "what was drawn is too large, or holds what is not published"
            ),
        })
    }
}

/// The first line that says what kind of diagram it should be.
fn unknown_kind(source: &str) -> NotDrawn {
    let mut at = 0;
    let mut found = None;
    for line in source.split_inclusive('\n') {
        let text = line.trim();
        if !text.is_empty() && !text.starts_with("%%") && !text.starts_with("---") {
            let start = at + line.len() - line.trim_start().len();
            found = Some((start..start + text.len(), text));
            break;
        }
        at += line.len();
    }
    let word = found
        .as_ref()
        .and_then(|(_, text)| text.split_whitespace().next())
        .unwrap_or_default()
        .chars()
        .take(40)
        .collect::<String>();
    NotDrawn {
        range: found.map(|(range, _)| range),
        message: bilingual!(
            "모르는 그림 종류입니다: `{word}`",
            "unknown kind of diagram: `{word}`"
        ),
    }
}

fn refused(error: &RenderError, source: &str) -> NotDrawn {
    match error {
        RenderError::Parse(wrong) => {
            let details = wrong.terminal_diagnostic_details();
            if matches!(
                details.code.as_str(),
                "merman.parse.unsupported_diagram" | "merman.parse.no_diagram_detected"
            ) {
                return unknown_kind(source);
            }
            let text = wrong.terminal_safe_message();
            // `Diagram parse error (flowchart-v2): Unterminated node label`.
            let reason = text
                .strip_prefix("Diagram parse error (")
                .and_then(|rest| rest.split_once("): "))
                .map_or(text.as_str(), |(_, reason)| reason)
                .replace('\n', " ");
            let reason: String = reason.chars().take(200).collect();
            NotDrawn {
                range: details.span.map(|span| span.start..span.end),
                message: bilingual!(
                    "문법이 맞지 않습니다: {reason}",
                    "it is not well-formed: {reason}"
                ),
            }
        }
        RenderError::ResourceLimitExceeded(_) | RenderError::Cancelled(_) => NotDrawn {
            range: None,
            message: bilingual!("너무 크거나 복잡합니다", "it is too large or too intricate"),
        },
        other => {
            let reason: String = other.to_string().chars().take(200).collect();
            NotDrawn {
                range: None,
                message: bilingual!("그릴 수 없습니다: {reason}", "it cannot be drawn: {reason}"),
            }
        }
    }
}

impl svg::Clean {
    fn file(self, kind: &str) -> GeneratedFile {
        let hash = blake3::hash(self.svg.as_bytes()).to_hex();
        GeneratedFile {
            path: format!("assets/diagrams/{kind}-{}.svg", &hash[..16]),
            bytes: self.svg.into_bytes().into(),
        }
    }
}

/// Colours in Mermaid's terms (<https://mermaid.js.org/config/theming.html>).
struct Colours {
    /// Of all text.
    text: &'static str,
    /// What Mermaid counts: sections, slices of a pie, branches.
    scale: [&'static str; 8],
    /// Of the plots of an XY chart.
    plots: &'static str,
    named: &'static [(&'static str, &'static str)],
}

/// For light pages: near the theme's own (`style.css`).
const LIGHT_COLOURS: Colours = Colours {
    text: "#1e2126",
    scale: [
        "#b9cdff", "#bfe6cb", "#ffe2a0", "#efc6e9", "#b5e3ea", "#fbcbb9", "#d3c6f8", "#d5d9e0",
    ],
    plots: "#8fabf0, #b3261e, #3f9a5f, #8a5a00",
    named: &[
        ("background", "#ffffff"),
        ("primaryColor", "#eaf0ff"),
        ("primaryBorderColor", "#7f9be0"),
        ("secondaryColor", "#e9f6ed"),
        ("secondaryBorderColor", "#7fb894"),
        ("tertiaryColor", "#f5f6f8"),
        ("tertiaryBorderColor", "#c3c9d3"),
        ("clusterBkg", "#f5f6f8"),
        ("clusterBorder", "#c3c9d3"),
        ("lineColor", "#5a6170"),
        ("noteBkgColor", "#fff6cf"),
        ("noteBorderColor", "#d9b64a"),
        ("edgeLabelBackground", "#ffffff"),
        ("activationBkgColor", "#dbe4f9"),
        ("activationBorderColor", "#7f9be0"),
        ("errorBkgColor", "#fde8e6"),
        ("gridColor", "#d5d9e0"),
        ("sectionBkgColor", "#f5f6f8"),
        ("sectionBkgColor2", "#f5f6f8"),
        ("altSectionBkgColor", "#ffffff"),
        ("taskBkgColor", "#cfdcff"),
        ("taskBorderColor", "#7f9be0"),
        ("activeTaskBkgColor", "#a9c1ff"),
        ("activeTaskBorderColor", "#2a54c8"),
        ("doneTaskBkgColor", "#dfe3ea"),
        ("doneTaskBorderColor", "#a2a9b6"),
        ("critBkgColor", "#ffd3cd"),
        ("critBorderColor", "#b3261e"),
        ("todayLineColor", "#b3261e"),
        ("sequenceNumberColor", "#ffffff"),
        ("pieOpacity", "1"),
        ("pieStrokeColor", "#ffffff"),
        ("pieOuterStrokeColor", "#c3c9d3"),
        ("pieStrokeWidth", "1.5px"),
        ("pieOuterStrokeWidth", "1px"),
        ("quadrant1Fill", "#eaf0ff"),
        ("quadrant2Fill", "#f5f6f8"),
        ("quadrant3Fill", "#ffffff"),
        ("quadrant4Fill", "#f5f6f8"),
        ("quadrantPointFill", "#2a54c8"),
        ("quadrantInternalBorderStrokeFill", "#c3c9d3"),
        ("quadrantExternalBorderStrokeFill", "#7f9be0"),
    ],
};

/// For dark pages: near the theme's own (`style.css`).
const DARK_COLOURS: Colours = Colours {
    text: "#e3e5ea",
    scale: [
        "#34487c", "#2c5a3b", "#6b5519", "#613560", "#245a62", "#6e3f27", "#4c3f80", "#3f4754",
    ],
    plots: "#5577cc, #ff9d94, #74d39a, #f0bd5b",
    named: &[
        ("background", "#15171c"),
        ("primaryColor", "#232c42"),
        ("primaryBorderColor", "#6d8fe0"),
        ("secondaryColor", "#1f3328"),
        ("secondaryBorderColor", "#5fae7d"),
        ("tertiaryColor", "#1d2027"),
        ("tertiaryBorderColor", "#4a5160"),
        ("clusterBkg", "#1d2027"),
        ("clusterBorder", "#4a5160"),
        ("lineColor", "#a2a9b6"),
        ("noteBkgColor", "#4a3f14"),
        ("noteBorderColor", "#a58a35"),
        ("edgeLabelBackground", "#15171c"),
        ("activationBkgColor", "#34405f"),
        ("activationBorderColor", "#6d8fe0"),
        ("errorBkgColor", "#4a1d1a"),
        ("gridColor", "#3a404c"),
        ("sectionBkgColor", "#1d2027"),
        ("sectionBkgColor2", "#1d2027"),
        ("altSectionBkgColor", "#15171c"),
        ("taskBkgColor", "#2f3f6b"),
        ("taskBorderColor", "#6d8fe0"),
        ("activeTaskBkgColor", "#3d5499"),
        ("activeTaskBorderColor", "#93b4ff"),
        ("doneTaskBkgColor", "#333843"),
        ("doneTaskBorderColor", "#5a6170"),
        ("critBkgColor", "#6b2622"),
        ("critBorderColor", "#ff9d94"),
        ("todayLineColor", "#ff9d94"),
        ("sequenceNumberColor", "#15171c"),
        ("pieOpacity", "1"),
        ("pieStrokeColor", "#15171c"),
        ("pieOuterStrokeColor", "#4a5160"),
        ("pieStrokeWidth", "1.5px"),
        ("pieOuterStrokeWidth", "1px"),
        ("quadrant1Fill", "#232c42"),
        ("quadrant2Fill", "#1d2027"),
        ("quadrant3Fill", "#15171c"),
        ("quadrant4Fill", "#1d2027"),
        ("quadrantPointFill", "#93b4ff"),
        ("quadrantInternalBorderStrokeFill", "#4a5160"),
        ("quadrantExternalBorderStrokeFill", "#6d8fe0"),
    ],
};

/// Variables that are colours of text.
const TEXTS: &[&str] = &[
    "textColor",
    "primaryTextColor",
    "secondaryTextColor",
    "tertiaryTextColor",
    "nodeTextColor",
    "titleColor",
    "noteTextColor",
    "labelTextColor",
    "loopTextColor",
    "signalTextColor",
    "actorTextColor",
    "errorTextColor",
    "classText",
    "taskTextColor",
    "taskTextDarkColor",
    "taskTextLightColor",
    "taskTextOutsideColor",
    "pieTitleTextColor",
    "pieSectionTextColor",
    "pieLegendTextColor",
    "commitLabelColor",
    "tagLabelColor",
    "quadrant1TextFill",
    "quadrant2TextFill",
    "quadrant3TextFill",
    "quadrant4TextFill",
    "quadrantPointTextFill",
    "quadrantXAxisTextFill",
    "quadrantYAxisTextFill",
    "quadrantTitleFill",
];

impl Colours {
    fn variables(&self, dark: bool) -> serde_json::Value {
        let mut map = serde_json::Map::new();
        map.insert("darkMode".to_owned(), dark.into());
        map.insert(
            "xyChart".to_owned(),
            json!({ "plotColorPalette": self.plots }),
        );
        let mut set = |name: String, colour: &str| map.insert(name, colour.into());
        for (name, colour) in self.named {
            set((*name).to_owned(), colour);
        }
        for name in TEXTS {
            set((*name).to_owned(), self.text);
        }
        for (at, colour) in self.scale.iter().cycle().take(12).enumerate() {
            for name in ["cScale", "cScaleInv", "cScalePeer"] {
                set(format!("{name}{at}"), colour);
            }
            set(format!("cScaleLabel{at}"), self.text);
            set(format!("pie{}", at + 1), colour);
        }
        for (at, colour) in self.scale.iter().enumerate() {
            set(format!("git{at}"), colour);
            set(format!("fillType{at}"), colour);
            set(format!("gitInv{at}"), self.text);
            set(format!("gitBranchLabel{at}"), self.text);
        }
        serde_json::Value::Object(map)
    }
}
