//! A Notion export ("Markdown & CSV"): pages, databases and their files.
//!
//! 1. [`Layout`]: hashed names become clean ones, folder by folder; a page and the folder of its subpages keep one name,
//!    so that the page is the folder's page on our site. A database's CSV becomes a note beside the folder of its rows.
//! 2. Each page: its properties become front matter, its links lead to the new names, its callouts become ours.
//! 3. Each database: a table whose first column leads to the rows' pages.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::header::{Header, yaml_list, yaml_text};
use super::links::{self, Code, Form};
use super::names::{self, Names, join, split_extension, split_hash, split_path};
use super::plan::{is_hidden, is_junk, is_note};
use super::table::{self, Table};
use super::{Action, Goal, Item, Plan, What};
use crate::bilingual;
use crate::diagnostics::{Diagnostic, Failure, Severity};
use crate::site::slug;
use crate::source::normalise_date;

/// Plans the import of a Notion export.
pub(super) fn plan(items: &[Item], goal: &Goal) -> Result<Plan, Failure> {
    refuse_html(items)?;
    let mut plan = Plan::default();
    let layout = Layout::of(items, goal);
    for at in 0..items.len() {
        let Some(item) = items.get(at) else { break };
        let Some(to) = layout.to.get(&at) else {
            continue;
        };
        let to = join(&goal.into, to);
        match (&item.text, is_note(&item.path)) {
            (Some(text), true) => {
                let page = Page {
                    items,
                    layout: &layout,
                    goal,
                    at,
                    to: &to,
                };
                let mut text = page.convert(text, &mut plan);
                if let Some(database) = layout
                    .database_of_page
                    .get(&at)
                    .and_then(|at| layout.databases.get(*at))
                {
                    let table = page.table(database, &mut plan);
                    text = format!("{}\n\n{table}", text.trim_end());
                }
                plan.actions.push(Action::Note { to, from: at, text });
            }
            (None, true) => plan.skip(items, at, What::NotText),
            _ => plan.actions.push(Action::Copy { to, from: at }),
        }
    }
    for database in layout.databases.iter().filter(|database| !database.in_page) {
        let to = join(&goal.into, &database.to);
        let page = Page {
            items,
            layout: &layout,
            goal,
            at: database.item,
            to: &to,
        };
        let table = page.table(database, &mut plan);
        let text = format!("# {}\n\n{table}", table::escape(&database.title));
        plan.actions.push(Action::Note {
            to,
            from: database.item,
            text,
        });
    }
    Ok(plan)
}

/// A database's name and the hash behind it.
type NameAndHash = (String, Option<String>);

/// Where databases go: by their hash, by their name, and the pages that carry their hash.
type Places<'a> = (
    &'a mut HashMap<String, String>,
    &'a mut HashMap<String, Vec<String>>,
    &'a HashMap<String, usize>,
);

/// Notion also exports HTML, which has no Markdown in it to import.
fn refuse_html(items: &[Item]) -> Result<(), Failure> {
    let html = items
        .iter()
        .filter(|item| item.path.ends_with(".html"))
        .count();
    if html == 0
        || items
            .iter()
            .any(|item| is_note(&item.path) || item.path.ends_with(".csv"))
    {
        return Ok(());
    }
    let message = bilingual!(
        "Notion에서 HTML로 내보낸 파일이라 가져올 수 없습니다(HTML {html}개, 마크다운 0개).",
        "This Notion export is HTML ({html} files, no Markdown) and cannot be imported."
    );
    let hint = bilingual!(
        "Notion에서 쪽의 ••• → `내보내기`를 누르고, 내보내기 형식을 `Markdown & CSV`로, `하위 페이지 포함`을 켜서 다시 내보내세요.",
        "In Notion choose ••• → `Export`, the format `Markdown & CSV`, and turn on `Include subpages`."
    );
    Err(Failure::usage(
        Diagnostic::new(Severity::Error, "notion-html", message).hint(hint),
    ))
}

/// A database.
#[derive(Debug, Clone, Default)]
struct Database {
    /// The CSV that is read: the one with all rows where there are two.
    item: usize,
    title: String,
    /// Path of its note.
    to: String,
    table: Table,
    /// Folder of its rows in the export.
    rows: Option<String>,
    /// Whether a page of the same hash shows it.
    in_page: bool,
}

