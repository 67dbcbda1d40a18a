//! Which row may follow which. Book: design/decoder.md#succession

use miden_core::{
    Opcode,
    trace::decoder::{CONTINUATION, DONE},
};

use super::NextKinds;
use crate::{algebra::Algebra, eval::ConstraintSink, flags::Flags, frame::Frame};

pub(super) fn enforce<C: ConstraintSink>(
    c: &mut C,
    f: &Frame<'_, C::Expr>,
    flags: &Flags<C::Expr>,
    next: &NextKinds<C::Expr>,
) {
    let done = f.at(DONE);
    let block = flags.op(Opcode::Block);

    // stay = block_op·(1 − done) + BLOCK
    let stay = flags.block_op.clone() * done.clone().complement() + block.clone();
    // stay·(1 − block_op' − TRAP') = 0
    let in_block = next.block_op.clone() + next.trap.clone();
    c.assert_zero("decoder.next_in_block", stay * in_block.complement());

    // (node·(1 − done) − BLOCK − NTRAP)·(1 − node') = 0
    let node_trap = flags.op(Opcode::NTrap);
    let descend = flags.node.clone() * done.clone().complement() - block - node_trap.clone();
    c.assert_zero("decoder.next_descend", descend * next.node.clone().complement());

    // done·(1 − node' − RETURN' − HALT' − OUTPUT') = 0
    let end = next.halt.clone() + next.output.clone();
    c.assert_zero(
        "decoder.next_done",
        done.clone() * (next.node.clone() + next.ret.clone() + end.clone()).complement(),
    );
    // done·(HALT' + OUTPUT')·cs = 0: the program ends only if no continuation is left
    c.assert_zero("decoder.next_end", done.clone() * end.clone() * f.at(CONTINUATION));

    // HALT·(1 − HALT') = 0
    c.assert_zero("decoder.next_halt", flags.op(Opcode::Halt) * next.halt.clone().complement());
    // OUTPUT·(1 − OUTPUT' − HALT') = 0
    c.assert_zero("decoder.next_output", flags.op(Opcode::Output) * end.complement());
    // INPUT·(1 − INPUT' − node') = 0
    c.assert_zero(
        "decoder.next_input",
        flags.op(Opcode::Input) * (next.input.clone() + next.node.clone()).complement(),
    );

    // TRAP·(1 − TRAP' − FAIL') = 0
    let (trap, fail) = (flags.op(Opcode::Trap), flags.op(Opcode::Fail));
    c.assert_zero("decoder.next_trap", trap * (next.trap.clone() + next.fail.clone()).complement());
    // (FAIL + NTRAP + RETURN·(1 − done))·(1 − FAIL') = 0
    let fails = fail + node_trap + flags.op(Opcode::Return) * done.complement();
    c.assert_zero("decoder.next_fail", fails * next.fail.clone().complement());
}
