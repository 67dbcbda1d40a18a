//! The columns of the quotient, from its values on the cosets of the constraint domain.

use alloc::vec::Vec;

use miden_core::{
    Felt,
    field::{FieldElement, StarkField},
};

use super::{domain::Domain, lanes};
use crate::{
    control::Control,
    table::{PANEL, Table},
    transform,
};

/// The coefficients of the quotient's columns `q₀ … q_(c−1)`, in bit-reversed order, from its values on `c` cosets:
/// column `i·D + d` is component `d` of `qᵢ`.
///
/// The quotient is `Q(x) = Σ x^(i·n)·qᵢ(x)`. On the coset that begins with `sⱼ`, `xⁿ` is the constant `sⱼⁿ`, so the
/// interpolation of its values is `rⱼ = Σ (sⱼⁿ)ⁱ·qᵢ`: a system of `c` equations for each coefficient. As
/// `sⱼⁿ = sⁿ·ζʲ` with `ζ` of order `c`, its solution is `qᵢ = s^(−i·n)/c · Σⱼ ζ^(−i·j)·rⱼ`.
pub(crate) fn quotient_columns(
    values: Table,
    domain: &Domain,
    degree: usize,
    control: &Control<'_>,
) -> Table {
    let cosets = values.cosets();
    let mut interpolations = side_by_side(&values, control);
    drop(values);
    transform::interpolate(&mut interpolations, Felt::ONE, control);
    let stride = domain.blowup() / cosets;
    let offset = |j: usize| domain.coset_offset(j * stride);
    let bases: Vec<Felt> = (0..cosets).map(|j| offset(j).inv()).collect();
    lanes::scale(&mut interpolations, &bases, degree, control);

    let rows = domain.rows() as u64;
    let zeta = if cosets == 1 { Felt::ONE } else { Felt::get_root_of_unity(cosets.ilog2()) };
    let (power_of_offset, cosets_inverse) = (offset(0).exp(rows).inv(), Felt::new(cosets as u64).inv());
    let cell =
        |i: usize, j: usize| power_of_offset.exp(i as u64) * zeta.exp((i * j) as u64).inv() * cosets_inverse;
    let matrix: Vec<Vec<Felt>> = (0..cosets).map(|i| (0..cosets).map(|j| cell(i, j)).collect()).collect();
    lanes::multiply(&matrix, &interpolations, degree, control)
}

/// Cosets side by side: column `c` of coset `j` becomes column `j·width + c`.
fn side_by_side(values: &Table, control: &Control<'_>) -> Table {
    let cells = (0..values.cosets()).flat_map(|coset| (0..values.width()).map(move |column| (coset, column)));
    let columns = cells.map(|(coset, column)| (values.coset(column / PANEL, coset), column % PANEL));
    Table::gather(&columns.collect::<Vec<_>>(), control)
}
