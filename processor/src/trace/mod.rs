//! Recording of the trace. Layout: `miden_core::trace`.

use alloc::vec::Vec;
use core::{fmt, sync::atomic::AtomicBool};

use miden_core::{
    Felt, Outcome, Program, StackInputs, StackOutputs, Statement,
    field::FieldElement,
    trace::{
        Line, PANEL, WIDTH,
        decoder::{HELPERS, POSITION},
    },
};

use crate::{ExecutionError, ExecutionOptions, Host, tracer::Tracer};

mod attribution;
mod builder;
mod chiplets;
mod counter;
mod fault;
mod first_run;
mod helpers;
mod list;
mod panels;
mod parts;
mod range;
mod requests;
mod rows;
mod shift_register;

pub(crate) use attribution::attribute_rows;
pub use attribution::{CausedRows, RowObserver};
use builder::{RecordedExecution, TraceBuilder};
use counter::RowCounter;
use first_run::{Ending, FirstRun};
use panels::cell_mut;
pub use parts::PartRows;
use parts::{check_length, num_rows};

/// A recorded execution: the main segment of the trace.
#[derive(Clone)]
pub struct ExecutionTrace {
    panels: Vec<Vec<Line>>,
    parts: PartRows,
    ending: Ending,
    cycle_limit: Option<u64>,
    host_answers: Vec<Felt>,
}

impl fmt::Debug for ExecutionTrace {
    /// Everything but the cells and what the host has answered.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { panels: _, parts, ending, cycle_limit, host_answers: _ } = self;
        let mut fields = f.debug_struct("ExecutionTrace");
        fields.field("parts", parts).field("ending", ending).field("cycle_limit", cycle_limit);
        fields.finish_non_exhaustive()
    }
}

impl ExecutionTrace {
    /// Executes the program twice. The first run, which `observer` follows, records only the answers of the host and
    /// the permutations. It determines how the program ends and how long the trace is, so that a failure that cannot be
    /// proven takes little memory, and the panels are allocated once. The second run gets the same answers.
    pub(crate) fn record(
        program: &Program,
        inputs: &StackInputs,
        host: &mut impl Host,
        mut observer: impl Tracer,
        options: &ExecutionOptions,
        interrupt: Option<&AtomicBool>,
    ) -> Result<Self, ExecutionError> {
        let run = FirstRun::new(program, inputs, host, &mut observer, options, interrupt)?;
        let reserved = options.reserved_rows;
        let panels = panels::empty(num_rows(run.rows, options) + reserved, interrupt);
        let mut tracer = TraceBuilder::new(program, run.answers.permutations(), panels, run.witness);
        run.repeat(program, inputs, options, interrupt, &mut tracer)?;
        let recorded = tracer.finish();
        let execution = recorded.num_rows();
        let RecordedExecution { rows, mut requests, paths, idle_overflow, idle_continuations } = recorded;
        let chiplets = requests.chiplets.lay_out(&mut requests.range);
        let parts = PartRows::new(execution, requests.range.num_rows(), chiplets.rows());
        check_length(parts.longest(), options)?;
        let num_rows = num_rows(parts.longest(), options);

        if let Some(witness) = &run.witness {
            // The last row of the execution is repeated; the last row of the trace sends no requests.
            requests.range.look_up_limbs(&witness.limbs, (num_rows - execution) as u64);
        }
        let mut panels = rows.into_panels(num_rows, reserved);
        for (row, path) in paths {
            *cell_mut(&mut panels, HELPERS.at(4), row) = chiplets.address_of(path);
        }
        for row in idle_overflow {
            *cell_mut(&mut panels, HELPERS.at(5), row) = Felt::ZERO;
        }
        for row in idle_continuations {
            *cell_mut(&mut panels, POSITION.at(1), row) = Felt::ZERO;
        }
        let [.., shared] = &mut panels;
        requests.range.write(shared);
        let chiplets = chiplets.into_panels(num_rows, reserved, shared);
        let panels = panels.into_iter().chain(chiplets).collect();
        let (ending, host_answers) = (run.ending, run.answers.into_elements());
        Ok(Self { panels, parts, ending, cycle_limit: options.cycle_limit, host_answers })
    }

    /// The cell in a row of a column, which has its number in `miden_core::trace`.
    ///
    /// # Panics
    /// If the column or the row does not exist.
    pub fn cell(&self, column: usize, row: usize) -> Felt {
        self.panel_of(column)[row].0[column % PANEL]
    }

    /// The cells of a column, which has its number in `miden_core::trace`.
    ///
    /// # Panics
    /// If the column does not exist.
    pub fn column(&self, column: usize) -> impl ExactSizeIterator<Item = Felt> + Clone + use<'_> {
        self.panel_of(column).iter().map(move |line| line.0[column % PANEL])
    }

    /// Copies of all columns, in the order of `miden_core::trace`.
    pub fn to_columns(&self) -> Vec<Vec<Felt>> {
        (0..WIDTH).map(|column| self.column(column).collect()).collect()
    }

    fn panel_of(&self, column: usize) -> &[Line] {
        assert!(column < WIDTH, "the trace has {WIDTH} columns, not one with the number {column}");
        &self.panels[column / PANEL]
    }

    /// The rows of each panel of [`PANEL`] columns, in the order of `miden_core::trace`; zeros fill up the last panel.
    /// There is room for the [reserved](ExecutionOptions::reserved_rows) rows: unless the trace is a clone, appending them
    /// does not allocate.
    pub fn into_panels(self) -> Vec<Vec<Line>> {
        self.panels
    }

    /// What the host has answered: the values that were read, in order, and the siblings on paths. With the program and
    /// its inputs, this determines the trace.
    pub fn host_answers(&self) -> &[Felt] {
        &self.host_answers
    }

    /// Number of rows: with the [reserved](ExecutionOptions::reserved_rows) ones, a power of two.
    pub fn num_rows(&self) -> usize {
        self.panels[0].len()
    }

    /// Rows of each part, before rounding up.
    pub const fn part_rows(&self) -> PartRows {
        self.parts
    }

    /// Number of cycles; if the program failed, those before the failure.
    pub const fn cycles(&self) -> u64 {
        self.ending.cycles
    }

    /// How the program ended.
    pub const fn outcome(&self) -> &Outcome {
        &self.ending.outcome
    }

    /// The error that [`execute`](crate::execute) returns, if the program failed; it says more than the outcome can
    /// prove.
    pub const fn failure(&self) -> Option<&ExecutionError> {
        self.ending.failure.as_ref()
    }

    /// The complete final stack; if the program failed, the top 16 items.
    pub const fn outputs(&self) -> &StackOutputs {
        &self.ending.outputs
    }

    /// The statement that the trace proves, if it was recorded from this program and these inputs.
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

/// Counts the rows of the trace without building it; this, too, executes the program twice.
pub(crate) fn count_rows(
    program: &Program,
    inputs: &StackInputs,
    host: &mut impl Host,
    mut observer: impl Tracer,
    options: &ExecutionOptions,
    interrupt: Option<&AtomicBool>,
) -> Result<PartRows, ExecutionError> {
    let run = FirstRun::new(program, inputs, host, &mut observer, options, interrupt)?;
    let mut counter = RowCounter::new(program, run.answers.permutations(), run.witness);
    run.repeat(program, inputs, options, interrupt, &mut counter)?;
    let parts = counter.finish();
    check_length(parts.longest(), options)?;
    Ok(parts)
}
