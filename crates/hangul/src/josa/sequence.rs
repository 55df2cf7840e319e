//! Telling a sequence of particles and endings from a word. The class is closed, so a small automaton holds it: what may
//! follow what, in one table, and no dictionary.

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
        fn any_text_is_wholly_particles_or_not_at_all(text in "[은는이가의에서로하되까지만다 a]{0,10}|\\PC{0,24}") {
            prop_assert!(particle_prefix(&text).is_none_or(|length| length == text.len() && length > 0));
        }

        #[test]
        fn a_plural_takes_what_a_noun_takes(text in "[은는이가의에서로하되까지만다]{1,5}") {
            let plural = alloc::string::String::from("들") + &text;
            prop_assert_eq!(is_particles(&plural), is_particles(&text));
        }
    }
}
