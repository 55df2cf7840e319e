//! A Jekyll site's source: posts, drafts, collections, pages and the files they show.
//!
//! 1. [`Site`]: `_config.yml`, what each file is ([`Role`]), where it goes, and the address it had.
//! 2. Each note: front matter in our words, with its old address as one that leads here; Liquid ([`liquid`]); links.
//! 3. Files that notes show are copied, the theme's are not. `notes.toml` is suggested where the site has none.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::header::{Header, yaml_list, yaml_text};
use super::links::{self, Code, Form};
use super::liquid;
use super::names::{self, join, split_extension, split_path};
use super::plan::{is_hidden, is_junk, is_note, keep_names};
use super::{Action, Goal, Item, Plan, What};
use crate::config::Config;
use crate::site::permalink::{self, Of};

/// What a file is to Jekyll.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Role {
    Post,
    Draft,
    /// A page of a collection; whether it was published.
    Collection {
        label: String,
        output: bool,
    },
    Page,
    /// Copied as it is.
    File,
    /// Copied only if a note shows it.
    FileOfTheme,
    Left(What),
    /// Not worth a word.
    Junk,
}

/// Plans the import of a Jekyll site.
pub(super) fn plan(items: &[Item], goal: &Goal) -> Plan {
    let mut plan = Plan::default();
    let site = Site::of(items, goal, &mut plan);
    let mut shown: HashSet<usize> = HashSet::new();
    for (at, item) in items.iter().enumerate() {
        match (&site.roles[at], &site.to[at], &item.text) {
            (Role::Left(what), _, _) => plan.skip(items, at, *what),
            (Role::Post | Role::Draft | Role::Collection { .. } | Role::Page, Some(to), text) => {
                let Some(text) = text else {
                    plan.skip(items, at, What::NotText);
                    continue;
                };
                let note = Note {
                    site: &site,
                    items,
                    at,
                    to,
                };
                let text = note.convert(text, &mut plan, &mut shown);
                plan.actions.push(Action::Note {
                    to: to.clone(),
                    from: at,
                    text,
                });
            }
            _ => {}
        }
    }
    for (at, role) in site.roles.iter().enumerate() {
        let Some(to) = &site.to[at] else { continue };
        match role {
            Role::File => plan.actions.push(Action::Copy {
                to: to.clone(),
                from: at,
            }),
            Role::FileOfTheme if shown.contains(&at) => plan.actions.push(Action::Copy {
                to: to.clone(),
                from: at,
            }),
            Role::FileOfTheme => plan.skip(items, at, What::ThemeFile),
            _ => {}
        }
    }
    site.settings(items, goal, &mut plan);
    plan
}

/// The site as Jekyll sees it.
#[derive(Debug, Default)]
struct Site {
    config: Map<String, Value>,
    config_item: Option<usize>,
    roles: Vec<Role>,
    /// Path of each item with the folder of this import.
    to: Vec<Option<String>>,
    /// Address each note had.
    old: Vec<Option<String>>,
    by_path: HashMap<String, usize>,
    by_address: HashMap<String, usize>,
    /// Name as `{% post_url %}` has it to the post.
    posts: HashMap<String, usize>,
    /// `https://a.b/blog`, without its slash.
    home: String,
    baseurl: String,
}

