//! Which `$` is mathematics: decided before parsing, since a price, a shell variable and a formula look alike to a
//! parser, and what it takes for mathematics loses its bold text and its links.
//!
//! 1. [`candidates`] is the cheap test that lets most notes pass by.
//! 2. [`edits`] pairs the delimiters of prose: `$x$`, `$$x$$`, `` $`x`$ ``, `\(x\)` and `\[x\]`.
//! 3. [`judge`] says what stands between two of them. Whatever is no mathematics gets a backslash, so that the parser
//!    sees only what was chosen here; a display over several lines becomes a `math` fence, in which no line is taken
//!    for a list or a heading.

use std::ops::Range;

use memchr::{memchr_iter, memmem};

use super::rewrite::Edit;
use super::source_lines::lines;
use super::zones::{CODE_BLOCK, TEXT, Zones};

/// Formulas between single `$` and `\(…\)` are no longer than this.
const LONGEST_INLINE: usize = 1000;
/// Displays are no longer than this.
const LONGEST_DISPLAY: usize = 20_000;
/// pulldown-cmark gives up on braces nested deeper than 25.
const DEEPEST: usize = 24;

/// What a text has if there is mathematics in it.
pub(super) const TRIGGERS: [&str; 3] = ["$", "\\(", "\\["];

/// Whether `text` may hold mathematics, or something a parser would take for it, outside its fenced code.
pub(super) fn candidates(text: &str) -> bool {
    let bytes = text.as_bytes();
    let holds = |bytes: &[u8], mark: &str| memmem::find(bytes, mark.as_bytes()).is_some();
    let brackets = (holds(bytes, "\\(") && holds(bytes, "\\)"))
        || (holds(bytes, "\\[") && holds(bytes, "\\]"));
    if brackets {
        return true;
    }
    let mut before: Option<usize> = None;
    let pair = memchr_iter(b'$', bytes).any(|at| {
        before
            .replace(at)
            .is_some_and(|before| !holds(&bytes[before..at], "\n\n"))
    });
    pair && pair_outside_fences(text)
}

/// Whether two `$` stand in one paragraph outside fenced code. A guess on the safe side: where a fence is unclear, yes.
fn pair_outside_fences(text: &str) -> bool {
    let mut fence: Option<(u8, usize)> = None;
    let mut dollars = 0_usize;
    for (_, line) in lines(text) {
        let inner = line.trim_start_matches([' ', '\t', '>']);
        match fence {
            Some((mark, width)) => {
                let length = run(inner.as_bytes(), 0, mark);
                if length >= width && inner[length..].trim().is_empty() {
                    fence = None;
                }
                continue;
            }
            None => {
                let inner = after_list_marker(inner);
                let mark = inner.bytes().next().unwrap_or_default();
                let length = run(inner.as_bytes(), 0, mark);
                if matches!(mark, b'`' | b'~')
                    && length >= 3
                    && (mark == b'~' || !inner[length..].contains('`'))
                {
                    fence = Some((mark, length));
                    dollars = 0;
                    continue;
                }
                if inner.trim().is_empty() {
                    dollars = 0;
                }
            }
        }
        dollars += memchr_iter(b'$', line.as_bytes()).count();
        if dollars > 1 {
            return true;
        }
    }
    fence.is_some()
}

/// What follows `- `, `* `, `+ `, `1. ` or `1) `, also several of them.
fn after_list_marker(line: &str) -> &str {
    let mut rest = line;
    for _ in 0..4 {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let marker = match (digits, rest.as_bytes().get(digits)) {
            (0, Some(b'-' | b'*' | b'+')) => 1,
            (1..=9, Some(b'.' | b')')) => digits + 1,
            _ => return rest,
        };
        match rest.as_bytes().get(marker) {
            Some(b' ' | b'\t') => rest = rest[marker..].trim_start_matches([' ', '\t', '>']),
            _ => return rest,
        }
    }
    rest
}

fn run(bytes: &[u8], at: usize, mark: u8) -> usize {
    bytes
        .iter()
        .skip(at)
        .take_while(|&&byte| byte == mark)
        .count()
}

/// Whether an odd number of backslashes stands before `at`.
fn escaped(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    let count = bytes[..at]
        .iter()
        .rev()
        .take_while(|&&byte| byte == b'\\')
        .count();
    count % 2 == 1
}

/// A run of `$` in prose.
#[derive(Debug, Clone, Copy)]
struct Dollars {
    at: usize,
    len: usize,
}

