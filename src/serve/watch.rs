//! From file system events to rebuilds.
//!
//! 1. [`Watching`] watches the site's folder and the folders in it, each but those no site is made of.
//! 2. [`Coalescer`] passes over events that change nothing and files that are no one's notes, and gathers the rest
//!    until it is quiet: an editor's save (write, rename, delete) or a `git checkout` is one rebuild. It is pure: the
//!    time is handed in.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, EventKind};
use notify::{Config, PollWatcher, RecursiveMode, Watcher};

/// How long it must be quiet before a rebuild.
const QUIET: Duration = Duration::from_millis(80);
/// How long a rebuild is put off at most while events keep coming.
const LONGEST: Duration = Duration::from_millis(1500);
/// How often files are looked at where the system cannot watch them.
const POLL: Duration = Duration::from_secs(1);

/// What to look at again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changes {
    /// Everything: the first build, or events were lost.
    Everything,
    /// These paths, relative to the site's root. Each was written, made, moved or deleted: the disk says which. A
    /// path may be a folder, and then stands for all that is or was in it.
    Paths(BTreeSet<PathBuf>),
}

impl Changes {
    /// How many paths; 0 for everything.
    pub fn len(&self) -> usize {
        match self {
            Changes::Everything => 0,
            Changes::Paths(paths) => paths.len(),
        }
    }

    /// Whether no path is named.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Gathers events into [`Changes`].
#[derive(Debug)]
pub(super) struct Coalescer {
    /// The site's root as events name it.
    root: PathBuf,
    /// Relative paths that are not the site's: where it is published.
    ignored: Vec<PathBuf>,
    paths: BTreeSet<PathBuf>,
    everything: bool,
    first: Option<Instant>,
    last: Option<Instant>,
}

impl Coalescer {
    pub(super) fn new(root: PathBuf, ignored: Vec<PathBuf>) -> Coalescer {
        Coalescer {
            root,
            ignored,
            paths: BTreeSet::new(),
            everything: false,
            first: None,
            last: None,
        }
    }

    /// Takes note of an event that arrived at `now`.
    pub(super) fn push(&mut self, event: &notify::Result<notify::Event>, now: Instant) {
        let event = match event {
            Ok(event) if event.need_rescan() => return self.push_everything(now),
            Ok(event) => event,
            Err(_) => return self.push_everything(now),
        };
        if !changes_something(event.kind) {
            return;
        }
        for path in &event.paths {
            match path.strip_prefix(&self.root) {
                Ok(path) if is_passed_over(path, &self.ignored) => {}
                Ok(path) => {
                    self.paths.insert(path.to_owned());
                    self.touch(now);
                }
                // A folder that is linked into the site, named by where it lies.
                Err(_) => self.push_everything(now),
            }
        }
    }

    pub(super) fn push_everything(&mut self, now: Instant) {
        self.everything = true;
        self.touch(now);
    }

    fn touch(&mut self, now: Instant) {
        self.first.get_or_insert(now);
        self.last = Some(now);
    }

    /// When the changes are to be taken, if no more come; `None` while there are none.
    pub(super) fn due(&self) -> Option<Instant> {
        Some((self.last? + QUIET).min(self.first? + LONGEST))
    }

    /// The changes so far, which are forgotten.
    pub(super) fn take(&mut self) -> Changes {
        (self.first, self.last) = (None, None);
        let paths = std::mem::take(&mut self.paths);
        if std::mem::take(&mut self.everything) {
            Changes::Everything
        } else {
            Changes::Paths(paths)
        }
    }
}

/// Our own reading makes events too.
fn changes_something(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(kind) => kind == AccessKind::Close(AccessMode::Write),
        // Changed metadata counts: some shared folders of virtual machines report nothing else for a write.
        EventKind::Any
        | EventKind::Create(_)
        | EventKind::Modify(_)
        | EventKind::Remove(_)
        | EventKind::Other => true,
    }
}

/// Whether `path`, relative to the site's root, is no part of the site: output, caches, other tools' folders, hidden
/// files (but not in `static/`, where `.well-known/` lies), editors' swap and temporary files.
fn is_passed_over(path: &Path, ignored: &[PathBuf]) -> bool {
    if ignored.iter().any(|ignored| path.starts_with(ignored)) {
        return true;
    }
    let names: Vec<_> = path
        .components()
        .filter_map(|component| match component {
            Component::Normal(name) => Some(name.to_string_lossy()),
            _ => None,
        })
        .collect();
    let Some(top) = names.first() else {
        // The root's own time changes with every file in it; what happened to the file is told too.
        return true;
    };
    let in_static = top == "static";
    matches!(&**top, "public" | "target" | "node_modules")
        || names.iter().any(|name| {
            let rules = matches!(&**name, ".gitignore" | ".ignore" | ".notesignore");
            let hidden = name.starts_with('.') && !in_static && !rules;
            hidden || is_leftover(name)
        })
}

