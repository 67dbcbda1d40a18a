//! The memory that a proof takes. Book: design/pipeline.md#memory

use miden_air::{AuxColumn, CommitmentHash, ParameterSet};
use miden_core::trace::WIDTH;
use miden_processor::{ExecutionError, ExecutionOptions};

use crate::{ProverError, ProverOptions, available::available_memory, table::PANEL};

/// Bytes of a field element.
const FELT: u64 = 8;
/// Bytes of a row of a panel.
const LINE: u64 = FELT * PANEL as u64;

/// Estimates the number of bytes that a proof takes at its peak, within 15 %.
///
/// `rows` is the length of the trace, a power of two. The program, its advice and the memory of the machine are not
/// counted. A proof that does not hide the execution takes a few percent less.
pub fn peak_memory(set: ParameterSet, rows: usize) -> u64 {
    total(Needs::new(set).peak(), rows)
}

/// Like [`peak_memory`], with [`ProverOptions::with_low_memory`].
pub fn peak_low_memory(set: ParameterSet, rows: usize) -> u64 {
    total(Needs::new(set).low_peak(), rows)
}

const fn total(per_row: u64, rows: usize) -> u64 {
    per_row.saturating_mul(rows as u64).saturating_add(FIXED)
}

/// Bytes that do not depend on the length of the trace: tables of constants, and buffers of the threads.
const FIXED: u64 = 3 << 20;

/// The numbers that determine the need.
struct Needs {
    blowup: u64,
    /// Degree of the extension.
    degree: u64,
    /// Bytes of a digest.
    digest: u64,
}

impl Needs {
    const fn new(set: ParameterSet) -> Self {
        Self {
            blowup: set.proof_options().blowup_factor() as u64,
            degree: set.extension().degree() as u64,
            digest: match set.hash() {
                CommitmentHash::Blake3_192 => 24,
                _ => 32,
            },
        }
    }

    /// Bytes per row of the trace, at the step that needs most.
    fn peak(&self) -> u64 {
        let Self { blowup, degree, digest } = *self;
        let (trace, aux_trace) = (lines(WIDTH as u64), lines(AuxColumn::COUNT as u64 * degree));
        let (quotient, element) = (lines(COMMITTED_COLUMNS * degree), FELT * degree);
        let side_by_side = lines(COSETS * degree);
        let tree = digest * blowup / TREE_SHARE;
        let (main, aux) = (blowup * trace + tree, blowup * aux_trace + tree);
        let committed = main + aux + blowup * quotient + tree;
        [
            trace + main,
            trace + main + aux_trace,
            main + aux_trace + aux,
            main + aux + COSETS * (lines(degree) + FELT),
            main + aux + COSETS * lines(degree) + side_by_side,
            main + aux + side_by_side + quotient,
            main + aux + quotient + blowup * quotient + tree,
            // The inverses and weights of the out-of-domain point, and the DEEP polynomial on one coset.
            committed + 3 * element,
            // The DEEP polynomial on all cosets, twice; then with the first layers of the test and their trees.
            committed + lines(blowup * degree) + blowup * element,
            committed + (2 * blowup * element + tree / FOLDING) * FOLDING / (FOLDING - 1),
        ]
        .into_iter()
        .fold(0, u64::max)
    }

    /// Like [`Self::peak`], if of each segment coefficients and one coset are kept, and later one coset.
    fn low_peak(&self) -> u64 {
        let Self { blowup, degree, digest } = *self;
        let (trace, aux_trace) = (lines(WIDTH as u64), lines(AuxColumn::COUNT as u64 * degree));
        let (quotient, element) = (lines(COMMITTED_COLUMNS * degree), FELT * degree);
        let side_by_side = lines(COSETS * degree);
        let (tree, leaves) = (digest * blowup / TREE_SHARE, digest * blowup);
        let (main, aux) = (2 * trace + tree, 2 * aux_trace + tree);
        let values = COSETS * (lines(degree) + FELT);
        let first = trace + aux_trace + 2 * tree;
        let committed = first + blowup * quotient + tree;
        [
            main + leaves,
            main + aux + leaves,
            main + aux + values,
            first + COSETS * lines(degree) + side_by_side,
            first + side_by_side + quotient,
            first + quotient + blowup * quotient + tree,
            committed + lines(blowup * degree) + blowup * element,
            committed + (2 * blowup * element + tree / FOLDING) * FOLDING / (FOLDING - 1),
            // The openings: the coefficients of a panel replace its values, and it has one coset more.
            first + LINE,
        ]
        .into_iter()
        .fold(0, u64::max)
    }
}

/// Bytes of a row of a table with this many columns.
const fn lines(columns: u64) -> u64 {
    columns.div_ceil(PANEL as u64) * LINE
}

/// Number of cosets of the constraint domain: the constraints have degree 5.
const COSETS: u64 = 4;

/// Number of chunks of the quotient, and the mask of the DEEP polynomial.
const COMMITTED_COLUMNS: u64 = 6;

/// A tree of `n` leaves keeps `n/4` nodes.
const TREE_SHARE: u64 = 4;

/// Each layer of the low-degree test is shorter by this factor.
const FOLDING: u64 = 8;

/// Limits the length of the trace by the memory that a proof may take.
pub(crate) struct MemoryBudget {
    set: ParameterSet,
    execution: ExecutionOptions,
    limit: u64,
    low_memory: bool,
    /// Random rows, which fill up the trace.
    random_rows: usize,
}

