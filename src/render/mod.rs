//! Pages to HTML: Tera templates and theme assets, home, taxonomies, 404, feed, sitemap, robots. Pure over the site.
//!
//! Steps of [`render`]: fingerprint the assets; give templates what all pages share; list the pages to write
//! ([`Job`]); write them in parallel; add the files machines read. Notes' text is only ever a value in a template,
//! never part of one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;
use serde::Serialize;
use tera::{Context, Tera, Value};

use crate::config::Config;
use crate::diagnostics::Diagnostic;
use crate::output::{Content, OutputTree};
use crate::site::{Page, Site, Term, address, taxonomy};

mod assets;
mod feed;
mod filters;
mod sidebar;
mod strings;
mod theme;

pub use theme::Theme;

use sidebar::Sidebar;
use strings::Strings;

/// Tables of contents longer than this leave out their third level.
const LONG_TOC: usize = 40;

/// How many notes the home page lists as newest.
const NEWEST: usize = 8;

/// Renders every page and file of `site` into `tree`. `extra_css` is appended to the theme's style sheet (the colours
/// of highlighted code). What `tree` already holds wins over pages the site did not ask for by name (its own
/// `robots.txt`, a note at `/tags/`). Templates that fail give one diagnostic each, and the other pages are written.
pub fn render(
    site: &Site,
    theme: &Theme,
    config: &Config,
    extra_css: &str,
    tree: &mut OutputTree,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let korean = !config.language.to_lowercase().starts_with("en");
    let strings = Strings::of(korean);
    let title = if config.title.trim().is_empty() {
        site.pages.iter().find(|page| page.url == "/").map_or_else(
            || if korean { "노트" } else { "Notes" }.to_owned(),
            |home| home.title.clone(),
        )
    } else {
        config.title.clone()
    };

    let mut theme_assets = theme.assets.clone();
    if let Some(style) = theme_assets.get_mut("style.css") {
        style.extend_from_slice(extra_css.as_bytes());
    }
    let mut fingerprinted = assets::fingerprint(&theme_assets);
    let mut tera = theme.tera.clone();
    filters::register(
        &mut tera,
        filters::Links {
            base: site.base.clone(),
            assets: Arc::new(std::mem::take(&mut fingerprinted.names)),
            korean,
        },
    );
    for (path, content) in fingerprinted.files {
        tree.insert(path, Content::Bytes(content.into()));
    }

    let shared = Shared {
        title: &title,
        description: &config.description,
        language: &config.language,
        author: &config.author,
        base: &site.base.path,
        menu: &config.menu,
        search: config.search.enabled,
        tags: !site.tags.is_empty(),
        categories: !site.categories.is_empty(),
        icon: ["favicon.svg", "favicon.ico", "favicon.png"]
            .into_iter()
            .find(|icon| tree.contains_key(*icon)),
        extra: &config.extra,
    };
    tera.global_context().insert("site", &shared);
    tera.global_context().insert("t", &strings);

    let renderer = Renderer {
        site,
        config,
        tera: &tera,
        sidebar: Sidebar::new(&site.tree, &site.base),
        counts: count_notes(site),
        terms: site
            .tags
            .iter()
            .chain(&site.categories)
            .map(|term| (term.url.as_str(), term))
            .collect(),
        strings: &strings,
        title: &title,
    };
    let jobs = jobs(site);
    let written: Vec<Result<String, tera::Error>> =
        jobs.par_iter().map(|job| renderer.write(job)).collect();
    let mut failed = BTreeSet::new();
    let mut others = Vec::new();
    for (job, result) in jobs.iter().zip(written) {
        let output = renderer.output(job);
        match result {
            Ok(html) => {
                let content = Content::Bytes(html.into_bytes().into());
                match job {
                    Job::Note(_) => {
                        tree.insert(output, content);
                    }
                    _ => {
                        if *job != Job::NotFound {
                            others.push(renderer.url(job));
                        }
                        tree.entry(output).or_insert(content);
                    }
                }
            }
            Err(error) => {
                // One broken template breaks many pages the same way.
                let diagnostic = theme.explain(&error, renderer.template(job));
                if failed.insert(diagnostic.render(crate::diagnostics::Lang::Ko)) {
                    diagnostics.push(diagnostic);
                }
            }
        }
    }

    let mut add = |path: String, text: String| {
        tree.entry(path)
            .or_insert_with(|| Content::Bytes(text.into_bytes().into()));
    };
    for redirect in &site.redirects {
        let page = &site.pages[redirect.page];
        add(
            redirect.output.clone(),
            feed::redirect(site, page, &config.language, &strings),
        );
    }
    for (path, text) in feed::sitemap(site, &others) {
        add(path, text);
    }
    add(
        "feed.xml".to_owned(),
        feed::atom(site, config, &title, korean),
    );
    add("robots.txt".to_owned(), feed::robots(site));
}

