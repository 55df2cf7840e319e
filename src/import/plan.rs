//! What an import will do, as data: files to write, files to copy, files left behind, and every thing that could not be
//! carried over with its place. Made by the planners, carried out by `write`, printed by the CLI.

use std::collections::BTreeMap;

use crate::bilingual;
use crate::config::SlugStyle;
use crate::diagnostics::Bilingual;

use super::names::{self, Names};

/// A file of the export.
#[derive(Debug, Clone, Default)]
pub struct Item {
    /// Its path in the export: NFC, `/`-separated, no `..`. Two files may share one where they differ in normal form.
    pub path: String,
    /// Its text (NFC, `\n`), where it is of a kind that is read.
    pub text: Option<String>,
    /// Why it has no text though it is of a kind that is read.
    pub unreadable: Option<Bilingual>,
}

/// Where the export goes.
#[derive(Debug, Clone, Default)]
pub struct Goal {
    /// Folder within the content folder, `""` for the content folder itself.
    pub into: String,
    /// How the site makes addresses: two names that make one address are one name too many.
    pub style: SlugStyle,
    /// Whether the site has a `notes.toml`.
    pub configured: bool,
}

/// One step of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Write a note.
    Note {
        /// Path in the content folder.
        to: String,
        /// Index of the item it comes from.
        from: usize,
        /// Its whole text.
        text: String,
    },
    /// Copy a file as it is.
    Copy {
        /// Path in the content folder.
        to: String,
        /// Index of the item.
        from: usize,
    },
    /// Write `notes.toml`, where the site has none.
    Config {
        /// Its text.
        text: String,
    },
    /// Leave a file behind.
    Skip {
        /// Index of the item.
        from: usize,
        /// What kind of thing it is.
        what: What,
    },
}

/// What an import will do.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// The steps, in order of where they lead.
    pub actions: Vec<Action>,
    /// What cannot be carried over, in order of kind and place.
    pub remarks: Vec<Remark>,
    /// How many links were rewritten.
    pub links: usize,
}

/// One thing that could not be carried over, or was changed on the way.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Remark {
    /// What kind of thing.
    pub what: What,
    /// The file in the export.
    pub file: String,
    /// 1-based line; 0 where the whole file is meant.
    pub line: usize,
    /// The offending text, shortened; may be empty.
    pub detail: String,
}

/// Kinds of [`Remark`]s, the gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    /// A name that leaves the export: `..`, an absolute path, a drive letter.
    UnsafePath,
    /// A symbolic link.
    Symlink,
    /// An entry that cannot be read: encrypted, damaged, compressed in a way we do not know.
    Unreadable,
    /// A note that is no text.
    NotText,
    /// A path too long or deep to be published.
    PathTooLong,
    /// A link to something that is not in the export.
    BrokenLink,
    /// A link to Notion's own site.
    NotionLink,
    /// A link to one paragraph, which became a link to the page.
    BlockLink,
    /// An address of Notion's that stops working.
    ExpiringFile,
    /// Liquid that is left as it is.
    Liquid,
    /// A page written in HTML.
    HtmlPage,
    /// A file that Liquid would have filled in.
    LiquidFile,
    /// Layouts, includes, styles, scripts, plugins: the theme.
    ThemeFile,
    /// The repository's own files: `Gemfile`, `README.md`, caches.
    ProjectFile,
    /// A setting of `_config.yml`.
    Setting,
    /// Code that a plugin of Obsidian would run.
    PluginCode,
    /// A file that only Obsidian or its plugin can show.
    PluginFile,
    /// Plugins that were on.
    Plugin,
    /// A template, not a note.
    Template,
    /// Front matter under another name or form.
    Property,
    /// A file under another name.
    Renamed,
    /// A page of a collection or folder that was never published, now a draft.
    Draft,
}

