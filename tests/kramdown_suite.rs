//! kramdown's own test cases, run in place where the shared folder exists. They are judged by what a reader gets:
//! elements, attributes and words, white space as a browser shows it, on both sides without what one writer adds of its
//! own ([`native`]). Every case that still differs stands below with its reason, found by reading the case.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use notes::markdown::{Dialect, Options, render_fragment};

/// The cases of the suite, name to Markdown and HTML.
fn cases() -> Option<BTreeMap<String, (String, String)>> {
    let shared = std::env::var_os("NOTES_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared")),
        PathBuf::from,
    );
    let Ok(text) = std::fs::read_to_string(shared.join("md-tests/kramdown.jsonl")) else {
        eprintln!("skipped: no shared folder with md-tests");
        return None;
    };
    let cases = text.lines().map(|line| {
        let value: serde_json::Value = serde_json::from_str(line).expect("JSON line");
        let field = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
        (field("name"), (field("markdown"), field("html")))
    });
    Some(cases.collect())
}

/// A piece of HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Open(String, BTreeMap<String, String>),
    Close(String),
    Text(String),
}

/// What a reader gets of `html`: elements, attributes and words, white space as a browser shows it. Taken out is what
/// only one of the two writers adds; `source` is the Markdown.
fn seen(html: &str, source: &str) -> String {
    let mut pieces = native(parse(html), source);
    formulas(&mut pieces);
    written(&pieces)
}

const VOID: [&str; 8] = ["area", "br", "col", "hr", "img", "input", "source", "wbr"];

/// HTML cut into pieces: names in small letters, entities resolved, comments gone, MathML as its TeX.
fn parse(html: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        if rest.starts_with("<!--") {
            rest = rest.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        let named = rest[1..].trim_start_matches('/');
        let end = tag_end(rest).filter(|_| named.starts_with(|c: char| c.is_ascii_alphabetic()));
        let Some(end) = end else {
            text.push_str("&lt;");
            rest = &rest[1..];
            continue;
        };
        let (tag, after) = rest.split_at(end);
        rest = after;
        if let Some(rest_of_tag) = tag.strip_prefix("<math") {
            let (formula, after) = rest.split_once("</math>").expect("closed");
            rest = after;
            let tex = formula.split_once("x-tex\">").expect("TeX").1;
            let tex = tex.split_once("</annotation>").expect("closed").0;
            text.push_str(&match rest_of_tag.contains("block") {
                true => format!("\\[{}\\]", tex.trim()),
                false => format!("\\({}\\)", tex.trim()),
            });
            continue;
        }
        if !text.is_empty() {
            pieces.push(Piece::Text(resolved(&std::mem::take(&mut text))));
        }
        let name: String = tag[1..]
            .trim_start_matches('/')
            .chars()
            .take_while(|c| !c.is_whitespace() && !matches!(c, '>' | '/'))
            .collect();
        let name = name.to_ascii_lowercase();
        pieces.push(match tag.starts_with("</") {
            true => Piece::Close(name),
            false => {
                let attributes = attributes(&tag[1 + name.len()..tag.len() - 1]);
                Piece::Open(name, attributes)
            }
        });
    }
    text.push_str(rest);
    pieces.push(Piece::Text(resolved(&text)));
    pieces
}

/// Where the tag ends that `html` begins with; a `>` in quotes is none.
fn tag_end(html: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in html.char_indices() {
        match (quote, c) {
            (Some(open), c) if open == c => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, '>') => return Some(at + 1),
            _ => {}
        }
    }
    None
}

fn attributes(tag: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut rest = tag.trim_end_matches('/').trim_start();
    while !rest.is_empty() {
        let end = rest
            .find(|c: char| c.is_whitespace() || c == '=')
            .unwrap_or(rest.len());
        let name = rest[..end].to_ascii_lowercase();
        rest = rest[end..].trim_start();
        let mut value = "";
        if let Some(after) = rest.strip_prefix('=') {
            let after = after.trim_start();
            (value, rest) = match after.chars().next() {
                Some(quote @ ('"' | '\'')) => after[1..].split_once(quote).unwrap_or((after, "")),
                _ => after.split_once(char::is_whitespace).unwrap_or((after, "")),
            };
            rest = rest.trim_start();
        }
        found.insert(name, resolved(value));
    }
    found
}

