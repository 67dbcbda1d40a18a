use alloc::{boxed::Box, collections::BTreeMap, string::String, vec::Vec};

use miden_assembly_syntax::{Location, Source, Span};
use miden_core::NodeId;

mod format;
mod frames;
mod transfer;

pub(crate) use frames::FrameId;
use frames::{Frame, Frames};
pub(crate) use transfer::{ExportPlaces, Transfer};

/// The instructions that the operations of a program come from.
///
/// A program stores equal code once, so an operation can come from several places. Queries return the first one in
/// the text, or all of them, up to [`Self::MAX_PLACES`].
#[derive(Clone, Debug)]
pub struct DebugInfo {
    source: Source,
    /// The source of the instructions being added.
    current: Source,
    instructions: Vec<InstructionInfo>,
    frames: Frames,
    nodes: Vec<Vec<Origins>>,
    /// Invocations that the children of nodes were inlined through.
    children: BTreeMap<NodeId, [FrameId; 2]>,
    /// The procedures that calls enter.
    procedures: BTreeMap<NodeId, (ProcedureInfo, FrameId)>,
    /// Invocations that the root was inlined through.
    root: FrameId,
}

/// The origins of the parts of a node, for one of its places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origins {
    /// An entry for each operation of a block, one for a branch, loop or call, none for a join.
    pub(crate) operations: Box<[Origin]>,
    /// An entry for each decorator of a block.
    pub(crate) decorators: Box<[Origin]>,
}

impl Origins {
    /// The origin of a branch, loop or call.
    pub(crate) fn of_control(instruction: InstructionId) -> Self {
        Self { operations: [instruction.into()].into(), decorators: Box::default() }
    }

    /// Whether the parts come from the same instructions.
    fn is_like(&self, other: &Self) -> bool {
        self.agrees(other, |origin| origin.instruction)
    }

    /// Whether the parts come from the same instructions, through the same invocations.
    fn is_same(&self, other: &Self) -> bool {
        self.agrees(other, |origin| (origin.instruction, origin.frames))
    }

    fn agrees<T: PartialEq>(&self, other: &Self, part: impl Fn(&Origin) -> T) -> bool {
        self.operations.iter().map(&part).eq(other.operations.iter().map(&part))
            && self.decorators.iter().map(&part).eq(other.decorators.iter().map(&part))
    }
}

/// Origin of an operation or a decorator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) instruction: InstructionId,
    /// The invocations it was inlined through.
    pub(crate) frames: FrameId,
    /// Index of an operation in the lowering of its instruction, or [`Self::CHANGED`].
    pub(crate) position: u16,
}

impl Origin {
    /// The position of an operation that optimization has put in place of others, and of a decorator.
    pub(crate) const CHANGED: u16 = u16::MAX;

    /// The origin of the operation with this index in the lowering of an instruction.
    pub(crate) fn at(instruction: InstructionId, index: usize) -> Self {
        let position = u16::try_from(index).unwrap_or(Self::CHANGED);
        Self { position, ..instruction.into() }
    }

    /// The origin of an operation that replaces this one.
    pub(crate) const fn changed(self) -> Self {
        Self { position: Self::CHANGED, ..self }
    }
}

impl From<InstructionId> for Origin {
    fn from(instruction: InstructionId) -> Self {
        Self { instruction, frames: FrameId::NONE, position: Self::CHANGED }
    }
}

/// The origins of nodes, by identifier in the builder, for each of their places.
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
        let has_room = match places.iter().any(|place| place.is_like(&origins)) {
            true => {
                places.len() < DebugInfo::MAX_INLINED && !places.iter().any(|place| place.is_same(&origins))
            }
            false => {
                let is_first = |(number, place): &(usize, &Origins)| {
                    !places.iter().take(*number).any(|earlier| earlier.is_like(place))
                };
                places.iter().enumerate().filter(is_first).count() < DebugInfo::MAX_PLACES
            }
        };
        if has_room {
            places.push(origins);
        }
    }

    /// The origins of the decorators of a node, for its first place.
    pub(crate) fn decorators(&self, node: NodeId) -> &[Origin] {
        let place = self.places.get(&node).and_then(|places| places.first());
        place.map(|origins| &*origins.decorators).unwrap_or_default()
    }

    /// Sets the invocations that the children of a node were inlined through, unless already set.
    pub(crate) fn place_children(&mut self, node: NodeId, children: [FrameId; 2]) {
        self.children.entry(node).or_insert(children);
    }

    /// Sets the procedure that calls of a node enter, unless already set.
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
    /// The procedure of an `exec`.
    callee: Option<ProcedureInfo>,
    num_operations: usize,
}

