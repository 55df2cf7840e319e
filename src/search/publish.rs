//! The index as static files: lexicon and postings shards, blocks of passages, directory, dictionary, engine, entry.
//!
//! Every file but the entry is named by a hash of its bytes and gzipped inside, so that it costs the same on any host
//! and may be cached for ever; the same notes give the same names.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;

use flate2::{Compression, GzBuilder};
use rayon::prelude::*;
use search_core::directory::{Directory, HASH_LENGTH, Hash, Kind, ShardStart, write_entry};
use search_core::engine::ENTRY;
use search_core::facets::{Facet, FacetKind, Facets};
use search_core::lexicon::{Pair, ShardSource, key_of};
use search_core::passages::{Block, Passage, PassagePage};
use search_core::postings::{FIELD_COUNT, TermPostings, write};

use super::analyzer::{Analyzer, Vocabulary, site_dictionary};
use super::documents::Document;
use super::indexer::SectionIndex;
use super::synonyms;
use crate::output::{Content, OutputTree};
use crate::site::Site;

/// The folder of the published index.
pub const FOLDER: &str = "search/";
/// A postings shard is closed when it holds this many bytes before compression.
const POSTINGS_BYTES: usize = 4 * 1024;
/// A lexicon shard is closed when its keys hold this many bytes before front coding.
const LEXICON_BYTES: usize = 16 * 1024;
/// The browser engine, built by `build.rs`.
static ENGINE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/search_wasm.wasm"));

/// What was published.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Published {
    /// Distinct terms.
    pub terms: usize,
    /// Bytes of all files.
    pub bytes: u64,
}

/// What is published.
pub struct Source<'s> {
    /// The site, for its pages' addresses and titles.
    pub site: &'s Site,
    /// Its sections.
    pub documents: &'s [Document],
    /// The full dictionary.
    pub analyzer: &'s Analyzer,
    /// Every run of the sections, analysed.
    pub vocabulary: &'s Vocabulary,
    /// The index of the sections.
    pub index: &'s SectionIndex,
    /// The site's own pairs of words.
    pub own_synonyms: &'s [(String, Vec<String>)],
}

/// Writes the index into `tree`.
///
/// # Errors
/// Tantivy's own.
pub fn publish(source: &Source<'_>, tree: &mut OutputTree) -> tantivy::Result<Published> {
    let Source {
        site,
        documents,
        analyzer,
        vocabulary,
        index,
        own_synonyms,
    } = *source;
    let mut files = Files { tree, bytes: 0 };
    let mut directory = Directory {
        sections: documents.len() as u32,
        average_lengths: index.average_lengths()?,
        ..Directory::default()
    };
    let synonyms = synonyms::collect(
        documents,
        own_synonyms,
        &vocabulary.segmenter(analyzer),
        |term| index.has_term(term),
    );
    let terms = write_terms(index, &synonyms, &mut directory, &mut files)?;
    write_text(site, documents, &mut directory, &mut files);
    directory.facets = files.add(Kind::Facets, &facets(site).write());
    let dictionary = site_dictionary(analyzer, vocabulary);
    let mut named = |kind: Kind, raw: &[u8]| kind.file_name(&files.add(kind, raw));
    let index_name = named(Kind::Index, &directory.write());
    let dictionary_name = named(Kind::Dictionary, &dictionary);
    let engine_name = named(Kind::Engine, ENGINE);
    let entry = write_entry(
        &engine_name,
        &index_name,
        &dictionary_name,
        site.pages.len(),
        documents.len(),
    );
    files.insert(ENTRY, entry.into_bytes());
    Ok(Published {
        terms,
        bytes: files.bytes,
    })
}

struct Files<'t> {
    tree: &'t mut OutputTree,
    bytes: u64,
}

