//! Particles (조사). Two uses: picking the form that fits the word before it, for messages (`노트는`, `문단은`); and
//! telling a run of particles and endings from a word, where Hangul is glued to Latin, a number, a closing bracket or a
//! bare URL (`EC2의`, `https://example.com입니다`).
//!
//! The class is closed, so a small automaton holds it: what may follow what, and no dictionary.

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

/// What has been read so far, as a set of bits; the automaton of [`particle_prefix`] may be in several.
type States = u8;
/// A noun just ended: the start.
const NOUN: States = 1;
/// After a case particle: 에서, 으로, 와.
const CASE: States = 2;
/// After a delimiter (까지, 부터, 만) or a nominal ending (하기, 됨), which takes what a noun does, but no verbaliser.
const DELIMITER: States = 4;
/// After the linking 이 of the copula.
const COPULA: States = 8;
/// After a quotation: 라고.
const QUOTE: States = 16;
/// After the stem of a verbaliser: 하, 되, 시키.
const STEM: States = 32;
/// After a past stem: 했, 되었, 였.
const PAST: States = 64;
/// Nothing may follow.
const END: States = 128;

/// States in which a run may stop.
const COMPLETE: States = NOUN | CASE | DELIMITER | QUOTE | END;
/// After a noun, with or without particles.
const NOMINAL: States = NOUN | CASE | DELIMITER;

/// From which states, by which of these particles or endings, to which states.
///
/// Left out on purpose, though they are endings, for the words they would eat: 자 and 니 (과자, 도니), 인가
/// (authorization), 하나 (one), and short endings after a case particle (로고, 에지).
const MOVES: &[(States, States, &str)] = &[
    (NOUN, NOUN, "들"),
    (
        NOUN | DELIMITER,
        CASE,
        "에 에서 에다 에다가 으로 로 으로서 로서 으로써 로써",
    ),
    (NOUN, CASE, "에게 에게서 에게로 한테 한테서 께 께서"),
    (
        NOMINAL,
        CASE,
        "와 과 랑 이랑 하고 보다 처럼 만큼 같이 대로 마냥 은커녕 는커녕 커녕",
    ),
    (NOMINAL, DELIMITER, "까지 부터 만 마다 조차 마저 밖에 뿐 씩"),
    (NOMINAL, END, "은 는 도 의 가 요 이요 에선 에겐"),
    (NOUN | DELIMITER, END, "이 을 를"),
    (
        NOMINAL | COPULA,
        END,
        "다 나 든 든지 라도 야말로 라 라서 라면 라며 라는 란 라든지 라든가",
    ),
    (NOMINAL | COPULA, QUOTE, "라고"),
    (NOMINAL, COPULA, "이"),
    (
        NOMINAL,
        END,
        "입니다 인 인데 인데요 일 일까 일수록 예요 에요 이에요",
    ),
    (NOMINAL, DELIMITER, "임 인지 일지"),
    (
        NOUN | DELIMITER | COPULA,
        END,
        "며 면 면서 고 지 지만 죠 니까 므로 거나 야 네요 군요",
    ),
    (COPULA, END, "던 지요 어서 어야 어야만 어도 려면 고요"),
    (COPULA, DELIMITER, "기"),
    (NOUN | DELIMITER, END, "여야 여야만 여서 여도"),
    (NOMINAL, PAST, "였 이었"),
    (QUOTE, END, "는 도 만 요"),
    (NOUN | QUOTE, STEM, "하"),
    (NOUN, STEM, "되 시키 당하 해주"),
    (
        STEM,
        END,
        "다 는 고 며 면 면서 면서도 지 지만 지는 지도 는데 니 니까 므로 게 도록 려 려면 려고 려는 자 자면 자마자 \
         거나 던 던지 든 든지 라 라고 라는 고자 더라도 다가 다면 다는 다고 세요 십시오 시오 네요 죠 지요 느라 더니 고는",
    ),
    (STEM, DELIMITER, "기 는지 는데"),
    (NOUN | QUOTE, PAST, "했 하였"),
    (NOUN, PAST, "됐 되었 시켰 당했"),
    (
        NOUN | QUOTE,
        END,
        "한 한다 한다면 한다는 한다고 할 할까 할수록 합니다 합시다 해 해서 해도 해야 해야만 해요 하여 하여도 하여야",
    ),
    (
        NOUN,
        END,
        "된 된다 된다면 된다는 된다고 될 될수록 됩니다 돼 돼서 돼도 돼야 돼요 되어 되어서 되어도 되어야 \
         시킨 시킨다 시킬 시킵니다 시켜 시켜서 시켜도 시켜야 당한 당한다 당할 당합니다 당해 당해서 \
         해준 해준다 해줄 해줍니다 해줘 해줘서 해줘야",
    ),
    (NOUN, DELIMITER, "함 됨 시킴 당함 할지 될지 한지 된지"),
    (
        PAST,
        END,
        "다 고 던 으며 으면 으나 으니 으니까 으므로 지만 거나 다면 다는 다고 습니다 어요 을 더니 다가 어야 네요",
    ),
    (PAST, DELIMITER, "음 기 는지 는데 을지"),
];

/// The longest run that is looked at, in bytes: 21 syllables, more than any real one has.
const LONGEST: usize = 63;

