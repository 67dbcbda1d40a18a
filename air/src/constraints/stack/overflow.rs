//! Depth of the stack, and the list of items below the top 16. Book: design/stack.md#overflow

use miden_core::trace::stack::{DEPTH, OVF, S, Z};

use crate::{algebra::Algebra, eval::ConstraintSink, flags::Flags, frame::Frame};

pub(super) fn enforce<C: ConstraintSink>(c: &mut C, f: &Frame<'_, C::Expr>, flags: &Flags<C::Expr>) {
    let (z, depth, ovf) = (f.at(Z), f.at(DEPTH), f.at(OVF));
    let (left, right) = (flags.left.clone(), flags.right.clone());

    // z·(z − 1) = 0
    c.zero("stack.z_binary", z.clone().binary());
    // z·(1 − left) = 0: only a left shift takes an item back
    c.zero("stack.z_left", z.clone() * left.clone().complement());
    // left·(1 − z)·(depth − 16) = 0: it takes one back unless there is none
    let empty = left * z.clone().complement();
    c.zero("stack.z_depth", empty.clone() * (depth.clone() - C::Expr::int(16)));
    // left·(1 − z)·s15' = 0: then a zero comes in; else the bus binds s15' to the entry at address ovf
    c.zero("stack.zero_shifted_in", empty * f.cell_next(S, 15));

    // depth' = depth + right − z
    c.zero("stack.depth", f.at_next(DEPTH) - depth - right.clone() + z.clone());
    // (1 − z − right)·(ovf' − ovf) + right·(ovf' − clk) = 0: a push makes the row the top entry, a pop reads ovf' from
    // the entry that it takes back
    let kept = (z + right.clone()).complement() * (f.at_next(OVF) - ovf);
    c.zero("stack.ovf", kept + right * (f.at_next(OVF) - f.clk()));
}