/// A page to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Job {
    /// A note, also where it is the page of a folder.
    Note(usize),
    /// A folder without an index note, by its node.
    Folder(usize),
    /// All tags, all categories.
    Tags,
    Categories,
    /// One of them.
    Tag(usize),
    Category(usize),
    NotFound,
}

fn jobs(site: &Site) -> Vec<Job> {
    let mut jobs: Vec<Job> = (0..site.pages.len()).map(Job::Note).collect();
    jobs.extend(
        site.tree
            .iter()
            .enumerate()
            .filter(|(_, node)| node.page.is_none())
            .map(|(at, _)| Job::Folder(at)),
    );
    if !site.tags.is_empty() {
        jobs.push(Job::Tags);
        jobs.extend((0..site.tags.len()).map(Job::Tag));
    }
    if !site.categories.is_empty() {
        jobs.push(Job::Categories);
        jobs.extend((0..site.categories.len()).map(Job::Category));
    }
    jobs.push(Job::NotFound);
    jobs
}

/// Notes under each node, its own index note left out.
fn count_notes(site: &Site) -> Vec<usize> {
    let mut counts = vec![0; site.tree.len()];
    // Children come after their parents.
    for (at, node) in site.tree.iter().enumerate().skip(1).rev() {
        if let Some(parent) = node.parent {
            counts[parent] += counts[at] + usize::from(node.page.is_some() && !node.folder);
        }
    }
    counts
}

/// `site` in templates.
#[derive(Serialize)]
struct Shared<'a> {
    title: &'a str,
    description: &'a str,
    language: &'a str,
    author: &'a str,
    /// Base path: `/` or `/sub/`.
    base: &'a str,
    menu: &'a [crate::config::MenuItem],
    search: bool,
    tags: bool,
    categories: bool,
    /// Path of the site's own icon.
    icon: Option<&'static str>,
    extra: &'a BTreeMap<String, serde_json::Value>,
}

/// `page` in templates.
#[derive(Serialize, Default)]
struct PageView<'a> {
    title: &'a str,
    /// What the browser's tab says.
    head_title: String,
    description: &'a str,
    url: &'a str,
    /// Absolute address, where the site knows its own.
    canonical: Option<String>,
    /// `website` or `article`, for Open Graph.
    kind: &'static str,
    /// The anchor of the heading that became the title.
    heading_id: Option<&'a str>,
    date: Option<&'a str>,
    updated: Option<&'a str>,
    minutes: usize,
    characters: usize,
    tags: Vec<TermView<'a>>,
    categories: Vec<TermView<'a>>,
    toc: Vec<TocEntry<'a>>,
    breadcrumbs: Vec<LinkView<'a>>,
    previous: Option<LinkView<'a>>,
    next: Option<LinkView<'a>>,
    backlinks: Vec<LinkView<'a>>,
    children: Vec<Child<'a>>,
    newest: Vec<Child<'a>>,
    edit: Option<String>,
    home: bool,
    extra: Option<&'a BTreeMap<String, serde_json::Value>>,
}

/// A link to a page.
#[derive(Serialize)]
struct LinkView<'a> {
    title: &'a str,
    url: &'a str,
}

/// A tag or category.
#[derive(Serialize)]
struct TermView<'a> {
    name: &'a str,
    url: &'a str,
    count: usize,
}

/// A line of the table of contents.
#[derive(Serialize)]
struct TocEntry<'a> {
    id: &'a str,
    html: &'a str,
    /// From 1 for the uppermost level shown.
    depth: u8,
}

/// A page or folder in a list.
#[derive(Serialize)]
struct Child<'a> {
    title: &'a str,
    url: &'a str,
    description: &'a str,
    date: Option<&'a str>,
    folder: bool,
    /// Notes in it, for a folder.
    count: usize,
}

