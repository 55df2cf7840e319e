//! `notes check`: everything wrong in the notes. Writes nothing but, with `--fix`, the notes it repairs and, with
//! `--external`, the cache of what the web said.
//!
//! Steps: repair (`--fix`); check; ask the web (`--external`); print.

use std::path::Path;
use std::time::Duration;

use clap::ValueEnum;

use super::report::{self, Counts};
use super::terminal::Terminal;
use super::{Exit, RootArg};
use crate::bilingual;
use crate::check::external::{self, Asking, Cache, Client, Policy};
use crate::check::{self, CheckOptions, Checked, columns, fix};
use crate::diagnostics::{Bilingual, Diagnostic, Failure, Severity};
use crate::source::Project;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    root: RootArg,

    #[arg(long, help = "초안도 살핍니다 | Check drafts, too")]
    drafts: bool,

    #[arg(
        long,
        help = "안전한 것은 고칩니다: 이름의 NFC, UTF-8, BOM, 줄 끝 | Repair what is safe: names to NFC, UTF-8, byte-order marks, line endings"
    )]
    fix: bool,

    #[arg(
        long,
        requires = "fix",
        help = "무엇을 고칠지 보여 주기만 합니다 | Only show what would be repaired"
    )]
    dry_run: bool,

    #[arg(
        long,
        help = "웹으로 가는 링크도 살핍니다 | Check links to the web, too"
    )]
    external: bool,

    #[arg(
        long,
        requires = "external",
        help = "전에 물어본 것도 다시 물어봅니다 | Ask again what was asked before"
    )]
    no_cache: bool,

    #[arg(
        long,
        conflicts_with = "format",
        help = "한 줄에 하나씩 JSON으로 출력합니다 (--format json과 같음) | Print JSON, one object a line (the same as --format json)"
    )]
    json: bool,

    #[arg(
        long,
        value_name = "FORMAT",
        help = "출력의 꼴: text, json, github | Form of the output: text, json, github"
    )]
    format: Option<Format>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    // For people.
    Text,
    // For editors: one object a line.
    Json,
    // For GitHub Actions: annotations.
    Github,
}

pub(super) fn run(args: Args, terminal: &Terminal) -> Result<Exit, Failure> {
    let project = Project::open(&args.root.root)?;
    let format = match args.json {
        true => Format::Json,
        false => args.format.unwrap_or(Format::Text),
    };
    let mut fixed = Fixed::default();
    if args.fix {
        fixed = repair(&project, args.dry_run, format, terminal);
        if args.dry_run {
            return Ok(fixed.exit);
        }
    }
    let progress = terminal.progress();
    let options = CheckOptions {
        drafts: args.drafts,
        external: args.external,
    };
    let mut checked = check::check(&project, options, &progress);
    let (mut asked, mut unreachable) = (None, None);
    if args.external {
        match ask(&project, &checked, args.no_cache, &progress) {
            Ok(mut report) => {
                checked.diagnostics.append(&mut report.diagnostics);
                asked = Some(report);
            }
            Err(failure) => unreachable = Some(failure),
        }
    }
    progress.finish();
    print(
        &mut checked,
        &fixed.refused,
        &project,
        &args.root.root,
        format,
        terminal,
    );
    // What is wrong in the notes is worth knowing all the same, and was printed.
    if let Some(failure) = unreachable {
        return Err(failure);
    }
    if format == Format::Text {
        summary(&checked, asked.as_ref(), terminal);
    }
    let worst = checked.diagnostics.iter().map(|found| found.severity).max();
    Ok(match fixed.exit {
        Exit::Machine => Exit::Machine,
        _ if worst >= Some(Severity::Warning) => Exit::Wrong,
        _ => Exit::Done,
    })
}

/// What `--fix` came to.
struct Fixed {
    exit: Exit,
    /// What it left alone, beyond what the check finds again.
    refused: Vec<Diagnostic>,
}

impl Default for Fixed {
    fn default() -> Self {
        Fixed {
            exit: Exit::Done,
            refused: Vec::new(),
        }
    }
}

