//! Checks of parameters and shape, before a domain or anything else is built from numbers of a proof.

use miden_air::{ParameterSet, SecurityLevel, proof::ProofHeader, proof::ProofShape};
use miden_core::Reader;

use crate::{Policy, VerifierError};

/// Reads the header; its parameter set must be accepted by the caller and its trace length by the parameter set.
pub(crate) fn admit_header(reader: &mut Reader<'_>, policy: &Policy) -> Result<ProofHeader, VerifierError> {
    let header = ProofHeader::read(reader)?;
    match header.parameter_set() {
        set if !policy.accepts(set) => Err(VerifierError::ParameterSet { set }),
        _ => Ok(header),
    }
}

/// Computes the security level from facts that the verifier knows by itself, and compares it with what is demanded.
pub(crate) fn admit_security(
    set: ParameterSet,
    shape: &ProofShape,
    policy: &Policy,
) -> Result<SecurityLevel, VerifierError> {
    let (got, minimum) =
        (SecurityLevel::new(set, shape.trace(), shape.num_constraints()), policy.minimum(set));
    if got.covers(minimum) { Ok(got) } else { Err(VerifierError::Security { got, minimum }) }
}
