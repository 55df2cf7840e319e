//! How the pipeline calls the rooms whose arguments are more than a line: markdown in parallel, the site, the theme.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rayon::prelude::*;

use crate::bilingual;
use crate::config::Config;
use crate::diagnostics::{Diagnostic, Place, Severity};
use crate::markdown::{Body, ParsedNote};
use crate::output::OutputTree;
use crate::progress::Progress;
use crate::site::{Page, Site};
use crate::source::{Attachment, Note, Project};

/// Parses all notes in parallel, in order. Should the parser panic on a note, that is our bug: the note is left out
/// and named, and the site is built all the same.
pub(crate) fn parse_all(
    notes: Vec<Note>,
    config: &Config,
    progress: &dyn Progress,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<(Note, ParsedNote)> {
    let parsed: Vec<Result<(Note, ParsedNote), Diagnostic>> = notes
        .into_par_iter()
        .map(|note| {
            let parsed = catch_unwind(AssertUnwindSafe(|| parse(&note, config)));
            progress.step();
            match parsed {
                Ok(parsed) => Ok((note, parsed)),
                Err(_) => Err(panicked(&note)),
            }
        })
        .collect();
    let mut kept = Vec::with_capacity(parsed.len());
    for result in parsed {
        match result {
            Ok((note, mut parsed)) => {
                diagnostics.append(&mut parsed.diagnostics);
                kept.push((note, parsed));
            }
            Err(diagnostic) => diagnostics.push(diagnostic),
        }
    }
    kept
}

fn panicked(note: &Note) -> Diagnostic {
    let message = bilingual!(
        "이 노트를 변환하다가 notes 안에서 오류가 나서 빼고 만들었습니다. notes의 버그입니다.",
        "notes failed inside while converting this note, which was left out. This is a bug of notes."
    );
    let hint = bilingual!(
        "이 노트와 함께 알려 주시면 고치겠습니다.",
        "Please report it together with this note."
    );
    Diagnostic::new(Severity::Error, "internal", message)
        .at(Place::file(&note.shown_path))
        .hint(hint)
}

// ---- Stand-ins until the rooms land; the merge replaces the bodies below. --------------------------------------

/// The Markdown dialect of `notes render`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Notes,
    Gfm,
    CommonMark,
}

/// STAND-IN for `markdown::parse(&NoteText { shown_path, text, body }, &Options)`.
fn parse(note: &Note, _config: &Config) -> ParsedNote {
    let text = note.text.get(note.body.clone()).unwrap_or("");
    ParsedNote {
        body: Body {
            html: format!("<pre>{}</pre>", escaped(text)),
            slots: Vec::new(),
        },
        ..ParsedNote::default()
    }
}

/// STAND-IN for `markdown::render_fragment(text, &Options)`.
pub(crate) fn render_fragment(
    note: &Note,
    _dialect: Dialect,
    config: &Config,
) -> (String, Vec<Diagnostic>) {
    let parsed = parse(note, config);
    (format!("{}\n", parsed.body.html), parsed.diagnostics)
}

/// STAND-IN for `site::assemble(…)`.
pub(crate) fn assemble(
    parsed: Vec<(Note, ParsedNote)>,
    _attachments: &[Attachment],
    _project: &Project,
    _diagnostics: &mut Vec<Diagnostic>,
) -> Site {
    let page = |(note, parsed): (Note, ParsedNote)| {
        let stem = note
            .path
            .rsplit_once('.')
            .map_or(note.path.as_str(), |(stem, _)| stem);
        Page {
            url: format!("/{stem}/"),
            output: format!("{stem}/index.html"),
            title: note.front_matter.title.unwrap_or_else(|| stem.to_owned()),
            html: parsed.body.html,
            source: note.path,
            ..Page::default()
        }
    };
    Site {
        pages: parsed.into_iter().map(page).collect(),
    }
}

/// STAND-IN for `render::render(&site, &theme, &config, tree, diagnostics)`.
pub(crate) fn render(
    site: &Site,
    project: &Project,
    tree: &mut OutputTree,
    diagnostics: &mut Vec<Diagnostic>,
) {
    crate::render::render(site, &project.config, tree, diagnostics);
    for page in &site.pages {
        let html = format!(
            "<!doctype html><title>{}</title>{}\n",
            escaped(&page.title),
            page.html
        );
        tree.insert(
            page.output.clone(),
            crate::output::Content::Bytes(html.into_bytes().into()),
        );
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
