//! The security of proofs, by round, computed with integers. Book: design/security.md

mod bits;
mod rounds;
#[cfg(test)]
mod tests;

use core::fmt;

pub use bits::Bits;
pub use rounds::{Regime, Round};

use self::rounds::SecurityParameters;
use super::CommitmentHash;
use crate::{MAX_DEGREE, bus::FRACTIONS_PER_ROW, proof::ProofHeader, public_inputs::MAX_MESSAGES};

/// Security of a proof in bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct SecurityLevel {
    /// Assuming that no attack on the low-degree test does better than one with random words.
    pub conjectured: u32,
    /// Without a conjecture: the better bound of unique decoding and list decoding.
    pub proven: u32,
}

impl SecurityLevel {
    /// No security at all.
    pub const NONE: Self = Self { conjectured: 0, proven: 0 };

    /// The level of proofs with this header.
    pub fn new(header: ProofHeader) -> Self {
        SecurityReport::new(header).level()
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

/// The security of each round of a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecurityReport {
    parameters: SecurityParameters,
    list_decoding: Regime,
}

/// The security of a round under each assumption.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoundSecurity {
    /// The round.
    pub round: Round,
    /// Assuming that no attack does better than one with random words.
    pub conjectured: Bits,
    /// Proven by unique decoding.
    pub unique_decoding: Bits,
    /// Proven by list decoding.
    pub list_decoding: Bits,
}

impl SecurityReport {
    /// The security of proofs with this header.
    pub fn new(header: ProofHeader) -> Self {
        let (set, rows) = (header.parameter_set(), header.trace_rows());
        let options = set.proof_options();
        let fri = options.to_fri_options();
        let digest_bits = match set.hash() {
            CommitmentHash::Blake3_192 => 192,
            CommitmentHash::Blake3_256 | CommitmentHash::RescuePrime => 256,
        };
        let parameters = SecurityParameters {
            extension_degree: set.extension().degree(),
            blowup_log2: options.blowup_factor().ilog2(),
            rows_log2: rows.ilog2(),
            queries: options.num_queries() as u32,
            grinding: options.grinding_factor(),
            folding_log2: fri.folding_factor().ilog2(),
            num_layers: fri.num_fri_layers(rows * options.blowup_factor()) as u32,
            digest_bits,
            fractions_per_row: FRACTIONS_PER_ROW as u128,
            public_messages: MAX_MESSAGES as u128,
            degree: MAX_DEGREE as u128,
        };
        Self { parameters, list_decoding: best_list_decoding(&parameters) }
    }

    /// All rounds, in the order of the protocol.
    pub fn rounds(&self) -> impl Iterator<Item = RoundSecurity> {
        self.parameters.rounds().map(|round| RoundSecurity {
            round,
            conjectured: self.parameters.round(round, Regime::RandomWords),
            unique_decoding: self.parameters.round(round, Regime::UniqueDecoding),
            list_decoding: self.parameters.round(round, self.list_decoding),
        })
    }

    /// The weakest round under this assumption.
    fn weakest(&self, regime: Regime) -> Bits {
        let rounds = self.parameters.rounds().map(|round| self.parameters.round(round, regime));
        rounds.fold(Bits::new(u32::MAX), Bits::min)
    }

    /// The weakest round, assuming that no attack does better than one with random words.
    pub fn conjectured(&self) -> Bits {
        self.weakest(Regime::RandomWords)
    }

    /// The weakest round, without a conjecture: the better of the two bounds.
    pub fn proven(&self) -> Bits {
        self.weakest(Regime::UniqueDecoding).max(self.weakest(self.list_decoding))
    }

    /// Both levels, in whole bits.
    pub fn level(&self) -> SecurityLevel {
        SecurityLevel { conjectured: self.conjectured().floor(), proven: self.proven().floor() }
    }
}

/// The largest `m` for which the queries are still the weakest round: a larger `m` makes them stronger, up to `√ρ` for
/// each, and all others weaker.
fn best_list_decoding(parameters: &SecurityParameters) -> Regime {
    let queries_are_weakest = |m| {
        let regime = Regime::ListDecoding { m };
        let queries = parameters.round(Round::Queries, regime);
        let mut others = parameters.rounds().filter(|round| !matches!(round, Round::Queries | Round::Hash));
        others.all(|round| parameters.round(round, regime) >= queries)
    };
    let (mut low, mut high) = (MIN_M, MAX_M);
    while low < high {
        let middle = (low + high).div_ceil(2);
        if queries_are_weakest(middle) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    Regime::ListDecoding { m: low }
}

/// The theorem on list decoding needs `m ≥ 3`.
const MIN_M: u32 = 3;
/// Beyond, a query gains less than 0.0004 bits.
const MAX_M: u32 = 1 << 12;

const _: () = assert!(
    <winter_crypto::hashers::Blake3_192<miden_core::Felt> as winter_crypto::Hasher>::COLLISION_RESISTANCE
        >= 96,
    "collisions must not be easier to find than the level of the sets that use this hash"
);
