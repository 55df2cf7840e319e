//! Korean full-text search: Lindera analyses the sections, Tantivy indexes them, and the index is published as static
//! shards that the browser engine (`search-core`) reads.
//!
//! Steps of [`publish()`]: sections of all pages ([`documents`]); every distinct word analysed once ([`analyzer`]);
//! one Tantivy segment ([`indexer`]); its postings, the site's dictionary and the texts as files ([`mod@publish`]).
//! [`client`] asks a published index natively.

pub mod analyzer;
pub mod client;
pub mod documents;
pub mod indexer;
pub mod publish;
pub mod synonyms;

use std::path::Path;

use rayon::prelude::*;

use crate::bilingual;
use crate::config::SearchConfig;
use crate::diagnostics::{Diagnostic, Place, Severity};
use crate::output::OutputTree;
use crate::site::Site;
use analyzer::{Analyzer, Vocabulary};
use documents::Document;
use indexer::SectionIndex;

/// The file of a site's own pairs of words, in its root.
const SYNONYMS: &str = "synonyms.toml";

/// What publishing the index came to.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct SearchStats {
    /// Sections indexed.
    pub sections: usize,
    /// Distinct terms.
    pub terms: usize,
    /// Bytes published under `search/`.
    pub bytes: u64,
}

/// Indexes `site` and adds the published index (`search/…`) to `tree`. `root` is the site's root, for its own
/// dictionary.
pub fn publish(
    site: &Site,
    root: &Path,
    config: &SearchConfig,
    tree: &mut OutputTree,
    diagnostics: &mut Vec<Diagnostic>,
) -> SearchStats {
    if !config.enabled {
        return SearchStats::default();
    }
    publish_index(site, root, config, tree, diagnostics).unwrap_or_else(|error| {
        diagnostics.push(failed(&error));
        SearchStats::default()
    })
}

