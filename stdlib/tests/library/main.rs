//! The procedures of the library against models, with wrong inputs and with advice that lies.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod collections;
mod constraints;
mod crypto;
mod forms;
mod math;
mod mem;
mod reference;
mod support;
mod sys;
mod word;

use support::Run;

/// Runs whose cycles the reference states: every procedure of the library occurs, several times if its cycles depend on
/// its inputs.
fn measured() -> Vec<Run> {
    [
        collections::measured(),
        crypto::measured(),
        math::measured(),
        mem::measured(),
        sys::measured(),
        word::measured(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
