//! kramdown's lines, before parsing: attribute lists are stood apart from the blocks they follow, definitions and
//! comments taken out, `{::nomarkdown}` kept from being read, kramdown's tables given what GFM's need.

use std::ops::Range;

use memchr::memmem;

use super::super::attributes::{AttributeList, Words};
use super::super::protected::Protected;
use super::super::raw_html::{self, Token};
use super::super::rewrite::{Edit, Rewritten};
use super::Definitions;

/// What a text has if [`rewrite`] may find something in it.
pub(in super::super) const TRIGGERS: [&str; 6] =
    ["{:", "*[", "\n^\n", "\n|", "-+", "markdown=\"0\""];

/// The edits `source` needs before it is parsed, and what it defines. A parse for [`Protected`] is asked for only where
/// something stands that would be rewritten.
pub(in super::super) fn rewrite(
    source: &Rewritten<'_>,
    protected: &Protected<'_>,
) -> (Vec<Edit>, Definitions) {
    let text = source.text.as_ref();
    let mut edits = Vec::new();
    let mut definitions = Definitions::default();
    let mut gone = Vec::new();
    if source.has("{::") {
        extensions(text, protected, &mut edits, &mut gone);
    }
    if source.has("markdown=\"0\"") {
        raw_spans(text, protected, &mut edits);
    }
    if source.has("\n|") {
        tables(text, protected, &mut edits);
    }
    if source.has_line(&["{:", "*["]) || source.has("\n^\n") || text.starts_with("^\n") {
        lines(text, protected, &gone, &mut edits, &mut definitions);
    }
    edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
    (edits, definitions)
}

/// What the line before defined; attribute lists below it are its.
enum Defined {
    Link(String),
    Abbreviation(String),
}

