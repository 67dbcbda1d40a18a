//! Executions that pause.

use alloc::{sync::Arc, vec::Vec};

use miden_core::{NodeId, Program, StackInputs};

use crate::{
    AdviceProvider, Cycle, CycleObserver, Execution, ExecutionError, ExecutionOptions, Host, PausingObserver,
    Step, Unobserved,
    host::HostOracle,
    observer::{ObserverTracer, PausingTracer, visited},
    process::{self, Continuation, Point, Process},
    state::MachineState,
    tracer::Tracer,
};

mod chunks;
mod snapshot;

pub(crate) use chunks::Chunks;
pub use snapshot::Snapshot;

/// An execution that can pause before any cycle, and return to a saved state.
///
/// It executes exactly as [`Executor`](crate::Executor) does, and stops only where [`run`](Self::run) is told to.
/// Snapshots do not include the host, whose state the caller saves and restores.
///
/// ```
/// use std::sync::Arc;
///
/// use miden_core::{Opcode, StackInputs, program::ProgramBuilder};
/// use miden_processor::{DefaultHost, ExecutionOptions, InMemoryAdvice, Stepper, Unobserved};
///
/// let mut builder = ProgramBuilder::new();
/// let root = builder.block(&[Opcode::Add, Opcode::Incr].map(Into::into))?;
/// let program = Arc::new(builder.finish(root));
/// let options = ExecutionOptions::default();
/// let host = DefaultHost::new(InMemoryAdvice::new(Default::default(), 0)?);
///
/// let mut stepper = Stepper::new(program, &StackInputs::from_ints(&[3, 4])?, host, options)?;
/// stepper.run(2, &mut Unobserved);
/// let saved = stepper.save(None).unwrap();
/// assert_eq!(stepper.cycle().stack.item(0).as_int(), 7);
/// stepper.run(u64::MAX, &mut Unobserved);
/// assert_eq!(stepper.result().unwrap().as_ref().unwrap().outputs.items()[0].as_int(), 8);
/// stepper.restore(&saved);
/// assert_eq!((stepper.cycle().clk, stepper.result()), (2, None));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Stepper<H> {
    program: Arc<Program>,
    options: ExecutionOptions,
    host: H,
    state: MachineState,
    continuations: Vec<Continuation>,
    point: Point,
    result: Option<Result<Execution, ExecutionError>>,
}

impl<H: Host> Stepper<H> {
    /// An execution before its first cycle.
    ///
    /// # Errors
    /// If the advice that comes with the program exceeds the limit of the host.
    pub fn new(
        program: Arc<Program>,
        stack: &StackInputs,
        mut host: H,
        options: ExecutionOptions,
    ) -> Result<Self, ExecutionError> {
        for (key, list) in program.advice() {
            host.advice().map_insert(*key, list.clone()).map_err(ExecutionError::AdviceInputs)?;
        }
        let state = process::start(stack, &options, &mut ObserverTracer(Unobserved));
        let point = Point::Node(program.root());
        Ok(Self { program, options, host, state, continuations: Vec::new(), point, result: None })
    }

    /// The program.
    pub const fn program(&self) -> &Arc<Program> {
        &self.program
    }

    /// The host.
    pub const fn host(&self) -> &H {
        &self.host
    }

    /// The host, to save or restore its state.
    pub const fn host_mut(&mut self) -> &mut H {
        &mut self.host
    }

    /// The result, once the program has ended or failed.
    pub const fn result(&self) -> Option<&Result<Execution, ExecutionError>> {
        self.result.as_ref()
    }

    /// The state before the next cycle. After the end of the program, or a failure, it is the last state, which an
    /// operation that fails leaves unchanged; `node` and `step` then say where the last pause was.
    pub fn cycle(&self) -> Cycle<'_> {
        let MachineState { stack, memory, registers, clk, .. } = &self.state;
        let (node, step) = self.next();
        Cycle { clk: *clk, ctx: registers.ctx, fmp: registers.fmp, node, step, stack, memory }
    }

    fn next(&self) -> (NodeId, Step) {
        match (self.point, self.continuations.last()) {
            (Point::Node(id), _) => (visited(&self.program, id), Step::Node),
            (Point::Block { node, at }, _) => (node, Step::Operation { index: at.operation }),
            (Point::Between, Some(Continuation::Node(id) | Continuation::Watched(id))) => {
                (visited(&self.program, *id), Step::Node)
            }
            (Point::Between, Some(Continuation::Return(call))) => (*call, Step::Return),
            (Point::Between, None) => (self.program.root(), Step::Node),
        }
    }

    /// Runs until the next cycle would be number `until`, or the program ends or fails. Shows every cycle to the
    /// observer before it takes effect.
    ///
    /// Decorators before an operation are carried out with it, those at the end of a block with its last operation.
    pub fn run(&mut self, until: u64, observer: &mut impl CycleObserver) {
        self.resume(until, &mut ObserverTracer(observer));
    }

    /// Like [`run`](Self::run), but pauses also before a visit or a return where the observer asks for it, be it the next
    /// cycle.
    pub fn run_or_pause(&mut self, until: u64, observer: &mut impl PausingObserver) {
        self.resume(until, &mut PausingTracer(ObserverTracer(observer)));
    }

    fn resume(&mut self, until: u64, tracer: &mut impl Tracer) {
        if self.result.is_some() {
            return;
        }
        let Self { program, options, host, state, continuations, point, .. } = self;
        let mut oracle = HostOracle(host);
        let mut process = Process::new(program, state, options, &mut oracle, tracer, continuations);
        match process.resume(*point, until) {
            Ok(Some(reached)) => *point = reached,
            Ok(None) => {
                self.result = Some(process.finish());
                self.point = Point::Between;
            }
            Err(error) => self.result = Some(Err(error)),
        }
    }

    /// Saves the state, except for that of the host. Parts in which the state agrees with `before`, if given, are
    /// shared with it. `None` if the execution has failed, since it cannot continue.
    pub fn save(&self, before: Option<&Snapshot>) -> Option<Snapshot> {
        if let Some(Err(_)) = self.result {
            return None;
        }
        let continuations = before.map(|before| &before.continuations);
        Some(Snapshot {
            state: self.state.save(before.map(|before| &before.state)),
            continuations: Chunks::save(&self.continuations, continuations),
            point: self.point,
        })
    }

    /// Restores a saved state of this execution. The state of the host is left as it is.
    pub fn restore(&mut self, snapshot: &Snapshot) {
        self.state.restore(&snapshot.state);
        self.continuations = snapshot.continuations.to_vec();
        self.point = snapshot.point;
        self.result = None;
        if self.point == Point::Between && self.continuations.is_empty() {
            self.run(snapshot.clk(), &mut Unobserved);
        }
    }
}
