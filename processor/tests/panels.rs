//! The panels of a trace: columns in order, rows one below the other, and room for the prover's rows.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{inputs, straight_line, trace};
use miden_core::{
    Felt, Opcode,
    field::FieldElement,
    trace::{PANEL, PANELS, WIDTH},
};
use miden_processor::ExecutionOptions;

const RESERVED: usize = 133;

/// One program whose execution is the longest part, and one whose permutations are.
#[test]
fn panels_have_all_columns_in_order_and_room_for_the_reserved_rows() {
    let options = ExecutionOptions::default().with_reserved_rows(RESERVED);
    for (opcode, count) in [(Opcode::Noop, 3000), (Opcode::HPerm, 300)] {
        let program = straight_line(&vec![opcode.into(); count]);
        let trace = trace(&program, &inputs(&[1, 2, 3]), &options).unwrap();
        let num_rows = trace.num_rows();
        assert_eq!(num_rows, (1 << 12) - RESERVED);

        let columns = trace.to_columns();
        assert_eq!(columns.len(), WIDTH);
        for (index, cells) in columns.iter().enumerate() {
            assert!(trace.column(index).eq(cells.iter().copied()), "column {index}");
            assert!((0..num_rows).all(|row| trace.cell(index, row) == cells[row]), "column {index}");
        }

        let panels = trace.into_panels();
        assert_eq!(panels.len(), PANELS);
        for (lines, first) in panels.iter().zip((0usize..).step_by(PANEL)) {
            assert_eq!(lines.len(), num_rows);
            assert!(lines.capacity() >= num_rows + RESERVED);
            for (row, line) in lines.iter().enumerate() {
                let cell = |lane: usize| columns.get(first + lane).map_or(Felt::ZERO, |cells| cells[row]);
                assert_eq!(line.0, core::array::from_fn(cell), "row {row}, column {first}");
            }
        }
    }
}

#[test]
#[should_panic(expected = "the trace has 106 columns, not one with the number 106")]
fn zeros_after_the_last_column_are_not_a_column() {
    let program = straight_line(&[Opcode::Noop.into()]);
    trace(&program, &inputs(&[]), &ExecutionOptions::default()).unwrap().cell(WIDTH, 0);
}
