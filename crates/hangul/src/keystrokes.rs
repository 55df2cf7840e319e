//! The two-set (두벌식, KS X 5002) keyboard, both ways: the Latin keys that type a text, and the text that keys type.
//!
//! Terms keyed by keystrokes answer, with one ASCII prefix search, what is otherwise three problems: a syllable still
//! being composed (가시ㅅ and 가싯 are `rktlt`, a prefix of 가시성 `rktltjd`), Hangul typed in Latin mode (`rktltjd`)
//! and Latin typed in Hangul mode (ㅁㅈㄴ, which is `aws`).

use alloc::string::String;

use crate::compound;
use crate::syllable::{
    Syllable, choseong_index, choseong_jamo, compatibility_jamo, decompose, is_consonant_jamo,
    jongseong_index, jongseong_jamo, jungseong_index, jungseong_jamo,
};

/// The key of each compatibility jamo from ㄱ to ㅣ; `-` for a compound, which takes the keys of its parts.
const KEYS: &[u8; 51] = b"rR-s--eEf-------aqQ-tTdwWczxvgkoiOjpuPh---yn---bm-l";
const FIRST_JAMO: u32 = 'ㄱ' as u32;

/// The keys that type the text: every syllable and jamo becomes Latin letters, the shifted ones (`R`, `E`, `Q`, `T`,
/// `W`, `O`, `P`) in upper case; everything else stays as it is. NFD gives the same as NFC.
///
/// ```
/// use hangul::keystrokes::to_keystrokes;
///
/// assert_eq!(to_keystrokes("가시성"), "rktltjd");
/// assert_eq!(to_keystrokes("까"), "Rk");
/// assert_eq!(to_keystrokes("과"), "rhk");
/// assert_eq!(to_keystrokes("닭"), "ekfr");
/// assert_eq!(to_keystrokes("ㅁㅈㄴ"), "aws");
/// assert_eq!(to_keystrokes("S3에"), "S3dp");
/// ```
pub fn to_keystrokes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        push_keystrokes(c, &mut out);
    }
    out
}

/// Appends the keys of one character, or the character itself if it is no Hangul: at most five keys.
/// For callers that must know which keys came from which character.
pub fn push_keystrokes(c: char, out: &mut String) {
    match decompose(c) {
        Some(syllable) => {
            let jamo = [
                choseong_jamo(syllable.choseong),
                jungseong_jamo(syllable.jungseong),
                jongseong_jamo(syllable.jongseong),
            ];
            for jamo in jamo.into_iter().flatten() {
                push_jamo(jamo, out);
            }
        }
        None => push_jamo(compatibility_jamo(c).unwrap_or(c), out),
    }
}

fn push_jamo(c: char, out: &mut String) {
    if let Some((first, second)) = compound::split(c) {
        out.push(key(first).unwrap_or(first));
        out.push(key(second).unwrap_or(second));
    } else {
        out.push(key(c).unwrap_or(c));
    }
}

/// The key of a jamo that has one of its own.
fn key(jamo: char) -> Option<char> {
    let offset = u32::from(jamo).checked_sub(FIRST_JAMO)?;
    match KEYS.get(usize::try_from(offset).ok()?)? {
        b'-' => None,
        &key => Some(char::from(key)),
    }
}

/// The jamo on a key. Upper case without a shifted meaning types what lower case does.
fn jamo_on(key: char) -> Option<char> {
    if !key.is_ascii_alphabetic() {
        return None;
    }
    let find = |key: char| KEYS.iter().position(|&k| char::from(k) == key);
    let offset = find(key).or_else(|| find(key.to_ascii_lowercase()))?;
    char::from_u32(FIRST_JAMO + u32::try_from(offset).ok()?)
}

/// What a two-set input method shows after these keys: the word typed without switching to Hangul, or, for an English
/// word, what appears when Hangul mode was left on. What is no letter key stays as it is and ends the syllable.
///
/// Consonants join only below a vowel, as on macOS and Linux: `rt` is ㄱㅅ (Windows shows ㄳ, for which see
/// [`crate::choseong::split_clusters`]).
///
/// It undoes [`to_keystrokes`] for every text of precomposed syllables, since each begins with a consonant and holds a
/// vowel; not for loose jamo, which keys tell apart no more than a screen does (가ㄱ and 각 are both `rkr`), nor for
/// Latin letters. The other way round nothing is lost: `to_keystrokes(from_keystrokes(keys))` is `keys`, but for
/// upper-case letters without a shifted meaning, which come back in lower case.
///
/// ```
/// use hangul::keystrokes::from_keystrokes;
///
/// assert_eq!(from_keystrokes("dkaghghk"), "암호화");
/// assert_eq!(from_keystrokes("rktlt"), "가싯");
/// assert_eq!(from_keystrokes("rktltj"), "가시서");
/// assert_eq!(from_keystrokes("ekfr"), "닭");
/// assert_eq!(from_keystrokes("ekfrdl"), "닭이");
/// assert_eq!(from_keystrokes("ekfrl"), "달기");
/// assert_eq!(from_keystrokes("aws"), "ㅁㅈㄴ");
/// assert_eq!(from_keystrokes("AWS"), "ㅁㅉㄴ");
/// ```
pub fn from_keystrokes(keys: &str) -> String {
    let mut out = String::with_capacity(keys.len());
    let mut composer = Composer::default();
    for key in keys.chars() {
        match jamo_on(key) {
            Some(jamo) if is_consonant_jamo(jamo) => composer.consonant(jamo, &mut out),
            Some(jamo) => composer.vowel(jamo, &mut out),
            None => {
                composer.commit(&mut out);
                out.push(key);
            }
        }
    }
    composer.commit(&mut out);
    out
}

