//! Cells of a trace, and the registers.

use miden_core::{
    Felt, Opcode,
    params::{FMP_INIT, FMP_SYSCALL},
    trace::{Column, decoder, stack, system},
};

pub(crate) struct Table<'a> {
    pub(crate) columns: &'a [Vec<Felt>],
    pub(crate) num_rows: usize,
    /// Number of INPUT rows.
    pub(crate) num_inputs: usize,
}

impl Table<'_> {
    pub(crate) fn felt(&self, row: usize, column: usize) -> Felt {
        self.columns[column][row]
    }

    pub(crate) fn int(&self, row: usize, column: usize) -> u64 {
        self.felt(row, column).as_int()
    }

    pub(crate) fn cell(&self, row: usize, column: Column) -> u64 {
        assert_eq!(column.width(), 1);
        self.int(row, column.start())
    }

    pub(crate) fn ints(&self, row: usize, column: Column) -> Vec<u64> {
        column.range().map(|index| self.int(row, index)).collect()
    }

    /// The operation encoded in the row.
    pub(crate) fn opcode(&self, row: usize) -> Opcode {
        let digit = |column: Column, implied: usize| {
            let cells = self.ints(row, column);
            assert!(cells.iter().all(|&cell| cell < 2) && cells.iter().sum::<u64>() <= 1, "row {row}");
            cells.iter().position(|&cell| cell == 1).map_or(implied, |index| index + column.first_number())
        };
        let code = 16 * digit(decoder::HI, 0) + 4 * digit(decoder::MID, 3) + digit(decoder::LO, 3);
        Opcode::from_code(code as u8).expect("an assigned opcode")
    }

    pub(crate) fn is_zero(&self, row: usize, columns: impl IntoIterator<Item = usize>) {
        for column in columns {
            let name = miden_core::trace::column_name(column);
            assert_eq!(self.int(row, column), 0, "row {row} ({}), {name:?}", self.opcode(row));
        }
    }

    /// Rules for the registers of a row and the next row.
    pub(crate) fn system(&self, row: usize) {
        let registers = |row: usize| {
            let [ctx, fmp, in_syscall] =
                [system::CTX, system::FMP, system::INSYS].map(|column| self.cell(row, column));
            (ctx, fmp, in_syscall, self.ints(row, system::FN))
        };
        assert_eq!(self.cell(row, system::CLK), row as u64);
        let (ctx, fmp, in_syscall, procedure) = registers(row);
        if row == 0 {
            assert_eq!((ctx, fmp, in_syscall, &procedure[..]), (0, FMP_INIT, 0, &[0; 4][..]));
        }
        let (g, s) = (self.ints(row, decoder::GROUPS), self.ints(row, stack::S));
        let called = |digest: Vec<u64>| (row as u64, FMP_INIT, 0, digest);
        let expected = match self.opcode(row) {
            Opcode::Call => called(g[..4].to_vec()),
            Opcode::DynCall => called([3, 2, 1, 0].map(|item| s[item]).to_vec()),
            Opcode::SysCall => (0, FMP_SYSCALL, 1, procedure),
            Opcode::Return if self.cell(row, decoder::DONE) == 1 => (g[0], g[1], 0, g[2..6].to_vec()),
            Opcode::FmpUpdate => (ctx, super::model::add(fmp, s[0]), in_syscall, procedure),
            _ => (ctx, fmp, in_syscall, procedure),
        };
        assert_eq!(registers(row + 1), expected, "row {row}: {}", self.opcode(row));

        let reads = matches!(self.opcode(row), Opcode::Read | Opcode::ReadW | Opcode::Pipe);
        let advice = self.cell(row, system::ADV);
        assert_eq!(self.cell(row + 1, system::ADV), u64::from(reads || advice == 1), "row {row}");
    }
}
