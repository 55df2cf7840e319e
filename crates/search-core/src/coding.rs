//! An adaptive binary range coder (Martin 1979, in the form of LZMA) and the models it is used with: packs numbers into
//! about as many bits as they are surprising, where DEFLATE needs repetitions to find anything.
//!
//! A model's `code` works both ways. An [`Encoder`] writes the value it is given and returns it; a [`Decoder`] ignores
//! what it is given and returns what was written. So a file's layout is written down once, and writer and reader cannot
//! come apart.

use alloc::vec;
use alloc::vec::Vec;

/// Probabilities have this many bits where they meet the range.
const PRECISION: u32 = 12;
/// The range never stays below this.
const LEAST_RANGE: u32 = 1 << 24;
/// After so many bits a probability moves no slower.
const MOST_SEEN: u8 = 30;

/// By what share of the way, in 2^15ths, a probability moves after so many bits: 1/1.5, 1/2.5, 1/3.5, …
const SHARES: [i32; MOST_SEEN as usize + 1] = {
    let mut shares = [0; MOST_SEEN as usize + 1];
    let mut seen = 0;
    while seen < shares.len() {
        shares[seen] = (2 << 15) / (2 * seen as i32 + 3);
        seen += 1;
    }
    shares
};

/// How likely a bit is set, learnt from the bits before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bit {
    probability: u16,
    seen: u8,
}

impl Default for Bit {
    fn default() -> Self {
        Bit {
            probability: 1 << 15,
            seen: 0,
        }
    }
}

impl Bit {
    /// The part of `range` that stands for a set bit: neither nothing nor all of it.
    fn bound(self, range: u32) -> u32 {
        (range >> PRECISION) * u32::from(self.probability >> (16 - PRECISION)).max(1)
    }

    /// Moves towards what came, first by much, then by less: with few numbers to learn from, this gains most.
    fn learn(&mut self, bit: bool) {
        let target = if bit { 0xffff } else { 0 };
        let now = i32::from(self.probability);
        let share = SHARES[usize::from(self.seen)];
        self.probability = (now + (((target - now) * share) >> 15)) as u16;
        self.seen += u8::from(self.seen < MOST_SEEN);
    }
}

/// Writes or reads bits.
pub trait Coder {
    /// Whether it writes: what only a writer needs can be left out of a reader, which is to be small.
    const WRITES: bool;

    /// Codes one bit; a decoder ignores `bit`.
    fn bit(&mut self, model: &mut Bit, bit: bool) -> bool;

    /// Whether more has been asked for than was written, so that what is returned is worthless.
    fn is_exhausted(&self) -> bool;
}

/// Writes bits.
#[derive(Debug)]
pub struct Encoder {
    low: u64,
    range: u32,
    /// The last byte, and how many 0xff after it, which a carry may still change.
    held: u8,
    pending: usize,
    bytes: Vec<u8>,
}

impl Default for Encoder {
    fn default() -> Self {
        Encoder {
            low: 0,
            range: u32::MAX,
            held: 0,
            pending: 0,
            bytes: Vec::new(),
        }
    }
}

impl Encoder {
    fn shift(&mut self) {
        if self.low >> 24 == 0xff {
            self.pending += 1;
        } else {
            let carry = (self.low >> 32) as u8;
            self.bytes.push(self.held.wrapping_add(carry));
            let held_back = core::iter::repeat_n(0xff_u8.wrapping_add(carry), self.pending);
            self.bytes.extend(held_back);
            self.pending = 0;
            self.held = (self.low >> 24) as u8;
        }
        self.low = (self.low & 0x00ff_ffff) << 8;
    }

    /// What was written.
    pub fn finish(mut self) -> Vec<u8> {
        for _ in 0..5 {
            self.shift();
        }
        self.bytes
    }
}

impl Coder for Encoder {
    const WRITES: bool = true;

    fn bit(&mut self, model: &mut Bit, bit: bool) -> bool {
        let bound = model.bound(self.range);
        if bit {
            self.range = bound;
        } else {
            self.low += u64::from(bound);
            self.range -= bound;
        }
        model.learn(bit);
        while self.range < LEAST_RANGE {
            self.range <<= 8;
            self.shift();
        }
        bit
    }

