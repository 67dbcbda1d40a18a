//! Sequences of nodes, and the invocations through which each came to its place.
//!
//! A node is stored once, wherever it is used, so what differs between its places belongs to the node above it.

use miden_core::{
    NodeId,
    program::{join_all, join_copies},
};

use super::{Lowering, Result};
use crate::debug::FrameId;

/// A node in its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    pub(super) node: NodeId,
    /// The invocations through which it came there.
    pub(super) frames: FrameId,
}

impl From<NodeId> for Piece {
    fn from(node: NodeId) -> Self {
        Self { node, frames: FrameId::NONE }
    }
}

impl Lowering {
    /// All pieces one after the other; no pieces give a block that does nothing.
    pub(super) fn sequence(&mut self, pieces: &[Piece]) -> Result<Piece> {
        match join_all(pieces, |left, right| self.join(left, right))? {
            Some(piece) => Ok(piece),
            None => Ok(self.builder.block(&[])?.into()),
        }
    }

    /// A piece, `count` times.
    pub(super) fn repeat(&mut self, piece: Piece, count: u64) -> Result<Piece> {
        match join_copies(piece, count, |left, right| self.join(left, right))? {
            Some(piece) => Ok(piece),
            None => Ok(self.builder.block(&[])?.into()),
        }
    }

    pub(super) fn join(&mut self, left: Piece, right: Piece) -> Result<Piece> {
        let node = self.builder.join(left.node, right.node)?;
        self.place(node, [left.frames, right.frames]);
        Ok(node.into())
    }

    /// Takes note of the invocations through which the children of a node came there. Equal nodes are one, and the
    /// first place stands for all.
    pub(super) fn place(&mut self, node: NodeId, children: [FrameId; 2]) {
        if children != [FrameId::NONE; 2] {
            self.origins.place_children(node, children);
        }
    }
}
