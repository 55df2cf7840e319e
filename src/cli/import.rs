//! `notes import`: another tool's notes into this site, and an account of what could not be carried over.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::terminal::{Terminal, harmless};
use super::{Exit, RootArg};
use crate::bilingual;
use crate::diagnostics::{Bilingual, Diagnostic, Failure, Lang, Severity};
use crate::import::write::{self, Written};
use crate::import::{self, Action, ArchiveError, Goal, Kind, Limits, Plan, Tree};
use crate::source::Project;

/// How many places of one kind are shown without `--all`.
const SHOWN: usize = 10;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(
        value_name = "SOURCE",
        help = "가져올 것: Notion에서 내보낸 zip이나 폴더, Jekyll 사이트, Obsidian 보관함 | What to import: a Notion export (zip or folder), a Jekyll site, an Obsidian vault"
    )]
    source: PathBuf,

    #[arg(
        long,
        value_name = "TOOL",
        value_enum,
        help = "어느 도구의 것인지: notion, jekyll, obsidian (기본: 알아서 찾습니다) | The tool it comes from: notion, jekyll or obsidian (default: found out)"
    )]
    from: Option<Kind>,

    #[arg(
        long,
        value_name = "FOLDER",
        help = "content 안의 이 폴더에 넣습니다 | Put it into this folder of content"
    )]
    into: Option<PathBuf>,

    #[arg(
        long,
        help = "쓰지 않고 무엇을 할지만 보여 줍니다 | Show what would be done and write nothing"
    )]
    dry_run: bool,

    #[arg(
        long,
        help = "옮기지 못한 것을 줄이지 않고 모두 보여 줍니다 | Show everything that could not be carried over"
    )]
    all: bool,

    #[command(flatten)]
    root: RootArg,
}

pub(super) fn run(args: Args, terminal: &Terminal) -> Result<Exit, Failure> {
    let source = args.source.canonicalize().map_err(|error| {
        let doing = bilingual!("가져올 것을 열 수 없습니다", "Cannot open what to import");
        Failure::machine(doing, &args.source, &error)
    })?;
    let root = &args.root.root;
    if !root.exists() && !args.dry_run {
        std::fs::create_dir_all(root).map_err(|error| {
            let doing = bilingual!("사이트를 만들 수 없습니다", "Cannot make the site");
            Failure::machine(doing, root, &error)
        })?;
    }
    let project = Project::open(root)?;
    let content = write::content_of(&project, &source);
    apart(&source, &content)?;
    let goal = Goal {
        into: into(args.into.as_deref())?,
        style: project.config.slug,
        configured: project.configured,
    };

    let limits = Limits::default();
    let mut tree = Tree::open(&source, &limits).map_err(|error| unopened(&args.source, error))?;
    let detected = import::detect(&tree.paths(), args.from);
    let kind = detected.kind.ok_or_else(|| unknown(&args.source))?;
    let (name, mark) = (kind.name(), &detected.mark);
    terminal.note(&if args.from.is_some() || mark.is_empty() {
        bilingual!("{name}에서 가져옵니다.", "Importing from {name}.")
    } else {
        bilingual!(
            "{name}에서 온 것으로 보고 가져옵니다. (`{mark}`이(가) 있습니다. 아니면 `--from`으로 알려 주세요.)",
            "Importing as {name}, for there is `{mark}`. (Say otherwise with `--from`.)"
        )
    });
    tree.rebase(&detected.root);
    let items = tree.items(&limits);
    let mut plan = import::plan(kind, &items, &goal)?;
    plan.remarks.append(&mut tree.remarks);
    plan.remarks.sort();

    let shown = Shown {
        kind,
        lang: terminal.lang,
        content: project.shown(&content),
        into: &goal.into,
        root,
        all: args.all,
    };
    if args.dry_run {
        let taken = write::taken(&plan, &content);
        let paths: Vec<&str> = items.iter().map(|item| item.path.as_str()).collect();
        terminal.print(&harmless(&shown.steps(&plan, &paths)));
        terminal.print(&harmless(&shown.remarks(&plan)));
        terminal.print(&harmless(&shown.taken(&taken)));
        let (notes, files, _) = plan.counts();
        terminal.done(&bilingual!(
            "아무것도 쓰지 않았습니다. 쓴다면 노트 {notes}개, 파일 {files}개입니다.",
            "Nothing was written. It would be {notes} notes and {files} files."
        ));
        return Ok(if taken.is_empty() {
            Exit::Done
        } else {
            Exit::Wrong
        });
    }
    let written = write::apply(&plan, &mut tree, &project.root, &content)?;
    if !terminal.quiet {
        terminal.print(&harmless(&shown.counts(&plan, &written)));
        terminal.print(&harmless(&shown.remarks(&plan)));
    }
    let trouble = shown.taken(&written.taken) + &shown.failed(&written);
    terminal.tell(&trouble);
    if !terminal.quiet {
        terminal.print(&harmless(&shown.next()));
    }
    Ok(if trouble.is_empty() {
        Exit::Done
    } else {
        Exit::Wrong
    })
}

