//! Merkle stores in the formats of `serde`: the list of pairs of children.

use core::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{SeqAccess, Visitor},
};

use super::{MerkleStore, store::Children};
use crate::Digest;

impl Serialize for MerkleStore {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.nodes().map(|(_, Children { left, right })| [left, right]))
    }
}

impl<'de> Deserialize<'de> for MerkleStore {
    /// Nodes may come in any order: their digests are computed.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;

        impl<'de> Visitor<'de> for Pairs {
            type Value = MerkleStore;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of pairs of digests")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<MerkleStore, A::Error> {
                let mut store = MerkleStore::new();
                while let Some([left, right]) = access.next_element::<[Digest; 2]>()? {
                    store.merge(&left, &right);
                }
                Ok(store)
            }
        }

        deserializer.deserialize_seq(Pairs)
    }
}
