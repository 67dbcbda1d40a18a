//! The traces of generated programs satisfy all constraints.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../../processor/tests/common/mod.rs"]
mod common;

use common::{inputs, programs};
use miden_core::ProgramInputs;
use miden_processor::{ExecutionOptions, trace};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn traces_of_generated_programs_satisfy_all_constraints(
        tree in programs::tree(),
        stack in programs::stack_inputs(),
    ) {
        let program = tree.program();
        let inputs = ProgramInputs { advice: programs::advice(), ..inputs(&stack) };
        let trace = trace(&program, &inputs, &ExecutionOptions::default()).unwrap();
        let statement = trace.statement(&program, &inputs.stack);
        prop_assert_eq!(miden_air::check(trace.columns(), &statement), []);
    }
}
