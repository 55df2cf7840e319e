//! The search engine: a query in, hits out, without any I/O of its own.
//!
//! [`Engine::search`] answers with what it can and names the files it needs; the caller fetches them, hands them to
//! [`Engine::provide`] and asks again. From an empty cache that takes at most: the entry; index and dictionary;
//! lexicon shards; postings shards; blocks of text.

use alloc::borrow::ToOwned as _;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use core::cell::RefCell;

use crate::FormatError;
use crate::analysis::lower;
use crate::directory::{Directory, Kind, read_entry, shard_of};
use crate::excerpt::{Piece, excerpt, holds_any};
use crate::facets::{FacetKind, Facets};
use crate::json;
use crate::lexicon::{Shard, TermInfo, key_of};
use crate::morphology::Dictionary;
use crate::passages::{Block, Passage, PassagePage};
use crate::postings;
use crate::query::{Alternative, Draft, Lookup, Query};
use crate::rank::{Combiner, Statistics, UnitScorer, below};

/// The entry file's name.
pub const ENTRY: &str = "entry.json";
/// Longer queries are cut here, in bytes.
const LONGEST_QUERY: usize = 512;

/// A section that answers a query.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Number of the section.
    pub section: u32,
    /// Page address from the site's root, decoded.
    pub url: String,
    /// Anchor of the section's heading; empty for the top of the page.
    pub anchor: String,
    /// The page's title.
    pub title: String,
    /// Headings from the outermost to the section's own.
    pub headings: Vec<String>,
    /// Score.
    pub score: f32,
    /// Excerpt.
    pub excerpt: Vec<Piece>,
}

/// What a search came to.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// These files are needed first.
    Need(Vec<String>),
    /// There are these.
    Hits {
        /// The hits, best first.
        hits: Vec<Hit>,
        /// The words that were typed, and what was searched instead.
        corrections: Vec<(String, String)>,
        /// A phrase or filter was passed over, as nothing fits it.
        relaxed: bool,
    },
}

/// Scores the units of a query; the published postings and Tantivy are two of them.
pub trait Scorer {
    /// The score of every section that holds one of `alternatives`, that of its best alternative, each once.
    fn score(&self, alternatives: &[Alternative]) -> Result<Vec<(u32, f32)>, FormatError>;
}

/// The engine and what has been fetched so far.
#[derive(Debug, Default)]
pub struct Engine {
    /// Names of index and dictionary.
    entry: Option<(String, String)>,
    directory: Option<Directory>,
    dictionary: Option<Dictionary>,
    lexicon: Files<Shard>,
    postings: Files<Vec<u8>>,
    text: Files<Block>,
    facets: Files<Facets>,
}

impl Engine {
    /// Takes the (decompressed) bytes of the file called `name`. Files it does not know are ignored.
    pub fn provide(&mut self, name: &str, bytes: &[u8]) -> Result<(), FormatError> {
        if name == ENTRY {
            self.entry = Some(read_entry(bytes)?);
            return Ok(());
        }
        match Kind::of(name) {
            Some(Kind::Index) => self.directory = Some(Directory::read(bytes)?),
            Some(Kind::Dictionary) => self.dictionary = Some(Dictionary::read(bytes)?),
            Some(Kind::Lexicon) => self.lexicon.insert(name, Shard::read(bytes)?),
            Some(Kind::Postings) => self.postings.insert(name, bytes.to_vec()),
            Some(Kind::Text) => self.text.insert(name, Block::read(bytes)?),
            Some(Kind::Facets) => self.facets.insert(name, Facets::read(bytes)?),
            Some(Kind::Engine) | None => {}
        }
        Ok(())
    }

