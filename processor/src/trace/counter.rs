use miden_core::{Digest, Node, NodeId, Operation, Program, params::STACK_TOP, program::HashedNode};

use super::{
    CausedRows,
    chiplets::BitwiseRequest,
    parts::{END_ROWS, PartRows},
    requests::Requests,
    shift_register::ShiftRegister,
};
use crate::{
    Step,
    permutations::Permutations,
    provable_fault::FaultWitness,
    state::{Frame, MachineState, Stack},
    tracer::{Access, MerklePath, Tracer, Visit},
};

/// Counts the rows that a trace would have. Keeps the requests to the chiplets, but no rows.
pub(super) struct RowCounter<'a> {
    requests: Requests<'a>,
    /// Witness for the final rows, if the program fails.
    fail: Option<FaultWitness>,
    /// Number of rows so far.
    rows: usize,
    /// Context of the last row.
    context: u64,
}

impl<'a> RowCounter<'a> {
    /// Starts with no rows.
    pub(super) fn new(
        program: &'a Program,
        permutations: &'a Permutations,
        fail: Option<FaultWitness>,
    ) -> Self {
        Self { requests: Requests::new(program, permutations), fail, rows: 0, context: 0 }
    }

    /// Rows that cycles have caused so far, without those of bitwise operations.
    pub(super) fn caused(&self) -> CausedRows {
        let Requests { chiplets, range } = &self.requests;
        let (hasher, memory, merkle) = chiplets.num_rows();
        CausedRows { range: range.num_inner(), hasher, bitwise: 0, memory, merkle }
    }

    /// The bitwise requests so far, in their order; equal ones share a row.
    pub(super) const fn bitwise_requests(&self) -> &[BitwiseRequest] {
        self.requests.chiplets.bitwise_requests()
    }

    /// Rows of each part.
    pub(super) fn finish(self) -> PartRows {
        let Requests { chiplets, mut range } = self.requests;
        let chiplets = chiplets.lay_out(&mut range);
        PartRows::new(self.rows, range.num_rows(), chiplets.rows())
    }
}

impl Tracer for RowCounter<'_> {
    fn input(&mut self, _stack: &Stack) {
        self.rows += 1;
    }

    fn node(&mut self, visit: Visit, node: &HashedNode, _state: &MachineState) {
        self.rows += 1;
        self.requests.node(visit, node);
    }

    fn operation(&mut self, _node: NodeId, _index: usize, operation: Operation, state: &MachineState) {
        self.rows += 1;
        self.context = state.registers.ctx;
        self.requests.operation(operation.opcode(), state);
    }

    fn returns(&mut self, _call: NodeId, _frame: &Frame, _state: &MachineState) {
        self.rows += 1;
    }

    fn end(&mut self, state: &MachineState) {
        self.rows += state.stack.depth() - STACK_TOP + END_ROWS;
    }

    fn stop(&mut self, id: NodeId, node: &HashedNode, step: Step, _state: &MachineState) {
        let fail = self.fail.expect("only an execution with a provable fault is counted up to a stop");
        match (step, node.node()) {
            (Step::Operation { index }, Node::Block(block)) => {
                let mut register = ShiftRegister::new(*node.rate());
                block.operations().iter().take(index).for_each(|&operation| {
                    register.take(operation);
                });
                while !register.is_used_up() {
                    let digit = register.take_digit();
                    let more = if register.is_used_up() { fail.trap_limbs } else { Default::default() };
                    self.requests.trap(digit, more);
                    self.rows += 1;
                }
            }
            (Step::Return, _) => self.rows += 1,
            _ => {
                self.requests.node_trap(id);
                self.rows += 1;
            }
        }
        self.requests.fail(&fail, 1);
        self.rows += END_ROWS;
    }

    fn access(&mut self, access: Access) {
        self.requests.access(self.context, self.rows - 1, access);
    }

    fn merkle_path(&mut self, path: MerklePath<'_>, new_node: Option<&Digest>) {
        self.requests.merkle_path(path, new_node);
    }
}
