//! What was made of pictures, kept in `.notes-cache/images/` by content and settings.
//!
//! An entry is `<key>.json`, which says what there is, and `<key>-<width>.webp`. Every file is written under another
//! name and renamed, the JSON last: an entry that can be read is whole, also when two builds write it at once. The folder
//! may be deleted at any time between builds. Entries no build has used for a month are removed, and old ones before
//! that where all together exceed a gigabyte.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use super::{Made, MadeFile, Outcome, encode};
use crate::config::ImagesConfig;
use crate::output::Content;

/// How long an entry is kept that no build uses.
const MONTH: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// How long an entry is safe from being pruned: another build may be using it.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// How many bytes the cache may hold of what the present build does not use.
const MOST_BYTES: u64 = 1 << 30;

/// The cache, or none.
#[derive(Debug)]
pub(super) struct Cache {
    folder: Option<PathBuf>,
    used: Mutex<BTreeSet<String>>,
    fault: Mutex<Option<String>>,
    temporary: AtomicUsize,
}

/// `<key>.json`.
#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    original: Option<u32>,
    files: Vec<EntryFile>,
}

#[derive(Debug, Serialize, Deserialize)]
struct EntryFile {
    width: u32,
    len: u64,
    fingerprint: String,
}

/// The key of a picture's content and everything that decides what is made of it.
pub(super) fn key(hash: &[u8; 32], config: &ImagesConfig) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(hash);
    hasher.update(encode::RECIPE.as_bytes());
    hasher.update(&[0, config.quality]);
    for width in &config.widths {
        hasher.update(&width.to_le_bytes());
    }
    hasher.finalize().to_hex().chars().take(32).collect()
}

impl Cache {
    /// The cache in `folder`, which is made when something is stored.
    pub(super) fn at(folder: &Path) -> Cache {
        Cache {
            folder: Some(folder.to_owned()),
            ..Cache::none()
        }
    }

    /// No cache: nothing is found and nothing is kept.
    pub(super) fn none() -> Cache {
        Cache {
            folder: None,
            used: Mutex::default(),
            fault: Mutex::default(),
            temporary: AtomicUsize::new(0),
        }
    }

