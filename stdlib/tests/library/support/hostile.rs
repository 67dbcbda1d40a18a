//! Lying advice: whatever it answers, a procedure must fail or give the right result.

use miden_core::{
    Felt,
    field::{FieldElement, StarkField},
};

use super::{
    felts,
    host::Lie,
    run::{Ended, Report, Run},
};

/// Maximum number of elements, and of Merkle paths, to lie about, spread evenly over all of them.
const MOST: usize = 48;

/// Maximum number of levels of each Merkle path to lie about.
const MOST_LEVELS: usize = 8;

/// Replacements of an element.
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

/// Runs the procedure with every lie, and with each script replacing the first answers.
///
/// A script is a list of answers that are consistent but wrong, such as a quotient that is too large by one with the
/// matching remainder.
#[track_caller]
pub(crate) fn hostile(run: &Run, scripts: &[Vec<u64>]) {
    hostile_unless(run, scripts, |_| false);
}

/// Like [`hostile`], for procedures whose result may depend on the advice: a result other than the honest one must be
/// `consistent`.
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

/// Up to `most` numbers below `count`, including the first and the last one.
fn spread(count: usize, most: usize) -> impl Iterator<Item = usize> {
    let all = count.min(most);
    (0..all).map(move |i| if count <= most { i } else { i * (count - 1) / (all - 1) })
}
