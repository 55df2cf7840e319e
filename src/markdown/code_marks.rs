//! Marks inside code: comments that say how a line is shown (`// [!code ++]`, `# highlight-next-line`), the signs of a
//! diff, the prompts of a console. They are taken out; what is shown, copied and searched is the code.

use std::ops::RangeInclusive;

use memchr::memmem;

/// How a line is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Marked,
    Added,
    Removed,
    Error,
    Warning,
}

/// What is special about a line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Marks {
    pub(super) mark: Option<Mark>,
    pub(super) focused: bool,
}

/// Code without its marks, and what they say of each line.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Marked {
    pub(super) code: String,
    pub(super) lines: Vec<Marks>,
}

/// What a directive does to lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Effect {
    Mark(Mark),
    Focus,
}

impl Marks {
    fn apply(&mut self, effect: Effect) {
        match effect {
            Effect::Mark(mark) => self.mark = Some(mark),
            Effect::Focus => self.focused = true,
        }
    }
}

/// Applies marks to the lines of `ranges`, which count from 1.
pub(super) fn mark_ranges(
    lines: &mut [Marks],
    ranges: &[RangeInclusive<usize>],
    mark: Option<Mark>,
) {
    for range in ranges {
        let from = range.start().saturating_sub(1).min(lines.len());
        let to = (*range.end()).clamp(from, lines.len());
        for line in &mut lines[from..to] {
            match mark {
                Some(mark) => line.mark = line.mark.or(Some(mark)),
                None => line.focused = true,
            }
        }
    }
}

/// Takes the directives in comments out of `code`; `None` if there are none.
pub(super) fn directives(code: &str) -> Option<Marked> {
    let holds = |words: &str| memmem::find(code.as_bytes(), words.as_bytes()).is_some();
    if !holds("[!code ") && !holds("highlight-") {
        return None;
    }
    let mut out = Marked::default();
    let mut found = false;
    // Effects on the lines to come, and how many of them.
    let mut ahead: Vec<(Effect, usize)> = Vec::new();
    let mut inside = false;
    for line in code.split_inclusive('\n') {
        let (text, end) = match line.strip_suffix('\n') {
            Some(text) => (text, "\n"),
            None => (line, ""),
        };
        let (kept, mut effects) = shiki(text);
        if effects.is_empty()
            && let Some(directive) = docusaurus(text)
        {
            found = true;
            match directive {
                Block::Next => ahead.push((Effect::Mark(Mark::Marked), 1)),
                Block::Start => inside = true,
                Block::End => inside = false,
                Block::This(kept) => {
                    out.push(kept, end, &[(Effect::Mark(Mark::Marked), 1)]);
                }
            }
            continue;
        }
        if !effects.is_empty() {
            found = true;
            // A line of nothing but its mark speaks of those that follow.
            if kept.trim().is_empty() {
                ahead.append(&mut effects);
                continue;
            }
        }
        if inside {
            effects.push((Effect::Mark(Mark::Marked), 1));
        }
        ahead.append(&mut effects);
        out.push(&kept, end, &ahead);
        for effect in &mut ahead {
            effect.1 -= 1;
        }
        ahead.retain(|&(_, left)| left > 0);
    }
    found.then_some(out)
}

impl Marked {
    fn push(&mut self, text: &str, end: &str, effects: &[(Effect, usize)]) {
        let mut marks = Marks::default();
        for &(effect, _) in effects {
            marks.apply(effect);
        }
        self.lines.push(marks);
        self.code.push_str(text);
        self.code.push_str(end);
    }
}

/// How comments begin and end.
const COMMENTS: [(&str, &str); 15] = [
    ("<!--", "-->"),
    ("{/*", "*/}"),
    ("/*", "*/"),
    ("<%--", "--%>"),
    ("{{!--", "--}}"),
    ("(*", "*)"),
    ("///", ""),
    ("//", ""),
    ("--", ""),
    ("##", ""),
    ("#", ""),
    ("%", ""),
    (";;", ""),
    (";", ""),
    ("'", ""),
];

