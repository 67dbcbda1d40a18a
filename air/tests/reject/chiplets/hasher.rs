use miden_core::trace::chiplets::{M, U, W, X};

use crate::{
    Cases,
    common::{Trace, next, now},
};

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
