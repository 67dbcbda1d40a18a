use alloc::{collections::BTreeSet, vec, vec::Vec};

use super::*;
use crate::{
    Felt, Kernel, StackInputs, StackOutputs, Statement, UnknownFaultCode,
    operations::OPERATIONS,
    params::{STACK_TOP, STREAM_ADDRESS},
};

fn statement(outcome: Outcome, cycle_limit: Option<u64>, outputs: usize) -> Statement {
    Statement {
        program: Digest::default(),
        kernel: Kernel::new(vec![digest(7)]).unwrap(),
        inputs: StackInputs::default(),
        outputs: StackOutputs::new(vec![Felt::default(); outputs]).unwrap(),
        outcome,
        cycle_limit,
    }
}

fn digest(value: u64) -> Digest {
    Digest::new([value, 0, 0, 0].map(Felt::new))
}

fn claim(code: FaultCode, opcode: Opcode, target: Option<Digest>) -> FaultClaim {
    FaultClaim { code, opcode, clk: 5, deterministic: true, target }
}

#[test]
fn names_and_numbers_round_trip() {
    for &code in FaultCode::ALL {
        assert_eq!(code.name().parse(), Ok(code));
        assert_eq!(FaultCode::from_number(code.number()), Some(code));
    }
    assert_eq!(FaultCode::from_number(0), None);
    assert_eq!("failedassertion".parse::<FaultCode>(), Err(UnknownFaultCode));
}

#[test]
fn failures_have_numbers_of_their_own() {
    let faults = FaultCode::ALL.iter().map(|&code| FailureKind::Fault(code));
    let kinds: Vec<_> = faults.chain(FailureKind::UNPROVABLE.iter().copied()).collect();
    assert!(kinds.is_sorted_by_key(|kind| kind.number()));
    let numbers: BTreeSet<_> = kinds.iter().map(|kind| kind.number()).collect();
    let names: BTreeSet<_> = kinds.iter().map(|kind| kind.name()).collect();
    assert_eq!((numbers.len(), names.len()), (kinds.len(), kinds.len()));
    assert!(FailureKind::UNPROVABLE.iter().all(|kind| (101..200).contains(&kind.number())));
}

#[test]
fn an_operation_has_one_rule_per_code() {
    let pairs: BTreeSet<_> = FAULT_RULES.iter().map(|rule| (rule.opcode, rule.code)).collect();
    assert_eq!(pairs.len(), FAULT_RULES.len());
    for rule in FAULT_RULES {
        assert_eq!(FaultRule::of(rule.opcode, rule.code), Some(*rule));
        assert_ne!(rule.code, FaultCode::CycleLimitExceeded);
    }
    let codes: BTreeSet<_> = FAULT_RULES.iter().map(|rule| rule.code).collect();
    assert_eq!(codes.len(), FaultCode::ALL.len() - 1, "every other code has a rule");
}

#[test]
fn rules_constrain_operands_of_their_operation() {
    for rule in FAULT_RULES {
        let read = match rule.operand {
            Operand::None => continue,
            Operand::Items(count) => count,
            Operand::Item3 => 4,
            Operand::StreamAddress => STREAM_ADDRESS + 1,
            Operand::FmpRoom => 1,
            Operand::Quotient => 2,
        };
        assert!(read <= rule.opcode.info().inputs && rule.operand.candidates() > 0, "{rule:?}");
    }
}

#[test]
fn the_limit_can_be_exceeded_at_every_step_of_a_program() {
    let code = FaultCode::CycleLimitExceeded;
    let steps: Vec<_> = OPERATIONS.iter().filter(|info| FaultRule::of(info.opcode, code).is_some()).collect();
    let others = OPERATIONS.len() - steps.len();
    assert_eq!(others, 6, "NTRAP, TRAP, FAIL, HALT, INPUT, OUTPUT");
    assert!(steps.iter().all(|info| info.is_block_operation() || FaultPlace::of(info.opcode).is_some()));
}

#[test]
fn statements_of_success_and_of_faults_are_accepted() {
    assert_eq!(statement(Outcome::Success, Some(0), 40).check_outcome(), Ok(()));
    for rule in FAULT_RULES {
        let target = (rule.code == FaultCode::SyscallTargetNotInKernel).then(|| digest(1));
        let outcome = Outcome::Fault(claim(rule.code, rule.opcode, target));
        for limit in [None, Some(6), Some(u64::MAX)] {
            assert_eq!(statement(outcome, limit, STACK_TOP).check_outcome(), Ok(()), "{outcome}");
        }
    }
    let exceeded = Outcome::Fault(claim(FaultCode::CycleLimitExceeded, Opcode::Return, None));
    assert_eq!(statement(exceeded, Some(5), STACK_TOP).check_outcome(), Ok(()));
}

#[test]
fn impossible_outcomes_are_rejected() {
    use FaultCode::{CycleLimitExceeded, FailedAssertion, SyscallTargetNotInKernel};
    let check = |fault, limit, outputs| statement(Outcome::Fault(fault), limit, outputs).check_outcome();

    let opcode = Opcode::Add;
    let wrong = claim(FailedAssertion, opcode, None);
    assert_eq!(
        check(wrong, None, STACK_TOP),
        Err(OutcomeError::NoSuchFault { opcode, code: FailedAssertion })
    );
    let halt = claim(CycleLimitExceeded, Opcode::Halt, None);
    assert!(matches!(check(halt, Some(5), STACK_TOP), Err(OutcomeError::NoSuchFault { .. })));

    let fault = claim(FailedAssertion, Opcode::Assert, None);
    assert_eq!(check(fault, None, STACK_TOP + 1), Err(OutcomeError::Outputs { got: STACK_TOP + 1 }));
    for limit in [0, 4, 5] {
        assert!(matches!(check(fault, Some(limit), STACK_TOP), Err(OutcomeError::CycleLimit { .. })));
    }
    for opcode in [Opcode::Assert, Opcode::Return] {
        let first = FaultClaim { clk: 0, ..claim(CycleLimitExceeded, opcode, None) };
        assert_eq!(check(first, Some(0), STACK_TOP), Err(OutcomeError::FirstCycle { opcode }));
    }
    let root = FaultClaim { clk: 0, ..claim(CycleLimitExceeded, Opcode::Block, None) };
    assert_eq!(check(root, Some(0), STACK_TOP), Ok(()));
    let exceeded = claim(CycleLimitExceeded, Opcode::Assert, None);
    for limit in [None, Some(4), Some(6)] {
        assert!(matches!(check(exceeded, limit, STACK_TOP), Err(OutcomeError::CycleLimit { .. })));
    }

    let no_target = claim(SyscallTargetNotInKernel, Opcode::SysCall, None);
    let needless = FaultClaim { target: Some(digest(1)), ..fault };
    for fault in [no_target, needless] {
        assert_eq!(check(fault, None, STACK_TOP), Err(OutcomeError::Target { code: fault.code }));
    }
    let known = claim(SyscallTargetNotInKernel, Opcode::SysCall, Some(digest(7)));
    assert_eq!(check(known, None, STACK_TOP), Err(OutcomeError::TargetInKernel { target: digest(7) }));
}
