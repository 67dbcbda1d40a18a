//! Where in the source a proven fault is.

use miden_core::{FaultClaim, ProgramInputs, Statement};
use miden_processor::{Execution, ExecutionError, ExecutionOptions, FailureSite, execute};

use crate::{failure::Failure, program::Loaded};

/// Runs the program up to the cycle of the fault, which the statement claims.
///
/// The proof does not say which advice the program has read, so a run can go another way.
///
/// # Errors
/// If it does; the text says how it ended.
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
        Err(error) if is_proven(&error, statement, fault) => return Ok(loaded.failure(error)),
        Err(ExecutionError::CycleLimit { public: false, .. }) => {
            format!("it has not failed in cycle {}", fault.clk)
        }
        Err(error) => error.to_string(),
        Ok(Execution { cycles, .. }) => format!("it ends after {cycles} cycles"),
    };
    let advice = if fault.deterministic { "" } else { "; it needs the advice of the one that was proven" };
    Err(format!("the run with these inputs goes another way: {ended}{advice}"))
}

fn is_proven(error: &ExecutionError, statement: &Statement, fault: &FaultClaim) -> bool {
    let same_stack = |site: FailureSite| site.stack[..] == *statement.outputs.items();
    error.claim().as_ref() == Some(fault) && error.site().is_some_and(same_stack)
}
