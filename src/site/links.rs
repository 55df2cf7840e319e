//! Links between notes: what an author wrote, resolved to an address of the site, or a diagnostic that helps.
//!
//! Steps for one destination: set external ones aside; split path, query and fragment; find the path among notes,
//! folders and files ([`Resolver::find`]); find the fragment among the target's headings ([`anchor_of`]).

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use unicode_normalization::UnicodeNormalization;

use crate::bilingual;
use crate::diagnostics::{Diagnostic, Place, Severity};
use crate::markdown::{Heading, Link, LinkKind, ParsedNote};
use crate::source::{Attachment, Note};

use super::address::{self, Base};
use super::names::Names;
use super::taxonomy;
use super::text::{distance, escape};
use super::{Facts, Page};
use crate::config::SlugStyle;

/// How many broken links get a "did you mean": each compares all names, and a site may have thousands.
const MAX_SUGGESTIONS: usize = 100;

/// What a link came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Resolved {
    /// The URL, percent-encoded and HTML-escaped.
    pub(crate) url: String,
    /// Further attributes, each with a leading space.
    pub(crate) attributes: String,
    /// The page it leads to.
    pub(crate) page: Option<usize>,
    /// What it shows, if it is an image's.
    pub(crate) image: Shown,
    /// The id in that page.
    pub(crate) anchor: Option<String>,
    /// The attachment or static file it leads to, by its published path.
    pub(crate) file: Option<String>,
}

/// What an image shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Shown {
    /// Nothing of this site: an address elsewhere, or no image at all.
    #[default]
    Elsewhere,
    /// A file, by its published path.
    File(String),
    /// Nothing, for there is no such file; the path as its author would read it.
    Missing(String),
}

impl Resolved {
    /// Whether it leads nowhere.
    pub(crate) fn is_broken(&self) -> bool {
        self.attributes == BROKEN
    }
}

/// The attribute of a broken link.
const BROKEN: &str = " class=\"broken\"";

/// What a path leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target<'a> {
    Page(usize),
    /// A folder's automatic page, by its address.
    Folder(&'a str),
    /// An attachment or a static file, by its published path.
    File(&'a str),
}

/// Everything a link may lead to.
pub(crate) struct Resolver<'a> {
    notes: &'a [(Note, ParsedNote)],
    pages: &'a [Page],
    base: &'a Base,
    style: SlugStyle,
    facts: &'a Facts,
    by_source: HashMap<&'a str, usize>,
    by_folded_source: HashMap<String, usize>,
    by_url: HashMap<&'a str, usize>,
    by_name: Names,
    aliases: HashMap<&'a str, usize>,
    folders: &'a BTreeMap<String, String>,
    files: BTreeSet<&'a str>,
    files_by_name: HashMap<String, Vec<&'a str>>,
    files_by_folded: HashMap<String, &'a str>,
    anchors: Vec<OnceLock<Anchors>>,
    names: OnceLock<Vec<(Vec<char>, usize)>>,
    suggestions: AtomicUsize,
}

/// The anchors of one page, exact and by what is left without case and punctuation.
#[derive(Debug, Default)]
struct Anchors {
    exact: BTreeSet<String>,
    /// Normalised heading id or text to the ids that have it, in document order.
    loose: HashMap<String, Vec<String>>,
    /// Level, normalised text and id of each heading.
    headings: Vec<(u8, String, String)>,
}

/// The raw parts of what the resolver looks in.
pub(crate) struct Sources<'a> {
    pub(crate) notes: &'a [(Note, ParsedNote)],
    pub(crate) pages: &'a [Page],
    pub(crate) attachments: &'a [Attachment],
    pub(crate) static_files: &'a [Attachment],
    /// Addresses of all folders (`/aws/`) by their path in the content folder (`AWS`), root excluded.
    pub(crate) folders: &'a BTreeMap<String, String>,
    pub(crate) base: &'a Base,
    pub(crate) style: SlugStyle,
    pub(crate) facts: &'a Facts,
}