fn lines(
    text: &str,
    protected: &Protected<'_>,
    gone: &[Range<usize>],
    edits: &mut Vec<Edit>,
    definitions: &mut Definitions,
) {
    let mut gone = gone.iter().peekable();
    let mut start = 0;
    // Of the line before: whether it is blank or holds nothing but attributes.
    let mut apart = true;
    // Inside a list or a definition, which lazy lines go on with.
    let mut in_list = false;
    // Of the line before: whether it is indented code, and whether it leaves no paragraph open.
    let mut code = false;
    let mut leaf = false;
    let mut defined: Option<Defined> = None;
    // Lists that stand before their block, with the lines they take, and how many edits there were before them.
    let mut held: Vec<(Range<usize>, AttributeList)> = Vec::new();
    let mut edits_before_held = 0;
    let mut lines = text.split_inclusive('\n').peekable();
    while let Some(whole) = lines.next() {
        let line = whole.trim_end_matches('\n');
        let body = line.trim_start_matches([' ', '>', '\t']);
        let line_start = start;
        let at = start + (line.len() - body.len());
        let end = start + line.len();
        start += whole.len();
        while gone.next_if(|range| range.end <= line_start).is_some() {}
        if gone.peek().is_some_and(|range| range.contains(&at)) {
            continue;
        }
        let blank = body.trim().is_empty();
        let was_apart = std::mem::replace(&mut apart, blank);
        let was_defined = defined.take();
        if marks_item(body) {
            in_list = true;
        } else if was_apart && !blank && at == line_start && !body.starts_with("{:") && body != "^"
        {
            in_list = false;
        }
        let was_leaf = leaf;
        code = !blank && !in_list && (was_apart || code) && is_deep(&line[..at - line_start]);
        leaf = code || is_leaf(body);
        if !body.starts_with(['{', '*', '^', '[']) {
            held.clear();
            continue;
        }
        let prefix = text.get(line_start..at).unwrap_or_default();
        let next_blank = lines
            .peek()
            .is_none_or(|next| next.trim_matches([' ', '>', '\t', '\n']).is_empty());
        let body = body.trim_end();
        if body == "^" {
            // A comment of HTML ends any block, and is not published.
            if prefix.trim().is_empty()
                && (was_apart || next_blank || in_list || was_leaf)
                && !protected.covers(at)
            {
                edits.push(Edit {
                    range: line_start..end,
                    with: "<!-- -->\n".into(),
                });
                apart = true;
                in_list = false;
            }
            held.clear();
            continue;
        }
        // Four columns make code where no paragraph is open.
        let indented = was_apart && prefix.len() >= 4 && !prefix.contains('>') && !in_list;
        if let Some((name, list)) = list_definition(body).filter(|_| !protected.covers(at)) {
            definitions.lists.entry(name).or_default().extend(&list);
            edits.push(Edit::remove(at..end));
            apart = true;
            continue;
        }
        let abbreviation = abbreviation(body).filter(|_| !indented && !protected.covers(at));
        let link = link_label(body).filter(|_| was_apart && !indented);
        if abbreviation.is_some() || link.is_some() {
            apart = true;
            let mut list = AttributeList::default();
            if !held.is_empty() && !protected.covers(at) {
                edits.truncate(edits_before_held);
                for (range, before) in held.drain(..) {
                    edits.push(Edit::remove(range));
                    list.extend(&before);
                }
            }
            if let Some((short, long)) = abbreviation {
                edits.push(Edit::remove(at..end));
                definitions
                    .abbreviations
                    .insert(short.clone(), (long, list));
                defined = Some(Defined::Abbreviation(short));
            } else if let Some(label) = link {
                if list != AttributeList::default() {
                    definitions
                        .links
                        .entry(label.clone())
                        .or_default()
                        .extend(&list);
                }
                defined = Some(Defined::Link(label));
            }
            held.clear();
            continue;
        }
        let Some(list) = only_list(body).filter(|_| !indented && !protected.covers(at)) else {
            held.clear();
            continue;
        };
        apart = true;
        match &was_defined {
            Some(Defined::Link(label)) => {
                definitions
                    .links
                    .entry(label.clone())
                    .or_default()
                    .extend(&list);
            }
            Some(Defined::Abbreviation(short)) => {
                if let Some((_, known)) = definitions.abbreviations.get_mut(short) {
                    known.extend(&list);
                }
            }
            None => {}
        }
        if was_defined.is_some() {
            edits.push(Edit::remove(at..end));
            defined = was_defined;
            continue;
        }
        if held.is_empty() {
            edits_before_held = edits.len();
        }
        if was_apart {
            held.push((at..end, list));
        }
        // Deeper ones belong to the content of list items, where a blank line would loosen the list.
        let indent = prefix.len() - prefix.trim_end_matches([' ', '\t']).len();
        if indent > usize::from(!prefix.is_empty()) {
            continue;
        }
        if !was_apart {
            edits.push(Edit::insert(at, format!("\n{prefix}")));
        }
        let next_list = lines.peek().is_some_and(|next| {
            only_list(next.trim_start_matches([' ', '>', '\t']).trim_end()).is_some()
        });
        if !next_blank && !next_list {
            edits.push(Edit::insert(end, format!("\n{}", prefix.trim_end())));
        }
    }
}

/// Whether `indent` makes code of what follows it.
fn is_deep(indent: &str) -> bool {
    !indent.contains('>') && (indent.len() >= 4 || indent.contains('\t'))
}

/// Whether a line is a block of its own that no text goes on with: a heading, a formula.
fn is_leaf(body: &str) -> bool {
    let hashes = body.bytes().take_while(|&byte| byte == b'#').count();
    let heading = (1..=6).contains(&hashes) && body[hashes..].starts_with([' ', '\t']);
    let body = body.trim_end();
    heading || body.len() > 4 && body.starts_with("$$") && body.ends_with("$$")
}

/// Whether a line begins an item of a list or a definition.
fn marks_item(body: &str) -> bool {
    let digits = body.bytes().take_while(u8::is_ascii_digit).count();
    let rest = match digits {
        0 => body.strip_prefix(['*', '-', '+', ':']),
        1..=9 => body
            .get(digits..)
            .and_then(|rest| rest.strip_prefix(['.', ')'])),
        _ => None,
    };
    rest.is_some_and(|rest| rest.starts_with([' ', '\t']))
}

/// The list that is all of `text`.
pub(super) fn only_list(text: &str) -> Option<AttributeList> {
    let text = text.trim();
    let (list, length) = AttributeList::read(text)?;
    (length == text.len()).then_some(list)
}