/// Names of other tools' folders and of files that editors, browsers and systems leave beside the ones they write.
fn is_leftover(name: &str) -> bool {
    const NAMES: [&str; 9] = [
        ".git",
        ".hg",
        ".svn",
        ".DS_Store",
        "Thumbs.db",
        "desktop.ini",
        "4913", // Vim asks by this name whether it may write to a folder.
        "node_modules",
        ".notes-cache",
    ];
    const ENDS: [&str; 12] = [
        "~",
        ".swp",
        ".swo",
        ".swx",
        ".swpx",
        ".tmp",
        ".temp",
        ".bak",
        ".part",
        ".crdownload",
        "___jb_tmp___",
        "___jb_old___",
    ];
    NAMES.contains(&name)
        || ENDS.iter().any(|end| name.ends_with(end))
        || name.starts_with(".#")
        || name.starts_with(".~lock.")
        || (name.starts_with('#') && name.ends_with('#') && name.len() > 1)
}

/// A running watch; it ends when dropped.
pub(super) struct Watching {
    watcher: Box<dyn Watcher + Send>,
    root: PathBuf,
    ignored: Vec<PathBuf>,
    /// Whether the system could not watch, and files are looked at every second instead.
    pub(super) polling: bool,
}

impl Watching {
    /// Watches `root`, whose symbolic links are resolved. Events are handed to what `handler` makes, on a thread of
    /// the watcher.
    ///
    /// # Errors
    /// If the folder can be neither watched nor polled.
    pub(super) fn start<H: notify::EventHandler>(
        root: &Path,
        ignored: &[PathBuf],
        handler: impl Fn() -> H,
    ) -> notify::Result<Watching> {
        let watching = |watcher, polling| Watching {
            watcher,
            root: root.to_owned(),
            ignored: ignored.to_vec(),
            polling,
        };
        let native = notify::recommended_watcher(handler()).and_then(|watcher| {
            let mut native = watching(Box::new(watcher), false);
            native.watch_all()?;
            Ok(native)
        });
        native.or_else(|_| {
            // Too many folders for the system's limit, or a file system that cannot tell.
            let config = Config::default().with_poll_interval(POLL);
            let mut polling = watching(Box::new(PollWatcher::new(handler(), config)?), true);
            polling.watch_all()?;
            Ok(polling)
        })
    }

    /// The root alone and each folder in it with all below: watching the root with all below would also watch
    /// `.git/`, `target/` and `node_modules/`, which may have more folders than a system can watch.
    fn watch_all(&mut self) -> notify::Result<()> {
        self.watcher
            .watch(&self.root, RecursiveMode::NonRecursive)?;
        for entry in std::fs::read_dir(&self.root).map_err(notify::Error::io)? {
            self.watch_folder(&entry.map_err(notify::Error::io)?.path())?;
        }
        Ok(())
    }

    fn watch_folder(&mut self, path: &Path) -> notify::Result<bool> {
        let wanted = path.parent() == Some(&self.root)
            && path.is_dir()
            && path
                .strip_prefix(&self.root)
                .is_ok_and(|path| !is_passed_over(path, &self.ignored));
        if wanted {
            self.watcher.watch(path, RecursiveMode::Recursive)?;
        }
        Ok(wanted)
    }

    /// Watches folders that `event` brought into the root. Whether there are any: files may have come into them
    /// before they were watched.
    pub(super) fn follow(&mut self, event: &notify::Result<notify::Event>) -> bool {
        let Ok(event) = event else { return false };
        let comes = matches!(
            event.kind,
            EventKind::Create(_) | EventKind::Modify(notify::event::ModifyKind::Name(_))
        );
        let mut any = false;
        if comes {
            for path in &event.paths {
                any |= self.watch_folder(path).unwrap_or(true);
            }
        }
        any
    }
}

#[cfg(test)]
mod tests {
    use notify::Event;
    use notify::event::{CreateKind, DataChange, Flag, ModifyKind, RemoveKind, RenameMode};

    use super::*;

    const WRITTEN: EventKind = EventKind::Modify(ModifyKind::Data(DataChange::Any));

    struct Scene {
        coalescer: Coalescer,
        start: Instant,
    }

    impl Scene {
        fn new() -> Scene {
            Scene {
                coalescer: Coalescer::new("/site".into(), vec!["out".into()]),
                start: Instant::now(),
            }
        }

        /// At so many milliseconds, this happens to these paths of the site.
        fn at(&mut self, millis: u64, kind: EventKind, paths: &[&str]) {
            let event = paths.iter().fold(Event::new(kind), |event, path| {
                event.add_path(Path::new("/site").join(path))
            });
            self.coalescer
                .push(&Ok(event), self.start + Duration::from_millis(millis));
        }

