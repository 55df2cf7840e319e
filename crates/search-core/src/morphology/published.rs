//! The published file of a [`Dictionary`].
//!
//! It stands before the first answer, so it is made small: costs are rounded (the few runs that are cut otherwise for it
//! become exceptions), rows and columns of the matrix are ordered so that neighbours are alike, of an entry's parts only
//! what becomes a term is kept, and every number goes through the range coder of [`crate::coding`] in a context that
//! foretells it. After a head of plain counts comes one coded stream: matrix, classes (what an entry is but for its surface
//! and cost), entries in the order of their surfaces, exceptions.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::{Class, Dictionary, Entry, Morpheme, Part, Role, UnknownRule, UnknownWord};
use crate::bytes::{Reader, Writer};
use crate::coding::{Coder, Decoder, Differences, Encoder, Numbers, Symbols};
use crate::{FORMAT_VERSION, FormatError};

/// Words' costs are rounded to this. Finer steps cost more bytes than they save in exceptions.
pub(super) const WORD_STEP: i32 = 32;
/// Connection costs are rounded to this.
pub(super) const CONNECTION_STEP: i32 = 128;
/// What a step of a connection cost is in steps of a word's cost.
pub(super) const CONNECTION_IN_WORD_STEPS: i32 = CONNECTION_STEP / WORD_STEP;

/// Contexts that depend on a length tell this many lengths apart, the last standing for all longer ones.
const LENGTHS: usize = 32;
/// So many bits hold the number of a role.
const ROLE_BITS: u32 = 3;
/// How many roles there are.
const ROLES: usize = 1 << ROLE_BITS;
/// Class numbers have at most this many bits (sites need eight or nine), costs that many (a rounded `i16`).
const MOST_CLASS_BITS: u32 = 14;
const MOST_COST_BITS: u32 = 12;

impl Dictionary {
    /// The dictionary of `entries`, with no exceptions. `cost(right, left)` is the connection cost between the right id
    /// of a word and the left id of its successor in the full dictionary.
    pub fn new(
        mut entries: Vec<Entry>,
        unknown: &UnknownRule,
        cost: impl Fn(u16, u16) -> i16,
    ) -> Self {
        for entry in &mut entries {
            entry.parts = parts_in_terms(entry.role, &entry.parts);
        }
        entries.sort();
        entries.dedup();
        let (lefts, rights, matrix) = connections(&entries, unknown, cost);
        let dense = |ids: &BTreeMap<u16, usize>, id: u16| ids.get(&id).copied().unwrap_or(0);
        let class_of = |entry: &Entry| Class {
            role: entry.role,
            left: dense(&lefts, entry.left),
            right: dense(&rights, entry.right),
        };
        let mut classes: Vec<Class> = entries.iter().map(class_of).collect();
        classes.sort_unstable();
        classes.dedup();
        let word = |word: &UnknownWord| UnknownWord {
            left: dense(&lefts, word.left) as u16,
            right: dense(&rights, word.right) as u16,
            cost: rounded(word.cost, WORD_STEP),
        };
        let mut dictionary = Dictionary {
            unknown: UnknownRule {
                words: unknown.words.iter().map(word).collect(),
                ..*unknown
            },
            rights: rights.len(),
            matrix,
            ..Dictionary::default()
        };
        for group in entries.chunk_by(|a, b| a.surface == b.surface) {
            dictionary.surfaces.push(group[0].surface.as_bytes());
            dictionary.first.push(dictionary.class.len() as u32);
            for entry in group {
                if !entry.parts.is_empty() {
                    let index = dictionary.class.len() as u32;
                    dictionary.parts.push((index, entry.parts.clone()));
                }
                let class = classes.binary_search(&class_of(entry)).unwrap_or(0);
                dictionary.class.push(class as u16);
                dictionary.cost.push(rounded(entry.cost, WORD_STEP));
            }
        }
        dictionary.first.push(dictionary.class.len() as u32);
        dictionary.classes = classes;
        dictionary
    }