    fn is_exhausted(&self) -> bool {
        false
    }
}

/// Reads bits.
#[derive(Debug)]
pub struct Decoder<'a> {
    rest: &'a [u8],
    range: u32,
    code: u32,
    exhausted: bool,
}

impl<'a> Decoder<'a> {
    /// A decoder of what an encoder wrote.
    pub fn new(bytes: &'a [u8]) -> Self {
        let mut decoder = Decoder {
            rest: bytes,
            range: u32::MAX,
            code: 0,
            exhausted: false,
        };
        for _ in 0..5 {
            decoder.shift();
        }
        decoder
    }

    fn shift(&mut self) {
        let next = match self.rest.split_first() {
            Some((&next, rest)) => {
                self.rest = rest;
                next
            }
            None => {
                self.exhausted = true;
                0
            }
        };
        self.code = self.code << 8 | u32::from(next);
    }

    /// Whether exactly what was written has been read.
    pub fn is_at_end(&self) -> bool {
        self.rest.is_empty() && !self.exhausted
    }
}

impl Coder for Decoder<'_> {
    const WRITES: bool = false;

    fn bit(&mut self, model: &mut Bit, _: bool) -> bool {
        let bound = model.bound(self.range);
        let bit = self.code < bound;
        if bit {
            self.range = bound;
        } else {
            self.code -= bound;
            self.range -= bound;
        }
        model.learn(bit);
        while self.range < LEAST_RANGE {
            self.range <<= 8;
            self.shift();
        }
        bit
    }

    fn is_exhausted(&self) -> bool {
        self.exhausted
    }
}

/// Numbers below a power of two that have nothing to do with their size, such as letters: a binary tree of bits for
/// each context.
#[derive(Debug)]
pub struct Symbols {
    bits: u32,
    nodes: Vec<Bit>,
}

impl Symbols {
    /// For symbols of `bits` bits (16 at most) in contexts below `contexts`.
    pub fn new(contexts: usize, bits: u32) -> Self {
        let bits = bits.min(16);
        Symbols {
            bits,
            nodes: untaught(contexts << bits),
        }
    }

    /// Codes `symbol`, of which only the lowest bits count.
    pub fn code(&mut self, coder: &mut impl Coder, context: usize, symbol: u32) -> u32 {
        let mut node = 1;
        for bit in (0..self.bits).rev() {
            let given = symbol >> bit & 1 != 0;
            let coded = match self.nodes.get_mut(context << self.bits | node) {
                Some(model) => coder.bit(model, given),
                None => false,
            };
            node = node << 1 | usize::from(coded);
        }
        (node - (1 << self.bits)) as u32
    }
}

/// Numbers that tend to be small.
#[derive(Debug)]
pub struct Numbers {
    /// [`Numbers::STEPS`] for each context.
    steps: Vec<Bit>,
    /// For the length of what exceeds them, then for its digits.
    beyond: Vec<Bit>,
}

impl Numbers {
    /// Up to here a number is counted out, bit by bit; what exceeds it is written as length and digits.
    const STEPS: usize = 14;

    /// For numbers in contexts below `contexts`.
    pub fn new(contexts: usize) -> Self {
        Numbers {
            steps: untaught(contexts * Self::STEPS),
            beyond: untaught(64),
        }
    }

    /// Codes `number`; the largest is `u32::MAX - 1`.
    pub fn code(&mut self, coder: &mut impl Coder, context: usize, number: u32) -> u32 {
        let steps = self.steps.iter_mut().skip(context * Self::STEPS);
        for (step, model) in (0..).zip(steps.take(Self::STEPS)) {
            if !coder.bit(model, number > step) {
                return step;
            }
        }
        // One more, so that there is a highest digit, which is not written.
        let rest = number.saturating_sub(Self::STEPS as u32) + 1;
        let mut length = 0;
        while length < 31 && coder.bit(&mut self.beyond[length], rest >> length > 1) {
            length += 1;
        }
        let mut coded = 1u32;
        for digit in (0..length).rev() {
            let bit = coder.bit(&mut self.beyond[32 + digit], rest >> digit & 1 != 0);
            coded = coded << 1 | u32::from(bit);
        }
        (coded - 1).saturating_add(Self::STEPS as u32)
    }
}

