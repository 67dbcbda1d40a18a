//! The rows that the execution writes.

use alloc::{vec, vec::Vec};

use miden_core::{
    Felt, Opcode,
    field::{FieldElement, batch_inversion},
    operations::OPERATIONS,
    params::{OPCODE_BITS, STACK_TOP},
    trace::{
        decoder,
        stack::{DEPTH, OVERFLOW_POP, S},
        system::{ADV, CLK, CTX, FMP, FN, INSYS},
        write_opcode,
    },
};

use crate::state::{Registers, Stack};

/// Number of columns that the execution writes: system, decoder, stack.
const WIDTH: usize = OVERFLOW_POP.end();

/// One row of these columns.
pub(super) type Row = [Felt; WIDTH];

/// The one-hot digits of an opcode, which are adjacent.
type Digits = [Felt; decoder::LO.end() - decoder::HI.start()];

/// Number of rows to collect before they are moved to the columns: few enough to stay in the cache.
const CHUNK: usize = 64;

/// The rows so far, by columns.
///
/// Rows are written one by one and transposed in chunks: writing to every column in turn would defeat the cache.
pub(super) struct Rows {
    columns: Vec<Vec<Felt>>,
    chunk: Vec<Row>,
    /// Cells of the chunk to replace by their inverses, as row and column: they share one inversion.
    inverses: Vec<(usize, usize)>,
    /// The digits of all opcodes.
    digits: Vec<Digits>,
    /// Number of the next row.
    clk: Felt,
    /// Number of rows in the columns.
    flushed: usize,
    /// The registers, each with the first row that has them.
    registers: Vec<(usize, Registers)>,
    /// The first row after advice was read.
    advice: Option<usize>,
}

impl Rows {
    /// No rows; the columns are allocated for `capacity` of them.
    pub(super) fn with_capacity(capacity: usize) -> Self {
        let columns =
            (0..WIDTH).map(|index| Vec::with_capacity(if is_register(index) { 0 } else { capacity }));
        let mut digits = vec![Digits::default(); 1 << OPCODE_BITS];
        for info in OPERATIONS {
            let mut row = [Felt::ZERO; WIDTH];
            write_opcode(&mut row, info.opcode);
            let cells = &row[decoder::HI.start()..decoder::LO.end()];
            digits[usize::from(info.opcode.code())].copy_from_slice(cells);
        }
        Self {
            columns: columns.collect(),
            chunk: Vec::with_capacity(CHUNK),
            inverses: Vec::new(),
            digits,
            clk: Felt::ZERO,
            flushed: 0,
            registers: vec![(0, Registers::root())],
            advice: None,
        }
    }

    /// Number of the next row.
    pub(super) const fn clk(&self) -> Felt {
        self.clk
    }

    /// Number of rows.
    pub(super) const fn len(&self) -> usize {
        self.flushed + self.chunk.len()
    }

    /// Number of the last row.
    pub(super) const fn last(&self) -> usize {
        self.len() - 1
    }

    /// The registers of the last row.
    pub(super) fn registers(&self) -> Registers {
        let (_, registers) = self.registers.last().expect("the first entry is that of row 0");
        *registers
    }

    /// Sets the registers from the next row on.
    pub(super) fn set_registers(&mut self, registers: Registers) {
        self.registers.push((self.len(), registers));
    }

    /// Notes that the last row reads advice.
    pub(super) fn read_advice(&mut self) {
        self.advice.get_or_insert(self.last() + 1);
    }

    /// Adds a row with this opcode on this stack; all other cells are zero.
    #[inline]
    pub(super) fn push(&mut self, opcode: Opcode, stack: &Stack) -> &mut Row {
        if self.chunk.len() == CHUNK {
            self.flush();
        }
        let mut row = [Felt::ZERO; WIDTH];
        row[decoder::HI.start()..decoder::LO.end()].copy_from_slice(&self.digits[usize::from(opcode.code())]);
        let window = stack.window();
        for position in 0..STACK_TOP {
            row[S.at(position)] = window[STACK_TOP - 1 - position];
        }
        row[DEPTH.at(0)] = Felt::new(stack.depth() as u64);
        let index = self.chunk.len();
        self.chunk.push(row);
        self.clk += Felt::ONE;
        &mut self.chunk[index]
    }

    /// Sets a cell of the last row.
    pub(super) fn set(&mut self, column: usize, value: Felt) {
        let row = self.chunk.last_mut().expect("`push` leaves the last row in the chunk");
        row[column] = value;
    }

    /// Replaces a cell of the last row by its inverse; zero stays zero.
    pub(super) fn invert(&mut self, column: usize) {
        self.inverses.push((self.chunk.len() - 1, column));
    }

    /// Moves the chunk to the columns.
    fn flush(&mut self) {
        let values: Vec<Felt> = self.inverses.iter().map(|&(row, column)| self.chunk[row][column]).collect();
        for ((row, column), inverse) in self.inverses.drain(..).zip(batch_inversion(&values)) {
            self.chunk[row][column] = inverse;
        }
        for (index, column) in self.columns.iter_mut().enumerate().filter(|(index, _)| !is_register(*index)) {
            column.extend(self.chunk.iter().map(|row| row[index]));
        }
        self.flushed += self.chunk.len();
        self.chunk.clear();
    }

    /// The columns; the last row is repeated up to `num_rows`.
    pub(super) fn into_columns(mut self, num_rows: usize) -> Vec<Vec<Felt>> {
        self.flush();
        for column in &mut self.columns {
            // The columns of the registers are empty up to here.
            let last = column.last().copied().unwrap_or(Felt::ZERO);
            column.resize(num_rows, last);
        }
        for (cell, row) in self.columns[CLK.at(0)].iter_mut().zip(0..) {
            *cell = Felt::new(row);
        }
        // The registers change rarely: each value is written to all of its rows at once.
        let ends = self.registers.iter().skip(1).map(|(row, _)| *row).chain([num_rows]);
        for ((start, registers), end) in self.registers.iter().zip(ends) {
            for (column, value) in (CTX.start()..ADV.start()).zip(register_cells(registers)) {
                self.columns[column][*start..end].fill(value);
            }
        }
        self.columns[ADV.at(0)][self.advice.unwrap_or(num_rows)..].fill(Felt::ONE);
        self.columns
    }
}

/// The columns that calls change, in their order.
pub(super) fn register_cells(registers: &Registers) -> [Felt; ADV.start() - CTX.start()] {
    let [d0, d1, d2, d3] = *registers.procedure.elements();
    let in_syscall = if registers.in_syscall { Felt::ONE } else { Felt::ZERO };
    [Felt::new(registers.ctx), registers.fmp, in_syscall, d0, d1, d2, d3]
}

const _: () = assert!(
    FMP.start() == CTX.end()
        && INSYS.start() == FMP.end()
        && FN.start() == INSYS.end()
        && ADV.start() == FN.end(),
    "the cells of the registers are adjacent"
);

/// Whether a column is a register; these columns come first and are written last.
const fn is_register(column: usize) -> bool {
    column < ADV.end()
}
