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
    containers_nest_fold_and_stand_in_lists,
    "::::info[바깥]\n글\n\n:::danger{.x}\n안쪽\n:::\n::::\n\n1. 하나\n\n   ::: details 더 {open}\n   본문\n   - 둘\n     :::note\n     셋\n     :::\n   :::\n\n2. 다음\n\n:::message alert\n조심\n:::\n\n::: {.warning title=\"제목\"}\n글\n:::\n\n::: raw\n그대로\n:::\n\n>>>\n인용\n\n둘째 문단\n>>>\n끝\n"
);

snapshot!(
    containers_unknown_or_never_closed_are_published_and_reported,
    ":::장식 이름\n글\n:::\n\n:::없는상자\n글자 그대로\n\n:::tip\n안쪽 글\n\n## 제목\n바깥 글\n"
);

snapshot!(
    admonitions_of_mkdocs_are_callouts,
    "!!! note \"**굵은** 제목\"\n    본문\n\n    ```py\n    def 가():\n        pass\n    ```\n\n    ??? tip\n        접힌 글\n바깥 글\n!!! tip \"\"\n\t탭으로 들여 쓴 글\n\n- 목록\n\n    ???+ question \"펼침\"\n        목록 안\n\n!!! warning\n들여 쓰지 않은 글\n\n뒤 글\n\n!!! 대박\n\n!!! 별난것 \"이름\"\n    글\n"
);

snapshot!(
    tabs_in_every_spelling_are_panels_with_titles,
    "=== \"맥\"\n    맥 글\n=== \"윈도\"\n    ```sh\n    dir\n    ```\n\n끝\n\n::: code-group\n```js [가.js]\n1\n```\n```ts\n2\n```\n:::\n\n:::tabs key:os\n== 하나\n글\n== 둘\n- 목록\n:::\n\nimport Tabs from '@theme/Tabs';\n\n<Tabs>\n  <TabItem value=\"a\" label=\"사과\" default>\n    사과 **글**\n  </TabItem>\n  <TabItem value=\"b\">배 글</TabItem>\n</Tabs>\n\n{% tabs %}\n{% tab title=\"첫째\" %}\n글\n{% endtab %}\n{% tab title=\"둘째\" %}\n글\n{% endtab %}\n{% endtabs %}\n\n{% hint style=\"warning\" %}\n조심\n{% endhint %}\n"
);

snapshot!(
    marks_in_code_are_lines_and_not_text,
    "```js {3} startLine=5\nlet a; // [!code --]\nlet b; // [!code ++]\nlet c;\n// [!code focus]\nlet d;\n```\n\n```diff-yaml\n-가: 1\n+가: 2\n```\n\n```console\n$ ls \\\n  -l\n<파일>\n```\n\n```md\n<!-- [!code ++] -->\n```\n"
);

snapshot!(
    fences_in_lists_are_code_wherever_they_are_indented,
    "1. 하나\n  ```sh\n  a\n  ```\n2. 둘\n   - 셋\n     ~~~\n왼쪽 끝\n     ~~~\n\n글\n\n    ```js\n    깊다\n    ```\n"
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
    attribute_lists_go_to_what_they_stand_at,
    "문단\n{: .a #b title=\"제목\"}\n\n{: .앞}\n다음 문단\n\n- {: .항목} 글\n- 둘\n{: .목록 data-x=\"3\"}\n\n> 인용\n{: .q}\n\n| 가 |\n| - |\n| 1 |\n{: .표}\n\n```\nputs 1\n```\n{: .language-ruby .line-numbers file=\"가.rb\"}\n\n[글](https://x.y){:target=\"_blank\" rel=\"nofollow\"} **굵게**{:.r}은 `경로`{: .filepath} ![그림](a.png){: width=\"300\" .c onclick=\"x()\" style=\"color:red\"}\n\n![혼자](b.png \"설명\")\n{: .align-center}\n\n{:이름: .정의 lang=\"en\"}\n\n문단\n{:이름}\n"
);

snapshot!(
    what_only_looks_like_an_attribute_list_stays,
    "`{}`{:?} 그리고 {:#?}, {:>8.2} 값 {user.name} {: } `x`{:y}\n\n    {: .코드}\n"
);

