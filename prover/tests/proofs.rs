//! The interface of the prover.

#![allow(clippy::unwrap_used, reason = "the helpers of a test may panic")]

use miden_air::ParameterSet;
use miden_core::{
    AdviceInputs, FaultClaim, FaultCode, Felt, Opcode, Operation, Outcome, Program, ProgramInputs,
    StackInputs,
    program::{Decorator, ProgramBuilder},
};
use miden_processor::{AdviceProvider, Cycle, CycleObserver, DefaultHost, ExecutionOptions, InMemoryAdvice};
use miden_prover::{Prover, ProverError, ProverOptions, Stage, prove};

fn program(operations: &[Operation]) -> Program {
    let mut builder = ProgramBuilder::new();
    let root = builder.block(operations).unwrap();
    builder.finish(root)
}

#[test]
fn stages_are_reported_once_each_and_in_order() {
    let program = program(&[Opcode::Add.into()]);
    let mut stages = Vec::new();
    Prover::new(&program).with_progress(&mut |stage| stages.push(stage)).prove().unwrap();
    assert_eq!(stages, Stage::ALL);
}

#[test]
fn a_proof_carries_its_parameters() {
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
fn a_failing_program_has_a_proof_of_its_fault() {
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
fn a_host_failure_has_no_proof() {
    let program = program(&[Opcode::Read.into()]);
    let result = prove(&program, &ProgramInputs::default(), &ProverOptions::default());
    assert!(matches!(result, Err(ProverError::Execution(_))));
}

#[test]
fn both_sides_of_a_public_cycle_limit_have_proofs() {
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
fn the_prover_respects_the_cycle_limit_of_its_options() {
    let program = program(&[Opcode::Add.into(); 9]);
    let limit =
        |max| ProverOptions::default().with_execution(ExecutionOptions::default().with_max_cycles(max));
    assert!(prove(&program, &ProgramInputs::default(), &limit(10)).is_ok());
    assert!(matches!(prove(&program, &ProgramInputs::default(), &limit(9)), Err(ProverError::Execution(_))));
}

#[test]
fn a_host_supplies_the_advice_and_is_asked_once() {
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
    let proof = Prover::new(&program).with_stack(stack).with_host(&mut host).prove().unwrap();
    assert_eq!(proof.outputs().items()[..2], [Felt::from(7_u8), Felt::from(6_u8)]);
    assert!(!proof.as_bytes().is_empty());
    drop(host);
    assert_eq!(calls, 1);
}

#[test]
fn host_observer_and_progress_combine() {
    struct Count(u64);
    impl CycleObserver for Count {
        fn observe(&mut self, _: &Cycle<'_>) {
            self.0 += 1;
        }
    }
    let program = program(&[Opcode::Read.into(), Opcode::Drop.into()]);
    let advice = AdviceInputs::from_ints(&[3]).unwrap();
    let mut host = DefaultHost::new(InMemoryAdvice::new(advice, 16).unwrap());
    let (mut count, mut stages) = (Count(0), 0);
    let proof = Prover::new(&program)
        .with_host(&mut host)
        .with_observer(&mut count)
        .with_progress(&mut |_: Stage| stages += 1)
        .with_options(ProverOptions::new(ParameterSet::Small96))
        .prove()
        .unwrap();
    assert_eq!((proof.cycles(), count.0, stages), (3, 3, Stage::ALL.len()));
    assert_eq!(proof.parameter_set(), ParameterSet::Small96);
    assert_eq!(host.into_advice().num_elements(), 0);
}
