//! Which row may follow which. Book: design/decoder.md#succession

use miden_core::{
    Opcode,
    trace::decoder::{CS, DONE},
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
    // stay·(1 − block_op') = 0
    c.zero("decoder.next_in_block", stay * next.block_op.clone().complement());

    // (node·(1 − done) − BLOCK)·(1 − node') = 0
    let descend = flags.node.clone() * done.clone().complement() - block;
    c.zero("decoder.next_descend", descend * next.node.clone().complement());

    // done·(1 − node' − RETURN' − HALT' − OUTPUT') = 0
    let end = next.halt.clone() + next.output.clone();
    c.zero(
        "decoder.next_done",
        done.clone() * (next.node.clone() + next.ret.clone() + end.clone()).complement(),
    );
    // done·(HALT' + OUTPUT')·cs = 0: the program ends only if nothing is to be continued
    c.zero("decoder.next_end", done * end.clone() * f.at(CS));

    // HALT·(1 − HALT') = 0
    c.zero("decoder.next_halt", flags.op(Opcode::Halt) * next.halt.clone().complement());
    // OUTPUT·(1 − OUTPUT' − HALT') = 0
    c.zero("decoder.next_output", flags.op(Opcode::Output) * end.complement());
    // INPUT·(1 − INPUT' − node') = 0
    c.zero(
        "decoder.next_input",
        flags.op(Opcode::Input) * (next.input.clone() + next.node.clone()).complement(),
    );
}
