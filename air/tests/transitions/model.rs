//! The next row, written by hand from the book.

use miden_core::{
    Felt,
    Opcode::{self, *},
    field::FieldElement,
    trace::{
        Column,
        decoder::{CONTINUATION, DONE, GROUP_END, GROUPS, HELPERS, POSITION},
        stack::{DEPTH, OVERFLOW_POP, OVF, S},
        system::{ADV, CLK, CTX, FMP, FN, INSYS},
    },
};

use crate::{
    common::{Row, felt},
    messages::kind,
    succession::{is_left, is_operation},
};

/// Stack inputs of the statement, all but 15 of which are pushed by INPUT rows.
pub(crate) const NUM_INPUTS: u64 = 20;

/// What the book says about the next row.
#[derive(Default)]
pub(crate) struct Next {
    /// Cells with their values; all others are free.
    pub(crate) cells: Vec<(usize, Felt)>,
    /// The position `3·p1 + p0`, if only this is determined.
    pub(crate) position: Option<Felt>,
}

impl Next {
    fn set(&mut self, column: Column, i: usize, value: Felt) {
        self.cells.push((column.at(i), value));
    }
}

/// A row with cells by name.
pub(crate) struct Step<'a> {
    pub(crate) opcode: Opcode,
    pub(crate) next: Opcode,
    pub(crate) row: &'a Row,
}

