//! Code that is not yet a node, so that operation runs on both sides of an invocation can share blocks.

use alloc::{boxed::Box, vec::Vec};
use core::ops::Range;

use miden_core::{
    Node, NodeId,
    program::{Block, DebugCommand, Decorator},
};

use super::{
    Lowering, Result, internal,
    operation_run::{Decoration, OperationRun},
    placed_node::PlacedNode,
};
use crate::{
    debug::{InstructionId, Origins},
    instructions::Operations,
};

/// Code of a body: an operation run, or a node between two runs.
#[derive(Clone, Debug, Default)]
pub(super) struct Fragment {
    pub(super) head: OperationRun,
    pub(super) rest: Option<(PlacedNode, OperationRun)>,
}

/// Code of an incomplete body.
#[derive(Debug, Default)]
pub(super) struct FragmentBuilder {
    /// The run before the first node, once there is a node.
    head: Option<OperationRun>,
    nodes: Vec<PlacedNode>,
    /// The run after the last node.
    run: OperationRun,
}

impl FragmentBuilder {
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
    pub(super) fn append(&mut self, code: &mut FragmentBuilder, appended: &Fragment) -> Result<()> {
        let started = self.append_run(code, &appended.head)?;
        if let Some((node, tail)) = &appended.rest {
            let mut node = *node;
            if let Some(first) = appended.head.origins.first().filter(|_| !started) {
                node.frames = self.debug.start(first.frames, node.frames).unwrap_or(node.frames);
            }
            self.append_node(code, node)?;
            self.append_run(code, tail)?;
        }
        Ok(())
    }

    /// Appends operations. Returns whether one of them remains as the start of the invocation.
    fn append_run(&mut self, code: &mut FragmentBuilder, run: &OperationRun) -> Result<bool> {
        self.count(run.len())?;
        code.run.append(run, self.options.optimize);
        let started = self.start_invocation(&mut code.run, run);
        self.seal_long_run(code)?;
        Ok(started)
    }

