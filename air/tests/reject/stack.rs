//! Items of the stack, field operations, u32 operations, items below the top 16.

use miden_core::{
    Felt, Opcode,
    field::FieldElement,
    operations::{OPERATIONS, Shift},
    params::STACK_TOP,
    trace::{
        decoder::HELPERS,
        stack::{DEPTH, OVERFLOW_POP, OVF, S},
    },
};

use crate::{
    Cases,
    common::{TestFrame, Trace, felt, next, now, ops, straight},
    inside, occurs, zero,
};

/// Every operation, every position: the next item is bound by the routes or by a constraint of its own.
pub(crate) fn items(cases: &mut Cases, trace: &Trace) {
    for info in OPERATIONS.iter().filter(|info| occurs(info.opcode)) {
        let frame = trace.frame(trace.rows_of(info.opcode)[0]).holds();
        for i in 0..STACK_TOP {
            let own = match (info.opcode, i) {
                (Opcode::Inv, 0) => "field.inv",
                (Opcode::ExpAcc, 0) => "u32.expacc_bit",
                (_, 15) if info.shift() == Shift::Left => continue,
                (opcode, i) if i < num_free_items(opcode) => continue,
                _ => "stack.item",
            };
            let forged = frame.clone().set(next(S, i), felt(0x1234_5678_9abc));
            let label = if own == "stack.item" { format!("stack.item[{i}]") } else { own.into() };
            cases.among(info.name, &forged, &label);
        }
    }
}

/// Number of topmost next items that the constraints leave free: advice, and items that the bus binds.
fn num_free_items(opcode: Opcode) -> usize {
    use Opcode::*;
    match opcode {
        Input | Read | MLoad | U32And | U32Xor | U32Or | U32AndN | U32Xr16 | U32Xr12 | U32Xr8 | U32Xr7
        | U32Maj | U32Ch | U32Chi => 1,
        ReadW | MLoadW | MrUpdate => 4,
        MStream | Pipe => 8,
        HPerm => 12,
        _ => 0,
    }
}

/// Operands that the chiplets cannot check themselves.
pub(crate) fn chiplet_operands(cases: &mut Cases, trace: &Trace) {
    let first = |opcode| trace.frame(trace.rows_of(opcode)[0]).holds();
    for opcode in [Opcode::MLoad, Opcode::MLoadW, Opcode::MStore, Opcode::MStoreW] {
        let frame = first(opcode);
        cases.among("address", &frame.clone().bump(now(HELPERS, 0)), "memory.address");
        cases.among("address", &frame.bump(now(HELPERS, 1)), "memory.address");
    }
    for opcode in [Opcode::MStream, Opcode::Pipe] {
        let frame = first(opcode);
        cases.only("address", &frame.clone().bump(now(HELPERS, 0)), &["memory.stream_address[0]"]);
        cases.only("second address", &frame.clone().bump(now(HELPERS, 2)), &["memory.stream_address[1]"]);
        // 2^32 − 1 and p − 1: one of the two addresses is a u32.
        let at = |address: Felt, limbs: [u64; 4]| {
            let frame = frame.clone().set(now(S, 12), address).set(next(S, 12), address + felt(2));
            (0..4).fold(frame, |frame, i| frame.set(now(HELPERS, i), felt(limbs[i])))
        };
        let last = at(felt(0xffff_ffff), [0xffff, 0xffff, 0, 0]);
        cases.only("2^32 − 1", &last, &["memory.stream_address[1]"]);
        cases.only("p − 1", &at(-Felt::ONE, [0, 0, 0, 0]), &["memory.stream_address[0]"]);
    }
    for opcode in [Opcode::MpVerify, Opcode::MrUpdate] {
        let frame = first(opcode);
        cases.only("depth", &frame.clone().bump(now(HELPERS, 0)), &["merkle.depth"]);
        cases.only("64 levels", &frame.set(now(S, 4), felt(64)).set(next(S, 4), felt(64)), &["merkle.depth"]);
    }
    let div = first(Opcode::U32Div);
    cases.only("another dividend", &div.clone().bump(now(S, 1)), &["u32.div"]);
    // 17 = 5·2 + 7 and 17 = 5·4 − 3: only the bus detects a remainder that is too large or negative.
    let result = |quotient: u64, remainder: Felt| {
        let frame = div.clone().set(next(S, 0), remainder).set(next(S, 1), felt(quotient));
        let limbs = [remainder, Felt::ZERO, felt(quotient), Felt::ZERO];
        (0..4).fold(frame, |frame, i| frame.set(now(HELPERS, i), limbs[i]))
    };
    assert_eq!((div.get(now(S, 1)), div.get(now(S, 0))), (felt(17), felt(5)));
    result(2, felt(7)).holds();
    result(4, -felt(3)).holds();
    cases.only("17 / 5 = 4", &result(4, felt(2)), &["u32.div"]);
}

