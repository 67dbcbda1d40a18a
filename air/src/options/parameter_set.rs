use core::{fmt, str::FromStr};

use miden_core::params::MIN_TRACE_LOG2;
use winter_air::{BatchingMethod, FieldExtension, ProofOptions};

use super::SecurityLevel;

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

impl CommitmentHash {
    /// Whether this build has the sets with the hash function: the feature `blake3-192`, `blake3-256` or `rescue-prime`,
    /// which all builds with `std` have.
    pub const fn is_available(self) -> bool {
        match self {
            Self::Blake3_192 => cfg!(feature = "blake3-192"),
            Self::Blake3_256 => cfg!(feature = "blake3-256"),
            Self::RescuePrime => cfg!(feature = "rescue-prime"),
        }
    }
}

/// A row of the table.
struct Parameters {
    name: &'static str,
    id: u8,
    blowup: usize,
    queries: usize,
    grinding: u32,
    extension: FieldExtension,
    hash: CommitmentHash,
    max_rows_log2: u32,
    promise: SecurityLevel,
    purpose: &'static str,
}

/// Defines [`ParameterSet`], its documentation and [`ParameterSet::ALL`] from the table.
macro_rules! parameter_sets {
    ($(
        $(#[doc = $purpose:literal])+ $(#[$attribute:meta])*
        $set:ident, $name:literal, $id:literal, $blowup:literal, $queries:literal, $grinding:literal,
        $extension:ident, $hash:ident, $max_rows_log2:literal, $bits:literal $kind:ident;
    )+) => {
        /// A named choice of all parameters of a proof; verifiers accept no others.
        ///
        /// | Name | Blow-up | Queries | Grinding | Extension | Hash | Promised bits |
        /// |---|---|---|---|---|---|---|
        $(#[doc = concat!(
            "| `", $name, "` | ", $blowup, " | ", $queries, " | ", $grinding, " | ", stringify!($extension),
            " | [`", stringify!($hash), "`](CommitmentHash::", stringify!($hash), ") | ",
            $bits, " ", stringify!($kind), " |",
        )])+
        ///
        /// All fold by 8 in each FRI layer down to a remainder of at most 256 coefficients: of all folding factors and
        /// remainders this gives the smallest proofs.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ParameterSet {
            $($(#[doc = $purpose])+ $(#[$attribute])* $set,)+
        }

        impl ParameterSet {
            /// All sets, in the order of the table.
            pub const ALL: [Self; [$($id),+].len()] = [$(Self::$set),+];

            const fn parameters(self) -> Parameters {
                match self {
                    $(Self::$set => Parameters {
                        name: $name,
                        id: $id,
                        blowup: $blowup,
                        queries: $queries,
                        grinding: $grinding,
                        extension: FieldExtension::$extension,
                        hash: CommitmentHash::$hash,
                        max_rows_log2: $max_rows_log2,
                        promise: SecurityLevel { $kind: $bits, ..SecurityLevel::NONE },
                        purpose: concat!($($purpose),+),
                    },)+
                }
            }
        }
    };
}

// A new set is a new row: names, ids, security, command line and book read them from here. An id is never used again.
// The longest trace is that for which every round keeps half a bit more than promised, in a domain of fewer than 2^32
// points.
//   variant, name, id, blow-up, queries, grinding, extension, hash, log2 of the longest trace, promised bits
parameter_sets! {
    /// Fast proving.
    #[default]
    Fast96, "fast-96", 1, 4, 40, 18, Quadratic, Blake3_192, 27, 96 conjectured;
    /// Small proofs; proving takes about three times as long.
    Small96, "small-96", 2, 16, 20, 18, Quadratic, Blake3_192, 27, 96 conjectured;
    /// 128 bits of conjectured security.
    Std128, "std-128", 3, 8, 37, 19, Cubic, Blake3_256, 28, 128 conjectured;
    /// 100 bits without a conjecture.
    Proven100, "proven-100", 4, 8, 55, 19, Cubic, Blake3_256, 28, 100 proven;
    /// Proofs whose hashes are cheap to check inside a program.
    Fast96Rescue, "fast-96-rescue", 5, 4, 41, 16, Quadratic, RescuePrime, 27, 96 conjectured;
    /// 128 bits without a conjecture.
    Proven128, "proven-128", 6, 8, 73, 21, Cubic, Blake3_256, 27, 128 proven;
    /// 100 bits without a conjecture, proven as fast as with `fast-96`; the proofs are twice as large.
    FastProven100, "fast-proven-100", 7, 4, 83, 18, Cubic, Blake3_256, 29, 100 proven;
}

const FOLDING: usize = 8;
const REMAINDER_MAX_DEGREE: usize = 255;

impl ParameterSet {
    /// The name by which people and files refer to the set.
    pub const fn name(self) -> &'static str {
        self.parameters().name
    }

    /// The reason to choose the set, in one sentence.
    pub fn purpose(self) -> &'static str {
        self.parameters().purpose.trim()
    }

    /// The number that identifies the set in proofs and in the transcript.
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

    /// Whether this build can make and verify proofs with the set, see [`CommitmentHash::is_available`].
    pub const fn is_available(self) -> bool {
        self.hash().is_available()
    }

    /// The field that challenges are drawn from.
    pub const fn extension(self) -> FieldExtension {
        self.parameters().extension
    }

    /// The level that every proof of the set reaches, for every trace length that the set accepts.
    pub const fn promise(self) -> SecurityLevel {
        self.parameters().promise
    }

    /// Binary logarithms of the smallest and the largest number of rows of a trace.
    ///
    /// For every length between, each round of a proof keeps half a bit more than the [promise](Self::promise); for
    /// hashes, the promise.
    pub const fn trace_log2_range(self) -> (u32, u32) {
        (MIN_TRACE_LOG2, self.parameters().max_rows_log2)
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

/// A name that no parameter set has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such parameter set; use one of {}", Names)]
pub struct UnknownParameterSet;

/// The names of all sets, separated by commas.
struct Names;

impl fmt::Display for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        ParameterSet::ALL.iter().enumerate().try_for_each(|(i, set)| {
            let separator = if i == 0 { "" } else { ", " };
            write!(f, "{separator}{set}")
        })
    }
}

impl FromStr for ParameterSet {
    type Err = UnknownParameterSet;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|set| set.name() == name).ok_or(UnknownParameterSet)
    }
}

/// The form in the formats of `serde` is the name.
#[cfg(feature = "serde")]
impl serde::Serialize for ParameterSet {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for ParameterSet {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = alloc::borrow::Cow::<str>::deserialize(deserializer)?;
        name.parse().map_err(serde::de::Error::custom)
    }
}