snapshot!(
    themes_boxes_are_callouts,
    "> 팁 **글**\n{: .prompt-tip }\n\n안내 글\n{: .notice--info}\n\n1. 항목\n\n   > 목록 속\n   {: .prompt-danger }\n\n- 하나\n- 둘\n{: .notice--warning}\n"
);

snapshot!(
    kramdowns_blocks_are_what_jekyll_shows,
    "가\n나\n: 첫째 뜻\n: 둘째 뜻\n\n: 문단인 뜻\n\n다\n: 셋째 뜻\n^\n라\n: 다른 목록\n\n\
     <div markdown=\"span\">\n*굵지 않은* 글\n</div>\n\n<p markdown=\"1\">\n**굵은** 글\n</p>\n\n\
     글 <span markdown=\"0\">*별표*</span> <b markdown=\"1\">*강조*</b>\n\n\
     {: .상자}\n<div>\n원문\n</div>\n{: #이름}\n\n\
     {::nomarkdown}\n<div>\n\n*그대로*\n</div>\n{:/nomarkdown}\n\n\
     [문서] 둘\n\n[문서]: https://a.example\n{: hreflang=\"en\" .바깥}\n\n\
     | 가 | 나 |\n| 다 | 라 |\n\n|---+---|\n| 머리 | 둘 |\n|---+---|\n| 마 | 바 |\n|===\n| 사 | 아 |\n\n\
     ```java\nint a;\n```\n{: .좁게 #코드 file=\"A.java\"}\n\n\
     {:첫째: .a 둘째}\n{:둘째: .b}\n\n글.\n{:첫째}\n"
);

snapshot!(
    kramdowns_line_breaks_and_open_rows_are_what_jekyll_shows,
    "서울시\\\\\n중구\\\\\n\nC:\\\\\n드라이브\n\n\
     * 각주가 설 자리\n{:footnotes}\n\n글[^1]\n\n[^1]: 각주\n\n\
     | 가 | 나\n| 다 | 라\n\n| 머리 | 둘\n|:----\n| 마 | 바\n{: .표}\n\n\
     # 제목\n^\n글\n\n~~~ php?start_inline=1\n$a = 1;\n~~~\n\n<출처: https://a.example/가> 끝\n"
);

snapshot!(
    kramdowns_comments_abbreviations_and_block_ends_work,
    "{::comment}\n숨은 글\n{:/comment}\n\n글 {::comment}x{:/}속 {::nomarkdown}<b>원시</b>{:/}\n{::options toc_levels=\"1..3\" /}\n\n* 하나\n\n^\n\n* 다른 목록\n\nHTML은 XHTML이 아니다. `HTML`\n\n*[HTML]: 하이퍼텍스트 <마크업> 언어\n"
);

snapshot!(
    a_contents_list_leaves_out_what_its_author_says,
    "* TOC\n{:toc max_level=2}\n\n# 하나\n{: .no_toc}\n\n## 둘\n\n### 셋\n\n제목 {#id .cls}\n===\n\n## 넷 ## {#four}\n\n1. 안쪽\n   {:toc}\n"
);

snapshot!(
    liquids_includes_give_what_they_say_and_are_named,
    "앞글\n{% include figure.html src=\"/a b.png\" alt=\"그림\" caption=\"설명 글\" width=\"300\" %}\n뒷글\n\n{% include gallery caption=\"사진 *셋*\" %}\n\n{% include video id=\"abc\" provider=\"youtube\" %}\n\n{% include embed/youtube.html id='xyz' %}\n\n{% include ads.html %}\n\n{% include note.html content=\"조심 하세요\" %}\n\n{% youtube abc %} {% gist 나/1 %}\n\n{% include figure image_path=\"/c.png\" caption=\"출처는 [여기](https://x.y)\" %}\n"
);

snapshot!(
    liquids_links_and_addresses_lead_to_notes,
    "[글]({% post_url 2024-01-02-첫-글 %}) {% link _posts/2024-01-02-첫-글.md %} [문서]({% link docs/가 나.md %}) [절]({{ site.baseurl }}{% post_url 2024-01-02-첫-글 %}#절)\n\n![그림]({{ site.url }}/a.png) [집]({{ site.baseurl }}/) ![b]({{ '/b.png' | relative_url }}) <img src=\"{{ site.url }}{{ site.baseurl }}/c.png\" alt=\"\">\n\n[저장소]({{ site.github.repository_url }}/blob/a)\n\n[참조]: {{ site.url }}/d\n\n[참조] {{ site.title }} {{ content }}\n"
);

