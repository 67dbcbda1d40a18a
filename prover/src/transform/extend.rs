//! Tables of values on one coset, of coefficients, and of values on many cosets.

use alloc::{vec, vec::Vec};

use miden_core::{
    Felt,
    field::{FieldElement, StarkField},
};

use super::{Transform, parallel::for_each, reverse_bits, series};
use crate::{
    control::Control,
    table::{Line, Table, zeros},
};

/// The low-degree extension of a table of one coset, which `from` moves, to the `cosets` cosets of the domain that
/// `to` moves; and the `highest` highest coefficients of each column, at most as many as there are rows.
///
/// Counts the lines of the table and of the extension as units of work.
pub(crate) fn extend(
    table: &Table,
    from: Felt,
    cosets: usize,
    to: Felt,
    highest: usize,
    control: &Control<'_>,
) -> (Table, Highest) {
    fill(table, Some(from), cosets, to, highest, control)
}

/// The highest coefficients of the columns of a table.
#[derive(Clone, Debug)]
pub(crate) struct Highest {
    width: usize,
    panels: Vec<Vec<Line>>,
}

impl Highest {
    /// Those of a table of coefficients, at most as many as it has rows.
    pub(crate) fn of(coefficients: &Table, count: usize) -> Self {
        let rows = coefficients.rows();
        let panel = |panel| {
            let lines = coefficients.coset(panel, 0);
            (0..count).map(|number| lines[reverse_bits(rows - 1 - number, rows)]).collect()
        };
        Self { width: coefficients.width(), panels: (0..coefficients.panels()).map(panel).collect() }
    }

    /// Number of columns.
    pub(crate) const fn width(&self) -> usize {
        self.width
    }

    /// The coefficients of the columns of each panel, highest first.
    pub(crate) fn panels(&self) -> &[Vec<Line>] {
        &self.panels
    }
}

/// The values of a table of coefficients on the `cosets` cosets of the domain that `shift` moves.
/// Counts units of work like [`extend`].
pub(crate) fn evaluate(coefficients: &Table, cosets: usize, shift: Felt, control: &Control<'_>) -> Table {
    fill(coefficients, None, cosets, shift, 0, control).0
}

/// The values of a table of coefficients on the coset that begins with `shift`, into a table of one coset.
/// Counts its lines as units of work.
pub(crate) fn evaluate_coset(coefficients: &Table, values: &mut Table, shift: Felt, control: &Control<'_>) {
    let rows = coefficients.rows();
    let transform = Transform::new(rows);
    let panels = values.cosets_mut().enumerate().collect();
    for_each(
        control,
        panels,
        || (),
        |(), (panel, values)| {
            transform.evaluate_from(coefficients.coset(panel, 0), values, shift, control);
            control.count(rows);
        },
    );
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

fn fill(
    source: &Table,
    from: Option<Felt>,
    cosets: usize,
    to: Felt,
    highest: usize,
    control: &Control<'_>,
) -> (Table, Highest) {
    let rows = source.rows();
    let transform = Transform::new(rows);
    let inverse = from.map(|from| Coset { shift: from.inv(), scale: transform.inverse_scale(from.inv()) });
    let targets: Vec<_> = shifts(rows, cosets, to)
        .into_iter()
        .map(|shift| Coset { shift, scale: transform.scale(shift) })
        .collect();
    let mut panels: Vec<Vec<Vec<Line>>> = vec![Vec::new(); source.panels()];
    let mut kept: Vec<Vec<Line>> = vec![vec![Line::ZERO; highest]; source.panels()];
    for_each(
        control,
        panels.iter_mut().zip(&mut kept).enumerate().collect(),
        || (),
        |(), (panel, (lines, kept))| {
            lines.extend((0..cosets).map(|_| zeros(rows, control)));
            if control.proceeds() {
                let source = source.coset(panel, 0);
                fill_panel(&transform, source, inverse.as_ref(), &targets, lines, kept, control);
            }
        },
    );
    let width = source.width();
    (Table::from_panels(width, rows, cosets, panels), Highest { width, panels: kept })
}

/// The values on all cosets of a panel, whose lines these are. The coefficients are written where the last coset's values
/// will be; the highest ones are kept.
fn fill_panel(
    transform: &Transform,
    source: &[Line],
    inverse: Option<&Coset>,
    targets: &[Coset],
    lines: &mut [Vec<Line>],
    kept: &mut [Line],
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
    // For each block the coefficients to keep: their number, their line in the block, the coefficients.
    let mut highest: Vec<Vec<(usize, usize, Line)>> = vec![Vec::new(); blocks.len()];
    for number in 0..kept.len() {
        let line = reverse_bits(transform.rows() - 1 - number, transform.rows());
        highest[line / transform.inner.size()].push((number, line % transform.inner.size(), Line::ZERO));
    }
    for_each(
        control,
        blocks.into_iter().zip(&mut highest).collect(),
        || (),
        |(), (mut block, highest): (Vec<&mut [Line]>, &mut Vec<_>)| {
            let Some((coefficients, others)) = block.split_last_mut() else { return };
            if let Some(inverse) = inverse {
                transform.interpolate_block(coefficients, &inverse.scale);
            }
            for (_, line, values) in highest {
                *values = coefficients[*line];
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

    for (number, _, values) in highest.into_iter().flatten() {
        kept[number] = values;
    }

    for (coset, target) in lines.iter_mut().zip(targets) {
        transform.evaluate_columns(coset, target.shift, control);
    }
}

/// The shifts of the cosets of the domain that `shift` moves: `shift·w^j`, with `w` the root of unity of the domain.
fn shifts(rows: usize, cosets: usize, shift: Felt) -> Vec<Felt> {
    let root = Felt::get_root_of_unity((rows * cosets).ilog2());
    series(shift, root, cosets)
}
