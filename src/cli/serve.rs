//! `notes serve`: arguments for the development server.

use std::net::IpAddr;

use super::terminal::Terminal;
use super::{Exit, RootArg};
use crate::diagnostics::Failure;
use crate::images::Work;
use crate::progress::Silent;
use crate::serve::{self, Rebuilt};
use crate::source::Project;
use crate::{BuildOptions, build};

/// The browser's side of live reload; no part of the published site.
const RELOAD_SCRIPT: &str = include_str!("../../themes/default/assets/reload.js");

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
    let mut project = Project::open(&args.root.root)?;
    let options = serve::Options {
        root: project.root.clone(),
        host: args.host.to_string(),
        port: args.port,
        watch: args.watch,
        open: args.open,
        lang: terminal.lang,
        reload_script: RELOAD_SCRIPT,
        ignored: vec![project.out.clone()],
    };
    let build_options = BuildOptions {
        drafts: args.drafts,
        // A picture takes a moment; an author who saves waits for the page only. `notes build` makes what is missing.
        images: Work::Recall,
        ..BuildOptions::default()
    };
    let root = args.root.root.clone();
    let served = serve::run(options, &mut std::io::stderr(), |changes| {
        // The configuration may have changed; while it is wrong, the last good one stands and the error is shown.
        let mut refused = Vec::new();
        if !changes.is_empty() {
            match Project::open(&root) {
                Ok(opened) => project = opened,
                Err(failure) => refused.push(*failure.diagnostic),
            }
        }
        let built = build(&project, &build_options, &Silent);
        let mut diagnostics = built.diagnostics;
        diagnostics.append(&mut refused);
        Rebuilt {
            base_path: built.site.base.path.clone(),
            tree: built.tree,
            diagnostics,
        }
    });
    served.map_err(|error| Failure::usage(error.diagnostic()))?;
    Ok(Exit::Done)
}
