//! The whole site over the parsed notes: addresses, navigation, taxonomies, link resolution. Pure; writes nothing.
//!
//! Steps of [`assemble`]: place each note (folder, name, address); make its page; settle addresses that collide;
//! resolve links in all pages; build the tree and what follows from it (neighbours, backlinks); group by tag.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rayon::prelude::*;
use serde_json::Value;

use crate::bilingual;
use crate::config::{Config, SlugStyle};
use crate::diagnostics::{Diagnostic, Place, Severity};
use crate::images::Variants;
use crate::markdown::{Heading, LinkKind, ParsedNote, Section, SlotKind};
use crate::source::{Attachment, Note};

pub mod address;
pub(crate) mod date;
mod images;
mod links;
mod names;
mod nav;
pub(crate) mod permalink;
pub(crate) mod taxonomy;
pub(crate) mod text;
mod title;
mod transclusion;

pub use address::{Base, slug};
pub(crate) use images::without_sources;
pub use nav::Node;
pub use taxonomy::Term;

use address::FileName;
use links::{Resolved, Resolver, Sources};
use transclusion::Embedder;

/// About how many characters a description has when it is made from the first paragraph.
const DESCRIPTION: usize = 120;

/// All pages made from notes, and how they hang together.
#[derive(Debug, Default)]
pub struct Site {
    /// Pages in order of their source path.
    pub pages: Vec<Page>,
    /// The navigation tree; node 0 is the root, a node's children have greater indices than itself.
    pub tree: Vec<Node>,
    /// Tags in natural order.
    pub tags: Vec<Term>,
    /// Categories in natural order.
    pub categories: Vec<Term>,
    /// Further addresses that lead to a page, in order.
    pub redirects: Vec<Redirect>,
    /// Attachments and static files that a note links to or shows, by their published path.
    pub used_files: BTreeSet<String>,
    /// Where the site is published.
    pub base: Base,
}

/// A page made from a note.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// The note's path in the content folder.
    pub source: String,
    /// Address from the site's root: decoded, NFC, begins and ends with `/`.
    pub url: String,
    /// Path of the file in `public/`: `aws/람다/index.html`.
    pub output: String,
    /// Title as plain text, never empty.
    pub title: String,
    /// Description as plain text; may be empty.
    pub description: String,
    /// `YYYY-MM-DD`.
    pub date: Option<String>,
    /// `YYYY-MM-DD`.
    pub updated: Option<String>,
    /// Tags in the author's order.
    pub tags: Vec<String>,
    /// Categories in the author's order.
    pub categories: Vec<String>,
    /// The body with links resolved, without the heading that the page's title replaces.
    pub html: String,
    /// Headings in document order.
    pub headings: Vec<Heading>,
    /// Sections, the units of search.
    pub sections: Vec<Section>,
    /// The heading that opened the body and now is the page's title; its id is still an anchor of the page.
    pub title_heading: Option<usize>,
    /// Further addresses: begin with `/` and end with `/` or `.html`.
    pub aliases: Vec<String>,
    /// Order among its neighbours: smaller comes first, none comes last.
    pub weight: Option<i64>,
    /// Whether the table of contents is shown; `None` leaves it to the theme.
    pub toc: Option<bool>,
    /// Another template of the theme.
    pub template: Option<String>,
    /// Front-matter keys we do not know.
    pub extra: BTreeMap<String, Value>,
    /// Characters of prose without spaces.
    pub characters: usize,
    /// Minutes to read it.
    pub minutes: usize,
    /// Its node in [`Site::tree`].
    pub node: usize,
    /// The page before it in reading order, within its top-level folder.
    pub previous: Option<usize>,
    /// The page after it.
    pub next: Option<usize>,
    /// Pages whose bodies link here, in order, without itself.
    pub backlinks: Vec<usize>,
}

/// An address that leads elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    /// Path of the file in `public/`.
    pub output: String,
    /// The page it leads to.
    pub page: usize,
}

/// What the site must know of files, read by whoever may read files.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Width and height in pixels of images, by their published path.
    pub image_sizes: BTreeMap<String, (u32, u32)>,
}

