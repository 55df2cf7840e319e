//! `notes`: a folder of Korean Markdown in, a fast site with Korean search out.
//!
//! The whole pipeline in one screen: [`build`]. Data flows one way:
//! `source → markdown → site → render + search → output`; no room looks back up.

use std::time::{Duration, Instant};

pub mod check;
pub mod cli;
pub mod config;
pub mod diagnostics;
pub mod images;
pub mod import;
pub mod markdown;
pub mod output;
pub mod progress;
pub mod render;
pub mod search;
pub mod serve;
pub mod site;
pub mod source;
mod stages;

use diagnostics::{Diagnostic, Severity};
use markdown::ParsedNote;
use output::OutputTree;
use progress::{Progress, Stage};
use search::SearchStats;
use site::Site;
use source::{Note, Project};

/// What a build may be asked for beyond the configuration.
#[derive(Debug, Clone, Default)]
pub struct BuildOptions {
    /// Publish drafts, too.
    pub drafts: bool,
    /// Stop after `site`: enough to know everything that is wrong in the notes.
    pub check_only: bool,
    /// How much is done for the pictures.
    pub images: images::Work,
}

/// What a build came to. Nothing is written yet: see [`output::publish`].
#[derive(Debug, Default)]
pub struct Build {
    /// Every file to publish.
    pub tree: OutputTree,
    /// The pages.
    pub site: Site,
    /// Everything that is wrong, in order of the stages and of the notes.
    pub diagnostics: Vec<Diagnostic>,
    /// Counts and times.
    pub stats: BuildStats,
}

/// Counts and times of a build.
#[derive(Debug, Clone, Default)]
pub struct BuildStats {
    /// Notes that could be read.
    pub notes: usize,
    /// Pages made from notes.
    pub pages: usize,
    /// Drafts left out.
    pub drafts: usize,
    /// What the search index came to.
    pub search: SearchStats,
    /// How long each stage took, in order.
    pub times: Vec<(Stage, Duration)>,
}

/// Builds the site in memory: the pipeline. A bad note is reported and left out; it never stops the build.
pub fn build(project: &Project, options: &BuildOptions, progress: &dyn Progress) -> Build {
    build_inspected(project, options, progress, &mut |_| {})
}

/// Looks at the notes to publish, each parsed alone.
pub type Inspect<'a> = dyn FnMut(&[(Note, ParsedNote)]) + 'a;

/// The same; `inspect` is shown the notes before they are joined into a site.
pub fn build_inspected(
    project: &Project,
    options: &BuildOptions,
    progress: &dyn Progress,
    inspect: &mut Inspect<'_>,
) -> Build {
    let mut build = Build::default();
    let mut clock = Clock::new(progress);
    let config = &project.config;

    clock.enter(Stage::Read, 0);
    let mut source = source::read(project);
    build.diagnostics.append(&mut source.diagnostics);
    if source.notes.is_empty() {
        build.diagnostics.push(project.no_notes());
    }
    build.stats.notes = source.notes.len();
    source
        .notes
        .retain(|note| options.drafts || !note.front_matter.draft);
    build.stats.drafts = build.stats.notes - source.notes.len();

    clock.enter(Stage::Parse, source.notes.len());
    let parsed = stages::parse_all(source.notes, config, progress, &mut build.diagnostics);

    inspect(&parsed);
    clock.enter(Stage::Assemble, 0);
    let attachments = &source.attachments;
    let pictures: OutputTree;
    (build.site, pictures) = stages::assemble(
        parsed,
        attachments,
        &source.static_files,
        project,
        options,
        &mut clock,
        &mut build.diagnostics,
    );
    build.stats.pages = build.site.pages.len();

    if !options.check_only {
        clock.enter(Stage::Render, 0);
        // The owner's own files come first: where there is a `robots.txt`, none is made.
        let taken = build
            .site
            .pages
            .iter()
            .map(|page| page.output.as_str())
            .collect();
        let (tree, found) = (&mut build.tree, &mut build.diagnostics);
        output::add_attachments(tree, source.attachments, &taken, found);
        tree.extend(pictures);
        output::add_static(&mut build.tree, source.static_files, &mut build.diagnostics);
        stages::render(
            &build.site,
            project,
            &mut build.tree,
            &mut build.diagnostics,
        );

        clock.enter(Stage::Search, 0);
        build.stats.search = search::publish(
            &build.site,
            &project.root,
            &config.search,
            &mut build.tree,
            &mut build.diagnostics,
        );
    }

    build.stats.times = clock.stop();
    build
}

impl Build {
    /// The worst thing that was found.
    pub fn worst(&self) -> Option<Severity> {
        self.diagnostics.iter().map(|found| found.severity).max()
    }
}

/// Tells the progress which stage is on, and measures it.
pub(crate) struct Clock<'a> {
    progress: &'a dyn Progress,
    since: Option<(Stage, Instant)>,
    times: Vec<(Stage, Duration)>,
}

impl<'a> Clock<'a> {
    fn new(progress: &'a dyn Progress) -> Self {
        Clock {
            progress,
            since: None,
            times: Vec::new(),
        }
    }

    /// The progress, for steps.
    pub(crate) fn progress(&self) -> &'a dyn Progress {
        self.progress
    }

    pub(crate) fn enter(&mut self, stage: Stage, steps: usize) {
        self.close();
        self.since = Some((stage, Instant::now()));
        self.progress.enter(stage, steps);
    }

    fn close(&mut self) {
        if let Some((stage, since)) = self.since.take() {
            let took = since.elapsed();
            match self.times.iter_mut().find(|(known, _)| *known == stage) {
                Some((_, time)) => *time += took,
                None => self.times.push((stage, took)),
            }
        }
    }

    fn stop(mut self) -> Vec<(Stage, Duration)> {
        self.close();
        self.times
    }
}
