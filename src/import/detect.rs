//! Which tool an export comes from, by the marks tools leave; and the folder in it where the export really begins.

use clap::ValueEnum;

use super::names::{split_extension, split_hash};
use super::plan::is_junk;

/// A tool whose exports can be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// Notion, "Markdown & CSV".
    Notion,
    /// A Jekyll site's source.
    Jekyll,
    /// An Obsidian vault.
    Obsidian,
}

impl Kind {
    /// Its name for people.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Notion => "Notion",
            Kind::Jekyll => "Jekyll",
            Kind::Obsidian => "Obsidian",
        }
    }
}

/// What was found out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detected {
    /// The tool; `None` where no mark was found.
    pub kind: Option<Kind>,
    /// The folder where the export begins, `""` or with a closing `/`.
    pub root: String,
    /// The mark, such as `_config.yml`.
    pub mark: String,
}

/// Finds the tool and the beginning. `paths` are the files, hidden ones too; `asked` is what the user said it is.
pub fn detect(paths: &[&str], asked: Option<Kind>) -> Detected {
    let mut root = String::new();
    // A zip often holds one folder that holds everything; so does a clone of a repository.
    loop {
        if let Some((kind, mark)) = marks(paths, &root)
            && asked.is_none_or(|asked| asked == kind)
        {
            // Notion's wrappers ("Export-…", "Private & Shared") are nobody's page.
            let root = match kind {
                Kind::Notion => innermost(paths, root),
                _ => root,
            };
            return Detected {
                kind: Some(kind),
                root,
                mark,
            };
        }
        match only_folder(paths, &root) {
            Some(inner) => root = inner,
            None => break,
        }
    }
    Detected {
        kind: asked,
        root: asked.map_or_else(String::new, |kind| match kind {
            Kind::Notion => innermost(paths, String::new()),
            _ => String::new(),
        }),
        mark: String::new(),
    }
}

/// The tool whose marks lie directly in `root`.
fn marks(paths: &[&str], root: &str) -> Option<(Kind, String)> {
    let inside = || paths.iter().filter_map(|path| path.strip_prefix(root));
    if inside().any(|path| path.starts_with(".obsidian/")) {
        return Some((Kind::Obsidian, ".obsidian/".to_owned()));
    }
    for mark in ["_config.yml", "_config.yaml", "_posts/"] {
        if inside().any(|path| path == mark || (mark.ends_with('/') && path.starts_with(mark))) {
            return Some((Kind::Jekyll, mark.to_owned()));
        }
    }
    let hashed = inside().find_map(|path| {
        path.split('/').find(|name| {
            let (stem, extension) = split_extension(name);
            let stem = stem.strip_suffix("_all").unwrap_or(stem);
            let text = ["", ".md", ".csv", ".html"].contains(&extension);
            text && matches!(split_hash(stem), (name, Some(_)) if !name.is_empty())
        })
    })?;
    Some((Kind::Notion, hashed.to_owned()))
}

/// The one folder directly in `root` that holds every file of it, with its closing slash.
fn only_folder(paths: &[&str], root: &str) -> Option<String> {
    let mut only: Option<&str> = None;
    for path in paths {
        let Some(inside) = path.strip_prefix(root) else {
            continue;
        };
        if is_junk(inside) {
            continue;
        }
        let (folder, _) = inside.split_once('/')?;
        match only {
            None => only = Some(folder),
            Some(known) if known == folder => {}
            Some(_) => return None,
        }
    }
    only.map(|folder| format!("{root}{folder}/"))
}

/// Down through folders that hold nothing but one folder without a hash.
fn innermost(paths: &[&str], mut root: String) -> String {
    while let Some(inner) = only_folder(paths, &root) {
        let name = inner.trim_end_matches('/').rsplit('/').next().unwrap_or("");
        let page = matches!(split_hash(name), (title, Some(_)) if !title.is_empty());
        if page {
            break;
        }
        root = inner;
    }
    root
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "0123456789abcdef0123456789abcdef";

    fn found(paths: &[&str]) -> (Option<Kind>, String) {
        let detected = detect(paths, None);
        (detected.kind, detected.root)
    }

    #[test]
    fn each_tool_is_known_by_its_marks_also_inside_one_folder() {
        let page = format!("개인 페이지/회의 {HASH}.md");
        assert_eq!(
            found(&[&page]),
            (Some(Kind::Notion), "개인 페이지/".to_owned())
        );
        let part = format!("회의 {HASH}.md");
        let child = format!("회의/안건 {HASH}.md");
        assert_eq!(found(&[&part, &child]), (Some(Kind::Notion), String::new()));
        assert_eq!(
            found(&["blog-main/_posts/2024-01-02-글.md", "blog-main/_config.yml"]),
            (Some(Kind::Jekyll), "blog-main/".to_owned())
        );
        assert_eq!(
            found(&["노트.md", ".obsidian/app.json"]),
            (Some(Kind::Obsidian), String::new())
        );
        assert_eq!(found(&["a/노트.md", "b/노트.md"]), (None, String::new()));
        assert_eq!(found(&[]), (None, String::new()));
    }

    #[test]
    fn what_the_user_says_wins_over_other_marks() {
        let page = format!("회의 {HASH}.md");
        let detected = detect(&[&page, ".obsidian/app.json"], Some(Kind::Notion));
        assert_eq!(detected.kind, Some(Kind::Notion));
    }
}
