//! Honest traces, and ways to tamper with them.

#![allow(dead_code, unreachable_pub, reason = "each test file uses a part")]

use std::{array, collections::BTreeSet, fmt::Write as _};

use miden_air::{Frame, Label, StatementConstants, Violation, broken_constraints, check, periodic};
use miden_core::{
    Digest, Felt, Opcode, Operation, Program, ProgramInputs, StackInputs, StackOutputs, Statement,
    field::FieldElement,
    program::ProgramBuilder,
    trace::{Column, WIDTH, decoder, stack, system, write_opcode},
};

/// Name of the constraint that the harness leaves out, to show that a test notices; see
/// `scripts/disable-each-constraint`.
const DISABLED: &str = "MIDEN_AIR_TEST_DISABLED_CONSTRAINT";

/// A row of the main trace.
pub type Row = [Felt; WIDTH];

/// A cell of a frame: column, and whether it is in the next row.
pub type Cell = (usize, bool);

/// A trace by rows, with the statement that it is said to prove.
#[derive(Clone)]
pub struct Trace {
    pub rows: Vec<Row>,
    pub statement: Statement,
}

/// Shorthand for a field element.
pub fn felt(value: u64) -> Felt {
    Felt::new(value)
}

/// The cell of a column in the current row.
pub fn now(column: Column, i: usize) -> Cell {
    (column.at(i), false)
}

/// The cell of a column in the next row.
pub fn next(column: Column, i: usize) -> Cell {
    (column.at(i), true)
}

impl Trace {
    /// Executes the program honestly.
    pub fn honest(program: &Program, inputs: &[u64]) -> Self {
        let inputs = ProgramInputs {
            stack: StackInputs::from_ints(inputs).expect("inputs"),
            ..ProgramInputs::default()
        };
        let trace = miden_processor::trace(program, &inputs, &miden_processor::ExecutionOptions::default())
            .unwrap_or_else(|error| panic!("the program fails: {error}"));
        let statement = Statement {
            program: program.digest(),
            kernel: program.kernel().clone(),
            inputs: inputs.stack.clone(),
            outputs: trace.outputs().clone(),
        };
        let columns = trace.columns();
        let rows = (0..trace.num_rows()).map(|row| array::from_fn(|column| columns[column][row])).collect();
        Self { rows, statement }
    }

    /// The trace by columns.
    pub fn columns(&self) -> Vec<Vec<Felt>> {
        (0..WIDTH).map(|column| self.rows.iter().map(|row| row[column]).collect()).collect()
    }

