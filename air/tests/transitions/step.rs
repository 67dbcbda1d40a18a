//! Rows of steps that succeed, with random cells where the step allows any.

use miden_core::{
    Felt, Opcode,
    field::{FieldElement, StarkField},
    trace::{
        decoder::{CONTINUATION, DONE, GROUP_END, GROUPS, HELPERS, POSITION},
        stack::{DEPTH, OVERFLOW_POP, OVF, S},
        system::{ADV, CLK, CTX, FMP, FN, INSYS},
        write_opcode,
    },
};

use crate::{
    common::{Random, Row, felt},
    idle_row,
    messages::kind,
    succession::{Flags, is_left, is_node, is_operation},
};

/// The largest u32.
const MAX: u64 = (1 << 32) - 1;

/// What is left of 2^32 − 1 after the high half, and where `lo` is not 0, the inverse of that.
fn canonical(high: u64, low: u64, random: &mut Random) -> Felt {
    if low == 0 { random.element() } else { felt(MAX - high).inv() }
}

/// The operands and the helpers of a step.
struct Operands {
    items: [Felt; 16],
    helpers: [Felt; 6],
}

impl Operands {
    /// Any items, and no helpers.
    fn any(random: &mut Random) -> Self {
        Self { items: [0; 16].map(|_| element(random)), helpers: [Felt::ZERO; 6] }
    }

    fn limbs(&mut self, low: u64, high: u64) {
        self.helpers[..4].copy_from_slice(&[low & 0xFFFF, low >> 16, high & 0xFFFF, high >> 16].map(felt));
    }

    /// The helpers of an operation that splits a value. Book: design/u32.md#split
    fn split(&mut self, value: Felt, random: &mut Random) {
        let (high, low) = (value.as_int() >> 32, value.as_int() & MAX);
        self.limbs(low, high);
        self.helpers[4] = canonical(high, low, random);
    }
}

/// An edge of words or elements, or any element.
fn element(random: &mut Random) -> Felt {
    match random.below(3) {
        0 => felt([0, 1, 0xFFFF, 1 << 16, MAX, MAX + 1, Felt::MODULUS - 1][random.below(7) as usize]),
        1 => felt(word(random)),
        _ => random.element(),
    }
}

/// An edge of words, or any word.
fn word(random: &mut Random) -> u64 {
    match random.below(2) {
        0 => [0, 1, 0xFFFF, 1 << 16, MAX - 1, MAX][random.below(6) as usize],
        _ => random.below(MAX + 1),
    }
}