impl Site {
    fn of(items: &[Item], goal: &Goal, plan: &mut Plan) -> Site {
        let config_item = items
            .iter()
            .position(|item| matches!(item.path.as_str(), "_config.yml" | "_config.yaml"));
        let config = config_item
            .and_then(|at| items.get(at)?.text.as_deref())
            .and_then(parse_config)
            .unwrap_or_default();
        let text = |key: &str| {
            config
                .get(key)
                .and_then(Value::as_str)
                .unwrap_or("")
                .trim()
                .trim_end_matches('/')
                .to_owned()
        };
        let baseurl = text("baseurl");
        let mut site = Site {
            home: format!("{}{baseurl}", text("url")),
            baseurl,
            config,
            config_item,
            ..Site::default()
        };
        site.roles = items.iter().map(|item| site.role(item)).collect();
        let roles = std::mem::take(&mut site.roles);
        let mut at = 0;
        site.to = keep_names(items, plan, |item| {
            let role = &roles[at];
            at += 1;
            site.place(item, role).map(|to| join(&goal.into, &to))
        });
        site.roles = roles;
        for (at, item) in items.iter().enumerate() {
            site.by_path.entry(item.path.clone()).or_insert(at);
            if site.roles[at] == Role::Post {
                let (_, file) = split_path(&item.path);
                let stem = split_extension(file).0;
                let whole = item
                    .path
                    .split("_posts/")
                    .nth(1)
                    .map_or(stem, |inside| split_extension(inside).0);
                site.posts.entry(whole.to_owned()).or_insert(at);
                site.posts.entry(stem.to_owned()).or_insert(at);
            }
            let old = site.old_address(item, &site.roles[at]);
            if let Some(old) = &old {
                site.by_address.entry(address_key(old)).or_insert(at);
            }
            site.old.push(old);
        }
        site
    }

    /// What Jekyll does with a file.
    fn role(&self, item: &Item) -> Role {
        let path = item.path.as_str();
        let (folder, file) = split_path(path);
        let extension = split_extension(file).1.to_ascii_lowercase();
        let top = path.split('/').next().unwrap_or("");
        if is_junk(path) || is_hidden(path) || path.starts_with("_config.") {
            return Role::Junk;
        }
        if matches!(top, "_site" | "vendor" | "node_modules") {
            return Role::Junk;
        }
        let project = folder.is_empty()
            && (matches!(
                file,
                "Gemfile"
                    | "Gemfile.lock"
                    | "Rakefile"
                    | "LICENSE"
                    | "LICENSE.md"
                    | "LICENSE.txt"
                    | "CNAME"
                    | "Makefile"
                    | "Dockerfile"
                    | "netlify.toml"
                    | "package.json"
                    | "package-lock.json"
                    | "yarn.lock"
                    | "CHANGELOG.md"
                    | "CONTRIBUTING.md"
                    | "gulpfile.js"
                    | "Gruntfile.js"
                    | "404.md"
                    | "404.html"
                    | "docker-compose.yml"
            ) || extension == ".gemspec"
                || extension == ".sh"
                || (file.eq_ignore_ascii_case("README.md") && !begins_with_rule(item)));
        let excluded = self
            .config
            .get("exclude")
            .and_then(Value::as_array)
            .is_some_and(|list| {
                list.iter().filter_map(Value::as_str).any(|name| {
                    let name = name.trim_end_matches('/');
                    !name.is_empty()
                        && (path == name
                            || path
                                .strip_prefix(name)
                                .is_some_and(|rest| rest.starts_with('/')))
                })
            });
        if project || excluded {
            return Role::Left(What::ProjectFile);
        }
        let textile = matches!(extension.as_str(), ".textile" | ".adoc" | ".html" | ".htm");
        if path.split('/').any(|part| part == "_posts") {
            return match (is_note(path), textile) {
                (true, _) if post_date(file).is_some() => Role::Post,
                // Jekyll never published a post without a date.
                (true, _) => Role::Draft,
                (false, true) => Role::Left(What::HtmlPage),
                (false, false) => Role::File,
            };
        }
        if path.split('/').any(|part| part == "_drafts") {
            return match (is_note(path), textile) {
                (true, _) => Role::Draft,
                (false, true) => Role::Left(What::HtmlPage),
                (false, false) => Role::File,
            };
        }
        if let Some(label) = top.strip_prefix('_') {
            if let Some(output) = self.collection(label) {
                return match (is_note(path), textile) {
                    (true, _) => Role::Collection {
                        label: label.to_owned(),
                        output,
                    },
                    (false, true) => Role::Left(What::HtmlPage),
                    (false, false) => Role::File,
                };
            }
            let included = self
                .config
                .get("include")
                .and_then(Value::as_array)
                .is_some_and(|list| {
                    list.iter()
                        .filter_map(Value::as_str)
                        .any(|name| name.trim_matches('/') == top)
                });
            return match (included, is_note(path)) {
                (true, true) => Role::Page,
                (true, false) if textile => Role::Left(What::HtmlPage),
                (true, false) => Role::File,
                (false, true) if !matches!(label, "includes" | "layouts") => Role::Collection {
                    label: label.to_owned(),
                    output: false,
                },
                (false, _) => Role::Left(What::ThemeFile),
            };
        }
        if is_note(path) {
            let (_, body) = Header::split(item.text.as_deref().unwrap_or(""));
            let empty = item
                .text
                .as_deref()
                .is_some_and(|text| text[body..].trim().is_empty());
            // A page that is nothing but a layout: a list, an archive.
            return if empty && body > 0 {
                Role::Left(What::HtmlPage)
            } else {
                Role::Page
            };
        }
        if begins_with_rule(item) {
            return Role::Left(if textile {
                What::HtmlPage
            } else {
                What::LiquidFile
            });
        }
        match extension.as_str() {
            ".css" | ".scss" | ".sass" | ".less" | ".js" | ".mjs" | ".map" | ".coffee"
            | ".woff" | ".woff2" | ".ttf" | ".eot" | ".otf" => Role::FileOfTheme,
            ".yml" | ".yaml" | ".toml" | ".lock" if folder.is_empty() => {
                Role::Left(What::ProjectFile)
            }
            _ => Role::File,
        }
    }