/// Whether every `$` of `text` is surely none of mathematics, wherever it stands: prices, in most notes.
pub(super) fn is_none(text: &str) -> bool {
    let brackets = memchr_iter(b'\\', text.as_bytes())
        .any(|at| matches!(text.as_bytes().get(at + 1), Some(b'(' | b'[')));
    if brackets || memmem::find(text.as_bytes(), b"$$").is_some() {
        return false;
    }
    let mut last: Option<usize> = None;
    memchr_iter(b'$', text.as_bytes())
        .filter(|&at| !escaped(text, at))
        .all(|at| {
            last.replace(at)
                .is_none_or(|open| inline(text, open, at) == Inline::No)
        })
}

/// The edits that leave `text` with no `$` but those of mathematics. `zones` are those of a parse without mathematics.
pub(super) fn edits(text: &str, zones: &Zones<'_>) -> Vec<Edit> {
    let mut runs: Vec<Dollars> = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find('$').map(|found| at + found) {
        let len = run(text.as_bytes(), start, b'$');
        at = start + len;
        if !escaped(text, start) && zones.at(start) != CODE_BLOCK {
            runs.push(Dollars { at: start, len });
        }
    }
    let (first, certain, doubtful) = pass(text, zones, &runs, false);
    // `$loss$` or `$1$` alone is as likely a placeholder or money; beside `$\alpha$` it is mathematics.
    if certain && doubtful {
        pass(text, zones, &runs, true).0
    } else {
        first
    }
}

/// One pass; says also whether something was certainly mathematics, and whether something was doubtful.
fn pass(
    text: &str,
    zones: &Zones<'_>,
    runs: &[Dollars],
    accept_weak: bool,
) -> (Vec<Edit>, bool, bool) {
    let mut pass = Pass {
        text,
        zones,
        accept_weak,
        certain: false,
        doubtful: false,
        edits: Vec::new(),
    };
    let brackets = pass.brackets();
    let mut brackets = brackets.iter().peekable();
    let mut index = 0;
    while let Some(&open) = runs.get(index) {
        while brackets.next_if(|bracket| bracket.end <= open.at).is_some() {}
        index += 1;
        // A `$` inside `\(…\)` belongs to its text.
        if brackets
            .peek()
            .is_some_and(|bracket| bracket.contains(&open.at))
        {
            continue;
        }
        if zones.at(open.at) != TEXT {
            continue;
        }
        let next = runs.get(index).copied();
        let taken = match (open.len, next) {
            (1, Some(close)) => pass.inline(open, close),
            (2, Some(close)) => pass.display(open, close),
            _ => false,
        };
        if taken {
            index += 1;
        } else {
            for dollar in 0..open.len {
                pass.edits.push(Edit::insert(open.at + dollar, "\\"));
            }
        }
    }
    pass.edits.sort_by_key(|edit| edit.range.start);
    (pass.edits, pass.certain, pass.doubtful)
}

/// What may stand between two single `$`.
#[derive(Debug, PartialEq, Eq)]
enum Inline {
    No,
    /// `` $`x`$ ``: where the formula stands.
    Quoted(Range<usize>),
    Judged(Evidence),
}

/// Judges what stands between the `$` at `open` and the one at `close`.
fn inline(text: &str, open: usize, close: usize) -> Inline {
    if close - open > LONGEST_INLINE {
        return Inline::No;
    }
    let inner = &text[open + 1..close];
    let before = text[..open].chars().next_back();
    let after = text[close + 1..].chars().next();
    if let Some(quoted) = inner.strip_prefix('`').and_then(|it| it.strip_suffix('`')) {
        let formula = quoted.trim();
        if formula.is_empty() || quoted.contains(['`', '\n']) || !balanced(formula) {
            return Inline::No;
        }
        let start = open + 2 + (quoted.len() - quoted.trim_start().len());
        return Inline::Quoted(start..start + formula.len());
    }
    let word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    if word(before)
        || word(after)
        || matches!(after, Some('{' | '$'))
        || inner.starts_with(char::is_whitespace)
        || inner.ends_with(char::is_whitespace)
        || (inner.starts_with('(') && after == Some('('))
    {
        return Inline::No;
    }
    let lines = inner.matches('\n').count();
    let Some(judged) = judge(inner) else {
        return Inline::No;
    };
    if judged.hangul || lines > 1 || (lines == 1 && judged.evidence != Evidence::Strong) {
        return Inline::No;
    }
    if lines == 1 && inner.lines().nth(1).is_some_and(begins_a_block) {
        return Inline::No;
    }
    // The cells of a table are cut apart first.
    if inner.contains('|') && line_of(text, open).trim_start().starts_with('|') {
        return Inline::No;
    }
    Inline::Judged(judged.evidence)
}

