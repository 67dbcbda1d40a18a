//! Honest traces, and ways to tamper with them.

#![allow(dead_code, unreachable_pub, unused_imports, reason = "each test file uses a part")]

mod faults;
mod linear;
mod programs;
mod random;

use std::{array, collections::BTreeSet, fmt::Write as _};

use miden_air::{
    Frame, Hiding, ParameterSet,
    inspect::{Label, StatementConstants, Violation, broken_constraints, check_hiding},
    periodic,
};
use miden_core::{
    AdviceInputs, Digest, Felt, Opcode, Operation, Program, ProgramInputs, StackInputs, StackOutputs,
    Statement,
    field::FieldElement,
    program::ProgramBuilder,
    trace::{Column, WIDTH, chiplets::Q, decoder, stack, system, write_opcode},
};

pub use faults::{fail_row, trap_rows};
pub use linear::{Echelon, Form};
pub use programs::{felt, ops, program_with_everything, push};
pub use random::Random;

/// A row of the main trace.
pub type Row = [Felt; WIDTH];

/// A cell of a frame: column, and whether it is in the next row.
pub type Cell = (usize, bool);

/// The randomness of the traces here: attacks meet the shape of proofs that hide the execution.
pub const HIDING: Hiding = ParameterSet::Fast96.hiding(true);

/// An execution by rows, with the statement that it claims to prove.
///
/// A trace has [random rows](HIDING) after them.
#[derive(Clone)]
pub struct Trace {
    pub rows: Vec<Row>,
    pub statement: Statement,
}

/// The cell of a column in the current row.
pub fn now(column: Column, i: usize) -> Cell {
    (column.at(i), false)
}

/// The cell of a column in the next row.
pub fn next(column: Column, i: usize) -> Cell {
    (column.at(i), true)
}

/// A section of the chiplets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    Hasher,
    Bitwise,
    Memory,
    Merkle,
    Kernel,
    Padding,
}

impl Section {
    pub const ALL: [Self; 6] =
        [Self::Hasher, Self::Bitwise, Self::Memory, Self::Merkle, Self::Kernel, Self::Padding];
}

impl Trace {
    /// Rows of a section; for the padding, without the last row.
    pub fn section(&self, section: Section) -> Vec<usize> {
        // The sum of the selectors is the number of sections before this one.
        let before = felt(section as u64);
        let count = |row: &Row| row[Q.range()].iter().fold(Felt::ZERO, |sum, &q| sum + q);
        (0..self.rows.len() - 1).filter(|&row| count(&self.rows[row]) == before).collect()
    }

    /// Executes the program honestly.
    pub fn honest(program: &Program, inputs: &[u64]) -> Self {
        Self::honest_with_advice(program, inputs, AdviceInputs::default())
    }

    /// Executes the program honestly.
    pub fn honest_with_advice(program: &Program, inputs: &[u64], advice: AdviceInputs) -> Self {
        let stack = StackInputs::from_ints(inputs).expect("inputs");
        Self::honest_on(program, &ProgramInputs { stack, advice })
    }

    fn honest_on(program: &Program, inputs: &ProgramInputs) -> Self {
        let trace = Self::of(program, inputs, None);
        assert!(trace.statement.outcome.is_success(), "{}", trace.statement.outcome);
        trace
    }

    /// Executes the program honestly, until it ends, fails or reaches the limit.
    pub fn of(program: &Program, inputs: &ProgramInputs, cycle_limit: Option<u64>) -> Self {
        let options = miden_processor::ExecutionOptions::default()
            .with_cycle_limit(cycle_limit)
            .with_reserved_rows(HIDING.random_rows());
        let trace = miden_processor::Executor::new(program)
            .with_inputs(inputs.clone())
            .with_options(options)
            .trace()
            .unwrap_or_else(|error| panic!("no trace: {error}"));
        let statement = trace.statement(program, &inputs.stack);
        let rows =
            (0..trace.num_rows()).map(|row| array::from_fn(|column| trace.cell(column, row))).collect();
        Self { rows, statement }
    }

    /// All violations, with random cells in the rows after the execution.
    pub fn check(&self) -> Vec<Violation> {
        let mut random = Random::new(self.rows.len() as u64);
        let rows =
            (0..HIDING.random_rows()).map(|_| array::from_fn(|_| random.element())).collect::<Vec<_>>();
        self.check_before(&rows)
    }

    /// All violations, with these rows after the execution.
    pub fn check_before(&self, random: &[Row]) -> Vec<Violation> {
        let column = |column| self.rows.iter().chain(random).map(move |row| row[column]).collect();
        check_hiding(&(0..WIDTH).map(column).collect::<Vec<_>>(), &self.statement, HIDING)
    }

    /// Labels of all violations.
    pub fn violations(&self) -> BTreeSet<String> {
        self.check().iter().map(Violation::label).collect()
    }

