//! Sequences of nodes, and the invocations that each was inlined through.
//!
//! A node is stored once for all of its places, so the invocations of a place are stored with the parent node.

use miden_core::{
    NodeId,
    program::{join_all, join_copies},
};

use super::{Lowering, Result};
use crate::debug::FrameId;

/// A node at one of the places where it occurs.
#[derive(Clone, Copy, Debug)]
pub(super) struct PlacedNode {
    pub(super) node: NodeId,
    /// The invocations it was inlined through.
    pub(super) frames: FrameId,
}

impl From<NodeId> for PlacedNode {
    fn from(node: NodeId) -> Self {
        Self { node, frames: FrameId::NONE }
    }
}

impl Lowering {
    /// The nodes one after the other; for no nodes, a block without effect.
    pub(super) fn sequence(&mut self, nodes: &[PlacedNode]) -> Result<PlacedNode> {
        match join_all(nodes, |left, right| self.join(left, right))? {
            Some(placed) => Ok(placed),
            None => Ok(self.builder.block(&[])?.into()),
        }
    }

    /// A node, `count` times.
    pub(super) fn repeat(&mut self, placed: PlacedNode, count: u64) -> Result<PlacedNode> {
        match join_copies(placed, count, |left, right| self.join(left, right))? {
            Some(placed) => Ok(placed),
            None => Ok(self.builder.block(&[])?.into()),
        }
    }

    pub(super) fn join(&mut self, left: PlacedNode, right: PlacedNode) -> Result<PlacedNode> {
        let node = self.builder.join(left.node, right.node)?;
        self.place(node, [left.frames, right.frames]);
        Ok(node.into())
    }

    /// Records the invocations that the children of a node were inlined through. Equal nodes are stored once, with
    /// those of the first place.
    pub(super) fn place(&mut self, node: NodeId, children: [FrameId; 2]) {
        if children != [FrameId::NONE; 2] {
            self.origins.place_children(node, children);
        }
    }
}