/// `text` with its entities as characters, but for those of `<` and `&`, which no character but those themselves gets.
fn resolved(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let name = rest.split_once(';').map_or("", |(name, _)| name);
        let number = match name.strip_prefix('#') {
            Some(hex) if hex.starts_with(['x', 'X']) => u32::from_str_radix(&hex[1..], 16).ok(),
            Some(number) => number.parse().ok(),
            None => None,
        };
        let c = match name {
            "lt" | "amp" => None,
            "gt" => Some('>'),
            "quot" => Some('"'),
            "nbsp" => Some('\u{A0}'),
            "copy" => Some('©'),
            "hellip" => Some('…'),
            "mdash" => Some('—'),
            "ndash" => Some('–'),
            "ldquo" => Some('“'),
            "rdquo" => Some('”'),
            "lsquo" => Some('‘'),
            "rsquo" => Some('’'),
            "laquo" => Some('«'),
            "raquo" => Some('»'),
            "lambda" => Some('λ'),
            _ => number.and_then(char::from_u32),
        };
        match c {
            Some(c) => {
                out.push(c);
                rest = &rest[name.len() + 1..];
            }
            None if matches!(name, "lt" | "amp") => {
                out.push_str(if name == "lt" { "&lt;" } else { "&amp;" });
                rest = &rest[name.len() + 1..];
            }
            None => out.push_str("&amp;"),
        }
    }
    out.push_str(rest);
    out
}