/// Refuses to import a folder into itself, or out of the site's own notes.
fn apart(source: &Path, content: &Path) -> Result<(), Failure> {
    if !source.is_dir() || !(content.starts_with(source) || source.starts_with(content)) {
        return Ok(());
    }
    let (from, to) = (source.display(), content.display());
    let message = bilingual!(
        "가져올 폴더 `{from}`와 노트를 둘 폴더 `{to}`가 겹칩니다.",
        "What to import, `{from}`, and where it goes, `{to}`, overlap."
    );
    let hint = bilingual!(
        "`--root`로 다른 폴더를 주세요: notes import {from} --root 새사이트",
        "Give another folder with `--root`: notes import {from} --root new-site"
    );
    Err(Failure::usage(
        Diagnostic::new(Severity::Error, "import-overlap", message).hint(hint),
    ))
}

/// The folder of `--into`, clean and inside.
fn into(written: Option<&Path>) -> Result<String, Failure> {
    let Some(written) = written else {
        return Ok(String::new());
    };
    import::folder_within(written).ok_or_else(|| {
        let shown = written.display();
        let message = bilingual!(
            "content 안의 폴더가 아닙니다: `{shown}`",
            "This is no folder within content: `{shown}`"
        );
        let hint = bilingual!(
            "`가져온글`처럼 `/`나 `..`로 시작하지 않게 적으세요.",
            "Write it like `imported`, without `/` or `..` at its start."
        );
        Failure::usage(Diagnostic::new(Severity::Error, "import-into", message).hint(hint))
    })
}

fn unknown(source: &Path) -> Failure {
    let shown = source.display();
    let message = bilingual!(
        "`{shown}`이(가) 어느 도구의 것인지 알 수 없습니다.",
        "Cannot tell which tool `{shown}` comes from."
    );
    let hint = bilingual!(
        "Notion(이름 뒤에 32자리가 붙은 파일), Jekyll(`_config.yml`, `_posts`), Obsidian(`.obsidian`)을 찾았습니다. `--from notion`처럼 알려 주세요. 보통의 마크다운 폴더라면 가져올 것 없이 content/에 복사하면 됩니다.",
        "Looked for Notion (names with 32 digits), Jekyll (`_config.yml`, `_posts`) and Obsidian (`.obsidian`). Say which with `--from notion`. A plain folder of Markdown needs no import: copy it into content/."
    );
    Failure::usage(Diagnostic::new(Severity::Error, "import-unknown", message).hint(hint))
}

