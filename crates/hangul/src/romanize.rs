//! Revised Romanization of Korean (국어의 로마자 표기법, 문화관광부 고시 제2000-8호), for `slug = "romanize"`.
//! It writes the sound, so each syllable's end is settled together with the next one's beginning, by the rules of the
//! 표준 발음법, in three steps: ㅎ merges or falls, what stands before a vowel moves over, the rest assimilates.
//!
//! What only a dictionary knows is left as the rules give it: ㄴ between the parts of a compound (학여울), ㄴㄹ read as
//! ㄴㄴ (신문로), 밟- and the nouns in ㄺ before ㄱ (닭과), capitals of names. Doubled sounds (된소리되기) are not written, as
//! the standard has it. The standard keeps ㅎ after ㄱ, ㄷ, ㅂ in nouns (묵호 Mukho) and merges it elsewhere (잡혀
//! japyeo); so it is merged in 히 and 혀, the suffixes of verbs, and kept otherwise.

use alloc::string::String;

use crate::compound;
use crate::syllable::{
    Syllable, choseong_index, choseong_jamo, decompose, jongseong_jamo, jungseong_index,
    jungseong_jamo,
};

/// By choseong index, each syllable's beginning.
const ONSETS: [&str; 19] = [
    "g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p",
    "h",
];

/// By jungseong index.
const VOWELS: [&str; 21] = [
    "a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo", "we",
    "wi", "yu", "eu", "ui", "i",
];

/// Writes the text in Latin letters, lower case: Hangul by its sound, everything else as it is.
///
/// ```
/// use hangul::romanize::romanize;
///
/// assert_eq!(romanize("가시성"), "gasiseong");
/// assert_eq!(romanize("신라"), "silla");
/// assert_eq!(romanize("독립"), "dongnip");
/// assert_eq!(romanize("같이"), "gachi");
/// assert_eq!(romanize("좋고"), "joko");
/// assert_eq!(romanize("S3 정리"), "S3 jeongni");
/// ```
pub fn romanize(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    // The beginning of this syllable, if the end of the last one changed it.
    let mut changed: Option<&'static str> = None;
    while let Some(c) = chars.next() {
        let Some(syllable) = decompose(c) else {
            push_letter(c, &mut out);
            continue;
        };
        let onset = changed.take().unwrap_or_else(|| onset(syllable.choseong));
        out.push_str(onset);
        out.push_str(vowel(syllable.jungseong));
        let Some(last) = jongseong_jamo(syllable.jongseong) else {
            continue;
        };
        match chars.peek().copied().and_then(decompose) {
            Some(next) => {
                let (end, beginning) = meet(last, next);
                out.push_str(end);
                changed = Some(beginning);
            }
            None => out.push_str(Coda::of(last).letters()),
        }
    }
    out
}

fn onset(choseong: u8) -> &'static str {
    ONSETS.get(usize::from(choseong)).copied().unwrap_or("")
}

/// A consonant, compatibility jamo, at the beginning of a syllable.
fn onset_of(jamo: char) -> &'static str {
    choseong_index(jamo).map_or("", onset)
}

fn vowel(jungseong: u8) -> &'static str {
    VOWELS.get(usize::from(jungseong)).copied().unwrap_or("")
}

/// A loose jamo as the letter it is; anything else unchanged.
fn push_letter(c: char, out: &mut String) {
    if let Some(index) = jungseong_index(c) {
        out.push_str(vowel(index));
    } else if let Some((first, second)) = compound::split(c) {
        out.push_str(onset_of(first));
        out.push_str(onset_of(second));
    } else if c == 'ㅇ' {
        out.push_str("ng");
    } else if choseong_index(c).is_some() {
        out.push_str(onset_of(c));
    } else {
        out.push(c);
    }
}

/// The seven sounds that end a syllable (표준 발음법 제8항).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Coda {
    None,
    K,
    N,
    T,
    L,
    M,
    P,
    Ng,
}

impl Coda {
    /// The sound of a final consonant or cluster before a consonant or at the end (제9-11항).
    fn of(last: char) -> Self {
        match last {
            'ㄱ' | 'ㄲ' | 'ㅋ' | 'ㄳ' | 'ㄺ' => Self::K,
            'ㄴ' | 'ㄵ' | 'ㄶ' => Self::N,
            'ㄹ' | 'ㄼ' | 'ㄽ' | 'ㄾ' | 'ㅀ' => Self::L,
            'ㅁ' | 'ㄻ' => Self::M,
            'ㅂ' | 'ㅍ' | 'ㅄ' | 'ㄿ' => Self::P,
            'ㅇ' => Self::Ng,
            _ => Self::T,
        }
    }

