//! Tables of values on one coset, of coefficients, and of values on many cosets.

use alloc::{vec, vec::Vec};

use miden_core::{
    Felt,
    field::{FieldElement, StarkField},
};

use super::{Transform, parallel::for_each, series};
use crate::{
    control::Control,
    table::{Line, Table, zeros},
};

/// The low-degree extension of a table of one coset, which `from` moves, to the `cosets` cosets of the domain that
/// `to` moves.
///
/// Counts the lines of the table and of the extension as units of work.
pub(crate) fn extend(table: &Table, from: Felt, cosets: usize, to: Felt, control: &Control<'_>) -> Table {
    fill(table, Some(from), cosets, to, control)
}

/// The values of a table of coefficients on the `cosets` cosets of the domain that `shift` moves.
/// Counts units of work like [`extend`].
pub(crate) fn evaluate(coefficients: &Table, cosets: usize, shift: Felt, control: &Control<'_>) -> Table {
    fill(coefficients, None, cosets, shift, control)
}

/// Replaces the values on each coset of the domain that `shift` moves by coefficients: those of the polynomial below the
/// degree `rows` with these values on the coset.
pub(crate) fn interpolate(table: &mut Table, shift: Felt, control: &Control<'_>) {
    let (rows, cosets) = (table.rows(), table.cosets());
    let transform = Transform::new(rows);
    let shifts = shifts(rows, cosets, shift);
    let parts = table.cosets_mut().enumerate().collect();
    for_each(
        control,
        parts,
        || (),
        |(), (part, lines)| transform.interpolate(lines, shifts[part % cosets], control),
    );
}

/// A coset, with the factors for the first pass.
struct Coset {
    shift: Felt,
    scale: Vec<Line>,
}

fn fill(source: &Table, from: Option<Felt>, cosets: usize, to: Felt, control: &Control<'_>) -> Table {
    let rows = source.rows();
    let transform = Transform::new(rows);
    let inverse = from.map(|from| Coset { shift: from.inv(), scale: transform.inverse_scale(from.inv()) });
    let targets: Vec<_> = shifts(rows, cosets, to)
        .into_iter()
        .map(|shift| Coset { shift, scale: transform.scale(shift) })
        .collect();
    let mut panels: Vec<Vec<Vec<Line>>> = vec![Vec::new(); source.panels()];
    for_each(
        control,
        panels.iter_mut().enumerate().collect(),
        || (),
        |(), (panel, lines)| {
            lines.extend((0..cosets).map(|_| zeros(rows, control)));
            if control.proceeds() {
                fill_panel(&transform, source.coset(panel, 0), inverse.as_ref(), &targets, lines, control);
            }
        },
    );
    Table::from_panels(source.width(), rows, cosets, panels)
}

/// The values on all cosets of a panel, whose lines these are. The coefficients are written where the last coset's values
/// will be.
fn fill_panel(
    transform: &Transform,
    source: &[Line],
    inverse: Option<&Coset>,
    targets: &[Coset],
    lines: &mut [Vec<Line>],
    control: &Control<'_>,
) {
    let Some(last) = lines.last_mut() else { return };
    match inverse {
        Some(inverse) => transform.interpolate_columns_from(source, last, inverse.shift, control),
        None => last.copy_from_slice(source),
    }

    let mut blocks: Vec<_> = (0..transform.outer.size()).map(|_| Vec::with_capacity(targets.len())).collect();
    for coset in &mut *lines {
        for (block, lines) in blocks.iter_mut().zip(coset.chunks_exact_mut(transform.inner.size())) {
            block.push(lines);
        }
    }
    for_each(
        control,
        blocks,
        || (),
        |(), mut block| {
            let Some((coefficients, others)) = block.split_last_mut() else { return };
            if let Some(inverse) = inverse {
                transform.interpolate_block(coefficients, &inverse.scale);
            }
            for (lines, target) in others.iter_mut().zip(targets) {
                lines.copy_from_slice(coefficients);
                transform.evaluate_block(lines, &target.scale);
            }
            if let Some(target) = targets.last() {
                transform.evaluate_block(coefficients, &target.scale);
            }
            control.count(transform.inner.size() * (1 + targets.len()));
        },
    );

    for (coset, target) in lines.iter_mut().zip(targets) {
        transform.evaluate_columns(coset, target.shift, control);
    }
}

/// The shifts of the cosets of the domain that `shift` moves: `shift·w^j`, with `w` the root of unity of the domain.
fn shifts(rows: usize, cosets: usize, shift: Felt) -> Vec<Felt> {
    let root = Felt::get_root_of_unity((rows * cosets).ilog2());
    series(shift, root, cosets)
}
