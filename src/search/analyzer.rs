//! The whole ko-dic through Lindera, as a [`Segmenter`]; and the small dictionary of just what a site uses.
//!
//! Each distinct run is analysed once, in parallel. Which entries won is remembered, so that [`site_dictionary`] can
//! publish them and check, run by run, that the browser will cut the same way.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use lindera::dictionary::{Dictionary as KoDic, Lattice, UserDictionary};
use lindera::mode::Mode;
use lindera::segmenter::Segmenter as Lindera;
use rayon::prelude::*;
use search_core::analysis::{Run, Script, morpheme_terms, runs, terms_of};
use search_core::morphology::{
    Dictionary, Entry, Morpheme, Part, Role, Segmenter, UnknownRule, UnknownWord,
};

/// The morphemes of a run, and the dictionary entries they came from.
type Analysed = (Vec<Morpheme>, Vec<Entry>);

/// Lindera with ko-dic and, if the site has one, its own dictionary.
pub struct Analyzer {
    lindera: Lindera,
}

thread_local! {
    /// Scratch memory of the lattice; one for each thread of the pool.
    static LATTICE: RefCell<Lattice> = RefCell::new(Lattice::default());
}

impl Analyzer {
    /// Loads the embedded dictionary.
    pub fn new(
        user_dictionary: Option<UserDictionary>,
    ) -> Result<Self, lindera::error::LinderaError> {
        Ok(Analyzer {
            lindera: Lindera::new(Mode::Normal, ko_dic::load()?, user_dictionary),
        })
    }

    /// The morphemes of a run, and the dictionary entries they came from.
    fn analyse(&self, run: &str) -> Analysed {
        let dictionary = &self.lindera.dictionary;
        let tokens = LATTICE.with_borrow_mut(|lattice| {
            self.lindera
                .segment_with_lattice(Cow::Borrowed(run), lattice)
                .unwrap_or_default()
        });
        let mut morphemes = Vec::with_capacity(tokens.len());
        let mut entries = Vec::with_capacity(tokens.len());
        for mut token in tokens {
            let tag = token
                .get_detail(ko_dic::TAG)
                .unwrap_or("UNKNOWN")
                .to_owned();
            let expression = token
                .get_detail(ko_dic::EXPRESSION)
                .unwrap_or("*")
                .to_owned();
            let (role, parts) = if token.word_id.is_unknown() {
                (Role::Unknown, Vec::new())
            } else {
                (Role::from_tag(&tag), parts_of(&expression))
            };
            let surface = &run[token.byte_start..token.byte_end];
            if let Some(found) = self
                .entry(dictionary, surface, &token)
                .filter(|found| !found.is_unknown)
            {
                entries.push(Entry {
                    surface: surface.to_owned(),
                    order: token.word_id.id(),
                    left: found.left_id,
                    right: found.right_id,
                    cost: found.cost,
                    role,
                    parts: parts.clone(),
                });
            }
            morphemes.push(Morpheme {
                start: token.byte_start,
                end: token.byte_end,
                role,
                parts,
            });
        }
        (morphemes, entries)
    }

    fn entry(
        &self,
        dictionary: &KoDic,
        surface: &str,
        token: &lindera::token::Token<'_>,
    ) -> Option<ko_dic::tables::Entry> {
        ko_dic::tables::entry(dictionary, surface, token.word_id).or_else(|| {
            self.lindera
                .user_dictionary
                .as_ref()
                .and_then(|user| ko_dic::tables::user_entry(user, token.word_id))
        })
    }

    fn unknown_rule(&self) -> UnknownRule {
        let categories = ko_dic::tables::categories(&self.lindera.dictionary);
        let Some(hangul) = categories
            .into_iter()
            .find(|category| category.name == "HANGUL")
        else {
            return UnknownRule::default();
        };
        let word = |unknown: &ko_dic::tables::UnknownEntry<'_>| UnknownWord {
            left: unknown.entry.left_id,
            right: unknown.entry.right_id,
            cost: unknown.entry.cost,
        };
        UnknownRule {
            invoke: hangul.invoke,
            group: hangul.group,
            length: hangul.length.min(255) as u8,
            words: hangul.entries.iter().map(word).collect(),
        }
    }
}

impl Segmenter for Analyzer {
    fn segment(&self, run: &str) -> Vec<Morpheme> {
        self.analyse(run).0
    }
}