    fn letters(self) -> &'static str {
        match self {
            Self::None => "",
            Self::K => "k",
            Self::N => "n",
            Self::T => "t",
            Self::L => "l",
            Self::M => "m",
            Self::P => "p",
            Self::Ng => "ng",
        }
    }

    /// Before a nasal, stops become nasals (제18항).
    fn nasal(self) -> Self {
        match self {
            Self::K => Self::Ng,
            Self::T => Self::N,
            Self::P => Self::M,
            other => other,
        }
    }
}

/// How a final consonant and the next syllable's beginning sound together.
fn meet(last: char, next: Syllable) -> (&'static str, &'static str) {
    let initial = choseong_jamo(next.choseong).unwrap_or('ㅇ');
    match initial {
        'ㅇ' => before_vowel(last, next),
        'ㅎ' => before_hieut(last, next),
        _ => before_consonant(last, initial, next),
    }
}

/// Is this beginning of a syllable ㅣ or ㅕ: the suffixes 이, 히, 여, 혀 that palatalise and merge?
fn is_suffix_vowel(next: Syllable) -> bool {
    // 혀 ends in nothing or in the past tense's ㅆ; 협, 현, 형 are nouns.
    match jungseong_jamo(next.jungseong) {
        Some('ㅣ') => true,
        Some('ㅕ') => matches!(jongseong_jamo(next.jongseong), None | Some('ㅆ')),
        _ => false,
    }
}

/// 연음 (제13, 14항) and 구개음화 (제17항): the last consonant moves over.
fn before_vowel(last: char, next: Syllable) -> (&'static str, &'static str) {
    let (stays, moves) = match compound::split(last) {
        // ㅎ falls before a vowel (제12항 4), and what is before it moves.
        Some((first, 'ㅎ')) => (Coda::None, first),
        Some((first, second)) => (Coda::of(first), second),
        None => (Coda::None, last),
    };
    let beginning = match moves {
        'ㅇ' => return ("ng", ""),
        'ㅎ' => "",
        'ㄷ' if is_suffix_vowel(next) => "j",
        'ㅌ' if is_suffix_vowel(next) => "ch",
        _ => onset_of(moves),
    };
    (stays.letters(), beginning)
}

/// 격음화 (제12항 붙임): ㅎ makes the stop before it aspirate in 히 and 혀, and is written after the rest.
fn before_hieut(last: char, next: Syllable) -> (&'static str, &'static str) {
    if is_suffix_vowel(next) {
        let (stays, merges) = match compound::split(last) {
            Some((first, second)) => (Coda::of(first), second),
            None => (Coda::None, last),
        };
        let merged = match merges {
            'ㄱ' => "k",
            'ㅂ' => "p",
            'ㄷ' | 'ㅈ' => "ch",
            _ => "",
        };
        if !merged.is_empty() {
            return (stays.letters(), merged);
        }
    }
    (Coda::of(last).letters(), "h")
}

