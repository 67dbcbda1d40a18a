//! Conversion, arithmetic, bits and comparison of u32 values.

use core::ops::RangeInclusive;

use miden_core::{
    FaultCode,
    Opcode::{
        self, AssertZ, CSwap, Drop, Dup0, Dup1, Dup2, Eq, Eqz, Incr, MovUp3, Not, Pad, Swap, U32Add, U32Add3,
        U32And, U32AndN, U32Assert2, U32Ch, U32Chi, U32Div, U32Lt, U32MAdd, U32Maj, U32Mul, U32Or, U32Split,
        U32Sub, U32WAdd, U32Xor,
    },
};

use super::{InstructionRow, row};
use crate::instructions::{
    Form::{ErrorCode, Number, Operand, Operations, Plain, Pushed},
    bits,
    failure::{Condition, FailureRow, fault, when, when_top},
    u32::{self, CHECKED_LTE, CHECKED_MOD, LTE},
};

/// Immediate operands.
const ANY: RangeInclusive<u32> = 0..=u32::MAX;
const DIVISOR: RangeInclusive<u32> = 1..=u32::MAX;
const SHIFT: RangeInclusive<u32> = 0..=31;

const fn not_u32(conditions: &'static [Condition]) -> FailureRow {
    fault(FaultCode::NotU32Value, conditions)
}

const fn assertion(conditions: &'static [Condition]) -> FailureRow {
    fault(FaultCode::FailedAssertion, conditions)
}

const A: &[FailureRow] = &[not_u32(&[when_top("`a ≥ 2^32`")])];
const A_OR_B: FailureRow = not_u32(&[when("`a ≥ 2^32`"), when_top("`b ≥ 2^32`")]);
const AB: &[FailureRow] = &[A_OR_B];
const ABC: &[FailureRow] = &[not_u32(&[when("an operand is 2^32 or more")])];
const ZERO: FailureRow = fault(FaultCode::DivideByZero, &[when_top("`b = 0`")]);
const DIV: &[FailureRow] = &[ZERO, A_OR_B];
const UNCHECKED_DIV: &[FailureRow] = &[ZERO, not_u32(&[when_top("`b ≥ 2^32`"), when("`a / b ≥ 2^32`")])];
const LARGE_SHIFT: FailureRow = assertion(&[when_top("`b > 63`")]);
const SHIFTED: &[FailureRow] = &[not_u32(&[when("`a ≥ 2^32`"), when_top("`32 ≤ b ≤ 63`")]), LARGE_SHIFT];
const SELECTED: &[FailureRow] = &[fault(
    FaultCode::NotBinaryValue,
    &[when("an operand is 2^32 or more, and the comparison gives neither 0 nor 1")],
)];

const UNCHECKED: &str = "only for operands below 2^32";

const LT: &[Opcode] = &[U32Lt];
const GT: &[Opcode] = &[Swap, U32Lt];
const GTE: &[Opcode] = &[Swap, Incr, U32Lt];
// [b, a] → [b < a, b, a]
const MIN: &[Opcode] = &[Dup0, Dup2, U32Lt, CSwap, Drop];
// [b, a] → [a < b, b, a]
const MAX: &[Opcode] = &[Dup1, Dup1, U32Lt, CSwap, Drop];

/// A row whose plain form and immediate form share their operations.
macro_rules! with_immediate {
    ($name:literal, $stack:literal, $range:expr, $operations:expr) => {
        row($name, $stack, &[Operations($operations), Pushed($range, $operations)])
    };
}

