//! The polynomial that is zero at the points of the last rows, to which transition constraints do not apply.

use alloc::{vec, vec::Vec};

use miden_core::{
    Felt,
    field::{FieldElement, StarkField},
};

use super::domain::Domain;
use crate::{
    control::Control,
    table::{Line, PANEL},
    transform::{Transform, reverse_bits},
};

/// The coefficients of `Π (x − gʳ)` over the last `count` of `rows` rows, lowest first.
pub(super) fn polynomial(rows: usize, count: usize) -> Vec<Felt> {
    let inverse_of_generator = Felt::get_root_of_unity(rows.ilog2()).inv();
    let mut root = Felt::ONE;
    let mut coefficients = vec![Felt::ONE];
    for _ in 0..count {
        root *= inverse_of_generator;
        // Times x − root.
        coefficients.push(Felt::ONE);
        for i in (1..coefficients.len() - 1).rev() {
            coefficients[i] = coefficients[i - 1] - root * coefficients[i];
        }
        coefficients[0] *= -root;
    }
    coefficients
}

/// Its values on each coset, divided by `xⁿ − 1`, which is constant there.
///
/// The cosets are transformed side by side, see [`lanes`](crate::pipeline::lanes).
pub(super) fn quotients(
    polynomial: &[Felt],
    domain: &Domain,
    cosets: usize,
    control: &Control<'_>,
) -> Vec<Vec<Felt>> {
    assert!(cosets <= PANEL, "the degree of the constraints is below 9");
    let rows = domain.rows;
    let mut lines = vec![Line::ZERO; rows];
    for coset in 0..cosets {
        let shift = domain.shift(coset);
        let mut factor = (shift.exp(rows as u64) - Felt::ONE).inv();
        for (exponent, &coefficient) in polynomial.iter().enumerate() {
            lines[reverse_bits(exponent, rows)].0[coset] = coefficient * factor;
            factor *= shift;
        }
    }
    Transform::new(rows).evaluate(&mut lines, Felt::ONE, control);
    (0..cosets).map(|coset| lines.iter().map(|line| line.0[coset]).collect()).collect()
}
