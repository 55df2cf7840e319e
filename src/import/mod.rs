//! `notes import`: what lies in another tool's export becomes notes of this site; the original stays as it is.
//!
//! 1. [`Tree`]: the source's files, from a folder (`tree`) or a zip (`archive`), within [`Limits`], by safe names.
//! 2. [`detect`]: which tool made it.
//! 3. [`plan()`]: a pure function of the files to a [`Plan`]: what is written where, and what cannot be carried over.
//!    One file a tool (`notion`, `jekyll`, `obsidian`) over common parts: `names`, `links`, `header`, `liquid`,
//!    `table`.
//! 4. [`write::apply`]: the plan on disk, whole files only, over nothing that exists.

mod archive;
mod detect;
mod header;
mod jekyll;
mod links;
mod liquid;
mod names;
mod notion;
mod obsidian;
mod plan;
mod table;
mod tree;
pub mod write;

#[cfg(test)]
mod tests;

pub use archive::{ArchiveError, Limits, read_archive};
pub use detect::{Detected, Kind, detect};
pub use plan::{Action, Goal, Item, Plan, Remark, What};
pub use tree::Tree;

use crate::diagnostics::Failure;

/// Plans the import of `items`, the files of an export of `kind`, in order of their paths.
///
/// # Errors
/// A usage [`Failure`] where the export cannot be imported at all, such as Notion's HTML.
pub fn plan(kind: Kind, items: &[Item], goal: &Goal) -> Result<Plan, Failure> {
    let mut plan = match kind {
        Kind::Notion => notion::plan(items, goal)?,
        Kind::Jekyll => jekyll::plan(items, goal),
        Kind::Obsidian => obsidian::plan(items, goal),
    };
    plan.settle();
    Ok(plan)
}

/// A folder within the content folder as the user wrote it, clean: NFC, no empty parts. `None` where it leads outside.
pub fn folder_within(written: &std::path::Path) -> Option<String> {
    let mut parts = Vec::new();
    for part in written.components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::Normal(name) => parts.push(names::clean(name.to_str()?)),
            _ => return None,
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}
