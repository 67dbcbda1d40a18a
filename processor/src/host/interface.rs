//! The interface between the machine and its host.

use alloc::vec::Vec;

use miden_core::{Digest, Felt, NodeId, Word, program::DebugCommand};

use super::{AdviceError, EventError};

/// The surroundings of a running program: supplies advice and handles events.
///
/// A host cannot make a false statement provable: the program checks what it is given.
pub trait Host {
    /// The source of advice.
    type Advice: AdviceProvider;

    /// The advice.
    fn advice(&mut self) -> &mut Self::Advice;

    /// Handles an event that the program has signalled.
    ///
    /// # Errors
    /// If the event is unknown or cannot be handled; this ends the execution.
    fn on_event(&mut self, event: u32, state: &dyn ProcessState) -> Result<(), EventError>;

    /// Carries out a debug command of the program; by default, nothing happens. Only programs assembled for debugging
    /// contain such commands.
    fn on_debug(&mut self, _site: DebugSite, _command: &DebugCommand, _state: &dyn ProcessState) {}
}

/// The place of a debug command in the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DebugSite {
    /// The block, or the watched node.
    pub node: NodeId,
    /// Index of the command among the decorators of the block, or among the commands of the watched node.
    pub decorator: usize,
}

impl<H: Host + ?Sized> Host for &mut H {
    type Advice = H::Advice;

    #[inline]
    fn advice(&mut self) -> &mut H::Advice {
        (**self).advice()
    }

    fn on_event(&mut self, event: u32, state: &dyn ProcessState) -> Result<(), EventError> {
        (**self).on_event(event, state)
    }

    fn on_debug(&mut self, site: DebugSite, command: &DebugCommand, state: &dyn ProcessState) {
        (**self).on_debug(site, command, state);
    }
}

/// A source of advice: a tape, a map from keys to lists, and Merkle trees.
///
/// A failed call leaves the advice unchanged.
pub trait AdviceProvider {
    /// Removes the next value from the tape.
    ///
    /// # Errors
    /// If none is left.
    fn read(&mut self) -> Result<Felt, AdviceError>;

    /// Removes the next four values from the tape; the first one is element 0.
    ///
    /// # Errors
    /// If fewer are left.
    fn read_word(&mut self) -> Result<Word, AdviceError>;

    /// Removes the next eight values from the tape.
    ///
    /// # Errors
    /// If fewer are left.
    fn read_two_words(&mut self) -> Result<[Word; 2], AdviceError>;

    /// Adds values at the front of the tape; the first one will be read first.
    ///
    /// # Errors
    /// If the advice would exceed its limit.
    fn push_front(&mut self, values: &[Felt]) -> Result<(), AdviceError>;

    /// The list under the key.
    fn map_get(&self, key: &Digest) -> Option<&[Felt]>;

    /// Inserts a list under the key. Inserting an equal list again has no effect.
    ///
    /// # Errors
    /// If the key has another list, or the advice would exceed its limit.
    fn map_insert(&mut self, key: Digest, list: Vec<Felt>) -> Result<(), AdviceError>;

    /// The node at `depth` and `index` of the tree with root `root`.
    ///
    /// # Errors
    /// If the tree has no such node, or the advice does not contain it.
    fn merkle_node(&self, root: &Digest, depth: u8, index: u64) -> Result<Digest, AdviceError>;

    /// The siblings on the path from the node at `depth` and `index` to the root, the sibling of the node first.
    ///
    /// # Errors
    /// Like [`Self::merkle_node`].
    fn merkle_path(&self, root: &Digest, depth: u8, index: u64) -> Result<Vec<Digest>, AdviceError>;

    /// Adds the tree that has `value` at `depth` and `index` and otherwise equals the tree with root `root`; returns
    /// the new root. The old tree remains.
    ///
    /// # Errors
    /// Like [`Self::merkle_node`], and if the advice would exceed its limit.
    fn merkle_set(
        &mut self,
        root: &Digest,
        depth: u8,
        index: u64,
        value: &Digest,
    ) -> Result<Digest, AdviceError>;

    /// Adds the tree with these two children and returns its root.
    ///
    /// # Errors
    /// If the advice would exceed its limit.
    fn merkle_merge(&mut self, left: &Digest, right: &Digest) -> Result<Digest, AdviceError>;

    /// Checks that the advice can grow by this many elements; called before a large list is built.
    ///
    /// # Errors
    /// If the advice would exceed its limit.
    fn check_room(&self, elements: usize) -> Result<(), AdviceError>;
}

/// The view that injectors and event handlers have of the machine.
pub trait ProcessState {
    /// Number of completed cycles.
    fn clk(&self) -> u64;

    /// The execution context: 0 for the root, else the number of the row of the call.
    fn ctx(&self) -> u64;

    /// The free memory pointer.
    fn fmp(&self) -> Felt;

    /// Number of stack items in this context, at least 16.
    fn depth(&self) -> usize;

    /// The stack item at `position` from the top; zero below the deepest item of this context.
    fn item(&self, position: usize) -> Felt;

    /// The memory word at `address` in context `ctx`; zeros if it was never written.
    fn memory(&self, ctx: u64, address: u32) -> Word;

    /// The memory words that have been written in context `ctx`, by ascending address.
    fn written_memory(&self, ctx: u64) -> Vec<(u32, Word)>;

    /// The word whose topmost item is at `position`. Element 0 is the deepest.
    fn word(&self, position: usize) -> Word {
        [3, 2, 1, 0].map(|below| self.item(position.saturating_add(below)))
    }
}
