//! The notes' pictures as WebP in several widths, so that a phone does not fetch a picture made for a desktop.
//!
//! From files on disk to what a page may offer; knows nothing of notes. The original stays published beside its
//! variants, and variants are offered only where they are smaller than it. The steps of [`prepare`]:
//! 1. `original`: what kind of picture a file is, and its pixels, upright;
//! 2. `encode`: the pixels as WebP in each width, as its kind asks for;
//! 3. `cache`: results by content, so that a picture is worked on once.

use std::collections::BTreeMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use crate::bilingual;
use crate::config::ImagesConfig;
use crate::diagnostics::{Diagnostic, Place, Severity};
use crate::output::{Content, OutputTree};

mod cache;
mod encode;
mod original;

use cache::Cache;

/// Where the cache lies in the site's folder.
pub const CACHE: &str = ".notes-cache/images";

/// Where variants are published.
const FOLDER: &str = "assets/images";

/// A file longer than this is published as it is: its pixels may be few, but it is no picture for a page.
const LONGEST_FILE: u64 = 256 << 20;

/// Pictures of more pixels than this are worked on one at a time: each takes 100 MB of memory and more.
const LARGE: u64 = 16_000_000;

/// The longest part of a variant's name that comes from the original's, in bytes.
const LONGEST_STEM: usize = 80;

/// How much work may be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Work {
    /// Make what the cache has not, and keep it there.
    #[default]
    Make,
    /// Make everything, and leave the cache alone.
    MakeAll,
    /// Take what the cache has and make nothing.
    Recall,
}

/// A picture that a note shows.
#[derive(Debug, Clone)]
pub struct Original {
    /// Its published path.
    pub path: String,
    /// Where it lies.
    pub disk_path: PathBuf,
    /// Its path as the author knows it, for diagnostics.
    pub shown: String,
    /// The name its variants' names begin with, safe in an address.
    pub stem: String,
    /// Width and height in pixels as its header says.
    pub size: Option<(u32, u32)>,
}

/// A picture in one width.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant {
    /// Its published path.
    pub path: String,
    /// In pixels.
    pub width: u32,
}

/// The WebP variants of pictures by the original's published path, narrowest first. A picture without any is left out.
pub type Variants = BTreeMap<String, Vec<Variant>>;

/// What [`prepare`] made.
#[derive(Debug, Default)]
pub struct Prepared {
    /// What pages may offer.
    pub variants: Variants,
    /// The files to publish.
    pub files: OutputTree,
    /// What is wrong with the pictures, in order of their paths.
    pub diagnostics: Vec<Diagnostic>,
}

/// How pictures are prepared.
#[derive(Debug, Clone)]
pub struct Settings<'a> {
    /// `[images]`.
    pub config: &'a ImagesConfig,
    /// The most pixels a picture may have (`[limits] image_pixels`).
    pub most_pixels: u64,
    /// The folder of the cache.
    pub cache: &'a Path,
    /// How much work may be done.
    pub work: Work,
}

/// What became of one picture; `Err` says why it cannot be decoded.
type Outcome = Result<Made, String>;

/// The variants of one picture, perhaps none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Made {
    /// Narrowest first.
    files: Vec<MadeFile>,
    /// The original's width where it is a WebP that is itself the widest to offer.
    original: Option<u32>,
}

/// One variant.
#[derive(Debug, Clone, PartialEq, Eq)]
struct MadeFile {
    width: u32,
    /// Of its bytes.
    fingerprint: String,
    content: Content,
}

