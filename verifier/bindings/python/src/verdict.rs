use miden_verifier::{
    Difference, Mismatch, ParameterSet, ProofBundleError, SecurityLevel, StackName, Verified,
};
use pyo3::prelude::*;

use crate::invalid;

#[pyclass(frozen, module = "miden_verify")]
pub(crate) struct Policy(miden_verifier::Policy);

impl Policy {
    pub(crate) fn or_default(policy: Option<&Self>) -> miden_verifier::Policy {
        policy.map_or_else(miden_verifier::Policy::default, |policy| policy.0.clone())
    }
}

#[pymethods]
impl Policy {
    #[new]
    #[pyo3(signature = (*, parameter_sets = None, hiding = false, conjectured = 0, proven = 0))]
    fn new(
        parameter_sets: Option<Vec<String>>,
        hiding: bool,
        conjectured: u32,
        proven: u32,
    ) -> PyResult<Self> {
        let sets = match parameter_sets {
            Some(names) => {
                let sets = names.iter().map(|name| name.parse::<ParameterSet>().map_err(invalid));
                miden_verifier::Policy::only(sets.collect::<PyResult<Vec<_>>>()?)
            }
            None => miden_verifier::Policy::default(),
        };
        Ok(Self(sets.with_hiding(hiding).with_minimum(SecurityLevel { conjectured, proven })))
    }
}

#[pyclass(frozen, get_all, module = "miden_verify")]
#[derive(Default)]
pub(crate) struct Verdict {
    code: u16,
    kind: &'static str,
    message: String,
    differences: Vec<&'static str>,
    parameter_set: Option<&'static str>,
    rows_log2: u32,
    hides: bool,
    conjectured: u32,
    proven: u32,
}

impl Verdict {
    pub(crate) fn new(result: Result<Verified, ProofBundleError>) -> Self {
        match result {
            Ok(verified) => Self {
                kind: "Accepted",
                message: String::from("the proof is valid"),
                parameter_set: Some(verified.parameter_set.name()),
                rows_log2: verified.trace_rows.ilog2(),
                hides: verified.hides,
                conjectured: verified.security.conjectured,
                proven: verified.security.proven,
                ..Self::default()
            },
            Err(error) => Self {
                code: error.code(),
                kind: error.kind(),
                message: error.to_string(),
                differences: match &error {
                    ProofBundleError::Statement(mismatches) => mismatches.iter().map(part).collect(),
                    _ => Vec::new(),
                },
                ..Self::default()
            },
        }
    }

    /// The verdict on a file that is not a bundle.
    pub(crate) fn malformed(message: String) -> Self {
        let (code, kind) = ProofBundleError::MALFORMED;
        Self { code, kind, message, ..Self::default() }
    }
}

#[pymethods]
impl Verdict {
    #[getter]
    fn valid(&self) -> bool {
        self.code == 0
    }

    /// So that `if verify(…)` does not accept every proof.
    fn __bool__(&self) -> bool {
        self.valid()
    }

    fn __repr__(&self) -> String {
        format!("<Verdict {} {}: {}>", self.code, self.kind, self.message)
    }
}

/// Name of the part, as the parameters of `verify_bundle` have it.
fn part(mismatch: &Mismatch) -> &'static str {
    match mismatch {
        Mismatch::Part(Difference::Program { .. }) => "program",
        Mismatch::Part(Difference::ExtraProcedure { .. } | Difference::MissingProcedure { .. }) => "kernel",
        Mismatch::Part(Difference::Depth { stack, .. } | Difference::Item { stack, .. }) => match stack {
            StackName::Inputs => "inputs",
            StackName::Outputs => "outputs",
        },
        Mismatch::Part(Difference::CycleLimit { .. }) => "cycle_limit",
        _ => "outcome",
    }
}
