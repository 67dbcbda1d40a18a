use std::rc::Rc;

use miden_assembly::{DebugInfo, Inlined, InstructionInfo, ProcedureInfo};
use miden_core::{Felt, Node, Operation, program::DebugCommand};
use miden_processor::{Cycle, DebugSite, Step};

use super::{
    chain::{CallSite, Link},
    locals::Locals,
    parts::Part,
    placing::Placing,
    walk::{Spot, Walk},
};

/// The state before a cycle, and its place in the source.
#[derive(Clone, Copy, Debug)]
pub struct Moment<'a> {
    cycle: Cycle<'a>,
    walk: &'a Walk,
}

/// An invocation, or the program's body.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Frame {
    /// The procedure; `None` for the program's body, and for a procedure without debug information.
    pub procedure: Option<ProcedureInfo>,
    /// The current instruction of the frame, which for all but the innermost one is an invocation. `None` without debug
    /// information.
    pub instruction: Option<InstructionInfo>,
    /// Other instructions of the procedure that have the same code, of which the current one may be one.
    pub others: Vec<InstructionInfo>,
    /// Whether it is the program's body.
    pub is_body: bool,
    /// Whether it has an execution context of its own, as the body and procedures that are called have.
    pub has_context: bool,
}

impl<'a> Moment<'a> {
    #[inline]
    pub(crate) const fn new(cycle: Cycle<'a>, walk: &'a Walk) -> Self {
        Self { cycle, walk }
    }