fn unopened(source: &Path, error: ArchiveError) -> Failure {
    let shown = source.display();
    let (code, message, hint) = match error {
        ArchiveError::Io(error) => {
            let doing = bilingual!("가져올 것을 읽을 수 없습니다", "Cannot read what to import");
            return Failure::machine(doing, source, &error);
        }
        ArchiveError::Damaged(detail) => (
            "import-archive",
            bilingual!(
                "zip 파일이 아니거나 망가졌습니다: `{shown}` ({detail})",
                "This is no zip file, or a damaged one: `{shown}` ({detail})"
            ),
            bilingual!(
                "다시 내보내거나, 압축을 푼 폴더를 주세요.",
                "Export it again, or unpack it and name the folder."
            ),
        ),
        ArchiveError::TooMany(limit) => (
            "import-too-large",
            bilingual!(
                "파일이 {limit}개보다 많습니다: `{shown}`",
                "There are more than {limit} files in `{shown}`"
            ),
            bilingual!("나누어서 가져오세요.", "Import it in parts."),
        ),
        ArchiveError::TooLarge(bytes) => (
            "import-too-large",
            bilingual!(
                "압축을 풀면 {bytes}바이트 이상이라 열지 않았습니다: `{shown}`",
                "`{shown}` would unpack to {bytes} bytes or more and was not opened"
            ),
            bilingual!(
                "믿을 수 있는 파일이라면 압축을 직접 풀고 그 폴더를 가져오세요.",
                "If you trust it, unpack it yourself and import the folder."
            ),
        ),
    };
    Failure::usage(Diagnostic::new(Severity::Error, code, message).hint(hint))
}

/// How an import is told.
struct Shown<'a> {
    kind: Kind,
    lang: Lang,
    content: String,
    into: &'a str,
    root: &'a Path,
    all: bool,
}

