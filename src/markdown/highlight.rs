//! Colours for code: syntect finds the scopes, a dozen classes remain, one style sheet serves light and dark.
//!
//! Pure functions of code and language, safe to call in parallel and to cache.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};

use super::escape;

/// Code longer than this many bytes stays plain: a dump, not something to read in colour.
const LONGEST_CODE: usize = 256 * 1024;
/// A block with a line longer than this many bytes stays plain: minified text, on which the grammars are slow.
const LONGEST_LINE: usize = 4096;

static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);

/// What a fence's language word means.
pub(super) enum Language {
    /// A grammar we have.
    Known(&'static SyntaxReference),
    /// Plain on purpose: `text`, `output`, or no word at all.
    Plain,
    /// A word we do not know.
    Unknown,
}

/// Looks a language word up: syntect's own names and extensions, and the short forms people write.
pub(super) fn language(word: &str) -> Language {
    let lower = word.to_ascii_lowercase();
    let name = match lower.as_str() {
        "" | "text" | "txt" | "plain" | "plaintext" | "text/plain" | "none" | "output"
        | "input" | "log" | "diagram" | "mermaid" | "math" | "ascii" | "tree" => {
            return Language::Plain;
        }
        "shell" | "zsh" | "shellscript" | "console" | "shell-session" | "shellsession"
        | "sh-session" | "terminal" | "csh" | "ksh" | "sh-vue" => "bash",
        "javascript" | "node" | "nodejs" | "mjs" | "cjs" => "js",
        "jsx" => "jsx",
        "typescript" | "mts" | "cts" => "ts",
        "python3" | "py3" | "ipython" => "py",
        "golang" => "go",
        "c++" | "cxx" | "hpp" | "cpp.hint" => "cpp",
        "csharp" | "c#" | "dotnet" => "cs",
        "ps" | "pwsh" => "powershell",
        "docker" => "dockerfile",
        "hcl" | "tf" | "tfvars" => "terraform",
        "conf" | "cfg" | "config" => "ini",
        "properties" => "java properties",
        "yml" => "yaml",
        "jsonc" | "json5" | "jsonl" => "json",
        // API Gateway's mapping templates: JSON with a little Velocity in it.
        "vtl" | "velocity" => "json",
        "kt" | "kts" => "kotlin",
        "rs" => "rust",
        "vue-html" => "html",
        "cmd" | "dos" | "ms-dos" | "bat" | "batch" => "bat",
        "env" | ".env" => "dotenv",
        "mdx" => "markdown",
        "apache" | "apacheconf" | "htaccess" => "apache conf",
        "plsql" | "mysql" | "postgres" | "postgresql" | "pgsql" | "tsql" | "mariadb" => "sql",
        "makefile" | "make" | "nmake" => "makefile",
        "protobuf" => "proto",
        "objc" | "objective-c" => "objective-c",
        "gql" => "graphql",
        "patch" => "diff",
        "md" => "markdown",
        "htm" | "xhtml" => "html",
        "svg" | "xsl" | "plist" | "pom" => "xml",
        other => other,
    };
    let find = |token: &str| SYNTAXES.find_syntax_by_token(token);
    let found = match name {
        "jsx" => find("jsx").or_else(|| find("tsx")).or_else(|| find("js")),
        _ => find(name),
    };
    found.map_or(Language::Unknown, Language::Known)
}

/// Whether the language is a console's, whose lines may begin with a prompt: `Some(true)` if one only counts where the
/// first line has it.
pub(super) fn console(word: &str) -> Option<bool> {
    match word.to_ascii_lowercase().as_str() {
        "console" | "shell-session" | "shellsession" | "sh-session" | "terminal" => Some(false),
        "sh" | "bash" | "zsh" | "shell" => Some(true),
        _ => None,
    }
}

/// What a language is called where it is shown to readers: `ts` is TypeScript. What we have no name for stays as it is
/// written.
pub(super) fn label(word: &str) -> String {
    let lower = word.to_ascii_lowercase();
    let name = match lower.as_str() {
        "sh" | "shell" | "shellscript" => "Shell",
        "bash" => "Bash",
        "zsh" => "Zsh",
        "console" | "terminal" | "shell-session" | "shellsession" | "sh-session" => "Console",
        "js" | "javascript" | "mjs" | "cjs" | "node" | "nodejs" => "JavaScript",
        "ts" | "typescript" | "mts" | "cts" => "TypeScript",
        "jsx" => "JSX",
        "tsx" => "TSX",
        "vue" | "vue-html" => "Vue",
        "svelte" => "Svelte",
        "json" => "JSON",
        "jsonc" => "JSONC",
        "json5" => "JSON5",
        "yml" | "yaml" => "YAML",
        "toml" => "TOML",
        "ini" | "cfg" => "INI",
        "env" | "dotenv" => ".env",
        "properties" => "Properties",
        "py" | "python" | "python3" => "Python",
        "rb" | "ruby" => "Ruby",
        "rs" | "rust" => "Rust",
        "go" | "golang" => "Go",
        "java" => "Java",
        "kt" | "kts" | "kotlin" => "Kotlin",
        "swift" => "Swift",
        "dart" => "Dart",
        "scala" => "Scala",
        "groovy" => "Groovy",
        "gradle" => "Gradle",
        "c" => "C",
        "h" => "C",
        "cpp" | "c++" | "cxx" | "hpp" => "C++",
        "cs" | "csharp" | "c#" => "C#",
        "objc" | "objective-c" => "Objective-C",
        "php" => "PHP",
        "html" | "htm" | "xhtml" => "HTML",
        "css" => "CSS",
        "scss" => "SCSS",
        "sass" => "Sass",
        "less" => "Less",
        "xml" => "XML",
        "svg" => "SVG",
        "sql" => "SQL",
        "mysql" => "MySQL",
        "postgresql" | "pgsql" | "postgres" => "PostgreSQL",
        "plsql" => "PL/SQL",
        "graphql" | "gql" => "GraphQL",
        "proto" | "protobuf" => "Protocol Buffers",
        "md" | "markdown" => "Markdown",
        "mdx" => "MDX",
        "docker" | "dockerfile" => "Dockerfile",
        "make" | "makefile" => "Makefile",
        "cmake" => "CMake",
        "nginx" => "nginx",
        "apache" => "Apache",
        "hcl" => "HCL",
        "tf" | "terraform" | "tfvars" => "Terraform",
        "vtl" | "velocity" => "VTL",
        "ps1" | "ps" | "pwsh" | "powershell" => "PowerShell",
        "bat" | "cmd" | "batch" | "dos" => "Batch",
        "diff" | "patch" => "Diff",
        "lua" => "Lua",
        "r" => "R",
        "jsp" => "JSP",
        "tex" | "latex" => "LaTeX",
        "http" => "HTTP",
        "csv" => "CSV",
        "asm" => "Assembly",
        "mermaid" => "Mermaid",
        _ => return word.to_owned(),
    };
    name.to_owned()
}

/// The classes that scopes come down to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Keyword,
    String,
    Comment,
    Number,
    Function,
    Type,
    Constant,
    Variable,
    Tag,
    Attribute,
    Inserted,
    Deleted,
    Heading,
}

