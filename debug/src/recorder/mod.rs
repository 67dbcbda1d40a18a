//! A recording of an execution, which can be at any of its cycles.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use miden_assembly::DebugInfo;
use miden_core::{Program, ProgramInputs, StackInputs};
use miden_processor::{
    Cycle, Execution, ExecutionError, ExecutionOptions, Host, HostSource, InMemoryAdvice, ProcessState,
    Stepper,
};

mod events;
mod history;
mod options;
mod outputs;
mod search;

use events::EventLog;
use history::{History, Moment as Saved};
pub use options::RecorderOptions;
use outputs::{CycleState, has_output};
pub use outputs::{Output, output_text};
pub(crate) use search::Search;

use crate::place::{Command, Moment, Walk};

/// An execution that can be at any of its cycles: it runs forwards when asked to, and goes back by a replay from the
/// last snapshot before.
///
/// The cycle that it is at is the next one; its operation has not been executed yet, nor have the decorators before it.
/// A program that fails ends at the cycle that fails, in the state that the operation found.
///
/// Events are handled once; a replay repeats their effect on the advice. Advice is part of the snapshots. So a replay
/// leads to the same states whatever the handlers do. Memory is bounded by [`RecorderOptions::max_bytes`]: when
/// snapshots would exceed it, every second one is dropped. Only when the recorded events alone exceed it, the earliest
/// cycles can no longer be reached.
///
/// Of the output of debug commands, the last MiB is kept.
///
/// ```
/// use std::sync::Arc;
///
/// use miden_assembly::{Assembler, Source};
/// use miden_core::{ProgramInputs, StackInputs};
/// use miden_debug::{Recorder, RecorderOptions};
///
/// let source = Source::new("example.masm", "begin push.2 mul push.1 sub end");
/// let assembly = Assembler::new().with_optimizations(false).assemble(&source)?;
/// let inputs = ProgramInputs { stack: StackInputs::from_ints(&[5])?, ..Default::default() };
/// let (program, debug) = (Arc::new(assembly.program), Some(Arc::new(assembly.debug)));
///
/// let mut recorder =
///     Recorder::new(program, debug, inputs, Default::default(), RecorderOptions::default())?;
/// recorder.seek(u64::MAX);
/// assert_eq!(recorder.cycle().stack.item(0).as_int(), 9);
/// let before = recorder.find_back(|moment| moment.starts_statement());
/// assert_eq!(before, Some(recorder.clk()));
/// assert_eq!(recorder.moment().instruction().unwrap().text(), "sub");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Recorder {
    stepper: Stepper<EventLog>,
    walk: Walk,
    history: History,
    end: Option<End>,
    interrupt: Arc<AtomicBool>,
    max_bytes: usize,
}

/// The end of an execution.
#[derive(Clone, Debug)]
struct End {
    /// The cycle at which the recording stays.
    clk: u64,
    result: Result<Execution, ExecutionError>,
}

/// Number of cycles between two looks at the interrupt.
const UNINTERRUPTED: u64 = 1 << 16;

impl Recorder {
    /// A recording before the first cycle, without event handlers. Nothing is executed yet.
    ///
    /// # Errors
    /// If the advice exceeds its limit.
    pub fn new(
        program: Arc<Program>,
        debug: Option<Arc<DebugInfo>>,
        inputs: ProgramInputs,
        execution: ExecutionOptions,
        options: RecorderOptions,
    ) -> Result<Self, ExecutionError> {
        let host = inputs.advice.into_host(execution.max_advice).map_err(ExecutionError::AdviceInputs)?;
        Self::with_host(program, debug, &inputs.stack, host, execution, options)
    }

