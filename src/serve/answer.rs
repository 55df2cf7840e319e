//! The answer to a request for a published file.
//!
//! 1. Find the file by its path; send folders to their slash, and everything unknown to the site's own 404 page.
//! 2. Read it: from memory, or from the one path on disk that the table names.
//! 3. With live reload, add its script to pages; nothing of it is ever written to the published site.
//! 4. Answer `If-None-Match` and `Range` (RFC 9110, sections 13 and 14).

use std::borrow::Cow;
use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use super::guard::Refusal;
use super::http::{Answer, Body, Method, Request};
use super::path::{Route, decode};
use super::site::{Entry, Site, short, stamp};
use crate::bilingual;
use crate::diagnostics::{Bilingual, Lang};
use crate::output::Content;

/// How pages are answered.
#[derive(Debug, Clone)]
pub(super) struct Style {
    /// The language of our own messages.
    pub(super) lang: Lang,
    /// The address of the script to add to every page.
    pub(super) script: Option<String>,
}

/// Answers `request` from `site`.
pub(super) fn answer(site: &Site, style: &Style, request: &Request) -> Answer {
    let Some(target) = decode(&request.target) else {
        let message = bilingual!("이런 주소는 없습니다.", "There is no such address.");
        let refusal = Refusal {
            status: 400,
            message,
        };
        return refused(&refusal, style.lang);
    };
    match target.route(site) {
        Route::Moved(address) => moved(address),
        Route::File(name) => site
            .entry(name)
            .and_then(|entry| file(site, style, request, name, entry))
            .unwrap_or_else(|| missing(site, style)),
        Route::Missing => missing(site, style),
    }
}

/// The answer to a refused request: plain text that says why. The connection ends.
pub(super) fn refused(refusal: &Refusal, lang: Lang) -> Answer {
    let mut headers = common("text/plain; charset=utf-8", "no-store");
    if refusal.status == 405 {
        headers.push(("Allow", "GET, HEAD".into()));
    }
    Answer {
        status: refusal.status,
        headers,
        body: Body::text(&format!("{}\n", refusal.message.get(lang))),
        close: true,
    }
}

/// A script of the server's own.
pub(super) fn script(text: &'static str) -> Answer {
    Answer {
        status: 200,
        headers: common("text/javascript; charset=utf-8", "no-store"),
        body: Body::text(text),
        close: false,
    }
}

/// The headers every answer has. Nothing of the notes is for other origins; nothing is kept without asking again.
fn common(
    content_type: &'static str,
    cache: &'static str,
) -> Vec<(&'static str, Cow<'static, str>)> {
    vec![
        ("Content-Type", content_type.into()),
        ("Cache-Control", cache.into()),
        ("X-Content-Type-Options", "nosniff".into()),
        ("Cross-Origin-Resource-Policy", "same-origin".into()),
    ]
}

fn moved(address: String) -> Answer {
    // Browsers keep a 301 for ever unless told otherwise, and the next site on this port is another one.
    let mut headers = common("text/plain; charset=utf-8", "no-store");
    headers.push(("Location", address.into()));
    Answer {
        status: 301,
        headers,
        body: Body::text(""),
        close: false,
    }
}

/// The site's 404 page, or one of ours while it has none.
fn missing(site: &Site, style: &Style) -> Answer {
    let page = site
        .entry("404.html")
        .and_then(|entry| match &entry.content {
            Content::Bytes(bytes) => Some(Arc::clone(bytes)),
            Content::File(path) => std::fs::read(path).ok().map(Arc::from),
        });
    let page = page.unwrap_or_else(|| Arc::from(own_missing_page(style.lang).as_bytes()));
    let page = with_script(page, site, style);
    Answer {
        status: 404,
        headers: common("text/html; charset=utf-8", "no-store"),
        body: Body::Bytes(Arc::clone(&page), 0..page.len()),
        close: false,
    }
}

fn own_missing_page(lang: Lang) -> String {
    let Bilingual { ko, en } = bilingual!("페이지를 찾을 수 없습니다", "Page not found");
    let (tag, text) = match lang {
        Lang::Ko => ("ko", ko),
        Lang::En => ("en", en),
    };
    format!(
        "<!doctype html><html lang=\"{tag}\"><meta charset=\"utf-8\"><title>{text}</title><body><h1>{text}</h1></body></html>\n"
    )
}