/// Where a note lies and where it goes.
#[derive(Debug, Clone)]
pub(crate) struct Placement {
    /// Its folder in the content folder, `""` for the root.
    pub(crate) folder: String,
    /// Whether it is its folder's page.
    pub(crate) index: bool,
    /// What its file name says.
    file_name: FileName,
    /// The address it asks for.
    url: String,
    /// The address with the date of its file name, for the case that two notes differ only in that.
    dated_url: Option<String>,
}

/// Assembles the site. `notes` are those to publish (drafts left out) in order of their path; their own diagnostics are
/// the caller's, what is returned concerns the notes together. A bad note never takes the site down.
pub fn assemble(
    notes: Vec<(Note, ParsedNote)>,
    attachments: &[Attachment],
    static_files: &[Attachment],
    config: &Config,
    facts: &Facts,
) -> (Site, Vec<Diagnostic>) {
    let mut none = |_: &BTreeSet<&str>| Variants::new();
    assemble_with_pictures(notes, attachments, static_files, config, facts, &mut none)
}

/// The same; `pictures` is asked once for the variants of the images that the notes show, by their published paths.
pub fn assemble_with_pictures(
    notes: Vec<(Note, ParsedNote)>,
    attachments: &[Attachment],
    static_files: &[Attachment],
    config: &Config,
    facts: &Facts,
    pictures: &mut dyn FnMut(&BTreeSet<&str>) -> Variants,
) -> (Site, Vec<Diagnostic>) {
    let base = Base::new(&config.base_url);
    let mut diagnostics = Vec::new();

    let placements = place_notes(&notes, config.slug, &mut diagnostics);
    let folders = folder_addresses(&notes, config.slug);
    let urls = settle_addresses(&notes, &placements, &mut diagnostics);
    let mut pages: Vec<Page> = notes
        .iter()
        .zip(&placements)
        .zip(urls)
        .map(|(((note, parsed), placement), url)| make_page(note, parsed, placement, url))
        .collect();
    let redirects = settle_aliases(&notes, &mut pages, &mut diagnostics);

    let resolver = Resolver::new(&Sources {
        notes: &notes,
        pages: &pages,
        attachments,
        static_files,
        folders: &folders,
        base: &base,
        style: config.slug,
        facts,
    });
    let resolved: Vec<(Vec<Resolved>, Vec<Diagnostic>)> = (0..pages.len())
        .into_par_iter()
        .map(|at| resolver.resolve_page(at))
        .collect();
    drop(resolver);
    let mut links: Vec<Vec<Resolved>> = Vec::with_capacity(resolved.len());
    let mut used_files = BTreeSet::new();
    for (mut found, wrong) in resolved {
        used_files.extend(found.iter_mut().filter_map(|link| link.file.take()));
        links.push(found);
        diagnostics.extend(wrong);
    }
    let shown = images::shown(&notes, &links);
    let writer = images::Writer {
        sizes: &facts.image_sizes,
        variants: &pictures(&shown),
        base: &base,
        column: config.images.column,
        korean: config.language.starts_with("ko"),
    };
    note_backlinks(&mut pages, &links);
    let embedder = Embedder::new(&notes, &pages, &links, &base, &writer);
    let bodies: Vec<(String, Vec<Diagnostic>)> = (0..pages.len())
        .into_par_iter()
        .map(|at| embedder.body(at))
        .collect();
    drop(embedder);
    for ((page, (_, parsed)), (html, wrong)) in pages.iter_mut().zip(&notes).zip(bodies) {
        page.html = without_title(html, parsed, page.title_heading);
        diagnostics.extend(wrong);
    }

    let tree = nav::build(&pages, &placements, &folders, &config.title);
    for (page, node) in pages.iter_mut().zip(&tree.node_of_page) {
        page.node = *node;
    }
    for group in nav::reading_order(&tree.nodes) {
        for pair in group.windows(2) {
            pages[pair[0]].next = Some(pair[1]);
            pages[pair[1]].previous = Some(pair[0]);
        }
    }
    let tags = taxonomy::group(&pages, "tags", config.slug, |page| &page.tags);
    let categories = taxonomy::group(&pages, "categories", config.slug, |page| &page.categories);
    for (page, (_, parsed)) in pages.iter_mut().zip(notes) {
        page.headings = parsed.headings;
        page.sections = parsed.sections;
    }
    let site = Site {
        pages,
        tree: tree.nodes,
        tags,
        categories,
        redirects,
        used_files,
        base,
    };
    (site, diagnostics)
}

