use core::sync::atomic::AtomicBool;

use miden_core::{Outcome, Program, StackInputs, StackOutputs};

use super::parts::{END_ROWS, check_length};
use crate::{
    Execution, ExecutionError, ExecutionOptions, Host,
    host::{HostAnswers, HostOracle, RecordingOracle, ReplayOracle},
    process,
    provable_fault::{FaultWitness, ProvableFault},
    tracer::Tracer,
};

/// How an execution ended.
#[derive(Clone, Debug)]
pub(super) struct Ending {
    pub(super) outcome: Outcome,
    pub(super) outputs: StackOutputs,
    pub(super) cycles: u64,
    pub(super) failure: Option<ExecutionError>,
}

/// The facts about an execution that its recording needs.
pub(super) struct FirstRun {
    pub(super) ending: Ending,
    /// Proves the fault, if there is one.
    pub(super) witness: Option<FaultWitness>,
    /// The answers of the host, and the permutations.
    pub(super) answers: HostAnswers,
    /// Rows of the execution, or a few fewer if it fails.
    pub(super) rows: usize,
}

impl FirstRun {
    pub(super) fn new(
        program: &Program,
        inputs: &StackInputs,
        host: &mut impl Host,
        tracer: &mut impl Tracer,
        options: &ExecutionOptions,
        interrupt: Option<&AtomicBool>,
    ) -> Result<Self, ExecutionError> {
        let mut oracle = RecordingOracle::new(HostOracle(host));
        let result = process::run(program, inputs, options, interrupt, &mut oracle, tracer);
        let answers = oracle.into_answers();
        let (ending, witness) = match result {
            Ok(Execution { outputs, cycles }) => {
                (Ending { outcome: Outcome::Success, outputs, cycles, failure: None }, None)
            }
            Err(error) => {
                let (Some(fault), Some(site)) = (ProvableFault::of(&error), error.site()) else {
                    return Err(error);
                };
                let (outcome, outputs) = (Outcome::Fault(fault.claim), StackOutputs::new(site.stack.into())?);
                (Ending { outcome, outputs, cycles: site.clk, failure: Some(error) }, Some(fault.witness))
            }
        };
        let other_rows = inputs.num_input_rows() + ending.outputs.num_output_rows() + END_ROWS;
        let rows = usize::try_from(ending.cycles.saturating_add(other_rows as u64)).unwrap_or(usize::MAX);
        check_length(rows, options)?;
        check_length(usize::try_from(answers.num_siblings()).unwrap_or(usize::MAX), options)?;
        Ok(Self { ending, witness, answers, rows })
    }

    /// Runs the program again, to its end or up to the step that fails, which is not taken.
    ///
    /// # Errors
    /// If it is interrupted.
    ///
    /// # Panics
    /// If the second run ends in another way.
    pub(super) fn repeat(
        &self,
        program: &Program,
        inputs: &StackInputs,
        options: &ExecutionOptions,
        interrupt: Option<&AtomicBool>,
        tracer: &mut impl Tracer,
    ) -> Result<(), ExecutionError> {
        let options = options.with_max_cycles(self.ending.cycles);
        let mut oracle = ReplayOracle::new(&self.answers);
        match process::run(program, inputs, &options, interrupt, &mut oracle, tracer) {
            Err(ExecutionError::Interrupted) => return Err(ExecutionError::Interrupted),
            Err(ExecutionError::CycleLimit { .. }) if self.witness.is_some() => {}
            Ok(_) if self.witness.is_none() => {}
            other => unreachable!("the second run must end like the first: {:?}, not {other:?}", self.ending),
        }
        assert!(oracle.is_used_up(), "the second run must read all advice that the first run read");
        Ok(())
    }
}
