use alloc::{boxed::Box, vec::Vec};

use miden_core::NodeId;

use crate::{Location, Source, Span};

/// Which instructions of the source the operations of a program come from.
///
/// Equal code is stored once in a program; its origin is the first place that it was assembled from.
#[derive(Clone, Debug)]
pub struct DebugInfo {
    source: Source,
    instructions: Vec<InstructionInfo>,
    /// For every node: an entry for each operation of a block, one for a choice or loop, none for a join.
    nodes: Vec<Box<[InstructionId]>>,
}

/// Index of an instruction in the debug information.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct InstructionId(u32);

/// An instruction of the source.
#[derive(Clone, Debug)]
pub struct InstructionInfo {
    source: Source,
    span: Span,
    procedure: Option<Span>,
}

impl DebugInfo {
    pub(crate) const fn new(source: Source) -> Self {
        Self { source, instructions: Vec::new(), nodes: Vec::new() }
    }

    pub(crate) fn add_instruction(&mut self, span: Span, procedure: Option<Span>) -> InstructionId {
        let id = InstructionId(u32::try_from(self.instructions.len()).unwrap_or(u32::MAX));
        self.instructions.push(InstructionInfo { source: self.source.clone(), span, procedure });
        id
    }

    /// Adds the next node of the program.
    pub(crate) fn push_node(&mut self, origins: Vec<InstructionId>) {
        self.nodes.push(origins.into());
    }

    /// The source of the program.
    pub const fn source(&self) -> &Source {
        &self.source
    }

    /// The instruction that an operation of a block comes from; `None` for a block that stands for an empty
    /// body.
    pub fn instruction(&self, node: NodeId, op_index: usize) -> Option<&InstructionInfo> {
        let id = self.nodes.get(node.index())?.get(op_index)?;
        self.instructions.get(id.0 as usize)
    }

    /// The instruction that a node comes from: that of its first operation for a block, `if.true` or
    /// `while.true` for a choice or loop; `None` for a join.
    pub fn node(&self, node: NodeId) -> Option<&InstructionInfo> {
        self.instruction(node, 0)
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
