//! Sections of the chiplets.

use miden_core::{
    Felt,
    field::FieldElement,
    trace::chiplets::{M, Q, U, W, X},
};

use crate::{
    Cases,
    common::{TestFrame, Trace, felt, next, now},
};

pub(crate) fn sections(cases: &mut Cases, trace: &Trace) {
    let last_padding = trace.frame(trace.rows.len() - 2).holds();
    let all_q = |frame: TestFrame, value| (0..Q.width()).fold(frame, |f, i| f.set(now(Q, i), value));
    cases.among("q1 = 2", &all_q(last_padding.clone(), felt(2)), "chiplets.q_binary");
    let back = last_padding.clone().set(next(Q, 0), Felt::ZERO);
    cases.only("hasher comes back", &back, &["chiplets.q_monotone"]);
    let row_3 = trace.frame(3).holds();
    for i in 1..Q.width() {
        let label = format!("chiplets.section_empty[{i}]");
        cases.among("section", &row_3.clone().bump(now(Q, i)), &label);
    }
    cases.only("cut off", &row_3.set(next(Q, 0), Felt::ONE), &["chiplets.hasher_whole"]);
    for (column, name) in [(X, "x"), (U, "u"), (W, "w"), (M, "m")] {
        for i in 0..column.width() {
            let forged = last_padding.clone().bump(now(column, i));
            cases.only("padding", &forged, &[&format!("chiplets.idle_{name}[{i}]")]);
        }
    }
}

pub(crate) fn hasher(cases: &mut Cases, trace: &Trace) {
    let (round, last) = (trace.frame(2).holds(), trace.frame(7).holds());
    for i in 0..X.width() {
        let cube = format!("hasher.cube[{i}]");
        let middle = format!("hasher.middle[{i}]");
        let this_round = format!("hasher.round[{i}]");
        // In the last row no round follows, so a forged cube stands alone.
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