struct Pass<'t> {
    text: &'t str,
    zones: &'t Zones<'t>,
    accept_weak: bool,
    certain: bool,
    doubtful: bool,
    edits: Vec<Edit>,
}

impl Pass<'_> {
    /// Remembers what the evidence says of the note, and decides.
    fn accepts(&mut self, evidence: Option<Evidence>) -> bool {
        match evidence {
            Some(Evidence::Strong) => {
                self.certain = true;
                true
            }
            Some(Evidence::Fair) => true,
            Some(Evidence::Weak) => {
                self.doubtful = true;
                self.accept_weak
            }
            None => false,
        }
    }

    /// `$x$` and `` $`x`$ ``.
    fn inline(&mut self, open: Dollars, close: Dollars) -> bool {
        if close.len != 1 || self.zones.at(close.at) != TEXT {
            return false;
        }
        match inline(self.text, open.at, close.at) {
            Inline::No => false,
            Inline::Quoted(formula) => {
                self.certain = true;
                self.edits.push(Edit::remove(open.at + 1..formula.start));
                self.edits.push(Edit::remove(formula.end..close.at));
                true
            }
            Inline::Judged(evidence) => self.accepts(Some(evidence)),
        }
    }

    /// `$$x$$`.
    fn display(&mut self, open: Dollars, close: Dollars) -> bool {
        let text = self.text;
        if close.len != 2
            || close.at - open.at > LONGEST_DISPLAY
            || (self.zones.at(close.at) == 0 && text[open.at..close.at].contains('`'))
        {
            return false;
        }
        let inner = open.at + 2..close.at;
        let Some(judged) = judge(&text[inner.clone()]) else {
            return false;
        };
        if judged.hangul && judged.evidence != Evidence::Strong {
            return false;
        }
        self.write_display(open.at..open.at + 2, inner, close.at..close.at + 2, judged)
    }

    /// Rewrites a display, if it is one.
    fn write_display(
        &mut self,
        open: Range<usize>,
        inner: Range<usize>,
        close: Range<usize>,
        judged: Judged,
    ) -> bool {
        let text = self.text;
        let formula = &text[inner.clone()];
        if !formula.contains('\n') {
            // `$$5+5$$` alone on its line is no price.
            let sum = judged.evidence == Evidence::Weak
                && formula.contains(['+', '=', '<', '>'])
                && own_line(text, open.start, close.end).is_some();
            let evidence = if sum { Evidence::Fair } else { judged.evidence };
            if !self.accepts(Some(evidence)) {
                return false;
            }
            if &text[open.clone()] != "$$" {
                let trimmed = formula.trim();
                let start = inner.start + (formula.len() - formula.trim_start().len());
                self.edits.push(replace(open.start..start, "$$"));
                self.edits
                    .push(replace(start + trimmed.len()..close.end, "$$"));
            }
            return true;
        }
        let alone = own_line(text, open.start, close.end);
        let Some((prefix, closing_prefix)) = alone.filter(|_| !formula.contains("```")) else {
            // Within a paragraph; a blank line would end it.
            let plain = formula
                .lines()
                .all(|line| !line.trim().is_empty() && !begins_a_block(line.trim_start()));
            return plain && &text[open] == "$$" && self.accepts(Some(judged.evidence));
        };
        if !self.accepts(Some(judged.evidence)) {
            return false;
        }
        let first = formula.split('\n').next().unwrap_or_default();
        let start = inner.start + (first.len() - first.trim_start().len());
        if first.trim().is_empty() {
            self.edits
                .push(replace(open.start..inner.start + first.len(), "```math"));
        } else {
            self.edits
                .push(replace(open.start..start, &format!("```math\n{prefix}")));
        }
        let last = formula.rsplit('\n').next().unwrap_or_default();
        if last.trim_matches([' ', '\t', '>']).is_empty() {
            self.edits.push(replace(close, "```"));
        } else {
            let end = inner.start + formula.trim_end().len();
            self.edits
                .push(replace(end..close.end, &format!("\n{closing_prefix}```")));
        }
        true
    }

    /// `\(x\)` and `\[x\]`, also with two backslashes as MathJax under Jekyll wants them. Returns where they lie.
    fn brackets(&mut self) -> Vec<Range<usize>> {
        let text = self.text;
        let bytes = text.as_bytes();
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(slash) = text[at..].find('\\').map(|found| at + found) {
            let slashes = run(bytes, slash, b'\\');
            let bracket = slash + slashes;
            at = bracket;
            let (closer, display) = match bytes.get(bracket) {
                Some(b'(') => (')', false),
                Some(b'[') => (']', true),
                _ => continue,
            };
            if slashes > 2 || self.zones.at(bracket) != TEXT {
                continue;
            }
            let limit = if display {
                LONGEST_DISPLAY
            } else {
                LONGEST_INLINE
            };
            let Some(end) = closing_bracket(text, bracket + 1, closer, slashes, limit, display)
            else {
                // Nothing closes the others up to there either.
                at = bracket + 1;
                continue;
            };
            let inner = bracket + 1..end;
            let close = end..end + slashes + 1;
            let formula = &text[inner.clone()];
            if self.zones.at(end + slashes) == CODE_BLOCK || formula.contains('$') {
                continue;
            }
            let Some(judged) = judge(formula) else {
                continue;
            };
            let taken = if display {
                own_line(text, slash, close.end).is_some()
                    && (judged.evidence == Evidence::Strong
                        || (judged.evidence == Evidence::Fair
                            && formula.starts_with(char::is_whitespace)))
                    && (!judged.hangul || judged.evidence == Evidence::Strong)
                    && self.write_display(slash..bracket + 1, inner, close.clone(), judged)
            } else {
                !judged.hangul
                    && self.write_inline(slash..bracket + 1, inner, close.clone(), judged)
            };
            if taken {
                at = close.end;
                found.push(slash..close.end);
            }
        }
        found
    }

    fn write_inline(
        &mut self,
        open: Range<usize>,
        inner: Range<usize>,
        close: Range<usize>,
        judged: Judged,
    ) -> bool {
        let formula = &self.text[inner.clone()];
        let trimmed = formula.trim();
        let weak = judged.evidence == Evidence::Weak;
        if weak || trimmed.is_empty() {
            return false;
        }
        if self.text[close.end..].starts_with('$') || self.text[..open.start].ends_with('$') {
            return false;
        }
        self.accepts(Some(judged.evidence));
        let start = inner.start + (formula.len() - formula.trim_start().len());
        self.edits.push(replace(open.start..start, "$"));
        self.edits
            .push(replace(start + trimmed.len()..close.end, "$"));
        true
    }
}