/// `{:name: .class}`.
fn list_definition(line: &str) -> Option<(String, AttributeList)> {
    let inner = line.strip_prefix("{:")?.strip_suffix('}')?;
    let (name, rest) = inner.split_once(':')?;
    let named = !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
    if !named || !rest.starts_with(char::is_whitespace) {
        return None;
    }
    Some((name.to_owned(), AttributeList::parse(rest, Words::Lenient)?))
}

/// The label of `[label]: destination`, as labels are compared.
fn link_label(line: &str) -> Option<String> {
    let (label, destination) = line.strip_prefix('[')?.split_once("]:")?;
    let label = label_key(label);
    (!label.is_empty()
        && !label.starts_with('^')
        && !label.contains(['[', ']'])
        && !destination.trim().is_empty())
    .then_some(label)
}

/// Labels match without regard to letter case and amount of white space (CommonMark 0.31.2, section 4.7).
pub(super) fn label_key(label: &str) -> String {
    let words: Vec<&str> = label.split_whitespace().collect();
    words.join(" ").to_lowercase()
}

/// `*[HTML]: Hyper Text Markup Language`.
fn abbreviation(line: &str) -> Option<(String, String)> {
    let (short, long) = line.strip_prefix("*[")?.split_once("]:")?;
    let short = short.trim();
    (!short.is_empty() && short.len() <= LONGEST_ABBREVIATION && !short.contains(['[', ']']))
        .then(|| (short.to_owned(), long.trim().to_owned()))
}

/// In bytes.
const LONGEST_ABBREVIATION: usize = 60;

/// `{::comment}…{:/comment}` goes; of `{::nomarkdown}…{:/}` the marks go and the content is kept from being read; of
/// `{::options … /}` nothing is left. `gone` takes what is out of sight.
fn extensions(
    text: &str,
    protected: &Protected<'_>,
    edits: &mut Vec<Edit>,
    gone: &mut Vec<Range<usize>>,
) {
    let mut at = 0;
    // Kinds whose end was looked for in vain.
    let mut endless: Vec<(&str, bool)> = Vec::new();
    while let Some(start) = text[at..].find("{::").map(|found| at + found) {
        at = start + 3;
        let Some((name, inner, after)) = opening(text, start) else {
            continue;
        };
        if protected.covers(start) {
            continue;
        }
        at = after;
        if inner.trim_end().ends_with('/') {
            edits.push(Edit::remove(start..after));
            gone.push(start..after);
            continue;
        }
        let block = alone(text, &(start..after));
        if endless.contains(&(name, block)) {
            continue;
        }
        let Some(close) = closing(text, after, name, block) else {
            endless.push((name, block));
            continue;
        };
        let other = inner
            .split_once("type=")
            .is_some_and(|(_, kind)| !kind.trim_matches(['"', '\'', ' ']).starts_with("html"));
        if name == "comment" || other {
            edits.push(Edit::remove(start..close.end));
        } else {
            edits.push(Edit::remove(start..after));
            if name == "nomarkdown" {
                verbatim(text, after..close.start, block, edits);
            }
            edits.push(Edit::remove(close.clone()));
        }
        gone.push(start..close.end);
        at = close.end;
    }
}

/// The extension that opens at `start`: its name, what stands between the marks, and where it ends.
fn opening(text: &str, start: usize) -> Option<(&str, &str, usize)> {
    let rest = text.get(start + 3..)?;
    let mut escaped = false;
    let end = rest.char_indices().find_map(|(at, c)| match c {
        '\n' => Some(None),
        '}' if !escaped => Some(Some(at)),
        _ => {
            escaped = c == '\\' && !escaped;
            None
        }
    })??;
    let inner = &rest[..end];
    let name = inner
        .split(|c: char| c.is_whitespace() || c == '/')
        .next()
        .unwrap_or_default();
    matches!(name, "comment" | "nomarkdown" | "options").then_some((
        name,
        inner,
        start + 3 + end + 1,
    ))
}

