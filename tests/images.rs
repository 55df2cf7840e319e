//! Pictures from outside: what a build publishes for them, what the cache does, and what is said of bad ones.

mod common;

use std::fs;
use std::io::Cursor;

use common::{Site, command, files};
use image::{DynamicImage, ImageFormat, RgbImage};

/// A picture as rough as a photograph; `seed` tells one from another.
fn photo(width: u32, height: u32, seed: u32) -> Vec<u8> {
    let mut noise = seed;
    let pixels = RgbImage::from_fn(width, height, |x, y| {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let grain = (noise >> 28) as u8;
        image::Rgb([
            (x * 200 / width) as u8 + grain,
            (y * 200 / height) as u8 + grain,
            90 + grain,
        ])
    });
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(pixels)
        .write_to(&mut bytes, ImageFormat::Png)
        .expect("a PNG");
    bytes.into_inner()
}

fn site() -> Site {
    let site = Site::new(&[
        (
            "content/글.md",
            "# 글\n\n![바다](그림/바다.png)\n\n![산](../static/산.png \"산의 사진\")\n",
        ),
        (
            "content/딴 글.md",
            "# 딴 글\n\n<img src=\"그림/바다.png\" alt=\"바다\">\n",
        ),
    ]);
    site.write("content/그림/바다.png", photo(900, 500, 1));
    site.write("content/그림/안 쓰는 것.png", photo(900, 500, 2));
    site.write("static/산.png", photo(500, 300, 3));
    site
}

fn webp(site: &Site, out: &str) -> Vec<String> {
    files(&site.path(out))
        .into_iter()
        .map(|(path, _)| path)
        .filter(|path| path.ends_with(".webp"))
        .collect()
}

#[test]
fn notes_pictures_are_published_in_several_widths_and_no_others() {
    let site = site();
    let outcome = site.notes(&["build"]);
    assert_eq!((outcome.code, outcome.err.as_str()), (Some(0), ""));
    assert!(outcome.out.contains(" 그림 "), "{}", outcome.out);
    let made = webp(&site, "public");
    let ends: Vec<&str> = made
        .iter()
        .filter_map(|path| path.rsplit_once('-').map(|(_, end)| end))
        .collect();
    assert_eq!(made.len(), 5, "{made:?}");
    assert!(made.iter().all(|path| path.starts_with("assets/images/")));
    for end in ["480.webp", "800.webp", "900.webp", "500.webp"] {
        assert!(ends.contains(&end), "{made:?}");
    }
    let page = site.read("public/글/index.html");
    // Every address of a `srcset` is a published file.
    let mut seen = 0;
    for part in page.split("srcset=\"").skip(1) {
        let value = part.split('"').next().unwrap_or_default();
        for candidate in value.split(", ") {
            let url = candidate.split(' ').next().unwrap_or_default();
            let decoded = percent_encoding::percent_decode_str(url).decode_utf8_lossy();
            assert!(made.contains(&decoded[1..].to_owned()), "{decoded}");
            seen += 1;
        }
    }
    assert_eq!(seen, 5);
    assert!(
        page.contains("src=\"/%EA%B7%B8%EB%A6%BC/%EB%B0%94%EB%8B%A4.png\""),
        "{page}"
    );
    assert!(!site.read("public/feed.xml").contains(".webp"));
}

#[test]
fn the_same_pictures_give_the_same_site_whatever_the_cache_holds() {
    let site = site();
    site.notes(&["build", "--no-cache", "--out", "plain"]);
    assert!(!site.path(".notes-cache").exists());
    site.notes(&["build", "--out", "cold"]);
    let cached = files(&site.path(".notes-cache"));
    assert!(cached.iter().any(|(path, _)| path == ".gitignore"));
    assert!(cached.iter().all(|(path, _)| !path.ends_with(".tmp")));
    site.notes(&["build", "--out", "warm", "--jobs", "1"]);
    assert_eq!(files(&site.path(".notes-cache")), cached);
    // Damaged in every file, the cache is made again.
    for (path, bytes) in &cached {
        if path.starts_with("images/") {
            site.write(&format!(".notes-cache/{path}"), &bytes[..bytes.len() / 2]);
        }
    }
    site.notes(&["build", "--out", "mended"]);
    assert_eq!(files(&site.path(".notes-cache")), cached);
    fs::remove_dir_all(site.path(".notes-cache")).expect("removed");
    site.notes(&["build", "--out", "again"]);
    let plain = files(&site.path("plain"));
    for out in ["cold", "warm", "mended", "again"] {
        assert!(files(&site.path(out)) == plain, "{out}");
    }
}