fn replace(range: Range<usize>, with: &str) -> Edit {
    Edit {
        range,
        with: with.to_owned().into(),
    }
}

/// The backslashes of the closing bracket that belongs to an opening one before `from`.
fn closing_bracket(
    text: &str,
    from: usize,
    closer: char,
    slashes: usize,
    limit: usize,
    lines: bool,
) -> Option<usize> {
    let bytes = text.as_bytes();
    let end = text.len().min(from + limit);
    let mut at = from;
    while at < end {
        match bytes[at] {
            b'\n' if !lines => return None,
            b'\n' if bytes.get(at + 1) == Some(&b'\n') => return None,
            b'\\' => {
                let length = run(bytes, at, b'\\');
                if length == slashes && bytes.get(at + length) == Some(&(closer as u8)) {
                    return Some(at);
                }
                // `\\` in a formula is a new line; what follows it may still close.
                at += length + usize::from(length % 2 == 1);
            }
            _ => at += 1,
        }
    }
    None
}

/// The line that `at` stands in.
fn line_of(text: &str, at: usize) -> &str {
    let start = text[..at].rfind('\n').map_or(0, |found| found + 1);
    let end = text[at..].find('\n').map_or(text.len(), |found| at + found);
    &text[start..end]
}

/// Whether nothing but quote marks, a list marker and space stands before `open` and nothing after `close` on their
/// lines, shallow enough for a fence; then what must begin a new line inside and the closing one.
fn own_line(text: &str, open: usize, close: usize) -> Option<(String, String)> {
    let start = text[..open].rfind('\n').map_or(0, |found| found + 1);
    let before = &text[start..open];
    let rest = before.trim_start_matches([' ', '\t', '>']);
    if !after_list_marker(rest).is_empty() {
        return None;
    }
    let end = text[close..]
        .find('\n')
        .map_or(text.len(), |found| close + found);
    if !text[close..end].trim().is_empty() {
        return None;
    }
    if rest.is_empty() && !shallow(text, start, before) {
        return None;
    }
    let prefix: String = before
        .chars()
        .map(|c| if matches!(c, '>' | '\t') { c } else { ' ' })
        .collect();
    let closing_start = text[..close].rfind('\n').map_or(0, |found| found + 1);
    let closing = &text[closing_start..close];
    let kept = closing.len() - closing.trim_start_matches([' ', '\t', '>']).len();
    // A line without the quote's mark would leave the quote.
    let closing_prefix = &closing[..kept];
    if prefix.matches('>').count() != closing_prefix.matches('>').count() {
        return None;
    }
    Some((prefix, closing_prefix.to_owned()))
}

