//! Tests the procedures of the library against models, with invalid inputs and with lying advice.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod collections;
mod constraints;
mod crypto;
mod cycles;
mod forms;
mod kernels;
mod math;
mod mem;
mod reference;
mod support;
mod sys;
mod word;

use support::Run;

/// Sample runs for the cycles in the reference: at least one for every procedure of the library, several if its cycles
/// depend on its inputs.
fn measured() -> Vec<Run> {
    [
        collections::measured(),
        crypto::measured(),
        kernels::measured(),
        math::measured(),
        mem::measured(),
        sys::measured(),
        word::measured(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
