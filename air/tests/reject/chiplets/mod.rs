//! The sections of the chiplets.

use miden_core::{
    Felt,
    field::FieldElement,
    trace::chiplets::{
        M, Q, U, W, X,
        memory::{FIRST, FIRST_OF_CONTEXT},
    },
};

use crate::{
    Cases, MINUS_ONE, SQRT_2,
    common::{Section, TestFrame, Trace, felt, next, now},
};

mod bitwise;
mod hasher;
mod kernel;
mod memory;
mod merkle;

pub(crate) fn reject(cases: &mut Cases, trace: &Trace) {
    selectors(cases, trace);
    idle_cells(cases, trace);
    hasher::reject(cases, trace);
    bitwise::reject(cases, trace);
    memory::reject(cases, trace);
    merkle::reject(cases, trace);
    kernel::reject(cases, trace);
}

fn selectors(cases: &mut Cases, trace: &Trace) {
    let padding = trace.frame(trace.section(Section::Padding)[0]).holds();
    for i in 0..Q.width() {
        for value in [2, MINUS_ONE, SQRT_2] {
            let forged = padding.clone().set(now(Q, i), felt(value));
            cases.among("selector", &forged, &format!("chiplets.q_binary[{}]", i + 1));
        }
        // The memory section may start anywhere, with a first access.
        let first =
            |frame: TestFrame| frame.set(next(FIRST_OF_CONTEXT, 0), Felt::ONE).set(next(FIRST, 0), Felt::ONE);
        let back = first(padding.clone()).set(next(Q, i), Felt::ZERO);
        cases.only("section comes back", &back, &[&format!("chiplets.q_monotone[{}]", i + 1)]);
    }
    for i in 0..Q.width() - 1 {
        let forged = padding.clone().set(now(Q, i), Felt::ZERO);
        cases.among("section left out", &forged, &format!("chiplets.q_ordered[{}]", i + 1));
    }
    for row in 0..7 {
        let cut = trace.frame(row).holds().set(next(Q, 0), Felt::ONE);
        cases.only("permutation cut off", &cut, &["chiplets.hasher_whole"]);
    }
}

/// Every cell that a section does not use.
fn idle_cells(cases: &mut Cases, trace: &Trace) {
    let columns = [(X, "x", 0), (U, "u", 0), (W, "w", 0), (M, "m", 1)];
    let idle = |section, name, i| match (section, name) {
        (Section::Padding, _) => true,
        (Section::Memory, "x") => i >= 7,
        (Section::Memory, "u") => i >= 1,
        (Section::Memory, "w") => i < 4,
        (Section::Kernel, "x") => !(4..8).contains(&i),
        (Section::Kernel, "u") => true,
        (Section::Kernel, "w") => i >= 4,
        _ => false,
    };
    for section in Section::ALL {
        let frame = trace.frame(*trace.section(section).last().expect("a row of each section")).holds();
        for (column, name, first) in columns {
            for i in (0..column.width()).filter(|&i| idle(section, name, i)) {
                let label = format!("chiplets.idle_{name}[{}]", i + first);
                cases.only("idle cell", &frame.clone().bump(now(column, i)), &[&label]);
            }
        }
    }
}
