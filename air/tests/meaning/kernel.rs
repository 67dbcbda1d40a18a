//! Kernel: a procedure that a row offers to calls is one that it requests from the statement.

use std::collections::BTreeSet;

use miden_air::inspect::{MessageKind, Unbalanced};
use miden_core::{
    Felt,
    field::FieldElement,
    trace::chiplets::kernel::{NUMERATORS, STATED},
};

use crate::{
    assert_needed, assert_true,
    common::{Random, Section},
    window::{Subject, Verdict},
};

struct Kernel;

impl Subject for Kernel {
    const SECTION: Section = Section::Kernel;
    const TOPIC: &'static str = "kernel";
    const NUM_ROWS: usize = 3;
    const NUM_POINTS: usize = 50;

    fn flags() -> Vec<usize> {
        Vec::new()
    }

    fn assignments(_dropped: Option<&str>) -> Vec<Vec<Felt>> {
        vec![Vec::new()]
    }

    fn choose(column: usize, random: &mut Random) -> Felt {
        match () {
            () if NUMERATORS.range().contains(&column) => random.numerator(),
            // Few digests, so that rows meet.
            () if STATED.range().contains(&column) => random.small(2),
            () => random.element(),
        }
    }

    fn judge(messages: &[Unbalanced]) -> Verdict {
        let (mut called, mut stated) = (BTreeSet::new(), BTreeSet::new());
        for message in messages {
            let values: [u64; 5] =
                std::array::from_fn(|i| message.values.get(1 + i).map_or(0, |value| value.as_int()));
            match message.kind {
                Some(MessageKind::Byte) => {}
                Some(MessageKind::KernelCall) => {
                    called.insert(values[..4].to_vec());
                }
                // The statement has each procedure once, after a zero.
                Some(MessageKind::KernelProcedure) if values[0] == 0 && message.surplus == -Felt::ONE => {
                    stated.insert(values[1..].to_vec());
                }
                None | Some(MessageKind::KernelProcedure) => return Verdict::Impossible,
                Some(kind) => return Verdict::False(format!("a procedure that is a {kind:?}")),
            }
        }
        match called.difference(&stated).next() {
            Some(procedure) => Verdict::False(format!("{procedure:?} is not in the kernel")),
            None => Verdict::True,
        }
    }
}

#[test]
fn procedures_of_calls_are_stated() {
    let (windows, points) = assert_true::<Kernel>();
    // One to three rows; four sections may come before, and the padding after.
    assert_eq!(windows, 3 * 4);
    assert!(points > 10 * windows, "{points}");
}

#[test]
fn without_a_constraint_a_call_may_enter_another_procedure() {
    assert_needed::<Kernel>(&[]);
}
