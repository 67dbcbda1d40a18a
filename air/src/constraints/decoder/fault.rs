//! The predicate of a fault, in FAIL rows, which show the state of the failure. Book: design/decoder.md#faults
//!
//! The statement names operation and code, so constants choose the predicate: `σ_x` is 1 or 0. For a success all of
//! them are 0; there, the order of rows and the fixed row of the end exclude FAIL rows.

use miden_core::{
    Felt, Opcode,
    field::FieldElement,
    params::{FMP_MAX, STACK_TOP, STREAM_ADDRESS},
    trace::{
        decoder::{
            MID,
            fail::{CANDIDATE, CANONICAL, HIGH, VALUE, WITNESS},
        },
        stack::DEPTH,
        system::{FMP, INSYS},
    },
};

use crate::{
    algebra::Algebra, eval::ConstraintSink, flags::Flags, frame::Frame, statement_constants::FaultConstants,
};

pub(super) fn enforce<C: ConstraintSink>(
    c: &mut C,
    f: &Frame<'_, C::Expr>,
    flags: &Flags<C::Expr>,
    constants: FaultConstants,
) {
    let fail = flags.op(Opcode::Fail);
    enforce_operand(c, f, &fail, constants);
    enforce_split(c, f, flags, &fail, constants);
    enforce_predicate(c, f, &fail, constants);
}

/// `σ_x`, shown by name.
fn sigma<T: Algebra>(value: Felt, name: &'static str) -> T {
    T::constant(value).named(name)
}

/// The operand `v` is candidate `b`.
fn enforce_operand<C: ConstraintSink>(
    c: &mut C,
    f: &Frame<'_, C::Expr>,
    fail: &C::Expr,
    constants: FaultConstants,
) {
    let (b, v) = (f.at(CANDIDATE), f.at(VALUE));
    let [one, two, three] = [1, 2, 3].map(C::Expr::int);
    let second: C::Expr = sigma(constants.second, "σ_second");
    let third: C::Expr = sigma(constants.third, "σ_third");

    // FAIL·b·(1 + σ_second·(b − 2))·(1 + σ_third·(b − 3)) = 0: with two candidates the factor b − 1, with three
    // also b − 2
    let is_first = one.clone() + second * (b.clone() - two.clone());
    let is_second = one.clone() + third.clone() * (b.clone() - three);
    c.assert_zero("fault.candidate", fail.clone() * (b.clone() * is_first * is_second));

    // y = 3·2^30 − 1 − fmp − s0
    let room = C::Expr::int(FMP_MAX) - f.at(FMP) - f.s(0);
    let pointer: C::Expr = sigma(constants.pointer, "σ_pointer");
    let room = sigma::<C::Expr>(constants.room, "σ_room") * room;
    // Candidate 0: s0, s3, s12 or y
    let candidate_0 = sigma::<C::Expr>(constants.item_0, "σ_item0") * f.s(0)
        + sigma::<C::Expr>(constants.item_3, "σ_item3") * f.s(3)
        + pointer.clone() * f.s(STREAM_ADDRESS)
        + room.clone();
    // Candidate 1 minus candidate 0: s1 − s0, 1 or y
    let step = sigma::<C::Expr>(constants.item_1, "σ_item1") * (f.s(1) - f.s(0)) + pointer + room;
    // Candidate 2 minus 2·candidate 1 plus candidate 0: s2 − 2·s1 + s0
    let bend = third * (f.s(2) - two * f.s(1) + f.s(0));
    // FAIL·(v − candidate_0 − b·step − b·(b − 1)/2·bend) = 0
    let pairs = C::Expr::constant(Felt::new(2).inv()) * (b.clone() * (b.clone() - one));
    c.assert_zero("fault.value", fail.clone() * (v - candidate_0 - b * step - pairs * bend));
}

