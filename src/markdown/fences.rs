//! Code fences in lists, mended where their author's indentation is not CommonMark's.
//!
//! CommonMark wants a fence to stand exactly where its list item's text begins; a column less ends the list, four more
//! make indented code with its fences shown, and a line of code further left than the item's text ends the code in its
//! midst, so that the closing fence opens another. Authors mean one thing each time. One pass over the lines with the
//! open list items in mind; only what is closed by a fence of its own is touched, and nothing in quotes.

use memchr::memmem::Finder;

use super::rewrite::Edit;
use super::source_lines;

/// A fence: its mark, its length, and whether it says more than marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fence {
    mark: u8,
    length: usize,
}

impl Fence {
    /// The fence that `content` opens, maybe after quote marks and list marks.
    pub(super) fn opened_by(content: &str) -> Option<Fence> {
        let mut rest = content;
        loop {
            rest = unquoted(rest);
            match rest.as_bytes().first()? {
                b'`' | b'~' => return Fence::at(rest).map(|(fence, _)| fence),
                b'-' | b'*' | b'+' | b'0'..=b'9' => rest = &rest[marker(rest)?.0..],
                _ => return None,
            }
        }
    }

    /// The fence that `text` begins with, and whether an info string follows.
    fn at(text: &str) -> Option<(Fence, bool)> {
        let mark = *text
            .as_bytes()
            .first()
            .filter(|byte| matches!(byte, b'`' | b'~'))?;
        let length = text.bytes().take_while(|&byte| byte == mark).count();
        let info = text[length..].trim();
        (length >= 3 && !(mark == b'`' && info.contains('`')))
            .then_some((Fence { mark, length }, !info.is_empty()))
    }

    /// Whether `content` closes it, maybe after quote marks.
    pub(super) fn is_closed_by(self, content: &str) -> bool {
        let rest = unquoted(content);
        rest.as_bytes().first() == Some(&self.mark)
            && Fence::at(rest).is_some_and(|(fence, info)| {
                !info && fence.mark == self.mark && fence.length >= self.length
            })
    }
}

/// `content` without the quote marks and white space that it begins with.
fn unquoted(content: &str) -> &str {
    let marks = content
        .bytes()
        .take_while(|byte| matches!(byte, b'>' | b' ' | b'\t'))
        .count();
    &content[marks..]
}

/// The bytes of white space that `line` begins with.
pub(super) fn lead(line: &str) -> usize {
    line.bytes()
        .take_while(|byte| matches!(byte, b' ' | b'\t'))
        .count()
}

/// The width of white space in columns.
pub(super) fn columns(lead: &str) -> usize {
    lead.bytes().fold(0, |columns, byte| match byte {
        b'\t' => columns + 4 - columns % 4,
        _ => columns + 1,
    })
}

/// How many bytes of `lead` are exactly `wanted` columns; `None` if that is amid a tab.
pub(super) fn bytes_of_columns(lead: &str, wanted: usize) -> Option<usize> {
    let mut at = 0;
    for (index, byte) in lead.bytes().enumerate() {
        if at >= wanted {
            return (at == wanted).then_some(index);
        }
        at += if byte == b'\t' { 4 - at % 4 } else { 1 };
    }
    (at == wanted).then_some(lead.len())
}

/// The width of a list mark (or of what else takes an indented body: a definition, a footnote) that `text` begins
/// with, and at which column its text begins.
fn marker(text: &str) -> Option<(usize, usize)> {
    let width = match text.as_bytes().first()? {
        b'-' | b'*' | b'+' | b':' => 1,
        b'0'..=b'9' => {
            let digits = text.bytes().take_while(u8::is_ascii_digit).count();
            let after = text.as_bytes().get(digits)?;
            (digits <= 9 && matches!(after, b'.' | b')')).then_some(digits + 1)?
        }
        b'[' => {
            let end = text.strip_prefix("[^")?.find("]:")?;
            return Some((end + 4, 4));
        }
        _ => return None,
    };
    let rest = &text[width..];
    let content = rest.trim_start_matches([' ', '\t']);
    if content.is_empty() {
        return Some((width, width + 1));
    }
    let spaces = columns(&rest[..rest.len() - content.len()]);
    match spaces {
        0 => None,
        1..=4 => Some((width, width + spaces)),
        _ => Some((width, width + 1)),
    }
}

/// The list items that are open: the column of each one's mark and of its text.
#[derive(Debug, Default)]
pub(super) struct Items(Vec<(usize, usize)>);

impl Items {
    /// Where the text of the innermost item begins that a line indented by `indent` is in; 0 if it is in none.
    pub(super) fn base(&self, indent: usize) -> usize {
        self.0
            .iter()
            .rev()
            .find(|(_, content)| *content <= indent)
            .map_or(0, |&(_, content)| content)
    }

