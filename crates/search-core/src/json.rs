//! Just enough JSON: writing answers and reading file names out of the entry file, without a JSON library in the WASM.

use alloc::string::String;
/// Appends `text` as a JSON string (RFC 8259, section 7).
pub fn push_string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            // Line separators are legal JSON but not legal in older JavaScript.
            '\u{0}'..='\u{1f}' | '\u{7f}' | '\u{2028}' | '\u{2029}' => {
                out.push_str("\\u");
                let code = c as u32;
                for shift in [12, 8, 4, 0] {
                    out.push(char::from_digit(code >> shift & 0xf, 16).unwrap_or('0'));
                }
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

/// Appends `value` with four decimals; not-a-number and infinities become 0.
pub fn push_number(out: &mut String, value: f32) {
    let scaled = if value.is_finite() {
        (f64::from(value) * 10_000.0 + 0.5) as i64
    } else {
        0
    };
    push_integer(out, (scaled / 10_000) as u64);
    let fraction = scaled % 10_000;
    if fraction > 0 {
        out.push('.');
        for divisor in [1000, 100, 10, 1] {
            out.push(char::from_digit((fraction / divisor % 10) as u32, 10).unwrap_or('0'));
        }
    }
}

/// Appends a whole number.
pub fn push_integer(out: &mut String, value: u64) {
    let mut digits = [0u8; 20];
    let mut at = digits.len();
    let mut rest = value;
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    digits[at..]
        .iter()
        .for_each(|&digit| out.push(digit as char));
}

/// All JSON strings without escapes in `text`, in order; what the entry file needs and no more.
pub fn plain_strings(text: &str) -> impl Iterator<Item = &str> {
    text.split('"').skip(1).step_by(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_escaped() {
        let mut out = String::new();
        push_string(&mut out, "가\"\\\n\u{1}\u{2028}</script>");
        assert_eq!(out, "\"가\\\"\\\\\\n\\u0001\\u2028</script>\"");
    }

    #[test]
    fn numbers_have_four_decimals_at_most() {
        let shown = |value| {
            let mut out = String::new();
            push_number(&mut out, value);
            out
        };
        assert_eq!(shown(7.31), "7.3100");
        assert_eq!(shown(12.0), "12");
        assert_eq!(shown(0.00004), "0");
        assert_eq!(shown(f32::NAN), "0");
    }
}
