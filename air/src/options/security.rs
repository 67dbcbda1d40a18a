use core::fmt;

use miden_core::Felt;
use winter_air::{
    TraceInfo,
    proof::{Context, Proof},
};
use winter_crypto::{ElementHasher, Hasher};
use winter_math::FieldElement;

use super::{ParameterSet, ProtocolVisitor};

/// Security of a proof in bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SecurityLevel {
    /// Assuming the conjecture of the ethSTARK paper on the soundness of FRI.
    pub conjectured: u32,
    /// What is proven: the better of unique decoding and list decoding.
    pub proven: u32,
}

impl SecurityLevel {
    /// The level of proofs with `set`, for a trace and its number of constraints.
    ///
    /// All arguments are facts that the verifier knows by itself; the trace must have a length that `set` accepts.
    pub fn new(set: ParameterSet, trace: &TraceInfo, num_constraints: usize) -> Self {
        let context = Context::new::<Felt>(trace.clone(), set.proof_options(), num_constraints);
        set.visit(Estimate(context))
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

struct Estimate(Context);

impl ProtocolVisitor for Estimate {
    type Output = SecurityLevel;

    fn visit<H, E>(self) -> SecurityLevel
    where
        H: ElementHasher<BaseField = Felt>,
        E: FieldElement<BaseField = Felt>,
    {
        // The backend's formulas are methods of a proof, and read its context only.
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