/// Where everything goes.
#[derive(Debug, Default)]
struct Layout {
    /// Item to its path.
    to: BTreeMap<usize, String>,
    databases: Vec<Database>,
    /// Row folder in the export to its database.
    database_of_folder: HashMap<String, usize>,
    database_of_page: HashMap<usize, usize>,
    database_of_csv: HashMap<usize, usize>,
    /// Path in the export to the item.
    by_path: HashMap<String, usize>,
    /// Hash to the page or CSV that has it.
    by_hash: HashMap<String, usize>,
    /// Title of a page, in its folder in the export, to the pages.
    by_title: HashMap<(String, String), Vec<usize>>,
}

/// What lies directly in one folder of the export.
#[derive(Debug, Default)]
struct Folder {
    files: Vec<usize>,
    folders: BTreeSet<String>,
}

impl Layout {
    fn of(items: &[Item], goal: &Goal) -> Layout {
        let mut layout = Layout::default();
        let mut folders: BTreeMap<String, Folder> =
            BTreeMap::from([(String::new(), Folder::default())]);
        for (at, item) in items.iter().enumerate() {
            if is_junk(&item.path) || is_hidden(&item.path) && !item.path.ends_with(".md") {
                continue;
            }
            layout.by_path.entry(item.path.clone()).or_insert(at);
            let (mut folder, _) = split_path(&item.path);
            folders.entry(folder.to_owned()).or_default().files.push(at);
            while !folder.is_empty() {
                let (parent, name) = split_path(folder);
                if !folders
                    .entry(parent.to_owned())
                    .or_default()
                    .folders
                    .insert(name.to_owned())
                {
                    break;
                }
                folder = parent;
            }
        }
        // Parents sort before what lies in them.
        let mut clean: BTreeMap<String, String> = BTreeMap::from([(String::new(), String::new())]);
        let mut names = Names::default();
        for (raw, folder) in &folders {
            let Some(to) = clean.get(raw).cloned() else {
                continue;
            };
            layout.place_folder(items, goal, raw, folder, &to, &mut names, &mut clean);
        }
        layout
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "one step of the loop above, cut out to be read"
    )]
    fn place_folder(
        &mut self,
        items: &[Item],
        goal: &Goal,
        raw: &str,
        folder: &Folder,
        to: &str,
        names: &mut Names,
        clean: &mut BTreeMap<String, String>,
    ) {
        let key = |stem: &str| slug(stem, goal.style);
        // Stem by hash and by bare name, for the folders of subpages.
        let mut by_hash: HashMap<String, String> = HashMap::new();
        let mut by_name: HashMap<String, Vec<String>> = HashMap::new();
        let mut page_of_hash: HashMap<String, usize> = HashMap::new();
        let of = |at: usize| items.get(at).map_or("", |item| split_path(&item.path).1);
        for &at in folder.files.iter().filter(|&&at| is_note(of(at))) {
            let (stem, _) = split_extension(of(at));
            let (name, hash) = split_hash(stem);
            let title = title_of(items.get(at).and_then(|item| item.text.as_deref()));
            let wanted = page_stem(if name.is_empty() {
                title.as_deref().unwrap_or("")
            } else {
                name
            });
            let stem = names.free(to, &wanted, "", key);
            self.to.insert(at, join(to, &format!("{stem}.md")));
            by_name
                .entry(names::fold(name))
                .or_default()
                .push(stem.clone());
            self.by_title
                .entry((
                    raw.to_owned(),
                    names::fold(title.as_deref().unwrap_or(name)),
                ))
                .or_default()
                .push(at);
            if let Some(hash) = hash {
                by_hash.insert(hash.clone(), stem);
                self.by_hash.entry(hash.clone()).or_insert(at);
                page_of_hash.insert(hash, at);
            }
        }
        self.place_databases(
            items,
            raw,
            folder,
            to,
            names,
            &key,
            (&mut by_hash, &mut by_name, &page_of_hash),
        );
        for &at in &folder.files {
            if self.to.contains_key(&at) || is_csv(of(at)) {
                continue;
            }
            let path = names.free_path(&join(to, &names::clean(of(at))));
            self.to.insert(at, path);
        }
        for sub in &folder.folders {
            let (name, hash) = split_hash(sub);
            let twin = match hash.and_then(|hash| by_hash.get(&hash).cloned()) {
                Some(stem) => Some(stem),
                None => by_name
                    .get_mut(&names::fold(name))
                    .filter(|stems| !stems.is_empty())
                    .map(|stems| stems.remove(0)),
            };
            let stem = twin.unwrap_or_else(|| names.free(to, &page_stem(name), "", key));
            clean.insert(join(raw, sub), join(to, &stem));
        }
    }

    /// Places the databases of one folder: two CSV files of one hash are one database, that of all rows is read.
    #[expect(clippy::too_many_arguments, reason = "as above")]
    fn place_databases(
        &mut self,
        items: &[Item],
        raw: &str,
        folder: &Folder,
        to: &str,
        names: &mut Names,
        key: &dyn Fn(&str) -> String,
        (by_hash, by_name, page_of_hash): Places<'_>,
    ) {
        let mut groups: BTreeMap<NameAndHash, Vec<(bool, usize)>> = BTreeMap::new();
        for &at in &folder.files {
            let Some(item) = items.get(at) else { continue };
            let (_, file) = split_path(&item.path);
            if !is_csv(file) {
                continue;
            }
            let (stem, _) = split_extension(file);
            let (stem, all) = match stem.strip_suffix("_all") {
                Some(stem) => (stem, true),
                None => (stem, false),
            };
            let (name, hash) = split_hash(stem);
            if hash.is_some() || all {
                groups
                    .entry((name.to_owned(), hash))
                    .or_default()
                    .push((!all, at));
            } else {
                // A CSV without a hash is somebody's own file.
                let path = names.free_path(&join(to, &names::clean(file)));
                self.to.insert(at, path);
            }
        }
        for ((name, hash), mut files) in groups {
            files.sort_unstable();
            let Some(&(_, item)) = files.first() else {
                continue;
            };
            let page = hash
                .as_ref()
                .and_then(|hash| page_of_hash.get(hash))
                .copied();
            let note = match page.and_then(|page| self.to.get(&page)) {
                Some(path) => path.clone(),
                None => {
                    let stem = names.free(to, &page_stem(&name), "", key);
                    by_name
                        .entry(names::fold(&name))
                        .or_default()
                        .push(stem.clone());
                    if let Some(hash) = &hash {
                        by_hash.insert(hash.clone(), stem.clone());
                    }
                    join(to, &format!("{stem}.md"))
                }
            };
            let text = items
                .get(item)
                .and_then(|item| item.text.as_deref())
                .unwrap_or("");
            let at = self.databases.len();
            for &(_, file) in &files {
                self.database_of_csv.insert(file, at);
                if let Some(hash) = &hash {
                    self.by_hash.entry(hash.clone()).or_insert(file);
                }
            }
            let rows = folder.folders.iter().find(|sub| {
                let (sub_name, sub_hash) = split_hash(sub);
                sub_name == name && (sub_hash.is_none() || sub_hash == hash)
            });
            let rows = rows.map(|sub| join(raw, sub));
            if let Some(rows) = &rows {
                self.database_of_folder.entry(rows.clone()).or_insert(at);
            }
            if let Some(page) = page {
                self.database_of_page.insert(page, at);
            }
            self.databases.push(Database {
                item,
                title: name,
                to: note,
                table: Table::parse(text),
                rows,
                in_page: page.is_some(),
            });
        }
    }

    /// Where the item `at` goes; a CSV goes where its database's note goes.
    fn target(&self, at: usize) -> Option<&str> {
        let database = || self.databases.get(*self.database_of_csv.get(&at)?);
        match self.to.get(&at) {
            Some(to) => Some(to),
            None => database().map(|database| database.to.as_str()),
        }
    }
}