    /// Sets the runs that are to be cut otherwise than by the lattice, with their morphemes, which must cover them.
    pub fn set_exceptions(&mut self, exceptions: BTreeMap<String, Vec<Morpheme>>) {
        self.exceptions = exceptions.into_iter().collect();
        for (_, morphemes) in &mut self.exceptions {
            for morpheme in morphemes {
                morpheme.parts = parts_in_terms(morpheme.role, &morpheme.parts);
            }
        }
    }

    /// The file, which [`Dictionary::read`] reads.
    pub fn write(&self) -> Vec<u8> {
        let head = Head::of(self);
        let mut out = Writer::default();
        head.write(&self.unknown, &mut out);
        let mut encoder = Encoder::default();
        // An encoder asks for no bytes that are not there; a dictionary beyond what the format can hold shows when the
        // builder reads it.
        let _ = code(&mut encoder, &head, self);
        out.raw(&encoder.finish());
        out.bytes
    }

    /// Reads what [`Dictionary::write`] wrote; everything is checked.
    pub fn read(bytes: &[u8]) -> Result<Self, FormatError> {
        let mut reader = Reader::new(bytes);
        let (head, unknown) = Head::read(&mut reader)?;
        let mut decoder = Decoder::new(reader.raw(reader.remaining())?);
        let mut dictionary = code(&mut decoder, &head, &Dictionary::default())?;
        if !decoder.is_at_end() {
            return Err(FormatError("the dictionary does not end where it should"));
        }
        dictionary.unknown = unknown;
        Ok(dictionary)
    }
}

/// A cost in steps, rounded.
fn rounded(cost: i16, step: i32) -> i16 {
    (i32::from(cost) + step / 2).div_euclid(step) as i16
}

/// The parts that [`crate::analysis::morpheme_terms`] makes terms of, if a morpheme of `role` has `parts`.
fn parts_in_terms(role: Role, parts: &[Part]) -> Vec<Part> {
    let kept = |role: Role, parts: &[Part]| -> Vec<Part> {
        let part = |part: &Part| Part {
            text: part.text.clone(),
            role: if role == Role::Fused {
                part.role
            } else {
                Role::Noun
            },
        };
        parts
            .iter()
            .filter(|it| is_term(role, it.role))
            .map(part)
            .collect()
    };
    match role {
        Role::Fused => kept(role, parts),
        Role::Noun | Role::Light | Role::Unknown if parts.len() > 1 => {
            let kept = kept(role, parts);
            // A noun with a single part stands for itself.
            if kept.len() > 1 { kept } else { parts.to_vec() }
        }
        _ => Vec::new(),
    }
}

fn is_term(whole: Role, part: Role) -> bool {
    match part {
        Role::Functional => false,
        Role::Affix | Role::Fused => whole != Role::Fused,
        _ => true,
    }
}

/// The left and the right ids in use, each numbered so that neighbours have like costs, and the matrix of their rounded
/// costs. 0, the beginning and end of a run, remains the first.
fn connections(
    entries: &[Entry],
    unknown: &UnknownRule,
    cost: impl Fn(u16, u16) -> i16,
) -> (BTreeMap<u16, usize>, BTreeMap<u16, usize>, Vec<i16>) {
    let used = |of_entry: fn(&Entry) -> u16, of_unknown: fn(&UnknownWord) -> u16| {
        let mut ids: Vec<u16> = entries.iter().map(of_entry).collect();
        ids.extend(unknown.words.iter().map(of_unknown));
        ids.push(0);
        ids.sort_unstable();
        ids.dedup();
        ids
    };
    let lefts = used(|entry| entry.left, |word| word.left);
    let rights = used(|entry| entry.right, |word| word.right);
    let cost = |left: u16, right: u16| rounded(cost(right, left), CONNECTION_STEP);
    let row = |&left: &u16| rights.iter().map(|&right| cost(left, right)).collect();
    let column = |&right: &u16| lefts.iter().map(|&left| cost(left, right)).collect();
    let rows: Vec<Vec<i16>> = lefts.iter().map(row).collect();
    let columns: Vec<Vec<i16>> = rights.iter().map(column).collect();
    let (row_order, column_order) = (chain(&rows), chain(&columns));
    let matrix = row_order
        .iter()
        .flat_map(|&row| column_order.iter().map(move |&column| (row, column)))
        .map(|(row, column)| rows[row][column])
        .collect();
    let numbered = |order: &[usize], ids: &[u16]| {
        let numbered = order.iter().enumerate();
        numbered.map(|(number, &at)| (ids[at], number)).collect()
    };
    (
        numbered(&row_order, &lefts),
        numbered(&column_order, &rights),
        matrix,
    )
}