impl<'a> Resolver<'a> {
    pub(crate) fn new(from: &Sources<'a>) -> Self {
        let by_name = Names::new(from.pages, |at| &from.notes[at].0.front_matter.aliases);
        let files: BTreeSet<&str> = from
            .attachments
            .iter()
            .chain(from.static_files)
            .map(|file| file.path.as_str())
            .collect();
        // The first in path order wins where two differ in case only.
        let mut files_by_name: HashMap<String, Vec<&str>> = HashMap::new();
        let mut files_by_folded = HashMap::new();
        for file in &files {
            let name = file.rsplit('/').next().unwrap_or(file);
            files_by_name.entry(fold(name)).or_default().push(file);
            files_by_folded.entry(fold(file)).or_insert(*file);
        }
        Resolver {
            notes: from.notes,
            pages: from.pages,
            base: from.base,
            style: from.style,
            facts: from.facts,
            by_source: from
                .pages
                .iter()
                .enumerate()
                .map(|(at, page)| (page.source.as_str(), at))
                .collect(),
            // The first in path order wins where two differ in case only.
            by_folded_source: from
                .pages
                .iter()
                .enumerate()
                .rev()
                .map(|(at, page)| (fold(&page.source), at))
                .collect(),
            by_url: from
                .pages
                .iter()
                .enumerate()
                .map(|(at, page)| (page.url.as_str(), at))
                .collect(),
            by_name,
            aliases: from
                .pages
                .iter()
                .enumerate()
                .rev()
                .flat_map(|(at, page)| page.aliases.iter().map(move |alias| (alias.as_str(), at)))
                .collect(),
            folders: from.folders,
            files,
            files_by_name,
            files_by_folded,
            anchors: from.pages.iter().map(|_| OnceLock::new()).collect(),
            names: OnceLock::new(),
            suggestions: AtomicUsize::new(0),
        }
    }

    /// Resolves all links of the page `at`.
    pub(crate) fn resolve_page(&self, at: usize) -> (Vec<Resolved>, Vec<Diagnostic>) {
        let (note, parsed) = &self.notes[at];
        let mut diagnostics = Vec::new();
        let mut empty = 0;
        let mut first_empty = None;
        let mut resolved = Vec::with_capacity(parsed.links.len());
        for link in &parsed.links {
            let written = link.destination.trim();
            if matches!(written, "" | "#") && !is_image(link.kind) {
                empty += 1;
                first_empty.get_or_insert(link);
                resolved.push(Resolved {
                    url: "#".to_owned(),
                    ..Resolved::default()
                });
                continue;
            }
            resolved.push(self.resolve(at, link, &mut diagnostics));
        }
        if let Some(link) = first_empty {
            diagnostics.push(
                Diagnostic::new(
                    Severity::Note,
                    "empty-link",
                    bilingual!(
                        "갈 곳이 없는 링크가 {empty}개 있습니다.",
                        "{empty} links lead nowhere."
                    ),
                )
                .at(place(note, link))
                .hint(bilingual!(
                    "괄호 안에 주소나 `#제목`을 적거나, 링크를 글자로 바꾸세요.",
                    "Write an address or `#heading` between the parentheses, or make it plain text."
                )),
            );
        }
        (resolved, diagnostics)
    }

