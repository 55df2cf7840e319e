//! Jamo that are written as one letter but typed, and for consonants also searched, as two: ㄳ = ㄱ + ㅅ, ㅘ = ㅗ + ㅏ.
//! The doubled consonants (ㄲ, ㄸ, ㅃ, ㅆ, ㅉ) are not among them: each is one key with shift.

/// Compound, first part, second part; compatibility jamo.
const COMPOUNDS: [(char, char, char); 18] = [
    ('ㄳ', 'ㄱ', 'ㅅ'),
    ('ㄵ', 'ㄴ', 'ㅈ'),
    ('ㄶ', 'ㄴ', 'ㅎ'),
    ('ㄺ', 'ㄹ', 'ㄱ'),
    ('ㄻ', 'ㄹ', 'ㅁ'),
    ('ㄼ', 'ㄹ', 'ㅂ'),
    ('ㄽ', 'ㄹ', 'ㅅ'),
    ('ㄾ', 'ㄹ', 'ㅌ'),
    ('ㄿ', 'ㄹ', 'ㅍ'),
    ('ㅀ', 'ㄹ', 'ㅎ'),
    ('ㅄ', 'ㅂ', 'ㅅ'),
    ('ㅘ', 'ㅗ', 'ㅏ'),
    ('ㅙ', 'ㅗ', 'ㅐ'),
    ('ㅚ', 'ㅗ', 'ㅣ'),
    ('ㅝ', 'ㅜ', 'ㅓ'),
    ('ㅞ', 'ㅜ', 'ㅔ'),
    ('ㅟ', 'ㅜ', 'ㅣ'),
    ('ㅢ', 'ㅡ', 'ㅣ'),
];

/// The two parts of a compound consonant or vowel.
pub(crate) fn split(jamo: char) -> Option<(char, char)> {
    let row = COMPOUNDS.iter().find(|row| row.0 == jamo)?;
    Some((row.1, row.2))
}

/// The compound that two jamo make, in this order.
pub(crate) fn join(first: char, second: char) -> Option<char> {
    let row = COMPOUNDS
        .iter()
        .find(|row| row.1 == first && row.2 == second)?;
    Some(row.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_compound_splits_into_what_joins_it() {
        for (compound, first, second) in COMPOUNDS {
            assert_eq!(split(compound), Some((first, second)));
            assert_eq!(join(first, second), Some(compound));
        }
    }

    #[test]
    fn doubled_consonants_are_no_compounds() {
        for jamo in ['ㄲ', 'ㄸ', 'ㅃ', 'ㅆ', 'ㅉ'] {
            assert_eq!(split(jamo), None);
        }
        assert_eq!(join('ㄱ', 'ㄱ'), None);
    }
}