/// What a link came to.
enum Leads {
    /// To this path of the export's files.
    To(String),
    /// To a block of it.
    ToBlock(String),
    /// Away from the export: left as it is.
    Away,
    /// To a page of Notion that is not in the export.
    Notion,
    /// To one of Notion's files, whose address expires.
    Expiring,
    /// To a file that is not there.
    Nowhere,
}

/// One page or database being converted.
struct Page<'a> {
    items: &'a [Item],
    layout: &'a Layout,
    goal: &'a Goal,
    at: usize,
    to: &'a str,
}

impl Page<'_> {
    fn path(&self) -> &str {
        self.items
            .get(self.at)
            .map_or("", |item| item.path.as_str())
    }

    /// The whole text of a page, converted.
    fn convert(&self, text: &str, plan: &mut Plan) -> String {
        let (mut header, body) = Header::split(text);
        let first_line = text[..body].matches('\n').count();
        let body = &text[body..];
        let (properties, rest) = self.properties(body);
        let mut kept = String::new();
        for (key, value, line) in &properties {
            self.property(key, value, first_line + line, &mut header, &mut kept, plan);
        }
        let head_len = body.len() - rest.len();
        let head = match (properties.is_empty(), body.get(..head_len)) {
            (true, Some(head)) => head.to_owned(),
            (false, Some(head)) => format!("{}\n\n", head.lines().next().unwrap_or("")),
            _ => String::new(),
        };
        let lines_before = first_line + body.get(..head_len).unwrap_or("").matches('\n').count();
        let rest = self.rewrite_links(rest, lines_before, plan);
        let rest = callouts(&rest);
        let mut out = header.to_string();
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&head);
        if !kept.is_empty() {
            out.push_str(&kept);
            out.push('\n');
        }
        out.push_str(rest.trim_start_matches('\n'));
        if !out.ends_with('\n') {
            out.push('\n');
        }
        out
    }

    /// The properties at the top of a page of a database, each with its line, and the text behind them. In a page of no
    /// database known, only names that Notion itself gives count: `참고: …` may be the author's first sentence.
    fn properties<'b>(&self, body: &'b str) -> (Vec<(String, String, usize)>, &'b str) {
        let none = (Vec::new(), body);
        let database = self
            .layout
            .database_of_folder
            .get(split_path(self.path()).0)
            .and_then(|at| self.layout.databases.get(*at));
        let mut lines = body.split_inclusive('\n').enumerate().peekable();
        let mut at = 0;
        // The title, if it is there, then blank lines.
        if let Some((_, line)) = lines.peek()
            && line.starts_with("# ")
        {
            at += line.len();
            lines.next();
        }
        while let Some((_, line)) = lines.peek()
            && line.trim().is_empty()
        {
            at += line.len();
            lines.next();
        }
        let mut found: Vec<(String, String, usize)> = Vec::new();
        for (number, line) in lines {
            if line.trim().is_empty() {
                break;
            }
            let entry = line.trim_end().split_once(':').filter(|(key, value)| {
                let known = match database {
                    Some(database) => database.table.head.iter().any(|name| name == key.trim()),
                    None => Field::of(key.trim()) != Field::Own || is_notions_own(key.trim()),
                };
                known && (value.is_empty() || value.starts_with(' '))
            });
            match (entry, found.last_mut()) {
                (Some((key, value)), _) => {
                    found.push((key.trim().to_owned(), value.trim().to_owned(), number + 1));
                }
                // A text property may have several lines.
                (None, Some((_, value, _))) if database.is_some() => {
                    value.push('\n');
                    value.push_str(line.trim());
                }
                _ => return none,
            }
            at += line.len();
        }
        if found.is_empty() {
            return none;
        }
        (found, body.get(at..).unwrap_or(""))
    }

    /// One property into the front matter, or as a line of text where it is made of links.
    fn property(
        &self,
        key: &str,
        value: &str,
        line: usize,
        header: &mut Header,
        kept: &mut String,
        plan: &mut Plan,
    ) {
        if value.is_empty() {
            return;
        }
        if let Some(links) = self.linked(value, line, plan) {
            kept.push_str(&format!("- **{}**: {links}\n", table::escape(key)));
            return;
        }
        let list = || {
            value
                .split(',')
                .map(str::trim)
                .filter(|name| !name.is_empty())
        };
        match Field::of(key) {
            Field::Tags if header.key("tags").is_none() => header.set("tags", &yaml_list(list())),
            Field::Category if header.key("category").is_none() => {
                header.set("category", &yaml_list(list()))
            }
            Field::Description if header.key("description").is_none() => {
                header.set("description", &yaml_text(&value.replace('\n', " ")));
            }
            field @ (Field::Date | Field::Updated) => {
                let name = if field == Field::Date {
                    "date"
                } else {
                    "updated"
                };
                match date(value) {
                    Some(date) if header.key(name).is_none() => {
                        header.set(name, &date);
                        if value.contains('→') {
                            header.set(&own_key(key), &yaml_text(value));
                        }
                    }
                    _ => header.set(&own_key(key), &yaml_text(value)),
                }
            }
            _ => {
                let own = own_key(key);
                if own != key {
                    plan.remark(What::Property, self.path(), line, &format!("{key} → {own}"));
                }
                header.set(&own, &yaml_text(value));
            }
        }
    }

    /// A property or a cell made of links — `제목 (경로.md), 제목 (https://www.notion.so/…)` — in Markdown.
    fn linked(&self, value: &str, line: usize, plan: &mut Plan) -> Option<String> {
        let mut out = String::new();
        let mut rest = value;
        let mut any = false;
        while let Some(open) = rest.find(" (") {
            let inside = &rest[open + 2..];
            let close = inside.find(')')?;
            let (text, written) = (
                rest[..open].trim_start_matches([',', ' ']),
                &inside[..close],
            );
            if text.is_empty() || written.contains(' ') {
                return None;
            }
            if !out.is_empty() {
                out.push_str(", ");
            }
            match self.leads(written) {
                Leads::To(to) | Leads::ToBlock(to) => {
                    plan.links += 1;
                    any = true;
                    out.push_str(&format!(
                        "[{}]({})",
                        table::escape(text),
                        names::relative(self.to, &to)
                    ));
                }
                Leads::Notion => {
                    any = true;
                    plan.remark(What::NotionLink, self.path(), line, text);
                    out.push_str(&table::escape(text));
                }
                _ => return None,
            }
            rest = &inside[close + 1..];
        }
        (any && rest.trim().is_empty()).then_some(out)
    }

    fn rewrite_links(&self, text: &str, lines_before: usize, plan: &mut Plan) -> String {
        let code = Code::of(text);
        let mut edits = Vec::new();
        for found in links::destinations(text, &code) {
            let line = lines_before + found.line;
            let written = &text[found.range.clone()];
            let mut remark = |what, detail: &str| plan.remark(what, self.path(), line, detail);
            let to = match self.leads(written) {
                Leads::To(to) => to,
                Leads::ToBlock(to) => {
                    remark(What::BlockLink, &to);
                    to
                }
                Leads::Away => continue,
                Leads::Notion => {
                    remark(What::NotionLink, written);
                    continue;
                }
                Leads::Expiring => {
                    remark(What::ExpiringFile, written);
                    continue;
                }
                Leads::Nowhere => {
                    remark(What::BrokenLink, &names::decode(written));
                    continue;
                }
            };
            let mut new = names::relative(self.to, &to);
            if found.form == Form::Html {
                new = new.replace('&', "&amp;");
            }
            if new != written {
                edits.push((found.range, new));
            }
        }
        plan.links += edits.len();
        links::replace(text, edits)
    }

    /// What a link means; paths come with the folder of this import.
    fn leads(&self, written: &str) -> Leads {
        let written = written.trim();
        if written.is_empty() || written.starts_with('#') {
            return Leads::Away;
        }
        let (path, fragment) = links::split_fragment(written);
        let to = |at: usize| self.layout.target(at).map(|to| join(&self.goal.into, to));
        let found = |to: String| match fragment {
            Some(block) if !block.is_empty() => Leads::ToBlock(to),
            _ => Leads::To(to),
        };
        if links::is_external(written) {
            let host = path
                .split_once("://")
                .map_or("", |(_, rest)| rest)
                .split('/')
                .next()
                .unwrap_or("");
            let host = host.rsplit('@').next().unwrap_or(host);
            if host.contains("secure.notion-static.com")
                || host.contains("prod-files-secure")
                || path.contains("secure.notion-static.com")
            {
                return Leads::Expiring;
            }
            let notion = ["notion.so", "www.notion.so", "app.notion.com", "notion.com"]
                .contains(&host)
                || path.starts_with("notion:");
            if !notion {
                return Leads::Away;
            }
            let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or("");
            let from = last
                .char_indices()
                .rev()
                .nth(31)
                .map_or("", |(at, _)| &last[at..]);
            let page = names::hash_of(from).and_then(|hash| self.layout.by_hash.get(&hash));
            return match page.and_then(|&at| to(at)) {
                Some(to) => found(to),
                // Notion's own pages for everyone (help, templates) have no hash.
                None if names::hash_of(from).is_some() => Leads::Notion,
                None => Leads::Away,
            };
        }
        let decoded = names::decode(path);
        let folder = split_path(self.path()).0;
        let at = names::resolve(folder, &decoded)
            .and_then(|path| self.layout.by_path.get(&path))
            .or_else(|| {
                // Names cut short in a folder's path still carry their hash.
                let (stem, _) = split_extension(split_path(&decoded).1);
                let (_, hash) = split_hash(stem.strip_suffix("_all").unwrap_or(stem));
                self.layout.by_hash.get(&hash?)
            });
        match at.and_then(|&at| to(at)) {
            Some(to) => found(to),
            None => Leads::Nowhere,
        }
    }

    /// The table of a database, seen from this page.
    fn table(&self, database: &Database, plan: &mut Plan) -> String {
        let mut used: HashSet<usize> = HashSet::new();
        database.table.markdown(|_, column, cell| {
            if column == 0
                && let Some(rows) = &database.rows
            {
                let pages = self.layout.by_title.get(&(rows.clone(), names::fold(cell)));
                let page = pages.and_then(|pages| pages.iter().find(|page| used.insert(**page)));
                if let Some(to) = page.and_then(|page| self.layout.to.get(page)) {
                    plan.links += 1;
                    let way = names::relative(self.to, &join(&self.goal.into, to));
                    let text = if cell.is_empty() {
                        "—".to_owned()
                    } else {
                        table::escape(cell)
                    };
                    return format!("[{text}]({way})");
                }
            }
            if let Some(links) = self.linked(cell, 0, plan) {
                return links;
            }
            if cell.contains('%')
                && !cell.contains(' ')
                && let Leads::To(to) = self.leads(cell)
            {
                plan.links += 1;
                let name = split_path(&to).1.to_owned();
                return format!(
                    "[{}]({})",
                    table::escape(&name),
                    names::relative(self.to, &to)
                );
            }
            table::escape(cell)
        })
    }
}

