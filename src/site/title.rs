//! A note's title, and the heading it was taken from.

use crate::markdown::{Body, Heading, ParsedNote};

use super::address::humanize;

/// A title and where it stands in the body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Title {
    pub(crate) text: String,
    /// The heading that says the same at the very top of the body: the page's own heading replaces it.
    pub(crate) heading: Option<usize>,
}

/// Picks the title: front matter, else the first heading that is no "table of contents", else the file's name.
pub(crate) fn choose(front_matter: Option<&str>, parsed: &ParsedNote, file_name: &str) -> Title {
    let written = front_matter.map(one_line).filter(|title| !title.is_empty());
    let found = parsed
        .headings
        .iter()
        .position(|heading| !is_contents(&heading.text) && !one_line(&heading.text).is_empty());
    let text = match (&written, found) {
        (Some(title), _) => title.clone(),
        (None, Some(at)) => one_line(&parsed.headings[at].text),
        (None, None) => {
            let name = humanize(file_name);
            if !name.is_empty() {
                name
            } else if file_name.trim().is_empty() {
                // A note called ` .md`.
                "제목 없음".to_owned()
            } else {
                file_name.trim().to_owned()
            }
        }
    };
    let heading = parsed
        .headings
        .first()
        .filter(|first| is_page_title(first, &parsed.headings))
        .filter(|first| one_line(&first.text) == text)
        .filter(|first| starts_with_heading(&parsed.body, first.level))
        .map(|_| 0);
    Title { text, heading }
}

/// An H1, or the only heading of its level with all others below it.
fn is_page_title(first: &Heading, headings: &[Heading]) -> bool {
    first.level == 1 || headings[1..].iter().all(|other| other.level > first.level)
}

fn starts_with_heading(body: &Body, level: u8) -> bool {
    let html = body.html.trim_start();
    // An embedded note before it is a slot, of which the HTML shows nothing.
    let before = body.html.len() - html.len();
    if body.slots.first().is_some_and(|slot| slot.at <= before) {
        return false;
    }
    let open = format!("<h{level}");
    html.starts_with(&open) && html[open.len()..].starts_with([' ', '>'])
}

/// The HTML without the heading of `level` it starts with.
pub(crate) fn strip_heading(html: &str, level: u8) -> &str {
    let close = format!("</h{level}>");
    html.find(&close)
        .map_or(html, |at| html[at + close.len()..].trim_start())
}

fn is_contents(text: &str) -> bool {
    let text = one_line(text).to_lowercase();
    let text = text.trim_end_matches([':', '.']);
    matches!(
        text,
        "목차" | "차례" | "toc" | "contents" | "table of contents" | "index" | "인덱스"
    )
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(html: &str, headings: &[(u8, &str)]) -> ParsedNote {
        ParsedNote {
            body: Body {
                html: html.to_owned(),
                slots: Vec::new(),
            },
            headings: headings
                .iter()
                .map(|&(level, text)| Heading {
                    level,
                    text: text.to_owned(),
                    ..Heading::default()
                })
                .collect(),
            ..ParsedNote::default()
        }
    }

    #[test]
    fn front_matter_wins_over_headings_and_headings_over_the_file_name() {
        let parsed = note("<h1>람다</h1>", &[(1, "람다")]);
        assert_eq!(choose(Some("  제목 "), &parsed, "x").text, "제목");
        assert_eq!(choose(Some(" "), &parsed, "x").text, "람다");
        assert_eq!(
            choose(None, &note("", &[]), "aws-lambda_정리").text,
            "aws lambda 정리"
        );
    }

    #[test]
    fn a_contents_heading_is_no_title() {
        let parsed = note("<h2>목차</h2><h1>람다</h1>", &[(2, "목차"), (1, "람다")]);
        assert_eq!(
            choose(None, &parsed, "x"),
            Title {
                text: "람다".into(),
                heading: None
            }
        );
    }

    #[test]
    fn a_title_that_opens_the_body_is_not_shown_twice() {
        let sole = note(
            "<h2 id=\"a\">도구</h2>\n<p>글</p>",
            &[(2, "도구"), (3, "아래")],
        );
        assert_eq!(choose(None, &sole, "x").heading, Some(0));
        assert_eq!(strip_heading(&sole.body.html, 2), "<p>글</p>");
        let many = note("<h2>첫째</h2><h2>둘째</h2>", &[(2, "첫째"), (2, "둘째")]);
        assert_eq!(choose(None, &many, "x").heading, None);
        let later = note("<p>백서</p><h1>구조</h1>", &[(1, "구조")]);
        assert_eq!(
            choose(None, &later, "x"),
            Title {
                text: "구조".into(),
                heading: None
            }
        );
        let other = note("<h1>안</h1>", &[(1, "안")]);
        assert_eq!(choose(Some("밖"), &other, "x").heading, None);
    }
}