/// What is needed to write any page.
struct Renderer<'a> {
    site: &'a Site,
    config: &'a Config,
    tera: &'a Tera,
    sidebar: Sidebar<'a>,
    counts: Vec<usize>,
    /// Tags and categories by address.
    terms: BTreeMap<&'a str, &'a Term>,
    strings: &'a Strings,
    title: &'a str,
}

impl Renderer<'_> {
    fn url(&self, job: &Job) -> String {
        match *job {
            Job::Note(at) => self.site.pages[at].url.clone(),
            Job::Folder(at) => self.site.tree[at].url.clone(),
            Job::Tags => "/tags/".to_owned(),
            Job::Categories => "/categories/".to_owned(),
            Job::Tag(at) => self.site.tags[at].url.clone(),
            Job::Category(at) => self.site.categories[at].url.clone(),
            Job::NotFound => "/404.html".to_owned(),
        }
    }

    fn output(&self, job: &Job) -> String {
        let url = self.url(job);
        let path = url.trim_start_matches('/');
        if path.is_empty() || path.ends_with('/') {
            format!("{path}index.html")
        } else {
            path.to_owned()
        }
    }

    /// The template of `job`: the note's own choice where the theme has it.
    fn template(&self, job: &Job) -> &str {
        match *job {
            Job::Note(at) => {
                let page = &self.site.pages[at];
                let own = page
                    .template
                    .as_deref()
                    .filter(|name| self.tera.contains_template(name));
                own.unwrap_or_else(|| {
                    let node = &self.site.tree[page.node];
                    if page.url == "/" {
                        "home.html"
                    } else if node.folder {
                        "section.html"
                    } else {
                        "page.html"
                    }
                })
            }
            Job::Folder(0) => "home.html",
            Job::Folder(_) => "section.html",
            Job::Tags | Job::Categories => "terms.html",
            Job::Tag(_) | Job::Category(_) => "term.html",
            Job::NotFound => "404.html",
        }
    }

    fn write(&self, job: &Job) -> Result<String, tera::Error> {
        let url = self.url(job);
        let site = self.site;
        let mut context = Context::new();
        let mut view = PageView {
            canonical: site.base.absolute(&url),
            kind: "website",
            url: &url,
            ..PageView::default()
        };
        let mut node = None;
        let mut content = "";
        match *job {
            Job::Note(at) => {
                let page = &site.pages[at];
                node = Some(page.node);
                content = &page.html;
                self.fill_note(&mut view, page);
            }
            Job::Folder(at) => {
                node = Some(at);
                view.title = if at == 0 {
                    self.title
                } else {
                    &site.tree[at].title
                };
                if at == 0 {
                    view.description = &self.config.description;
                }
            }
            Job::Tags | Job::Categories => {
                let (title, terms) = match job {
                    Job::Tags => (self.strings.tags, &site.tags),
                    _ => (self.strings.categories, &site.categories),
                };
                view.title = title;
                context.insert("terms", &terms.iter().map(term_view).collect::<Vec<_>>());
            }
            Job::Tag(at) | Job::Category(at) => {
                let (root, parent, term) = match job {
                    Job::Tag(_) => (self.strings.tags, "/tags/", &site.tags[at]),
                    _ => (
                        self.strings.categories,
                        "/categories/",
                        &site.categories[at],
                    ),
                };
                view.title = &term.name;
                view.breadcrumbs = vec![
                    LinkView {
                        title: self.strings.home,
                        url: "/",
                    },
                    LinkView {
                        title: root,
                        url: parent,
                    },
                ];
                view.children = term
                    .pages
                    .iter()
                    .map(|&page| self.page_child(page))
                    .collect();
                context.insert("kind", root);
            }
            Job::NotFound => {
                view.title = self.strings.not_found;
                view.canonical = None;
            }
        }
        if let Some(at) = node {
            view.home = at == 0;
            view.breadcrumbs = self.breadcrumbs(at);
            if site.tree[at].folder {
                view.children = site.tree[at]
                    .children
                    .iter()
                    .map(|&child| self.child(child))
                    .collect();
            }
            if at == 0 {
                view.newest = feed::newest(site)
                    .into_iter()
                    .filter(|&page| site.pages[page].date.is_some())
                    .take(NEWEST)
                    .map(|page| self.page_child(page))
                    .collect();
            }
        }
        view.head_title = if view.home || view.title == self.title {
            self.title.to_owned()
        } else {
            format!("{} | {}", view.title, self.title)
        };
        context.insert("page", &view);
        context.insert_value("content", Value::safe_string(content));
        context.insert_value("sidebar", Value::safe_string(&self.sidebar.at(node)));
        self.tera.render(self.template(job), &context)
    }

    fn fill_note<'v>(&'v self, view: &mut PageView<'v>, page: &'v Page) {
        let site = self.site;
        view.title = &page.title;
        view.description = &page.description;
        view.kind = "article";
        view.heading_id = page
            .title_heading
            .and_then(|at| page.headings.get(at))
            .map(|heading| heading.id.as_str());
        view.date = page.date.as_deref();
        view.updated = page.updated.as_deref();
        view.minutes = page.minutes;
        view.characters = page.characters;
        view.tags = self.term_views("tags", &page.tags);
        view.categories = self.term_views("categories", &page.categories);
        view.toc = table_of_contents(page);
        let link = |at: usize| LinkView {
            title: &site.pages[at].title,
            url: &site.pages[at].url,
        };
        view.previous = page.previous.map(link);
        view.next = page.next.map(link);
        view.backlinks = page.backlinks.iter().map(|&from| link(from)).collect();
        view.edit = Some(&self.config.edit_url)
            .filter(|pattern| !pattern.is_empty())
            .map(|pattern| pattern.replace("{path}", &address::encode(&page.source)));
        view.extra = Some(&page.extra);
    }

    fn term_views<'v>(&'v self, root: &str, words: &'v [String]) -> Vec<TermView<'v>> {
        words
            .iter()
            .filter_map(|word| {
                let term = self
                    .terms
                    .get(taxonomy::url(root, word, self.config.slug).as_str())?;
                Some(TermView {
                    name: word,
                    ..term_view(term)
                })
            })
            .collect()
    }

    /// The way from home to the node's folder, the node itself left out.
    fn breadcrumbs(&self, node: usize) -> Vec<LinkView<'_>> {
        let mut way = Vec::new();
        let mut at = node;
        while let Some(parent) = self.site.tree[at].parent {
            let folder = &self.site.tree[parent];
            way.push(LinkView {
                title: if parent == 0 {
                    self.strings.home
                } else {
                    &folder.title
                },
                url: &folder.url,
            });
            at = parent;
        }
        way.reverse();
        way
    }

    fn child(&self, at: usize) -> Child<'_> {
        let node = &self.site.tree[at];
        let page = node.page.map(|page| &self.site.pages[page]);
        Child {
            title: &node.title,
            url: &node.url,
            description: page.map_or("", |page| &page.description),
            date: page.and_then(|page| page.date.as_deref()),
            folder: node.folder,
            count: self.counts[at],
        }
    }

    fn page_child(&self, at: usize) -> Child<'_> {
        let page = &self.site.pages[at];
        Child {
            title: &page.title,
            url: &page.url,
            description: &page.description,
            date: page.date.as_deref(),
            folder: false,
            count: 0,
        }
    }
}

