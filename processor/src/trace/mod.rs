//! Recording of the trace. Layout: `miden_core::trace`.

use alloc::vec::Vec;
use core::{cmp::max, fmt};

use miden_core::{
    Felt, Outcome, Program, StackInputs, StackOutputs, Statement,
    field::FieldElement,
    params::{MAX_TRACE_LOG2, MIN_TRACE_ROWS, STACK_TOP},
    trace::decoder::{H, P},
};

use crate::{
    Execution, ExecutionError, ExecutionOptions, Host,
    host::{Answers, Live, Recording, Replay},
    process,
    recorder::{Nothing, Recorder},
};

mod chiplets;
mod counter;
mod fault;
mod helpers;
mod list;
mod range;
mod recorder;
mod register;
mod requests;
mod rows;

use chiplets::ChipletRows;
use counter::RowCounter;
use fault::FailCells;
pub(crate) use fault::ProvableFault;

use recorder::{Recorded, TraceRecorder};

/// Rows of the end: constraints do not reach the last row, so the row before it is one of the end as well.
const END_ROWS: usize = 2;

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
#[derive(Clone)]
pub struct ExecutionTrace {
    columns: Vec<Vec<Felt>>,
    parts: PartRows,
    ending: Ending,
    cycle_limit: Option<u64>,
}

impl fmt::Debug for ExecutionTrace {
    /// All but the cells.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { columns: _, parts, ending, cycle_limit } = self;
        let mut fields = f.debug_struct("ExecutionTrace");
        fields.field("parts", parts).field("ending", ending).field("cycle_limit", cycle_limit);
        fields.finish_non_exhaustive()
    }
}

impl ExecutionTrace {
    /// Executes the program twice. The first run records nothing but the answers of the host and permutations: it finds
    /// out how the program ends, and how long the trace is, so that a failure that cannot be proven takes little memory
    /// and the columns are allocated once. The second run gets the same answers.
    pub(crate) fn record(
        program: &Program,
        inputs: &StackInputs,
        host: &mut impl Host,
        options: &ExecutionOptions,
    ) -> Result<Self, ExecutionError> {
        let run = FirstRun::new(program, inputs, host, options)?;
        let mut recorder =
            TraceRecorder::new(program, run.answers.permutations(), num_rows(run.rows), run.fail);
        run.repeat(program, inputs, options, &mut recorder)?;
        let recorded = recorder.finish();
        let execution = recorded.num_rows();
        let Recorded { rows, mut requests, paths, idle_overflow, idle_continuations } = recorded;
        let chiplets = requests.chiplets.lay_out(&mut requests.range);
        let parts = PartRows::new(execution, requests.range.num_rows(), chiplets.rows());
        check_length(parts.longest())?;
        let num_rows = parts.padded();

        if let Some(fail) = &run.fail {
            // The last row of the execution is repeated; the last row of the trace asks for nothing.
            requests.range.look_up_limbs(&fail.limbs, (num_rows - execution) as u64);
        }
        let mut columns = rows.into_columns(num_rows);
        for (row, path) in paths {
            columns[H.at(4)][row] = chiplets.address_of(path);
        }
        idle_overflow.into_iter().for_each(|row| columns[H.at(5)][row] = Felt::ZERO);
        idle_continuations.into_iter().for_each(|row| columns[P.at(1)][row] = Felt::ZERO);
        columns.extend(requests.range.into_columns(num_rows));
        columns.extend(chiplets.into_columns(num_rows));
        Ok(Self { columns, parts, ending: run.ending, cycle_limit: options.cycle_limit })
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

    /// Number of cycles; if the program has failed, those before the failure.
    pub const fn cycles(&self) -> u64 {
        self.ending.cycles
    }

    /// How the program ended.
    pub const fn outcome(&self) -> &Outcome {
        &self.ending.outcome
    }

    /// If the program has failed: the error that [`execute`](crate::execute) gives, with more than the outcome can prove.
    pub const fn failure(&self) -> Option<&ExecutionError> {
        self.ending.failure.as_ref()
    }

    /// The complete final stack; if the program has failed, the 16 items that were on top.
    pub const fn outputs(&self) -> &StackOutputs {
        &self.ending.outputs
    }

    /// What the trace shows, if it is that of this program and these inputs.
    pub fn statement(&self, program: &Program, inputs: &StackInputs) -> Statement {
        Statement {
            program: program.digest(),
            kernel: program.kernel().clone(),
            inputs: inputs.clone(),
            outputs: self.outputs().clone(),
            outcome: *self.outcome(),
            cycle_limit: self.cycle_limit,
        }
    }
}

/// Counts the rows of the trace, without making it; also executes the program twice.
pub(crate) fn count_rows(
    program: &Program,
    inputs: &StackInputs,
    host: &mut impl Host,
    options: &ExecutionOptions,
) -> Result<PartRows, ExecutionError> {
    let run = FirstRun::new(program, inputs, host, options)?;
    let mut counter = RowCounter::new(program, run.answers.permutations(), run.fail);
    run.repeat(program, inputs, options, &mut counter)?;
    let parts = counter.finish();
    check_length(parts.longest())?;
    Ok(parts)
}

/// How an execution ended.
#[derive(Clone, Debug)]
struct Ending {
    outcome: Outcome,
    outputs: StackOutputs,
    cycles: u64,
    failure: Option<ExecutionError>,
}

/// What is known of an execution before it is recorded.
struct FirstRun {
    ending: Ending,
    /// Why the failure is one, if there is one.
    fail: Option<FailCells>,
    /// The answers of the host, and the permutations.
    answers: Answers,
    /// Rows of the execution, or a few less if it fails.
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
        let result = process::run(program, inputs, options, &mut oracle, &mut Nothing);
        let answers = oracle.into_answers();
        let (ending, fail) = match result {
            Ok(Execution { outputs, cycles }) => {
                (Ending { outcome: Outcome::Success, outputs, cycles, failure: None }, None)
            }
            Err(error) => {
                let (Some(fault), Some(place)) = (ProvableFault::of(&error), error.place()) else {
                    return Err(error);
                };
                let (outcome, outputs) =
                    (Outcome::Fault(fault.claim), StackOutputs::new(place.stack.into())?);
                (Ending { outcome, outputs, cycles: place.clk, failure: Some(error) }, Some(fault.fail))
            }
        };
        let output_rows = ending.outputs.items().len() - STACK_TOP;
        let other_rows = process::num_input_rows(inputs) + output_rows + END_ROWS;
        let rows = usize::try_from(ending.cycles.saturating_add(other_rows as u64)).unwrap_or(usize::MAX);
        check_length(rows)?;
        check_length(usize::try_from(answers.num_siblings()).unwrap_or(usize::MAX))?;
        Ok(Self { ending, fail, answers, rows })
    }

    /// Runs the program once more, up to its end or to the step that fails, which is not taken.
    fn repeat(
        &self,
        program: &Program,
        inputs: &StackInputs,
        options: &ExecutionOptions,
        recorder: &mut impl Recorder,
    ) -> Result<(), ExecutionError> {
        let options = options.with_max_cycles(self.ending.cycles);
        match process::run(program, inputs, &options, &mut Replay::new(&self.answers), recorder) {
            Err(ExecutionError::CycleLimit { .. }) if self.fail.is_some() => Ok(()),
            result => result.map(drop),
        }
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
