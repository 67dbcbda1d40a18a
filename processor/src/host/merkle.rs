use miden_core::{Felt, MAX_MERKLE_DEPTH, MerkleError};

/// Depth and index of a Merkle node as integers. The provider checks that the index fits the depth.
pub(super) fn depth_and_index(depth: Felt, index: Felt) -> Result<(u8, u64), MerkleError> {
    let number = depth.as_int();
    match u8::try_from(number) {
        Ok(depth @ 1..=MAX_MERKLE_DEPTH) => Ok((depth, index.as_int())),
        _ => Err(MerkleError::InvalidDepth { depth: number }),
    }
}