/// Makes the variants of `originals`, or takes them from the cache. A picture that cannot be read is reported and
/// published as it is. The same pictures give the same names and bytes, whatever the cache held.
///
/// `step` is called once for each picture, from any thread.
pub fn prepare(
    originals: &[Original],
    settings: &Settings<'_>,
    step: &(dyn Fn() + Sync),
) -> Prepared {
    let mut prepared = Prepared::default();
    if !settings.config.webp {
        return prepared;
    }
    let cache = match settings.work {
        Work::Make | Work::Recall => Cache::at(settings.cache),
        Work::MakeAll => Cache::none(),
    };
    // Pictures of one content are one picture.
    let hashes: Vec<Option<blake3::Hash>> = originals
        .par_iter()
        .map(|original| hash_of(original, settings.most_pixels))
        .collect();
    let mut firsts: BTreeMap<[u8; 32], usize> = BTreeMap::new();
    for (at, hash) in hashes.iter().enumerate() {
        match hash {
            Some(hash) => match firsts.entry(*hash.as_bytes()) {
                std::collections::btree_map::Entry::Vacant(free) => {
                    free.insert(at);
                }
                std::collections::btree_map::Entry::Occupied(_) => step(),
            },
            None => step(),
        }
    }
    let large = Mutex::new(());
    let outcomes: BTreeMap<[u8; 32], (usize, Outcome)> = firsts
        .into_par_iter()
        .filter_map(|(hash, first)| {
            let outcome = one(originals.get(first)?, &hash, settings, &cache, &large);
            step();
            Some((hash, (first, outcome?)))
        })
        .collect();
    for (original, hash) in originals.iter().zip(&hashes) {
        if is_raster(original) && too_large(original, settings.most_pixels) {
            prepared
                .diagnostics
                .push(too_large_diagnostic(original, settings.most_pixels));
        }
        let Some((first, outcome)) = hash.and_then(|hash| outcomes.get(hash.as_bytes())) else {
            continue;
        };
        match outcome {
            Ok(made) => add(
                &mut prepared,
                original,
                &originals.get(*first).unwrap_or(original).stem,
                made,
            ),
            Err(reason) => prepared.diagnostics.push(undecodable(original, reason)),
        }
    }
    if let Some(error) = cache.fault() {
        prepared.diagnostics.push(unwritable(settings, &error));
    }
    if settings.work == Work::Make {
        cache.prune(std::time::SystemTime::now());
    }
    prepared
}

/// What the heads of the pictures' files say is wrong with them, without decoding any: for `notes check`.
pub fn check(originals: &[Original], most_pixels: u64) -> Vec<Diagnostic> {
    originals
        .iter()
        .filter(|original| is_raster(original))
        .filter_map(|original| match original.size {
            None => Some(undecodable(original, "not a picture of its kind")),
            Some(_) => too_large(original, most_pixels)
                .then(|| too_large_diagnostic(original, most_pixels)),
        })
        .collect()
}

/// Whether the file's name says that it may have variants.
fn is_raster(original: &Original) -> bool {
    let extension = original.disk_path.extension();
    extension.is_some_and(|extension| {
        ["png", "jpg", "jpeg", "jfif", "webp"]
            .iter()
            .any(|known| extension.eq_ignore_ascii_case(known))
    })
}

/// The hash of a picture that may have variants.
fn hash_of(original: &Original, most_pixels: u64) -> Option<blake3::Hash> {
    let short = || fs::metadata(&original.disk_path).is_ok_and(|it| it.len() <= LONGEST_FILE);
    if !is_raster(original) || too_large(original, most_pixels) || !short() {
        return None;
    }
    fs::read(&original.disk_path)
        .ok()
        .map(|bytes| blake3::hash(&bytes))
}

/// What becomes of one picture; `None` where it may not be worked on.
fn one(
    original: &Original,
    hash: &[u8; 32],
    settings: &Settings<'_>,
    cache: &Cache,
    large: &Mutex<()>,
) -> Option<Outcome> {
    let key = cache::key(hash, settings.config);
    if let Some(outcome) = cache.load(&key) {
        return Some(outcome);
    }
    if settings.work == Work::Recall {
        return None;
    }
    let bytes = fs::read(&original.disk_path).ok()?;
    // Changed since it was hashed: the next build will see it.
    if blake3::hash(&bytes).as_bytes() != hash {
        return None;
    }
    let _alone = original
        .size
        .filter(|&size| pixels_of(size) > LARGE)
        .map(|_| large.lock().unwrap_or_else(PoisonError::into_inner));
    // Whatever a decoder does on a hostile file, it costs that file only.
    let made = catch_unwind(AssertUnwindSafe(|| {
        make(&bytes, settings.config, settings.most_pixels)
    }))
    .unwrap_or_else(|_| Err("the decoder failed".to_owned()));
    Some(cache.store(&key, made))
}

