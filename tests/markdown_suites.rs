//! Markdown suites nobody here wrote, run in place where the shared folder exists: exact pass counts, every difference
//! named with its reason.

use std::collections::BTreeSet;
use std::path::PathBuf;

use notes::markdown::{Dialect, NoteText, Options, parse, render_fragment};

fn shared() -> Option<PathBuf> {
    let path = std::env::var_os("NOTES_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared")),
        PathBuf::from,
    );
    let found = path.join("md-tests").is_dir();
    if !found {
        eprintln!("skipped: no shared folder with md-tests");
    }
    found.then_some(path)
}

struct Case {
    name: String,
    markdown: String,
    html: String,
    options: String,
    section: String,
}

fn cases(file: &str) -> Option<Vec<Case>> {
    let text = std::fs::read_to_string(shared()?.join("md-tests").join(file)).expect("suite");
    let cases = text
        .lines()
        .map(|line| {
            let value: serde_json::Value = serde_json::from_str(line).expect("JSON line");
            let field = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
            let number = value["example"].as_u64().unwrap_or_default();
            Case {
                name: if field("name").is_empty() {
                    format!(
                        "{}{number}",
                        field("suite").trim_start_matches("cjk-friendly/")
                    )
                } else {
                    field("name")
                },
                markdown: field("markdown"),
                html: field("html"),
                options: field("options"),
                section: field("section"),
            }
        })
        .collect();
    Some(cases)
}

/// Runs a suite and asserts that exactly the cases of `differences` differ.
fn run(file: &str, options: impl Fn(&Case) -> Options, differences: &[(&str, &str)]) {
    let known: BTreeSet<String> = differences
        .iter()
        .map(|(name, _)| (*name).to_owned())
        .collect();
    if let Some(failed) = differing(file, options, str::to_owned) {
        assert_eq!(failed, known, "{file}: the cases that differ");
    }
}

/// Runs a suite, comparing what `normal` makes of the HTML; the names of the cases that differ.
fn differing(
    file: &str,
    options: impl Fn(&Case) -> Options,
    normal: impl Fn(&str) -> String,
) -> Option<BTreeSet<String>> {
    let cases = cases(file)?;
    let verbose = std::env::var_os("SUITE_VERBOSE").is_some();
    let mut failed = BTreeSet::new();
    for case in &cases {
        let (html, _) = render_fragment(&case.markdown, &options(case));
        if normal(&html) != normal(&case.html) {
            failed.insert(case.name.clone());
            if verbose {
                eprintln!(
                    "--- {file} {}\n{}\n--- want\n{}\n--- have\n{html}",
                    case.name, case.markdown, case.html
                );
            }
        }
    }
    eprintln!("{file}: {}/{}", cases.len() - failed.len(), cases.len());
    Some(failed)
}

#[test]
fn commonmark_gives_the_specifications_html() {
    run(
        "commonmark-0.31.2.jsonl",
        |_| Options::of(Dialect::CommonMark),
        &[],
    );
}

#[test]
fn gfm_gives_the_specifications_html() {
    run(
        "gfm-spec.jsonl",
        |case| Options {
            tag_filter: case.options == "tagfilter",
            autolinks: case.options == "autolink",
            ..Options::of(Dialect::Gfm)
        },
        &[
            (
                "645",
                "CommonMark 0.31 allows `--` in comments; GFM 0.29 did not",
            ),
            (
                "646",
                "CommonMark 0.31 allows `<!-->` and `--->`; GFM 0.29 did not",
            ),
        ],
    );
}

#[test]
fn gfm_extensions_and_regressions() {
    let gfm = |case: &Case| Options {
        tag_filter: case.section.contains("filter"),
        ..Options::of(Dialect::Gfm)
    };
    run(
        "gfm-extensions.jsonl",
        gfm,
        &[
            (
                "19",
                "`mailto:` and `xmpp:` before an address stay text; no emoji in host names",
            ),
            ("20", "the suite expects no particular output"),
            (
                "28",
                "a check box's attributes stand in the order of the GFM specification",
            ),
            (
                "30",
                "a check box's attributes stand in the order of the GFM specification",
            ),
            (
                "29",
                "a check box's attributes stand in the order of the GFM specification",
            ),
        ],
    );
    run(
        "gfm-regression.jsonl",
        gfm,
        &[
            (
                "23",
                "emphasis inside brackets that look like an undefined footnote",
            ),
            (
                "24",
                "strike-through inside brackets that look like an undefined footnote",
            ),
        ],
    );
    run(
        "cmark-regression.jsonl",
        |_| Options::of(Dialect::CommonMark),
        &[],
    );
}