    /// The state before the cycle.
    pub const fn cycle(&self) -> &Cycle<'a> {
        &self.cycle
    }

    /// The operation, unless the cycle visits a node or returns.
    pub fn operation(&self) -> Option<Operation> {
        match (self.cycle.step, self.walk.program().node(self.cycle.node).node()) {
            (Step::Operation { index }, Node::Block(block)) => block.operations().get(index).copied(),
            _ => None,
        }
    }

    /// Whether an instruction starts with the cycle; without debug information, whether it does something.
    #[inline]
    pub fn starts_statement(&self) -> bool {
        let is_block = || matches!(self.walk.program().node(self.cycle.node).node(), Node::Block(_));
        match self.cycle.step {
            Step::Return => false,
            Step::Node if is_block() => false,
            _ => self.part().is_some_and(|part| part.starts),
        }
    }

    /// Number of invocations around the cycle.
    pub fn depth(&self) -> usize {
        let frames = self.part().map_or(0, |part| part.frames);
        self.walk.chains.depth(self.spot().chain) as usize + usize::from(frames)
    }

    /// Number of invocations by `exec` that start with the instruction that starts here. They are inlined, so no cycle is
    /// theirs: a debugger that stops before one of them shows the `exec` instruction.
    pub fn entering(&self) -> usize {
        let Some(part) = self.part().filter(|_| self.starts_statement()) else { return 0 };
        match part.frames == part.entering && self.is_first_part() {
            true => usize::from(part.entering) + usize::from(self.spot().entering),
            false => usize::from(part.entering),
        }
    }

    /// Whether the instruction that starts here is the first one of a called procedure.
    pub fn is_called(&self) -> bool {
        self.spot().called && self.is_first_part() && self.starts_statement()
    }

    /// Number of invocations around the node that have started before it. No cycle of the node has fewer.
    pub(crate) fn outer_depth(&self) -> usize {
        let spot = self.spot();
        (self.walk.chains.depth(spot.chain) as usize).saturating_sub(spot.entering.into())
    }

    /// The invocations, by any means, that start with the node, innermost first.
    pub(crate) fn starting(&self) -> impl Iterator<Item = &'a Link> {
        let spot = self.spot();
        self.walk.chains.links(spot.chain).take(usize::from(spot.entering) + usize::from(spot.called))
    }

    /// Whether debug commands come directly before the node or the return.
    #[inline]
    pub(crate) fn has_waiting_commands(&self) -> bool {
        self.walk.has_waiting_commands()
    }

    /// The places in the source of an operation of the current block, or of the current node: the number of each source,
    /// and the offset of an instruction, or of an invocation that it was inlined through.
    pub(crate) fn places(&self, operation: usize) -> Vec<(usize, usize)> {
        let Some(debug) = self.walk.debug() else { return Vec::new() };
        let place = |info: &InstructionInfo| (info.source().id(), info.span().start);
        let node = self.cycle.node;
        let inlined = (0..debug.num_places(node)).flat_map(|at| debug.inlined_at(node, at, operation));
        let own = debug.instructions(node, operation).map(place);
        own.chain(inlined.map(|inlined| place(inlined.call()))).collect()
    }

    /// The procedures that start with an operation of the current block: the number of each source, and the offset of the
    /// name.
    pub(crate) fn procedures(&self, operation: usize) -> Vec<(usize, usize)> {
        let Some(debug) = self.walk.debug() else { return Vec::new() };
        let node = self.cycle.node;
        let inlined = (0..debug.num_places(node)).flat_map(|at| debug.inlined_at(node, at, operation));
        let place = |procedure: &ProcedureInfo| (procedure.source().id(), procedure.span().start);
        inlined.filter(Inlined::starts).map(|inlined| place(inlined.procedure())).collect()
    }

    /// The operations of the current node, if it is a block.
    pub(crate) fn operations(&self) -> &'a [Operation] {
        match self.walk.program().node(self.cycle.node).node() {
            Node::Block(block) => block.operations(),
            _ => &[],
        }
    }

    /// Whether the command `breakpoint` comes directly before an operation of the current block.
    pub(crate) fn has_breakpoint_at(&self, operation: usize) -> bool {
        self.walk.has_breakpoint(self.cycle.node, Step::Operation { index: operation })
    }

    /// Whether the command `breakpoint` comes directly before the cycle.
    #[inline]
    pub fn is_at_breakpoint(&self) -> bool {
        self.walk.has_breakpoint(self.cycle.node, self.cycle.step)
    }

    /// For each command `breakpoint` directly before the cycle, the number of invocations that start with the cycle and
    /// come after it.
    pub(crate) fn entering_at_breakpoints(&self) -> Vec<usize> {
        let commands = self.walk.commands(self.cycle.node, self.cycle.step);
        let breakpoints = commands.filter(|(_, command)| **command == DebugCommand::Breakpoint);
        let Some(debug) = self.walk.debug() else { return breakpoints.map(|_| 0).collect() };
        let (frames, entering) = (self.frames(), self.entering());
        let of = |site: DebugSite| {
            let is_own = |(_, frame): &(usize, &Frame)| {
                let mut commands = debug.decorators(site.node, site.decorator);
                commands.any(|command| match &frame.procedure {
                    Some(procedure) => {
                        command.source().id() == procedure.source().id()
                            && command.procedure() == Some(procedure.name())
                    }
                    None => frame.is_body && command.procedure().is_none(),
                })
            };
            let mut around = frames.iter().take(entering + 1).enumerate();
            around.rfind(is_own).map_or(0, |(entering, _)| entering)
        };
        breakpoints.map(|(site, _)| of(site)).collect()
    }

    /// The instruction; `None` without debug information, for an operation of an empty body, and for a row that no
    /// instruction has caused.
    pub fn instruction(&self) -> Option<InstructionInfo> {
        self.frames().into_iter().next()?.instruction
    }

    /// The invocations, innermost first; the last one is the program's body.
    pub fn frames(&self) -> Vec<Frame> {
        let (mut own, mut calls) = (CallSite::default(), Vec::new());
        if let Some(debug) = self.walk.debug().filter(|_| self.part().is_some()) {
            let mut sites = self.sites(debug);
            own = sites.pop().map(|(_, site)| site).unwrap_or_default();
            calls.extend(sites.into_iter().map(|(procedure, site)| (procedure, site, false)));
        }
        calls.reverse();
        let links = self.walk.chains.links(self.spot().chain);
        calls.extend(links.map(|link| (link.procedure.clone(), link.site.clone(), link.has_context)));
        let mut frames = Vec::with_capacity(calls.len() + 1);
        for (procedure, site, has_context) in calls {
            let CallSite { call, others } = std::mem::replace(&mut own, site);
            frames.push(Frame { procedure, instruction: call, others, is_body: false, has_context });
        }
        let CallSite { call, others } = own;
        frames.push(Frame { procedure: None, instruction: call, others, is_body: true, has_context: true });
        frames
    }

    /// The procedures that the part was inlined through, outermost first, each with its invocation; then the instruction.
    fn sites(&self, debug: &DebugInfo) -> Vec<(Option<ProcedureInfo>, CallSite)> {
        let (node, index) = (self.cycle.node, self.index());
        let at = |place| -> Vec<(Option<ProcedureInfo>, Option<InstructionInfo>)> {
            let inlined = debug.inlined_at(node, place, index);
            let inlined =
                inlined.map(|inlined| (Some(inlined.procedure().clone()), Some(inlined.call().clone())));
            inlined.chain([(None, debug.instruction_at(node, place, index).cloned())]).collect()
        };
        let Placing { place, is_open } = self.spot().placing;
        let place = usize::from(place);
        let own =
            at(place).into_iter().map(|(procedure, call)| (procedure, CallSite { call, others: Vec::new() }));
        let mut own: Vec<_> = own.collect();
        let beside = debug.places_beside(node, place).filter(|beside| is_open && *beside != place).map(at);
        for other in beside {
            for ((procedure, site), (other, call)) in own.iter_mut().zip(other) {
                if let Some(call) = call
                    && !site.may_be_at(call.source().id(), call.span().start)
                {
                    site.others.push(call);
                }
                // Further invocations are compared as long as they are of the same procedures.
                let place = |info: &ProcedureInfo| (info.source().id(), info.span().start);
                if procedure.as_ref().map(place) != other.as_ref().map(place) {
                    break;
                }
            }
        }
        own
    }

    /// The execution context and the free memory pointer of each context, innermost first.
    pub(crate) fn contexts(&self) -> impl Iterator<Item = (u64, Felt)> {
        let own = (self.cycle.ctx, self.cycle.fmp);
        // A return belongs to the caller.
        std::iter::once(own).chain(self.walk.callers()).skip(usize::from(self.cycle.step == Step::Return))
    }

    /// The locals of a procedure.
    pub(crate) fn locals_of(&self, procedure: &ProcedureInfo) -> Rc<Locals> {
        self.walk.locals(procedure)
    }

    /// Whether an instruction at this place of a source starts here: the number of the source, and an offset in it.
    pub(crate) fn starts_at(&self, source: usize, offset: usize) -> bool {
        let Some(part) = self.part().filter(|_| self.starts_statement()) else { return false };
        let Placing { place, is_open } = self.spot().placing;
        if is_open {
            let (node, place) = (self.cycle.node, usize::from(place));
            return self.walk.debug().is_some_and(|debug| {
                let instruction = |place| debug.instruction_at(node, place, self.index());
                let mut instructions = debug.places_beside(node, place).filter_map(instruction);
                instructions.any(|info| info.source().id() == source && info.span().start == offset)
            });
        }
        part.source == source && part.offset as usize == offset
    }

    fn part(&self) -> Option<&'a Part> {
        self.walk.part(self.cycle.node, self.cycle.step)
    }

    fn spot(&self) -> Spot {
        self.walk.spot(self.cycle.step)
    }

    /// Whether the cycle is the first one that an instruction in the node has.
    fn is_first_part(&self) -> bool {
        matches!(self.cycle.step, Step::Node | Step::Operation { index: 0 })
    }

    const fn index(&self) -> usize {
        match self.cycle.step {
            Step::Operation { index } => index,
            Step::Node | Step::Return => 0,
        }
    }
}
