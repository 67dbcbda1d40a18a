//! Checks of parameters and shape, made before anything is built from numbers in a proof.

use miden_air::{ParameterSet, SecurityLevel, proof::ProofHeader, proof::ProofShape};
use miden_core::Reader;

use crate::{Policy, VerifierError};

/// Reads the header. The caller must accept its parameter set, and the parameter set its trace length.
pub(crate) fn read_header(reader: &mut Reader<'_>, policy: &Policy) -> Result<ProofHeader, VerifierError> {
    let header = ProofHeader::read(reader)?;
    match header.parameter_set() {
        set if !policy.accepts(set) => Err(VerifierError::ParameterSet { set }),
        _ => Ok(header),
    }
}

/// Computes the security level from facts that the verifier derives itself, and compares it with the required one.
pub(crate) fn check_security(
    set: ParameterSet,
    shape: &ProofShape,
    policy: &Policy,
) -> Result<SecurityLevel, VerifierError> {
    let (got, minimum) =
        (SecurityLevel::new(set, shape.trace(), shape.num_constraints()), policy.minimum(set));
    if got.covers(minimum) { Ok(got) } else { Err(VerifierError::Security { got, minimum }) }
}
