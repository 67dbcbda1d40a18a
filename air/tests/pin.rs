//! Pins the constraints. A change of what a proof proves changes these numbers, raises the format version and gets a
//! line under *Proof format* in the changelog.

mod common;

use common::{everything, felt};
use expect_test::expect;
use miden_air::{
    MidenAir, ParameterSet, PublicInputs,
    inspect::{boundary_cells, main_degrees},
    periodic, trace_info,
};
use miden_core::{Felt, field::FieldElement, trace::WIDTH};
use winter_air::{Air, EvaluationFrame};

/// A sequence of arbitrary elements.
fn arbitrary(seed: u64, count: usize) -> Vec<Felt> {
    let mut state = felt(seed);
    let mut next = || {
        state = state * felt(0x5851_f42d_4c95_7f2d) + felt(0x1405_7b7e_f767_814f);
        state
    };
    (0..count).map(|_| next()).collect()
}

/// Fingerprint of a list: the value of the polynomial with these coefficients at an arbitrary point.
fn fingerprint(values: impl IntoIterator<Item = Felt>) -> u64 {
    let place = felt(0x9e37_79b9_7f4a_7c15);
    values.into_iter().fold(Felt::ONE, |sum, value| sum * place + value).as_int()
}

#[test]
fn residuals_on_an_arbitrary_frame_are_pinned() {
    let trace = everything();
    let inputs = PublicInputs::new(trace.statement.clone(), ParameterSet::Fast96);
    let air = MidenAir::new(trace_info(trace.rows.len()), inputs, ParameterSet::Fast96.proof_options());
    let frame = EvaluationFrame::from_rows(arbitrary(1, WIDTH), arbitrary(2, WIDTH));
    let mut residuals = vec![Felt::ZERO; main_degrees().len()];
    air.evaluate_transition(&frame, &arbitrary(3, periodic::WIDTH), &mut residuals);
    expect!["354 constraints, 0xdd1f3a2326ddf5fe"].assert_eq(&format!(
        "{} constraints, {:#x}",
        residuals.len(),
        fingerprint(residuals)
    ));
}

#[test]
fn fixed_cells_of_a_statement_are_pinned() {
    let trace = everything();
    let cells = boundary_cells(&trace.statement, trace.rows.len());
    let text: Vec<_> =
        cells.iter().flat_map(|cell| [felt(cell.column as u64), felt(cell.row as u64), cell.value]).collect();
    expect!["63 cells, 0xb5e680bf3c1e5d05"].assert_eq(&format!(
        "{} cells, {:#x}",
        cells.len(),
        fingerprint(text)
    ));
}
