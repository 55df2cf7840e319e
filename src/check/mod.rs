//! What is wrong in a site that a build need not know: `notes check`, its repairs, and the web around the notes.
//!
//! 1. [`check`] builds without rendering and adds what only a check looks at:
//!    - `names`, `encodings`: the files as they lie on disk;
//!    - `headings`, `ids`, `images`, `characters`: each note by itself;
//!    - `titles`, `unused`: the notes together.
//! 2. [`fix`] repairs what can be repaired without a question: a plan of changes first, then the changes.
//! 3. [`external`] asks the web whether links still lead somewhere.
//! 4. `columns` turns places into the columns of files that are not in NFC, for editors.
//!
//! Nothing here is used by the pipeline; nothing but [`fix`] and the cache of [`external`] writes.

use std::io;
use std::path::Path;

use crate::diagnostics::Diagnostic;
use crate::progress::Progress;
use crate::source::{self, Note, Project};
use crate::{BuildOptions, markdown::ParsedNote};

mod characters;
pub mod columns;
mod encodings;
pub mod external;
pub mod fix;
mod headings;
mod ids;
mod images;
mod names;
mod titles;
mod unused;

#[cfg(test)]
mod tests;

/// How many diagnostics of one kind one note gets: nobody reads more, and each place costs a walk over the text.
const MOST: usize = 100;

/// What a check came to.
#[derive(Debug, Default)]
pub struct Checked {
    /// Everything that is wrong, in order of the checks and of the notes.
    pub diagnostics: Vec<Diagnostic>,
    /// Notes that could be read.
    pub notes: usize,
    /// How many attachments nobody uses.
    pub unused_files: usize,
    /// Their length together, in bytes.
    pub unused_bytes: u64,
    /// The notes with links to the web; empty unless asked for.
    pub external: Vec<external::NoteLinks>,
}

/// What to check beyond what is always checked.
#[derive(Debug, Clone, Copy, Default)]
pub struct CheckOptions {
    /// Drafts, too.
    pub drafts: bool,
    /// Gather the links to the web.
    pub external: bool,
}

/// Checks the site. Reads only; a bad note never stops it.
pub fn check(project: &Project, options: CheckOptions, progress: &dyn Progress) -> Checked {
    let build_options = BuildOptions {
        drafts: options.drafts,
        check_only: true,
        ..BuildOptions::default()
    };
    let mut found = Vec::new();
    let mut external = Vec::new();
    let mut inspect = |notes: &[(Note, ParsedNote)]| {
        for (note, parsed) in notes {
            headings::check(note, parsed, &mut found);
            ids::check(note, parsed, &mut found);
            images::check(note, parsed, &mut found);
            characters::check(note, &mut found);
            if options.external {
                external.extend(external::NoteLinks::of(note, parsed));
            }
        }
    };
    let build = crate::build_inspected(project, &build_options, progress, &mut inspect);

    let mut checked = Checked {
        diagnostics: build.diagnostics,
        notes: build.stats.notes,
        external,
        ..Checked::default()
    };
    checked.diagnostics.append(&mut found);
    titles::check(&build.site, project, &mut checked.diagnostics);

    let files = source::walk(project);
    encodings::check(project, &files, &mut checked.diagnostics);
    names::check(project, &files, &mut checked.diagnostics);
    let unused = unused::find(project, &files, &build.site);
    checked.unused_files = unused.len();
    checked.unused_bytes = unused.iter().map(|file| file.len).sum();
    checked
        .diagnostics
        .extend(unused.iter().map(|file| unused::report(project, file)));
    checked
}

/// Whether `notes check --fix` repairs what a diagnostic of this `code` tells of.
pub fn is_fixable(code: &str) -> bool {
    matches!(
        code,
        "legacy-encoding"
            | "utf16-encoding"
            | "byte-order-mark"
            | "stray-byte-order-mark"
            | "crlf"
            | "mixed-line-endings"
            | "lone-carriage-return"
            | "decomposed-name"
    )
}

/// The bytes of `path`, at most one more than `limit`: a file that has grown since it was found is no reason to fill
/// the memory.
fn read_at_most(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    std::fs::File::open(path)?
        .take(limit.saturating_add(1))
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}
