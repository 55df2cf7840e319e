//! Asks a site all queries of a set, and grades the hits by the set's judgements.

use std::{collections::HashSet, error::Error, process::Command};

use serde_json::Value;

use super::{
    sets::{Judgement, Query, Set, Unit},
    site::Site,
};

/// The grade of what was wanted.
pub(super) const WANTED: u8 = 2;

/// What a query was answered with.
#[derive(Debug, Default)]
pub(super) struct Answer {
    /// The grade of each result from the first on: of each section, or of each page where the set judges pages.
    pub(super) grades: Vec<u8>,
    /// The grades of all that is relevant.
    pub(super) relevant: Vec<u8>,
    /// Where each result leads.
    pub(super) results: Vec<String>,
    /// Fetched from an empty cache to the answer.
    pub(super) bytes: u64,
    pub(super) micros: u64,
}

/// The answers to a set's queries.
#[derive(Debug)]
pub(super) struct Graded {
    pub(super) answers: Vec<Answer>,
    /// Judgements of notes or sections that are not there.
    pub(super) lost: Vec<String>,
}

/// Something of the site, as a judgement and a hit have it in common.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Place {
    file: String,
    anchor: String,
}

/// # Errors
/// When the site cannot be asked or says what cannot be read.
pub(super) fn grade(
    site: &Site,
    set: &Set,
    queries: &[Query],
    limit: usize,
) -> Result<Graded, Box<dyn Error>> {
    let said = ask(site, set, limit)?;
    if said.len() != queries.len() {
        return Err(format!("{} answers to {} queries", said.len(), queries.len()).into());
    }
    let judgements: Vec<&Judgement> = queries.iter().flat_map(|query| &query.relevant).collect();
    let mut places = match set.unit {
        Unit::Section => section_places(site, &judgements)?,
        Unit::Page => page_places(&judgements),
    }
    .into_iter();
    let mut graded = Graded {
        answers: Vec::new(),
        lost: Vec::new(),
    };
    for (query, said) in queries.iter().zip(&said) {
        let places: Vec<_> = places.by_ref().take(query.relevant.len()).collect();
        let lost = query.relevant.iter().zip(&places);
        graded.lost.extend(
            lost.filter(|(_, places)| places.is_empty())
                .map(|(judgement, _)| format!("{}: {:?}: {judgement:?}", set.name, query.text)),
        );
        let results = results(site, set.unit, said);
        graded.answers.push(Answer {
            grades: grades(&results, &query.relevant, &places),
            relevant: query.relevant.iter().map(|one| one.grade).collect(),
            results: results.iter().map(Place::to_string).collect(),
            bytes: said["bytes"].as_u64().unwrap_or_default(),
            micros: said["micros"].as_u64().unwrap_or_default(),
        });
    }
    Ok(graded)
}

/// What `notes search --json` says to each query of the set.
fn ask(site: &Site, set: &Set, limit: usize) -> Result<Vec<Value>, Box<dyn Error>> {
    let output = Command::new(&site.binary)
        .args(["search", "--json", "--root"])
        .arg(&site.root)
        .arg("--site")
        .arg(site.out())
        .arg("--queries")
        .arg(set.file())
        .args(["--limit", &limit.to_string()])
        .output()?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("notes search failed ({}): {said}", output.status).into());
    }
    let lines = str::from_utf8(&output.stdout)?.lines();
    Ok(lines.map(serde_json::from_str).collect::<Result<_, _>>()?)
}

/// The places that show each judged section; none where there is no such section.
fn section_places(
    site: &Site,
    judgements: &[&Judgement],
) -> Result<Vec<Vec<Place>>, Box<dyn Error>> {
    let anchors = site.anchors(judgements)?;
    let places = judgements.iter().zip(anchors).map(|(judgement, anchors)| {
        let place = |anchor| Place {
            file: judgement.file.clone(),
            anchor,
        };
        anchors.into_iter().flatten().map(place).collect()
    });
    Ok(places.collect())
}

fn page_places(judgements: &[&Judgement]) -> Vec<Vec<Place>> {
    let place = |judgement: &&Judgement| Place {
        file: judgement.file.clone(),
        anchor: String::new(),
    };
    judgements
        .iter()
        .map(|judgement| vec![place(judgement)])
        .collect()
}

/// The hits of an answer, or the pages they lie in, each once. A page without a note stands as its address.
fn results(site: &Site, unit: Unit, said: &Value) -> Vec<Place> {
    let text = |hit: &Value, key: &str| hit[key].as_str().unwrap_or_default().to_owned();
    let hits = said["hits"].as_array().into_iter().flatten();
    let mut seen = HashSet::new();
    hits.map(|hit| {
        let url = text(hit, "url");
        Place {
            file: site.source(&url).map_or(url, str::to_owned),
            anchor: match unit {
                Unit::Section => text(hit, "anchor"),
                Unit::Page => String::new(),
            },
        }
    })
    .filter(|place| seen.insert(place.clone()))
    .collect()
}

/// The grade of each result; a section shown twice, as itself and as the top of its page, counts once.
fn grades(results: &[Place], relevant: &[Judgement], places: &[Vec<Place>]) -> Vec<u8> {
    let mut found = vec![false; relevant.len()];
    let grade = |result: &Place| {
        let at = (0..relevant.len()).find(|&at| !found[at] && places[at].contains(result))?;
        found[at] = true;
        Some(relevant[at].grade)
    };
    results
        .iter()
        .map(grade)
        .map(Option::unwrap_or_default)
        .collect()
}

impl std::fmt::Display for Place {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.anchor.as_str() {
            "" => formatter.write_str(&self.file),
            anchor => write!(formatter, "{}#{anchor}", self.file),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Judgement, Place, grades};

    fn place(file: &str, anchor: &str) -> Place {
        Place {
            file: file.into(),
            anchor: anchor.into(),
        }
    }

    #[test]
    fn a_section_that_is_shown_twice_counts_once() {
        let judgement = |grade| Judgement {
            grade,
            ..Judgement::default()
        };
        let relevant = [judgement(2), judgement(1)];
        let places = [
            vec![place("a.md", "가"), place("a.md", "")],
            vec![place("b.md", "나")],
        ];
        let results = [
            place("a.md", ""),
            place("c.md", ""),
            place("a.md", "가"),
            place("b.md", "나"),
        ];
        assert_eq!(grades(&results, &relevant, &places), [2, 0, 0, 1]);
    }
}
