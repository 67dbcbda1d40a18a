//! Statement, advice and lookups determine the trace: no set of cells can move together.
//!
//! `mutate.rs` changes one cell at a time. Here all cells may change at once, but infinitesimally: the trace can leave
//! the honest one in direction `δ` only if the derivatives of all constraints and of the bus along `δ` are 0. To first
//! order, a sum of fractions `n/(α + m)` does not change if the messages of each pole move together and the sum of
//! their numerators is constant. The test shows that `δ = 0` except in cells that are free by design (book:
//! design/free-cells.md), by solving one frame after the other until nothing new follows.
//!
//! The rule for standing messages is a heuristic: a value of a message stands still if it stands still in one message of
//! its pole. Where two equal facts are provided, requests may divide among them and one fact may move away with a part
//! of the requests, which the rule does not follow.
//!
//! Some cells are not bound by derivatives; `δ` is 0 there by assumption: advice; limbs and the list of values, which
//! are integers in a range; rates of nodes and siblings on Merkle paths, which are bound by hashes.

#[path = "../common/mod.rs"]
mod common;
mod equations;
#[path = "../failures/mod.rs"]
mod failures;
mod programs;

use common::{Random, Section, Trace, everything, felt, periodic_row};
use equations::{Form, FrameForms, Sent, open_cells};
use failures::failures;
use miden_air::{
    Frame,
    inspect::{Dual, StatementConstants, boundary_cells, constraint_derivatives, message_derivatives},
};
use miden_core::{
    FaultCode, Felt, Opcode,
    field::FieldElement,
    operations::{Class, OPERATIONS},
    trace::{
        WIDTH,
        chiplets::{M, memory, merkle},
        column_name,
        decoder::{GROUPS, HELPERS, fail},
        range::{BYTE_MULTIPLICITY, MULTIPLICITY, VALUE},
        stack::S,
    },
};

struct Subject {
    trace: Trace,
    frames: Vec<FrameForms>,
}

impl Subject {
    fn new(trace: Trace) -> Self {
        let constants = StatementConstants::new(&trace.statement);
        let frames = (0..trace.rows.len() - 1).map(|row| frame_forms(&trace, row, constants)).collect();
        Self { trace, frames }
    }

    /// Cells in which `δ` is 0 by assumption.
    fn fixed(&self) -> Vec<bool> {
        let trace = &self.trace;
        let mut fixed = vec![false; trace.rows.len() * WIDTH];
        let mut fix = |row: usize, columns: std::ops::Range<usize>| {
            columns.for_each(|column| fixed[row * WIDTH + column] = true);
        };
        for cell in boundary_cells(&trace.statement, trace.rows.len()) {
            fix(cell.row, cell.column..cell.column + 1);
        }
        for row in 0..trace.rows.len() {
            [VALUE, MULTIPLICITY, BYTE_MULTIPLICITY].into_iter().for_each(|column| fix(row, column.range()));
        }
        for info in OPERATIONS {
            for row in trace.rows_of(info.opcode) {
                if Class::Limb.contains(info.opcode) {
                    fix(row, HELPERS.at(0)..HELPERS.at(4));
                }
                if Class::Node.contains(info.opcode) {
                    fix(row, GROUPS.range());
                }
                let advice = match info.opcode {
                    Opcode::Read => 1,
                    Opcode::ReadW => 4,
                    Opcode::Pipe => 8,
                    _ => continue,
                };
                fix(row + 1, S.start()..S.at(0) + advice);
            }
        }
        for row in trace.section(Section::Memory) {
            [memory::LOW_LIMB, memory::HIGH_LIMB].into_iter().for_each(|column| fix(row, column.range()));
        }
        for row in trace.section(Section::Merkle) {
            [merkle::LEFT, merkle::RIGHT].into_iter().for_each(|column| fix(row, column.range()));
        }
        fixed
    }
}

/// The derivatives of constraints and messages of two rows.
fn frame_forms(trace: &Trace, row: usize, constants: StatementConstants) -> FrameForms {
    let form = |dual: &Dual| -> Form {
        dual.derivatives.iter().map(|&(cell, value)| (row * WIDTH + cell, value)).collect()
    };
    let periodic = periodic_row(row);
    let frame = Frame::new(&trace.rows[row], &trace.rows[row + 1], &periodic);
    let constraints = constraint_derivatives(&frame, constants);
    let constraints = constraints.iter().map(|(label, dual)| (label.to_string(), form(dual)));
    let messages = message_derivatives(&frame);
    let messages = messages.iter().map(|message| Sent {
        numerator: message.numerator.value,
        values: message.values.iter().map(|value| value.value).collect(),
        d_numerator: form(&message.numerator),
        d_values: message.values.iter().map(form).collect(),
    });
    FrameForms { constraints: constraints.collect(), messages: messages.collect() }
}

/// Whether the cell is on the list of free cells.
fn is_free(trace: &Trace, row: usize, column: usize) -> bool {
    let cells = &trace.rows[row];
    // The witness of a split whose low half is 0.
    let low_is_zero = cells[HELPERS.at(0)] == Felt::ZERO && cells[HELPERS.at(1)] == Felt::ZERO;
    let splits = |&opcode: &Opcode| trace.rows_of(opcode).contains(&row) && opcode.info().uses_helper(4);
    let mut canonical =
        OPERATIONS.iter().map(|info| info.opcode).filter(|&opcode| Class::Canon.contains(opcode));
    if column == HELPERS.at(4) && low_is_zero && canonical.any(|opcode| splits(&opcode)) {
        return true;
    }
    // Likewise for an operand that is not a u32, on the rows of a fault.
    let fails =
        || trace.rows_of(Opcode::Fail).contains(&row) && cells[fail::LIMBS.range()] != [Felt::ZERO; 4];
    if column == fail::CANONICAL.at(0) && low_is_zero && fails() {
        return true;
    }
    // Multiplicities can be divided among equal words with the same neighbour.
    let bitwise = trace.section(Section::Bitwise);
    let bits = miden_core::trace::chiplets::bitwise::BITS.range();
    let fact = |row: usize| [row, row + 1].map(|row| trace.rows[row][bits.clone()].to_vec());
    let twice = || bitwise.iter().any(|&other| other != row && fact(other) == fact(row));
    column == M.at(0) && bitwise.contains(&row) && twice()
}