/// The parts of an expression such as `시간/NNG/*+초과/NNG/*`; none for `*`.
fn parts_of(expression: &str) -> Vec<Part> {
    if expression == "*" {
        return Vec::new();
    }
    let part = |text: &str| {
        let mut fields = text.split('/');
        let surface = fields.next().unwrap_or_default();
        Part {
            text: surface.to_owned(),
            role: Role::from_tag(fields.next().unwrap_or_default()),
        }
    };
    expression
        .split('+')
        .map(part)
        .filter(|part| !part.text.is_empty())
        .collect()
}

/// The analysis of every distinct run of a site.
pub struct Vocabulary {
    /// The distinct terms of each run; the second map is of Hangul runs that follow a word directly, which may be mere
    /// particles.
    terms: [HashMap<String, Vec<String>>; 2],
    /// Morphemes of each run of Hangul syllables.
    morphemes: BTreeMap<String, Vec<Morpheme>>,
    /// The entries that won anywhere.
    entries: BTreeSet<Entry>,
}

/// A segmenter that answers from what was analysed before, where it can.
pub struct Remembered<'v> {
    morphemes: &'v BTreeMap<String, Vec<Morpheme>>,
    analyzer: &'v Analyzer,
}

impl Segmenter for Remembered<'_> {
    fn segment(&self, run: &str) -> Vec<Morpheme> {
        let known = self.morphemes.get(run).cloned();
        known.unwrap_or_else(|| self.analyzer.segment(run))
    }
}

impl Vocabulary {
    /// Analyses every distinct run of `texts`.
    pub fn analyse<'t>(analyzer: &Analyzer, texts: impl ParallelIterator<Item = &'t str>) -> Self {
        let distinct: BTreeSet<(&str, bool, u8)> = texts
            .fold(BTreeSet::new, |mut set, text| {
                set.extend(runs(text).map(|run| (run.text, attached(&run), run.script as u8)));
                set
            })
            .reduce(BTreeSet::new, |mut a, mut b| {
                if a.len() < b.len() {
                    std::mem::swap(&mut a, &mut b);
                }
                a.extend(b);
                a
            });
        let hangul: BTreeSet<&str> = distinct
            .iter()
            .filter(|(text, _, script)| {
                *script == Script::Hangul as u8 && text.chars().all(hangul::syllable::is_syllable)
            })
            .map(|(text, _, _)| *text)
            .collect();
        let analysed: Vec<(&str, Analysed)> = hangul
            .into_par_iter()
            .map(|run| (run, analyzer.analyse(run)))
            .collect();
        let mut morphemes = BTreeMap::new();
        let mut entries = BTreeSet::new();
        for (run, (cut, won)) in analysed {
            morphemes.insert(run.to_owned(), cut);
            entries.extend(won);
        }
        let scripts = [Script::Hangul, Script::Latin, Script::Cjk];
        let remembered = Remembered {
            morphemes: &morphemes,
            analyzer,
        };
        let analysed: Vec<(&str, bool, Vec<String>)> = distinct
            .into_par_iter()
            .map(|(text, attached, script)| {
                let script = scripts
                    .into_iter()
                    .find(|known| *known as u8 == script)
                    .unwrap_or(Script::Latin);
                let run = Run {
                    start: 0,
                    text,
                    script,
                    attached,
                };
                let terms = terms_of(&run, &remembered);
                (
                    text,
                    attached,
                    terms.all().into_iter().map(str::to_owned).collect(),
                )
            })
            .collect();
        let mut terms: [HashMap<String, Vec<String>>; 2] = Default::default();
        for (text, attached, of_run) in analysed {
            terms[usize::from(attached)].insert(text.to_owned(), of_run);
        }
        Vocabulary {
            terms,
            morphemes,
            entries,
        }
    }

    /// The distinct terms of a run that was among the analysed texts.
    pub fn terms(&self, run: &Run<'_>) -> Option<&[String]> {
        self.terms[usize::from(attached(run))]
            .get(run.text)
            .map(Vec::as_slice)
    }

    /// A segmenter that knows this vocabulary already.
    pub fn segmenter<'v>(&'v self, analyzer: &'v Analyzer) -> Remembered<'v> {
        Remembered {
            morphemes: &self.morphemes,
            analyzer,
        }
    }
}