/// Items on which the operation succeeds, with its helpers. Book: the pages of the operations
fn operands(opcode: Opcode, done: bool, fmp: u64, random: &mut Random) -> Operands {
    use Opcode::*;
    let mut o = Operands::any(random);
    let any = random.element();
    match opcode {
        Not | CSwap | CSwapW | Split => o.items[0] = random.small(2),
        And | Or => o.items[..2].copy_from_slice(&[random.small(2), random.small(2)]),
        Loop => o.items[0] = felt((!done).into()),
        Assert => o.items[0] = Felt::ONE,
        AssertZ => o.items[0] = Felt::ZERO,
        Inv => o.items[0] = felt(1 + random.below(Felt::MODULUS - 1)),
        Eqz | Eq => {
            if opcode == Eq && random.below(2) == 0 {
                o.items[1] = o.items[0];
            }
            // The inverse of 0 is 0.
            let difference = if opcode == Eqz { o.items[0] } else { o.items[0] - o.items[1] };
            o.helpers[0] = difference.inv();
        }
        U32Split => o.split(o.items[0], random),
        U32Add | U32WAdd => o.split(o.items[0] + o.items[1], random),
        U32Sub | U32Lt => o.split(o.items[1] - o.items[0] + felt(MAX + 1), random),
        U32Mul | U32Rot => o.split(o.items[0] * o.items[1], random),
        U32Add3 => o.split(o.items[0] + o.items[1] + o.items[2], random),
        U32MAdd => o.split(o.items[0] * o.items[1] + o.items[2], random),
        U32Div => {
            let divisor = word(random).max(1);
            let (quotient, rest) = (word(random), word(random) % divisor);
            o.items[0] = felt(divisor);
            o.items[1] = felt(quotient) * felt(divisor) + felt(rest);
            o.limbs(rest, quotient);
            o.helpers[4] = any;
        }
        U32Assert2 => {
            let words = [word(random), word(random)];
            o.items[..2].copy_from_slice(&words.map(felt));
            o.limbs(words[0], words[1]);
        }
        ExpAcc => {
            let exponent = word(random);
            o.items[3] = felt(exponent);
            o.limbs(exponent, (exponent & 0xFFFF) >> 1);
            o.helpers[4] = canonical((exponent & 0xFFFF) >> 1, exponent, random);
            o.helpers[5] = if exponent % 2 == 1 { o.items[1] } else { Felt::ONE };
        }
        MLoad | MLoadW | MStore | MStoreW => {
            let address = word(random);
            o.items[0] = felt(address);
            o.limbs(address, 0);
            if opcode != MLoad {
                o.helpers[4] = canonical(0, address, random);
            }
        }
        MStream | Pipe => {
            let address = word(random).min(MAX - 1);
            o.items[12] = felt(address);
            o.limbs(address, address + 1);
        }
        MpVerify | MrUpdate => {
            let levels = random.below(64);
            o.items[4] = felt(levels);
            o.helpers[0] = felt(63 - levels);
            o.helpers[4] = any;
        }
        FmpUpdate => {
            let pointer = (1 << 30) + [0, 1, random.below(1 << 31), (1 << 31) - 1][random.below(4) as usize];
            o.items[0] = felt(pointer) - felt(fmp);
            let room = (3 << 30) - 1 - pointer;
            o.limbs(room, 2 * room);
            o.helpers[4] = canonical(2 * room, room, random);
        }
        HPerm | U32Maj | U32Ch | U32Chi | Return => o.helpers[4] = any,
        Trap => {
            let digit = random.below(128);
            o.helpers[..2].copy_from_slice(&[felt(digit), felt(512 * digit)]);
        }
        _ => {}
    }
    if is_node(opcode) {
        o.helpers = [0; 6].map(|_| random.element());
        if opcode != NTrap {
            o.helpers[5] = Felt::from(opcode.code());
        }
    }
    if kind(opcode).expect("an entry").right {
        o.helpers[5] = any;
    }
    o
}

/// A row of this kind with these flags, before a row of another kind.
pub(crate) fn row(opcode: Opcode, next: Opcode, flags: Flags, random: &mut Random) -> Row {
    use Opcode::{Call, Caller, DynCall, Fail, Halt, Join, Loop, Output, Push, Return, SysCall, Trap};
    let Flags { done, ge, z, last_node, .. } = flags;
    let is_call = matches!(opcode, Call | SysCall | DynCall);
    let mut row = idle_row();
    write_opcode(&mut row, opcode);
    for (column, value) in [(DONE, done), (GROUP_END, ge), (OVERFLOW_POP, z)] {
        row[column.at(0)] = felt(value.into());
    }
    for column in [CLK, CTX, OVF, ADV] {
        row[column.at(0)] = random.element();
    }
    row[FN.range()].fill_with(|| random.element());
    let fmp = (1 << 30) + random.below(1 << 31);
    row[FMP.at(0)] = felt(fmp);
    row[INSYS.at(0)] = felt(if is_call { 0 } else { u64::from(opcode == Caller) | random.below(2) });
    row[CONTINUATION.at(0)] =
        if last_node || matches!(opcode, Halt | Output) { Felt::ZERO } else { random.element() };
    let is_16 = is_left(opcode) && !z || opcode == Halt || opcode == Return && done;
    row[DEPTH.at(0)] = if is_16 { felt(16) } else { felt(17 + random.below(1000)) };

    let o = operands(opcode, done, fmp, random);
    row[S.range()].copy_from_slice(&o.items);
    row[HELPERS.range()].copy_from_slice(&o.helpers);

    let is_plain = is_operation(opcode);
    if is_plain || opcode == Trap {
        let position = if opcode == Trap && next == Fail { 8 } else { random.below(9) };
        row[POSITION.range()].copy_from_slice(&[felt(position % 3), felt(position / 3)]);
    }
    if matches!(opcode, Join | Loop) || is_call {
        row[POSITION.at(1)] = random.element();
    }
    if is_plain || is_node(opcode) || matches!(opcode, Return | Trap) {
        row[GROUPS.range()].fill_with(|| random.element());
    }
    if is_plain && (ge || done) {
        row[GROUPS.at(0)] = Felt::from(opcode.code());
    }
    if is_plain && done {
        // The next group is 0; an immediate comes before it.
        row[GROUPS.at(if opcode == Push { 2 } else { 1 })] = Felt::ZERO;
    }
    row
}