    /// Searches for `text` (NFC); at most `limit` hits.
    pub fn search(&self, text: &str, limit: usize) -> Result<Answer, FormatError> {
        let query = match self.analyse(text)? {
            Ok(query) => query,
            Err(need) => return Ok(Answer::Need(need)),
        };
        let files = query
            .terms()
            .map(|term| Kind::Postings.file_name(&term.info.file));
        let need: Vec<String> = files
            .filter(|name| self.postings.get(name).is_none())
            .collect();
        if !need.is_empty() {
            return Ok(Answer::Need(distinct(need)));
        }
        self.answer(&query, self, limit)
    }

    /// The answer to a query whose units `scorer` scores.
    pub fn answer(
        &self,
        query: &Query,
        scorer: &impl Scorer,
        limit: usize,
    ) -> Result<Answer, FormatError> {
        let Some(directory) = &self.directory else {
            return Ok(Answer::Need(Vec::new()));
        };
        let mut left_out = vec![false; directory.sections as usize];
        let mut relaxed = false;
        if !query.filters.is_empty() {
            let facets = match self.facets() {
                Ok(facets) => facets,
                Err(need) => return Ok(Answer::Need(need)),
            };
            relaxed = filter(query, facets, directory, &mut left_out);
        }
        exclude(query, scorer, &mut left_out)?;
        let keep = |section: u32| left_out.get(section as usize) == Some(&false);
        if query.units.is_empty() {
            // A filter alone lists its pages.
            let tops = directory.page_starts.iter().filter(|&&top| keep(top));
            let pages: Vec<(u32, f32)> = match query.filters.is_empty() || relaxed {
                true => Vec::new(),
                false => tops.take(limit).map(|&top| (top, 0.0)).collect(),
            };
            return self.present(&pages, query, &[], limit, relaxed);
        }
        let candidates = match query.phrases.is_empty() {
            true => limit,
            false => limit.max(MOST_PHRASE_CANDIDATES),
        };
        let best = rank(query, scorer, directory, candidates, keep)?;
        let answer = self.present(&best, query, &query.phrases, limit, relaxed)?;
        match answer {
            // Nothing has the phrase as it stands: its words, if there are such words, are better than an empty page.
            Answer::Hits { hits, .. }
                if hits.is_empty() && !query.phrases.is_empty() && query.is_known() =>
            {
                self.present(&best, query, &[], limit, true)
            }
            answer => Ok(answer),
        }
    }

    /// The query that `text` comes to, or the names of the files that must be provided first.
    pub fn analyse(&self, text: &str) -> Result<Result<Query, Vec<String>>, FormatError> {
        let Some((index_name, dictionary_name)) = &self.entry else {
            return Ok(Err(vec![ENTRY.to_owned()]));
        };
        let (Some(directory), Some(dictionary)) = (&self.directory, &self.dictionary) else {
            let mut need = Vec::new();
            if self.directory.is_none() {
                need.push(index_name.clone());
            }
            if self.dictionary.is_none() {
                need.push(dictionary_name.clone());
            }
            return Ok(Err(need));
        };
        let draft = Draft::new(shortened(text.trim_start()), dictionary);
        let shards = Shards {
            engine: self,
            directory,
            missing: RefCell::default(),
        };
        let query = draft.resolve(&shards, dictionary);
        let missing = shards.missing.into_inner();
        Ok(if missing.is_empty() {
            Ok(query)
        } else {
            Err(distinct(missing))
        })
    }

    /// What a reader may filter by, or the names of the files that must be provided first.
    pub fn facets(&self) -> Result<&Facets, Vec<String>> {
        let Some(directory) = &self.directory else {
            let index = self.entry.as_ref().map(|(index, _)| index.clone());
            return Err(vec![index.unwrap_or_else(|| ENTRY.to_owned())]);
        };
        let name = Kind::Facets.file_name(&directory.facets);
        self.facets.get(&name).ok_or_else(|| vec![name])
    }

