//! Bytes to text: the encodings Korean notes really come in, and one normal form for all that follows.
//!
//! UTF-8 (with or without byte-order mark), UTF-16 with byte-order mark, else strict CP949; then NFC, `\n`, no U+FEFF.
//! No statistics beyond one question, because detectors confuse CP949 with its neighbours: is this plausibly Korean?

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// How a file was encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8.
    Utf8,
    /// UTF-16, little-endian, with a byte-order mark.
    Utf16Le,
    /// UTF-16, big-endian, with a byte-order mark.
    Utf16Be,
    /// CP949, the superset of EUC-KR that the WHATWG Encoding Standard calls "EUC-KR".
    Cp949,
}

/// A decoded file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text: NFC, line breaks `\n`, no U+FEFF.
    pub text: String,
    /// What it was decoded from.
    pub encoding: Encoding,
    /// Byte offset in `text` of the first place where a U+FEFF in mid-text was dropped.
    pub dropped_mark: Option<usize>,
}

/// Why bytes are not text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Undecodable {
    /// Byte `offset` on `line` begins something that is text in no encoding we read.
    Bytes {
        /// Offset of the first bad byte.
        offset: usize,
        /// Its 1-based line.
        line: usize,
        /// Up to four bytes from there, such as `8A FF 41`.
        hex: String,
    },
    /// A NUL at byte `offset`: a binary file (or UTF-16 without a byte-order mark).
    Binary {
        /// Offset of the NUL.
        offset: usize,
    },
}

/// Decodes and normalises the bytes of a note.
///
/// # Errors
/// [`Undecodable`] for a binary file, or where no encoding fits.
pub fn decode(bytes: &[u8]) -> Result<Decoded, Undecodable> {
    let (text, encoding) = decode_exactly(bytes)?;
    let (text, dropped_mark) = normalise(text);
    Ok(Decoded {
        text,
        encoding,
        dropped_mark,
    })
}

/// Decodes the bytes of a note and changes nothing: line breaks, composition and marks within the text stay as they are;
/// only a byte-order mark at the start is taken for what it is.
///
/// # Errors
/// As [`decode`].
pub fn decode_exactly(bytes: &[u8]) -> Result<(Cow<'_, str>, Encoding), Undecodable> {
    let (text, encoding) = match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => (utf8_or_cp949(rest, 3)?.0, Encoding::Utf8),
        [0xFF, 0xFE, rest @ ..] => (utf16(rest, u16::from_le_bytes)?, Encoding::Utf16Le),
        [0xFE, 0xFF, rest @ ..] => (utf16(rest, u16::from_be_bytes)?, Encoding::Utf16Be),
        _ => utf8_or_cp949(bytes, 0)?,
    };
    if let Some(at) = text.find('\0') {
        let unit = if matches!(encoding, Encoding::Utf16Le | Encoding::Utf16Be) {
            2 + 2 * text[..at].encode_utf16().count()
        } else {
            at
        };
        return Err(Undecodable::Binary { offset: unit });
    }
    Ok((text, encoding))
}

/// UTF-8, or CP949 where it is not; `skipped` bytes (a byte-order mark, which rules CP949 out) stood before.
fn utf8_or_cp949(bytes: &[u8], skipped: usize) -> Result<(Cow<'_, str>, Encoding), Undecodable> {
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok((Cow::Borrowed(text), Encoding::Utf8)),
        Err(error) => error,
    };
    // A NUL means binary whatever else the bytes might pass for.
    if let Some(offset) = bytes.iter().position(|&byte| byte == 0) {
        return Err(Undecodable::Binary {
            offset: offset + skipped,
        });
    }
    if skipped == 0
        && let Some(text) =
            encoding_rs::EUC_KR.decode_without_bom_handling_and_without_replacement(bytes)
        && looks_korean(&text)
    {
        return Ok((text, Encoding::Cp949));
    }
    Err(bad_bytes(bytes, error.valid_up_to(), skipped))
}

fn bad_bytes(bytes: &[u8], at: usize, skipped: usize) -> Undecodable {
    let hex: Vec<String> = bytes
        .iter()
        .skip(at)
        .take(4)
        .map(|byte| format!("{byte:02X}"))
        .collect();
    Undecodable::Bytes {
        offset: at + skipped,
        line: 1 + bytes.iter().take(at).filter(|&&b| b == b'\n').count(),
        hex: hex.join(" "),
    }
}

/// At least three quarters of the letters beyond ASCII are Hangul. Chinese (GB 2312) or Japanese bytes also decode as
/// CP949, but into a mix with Hanja, kana and private-use characters.
fn looks_korean(text: &str) -> bool {
    let (mut hangul, mut foreign) = (0usize, 0usize);
    for c in text.chars() {
        match c {
            '가'..='힣' | 'ㄱ'..='ㆎ' => hangul += 1,
            '\u{E000}'..='\u{F8FF}' | '\u{80}'..='\u{9F}' => foreign += 4,
            c if !c.is_ascii() && c.is_alphabetic() => foreign += 1,
            _ => {}
        }
    }
    hangul > 0 && hangul >= 3 * foreign
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<Cow<'static, str>, Undecodable> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(bytes.len());
    let mut at = 0;
    for decoded in char::decode_utf16(pairs.iter().map(|&pair| unit(pair))) {
        match decoded {
            Ok(c) => {
                text.push(c);
                at += 2 * c.len_utf16();
            }
            Err(_) => return Err(bad_unit(bytes, at, &text)),
        }
    }
    if rest.is_empty() {
        Ok(Cow::Owned(text))
    } else {
        Err(bad_unit(bytes, at, &text))
    }
}

