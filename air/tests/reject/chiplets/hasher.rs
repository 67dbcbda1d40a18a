use miden_air::periodic;
use miden_core::{
    Felt, STATE_WIDTH,
    field::FieldElement,
    inverse_mds, mds,
    trace::chiplets::{M, U, W, X},
};

use crate::{
    Cases,
    common::{Trace, next, now},
};

/// Round constants of the second half of a round: the last periodic columns, but for the byte table.
const ARK2: usize = periodic::WIDTH - 1 - STATE_WIDTH;

pub(super) fn reject(cases: &mut Cases, trace: &Trace) {
    let (round, last) = (trace.frame(2).holds(), trace.frame(7).holds());
    for i in 0..X.width() {
        let cube = format!("hasher.cube[{i}]");
        let middle = format!("hasher.middle[{i}]");
        let this_round = format!("hasher.round[{i}]");
        // No round follows the last row, so only the cube itself fails.
        cases.only("cube", &last.clone().bump(now(U, i)), &[&cube]);
        cases.only("digest", &last.clone().bump(now(W, i)), &[&middle]);
        cases.only("middle", &round.clone().bump(now(W, i)), &[&middle, &this_round]);
        cases.among("next state", &round.clone().bump(next(X, i)), &this_round);
        // Another state after the first half of the round, with its cube and the next state that belong to it.
        let after = (0..STATE_WIDTH).map(|j| round.get(next(X, j)) - round.periodic[ARK2 + j]);
        let z = after.zip(&inverse_mds()[i]).fold(Felt::ONE, |sum, (x, &a)| sum + a * x);
        let forged = round.clone().set(now(W, i), z.exp(3));
        let forged = (0..STATE_WIDTH).fold(forged, |frame, j| {
            let state = frame.get(next(X, j)) + mds()[j][i];
            frame.set(next(X, j), state)
        });
        cases.only("half of a round", &forged, &[&this_round]);
    }
    for row in 1..7 {
        let frame = trace.frame(row).holds();
        cases.only("input sent twice", &frame.bump(now(M, 0)), &["hasher.multiplicity[1]"]);
    }
    for row in 0..7 {
        let frame = trace.frame(row).holds();
        cases.only("digest sent early", &frame.bump(now(M, 1)), &["hasher.multiplicity[2]"]);
    }
}
