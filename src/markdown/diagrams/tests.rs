use proptest::prelude::*;

use super::*;
use crate::diagnostics::Diagnostic;
use crate::markdown::{Dialect, NoteText, Options, ParsedNote, SlotKind, parse};

fn parsed(text: &str) -> ParsedNote {
    let note = NoteText {
        shown_path: "note.md",
        text,
        body: 0..text.len(),
    };
    let options = Options {
        diagrams: true,
        ..Options::of(Dialect::Notes)
    };
    parse(&note, &options)
}

fn html(parsed: &ParsedNote) -> String {
    parsed.body.render(|slot| match slot {
        SlotKind::Generated(at) => format!("/{}", parsed.generated[at].path),
        _ => String::new(),
    })
}

fn svg(file: &GeneratedFile) -> &str {
    std::str::from_utf8(&file.bytes).expect("text")
}

fn only(parsed: &ParsedNote) -> &Diagnostic {
    assert_eq!(parsed.diagnostics.len(), 1, "{:?}", parsed.diagnostics);
    &parsed.diagnostics[0]
}

const FLOW: &str =
    "flowchart TD\n    A[주문서 작성] --> B{재고가 있는가?}\n    B -->|없음| C[품절 알림]\n";

#[test]
fn a_mermaid_fence_becomes_a_picture_for_light_and_for_dark_pages() {
    let note = parsed(&format!(
        "앞글\n\n```mermaid title=\"주문\"\n{FLOW}```\n\n뒷글\n"
    ));
    assert!(note.diagnostics.is_empty(), "{:?}", note.diagnostics);
    let [light, dark] = note.generated.as_slice() else {
        panic!("{:?}", note.generated.len());
    };
    assert!(light.path.starts_with("assets/diagrams/light-") && light.path.ends_with(".svg"));
    assert!(svg(light).contains("fill=\"#ffffff\"") && svg(dark).contains("fill=\"#15171c\""));
    let out = html(&note);
    assert!(out.contains("<figure class=\"diagram\">"), "{out}");
    assert!(out.contains(&format!("class=\"diagram-light\" src=\"/{}\"", light.path)));
    assert!(out.contains(&format!("class=\"diagram-dark\" src=\"/{}\"", dark.path)));
    assert!(out.contains("alt=\"흐름도: 주문서 작성, 재고가 있는가?, 없음, 품절 알림\""));
    assert!(out.contains("<figcaption>주문</figcaption>"));
    assert_eq!(out.matches("loading=\"lazy\"").count(), 2);
    assert!(!out.contains("<pre>") && !out.contains("style="));
    let said = &note.sections[0].text;
    for word in [
        "주문",
        "주문서 작성",
        "재고가 있는가?",
        "없음",
        "품절 알림",
        "뒷글",
    ] {
        assert!(said.contains(word), "{word}: {said}");
    }
}

#[test]
fn every_kind_that_notes_use_is_drawn_in_hangul_without_html() {
    for (source, label) in [
        (FLOW, "품절"),
        ("graph LR\n  가[시작] --> 나[끝]\n", "시작"),
        (
            "sequenceDiagram\n  participant 사용자\n  사용자->>서버: 요청한다\n  alt 성공\n  서버-->>사용자: 응답\n  end\n",
            "요청한다",
        ),
        (
            "classDiagram\n  동물 <|-- 고양이 : 상속\n  class 동물 {\n    +String 이름\n    +소리내기() void\n  }\n",
            "이름",
        ),
        (
            "stateDiagram-v2\n  [*] --> 대기\n  대기 --> 실행중 : 시작 요청\n  실행중 --> [*]\n",
            "대기",
        ),
        (
            "erDiagram\n  고객 ||--o{ 주문 : 한다\n  고객 {\n    string name \"이름\"\n  }\n",
            "고객",
        ),
        (
            "gantt\n  title 일정\n  dateFormat YYYY-MM-DD\n  section 기획\n  요구 정리 :a1, 2026-04-01, 7d\n",
            "일정",
        ),
        (
            "pie title 언어\n  \"러스트\" : 42\n  \"파이썬\" : 18\n",
            "러스트",
        ),
        (
            "mindmap\n  root((공부))\n    저장소\n      버킷\n",
            "저장소",
        ),
        ("timeline\n  title 역사\n  2006년 : 저장소 출시\n", "역사"),
        (
            "journey\n  title 하루\n  section 출근\n    지하철 타기: 2: 나\n",
            "하루",
        ),
        (
            "gitGraph\n  commit id: \"처음\"\n  branch develop\n  commit\n  checkout main\n  merge develop\n",
            "처음",
        ),
        (
            "quadrantChart\n  title 우선순위\n  x-axis 급하지 않음 --> 급함\n  y-axis 가벼움 --> 중요함\n  회의: [0.6, 0.2]\n",
            "회의",
        ),
        (
            "xychart-beta\n  title \"방문자\"\n  x-axis [1월, 2월]\n  y-axis \"수\" 0 --> 10\n  bar [3, 7]\n",
            "방문자",
        ),
        ("kanban\n  할일[할 일]\n    a[문서 쓰기]\n", "문서"),
    ] {
        let drawing = draw(source, Lang::Ko).unwrap_or_else(|wrong| panic!("{source}: {wrong:?}"));
        let dark = drawing.dark.expect("two drawings");
        for file in [&drawing.light, &dark] {
            assert!(svg(file).contains(label), "{source}: {}", svg(file));
            assert!(!svg(file).contains("foreignObject"));
        }
        assert!(drawing.width > 10 && drawing.height > 10, "{source}");
        assert!(drawing.words.contains(label), "{source}: {}", drawing.words);
    }
}

