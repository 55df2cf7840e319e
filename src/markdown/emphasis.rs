//! Emphasis next to Korean: `**가시성 시간 초과(Visibility Timeout)**는` is bold, although CommonMark alone says no.
//!
//! The rules are tats-u's CJK-friendly amendments to CommonMark 0.31.2, section 6.2. pulldown-cmark 0.13 does not know
//! them yet (its pull request 1059 is merged but unreleased), so [`neighbours`] puts an invisible neighbour beside
//! each delimiter run that the two sets of rules judge differently: a letter or a punctuation mark that makes
//! pulldown's own test give the amended answer. [`Neighbours::strip`] takes them out again. When
//! pulldown-cmark has the option, this module goes and the option comes.

use std::borrow::Cow;
use std::cell::Cell;
use std::ops::Range;

use memchr::{memchr2, memchr3, memchr3_iter};
use pulldown_cmark::Options;

use super::rewrite::Edit;

/// Noncharacters: pulldown-cmark takes them for letters; one that the text does not contain is chosen.
const LETTERS: std::ops::RangeInclusive<char> = '\u{FDD0}'..='\u{FDEF}';
/// Rare symbols: pulldown-cmark takes them for punctuation; one that the text does not contain is chosen.
const MARKS: std::ops::RangeInclusive<char> = '\u{1FB00}'..='\u{1FB6F}';

/// Typographic spaces: pulldown-cmark takes them for white space beside delimiters, and for text elsewhere.
const SPACES: [char; 12] = [
    '\u{1680}', '\u{2000}', '\u{2001}', '\u{2002}', '\u{2003}', '\u{2004}', '\u{2005}', '\u{2006}',
    '\u{2007}', '\u{2008}', '\u{2009}', '\u{200A}',
];

/// What was put beside delimiter runs.
#[derive(Debug, Clone)]
pub(super) struct Neighbours {
    letter: char,
    mark: char,
    space: char,
    /// The first bytes of the three in UTF-8, which Korean text seldom has.
    leads: [u8; 3],
    /// Where they stand in the text that has them, ascending.
    places: Vec<usize>,
    /// Which of them was looked for last: ranges are asked for in order, or nearly.
    next: Cell<usize>,
}

impl Neighbours {
    fn new(letter: char, mark: char, space: char) -> Self {
        let lead = |c: char| c.encode_utf8(&mut [0; 4]).as_bytes()[0];
        Neighbours {
            letter,
            mark,
            space,
            leads: [lead(letter), lead(mark), lead(space)],
            places: Vec::new(),
            next: Cell::new(0),
        }
    }

    /// Whether there are any in `range` of the text that has them.
    pub(super) fn are_in(&self, range: &Range<usize>) -> bool {
        let before = |index: usize| self.places.get(index).is_some_and(|&it| it < range.start);
        let mut next = self.next.get();
        if before(next) || next > 0 && !before(next - 1) {
            next = self.places.partition_point(|&place| place < range.start);
            self.next.set(next);
        }
        self.places
            .get(next)
            .is_some_and(|&place| place < range.end)
    }

    /// The text without the invisible neighbours, which mostly stand at its ends.
    pub(super) fn strip<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut text = text;
        while let Some(rest) = self.begins(text.as_bytes()).and_then(|it| text.get(it..)) {
            text = rest;
        }
        while let Some(rest) = self.ends(text) {
            text = rest;
        }
        let bytes = text.as_bytes();
        let [letter, mark, space] = self.leads;
        let mut found = memchr3_iter(letter, mark, space, bytes)
            .filter_map(|at| Some((at, self.begins(&bytes[at..])?)))
            .peekable();
        if found.peek().is_none() {
            return Cow::Borrowed(text);
        }
        let mut out = String::with_capacity(text.len());
        let mut done = 0;
        for (at, length) in found {
            out.push_str(&text[done..at]);
            done = at + length;
        }
        out.push_str(&text[done..]);
        Cow::Owned(out)
    }

    fn characters(&self) -> [char; 3] {
        [self.letter, self.mark, self.space]
    }

    /// The length of the neighbour that `bytes` begin with.
    fn begins(&self, bytes: &[u8]) -> Option<usize> {
        let lead = bytes.first()?;
        if !self.leads.contains(lead) {
            return None;
        }
        self.characters().into_iter().find_map(|c| {
            bytes
                .starts_with(c.encode_utf8(&mut [0; 4]).as_bytes())
                .then_some(c.len_utf8())
        })
    }

    /// `text` without the neighbour that it ends with.
    fn ends<'a>(&self, text: &'a str) -> Option<&'a str> {
        // Hangul, the commonest end of a Korean text, is told by its first byte.
        let bytes = text.as_bytes();
        let lead = |width: usize| bytes.len().checked_sub(width).map(|at| bytes[at]);
        let may = bytes.last().is_some_and(|&last| last >= 0x80)
            && [3, 4]
                .into_iter()
                .any(|width| lead(width).is_some_and(|lead| self.leads.contains(&lead)));
        may.then(|| {
            self.characters()
                .into_iter()
                .find_map(|c| text.strip_suffix(c))
        })
        .flatten()
    }
}

