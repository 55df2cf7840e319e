//! `notes check`: everything wrong in the notes, nothing written.

use super::report::{self, Counts};
use super::terminal::Terminal;
use super::{Exit, RootArg};
use crate::BuildOptions;
use crate::bilingual;
use crate::diagnostics::{Bilingual, Failure, Severity};
use crate::source::Project;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    root: RootArg,

    #[arg(long, help = "초안도 살핍니다 | Check drafts, too")]
    drafts: bool,

    #[arg(
        long,
        help = "한 줄에 하나씩 JSON으로 출력합니다 | Print JSON, one object a line"
    )]
    json: bool,
}

pub(super) fn run(args: Args, terminal: &Terminal) -> Result<Exit, Failure> {
    let project = Project::open(&args.root.root)?;
    let options = BuildOptions {
        drafts: args.drafts,
        check_only: true,
        ..BuildOptions::default()
    };
    let progress = terminal.progress();
    let build = crate::build(&project, &options, &progress);
    progress.finish();
    let found = &build.diagnostics;
    if args.json {
        terminal.print(&report::json_lines(found, terminal.lang));
    } else {
        terminal.print(&report::everything(found, terminal.lang));
        let Bilingual { ko, en } = Counts::of(found).text();
        let notes = build.stats.notes;
        terminal.done(&if found.is_empty() {
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
    Ok(if build.worst() >= Some(Severity::Warning) {
        Exit::Wrong
    } else {
        Exit::Done
    })
}