#[test]
fn what_cannot_be_drawn_stays_code_and_is_told_at_its_line() {
    let text = "앞글\n\n```mermaid\nflowchart TD\n    A[시작] --> B[끝\n    B --> C\n```\n";
    let note = parsed(text);
    let wrong = only(&note);
    assert_eq!(wrong.code, "diagram-not-drawn");
    assert_eq!(wrong.place.as_ref().map(|place| place.line), Some(5));
    assert!(note.generated.is_empty());
    let out = html(&note);
    assert!(out.contains("<pre>") && out.contains("A[시작]"), "{out}");
    assert!(note.sections[0].code.contains("A[시작]"));

    let note = parsed("> ```mermaid\n> 모르는그림\n>   a --> b\n> ```\n");
    let wrong = only(&note);
    assert_eq!(wrong.place.as_ref().map(|place| place.line), Some(2));
    assert!(wrong.message.ko.contains("모르는그림"), "{wrong:?}");
}

#[test]
fn hostile_labels_and_directives_stay_text() {
    let source = "%%{init: {\"theme\":\"forest\",\"themeCSS\":\"@import url(http://x.test/z.css)\",\"layout\":\"elk\"}}%%\n\
        flowchart TD\n\
        \x20 A[\"<script>alert(1)</script>'&amp;\"] --> B[[javascript:alert]]\n\
        \x20 click A \"https://evil.test/\" \"팁\"\n\
        \x20 B --> C@{ img: \"https://evil.test/a.png\", label: \"그림\" }\n";
    let note = parsed(&format!("```mermaid\n{source}```\n"));
    assert_eq!(note.generated.len(), 2, "{:?}", note.diagnostics);
    for file in &note.generated {
        for gone in [
            "<script",
            "evil.test",
            "x.test",
            "<a ",
            "onclick",
            "foreignObject",
        ] {
            assert!(!svg(file).contains(gone), "{gone}: {}", svg(file));
        }
    }
    assert!(!html(&note).contains("<script"));
}

#[test]
fn a_coloured_node_gets_a_text_colour_that_is_readable_on_it() {
    let source = "flowchart TD\n  A[밝은 상자] --> B[어두운 상자] --> C[정한 색]\n  style A fill:#ff9,stroke:#333\n  classDef 밤 fill:#024;\n  class B 밤\n  style C fill:#fff,color:#c00\n";
    assert_eq!(
        readable_labels(source),
        "flowchart TD\n  A[밝은 상자] --> B[어두운 상자] --> C[정한 색]\n  style A fill:#ff9,stroke:#333,color:#1e2126\n  classDef 밤 fill:#024,color:#ffffff;\n  class B 밤\n  style C fill:#fff,color:#c00\n"
    );
    assert!(matches!(readable_labels(FLOW), Cow::Borrowed(_)));
    // A place in what was drawn is a place in what was written.
    assert_eq!(written("ab\nc\nd", "ab,x\nc\nd", 3..6), 2..4);
}

