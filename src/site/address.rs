//! Names to addresses: path segments that survive file systems, S3, CloudFront and copy and paste.
//!
//! A name becomes a slug ([`slug`]); a note's path, file-name conventions and front matter become its place
//! ([`FileName`], [`sanitize_path`]); an address becomes a link under the site's base ([`Base`]).

use percent_encoding::{
    AsciiSet, CONTROLS, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode,
};
use unicode_normalization::UnicodeNormalization;

use crate::config::SlugStyle;

/// Longest slug in bytes: file systems stop at 255 bytes a name.
const MAX_SLUG: usize = 200;

/// What is escaped in a path: all but RFC 3986 unreserved characters, `/` and a few harmless sub-delimiters.
/// `+` is escaped because S3 reads it as a space.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/')
    .remove(b'(')
    .remove(b')')
    .remove(b'!')
    .remove(b',');

/// What is escaped in an address the author wrote whole: only what no URL may contain (RFC 3986, 2).
const WRITTEN: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'`')
    .add(b'\\')
    .add(b'^')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// Percent-encodes a path or a fragment.
pub(crate) fn encode(path: &str) -> String {
    utf8_percent_encode(path, PATH).to_string()
}

/// Percent-encodes what must not stand in a URL and leaves the rest, `%` too, as its author wrote it.
pub(crate) fn encode_written(url: &str) -> String {
    utf8_percent_encode(url, WRITTEN).to_string()
}

/// Percent-decodes to NFC; what is no UTF-8 after decoding stays as written.
pub(crate) fn decode(text: &str) -> String {
    match percent_decode_str(text).decode_utf8() {
        Ok(decoded) => decoded.nfc().collect(),
        Err(_) => text.nfc().collect(),
    }
}

/// One path segment for `name`, never empty: NFC, ASCII in lower case, Hangul kept (or romanized).
///
/// Spaces, dots and characters that S3, CloudFront or a shell would trip over become `-`; runs of `-` become one.
/// `C++` and `C#` keep their difference as `cplusplus` and `csharp`.
pub fn slug(name: &str, style: SlugStyle) -> String {
    let name: String = name.nfc().collect();
    let name = match style {
        SlugStyle::Keep => name,
        SlugStyle::Romanize => romanize(&name),
    };
    let mut out = String::with_capacity(name.len());
    // `-` is held back until something follows, so that none starts, ends or doubles.
    let mut pending = false;
    let mut word: Option<char> = None;
    for c in name.chars() {
        let after_letter = word.is_some_and(|w| w.is_ascii_alphabetic());
        let mut push = |text: &str| {
            if pending && !out.is_empty() {
                out.push('-');
            }
            pending = false;
            out.push_str(text);
        };
        match c {
            '+' if after_letter => push("plus"),
            '#' if after_letter => push("sharp"),
            _ if is_invisible(c) => continue,
            _ if is_separator(c) => {
                pending = true;
                word = None;
                continue;
            }
            _ => push(c.to_ascii_lowercase().encode_utf8(&mut [0; 4])),
        }
        if c != '+' && c != '#' {
            word = Some(c);
        }
    }
    if out.len() > MAX_SLUG {
        let mut end = MAX_SLUG;
        while !out.is_char_boundary(end) {
            end -= 1;
        }
        out.truncate(end);
        out.truncate(out.trim_end_matches('-').len());
    }
    if out.is_empty() {
        out.push_str("untitled");
    }
    out
}

/// Revised Romanization of the Hangul in `text`.
fn romanize(text: &str) -> String {
    hangul::romanize::romanize(text)
}

fn is_separator(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(
            c,
            '-' | '.'
                | '+'
                | '~'
                | '['
                | ']'
                | '%'
                | '?'
                | '#'
                | '&'
                | '"'
                | '<'
                | '>'
                | '\\'
                | '/'
                | ':'
                | '*'
                | '|'
                | '{'
                | '}'
                | '^'
                | '`'
                | ';'
                | '='
                | '@'
                | '$'
                | ','
                | '\''
        )
}

/// Characters that show nothing but make two addresses differ: soft hyphen, zero width, direction marks, BOM.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{fe0e}'..='\u{fe0f}' | '\u{feff}')
}

