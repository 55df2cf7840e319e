//! Bounds-checked reading and writing of little binary files: LEB128 variable-length integers, byte strings, columns.

use crate::FormatError;
use alloc::vec::Vec;

/// Appends values to a growing buffer.
#[derive(Debug, Default, Clone)]
pub struct Writer {
    /// What has been written.
    pub bytes: Vec<u8>,
}

impl Writer {
    /// An unsigned LEB128 integer, 1 to 5 bytes.
    pub fn varint(&mut self, mut value: u32) {
        while value >= 0x80 {
            self.bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }

    /// One byte.
    pub fn byte(&mut self, value: u8) {
        self.bytes.push(value);
    }

    /// Bytes as they are, without their length.
    pub fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// A string with its length in bytes before it.
    pub fn string(&mut self, text: &str) {
        self.varint(text.len() as u32);
        self.raw(text.as_bytes());
    }

    /// A 32-bit float, little endian.
    pub fn float(&mut self, value: f32) {
        self.raw(&value.to_le_bytes());
    }

    /// A column of 16-bit values: all low bytes, then all high bytes (they compress better apart).
    pub fn column16(&mut self, values: impl Iterator<Item = u16> + Clone) {
        self.bytes.extend(values.clone().map(|value| value as u8));
        self.bytes.extend(values.map(|value| (value >> 8) as u8));
    }
}

/// Reads values from a buffer; every read is checked.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// A reader at the start of `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        Reader { rest: bytes }
    }

    /// How many bytes are left.
    pub fn remaining(&self) -> usize {
        self.rest.len()
    }

    /// One byte.
    pub fn byte(&mut self) -> Result<u8, FormatError> {
        let (&first, rest) = self
            .rest
            .split_first()
            .ok_or(FormatError("the file ends too early"))?;
        self.rest = rest;
        Ok(first)
    }

    /// The next `length` bytes.
    pub fn raw(&mut self, length: usize) -> Result<&'a [u8], FormatError> {
        let (taken, rest) = self
            .rest
            .split_at_checked(length)
            .ok_or(FormatError("the file ends too early"))?;
        self.rest = rest;
        Ok(taken)
    }

    /// An unsigned LEB128 integer of at most 32 bits.
    pub fn varint(&mut self) -> Result<u32, FormatError> {
        let mut value = 0u32;
        for shift in [0, 7, 14, 21, 28] {
            let byte = self.byte()?;
            value |= u32::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                if shift == 28 && byte > 0x0f {
                    break;
                }
                return Ok(value);
            }
        }
        Err(FormatError("a number is too large"))
    }

    /// A count of things that take at least `least` bytes each, so that a forged count cannot ask for more memory
    /// than the file could hold.
    pub fn count(&mut self, least: usize) -> Result<usize, FormatError> {
        let count = self.varint()? as usize;
        if count.saturating_mul(least) > self.rest.len() {
            return Err(FormatError("a count is larger than the file"));
        }
        Ok(count)
    }

    /// A string with its length before it.
    pub fn string(&mut self) -> Result<&'a str, FormatError> {
        let length = self.varint()? as usize;
        core::str::from_utf8(self.raw(length)?).map_err(|_| FormatError("text is not UTF-8"))
    }

    /// A 32-bit float.
    pub fn float(&mut self) -> Result<f32, FormatError> {
        let bytes = self.raw(4)?;
        Ok(f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }

    /// A column of `count` 16-bit values as [`Writer::column16`] writes it.
    pub fn column16(&mut self, count: usize) -> Result<Vec<u16>, FormatError> {
        let low = self.raw(count)?;
        let high = self.raw(count)?;
        Ok(low
            .iter()
            .zip(high)
            .map(|(&low, &high)| u16::from(low) | u16::from(high) << 8)
            .collect())
    }
}

/// Sorted byte strings, each stored as the length of what it shares with the one before and the rest.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct SortedKeys {
    offsets: Vec<u32>,
    blob: Vec<u8>,
}

