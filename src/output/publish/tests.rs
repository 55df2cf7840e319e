use std::os::unix::fs::{MetadataExt, symlink};

use super::*;

fn tree(files: &[(&str, &str)]) -> OutputTree {
    files
        .iter()
        .map(|(path, text)| ((*path).to_owned(), Content::Bytes(text.as_bytes().into())))
        .collect()
}

fn on_disk(out: &Path) -> BTreeMap<String, String> {
    files_under(out)
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(out.join(&path)).unwrap();
            (path.to_str().unwrap().to_owned(), text)
        })
        .collect()
}

fn expected(files: &[(&str, &str)]) -> BTreeMap<String, String> {
    files
        .iter()
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
        .collect()
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

const OLD: &[(&str, &str)] = &[
    ("a/index.html", "하나"),
    ("b/index.html", "둘"),
    ("old", "옛것"),
    ("x", "파일"),
];
const NEW: &[(&str, &str)] = &[
    ("a/index.html", "하나"),
    ("b/index.html", "셋"),
    ("c/d/index.html", "넷"),
    ("x/y", "폴더"),
];

#[test]
fn every_way_replaces_the_whole_tree_and_leaves_nothing_beside_it() {
    for way in [Way::Exchange, Way::TwoRenames, Way::FileByFile] {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("public");
        let mut found = Vec::new();
        publish_by(way, &tree(OLD), &out, &|| {}, &mut found).unwrap();
        let published = publish_by(way, &tree(NEW), &out, &|| {}, &mut found).unwrap();
        assert_eq!((published.files, published.written), (4, 3), "{way:?}");
        assert_eq!(on_disk(&out), expected(NEW), "{way:?}");
        assert_eq!(names(dir.path()), ["public"], "{way:?}");
        assert_eq!(found, []);
    }
}

#[test]
fn an_unchanged_file_stays_the_very_same_and_an_unchanged_site_is_not_touched() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("public");
    let run = |files| publish(&tree(files), &out, &|| {}, &mut Vec::new()).unwrap();
    run(OLD);
    let file = |path: &str| fs::metadata(out.join(path)).unwrap().ino();
    let before = file("a/index.html");
    run(NEW);
    assert_eq!(file("a/index.html"), before);
    let folder = file("");
    assert_eq!(run(NEW).written, 0);
    assert_eq!(file(""), folder);
}

#[test]
fn a_file_changed_by_hand_in_the_output_is_mended() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("public");
    let run = || publish(&tree(OLD), &out, &|| {}, &mut Vec::new()).unwrap();
    run();
    fs::write(out.join("a/index.html"), "한나").unwrap();
    fs::write(out.join("stray"), "남의 것").unwrap();
    assert_eq!(run().written, 1);
    assert_eq!(on_disk(&out), expected(OLD));
}

#[test]
fn a_folder_we_did_not_make_is_refused_and_an_empty_one_taken() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("public");
    fs::create_dir(&out).unwrap();
    publish(&tree(OLD), &out, &|| {}, &mut Vec::new()).unwrap();
    fs::remove_file(out.join(MARKER)).unwrap();
    let refused = publish(&tree(NEW), &out, &|| {}, &mut Vec::new()).unwrap_err();
    assert_eq!(refused.diagnostic.code, "output-not-ours");
    assert_eq!(on_disk(&out), expected(OLD));
}

#[test]
fn leftovers_of_killed_runs_are_swept_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("public");
    for (name, marked) in [
        ("public.tmp-1-0", true),
        ("public.old-1-0", true),
        ("public.tmp-mine", true),
        ("public.tmp-2-0", false),
        ("public.bak", true),
    ] {
        fs::create_dir_all(dir.path().join(name).join("inside")).unwrap();
        if marked {
            fs::write(dir.path().join(name).join(MARKER), "").unwrap();
        }
    }
    fs::create_dir(dir.path().join("public.tmp-3-0")).unwrap();
    fs::create_dir(&out).unwrap();
    publish(&tree(OLD), &out, &|| {}, &mut Vec::new()).unwrap();
    assert_eq!(
        names(dir.path()),
        ["public", "public.bak", "public.tmp-2-0", "public.tmp-mine"]
    );
}