    /// Whether `label` is a collection, and whether its pages were published.
    fn collection(&self, label: &str) -> Option<bool> {
        match self.config.get("collections")? {
            Value::Object(all) => all
                .get(label)
                .map(|one| one.get("output").and_then(Value::as_bool).unwrap_or(false)),
            Value::Array(all) => all
                .iter()
                .any(|one| one.as_str() == Some(label))
                .then_some(false),
            _ => None,
        }
    }

    /// Where a file goes: Jekyll's underscores mean nothing to us.
    fn place(&self, item: &Item, role: &Role) -> Option<String> {
        if matches!(role, Role::Left(_) | Role::Junk) {
            return None;
        }
        let parts: Vec<&str> = item.path.split('/').collect();
        let last = parts.len().saturating_sub(1);
        let parts: Vec<&str> = parts
            .into_iter()
            .enumerate()
            .map(|(at, part)| {
                if at < last {
                    part.strip_prefix('_').unwrap_or(part)
                } else {
                    part
                }
            })
            .collect();
        let path = parts.join("/");
        let (stem, extension) = split_extension(&path);
        Some(match extension.to_ascii_lowercase().as_str() {
            ".mdx" | ".md" => path,
            _ if is_note(&path) => format!("{stem}.md"),
            _ => path,
        })
    }

    /// A value that `defaults:` gives to a file.
    fn default_for(&self, item: &Item, kind: &str, key: &str) -> Option<&Value> {
        let defaults = self.config.get("defaults")?.as_array()?;
        defaults
            .iter()
            .filter(|one| {
                let scope = |key: &str| {
                    one.get("scope")
                        .and_then(|scope| scope.get(key))
                        .and_then(Value::as_str)
                        .unwrap_or("")
                };
                let path = scope("path").trim_matches('/');
                let wanted = scope("type");
                (path.is_empty()
                    || item.path == path
                    || item
                        .path
                        .strip_prefix(path)
                        .is_some_and(|rest| rest.starts_with('/')))
                    && (wanted.is_empty() || wanted == kind)
            })
            .filter_map(|one| one.get("values")?.get(key))
            .next_back()
    }

