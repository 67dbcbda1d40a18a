use alloc::{boxed::Box, collections::BTreeMap, vec::Vec};

use miden_assembly_syntax::{Location, Source, Span};
use miden_core::NodeId;

mod format;
mod frames;

pub(crate) use frames::FrameId;
use frames::{Frame, Frames};

/// Which instructions of the source the operations of a program come from.
///
/// Equal code is stored once in a program, so that it can come from several places. The first one of the text
/// stands for them; the others are known as well, up to [`Self::MAX_PLACES`].
#[derive(Clone, Debug)]
pub struct DebugInfo {
    source: Source,
    /// The source of what is being added.
    current: Source,
    instructions: Vec<InstructionInfo>,
    frames: Frames,
    nodes: Vec<Vec<Origins>>,
    /// Invocations through which the children of nodes came to their places.
    children: BTreeMap<NodeId, [FrameId; 2]>,
    /// The procedures that calls enter.
    procedures: BTreeMap<NodeId, (ProcedureInfo, FrameId)>,
    /// Invocations through which the root came to its place.
    root: FrameId,
}

/// Where the parts of a node come from, in one place of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origins {
    /// An entry for each operation of a block, one for a choice, loop or call, none for a join.
    pub(crate) operations: Box<[Origin]>,
    /// An entry for each decorator of a block.
    pub(crate) decorators: Box<[InstructionId]>,
}

impl Origins {
    /// The origin of a choice, loop or call.
    pub(crate) fn of_control(instruction: InstructionId) -> Self {
        Self { operations: [instruction.into()].into(), decorators: Box::default() }
    }

    /// Whether the parts come from the same instructions.
    fn is_like(&self, other: &Self) -> bool {
        let instructions = self.operations.iter().map(|origin| origin.instruction);
        instructions.eq(other.operations.iter().map(|origin| origin.instruction))
            && self.decorators == other.decorators
    }
}

/// Where an operation comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) instruction: InstructionId,
    /// The invocations through which it came to its place.
    pub(crate) frames: FrameId,
}

impl From<InstructionId> for Origin {
    fn from(instruction: InstructionId) -> Self {
        Self { instruction, frames: FrameId::NONE }
    }
}

/// The origins of nodes, by their identifiers in the builder; of each in the places that it stands in.
#[derive(Clone, Debug, Default)]
pub(crate) struct NodeOrigins {
    places: BTreeMap<NodeId, Vec<Origins>>,
    children: BTreeMap<NodeId, [FrameId; 2]>,
    procedures: BTreeMap<NodeId, (ProcedureInfo, FrameId)>,
}

impl NodeOrigins {
    /// Adds a place of a node.
    pub(crate) fn insert(&mut self, node: NodeId, origins: Origins) {
        let places = self.places.entry(node).or_default();
        if places.len() < DebugInfo::MAX_PLACES && !places.iter().any(|place| place.is_like(&origins)) {
            places.push(origins);
        }
    }

    /// Sets the invocations through which the children of a node came there, unless they are known.
    pub(crate) fn place_children(&mut self, node: NodeId, children: [FrameId; 2]) {
        self.children.entry(node).or_insert(children);
    }

    /// Sets the procedure that calls of a node enter, unless it is known.
    pub(crate) fn insert_procedure(&mut self, node: NodeId, procedure: ProcedureInfo, frames: FrameId) {
        self.procedures.entry(node).or_insert((procedure, frames));
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
    /// The procedure that an `exec` names.
    callee: Option<ProcedureInfo>,
    num_operations: usize,
}

/// A procedure of the source.
#[derive(Clone, Debug)]
pub struct ProcedureInfo {
    source: Source,
    label: Span,
}

/// An invocation by `exec`, which puts the code of a procedure in the place of the instruction.
#[derive(Clone, Debug)]
pub struct Inlined {
    procedure: ProcedureInfo,
    starts: bool,
}

impl DebugInfo {
    /// Largest number of places of equal code that are told apart.
    pub const MAX_PLACES: usize = 8;

    pub(crate) fn new(source: Source) -> Self {
        Self {
            current: source.clone(),
            source,
            instructions: Vec::new(),
            frames: Frames::new(),
            nodes: Vec::new(),
            children: BTreeMap::new(),
            procedures: BTreeMap::new(),
            root: FrameId::NONE,
        }
    }

    /// Adds an instruction that is lowered to this number of operations.
    pub(crate) fn add_instruction(
        &mut self,
        span: Span,
        procedure: Option<Span>,
        num_operations: usize,
    ) -> InstructionId {
        let id = InstructionId(u32::try_from(self.instructions.len()).unwrap_or(u32::MAX));
        let source = self.current.clone();
        self.instructions.push(InstructionInfo { source, span, procedure, callee: None, num_operations });
        id
    }