    /// Labels of everything that is wrong with the trace.
    pub fn violations(&self) -> BTreeSet<String> {
        let labels = check(&self.columns(), &self.statement).iter().map(Violation::label).collect();
        enabled(labels)
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

    /// Replaces system, decoder and stack cells of the rows by those of `rows`, then repeats the last of them; the
    /// row numbers are made consecutive again.
    pub fn splice_execution(&mut self, rows: impl IntoIterator<Item = Row>) {
        let execution = 0..stack::Z.end();
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

/// Two neighbouring rows that can be tampered with.
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
        enabled(broken_constraints(&frame, self.constants).iter().map(Label::to_string).collect())
    }

    /// The frame is honest.
    pub fn holds(self) -> Self {
        assert_eq!(self.broken(), BTreeSet::new());
        self
    }

    /// Exactly these constraints are broken.
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

/// The constraint that the harness leaves out.
pub fn disabled() -> Option<String> {
    std::env::var(DISABLED).ok()
}

fn enabled(mut labels: BTreeSet<String>) -> BTreeSet<String> {
    if let Some(label) = disabled() {
        labels.remove(&label);
    }
    labels
}

/// Operations without an immediate.
pub fn ops(opcodes: &[Opcode]) -> Vec<Operation> {
    opcodes.iter().map(|&opcode| opcode.into()).collect()
}

/// A `push`.
pub fn push(value: u64) -> Operation {
    Operation::Push(felt(value))
}

/// A program that is one list of operations.
pub fn straight(operations: &[Operation]) -> Program {
    let mut builder = ProgramBuilder::new();
    let root = builder.block(operations).expect("operations of blocks");
    builder.finish(root)
}

/// Every operation that is built, in blocks of all shapes: groups that end with a `push`, blocks that end with one,
/// joins, both branches of splits, loops that run and loops that do not, items below the top 16 at the start and at
/// the end.
pub fn everything() -> Trace {
    use Opcode::*;
    let mut b = ProgramBuilder::new();
    let block = |b: &mut ProgramBuilder, list: &[Operation]| b.block(list).expect("a block");

    let arithmetic: Vec<Operation> = [
        vec![push(6), push(7)],
        ops(&[Add, Neg, Incr, Inv, Drop, Pad, Not, Pad, Eqz, And, Pad, Or, Assert]),
        vec![push(9), push(9)],
        ops(&[Eq, Assert, Pad]),
        vec![push(3)],
        ops(&[Eq, AssertZ]),
        vec![push(5)],
        ops(&[Eqz, AssertZ]),
        vec![push(20), push(4)],
        ops(&[Sub]),
        vec![push(3)],
        ops(&[Mul, Drop, SDepth, Drop, Noop]),
    ]
    .concat();
    let moves: Vec<Operation> = [
        (1..=17).map(push).collect(),
        ops(&[
            MovUp2, MovUp3, MovUp4, MovUp5, MovUp6, MovUp7, MovUp8, MovDn2, MovDn3, MovDn4, MovDn5, MovDn6,
            MovDn7, MovDn8, Swap, SwapW, SwapW2, SwapW3, SwapDW, Dup0, Dup1, Dup2, Dup3, Dup4, Dup5, Dup6,
            Dup7, Dup9, Dup11, Dup13, Dup15,
        ]),
        ops(&[Pad, CSwap, Pad, Incr, CSwap, Pad, CSwapW, Pad, Incr, CSwapW]),
        ops(&[Drop; 29]),
    ]
    .concat();
    let limbs: Vec<Operation> = [
        vec![push(0xFFFF_FFFF_0000_0000)],
        ops(&[U32Split, U32Assert2, U32Add, Drop, Drop]),
        vec![push(0x1_2345_6789_abcd)],
        ops(&[U32Split, U32Sub, Drop, Drop]),
        vec![push(0xffff_ffff), push(0xffff_fffe)],
        ops(&[Dup1, Dup1, U32Mul, Drop, Drop, Dup1, Dup1, U32WAdd, Drop, Dup1, Dup1, U32Lt, Drop]),
        ops(&[Dup1, Dup1, Dup1, U32Add3, Drop, Drop, Dup1, Dup1, Dup1, U32MAdd, Drop, Drop, Drop]),
        vec![push(1 << 7)],
        ops(&[U32Rot, Drop]),
        vec![push(0x8001_0003), push(1), push(3), push(0)],
        ops(&[ExpAcc, ExpAcc, ExpAcc, Drop, Drop, Drop, Drop]),
    ]
    .concat();

    let arithmetic = block(&mut b, &arithmetic);
    let moves = block(&mut b, &moves);
    let limbs = block(&mut b, &limbs);
    // Nine digits with the ninth a push, and a block whose last operation is a push.
    let ninth = [ops(&[Noop; 8]), vec![push(8), push(0)], ops(&[Drop; 2]), vec![push(1)]].concat();
    let ninth = block(&mut b, &ninth);
    let one = block(&mut b, &ops(&[Pad, Incr]));
    let zero = block(&mut b, &ops(&[Pad]));
    let split = b.split(one, zero).expect("a split");
    // Counts the top of the stack down to zero.
    let body = block(&mut b, &[ops(&[Incr, Dup0]), vec![push(0)], ops(&[Eq, Not])].concat());
    let looping = b.repeat_while(body).expect("a loop");
    let count = block(&mut b, &[vec![push(felt_minus(3)), push(1)]].concat());
    let not_entered = b.sequence(&[zero, looping]).expect("a sequence");
    let parts = [
        arithmetic,
        moves,
        limbs,
        ninth,
        split,
        one,
        split,
        zero,
        split,
        count,
        looping,
        not_entered,
        one,
        zero,
    ];
    let root = b.sequence(&parts).expect("a sequence");
    let inputs: Vec<u64> = (100..120).chain([1]).collect();
    Trace::honest(&b.finish(root), &inputs)
}

/// `−value`
fn felt_minus(value: u64) -> u64 {
    use miden_core::field::StarkField;
    Felt::MODULUS - value
}

/// The statement with other outputs.
pub fn with_outputs(statement: &Statement, items: Vec<Felt>) -> Statement {
    Statement { outputs: StackOutputs::new(items).expect("outputs"), ..statement.clone() }
}

/// The statement about another program.
pub fn with_program(statement: &Statement, program: Digest) -> Statement {
    Statement { program, ..statement.clone() }
}

/// A list with one line for each entry, for comparison with an expectation.
pub fn lines<T: std::fmt::Display>(items: impl IntoIterator<Item = T>) -> String {
    let mut text = String::new();
    for item in items {
        let _ = writeln!(text, "{item}");
    }
    text
}