    /// Why something could not be stored, if so.
    pub(super) fn fault(&self) -> Option<String> {
        self.fault
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// What was made before. A damaged entry is as good as none.
    pub(super) fn load(&self, key: &str) -> Option<Outcome> {
        let folder = self.folder.as_ref()?;
        let manifest = folder.join(format!("{key}.json"));
        let entry: Entry = serde_json::from_slice(&fs::read(&manifest).ok()?).ok()?;
        let mut made = Made {
            original: entry.original,
            ..Made::default()
        };
        for file in &entry.files {
            let path = folder.join(format!("{key}-{}.webp", file.width));
            let whole = fs::metadata(&path).is_ok_and(|it| it.is_file() && it.len() == file.len);
            let safe = file
                .fingerprint
                .bytes()
                .all(|it| it.is_ascii_alphanumeric());
            if !whole || !safe {
                return None;
            }
            made.files.push(MadeFile {
                width: file.width,
                fingerprint: file.fingerprint.clone(),
                content: Content::File(path),
            });
        }
        self.mark_used(key, &manifest);
        Some(match entry.error {
            Some(error) => Err(error),
            None => Ok(made),
        })
    }

    /// Keeps what was made, and gives it back as files of the cache. Where that fails, as it came.
    pub(super) fn store(&self, key: &str, outcome: Outcome) -> Outcome {
        let Some(folder) = &self.folder else {
            return outcome;
        };
        match self.write(folder, key, &outcome) {
            Ok(stored) => stored,
            Err(error) => {
                let mut fault = self.fault.lock().unwrap_or_else(PoisonError::into_inner);
                fault.get_or_insert_with(|| error.to_string());
                outcome
            }
        }
    }

    fn write(&self, folder: &Path, key: &str, outcome: &Outcome) -> io::Result<Outcome> {
        prepare_folder(folder)?;
        let mut entry = Entry {
            error: outcome.as_ref().err().cloned(),
            original: outcome.as_ref().ok().and_then(|made| made.original),
            files: Vec::new(),
        };
        let mut stored = outcome.clone();
        if let Ok(made) = &mut stored {
            for file in &mut made.files {
                let Content::Bytes(bytes) = &file.content else {
                    continue;
                };
                let path = folder.join(format!("{key}-{}.webp", file.width));
                self.write_whole(folder, &path, bytes)?;
                entry.files.push(EntryFile {
                    width: file.width,
                    len: bytes.len() as u64,
                    fingerprint: file.fingerprint.clone(),
                });
                file.content = Content::File(path);
            }
        }
        let manifest = folder.join(format!("{key}.json"));
        let text = serde_json::to_vec(&entry)?;
        self.write_whole(folder, &manifest, &text)?;
        self.mark_used(key, &manifest);
        Ok(stored)
    }

    /// Writes a file under another name and renames it.
    fn write_whole(&self, folder: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let number = self.temporary.fetch_add(1, Ordering::Relaxed);
        let temporary = folder.join(format!(".{}-{number}.tmp", std::process::id()));
        let written = fs::File::create(&temporary)
            .and_then(|mut file| file.write_all(bytes))
            .and_then(|()| fs::rename(&temporary, path));
        if written.is_err() {
            let _ = fs::remove_file(&temporary);
        }
        written
    }

    /// Takes note that this build uses an entry, also for later builds: by the time of its JSON, set once a day.
    fn mark_used(&self, key: &str, manifest: &Path) {
        self.used
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(key.to_owned());
        let now = SystemTime::now();
        let old = fs::metadata(manifest)
            .and_then(|it| it.modified())
            .is_ok_and(|time| now.duration_since(time).is_ok_and(|age| age > DAY));
        if old && let Ok(file) = fs::File::options().append(true).open(manifest) {
            let _ = file.set_modified(now);
        }
    }

    /// Removes what no build has used for long, and what killed builds left behind.
    pub(super) fn prune(&self, now: SystemTime) {
        let Some(folder) = &self.folder else {
            return;
        };
        let used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        // By entry: when it was last used, its bytes and its files.
        let mut entries: std::collections::BTreeMap<String, (Duration, u64, Vec<PathBuf>)> =
            std::collections::BTreeMap::new();
        for file in fs::read_dir(folder).into_iter().flatten().flatten() {
            let name = file.file_name().to_string_lossy().into_owned();
            let Ok(metadata) = file.metadata() else {
                continue;
            };
            let age = metadata
                .modified()
                .ok()
                .and_then(|time| now.duration_since(time).ok())
                .unwrap_or_default();
            if name.ends_with(".tmp") && age > DAY {
                let _ = fs::remove_file(file.path());
                continue;
            }
            let Some(key) = name.split(['-', '.']).next().filter(|key| key.len() == 32) else {
                continue;
            };
            if used.contains(key) {
                continue;
            }
            let entry = entries
                .entry(key.to_owned())
                .or_insert((age, 0, Vec::new()));
            entry.0 = entry.0.min(age);
            entry.1 += metadata.len();
            entry.2.push(file.path());
        }
        let mut entries: Vec<_> = entries.into_values().collect();
        entries.sort();
        let mut kept = 0;
        for (age, bytes, files) in entries {
            kept += bytes;
            if age > MONTH || (age > DAY && kept > MOST_BYTES) {
                for file in files {
                    let _ = fs::remove_file(file);
                }
            }
        }
    }
}

/// Makes the folder; the cache as a whole is no one's to commit or back up.
fn prepare_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(folder)?;
    if let Some(cache) = folder.parent() {
        let ignore = cache.join(".gitignore");
        if !ignore.exists() {
            fs::write(ignore, "*\n")?;
        }
        let tag = cache.join("CACHEDIR.TAG");
        if !tag.exists() {
            fs::write(tag, "Signature: 8a477f597d28d172789f06886806bc55\n")?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made() -> Outcome {
        Ok(Made {
            files: vec![MadeFile {
                width: 480,
                fingerprint: "0123456789ab".to_owned(),
                content: Content::Bytes(b"webp".as_slice().into()),
            }],
            original: Some(900),
        })
    }

    fn names(folder: &Path) -> BTreeSet<String> {
        fs::read_dir(folder)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect()
    }

    #[test]
    fn what_was_stored_is_found_again_and_a_damaged_entry_is_none() {
        let folder = tempfile::tempdir().expect("a folder");
        let cache = Cache::at(&folder.path().join("images"));
        let key = "a".repeat(32);
        assert_eq!(cache.load(&key), None);
        let stored = cache.store(&key, made());
        assert_eq!(cache.load(&key), Some(stored));
        let broken = Err("잘렸다".to_owned());
        let other = "b".repeat(32);
        assert_eq!(cache.store(&other, broken.clone()), broken);
        assert_eq!(cache.load(&other), Some(broken));
        let images = folder.path().join("images");
        fs::write(images.join(format!("{key}-480.webp")), "we").expect("written");
        assert_eq!(cache.load(&key), None);
        cache.store(&key, made()).expect("made");
        fs::write(images.join(format!("{key}.json")), "{").expect("written");
        assert_eq!(cache.load(&key), None);
        assert!(names(&images).iter().all(|name| !name.ends_with(".tmp")));
        assert_eq!(Cache::none().store(&key, made()), made());
    }

    #[test]
    fn a_cache_that_cannot_be_written_costs_nothing_but_itself() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("파일");
        fs::write(&file, "").expect("written");
        let cache = Cache::at(&file.join("images"));
        assert_eq!(cache.store(&"a".repeat(32), made()), made());
        assert!(cache.fault().is_some());
    }

    #[test]
    fn entries_go_after_a_month_without_use_and_their_leftovers_with_them() {
        let folder = tempfile::tempdir().expect("a folder");
        let images = folder.path().join("images");
        let (old, used) = ("a".repeat(32), "b".repeat(32));
        Cache::at(&images).store(&old, made()).expect("made");
        fs::write(images.join(".1-0.tmp"), "").expect("written");
        fs::write(images.join("모르는 파일"), "").expect("written");
        let cache = Cache::at(&images);
        cache.store(&used, made()).expect("made");
        let now = SystemTime::now();
        cache.prune(now);
        assert_eq!(names(&images).len(), 6);
        cache.prune(now + MONTH + DAY);
        let left = BTreeSet::from([
            format!("{used}.json"),
            format!("{used}-480.webp"),
            "모르는 파일".to_owned(),
        ]);
        assert_eq!(names(&images), left);
    }
}
