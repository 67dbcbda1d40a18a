//! How a failure came about: a second run of the program with the same inputs, up to the failure.
//!
//! The machine keeps no record of the way to the current operation, so that a run that succeeds costs nothing more.

use miden_assembly::{DebugInfo, InstructionInfo};
use miden_core::{Felt, Program, ProgramInputs, params::STACK_TOP};
use miden_processor::{Cycle, CycleObserver, ExecutionError, ExecutionOptions, Executor, FailureSite, Step};

use super::{operands::States, path::Path};

/// How a failure came about.
#[derive(Debug, Default)]
pub(super) struct Diagnosis {
    /// The invocations that led to the failed instruction, innermost first.
    pub(super) callers: Vec<InstructionInfo>,
    /// The instruction that failed, with others of its procedure that have the same code.
    pub(super) instructions: Vec<InstructionInfo>,
    /// The stack on which the failed instruction began, top first; `None` if optimization changed the instruction.
    pub(super) stack: Option<[Felt; STACK_TOP]>,
}

/// Runs the program up to the failure. Without the same failure, as with advice of an event, nothing is known.
pub(super) fn diagnose(
    (program, debug): (&Program, &DebugInfo),
    (inputs, options): (&ProgramInputs, &ExecutionOptions),
    site: &FailureSite,
) -> Diagnosis {
    let mut recorder = Recorder::new(program);
    match run(program, inputs, options, &mut recorder).site() {
        Some(again) if again == *site => recorder.finish(debug, site),
        _ => Diagnosis::default(),
    }
}

/// The stack on which the failed `instruction` began, in the program as written: assembled without optimization. `None`
/// if that fails elsewhere or otherwise.
pub(super) fn diagnose_as_written(
    (program, debug): (&Program, &DebugInfo),
    (inputs, options): (&ProgramInputs, &ExecutionOptions),
    (error, instruction): (&ExecutionError, &InstructionInfo),
) -> Option<[Felt; STACK_TOP]> {
    let mut recorder = Recorder::new(program);
    // The program as written takes more cycles. It must end, whatever it does.
    let cycles = error.site()?.clk.saturating_mul(4).saturating_add(1 << 10);
    let options = options.with_cycle_limit(None).with_max_cycles(cycles);
    let again = run(program, inputs, &options, &mut recorder);
    let site = again.site()?;
    let found = debug.instruction(site.node, site.operation?)?;
    let same = found.source().name() == instruction.source().name() && found.span() == instruction.span();
    (same && again.kind() == error.kind()).then(|| recorder.finish(debug, &site).stack)?
}

/// The error at the end of the run; a run that succeeds counts as one that has been interrupted.
fn run(
    program: &Program,
    inputs: &ProgramInputs,
    options: &ExecutionOptions,
    recorder: &mut Recorder<'_>,
) -> ExecutionError {
    let executor = Executor::new(program).with_inputs(inputs.clone()).with_options(*options);
    executor.with_observer(recorder).execute().err().unwrap_or(ExecutionError::Interrupted)
}

/// Records the path to the current node and the latest states.
struct Recorder<'a> {
    path: Path<'a>,
    states: States,
    /// Number of cycles begun.
    begun: u64,
}

impl<'a> Recorder<'a> {
    fn new(program: &'a Program) -> Self {
        Self { path: Path::new(program), states: States::default(), begun: 0 }
    }

    fn finish(mut self, debug: &DebugInfo, site: &FailureSite) -> Diagnosis {
        // At a limit, the next step has not been taken.
        if self.begun == site.clk && site.operation.is_none() {
            self.path.enter();
        }
        let (mut callers, procedure) = self.path.invocations(debug);
        let place = debug.place_in(site.node, procedure.as_ref());
        let inlined: Vec<_> = match (site.decorator, site.operation) {
            (Some(index), _) => debug.inlined_decorator(site.node, place, index).collect(),
            (None, Some(index)) => debug.inlined_at(site.node, place, index).collect(),
            (None, None) => Vec::new(),
        };
        callers.extend(inlined.iter().map(|call| call.call().clone()));
        callers.reverse();
        let mut places: Vec<_> = debug.places_beside(site.node, place).collect();
        // The most probable one first.
        places.sort_by_key(|number| *number != place);
        let instruction = |place| match (site.decorator, site.operation) {
            (Some(index), _) => debug.decorator_at(site.node, place, index),
            (None, index) => debug.instruction_at(site.node, place, index.unwrap_or(0)),
        };
        let mut instructions: Vec<InstructionInfo> = Vec::new();
        for instruction in places.into_iter().filter_map(instruction) {
            let is_known = |known: &InstructionInfo| {
                known.source().id() == instruction.source().id() && known.span() == instruction.span()
            };
            if !instructions.iter().any(is_known) {
                instructions.push(instruction.clone());
            }
        }
        Diagnosis { callers, instructions, stack: self.states.at_start(debug, site) }
    }
}

impl CycleObserver for Recorder<'_> {
    fn observe(&mut self, cycle: &Cycle<'_>) {
        self.begun = cycle.clk + 1;
        match cycle.step {
            Step::Node => {
                self.path.enter();
                self.path.visit(cycle.node, cycle.stack);
            }
            Step::Operation { index } => self.states.record(cycle, index),
            Step::Return => self.path.enter(),
        }
    }
}
