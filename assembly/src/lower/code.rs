//! Code that is not yet a node, so that straight-line code on both sides of a seam can share blocks.

use alloc::vec::Vec;

use miden_core::{NodeId, Operation, program::Block};

use super::{Lowering, Result};
use crate::debug::InstructionId;

/// Straight-line operations, and the instruction that each comes from.
#[derive(Clone, Debug, Default)]
pub(super) struct Straight {
    pub(super) operations: Vec<Operation>,
    pub(super) origins: Vec<InstructionId>,
}

impl Straight {
    pub(super) const fn len(&self) -> usize {
        self.operations.len()
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.operations.is_empty()
    }

    pub(super) fn extend(&mut self, other: &Self) {
        self.operations.extend_from_slice(&other.operations);
        self.origins.extend_from_slice(&other.origins);
    }

    /// Takes the first `len` operations.
    fn split_off_front(&mut self, len: usize) -> Self {
        let rest = Self { operations: self.operations.split_off(len), origins: self.origins.split_off(len) };
        core::mem::replace(self, rest)
    }
}

/// The code of a body: straight-line operations, or such operations on both sides of a node.
#[derive(Clone, Debug, Default)]
pub(super) struct Code {
    pub(super) head: Straight,
    pub(super) rest: Option<(NodeId, Straight)>,
}

/// The code of a body that is not complete.
#[derive(Debug, Default)]
pub(super) struct CodeBuilder {
    /// What stands before the first node, once there is one.
    head: Option<Straight>,
    nodes: Vec<NodeId>,
    /// What stands after the last node.
    run: Straight,
}

impl CodeBuilder {
    pub(super) fn push_operations(&mut self, operations: &[Operation], origin: InstructionId) {
        self.run.operations.extend_from_slice(operations);
        self.run.origins.extend(core::iter::repeat_n(origin, operations.len()));
    }
}

/// Straight-line code of at most this length is copied to where it is used, so that it shares blocks with
/// its neighbours. A seam costs two rows at most, a few in a hundred for code that is longer.
pub(super) const MAX_COPIED: usize = 256;

/// A run of this length is turned into blocks early, to save memory.
const LONG_RUN: usize = 1 << 13;

impl Lowering {
    /// Appends the code of a body in the place of its invocation.
    pub(super) fn append(&mut self, code: &mut CodeBuilder, appended: &Code) -> Result<()> {
        self.append_straight(code, &appended.head)?;
        if let Some((node, tail)) = &appended.rest {
            self.append_node(code, *node)?;
            self.append_straight(code, tail)?;
        }
        Ok(())
    }

    fn append_straight(&mut self, code: &mut CodeBuilder, straight: &Straight) -> Result<()> {
        self.count(straight.len())?;
        code.run.extend(straight);
        self.seal_long_run(code)
    }

    pub(super) fn append_node(&mut self, code: &mut CodeBuilder, node: NodeId) -> Result<()> {
        let run = core::mem::take(&mut code.run);
        if code.head.is_none() {
            code.head = Some(run);
        } else {
            let blocks = self.blocks(&run)?;
            code.nodes.extend(blocks);
        }
        code.nodes.push(node);
        Ok(())
    }

    /// Turns a long run into blocks, up to the last one, which may still grow.
    pub(super) fn seal_long_run(&mut self, code: &mut CodeBuilder) -> Result<()> {
        if code.run.len() < LONG_RUN { Ok(()) } else { self.seal_full_blocks(code) }
    }

    fn seal_full_blocks(&mut self, code: &mut CodeBuilder) -> Result<()> {
        let blocks = Block::pack(&code.run.operations);
        let last = blocks.last().map_or(0, |block| block.operations().len());
        let full = code.run.split_off_front(code.run.len() - last);
        if !full.is_empty() {
            let blocks = self.blocks(&full)?;
            code.head.get_or_insert_default();
            code.nodes.extend(blocks);
        }
        Ok(())
    }

    /// Completes the code of a body: a single node in the middle, and nothing long around it.
    pub(super) fn finish(&mut self, mut code: CodeBuilder) -> Result<Code> {
        if code.run.len() > MAX_COPIED {
            self.seal_full_blocks(&mut code)?;
        }
        let Some(mut head) = code.head else { return Ok(Code { head: code.run, rest: None }) };
        if head.len() > MAX_COPIED {
            let mut nodes = self.blocks(&core::mem::take(&mut head))?;
            nodes.append(&mut code.nodes);
            code.nodes = nodes;
        }
        let node = self.builder.sequence(&code.nodes)?;
        Ok(Code { head, rest: Some((node, code.run)) })
    }

    /// Turns code into a node; no code is a block that does nothing.
    pub(super) fn seal(&mut self, code: &Code) -> Result<NodeId> {
        let mut nodes = self.blocks(&code.head)?;
        if let Some((node, tail)) = &code.rest {
            nodes.push(*node);
            nodes.append(&mut self.blocks(tail)?);
        }
        if nodes.is_empty() {
            return Ok(self.block(&[], &[])?);
        }
        Ok(self.builder.sequence(&nodes)?)
    }
}
