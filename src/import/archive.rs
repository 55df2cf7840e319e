//! A zip's files by safe names and within limits: no name leads outside, no entry grows beyond what it declares, no
//! archive beyond what the user's disk should bear.
//!
//! 1. [`list`]: each entry's name, decoded ([`name_of`]) and made safe ([`safe_path`]); what is not is reported.
//! 2. Notion's archives of archives (`ExportBlock-….zip`) are opened in turn, to a fixed depth.
//! 3. [`Archives::copy`] streams one entry, and stops where it exceeds what it declared.

use std::fmt;
use std::io::{self, Cursor, Read, Seek, Write};

use unicode_normalization::UnicodeNormalization;
use zip::ZipArchive;
use zip::result::ZipError;

use super::names::{split_extension, split_path};
use super::plan::{Remark, What, is_junk};

/// What an archive may come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Files in all, those of inner archives too.
    pub entries: usize,
    /// Bytes of all files together, unpacked.
    pub total: u64,
    /// How many times its own size an archive of more than 64 MiB of files may grow to: text reaches 20, a bomb 1,000.
    pub ratio: u64,
    /// Archives within archives: 1 is Notion's.
    pub depth: usize,
    /// Bytes of a note or another file that is read as text.
    pub text: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            entries: 200_000,
            total: 32 << 30,
            ratio: 200,
            depth: 2,
            text: 32 << 20,
        }
    }
}

/// Below this many bytes a ratio means nothing: a table of zeros packs well.
const RATIO_FROM: u64 = 64 << 20;

/// Inner archives up to this size are kept in memory, larger ones in an unnamed temporary file.
const SPOOL: usize = 16 << 20;

/// Why an archive is refused as a whole.
#[derive(Debug)]
pub enum ArchiveError {
    /// It is no zip, or damaged.
    Damaged(String),
    /// It holds more than [`Limits::entries`] files.
    TooMany(usize),
    /// It would unpack to more than [`Limits`] allow: so many bytes.
    TooLarge(u64),
    /// It cannot be read.
    Io(io::Error),
}

impl fmt::Display for ArchiveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ArchiveError::Damaged(detail) => write!(f, "not a zip archive, or damaged: {detail}"),
            ArchiveError::TooMany(limit) => write!(f, "more than {limit} files"),
            ArchiveError::TooLarge(bytes) => write!(f, "unpacks to {bytes} bytes"),
            ArchiveError::Io(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ArchiveError {}

impl From<ZipError> for ArchiveError {
    fn from(error: ZipError) -> Self {
        match error {
            ZipError::Io(error) => ArchiveError::Io(error),
            other => ArchiveError::Damaged(other.to_string()),
        }
    }
}

impl From<io::Error> for ArchiveError {
    fn from(error: io::Error) -> Self {
        ArchiveError::Io(error)
    }
}

/// What archives are read from.
pub(super) trait Source: Read + Seek + Send {}

impl<T: Read + Seek + Send> Source for T {}

/// A file in one of the archives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) path: String,
    pub(super) len: u64,
    archive: usize,
    index: usize,
    crc: u32,
}

/// Open archives and what is in them.
#[derive(Default)]
pub(super) struct Archives {
    open: Vec<ZipArchive<Box<dyn Source>>>,
    pub(super) entries: Vec<Entry>,
    pub(super) remarks: Vec<Remark>,
    /// Bytes of all entries.
    total: u64,
}

impl fmt::Debug for Archives {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Archives")
            .field("entries", &self.entries)
            .finish_non_exhaustive()
    }
}