impl Shown<'_> {
    fn say(&self, out: &mut String, text: &Bilingual) {
        out.push_str(text.get(self.lang));
        out.push('\n');
    }

    fn steps(&self, plan: &Plan, items: &[&str]) -> String {
        let mut out = String::new();
        let from = |at: &usize| items.get(*at).copied().unwrap_or("");
        let content = &self.content;
        for action in &plan.actions {
            let text = match action {
                Action::Note { to, from: at, .. } => {
                    bilingual!("노트  {content}/{to}", "note  {content}/{to}")
                        .with(&format!("  ← {}", from(at)))
                }
                Action::Copy { to, from: at } => {
                    bilingual!("파일  {content}/{to}", "file  {content}/{to}")
                        .with(&format!("  ← {}", from(at)))
                }
                Action::Config { .. } => bilingual!("설정  notes.toml", "config  notes.toml"),
                Action::Skip { from: at, .. } => {
                    bilingual!("그냥 둠", "left").with(&format!("  {}", from(at)))
                }
            };
            self.say(&mut out, &text);
        }
        out
    }

    fn counts(&self, plan: &Plan, written: &Written) -> String {
        let (name, links) = (self.kind.name(), plan.links);
        let place = match self.into {
            "" => format!("{}/", self.content),
            into => format!("{}/{into}/", self.content),
        };
        let Written {
            notes,
            files,
            unchanged,
            ..
        } = written;
        let mut out = String::new();
        self.say(
            &mut out,
            &bilingual!("{name} → {place}", "{name} → {place}"),
        );
        self.say(
            &mut out,
            &bilingual!(
                "  노트 {notes}개 · 파일 {files}개를 썼습니다. 고친 링크 {links}개.",
                "  {notes} notes and {files} files written, {links} links rewritten."
            ),
        );
        if *unchanged > 0 {
            self.say(
                &mut out,
                &bilingual!(
                    "  {unchanged}개는 똑같은 것이 이미 있어 그대로 두었습니다.",
                    "  {unchanged} were there already, byte for byte."
                ),
            );
        }
        if written.config {
            self.say(
                &mut out,
                &bilingual!(
                    "  notes.toml을 만들었습니다. 열어서 확인하세요.",
                    "  Made notes.toml; please look it over."
                ),
            );
        }
        out
    }

    fn remarks(&self, plan: &Plan) -> String {
        let mut out = String::new();
        if plan.remarks.is_empty() {
            return out;
        }
        let n = plan.remarks.len();
        self.say(
            &mut out,
            &bilingual!(
                "\n옮기지 못했거나 바꾼 것 {n}건 (줄 번호는 원본의 것)",
                "\nNot carried over, or changed: {n} (lines are those of the original)"
            ),
        );
        for (what, remarks) in plan.by_kind() {
            let Bilingual { ko, en } = what.title();
            let n = remarks.len();
            self.say(&mut out, &bilingual!("\n  {ko} ({n})", "\n  {en} ({n})"));
            let most = if self.all { usize::MAX } else { SHOWN };
            for remark in remarks.iter().take(most) {
                let _ = write!(out, "    {}", remark.file);
                if remark.line > 0 {
                    let _ = write!(out, ":{}", remark.line);
                }
                if !remark.detail.is_empty() {
                    let _ = write!(out, "  {}", remark.detail);
                }
                out.push('\n');
            }
            let rest = n.saturating_sub(most);
            if rest > 0 {
                self.say(
                    &mut out,
                    &bilingual!(
                        "    … 그 밖에 {rest}곳 (`--all`로 모두 봅니다)",
                        "    … and {rest} more (`--all` shows them)"
                    ),
                );
            }
            if let Some(Bilingual { ko, en }) = what.advice() {
                self.say(&mut out, &bilingual!("    = {ko}", "    = {en}"));
            }
        }
        out.push('\n');
        out
    }

    fn taken(&self, taken: &[String]) -> String {
        let mut out = String::new();
        if taken.is_empty() {
            return out;
        }
        let n = taken.len();
        self.say(
            &mut out,
            &bilingual!(
                "이름이 같고 내용이 다른 파일이 이미 있어 쓰지 않은 것 {n}개:",
                "Not written, because other files have these names already: {n}"
            ),
        );
        for path in taken {
            let _ = writeln!(out, "  {}/{path}", self.content);
        }
        self.say(&mut out, &bilingual!(
            "  = 먼저 가져온 뒤 고친 노트라면 그대로 두면 됩니다. 다른 글이라면 `--into 폴더`로 따로 넣으세요.",
            "  = If you edited them after an earlier import, all is well. If they are other notes, use `--into FOLDER`."
        ));
        out
    }

    fn failed(&self, written: &Written) -> String {
        let mut out = String::new();
        if written.failed.is_empty() {
            return out;
        }
        let n = written.failed.len();
        self.say(
            &mut out,
            &bilingual!("쓰지 못한 것 {n}개:", "Could not be written: {n}"),
        );
        for (path, error) in &written.failed {
            let _ = writeln!(out, "  {}/{path}: {error}", self.content);
        }
        self.say(
            &mut out,
            &bilingual!(
                "  = 까닭을 없애고 같은 명령을 다시 실행하면 이어서 가져옵니다.",
                "  = Mend the cause and run the same command again; it goes on where it stopped."
            ),
        );
        out
    }

    fn next(&self) -> String {
        let root = if self.root == Path::new(".") {
            String::new()
        } else {
            format!(" --root {}", self.root.display())
        };
        let mut out = String::new();
        self.say(&mut out, &bilingual!(
            "원본은 건드리지 않았습니다. 다음에는:\n  notes check{root}          깨진 링크 찾기\n  notes serve{root} --watch  보면서 고치기",
            "The original is as it was. Next:\n  notes check{root}          find broken links\n  notes serve{root} --watch  see it while you edit"
        ));
        out
    }
}

impl Bilingual {
    /// The same with `tail` behind it.
    fn with(mut self, tail: &str) -> Bilingual {
        self.ko.push_str(tail);
        self.en.push_str(tail);
        self
    }
}
