use miden_core::{Outcome, ProofBundle};
use miden_verifier::{Expectation, ExpectedOutcome, Policy, ProofBundleError, verify_bundle};
use serde_json::{Value, json};

use crate::{failure, problem::Problem, request::Request};

/// Verifies that a bundle is about the program, the kernel, the stack and the cycle limit of the request, and that its
/// proof is valid. Success of the verification is the key `valid`.
pub(crate) fn verify(request: &Request, bundle: &[u8]) -> Result<Value, Problem> {
    let (program, kernel) = request.identity()?;
    let expectation = Expectation::new(program)
        .with_kernel(kernel)
        .with_inputs(request.stack()?)
        .with_outcome(ExpectedOutcome::Any)
        .with_cycle_limit(request.cycle_limit);
    let verified = ProofBundle::from_bytes(bundle).map_err(ProofBundleError::from).and_then(|bundle| {
        let verified = verify_bundle(&bundle, &expectation, &Policy::default())?;
        Ok((bundle.statement, verified))
    });
    Ok(match verified {
        Ok((statement, verified)) => json!({
            "outcome": if statement.outcome == Outcome::Success { "success" } else { "fault" },
            "valid": true,
            "stated": statement.outcome.to_string(),
            "program": program.to_hex(),
            "outputs": failure::numbers(statement.outputs.items()),
            "rows": verified.trace_rows,
            "parameter_set": verified.parameter_set.name(),
            "hides": verified.hides,
            "security": {
                "conjectured": verified.security.conjectured, "proven": verified.security.proven,
            },
        }),
        Err(error) => json!({
            "outcome": "error",
            "valid": false,
            "error": error.kind(),
            "code": error.code(),
            "message": error.to_string(),
        }),
    })
}