/// `v = high·2^32 + lo` if the predicate is that `v` is not a u32; else `high`, `lo` and all limbs are 0.
///
/// A quotient `s1/s0` is not a u32 exactly if the high half of `s1` is at least `s0`. So the limbs `hi` are those of
/// `high`, or of `high − s0`, in which case the last TRAP row has those of `high`.
fn enforce_split<C: ConstraintSink>(
    c: &mut C,
    f: &Frame<'_, C::Expr>,
    flags: &Flags<C::Expr>,
    fail: &C::Expr,
    constants: FaultConstants,
) {
    let (lo, hi, high) = (f.limbs_low(), f.limbs_high(), f.at(HIGH));
    let not_u32: C::Expr = sigma(constants.not_u32, "σ_not_u32");
    let quotient: C::Expr = sigma(constants.quotient, "σ_quotient");

    // FAIL·(σ_not_u32·v − high·2^32 − lo) = 0
    let split = high.clone() * C::Expr::int(1 << 32) + lo.clone();
    c.assert_zero("fault.split", fail.clone() * (not_u32.clone() * f.at(VALUE) - split));
    // FAIL·(high − hi − σ_quotient·b·s0) = 0
    let divisor = quotient.clone() * (f.at(CANDIDATE) * f.s(0));
    c.assert_zero("fault.high", fail.clone() * (high.clone() - hi - divisor));
    // FAIL·lo·(1 − (2^32 − 1 − high)·h5) = 0: the split is canonical
    let room = C::Expr::int(u64::from(u32::MAX)) - high;
    c.assert_zero("fault.canonical", fail.clone() * (lo * (room * f.at(CANONICAL)).complement()));
    // FAIL·(1 − σ_not_u32)·h5 = 0
    c.assert_zero("fault.idle_canonical", fail.clone() * (not_u32.complement() * f.at(CANONICAL)));

    // TRAP·(h2 + 2^16·h3 − σ_quotient·(1 − mid1')·high') = 0: mid1' = 0 in the last TRAP row, and limbs that sum to 0
    // are all 0
    let last = quotient * (f.cell_next(MID, 1).complement() * f.at_next(HIGH));
    c.assert_zero("fault.trap_limbs", flags.op(Opcode::Trap) * (f.limbs_high() - last));
}

/// The predicate, about `v` or a register.
fn enforce_predicate<C: ConstraintSink>(
    c: &mut C,
    f: &Frame<'_, C::Expr>,
    fail: &C::Expr,
    constants: FaultConstants,
) {
    let v = f.at(VALUE);
    let hi = f.limbs_high();
    let differs: C::Expr = sigma(constants.differs, "σ_differs");
    let not_binary: C::Expr = sigma(constants.not_binary, "σ_not_binary");
    let not_u32: C::Expr = sigma(constants.not_u32, "σ_not_u32");

    // x = σ_differs·(v + σ_deep·(depth − 16) − σ_expected) + σ_not_binary·v·(v − 1)
    //   + σ_not_u32·(hi + σ_quotient·b·(s0 − hi)): must not be 0
    let deep = sigma::<C::Expr>(constants.deep, "σ_deep") * (f.at(DEPTH) - C::Expr::int(STACK_TOP as u64));
    let difference = v.clone() + deep - sigma(constants.expected, "σ_expected");
    // A quotient of a dividend that is large enough has a nonzero divisor.
    let quotient: C::Expr = sigma(constants.quotient, "σ_quotient");
    let large = hi.clone() + quotient * (f.at(CANDIDATE) * (f.s(0) - hi));
    let x = differs.clone() * difference + not_binary.clone() * v.clone().binary() + not_u32.clone() * large;
    // n = σ_differs + σ_not_binary + σ_not_u32
    let needed = differs + not_binary + not_u32;
    // FAIL·((x + 1 − n)·h4 − n) = 0: h4 = 1/x, or 0 if no inverse is needed
    let inverse = (x + needed.clone().complement()) * f.at(WITNESS);
    c.assert_zero("fault.not_zero", fail.clone() * (inverse - needed));

    // FAIL·(σ_zero·v + σ_outside·insys + σ_inside·(1 − insys)) = 0: at most one of them is chosen
    let insys = f.at(INSYS);
    let zero = sigma::<C::Expr>(constants.zero, "σ_zero") * v
        + sigma::<C::Expr>(constants.outside, "σ_outside") * insys.clone()
        + sigma::<C::Expr>(constants.inside, "σ_inside") * insys.complement();
    c.assert_zero("fault.zero", fail.clone() * zero);
}
