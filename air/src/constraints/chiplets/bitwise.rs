//! Bitwise operations: a row holds the bits of a word, and the result for this word and that of the next row.
//! Book: design/bitwise.md

use core::array;

use miden_core::trace::chiplets::{
    Q,
    bitwise::{BITS, MULTIPLICITY, RESULT, ROTATE_12_8_7, ROTATE_16},
};

use crate::{algebra::Algebra, eval::ConstraintSink, frame::Frame};

/// Pieces of a word that no rotation cuts.
const CUTS: [(usize, usize); 5] = [(0, 7), (7, 8), (8, 12), (12, 16), (16, NUM_BITS)];

/// Number of bits of a word.
const NUM_BITS: usize = BITS.width();

pub(super) fn enforce<C: ConstraintSink>(c: &mut C, f: &Frame<'_, C::Expr>, bitwise: &C::Expr) {
    let kinds = [
        (16, f.at(ROTATE_16)),
        (12, f.cell(ROTATE_12_8_7, 0)),
        (8, f.cell(ROTATE_12_8_7, 1)),
        (7, f.cell(ROTATE_12_8_7, 2)),
    ];
    // bitwise·a_i·(a_i − 1) = 0
    for i in 0..NUM_BITS {
        c.assert_zero_at("bitwise.bit", i, bitwise.clone() * f.cell(BITS, i).binary());
    }
    // bitwise·t_k·(t_k − 1) = 0, bitwise·τ·(τ − 1) = 0, τ = Σ t_k: at most one kind, else AND
    for (i, (_, kind)) in kinds.iter().enumerate() {
        c.assert_zero_at("bitwise.kind", i, bitwise.clone() * kind.clone().binary());
    }
    let rotates = C::Expr::sum(kinds.iter().map(|(_, kind)| kind.clone()));
    c.assert_zero("bitwise.one_kind", bitwise.clone() * rotates.clone().binary());

    // bitwise·(result − (1 − q2')·((1 − τ)·Σ 2^i·a_i·b_i + Σ t_k·Σ 2^((i − k) mod 32)·(a_i + b_i − 2·a_i·b_i))) = 0
    let ands: [C::Expr; NUM_BITS] = array::from_fn(|i| f.cell(BITS, i) * f.cell_next(BITS, i));
    let and = C::Expr::binary_number(ands.iter().rev().cloned());
    let xor = |i: usize| {
        let (a, b) = (f.cell(BITS, i), f.cell_next(BITS, i));
        a + b - ands[i].clone() - ands[i].clone()
    };
    // The XOR, cut where the rotations cut it.
    let pieces = CUTS.map(|(from, to)| C::Expr::binary_number((from..to).rev().map(xor)));
    // Rotated right by k: bit i moves to (i − k) mod 32.
    let rotated = |by: usize| {
        let places = CUTS.iter().map(|(from, _)| C::Expr::int(1 << ((from + NUM_BITS - by) % NUM_BITS)));
        C::Expr::sum(pieces.iter().zip(places).map(|(piece, place)| place * piece.clone()))
    };
    let result = C::Expr::sum(kinds.into_iter().map(|(by, kind)| kind * rotated(by)));
    let result = result + rotates.complement() * and;
    let last = f.cell_next(Q, 1);
    let expected = last.clone().complement() * result;
    c.assert_zero("bitwise.result", bitwise.clone() * (f.at(RESULT) - expected));
    // bitwise·q2'·multiplicity = 0: the last word has no partner and sends no response
    c.assert_zero("bitwise.last", bitwise.clone() * last * f.at(MULTIPLICITY));
}
