//! Nodes as bytes, for files.

use alloc::vec::Vec;
use core::ops::RangeInclusive;

use miden_core::{DecodeError, Reader, Writer};

use super::{Node, NodeRef};

const LEAF: u8 = 0;
/// Kinds of inner nodes: bit 0 is set if the left subtree is not empty, bit 1 for the right one.
const INNER: RangeInclusive<u8> = 1..=3;

impl Node {
    /// The encoding in a file: a byte for the kind, then key and value, or the subtrees that are not empty.
    pub(crate) fn to_bytes(self) -> Vec<u8> {
        let mut writer = Writer::new();
        match self {
            Self::Leaf { key, value } => {
                writer.u8(LEAF);
                writer.digest(&key);
                writer.digest(&value);
            }
            Self::Inner { left, right } => {
                writer.u8(u8::from(!left.is_empty()) | u8::from(!right.is_empty()) << 1);
                for NodeRef { digest, id } in [left, right].iter().filter(|subtree| !subtree.is_empty()) {
                    writer.digest(digest);
                    writer.u64(*id);
                }
            }
        }
        writer.finish()
    }

    /// Reads the encoding; whether the node is the expected one is for its digest to show.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        const WHAT: &str = "a node";
        let mut reader = Reader::new(bytes);
        let node = match reader.u8(WHAT)? {
            LEAF => Self::Leaf { key: reader.digest(WHAT)?, value: reader.digest(WHAT)? },
            kind if INNER.contains(&kind) => {
                let mut subtree = |bit: u8| match kind >> bit & 1 {
                    0 => Ok(NodeRef::EMPTY),
                    _ => Ok(NodeRef { digest: reader.digest(WHAT)?, id: reader.u64(WHAT)? }),
                };
                Self::Inner { left: subtree(0)?, right: subtree(1)? }
            }
            _ => return Err(DecodeError::Invalid { what: WHAT, offset: 0, reason: "unknown kind" }),
        };
        reader.finish()?;
        Ok(node)
    }
}
