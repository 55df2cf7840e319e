//! An Obsidian vault: its notes stay as they are, but for what means something else to a site.
//!
//! 1. Settings (`.obsidian/*.json`): where attachments lie, which notes are templates, which plugins were on.
//! 2. Each note: properties in our words; links that only Obsidian would resolve are written out; code for plugins is
//!    reported.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::header::{Header, yaml_list, yaml_text};
use super::jekyll::begins_with_title;
use super::links::{self, Code, Form};
use super::names::{self, fold, join, split_extension, split_path};
use super::plan::{is_hidden, is_junk, is_note, keep_names};
use super::{Action, Goal, Item, Plan, What};
use crate::source::normalise_date;

/// Plans the import of a vault.
pub(super) fn plan(items: &[Item], goal: &Goal) -> Plan {
    let mut plan = Plan::default();
    let vault = Vault::of(items, goal, &mut plan);
    for (at, item) in items.iter().enumerate() {
        match (&vault.to[at], vault.left.get(&at), &item.text) {
            (_, Some(what), _) => plan.skip(items, at, *what),
            (None, None, _) => {}
            (Some(to), None, Some(text)) if is_note(&item.path) => {
                let note = Note {
                    vault: &vault,
                    items,
                    item,
                    to,
                };
                let text = note.convert(text, &mut plan);
                plan.actions.push(Action::Note {
                    to: to.clone(),
                    from: at,
                    text,
                });
            }
            (Some(_), None, None) if is_note(&item.path) => plan.skip(items, at, What::NotText),
            (Some(to), None, _) => plan.actions.push(Action::Copy {
                to: to.clone(),
                from: at,
            }),
        }
    }
    plan
}

/// The vault's files and settings.
#[derive(Debug, Default)]
struct Vault {
    /// Path of each item with the folder of this import.
    to: Vec<Option<String>>,
    left: HashMap<usize, What>,
    /// Obsidian's `attachmentFolderPath`.
    attachments: String,
    /// Folded path, with and without `.md`, to the items.
    by_path: HashMap<String, usize>,
    /// Folded name, with and without `.md`, to the items, the shallowest first.
    by_name: HashMap<String, Vec<usize>>,
}

impl Vault {
    fn of(items: &[Item], goal: &Goal, plan: &mut Plan) -> Vault {
        let settings = |file: &str| -> Value {
            let item = items.iter().find(|item| item.path == file);
            let text = item.and_then(|item| item.text.as_deref()).unwrap_or("");
            serde_json::from_str(text).unwrap_or_default()
        };
        let text = |settings: &Value, key: &str| {
            settings
                .get(key)
                .and_then(Value::as_str)
                .unwrap_or("")
                .trim()
                .trim_end_matches('/')
                .to_owned()
        };
        let mut templates: Vec<String> =
            vec![text(&settings(".obsidian/templates.json"), "folder")];
        let templater = settings(".obsidian/plugins/templater-obsidian/data.json");
        templates.push(text(&templater, "templates_folder"));
        templates.retain(|folder| !folder.is_empty());
        if let Value::Array(plugins) = settings(".obsidian/community-plugins.json") {
            for plugin in plugins.iter().filter_map(Value::as_str) {
                plan.remark(What::Plugin, ".obsidian/community-plugins.json", 0, plugin);
            }
        }
        let mut vault = Vault {
            attachments: text(&settings(".obsidian/app.json"), "attachmentFolderPath"),
            ..Vault::default()
        };
        vault.to = keep_names(items, plan, |item| {
            let wanted = !is_junk(&item.path) && !is_hidden(&item.path);
            wanted.then(|| join(&goal.into, &item.path))
        });
        let mut order: Vec<usize> = (0..items.len())
            .filter(|at| vault.to[*at].is_some())
            .collect();
        order.sort_by_key(|&at| (items[at].path.matches('/').count(), at));
        for at in order {
            let item = &items[at];
            if let Some(what) = left_behind(item, &templates) {
                vault.left.insert(at, what);
            }
            let path = fold(&item.path);
            let name = split_path(&path).1.to_owned();
            for ending in ["", ".md"] {
                if let Some(path) = path.strip_suffix(ending) {
                    vault.by_path.entry(path.to_owned()).or_insert(at);
                }
                if let Some(name) = name.strip_suffix(ending) {
                    let all = vault.by_name.entry(name.to_owned()).or_default();
                    if !all.contains(&at) {
                        all.push(at);
                    }
                }
            }
        }
        vault
    }