    /// Adds an `exec` of the procedure with this label.
    pub(crate) fn add_invocation(
        &mut self,
        span: Span,
        procedure: Option<Span>,
        callee: ProcedureInfo,
    ) -> InstructionId {
        let id = self.add_instruction(span, procedure, 0);
        if let Some(instruction) = self.instructions.last_mut() {
            instruction.callee = Some(callee);
        }
        id
    }

    /// The place behind the invocation `site` of code that stands in `inner` as seen from the procedure.
    pub(crate) fn inline(&mut self, inner: FrameId, site: InstructionId, starts: bool) -> FrameId {
        self.frames.insert(Frame { site, starts, inner })
    }

    /// The place `frames` of the code that an invocation starts with, since nothing is left of what stood before it, in
    /// the place `first`. `None` if no invocation leads to both.
    pub(crate) fn start(&mut self, first: FrameId, frames: FrameId) -> Option<FrameId> {
        self.frames.start(first, frames)
    }

    /// A procedure of the source that is being assembled.
    pub(crate) fn procedure_info(&self, label: Span) -> ProcedureInfo {
        ProcedureInfo { source: self.current.clone(), label }
    }

    /// The same for a program with this source.
    pub(crate) fn with_source(self, source: Source) -> Self {
        Self { source: source.clone(), current: source, ..self }
    }

    /// Sets the source of what is added from now on.
    pub(crate) fn set_source(&mut self, source: Source) {
        self.current = source;
    }

    /// The source of what is being added.
    pub(crate) const fn current_source(&self) -> &Source {
        &self.current
    }

    /// Sets the nodes of the program, given their identifiers in the builder, and the place of the root.
    pub(crate) fn set_nodes(
        &mut self,
        nodes: impl Iterator<Item = (NodeId, NodeId)>,
        mut origins: NodeOrigins,
        root: FrameId,
    ) {
        for (node, built) in nodes {
            self.nodes.push(origins.places.remove(&built).unwrap_or_default());
            self.children.extend(origins.children.remove(&built).map(|children| (node, children)));
            self.procedures.extend(origins.procedures.remove(&built).map(|procedure| (node, procedure)));
        }
        self.root = root;
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
        self.distinct(node, move |origins| origins.operations.get(op_index).map(|origin| &origin.instruction))
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

    /// The invocations by `exec` through which an operation of a block came there, outermost first; those of the
    /// first place of the node.
    pub fn inlined(&self, node: NodeId, op_index: usize) -> impl Iterator<Item = Inlined> {
        let origins = self.nodes.get(node.index()).and_then(|places| places.first());
        let origin = origins.and_then(|origins| origins.operations.get(op_index));
        self.invocations(origin.map_or(FrameId::NONE, |origin| origin.frames))
    }

    /// The invocations by `exec` through which child 0 or 1 of a node came there, outermost first.
    pub fn inlined_child(&self, node: NodeId, child: usize) -> impl Iterator<Item = Inlined> {
        let frames = self.children.get(&node).and_then(|children| children.get(child));
        self.invocations(frames.copied().unwrap_or(FrameId::NONE))
    }

    /// The invocations by `exec` through which the root of the program came there, outermost first.
    pub fn inlined_root(&self) -> impl Iterator<Item = Inlined> {
        self.invocations(self.root)
    }

    /// The procedure that a call of the node enters, and the invocations by `exec` that its code begins with.
    pub fn procedure(&self, node: NodeId) -> Option<(&ProcedureInfo, impl Iterator<Item = Inlined>)> {
        self.procedures.get(&node).map(|(procedure, frames)| (procedure, self.invocations(*frames)))
    }

    fn invocations(&self, frames: FrameId) -> impl Iterator<Item = Inlined> {
        self.frames.list(frames).filter_map(|frame| {
            let procedure = self.instructions.get(frame.site.0 as usize)?.callee.clone()?;
            Some(Inlined { procedure, starts: frame.starts })
        })
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

    /// Number of operations that it is lowered to; fewer are left where they merge with those of the instructions
    /// around it. 1 for `if.true`, `while.true` and calls.
    pub const fn num_operations(&self) -> usize {
        self.num_operations
    }

    /// The procedure that it belongs to; `None` for the program's body.
    pub fn procedure(&self) -> Option<&str> {
        self.procedure.map(|span| self.source.slice(span))
    }
}

impl ProcedureInfo {
    /// The name of the procedure.
    pub fn name(&self) -> &str {
        self.source.slice(self.label)
    }

    /// The source that it stands in.
    pub const fn source(&self) -> &Source {
        &self.source
    }

    /// Where its name stands.
    pub const fn span(&self) -> Span {
        self.label
    }

    /// Where its name stands, as line and column.
    pub fn location(&self) -> Location {
        self.source.location(self.label.start)
    }
}

impl Inlined {
    /// The procedure that is invoked.
    pub const fn procedure(&self) -> &ProcedureInfo {
        &self.procedure
    }

    /// Whether the code is what the invocation starts with.
    pub const fn starts(&self) -> bool {
        self.starts
    }
}
