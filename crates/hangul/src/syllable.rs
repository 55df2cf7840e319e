//! Precomposed syllables as arithmetic over jamo (The Unicode Standard, section 3.12), and the compatibility jamo
//! (U+3131..=U+3163) that stand for the parts: the letters a keyboard types and a reader sees.
//!
//! A syllable is `0xAC00 + (choseong * 21 + jungseong) * 28 + jongseong`; jongseong 0 means that there is none.

const FIRST_SYLLABLE: u32 = 0xAC00;
const LAST_SYLLABLE: u32 = 0xD7A3;
const CHOSEONG_COUNT: u8 = 19;
const JUNGSEONG_COUNT: u8 = 21;
const JONGSEONG_COUNT: u8 = 28;
const FIRST_VOWEL: u32 = 'ㅏ' as u32;

/// Compatibility jamo by choseong index.
const CHOSEONG: [char; CHOSEONG_COUNT as usize] = [
    'ㄱ', 'ㄲ', 'ㄴ', 'ㄷ', 'ㄸ', 'ㄹ', 'ㅁ', 'ㅂ', 'ㅃ', 'ㅅ', 'ㅆ', 'ㅇ', 'ㅈ', 'ㅉ', 'ㅊ', 'ㅋ',
    'ㅌ', 'ㅍ', 'ㅎ',
];

/// Compatibility jamo by jongseong index less one.
const JONGSEONG: [char; JONGSEONG_COUNT as usize - 1] = [
    'ㄱ', 'ㄲ', 'ㄳ', 'ㄴ', 'ㄵ', 'ㄶ', 'ㄷ', 'ㄹ', 'ㄺ', 'ㄻ', 'ㄼ', 'ㄽ', 'ㄾ', 'ㄿ', 'ㅀ', 'ㅁ',
    'ㅂ', 'ㅄ', 'ㅅ', 'ㅆ', 'ㅇ', 'ㅈ', 'ㅊ', 'ㅋ', 'ㅌ', 'ㅍ', 'ㅎ',
];

/// A syllable taken apart into the indices of its jamo.
///
/// ```
/// use hangul::syllable::{decompose, Syllable};
///
/// assert_eq!(decompose('각'), Some(Syllable { choseong: 0, jungseong: 0, jongseong: 1 }));
/// assert_eq!(Syllable { choseong: 18, jungseong: 0, jongseong: 4 }.compose(), Some('한'));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Syllable {
    /// Initial consonant, `0..19` in the order of U+1100.
    pub choseong: u8,
    /// Vowel, `0..21` in the order of U+1161.
    pub jungseong: u8,
    /// Final consonant, `1..28` in the order of U+11A8, or 0 for none.
    pub jongseong: u8,
}

impl Syllable {
    /// The precomposed syllable, or `None` if an index is out of its range.
    pub fn compose(self) -> Option<char> {
        if self.choseong >= CHOSEONG_COUNT
            || self.jungseong >= JUNGSEONG_COUNT
            || self.jongseong >= JONGSEONG_COUNT
        {
            return None;
        }
        let block =
            u32::from(self.choseong) * u32::from(JUNGSEONG_COUNT) + u32::from(self.jungseong);
        char::from_u32(
            FIRST_SYLLABLE + block * u32::from(JONGSEONG_COUNT) + u32::from(self.jongseong),
        )
    }
}

/// Takes a precomposed syllable apart; `None` for any other character.
pub fn decompose(c: char) -> Option<Syllable> {
    if !is_syllable(c) {
        return None;
    }
    let offset = u32::from(c) - FIRST_SYLLABLE;
    let jongseongs = u32::from(JONGSEONG_COUNT);
    let jungseongs = u32::from(JUNGSEONG_COUNT);
    // Each quotient or remainder is below 28, so the casts lose nothing.
    Some(Syllable {
        choseong: (offset / jongseongs / jungseongs) as u8,
        jungseong: (offset / jongseongs % jungseongs) as u8,
        jongseong: (offset % jongseongs) as u8,
    })
}

/// The compatibility jamo of a choseong index, `0..19`.
pub fn choseong_jamo(index: u8) -> Option<char> {
    CHOSEONG.get(usize::from(index)).copied()
}

/// The compatibility jamo of a jungseong index, `0..21`.
pub fn jungseong_jamo(index: u8) -> Option<char> {
    if index >= JUNGSEONG_COUNT {
        return None;
    }
    // The block of compatibility jamo lists the vowels in this very order.
    char::from_u32(FIRST_VOWEL + u32::from(index))
}