fn bad_unit(bytes: &[u8], at: usize, before: &str) -> Undecodable {
    match bad_bytes(bytes, at, 2) {
        Undecodable::Bytes { offset, hex, .. } => Undecodable::Bytes {
            offset,
            hex,
            line: 1 + before.bytes().filter(|&b| b == b'\n').count(),
        },
        other => other,
    }
}

/// NFC, `\r\n` and lone `\r` to `\n`, U+FEFF dropped. Copies only what must change.
fn normalise(text: Cow<'_, str>) -> (String, Option<usize>) {
    let mut dropped = None;
    let text: Cow<'_, str> = if text.contains(['\r', '\u{FEFF}']) {
        let mut out = String::with_capacity(text.len());
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '\r' => {
                    if chars.peek() != Some(&'\n') {
                        out.push('\n');
                    }
                }
                '\u{FEFF}' => {
                    dropped.get_or_insert(out.len());
                }
                c => out.push(c),
            }
        }
        Cow::Owned(out)
    } else {
        text
    };
    if is_nfc_quick(text.chars()) == IsNormalized::Yes {
        return (text.into_owned(), dropped);
    }
    // Offsets move with normalisation; a starter before the mark keeps the prefix independent of what follows closely
    // enough for pointing at it.
    let dropped = dropped.map(|at| text.get(..at).unwrap_or("").nfc().map(char::len_utf8).sum());
    (text.nfc().collect(), dropped)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> String {
        decode(bytes).expect("decodes").text
    }

    #[test]
    fn utf8_is_read_with_and_without_a_byte_order_mark() {
        assert_eq!(text("람다".as_bytes()), "람다");
        assert_eq!(text("\u{FEFF}람다".as_bytes()), "람다");
        assert_eq!(
            decode("\u{FEFF}람다".as_bytes()).unwrap().dropped_mark,
            None
        );
    }

    #[test]
    fn utf16_with_a_byte_order_mark_is_read_in_both_byte_orders() {
        let units: Vec<u16> = "\u{FEFF}가\r\n𝄞".encode_utf16().collect();
        let le: Vec<u8> = units.iter().flat_map(|u| u.to_le_bytes()).collect();
        let be: Vec<u8> = units.iter().flat_map(|u| u.to_be_bytes()).collect();
        assert_eq!(decode(&le).unwrap().encoding, Encoding::Utf16Le);
        assert_eq!(decode(&be).unwrap().encoding, Encoding::Utf16Be);
        assert_eq!(text(&le), "가\n𝄞");
        assert_eq!(text(&be), "가\n𝄞");
    }

    #[test]
    fn a_lone_surrogate_or_half_a_unit_is_named_by_its_offset() {
        let lone = [0xFF, 0xFE, b'a', 0, b'\n', 0, 0x00, 0xD8, b'b', 0];
        assert_eq!(
            decode(&lone),
            Err(Undecodable::Bytes {
                offset: 6,
                line: 2,
                hex: "00 D8 62 00".to_owned()
            })
        );
        assert!(decode(&[0xFF, 0xFE, b'a']).is_err());
    }

    #[test]
    fn cp949_is_read_where_it_is_strictly_valid_and_looks_korean() {
        let (bytes, _, _) = encoding_rs::EUC_KR.encode("# 똠방각하 정리\r\n뷁은 CP949에만 있다.");
        let decoded = decode(&bytes).unwrap();
        assert_eq!(decoded.encoding, Encoding::Cp949);
        assert_eq!(decoded.text, "# 똠방각하 정리\n뷁은 CP949에만 있다.");
    }

    #[test]
    fn chinese_and_western_bytes_do_not_pass_for_korean() {
        let (gbk, _, _) =
            encoding_rs::GBK.encode("数据库索引是一种数据结构,用于提高查询速度。学习笔记与总结");
        assert!(decode(&gbk).is_err());
        let (sjis, _, _) = encoding_rs::SHIFT_JIS.encode("データベースの索引について学ぶ");
        assert!(decode(&sjis).is_err());
        let (latin, _, _) = encoding_rs::WINDOWS_1252.encode("café au lait, déjà vu");
        assert!(decode(&latin).is_err());
    }

    #[test]
    fn a_bad_byte_is_named_by_offset_line_and_hex() {
        let mut bytes = "첫 줄\n둘째 ".as_bytes().to_vec();
        let offset = bytes.len();
        bytes.extend([0xFF, 0x41]);
        assert_eq!(
            decode(&bytes),
            Err(Undecodable::Bytes {
                offset,
                line: 2,
                hex: "FF 41".to_owned()
            })
        );
    }

    #[test]
    fn a_nul_makes_a_file_binary() {
        assert_eq!(decode(b"ab\0c"), Err(Undecodable::Binary { offset: 2 }));
        assert_eq!(decode(b"\xFFa\0"), Err(Undecodable::Binary { offset: 2 }));
        assert_eq!(
            decode(&[0xFF, 0xFE, b'a', 0, 0, 0]),
            Err(Undecodable::Binary { offset: 4 })
        );
    }

    #[test]
    fn text_becomes_nfc_with_line_feeds_and_without_stray_marks() {
        let decoded = decode("\u{1112}\u{1161}\u{11AB}글\r\n둘\r셋\u{FEFF}넷".as_bytes()).unwrap();
        assert_eq!(decoded.text, "한글\n둘\n셋넷");
        assert_eq!(decoded.dropped_mark, Some("한글\n둘\n셋".len()));
    }
}