    /// Categories as Jekyll counts them: the folders above `_posts`, then the front matter's.
    fn categories(&self, item: &Item, header: &Header) -> Vec<String> {
        let mut all: Vec<String> = match item.path.split_once("_posts/") {
            Some((above, _)) => above
                .split('/')
                .filter(|part| !part.is_empty())
                .map(str::to_owned)
                .collect(),
            None => Vec::new(),
        };
        let own = match header
            .key("categories")
            .and_then(|_| header.scalar("categories"))
        {
            Some(text) if !text.contains(',') => {
                text.split_whitespace().map(str::to_owned).collect()
            }
            _ => header.says.categories.clone(),
        };
        for name in own {
            if !all.contains(&name) {
                all.push(name);
            }
        }
        all
    }

    /// The address a note had on the Jekyll site, without `baseurl`.
    fn old_address(&self, item: &Item, role: &Role) -> Option<String> {
        let (kind, label) = match role {
            Role::Post => ("posts", "posts"),
            Role::Collection {
                label,
                output: true,
            } => (label.as_str(), label.as_str()),
            Role::Page => ("pages", ""),
            _ => return None,
        };
        let (header, _) = Header::split(item.text.as_deref()?);
        let (folder, file) = split_path(&item.path);
        let stem = split_extension(file).0;
        let style = self
            .config
            .get("permalink")
            .and_then(Value::as_str)
            .unwrap_or("date");
        let own = header.says.permalink.clone().or_else(|| {
            self.default_for(item, kind, "permalink")
                .and_then(Value::as_str)
                .map(str::to_owned)
        });
        if *role == Role::Page {
            let folder = folder.strip_prefix('_').unwrap_or(folder);
            let base = format!("/{folder}/").replace("//", "/");
            let slashed = permalink::pattern(style).ends_with('/');
            return Some(match own.filter(|own| !own.contains(':')) {
                Some(own) => own,
                None if stem == "index" => base,
                None if slashed => format!("{base}{stem}/"),
                None => format!("{base}{stem}.html"),
            });
        }
        let collection = self
            .config
            .get("collections")
            .and_then(|all| all.get(label));
        let pattern = own
            .or_else(|| {
                collection
                    .and_then(|one| one.get("permalink"))
                    .and_then(Value::as_str)
                    .map(str::to_owned)
            })
            .unwrap_or_else(|| match label {
                "posts" => style.to_owned(),
                _ if permalink::pattern(style).ends_with('/') => "/:collection/:path/".to_owned(),
                _ => "/:collection/:path:output_ext".to_owned(),
            });
        let (date, name) = post_date(file).unwrap_or_else(|| (String::new(), stem.to_owned()));
        let categories = self.categories(item, &header);
        let inside = item
            .path
            .split_once('/')
            .map_or(item.path.as_str(), |(_, inside)| inside);
        let expanded = permalink::expand(
            permalink::pattern(&pattern),
            &Of {
                date: header.says.date.as_deref().unwrap_or(&date),
                name: &name,
                slug: header.says.slug.as_deref(),
                categories: &categories,
                collection: label,
                path: split_extension(inside).0,
            },
        );
        expanded.complete.then_some(expanded.address)
    }

    /// The item that a path from the site's root means: a file of the source, or an old address.
    fn find(&self, path: &str) -> Option<usize> {
        let path = path.trim_start_matches('/');
        let inside = self.baseurl.trim_matches('/');
        let without_base = (!inside.is_empty())
            .then(|| path.strip_prefix(inside)?.strip_prefix('/'))
            .flatten();
        [Some(path), without_base]
            .into_iter()
            .flatten()
            .find_map(|path| {
                self.by_path
                    .get(path)
                    .or_else(|| self.by_address.get(&address_key(path)))
                    .copied()
            })
    }