/// The compatibility jamo of a jongseong index, `1..28`; `None` for 0, which is no final consonant.
pub fn jongseong_jamo(index: u8) -> Option<char> {
    JONGSEONG.get(usize::from(index.checked_sub(1)?)).copied()
}

/// The choseong index of a compatibility jamo; `None` for vowels and for clusters such as ㄳ.
pub fn choseong_index(jamo: char) -> Option<u8> {
    position(&CHOSEONG, jamo)
}

/// The jungseong index of a compatibility jamo; `None` for consonants.
pub fn jungseong_index(jamo: char) -> Option<u8> {
    // A vowel lies within 21 of the first, so the cast loses nothing.
    is_vowel_jamo(jamo).then(|| (u32::from(jamo) - FIRST_VOWEL) as u8)
}

/// The jongseong index (`1..28`) of a compatibility jamo; `None` for vowels and for ㄸ, ㅃ, ㅉ, which end no syllable.
pub fn jongseong_index(jamo: char) -> Option<u8> {
    position(&JONGSEONG, jamo).map(|index| index + 1)
}

fn position(table: &[char], jamo: char) -> Option<u8> {
    let index = table.iter().position(|&c| c == jamo)?;
    u8::try_from(index).ok()
}

/// The compatibility jamo of a modern conjoining jamo (U+1100.., U+1161.., U+11A8..), as NFD text holds them.
///
/// ```
/// use hangul::syllable::compatibility_jamo;
///
/// assert_eq!(compatibility_jamo('\u{1112}'), Some('ㅎ'));
/// assert_eq!(compatibility_jamo('\u{11AB}'), Some('ㄴ'));
/// assert_eq!(compatibility_jamo('ㄴ'), None);
/// ```
pub fn compatibility_jamo(c: char) -> Option<char> {
    let from = |first: u32| u8::try_from(u32::from(c) - first).ok();
    match c {
        '\u{1100}'..='\u{1112}' => choseong_jamo(from(0x1100)?),
        '\u{1161}'..='\u{1175}' => jungseong_jamo(from(0x1161)?),
        '\u{11A8}'..='\u{11C2}' => jongseong_jamo(from(0x11A7)?),
        _ => None,
    }
}

/// Is this a precomposed syllable, 가..=힣?
pub fn is_syllable(c: char) -> bool {
    (FIRST_SYLLABLE..=LAST_SYLLABLE).contains(&u32::from(c))
}

/// Is this a modern compatibility jamo, ㄱ..=ㅣ?
pub fn is_jamo(c: char) -> bool {
    ('ㄱ'..='ㅣ').contains(&c)
}

/// Is this a modern compatibility consonant, ㄱ..=ㅎ, clusters such as ㄳ included?
pub fn is_consonant_jamo(c: char) -> bool {
    ('ㄱ'..='ㅎ').contains(&c)
}

/// Is this a modern compatibility vowel, ㅏ..=ㅣ?
pub fn is_vowel_jamo(c: char) -> bool {
    ('ㅏ'..='ㅣ').contains(&c)
}

/// Is this a Hangul letter of any kind: a syllable, a compatibility, conjoining or halfwidth jamo, old ones included?
///
/// ```
/// use hangul::syllable::is_hangul;
///
/// assert!("한ㄱㅏ\u{1112}ﾡ".chars().all(is_hangul));
/// assert!(!"a1漢か。".chars().any(is_hangul));
/// ```
pub fn is_hangul(c: char) -> bool {
    // Script=Hangul in Unicode's Scripts.txt, but for its symbols (U+302E.., U+3200.., U+3260..).
    matches!(c,
        '\u{AC00}'..='\u{D7A3}'
        | '\u{1100}'..='\u{11FF}'
        | '\u{3131}'..='\u{318E}'
        | '\u{A960}'..='\u{A97C}'
        | '\u{D7B0}'..='\u{D7C6}'
        | '\u{D7CB}'..='\u{D7FB}'
        | '\u{FFA0}'..='\u{FFBE}'
        | '\u{FFC2}'..='\u{FFC7}'
        | '\u{FFCA}'..='\u{FFCF}'
        | '\u{FFD2}'..='\u{FFD7}'
        | '\u{FFDA}'..='\u{FFDC}')
}