/// Whether nothing but white space stands beside `range` on its line.
fn alone(text: &str, range: &Range<usize>) -> bool {
    let before = text.get(..range.start).unwrap_or_default();
    let after = text.get(range.end..).unwrap_or_default();
    let before = before
        .bytes()
        .rev()
        .find(|byte| !matches!(byte, b' ' | b'\t' | b'>'));
    let after = after.bytes().find(|byte| !matches!(byte, b' ' | b'\t'));
    before.is_none_or(|byte| byte == b'\n') && after.is_none_or(|byte| byte == b'\n')
}

/// The end, `{:/}` or `{:/name}`, of an extension whose opening mark ends at `from`. One that opened on a line of its
/// own ends on one. Extensions inside keep their ends, unless there are too few of these.
fn closing(text: &str, from: usize, name: &str, block: bool) -> Option<Range<usize>> {
    let rest = text.get(from..)?;
    let mut first = None;
    let mut inside: Vec<&str> = Vec::new();
    for (at, _) in rest.match_indices("{:") {
        let at = from + at;
        if text[at..].starts_with("{::") {
            if let Some((nested, inner, after)) = opening(text, at)
                && !inner.trim_end().ends_with('/')
                && (!block || alone(text, &(at..after)))
            {
                inside.push(nested);
            }
            continue;
        }
        let Some((named, _)) = text[at..]
            .strip_prefix("{:/")
            .and_then(|after| after.split_once('}'))
        else {
            continue;
        };
        let range = at..at + 3 + named.len() + 1;
        if !matches!(named, "" | "comment" | "nomarkdown" | "options")
            || block && !alone(text, &range)
        {
            continue;
        }
        let nested = match named {
            "" => inside.len().checked_sub(1),
            named => inside.iter().rposition(|it| *it == named),
        };
        if named.is_empty() || named == name {
            first.get_or_insert(range.clone());
            if nested.is_none() {
                return Some(range);
            }
        }
        if let Some(nested) = nested {
            inside.truncate(nested);
        }
    }
    first
}

/// Keeps `range` from being read as Markdown: an HTML block loses the blank lines that would end it, all other text
/// gets backslashes.
fn verbatim(text: &str, range: Range<usize>, block: bool, edits: &mut Vec<Edit>) {
    let Some(content) = text.get(range.clone()) else {
        return;
    };
    let html = block
        && raw_html::scan(content.trim_start())
            .next()
            .is_some_and(|(token, _)| matches!(token, Token::Tag(tag) if tag.is_block()));
    if !html {
        let mut start = range.start;
        for line in content.split_inclusive('\n') {
            let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
            if block && indent >= 4 {
                edits.push(Edit::remove(start..start + indent));
            }
            start += line.len();
        }
        escape(text, range, edits);
        return;
    }
    let preformatted = content.contains("<pre");
    let begin = content.len() - content.trim_start().len();
    let end = content.trim_end().len();
    let mut start = range.start;
    for line in content.split_inclusive('\n') {
        let at = start - range.start;
        if line.trim().is_empty() && (begin..end).contains(&at) {
            edits.push(if preformatted {
                Edit::insert(start, "&#32;")
            } else {
                Edit::remove(start..start + line.len())
            });
        }
        start += line.len();
    }
}

/// Backslashes before whatever Markdown might read in `range`, tags aside.
fn escape(text: &str, range: Range<usize>, edits: &mut Vec<Edit>) {
    let content = text.get(range.clone()).unwrap_or_default();
    for (token, part) in raw_html::scan(content) {
        let element = match &token {
            Token::Text(_) => false,
            Token::Tag(tag) => tag.is_element(),
            Token::Other => true,
        };
        if element {
            continue;
        }
        for (at, c) in content[part.clone()].char_indices() {
            if "\\`*_[]<>~=$^#+-!|.)(".contains(c) {
                edits.push(Edit::insert(range.start + part.start + at, "\\"));
            }
        }
    }
}