    fn resolve(&self, at: usize, link: &Link, diagnostics: &mut Vec<Diagnostic>) -> Resolved {
        let note = &self.notes[at].0;
        let written = match link.kind {
            LinkKind::Embed => link.embedded().0,
            _ => link.destination.trim(),
        };
        if link.kind == LinkKind::Tag {
            return Resolved {
                url: escape(&self.base.link(&taxonomy::url("tags", written, self.style))),
                ..Resolved::default()
            };
        }
        match external(written, link.kind) {
            // A picture on the author's own disk is nowhere on the web.
            Some(External::Allowed) if is_image(link.kind) && is_file_url(written) => {}
            Some(External::Allowed) => {
                return Resolved {
                    url: escape(&address::encode_written(written)),
                    ..Resolved::default()
                };
            }
            Some(External::Forbidden) => {
                diagnostics.push(
                    Diagnostic::new(
                        Severity::Warning,
                        "unsafe-link",
                        bilingual!(
                            "코드를 실행하는 주소라서 링크에서 뺐습니다: `{written}`",
                            "`{written}` would run code and was left out."
                        ),
                    )
                    .at(place(note, link)),
                );
                return Resolved {
                    url: "#".to_owned(),
                    ..Resolved::default()
                };
            }
            None => {}
        }
        let (path, query, fragment) = split(written, link.kind);
        let found = if path.is_empty() {
            Some((Target::Page(at), fragment))
        } else {
            // `C#.md` and `왜?.md` are names too: try the whole before giving up on the part.
            let wiki = link.kind.is_wiki();
            self.find(at, path, wiki)
                .map(|target| (target, fragment))
                .or_else(|| self.find(at, written, wiki).map(|target| (target, None)))
                .or_else(|| {
                    // `[[노트^블록]]` without the number sign.
                    let (path, _) = written.rsplit_once('^').filter(|_| wiki)?;
                    let target = self.find(at, path, true)?;
                    Some((target, Some(&written[path.len()..])))
                })
        };
        let found = found.or_else(|| {
            (link.kind == LinkKind::WikiImage)
                .then(|| self.find_file_by_end(path))
                .flatten()
                .map(|target| (target, None))
        });
        // A page is no picture, nor is an empty address.
        let found =
            found.filter(|(target, _)| !is_image(link.kind) || matches!(target, Target::File(_)));
        let Some((target, fragment)) = found else {
            diagnostics.push(self.missing(at, link, path));
            let url = format!(
                "{}{}",
                address::encode_written(path),
                suffix(query, fragment)
            );
            return Resolved {
                url: escape(&url),
                attributes: BROKEN.to_owned(),
                image: Shown::Missing(address::decode(path)),
                ..Resolved::default()
            };
        };
        match target {
            Target::Page(page) => {
                let mut url = if page == at && path.is_empty() {
                    String::new()
                } else {
                    self.base.link(&self.pages[page].url)
                };
                let mut attributes = String::new();
                let fragment = fragment.filter(|fragment| !fragment.is_empty());
                let mut anchor = None;
                if link.kind.is_wiki() {
                    diagnostics.extend(self.ambiguous(at, link, path, page));
                }
                if let Some(fragment) = fragment {
                    let id = self.anchor(page, fragment);
                    anchor.clone_from(&id);
                    if id.is_none() {
                        diagnostics.push(self.missing_anchor(at, link, page, fragment));
                        attributes.push_str(BROKEN);
                    }
                    url.push('#');
                    url.push_str(&address::encode(
                        &id.unwrap_or_else(|| address::decode(fragment)),
                    ));
                }
                if url.is_empty() {
                    url.push('#');
                }
                Resolved {
                    url: escape(&url),
                    attributes,
                    page: Some(page),
                    anchor,
                    ..Resolved::default()
                }
            }
            Target::Folder(folder) => Resolved {
                url: escape(&format!(
                    "{}{}",
                    self.base.link(folder),
                    suffix(None, fragment)
                )),
                ..Resolved::default()
            },
            Target::File(file) => {
                if let Some(diagnostic) = self.case_mismatch(at, link, path, file) {
                    diagnostics.push(diagnostic);
                }
                let attributes = match self.facts.image_sizes.get(file) {
                    Some((width, height)) if is_image(link.kind) => {
                        format!(" width=\"{width}\" height=\"{height}\"")
                    }
                    _ => String::new(),
                };
                // GitHub's `?raw=true` means nothing here; a fragment (`#page=3` of a PDF) does.
                Resolved {
                    url: escape(&format!(
                        "{}{}",
                        self.base.link(file),
                        suffix(None, fragment)
                    )),
                    attributes,
                    image: match is_image(link.kind) {
                        true => Shown::File(file.to_owned()),
                        false => Shown::Elsewhere,
                    },
                    file: Some(file.to_owned()),
                    ..Resolved::default()
                }
            }
        }
    }

    /// A wikilink's name that several notes have, of which none lies beside the note that links.
    fn ambiguous(&self, at: usize, link: &Link, name: &str, chosen: usize) -> Option<Diagnostic> {
        let note = &self.notes[at].0;
        let folder = folder_of(&note.path);
        if name.is_empty() || folder_of(&self.pages[chosen].source) == folder {
            return None;
        }
        let name = address::decode(name);
        let candidates = self.by_name.find(self.pages, folder, &name);
        if candidates.len() < 2 || !candidates.contains(&chosen) {
            return None;
        }
        let source = |page: usize| self.pages[page].source.as_str();
        let others: Vec<String> = candidates
            .iter()
            .filter(|&&page| page != chosen)
            .take(4)
            .map(|&page| format!("`{}`", source(page)))
            .collect();
        let (chosen, others) = (source(chosen), others.join(", "));
        Some(
            Diagnostic::new(
                Severity::Note,
                "ambiguous-link",
                bilingual!(
                    "`{name}`(이)라는 노트가 여럿이라 `{chosen}`을(를) 골랐습니다. 다른 후보: {others}",
                    "Several notes are called `{name}`; `{chosen}` was chosen. The others: {others}"
                ),
            )
            .at(place(note, link))
            .hint(bilingual!(
                "`[[폴더/노트]]`처럼 폴더까지 적으면 분명해집니다.",
                "Write the folder too: `[[folder/note]]`."
            )),
        )
    }

