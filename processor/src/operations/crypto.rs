//! Hashing and Merkle paths.

use alloc::vec::Vec;

use miden_core::{Digest, MerkleError, RescueState, STATE_WIDTH, params::STACK_TOP};

use super::failure::Failure;
use crate::{
    AdviceError, Fault,
    host::Oracle,
    permutations::{digest, merge_input},
    state::{MachineState, Stack},
    tracer::{MerklePath, Tracer},
};

/// The hasher state on the stack: element `j` is item `11 − j`.
pub(crate) fn hasher_state(stack: &Stack) -> RescueState {
    let mut state = RescueState::default();
    state.copy_from_slice(&stack.window()[STACK_TOP - STATE_WIDTH..]);
    state
}

/// Permutes the top 12 items.
#[inline(never)]
pub(super) fn hperm(stack: &mut Stack, oracle: &mut impl Oracle) {
    let mut state = hasher_state(stack);
    oracle.permute(&mut state);
    stack.window_mut()[STACK_TOP - STATE_WIDTH..].copy_from_slice(&state);
}

/// A node of a Merkle tree, on the stack as `[V, d, i, R]`, with its path.
struct Node {
    value: Digest,
    index: u64,
    root: Digest,
    siblings: Vec<Digest>,
}

impl Node {
    /// The node on top of the stack, with a path that is checked to lead to the root.
    fn verified(stack: &Stack, oracle: &mut impl Oracle) -> Result<Self, Failure> {
        let (value, root) = (Digest::new(stack.word(0)), Digest::new(stack.word(6)));
        let (depth, index) = (stack.item(4), stack.item(5));
        let siblings = oracle.merkle_path(&root, depth, index)?;
        // The oracle returns `depth` siblings, at most 63.
        let (depth, index) = (depth.as_int() as u8, index.as_int());
        if index >> depth != 0 {
            return Err(AdviceError::lookup(MerkleError::InvalidIndex { depth, index }).into());
        }
        let node = Self { value, index, root, siblings };
        if node.root_with(value, oracle) != root {
            return Err(Fault::MerklePathVerificationFailed { root, node: value, depth, index }.into());
        }
        Ok(node)
    }

    /// The root of the tree with this value at the position of the node.
    fn root_with(&self, value: Digest, oracle: &mut impl Oracle) -> Digest {
        self.siblings.iter().enumerate().fold(value, |node, (level, sibling)| {
            let is_right = self.index >> level & 1 == 1;
            let (left, right) = if is_right { (sibling, &node) } else { (&node, sibling) };
            let mut state = merge_input(left, right);
            oracle.permute(&mut state);
            digest(&state)
        })
    }

    fn path(&self) -> MerklePath<'_> {
        MerklePath { node: &self.value, index: self.index, siblings: &self.siblings }
    }
}

/// `[V, d, i, R] → [V, d, i, R]`
#[inline(never)]
pub(super) fn mpverify(
    state: &MachineState,
    oracle: &mut impl Oracle,
    tracer: &mut impl Tracer,
) -> Result<(), Failure> {
    let node = Node::verified(&state.stack, oracle)?;
    tracer.merkle_path(node.path(), None);
    Ok(())
}

/// `[V, d, i, R, N] → [R', d, i, R, N]`
#[inline(never)]
pub(super) fn mrupdate(
    state: &mut MachineState,
    oracle: &mut impl Oracle,
    tracer: &mut impl Tracer,
) -> Result<(), Failure> {
    let stack = &mut state.stack;
    let node = Node::verified(stack, oracle)?;
    let value = Digest::new(stack.word(10));
    oracle.merkle_set(&node.root, stack.item(4), stack.item(5), &value)?;
    tracer.merkle_path(node.path(), Some(&value));
    stack.set_word(0, *node.root_with(value, oracle).elements());
    Ok(())
}
