use alloc::{vec, vec::Vec};

use miden_core::{Felt, field::FieldElement};
#[cfg(feature = "concurrent")]
use rayon::prelude::*;

use super::{domain::Domain, lanes};
use crate::{
    control::Control,
    table::{PANEL, Table},
    transform::Transform,
};

/// Number of rows of a piece of work.
const BLOCK: usize = 1 << 12;

/// Extends a polynomial from the first coset to the whole domain; the values are in the order of the domain, and the
/// components of a value next to each other.
pub(crate) fn extend_values<E: FieldElement<BaseField = Felt>>(
    values: Vec<E>,
    domain: &Domain,
    control: &Control<'_>,
) -> Vec<Felt> {
    let (degree, cosets, rows) = (E::EXTENSION_DEGREE, domain.blowup(), domain.rows());
    let transform = Transform::new(rows);
    let mut table = Table::new(degree, rows, 1);
    for (line, value) in
        table.coset_mut(0, 0).iter_mut().zip(E::slice_as_base_elements(&values).chunks(degree))
    {
        line.0[..degree].copy_from_slice(value);
    }
    drop(values);
    transform.interpolate(table.coset_mut(0, 0), Felt::ONE, control);

    // The coefficients of f(s·x), for each coset: scaled by wʲ they lead from the first coset to coset j.
    let columns = (0..degree * cosets).map(|column| (table.coset(0, 0), column % degree));
    let mut side_by_side = Table::gather(&columns.collect::<Vec<_>>(), control);
    drop(table);
    let inverse_of_offset = domain.coset_offset(0).inv();
    let bases: Vec<Felt> = (0..cosets).map(|j| domain.coset_offset(j) * inverse_of_offset).collect();
    lanes::scale(&mut side_by_side, &bases, degree, control);
    for panel in side_by_side.cosets_mut() {
        transform.evaluate(panel, Felt::ONE, control);
    }

    let width = side_by_side.width();
    let mut extended = vec![Felt::ZERO; width * rows];
    let fill = |(index, values): (usize, &mut [Felt])| {
        if !control.proceeds() {
            return;
        }
        for (row, values) in (index * BLOCK..).zip(values.chunks_exact_mut(width)) {
            for (panel, values) in values.chunks_mut(PANEL).enumerate() {
                values.copy_from_slice(&side_by_side.coset(panel, 0)[row].0[..values.len()]);
            }
        }
    };
    #[cfg(feature = "concurrent")]
    extended.par_chunks_mut(BLOCK * width).enumerate().for_each(fill);
    #[cfg(not(feature = "concurrent"))]
    extended.chunks_mut(BLOCK * width).enumerate().for_each(fill);
    extended
}