pub(crate) fn field(cases: &mut Cases, trace: &Trace) {
    let first = |opcode| trace.frame(trace.rows_of(opcode)[0]).holds();
    // Operands that are not binary, with the result of the formula.
    let not = first(Opcode::Not).set(now(S, 0), felt(2)).set(next(S, 0), Felt::ZERO - Felt::ONE);
    cases.only("not 2", &not, &["field.not_binary"]);
    let and = first(Opcode::And).set(now(S, 0), Felt::ONE);
    cases.only(
        "2 and 1",
        &and.clone().set(now(S, 1), felt(2)).set(next(S, 0), felt(2)),
        &["field.and_or_binary"],
    );
    cases.only(
        "1 and 2",
        &and.set(now(S, 1), Felt::ONE).set(now(S, 0), felt(2)).set(next(S, 0), felt(2)),
        &["stack.binary_top"],
    );
    let or = first(Opcode::Or).set(now(S, 0), Felt::ZERO).set(now(S, 1), felt(2)).set(next(S, 0), felt(2));
    cases.only("2 or 0", &or, &["field.and_or_binary"]);
    let swap = first(Opcode::CSwap);
    let (b, a) = (swap.get(now(S, 1)), swap.get(now(S, 2)));
    let blend = |x: Felt, y: Felt| x + felt(2) * (y - x);
    let swap = swap.set(now(S, 0), felt(2)).set(next(S, 0), blend(b, a)).set(next(S, 1), blend(a, b));
    cases.only("cswap by 2", &swap, &["stack.binary_top"]);

    cases.only("inverse", &first(Opcode::Inv).bump(next(S, 0)), &["field.inv"]);
    let no_inverse = first(Opcode::Inv).set(now(S, 0), Felt::ZERO);
    cases.only("inverse of 0", &no_inverse, &["field.inv"]);
    // Equal items claimed different, with any helper; different items claimed equal.
    let equal = trace.frame(trace.find(Opcode::Eq, |row| row[S.at(0)] == row[S.at(1)])).holds();
    cases.only("a free helper", &equal.bump(now(HELPERS, 0)), &["field.eq_helper"]);
    let differ = trace.frame(trace.find(Opcode::Eq, |row| row[S.at(0)] != row[S.at(1)])).holds();
    let forged = differ.set(now(HELPERS, 0), Felt::ZERO).set(next(S, 0), Felt::ONE);
    cases.only("different claimed equal", &forged, &["field.eq_zero"]);
    let is_zero = trace.frame(trace.find(Opcode::Eqz, |row| zero(row, now(S, 0)))).holds();
    cases.only("a free helper", &is_zero.bump(now(HELPERS, 0)), &["field.eq_helper"]);
    let not_zero = trace.frame(trace.find(Opcode::Eqz, |row| !zero(row, now(S, 0)))).holds();
    let forged = not_zero.set(now(HELPERS, 0), Felt::ZERO).set(next(S, 0), Felt::ONE);
    cases.only("5 claimed to be 0", &forged, &["field.eq_zero"]);

    cases.only("assert 2", &first(Opcode::Assert).set(now(S, 0), felt(2)), &["field.assert"]);
    cases.only("assertz 1", &first(Opcode::AssertZ).set(now(S, 0), Felt::ONE), &["field.assertz"]);
}