snapshot!(
    liquids_logic_goes_and_its_text_stays,
    "{% if page.a %}\n보이는 글\n{% else %}\n다른 글\n{% endif %}\n\n{% assign 폴더 = \"/그림\" %}\n\n![]({{ 폴더 }}/a.png) {% comment %}숨김{% endcomment %}\n\n{% raw %}{{ site.url }} {% if %}{% endraw %}\n\n홀로 선 {% if %}와 {% url 'x' %} 그리고 {% block a %}글{% endblock %}\n"
);

snapshot!(
    other_template_languages_stay_text,
    "${{ secrets.X }} {{ user.name }} {{ .Values.a }} {{{ 원시 }}} {{ lookup('a') | default }} {{#include x}} `{{ site.url }}` `{% include a %}`\n\n```\n{% if %}\n{{ site.url }}\n```\n"
);

snapshot!(
    gitbooks_blocks_are_callouts_links_and_titles,
    "{% hint style=\"warning\" %}\n조심 **하세요**\n{% endhint %}\n\n{% embed url=\"https://x.y/z\" caption=\"설명\" %}\n\n{% code title=\"가.js\" lineNumbers=\"true\" %}\n```js\n1\n```\n{% endcode %}\n\n{% content-ref url=\"a.md\" %}\n[a.md](a.md)\n{% endcontent-ref %}\n"
);

snapshot!(
    jekylls_highlight_keeps_its_options,
    "{% highlight ruby linenos hl_lines=\"2\" %}\nputs 1\nputs \"```\"\n{% endhighlight %}\n\n- 항목 {% highlight js %}a{% endhighlight %} 뒤\n"
);

snapshot!(
    hugos_shortcodes_become_markdown,
    "[글]({{< ref \"노트.md\" >}}) {{< relref \"/글/둘.md#절\" >}}\n\n{{< figure src=\"a.png\" alt=\"대체\" caption=\"설명\" title=\"제목\" width=\"300px\" >}}\n\n{{< figure src=\"b.png\" link=\"https://x.y\" caption=\"나\" >}}\n\n{{< highlight go \"linenos=table,hl_lines=2\" >}}\nfunc a() {}\nvar b\n{{< /highlight >}}\n\n{{< youtube abc >}}\n\n{{< gist 나 1 >}}\n\n{{% notice tip \"손질\" %}}\n- 하나\n{{% /notice %}}\n\n{{< hint info >}}글{{< /hint >}}\n\n{{< details \"더 보기\" >}}\n안쪽 *글*\n{{< /details >}}\n\n{{</* figure src=\"c.png\" */>}} `{{%/* x */%}}`\n\n{{< param \"x\" >}} {{< 모름 title=\"제목 글\" >}}\n\n{{< lost a=1 >}}\n안의 글\n{{< /lost >}}\n\n{{< button href=\"https://x.y\" >}}누르기{{< /button >}}\n"
);

#[test]
fn the_text_of_hugos_tabs_is_published_with_its_label() {
    let text = "{{< tabs >}}\n{{< tab \"맥\" >}}\n맥 글\n\n- 하나\n{{< /tab >}}\n{{% tab name=\"윈도\" %}}\n윈도 글\n{{% /tab %}}\n{{< /tabs >}}\n";
    let html = shown(text);
    for word in ["맥", "맥 글", "하나", "윈도", "윈도 글"] {
        assert!(html.contains(word), "{word}: {html}");
    }
    assert!(!html.contains("{{"), "{html}");
}

snapshot!(
    tags_markdown_takes_into_any_html_block,
    "<section markdown=\"1\">\n## 안\n<div markdown=\"block\" class=\"x\">\n*강조*\n</div>\n</section>\n\n<div markdown=\"0\">\n*별*\n</div>\n\n<p markdown=\"span\">*안*</p>\n\n<div markdown=\"span\">*안*</div>\n"
);

