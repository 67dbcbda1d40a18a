//! The error of each round, as `−log2` of a probability, rounded down. Book: design/security.md
//!
//! Names as in the book: `n` rows, rate `ρ = 2^-b`, domain of `D = n/ρ` points, extension field `E`.

use core::fmt;

use super::bits::Bits;

/// A round of the protocol, or what it rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Round {
    /// The challenges of the bus.
    Bus,
    /// The coefficients that combine the constraints.
    Composition,
    /// The out-of-domain point.
    OutOfDomain,
    /// The coefficients that combine the columns.
    Batching,
    /// The folding challenge of a FRI layer, counted from 0.
    Fold(u32),
    /// The queries, with the proof of work before them.
    Queries,
    /// Collisions of the hash function.
    Hash,
}

impl fmt::Display for Round {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bus => f.pad("bus"),
            Self::Composition => f.pad("composition"),
            Self::OutOfDomain => f.pad("out of domain"),
            Self::Batching => f.pad("batching"),
            Self::Fold(layer) => write!(f, "fold {layer}"),
            Self::Queries => f.pad("queries"),
            Self::Hash => f.pad("hash"),
        }
    }
}

/// How many words of the code may be close to what a prover commits to, and how close.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Regime {
    /// Conjectured: nothing does better than random words, up to the radius at which they have close words of the code.
    RandomWords,
    /// Proven: up to half the distance of the code, where at most one word is close.
    UniqueDecoding,
    /// Proven: up to `1 − √ρ·(1 + 1/m)`, where at most `m/(2ρ)` words are close.
    ListDecoding {
        /// The parameter `m`, at least 3.
        m: u32,
    },
}

/// What the errors depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SecurityParameters {
    /// Degree of the extension field.
    pub(super) extension_degree: u32,
    /// `b`
    pub(super) blowup_log2: u32,
    /// `log2 n`
    pub(super) rows_log2: u32,
    pub(super) queries: u32,
    pub(super) grinding: u32,
    /// `log2` of the folding factor.
    pub(super) folding_log2: u32,
    pub(super) num_layers: u32,
    /// Bits of a digest.
    pub(super) digest_bits: u32,
    /// Fractions that a row sends over the bus.
    pub(super) fractions_per_row: u128,
    /// Messages of the statement, at most.
    pub(super) public_messages: u128,
    /// Largest degree of a constraint.
    pub(super) degree: u128,
}

impl SecurityParameters {
    /// The error of one round.
    pub(super) const fn round(&self, round: Round, regime: Regime) -> Bits {
        let field = Bits::field(self.extension_degree);
        let rows = 1 << self.rows_log2;
        match round {
            // (F·n + 2·P)·L/|E|; what denominators of zero add is counted among the fractions, see design/bus.md
            Round::Bus => {
                let fractions = self.fractions_per_row * rows + 2 * self.public_messages;
                field.minus(Bits::log2_ceil(fractions)).minus(self.list_size(regime))
            }
            // L/|E|
            Round::Composition => field.minus(self.list_size(regime)),
            // (d + 1)·(n + 1)·L/|E| bounds both shapes of a proof, as masks are shorter and random rows fewer than a tenth
            // of n; less than n + D elements of E, which `Bits::field` has subtracted, are excluded
            Round::OutOfDomain => {
                let degree = (self.degree + 1) * (rows + 1);
                field.minus(Bits::log2_ceil(degree)).minus(self.list_size(regime))
            }
            // an affine space, since each opening has a coefficient of its own
            Round::Batching => field.minus(self.line(self.domain_log2(), regime)),
            // a curve of degree `folding − 1`
            Round::Fold(layer) => {
                let curve = Bits::log2_ceil((1 << self.folding_log2) - 1);
                let domain = self.domain_log2() - (layer + 1) * self.folding_log2;
                field.minus(curve).minus(self.line(domain, regime))
            }
            Round::Queries => self.query(regime).times(self.queries).plus(Bits::new(self.grinding)),
            // a birthday
            Round::Hash => Bits::halves(self.digest_bits),
        }
    }

    const fn domain_log2(&self) -> u32 {
        self.rows_log2 + self.blowup_log2
    }

    /// `log2 L`, rounded up.
    const fn list_size(&self, regime: Regime) -> Bits {
        match regime {
            Regime::RandomWords | Regime::UniqueDecoding => Bits::ZERO,
            Regime::ListDecoding { m } => {
                Bits::log2_ceil(m as u128).plus(Bits::new(self.blowup_log2)).minus(Bits::new(1))
            }
        }
    }

    /// `log2` of the number of elements of `E` for which a line through words that are not jointly close comes close, on
    /// a domain of this size; rounded up.
    const fn line(&self, domain_log2: u32, regime: Regime) -> Bits {
        match regime {
            Regime::RandomWords | Regime::UniqueDecoding => Bits::new(domain_log2),
            // D·ρ^(−3/2)·(M⁵ + 12·M)/48, M = 2m + 1
            Regime::ListDecoding { m } => {
                let odd = 2 * m as u128 + 1;
                let numerator = odd.pow(5) + 12 * odd;
                Bits::new(domain_log2)
                    .plus(Bits::halves(3 * self.blowup_log2))
                    .plus(Bits::log2_ceil(numerator))
                    .minus(Bits::log2_floor(48))
            }
        }
    }

    /// `−log2` of the probability that a query does not notice a word that is not close.
    const fn query(&self, regime: Regime) -> Bits {
        let b = Bits::new(self.blowup_log2);
        let inverse_rate = 1 << self.blowup_log2;
        match regime {
            // ρ + H(ρ)/log2 |E| = ρ·(1 + h/log2 |E|), h = H(ρ)/ρ = b + (2^b − 1)·(b − log2(2^b − 1))
            Regime::RandomWords => {
                let miss = b.minus(Bits::log2_floor(inverse_rate - 1));
                let entropy = b.plus(miss.times(inverse_rate as u32 - 1));
                let field = Bits::field(self.extension_degree);
                let sum = field.plus(entropy).units() as u128;
                b.minus(Bits::log2_ceil(sum).minus(Bits::log2_floor(field.units() as u128)))
            }
            // (1 + ρ)/2
            Regime::UniqueDecoding => Bits::new(1).plus(b).minus(Bits::log2_ceil(inverse_rate + 1)),
            // √ρ·(1 + 1/m)
            Regime::ListDecoding { m } => {
                let excess = Bits::log2_ceil(m as u128 + 1).minus(Bits::log2_floor(m as u128));
                Bits::halves(self.blowup_log2).minus(excess)
            }
        }
    }

    /// All rounds, in the order of the protocol.
    pub(super) fn rounds(&self) -> impl Iterator<Item = Round> + use<> {
        let folds = (0..self.num_layers).map(Round::Fold);
        [Round::Bus, Round::Composition, Round::OutOfDomain, Round::Batching]
            .into_iter()
            .chain(folds)
            .chain([Round::Queries, Round::Hash])
    }
}
