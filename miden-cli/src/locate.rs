//! The place in the source of a proven fault.

use miden_core::{FaultClaim, ProgramInputs, Statement};
use miden_processor::{Execution, ExecutionError, ExecutionOptions, FailureSite, execute};

use crate::{failure::Failure, program::Loaded};

/// Runs the program up to the cycle of the fault.
///
/// The proof does not say which advice the program read, so the run may diverge from the proven one.
///
/// # Errors
/// If it does; the text says how the run ended.
pub(crate) fn locate(
    loaded: &Loaded,
    inputs: &ProgramInputs,
    statement: &Statement,
    fault: &FaultClaim,
) -> Result<Failure, String> {
    let options = ExecutionOptions::default()
        .with_cycle_limit(statement.cycle_limit)
        .with_max_cycles(fault.clk.saturating_add(1));
    let ended = match execute(&loaded.program, inputs, &options) {
        Err(error) if is_proven(&error, statement, fault) => {
            return Ok(loaded.failure(error, inputs, &options));
        }
        Err(ExecutionError::CycleLimit { public: false, .. }) => {
            format!("it did not fail in cycle {}", fault.clk)
        }
        Err(error) => error.to_string(),
        Ok(Execution { cycles, .. }) => format!("it ended after {cycles} cycles"),
    };
    let advice = if fault.deterministic { "" } else { "; it needs the advice of the proven run" };
    Err(format!("the run with these inputs diverges: {ended}{advice}"))
}

fn is_proven(error: &ExecutionError, statement: &Statement, fault: &FaultClaim) -> bool {
    let same_stack = |site: FailureSite| site.stack[..] == *statement.outputs.items();
    error.claim().as_ref() == Some(fault) && error.site().is_some_and(same_stack)
}