impl Class {
    const fn name(self) -> &'static str {
        match self {
            Class::Keyword => "keyword",
            Class::String => "string",
            Class::Comment => "comment",
            Class::Number => "number",
            Class::Function => "function",
            Class::Type => "type",
            Class::Constant => "constant",
            Class::Variable => "variable",
            Class::Tag => "tag",
            Class::Attribute => "attribute",
            Class::Inserted => "inserted",
            Class::Deleted => "deleted",
            Class::Heading => "heading",
        }
    }
}

/// What a scope says: a class, nothing (look at the scope around it), or plain text whatever is around it.
#[derive(Debug, Clone, Copy)]
enum Meaning {
    Class(Class),
    /// A keyword if it is a word, plain if it is a sign.
    Operator,
    /// A string, unless it is a key.
    Text,
    Plain,
}

/// The first prefix that fits decides.
static MEANINGS: LazyLock<Vec<(Scope, Meaning)>> = LazyLock::new(|| {
    use Class::*;
    let table: [(&str, Meaning); 41] = [
        ("comment", Meaning::Class(Comment)),
        ("meta.diff.range", Meaning::Class(Comment)),
        ("meta.diff.header", Meaning::Class(Comment)),
        ("constant.character.escape", Meaning::Class(Constant)),
        ("string", Meaning::Text),
        ("meta.interpolation", Meaning::Plain),
        ("meta.embedded", Meaning::Plain),
        ("constant.numeric", Meaning::Class(Number)),
        ("constant.other.color", Meaning::Class(Number)),
        ("constant", Meaning::Class(Constant)),
        ("support.constant", Meaning::Class(Constant)),
        ("keyword.operator", Meaning::Operator),
        ("keyword.other.unit", Meaning::Class(Number)),
        ("keyword", Meaning::Class(Keyword)),
        ("storage.type.annotation", Meaning::Class(Attribute)),
        ("storage.type.numeric", Meaning::Class(Number)),
        ("storage", Meaning::Class(Keyword)),
        ("variable.language", Meaning::Class(Keyword)),
        ("variable.function", Meaning::Class(Function)),
        ("variable.annotation", Meaning::Class(Attribute)),
        ("variable.parameter", Meaning::Class(Variable)),
        ("variable.other.readwrite.shell", Meaning::Class(Variable)),
        ("variable.other.php", Meaning::Class(Variable)),
        ("entity.name.function", Meaning::Class(Function)),
        ("entity.name.tag", Meaning::Class(Tag)),
        ("entity.name.section", Meaning::Class(Heading)),
        ("entity.name.label", Meaning::Class(Tag)),
        ("entity.name", Meaning::Class(Type)),
        ("entity.other.attribute-name", Meaning::Class(Attribute)),
        ("entity.other.inherited-class", Meaning::Class(Type)),
        ("support.function", Meaning::Class(Function)),
        ("support.type.property-name", Meaning::Class(Attribute)),
        ("support.type", Meaning::Class(Type)),
        ("support.class", Meaning::Class(Type)),
        ("meta.annotation", Meaning::Class(Attribute)),
        ("meta.preprocessor", Meaning::Class(Keyword)),
        ("markup.inserted", Meaning::Class(Inserted)),
        ("markup.deleted", Meaning::Class(Deleted)),
        ("markup.heading", Meaning::Class(Heading)),
        ("markup.raw", Meaning::Class(String)),
        ("markup.underline.link", Meaning::Class(String)),
    ];
    table
        .into_iter()
        .filter_map(|(prefix, meaning)| Some((Scope::new(prefix).ok()?, meaning)))
        .collect()
});