        fn due(&self) -> Option<u128> {
            let due = self.coalescer.due()?;
            Some(due.duration_since(self.start).as_millis())
        }
    }

    fn paths(names: &[&str]) -> Changes {
        Changes::Paths(names.iter().map(PathBuf::from).collect())
    }

    #[test]
    fn an_editors_save_by_renaming_is_one_change_of_one_note() {
        let mut scene = Scene::new();
        let rename = |mode| EventKind::Modify(ModifyKind::Name(mode));
        scene.at(0, EventKind::Create(CreateKind::File), &["content/4913"]);
        scene.at(1, EventKind::Remove(RemoveKind::File), &["content/4913"]);
        scene.at(2, rename(RenameMode::From), &["content/람다.md"]);
        scene.at(
            2,
            rename(RenameMode::Both),
            &["content/람다.md", "content/람다.md~"],
        );
        scene.at(3, EventKind::Create(CreateKind::File), &["content/람다.md"]);
        scene.at(5, WRITTEN, &["content/람다.md"]);
        scene.at(
            9,
            EventKind::Access(AccessKind::Close(AccessMode::Write)),
            &["content/람다.md"],
        );
        scene.at(
            10,
            EventKind::Remove(RemoveKind::File),
            &["content/람다.md~"],
        );
        assert_eq!(scene.due(), Some(89));
        assert_eq!(scene.coalescer.take(), paths(&["content/람다.md"]));
        assert_eq!(scene.due(), None);
    }

    #[test]
    fn a_checkout_of_hundreds_of_files_is_one_rebuild() {
        let mut scene = Scene::new();
        let names: Vec<_> = (0..500).map(|i| format!("content/{i}.md")).collect();
        for (at, name) in (0..).zip(&names) {
            scene.at(at, EventKind::Remove(RemoveKind::File), &[name]);
            scene.at(at, WRITTEN, &[name, ".git/index"]);
        }
        assert_eq!(scene.due(), Some(499 + 80));
        assert_eq!(scene.coalescer.take().len(), 500);
    }

    #[test]
    fn events_that_never_end_do_not_put_a_rebuild_off_for_ever() {
        let mut scene = Scene::new();
        for millis in 0..1000 {
            scene.at(100 + millis * 10, WRITTEN, &["content/a.md"]);
        }
        assert_eq!(scene.due(), Some(1600));
    }

    #[test]
    fn reading_is_no_change() {
        let mut scene = Scene::new();
        for kind in [
            AccessKind::Any,
            AccessKind::Read,
            AccessKind::Open(AccessMode::Any),
            AccessKind::Close(AccessMode::Read),
        ] {
            scene.at(0, EventKind::Access(kind), &["content/a.md"]);
        }
        assert_eq!(scene.due(), None);
    }

    #[test]
    fn what_is_not_the_sites_is_passed_over() {
        for path in [
            "",
            "public/index.html",
            "out/index.html",
            "target/debug/a",
            ".git/index.lock",
            ".notes-cache/a",
            ".obsidian/workspace.json",
            "content/.a.md.swp",
            "content/.#a.md",
            "content/#a.md#",
            "content/a.md~",
            "content/a.md___jb_tmp___",
            "content/a.md.tmp",
            "content/.DS_Store",
            "content/그림.png.crdownload",
            "static/.DS_Store",
        ] {
            let mut scene = Scene::new();
            scene.at(0, WRITTEN, &[path]);
            assert_eq!(scene.due(), None, "{path}");
        }
        for path in [
            "notes.toml",
            "a.md",
            "content/aws/람다.md",
            "content/public/a.md",
            "content/#1.md",
            "static/.well-known/security.txt",
            "themes/default/assets/a.css",
            ".gitignore",
            "outside.md",
        ] {
            let mut scene = Scene::new();
            scene.at(0, WRITTEN, &[path]);
            assert_eq!(scene.coalescer.take(), paths(&[path]));
        }
    }

    #[test]
    fn lost_events_mean_everything() {
        let mut scene = Scene::new();
        let lost = Event::new(EventKind::Other).set_flag(Flag::Rescan);
        scene.at(0, WRITTEN, &["a.md"]);
        scene.coalescer.push(&Ok(lost), scene.start);
        assert_eq!(scene.coalescer.take(), Changes::Everything);
        let elsewhere = Event::new(WRITTEN).add_path("/vault/a.md".into());
        scene.coalescer.push(&Ok(elsewhere), scene.start);
        assert_eq!(scene.coalescer.take(), Changes::Everything);
        assert_eq!(scene.coalescer.take(), paths(&[]));
    }
}
