use miden_prover::{ExecutionProof, Prover, ProverError, ProverOptions};
use serde_json::{Value, json};

use crate::{failure, limits, problem::Problem, progress::Progress, request::Request, seed::Seed};

/// Proves the execution, success or fault; the proof with its statement is then in `bundle`.
pub(crate) fn prove(request: &Request, seed: &[u8], bundle: &mut Vec<u8>) -> Result<Value, Problem> {
    let mut seed = Seed::new(seed)?;
    let inputs = request.inputs()?;
    let execution = request.options(limits::TRACE_ROWS as u64).with_max_trace_rows(limits::TRACE_ROWS);
    let options = ProverOptions::new(request.parameter_set()?)
        .with_execution(execution)
        .with_max_memory(Some(limits::PROVER_BYTES));
    let assembly = request.assemble()?;
    let proof = Prover::new(&assembly.program)
        .with_inputs(inputs.clone())
        .with_options(options)
        .with_progress(&mut Progress)
        .with_rng(seed.generator())
        .prove();
    let proof = match proof {
        Ok(proof) => proof,
        Err(ProverError::Execution(error)) => {
            return Ok(failure::to_json(&error, request, &assembly, &inputs, &execution));
        }
        Err(error) => return Err(error.into()),
    };
    let mut answer = facts(&proof);
    answer["program"] = assembly.program.digest().to_hex().into();
    if let Some(error) = proof.failure() {
        answer["failure"] = failure::to_json(error, request, &assembly, &inputs, &execution);
    }
    *bundle = proof.into_bundle().to_bytes();
    Ok(answer)
}

fn facts(proof: &ExecutionProof) -> Value {
    let security = proof.security();
    json!({
        "outcome": if proof.outcome().is_success() { "success" } else { "fault" },
        "stated": proof.outcome().to_string(),
        "cycles": proof.cycles(),
        "outputs": failure::numbers(proof.outputs().items()),
        "rows": proof.trace_rows(),
        "parameter_set": proof.parameter_set().name(),
        "hides": proof.hides(),
        "security": {"conjectured": security.conjectured, "proven": security.proven},
        "proof_bytes": proof.as_bytes().len(),
    })
}