static KEYS: LazyLock<Vec<Scope>> = LazyLock::new(|| {
    [
        "meta.mapping.key",
        "meta.structure.dictionary.key",
        "meta.toc-list",
    ]
    .into_iter()
    .filter_map(|prefix| Scope::new(prefix).ok())
    .collect()
});

/// The lines of `code` as HTML without their line breaks, no tag open across lines; `None` if it is better left plain.
pub(super) fn highlight(code: &str, syntax: &SyntaxReference) -> Option<Vec<String>> {
    if code.len() > LONGEST_CODE || code.split('\n').any(|line| line.len() > LONGEST_LINE) {
        return None;
    }
    let mut state = ParseState::new(syntax);
    let mut stack = ScopeStack::new();
    let mut meanings: BTreeMap<Scope, Option<Meaning>> = BTreeMap::new();
    let mut lines = Vec::new();
    for line in code.split_inclusive('\n') {
        let with_break;
        let parsed = if line.ends_with('\n') {
            line
        } else {
            with_break = format!("{line}\n");
            &with_break
        };
        let operations = state.parse_line(parsed, &SYNTAXES).ok()?;
        let end = line.trim_end_matches('\n').len();
        let mut pieces = Pieces::default();
        let mut done = 0;
        for (at, operation) in &operations {
            let at = (*at).min(end);
            if at > done {
                let text = &line[done..at];
                pieces.push(class_of(&stack, text, &mut meanings), text);
                done = at;
            }
            stack.apply(operation).ok()?;
        }
        if done < end {
            let text = &line[done..end];
            pieces.push(class_of(&stack, text, &mut meanings), text);
        }
        lines.push(pieces.finish());
    }
    Some(lines)
}

/// The class of `text` under `stack`: the innermost scope that says something decides.
fn class_of(
    stack: &ScopeStack,
    text: &str,
    meanings: &mut BTreeMap<Scope, Option<Meaning>>,
) -> Option<Class> {
    if text.trim().is_empty() {
        return None;
    }
    let scopes = stack.as_slice();
    for (index, &scope) in scopes.iter().enumerate().rev() {
        let meaning = *meanings.entry(scope).or_insert_with(|| {
            MEANINGS
                .iter()
                .find(|(prefix, _)| prefix.is_prefix_of(scope))
                .map(|&(_, meaning)| meaning)
        });
        match meaning {
            None => {}
            Some(Meaning::Class(class)) => return Some(class),
            Some(Meaning::Plain) => return None,
            Some(Meaning::Operator) => {
                let word = text.trim().chars().all(char::is_alphabetic);
                return word.then_some(Class::Keyword);
            }
            Some(Meaning::Text) => {
                let key = scopes[..index]
                    .iter()
                    .rev()
                    .take(2)
                    .any(|&around| KEYS.iter().any(|key| key.is_prefix_of(around)));
                return Some(if key { Class::Attribute } else { Class::String });
            }
        }
    }
    None
}

