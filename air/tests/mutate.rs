//! Changes one cell at a time and expects a check to fail.
//!
//! Every column is changed in every kind of row: each operation (in the middle, at the end of a group and of a block),
//! first, last and last but one row, each row of a permutation, all rows of the other chiplet sections. A cell that may
//! change unnoticed must be on the list of cells that are free by design (book: design/free-cells.md).

mod common;
mod failures;

use std::collections::{BTreeMap, BTreeSet};

use common::{Row, Section, Trace, everything, felt, ops, periodic_row, straight};
use failures::failures;
use miden_air::{
    Frame,
    inspect::{Boundary, StatementConstants, Unbalanced, boundary_cells, broken_constraints, sent_messages},
};
use miden_core::{
    Felt, Opcode, Outcome,
    field::FieldElement,
    operations::{Class, OPERATIONS},
    trace::{
        Column, WIDTH,
        chiplets::bitwise::{ROTATE_12_8_7, ROTATE_16},
        column_name,
        decoder::{DONE, GROUP_END, GROUPS, HELPERS, HI, LO, fail},
        stack::{DEPTH, OVF, S},
        system::{ADV, CLK, CTX, FMP, FN, INSYS},
    },
};

/// A trace in which a cell can be changed and its neighbourhood checked.
struct Subject {
    trace: Trace,
    boundaries: BTreeMap<(usize, usize), Felt>,
}

impl Subject {
    fn new(trace: Trace) -> Self {
        let cells = boundary_cells(&trace.statement, trace.rows.len());
        let boundaries =
            cells.iter().map(|Boundary { row, column, value, .. }| ((*row, *column), *value)).collect();
        Self { trace, boundaries }
    }

    /// The frames that a row is part of: at most two.
    fn judge(&self, row: usize, changed: &Row) -> (bool, Vec<Unbalanced>) {
        let rows = &self.trace.rows;
        let at = |index: usize| if index == row { changed } else { &rows[index] };
        let starts: Vec<usize> = [row.checked_sub(1), Some(row)]
            .into_iter()
            .flatten()
            .filter(|start| start + 1 < rows.len())
            .collect();
        let periodic: Vec<_> = starts.iter().map(|&start| periodic_row(start)).collect();
        let frames: Vec<_> = starts
            .iter()
            .zip(&periodic)
            .map(|(&start, periodic)| Frame::new(at(start), at(start + 1), periodic))
            .collect();
        let constants = StatementConstants::new(&self.trace.statement);
        let broken = frames.iter().any(|frame| !broken_constraints(frame, constants).is_empty());
        (broken, sent_messages(frames))
    }

    /// Whether a constraint, a fixed cell or the bus, which balanced before, detects the change.
    fn notices(&self, row: usize, column: usize, value: Felt) -> bool {
        let honest = &self.trace.rows[row];
        let mut changed = *honest;
        changed[column] = value;
        if self.boundaries.contains_key(&(row, column)) {
            return true;
        }
        let (broken, messages) = self.judge(row, &changed);
        broken || messages != self.judge(row, honest).1
    }

    /// One row of each kind.
    fn rows(&self) -> BTreeSet<usize> {
        let rows = &self.trace.rows;
        let mut kinds: BTreeMap<(Vec<u64>, bool, bool), usize> = BTreeMap::new();
        for (index, row) in rows.iter().enumerate() {
            let digits = row[HI.start()..LO.end()].iter().map(|digit| digit.as_int()).collect();
            let flag = |column: usize| row[column] == Felt::ONE;
            kinds.entry((digits, flag(GROUP_END.at(0)), flag(DONE.at(0)))).or_insert(index);
        }
        // The hasher section is long and its permutations are alike.
        let hasher_end = self.trace.section(Section::Hasher).len();
        let sections = [Section::Bitwise, Section::Memory, Section::Merkle, Section::Kernel];
        let sections = sections.into_iter().flat_map(|section| self.trace.section(section));
        let padding = self.trace.section(Section::Padding).into_iter().take(2);
        let fixed = (0..9).chain(hasher_end.saturating_sub(9)..hasher_end).chain(rows.len() - 3..rows.len());
        let fixed = fixed.chain(sections).chain(padding);
        kinds.into_values().chain(fixed).collect()
    }

    /// The row before the failing step, and the rows from there on that differ from each other.
    fn rows_of_fault(&self) -> Vec<usize> {
        let statement = &self.trace.statement;
        let clk = statement.outcome.fault().expect("a fault").clk as usize;
        let (place, fails) = (self.trace.num_input_rows() + clk, self.trace.rows_of(Opcode::Fail));
        let last = self.trace.rows.len() - 1;
        (place - 1..fails[0] + 2).chain(last - 2..last).collect()
    }
}

/// Whether the cell is on the list of free cells.
fn is_free(trace: &Trace, row: usize, column: usize) -> bool {
    let cells = &trace.rows[row];
    let opcode = OPERATIONS
        .iter()
        .map(|info| info.opcode)
        .find(|&opcode| trace.rows_of(opcode).binary_search(&row).is_ok());
    // Constraints do not apply to the last row; the cells that the row before reads are bound there.
    if row + 1 == trace.rows.len() {
        return true;
    }
    // The last word of the bitwise section sends no response, whatever its kind.
    let kind = ROTATE_12_8_7.range().contains(&column) || column == ROTATE_16.at(0);
    if kind && trace.section(Section::Bitwise).last() == Some(&row) {
        return true;
    }
    // So is that of an operand that is not a u32, on the rows of a fault.
    let shows_split = opcode == Some(Opcode::Fail) && cells[fail::LIMBS.range()] != [Felt::ZERO; 4];
    // The witness of a canonical split is free if the low half is 0 and the operation uses it.
    let low_is_zero = cells[HELPERS.at(0)] == Felt::ZERO && cells[HELPERS.at(1)] == Felt::ZERO;
    let splits = opcode.is_some_and(|opcode| Class::Canon.contains(opcode) && opcode.info().uses_helper(4));
    low_is_zero && (column == HELPERS.at(4) && splits || column == fail::CANONICAL.at(0) && shows_split)
}