fn is_csv(name: &str) -> bool {
    split_extension(name).1.eq_ignore_ascii_case(".csv")
}

/// A page's file name; a name that means "this folder's page" to a site is not what the author meant by it.
fn page_stem(name: &str) -> String {
    // Its dot is part of a title, not of an extension: `v1.2`.
    let clean = names::clean(&format!("{name}.md"));
    let stem = clean.strip_suffix(".md").unwrap_or(&clean);
    match stem.to_ascii_lowercase().as_str() {
        "index" | "_index" | "readme" => format!("{stem}-page"),
        "untitled" if name.trim().is_empty() => "untitled".to_owned(),
        _ => stem.to_owned(),
    }
}

/// The title a page begins with.
fn title_of(text: Option<&str>) -> Option<String> {
    let line = text?.lines().find(|line| !line.trim().is_empty())?;
    let title = line.strip_prefix("# ")?.trim();
    (!title.is_empty()).then(|| title.to_owned())
}

/// What a property means to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Tags,
    Category,
    Description,
    Date,
    Updated,
    Own,
}

impl Field {
    fn of(key: &str) -> Field {
        match key.to_lowercase().as_str() {
            "태그" | "tags" | "tag" | "키워드" | "keywords" | "라벨" | "labels" | "다중 선택"
            | "multi-select" => Field::Tags,
            "분류" | "카테고리" | "category" | "categories" => Field::Category,
            "설명" | "요약" | "description" | "summary" => Field::Description,
            "생성일" | "생성 일시" | "생성일시" | "작성일" | "작성 일자" | "작성일자"
            | "작성일시" | "날짜" | "일자" | "created" | "created time" | "created at" | "date"
            | "created date" => Field::Date,
            "최종 편집 일시"
            | "최종편집일시"
            | "수정일"
            | "수정 일시"
            | "수정일시"
            | "last edited time"
            | "last edited"
            | "updated"
            | "updated at" => Field::Updated,
            _ => Field::Own,
        }
    }
}

