//! The binding between the machine and the proof system.

use alloc::vec::Vec;

use miden_air::{
    MidenAir, Protocol, PublicInputs, SecurityLevel,
    proof::{ProofHeader, ProofShape},
};
use miden_core::{Felt, Writer, field::FieldElement};
use winter_air::Air;

use crate::{
    ProverError,
    commitment::RowHash,
    control::Control,
    pipeline::{self, Trace},
};

/// The bytes of a proof, and the properties that follow from the constraints.
pub(crate) struct StarkProof {
    pub(crate) bytes: Vec<u8>,
    pub(crate) header: ProofHeader,
    pub(crate) security: SecurityLevel,
}

/// The protocol that a proof follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// That of this format.
    Ours,
    /// That of the backend, for tests.
    Stock,
}

/// Proves that the trace satisfies the constraints.
///
/// With randomness, the trace is filled up with random rows to a power of two; without, it has that many rows.
pub(crate) fn prove_trace(
    trace: Trace,
    public_inputs: PublicInputs,
    form: Form,
    control: &Control<'_>,
) -> Result<StarkProof, ProverError> {
    // 2 ----- the header, and what follows from it: security, constraints, shape
    let set = public_inputs.parameter_set();
    let hiding = public_inputs.hiding();
    let rows = trace.panels.first().map_or(0, Vec::len) + hiding.random_rows();
    let log2 = u8::try_from(rows.ilog2()).expect("a length has at most 64 bits");
    let header = ProofHeader::new(set, log2)?.with_hiding(hiding.is_on());
    let info = miden_air::trace_info(header.trace_rows());
    let security = SecurityLevel::new(header);
    let air = MidenAir::new(info, public_inputs, set.proof_options());
    let shape = match form {
        Form::Ours => ProofShape::new(&air, hiding),
        Form::Stock => ProofShape::stock(&air),
    };

    let bytes = set.run(Proving { trace, air, shape, header, control })?;
    Ok(StarkProof { bytes, header, security })
}

struct Proving<'a, 'b> {
    trace: Trace,
    air: MidenAir,
    shape: ProofShape,
    header: ProofHeader,
    control: &'a Control<'b>,
}

impl<H: RowHash, E: FieldElement<BaseField = Felt>> Protocol<H, E> for Proving<'_, '_> {
    type Output = Result<Vec<u8>, ProverError>;

    fn run(self) -> Self::Output {
        let Self { trace, air, shape, header, control } = self;
        // 3 ----- prove
        let (messages, openings) = pipeline::prove::<H, E>(trace, &air, &shape, control)?;
        // 4 ----- encode what the verifier cannot derive
        let mut writer = Writer::new();
        header.write(&mut writer);
        messages.write(&mut writer);
        openings.write(&mut writer);
        Ok(writer.finish())
    }
}
