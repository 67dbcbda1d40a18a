//! The low-degree test. Book: design/verification.md#the-low-degree-test

use alloc::vec::Vec;

use miden_air::proof::{Messages, Openings, ProofShape};
use miden_core::{
    Felt,
    field::{FieldElement, StarkField},
};
use winter_crypto::{ElementHasher, RandomCoin, RandomCoinError};

use super::rows::belongs;
use crate::VerifierError;

/// Number of values that are folded to one, in all sets.
const FOLDING: usize = 8;

/// The folding challenge of each layer.
pub(crate) struct FoldingChallenges<E>(Vec<E>);

impl<E: FieldElement<BaseField = Felt>> FoldingChallenges<E> {
    /// Absorbs the commitment to each layer and draws a challenge after it; then absorbs the commitment to the remainder,
    /// which is computed here and so belongs to it.
    pub(super) fn draw<H, R>(coin: &mut R, messages: &Messages<H, E>) -> Result<Self, RandomCoinError>
    where
        H: ElementHasher<BaseField = Felt>,
        R: RandomCoin<BaseField = Felt, Hasher = H>,
    {
        let challenges = messages.layer_commitments.iter().map(|&commitment| {
            coin.reseed(commitment);
            coin.draw()
        });
        let challenges = challenges.collect::<Result<_, _>>()?;
        coin.reseed(H::hash_elements(&messages.remainder));
        Ok(Self(challenges))
    }
}

/// Checks that a polynomial of low degree has these values at these positions.
///
/// A row of a layer has the values at the points that the fold maps to one point of the next layer; a value is in row
/// `position mod rows`.
pub(super) fn check<H, E>(
    shape: &ProofShape,
    challenges: &FoldingChallenges<E>,
    messages: &Messages<H, E>,
    openings: &Openings<H, E>,
    mut values: Vec<E>,
    mut positions: Vec<usize>,
) -> Result<(), VerifierError>
where
    H: ElementHasher<BaseField = Felt>,
    E: FieldElement<BaseField = Felt>,
{
    let (fold, inverse_offset) = (Fold::new(), Felt::GENERATOR.inv());
    let mut size = shape.domain_size();
    let layers = messages.layer_commitments.iter().zip(&openings.layers).zip(&challenges.0);
    for (layer, ((&commitment, opening), &challenge)) in layers.enumerate() {
        // 1 ----- the opened rows belong to the layer
        let num_rows = size / FOLDING;
        let (rows, row_of) = fold_positions(&positions, num_rows);
        if !belongs(opening, commitment, &rows) {
            return Err(VerifierError::LayerOpening);
        }

        // 2 ----- and contain the values that the layer before, or the DEEP polynomial, has at the positions
        let (opened, _) = opening.values.as_chunks::<FOLDING>();
        let at = |(&position, &row): (&usize, &usize)| opened.get(row)?.get(position / num_rows);
        if !positions.iter().zip(&row_of).map(at).eq(values.iter().map(Some)) {
            return Err(VerifierError::LayerFolding { layer });
        }

        // 3 ----- fold each row
        let inverse_generator = generator(size).inv();
        let fold_row = |(&row, values): (&usize, &[E; FOLDING])| {
            let inverse_point = inverse_offset * inverse_generator.exp_vartime(row as u64);
            fold.value(values, challenge.mul_base(inverse_point))
        };
        values = rows.iter().zip(opened).map(fold_row).collect();
        (positions, size) = (rows, num_rows);
    }

    // 4 ----- the rest is the values of the remainder
    let generator = generator(size);
    let agrees = |(&position, &value): (&usize, &E)| {
        let x = Felt::GENERATOR * generator.exp_vartime(position as u64);
        value == messages.remainder.iter().fold(E::ZERO, |sum, &coefficient| sum.mul_base(x) + coefficient)
    };
    if positions.iter().zip(&values).all(agrees) { Ok(()) } else { Err(VerifierError::RemainderFolding) }
}

/// A generator of the domain with this many points. Its coset with the offset of the low-degree extension is the domain
/// of a layer.
fn generator(size: usize) -> Felt {
    Felt::get_root_of_unity(size.ilog2())
}