/// A procedure of the source.
#[derive(Clone, Debug)]
pub struct ProcedureInfo {
    source: Source,
    label: Span,
}

/// An invocation by `exec`, which inlines a procedure.
#[derive(Clone, Debug)]
pub struct Inlined {
    call: InstructionInfo,
    procedure: ProcedureInfo,
    starts: bool,
}

impl DebugInfo {
    /// Maximum number of places that are recorded for equal code.
    pub const MAX_PLACES: usize = 8;

    /// Number of places of equal code from which on further ones are recorded only if they have other instructions, and
    /// not if the instructions are the same, inlined through other invocations.
    const MAX_INLINED: usize = 2 * Self::MAX_PLACES;

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

    /// Adds an instruction with this number of operations.
    pub(crate) fn add_instruction(
        &mut self,
        span: Span,
        procedure: Option<Span>,
        num_operations: usize,
    ) -> InstructionId {
        let id = self.next_instruction();
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
        let id = self.next_instruction();
        let (source, callee) = (self.current.clone(), Some(callee));
        self.instructions.push(InstructionInfo { source, span, procedure, callee, num_operations: 0 });
        id
    }

    fn next_instruction(&self) -> InstructionId {
        InstructionId(self.instructions.len().try_into().expect("there are fewer than 2^32 instructions"))
    }

    /// Adds the invocation `site` around the invocations `inner` of the invoked procedure.
    pub(crate) fn inline(&mut self, inner: FrameId, site: InstructionId, starts: bool) -> FrameId {
        self.frames.insert(Frame { site, starts, inner })
    }

    /// The invocations `frames` of code that an invocation now starts with, after its first code, with invocations
    /// `first`, was optimized away. `None` if they have no such invocation in common.
    pub(crate) fn start(&mut self, first: FrameId, frames: FrameId) -> Option<FrameId> {
        self.frames.start(first, frames)
    }

    /// A procedure of the source that is being assembled.
    pub(crate) fn procedure_info(&self, label: Span) -> ProcedureInfo {
        ProcedureInfo { source: self.current.clone(), label }
    }

    /// Sets the source of the program.
    pub(crate) fn with_source(self, source: Source) -> Self {
        Self { source: source.clone(), current: source, ..self }
    }

    /// Sets the source of instructions added from now on.
    pub(crate) fn set_source(&mut self, source: Source) {
        self.current = source;
    }

    /// The source of the instructions being added.
    pub(crate) const fn current_source(&self) -> &Source {
        &self.current
    }

