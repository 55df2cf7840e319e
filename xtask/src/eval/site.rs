//! The site of a set, and where a judged section is on it.
//!
//! Which note a page is made of is told by the page's own edit link; which section a heading made, by the headings of the page.

use std::{
    collections::{BTreeMap, HashMap},
    error::Error,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::sets::Judgement;

/// An address that no note has, in whose place each page names its source.
const EDIT: &str = "https://edit.invalid/";

/// A built site.
#[derive(Debug)]
pub(super) struct Site {
    pub(super) binary: PathBuf,
    pub(super) root: PathBuf,
    /// The note that made a page, by the page's address.
    sources: HashMap<String, String>,
    /// The HTML of the page that a note made.
    pages: HashMap<String, PathBuf>,
}

/// A heading of a page and the text under it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Section {
    anchor: String,
    /// Headings from the outermost to its own, as [`bare`] text.
    path: Vec<String>,
    /// Whether nothing stands above it, so that the top of the page shows it.
    is_top: bool,
}

impl Site {
    /// Copies `notes` into `root` and builds the site of them.
    ///
    /// # Errors
    /// When a file cannot be copied or read, or the binary makes no site.
    pub(super) fn build(binary: &Path, notes: &Path, root: &Path) -> Result<Site, Box<dyn Error>> {
        copy(notes, &root.join("content"))?;
        let settings = format!("title = \"eval\"\nedit_url = \"{EDIT}{{path}}\"\n");
        fs::write(root.join("notes.toml"), settings)?;
        crate::run(
            Command::new(binary)
                .args(["build", "--quiet", "--root"])
                .arg(root),
        )?;
        let mut site = Site {
            binary: binary.to_owned(),
            root: root.to_owned(),
            sources: HashMap::new(),
            pages: HashMap::new(),
        };
        let out = site.out();
        for file in files(&out)? {
            if let Some(source) = source(&file)? {
                site.sources.insert(address(&out, &file), source.clone());
                site.pages.insert(source, file);
            }
        }
        Ok(site)
    }

    /// The folder that is published.
    pub(super) fn out(&self) -> PathBuf {
        self.root.join("public")
    }

    /// The note that made the page at `url`, which is not percent-encoded.
    pub(super) fn source(&self, url: &str) -> Option<&str> {
        self.sources.get(url).map(String::as_str)
    }

    /// The sections that `judgements` name: for each the anchors that show it, or nothing where there is no such section.
    ///
    /// # Errors
    /// When a page or a note cannot be read.
    pub(super) fn anchors(
        &self,
        judgements: &[&Judgement],
    ) -> Result<Vec<Option<Vec<String>>>, Box<dyn Error>> {
        let mut read: BTreeMap<&str, (String, Vec<Section>)> = BTreeMap::new();
        for judgement in judgements {
            let file = judgement.file.as_str();
            let Some(page) = self.pages.get(file) else {
                continue;
            };
            if !read.contains_key(file) {
                let note = fs::read_to_string(self.root.join("content").join(file))?;
                read.insert(file, (note, sections(&fs::read_to_string(page)?)));
            }
        }
        let anchors = |judgement: &&Judgement| {
            let (note, sections) = read.get(judgement.file.as_str())?;
            let section = find(judgement, note, sections)?;
            let mut anchors = vec![section.anchor.clone()];
            if section.is_top {
                anchors.push(String::new());
            }
            Some(anchors)
        };
        Ok(judgements.iter().map(anchors).collect())
    }
}

/// The section a judgement names: by its path, and where that occurs twice by its line.
fn find<'page>(
    judgement: &Judgement,
    note: &str,
    sections: &'page [Section],
) -> Option<&'page Section> {
    let path: Vec<String> = judgement.path.iter().map(|heading| bare(heading)).collect();
    let (top, below) = sections.split_first()?;
    // A note's title is the page's, not one of the headings in its body.
    let inner = path.strip_prefix(top.path.as_slice()).unwrap_or(&path);
    let named: Vec<&Section> = below
        .iter()
        .filter(|section| section.path == path || section.path == inner)
        .collect();
    match (named.as_slice(), judgement.line) {
        ([], _) => inner.is_empty().then_some(top),
        (&[only], _) => Some(only),
        (_, None) => None,
        (_, Some(line)) => {
            let text = path.last()?;
            let before = headings_before(note, line, text);
            let same = below
                .iter()
                .filter(|section| section.path.last() == Some(text));
            same.clone()
                .nth(before)
                .filter(|section| named.contains(section))
        }
    }
}

/// How many headings of this text stand above a line (from 1).
fn headings_before(note: &str, line: usize, text: &str) -> usize {
    note.lines()
        .take(line.saturating_sub(1))
        .filter(|line| line.starts_with('#') && bare(line.trim_start_matches('#')) == text)
        .count()
}

/// The sections of a page: the top first, then one for each heading of the note's body.
fn sections(html: &str) -> Vec<Section> {
    let (head, body) = html
        .split_once("<div class=\"body\">")
        .unwrap_or((html, ""));
    let mut sections = vec![match headings(head).next() {
        Some(title) => Section {
            anchor: title.id,
            path: vec![title.text],
            is_top: true,
        },
        None => Section::default(),
    }];
    let body = body.split("</article>").next().unwrap_or_default();
    let mut open: Vec<(u8, String)> = Vec::new();
    for heading in headings(body) {
        open.retain(|(level, _)| *level < heading.level);
        open.push((heading.level, heading.text));
        sections.push(Section {
            anchor: heading.id,
            path: open.iter().map(|(_, text)| text.clone()).collect(),
            is_top: body[..heading.at].trim().is_empty(),
        });
    }
    sections
}