pub(crate) fn u32(cases: &mut Cases, trace: &Trace) {
    let first = |opcode| trace.frame(trace.rows_of(opcode)[0]).holds();
    // The other split of a value below 2^32: v + p = (2^32 − 1)·2^32 + v + 1.
    let split = first(Opcode::U32Split);
    let limbs = |frame: TestFrame, limbs: [u64; 4]| {
        limbs.into_iter().enumerate().fold(frame, |frame, (i, limb)| frame.set(now(HELPERS, i), felt(limb)))
    };
    let forged = limbs(split.clone().set(now(S, 0), felt(5)), [6, 0, 0xffff, 0xffff]);
    let forged = forged.set(next(S, 0), felt(0xffff_ffff)).set(next(S, 1), felt(6));
    cases.only("split of 5 + p", &forged, &["u32.canonical"]);
    for info in OPERATIONS.iter().filter(|info| info.page == "u32#split") {
        let frame = first(info.opcode);
        cases.among(info.name, &frame.clone().bump(now(HELPERS, 0)), "u32.split");
        cases.among(info.name, &frame.bump(now(HELPERS, 2)), "u32.split");
    }
    let assert2 = first(Opcode::U32Assert2);
    cases.only("top", &assert2.clone().bump(now(HELPERS, 0)), &["u32.assert2[0]"]);
    cases.among("below", &assert2.bump(now(HELPERS, 2)), "u32.assert2[1]");

    let expacc = first(Opcode::ExpAcc);
    // bit = −1, h0 = 2·h2 − 1 …: consistent except for the bit
    let (h1, h2) = (expacc.get(now(HELPERS, 1)), expacc.get(now(HELPERS, 2)));
    let (base, acc) = (expacc.get(now(S, 1)), expacc.get(now(S, 2)));
    let bit = Felt::ZERO - Felt::ONE;
    let factor = Felt::ONE + bit * (base - Felt::ONE);
    let h0 = h2 + h2 + bit;
    let low = h0 + felt(1 << 16) * h1;
    let room = felt(0xffff_ffff) - h2;
    let forged = expacc
        .clone()
        .set(next(S, 0), bit)
        .set(now(HELPERS, 0), h0)
        .set(now(HELPERS, 4), room.inv())
        .set(now(HELPERS, 5), factor)
        .set(now(S, 3), low)
        .set(next(S, 2), acc * factor);
    cases.only("bit −1", &forged, &["u32.expacc_bit"]);
    cases.only("other exponent", &expacc.clone().bump(now(S, 3)), &["u32.expacc_exponent"]);
    let forged = expacc.clone().bump(now(HELPERS, 0)).bump(now(S, 3));
    cases.only("low limb", &forged, &["u32.expacc_low_limb"]);
    let factor = expacc.get(now(HELPERS, 5)) + Felt::ONE;
    let forged = expacc.set(now(HELPERS, 5), factor).set(next(S, 2), acc * factor);
    cases.only("other factor", &forged, &["u32.expacc_factor"]);
}

pub(crate) fn overflow(cases: &mut Cases, trace: &Trace) {
    let full = trace.frame(trace.find(Opcode::Drop, |row| !zero(row, now(OVERFLOW_POP, 0)))).holds();
    cases.among("z", &full.clone().set(now(OVERFLOW_POP, 0), felt(2)).bump(now(DEPTH, 0)), "stack.z_binary");
    let noop = trace.frame(trace.find(Opcode::Noop, inside)).holds();
    let taken = noop.clone().set(now(OVERFLOW_POP, 0), Felt::ONE);
    let depth = taken.get(next(DEPTH, 0)) - Felt::ONE;
    cases.only("z without a shift", &taken.set(next(DEPTH, 0), depth), &["stack.z_left"]);
    // Left shift at depth 17 that pops no entry.
    let kept =
        full.clone().set(now(OVERFLOW_POP, 0), Felt::ZERO).bump(next(DEPTH, 0)).set(next(S, 15), Felt::ZERO);
    let kept = kept.set(next(OVF, 0), full.get(now(OVF, 0)));
    cases.only("entry not popped", &kept, &["stack.z_depth"]);
    let shallow = Trace::honest(&straight(&ops(&[Opcode::Drop, Opcode::Noop])), &[1, 2]);
    let empty = shallow.frame(shallow.rows_of(Opcode::Drop)[0]);
    cases.only("item from nowhere", &empty.holds().bump(next(S, 15)), &["stack.zero_shifted_in"]);
    let dup = trace.frame(trace.find(Opcode::Dup0, inside)).holds();
    for frame in [&noop, &full, &dup] {
        cases.only("depth", &frame.clone().bump(next(DEPTH, 0)), &["stack.depth"]);
    }
    for frame in [&noop, &dup] {
        cases.only("pointer", &frame.clone().bump(next(OVF, 0)), &["stack.ovf"]);
    }
}