/// `<span markdown="0">*글*</span>`: backslashes keep its text from being read.
fn raw_spans(text: &str, protected: &Protected<'_>, edits: &mut Vec<Edit>) {
    for (at, mark) in text.match_indices("markdown=\"0\"") {
        let Some(start) = text[..at].rfind('<') else {
            continue;
        };
        let window = text.get(start..).unwrap_or_default();
        let paragraph = window.split("\n\n").next().unwrap_or_default();
        let Some(open) = paragraph
            .find('>')
            .filter(|&open| start + open > at + mark.len() - 1)
        else {
            continue;
        };
        let Some((Token::Tag(tag), _)) = raw_html::scan(&paragraph[..open + 1]).next() else {
            continue;
        };
        if tag.closing || tag.is_block() || !tag.is_element() {
            continue;
        }
        let Some(close) = paragraph[open..].find(&format!("</{}>", tag.name)) else {
            continue;
        };
        if protected.covers(start) {
            continue;
        }
        let mut from = start + open + 1;
        let end = start + open + close;
        // What asks to be read again.
        while let Some(again) = text[from..end].find(" markdown=\"1\"").map(|it| from + it) {
            let Some(inner) = text[again..end].find("</").map(|it| again + it) else {
                break;
            };
            escape(
                text,
                from..text[from..again].rfind('<').map_or(again, |it| from + it),
                edits,
            );
            from = inner;
        }
        escape(text, from..end, edits);
    }
}

/// Gives kramdown's tables what GFM's need: a row of nothing above rows without a heading, a rule as wide as its heading
/// row, `|` for the `+` of `|---+---|`; the rule above a heading row goes.
fn tables(text: &str, protected: &Protected<'_>, edits: &mut Vec<Edit>) {
    let mut done = 0;
    loop {
        let start = match text.get(done..) {
            Some(rest) if done == 0 && rest.starts_with('|') => 0,
            Some(rest) => match memmem::find(rest.as_bytes(), b"\n|") {
                Some(found) => done + found + 1,
                None => return,
            },
            None => return,
        };
        let mut end = start;
        let mut rows: Vec<Range<usize>> = Vec::new();
        for line in text[start..].split_inclusive('\n') {
            if !line.trim_start().starts_with('|') {
                break;
            }
            rows.push(end..end + line.trim_end_matches('\n').len());
            end += line.len();
        }
        // The line break before the next row is looked for too.
        done = end.saturating_sub(1).max(start + 1);
        if rows.len() < 2 {
            continue;
        }
        let above = text[..start].trim_end_matches('\n');
        let above_line = above.rsplit('\n').next().unwrap_or_default();
        let below = text.get(end..).unwrap_or_default();
        let after_blank = above.is_empty() || start - above.len() >= 2;
        let whole = (after_blank || only_list(above_line).is_some())
            && (below.is_empty() || below.starts_with('\n') || below.starts_with("{:"));
        table(text, &rows, whole, protected, edits);
    }
}

/// One run of lines that begin with `|`; `whole` if blank lines or attribute lists stand around it.
fn table(
    text: &str,
    rows: &[Range<usize>],
    whole: bool,
    protected: &Protected<'_>,
    edits: &mut Vec<Edit>,
) {
    let row = |index: usize| {
        rows.get(index)
            .and_then(|range| text.get(range.clone()))
            .unwrap_or_default()
            .trim()
    };
    // The rule above the heading row.
    let above = whole && rows.len() > 2 && is_rule(row(0));
    let first = usize::from(above);
    let (Some(start), Some(head), Some(second)) =
        (rows.first(), rows.get(first), rows.get(first + 1))
    else {
        return;
    };
    let width = cells(row(first));
    let rule = row(first + 1);
    if is_rule(rule) && !rule.contains('=') {
        let aligned: Vec<&str> = rule
            .trim_matches('|')
            .split(['|', '+'])
            .map(str::trim)
            .collect();
        let pluses = rule.contains('+');
        let fits = aligned.len() == width;
        // A rule of another width makes no table of GFM's, but nobody draws one for anything else.
        let widen = !fits && whole && width > 1 && width <= MOST_COLUMNS && rows.len() > first + 2;
        if !(above || pluses && fits || widen) || is_rule(row(first)) {
            return;
        }
        if protected.covers(head.start) {
            return;
        }
        if above {
            edits.push(Edit::remove(start.start..head.start));
        }
        if widen || pluses && fits {
            let mut with = String::with_capacity(width * 4 + 1);
            for column in 0..width {
                let cell = aligned.get(column).copied().unwrap_or_default();
                with.push('|');
                with.push_str(if cell.is_empty() { "--" } else { cell });
            }
            with.push('|');
            edits.push(Edit {
                range: second.clone(),
                with: with.into(),
            });
        }
        return;
    }
    // Rows alone: all of them of the same width, and drawn as rows are: `|x| = 1` is arithmetic.
    let mut content = 0;
    let mut rules = Vec::new();
    for (index, range) in rows.iter().enumerate().skip(first) {
        let row = row(index);
        if is_rule(row) {
            rules.push(range);
            continue;
        }
        let drawn = row.ends_with('|') || row.starts_with("| ");
        if !drawn || cells(row) != width {
            return;
        }
        content += 1;
    }
    let indented = text[head.start..].starts_with("    ");
    let enough = (2..=MOST_COLUMNS).contains(&width) && (content > 1 || !rules.is_empty());
    if !whole || indented || !enough || protected.covers(head.start) {
        return;
    }
    let empty = "|  ".repeat(width);
    let rule = "|--".repeat(width);
    edits.push(Edit {
        range: start.start..head.start,
        with: format!("{empty}|\n{rule}|\n").into(),
    });
    for rule in rules {
        edits.push(Edit::remove(rule.start..text.len().min(rule.end + 1)));
    }
}