/// Keystrokes without shift (ASCII lower case), for matching that forgives a missed shift or caps lock: 까 and 가 are
/// both `rk`.
///
/// ```
/// use hangul::keystrokes::{fold_shift, to_keystrokes};
///
/// assert_eq!(to_keystrokes("있다"), "dlTek");
/// assert_eq!(fold_shift("dlTek"), "dltek");
/// ```
pub fn fold_shift(keys: &str) -> String {
    keys.to_ascii_lowercase()
}

/// The syllable under the cursor, in compatibility jamo. There is no jongseong without the other two.
#[derive(Default)]
struct Composer {
    choseong: Option<char>,
    jungseong: Option<char>,
    jongseong: Option<char>,
}

impl Composer {
    fn consonant(&mut self, jamo: char, out: &mut String) {
        if let Some(last) = self.jongseong {
            if let Some(cluster) = compound::join(last, jamo) {
                self.jongseong = Some(cluster);
                return;
            }
        } else if self.choseong.is_some()
            && self.jungseong.is_some()
            && jongseong_index(jamo).is_some()
        {
            self.jongseong = Some(jamo);
            return;
        }
        self.commit(out);
        self.choseong = Some(jamo);
    }

    fn vowel(&mut self, jamo: char, out: &mut String) {
        if let Some(last) = self.jongseong {
            // The final consonant, or the second half of a cluster, begins the next syllable.
            let (stays, moves) = match compound::split(last) {
                Some((first, second)) => (Some(first), second),
                None => (None, last),
            };
            self.jongseong = stays;
            self.commit(out);
            self.choseong = Some(moves);
        } else if let Some(last) = self.jungseong {
            if let Some(diphthong) = compound::join(last, jamo) {
                self.jungseong = Some(diphthong);
                return;
            }
            self.commit(out);
        }
        self.jungseong = Some(jamo);
    }