    /// The file that Obsidian opens for `written` (decoded, without fragment) in a note of `folder`: by its path in the
    /// vault, from the note's folder, in the attachments' folder, or the shallowest whose path ends so.
    fn find(&self, items: &[Item], folder: &str, written: &str) -> Option<usize> {
        let attachments = match self.attachments.as_str() {
            "" | "/" => String::new(),
            "." | "./" => folder.to_owned(),
            path => match path.strip_prefix("./") {
                Some(under) => join(folder, under),
                None => path.to_owned(),
            },
        };
        let rooted = written.trim_start_matches('/');
        let candidates = [
            names::resolve("", rooted),
            names::resolve(folder, written),
            names::resolve(&attachments, rooted),
        ];
        if let Some(at) = candidates
            .iter()
            .flatten()
            .find_map(|path| self.by_path.get(&fold(path)))
        {
            return Some(*at);
        }
        let wanted = fold(rooted);
        let named = self.by_name.get(split_path(&wanted).1)?;
        let ends = |at: &&usize| {
            let path = items
                .get(**at)
                .map(|item| fold(&item.path))
                .unwrap_or_default();
            [path.as_str(), path.strip_suffix(".md").unwrap_or(&path)]
                .iter()
                .any(|path| {
                    path.strip_suffix(wanted.as_str())
                        .is_some_and(|before| before.is_empty() || before.ends_with('/'))
                })
        };
        let here = named.iter().filter(ends).find(|at| {
            items
                .get(**at)
                .is_some_and(|item| split_path(&item.path).0 == folder)
        });
        here.or_else(|| named.iter().find(ends)).copied()
    }
}

/// Why a file of the vault is no part of a site.
fn left_behind(item: &Item, templates: &[String]) -> Option<What> {
    let path = item.path.as_str();
    let lower = path.to_lowercase();
    let under = |folder: &String| {
        path.strip_prefix(folder.as_str())
            .is_some_and(|rest| rest.starts_with('/'))
    };
    if [".canvas", ".base", ".excalidraw", ".excalidraw.md"]
        .iter()
        .any(|ending| lower.ends_with(ending))
    {
        return Some(What::PluginFile);
    }
    if !is_note(path) {
        return None;
    }
    if templates.iter().any(under) {
        return Some(What::Template);
    }
    let (header, _) = Header::split(item.text.as_deref()?);
    header.key("excalidraw-plugin").map(|_| What::PluginFile)
}

/// One note being converted.
struct Note<'a> {
    vault: &'a Vault,
    items: &'a [Item],
    item: &'a Item,
    to: &'a str,
}

