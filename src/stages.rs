//! How the pipeline calls the stages whose arguments are more than a line: markdown in parallel, the site, the theme.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use rayon::prelude::*;

use crate::bilingual;
use crate::config::{Config, HtmlPolicy};
use crate::diagnostics::{Diagnostic, Lang, Place, Severity};
use crate::images::{self, Original, Variants};
use crate::markdown::{self, Dialect, NoteText, ParsedNote};
use crate::output::{Content, OutputTree};
use crate::progress::{Progress, Stage};
use crate::render::{self, Theme};
use crate::site::{self, Facts, Site};
use crate::source::{Attachment, Note, Project, image_size};
use crate::{BuildOptions, Clock};

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
        math_macros: config.markdown.math_macros.clone(),
        diagrams: config.markdown.diagrams,
        line_numbers: config.markdown.line_numbers,
        inline_tags: config.markdown.inline_tags,
        language: if config.language.to_lowercase().starts_with("en") {
            Lang::En
        } else {
            Lang::Ko
        },
        raw_html: match config.markdown.html {
            HtmlPolicy::Allow => markdown::RawHtml::Allow,
            HtmlPolicy::Escape => markdown::RawHtml::Escape,
        },
        ..markdown::Options::of(Dialect::Notes)
    }
}

/// Joins the parsed notes into a site; on the way, the pictures they show get their variants, which are returned.
pub(crate) fn assemble(
    parsed: Vec<(Note, ParsedNote)>,
    attachments: &[Attachment],
    static_files: &[Attachment],
    project: &Project,
    options: &BuildOptions,
    clock: &mut Clock<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> (Site, OutputTree) {
    let mut image_sizes = image_size::image_sizes(attachments);
    image_sizes.append(&mut image_size::image_sizes(static_files));
    let facts = Facts { image_sizes };
    let generated = generated(&parsed);
    let mut files = OutputTree::new();
    let mut wrong = Vec::new();
    let mut pictures = |shown: &BTreeSet<&str>| -> Variants {
        let originals = originals(shown, attachments, static_files, project, &facts);
        if options.check_only {
            wrong = images::check(&originals, project.config.limits.image_pixels);
            return Variants::new();
        }
        if originals.is_empty() {
            return Variants::new();
        }
        clock.enter(Stage::Images, originals.len());
        let settings = images::Settings {
            config: &project.config.images,
            most_pixels: project.config.limits.image_pixels,
            cache: &project.root.join(images::CACHE),
            work: options.images,
        };
        let progress = clock.progress();
        let prepared = images::prepare(&originals, &settings, &|| progress.step());
        clock.enter(Stage::Assemble, 0);
        (files, wrong) = (prepared.files, prepared.diagnostics);
        prepared.variants
    };
    let (site, mut found) = site::assemble_with_pictures(
        parsed,
        attachments,
        static_files,
        &project.config,
        &facts,
        &mut pictures,
    );
    diagnostics.append(&mut found);
    diagnostics.append(&mut wrong);
    files.extend(generated);
    (site, files)
}

/// The files that were made of the notes. The same content has the same name, and is published once.
fn generated(parsed: &[(Note, ParsedNote)]) -> OutputTree {
    let files = parsed.iter().flat_map(|(_, note)| &note.generated);
    files
        .map(|file| (file.path.clone(), Content::Bytes(file.bytes.clone())))
        .collect()
}

/// The files of the pictures that are shown; a file of `static/` is published in an attachment's place.
fn originals(
    shown: &BTreeSet<&str>,
    attachments: &[Attachment],
    static_files: &[Attachment],
    project: &Project,
    facts: &Facts,
) -> Vec<Original> {
    let files: BTreeMap<&str, &Attachment> = attachments
        .iter()
        .chain(static_files)
        .filter(|file| shown.contains(file.path.as_str()))
        .map(|file| (file.path.as_str(), file))
        .collect();
    files
        .into_iter()
        .map(|(path, file)| {
            let name = path.rsplit('/').next().unwrap_or(path);
            let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
            Original {
                path: path.to_owned(),
                disk_path: file.disk_path.clone(),
                shown: project.shown(&file.disk_path),
                stem: site::slug(stem, project.config.slug),
                size: facts.image_sizes.get(path).copied(),
            }
        })
        .collect()
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
