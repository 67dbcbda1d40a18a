//! Cells that the statement fixes. Book: design/boundary.md

use alloc::vec::Vec;

use miden_core::{
    Felt, Opcode, StackInputs, Statement,
    field::FieldElement,
    params::{FMP_INIT, STACK_TOP},
    trace::{
        Column, WIDTH,
        chiplets::Q,
        column_name,
        decoder::{CS, H},
        decoder::{HI, LO, MID},
        range::VALUE,
        stack::{DEPTH, OVF, S},
        system::{ADV, CLK, CTX, FMP, FN, INSYS},
        write_opcode,
    },
};

/// A cell with the value that the statement demands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Boundary {
    /// Name of the family that the cell belongs to; its row in the book.
    pub name: &'static str,
    /// Column of the main trace.
    pub column: usize,
    /// Row.
    pub row: usize,
    /// Value.
    pub value: Felt,
}

impl Boundary {
    /// Name of the family with the name of the cell, e.g. `boundary.start(s3)`.
    pub fn label(&self) -> alloc::string::String {
        alloc::format!("{}({})", self.name, column_name(self.column).unwrap_or_default())
    }
}

/// Number of INPUT rows: one for each input beyond the deepest 15, at least one.
pub(crate) fn num_input_rows(inputs: &StackInputs) -> usize {
    inputs.items().len().saturating_sub(STACK_TOP - 1).max(1)
}

/// Least number of rows of a trace for this statement: its INPUT and OUTPUT rows, a node and an operation, and the
/// last two rows, which the end needs.
pub(crate) fn least_rows(statement: &Statement) -> usize {
    let output_rows = statement.outputs.items().len().saturating_sub(STACK_TOP);
    num_input_rows(&statement.inputs) + 2 + output_rows + 2
}

/// All cells that are fixed in a trace with `num_rows` rows.
pub(crate) fn boundaries(statement: &Statement, num_rows: usize) -> Vec<Boundary> {
    let mut cells = Vec::new();
    start(&mut cells, &statement.inputs);
    program(&mut cells, statement);
    end(&mut cells, statement, num_rows.saturating_sub(2));
    sections(&mut cells, num_rows.saturating_sub(1));
    cells
}

/// Row 0: registers, an INPUT row, the stack below the inputs that INPUT rows bring in.
fn start(cells: &mut Vec<Boundary>, inputs: &StackInputs) {
    let mut fix = |column: usize, value| {
        cells.push(Boundary { name: "boundary.start", column, row: 0, value });
    };
    let registers = [CLK, CTX, FN, INSYS, ADV, CS, OVF].into_iter().flat_map(Column::range);
    registers.for_each(|column| fix(column, Felt::ZERO));
    fix(FMP.at(0), Felt::new(FMP_INIT));
    fix(DEPTH.at(0), Felt::new(STACK_TOP as u64 - 1));
    opcode_cells(Opcode::Input).for_each(|column| fix(column, Felt::ONE));
    // The overflow entry of row 0 would have address 0, which means "no entry": nobody may pop it.
    fix(H.at(5), Felt::ZERO);
    let below = inputs.items().len() - num_input_rows(inputs).min(inputs.items().len());
    let items = inputs.items().iter().take(below).rev().copied().chain(core::iter::repeat(Felt::ZERO));
    S.range().zip(items).for_each(|(column, value)| fix(column, value));
    fix(Q.at(0), Felt::ZERO);
    fix(VALUE.at(0), Felt::ZERO);
}

/// The first row after the inputs is the root node.
fn program(cells: &mut Vec<Boundary>, statement: &Statement) {
    let row = num_input_rows(&statement.inputs);
    let digest = statement.program.elements().iter();
    cells.extend(H.range().zip(digest).map(|(column, &value)| Boundary {
        name: "boundary.program",
        column,
        row,
        value,
    }));
}

/// The row before the last: the program has ended, with these items. The last row is not held to its constraints.
fn end(cells: &mut Vec<Boundary>, statement: &Statement, row: usize) {
    let mut fix = |column, value| cells.push(Boundary { name: "boundary.end", column, row, value });
    opcode_cells(Opcode::Halt).for_each(|column| fix(column, Felt::ONE));
    let outputs = statement.outputs.items();
    let deepest = outputs.get(outputs.len().saturating_sub(STACK_TOP)..).unwrap_or_default();
    S.range().zip(deepest).for_each(|(column, &value)| fix(column, value));
}

/// The last row: chiplets end in padding, the range list ends with the largest value.
fn sections(cells: &mut Vec<Boundary>, row: usize) {
    let mut fix = |column, value| cells.push(Boundary { name: "boundary.sections", column, row, value });
    Q.range().for_each(|column| fix(column, Felt::ONE));
    fix(VALUE.at(0), Felt::from(u16::MAX));
}

/// The columns that are 1 on a row of this kind.
fn opcode_cells(opcode: Opcode) -> impl Iterator<Item = usize> {
    let mut row = [Felt::ZERO; WIDTH];
    write_opcode(&mut row, opcode);
    [HI, MID, LO].into_iter().flat_map(Column::range).filter(move |&column| row[column] == Felt::ONE)
}
