//! Failing executions: outcome, statement and length of the trace.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{faults, inputs, programs, push, straight_line, trace, traced};
use miden_core::{
    AdviceInputs, Digest, FaultClaim, FaultCode, Felt, Kernel, Opcode, Outcome, Program, ProgramInputs,
    params::STACK_TOP,
    program::{AdviceInjector, Decorator, ProgramBuilder},
};
use miden_processor::{ExecutionError, ExecutionOptions, ExecutionTrace, Executor, Fault, PartRows, execute};
use proptest::prelude::*;

fn count_rows(
    program: &Program,
    inputs: &ProgramInputs,
    options: &ExecutionOptions,
) -> Result<PartRows, ExecutionError> {
    Executor::new(program).with_inputs(inputs.clone()).with_options(*options).count_rows()
}

/// The trace of a failing program, after checks that apply to every such trace.
fn failing(program: &Program, inputs: &ProgramInputs, options: &ExecutionOptions) -> ExecutionTrace {
    let error = execute(program, inputs, options).unwrap_err();
    let site = error.site().unwrap();
    let trace = trace(program, inputs, options).unwrap();
    assert_eq!(trace.failure(), Some(&error));
    assert_eq!((trace.outputs().items(), trace.cycles()), (&site.stack[..], site.clk));
    let claim = trace.outcome().fault().unwrap();
    assert_eq!(error.claim().as_ref(), Some(claim));
    assert_eq!((claim.code.name(), claim.opcode, claim.clk), (error.kind(), site.opcode, site.clk));
    let statement = trace.statement(program, &inputs.stack);
    assert_eq!(statement.check_outcome(), Ok(()));
    assert_eq!((statement.program, statement.cycle_limit), (program.digest(), options.cycle_limit));
    assert_eq!(count_rows(program, inputs, options).unwrap(), trace.part_rows());
    trace
}

#[test]
fn every_fault_has_a_trace() {
    for case in faults::all() {
        let trace = failing(&case.program, &case.inputs, &ExecutionOptions::default());
        let claim = *trace.outcome().fault().unwrap();
        assert_eq!((claim.code, claim.opcode), (case.code, case.opcode), "{}", case.name);
        assert_eq!(claim.deterministic, case.deterministic, "{}", case.name);
    }
}

#[test]
fn a_public_limit_can_be_exceeded_in_every_cycle() {
    let (program, inputs) = faults::ending();
    let cycles = execute(&program, &inputs, &ExecutionOptions::default()).unwrap().cycles;
    for limit in 0..cycles {
        let trace = failing(&program, &inputs, &ExecutionOptions::default().with_cycle_limit(Some(limit)));
        let claim = trace.outcome().fault().unwrap();
        assert_eq!((claim.code, claim.clk, claim.target), (FaultCode::CycleLimitExceeded, limit, None));
    }
    for limit in [cycles, cycles + 1, u64::MAX] {
        let options = ExecutionOptions::default().with_cycle_limit(Some(limit));
        let trace = trace(&program, &inputs, &options).unwrap();
        assert_eq!((trace.outcome(), trace.failure()), (&Outcome::Success, None));
        assert_eq!(trace.statement(&program, &inputs.stack).cycle_limit, Some(limit));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(50))]

    #[test]
    fn generated_programs_stop_at_any_public_limit(
        tree in programs::tree(),
        stack in programs::stack_inputs(),
        part in 0.0..1.0,
    ) {
        let program = tree.program();
        let inputs = ProgramInputs { advice: programs::advice(), ..inputs(&stack) };
        let cycles = execute(&program, &inputs, &ExecutionOptions::default()).unwrap().cycles;
        let limit = (part * cycles as f64) as u64;
        failing(&program, &inputs, &ExecutionOptions::default().with_cycle_limit(Some(limit)));
    }
}

