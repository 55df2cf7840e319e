//! Escaping for HTML text, attribute values and URLs, byte for byte as the CommonMark specification's examples do it.

/// The bytes that are escaped.
const SPECIAL: [bool; 256] = {
    let mut special = [false; 256];
    special[b'&' as usize] = true;
    special[b'<' as usize] = true;
    special[b'>' as usize] = true;
    special[b'"' as usize] = true;
    special
};

/// Appends `text` with `&`, `<`, `>` and `"` escaped; good for text and for attribute values alike.
pub(super) fn push_text(out: &mut String, text: &str) {
    let bytes = text.as_bytes();
    let mut done = 0;
    while let Some(found) = special(&bytes[done..]) {
        let at = done + found;
        out.push_str(&text[done..at]);
        out.push_str(match bytes[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            _ => "&quot;",
        });
        done = at + 1;
    }
    out.push_str(&text[done..]);
}

/// Where the first byte of `bytes` stands that is escaped.
fn special(bytes: &[u8]) -> Option<usize> {
    // As many as the compiler compares at once.
    const STEP: usize = 16;
    let any = |step: &[u8; STEP]| {
        let any = step.iter().fold(0, |any, &byte| {
            any | u8::from(byte == b'&')
                | u8::from(byte == b'<')
                | u8::from(byte == b'>')
                | u8::from(byte == b'"')
        });
        any != 0
    };
    let (steps, _) = bytes.as_chunks::<STEP>();
    let plain = STEP * steps.iter().take_while(|step| !any(step)).count();
    let found = bytes[plain..]
        .iter()
        .position(|&byte| SPECIAL[usize::from(byte)])?;
    Some(plain + found)
}

/// [`push_text`] into a new string.
pub(super) fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push_text(&mut out, text);
    out
}

/// The bytes that stand in a URL as they are.
const PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let marks = b"-_.+!*(),%#@?=;:/$~";
    let mut index = 0;
    while index < marks.len() {
        plain[marks[index] as usize] = true;
        index += 1;
    }
    let mut byte = 0;
    while byte < 128 {
        plain[byte] |= (byte as u8).is_ascii_alphanumeric();
        byte += 1;
    }
    plain
};

/// Appends a URL for an attribute: percent-encodes what may not stand in a URL, keeps escapes already there.
pub(super) fn push_href(out: &mut String, url: &str) {
    // From where on the bytes are plain.
    let mut plain = 0;
    for (at, &byte) in url.as_bytes().iter().enumerate() {
        if PLAIN[usize::from(byte)] {
            continue;
        }
        out.push_str(url.get(plain..at).unwrap_or_default());
        out.push_str(match byte {
            b'&' => "&amp;",
            b'\'' => "&#x27;",
            _ => percent_encoding::percent_encode_byte(byte),
        });
        plain = at + 1;
    }
    out.push_str(url.get(plain..).unwrap_or_default());
}

/// [`push_href`] into a new string.
pub(super) fn href(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    push_href(&mut out, url);
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn hangul_in_an_address_is_percent_encoded_once() {
        assert_eq!(super::href("/가?a=1&b='"), "/%EA%B0%80?a=1&amp;b=&#x27;");
        assert_eq!(super::href("/%EA%B0%80"), "/%EA%B0%80");
    }

    #[test]
    fn text_cannot_open_a_tag_or_leave_an_attribute() {
        assert_eq!(super::text("<a \"&'>"), "&lt;a &quot;&amp;'&gt;");
    }
}
