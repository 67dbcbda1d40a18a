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

/// Proves in the shape of the backend: the bytes are those of winter-prover.
///
/// # Errors
/// If the parameter set does not accept the length of the trace.
pub fn prove_in_stock_shape(
    trace: ExecutionTrace,
    program: &Program,
    stack: &StackInputs,
    set: ParameterSet,
) -> Result<Vec<u8>, ProverError> {
    let public_inputs = PublicInputs::new(trace.statement(program, stack), set);
    let trace = Trace { columns: trace.into_columns(), randomness: None };
    prove(trace, public_inputs, Form::Stock)
}

/// Proves with a fixed seed and, if `without` says so, with zeros in place of a part of the randomness.
///
/// The trace has as many [reserved rows](miden_processor::ExecutionOptions::reserved_rows) as the set has random ones.
///
/// # Errors
/// If the parameter set does not accept the length of the trace.
pub fn prove_from_seed(
    trace: ExecutionTrace,
    program: &Program,
    stack: &StackInputs,
    set: ParameterSet,
    seed: &[u8; 32],
    without: Option<Ingredient>,
) -> Result<Vec<u8>, ProverError> {
    let public_inputs = PublicInputs::new(trace.statement(program, stack), set).with_hiding(true);
    let mut randomness = Randomness::new(seed, &public_inputs, trace.num_rows(), trace.host_answers());
    if let Some(ingredient) = without {
        randomness = randomness.without(ingredient.purpose());
    }
    let trace = Trace { columns: trace.into_columns(), randomness: Some(randomness) };
    prove(trace, public_inputs, Form::Ours)
}

fn prove(trace: Trace, public_inputs: PublicInputs, form: Form) -> Result<Vec<u8>, ProverError> {
    let control = Control::new(None, Cancellation::new());
    stark::prove_trace(trace, public_inputs, form, &control).map(|proof| proof.bytes)
}