impl Note<'_> {
    fn convert(&self, text: &str, plan: &mut Plan) -> String {
        let (mut header, body_at) = Header::split(text);
        let body = &text[body_at..];
        let lines_before = text[..body_at].matches('\n').count();
        let code = Code::of(body);
        self.report_plugins(body, &code, lines_before, plan);
        let body = self.rewrite_links(body, &code, lines_before, plan);
        if header.is_editable() {
            self.mend(&mut header, &body, plan);
        }
        header.above(&body)
    }

    /// The properties in our words.
    fn mend(&self, header: &mut Header, body: &str, plan: &mut Plan) {
        let path = &self.item.path;
        let mut changed =
            |line: usize, what: String| plan.remark(What::Property, path, line, &what);
        // `aliases` are other names of the note to us as well, which wikilinks find (`site::names`).
        if header.key("alias").is_some() && header.key("aliases").is_none() {
            let line = header.line_of("alias");
            header.rename("alias", "aliases");
            changed(line, "alias → aliases".to_owned());
        }
        if header.says.extra.get("publish") == Some(&Value::Bool(false))
            && header.key("draft").is_none()
        {
            changed(
                header.line_of("publish"),
                "publish: false → draft: true".to_owned(),
            );
            header.remove("publish");
            header.set("draft", "true");
        }
        if let Some(text) = header
            .scalar("tags")
            .filter(|text| text.contains(' ') && !text.contains([',', '#']))
        {
            let list = yaml_list(text.split_whitespace());
            changed(header.line_of("tags"), format!("tags → {list}"));
            header.set("tags", &list);
        }
        for (ours, theirs) in [
            (
                "date",
                ["created", "date created", "created_at", "생성일"].as_slice(),
            ),
            (
                "updated",
                ["modified", "date modified", "updated_at", "수정일"].as_slice(),
            ),
        ] {
            if header.key(ours).is_some() {
                continue;
            }
            let found = theirs.iter().find_map(|key| {
                let written = header.scalar(key)?;
                normalise_date(written).map(|date| (*key, date))
            });
            if let Some((key, date)) = found {
                changed(header.line_of(key), format!("{key} → {ours}"));
                header.rename(key, ours);
                header.set(ours, &date);
            }
        }
        // Obsidian's title is the file's name; ours would be the first heading, whatever it is.
        if header.says.title.is_none() && !begins_with_title(body) {
            let name = split_extension(split_path(&self.item.path).1).0;
            header.set("title", &yaml_text(name));
        }
    }

    fn rewrite_links(
        &self,
        text: &str,
        code: &Code,
        lines_before: usize,
        plan: &mut Plan,
    ) -> String {
        let folder = split_path(&self.item.path).0;
        let mut edits = Vec::new();
        for wiki in links::wiki(text, code) {
            let written = &text[wiki.range.clone()];
            if written.is_empty() {
                continue;
            }
            let line = lines_before + wiki.line;
            match self.vault.find(self.items, folder, written) {
                None => plan.remark(
                    What::BrokenLink,
                    &self.item.path,
                    line,
                    &format!("[[{written}]]"),
                ),
                Some(at) => match &self.vault.to[at] {
                    Some(to) if !self.vault.left.contains_key(&at) => {
                        if let Some(new) = self.wiki_target(written, at, to) {
                            // The reader goes on seeing what the author wrote.
                            let shown = match text.get(wiki.range.end..wiki.range.end + 2) {
                                Some("]]") if !wiki.embed => {
                                    let start =
                                        text[..wiki.range.start].rfind('\n').map_or(0, |at| at + 1);
                                    let table = text[start..].trim_start().starts_with('|');
                                    format!("{}{written}", if table { "\\|" } else { "|" })
                                }
                                _ => String::new(),
                            };
                            edits.push((wiki.range, format!("{new}{shown}")));
                        }
                    }
                    _ => plan.remark(
                        What::BrokenLink,
                        &self.item.path,
                        line,
                        &format!("[[{written}]]"),
                    ),
                },
            }
        }
        for found in links::destinations(text, code) {
            let written = text[found.range.clone()].trim();
            if written.is_empty() || written.starts_with('#') {
                continue;
            }
            let line = lines_before + found.line;
            if links::is_external(written) {
                if written.starts_with("obsidian:") {
                    plan.remark(What::BrokenLink, &self.item.path, line, written);
                }
                continue;
            }
            let (path, fragment) = links::split_fragment(written);
            let decoded = names::decode(path);
            let target = self.vault.find(self.items, folder, &decoded);
            let Some(to) = target
                .filter(|at| !self.vault.left.contains_key(at))
                .and_then(|at| self.vault.to[at].as_deref())
            else {
                plan.remark(What::BrokenLink, &self.item.path, line, &decoded);
                continue;
            };
            // A link that works from the note's own folder stays as its author wrote it.
            let stays = names::resolve(split_path(self.to).0, &decoded).as_deref() == Some(to);
            if stays {
                continue;
            }
            let mut new = names::relative(self.to, to);
            if let Some(fragment) = fragment {
                new.push('#');
                new.push_str(fragment);
            }
            if found.form == Form::Html {
                new = new.replace('&', "&amp;");
            }
            edits.push((found.range, new));
        }
        edits.sort_by_key(|(range, _)| range.start);
        plan.links += edits.len();
        links::replace(text, edits)
    }

    /// The target of a wiki link that our site finds, where it would not find it as it is written.
    fn wiki_target(&self, written: &str, at: usize, to: &str) -> Option<String> {
        let item = self.items.get(at)?;
        let bare = |path: &str| {
            if is_note(path) {
                split_extension(path).0.to_owned()
            } else {
                path.to_owned()
            }
        };
        let (name, wanted) = (split_path(&item.path).1, split_path(to).1);
        // Our site looks from the note's folder, then from the content folder, then — for a bare name — everywhere.
        let here = names::resolve(split_path(self.to).0, written);
        let root = names::resolve("", written);
        if [here, root]
            .iter()
            .flatten()
            .any(|path| fold(&bare(path)) == fold(&bare(to)))
        {
            return None;
        }
        let all = self.vault.by_name.get(&fold(written)).map_or(0, Vec::len);
        let is_bare = !written.contains('/') && split_extension(written).1 != ".md";
        if is_bare && name == wanted && all == 1 {
            return None;
        }
        Some(bare(to))
    }

    /// Code that only a plugin could run: `dataview` blocks, inline queries, Templater's marks.
    fn report_plugins(&self, text: &str, code: &Code, lines_before: usize, plan: &mut Plan) {
        const BLOCKS: [&str; 22] = [
            "dataview",
            "dataviewjs",
            "tasks",
            "query",
            "button",
            "chart",
            "tracker",
            "leaflet",
            "mapview",
            "timeline",
            "kanban",
            "excalidraw",
            "base",
            "meta-bind",
            "meta-bind-button",
            "calendar-timeline",
            "habit",
            "tikz",
            "cardlink",
            "datacore",
            "datacorejsx",
            "todoist",
        ];
        let known: HashSet<&str> = BLOCKS.into_iter().collect();
        let mut at = 0;
        for (number, line) in text.split_inclusive('\n').enumerate() {
            let start = at;
            at += line.len();
            let trimmed = line.trim_start_matches([' ', '>', '\t']);
            let marks = trimmed
                .bytes()
                .take_while(|b| matches!(b, b'`' | b'~'))
                .count();
            let language = trimmed.get(marks..).unwrap_or("").trim();
            let language = language.split(char::is_whitespace).next().unwrap_or("");
            // Admonition's own blocks, too: `ad-note`.
            let block = marks >= 3 && (known.contains(language) || language.starts_with("ad-"));
            let first = start + (line.len() - trimmed.len());
            let opens = block
                && code
                    .at(first)
                    .is_none_or(|range| range.start + 8 > first || range.start >= start);
            let inline = line.contains("`= ") || line.contains("`$= ");
            let templater = line.contains("<%")
                && line.contains("%>")
                && code.at(start + line.find("<%").unwrap_or(0)).is_none();
            if opens || inline || templater {
                plan.remark(
                    What::PluginCode,
                    &self.item.path,
                    lines_before + number + 1,
                    line.trim(),
                );
            }
        }
    }
}
