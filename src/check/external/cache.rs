//! What the web said lately, in `.notes-cache/links.json`: what is fine is not asked again for days, what is not for an
//! hour. A file of another version or that cannot be read is as good as none.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::visit::Verdict;

/// Raised whenever older entries would be misunderstood.
const VERSION: u32 = 1;

/// How long a link that is not fine is remembered, in seconds.
const TROUBLE: u64 = 60 * 60;

const DAY: u64 = 24 * 60 * 60;

/// Verdicts by address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cache {
    version: u32,
    links: BTreeMap<String, Entry>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    /// Seconds since 1970.
    checked: u64,
    verdict: Verdict,
}

impl Entry {
    fn is_fresh(&self, now: u64, days: u64) -> bool {
        let keep = match self.verdict {
            Verdict::Fine | Verdict::Moved { .. } => days.saturating_mul(DAY),
            _ => TROUBLE.min(days.saturating_mul(DAY)),
        };
        // A clock that was set back makes no entry last for ever.
        now >= self.checked && now - self.checked < keep
    }
}

impl Cache {
    /// Reads the cache at `path`; an empty one where there is none to be understood.
    pub fn load(path: &Path) -> Cache {
        let read: Option<Cache> = fs::read(path)
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok());
        read.filter(|cache| cache.version == VERSION)
            .unwrap_or_default()
    }

    /// Writes the cache at `path`, whole or not at all, without what has expired.
    ///
    /// # Errors
    /// Where the folder or the file cannot be written.
    pub fn save(&self, path: &Path, now: u64, days: u64) -> io::Result<()> {
        let links = self
            .links
            .iter()
            .filter(|(_, entry)| entry.is_fresh(now, days));
        let kept = Cache {
            version: VERSION,
            links: links
                .map(|(url, entry)| (url.clone(), entry.clone()))
                .collect(),
        };
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let temporary = path.with_extension(format!("{}.tmp", std::process::id()));
        let written = File::create(&temporary)
            .and_then(|mut file| file.write_all(&serde_json::to_vec_pretty(&kept)?))
            .and_then(|()| fs::rename(&temporary, path));
        if written.is_err() {
            let _ = fs::remove_file(&temporary);
        }
        written
    }

    pub(super) fn get(&self, url: &str, now: u64, days: u64) -> Option<&Verdict> {
        let entry = self.links.get(url)?;
        entry.is_fresh(now, days).then_some(&entry.verdict)
    }

    pub(super) fn put(&mut self, url: &str, verdict: &Verdict, now: u64) {
        let entry = Entry {
            checked: now,
            verdict: verdict.clone(),
        };
        self.links.insert(url.to_owned(), entry);
    }
}

#[cfg(test)]
mod tests {
    use super::super::visit::Why;
    use super::*;

    #[test]
    fn what_is_fine_is_kept_for_days_and_what_is_not_for_an_hour() {
        let broken = Verdict::Broken {
            why: Why::Status { code: 404 },
        };
        let mut cache = Cache::default();
        cache.put("https://a.kr/", &Verdict::Fine, 1_000_000);
        cache.put("https://b.kr/", &broken, 1_000_000);
        let fresh =
            |url: &str, later: u64, days: u64| cache.get(url, 1_000_000 + later, days).is_some();
        assert!(fresh("https://a.kr/", 7 * DAY - 1, 7) && !fresh("https://a.kr/", 7 * DAY, 7));
        assert!(fresh("https://b.kr/", TROUBLE - 1, 7) && !fresh("https://b.kr/", TROUBLE, 7));
        assert!(!fresh("https://a.kr/", 0, 0) && !fresh("https://b.kr/", 0, 0));
        assert!(cache.get("https://a.kr/", 999_999, 7).is_none());
    }

    #[test]
    fn what_was_written_comes_back_and_anything_else_is_an_empty_cache() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join(".notes-cache/links.json");
        assert_eq!(Cache::load(&path), Cache::default());
        let mut cache = Cache {
            version: VERSION,
            ..Cache::default()
        };
        let moved = Verdict::Moved {
            to: "https://b.kr/가".to_owned(),
        };
        cache.put("https://a.kr/", &moved, 1_000_000);
        cache.save(&path, 1_000_001, 7).expect("written");
        assert_eq!(Cache::load(&path), cache);
        let text = fs::read_to_string(&path).expect("written");
        fs::write(&path, text.replace("\"version\": 1", "\"version\": 2")).expect("written");
        assert_eq!(Cache::load(&path), Cache::default());
        fs::write(&path, "{\"version\": 1, \"links\": [").expect("written");
        assert_eq!(Cache::load(&path), Cache::default());
    }
}