pub(super) const ROWS: &[InstructionRow] = &[
    // Conversions and tests
    row("u32test", "[a] → [a < 2^32, a]", &[Operations(&[Dup0, U32Split, Swap, Drop, Eqz])]),
    row("u32testw", "[A] → [t, A]", &[Plain(u32::testw)])
        .text("`t = 1` if all four items are below 2^32, else 0"),
    row(
        "u32assert",
        "[a] → [a]",
        &[Operations(&[Pad, U32Assert2, Drop]), Number(1..=2, u32::assert), ErrorCode],
    )
    .text("`u32assert.2` checks the top two items")
    .fails(A),
    row("u32assert2", "[b, a] → [b, a]", &[Operations(&[U32Assert2]), ErrorCode]).fails(AB),
    row(
        "u32assertw",
        "[A] → [A]",
        &[Operations(&[U32Assert2, MovUp3, MovUp3, U32Assert2, MovUp3, MovUp3]), ErrorCode],
    )
    .fails(&[not_u32(&[when("an item is 2^32 or more")])]),
    row("u32cast", "[a] → [a mod 2^32]", &[Operations(&[U32Split, Drop])]),
    row("u32split", "[a] → [⌊a / 2^32⌋, a mod 2^32]", &[Operations(&[U32Split])]),
    // Arithmetic
    with_immediate!("u32checked_add", "[b, a] → [a + b]", ANY, &[U32Assert2, U32Add, AssertZ])
        .fails(&[A_OR_B, assertion(&[when("`a + b ≥ 2^32`")])]),
    with_immediate!("u32wrapping_add", "[b, a] → [a + b mod 2^32]", ANY, &[U32WAdd]).text(UNCHECKED),
    with_immediate!("u32overflowing_add", "[b, a] → [carry, a + b mod 2^32]", ANY, &[U32Add]).text(UNCHECKED),
    with_immediate!("u32widening_add", "[b, a] → [a + b mod 2^32, carry]", ANY, &[U32Add, Swap])
        .text(UNCHECKED),
    row("u32wrapping_add3", "[c, b, a] → [a + b + c mod 2^32]", &[Operations(&[U32Add3, Drop])])
        .text(UNCHECKED),
    row("u32overflowing_add3", "[c, b, a] → [hi, lo]", &[Operations(&[U32Add3])])
        .text("`hi · 2^32 + lo = a + b + c`, where `hi` is 0, 1 or 2"),
    row("u32widening_add3", "[c, b, a] → [lo, hi]", &[Operations(&[U32Add3, Swap])])
        .text("`hi · 2^32 + lo = a + b + c`, where `hi` is 0, 1 or 2"),
    with_immediate!("u32checked_sub", "[b, a] → [a − b]", ANY, &[U32Assert2, U32Sub, AssertZ])
        .fails(&[A_OR_B, assertion(&[when("`a < b`")])]),
    with_immediate!("u32wrapping_sub", "[b, a] → [a − b mod 2^32]", ANY, &[U32Sub, Drop]).text(UNCHECKED),
    with_immediate!("u32overflowing_sub", "[b, a] → [borrow, a − b mod 2^32]", ANY, &[U32Sub])
        .text("`borrow = 1` if `a < b`, else 0"),
    with_immediate!("u32checked_mul", "[b, a] → [a · b]", ANY, &[U32Assert2, U32Mul, AssertZ])
        .fails(&[A_OR_B, assertion(&[when("`a · b ≥ 2^32`")])]),
    with_immediate!("u32wrapping_mul", "[b, a] → [a · b mod 2^32]", ANY, &[U32Mul, Drop]).text(UNCHECKED),
    with_immediate!("u32overflowing_mul", "[b, a] → [hi, lo]", ANY, &[U32Mul])
        .text("`hi · 2^32 + lo = a · b`"),
    row("u32wrapping_madd", "[b, a, c] → [a · b + c mod 2^32]", &[Operations(&[U32MAdd, Drop])])
        .text(UNCHECKED),
    row("u32overflowing_madd", "[b, a, c] → [hi, lo]", &[Operations(&[U32MAdd])])
        .text("`hi · 2^32 + lo = a · b + c`"),
    with_immediate!("u32checked_div", "[b, a] → [⌊a / b⌋]", DIVISOR, &[U32Assert2, U32Div, Drop]).fails(DIV),
    with_immediate!("u32unchecked_div", "[b, a] → [⌊a / b⌋]", DIVISOR, &[U32Div, Drop])
        .or(&["u32div"])
        .fails(UNCHECKED_DIV),
    row(
        "u32checked_mod",
        "[b, a] → [a mod b]",
        &[Operations(CHECKED_MOD), Operand(DIVISOR, u32::checked_mod_immediate)],
    )
    .fails(DIV),
    with_immediate!("u32unchecked_mod", "[b, a] → [a mod b]", DIVISOR, &[U32Div, Swap, Drop])
        .or(&["u32mod"])
        .fails(UNCHECKED_DIV),
    with_immediate!("u32checked_divmod", "[b, a] → [a mod b, ⌊a / b⌋]", DIVISOR, &[U32Assert2, U32Div])
        .fails(DIV),
    with_immediate!("u32unchecked_divmod", "[b, a] → [a mod b, ⌊a / b⌋]", DIVISOR, &[U32Div])
        .or(&["u32divmod"])
        .fails(UNCHECKED_DIV),
    // Bits
    with_immediate!("u32checked_and", "[b, a] → [a AND b]", ANY, &[U32And]).or(&["u32and"]).fails(AB),
    with_immediate!("u32checked_or", "[b, a] → [a OR b]", ANY, &[U32Or]).or(&["u32or"]).fails(AB),
    with_immediate!("u32checked_xor", "[b, a] → [a XOR b]", ANY, &[U32Xor]).or(&["u32xor"]).fails(AB),
    row("u32checked_not", "[a] → [NOT a]", &[Plain(bits::not), Operand(ANY, bits::not_immediate)])
        .or(&["u32not"])
        .fails(A),
    with_immediate!("u32andnot", "[b, a] → [a AND NOT b]", ANY, &[U32AndN]).fails(AB),
    row(
        "u32checked_shl",
        "[b, a] → [a · 2^b mod 2^32]",
        &[Plain(bits::checked_shl), Operand(SHIFT, bits::checked_shl_immediate)],
    )
    .fails(SHIFTED),
    row(
        "u32unchecked_shl",
        "[b, a] → [a · 2^b mod 2^32]",
        &[Plain(bits::shl), Operand(SHIFT, bits::shl_immediate)],
    )
    .or(&["u32shl"])
    .text(UNCHECKED)
    .fails(&[LARGE_SHIFT]),
    row(
        "u32checked_shr",
        "[b, a] → [⌊a / 2^b⌋]",
        &[Plain(bits::checked_shr), Operand(SHIFT, bits::checked_shr_immediate)],
    )
    .fails(SHIFTED),
    row("u32unchecked_shr", "[b, a] → [⌊a / 2^b⌋]", &[Plain(bits::shr), Operand(SHIFT, bits::shr_immediate)])
        .or(&["u32shr"])
        .fails(SHIFTED),
    row(
        "u32checked_rotl",
        "[b, a] → [a ⋘ b]",
        &[Plain(bits::checked_rotl), Operand(SHIFT, bits::checked_rotl_immediate)],
    )
    .text("rotates left within 32 bits")
    .fails(SHIFTED),
    row("u32unchecked_rotl", "[b, a] → [a ⋘ b]", &[Plain(bits::rotl), Operand(SHIFT, bits::rotl_immediate)])
        .or(&["u32rotl"])
        .text(UNCHECKED)
        .fails(&[LARGE_SHIFT]),
    row(
        "u32checked_rotr",
        "[b, a] → [a ⋙ b]",
        &[Plain(bits::checked_rotr), Operand(SHIFT, bits::checked_rotr_immediate)],
    )
    .text("rotates right within 32 bits")
    .fails(&[A_OR_B, assertion(&[when_top("`31 < b < 2^32`")])]),
    row("u32unchecked_rotr", "[b, a] → [a ⋙ b]", &[Plain(bits::rotr), Operand(SHIFT, bits::rotr_immediate)])
        .or(&["u32rotr"])
        .text("an amount of 32 acts like 0; only for operands below 2^32")
        .fails(&[assertion(&[when_top("`32 < b < 2^32`")])]),
    row("u32popcnt", "[a] → [number of ones]", &[Plain(bits::popcnt)])
        .or(&["u32checked_popcnt", "u32unchecked_popcnt"])
        .fails(A),
    row("u32clz", "[a] → [number of leading zeros]", &[Plain(bits::clz)]).fails(A),
    row("u32ctz", "[a] → [number of trailing zeros]", &[Plain(bits::ctz)]).fails(A),
    row("u32clo", "[a] → [number of leading ones]", &[Plain(bits::clo)]).fails(A),
    row("u32cto", "[a] → [number of trailing ones]", &[Plain(bits::cto)]).fails(A),
    row("u32xorrotr", "[b, a] → [(a XOR b) ⋙ n]", &[Number(SHIFT, bits::xor_rotr)])
        .text("one cycle for `n` = 16, 12, 8, 7")
        .fails(AB),
    row("u32maj", "[c, b, a] → [m, c, b, a]", &[Operations(&[U32Maj])])
        .text("each bit of `m` is the majority of the bits of `a`, `b` and `c`")
        .fails(ABC),
    row("u32ch", "[c, b, a] → [(a AND b) XOR (NOT a AND c), c, b, a]", &[Operations(&[U32Ch])])
        .text("`a` chooses between the bits of `b` and `c`")
        .fails(ABC),
    row("u32chi", "[c, b, a] → [a XOR (NOT b AND c), c, b, a]", &[Operations(&[U32Chi])]).fails(ABC),
    // Comparison
    with_immediate!("u32checked_eq", "[b, a] → [a = b]", ANY, &[U32Assert2, Eq]).fails(AB),
    with_immediate!("u32checked_neq", "[b, a] → [a ≠ b]", ANY, &[U32Assert2, Eq, Not]).fails(AB),
    with_immediate!("u32checked_lt", "[b, a] → [a < b]", ANY, &[U32Assert2, U32Lt]).fails(AB),
    with_immediate!("u32unchecked_lt", "[b, a] → [a < b]", ANY, LT).or(&["u32lt"]).text(UNCHECKED),
    row(
        "u32checked_lte",
        "[b, a] → [a ≤ b]",
        &[Operations(CHECKED_LTE), Operand(ANY, u32::checked_lte_immediate)],
    )
    .fails(AB),
    row("u32unchecked_lte", "[b, a] → [a ≤ b]", &[Operations(LTE), Operand(ANY, u32::lte_immediate)])
        .or(&["u32lte"])
        .text(UNCHECKED),
    with_immediate!("u32checked_gt", "[b, a] → [a > b]", ANY, &[U32Assert2, Swap, U32Lt]).fails(AB),
    with_immediate!("u32unchecked_gt", "[b, a] → [a > b]", ANY, GT).or(&["u32gt"]).text(UNCHECKED),
    // For u32 values, `a < b` is 0 or 1, so `not` cannot fail.
    with_immediate!("u32checked_gte", "[b, a] → [a ≥ b]", ANY, &[U32Assert2, U32Lt, Not]).fails(AB),
    with_immediate!("u32unchecked_gte", "[b, a] → [a ≥ b]", ANY, GTE).or(&["u32gte"]).text(UNCHECKED),
    with_immediate!(
        "u32checked_min",
        "[b, a] → [min(a, b)]",
        ANY,
        &[U32Assert2, Dup0, Dup2, U32Lt, CSwap, Drop]
    )
    .fails(AB),
    with_immediate!("u32unchecked_min", "[b, a] → [min(a, b)]", ANY, MIN)
        .or(&["u32min"])
        .text(UNCHECKED)
        .fails(SELECTED),
    with_immediate!(
        "u32checked_max",
        "[b, a] → [max(a, b)]",
        ANY,
        &[U32Assert2, Dup1, Dup1, U32Lt, CSwap, Drop]
    )
    .fails(AB),
    with_immediate!("u32unchecked_max", "[b, a] → [max(a, b)]", ANY, MAX)
        .or(&["u32max"])
        .text(UNCHECKED)
        .fails(SELECTED),
];
