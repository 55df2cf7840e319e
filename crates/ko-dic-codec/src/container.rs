//! The outer layer: a magic number, a count, and a fixed sequence of brotli streams, each after its raw and its packed length.
//!
//! All integers are little-endian `u32`. Sixteen-bit columns are kept as two planes, all low bytes before all high bytes: the high bytes
//! barely vary and nearly vanish.

use std::io::Read;

use crate::DecodeError;

/// The first bytes of a packed dictionary; the digit is the version of the format.
pub(crate) const MAGIC: &[u8; 8] = b"KODIC 1\n";

/// No stream unpacks to more than this many bytes: the greatest of mecab-ko-dic is 7 MB.
pub(crate) const MAX_STREAM: usize = 64 << 20;
/// No dictionary has more entries: mecab-ko-dic has 816,283.
pub(crate) const MAX_ENTRIES: usize = 2 << 20;
/// The surfaces, readings and expressions of all entries together take no more bytes: mecab-ko-dic's take 27 MB.
pub(crate) const MAX_TEXT: usize = 128 << 20;

/// The streams, in the order they are stored in. A stream of strings ends each with a NUL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub(crate) enum Stream {
    /// Strings, ten for each class: its fields and how its entries keep reading and expression. The most frequent class comes first.
    Classes,
    /// The class of each entry, 16 bits.
    EntryClasses,
    /// The cost of each entry, 16 bits.
    Costs,
    /// How many characters each surface shares with the one before it, 8 bits.
    SharedPrefixes,
    /// Strings: the rest of each surface.
    SurfaceSuffixes,
    /// Strings: the readings that are neither the surface nor [`crate::NONE`].
    Readings,
    /// Strings: the expressions that are not [`crate::NONE`], compact where they can be.
    Expressions,
    /// The class of each right id, 16 bits.
    RightClasses,
    /// The class of each left id, 16 bits.
    LeftClasses,
    /// The merged matrix, each value but the first of a row less the one before it, 16 bits.
    ConnectionCosts,
    /// The text of `char.def`.
    CharacterDefinition,
}

/// All streams in storage order.
pub(crate) const STREAMS: [Stream; 11] = [
    Stream::Classes,
    Stream::EntryClasses,
    Stream::Costs,
    Stream::SharedPrefixes,
    Stream::SurfaceSuffixes,
    Stream::Readings,
    Stream::Expressions,
    Stream::RightClasses,
    Stream::LeftClasses,
    Stream::ConnectionCosts,
    Stream::CharacterDefinition,
];

/// The unpacked content of a container.
#[derive(Debug)]
pub(crate) struct Container {
    /// How many of the entries, the last ones, are unknown-word entries.
    pub(crate) unknown_count: u32,
    streams: [Vec<u8>; STREAMS.len()],
}

impl Container {
    /// A container whose streams are empty.
    pub(crate) fn new(unknown_count: u32) -> Self {
        Self {
            unknown_count,
            streams: Default::default(),
        }
    }

    /// The bytes of one stream.
    pub(crate) fn stream(&self, stream: Stream) -> &[u8] {
        &self.streams[stream as usize]
    }

    /// Takes the container apart. Trailing bytes are an error, as is any stream that is not exactly as long as it says.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, DecodeError> {
        let bytes = bytes
            .strip_prefix(MAGIC)
            .ok_or(DecodeError::NotADictionary)?;
        let (unknown_count, mut rest) = take_u32(bytes).ok_or(DecodeError::Truncated)?;
        let mut container = Self::new(unknown_count);
        for stream in STREAMS {
            let (raw, after) = take_u32(rest).ok_or(DecodeError::Truncated)?;
            let (packed, after) = take_u32(after).ok_or(DecodeError::Truncated)?;
            let (packed, after) = after
                .split_at_checked(packed as usize)
                .ok_or(DecodeError::Truncated)?;
            container.streams[stream as usize] = decompress(packed, raw as usize, stream)?;
            rest = after;
        }
        if rest.is_empty() {
            Ok(container)
        } else {
            Err(DecodeError::TrailingBytes)
        }
    }
}

