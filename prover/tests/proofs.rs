//! What a caller of the prover sees.

#![allow(clippy::unwrap_used, reason = "the helpers of a test may panic")]

use miden_air::ParameterSet;
use miden_core::{Felt, Opcode, Operation, Program, ProgramInputs, program::ProgramBuilder};
use miden_processor::ExecutionOptions;
use miden_prover::{ProverError, ProverOptions, Stage, prove, prove_observed};

fn program(operations: &[Operation]) -> Program {
    let mut builder = ProgramBuilder::new();
    let root = builder.block(operations).unwrap();
    builder.finish(root)
}

#[test]
fn stages_are_reported_once_each_and_in_order() {
    let program = program(&[Opcode::Add.into()]);
    let mut stages = Vec::new();
    let options = ProverOptions::default();
    prove_observed(&program, &ProgramInputs::default(), &options, &mut |stage| stages.push(stage)).unwrap();
    assert_eq!(stages, Stage::ALL);
}

#[test]
fn a_proof_knows_its_parameters() {
    let program = program(&[Operation::Push(Felt::new(5)), Opcode::Drop.into()]);
    for set in ParameterSet::ALL {
        let (_, proof) = prove(&program, &ProgramInputs::default(), &ProverOptions::new(set)).unwrap();
        assert_eq!(proof.parameter_set(), set);
        assert_eq!((proof.trace_rows(), proof.cycles()), (1024, 3));
        assert!(proof.security().covers(set.promise()));
        assert_eq!(proof.as_bytes(), proof.to_bytes());
    }
}

#[test]
fn a_program_that_fails_has_no_proof() {
    let program = program(&[Opcode::Assert.into()]);
    let result = prove(&program, &ProgramInputs::default(), &ProverOptions::default());
    assert!(matches!(result, Err(ProverError::Execution(_))));
}

#[test]
fn the_cycle_limit_is_that_of_the_options() {
    let program = program(&[Opcode::Add.into(); 9]);
    let limit =
        |max| ProverOptions::default().with_execution(ExecutionOptions::default().with_max_cycles(max));
    assert!(prove(&program, &ProgramInputs::default(), &limit(10)).is_ok());
    assert!(matches!(prove(&program, &ProgramInputs::default(), &limit(9)), Err(ProverError::Execution(_))));
}
