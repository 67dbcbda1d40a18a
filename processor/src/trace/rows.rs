//! The rows that the execution writes.

use alloc::{vec, vec::Vec};
use core::ops;

use miden_core::{
    Felt, Opcode,
    field::{FieldElement, batch_inversion},
    operations::OPERATIONS,
    params::{OPCODE_BITS, STACK_TOP},
    trace::{
        Line, PANEL, chiplets, decoder, range,
        stack::{DEPTH, OVERFLOW_POP, S},
        system::{ADV, CLK, CTX, FMP, FN, INSYS},
        write_opcode,
    },
};

use super::panels::cell_mut;
use crate::{
    parallel::for_each,
    state::{Registers, Stack},
};

/// Number of panels that the execution writes: system, decoder, stack.
pub(super) const PANELS: usize = OVERFLOW_POP.end().div_ceil(PANEL);

/// The cells of a row in these panels. The last panel has columns of other parts, too: in each row, their cells are
/// those of a row of padding.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub(super) struct Row([Felt; PANELS * PANEL]);

impl ops::Deref for Row {
    type Target = [Felt; PANELS * PANEL];

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl ops::DerefMut for Row {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

/// The one-hot digits of an opcode, which are adjacent.
type Digits = [Felt; decoder::LO.end() - decoder::HI.start()];

/// Number of cells that share an inversion, at least: few enough rows to stay in the cache.
const BATCH: usize = 64;

/// The rows so far.
pub(super) struct Rows {
    /// All rows but the last one.
    panels: [Vec<Line>; PANELS],
    /// The last row, if there is one.
    last: Row,
    /// The next row, as far as it is known before its operation.
    next: Row,
    /// Number of rows.
    len: usize,
    /// Cells to replace by their inverses, as row and column: they share one inversion.
    inverses: Vec<(usize, usize)>,
    /// The digits of all opcodes.
    digits: Vec<Digits>,
    /// The registers of the next row.
    registers: Registers,
}

impl Rows {
    /// No rows; the panels are empty.
    pub(super) fn new(panels: [Vec<Line>; PANELS]) -> Self {
        let mut digits = vec![Digits::default(); 1 << OPCODE_BITS];
        for info in OPERATIONS {
            let mut row = [Felt::ZERO; decoder::LO.end()];
            write_opcode(&mut row, info.opcode);
            digits[usize::from(info.opcode.code())].copy_from_slice(&row[decoder::HI.start()..]);
        }
        let mut next = Row([Felt::ZERO; PANELS * PANEL]);
        next[range::VALUE.at(0)] = super::range::LARGEST;
        next[chiplets::Q.at(0)] = Felt::ONE;
        let mut rows = Self {
            panels,
            last: next,
            next,
            len: 0,
            inverses: Vec::with_capacity(BATCH),
            digits,
            registers: Registers::root(),
        };
        rows.set_registers(Registers::root());
        rows
    }

    /// Number of the next row.
    pub(super) fn clk(&self) -> Felt {
        self.next[CLK.at(0)]
    }

    /// Number of rows.
    pub(super) const fn len(&self) -> usize {
        self.len
    }

    /// Number of the last row.
    pub(super) const fn last(&self) -> usize {
        self.len - 1
    }

    /// The registers that were set last.
    pub(super) const fn registers(&self) -> Registers {
        self.registers
    }

    /// Sets the registers from the next row on.
    pub(super) fn set_registers(&mut self, registers: Registers) {
        self.next[CTX.start()..ADV.start()].copy_from_slice(&register_cells(&registers));
        self.registers = registers;
    }

    /// Notes that the last row reads advice.
    pub(super) fn read_advice(&mut self) {
        self.next[ADV.at(0)] = Felt::ONE;
    }

    /// Adds a row with this opcode on this stack; apart from the registers, all other cells are zero.
    #[inline]
    pub(super) fn push(&mut self, opcode: Opcode, stack: &Stack) -> &mut Row {
        self.store();
        self.last = self.next;
        self.len += 1;
        self.next[CLK.at(0)] += Felt::ONE;
        let row = &mut self.last;
        row[decoder::HI.start()..decoder::LO.end()].copy_from_slice(&self.digits[usize::from(opcode.code())]);
        let window = stack.window();
        for position in 0..STACK_TOP {
            row[S.at(position)] = window[STACK_TOP - 1 - position];
        }
        row[DEPTH.at(0)] = Felt::new(stack.depth() as u64);
        row
    }

    /// Sets a cell of the last row.
    pub(super) fn set(&mut self, column: usize, value: Felt) {
        self.last[column] = value;
    }

    /// Replaces a cell of the last row by its inverse; zero stays zero.
    pub(super) fn invert(&mut self, column: usize) {
        self.inverses.push((self.last(), column));
    }

    /// Moves the last row to the panels.
    #[inline]
    fn store(&mut self) {
        if self.len > 0 {
            let (lines, _) = self.last.as_chunks();
            for (panel, line) in self.panels.iter_mut().zip(lines) {
                panel.push(Line(*line));
            }
        }
        if self.inverses.len() >= BATCH {
            self.invert_cells();
        }
    }

    /// Inverts the cells that wait for it, which are in the panels.
    fn invert_cells(&mut self) {
        let cells = self.inverses.iter().map(|&(row, column)| *cell_mut(&mut self.panels, column, row));
        let values: Vec<Felt> = cells.collect();
        for ((row, column), inverse) in self.inverses.drain(..).zip(batch_inversion(&values)) {
            *cell_mut(&mut self.panels, column, row) = inverse;
        }
    }

    /// The panels; the last row is repeated up to `num_rows`, and there is room for `reserved` more.
    pub(super) fn into_panels(mut self, num_rows: usize, reserved: usize) -> [Vec<Line>; PANELS] {
        self.store();
        self.invert_cells();
        let (lines, _) = self.last.as_chunks();
        for_each(self.panels.iter_mut().zip(lines).collect(), |(panel, line)| {
            // Nothing, unless the chiplets need more rows than the execution.
            panel.reserve_exact((num_rows + reserved).saturating_sub(panel.len()));
            panel.resize(num_rows, Line(*line));
        });
        // The repeated rows have numbers of their own.
        for row in self.len..num_rows {
            *cell_mut(&mut self.panels, CLK.at(0), row) = Felt::new(row as u64);
        }
        self.panels
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
