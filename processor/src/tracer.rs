//! The view that an execution offers to observers and recorders.

use miden_core::{Digest, NodeId, Operation, Program, Word, program::HashedNode};

use crate::{
    Step,
    state::{Frame, MachineState, Stack},
};

/// Receives each row of an execution before it takes effect.
///
/// All methods do nothing by default, so an execution that nobody watches compiles to no calls at all.
pub(crate) trait Tracer {
    /// A stack input is pushed.
    #[inline(always)]
    fn input(&mut self, _stack: &Stack) {}

    /// A node is visited.
    #[inline(always)]
    fn node(&mut self, _visit: Visit, _node: &HashedNode, _state: &MachineState) {}

    /// An operation of the block `node` executes.
    #[inline(always)]
    fn operation(&mut self, _node: NodeId, _index: usize, _operation: Operation, _state: &MachineState) {}

    /// The procedure called by the node `call` returns.
    #[inline(always)]
    fn returns(&mut self, _call: NodeId, _frame: &Frame, _state: &MachineState) {}

    /// Whether the execution pauses before this visit of a node, or this return.
    #[inline(always)]
    fn pauses(&mut self, _program: &Program, _node: NodeId, _step: Step, _state: &MachineState) -> bool {
        false
    }

    /// The cycle limit is reached: this step of the node is not taken.
    #[inline(always)]
    fn stop(&mut self, _id: NodeId, _node: &HashedNode, _step: Step, _state: &MachineState) {}

    /// The program has ended.
    #[inline(always)]
    fn end(&mut self, _state: &MachineState) {}

    /// The current operation accesses the memory of its context.
    #[inline(always)]
    fn access(&mut self, _access: Access) {}

    /// The current operation follows a Merkle path that leads to the root; with a new node, the path of that as well.
    #[inline(always)]
    fn merkle_path(&mut self, _path: MerklePath<'_>, _new_node: Option<&Digest>) {}
}

/// The effect of visiting a node.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Visit {
    pub(crate) id: NodeId,
    /// Whether a continuation is pushed.
    pub(crate) pushes: bool,
    /// Whether the node ends with this row.
    pub(crate) ends: bool,
}

/// A memory access.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Access {
    pub(crate) address: u32,
    pub(crate) write: bool,
    /// Whether the operation reads or writes only element 0.
    pub(crate) element: bool,
    /// The whole memory word after the access.
    pub(crate) word: Word,
}

/// A node of a Merkle tree and the siblings from there upwards.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MerklePath<'a> {
    pub(crate) node: &'a Digest,
    pub(crate) index: u64,
    pub(crate) siblings: &'a [Digest],
}