#[test]
fn areas_in_the_authors_colours_are_shown_on_white_in_both() {
    let source = "sequenceDiagram\n  rect rgb(200, 230, 255)\n  가->>나: 말\n  end\n";
    let drawing = draw(source, Lang::Ko).expect("drawn");
    assert!(drawing.dark.is_none());
    let note = parsed(&format!("```mermaid\n{source}```\n"));
    assert!(html(&note).contains("class=\"diagram-any\""));
}

#[test]
fn the_same_diagram_twice_is_drawn_once_and_always_the_same() {
    let fence = format!("```mermaid\n{FLOW}```\n");
    let note = parsed(&format!("{fence}\n글\n\n{fence}"));
    assert_eq!(note.generated.len(), 2);
    assert_eq!(html(&note).matches("<figure").count(), 2);
    assert_eq!(note, parsed(&format!("{fence}\n글\n\n{fence}")));
}

#[test]
fn the_spellings_of_a_mermaid_fence() {
    for (info, title) in [
        ("mermaid", Some("")),
        ("Mermaid", Some("")),
        ("{mermaid}", Some("")),
        ("{.mermaid}", Some("")),
        ("mermaid title=\"주문 흐름\"", Some("주문 흐름")),
        ("mermaid {title='주문 흐름'}", Some("주문 흐름")),
        ("mermaid:흐름.mmd", Some("흐름.mmd")),
        ("mermaid {1,3}", Some("")),
        ("mermaids", None),
        ("mer", None),
        ("", None),
        ("한글", None),
    ] {
        assert_eq!(title_of(info).as_deref(), title, "{info}");
    }
}

#[test]
fn depth_and_size_are_refused_and_never_overflow() {
    let deep = |open: &str, close: &str, times: usize| {
        format!(
            "flowchart TD\nA{}x{}\n",
            open.repeat(times),
            close.repeat(times)
        )
    };
    let mind: String = (0..3000)
        .map(|at| format!("{}가{at}\n", " ".repeat(at + 1)))
        .collect();
    let nested: String = (0..190).map(|at| format!("subgraph s{at}\n")).collect();
    for source in [
        deep("[", "]", 20_000),
        deep("(", ")", 150),
        deep("{", "}", 150),
        format!("mindmap\n{mind}"),
        format!("flowchart TD\n{nested}A-->B\n{}", "end\n".repeat(190)),
        format!("flowchart TD\n{}", "A-->B & C & D & E --> F\n".repeat(1900)),
        format!("sequenceDiagram\n{}A->>B: x\n", "loop a\n".repeat(190)),
        format!("stateDiagram-v2\n{}", "state a {\n".repeat(190)),
        "x".repeat(LONGEST_SOURCE + 1),
        String::new(),
    ] {
        if let Ok(drawing) = draw(&source, Lang::Ko) {
            assert!(drawing.light.bytes.len() <= LARGEST_SVG);
        }
    }
}

#[test]
fn feeds_get_one_picture() {
    let note = parsed(&format!("```mermaid\n{FLOW}```\n글\n"));
    let plain = without_dark(&html(&note)).into_owned();
    assert_eq!(plain.matches("<img").count(), 1);
    assert!(plain.contains("diagram-light") && plain.contains('글'));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_text_in_a_fence_is_drawn_or_kept_as_code(
        kind in prop::sample::select(vec!["", "flowchart TD", "sequenceDiagram", "classDiagram", "stateDiagram-v2",
            "erDiagram", "gantt", "pie", "mindmap", "timeline", "journey", "gitGraph", "quadrantChart", "xychart-beta", "kanban"]),
        lines in prop::collection::vec("[ ]{0,4}[a-c가나:;>\\-\\[\\](){}|\"%#&<*,=.0-9 ]{0,24}", 0..8),
    ) {
        let source = format!("{kind}\n{}", lines.join("\n"));
        let note = parsed(&format!("```mermaid\n{source}\n```\n"));
        if note.generated.is_empty() {
            let code: String = note.sections.iter().map(|section| section.code.as_str()).collect();
            prop_assert!(code.trim_end() == source.trim_end() || code.contains(source.trim()), "{code:?} {source:?}");
        } else {
            for file in &note.generated {
                let svg = std::str::from_utf8(&file.bytes).expect("text");
                prop_assert!(svg.starts_with("<svg") && svg.ends_with("</svg>"));
            }
        }
    }
}