/// The rows of the positions, without repetition, in order of first occurrence; and for each position, where its row is
/// in this list.
fn fold_positions(positions: &[usize], num_rows: usize) -> (Vec<usize>, Vec<usize>) {
    let mut rows: Vec<usize> = Vec::with_capacity(positions.len());
    let row_of = positions.iter().map(|position| {
        let row = position % num_rows;
        // There are fewer than a hundred queries.
        rows.iter().position(|&other| other == row).unwrap_or_else(|| {
            rows.push(row);
            rows.len() - 1
        })
    });
    let row_of = row_of.collect();
    (rows, row_of)
}

/// Constants of a fold.
struct Fold {
    /// `ω⁻¹, ω⁻², ω⁻³` for `ω` of order 8.
    inverse_roots: [Felt; 3],
    /// `1/8`
    eighth: Felt,
}

impl Fold {
    fn new() -> Self {
        let inverse = generator(FOLDING).inv();
        let square = inverse.square();
        let inverse_roots = [inverse, square, square * inverse];
        Self { inverse_roots, eighth: Felt::new(FOLDING as u64).inv() }
    }

    /// The value at `α` of the polynomial `f` of degree below 8 with these values at `x·ωᵏ`, `k = 0 … 7`; `ratio` is
    /// `α/x`.
    ///
    /// `f(X) = g(X²) + X·h(X²)` with `2·g(x²) = f(x) + f(−x)` and `2·x·h(x²) = f(x) − f(−x)`, so that
    /// `2·f(α) = (f(x) + f(−x)) + α/x·(f(x) − f(−x))`, where the values are those of a polynomial in `X²`: three such
    /// steps.
    fn value<E: FieldElement<BaseField = Felt>>(&self, values: &[E; FOLDING], ratio: E) -> E {
        let halve = |[a, b]: [E; 2], ratio: E| a + b + ratio * (a - b);
        let [v0, v1, v2, v3, v4, v5, v6, v7] = *values;
        let [root, square, cube] = self.inverse_roots;
        let w0 = halve([v0, v4], ratio);
        let w1 = halve([v1, v5], ratio.mul_base(root));
        let w2 = halve([v2, v6], ratio.mul_base(square));
        let w3 = halve([v3, v7], ratio.mul_base(cube));
        let ratio = ratio.square();
        let halves = [halve([w0, w2], ratio), halve([w1, w3], ratio.mul_base(square))];
        halve(halves, ratio.square()).mul_base(self.eighth)
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use winter_math::{
        fields::{CubeExtension, QuadExtension},
        polynom,
    };

    use super::*;

    fn folds_as_defined<E: FieldElement<BaseField = Felt>>() {
        let element = |seed: u64| {
            let components: Vec<Felt> =
                (0..3).map(|i| Felt::new(0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(seed + i) >> 1)).collect();
            E::slice_from_base_elements(&components[..E::EXTENSION_DEGREE])[0]
        };
        let coefficients: Vec<E> = (0..FOLDING as u64).map(|i| element(10 * i + 3)).collect();
        let (challenge, point) = (element(1000), Felt::new(12345));
        let values = core::array::from_fn(|k| {
            let x = point * generator(FOLDING).exp_vartime(k as u64);
            polynom::eval(&coefficients, E::from(x))
        });
        let folded = Fold::new().value(&values, challenge.mul_base(point.inv()));
        assert_eq!(folded, polynom::eval(&coefficients, challenge));
    }

    #[test]
    fn a_fold_is_the_value_at_the_challenge() {
        folds_as_defined::<QuadExtension<Felt>>();
        folds_as_defined::<CubeExtension<Felt>>();
    }

    #[test]
    fn all_sets_fold_by_the_same_factor() {
        for set in miden_air::ParameterSet::ALL {
            assert_eq!(set.proof_options().to_fri_options().folding_factor(), FOLDING, "{set}");
        }
    }

    #[test]
    fn rows_come_in_the_order_of_their_first_position() {
        assert_eq!(fold_positions(&[3, 9, 11, 17], 8), (vec![3, 1], vec![0, 1, 0, 1]));
        assert_eq!(fold_positions(&[], 8), (vec![], vec![]));
    }
}