impl Archives {
    /// Opens the archive `source`, whose files lie in the folder `within`, and the archives in it.
    pub(super) fn add(
        &mut self,
        source: Box<dyn Source>,
        within: &str,
        limits: &Limits,
    ) -> Result<(), ArchiveError> {
        let mut waiting = vec![(source, within.to_owned(), 0)];
        while let Some((source, within, depth)) = waiting.pop() {
            let first = self.entries.len();
            let archive = self.list(source, &within, limits)?;
            if depth >= limits.depth {
                continue;
            }
            let added: Vec<usize> = (first..self.entries.len()).collect();
            let all_zips = added.iter().all(|&at| {
                self.entries
                    .get(at)
                    .is_some_and(|entry| is_zip(&entry.path) || is_junk(&entry.path))
            });
            let inner: Vec<usize> = added
                .into_iter()
                .filter(|&at| {
                    self.entries.get(at).is_some_and(|entry| {
                        is_zip(&entry.path) && (all_zips || is_export_part(&entry.path))
                    })
                })
                .collect();
            let mut opened = Vec::new();
            for &at in &inner {
                let Some(entry) = self.entries.get(at).cloned() else {
                    continue;
                };
                let mut spool = tempfile::spooled_tempfile(SPOOL);
                match self.copy(&entry, &mut spool) {
                    Ok(_) => {
                        spool.rewind()?;
                        let folder = split_path(&entry.path).0.to_owned();
                        opened.push((Box::new(spool) as Box<dyn Source>, folder, depth + 1));
                    }
                    Err(_) => self.remark(What::Unreadable, &entry.path),
                }
            }
            // The parts themselves are no files of the export.
            for at in inner.into_iter().rev() {
                self.entries.remove(at);
            }
            let _ = archive;
            waiting.extend(opened.into_iter().rev());
        }
        Ok(())
    }

    /// Opens one archive and lists its files.
    fn list(
        &mut self,
        mut source: Box<dyn Source>,
        within: &str,
        limits: &Limits,
    ) -> Result<usize, ArchiveError> {
        let size = source.seek(io::SeekFrom::End(0))?;
        source.rewind()?;
        let zip = ZipArchive::new(source)?;
        let archive = self.open.len();
        let before = self.total;
        for index in 0..zip.len() {
            let entry = zip.by_index_data(index)?;
            let fallback = || {
                entry.name().map_or_else(
                    |_| String::from_utf8_lossy(entry.name_raw()).into_owned(),
                    |name| name.into_owned(),
                )
            };
            let name = name_of(entry.name_raw(), fallback);
            if entry.is_dir() || name.ends_with(['/', '\\']) || is_junk(&name) {
                continue;
            }
            let Some(path) = safe_path(&name) else {
                self.remark(What::UnsafePath, &name);
                continue;
            };
            let path = super::names::join(within, &path);
            if entry.is_symlink() {
                self.remark(What::Symlink, &path);
                continue;
            }
            if entry.encrypted() {
                self.remark(What::Unreadable, &path);
                continue;
            }
            self.total = self.total.saturating_add(entry.size());
            if self.entries.len() >= limits.entries {
                return Err(ArchiveError::TooMany(limits.entries));
            }
            let grown = self.total - before;
            if self.total > limits.total
                || (grown > RATIO_FROM && grown > size.saturating_mul(limits.ratio))
            {
                return Err(ArchiveError::TooLarge(self.total));
            }
            self.entries.push(Entry {
                path,
                len: entry.size(),
                archive,
                index,
                crc: entry.crc32(),
            });
        }
        self.open.push(zip);
        Ok(archive)
    }

    /// Streams the entry to `to`; an entry longer or shorter than it declares is an error. Returns its length.
    pub(super) fn copy(&mut self, entry: &Entry, to: &mut dyn Write) -> io::Result<u64> {
        let zip = self
            .open
            .get_mut(entry.archive)
            .ok_or(io::ErrorKind::NotFound)?;
        let file = zip.by_index(entry.index).map_err(io::Error::other)?;
        let copied = io::copy(&mut file.take(entry.len.saturating_add(1)), to)?;
        if copied == entry.len {
            Ok(copied)
        } else {
            Err(io::Error::new(
                io::ErrorKind::InvalidData,
                format!("declared {} bytes, has others", entry.len),
            ))
        }
    }

    fn remark(&mut self, what: What, path: &str) {
        self.remarks.push(Remark {
            what,
            file: path.to_owned(),
            line: 0,
            detail: String::new(),
        });
    }

    /// The entries in order of their paths. Where two parts hold the very same file, it counts once.
    pub(super) fn take_entries(&mut self) -> Vec<Entry> {
        let mut entries = std::mem::take(&mut self.entries);
        entries.sort_by(|a, b| (&a.path, a.archive, a.index).cmp(&(&b.path, b.archive, b.index)));
        entries.dedup_by(|b, a| a.path == b.path && a.len == b.len && a.crc == b.crc);
        entries
    }
}