    /// What `written` leads to, seen from the page `at`: relative to its folder first, then to the root, then to the
    /// folders above it that may once have been the root, then by name.
    fn find(&self, at: usize, written: &str, wiki: bool) -> Option<Target<'a>> {
        let decoded = address::decode(written);
        let raw: String = written.nfc().collect();
        let folder = self.pages[at]
            .source
            .rsplit_once('/')
            .map_or("", |(folder, _)| folder);
        let spellings = [Some(&decoded), Some(&raw).filter(|raw| **raw != decoded)];
        for path in spellings.into_iter().flatten() {
            let path = path.replace('\\', "/");
            let rooted = path.starts_with('/');
            let from_root = join("", &path);
            let relative = if rooted {
                from_root.clone()
            } else {
                join(folder, &path)
            };
            // GitHub shows `../static/그림.png` of a note in `content/`: a way out of the content into the repository.
            let relative = relative.or_else(|| {
                let outside = path.trim_start_matches("./").trim_start_matches("../");
                let known = ["content/", "static/"]
                    .iter()
                    .any(|it| outside.starts_with(it));
                known.then(|| join("", outside)).flatten()
            });
            let from_root = from_root.filter(|path| relative.as_ref() != Some(path));
            for candidate in [relative, from_root].into_iter().flatten() {
                if let Some(target) = self.lookup(&candidate) {
                    return Some(target);
                }
            }
            // A folder that was a site of its own (`src/` of a VitePress site) wrote its links from its own root.
            let ends = folder.match_indices('/').map(|(end, _)| end);
            for end in ends.chain([folder.len()]).filter(|end| rooted && *end > 0) {
                let inside = join(&folder[..end], path.trim_start_matches('/'));
                if let Some(target) = inside.and_then(|inside| self.lookup(&inside)) {
                    return Some(target);
                }
            }
        }
        self.find_by_name(folder, decoded.trim(), wiki)
    }

    /// What lies at `path`, which is relative to the content folder.
    fn lookup(&self, path: &str) -> Option<Target<'a>> {
        if let Some(file) = self.files.get(path) {
            return Some(Target::File(file));
        }
        let bare = path.trim_end_matches('/');
        let stem = [".md", ".markdown", ".mdx", ".html", ".htm"]
            .iter()
            .find_map(|extension| strip_suffix_ignore_case(bare, extension))
            .unwrap_or(bare);
        let mut candidates = vec![bare.to_owned()];
        for extension in [".md", ".markdown"] {
            candidates.push(format!("{stem}{extension}"));
        }
        // `/aws/index.html` is the folder `aws`, whatever its note is called.
        let folder = match stem.rsplit_once('/') {
            Some((folder, "index" | "_index")) => folder,
            None if matches!(stem, "index" | "_index") => "",
            _ => bare,
        };
        for name in [
            "index.md",
            "_index.md",
            "README.md",
            "index.markdown",
            "readme.md",
        ] {
            candidates.push(if folder.is_empty() {
                name.to_owned()
            } else {
                format!("{folder}/{name}")
            });
        }
        for candidate in &candidates {
            if let Some(&page) = self.by_source.get(candidate.as_str()) {
                return Some(Target::Page(page));
            }
        }
        for candidate in &candidates {
            if let Some(&page) = self.by_folded_source.get(&fold(candidate)) {
                return Some(Target::Page(page));
            }
        }
        if folder.is_empty() {
            return match self.by_url.get("/") {
                Some(&page) => Some(Target::Page(page)),
                None => Some(Target::Folder("/")),
            };
        }
        if let Some(url) = self.folders.get(folder) {
            return Some(
                self.by_url
                    .get(url.as_str())
                    .map_or(Target::Folder(url), |&page| Target::Page(page)),
            );
        }
        // An address of the published site.
        let written = format!("/{}/", stem.trim_start_matches('/'));
        let slugged: String = std::iter::once("/".to_owned())
            .chain(
                stem.split('/')
                    .filter(|segment| !segment.is_empty())
                    .map(|segment| format!("{}/", address::slug(segment, self.style))),
            )
            .collect();
        let page = self
            .by_url
            .get(written.as_str())
            .or_else(|| self.by_url.get(slugged.as_str()))
            .or_else(|| self.aliases.get(written.as_str()))
            .or_else(|| self.aliases.get(format!("/{bare}").as_str()));
        if let Some(&page) = page {
            return Some(Target::Page(page));
        }
        // Paths as they lie in the repository rather than on the site.
        for prefix in ["content/", "static/", "public/"] {
            if let Some(file) = path
                .strip_prefix(prefix)
                .and_then(|rest| self.files.get(rest))
            {
                return Some(Target::File(file));
            }
        }
        if let Some(page) = path
            .strip_prefix("content/")
            .and_then(|it| self.by_source.get(it))
        {
            return Some(Target::Page(*page));
        }
        // `Image.PNG` for `image.png` works on a Mac and on Windows.
        let folded = fold(path);
        ["", "content/", "static/", "public/"]
            .iter()
            .find_map(|prefix| {
                let file = self.files_by_folded.get(folded.strip_prefix(prefix)?)?;
                Some(Target::File(file))
            })
    }

    /// Wiki links name a note by its file name, title or alias, with the end of its path before it or without, and a
    /// file by its name, wherever they lie. Other links have paths, but a bare name is understood in them too.
    fn find_by_name(&self, folder: &str, name: &str, wiki: bool) -> Option<Target<'a>> {
        let pathlike = name.contains('/') || strip_suffix_ignore_case(name, ".md").is_some();
        if pathlike && !wiki {
            return None;
        }
        if let Some(&page) = self.by_name.find(self.pages, folder, name).first() {
            return Some(Target::Page(page));
        }
        let files = self.files_by_name.get(&fold(name))?;
        let exact = |file: &&&str| file.rsplit('/').next() == Some(name);
        let file = files.iter().find(exact).or_else(|| files.first())?;
        Some(Target::File(file))
    }

    /// Obsidian's shortest path that is unique: `첨부/그림.png` for `모음/첨부/그림.png`.
    fn find_file_by_end(&self, path: &str) -> Option<Target<'a>> {
        let path = format!("/{}", address::decode(path));
        let name = path.rsplit('/').next()?;
        let files = self.files_by_name.get(&fold(name))?;
        let mut matching = files.iter().filter(|file| file.ends_with(&path));
        match (matching.next(), matching.next()) {
            (Some(file), None) => Some(Target::File(file)),
            _ => None,
        }
    }

    /// The note that a file was found only because letter case was passed over.
    fn case_mismatch(&self, at: usize, link: &Link, path: &str, file: &str) -> Option<Diagnostic> {
        let decoded = address::decode(path).replace('\\', "/");
        let written = decoded
            .rsplit('/')
            .take_while(|part| !matches!(*part, "" | "." | ".."));
        // From the end, as far as both go.
        let (written, real) = written
            .zip(file.rsplit('/'))
            .find(|(written, real)| written != real)?;
        if fold(written) != fold(real) {
            return None;
        }
        let message = bilingual!(
            "파일 이름의 대소문자가 다릅니다: `{written}`이라고 적었지만 파일은 `{real}`입니다.",
            "Letter case differs: `{written}` is written, the file is `{real}`."
        );
        let hint = bilingual!(
            "쪽에는 나오지만 GitHub나 다른 도구에서는 깨집니다. `{real}`로 고쳐 적으세요.",
            "The page shows it, but GitHub and other tools will not. Write `{real}`."
        );
        let found = Diagnostic::new(Severity::Note, "case-mismatch", message);
        Some(found.at(place(&self.notes[at].0, link)).hint(hint))
    }

    /// The id in `page` that `fragment` means.
    fn anchor(&self, page: usize, fragment: &str) -> Option<String> {
        anchor_of(self.anchors(page), fragment)
    }

    fn anchors(&self, page: usize) -> &Anchors {
        self.anchors[page].get_or_init(|| {
            let parsed = &self.notes[page].1;
            Anchors::new(&parsed.headings, &parsed.body.html)
        })
    }

    fn missing(&self, at: usize, link: &Link, path: &str) -> Diagnostic {
        let note = &self.notes[at].0;
        let shown = address::decode(path);
        let (code, message) = match is_image(link.kind) {
            false => (
                "broken-link",
                bilingual!(
                    "깨진 링크입니다. 가리키는 곳이 없습니다: `{shown}`",
                    "Broken link: `{shown}` does not exist."
                ),
            ),
            true if shown.is_empty() => (
                "missing-image",
                bilingual!("그림의 주소가 비어 있습니다.", "The image has no address."),
            ),
            true => (
                "missing-image",
                bilingual!(
                    "그림 파일이 없습니다: `{shown}`",
                    "Missing image: `{shown}` does not exist."
                ),
            ),
        };
        let found = Diagnostic::new(Severity::Warning, code, message).at(place(note, link));
        let hint = match is_image(link.kind) {
            false => self
                .suggest_note(&note.path, &shown)
                .map(|near| bilingual!("혹시 `{near}`인가요?", "Did you mean `{near}`?")),
            true => self
                .files_by_name
                .get(&fold(shown.rsplit(['/', '\\']).next().unwrap_or(&shown)))
                .and_then(|files| files.first())
                .map(|near| {
                    bilingual!(
                        "같은 이름의 파일이 `{near}`에 있습니다.",
                        "A file of that name lies at `{near}`."
                    )
                }),
        };
        match hint {
            Some(hint) => found.hint(hint),
            None => found,
        }
    }

    fn missing_anchor(&self, at: usize, link: &Link, page: usize, fragment: &str) -> Diagnostic {
        let note = &self.notes[at].0;
        let shown = address::decode(fragment);
        let target = &self.pages[page].source;
        let block = shown.starts_with('^');
        let message = if block {
            bilingual!(
                "`{target}`에 `{shown}` 블록이 없습니다.",
                "`{target}` has no block `{shown}`."
            )
        } else {
            bilingual!(
                "`{target}`에 `#{shown}` 제목이 없습니다.",
                "`{target}` has no heading `#{shown}`."
            )
        };
        let found =
            Diagnostic::new(Severity::Warning, "broken-anchor", message).at(place(note, link));
        if block {
            let wanted: Vec<char> = shown.chars().collect();
            let near = self
                .anchors(page)
                .exact
                .iter()
                .filter(|id| id.starts_with('^'))
                .filter_map(|id| {
                    let near: Vec<char> = id.chars().collect();
                    distance(&wanted, &near, 1 + wanted.len() / 3).map(|far| (far, id))
                })
                .min();
            return match near {
                Some((_, near)) => found.hint(bilingual!(
                    "혹시 `#{near}`인가요?",
                    "Did you mean `#{near}`?"
                )),
                None => found.hint(bilingual!(
                    "그 블록의 끝에 한 칸 띄우고 `^이름`을 적으세요. 이름에는 영문자와 숫자, `-`만 씁니다.",
                    "Write `^name` after a space at the end of that block: letters, digits and `-`."
                )),
            };
        }
        let wanted: Vec<char> = loose(&shown).chars().collect();
        let near = self.notes[page]
            .1
            .headings
            .iter()
            .filter_map(|heading| {
                let id: Vec<char> = loose(&heading.id).chars().collect();
                distance(&wanted, &id, 1 + wanted.len() / 3).map(|far| (far, &heading.id))
            })
            .min_by_key(|(far, _)| *far)
            .map(|(_, id)| id);
        match near {
            Some(near) => found.hint(bilingual!(
                "혹시 `#{near}`인가요?",
                "Did you mean `#{near}`?"
            )),
            None => found,
        }
    }

    /// The path of the note whose name or title is nearest to the last segment of `path`.
    fn suggest_note(&self, from: &str, path: &str) -> Option<String> {
        if self.suggestions.fetch_add(1, Ordering::Relaxed) >= MAX_SUGGESTIONS {
            return None;
        }
        let names = self.names.get_or_init(|| {
            self.pages
                .iter()
                .enumerate()
                .flat_map(|(at, page)| {
                    [stem_of(&page.source), page.title.as_str()]
                        .map(|name| (fold(name).chars().collect(), at))
                })
                .collect()
        });
        let wanted: Vec<char> = fold(stem_of(path.trim_end_matches('/'))).chars().collect();
        let limit = (wanted.len() / 3).clamp(1, 4);
        if wanted.is_empty() {
            return None;
        }
        let (_, page) = names
            .iter()
            .filter_map(|(name, page)| distance(&wanted, name, limit).map(|far| (far, *page)))
            .filter(|&(far, _)| far < wanted.len())
            .min()?;
        let source = &self.pages[page].source;
        (source != from).then(|| relative(from, source))
    }
}