/// One line's HTML; neighbours of one class share a tag.
#[derive(Default)]
struct Pieces {
    html: String,
    open: Option<Class>,
}

impl Pieces {
    fn push(&mut self, class: Option<Class>, text: &str) {
        // White space needs no change of colour.
        let same = class == self.open || class.is_none() && text.trim().is_empty();
        if !same {
            if self.open.take().is_some() {
                self.html.push_str("</span>");
            }
            if let Some(class) = class {
                let _ = write!(self.html, "<span class=\"hl-{}\">", class.name());
                self.open = Some(class);
            }
        }
        escape::push_text(&mut self.html, text);
    }

    fn finish(mut self) -> String {
        if self.open.is_some() {
            self.html.push_str("</span>");
        }
        self.html
    }
}

/// Colours of one scheme: background, text, marked, added and removed line, then one for each class.
struct Palette {
    background: &'static str,
    text: &'static str,
    marked: &'static str,
    added: &'static str,
    removed: &'static str,
    muted: &'static str,
    classes: [(Class, &'static str); 13],
}

const LIGHT: Palette = Palette {
    background: "#f6f8fa",
    text: "#1f2328",
    marked: "#fff8c5",
    added: "#e6f9eb",
    removed: "#ffefed",
    muted: "#59636e",
    classes: [
        (Class::Keyword, "#b31d28"),
        (Class::String, "#0a3069"),
        (Class::Comment, "#57606a"),
        (Class::Number, "#0550ae"),
        (Class::Function, "#6639ba"),
        (Class::Type, "#953800"),
        (Class::Constant, "#0550ae"),
        (Class::Variable, "#7a3e00"),
        (Class::Tag, "#116329"),
        (Class::Attribute, "#0a5280"),
        (Class::Inserted, "#116329"),
        (Class::Deleted, "#82071e"),
        (Class::Heading, "#0550ae"),
    ],
};

const DARK: Palette = Palette {
    background: "#161b22",
    text: "#e6edf3",
    marked: "#33301c",
    added: "#13291d",
    removed: "#33191b",
    muted: "#9198a1",
    classes: [
        (Class::Keyword, "#ff7b72"),
        (Class::String, "#a5d6ff"),
        (Class::Comment, "#9ba3ad"),
        (Class::Number, "#79c0ff"),
        (Class::Function, "#d2a8ff"),
        (Class::Type, "#ffa657"),
        (Class::Constant, "#79c0ff"),
        (Class::Variable, "#ffc58f"),
        (Class::Tag, "#7ee787"),
        (Class::Attribute, "#8fd0ff"),
        (Class::Inserted, "#aff5b4"),
        (Class::Deleted, "#ffb4ad"),
        (Class::Heading, "#79c0ff"),
    ],
};

impl Palette {
    fn variables(&self) -> String {
        let mut out = format!(
            "--hl-bg:{};--hl-fg:{};--hl-marked:{};--hl-added:{};--hl-removed:{};--hl-muted:{}",
            self.background, self.text, self.marked, self.added, self.removed, self.muted
        );
        for (class, colour) in &self.classes {
            let _ = write!(out, ";--hl-{}:{colour}", class.name());
        }
        out
    }
}

/// The style sheet of highlighted code for the theme: light by default, dark where the visitor or the page
/// (`data-theme="dark"` or `"light"` on the root) says so. Every colour reaches WCAG AA (4.5:1) on its background.
pub fn highlight_css() -> String {
    let mut out = format!(":root{{{}}}\n", LIGHT.variables());
    let dark = DARK.variables();
    let _ = writeln!(out, "[data-theme=\"dark\"]{{{dark}}}");
    let _ = writeln!(
        out,
        "@media (prefers-color-scheme: dark){{:root:not([data-theme=\"light\"]){{{dark}}}}}"
    );
    out.push_str(
        ".code pre{background:var(--hl-bg);color:var(--hl-fg)}\n\
         .code .line{display:inline-block}\n\
         .code .line:is(.marked,.warning){background:var(--hl-marked)}\n\
         .code .line.added{background:var(--hl-added)}\n\
         .code .line:is(.removed,.error){background:var(--hl-removed)}\n\
         .code.numbered code{counter-reset:line}\n\
         .code.numbered .line::before{counter-increment:line;content:counter(line);display:inline-block;width:2.5em;\
         margin-right:1em;text-align:right;color:var(--hl-muted);user-select:none}\n",
    );
    for (class, _) in &LIGHT.classes {
        let name = class.name();
        let weight = if *class == Class::Heading {
            ";font-weight:600"
        } else {
            ""
        };
        let _ = writeln!(out, ".hl-{name}{{color:var(--hl-{name}){weight}}}");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// WCAG 2.2 relative luminance of `#rrggbb`.
    fn luminance(colour: &str) -> f64 {
        let channel = |at: usize| {
            let value =
                f64::from(u8::from_str_radix(&colour[at..at + 2], 16).expect("hex")) / 255.0;
            if value <= 0.04045 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    }

    fn contrast(a: &str, b: &str) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn every_colour_is_readable_in_both_schemes() {
        for palette in [&LIGHT, &DARK] {
            let backgrounds = [
                palette.background,
                palette.marked,
                palette.added,
                palette.removed,
            ];
            for background in backgrounds {
                let classes = palette
                    .classes
                    .iter()
                    .map(|(class, colour)| (class.name(), *colour));
                for (name, colour) in
                    classes.chain([("text", palette.text), ("muted", palette.muted)])
                {
                    let ratio = contrast(colour, background);
                    assert!(ratio >= 4.5, "{name} {colour} on {background}: {ratio:.2}");
                }
            }
        }
    }

    #[test]
    fn the_languages_of_korean_notes_are_known() {
        for word in [
            "yaml",
            "yml",
            "json",
            "toml",
            "bash",
            "sh",
            "zsh",
            "shell",
            "console",
            "python",
            "py",
            "javascript",
            "js",
            "typescript",
            "ts",
            "jsx",
            "tsx",
            "java",
            "kotlin",
            "kt",
            "go",
            "golang",
            "rust",
            "c",
            "cpp",
            "c++",
            "c#",
            "cs",
            "sql",
            "html",
            "css",
            "scss",
            "xml",
            "dockerfile",
            "docker",
            "hcl",
            "tf",
            "terraform",
            "ini",
            "conf",
            "properties",
            "diff",
            "nginx",
            "vtl",
            "ps1",
            "powershell",
            "makefile",
            "ruby",
            "php",
            "swift",
            "graphql",
            "vue",
            "Dockerfile",
            "JSON",
            "lua",
            "scala",
            "groovy",
            "r",
            "dart",
            "bat",
            "jsp",
            "proto",
            "env",
            "dotenv",
            "svelte",
            "mdx",
            "postgres",
            "shell-session",
            "velocity",
        ] {
            assert!(matches!(language(word), Language::Known(_)), "{word}");
        }
        for word in ["", "text", "plaintext", "txt", "output"] {
            assert!(matches!(language(word), Language::Plain), "{word}");
        }
        assert!(matches!(language("nosuchlang"), Language::Unknown));
    }

    fn lines(word: &str, code: &str) -> Vec<String> {
        match language(word) {
            Language::Known(syntax) => highlight(code, syntax).expect("highlighted"),
            _ => panic!("{word} is not known"),
        }
    }

    #[test]
    fn no_tag_stays_open_across_lines_and_no_text_is_lost() {
        let code = "/* 여러\n   줄 */\nlet 값 = `글 ${1 + 2}`;\n";
        let html = lines("js", code);
        assert_eq!(html.len(), 3);
        for (line, source) in html.iter().zip(code.lines()) {
            assert_eq!(
                line.matches("<span").count(),
                line.matches("</span>").count()
            );
            let mut text = String::new();
            let mut inside = false;
            for c in line.chars() {
                match c {
                    '<' => inside = true,
                    '>' => inside = false,
                    _ if !inside => text.push(c),
                    _ => {}
                }
            }
            assert_eq!(text, source);
        }
        assert!(html[0].starts_with("<span class=\"hl-comment\">"));
    }

    #[test]
    fn keys_and_values_of_data_differ() {
        let json = lines("json", "{\"이름\": \"값\", \"n\": 1}");
        assert!(
            json[0].contains("hl-attribute")
                && json[0].contains("hl-string")
                && json[0].contains("hl-number"),
            "{json:?}"
        );
        let yaml = lines("yaml", "Type: AWS::Lambda::Function # 함수");
        assert!(
            yaml[0].contains("hl-tag") && yaml[0].contains("hl-comment"),
            "{yaml:?}"
        );
    }

    #[test]
    fn a_dump_stays_plain() {
        let Language::Known(syntax) = language("json") else {
            panic!("json")
        };
        assert!(highlight(&"x".repeat(LONGEST_LINE + 1), syntax).is_none());
        assert!(highlight(&"1\n".repeat(LONGEST_CODE), syntax).is_none());
    }
}