#[test]
fn two_builds_at_once_share_the_cache_and_make_the_same_site() {
    let site = site();
    let runs: Vec<_> = ["a", "b", "c"]
        .iter()
        .map(|out| {
            command(site.root(), "")
                .args(["build", "--quiet", "--out", out])
                .spawn()
                .expect("notes runs")
        })
        .collect();
    for mut run in runs {
        assert!(run.wait().expect("ends").success());
    }
    let first = files(&site.path("a"));
    assert!(webp(&site, "a").len() == 5 && files(&site.path("b")) == first);
    assert!(files(&site.path("c")) == first);
    let left = files(&site.path(".notes-cache"));
    assert!(left.iter().all(|(path, _)| !path.ends_with(".tmp")));
}

#[test]
fn bad_pictures_are_told_and_the_site_is_built() {
    let site = site();
    let whole = photo(600, 400, 4);
    site.write("content/그림/잘림.png", &whole[..whole.len() / 3]);
    let mut bomb = whole.clone();
    bomb[16..24].copy_from_slice(&[0, 1, 0x86, 0xA0, 0, 1, 0x86, 0xA0]);
    site.write("content/그림/폭탄.png", &bomb);
    site.write("content/그림/글.png", "그림이 아니다");
    site.write(
        "content/나쁜 그림.md",
        "# 나쁜 그림\n\n![](그림/잘림.png) ![](그림/폭탄.png) ![](그림/글.png) ![없는 것](그림/없음.png)\n",
    );
    let outcome = site.notes(&["build"]);
    assert_eq!(outcome.code, Some(0));
    insta::assert_snapshot!("build", outcome.err);
    let checked = site.notes(&["check"]);
    assert_eq!(checked.code, Some(1));
    insta::assert_snapshot!("check", checked.out);
    let page = site.read("public/나쁜-그림/index.html");
    assert!(page.contains("<span class=\"missing-image\">"), "{page}");
    assert!(site.path("public/그림/잘림.png").is_file());
}

#[test]
fn settings_decide_and_wrong_ones_stop_the_build_with_their_place() {
    let site = site();
    site.write("notes.toml", "[images]\nwebp = false\n");
    site.notes(&["build"]);
    assert_eq!(webp(&site, "public"), [""; 0]);
    assert!(!site.path(".notes-cache").exists());
    assert!(
        site.read("public/글/index.html")
            .contains("width=\"900\" height=\"500\"")
    );
    site.write("notes.toml", "[images]\nwidths = [640]\nquality = 60\n");
    site.notes(&["build"]);
    assert_eq!(webp(&site, "public").len(), 2);
    site.write("notes.toml", "title = \"글\"\n\n[images]\nquality = 0\n");
    let outcome = site.notes(&["build"]);
    assert_eq!(outcome.code, Some(2));
    insta::assert_snapshot!("quality", outcome.err);
    site.write("notes.toml", "[images]\nwidth = [640]\n");
    let outcome = site.notes(&["build"]);
    assert_eq!(outcome.code, Some(2));
    insta::assert_snapshot!("key", outcome.err);
}

#[test]
fn a_cache_that_cannot_be_written_is_told_and_costs_nothing_else() {
    let site = site();
    site.write(".notes-cache", "폴더가 아니다");
    let outcome = site.notes(&["build"]);
    assert_eq!(outcome.code, Some(0));
    assert!(outcome.out.contains("참고 1"), "{}", outcome.out);
    assert_eq!(webp(&site, "public").len(), 5);
}
