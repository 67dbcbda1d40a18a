use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use miden_assembly::{DebugInfo, Source};
use miden_core::{Program, ProgramInputs};
use miden_debug::{Debugger, Recorder, RecorderOptions, Stop};
use miden_processor::{ExecutionError, ExecutionOptions};

/// A program that is being debugged.
pub(crate) struct Session {
    pub(crate) debugger: Debugger,
    /// Why the program has stopped last.
    pub(crate) stop: Stop,
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
        let recorder = Recorder::new(Arc::new(program), debug.map(Arc::new), inputs, execution, options)?;
        let debugger = Debugger::new(recorder.with_interrupt(Arc::clone(&interrupt)));
        Ok(Self { debugger, stop: Stop::Start, interrupt })
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
    }

    /// The error with which the program ends, once that is known.
    pub(crate) fn failure(&self) -> Option<&ExecutionError> {
        self.debugger.recorder().ending()?.as_ref().err()
    }

    /// The current source and line, from 1.
    pub(super) fn place(&self) -> Option<(Source, usize)> {
        let instruction = self.debugger.instruction()?;
        Some((instruction.source().clone(), instruction.location().line))
    }

    /// The source of the program.
    pub(super) fn source(&self) -> Option<Source> {
        self.debugger.recorder().debug().map(|debug| debug.source().clone())
    }
}