/// The edits that make pulldown-cmark follow the amended rules in `text`, and what they put in; `None` if nothing is
/// to be done.
///
/// Every run is judged as if it stood among prose: to know what is prose takes another parse, and a neighbour in code
/// or in an address changes nothing but the text that it is stripped from.
pub(super) fn neighbours(text: &str, options: Options) -> Option<(Neighbours, Vec<Edit>)> {
    let tildes = options.contains(Options::ENABLE_STRIKETHROUGH);
    let bytes = text.as_bytes();
    let mut edits = Vec::new();
    let mut chosen = None;
    let mut at = 0;
    while let Some(found) = next_run(&bytes[at..], tildes) {
        let mut start = at + found;
        let delimiter = bytes[start];
        at = start
            + bytes[start..]
                .iter()
                .take_while(|&&byte| byte == delimiter)
                .count();
        // The first of an escaped run is literal; what follows is a run that begins after it.
        start += usize::from(is_escaped(bytes, start));
        if start < at && !(delimiter == b'~' && may_be_fence(text, &(start..at))) {
            judge(text, start..at, delimiter, &mut chosen, &mut edits)?;
        }
    }
    let mut neighbours = chosen.filter(|_| !edits.is_empty())?;
    let mut moved = 0;
    for edit in &edits {
        neighbours.places.push(edit.range.start + moved);
        moved += edit.with.len();
    }
    Some((neighbours, edits))
}

fn next_run(bytes: &[u8], tildes: bool) -> Option<usize> {
    if tildes {
        memchr3(b'*', b'_', b'~', bytes)
    } else {
        memchr2(b'*', b'_', bytes)
    }
}

/// Whether a run of tildes may open fenced code: nothing but quote and list marks stands before it on its line.
fn may_be_fence(text: &str, run: &Range<usize>) -> bool {
    let before = &text.as_bytes()[..run.start];
    run.len() >= 3
        && before
            .iter()
            .rev()
            .take_while(|&&byte| byte != b'\n')
            .all(|byte| b" \t>-*+.)0123456789".contains(byte))
}

/// The characters on both sides of a run whose judgement may differ: at the edge of the text, beside white space and
/// between plain letters both sets of rules say the same.
fn doubtful(text: &str, run: &Range<usize>) -> Option<(char, char)> {
    let prev = text[..run.start].chars().next_back()?;
    let next = text[run.end..].chars().next()?;
    let same = prev.is_whitespace()
        || next.is_whitespace()
        || !(is_punctuation(prev) || is_punctuation(next) || is_variation_selector(prev));
    (!same).then_some((prev, next))
}

/// Whether the two sets of rules judge a run between `prev` and `next` differently.
fn differs(text: &str, run: &Range<usize>, delimiter: u8, prev: char, next: char) -> bool {
    let (prev_class, next_class) = (Class::of(prev), Class::of(next));
    parser(delimiter, run.len(), prev_class, next_class, prev == '~')
        != amended(text, run, delimiter, prev, next)
}

/// Adds the edits one run needs. `None` if no unused characters are left to put in.
fn judge(
    text: &str,
    run: Range<usize>,
    delimiter: u8,
    chosen: &mut Option<Neighbours>,
    edits: &mut Vec<Edit>,
) -> Option<()> {
    let Some((prev, next)) = doubtful(text, &run) else {
        return Some(());
    };
    if !differs(text, &run, delimiter, prev, next) {
        return Some(());
    }
    let wanted = amended(text, &run, delimiter, prev, next);
    let length = run.len();
    const CHOICES: [(Option<Class>, Option<Class>); 10] = [
        (Some(Class::Letter), None),
        (None, Some(Class::Letter)),
        (Some(Class::Mark), None),
        (None, Some(Class::Mark)),
        (Some(Class::Letter), Some(Class::Letter)),
        (Some(Class::Mark), Some(Class::Mark)),
        (Some(Class::Mark), Some(Class::Letter)),
        (Some(Class::Letter), Some(Class::Mark)),
        // pulldown-cmark lets `~~` open before anything but white space.
        (None, Some(Class::Space)),
        (Some(Class::Letter), Some(Class::Space)),
    ];
    let choice = CHOICES.into_iter().find(|&(left, right)| {
        let prev_class = left.unwrap_or(Class::of(prev));
        let next_class = right.unwrap_or(Class::of(next));
        parser(
            delimiter,
            length,
            prev_class,
            next_class,
            left.is_none() && prev == '~',
        ) == wanted
    });
    let Some((left, right)) = choice else {
        return Some(());
    };
    let neighbours = match chosen {
        Some(neighbours) => neighbours,
        None => {
            let unused = |c: &char| !text.contains(*c);
            chosen.insert(Neighbours::new(
                LETTERS.into_iter().find(unused)?,
                MARKS.into_iter().find(unused)?,
                SPACES.into_iter().find(unused)?,
            ))
        }
    };
    let character = |class| match class {
        Class::Letter => neighbours.letter,
        Class::Mark => neighbours.mark,
        Class::Space => neighbours.space,
    };
    if let Some(class) = left {
        edits.push(Edit::insert(run.start, character(class)));
    }
    if let Some(class) = right {
        edits.push(Edit::insert(run.end, character(class)));
    }
    Some(())
}

