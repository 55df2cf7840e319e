//! Callouts: GitHub's alerts and Obsidian's callouts, `> [!NOTE]- 제목`, any type, with or without title and folding.
//!
//! Aliases and common Korean words come down to Obsidian's canonical types (<https://help.obsidian.md/callouts>), which
//! the theme styles; GitHub's `important` and `caution` stay types of their own. Any other word is its own type.

use pulldown_cmark::{CowStr, TagEnd};

use super::nodes::{Kind, Node, Tag};
use crate::diagnostics::Lang;

/// A callout's head.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Callout {
    /// Canonical type in lower case, such as `note`; unknown ones are their own.
    pub(super) kind: String,
    /// The type as its author wrote it: the title where there is no other.
    pub(super) name: String,
    /// `Some(true)` for `+` (foldable, open), `Some(false)` for `-` (foldable, closed).
    pub(super) fold: Option<bool>,
    /// Whether the author wrote a title.
    pub(super) titled: bool,
    /// `[!note|no-title]`: no title at all, not even the default one.
    pub(super) untitled: bool,
}

impl Callout {
    /// The title where the author wrote none.
    pub(super) fn default_title(&self, language: Lang) -> String {
        let korean = match self.name.as_str() {
            "note" => "참고",
            "tip" => "팁",
            "hint" => "도움말",
            "important" => "중요",
            "warning" | "attention" => "경고",
            "caution" => "주의",
            "danger" => "위험",
            "error" => "오류",
            "info" => "정보",
            "abstract" | "summary" | "tldr" => "요약",
            "todo" => "할 일",
            "success" => "성공",
            "check" => "확인",
            "done" => "완료",
            "question" | "help" | "faq" => "질문",
            "failure" | "fail" => "실패",
            "missing" => "없음",
            "bug" => "버그",
            "example" => "예시",
            "quote" | "cite" => "인용",
            "details" => "자세히",
            other => return other.to_owned(),
        };
        match language {
            Lang::Ko => korean.to_owned(),
            Lang::En => {
                let mut letters = self.name.chars();
                let first = letters.next().map(|c| c.to_ascii_uppercase());
                first.into_iter().chain(letters).collect()
            }
        }
    }
}

/// The canonical type for `name`, which is in lower case.
fn canonical(name: &str) -> &str {
    match name {
        "노트" | "참고" | "메모" | "비고" => "note",
        "summary" | "tldr" | "요약" | "개요" | "정리" => "abstract",
        "정보" | "안내" => "info",
        "할일" => "todo",
        "hint" | "팁" | "힌트" | "도움말" => "tip",
        "중요" => "important",
        "check" | "done" | "성공" | "완료" | "확인" => "success",
        "help" | "faq" | "질문" | "문제" => "question",
        "attention" | "경고" => "warning",
        "주의" => "caution",
        "fail" | "missing" | "실패" => "failure",
        "error" | "위험" | "오류" | "에러" => "danger",
        "버그" => "bug",
        "예" | "예시" | "예제" | "보기" => "example",
        "cite" | "인용" => "quote",
        other => other,
    }
}