/// An order of `lines` that begins with the first and in which each resembles the one before: always the nearest that
/// is left, then stretches turned round while that shortens the whole (2-opt).
fn chain(lines: &[Vec<i16>]) -> Vec<usize> {
    // About the bits it takes to write one line as differences to the other.
    let distance = |a: &[i16], b: &[i16]| -> u32 {
        a.iter()
            .zip(b)
            .map(|(a, b)| 16 - a.abs_diff(*b).leading_zeros())
            .sum()
    };
    let distances: Vec<Vec<u32>> = lines
        .iter()
        .map(|a| lines.iter().map(|b| distance(a, b)).collect())
        .collect();
    let mut left: Vec<usize> = (1..lines.len()).collect();
    let mut order = vec![0; lines.len().min(1)];
    while let Some(&last) = order.last()
        && let Some(nearest) = (0..left.len()).min_by_key(|&at| distances[last][left[at]])
    {
        order.push(left.remove(nearest));
    }
    let mut improved = true;
    while improved {
        improved = false;
        for from in 1..order.len() {
            for to in from + 1..order.len() {
                let (before, first, last) = (order[from - 1], order[from], order[to]);
                let after =
                    |line: usize| order.get(to + 1).map_or(0, |&next| distances[line][next]);
                if distances[before][last] + after(first) < distances[before][first] + after(last) {
                    order[from..=to].reverse();
                    improved = true;
                }
            }
        }
    }
    order
}

/// What stands before the coded stream: how much there is of everything.
struct Head {
    lefts: usize,
    rights: usize,
    classes: usize,
    surfaces: usize,
    exceptions: usize,
    /// The least cost of an entry, and how many bits hold what others cost beyond it.
    least_cost: i32,
    cost_bits: u32,
}

impl Head {
    fn of(dictionary: &Dictionary) -> Head {
        let least = dictionary.cost.iter().copied().min().unwrap_or(0);
        let most = dictionary.cost.iter().copied().max().unwrap_or(0);
        Head {
            lefts: dictionary.matrix.len() / dictionary.rights.max(1),
            rights: dictionary.rights,
            classes: dictionary.classes.len(),
            surfaces: dictionary.surfaces.len(),
            exceptions: dictionary.exceptions.len(),
            least_cost: i32::from(least),
            cost_bits: bits_for(usize::from(most.abs_diff(least)) + 1),
        }
    }