/// What is read of a file, before the request's conditions are looked at.
enum Source {
    Memory(Arc<[u8]>),
    Disk(File, u64),
}

/// The answer with a published file; `None` if it has gone from the disk.
fn file(
    site: &Site,
    style: &Style,
    request: &Request,
    name: &str,
    entry: &Entry,
) -> Option<Answer> {
    let content_type = content_type(name);
    let page = content_type.starts_with("text/html");
    let (source, tag) = match &entry.content {
        Content::Bytes(bytes) if page && style.script.is_some() => {
            let tag = format!("\"{}-{}\"", short(&entry.digest), site.id());
            (
                Source::Memory(with_script(Arc::clone(bytes), site, style)),
                tag,
            )
        }
        Content::Bytes(bytes) => {
            let tag = format!("\"{}\"", short(&entry.digest));
            (Source::Memory(Arc::clone(bytes)), tag)
        }
        Content::File(path) => open(path)?,
    };
    let length = match &source {
        Source::Memory(bytes) => bytes.len() as u64,
        Source::Disk(_, length) => *length,
    };
    let mut headers = common(content_type, "no-cache");
    headers.push(("ETag", tag.clone().into()));
    headers.push(("Accept-Ranges", "bytes".into()));
    if request
        .values("if-none-match")
        .any(|known| names_tag(known, &tag))
    {
        return Some(Answer {
            status: 304,
            headers,
            body: Body::None(length),
            close: false,
        });
    }
    let wanted = match request.header("range") {
        Some(range) if request.method == Method::Get => {
            let current = request.header("if-range").is_none_or(|known| known == tag);
            if current {
                parse_range(range, length)
            } else {
                Wanted::All
            }
        }
        _ => Wanted::All,
    };
    let (status, range) = match wanted {
        Wanted::All => (200, 0..length),
        Wanted::Part(range) => {
            let (start, end) = (range.start, range.end.saturating_sub(1));
            let of = format!("bytes {start}-{end}/{length}");
            headers.push(("Content-Range", of.into()));
            (206, range)
        }
        Wanted::Outside => {
            headers.push(("Content-Range", format!("bytes */{length}").into()));
            (416, 0..0)
        }
    };
    let body = match source {
        Source::Memory(bytes) => Body::Bytes(
            bytes,
            usize::try_from(range.start).ok()?..usize::try_from(range.end).ok()?,
        ),
        Source::Disk(mut file, _) => {
            file.seek(SeekFrom::Start(range.start)).ok()?;
            Body::File(file, range.end - range.start)
        }
    };
    Some(Answer {
        status,
        headers,
        body,
        close: false,
    })
}

/// Opens a file of the table, if it is still a file; its entity tag says which version was opened.
fn open(path: &Path) -> Option<(Source, String)> {
    // Asked first: opening a named pipe would wait for a writer.
    if !path.metadata().ok()?.is_file() {
        return None;
    }
    let file = File::open(path).ok()?;
    let metadata = file.metadata().ok()?;
    let tag = format!("\"{}\"", short(&blake3::hash(&stamp(&metadata))));
    Some((Source::Disk(file, metadata.len()), tag))
}

/// Adds the reload script to a page, before the end of its body.
fn with_script(page: Arc<[u8]>, site: &Site, style: &Style) -> Arc<[u8]> {
    let Some(script) = &style.script else {
        return page;
    };
    let end = page
        .windows(6)
        .rposition(|six| six.eq_ignore_ascii_case(b"</body"))
        .unwrap_or(page.len());
    let (body, rest) = page.split_at(end);
    let element = format!(
        "<script type=\"module\" src=\"{script}\" data-notes-build=\"{}\"></script>\n",
        site.id()
    );
    Arc::from([body, element.as_bytes(), rest].concat())
}

