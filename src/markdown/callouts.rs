//! Callouts: GitHub's alerts and Obsidian's callouts, `> [!NOTE]- 제목`, any type, with or without title and folding.

use pulldown_cmark::{CowStr, Tag, TagEnd};

use super::nodes::{Kind, Node};

/// A callout's head.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Callout {
    /// Lower-case type as written, such as `note`; unknown ones are allowed.
    pub(super) kind: String,
    /// `Some(true)` for `+` (foldable, open), `Some(false)` for `-` (foldable, closed).
    pub(super) fold: Option<bool>,
    /// Whether the author wrote a title.
    pub(super) titled: bool,
    /// `[!note|no-title]`: no title at all, not even the default one.
    pub(super) untitled: bool,
}

impl Callout {
    /// The title where the author wrote none.
    pub(super) fn default_title(&self) -> &str {
        match self.kind.as_str() {
            "note" => "참고",
            "tip" | "hint" => "팁",
            "important" => "중요",
            "warning" | "attention" => "경고",
            "caution" => "주의",
            "danger" => "위험",
            "error" => "오류",
            "info" => "정보",
            "abstract" | "summary" | "tldr" => "요약",
            "todo" => "할 일",
            "success" | "check" | "done" => "완료",
            "question" | "help" | "faq" => "질문",
            "failure" | "fail" | "missing" => "실패",
            "bug" => "버그",
            "example" => "예시",
            "quote" | "cite" => "인용",
            "details" => "자세히",
            other => other,
        }
    }
}

/// Turns block quotes that begin with `[!type]` into callouts.
pub(super) fn apply(nodes: Vec<Node<'_>>) -> Vec<Node<'_>> {
    let mut out = Vec::with_capacity(nodes.len());
    // For each open block quote its callout, if it is one.
    let mut open: Vec<Option<Callout>> = Vec::new();
    // The callout whose title is being read.
    let mut title: Option<Callout> = None;
    let mut index = 0;
    while index < nodes.len() {
        let node = &nodes[index];
        match (&node.kind, &title) {
            (Kind::Start(Tag::BlockQuote(_)), _) => {
                let head = match (nodes.get(index + 1), nodes.get(index + 2)) {
                    (
                        Some(Node {
                            kind: Kind::Start(Tag::Paragraph),
                            ..
                        }),
                        Some(Node {
                            kind: Kind::Text(text),
                            span,
                        }),
                    ) => head(text).map(|(callout, rest)| (callout, rest.to_owned(), span.clone())),
                    _ => None,
                };
                if let Some((mut callout, rest, span)) = head {
                    callout.titled = !rest.is_empty()
                        || nodes
                            .get(index + 3)
                            .is_some_and(|next| !ends_line(&next.kind));
                    open.push(Some(callout.clone()));
                    out.push(Node {
                        kind: Kind::CalloutStart(callout.clone()),
                        span: node.span.clone(),
                    });
                    if !rest.is_empty() {
                        out.push(Node {
                            kind: Kind::Text(CowStr::from(rest)),
                            span,
                        });
                    }
                    title = Some(callout);
                    index += 3;
                    continue;
                }
                open.push(None);
            }
            (Kind::End(TagEnd::BlockQuote(_)), _) => {
                if let Some(Some(callout)) = open.pop() {
                    out.push(Node {
                        kind: Kind::CalloutEnd(callout),
                        span: node.span.clone(),
                    });
                    index += 1;
                    continue;
                }
            }
            (kind, Some(callout)) if ends_line(kind) => {
                out.push(Node {
                    kind: Kind::CalloutBody(callout.clone()),
                    span: node.span.clone(),
                });
                if !matches!(kind, Kind::End(_)) {
                    out.push(Node {
                        kind: Kind::Start(Tag::Paragraph),
                        span: node.span.clone(),
                    });
                }
                title = None;
                index += 1;
                continue;
            }
            _ => {}
        }
        out.push(nodes[index].clone());
        index += 1;
    }
    out
}

fn ends_line(kind: &Kind<'_>) -> bool {
    matches!(
        kind,
        Kind::SoftBreak | Kind::HardBreak | Kind::End(TagEnd::Paragraph)
    )
}

/// Reads `[!type]`, the fold mark and the beginning of the title.
fn head(text: &str) -> Option<(Callout, &str)> {
    let rest = text.trim_start().strip_prefix("[!")?;
    let (kind, rest) = rest.split_once(']')?;
    // Obsidian allows metadata after a bar: `[!note|wide]`.
    let (kind, metadata) = kind.split_once('|').unwrap_or((kind, ""));
    let kind = kind.trim();
    let untitled = metadata.split_whitespace().any(|word| word == "no-title");
    let plausible = !kind.is_empty()
        && kind.len() <= 60
        && kind
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
    if !plausible {
        return None;
    }
    let (fold, rest) = match rest.chars().next() {
        Some('+') => (Some(true), &rest[1..]),
        Some('-') => (Some(false), &rest[1..]),
        _ => (None, rest),
    };
    let callout = Callout {
        kind: kind.to_lowercase(),
        fold,
        titled: false,
        untitled,
    };
    Some((callout, rest.trim_start()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_callouts_head_gives_type_folding_and_title() {
        let read = |text| {
            head(text).map(|(callout, title)| (callout.kind, callout.fold, title.to_owned()))
        };
        assert_eq!(read("[!NOTE]"), Some(("note".into(), None, String::new())));
        assert_eq!(
            read("[!tip]- 접힌 글"),
            Some(("tip".into(), Some(false), "접힌 글".into()))
        );
        assert_eq!(
            read("[!요점|넓게]+ 글"),
            Some(("요점".into(), Some(true), "글".into()))
        );
        assert_eq!(read("[!not a type] 글"), None);
        assert_eq!(read("[x] 할 일"), None);
    }
}
