//! Field arithmetic, comparison and logic. Book: design/field.md

use miden_core::Opcode;

use super::Routes;
use crate::{algebra::Algebra, eval::ConstraintSink, flags::Flags, frame::Frame};

pub(super) fn enforce<C: ConstraintSink>(
    c: &mut C,
    f: &Frame<'_, C::Expr>,
    flags: &Flags<C::Expr>,
    routes: &mut Routes<'_, C::Expr>,
) {
    let one = C::Expr::one;
    let (s0, s1) = (f.s(0), f.s(1));

    // NEG: s0' = −s0; INCR: s0' = s0 + 1; NOT: s0' = 1 − s0
    routes.value(Opcode::Neg, 0, C::Expr::zero() - s0.clone());
    routes.value(Opcode::Incr, 0, s0.clone() + one());
    routes.value(Opcode::Not, 0, s0.clone().complement());
    // NOT·s0·(s0 − 1) = 0
    c.assert_zero("field.not_binary", flags.op(Opcode::Not) * s0.clone().binary());

    // ADD: s0' = s0 + s1; MUL: s0' = s0·s1; SUB: s0' = s1 − s0
    routes.value(Opcode::Add, 0, s0.clone() + s1.clone());
    routes.value(Opcode::Mul, 0, s0.clone() * s1.clone());
    routes.value(Opcode::Sub, 0, s1.clone() - s0.clone());

    // INV·(s0·s0' − 1) = 0: no solution for s0 = 0
    routes.unbound(Opcode::Inv, 1);
    c.assert_zero("field.inv", flags.op(Opcode::Inv) * (s0.clone() * f.s_next(0) - one()));

    // AND: s0' = s0·s1; OR: s0' = s0 + s1 − s0·s1
    let product = s0.clone() * s1.clone();
    routes.value(Opcode::And, 0, product.clone());
    routes.value(Opcode::Or, 0, s0.clone() + s1.clone() - product);
    // (AND + OR)·s1·(s1 − 1) = 0; the other operand is binary by `stack.binary_top`
    c.assert_zero("field.and_or_binary", flags.any([Opcode::And, Opcode::Or]) * s1.clone().binary());

    // EQZ, EQ: s0' = 1 − d·h0 with d = s0 or s0 − s1. Then d·s0' = 0 implies s0' = 1 if d = 0, else h0 = 1/d.
    let difference = s0.clone() - s1;
    routes.value(Opcode::Eqz, 0, (s0.clone() * f.h(0)).complement());
    routes.value(Opcode::Eq, 0, (difference.clone() * f.h(0)).complement());
    // (EQZ·s0 + EQ·(s0 − s1))·s0' = 0
    let compared = flags.op(Opcode::Eqz) * s0.clone() + flags.op(Opcode::Eq) * difference;
    c.assert_zero("field.eq_zero", compared * f.s_next(0));
    // (EQZ + EQ)·s0'·h0 = 0: the helper is 0 where no inverse exists
    c.assert_zero("field.eq_helper", flags.any([Opcode::Eqz, Opcode::Eq]) * (f.s_next(0) * f.h(0)));

    // ASSERT·(s0 − 1) = 0
    c.assert_zero("field.assert", flags.op(Opcode::Assert) * (s0.clone() - one()));
    // ASSERTZ·s0 = 0
    c.assert_zero("field.assertz", flags.op(Opcode::AssertZ) * s0);
}
