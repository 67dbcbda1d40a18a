//! Copies debug information from a program to a compiled library, and from there to other programs.

use alloc::{collections::BTreeMap, vec::Vec};

use miden_core::NodeId;

use super::{DebugInfo, FrameId, InstructionId, NodeOrigins, Origin, Origins, ProcedureInfo, frames::Frame};

/// The places of the code of an exported procedure, outside the nodes of its library.
#[derive(Clone, Debug)]
pub(crate) struct ExportPlaces {
    pub(crate) procedure: ProcedureInfo,
    /// The origins of the run before the node.
    pub(crate) head: Origins,
    /// The invocations that the node was inlined through, and the origins of the run after it.
    pub(crate) rest: Option<(FrameId, Origins)>,
}

/// Copies the instructions and invocations that origins refer to, each once.
#[derive(Debug, Default)]
pub(crate) struct Transfer {
    instructions: BTreeMap<InstructionId, InstructionId>,
    frames: BTreeMap<FrameId, FrameId>,
}

/// Debug information of a node.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NodeInfo<'a> {
    places: &'a [Origins],
    children: Option<&'a [FrameId; 2]>,
    procedure: Option<&'a (ProcedureInfo, FrameId)>,
}

impl NodeOrigins {
    /// The debug information of a node.
    pub(crate) fn node_info(&self, node: NodeId) -> NodeInfo<'_> {
        NodeInfo {
            places: self.places.get(&node).map(Vec::as_slice).unwrap_or_default(),
            children: self.children.get(&node),
            procedure: self.procedures.get(&node),
        }
    }
}

impl DebugInfo {
    /// The debug information of a node.
    pub(crate) fn node_info(&self, node: NodeId) -> NodeInfo<'_> {
        NodeInfo {
            places: self.nodes.get(node.index()).map(Vec::as_slice).unwrap_or_default(),
            children: self.children.get(&node),
            procedure: self.procedures.get(&node),
        }
    }
}

impl Transfer {
    /// Copies the debug information of a node to its copy `node`.
    pub(crate) fn node(
        &mut self,
        info: NodeInfo<'_>,
        from: &DebugInfo,
        to: &mut DebugInfo,
        (node, origins): (NodeId, &mut NodeOrigins),
    ) {
        for place in info.places {
            let place = self.origins(place, from, to);
            origins.insert(node, place);
        }
        if let Some(children) = info.children {
            origins.place_children(node, children.map(|frames| self.frames(frames, from, to)));
        }
        if let Some((procedure, frames)) = info.procedure {
            origins.insert_procedure(node, procedure.clone(), self.frames(*frames, from, to));
        }
    }

    /// Copies what origins refer to.
    pub(crate) fn origins(&mut self, origins: &Origins, from: &DebugInfo, to: &mut DebugInfo) -> Origins {
        let mut copy = |origin: &Origin| Origin {
            instruction: self.instruction(origin.instruction, from, to),
            frames: self.frames(origin.frames, from, to),
            position: origin.position,
        };
        let operations = origins.operations.iter().map(&mut copy).collect();
        let decorators = origins.decorators.iter().map(copy).collect();
        Origins { operations, decorators }
    }

    fn instruction(&mut self, id: InstructionId, from: &DebugInfo, to: &mut DebugInfo) -> InstructionId {
        *self.instructions.entry(id).or_insert_with(|| {
            let copy = to.next_instruction();
            let info = from.instructions.get(id.0 as usize);
            to.instructions.extend(info.cloned());
            copy
        })
    }

    /// Copies a list of invocations.
    pub(crate) fn frames(&mut self, id: FrameId, from: &DebugInfo, to: &mut DebugInfo) -> FrameId {
        // The invocations outside the innermost list that has been copied; lists can be too long for recursion.
        let mut pending: Vec<(FrameId, Frame)> = Vec::new();
        let mut current = id;
        let mut copy = loop {
            if let Some(copy) = self.frames.get(&current) {
                break *copy;
            }
            let Some(frame) = from.frames.outermost(current) else { break FrameId::NONE };
            pending.push((current, *frame));
            current = frame.inner;
        };
        for (id, frame) in pending.into_iter().rev() {
            let site = self.instruction(frame.site, from, to);
            copy = to.frames.insert(Frame { site, inner: copy, ..frame });
            self.frames.insert(id, copy);
        }
        copy
    }
}
