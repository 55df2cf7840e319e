//! `notes build`: the pipeline, then the swap.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Instant;

use super::report::{self, Counts};
use super::terminal::Terminal;
use super::{Exit, RootArg};
use crate::bilingual;
use crate::diagnostics::{Bilingual, Failure, Severity};
use crate::images::Work;
use crate::output::{self, Published};
use crate::progress::{Progress as _, Stage};
use crate::source::Project;
use crate::{Build, BuildOptions};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    root: RootArg,

    #[arg(
        long,
        value_name = "DIR",
        help = "사이트를 놓을 폴더 (기본: 사이트 폴더의 public) | Where to put the site (default: public in the site's folder)"
    )]
    out: Option<PathBuf>,

    #[arg(
        long,
        value_name = "URL",
        help = "사이트가 공개될 주소, 예: https://example.com/notes/ | Address the site is published at, such as https://example.com/notes/"
    )]
    base_url: Option<String>,

    #[arg(long, help = "초안도 넣습니다 | Include drafts")]
    drafts: bool,

    #[arg(
        long,
        help = "경고가 하나라도 있으면 만들지 않고 1로 끝냅니다 | With any warning, publish nothing and exit with 1"
    )]
    strict: bool,

    #[arg(
        long,
        value_name = "N",
        help = "동시에 일할 스레드의 수 (기본: CPU 수) | Number of threads (default: that of the CPUs)"
    )]
    jobs: Option<NonZeroUsize>,

    #[arg(
        long,
        help = "캐시를 쓰지 않고 처음부터 다시 만듭니다 | Build from nothing, without the cache"
    )]
    no_cache: bool,
}

pub(super) fn run(args: Args, terminal: &Terminal) -> Result<Exit, Failure> {
    let since = Instant::now();
    let mut project = Project::open(&args.root.root)?;
    if let Some(out) = &args.out {
        project = project.with_out(out)?;
    }
    if let Some(address) = &args.base_url {
        project.config = project.config.with_base_url(address)?;
    }
    // Before minutes of work rather than after.
    output::refuse_foreign(&project.out)?;
    let options = BuildOptions {
        drafts: args.drafts,
        images: match args.no_cache {
            true => Work::MakeAll,
            false => Work::Make,
        },
        ..BuildOptions::default()
    };
    in_pool(args.jobs, || {
        let progress = terminal.progress();
        let mut build = crate::build(&project, &options, &progress);
        if build.stats.notes == 0 && !project.configured && build.worst() < Some(Severity::Error) {
            // Not a site but some other folder: better no output at all.
            let mut nothing = project.no_notes();
            nothing.severity = Severity::Error;
            return Err(Failure::usage(nothing));
        }
        if args.strict && build.worst() >= Some(Severity::Warning) {
            progress.finish();
            return Ok(refused(&build, terminal));
        }
        progress.enter(Stage::Write, 0);
        let writing = Instant::now();
        let waiting = || {
            terminal.note(&bilingual!(
                "다른 notes가 같은 곳에 쓰고 있어서 기다립니다…",
                "Another notes is writing here; waiting…"
            ));
        };
        let published =
            output::publish(&build.tree, &project.out, &waiting, &mut build.diagnostics)?;
        build.stats.times.push((Stage::Write, writing.elapsed()));
        progress.finish();

        terminal.tell(&report::digest(&build.diagnostics, terminal));
        terminal.done(&summary(&project, &build, published, since));
        let bar = if args.strict {
            Severity::Warning
        } else {
            Severity::Error
        };
        Ok(if build.worst() >= Some(bar) {
            Exit::Wrong
        } else {
            Exit::Done
        })
    })
}

/// Runs `work` on a pool of `jobs` threads, or on the common one.
fn in_pool<T: Send>(jobs: Option<NonZeroUsize>, work: impl FnOnce() -> T + Send) -> T {
    let pool = jobs.and_then(|jobs| {
        rayon::ThreadPoolBuilder::new()
            .num_threads(jobs.get().min(512))
            .build()
            .ok()
    });
    match pool {
        Some(pool) => pool.install(work),
        None => work(),
    }
}

fn refused(build: &Build, terminal: &Terminal) -> Exit {
    terminal.tell(&report::digest(&build.diagnostics, terminal));
    let Bilingual { ko, en } = Counts::of(&build.diagnostics).text();
    let message = bilingual!(
        "--strict: 경고가 있어서 사이트를 바꾸지 않았습니다. {ko}",
        "--strict: there are warnings; the site was left as it was. {en}"
    );
    terminal.tell(&format!("{}\n", message.get(terminal.lang)));
    Exit::Wrong
}

/// The closing lines: what there is now, what is wrong, where the time went.
fn summary(project: &Project, build: &Build, published: Published, since: Instant) -> Bilingual {
    let stats = &build.stats;
    let (pages, sections) = (stats.pages, stats.search.sections);
    let search = report::size(stats.search.bytes);
    let Published { files, written, .. } = published;
    let same = files - written;
    let out = project.shown(&project.out);
    let Bilingual {
        ko: drafts_ko,
        en: drafts_en,
    } = match stats.drafts {
        0 => Bilingual {
            ko: String::new(),
            en: String::new(),
        },
        n => bilingual!(" · 뺀 초안 {n}", " · {n} drafts left out"),
    };
    let Bilingual {
        ko: found_ko,
        en: found_en,
    } = Counts::of(&build.diagnostics).text();
    let total = report::time(since.elapsed());
    let mut line = bilingual!(
        "`{out}`에 사이트를 만들었습니다.\n  쪽 {pages} · 절 {sections} · 검색 {search} · 파일 {files} (새로 {written}, 그대로 {same}){drafts_ko}\n  {found_ko}\n  {total}:",
        "The site is in `{out}`.\n  {pages} pages · {sections} sections · search {search} · {files} files ({written} written, {same} unchanged){drafts_en}\n  {found_en}\n  {total}:",
    );
    for (stage, duration) in &stats.times {
        let (name, took) = (stage.name(), report::time(*duration));
        line.ko.push_str(&format!(" {} {took} ·", name.ko));
        line.en.push_str(&format!(" {} {took} ·", name.en));
    }
    for text in [&mut line.ko, &mut line.en] {
        text.truncate(text.trim_end_matches([' ', '·']).len());
    }
    line
}