    /// `notes.toml` out of `_config.yml`, and what has no place in it.
    fn settings(&self, items: &[Item], goal: &Goal, plan: &mut Plan) {
        let Some(item) = self.config_item.and_then(|at| items.get(at)) else {
            return;
        };
        let source = item.text.as_deref().unwrap_or("");
        let known = [
            "title",
            "name",
            "description",
            "url",
            "baseurl",
            "permalink",
            "collections",
            "author",
            "lang",
            "locale",
            "language",
            "exclude",
            "include",
            "defaults",
            "encoding",
            "markdown",
            "highlighter",
            "kramdown",
            "source",
            "destination",
        ];
        for (key, value) in &self.config {
            if known.contains(&key.as_str()) || value.is_null() {
                continue;
            }
            let line = source
                .lines()
                .position(|line| line.starts_with(key.as_str()))
                .map_or(0, |at| at + 1);
            let value = match value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            plan.remark(What::Setting, &item.path, line, &format!("{key}: {value}"));
        }
        if goal.configured {
            return;
        }
        let text = |key: &str| {
            self.config
                .get(key)
                .and_then(Value::as_str)
                .map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
                .filter(|text| !text.is_empty())
        };
        let author = text("author").or_else(|| {
            self.config
                .get("author")?
                .get("name")?
                .as_str()
                .map(str::to_owned)
        });
        let quoted = |text: String| toml::Value::String(text).to_string();
        let mut out = String::from("# Jekyll의 _config.yml에서 옮긴 설정입니다.\n");
        for (key, value) in [
            ("title", text("title").or_else(|| text("name"))),
            ("description", text("description")),
            ("author", author),
            (
                "language",
                text("lang")
                    .or_else(|| text("locale"))
                    .or_else(|| text("language"))
                    .filter(|lang| lang != "ko"),
            ),
        ] {
            if let Some(value) = value {
                out.push_str(&format!("{key} = {}\n", quoted(value)));
            }
        }
        if self.home.starts_with("http") {
            out.push_str(&format!(
                "# 새로 올릴 주소를 정하면 적으세요. Jekyll에서는 {}였습니다.\n# base_url = {}\n",
                self.home,
                quoted(format!("{}/", self.home))
            ));
        }
        if Config::parse("notes.toml", &out).is_ok() {
            plan.actions.push(Action::Config { text: out });
        }
    }
}

/// One note being converted.
struct Note<'a> {
    site: &'a Site,
    items: &'a [Item],
    at: usize,
    to: &'a str,
}