/// Whether it matters that a run follows a word directly.
fn attached(run: &Run<'_>) -> bool {
    run.attached && run.script == Script::Hangul
}

/// The dictionary to publish. It cuts the runs of `vocabulary` as the full dictionary does.
pub fn site_dictionary(analyzer: &Analyzer, vocabulary: &Vocabulary) -> Vec<u8> {
    let dictionary = &analyzer.lindera.dictionary;
    let cost =
        |right, left| ko_dic::tables::connection_cost(dictionary, right, left).unwrap_or(i16::MAX);
    let entries = vocabulary.entries.iter().cloned().collect();
    let mut dictionary = Dictionary::new(entries, &analyzer.unknown_rule(), cost);
    let bytes = dictionary.write();
    // What is checked is what the browser will read.
    let Ok(published) = Dictionary::read(&bytes) else {
        return bytes;
    };
    let exceptions: BTreeMap<String, Vec<Morpheme>> = vocabulary
        .morphemes
        .par_iter()
        .filter(|(run, morphemes)| {
            // Only what becomes terms matters: two readings with the same terms are the same to search.
            let cut = published.segment(run);
            cut != **morphemes && morpheme_terms(run, &cut) != morpheme_terms(run, morphemes)
        })
        .map(|(run, morphemes)| (run.clone(), morphemes.clone()))
        .collect();
    if exceptions.is_empty() {
        return bytes;
    }
    dictionary.set_exceptions(exceptions);
    dictionary.write()
}

