//! Figures over graded answers, and the tables that show them.

use std::fmt::Write as _;

use super::{
    judge::{Answer, WANTED},
    sets::Query,
};

/// Results that count.
const DEPTH: usize = 10;

/// One row for each set and kind of query.
#[derive(Debug, Default)]
pub(super) struct Table {
    rows: Vec<String>,
}

impl Table {
    /// Adds the rows of a set: one for each kind where it has kinds, and one for all.
    pub(super) fn add(&mut self, set: &str, queries: &[Query], answers: &[Answer]) {
        let mut kinds: Vec<&str> = Vec::new();
        for query in queries {
            if !query.kind.is_empty() && !kinds.contains(&query.kind.as_str()) {
                kinds.push(&query.kind);
            }
        }
        for kind in kinds {
            let of_kind = queries.iter().zip(answers);
            let of_kind = of_kind.filter(|(query, _)| query.kind == kind);
            let of_kind: Vec<&Answer> = of_kind.map(|(_, answer)| answer).collect();
            self.rows.push(row(set, kind, &of_kind));
        }
        let all: Vec<&Answer> = answers.iter().collect();
        self.rows.push(row(set, "**all**", &all));
    }

    pub(super) fn markdown(&self) -> String {
        let head = "\
| set | kind | queries | success@1 | success@3 | success@10 | MRR | nDCG@10 | zero hits | bytes: median | 95 % | µs: median | 95 % |
| --- | --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |
";
        format!("{head}{}", self.rows.concat())
    }
}

fn row(set: &str, kind: &str, answers: &[&Answer]) -> String {
    let mean = |measure: fn(&Answer) -> f64| {
        let sum: f64 = answers.iter().map(|answer| measure(answer)).sum();
        sum / answers.len().max(1) as f64
    };
    let within = |depth: usize| {
        let answered = answers.iter().filter(|answer| is_within(answer, depth));
        answered.count() as f64 / answers.len().max(1) as f64
    };
    let bytes: Vec<u64> = answers.iter().map(|answer| answer.bytes).collect();
    let micros: Vec<u64> = answers.iter().map(|answer| answer.micros).collect();
    format!(
        "| {set} | {kind} | {} | {:.3} | {:.3} | {:.3} | {:.3} | {:.3} | {:.3} | {} | {} | {} | {} |\n",
        answers.len(),
        within(1),
        within(3),
        within(DEPTH),
        mean(reciprocal_rank),
        mean(ndcg),
        mean(|answer| f64::from(u8::from(answer.results.is_empty()))),
        percentile(&bytes, 50),
        percentile(&bytes, 95),
        percentile(&micros, 50),
        percentile(&micros, 95),
    )
}

/// The rank, from 1, of the first result that was wanted.
fn rank(answer: &Answer) -> Option<usize> {
    let counted = answer.grades.iter().take(DEPTH);
    let at = counted.into_iter().position(|grade| *grade == WANTED)?;
    Some(at + 1)
}

fn is_within(answer: &Answer, depth: usize) -> bool {
    rank(answer).is_some_and(|rank| rank <= depth)
}

fn reciprocal_rank(answer: &Answer) -> f64 {
    rank(answer).map_or(0.0, |rank| 1.0 / rank as f64)
}

/// Gain discounted by rank, as a share of the best that was possible.
fn ndcg(answer: &Answer) -> f64 {
    let mut best = answer.relevant.clone();
    best.sort_unstable_by(|one, other| other.cmp(one));
    let best = discounted(&best);
    if best == 0.0 {
        return 0.0;
    }
    discounted(&answer.grades) / best
}

fn discounted(grades: &[u8]) -> f64 {
    let gains = grades.iter().take(DEPTH).enumerate();
    gains
        .map(|(at, grade)| (f64::from(*grade).exp2() - 1.0) / (at as f64 + 2.0).log2())
        .sum()
}

/// The value below which `percent` of all lie.
fn percentile(values: &[u64], percent: usize) -> u64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let at = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(at).copied().unwrap_or_default()
}

/// The queries that the first three results do not answer, with those results.
pub(super) fn misses(set: &str, queries: &[Query], answers: &[Answer]) -> String {
    let missed = queries
        .iter()
        .zip(answers)
        .filter(|(_, answer)| !is_within(answer, 3));
    let mut list = format!("\n## {set}: not among the first three\n\n");
    for (query, answer) in missed {
        let rank = rank(answer).map_or("none".to_owned(), |rank| rank.to_string());
        let _ = writeln!(list, "- {} `{}`, rank: {rank}", query.kind, query.text);
        for (grade, result) in answer.grades.iter().zip(&answer.results).take(3) {
            let _ = writeln!(list, "  - found ({grade}): {result}");
        }
        let wanted = query.relevant.iter().filter(|one| one.grade == WANTED);
        for one in wanted.take(3) {
            let place = [std::slice::from_ref(&one.file), &one.path].concat();
            let _ = writeln!(list, "  - wanted: {}", place.join(" › "));
        }
    }
    list
}

#[cfg(test)]
mod tests {
    use super::{Answer, is_within, ndcg, percentile, reciprocal_rank};

    fn answer(grades: &[u8], relevant: &[u8]) -> Answer {
        Answer {
            grades: grades.to_vec(),
            relevant: relevant.to_vec(),
            ..Answer::default()
        }
    }

    #[test]
    fn only_what_was_wanted_is_an_answer() {
        let second = answer(&[1, 2, 2], &[2, 2, 1]);
        assert!(!is_within(&second, 1) && is_within(&second, 3));
        assert_eq!(reciprocal_rank(&second), 0.5);
        let eleventh = answer(&[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2], &[2]);
        assert_eq!(reciprocal_rank(&eleventh), 0.0);
    }

    #[test]
    fn the_best_order_has_all_the_gain() {
        assert_eq!(ndcg(&answer(&[2, 1], &[1, 2])), 1.0);
        let turned = ndcg(&answer(&[1, 2], &[1, 2]));
        assert!(turned > 0.5 && turned < 1.0, "{turned}");
        assert_eq!(ndcg(&answer(&[], &[2])), 0.0);
    }

    #[test]
    fn percentiles_are_values_that_were_measured() {
        assert_eq!(percentile(&[3, 1, 2], 50), 2);
        assert_eq!(percentile(&[3, 1, 2], 95), 3);
        assert_eq!(percentile(&[], 50), 0);
    }
}