impl What {
    /// The heading of its list.
    pub fn title(self) -> Bilingual {
        match self {
            What::UnsafePath => bilingual!(
                "밖을 가리키는 이름이라 꺼내지 않은 파일",
                "Files not unpacked because their names lead outside"
            ),
            What::Symlink => bilingual!(
                "따라가지 않은 심볼릭 링크",
                "Symbolic links, which are not followed"
            ),
            What::Unreadable => bilingual!("읽을 수 없는 파일", "Files that cannot be read"),
            What::NotText => bilingual!("글자로 읽을 수 없는 노트", "Notes that are no text"),
            What::PathTooLong => {
                bilingual!("경로가 너무 긴 파일", "Files whose paths are too long")
            }
            What::BrokenLink => bilingual!(
                "가리키는 파일이 없는 링크",
                "Links to files that are not there"
            ),
            What::NotionLink => bilingual!(
                "Notion에만 있는 쪽으로 가는 링크",
                "Links to pages that are only on Notion"
            ),
            What::BlockLink => bilingual!(
                "쪽 전체로 바꾼 블록 링크",
                "Links to a block, now to its page"
            ),
            What::ExpiringFile => bilingual!(
                "곧 끊길 Notion 파일 주소",
                "Addresses of Notion's files that will expire"
            ),
            What::Liquid => bilingual!("그대로 둔 Liquid 문법", "Liquid left as it is"),
            What::HtmlPage => bilingual!("HTML로 쓴 쪽", "Pages written in HTML"),
            What::LiquidFile => {
                bilingual!("Jekyll이 채워서 만드는 파일", "Files that Jekyll fills in")
            }
            What::ThemeFile => bilingual!(
                "테마 파일(레이아웃, 스타일, 스크립트, 플러그인)",
                "The theme's files (layouts, styles, scripts, plugins)"
            ),
            What::ProjectFile => bilingual!("저장소를 위한 파일", "The repository's own files"),
            What::Setting => bilingual!("_config.yml의 설정", "Settings of _config.yml"),
            What::PluginCode => bilingual!("플러그인이 실행하는 코드", "Code that plugins run"),
            What::PluginFile => bilingual!(
                "Obsidian이나 플러그인만 여는 파일",
                "Files that only Obsidian or its plugins open"
            ),
            What::Plugin => bilingual!("켜 두었던 플러그인", "Plugins that were on"),
            What::Template => bilingual!(
                "템플릿(노트로 보지 않았습니다)",
                "Templates (not taken for notes)"
            ),
            What::Property => bilingual!(
                "이름이나 꼴을 바꾼 머리말 항목",
                "Front matter under another name or form"
            ),
            What::Renamed => bilingual!("이름을 바꾼 파일", "Files under another name"),
            What::Draft => bilingual!(
                "공개되지 않던 글(초안으로 가져왔습니다)",
                "Pages that were not public (now drafts)"
            ),
        }
    }

    /// What to do about it.
    pub fn advice(self) -> Option<Bilingual> {
        Some(match self {
            What::UnsafePath | What::Symlink => bilingual!(
                "필요하면 파일을 직접 content/에 복사하세요.",
                "Copy them into content/ by hand if you need them."
            ),
            What::Unreadable => bilingual!(
                "압축을 직접 푼 다음 그 폴더를 가져오세요.",
                "Unpack the archive yourself and import the folder."
            ),
            What::NotText => bilingual!(
                "UTF-8로 저장한 다음 다시 가져오세요.",
                "Save them as UTF-8 and import again."
            ),
            What::NotionLink => bilingual!(
                "그 쪽까지 함께 내보내거나, 링크를 고치세요.",
                "Export those pages, too, or mend the links."
            ),
            What::ExpiringFile => bilingual!(
                "파일을 내려받아 노트 옆에 두고 링크를 바꾸세요.",
                "Download the files, put them beside the notes and change the links."
            ),
            What::BrokenLink => bilingual!(
                "`notes check`가 줄마다 고칠 방법을 알려 줍니다.",
                "`notes check` says line by line how to mend them."
            ),
            What::Liquid => bilingual!(
                "마크다운으로 바꾸어 적으세요. Liquid는 실행하지 않습니다.",
                "Write them in Markdown; Liquid is not run."
            ),
            What::HtmlPage => bilingual!(
                "필요한 쪽은 마크다운으로 옮겨 적으세요. 목록과 태그 쪽은 저절로 만들어집니다.",
                "Rewrite what you need in Markdown; lists and tag pages are made by themselves."
            ),
            What::LiquidFile => bilingual!(
                "피드, 사이트맵, 검색은 notes가 만듭니다.",
                "Feed, sitemap and search are made by notes."
            ),
            What::ThemeFile => bilingual!(
                "모양은 설명서의 `테마`를 보고 바꾸세요.",
                "See `theme` in the manual to change the look."
            ),
            What::Setting => bilingual!(
                "설명서의 `설정`에서 비슷한 항목을 찾으세요.",
                "See `config` in the manual for what corresponds."
            ),
            What::PluginCode => bilingual!(
                "결과를 글로 적어 두세요. 실행하지 않고 코드로 보여 줍니다.",
                "Write the result as text; the code is shown, not run."
            ),
            _ => return None,
        })
    }
}

