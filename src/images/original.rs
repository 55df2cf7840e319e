//! A picture's file to its pixels: eight bits, upright, in sRGB or with its colour profile.
//!
//! What moves (APNG, animated WebP) and what a re-encoding would recolour (CMYK, unusual gamma, HDR) is left alone.

use std::io::Cursor;

use image::codecs::{jpeg::JpegDecoder, png::PngDecoder, webp::WebPDecoder};
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, Limits};

use crate::source::image_size::jpeg_segments;

/// The longest colour profile that is carried over; larger ones (of printers and scanners) outweigh the picture.
const LONGEST_PROFILE: usize = 16 << 10;

/// A decoded picture.
#[derive(Debug)]
pub(super) struct Picture {
    pub(super) width: u32,
    pub(super) height: u32,
    /// RGBA.
    pub(super) pixels: Vec<u8>,
    /// Whether some of it is seen through.
    pub(super) alpha: bool,
    /// An ICC profile other than sRGB.
    pub(super) profile: Option<Vec<u8>>,
    pub(super) kind: Kind,
}

impl Picture {
    /// Whether it is drawn or a screenshot rather than photographed: at least half of its pixels are like the pixel to
    /// their left. (A photograph has under 0.1 of them, one with a clear sky 0.4, screenshots and charts 0.85 and more.)
    pub(super) fn is_flat(&self) -> bool {
        let row = self.width as usize * 4;
        let mut same = 0_u64;
        for row in self.pixels.chunks_exact(row.max(4)) {
            let pairs = row.chunks_exact(4).zip(row.chunks_exact(4).skip(1));
            same += pairs.filter(|(left, right)| left == right).count() as u64;
        }
        let all = u64::from(self.width.saturating_sub(1)) * u64::from(self.height);
        same * 2 >= all
    }
}

/// What the file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Jpeg,
    Png,
    Webp,
}

/// Decodes `bytes`; `None` for what is to be left alone.
pub(super) fn read(bytes: &[u8], most_pixels: u64) -> Result<Option<Picture>, String> {
    // The bytes say what a file is, not its name.
    let format = image::guess_format(bytes).map_err(|error| error.to_string())?;
    let mut limits = Limits::no_limits();
    // Sixteen bits in four channels, and as much again for the decoder's own.
    limits.max_alloc = Some(most_pixels.saturating_mul(16).saturating_add(64 << 20));
    let text = |error: image::ImageError| error.to_string();
    match format {
        ImageFormat::Jpeg if jpeg_channels(bytes) == Some(4) => Ok(None),
        ImageFormat::Jpeg => {
            let decoder = JpegDecoder::new(Cursor::new(bytes)).map_err(text)?;
            pixels(decoder, limits, most_pixels, Kind::Jpeg)
        }
        ImageFormat::Png if !png_is_plain(bytes) => Ok(None),
        ImageFormat::Png => {
            let decoder =
                PngDecoder::with_limits(Cursor::new(bytes), limits.clone()).map_err(text)?;
            pixels(decoder, limits, most_pixels, Kind::Png)
        }
        ImageFormat::WebP => {
            let decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(text)?;
            if decoder.has_animation() {
                return Ok(None);
            }
            pixels(decoder, limits, most_pixels, Kind::Webp)
        }
        _ => Ok(None),
    }
}

fn pixels<D: ImageDecoder>(
    mut decoder: D,
    limits: Limits,
    most_pixels: u64,
    kind: Kind,
) -> Result<Option<Picture>, String> {
    let text = |error: image::ImageError| error.to_string();
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > most_pixels {
        return Ok(None);
    }
    let profile = match decoder.icc_profile().ok().flatten() {
        None => None,
        Some(profile) if is_srgb(&profile) => None,
        // Grey pictures become RGB, for which their profile says nothing.
        Some(profile) if profile.get(16..20) == Some(b"GRAY") => None,
        Some(profile)
            if profile.get(16..20) == Some(b"RGB ") && profile.len() <= LONGEST_PROFILE =>
        {
            Some(profile)
        }
        Some(_) => return Ok(None),
    };
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    // Browsers do not agree on whether to turn anything but a JPEG.
    if kind != Kind::Jpeg && orientation != Orientation::NoTransforms {
        return Ok(None);
    }
    decoder.set_limits(limits).map_err(text)?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(text)?;
    image.apply_orientation(orientation);
    let (width, height) = (image.width(), image.height());
    let pixels = image.into_rgba8().into_raw();
    let alpha = pixels.chunks_exact(4).any(|pixel| pixel[3] != u8::MAX);
    Ok(Some(Picture {
        width,
        height,
        pixels,
        alpha,
        profile,
        kind,
    }))
}

/// Whether an ICC profile calls itself sRGB (in ASCII, or UTF-16 as version 4 does).
fn is_srgb(profile: &[u8]) -> bool {
    let holds = |name: &[u8]| profile.windows(name.len()).any(|window| window == name);
    holds(b"sRGB") || holds(b"s\0R\0G\0B")
}

/// Whether a PNG neither moves nor has a gamma or light that only PNG knows.
fn png_is_plain(bytes: &[u8]) -> bool {
    let mut gamma = None;
    let mut profiled = false;
    let mut at = 8;
    while let Some(head) = bytes.get(at..at + 8) {
        let length = u32::from_be_bytes([head[0], head[1], head[2], head[3]]);
        match &head[4..] {
            b"IDAT" | b"IEND" => break,
            b"acTL" | b"cICP" => return false,
            b"iCCP" | b"sRGB" => profiled = true,
            b"gAMA" => {
                gamma = bytes
                    .get(at + 8..at + 12)
                    .and_then(|value| value.try_into().ok())
                    .map(u32::from_be_bytes);
            }
            _ => {}
        }
        let Some(next) = usize::try_from(length)
            .ok()
            .and_then(|length| at.checked_add(length)?.checked_add(12))
        else {
            break;
        };
        at = next;
    }
    // 1/2.2, written as 45455.
    profiled || gamma.is_none_or(|gamma| (44_000..=47_000).contains(&gamma))
}

/// How many channels a JPEG has: four are CMYK.
fn jpeg_channels(bytes: &[u8]) -> Option<u8> {
    jpeg_segments(bytes)
        .find(|(marker, _)| matches!(marker, 0xC0..=0xCF) && !matches!(marker, 0xC4 | 0xC8 | 0xCC))
        .and_then(|(_, payload)| payload.get(5).copied())
}
