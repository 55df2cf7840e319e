//! The sets of queries with known answers: our own, and those beside the repository where they are.

use std::{env, error::Error, fs, path::Path, path::PathBuf};

use serde_json::Value;

use crate::repository;

/// What a judgement is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// A section of a note, with a grade.
    Section,
    /// A whole note.
    Page,
}

/// Queries over one folder of notes.
#[derive(Debug)]
pub(super) struct Set {
    pub(super) name: &'static str,
    pub(super) notes: PathBuf,
    pub(super) unit: Unit,
    file: PathBuf,
    /// Takes minutes: only by its name or with `--all`.
    large: bool,
}

/// What someone may type, and what they would want to find.
#[derive(Debug)]
pub(super) struct Query {
    pub(super) text: String,
    /// What the query tests; empty where the set does not say.
    pub(super) kind: String,
    pub(super) relevant: Vec<Judgement>,
}

/// A note or a section that answers a query.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Judgement {
    /// The note, from the folder of notes.
    pub(super) file: String,
    /// The chain of headings; empty for the text before the first.
    pub(super) path: Vec<String>,
    /// The heading's line, which decides where a path occurs twice.
    pub(super) line: Option<usize>,
    /// 2: what was wanted, 1: useful as well.
    pub(super) grade: u8,
}

/// The sets that `names` ask for.
///
/// # Errors
/// When there is no set of a name.
pub(super) fn choose(names: &[String], all: bool) -> Result<Vec<Set>, Box<dyn Error>> {
    let sets = available();
    if let Some(unknown) = names
        .iter()
        .find(|name| !sets.iter().any(|set| set.name == *name))
    {
        let known: Vec<&str> = sets.iter().map(|set| set.name).collect();
        return Err(format!(
            "there is no set {unknown:?}; there are {}",
            known.join(", ")
        )
        .into());
    }
    let wanted = |set: &Set| {
        all || names.iter().any(|name| name == set.name) || (names.is_empty() && !set.large)
    };
    Ok(sets.into_iter().filter(wanted).collect())
}

fn available() -> Vec<Set> {
    let mut sets = vec![Set {
        name: "content",
        notes: repository().join("content"),
        unit: Unit::Section,
        file: repository().join("tests/eval/content.jsonl"),
        large: false,
    }];
    let Some(shared) = shared() else {
        eprintln!("no folder ../shared and no NOTES_SHARED: our own set only");
        return sets;
    };
    let of = |name: &'static str, notes: &str, unit, large| Set {
        name,
        notes: shared.join(notes),
        unit,
        file: shared.join("ir").join(name).join("queries.jsonl"),
        large,
    };
    sets.extend([
        of("seeds", "seeds", Unit::Section, false),
        of("vue-anchors", "corpora/vue-docs-ko", Unit::Page, false),
        of("react-anchors", "corpora/react-dev-ko", Unit::Page, false),
        of("cpp-docs-anchors", "corpora/cpp-docs-ko", Unit::Page, true),
    ]);
    sets.retain(|set| set.file.is_file());
    sets
}

fn shared() -> Option<PathBuf> {
    let named = env::var_os("NOTES_SHARED").map(PathBuf::from);
    let folder = named.unwrap_or_else(|| repository().join("../shared"));
    folder.is_dir().then_some(folder)
}

impl Set {
    /// The file of queries, which `notes search --queries` reads as it is.
    pub(super) fn file(&self) -> &Path {
        &self.file
    }

    /// # Errors
    /// When the file cannot be read or a line is not a query.
    pub(super) fn queries(&self) -> Result<Vec<Query>, Box<dyn Error>> {
        let shown = self.file.display();
        let text = fs::read_to_string(&self.file).map_err(|error| format!("{shown}: {error}"))?;
        let lines = text.lines().enumerate();
        lines
            .filter(|(_, line)| !line.trim().is_empty())
            .map(|(at, line)| {
                query(line).ok_or_else(|| format!("{shown}:{}: not a query", at + 1).into())
            })
            .collect()
    }
}

fn query(line: &str) -> Option<Query> {
    let value: Value = serde_json::from_str(line).ok()?;
    let relevant = value.get("relevant")?.as_array()?;
    Some(Query {
        text: value.get("query")?.as_str()?.to_owned(),
        kind: value
            .get("kind")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned(),
        relevant: relevant.iter().map(judgement).collect::<Option<_>>()?,
    })
}

/// A section as an object, or a note by its path alone.
fn judgement(value: &Value) -> Option<Judgement> {
    if let Some(file) = value.as_str() {
        return Some(Judgement {
            file: file.to_owned(),
            grade: 2,
            ..Judgement::default()
        });
    }
    let path = value.get("path")?.as_array()?;
    Some(Judgement {
        file: value.get("file")?.as_str()?.to_owned(),
        path: path
            .iter()
            .map(|heading| Some(heading.as_str()?.to_owned()))
            .collect::<Option<_>>()?,
        line: value
            .get("line")
            .and_then(Value::as_u64)
            .and_then(|line| line.try_into().ok()),
        grade: value.get("grade")?.as_u64()?.try_into().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::{Judgement, query};

    #[test]
    fn a_judgement_is_a_note_or_a_section_of_it() {
        let pages = query(r#"{"query": "람다", "relevant": ["a/b.md"]}"#).expect("a query");
        assert_eq!(pages.relevant[0].file, "a/b.md");
        let sections = query(
            r#"{"query": "람다", "kind": "plain", "relevant": [{"file": "b.md", "path": ["가", "나"], "line": 7, "grade": 1}]}"#,
        );
        let expected = Judgement {
            file: "b.md".into(),
            path: vec!["가".into(), "나".into()],
            line: Some(7),
            grade: 1,
        };
        assert_eq!(sections.expect("a query").relevant, [expected]);
        assert!(query(r#"{"query": "람다"}"#).is_none(), "not judged");
    }
}
