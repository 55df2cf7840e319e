//! Asking a built site: the browser's engine, run natively, fed from a folder or from memory.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use search_core::FormatError;
use search_core::directory::Kind;
use search_core::engine::{Answer, ENTRY, Engine, Hit};
use unicode_normalization::UnicodeNormalization as _;

use super::indexer::SectionIndex;
use crate::output::{Content, OutputTree};

/// Larger files are not ours.
const LARGEST_FILE: u64 = 256 << 20;

/// Why a site cannot be searched.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// A file of the index is not there or cannot be read.
    #[error("{file}: {source}")]
    Read {
        /// The file.
        file: String,
        /// Why.
        source: std::io::Error,
    },
    /// A file of the index is damaged or of another version.
    #[error("{file}: {source}")]
    Format {
        /// The file, or `search/` where it is not known which.
        file: String,
        /// What is wrong with it.
        source: FormatError,
    },
}

/// Where the index lies.
#[derive(Debug)]
enum Place<'t> {
    Folder(PathBuf),
    Memory(&'t OutputTree),
}

/// A search session over one published index.
#[derive(Debug)]
pub struct Client<'t> {
    place: Place<'t>,
    engine: Engine,
    fetched: BTreeMap<String, usize>,
}

/// The answer to one query.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    /// The hits, best first.
    pub hits: Vec<Hit>,
    /// Words that were typed, and what was searched instead.
    pub corrections: Vec<(String, String)>,
    /// A phrase or filter was passed over, as nothing fits it.
    pub relaxed: bool,
    /// Files this query used that a browser with an empty cache would have fetched, the engine itself included; only
    /// [`Client::search_cold`] counts them.
    pub requests: usize,
    /// Their bytes as they are sent.
    pub bytes: usize,
}

impl<'t> Client<'t> {
    /// Searches the site in `folder` (a `public/`).
    pub fn folder(folder: &Path) -> Self {
        Self::new(Place::Folder(folder.join("search")))
    }

    /// Searches a site that is held in memory.
    pub fn memory(tree: &'t OutputTree) -> Self {
        Self::new(Place::Memory(tree))
    }

    fn new(place: Place<'t>) -> Self {
        Client {
            place,
            engine: Engine::default(),
            fetched: BTreeMap::new(),
        }
    }

    fn read(&self, name: &str) -> std::io::Result<Vec<u8>> {
        match &self.place {
            Place::Folder(folder) => {
                let path = folder.join(name);
                if std::fs::metadata(&path)?.len() > LARGEST_FILE {
                    return Err(std::io::ErrorKind::FileTooLarge.into());
                }
                std::fs::read(path)
            }
            Place::Memory(tree) => match tree.get(&format!("{}{name}", super::publish::FOLDER)) {
                Some(Content::Bytes(bytes)) => Ok(bytes.to_vec()),
                Some(Content::File(path)) => std::fs::read(path),
                None => Err(std::io::ErrorKind::NotFound.into()),
            },
        }
    }

    /// Reads a file, remembers its size and hands it to the engine.
    fn fetch(&mut self, name: &str) -> Result<(), SearchError> {
        let file = || format!("search/{name}");
        let sent = self.read(name).map_err(|source| SearchError::Read {
            file: file(),
            source,
        })?;
        let mut bytes = Vec::new();
        if sent.starts_with(&[0x1f, 0x8b]) {
            let mut unpacked = GzDecoder::new(sent.as_slice()).take(LARGEST_FILE);
            unpacked
                .read_to_end(&mut bytes)
                .map_err(|source| SearchError::Read {
                    file: file(),
                    source,
                })?;
        } else {
            bytes.clone_from(&sent);
        }
        self.fetched.insert(name.to_owned(), sent.len());
        self.engine
            .provide(name, &bytes)
            .map_err(|source| SearchError::Format {
                file: file(),
                source,
            })
    }

    /// The names of the engine's own file, which a browser fetches and we do not.
    fn engine_file(&self) -> Option<(String, usize)> {
        let entry = self.read(ENTRY).ok()?;
        let entry = std::str::from_utf8(&entry).ok()?;
        let name = search_core::json::plain_strings(entry)
            .find(|name| Kind::of(name) == Some(Kind::Engine))?;
        Some((name.to_owned(), self.read(name).ok()?.len()))
    }

    /// Searches for `query`, at most `limit` hits, from an empty cache.
    ///
    /// # Errors
    /// If a file of the index is missing or damaged.
    pub fn search_cold(&mut self, query: &str, limit: usize) -> Result<Found, SearchError> {
        self.engine = Engine::default();
        self.fetched.clear();
        let mut found = self.search(query, limit)?;
        let engine = self.engine_file();
        found.requests = self.fetched.len() + usize::from(engine.is_some());
        found.bytes = self.fetched.values().sum::<usize>() + engine.map_or(0, |(_, bytes)| bytes);
        Ok(found)
    }

    /// Searches for `query` with what has been fetched so far.
    ///
    /// # Errors
    /// If a file of the index is missing or damaged.
    pub fn search(&mut self, query: &str, limit: usize) -> Result<Found, SearchError> {
        let query: String = query.nfc().collect();
        self.drive(|engine| engine.search(&query, limit))
    }

    /// Like [`Client::search`], with the scores computed by Tantivy itself.
    ///
    /// # Errors
    /// If a file of the index is missing or damaged.
    pub fn search_with_tantivy(
        &mut self,
        index: &SectionIndex,
        query: &str,
        limit: usize,
    ) -> Result<Found, SearchError> {
        let query: String = query.nfc().collect();
        self.drive(|engine| match engine.analyse(&query)? {
            Err(need) => Ok(Answer::Need(need)),
            Ok(analysed) => engine.answer(&analysed, index, limit),
        })
    }

    /// Asks again and again, fetching what is needed, until there is an answer.
    fn drive(
        &mut self,
        ask: impl Fn(&Engine) -> Result<Answer, FormatError>,
    ) -> Result<Found, SearchError> {
        let broken = |source| SearchError::Format {
            file: "search/".to_owned(),
            source,
        };
        // Each round fetches something new; an index that never stops asking is broken.
        for _ in 0..16 {
            match ask(&self.engine).map_err(broken)? {
                Answer::Hits {
                    hits,
                    corrections,
                    relaxed,
                } => {
                    return Ok(Found {
                        hits,
                        corrections,
                        relaxed,
                        ..Found::default()
                    });
                }
                Answer::Need(names) => names.iter().try_for_each(|name| self.fetch(name))?,
            }
        }
        Err(broken(FormatError("the index asks for ever more files")))
    }
}
