//! The quadratic extension of the field: `x0 + x1·φ` with `φ² = φ − 2`, written `[x1, x0]`.

use miden_core::Opcode::{
    self, Add, Dup0, Dup1, Dup2, Dup4, Inv, MovDn2, MovDn3, MovDn4, MovUp2, MovUp3, MovUp4, Mul, Neg, Sub,
    Swap,
};

use super::{Operations, extend};

/// `[b1, b0, a1, a0] → [a1 + b1, a0 + b0]`
pub(super) const ADD: &[Opcode] = &[MovUp3, MovUp2, Add, MovDn2, Add];

/// `[b1, b0, a1, a0] → [a1 − b1, a0 − b0]`
pub(super) const SUB: &[Opcode] = &[MovUp3, MovUp2, Sub, MovDn2, Sub];

/// `[b1, b0, a1, a0] → [c1, c0]`: `c0 = a0·b0 − 2·a1·b1`, `c1 = a0·b1 + a1·(b0 + b1)`
#[rustfmt::skip]
pub(super) const MUL: &[Opcode] = &[
    // [a0·b0, b1, b0, a1, a0]
    Dup1, Dup4, Mul,
    // [b1, b0, a1, a0, c0]
    Dup1, Dup4, Mul, Dup0, Add, Sub, MovDn4,
    // [b1, b0, a1, a0·b1, c0]
    Dup0, MovUp4, Mul, MovDn3,
    // [c1, c0]
    Add, Mul, Add,
];

/// `[a1, a0] → [−a1, −a0]`
pub(super) const NEG: &[Opcode] = &[Neg, Swap, Neg, Swap];

/// `[a1, a0] → [c1, c0]`: the conjugate `a0 + a1 − a1·φ` divided by the norm `a0·(a0 + a1) + 2·a1²`, which is zero
/// only for `a = 0`.
#[rustfmt::skip]
pub(super) const INV: &[Opcode] = &[
    // [s, a1, a0] with s = a0 + a1
    Dup1, Dup1, Add,
    // [s·a0, s, a1]
    Dup0, MovUp3, Mul,
    // [1/norm, s, a1]
    Dup2, Dup0, Mul, Dup0, Add, Add, Inv,
    // [c0, 1/norm, a1]
    Dup0, MovUp2, Mul,
    // [c1, c0]
    MovDn2, Mul, Neg,
];

/// `[b1, b0, a1, a0] → [c1, c0]`: `a` times the inverse of `b`.
pub(super) fn div(operations: &mut Operations) {
    extend(operations, INV);
    extend(operations, MUL);
}
