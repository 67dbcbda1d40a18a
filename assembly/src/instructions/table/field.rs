//! Assertions, arithmetic, logic and comparison of field elements.

use miden_core::{
    FaultCode,
    Opcode::{Add, And, Assert, AssertZ, CSwap, Drop, Dup1, Eq, Inv, Mul, Neg, Not, Or, Sub, Swap},
};

use super::{InstructionRow, row};
use crate::instructions::{
    Form::{Bits, Divisor, ErrorCode, Exponent, Felt, Operations, Plain},
    compare, exponentiation, extension,
    failure::{Condition, FailureRow, fault, when, when_bits, when_top},
    field,
};

const NOT_BINARY: &[FailureRow] =
    &[fault(FaultCode::NotBinaryValue, &[when("an operand is neither 0 nor 1")])];
const DIVISION: &[FailureRow] = &[fault(FaultCode::DivideByZero, &[when_top("`b = 0`")])];

const fn assertion(conditions: &'static [Condition]) -> FailureRow {
    fault(FaultCode::FailedAssertion, conditions)
}

pub(super) const ROWS: &[InstructionRow] = &[
    row("assert", "[a] → []", &[Operations(&[Assert]), ErrorCode]).fails(&[assertion(&[when("`a ≠ 1`")])]),
    row("assertz", "[a] → []", &[Operations(&[AssertZ]), ErrorCode]).fails(&[assertion(&[when("`a ≠ 0`")])]),
    row("assert_eq", "[b, a] → []", &[Operations(&[Eq, Assert]), ErrorCode])
        .fails(&[assertion(&[when("`a ≠ b`")])]),
    row("assert_eqw", "[B, A] → []", &[Plain(field::assert_eqw), ErrorCode])
        .fails(&[assertion(&[when("`A ≠ B`")])]),
    row("add", "[b, a] → [a + b]", &[Operations(&[Add]), Felt(field::add_immediate)]),
    row("sub", "[b, a] → [a − b]", &[Operations(&[Sub]), Felt(field::sub_immediate)]),
    row("mul", "[b, a] → [a · b]", &[Operations(&[Mul]), Felt(field::mul_immediate)]),
    row("div", "[b, a] → [a / b]", &[Operations(&[Inv, Mul]), Divisor(field::div_immediate)])
        .text("`a` times the inverse of `b` modulo `p`")
        .fails(DIVISION),
    row("neg", "[a] → [−a]", &[Operations(&[Neg])]),
    row("inv", "[a] → [1 / a]", &[Operations(&[Inv])])
        .fails(&[fault(FaultCode::DivideByZero, &[when("`a = 0`")])]),
    row("pow2", "[a] → [2^a]", &[Plain(exponentiation::pow2)]).fails(&[assertion(&[when("`a > 63`")])]),
    row(
        "exp",
        "[b, a] → [a^b]",
        &[
            Plain(exponentiation::exp),
            Bits(exponentiation::exp_bits),
            Exponent(exponentiation::exp_immediate),
        ],
    )
    .text("`0^0 = 1`")
    .fails(&[assertion(&[when_bits("`b ≥ 2^N`")])]),
    row("is_odd", "[a] → [a mod 2]", &[Plain(field::is_odd)]),
    row("ilog2", "[a] → [⌊log2 a⌋]", &[Plain(field::ilog2)]).fails(&[assertion(&[when("`a = 0`")])]),
    row("not", "[a] → [1 − a]", &[Operations(&[Not])]).fails(NOT_BINARY),
    row("and", "[b, a] → [a ∧ b]", &[Operations(&[And])]).fails(NOT_BINARY),
    row("or", "[b, a] → [a ∨ b]", &[Operations(&[Or])]).fails(NOT_BINARY),
    // [b, a] → [b, 1 − a, a] → [1 − a, a] or, if b = 1, [a, 1 − a]
    row("xor", "[b, a] → [a ⊕ b]", &[Operations(&[Dup1, Not, Swap, CSwap, Drop])]).fails(NOT_BINARY),
    row("eq", "[b, a] → [a = b]", &[Operations(&[Eq]), Felt(field::eq_immediate)]),
    row("neq", "[b, a] → [a ≠ b]", &[Operations(&[Eq, Not]), Felt(field::neq_immediate)]),
    row("eqw", "[B, A] → [A = B, B, A]", &[Plain(field::eqw)]),
    row("lt", "[b, a] → [a < b]", &[Operations(compare::LT), Felt(compare::lt_immediate)]).text(AS_INTEGERS),
    row("lte", "[b, a] → [a ≤ b]", &[Operations(compare::LTE), Felt(compare::lte_immediate)])
        .text(AS_INTEGERS),
    row("gt", "[b, a] → [a > b]", &[Operations(compare::GT), Felt(compare::gt_immediate)]).text(AS_INTEGERS),
    row("gte", "[b, a] → [a ≥ b]", &[Operations(compare::GTE), Felt(compare::gte_immediate)])
        .text(AS_INTEGERS),
    row("ext2add", "[b1, b0, a1, a0] → [c1, c0]", &[Operations(extension::ADD)]).text("`c = a + b`"),
    row("ext2sub", "[b1, b0, a1, a0] → [c1, c0]", &[Operations(extension::SUB)]).text("`c = a − b`"),
    row("ext2mul", "[b1, b0, a1, a0] → [c1, c0]", &[Operations(extension::MUL)])
        .text("`c = a · b`; `x0 + x1·φ` with `φ² = φ − 2`"),
    row("ext2div", "[b1, b0, a1, a0] → [c1, c0]", &[Plain(extension::div)])
        .text("`c = a / b`")
        .fails(DIVISION),
    row("ext2neg", "[a1, a0] → [c1, c0]", &[Operations(extension::NEG)]).text("`c = −a`"),
    row("ext2inv", "[a1, a0] → [c1, c0]", &[Operations(extension::INV)])
        .text("`c = 1 / a`")
        .fails(&[fault(FaultCode::DivideByZero, &[when("`a = 0`")])]),
];

const AS_INTEGERS: &str = "operands as integers from 0 to `p − 1`";