/// Repairs, and says what. Lines about changes are results where the output is for people; elsewhere they go to
/// standard error, so that what is printed stays what its reader expects.
fn repair(project: &Project, dry_run: bool, format: Format, terminal: &Terminal) -> Fixed {
    let plan = fix::plan(project);
    let say = |message: &Bilingual| match format {
        Format::Text => terminal.done(message),
        _ => terminal.note(message),
    };
    if dry_run {
        for change in &plan.changes {
            let Bilingual { ko, en } = change.text(project);
            say(&bilingual!("고칠 것: {ko}", "Would repair: {en}"));
        }
        let count = plan.changes.len();
        say(&match count {
            0 => bilingual!("고칠 것이 없습니다.", "There is nothing to repair."),
            _ => bilingual!(
                "모두 {count}가지입니다. `--dry-run` 없이 실행하면 고칩니다.",
                "{count} repairs in all. Run without `--dry-run` to make them."
            ),
        });
        for refused in &plan.refused {
            terminal.tell(&refused.render(terminal.lang));
        }
        return Fixed::default();
    }
    let applied = fix::apply(project, &plan, &mut |change| {
        let Bilingual { ko, en } = change.text(project);
        say(&bilingual!("고쳤습니다: {ko}", "Repaired: {en}"));
    });
    let failed = !applied.failed.is_empty();
    let mut refused = applied.failed;
    // Names that collide are found by the check as well.
    refused.extend(
        plan.refused
            .into_iter()
            .filter(|found| found.code == "not-fixed"),
    );
    Fixed {
        exit: if failed { Exit::Machine } else { Exit::Done },
        refused,
    }
}

/// Asks the web.
fn ask(
    project: &Project,
    checked: &Checked,
    no_cache: bool,
    progress: &dyn crate::progress::Progress,
) -> Result<external::Report, Failure> {
    let config = &project.config.check;
    let path = project.root.join(".notes-cache/links.json");
    let now = jiff::Timestamp::now().as_second().try_into().unwrap_or(0);
    let mut cache = match no_cache {
        true => Cache::default(),
        false => Cache::load(&path),
    };
    let policy = Policy {
        concurrency: config.external_concurrency.clamp(1, 64),
        ..Policy::default()
    };
    let timeout = Duration::from_secs(config.external_timeout.clamp(1, 300));
    let client = Client::new(timeout, config.external_local);
    // A cache that cannot be written only costs time.
    let save = |cache: &Cache| drop(cache.save(&path, now, config.external_cache_days));
    let asking = Asking {
        config,
        policy: &policy,
        fetch: &client,
        now,
        progress,
        save: &save,
    };
    external::check(&checked.external, &mut cache, &asking)
}

/// Prints everything that was found.
fn print(
    checked: &mut Checked,
    refused: &[Diagnostic],
    project: &Project,
    root: &Path,
    format: Format,
    terminal: &Terminal,
) {
    checked.diagnostics.extend_from_slice(refused);
    let found = &mut checked.diagnostics;
    let text = match format {
        Format::Text => report::everything(found, terminal.lang),
        Format::Json => {
            columns::as_on_disk(project, found);
            report::json_lines(found, terminal.lang)
        }
        Format::Github => {
            columns::as_on_disk(project, found);
            report::github_lines(found, root, terminal.lang)
        }
    };
    terminal.print(&text);
}

fn summary(checked: &Checked, asked: Option<&external::Report>, terminal: &Terminal) {
    if let Some(report) = asked {
        let external::Report {
            addresses,
            asked,
            cached,
            ignored,
            ..
        } = report;
        terminal.done(&bilingual!(
            "외부 주소 {addresses}개: 물어본 것 {asked} · 캐시 {cached} · 살피지 않은 것 {ignored}",
            "{addresses} external addresses: {asked} asked · {cached} cached · {ignored} left out"
        ));
    }
    if checked.unused_files > 0 {
        let (files, size) = (checked.unused_files, report::size(checked.unused_bytes));
        terminal.done(&bilingual!(
            "쓰지 않는 파일 {files}개가 {size}를 차지합니다.",
            "{files} unused files take {size}."
        ));
    }
    let Bilingual { ko, en } = Counts::of(&checked.diagnostics).text();
    let notes = checked.notes;
    terminal.done(&if checked.diagnostics.is_empty() {
        bilingual!(
            "노트 {notes}개에 잘못된 곳이 없습니다.",
            "Nothing is wrong in {notes} notes."
        )
    } else {
        bilingual!(
            "노트 {notes}개를 살폈습니다. {ko}",
            "Checked {notes} notes. {en}"
        )
    });
}
