//! What an execution shows to those who watch it.

use miden_core::{Digest, NodeId, Operation, Word, program::HashedNode};

use crate::{
    Step,
    state::{Frame, Stack, State},
};

/// Takes note of each row of an execution, before it takes effect.
///
/// The plain execution uses [`Nothing`], whose methods vanish.
pub(crate) trait Recorder {
    /// A stack input is brought in.
    #[inline(always)]
    fn input(&mut self, _stack: &Stack) {}

    /// A node is visited.
    #[inline(always)]
    fn node(&mut self, _visit: Visit, _node: &HashedNode, _state: &State) {}

    /// An operation of the block `node` is executed.
    #[inline(always)]
    fn operation(&mut self, _node: NodeId, _index: usize, _operation: Operation, _state: &State) {}

    /// The procedure that the node `call` has called returns.
    #[inline(always)]
    fn returns(&mut self, _call: NodeId, _frame: &Frame, _state: &State) {}

    /// The cycle limit is reached: this step of the node is not taken any more.
    #[inline(always)]
    fn stop(&mut self, _id: NodeId, _node: &HashedNode, _step: Step, _state: &State) {}

    /// The program has ended.
    #[inline(always)]
    fn end(&mut self, _state: &State) {}

    /// The operation accesses the memory of its context.
    #[inline(always)]
    fn access(&mut self, _access: Access) {}

    /// The operation follows a path of a Merkle tree, which leads to the root; or two, if there is a new node.
    #[inline(always)]
    fn merkle_path(&mut self, _path: MerklePath<'_>, _new_node: Option<&Digest>) {}
}

/// What the visit of a node leads to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Visit {
    pub(crate) id: NodeId,
    /// A continuation is pushed.
    pub(crate) pushes: bool,
    /// The node ends with this row.
    pub(crate) ends: bool,
}

/// An access of the memory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Access {
    pub(crate) address: u32,
    pub(crate) write: bool,
    /// Whether the operation reads or writes element 0 only.
    pub(crate) element: bool,
    /// The whole word in the memory after the access.
    pub(crate) word: Word,
}

/// A node of a Merkle tree and its siblings, from there upwards.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MerklePath<'a> {
    pub(crate) node: &'a Digest,
    pub(crate) index: u64,
    pub(crate) siblings: &'a [Digest],
}

/// Records nothing.
pub(crate) struct Nothing;

impl Recorder for Nothing {}
