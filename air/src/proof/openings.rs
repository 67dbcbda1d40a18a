use alloc::{collections::BTreeSet, vec::Vec};
use core::marker::PhantomData;

use miden_core::{DecodeError, Felt, Reader, field::FieldElement};
use winter_crypto::{BatchMerkleProof, Hasher};
use winter_utils::Serializable;

use super::{
    ProofShape,
    wire::{read_digests, read_felt_bytes},
};

/// Opened leaves of one commitment: their values, and the nodes that connect them to the root.
pub(super) struct Opening {
    /// Values in the encoding of this format, which is also the backend's.
    pub(super) values: Vec<u8>,
    /// The backend's encoding of the nodes.
    pub(super) nodes: Vec<u8>,
}

/// The openings that the prover sends after the query positions are drawn.
pub struct Openings<H, E> {
    /// Main and auxiliary segment.
    pub(super) trace: Vec<Opening>,
    pub(super) quotients: Opening,
    pub(super) layers: Vec<Opening>,
    pub(super) num_positions: usize,
    protocol: PhantomData<(H, E)>,
}

impl<H: Hasher, E: FieldElement<BaseField = Felt>> Openings<H, E> {
    /// Reads the openings of these positions of the domain of the low-degree extension.
    ///
    /// Reads exactly the nodes that the positions need, so none is missing or left over.
    ///
    /// # Errors
    /// If the bytes end early, or an element or digest is not in its canonical encoding.
    pub fn read(
        reader: &mut Reader<'_>,
        shape: &ProofShape,
        positions: &BTreeSet<usize>,
    ) -> Result<Self, DecodeError> {
        let domain_size = shape.domain_size();
        let (main_width, aux_width) = (shape.trace().main_trace_width(), shape.trace().aux_segment_width());
        let extended = |width: usize| width * E::EXTENSION_DEGREE;

        let mut trace = Vec::new();
        trace.push(read_opening::<H>(reader, main_width, domain_size, positions, "main segment")?);
        if shape.trace().is_multi_segment() {
            let width = extended(aux_width);
            trace.push(read_opening::<H>(reader, width, domain_size, positions, "auxiliary segment")?);
        }
        let width = extended(shape.num_quotients());
        let quotients = read_opening::<H>(reader, width, domain_size, positions, "quotients")?;

        let width = extended(shape.options().to_fri_options().folding_factor());
        let mut layers = Vec::new();
        let mut folded = positions.clone();
        for size in shape.layer_sizes() {
            folded = folded.iter().map(|position| position % size).collect();
            layers.push(read_opening::<H>(reader, width, size, &folded, "FRI layer")?);
        }
        Ok(Self { trace, quotients, layers, num_positions: positions.len(), protocol: PhantomData })
    }
}

/// Reads one leaf of `width` base field elements per position, and the nodes.
fn read_opening<H: Hasher>(
    reader: &mut Reader<'_>,
    width: usize,
    num_leaves: usize,
    positions: &BTreeSet<usize>,
    what: &'static str,
) -> Result<Opening, DecodeError> {
    let values = read_felt_bytes(reader, positions.len().saturating_mul(width), what)?.to_vec();
    let depth = num_leaves.ilog2() as u8;
    let nodes = node_counts(positions, depth)
        .into_iter()
        .map(|count| read_digests::<H>(reader, count, what))
        .collect::<Result<_, _>>()?;
    Ok(Opening { values, nodes: BatchMerkleProof::<H> { nodes, depth }.to_bytes() })
}

/// Lengths of the lists of nodes that open `positions` in a tree of this depth, in the order of the backend.
///
/// There is one list per pair of sibling leaves of which at least one is opened. On each level, the `i`-th subtree with
/// an opened leaf whose sibling has none adds the sibling's root to list `i`.
pub(super) fn node_counts(positions: &BTreeSet<usize>, depth: u8) -> Vec<usize> {
    let mut level: Vec<usize> = positions.iter().map(|position| position >> 1).collect();
    level.dedup();
    let missing_leaves = |pair: &usize| 2 - positions.range(2 * pair..2 * pair + 2).count();
    let mut counts: Vec<usize> = level.iter().map(missing_leaves).collect();
    for _ in 1..depth {
        // The backend numbers them like this: a pair of siblings takes two numbers and adds nothing.
        let mut parents: Vec<usize> = Vec::with_capacity(level.len());
        let mut nodes = level.iter().enumerate().peekable();
        while let Some((i, &node)) = nodes.next() {
            let is_pair = nodes.next_if(|&(_, &next)| next == node ^ 1).is_some();
            if !is_pair {
                // A level has no more nodes than the lowest one, which has as many as there are lists.
                counts[i] += 1;
            }
            parents.push(node >> 1);
        }
        level = parents;
    }
    counts
}
