use std::rc::Rc;

use miden_assembly::{InstructionInfo, ProcedureInfo};
use miden_core::{Felt, Node, Operation, program::DebugCommand};
use miden_processor::{Cycle, DebugSite, Step};

use super::{
    locals::Locals,
    parts::Part,
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
        let mut calls = Vec::new();
        let debug = self.walk.debug();
        let index = self.index();
        if let Some(debug) = debug.filter(|_| self.part().is_some()) {
            let inlined = debug.inlined(self.cycle.node, index);
            calls.extend(
                inlined
                    .map(|inlined| (Some(inlined.procedure().clone()), Some(inlined.call().clone()), false)),
            );
        }
        calls.reverse();
        let links = self.walk.chains.links(self.spot().chain);
        calls.extend(links.map(|link| (link.procedure.clone(), link.call.clone(), link.has_context)));
        let innermost = calls.first().and_then(|(procedure, ..)| procedure.as_ref());
        let mut instruction = self.own_instruction(innermost);
        let mut frames = Vec::with_capacity(calls.len() + 1);
        for (procedure, call, has_context) in calls {
            let instruction = std::mem::replace(&mut instruction, call);
            frames.push(Frame { procedure, instruction, is_body: false, has_context });
        }
        frames.push(Frame { procedure: None, instruction, is_body: true, has_context: true });
        frames
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

    /// The instruction that the part comes from; if its code is that of several, one in this procedure.
    fn own_instruction(&self, procedure: Option<&ProcedureInfo>) -> Option<InstructionInfo> {
        let debug = self.walk.debug()?;
        self.part()?;
        let is_own = |instruction: &&InstructionInfo| match procedure {
            Some(procedure) => {
                instruction.source().id() == procedure.source().id()
                    && instruction.procedure() == Some(procedure.name())
            }
            None => instruction.procedure().is_none(),
        };
        let mut instructions = debug.instructions(self.cycle.node, self.index());
        let first = instructions.next()?;
        let own = std::iter::once(first).chain(instructions).find(is_own);
        Some(own.unwrap_or(first).clone())
    }

    /// Whether an instruction at this place of a source starts here: the number of the source, and an offset in it.
    pub(crate) fn starts_at(&self, source: usize, offset: usize) -> bool {
        let Some(part) = self.part().filter(|_| self.starts_statement()) else { return false };
        if part.is_shared {
            let debug = self.walk.debug();
            return debug.is_some_and(|debug| {
                let mut instructions = debug.instructions(self.cycle.node, self.index());
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
