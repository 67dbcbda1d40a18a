//! A debugger: stops at instructions, steps over invocations, breakpoints.

use std::cell::OnceCell;

use miden_assembly::{InstructionInfo, Source, nearest};
use miden_core::{Felt, Word};
use miden_processor::InMemoryAdvice;

use crate::{Expression, ExpressionError, Frame, Output, Recorder};

mod breakpoint;
mod index;
mod motion;
mod scope;
mod search;
mod stops;

use breakpoint::Place;
pub use breakpoint::{Breakpoint, BreakpointError, Target};
use index::SourceIndex;
pub use motion::Stop;
use scope::{MomentScope, View};
use search::StopSearch;
use stops::{Reason, Stopping, Stops};

/// A debugger of one execution, which moves by instructions of the source.
///
/// It stops where an instruction starts. An `exec` has no cycle of its own, because the procedure is inlined; the
/// debugger stops there nevertheless, before it enters the procedure. Breakpoints for cycles and writes stop inside of
/// instructions as well.
///
/// A program that fails stops at the start of the instruction that fails, in the state that the instruction found.
///
/// ```
/// use std::sync::Arc;
///
/// use miden_assembly::{Assembler, Source};
/// use miden_debug::{Debugger, Recorder, Stop};
///
/// let text = "proc.square dup mul end begin push.3 exec.square push.9 assert_eq end";
/// let assembly = Assembler::new().with_optimizations(false).assemble(&Source::new("example.masm", text))?;
/// let (program, debug) = (Arc::new(assembly.program), Some(Arc::new(assembly.debug)));
/// let recorder =
///     Recorder::new(program, debug, Default::default(), Default::default(), Default::default())?;
///
/// let mut debugger = Debugger::new(recorder);
/// assert_eq!(debugger.instruction().unwrap().text(), "push.3");
/// debugger.step_over();
/// assert_eq!(debugger.instruction().unwrap().text(), "exec.square");
/// debugger.step_over();
/// assert_eq!(debugger.evaluate("s0")?.as_int(), 9);
/// debugger.step_back_over();
/// debugger.step_in();
/// assert_eq!(debugger.instruction().unwrap().text(), "dup");
/// debugger.add_breakpoint("square".parse()?, None)?;
/// assert_eq!(debugger.resume(), Stop::End);
/// assert_eq!(debugger.reverse_resume(), Stop::Breakpoint(1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Debugger {
    recorder: Recorder,
    /// Number of invocations that start at the cycle and have not been entered yet.
    hidden: usize,
    breakpoints: Vec<Breakpoint>,
    stops: Stops,
    next_id: u32,
    index: OnceCell<SourceIndex>,
}

/// A local of the current procedure.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Local {
    /// Its index.
    pub index: u32,
    /// The name of the constant that is its index, if the procedure uses one.
    pub name: Option<String>,
    /// Its address in the memory of the context.
    pub address: u32,
    /// Its value.
    pub word: Word,
}

impl Debugger {
    /// A debugger of a recording.
    pub fn new(recorder: Recorder) -> Self {
        let mut debugger = Self {
            recorder,
            hidden: 0,
            breakpoints: Vec::new(),
            stops: Stops::default(),
            next_id: 1,
            index: OnceCell::new(),
        };
        debugger.start();
        debugger
    }

    /// The recording.
    pub const fn recorder(&self) -> &Recorder {
        &self.recorder
    }

    /// The advice.
    pub fn advice(&mut self) -> &InMemoryAdvice {
        self.recorder.advice()
    }

    /// Number of outputs of debug commands so far, see [`Recorder::num_outputs`].
    pub fn num_outputs(&self) -> usize {
        self.recorder.num_outputs()
    }

    /// The outputs of debug commands so far, see [`Recorder::outputs`].
    pub fn outputs(&mut self, from: usize) -> Vec<(usize, Output)> {
        self.recorder.outputs(from)
    }

    /// The invocations, innermost first; the last one is the program's body. Invocations that have not been entered yet
    /// are not among them.
    pub fn frames(&self) -> Vec<Frame> {
        self.recorder.moment().frames().split_off(self.hidden)
    }

    /// The current instruction; `None` at the end of the program, and without debug information.
    pub fn instruction(&self) -> Option<InstructionInfo> {
        self.frames().into_iter().next()?.instruction
    }

    /// The locals of the current procedure, as far as its source is known and they are reserved.
    pub fn locals(&self) -> Vec<Local> {
        self.locals_of(0)
    }

    /// The locals of an invocation, by its index in [`frames`](Self::frames).
    pub fn locals_of(&self, frame: usize) -> Vec<Local> {
        let moment = self.recorder.moment();
        let scope = MomentScope::of_frame(&moment, self.hidden, frame);
        let View { ctx, fmp, locals } = scope.view();
        let local = |index| {
            let address = locals.address(u64::from(index), fmp.as_int())?;
            let word = moment.cycle().memory.word(*ctx, address);
            Some(Local { index, name: locals.names.get(&index).cloned(), address, word })
        };
        (0..locals.count).filter_map(local).collect()
    }

