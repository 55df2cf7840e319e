use super::*;
use crate::diagnostics::Lang;
use crate::markdown::{Options, render_fragment};
use proptest::prelude::*;

fn math(latex: &str) -> String {
    Converter::new(&BTreeMap::new())
        .convert(latex, true)
        .unwrap_or_else(|wrong| wrong.message.en)
}

#[test]
fn formulas_are_mathml_with_their_source() {
    insta::assert_snapshot!(math("\\frac{a}{b}"));
}

#[test]
fn styles_become_classes_and_colours_attributes() {
    let html = math(
        "\\begin{aligned} a &= b \\\\ &= \\textcolor{red}{c} \\end{aligned} \\! \\begin{array}{c|c} p & q \\\\ \\hline T & F \\end{array} \\cfrac{1}{2}",
    );
    assert!(!html.contains(" style="), "{html}");
    insta::assert_snapshot!(html);
}

#[test]
fn links_and_ids_do_not_come_through() {
    let html = math("\\href{javascript:alert(1)}{x} \\text{ style=\"a\" <a href=\"b\">}");
    assert!(!html.contains("<a"), "{html}");
}

#[test]
fn what_math_core_calls_otherwise_works() {
    for latex in [
        "\\begin{split} a &= 1 \\\\ b &= 2 \\end{split}",
        "\\begin{equation} a = 1 \\end{equation}",
        "\\begin{eqnarray} a &=& 1 \\end{eqnarray}",
        "\\textcolor{blue}{\\frac{1}{2}} + 1",
        "x = 1 \\tag{1}",
        "\\begin{align} a &= 1 \\tag{1} \\\\ b &= 2 \\end{align}",
    ] {
        assert!(math(latex).starts_with("<math"), "{latex}: {}", math(latex));
    }
    assert!(!math("\\begin{align} a &= 1 \\end{align}").contains("(1)"));
}

#[test]
fn own_commands_work_and_wrong_ones_are_named() {
    let macros: BTreeMap<String, String> = [
        ("R", "\\mathbb{R}"),
        ("\\norm", "\\lVert #1 \\rVert"),
        ("bad1", "x"),
    ]
    .into_iter()
    .map(|(name, body)| (name.to_owned(), body.to_owned()))
    .collect();
    let converter = Converter::new(&macros);
    assert!(converter.convert("x \\in \\R, \\norm{v}", false).is_ok());
    let wrong: Vec<String> = wrong_macros(&macros)
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(wrong, ["bad1"]);
}

#[test]
fn wrong_latex_is_shown_as_its_source_and_reported_at_its_place() {
    let text = "한글 뒤의 $x + \\없는 1$ 말고 $\\nosuch{x}$가 틀렸다.\n\n> $$\n> a = 1 \\\\\n> b = \\frac{1}\n> $$\n\n\
                - ```math\n  a = b\n  c = \\begin{nope} 1 \\end{nope}\n  ```\n\n$\\textcolor{red}{x} + \\left( y$\n";
    let (html, diagnostics) = render_fragment(text, &Options::default());
    let shown: Vec<String> = diagnostics.iter().map(|it| it.render(Lang::Ko)).collect();
    insta::assert_snapshot!(format!("{html}\n{}", shown.join("\n")));
}

#[test]
fn deep_nesting_does_not_overflow_the_stack() {
    for part in [
        "{",
        "\\sqrt",
        "\\sqrt{",
        "x^{",
        "\\left(",
        "\\begin{matrix}",
        "\\frac{1}{",
        "\\hat",
        "_{a^{",
    ] {
        let latex = part.repeat(30_000 / part.len());
        let _ = Converter::new(&BTreeMap::new()).convert(&latex, true);
    }
    let latex = format!("{}x{}", "\\sqrt{".repeat(4000), "}".repeat(4000));
    assert!(
        Converter::new(&BTreeMap::new())
            .convert(&latex, true)
            .is_ok()
    );
}

#[test]
fn words_of_a_formula_are_its_source_without_marks() {
    assert_eq!(
        words("\\text{정확도} = \\frac{a}{b} \\\\ 100\\% & O(n\\,\\log n)"),
        "text 정확도 = frac a b 100% O(n log n)"
    );
}

proptest! {
    #[test]
    fn any_latex_is_converted_or_refused(latex in "(\\\\(frac|sqrt|left|right|begin\\{cases\\}|end\\{cases\\}|text|hat|color|textcolor|tag|begin|end|href)|[a-c가0-9{}^_&\\\\ ()\\[\\]%#~$<\"']){0,30}") {
        if let Ok(html) = Converter::new(&BTreeMap::new()).convert(&latex, true) {
            prop_assert!(!html.contains(" style="));
            prop_assert!(html.ends_with("</math>"));
        }
    }
}