#[test]
fn emphasis_follows_the_cjk_friendly_amendments() {
    run(
        "cjk-friendly.jsonl",
        |_| Options {
            cjk_emphasis: true,
            ..Options::of(Dialect::Gfm)
        },
        &[],
    );
}

/// As pulldown-cmark's own tests compare: line breaks between tags and the slash of void elements do not count.
fn standardized(html: &str) -> String {
    html.replace("<br>", "<br />")
        .replace("<br/>", "<br />")
        .replace("<hr>", "<hr />")
        .replace("<hr/>", "<hr />")
        .replace(">\n<", "><")
}

#[test]
fn pulldown_cmarks_own_suites() {
    use notes::markdown::ParserOptions as Extensions;
    let extensions = |case: &Case| {
        let mut extensions = Extensions::ENABLE_MATH
            | Extensions::ENABLE_TABLES
            | Extensions::ENABLE_STRIKETHROUGH
            | Extensions::ENABLE_SUPERSCRIPT
            | Extensions::ENABLE_TASKLISTS
            | Extensions::ENABLE_GFM
            | Extensions::ENABLE_FOOTNOTES
            | Extensions::ENABLE_HEADING_ATTRIBUTES;
        match case.options.as_str() {
            "" => {}
            "_wikilinks" => extensions |= Extensions::ENABLE_WIKILINKS,
            "_super_sub" => extensions |= Extensions::ENABLE_SUBSCRIPT,
            "_old_footnotes" => extensions |= Extensions::ENABLE_OLD_FOOTNOTES,
            "_metadata_blocks" => {
                extensions |= Extensions::ENABLE_YAML_STYLE_METADATA_BLOCKS
                    | Extensions::ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS;
            }
            "_deflists" => extensions |= Extensions::ENABLE_DEFINITION_LIST,
            other => panic!("unknown options {other}"),
        }
        extensions
    };
    /// The cases that differ, and why.
    const DIFFERENCES: [(&str, &str, &str); 14] = [
        (
            "heading_attrs",
            "35",
            "an apostrophe in an attribute in double quotes needs no entity",
        ),
        (
            "regression",
            "182",
            "an apostrophe in an attribute in double quotes needs no entity",
        ),
        (
            "math",
            "25",
            "the parser's next release: 0.13.6 reads `$1$2` so itself",
        ),
        (
            "regression",
            "212",
            "the parser's next release: references after a backslash",
        ),
        (
            "regression",
            "213",
            "the parser's next release: references after a backslash",
        ),
        (
            "regression",
            "214",
            "the parser's next release: titles need a space before them",
        ),
        (
            "super_sub",
            "4",
            "the parser's next release: sub and sup within words",
        ),
        (
            "super_sub",
            "8",
            "the parser's next release: sub and sup within words",
        ),
        (
            "super_sub",
            "9",
            "the parser's next release: sub and sup within words",
        ),
        (
            "super_sub",
            "10",
            "the parser's next release: sub and sup within words",
        ),
        (
            "super_sub",
            "11",
            "the parser's next release: sub and sup within words",
        ),
        (
            "super_sub",
            "12",
            "the parser's next release: sub and sup within words",
        ),
        (
            "super_sub",
            "13",
            "the parser's next release: sub and sup within words",
        ),
        (
            "super_sub",
            "14",
            "the parser's next release: sub and sup within words",
        ),
    ];
    let mut found = BTreeSet::new();
    for suite in [
        "blockquotes_tags",
        "definition_lists",
        "footnotes",
        "heading_attrs",
        "math",
        "metadata_blocks",
        "old_footnotes",
        "regression",
        "strikethrough",
        "super_sub",
        "table",
        "wikilinks",
    ] {
        let options = |case: &Case| Options {
            extensions: extensions(case),
            ..Options::of(Dialect::CommonMark)
        };
        let file = format!("pulldown-{suite}.jsonl");
        let Some(failed) = differing(&file, options, standardized) else {
            return;
        };
        found.extend(failed.into_iter().map(|name| (suite, name)));
    }
    let known: BTreeSet<(&str, String)> = DIFFERENCES
        .iter()
        .map(|(suite, name, _)| (*suite, (*name).to_owned()))
        .collect();
    assert_eq!(found, known, "the cases that differ");
}

