use alloc::{collections::BTreeSet, vec::Vec};

use miden_core::{DecodeError, Felt, Reader, Writer, field::FieldElement};
use winter_crypto::{BatchMerkleProof, Hasher};
use winter_utils::Serializable;

use super::{
    ProofShape,
    wire::{read_digests, read_elements, write_elements},
};

/// Opened leaves of one commitment, and the nodes that connect them to its root.
pub struct Opening<H: Hasher, T> {
    /// The values of all leaves, leaf by leaf, in the order of the positions.
    pub values: Vec<T>,
    /// Number of values of a leaf.
    pub width: usize,
    /// The nodes, in the form of the backend.
    pub nodes: BatchMerkleProof<H>,
}

impl<H: Hasher, T: FieldElement<BaseField = Felt>> Opening<H, T> {
    /// The leaves, in the order of the positions.
    pub fn rows(&self) -> impl Iterator<Item = &[T]> {
        self.values.chunks_exact(self.width)
    }

    /// Reads one leaf of `width` values per position, and the nodes.
    fn read(
        reader: &mut Reader<'_>,
        width: usize,
        num_leaves: usize,
        positions: &BTreeSet<usize>,
        what: &'static str,
    ) -> Result<Self, DecodeError> {
        let values = read_elements(reader, positions.len().saturating_mul(width), what)?;
        let depth = num_leaves.ilog2() as u8;
        let counts = node_counts(positions, depth).into_iter();
        let nodes = counts.map(|count| read_digests::<H>(reader, count, what)).collect::<Result<_, _>>()?;
        Ok(Self { values, width, nodes: BatchMerkleProof { nodes, depth } })
    }

    fn write(&self, writer: &mut Writer) {
        write_elements(writer, &self.values);
        for digest in self.nodes.nodes.iter().flatten() {
            writer.bytes(&digest.to_bytes());
        }
    }
}

/// The openings that the prover sends after the query positions are drawn.
pub struct Openings<H: Hasher, E> {
    /// Main segment.
    pub main: Opening<H, Felt>,
    /// Auxiliary segment, if there is one.
    pub aux: Option<Opening<H, E>>,
    /// Chunks of the quotient, and the mask of the DEEP polynomial.
    pub quotients: Opening<H, E>,
    /// FRI layers, first layer first.
    pub layers: Vec<Opening<H, E>>,
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
        let (trace, domain_size) = (shape.trace(), shape.domain_size());
        let main = Opening::read(reader, trace.main_trace_width(), domain_size, positions, "main segment")?;
        let aux = match trace.aux_segment_width() {
            0 => None,
            width => Some(Opening::read(reader, width, domain_size, positions, "auxiliary segment")?),
        };
        let quotients = Opening::read(reader, shape.quotient_width(), domain_size, positions, "quotient")?;

        let width = shape.options().to_fri_options().folding_factor();
        let mut layers = Vec::new();
        let mut folded = positions.clone();
        for size in shape.layer_sizes() {
            folded = folded.iter().map(|position| position % size).collect();
            layers.push(Opening::read(reader, width, size, &folded, "FRI layer")?);
        }
        Ok(Self { main, aux, quotients, layers })
    }

    /// Writes the openings.
    pub fn write(&self, writer: &mut Writer) {
        self.main.write(writer);
        if let Some(aux) = &self.aux {
            aux.write(writer);
        }
        self.quotients.write(writer);
        self.layers.iter().for_each(|layer| layer.write(writer));
    }
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
