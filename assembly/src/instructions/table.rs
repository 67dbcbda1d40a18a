//! The instruction table. Cycles and stack effects follow from the operations, so they are not written here.

use miden_core::Opcode::{
    self, Add, And, Assert, AssertZ, CSwap, CSwapW, Drop, Dup1, Eq, Inv, MovUp2, MovUp3, Mul, Neg, Not, Or,
    Pad, SDepth, Sub, Swap, SwapDW, SwapW, U32Lt, U32Split,
};

use super::{
    Form::{self, Bits, Divisor, Felt, Index, Operations, Plain, Values},
    InstructionInfo, field, io, stack,
};

/// The instructions, by chapter of the language reference.
pub(crate) const INSTRUCTIONS: &[InstructionInfo] = &[
    // Field
    row("assert", &[Operations(&[Assert])]),
    row("assertz", &[Operations(&[AssertZ])]),
    row("assert_eq", &[Operations(&[Eq, Assert])]),
    row("add", &[Operations(&[Add]), Felt(field::add_immediate)]),
    row("sub", &[Operations(&[Sub]), Felt(field::sub_immediate)]),
    row("mul", &[Operations(&[Mul]), Felt(field::mul_immediate)]),
    row("div", &[Operations(&[Inv, Mul]), Divisor(field::div_immediate)]),
    row("neg", &[Operations(&[Neg])]),
    row("inv", &[Operations(&[Inv])]),
    row("pow2", &[Plain(field::pow2)]),
    row("exp", &[Plain(field::exp), Bits(field::exp_bits), Felt(field::exp_immediate)]),
    row("not", &[Operations(&[Not])]),
    row("and", &[Operations(&[And])]),
    row("or", &[Operations(&[Or])]),
    // [b, a] → [b, 1 − a, a] → [1 − a, a] or, if b = 1, [a, 1 − a]
    row("xor", &[Operations(&[Dup1, Not, Swap, CSwap, Drop])]),
    row("eq", &[Operations(&[Eq]), Felt(field::eq_immediate)]),
    row("neq", &[Operations(&[Eq, Not]), Felt(field::neq_immediate)]),
    row("eqw", &[Plain(field::eqw)]),
    row("lt", &[Operations(LT)]),
    row("lte", &[Operations(LTE)]),
    row("gt", &[Operations(GT)]),
    row("gte", &[Operations(GTE)]),
    // Stack
    row("drop", &[Operations(&[Drop])]),
    row("dropw", &[Operations(&[Drop, Drop, Drop, Drop])]),
    row("padw", &[Operations(&[Pad, Pad, Pad, Pad])]),
    row("dup", &[Operations(&[Opcode::Dup0]), Index(0..=15, stack::dup)]),
    row("dupw", &[Plain(|operations| stack::dupw(0, operations)), Index(0..=3, stack::dupw)]),
    row("swap", &[Operations(&[Swap]), Index(1..=15, stack::swap)]),
    row("swapw", &[Operations(&[SwapW]), Index(1..=3, stack::swapw)]),
    row("swapdw", &[Operations(&[SwapDW])]),
    row("movup", &[Index(2..=15, stack::movup)]),
    row("movdn", &[Index(2..=15, stack::movdn)]),
    row("movupw", &[Index(2..=3, stack::movupw)]),
    row("movdnw", &[Index(2..=3, stack::movdnw)]),
    row("cswap", &[Operations(&[CSwap])]),
    row("cswapw", &[Operations(&[CSwapW])]),
    row("cdrop", &[Operations(&[CSwap, Drop])]),
    row("cdropw", &[Plain(stack::cdropw)]),
    // Constants and environment
    row("push", &[Values(io::push)]),
    row("sdepth", &[Operations(&[SDepth])]),
];

const fn row(mnemonic: &'static str, forms: &'static [Form]) -> InstructionInfo {
    InstructionInfo { mnemonic, forms }
}

// The comparisons split both operands into their canonical halves, `[b, a] → [a_hi, a_lo, b_hi, b_lo]`, and
// subtract half by half: the low halves give a borrow `c`, and the high halves with it the result. A half plus
// the borrow can be 2^32, which `u32lt` compares rightly as well.

/// `a < b`: with `c = a_lo < b_lo`, whether `a_hi < b_hi + c`.
const LT: &[Opcode] = &[U32Split, MovUp2, U32Split, Swap, MovUp3, U32Lt, MovUp2, Add, U32Lt];

/// `a > b`: with `c = b_lo < a_lo`, whether `b_hi < a_hi + c`.
const GT: &[Opcode] = &[U32Split, MovUp2, U32Split, MovUp3, MovUp2, U32Lt, Add, U32Lt];

/// `a ≤ b`: not `a > b`.
const LTE: &[Opcode] = &[U32Split, MovUp2, U32Split, MovUp3, MovUp2, U32Lt, Add, U32Lt, Not];

/// `a ≥ b`: not `a < b`.
const GTE: &[Opcode] = &[U32Split, MovUp2, U32Split, Swap, MovUp3, U32Lt, MovUp2, Add, U32Lt, Not];

/// Instructions and keywords of the language that this version of the assembler does not know yet.
#[rustfmt::skip]
pub(crate) const NOT_SUPPORTED_YET: &[&str] = &[
    // Structure
    "use", "call", "syscall",
    // u32
    "u32test", "u32testw", "u32assert", "u32assertw", "u32cast", "u32split",
    "u32checked_add", "u32wrapping_add", "u32overflowing_add",
    "u32checked_sub", "u32wrapping_sub", "u32overflowing_sub",
    "u32checked_mul", "u32wrapping_mul", "u32overflowing_mul",
    "u32wrapping_add3", "u32overflowing_add3", "u32wrapping_madd", "u32overflowing_madd",
    "u32checked_div", "u32unchecked_div", "u32checked_mod", "u32unchecked_mod",
    "u32checked_divmod", "u32unchecked_divmod",
    "u32checked_shl", "u32unchecked_shl", "u32checked_shr", "u32unchecked_shr",
    "u32checked_rotl", "u32unchecked_rotl", "u32checked_rotr", "u32unchecked_rotr",
    "u32checked_lt", "u32unchecked_lt", "u32checked_lte", "u32unchecked_lte",
    "u32checked_gt", "u32unchecked_gt", "u32checked_gte", "u32unchecked_gte",
    "u32checked_min", "u32unchecked_min", "u32checked_max", "u32unchecked_max",
    "u32checked_and", "u32checked_or", "u32checked_xor", "u32checked_not",
    "u32checked_eq", "u32checked_neq",
    // Environment, memory, advice
    "locaddr", "caller",
    "mem_load", "mem_loadw", "mem_store", "mem_storew", "mem_stream",
    "loc_load", "loc_loadw", "loc_store", "loc_storew",
    "adv", "adv_push", "adv_loadw", "adv_pipe",
    // Hashing
    "rpperm", "rphash", "mtree_get", "mtree_set", "mtree_cwm",
];
