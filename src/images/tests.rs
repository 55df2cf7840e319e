//! Pictures made in the tests, so that no binary lies in the repository.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::{DynamicImage, ExtendedColorType, ImageDecoder, ImageEncoder, RgbImage, RgbaImage};

use super::original::{self, Kind};
use super::*;
use crate::diagnostics::Lang;

/// A picture with the roughness of a photograph, the same each time.
pub(super) fn photo(width: u32, height: u32) -> RgbImage {
    let mut seed = 1_u32;
    RgbImage::from_fn(width, height, |x, y| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let noise = (seed >> 28) as u8;
        let slope = |at: u32, of: u32| (at * 200 / of) as u8;
        image::Rgb([
            slope(x, width) + noise,
            slope(y, height) + noise,
            100 + noise,
        ])
    })
}

/// A drawing: boxes of plain colours.
pub(super) fn drawing(width: u32, height: u32) -> RgbaImage {
    RgbaImage::from_fn(width, height, |x, y| match (x / 40 + y / 40) % 3 {
        0 => image::Rgba([255, 255, 255, 255]),
        1 => image::Rgba([42, 84, 200, 255]),
        _ => image::Rgba([0, 0, 0, 0]),
    })
}

pub(super) fn png(image: &DynamicImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    image
        .write_with_encoder(PngEncoder::new(&mut bytes))
        .expect("a PNG");
    bytes
}

fn jpeg(image: &RgbImage, exif_orientation: Option<u8>, profile: Option<Vec<u8>>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 95);
    if let Some(orientation) = exif_orientation {
        let mut exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
        exif.extend_from_slice(&[orientation, 0, 0, 0, 0, 0, 0, 0]);
        encoder.set_exif_metadata(exif).expect("EXIF");
    }
    if let Some(profile) = profile {
        encoder.set_icc_profile(profile).expect("a profile");
    }
    let (width, height) = image.dimensions();
    encoder
        .encode(image, width, height, ExtendedColorType::Rgb8)
        .expect("a JPEG");
    bytes
}

/// The shortest thing that says it is an RGB profile.
fn profile(name: &str) -> Vec<u8> {
    let mut profile = vec![0; 132];
    profile[16..20].copy_from_slice(b"RGB ");
    profile.extend_from_slice(name.as_bytes());
    profile
}

fn variants(bytes: &[u8], config: &ImagesConfig) -> Vec<(u32, Vec<u8>)> {
    let made = make(bytes, config, 50_000_000).expect("decodable");
    made.files
        .into_iter()
        .map(|file| match file.content {
            Content::Bytes(bytes) => (file.width, bytes.to_vec()),
            Content::File(path) => panic!("{path:?} without a cache"),
        })
        .collect()
}

fn decoded(webp: &[u8]) -> DynamicImage {
    image::load_from_memory_with_format(webp, image::ImageFormat::WebP).expect("a WebP")
}

fn widths(bytes: &[u8]) -> Vec<u32> {
    variants(bytes, &ImagesConfig::default())
        .into_iter()
        .map(|(width, _)| width)
        .collect()
}

#[test]
fn a_picture_gets_each_narrower_width_and_its_own_and_each_file_is_smaller_than_the_next() {
    let photo = jpeg(&photo(1000, 500), None, None);
    let made = variants(&photo, &ImagesConfig::default());
    let sizes: Vec<_> = made
        .iter()
        .map(|(width, bytes)| (*width, decoded(bytes).height()))
        .collect();
    assert_eq!(sizes, [(480, 240), (800, 400), (1000, 500)]);
    let mut lengths: Vec<usize> = made.iter().map(|(_, bytes)| bytes.len()).collect();
    lengths.push(photo.len());
    assert!(lengths.is_sorted_by(|a, b| a < b), "{lengths:?}");
    // Beyond the widest, the original's own width is no page's.
    let config = ImagesConfig {
        widths: vec![300, 600],
        ..ImagesConfig::default()
    };
    let made: Vec<u32> = variants(&photo, &config)
        .into_iter()
        .map(|it| it.0)
        .collect();
    assert_eq!(made, [300, 600]);
}