/// Names that Notion's templates give to properties, for pages exported without their database.
fn is_notions_own(key: &str) -> bool {
    matches!(
        key.to_lowercase().as_str(),
        "상태"
            | "status"
            | "담당자"
            | "assign"
            | "assignee"
            | "우선순위"
            | "priority"
            | "url"
            | "생성자"
            | "created by"
            | "최종 편집자"
            | "last edited by"
            | "마감일"
            | "due date"
    )
}

/// The key in our front matter: its own name, unless that name means something else to us.
fn own_key(key: &str) -> String {
    const OURS: [&str; 23] = [
        "title",
        "description",
        "summary",
        "excerpt",
        "date",
        "updated",
        "lastmod",
        "last_modified_at",
        "tags",
        "tag",
        "category",
        "categories",
        "slug",
        "permalink",
        "aliases",
        "redirect_from",
        "draft",
        "published",
        "weight",
        "order",
        "nav_order",
        "toc",
        "template",
    ];
    let key = key
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace(':', "-");
    if OURS.iter().any(|ours| ours.eq_ignore_ascii_case(&key)) {
        format!("notion_{}", key.to_ascii_lowercase())
    } else {
        key
    }
}

/// A date as Notion writes it — `2024년 3월 1일 오후 2:10`, `March 1, 2024 2:10 PM (GMT+9)`, `2024/03/01 → 2024/03/03` — as
/// we write it; of a span, its beginning.
fn date(written: &str) -> Option<String> {
    let first = written
        .split('→')
        .next()
        .unwrap_or(written)
        .trim()
        .trim_start_matches('@');
    let first = first.split(" (").next().unwrap_or(first).trim();
    if let Some(date) = normalise_date(first) {
        return Some(date);
    }
    let (month, rest) = first.split_once(' ')?;
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let head = month.to_ascii_lowercase();
    let month = 1 + MONTHS.iter().position(|name| head.starts_with(name))?;
    let (day, rest) = rest.split_once(',')?;
    let mut rest = rest.split_whitespace();
    let year = rest.next()?;
    let clock: Vec<&str> = rest.collect();
    // Our reader wants the half of the day in front.
    let clock = match clock.as_slice() {
        [time, half] => format!(" {half} {time}"),
        [time] => format!(" {time}"),
        _ => String::new(),
    };
    normalise_date(&format!("{year}-{month}-{}{clock}", day.trim()))
}

