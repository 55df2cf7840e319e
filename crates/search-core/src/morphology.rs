//! Cutting a run of Hangul syllables into morphemes with the site's own dictionary.
//!
//! The published dictionary holds just the ko-dic entries that lie on a winning path of some run of the site, and the
//! rows and columns of the connection matrix they use; [`Dictionary::segment`] walks the same lattice as Lindera
//! (`Mode::Normal`: common-prefix search, unknown words by category, minimum cost), so it cuts the same way. What it
//! would cut differently is written into a table of exceptions by the builder, which checks every run.

mod published;

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use crate::FormatError;
use crate::bytes::SortedKeys;

use published::CONNECTION_IN_WORD_STEPS;

/// What a morpheme is to search.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Role {
    /// Particles, endings, the copula, verbalising suffixes: no term of their own.
    #[default]
    Functional = 0,
    /// Nouns, roots, numerals, adverbs: a term as it stands.
    Noun = 1,
    /// Bound nouns, pronouns, determiners, interjections: a term that weighs less.
    Light = 2,
    /// Verb and adjective stems: a term in dictionary form (만들 → 만들다).
    Predicate = 3,
    /// Auxiliary verb stems: dictionary form, weighs less.
    LightPredicate = 4,
    /// Prefixes and nominal suffixes: part of the word they belong to.
    Affix = 5,
    /// Not in the dictionary.
    Unknown = 6,
    /// Several morphemes fused into one surface (배포+하+ㄴ): see its parts.
    Fused = 7,
}

impl Role {
    /// The role of a ko-dic part-of-speech tag; a fused tag (`VV+EC`) is [`Role::Fused`].
    pub fn from_tag(tag: &str) -> Role {
        if tag.contains('+') {
            return Role::Fused;
        }
        match tag {
            "NNB" | "NNBC" | "NP" | "MM" | "MAJ" | "IC" => Role::Light,
            "VV" | "VA" | "VCN" => Role::Predicate,
            "VX" => Role::LightPredicate,
            "XPN" | "XSN" => Role::Affix,
            "XSV" | "XSA" | "VCP" => Role::Functional,
            "UNKNOWN" | "UNT" | "UNA" => Role::Unknown,
            tag if tag.starts_with('J') || tag.starts_with('E') => Role::Functional,
            _ => Role::Noun,
        }
    }

    fn from_byte(byte: u8) -> Result<Role, FormatError> {
        Ok(match byte {
            0 => Role::Functional,
            1 => Role::Noun,
            2 => Role::Light,
            3 => Role::Predicate,
            4 => Role::LightPredicate,
            5 => Role::Affix,
            6 => Role::Unknown,
            7 => Role::Fused,
            _ => return Err(FormatError("unknown morpheme role")),
        })
    }
}

/// A part of a compound or fused morpheme.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    /// Its text, the stem for predicates.
    pub text: String,
    /// Its role.
    pub role: Role,
}

/// A morpheme of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Morpheme {
    /// First byte in the run.
    pub start: usize,
    /// Byte after its last in the run.
    pub end: usize,
    /// What it is.
    pub role: Role,
    /// Parts of a compound noun or of a fused form; empty for a simple morpheme.
    pub parts: Vec<Part>,
}

/// Cuts runs of Hangul syllables into morphemes.
pub trait Segmenter {
    /// The morphemes of `run`, which covers it without gaps.
    fn segment(&self, run: &str) -> Vec<Morpheme>;
}

/// A dictionary entry to publish.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// The surface.
    pub surface: String,
    /// Rank among the entries of one surface in the full dictionary; ties between equal costs depend on it.
    pub order: u32,
    /// Left connection id in the full dictionary.
    pub left: u16,
    /// Right connection id in the full dictionary.
    pub right: u16,
    /// Word cost.
    pub cost: i16,
    /// Role.
    pub role: Role,
    /// Parts.
    pub parts: Vec<Part>,
}

/// What an unknown Hangul word costs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct UnknownWord {
    /// Left connection id.
    pub left: u16,
    /// Right connection id.
    pub right: u16,
    /// Word cost.
    pub cost: i16,
}

/// How unknown Hangul words are formed (the `HANGUL` line of `char.def`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UnknownRule {
    /// Tried even where the dictionary has a word.
    pub invoke: bool,
    /// The whole rest of the run is one candidate.
    pub group: bool,
    /// Further candidates of 1 to this many syllables.
    pub length: u8,
    /// The entries.
    pub words: Vec<UnknownWord>,
}

/// What an entry is, but for its surface and cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Class {
    role: Role,
    left: usize,
    right: usize,
}