impl MemoryBudget {
    pub(crate) fn new(options: &ProverOptions) -> Self {
        let limit = options.max_memory().or_else(available_memory).unwrap_or(u64::MAX);
        let (set, execution) = (options.parameter_set(), *options.execution());
        let random_rows = set.hiding(options.hiding()).random_rows();
        Self { set, execution, limit, low_memory: options.low_memory(), random_rows }
    }

    /// Whether to compute values again instead of keeping them, with a trace of this many rows before random ones.
    pub(crate) fn low_memory(&self, rows: usize) -> bool {
        self.low_memory || peak_memory(self.set, rows + self.random_rows) > self.limit
    }

    /// The options of the execution, with room for random rows and the longest trace that the memory suffices for.
    pub(crate) fn execution(&self) -> ExecutionOptions {
        let own = self.execution.max_trace_rows;
        self.execution.with_max_trace_rows(own.min(self.max_rows())).with_reserved_rows(self.random_rows)
    }

    /// The longest trace that the memory suffices for: 0 if there is none, no limit if it suffices for all lengths.
    fn max_rows(&self) -> usize {
        let (min, max) = self.set.trace_log2_range();
        let mut lengths = (min..=max).map(|log2| 1 << log2);
        match lengths.find(|&rows| peak_low_memory(self.set, rows) > self.limit) {
            Some(rows) if rows == 1 << min => 0,
            Some(rows) => rows / 2,
            None => usize::MAX,
        }
    }

    /// The reason for a trace that is too long, if it is the memory; and a cancellation is no failure of the program.
    pub(crate) fn explain(&self, error: ExecutionError) -> ProverError {
        match error {
            ExecutionError::TraceTooLong { needed, max } if max < self.execution.max_trace_rows => {
                let (shortest, longest) = self.set.trace_log2_range();
                let rows = needed.clamp(1 << shortest, 1 << longest).next_power_of_two();
                ProverError::Memory { rows, needed: peak_low_memory(self.set, rows), limit: self.limit }
            }
            ExecutionError::Interrupted => ProverError::Cancelled,
            error => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use miden_air::{MidenAir, PublicInputs, proof::ProofShape};
    use miden_core::{Opcode, StackInputs, program::ProgramBuilder};
    use miden_processor::Executor;
    use winter_air::Air;

    use super::*;

    fn options(limit: u64) -> ProverOptions {
        ProverOptions::new(ParameterSet::Fast96).with_max_memory(Some(limit))
    }

    #[test]
    fn the_numbers_of_columns_and_cosets_are_those_of_the_constraints() {
        let mut builder = ProgramBuilder::new();
        let root = builder.block(&[Opcode::Noop.into()]).expect("a block");
        let program = builder.finish(root);
        let trace = Executor::new(&program).trace().expect("a trace");
        for set in ParameterSet::ALL {
            let statement = trace.statement(&program, &StackInputs::default());
            let inputs = PublicInputs::new(statement, set).with_hiding(true);
            let air = MidenAir::new(miden_air::trace_info(trace.num_rows()), inputs, set.proof_options());
            assert_eq!(ProofShape::new(&air, set.hiding(true)).quotient_width() as u64, COMMITTED_COLUMNS);
            assert_eq!(air.ce_blowup_factor() as u64, COSETS);
        }
    }

    #[test]
    fn the_longest_trace_is_the_longest_that_fits() {
        let need = |log2: u32| peak_low_memory(ParameterSet::Fast96, 1 << log2);
        let rows = |limit| MemoryBudget::new(&options(limit)).max_rows();
        assert_eq!(
            [rows(0), rows(need(10) - 1), rows(need(10)), rows(need(11) - 1)],
            [0, 0, 1 << 10, 1 << 10]
        );
        assert_eq!([rows(need(20)), rows(need(21) - 1)], [1 << 20, 1 << 20]);
        assert_eq!(rows(u64::MAX), usize::MAX);
    }

    #[test]
    fn values_are_computed_again_if_the_memory_does_not_suffice_otherwise() {
        let need = peak_memory(ParameterSet::Fast96, 1 << 12);
        let low = |limit, options: fn(u64) -> ProverOptions| {
            let budget = MemoryBudget::new(&options(limit));
            budget.low_memory((1 << 12) - budget.random_rows)
        };
        assert_eq!([low(need, options), low(need - 1, options)], [false, true]);
        assert!(low(need, |limit| options(limit).with_low_memory(true)));
        for set in ParameterSet::ALL {
            assert!(peak_low_memory(set, 1 << 20) < peak_memory(set, 1 << 20), "{set}");
        }
    }

    #[test]
    fn the_reason_names_the_rows_and_the_need() {
        let budget = MemoryBudget::new(&options(1 << 20));
        let max = budget.execution().max_trace_rows;
        let error = budget.explain(ExecutionError::TraceTooLong { needed: 5000, max });
        let needed = peak_low_memory(ParameterSet::Fast96, 8192);
        assert_eq!(error, ProverError::Memory { rows: 8192, needed, limit: 1 << 20 });
        // A limit of the options has its own error.
        let own = ExecutionOptions::default().with_max_trace_rows(0);
        let budget = MemoryBudget::new(&options(1 << 20).with_execution(own));
        let error = ExecutionError::TraceTooLong { needed: 5000, max: 0 };
        assert_eq!(budget.explain(error.clone()), ProverError::Execution(error));
        assert_eq!(budget.explain(ExecutionError::Interrupted), ProverError::Cancelled);
    }
}
