//! `notes search`: arguments for asking a built site what the browser would be asked.

use std::path::PathBuf;
use std::time::Instant;

use clap::ValueEnum;
use hangul::josa::{Josa, josa};
use search_core::engine::ENTRY;
use search_core::excerpt::Piece;
use serde_json::{Value, json};

use super::terminal::Terminal;
use super::{Exit, RootArg};
use crate::bilingual;
use crate::diagnostics::{Diagnostic, Failure, Lang, Severity};
use crate::progress::Silent;
use crate::search;
use crate::search::client::{Client, Found};
use crate::search::indexer::SectionIndex;
use crate::source::Project;
use crate::{BuildOptions, build};

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

/// A query and the name its asker gave it.
struct Question {
    id: Option<Value>,
    query: String,
}

pub(super) fn run(args: Args, terminal: &Terminal) -> Result<Exit, Failure> {
    let questions = questions(&args)?;
    let asks_browser = args.engine == Engine::Browser;
    if let (true, Some(site)) = (asks_browser, &args.site) {
        return answer(&args, terminal, &questions, Client::folder(site), None);
    }
    let project = Project::open(&args.root.root)?;
    if asks_browser && project.out.join("search").join(ENTRY).is_file() {
        return answer(
            &args,
            terminal,
            &questions,
            Client::folder(&project.out),
            None,
        );
    }
    // Tantivy's own index is not published: it is made from the notes, and so is the site if none was named.
    let options = BuildOptions {
        check_only: args.site.is_some(),
        ..BuildOptions::default()
    };
    let built = build(&project, &options, &Silent);
    let index = match args.engine {
        Engine::Browser => None,
        Engine::Tantivy => {
            let config = &project.config.search;
            let index = search::oracle(&built.site, &project.root, config, &mut Vec::new());
            Some(index.map_err(|error| unanswered(&error))?)
        }
    };
    let client = match &args.site {
        Some(site) => Client::folder(site),
        None => Client::memory(&built.tree),
    };
    answer(&args, terminal, &questions, client, index.as_ref())
}

/// Asks all questions and prints the answers.
fn answer(
    args: &Args,
    terminal: &Terminal,
    questions: &[Question],
    mut client: Client<'_>,
    index: Option<&SectionIndex>,
) -> Result<Exit, Failure> {
    for question in questions {
        let started = Instant::now();
        let found = match index {
            None => client.search_cold(&question.query, args.limit),
            Some(index) => client.search_with_tantivy(index, &question.query, args.limit),
        };
        let micros = started.elapsed().as_micros() as u64;
        let found = found.map_err(|error| unanswered(&error.to_string()))?;
        let text = if args.json {
            format!("{}\n", json_line(question, &found, micros))
        } else {
            plain(question, &found, questions.len() > 1, terminal.lang)
        };
        if !terminal.print(&text) {
            break;
        }
    }
    Ok(Exit::Done)
}

/// The questions of the command line, of `--queries`, or of standard input.
fn questions(args: &Args) -> Result<Vec<Question>, Failure> {
    let Some(file) = &args.queries else {
        let query = args.query.join(" ");
        if query.trim().is_empty() {
            let message = bilingual!("찾을 말이 없습니다.", "There is nothing to look for.");
            let hint = bilingual!(
                "`notes search 람다 버전`처럼 찾을 말을 쓰거나, `--queries 파일`을 주세요.",
                "Name it, as in `notes search lambda`, or give `--queries FILE`."
            );
            let problem = Diagnostic::new(Severity::Error, "no-query", message).hint(hint);
            return Err(Failure::usage(problem));
        }
        return Ok(vec![Question { id: None, query }]);
    };
    let text = if file.as_os_str() == "-" {
        std::io::read_to_string(std::io::stdin().lock())
    } else {
        std::fs::read_to_string(file)
    };
    let text = text.map_err(|error| {
        let doing = bilingual!("질의 목록을 읽을 수 없습니다", "Cannot read the queries");
        Failure::machine(doing, file, &error)
    })?;
    let lines = text.trim_start_matches('\u{feff}').lines();
    Ok(lines
        .filter(|line| !line.trim().is_empty())
        .map(question)
        .collect())
}

