use alloc::vec::Vec;

use super::{MAX_DEPTH, leaf_digest, path_bit};
use crate::{DecodeError, Digest, Felt, Reader, Word, Writer, merge};

/// The digest of a trie without entries, and the value of an absent key: the zero word.
pub const EMPTY: Digest = Digest::new([Felt::from_mont(0); 4]);

/// The digest of an inner node: that of a node of a Merkle tree.
pub fn inner_digest(left: &Digest, right: &Digest) -> Digest {
    merge(Felt::new(8), left, right)
}

/// The node at which the path of a key ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathEnd {
    /// An empty subtree: the key is absent.
    Empty,
    /// The only entry whose key begins with the bits of the path.
    Leaf {
        /// The key, which is not always the one searched for.
        key: Word,
        /// Its value.
        value: Word,
    },
}

/// A proof that a key has a value, or is absent, in the trie with a certain root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryProof {
    /// The siblings of the nodes on the path, the topmost first; at most [`MAX_DEPTH`].
    pub siblings: Vec<Digest>,
    /// The end of the path.
    pub end: PathEnd,
}

const MAGIC: &[u8; 4] = b"MDEP";
const VERSION: u16 = 1;
const WHAT: &str = "a proof of an entry";

impl EntryProof {
    /// The value that the proof shows for the key, zero if it is absent, and the root that it shows it for; `None` if it
    /// shows nothing, whatever the root.
    pub fn claim(&self, key: &Word) -> Option<(Word, Digest)> {
        let depth = self.siblings.len();
        if depth > MAX_DEPTH {
            return None;
        }
        let zero = Word::from(EMPTY);
        let (mut node, value) = match &self.end {
            PathEnd::Empty => (EMPTY, zero),
            PathEnd::Leaf { value, .. } if *value == zero => return None,
            PathEnd::Leaf { key: found, value } if found == key => (leaf_digest(key, value), *value),
            PathEnd::Leaf { key: found, value } => {
                let is_on_path = (0..depth).all(|level| path_bit(found, level) == path_bit(key, level));
                is_on_path.then(|| (leaf_digest(found, value), zero))?
            }
        };
        for (level, sibling) in self.siblings.iter().enumerate().rev() {
            let is_right = path_bit(key, level);
            node = if is_right { inner_digest(sibling, &node) } else { inner_digest(&node, sibling) };
        }
        Some((value, node))
    }

    /// Encodes the proof.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.header(MAGIC, VERSION);
        writer.count(self.siblings.len());
        self.siblings.iter().for_each(|sibling| writer.digest(sibling));
        match self.end {
            PathEnd::Empty => writer.u8(0),
            PathEnd::Leaf { key, value } => {
                writer.u8(1);
                writer.digest(&key.into());
                writer.digest(&value.into());
            }
        }
        writer.finish()
    }

    /// Decodes a proof.
    ///
    /// # Errors
    /// If the bytes are not the encoding of a proof in this version of the format.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        reader.header(MAGIC, VERSION, WHAT)?;
        let offset = reader.offset();
        let depth = reader.count(Digest::NUM_BYTES, WHAT)?;
        if depth > MAX_DEPTH {
            return Err(DecodeError::Invalid { what: WHAT, offset, reason: "the path is longer than a key" });
        }
        let siblings = (0..depth).map(|_| reader.digest(WHAT)).collect::<Result<_, _>>()?;
        let offset = reader.offset();
        let end = match reader.u8(WHAT)? {
            0 => PathEnd::Empty,
            1 => PathEnd::Leaf { key: reader.digest(WHAT)?.into(), value: reader.digest(WHAT)?.into() },
            _ => return Err(DecodeError::Invalid { what: WHAT, offset, reason: "unknown end of a path" }),
        };
        reader.finish()?;
        Ok(Self { siblings, end })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(a: u64, b: u64, c: u64, d: u64) -> Word {
        [a, b, c, d].map(Felt::new)
    }

    /// The trie of two keys that separate at level 1.
    fn two() -> ([Word; 2], [Word; 2], Digest) {
        let keys = [word(7, 0, 0, 0), word(7, 0, 0, 1 << 62)];
        let values = [word(1, 0, 0, 0), word(0, 0, 0, 2)];
        let [a, b] = [0, 1].map(|i| leaf_digest(&keys[i], &values[i]));
        (keys, values, inner_digest(&inner_digest(&a, &b), &EMPTY))
    }

    #[test]
    fn proofs_show_values_and_absence() {
        let ([a, b], [x, y], root) = two();
        let (leaf_a, leaf_b) = (leaf_digest(&a, &x), leaf_digest(&b, &y));
        let siblings = alloc::vec![EMPTY, leaf_a];
        let proof = EntryProof { siblings, end: PathEnd::Leaf { key: b, value: y } };
        assert_eq!(proof.claim(&b), Some((y, root)));
        // Another key on the same path is absent; one on another path is not shown to be.
        let zero = word(0, 0, 0, 0);
        assert_eq!(proof.claim(&word(1, 2, 3, 1 << 62)), Some((zero, root)));
        assert_eq!(proof.claim(&a), None);
        let siblings = alloc::vec![inner_digest(&leaf_a, &leaf_b)];
        let absent = EntryProof { siblings, end: PathEnd::Empty };
        assert_eq!(absent.claim(&word(0, 0, 0, 1 << 63)), Some((zero, root)));
        assert_ne!(absent.claim(&a).map(|(_, shown)| shown), Some(root));
    }

    #[test]
    fn a_leaf_without_a_value_and_a_path_that_is_too_long_show_nothing() {
        let key = word(1, 2, 3, 4);
        let end = PathEnd::Leaf { key, value: word(0, 0, 0, 0) };
        assert_eq!(EntryProof { siblings: Vec::new(), end }.claim(&key), None);
        let siblings = alloc::vec![EMPTY; MAX_DEPTH + 1];
        let long = EntryProof { siblings, end: PathEnd::Empty };
        assert_eq!(long.claim(&key), None);
        assert!(EntryProof::from_bytes(&long.to_bytes()).is_err());
    }

    #[test]
    fn proofs_round_trip_and_every_truncation_is_an_error() {
        let ([a, b], [x, y], _) = two();
        for end in [PathEnd::Empty, PathEnd::Leaf { key: b, value: y }] {
            let proof = EntryProof { siblings: alloc::vec![EMPTY, leaf_digest(&a, &x)], end };
            let bytes = proof.to_bytes();
            assert_eq!(EntryProof::from_bytes(&bytes), Ok(proof));
            for len in 0..bytes.len() {
                assert!(EntryProof::from_bytes(&bytes[..len]).is_err());
            }
            assert!(EntryProof::from_bytes(&[bytes, alloc::vec![0]].concat()).is_err());
        }
    }
}
