//! Pixels to WebP in each width.
//!
//! Photographs become lossy WebP. Screenshots and drawings become lossless WebP where that costs little more than a
//! finer lossy one with sharp colour edges, for text stays clean then, and that lossy one where not. In their own width
//! lossless is mostly the smaller; scaled down, their edges are blended and lossless is two to three times as large.

use std::borrow::Cow;

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use webp::{Encoder, WebPConfig};

use super::original::{Kind, Picture};
use super::{Made, MadeFile};
use crate::config::ImagesConfig;
use crate::output::Content;

/// What the bytes depend on besides the picture and the settings; part of the cache's key. To be raised with every
/// change of this file and of `original`; the versions are those of `Cargo.lock`, which a test compares.
pub(super) const RECIPE: &str =
    "1; image 0.25.10, fast_image_resize 6.1.0, webp 0.3.1, libwebp-sys 0.9.6";

/// The longest side of a WebP (VP8's fourteen bits).
const LONGEST_SIDE: u32 = 16_383;

/// How much larger lossless may be than lossy, as a fraction.
const LOSSLESS_WORTH: (usize, usize) = (3, 2);

/// How much finer drawings are than photographs: coloured text shows the faults of lossy WebP first.
const SHARPER: f32 = 10.0;

/// The variants of `picture`, whose file has `original_len` bytes: none unless even the widest is smaller than the file,
/// and each smaller than the next wider one.
pub(super) fn variants(picture: &Picture, original_len: usize, config: &ImagesConfig) -> Made {
    let mut made = Made::default();
    let widest = config.widths.iter().max().copied().unwrap_or(0);
    let mut widths: Vec<u32> = config
        .widths
        .iter()
        .copied()
        .filter(|&width| width < picture.width)
        .collect();
    // The original's own width, unless it is beyond what pages show.
    if picture.width <= widest.max(1) || widths.is_empty() {
        match picture.kind {
            Kind::Webp => made.original = Some(picture.width),
            Kind::Jpeg | Kind::Png => widths.push(picture.width),
        }
    }
    widths.sort_unstable();
    widths.dedup();
    let drawn = picture.kind == Kind::Png && picture.is_flat();
    let mut most = original_len;
    let top = widths.last().copied();
    for width in widths.into_iter().rev() {
        let Some(bytes) = one(picture, width, config.quality, drawn).filter(|it| it.len() < most)
        else {
            // Without the widest, a page that needs it would get a narrower one.
            if Some(width) == top && made.original.is_none() {
                return Made::default();
            }
            continue;
        };
        most = bytes.len();
        made.files.push(MadeFile {
            width,
            fingerprint: blake3::hash(&bytes).to_hex().chars().take(12).collect(),
            content: Content::Bytes(bytes.into()),
        });
    }
    made.files.reverse();
    made
}

/// `picture` in `width` pixels, whatever it comes to.
#[cfg(test)]
pub(super) fn in_width(picture: &Picture, width: u32, quality: u8) -> Option<Vec<u8>> {
    one(picture, width, quality, picture.is_flat())
}

/// `picture` in `width` pixels.
fn one(picture: &Picture, width: u32, quality: u8, drawn: bool) -> Option<Vec<u8>> {
    let (height, pixels) = resized(picture, width)?;
    if width > LONGEST_SIDE || height > LONGEST_SIDE {
        return None;
    }
    let encode = |set: &dyn Fn(&mut WebPConfig)| -> Option<Vec<u8>> {
        let mut config = WebPConfig::new().ok()?;
        set(&mut config);
        Encoder::from_rgba(&pixels, width, height)
            .encode_advanced(&config)
            .ok()
            .map(|bytes| bytes.to_vec())
    };
    let quality = f32::from(quality);
    let bytes = if drawn {
        let lossless = encode(&|config| {
            config.lossless = 1;
            config.quality = 75.0;
            config.near_lossless = 60;
        })?;
        let lossy = encode(&|config| {
            config.quality = (quality + SHARPER).min(100.0);
            config.use_sharp_yuv = 1;
        })?;
        let (num, den) = LOSSLESS_WORTH;
        if lossless.len() * den <= lossy.len() * num {
            lossless
        } else {
            lossy
        }
    } else {
        encode(&|config| config.quality = quality)?
    };
    match &picture.profile {
        Some(profile) => with_profile(&bytes, profile, width, height),
        None => Some(bytes),
    }
}

/// The pixels in `width`, and the height that keeps the shape.
fn resized(picture: &Picture, width: u32) -> Option<(u32, Cow<'_, [u8]>)> {
    if width == picture.width {
        return Some((picture.height, picture.pixels.as_slice().into()));
    }
    let exact = u64::from(picture.height) * u64::from(width) * 2 / u64::from(picture.width);
    let height = u32::try_from(exact.div_ceil(2)).ok()?.max(1);
    let pixels = &picture.pixels;
    let source = ImageRef::new(picture.width, picture.height, pixels, PixelType::U8x4).ok()?;
    let mut target = Image::new(width, height, PixelType::U8x4);
    let options = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3))
        .use_alpha(picture.alpha);
    Resizer::new().resize(&source, &mut target, &options).ok()?;
    Some((height, target.into_vec().into()))
}

/// The WebP file `bytes` with a colour profile: the extended file format has the chunk `ICCP` after its head
/// (RFC 9649, section 2.7).
fn with_profile(bytes: &[u8], profile: &[u8], width: u32, height: u32) -> Option<Vec<u8>> {
    const ICC: u8 = 0b0010_0000;
    const ALPHA: u8 = 0b0001_0000;
    let chunks = bytes.get(12..)?;
    // A lossy picture with alpha is extended already; a lossless one says in its own head whether it has alpha.
    let (flags, rest) = match chunks.get(..4)? {
        b"VP8X" => (*chunks.get(8)?, chunks.get(18..)?),
        b"VP8L" if chunks.get(12)? & 0b0001_0000 != 0 => (ALPHA, chunks),
        _ => (0, chunks),
    };
    let mut body = Vec::with_capacity(bytes.len() + profile.len() + 32);
    body.extend_from_slice(b"WEBPVP8X");
    body.extend_from_slice(&10_u32.to_le_bytes());
    body.extend_from_slice(&[flags | ICC, 0, 0, 0]);
    for side in [width, height] {
        body.extend_from_slice(side.checked_sub(1)?.to_le_bytes().get(..3)?);
    }
    body.extend_from_slice(b"ICCP");
    body.extend_from_slice(&u32::try_from(profile.len()).ok()?.to_le_bytes());
    body.extend_from_slice(profile);
    if profile.len() % 2 == 1 {
        body.push(0);
    }
    body.extend_from_slice(rest);
    let mut file = Vec::with_capacity(body.len() + 8);
    file.extend_from_slice(b"RIFF");
    file.extend_from_slice(&u32::try_from(body.len()).ok()?.to_le_bytes());
    file.extend_from_slice(&body);
    Some(file)
}