impl Files<'_> {
    fn insert(&mut self, name: &str, bytes: Vec<u8>) {
        self.bytes += bytes.len() as u64;
        self.tree
            .insert(format!("{FOLDER}{name}"), Content::Bytes(bytes.into()));
    }

    /// Compresses and adds one file; returns the hash in its name.
    fn add(&mut self, kind: Kind, raw: &[u8]) -> Hash {
        let bytes = gzip(raw);
        let hash = hash(&bytes);
        self.insert(&kind.file_name(&hash), bytes);
        hash
    }

    /// Compresses many files in parallel; returns the hashes in their names, in order.
    fn add_all(&mut self, kind: Kind, raw: Vec<Vec<u8>>) -> Vec<Hash> {
        let packed: Vec<(Hash, Vec<u8>)> = raw
            .into_par_iter()
            .map(|raw| {
                let bytes = gzip(&raw);
                (hash(&bytes), bytes)
            })
            .collect();
        packed
            .into_iter()
            .map(|(hash, bytes)| {
                self.insert(&kind.file_name(&hash), bytes);
                hash
            })
            .collect()
    }
}

fn hash(bytes: &[u8]) -> Hash {
    let mut hash = Hash::default();
    hash.copy_from_slice(&blake3::hash(bytes).as_bytes()[..HASH_LENGTH]);
    hash
}

/// Gzip without a time stamp, so that equal bytes stay equal.
fn gzip(raw: &[u8]) -> Vec<u8> {
    let mut out = GzBuilder::new()
        .mtime(0)
        .write(Vec::new(), Compression::best());
    // Writing to memory cannot fail; should it ever, the raw bytes are served, which the reader accepts as well.
    if out.write_all(raw).is_err() {
        return raw.to_vec();
    }
    out.finish().unwrap_or_else(|_| raw.to_vec())
}

/// A term's key, in how many sections it occurs, and its postings.
type Term = (Vec<u8>, u32, Vec<u8>);

/// Lexicon and postings; returns the number of terms. A postings file serves the terms of one lexicon shard, which
/// names it.
fn write_terms(
    index: &SectionIndex,
    pairs: &[(String, Pair)],
    directory: &mut Directory,
    files: &mut Files<'_>,
) -> tantivy::Result<usize> {
    let mut terms: Vec<Term> = Vec::new();
    index.for_each_term(|term, postings| {
        let mut out = search_core::bytes::Writer::default();
        write(postings, &mut out);
        terms.push((key_of(term), sections_of(postings), out.bytes));
    })?;
    terms.sort_unstable();

    let shards = cut(&terms, LEXICON_BYTES, |(key, ..)| key.len() + 4);
    let postings: Vec<Vec<&[Term]>> = shards
        .iter()
        .map(|terms| cut(terms, POSTINGS_BYTES, |(_, _, bytes)| bytes.len()))
        .collect();
    let raw = postings.iter().flatten().map(|terms| {
        let bytes: Vec<&[u8]> = terms.iter().map(|(_, _, bytes)| bytes.as_slice()).collect();
        bytes.concat()
    });
    let mut hashes = files.add_all(Kind::Postings, raw.collect()).into_iter();
    let mut sources: Vec<ShardSource> = Vec::with_capacity(shards.len());
    for (terms, postings) in shards.iter().zip(&postings) {
        let counts = postings.iter().map(|terms| terms.len() as u32);
        sources.push(ShardSource {
            terms: terms
                .iter()
                .map(|(key, sections, bytes)| (key.clone(), *sections, bytes.len() as u32))
                .collect(),
            files: counts
                .zip(hashes.by_ref())
                .map(|(terms, hash)| (hash, terms))
                .collect(),
            pairs: Vec::new(),
        });
    }
    let start = |terms: &&[Term]| ShardStart {
        first: terms[0].0.clone(),
        hash: Hash::default(),
    };
    directory.lexicon = shards.iter().map(start).collect();
    for (first, pair) in pairs {
        // Where the reader will look.
        let shard_of = |words: &str| directory.lexicon_range(&key_of(words)).start;
        for shard in BTreeSet::from([shard_of(first), shard_of(&pair.0)]) {
            if let Some(source) = sources.get_mut(shard) {
                source.pairs.push(pair.clone());
            }
        }
    }
    let written = sources.par_iter().map(ShardSource::write).collect();
    let hashes = files.add_all(Kind::Lexicon, written);
    for (shard, hash) in directory.lexicon.iter_mut().zip(hashes) {
        shard.hash = hash;
    }
    Ok(terms.len())
}