impl Plan {
    /// Adds a remark; its detail is cut to a line's length.
    pub(super) fn remark(&mut self, what: What, file: &str, line: usize, detail: &str) {
        let detail = detail.split_whitespace().collect::<Vec<_>>().join(" ");
        let short: String = detail.chars().take(100).collect();
        let detail = if short.len() < detail.len() {
            format!("{short}…")
        } else {
            short
        };
        self.remarks.push(Remark {
            what,
            file: file.to_owned(),
            line,
            detail,
        });
    }

    /// Leaves the item `from` behind.
    pub(super) fn skip(&mut self, items: &[Item], from: usize, what: What) {
        if let Some(item) = items.get(from) {
            let detail = item
                .unreadable
                .as_ref()
                .map_or("", |reason| reason.ko.as_str());
            self.remark(what, &item.path, 0, detail);
        }
        self.actions.push(Action::Skip { from, what });
    }

    /// Puts steps and remarks in order, and leaves out what no site could publish.
    pub(super) fn settle(&mut self) {
        let too_long = |to: &str| to.len() > 900 || to.split('/').any(|name| name.len() > 240);
        let mut remarks = Vec::new();
        for action in &mut self.actions {
            let (Action::Note { to, from, .. } | Action::Copy { to, from }) = action else {
                continue;
            };
            if too_long(to) {
                remarks.push((std::mem::take(to), *from));
                *action = Action::Skip {
                    from: remarks.last().map_or(0, |(_, from)| *from),
                    what: What::PathTooLong,
                };
            }
        }
        for (to, _) in remarks {
            self.remark(What::PathTooLong, &to, 0, "");
        }
        self.actions.sort_by(|a, b| a.order().cmp(&b.order()));
        self.remarks.sort();
        self.remarks.dedup();
    }

    /// How many notes, files and left-behind files there are.
    pub fn counts(&self) -> (usize, usize, usize) {
        let count = |wanted: fn(&Action) -> bool| self.actions.iter().filter(|a| wanted(a)).count();
        (
            count(|a| matches!(a, Action::Note { .. })),
            count(|a| matches!(a, Action::Copy { .. })),
            count(|a| matches!(a, Action::Skip { .. })),
        )
    }

    /// The remarks by kind, gravest first.
    pub fn by_kind(&self) -> BTreeMap<What, Vec<&Remark>> {
        let mut groups: BTreeMap<What, Vec<&Remark>> = BTreeMap::new();
        for remark in &self.remarks {
            groups.entry(remark.what).or_default().push(remark);
        }
        groups
    }
}

impl Action {
    fn order(&self) -> (u8, &str, usize) {
        match self {
            Action::Config { .. } => (0, "", 0),
            Action::Note { to, from, .. } => (1, to, *from),
            Action::Copy { to, from } => (2, to, *from),
            Action::Skip { from, .. } => (3, "", *from),
        }
    }
}

/// The paths of all items as they will be called, for exports whose names stay: each segment clean, each file free,
/// folders that were one staying one. `None` for items that `keep` leaves out. Renamed files are reported.
pub(super) fn keep_names(
    items: &[Item],
    plan: &mut Plan,
    mut place: impl FnMut(&Item) -> Option<String>,
) -> Vec<Option<String>> {
    let mut names = Names::default();
    items
        .iter()
        .map(|item| {
            let wanted = place(item)?;
            let clean = names::clean_path(&wanted);
            let free = names.free_path(&clean);
            if free != wanted {
                plan.remark(What::Renamed, &item.path, 0, &format!("→ {free}"));
            }
            Some(free)
        })
        .collect()
}

/// Whether systems and editors left this file behind, so that nobody need hear of it.
pub(super) fn is_junk(path: &str) -> bool {
    path.split('/').any(|name| {
        matches!(
            name,
            ".DS_Store"
                | "Thumbs.db"
                | "desktop.ini"
                | "__MACOSX"
                | "Icon\r"
                | ".git"
                | ".gitkeep"
                | ".gitignore"
                | ".localized"
        ) || name.starts_with("._")
            || name.starts_with("~$")
    })
}

/// Whether some part of the path is hidden.
pub(super) fn is_hidden(path: &str) -> bool {
    path.split('/').any(|name| name.starts_with('.'))
}

/// Whether this is a note by its name.
pub(super) fn is_note(path: &str) -> bool {
    crate::source::is_note_path(std::path::Path::new(path))
}
