use miden_core::{Felt, NodeId, Operation, program::HashedNode};

use crate::{
    recorder::{Recorder, Visit},
    state::{Frame, Memory, Stack, State},
};

/// What a cycle does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Visits a node.
    Node,
    /// Executes an operation of a block.
    Operation {
        /// Index of the operation in the block.
        index: usize,
    },
    /// Returns from the procedure that the node has called.
    Return,
}

/// The state of the machine before a cycle.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Cycle<'a> {
    /// Number of the cycle, from 0.
    pub clk: u64,
    /// Execution context: 0 in the root, else the number of the row of the call.
    pub ctx: u64,
    /// The free memory pointer.
    pub fmp: Felt,
    /// The node that runs.
    pub node: NodeId,
    /// What the cycle does.
    pub step: Step,
    /// The stack before the cycle.
    pub stack: &'a Stack,
    /// The memory before the cycle.
    pub memory: &'a Memory,
}

/// Looks at an execution cycle by cycle.
pub trait Observer {
    /// Called before each cycle.
    fn observe(&mut self, cycle: &Cycle<'_>);
}

/// Shows an observer what a recorder sees.
pub(crate) struct Observed<'a, O>(pub(crate) &'a mut O);

impl<O: Observer> Observed<'_, O> {
    fn show(&mut self, node: NodeId, step: Step, state: &State) {
        let State { stack, memory, registers, clk, .. } = state;
        let (ctx, fmp) = (registers.ctx, registers.fmp);
        self.0.observe(&Cycle { clk: *clk, ctx, fmp, node, step, stack, memory });
    }
}

impl<O: Observer> Recorder for Observed<'_, O> {
    fn node(&mut self, visit: Visit, _node: &HashedNode, state: &State) {
        self.show(visit.id, Step::Node, state);
    }

    fn operation(&mut self, node: NodeId, index: usize, _operation: Operation, state: &State) {
        self.show(node, Step::Operation { index }, state);
    }

    fn returns(&mut self, call: NodeId, _frame: &Frame, state: &State) {
        self.show(call, Step::Return, state);
    }
}