/// A line of a list of queries: a JSON object with `query` and perhaps `id`, else the query itself.
fn question(line: &str) -> Question {
    if let Ok(Value::Object(mut object)) = serde_json::from_str(line)
        && let Some(Value::String(query)) = object.remove("query")
    {
        return Question {
            id: object.remove("id"),
            query,
        };
    }
    Question {
        id: None,
        query: line.to_owned(),
    }
}

fn json_line(question: &Question, found: &Found, micros: u64) -> Value {
    let hits: Vec<Value> = found
        .hits
        .iter()
        .map(|hit| {
            json!({
                "url": hit.url,
                "anchor": hit.anchor,
                "title": hit.title,
                "heading": hit.headings.last().cloned().unwrap_or_default(),
                "path": hit.headings,
                "score": hit.score,
                "excerpt": marked(&hit.excerpt),
            })
        })
        .collect();
    json!({
        "query": question.query,
        "id": question.id,
        "micros": micros,
        "bytes": found.bytes,
        "requests": found.requests,
        "corrections": found.corrections,
        "relaxed": found.relaxed,
        "hits": hits,
    })
}

/// An excerpt as HTML: text escaped, matches in `<mark>`.
fn marked(excerpt: &[Piece]) -> String {
    let mut out = String::new();
    for (text, is_match) in excerpt {
        let text = text
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;");
        if *is_match {
            out.push_str(&format!("<mark>{text}</mark>"));
        } else {
            out.push_str(&text);
        }
    }
    out
}

fn plain(question: &Question, found: &Found, named: bool, lang: Lang) -> String {
    let mut out = String::new();
    if named {
        out.push_str(&format!("## {}\n", question.query));
    }
    if found.hits.is_empty() {
        let none = bilingual!("찾은 글이 없습니다.", "Nothing was found.");
        out.push_str(&format!("{}\n", none.get(lang)));
    }
    for (typed, read) in &found.corrections {
        let by = josa(read, Josa::EuroRo);
        let instead = bilingual!(
            "‘{typed}’ 대신 ‘{read}’{by} 찾았습니다. 그대로 찾으려면 \"{typed}\"처럼 따옴표로 묶으세요.",
            "Searched for “{read}” instead of “{typed}”; put it in quotes to look for it as it stands."
        );
        out.push_str(&format!("{}\n", instead.get(lang)));
    }
    if found.relaxed {
        let relaxed = bilingual!(
            "따옴표나 조건에 꼭 맞는 글이 없어 낱말로 찾았습니다.",
            "Nothing fits the phrase or filter; searched for the words."
        );
        out.push_str(&format!("{}\n", relaxed.get(lang)));
    }
    for (rank, hit) in found.hits.iter().enumerate() {
        let anchor = if hit.anchor.is_empty() {
            String::new()
        } else {
            format!("#{}", hit.anchor)
        };
        let mut trail = vec![hit.title.as_str()];
        trail.extend(
            hit.headings
                .iter()
                .map(String::as_str)
                .filter(|heading| *heading != hit.title),
        );
        let excerpt: String = hit.excerpt.iter().map(|(text, _)| text.as_str()).collect();
        out.push_str(&format!(
            "{:>2}. {}\n    {}{anchor}\n",
            rank + 1,
            trail.join(" › "),
            hit.url
        ));
        if !excerpt.trim().is_empty() {
            out.push_str(&format!("    {}\n", excerpt.trim()));
        }
    }
    out
}

fn unanswered(what: &str) -> Failure {
    let message = bilingual!("검색할 수 없습니다: {what}", "Cannot search: {what}");
    let hint = bilingual!(
        "먼저 `notes build`로 사이트를 만들고, `--site`에는 만든 폴더(보통 public)를 주세요.",
        "Build the site with `notes build` first, and give the built folder (usually public) to `--site`."
    );
    Failure::usage(Diagnostic::new(Severity::Error, "search-index", message).hint(hint))
}
