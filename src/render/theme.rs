//! The theme: templates and assets, built in and overridable file by file.
//!
//! Layers, later ones win: the built-in `default`, the site's `themes/<name>/`, the site's own `templates/` and
//! `assets/`. A template that cannot be parsed is reported and the layer below stands in for it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};
use tera::{ErrorKind, Tera};

use crate::bilingual;
use crate::diagnostics::{Diagnostic, Place, Severity};

static BUILT_IN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/themes/default");

/// How deep folders of assets may nest.
const MAX_DEPTH: usize = 8;

/// Templates and assets, ready to render with.
#[derive(Clone)]
pub struct Theme {
    /// Parsed templates; their filters are registered by `render`, which knows the site.
    pub(crate) tera: Tera,
    /// Assets by path relative to `assets/`.
    pub(crate) assets: BTreeMap<String, Vec<u8>>,
    /// Where each template came from, for messages.
    pub(crate) origins: BTreeMap<String, String>,
    /// Source of each template, for messages.
    pub(crate) sources: BTreeMap<String, String>,
}

impl std::fmt::Debug for Theme {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Theme")
            .field("templates", &self.origins)
            .field("assets", &self.assets.keys())
            .finish_non_exhaustive()
    }
}

/// A file of a layer: its name in the theme, where it came from, its content.
struct ThemeFile {
    name: String,
    origin: String,
    content: Vec<u8>,
}

impl Theme {
    /// Loads the theme `name` of the site at `root`; the built-in theme alone for `None`.
    ///
    /// `assets/` and `templates/` of the root itself count only where the notes lie in `content/`: in a plain folder
    /// of Markdown they are the author's own.
    pub fn load(root: Option<&Path>, name: &str) -> (Self, Vec<Diagnostic>) {
        let mut diagnostics = Vec::new();
        let mut templates: BTreeMap<String, Vec<ThemeFile>> = BTreeMap::new();
        let mut assets = BTreeMap::new();
        for file in built_in() {
            if let Some(template) = file.name.strip_prefix("templates/") {
                templates
                    .entry(template.to_owned())
                    .or_default()
                    .push(ThemeFile {
                        name: template.to_owned(),
                        ..file
                    });
            } else if let Some(asset) = file.name.strip_prefix("assets/") {
                assets.insert(asset.to_owned(), file.content);
            }
        }
        let mut layers: Vec<(PathBuf, String)> = Vec::new();
        if let Some(root) = root {
            let plain_name = !name.is_empty() && !name.contains(['/', '\\']) && name != "..";
            let folder = root.join("themes").join(name);
            if plain_name && folder.is_dir() {
                layers.push((folder, format!("themes/{name}/")));
            } else if name != "default" {
                diagnostics.push(
                    Diagnostic::new(
                        Severity::Warning,
                        "missing-theme",
                        bilingual!(
                            "테마 폴더가 없습니다: `themes/{name}`",
                            "There is no theme folder `themes/{name}`."
                        ),
                    )
                    .at(Place::file("notes.toml"))
                    .hint(bilingual!(
                        "기본 테마로 만들었습니다.",
                        "The built-in theme was used."
                    )),
                );
            }
            if root.join("content").is_dir() {
                layers.push((root.to_owned(), String::new()));
            }
        }
        for (folder, shown) in &layers {
            for (part, extension) in [("templates", Some("html")), ("assets", None)] {
                for file in read_folder(
                    &folder.join(part),
                    &format!("{shown}{part}/"),
                    &mut diagnostics,
                ) {
                    match extension {
                        Some(extension) if file.name.ends_with(&format!(".{extension}")) => {
                            templates.entry(file.name.clone()).or_default().push(file);
                        }
                        Some(_) => {}
                        None => {
                            assets.insert(file.name, file.content);
                        }
                    }
                }
            }
        }
        let mut theme = Theme {
            tera: Tera::default(),
            assets,
            origins: BTreeMap::new(),
            sources: BTreeMap::new(),
        };
        // Parsing checks that filters exist; `render` puts the ones that know the site in their place.
        super::filters::register(&mut theme.tera, super::filters::Links::default());
        let mut wrong = theme.parse(templates);
        // The engine reports in the order of a hash table.
        let place = |found: &Diagnostic| {
            found
                .place
                .as_ref()
                .map(|place| (place.file.clone(), place.line))
        };
        wrong.sort_by_key(place);
        diagnostics.extend(wrong);
        (theme, diagnostics)
    }

