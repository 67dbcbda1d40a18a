use core::sync::atomic::AtomicBool;

use miden_core::{AdviceInputs, Program, ProgramInputs, StackInputs};

use crate::{
    AdviceError, AdviceProvider, CycleObserver, Execution, ExecutionError, ExecutionOptions, ExecutionTrace,
    Host, HostSource, PartRows, RowObserver, Unobserved, host::HostOracle, observer::ObserverTracer, process,
    trace,
};

/// An execution that is about to start: the program, its inputs, who supplies advice, and who watches.
///
/// Everything but the program is optional, and everything combines: a host and an observer work with
/// [`execute`](Self::execute), [`trace`](Self::trace) and [`count_rows`](Self::count_rows) alike. Of the calls that set
/// the same thing the last one wins.
///
/// ```
/// use miden_core::{StackInputs, Opcode, program::ProgramBuilder};
/// use miden_processor::{Cycle, CycleObserver, Executor};
///
/// struct Depth(usize);
///
/// impl CycleObserver for Depth {
///     fn observe(&mut self, cycle: &Cycle<'_>) {
///         self.0 = self.0.max(cycle.stack.depth());
///     }
/// }
///
/// let mut builder = ProgramBuilder::new();
/// let root = builder.block(&[Opcode::Pad, Opcode::Pad, Opcode::Add, Opcode::Add].map(Into::into))?;
/// let program = builder.finish(root);
///
/// let mut depth = Depth(0);
/// let stack = StackInputs::from_ints(&[7])?;
/// let trace = Executor::new(&program).with_stack(stack).with_observer(&mut depth).trace()?;
/// assert_eq!((trace.cycles(), depth.0), (5, 18));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "an executor does nothing until it is told to execute, trace or count"]
pub struct Executor<'a, H = AdviceInputs, O = Unobserved> {
    program: &'a Program,
    stack: StackInputs,
    host: H,
    observer: O,
    options: ExecutionOptions,
    interrupt: Option<&'a AtomicBool>,
}

impl<'a> Executor<'a> {
    /// Executes `program` on an empty stack, without advice, with the default options.
    pub fn new(program: &'a Program) -> Self {
        Self {
            program,
            stack: StackInputs::default(),
            host: AdviceInputs::default(),
            observer: Unobserved,
            options: ExecutionOptions::default(),
            interrupt: None,
        }
    }
}

impl<'a, H, O> Executor<'a, H, O> {
    /// Sets the initial stack and the advice; replaces a host.
    pub fn with_inputs(self, inputs: ProgramInputs) -> Executor<'a, AdviceInputs, O> {
        let ProgramInputs { stack, advice } = inputs;
        self.with_stack(stack).with_advice(advice)
    }

    /// Sets the initial stack.
    pub fn with_stack(self, stack: StackInputs) -> Self {
        Self { stack, ..self }
    }

    /// Sets the advice, which is then held in memory; events have no handlers. Replaces a host.
    pub fn with_advice(self, advice: AdviceInputs) -> Executor<'a, AdviceInputs, O> {
        self.with_host(advice)
    }

    /// Sets the host, which supplies advice and handles events; replaces the advice. A host passed as `&mut host` is
    /// available again afterwards.
    ///
    /// Each request is made to the host once, even where the program is executed twice.
    pub fn with_host<S: HostSource>(self, host: S) -> Executor<'a, S, O> {
        let Self { program, stack, observer, options, interrupt, .. } = self;
        Executor { program, stack, host, observer, options, interrupt }
    }

    /// Shows every cycle to `observer` before it takes effect, including one that fails. An observer passed as
    /// `&mut observer` is available again afterwards.
    ///
    /// Each cycle is shown once, even where the program is executed twice.
    pub fn with_observer<C: CycleObserver>(self, observer: C) -> Executor<'a, H, C> {
        let Self { program, stack, host, options, interrupt, .. } = self;
        Executor { program, stack, host, observer, options, interrupt }
    }

    /// Sets the limits.
    pub fn with_options(self, options: ExecutionOptions) -> Self {
        Self { options, ..self }
    }

    /// Ends the execution with [`ExecutionError::Interrupted`] at the next node once another thread sets `interrupt`.
    pub fn with_interrupt(self, interrupt: &'a AtomicBool) -> Self {
        Self { interrupt: Some(interrupt), ..self }
    }

    /// The program.
    pub const fn program(&self) -> &'a Program {
        self.program
    }

    /// The initial stack.
    pub const fn stack(&self) -> &StackInputs {
        &self.stack
    }
}

impl<H: HostSource, O: CycleObserver> Executor<'_, H, O> {
    /// Executes the program and records nothing but its result.
    ///
    /// # Errors
    /// If the program fails, or does not end within the limits.
    pub fn execute(self) -> Result<Execution, ExecutionError> {
        let Self { program, stack, host, observer, options, interrupt } = self;
        let mut host = into_host(host, program, &options).map_err(ExecutionError::AdviceInputs)?;
        let mut tracer = ObserverTracer(observer);
        process::run(program, &stack, &options, interrupt, &mut HostOracle(&mut host), &mut tracer)
    }

    /// Executes the program and records the trace that a proof needs.
    ///
    /// # Errors
    /// If the program fails in a way that cannot be proven, or the trace would be longer than a proof can cover.
    pub fn trace(self) -> Result<ExecutionTrace, ExecutionError> {
        let Self { program, stack, host, observer, options, interrupt } = self;
        let mut host = into_host(host, program, &options).map_err(ExecutionError::AdviceInputs)?;
        ExecutionTrace::record(program, &stack, &mut host, ObserverTracer(observer), &options, interrupt)
    }

    /// Counts the rows that the trace would have, without building it. Memory use is proportional to the number of
    /// memory accesses and chiplet requests, not to the number of cycles.
    ///
    /// # Errors
    /// Like [`trace`](Self::trace).
    pub fn count_rows(self) -> Result<PartRows, ExecutionError> {
        let Self { program, stack, host, observer, options, interrupt } = self;
        let mut host = into_host(host, program, &options).map_err(ExecutionError::AdviceInputs)?;
        trace::count_rows(program, &stack, &mut host, ObserverTracer(observer), &options, interrupt)
    }
}

impl<H: HostSource, O: RowObserver> Executor<'_, H, O> {
    /// Like [`count_rows`](Self::count_rows), and tells the observer which rows each cycle causes. If the program
    /// fails, the failed cycle is not shown.
    ///
    /// # Errors
    /// Like [`trace`](Self::trace).
    pub fn attribute_rows(self) -> Result<PartRows, ExecutionError> {
        let Self { program, stack, host, observer, options, interrupt } = self;
        let mut host = into_host(host, program, &options).map_err(ExecutionError::AdviceInputs)?;
        trace::attribute_rows(program, &stack, &mut host, observer, &options, interrupt)
    }
}

/// The host, whose advice map has the lists that come with the program.
fn into_host<H: HostSource>(
    source: H,
    program: &Program,
    options: &ExecutionOptions,
) -> Result<H::Host, AdviceError> {
    let mut host = source.into_host(options.max_advice)?;
    for (key, list) in program.advice() {
        host.advice().map_insert(*key, list.clone())?;
    }
    Ok(host)
}

/// Executes the program and records nothing but its result. [`Executor`] does more.
///
/// # Errors
/// If the program fails, or does not end within the limits.
pub fn execute(
    program: &Program,
    inputs: &ProgramInputs,
    options: &ExecutionOptions,
) -> Result<Execution, ExecutionError> {
    Executor::new(program).with_inputs(inputs.clone()).with_options(*options).execute()
}