/// A heading element.
struct Heading {
    at: usize,
    level: u8,
    id: String,
    /// What it says, as [`bare`] text.
    text: String,
}

fn headings(html: &str) -> impl Iterator<Item = Heading> {
    html.match_indices("<h").filter_map(|(at, _)| {
        let rest = &html[at + 2..];
        let level = rest.bytes().next()?.wrapping_sub(b'0');
        let (attributes, rest) = rest.get(1..)?.split_once('>')?;
        let is_heading =
            (1..=6).contains(&level) && (attributes.is_empty() || attributes.starts_with(' '));
        let inner = rest.split(&format!("</h{level}>")).next()?;
        let inner = inner.split("<a class=\"anchor\"").next()?;
        let id = attributes
            .split("id=\"")
            .nth(1)
            .and_then(|id| id.split('"').next());
        is_heading.then(|| Heading {
            at,
            level,
            id: unescaped(id.unwrap_or_default()),
            text: bare(&without_tags(inner)),
        })
    })
}

fn without_tags(html: &str) -> String {
    let mut parts = html.split('<');
    let mut text = parts.next().unwrap_or_default().to_owned();
    text.extend(parts.filter_map(|part| Some(part.split_once('>')?.1)));
    text
}

/// A heading's letters: the same for its Markdown and its HTML.
fn bare(heading: &str) -> String {
    unescaped(heading)
        .chars()
        .filter(|character| !character.is_whitespace() && !"*`_\\".contains(*character))
        .collect()
}

fn unescaped(html: &str) -> String {
    html.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

/// The note that a page says it is made of.
fn source(page: &Path) -> Result<Option<String>, Box<dyn Error>> {
    if page.extension().is_none_or(|extension| extension != "html") {
        return Ok(None);
    }
    let html = fs::read_to_string(page)?;
    let link = html
        .split_once(EDIT)
        .and_then(|(_, link)| link.split('"').next());
    Ok(link.map(|link| decoded(&unescaped(link))))
}

/// The address of a file of the site.
fn address(out: &Path, file: &Path) -> String {
    let inside = file.strip_prefix(out).unwrap_or(file);
    let names: Vec<_> = inside.iter().map(|name| name.to_string_lossy()).collect();
    let address = format!("/{}", names.join("/"));
    match address.strip_suffix("index.html") {
        Some(folder) => folder.to_owned(),
        None => address,
    }
}

/// An address without percent-encoding.
fn decoded(address: &str) -> String {
    let mut parts = address.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let byte = part
            .get(..2)
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match byte {
            Some(byte) => {
                bytes.push(byte);
                bytes.extend_from_slice(&part.as_bytes()[2..]);
            }
            None => {
                bytes.push(b'%');
                bytes.extend_from_slice(part.as_bytes());
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Every file below `folder`; links are not followed.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let (mut files, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let kind = entry.file_type()?;
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() {
                files.push(entry.path());
            }
        }
    }
    Ok(files)
}

fn copy(from: &Path, to: &Path) -> Result<(), Box<dyn Error>> {
    for file in files(from)? {
        let target = to.join(file.strip_prefix(from)?);
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::copy(&file, target)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{decoded, find, sections};
    use crate::eval::sets::Judgement;

    const NOTE: &str =
        "# 제목\n\n앞말\n\n## 가\n\n### 요약\n\n## **나** `b`\n\n## 가\n\n### 요약\n";
    const PAGE: &str = "<h1>제목</h1>\n<div class=\"body\">\n<p>앞말</p>\n<h2 id=\"가\">가 <a class=\"anchor\" href=\"#\">#</a></h2>\
        <h3 id=\"요약\">요약</h3><hr><h2 id=\"나\"><strong>나</strong> <code>b</code></h2><h2 id=\"가-2\">가</h2><h3 id=\"가-2-요약\">요약</h3></div></article>";

    fn anchor(path: &[&str], line: Option<usize>) -> Option<String> {
        let judgement = Judgement {
            path: path.iter().map(|&heading| heading.to_owned()).collect(),
            line,
            ..Judgement::default()
        };
        find(&judgement, NOTE, &sections(PAGE)).map(|section| section.anchor.clone())
    }

    #[test]
    fn a_section_is_found_by_its_path_with_or_without_the_title() {
        assert_eq!(anchor(&["**나** `b`"], None).as_deref(), Some("나"));
        assert_eq!(anchor(&["제목", "나 b"], None).as_deref(), Some("나"));
        assert_eq!(anchor(&[], None).as_deref(), Some(""));
        assert_eq!(anchor(&["제목"], None).as_deref(), Some(""));
        assert_eq!(anchor(&["다"], None), None);
    }

    #[test]
    fn the_line_decides_where_a_path_occurs_twice() {
        assert_eq!(anchor(&["가", "요약"], Some(7)).as_deref(), Some("요약"));
        assert_eq!(
            anchor(&["가", "요약"], Some(13)).as_deref(),
            Some("가-2-요약")
        );
        assert_eq!(anchor(&["가", "요약"], None), None);
    }

    #[test]
    fn the_first_section_is_the_top_where_nothing_stands_above_it() {
        assert!(sections("<div class=\"body\">\n<h2 id=\"a\">A</h2>")[1].is_top);
        assert!(!sections(PAGE)[1].is_top);
    }

    #[test]
    fn addresses_lose_their_percent_signs() {
        assert_eq!(decoded("/%EA%B0%80/b%2/%zz"), "/가/b%2/%zz");
    }
}
