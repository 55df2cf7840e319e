//! What each feature looks like, as snapshots in our own words, and what holds for any text at all.

use proptest::prelude::*;

use super::*;

/// The fragment and, below a line, its diagnostics.
fn shown(text: &str) -> String {
    shown_with(text, &Options::default())
}

fn shown_with(text: &str, options: &Options) -> String {
    let (mut out, diagnostics) = render_fragment(text, options);
    for diagnostic in diagnostics {
        out.push_str("---\n");
        out.push_str(&diagnostic.render(crate::diagnostics::Lang::Ko));
    }
    out
}

macro_rules! snapshot {
    ($name:ident, $text:expr) => {
        #[test]
        fn $name() {
            insta::assert_snapshot!(shown($text));
        }
    };
}

snapshot!(
    bold_text_may_end_in_a_bracket_before_a_particle,
    "**가시성 시간 초과(Visibility Timeout)**는 ``**`template.yaml`**``이 아니라 **`template.yaml`**이라는 \
     **\"따옴표\"**와 *강조(emphasis)*를 ~~취소(cancel)~~한다.\n\n[**이름(name)**은](주소.md) 그리고 [**참조(ref)**도].\n\n\
     [**참조(ref)**도]: 다른.md\n"
);

snapshot!(
    delimiters_in_code_html_links_and_math_are_untouched,
    "`**a(b)**는` <b title=\"**a(b)**는\">글</b> [글](/**a(b)**는) <https://x.y/**a(b)**는>\n\n    **a(b)**는\n"
);

snapshot!(
    a_word_in_angle_brackets_that_is_no_element_is_text,
    "`git push` <remote> <branch>와 List<Member> 값, <Badge>새</Badge> <Foo a=\"b\"> <b>굵게</b> <x-y>꼬리</x-y> <wbr>\n\n# 제목 <T>\n"
);

snapshot!(
    callouts_have_korean_titles_own_titles_and_folding,
    "> [!NOTE]\n> 본문\n\n> [!warning]- **접힌** 제목\n> - 하나\n> - 둘\n\n> [!요점]+ 펼친 글\n\n> 그냥 인용\n"
);

snapshot!(
    containers_of_other_generators_are_callouts,
    "앞글\n:::tip 손질\n- 하나\n\n```sh\n:::\n```\n:::\n뒷글\n\n:::details\n안쪽\n:::\n\n::: code-group\n```js [가.js]\n1\n```\n:::\n"
);

snapshot!(
    markdown_inside_details_is_rendered,
    "<details>\n<summary>**묶음** 보기</summary>\n<div markdown=\"1\">\n# 안쪽 제목\n- 하나\n</div>\n</details>\n뒷글 *강조*\n"
);

snapshot!(
    a_kramdown_contents_list_stands_in_its_place,
    "* 목차\n{:toc}\n\n# 첫째\n\n### 깊이\n\n## 둘째\n{: #second .no_toc}\n\n[링크](a.md){:target=\"_blank\"}\n{: .notice}\n\n[TOC]\n"
);

snapshot!(
    jekyll_tags_are_code_or_text,
    "{% highlight java %}\nint 수 = 1;\n{% endhighlight %}\n\n글 {% include x.html %} 그리고 {{ site.url }} ${AWS::Region} {user.username}\n"
);

snapshot!(
    obsidian_links_marks_and_comments,
    "[[람다]] [[람다#버전|판]] ![[그림.png|300]] ![[노트]] ==중요(important)==한 %%비밀%% 글, a == b && c==d.\n"
);

snapshot!(
    links_end_before_korean_particles_and_spaces_in_paths_are_fine,
    "주소는 https://x.y/ko/입니다. www.x.y를 보라. [문서](./한글 파일.md)와 ![그림](그림 1.png)\n\n[빈 곳](#) [없음]() [위험](javascript:alert(1)) ![점](data:image/gif;base64,R0)\n"
);

snapshot!(
    headings_keep_hangul_and_are_unique,
    "# 큐\n## 사용 이유\n# 토픽\n## 사용 이유\n## 설치 {#setup}\n## 2.1. `API`와 **굵은** [글](a.md) {user.name}\n<h2>원시 제목</h2>\n\n<a id=\"큐-2\"></a>\n\n# 큐\n"
);

