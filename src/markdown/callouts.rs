//! Callouts: GitHub's alerts and Obsidian's callouts, `> [!NOTE]- 제목`.

/// A callout's head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Callout {
    /// Lower-case type as written, such as `note`; unknown ones are allowed.
    pub(super) kind: String,
    /// `Some(true)` for `+` (foldable, open), `Some(false)` for `-` (foldable, closed).
    pub(super) fold: Option<bool>,
    /// Whether the author wrote a title.
    pub(super) titled: bool,
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
