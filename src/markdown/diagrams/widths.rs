//! How wide text in a drawing is, without a font: what the fonts that [`super::FONTS`] names have in common, rounded up.
//!
//! A drawing is made before anyone knows which of them its reader has. Too wide leaves a little room in a box; too narrow
//! puts letters outside of it.

/// Hangul, Han and Kana: 0.87 em in Pretendard and Apple SD Gothic Neo, 0.92 in Noto Sans KR and Malgun Gothic.
const WIDE: f64 = 0.93;
/// What fonts draw as wide as high: emoji and other pictures.
const SQUARE: f64 = 1.25;
/// Bold letters against regular ones.
const BOLD: f64 = 1.06;
/// Any other letter.
const OTHER: f64 = 0.62;

/// Width of ASCII from the space to `~`, in hundredths of an em: of Inter, whose letters Pretendard has, which are the
/// widest of the fonts.
#[rustfmt::skip]
const ASCII: [u8; 95] = [
    28, 29, 47, 64, 64, 85, 65, 30, 37, 37, 50, 66, 29, 46, 29, 37, // space to /
    63, 46, 62, 64, 66, 61, 63, 57, 63, 63, 29, 30, 66, 66, 66, 52, // 0 to ?
    97, 69, 66, 74, 73, 61, 59, 75, 75, 28, 57, 67, 57, 91, 76, 77, // @ to O
    64, 77, 65, 65, 65, 75, 69, 99, 69, 68, 63, 37, 37, 37, 48, 46, // P to _
    40, 57, 62, 58, 62, 60, 38, 62, 60, 26, 26, 56, 26, 88, 60, 61, // ` to o
    62, 62, 39, 54, 37, 60, 57, 82, 56, 57, 56, 43, 34, 43, 66, // p to ~
];

/// Width of one line of `text` in pixels.
pub(super) fn of(text: &str, size: f64, bold: bool) -> f64 {
    let em: f64 = text.chars().map(of_char).sum();
    em * size * if bold { BOLD } else { 1.0 }
}

fn of_char(c: char) -> f64 {
    if let Some(hundredths) = (c as usize).checked_sub(32).and_then(|at| ASCII.get(at)) {
        return f64::from(*hundredths) / 100.0;
    }
    if ('\u{1f000}'..='\u{1faff}').contains(&c) {
        return SQUARE;
    }
    match unicode_width::UnicodeWidthChar::width(c) {
        Some(0) | None => 0.0,
        Some(1) => OTHER,
        Some(_) => WIDE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hangul_is_wider_than_latin_and_bold_wider_than_regular() {
        assert!((of("한글", 10.0, false) - 18.6).abs() < 1e-9);
        assert!(of("한글", 16.0, true) > of("한글", 16.0, false));
        assert!(of("iii", 16.0, false) < of("WWW", 16.0, false));
        // Conjoining jamo and joiners draw no letter of their own.
        assert!((of("\u{1112}\u{1161}\u{11ab}", 10.0, false) - of("한", 10.0, false)).abs() < 1e-9);
        assert_eq!(
            of("\u{200b}\u{0}", 16.0, false).to_bits(),
            0.0_f64.to_bits()
        );
    }
}
