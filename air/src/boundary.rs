//! Cells that the statement fixes. Book: design/boundary.md

use alloc::vec::Vec;

use miden_core::{
    FaultClaim, Felt, Opcode, Outcome, StackInputs, Statement,
    field::FieldElement,
    operations::digits,
    outcome::FaultPlace,
    params::{FMP_INIT, STACK_TOP},
    trace::{
        Column,
        chiplets::Q,
        column_name,
        decoder::{CONTINUATION, DONE, GROUPS, HELPERS, HI, LO, MID, trap},
        range::VALUE,
        stack::{DEPTH, OVF, S},
        system::{ADV, CLK, CTX, FMP, FN, INSYS},
    },
};

/// A cell with the value that the statement fixes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Boundary {
    /// Name of the family of the cell, which is also its row in the book.
    pub name: &'static str,
    /// Column of the main trace.
    pub column: usize,
    /// Row.
    pub row: usize,
    /// Value.
    pub value: Felt,
}

impl Boundary {
    /// Family and cell, e.g. `boundary.start(s3)`.
    pub fn label(&self) -> alloc::string::String {
        alloc::format!("{}({})", self.name, column_name(self.column).expect("a column of the main trace"))
    }
}

/// Least number of rows of a trace for this statement. Success: its INPUT and OUTPUT rows, a node, an operation, and
/// the two rows of the end. Fault: the rows up to the failing step, and two that show the state.
///
/// Counted in 64 bits, like cycles, so that no verdict depends on the size of an address.
pub(crate) fn least_rows(statement: &Statement) -> u64 {
    match statement.outcome {
        Outcome::Success => {
            (statement.inputs.num_input_rows() + 2 + statement.outputs.num_output_rows() + 2) as u64
        }
        Outcome::Fault(fault) => row_of_cycle(&statement.inputs, fault.clk).saturating_add(3),
    }
}

/// The row of a cycle; [`u64::MAX`], which no trace reaches, on overflow.
fn row_of_cycle(inputs: &StackInputs, clk: u64) -> u64 {
    clk.saturating_add(inputs.num_input_rows() as u64)
}

/// All cells that are fixed in an execution with `num_rows` rows, at least [`least_rows`].
pub(crate) fn boundaries(statement: &Statement, num_rows: usize) -> Vec<Boundary> {
    let mut cells = Vec::new();
    start(&mut cells, &statement.inputs);
    program(&mut cells, statement);
    assert!(num_rows as u64 >= least_rows(statement), "the trace is too short for its statement");
    let end_row = num_rows - 2;
    let row_before_end =
        |clk| usize::try_from(row_of_cycle(&statement.inputs, clk)).ok().filter(|&row| row < end_row);
    match &statement.outcome {
        Outcome::Success => {
            if let Some(row) = statement.cycle_limit.and_then(row_before_end) {
                limit(&mut cells, row);
            }
        }
        Outcome::Fault(claim) => {
            let row = row_before_end(claim.clk).expect("`least_rows` counts two rows after the failing step");
            fault(&mut cells, claim, row);
        }
    }
    end(&mut cells, statement, end_row);
    sections(&mut cells, num_rows - 1);
    cells
}

/// Row 0: registers, opcode INPUT, the stack below the inputs that INPUT rows push.
fn start(cells: &mut Vec<Boundary>, inputs: &StackInputs) {
    let mut fix = |column: usize, value| {
        cells.push(Boundary { name: "boundary.start", column, row: 0, value });
    };
    let registers = [CLK, CTX, FN, INSYS, ADV, CONTINUATION, OVF].into_iter().flat_map(Column::range);
    registers.for_each(|column| fix(column, Felt::ZERO));
    fix(FMP.at(0), Felt::new(FMP_INIT));
    fix(DEPTH.at(0), Felt::new(STACK_TOP as u64 - 1));
    opcode_cells(Opcode::Input).for_each(|(column, value)| fix(column, value));
    // The overflow entry of row 0 would have address 0, which means "no entry", so its multiplicity must be 0.
    fix(HELPERS.at(5), Felt::ZERO);
    let (initial, _) = inputs.split_pushed();
    let items = initial.iter().rev().copied().chain(core::iter::repeat(Felt::ZERO));
    S.range().zip(items).for_each(|(column, value)| fix(column, value));
    fix(Q.at(0), Felt::ZERO);
    fix(VALUE.at(0), Felt::ZERO);
}