snapshot!(
    code_blocks_have_titles_marks_and_colours,
    "```yaml title=\"빌드 <1>.yml\" {2}\n# 주석\nkey: \"값\"\n```\n\n```nosuchlang\n<a>\n```\n\n```nosuchlang\n```\n\n    들여쓴 코드\n"
);

snapshot!(
    an_unclosed_fence_is_reported_at_its_first_line,
    "글\n\n```js\nlet a;\n\n# 제목\n"
);

snapshot!(
    images_alone_with_a_title_are_figures,
    "![대체](가.png \"설명 글\")\n\n글 속 ![대체](나.png \"설명\") 그림\n\n<img src=\"다.png\" alt=\"라\" width=\"30\"> <a href=마.md>바</a>\n"
);

snapshot!(
    tables_tasks_definitions_and_footnotes,
    "| 가 | 나 |\n| :- | -: |\n| 1 | `a|b` |\n\n- [x] 함\n- [ ] 안 함\n\n용어\n: 풀이\n\n글[^1] 또[^1]\n\n[^1]: 각주 **글**\n[^2]: 안 쓴 각주\n"
);

snapshot!(
    a_tag_that_would_swallow_the_page_is_text,
    "# <script> 쓰기\n\n글 <textarea>여기</textarea> 그리고 <title> 끝\n\n<style>\n.가{}\n"
);

snapshot!(
    a_forgotten_raw_link_ends_with_its_block,
    "## 제목 <a name=\"m1\">\n\n글 <a href=\"/가/\">하나</a> <a href=\"/나/\">둘\n\n| <a name=표> |\n| :-: |\n| 칸 |\n"
);

snapshot!(
    ranges_and_prices_are_no_markup,
    "1~3개, 4~5개, ~3일 ~5일, $5~$10, 2 * 3 * 4, snake_case_name\n"
);

#[test]
fn hard_breaks_math_and_line_numbers_are_options() {
    let options = Options {
        hard_breaks: true,
        math: true,
        line_numbers: true,
        ..Options::default()
    };
    insta::assert_snapshot!(shown_with(
        "한 줄\n두 줄 $x^2$ 값은 $5~$10\n\n```\n가\n나\n```\n",
        &options
    ));
}

#[test]
fn sections_hold_every_word_and_code_apart() {
    let text = "머리말 **굵게**\n\n# 제목 하나\n\n글 `코드` ![대체](a.png)\n다음 줄\n\n| 가 | 나 |\n|-|-|\n| 다 | 라 |\n\n```js\nlet a;\n```\n\n\
                <p>원시 <b>글</b> &amp; 더</p>\n\n## 제목 둘\n- 하나\n- 둘[^1]\n\n[^1]: 각주 글\n";
    let note = NoteText {
        shown_path: "a.md",
        text,
        body: 0..text.len(),
    };
    insta::assert_debug_snapshot!(parse(&note, &Options::default()).sections);
}