    /// Takes note of a line that is not blank.
    pub(super) fn line(&mut self, indent: usize, content: &str) {
        while self.0.last().is_some_and(|&(_, text)| text > indent) {
            self.0.pop();
        }
        let base = self.0.last().map_or(0, |&(_, text)| text);
        if indent >= base + 4 {
            return;
        }
        let (mut at, mut rest) = (indent, content);
        while let Some((width, text)) = marker(rest) {
            self.0.push((at, at + text));
            if rest.starts_with('[') {
                return;
            }
            let after = &rest[width..];
            rest = after.trim_start_matches([' ', '\t']);
            at += text;
        }
    }

    /// The item whose text begins right of `indent` and whose mark stands left of it.
    fn missed(&self, indent: usize) -> Option<(usize, usize)> {
        self.0
            .iter()
            .find(|&&(mark, text)| mark < indent && indent < text)
            .copied()
    }

    fn last(&self) -> Option<(usize, usize)> {
        self.0.last().copied()
    }
}

/// What a text has if there are such fences.
pub(super) const TRIGGERS: [&str; 4] = [" ```", " ~~~", "\t```", "\t~~~"];

/// The edits that fences in lists need.
pub(super) fn in_lists(text: &str) -> Vec<Edit> {
    if !any_in_list(text) {
        return Vec::new();
    }
    let lines: Vec<Line<'_>> = source_lines::lines(text)
        .map(|(start, whole)| {
            let lead = lead(whole);
            Line {
                start,
                lead,
                indent: columns(&whole[..lead]),
                content: &whole[lead..],
                whole,
            }
        })
        .collect();
    let mut edits = Vec::new();
    let mut items = Items::default();
    let mut in_pre = false;
    let mut index = 0;
    while let Some(line) = lines.get(index) {
        index += 1;
        if line.is_blank() {
            continue;
        }
        if in_pre || line.content.starts_with("<pre") {
            in_pre = !line.content.contains("</pre>");
            continue;
        }
        // A fence on the line of a list mark is one in the item.
        let fence = Fence::at(line.content);
        if fence.is_some()
            && let Some((mark, text)) = items.missed(line.indent)
            && let Some(end) = closing(&lines, index - 1, mark)
        {
            let by = text - line.indent;
            for line in &lines[index - 1..=end] {
                line.shift_to(line.indent + by, &mut edits);
            }
            index = end + 1;
            continue;
        }
        items.line(line.indent, line.content);
        let Some((fence, _)) = fence.or_else(|| {
            items
                .last()
                .filter(|(mark, _)| *mark >= line.indent && marker(line.content).is_some())
                .and_then(|_| Fence::at(after_marks(line.content)))
        }) else {
            continue;
        };
        let own_line = Fence::at(line.content).is_some();
        let base = if own_line {
            items.base(line.indent)
        } else {
            items.last().map_or(0, |(_, text)| text)
        };
        if own_line && line.indent >= base + 4 {
            // Indented code, or a part of the paragraph before.
            if let Some(end) = closing_of_deep(&lines, index - 1) {
                let by = line.indent - base;
                for line in &lines[index - 1..=end] {
                    line.shift_to(line.indent.saturating_sub(by).max(base), &mut edits);
                }
                index = end + 1;
            }
            continue;
        }
        if base > 0
            && let Some((mark, text)) = items.last()
            && let Some(end) = closing(&lines, index - 1, mark)
        {
            let body = &lines[index..=end];
            let stray = body.iter().any(|it| !it.is_blank() && it.indent < text);
            if stray || lines[end].indent >= text + 4 {
                for line in body.iter().filter(|line| line.indent < text) {
                    line.shift_to(text, &mut edits);
                }
                if lines[end].indent >= text + 4 {
                    lines[end].shift_to(text, &mut edits);
                }
            }
            index = end + 1;
            continue;
        }
        // As CommonMark has it: up to the closing fence, or to the end of the item.
        while let Some(line) = lines.get(index) {
            if !line.is_blank() && line.indent < base {
                break;
            }
            index += 1;
            if line.indent < base + 4 && fence.is_closed_by(line.content) {
                break;
            }
        }
    }
    edits
}

/// Whether a fence stands behind white space and list marks.
fn any_in_list(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (backticks, tildes) = (Finder::new("```"), Finder::new("~~~"));
    let found = backticks.find_iter(bytes).chain(tildes.find_iter(bytes));
    found.into_iter().any(|at| {
        let before = bytes[..at]
            .iter()
            .rev()
            .take_while(|&&byte| byte != b'\n')
            .take_while(|&&byte| !matches!(byte, b'`' | b'~'));
        let mut indented = false;
        for byte in before {
            match byte {
                b' ' | b'\t' => indented = true,
                b'-' | b'*' | b'+' | b':' | b'.' | b')' | b'>' | b'0'..=b'9' => {}
                _ => return false,
            }
        }
        indented
    })
}