/// Cuts `terms` into stretches of at most `most` by `size`; a term alone may be larger.
fn cut(terms: &[Term], most: usize, size: impl Fn(&Term) -> usize) -> Vec<&[Term]> {
    let mut stretches = Vec::new();
    let (mut start, mut sum) = (0, 0);
    for (at, term) in terms.iter().enumerate() {
        let size = size(term);
        if at > start && sum + size > most {
            stretches.push(&terms[start..at]);
            (start, sum) = (at, 0);
        }
        sum += size;
    }
    if start < terms.len() {
        stretches.push(&terms[start..]);
    }
    stretches
}

/// Tags and categories, then the folders at the top of the site, each with its pages.
fn facets(site: &Site) -> Facets {
    let mut found: BTreeMap<(FacetKind, &str), Vec<u32>> = BTreeMap::new();
    for (number, page) in site.pages.iter().enumerate() {
        let labels: BTreeSet<&String> = page.tags.iter().chain(&page.categories).collect();
        let tags = labels.into_iter().map(|tag| (FacetKind::Tag, tag.as_str()));
        // `/aws/s3/` and `/aws/` lie in `aws`; `/about/` alone is no folder of anything.
        let folder = page.url.trim_start_matches('/').split_once('/');
        let folder = folder.map(|(name, _)| (FacetKind::Folder, name));
        for facet in tags.chain(folder) {
            found.entry(facet).or_default().push(number as u32);
        }
    }
    let several = |((kind, _), pages): &((FacetKind, &str), Vec<u32>)| {
        *kind == FacetKind::Tag || pages.len() > 1
    };
    let list = found.into_iter().filter(several);
    Facets {
        list: list
            .map(|((kind, name), pages)| Facet {
                kind,
                name: name.to_owned(),
                pages,
            })
            .collect(),
    }
}

/// In how many sections a term occurs in any field.
fn sections_of(postings: &TermPostings) -> u32 {
    let mut sections: Vec<u32> = (0..FIELD_COUNT)
        .flat_map(|field| postings[field].iter().map(|posting| posting.section))
        .collect();
    sections.sort_unstable();
    sections.dedup();
    sections.len() as u32
}

/// How many bytes of text a block of passages holds, for a site of `total`: small blocks make a hit cheap to show, but
/// every block costs its name in the directory. Few steps, so that a growing site seldom changes every block.
fn block_bytes(total: usize) -> usize {
    match total >> 20 {
        0..=3 => 6 * 1024,
        4..=15 => 8 * 1024,
        _ => 12 * 1024,
    }
}

/// Blocks of passages.
fn write_text(
    site: &Site,
    documents: &[Document],
    directory: &mut Directory,
    files: &mut Files<'_>,
) {
    let most = block_bytes(
        documents
            .iter()
            .map(|document| document.text.len() + document.code.len())
            .sum(),
    );
    let mut blocks: Vec<Block> = Vec::new();
    let mut size = usize::MAX;
    let mut last_page = None;
    for (section, document) in documents.iter().enumerate() {
        if last_page != Some(document.page) {
            directory.page_starts.push(section as u32);
        }
        let bytes = document.text.len() + document.code.len() + 64;
        if size.saturating_add(bytes) > most {
            blocks.push(Block {
                first: section as u32,
                ..Block::default()
            });
            size = 0;
            last_page = None;
        }
        size += bytes;
        let Some(block) = blocks.last_mut() else {
            continue;
        };
        if last_page != Some(document.page) {
            let page = site.pages.get(document.page);
            let (url, title) = page
                .map(|page| (page.url.clone(), page.title.clone()))
                .unwrap_or_default();
            block.pages.push(PassagePage { url, title });
        }
        last_page = Some(document.page);
        block.passages.push(Passage {
            page: block.pages.len() - 1,
            anchor: document.anchor.clone(),
            headings: document.headings.clone(),
            text: document.text.clone(),
            code: document.code.clone(),
        });
    }
    directory.page_starts.dedup();
    let starts: Vec<u32> = blocks.iter().map(|block| block.first).collect();
    let hashes = files.add_all(Kind::Text, blocks.par_iter().map(Block::write).collect());
    directory.text = starts
        .into_iter()
        .zip(hashes)
        .map(|(first, hash)| ShardStart { first, hash })
        .collect();
}
