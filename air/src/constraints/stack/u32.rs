//! Operations that split a field element into 16-bit limbs. Book: design/u32.md
//!
//! `lo = h0 + 2^16·h1`, `hi = h2 + 2^16·h3`; the limbs are range-checked on every row of the class `limb`.

use miden_core::Opcode;

use super::Routes;
use crate::{algebra::Algebra, eval::ConstraintSink, flags::Flags, frame::Frame};

pub(super) fn enforce<C: ConstraintSink>(
    c: &mut C,
    f: &Frame<'_, C::Expr>,
    flags: &Flags<C::Expr>,
    routes: &mut Routes<'_, C::Expr>,
) {
    enforce_split(c, f, flags, routes);
    enforce_div(c, f, flags, routes);
    enforce_assert2(c, f, flags);
    enforce_expacc(c, f, flags, routes);
}

/// Operations that take their result from the split `v = hi·2^32 + lo` of a field element `v`.
fn enforce_split<C: ConstraintSink>(
    c: &mut C,
    f: &Frame<'_, C::Expr>,
    flags: &Flags<C::Expr>,
    routes: &mut Routes<'_, C::Expr>,
) {
    let (lo, hi) = (f.limbs_low(), f.limbs_high());
    let (s0, s1, s2) = (f.s(0), f.s(1), f.s(2));
    let two_32 = C::Expr::int(1 << 32);

    let product = s0.clone() * s1.clone();
    let sum = s0.clone() + s1.clone();
    let difference = s1 - s0.clone() + two_32.clone();
    let values = [
        (&[Opcode::U32Split][..], s0),
        (&[Opcode::U32Add, Opcode::U32WAdd], sum.clone()),
        (&[Opcode::U32Sub, Opcode::U32Lt], difference),
        (&[Opcode::U32Add3], sum + s2.clone()),
        (&[Opcode::U32Mul, Opcode::U32Rot], product.clone()),
        (&[Opcode::U32MAdd], product + s2),
    ];
    let splits = flags.any(values.iter().flat_map(|(opcodes, _)| opcodes.iter().copied()));
    let value = C::Expr::sum(values.map(|(opcodes, value)| flags.any(opcodes.iter().copied()) * value));
    // Σ op·(v − hi·2^32 − lo) = 0
    c.assert_zero("u32.split", value - splits * (hi.clone() * two_32 + lo.clone()));

    // canon·lo·(1 − (2^32 − 1 − hi)·h4) = 0: the other split of v is that of v + p, which has hi = 2^32 − 1 and lo ≥ 1
    let room = C::Expr::int(u64::from(u32::MAX)) - hi.clone();
    c.assert_zero("u32.canonical", flags.canon.clone() * lo.clone() * (room * f.h(4)).complement());

    // SPLIT, ADD, ADD3, MUL, MADD: [hi, lo]; SUB: [1 − hi, lo], where the borrow is 1 if v is below 2^32
    for opcode in [Opcode::U32Split, Opcode::U32Add, Opcode::U32Add3, Opcode::U32Mul, Opcode::U32MAdd] {
        routes.value(opcode, 0, hi.clone());
        routes.value(opcode, 1, lo.clone());
    }
    routes.value(Opcode::U32Sub, 0, hi.clone().complement());
    routes.value(Opcode::U32Sub, 1, lo.clone());
    // WADD: [lo]; LT: [1 − hi]; ROT: [hi + lo]
    routes.value(Opcode::U32WAdd, 0, lo.clone());
    routes.value(Opcode::U32Lt, 0, hi.clone().complement());
    routes.value(Opcode::U32Rot, 0, hi + lo);
}

/// `[b, a] → [r, q]`: `a = q·b + r` with `q`, `r`, `b` and `b − 1 − r` below 2^32; the bitwise section checks the last
/// two, requested on the bus.
fn enforce_div<C: ConstraintSink>(
    c: &mut C,
    f: &Frame<'_, C::Expr>,
    flags: &Flags<C::Expr>,
    routes: &mut Routes<'_, C::Expr>,
) {
    let div = flags.op(Opcode::U32Div);
    let (divisor, remainder, quotient) = (f.s(0), f.s_next(0), f.s_next(1));
    // r = h0 + 2^16·h1, q = h2 + 2^16·h3
    routes.value(Opcode::U32Div, 0, f.limbs_low());
    routes.value(Opcode::U32Div, 1, f.limbs_high());
    // U32DIV·(a − q·b − r) = 0: all three are below 2^32, so q·b + r is at most p − 1 and there is one solution
    c.assert_zero("u32.div", div * (f.s(1) - quotient * divisor - remainder));
}

/// Both operands are two limbs.
fn enforce_assert2<C: ConstraintSink>(c: &mut C, f: &Frame<'_, C::Expr>, flags: &Flags<C::Expr>) {
    let assert2 = flags.op(Opcode::U32Assert2);
    // U32ASSERT2·(s0 − h0 − 2^16·h1) = 0, U32ASSERT2·(s1 − h2 − 2^16·h3) = 0
    c.assert_zero_at("u32.assert2", 0, assert2.clone() * (f.s(0) - f.limbs_low()));
    c.assert_zero_at("u32.assert2", 1, assert2 * (f.s(1) - f.limbs_high()));
}

/// One step of an exponentiation with a u32 exponent, `[x, base, acc, b]`.
fn enforce_expacc<C: ConstraintSink>(
    c: &mut C,
    f: &Frame<'_, C::Expr>,
    flags: &Flags<C::Expr>,
    routes: &mut Routes<'_, C::Expr>,
) {
    let expacc = flags.op(Opcode::ExpAcc);
    let bit = f.s_next(0);

    routes.unbound(Opcode::ExpAcc, 1);
    // EXPACC·bit·(bit − 1) = 0
    c.assert_zero("u32.expacc_bit", expacc.clone() * bit.clone().binary());
    // EXPACC·(b − h0 − 2^16·h1) = 0
    c.assert_zero("u32.expacc_exponent", expacc.clone() * (f.s(3) - f.limbs_low()));
    // EXPACC·(h0 − 2·h2 − bit) = 0: it is the lowest bit, because 2·h2 is even and below 2^17
    c.assert_zero("u32.expacc_low_limb", expacc.clone() * (f.h(0) - C::Expr::int(2) * f.h(2) - bit.clone()));
    // EXPACC·(h5 − 1 − bit·(base − 1)) = 0: the factor
    let factor = bit * (f.s(1) - C::Expr::one()) + C::Expr::one();
    c.assert_zero("u32.expacc_factor", expacc * (f.h(5) - factor));

    // base' = base², acc' = acc·h5, b' = h2 + 2^15·h1
    routes.value(Opcode::ExpAcc, 1, f.s(1).square());
    routes.value(Opcode::ExpAcc, 2, f.s(2) * f.h(5));
    routes.value(Opcode::ExpAcc, 3, f.h(2) + C::Expr::int(1 << 15) * f.h(1));
}