    /// Like [`Recorder::new`], with a host.
    ///
    /// # Errors
    /// If the advice that comes with the program exceeds the limit of the host.
    pub fn with_host(
        program: Arc<Program>,
        debug: Option<Arc<DebugInfo>>,
        stack: &StackInputs,
        host: impl Host<Advice = InMemoryAdvice> + 'static,
        execution: ExecutionOptions,
        options: RecorderOptions,
    ) -> Result<Self, ExecutionError> {
        let walk = Walk::new(Arc::clone(&program), debug);
        let mut stepper = Stepper::new(program, stack, EventLog::new(host), execution)?;
        let host = stepper.host_mut().save(None);
        let machine = stepper.save(None).expect("an execution that has not started has not failed");
        let first = Saved { machine, host, walk: walk.save() };
        let RecorderOptions { max_bytes, interval } = options;
        let history = History::new(first, interval, max_bytes);
        Ok(Self { stepper, walk, history, end: None, interrupt: Arc::default(), max_bytes })
    }

    /// Uses this flag: while it is set, runs and searches stop early.
    #[must_use]
    pub fn with_interrupt(self, interrupt: Arc<AtomicBool>) -> Self {
        Self { interrupt, ..self }
    }

    /// The program.
    pub const fn program(&self) -> &Arc<Program> {
        self.stepper.program()
    }

    /// The debug information.
    pub const fn debug(&self) -> Option<&Arc<DebugInfo>> {
        self.walk.debug()
    }

    /// The next cycle.
    pub fn clk(&self) -> u64 {
        self.stepper.cycle().clk
    }

