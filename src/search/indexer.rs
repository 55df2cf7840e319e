//! Tantivy as the indexer and the oracle: sections in, postings and BM25 scores out.
//!
//! One segment in memory, documents in order, so that section numbers are document numbers and the same notes always
//! give the same index.

use rayon::prelude::*;
use search_core::FormatError;
use search_core::analysis::runs;
use search_core::engine::Scorer;
use search_core::lexicon::term_of;
use search_core::postings::{FIELD_COUNT, Posting, TermPostings};
use search_core::query::Alternative;
use search_core::rank::FIELD_BOOSTS;
use tantivy::collector::DocSetCollector;
use tantivy::directory::RamDirectory;
use tantivy::index::SegmentReader;
use tantivy::indexer::SingleSegmentIndexWriter;
use tantivy::postings::Postings as _;
use tantivy::query::{
    BooleanQuery, BoostQuery, DisjunctionMaxQuery, EnableScoring, Query, TermQuery,
};
use tantivy::schema::{
    Field, IndexRecordOption, Schema, TantivyDocument, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::{PreTokenizedString, Token};
use tantivy::{DocSet, Index, Searcher, TERMINATED, Term};

use super::analyzer::Vocabulary;
use super::documents::Document;

/// Memory the indexer may fill before it spills, in bytes; large enough for any one segment of ours.
const WRITER_MEMORY: usize = 1 << 30;
const FIELD_NAMES: [&str; FIELD_COUNT] = ["title", "heading", "path", "body", "code"];

/// A Tantivy index of a site's sections.
pub struct SectionIndex {
    searcher: Searcher,
    fields: [Field; FIELD_COUNT],
}

impl SectionIndex {
    /// Indexes `documents` with the terms of `vocabulary`.
    ///
    /// # Errors
    /// Tantivy's own, which in memory means that there is not enough of it.
    pub fn build(documents: &[Document], vocabulary: &Vocabulary) -> tantivy::Result<Self> {
        let mut schema = Schema::builder();
        let indexing = TextFieldIndexing::default()
            .set_tokenizer("raw")
            .set_fieldnorms(true)
            .set_index_option(IndexRecordOption::WithFreqs);
        let options = TextOptions::default().set_indexing_options(indexing);
        let fields = FIELD_NAMES.map(|name| schema.add_text_field(name, options.clone()));
        let mut writer: SingleSegmentIndexWriter = Index::builder()
            .schema(schema.build())
            .single_segment_index_writer(RamDirectory::create(), WRITER_MEMORY)?;
        for chunk in documents.chunks(1024) {
            let analysed: Vec<TantivyDocument> = chunk
                .par_iter()
                .map(|document| analyse(document, vocabulary, &fields))
                .collect();
            for document in analysed {
                writer.add_document(document)?;
            }
        }
        let index = writer.finalize()?;
        Ok(SectionIndex {
            searcher: index.reader()?.searcher(),
            fields,
        })
    }

    fn segment(&self) -> Option<&SegmentReader> {
        self.searcher.segment_readers().first()
    }

    /// Mean field lengths in tokens, as Tantivy's BM25 computes them.
    ///
    /// # Errors
    /// Tantivy's own.
    pub fn average_lengths(&self) -> tantivy::Result<[f32; FIELD_COUNT]> {
        let mut averages = [0.0; FIELD_COUNT];
        if let Some(segment) = self.segment() {
            for (average, field) in averages.iter_mut().zip(self.fields) {
                let tokens = segment.inverted_index(field)?.total_num_tokens();
                *average = tokens as f32 / segment.max_doc().max(1) as f32;
            }
        }
        Ok(averages)
    }

    /// Whether any section holds `term`.
    pub fn has_term(&self, term: &str) -> bool {
        let Some(segment) = self.segment() else {
            return false;
        };
        self.fields.iter().any(|&field| {
            let index = segment.inverted_index(field);
            index.is_ok_and(|index| {
                index
                    .terms()
                    .get(term.as_bytes())
                    .is_ok_and(|found| found.is_some())
            })
        })
    }

    /// Calls `visit` with every term, in no useful order, and its postings in all fields.
    ///
    /// # Errors
    /// Tantivy's own.
    pub fn for_each_term(&self, mut visit: impl FnMut(&str, &TermPostings)) -> tantivy::Result<()> {
        let Some(segment) = self.segment() else {
            return Ok(());
        };
        let mut inverted = Vec::new();
        let mut norms = Vec::new();
        for field in self.fields {
            inverted.push(segment.inverted_index(field)?);
            norms.push(segment.get_fieldnorms_reader(field)?);
        }
        let mut streams = Vec::new();
        for index in &inverted {
            let mut stream = index.terms().stream()?;
            let alive = stream.advance();
            streams.push((stream, alive));
        }
        loop {
            let least = streams
                .iter()
                .filter(|(_, alive)| *alive)
                .map(|(stream, _)| stream.key().to_vec())
                .min();
            let Some(term) = least else { return Ok(()) };
            let mut postings = TermPostings::default();
            for (field, (stream, alive)) in streams.iter_mut().enumerate() {
                if !*alive || stream.key() != term.as_slice() {
                    continue;
                }
                let option = IndexRecordOption::WithFreqs;
                let mut found =
                    inverted[field].read_postings_from_terminfo(stream.value(), option)?;
                while found.doc() != TERMINATED {
                    postings[field].push(Posting {
                        section: found.doc(),
                        frequency: found.term_freq(),
                        length_code: norms[field].fieldnorm_id(found.doc()),
                    });
                    found.advance();
                }
                *alive = stream.advance();
            }
            if let Ok(term) = std::str::from_utf8(&term) {
                visit(term, &postings);
            }
        }
    }

    /// The Tantivy query for one term in all fields, with their boosts.
    fn term_query(&self, term: &str, weight: f32) -> Box<dyn Query> {
        let clauses: Vec<Box<dyn Query>> = self
            .fields
            .iter()
            .zip(FIELD_BOOSTS)
            .map(|(&field, boost)| {
                let query = TermQuery::new(
                    Term::from_field_text(field, term),
                    IndexRecordOption::WithFreqs,
                );
                Box::new(BoostQuery::new(Box::new(query), boost)) as Box<dyn Query>
            })
            .collect();
        Box::new(BoostQuery::new(
            Box::new(BooleanQuery::union(clauses)),
            weight,
        ))
    }
}

impl Scorer for SectionIndex {
    fn score(&self, alternatives: &[Alternative]) -> Result<Vec<(u32, f32)>, FormatError> {
        let queries: Vec<Box<dyn Query>> = alternatives
            .iter()
            .filter_map(|alternative| {
                Some(self.term_query(&term_of(&alternative.key)?, alternative.weight))
            })
            .collect();
        let run = || -> tantivy::Result<Vec<(u32, f32)>> {
            let query = DisjunctionMaxQuery::new(queries);
            let found = self.searcher.search(&query, &DocSetCollector)?;
            let weight = query.weight(EnableScoring::enabled_from_searcher(&self.searcher))?;
            let mut scores = Vec::with_capacity(found.len());
            if let Some(segment) = self.segment() {
                let mut scorer = weight.scorer(segment, 1.0)?;
                while scorer.doc() != TERMINATED {
                    scores.push((scorer.doc(), scorer.score()));
                    scorer.advance();
                }
            }
            Ok(scores)
        };
        run().map_err(|_| FormatError("Tantivy could not answer"))
    }
}

fn analyse(
    document: &Document,
    vocabulary: &Vocabulary,
    fields: &[Field; FIELD_COUNT],
) -> TantivyDocument {
    let mut analysed = TantivyDocument::default();
    for (field, texts) in fields.iter().zip(document.fields()) {
        let mut tokens = Vec::new();
        let mut position = 0;
        for run in texts.into_iter().flat_map(runs) {
            let Some(terms) = vocabulary.terms(&run) else {
                continue;
            };
            for term in terms {
                tokens.push(Token {
                    offset_from: 0,
                    offset_to: 0,
                    position,
                    text: term.clone(),
                    position_length: 1,
                });
            }
            position += 1;
        }
        if !tokens.is_empty() {
            analysed.add_pre_tokenized_text(
                *field,
                PreTokenizedString {
                    text: String::new(),
                    tokens,
                },
            );
        }
    }
    analysed
}

#[cfg(test)]
mod tests {
    use search_core::rank::field_length;
    use tantivy::fieldnorm::FieldNormReader;

    #[test]
    fn the_engine_reads_field_lengths_as_tantivy_writes_them() {
        for code in 0..=255u8 {
            assert_eq!(
                field_length(code),
                FieldNormReader::id_to_fieldnorm(code),
                "{code}"
            );
        }
    }
}
