//! Operations that move items. Book: design/stack.md#moves

use miden_core::{
    Opcode,
    operations::{DUPS, MOVE_DOWNS, MOVE_UPS, MOVES, Movement},
    params::STACK_TOP,
    trace::stack::DEPTH,
};

use super::Routes;
use crate::{algebra::Algebra, eval::ConstraintSink, flags::Flags, frame::Frame};

/// The farthest position that MOVUPn and MOVDNn reach.
const FARTHEST: usize = {
    let mut n = STACK_TOP - 1;
    while n > 0 && MOVE_UPS[n].is_none() && MOVE_DOWNS[n].is_none() {
        n -= 1;
    }
    n
};

pub(super) fn enforce<C: ConstraintSink>(
    c: &mut C,
    f: &Frame<'_, C::Expr>,
    flags: &Flags<C::Expr>,
    routes: &mut Routes<'_, C::Expr>,
) {
    // PAD: [] → [0]; SDEPTH: [] → [depth]; PUSH: [] → [g1], the immediate
    routes.value(Opcode::Pad, 0, C::Expr::zero());
    routes.value(Opcode::SDepth, 0, f.at(DEPTH));
    routes.value(Opcode::Push, 0, f.g(1));
    // DUPn: s0' = s_n
    for (n, dup) in DUPS.into_iter().enumerate() {
        if let Some(dup) = dup {
            routes.item(dup, 0, n);
        }
    }
    // READ: [] → [v], any value; INPUT: [] → [x], where the bus binds s0' to the public inputs
    routes.unbound(Opcode::Read, 1);
    // READW: [X] → [v4, v3, v2, v1], any values
    routes.unbound(Opcode::ReadW, 4);

    // SWAP: [b, a] → [a, b]; SWAPW, SWAPW2, SWAPW3: swap word 0 with word 1, 2, 3; SWAPDW: [A, B, C, D] → [C, D, A, B]
    for (swap, movement) in MOVES {
        if let Movement::Exchange { distance, count } = movement {
            for i in 0..count {
                routes.item(swap, i, distance + i);
                routes.item(swap, distance + i, i);
            }
        }
    }
    rotate(f, flags, routes);

    // CSWAP: [c, b, a] → [b, a] if c = 0, [a, b] if c = 1: s0' = s1 + c·(s2 − s1), s1' = s2 + c·(s1 − s2)
    let swapped = |at: usize, with: usize| f.s(at) + f.s(0) * (f.s(with) - f.s(at));
    routes.value(Opcode::CSwap, 0, swapped(1, 2));
    routes.value(Opcode::CSwap, 1, swapped(2, 1));
    // CSWAPW: likewise for words
    for i in 0..4 {
        routes.value(Opcode::CSwapW, i, swapped(1 + i, 5 + i));
        routes.value(Opcode::CSwapW, 4 + i, swapped(5 + i, 1 + i));
    }

    // binary_top·s0·(s0 − 1) = 0: AND, OR, CSWAP, CSWAPW
    c.assert_zero("stack.binary_top", flags.binary_top.clone() * f.s(0).binary());
}

/// MOVUPn: `s0' = s_n`, `s_i' = s_(i−1)` for `1 ≤ i ≤ n`. MOVDNn: `s_n' = s0`, `s_i' = s_(i+1)` for `i < n`.
///
/// Position `i` takes the same neighbour for all `n` on one side of it, so the sum of their flags needs one product.
fn rotate<T: Algebra>(f: &Frame<'_, T>, flags: &Flags<T>, routes: &mut Routes<'_, T>) {
    let (mut ups, mut downs) = (T::zero(), T::zero());
    for i in (1..=FARTHEST).rev() {
        if let Some(up) = MOVE_UPS[i] {
            routes.item(up, 0, i);
            ups = ups + flags.op(up);
        }
        if let Some(down) = MOVE_DOWNS[i] {
            routes.item(down, i, 0);
            downs = downs + flags.op(down);
        }
        // Σ_{n ≥ i} MOVUPn·(s_(i−1) − s_i) to position i, Σ_{n ≥ i} MOVDNn·(s_i − s_(i−1)) to position i − 1
        let step = f.s(i - 1) - f.s(i);
        routes.add(i, ups.clone() * step.clone());
        routes.add(i - 1, T::zero() - downs.clone() * step);
    }
}