impl Note<'_> {
    fn item(&self) -> &Item {
        &self.items[self.at]
    }

    fn convert(&self, text: &str, plan: &mut Plan, shown: &mut HashSet<usize>) -> String {
        let (mut header, body_at) = Header::split(text);
        let body = &text[body_at..];
        let lines_before = text[..body_at].matches('\n').count();
        let page = |key: &str| match key {
            "title" => header.says.title.clone(),
            "date" => header.says.date.clone(),
            key => header
                .says
                .extra
                .get(key)
                .and_then(Value::as_str)
                .map(str::to_owned),
        };
        let env = liquid::Env {
            site: &self.site.config,
            page: &page,
            post: &|name| {
                let name = name
                    .trim()
                    .trim_matches(['"', '\''])
                    .trim_start_matches('/');
                let at = self.site.posts.get(name)?;
                self.items.get(*at).map(|item| item.path.clone())
            },
            file: &|path| self.site.by_path.contains_key(path),
        };
        let converted = liquid::convert(body, &env);
        let path = &self.item().path;
        for (line, tag) in &converted.left {
            plan.remark(What::Liquid, path, lines_before + line, tag);
        }
        let body = self.rewrite_links(&converted, lines_before, plan, shown);
        if header.is_editable() {
            self.mend(&mut header, &body, plan);
        }
        header.above(&body)
    }

    /// The front matter in our words.
    fn mend(&self, header: &mut Header, body: &str, plan: &mut Plan) {
        let item = self.item();
        let role = &self.site.roles[self.at];
        let changed = |plan: &mut Plan, key: &str, header: &Header, now: &str| {
            plan.remark(
                What::Property,
                &item.path,
                header.line_of(key),
                &format!("{key} → {now}"),
            );
        };
        let hidden = matches!(role, Role::Draft | Role::Collection { output: false, .. });
        let kind = match role {
            Role::Post | Role::Draft => "posts",
            Role::Collection { label, .. } => label.as_str(),
            _ => "pages",
        };
        let unpublished = header.key("published").is_none()
            && self
                .site
                .default_for(item, kind, "published")
                .and_then(Value::as_bool)
                == Some(false);
        if hidden || unpublished {
            plan.remark(What::Draft, &item.path, 0, "");
        }
        if hidden || unpublished || (header.key("published").is_some() && header.says.draft) {
            header.remove("published");
            header.set("draft", "true");
        }
        // Jekyll cuts these two at their spaces, where they are one text.
        let categories = self.site.categories(item, header);
        let spaced = header
            .scalar("categories")
            .is_some_and(|text| text.contains(' ') && !text.contains(','));
        if spaced || categories.len() > header.says.categories.len() {
            if spaced {
                changed(
                    plan,
                    "categories",
                    header,
                    &yaml_list(categories.iter().map(String::as_str)),
                );
            }
            header.remove("category");
            header.set(
                "categories",
                &yaml_list(categories.iter().map(String::as_str)),
            );
        }
        if let Some(text) = header
            .scalar("tags")
            .filter(|text| text.contains(' ') && !text.contains([',', '#']))
        {
            let list = yaml_list(text.split_whitespace());
            changed(plan, "tags", header, &list);
            header.set("tags", &list);
        }
        let old = self.site.old[self.at].as_deref();
        match header.says.permalink.clone() {
            Some(written) => match old {
                // `permalink: /:categories/:title/` is a pattern, which is ours to fill in; so is `pretty`.
                Some(old)
                    if old != written && (written.contains(':') || !written.starts_with('/')) =>
                {
                    changed(plan, "permalink", header, old);
                    header.set("permalink", &yaml_text(old));
                }
                _ => {}
            },
            None => {
                if let Some(old) = old {
                    self.lead_here(header, old);
                }
            }
        }
        if header.key("redirect_to").is_some() {
            let line = header.line_of("redirect_to");
            plan.remark(What::Property, &item.path, line, "redirect_to");
        }
        if header.says.title.is_none() && *role != Role::Page && !begins_with_title(body) {
            let (_, file) = split_path(&item.path);
            let stem = split_extension(file).0;
            let name = post_date(file).map_or_else(|| stem.to_owned(), |(_, name)| name);
            header.set("title", &yaml_text(&name.replace(['-', '_'], " ")));
        }
    }

    /// Makes the old address lead to the note, beside those that do already.
    fn lead_here(&self, header: &mut Header, old: &str) {
        let new = split_extension(self.to).0;
        let new = new
            .strip_suffix("/index")
            .unwrap_or(if new == "index" { "" } else { new });
        if address_key(old) == address_key(new) && !old.ends_with(".html") {
            return;
        }
        let mut all = header.says.aliases.clone();
        if !all.iter().any(|known| known == old) {
            all.push(old.to_owned());
        }
        let key = if header.key("aliases").is_some() {
            "aliases"
        } else {
            "redirect_from"
        };
        header.set(key, &yaml_list(all.iter().map(String::as_str)));
    }

    fn rewrite_links(
        &self,
        converted: &liquid::Converted,
        lines_before: usize,
        plan: &mut Plan,
        shown: &mut HashSet<usize>,
    ) -> String {
        let text = converted.text.as_str();
        let code = Code::of(text);
        let item = self.item();
        let mut edits = Vec::new();
        for found in links::destinations(text, &code) {
            let written = text[found.range.clone()].trim();
            if written.is_empty()
                || written.starts_with('#')
                || written.contains("{{")
                || written.contains("{%")
            {
                continue;
            }
            let own_site = written
                .strip_prefix(self.site.home.as_str())
                .filter(|_| self.site.home.starts_with("http"));
            let (written, external) = match own_site {
                Some(inside) if inside.is_empty() || inside.starts_with('/') => (inside, true),
                _ => (written, false),
            };
            if links::is_external(written) {
                continue;
            }
            let (path, fragment) = links::split_fragment(written);
            let decoded = names::decode(path);
            let target = if decoded.starts_with('/') || external {
                self.site.find(&decoded)
            } else {
                self.relative(&decoded)
            };
            let to = target.and_then(|at| Some((at, self.site.to[at].as_deref()?)));
            let Some((at, to)) = to else {
                let made = [
                    "tags",
                    "categories",
                    "feed.xml",
                    "sitemap.xml",
                    "rss.xml",
                    "atom.xml",
                ];
                let first = decoded.trim_matches('/').split('/').next().unwrap_or("");
                if !external && !first.is_empty() && !made.contains(&first) {
                    let line = lines_before + converted.original_line(found.line);
                    plan.remark(What::BrokenLink, &item.path, line, &decoded);
                }
                continue;
            };
            shown.insert(at);
            let mut new = names::relative(self.to, to);
            if let Some(fragment) = fragment {
                new.push('#');
                new.push_str(fragment);
            }
            if found.form == Form::Html {
                new = new.replace('&', "&amp;");
            }
            if new != text[found.range.clone()] {
                edits.push((found.range, new));
            }
        }
        plan.links += edits.len();
        links::replace(text, edits)
    }

    /// What a relative link means: as the browser saw it from the old address, else as an editor sees it from the file.
    fn relative(&self, path: &str) -> Option<usize> {
        let item = self.item();
        let old = self.site.old[self.at].as_deref().unwrap_or("");
        let old_folder = old
            .rsplit_once('/')
            .map_or("", |(folder, _)| folder)
            .trim_start_matches('/');
        let folder = split_path(&item.path).0;
        [old_folder, folder, ""]
            .into_iter()
            .filter_map(|from| names::resolve(from, path))
            .find_map(|path| self.site.find(&path))
    }
}

