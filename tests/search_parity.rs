//! Our engine beside Tantivy on a real corpus: for one analysed query, the same ten sections in the same order, scores equal
//! to rounding. Queries are one to four neighbouring words of the notes themselves, some cut short as while typing.
//!
//! `NOTES_SLOW=1` asks 5,000 queries, else 300. Skipped where the corpora are absent.

use std::path::{Path, PathBuf};

use notes::progress::Silent;
use notes::search::client::Client;
use notes::source::Project;
use notes::{BuildOptions, build, search};

/// Marsaglia's xorshift: the same queries at every run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound.max(1) as u64) as usize
    }
}

fn corpus(name: &str) -> PathBuf {
    let shared = std::env::var_os("NOTES_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"),
        PathBuf::from,
    );
    shared.join(name)
}

fn query(words: &[&str], random: &mut Random) -> String {
    let count = 1 + random.below(4);
    let first = random.below(words.len().saturating_sub(count));
    let mut query = words[first..first + count].join(" ");
    // A third is still being typed.
    if random.below(3) == 0 {
        let letters = query.chars().count();
        query = query.chars().take(1 + random.below(letters)).collect();
    }
    query
}

#[test]
fn tantivy_ranks_and_scores_the_same_on_a_real_corpus() {
    let content = corpus("corpora/vue-docs-ko");
    if !content.is_dir() {
        eprintln!("skipped: no corpora beside the repository");
        return;
    }
    let project = Project::open(&content).expect("a project");
    let built = build(&project, &BuildOptions::default(), &Silent);
    let mut problems = Vec::new();
    let index = search::oracle(
        &built.site,
        &project.root,
        &project.config.search,
        &mut problems,
    );
    let index = index.expect("index");
    let texts: Vec<&str> = built
        .site
        .pages
        .iter()
        .flat_map(|page| page.sections.iter().map(|section| section.text.as_str()))
        .collect();
    let words: Vec<&str> = texts
        .iter()
        .flat_map(|text| text.split_whitespace())
        .collect();
    let asked = match std::env::var_os("NOTES_SLOW") {
        Some(_) => 5000,
        None => 300,
    };
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut ours = Client::memory(&built.tree);
    let mut theirs = Client::memory(&built.tree);
    let mut answered = 0;
    for _ in 0..asked {
        let query = query(&words, &mut random);
        let ours = ours.search(&query, 10).expect("index").hits;
        let theirs = theirs
            .search_with_tantivy(&index, &query, 10)
            .expect("index")
            .hits;
        answered += usize::from(!ours.is_empty());
        assert_eq!(ours.len(), theirs.len(), "{query}");
        for (a, b) in ours.iter().zip(&theirs) {
            let close = (a.score - b.score).abs() <= 1e-4 * a.score.max(1.0);
            assert!(close, "{query}: {} and {}", a.score, b.score);
            // Sections whose scores are equal to rounding may stand in either order.
            let tied = |hits: &[search_core::engine::Hit]| {
                hits.iter().any(|hit| {
                    hit.section == a.section
                        && (hit.score - a.score).abs() <= 2e-4 * a.score.max(1.0)
                })
            };
            assert!(
                a.section == b.section || tied(&theirs),
                "{query}: {a:?} {b:?}"
            );
        }
    }
    eprintln!("{asked} queries, {answered} answered, 0 differences");
    assert!(
        answered * 10 >= asked * 9,
        "queries drawn from the notes find something"
    );
}