impl Anchors {
    fn new(headings: &[Heading], html: &str) -> Self {
        let mut anchors = Anchors {
            exact: html_ids(html),
            loose: HashMap::new(),
            headings: headings
                .iter()
                .map(|it| (it.level, loose(&it.text), it.id.clone()))
                .collect(),
        };
        for heading in headings {
            anchors.exact.insert(heading.id.clone());
            let by_text = loose(&heading.text);
            let by_id = loose(&heading.id);
            if by_id != by_text {
                anchors
                    .loose
                    .entry(by_id)
                    .or_default()
                    .push(heading.id.clone());
            }
            anchors
                .loose
                .entry(by_text)
                .or_default()
                .push(heading.id.clone());
        }
        anchors
    }
}

impl Anchors {
    /// The heading `last` that stands below the headings `above`, which have `#` between them.
    fn below(&self, above: &str, last: &str) -> Option<&str> {
        let above: Vec<String> = above
            .split('#')
            .map(loose)
            .filter(|it| !it.is_empty())
            .collect();
        let mut open: Vec<(u8, &str)> = Vec::new();
        for (level, text, id) in &self.headings {
            while open.pop_if(|(above, _)| *above >= *level).is_some() {}
            if text == last {
                let mut ancestors = open.iter();
                if above
                    .iter()
                    .all(|wanted| ancestors.any(|(_, text)| text == wanted))
                {
                    return Some(id);
                }
            }
            open.push((*level, text));
        }
        None
    }
}

