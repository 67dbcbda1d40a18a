//! The modules of the prover, which are private in the crate and compiled here once more, and a trace to run them on.

#![allow(dead_code, unreachable_pub, unused_imports, clippy::unwrap_used, reason = "each bench uses parts")]

#[path = "../../src/commitment/mod.rs"]
pub mod commitment;
#[path = "../../src/constraints/mod.rs"]
pub mod constraints;
#[path = "../../src/control.rs"]
pub mod control;
#[path = "../../src/table.rs"]
pub mod table;
#[path = "../../src/transform/mod.rs"]
pub mod transform;

use constraints::build_auxiliary;
use control::{Cancellation, Control};
use miden_air::{Challenges, MidenAir, ParameterSet, PublicInputs, inspect::NUM_CHALLENGES};
use miden_assembly::{Assembler, Source};
use miden_core::{
    Felt, StackInputs,
    field::{FieldElement, StarkField},
};
use miden_processor::Executor;
use table::Table;
use winter_air::{Air, AuxRandElements, ConstraintCompositionCoefficients};

const FIB: &str = include_str!("../../../examples/fib/fib.masm");
/// Rows per iteration of the program.
pub const ROWS_PER_ITERATION: u64 = 12;
/// Upper bound for the other rows of the trace.
pub const OTHER_ROWS: u64 = 32;

/// Work that nobody watches.
pub fn unwatched() -> Control<'static> {
    Control::new(None, Cancellation::new())
}

/// The trace of a Fibonacci number, and random elements in place of those that the verifier draws.
pub struct Case<E: FieldElement<BaseField = Felt>> {
    pub air: MidenAir,
    pub columns: Vec<Vec<Felt>>,
    pub trace: Table,
    pub challenges: AuxRandElements<E>,
    pub coefficients: ConstraintCompositionCoefficients<E>,
}

impl<E: FieldElement<BaseField = Felt>> Case<E> {
    /// A trace of `2^bits` rows.
    pub fn new(set: ParameterSet, bits: u32) -> Self {
        let program = Assembler::new().assemble(&Source::new("fib", FIB)).unwrap().program;
        let stack = StackInputs::from_ints(&[((1 << bits) - OTHER_ROWS) / ROWS_PER_ITERATION]).unwrap();
        let trace = Executor::new(&program).with_stack(stack.clone()).trace().unwrap();
        let inputs = PublicInputs::new(trace.statement(&program, &stack), set);
        let columns = trace.to_columns();
        let air = MidenAir::new(miden_air::trace_info(columns[0].len()), inputs, set.proof_options());
        assert_eq!(air.trace_length(), 1 << bits);
        let coefficients = ConstraintCompositionCoefficients {
            transition: elements(2, air.context().num_transition_constraints()),
            boundary: elements(3, air.context().num_assertions()),
        };
        let challenges = AuxRandElements::new(elements(1, NUM_CHALLENGES));
        let trace = Table::of_trace(trace.into_panels(), 1 << bits);
        Self { air, columns, trace, challenges, coefficients }
    }

    /// Main and auxiliary segment on the cosets of the domain.
    pub fn extension(&self, control: &Control<'_>) -> [Table; 2] {
        let challenges = Challenges::new(self.challenges.rand_elements()).unwrap();
        let auxiliary = build_auxiliary(&self.trace, self.trace.rows(), challenges, control);
        let (blowup, offset) = (self.air.options().blowup_factor(), self.air.domain_offset());
        [&self.trace, &auxiliary]
            .map(|table| transform::extend(table, Felt::ONE, blowup, offset, 0, control).0)
    }
}

/// Elements without a pattern.
fn elements<E: FieldElement<BaseField = Felt>>(seed: u64, count: usize) -> Vec<E> {
    let parts = (0..(count * E::EXTENSION_DEGREE) as u64).map(|i| {
        let x = Felt::new(seed * 1_000_003 + i + 2);
        x.exp(11) + x.exp(5)
    });
    E::slice_from_base_elements(&parts.collect::<Vec<Felt>>()).to_vec()
}