/// If the whole of `hangul` is a sequence of particles, copula forms and verbalising endings (하다, 되다, 시키다) as
/// may be glued to a noun, its length in bytes; `None` if any of it is something else, or it is empty.
///
/// For what follows a Latin word, a number, or a closing bracket or quote: `EC2의` is the term `EC2`, `AWS콘솔` is not
/// `AWS` alone; and a bare URL ends before `입니다`. Not for Hangul words: 나도 would pass for an ending of anything.
/// After a digit, 일, 인, 만 and 도 may be units instead (3일, 2인, 5만): the caller who minds keeps both readings.
/// Whether the form fits the batchim before it is not asked; people write `S3은` as well.
///
/// ```
/// use hangul::josa::particle_prefix;
///
/// assert_eq!(particle_prefix("의"), Some("의".len()));
/// assert_eq!(particle_prefix("에서는"), Some("에서는".len()));
/// assert_eq!(particle_prefix("까지의"), Some("까지의".len()));
/// assert_eq!(particle_prefix("입니다"), Some("입니다".len()));
/// assert_eq!(particle_prefix("하기에는"), Some("하기에는".len()));
/// assert_eq!(particle_prefix("콘솔"), None);
/// assert_eq!(particle_prefix("의존"), None);
/// ```
pub fn particle_prefix(hangul: &str) -> Option<usize> {
    if hangul.is_empty() || hangul.len() > LONGEST {
        return None;
    }
    // reached[at] is the set of states in which the automaton may stand after `at` bytes.
    let mut reached: [States; LONGEST + 1] = [0; LONGEST + 1];
    if let Some(start) = reached.first_mut() {
        *start = NOUN;
    }
    for at in 0..hangul.len() {
        let states = reached.get(at).copied().unwrap_or(0);
        let Some(rest) = hangul.get(at..) else {
            continue;
        };
        if states == 0 {
            continue;
        }
        for &(from, to, forms) in MOVES {
            if states & from == 0 {
                continue;
            }
            for form in forms.split(' ') {
                if rest.starts_with(form)
                    && let Some(next) = reached.get_mut(at + form.len())
                {
                    *next |= to;
                }
            }
        }
    }
    let last = reached.get(hangul.len()).copied().unwrap_or(0);
    (last & COMPLETE != 0).then_some(hangul.len())
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

    fn is_particles(text: &str) -> bool {
        particle_prefix(text) == Some(text.len())
    }

    #[test]
    fn single_particles_are_particles() {
        let list = "는 은 이 가 을 를 의 에 에서 에게 으로 로 와 과 도 만 까지 부터 처럼 보다 이나 나 라는 이라는 \
                    라고 이라고 마다 밖에 뿐 조차 하고 이랑 랑 들 대로 만큼 으로써 로서 에게서 이든 이라도 란 이란";
        for particle in list.split_whitespace() {
            assert!(is_particles(particle), "{particle}");
        }
    }

    #[test]
    fn copula_and_verbalisers_are_particles() {
        let list = "입니다 이다 다 이며 이고 인 인지 인데 이므로 이지만 이었다 였다 이었습니다 예요 이에요 임 하는 하다 하고 한 할 합니다 \
                    했다 했습니다 하지만 하려면 하도록 하세요 하면서 되는 된 됩니다 되었다 됐다 되도록 되지 시키는 시킨 시킵니다 함 됨 \
                    하기 해서 해야 해주는 당한다";
        for ending in list.split_whitespace() {
            assert!(is_particles(ending), "{ending}");
        }
    }

    #[test]
    fn particles_combine() {
        let list = "에서는 으로도 까지의 에서의 으로부터 로부터의 에서부터는 에게만 만으로 만으로도 까지만 뿐만 부터가 와의 과는 보다는 \
                    들은 들에게 들의 에서만이 까지입니다 에서도 에는 에만 라고는 라고하는 이라고합니다 하기에는 하기만 함으로써 됨을 \
                    되기까지 했음을 했기에 이었음 에서나 로라도 뿐이다 만이라도 으로만 임을 인지를 하는지에 되는지 이기 이어야만 씩만 에선";
        for sequence in list.split_whitespace() {
            assert!(is_particles(sequence), "{sequence}");
        }
    }

    #[test]
    fn words_that_begin_or_end_like_particles_are_no_particles() {
        let list = "콘솔 서버 의존 의미 가이드 은행 이미지 이름 이상 이하 도구 도메인 에러 에디터 에이전트 로그 로그인 로고 로컬 로드 \
                    과정 과자 과로 와이파이 만들기 만들다 하나 하드웨어 함수 함께 한국 한글 해외 해시 할당 인가 인증 인스턴스 일기 \
                    되새김 시키기만하면서버 에지 보안 기반 기능 용 및 등 간 내 도로 이로 개발자";
        for word in list.split_whitespace() {
            assert_eq!(particle_prefix(word), None, "{word}");
        }
    }

    #[test]
    fn what_is_not_wholly_particles_is_none() {
        for text in ["", "의 ", "의.", "는a", "에서는콘솔", "a", "\u{1F600}는"] {
            assert_eq!(particle_prefix(text), None, "{text}");
        }
    }

    #[test]
    fn a_run_longer_than_any_real_one_is_refused() {
        assert!(is_particles(&"만".repeat(21)));
        assert_eq!(particle_prefix(&"만".repeat(22)), None);
    }

    proptest! {
        #[test]
        fn any_text_gets_an_answer(text in "\\PC{0,24}") {
            for particle in [Josa::EunNeun, Josa::EuroRo] {
                prop_assert!(!josa(&text, particle).is_empty());
            }
            prop_assert!(particle_prefix(&text).is_none_or(|length| length == text.len()));
        }

        #[test]
        fn a_syllable_at_the_end_decides_alone(before in "[a-z가-힣0-9]{0,6}", last in "[가-힣]") {
            let word = alloc::string::String::from(&before) + &last;
            prop_assert_eq!(Some(final_sound(&word)), last.chars().next().and_then(batchim));
        }
    }
}