    fn write(&self, unknown: &UnknownRule, out: &mut Writer) {
        out.varint(FORMAT_VERSION);
        for count in [
            self.lefts,
            self.rights,
            self.classes,
            self.surfaces,
            self.exceptions,
        ] {
            out.varint(count as u32);
        }
        out.varint(u32::from(self.least_cost as u16));
        out.varint(self.cost_bits);
        out.byte(u8::from(unknown.invoke) | u8::from(unknown.group) << 1);
        out.byte(unknown.length);
        out.varint(unknown.words.len() as u32);
        for word in &unknown.words {
            out.varint(u32::from(word.left));
            out.varint(u32::from(word.right));
            out.varint(u32::from(word.cost as u16));
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<(Head, UnknownRule), FormatError> {
        if reader.varint()? != FORMAT_VERSION {
            return Err(FormatError("the dictionary has another format version"));
        }
        let mut count = || reader.varint().map(|count| count as usize);
        let head = Head {
            lefts: count()?,
            rights: count()?,
            classes: count()?,
            surfaces: count()?,
            exceptions: count()?,
            least_cost: i32::from(count()? as u16 as i16),
            cost_bits: count()? as u32,
        };
        let ids = 1..=usize::from(u16::MAX);
        if !ids.contains(&head.lefts)
            || !ids.contains(&head.rights)
            || bits_for(head.classes) > MOST_CLASS_BITS
            || head.cost_bits > MOST_COST_BITS
        {
            return Err(FormatError("the dictionary's head is malformed"));
        }
        let flags = reader.byte()?;
        let mut unknown = UnknownRule {
            invoke: flags & 1 != 0,
            group: flags & 2 != 0,
            length: reader.byte()?,
            words: Vec::new(),
        };
        for _ in 0..reader.count(3)? {
            let (left, right, cost) = (reader.varint()?, reader.varint()?, reader.varint()?);
            if left as usize >= head.lefts || right as usize >= head.rights {
                return Err(FormatError("a connection id is outside the matrix"));
            }
            unknown.words.push(UnknownWord {
                left: left as u16,
                right: right as u16,
                cost: cost as u16 as i16,
            });
        }
        Ok((head, unknown))
    }
}

/// How many bits tell `count` things apart.
fn bits_for(count: usize) -> u32 {
    count.max(1).next_power_of_two().trailing_zeros()
}

/// Codes everything after the head. An encoder is given the dictionary to write, a decoder an empty one.
fn code<C: Coder>(
    coder: &mut C,
    head: &Head,
    given: &Dictionary,
) -> Result<Dictionary, FormatError> {
    let mut out = Dictionary {
        rights: head.rights,
        matrix: code_matrix(coder, head, &given.matrix)?,
        classes: code_classes(coder, head, &given.classes)?,
        ..Dictionary::default()
    };
    let mut models = Models::new(head);
    let mut surface: Vec<char> = Vec::new();
    for index in 0..head.surfaces {
        let key = characters::<C>(given.surfaces.get(index));
        surface = models.surfaces.code(coder, &surface, &key);
        if !out.surfaces.push(text_of(&surface).as_bytes()) {
            return Err(FormatError("surfaces are out of order"));
        }
        let first = out.class.len();
        out.first.push(first as u32);
        let end = given.first.get(index + 1).map_or(0, |&end| end as usize);
        loop {
            ended_early(coder)?;
            models.code_entry(coder, head, &surface, given, &mut out)?;
            let context = surface.len().min(LENGTHS - 1) * LENGTHS
                + (out.class.len() - first).min(LENGTHS - 1);
            let more = out.class.len() < end;
            if models.more.code(coder, context, u32::from(more)) == 0 {
                break;
            }
        }
    }
    out.first.push(out.class.len() as u32);
    let mut run: Vec<char> = Vec::new();
    for index in 0..head.exceptions {
        ended_early(coder)?;
        let exception = given.exceptions.get(index);
        let (text, morphemes) = exception
            .map(|(text, morphemes)| (text.as_str(), morphemes.as_slice()))
            .unwrap_or_default();
        run = models
            .surfaces
            .code(coder, &run, &characters::<C>(text.as_bytes()));
        let morphemes = models.code_morphemes(coder, &run, morphemes)?;
        out.exceptions.push((text_of(&run), morphemes));
    }
    Ok(out)
}

/// The matrix, row by row. A cost is foretold by its three neighbours that are known (the median edge detector of
/// LOCO-I), and how far it will be off by how much those differ.
fn code_matrix(
    coder: &mut impl Coder,
    head: &Head,
    given: &[i16],
) -> Result<Vec<i16>, FormatError> {
    // Sixteen kinds of differences: none, their magnitude, their sign.
    let kind = |difference: i32| {
        let bits = (32 - difference.unsigned_abs().leading_zeros()).min(7) as usize;
        bits | usize::from(difference < 0) << 3
    };
    let mut differences = Differences::new(1 << 12);
    let mut matrix: Vec<i16> = Vec::new();
    for row in 0..head.lefts {
        ended_early(coder)?;
        for column in 0..head.rights {
            let at = row * head.rights + column;
            let known = |back: usize| {
                matrix
                    .get(at.wrapping_sub(back))
                    .map_or(0, |&cost| i32::from(cost))
            };
            let (left, above, corner) = match (row, column) {
                (0, _) => (known(1), known(1), known(1)),
                (_, 0) => (known(head.rights), known(head.rights), known(head.rights)),
                _ => (known(1), known(head.rights), known(head.rights + 1)),
            };
            let foretold = (left + above - corner).clamp(left.min(above), left.max(above));
            let context = kind(above - left) << 8 | kind(above - corner) << 4 | kind(left - corner);
            let cost = given.get(at).map_or(0, |&cost| i32::from(cost));
            let difference = differences.code(coder, context, cost - foretold);
            matrix.push(foretold.wrapping_add(difference) as i16);
        }
    }
    Ok(matrix)
}

fn code_classes(
    coder: &mut impl Coder,
    head: &Head,
    given: &[Class],
) -> Result<Vec<Class>, FormatError> {
    let mut roles = Symbols::new(ROLES, ROLE_BITS);
    let mut lefts = Numbers::new(2);
    let mut rights = Symbols::new(ROLES, bits_for(head.rights));
    let mut classes: Vec<Class> = Vec::new();
    let mut before = Class::default();
    for index in 0..head.classes {
        ended_early(coder)?;
        let class = given.get(index).copied().unwrap_or_default();
        let role =
            Role::from_byte(roles.code(coder, before.role as usize, class.role as u32) as u8)?;
        // They are sorted by role, then left id.
        let (base, context) = if role == before.role {
            (before.left, 0)
        } else {
            (0, 1)
        };
        let step = class.left.saturating_sub(base) as u32;
        let left = base.saturating_add(lefts.code(coder, context, step) as usize);
        let right = rights.code(coder, role as usize, class.right as u32) as usize;
        if left >= head.lefts || right >= head.rights {
            return Err(FormatError("a connection id is outside the matrix"));
        }
        before = Class { role, left, right };
        classes.push(before);
    }
    Ok(classes)
}

/// The models of what recurs for every entry.
struct Models {
    /// How many classes there are.
    classes: usize,
    surfaces: Texts,
    /// Whether a surface has another entry, by its length and how many it had.
    more: Symbols,
    /// The class, by the last syllable's final consonant and the surface's length.
    class: Symbols,
    /// Whether there are parts, by class; for morphemes of exceptions, by role.
    has_parts: Symbols,
    /// The cost, by role, length and whether there are parts.
    cost: Symbols,
    /// Whether the parts are nouns that make up the surface, by role.
    is_compound: Symbols,
    /// Whether a compound is cut at a place, by its length and the place.
    is_cut: Symbols,
    /// Otherwise how many parts there are, and of what roles.
    part_count: Numbers,
    part_role: Symbols,
    stems: Texts,
    /// Of exceptions: the length of a morpheme, by how much of the run is left, and its role, by that before.
    morpheme_length: Numbers,
    morpheme_role: Symbols,
}

impl Models {
    /// Lengths that matter to classes and costs.
    const SHORT: usize = 4;

    fn new(head: &Head) -> Models {
        Models {
            classes: head.classes,
            surfaces: Texts::new(),
            more: Symbols::new(LENGTHS * LENGTHS, 1),
            class: Symbols::new(28 * (Self::SHORT + 1), bits_for(head.classes)),
            has_parts: Symbols::new(head.classes + ROLES, 1),
            cost: Symbols::new(2 * ROLES * (Self::SHORT + 1), head.cost_bits),
            is_compound: Symbols::new(ROLES, 1),
            is_cut: Symbols::new(LENGTHS * LENGTHS, 1),
            part_count: Numbers::new(1),
            part_role: Symbols::new(ROLES, ROLE_BITS),
            stems: Texts::new(),
            morpheme_length: Numbers::new(LENGTHS),
            morpheme_role: Symbols::new(ROLES, ROLE_BITS),
        }
    }

    /// The next entry of `surface`, from the same place of `given` as it takes in `out`.
    fn code_entry<C: Coder>(
        &mut self,
        coder: &mut C,
        head: &Head,
        surface: &[char],
        given: &Dictionary,
        out: &mut Dictionary,
    ) -> Result<(), FormatError> {
        let index = out.class.len();
        let length = surface.len().min(Self::SHORT);
        let last = surface.last().map_or(0, |&last| jamo(last).last as usize);
        let class = given.class.get(index).copied().unwrap_or(0);
        let class = self
            .class
            .code(coder, last * (Self::SHORT + 1) + length, u32::from(class));
        let Some(&Class { role, .. }) = out.classes.get(class as usize) else {
            return Err(FormatError("an entry has no class"));
        };
        let given_parts = if C::WRITES {
            given.parts_of(index as u32)
        } else {
            Vec::new()
        };
        let parts = self.code_parts(coder, class as usize, role, surface, &given_parts)?;
        let context =
            (role as usize * (Self::SHORT + 1) + length) * 2 + usize::from(!parts.is_empty());
        let cost = given.cost.get(index).map_or(0, |&cost| i32::from(cost));
        let beyond = self
            .cost
            .code(coder, context, (cost - head.least_cost) as u32);
        if !parts.is_empty() {
            out.parts.push((index as u32, parts));
        }
        out.class.push(class as u16);
        out.cost.push((head.least_cost + beyond as i32) as i16);
        Ok(())
    }

    fn code_parts<C: Coder>(
        &mut self,
        coder: &mut C,
        context: usize,
        role: Role,
        surface: &[char],
        given: &[Part],
    ) -> Result<Vec<Part>, FormatError> {
        let mut parts = Vec::new();
        if self
            .has_parts
            .code(coder, context, u32::from(!given.is_empty()))
            == 0
        {
            return Ok(parts);
        }
        let texts: Vec<Vec<char>> = given
            .iter()
            .map(|part| characters::<C>(part.text.as_bytes()))
            .collect();
        let is_compound = C::WRITES
            && texts.concat() == surface
            && texts.iter().all(|text| !text.is_empty())
            && given.iter().all(|part| part.role == Role::Noun);
        if self
            .is_compound
            .code(coder, role as usize, u32::from(is_compound))
            != 0
        {
            let mut start = 0;
            let mut texts = texts.iter();
            let mut given_end = texts.next().map_or(0, Vec::len);
            for end in 1..=surface.len() {
                let is_cut = end == given_end;
                if is_cut {
                    given_end += texts.next().map_or(0, Vec::len);
                }
                let context = surface.len().min(LENGTHS - 1) * LENGTHS + end.min(LENGTHS - 1);
                if end == surface.len() || self.is_cut.code(coder, context, u32::from(is_cut)) != 0
                {
                    parts.push(Part {
                        text: text_of(&surface[start..end]),
                        role: Role::Noun,
                    });
                    start = end;
                }
            }
            return Ok(parts);
        }
        for index in 0..self.part_count.code(coder, 0, given.len() as u32) as usize {
            ended_early(coder)?;
            let given_role = given.get(index).map_or(0, |part| part.role as u32);
            let part_role = self.part_role.code(coder, role as usize, given_role);
            let given_text = texts.get(index).map(Vec::as_slice).unwrap_or_default();
            parts.push(Part {
                text: text_of(&self.stems.code(coder, surface, given_text)),
                role: Role::from_byte(part_role as u8)?,
            });
        }
        Ok(parts)
    }

    /// The morphemes of an exception, which cover its run.
    fn code_morphemes<C: Coder>(
        &mut self,
        coder: &mut C,
        run: &[char],
        given: &[Morpheme],
    ) -> Result<Vec<Morpheme>, FormatError> {
        let run_bytes = text_of(run);
        let mut morphemes = Vec::new();
        let mut role = Role::Functional;
        let (mut rest, mut start) = (run, 0);
        while !rest.is_empty() {
            let given = given.get(morphemes.len()).filter(|_| C::WRITES);
            let given_text = given.and_then(|given| run_bytes.get(given.start..given.end));
            let given_length = given_text.map_or(1, |text| text.chars().count());
            let context = rest.len().min(LENGTHS - 1);
            let beyond_one =
                self.morpheme_length
                    .code(coder, context, given_length.saturating_sub(1) as u32);
            let length = (beyond_one as usize).saturating_add(1).min(rest.len());
            let (surface, after) = rest.split_at(length);
            let given_role = given.map_or(0, |given| given.role as u32);
            role =
                Role::from_byte(self.morpheme_role.code(coder, role as usize, given_role) as u8)?;
            let given_parts = given
                .map(|given| given.parts.as_slice())
                .unwrap_or_default();
            let parts = self.code_parts(
                coder,
                self.classes + role as usize,
                role,
                surface,
                given_parts,
            )?;
            let end = start + surface.iter().map(|c| c.len_utf8()).sum::<usize>();
            morphemes.push(Morpheme {
                start,
                end,
                role,
                parts,
            });
            (rest, start) = (after, end);
        }
        Ok(morphemes)
    }
}

/// The models of texts, each given by what it shares with another.
struct Texts {
    /// How many characters are shared, by the length of the other text.
    lead: Numbers,
    /// How many follow, by how many are shared.
    rest: Numbers,
    /// The initial consonant, by that of the other text's syllable.
    initial: Symbols,
    /// The vowel, by the initial consonant or, where that is the same, the other syllable's vowel; then likewise.
    vowel: Symbols,
    last: Symbols,
    /// Halves of other characters.
    other: Symbols,
}

impl Texts {
    fn new() -> Texts {
        Texts {
            lead: Numbers::new(LENGTHS),
            rest: Numbers::new(LENGTHS),
            initial: Symbols::new(32, 5),
            vowel: Symbols::new(64, 5),
            last: Symbols::new(64, 5),
            other: Symbols::new(2, 11),
        }
    }

    fn code<C: Coder>(&mut self, coder: &mut C, like: &[char], given: &[char]) -> Vec<char> {
        let shared = like.iter().zip(given).take_while(|(a, b)| a == b).count();
        let lead = self
            .lead
            .code(coder, like.len().min(LENGTHS - 1), shared as u32);
        let lead = (lead as usize).min(like.len());
        let rest = given.len().saturating_sub(shared) as u32;
        let rest = self.rest.code(coder, lead.min(LENGTHS - 1), rest);
        let mut text = like[..lead].to_vec();
        let mut like = like.get(lead).copied();
        for _ in 0..rest {
            if coder.is_exhausted() {
                break;
            }
            let given = given.get(text.len()).copied().unwrap_or_default();
            text.push(self.code_character(coder, like.take(), given));
        }
        text
    }

    fn code_character<C: Coder>(&mut self, coder: &mut C, like: Option<char>, given: char) -> char {
        let like = like.map_or(Jamo::NONE, jamo);
        let given_jamo = jamo(given);
        let initial = self
            .initial
            .code(coder, like.initial as usize, given_jamo.initial);
        if initial == Jamo::NONE.initial {
            let high = self.other.code(coder, 0, given as u32 >> 11);
            let low = self.other.code(coder, 1, given as u32);
            return char::from_u32(high << 11 | low).unwrap_or(char::REPLACEMENT_CHARACTER);
        }
        let is_like = initial == like.initial;
        let context = if is_like { 32 + like.vowel } else { initial };
        let vowel = self.vowel.code(coder, context as usize, given_jamo.vowel);
        let is_like = is_like && vowel == like.vowel;
        let context = if is_like { 32 + like.last } else { vowel };
        let last = self.last.code(coder, context as usize, given_jamo.last);
        char::from_u32(FIRST_SYLLABLE + (initial * 21 + vowel) * 28 + last)
            .unwrap_or(char::REPLACEMENT_CHARACTER)
    }
}

/// 가.
const FIRST_SYLLABLE: u32 = 0xac00;

/// The numbers of a syllable's letters.
#[derive(Clone, Copy)]
struct Jamo {
    initial: u32,
    vowel: u32,
    last: u32,
}

impl Jamo {
    /// For what is no syllable.
    const NONE: Jamo = Jamo {
        initial: 31,
        vowel: 31,
        last: 0,
    };
}

fn jamo(c: char) -> Jamo {
    let index = (c as u32).wrapping_sub(FIRST_SYLLABLE);
    if index >= 19 * 21 * 28 {
        return Jamo::NONE;
    }
    Jamo {
        initial: index / (21 * 28),
        vowel: index / 28 % 21,
        last: index % 28,
    }
}

/// The characters to write; a reader has none.
fn characters<C: Coder>(text: &[u8]) -> Vec<char> {
    if !C::WRITES {
        return Vec::new();
    }
    core::str::from_utf8(text)
        .unwrap_or_default()
        .chars()
        .collect()
}

fn text_of(characters: &[char]) -> String {
    characters.iter().collect()
}

/// What a forged count asks for ends with the file.
fn ended_early(coder: &impl Coder) -> Result<(), FormatError> {
    if coder.is_exhausted() {
        return Err(FormatError("the file ends too early"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::morpheme_terms;
    use crate::morphology::Segmenter as _;
    use proptest::prelude::*;

    fn roles() -> impl Strategy<Value = Role> {
        (0u8..8).prop_map(|byte| Role::from_byte(byte).expect("a role"))
    }

    fn parts() -> impl Strategy<Value = Vec<Part>> {
        let part = ("[가-깋ᆫㄱa]{1,2}", roles()).prop_map(|(text, role)| Part { text, role });
        proptest::collection::vec(part, 0..4)
    }

    fn entries() -> impl Strategy<Value = Vec<Entry>> {
        let numbers = (0u32..3, 0u16..9, 0u16..9, any::<i16>());
        let entry = ("[가-깋ㄱa]{1,4}", numbers, roles(), parts()).prop_map(
            |(surface, (order, left, right, cost), role, mut parts)| {
                // Half of the compounds are what most are: nouns that make up the surface.
                if order == 0 {
                    let part = |c: char| Part {
                        text: c.into(),
                        role: Role::Noun,
                    };
                    parts = surface.chars().map(part).collect();
                }
                Entry {
                    surface,
                    order,
                    left,
                    right,
                    cost,
                    role,
                    parts,
                }
            },
        );
        proptest::collection::vec(entry, 0..40)
    }

    /// A run's morphemes, one for each character.
    fn one_by_one(run: &str, role: Role, parts: &[Part]) -> Vec<Morpheme> {
        let morpheme = |(start, c): (usize, char)| Morpheme {
            start,
            end: start + c.len_utf8(),
            role,
            parts: parts.to_vec(),
        };
        run.char_indices().map(morpheme).collect()
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            entries in entries(),
            costs in proptest::collection::vec(any::<i16>(), 100),
            word in (0u16..12, 0u16..12, any::<i16>()),
            runs in proptest::collection::btree_map("[가-힣]{1,6}", (roles(), parts()), 0..4),
        ) {
            let unknown = UnknownRule {
                invoke: word.2 % 2 == 0,
                group: word.0 % 2 == 0,
                length: word.1 as u8,
                words: vec![UnknownWord { left: word.0, right: word.1, cost: word.2 }],
            };
            let cost = |right: u16, left: u16| costs[usize::from(right * 10 + left) % costs.len()];
            let mut dictionary = Dictionary::new(entries, &unknown, cost);
            let exceptions = runs
                .into_iter()
                .map(|(run, (role, parts))| (run.clone(), one_by_one(&run, role, &parts)))
                .collect();
            dictionary.set_exceptions(exceptions);
            prop_assert_eq!(Dictionary::read(&dictionary.write()), Ok(dictionary));
        }

        #[test]
        fn parts_that_are_left_out_make_no_terms(run in "[가-힣]{1,3}", role in roles(), parts in parts()) {
            let all = one_by_one(&run, role, &parts);
            let kept = one_by_one(&run, role, &parts_in_terms(role, &parts));
            prop_assert_eq!(morpheme_terms(&run, &kept), morpheme_terms(&run, &all));
        }

        #[test]
        fn any_bytes_are_refused_or_read_but_never_panic(
            counts in proptest::collection::vec(0u8..100, 7),
            bytes in proptest::collection::vec(any::<u8>(), 0..300),
            run in "[가-힣]{0,12}",
        ) {
            let mut file = vec![FORMAT_VERSION as u8];
            file.extend(counts);
            file.extend(bytes);
            if let Ok(dictionary) = Dictionary::read(&file) {
                dictionary.segment(&run);
            }
        }
    }

    #[test]
    fn lines_that_are_alike_become_neighbours() {
        let lines = [vec![0, 0, 0], vec![9, 9, 9], vec![1, 0, 0], vec![9, 9, 8]];
        assert_eq!(chain(&lines), [0, 2, 1, 3]);
        assert!(chain(&[]).is_empty());
    }
}
