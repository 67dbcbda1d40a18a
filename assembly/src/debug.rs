use alloc::{boxed::Box, collections::BTreeMap, vec::Vec};

use miden_core::NodeId;

use crate::{Location, Source, Span};

/// Which instructions of the source the operations of a program come from.
///
/// Equal code is stored once in a program, so that it can come from several places. The first one of the text
/// stands for them; the others are known as well, up to [`Self::MAX_PLACES`].
#[derive(Clone, Debug)]
pub struct DebugInfo {
    source: Source,
    instructions: Vec<InstructionInfo>,
    nodes: Vec<Vec<Origins>>,
}

/// Where the parts of a node come from, in one place of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origins {
    /// An entry for each operation of a block, one for a choice, loop or call, none for a join.
    pub(crate) operations: Box<[InstructionId]>,
    /// An entry for each decorator of a block.
    pub(crate) decorators: Box<[InstructionId]>,
}

impl Origins {
    /// The origin of a choice, loop or call.
    pub(crate) fn of_control(instruction: InstructionId) -> Self {
        Self { operations: [instruction].into(), decorators: Box::default() }
    }
}

/// The origins of nodes, by their identifiers in the builder; of each in the places that it stands in.
#[derive(Clone, Debug, Default)]
pub(crate) struct NodeOrigins(BTreeMap<NodeId, Vec<Origins>>);

impl NodeOrigins {
    /// Adds a place of a node.
    pub(crate) fn insert(&mut self, node: NodeId, origins: Origins) {
        let places = self.0.entry(node).or_default();
        if places.len() < DebugInfo::MAX_PLACES && !places.contains(&origins) {
            places.push(origins);
        }
    }
}

/// Index of an instruction in the debug information.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct InstructionId(u32);

/// An instruction of the source.
#[derive(Clone, Debug)]
pub struct InstructionInfo {
    source: Source,
    span: Span,
    procedure: Option<Span>,
}

impl DebugInfo {
    /// Largest number of places of equal code that are told apart.
    pub const MAX_PLACES: usize = 8;

    pub(crate) const fn new(source: Source) -> Self {
        Self { source, instructions: Vec::new(), nodes: Vec::new() }
    }

    pub(crate) fn add_instruction(&mut self, span: Span, procedure: Option<Span>) -> InstructionId {
        let id = InstructionId(u32::try_from(self.instructions.len()).unwrap_or(u32::MAX));
        self.instructions.push(InstructionInfo { source: self.source.clone(), span, procedure });
        id
    }

    /// The same with another source for what is added from now on.
    pub(crate) fn with_source(self, source: Source) -> Self {
        Self { source, ..self }
    }

    /// Sets the nodes of the program, given their identifiers in the builder.
    pub(crate) fn set_nodes(&mut self, nodes: &[NodeId], mut origins: NodeOrigins) {
        self.nodes = nodes.iter().map(|node| origins.0.remove(node).unwrap_or_default()).collect();
    }

    /// The source of the program.
    pub const fn source(&self) -> &Source {
        &self.source
    }

    /// The instruction that an operation of a block comes from; `None` for a block that stands for an empty
    /// body.
    pub fn instruction(&self, node: NodeId, op_index: usize) -> Option<&InstructionInfo> {
        self.instructions(node, op_index).next()
    }

    /// The instructions that an operation of a block can come from, each once, since equal code is stored once.
    pub fn instructions(&self, node: NodeId, op_index: usize) -> impl Iterator<Item = &InstructionInfo> {
        self.distinct(node, move |origins| origins.operations.get(op_index))
    }

    /// The instruction that a decorator of a block comes from, by its index among the decorators of the block.
    pub fn decorator(&self, node: NodeId, index: usize) -> Option<&InstructionInfo> {
        self.decorators(node, index).next()
    }

    /// The instructions that a decorator of a block can come from, as [`Self::instructions`].
    pub fn decorators(&self, node: NodeId, index: usize) -> impl Iterator<Item = &InstructionInfo> {
        self.distinct(node, move |origins| origins.decorators.get(index))
    }

    /// The instruction that a node comes from: that of its first operation for a block, `if.true`, `while.true`
    /// or a call for the others; `None` for a join.
    pub fn node(&self, node: NodeId) -> Option<&InstructionInfo> {
        self.instruction(node, 0)
    }

    /// What the places of a node say of a part of it, each answer once, in the order of the text.
    fn distinct(
        &self,
        node: NodeId,
        part: impl Fn(&Origins) -> Option<&InstructionId>,
    ) -> impl Iterator<Item = &InstructionInfo> {
        let places = self.nodes.get(node.index()).map(Vec::as_slice).unwrap_or_default();
        let mut ids: Vec<InstructionId> = places.iter().filter_map(part).copied().collect();
        ids.sort_unstable();
        ids.dedup();
        ids.into_iter().filter_map(|id| self.instructions.get(id.0 as usize))
    }
}

impl InstructionInfo {
    /// The text of the instruction.
    pub fn text(&self) -> &str {
        self.source.slice(self.span)
    }

    /// Where it stands, as a range of the source.
    pub const fn span(&self) -> Span {
        self.span
    }

    /// Where it stands, as line and column.
    pub fn location(&self) -> Location {
        self.source.location(self.span.start)
    }

    /// The source that it stands in.
    pub const fn source(&self) -> &Source {
        &self.source
    }

    /// The procedure that it belongs to; `None` for the program's body.
    pub fn procedure(&self) -> Option<&str> {
        self.procedure.map(|span| self.source.slice(span))
    }
}