/// Finds out for each note what it asks for.
fn place_notes(
    notes: &[(Note, ParsedNote)],
    style: SlugStyle,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Placement> {
    let split = |path: &str| match path.rsplit_once('/') {
        Some((folder, file)) => (folder.to_owned(), file.to_owned()),
        None => (String::new(), path.to_owned()),
    };
    let stem = |file: &str| {
        file.rsplit_once('.')
            .map_or(file, |(stem, _)| stem)
            .to_ascii_lowercase()
    };
    let with_index: BTreeSet<String> = notes
        .iter()
        .map(|(note, _)| split(&note.path))
        .filter(|(_, file)| matches!(stem(file).as_str(), "index" | "_index"))
        .map(|(folder, _)| folder)
        .collect();
    notes
        .iter()
        .map(|(note, _)| {
            let (folder, file) = split(&note.path);
            let index = match stem(&file).as_str() {
                "index" | "_index" => true,
                "readme" => !with_index.contains(&folder),
                _ => false,
            };
            let file_name = FileName::of(&note.path);
            let (url, dated_url) =
                wanted_address(note, &folder, index, &file_name, style, diagnostics);
            Placement {
                folder,
                index,
                file_name,
                url,
                dated_url,
            }
        })
        .collect()
}

/// The address a note asks for, and the one with its date.
fn wanted_address(
    note: &Note,
    folder: &str,
    index: bool,
    file_name: &FileName,
    style: SlugStyle,
    diagnostics: &mut Vec<Diagnostic>,
) -> (String, Option<String>) {
    let mut checked = |key: &str, written: &str| {
        let (segments, escaped) = address::sanitize_path(written);
        if escaped {
            diagnostics.push(
                Diagnostic::new(
                    Severity::Warning,
                    "unsafe-address",
                    bilingual!(
                        "머리말 `{key}`의 `..`을 뺐습니다: `{written}`",
                        "`..` was left out of `{key}` in the front matter: `{written}`"
                    ),
                )
                .at(Place::file(&note.shown_path)),
            );
        }
        segments
    };
    let own = &note.front_matter;
    if let Some(permalink) = own
        .permalink
        .as_deref()
        .filter(|text| !text.trim().is_empty())
    {
        let of = permalink::Of {
            date: own
                .date
                .as_deref()
                .or(file_name.date.as_deref())
                .unwrap_or_default(),
            name: &file_name.name,
            slug: own.slug.as_deref(),
            categories: &own.categories,
            collection: "posts",
            path: note.path.rsplit_once('.').map_or(&*note.path, |(it, _)| it),
        };
        let mut segments = checked("permalink", &permalink::expand(permalink, &of).address);
        if let Some(last) = segments.last_mut() {
            let stem = last
                .strip_suffix(".html")
                .or_else(|| last.strip_suffix(".htm"));
            if let Some(stem) = stem.map(str::to_owned) {
                *last = stem;
            }
        }
        if segments.last().is_some_and(|last| last == "index") {
            segments.pop();
        }
        return (url_of(segments.iter().map(String::as_str), style), None);
    }
    let folders = folder.split('/').filter(|segment| !segment.is_empty());
    let parent: Vec<&str> = folders.collect();
    if let Some(written) = own.slug.as_deref().filter(|text| !text.trim().is_empty()) {
        let segments = checked("slug", written);
        if !segments.is_empty() {
            // The last segment of a folder's page is the folder's own name.
            let keep = parent.len() - usize::from(index && !parent.is_empty());
            let all = parent[..keep]
                .iter()
                .copied()
                .chain(segments.iter().map(String::as_str));
            return (url_of(all, style), None);
        }
    }
    if index {
        return (url_of(parent.into_iter(), style), None);
    }
    let at = |name| url_of(parent.iter().copied().chain([name]), style);
    let dated = file_name
        .date
        .is_some()
        .then(|| at(file_name.dated_name.as_str()));
    (at(file_name.name.as_str()), dated)
}

fn url_of<'s>(segments: impl Iterator<Item = &'s str>, style: SlugStyle) -> String {
    let mut url = String::from("/");
    for segment in segments {
        url.push_str(&slug(address::without_notion_hash(segment), style));
        url.push('/');
    }
    url
}