/// The first row after the inputs is the root node.
fn program(cells: &mut Vec<Boundary>, statement: &Statement) {
    let row = statement.inputs.num_input_rows();
    let digest = statement.program.elements().iter();
    cells.extend(HELPERS.range().zip(digest).map(|(column, &value)| Boundary {
        name: "boundary.program",
        column,
        row,
        value,
    }));
}

/// The row after a cycle limit: the program has ended, so this is an OUTPUT or HALT row. If the limit lies after the
/// end of the trace, the HALT row before the last row implies as much.
fn limit(cells: &mut Vec<Boundary>, row: usize) {
    let mut fix = |column, value| cells.push(Boundary { name: "boundary.limit", column, row, value });
    let (hi, ..) = digits(Opcode::Halt.code());
    let (_, mid, _) = digits(Opcode::Return.code());
    fix(digit_column(HI, hi), Felt::ONE);
    fix(digit_column(MID, mid), Felt::ZERO);
}

/// The row of the failing step fixes which operation or node it was. A failing operation is replaced by TRAP rows.
fn fault(cells: &mut Vec<Boundary>, claim: &FaultClaim, row: usize) {
    let mut fix = |column, row, value| cells.push(Boundary { name: "boundary.fault", column, row, value });
    let opcode = Felt::from(claim.opcode.code());
    let place = FaultPlace::of(claim.opcode).expect("`check_outcome` accepts the steps of a program only");
    let kind = match place {
        FaultPlace::Operation => Opcode::Trap,
        FaultPlace::Node => Opcode::NTrap,
        FaultPlace::Return => Opcode::Return,
    };
    opcode_cells(kind).for_each(|(column, value)| fix(column, row, value));
    match place {
        FaultPlace::Operation => {
            fix(trap::DIGIT.at(0), row, opcode);
            fix(digit_column(HI, digits(kind.code()).0), row - 1, Felt::ZERO);
        }
        FaultPlace::Node => fix(HELPERS.at(5), row, opcode),
        FaultPlace::Return => fix(DONE.at(0), row, Felt::ZERO),
    }
    // The child of the node is the procedure that the system call cannot enter.
    let target = claim.target.iter().flat_map(|digest| digest.elements());
    GROUPS.range().zip(target).for_each(|(column, &value)| fix(column, row, value));
}

/// The row before the last: the program has ended or failed, with these items. Constraints do not apply to the last.
fn end(cells: &mut Vec<Boundary>, statement: &Statement, row: usize) {
    let mut fix = |column, value| cells.push(Boundary { name: "boundary.end", column, row, value });
    let kind = match &statement.outcome {
        Outcome::Success => Opcode::Halt,
        Outcome::Fault(claim) => {
            fix(ADV.at(0), if claim.deterministic { Felt::ZERO } else { Felt::ONE });
            Opcode::Fail
        }
    };
    opcode_cells(kind).for_each(|(column, value)| fix(column, value));
    let outputs = statement.outputs.items();
    let deepest = &outputs[outputs.len() - STACK_TOP..];
    S.range().zip(deepest).for_each(|(column, &value)| fix(column, value));
}

/// The last row: the chiplets end in padding, and the range list with the largest value.
fn sections(cells: &mut Vec<Boundary>, row: usize) {
    let mut fix = |column, value| cells.push(Boundary { name: "boundary.sections", column, row, value });
    Q.range().for_each(|column| fix(column, Felt::ONE));
    fix(VALUE.at(0), Felt::from(u16::MAX));
}

/// The cells that determine the opcode of a row: for a digit with a column, this column is 1 (so the others are 0); for
/// the implicit digit, all columns are 0.
fn opcode_cells(opcode: Opcode) -> impl Iterator<Item = (usize, Felt)> {
    let (hi, mid, lo) = digits(opcode.code());
    [(HI, hi), (MID, mid), (LO, lo)].into_iter().flat_map(|(columns, digit)| {
        let own = digit_column(columns, digit);
        let is_explicit = columns.range().contains(&own);
        columns
            .range()
            .filter(move |&column| !is_explicit || column == own)
            .map(move |column| (column, if is_explicit { Felt::ONE } else { Felt::ZERO }))
    })
}

/// The column of a digit; outside `columns` for the implicit digit.
const fn digit_column(columns: Column, digit: usize) -> usize {
    columns.start() + digit - columns.first_number()
}