#[test]
fn where_webp_is_no_smaller_there_is_none() {
    let bytes = jpeg(&photo(600, 400), None, None);
    let picture = original::read(&bytes, 1 << 20)
        .expect("read")
        .expect("still");
    let config = ImagesConfig::default();
    let made = encode::variants(&picture, bytes.len(), &config);
    let widest = match &made.files.last().expect("a variant").content {
        Content::Bytes(bytes) => bytes.len(),
        Content::File(path) => panic!("{path:?} without a cache"),
    };
    // Had the file been as small as its widest variant, the narrower one would not be offered either.
    assert_eq!(encode::variants(&picture, widest, &config), Made::default());
}

#[test]
fn a_photograph_on_its_side_is_turned_upright() {
    let mut photo = photo(900, 600);
    for pixel in photo.enumerate_pixels_mut().filter(|(x, ..)| *x < 450) {
        *pixel.2 = image::Rgb([250, 10, 10]);
    }
    // 6: the camera was turned, the first row is the right-hand side.
    let bytes = jpeg(&photo, Some(6), None);
    let made = variants(&bytes, &ImagesConfig::default());
    let upright = decoded(&made[0].1).into_rgb8();
    assert_eq!(upright.dimensions(), (480, 720));
    assert!(upright.get_pixel(240, 100).0[0] > 200 && upright.get_pixel(240, 100).0[1] < 60);
    assert!(upright.get_pixel(240, 600).0[1] > 60);

    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("세로.jpg");
    fs::write(&path, &bytes).expect("written");
    let size = crate::source::image_size::image_size(&path);
    assert_eq!(size, Some((600, 900)));
}

#[test]
fn what_is_seen_through_stays_so_and_a_drawing_keeps_its_colours() {
    let drawing = DynamicImage::ImageRgba8(drawing(700, 500));
    // Without filters, as the least able tools write it.
    let mut bytes = Vec::new();
    PngEncoder::new_with_quality(
        &mut bytes,
        image::codecs::png::CompressionType::Fast,
        image::codecs::png::FilterType::NoFilter,
    )
    .write_image(drawing.as_bytes(), 700, 500, ExtendedColorType::Rgba8)
    .expect("a PNG");
    let picture = original::read(&bytes, 1 << 20)
        .expect("read")
        .expect("still");
    assert!(picture.is_flat() && picture.alpha && picture.kind == Kind::Png);
    let made = variants(&bytes, &ImagesConfig::default());
    assert_eq!(made.last().map(|(width, _)| *width), Some(700));
    for (width, webp) in &made {
        let back = decoded(webp).into_rgba8();
        let at = |x: u32, y: u32| back.get_pixel(x * width / 700, y * width / 700).0;
        assert_eq!(at(100, 20)[3], 0, "{width}");
        let blue = at(60, 20);
        assert!(
            blue[3] > 250 && blue[2].abs_diff(200) < 6,
            "{width}: {blue:?}"
        );
    }
}

#[test]
fn a_colour_profile_is_carried_over_unless_it_is_srgb() {
    let photo = photo(520, 300);
    for (name, kept) in [("Display P3", true), ("sRGB IEC61966-2.1", false)] {
        let given = profile(name);
        let bytes = jpeg(&photo, None, Some(given.clone()));
        for (width, webp) in variants(&bytes, &ImagesConfig::default()) {
            let mut decoder =
                image::codecs::webp::WebPDecoder::new(Cursor::new(&webp)).expect("a WebP");
            let carried = decoder.icc_profile().expect("readable");
            assert_eq!(carried, kept.then(|| given.clone()), "{name} {width}");
            assert_eq!(decoded(&webp).width(), width);
        }
    }
    let mut cmyk = profile("잉크");
    cmyk[16..20].copy_from_slice(b"CMYK");
    assert_eq!(widths(&jpeg(&photo, None, Some(cmyk))), [0; 0]);
}

