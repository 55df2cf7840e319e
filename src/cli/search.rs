//! `notes search`: arguments for asking a built site what the browser would be asked.

use std::path::PathBuf;

use clap::ValueEnum;

use super::terminal::Terminal;
use super::{Exit, RootArg};
use crate::bilingual;
use crate::diagnostics::{Diagnostic, Failure, Severity};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(help = "찾을 말 | What to look for")]
    query: Vec<String>,

    #[arg(
        long,
        value_name = "FILE",
        help = "찾을 말의 목록: 한 줄에 하나씩, 또는 id와 query가 있는 JSON | Queries: one a line, or JSON objects with id and query"
    )]
    queries: Option<PathBuf>,

    #[arg(
        long,
        value_name = "DIR",
        help = "만든 사이트 (기본: 사이트 폴더의 public) | The built site (default: public in the site's folder)"
    )]
    site: Option<PathBuf>,

    #[command(flatten)]
    root: RootArg,

    #[arg(
        long,
        value_name = "NAME",
        default_value = "browser",
        hide_default_value = true,
        help = "검색 엔진: browser는 브라우저에서 도는 바로 그 코드, tantivy는 Tantivy (기본: browser) | Engine: browser is the very code the browser runs, tantivy is Tantivy itself (default: browser)"
    )]
    engine: Engine,

    #[arg(
        long,
        value_name = "N",
        default_value_t = 10,
        hide_default_value = true,
        help = "결과의 수 (기본: 10) | Number of results (default: 10)"
    )]
    limit: usize,

    #[arg(
        long,
        help = "찾을 말 하나에 한 줄씩 JSON으로 출력합니다 | Print JSON, one object a line for each query"
    )]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Engine {
    Browser,
    Tantivy,
}

pub(super) fn run(args: Args, _terminal: &Terminal) -> Result<Exit, Failure> {
    // STAND-IN until the search room answers queries.
    let Args {
        engine,
        limit,
        json,
        ..
    } = &args;
    let message = bilingual!(
        "검색은 아직 이어지지 않았습니다 ({engine:?}, {limit}, {json}).",
        "Search is not wired yet ({engine:?}, {limit}, {json})."
    );
    Err(Failure::usage(Diagnostic::new(
        Severity::Error,
        "not-wired",
        message,
    )))
}