proptest! {
    #[test]
    fn any_tags_and_lists_give_a_sound_note(
        parts in proptest::collection::vec(
            prop_oneof![
                Just("{% if x %}"), Just("{% endif %}"), Just("{% raw %}"), Just("{% endraw %}"), Just("{% hint %}"),
                Just("{% endhint %}"), Just("{% include a.html src=\"a.png\" caption=\"가\" %}"), Just("{{ site.url }}"),
                Just("{{< tabs >}}"), Just("{{< /tabs >}}"), Just("{{< tab \"가\" >}}"), Just("{{< /tab >}}"),
                Just("{{< highlight go >}}"), Just("{{< /highlight >}}"), Just("{{</* a */>}}"), Just("{{< figure src=\"b\" >}}"),
                Just("{: .a #b}"), Just("{: .prompt-tip}"), Just("{:toc}"), Just("{:가: .나}"), Just("{:가}"), Just("{::comment}"),
                Just("{:/}"), Just("*[가]: 나"), Just("^"), Just("\n"), Just("\n\n"), Just("\n"), Just("* "), Just("> "),
                Just("   "), Just("글"), Just("| 가 |\n| - |\n"), Just("```\n"), Just("`"), Just("**"), Just("# "), Just("[글]("),
                Just(")"), Just("![그림](a.png)"), Just("<div markdown=\"1\">"), Just("</div>"), Just("용어\n: 풀이"), Just("{%"), Just("%}"),
            ],
            0..40,
        ),
    ) {
        let text = parts.concat();
        let note = NoteText { shown_path: "a.md", text: &text, body: 0..text.len() };
        let parsed = parse(&note, &Options::default());
        let html = parsed.body.render(|_| String::new());
        for tag in ["p", "ul", "ol", "li", "blockquote", "table", "div", "figure", "details", "em", "strong", "a"] {
            // Raw HTML of the text itself may be unbalanced.
            if tag == "div" && text.contains("div") { continue; }
            let opened = html.matches(&format!("<{tag}>")).count() + html.matches(&format!("<{tag} ")).count();
            let closed = html.matches(&format!("</{tag}>")).count();
            prop_assert_eq!(opened, closed, "{} in {}", tag, html);
        }
        for diagnostic in &parsed.diagnostics {
            prop_assert!(!diagnostic.code.is_empty());
        }
    }
}

#[test]
fn many_tags_take_linear_time_and_space() {
    for unit in [
        "{% if x %}",
        "{% hint %}\n",
        "{{< tabs >}}\n{{< tab a >}}\n",
        "{%",
        "{{",
        "{: .a}\n",
        "{::comment}",
        "{% raw %}",
        "{{< highlight >}}",
        "* a\n{: .a}\n",
        "{{ site.url }}",
        "> 가\n{: .prompt-tip }\n",
        "{:/",
        "{{</* a */>}}",
        "{% comment %}",
        "글\n{:toc}\n",
        "- {:.a} b\n  {: .c}\n",
    ] {
        let text = unit.repeat(4000);
        let (html, _) = render_fragment(&text, &Options::default());
        assert!(
            html.len() < text.len() * 60 + 10_000,
            "{unit}: {}",
            html.len()
        );
    }
}

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
fn jekylls_highlight_becomes_a_fence_longer_than_its_code_has() {
    let text = "{% highlight java %}\nint a; // ```\n{% endhighlight %}\n끝";
    let fenced = "````java\nint a; // ```\n````\n끝";
    let options = Options::default();
    assert_eq!(
        render_fragment(text, &options),
        render_fragment(fenced, &options)
    );
    // Shown in indented code, it is code.
    let shown = "    {% highlight java %}\n    int a;\n    {% endhighlight %}\n";
    assert!(
        render_fragment(shown, &options)
            .0
            .contains("{% highlight java %}")
    );
}

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
        ":::tip\n".repeat(n),
        ":::a\n:::\n".repeat(n),
        "!!! note\n    ".repeat(n),
        "!!! note\n\n".repeat(n),
        "=== \"a\"\n    a\n".repeat(n),
        "<Tabs>\n".repeat(n),
        "<Tabs>".repeat(n),
        "{% tabs %}".repeat(n),
        "<TabItem>".repeat(n),
        ">>>\n".repeat(n),
        "- a\n  ```x\nb\n".repeat(n),
        "    ```\n\n".repeat(n),
        "1. ```a\n  ```\n".repeat(n),
        "```js\na // [!code focus:9999999]\n".repeat(n),
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