fn is_escaped(bytes: &[u8], at: usize) -> bool {
    bytes[..at]
        .iter()
        .rev()
        .take_while(|&&byte| byte == b'\\')
        .count()
        % 2
        == 1
}

/// What the flanking rules see in a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Space,
    Mark,
    Letter,
}

impl Class {
    fn of(c: char) -> Self {
        if c.is_whitespace() {
            Class::Space
        } else if is_punctuation(c) {
            Class::Mark
        } else {
            Class::Letter
        }
    }
}

/// Whether pulldown-cmark 0.13.6 lets a run open and close, by the classes of its neighbours.
fn parser(
    delimiter: u8,
    length: usize,
    prev: Class,
    next: Class,
    after_tilde: bool,
) -> (bool, bool) {
    let double_tilde = delimiter == b'~' && length > 1;
    let open = next != Class::Space
        && (delimiter == b'*' && next != Class::Mark
            || double_tilde
            || delimiter == b'~' && after_tilde && next != Class::Mark
            || prev != Class::Letter);
    let close = prev != Class::Space
        && ((delimiter == b'*' || double_tilde) && prev != Class::Mark
            || delimiter == b'~' && after_tilde
            || next != Class::Letter);
    (open, close)
}

/// Whether the amended rules let a run open and close.
fn amended(
    text: &str,
    run: &std::ops::Range<usize>,
    delimiter: u8,
    prev: char,
    next: char,
) -> (bool, bool) {
    // A variation selector belongs to the character before it.
    let base = if is_variation_selector(prev) {
        text[..run.start].chars().rev().nth(1).unwrap_or(prev)
    } else {
        prev
    };
    let fullwidth_quote =
        prev == '\u{FE01}' && matches!(base, '\u{2018}' | '\u{2019}' | '\u{201C}' | '\u{201D}');
    let prev_cjk = is_cjk(base) || fullwidth_quote || ('\u{E0100}'..='\u{E01EF}').contains(&prev);
    let prev_mark = is_punctuation(base);
    let prev_foreign_mark = prev_mark && !prev_cjk;
    let next_cjk = is_cjk(next);
    let next_foreign_mark = is_punctuation(next) && !next_cjk;
    let left = !next.is_whitespace()
        && (!next_foreign_mark || prev.is_whitespace() || prev_foreign_mark || prev_cjk);
    let right = !prev.is_whitespace()
        && (!prev_foreign_mark || next.is_whitespace() || next_foreign_mark || next_cjk);
    if delimiter == b'_' {
        (
            left && (!right || prev_mark),
            right && (!left || is_punctuation(next)),
        )
    } else {
        (left, right)
    }
}

fn is_variation_selector(c: char) -> bool {
    ('\u{FE00}'..='\u{FE0E}').contains(&c)
}

/// Unicode punctuation in CommonMark's sense: general category P or S.
fn is_punctuation(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_punctuation();
    }
    if ('가'..='힣').contains(&c) {
        return false;
    }
    // Letters in circles and squares are symbols, although they count as alphabetic.
    let enclosed = matches!(u32::from(c), 0x24B6..=0x24E9 | 0x1F130..=0x1F149 | 0x1F150..=0x1F169 | 0x1F170..=0x1F189);
    enclosed
        || !(c.is_alphanumeric()
            || c.is_whitespace()
            || c.is_control()
            || unicode_normalization::char::is_combining_mark(c)
            || is_format_or_private(c))
}