/// ㅎ before a consonant (제12항), nasals (제18, 19항) and liquids (제20항).
fn before_consonant(last: char, initial: char, next: Syllable) -> (&'static str, &'static str) {
    let plain = onset(next.choseong);
    let (rest, hieut) = match (last, compound::split(last)) {
        ('ㅎ', _) => (Coda::None, true),
        (_, Some((first, 'ㅎ'))) => (Coda::of(first), true),
        _ => (Coda::None, false),
    };
    let merged = match initial {
        'ㄱ' => "k",
        'ㄷ' => "t",
        'ㅈ' => "ch",
        'ㅅ' => "s",
        _ => "",
    };
    if hieut && !merged.is_empty() {
        return (rest.letters(), merged);
    }

    let coda = match (last, initial) {
        // The stems in ㄺ keep ㄹ before ㄱ (제11항 다만): 읽기, 밝게.
        ('ㄺ', 'ㄱ') => Coda::L,
        _ => Coda::of(last),
    };
    match (coda, initial) {
        (Coda::N | Coda::L, 'ㄹ') | (Coda::L, 'ㄴ') => ("l", "l"),
        (_, 'ㄹ') => (coda.nasal().letters(), "n"),
        (_, 'ㄴ' | 'ㅁ') => (coda.nasal().letters(), plain),
        _ => (coda.letters(), plain),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// `한글 latin` pairs, one a line or separated by commas.
    fn check(pairs: &str) {
        for pair in pairs
            .split([',', '\n'])
            .map(str::trim)
            .filter(|pair| !pair.is_empty())
        {
            let (hangul, latin) = pair.split_once(' ').unwrap_or_default();
            assert_eq!(romanize(hangul), latin, "{hangul}");
        }
    }

    #[test]
    fn the_examples_of_the_standard_hold() {
        // 제2장, 제3장의 보기. 학여울, 알약 and 신문로 need a dictionary.
        check(
            "구미 gumi, 영동 yeongdong, 백암 baegam, 옥천 okcheon, 합덕 hapdeok, 호법 hobeop, 월곶 wolgot, 벚꽃 beotkkot
             한밭 hanbat, 구리 guri, 설악 seorak, 칠곡 chilgok, 임실 imsil, 울릉 ulleung, 대관령 daegwallyeong
             백마 baengma, 종로 jongno, 왕십리 wangsimni, 별내 byeollae, 신라 silla
             해돋이 haedoji, 같이 gachi, 맞히다 machida, 좋고 joko, 놓다 nota, 잡혀 japyeo, 낳지 nachi
             묵호 mukho, 집현전 jiphyeonjeon, 압구정 apgujeong, 낙동강 nakdonggang, 죽변 jukbyeon, 낙성대 nakseongdae
             합정 hapjeong, 팔당 paldang, 샛별 saetbyeol, 울산 ulsan, 광희문 gwanghuimun",
        );
    }

    #[test]
    fn stops_before_nasals_become_nasals() {
        check(
            "국물 gungmul, 입니다 imnida, 받는 banneun, 독립 dongnip, 앞문 ammun, 없는 eomneun, 읽는 ingneun, 꽃망울 kkonmangul",
        );
    }

    #[test]
    fn rieul_after_other_consonants_becomes_nieun() {
        check("정리 jeongni, 심리 simni, 협력 hyeomnyeok, 석류 seongnyu");
    }

    #[test]
    fn nieun_and_rieul_meet_as_a_double_l() {
        check(
            "관련 gwallyeon, 원리 wolli, 설날 seollal, 물난리 mullalli, 끓는 kkeulleun, 실력 sillyeok",
        );
    }

    #[test]
    fn hieut_merges_falls_or_stays() {
        check(
            "많고 manko, 싫다 silta, 않지 anchi, 좋아 joa, 많아 mana, 싫어 sireo, 놓는 nonneun, 않는 anneun, 좋소 joso",
        );
        check(
            "닫혀 dachyeo, 굳히다 guchida, 밝히다 balkida, 앉히다 anchida, 전화 jeonhwa, 결혼 gyeolhon, 복합 bokhap, 히읗 hieut",
        );
    }

    #[test]
    fn finals_move_to_a_following_vowel() {
        check(
            "있어 isseo, 깎아 kkakka, 강아지 gangaji, 없어 eopseo, 읽어 ilgeo, 앉아 anja, 닭이 dalgi, 핥이다 halchida, 붙여 buchyeo",
        );
    }

    #[test]
    fn clusters_lose_a_consonant_before_another() {
        check(
            "값 gap, 닭 dak, 삶 sam, 여덟 yeodeol, 넋도 neokdo, 읊다 eupda, 읽다 ikda, 읽기 ilgi",
        );
    }

    #[test]
    fn sounds_do_not_change_across_what_is_no_hangul() {
        assert_eq!(romanize("독 립"), "dok rip");
        assert_eq!(romanize("같-이"), "gat-i");
        assert_eq!(romanize("AWS의 람다2"), "AWSui ramda2");
    }

    #[test]
    fn loose_jamo_are_written_as_letters() {
        assert_eq!(romanize("ㄱㅏㅇㄳ"), "ganggs");
        assert_eq!(romanize("ㅋㅋ"), "kk");
    }

    proptest! {
        #[test]
        fn hangul_leaves_lower_case_ascii_only(text in "[가-힣ㄱ-ㅣ]{1,16}") {
            let latin = romanize(&text);
            prop_assert!(!latin.is_empty());
            prop_assert!(latin.bytes().all(|b| b.is_ascii_lowercase()));
        }

        #[test]
        fn other_text_is_unchanged(text in "[ -~é漢か]{0,16}") {
            prop_assert_eq!(romanize(&text), text);
        }

        #[test]
        fn words_are_written_one_by_one(a in "[가-힣]{1,6}", b in "[가-힣]{1,6}") {
            let both: String = [a.as_str(), " ", b.as_str()].concat();
            prop_assert_eq!(romanize(&both), romanize(&a) + " " + &romanize(&b));
        }
    }
}