#[test]
fn a_profile_stands_beside_alpha_and_lossless_pixels() {
    let drawing = DynamicImage::ImageRgba8(drawing(300, 200));
    for (name, image) in [
        ("alpha", drawing.clone()),
        ("opaque", DynamicImage::ImageRgb8(drawing.to_rgb8())),
        ("photo", DynamicImage::ImageRgb8(photo(300, 200))),
    ] {
        let mut bytes = Vec::new();
        let mut encoder = PngEncoder::new(&mut bytes);
        encoder.set_icc_profile(profile("P3")).expect("a profile");
        encoder
            .write_image(image.as_bytes(), 300, 200, image.color().into())
            .expect("a PNG");
        let picture = original::read(&bytes, 1 << 20)
            .expect("read")
            .expect("still");
        let webp = encode::in_width(&picture, 150, 80).expect("encoded");
        let mut decoder = image::codecs::webp::WebPDecoder::new(Cursor::new(&webp)).expect(name);
        assert_eq!(decoder.icc_profile().expect(name), Some(profile("P3")));
        assert_eq!(decoder.dimensions(), (150, 100));
        let back = decoded(&webp);
        assert_eq!(back.color().has_alpha(), name == "alpha", "{name}");
    }
}

#[test]
fn what_moves_is_left_alone() {
    let mut apng = png(&DynamicImage::ImageRgba8(drawing(900, 600)));
    // `acTL` after `IHDR`: 8 bytes of signature, 25 of header.
    let mut chunk = 8_u32.to_be_bytes().to_vec();
    chunk.extend_from_slice(b"acTL\0\0\0\x02\0\0\0\0");
    chunk.extend_from_slice(&[0; 4]);
    apng.splice(33..33, chunk);
    assert!(original::read(&apng, 1 << 20).expect("read").is_none());
    assert!(
        original::read(b"GIF89a\x01\0\x01\0\0\0\0;", 1 << 20)
            .expect("read")
            .is_none()
    );
}

#[test]
fn a_webp_is_its_own_widest_variant() {
    let picture = original::read(&jpeg(&photo(1000, 600), None, None), 1 << 20)
        .expect("read")
        .expect("still");
    let webp = encode::in_width(&picture, 1000, 100).expect("encoded");
    let made = make(&webp, &ImagesConfig::default(), 1 << 20).expect("made");
    let narrower: Vec<u32> = made.files.iter().map(|file| file.width).collect();
    assert_eq!((narrower, made.original), (vec![480, 800], Some(1000)));
}

#[test]
fn a_damaged_or_enormous_picture_is_an_error_or_left_alone_and_never_a_panic() {
    let bytes = png(&DynamicImage::ImageRgb8(photo(300, 200)));
    for cut in (0..bytes.len()).step_by(997).chain([bytes.len() - 20]) {
        let _ = make(&bytes[..cut], &ImagesConfig::default(), 1 << 20);
        let mut flipped = bytes.clone();
        flipped[cut] ^= 0x55;
        let _ = make(&flipped, &ImagesConfig::default(), 1 << 20);
    }
    assert!(make(&bytes[..2000], &ImagesConfig::default(), 1 << 20).is_err());
    assert!(make(b"no picture", &ImagesConfig::default(), 1 << 20).is_err());
    let photo = jpeg(&photo(300, 200), Some(6), Some(profile("P3")));
    for cut in (0..photo.len()).step_by(331) {
        let _ = make(&photo[..cut], &ImagesConfig::default(), 1 << 20);
    }
    // Beyond the limit nothing is decoded.
    let made = make(&bytes, &ImagesConfig::default(), 59_999);
    assert_eq!(made, Ok(Made::default()));
}