/// `<aside>` boxes as callouts. The icon stays as the box's title, so that no word is added or lost.
fn callouts(text: &str) -> String {
    if !text.contains("<aside") {
        return text.to_owned();
    }
    let code = Code::of(text);
    let mut starts = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let is_code = code.at(at).is_some();
        starts.push((line, is_code));
        at += line.len();
    }
    let opens =
        |line: &str| line.trim_start().starts_with("<aside") && line.trim_end().ends_with('>');
    let closes = |line: &str| line.trim() == "</aside>";
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(&(line, is_code)) = starts.get(at) {
        at += 1;
        let end = (!is_code && opens(line))
            .then(|| {
                starts
                    .iter()
                    .skip(at)
                    .position(|(line, is_code)| !is_code && (closes(line) || opens(line)))
            })
            .flatten()
            .map(|ahead| at + ahead)
            .filter(|&end| starts.get(end).is_some_and(|(line, _)| closes(line)));
        let Some(end) = end else {
            out.push_str(line);
            continue;
        };
        let indent = &line[..line.len() - line.trim_start().len()];
        let inside: Vec<&str> = starts
            .get(at..end)
            .unwrap_or(&[])
            .iter()
            .map(|(line, _)| line.trim_end_matches('\n'))
            .collect();
        write_callout(&mut out, indent, &inside);
        at = end + 1;
    }
    out
}

