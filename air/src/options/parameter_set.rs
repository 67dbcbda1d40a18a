use core::{fmt, str::FromStr};

use miden_core::params::{MAX_TRACE_LOG2, MIN_TRACE_LOG2};
use winter_air::{BatchingMethod, FieldExtension, ProofOptions};

use super::{SecurityLevel, security::bus_bits};

/// A named choice of all parameters of a proof; verifiers accept no others.
///
/// | Name | Blow-up | Queries | Grinding | Extension | Hash | Promised bits |
/// |---|---|---|---|---|---|---|
/// | `fast-96` | 4 | 40 | 17 | quadratic | BLAKE3, 192 bits | 96 conjectured |
/// | `small-96` | 16 | 20 | 17 | quadratic | BLAKE3, 192 bits | 96 conjectured |
/// | `std-128` | 8 | 37 | 18 | cubic | BLAKE3, 256 bits | 128 conjectured |
/// | `proven-100` | 8 | 57 | 18 | cubic | BLAKE3, 256 bits | 100 proven |
/// | `fast-96-rescue` | 4 | 40 | 17 | quadratic | Rescue Prime | 96 conjectured |
///
/// All fold by 8 in each FRI layer down to a remainder of at most 256 coefficients: of all folding factors and
/// remainders this gives the smallest proofs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ParameterSet {
    /// Proves fastest.
    #[default]
    Fast96,
    /// The smallest proofs; proving takes about three times as long.
    Small96,
    /// 128 bits under the usual conjecture.
    Std128,
    /// 100 bits without a conjecture.
    Proven100,
    /// Like [`Self::Fast96`], with commitments that are cheap to check inside a program.
    Fast96Rescue,
}

/// The hash function of commitments and of the transcript.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CommitmentHash {
    /// BLAKE3, cut to 192 bits: 96 bits of collision resistance.
    Blake3_192,
    /// BLAKE3: 128 bits of collision resistance.
    Blake3_256,
    /// Rescue Prime over the base field: 128 bits of collision resistance.
    RescuePrime,
}

/// A name that no parameter set has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such parameter set; there are fast-96, small-96, std-128, proven-100 and fast-96-rescue")]
pub struct UnknownParameterSet;

/// One row of the table above.
struct Parameters {
    name: &'static str,
    id: u8,
    blowup: usize,
    queries: usize,
    grinding: u32,
    extension: FieldExtension,
    hash: CommitmentHash,
    promise: SecurityLevel,
}

const FOLDING: usize = 8;
const REMAINDER_MAX_DEGREE: usize = 255;

impl ParameterSet {
    /// All sets.
    pub const ALL: [Self; 5] =
        [Self::Fast96, Self::Small96, Self::Std128, Self::Proven100, Self::Fast96Rescue];

    const fn parameters(self) -> Parameters {
        let fast_96 = Parameters {
            name: "fast-96",
            id: 1,
            blowup: 4,
            queries: 40,
            grinding: 17,
            extension: FieldExtension::Quadratic,
            hash: CommitmentHash::Blake3_192,
            promise: SecurityLevel { conjectured: 96, proven: 0 },
        };
        match self {
            Self::Fast96 => fast_96,
            Self::Small96 => Parameters { name: "small-96", id: 2, blowup: 16, queries: 20, ..fast_96 },
            Self::Std128 => Parameters {
                name: "std-128",
                id: 3,
                blowup: 8,
                queries: 37,
                grinding: 18,
                extension: FieldExtension::Cubic,
                hash: CommitmentHash::Blake3_256,
                promise: SecurityLevel { conjectured: 128, proven: 0 },
            },
            Self::Proven100 => Parameters {
                name: "proven-100",
                id: 4,
                queries: 57,
                promise: SecurityLevel { conjectured: 0, proven: 100 },
                ..Self::Std128.parameters()
            },
            Self::Fast96Rescue => {
                Parameters { name: "fast-96-rescue", id: 5, hash: CommitmentHash::RescuePrime, ..fast_96 }
            }
        }
    }

    /// The name, which is how people and files refer to the set.
    pub const fn name(self) -> &'static str {
        self.parameters().name
    }

    /// The number that stands for the set in proofs and in the transcript.
    pub const fn id(self) -> u8 {
        self.parameters().id
    }

    /// The set with this number.
    pub fn from_id(id: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|set| set.id() == id)
    }

    /// The hash function of commitments and of the transcript.
    pub const fn hash(self) -> CommitmentHash {
        self.parameters().hash
    }

    /// The field that challenges are drawn from.
    pub const fn extension(self) -> FieldExtension {
        self.parameters().extension
    }

    /// The level that every proof of the set reaches, for every trace length that the set accepts.
    pub const fn promise(self) -> SecurityLevel {
        self.parameters().promise
    }

    /// Binary logarithms of the least and the largest number of rows of a trace.
    ///
    /// The domain of the low-degree extension has fewer than 2^32 points, and the bus keeps what the set promises.
    pub const fn trace_log2_range(self) -> (u32, u32) {
        const fn min(a: u32, b: u32) -> u32 {
            if a < b { a } else { b }
        }
        let Parameters { blowup, promise, extension, .. } = self.parameters();
        let domain = 31 - blowup.trailing_zeros();
        let bus = bus_bits(extension, 0) - promise.max();
        (MIN_TRACE_LOG2, min(MAX_TRACE_LOG2, min(domain, bus)))
    }

    /// The parameters in the form of the backend.
    pub const fn proof_options(self) -> ProofOptions {
        let Parameters { blowup, queries, grinding, extension, .. } = self.parameters();
        ProofOptions::new(
            queries,
            blowup,
            grinding,
            extension,
            FOLDING,
            REMAINDER_MAX_DEGREE,
            BatchingMethod::Linear,
            BatchingMethod::Linear,
        )
    }
}

impl fmt::Display for ParameterSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for ParameterSet {
    type Err = UnknownParameterSet;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|set| set.name() == name).ok_or(UnknownParameterSet)
    }
}