#[test]
fn only_the_public_limit_can_be_proven() {
    let program = straight_line(&[Opcode::Noop.into(); 9]);
    let limits = |max_cycles, cycle_limit| {
        let options =
            ExecutionOptions::default().with_max_cycles(max_cycles).with_cycle_limit(Some(cycle_limit));
        trace(&program, &inputs(&[]), &options)
    };
    for max_cycles in [5, 6, 100] {
        let trace = limits(max_cycles, 5).unwrap();
        assert_eq!(trace.outcome().fault().unwrap().clk, 5);
    }
    let error = limits(4, 5).unwrap_err();
    assert!(matches!(error, ExecutionError::CycleLimit { limit: 4, public: false, .. }), "{error}");
    assert_eq!(error.claim(), None);
    assert!(matches!(limits(5, 5).unwrap().failure(), Some(ExecutionError::CycleLimit { public: true, .. })));
    assert!(limits(100, 10).unwrap().outcome().is_success());
}

#[test]
fn other_failures_have_no_trace() {
    let options = ExecutionOptions::default();
    let mut builder = ProgramBuilder::new();
    let dynamic = builder.dynexec().unwrap();
    let unknown = builder.finish(dynamic);
    let error = trace(&unknown, &inputs(&[1]), &options).unwrap_err();
    assert!(matches!(error, ExecutionError::Fault { fault: Fault::CodeBlockNotFound { .. }, .. }));

    let read = straight_line(&[Opcode::Read.into()]);
    assert!(matches!(trace(&read, &inputs(&[]), &options).unwrap_err(), ExecutionError::Host { .. }));
    for program in [unknown, read] {
        let counted = count_rows(&program, &inputs(&[]), &options).unwrap_err();
        assert_eq!(counted.claim(), None);
        assert_eq!(traced(&program, &inputs(&[]), &options).unwrap_err(), counted);
    }
}

#[test]
fn a_claim_names_the_target_that_is_not_in_the_kernel() {
    let mut builder = ProgramBuilder::new();
    let [known, unknown] = [1, 2].map(|value| builder.block(&[push(value), Opcode::Drop.into()]).unwrap());
    let digests: [Digest; 2] = [known, unknown].map(|id| *builder.node(id).digest());
    let calls = [known, unknown].map(|id| builder.syscall(id).unwrap());
    let root = builder.sequence(&calls).unwrap();
    let program = builder.finish_with(root, &[], Kernel::new(vec![digests[0]]).unwrap()).0;
    let trace = failing(&program, &inputs(&[]), &ExecutionOptions::default());
    let (code, opcode) = (FaultCode::SyscallTargetNotInKernel, Opcode::SysCall);
    // JOIN, SYSCALL, BLOCK, two operations, RETURN
    let claim = FaultClaim { code, opcode, clk: 6, deterministic: true, target: Some(digests[1]) };
    assert_eq!(trace.outcome(), &Outcome::Fault(claim));
}

#[test]
fn the_limit_takes_precedence_over_faults_and_host_failures() {
    let program = straight_line(&[Opcode::Noop.into(), Opcode::Assert.into()]);
    let code_with = |limit| {
        let options = ExecutionOptions::default().with_cycle_limit(Some(limit));
        failing(&program, &inputs(&[]), &options).outcome().fault().unwrap().code
    };
    assert_eq!([2, 3].map(code_with), [FaultCode::CycleLimitExceeded, FaultCode::FailedAssertion]);

    // The injector before the operation that is not executed would fail.
    let mut builder = ProgramBuilder::new();
    let decorators = [(1, Decorator::Advice(AdviceInjector::U64Div))];
    let root = builder.decorated_block(&[Opcode::Noop.into(); 2], &decorators).unwrap();
    let program = builder.finish(root);
    let options = ExecutionOptions::default();
    assert!(matches!(trace(&program, &inputs(&[]), &options).unwrap_err(), ExecutionError::Host { .. }));
    failing(&program, &inputs(&[]), &options.with_cycle_limit(Some(2)));
}

#[test]
fn an_operation_that_fails_reads_no_advice() {
    // The address is checked before the words are read.
    let mut operations = vec![push(1 << 32)];
    operations.extend([push(0); 12]);
    operations.push(Opcode::Pipe.into());
    let program = straight_line(&operations);
    let advice = AdviceInputs::from_ints(&[1; 8]).unwrap();
    let inputs = ProgramInputs { advice, ..inputs(&[]) };
    let trace = failing(&program, &inputs, &ExecutionOptions::default());
    assert!(trace.outcome().fault().unwrap().deterministic);
    assert_eq!(trace.outputs().items()[12], Felt::new(1 << 32));
    assert_eq!(trace.outputs().items().len(), STACK_TOP);
}
