//! Initial consonants (초성): what a Korean types to find a long word with few keys, ㄱㅅㅅ for 가시성.
//! Both sides are compatibility jamo, the letters a keyboard gives: the index by [`choseong`], the query by
//! [`split_clusters`] once [`is_choseong`] says that it is one.

use alloc::string::String;

use crate::compound;
use crate::syllable::{choseong_jamo, decompose, is_consonant_jamo};

/// The initial consonant of one precomposed syllable, as a compatibility jamo; `None` for any other character.
pub fn initial(c: char) -> Option<char> {
    choseong_jamo(decompose(c)?.choseong)
}

/// The text with every syllable replaced by its initial consonant, and everything else left as it is, so that
/// characters keep their places.
///
/// ```
/// use hangul::choseong::choseong;
///
/// assert_eq!(choseong("가시성"), "ㄱㅅㅅ");
/// assert_eq!(choseong("S3 까치"), "S3 ㄲㅊ");
/// ```
pub fn choseong(text: &str) -> String {
    text.chars().map(|c| initial(c).unwrap_or(c)).collect()
}

/// Is this word all consonant jamo (clusters included), and not empty?
///
/// ```
/// use hangul::choseong::is_choseong;
///
/// assert!(is_choseong("ㄱㅅㅅ"));
/// assert!(is_choseong("ㄼㄷ"));
/// assert!(!is_choseong("ㄱ시성"));
/// assert!(!is_choseong("ㅏ"));
/// assert!(!is_choseong(""));
/// ```
pub fn is_choseong(word: &str) -> bool {
    !word.is_empty() && word.chars().all(is_consonant_jamo)
}

/// Splits the eleven clusters that begin no syllable into the two consonants they were typed as.
///
/// Windows' input method joins consonants as they are typed: who types ㄹ and ㅂ for 람보 sends ㄼ.
///
/// ```
/// use hangul::choseong::split_clusters;
///
/// assert_eq!(split_clusters("ㄼㄷ"), "ㄹㅂㄷ");
/// assert_eq!(split_clusters("ㄲㅆ"), "ㄲㅆ");
/// ```
pub fn split_clusters(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match compound::split(c) {
            Some((first, second)) if is_consonant_jamo(c) => {
                out.push(first);
                out.push(second);
            }
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syllable::choseong_index;
    use proptest::prelude::*;

    #[test]
    fn doubled_initials_are_kept_doubled() {
        assert_eq!(choseong("쓰기 빠르다 땅 짝"), "ㅆㄱ ㅃㄹㄷ ㄸ ㅉ");
    }

    #[test]
    fn jamo_and_other_scripts_keep_their_places() {
        assert_eq!(choseong("ㄱ시, Aws 漢字ㅏ"), "ㄱㅅ, Aws 漢字ㅏ");
    }

    #[test]
    fn all_eleven_clusters_split() {
        assert_eq!(
            split_clusters("ㄳㄵㄶㄺㄻㄼㄽㄾㄿㅀㅄ"),
            "ㄱㅅㄴㅈㄴㅎㄹㄱㄹㅁㄹㅂㄹㅅㄹㅌㄹㅍㄹㅎㅂㅅ"
        );
    }

    #[test]
    fn vowels_and_syllables_are_not_split() {
        assert_eq!(split_clusters("ㅘ값 a"), "ㅘ값 a");
    }

    proptest! {
        #[test]
        fn the_choseong_of_syllables_is_a_choseong_query_that_needs_no_splitting(word in "[가-힣]{1,12}") {
            let initials = choseong(&word);
            prop_assert!(is_choseong(&initials));
            prop_assert_eq!(initials.chars().count(), word.chars().count());
            prop_assert_eq!(split_clusters(&initials), initials);
        }

        #[test]
        fn after_splitting_every_consonant_can_begin_a_syllable(query in "[ㄱ-ㅎ]{0,12}") {
            prop_assert!(split_clusters(&query).chars().all(|c| choseong_index(c).is_some()));
        }
    }
}
