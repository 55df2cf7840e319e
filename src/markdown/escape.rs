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
    if memchr::memchr3(b'&', b'<', b'>', bytes).is_none() && memchr::memchr(b'"', bytes).is_none() {
        out.push_str(text);
        return;
    }
    let mut done = 0;
    while let Some(found) = bytes[done..]
        .iter()
        .position(|&byte| SPECIAL[usize::from(byte)])
    {
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

/// [`push_text`] into a new string.
pub(super) fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push_text(&mut out, text);
    out
}

/// Appends a URL for an attribute: percent-encodes what may not stand in a URL, keeps escapes already there.
pub(super) fn push_href(out: &mut String, url: &str) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in url.bytes() {
        match byte {
            b'&' => out.push_str("&amp;"),
            b'\'' => out.push_str("&#x27;"),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => out.push(char::from(byte)),
            b'-' | b'_' | b'.' | b'+' | b'!' | b'*' | b'(' | b')' | b',' | b'%' | b'#' | b'@'
            | b'?' | b'=' | b';' | b':' | b'/' | b'$' | b'~' => out.push(char::from(byte)),
            _ => {
                out.push('%');
                out.push(char::from(HEX[usize::from(byte >> 4)]));
                out.push(char::from(HEX[usize::from(byte & 15)]));
            }
        }
    }
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
