//! How the pipeline calls the stages whose arguments are more than a line: markdown in parallel, the site, the theme.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rayon::prelude::*;

use crate::bilingual;
use crate::config::{Config, HtmlPolicy};
use crate::diagnostics::{Diagnostic, Place, Severity};
use crate::markdown::{self, Dialect, NoteText, ParsedNote};
use crate::output::OutputTree;
use crate::progress::Progress;
use crate::render::{self, Theme};
use crate::site::{self, Facts, Site};
use crate::source::{Attachment, Note, Project, image_size};

/// Parses all notes in parallel, in order. Should the parser panic on a note, that is our bug: the note is left out
/// and named, and the site is built all the same.
pub(crate) fn parse_all(
    notes: Vec<Note>,
    config: &Config,
    progress: &dyn Progress,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<(Note, ParsedNote)> {
    let parsed: Vec<Result<(Note, ParsedNote), Box<Diagnostic>>> = notes
        .into_par_iter()
        .map(|note| {
            let parsed = catch_unwind(AssertUnwindSafe(|| parse(&note, config)));
            progress.step();
            match parsed {
                Ok(parsed) => Ok((note, parsed)),
                Err(_) => Err(Box::new(panicked(&note))),
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
            Err(diagnostic) => diagnostics.push(*diagnostic),
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

fn parse(note: &Note, config: &Config) -> ParsedNote {
    let text = NoteText {
        shown_path: &note.shown_path,
        text: &note.text,
        body: note.body.clone(),
    };
    markdown::parse(&text, &markdown_options(config))
}

/// How the configuration asks for Markdown to be read.
fn markdown_options(config: &Config) -> markdown::Options {
    markdown::Options {
        hard_breaks: config.markdown.hard_breaks,
        math: config.markdown.math,
        line_numbers: config.markdown.line_numbers,
        raw_html: match config.markdown.html {
            HtmlPolicy::Allow => markdown::RawHtml::Allow,
            HtmlPolicy::Escape => markdown::RawHtml::Escape,
        },
        ..markdown::Options::of(Dialect::Notes)
    }
}

/// Joins the parsed notes into a site.
pub(crate) fn assemble(
    parsed: Vec<(Note, ParsedNote)>,
    attachments: &[Attachment],
    static_files: &[Attachment],
    project: &Project,
    diagnostics: &mut Vec<Diagnostic>,
) -> Site {
    let mut image_sizes = image_size::image_sizes(static_files);
    image_sizes.append(&mut image_size::image_sizes(attachments));
    let facts = Facts { image_sizes };
    let (site, mut found) =
        site::assemble(parsed, attachments, static_files, &project.config, &facts);
    diagnostics.append(&mut found);
    site
}

/// Renders all pages with the site's theme.
pub(crate) fn render(
    site: &Site,
    project: &Project,
    tree: &mut OutputTree,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let (theme, mut found) = Theme::load(Some(&project.root), &project.config.theme.name);
    diagnostics.append(&mut found);
    let highlight = markdown::highlight::highlight_css();
    render::render(site, &theme, &project.config, &highlight, tree, diagnostics);
}