/// The pieces without what one writer adds of its own: our figures, scrolling tables and heading anchors; kramdown's
/// wrappers of code; both ways to number, name and link footnotes; colours of code; alignment by class or style.
fn native(pieces: Vec<Piece>, source: &str) -> Vec<Piece> {
    let mut out = Vec::new();
    // Open elements, and whether each is left out.
    let mut open: Vec<(String, bool)> = Vec::new();
    let mut ids = BTreeSet::new();
    let mut figure = BTreeMap::new();
    let mut language = String::new();
    let mut reference = String::new();
    let mut pieces = pieces.into_iter().peekable();
    while let Some(piece) = pieces.next() {
        match piece {
            Piece::Text(_) => out.push(piece),
            Piece::Close(name) => {
                let Some(at) = open.iter().rposition(|(it, _)| *it == name) else {
                    out.push(Piece::Close(name));
                    continue;
                };
                let gone = open[at].1;
                open.truncate(at);
                if !gone {
                    let name = match name.as_str() {
                        "section" => "div".to_owned(),
                        _ => name,
                    };
                    out.push(Piece::Close(name));
                }
            }
            Piece::Open(name, mut attributes) => {
                let class = attributes.get("class").cloned().unwrap_or_default();
                let classes: BTreeSet<&str> = class.split_whitespace().collect();
                let has = |class: &str| classes.contains(class);
                let href = attributes.get("href").cloned().unwrap_or_default();
                let in_code = open
                    .iter()
                    .any(|(it, _)| matches!(it.as_str(), "code" | "pre"));
                let kramdowns_anchor = name == "a"
                    && href.starts_with('#')
                    && pieces.peek() == Some(&Piece::Close("a".to_owned()));
                if name == "a" && has("anchor") || kramdowns_anchor {
                    let close = Piece::Close("a".to_owned());
                    while pieces.next().is_some_and(|piece| piece != close) {}
                    continue;
                }
                let back_link = matches!(pieces.peek(), Some(Piece::Open(name, next))
                    if name == "a" && next.get("href").is_some_and(|it| it.starts_with("#fnref")));
                let mut gone = match name.as_str() {
                    "figure" => has("code"),
                    "span" => in_code,
                    "nav" => has("toc-inline"),
                    "p" => back_link,
                    "div" => {
                        let code = ["highlighter-rouge", "highlight", "custom-class"];
                        has("table-scroll") || has("math-display") || code.iter().any(|it| has(it))
                    }
                    _ => false,
                };
                let of_code = |class: &&str| class.starts_with("language-");
                if name == "div" && has("highlighter-rouge") {
                    language = classes
                        .iter()
                        .find(|it| of_code(it))
                        .map_or("", |it| it)
                        .to_owned();
                }
                // kramdown with its highlighter off names the language on `pre` or `code`, we on `code`.
                let mut kept: BTreeSet<&str> = classes.clone();
                match name.as_str() {
                    "figure" if gone => drop(kept.remove("code")),
                    "pre" => drop(kept.remove("highlight")),
                    "code" => drop(kept.remove("highlighter-rouge")),
                    "div" | "section" => drop(kept.remove("footnotes")),
                    "sup" => drop(kept.remove("footnote-ref")),
                    "a" => {
                        for class in ["footnote", "reversefootnote", "footnote-backref"] {
                            kept.remove(class);
                        }
                    }
                    _ => {}
                }
                if name == "div" && has("kdmath") || name == "span" && has("kdmath") {
                    kept.remove("kdmath");
                    gone = name == "span";
                    if let Some(Piece::Text(text)) = pieces.peek_mut() {
                        let tex = text.trim_matches(['$', '\n', ' ']);
                        *text = match name.as_str() {
                            "div" => format!("\\[{tex}\\]"),
                            _ => format!("\\({tex}\\)"),
                        };
                    }
                }
                if name == "code" && !language.is_empty() && in_code {
                    kept.insert(&language);
                }
                let align = kept
                    .iter()
                    .find_map(|it| it.strip_prefix("align-"))
                    .map(str::to_owned);
                if matches!(name.as_str(), "td" | "th") {
                    kept.retain(|it| !it.starts_with("align-"));
                }
                let kept: Vec<&str> = kept.into_iter().filter(|it| *it != "no_toc").collect();
                match kept.is_empty() && !class.is_empty() {
                    true => drop(attributes.remove("class")),
                    false if !class.is_empty() || !kept.is_empty() => {
                        attributes.insert("class".to_owned(), kept.join(" "));
                    }
                    false => {}
                }
                if name == "code" {
                    language.clear();
                }
                if matches!(name.as_str(), "td" | "th") {
                    let style = attributes
                        .get("style")
                        .and_then(|it| it.strip_prefix("text-align: "));
                    let style = style.map(str::to_owned).or(align);
                    if let Some(style) = style {
                        attributes.remove("style");
                        attributes.insert("align".to_owned(), style);
                    }
                }
                // Ours, and what is said to those who are read to.
                attributes.retain(|name, value| match name.as_str() {
                    "loading" | "decoding" | "data-lang" | "aria-label" => false,
                    "data-footnote-ref" | "data-footnotes" | "data-footnote-backref" => false,
                    "rel" => !matches!(value.as_str(), "noopener" | "footnote"),
                    "role" => !value.starts_with("doc-"),
                    // Made up by the suite: no attributes of HTML, so not written but reported.
                    "key" | "key1" | "key2" | "block-key" => false,
                    _ => true,
                });
                for name in ["id", "href"] {
                    if let Some(value) = attributes.get_mut(name) {
                        *value = footnote_name(value);
                    }
                }
                for name in ["href", "src"] {
                    if let Some(value) = attributes.get_mut(name) {
                        *value = value.replace("%20", " ");
                    }
                }
                let id = attributes.get("id").cloned().unwrap_or_default();
                // An id that no author wrote is made up by either: most of the suite has them off. One is written once
                // on a page; the suite's documents repeat theirs.
                let heading = name.len() == 2 && name.starts_with('h') && name != "hr";
                let by_author = [
                    format!("#{id}"),
                    format!("id=\"{id}\""),
                    format!("id='{id}'"),
                ];
                let made = heading && !by_author.iter().any(|it| source.contains(it))
                    || id.starts_with("markdown-toc");
                if !id.is_empty() && (made || !ids.insert(id.clone())) {
                    attributes.remove("id");
                }
                // A reference's name stands on `sup` with kramdown, on the link with us.
                if name == "sup" && id.starts_with("fnref-") {
                    attributes.remove("id");
                    reference = id;
                } else if name == "a" && !reference.is_empty() {
                    attributes.insert("id".to_owned(), std::mem::take(&mut reference));
                }
                // A code block's own names stand on its figure with us, on `pre` with kramdown.
                if name == "figure" && gone {
                    figure = std::mem::take(&mut attributes);
                } else if name == "pre" {
                    attributes.append(&mut figure);
                }
                if !VOID.contains(&name.as_str()) {
                    open.push((name.clone(), gone));
                }
                if !gone {
                    let name = match name.as_str() {
                        "section" => "div".to_owned(),
                        _ => name,
                    };
                    out.push(Piece::Open(name, attributes));
                }
            }
        }
    }
    out
}

