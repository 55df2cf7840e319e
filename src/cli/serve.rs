//! `notes serve`: arguments for the development server.

use std::net::IpAddr;

use super::terminal::Terminal;
use super::{Exit, RootArg};
use crate::diagnostics::Failure;
use crate::serve::{self, ServeOptions};
use crate::source::Project;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    root: RootArg,

    #[arg(
        long,
        help = "노트가 바뀌면 다시 만들고 브라우저를 새로 고칩니다 | Rebuild and reload the browser when notes change"
    )]
    watch: bool,

    #[arg(
        long,
        value_name = "ADDR",
        default_value = "127.0.0.1",
        hide_default_value = true,
        help = "기다릴 주소 (기본: 127.0.0.1) | Address to listen at (default: 127.0.0.1)"
    )]
    host: IpAddr,

    #[arg(
        long,
        value_name = "N",
        default_value_t = 4400,
        hide_default_value = true,
        help = "기다릴 포트 (기본: 4400) | Port to listen at (default: 4400)"
    )]
    port: u16,

    #[arg(long, help = "브라우저를 엽니다 | Open the browser")]
    open: bool,

    #[arg(long, help = "초안도 넣습니다 | Include drafts")]
    drafts: bool,
}

pub(super) fn run(args: Args, terminal: &Terminal) -> Result<Exit, Failure> {
    let project = Project::open(&args.root.root)?;
    let options = ServeOptions {
        watch: args.watch,
        host: args.host,
        port: args.port,
        open: args.open,
        drafts: args.drafts,
        lang: terminal.lang,
        quiet: terminal.quiet,
    };
    serve::run(project, &options)?;
    Ok(Exit::Done)
}