/// A site's dictionary, read. Its costs are in steps, see [`published`].
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Dictionary {
    unknown: UnknownRule,
    classes: Vec<Class>,
    surfaces: SortedKeys,
    /// Entries of surface `i` are `first[i]..first[i + 1]`.
    first: Vec<u32>,
    class: Vec<u16>,
    /// In [`published::WORD_STEP`]s, as are those of unknown words.
    cost: Vec<i16>,
    /// Parts of entries that have any.
    parts: Vec<(u32, Vec<Part>)>,
    rights: usize,
    /// `matrix[left * rights + right]`, in [`published::CONNECTION_STEP`]s.
    matrix: Vec<i16>,
    exceptions: Vec<(String, Vec<Morpheme>)>,
}

/// A node of the lattice; the best path to it is already known.
struct Node {
    start: usize,
    end: usize,
    right: usize,
    cost: i32,
    previous: usize,
    entry: Option<u32>,
}

impl Dictionary {
    /// How many entries it has.
    pub fn len(&self) -> usize {
        self.class.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.class.is_empty()
    }

    /// Adds a node for a word of `left`/`right`/`word_cost` from `start` to `end`, joined to the cheapest node that
    /// ends where it starts.
    fn add(
        &self,
        lattice: &mut Lattice,
        span: (usize, usize),
        ids: (usize, usize),
        word_cost: i16,
        entry: Option<u32>,
    ) {
        let (start, end) = span;
        let row = ids.0 * self.rights;
        let mut best: Option<(i32, usize)> = None;
        for &index in &lattice.ending[start] {
            let node = &lattice.nodes[index];
            let connection = i32::from(self.matrix[row + node.right]) * CONNECTION_IN_WORD_STEPS;
            let cost = node.cost.saturating_add(connection);
            if best.is_none_or(|(least, _)| cost < least) {
                best = Some((cost, index));
            }
        }
        if let Some((cost, previous)) = best {
            lattice.ending[end].push(lattice.nodes.len());
            lattice.nodes.push(Node {
                start,
                end,
                right: ids.1,
                cost: cost.saturating_add(i32::from(word_cost)),
                previous,
                entry,
            });
        }
    }

    fn parts_of(&self, entry: u32) -> Vec<Part> {
        let found = self.parts.binary_search_by(|(of, _)| of.cmp(&entry));
        found
            .ok()
            .and_then(|at| self.parts.get(at))
            .map(|(_, parts)| parts.clone())
            .unwrap_or_default()
    }

    fn add_unknown(&self, lattice: &mut Lattice, start: usize, end: usize) {
        for word in &self.unknown.words {
            self.add(
                lattice,
                (start, end),
                (usize::from(word.left), usize::from(word.right)),
                word.cost,
                None,
            );
        }
    }
}

#[derive(Default)]
struct Lattice {
    nodes: Vec<Node>,
    /// Indices of the nodes that end before character `i`, in the order they were added.
    ending: Vec<Vec<usize>>,
}