    /// Parses the uppermost layer of each template; where the set fails, the template at fault goes one layer down.
    fn parse(&mut self, mut templates: BTreeMap<String, Vec<ThemeFile>>) -> Vec<Diagnostic> {
        let mut diagnostics = Vec::new();
        loop {
            templates.retain(|_, layers| !layers.is_empty());
            self.origins.clear();
            self.sources.clear();
            for (name, layers) in &templates {
                if let Some(file) = layers.last() {
                    self.origins.insert(name.clone(), file.origin.clone());
                    self.sources.insert(
                        name.clone(),
                        String::from_utf8_lossy(&file.content).into_owned(),
                    );
                }
            }
            let pristine = self.tera.clone();
            let error = match self.tera.add_raw_templates(self.sources.clone()) {
                Ok(()) => return diagnostics,
                Err(error) => error,
            };
            self.tera = pristine;
            let diagnostic = self.explain(&error, "");
            let at_fault = diagnostic
                .place
                .as_ref()
                .and_then(|place| {
                    self.origins
                        .iter()
                        .find(|(_, origin)| **origin == place.file)
                })
                .map(|(name, _)| name.clone());
            diagnostics.push(diagnostic);
            let blamed = at_fault.or_else(|| {
                // No place: the uppermost override of any template is given up.
                templates
                    .iter()
                    .find(|(_, layers)| layers.len() > 1)
                    .or_else(|| {
                        templates.iter().find(|(name, _)| {
                            BUILT_IN.get_file(format!("templates/{name}")).is_none()
                        })
                    })
                    .map(|(name, _)| name.clone())
            });
            match blamed.and_then(|name| templates.get_mut(&name)) {
                Some(layers) => {
                    layers.pop();
                }
                None => return diagnostics,
            }
        }
    }

    /// What a template engine's error means for whoever edits the template.
    pub(crate) fn explain(&self, error: &tera::Error, rendering: &str) -> Diagnostic {
        let (message, template, line, column) = match error.kind() {
            ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => (
                report.message().to_owned(),
                report.filename().to_owned(),
                report.span().start_line,
                report.span().start_col + 1,
            ),
            ErrorKind::MissingParent { current, parent } => (
                format!("extends `{parent}`, which does not exist"),
                current.clone(),
                0,
                0,
            ),
            ErrorKind::CircularExtend { tpl, .. } | ErrorKind::CircularInclude { tpl, .. } => {
                (error.to_string(), tpl.clone(), 0, 0)
            }
            _ => {
                // The report of several layers names the innermost cause last.
                let mut text = error.to_string();
                let mut cause = std::error::Error::source(error);
                while let Some(inner) = cause {
                    text = format!("{text}: {inner}");
                    cause = inner.source();
                }
                (text, rendering.to_owned(), 0, 0)
            }
        };
        let file = self
            .origins
            .get(&template)
            .cloned()
            .unwrap_or_else(|| template.clone());
        let source_line = self
            .sources
            .get(&template)
            .and_then(|source| source.lines().nth(line.checked_sub(1)?))
            .unwrap_or("")
            .to_owned();
        Diagnostic::new(
            Severity::Error,
            "template-error",
            bilingual!(
                "템플릿에 오류가 있습니다: {message}",
                "The template has an error: {message}"
            ),
        )
        .at(Place {
            file,
            line,
            column: if source_line.is_empty() { 0 } else { column },
            source_line,
            width: 1,
            extent: None,
        })
    }
}

/// Files of the built-in theme.
fn built_in() -> Vec<ThemeFile> {
    let mut files = Vec::new();
    let mut stack = vec![&BUILT_IN];
    while let Some(folder) = stack.pop() {
        stack.extend(folder.dirs());
        for file in folder.files() {
            let name = file.path().to_string_lossy().replace('\\', "/");
            files.push(ThemeFile {
                origin: format!("themes/default/{name}"),
                name,
                content: file.contents().to_vec(),
            });
        }
    }
    files
}

/// All files under `folder`, names relative to it, in order. A missing folder is an empty one.
fn read_folder(folder: &Path, shown: &str, diagnostics: &mut Vec<Diagnostic>) -> Vec<ThemeFile> {
    let mut files = Vec::new();
    let mut stack = vec![(folder.to_owned(), String::new(), 0)];
    while let Some((path, prefix, depth)) = stack.pop() {
        let Ok(entries) = std::fs::read_dir(&path) else {
            continue;
        };
        for entry in entries.flatten() {
            let Some(name) = entry.file_name().to_str().map(str::to_owned) else {
                continue;
            };
            // Links are not followed, hidden files are not the theme's.
            let Ok(kind) = entry.file_type() else {
                continue;
            };
            if name.starts_with('.') || kind.is_symlink() {
                continue;
            }
            let name = format!("{prefix}{name}");
            if kind.is_dir() {
                if depth < MAX_DEPTH {
                    stack.push((entry.path(), format!("{name}/"), depth + 1));
                }
                continue;
            }
            match std::fs::read(entry.path()) {
                Ok(content) => files.push(ThemeFile {
                    origin: format!("{shown}{name}"),
                    name,
                    content,
                }),
                Err(error) => diagnostics.push(
                    Diagnostic::new(
                        Severity::Error,
                        "unreadable-file",
                        bilingual!(
                            "파일을 읽지 못했습니다: {error}",
                            "The file could not be read: {error}"
                        ),
                    )
                    .at(Place::file(&format!("{shown}{name}"))),
                ),
            }
        }
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    files
}
