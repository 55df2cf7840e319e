use super::super::{Options, ParsedNote, render_fragment};
use super::*;
use proptest::prelude::*;

/// The formulas of `text` in the order of the page, without their delimiters.
fn formulas(text: &str) -> Vec<String> {
    let (html, _) = render_fragment(text, &Options::default());
    let annotation = "<annotation encoding=\"application/x-tex\">";
    let sources = html.split("<code class=\"math-source\">").count() - 1;
    let mut found: Vec<String> = html
        .split(annotation)
        .skip(1)
        .map(|rest| rest.split('<').next().unwrap_or_default().to_owned())
        .collect();
    found.extend(std::iter::repeat_n("(wrong)".to_owned(), sources));
    found
        .iter()
        .map(|it| {
            it.replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&amp;", "&")
        })
        .collect()
}

/// The text of a page without its tags.
fn words(text: &str) -> String {
    let (html, _) = render_fragment(text, &Options::default());
    let mut out = String::new();
    for part in html.split('<') {
        out.push_str(part.split_once('>').map_or(part, |(_, text)| text));
    }
    out.replace("&quot;", "\"")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
        .replace("&#39;", "'")
}

#[test]
fn prices_shells_and_templates_stay_text() {
    for text in [
        "요금은 $5~$10",
        "$5-$10, $20",
        "한 달에 $5이고 한 해에 50$입니다",
        "US$100, US$200",
        "$1,000(약 130만 원)~$2,000",
        "$0.20/GB 그리고 $0.05/요청",
        "100$ 또는 200$",
        "It costs $5 and then 10$ more",
        "비용이 $5, 많으면 $7",
        "$HOME",
        "$PATH:$HOME",
        "$HOME/bin:$PATH",
        "$1 $2",
        "$1, $2, $3",
        "$(cmd) $(other)",
        "$(a)$(b)",
        "echo $A$B",
        "$?",
        "$? 그리고 $!",
        "kill $$ 다음 echo $$",
        "${AWS::Region}",
        "${AWS::StackName}-${AWS::Region}",
        "${user.name}-${x}",
        "`${a}`와 ${b}와 ${c}",
        "${var.name}, ${local.x}",
        "$('#a')와 $('#b')",
        "$('#a').on('click', $('.b'))",
        "$(document).ready(function(){ $('#a').hide() })",
        "$input.path('$')",
        "$util.escapeJavaScript($input.params('x'))",
        "$var, $other",
        "$a = $b;",
        "$i++; $j--;",
        "$this->name = $name;",
        "$_GET['a'] . $_POST['b']",
        "'$x', '$y'",
        "$x와 $y",
        "$가격$",
        "$HOME$",
        "$HOME_DIR$",
        "$user$",
        "$Id$",
        "$5$",
        "정규식 ^a$와 ^b$",
        "^a$|^b$",
        "A$ 그리고 B$",
        "환율: $1 = 1,300원, $2 = 2,600원",
        "\\[1\\] 참고",
        "\\[참고\\]",
        "\\[x\\] 끝낸 일",
        "\\[WIP\\]",
        "sed의 \\(그룹\\)과 \\(.*\\)",
        "\\(괄호\\)",
        "| 값 |\n|-|\n| $5 | $6 |",
    ] {
        assert_eq!(formulas(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn what_is_no_mathematics_keeps_every_character_and_its_bold_text() {
    for text in [
        "$5~$10",
        "$HOME/bin:$PATH",
        "${a}-${b}",
        "kill $$ 다음 echo $$",
        "$('#a')와 $(b)",
        "$$$ 별점 $$$",
    ] {
        assert_eq!(words(text).trim_end(), text);
    }
    let (html, _) = render_fragment("값은 $5 **굵게** $6", &Options::default());
    assert_eq!(html, "<p>값은 $5 <strong>굵게</strong> $6</p>\n");
    let (html, _) = render_fragment(
        "`$A` $B [글]($C) <b title=\"$D\">$E</b>\n\n    $F $G\n",
        &Options::default(),
    );
    assert!(!html.contains('\\'), "{html}");
}

#[test]
fn mathematics_is_found() {
    for (text, found) in [
        ("$x$", "x"),
        ("$x^2$", "x^2"),
        ("값 $x$는", "x"),
        ("시간은 $O(n)$에", "O(n)"),
        ("시간은$O(n)$이다", "O(n)"),
        ("$O(n \\log n)$", "O(n \\log n)"),
        ("$O(n log n)$", "O(n log n)"),
        ("$\\Lambda$", "\\Lambda"),
        ("$a_1, a_2$", "a_1, a_2"),
        ("$n-1$", "n-1"),
        ("$2n$", "2n"),
        ("$[0, 1)$", "[0, 1)"),
        ("$(x, y)$", "(x, y)"),
        ("$f'(x)$", "f'(x)"),
        ("$n!$", "n!"),
        ("$p < 0.05$", "p < 0.05"),
        ("$\\text{가} + b$", "\\text{가} + b"),
        ("$x_{최대}$", "x_{최대}"),
        ("$\\frac{가}{나}$", "\\frac{가}{나}"),
        ("$2^{10}$", "2^{10}"),
        ("$5 + 3 = 8$", "5 + 3 = 8"),
        ("$100\\%$", "100\\%"),
        ("$90^\\circ$", "90^\\circ"),
        ("$α + β$", "α + β"),
        ("$x \\le\ny$", "x \\le\ny"),
        ("**$x$**는", "x"),
        ("$`x`$", "x"),
        ("$` PATH `$", "PATH"),
        ("\\(x\\)는", "x"),
        ("\\( x^2 + 1 \\)", "x^2 + 1"),
        ("\\\\(x^2\\\\)", "x^2"),
        ("$$x$$", "x"),
        ("$$ x = y $$", "x = y"),
        ("- 목록\n  $$\n  x\n  $$", "x"),
        ("> $$\n> x\n> - y\n> $$", "x\n- y"),
        ("$$\nx\n\ny\n$$", "x\n\ny"),
        ("$$x\n= y$$", "x\n= y"),
        ("글\n$$\n- x\n$$\n글", "- x"),
        ("\\[\nE = mc^2\n\\]", "E = mc^2"),
        ("\\[ x = y \\]", "x = y"),
        (
            "1. 하나\n\n   \\[\n   x^2 \\\\\n   y\n   \\]",
            "x^2 \\\\\ny",
        ),
        ("```math\nx\n```", "x"),
        (
            "$$\n\\text{정확도} = \\frac{맞은 수}{전체}\n$$",
            "\\text{정확도} = \\frac{맞은 수}{전체}",
        ),
        ("| 식 |\n|-|\n| $x^2$ |", "x^2"),
        ("가격은 $5이고 $x^2$이다", "x^2"),
    ] {
        assert_eq!(formulas(text), [found], "{text}");
    }
}

#[test]
fn a_bare_number_or_word_is_mathematics_only_beside_mathematics() {
    assert_eq!(formulas("$loss$와 $1$"), Vec::<String>::new());
    assert_eq!(
        formulas("$\\alpha$와 $loss$와 $1$"),
        ["\\alpha", "loss", "1"]
    );
}

#[test]
fn mathematics_can_be_switched_off() {
    let options = Options {
        math: false,
        ..Options::default()
    };
    let (html, _) = render_fragment("$x^2$\n\n```math\nx\n```\n", &options);
    assert!(!html.contains("<math"), "{html}");
    assert!(html.contains("$x^2$"), "{html}");
}

#[test]
fn a_note_without_a_pair_in_prose_is_not_parsed_twice() {
    assert!(!candidates("글 $HOME 글\n\n다음 $PATH\n"));
    assert!(!candidates(
        "```sh\necho $A $B\n```\n\n- ~~~\n  $A $B\n  ~~~\n"
    ));
    assert!(candidates("$a $b"));
    assert!(candidates("```sh\n$a\n\n$a $b"));
}

fn parsed(text: &str) -> ParsedNote {
    let note = super::super::NoteText {
        shown_path: "노트.md",
        text,
        body: 0..text.len(),
    };
    super::super::parse(&note, &Options::default())
}

#[test]
fn sections_hold_the_words_of_formulas() {
    let note = parsed("시간은 $O(n \\log n)$이다.\n\n$$\n\\text{정확도} = \\frac{a}{b}\n$$\n");
    assert_eq!(
        note.sections[0].text,
        "시간은 O(n log n)이다.\ntext 정확도 = frac a b"
    );
}

proptest! {
    #[test]
    fn text_without_delimiters_is_left_alone(text in "[가-힣a-z *_~`\\[\\](){}\n>-]{0,60}") {
        prop_assert!(!candidates(&text));
    }

    #[test]
    fn any_text_keeps_its_characters(text in "[$\\\\(){}\\[\\]a-c가 1~^_`\n>-]{0,60}") {
        let zones = Zones::new(&text, pulldown_cmark::Options::empty());
        let found = edits(&text, &zones);
        for pair in found.windows(2) {
            prop_assert!(pair[0].range.start <= pair[1].range.start);
        }
        for edit in &found {
            prop_assert!(text.get(edit.range.clone()).is_some());
            // Only delimiters, spaces and quote marks go.
            prop_assert!(text[edit.range.clone()].chars().all(|c| " \n>$\\[]()`".contains(c)));
        }
        parsed(&text);
    }
}
