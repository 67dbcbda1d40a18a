use miden_processor::execute;
use serde_json::{Value, json};

use crate::{failure, limits, problem::Problem, request::Request};

/// Runs the program.
pub(crate) fn run(request: &Request) -> Result<Value, Problem> {
    let (inputs, options) = (request.inputs()?, request.options(limits::CYCLES));
    let assembly = request.assemble()?;
    Ok(match execute(&assembly.program, &inputs, &options) {
        Ok(execution) => json!({
            "outcome": "success",
            "program": assembly.program.digest().to_hex(),
            "cycles": execution.cycles,
            "outputs": failure::numbers(execution.outputs.items()),
        }),
        Err(error) => failure::to_json(&error, request, &assembly, &inputs, &options),
    })
}