    /// Sets the nodes of the program, given their identifiers in the builder, and the invocations of the root.
    pub(crate) fn set_nodes(
        &mut self,
        nodes: impl Iterator<Item = (NodeId, NodeId)>,
        mut origins: NodeOrigins,
        root: FrameId,
    ) {
        for (node, built) in nodes {
            // A join comes from no instruction.
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

    /// Renames the sources, for example if their names are paths that hold on one machine only.
    pub fn rename_sources(&mut self, name: impl FnMut(&str) -> String) {
        self.rename_sources_with(&mut Self::renaming(name));
    }

    /// Replaces a source by one with another name, equal sources by the same one.
    pub(crate) fn renaming(mut name: impl FnMut(&str) -> String) -> impl FnMut(&mut Source) {
        // By identifier; a source that was replaced stays alive, so that no other gets its identifier.
        let mut renamed = BTreeMap::new();
        move |source: &mut Source| {
            let (_, new) = renamed.entry(source.id()).or_insert_with(|| {
                let new = Source::new(name(source.name()), source.text());
                (source.clone(), new)
            });
            *source = new.clone();
        }
    }

    pub(crate) fn rename_sources_with(&mut self, rename: &mut impl FnMut(&mut Source)) {
        rename(&mut self.source);
        rename(&mut self.current);
        for instruction in &mut self.instructions {
            rename(&mut instruction.source);
            instruction.callee.iter_mut().for_each(|callee| callee.rename_source(rename));
        }
        self.procedures.values_mut().for_each(|(procedure, _)| procedure.rename_source(rename));
    }

    /// The instruction that an operation of a block comes from; `None` for the no-op of an empty body.
    pub fn instruction(&self, node: NodeId, op_index: usize) -> Option<&InstructionInfo> {
        self.instructions(node, op_index).next()
    }

    /// All instructions that an operation of a block comes from, since equal code is stored once.
    pub fn instructions(&self, node: NodeId, op_index: usize) -> impl Iterator<Item = &InstructionInfo> {
        self.distinct(node, move |origins| origins.operations.get(op_index).map(|origin| &origin.instruction))
    }

    /// The instruction that a decorator of a block comes from, by its index among the decorators of the block.
    pub fn decorator(&self, node: NodeId, index: usize) -> Option<&InstructionInfo> {
        self.decorators(node, index).next()
    }

    /// All instructions that a decorator of a block comes from, like [`Self::instructions`].
    pub fn decorators(&self, node: NodeId, index: usize) -> impl Iterator<Item = &InstructionInfo> {
        self.distinct(node, move |origins| origins.decorators.get(index).map(|origin| &origin.instruction))
    }

    /// Index of an operation of a block in the lowering of its instruction; `None` for an operation that optimization
    /// has put in place of others.
    pub fn position(&self, node: NodeId, op_index: usize) -> Option<usize> {
        let origin = self.first_place(node)?.operations.get(op_index)?;
        (origin.position != Origin::CHANGED).then(|| origin.position.into())
    }

    /// The instruction that a node comes from: that of the first operation for a block, `if.true`, `while.true` or a
    /// call for other nodes; `None` for a join.
    pub fn node(&self, node: NodeId) -> Option<&InstructionInfo> {
        self.instruction(node, 0)
    }

    /// The `exec` invocations that an operation of a block was inlined through, outermost first, for the first place of
    /// the node.
    pub fn inlined(&self, node: NodeId, op_index: usize) -> impl Iterator<Item = Inlined> {
        let origin = self.first_place(node).and_then(|origins| origins.operations.get(op_index));
        self.invocations(origin.map_or(FrameId::NONE, |origin| origin.frames))
    }

    /// Like [`Self::decorator`], for a place of the block by its number.
    pub fn decorator_at(&self, node: NodeId, place: usize, index: usize) -> Option<&InstructionInfo> {
        let origin = self.places(node).get(place)?.decorators.get(index)?;
        self.instructions.get(origin.instruction.0 as usize)
    }

    /// Like [`Self::inlined_at`], for a decorator of a block by its index among the decorators.
    pub fn inlined_decorator(
        &self,
        node: NodeId,
        place: usize,
        index: usize,
    ) -> impl Iterator<Item = Inlined> {
        let origin = self.places(node).get(place).and_then(|origins| origins.decorators.get(index));
        self.invocations(origin.map_or(FrameId::NONE, |origin| origin.frames))
    }

    /// A place of a node in a procedure, or in the program's body: the number of the first one that is there, or 0. Equal
    /// code of several procedures has a place in each, and so has code that is inlined into several.
    pub fn place_in(&self, node: NodeId, procedure: Option<&ProcedureInfo>) -> usize {
        let is_in = |place: &Origins| self.outermost(place, 0).is_some_and(|site| site.is_in(procedure));
        self.places(node).iter().position(is_in).unwrap_or(0)
    }

    /// The numbers of all places of a node that are in the same procedure as this one.
    pub fn places_beside(&self, node: NodeId, place: usize) -> impl Iterator<Item = usize> {
        let site = |place: &Origins| self.outermost(place, 0).map(|site| (site.source.id(), site.procedure));
        let own = self.places(node).get(place).map(site);
        let numbered = self.places(node).iter().enumerate();
        numbered.filter(move |(_, place)| Some(site(place)) == own).map(|(number, _)| number)
    }

    /// Number of places of a node.
    pub fn num_places(&self, node: NodeId) -> usize {
        self.places(node).len()
    }

    /// The instruction of an operation of a place in the procedure that the place is in: an `exec` if it is inlined.
    pub fn site(&self, node: NodeId, place: usize, op_index: usize) -> Option<&InstructionInfo> {
        self.outermost(self.places(node).get(place)?, op_index)
    }

    fn outermost(&self, place: &Origins, op_index: usize) -> Option<&InstructionInfo> {
        let origin = place.operations.get(op_index)?;
        let site = self.frames.outermost(origin.frames).map_or(origin.instruction, |frame| frame.site);
        self.instructions.get(site.0 as usize)
    }

    /// Like [`Self::instruction`], for a place of the node by its number.
    pub fn instruction_at(&self, node: NodeId, place: usize, op_index: usize) -> Option<&InstructionInfo> {
        let origin = self.places(node).get(place)?.operations.get(op_index)?;
        self.instructions.get(origin.instruction.0 as usize)
    }

    /// Like [`Self::inlined`], for a place of the node by its number.
    pub fn inlined_at(&self, node: NodeId, place: usize, op_index: usize) -> impl Iterator<Item = Inlined> {
        let place = self.places(node).get(place);
        let origin = place.and_then(|origins| origins.operations.get(op_index));
        self.invocations(origin.map_or(FrameId::NONE, |origin| origin.frames))
    }

    fn places(&self, node: NodeId) -> &[Origins] {
        self.nodes.get(node.index()).map(Vec::as_slice).unwrap_or_default()
    }

    fn first_place(&self, node: NodeId) -> Option<&Origins> {
        self.places(node).first()
    }

    /// The `exec` invocations that child 0 or 1 of a node was inlined through, outermost first.
    pub fn inlined_child(&self, node: NodeId, child: usize) -> impl Iterator<Item = Inlined> {
        let frames = self.children.get(&node).and_then(|children| children.get(child));
        self.invocations(frames.copied().unwrap_or(FrameId::NONE))
    }

    /// The `exec` invocations that the root of the program was inlined through, outermost first.
    pub fn inlined_root(&self) -> impl Iterator<Item = Inlined> {
        self.invocations(self.root)
    }

    /// The procedure that a call of the node enters, and the `exec` invocations that its code starts with.
    pub fn procedure(&self, node: NodeId) -> Option<(&ProcedureInfo, impl Iterator<Item = Inlined>)> {
        self.procedures.get(&node).map(|(procedure, frames)| (procedure, self.invocations(*frames)))
    }

    fn invocations(&self, frames: FrameId) -> impl Iterator<Item = Inlined> {
        self.frames.list(frames).filter_map(|frame| {
            let call = self.instructions.get(frame.site.0 as usize)?.clone();
            Some(Inlined { procedure: call.callee.clone()?, call, starts: frame.starts })
        })
    }

    /// The distinct instructions of a part of a node over all of its places, in the order of the text.
    fn distinct(
        &self,
        node: NodeId,
        part: impl Fn(&Origins) -> Option<&InstructionId>,
    ) -> impl Iterator<Item = &InstructionInfo> {
        let places = self.places(node);
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

    /// Its span in the source.
    pub const fn span(&self) -> Span {
        self.span
    }

    /// Its line and column.
    pub fn location(&self) -> Location {
        self.source.location(self.span.start)
    }

    /// Its source.
    pub const fn source(&self) -> &Source {
        &self.source
    }

    /// Number of operations of its lowering, of which optimization may leave fewer. 1 for `if.true`, `while.true` and
    /// calls.
    pub const fn num_operations(&self) -> usize {
        self.num_operations
    }

    /// Whether it is in this procedure, or in the program's body.
    pub fn is_in(&self, procedure: Option<&ProcedureInfo>) -> bool {
        match (self.procedure, procedure) {
            (Some(own), Some(procedure)) => {
                self.source.id() == procedure.source.id() && own.start == procedure.label.start
            }
            (own, procedure) => own.is_none() && procedure.is_none(),
        }
    }

    /// The procedure that contains it; `None` for the program's body.
    pub fn procedure(&self) -> Option<&str> {
        self.procedure.map(|span| self.source.slice(span))
    }
}

impl ProcedureInfo {
    pub(crate) fn rename_source(&mut self, rename: &mut impl FnMut(&mut Source)) {
        rename(&mut self.source);
    }

    /// The name of the procedure.
    pub fn name(&self) -> &str {
        self.source.slice(self.label)
    }

    /// Its source.
    pub const fn source(&self) -> &Source {
        &self.source
    }

    /// The span of its name.
    pub const fn span(&self) -> Span {
        self.label
    }

    /// Line and column of its name.
    pub fn location(&self) -> Location {
        self.source.location(self.label.start)
    }
}

impl Inlined {
    /// The `exec` instruction.
    pub const fn call(&self) -> &InstructionInfo {
        &self.call
    }

    /// The invoked procedure.
    pub const fn procedure(&self) -> &ProcedureInfo {
        &self.procedure
    }

    /// Whether the invocation starts with this code.
    pub const fn starts(&self) -> bool {
        self.starts
    }
}
