use alloc::vec::Vec;

use miden_core::{
    NodeId,
    params::{GROUPS_PER_BLOCK, OPS_PER_GROUP},
    program::Block,
};

use super::{
    Lowering, Result,
    fragment::{Fragment, MAX_COPIED},
    operation_run::OperationRun,
    placed_node::PlacedNode,
};
use crate::debug::FrameId;

/// Maximum number of operations of a chunk of repeated code: sixteen blocks without constants.
const MAX_CHUNK: u64 = 16 * (GROUPS_PER_BLOCK * OPS_PER_GROUP) as u64;

impl Lowering {
    pub(super) fn lower_if(&mut self, on_one: &Fragment, on_zero: &Fragment) -> Result<NodeId> {
        let on_one = self.seal(on_one)?;
        let on_zero = self.seal(on_zero)?;
        let node = self.builder.split(on_one.node, on_zero.node)?;
        self.place(node, [on_one.frames, on_zero.frames]);
        Ok(node)
    }

    pub(super) fn lower_while(&mut self, body: &Fragment) -> Result<NodeId> {
        let body = self.seal(body)?;
        let node = self.builder.while_true(body.node)?;
        self.place(node, [body.frames, FrameId::NONE]);
        Ok(node)
    }

    /// `count` copies of the body. The work is bounded by the body and a chunk, independent of `count`.
    pub(super) fn lower_repeat(&mut self, body: &Fragment, count: u32) -> Result<Fragment> {
        match (&body.rest, count) {
            (_, 0) => Ok(Fragment::default()),
            (_, 1) => Ok(body.clone()),
            (None, _) => self.repeat_run(&body.head, count),
            (Some((node, tail)), _) => self.repeat_around_node(&body.head, *node, tail, count),
        }
    }

    /// Repeats an operation run: a chunk of copies that fills its blocks well, as often as it fits, and the remaining
    /// copies.
    fn repeat_run(&mut self, body: &OperationRun, count: u32) -> Result<Fragment> {
        let copies_of = |count: u64| {
            let mut copies = OperationRun::default();
            (0..count).for_each(|_| copies.extend(body));
            copies
        };
        let (len, count) = (body.len() as u64, u64::from(count));
        let total = len.saturating_mul(count);
        if len == 0 {
            // Debug commands alone are repeated as far as the copies are short.
            let copies = if body.is_debug() { count.min(MAX_COPIED as u64) } else { 0 };
            return Ok(Fragment { head: copies_of(copies), rest: None });
        }
        if total <= MAX_COPIED as u64 {
            self.count(total as usize)?;
            let mut head = OperationRun::default();
            (0..count).for_each(|_| head.append(body, self.options.optimize));
            return Ok(Fragment { head, rest: None });
        }
        let most = (MAX_CHUNK / len).clamp(1, count);
        // Decorators alone are repeated as often as they fit.
        let per_chunk = best_copies(&copies_of(most), body.operations.len() as u64).unwrap_or(most);
        let (chunk, rest) = (copies_of(per_chunk), copies_of(count % per_chunk));
        self.count(chunk.len() + rest.len())?;
        let blocks = self.blocks(&chunk)?;
        let chunk = self.sequence(&blocks)?;
        let node = self.repeat(chunk, count / per_chunk)?;
        Ok(Fragment { head: OperationRun::default(), rest: Some((node, rest)) })
    }

    /// Repeats `head node tail`. The tail of a copy and the head of the next share blocks:
    /// `h (n t h)^(count − 1) n t`.
    fn repeat_around_node(
        &mut self,
        head: &OperationRun,
        node: PlacedNode,
        tail: &OperationRun,
        count: u32,
    ) -> Result<Fragment> {
        let mut seam = tail.clone();
        seam.append(head, self.options.optimize);
        self.count(seam.len())?;
        let mut nodes: Vec<PlacedNode> = [node].into();
        self.append_blocks(&mut nodes, &seam)?;
        let period = self.sequence(&nodes)?;
        let periods = self.repeat(period, u64::from(count) - 1)?;
        let all = self.join(periods, node)?;
        Ok(Fragment { head: head.clone(), rest: Some((all, tail.clone())) })
    }
}

/// The number of copies, at most those in `copies`, that minimizes blocks per copy; each has `len` operations. `None`
/// if `len` is 0.
fn best_copies(copies: &OperationRun, len: u64) -> Option<u64> {
    let (mut best, mut best_blocks) = (1, u64::MAX);
    let (mut end, mut blocks) = (0, 0);
    // Blocks are filled in order, so the blocks of fewer copies are a prefix.
    for block in Block::pack(&copies.operations) {
        end += block.operations().len() as u64;
        blocks += 1;
        // All copies that end in this block take the same number of blocks; the last is the best.
        let count = u64::checked_div(end, len)?;
        if count > 0 && (best_blocks == u64::MAX || blocks * best < best_blocks * count) {
            (best, best_blocks) = (count, blocks);
        }
    }
    (len > 0).then_some(best)
}