fn term_view(term: &Term) -> TermView<'_> {
    TermView {
        name: &term.name,
        url: &term.url,
        count: term.pages.len(),
    }
}

/// Up to three levels of headings below the title; two where there are many. Empty where there is nothing to choose.
fn table_of_contents(page: &Page) -> Vec<TocEntry<'_>> {
    if page.toc == Some(false) {
        return Vec::new();
    }
    let shown: Vec<_> = page
        .headings
        .iter()
        .enumerate()
        // A heading of an image alone has no words to choose by.
        .filter(|(at, heading)| {
            page.title_heading != Some(*at) && !heading.no_toc && !heading.html.is_empty()
        })
        .map(|(_, heading)| heading)
        .collect();
    let Some(top) = shown.iter().map(|heading| heading.level).min() else {
        return Vec::new();
    };
    let within = |levels: u8| {
        shown
            .iter()
            .filter(|heading| heading.level - top < levels)
            .count()
    };
    let levels = if within(3) > LONG_TOC { 2 } else { 3 };
    let entries: Vec<_> = shown
        .iter()
        .filter(|heading| heading.level - top < levels)
        .map(|heading| TocEntry {
            id: &heading.id,
            html: &heading.html,
            depth: heading.level - top + 1,
        })
        .collect();
    if entries.len() < 2 && page.toc != Some(true) {
        return Vec::new();
    }
    entries
}

#[cfg(test)]
mod tests;