/// Whether `indent` before a fence on the line at `start` is less than four columns deeper than the list item above.
fn shallow(text: &str, start: usize, indent: &str) -> bool {
    const ABOVE: usize = 50;
    let width = |indent: &str| -> usize {
        let inner = indent.rsplit('>').next().unwrap_or_default();
        inner.chars().map(|c| if c == '\t' { 4 } else { 1 }).sum()
    };
    let own = width(indent);
    if own <= 3 {
        return true;
    }
    for line in text[..start].lines().rev().take(ABOVE) {
        let inner = line.trim_start_matches([' ', '\t', '>']);
        if inner.is_empty() {
            continue;
        }
        let content = after_list_marker(inner);
        let column = width(&line[..line.len() - inner.len()]) + (inner.len() - content.len());
        if content.len() < inner.len() && column <= own {
            return own - column <= 3;
        }
        if width(&line[..line.len() - inner.len()]) == 0 {
            return false;
        }
    }
    false
}

/// Whether a line of a paragraph would begin a list, a quote, a heading or the like.
fn begins_a_block(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with(['#', '>', '|', '`', '~'])
        || after_list_marker(line).len() < line.len()
        || (!line.is_empty()
            && line
                .trim_end()
                .chars()
                .all(|c| matches!(c, '=' | '-' | '*' | '_')))
}

fn balanced(formula: &str) -> bool {
    let mut depth = 0_usize;
    let mut deepest = 0;
    let mut skip = false;
    for byte in formula.bytes() {
        match byte {
            _ if skip => skip = false,
            b'\\' => skip = true,
            b'{' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' if depth == 0 => return false,
            b'}' => depth -= 1,
            _ => {}
        }
    }
    depth == 0 && deepest <= DEEPEST
}

/// How sure it is that something is mathematics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Evidence {
    /// A command, an exponent, an index: nothing else is written so.
    Strong,
    /// `n-1`, `O(n)`, `x`.
    Fair,
    /// `loss`, `5`: only beside other mathematics.
    Weak,
}

/// What [`judge`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Judged {
    pub(super) evidence: Evidence,
    /// Korean, Chinese or Japanese words outside `\text{…}`.
    pub(super) hangul: bool,
}

/// Functions people write without their backslash.
const FUNCTIONS: [&str; 22] = [
    "sin", "cos", "tan", "log", "ln", "exp", "max", "min", "lim", "mod", "gcd", "lcm", "det",
    "arg", "if", "argmax", "argmin", "sqrt", "sinh", "cosh", "tanh", "softmax",
];

