//! Encoding of the store: the children of every node, in the order of the nodes. The nodes themselves are computed.

use super::{MerkleStore, store::Children};
use crate::{DecodeError, Digest, Reader, Writer};

impl MerkleStore {
    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.count(self.len());
        for (_, Children { left, right }) in self.nodes() {
            writer.digest(left);
            writer.digest(right);
        }
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let what = "Merkle store";
        let mut store = Self::new();
        let mut before = None;
        for _ in 0..reader.count(2 * Digest::NUM_BYTES, what)? {
            let offset = reader.offset();
            let (left, right) = (reader.digest(what)?, reader.digest(what)?);
            let node = store.merge(&left, &right);
            if before.is_some_and(|before| before >= node) {
                return Err(DecodeError::Invalid {
                    what,
                    offset,
                    reason: "the nodes are not in ascending order",
                });
            }
            before = Some(node);
        }
        Ok(store)
    }
}
