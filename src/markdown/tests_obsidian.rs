//! What Obsidian's notes look like, as snapshots in our own words.

use super::*;
use crate::diagnostics::Lang;

fn shown_with(text: &str, options: &Options) -> String {
    let (mut out, diagnostics) = render_fragment(text, options);
    for diagnostic in diagnostics {
        out.push_str("---\n");
        out.push_str(&diagnostic.render(Lang::Ko));
    }
    out
}

fn shown(text: &str) -> String {
    shown_with(text, &Options::default())
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
    wikilinks_show_what_obsidian_shows,
    "[[람다]]는 [[ 람다 ]] [[람다#버전#별칭]] [[#버전]] [[람다#^abc123]] [[람다.md]] [[폴더/람다|**글**]]과 [[람다|]] [[C# 문법]]\n\n\
     | 표 |\n| - |\n| [[람다\\|글]] |\n\n## 제목 [[람다]]\n\n**[[람다]]**는 ==[[람다]]==\n\n> [!tip] [[람다]] 쓰기\n> 본문\n"
);

snapshot!(
    embeds_alone_are_blocks_and_pictures_have_sizes,
    "![[노트]]\n\n![[노트#제목|이름]]\n![[#아래]]\n\n글 ![[노트]] 글\n\n- ![[노트]]\n- 항목\n\n![[그림.png|설명|300x200]] ![[그림.png|100]] ![[그림.png|설명]]\n\n\
     ![[소리.mp3]] ![[영상.mp4|640]] ![[표준.pdf#page=3|표준]]\n"
);

snapshot!(
    blocks_have_the_names_their_author_gave_them,
    "문단의 글 ^para\n\n**굵은** 글\n^line\n\n- 하나 ^one\n  - 안쪽 ^inner\n- 둘\n\n1. 첫째 문단 ^loose\n\n   둘째 문단\n\n^list\n\n> 인용이다 ^quote\n\n\
     | 표 |\n| - |\n| 칸 |\n^table\n\n| 표 |\n| - |\n| 칸 |\n\n^table2\n\n```js\n1\n```\n^code\n\n## 제목 ^head\n\n> [!note] 콜아웃\n> 글\n\n^call\n"
);

snapshot!(
    carets_that_name_no_block_are_text,
    "2^10과 x ^2\n\n^_^\n\na ^b c\n\n`글 ^abc123`\n\n글 \\^abc123\n\n^abc123\n\n글 ^같다\n\n글 ^same\n\n또 ^same\n"
);

snapshot!(
    callouts_of_every_kind_nest_and_fold,
    "> [!TLDR]\n> 요약\n\n>[!faq]- 접힌 **질문** `코드`\n>- 목록\n>\n>```js\n>1\n>```\n>\n>| 표 |\n>| - |\n>| 칸 |\n\n\
     > [!주의] 제목만\n\n> \\[!WARNING\\]\n> 벗어난 괄호\n\n> [!note] 밖\n> 글\n>\n> > [!bug]+ 안\n> > 글\n\n> [!요리]\n> 나만의 것\n>\n> > 그냥 인용\n"
);

#[test]
fn a_site_in_english_has_english_titles() {
    let options = Options {
        language: Lang::En,
        ..Options::default()
    };
    let html = shown_with("> [!warning]\n> a\n\n> [!주의]\n> b\n", &options);
    assert!(
        html.contains(">Warning</p>") && html.contains(">주의</p>"),
        "{html}"
    );
}

#[test]
fn tags_in_text_are_links_only_where_the_owner_wants_them() {
    let text = "#태그 와 **#굵은/것** `#코드` C# [#링크](a.md) https://x.y/#가 \\#아님 #123\n\n# 제목 #끝\n\n- #항목\n";
    assert_eq!(shown(text).matches("inline-tag").count(), 0);
    let options = Options {
        inline_tags: true,
        ..Options::default()
    };
    insta::assert_snapshot!(shown_with(text, &options));
}

snapshot!(
    comments_are_left_out_and_marks_follow_their_rules,
    "앞 %%비밀%% 뒤 `%%코드%%`\n\n%%\n여러 줄\n\n비밀\n%%\n\n끝나지 %%않는 글\n\n==형광==과 \\==아님== 그리고 ==**굵은** 형광==\n\n| ==칸== |\n| - |\n"
);

#[test]
fn the_dialects_of_the_specifications_know_none_of_this() {
    for dialect in [Dialect::Gfm, Dialect::CommonMark] {
        let html = shown_with("글 ^abc123 #태그 ![[노트]] ==a==\n", &Options::of(dialect));
        assert_eq!(html, "<p>글 ^abc123 #태그 ![[노트]] ==a==</p>\n");
    }
}
