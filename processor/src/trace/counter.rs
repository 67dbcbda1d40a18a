use miden_core::{Digest, NodeId, Operation, Program, program::HashedNode};

use super::{PartRows, requests::Requests};
use crate::{
    permutations::Permutations,
    recorder::{Access, MerklePath, Recorder, Visit},
    state::{Frame, Stack, State},
};

/// Counts the rows that a trace would have. It keeps the requests to the chiplets, but no rows.
pub(super) struct RowCounter<'a> {
    requests: Requests<'a>,
    /// Number of rows so far.
    rows: usize,
    /// Context of the last row.
    context: u64,
}

impl<'a> RowCounter<'a> {
    /// Starts with no rows.
    pub(super) fn new(program: &'a Program, permutations: &'a Permutations) -> Self {
        Self { requests: Requests::new(program, permutations), rows: 0, context: 0 }
    }

    /// Rows of each part, if the execution takes this number of them.
    pub(super) fn finish(self, execution: usize) -> PartRows {
        let Requests { chiplets, mut range } = self.requests;
        let chiplets = chiplets.lay_out(&mut range);
        PartRows::new(execution, range.num_rows(), chiplets.rows())
    }
}

impl Recorder for RowCounter<'_> {
    fn input(&mut self, _stack: &Stack) {
        self.rows += 1;
    }

    fn node(&mut self, visit: Visit, node: &HashedNode, _state: &State) {
        self.rows += 1;
        self.requests.node(visit, node);
    }

    fn operation(&mut self, _node: NodeId, _index: usize, operation: Operation, state: &State) {
        self.rows += 1;
        self.context = state.registers.ctx;
        self.requests.operation(operation.opcode(), state);
    }

    fn returns(&mut self, _call: NodeId, _frame: &Frame, _state: &State) {
        self.rows += 1;
    }

    fn access(&mut self, access: Access) {
        self.requests.access(self.context, self.rows - 1, access);
    }

    fn merkle_path(&mut self, path: MerklePath<'_>, new_node: Option<&Digest>) {
        self.requests.merkle_path(path, new_node);
    }
}