/// The id that `fragment` means: exact; by what is left without case and punctuation; `제목-1`, GitHub's name for the
/// second heading of that text; or the last part of Obsidian's `위#아래`, of several the one below `위`. A block's id
/// (`^abc`) is never a heading's.
fn anchor_of(anchors: &Anchors, fragment: &str) -> Option<String> {
    let decoded = address::decode(fragment);
    for wanted in [decoded.as_str(), fragment] {
        let wanted = wanted.strip_prefix("user-content-").unwrap_or(wanted);
        if anchors.exact.contains(wanted) {
            return Some(wanted.to_owned());
        }
    }
    if decoded.starts_with('^') {
        let same = |id: &&String| id.eq_ignore_ascii_case(&decoded);
        return anchors.exact.iter().find(same).cloned();
    }
    let wanted = decoded.rsplit('#').next().unwrap_or(&decoded);
    let key = loose(wanted);
    if let Some((above, _)) = decoded.rsplit_once('#')
        && let Some(id) = anchors.below(above, &key)
    {
        return Some(id.to_owned());
    }
    if let Some(id) = anchors.loose.get(&key).and_then(|ids| ids.first()) {
        return Some(id.clone());
    }
    let (text, number) = wanted.rsplit_once('-')?;
    let number: usize = number.parse().ok()?;
    anchors.loose.get(&loose(text))?.get(number).cloned()
}