/// Unpacks one stream, never past the length it declares.
fn decompress(packed: &[u8], raw: usize, stream: Stream) -> Result<Vec<u8>, DecodeError> {
    if raw > MAX_STREAM {
        return Err(DecodeError::malformed(
            stream,
            "it is longer than any dictionary needs",
        ));
    }
    // This bit pattern opens the "large window" extension (RFC 7932, section 9.1, leaves it out), with which two bytes ask for a gigabyte.
    if packed.first().is_some_and(|first| first & 0x7f == 0x11) {
        return Err(DecodeError::malformed(stream, "its window is too large"));
    }
    let mut bytes = Vec::new();
    brotli_decompressor::Decompressor::new(packed, 1 << 16)
        .take(raw as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|_| DecodeError::malformed(stream, "it is not valid brotli"))?;
    if bytes.len() != raw {
        return Err(DecodeError::malformed(
            stream,
            "its length is not what it says",
        ));
    }
    Ok(bytes)
}

/// The number at the head of `bytes`, and what comes after it.
fn take_u32(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (head, rest) = bytes.split_first_chunk::<4>()?;
    Some((u32::from_le_bytes(*head), rest))
}

/// The numbers of a column kept in two planes. None if the planes are not equally long.
pub(crate) fn join_planes(bytes: &[u8]) -> Option<Vec<u16>> {
    if !bytes.len().is_multiple_of(2) {
        return None;
    }
    let (low, high) = bytes.split_at(bytes.len() / 2);
    Some(
        low.iter()
            .zip(high)
            .map(|(&low, &high)| u16::from_le_bytes([low, high]))
            .collect(),
    )
}

#[cfg(feature = "encode")]
pub(crate) mod writing {
    //! The other direction: streams into a container.

    use super::{Container, MAGIC, MAX_STREAM, STREAMS, Stream};
    use crate::EncodeError;

    impl Container {
        /// Sets one stream.
        pub(crate) fn set(&mut self, stream: Stream, bytes: Vec<u8>) {
            self.streams[stream as usize] = bytes;
        }

        /// Packs all streams. The error is a stream too long for a reader to accept.
        pub(crate) fn write(&self) -> Result<Vec<u8>, EncodeError> {
            let mut out = MAGIC.to_vec();
            out.extend(self.unknown_count.to_le_bytes());
            for stream in STREAMS {
                let raw = self.stream(stream);
                if raw.len() > MAX_STREAM {
                    return Err(EncodeError::TooLarge);
                }
                let packed = compress(raw)?;
                for length in [raw.len(), packed.len()] {
                    out.extend(
                        u32::try_from(length)
                            .map_err(|_| EncodeError::TooLarge)?
                            .to_le_bytes(),
                    );
                }
                out.extend(packed);
            }
            Ok(out)
        }
    }

    /// The smallest brotli makes of `raw`, with the standard's greatest window (RFC 7932).
    fn compress(mut raw: &[u8]) -> Result<Vec<u8>, EncodeError> {
        let parameters = brotli::enc::BrotliEncoderParams {
            quality: 11,
            lgwin: 24,
            size_hint: raw.len(),
            ..Default::default()
        };
        let mut packed = Vec::new();
        brotli::BrotliCompress(&mut raw, &mut packed, &parameters)
            .map_err(|_| EncodeError::Compression)?;
        Ok(packed)
    }

    /// A column of numbers as two planes.
    pub(crate) fn split_planes(column: &[u16]) -> Vec<u8> {
        let low = column.iter().map(|number| number.to_le_bytes()[0]);
        low.chain(column.iter().map(|number| number.to_le_bytes()[1]))
            .collect()
    }
}
