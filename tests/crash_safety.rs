//! A build killed at any moment leaves `public/` whole: the old site or the new one, never a mixture, never nothing.

mod common;

use std::process::Stdio;
use std::time::{Duration, Instant};

use common::{Site, command, files};

/// How many builds are killed; the moments are spread over the time one takes.
fn rounds() -> u32 {
    if std::env::var_os("NOTES_SLOW").is_some() {
        50
    } else {
        8
    }
}

fn write_notes(site: &Site, version: &str) {
    for n in 0..60 {
        let text = format!("# 노트 {n}\n\n{version}판의 글입니다.\n");
        site.write(&format!("content/{}/노트{n}.md", n % 7), text);
    }
}

#[test]
fn a_killed_build_leaves_the_old_site_or_the_new_one() {
    let site = Site::new(&[]);
    let mut whole = Vec::new();
    let mut duration = Duration::ZERO;
    for version in ["첫째", "둘째"] {
        write_notes(&site, version);
        let since = Instant::now();
        assert_eq!(site.notes(&["build"]).code, Some(0));
        duration = since.elapsed();
        whole.push(files(&site.path("public")));
    }
    assert!(whole[0] != whole[1]);

    let mut survived = 0;
    for round in 0..rounds() {
        write_notes(&site, if round % 2 == 0 { "첫째" } else { "둘째" });
        let mut build = command(site.root(), "")
            .arg("build")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(duration * (2 * round + 1) / (2 * rounds()));
        survived += u32::from(build.try_wait().unwrap().is_some());
        let _ = build.kill();
        build.wait().unwrap();
        let now = files(&site.path("public"));
        assert!(
            whole.contains(&now),
            "round {round}: public/ is neither site"
        );
    }
    assert!(survived < rounds(), "no build was killed");

    // The next build clears what the killed ones left behind.
    assert_eq!(site.notes(&["build"]).code, Some(0));
    let mut beside: Vec<String> = std::fs::read_dir(site.root())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != ".notes-cache")
        .collect();
    beside.sort();
    assert_eq!(beside, ["content", "public"]);
}

#[test]
fn two_builds_at_once_leave_one_whole_site() {
    let site = Site::new(&[]);
    write_notes(&site, "첫째");
    let builds: Vec<_> = (0..3)
        .map(|_| {
            command(site.root(), "")
                .arg("build")
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap()
        })
        .collect();
    for mut build in builds {
        assert_eq!(build.wait().unwrap().code(), Some(0));
    }
    let together = files(&site.path("public"));
    assert_eq!(site.notes(&["build", "--out", "alone"]).code, Some(0));
    assert!(together == files(&site.path("alone")));
}
