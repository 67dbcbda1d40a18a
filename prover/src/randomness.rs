//! The randomness of one proof. Book: design/zero-knowledge.md

use blake3::{Hasher, OutputReader};
use miden_air::PublicInputs;
use miden_core::{
    Felt, felt_from_canonical,
    field::{FieldElement, ToElements},
};

use crate::table::Table;

/// Separates the derivation from all other uses of the hash function.
const CONTEXT: &str = "miden-prover 2026-11-30 randomness that hides an execution";

/// What the elements of a stream are for. Elements of different streams are independent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Last rows of the main segment, by column.
    MainRows,
    /// Last rows of the auxiliary segment, by column.
    AuxRows,
    /// Masks of the chunks of the quotient, by chunk.
    ChunkMasks,
    /// The mask of the DEEP polynomial, by column and block of rows.
    MaskColumn,
}

/// Number of purposes.
const NUM_PURPOSES: usize = 4;

/// The randomness of one proof: a key from which all streams follow.
///
/// The key must never serve two proofs, nor two transcripts of one proof. So it depends on everything that determines the
/// transcript: if the entropy is ever the same twice, different proofs still have independent keys, and equal proofs are
/// the same proof.
pub(crate) struct Randomness {
    /// One key, except in tests: by purpose; a purpose without one is all zeros.
    keys: [Option<[u8; 32]>; NUM_PURPOSES],
}

impl Randomness {
    /// Derives the key from entropy, statement and parameters, length of the trace, and the answers of the host, which
    /// with the statement determine the trace.
    pub(crate) fn new(
        entropy: &[u8; 32],
        public_inputs: &PublicInputs,
        rows: usize,
        host_answers: &[Felt],
    ) -> Self {
        let mut hasher = Hasher::new_derive_key(CONTEXT);
        hasher.update(entropy);
        let mut absorb = |elements: &[Felt]| {
            // The length first, so that the parts cannot be taken for each other.
            hasher.update(&(elements.len() as u64).to_le_bytes());
            for element in elements {
                hasher.update(&element.as_int().to_le_bytes());
            }
        };
        absorb(&[Felt::new(rows as u64), Felt::new(public_inputs.hiding().random_rows() as u64)]);
        absorb(&public_inputs.to_elements());
        absorb(host_answers);
        Self { keys: [Some(*hasher.finalize().as_bytes()); NUM_PURPOSES] }
    }

    /// The same, except that all elements for one purpose are 0: for tests that must then see the execution.
    pub(crate) fn without(mut self, purpose: Purpose) -> Self {
        self.keys[purpose as usize] = None;
        self
    }

    /// The same, with other elements for one purpose, which depend on `seed`: for tests that know all other elements.
    pub(crate) fn with_seed(mut self, purpose: Purpose, seed: &[u8; 32]) -> Self {
        let key = &mut self.keys[purpose as usize];
        *key = key.map(|key| *blake3::keyed_hash(&key, seed).as_bytes());
        self
    }

    /// A stream of elements.
    pub(crate) fn stream(&self, purpose: Purpose, index: usize) -> Stream {
        let key = self.keys[purpose as usize];
        let mut hasher = Hasher::new_keyed(&key.unwrap_or_default());
        hasher.update(&[purpose as u8]);
        hasher.update(&(index as u64).to_le_bytes());
        Stream { output: hasher.finalize_xof(), buffer: [0; BUFFER], used: BUFFER, is_on: key.is_some() }
    }

    /// Fills the rows of a table of one coset from `first` on.
    pub(crate) fn fill_rows(&self, table: &mut Table, purpose: Purpose, first: usize) {
        for column in 0..table.width() {
            let mut stream = self.stream(purpose, column);
            for cell in table.column_mut(column, first) {
                *cell = stream.element();
            }
        }
    }
}

/// Bytes of a stream that are computed at once.
const BUFFER: usize = 512;