/// Every file of the zip in `bytes`, read whole, in order of its path: what a fuzzer or a test asks. The files' bytes
/// are bounded by [`Limits::total`].
///
/// # Errors
/// [`ArchiveError`] where the archive is none, or exceeds `limits`. A file that cannot be read is left out.
pub fn read_archive(bytes: &[u8], limits: &Limits) -> Result<Vec<(String, Vec<u8>)>, ArchiveError> {
    let mut archives = Archives::default();
    archives.add(Box::new(Cursor::new(bytes.to_vec())), "", limits)?;
    let entries = archives.take_entries();
    Ok(entries
        .into_iter()
        .filter_map(|entry| {
            let mut file = Vec::new();
            archives.copy(&entry, &mut file).ok()?;
            Some((entry.path, file))
        })
        .collect())
}

fn is_zip(path: &str) -> bool {
    split_extension(path).1.eq_ignore_ascii_case(".zip")
}

/// Whether this is one of the archives Notion puts into its archive.
pub(super) fn is_export_part(path: &str) -> bool {
    is_zip(path) && split_path(path).1.starts_with("ExportBlock-")
}

/// The name of an entry. UTF-8 where it is some, flagged or not (macOS forgets the flag); else CP949, as Korean Windows
/// writes it; else what the format says, code page 437.
fn name_of(raw: &[u8], fallback: impl FnOnce() -> String) -> String {
    if let Ok(name) = std::str::from_utf8(raw) {
        return name.to_owned();
    }
    match encoding_rs::EUC_KR.decode_without_bom_handling_and_without_replacement(raw) {
        Some(name) if name.chars().any(|c| matches!(c, '가'..='힣' | 'ㄱ'..='ㆎ')) => {
            name.into_owned()
        }
        _ => fallback(),
    }
}

/// A name as a path inside the archive: NFC, `/`-separated. `None` where it tries to leave: absolute, with a drive, with
/// `..`, or with a NUL.
fn safe_path(name: &str) -> Option<String> {
    let name = name.replace('\\', "/");
    let drive = name.as_bytes().get(1) == Some(&b':')
        && name.starts_with(|c: char| c.is_ascii_alphabetic());
    if name.starts_with('/') || drive || name.contains('\0') {
        return None;
    }
    let mut parts = Vec::new();
    for part in name.split('/') {
        match part {
            "" | "." => {}
            ".." => return None,
            part => parts.push(part.nfc().collect::<String>()),
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_that_leads_outside_is_no_path() {
        for name in [
            "../a",
            "a/../../b",
            "/etc/a",
            "C:\\a",
            "c:a",
            "..\\a",
            "a\0b",
            "",
            "/",
            ".",
        ] {
            assert_eq!(safe_path(name), None, "{name:?}");
        }
        assert_eq!(safe_path("a\\b/./c").as_deref(), Some("a/b/c"));
        assert_eq!(safe_path("a..b/...").as_deref(), Some("a..b/..."));
    }

    #[test]
    fn names_are_read_as_utf_8_then_cp949_then_code_page_437() {
        let never = || -> String { panic!("not asked for") };
        assert_eq!(name_of("회의.md".as_bytes(), never), "회의.md");
        let (cp949, _, _) = encoding_rs::EUC_KR.encode("똠방 회의.md");
        assert_eq!(name_of(&cp949, never), "똠방 회의.md");
        assert_eq!(name_of(&[0x82, b'a', 0xFF], || "éa".to_owned()), "éa");
    }

    proptest! {
        #[test]
        fn any_bytes_are_an_archive_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = read_archive(&bytes, &Limits::default());
        }

        #[test]
        fn every_path_stays_inside(name in "([a./\\\\:]|\\.\\.|가){0,12}") {
            if let Some(path) = safe_path(&name) {
                prop_assert!(!path.starts_with('/') && path.split('/').all(|part| !matches!(part, "" | "." | "..")));
            }
        }
    }
}