/// The settings of `_config.yml`; `None` where it is no mapping.
fn parse_config(text: &str) -> Option<Map<String, Value>> {
    let options = serde_saphyr::options! {
        duplicate_keys: serde_saphyr::options::DuplicateKeyPolicy::LastWins,
        with_snippet: false,
        budget: serde_saphyr::budget! { max_depth: 32, max_nodes: 50_000 },
    };
    match serde_saphyr::from_str_with_options::<Value>(text, options) {
        Ok(Value::Object(map)) => Some(map),
        _ => None,
    }
}

/// The date and the name in a post's file name; Jekyll also takes months and days of one digit.
fn post_date(file: &str) -> Option<(String, String)> {
    let stem = split_extension(file).0;
    let mut parts = stem.splitn(4, '-');
    let (year, month, day, name) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let digits = |text: &str, most: usize| {
        !text.is_empty() && text.len() <= most && text.bytes().all(|b| b.is_ascii_digit())
    };
    if year.len() != 4
        || !digits(year, 4)
        || !digits(month, 2)
        || !digits(day, 2)
        || name.is_empty()
    {
        return None;
    }
    let date = crate::source::normalise_date(&format!("{year}-{month}-{day}"))?;
    Some((date, name.to_owned()))
}

/// Whether Jekyll would run the file through Liquid.
fn begins_with_rule(item: &Item) -> bool {
    item.text
        .as_deref()
        .is_some_and(|text| text.starts_with("---\n"))
}

/// An address as it is looked up: decoded, without slashes around it, `index.html` or `.html`.
fn address_key(address: &str) -> String {
    let decoded = names::decode(address);
    let path = decoded.trim_matches('/');
    let path = path.strip_suffix(".html").unwrap_or(path);
    let path = path
        .strip_suffix("/index")
        .unwrap_or(if path == "index" { "" } else { path });
    path.to_owned()
}

/// Whether the first heading is a title, or there is none: our reader would take any first heading for the title.
pub(super) fn begins_with_title(body: &str) -> bool {
    use pulldown_cmark::{Event, HeadingLevel, Parser, Tag};
    let found = std::panic::catch_unwind(|| {
        Parser::new(body).find_map(|event| match event {
            Event::Start(Tag::Heading { level, .. }) => Some(level == HeadingLevel::H1),
            _ => None,
        })
    });
    found.ok().flatten().unwrap_or(true)
}