/// How a word ends, as far as the particle after it cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Batchim {
    /// In a vowel: 노트.
    None,
    /// In ㄹ alone: 파일. Takes `로`, not `으로`.
    Rieul,
    /// In any other consonant or cluster: 문단, 닭, 여덟.
    Other,
}

/// The batchim of one precomposed syllable; `None` for any other character.
///
/// ```
/// use hangul::syllable::{batchim, Batchim};
///
/// assert_eq!(batchim('노'), Some(Batchim::None));
/// assert_eq!(batchim('글'), Some(Batchim::Rieul));
/// assert_eq!(batchim('문'), Some(Batchim::Other));
/// assert_eq!(batchim('a'), None);
/// ```
pub fn batchim(c: char) -> Option<Batchim> {
    Some(match jongseong_jamo(decompose(c)?.jongseong) {
        None => Batchim::None,
        Some('ㄹ') => Batchim::Rieul,
        Some(_) => Batchim::Other,
    })
}

/// Does this syllable end in a consonant, ㄹ included? `false` for anything that is no precomposed syllable; for
/// numbers and Latin words see [`crate::josa::final_sound`].
pub fn has_batchim(c: char) -> bool {
    !matches!(batchim(c), None | Some(Batchim::None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_syllable_is_composed_of_what_it_decomposes_into() {
        let mut count = 0;
        for c in '가'..='힣' {
            assert_eq!(decompose(c).and_then(Syllable::compose), Some(c));
            count += 1;
        }
        assert_eq!(count, 11_172);
    }

    #[test]
    fn characters_next_to_the_block_are_no_syllables() {
        assert_eq!(decompose('\u{ABFF}'), None);
        assert_eq!(decompose('\u{D7A4}'), None);
        assert_eq!(decompose('ㄱ'), None);
    }

    #[test]
    fn an_index_out_of_range_composes_nothing() {
        let ga = Syllable {
            choseong: 0,
            jungseong: 0,
            jongseong: 0,
        };
        assert_eq!(ga.compose(), Some('가'));
        assert_eq!(Syllable { choseong: 19, ..ga }.compose(), None);
        assert_eq!(
            Syllable {
                jungseong: 21,
                ..ga
            }
            .compose(),
            None
        );
        assert_eq!(
            Syllable {
                jongseong: 28,
                ..ga
            }
            .compose(),
            None
        );
    }

    #[test]
    fn indices_and_compatibility_jamo_map_both_ways() {
        for index in 0..=u8::MAX {
            if let Some(jamo) = choseong_jamo(index) {
                assert_eq!(choseong_index(jamo), Some(index));
                assert!(is_consonant_jamo(jamo));
            }
            if let Some(jamo) = jungseong_jamo(index) {
                assert_eq!(jungseong_index(jamo), Some(index));
                assert!(is_vowel_jamo(jamo));
            }
            if let Some(jamo) = jongseong_jamo(index) {
                assert_eq!(jongseong_index(jamo), Some(index));
                assert!(is_consonant_jamo(jamo));
            }
        }
        let known = |f: fn(u8) -> Option<char>| (0..=u8::MAX).filter_map(f).count();
        assert_eq!(known(choseong_jamo), 19);
        assert_eq!(known(jungseong_jamo), 21);
        assert_eq!(known(jongseong_jamo), 27);
        assert_eq!(jongseong_jamo(0), None);
    }

    #[test]
    fn doubled_plosives_end_no_syllable_and_clusters_begin_none() {
        for jamo in ['ㄸ', 'ㅃ', 'ㅉ'] {
            assert_eq!(jongseong_index(jamo), None);
        }
        assert_eq!(choseong_index('ㄳ'), None);
    }

    #[test]
    fn conjoining_jamo_of_nfd_text_map_to_the_letters_they_show() {
        // 닭 in NFD.
        let letters = ['\u{1103}', '\u{1161}', '\u{11B0}'].map(compatibility_jamo);
        assert_eq!(letters, [Some('ㄷ'), Some('ㅏ'), Some('ㄺ')]);
        assert_eq!(compatibility_jamo('\u{11A7}'), None);
        assert_eq!(compatibility_jamo('\u{1113}'), None);
    }

    #[test]
    fn rieul_alone_is_told_from_clusters_that_begin_with_it() {
        assert_eq!(batchim('덜'), Some(Batchim::Rieul));
        assert_eq!(batchim('덟'), Some(Batchim::Other));
        assert!(has_batchim('글'));
        assert!(!has_batchim('그'));
        assert!(!has_batchim('n'));
    }
}