impl Step<'_> {
    fn at(&self, column: Column) -> Felt {
        self.row[column.at(0)]
    }

    fn s(&self, i: usize) -> Felt {
        self.row[S.at(i)]
    }

    fn h(&self, i: usize) -> Felt {
        self.row[HELPERS.at(i)]
    }

    /// Group registers are followed by zeros.
    fn g(&self, i: usize) -> Felt {
        if i < 8 { self.row[GROUPS.at(i)] } else { Felt::ZERO }
    }

    fn is(&self, column: Column) -> bool {
        self.at(column) == Felt::ONE
    }

    fn is_call(&self) -> bool {
        matches!(self.opcode, Call | SysCall | DynCall)
    }

    /// Whether the row leaves a procedure.
    fn leaves(&self) -> bool {
        self.opcode == Return && self.is(DONE)
    }

    /// The next row.
    pub(crate) fn next(&self) -> Next {
        let mut next = Next::default();
        self.registers(&mut next);
        self.lists(&mut next);
        self.blocks(&mut next);
        self.nodes(&mut next);
        self.stack(&mut next);
        next
    }

    /// Book: design/system.md
    fn registers(&self, next: &mut Next) {
        next.set(CLK, 0, self.at(CLK) + Felt::ONE);
        let ctx = match self.opcode {
            Call | DynCall => self.at(CLK),
            SysCall => Felt::ZERO,
            _ if self.leaves() => self.g(0),
            _ => self.at(CTX),
        };
        next.set(CTX, 0, ctx);
        let fmp = match self.opcode {
            Call | DynCall => felt(1 << 30),
            SysCall => felt(1 << 31),
            FmpUpdate => self.at(FMP) + self.s(0),
            _ if self.leaves() => self.g(1),
            _ => self.at(FMP),
        };
        next.set(FMP, 0, fmp);
        let insys = match self.opcode {
            SysCall => Felt::ONE,
            _ if self.leaves() => Felt::ZERO,
            _ => self.at(INSYS),
        };
        next.set(INSYS, 0, insys);
        for i in 0..4 {
            let digest = match self.opcode {
                Call => self.g(i),
                DynCall => self.s(3 - i),
                _ if self.leaves() => self.g(2 + i),
                _ => self.row[FN.at(i)],
            };
            next.set(FN, i, digest);
        }
        let reads = matches!(self.opcode, Read | ReadW | Pipe);
        next.set(ADV, 0, if reads { Felt::ONE } else { self.at(ADV) });
    }

    /// Pointers and depth. Book: design/decoder.md#lists, design/stack.md#overflow
    fn lists(&self, next: &mut Next) {
        let is_right = kind(self.opcode).expect("an entry").right;
        if !self.is(DONE) {
            let pushes = matches!(self.opcode, Join | Loop) || self.is_call();
            next.set(CONTINUATION, 0, if pushes { self.at(CLK) } else { self.at(CONTINUATION) });
        }
        let depth = if self.is_call() {
            felt(16)
        } else if self.leaves() {
            self.g(6)
        } else {
            self.at(DEPTH) + felt(is_right.into()) - self.at(OVERFLOW_POP)
        };
        next.set(DEPTH, 0, depth);
        if !self.is(OVERFLOW_POP) {
            let ovf = match self.opcode {
                _ if is_right => self.at(CLK),
                _ if self.is_call() => Felt::ZERO,
                _ if self.leaves() => self.g(7),
                _ => self.at(OVF),
            };
            next.set(OVF, 0, ovf);
        }
    }

    /// Groups and position. Book: design/decoder.md#blocks
    fn blocks(&self, next: &mut Next) {
        let (ge, is_push) = (self.is(GROUP_END), self.opcode == Push);
        let in_block = is_operation(self.opcode) && !self.is(DONE);
        let traps_on = self.opcode == Trap && self.next == Trap;
        let same = in_block && !ge;
        if same || self.opcode == Trap {
            let digit = if self.opcode == Trap { self.h(0) } else { Felt::from(self.opcode.code()) };
            next.set(GROUPS, 0, (self.g(0) - digit) * felt(128).inv());
        }
        if ge {
            next.set(GROUPS, 0, self.g(if is_push { 2 } else { 1 }));
        }
        if self.opcode == Block {
            next.set(GROUPS, 0, self.g(0));
        }
        if in_block || traps_on || self.opcode == Block {
            let moved = usize::from(ge) + usize::from(is_push);
            (1..8).for_each(|i| next.set(GROUPS, i, self.g(i + moved)));
        }
        if ge || self.opcode == Block {
            [0, 1].into_iter().for_each(|i| next.set(POSITION, i, Felt::ZERO));
        }
        if same || traps_on {
            let position = self.row[POSITION.at(0)] + felt(3) * self.row[POSITION.at(1)];
            next.position = Some(position + Felt::ONE);
        }
    }

    /// The digest of a child, and the frame of a return. Book: design/decoder.md#nodes, design/decoder.md#calls
    fn nodes(&self, next: &mut Next) {
        for i in 0..4 {
            let child = match self.opcode {
                Join | Call | SysCall => self.g(i),
                Loop if !self.is(DONE) => self.g(i),
                Split if self.s(0) == Felt::ONE => self.g(i),
                Split => self.g(4 + i),
                Dyn | DynCall => self.s(3 - i),
                _ => return self.returns(next),
            };
            next.set(HELPERS, i, child);
        }
    }

    fn returns(&self, next: &mut Next) {
        if self.is(DONE) && self.next == Return {
            next.set(HELPERS, 4, self.at(CONTINUATION));
        }
    }

    fn stack(&self, next: &mut Next) {
        let top = self.top();
        let is_right = kind(self.opcode).expect("an entry").right;
        for i in 0..16 {
            let value = match top.get(i) {
                Some(&value) => value,
                None if is_left(self.opcode) && i == 15 => (!self.is(OVERFLOW_POP)).then_some(Felt::ZERO),
                None if is_left(self.opcode) => Some(self.s(i + 1)),
                None if is_right => Some(self.s(i - 1)),
                None => Some(self.s(i)),
            };
            if let Some(value) = value {
                next.set(S, i, value);
            }
        }
    }

    /// The items that do not follow the shift; `None`: bound by the bus, or advice.
    /// Book: design/stack.md, design/field.md, design/u32.md, design/system.md#operations
    fn top(&self) -> Vec<Option<Felt>> {
        let s = |i: usize| self.s(i);
        let items = |list: &[usize]| list.iter().map(|&i| Some(s(i))).collect::<Vec<_>>();
        let (lo, hi) = (self.h(0) + felt(1 << 16) * self.h(1), self.h(2) + felt(1 << 16) * self.h(3));
        let truth = |value: bool| felt(value.into());
        let values = |list: &[Felt]| list.iter().map(|&value| Some(value)).collect::<Vec<_>>();
        match self.opcode {
            Read | Input | MLoad | U32And | U32Xor | U32Or | U32AndN | U32Xr16 | U32Xr12 | U32Xr8
            | U32Xr7 | U32Maj | U32Ch | U32Chi => vec![None],
            ReadW | MLoadW | MrUpdate => vec![None; 4],
            MStream | Pipe => {
                let address = values(&[s(12) + felt(2)]);
                [vec![None; 8], items(&[8, 9, 10, 11]), address].concat()
            }
            HPerm => vec![None; 12],
            Neg => values(&[-s(0)]),
            Inv => values(&[s(0).inv()]),
            Incr => values(&[s(0) + Felt::ONE]),
            Not => values(&[Felt::ONE - s(0)]),
            Eqz => values(&[truth(s(0) == Felt::ZERO)]),
            Eq => values(&[truth(s(0) == s(1))]),
            Add => values(&[s(0) + s(1)]),
            Sub => values(&[s(1) - s(0)]),
            Mul => values(&[s(0) * s(1)]),
            And => values(&[truth(s(0) == Felt::ONE && s(1) == Felt::ONE)]),
            Or => values(&[truth(s(0) == Felt::ONE || s(1) == Felt::ONE)]),
            FmpAdd => values(&[s(0) + self.at(FMP)]),
            Caller => [3, 2, 1, 0].map(|i| Some(self.row[FN.at(i)])).into(),
            Clk => values(&[self.at(CLK) - felt(NUM_INPUTS - 15)]),
            SDepth => values(&[self.at(DEPTH)]),
            Push => values(&[self.g(1)]),
            Pad => values(&[Felt::ZERO]),
            Dup0 | Dup1 | Dup2 | Dup3 | Dup4 | Dup5 | Dup6 | Dup7 => {
                items(&[usize::from(distance(self.opcode, Dup0))])
            }
            Dup9 => items(&[9]),
            Dup11 => items(&[11]),
            Dup13 => items(&[13]),
            Dup15 => items(&[15]),
            Swap => items(&[1, 0]),
            SwapW => items(&[4, 5, 6, 7, 0, 1, 2, 3]),
            SwapW2 => items(&[8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3]),
            SwapW3 => items(&[12, 13, 14, 15, 4, 5, 6, 7, 8, 9, 10, 11, 0, 1, 2, 3]),
            SwapDW => items(&[8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7]),
            MovUp2 | MovUp3 | MovUp4 | MovUp5 | MovUp6 | MovUp7 | MovUp8 => {
                let n = 2 + usize::from(distance(self.opcode, MovUp2));
                items(&[n].into_iter().chain(0..n).collect::<Vec<_>>())
            }
            MovDn2 | MovDn3 | MovDn4 | MovDn5 | MovDn6 | MovDn7 | MovDn8 => {
                let n = 2 + usize::from(distance(self.opcode, MovDn2));
                items(&(1..=n).chain([0]).collect::<Vec<_>>())
            }
            CSwap if s(0) == Felt::ONE => items(&[2, 1]),
            CSwapW if s(0) == Felt::ONE => items(&[5, 6, 7, 8, 1, 2, 3, 4]),
            U32Split | U32Add | U32Mul | U32Add3 | U32MAdd => values(&[hi, lo]),
            U32Sub => values(&[Felt::ONE - hi, lo]),
            U32WAdd => values(&[lo]),
            U32Lt => values(&[Felt::ONE - hi]),
            U32Rot => values(&[hi + lo]),
            U32Div => {
                let (b, a) = (s(0).as_int(), u128::from(s(1).as_int()));
                // The dividend is q·b + r, which exceeds no element.
                let (q, r) = (a / u128::from(b), a % u128::from(b));
                values(&[felt(r as u64), felt(q as u64)])
            }
            ExpAcc => {
                let b = s(3).as_int();
                let factor = if b % 2 == 1 { s(1) } else { Felt::ONE };
                values(&[felt(b % 2), s(1) * s(1), s(2) * factor, felt(b / 2)])
            }
            _ => Vec::new(),
        }
    }
}

/// How many opcodes after another one.
fn distance(opcode: Opcode, from: Opcode) -> u8 {
    opcode.code() - from.code()
}
