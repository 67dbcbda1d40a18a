use core::fmt;

use miden_core::{Felt, field::StarkField};
use winter_air::{
    FieldExtension, TraceInfo,
    proof::{Context, Proof},
};
use winter_crypto::{ElementHasher, Hasher};
use winter_math::FieldElement;

use super::{ParameterSet, ProtocolVisitor};
use crate::bus::FRACTIONS_PER_ROW;

/// Security of a proof in bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SecurityLevel {
    /// Assuming the conjecture of the ethSTARK paper on the soundness of FRI.
    pub conjectured: u32,
    /// Without a conjecture: the better bound of unique decoding and list decoding.
    pub proven: u32,
}

impl SecurityLevel {
    /// No security at all.
    pub const NONE: Self = Self { conjectured: 0, proven: 0 };

    /// The level of proofs with `set`, for a trace and its number of constraints.
    ///
    /// The verifier derives all arguments itself; `set` must accept the length of the trace.
    pub fn new(set: ParameterSet, trace: &TraceInfo, num_constraints: usize) -> Self {
        let context = Context::new::<Felt>(trace.clone(), set.proof_options(), num_constraints);
        let backend = set.visit(Estimate(context));
        let bus = bus_bits(set.extension(), trace.length().ilog2());
        Self { conjectured: backend.conjectured.min(bus), proven: backend.proven.min(bus) }
    }

    /// The larger of the two numbers.
    pub(super) const fn max(self) -> u32 {
        if self.conjectured > self.proven { self.conjectured } else { self.proven }
    }

    /// Whether both numbers reach those of `other`.
    pub const fn covers(self, other: Self) -> bool {
        self.conjectured >= other.conjectured && self.proven >= other.proven
    }
}

impl fmt::Display for SecurityLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bits conjectured, {} bits proven", self.conjectured, self.proven)
    }
}

/// Bits of security of the bus: the sum of `F` fractions per row over `2^rows_log2` rows is zero by accident with
/// probability below `F·2^rows_log2 / |extension|`, which the backend's formulas omit.
pub(super) const fn bus_bits(extension: FieldExtension, rows_log2: u32) -> u32 {
    // `F` is rounded up to a power of two, which is more than |extension| falls short of one.
    let fractions_log2 = FRACTIONS_PER_ROW.next_power_of_two().trailing_zeros();
    const { assert!(!FRACTIONS_PER_ROW.is_power_of_two()) };
    Felt::MODULUS_BITS * extension.degree() - fractions_log2 - rows_log2
}

struct Estimate(Context);

impl ProtocolVisitor for Estimate {
    type Output = SecurityLevel;

    fn visit<H, E>(self) -> SecurityLevel
    where
        H: ElementHasher<BaseField = Felt>,
        E: FieldElement<BaseField = Felt>,
    {
        // The backend's formulas are methods of a proof, but read only its context.
        let proof = Proof { context: self.0, ..Proof::new_dummy() };
        let proven = proof.proven_security::<H>();
        SecurityLevel {
            conjectured: proof.conjectured_security::<H>().bits(),
            proven: proven.ldr_bits().max(proven.udr_bits()),
        }
    }
}

const _: () = assert!(
    <winter_crypto::hashers::Blake3_192<Felt> as Hasher>::COLLISION_RESISTANCE >= 96,
    "collisions must not be easier to find than the level of the sets that use this hash"
);