impl SortedKeys {
    /// Writes `keys`, which must be in ascending order.
    pub fn write<'k>(keys: impl Iterator<Item = &'k [u8]> + Clone, out: &mut Writer) {
        let shared = |previous: &[u8], key: &[u8]| {
            previous.iter().zip(key).take_while(|(a, b)| a == b).count()
        };
        out.varint(keys.clone().count() as u32);
        let mut previous: &[u8] = &[];
        let mut rest = Writer::default();
        for key in keys {
            let lead = shared(previous, key);
            out.varint(lead as u32);
            out.varint((key.len() - lead) as u32);
            rest.raw(&key[lead..]);
            previous = key;
        }
        out.raw(&rest.bytes);
    }

    /// Reads what [`SortedKeys::write`] wrote. The order is checked.
    pub fn read(reader: &mut Reader<'_>) -> Result<Self, FormatError> {
        let count = reader.count(2)?;
        let mut lengths = Vec::with_capacity(count);
        for _ in 0..count {
            lengths.push((reader.varint()? as usize, reader.varint()? as usize));
        }
        let mut keys = SortedKeys {
            offsets: Vec::with_capacity(count + 1),
            blob: Vec::new(),
        };
        keys.offsets.push(0);
        let mut previous = 0..0;
        for (lead, length) in lengths {
            if lead > previous.len() || lead + length > 4096 {
                return Err(FormatError("a key is malformed"));
            }
            let start = keys.blob.len();
            keys.blob
                .extend_from_within(previous.start..previous.start + lead);
            keys.blob.extend_from_slice(reader.raw(length)?);
            let (before, key) = (&keys.blob[previous.clone()], &keys.blob[start..]);
            if start > 0 && key < before {
                return Err(FormatError("keys are out of order"));
            }
            previous = start..keys.blob.len();
            keys.offsets.push(keys.blob.len() as u32);
        }
        Ok(keys)
    }

    /// Adds a key; false if it is less than the last.
    pub fn push(&mut self, key: &[u8]) -> bool {
        let last = self.len().checked_sub(1).map(|last| self.get(last));
        if last.is_some_and(|last| key < last) {
            return false;
        }
        if self.offsets.is_empty() {
            self.offsets.push(0);
        }
        self.blob.extend_from_slice(key);
        self.offsets.push(self.blob.len() as u32);
        true
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The key at `index`; empty when there is none.
    pub fn get(&self, index: usize) -> &[u8] {
        match (self.offsets.get(index), self.offsets.get(index + 1)) {
            (Some(&start), Some(&end)) => &self.blob[start as usize..end as usize],
            _ => &[],
        }
    }

    /// The first index whose key is not less than `key`.
    pub fn lower_bound(&self, key: &[u8]) -> usize {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if self.get(middle) < key {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    /// The range of indices whose keys start with `prefix`.
    pub fn with_prefix(&self, prefix: &[u8]) -> core::ops::Range<usize> {
        let start = self.lower_bound(prefix);
        let (mut low, mut high) = (start, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if self.get(middle).starts_with(prefix) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        start..low
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn sorted_keys_come_back_and_are_found(mut words in proptest::collection::vec("[a-f가-깋]{0,6}", 0..40)) {
            words.sort();
            let mut out = Writer::default();
            SortedKeys::write(words.iter().map(|word| word.as_bytes()), &mut out);
            let keys = SortedKeys::read(&mut Reader::new(&out.bytes)).expect("what was written");
            prop_assert_eq!(keys.len(), words.len());
            for (index, word) in words.iter().enumerate() {
                prop_assert_eq!(keys.get(index), word.as_bytes());
                prop_assert!(keys.with_prefix(word.as_bytes()).contains(&index));
                prop_assert_eq!(keys.get(keys.lower_bound(word.as_bytes())), word.as_bytes());
            }
        }

        #[test]
        fn any_bytes_are_refused_or_read_but_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = SortedKeys::read(&mut Reader::new(&bytes));
        }

        #[test]
        fn numbers_come_back(values in proptest::collection::vec(any::<u32>(), 0..50)) {
            let mut out = Writer::default();
            values.iter().for_each(|&value| out.varint(value));
            let mut reader = Reader::new(&out.bytes);
            for value in values {
                prop_assert_eq!(reader.varint(), Ok(value));
            }
            prop_assert_eq!(reader.remaining(), 0);
        }
    }

    #[test]
    fn a_number_of_more_than_32_bits_is_refused() {
        assert!(
            Reader::new(&[0xff, 0xff, 0xff, 0xff, 0x1f])
                .varint()
                .is_err()
        );
    }
}