fn write_callout(out: &mut String, indent: &str, inside: &[&str]) {
    let stripped = |line: &str| {
        line.strip_prefix(indent)
            .unwrap_or_else(|| line.trim_start())
            .to_owned()
    };
    let mut lines: Vec<String> = inside.iter().map(|line| stripped(line)).collect();
    while lines.first().is_some_and(|line| line.trim().is_empty()) {
        lines.remove(0);
    }
    while lines.last().is_some_and(|line| line.trim().is_empty()) {
        lines.pop();
    }
    let mut icon = String::new();
    if let Some(first) = lines.first_mut() {
        let head = first.split_whitespace().next().unwrap_or("");
        let symbol = !head.is_empty() && head.chars().count() <= 8 && head.chars().all(is_symbol);
        if symbol {
            icon = head.to_owned();
            *first = first
                .trim_start()
                .get(head.len()..)
                .unwrap_or("")
                .trim_start()
                .to_owned();
        }
    }
    while lines.first().is_some_and(|line| line.trim().is_empty()) {
        lines.remove(0);
    }
    if !out.is_empty() && !out.ends_with("\n\n") {
        out.push('\n');
    }
    let kind = kind_of(&icon);
    let title = if icon.is_empty() {
        String::new()
    } else {
        format!(" {icon}")
    };
    out.push_str(&format!("{indent}> [!{kind}]{title}\n"));
    for line in &lines {
        match line.trim_end() {
            "" => out.push_str(&format!("{indent}>\n")),
            line => out.push_str(&format!("{indent}> {line}\n")),
        }
    }
    out.push('\n');
}