/// Reads a site's own dictionary. One word a line: `세종시 세종 시` (nori: a word and its parts) or CSV whose first
/// column is the word (Lindera's and mecab-ko-dic's forms); `#` begins a comment.
///
/// # Errors
/// Says what is wrong with the file; the words of good lines are never lost to a bad one.
pub fn user_dictionary(text: &str) -> Result<Option<UserDictionary>, lindera::error::LinderaError> {
    let mut words = Vec::new();
    for line in text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        let (surface, parts) = match line.split_once(',') {
            Some((surface, _)) => (surface.trim(), Vec::new()),
            None => {
                let mut fields = line.split_whitespace();
                let surface = fields.next().unwrap_or_default();
                let parts: Vec<&str> = fields.collect();
                let fits = parts.concat() == surface;
                (surface, if fits { parts } else { Vec::new() })
            }
        };
        if !surface.is_empty() && surface.chars().all(hangul::syllable::is_syllable) {
            words.push(ko_dic::user::UserWord { surface, parts });
        }
    }
    if words.is_empty() {
        return Ok(None);
    }
    ko_dic::user::compile(&words).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::{Path, PathBuf};

    /// Of a hundred runs that were held out, so many at least have the same terms (89 were measured).
    const LEAST_AGREEMENT: usize = 80;

    fn vocabulary(text: &str, user: &str) -> (Analyzer, Vocabulary) {
        let user = user_dictionary(user).expect("dictionary");
        let analyzer = Analyzer::new(user).expect("embedded");
        let vocabulary = Vocabulary::analyse(&analyzer, [text].into_par_iter());
        (analyzer, vocabulary)
    }

    fn terms(text: &str, user: &str) -> Vec<String> {
        let (_, vocabulary) = vocabulary(text, user);
        let found = runs(text)
            .filter_map(|run| vocabulary.terms(&run))
            .flatten();
        found.cloned().collect()
    }

    #[test]
    fn words_are_found_without_their_particles() {
        assert_eq!(terms("람다를 배포한다", ""), ["람다", "배포"]);
        assert_eq!(terms("EC2의 권한은", ""), ["ec2", "권한"]);
    }

    #[test]
    fn a_site_may_teach_its_own_words() {
        let taught = terms("꿀벌노트판을", "꿀벌노트판 꿀벌 노트 판");
        for term in ["꿀벌노트판", "꿀벌", "노트"] {
            assert!(taught.contains(&term.to_owned()), "{term} in {taught:?}");
        }
    }

    #[test]
    fn the_published_dictionary_cuts_every_word_of_the_site_into_the_same_terms() {
        let text = "서버리스 아키텍처에서 메시지 대기열의 가시성 시간 초과를 설정하는 방법을 알아봅시다. \
                    함수는 이벤트가 도착하면 실행되고, 실패하면 재시도됩니다. 클라우드포메이션 템플릿으로 배포했다.";
        let (analyzer, vocabulary) = vocabulary(text, "");
        let bytes = site_dictionary(&analyzer, &vocabulary);
        let small = Dictionary::read(&bytes).expect("what was written");
        for run in runs(text).filter(|run| run.script == Script::Hangul) {
            let terms = morpheme_terms(run.text, &small.segment(run.text));
            assert_eq!(
                terms,
                morpheme_terms(run.text, &analyzer.segment(run.text)),
                "{}",
                run.text
            );
        }
    }

    /// The Markdown of the corpora beside the repository, where they are; the largest only on demand.
    fn corpora() -> Vec<String> {
        fn read(folder: &Path, texts: &mut Vec<String>) {
            let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
            let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
            paths.sort();
            let all = std::env::var_os("NOTES_ALL_CORPORA").is_some();
            for path in paths {
                if path.is_dir() && (all || !path.ends_with("cpp-docs-ko")) {
                    read(&path, texts);
                } else if path.extension().is_some_and(|extension| extension == "md") {
                    texts.extend(std::fs::read_to_string(&path));
                }
            }
        }
        let shared = std::env::var_os("NOTES_SHARED").map_or_else(
            || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"),
            PathBuf::from,
        );
        let mut texts = Vec::new();
        read(&shared.join("corpora"), &mut texts);
        if texts.is_empty() {
            eprintln!("skipped: no shared folder with corpora");
        }
        texts
    }

    fn published_dictionary<'t>(
        analyzer: &Analyzer,
        texts: impl ParallelIterator<Item = &'t str>,
    ) -> Dictionary {
        let vocabulary = Vocabulary::analyse(analyzer, texts);
        let bytes = site_dictionary(analyzer, &vocabulary);
        eprintln!("{} bytes of dictionary", bytes.len());
        Dictionary::read(&bytes).expect("what was written")
    }

    /// How many of `asked` have the same terms with both dictionaries.
    fn agreeing(analyzer: &Analyzer, small: &Dictionary, asked: &[&str]) -> usize {
        let agree =
            |text: &&&str| runs(text).all(|run| terms_of(&run, small) == terms_of(&run, analyzer));
        let count = asked.par_iter().filter(agree).count();
        eprintln!("{count} of {} agree with the whole dictionary", asked.len());
        count
    }

    #[test]
    fn eojeols_of_the_corpora_have_the_same_terms_with_the_published_dictionary() {
        let texts = corpora();
        let analyzer = Analyzer::new(None).expect("embedded");
        let small = published_dictionary(&analyzer, texts.par_iter().map(String::as_str));
        let distinct: BTreeSet<&str> = texts
            .iter()
            .flat_map(|text| text.split_whitespace())
            .filter(|eojeol| eojeol.chars().any(hangul::syllable::is_syllable))
            .collect();
        let every = (distinct.len() / 20_000).max(1);
        let asked: Vec<&str> = distinct.into_iter().step_by(every).collect();
        assert_eq!(agreeing(&analyzer, &small, &asked), asked.len());
    }

    /// What a reader may type that the site does not say. What is missed is words the dictionary lacks; its rounded costs
    /// lose some two in a thousand.
    #[test]
    fn words_the_site_has_never_seen_mostly_have_the_same_terms() {
        let texts = corpora();
        let distinct: BTreeSet<&str> = texts
            .iter()
            .flat_map(|text| runs(text))
            .filter(|run| {
                run.script == Script::Hangul && run.text.chars().all(hangul::syllable::is_syllable)
            })
            .map(|run| run.text)
            .collect();
        // Every fifth in the order of their hashes, so that the forms of one word are not held out together.
        let mut held_out: Vec<&str> = distinct.iter().copied().collect();
        held_out.sort_by_key(|run| blake3::hash(run.as_bytes()).as_bytes().to_owned());
        let known = held_out.split_off(held_out.len() / 5);
        let analyzer = Analyzer::new(None).expect("embedded");
        let small = published_dictionary(&analyzer, known.par_iter().copied());
        let agreed = agreeing(&analyzer, &small, &held_out);
        assert!(agreed * 100 >= held_out.len() * LEAST_AGREEMENT);
    }
}