    /// The state before the next cycle.
    pub fn cycle(&self) -> Cycle<'_> {
        self.stepper.cycle()
    }

    /// The state before the next cycle, with its place in the source.
    pub fn moment(&self) -> Moment<'_> {
        Moment::new(self.stepper.cycle(), &self.walk)
    }

    /// The advice.
    pub fn advice(&mut self) -> &InMemoryAdvice {
        self.stepper.host_mut().advice()
    }

    /// Number of outputs of debug commands before the next cycle: going back takes them back.
    pub fn num_outputs(&self) -> usize {
        let due = self.due_commands().filter(|(_, command)| has_output(command));
        self.stepper.host().outputs().passed + due.count()
    }

    /// The outputs of debug commands before the next cycle, from a number on, as far as they are kept; each with its
    /// number.
    pub fn outputs(&mut self, from: usize) -> Vec<(usize, Output)> {
        let log = self.stepper.host().outputs();
        let mut found: Vec<_> = log.since(from).map(|(number, output)| (number, output.clone())).collect();
        let passed = log.passed;
        let num_values = if self.due_commands().next().is_some() { outputs::MAX_TEXT } else { 0 };
        let tape: Vec<_> = self.advice().tape().take(num_values).collect();
        let state = CycleState(self.cycle());
        let due = self.due_commands().filter_map(|(site, command)| {
            let text = outputs::record(command, &state, &mut tape.iter().copied())?;
            Some(Output { clk: state.clk(), site, text })
        });
        found.extend((passed..).zip(due).filter(|(number, _)| *number >= from));
        found
    }

    /// The debug commands before the next cycle that have not been carried out: they have no effect but their output.
    fn due_commands(&self) -> impl Iterator<Item = Command<'_>> {
        let cycle = self.cycle();
        self.walk.due_commands(cycle.node, cycle.step)
    }

    /// The earliest cycle that can be reached: 0, unless recorded events exceeded the limit of memory.
    pub fn earliest(&self) -> u64 {
        self.history.earliest()
    }

    /// About the number of bytes of snapshots and recorded events.
    pub fn bytes(&self) -> usize {
        self.history.bytes() + self.stepper.host().bytes()
    }

    /// Whether the state of the program has become so large that snapshots of it do not fit into the limit of memory twice.
    /// Then ways back may be long replays, in the worst case from the first cycle.
    pub const fn is_short_of_memory(&self) -> bool {
        self.history.state_bytes() > self.max_bytes / 2
    }

    /// About the number of bytes of the program's state when it was looked at last.
    pub const fn state_bytes(&self) -> usize {
        self.history.state_bytes()
    }

    /// The result, if the recording is at the end of the execution.
    pub fn result(&self) -> Option<&Result<Execution, ExecutionError>> {
        self.end.as_ref().filter(|end| end.clk == self.clk()).map(|end| &end.result)
    }

    /// The result of the execution, once its end has been reached, wherever the recording is.
    pub fn ending(&self) -> Option<&Result<Execution, ExecutionError>> {
        self.end.as_ref().map(|end| &end.result)
    }

    /// The number of cycles of the execution, once its end has been reached; for a failure the cycle that fails.
    pub fn end(&self) -> Option<u64> {
        self.end.as_ref().map(|end| end.clk)
    }

    /// Whether a run or a search was, or would be, interrupted.
    pub fn is_interrupted(&self) -> bool {
        self.interrupt.load(Ordering::Relaxed)
    }

    /// Goes to a cycle in either direction, or to the first or the last cycle if it is beyond. An interrupt ends the way
    /// early.
    pub fn seek(&mut self, clk: u64) {
        let clk = clk.max(self.history.earliest());
        let now = self.clk();
        // A later snapshot may be nearer.
        let snapshot = self.history.at(clk).map_or(0, Saved::clk);
        if clk < now || snapshot > now {
            self.restore(clk);
        }
        while self.clk() < clk && self.result().is_none() && !self.is_interrupted() {
            let until = clk.min(self.clk().saturating_add(UNINTERRUPTED));
            self.run(until);
        }
    }

    /// Returns to the last snapshot at or before a cycle.
    fn restore(&mut self, clk: u64) {
        let Some(saved) = self.history.at(clk) else { return };
        self.stepper.host_mut().restore(&saved.host);
        self.stepper.restore(&saved.machine);
        self.walk.restore(&saved.walk);
    }

    /// Runs until the next cycle would be number `until`, or to the end of the execution; takes snapshots that are due.
    fn run(&mut self, until: u64) {
        self.run_with(until, |stepper, walk, until| stepper.run(until, walk));
    }

    /// Like [`Self::run`], in runs of the machine by `run`, which may end early; then this one does.
    fn run_with(&mut self, until: u64, mut run: impl FnMut(&mut Stepper<EventLog>, &mut Walk, u64)) {
        let until = until.min(self.end().unwrap_or(u64::MAX));
        while self.clk() < until {
            let stop = until.min(self.history.next().max(self.clk() + 1));
            run(&mut self.stepper, &mut self.walk, stop);
            match self.stepper.result() {
                Some(Err(error)) => {
                    let error = error.clone();
                    return self.stay_before(error);
                }
                Some(Ok(execution)) => {
                    let result = Ok(execution.clone());
                    self.end = Some(End { clk: self.clk(), result });
                    return;
                }
                None if self.clk() >= self.history.next() => self.take_snapshot(),
                None if self.clk() < stop => return,
                None => {}
            }
        }
    }

    /// Returns to the last cycle before a failure.
    fn stay_before(&mut self, error: ExecutionError) {
        let mut clk = self.clk();
        loop {
            self.restore(clk);
            self.stepper.run(clk, &mut self.walk);
            // A decorator after the last operation of a block fails in the cycle of that operation.
            match (self.stepper.result(), clk.checked_sub(1)) {
                (Some(Err(_)), Some(before)) => clk = before,
                _ => break,
            }
        }
        self.end = Some(End { clk, result: Err(error) });
    }

    fn take_snapshot(&mut self) {
        let before = self.history.last();
        let Some(machine) = self.stepper.save(before.map(|before| &before.machine)) else { return };
        let host = self.stepper.host_mut().save(before.map(|before| &before.host));
        let saved = Saved { machine, host, walk: self.walk.save() };
        let events = self.stepper.host().bytes();
        if self.stepper.host().has_events() && events > self.max_bytes {
            self.stepper.host_mut().forget_before(&saved.host);
            self.history.forget_before(saved);
        } else {
            self.history.push(saved, events);
        }
    }
}

impl std::fmt::Debug for Recorder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Recorder").field("end", &self.end).finish_non_exhaustive()
    }
}