/// The address of every folder that holds a note, at any depth, by its path; the root is left out.
fn folder_addresses(notes: &[(Note, ParsedNote)], style: SlugStyle) -> BTreeMap<String, String> {
    let mut folders = BTreeMap::new();
    for (note, _) in notes {
        let mut path = note.path.as_str();
        while let Some((folder, _)) = path.rsplit_once('/') {
            if folders.contains_key(folder) {
                break;
            }
            folders.insert(folder.to_owned(), url_of(folder.split('/'), style));
            path = folder;
        }
    }
    folders
}

/// Gives each note an address of its own. The first in path order keeps what it asked for; a later one gets its date
/// back if its file name has one, else a number, and an error says so.
fn settle_addresses(
    notes: &[(Note, ParsedNote)],
    placements: &[Placement],
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<String> {
    let mut owners: HashMap<String, usize> = HashMap::new();
    let mut urls: Vec<Option<String>> = vec![None; notes.len()];
    for (at, placement) in placements.iter().enumerate() {
        let key = placement.url.to_lowercase();
        if let std::collections::hash_map::Entry::Vacant(free) = owners.entry(key) {
            free.insert(at);
            urls[at] = Some(placement.url.clone());
        }
    }
    let mut counters: HashMap<&str, usize> = HashMap::new();
    for (at, placement) in placements.iter().enumerate() {
        if urls[at].is_some() {
            continue;
        }
        let first = owners.get(&placement.url.to_lowercase()).copied();
        if let Some(dated) = &placement.dated_url
            && !owners.contains_key(&dated.to_lowercase())
        {
            owners.insert(dated.to_lowercase(), at);
            urls[at] = Some(dated.clone());
            continue;
        }
        let counter = counters.entry(placement.url.as_str()).or_insert(1);
        let url = loop {
            *counter += 1;
            let stem = placement.url.trim_end_matches('/');
            let stem = if stem.is_empty() { "/index" } else { stem };
            let candidate = format!("{stem}-{counter}/");
            if !owners.contains_key(&candidate.to_lowercase()) {
                break candidate;
            }
        };
        owners.insert(url.to_lowercase(), at);
        let (here, wanted) = (&notes[at].0.shown_path, &placement.url);
        let other = first.map_or("", |first| notes[first].0.shown_path.as_str());
        diagnostics.push(
            Diagnostic::new(
                Severity::Error,
                "duplicate-slug",
                bilingual!(
                    "두 노트의 주소가 같습니다: `{wanted}` (`{other}`, `{here}`)",
                    "Two notes have the same address: `{wanted}` (`{other}`, `{here}`)"
                ),
            )
            .at(Place::file(here))
            .hint(bilingual!(
                "이 노트는 `{url}`에 두었습니다. 파일 이름을 바꾸거나 머리말에 `slug`를 적으세요.",
                "This note was put at `{url}`. Rename the file or give it a `slug` in its front matter."
            )),
        );
        urls[at] = Some(url);
    }
    urls.into_iter().map(Option::unwrap_or_default).collect()
}

fn make_page(note: &Note, parsed: &ParsedNote, placement: &Placement, url: String) -> Page {
    let own = &note.front_matter;
    // An index note without headings is named after its folder.
    let name = if placement.index {
        placement
            .folder
            .rsplit('/')
            .next()
            .filter(|name| !name.is_empty())
            .unwrap_or(&placement.file_name.name)
    } else {
        &placement.file_name.name
    };
    let title = title::choose(own.title.as_deref(), parsed, name);
    let date = own
        .date
        .as_deref()
        .and_then(date::parse)
        .or_else(|| parsed.written_date.as_deref().and_then(date::parse))
        .or_else(|| placement.file_name.date.clone());
    let updated = own
        .updated
        .as_deref()
        .and_then(date::parse)
        .filter(|updated| Some(updated) != date.as_ref());
    let description = match own.description.as_deref().map(str::trim) {
        Some(written) if !written.is_empty() => text::shorten(written, 300),
        _ => text::shorten(&parsed.summary, DESCRIPTION),
    };
    let characters = text::count_characters(&parsed.sections);
    // Tags in text stand after those of the front matter.
    let in_text = parsed
        .links
        .iter()
        .filter(|link| link.kind == LinkKind::Tag);
    let mut tags = own.tags.clone();
    tags.extend(in_text.map(|link| link.destination.clone()));
    let mut aliases: Vec<String> = own.aliases.clone();
    if let Some(permalink) = own
        .permalink
        .as_ref()
        .filter(|link| link.ends_with(".html") && !link.contains("/:"))
    {
        aliases.push(permalink.clone());
    }
    Page {
        source: note.path.clone(),
        output: format!("{}index.html", url.trim_start_matches('/')),
        url,
        title: title.text,
        title_heading: title.heading,
        description,
        date,
        updated,
        tags: distinct(&tags),
        categories: distinct(&own.categories),
        aliases,
        weight: own.weight,
        toc: own.toc,
        template: own.template.clone(),
        extra: own.extra.clone(),
        characters,
        minutes: text::reading_minutes(characters),
        ..Page::default()
    }
}

fn distinct(names: &[String]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    names
        .iter()
        .map(|name| name.trim())
        .filter(|name| !name.is_empty() && seen.insert(name.to_lowercase()))
        .map(str::to_owned)
        .collect()
}

/// Makes the pages' aliases safe addresses and says which of them lead where. A page's address wins over an alias;
/// aliases that are names ([`names::is_address`]) get none.
fn settle_aliases(
    notes: &[(Note, ParsedNote)],
    pages: &mut [Page],
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Redirect> {
    let taken: BTreeSet<String> = pages
        .iter()
        .map(|page| page.output.to_lowercase())
        .collect();
    let mut redirects: BTreeMap<String, usize> = BTreeMap::new();
    for (at, page) in pages.iter_mut().enumerate() {
        let mut settled = Vec::new();
        for written in page.aliases.iter().filter(|it| names::is_address(it)) {
            let (segments, _) = address::sanitize_path(written);
            let is_file = segments
                .last()
                .is_some_and(|last| last.ends_with(".html") || last.ends_with(".htm"));
            let path = segments.join("/");
            let (url, output) = if is_file {
                (format!("/{path}"), path)
            } else if path.is_empty() {
                ("/".to_owned(), "index.html".to_owned())
            } else {
                (format!("/{path}/"), format!("{path}/index.html"))
            };
            if taken.contains(&output.to_lowercase()) || redirects.contains_key(&output) {
                if output != page.output {
                    let here = &notes[at].0.shown_path;
                    diagnostics.push(
                        Diagnostic::new(
                            Severity::Warning,
                            "alias-conflict",
                            bilingual!(
                                "별칭 주소를 다른 글이 이미 쓰고 있습니다: `{written}`",
                                "The alias `{written}` is another note's address."
                            ),
                        )
                        .at(Place::file(here)),
                    );
                }
                continue;
            }
            redirects.insert(output, at);
            settled.push(url);
        }
        page.aliases = settled;
    }
    redirects
        .into_iter()
        .map(|(output, page)| Redirect { output, page })
        .collect()
}

fn note_backlinks(pages: &mut [Page], links: &[Vec<Resolved>]) {
    let mut back: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); pages.len()];
    for (from, links) in links.iter().enumerate() {
        for to in links.iter().filter_map(|link| link.page) {
            if to != from {
                back[to].insert(from);
            }
        }
    }
    for (page, back) in pages.iter_mut().zip(back) {
        page.backlinks = back.into_iter().collect();
    }
}

/// The elements of a body to which their author gave a size or class: an attribute may stand only once.
fn sized_elements(parsed: &ParsedNote) -> BTreeSet<usize> {
    parsed
        .body
        .slots
        .iter()
        .filter_map(|slot| match slot.kind {
            SlotKind::Attributes(at) => {
                let before = parsed.body.html.get(..slot.at)?;
                let tag = &before[before.rfind('<')?..];
                [" width=", " height=", " class="]
                    .iter()
                    .any(|name| tag.contains(name))
                    .then_some(at)
            }
            _ => None,
        })
        .collect()
}

/// The body without the heading that became the title.
fn without_title(html: String, parsed: &ParsedNote, title_heading: Option<usize>) -> String {
    match title_heading.and_then(|at| parsed.headings.get(at)) {
        Some(heading) => title::strip_heading(html.trim_start(), heading.level).to_owned(),
        None => html,
    }
}

#[cfg(test)]
mod tests;
