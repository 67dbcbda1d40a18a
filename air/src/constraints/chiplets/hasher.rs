//! The hasher: one Rescue Prime permutation in eight rows. Book: design/hasher.md
//!
//! Row `j < 7` holds the state before round `j`, row 7 the final state. To keep the degree at 5, the cubes `u = x³` and
//! `w = z³` have columns, where `z` is the state between the two halves of a round: `z⁷ = MDS·x⁷ + ark1` and
//! `x' = MDS·z + ark2`.

use core::array;

use miden_core::{
    STATE_WIDTH, inverse_mds, mds,
    params::HASH_CYCLE,
    trace::chiplets::{M, U, W, X},
};

use crate::{
    algebra::Algebra,
    eval::ConstraintSink,
    frame::Frame,
    periodic::{ARK1, ARK2, K0, K7},
};

pub(super) fn enforce<C: ConstraintSink>(c: &mut C, f: &Frame<'_, C::Expr>, hasher: &C::Expr) {
    let (first, last) = (f.periodic(K0), f.periodic(K7));
    let round = (hasher.clone() * last.clone().complement()).named("round");
    let x: [C::Expr; STATE_WIDTH] = array::from_fn(|i| f.cell(X, i));

    // z = MDS⁻¹·(x' − ark2)
    let after: [C::Expr; STATE_WIDTH] = array::from_fn(|j| f.cell_next(X, j) - f.periodic(ARK2 + j));
    // MDS·x⁷, x⁷ = u²·x
    let sevenths: [C::Expr; STATE_WIDTH] = array::from_fn(|j| f.cell(U, j).square() * x[j].clone());

    for i in 0..STATE_WIDTH {
        // hasher·(u_i − x_i³) = 0
        let cube = x[i].clone().square() * x[i].clone();
        c.assert_zero_at("hasher.cube", i, hasher.clone() * (f.cell(U, i) - cube));

        let z =
            C::Expr::sum(after.iter().zip(&inverse_mds()[i]).map(|(x, &a)| C::Expr::constant(a) * x.clone()));
        // Message of the last row: the digest x4..x7 and the address of the permutation, which is its first row.
        let message = match i {
            0..4 => x[4 + i].clone(),
            4 => f.clk() - C::Expr::int(HASH_CYCLE as u64 - 1),
            _ => C::Expr::zero(),
        };
        let w = f.cell(W, i);
        let middle = z.clone().square() * z.clone();
        // round·(w_i − z_i³) + hasher·k7·(w_i − e_i) = 0, e = (x4..x7, clk − 7, 0…)
        let expected = last.clone() * (message - middle.clone()) + middle;
        c.assert_zero_at("hasher.middle", i, hasher.clone() * (w.clone() - expected));

        // round·(w_i²·z_i − Σ_j MDS_ij·u_j²·x_j − ark1_i) = 0
        let mixed =
            C::Expr::sum(sevenths.iter().zip(&mds()[i]).map(|(x, &a)| C::Expr::constant(a) * x.clone()));
        c.assert_zero_at("hasher.round", i, round.clone() * (w.square() * z - mixed - f.periodic(ARK1 + i)));
    }

    // Only the first and the last row send messages.
    // hasher·(1 − k0 − k7)·m1 = 0
    let inner = hasher.clone() * (first + last).complement();
    c.assert_zero_at("hasher.multiplicity", 1, inner * f.cell(M, 0));
    // round·m2 = 0
    c.assert_zero_at("hasher.multiplicity", 2, round * f.cell(M, 1));
}