/// Whether an `If-None-Match` value names `tag`; compared weakly (RFC 9110, section 13.1.2).
fn names_tag(value: &str, tag: &str) -> bool {
    value
        .split(',')
        .map(str::trim)
        .any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

/// Which bytes are asked for.
#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    All,
    Part(Range<u64>),
    /// None of those there are.
    Outside,
}

/// Reads a `Range` value for a file of `length` bytes. What is malformed, in another unit, or asks for several ranges
/// is answered with the whole file, as RFC 9110, section 14.2, lets a server do.
fn parse_range(value: &str, length: u64) -> Wanted {
    let number = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| text.parse::<u64>().ok())
            .flatten()
    };
    let Some((first, last)) = value
        .trim()
        .strip_prefix("bytes=")
        .and_then(|range| range.trim().split_once('-'))
    else {
        return Wanted::All;
    };
    let range = match (first, last) {
        ("", last) => match number(last) {
            Some(suffix) => length.saturating_sub(suffix)..length,
            None => return Wanted::All,
        },
        (first, "") => match number(first) {
            Some(first) => first..length,
            None => return Wanted::All,
        },
        (first, last) => match (number(first), number(last)) {
            (Some(first), Some(last)) if first <= last => first..last.saturating_add(1).min(length),
            _ => return Wanted::All,
        },
    };
    if range.start < range.end {
        Wanted::Part(range)
    } else {
        Wanted::Outside
    }
}

