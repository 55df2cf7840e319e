//! Width and height of images from the first bytes of their files, so that pages do not jump while they load.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use image::metadata::Orientation;
use rayon::prelude::*;

use super::Attachment;

/// The sizes in pixels of all images among `files`, by their path; files that are no images or cannot be read are left
/// out.
pub fn image_sizes(files: &[Attachment]) -> BTreeMap<String, (u32, u32)> {
    files
        .par_iter()
        .filter_map(|file| Some((file.path.clone(), image_size(&file.disk_path)?)))
        .collect()
}

/// Width and height in pixels of the image at `path`: PNG, JPEG, GIF, WebP, AVIF, BMP, ICO, or an SVG with a size or a
/// view box. `None` for anything else.
pub fn image_size(path: &Path) -> Option<(u32, u32)> {
    let extension = path.extension()?.to_str()?.to_ascii_lowercase();
    match extension.as_str() {
        "svg" => {
            let mut head = Vec::new();
            std::fs::File::open(path)
                .ok()?
                .take(4096)
                .read_to_end(&mut head)
                .ok()?;
            svg_size(&String::from_utf8_lossy(&head))
        }
        "png" | "apng" | "jpg" | "jpeg" | "jfif" | "gif" | "webp" | "avif" | "bmp" | "ico" => {
            let size = imagesize::size(path).ok()?;
            let size = (
                u32::try_from(size.width).ok()?,
                u32::try_from(size.height).ok()?,
            );
            Some(upright(path, size)).filter(|&(width, height)| width > 0 && height > 0)
        }
        _ => None,
    }
}

/// `size` of the picture at `path` as browsers show it: phones store portraits on their side and say so in the EXIF
/// data of the JPEG (CSS Images 3, `image-orientation: from-image`).
fn upright(path: &Path, (width, height): (u32, u32)) -> (u32, u32) {
    let mut head = Vec::new();
    // EXIF is a JPEG's first or second segment, and a segment is at most 64 KiB.
    let read =
        std::fs::File::open(path).and_then(|file| file.take(192 << 10).read_to_end(&mut head));
    if read.is_err() || !head.starts_with(b"\xFF\xD8\xFF") {
        return (width, height);
    }
    let orientation = jpeg_segments(&head)
        .filter(|(marker, _)| *marker == 0xE1)
        .find_map(|(_, payload)| payload.strip_prefix(b"Exif\0\0"))
        .and_then(Orientation::from_exif_chunk);
    match orientation {
        Some(
            Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH,
        ) => (height, width),
        _ => (width, height),
    }
}

/// The marker segments of a JPEG up to its pixels: marker and payload.
pub(crate) fn jpeg_segments(bytes: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    let mut at = 2;
    std::iter::from_fn(move || {
        loop {
            let marker = match bytes.get(at..at + 2)? {
                // Fill bytes may stand before a marker.
                [0xFF, 0xFF] => {
                    at += 1;
                    continue;
                }
                [0xFF, 0xDA | 0xD9] => return None,
                [0xFF, marker] => *marker,
                _ => return None,
            };
            let length = bytes.get(at + 2..at + 4)?;
            let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
            let payload = bytes.get(at + 4..at + 2 + length)?;
            at += 2 + length;
            return Some((marker, payload));
        }
    })
}

/// The size of an SVG from the `width` and `height` or the `viewBox` of its root element.
fn svg_size(head: &str) -> Option<(u32, u32)> {
    let start = head.find("<svg")?;
    let tag = &head[start..];
    let tag = &tag[..tag.find('>')?];
    let attribute = |name: &str| {
        let at = tag.find(&format!(" {name}="))? + name.len() + 2;
        let value = &tag[at..];
        let quote = value.chars().next().filter(|c| "\"'".contains(*c))?;
        let value = &value[1..];
        Some(&value[..value.find(quote)?])
    };
    let pixels = |text: &str| {
        let number: f64 = text.trim().trim_end_matches("px").parse().ok()?;
        // A picture larger than this is no picture.
        (1.0..100_000.0)
            .contains(&number)
            .then_some(number.round() as u32)
    };
    if let (Some(width), Some(height)) = (
        attribute("width").and_then(pixels),
        attribute("height").and_then(pixels),
    ) {
        return Some((width, height));
    }
    let mut numbers = attribute("viewBox")?
        .split([' ', ','])
        .filter(|part| !part.is_empty())
        .skip(2);
    Some((pixels(numbers.next()?)?, pixels(numbers.next()?)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_svg_says_its_size_in_attributes_or_view_box() {
        assert_eq!(
            svg_size("<?xml?><svg width='20px' height=\"10\">"),
            Some((20, 10))
        );
        assert_eq!(
            svg_size("<svg viewBox=\"0 0 300 150.4\" width=\"100%\">"),
            Some((300, 150))
        );
        assert_eq!(svg_size("<svg stroke-width=\"3\">"), None);
        assert_eq!(svg_size("글"), None);
    }

    #[test]
    fn a_picture_says_its_size_in_its_header() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("점.gif");
        std::fs::write(&path, b"GIF89a\x03\x00\x02\x00\x80\x00\x00").expect("written");
        assert_eq!(image_size(&path), Some((3, 2)));
        std::fs::write(&path, b"no picture").expect("written");
        assert_eq!(image_size(&path), None);
    }
}
