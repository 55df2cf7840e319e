//! The form of a particle that fits the word before it: find the part of the word that is read aloud, then the sound it
//! ends in (Hangul by its batchim, numbers and Latin by how they are read), then the form.

use crate::syllable::{Batchim, batchim};

/// A particle with two forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Josa {
    /// 은/는, the topic.
    EunNeun,
    /// 이/가, the subject.
    IGa,
    /// 을/를, the object.
    EulReul,
    /// 과/와, "and", "with".
    WaGwa,
    /// 으로/로, "by", "to"; 로 after ㄹ too.
    EuroRo,
    /// 이 or nothing: the linking 이 of 이다/다, 이라는/라는, 이나/나, to be followed by the rest.
    I,
}

/// The form of the particle that fits after `word`.
///
/// ```
/// use hangul::josa::{josa, Josa};
///
/// assert_eq!(josa("노트", Josa::EunNeun), "는");
/// assert_eq!(josa("문단", Josa::EunNeun), "은");
/// assert_eq!(josa("파일", Josa::EuroRo), "로");
/// assert_eq!(josa("S3", Josa::EuroRo), "으로"); // 삼으로
/// assert_eq!(josa("EC2", Josa::IGa), "가"); // 이가
/// assert_eq!(josa("URL", Josa::EulReul), "을"); // 유알엘을
/// assert_eq!(josa("`README.md`", Josa::IGa), "가"); // 엠디가
/// ```
pub fn josa(word: &str, particle: Josa) -> &'static str {
    let sound = final_sound(word);
    let vowel = sound == Batchim::None;
    match particle {
        Josa::EunNeun if vowel => "는",
        Josa::EunNeun => "은",
        Josa::IGa if vowel => "가",
        Josa::IGa => "이",
        Josa::EulReul if vowel => "를",
        Josa::EulReul => "을",
        Josa::WaGwa if vowel => "와",
        Josa::WaGwa => "과",
        Josa::EuroRo if sound == Batchim::Other => "으로",
        Josa::EuroRo => "로",
        Josa::I if vowel => "",
        Josa::I => "이",
    }
}

/// The sound that a word ends in when a Korean reads it aloud.
///
/// Quotes, brackets and other marks at the end are not read, nor is a remark in parentheses: the particle follows the
/// word before it. Numbers are read in Sino-Korean. Latin capitals, and words without a vowel, are read letter by
/// letter (L, M, N and R are 엘, 엠, 엔, 알); other Latin words by the rules of thumb that loanwords follow. A word with
/// nothing readable, or in another script, counts as ending in a vowel.
///
/// ```
/// use hangul::josa::final_sound;
/// use hangul::syllable::Batchim;
///
/// assert_eq!(final_sound("람다(Lambda function)"), Batchim::None);
/// assert_eq!(final_sound("100"), Batchim::Other); // 백
/// assert_eq!(final_sound("VPN"), Batchim::Other); // 브이피엔
/// assert_eq!(final_sound("XHR"), Batchim::Rieul); // 엑스에이치알
/// assert_eq!(final_sound("Docker"), Batchim::None); // 도커
/// assert_eq!(final_sound("Spring"), Batchim::Other); // 스프링
/// ```
pub fn final_sound(word: &str) -> Batchim {
    let word = read_part(word);
    let Some(last) = word.chars().next_back() else {
        return Batchim::None;
    };
    if let Some(sound) = batchim(last) {
        return sound;
    }
    match last {
        '0'..='9' => number_sound(word, last),
        'a'..='z' | 'A'..='Z' => latin_sound(word),
        // The letters are called 기역, 니은, … 히읗; the name of ㄹ is 리을.
        'ㄹ' => Batchim::Rieul,
        'ㄱ'..='ㅎ' => Batchim::Other,
        '#' => Batchim::Other, // 샵
        _ => Batchim::None,    // among them % and +: 퍼센트, 플러스
    }
}

/// The word up to the last character that is read: without marks, and without a remark in parentheses unless that is
/// all there is.
fn read_part(word: &str) -> &str {
    let is_read = |c: char| c.is_alphanumeric() || matches!(c, '%' | '+' | '#' | '℃');
    let mut depth = 0_usize;
    for (at, c) in word.char_indices().rev() {
        match c {
            ')' | '）' => depth += 1,
            '(' | '（' => depth = depth.saturating_sub(1),
            c if depth == 0 && is_read(c) => return word.get(..at + c.len_utf8()).unwrap_or(word),
            _ => {}
        }
    }
    word.trim_end_matches(|c| !is_read(c))
}

/// A number is read 일, 이, 삼 …; one that ends in zeros by its last unit.
fn number_sound(word: &str, last: char) -> Batchim {
    match last {
        '1' | '7' | '8' => Batchim::Rieul, // 일, 칠, 팔
        '3' | '6' => Batchim::Other,       // 삼, 육
        '0' => {
            let digits = word.chars().rev().filter(|&c| c != ',');
            match digits.take_while(|&c| c == '0').count() {
                12..=15 => Batchim::None, // 조
                _ => Batchim::Other,      // 영, 십, 백, 천, 만, 억
            }
        }
        _ => Batchim::None, // 이, 사, 오, 구
    }
}