/// The media type of a published file, by its extension.
fn content_type(name: &str) -> &'static str {
    let file = name.rsplit('/').next().unwrap_or(name);
    let extension = file.rsplit_once('.').map_or("", |(_, extension)| extension);
    match extension.to_ascii_lowercase().as_str() {
        "html" | "htm" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" | "map" => "application/json; charset=utf-8",
        "webmanifest" => "application/manifest+json; charset=utf-8",
        "xml" | "xsl" => "application/xml; charset=utf-8",
        "atom" => "application/atom+xml; charset=utf-8",
        "txt" | "text" | "log" | "toml" => "text/plain; charset=utf-8",
        "md" | "markdown" => "text/markdown; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "yaml" | "yml" => "application/yaml; charset=utf-8",
        "svg" => "image/svg+xml; charset=utf-8",
        "wasm" => "application/wasm",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "bmp" => "image/bmp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "ttf" => "font/ttf",
        "otf" => "font/otf",
        "mp4" | "m4v" => "video/mp4",
        "webm" => "video/webm",
        "mov" => "video/quicktime",
        "mp3" => "audio/mpeg",
        "m4a" => "audio/mp4",
        "ogg" | "oga" => "audio/ogg",
        "wav" => "audio/wav",
        "flac" => "audio/flac",
        "pdf" => "application/pdf",
        "zip" => "application/zip",
        "gz" => "application/gzip",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::serve::site::tests::{bytes, site};

    const QUIET: Style = Style {
        lang: Lang::Ko,
        script: None,
    };

    fn get(site: &Site, style: &Style, target: &str, extra: &[&str]) -> Answer {
        let line = format!("GET {target} HTTP/1.1");
        let mut lines = vec![line.as_str(), "Host: localhost"];
        lines.extend(extra);
        answer(site, style, &Request::of(&lines))
    }

    fn header<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
        let found = answer.headers.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value.as_ref())
    }

    fn text(answer: &Answer) -> &str {
        match &answer.body {
            Body::Bytes(bytes, range) => std::str::from_utf8(&bytes[range.clone()]).expect("UTF-8"),
            other => panic!("no bytes: {other:?}"),
        }
    }

    #[test]
    fn a_range_is_read_as_rfc_9110_says() {
        for (value, wanted) in [
            ("bytes=0-0", Wanted::Part(0..1)),
            ("bytes=2-5", Wanted::Part(2..6)),
            ("bytes=2-", Wanted::Part(2..10)),
            ("bytes=-3", Wanted::Part(7..10)),
            ("bytes=-99", Wanted::Part(0..10)),
            ("bytes=5-99", Wanted::Part(5..10)),
            ("bytes=0-18446744073709551615", Wanted::Part(0..10)),
            ("bytes=10-", Wanted::Outside),
            ("bytes=10-12", Wanted::Outside),
            ("bytes=-0", Wanted::Outside),
            ("bytes=5-2", Wanted::All),
            ("bytes=0-1,3-4", Wanted::All),
            ("bytes=+1-2", Wanted::All),
            ("bytes=", Wanted::All),
            ("bytes=-", Wanted::All),
            ("bytes=99999999999999999999-", Wanted::All),
            ("lines=0-1", Wanted::All),
            ("", Wanted::All),
        ] {
            assert_eq!(parse_range(value, 10), wanted, "{value:?}");
        }
        assert_eq!(parse_range("bytes=0-", 0), Wanted::Outside);
    }

    #[test]
    fn a_part_of_a_file_is_sent_unless_it_has_changed_meanwhile() {
        let site = site("/", &["0123456789.txt"]);
        let part = get(&site, &QUIET, "/0123456789.txt", &["Range: bytes=2-4"]);
        assert_eq!((part.status, text(&part)), (206, "234"));
        assert_eq!(header(&part, "Content-Range"), Some("bytes 2-4/14"));
        let outside = get(&site, &QUIET, "/0123456789.txt", &["Range: bytes=99-"]);
        assert_eq!((outside.status, text(&outside)), (416, ""));
        assert_eq!(header(&outside, "Content-Range"), Some("bytes */14"));
        let extra = ["Range: bytes=2-4", "If-Range: \"another\""];
        assert_eq!(get(&site, &QUIET, "/0123456789.txt", &extra).status, 200);
        let tag = format!("If-Range: {}", header(&part, "ETag").expect("a tag"));
        let extra = ["Range: bytes=2-4", &tag];
        assert_eq!(get(&site, &QUIET, "/0123456789.txt", &extra).status, 206);
    }

    #[test]
    fn a_known_version_is_not_sent_again() {
        let site = site("/", &["a.txt", "b.txt"]);
        let first = get(&site, &QUIET, "/a.txt", &[]);
        let tag = header(&first, "ETag").expect("a tag");
        for known in [tag, &format!("\"x\", W/{tag}"), "*"] {
            let condition = format!("If-None-Match: {known}");
            assert_eq!(get(&site, &QUIET, "/a.txt", &[&condition]).status, 304);
        }
        let condition = format!("If-None-Match: {tag}");
        assert_eq!(get(&site, &QUIET, "/b.txt", &[&condition]).status, 200);
    }

    #[test]
    fn the_reload_script_is_added_to_pages_only_and_only_when_watching() {
        let tree = [
            (
                "index.html".to_owned(),
                bytes("<body>글</body><!-- </BODY> --></html>"),
            ),
            ("404.html".to_owned(), bytes("없음")),
            ("a.svg".to_owned(), bytes("<svg></body></svg>")),
        ];
        let site = Site::new(tree.into(), "/", &Site::default());
        let watching = Style {
            lang: Lang::Ko,
            script: Some("/__notes/reload.js".to_owned()),
        };
        assert!(!text(&get(&site, &QUIET, "/", &[])).contains("script"));
        let page = get(&site, &watching, "/", &[]);
        let expected = "<body>글</body><!-- <script type=\"module\" src=\"/__notes/reload.js\"";
        assert!(text(&page).starts_with(expected), "{}", text(&page));
        let missing = get(&site, &watching, "/x", &[]);
        assert_eq!(missing.status, 404);
        assert!(text(&missing).starts_with("없음<script"));
        assert_eq!(
            text(&get(&site, &watching, "/a.svg", &[])),
            "<svg></body></svg>"
        );
    }

    #[test]
    fn a_site_without_a_404_page_still_says_so() {
        let answer = get(&site("/", &[]), &QUIET, "/", &[]);
        assert_eq!(answer.status, 404);
        assert!(text(&answer).contains("페이지를 찾을 수 없습니다"));
    }

    #[test]
    fn media_types_name_their_encoding() {
        assert_eq!(content_type("a/index.html"), "text/html; charset=utf-8");
        assert_eq!(content_type("search/engine-0a.wasm"), "application/wasm");
        assert_eq!(content_type("그림.PNG"), "image/png");
        assert_eq!(content_type("a.b/c"), "application/octet-stream");
    }
}