/// What stands between two delimiters; `None` if it is no mathematics.
pub(super) fn judge(formula: &str) -> Option<Judged> {
    if formula.trim().is_empty() || !balanced(formula) {
        return None;
    }
    let mut scan = Scan {
        bracket: formula.starts_with(['[', '(']) && formula.ends_with([']', ')']),
        ..Scan::default()
    };
    let mut chars = formula.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let rest = &formula[at + c.len_utf8()..];
        let was_argument = std::mem::take(&mut scan.argument);
        let word_before = scan.word_before.take();
        match c {
            '\\' => {
                scan.base = true;
                match chars.next() {
                    Some((_, next)) if next.is_ascii_alphabetic() => {
                        while chars.next_if(|(_, c)| c.is_ascii_alphabetic()).is_some() {}
                        scan.strong = true;
                        scan.argument = true;
                    }
                    Some((_, '\\' | ',' | ';' | ':' | '!' | '{' | '}' | '%' | '|' | '&' | ' ')) => {
                        scan.strong = true
                    }
                    _ => {}
                }
            }
            '{' => {
                let inside = was_argument || scan.groups.last().copied().unwrap_or_default();
                scan.groups.push(inside);
                scan.base = false;
            }
            '}' => {
                scan.argument = scan.groups.pop().unwrap_or_default();
                scan.base = true;
            }
            _ if scan.groups.last() == Some(&true) && !matches!(c, '^' | '_') => {
                // Inside `\text{…}`, `_{…}`: anything.
                scan.base = true;
                scan.letters |= c.is_alphabetic();
            }
            '^' => {
                if !scan.base && at > 0 {
                    return None;
                }
                if at == 0 && !rest.starts_with(['\\', '{']) {
                    return None;
                }
                scan.strong = true;
                scan.argument = true;
            }
            '_' => {
                let run = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
                if !scan.base || (scan.run > 1 && run > 1) {
                    return None;
                }
                if run <= 1 && (run == 1 || rest.starts_with(['{', '\\'])) {
                    scan.strong = true;
                } else if run == 0 {
                    return None;
                }
                scan.argument = true;
                scan.operator = true;
            }
            '\n' | ' ' | '\t' => {
                scan.argument = was_argument;
                scan.word_before = word_before;
            }
            'a'..='z' | 'A'..='Z' => {
                let length = 1 + rest.bytes().take_while(u8::is_ascii_alphabetic).count();
                let word = &formula[at..at + length];
                for _ in 1..length {
                    chars.next();
                }
                scan.letters = true;
                scan.base = true;
                scan.run = length;
                if was_argument && length == 1 {
                    continue;
                }
                if FUNCTIONS.contains(&word) {
                    continue;
                }
                if length > 1 {
                    // Two words with nothing between them are prose.
                    if word_before.is_some() {
                        return None;
                    }
                    scan.word_before = Some(());
                    scan.words = true;
                }
                scan.long |= length > 3;
                scan.shouting |= length > 3 && word.bytes().all(|byte| byte.is_ascii_uppercase());
            }
            '0'..='9' => {
                scan.digits = true;
                scan.base = true;
                scan.run = 1;
            }
            '"' | '`' | '#' | '@' | '%' | '$' => return None,
            '\'' => {
                if !scan.base {
                    return None;
                }
            }
            ';' => scan.semicolon = true,
            ',' => {
                scan.comma = true;
                scan.base = false;
            }
            '=' => {
                scan.equals = true;
                scan.operator = true;
                scan.base = false;
            }
            '+' | '*' | '/' | '<' | '>' | '-' | '(' | '[' | '&' => {
                scan.operator = true;
                scan.base = false;
            }
            ')' | ']' | '|' | '!' => {
                scan.operator = true;
                scan.base = true;
            }
            _ if is_east_asian(c) => {
                scan.hangul = true;
                scan.base = true;
            }
            _ if c.is_alphabetic() => {
                scan.letters = true;
                scan.base = true;
                scan.run = 1;
            }
            '±' | '×' | '÷' | '·' | '\u{2190}'..='\u{22FF}' => {
                scan.operator = true;
                scan.letters = true;
                scan.base = true;
            }
            _ => scan.base = false,
        }
    }
    scan.verdict()
}

/// Whether a character belongs to a word of Korean, Chinese or Japanese.
fn is_east_asian(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11FF}' | '\u{3040}'..='\u{30FF}' | '\u{3130}'..='\u{318F}' | '\u{3400}'..='\u{9FFF}'
        | '\u{AC00}'..='\u{D7A3}')
}

#[derive(Debug, Default)]
struct Scan {
    /// For each open brace whether it is an argument or an index.
    groups: Vec<bool>,
    /// The next `{` opens an argument.
    argument: bool,
    /// Something stands before that an exponent may belong to.
    base: bool,
    /// Length of the last run of letters.
    run: usize,
    /// The last token was a word of several letters.
    word_before: Option<()>,
    strong: bool,
    operator: bool,
    equals: bool,
    letters: bool,
    digits: bool,
    words: bool,
    long: bool,
    shouting: bool,
    semicolon: bool,
    comma: bool,
    /// `[` or `(` stands first, as in `[0, 1)`.
    bracket: bool,
    hangul: bool,
}

impl Scan {
    fn verdict(&self) -> Option<Judged> {
        let evidence = if self.strong {
            Evidence::Strong
        } else if self.shouting || self.semicolon || !(self.letters || self.digits) {
            return None;
        } else if self.long {
            Evidence::Weak
        } else if self.letters {
            if self.operator || !self.words {
                Evidence::Fair
            } else {
                Evidence::Weak
            }
        } else if self.equals || (self.bracket && self.comma) {
            Evidence::Fair
        } else {
            Evidence::Weak
        };
        Some(Judged {
            evidence,
            hangul: self.hangul,
        })
    }
}

#[cfg(test)]
mod tests;
