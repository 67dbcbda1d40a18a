//! Operations inside a block: the shift register of groups. Book: design/decoder.md#blocks
//!
//! In each row of a block exactly one of these holds: the group continues; `ge`, the group ends and the block
//! continues; `done`, the block ends. If an operation fails, TRAP rows remove its digit and all later ones from the
//! group.

use miden_core::{
    Opcode,
    params::{OPCODE_BITS, OPS_PER_GROUP},
    trace::decoder::{DONE, GROUP_END, GROUPS, MID, POSITION, trap},
};

use crate::{algebra::Algebra, eval::ConstraintSink, flags::Flags, frame::Frame};

pub(super) fn enforce<C: ConstraintSink>(c: &mut C, f: &Frame<'_, C::Expr>, flags: &Flags<C::Expr>) {
    let (ge, done) = (f.at(GROUP_END), f.at(DONE));
    let (push, block) = (flags.op(Opcode::Push), flags.op(Opcode::Block));
    let op = flags.opcode.clone();
    let g_next = |i: usize| f.cell_next(GROUPS, i);
    let trap = flags.op(Opcode::Trap);
    // TRAP·mid1' = TRAP·TRAP', because only TRAP and FAIL may follow
    let trap_goes_on = (trap.clone() * f.cell_next(MID, 1)).named("trap_goes_on");
    let open = flags.block_op.clone() * done.clone().complement();

    // same = block_op·(1 − done) − ge
    let same = (open.clone() - ge.clone()).named("same");
    // same·(128·g0' − g0 + op) + TRAP·(128·g0' − g0 + digit) = 0: one digit is removed from the group
    let rest = C::Expr::int(1 << OPCODE_BITS) * g_next(0) - f.g(0);
    let taken = same.clone() * (rest.clone() + op.clone());
    c.assert_zero("decoder.group_digit", taken + trap.clone() * (rest + f.at(trap::DIGIT)));
    // (ge + block_op·done)·(g0 − op) = 0: the last digit of the group
    let ends = ge.clone() + flags.block_op.clone() * done.clone();
    c.assert_zero("decoder.group_ends", ends * (f.g(0) - op));
    // ge·(g0' − g1) − ge·PUSH·(g2 − g1) = 0: the next group comes after the immediate
    let after_immediate = push.clone() * (f.g(2) - f.g(1));
    c.assert_zero("decoder.next_group", ge.clone() * (g_next(0) - f.g(1) - after_immediate.clone()));
    // BLOCK·(g0' − g0) = 0
    c.assert_zero("decoder.first_group", block.clone() * (g_next(0) - f.g(0)));
    // done·(block_op·g1 + PUSH·(g2 − g1)) = 0: a block ends only if the next group is 0
    c.assert_zero("decoder.block_ends", done.clone() * (flags.block_op.clone() * f.g(1) + after_immediate));

    // The registers after g0 shift by one when a group ends, and by one when an immediate is consumed:
    // (stay + TRAP·mid1')·(gi' − gi) − ge·(g(i+1) − gi) − PUSH·(1 − done)·(g(i+1) − gi)
    //   − ge·PUSH·(g(i+2) − 2·g(i+1) + gi) = 0
    let stay = open + block.clone() + trap_goes_on.clone();
    for i in 1..GROUPS.width() {
        let one = f.g(i + 1) - f.g(i);
        let two = f.g(i + 2) - f.g(i + 1);
        let moved = ge.clone() * one.clone()
            + push.clone() * (done.clone().complement() * one.clone() + ge.clone() * (two - one));
        c.assert_zero_at("decoder.shift", i, stay.clone() * (g_next(i) - f.g(i)) - moved);
    }

    for i in 0..POSITION.width() {
        let p = f.cell(POSITION, i);
        // (block_op + TRAP)·p·(p − 1)·(p − 2) = 0: a position is at most 3·2 + 2 = 8
        let ternary = p.clone().binary() * (p - C::Expr::int(2));
        c.assert_zero_at("decoder.position_digit", i, (flags.block_op.clone() + trap.clone()) * ternary);
        // (ge + BLOCK)·p' = 0
        c.assert_zero_at(
            "decoder.position_start",
            i,
            (ge.clone() + block.clone()) * f.cell_next(POSITION, i),
        );
    }
    // (same + TRAP·mid1')·(t' − t − 1) = 0, t = 3·p1 + p0
    let three = C::Expr::int(3);
    let position = three.clone() * f.cell(POSITION, 1) + f.cell(POSITION, 0);
    let position_next = three * f.cell_next(POSITION, 1) + f.cell_next(POSITION, 0);
    let counts = same + trap_goes_on.clone();
    c.assert_zero("decoder.position", counts * (position_next - position.clone() - C::Expr::one()));

    // TRAP·(1 − mid1')·(t − 8) = 0: all digits are removed, including zeros at the end
    let last = C::Expr::int(OPS_PER_GROUP as u64 - 1);
    c.assert_zero("decoder.trap_whole_group", (trap.clone() - trap_goes_on) * (position - last));
    // TRAP·(scaled − 512·digit) = 0: both are limbs, so the digit is below 128
    let factor = C::Expr::int(1 << (u16::BITS - OPCODE_BITS));
    c.assert_zero("decoder.trap_digit", trap * (f.at(trap::SCALED) - factor * f.at(trap::DIGIT)));
}