    /// Turns the first `limit` of scored sections that hold `phrases` into hits.
    fn present(
        &self,
        best: &[(u32, f32)],
        query: &Query,
        phrases: &[String],
        limit: usize,
        relaxed: bool,
    ) -> Result<Answer, FormatError> {
        let marks = &query.marks;
        let Some(directory) = &self.directory else {
            return Ok(Answer::Need(Vec::new()));
        };
        let mut need = Vec::new();
        let mut hits = Vec::new();
        for &(section, score) in best {
            if hits.len() + need.len() >= limit {
                break;
            }
            let Some((_, start)) = shard_of(&directory.text, section) else {
                return Err(FormatError("a section has no text"));
            };
            let name = Kind::Text.file_name(&start.hash);
            let Some(block) = self.text.get(&name) else {
                need.push(name);
                continue;
            };
            let Some((passage, page)) = block.get(section) else {
                return Err(FormatError("a section has no text"));
            };
            if !phrases.iter().all(|phrase| holds(passage, page, phrase)) {
                continue;
            }
            let shown = if !holds_any(&passage.text, marks) && holds_any(&passage.code, marks) {
                &passage.code
            } else {
                &passage.text
            };
            hits.push(Hit {
                section,
                url: page.url.clone(),
                anchor: passage.anchor.clone(),
                title: page.title.clone(),
                headings: passage.headings.clone(),
                score,
                excerpt: excerpt(shown, marks),
            });
        }
        Ok(if need.is_empty() {
            Answer::Hits {
                hits,
                corrections: query.corrections.clone(),
                relaxed,
            }
        } else {
            Answer::Need(distinct(need))
        })
    }
}

/// Whether a passage holds a phrase as it stands: in any letter case, with any white space, not amid a Latin word.
fn holds(passage: &Passage, page: &PassagePage, phrase: &str) -> bool {
    let phrase = even(phrase);
    let texts = [&passage.text, &passage.code, &page.title];
    texts.into_iter().chain(&passage.headings).any(|text| {
        let text = even(text);
        text.match_indices(phrase.as_str()).any(|(at, _)| {
            let after = text[at + phrase.len()..].chars().next();
            let joins = |a: Option<char>, b: Option<char>| {
                let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
                latin(a) && latin(b)
            };
            !joins(text[..at].chars().next_back(), phrase.chars().next())
                && !joins(phrase.chars().next_back(), after)
        })
    })
}

/// Lower case, with one space for any white space.
fn even(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.chars().map(lower));
    }
    out
}

/// Leaves out the pages that a filter does not name; a filter that names none is passed over, which is what is returned.
fn filter(query: &Query, facets: &Facets, directory: &Directory, left_out: &mut [bool]) -> bool {
    let mut relaxed = false;
    for (kind, name) in &query.filters {
        let pages = facets.pages(*kind, name);
        if pages.is_empty() {
            relaxed = true;
            continue;
        }
        let mut named = vec![false; directory.page_starts.len()];
        for page in pages {
            if let Some(named) = named.get_mut(page as usize) {
                *named = true;
            }
        }
        for (section, out) in left_out.iter_mut().enumerate() {
            *out |= named.get(directory.page_of(section as u32)) != Some(&true);
        }
    }
    relaxed
}

/// Leaves out the sections that hold what must not occur.
fn exclude(query: &Query, scorer: &impl Scorer, left_out: &mut [bool]) -> Result<(), FormatError> {
    for terms in &query.excluded {
        let mut held = vec![0; left_out.len()];
        for term in terms {
            for (section, _) in scorer.score(core::slice::from_ref(term))? {
                if let Some(count) = held.get_mut(section as usize) {
                    *count += 1;
                }
            }
        }
        for (out, count) in left_out.iter_mut().zip(held) {
            *out |= count == terms.len();
        }
    }
    Ok(())
}

/// How many sections are looked through for a phrase.
const MOST_PHRASE_CANDIDATES: usize = 60;
/// Completions of a short prefix are taken from its first shards only.
const MOST_PREFIX_SHARDS: usize = 4;
/// Words with other keys than those typed are looked for in this many shards at most.
const MOST_SHARDS_AROUND: usize = 12;

