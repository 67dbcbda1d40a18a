//! Depth of the stack, and the list of items below the top 16. Book: design/stack.md#overflow

use miden_core::{
    params::STACK_TOP,
    trace::stack::{DEPTH, OVERFLOW_POP, OVF, S},
};

use crate::{algebra::Algebra, eval::ConstraintSink, flags::Flags, frame::Frame};

pub(super) fn enforce<C: ConstraintSink>(c: &mut C, f: &Frame<'_, C::Expr>, flags: &Flags<C::Expr>) {
    let (z, depth, ovf) = (f.at(OVERFLOW_POP), f.at(DEPTH), f.at(OVF));
    let (left, right) = (flags.left.clone(), flags.right.clone());

    // z·(z − 1) = 0
    c.assert_zero("stack.z_binary", z.clone().binary());
    // z·(1 − left) = 0: only a left shift pops an entry
    c.assert_zero("stack.z_left", z.clone() * left.clone().complement());
    // left·(1 − z)·(depth − 16) = 0: it pops one unless the list is empty
    let empty = left * z.clone().complement();
    c.assert_zero("stack.z_depth", empty.clone() * (depth.clone() - C::Expr::int(STACK_TOP as u64)));
    // left·(1 − z)·s15' = 0: from an empty list comes 0; else the bus binds s15' to the entry at address ovf
    c.assert_zero("stack.zero_shifted_in", empty * f.cell_next(S, STACK_TOP - 1));

    // depth' = depth + right − z, except: 16 after a call, g6 after RETURN·done
    let (call, leaves) = (flags.call.clone(), flags.leaves.clone());
    let entered = call.clone() * (C::Expr::int(STACK_TOP as u64) - depth.clone());
    let restored = leaves.clone() * (f.g(6) - depth.clone());
    c.assert_zero("stack.depth", f.at_next(DEPTH) - depth - right.clone() + z.clone() - entered - restored);
    // (1 − z − right − call − RETURN·done)·(ovf' − ovf) + right·(ovf' − clk) + call·ovf' + RETURN·done·(ovf' − g7) = 0:
    // a push makes the row the top entry, a pop takes ovf' from the popped entry, a call starts an empty list and
    // RETURN restores the caller's
    let next = f.at_next(OVF);
    let kept = (z + right.clone() + call.clone() + leaves.clone()).complement() * (next.clone() - ovf);
    let moved = right * (next.clone() - f.clk()) + call * next.clone() + leaves * (next - f.g(7));
    c.assert_zero("stack.ovf", kept + moved);
}
