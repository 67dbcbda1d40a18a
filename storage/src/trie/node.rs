use miden_core::Digest;

use super::hash;

/// A subtree: its digest, which determines its entries, and the place where its root is stored.
///
/// The place is only a hint that makes nodes quick to find: a node is accepted by its digest alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeRef {
    /// The digest of the subtree's root.
    pub digest: Digest,
    /// The number under which a backend stores the node; 0 for the empty subtree.
    pub id: u64,
}

impl NodeRef {
    /// The empty subtree.
    pub const EMPTY: Self = Self { digest: hash::EMPTY, id: 0 };

    /// Whether the subtree has no entries.
    pub fn is_empty(&self) -> bool {
        self.digest == hash::EMPTY
    }
}

/// A node of the trie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Node {
    /// The only entry of its subtree.
    Leaf {
        /// The whole key.
        key: Digest,
        /// The value, which is not zero.
        value: Digest,
    },
    /// Two subtrees with two entries or more between them.
    Inner {
        /// The entries whose next bit is 0.
        left: NodeRef,
        /// The entries whose next bit is 1.
        right: NodeRef,
    },
}

impl Node {
    /// The digest, by which its parent or a root refers to it.
    pub fn digest(&self) -> Digest {
        match self {
            Self::Leaf { key, value } => hash::leaf(key, value),
            Self::Inner { left, right } => hash::inner(&left.digest, &right.digest),
        }
    }
}