    /// If the first of the appended operations was optimized away, the next remaining one starts its invocations.
    fn start_invocation(&mut self, run: &mut OperationRun, appended: &OperationRun) -> bool {
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

    pub(super) fn append_node(&mut self, code: &mut FragmentBuilder, node: PlacedNode) -> Result<()> {
        let run = core::mem::take(&mut code.run);
        if code.head.is_none() {
            code.head = Some(run);
        } else {
            self.append_blocks(&mut code.nodes, &run)?;
        }
        code.nodes.push(node);
        Ok(())
    }

    /// Packs a long run into blocks, except for the last, which may still grow.
    pub(super) fn seal_long_run(&mut self, code: &mut FragmentBuilder) -> Result<()> {
        if code.run.len() < LONG_RUN { Ok(()) } else { self.seal_full_blocks(code) }
    }

    fn seal_full_blocks(&mut self, code: &mut FragmentBuilder) -> Result<()> {
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
    fn seal_run(&mut self, code: &mut FragmentBuilder, run: &OperationRun) -> Result<()> {
        if !run.is_empty() {
            code.head.get_or_insert_default();
            self.append_blocks(&mut code.nodes, run)?;
        }
        Ok(())
    }

    /// Completes the code of a body: a single node with short runs around it.
    pub(super) fn finish(&mut self, mut code: FragmentBuilder) -> Result<Fragment> {
        if code.run.len() > MAX_COPIED {
            self.seal_full_blocks(&mut code)?;
        }
        let Some(mut head) = code.head else { return Ok(Fragment { head: code.run, rest: None }) };
        if head.len() > MAX_COPIED {
            let mut nodes = self.blocks(&core::mem::take(&mut head))?;
            nodes.append(&mut code.nodes);
            code.nodes = nodes;
        }
        let node = self.sequence(&code.nodes)?;
        Ok(Fragment { head, rest: Some((node, code.run)) })
    }

    /// Turns code into a node; empty code becomes a block with a no-op.
    pub(super) fn seal(&mut self, code: &Fragment) -> Result<PlacedNode> {
        let Some((node, tail)) = &code.rest else {
            let nodes = self.blocks(&code.head)?;
            return self.sequence(&nodes);
        };
        let mut nodes = Vec::new();
        self.append_blocks(&mut nodes, &code.head)?;
        nodes.push(if nodes.is_empty() {
            self.watch(*node, &code.head, &OperationRun::EMPTY)?
        } else {
            *node
        });
        self.append_blocks(&mut nodes, tail)?;
        self.sequence(&nodes)
    }

    /// Appends the blocks of a run. Debug commands without operations have no block, and watch the node before them; if
    /// there is none, the caller adds them to the next one.
    pub(super) fn append_blocks(&mut self, nodes: &mut Vec<PlacedNode>, run: &OperationRun) -> Result<()> {
        if !run.is_debug() {
            nodes.append(&mut self.blocks(run)?);
        } else if let Some(last) = nodes.last_mut() {
            *last = self.watch(*last, &OperationRun::EMPTY, run)?;
        }
        Ok(())
    }

    /// The node with the debug commands of two runs before and after it.
    fn watch(
        &mut self,
        placed: PlacedNode,
        before: &OperationRun,
        after: &OperationRun,
    ) -> Result<PlacedNode> {
        if before.decorations().is_empty() && after.decorations().is_empty() {
            return Ok(placed);
        }
        let commands = |run: &OperationRun| -> Vec<DebugCommand> {
            let commands = run.decorations().iter().map(|decoration| match &decoration.decorator {
                Decorator::Debug(command) => Some(command.clone()),
                _ => None,
            });
            commands.flatten().collect()
        };
        let node = self.builder.watched(placed.node, &commands(before), &commands(after))?;
        let known = match self.builder.node(placed.node).node() {
            Node::Watched(..) => self.origins.decorators(placed.node),
            _ => &[],
        };
        let places = |run: &OperationRun| run.places().decorators;
        let decorators = [&*places(before), known, &*places(after)].concat().into();
        self.origins.insert(node, Origins { operations: Box::default(), decorators });
        Ok(PlacedNode { node, ..placed })
    }

    /// Packs a run into blocks, each as full as possible. Decorators without operations go into a block with a no-op.
    pub(super) fn blocks(&mut self, run: &OperationRun) -> Result<Vec<PlacedNode>> {
        let mut lens: Vec<usize> =
            Block::pack(&run.operations).iter().map(|block| block.operations().len()).collect();
        if lens.is_empty() && !run.decorations().is_empty() {
            lens.push(0);
        }
        let mut nodes = Vec::with_capacity(lens.len());
        let (mut start, mut decorations) = (0, run.decorations());
        for (number, len) in (1..).zip(&lens) {
            let end = start + len;
            // Decorators between two blocks belong to the later one; after the last block there is none.
            let own = match number == lens.len() {
                true => decorations.len(),
                false => decorations.partition_point(|decoration| decoration.index < end),
            };
            let (now, later) = decorations.split_at(own);
            nodes.push(self.block(run, start..end, now)?.into());
            (start, decorations) = (end, later);
        }
        Ok(nodes)
    }

    /// The block of operations that fit into one, with their decorators.
    fn block(
        &mut self,
        run: &OperationRun,
        range: Range<usize>,
        decorations: &[Decoration],
    ) -> Result<NodeId> {
        let place = |decoration: &Decoration| {
            (decoration.index.saturating_sub(range.start), decoration.decorator.clone())
        };
        let decorators: Vec<_> = decorations.iter().map(place).collect();
        let missing = internal("a block holds operations that its run does not");
        let operations = run.operations.get(range.clone()).ok_or(missing.clone())?;
        let node = self.builder.decorated_block(operations, &decorators)?;
        let origins = Origins {
            operations: run.origins.get(range).ok_or(missing)?.into(),
            decorators: decorations.iter().map(|decoration| decoration.origin).collect(),
        };
        self.origins.insert(node, origins);
        Ok(node)
    }
}