fn make(bytes: &[u8], config: &ImagesConfig, most_pixels: u64) -> Outcome {
    let Some(picture) = original::read(bytes, most_pixels)? else {
        return Ok(Made::default());
    };
    Ok(encode::variants(&picture, bytes.len(), config))
}

/// Adds what was made of `original`.
fn add(prepared: &mut Prepared, original: &Original, stem: &str, made: &Made) {
    let mut end = stem.len().min(LONGEST_STEM);
    while !stem.is_char_boundary(end) {
        end -= 1;
    }
    let stem = &stem[..end];
    let mut variants = Vec::with_capacity(made.files.len() + 1);
    for file in &made.files {
        let (width, fingerprint) = (file.width, &file.fingerprint);
        let path = format!("{FOLDER}/{stem}-{fingerprint}-{width}.webp");
        prepared.files.insert(path.clone(), file.content.clone());
        variants.push(Variant { path, width });
    }
    if let Some(width) = made.original {
        let path = original.path.clone();
        variants.push(Variant { path, width });
    }
    if !made.files.is_empty() {
        prepared.variants.insert(original.path.clone(), variants);
    }
}

fn pixels_of((width, height): (u32, u32)) -> u64 {
    u64::from(width) * u64::from(height)
}

fn too_large(original: &Original, most_pixels: u64) -> bool {
    original
        .size
        .is_some_and(|size| pixels_of(size) > most_pixels)
}

fn too_large_diagnostic(original: &Original, most_pixels: u64) -> Diagnostic {
    let (width, height) = original.size.unwrap_or_default();
    let message = bilingual!(
        "그림이 너무 커서({width}×{height}) 크기별 WebP를 만들지 않고 원본만 실었습니다.",
        "The picture is too large ({width}×{height}) for WebP variants; only the original is published."
    );
    let hint = bilingual!(
        "그림을 줄이거나 notes.toml의 `[limits] image_pixels`(지금 {most_pixels})를 늘리세요.",
        "Make it smaller, or raise `[limits] image_pixels` (now {most_pixels}) in notes.toml."
    );
    Diagnostic::new(Severity::Note, "image-too-large", message)
        .at(Place::file(&original.shown))
        .hint(hint)
}

fn undecodable(original: &Original, reason: &str) -> Diagnostic {
    let message = bilingual!(
        "그림 파일이 깨져 있어 원본을 그대로 실었습니다: {reason}",
        "The picture is damaged and was published as it is: {reason}"
    );
    let hint = bilingual!(
        "그림이 열리는지 보고, 다시 저장하거나 다시 받으세요.",
        "See whether it opens; save or fetch it again."
    );
    Diagnostic::new(Severity::Warning, "broken-image", message)
        .at(Place::file(&original.shown))
        .hint(hint)
}

fn unwritable(settings: &Settings<'_>, error: &str) -> Diagnostic {
    let folder = settings.cache.display();
    let message = bilingual!(
        "캐시에 쓸 수 없어서 다음 빌드도 그림을 새로 만듭니다: `{folder}`: {error}",
        "The cache cannot be written, so the next build makes the pictures again: `{folder}`: {error}"
    );
    let hint = bilingual!(
        "그 폴더의 쓰기 권한과 디스크의 빈 자리를 보세요.",
        "See whether that folder may be written and the disk has room."
    );
    Diagnostic::new(Severity::Note, "cache-unwritable", message).hint(hint)
}

#[cfg(test)]
mod tests;
