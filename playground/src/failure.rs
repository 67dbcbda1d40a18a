use miden_assembly::{Assembly, InstructionInfo};
use miden_core::{Felt, ProgramInputs};
use miden_debug::FailedRun;
use miden_processor::{ExecutionError, ExecutionOptions};
use serde_json::{Value, json};

use crate::{check::place, request::Request};

/// Number of callers that are shown.
const MAX_CALLERS: usize = 12;

/// A failure with its place, the calls that led to it, and the way out.
pub(crate) fn to_json(
    error: &ExecutionError,
    request: &Request,
    assembly: &Assembly,
    inputs: &ProgramInputs,
    options: &ExecutionOptions,
) -> Value {
    let run = FailedRun::new(&assembly.program, Some(&assembly.debug), inputs, options);
    let failure = match request.assembler() {
        Ok(assembler) => run.assembled_by(&assembler, &request.program()).diagnose(error.clone()),
        Err(_) => run.diagnose(error.clone()),
    };
    let site = error.site();
    json!({
        "outcome": if error.claim().is_some() { "fault" } else { "error" },
        "error": error.kind(),
        "message": failure.to_string(),
        "help": failure.help(),
        "cycle": site.map(|site| site.clk),
        "stack": site.map(|site| numbers(&site.stack)),
        "place": failure.instructions().first().map(instruction),
        "callers": failure.callers().iter().take(MAX_CALLERS).map(instruction).collect::<Vec<_>>(),
    })
}

fn instruction(instruction: &InstructionInfo) -> Value {
    let span = instruction.span();
    let mut place = place(instruction.source(), span.start, span.end);
    place["instruction"] = instruction.text().into();
    place["procedure"] = instruction.procedure().into();
    place
}

/// Field elements as decimal text: JavaScript rounds numbers above 2^53.
pub(crate) fn numbers(items: &[Felt]) -> Vec<String> {
    items.iter().map(ToString::to_string).collect()
}