/// Takes comments such as `// [!code ++:2]` off the end of a line: what is left, and their effects.
fn shiki(text: &str) -> (String, Vec<(Effect, usize)>) {
    let mut kept = text.to_owned();
    let mut effects = Vec::new();
    // A line may carry several.
    while let Some(at) = kept.rfind("[!code ") {
        let Some(close) = kept[at..].find(']').map(|close| at + close) else {
            break;
        };
        let Some(effect) = effect(&kept[at + "[!code ".len()..close]) else {
            break;
        };
        let (before, after) = (kept[..at].trim_end(), kept[close + 1..].trim());
        let comment = COMMENTS.iter().find_map(|&(open, close)| {
            let rest = before.strip_suffix(open)?;
            if close.is_empty() && after.is_empty() {
                return Some(rest.trim_end().to_owned());
            }
            let after = after.strip_suffix(close).filter(|_| !close.is_empty())?;
            after.trim().is_empty().then(|| rest.trim_end().to_owned())
        });
        // Behind words of a comment that stays: `// 왜냐하면 [!code focus]`.
        let rest = match comment {
            Some(rest) => rest,
            None if after.is_empty() && COMMENTS.iter().any(|(open, _)| before.contains(open)) => {
                before.to_owned()
            }
            None => break,
        };
        kept = rest;
        effects.push(effect);
    }
    (kept, effects)
}

/// `++`, `focus:3`, `highlight`, `warning`.
fn effect(directive: &str) -> Option<(Effect, usize)> {
    let (name, count) = match directive.trim().split_once(':') {
        Some((name, count)) => (name, count.trim().parse().ok().filter(|&it| it > 0)?),
        None => (directive.trim(), 1),
    };
    let effect = match name.trim() {
        "++" => Effect::Mark(Mark::Added),
        "--" => Effect::Mark(Mark::Removed),
        "hl" | "highlight" | "mark" => Effect::Mark(Mark::Marked),
        "error" => Effect::Mark(Mark::Error),
        "warning" | "warn" => Effect::Mark(Mark::Warning),
        "focus" => Effect::Focus,
        _ => return None,
    };
    Some((effect, count))
}

/// Docusaurus's and Gatsby's comments.
enum Block<'t> {
    Next,
    Start,
    End,
    This(&'t str),
}

fn docusaurus(text: &str) -> Option<Block<'_>> {
    let at = text.find("highlight-")?;
    let (before, rest) = (text[..at].trim_end(), &text[at + "highlight-".len()..]);
    let end = rest
        .find(|c: char| !(c.is_ascii_alphabetic() || c == '-'))
        .unwrap_or(rest.len());
    let (name, after) = rest.split_at(end);
    // The dashes of `-->` belong to the comment.
    let dashes = name.len() - name.trim_end_matches('-').len();
    let (name, after) = (
        name.trim_end_matches('-'),
        &rest[end - dashes..end + after.len()],
    );
    let code = COMMENTS.iter().find_map(|&(open, close)| {
        let rest = before.strip_suffix(open)?;
        (after.trim() == close).then_some(rest)
    })?;
    let alone = code.trim().is_empty();
    match (name, alone) {
        ("next-line", true) => Some(Block::Next),
        ("start", true) => Some(Block::Start),
        ("end", true) => Some(Block::End),
        ("line", false) => Some(Block::This(code.trim_end())),
        _ => None,
    }
}

/// Takes the signs `+`, `-` off the lines of a diff that keeps its language.
pub(super) fn diff(code: &str) -> Marked {
    let spaced = code
        .lines()
        .all(|line| line.is_empty() || line.starts_with(['+', '-', ' ']));
    let mut out = Marked::default();
    for line in code.split_inclusive('\n') {
        let (mark, text) = match line.as_bytes().first() {
            Some(b'+') => (Some(Mark::Added), &line[1..]),
            Some(b'-') => (Some(Mark::Removed), &line[1..]),
            Some(b' ') if spaced => (None, &line[1..]),
            _ => (None, line),
        };
        out.lines.push(Marks {
            mark,
            focused: false,
        });
        out.code.push_str(text);
    }
    out
}

/// A line of a console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Console {
    /// A command after a prompt of so many bytes.
    Prompt(usize),
    /// The command goes on.
    More,
    /// What the machine says.
    Output,
}

/// What each line of a console is; `None` if no line begins with a prompt. `only_first`: there is none unless the first
/// line has it.
pub(super) fn console(code: &str, only_first: bool) -> Option<Vec<Console>> {
    let first = code.lines().find(|line| !line.trim().is_empty())?;
    if only_first && !first.starts_with("$ ") {
        return None;
    }
    let mut any = false;
    let mut goes_on = false;
    let lines = code
        .lines()
        .map(|line| {
            let kind = if goes_on {
                Console::More
            } else if let Some(length) = prompt(line) {
                any = true;
                Console::Prompt(length)
            } else {
                Console::Output
            };
            goes_on = kind != Console::Output && line.trim_end().ends_with('\\');
            kind
        })
        .collect();
    any.then_some(lines)
}

