//! Sequences of operations with a shorter equivalent.

use miden_core::{
    Felt,
    Opcode::{
        self, Add, Assert, AssertZ, CSwap, CSwapW, Drop, Dup0, Dup1, Dup3, Eq, Eqz, MovDn2, MovDn3, MovUp2,
        Mul, Neg, Pad, Sub, Swap, SwapW, U32Add, U32Add3, U32And, U32AndN, U32Assert2, U32MAdd, U32Maj,
        U32Mul, U32Rot, U32WAdd, U32Xor, U32Xr7, U32Xr8, U32Xr12, U32Xr16,
    },
    Operation::{self, Plain, Push},
    field::FieldElement,
};

use super::Rewrite;

/// Code and its replacement.
pub(super) struct Pattern {
    pub(super) from: &'static [Operation],
    /// Operations, each with the index in `from` of the operation whose instruction it is attributed to.
    pub(super) to: &'static [(Opcode, usize)],
}

/// Shorthand for a row.
const fn pattern(from: &'static [Operation], to: &'static [(Opcode, usize)]) -> Pattern {
    Pattern { from, to }
}

const ONE: Operation = Push(Felt::ONE);

/// `NOT a` is `a XOR ALL`.
const ALL: Operation = Push(Felt::new(u32::MAX as u64));

/// The constant that makes `u32rot` rotate right by `bits`.
const fn right(bits: u32) -> Operation {
    Push(Felt::new(1 << (u32::BITS - bits)))
}

pub(super) const PATTERNS: &[Pattern] = &[
    // The order of operands does not matter.
    pattern(&[Plain(Swap), Plain(Add)], &[(Add, 1)]),
    pattern(&[Plain(Swap), Plain(Mul)], &[(Mul, 1)]),
    pattern(&[Plain(Swap), Plain(Eq)], &[(Eq, 1)]),
    pattern(&[Plain(Swap), Plain(U32Add)], &[(U32Add, 1)]),
    pattern(&[Plain(Swap), Plain(U32WAdd)], &[(U32WAdd, 1)]),
    pattern(&[Plain(Swap), Plain(U32Mul)], &[(U32Mul, 1)]),
    pattern(&[Plain(Swap), Plain(U32MAdd)], &[(U32MAdd, 1)]),
    pattern(&[Plain(Swap), Plain(U32Add3)], &[(U32Add3, 1)]),
    pattern(&[Plain(MovUp2), Plain(U32Add3)], &[(U32Add3, 1)]),
    pattern(&[Plain(MovDn2), Plain(U32Add3)], &[(U32Add3, 1)]),
    // A copy equals its original.
    pattern(&[Plain(Dup0), Plain(Swap)], &[(Dup0, 0)]),
    // Signs: a + (−b) = a − b, a − (−b) = a + b, −(b − a) = a − b, and −a = 0 if a = 0.
    pattern(&[Plain(Neg), Plain(Add)], &[(Sub, 1)]),
    pattern(&[Plain(Neg), Plain(Sub)], &[(Add, 1)]),
    pattern(&[Plain(Swap), Plain(Sub), Plain(Neg)], &[(Sub, 1)]),
    pattern(&[Plain(Neg), Plain(Eqz)], &[(Eqz, 1)]),
    // Comparison with zero, also of a difference.
    pattern(&[Plain(Pad), Plain(Eq)], &[(Eqz, 1)]),
    pattern(&[Plain(Sub), Plain(Eqz)], &[(Eq, 1)]),
    // Assertions of comparisons.
    pattern(&[Plain(Eqz), Plain(Assert)], &[(AssertZ, 1)]),
    pattern(&[ONE, Plain(Eq), Plain(Assert)], &[(Assert, 2)]),
    // Repeated checks.
    pattern(&[Plain(U32Assert2), Plain(U32Assert2)], &[(U32Assert2, 0)]),
    // Selections by a constant.
    pattern(&[Plain(Pad), Plain(CSwap)], &[]),
    pattern(&[ONE, Plain(CSwap)], &[(Swap, 1)]),
    pattern(&[Plain(Pad), Plain(CSwapW)], &[]),
    pattern(&[ONE, Plain(CSwapW)], &[(SwapW, 1)]),
    // [b, a]: the result of `u32xor` and the constant are u32 values, so only `u32xor` can fail.
    pattern(&[Plain(U32Xor), right(16), Plain(U32Rot)], &[(U32Xr16, 0)]),
    pattern(&[Plain(U32Xor), right(12), Plain(U32Rot)], &[(U32Xr12, 0)]),
    pattern(&[Plain(U32Xor), right(8), Plain(U32Rot)], &[(U32Xr8, 0)]),
    pattern(&[Plain(U32Xor), right(7), Plain(U32Rot)], &[(U32Xr7, 0)]),
    pattern(&[Plain(U32Xor), right(16), Plain(U32Assert2), Plain(U32Rot)], &[(U32Xr16, 0)]),
    pattern(&[Plain(U32Xor), right(12), Plain(U32Assert2), Plain(U32Rot)], &[(U32Xr12, 0)]),
    pattern(&[Plain(U32Xor), right(8), Plain(U32Assert2), Plain(U32Rot)], &[(U32Xr8, 0)]),
    pattern(&[Plain(U32Xor), right(7), Plain(U32Assert2), Plain(U32Rot)], &[(U32Xr7, 0)]),
    // [b, a]: NOT checks b, AND checks a; `u32andn` checks b, then a.
    pattern(&[ALL, Plain(U32Xor), Plain(U32And)], &[(U32AndN, 2)]),
    pattern(&[ALL, Plain(U32Xor), Plain(Swap), Plain(U32And)], &[(U32AndN, 3)]),
    // [c, b, a]: NOT checks c, AND checks a.
    pattern(&[ALL, Plain(U32Xor), Plain(MovUp2), Plain(U32And)], &[(MovUp2, 2), (Swap, 3), (U32AndN, 3)]),
    // [c, b, a]: the first AND checks c, then b, the second checks a; `u32maj` checks c, b, a.
    pattern(
        &[
            Plain(Dup1),
            Plain(Dup1),
            Plain(U32And),
            Plain(Swap),
            Plain(Dup3),
            Plain(U32And),
            Plain(U32Xor),
            Plain(MovDn2),
            Plain(U32And),
            Plain(U32Xor),
        ],
        &[(U32Maj, 2), (MovDn3, 9), (Drop, 9), (Drop, 9), (Drop, 9)],
    ),
    // 2·a = a + a, where only the lower half is used.
    pattern(&[Push(Felt::new(2)), Plain(U32Mul), Plain(Drop)], &[(Dup0, 0), (U32WAdd, 1)]),
    // [b, a]: the lower half of the sum; neither side checks the operands.
    pattern(&[Plain(U32Add), Plain(Drop)], &[(U32WAdd, 0)]),
];

pub(super) fn replace(code: &[Operation]) -> Option<Rewrite> {
    let Pattern { from, to } = PATTERNS.iter().find(|pattern| code.ends_with(pattern.from))?;
    let to = to.iter().map(|&(opcode, index)| (Plain(opcode), index)).collect();
    Some(Rewrite { len: from.len(), to })
}