/// Emoji and other pictures: neither letters, digits nor what Markdown reads.
fn is_symbol(c: char) -> bool {
    !c.is_ascii() && !c.is_alphanumeric() && !c.is_whitespace()
}

/// The callout that an icon stands for.
fn kind_of(icon: &str) -> &'static str {
    match icon.chars().next() {
        Some('💡' | '✨' | '🌟' | '⭐') => "TIP",
        Some('⚠' | '🚧' | '❗' | '‼') => "WARNING",
        Some('🚨' | '⛔' | '🔥' | '🛑' | '🚫') => "DANGER",
        Some('❓' | '🤔' | '❔') => "QUESTION",
        Some('✅' | '☑' | '✔') => "SUCCESS",
        Some('❌' | '❎') => "FAILURE",
        Some('🐛' | '🐞') => "BUG",
        Some('ℹ') => "INFO",
        Some('📝' | '✏' | '📋') => "ABSTRACT",
        _ => "NOTE",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_both_of_notions_languages() {
        for (written, read) in [
            ("2024년 3월 1일 오후 2:10", "2024-03-01T14:10:00+09:00"),
            ("2024년 3월 1일", "2024-03-01"),
            ("March 1, 2024 2:10 PM", "2024-03-01T14:10:00+09:00"),
            ("Mar 1, 2024", "2024-03-01"),
            ("@2024/03/01 → 2024/03/03", "2024-03-01"),
            ("March 1, 2024 14:10 (GMT+9)", "2024-03-01T14:10:00+09:00"),
        ] {
            assert_eq!(date(written).as_deref(), Some(read), "{written}");
        }
        assert_eq!(date("어제"), None);
    }

    #[test]
    fn an_aside_becomes_a_callout_that_keeps_its_icon() {
        assert_eq!(
            callouts("앞\n\n<aside>\n💡 **기억**할 것\n\n- 하나\n\n</aside>\n\n뒤\n"),
            "앞\n\n> [!TIP] 💡\n> **기억**할 것\n>\n> - 하나\n\n\n뒤\n"
        );
        assert_eq!(
            callouts("- 목록\n    <aside>\n    ⚠️\n\n    조심\n    </aside>\n"),
            "- 목록\n\n    > [!WARNING] ⚠️\n    > 조심\n\n"
        );
        for left in [
            "<aside>\n💡 닫지 않은 것\n",
            "```\n<aside>\n글\n</aside>\n```\n",
        ] {
            assert_eq!(callouts(left), left);
        }
    }
}
