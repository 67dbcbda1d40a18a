//! The verifier as a Python module; `miden_verify/__init__.pyi` documents it.

#![allow(missing_docs, reason = "the type stubs document the interface")]

mod bundle;
mod verdict;

use miden_verifier::{
    Digest, Expectation, ExpectedOutcome, Kernel, StackInputs, StackOutputs, Statement, verify_bundle,
    verify_with,
};
use pyo3::{exceptions::PyValueError, prelude::*};

use bundle::Bundle;
use verdict::{Policy, Verdict};

#[pymodule]
mod _native {
    #[pymodule_export]
    use super::{bundle::Bundle, read_bundle, verdict::Policy, verdict::Verdict, verify, verify_bundle_file};
}

/// The error of an argument.
fn invalid(error: impl core::fmt::Display) -> PyErr {
    PyValueError::new_err(error.to_string())
}

#[pyfunction]
#[pyo3(signature = (statement, proof, policy = None))]
fn verify(py: Python<'_>, statement: &[u8], proof: &[u8], policy: Option<&Policy>) -> Verdict {
    let policy = Policy::or_default(policy);
    let result = py.detach(|| Ok(verify_with(&Statement::from_bytes(statement)?, proof, &policy)?));
    Verdict::new(result)
}

#[pyfunction]
#[pyo3(
    name = "verify_bundle",
    signature = (
        bundle, program, *, kernel = Vec::new(), inputs = None, outputs = None, outcome = "success", cycle_limit = None,
        policy = None,
    ),
    text_signature = "(bundle, program, *, kernel=(), inputs=None, outputs=None, outcome='success', cycle_limit=None, \
        policy=None)"
)]
#[allow(clippy::too_many_arguments, reason = "they are keywords")]
fn verify_bundle_file(
    py: Python<'_>,
    bundle: &[u8],
    program: &str,
    kernel: Vec<String>,
    inputs: Option<Vec<u64>>,
    outputs: Option<Vec<u64>>,
    outcome: &str,
    cycle_limit: Option<u64>,
    policy: Option<&Policy>,
) -> PyResult<Verdict> {
    let outcome = match outcome {
        "success" => ExpectedOutcome::Success,
        "any" => ExpectedOutcome::Any,
        fault => ExpectedOutcome::Fault(fault.parse().map_err(invalid)?),
    };
    let procedures =
        kernel.iter().map(|hash| hash.parse::<Digest>().map_err(invalid)).collect::<PyResult<_>>()?;
    let mut expectation = Expectation::new(program.parse().map_err(invalid)?)
        .with_kernel(Kernel::new(procedures).map_err(invalid)?)
        .with_outcome(outcome)
        .with_cycle_limit(cycle_limit);
    if let Some(items) = inputs {
        expectation = expectation.with_inputs(StackInputs::from_ints(&items).map_err(invalid)?);
    }
    if let Some(items) = outputs {
        expectation = expectation.with_outputs(StackOutputs::from_ints(&items).map_err(invalid)?);
    }
    let policy = Policy::or_default(policy);
    Ok(py.detach(|| match bundle::read(bundle) {
        Ok(bundle) => Verdict::new(verify_bundle(&bundle, &expectation, &policy)),
        Err(message) => Verdict::malformed(message),
    }))
}

#[pyfunction]
fn read_bundle(bundle: &[u8]) -> PyResult<Bundle> {
    bundle::read(bundle).map(Bundle::from).map_err(PyValueError::new_err)
}
