use miden_core::{Felt, NodeId, program::HashedNode};

use crate::{
    process::{Recorder, Visit},
    stack::Stack,
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
}

/// The state of the machine before a cycle.
#[derive(Clone, Copy, Debug)]
pub struct Cycle<'a> {
    /// Number of the cycle, from 0.
    pub clk: u64,
    /// The node that runs.
    pub node: NodeId,
    /// What the cycle does.
    pub step: Step,
    /// The stack before the cycle.
    pub stack: &'a Stack,
}

/// Looks at an execution cycle by cycle.
pub trait Observer {
    /// Called before each cycle.
    fn observe(&mut self, cycle: &Cycle<'_>);
}

/// Shows an observer what a recorder sees.
pub(crate) struct Observed<'a, O> {
    observer: &'a mut O,
    clk: u64,
}

impl<'a, O: Observer> Observed<'a, O> {
    pub(crate) fn new(observer: &'a mut O) -> Self {
        Self { observer, clk: 0 }
    }

    fn show(&mut self, node: NodeId, step: Step, stack: &Stack) {
        self.observer.observe(&Cycle { clk: self.clk, node, step, stack });
        self.clk += 1;
    }
}

impl<O: Observer> Recorder for Observed<'_, O> {
    fn input(&mut self, _value: Felt, _stack: &Stack) {}

    fn node(&mut self, visit: Visit, _node: &HashedNode, stack: &Stack) {
        self.show(visit.id, Step::Node, stack);
    }

    fn operation(&mut self, node: NodeId, index: usize, _operation: miden_core::Operation, stack: &Stack) {
        self.show(node, Step::Operation { index }, stack);
    }
}