#[test]
fn an_old_site_that_a_killed_run_set_aside_is_put_back() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("public");
    publish(&tree(OLD), &out, &|| {}, &mut Vec::new()).unwrap();
    fs::rename(&out, dir.path().join("public.old-1-0")).unwrap();
    let published = publish(&tree(OLD), &out, &|| {}, &mut Vec::new()).unwrap();
    assert_eq!(published.written, 0);
    assert_eq!(on_disk(&out), expected(OLD));
}

#[test]
fn a_link_to_the_output_is_followed_and_a_link_inside_it_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let (real, link) = (dir.path().join("real"), dir.path().join("public"));
    fs::create_dir(&real).unwrap();
    symlink(&real, &link).unwrap();
    publish(&tree(OLD), &link, &|| {}, &mut Vec::new()).unwrap();
    let secret = dir.path().join("secret");
    fs::write(&secret, "하나").unwrap();
    fs::remove_file(real.join("a/index.html")).unwrap();
    symlink(&secret, real.join("a/index.html")).unwrap();
    publish(&tree(OLD), &link, &|| {}, &mut Vec::new()).unwrap();
    assert!(link.symlink_metadata().unwrap().is_symlink());
    let page = real.join("a/index.html").symlink_metadata().unwrap();
    assert!(page.is_file());
}

#[test]
fn an_attachment_is_copied_and_one_that_vanished_is_left_out_and_reported() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("public");
    let source = dir.path().join("그림.png");
    fs::write(&source, "그림").unwrap();
    let mut files = tree(&[("index.html", "쪽")]);
    files.insert("그림.png".to_owned(), Content::File(source.clone()));
    files.insert(
        "없음.png".to_owned(),
        Content::File(dir.path().join("없음.png")),
    );
    let mut found = Vec::new();
    publish(&files, &out, &|| {}, &mut found).unwrap();
    assert_eq!(
        on_disk(&out),
        expected(&[("index.html", "쪽"), ("그림.png", "그림")])
    );
    assert_eq!(
        found.iter().map(|d| d.code).collect::<Vec<_>>(),
        ["unreadable"]
    );
    assert!(
        !out.join("그림.png")
            .symlink_metadata()
            .unwrap()
            .is_symlink()
    );
    fs::write(&source, "기림").unwrap();
    assert_eq!(
        publish(&files, &out, &|| {}, &mut found).unwrap().written,
        1
    );
}

#[test]
fn a_reader_never_sees_the_output_missing_or_mixed() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("public");
    let version = |n: usize| -> OutputTree {
        (0..40)
            .map(|i| {
                (
                    format!("{i}/index.html"),
                    Content::Bytes(n.to_string().as_bytes().into()),
                )
            })
            .collect()
    };
    publish(&version(0), &out, &|| {}, &mut Vec::new()).unwrap();
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for n in 1..20 {
                publish(&version(n), &out, &|| {}, &mut Vec::new()).unwrap();
            }
            done.store(true, std::sync::atomic::Ordering::SeqCst);
        });
        while !done.load(std::sync::atomic::Ordering::SeqCst) {
            // One folder, opened once, is one tree: looked at through its descriptor it is all of one version.
            let folder = File::open(&out).expect("public is always there");
            let first = read_at(&folder, "0/index.html");
            let last = read_at(&folder, "39/index.html");
            if let (Some(first), Some(last)) = (first, last) {
                assert_eq!(first, last);
            }
        }
    });
}

/// The file below an open folder; `None` once that folder is the old one and being removed.
fn read_at(folder: &File, path: &str) -> Option<String> {
    use rustix::fs::{Mode, OFlags, openat};
    let mut text = String::new();
    File::from(openat(folder, path, OFlags::RDONLY, Mode::empty()).ok()?)
        .read_to_string(&mut text)
        .ok()?;
    Some(text)
}

#[test]
fn two_publications_at_once_wait_for_each_other() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("public");
    let trees = [tree(OLD), tree(NEW)];
    std::thread::scope(|scope| {
        for files in &trees {
            let out = &out;
            scope.spawn(move || {
                for _ in 0..10 {
                    publish(files, out, &|| {}, &mut Vec::new()).unwrap();
                }
            });
        }
    });
    let after = on_disk(&out);
    assert!(after == expected(OLD) || after == expected(NEW));
    assert_eq!(names(dir.path()), ["public"]);
}
