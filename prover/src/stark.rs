//! The binding between the machine and the proof system.

use alloc::vec::Vec;

use miden_air::{
    MidenAir, Protocol, PublicInputs, SecurityLevel,
    proof::{ProofHeader, ProofShape, encode_proof},
};
use miden_core::{Felt, field::FieldElement};
use winter_air::Air;

use crate::{ProverError, commitment::RowHash, control::Control, pipeline};

/// The bytes of a proof, and the properties that follow from the constraints.
pub(crate) struct StarkProof {
    pub(crate) bytes: Vec<u8>,
    pub(crate) header: ProofHeader,
    pub(crate) security: SecurityLevel,
}

/// Proves that the trace satisfies the constraints; the columns have equal lengths.
pub(crate) fn prove_trace(
    columns: Vec<Vec<Felt>>,
    public_inputs: PublicInputs,
    control: &Control<'_>,
) -> Result<StarkProof, ProverError> {
    // 2 ----- the header, and what follows from it: security, constraints, shape
    let set = public_inputs.parameter_set();
    let rows = columns.first().map_or(0, Vec::len);
    let log2 = u8::try_from(rows.ilog2()).expect("a length has at most 64 bits");
    let header = ProofHeader::new(set, log2)?;
    let info = miden_air::trace_info(header.trace_rows());
    let security = SecurityLevel::new(header);
    let air = MidenAir::new(info, public_inputs, set.proof_options());
    let shape = ProofShape::new(&air);

    let bytes = set.run(Proving { columns, air, shape, header, control })?;
    Ok(StarkProof { bytes, header, security })
}

struct Proving<'a, 'b> {
    columns: Vec<Vec<Felt>>,
    air: MidenAir,
    shape: ProofShape,
    header: ProofHeader,
    control: &'a Control<'b>,
}

impl<H: RowHash, E: FieldElement<BaseField = Felt>> Protocol<H, E> for Proving<'_, '_> {
    type Output = Result<Vec<u8>, ProverError>;

    fn run(self) -> Self::Output {
        let Self { columns, air, shape, header, control } = self;
        // 3 ----- prove
        let proof = pipeline::prove::<H, E>(columns, &air, &shape, control)?;
        // 4 ----- encode what the verifier cannot derive
        Ok(encode_proof::<H>(header, &proof)?)
    }
}