fn shortened(text: &str) -> &str {
    let mut end = text.len().min(LONGEST_QUERY);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

fn distinct(names: Vec<String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for name in names {
        if !kept.contains(&name) {
            kept.push(name);
        }
    }
    kept
}

/// What has been read of one kind of file, by name. There are a few hundred at most.
#[derive(Debug)]
struct Files<T>(Vec<(String, T)>);

impl<T> Default for Files<T> {
    fn default() -> Self {
        Files(Vec::new())
    }
}

impl<T> Files<T> {
    fn get(&self, name: &str) -> Option<&T> {
        self.0
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, file)| file)
    }

    fn insert(&mut self, name: &str, file: T) {
        self.0.retain(|(known, _)| known != name);
        self.0.push((name.to_owned(), file));
    }
}

/// The best of the sections to `keep` for `query`, scored by `scorer`.
fn rank(
    query: &Query,
    scorer: &impl Scorer,
    directory: &Directory,
    limit: usize,
    keep: impl Fn(u32) -> bool,
) -> Result<Vec<(u32, f32)>, FormatError> {
    let sections = directory.sections;
    let mut combiner = Combiner::new(sections, &directory.page_starts);
    for unit in &query.units {
        let typed = scorer.score(&unit.alternatives)?;
        let scores = below(typed, scorer.score(&unit.translations)?);
        combiner.add(&scores, unit.weight, unit.coverage(sections));
    }
    Ok(combiner.best(limit, keep))
}

impl Scorer for Engine {
    fn score(&self, alternatives: &[Alternative]) -> Result<Vec<(u32, f32)>, FormatError> {
        let Some(directory) = &self.directory else {
            return Ok(Vec::new());
        };
        let statistics = Statistics {
            sections: directory.sections,
            average_lengths: directory.average_lengths,
        };
        let mut unit = UnitScorer::new(statistics);
        for alternative in alternatives {
            let info = alternative.info;
            let shard = self
                .postings
                .get(&Kind::Postings.file_name(&info.file))
                .ok_or(FormatError("a postings shard is missing"))?;
            let start = info.offset as usize;
            let end = start.saturating_add(info.length as usize);
            let bytes = shard
                .get(start..end)
                .ok_or(FormatError("a postings shard is too short"))?;
            unit.add(
                &postings::read(bytes, directory.sections)?,
                alternative.weight,
            );
        }
        Ok(unit.finish())
    }
}

/// The lexicon as far as it has been fetched; notes what is missing.
struct Shards<'e> {
    engine: &'e Engine,
    directory: &'e Directory,
    missing: RefCell<Vec<String>>,
}

impl Shards<'_> {
    /// The first shards of those that may hold keys with `prefix`.
    fn of(&self, prefix: &[u8], most: usize) -> impl Iterator<Item = &Shard> {
        let shards = self
            .directory
            .lexicon
            .get(self.directory.lexicon_range(prefix))
            .unwrap_or_default();
        shards.iter().take(most).filter_map(|shard| {
            let name = Kind::Lexicon.file_name(&shard.hash);
            let found = self.engine.lexicon.get(&name);
            if found.is_none() {
                self.missing.borrow_mut().push(name);
            }
            found
        })
    }

    fn entries(&self, prefix: &[u8], most: usize) -> Vec<(Vec<u8>, TermInfo)> {
        let shards = self.of(prefix, most);
        shards
            .flat_map(|shard| {
                shard
                    .with_prefix(prefix)
                    .map(|(key, info)| (key.to_vec(), info))
            })
            .collect()
    }
}