fn publish_index(
    site: &Site,
    root: &Path,
    config: &SearchConfig,
    tree: &mut OutputTree,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<SearchStats, String> {
    let documents = documents::documents(site);
    let (analyzer, vocabulary, index) = index(&documents, root, config, diagnostics)?;
    let source = publish::Source {
        site,
        documents: &documents,
        analyzer: &analyzer,
        vocabulary: &vocabulary,
        index: &index,
        own_synonyms: &own_synonyms(root, diagnostics),
    };
    let done = publish::publish(&source, tree).map_err(|error| error.to_string())?;
    Ok(SearchStats {
        sections: documents.len(),
        terms: done.terms,
        bytes: done.bytes,
    })
}

/// Indexes `site` for searching with Tantivy itself.
///
/// # Errors
/// Why it cannot be indexed, in the libraries' words.
pub fn oracle(
    site: &Site,
    root: &Path,
    config: &SearchConfig,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<SectionIndex, String> {
    index(&documents::documents(site), root, config, diagnostics).map(|(_, _, index)| index)
}

fn index(
    documents: &[Document],
    root: &Path,
    config: &SearchConfig,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<(Analyzer, Vocabulary, SectionIndex), String> {
    let user = config.user_dictionary.as_ref().and_then(|name| {
        let problem = |what: String| {
            let message = bilingual!(
                "사용자 사전을 읽을 수 없습니다: {what}",
                "cannot read the user dictionary: {what}"
            );
            let hint = bilingual!(
                "notes.toml의 [search] user_dictionary를 확인하세요. 사전 없이 색인했습니다.",
                "check [search] user_dictionary in notes.toml; the index was built without it"
            );
            Diagnostic::new(Severity::Warning, "user-dictionary", message)
                .hint(hint)
                .at(Place::file(name))
        };
        let text = match std::fs::read_to_string(root.join(name)) {
            Ok(text) => text,
            Err(error) => {
                diagnostics.push(problem(error.to_string()));
                return None;
            }
        };
        analyzer::user_dictionary(&text).unwrap_or_else(|error| {
            diagnostics.push(problem(error.to_string()));
            None
        })
    });
    let analyzer = Analyzer::new(user).map_err(|error| error.to_string())?;
    let texts = documents
        .par_iter()
        .flat_map_iter(|document| document.fields().into_iter().flatten());
    let vocabulary = Vocabulary::analyse(&analyzer, texts);
    let index = SectionIndex::build(documents, &vocabulary).map_err(|error| error.to_string())?;
    Ok((analyzer, vocabulary, index))
}

/// The site's own pairs of words from `synonyms.toml`, if it has one.
fn own_synonyms(root: &Path, diagnostics: &mut Vec<Diagnostic>) -> Vec<(String, Vec<String>)> {
    let text = match std::fs::read_to_string(root.join(SYNONYMS)) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Vec::new(),
        Err(error) => {
            diagnostics.push(bad_synonyms(&error.to_string()));
            return Vec::new();
        }
    };
    synonyms::read_own(&text).unwrap_or_else(|error| {
        diagnostics.push(bad_synonyms(error.trim()));
        Vec::new()
    })
}

fn bad_synonyms(what: &str) -> Diagnostic {
    let message = bilingual!(
        "동의어 파일을 읽을 수 없습니다: {what}",
        "cannot read the synonyms: {what}"
    );
    let hint = bilingual!(
        "`\"쿠버네티스\" = [\"kubernetes\", \"k8s\"]`처럼 한 줄에 한 낱말씩 쓰세요. 이 파일 없이 색인했습니다.",
        "Write one word a line, as in `\"쿠버네티스\" = [\"kubernetes\", \"k8s\"]`; the index was built without it."
    );
    Diagnostic::new(Severity::Warning, "synonyms", message)
        .hint(hint)
        .at(Place::file(SYNONYMS))
}

fn failed(what: &str) -> Diagnostic {
    let message = bilingual!(
        "검색 색인을 만들지 못했습니다: {what}",
        "the search index could not be built: {what}"
    );
    Diagnostic::new(Severity::Error, "search-index", message)
}

#[cfg(test)]
mod tests {
    use super::client::Client;
    use super::*;
    use crate::markdown::{Heading, Section};
    use crate::output::Content;
    use crate::site::Page;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    fn page(url: &str, title: &str, sections: &[(&str, &str)]) -> Page {
        let heading = |(text, _): &(&str, &str)| Heading {
            level: 2,
            id: text.replace(' ', "-"),
            text: (*text).to_owned(),
            html: (*text).to_owned(),
            ..Heading::default()
        };
        let section = |(at, (_, text)): (usize, &(&str, &str))| Section {
            heading: Some(at),
            text: (*text).to_owned(),
            code: String::new(),
        };
        Page {
            url: url.to_owned(),
            title: title.to_owned(),
            headings: sections.iter().map(heading).collect(),
            sections: sections.iter().enumerate().map(section).collect(),
            ..Page::default()
        }
    }

    fn site() -> Site {
        let mut pages = vec![
            page(
                "/sqs/",
                "메시지 대기열",
                &[
                    (
                        "가시성 시간 초과",
                        "소비자가 메시지를 받으면 가시성 시간 초과(Visibility Timeout) 동안 숨긴다.",
                    ),
                    (
                        "지연 대기열",
                        "메시지를 늦게 보여 주는 대기열이다. 기본값은 0초다.",
                    ),
                ],
            ),
            page(
                "/lambda/",
                "람다 함수",
                &[
                    (
                        "별칭",
                        "별칭(Alias)은 람다 버전을 가리킨다. 배포할 때 별칭만 옮긴다.",
                    ),
                    (
                        "동시성",
                        "함수는 요청마다 실행 환경을 하나씩 쓴다. EC2의 서버와는 다르다.",
                    ),
                ],
            ),
        ];
        pages[1].tags.push("함수".into());
        Site {
            pages,
            ..Site::default()
        }
    }

    static PUBLISHED: LazyLock<(OutputTree, SectionIndex)> = LazyLock::new(|| {
        let (site, config) = (site(), SearchConfig::default());
        let mut tree = OutputTree::new();
        let mut diagnostics = Vec::new();
        let stats = publish(&site, Path::new("."), &config, &mut tree, &mut diagnostics);
        assert_eq!((stats.sections, diagnostics.len()), (4, 0));
        let index = oracle(&site, Path::new("."), &config, &mut diagnostics).expect("index");
        (tree, index)
    });

    fn first(query: &str) -> Option<String> {
        let found = Client::memory(&PUBLISHED.0)
            .search(query, 5)
            .expect("index");
        found
            .hits
            .first()
            .map(|hit| format!("{}#{}", hit.url, hit.anchor))
    }

    #[test]
    fn a_question_finds_its_section_however_it_is_written() {
        for query in [
            "가시성",
            "가시ㅅ",
            "가싯",
            "시간초과는",
            "visibility timeout",
            "rktltjd",
            "Visibilit",
        ] {
            assert_eq!(
                first(query).as_deref(),
                Some("/sqs/#가시성-시간-초과"),
                "{query}"
            );
        }
        for query in ["별칭", "alias", "람다 버전", "별칭을", "람다의 별칭"] {
            assert_eq!(first(query).as_deref(), Some("/lambda/#별칭"), "{query}");
        }
        assert_eq!(first("ec2"), Some("/lambda/#동시성".to_owned()));
        assert_eq!(first(""), None);
    }

    fn all(query: &str) -> Vec<String> {
        let found = Client::memory(&PUBLISHED.0).search(query, 9);
        let hits = found.expect("index").hits;
        hits.into_iter().map(|hit| hit.anchor).collect()
    }

    #[test]
    fn what_a_reader_writes_beside_words_narrows_the_hits() {
        assert_eq!(all("메시지").len(), 2);
        assert_eq!(all("메시지 -가시성"), ["지연-대기열"]);
        assert_eq!(all("\"메시지를 늦게\""), ["지연-대기열"]);
        assert_eq!(all("tag:함수"), ["별칭"]);
        assert_eq!(all("tag:함 배포"), ["별칭"]);
        assert!(all("tag:함수 메시지").is_empty());
    }

    #[test]
    fn a_phrase_or_filter_that_nothing_fits_is_passed_over_and_told() {
        let found = |query: &str| {
            Client::memory(&PUBLISHED.0)
                .search(query, 9)
                .expect("index")
        };
        for query in ["\"메시지 별칭\"", "메시지 tag:없는것"] {
            assert!(
                found(query).relaxed && !found(query).hits.is_empty(),
                "{query}"
            );
        }
        let corrections = found("가시셩 ").corrections;
        assert_eq!(corrections, [("가시셩".to_owned(), "가시성".to_owned())]);
        let literal = found("\"가시셩\"");
        assert!(literal.corrections.is_empty() && literal.hits.is_empty());
    }

    #[test]
    fn the_same_notes_give_the_same_files() {
        let mut tree = OutputTree::new();
        publish(
            &site(),
            Path::new("."),
            &SearchConfig::default(),
            &mut tree,
            &mut Vec::new(),
        );
        assert!(tree == PUBLISHED.0);
    }

    #[test]
    fn a_damaged_file_is_an_error_and_never_a_panic() {
        for (path, content) in &PUBLISHED.0 {
            let Content::Bytes(bytes) = content else {
                continue;
            };
            for length in (0..bytes.len()).step_by(bytes.len() / 40 + 1) {
                let mut damaged = PUBLISHED.0.clone();
                damaged.insert(path.clone(), Content::Bytes(bytes[..length].into()));
                let _ = Client::memory(&damaged).search("람다 가시성", 5);
            }
        }
    }

    proptest! {
        #[test]
        fn the_engine_and_tantivy_agree_on_order_and_scores(
            words in proptest::collection::vec(
                proptest::sample::select(vec!["가시성", "시간", "메시지", "람다", "별칭을", "함수", "EC2", "대기열", "배포", "visib", "다른"]),
                1..4,
            )
        ) {
            let query = words.join(" ");
            let (tree, index) = &*PUBLISHED;
            let ours = Client::memory(tree).search(&query, 10).expect("index").hits;
            let theirs = Client::memory(tree).search_with_tantivy(index, &query, 10).expect("index").hits;
            prop_assert_eq!(ours.len(), theirs.len());
            for (a, b) in ours.iter().zip(&theirs) {
                prop_assert!((a.score - b.score).abs() <= 1e-4 * a.score.max(1.0), "{}: {:?} {:?}", query, a, b);
            }
            let sections = |hits: &[search_core::engine::Hit]| hits.iter().map(|hit| hit.section).collect::<Vec<_>>();
            prop_assert_eq!(sections(&ours), sections(&theirs));
        }
    }
}