/// The length of the prompt that `line` begins with: `$ `, `% `, `> `, `user@host:~$ `, `PS C:\> `.
fn prompt(line: &str) -> Option<usize> {
    if line.starts_with("$ ") || line.starts_with("% ") {
        return Some(2);
    }
    if line == "$" {
        return Some(1);
    }
    if line.starts_with("PS ") {
        return line.find("> ").map(|at| at + 2);
    }
    let at = line.find("$ ").or_else(|| line.find("# "))?;
    let name = &line[..at];
    let plausible = name.contains('@')
        && !name.contains(['"', '\'', '='])
        && name.len() <= 60
        && name.split(' ').count() <= 2;
    plausible.then_some(at + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(code: &str) -> (String, Vec<Marks>) {
        let marked = directives(code).expect("marks");
        (marked.code, marked.lines)
    }

    const NONE: Marks = Marks {
        mark: None,
        focused: false,
    };

    fn mark(mark: Mark) -> Marks {
        Marks {
            mark: Some(mark),
            focused: false,
        }
    }

    #[test]
    fn marks_in_comments_of_any_language_go_and_are_remembered() {
        for (line, kept) in [
            ("let a; // [!code ++]", "let a;"),
            ("a = 1 # [!code ++]", "a = 1"),
            ("SELECT 1 -- [!code ++]", "SELECT 1"),
            ("<p> <!-- [!code ++] -->", "<p>"),
            ("a { } /* [!code ++] */", "a { }"),
            ("<b/> {/* [!code ++] */}", "<b/>"),
            ("\\글 % [!code ++]", "\\글"),
            ("(f) ;; [!code ++]", "(f)"),
        ] {
            assert_eq!(
                read(line),
                (kept.to_owned(), vec![mark(Mark::Added)]),
                "{line}"
            );
        }
        assert_eq!(
            read("a // [!code focus:2]\nb\nc // [!code --]\n").1,
            [
                Marks {
                    focused: true,
                    ..NONE
                },
                Marks {
                    focused: true,
                    ..NONE
                },
                mark(Mark::Removed)
            ]
        );
    }

    #[test]
    fn a_mark_on_a_line_of_its_own_speaks_of_the_next_lines() {
        assert_eq!(
            read("// [!code error:2]\na\nb\nc\n"),
            (
                "a\nb\nc\n".to_owned(),
                vec![mark(Mark::Error), mark(Mark::Error), NONE]
            )
        );
        assert_eq!(
            read(
                "# highlight-next-line\na\nb\n<!-- highlight-start -->\nc\nd\n<!-- highlight-end -->\ne // highlight-line\n"
            ),
            (
                "a\nb\nc\nd\ne\n".to_owned(),
                vec![
                    mark(Mark::Marked),
                    NONE,
                    mark(Mark::Marked),
                    mark(Mark::Marked),
                    mark(Mark::Marked)
                ]
            )
        );
    }

    #[test]
    fn what_is_no_mark_stays() {
        for code in [
            "a[!code ++]",
            "// [!code nothing]",
            "// [!code focus:0]",
            "$('.highlight-next-line')",
            ".highlight-start { }",
            "\"[!code ++]\"",
        ] {
            assert_eq!(directives(code), None, "{code}");
        }
    }

    #[test]
    fn a_diff_loses_its_first_column() {
        let marked = diff(" a\n-b\n+c\n\n");
        assert_eq!(marked.code, "a\nb\nc\n\n");
        assert_eq!(
            marked.lines,
            [NONE, mark(Mark::Removed), mark(Mark::Added), NONE]
        );
        assert_eq!(diff("a\n+ b\n").code, "a\n b\n");
    }

    #[test]
    fn prompts_commands_and_output_are_told_apart() {
        use Console::*;
        assert_eq!(
            console(
                "$ ls \\\n  -l\na.txt\nme@host:~$ pwd\nPS C:\\> dir\n",
                false
            ),
            Some(vec![Prompt(2), More, Output, Prompt(11), Prompt(8)])
        );
        assert_eq!(console("ls\n# 주석\n$ pwd\n", true), None);
        assert_eq!(console("ls\n", false), None);
    }
}
