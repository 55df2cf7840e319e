//! What a diagram says: its labels, read out of the source in one pass over its lines, for those who do not see the
//! picture and for search. Not a parser: what it takes too much does no harm.

use std::collections::BTreeSet;

use super::Labels;
use crate::diagnostics::Lang;

/// Longer alternative texts are shortened, in characters.
const LONGEST_ALT: usize = 300;

/// The labels of a diagram.
#[derive(Debug, Default)]
pub(super) struct Words {
    kind: Kind,
    /// What its author calls it for those who do not see it.
    title: Option<String>,
    /// One list a line.
    lines: Vec<Vec<String>>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Kind {
    keyword: &'static str,
    korean: &'static str,
    english: &'static str,
}

const fn kind(keyword: &'static str, korean: &'static str, english: &'static str) -> Kind {
    Kind {
        keyword,
        korean,
        english,
    }
}

const KINDS: &[Kind] = &[
    kind("flowchart", "흐름도", "Flowchart"),
    kind("graph", "흐름도", "Flowchart"),
    kind("sequenceDiagram", "시퀀스 다이어그램", "Sequence diagram"),
    kind("classDiagram", "클래스 다이어그램", "Class diagram"),
    kind("stateDiagram", "상태 다이어그램", "State diagram"),
    kind("erDiagram", "개체 관계도", "Entity-relationship diagram"),
    kind("gantt", "간트 차트", "Gantt chart"),
    kind("pie", "원그래프", "Pie chart"),
    kind("mindmap", "마인드맵", "Mind map"),
    kind("timeline", "연표", "Timeline"),
    kind("journey", "사용자 여정", "User journey"),
    kind("gitGraph", "Git 그래프", "Git graph"),
    kind("quadrantChart", "사분면 그래프", "Quadrant chart"),
    kind("xychart", "그래프", "Chart"),
    kind("kanban", "칸반", "Kanban board"),
];

/// Words that begin a line and are none of a reader's.
const OPENING: &[&str] = &[
    "participant",
    "actor",
    "subgraph",
    "loop",
    "alt",
    "else",
    "opt",
    "par",
    "and",
    "critical",
    "option",
    "break",
    "box",
    "section",
    "class",
    "state",
    "activate",
    "deactivate",
    "branch",
    "checkout",
    "commit",
    "merge",
    "x-axis",
    "y-axis",
    "bar",
    "line",
    "title",
    "end",
    "namespace",
    "create",
    "destroy",
    "cherry-pick",
    "quadrant-1",
    "quadrant-2",
    "quadrant-3",
    "quadrant-4",
    "accTitle:",
    "accDescr:",
    "accDescr",
    "showData",
    "horizontal",
];

/// Words that begin a line which says how the picture is drawn.
const DRAWING: &[&str] = &[
    "style",
    "classDef",
    "linkStyle",
    "click",
    "direction",
    "dateFormat",
    "axisFormat",
    "tickInterval",
    "excludes",
    "includes",
    "todayMarker",
    "weekday",
    "weekend",
    "autonumber",
    "links",
    "cssClass",
    "callback",
    "rect",
];

/// Reads `source`.
pub(super) fn read(source: &str) -> Words {
    let mut words = Words::default();
    let mut lines = source.lines().peekable();
    let mut own_title = None;
    // Front matter.
    while lines.next_if(|line| line.trim().is_empty()).is_some() {}
    if lines.next_if(|line| line.trim() == "---").is_some() {
        for line in lines.by_ref() {
            if line.trim() == "---" {
                break;
            }
            if let Some(title) = line.strip_prefix("title:") {
                own_title = Some(title.trim().trim_matches(['"', '\'']).to_owned());
            }
        }
    }
    if let Some(title) = &own_title {
        words.lines.push(vec![title.clone()]);
    }
    let mut ids = BTreeSet::new();
    let mut directive = false;
    for line in lines {
        let line = line.trim();
        if directive || line.starts_with("%%{") {
            directive = !line.contains("}%%");
            continue;
        }
        if line.is_empty() || line.starts_with("%%") {
            continue;
        }
        let (first, rest) = match line.split_once(char::is_whitespace) {
            Some((first, rest)) => (first, rest.trim()),
            None => (line, ""),
        };
        if words.kind.keyword.is_empty() {
            let known = KINDS.iter().find(|kind| first.starts_with(kind.keyword));
            words.kind = known.copied().unwrap_or(kind("-", "다이어그램", "Diagram"));
            // `flowchart TD`, `pie title 제목`.
            let direction = ["TD", "TB", "BT", "LR", "RL"];
            let rest = rest.trim_start_matches(';');
            let rest = match rest.split_once([' ', ';']) {
                Some((word, rest)) if direction.contains(&word) => rest,
                None if direction.contains(&rest) => "",
                _ => rest,
            };
            words.line(rest, &mut ids, &mut own_title);
            continue;
        }
        let flow = matches!(words.kind.korean, "흐름도");
        if DRAWING.contains(&first) || (flow && first == "class") {
            continue;
        }
        words.line(line, &mut ids, &mut own_title);
    }
    // What stands for a labelled node is no label.
    for line in &mut words.lines {
        line.retain(|label| !ids.contains(label));
    }
    words.lines.retain(|line| !line.is_empty());
    words.title = own_title.filter(|title| !title.is_empty());
    words
}

impl Words {
    fn line(&mut self, line: &str, ids: &mut BTreeSet<String>, title: &mut Option<String>) {
        let mut line = line.trim();
        for key in ["accTitle:", "title"] {
            let Some(text) = line
                .strip_prefix("showData")
                .unwrap_or(line)
                .trim()
                .strip_prefix(key)
            else {
                continue;
            };
            if text.starts_with([' ', ':']) || key.ends_with(':') {
                let text = text.trim_start_matches([' ', ':']).trim();
                *title = Some(text.trim_matches(['"', '\'']).to_owned());
            }
        }
        // `Note over A,B: 글`; of a note over several lines, the lines are its text.
        let place = ["Note ", "note "]
            .iter()
            .find_map(|it| line.strip_prefix(it));
        if let Some(place) = place.map(str::trim_start) {
            let at = ["right of ", "left of ", "over "];
            if at.iter().any(|it| place.starts_with(it)) {
                line = place
                    .split_once(':')
                    .map_or("", |(_, text)| text.trim_start());
            } else if place.starts_with("for ") || place.starts_with('"') {
                line = place.find('"').map_or("", |quote| &place[quote..]);
            }
        }
        while let Some((first, rest)) = line.split_once([' ', '\t']) {
            if !OPENING.contains(&first) {
                break;
            }
            line = rest.trim_start();
        }
        if OPENING.contains(&line) || line == "note" {
            return;
        }
        if self.kind.keyword == "gitGraph" && line.contains('"') {
            // `commit id: "처음" tag: "v1.0"`.
            let quoted = line.split('"').skip(1).step_by(2).map(str::trim);
            let quoted = quoted.filter(|it| !it.is_empty()).map(str::to_owned);
            self.lines.push(quoted.collect());
            return;
        }
        // `A:::강조` gives a node a class.
        let line = line
            .replace("<br/>", " ")
            .replace("<br>", " ")
            .replace("<br />", " ");
        // Of a task, dates and numbers follow its name.
        let line = match self.kind.keyword {
            "gantt" => line.split(" :").next().unwrap_or_default(),
            _ => line.as_str(),
        };
        let mut labels = pieces(line, ids);
        if matches!(
            self.kind.keyword,
            "classDiagram" | "erDiagram" | "quadrantChart"
        ) {
            // Cardinalities, and places in a plot.
            labels.retain(|label| label != "o" && label.chars().any(char::is_alphabetic));
        }
        if !labels.is_empty() {
            self.lines.push(labels);
        }
    }

