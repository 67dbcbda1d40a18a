use miden_core::{
    Felt,
    field::FieldElement,
    trace::chiplets::bitwise::{BITS, MULTIPLICITY, RESULT, ROTATE_12_8_7, ROTATE_16},
};

use crate::{
    Cases, MINUS_ONE, SQRT_2,
    common::{Cell, Section, Trace, felt, next, now},
};

pub(super) fn reject(cases: &mut Cases, trace: &Trace) {
    let rows = trace.section(Section::Bitwise);
    let (&last, others) = rows.split_last().expect("a row");
    let last = trace.frame(last).holds();
    // The result of the last word is 0, whatever its bits.
    for i in 0..BITS.width() {
        for value in [2, MINUS_ONE, SQRT_2] {
            let label = format!("bitwise.bit[{i}]");
            cases.only("bit", &last.clone().set(now(BITS, i), felt(value)), &[&label]);
        }
    }
    // Two kinds that are not binary, but add up to 1.
    let kinds: [Cell; 4] =
        [now(ROTATE_16, 0), now(ROTATE_12_8_7, 0), now(ROTATE_12_8_7, 1), now(ROTATE_12_8_7, 2)];
    for i in 0..kinds.len() {
        let j = (i + 1) % kinds.len();
        let forged = last.clone().set(kinds[i], felt(2)).set(kinds[j], felt(MINUS_ONE));
        let labels = [i, j].map(|i| format!("bitwise.kind[{i}]"));
        cases.only("kind", &forged, &labels.each_ref().map(String::as_str));
        let both = last.clone().set(kinds[i], Felt::ONE).set(kinds[j], Felt::ONE);
        cases.only("two kinds", &both, &["bitwise.one_kind"]);
    }
    cases.only("no partner", &last.clone().bump(now(MULTIPLICITY, 0)), &["bitwise.last"]);
    cases.only("no partner", &last.bump(now(RESULT, 0)), &["bitwise.result"]);

    for &row in others {
        let frame = trace.frame(row).holds();
        cases.only("result", &frame.clone().bump(now(RESULT, 0)), &["bitwise.result"]);
        // A bit of the partner flipped, where it matters.
        for i in 0..BITS.width() {
            let is_and = kinds.iter().all(|&kind| frame.get(kind) == Felt::ZERO);
            if !is_and || frame.get(now(BITS, i)) == Felt::ONE {
                let flipped = Felt::ONE - frame.get(next(BITS, i));
                cases.only("bit", &frame.clone().set(next(BITS, i), flipped), &["bitwise.result"]);
            }
        }
    }
}