struct Line<'t> {
    start: usize,
    /// Bytes of white space before the content.
    lead: usize,
    /// The same in columns.
    indent: usize,
    content: &'t str,
    whole: &'t str,
}

impl Line<'_> {
    fn is_blank(&self) -> bool {
        // What is not ASCII is seldom white space.
        self.content.bytes().next().is_none_or(|first| {
            (first.is_ascii_whitespace() || !first.is_ascii()) && self.content.trim().is_empty()
        })
    }

    /// Gives the line an indentation of `wanted` columns.
    fn shift_to(&self, wanted: usize, edits: &mut Vec<Edit>) {
        if self.is_blank() || wanted == self.indent {
            return;
        }
        if wanted > self.indent {
            edits.push(Edit::insert(self.start, " ".repeat(wanted - self.indent)));
            // Tabs would move with what stands before them.
            if self.whole[..self.lead].contains('\t') {
                edits.pop();
                edits.push(Edit {
                    range: self.start..self.start + self.lead,
                    with: " ".repeat(wanted).into(),
                });
            }
            return;
        }
        edits.push(Edit {
            range: self.start..self.start + self.lead,
            with: " ".repeat(wanted).into(),
        });
    }
}

/// What follows the list marks of a line.
fn after_marks(content: &str) -> &str {
    let mut rest = content;
    while let Some((width, _)) = marker(rest) {
        rest = rest[width..].trim_start_matches([' ', '\t']);
    }
    rest
}

/// The line that closes the fence of line `open` in an item marked at column `mark`: the first fence of its kind without
/// an info string, right of the mark. `None` if another item or another fence begins before it.
fn closing(lines: &[Line<'_>], open: usize, mark: usize) -> Option<usize> {
    let (fence, _) = Fence::at(after_marks(lines.get(open)?.content))?;
    for (index, line) in lines.iter().enumerate().skip(open + 1) {
        if let Some((other, info)) = Fence::at(line.content) {
            if info && other.mark == fence.mark {
                return None;
            }
            if !info && other.mark == fence.mark && other.length >= fence.length {
                return (line.indent > mark).then_some(index);
            }
        }
        if line.indent <= mark && !line.is_blank() && marker(line.content).is_some() {
            return None;
        }
    }
    None
}

/// The same for a fence indented so far that it is none; its lines must all be indented so.
fn closing_of_deep(lines: &[Line<'_>], open: usize) -> Option<usize> {
    let first = lines.get(open)?;
    let (fence, _) = Fence::at(first.content)?;
    for (index, line) in lines.iter().enumerate().skip(open + 1) {
        if line.is_blank() {
            continue;
        }
        if line.indent + 3 < first.indent {
            return None;
        }
        if line.indent <= first.indent + 3 && fence.is_closed_by(line.content) {
            return Some(index);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::rewrite::Rewritten;

    fn mended(text: &str) -> String {
        let mut source = Rewritten::new(text);
        source.apply(&in_lists(text));
        source.text.into_owned()
    }

    #[test]
    fn a_fence_short_of_its_items_text_moves_into_the_item() {
        assert_eq!(
            mended("1. 하나\n  ~~~java\n  int a;\n\n    b;\n  ~~~\n2. 둘\n"),
            "1. 하나\n   ~~~java\n   int a;\n\n     b;\n   ~~~\n2. 둘\n"
        );
    }

    #[test]
    fn a_fence_indented_like_code_is_a_fence() {
        assert_eq!(
            mended("글\n\n    ```js\n    let a;\n      b\n    ```\n끝\n"),
            "글\n\n```js\nlet a;\n  b\n```\n끝\n"
        );
        assert_eq!(
            mended("- 글\n\n\t\t```js\n\t\tlet a;\n\t\t```\n"),
            "- 글\n\n  ```js\n  let a;\n  ```\n"
        );
    }

    #[test]
    fn code_further_left_than_its_item_stays_in_its_fence() {
        assert_eq!(
            mended("- 글\n  ```\ncode\n    더\n  ```\n- 둘\n"),
            "- 글\n  ```\n  code\n    더\n  ```\n- 둘\n"
        );
    }

    #[test]
    fn what_commonmark_understands_stays() {
        for text in [
            "- 글\n  ```\n  code\n  ```\n- 둘\n",
            "- 글\n  ```\n  안 닫음\n- 둘\n  ```\n  code\n  ```\n",
            "1. 글\n\n   ```sh\n   a\n   ```\n\n2. 둘\n",
            "    ```\n    닫지 않은 들여쓴 코드\n",
            "용어\n:   풀이\n\n    ```js\n    a\n    ```\n",
            "글[^1]\n\n[^1]: 각주\n\n    ```js\n    a\n    ```\n",
            "```md\n- 글\n      ```\n```\n",
            "- 상위\n  - 하위\n  ~~~js\n  a\n  ~~~\n",
        ] {
            assert_eq!(mended(text), text);
        }
    }
}
