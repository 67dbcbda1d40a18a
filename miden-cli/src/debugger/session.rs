use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use miden_assembly::{DebugInfo, InstructionInfo, Source};
use miden_core::{Program, ProgramInputs};
use miden_debug::{Debugger, Recorder, RecorderOptions, Stop};
use miden_processor::{ExecutionError, ExecutionOptions};

/// A program that is being debugged.
pub(crate) struct Session {
    pub(crate) debugger: Debugger,
    /// Why the program has stopped last.
    pub(crate) stop: Stop,
    /// The invocation that is looked at, 0 for the innermost one.
    pub(super) frame: usize,
    /// The limit of memory for the way back, in MiB.
    history: usize,
    /// Whether the user has been told that the limit is small.
    is_warned: bool,
    interrupt: Arc<AtomicBool>,
}

impl Session {
    /// A session at the first instruction of a program. The flag stops a long run.
    pub(crate) fn new(
        program: Program,
        debug: Option<DebugInfo>,
        inputs: ProgramInputs,
        execution: ExecutionOptions,
        options: RecorderOptions,
        interrupt: Arc<AtomicBool>,
    ) -> Result<Self, ExecutionError> {
        let history = options.max_bytes >> 20;
        let recorder = Recorder::new(Arc::new(program), debug.map(Arc::new), inputs, execution, options)?;
        let debugger = Debugger::new(recorder.with_interrupt(Arc::clone(&interrupt)));
        Ok(Self { debugger, stop: Stop::Start, frame: 0, history, is_warned: false, interrupt })
    }

    /// The flag that stops a long run.
    pub(crate) fn interrupt(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.interrupt)
    }

    /// Forgets an interrupt that has come before.
    pub(crate) fn forget_interrupt(&self) {
        self.interrupt.store(false, Ordering::Relaxed);
    }

    /// Moves.
    pub(crate) fn go(&mut self, motion: impl FnOnce(&mut Debugger) -> Stop) {
        self.stop = motion(&mut self.debugger);
        self.frame = 0;
    }

    /// A warning that ways back may be long, once.
    pub(crate) fn warning(&mut self) -> Option<String> {
        let (recorder, history) = (self.debugger.recorder(), self.history);
        if self.is_warned || !recorder.is_short_of_memory() {
            return None;
        }
        let state = recorder.state_bytes() >> 20;
        self.is_warned = true;
        Some(format!(
            "the memory of the program takes {state} MiB, and the history has {history} MiB, so going back may take long; \
             raise it with --history"
        ))
    }

    /// Number of outputs of debug commands so far.
    pub(crate) fn num_outputs(&self) -> usize {
        self.debugger.num_outputs()
    }

    /// The error with which the program ends, once that is known.
    pub(crate) fn failure(&self) -> Option<&ExecutionError> {
        self.debugger.recorder().ending()?.as_ref().err()
    }

    /// Looks at another invocation. Returns whether there is one with this number.
    pub(super) fn select(&mut self, frame: usize) -> bool {
        let exists = frame < self.debugger.frames().len();
        if exists {
            self.frame = frame;
        }
        exists
    }

    /// The instruction of the invocation that is looked at.
    pub(super) fn instruction(&self) -> Option<InstructionInfo> {
        self.debugger.frames().into_iter().nth(self.frame)?.instruction
    }

    /// The source and the line, from 1, of the invocation that is looked at.
    pub(super) fn place(&self) -> Option<(Source, usize)> {
        let instruction = self.instruction()?;
        Some((instruction.source().clone(), instruction.location().line))
    }

    /// The source of the program.
    pub(super) fn source(&self) -> Option<Source> {
        self.debugger.recorder().debug().map(|debug| debug.source().clone())
    }
}