/// General categories Cf and Co and the noncharacters.
fn is_format_or_private(c: char) -> bool {
    matches!(
        u32::from(c),
        0xAD | 0x600..=0x605
            | 0x61C
            | 0x6DD
            | 0x70F
            | 0x890..=0x891
            | 0x8E2
            | 0x180E
            | 0x200B..=0x200F
            | 0x202A..=0x202E
            | 0x2060..=0x206F
            | 0xE000..=0xF8FF
            | 0xFDD0..=0xFDEF
            | 0xFEFF
            | 0xFFF0..=0xFFFB
            | 0xFFFE..=0xFFFF
            | 0x110BD
            | 0x110CD
            | 0x13430..=0x1343F
            | 0x1BCA0..=0x1BCA3
            | 0x1D173..=0x1D17A
            | 0x1FC00..
    )
}

/// A CJK character in the amendments' sense (Unicode 16): East Asian Width W, F or H and not an emoji by default, or
/// of the script Hangul.
fn is_cjk(c: char) -> bool {
    matches!(
        u32::from(c),
        0x1100..=0x11FF
            | 0x20A9
            | 0x2329..=0x232A
            | 0x2630..=0x2637
            | 0x268A..=0x268F
            | 0x2E80..=0x2E99
            | 0x2E9B..=0x2EF3
            | 0x2F00..=0x2FD5
            | 0x2FF0..=0x303E
            | 0x3041..=0x3096
            | 0x3099..=0x30FF
            | 0x3105..=0x312F
            | 0x3131..=0x318E
            | 0x3190..=0x31E5
            | 0x31EF..=0x321E
            | 0x3220..=0x3247
            | 0x3250..=0xA48C
            | 0xA490..=0xA4C6
            | 0xA960..=0xA97C
            | 0xAC00..=0xD7A3
            | 0xD7B0..=0xD7C6
            | 0xD7CB..=0xD7FB
            | 0xF900..=0xFAFF
            | 0xFE10..=0xFE19
            | 0xFE30..=0xFE52
            | 0xFE54..=0xFE66
            | 0xFE68..=0xFE6B
            | 0xFF01..=0xFFBE
            | 0xFFC2..=0xFFC7
            | 0xFFCA..=0xFFCF
            | 0xFFD2..=0xFFD7
            | 0xFFDA..=0xFFDC
            | 0xFFE0..=0xFFE6
            | 0xFFE8..=0xFFEE
            | 0x16FE0..=0x16FE4
            | 0x16FF0..=0x16FF6
            | 0x17000..=0x18CD5
            | 0x18CFF..=0x18D1E
            | 0x18D80..=0x18DF2
            | 0x1AFF0..=0x1AFF3
            | 0x1AFF5..=0x1AFFB
            | 0x1AFFD..=0x1AFFE
            | 0x1B000..=0x1B122
            | 0x1B132
            | 0x1B150..=0x1B152
            | 0x1B155
            | 0x1B164..=0x1B167
            | 0x1B170..=0x1B2FB
            | 0x1D300..=0x1D356
            | 0x1D360..=0x1D376
            | 0x1F200
            | 0x1F202
            | 0x1F210..=0x1F219
            | 0x1F21B..=0x1F22E
            | 0x1F230..=0x1F231
            | 0x1F237
            | 0x1F23B
            | 0x1F240..=0x1F248
            | 0x1F260..=0x1F265
            | 0x20000..=0x3FFFD
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_classes_are_those_of_pulldown_cmark() {
        // The blocks that stand beside emphasis in real notes, without their unassigned characters.
        let blocks = [
            0x21..=0x36F,
            0x2010..=0x205E,
            0x20A0..=0x20BF,
            0x2100..=0x218B,
            0x2190..=0x2426,
            0x2460..=0x2B73,
            0x3000..=0x303F,
            0x3041..=0x3096,
            0x3131..=0x318E,
            0x3200..=0x321E,
            0xAC00..=0xD7A3,
            0xFE30..=0xFE52,
            0xFF01..=0xFFBE,
            0x1F300..=0x1F6D7,
        ];
        // `x**c y**` is bold if and only if `c` is neither white space nor punctuation.
        let mut wrong = Vec::new();
        for c in blocks.into_iter().flatten().filter_map(char::from_u32) {
            if matches!(c, '*' | '\\' | '<' | '&' | '[' | '`' | '_' | '~') {
                continue;
            }
            let text = format!("x**{c}y**");
            let bold = pulldown_cmark::Parser::new(&text).any(|event| {
                matches!(
                    event,
                    pulldown_cmark::Event::Start(pulldown_cmark::Tag::Strong)
                )
            });
            if bold != (Class::of(c) == Class::Letter) {
                wrong.push(c);
            }
        }
        assert!(wrong.is_empty(), "{wrong:?}");
    }
}
