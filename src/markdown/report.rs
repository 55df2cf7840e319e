//! Collects a note's diagnostics with their places; one kind that repeats without end is cut short.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::diagnostics::{Bilingual, Diagnostic, Place, Severity};

/// How many of one kind are kept: finding a line's number walks the text, and nobody reads more.
const MOST: usize = 100;

/// Where diagnostics of one note go.
#[derive(Debug)]
pub(super) struct Reporter<'t> {
    shown_path: &'t str,
    text: &'t str,
    counts: BTreeMap<&'static str, usize>,
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl<'t> Reporter<'t> {
    /// For the note `shown_path` with the whole text `text`.
    pub(super) fn new(shown_path: &'t str, text: &'t str) -> Self {
        Reporter {
            shown_path,
            text,
            counts: BTreeMap::new(),
            diagnostics: Vec::new(),
        }
    }

    /// The note's whole text.
    pub(super) fn text(&self) -> &'t str {
        self.text
    }

    /// Reports something at `span` of the whole text.
    pub(super) fn report(
        &mut self,
        severity: Severity,
        code: &'static str,
        span: &Range<usize>,
        message: Bilingual,
        hint: Option<Bilingual>,
    ) {
        let count = self.counts.entry(code).or_default();
        *count += 1;
        if *count > MOST {
            return;
        }
        let place = Place::at(self.shown_path, self.text, span.clone());
        let mut diagnostic = Diagnostic::new(severity, code, message).at(place);
        diagnostic.hint = hint;
        self.diagnostics.push(diagnostic);
    }

    /// Reports something at the first line of `span`.
    pub(super) fn report_start(
        &mut self,
        severity: Severity,
        code: &'static str,
        span: &Range<usize>,
        message: Bilingual,
        hint: Option<Bilingual>,
    ) {
        let line = self
            .text
            .get(span.clone())
            .and_then(|part| part.lines().next());
        let end = span.start + line.map_or(0, str::len);
        self.report(severity, code, &(span.start..end), message, hint);
    }
}