    /// Rows of a kind.
    pub fn rows_of(&self, opcode: Opcode) -> Vec<usize> {
        let mut expected = [Felt::ZERO; WIDTH];
        write_opcode(&mut expected, opcode);
        let digits = decoder::HI.start()..decoder::LO.end();
        (0..self.rows.len())
            .filter(|&row| self.rows[row][digits.clone()] == expected[digits.clone()])
            .collect()
    }

    /// The first row of a kind for which `accept` holds.
    pub fn find(&self, opcode: Opcode, accept: impl Fn(&Row) -> bool) -> usize {
        let rows = self.rows_of(opcode);
        rows.into_iter()
            .find(|&row| accept(&self.rows[row]))
            .unwrap_or_else(|| panic!("no such {opcode} row"))
    }

    /// The frame that begins with `row`.
    pub fn frame(&self, row: usize) -> TestFrame {
        TestFrame {
            current: self.rows[row],
            next: self.rows[row + 1],
            periodic: periodic_row(row),
            constants: StatementConstants::new(&self.statement),
        }
    }

    /// Number of rows before the first OUTPUT or HALT row.
    pub fn num_active_rows(&self) -> usize {
        let ends = [Opcode::Output, Opcode::Halt].map(|end| self.rows_of(end).first().copied());
        ends.into_iter().flatten().min().expect("a trace ends")
    }

    /// Replaces the system, decoder and stack cells by those of `rows`, repeating the last row to the end, and
    /// renumbers the rows.
    pub fn splice_execution(&mut self, rows: impl IntoIterator<Item = Row>) {
        let execution = 0..stack::OVERFLOW_POP.end();
        let mut rows = rows.into_iter();
        let mut last = None;
        for (clk, row) in self.rows.iter_mut().enumerate() {
            last = rows.next().or(last);
            let from = last.expect("at least one row");
            row[execution.clone()].copy_from_slice(&from[execution.clone()]);
            row[system::CLK.at(0)] = felt(clk as u64);
        }
    }
}

/// Two neighbouring rows to tamper with.
#[derive(Clone)]
pub struct TestFrame {
    pub current: Row,
    pub next: Row,
    pub periodic: [Felt; periodic::WIDTH],
    pub constants: StatementConstants,
}

impl TestFrame {
    pub fn get(&self, (column, is_next): Cell) -> Felt {
        if is_next { self.next[column] } else { self.current[column] }
    }

    pub fn set(mut self, (column, is_next): Cell, value: Felt) -> Self {
        if is_next {
            self.next[column] = value;
        } else {
            self.current[column] = value;
        }
        self
    }

    /// Adds 1 to a cell.
    pub fn bump(self, cell: Cell) -> Self {
        let value = self.get(cell) + Felt::ONE;
        self.set(cell, value)
    }

    pub fn broken(&self) -> BTreeSet<String> {
        let frame = Frame::new(&self.current, &self.next, &self.periodic);
        broken_constraints(&frame, self.constants).iter().map(Label::to_string).collect()
    }

    /// Asserts that the frame satisfies all constraints.
    pub fn holds(self) -> Self {
        assert_eq!(self.broken(), BTreeSet::new());
        self
    }

    /// Asserts that exactly these constraints fail.
    #[track_caller]
    pub fn fails_only(&self, labels: &[&str]) {
        let expected: BTreeSet<String> = labels.iter().map(ToString::to_string).collect();
        assert_eq!(self.broken(), expected);
    }
}

/// Values of the periodic columns in a row.
pub fn periodic_row(row: usize) -> [Felt; periodic::WIDTH] {
    let columns = periodic::columns();
    array::from_fn(|i| columns[i][row % columns[i].len()])
}

/// The trace of [`program_with_everything`].
pub fn everything() -> Trace {
    let (program, inputs) = program_with_everything();
    Trace::honest_on(&program, &inputs)
}

/// A program of one block.
pub fn straight(operations: &[Operation]) -> Program {
    let mut builder = ProgramBuilder::new();
    let root = builder.block(operations).expect("operations of blocks");
    builder.finish(root)
}

/// The trace with other outputs in its statement.
pub fn with_outputs(statement: &Statement, items: Vec<Felt>) -> Statement {
    Statement { outputs: StackOutputs::new(items).expect("outputs"), ..statement.clone() }
}

/// The trace with another program in its statement.
pub fn with_program(statement: &Statement, program: Digest) -> Statement {
    Statement { program, ..statement.clone() }
}

/// One line per entry, for comparison with an expectation.
pub fn lines<T: std::fmt::Display>(items: impl IntoIterator<Item = T>) -> String {
    let mut text = String::new();
    for item in items {
        let _ = writeln!(text, "{item}");
    }
    text
}