/// `fn:a` and `fnref:a:1` as we write them: `fn-a` and `fnref-a-2`.
fn footnote_name(name: &str) -> String {
    let (sign, bare) = match name.strip_prefix('#') {
        Some(bare) => ("#", bare),
        None => ("", name),
    };
    if let Some(note) = bare.strip_prefix("fn:") {
        return format!("{sign}fn-{note}");
    }
    match bare.strip_prefix("fnref:") {
        Some(note) => match note.rsplit_once(':') {
            Some((note, number)) => {
                let number = number.parse::<usize>().expect("number") + 1;
                format!("{sign}fnref-{note}-{number}")
            }
            None => format!("{sign}fnref-{note}"),
        },
        None => name.to_owned(),
    }
}

/// A display alone in its paragraph is a block with us, and one without any wrapper with kramdown.
fn formulas(pieces: &mut Vec<Piece>) {
    let mut at = 0;
    while at + 2 < pieces.len() {
        if let [
            Piece::Open(open, attributes),
            Piece::Text(text),
            Piece::Close(close),
        ] = &pieces[at..at + 3]
            && matches!(open.as_str(), "p" | "div")
            && open == close
            && text.trim().starts_with("\\[")
            && text.trim().ends_with("\\]")
            && text.matches("\\[").count() == 1
        {
            if attributes.is_empty() {
                pieces.remove(at + 2);
                pieces.remove(at);
            } else {
                pieces[at] = Piece::Open("div".to_owned(), attributes.clone());
                pieces[at + 2] = Piece::Close("div".to_owned());
            }
        }
        at += 1;
    }
}

/// The pieces as lines, white space as it is in `pre`, elsewhere at most one space, and none beside a block's tag.
fn written(pieces: &[Piece]) -> String {
    const PHRASES: [&str; 18] = [
        "a", "abbr", "b", "code", "del", "em", "i", "img", "input", "kbd", "mark", "s", "span",
        "strong", "sub", "sup", "u", "textarea",
    ];
    let mut out = String::new();
    let mut preformatted = false;
    let mut start = true;
    for piece in pieces {
        let (name, tag) = match piece {
            Piece::Text(text) if preformatted => {
                out.push_str(text);
                continue;
            }
            Piece::Text(text) => {
                for c in text.chars() {
                    let space = c.is_whitespace();
                    if !space {
                        out.push(c);
                    } else if !start && !out.ends_with(' ') {
                        out.push(' ');
                    }
                    start &= space;
                }
                continue;
            }
            Piece::Open(name, attributes) => {
                let attributes: Vec<String> = attributes
                    .iter()
                    .map(|(name, value)| format!(" {name}={value:?}"))
                    .collect();
                (name, format!("<{name}{}>", attributes.concat()))
            }
            Piece::Close(name) => {
                // The last line's break is not seen.
                if preformatted && out.ends_with('\n') {
                    out.pop();
                }
                (name, format!("</{name}>"))
            }
        };
        if name == "pre" {
            preformatted = matches!(piece, Piece::Open(..));
        }
        if PHRASES.contains(&name.as_str()) {
            out.push_str(&tag);
            start = false;
        } else {
            let end = out.trim_end_matches(' ').len();
            if !preformatted {
                out.truncate(end);
            }
            if !out.ends_with('\n') {
                out.push('\n');
            }
            out.push_str(&tag);
            out.push('\n');
            start = true;
        }
    }
    out.trim().to_owned()
}

