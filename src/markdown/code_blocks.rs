//! Code blocks: the figure written, line by line where a line is marked or numbered.
//!
//! 1. `fence_info` reads the info string;
//! 2. `code_marks` takes marks, signs and prompts out of the code;
//! 3. `highlight` colours what is left;
//! 4. here the lines are put together. Line numbers, signs and labels come from the style sheet, so that they are neither
//!    selected nor copied.

use std::fmt::Write as _;

use super::code_marks::{self, Console, Mark, Marked, Marks};
use super::fence_info::{self, Info};
use super::highlight::{self, Language};
use super::{Options, escape};

/// A rendered code block.
#[derive(Debug, Default)]
pub(super) struct CodeBlock {
    /// The caption.
    pub(super) title: Option<String>,
    /// The language, if it is none we know.
    pub(super) unknown_language: Option<String>,
    /// The code as shown, if that is not the code as written.
    pub(super) code: Option<String>,
}

/// Writes a code block of the `notes` dialect to `html`; `info` is the fence's info string, if it is fenced.
pub(super) fn render(
    html: &mut String,
    info: Option<&str>,
    code: &str,
    options: &Options,
) -> CodeBlock {
    let fenced = info.is_some();
    let info = info.map(fence_info::parse).unwrap_or_default();
    let language = if options.highlight {
        highlight::language(&info.language)
    } else {
        Language::Plain
    };
    let marked = take_marks(&info, code, fenced);
    let shown = marked.as_ref().map_or(code, |marked| &marked.code);
    // Few blocks have any; lines beyond these have none.
    let mut marks = marked
        .as_ref()
        .map(|marked| marked.lines.clone())
        .unwrap_or_default();
    for (ranges, mark) in [
        (&info.removed, Some(Mark::Removed)),
        (&info.added, Some(Mark::Added)),
        (&info.marked, Some(Mark::Marked)),
        (&info.focused, None),
    ] {
        if !ranges.is_empty() {
            marks.resize(shown.lines().count(), Marks::default());
            code_marks::mark_ranges(&mut marks, ranges, mark);
        }
    }
    let console = match highlight::console(&info.language) {
        Some(only_first) if fenced => code_marks::console(shown, only_first),
        _ => None,
    };
    let (lines, unknown) = match (&language, &console) {
        (Language::Known(syntax), Some(console)) => {
            (Some(console_lines(shown, console, syntax)), false)
        }
        (Language::Known(syntax), None) => (highlight::highlight(shown, syntax), false),
        (Language::Plain, _) => (None, false),
        (Language::Unknown, _) => (None, true),
    };
    let numbers = info.numbers.unwrap_or(options.line_numbers);
    let apart = numbers || marks.iter().any(|marks| *marks != Marks::default());
    open_figure(html, &info, numbers, &marks);
    let lines =
        lines.or_else(|| apart.then(|| shown.lines().map(escape::text).collect::<Vec<_>>()));
    match lines {
        None => escape::push_text(html, shown),
        Some(lines) if apart => {
            // Numbers from 1 are counted by the style sheet.
            let first = info.first.filter(|&first| numbers && first != 1);
            for (index, line) in lines.iter().enumerate() {
                let marks = marks.get(index).copied().unwrap_or_default();
                push_line(
                    html,
                    line,
                    marks,
                    first.map(|first| first.saturating_add(index)),
                );
            }
        }
        Some(lines) => {
            for line in &lines {
                html.push_str(line);
                html.push('\n');
            }
        }
    }
    html.push_str("</code></pre></figure>\n");
    CodeBlock {
        title: info.title,
        unknown_language: unknown.then_some(info.language),
        code: marked.map(|marked| marked.code),
    }
}

/// The code without its marks, if it has any.
fn take_marks(info: &Info, code: &str, fenced: bool) -> Option<Marked> {
    // In Markdown about marks they are the text.
    if !fenced || matches!(info.language.as_str(), "md" | "markdown" | "mdx") {
        return None;
    }
    let directives = code_marks::directives(code);
    if !info.diff {
        return directives;
    }
    let mut diff = code_marks::diff(directives.as_ref().map_or(code, |it| &it.code));
    if let Some(directives) = directives {
        for (line, other) in diff.lines.iter_mut().zip(&directives.lines) {
            line.mark = line.mark.or(other.mark);
            line.focused |= other.focused;
        }
    }
    Some(diff)
}

fn open_figure(html: &mut String, info: &Info, numbers: bool, marks: &[Marks]) {
    html.push_str("<figure class=\"code");
    if numbers {
        html.push_str(" numbered");
    }
    if marks.iter().any(|marks| marks.focused) {
        html.push_str(" has-focus");
    }
    if marks
        .iter()
        .any(|marks| !matches!(marks.mark, None | Some(Mark::Marked)))
    {
        html.push_str(" has-signs");
    }
    if info.wrap {
        html.push_str(" wrap");
    }
    html.push('"');
    if !info.language.is_empty() {
        html.push_str(" data-lang=\"");
        escape::push_text(html, &highlight::label(&info.language));
        html.push('"');
    }
    html.push('>');
    if let Some(title) = &info.title {
        html.push_str("<figcaption>");
        escape::push_text(html, title);
        html.push_str("</figcaption>");
    }
    html.push_str("<pre><code");
    if !info.language.is_empty() {
        html.push_str(" class=\"language-");
        escape::push_text(html, &info.language);
        html.push('"');
    }
    html.push('>');
}

/// A line in an element that says what it is: `<ins>`, `<del>`, `<mark>`.
fn push_line(html: &mut String, line: &str, marks: Marks, number: Option<usize>) {
    let (element, class) = match marks.mark {
        None => ("span", ""),
        Some(Mark::Marked) => ("mark", " marked"),
        Some(Mark::Added) => ("ins", " added"),
        Some(Mark::Removed) => ("del", " removed"),
        Some(Mark::Error) => ("mark", " error"),
        Some(Mark::Warning) => ("mark", " warning"),
    };
    let focused = if marks.focused { " focused" } else { "" };
    let _ = write!(html, "<{element} class=\"line{class}{focused}\"");
    if let Some(number) = number {
        let _ = write!(html, " data-line=\"{number}\"");
    }
    html.push('>');
    html.push_str(line);
    let _ = writeln!(html, "</{element}>");
}

/// A console's lines: prompts apart, commands coloured, output plain.
fn console_lines(
    code: &str,
    console: &[Console],
    syntax: &syntect::parsing::SyntaxReference,
) -> Vec<String> {
    let mut commands = String::new();
    for (line, kind) in code.lines().zip(console) {
        let from = match kind {
            Console::Prompt(length) => *length,
            Console::More => 0,
            Console::Output => continue,
        };
        commands.push_str(line.get(from..).unwrap_or_default());
        commands.push('\n');
    }
    let coloured = highlight::highlight(&commands, syntax)
        .unwrap_or_else(|| commands.lines().map(escape::text).collect());
    let mut coloured = coloured.into_iter();
    code.lines()
        .zip(console)
        .map(|(line, kind)| match kind {
            Console::Prompt(length) => {
                let prompt = escape::text(line.get(..*length).unwrap_or_default());
                let command = coloured.next().unwrap_or_default();
                format!("<span class=\"prompt\">{prompt}</span>{command}")
            }
            Console::More => coloured.next().unwrap_or_default(),
            Console::Output if line.is_empty() => String::new(),
            Console::Output => format!("<span class=\"output\">{}</span>", escape::text(line)),
        })
        .collect()
}