/// Independent uniform elements of the base field.
pub(crate) struct Stream {
    output: OutputReader,
    buffer: [u8; BUFFER],
    used: usize,
    is_on: bool,
}

impl Stream {
    /// The next element. Numbers that are not below the modulus are skipped: to reduce them would be a bias.
    pub(crate) fn element(&mut self) -> Felt {
        if !self.is_on {
            return Felt::ZERO;
        }
        loop {
            if let Some(element) = felt_from_canonical(self.number()) {
                return element;
            }
        }
    }

    fn number(&mut self) -> u64 {
        if self.used == BUFFER {
            self.output.fill(&mut self.buffer);
            self.used = 0;
        }
        let (numbers, _) = self.buffer.as_chunks();
        let number = u64::from_le_bytes(numbers[self.used / 8]);
        self.used += 8;
        number
    }
}

#[cfg(test)]
mod tests {
    use alloc::{vec, vec::Vec};

    use miden_air::ParameterSet;
    use miden_core::{Digest, Kernel, StackInputs, StackOutputs, Statement};

    use super::*;

    fn inputs(set: ParameterSet, output: u64) -> PublicInputs {
        let mut outputs = vec![Felt::ZERO; 16];
        outputs[0] = Felt::new(output);
        let outputs = StackOutputs::new(outputs).unwrap();
        let (program, kernel) = (Digest::default(), Kernel::default());
        let statement = Statement::success(program, kernel, StackInputs::default(), outputs);
        PublicInputs::new(statement, set).with_hiding(true)
    }

    fn first(randomness: &Randomness, purpose: Purpose, index: usize) -> Vec<Felt> {
        let mut stream = randomness.stream(purpose, index);
        (0..100).map(|_| stream.element()).collect()
    }

    #[test]
    fn everything_that_determines_the_proof_changes_all_streams() {
        let fast = ParameterSet::Fast96;
        let answers = [Felt::ONE, Felt::ZERO];
        let randomness = [
            Randomness::new(&[1; 32], &inputs(fast, 0), 1000, &answers),
            Randomness::new(&[2; 32], &inputs(fast, 0), 1000, &answers),
            Randomness::new(&[1; 32], &inputs(fast, 1), 1000, &answers),
            Randomness::new(&[1; 32], &inputs(ParameterSet::Std128, 0), 1000, &answers),
            Randomness::new(&[1; 32], &inputs(fast, 0), 2000, &answers),
            Randomness::new(&[1; 32], &inputs(fast, 0), 1000, &answers[..1]),
            Randomness::new(&[1; 32], &inputs(fast, 0), 1000, &[Felt::ONE, Felt::ONE]),
        ];
        let purposes = [Purpose::MainRows, Purpose::AuxRows, Purpose::ChunkMasks, Purpose::MaskColumn];
        let streams = randomness.iter().flat_map(|randomness| {
            purposes.iter().flat_map(|&purpose| [0, 1].map(|index| first(randomness, purpose, index)))
        });
        let streams: Vec<Vec<Felt>> = streams.collect();
        for (i, stream) in streams.iter().enumerate() {
            for other in &streams[i + 1..] {
                assert!(stream.iter().zip(other).all(|(a, b)| a != b));
            }
        }
        let same = Randomness::new(&[1; 32], &inputs(fast, 0), 1000, &answers);
        assert_eq!(first(&same, Purpose::MainRows, 0), streams[0]);
    }

    #[test]
    fn a_part_can_be_switched_off() {
        let randomness = Randomness::new(&[1; 32], &inputs(ParameterSet::Fast96, 0), 1000, &[]);
        let masks = first(&randomness, Purpose::ChunkMasks, 0);
        let randomness = randomness.without(Purpose::MaskColumn);
        assert_eq!(first(&randomness, Purpose::ChunkMasks, 0), masks);
        assert_eq!(first(&randomness, Purpose::MaskColumn, 0), [Felt::ZERO; 100]);
    }
}