/// The cases that differ, by reason; numbers are sections of CommonMark 0.31.2.
const DIFFERENCES: [(&str, &[&str]); 59] = [
    (
        "an option is set beside the text, which is no part of a note: highlighter and its default language, `header_offset`, `html_to_native`, `parse_block_html`, `toc_levels`, `remove_line_breaks_for_cjk`",
        &[
            "block/03_paragraph/with_html_to_native",
            "block/04_header/header_type_offset",
            "block/06_codeblock/highlighting-opts",
            "block/06_codeblock/rouge/simple",
            "block/09_html/content_model/deflists",
            "block/09_html/html_and_codeblocks",
            "block/09_html/parse_as_span",
            "block/09_html/parse_block_html",
            "block/09_html/simple",
            "block/16_toc/toc_levels",
            "cjk-line-break",
        ],
    ),
    (
        "an option is set beside the text: the first number, prefix, link text and back link of footnotes",
        &[
            "span/04_footnote/backlink_text",
            "span/04_footnote/footnote_link_text",
            "span/04_footnote/footnote_nr",
            "span/04_footnote/footnote_prefix",
            "span/04_footnote/without_backlink",
        ],
    ),
    (
        "an option is set beside the text (back links within the last block); and indented rows without a heading are no table",
        &["span/04_footnote/backlink_inline"],
    ),
    (
        "the suite turns ids of headings off, and without them kramdown has nothing to list",
        &["block/16_toc/no_toc"],
    ),
    (
        "`{::options … /}` leaves no mark, and what it sets is not read",
        &[
            "block/12_extension/options",
            "block/12_extension/options3",
            "span/extension/options",
        ],
    ),
    (
        "`{:standalone}` makes no figure: captions come from an image's title",
        &["block/03_paragraph/standalone_image"],
    ),
    (
        "a heading's marks need a space at both ends, interrupt a quote and may have no text (4.2); `{#id}` may begin with a digit and follow at once",
        &["block/04_header/atx_header"],
    ),
    (
        "an underlined heading may have several lines, code and a quote's lazy line are none, and a `-` alone begins a list (4.3, 5.2); `{#id}` may follow at once",
        &["block/04_header/setext_header"],
    ),
    (
        "a fence without an end runs to the end of the note (4.5)",
        &["block/06_codeblock/error"],
    ),
    (
        "a line without indentation ends indented code (4.4)",
        &[
            "block/06_codeblock/lazy",
            "block/06_codeblock/no_newline_at_end_1",
        ],
    ),
    (
        "`.show-whitespaces` is a class like any other: spaces are not replaced by dots",
        &["block/06_codeblock/whitespace"],
    ),
    (
        "a block's second language, in the list below its fence, is not kept as a class",
        &["block/06_codeblock/with_lang_in_fenced_block"],
    ),
    (
        "`---`, `...`, `<<` and quotes stay as their author typed them",
        &[
            "block/07_horizontal_rule/error",
            "span/text_substitutions/typography",
        ],
    ),
    (
        "a list may interrupt a paragraph (5.3)",
        &["block/08_list/escaping", "block/08_list/special_cases"],
    ),
    (
        "a blank line between two items makes the whole list loose (5.3)",
        &[
            "block/08_list/lazy",
            "block/08_list/simple_ol",
            "block/08_list/simple_ul",
        ],
    ),
    (
        "two spaces do not nest below `1. ` (5.2), and a list may interrupt a paragraph (5.3)",
        &["block/08_list/lazy_and_nested"],
    ),
    (
        "a rule and a list may interrupt a paragraph (4.1, 5.3); another mark begins another list (5.3)",
        &["block/08_list/list_and_others"],
    ),
    (
        "another mark begins another list (5.3); tabs count to stops of four columns (2.2), which makes code of the last item",
        &["block/08_list/mixed"],
    ),
    (
        "code that begins an item stands one space after the mark, the rest of its indentation is its own (5.2)",
        &[
            "block/08_list/other_first_element",
            "block/13_definition_list/with_blocks",
        ],
    ),
    (
        "CDATA and processing instructions are raw HTML (4.6, 6.6)",
        &[
            "block/09_html/cdata_section",
            "block/09_html/processing_instruction",
        ],
    ),
    (
        "a comment's block ends with its line, and what else stands on that is raw (4.6)",
        &["block/09_html/comment"],
    ),
    (
        "HTML stays as it is: kramdown writes `b` as `strong`, `i` as `em`, takes tags out of code, adds `tbody`",
        &[
            "block/09_html/html_to_native/code",
            "block/09_html/html_to_native/emphasis",
            "block/09_html/html_to_native/table_simple",
        ],
    ),
    (
        "a blank line ends a block of HTML (4.6), and four spaces make code of the next (4.4)",
        &[
            "block/09_html/html_to_native/list_ol",
            "block/09_html/html_to_native/list_ul",
        ],
    ),
    (
        "HTML is not repaired: tags without partners stay",
        &[
            "block/09_html/invalid_html_1",
            "block/09_html/not_parsed",
            "span/05_html/invalid",
        ],
    ),
    (
        "a script interrupts a paragraph, its block ends with the line of `</script>`, and the next line is Markdown (4.6)",
        &["block/09_html/parse_as_raw"],
    ),
    (
        "a tag's name has no colon (6.6), and HTML is not repaired",
        &["block/09_html/xml", "span/05_html/xml"],
    ),
    (
        "within a line tags are raw and text between them Markdown, whatever the element (6.6); HTML is not repaired",
        &["span/05_html/normal"],
    ),
    (
        "an address in raw HTML keeps its line break, percent-encoded",
        &["span/05_html/across_lines"],
    ),
    (
        "a bare address is a link, also where `markdown=\"0\"` keeps marks from being read",
        &["span/05_html/markdown_attr"],
    ),
    (
        "text of `nomarkdown` stands in a paragraph with us, bare with kramdown",
        &["block/12_extension/nomarkdown"],
    ),
    (
        "terms of `{:auto_ids}` get no ids",
        &["block/13_definition_list/auto_ids"],
    ),
    (
        "indented code cannot interrupt a paragraph (4.4), and a list of attributes begins one",
        &["block/13_definition_list/item_ial"],
    ),
    (
        "pulldown-cmark takes a definition after any number of blank lines, kramdown after one",
        &["block/13_definition_list/too_much_space"],
    ),
    (
        "a single row without a rule is text",
        &["block/14_table/empty_tag_in_cell"],
    ),
    (
        "two rules are a heading row and its rule in GFM",
        &["block/14_table/errors"],
    ),
    (
        "rows without a rule are a table only where each begins with `|`; a single one is text",
        &["block/14_table/escaping"],
    ),
    (
        "rows below `|===` are rows like the others, in no `tfoot`",
        &["block/14_table/footer"],
    ),
    (
        "`+` begins a list item; pulldown-cmark takes no tab in a rule",
        &["block/14_table/header"],
    ),
    (
        "rows without a rule are a table only where each begins with `|`, all are as wide, and there are two; `|` in code parts cells, an empty first cell needs its `|` (GFM)",
        &["block/14_table/simple"],
    ),
    (
        "tags between dollars are raw HTML",
        &["block/15_math/gh_128"],
    ),
    (
        "a formula alone on a line of a paragraph is a display, also with text on the line below",
        &["block/15_math/normal"],
    ),
    (
        "digits between dollars amid a sentence may be money or a shell's; beside other formulas they are one",
        &["span/math/no_engine"],
    ),
    (
        "`+ 1` begins a list item, which interrupts a paragraph (5.3); an escaped dollar opens nothing",
        &["span/math/normal"],
    ),
    (
        "a footnote's number is no part of a heading's anchor",
        &["block/16_toc/toc_with_footnotes"],
    ),
    (
        "our anchors number equal headings from `-2`, kramdown's from `-1`",
        &["block/16_toc/toc_with_links"],
    ),
    (
        "an image's description is the plain text of its content (6.4)",
        &["span/01_link/image_in_a"],
    ),
    (
        "links hold no links, their parentheses are balanced, a title may be empty (6.3); a link to nowhere has no `href`",
        &["span/01_link/inline"],
    ),
    (
        "a definition's destination has no spaces (4.7); one may follow another without a blank line, the first of a name counts, and a line indented below one is no code",
        &["span/01_link/link_defs"],
    ),
    (
        "no space may stand between the brackets of a reference (6.3), none in a definition's destination (4.7); quotes stay as typed; links defined by an option are none of the note's",
        &["span/01_link/reference"],
    ),
    (
        "runs of `*` and `_` pair by CommonMark's rules (6.2)",
        &[
            "span/02_emphasis/empty",
            "span/02_emphasis/errors",
            "span/02_emphasis/nesting",
        ],
    ),
    (
        "runs of `*` pair by CommonMark's rules (6.2); dashes and quotes stay as typed",
        &["span/02_emphasis/normal"],
    ),
    (
        "code begins at any unescaped backtick with a partner, and loses a space only where it has one at both ends (6.1)",
        &["span/03_codespan/normal"],
    ),
    (
        "a footnote nobody refers to is published, for no text is lost; of two with a name the first counts",
        &["span/04_footnote/definitions"],
    ),
    (
        "attributes below a footnote are given to it; kramdown drops them",
        &["span/04_footnote/markers"],
    ),
    (
        "footnotes stand at the end; where `{:footnotes}` wants them its stand-in is left out",
        &["span/04_footnote/placement"],
    ),
    (
        "an abbreviation is not found across a line break",
        &["span/abbreviations/abbrev"],
    ),
    (
        "SVG stays as it is, also with `markdown` on a tag: `abbr` is no element of it",
        &["span/abbreviations/abbrev_in_html"],
    ),
    (
        "`<…>` shows an address as written, entities and `mailto:` too, and holds ASCII mail addresses only (6.5); bare ones are links from where they can begin",
        &["span/autolinks/url_links"],
    ),
    (
        "a backslash before `&` takes it from entities (2.4), and is not shown",
        &["span/text_substitutions/entities"],
    ),
];