/// What a note's file name says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileName {
    /// The name without extension, date (`2023-05-01-`) and Notion's hash.
    pub(crate) name: String,
    /// The name without extension and hash, but with its date.
    pub(crate) dated_name: String,
    /// The date as `YYYY-MM-DD`.
    pub(crate) date: Option<String>,
}

impl FileName {
    /// Reads the last segment of `path`.
    pub(crate) fn of(path: &str) -> Self {
        let file = path.rsplit('/').next().unwrap_or(path);
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        let dated_name = without_notion_hash(stem).to_owned();
        let (date, name) = match jekyll_date(&dated_name) {
            Some((date, rest)) => (Some(date), rest.to_owned()),
            None => (None, dated_name.clone()),
        };
        FileName {
            name,
            dated_name,
            date,
        }
    }
}

/// `제목 3f2a…` (Notion's export adds 32 hex digits) without the hash.
pub(crate) fn without_notion_hash(stem: &str) -> &str {
    match stem.rsplit_once(' ') {
        Some((name, hash))
            if hash.len() == 32
                && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
                && !name.trim().is_empty() =>
        {
            name.trim_end()
        }
        _ => stem,
    }
}

/// `2023-05-01-제목` as its date and `제목`; a bare date is a name, not a date with nothing behind it.
fn jekyll_date(stem: &str) -> Option<(String, &str)> {
    let (date, rest) = stem.split_at_checked(10)?;
    let rest = rest.strip_prefix(['-', '_', ' '])?;
    let bytes = date.as_bytes();
    let shaped = bytes.iter().enumerate().all(|(at, byte)| match at {
        4 | 7 => *byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    if !shaped || rest.trim().is_empty() {
        return None;
    }
    Some((super::date::parse(date)?, rest.trim_start()))
}

/// A title out of a file or folder name: `aws-questions_and` reads `aws questions and`.
pub(crate) fn humanize(name: &str) -> String {
    if name.contains(char::is_whitespace) {
        name.trim().to_owned()
    } else {
        name.replace(['-', '_'], " ").trim().to_owned()
    }
}

/// A path as its author wrote it, made safe: decoded, NFC, no empty, `.` or `..` segments, no control characters.
/// The second value says whether it tried to leave the site.
pub(crate) fn sanitize_path(written: &str) -> (Vec<String>, bool) {
    let decoded = decode(written).replace('\\', "/");
    // An address with scheme and host stands for its path.
    let path = match decoded.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
        None => decoded.as_str(),
    };
    let mut escaped = false;
    let mut segments = Vec::new();
    for segment in path.split('/') {
        let segment: String = segment.chars().filter(|c| !c.is_control()).collect();
        match segment.trim() {
            "" | "." => {}
            ".." => escaped = true,
            segment => segments.push(segment.to_owned()),
        }
    }
    (segments, escaped)
}

/// Where the site is published: from `base_url`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Base {
    /// `https://docs.example.com`, without path; `None` where `base_url` is not set.
    pub origin: Option<String>,
    /// Percent-encoded path, begins and ends with `/`.
    pub path: String,
}

impl Base {
    /// Reads `base_url`: empty, a path, or an address with scheme and host. Query and fragment are dropped.
    pub fn new(base_url: &str) -> Self {
        let url = base_url.trim();
        let url = url.split(['?', '#']).next().unwrap_or(url);
        let (origin, path) = match url.split_once("://") {
            Some((scheme, rest)) if !rest.is_empty() => {
                let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
                (Some(encode_written(&format!("{scheme}://{host}"))), path)
            }
            _ => (None, url),
        };
        let (segments, _) = sanitize_path(path);
        let mut path = String::from("/");
        for segment in segments {
            path.push_str(&encode(&segment));
            path.push('/');
        }
        Base { origin, path }
    }

    /// The link to the address or file `url` (decoded, from the site's root): percent-encoded, with the base path.
    pub fn link(&self, url: &str) -> String {
        format!("{}{}", self.path, encode(url.trim_start_matches('/')))
    }

