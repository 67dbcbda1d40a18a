//! The ends of edges between nodes, which are found once.

use std::collections::HashMap;

use miden_core::NodeId;

use super::{chain::ChainId, placing::Placing};

/// The start of an edge: the chain of a node, the node, its place, and which of its edges it is.
pub(super) type Start = (ChainId, NodeId, Placing, Edge);

/// The end of an edge.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target {
    pub(super) chain: ChainId,
    /// Number of inlined invocations that start there.
    pub(super) entering: u16,
    pub(super) placing: Placing,
    /// The node, if it is watched.
    pub(super) watched: Option<NodeId>,
}

/// An edge down from a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Edge {
    Root,
    Child(usize),
    /// To the procedure that begins with this node.
    Call(NodeId),
}

/// The ends of the edges that were followed before.
#[derive(Debug)]
pub(super) struct Targets {
    all: HashMap<Start, Target>,
    /// Those that were followed last, for each node.
    recent: Vec<Recent>,
}

#[derive(Clone, Debug, Default)]
struct Recent {
    second: Option<(Start, Target)>,
    /// To the first child, or to a procedure.
    other: Option<(Start, Target)>,
}

impl Recent {
    const fn of(&mut self, edge: Edge) -> &mut Option<(Start, Target)> {
        match edge {
            Edge::Child(1) => &mut self.second,
            _ => &mut self.other,
        }
    }
}

impl Targets {
    pub(super) fn new(num_nodes: usize) -> Self {
        Self { all: HashMap::new(), recent: vec![Recent::default(); num_nodes] }
    }

    #[inline]
    pub(super) fn get(&mut self, start: &Start) -> Option<Target> {
        let (_, parent, _, edge) = start;
        match self.recent.get_mut(parent.index()).and_then(|recent| *recent.of(*edge)) {
            Some((known, target)) if known == *start => Some(target),
            _ => self.get_older(start),
        }
    }

    fn get_older(&mut self, start: &Start) -> Option<Target> {
        let target = *self.all.get(start)?;
        self.remember(*start, target);
        Some(target)
    }

    pub(super) fn insert(&mut self, start: Start, target: Target) {
        self.all.insert(start, target);
        self.remember(start, target);
    }

    fn remember(&mut self, start: Start, target: Target) {
        let (_, parent, _, edge) = start;
        if let Some(recent) = self.recent.get_mut(parent.index()) {
            *recent.of(edge) = Some((start, target));
        }
    }
}
