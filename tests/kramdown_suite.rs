//! kramdown's own test cases, run in place where the shared folder exists. They are judged by what a reader sees:
//! white space and what our pages add (anchors, figures, scrolling tables, loading hints) are taken out of both sides.
//! Every case that still differs stands below with its reason.

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

/// HTML as a list of tags and words, without what only one of the two writers adds.
fn seen(html: &str) -> String {
    let html = html
        .replace(" loading=\"lazy\" decoding=\"async\"", "")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&nbsp;", "\u{A0}");
    let mut out = String::new();
    let mut ids = BTreeSet::new();
    let mut figure: Vec<(String, String)> = Vec::new();
    let mut rest = html.as_str();
    while let Some(at) = rest.find('<') {
        words(&rest[..at], &mut out);
        rest = &rest[at..];
        let end = rest.find('>').map_or(rest.len(), |end| end + 1);
        let (tag, after) = rest.split_at(end);
        rest = after;
        // The link beside a heading, with its `#`.
        if tag.contains("class=\"anchor\"") {
            rest = rest.find("</a>").map_or("", |end| &rest[end + 4..]);
            continue;
        }
        if tag.starts_with("<!--") {
            continue;
        }
        let tag = tag.replace("/>", ">").replace(" >", ">");
        let name = tag
            .trim_start_matches(['<', '/'])
            .split([' ', '>'])
            .next()
            .unwrap_or_default();
        let name = name.to_owned();
        // A code block's own names stand on its figure with us, on `pre` with kramdown.
        if tag.starts_with("<figure") && tag.contains("code\"") {
            figure = attributes(&tag)
                .into_iter()
                .map(|(key, value)| (key, value.replacen("code", "", 1).trim().to_owned()))
                .filter(|(_, value)| !value.is_empty())
                .collect();
        }
        // Wrappers, and columns' alignment, which both give in their own way.
        let ours = ["figure", "span", "div class=\"table-scroll\"", "nav"];
        if ours.iter().any(|it| tag.starts_with(&format!("<{it}")))
            || ["figure", "span", "nav"].contains(&name.as_str())
        {
            continue;
        }
        let of_figure = match name.as_str() {
            "pre" => std::mem::take(&mut figure),
            _ => Vec::new(),
        };
        let mut attributes: Vec<String> = attributes(&tag)
            .into_iter()
            .chain(of_figure)
            // An id is written once on a page; the suite's documents repeat theirs.
            .filter(|(key, value)| {
                key != "id" || name.starts_with('h') || ids.insert(value.clone())
            })
            .filter(|(key, value)| {
                let made = matches!(
                    key.as_str(),
                    "rel" | "style" | "role" | "aria-label" | "data-lang"
                    // Made up by the suite: no attribute of HTML, so not written but reported.
                    | "key" | "key1" | "key2"
                ) || key == "id"
                    && (name.starts_with('h') || value.starts_with("markdown-toc"))
                    || key == "class" && value == "no_toc"
                    || key == "class"
                        && (value.starts_with("align-") || value.starts_with("language-"));
                !made
            })
            .map(|(key, value)| {
                let mut words: Vec<&str> = value.split(' ').collect();
                words.sort_unstable();
                format!("{key}={}", words.join(" "))
            })
            .collect();
        attributes.sort();
        out.push('<');
        if tag.starts_with("</") {
            out.push('/');
        }
        out.push_str(&name);
        for attribute in attributes {
            out.push(' ');
            out.push_str(&attribute);
        }
        out.push_str(">\n");
    }
    words(rest, &mut out);
    out.replace("</div>\n", "")
}

fn words(text: &str, out: &mut String) {
    for word in text.split_whitespace() {
        out.push_str(word);
        out.push('\n');
    }
}

fn attributes(tag: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = tag.split_once(' ').map_or("", |(_, rest)| rest);
    while let Some((key, after)) = rest.split_once("=\"") {
        let Some((value, after)) = after.split_once('"') else {
            break;
        };
        let key = key.trim().rsplit(' ').next().unwrap_or_default();
        found.push((key.to_owned(), value.to_owned()));
        rest = after;
    }
    found
}

