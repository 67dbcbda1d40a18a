//! Bounded readers and writers for the binary formats.
//!
//! All integers are little-endian and of fixed width, so every value has exactly one encoding. A reader never
//! allocates more than its input can fill.

use alloc::vec::Vec;

use crate::{Digest, Felt, felt_from_canonical};

/// Error of decoding bytes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The input ends inside a value.
    #[error("{what} is cut off at byte {offset}")]
    Truncated {
        /// The value being read.
        what: &'static str,
        /// Offset at which the value begins.
        offset: usize,
    },
    /// Bytes are left after the last value.
    #[error("{extra} unexpected bytes after the end, at byte {offset}")]
    TrailingBytes {
        /// Offset after the last value.
        offset: usize,
        /// Number of bytes left over.
        extra: usize,
    },
    /// The file does not begin with the magic bytes of its kind.
    #[error("this is not a {expected} file")]
    WrongMagic {
        /// The expected kind of file.
        expected: &'static str,
    },
    /// The file has another version of the format.
    #[error("{what} has format version {got}, this build reads version {expected}")]
    WrongVersion {
        /// The value being read.
        what: &'static str,
        /// The version that this build reads.
        expected: u16,
        /// The version of the file.
        got: u16,
    },
    /// A value is outside its range.
    #[error("{what} at byte {offset} is invalid: {reason}")]
    Invalid {
        /// The value being read.
        what: &'static str,
        /// Offset at which the value begins.
        offset: usize,
        /// The reason.
        reason: &'static str,
    },
}

/// Reads values from a byte slice, front to back.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
    offset: usize,
}

impl<'a> Reader<'a> {
    /// A reader at the first byte.
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, offset: 0 }
    }

    /// Number of bytes read so far.
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// Number of bytes left.
    pub const fn remaining(&self) -> usize {
        self.rest.len()
    }

    /// Reads `count` bytes.
    ///
    /// # Errors
    /// If fewer are left.
    pub fn bytes(&mut self, count: usize, what: &'static str) -> Result<&'a [u8], DecodeError> {
        let (head, rest) =
            self.rest.split_at_checked(count).ok_or(DecodeError::Truncated { what, offset: self.offset })?;
        self.rest = rest;
        self.offset += count;
        Ok(head)
    }

    /// Reads `N` bytes.
    ///
    /// # Errors
    /// If fewer are left.
    pub fn array<const N: usize>(&mut self, what: &'static str) -> Result<[u8; N], DecodeError> {
        let offset = self.offset;
        self.bytes(N, what)?.try_into().map_err(|_| DecodeError::Truncated { what, offset })
    }

    /// Reads a byte.
    ///
    /// # Errors
    /// If none is left.
    pub fn u8(&mut self, what: &'static str) -> Result<u8, DecodeError> {
        self.array(what).map(u8::from_le_bytes)
    }

    /// Reads a 16-bit number.
    ///
    /// # Errors
    /// If too few bytes are left.
    pub fn u16(&mut self, what: &'static str) -> Result<u16, DecodeError> {
        self.array(what).map(u16::from_le_bytes)
    }

    /// Reads a 32-bit number.
    ///
    /// # Errors
    /// If too few bytes are left.
    pub fn u32(&mut self, what: &'static str) -> Result<u32, DecodeError> {
        self.array(what).map(u32::from_le_bytes)
    }

    /// Reads a 64-bit number.
    ///
    /// # Errors
    /// If too few bytes are left.
    pub fn u64(&mut self, what: &'static str) -> Result<u64, DecodeError> {
        self.array(what).map(u64::from_le_bytes)
    }

    /// Reads a field element.
    ///
    /// # Errors
    /// If too few bytes are left or the number is not below the modulus.
    pub fn felt(&mut self, what: &'static str) -> Result<Felt, DecodeError> {
        let offset = self.offset;
        let reason = "not below the field modulus";
        felt_from_canonical(self.u64(what)?).ok_or(DecodeError::Invalid { what, offset, reason })
    }

    /// Reads a digest.
    ///
    /// # Errors
    /// If too few bytes are left or an element is not below the modulus.
    pub fn digest(&mut self, what: &'static str) -> Result<Digest, DecodeError> {
        let mut word = [Felt::default(); 4];
        for element in &mut word {
            *element = self.felt(what)?;
        }
        Ok(Digest::new(word))
    }

    /// Reads a 32-bit count of items that take at least `item_bytes` bytes each.
    ///
    /// # Errors
    /// If the bytes that are left cannot hold that many items.
    pub fn count(&mut self, item_bytes: usize, what: &'static str) -> Result<usize, DecodeError> {
        let offset = self.offset;
        let count = self.u32(what)? as usize;
        match count.checked_mul(item_bytes.max(1)) {
            Some(bytes) if bytes <= self.remaining() => Ok(count),
            _ => Err(DecodeError::Truncated { what, offset }),
        }
    }

    /// Checks the magic bytes and the version at the start of a file.
    ///
    /// # Errors
    /// If either differs.
    pub fn header(
        &mut self,
        magic: &[u8; 4],
        version: u16,
        expected: &'static str,
    ) -> Result<(), DecodeError> {
        if self.array::<4>(expected).as_ref() != Ok(magic) {
            return Err(DecodeError::WrongMagic { expected });
        }
        let got = self.u16(expected)?;
        if got != version {
            return Err(DecodeError::WrongVersion { what: expected, expected: version, got });
        }
        Ok(())
    }

    /// Checks that every byte has been read.
    ///
    /// # Errors
    /// If bytes are left.
    pub const fn finish(self) -> Result<(), DecodeError> {
        match self.rest.len() {
            0 => Ok(()),
            extra => Err(DecodeError::TrailingBytes { offset: self.offset, extra }),
        }
    }
}

/// Writes values in the encoding that [`Reader`] reads.
#[derive(Clone, Debug, Default)]
pub struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    /// An empty writer.
    pub const fn new() -> Self {
        Self { bytes: Vec::new() }
    }

    /// Appends bytes as they are.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Appends a byte.
    pub fn u8(&mut self, value: u8) {
        self.bytes.push(value);
    }

    /// Appends a 16-bit number.
    pub fn u16(&mut self, value: u16) {
        self.bytes(&value.to_le_bytes());
    }

    /// Appends a 32-bit number.
    pub fn u32(&mut self, value: u32) {
        self.bytes(&value.to_le_bytes());
    }

    /// Appends a 64-bit number.
    pub fn u64(&mut self, value: u64) {
        self.bytes(&value.to_le_bytes());
    }

    /// Appends a number of items as 32 bits.
    ///
    /// # Panics
    /// If it is 2^32 or more.
    pub fn count(&mut self, count: usize) {
        self.u32(u32::try_from(count).expect("lists have fewer than 2^32 items"));
    }

    /// Appends a field element.
    pub fn felt(&mut self, value: Felt) {
        self.u64(value.as_int());
    }

    /// Appends a digest.
    pub fn digest(&mut self, digest: &Digest) {
        self.bytes(&digest.to_bytes());
    }

    /// Appends the magic bytes and the version of a file.
    pub fn header(&mut self, magic: &[u8; 4], version: u16) {
        self.bytes(magic);
        self.u16(version);
    }

    /// The bytes written.
    pub fn finish(self) -> Vec<u8> {
        self.bytes
    }
}