#[test]
fn every_changed_cell_is_detected_or_free_by_design() {
    let shallow = Trace::honest(&straight(&ops(&[Opcode::Drop, Opcode::Noop])), &[1, 2]);
    let unnoticed = [everything(), shallow].into_iter().flat_map(|trace| {
        let subject = Subject::new(trace);
        unnoticed(&subject, subject.rows())
    });
    let unnoticed: Vec<_> = unnoticed.collect();
    assert!(unnoticed.is_empty(), "{}", common::lines(unnoticed));
}

#[test]
fn every_changed_cell_of_a_fault_is_detected_or_free_by_design() {
    let unnoticed = failures().into_iter().flat_map(|trace| {
        let outcome = trace.statement.outcome;
        let subject = Subject::new(trace);
        let unnoticed = unnoticed(&subject, subject.rows_of_fault());
        unnoticed.into_iter().map(move |change| format!("{outcome}: {change}"))
    });
    let unnoticed: Vec<_> = unnoticed.collect();
    assert!(unnoticed.is_empty(), "{}", common::lines(unnoticed));
}

/// The changes that are neither detected nor on the list.
fn unnoticed(subject: &Subject, rows: impl IntoIterator<Item = usize>) -> Vec<String> {
    let mut unnoticed = Vec::new();
    for row in rows {
        for column in 0..WIDTH {
            let honest = subject.trace.rows[row][column];
            let values = [
                honest + Felt::ONE,
                honest - Felt::ONE,
                honest + honest,
                Felt::ZERO,
                Felt::ONE,
                felt(2),
                felt(SQRT_2),
            ];
            for value in values.into_iter().filter(|&value| value != honest) {
                if !subject.notices(row, column, value) && !is_free(&subject.trace, row, column) {
                    let name = column_name(column).unwrap_or_default();
                    unnoticed.push(format!("{name} in row {row}: {honest} → {value}"));
                }
            }
        }
    }
    unnoticed
}

/// The row of an operation binds the state after it: by a constraint, or by a message that this row sends.
#[test]
fn every_item_and_register_after_every_operation_is_bound() {
    let shallow = Trace::honest(&straight(&ops(&[Opcode::Drop, Opcode::Noop])), &[1, 2]);
    let subjects = [everything(), shallow].into_iter().chain(failures()).map(Subject::new);
    for subject in subjects {
        let (rows, constants) = (&subject.trace.rows, StatementConstants::new(&subject.trace.statement));
        let judge = |row: usize, next: &Row| {
            let periodic = periodic_row(row);
            let frame = Frame::new(&rows[row], next, &periodic);
            (broken_constraints(&frame, constants), sent_messages([frame]))
        };
        let advice = [(Opcode::Read, 1), (Opcode::ReadW, 4)]
            .map(|(opcode, count)| (subject.trace.rows_of(opcode), S.start()..S.at(0) + count));
        let columns = [CLK, CTX, FMP, INSYS, FN, ADV, S, DEPTH, OVF].into_iter().flat_map(Column::range);
        let judged: Vec<usize> = match subject.trace.statement.outcome {
            Outcome::Success => subject.rows().into_iter().collect(),
            Outcome::Fault(_) => subject.rows_of_fault(),
        };
        for row in judged.into_iter().filter(|row| row + 1 < rows.len()) {
            let honest = judge(row, &rows[row + 1]);
            for column in columns.clone() {
                let mut next = rows[row + 1];
                next[column] += Felt::ONE;
                let is_free = advice.iter().any(|(rows, free)| rows.contains(&row) && free.contains(&column));
                let name = column_name(column).unwrap_or_default();
                assert_eq!(judge(row, &next) == honest, is_free, "{name} after row {row}");
            }
        }
    }
}

/// Too long a list would hide holes, so this shows that each entry is free.
#[test]
fn cells_on_the_list_are_free() {
    let subject = Subject::new(everything());
    let last = subject.trace.rows.len() - 1;
    assert!(!subject.notices(last, GROUPS.at(3), Felt::ONE));
    let mut splits = [Opcode::U32Lt, Opcode::U32Split].map(|opcode| subject.trace.rows_of(opcode)).concat();
    splits.retain(|&row| is_free(&subject.trace, row, HELPERS.at(4)));
    let last = *subject.trace.section(Section::Bitwise).last().expect("a word");
    assert!(!subject.notices(last, ROTATE_16.at(0), Felt::ONE));
    let row = *splits.first().expect("a split with a low half of 0");
    assert!(!subject.notices(row, HELPERS.at(4), felt(7)));
    let column = fail::CANONICAL.at(0);
    let fault = failures().into_iter().map(Subject::new).find_map(|subject| {
        let row = subject.trace.rows_of(Opcode::Fail)[0];
        is_free(&subject.trace, row, column).then_some((subject, row))
    });
    let (subject, row) = fault.expect("an operand with a low half of 0 that is not a u32");
    assert!(!subject.notices(row, column, felt(7)));
}

/// A square root of 2 modulo `p`.
const SQRT_2: u64 = 18446742969919734017;