/// Letters and digits in lower case.
fn loose(text: &str) -> String {
    text.nfc()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Values of `id` and `name` attributes in `html`.
fn html_ids(html: &str) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for mark in [" id=\"", " name=\""] {
        for (at, _) in html.match_indices(mark) {
            let value = &html[at + mark.len()..];
            if let Some(end) = value.find('"') {
                ids.insert(
                    value[..end]
                        .replace("&quot;", "\"")
                        .replace("&lt;", "<")
                        .replace("&gt;", ">")
                        .replace("&amp;", "&"),
                );
            }
        }
    }
    ids
}

enum External {
    Allowed,
    Forbidden,
}

/// Whether `url` leaves the site: it has a scheme (RFC 3986, 3.1) or a host. A single letter is a Windows drive.
fn external(url: &str, kind: LinkKind) -> Option<External> {
    if kind.is_wiki() {
        return None;
    }
    if url.starts_with("//") {
        return Some(External::Allowed);
    }
    // Browsers ignore control characters and spaces inside a scheme.
    let compact: String = url
        .chars()
        .filter(|c| !c.is_control() && !c.is_whitespace())
        .take(40)
        .collect();
    let (scheme, rest) = compact.split_once(':')?;
    let mut bytes = scheme.bytes();
    let shaped = scheme.len() > 1
        && bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic())
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    if !shaped {
        return None;
    }
    match scheme.to_ascii_lowercase().as_str() {
        "javascript" | "vbscript" => Some(External::Forbidden),
        "data" if kind == LinkKind::Image && rest.starts_with("image/") => Some(External::Allowed),
        "data" => Some(External::Forbidden),
        _ => Some(External::Allowed),
    }
}

fn is_file_url(url: &str) -> bool {
    url.get(..5)
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case("file:"))
}

fn is_image(kind: LinkKind) -> bool {
    matches!(kind, LinkKind::Image | LinkKind::WikiImage)
}

/// Path, query and fragment of `url`; names in wiki links know no query.
fn split(url: &str, kind: LinkKind) -> (&str, Option<&str>, Option<&str>) {
    let (rest, fragment) = match url.split_once('#') {
        Some((rest, fragment)) => (rest, Some(fragment)),
        None => (url, None),
    };
    if kind.is_wiki() {
        return (rest.trim(), None, fragment.map(str::trim));
    }
    match rest.split_once('?') {
        Some((path, query)) => (path, Some(query), fragment),
        None => (rest, None, fragment),
    }
}