/// The cases that show the constructs Jekyll's authors use; they must pass.
const NEEDED: [&str; 31] = [
    "block/08_list/nested",
    "block/09_html/markdown_attr",
    "block/11_ial/nested",
    "block/11_ial/simple",
    "block/12_extension/comment",
    "block/13_definition_list/multiple_terms",
    "block/13_definition_list/para_wrapping",
    "block/13_definition_list/separated_by_eob",
    "block/13_definition_list/simple",
    "span/01_link/link_defs_with_ial",
    "span/abbreviations/abbrev_defs",
    "span/extension/nomarkdown",
    "span/ial/simple",
    "block/06_codeblock/with_ial",
    "block/08_list/item_ial",
    "block/10_ald/simple",
    "block/13_definition_list/no_def_list",
    "block/13_definition_list/deflist_ial",
    "block/16_toc/toc_exclude",
    "block/11_ial/auto_id_and_ial",
    "block/13_definition_list/styled_terms",
    "block/03_paragraph/line_break_last_line",
    "span/line_breaks/normal",
    "block/06_codeblock/with_eob_marker",
    "block/06_codeblock/highlighting",
    "block/06_codeblock/rouge/multiple",
    "block/12_extension/options2",
    "block/14_table/table_with_footnote",
    "block/15_math/no_engine",
    "encoding",
    "span/04_footnote/inside_footnote",
];

#[test]
fn kramdowns_cases_are_seen_alike_but_for_the_differences_named() {
    let Some(cases) = cases() else { return };
    let verbose = std::env::var_os("SUITE_VERBOSE").is_some();
    let mut differ = BTreeSet::new();
    for (name, (markdown, html)) in &cases {
        let options = Options {
            math: true,
            ..Options::of(Dialect::Notes)
        };
        let (have, _) = render_fragment(markdown, &options);
        let (ours, theirs) = (seen(&have, markdown), seen(html, markdown));
        if ours != theirs {
            differ.insert(name.as_str());
            if verbose {
                eprintln!("=== {name}\n{markdown}\n--- want\n{theirs}\n--- have\n{ours}");
            }
        }
    }
    eprintln!(
        "kramdown.jsonl: {}/{}",
        cases.len() - differ.len(),
        cases.len()
    );
    let known: BTreeSet<&str> = DIFFERENCES
        .iter()
        .flat_map(|(_, names)| names.iter().copied())
        .collect();
    for name in NEEDED {
        assert!(cases.contains_key(name) && !differ.contains(name), "{name}");
    }
    assert_eq!(differ, known, "the cases that differ");
}
