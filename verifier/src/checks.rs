//! Checks of parameters and shape, made before anything is built from numbers in a proof.

use miden_air::{SecurityReport, proof::ProofHeader};
use miden_core::Reader;

use crate::{Policy, VerifierError};

/// Reads the header. The caller must accept its parameter set and whether it hides the execution, and the parameter set
/// its trace length.
pub(crate) fn read_header(reader: &mut Reader<'_>, policy: &Policy) -> Result<ProofHeader, VerifierError> {
    let header = ProofHeader::read(reader)?;
    match header.parameter_set() {
        set if !policy.accepts(set) => Err(VerifierError::ParameterSet { set }),
        _ if policy.demands_hiding() && !header.hides() => Err(VerifierError::NotHiding),
        _ => Ok(header),
    }
}

/// Computes the security level from facts that the verifier derives itself, and compares it with the required one.
pub(crate) fn check_security(header: ProofHeader, policy: &Policy) -> Result<SecurityReport, VerifierError> {
    let report = SecurityReport::new(header);
    let (got, minimum) = (report.level(), policy.minimum(header.parameter_set()));
    if got.covers(minimum) { Ok(report) } else { Err(VerifierError::Security { got, minimum }) }
}
