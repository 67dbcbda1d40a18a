use alloc::string::String;
use core::{
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
    str::FromStr,
};

pub use miden_field::{Felt, ParseFeltError};
use winter_math::FieldElement;

/// Four field elements. On the stack element 0 is the deepest and element 3 the topmost.
pub type Word = [Felt; 4];

/// The field element of a canonical integer; `None` if `value ≥ p`.
pub fn felt_from_canonical(value: u64) -> Option<Felt> {
    value.try_into().ok()
}

/// A Rescue Prime digest: identifies a program, a node of a program, a kernel procedure or a node of a Merkle tree.
///
/// Its text form is 64 lower-case hex digits: the four elements, each as 8 little-endian bytes.
/// Digests are ordered by that byte form.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Digest(Word);

impl Digest {
    /// Number of bytes of the byte form.
    pub const NUM_BYTES: usize = 32;

    /// Wraps four elements.
    pub const fn new(elements: Word) -> Self {
        Self(elements)
    }

    /// The four elements.
    pub const fn elements(&self) -> &Word {
        &self.0
    }

    /// The byte form.
    pub fn to_bytes(&self) -> [u8; Self::NUM_BYTES] {
        let mut bytes = [0; Self::NUM_BYTES];
        for (chunk, element) in bytes.chunks_exact_mut(8).zip(self.0) {
            chunk.copy_from_slice(&element.as_int().to_le_bytes());
        }
        bytes
    }

    /// Reads the byte form; `None` if an element is not below the modulus.
    pub fn from_bytes(bytes: &[u8; Self::NUM_BYTES]) -> Option<Self> {
        let mut word = [Felt::ZERO; 4];
        for (element, chunk) in word.iter_mut().zip(bytes.chunks_exact(8)) {
            *element = felt_from_canonical(u64::from_le_bytes(chunk.try_into().ok()?))?;
        }
        Some(Self(word))
    }

    /// The text form.
    pub fn to_hex(&self) -> String {
        use fmt::Write;
        let mut text = String::with_capacity(2 * Self::NUM_BYTES);
        for byte in self.to_bytes() {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        text
    }
}

impl From<Word> for Digest {
    fn from(elements: Word) -> Self {
        Self(elements)
    }
}

impl From<Digest> for Word {
    fn from(digest: Digest) -> Self {
        digest.0
    }
}

impl Hash for Digest {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.to_bytes().hash(state);
    }
}

impl PartialOrd for Digest {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Digest {
    fn cmp(&self, other: &Self) -> Ordering {
        // Bytes that begin with the lowest compare like the integers that have them in the opposite order.
        let keys = |digest: &Self| digest.0.map(|element| element.as_int().swap_bytes());
        keys(self).cmp(&keys(other))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_hex())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

/// Error of parsing a digest.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HexError {
    /// The length of the text is not that of a digest.
    #[error("a digest has {expected} hex digits, got {got}")]
    Length {
        /// Number of hex digits of a digest.
        expected: usize,
        /// Number of bytes of the text.
        got: usize,
    },
    /// A character is not a lower-case hex digit.
    #[error("character {position} of the digest is not one of 0-9, a-f")]
    Digit {
        /// Index of the byte.
        position: usize,
    },
    /// An element is not a canonical field element.
    #[error("the digest contains a number that is not below the field modulus")]
    NotCanonical,
}

impl FromStr for Digest {
    type Err = HexError;

    fn from_str(text: &str) -> Result<Self, HexError> {
        let expected = 2 * Self::NUM_BYTES;
        if text.len() != expected {
            return Err(HexError::Length { expected, got: text.len() });
        }
        let mut bytes = [0u8; Self::NUM_BYTES];
        for (position, digit) in text.bytes().enumerate() {
            let value = match digit {
                b'0'..=b'9' => digit - b'0',
                b'a'..=b'f' => digit - b'a' + 10,
                _ => return Err(HexError::Digit { position }),
            };
            if let Some(byte) = bytes.get_mut(position / 2) {
                *byte = *byte << 4 | value;
            }
        }
        Self::from_bytes(&bytes).ok_or(HexError::NotCanonical)
    }
}

#[cfg(test)]
mod tests {
    use winter_math::StarkField;

    use super::*;

    #[test]
    fn hex_round_trips() {
        let digest =
            Digest::new([1, u64::MAX >> 32, Felt::MODULUS - 1, 0x0123_4567_89ab_cdef].map(Felt::new));
        assert_eq!(digest.to_hex().parse::<Digest>(), Ok(digest));
    }

    #[test]
    fn digests_are_ordered_by_their_bytes() {
        let values = [0, 1, 255, 256, 1 << 56, u64::MAX >> 32, Felt::MODULUS - 1];
        let digests =
            values.into_iter().flat_map(|a| values.map(|b| Digest::new([a, b, b, a].map(Felt::new))));
        let digests: alloc::vec::Vec<_> = digests.collect();
        for (a, b) in digests.iter().flat_map(|a| digests.iter().map(move |b| (a, b))) {
            assert_eq!(a.cmp(b), a.to_bytes().cmp(&b.to_bytes()), "{a} {b}");
        }
    }

    #[test]
    fn malformed_hex_is_rejected() {
        assert_eq!("00".parse::<Digest>(), Err(HexError::Length { expected: 64, got: 2 }));
        let prefixed = alloc::format!("0x{}", "0".repeat(62));
        assert_eq!(prefixed.parse::<Digest>(), Err(HexError::Digit { position: 1 }));
        assert_eq!("f".repeat(64).parse::<Digest>(), Err(HexError::NotCanonical));
    }
}
