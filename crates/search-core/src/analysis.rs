//! Text to terms; one definition for the indexer and for queries.
//!
//! Steps: cut the text into [`runs`] of one script; a Hangul run is cut into morphemes and becomes units (nouns as
//! they stand, predicates in dictionary form), wholes (compounds, the word without its particles) and pieces (bigrams
//! of what the dictionary does not know); a Latin run becomes the whole identifier, its parts and a light stem.
//! Nothing is dropped for its part of speech but particles and endings; it only weighs less.

use alloc::borrow::ToOwned as _;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use hangul::josa;

use crate::morphology::{Morpheme, Part, Role, Segmenter};

/// The longest run of Hangul that is analysed as one, in syllables; longer ones are cut.
const LONGEST_RUN: usize = 24;
/// The longest identifier that is a term, in bytes.
const LONGEST_TERM: usize = 64;
/// The weight of a light morpheme beside 1 for others.
const LIGHT: f32 = 0.25;

/// The script of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    /// Hangul syllables and jamo.
    Hangul,
    /// Latin and other letters, digits, and what joins them inside an identifier.
    Latin,
    /// Han and Kana.
    Cjk,
}

/// A stretch of one script in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run<'t> {
    /// Byte offset in the text.
    pub start: usize,
    /// The run's text.
    pub text: &'t str,
    /// Its script.
    pub script: Script,
    /// Whether it follows another word, a closing bracket or a quote without a space, as a particle does.
    pub attached: bool,
}

fn script(c: char) -> Option<Script> {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric().then_some(Script::Latin);
    }
    if hangul::syllable::is_hangul(c) {
        return Some(Script::Hangul);
    }
    match c as u32 {
        0x3040..=0x30ff
        | 0x3400..=0x4dbf
        | 0x4e00..=0x9fff
        | 0xf900..=0xfaff
        | 0x2_0000..=0x3_ffff => Some(Script::Cjk),
        _ => c.is_alphanumeric().then_some(Script::Latin),
    }
}

/// Whether `c` may stand inside an identifier between two letters or digits.
fn joins(c: char) -> bool {
    matches!(c, '_' | '-' | '.' | ':' | '/' | '@')
}

/// The runs of `text` in order. A run of Hangul is at most [`LONGEST_RUN`] syllables.
pub fn runs(text: &str) -> impl Iterator<Item = Run<'_>> {
    let mut at = 0;
    let mut attached = false;
    core::iter::from_fn(move || {
        loop {
            let c = text[at..].chars().next()?;
            let Some(kind) = script(c) else {
                attached = !c.is_whitespace()
                    && matches!(
                        c,
                        ')' | ']' | '}' | '"' | '\'' | '`' | '”' | '’' | '>' | '%' | '+' | '#'
                    );
                at += c.len_utf8();
                continue;
            };
            let start = at;
            let mut count = 0;
            while let Some(c) = text[at..].chars().next() {
                let inside = match script(c) {
                    Some(other) => other == kind,
                    None if kind == Script::Latin => {
                        let rest = &text[at + c.len_utf8()..];
                        let next = rest.chars().next();
                        (joins(c) && next.and_then(script) == Some(Script::Latin))
                            || (matches!(c, '+' | '#')
                                && is_language_suffix(&text[start..at], c, rest))
                    }
                    None => false,
                };
                if !inside || (kind == Script::Hangul && count == LONGEST_RUN) {
                    break;
                }
                count += 1;
                at += c.len_utf8();
            }
            let run = Run {
                start,
                text: &text[start..at],
                script: kind,
                attached,
            };
            attached = true;
            return Some(run);
        }
    })
}

/// `c++`, `c#`, `f#`: a single letter before, no letter after.
fn is_language_suffix(before: &str, c: char, rest: &str) -> bool {
    let letter = before.trim_end_matches('+');
    letter.len() == 1
        && letter.bytes().all(|b| b.is_ascii_alphabetic())
        && !(c == '#' && before.len() > 1)
        && !rest.starts_with(|next: char| next.is_ascii_alphanumeric())
}

/// One thing a run asks for, or is found by.
#[derive(Debug, Clone, PartialEq)]
pub struct Unit {
    /// The term.
    pub term: String,
    /// 1 for content, less for light morphemes.
    pub weight: f32,
    /// The part of the term that stands in the text: the stem of a predicate, else the term.
    pub surface: String,
}

