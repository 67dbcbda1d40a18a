//! Code that is not yet a node, so that operation runs on both sides of an invocation can share blocks.

use alloc::vec::Vec;
use core::ops::Range;

use miden_core::{NodeId, program::Block};

use super::{
    Lowering, Result, internal,
    piece::Piece,
    straight::{Decoration, Straight},
};
use crate::{
    debug::{InstructionId, Origins},
    instructions::Operations,
};

/// Code of a body: an operation run, or a node between two runs.
#[derive(Clone, Debug, Default)]
pub(super) struct Code {
    pub(super) head: Straight,
    pub(super) rest: Option<(Piece, Straight)>,
}

/// Code of an incomplete body.
#[derive(Debug, Default)]
pub(super) struct CodeBuilder {
    /// The run before the first node, once there is a node.
    head: Option<Straight>,
    nodes: Vec<Piece>,
    /// The run after the last node.
    run: Straight,
}

impl CodeBuilder {
    pub(super) fn push(&mut self, operations: &Operations, origin: InstructionId, optimize: bool) {
        self.run.push(operations, origin, optimize);
    }
}

/// Operation runs of at most this length are copied to their uses, so that they share blocks with the code around. A
/// boundary costs at most two rows, which is negligible for longer code.
pub(super) const MAX_COPIED: usize = 256;

/// A run of this length is packed into blocks early, to save memory.
const LONG_RUN: usize = 1 << 13;

impl Lowering {
    /// Inlines the code of a body.
    pub(super) fn append(&mut self, code: &mut CodeBuilder, appended: &Code) -> Result<()> {
        let started = self.append_straight(code, &appended.head)?;
        if let Some((node, tail)) = &appended.rest {
            let mut node = *node;
            if let Some(first) = appended.head.origins.first().filter(|_| !started) {
                node.frames = self.debug.start(first.frames, node.frames).unwrap_or(node.frames);
            }
            self.append_node(code, node)?;
            self.append_straight(code, tail)?;
        }
        Ok(())
    }

    /// Appends operations. Returns whether one of them remains as the start of the invocation.
    fn append_straight(&mut self, code: &mut CodeBuilder, straight: &Straight) -> Result<bool> {
        self.count(straight.len())?;
        code.run.append(straight, self.options.optimize);
        let started = self.start_invocation(&mut code.run, straight);
        self.seal_long_run(code)?;
        Ok(started)
    }

    /// If the first of the appended operations was optimized away, the next remaining one starts its invocations.
    fn start_invocation(&mut self, run: &mut Straight, appended: &Straight) -> bool {
        let Some(first) = appended.origins.first() else { return false };
        let start = run.origins.len().saturating_sub(appended.origins.len());
        let (_, left) = run.origins.split_at_mut(start);
        if left.iter().any(|origin| origin.frames == first.frames) {
            return true;
        }
        left.iter_mut().any(|origin| match self.debug.start(first.frames, origin.frames) {
            Some(frames) => {
                origin.frames = frames;
                true
            }
            None => false,
        })
    }

    pub(super) fn append_node(&mut self, code: &mut CodeBuilder, node: Piece) -> Result<()> {
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

    /// Packs a long run into blocks, except for the last, which may still grow.
    pub(super) fn seal_long_run(&mut self, code: &mut CodeBuilder) -> Result<()> {
        if code.run.len() < LONG_RUN { Ok(()) } else { self.seal_full_blocks(code) }
    }

    fn seal_full_blocks(&mut self, code: &mut CodeBuilder) -> Result<()> {
        let blocks = Block::pack(&code.run.operations);
        let last = blocks.last().map_or(0, |block| block.operations().len());
        let full = code.run.split_off_front(code.run.operations.len() - last);
        self.seal_run(code, &full)?;
        // A block has few operations, but any number of decorators.
        if code.run.len() > MAX_COPIED {
            let rest = core::mem::take(&mut code.run);
            self.seal_run(code, &rest)?;
        }
        Ok(())
    }

    /// Packs the operations after the last node into blocks.
    fn seal_run(&mut self, code: &mut CodeBuilder, run: &Straight) -> Result<()> {
        if !run.is_empty() {
            let blocks = self.blocks(run)?;
            code.head.get_or_insert_default();
            code.nodes.extend(blocks);
        }
        Ok(())
    }

    /// Completes the code of a body: a single node with short runs around it.
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
        let node = self.sequence(&code.nodes)?;
        Ok(Code { head, rest: Some((node, code.run)) })
    }

    /// Turns code into a node; empty code becomes a block with a no-op.
    pub(super) fn seal(&mut self, code: &Code) -> Result<Piece> {
        let mut nodes = self.blocks(&code.head)?;
        if let Some((node, tail)) = &code.rest {
            nodes.push(*node);
            nodes.append(&mut self.blocks(tail)?);
        }
        self.sequence(&nodes)
    }

    /// Packs a run into blocks, each as full as possible. Decorators without operations go into a block with a no-op.
    pub(super) fn blocks(&mut self, straight: &Straight) -> Result<Vec<Piece>> {
        let mut lens: Vec<usize> =
            Block::pack(&straight.operations).iter().map(|block| block.operations().len()).collect();
        if lens.is_empty() && !straight.decorations().is_empty() {
            lens.push(0);
        }
        let mut nodes = Vec::with_capacity(lens.len());
        let (mut start, mut decorations) = (0, straight.decorations());
        for (number, len) in (1..).zip(&lens) {
            let end = start + len;
            // Decorators between two blocks belong to the later one; after the last block there is none.
            let own = match number == lens.len() {
                true => decorations.len(),
                false => decorations.partition_point(|decoration| decoration.index < end),
            };
            let (now, later) = decorations.split_at(own);
            nodes.push(self.block(straight, start..end, now)?.into());
            (start, decorations) = (end, later);
        }
        Ok(nodes)
    }

    /// The block of operations that fit into one, with their decorators.
    fn block(
        &mut self,
        straight: &Straight,
        range: Range<usize>,
        decorations: &[Decoration],
    ) -> Result<NodeId> {
        let place = |decoration: &Decoration| {
            (decoration.index.saturating_sub(range.start), decoration.decorator.clone())
        };
        let decorators: Vec<_> = decorations.iter().map(place).collect();
        let missing = internal("a block holds operations that its run does not");
        let operations = straight.operations.get(range.clone()).ok_or(missing.clone())?;
        let node = self.builder.decorated_block(operations, &decorators)?;
        let origins = Origins {
            operations: straight.origins.get(range).ok_or(missing)?.into(),
            decorators: decorations.iter().map(|decoration| decoration.origin).collect(),
        };
        self.origins.insert(node, origins);
        Ok(node)
    }
}
