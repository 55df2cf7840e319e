//! What is left in a note after pasting from elsewhere: tables whose cells are parted by tabs (spreadsheets, PDF), the
//! printed contents page of a document (`소개 ..... 2`), no-break spaces from web pages and Notion.
//!
//! [`rewrite`] mends the text before parsing, line by line outside of code; [`contents_pages`] turns paragraphs of dot
//! leaders into lists after it.

use std::ops::Range;

use pulldown_cmark::{CowStr, LinkType, TagEnd};

use super::fences::Fence;
use super::nodes::{Kind, Node, Tag};
use super::report::Reporter;
use super::rewrite::{Edit, Rewritten};
use super::source_lines::lines;
use crate::bilingual;
use crate::diagnostics::Severity;

/// What a text has if [`rewrite`] has anything to do.
pub(super) const TRIGGERS: [&str; 2] = ["\t", "\u{A0}"];

/// What a text has if [`contents_pages`] has anything to do.
const LEADERS: [&str; 5] = ["...", "…", "···", "․․․", "・・・"];

/// The edits `source` needs; a table that is made is reported at its place in the note, whose text begins at `offset`.
pub(super) fn rewrite(
    source: &Rewritten<'_>,
    offset: usize,
    reporter: &mut Reporter<'_>,
) -> Vec<Edit> {
    let text = source.text.as_ref();
    let (tabs, spaces) = (text.contains('\t'), text.contains('\u{A0}'));
    let mut edits = Vec::new();
    let mut fence: Option<Fence> = None;
    // The lines of the present paragraph, as long as each may be a row.
    let mut rows: Vec<Range<usize>> = Vec::new();
    let mut in_paragraph = false;
    let mut tables: Vec<Vec<Range<usize>>> = Vec::new();
    for (start, content) in lines(text) {
        let range = start..start + content.len();
        let trimmed = content.trim();
        let mut blank = trimmed.is_empty();
        if let Some(open) = fence {
            if open.is_closed_by(trimmed) {
                fence = None;
            }
            rows.clear();
            in_paragraph = false;
            continue;
        }
        fence = Fence::opened_by(trimmed);
        blank |= fence.is_some();
        if fence.is_none() && spaces {
            no_break_spaces(content, range.start, &mut edits);
        }
        if blank {
            if rows.len() >= 2 {
                tables.push(std::mem::take(&mut rows));
            }
            rows.clear();
            in_paragraph = false;
            continue;
        }
        if tabs {
            let first = !in_paragraph;
            let row = is_row(content, first)
                && rows.first().is_none_or(|head| {
                    let width = columns(&text[head.clone()]);
                    // The last cells of a row may be empty.
                    columns(content) == width || content.matches('\t').count() + 1 == width
                });
            if row && (first || !rows.is_empty()) {
                rows.push(range);
            } else {
                rows.clear();
            }
        }
        in_paragraph = true;
    }
    if rows.len() >= 2 {
        tables.push(rows);
    }
    for rows in tables {
        if rows.iter().all(|row| leader(&text[row.clone()]).is_some()) {
            continue;
        }
        let whole = rows[0].start..rows[rows.len() - 1].end;
        let original = source.original(&whole);
        let (lines, width) = (rows.len(), columns(&text[rows[0].clone()]));
        reporter.report_start(
            Severity::Note,
            "pasted-table",
            &(original.start + offset..original.end + offset),
            bilingual!(
                "탭으로 나뉜 {lines}줄을 {width}칸 표로 실었습니다.",
                "{lines} lines parted by tabs are published as a table of {width} columns."
            ),
            Some(bilingual!(
                "표가 맞으면 `| 칸 | 칸 |`으로 적어 두고, 아니면 탭을 빈칸으로 바꾸세요.",
                "write it as `| cell | cell |` to settle it, or replace the tabs by spaces if it is no table."
            )),
        );
        for (number, row) in rows.iter().enumerate() {
            table_row(text, row, number == 0, width, &mut edits);
        }
    }
    edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
    edits
}

