//! The trace of an execution with lies.

use miden_core::{
    Felt, StackInputs, StackOutputs, Statement,
    field::FieldElement,
    trace::{decoder::HELPERS, stack::S, system::CLK},
};

use crate::{
    chiplets::Chiplets,
    common::{HIDING, Row, Trace, felt},
    kind::Kind,
    machine::Machine,
    program::Case,
    range::Range,
};

/// An execution with lies.
pub(crate) struct Told {
    pub(crate) trace: Trace,
    /// The lies with their rows.
    pub(crate) lies: Vec<(usize, Kind)>,
    /// The advice values that were read.
    pub(crate) read: Vec<Felt>,
}

impl Told {
    /// The kinds of the lies.
    pub(crate) fn kinds(&self) -> Vec<Kind> {
        self.lies.iter().map(|&(_, kind)| kind).collect()
    }
}

/// What has been requested before a step.
pub(crate) struct Stopped {
    pub(crate) chiplets: Chiplets,
    pub(crate) range: Range,
    pub(crate) num_read: usize,
}

impl Machine<'_> {
    /// The trace to the end.
    pub(crate) fn finish(mut self) -> Told {
        let mut inputs = self.case.stack.clone();
        if self.lies(Kind::OutputForged) {
            let index = self.rng.below(self.outputs.len());
            self.outputs[index] += Felt::ONE;
        }
        if !inputs.items().is_empty() && self.lies(Kind::InputForged) {
            let mut items = inputs.items().to_vec();
            let index = self.rng.below(items.len());
            items[index] += Felt::ONE;
            inputs = StackInputs::new(items).expect("inputs");
        }
        let Self { case, rows, chiplets, range, told, read, outputs, .. } = self;
        Told { trace: trace(case, inputs, outputs, rows, chiplets, range), lies: told, read }
    }

    /// The trace to the row of the step that is not executed, which is repeated. `None` if there is no such step.
    pub(crate) fn stopped(self) -> Option<Told> {
        let Self { case, stop, stopped, mut rows, mut told, mut read, .. } = self;
        let (stop, Stopped { chiplets, range, num_read }) = (stop?, stopped?);
        rows.truncate(stop + 1);
        told.retain(|&(row, _)| row <= stop);
        read.truncate(num_read);
        let outputs = rows[stop][S.range()].to_vec();
        let trace = trace(case, case.stack.clone(), outputs, rows, chiplets, range);
        Some(Told { trace, lies: told, read })
    }
}

/// The trace of these rows, the last of which is repeated.
fn trace(
    case: &Case,
    inputs: StackInputs,
    outputs: Vec<Felt>,
    mut rows: Vec<Row>,
    mut chiplets: Chiplets,
    mut range: Range,
) -> Trace {
    let program = &case.program;
    let outputs = StackOutputs::new(outputs).expect("outputs");
    let statement = Statement::success(program.digest(), program.kernel().clone(), inputs, outputs);
    chiplets.sort(&mut range);
    let longest = (rows.len() + 1).max(range.num_rows()).max(chiplets.num_rows());
    let random = HIDING.random_rows();
    let num_rows = (longest + random).max(1024).next_power_of_two() - random;
    let last = rows[rows.len() - 1];
    for clk in rows.len()..num_rows {
        let mut row = last;
        row[CLK.at(0)] = felt(clk as u64);
        rows.push(row);
    }
    range.write(&mut rows);
    for (row, address) in chiplets.write(&mut rows) {
        rows[row][HELPERS.at(4)] = address;
    }
    Trace { rows, statement }
}
