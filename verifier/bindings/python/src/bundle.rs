use std::borrow::Cow;

use miden_verifier::ProofBundle;
use pyo3::prelude::*;

/// Reads the binary or the JSON form; the error is a message.
pub(crate) fn read(file: &[u8]) -> Result<ProofBundle, String> {
    if ProofBundle::has_magic(file) {
        ProofBundle::from_bytes(file).map_err(|error| error.to_string())
    } else {
        serde_json::from_slice(file).map_err(|error| format!("this is not a proof bundle: {error}"))
    }
}

#[pyclass(frozen, module = "miden_verify")]
pub(crate) struct Bundle(ProofBundle);

impl From<ProofBundle> for Bundle {
    fn from(bundle: ProofBundle) -> Self {
        Self(bundle)
    }
}

#[pymethods]
impl Bundle {
    #[getter]
    fn program(&self) -> String {
        self.0.statement.program.to_string()
    }

    #[getter]
    fn kernel(&self) -> Vec<String> {
        self.0.statement.kernel.procedures().iter().map(ToString::to_string).collect()
    }

    #[getter]
    fn inputs(&self) -> Vec<u64> {
        self.0.statement.inputs.items().iter().map(|item| item.as_int()).collect()
    }

    #[getter]
    fn outputs(&self) -> Vec<u64> {
        self.0.statement.outputs.items().iter().map(|item| item.as_int()).collect()
    }

    #[getter]
    fn outcome(&self) -> &'static str {
        self.0.statement.outcome.fault().map_or("success", |fault| fault.code.name())
    }

    #[getter]
    fn cycle_limit(&self) -> Option<u64> {
        self.0.statement.cycle_limit
    }

    #[getter]
    fn statement(&self) -> Cow<'_, [u8]> {
        Cow::Owned(self.0.statement.to_bytes())
    }

    #[getter]
    fn proof(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(&self.0.proof)
    }
}