fn latin_sound(word: &str) -> Batchim {
    let letters = word
        .rsplit(|c: char| !c.is_ascii_alphabetic())
        .next()
        .unwrap_or(word);
    let is_vowel = |c: u8| {
        matches!(
            c.to_ascii_lowercase(),
            b'a' | b'e' | b'i' | b'o' | b'u' | b'y'
        )
    };
    let spelled_out = letters.bytes().all(|c| c.is_ascii_uppercase())
        || !letters.bytes().any(is_vowel)
        || letters.len() == 1;

    // The last letters, lower case, last first; 0 before the word's start.
    let mut back = letters.bytes().rev().map(|c| c.to_ascii_lowercase());
    let mut next = || back.next().unwrap_or(0);
    let last = [next(), next(), next()];
    if spelled_out {
        return match last {
            [b'l' | b'r', ..] => Batchim::Rieul,
            [b'm' | b'n', ..] => Batchim::Other,
            _ => Batchim::None,
        };
    }
    match last {
        // 셸, 파일, 테이블
        [b'l', ..] | [b'e', b'l', _] => Batchim::Rieul,
        // 테라폼, 버전, 크롬, 파이프라인
        [b'm' | b'n', ..] | [b'e', b'm' | b'n', _] => Batchim::Other,
        // 스프링; 스택; 훅
        [b'g', b'n', _] | [b'k', b'c', _] | [b'k', b'o', b'o'] => Batchim::Other,
        // A stop after one short vowel closes the syllable (깃, 맵, 토픽); after two vowels or a consonant it takes 으
        // (루트, 테스트).
        [b'c' | b'k' | b'p' | b't', vowel, before] if is_vowel(vowel) && !is_vowel(before) => {
            Batchim::Other
        }
        _ => Batchim::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_pair_follows_the_batchim() {
        let forms = |word| {
            [
                Josa::EunNeun,
                Josa::IGa,
                Josa::EulReul,
                Josa::WaGwa,
                Josa::EuroRo,
                Josa::I,
            ]
            .map(|particle| josa(word, particle))
        };
        assert_eq!(forms("노트"), ["는", "가", "를", "와", "로", ""]);
        assert_eq!(forms("문단"), ["은", "이", "을", "과", "으로", "이"]);
        assert_eq!(forms("파일"), ["은", "이", "을", "과", "로", "이"]);
    }

    #[test]
    fn digits_are_read_in_sino_korean() {
        let rieul = ["1", "7", "8", "v1", "2024-08"];
        let other = ["S3", "6", "0", "10", "1,000", "100000000", "1.0"];
        let vowel = ["EC2", "4", "H5", "9", "1,000,000,000,000", "10조"];
        assert!(rieul.iter().all(|word| final_sound(word) == Batchim::Rieul));
        assert!(other.iter().all(|word| final_sound(word) == Batchim::Other));
        assert!(vowel.iter().all(|word| final_sound(word) == Batchim::None));
    }

    #[test]
    fn abbreviations_are_read_letter_by_letter() {
        for word in ["URL", "SQL", "XHR", "R", "l", "html"] {
            assert_eq!(final_sound(word), Batchim::Rieul, "{word}");
        }
        for word in ["RAM", "VPN", "N", "cdn"] {
            assert_eq!(final_sound(word), Batchim::Other, "{word}");
        }
        for word in ["AWS", "API", "md", "HTTP", "Amazon EBS", "노트.css"] {
            assert_eq!(final_sound(word), Batchim::None, "{word}");
        }
    }

    #[test]
    fn latin_words_are_read_as_loanwords() {
        for word in ["shell", "File", "table", "Google"] {
            assert_eq!(final_sound(word), Batchim::Rieul, "{word}");
        }
        for word in [
            "Terraform",
            "version",
            "Chrome",
            "pipeline",
            "String",
            "Slack",
            "hook",
            "Git",
            "map",
            "topic",
            "bucket",
        ] {
            assert_eq!(final_sound(word), Batchim::Other, "{word}");
        }
        for word in [
            "Docker",
            "Rust",
            "Java",
            "root",
            "Kubernetes",
            "cache",
            "Network",
            "software",
        ] {
            assert_eq!(final_sound(word), Batchim::None, "{word}");
        }
    }

    #[test]
    fn marks_after_the_word_are_not_read() {
        assert_eq!(josa("\"문단\"", Josa::EunNeun), "은");
        assert_eq!(josa("『노트』.", Josa::EunNeun), "는");
        assert_eq!(josa("**파일**", Josa::EuroRo), "로");
        assert_eq!(josa("C++", Josa::EunNeun), "는");
        assert_eq!(josa("C#", Josa::EunNeun), "은");
        assert_eq!(josa("100%", Josa::EulReul), "를");
    }

    #[test]
    fn a_remark_in_parentheses_is_not_read_unless_it_is_all_there_is() {
        assert_eq!(josa("노트(초안(둘))", Josa::EunNeun), "는");
        assert_eq!(josa("노트)", Josa::EunNeun), "는");
        assert_eq!(josa("노트(초안)", Josa::EunNeun), "는");
        assert_eq!(josa("main()", Josa::EunNeun), "은");
        assert_eq!(josa("(초안)", Josa::EunNeun), "은");
        assert_eq!(josa("문단 (a) (b)", Josa::IGa), "이");
    }

    #[test]
    fn what_cannot_be_read_counts_as_a_vowel() {
        for word in ["", "...", "()", ")", "漢", "か"] {
            assert_eq!(final_sound(word), Batchim::None, "{word}");
        }
    }

    proptest! {
        #[test]
        fn any_text_gets_a_form(text in "\\PC{0,24}") {
            for particle in [Josa::EunNeun, Josa::EuroRo] {
                prop_assert!(!josa(&text, particle).is_empty());
            }
        }

        #[test]
        fn a_syllable_at_the_end_decides_alone(before in "[a-z가-힣0-9]{0,6}", last in "[가-힣]") {
            let word = alloc::string::String::from(&before) + &last;
            prop_assert_eq!(Some(final_sound(&word)), last.chars().next().and_then(batchim));
        }
    }
}