    /// How a diagram of this kind wants its labels set.
    pub(super) fn labels(&self) -> Labels {
        match self.kind.keyword {
            "classDiagram" | "stateDiagram" => Labels::Html,
            _ => Labels::Text,
        }
    }

    /// All labels, a line for each of the source.
    pub(super) fn text(&self) -> String {
        let lines: Vec<String> = self.lines.iter().map(|line| line.join(" ")).collect();
        lines.join("\n")
    }

    /// `흐름도: 시작, 끝`, and whether labels are left out.
    pub(super) fn alt(&self, language: Lang) -> (String, bool) {
        let mut alt = match language {
            Lang::Ko => self.kind.korean,
            _ => self.kind.english,
        }
        .to_owned();
        let mut seen = BTreeSet::new();
        let labels = self.title.iter().chain(self.lines.iter().flatten());
        let mut length = alt.chars().count();
        for label in labels {
            if !seen.insert(label) {
                continue;
            }
            length += 2 + label.chars().count();
            if length > LONGEST_ALT && seen.len() > 1 {
                alt.push_str(" …");
                return (alt, true);
            }
            alt.push_str(if seen.len() == 1 { ": " } else { ", " });
            alt.push_str(label);
        }
        (alt, false)
    }
}

/// Cuts a line at brackets, quotes and arrows. A plain word before a bracket names the label in it.
fn pieces(line: &str, ids: &mut BTreeSet<String>) -> Vec<String> {
    const OPEN: &[char] = &['[', '(', '{'];
    let arrow = |c: char| matches!(c, '-' | '=' | '.' | '~' | '<' | '>' | '*');
    let mut out: Vec<String> = Vec::new();
    let mut piece = String::new();
    let mut close = |piece: &mut String, out: &mut Vec<String>, names: bool| {
        let text = piece
            .trim()
            .trim_matches(|c: char| {
                matches!(
                    c,
                    '-' | '+' | ':' | ',' | ';' | '&' | '#' | '/' | '\\' | '@'
                ) || arrow(c)
            })
            .trim();
        if text.chars().any(char::is_alphanumeric) {
            let word = text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
            if names && word {
                ids.insert(text.to_owned());
            }
            out.push(text.to_owned());
        }
        piece.clear();
    };
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        if OPEN.contains(&c) || matches!(c, ')' | ']' | '}' | '|' | '"' | '`' | ';') {
            // `소리내기()` of a class keeps its name.
            close(
                &mut piece,
                &mut out,
                OPEN.contains(&c) && chars.peek() != Some(&')'),
            );
            continue;
        }
        if arrow(c) && chars.peek().is_some_and(|&next| arrow(next)) {
            close(&mut piece, &mut out, false);
            while chars.next_if(|&next| arrow(next)).is_some() {}
            continue;
        }
        if c == ':' {
            let apart = chars
                .peek()
                .is_none_or(|next| next.is_whitespace() || *next == ':');
            if apart || piece.ends_with(' ') {
                close(&mut piece, &mut out, false);
                if chars.next_if_eq(&':').is_some() {
                    // `:::강조`, a class.
                    while chars.next_if(|&next| next == ':').is_some() {}
                    while chars
                        .next_if(|next| next.is_alphanumeric() || *next == '_')
                        .is_some()
                    {}
                }
                continue;
            }
        }
        piece.push(c);
    }
    close(&mut piece, &mut out, false);
    // `participant A as 이름`.
    if let [only] = out.as_slice()
        && let Some((name, label)) = only.split_once(" as ")
    {
        let (name, label) = (name.trim().to_owned(), label.trim().to_owned());
        ids.insert(name);
        return vec![label];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alt(source: &str) -> String {
        read(source).alt(Lang::Ko).0
    }

    #[test]
    fn the_labels_are_read_and_what_draws_is_not() {
        assert_eq!(
            alt(
                "flowchart TD\n  A[주문서 작성] --> B{재고가 있는가?}\n  B -->|없음| D[품절<br/>알림]:::빨강\n  D --> 끝\n  style A fill:#f00\n  classDef 빨강 fill:#f00\n  %% 주석\n"
            ),
            "흐름도: 주문서 작성, 재고가 있는가?, 없음, 품절 알림, 끝"
        );
        assert_eq!(
            alt(
                "sequenceDiagram\n  participant A as 사용자\n  A->>서버: 주문 요청 (POST /orders)\n  Note over A,서버: 느릴 수 있다\n"
            ),
            "시퀀스 다이어그램: 사용자, 서버, 주문 요청, POST /orders, 느릴 수 있다"
        );
        assert_eq!(
            alt(
                "gantt\n  title 일정\n  dateFormat YYYY-MM-DD\n  section 기획\n  요구 정리 :a1, 2026-04-01, 7d\n"
            ),
            "간트 차트: 일정, 기획, 요구 정리"
        );
        assert_eq!(
            alt("pie title 언어\n  \"러스트\" : 42\n"),
            "원그래프: 언어, 러스트, 42"
        );
        assert_eq!(
            alt("gitGraph\n  commit id: \"처음\" tag: \"v1.0\"\n  branch 개발\n"),
            "Git 그래프: 처음, v1.0, 개발"
        );
        assert_eq!(
            alt("xychart-beta\n  title \"방문자\"\n  x-axis [1월, 2월]\n"),
            "그래프: 방문자, 1월, 2월"
        );
        assert_eq!(
            alt("quadrantChart\n  x-axis 느림 --> 빠름\n  회의: [0.6, 0.2]\n"),
            "사분면 그래프: 느림, 빠름, 회의"
        );
        assert_eq!(
            alt("classDiagram\n  집 \"1\" o-- \"0..*\" 동물 : 산다\n"),
            "클래스 다이어그램: 집, 동물, 산다"
        );
        assert_eq!(
            alt("---\ntitle: 구조\n---\nmindmap\n  root((공부))\n    저장소\n"),
            "마인드맵: 구조, 공부, 저장소"
        );
    }

    #[test]
    fn a_title_for_those_who_do_not_see_comes_first() {
        assert_eq!(
            alt("flowchart LR\n  accTitle: 배포 순서\n  A --> B\n"),
            "흐름도: 배포 순서, A, B"
        );
    }

    #[test]
    fn a_long_list_of_labels_is_cut_between_labels_and_kept_whole_for_search() {
        let many: String = (0..200)
            .map(|at| format!("  n{at}[상자 {at}번]\n"))
            .collect();
        let words = read(&format!("flowchart TD\n{many}"));
        let (alt, shortened) = words.alt(Lang::Ko);
        assert!(
            shortened && alt.ends_with("번 …") && alt.chars().count() < 310,
            "{alt}"
        );
        assert!(words.text().contains("상자 199번"));
    }
}