/// The cases that differ, by reason.
const DIFFERENCES: [(&str, &[&str]); 17] = [
    (
        "footnotes are numbered, named and placed as on GitHub; options of kramdown's footnotes are not read",
        &[
            "block/12_extension/options",
            "block/12_extension/options2",
            "block/14_table/table_with_footnote",
            "block/16_toc/toc_with_footnotes",
            "span/04_footnote/backlink_inline",
            "span/04_footnote/backlink_text",
            "span/04_footnote/definitions",
            "span/04_footnote/footnote_link_text",
            "span/04_footnote/footnote_nr",
            "span/04_footnote/footnote_prefix",
            "span/04_footnote/inside_footnote",
            "span/04_footnote/markers",
            "span/04_footnote/placement",
            "span/04_footnote/regexp_problem",
            "span/04_footnote/without_backlink",
            "span/abbreviations/in_footnote",
        ],
    ),
    (
        "code is coloured by our own classes; its id and options of kramdown's highlighters are not read",
        &[
            "block/06_codeblock/disable-highlighting",
            "block/06_codeblock/error",
            "block/06_codeblock/guess_lang_css_class",
            "block/06_codeblock/highlighting",
            "block/06_codeblock/highlighting-opts",
            "block/06_codeblock/lazy",
            "block/06_codeblock/no_newline_at_end_1",
            "block/06_codeblock/rouge/multiple",
            "block/06_codeblock/rouge/simple",
            "block/06_codeblock/whitespace",
            "block/06_codeblock/with_eob_marker",
            "block/12_extension/options3",
            "span/03_codespan/highlighting",
            "span/03_codespan/normal",
            "span/03_codespan/normal-css-class",
            "span/03_codespan/rouge/simple",
        ],
    ),
    (
        "mathematics is another step's",
        &[
            "block/15_math/gh_128",
            "block/15_math/no_engine",
            "block/15_math/normal",
            "span/math/no_engine",
            "span/math/normal",
        ],
    ),
    (
        "`--`, `...` and quotes stay as their author typed them; entities are written as characters",
        &[
            "block/09_html/html_to_native/typography",
            "span/text_substitutions/entities",
            "span/text_substitutions/entities_as_input",
            "span/text_substitutions/entities_numeric",
            "span/text_substitutions/entities_symbolic",
            "span/text_substitutions/typography",
        ],
    ),
    (
        "raw HTML follows CommonMark's block rules, is not turned into native elements, and is Markdown only where a block's `markdown` attribute says so",
        &[
            "block/03_paragraph/with_html_to_native",
            "block/09_html/cdata_section",
            "block/09_html/comment",
            "block/09_html/content_model/deflists",
            "block/09_html/html5_attributes",
            "block/09_html/html_and_codeblocks",
            "block/09_html/html_to_native/code",
            "block/09_html/html_to_native/emphasis",
            "block/09_html/html_to_native/header",
            "block/09_html/html_to_native/list_ol",
            "block/09_html/html_to_native/list_ul",
            "block/09_html/html_to_native/table_simple",
            "block/09_html/invalid_html_1",
            "block/09_html/processing_instruction",
            "block/09_html/xml",
            "span/05_html/across_lines",
            "span/05_html/normal",
            "span/05_html/xml",
            "span/abbreviations/abbrev_in_html",
        ],
    ),
    (
        "lists, quotes, headings and rules begin, end and nest as CommonMark says",
        &[
            "block/03_paragraph/line_break_last_line",
            "block/03_paragraph/standalone_image",
            "block/04_header/atx_header",
            "block/04_header/header_type_offset",
            "block/04_header/setext_header",
            "block/04_header/with_header_links",
            "block/07_horizontal_rule/error",
            "block/08_list/escaping",
            "block/08_list/lazy",
            "block/08_list/lazy_and_nested",
            "block/08_list/list_and_others",
            "block/08_list/mixed",
            "block/08_list/simple_ol",
            "block/08_list/simple_ul",
            "block/08_list/special_cases",
            "span/line_breaks/normal",
        ],
    ),
    (
        "tables are GFM's: a row without a rule below it is one only where every row is closed, and there is no footer",
        &[
            "block/14_table/empty_tag_in_cell",
            "block/14_table/errors",
            "block/14_table/escaping",
            "block/14_table/footer",
            "block/14_table/header",
            "block/14_table/simple",
        ],
    ),
    (
        "links, emphasis and references follow CommonMark",
        &[
            "span/01_link/image_in_a",
            "span/01_link/inline",
            "span/01_link/link_defs",
            "span/01_link/links_with_angle_brackets",
            "span/01_link/reference",
            "span/02_emphasis/empty",
            "span/02_emphasis/errors",
            "span/02_emphasis/nesting",
            "span/02_emphasis/normal",
            "span/autolinks/url_links",
        ],
    ),
    (
        "an option of the suite's own (line breaks between Chinese letters, other encodings)",
        &["cjk-line-break", "encoding"],
    ),
    (
        "the suite sets an option beside the text (identifiers, levels of the contents list, `parse_block_html`), which is no part of a note",
        &[
            "block/16_toc/no_toc",
            "block/16_toc/toc_levels",
            "block/13_definition_list/auto_ids",
            "block/09_html/parse_as_span",
            "block/09_html/parse_block_html",
            "block/09_html/simple",
            "block/09_html/not_parsed",
            "block/09_html/parse_as_raw",
        ],
    ),
    (
        "our anchors number equal headings from `-2`, kramdown's from `-1`",
        &["block/16_toc/toc_with_links"],
    ),
    (
        "indented code cannot interrupt a paragraph (CommonMark 4.4), and a list of attributes begins one",
        &["block/13_definition_list/item_ial"],
    ),
    (
        "pulldown-cmark takes a definition after any number of blank lines, kramdown after one",
        &["block/13_definition_list/too_much_space"],
    ),
    (
        "a bare address is a link, also where `markdown=\"0\"` keeps marks from being read",
        &["span/05_html/markdown_attr"],
    ),
    (
        "an abbreviation is not found across a line break",
        &["span/abbreviations/abbrev"],
    ),
    (
        "text of `nomarkdown` stands in a paragraph with us, bare with kramdown",
        &["block/12_extension/nomarkdown"],
    ),
    (
        "`parse_span_html` and other options in the text are not read, and leave no mark",
        &["span/extension/options"],
    ),
];

/// The cases that show the constructs Jekyll's authors use; they must pass.
const NEEDED: [&str; 23] = [
    "block/08_list/nested",
    "block/08_list/other_first_element",
    "block/09_html/markdown_attr",
    "block/11_ial/nested",
    "block/11_ial/simple",
    "block/12_extension/comment",
    "block/13_definition_list/multiple_terms",
    "block/13_definition_list/para_wrapping",
    "block/13_definition_list/separated_by_eob",
    "block/13_definition_list/simple",
    "block/13_definition_list/with_blocks",
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
        if seen(&have) != seen(html) {
            differ.insert(name.as_str());
            if verbose {
                eprintln!("=== {name}\n{markdown}\n--- want\n{html}\n--- have\n{have}");
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
