//! Items of the stack, the helpers that follow from them, and the effect of operations that fail.

use miden_core::{
    Felt, Opcode, Operation, Word,
    field::FieldElement,
    operations::{OperandStack, Shift, apply, difference, halves},
    params::FMP_MAX,
    trace::decoder::HELPERS,
};

use crate::common::{Row, felt};

/// Items of the stack, the last one on top; the first one lies below the top 16.
#[derive(Clone)]
pub(crate) struct Items(pub(crate) Vec<Felt>);

impl OperandStack for Items {
    fn item(&self, position: usize) -> Felt {
        self.0[self.0.len() - 1 - position]
    }

    fn set(&mut self, position: usize, value: Felt) {
        let index = self.0.len() - 1 - position;
        self.0[index] = value;
    }

    fn top_mut(&mut self, count: usize) -> &mut [Felt] {
        let start = self.0.len() - count;
        &mut self.0[start..]
    }

    fn push(&mut self, value: Felt) {
        self.0.push(value);
    }

    fn drop_top(&mut self) {
        self.0.pop();
    }
}

impl Items {
    /// The word whose topmost item is at `position`.
    pub(crate) fn word(&self, position: usize) -> Word {
        [3, 2, 1, 0].map(|below| self.item(position + below))
    }

    pub(crate) fn set_word(&mut self, position: usize, word: Word) {
        [3, 2, 1, 0].into_iter().zip(word).for_each(|(below, element)| self.set(position + below, element));
    }
}

/// Helpers that follow from the operands.
pub(crate) fn write_helpers(opcode: Opcode, items: &Items, fmp: Felt, row: &mut Row) {
    use Opcode::*;
    let s = |position| items.item(position);
    let helpers = &mut row[HELPERS.range()];
    match opcode {
        Eqz => helpers[0] = s(0).inv(),
        Eq => helpers[0] = (s(0) - s(1)).inv(),
        ExpAcc => {
            let [h0, h1] = limbs(s(3));
            let h2 = felt(h0.as_int() >> 1);
            helpers[..3].copy_from_slice(&[h0, h1, h2]);
            helpers[4] = witness(h2, felt(s(3).as_int() & 0xffff_ffff)).inv();
            helpers[5] = if h0.as_int() & 1 == 1 { s(1) } else { Felt::ONE };
        }
        U32Assert2 => set_limbs(helpers, s(0), s(1)),
        U32Div => {
            let (a, b) = (s(1).as_int(), s(0).as_int().max(1));
            set_limbs(helpers, felt(a % b), felt(a / b));
        }
        FmpUpdate => {
            let room = felt(FMP_MAX) - fmp - s(0);
            set_limbs(helpers, room, room.double());
            helpers[4] = witness(room.double(), room).inv();
        }
        MLoad => set_limbs(helpers, s(0), Felt::ZERO),
        MLoadW | MStore | MStoreW => {
            set_limbs(helpers, s(0), Felt::ZERO);
            helpers[4] = witness(Felt::ZERO, s(0)).inv();
        }
        MStream | Pipe => set_limbs(helpers, s(12), s(12) + Felt::ONE),
        MpVerify | MrUpdate => helpers[0] = felt(63) - s(4),
        _ => {
            if let Some(value) = split_value(opcode, items) {
                let (hi, lo) = halves(value);
                set_limbs(helpers, lo, hi);
                helpers[4] = witness(hi, lo).inv();
            }
        }
    }
}

/// The two lower limbs.
fn limbs(value: Felt) -> [Felt; 2] {
    [felt(value.as_int() & 0xffff), felt(value.as_int() >> 16 & 0xffff)]
}

pub(crate) fn set_limbs(helpers: &mut [Felt], first: Felt, second: Felt) {
    helpers[..2].copy_from_slice(&limbs(first));
    helpers[2..4].copy_from_slice(&limbs(second));
}

/// A value whose inverse shows that a split is canonical.
fn witness(hi: Felt, lo: Felt) -> Felt {
    if lo == Felt::ZERO { Felt::ZERO } else { felt(u32::MAX.into()) - hi }
}

/// The value that the operation splits into halves.
pub(crate) fn split_value(opcode: Opcode, items: &Items) -> Option<Felt> {
    use Opcode::*;
    let [s0, s1, s2] = [0, 1, 2].map(|position| items.item(position));
    match opcode {
        U32Split => Some(s0),
        U32Add | U32WAdd => Some(s0 + s1),
        U32Sub | U32Lt => Some(difference(s0, s1)),
        U32Add3 => Some(s0 + s1 + s2),
        U32Mul | U32Rot => Some(s0 * s1),
        U32MAdd => Some(s0 * s1 + s2),
        _ => None,
    }
}

/// The effect of an operation that has none: where there is a formula, its value, else that on operands cut to 32 bits.
pub(crate) fn force(operation: Operation, items: &mut Items) {
    let opcode = operation.opcode();
    let (a, b) = (items.item(0), items.item(1));
    let two = |items: &mut Items, value| {
        items.drop_top();
        items.set(0, value);
    };
    match opcode {
        Opcode::Inv | Opcode::U32Assert2 => {}
        Opcode::Not => items.set(0, Felt::ONE - a),
        Opcode::And => two(items, a * b),
        Opcode::Or => two(items, a + b - a * b),
        Opcode::Assert | Opcode::AssertZ | Opcode::CSwap | Opcode::CSwapW => items.drop_top(),
        Opcode::U32Div => {
            let divisor = a.as_int().max(1);
            items.set(0, felt(b.as_int() % divisor));
            items.set(1, felt(b.as_int() / divisor));
        }
        _ => {
            let mut cut = items.clone();
            let operands = if opcode == Opcode::ExpAcc { 3..4 } else { 0..4 };
            for position in operands {
                cut.set(position, felt(cut.item(position).as_int() & 0xffff_ffff));
            }
            apply(operation, &mut cut).expect("operands of 32 bits suit all other operations");
            match opcode.info().shift() {
                Shift::Left => two(items, cut.item(0)),
                Shift::Right => items.push(cut.item(0)),
                Shift::None => items.set_word(0, cut.word(0)),
            }
        }
    }
}
