use alloc::vec::Vec;
use std::{eprintln, format};

use miden_core::{
    Felt,
    field::{FieldElement, StarkField},
};
use miden_vector::{Instructions, dispatch_to};
use winter_prover::{StarkDomain, math::fft, matrix::ColMatrix};

use super::{
    Transform,
    block::{Block, Evaluate, Interpolate},
    columns::powers,
    evaluate, extend, interpolate,
};
use crate::{
    control::Control,
    table::{Line, PANEL, Table},
};

/// The backend's offset of the domain.
const OFFSET: Felt = Felt::GENERATOR;

/// Elements that differ in all words, from a linear congruential generator.
fn elements(seed: u64, count: usize) -> Vec<Felt> {
    let mut state = seed;
    (0..count)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            Felt::new(state ^ (state >> 29))
        })
        .collect()
}

fn panel(rows: usize) -> Vec<Line> {
    let cells = elements(rows as u64, rows * PANEL);
    cells.chunks_exact(PANEL).map(|line| Line(core::array::from_fn(|i| line[i]))).collect()
}

fn column(lines: &[Line], column: usize) -> Vec<Felt> {
    lines.iter().map(|line| line.0[column]).collect()
}

fn reverse(column: &[Felt]) -> Vec<Felt> {
    (0..column.len()).map(|i| column[fft::permute_index(column.len(), i)]).collect()
}

/// The backend's values at `shift·g^k` of the polynomial with these coefficients.
fn model(coefficients: &[Felt], shift: Felt) -> Vec<Felt> {
    let twiddles = fft::get_twiddles(coefficients.len());
    let moved: Vec<_> = coefficients
        .iter()
        .zip(shift_powers(shift))
        .map(|(&coefficient, power)| coefficient * power)
        .collect();
    let mut values = moved;
    fft::evaluate_poly(&mut values, &twiddles);
    values
}

fn shift_powers(shift: Felt) -> impl Iterator<Item = Felt> {
    core::iter::successors(Some(Felt::ONE), move |&power| Some(power * shift))
}

fn assert_values(coefficients: &[Line], values: &[Line], shift: Felt, context: &str) {
    for i in 0..PANEL {
        let expected = model(&reverse(&column(coefficients, i)), shift);
        assert!(column(values, i) == expected, "{context}: column {i} of {} rows", values.len());
    }
}

#[test]
fn blocks_equal_the_backend_with_all_instructions() {
    for instructions in Instructions::ALL {
        for bits in 1..=12 {
            let size = 1 << bits;
            let block = Block::new(size);
            let coefficients = panel(size);

            let mut lines = coefficients.clone();
            let scale = powers(OFFSET, Felt::ONE, size);
            let evaluated =
                dispatch_to(instructions, Evaluate { block: &block, scale: &scale, lines: &mut lines });
            if evaluated.is_none() {
                eprintln!("{instructions:?}: not on this machine");
                break;
            }
            assert_values(&coefficients, &lines, OFFSET, &format!("{instructions:?}"));

            let scale = powers(OFFSET.inv(), Felt::new(size as u64).inv(), size);
            dispatch_to(instructions, Interpolate { block: &block, scale: &scale, lines: &mut lines });
            assert!(lines == coefficients, "{instructions:?}: coefficients of {size} rows");
        }
    }
}

#[test]
fn transforms_equal_the_backend() {
    let control = Control::unwatched();
    for bits in 1..=14 {
        let transform = Transform::new(1 << bits);
        assert_eq!(transform.rows(), 1 << bits);
        for shift in [Felt::ONE, OFFSET, Felt::new(u64::MAX / 3)] {
            let coefficients = panel(1 << bits);
            let mut lines = coefficients.clone();
            transform.evaluate(&mut lines, shift, &control);
            assert_values(&coefficients, &lines, shift, "in place");
            transform.interpolate(&mut lines, shift, &control);
            assert!(lines == coefficients, "coefficients of 2^{bits} rows");
        }
    }
}

/// A table of one coset with random cells, and its columns.
fn table(width: usize, rows: usize) -> (Table, Vec<Vec<Felt>>) {
    let columns: Vec<_> = (0..width).map(|i| elements(i as u64 + 1, rows)).collect();
    let mut table = Table::new(width, rows, 1);
    for (i, column) in columns.iter().enumerate() {
        let lines = table.coset_mut(i / PANEL, 0);
        for (line, &cell) in lines.iter_mut().zip(column) {
            line.0[i % PANEL] = cell;
        }
    }
    (table, columns)
}

#[test]
fn extension_equals_the_backend() {
    for (width, bits, blowup) in
        [(1, 3, 4), (19, 3, 8), (9, 6, 4), (8, 10, 16), (10, 11, 4), (17, 12, 4), (3, 12, 8), (2, 13, 4)]
    {
        let rows = 1 << bits;
        let (trace, columns) = table(width, rows);
        let domain = StarkDomain::from_twiddles(fft::get_twiddles(rows), blowup, OFFSET);
        let polynomials = ColMatrix::new(columns).interpolate_columns();
        let expected = polynomials.evaluate_columns_over(&domain);

        let (extension, highest) = extend(&trace, Felt::ONE, blowup, OFFSET, 5, &Control::unwatched());
        assert_eq!((extension.width(), extension.rows(), extension.cosets()), (width, rows, blowup));
        for row in 0..rows {
            for coset in 0..blowup {
                for column in 0..width {
                    assert_eq!(
                        extension.cell(column, coset, row),
                        expected.get(column, coset + blowup * row),
                        "{width} columns, 2^{bits} rows by {blowup}: {column}, {coset}, {row}"
                    );
                }
            }
        }
        for (panel, lines) in highest.panels().iter().enumerate() {
            for (i, line) in lines.iter().enumerate() {
                for column in panel * PANEL..width.min((panel + 1) * PANEL) {
                    let coefficient = polynomials.get_column(column)[rows - 1 - i];
                    assert_eq!(line.0[column % PANEL], coefficient, "{width} columns, 2^{bits} rows: {i}");
                }
            }
        }
    }
}

#[test]
fn cosets_have_the_coefficients_of_the_trace() {
    let control = Control::unwatched();
    for bits in [5, 12] {
        let (trace, columns) = table(11, 1 << bits);
        let mut extension = extend(&trace, Felt::ONE, 4, OFFSET, 0, &control).0;
        let values = extension.clone();
        interpolate(&mut extension, OFFSET, &control);

        let polynomials = ColMatrix::new(columns).interpolate_columns();
        let mut coefficients = Table::new(11, 1 << bits, 1);
        for panel in 0..trace.panels() {
            for coset in 0..4 {
                assert!(extension.coset(panel, coset) == extension.coset(panel, 0), "coset {coset}");
            }
            coefficients.coset_mut(panel, 0).copy_from_slice(extension.coset(panel, 0));
        }
        for i in 0..11 {
            let column = column(coefficients.coset(i / PANEL, 0), i % PANEL);
            assert!(reverse(&column) == polynomials.get_column(i), "column {i} of 2^{bits} rows");
        }

        let evaluated = evaluate(&coefficients, 4, OFFSET, &control);
        for panel in 0..trace.panels() {
            for coset in 0..4 {
                assert!(evaluated.coset(panel, coset) == values.coset(panel, coset), "coset {coset}");
            }
        }
    }
}