/// Every Markdown file of the seeds and corpora, as whole text and the name of its corpus.
///
/// Of the largest corpus every sixteenth file, unless `NOTES_ALL_CORPORA` is set.
fn corpora() -> Vec<(String, PathBuf, String)> {
    let Some(shared) = shared() else {
        return Vec::new();
    };
    let mut files = Vec::new();
    let mut folders = vec![shared.join("seeds"), shared.join("corpora")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("folder") {
            let path = entry.expect("entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path
                .extension()
                .is_some_and(|extension| extension == "md" || extension == "mdx")
                && let Ok(text) = std::fs::read_to_string(&path)
            {
                let relative = path.strip_prefix(&shared).expect("inside");
                let mut names = relative
                    .iter()
                    .map(|part| part.to_string_lossy().into_owned());
                let first = names.next().unwrap_or_default();
                let corpus = if first == "seeds" {
                    first
                } else {
                    names.next().unwrap_or_default()
                };
                files.push((corpus, path, text.replace("\r\n", "\n")));
            }
        }
    }
    files.sort();
    let all = std::env::var_os("NOTES_ALL_CORPORA").is_some();
    let mut index = 0;
    files.retain(|(corpus, ..)| {
        index += 1;
        all || corpus != "cpp-docs-ko" || index % 16 == 0
    });
    files
}

/// The text of HTML outside tags and comments, entities decoded; `code` elements left out if `without_code`.
fn text_of(html: &str, without_code: bool) -> String {
    let mut out = String::new();
    let mut rest = html;
    let mut code = 0_usize;
    while let Some(at) = rest.find('<') {
        if code == 0 {
            out.push_str(&rest[..at]);
        }
        rest = &rest[at..];
        let tag = rest[1..].chars().next();
        if !tag.is_some_and(|c| c.is_ascii_alphabetic() || c == '/' || c == '!') {
            out.push('<');
            rest = &rest[1..];
            continue;
        }
        // Quoted values may hold `>`.
        let mut quote = None;
        let end = rest
            .char_indices()
            .find(|&(_, c)| match quote {
                Some(open) => {
                    if c == open {
                        quote = None;
                    }
                    false
                }
                None if c == '"' => {
                    quote = Some(c);
                    false
                }
                None => c == '>',
            })
            .map_or(rest.len(), |(at, _)| at + 1);
        let name = &rest[..end];
        if without_code {
            if name.starts_with("<code") {
                code += 1;
            } else if name.starts_with("</code") {
                code = code.saturating_sub(1);
            }
        }
        // Words in alternative texts and titles are shown too.
        for attribute in ["alt=\"", "title=\""] {
            if let Some(value) = name
                .split_once(attribute)
                .and_then(|(_, rest)| rest.split('"').next())
            {
                out.push(' ');
                out.push_str(value);
            }
        }
        let inline = [
            "span", "code", "em", "strong", "del", "a", "/", "mark", "b", "i", "u",
        ];
        let bare = name.trim_start_matches(['<', '/']);
        if !inline.iter().any(|it| bare.starts_with(it))
            || name.starts_with("<br")
            || name.starts_with("</t")
        {
            out.push('\n');
        }
        rest = &rest[end..];
        // Scripts and styles are not text.
        for (open, close) in [("<script", "</script"), ("<style", "</style")] {
            if name.starts_with(open) {
                rest = rest.find(close).map_or("", |at| &rest[at..]);
            }
        }
    }
    out.push_str(rest);
    out.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&nbsp;", " ")
        .replace("&amp;", "&")
}

/// Runs of Hangul.
fn words(text: &str) -> std::collections::BTreeMap<String, usize> {
    let mut words = std::collections::BTreeMap::new();
    for word in text
        .split(|c: char| !('가'..='힣').contains(&c))
        .filter(|word| !word.is_empty())
    {
        *words.entry(word.to_owned()).or_default() += 1;
    }
    words
}

#[test]
fn real_notes_lose_no_word_and_show_no_markup() {
    let mut totals: std::collections::BTreeMap<String, [usize; 6]> =
        std::collections::BTreeMap::new();
    let verbose = std::env::var_os("SUITE_VERBOSE").is_some();
    for (corpus, path, text) in corpora() {
        let start = match text
            .strip_prefix("---\n")
            .and_then(|rest| rest.find("\n---\n"))
        {
            Some(end) => 4 + end + 5,
            None => 0,
        };
        let note = NoteText {
            shown_path: "note.md",
            text: &text,
            body: start..text.len(),
        };
        let parsed = parse(&note, &Options::default());
        let html = parsed.body.render(|_| String::new());
        let total = totals.entry(corpus).or_default();
        total[0] += 1;
        total[1] += text.len();

        let mut ids = BTreeSet::new();
        for id in html
            .split(" id=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
        {
            if !ids.insert(id.to_owned()) {
                total[2] += 1;
                if verbose {
                    eprintln!("{}: id {id} twice", path.display());
                }
            }
        }
        for heading in &parsed.headings {
            assert!(
                html.contains(&format!("id=\"{}\"", heading.id)),
                "{}: {}",
                path.display(),
                heading.id
            );
        }

        let prose = text_of(&html, true);
        for line in prose.lines().filter(|line| line.contains("**")) {
            total[3] += 1;
            if verbose {
                eprintln!("{}: ** in {line}", path.display());
            }
        }

        let shown = words(&text_of(&html, false));
        let mut said = String::new();
        for section in &parsed.sections {
            if let Some(heading) = section.heading {
                said.push_str(&parsed.headings[heading].text);
                said.push('\n');
            }
            said.push_str(&section.text);
            said.push('\n');
            said.push_str(&section.code);
        }
        let said = words(&said);
        for (word, count) in free_words(&text[start..]) {
            let missing = count.saturating_sub(shown.get(&word).copied().unwrap_or_default());
            total[4] += missing;
            if verbose && missing > 0 {
                eprintln!("{}: lost in HTML: {word} × {missing}", path.display());
            }
            let missing = count.saturating_sub(said.get(&word).copied().unwrap_or_default());
            total[5] += missing;
            if verbose && missing > 0 {
                eprintln!("{}: lost in sections: {word} × {missing}", path.display());
            }
        }
    }
    /// What is known to differ, and why.
    const KNOWN: [(&str, [usize; 3]); 2] = [
        // Attributes of React components; a space inside `**`, bold text inside a raw component's block.
        ("react-dev-ko", [4, 53, 77]),
        // `\\*\\*` in headings is meant to be shown; comments in scripts, attributes of components.
        ("vue-docs-ko", [13, 12, 36]),
    ];
    for (corpus, [files, bytes, ids, stars, html, sections]) in &totals {
        eprintln!(
            "{corpus}: {files} files, {bytes} bytes; duplicate ids {ids}, lines with ** {stars}, words lost in HTML {html}, in sections {sections}"
        );
        assert_eq!(*ids, 0, "{corpus}: duplicate ids");
        // Machine-translated, full of broken emphasis and of table cells beyond the head: only counted.
        if corpus != "cpp-docs-ko" {
            let known = KNOWN
                .iter()
                .find(|(name, _)| name == corpus)
                .map_or([0; 3], |(_, known)| *known);
            assert_eq!([*stars, *html, *sections], known, "{corpus}");
        }
    }
}

/// Runs of Hangul that stand free in the source: white space or the edge of the line before them, white space or a
/// sentence's punctuation after them. Link definitions and comments are markup.
fn free_words(text: &str) -> std::collections::BTreeMap<String, usize> {
    let mut words = std::collections::BTreeMap::new();
    let mut comment = false;
    for line in text.lines() {
        let trimmed = line.trim_start();
        comment |= line.contains("<!--");
        let skipped = comment || trimmed.starts_with('[') && trimmed.contains("]:");
        comment &= !line.contains("-->");
        if skipped {
            continue;
        }
        for word in line.split_whitespace() {
            let word = word.trim_end_matches(['.', ',', '?', '!', ':']);
            if !word.is_empty() && word.chars().all(|c| ('가'..='힣').contains(&c)) {
                *words.entry(word.to_owned()).or_default() += 1;
            }
        }
    }
    words
}