fn suffix(query: Option<&str>, fragment: Option<&str>) -> String {
    let mut out = String::new();
    if let Some(query) = query {
        out.push('?');
        out.push_str(&address::encode_written(query));
    }
    if let Some(fragment) = fragment {
        out.push('#');
        out.push_str(&address::encode_written(fragment));
    }
    out
}

/// `path` seen from `folder`, without `.` and `..`; `None` if it leaves the content folder.
fn join(folder: &str, path: &str) -> Option<String> {
    let mut segments: Vec<&str> = folder
        .split('/')
        .filter(|segment| !segment.is_empty())
        .collect();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop()?;
            }
            segment => segments.push(segment),
        }
    }
    Some(segments.join("/"))
}

/// How the note `from` would link to the note `to`.
fn relative(from: &str, to: &str) -> String {
    let from: Vec<&str> = from.split('/').collect();
    let to: Vec<&str> = to.split('/').collect();
    let depth = from.len() - 1;
    let shared = from[..depth]
        .iter()
        .zip(&to[..to.len() - 1])
        .take_while(|(a, b)| a == b)
        .count();
    let up = "../".repeat(depth - shared);
    let down = to[shared..].join("/");
    if up.is_empty() {
        format!("./{down}")
    } else {
        format!("{up}{down}")
    }
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

pub(super) fn place(note: &Note, link: &Link) -> Place {
    Place::at(&note.shown_path, &note.text, link.span.clone())
}

pub(super) fn stem_of(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

pub(super) fn strip_suffix_ignore_case<'t>(text: &'t str, suffix: &str) -> Option<&'t str> {
    let at = text.len().checked_sub(suffix.len())?;
    let (stem, end) = text.split_at_checked(at)?;
    end.eq_ignore_ascii_case(suffix).then_some(stem)
}

/// Lower case and NFC, for names that differ in nothing a person would notice.
pub(super) fn fold(name: &str) -> String {
    name.nfc().flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fragments_are_found_as_github_and_people_write_them() {
        let heading = |id: &str, text: &str| Heading {
            level: 2,
            id: id.to_owned(),
            text: text.to_owned(),
            ..Heading::default()
        };
        let anchors = Anchors::new(
            &[
                heading("버전-관리", "버전 관리"),
                heading("codeguru-사용-이유", "사용 이유"),
                heading("lambda-사용-이유", "사용 이유"),
                heading("2-1-api", "2.1. API"),
            ],
            "<a name=\"옛-자리\"></a>",
        );
        let find = |fragment: &str| anchor_of(&anchors, fragment);
        assert_eq!(find("버전-관리").as_deref(), Some("버전-관리"));
        assert_eq!(
            find("%EB%B2%84%EC%A0%84-%EA%B4%80%EB%A6%AC").as_deref(),
            Some("버전-관리")
        );
        assert_eq!(find("버전 관리").as_deref(), Some("버전-관리"));
        assert_eq!(find("사용-이유").as_deref(), Some("codeguru-사용-이유"));
        assert_eq!(find("사용-이유-1").as_deref(), Some("lambda-사용-이유"));
        assert_eq!(find("21-api").as_deref(), Some("2-1-api"));
        assert_eq!(find("옛-자리").as_deref(), Some("옛-자리"));
        assert_eq!(find("없음"), None);
        assert_eq!(find("사용-이유-2"), None);
    }

    #[test]
    fn addresses_that_run_code_are_recognised_in_disguise() {
        let forbidden =
            |url: &str| matches!(external(url, LinkKind::Anchor), Some(External::Forbidden));
        assert!(forbidden("javascript:alert(1)"));
        assert!(forbidden("JaVa\tScript:alert(1)"));
        assert!(forbidden("data:text/html,x"));
        assert!(!forbidden("https://example.com"));
        assert!(external("메모: 정리.md", LinkKind::Anchor).is_none());
        assert!(external("C:\\노트.md", LinkKind::Anchor).is_none());
        assert!(matches!(
            external("data:image/png;base64,A", LinkKind::Image),
            Some(External::Allowed)
        ));
        assert!(external("data", LinkKind::Image).is_none());
    }

    #[test]
    fn suggested_paths_are_what_the_author_should_type() {
        assert_eq!(relative("aws/a.md", "aws/b.md"), "./b.md");
        assert_eq!(relative("aws/a.md", "db/b.md"), "../db/b.md");
        assert_eq!(relative("a.md", "db/b.md"), "./db/b.md");
    }
}
