//! From a request target to the name of a published file, by way of the table of files alone; no disk is asked.
//!
//! 1. [`decode`]: percent-decode once, segment by segment, and refuse whatever no page of ours links to.
//! 2. [`Target::route`]: strip the base path, add `index.html`, look up; a folder without its slash is sent to it.

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use unicode_normalization::UnicodeNormalization;

use super::site::Site;

/// Everything but the unreserved characters, `/` and the sub-delimiters that are safe in a path (RFC 3986).
const PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// A decoded request target.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Target<'a> {
    /// The path: begins with `/`, NFC, no empty segments but the last, no `.` or `..`.
    pub(super) path: String,
    /// The query as it was sent, without `?`.
    query: Option<&'a str>,
}

/// Where a target leads.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Route<'a> {
    /// The published file of this name.
    File(&'a str),
    /// To this address, percent-encoded.
    Moved(String),
    /// Nowhere.
    Missing,
}

/// Decodes `target`. `None` for a target that names no file of any site: one that is not an absolute path (a whole
/// URL, `*`), has a fragment, is not UTF-8, or has `..`, `.`, `\`, control characters, or an empty or encoded
/// separator.
pub(super) fn decode(target: &str) -> Option<Target<'_>> {
    let (raw, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (target, None),
    };
    if target.contains('#') {
        return None;
    }
    let mut path = String::with_capacity(raw.len());
    let mut segments = raw.strip_prefix('/')?.split('/').peekable();
    while let Some(segment) = segments.next() {
        let decoded = decode_segment(segment)?;
        let last = segments.peek().is_none();
        if decoded.is_empty() && !last {
            return None;
        }
        path.push('/');
        path.extend(decoded.nfc());
    }
    Some(Target { path, query })
}

fn decode_segment(segment: &str) -> Option<String> {
    let well_formed = segment.split('%').skip(1).all(|after| {
        after
            .as_bytes()
            .get(..2)
            .is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    });
    if !well_formed {
        return None;
    }
    let decoded = percent_decode_str(segment).decode_utf8().ok()?;
    let hostile = decoded == "."
        || decoded == ".."
        || decoded
            .chars()
            .any(|c| c == '/' || c == '\\' || c.is_control());
    (!hostile).then(|| decoded.into_owned())
}

impl Target<'_> {
    /// Where this target leads in `site`.
    pub(super) fn route<'s>(&self, site: &'s Site) -> Route<'s> {
        let Some(rest) = self.path.strip_prefix(site.base()) else {
            let above = self.path == "/" || site.base().strip_suffix('/') == Some(&self.path);
            return if above {
                self.moved(site.base())
            } else {
                Route::Missing
            };
        };
        if rest.is_empty() || rest.ends_with('/') {
            return match site.name(&format!("{rest}index.html")) {
                Some(name) => Route::File(name),
                None => Route::Missing,
            };
        }
        if let Some(name) = site.name(rest) {
            return Route::File(name);
        }
        match site.name(&format!("{rest}/index.html")) {
            Some(_) => self.moved(&format!("{}/", self.path)),
            None => Route::Missing,
        }
    }

    fn moved(&self, path: &str) -> Route<'static> {
        let mut address = utf8_percent_encode(path, PATH).to_string();
        if let Some(query) = self.query {
            address.push('?');
            address.extend(utf8_percent_encode(query, CONTROLS));
        }
        Route::Moved(address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::serve::site::tests::site;

    #[test]
    fn a_hostile_target_is_refused() {
        for target in [
            "",
            "*",
            "index.html",
            "http://localhost/",
            "//evil.example/",
            "//",
            "/a//b",
            "/..",
            "/../notes.toml",
            "/a/../../notes.toml",
            "/a/.",
            "/./a",
            "/%2e%2e/notes.toml",
            "/%2E%2E/notes.toml",
            "/.%2e/notes.toml",
            "/..%2fnotes.toml",
            "/a%2fb",
            "/..%5cnotes.toml",
            "/..\\notes.toml",
            "/a\\b",
            "/a%00.html",
            "/a%0d%0aSet-Cookie:x",
            "/a%7f",
            "/%c0%ae%c0%ae/notes.toml",
            "/%ff",
            "/%",
            "/%4",
            "/%zz",
            "/%+1",
            "/a#/../b",
        ] {
            assert_eq!(decode(target), None, "{target:?}");
        }
    }

    #[test]
    fn a_target_is_decoded_only_once() {
        let target = decode("/%252e%252e/notes.toml").expect("a harmless name");
        assert_eq!(target.path, "/%2e%2e/notes.toml");
        assert_eq!(target.route(&site("/", &["index.html"])), Route::Missing);
    }

    #[test]
    fn folders_files_and_hangul_in_any_normal_form_are_found() {
        let site = site("/", &["index.html", "aws/람다/index.html", "feed.xml"]);
        let route = |target: &str| decode(target).expect("a path").route(&site);
        assert_eq!(route("/"), Route::File("index.html"));
        assert_eq!(route("/?q=a//b"), Route::File("index.html"));
        assert_eq!(route("/feed.xml"), Route::File("feed.xml"));
        assert_eq!(route("/feed.xml/"), Route::Missing);
        assert_eq!(route("/aws/"), Route::Missing);
        assert_eq!(route("/AWS/람다/"), Route::Missing);
        let found = Route::File("aws/람다/index.html");
        let decomposed: String = "/aws/람다/".nfd().collect();
        assert_eq!(route(&decomposed), found);
        assert_eq!(
            route(&utf8_percent_encode(&decomposed, PATH).to_string()),
            found
        );
        assert_eq!(route("/aws/%EB%9E%8C%EB%8B%A4/index.html"), found);
        assert_eq!(
            route("/aws/람다?q=%20x"),
            Route::Moved("/aws/%EB%9E%8C%EB%8B%A4/?q=%20x".to_owned())
        );
    }

    #[test]
    fn a_site_under_a_sub_path_answers_there_only() {
        let site = site("/문서/", &["index.html", "a/index.html"]);
        let route = |target: &str| decode(target).expect("a path").route(&site);
        let base = "/%EB%AC%B8%EC%84%9C/";
        assert_eq!(route("/"), Route::Moved(base.to_owned()));
        assert_eq!(route("/문서"), Route::Moved(base.to_owned()));
        assert_eq!(route(base), Route::File("index.html"));
        assert_eq!(route("/문서/a/"), Route::File("a/index.html"));
        assert_eq!(route("/문서/a"), Route::Moved(format!("{base}a/")));
        assert_eq!(route("/a/"), Route::Missing);
    }
}