impl Segmenter for Dictionary {
    fn segment(&self, run: &str) -> Vec<Morpheme> {
        if let Some((_, morphemes)) = self.exceptions.iter().find(|(known, _)| known == run) {
            return morphemes.clone();
        }
        let mut offsets: Vec<usize> = run.char_indices().map(|(at, _)| at).collect();
        let count = offsets.len();
        offsets.push(run.len());
        if count == 0 {
            return Vec::new();
        }
        let mut lattice = Lattice {
            nodes: Vec::new(),
            ending: vec![Vec::new(); count + 1],
        };
        lattice.nodes.push(Node {
            start: 0,
            end: 0,
            right: 0,
            cost: 0,
            previous: usize::MAX,
            entry: None,
        });
        lattice.ending[0].push(0);
        let mut unknown_end = 0;
        let mut matches: Vec<(usize, u32)> = Vec::new();
        for start in 0..count {
            if lattice.ending[start].is_empty() {
                continue;
            }
            matches.clear();
            for end in start + 1..=count {
                let word = &run.as_bytes()[offsets[start]..offsets[end]];
                let at = self.surfaces.lower_bound(word);
                let found = self.surfaces.get(at);
                if at >= self.surfaces.len() || !found.starts_with(word) {
                    break;
                }
                if found.len() == word.len() {
                    matches.extend((self.first[at]..self.first[at + 1]).map(|entry| (end, entry)));
                }
            }
            // Longest first, as Lindera replays its matches: the order decides between equal costs.
            for &(end, entry) in matches.iter().rev() {
                let class = &self.classes[usize::from(self.class[entry as usize])];
                let ids = (class.left, class.right);
                self.add(
                    &mut lattice,
                    (start, end),
                    ids,
                    self.cost[entry as usize],
                    Some(entry),
                );
            }
            if unknown_end <= start && (self.unknown.invoke || matches.is_empty()) {
                let rest = count - start;
                let first = if self.unknown.group { rest } else { 1 };
                self.add_unknown(&mut lattice, start, start + first);
                for length in (1..=rest.min(usize::from(self.unknown.length)))
                    .filter(|&length| length != first)
                {
                    self.add_unknown(&mut lattice, start, start + length);
                }
                unknown_end = start + first;
            }
        }
        let mut best: Option<(i32, usize)> = None;
        for &index in &lattice.ending[count] {
            let node = &lattice.nodes[index];
            let connection = i32::from(self.matrix[node.right]) * CONNECTION_IN_WORD_STEPS;
            let cost = node.cost.saturating_add(connection);
            if best.is_none_or(|(least, _)| cost < least) {
                best = Some((cost, index));
            }
        }
        let mut path = Vec::new();
        let mut at = best.map_or(usize::MAX, |(_, index)| index);
        while let Some(node) = lattice.nodes.get(at).filter(|node| node.end > 0) {
            let (role, parts) = match node.entry {
                Some(entry) => {
                    let role = self.classes[usize::from(self.class[entry as usize])].role;
                    (role, self.parts_of(entry))
                }
                None => (Role::Unknown, Vec::new()),
            };
            path.push(Morpheme {
                start: offsets[node.start],
                end: offsets[node.end],
                role,
                parts,
            });
            at = node.previous;
        }
        path.reverse();
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeMap;
    use proptest::prelude::*;

    fn entry(surface: &str, ids: (u16, u16), cost: i16, role: Role) -> Entry {
        Entry {
            surface: surface.into(),
            order: 0,
            left: ids.0,
            right: ids.1,
            cost,
            role,
            parts: Vec::new(),
        }
    }

    fn small() -> Vec<u8> {
        let mut compound = entry("시간초과", (10, 20), 2900, Role::Noun);
        compound.parts = vec![
            Part {
                text: "시간".into(),
                role: Role::Noun,
            },
            Part {
                text: "초과".into(),
                role: Role::Noun,
            },
        ];
        let entries = vec![
            compound,
            entry("시간", (10, 20), 1000, Role::Noun),
            entry("초과", (10, 20), 1000, Role::Noun),
            entry("는", (11, 21), 500, Role::Functional),
        ];
        let unknown = UnknownRule {
            invoke: false,
            group: true,
            length: 2,
            words: vec![UnknownWord {
                left: 12,
                right: 22,
                cost: 5000,
            }],
        };
        // A noun after a noun costs 1500, all else nothing.
        let cost = |right, left| if (right, left) == (20, 10) { 1500 } else { 0 };
        Dictionary::new(entries, &unknown, cost).write()
    }

    fn cut(dictionary: &Dictionary, run: &str) -> Vec<(String, Role)> {
        dictionary
            .segment(run)
            .iter()
            .map(|m| (run[m.start..m.end].to_owned(), m.role))
            .collect()
    }

    #[test]
    fn the_cheapest_path_wins() {
        let dictionary = Dictionary::read(&small()).expect("what was written");
        assert_eq!(
            cut(&dictionary, "시간초과는"),
            [
                ("시간초과".to_owned(), Role::Noun),
                ("는".to_owned(), Role::Functional)
            ]
        );
        assert_eq!(dictionary.segment("시간초과")[0].parts.len(), 2);
    }

    #[test]
    fn a_word_it_does_not_know_is_one_unknown_morpheme() {
        let dictionary = Dictionary::read(&small()).expect("what was written");
        assert_eq!(
            cut(&dictionary, "람다"),
            [("람다".to_owned(), Role::Unknown)]
        );
        assert_eq!(cut(&dictionary, ""), []);
    }

    #[test]
    fn an_exception_overrules_the_lattice() {
        let cut_by_hand = vec![Morpheme {
            start: 0,
            end: 3,
            role: Role::Light,
            parts: Vec::new(),
        }];
        let exceptions = BTreeMap::from([("는".to_owned(), cut_by_hand.clone())]);
        let mut dictionary = Dictionary::new(
            vec![entry("는", (1, 1), 0, Role::Functional)],
            &UnknownRule::default(),
            |_, _| 0,
        );
        dictionary.set_exceptions(exceptions);
        assert_eq!(
            Dictionary::read(&dictionary.write())
                .expect("what was written")
                .segment("는"),
            cut_by_hand
        );
    }

    #[test]
    fn a_truncated_dictionary_is_an_error() {
        let bytes = small();
        for length in 0..bytes.len() {
            assert!(Dictionary::read(&bytes[..length]).is_err(), "{length}");
        }
    }

    proptest! {
        #[test]
        fn a_flipped_byte_never_panics(at in 0usize..400, value: u8, run in "[가-힣]{0,12}") {
            let mut bytes = small();
            let at = at % bytes.len();
            bytes[at] = value;
            if let Ok(dictionary) = Dictionary::read(&bytes) {
                dictionary.segment(&run);
            }
        }

        #[test]
        fn the_morphemes_cover_the_run(run in "[시간초과는람다]{0,12}") {
            let morphemes = Dictionary::read(&small()).expect("what was written").segment(&run);
            let mut at = 0;
            for morpheme in morphemes {
                prop_assert_eq!(morpheme.start, at);
                at = morpheme.end;
            }
            prop_assert_eq!(at, run.len());
        }
    }
}
