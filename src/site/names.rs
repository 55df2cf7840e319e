//! The names a wikilink may call a note by: its file's name, that name without date and hash, its aliases, its title.
//!
//! Obsidian's `aliases` are such names; other generators' `aliases` are old addresses. Which of the two an alias is, is
//! told by [`is_address`].

use std::collections::HashMap;

use super::Page;
use super::address::FileName;
use super::links::{fold, stem_of, strip_suffix_ignore_case};

/// How a note comes by a name; the first kind that finds a note wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    File,
    PlainFile,
    Alias,
    Title,
}

/// All names of all notes.
#[derive(Debug, Default)]
pub(super) struct Names {
    by_name: HashMap<String, Vec<(Rank, usize)>>,
}

/// Whether an alias of the front matter is an old address: it has a slash, or looks like a slug such as `old-name` or
/// `old.html`. Anything else, with Hangul, spaces or capitals, is another name of the note.
pub(super) fn is_address(alias: &str) -> bool {
    alias.contains(['/', '\\'])
        || alias.bytes().all(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.~".contains(&byte)
        })
}

impl Names {
    /// Gathers the names of `pages`; `aliases` gives those of the front matter.
    pub(super) fn new<'a>(pages: &[Page], aliases: impl Fn(usize) -> &'a [String]) -> Self {
        let mut by_name: HashMap<String, Vec<(Rank, usize)>> = HashMap::new();
        for (at, page) in pages.iter().enumerate() {
            let mut names = vec![
                (fold(stem_of(&page.source)), Rank::File),
                (fold(&FileName::of(&page.source).name), Rank::PlainFile),
                (fold(&page.title), Rank::Title),
            ];
            let aliases = aliases(at).iter().filter(|alias| !alias.contains('/'));
            names.extend(aliases.map(|alias| (fold(alias.trim()), Rank::Alias)));
            names.sort_unstable();
            names.dedup_by(|later, earlier| later.0 == earlier.0);
            for (name, rank) in names {
                by_name.entry(name).or_default().push((rank, at));
            }
        }
        Names { by_name }
    }

    /// The notes that `name` calls equally well, the one meant first when seen from `folder`: of the same folder, else
    /// of the highest one. `name` may have the end of a path before it: `폴더/노트`.
    pub(super) fn find(&self, pages: &[Page], folder: &str, name: &str) -> Vec<usize> {
        let bare = [".md", ".markdown"]
            .iter()
            .find_map(|extension| strip_suffix_ignore_case(name, extension))
            .unwrap_or(name);
        let path = fold(bare.trim().trim_matches('/'));
        let last = path.rsplit('/').next().unwrap_or(&path);
        let Some(all) = self.by_name.get(last) else {
            return Vec::new();
        };
        let fits = |page: usize| {
            last.len() == path.len() || {
                let source = &pages[page].source;
                let stem = source
                    .rsplit_once('.')
                    .map_or(source.as_str(), |(it, _)| it);
                let stem = fold(stem);
                stem.strip_suffix(&path)
                    .is_some_and(|before| before.is_empty() || before.ends_with('/'))
            }
        };
        let fitting = || all.iter().filter(|(_, page)| fits(*page));
        let Some(best) = fitting().map(|(rank, _)| *rank).min() else {
            return Vec::new();
        };
        let mut found: Vec<usize> = fitting()
            .filter(|(rank, _)| *rank == best)
            .map(|(_, page)| *page)
            .collect();
        found.sort_by_key(|&page| {
            let source = &pages[page].source;
            let here = source.rsplit_once('/').map_or("", |(folder, _)| folder) == folder;
            (!here, source.matches('/').count(), page)
        });
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alias_is_an_address_if_it_looks_like_one() {
        for address in ["/옛/주소", "옛/주소", "old-name", "2021.html"] {
            assert!(is_address(address), "{address}");
        }
        for name in ["별명", "AWS Lambda", "람다 함수", "Lambda", "C++"] {
            assert!(!is_address(name), "{name}");
        }
    }
}
