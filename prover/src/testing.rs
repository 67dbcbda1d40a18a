//! For the tests of this workspace; not part of the interface.

use alloc::vec::Vec;

use miden_air::{ParameterSet, PublicInputs};
use miden_core::{Program, StackInputs};
use miden_processor::ExecutionTrace;

use crate::{
    Cancellation, ProverError,
    control::Control,
    pipeline::Trace,
    randomness::{Purpose, Randomness},
    stark::{self, Form},
};

/// A part of the randomness that hides an execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ingredient {
    /// The last rows of the main segment.
    MainRows,
    /// The last rows of the auxiliary segment.
    AuxRows,
    /// The masks of the chunks of the quotient.
    ChunkMasks,
    /// The mask of the DEEP polynomial.
    MaskColumn,
}

impl Ingredient {
    /// All parts.
    pub const ALL: [Self; 4] = [Self::MainRows, Self::AuxRows, Self::ChunkMasks, Self::MaskColumn];

    const fn purpose(self) -> Purpose {
        match self {
            Self::MainRows => Purpose::MainRows,
            Self::AuxRows => Purpose::AuxRows,
            Self::ChunkMasks => Purpose::ChunkMasks,
            Self::MaskColumn => Purpose::MaskColumn,
        }
    }
}

/// Proves in the shape of the backend: the bytes are those of winter-prover, with low memory too.
///
/// # Errors
/// If the parameter set does not accept the length of the trace.
pub fn prove_in_stock_shape(
    trace: ExecutionTrace,
    program: &Program,
    stack: &StackInputs,
    set: ParameterSet,
    low_memory: bool,
) -> Result<Vec<u8>, ProverError> {
    let public_inputs = PublicInputs::new(trace.statement(program, stack), set);
    let trace = Trace { panels: trace.into_panels(), randomness: None, low_memory };
    prove(trace, public_inputs, Form::Stock)
}

/// Proves with a seed for each part of the randomness, in the order of [`Ingredient::ALL`]; a part without one is all zeros.
///
/// The trace has as many [reserved rows](miden_processor::ExecutionOptions::reserved_rows) as the set has random ones.
///
/// # Errors
/// If the parameter set does not accept the length of the trace.
pub fn prove_from_seeds(
    trace: ExecutionTrace,
    program: &Program,
    stack: &StackInputs,
    set: ParameterSet,
    seeds: [Option<[u8; 32]>; 4],
) -> Result<Vec<u8>, ProverError> {
    let public_inputs = PublicInputs::new(trace.statement(program, stack), set).with_hiding(true);
    let randomness = Randomness::new(&[0; 32], &public_inputs, trace.num_rows(), trace.host_answers());
    let seeds = Ingredient::ALL.map(Ingredient::purpose).into_iter().zip(seeds);
    let randomness = seeds.fold(randomness, |randomness, (purpose, seed)| match seed {
        Some(seed) => randomness.with_seed(purpose, &seed),
        None => randomness.without(purpose),
    });
    let trace = Trace { panels: trace.into_panels(), randomness: Some(randomness), low_memory: false };
    prove(trace, public_inputs, Form::Ours)
}

fn prove(trace: Trace, public_inputs: PublicInputs, form: Form) -> Result<Vec<u8>, ProverError> {
    let control = Control::new(None, Cancellation::new());
    stark::prove_trace(trace, public_inputs, form, &control).map(|proof| proof.bytes)
}
