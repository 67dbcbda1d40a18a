//! In the stock shape, the pipeline and the stock prover of the backend make the same proof, byte for byte.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../../air/tests/common/programs.rs"]
mod everything;
#[path = "../../processor/tests/common/mod.rs"]
mod generated;
mod stock;

use everything::program_with_everything;
use generated::programs;
use miden_core::{Opcode, Operation, Program, ProgramInputs, StackInputs, program::ProgramBuilder};
use miden_processor::{ExecutionOptions, Executor};
use miden_prover::{ParameterSet, Prover, ProverOptions, testing::prove_in_stock_shape};
use proptest::prelude::*;

/// Proves with both, and with low memory; the stock prover on one thread, where it finds the smallest nonce.
fn both(program: &Program, inputs: &ProgramInputs, set: ParameterSet, limit: Option<u64>) -> [Vec<u8>; 2] {
    let execution = ExecutionOptions::default().with_cycle_limit(limit);
    let options = ProverOptions::new(set).with_execution(execution);
    let [hidden, low] = [false, true].map(|low_memory| {
        let prover = Prover::new(program).with_inputs(inputs.clone()).with_fixed_seed_for_tests([7; 32]);
        prover.with_options(options.with_low_memory(low_memory)).prove().unwrap().to_bytes()
    });
    assert!(low == hidden, "{set}: low memory makes another proof");
    let trace = Executor::new(program).with_inputs(inputs.clone()).with_options(execution).trace().unwrap();
    let ours = prove_in_stock_shape(trace.clone(), program, &inputs.stack, set, false).unwrap();
    let low = prove_in_stock_shape(trace.clone(), program, &inputs.stack, set, true).unwrap();
    assert!(low == ours, "{set}: low memory makes another proof in the stock shape");
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    [ours, pool.install(|| stock::prove(trace, program, &inputs.stack, set))]
}

fn assert_same(program: &Program, inputs: &ProgramInputs, set: ParameterSet, limit: Option<u64>) {
    let [ours, stock] = both(program, inputs, set, limit);
    let first = ours.iter().zip(&stock).position(|(a, b)| a != b);
    assert_eq!((first, ours.len()), (None, stock.len()), "{set}: first different byte, and length");
}

#[test]
fn a_program_with_every_operation_has_the_same_proof_with_every_set() {
    let (program, inputs) = program_with_everything();
    for set in ParameterSet::ALL {
        assert_same(&program, &inputs, set, None);
    }
}

#[test]
fn a_fault_has_the_same_proof_with_every_set() {
    let mut builder = ProgramBuilder::new();
    let root = builder.block(&[Opcode::Noop.into(), Opcode::Assert.into()]).unwrap();
    let program = builder.finish(root);
    let inputs = ProgramInputs { stack: StackInputs::from_ints(&[7]).unwrap(), ..Default::default() };
    for set in ParameterSet::ALL {
        assert_same(&program, &inputs, set, None);
    }
}

/// Long enough for several layers of the low-degree test, and several pieces of work in each step.
#[test]
fn a_longer_trace_has_the_same_proof() {
    let mut builder = ProgramBuilder::new();
    let operations: Vec<Operation> =
        [Opcode::Incr.into(), Opcode::Dup0.into(), Opcode::Drop.into()].repeat(5000);
    let root = builder.block(&operations).unwrap();
    let program = builder.finish(root);
    assert_same(&program, &ProgramInputs::default(), ParameterSet::Fast96, None);
    assert_same(&program, &ProgramInputs::default(), ParameterSet::Std128, None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn generated_programs_have_the_same_proof(
        tree in programs::tree(),
        stack in programs::stack_inputs(),
        limit in proptest::option::of(0..1000u64),
        set in proptest::sample::select(ParameterSet::ALL.to_vec()),
    ) {
        let inputs = ProgramInputs { advice: programs::advice(), ..generated::inputs(&stack) };
        let [ours, stock] = both(&tree.program(), &inputs, set, limit);
        prop_assert!(ours == stock, "{}", set);
    }
}