    /// The execution context of an invocation, by its index in [`frames`](Self::frames).
    pub fn context_of(&self, frame: usize) -> u64 {
        let moment = self.recorder.moment();
        MomentScope::of_frame(&moment, self.hidden, frame).view().ctx
    }

    /// The value of an expression in the current state; [`Expression`] has the forms.
    ///
    /// # Errors
    /// If the text is not an expression, or it has no value here.
    pub fn evaluate(&self, text: &str) -> Result<Felt, ExpressionError> {
        self.evaluate_in(0, text)
    }

    /// Like [`evaluate`](Self::evaluate), with the locals, the registers and the memory of an invocation, by its index in
    /// [`frames`](Self::frames). The stack is the current one.
    ///
    /// # Errors
    /// Like [`evaluate`](Self::evaluate).
    pub fn evaluate_in(&self, frame: usize, text: &str) -> Result<Felt, ExpressionError> {
        let expression: Expression = text.parse()?;
        expression.evaluate(&MomentScope::of_frame(&self.recorder.moment(), self.hidden, frame))
    }

    /// The breakpoints, by number.
    pub fn breakpoints(&self) -> &[Breakpoint] {
        &self.breakpoints
    }

    /// Sets a breakpoint.
    ///
    /// # Errors
    /// If it names nothing in the program.
    pub fn add_breakpoint(
        &mut self,
        target: Target,
        condition: Option<Expression>,
    ) -> Result<&Breakpoint, BreakpointError> {
        let (target, place) = self.resolve(target)?;
        let id = self.next_id;
        self.next_id += 1;
        let reason = Reason::Breakpoint(id);
        self.stops.push(Stopping { reason, place, condition: condition.clone() });
        self.breakpoints.push(Breakpoint { id, target, condition });
        Ok(self.breakpoints.last().expect("one has just been added"))
    }

    /// Removes a breakpoint. Returns whether there was one with this number.
    pub fn remove_breakpoint(&mut self, id: u32) -> bool {
        let before = self.breakpoints.len();
        self.breakpoints.retain(|breakpoint| breakpoint.id != id);
        self.stops.remove(Reason::Breakpoint(id));
        self.breakpoints.len() < before
    }

    /// The sources in which the program can stop, by name.
    pub fn sources(&self) -> Vec<&Source> {
        self.index().map(SourceIndex::sources).unwrap_or_default()
    }

    fn index(&self) -> Option<&SourceIndex> {
        let debug = self.recorder.debug()?;
        Some(self.index.get_or_init(|| SourceIndex::new(self.recorder.program(), debug)))
    }

    /// The place of a breakpoint in the program, and its target with the line that has an instruction.
    fn resolve(&self, target: Target) -> Result<(Target, Place), BreakpointError> {
        let place = match &target {
            Target::Cycle(clk) => Place::Cycle(*clk),
            Target::Write(address) => Place::Write(*address),
            Target::Fault => Place::Fault,
            Target::Line { source, line } => {
                let index = self.index().ok_or(BreakpointError::NoDebugInfo)?;
                let own = self.recorder.debug().map(|debug| debug.source().name()).unwrap_or_default();
                let name = source.as_deref().unwrap_or(own);
                let Some((source_id, offset, line)) = index.line(name, *line) else {
                    if index.has_source(name) {
                        return Err(BreakpointError::NoInstruction { source_name: name.into(), line: *line });
                    }
                    let known: Vec<_> =
                        index.sources().iter().map(|source| format!("`{}`", source.name())).collect();
                    return Err(BreakpointError::UnknownSource {
                        name: name.into(),
                        known: known.join(", "),
                    });
                };
                let place = Place::Instruction { source: source_id, offset };
                return Ok((Target::Line { source: source.clone(), line }, place));
            }
            Target::Procedure(name) => {
                let index = self.index().ok_or(BreakpointError::NoDebugInfo)?;
                let places = index.procedures(name);
                if places.is_empty() {
                    let known = index.procedure_names();
                    let suggestion = nearest(name, known.iter().copied()).map(ToOwned::to_owned);
                    return Err(BreakpointError::UnknownProcedure { name: name.clone(), suggestion });
                }
                Place::Procedures(places)
            }
        };
        Ok((target, place))
    }
}

impl Frame {
    /// The name of the procedure, or a word for the program's body and for unknown procedures.
    pub fn name(&self) -> &str {
        match &self.procedure {
            Some(procedure) => procedure.name(),
            None if self.is_body => "(body)",
            None => "(unknown)",
        }
    }
}