impl Lookup for Shards<'_> {
    fn get(&self, key: &[u8]) -> Option<TermInfo> {
        self.of(key, 1).find_map(|shard| shard.get(key))
    }

    fn with_prefix(&self, prefix: &[u8]) -> Vec<(Vec<u8>, TermInfo)> {
        self.entries(prefix, MOST_PREFIX_SHARDS)
    }

    fn around(&self, keys: &[u8]) -> Vec<(Vec<u8>, TermInfo)> {
        // A small lexicon is looked through whole; in a large one the first key is taken to be right.
        match self.directory.lexicon.len() <= MOST_SHARDS_AROUND {
            true => self.entries(&[], MOST_SHARDS_AROUND),
            false => self.entries(keys.get(..1).unwrap_or_default(), MOST_SHARDS_AROUND),
        }
    }

    fn sections(&self) -> u32 {
        self.directory.sections
    }

    fn is_missing(&self) -> bool {
        !self.missing.borrow().is_empty()
    }

    fn translations(&self, first: &str, words: &str) -> Vec<Vec<String>> {
        let key = key_of(first);
        self.of(&key, 1)
            .flat_map(|shard| shard.translations(words).cloned())
            .collect()
    }
}

/// The answer as JSON: `{"need":[…],"hits":[…]|null,"corrections":[[typed,read],…],"relaxed":bool,"error":null|"…"}`.
pub fn answer_json(answer: &Result<Answer, FormatError>) -> String {
    let mut out = String::from("{\"need\":[");
    if let Ok(Answer::Need(names)) = answer {
        push_list(&mut out, names, |out, name| json::push_string(out, name));
    }
    out.push_str("],\"hits\":");
    match answer {
        Ok(Answer::Hits { hits, .. }) => {
            out.push('[');
            push_list(&mut out, hits, push_hit);
            out.push(']');
        }
        _ => out.push_str("null"),
    }
    out.push_str(",\"corrections\":[");
    let mut passed_over = false;
    if let Ok(Answer::Hits {
        corrections,
        relaxed,
        ..
    }) = answer
    {
        push_list(&mut out, corrections, |out, (typed, read)| {
            out.push('[');
            json::push_string(out, typed);
            out.push(',');
            json::push_string(out, read);
            out.push(']');
        });
        passed_over = *relaxed;
    }
    out.push_str(if passed_over {
        "],\"relaxed\":true,\"error\":"
    } else {
        "],\"relaxed\":false,\"error\":"
    });
    match answer {
        Err(error) => json::push_string(&mut out, error.0),
        Ok(_) => out.push_str("null"),
    }
    out.push('}');
    out
}

/// The facets as JSON: `{"need":[…],"facets":[["tag"|"folder",name,pages],…]}`.
pub fn facets_json(facets: &Result<&Facets, Vec<String>>) -> String {
    let mut out = String::from("{\"need\":[");
    if let Err(names) = facets {
        push_list(&mut out, names, |out, name| json::push_string(out, name));
    }
    out.push_str("],\"facets\":[");
    if let Ok(facets) = facets {
        push_list(&mut out, &facets.list, |out, facet| {
            out.push_str(match facet.kind {
                FacetKind::Tag => "[\"tag\",",
                FacetKind::Folder => "[\"folder\",",
            });
            json::push_string(out, &facet.name);
            out.push(',');
            json::push_integer(out, facet.pages.len() as u64);
            out.push(']');
        });
    }
    out.push_str("]}");
    out
}

fn push_list<T>(out: &mut String, items: &[T], push: impl Fn(&mut String, &T)) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        push(out, item);
    }
}

fn push_hit(out: &mut String, hit: &Hit) {
    for (key, value) in [
        ("{\"url\":", &hit.url),
        (",\"anchor\":", &hit.anchor),
        (",\"title\":", &hit.title),
    ] {
        out.push_str(key);
        json::push_string(out, value);
    }
    out.push_str(",\"heading\":[");
    push_list(out, &hit.headings, |out, heading| {
        json::push_string(out, heading)
    });
    out.push_str("],\"score\":");
    json::push_number(out, hit.score);
    out.push_str(",\"excerpt\":[");
    push_list(out, &hit.excerpt, |out, (text, marked)| {
        out.push('[');
        json::push_string(out, text);
        out.push_str(if *marked { ",1]" } else { ",0]" });
    });
    out.push_str("]}");
}