/// Prepares the pictures of a folder.
fn prepared(folder: &Path, names: &[&str], work: Work) -> Prepared {
    let originals: Vec<Original> = names
        .iter()
        .map(|name| {
            let disk_path = folder.join(name);
            Original {
                path: (*name).to_owned(),
                size: crate::source::image_size::image_size(&disk_path),
                disk_path,
                shown: format!("content/{name}"),
                stem: "그림".to_owned(),
            }
        })
        .collect();
    let settings = Settings {
        config: &ImagesConfig::default(),
        most_pixels: 50_000_000,
        cache: &folder.join(CACHE),
        work,
    };
    prepare(&originals, &settings, &|| {})
}

fn bytes_of(prepared: &Prepared) -> BTreeMap<String, Vec<u8>> {
    let read = |content: &Content| match content {
        Content::Bytes(bytes) => bytes.to_vec(),
        Content::File(path) => fs::read(path).expect("in the cache"),
    };
    prepared
        .files
        .iter()
        .map(|(path, content)| (path.clone(), read(content)))
        .collect()
}

#[test]
fn pictures_are_the_same_from_a_cold_a_warm_and_no_cache_and_each_content_is_made_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    let bytes = jpeg(&photo(900, 600), None, None);
    fs::write(at.join("가.jpg"), &bytes).expect("written");
    fs::write(at.join("나.jpg"), &bytes).expect("written");
    let names = ["가.jpg", "나.jpg"];
    let recalled = prepared(at, &names, Work::Recall);
    assert!(recalled.variants.is_empty() && !at.join(".notes-cache").exists());
    let cold = prepared(at, &names, Work::Make);
    assert_eq!(cold.variants["가.jpg"], cold.variants["나.jpg"]);
    assert_eq!(cold.files.len(), 3);
    for work in [Work::Make, Work::MakeAll, Work::Recall] {
        let again = prepared(at, &names, work);
        assert_eq!(again.variants, cold.variants, "{work:?}");
        assert_eq!(bytes_of(&again), bytes_of(&cold), "{work:?}");
    }
    fs::remove_dir_all(at.join(".notes-cache")).expect("removed");
    assert_eq!(bytes_of(&prepared(at, &names, Work::Make)), bytes_of(&cold));
    let name = &cold.variants["가.jpg"][0].path;
    assert!(
        name.starts_with("assets/images/그림-") && name.ends_with("-480.webp"),
        "{name}"
    );
}

#[test]
fn what_is_wrong_with_a_picture_is_said_once_for_each_and_remembered() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    let mut bytes = png(&DynamicImage::ImageRgb8(photo(600, 400)));
    bytes.truncate(5000);
    fs::write(at.join("잘림.png"), &bytes).expect("written");
    let mut bomb = bytes.clone();
    bomb[16..24].copy_from_slice(&[0, 1, 0x86, 0xA0, 0, 1, 0x86, 0xA0]);
    fs::write(at.join("폭탄.png"), &bomb).expect("written");
    fs::write(at.join("글.webp"), "글").expect("written");
    let names = ["글.webp", "잘림.png", "폭탄.png"];
    let told = |work| -> Vec<String> {
        prepared(at, &names, work)
            .diagnostics
            .iter()
            .map(|it| it.render(Lang::Ko))
            .collect()
    };
    let first = told(Work::Make);
    insta::assert_snapshot!(first.join("\n"));
    assert_eq!(told(Work::Recall), first);
}

#[test]
fn the_recipe_names_the_versions_in_use() {
    let lock = include_str!("../../Cargo.lock");
    for named in encode::RECIPE.split([';', ',']).skip(1) {
        let (name, version) = named.trim().split_once(' ').expect("a name and a version");
        let entry = format!("name = \"{name}\"\nversion = \"{version}\"\n");
        assert!(lock.contains(&entry), "{named} is not in Cargo.lock");
    }
}
