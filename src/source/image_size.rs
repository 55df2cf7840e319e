//! Width and height of images from the first bytes of their files, so that pages do not jump while they load.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

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
            Some((
                u32::try_from(size.width).ok()?,
                u32::try_from(size.height).ok()?,
            ))
            .filter(|&(width, height)| width > 0 && height > 0)
        }
        _ => None,
    }
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
