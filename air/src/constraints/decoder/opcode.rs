//! The opcode of a row, and the flags for its position in the program.
//! Book: design/decoder.md#flags

use miden_core::{
    Opcode,
    trace::decoder::{DONE, GROUP_END},
};

use crate::{algebra::Algebra, eval::ConstraintSink, flags::Flags, frame::Frame};

pub(super) fn enforce<C: ConstraintSink>(c: &mut C, f: &Frame<'_, C::Expr>, flags: &Flags<C::Expr>) {
    let (ge, done) = (f.at(GROUP_END), f.at(DONE));

    for (name, digits) in flags.digits.groups() {
        for (i, digit) in digits.iter().enumerate() {
            // x·(x − 1) = 0 for each digit; with the implicit one, they are one-hot
            c.assert_zero_at(name, i, digit.clone().binary());
        }
    }
    // Σ over unassigned opcodes of hi·mid·lo = 0
    c.assert_zero("decoder.assigned", flags.digits.unassigned());

    // done·(done − 1) = 0
    c.assert_zero("decoder.done_binary", done.clone().binary());
    // ge·(ge − 1) = 0
    c.assert_zero("decoder.ge_binary", ge.clone().binary());
    // ge·done = 0
    c.assert_zero("decoder.ge_not_done", ge.clone() * done.clone());
    // (node + frame)·ge = 0
    c.assert_zero("decoder.ge_in_block", (flags.node.clone() + flags.frame.clone()) * ge);
    // (node − LOOP)·done = 0: no other node ends in its own row
    let is_loop = flags.op(Opcode::Loop);
    c.assert_zero("decoder.done_node", (flags.node.clone() - is_loop.clone()) * done.clone());
    // (frame − RETURN)·done = 0: RETURN is done, or fails
    let returns = flags.op(Opcode::Return);
    c.assert_zero("decoder.done_frame", (flags.frame.clone() - returns) * done.clone());
    // LOOP·(done − 1 + s0) = 0: it ends exactly if the condition is 0; the condition is binary because done is
    c.assert_zero("decoder.done_loop", is_loop * (done - C::Expr::one() + f.s(0)));
    // SPLIT·s0·(s0 − 1) = 0
    c.assert_zero("decoder.split_binary", flags.op(Opcode::Split) * f.s(0).binary());
}
