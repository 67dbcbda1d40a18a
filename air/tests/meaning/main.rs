//! Meaning of the chiplet sections, by elimination.
//!
//! Once the selectors and the flags of a few rows are fixed, the constraints of a section are linear in all other
//! cells. So every section of that many rows can be had, not only those that the processor builds: the tests go through
//! all values of the flags and all neighbours, derive the equations from values of the constraints, solve them, and take
//! random points of each space of solutions. The messages of the section at each point are compared with a model
//! written from the book.
//!
//! Some messages are requests to others, or need a request from others: a limb has 16 bits, a permutation of the hasher
//! is a function without collisions, each access is requested once. A section that breaks such a premise is not a
//! counterexample, as the bus would not balance; the models say `Impossible`.
//!
//! Then each constraint of the section is left out, and the messages of some section must become false. Constraints
//! without which the messages stay true are listed with the reason.
//!
//! This does not show that longer sections tell the truth; but every constraint reads two rows, and the rows here are
//! first, inner and last ones. It does not show what the rest of the machine does with the messages, nor anything about
//! the hasher, whose constraints are not linear. Neighbours satisfy the constraints of all sections on idle cells, but
//! not those of their own section, so they have more freedom here than in a proof.
//! A non-boolean flag is tried at a few values, but its constraint is a polynomial of degree 2 with the roots 0 and 1,
//! so one other value shows that there is no other root.

#[path = "../common/mod.rs"]
mod common;

mod bitwise;
mod kernel;
mod memory;
mod merkle;
mod window;

use std::collections::BTreeSet;

use miden_core::{Felt, field::FieldElement};
use window::{Solver, Subject};

use crate::common::felt;

/// Asserts that a section says nothing false. Returns the numbers of windows and of points that were judged true.
fn assert_true<S: Subject>() -> (usize, usize) {
    let search = Solver::<S>::new().search(None);
    if let Some(lie) = search.lie {
        panic!("{}: {lie}", S::TOPIC);
    }
    assert_eq!(search.impossible, 0, "{}: windows without a possible point", S::TOPIC);
    (search.windows, search.points)
}

/// Asserts that without a constraint a section says something false, except for constraints in the reviewed list.
fn assert_needed<S: Subject>(reviewed: &[(&str, &str)]) {
    let solver = Solver::<S>::new();
    let is_reviewed = |label: &str| {
        let family = label.split('[').next();
        reviewed.iter().any(|(entry, _)| *entry == label || Some(*entry) == family)
    };
    let mut wrong = Vec::new();
    for label in solver.topic() {
        let search = solver.search(Some(&label));
        if search.lie.is_some() == is_reviewed(&label) {
            let lie = search.lie.unwrap_or_else(|| "says nothing false".into());
            wrong.push(format!("without {label}: {lie}"));
        }
    }
    assert!(wrong.is_empty(), "{}", common::lines(wrong));
    let topic = solver.topic();
    let exists =
        |entry: &str| topic.iter().any(|label| label == entry || label.split('[').next() == Some(entry));
    let unknown: BTreeSet<_> = reviewed.iter().filter(|(entry, _)| !exists(entry)).collect();
    assert!(unknown.is_empty(), "no such constraints: {unknown:?}");
}

/// All values of flags; the one whose constraint is left out also has values other than 0 and 1.
fn flags(count: usize, left_out: Option<usize>) -> Vec<Vec<Felt>> {
    let boolean = [Felt::ZERO, Felt::ONE];
    let any = [Felt::ZERO, Felt::ONE, felt(2), felt(3), -Felt::ONE, -felt(2)];
    let mut all = vec![Vec::new()];
    for flag in 0..count {
        let values = if left_out == Some(flag) { &any[..] } else { &boolean[..] };
        let longer = |flags: &Vec<Felt>| {
            let flags = flags.clone();
            values.iter().map(move |&value| [flags.clone(), vec![value]].concat()).collect::<Vec<_>>()
        };
        all = all.iter().flat_map(longer).collect();
    }
    all
}

/// The index of a label of this family.
fn index_in(label: Option<&str>, family: &str) -> Option<usize> {
    label?.strip_prefix(family)?.strip_prefix('[')?.strip_suffix(']')?.parse().ok()
}