/// Turns block quotes that begin with `[!type]` into callouts.
pub(super) fn apply(nodes: &mut Vec<Node<'_>>) {
    // For each open block quote its callout, if it is one.
    let mut open: Vec<Option<Box<Callout>>> = Vec::new();
    // The callout whose title is being read.
    let mut title: Option<Box<Callout>> = None;
    if !(0..nodes.len()).any(|at| head_at(nodes, at).is_some()) {
        return;
    }
    let mut out = Vec::with_capacity(nodes.len() + 16);
    let mut skip = 0_usize;
    for index in 0..nodes.len() {
        if skip > 0 {
            skip -= 1;
            continue;
        }
        let span = nodes[index].span.clone();
        match &nodes[index].kind {
            Kind::Start(Tag::BlockQuote(_)) => {
                let head = head_at(nodes, index);
                if let Some((callout, rest)) = head {
                    let callout = Box::new(callout);
                    let rest = (!rest.is_empty()).then(|| Node {
                        kind: Kind::Text(CowStr::from(rest.to_owned())),
                        span: nodes[index + 2].span.clone(),
                    });
                    open.push(Some(callout.clone()));
                    out.push(Node {
                        kind: Kind::CalloutStart(callout.clone()),
                        span,
                    });
                    out.extend(rest);
                    title = Some(callout);
                    skip = 2;
                    continue;
                }
                open.push(None);
            }
            Kind::End(TagEnd::BlockQuote(_)) => {
                if let Some(Some(callout)) = open.pop() {
                    out.push(Node {
                        kind: Kind::CalloutEnd(callout),
                        span,
                    });
                    continue;
                }
            }
            kind if ends_line(kind) => {
                if let Some(callout) = title.take() {
                    let more = !matches!(kind, Kind::End(_));
                    out.push(Node {
                        kind: Kind::CalloutBody(callout),
                        span: span.clone(),
                    });
                    out.extend(more.then_some(Node {
                        kind: Kind::Start(Tag::Paragraph),
                        span,
                    }));
                    continue;
                }
            }
            _ => {}
        }
        // The old list is dropped afterwards: what it held is moved, not copied.
        let kind = std::mem::replace(&mut nodes[index].kind, Kind::Rule);
        out.push(Node { kind, span });
    }
    *nodes = out;
}

/// The callout whose block quote opens at `index`, and what of its title stands in the same text.
fn head_at<'n>(nodes: &'n [Node<'_>], index: usize) -> Option<(Callout, &'n str)> {
    let kind = |ahead: usize| nodes.get(index + ahead).map(|node| &node.kind);
    let (
        Some(Kind::Start(Tag::BlockQuote(_))),
        Some(Kind::Start(Tag::Paragraph)),
        Some(Kind::Text(text)),
    ) = (kind(0), kind(1), kind(2))
    else {
        return None;
    };
    let (mut callout, rest) = head(text)?;
    callout.titled = !rest.is_empty() || kind(3).is_some_and(|next| !ends_line(next));
    Some((callout, rest))
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
    let name = kind.to_lowercase();
    let callout = Callout {
        kind: canonical(&name).to_owned(),
        name,
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
        assert_eq!(
            read("[!TLDR] 글"),
            Some(("abstract".into(), None, "글".into()))
        );
        assert_eq!(read("[!not a type] 글"), None);
        assert_eq!(read("[x] 할 일"), None);
    }

    #[test]
    fn every_type_and_alias_of_obsidian_and_github_has_its_canonical_type() {
        let families = [
            "note 노트 참고",
            "abstract summary tldr 요약",
            "info 정보",
            "todo 할일",
            "tip hint 팁",
            "important 중요",
            "success check done 완료",
            "question help faq 질문",
            "warning attention 경고",
            "caution 주의",
            "failure fail missing 실패",
            "danger error 위험 오류",
            "bug 버그",
            "example 예시",
            "quote cite 인용",
        ];
        for family in families {
            let (first, _) = family.split_once(' ').expect("fixture");
            for name in family.split(' ') {
                let written = format!("[!{}]", name.to_uppercase());
                let (callout, _) = head(&written).expect("callout");
                assert_eq!(callout.kind, first, "{name}");
            }
        }
    }

    #[test]
    fn a_title_nobody_wrote_is_in_the_sites_language() {
        let title = |text, language| head(text).map(|(it, _)| it.default_title(language));
        assert_eq!(title("[!FAQ]", Lang::Ko).as_deref(), Some("질문"));
        assert_eq!(title("[!faq]", Lang::En).as_deref(), Some("Faq"));
        assert_eq!(title("[!요점]", Lang::En).as_deref(), Some("요점"));
        assert_eq!(title("[!주의]", Lang::Ko).as_deref(), Some("주의"));
    }
}