/// How many cells a row has.
fn cells(row: &str) -> usize {
    let mut bars = 0;
    let mut last = false;
    let mut escaped = false;
    for byte in row.bytes() {
        last = byte == b'|' && !escaped;
        bars += usize::from(last);
        escaped = byte == b'\\' && !escaped;
    }
    // The bar that begins the row makes no cell, nor does one that ends it.
    bars.saturating_sub(usize::from(last && bars > 1))
}

/// A wider one is no table anybody wrote.
const MOST_COLUMNS: usize = 100;

/// `|---|---|`, `|---+---|`, `|===`.
fn is_rule(row: &str) -> bool {
    row.starts_with('|')
        && row.contains(['-', '='])
        && row
            .bytes()
            .all(|byte| matches!(byte, b'|' | b'+' | b'-' | b':' | b'=' | b' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewritten(text: &str) -> String {
        let protected = Protected::new(text, pulldown_cmark::Options::ENABLE_TABLES);
        let mut source = Rewritten::new(text);
        let (edits, _) = rewrite(&Rewritten::new(text), &protected);
        source.apply(&edits);
        source.text.into_owned()
    }

    #[test]
    fn definitions_and_comments_go_and_lists_stand_apart() {
        assert_eq!(rewritten("글\n{: .a}\n뒤\n"), "글\n\n{: .a}\n\n뒤\n");
        assert_eq!(rewritten("> 글\n> {: .a}\n"), "> 글\n> \n> {: .a}\n");
        assert_eq!(rewritten("* 글\n  {: .a}\n"), "* 글\n  {: .a}\n");
        assert_eq!(rewritten("{:이름: .a}\n*[가]: 나\n글\n"), "\n\n글\n");
        assert_eq!(
            rewritten("가{::comment}나{:/}다 {::options x=\"a\\}b\" /}라\n"),
            "가다 라\n"
        );
        assert_eq!(
            rewritten("`{::comment}` {::comment}\n"),
            "`{::comment}` {::comment}\n"
        );
        assert_eq!(
            rewritten("```\n{: .a}\n```\n{:?}\n"),
            "```\n{: .a}\n```\n{:?}\n"
        );
        assert_eq!(rewritten("    *[가]: 나\n"), "    *[가]: 나\n");
    }

    #[test]
    fn a_comment_ends_at_its_own_mark() {
        for comment in [
            "{::comment}\n가 {:/} 나 {:/comment} 다\n{:/comment}\n",
            "{::comment}\n{::nomarkdown}\n가\n{:/}\n나\n{:/comment}\n",
            "{::comment}\n가\n{:이름: .a}\n{:/}\n",
        ] {
            assert_eq!(rewritten(comment), "\n", "{comment}");
        }
        // An opening mark without an end is text, and hides nothing after it.
        assert_eq!(
            rewritten("{::comment}\n가\n\n글 {::comment}나{:/comment}\n"),
            "{::comment}\n가\n\n글 \n"
        );
    }

    #[test]
    fn content_that_is_no_markdown_is_kept_from_being_read() {
        assert_eq!(
            rewritten("가 {::nomarkdown}*나* <b>다_라_</b>{:/} 마\n"),
            "가 \\*나\\* <b>다\\_라\\_</b> 마\n"
        );
        assert_eq!(
            rewritten("{::nomarkdown}\n<div>\n\n*가*\n</div>\n{:/nomarkdown}\n"),
            "\n<div>\n*가*\n</div>\n\n"
        );
        assert_eq!(
            rewritten("글 <span markdown=\"0\">*가* <b markdown=\"1\">*나*</b> *다*</span>\n"),
            "글 <span markdown=\"0\">\\*가\\* <b markdown=\"1\">*나*</b> \\*다\\*</span>\n"
        );
    }

    #[test]
    fn an_end_mark_ends_lists_and_definitions() {
        assert_eq!(rewritten("* 가\n^\n* 나\n"), "* 가\n<!-- -->\n\n* 나\n");
        assert_eq!(rewritten("가\n: 나\n^\n다\n"), "가\n: 나\n<!-- -->\n\n다\n");
        // No paragraph is open below code, a heading, a formula.
        for block in ["    가", "# 가", "$$x = 1$$"] {
            assert_eq!(
                rewritten(&format!("{block}\n^\n    나\n")),
                format!("{block}\n<!-- -->\n\n    나\n")
            );
        }
        // The face in mid-text is its author's.
        assert_eq!(rewritten("가\n^\n나\n"), "가\n^\n나\n");
    }

    #[test]
    fn tables_without_headings_get_an_empty_one() {
        assert_eq!(
            rewritten("| 가 | 나 |\n| 다 | 라 |\n"),
            "|  |  |\n|--|--|\n| 가 | 나 |\n| 다 | 라 |\n"
        );
        assert_eq!(
            rewritten("|----+---|\n| 가 | 나 |\n|----+---|\n| 다 | 라 |\n"),
            "| 가 | 나 |\n|----|---|\n| 다 | 라 |\n"
        );
        for other in [
            "| 가 | 나 |\n|---|---|\n| 다 | 라 |\n",
            "| 가 | 나 |\n|-|-|\n| 다 | 라 |\n",
            "| 가 | 나\n|---|---\n| 다 | 라\n",
            "| 가 | 나\n|-----\n",
            "| 하나\n| 둘\n",
            "|x| = 3\n|y| = 4\n",
            "| 홈 | 소개 |\n",
            "|x|\n|y|\n",
            "글\n| 가 | 나 |\n| 다 | 라 |\n",
            "| 가 | 나 |\n| 다 |\n",
            "```\n| 가 | 나 |\n| 다 | 라 |\n```\n",
        ] {
            assert_eq!(rewritten(other), other);
        }
    }

    #[test]
    fn rows_may_be_open_and_rules_of_any_width() {
        assert_eq!(
            rewritten("| 가 | 나\n| 다 \\| 라 | 마\n"),
            "|  |  |\n|--|--|\n| 가 | 나\n| 다 \\| 라 | 마\n"
        );
        assert_eq!(
            rewritten("| 가 | 나\n|:-----\n| 다 | 라\n"),
            "| 가 | 나\n|:-----|--|\n| 다 | 라\n"
        );
        assert_eq!(
            rewritten("글\n\n| 가 | 나 |\n|=\n| 다 | 라 |\n{: .표}\n"),
            "글\n\n|  |  |\n|--|--|\n| 가 | 나 |\n| 다 | 라 |\n\n{: .표}\n"
        );
    }

    #[test]
    fn what_is_no_kramdown_costs_no_parse() {
        for text in [
            "println!(\"{:?}\", x);\n\n{:>8.2} 글 *[가] 나\n",
            "| 가 | 나 |\n|---|---|\n| 다 | 라 |\n",
            "[링크]: https://a.example\n{:?}\n",
        ] {
            let protected = Protected::new(text, pulldown_cmark::Options::ENABLE_TABLES);
            assert!(rewrite(&Rewritten::new(text), &protected).0.is_empty());
            assert!(!protected.was_asked(), "{text}");
        }
    }
}