    /// Writes what is composed so far and starts afresh.
    fn commit(&mut self, out: &mut String) {
        let Self {
            choseong,
            jungseong,
            jongseong,
        } = core::mem::take(self);
        let syllable = (|| {
            Syllable {
                choseong: choseong_index(choseong?)?,
                jungseong: jungseong_index(jungseong?)?,
                jongseong: jongseong.and_then(jongseong_index).unwrap_or(0),
            }
            .compose()
        })();
        match syllable {
            Some(c) => out.push(c),
            None => out.extend(choseong.into_iter().chain(jungseong)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_letter_key_types_one_jamo_and_every_jamo_is_typed_back() {
        for key in ('a'..='z').chain(['R', 'E', 'Q', 'T', 'W', 'O', 'P']) {
            let jamo = jamo_on(key);
            assert!(jamo.is_some(), "{key}");
            assert_eq!(jamo.and_then(super::key), Some(key));
        }
    }

    #[test]
    fn compound_vowels_and_finals_take_two_keys() {
        assert_eq!(to_keystrokes("ㅘㅙㅚㅝㅞㅟㅢ"), "hkhohlnjnpnlml");
        assert_eq!(
            to_keystrokes("ㄳㄵㄶㄺㄻㄼㄽㄾㄿㅀㅄ"),
            "rtswsgfrfafqftfxfvfgqt"
        );
    }

    #[test]
    fn shifted_jamo_are_upper_case() {
        assert_eq!(to_keystrokes("ㄲㄸㅃㅆㅉㅒㅖ"), "REQTWOP");
        assert_eq!(from_keystrokes("R E Q T W O P"), "ㄲ ㄸ ㅃ ㅆ ㅉ ㅒ ㅖ");
    }

    #[test]
    fn what_is_no_hangul_stays_as_it_is() {
        assert_eq!(
            to_keystrokes("AWS Lambda, 漢字 ㆍ1"),
            "AWS Lambda, 漢字 ㆍ1"
        );
        assert_eq!(from_keystrokes("1.漢é가"), "1.漢é가");
    }

    #[test]
    fn nfd_takes_the_same_keys_as_nfc() {
        assert_eq!(
            to_keystrokes("\u{1103}\u{1161}\u{11B0}"),
            to_keystrokes("닭")
        );
    }

    #[test]
    fn a_final_consonant_moves_on_when_a_vowel_follows() {
        assert_eq!(from_keystrokes("rkr"), "각");
        assert_eq!(from_keystrokes("rkrk"), "가가");
        assert_eq!(from_keystrokes("dlTj"), "이써");
    }

    #[test]
    fn a_cluster_gives_its_second_half_to_a_vowel_and_stays_before_a_consonant() {
        assert_eq!(from_keystrokes("rkrt"), "갃");
        assert_eq!(from_keystrokes("rkrtk"), "각사");
        assert_eq!(from_keystrokes("rkrtdk"), "갃아");
        assert_eq!(from_keystrokes("rkrttk"), "갃사");
    }

    #[test]
    fn doubled_consonants_come_from_shift_only() {
        assert_eq!(from_keystrokes("rkrr"), "각ㄱ");
        assert_eq!(from_keystrokes("rkrrk"), "각가");
        assert_eq!(from_keystrokes("rkR"), "갂");
        assert_eq!(from_keystrokes("rkE"), "가ㄸ");
        assert_eq!(from_keystrokes("rkEk"), "가따");
    }

    #[test]
    fn vowels_join_where_they_can_and_stand_alone_where_they_cannot() {
        assert_eq!(from_keystrokes("hk"), "ㅘ");
        assert_eq!(from_keystrokes("rhk"), "과");
        assert_eq!(from_keystrokes("rkk"), "가ㅏ");
        assert_eq!(from_keystrokes("rhkl"), "과ㅣ");
        assert_eq!(from_keystrokes("kr"), "ㅏㄱ");
    }

    #[test]
    fn loose_consonants_do_not_join() {
        assert_eq!(from_keystrokes("rtt"), "ㄱㅅㅅ");
        assert_eq!(from_keystrokes("rtk"), "ㄱ사");
    }

    #[test]
    fn a_key_that_is_no_jamo_ends_the_syllable() {
        assert_eq!(from_keystrokes("rk rk"), "가 가");
        assert_eq!(from_keystrokes("rk-r"), "가-ㄱ");
    }

    #[test]
    fn upper_case_without_a_shifted_meaning_is_lower_case() {
        assert_eq!(from_keystrokes("A"), "ㅁ");
        assert_eq!(from_keystrokes("GKSrMF"), "한글");
    }

    /// Keys as the keyboard tells them apart.
    fn meaningful(keys: &str) -> String {
        keys.chars()
            .map(|c| {
                if "REQTWOP".contains(c) {
                    c
                } else {
                    c.to_ascii_lowercase()
                }
            })
            .collect()
    }

    #[test]
    fn every_pair_of_syllables_is_told_apart_by_its_keys() {
        // Only the first syllable's final and the second's initial can meet: all of those, with one vowel each.
        for final_index in 0..28 {
            for initial_index in 0..19 {
                let first = Syllable {
                    choseong: 0,
                    jungseong: 8,
                    jongseong: final_index,
                };
                let second = Syllable {
                    choseong: initial_index,
                    jungseong: 0,
                    jongseong: 0,
                };
                let word: String = [first, second]
                    .into_iter()
                    .filter_map(Syllable::compose)
                    .collect();
                assert_eq!(from_keystrokes(&to_keystrokes(&word)), word);
            }
        }
    }

    proptest! {
        #[test]
        fn syllables_are_typed_back_from_their_keystrokes(text in "[가-힣 .,!0-9-]{0,24}") {
            prop_assert_eq!(from_keystrokes(&to_keystrokes(&text)), text);
        }

        #[test]
        fn no_key_is_lost_in_composing(keys in "[ -~]{0,32}") {
            prop_assert_eq!(to_keystrokes(&from_keystrokes(&keys)), meaningful(&keys));
        }

        #[test]
        fn a_half_composed_word_has_a_prefix_of_the_keystrokes_of_the_whole(word in "[가-힣]{1,8}") {
            let keys = to_keystrokes(&word);
            for end in 0..=keys.len() {
                let on_screen = from_keystrokes(&keys[..end]);
                prop_assert!(keys.starts_with(&to_keystrokes(&on_screen)));
                prop_assert_eq!(to_keystrokes(&on_screen).len(), end);
            }
        }

        #[test]
        fn keystrokes_of_a_text_are_those_of_its_parts(a in "\\PC{0,8}", b in "\\PC{0,8}") {
            let whole: String = [a.as_str(), b.as_str()].concat();
            prop_assert_eq!(to_keystrokes(&whole), to_keystrokes(&a) + &to_keystrokes(&b));
        }
    }
}
