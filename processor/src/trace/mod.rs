//! Recording of the trace. Layout: `miden_core::trace`.

use alloc::{vec, vec::Vec};
use core::cmp::max;

use miden_core::{
    Felt, NodeId, Opcode, Operation, Program, StackOutputs,
    params::{FMP_INIT, HASH_CYCLE, MAX_TRACE_LOG2, MIN_TRACE_ROWS},
    program::HashedNode,
    trace::{WIDTH, stack, system},
};

use crate::{
    Execution, ExecutionError,
    process::{Recorder, Visit},
    stack::Stack,
};

mod hasher;
mod helpers;
mod range;
mod register;
mod rows;

use hasher::HasherTrace;
use range::RangeTrace;
use rows::Rows;

/// Number of columns that execution itself fills: system, decoder, stack.
const EXECUTION_WIDTH: usize = stack::Z.end();

/// The first columns of a row.
type ExecutionRow = [Felt; EXECUTION_WIDTH];

/// Rows that each part of the trace needs; the longest one decides the length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartRows {
    /// Cycles, inputs, outputs, and the end.
    pub execution: usize,
    /// Permutations of distinct nodes, and a row of padding.
    pub hasher: usize,
    /// The list of 16-bit values in use.
    pub range: usize,
}

impl PartRows {
    /// Rows of the longest part.
    pub fn longest(&self) -> usize {
        max(self.execution, max(self.hasher, self.range))
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

/// Writes down every row.
pub(crate) struct TraceRecorder {
    rows: Rows,
    hasher: HasherTrace,
    range: RangeTrace,
    digests: Vec<(NodeId, HashedNode)>,
}

impl TraceRecorder {
    pub(crate) fn new(program: &Program) -> Self {
        Self {
            rows: Rows::default(),
            hasher: HasherTrace::new(program.nodes().len()),
            range: RangeTrace::new(),
            digests: Vec::new(),
        }
    }

    /// Adds the rows of the end and puts all parts together.
    pub(crate) fn finish(mut self, execution: Execution) -> Result<ExecutionTrace, ExecutionError> {
        self.rows.finish(execution.outputs.items());
        let parts = PartRows {
            // Constraints do not reach the last row, so the row before it must be one of the end as well.
            execution: self.rows.len() + 1,
            hasher: HASH_CYCLE * self.digests.len() + 1,
            range: self.range.num_rows(),
        };
        let max_rows = 1 << MAX_TRACE_LOG2;
        if parts.longest() > max_rows {
            return Err(ExecutionError::TraceTooLong { needed: parts.longest(), max: max_rows });
        }
        let num_rows = max(parts.longest(), MIN_TRACE_ROWS).next_power_of_two();

        let mut columns = self.rows.into_columns(num_rows);
        columns.reserve(WIDTH - columns.len());
        columns.extend(self.range.into_columns(num_rows));
        columns.extend(self.hasher.into_columns(self.digests.iter().map(|(id, node)| (*id, node)), num_rows));
        // Registers that no operation changes.
        columns[system::CLK.at(0)] = (0..num_rows as u64).map(Felt::new).collect();
        columns[system::FMP.at(0)] = vec![Felt::new(FMP_INIT); num_rows];
        Ok(ExecutionTrace { columns, parts, execution })
    }
}

impl Recorder for TraceRecorder {
    fn input(&mut self, _value: Felt, stack: &Stack) {
        self.rows.begin(Opcode::Input, stack);
        self.rows.end();
    }

    fn node(&mut self, visit: Visit, node: &HashedNode, stack: &Stack) {
        let (address, is_new) = self.hasher.visit(visit.id);
        if is_new {
            self.digests.push((visit.id, node.clone()));
        }
        self.rows.node(visit, node, Felt::new(address), stack);
    }

    fn operation(&mut self, _node: NodeId, _index: usize, operation: Operation, stack: &Stack) {
        let helpers = helpers::helpers(operation.opcode(), stack);
        self.range.look_up(operation.opcode(), &helpers);
        self.rows.operation(operation, &helpers, stack);
    }
}