/// The terms of a run.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RunTerms {
    /// The atomic units in order.
    pub units: Vec<Unit>,
    /// Longer terms that several units make up together.
    pub wholes: Vec<String>,
    /// Overlapping bigrams of unknown stretches, English stems, parts of identifiers: what a near form may share.
    pub pieces: Vec<String>,
}

impl RunTerms {
    /// All distinct terms, for the index.
    pub fn all(&self) -> Vec<&str> {
        let units = self.units.iter().map(|unit| unit.term.as_str());
        let mut all: Vec<&str> = units
            .chain(self.wholes.iter().map(String::as_str))
            .chain(self.pieces.iter().map(String::as_str))
            .collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    fn unit(&mut self, term: String, weight: f32) {
        if !term.is_empty() && term.len() <= LONGEST_TERM {
            self.units.push(Unit {
                surface: term.clone(),
                term,
                weight,
            });
        }
    }

    fn predicate(&mut self, stem: &str, weight: f32) {
        self.units.push(Unit {
            term: dictionary_form(stem),
            weight,
            surface: stem.to_owned(),
        });
    }

    fn whole(&mut self, term: &str) {
        if term.len() <= LONGEST_TERM
            && !self.units.iter().any(|unit| unit.term == term)
            && !self.wholes.iter().any(|w| w == term)
        {
            self.wholes.push(term.to_owned());
        }
    }
}

/// The terms of one run.
pub fn terms_of(run: &Run<'_>, segmenter: &impl Segmenter) -> RunTerms {
    match run.script {
        Script::Hangul => hangul_terms(run, segmenter),
        Script::Latin => latin_terms(run.text),
        Script::Cjk => {
            let mut terms = RunTerms::default();
            terms.unit(run.text.to_owned(), 1.0);
            bigrams(run.text, &mut terms.pieces);
            terms
        }
    }
}

fn hangul_terms(run: &Run<'_>, segmenter: &impl Segmenter) -> RunTerms {
    // EC2의, 초과)는: what follows a word directly and is nothing but particles is no word.
    if run.attached && josa::particle_prefix(run.text).is_some() {
        return RunTerms::default();
    }
    if !run.text.chars().all(hangul::syllable::is_syllable) {
        let mut terms = RunTerms::default();
        terms.unit(run.text.to_owned(), 1.0);
        return terms;
    }
    morpheme_terms(run.text, &segmenter.segment(run.text))
}

/// The terms of a Hangul run that was cut into `morphemes`.
pub fn morpheme_terms(run: &str, morphemes: &[Morpheme]) -> RunTerms {
    let mut terms = RunTerms::default();
    let mut nominal_end = 0;
    let mut nominal_count = 0;
    let mut in_stem = true;
    let mut doubtful = 0;
    for morpheme in morphemes {
        let surface = &run[morpheme.start..morpheme.end];
        match morpheme.role {
            Role::Functional => in_stem = false,
            Role::Affix => {}
            Role::Fused => {
                in_stem = false;
                fused_terms(&morpheme.parts, &mut terms);
            }
            Role::Predicate | Role::LightPredicate => {
                in_stem = false;
                let weight = if morpheme.role == Role::Predicate {
                    1.0
                } else {
                    LIGHT
                };
                terms.predicate(surface, weight);
                doubtful += 1;
            }
            Role::Noun | Role::Light | Role::Unknown => {
                doubtful += 1;
                if morpheme.parts.len() > 1 {
                    morpheme
                        .parts
                        .iter()
                        .filter(|part| part.role != Role::Functional)
                        .for_each(|part| {
                            terms.unit(part.text.clone(), 1.0);
                        });
                    terms.whole(surface);
                } else {
                    // 스택의 may be read as 스택 and a noun 의.
                    let particle = morpheme.start > 0
                        && morpheme.end == run.len()
                        && surface.chars().count() == 1
                        && josa::particle_prefix(surface).is_some();
                    let light = morpheme.role == Role::Light || particle;
                    terms.unit(surface.to_owned(), if light { LIGHT } else { 1.0 });
                    if morpheme.role == Role::Unknown {
                        bigrams(surface, &mut terms.pieces);
                    }
                }
            }
        }
        if in_stem {
            nominal_end = morpheme.end;
            nominal_count += 1;
        }
    }
    if nominal_count > 1 {
        terms.whole(&run[..nominal_end]);
    }
    // 함수의 may be misread as 함+수의, 오버라이드 as 오버+라+이+드: where the dictionary needed several words, also keep
    // the run without the particles that it ends in, two syllables at least.
    if doubtful > 1 {
        let mut cuts = run.char_indices().map(|(at, _)| at).skip(2);
        let end = cuts.find(|&at| josa::particle_prefix(&run[at..]).is_some());
        terms.whole(&run[..end.unwrap_or(run.len())]);
    }
    // 인가 may be read as a mere ending; a word that stands by itself is never lost.
    if terms.units.is_empty() && terms.wholes.is_empty() {
        terms.unit(run.to_owned(), LIGHT);
    }
    terms
}

fn fused_terms(parts: &[Part], terms: &mut RunTerms) {
    for part in parts {
        match part.role {
            Role::Functional | Role::Affix | Role::Fused => {}
            Role::Predicate => terms.predicate(&part.text, 1.0),
            Role::LightPredicate => terms.predicate(&part.text, LIGHT),
            Role::Light => terms.unit(part.text.clone(), LIGHT),
            Role::Noun | Role::Unknown => terms.unit(part.text.clone(), 1.0),
        }
    }
}

/// A predicate's term: its stem and 다, so that 가다 and the noun 가 stay apart.
fn dictionary_form(stem: &str) -> String {
    let mut term = String::with_capacity(stem.len() + 3);
    term.push_str(stem);
    term.push('다');
    term
}

fn bigrams(text: &str, out: &mut Vec<String>) {
    let ends: Vec<usize> = text
        .char_indices()
        .map(|(at, c)| at + c.len_utf8())
        .collect();
    if ends.len() < 3 {
        return;
    }
    let mut start = 0;
    for pair in ends.windows(2) {
        out.push(text[start..pair[1]].to_owned());
        start = pair[0];
    }
}

/// The term of a Latin word: lower case.
pub fn fold_case(text: &str) -> String {
    text.chars().map(lower).collect()
}

/// The lower case of a letter of the Latin, Greek and Cyrillic alphabets, full-width forms included; any other
/// character as it is. (The tables of the standard library are a fifth of the WebAssembly.)
pub fn lower(c: char) -> char {
    let code = c as u32;
    let shift = match code {
        0x41..=0x5a
        | 0xc0..=0xd6
        | 0xd8..=0xde
        | 0x391..=0x3a9
        | 0x410..=0x42f
        | 0xff21..=0xff3a => 32,
        0x400..=0x40f => 80,
        0x100..=0x137 | 0x14a..=0x177 => 1 - code % 2,
        0x139..=0x148 | 0x179..=0x17e => code % 2,
        _ => 0,
    };
    char::from_u32(code + shift).unwrap_or(c)
}

/// Whether `c` has a lower case of its own.
pub fn is_upper(c: char) -> bool {
    lower(c) != c
}

fn latin_terms(text: &str) -> RunTerms {
    let mut terms = RunTerms::default();
    let words: Vec<&str> = text.split(joins).filter(|word| !word.is_empty()).collect();
    for word in &words {
        let term = fold_case(word);
        let mut pieces = identifier_parts(word);
        pieces.push(stem_english(&term).to_owned());
        pieces.retain(|piece| *piece != term);
        terms.pieces.append(&mut pieces);
        terms.unit(term, 1.0);
    }
    if words.len() > 1 {
        terms.whole(&fold_case(text));
    }
    terms
}

/// The camelCase, PascalCase and letter/digit parts of an identifier, lower case; none for a plain word.
fn identifier_parts(word: &str) -> Vec<String> {
    let chars: Vec<(usize, char)> = word.char_indices().collect();
    let mut cuts = vec![0];
    for index in 1..chars.len() {
        let (before, here) = (chars[index - 1].1, chars[index].1);
        let next_is_lower = chars
            .get(index + 1)
            .is_some_and(|&(_, c)| c.is_alphabetic() && !is_upper(c));
        let hump = is_upper(here) && (!is_upper(before) || next_is_lower);
        if hump || before.is_ascii_digit() != here.is_ascii_digit() {
            cuts.push(chars[index].0);
        }
    }
    cuts.push(word.len());
    if cuts.len() == 2 {
        return Vec::new();
    }
    let parts = cuts.windows(2).map(|cut| fold_case(&word[cut[0]..cut[1]]));
    parts.filter(|part| part.len() > 2).collect()
}

/// A light English stem: plural and third-person endings only, after Harman's S stemmer ("How effective is
/// suffixing?", 1991).
pub fn stem_english(word: &str) -> &str {
    if word.len() < 4 || !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return word;
    }
    let cut = |suffix: &str| word.strip_suffix(suffix);
    if let Some(stem) = cut("sses")
        .or_else(|| cut("xes"))
        .or_else(|| cut("ches"))
        .or_else(|| cut("shes"))
    {
        return &word[..stem.len() + if word.ends_with("xes") { 1 } else { 2 }];
    }
    match cut("s") {
        Some(stem) if !stem.ends_with(['s', 'u', 'i']) => stem,
        _ => word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn texts(text: &str) -> Vec<&str> {
        runs(text).map(|run| run.text).collect()
    }

    fn latin(text: &str) -> Vec<String> {
        latin_terms(text)
            .all()
            .into_iter()
            .map(str::to_owned)
            .collect()
    }

    #[test]
    fn words_are_cut_where_the_script_changes() {
        assert_eq!(
            texts("EC2의 가시성 시간 초과(Visibility Timeout)는"),
            [
                "EC2",
                "의",
                "가시성",
                "시간",
                "초과",
                "Visibility",
                "Timeout",
                "는"
            ]
        );
        assert_eq!(
            texts("s3:GetObject, buildspec.yml. C++와 c#은 a+b"),
            [
                "s3:GetObject",
                "buildspec.yml",
                "C++",
                "와",
                "c#",
                "은",
                "a",
                "b"
            ]
        );
        assert_eq!(texts("日本語テスト한글"), ["日本語テスト", "한글"]);
    }

    #[test]
    fn identifiers_are_found_whole_and_by_their_parts() {
        assert_eq!(
            latin("ChangeMessageVisibility"),
            ["change", "changemessagevisibility", "message", "visibility"]
        );
        assert_eq!(
            latin("s3:GetObject"),
            ["get", "getobject", "object", "s3", "s3:getobject"]
        );
        assert_eq!(
            latin("nodejs14.x"),
            ["nodejs", "nodejs14", "nodejs14.x", "x"]
        );
        assert_eq!(latin("HTTPServer"), ["http", "httpserver", "server"]);
        assert_eq!(latin("EC2"), ["ec2"]);
    }

    #[test]
    fn english_plurals_share_a_stem() {
        assert_eq!(stem_english("functions"), "function");
        assert_eq!(stem_english("classes"), "class");
        assert_eq!(stem_english("boxes"), "box");
        assert_eq!(stem_english("aws"), "aws");
        assert_eq!(stem_english("status"), "status");
    }

    fn morphemes(cut: &[(&str, Role)]) -> (String, Vec<Morpheme>) {
        let mut run = String::new();
        let morphemes = cut
            .iter()
            .map(|(text, role)| {
                let start = run.len();
                run.push_str(text);
                Morpheme {
                    start,
                    end: run.len(),
                    role: *role,
                    parts: Vec::new(),
                }
            })
            .collect();
        (run, morphemes)
    }

    #[test]
    fn a_word_is_found_without_its_particles_whole_and_in_parts() {
        let (run, cut) = morphemes(&[
            ("가시성", Role::Noun),
            ("시간", Role::Noun),
            ("초과", Role::Noun),
            ("를", Role::Functional),
        ]);
        assert_eq!(
            morpheme_terms(&run, &cut).all(),
            ["가시성", "가시성시간초과", "시간", "초과"]
        );
    }

    #[test]
    fn a_misread_particle_is_made_good() {
        let (run, cut) = morphemes(&[("함", Role::Noun), ("수의", Role::Noun)]);
        assert!(morpheme_terms(&run, &cut).all().contains(&"함수"));
        let (run, cut) = morphemes(&[("고양이", Role::Noun)]);
        assert_eq!(morpheme_terms(&run, &cut).all(), ["고양이"]);
    }

    #[test]
    fn predicates_are_found_in_dictionary_form() {
        let (run, cut) = morphemes(&[("만들", Role::Predicate), ("어서", Role::Functional)]);
        assert_eq!(morpheme_terms(&run, &cut).all(), ["만들다"]);
    }

    #[test]
    fn an_unknown_word_is_found_whole_and_by_overlapping_pairs() {
        let (run, cut) = morphemes(&[("스케일링", Role::Unknown)]);
        assert_eq!(
            morpheme_terms(&run, &cut).all(),
            ["스케", "스케일링", "일링", "케일"]
        );
    }

    proptest! {
        #[test]
        fn runs_are_in_order_and_inside_the_text(text in "\\PC{0,60}") {
            let mut at = 0;
            for run in runs(&text) {
                prop_assert!(run.start >= at && !run.text.is_empty());
                at = run.start + run.text.len();
                prop_assert_eq!(&text[run.start..at], run.text);
            }
        }
    }
}
