//! What a caller of the prover sees.

#![allow(clippy::unwrap_used, reason = "the helpers of a test may panic")]

use miden_air::ParameterSet;
use miden_core::{
    AdviceInputs, FaultClaim, FaultCode, Felt, Opcode, Operation, Outcome, Program, ProgramInputs,
    StackInputs,
    program::{Decorator, ProgramBuilder},
};
use miden_processor::{AdviceProvider, DefaultHost, ExecutionOptions, InMemoryAdvice};
use miden_prover::{ProverError, ProverOptions, Stage, prove, prove_observed, prove_with_host};

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
        let proof = prove(&program, &ProgramInputs::default(), &ProverOptions::new(set)).unwrap();
        assert_eq!(proof.parameter_set(), set);
        assert_eq!((proof.trace_rows(), proof.cycles()), (1024, 3));
        assert!(proof.security().covers(set.promise()));
        assert_eq!(proof.as_bytes(), proof.to_bytes());
    }
}

#[test]
fn a_program_that_fails_has_a_proof_that_says_so() {
    let program = program(&[Opcode::Noop.into(), Opcode::Assert.into()]);
    let stack = StackInputs::from_ints(&[7]).unwrap();
    let inputs = ProgramInputs { stack, ..ProgramInputs::default() };
    let proof = prove(&program, &inputs, &ProverOptions::default()).unwrap();
    let (code, opcode) = (FaultCode::FailedAssertion, Opcode::Assert);
    let claim = FaultClaim { code, opcode, clk: 2, deterministic: true, target: None };
    assert_eq!((proof.outcome(), proof.cycles()), (&Outcome::Fault(claim), 2));
    assert_eq!((proof.outputs().items().len(), proof.outputs().items()[0]), (16, Felt::from(7_u8)));
    assert_eq!(proof.failure().unwrap().kind(), code.name());
    assert_eq!(proof.statement().program, program.digest());
}

#[test]
fn a_failure_of_the_host_has_no_proof() {
    let program = program(&[Opcode::Read.into()]);
    let result = prove(&program, &ProgramInputs::default(), &ProverOptions::default());
    assert!(matches!(result, Err(ProverError::Execution(_))));
}

#[test]
fn a_public_cycle_limit_has_proofs_on_both_sides() {
    let program = program(&[Opcode::Add.into(); 9]);
    let limit = |limit| {
        let options = ExecutionOptions::default().with_cycle_limit(Some(limit));
        prove(&program, &ProgramInputs::default(), &ProverOptions::default().with_execution(options)).unwrap()
    };
    let within = limit(10);
    assert!(within.outcome().is_success() && within.failure().is_none());
    let beyond = limit(9);
    let claim = beyond.outcome().fault().unwrap();
    assert_eq!((claim.code, claim.opcode, claim.clk), (FaultCode::CycleLimitExceeded, Opcode::Add, 9));
    assert_eq!([within.statement().cycle_limit, beyond.statement().cycle_limit], [Some(10), Some(9)]);
}

#[test]
fn the_cycle_limit_is_that_of_the_options() {
    let program = program(&[Opcode::Add.into(); 9]);
    let limit =
        |max| ProverOptions::default().with_execution(ExecutionOptions::default().with_max_cycles(max));
    assert!(prove(&program, &ProgramInputs::default(), &limit(10)).is_ok());
    assert!(matches!(prove(&program, &ProgramInputs::default(), &limit(9)), Err(ProverError::Execution(_))));
}

#[test]
fn a_host_gives_the_advice_and_is_asked_once() {
    let mut builder = ProgramBuilder::new();
    let signal = [(0, Decorator::Emit(5))];
    let root = builder.decorated_block(&[Opcode::Read.into()], &signal).unwrap();
    let program = builder.finish(root);
    let advice = InMemoryAdvice::new(AdviceInputs::default(), 16).unwrap();
    let mut host = DefaultHost::new(advice);
    let mut calls = 0;
    host.register(5, |state, advice| {
        calls += 1;
        Ok(advice.push_front(&[state.item(0) + Felt::from(1_u8)])?)
    });
    let stack = StackInputs::from_ints(&[6]).unwrap();
    let options = ProverOptions::default();
    let proof = prove_with_host(&program, &stack, &mut host, &options, &mut |_| {}).unwrap();
    assert_eq!(proof.outputs().items()[..2], [Felt::from(7_u8), Felt::from(6_u8)]);
    assert!(!proof.as_bytes().is_empty());
    drop(host);
    assert_eq!(calls, 1);
}