    /// The absolute address of `url`, where the site knows its own.
    pub fn absolute(&self, url: &str) -> Option<String> {
        self.origin
            .as_ref()
            .map(|origin| format!("{origin}{}", self.link(url)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn slugs_keep_hangul_and_lose_what_s3_and_cloudfront_trip_over() {
        let keep = |name| slug(name, SlugStyle::Keep);
        assert_eq!(keep("람다"), "람다");
        assert_eq!(keep("AWS Lambda 정리"), "aws-lambda-정리");
        assert_eq!(keep("node.js 입문"), "node-js-입문");
        assert_eq!(keep("v1.2"), "v1-2");
        assert_eq!(keep("끝."), "끝");
        assert_eq!(keep("a~b [초안] 100%?"), "a-b-초안-100");
        assert_eq!(keep("람다(Lambda)"), "람다(lambda)");
        assert_eq!(keep("..."), "untitled");
        assert_eq!(keep("a\u{200b}b"), "ab");
        // NFD, as macOS writes names
        assert_eq!(keep("\u{1105}\u{1161}\u{11b7}\u{1103}\u{1161}"), "람다");
    }

    #[test]
    fn c_its_successors_and_an_issue_number_stay_apart() {
        let keep = |name| slug(name, SlugStyle::Keep);
        assert_eq!(keep("C"), "c");
        assert_eq!(keep("C++"), "cplusplus");
        assert_eq!(keep("C# 입문"), "csharp-입문");
        assert_eq!(keep("이슈 #12"), "이슈-12");
        assert_eq!(keep("1+1"), "1-1");
    }

    #[test]
    fn file_names_give_up_dates_and_notion_hashes() {
        let name = FileName::of("글/2023-05-01-첫 글.md");
        assert_eq!(
            (name.name.as_str(), name.date.as_deref()),
            ("첫 글", Some("2023-05-01"))
        );
        let name = FileName::of("회의록 0123456789abcdef0123456789abcdef.md");
        assert_eq!((name.name.as_str(), name.date), ("회의록", None));
        assert_eq!(FileName::of("2023-05-01.md").name, "2023-05-01");
        assert_eq!(FileName::of("2023-99-01-x.md").name, "2023-99-01-x");
        assert_eq!(FileName::of("가나다라마.md").name, "가나다라마");
    }

    #[test]
    fn a_base_url_gives_origin_and_path() {
        let base = Base::new("https://docs.example.com/내 노트");
        assert_eq!(
            base.link("/aws/람다/"),
            "/%EB%82%B4%20%EB%85%B8%ED%8A%B8/aws/%EB%9E%8C%EB%8B%A4/"
        );
        assert_eq!(
            base.absolute("/").as_deref(),
            Some("https://docs.example.com/%EB%82%B4%20%EB%85%B8%ED%8A%B8/")
        );
        assert_eq!(Base::new("").link("/a/"), "/a/");
        assert_eq!(Base::new("").absolute("/a/"), None);
        assert_eq!(Base::new("/sub").link("/"), "/sub/");
    }

    #[test]
    fn written_paths_cannot_leave_the_site() {
        let (segments, escaped) = sanitize_path("/a/../../etc\\%2e%2e/passwd");
        assert_eq!(segments, ["a", "etc", "passwd"]);
        assert!(escaped);
    }

    proptest! {
        #[test]
        fn a_slug_is_one_safe_nonempty_segment_and_its_own_slug(name in "\\PC{0,40}|[ -~가-힣ㄱ-ㅎ.+#~]{0,20}") {
            let made = slug(&name, SlugStyle::Keep);
            prop_assert!(!made.is_empty() && made.len() <= MAX_SLUG + 8);
            prop_assert!(!made.contains(|c: char| c.is_control() || c.is_whitespace() || "+~[]%?#&\"<>\\:*|/.".contains(c)));
            prop_assert!(!made.starts_with('-') && !made.ends_with('-'));
            prop_assert_eq!(slug(&made, SlugStyle::Keep), made);
        }

        #[test]
        fn encoding_and_decoding_a_path_is_the_identity_on_nfc(path in "[ -~가-힣]{0,30}") {
            prop_assert_eq!(decode(&encode(&path)), path);
        }
    }
}
