//! Recording of the trace. Layout: `miden_core::trace`.

use alloc::vec::Vec;
use core::cmp::max;

use miden_core::{
    Felt, Program, StackInputs, StackOutputs,
    params::{MAX_TRACE_LOG2, MIN_TRACE_ROWS, STACK_TOP},
    trace::decoder::H,
};

use crate::{
    Execution, ExecutionError, ExecutionOptions, Host,
    host::{Answers, Live, Recording, Replay},
    process,
    recorder::Nothing,
};

mod chiplets;
mod counter;
mod helpers;
mod list;
mod range;
mod recorder;
mod register;
mod requests;
mod rows;

use chiplets::ChipletRows;
use counter::RowCounter;
use recorder::{Recorded, TraceRecorder};
use requests::Requests;

/// Rows that each part of the trace needs; the longest one decides the length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartRows {
    /// Cycles, inputs, outputs, and the end.
    pub execution: usize,
    /// The list of 16-bit values in use.
    pub range: usize,
    /// Permutations: eight rows for each distinct node and each distinct state.
    pub hasher: usize,
    /// Operations on bits.
    pub bitwise: usize,
    /// Accesses of the memory.
    pub memory: usize,
    /// Levels of Merkle paths.
    pub merkle: usize,
    /// Procedures of the kernel.
    pub kernel: usize,
}

impl PartRows {
    const fn new(execution: usize, range: usize, chiplets: ChipletRows) -> Self {
        let ChipletRows { hasher, bitwise, memory, merkle, kernel } = chiplets;
        Self { execution, range, hasher, bitwise, memory, merkle, kernel }
    }

    /// Rows of all chiplets, which stand one below the other, and a row of padding.
    pub const fn chiplets(&self) -> usize {
        self.hasher + self.bitwise + self.memory + self.merkle + self.kernel + 1
    }

    /// Rows of the longest part.
    pub fn longest(&self) -> usize {
        max(self.execution, max(self.range, self.chiplets()))
    }

    /// Rows of the whole trace, a power of two.
    pub fn padded(&self) -> usize {
        num_rows(self.longest())
    }
}

/// A recorded execution: the main segment of the trace.
#[derive(Clone, Debug)]
pub struct ExecutionTrace {
    columns: Vec<Vec<Felt>>,
    parts: PartRows,
    execution: Execution,
}

impl ExecutionTrace {
    /// Executes the program twice. The first run records nothing but the answers of the host and permutations: it finds
    /// out whether the program ends, and how long the trace is, so that a program that fails takes little memory and
    /// the columns are allocated once. The second run gets the same answers.
    pub(crate) fn record(
        program: &Program,
        inputs: &StackInputs,
        host: &mut impl Host,
        options: &ExecutionOptions,
    ) -> Result<Self, ExecutionError> {
        let FirstRun { execution, answers, rows } = FirstRun::new(program, inputs, host, options)?;
        let mut recorder = TraceRecorder::new(program, answers.permutations(), num_rows(rows));
        process::run(program, inputs, options, &mut Replay::new(&answers), &mut recorder)?;
        let Recorded { rows: execution_rows, requests: Requests { chiplets, mut range }, paths } =
            recorder.finish();
        let chiplets = chiplets.lay_out(&mut range);
        let parts = PartRows::new(rows, range.num_rows(), chiplets.rows());
        check_length(parts.longest())?;
        let num_rows = parts.padded();

        let mut columns = execution_rows.into_columns(num_rows);
        for (row, path) in paths {
            columns[H.at(4)][row] = chiplets.address_of(path);
        }
        columns.extend(range.into_columns(num_rows));
        columns.extend(chiplets.into_columns(num_rows));
        Ok(Self { columns, parts, execution })
    }

    /// The columns, as in `miden_core::trace`.
    pub fn columns(&self) -> &[Vec<Felt>] {
        &self.columns
    }

    /// The columns, as in `miden_core::trace`.
    pub fn into_columns(self) -> Vec<Vec<Felt>> {
        self.columns
    }

    /// Number of rows, a power of two.
    pub fn num_rows(&self) -> usize {
        self.columns.first().map_or(0, Vec::len)
    }

    /// Rows that each part needs, before rounding up.
    pub const fn part_rows(&self) -> PartRows {
        self.parts
    }

    /// Number of cycles.
    pub const fn cycles(&self) -> u64 {
        self.execution.cycles
    }

    /// The complete final stack.
    pub const fn outputs(&self) -> &StackOutputs {
        &self.execution.outputs
    }
}

/// Counts the rows of the trace, without making it; also executes the program twice.
pub(crate) fn count_rows(
    program: &Program,
    inputs: &StackInputs,
    host: &mut impl Host,
    options: &ExecutionOptions,
) -> Result<PartRows, ExecutionError> {
    let FirstRun { answers, rows, .. } = FirstRun::new(program, inputs, host, options)?;
    let mut counter = RowCounter::new(program, answers.permutations());
    process::run(program, inputs, options, &mut Replay::new(&answers), &mut counter)?;
    let parts = counter.finish(rows);
    check_length(parts.longest())?;
    Ok(parts)
}

/// What is known of an execution before it is recorded.
struct FirstRun {
    execution: Execution,
    /// The answers of the host, and the permutations.
    answers: Answers,
    /// Rows of the execution.
    rows: usize,
}

impl FirstRun {
    fn new(
        program: &Program,
        inputs: &StackInputs,
        host: &mut impl Host,
        options: &ExecutionOptions,
    ) -> Result<Self, ExecutionError> {
        let mut oracle = Recording::new(Live(host));
        let execution = process::run(program, inputs, options, &mut oracle, &mut Nothing)?;
        let answers = oracle.into_answers();
        let output_rows = execution.outputs.items().len() - STACK_TOP;
        // Constraints do not reach the last row, so the row before it must be one of the end as well.
        let other_rows = process::num_input_rows(inputs) + output_rows + 2;
        let rows = usize::try_from(execution.cycles.saturating_add(other_rows as u64)).unwrap_or(usize::MAX);
        check_length(rows)?;
        check_length(usize::try_from(answers.num_siblings()).unwrap_or(usize::MAX))?;
        Ok(Self { execution, answers, rows })
    }
}

/// Number of rows of a trace whose longest part needs `needed` of them.
fn num_rows(needed: usize) -> usize {
    max(needed, MIN_TRACE_ROWS).next_power_of_two()
}

fn check_length(needed: usize) -> Result<(), ExecutionError> {
    let max = 1 << MAX_TRACE_LOG2;
    if needed > max { Err(ExecutionError::TraceTooLong { needed, max }) } else { Ok(()) }
}