/// Notes made of the blocks of other generators, indented and closed at random; each word occurs once.
fn blocks() -> impl Strategy<Value = String> {
    let line = prop::sample::select(vec![
        ":::tip",
        ":::",
        "::::info[W]",
        "::::",
        ":::W",
        "::: details W {open}",
        "::: code-group",
        ":::tabs",
        "== W",
        "!!! note",
        "!!! note \"W\"",
        "??? W",
        "=== \"W\"",
        "/// tip | W",
        "///",
        ">>>",
        "<Tabs>",
        "</Tabs>",
        "<TabItem label=\"가\">",
        "</TabItem>",
        "<TabItem value=\"a\">W</TabItem>",
        "{% tabs %}",
        "{% endtabs %}",
        "{% tab title=\"W\" %}",
        "{% endtab %}",
        "{% hint %}",
        "{% endhint %}",
        "```js",
        "```",
        "```sh [W]",
        "- W",
        "1. W",
        "# W",
        "W",
        "W",
        "W",
        "",
        "",
        "> W",
        "> [!note] W",
    ]);
    prop::collection::vec((0_usize..=8, line), 0..24).prop_map(|lines| {
        let mut out = String::new();
        for (number, (indent, line)) in lines.into_iter().enumerate() {
            let digit =
                |n: usize| char::from_u32('가' as u32 + 28 * (n as u32 % 300)).unwrap_or('가');
            let word: String = ['낱', '말', digit(number), digit(number / 7 + 40)]
                .iter()
                .collect();
            out.push_str(&" ".repeat(indent));
            out.push_str(&line.replace('W', &word));
            out.push('\n');
        }
        out
    })
}

/// Text made of what breaks parsers: markup, Hangul, line breaks.
fn messy() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => prop::sample::select(vec![
            "*", "**", "_", "__", "~~", "`", "```", "\n", "\n\n", "    ", "> ", "- ", "1. ", "# ", "|", "|-|", "[", "]", "(", ")",
            "![", "[[", "]]", "<", ">", "</", "<details>", "<summary>", "</summary>", "<div markdown=\"1\">", "</div>", "<h2>", "</h2>",
            "<!--", "-->", "{:toc}", "{: .a}", "{#아이디}", "{%", "%}", "{% highlight c %}", "{% endhighlight %}", ":::", ":::tip ", "%%", "==", "$",
            "!!! note\n", "!!! 가 \"나\"\n", "???+ tip\n", "=== \"가\"\n", "== 나\n", ":::tabs\n", "\n:::\n", "::: code-group\n", "::::", "/// tip\n", "\n///\n",
            "<Tabs>", "</Tabs>", "<TabItem label=\"가\">", "</TabItem>", "{% tabs %}", "{% endtabs %}", "{% tab title=\"가\" %}", "{% endtab %}", "\n>>>\n",
            "// [!code ++]", "// highlight-start\n", "```diff-js {1} startLine=3\n", "\n~~~\n", "   ", "      ",
            "&amp;", "\\", "[^1]", "[^1]: ", "[!NOTE]", "{::nomarkdown}", "{::comment}\n", "{:/}", "{:/comment}\n", "{: .a #b}", "{:a: .b}\n", "*[a]: b\n", "^\n", "|a|b|\n",
            "|--+--|\n", "<div markdown=\"1\">\n", "<p markdown=\"span\">", "<b markdown=\"0\">", "</div>\n", "</p>", "https://x.y/", "www.x.y", "a@b.c", "[a]: b\n", ": ", "\u{FDD0}", "\u{1FB00}", "\t",
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

    #[test]
    fn no_word_in_containers_admonitions_and_tabs_is_lost(text in blocks()) {
        let note = NoteText { shown_path: "a.md", text: &text, body: 0..text.len() };
        let parsed = parse(&note, &Options::default());
        let mut published: String = parsed.sections.iter().map(|it| format!("{}\n{}\n", it.text, it.code)).collect();
        published.extend(parsed.headings.iter().map(|it| it.text.as_str()));
        for word in text.split(|c: char| !('가'..='힣').contains(&c)).filter(|word| word.chars().count() > 3) {
            prop_assert!(published.contains(word), "{} is lost:\n{}\n{}", word, text, published);
        }
    }
}
