//! Advice that lies: whatever it says, a procedure fails or gives the right result.

use miden_core::{
    Felt,
    field::{FieldElement, StarkField},
};

use super::{
    felts,
    host::Lie,
    run::{Ended, Report, Run},
};

/// Elements that are lied about, at most, and Merkle paths; more are spread over all of them.
const MOST: usize = 48;

/// Levels of each Merkle path that are lied about, at most.
const MOST_LEVELS: usize = 8;

/// What an element is replaced by.
const ELEMENTS: [fn(Felt) -> Felt; 12] = [
    |_| Felt::ZERO,
    |_| Felt::ONE,
    |_| -Felt::ONE,
    |x| x + Felt::ONE,
    |x| x - Felt::ONE,
    |x| -x,
    |x| x + x,
    |x| x + Felt::new(1 << 32),
    |x| x - Felt::new(1 << 32),
    |x| Felt::new(x.as_int() & 0xFFFF_FFFF),
    |_| Felt::new(0xFFFF_FFFF),
    |_| Felt::new(0x0123_4567_89AB_CDEF),
];

/// Runs the procedure with every lie, and with each of the scripts in the place of the first answers.
///
/// A script is a list of answers that fit together but are wrong, such as a quotient that is too large by one with the
/// remainder that belongs to it.
#[track_caller]
pub(crate) fn hostile(run: &Run, scripts: &[Vec<u64>]) {
    hostile_unless(run, scripts, |_| false);
}

/// As [`hostile`], for procedures whose result depends on advice that is theirs to choose: other results than the
/// honest one are fine if they are `consistent`.
#[track_caller]
pub(crate) fn hostile_unless(run: &Run, scripts: &[Vec<u64>], consistent: impl Fn(&Ended) -> bool) {
    let honest = run.report(None).unwrap_or_else(|error| panic!("{}: {error}", run.path()));
    assert!(honest.elements + honest.merkle > 0, "{} reads no advice", run.path());
    let mut refused = 0;
    for lie in lies(&honest).chain(scripts.iter().map(|script| Lie::Script(felts(script)))) {
        match run.report(Some(lie.clone())) {
            Err(_) => refused += 1,
            Ok(report) => {
                let is_fine = report.ended == honest.ended || consistent(&report.ended);
                assert!(is_fine, "{} of {run:?} believes {lie:?}: {:?}", run.path(), report.ended);
            }
        }
    }
    assert!(refused > 0, "{} was never lied to", run.path());
}

fn lies(honest: &Report) -> impl Iterator<Item = Lie> {
    let elements = spread(honest.elements, MOST).flat_map(|index| {
        let changed = ELEMENTS.into_iter().map(move |with| Lie::Element { index, with });
        changed.chain([Lie::Exchange { index }, Lie::Omit { index }, Lie::End { index }])
    });
    let levels = honest.levels.max(1);
    let merkle = spread(honest.merkle, MOST).flat_map(move |index| {
        let wrong = spread(levels, MOST_LEVELS).map(move |level| Lie::Merkle { index, level });
        wrong.chain([Lie::MerklePlace { index }])
    });
    elements.chain(merkle)
}

/// Up to `most` numbers below `count`, the first and the last one among them.
fn spread(count: usize, most: usize) -> impl Iterator<Item = usize> {
    let all = count.min(most);
    (0..all).map(move |i| if count <= most { i } else { i * (count - 1) / (all - 1) })
}
