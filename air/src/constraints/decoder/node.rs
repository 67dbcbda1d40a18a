//! Nodes, their continuations, and calls. Book: design/decoder.md#nodes

use miden_core::{
    Opcode,
    params::STACK_TOP,
    trace::{
        decoder::{CONTINUATION, DONE, HELPERS},
        stack::DEPTH,
    },
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
    let open = done.clone().complement();
    let (join, split, looping) = (flags.op(Opcode::Join), flags.op(Opcode::Split), flags.op(Opcode::Loop));
    let (halt, output) = (flags.op(Opcode::Halt), flags.op(Opcode::Output));

    // (node − NTRAP)·(h5 − op) = 0: the domain of the digest is the opcode of the node; the statement fixes that of a
    // failing node
    let visited = flags.node.clone() - flags.op(Opcode::NTrap);
    c.assert_zero("decoder.domain", visited * (f.h(5) - flags.opcode.clone()));

    // Digest of the child: the first child of a join, a call and a loop that continues, the chosen child of a split,
    // for a dynamic node the digest on the stack.
    // (JOIN + CALL + SYSCALL + LOOP·(1 − done))·(hi' − gi) + SPLIT·(hi' − g(4+i) − s0·(gi − g(4+i)))
    //   + (DYN + DYNCALL)·(hi' − s(3−i)) = 0
    let named = join.clone() + flags.any([Opcode::Call, Opcode::SysCall]);
    let first = (named + looping.clone() * open.clone()).named("first_child");
    let dynamic = flags.any([Opcode::Dyn, Opcode::DynCall]);
    for i in 0..4 {
        let digest = f.cell_next(HELPERS, i);
        let chosen = f.g(4 + i) + f.s(0) * (f.g(i) - f.g(4 + i));
        let child = first.clone() * (digest.clone() - f.g(i))
            + split.clone() * (digest.clone() - chosen)
            + dynamic.clone() * (digest - f.s(3 - i));
        c.assert_zero_at("decoder.child", i, child);
    }

    // (1 − done)·(cs' − cs − (JOIN + LOOP + call)·(clk − cs)) = 0: a push makes the row the top entry
    let pushes = join + looping + flags.call.clone();
    let cs = f.at(CONTINUATION);
    let pushed = pushes * (f.clk() - cs.clone());
    c.assert_zero("decoder.cs", open * (f.at_next(CONTINUATION) - cs.clone() - pushed));
    // (HALT + OUTPUT)·cs = 0
    c.assert_zero("decoder.end_cs", (halt.clone() + output) * cs.clone());
    // HALT·(depth − 16) = 0: OUTPUT rows have popped all deeper items
    let below = f.at(DEPTH) - C::Expr::int(STACK_TOP as u64);
    c.assert_zero("decoder.halt_depth", halt * below.clone());

    // done·RETURN'·(h4' − cs) = 0: the frame to leave is the top entry
    c.assert_zero("decoder.return_address", done * next.ret.clone() * (f.cell_next(HELPERS, 4) - cs));
    // RETURN·done·(depth − 16) = 0: the procedure leaves no items below the top 16
    c.assert_zero("decoder.return_depth", flags.leaves.clone() * below);
}
