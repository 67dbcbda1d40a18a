//! The numbers of random rows and of coefficients of a mask are those that hide all that a proof shows, and no larger:
//! ranks of the linear maps from randomness to openings. Book: design/zero-knowledge.md

mod common;

use common::Random;
use miden_air::{ParameterSet, ProtocolVisitor};
use miden_core::{
    Felt,
    field::{FieldElement, StarkField},
};
use winter_crypto::ElementHasher;

/// Number of independent rows of a matrix.
fn rank<E: FieldElement>(mut rows: Vec<Vec<E>>) -> usize {
    let mut rank = 0;
    for column in 0..rows.first().map_or(0, Vec::len) {
        let Some(pivot) = (rank..rows.len()).find(|&row| rows[row][column] != E::ZERO) else { continue };
        rows.swap(rank, pivot);
        let (done, rest) = rows.split_at_mut(rank + 1);
        let pivot = &done[rank];
        let inverse = pivot[column].inv();
        for row in rest.iter_mut().filter(|row| row[column] != E::ZERO) {
            let factor = row[column] * inverse;
            row.iter_mut().zip(pivot).skip(column).for_each(|(cell, &other)| *cell -= factor * other);
        }
        rank += 1;
    }
    rank
}

/// A set with some query positions.
struct Openings<'a> {
    set: ParameterSet,
    rows_log2: u32,
    /// Positions of the queries, and one that is not opened.
    positions: &'a [u64],
    random: &'a mut Random,
}

impl ProtocolVisitor for Openings<'_> {
    /// Ranks of both maps, and the number of values that show with one position that is not opened.
    type Output = ([usize; 2], [usize; 2]);

    fn visit<H, E>(self) -> Self::Output
    where
        H: ElementHasher<BaseField = Felt>,
        E: FieldElement<BaseField = Felt>,
    {
        let Self { set, rows_log2, positions, random } = self;
        let rows = 1_u64 << rows_log2;
        let generator = Felt::get_root_of_unity(rows_log2);
        let of_domain = Felt::get_root_of_unity(rows_log2 + set.proof_options().blowup_factor().ilog2());
        let points: Vec<Felt> =
            positions.iter().map(|&position| Felt::GENERATOR * of_domain.exp_vartime(position)).collect();
        let z = E::slice_from_base_elements(
            &(0..E::EXTENSION_DEGREE).map(|_| random.element()).collect::<Vec<_>>(),
        )[0];

        // Values of a column: at the queries and one row later, at `z` and `z·g`, and at the last position.
        let Some((last, queried)) = points.split_last() else { panic!("positions") };
        let mut shown: Vec<Felt> = queried.iter().flat_map(|&x| [x, x * generator]).chain([*last]).collect();
        shown.sort_by_key(StarkField::as_int);
        shown.dedup();
        let random_rows = set.hiding(true).random_rows() as u64;
        let of_rows = (rows - random_rows..rows).map(|row| {
            let at = generator.exp_vartime(row);
            let base = shown.iter().map(|&x| basis(x, at, rows));
            let extended = [z, z.mul_base(generator)].map(|x| basis(x, E::from(at), rows));
            base.chain(E::slice_as_base_elements(&extended).iter().copied()).collect()
        });
        let of_rows: Vec<Vec<Felt>> = of_rows.collect();

        // Values of a mask: at the queries, at `z` and at the last position.
        let shown_of_mask: Vec<E> = points.iter().map(|&x| E::from(x)).chain([z]).collect();
        let of_mask: Vec<Vec<E>> = (0..set.hiding(true).mask_len() as u64)
            .map(|exponent| shown_of_mask.iter().map(|x| x.exp_vartime(exponent.into())).collect())
            .collect();
        let counts = [of_rows[0].len(), of_mask[0].len()];
        ([rank(of_rows), rank(of_mask)], counts)
    }
}

/// The polynomial that is 1 in the row at `at` and 0 in all others: `(xⁿ − 1)·at/(n·(x − at))`.
fn basis<E: FieldElement<BaseField = Felt>>(x: E, at: E, rows: u64) -> E {
    let zero = x.exp_vartime(rows.into()) - E::ONE;
    zero * at * (E::from(Felt::new(rows)) * (x - at)).inv()
}

#[test]
fn randomness_suffices_for_what_shows_and_is_not_more() {
    let mut random = Random::new(7);
    for set in ParameterSet::ALL {
        let (rows_log2, _) = set.trace_log2_range();
        let blowup = set.proof_options().blowup_factor() as u64;
        let queries = set.proof_options().num_queries();
        // Spread out, so that no two are a row apart: then all the points differ, which is the most that can show.
        let positions: Vec<u64> = (0..=queries as u64).map(|i| i * (3 * blowup + 1)).collect();
        let openings = Openings { set, rows_log2, positions: &positions, random: &mut random };
        let (ranks, shown) = set.visit(openings);
        // Full rank: what shows is uniform, with one position that does not show.
        assert_eq!(ranks, shown, "{set}");
        let hiding = set.hiding(true);
        assert_eq!(shown, [hiding.random_rows(), hiding.mask_len()], "{set}: no more than needed");

        // Neighbours show less.
        let neighbours: Vec<u64> = (0..=queries as u64).map(|i| i * blowup).collect();
        let openings = Openings { set, rows_log2, positions: &neighbours, random: &mut random };
        let ([ranks, _], [shown, _]) = set.visit(openings);
        assert!(ranks == shown && shown < hiding.random_rows(), "{set}: {ranks} of {shown}");
    }
}