/// Differences, which tend to be near zero on either side.
#[derive(Debug)]
pub struct Differences {
    /// Whether there is one and whether it is negative, for each context.
    signs: Vec<Bit>,
    sizes: Numbers,
}

impl Differences {
    /// For differences in contexts below `contexts`.
    pub fn new(contexts: usize) -> Self {
        Differences {
            signs: untaught(contexts * 2),
            sizes: Numbers::new(contexts),
        }
    }

    /// Codes `difference`.
    pub fn code(&mut self, coder: &mut impl Coder, context: usize, difference: i32) -> i32 {
        let Some([is_some, is_negative]) = self.signs.get_mut(context * 2..context * 2 + 2) else {
            return 0;
        };
        if !coder.bit(is_some, difference != 0) {
            return 0;
        }
        let negative = coder.bit(is_negative, difference < 0);
        let beyond_one = difference.unsigned_abs().saturating_sub(1);
        let size = self.sizes.code(coder, context, beyond_one).wrapping_add(1) as i32;
        if negative { size.wrapping_neg() } else { size }
    }
}

/// Models that know nothing yet.
fn untaught(count: usize) -> Vec<Bit> {
    vec![Bit::default(); count]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Sends numbers through all models, one after the other.
    fn code(coder: &mut impl Coder, count: usize, given: &[(usize, u32)]) -> Vec<(u32, u32, i32)> {
        let mut symbols = Symbols::new(4, 9);
        let mut numbers = Numbers::new(4);
        let mut differences = Differences::new(4);
        (0..count)
            .map(|index| {
                let (context, value) = given.get(index).copied().unwrap_or((index % 4, 0));
                (
                    symbols.code(coder, context, value & 511),
                    numbers.code(coder, context, value),
                    differences.code(coder, context, value as i32 / 2),
                )
            })
            .collect()
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(values in proptest::collection::vec(prop_oneof![0u32..4, 0u32..1000, 0..u32::MAX], 0..200)) {
            let given: Vec<(usize, u32)> = values.iter().enumerate().map(|(index, &value)| (index % 4, value)).collect();
            let expected: Vec<(u32, u32, i32)> =
                values.iter().map(|&value| (value & 511, value, value as i32 / 2)).collect();
            let mut encoder = Encoder::default();
            prop_assert_eq!(&code(&mut encoder, given.len(), &given), &expected);
            let bytes = encoder.finish();
            let mut decoder = Decoder::new(&bytes);
            prop_assert_eq!(&code(&mut decoder, given.len(), &[]), &expected);
            prop_assert!(decoder.is_at_end());
        }

        #[test]
        fn any_bytes_can_be_read(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
            let mut decoder = Decoder::new(&bytes);
            code(&mut decoder, 100, &[]);
            prop_assert!(!decoder.is_at_end() || !decoder.is_exhausted());
        }
    }

    #[test]
    fn a_carry_runs_through_bytes_that_are_all_ones() {
        // Rare with any other bits; the model stays at one half so that the bits are written as they are.
        let bits: Vec<bool> = (0..4000).map(|at| at % 97 != 0).collect();
        let mut encoder = Encoder::default();
        for &bit in &bits {
            encoder.bit(&mut Bit::default(), !bit);
        }
        let bytes = encoder.finish();
        let mut decoder = Decoder::new(&bytes);
        for &bit in &bits {
            assert_eq!(decoder.bit(&mut Bit::default(), false), !bit);
        }
        assert!(decoder.is_at_end());
    }

    #[test]
    fn what_repeats_costs_next_to_nothing() {
        let mut symbols = Symbols::new(1, 8);
        let mut encoder = Encoder::default();
        for _ in 0..1000 {
            symbols.code(&mut encoder, 0, 7);
        }
        assert!(encoder.finish().len() < 24);
    }
}