/// No-break spaces between words become spaces, and so do those after a mark that wants one (`#`, `-`, `1.`), which
/// would else be none. Those that indent a line or end it stay: as spaces they would mean code or a line break.
fn no_break_spaces(line: &str, start: usize, edits: &mut Vec<Edit>) {
    let begin = line.len() - line.trim_start().len();
    let end = line.trim_end().len();
    for (at, found) in line.match_indices('\u{A0}') {
        if at >= begin && at < end {
            edits.push(Edit {
                range: start + at..start + at + found.len(),
                with: " ".into(),
            });
        }
    }
}

fn columns(line: &str) -> usize {
    line.trim_end_matches([' ', '\t']).matches('\t').count() + 1
}

/// Whether a line may be a row of a pasted table: cells parted by tabs, and no mark of Markdown at its beginning. An
/// empty first cell is fine below the head.
fn is_row(line: &str, head: bool) -> bool {
    let begins = line.trim_start_matches('\t');
    let marked = begins.starts_with(['>', '|', '#', ' '])
        || begins
            .trim_start_matches(|c: char| {
                c.is_ascii_digit() || matches!(c, '-' | '*' | '+' | '.' | ')')
            })
            .starts_with(['\t', ' '])
            && begins.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '*' | '+'));
    let enough = columns(line) >= 2 || !head && line.contains('\t');
    let empty = begins.is_empty() || head && line.starts_with('\t');
    enough && !marked && !empty
}

/// Makes one line a row of a Markdown table, and adds the line of dashes under the head.
fn table_row(text: &str, row: &Range<usize>, head: bool, width: usize, edits: &mut Vec<Edit>) {
    let line = &text[row.clone()];
    let end = line.trim_end_matches([' ', '\t']).len();
    edits.push(Edit::insert(row.start, "| "));
    for (at, c) in line[..end].char_indices() {
        let with = match c {
            '\t' => " | ",
            '|' if !line[..at].ends_with('\\') => "\\|",
            _ => continue,
        };
        edits.push(Edit {
            range: row.start + at..row.start + at + 1,
            with: with.into(),
        });
    }
    let mut tail = " |".to_owned();
    if head {
        tail.push('\n');
        tail.push_str(&"| - ".repeat(width));
        tail.push('|');
    }
    edits.push(Edit {
        range: row.start + end..row.end,
        with: tail.into(),
    });
}

/// A line of a printed contents page: its title and page number. `소개 ..... 2`, `1.2 준비……… 14`, `부록 .....⇥iv`.
fn leader(line: &str) -> Option<(&str, &str)> {
    // Most texts end otherwise.
    let last = line.chars().next_back()?;
    if !last.is_ascii_alphanumeric() && !last.is_whitespace() {
        return None;
    }
    let line = line.trim();
    let number_at = line
        .char_indices()
        .rev()
        .take_while(|(_, c)| c.is_ascii_alphanumeric())
        .last()
        .map(|(at, _)| at)?;
    let number = &line[number_at..];
    let page = number.len() <= 5
        && (number.bytes().all(|byte| byte.is_ascii_digit())
            || number
                .bytes()
                .all(|byte| matches!(byte.to_ascii_lowercase(), b'i' | b'v' | b'x' | b'l' | b'c')));
    let dotted = line[..number_at].trim_end();
    let dot = |c: char| matches!(c, '.' | '·' | '…' | '‥' | '․' | '・') || c.is_whitespace();
    let title = dotted.trim_end_matches(dot);
    let dots: usize = dotted[title.len()..]
        .chars()
        .map(|c| match c {
            '…' => 3,
            '‥' => 2,
            c if c.is_whitespace() => 0,
            _ => 1,
        })
        .sum();
    (page && dots >= 4 && title.chars().any(char::is_alphanumeric)).then_some((title, number))
}

/// Paragraphs of two or more dot-leader lines become lists whose titles lead to the headings of that name.
pub(super) fn contents_pages<'a>(nodes: Vec<Node<'a>>, source: &Rewritten<'_>) -> Vec<Node<'a>> {
    let leads = |node: &Node<'_>| matches!(&node.kind, Kind::Text(text) if leader(text).is_some());
    if !nodes.iter().any(leads) || !source.has_any(&LEADERS) {
        return nodes;
    }
    let mut out: Vec<Node<'a>> = Vec::with_capacity(nodes.len());
    // Where in `out` the present paragraph begins, while every line of it may be one of a contents page.
    let mut paragraph: Option<usize> = None;
    for node in nodes {
        match &node.kind {
            Kind::Start(Tag::Paragraph) => paragraph = Some(out.len()),
            Kind::Text(text) if paragraph.is_some() && leader(text).is_some() => {}
            Kind::SoftBreak | Kind::HardBreak => {}
            Kind::End(TagEnd::Paragraph) => {
                if let Some(start) = paragraph.take()
                    && out.len() >= start + 4
                {
                    let lines = out.split_off(start);
                    list(lines, node.span, &mut out);
                    continue;
                }
            }
            _ => paragraph = None,
        }
        out.push(node);
    }
    out
}