/// The cells that can leave the honest trace although they are not free.
fn unexpected(subject: &Subject, left_out: Option<&str>) -> Vec<(usize, usize)> {
    let mut open = open_cells(&subject.frames, subject.fixed(), left_out);
    open.retain(|&(row, column)| !is_free(&subject.trace, row, column));
    open
}

/// Asserts that only free cells can leave the honest trace.
fn assert_determined(subject: &Subject, name: &str) {
    let cell =
        |(row, column): (usize, usize)| format!("{} in row {row}", column_name(column).unwrap_or_default());
    let unexpected: Vec<_> = unexpected(subject, None).into_iter().map(cell).collect();
    let outcome = &subject.trace.statement.outcome;
    assert!(unexpected.is_empty(), "{name}, {outcome}: {}", common::lines(unexpected));
}

/// Asserts that without the constraint a cell of the column could leave the honest trace.
fn assert_binds(subject: &Subject, label: &str, column: usize) {
    let open = unexpected(subject, Some(label));
    assert!(open.iter().any(|cell| cell.1 == column), "{label} binds nothing");
}

#[test]
fn no_direction_leads_away_from_an_honest_fault() {
    // A fault of an operation with three operands, of a node, of a return and of the limit; in the slow set, all.
    let some = [Opcode::U32Maj, Opcode::Split, Opcode::Return];
    let is_slow = std::env::var_os("SLOW_TESTS").is_some();
    let mut tested = 0;
    let (program, inputs) = failures::ending();
    let limited = Trace::of(&program, &inputs, Some(40));
    for trace in failures().into_iter().chain([limited]) {
        let fault = trace.statement.outcome.fault().expect("a fault");
        if is_slow || some.contains(&fault.opcode) || fault.code == FaultCode::CycleLimitExceeded {
            let subject = Subject::new(trace);
            assert_determined(&subject, "a fault");
            // The inverse of what must not be 0.
            assert_binds(&subject, "fault.not_zero", fail::WITNESS.at(0));
            tested += 1;
        }
    }
    println!("{tested} faults");
    assert!(tested >= some.len());
}

#[test]
fn no_direction_leads_away_from_an_honest_trace() {
    for (name, trace, (label, column)) in programs::traces() {
        let subject = Subject::new(trace);
        assert_determined(&subject, name);
        assert_binds(&subject, label, column);
    }
}

#[test]
fn without_its_constraint_a_cell_is_no_longer_bound() {
    let subject = Subject::new(everything());
    assert_determined(&subject, "everything");
    for (label, column) in [
        ("memory.keeps[0]", memory::MESSAGE.at(0)),
        ("merkle.other_root[0]", merkle::OTHER_ROOT.at(0)),
        ("stack.depth", miden_core::trace::stack::DEPTH.at(0)),
        ("system.ctx", miden_core::trace::system::CTX.at(0)),
    ] {
        assert_binds(&subject, label, column);
    }
}

/// The derivative at 0 of a polynomial, by its values at 0, 1, 2, …: `f' = Δf − Δ²f/2 + Δ³f/3 − …`
fn derivative(mut values: Vec<Felt>) -> Felt {
    let mut sum = Felt::ZERO;
    for k in 1..values.len() as u64 {
        values = values.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let term = values[0] * felt(k).inv();
        sum += if k % 2 == 1 { term } else { -term };
    }
    sum
}

#[test]
fn derivatives_are_those_of_the_values() {
    /// Values that determine a polynomial of the largest degree of a constraint, and one more.
    const NUM_VALUES: u64 = 10;
    let constants = StatementConstants::new(&everything().statement);
    let mut random = Random::new(1);
    let mut cells = || std::array::from_fn(|_| random.element());
    let ([current, next, directions, next_directions], periodic) =
        ([cells(), cells(), cells(), cells()], periodic_row(3));
    // Values and derivatives on a line through arbitrary rows.
    let at = |t: u64| {
        let shifted = |row: &[Felt; WIDTH], directions: &[Felt; WIDTH]| -> [Felt; WIDTH] {
            std::array::from_fn(|i| row[i] + felt(t) * directions[i])
        };
        let (current, next) = (shifted(&current, &directions), shifted(&next, &next_directions));
        let frame = Frame::new(&current, &next, &periodic);
        let constraints = constraint_derivatives(&frame, constants).into_iter().map(|(_, dual)| dual);
        let messages = message_derivatives(&frame).into_iter();
        let messages = messages.flat_map(|message| [vec![message.numerator], message.values].concat());
        constraints.chain(messages).collect::<Vec<_>>()
    };
    let points: Vec<Vec<Dual>> = (0..NUM_VALUES).map(at).collect();
    let directions = [directions, next_directions].concat();
    for (i, dual) in points[0].iter().enumerate() {
        let terms = dual.derivatives.iter().map(|&(cell, value)| value * directions[cell]);
        let along = terms.fold(Felt::ZERO, |sum, term| sum + term);
        let values = points.iter().map(|point| point[i].value).collect();
        assert_eq!(along, derivative(values), "number {i}");
    }
}