#[test]
fn links_point_at_their_place_in_the_whole_text() {
    let text = "---\ntitle: 글\n---\n**가(나)**는 [다](라 마.md)와 **바(사)**를 https://x.y/아 또 <img src='자.png'>\n";
    let start = text.find("**가").expect("fixture");
    let note = NoteText {
        shown_path: "a.md",
        text,
        body: start..text.len(),
    };
    let parsed = parse(&note, &Options::default());
    let found: Vec<_> = parsed
        .links
        .iter()
        .map(|link| {
            (
                link.destination.as_str(),
                &text[link.span.clone()],
                link.kind,
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            ("라 마.md", "[다](라 마.md)", LinkKind::Anchor),
            ("https://x.y/아", "https://x.y/아", LinkKind::Anchor),
            ("자.png", "<img src='자.png'>", LinkKind::Image),
        ]
    );
}

#[test]
fn the_summary_is_the_first_paragraph_with_words() {
    let text = "# 제목\n\n![](a.png)\n\n첫 **단락**의\n글\n\n둘째\n";
    let note = NoteText {
        shown_path: "a.md",
        text,
        body: 0..text.len(),
    };
    assert_eq!(parse(&note, &Options::default()).summary, "첫 단락의 글");
}

#[test]
fn long_and_deep_texts_neither_overflow_nor_explode() {
    let n = 20_000;
    for text in [
        "> ".repeat(n),
        "[".repeat(n),
        "![[".repeat(n),
        "*a **b ".repeat(n),
        "- ".repeat(n),
        "==a".repeat(n),
        "**(".repeat(n),
        "<div markdown=\"1\">".repeat(n),
        ":::a\n".repeat(n),
        "# 같은 제목\n".repeat(n),
        "{% highlight a %}\n".repeat(n),
        "<details>\n".repeat(n),
        "%%a ".repeat(n),
        "[a](b c".repeat(n),
        "www.".repeat(n),
        "a@b.".repeat(n),
        "`".repeat(n),
        "<script> ".repeat(n),
        "<textarea>\n".repeat(n),
        "a <title> ".repeat(n),
        "가".repeat(n * 10),
    ] {
        let (html, _) = render_fragment(&text, &Options::default());
        assert!(
            html.len() <= 64 * text.len() + 1024,
            "{} from {}",
            html.len(),
            text.len()
        );
    }
}

#[test]
fn a_note_beyond_all_measure_is_published_as_text() {
    let text = "가".repeat(LONGEST_BODY / 3 + 1);
    let (html, diagnostics) = render_fragment(&text, &Options::default());
    assert!(html.starts_with("<pre>가"));
    assert_eq!(diagnostics[0].code, "note-too-long");
}

/// Text made of what breaks parsers: markup, Hangul, line breaks.
fn messy() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => prop::sample::select(vec![
            "*", "**", "_", "__", "~~", "`", "```", "\n", "\n\n", "    ", "> ", "- ", "1. ", "# ", "|", "|-|", "[", "]", "(", ")",
            "![", "[[", "]]", "<", ">", "</", "<details>", "<summary>", "</summary>", "<div markdown=\"1\">", "</div>", "<h2>", "</h2>",
            "<!--", "-->", "{:toc}", "{: .a}", "{#아이디}", "{%", "%}", "{% highlight c %}", "{% endhighlight %}", ":::", ":::tip ", "%%", "==", "$",
            "&amp;", "\\", "[^1]", "[^1]: ", "[!NOTE]", "https://x.y/", "www.x.y", "a@b.c", "[a]: b\n", ": ", "\u{FDD0}", "\u{1FB00}", "\t",
        ]).prop_map(str::to_owned),
        3 => "[가-힣]{1,3}",
        2 => "[a-z0-9 .,()\"']{1,4}",
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::default())]

    #[test]
    fn any_text_gives_a_sound_note(text in messy(), hard_breaks: bool, math: bool) {
        for dialect in [Dialect::Notes, Dialect::Gfm, Dialect::CommonMark] {
            let options = Options { hard_breaks, math, ..Options::of(dialect) };
            let note = NoteText { shown_path: "a.md", text: &text, body: 0..text.len() };
            let parsed = parse(&note, &options);
            let mut last = 0;
            for slot in &parsed.body.slots {
                prop_assert!(slot.at >= last && parsed.body.html.is_char_boundary(slot.at));
                last = slot.at;
                if let SlotKind::Generated(file) = slot.kind {
                    prop_assert!(file < parsed.generated.len());
                    continue;
                }
                let (SlotKind::Url(link)
                | SlotKind::Attributes(link)
                | SlotKind::ImageStart(link)
                | SlotKind::ImageEnd(link)
                | SlotKind::Embed(link)
                | SlotKind::Generated(link)) = slot.kind;
                prop_assert!(link < parsed.links.len());
            }
            for link in &parsed.links {
                prop_assert!(text.get(link.span.clone()).is_some(), "{:?}", link);
            }
            for section in &parsed.sections {
                prop_assert!(section.heading.is_none_or(|heading| heading < parsed.headings.len()));
            }
            let mut ids: Vec<&str> = parsed.headings.iter().map(|heading| heading.id.as_str()).collect();
            ids.sort_unstable();
            ids.dedup();
            prop_assert_eq!(ids.len(), parsed.headings.len());
            prop_assert!(parsed.body.html.len() <= 64 * text.len() + 4096);
            prop_assert_eq!(&parse(&note, &options), &parsed);
        }
    }
}