/// The lines of a contents page (with the paragraph's start before them) as a list.
fn list<'a>(lines: Vec<Node<'a>>, end: Range<usize>, out: &mut Vec<Node<'a>>) {
    let span = lines
        .first()
        .map_or(end.clone(), |first| first.span.clone());
    let mut push = |kind, span: &Range<usize>| {
        out.push(Node {
            kind,
            span: span.clone(),
        });
    };
    push(Kind::ContentsPageStart, &span);
    for line in &lines {
        let Kind::Text(text) = &line.kind else {
            continue;
        };
        let Some((title, page)) = leader(text) else {
            continue;
        };
        push(Kind::Start(Tag::Item), &line.span);
        push(
            Kind::Start(Tag::link(LinkType::ShortcutUnknown, "#")),
            &line.span,
        );
        push(Kind::Text(CowStr::from(title.to_owned())), &line.span);
        push(Kind::End(TagEnd::Link), &line.span);
        push(Kind::PageNumber(page.to_owned()), &line.span);
        push(Kind::End(TagEnd::Item), &line.span);
    }
    push(Kind::ContentsPageEnd, &end);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewritten(text: &str) -> (String, usize) {
        let mut source = Rewritten::new(text);
        let mut reporter = Reporter::new("a.md", text);
        let edits = rewrite(&source, 0, &mut reporter);
        source.apply(&edits);
        (source.text.into_owned(), reporter.diagnostics.len())
    }

    #[test]
    fn lines_parted_by_tabs_become_a_table_and_are_reported() {
        assert_eq!(
            rewritten("앞\n\n칸\t값 | 단위\n가\t1\n\t2\n나\t\n\n뒤\n"),
            (
                "앞\n\n| 칸 | 값 \\| 단위 |\n| - | - |\n| 가 | 1 |\n|  | 2 |\n| 나 |\n\n뒤\n"
                    .to_owned(),
                1
            )
        );
    }

    #[test]
    fn other_tabs_are_left_alone() {
        for text in [
            "한 줄만\t탭\n",
            "칸\t값\n칸이 다른\t줄\t하나\n",
            "```\n가\t나\n다\t라\n```\n",
            "\t가\t나\n\t다\t라\n",
            "-\t가\n-\t나\n",
            "1.\t가\t나\n2.\t다\t라\n",
            "글\n가\t나\n다\t라\n",
            "가\t나\n다\t라\n글\n",
            "소개 .....\t1\n결론 .....\t2\n",
        ] {
            assert_eq!(rewritten(text), (text.to_owned(), 0), "{text:?}");
        }
    }

    #[test]
    fn no_break_spaces_part_words_and_marks_as_spaces_do() {
        assert_eq!(
            rewritten("#\u{A0}제목\n\n가\u{A0}나\u{A0}\n\u{A0}\u{A0}다\n```\n라\u{A0}마\n```\n").0,
            "# 제목\n\n가 나\u{A0}\n\u{A0}\u{A0}다\n```\n라\u{A0}마\n```\n"
        );
    }

    #[test]
    fn a_dot_leader_gives_title_and_page() {
        assert_eq!(leader("소개 .....\t2"), Some(("소개", "2")));
        assert_eq!(leader("1.2 준비……… 14"), Some(("1.2 준비", "14")));
        assert_eq!(
            leader("필요하지 않습니다. ....\t6"),
            Some(("필요하지 않습니다", "6"))
        );
        assert_eq!(leader("머리말 . . . . . iv"), Some(("머리말", "iv")));
        assert_eq!(leader("1부터 10까지 1, 2, ..., 10"), None);
        assert_eq!(leader("버전 1.2.3"), None);
        assert_eq!(leader("..... 3"), None);
        assert_eq!(leader("그리고... 끝"), None);
    }
}
