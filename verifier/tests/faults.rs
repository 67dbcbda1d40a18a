//! Proofs of programs that fail: the true outcome is accepted, every other outcome is rejected.

#![allow(clippy::unwrap_used, reason = "the helpers of a test may panic")]

#[path = "../../processor/tests/common/mod.rs"]
mod common;

use std::{collections::BTreeSet, sync::LazyLock};

use common::faults;
use miden_core::{
    Program, ProgramInputs, operations::OPERATIONS, outcome::FaultRule, params::STACK_TOP,
    program::ProgramBuilder,
};
use miden_processor::ExecutionOptions;
use miden_prover::{ExecutionProof, ProverOptions, prove};
use miden_verifier::{
    Digest, ExpectedOutcome, FaultClaim, FaultCode, Felt, Kernel, Opcode, Outcome, OutcomeError,
    ParameterSet, Policy, StackInputs, StackOutputs, Statement, VerifierError, verify, verify_outcome,
};
use proptest::{prelude::*, sample::select};

fn proven(program: &Program, inputs: &ProgramInputs, cycle_limit: Option<u64>) -> ExecutionProof {
    let execution = ExecutionOptions::default().with_cycle_limit(cycle_limit);
    let options = ProverOptions::new(ParameterSet::Fast96).with_execution(execution);
    prove(program, inputs, &options).unwrap()
}

/// A proof for each code, from its last case: the last ones fail deep inside a program.
static FAULTS: LazyLock<Vec<ExecutionProof>> = LazyLock::new(|| {
    let cases = faults::all();
    let mut proofs: Vec<_> = FaultCode::ALL
        .iter()
        .filter_map(|&code| cases.iter().rfind(|case| case.code == code))
        .map(|case| proven(&case.program, &case.inputs, None))
        .collect();
    let (program, inputs) = faults::ending();
    proofs.push(proven(&program, &inputs, Some(40)));
    let advised = cases.iter().find(|case| !case.deterministic).unwrap();
    proofs.push(proven(&advised.program, &advised.inputs, None));
    proofs
});

/// A success with a public limit.
static SUCCESS: LazyLock<ExecutionProof> = LazyLock::new(|| {
    let (program, inputs) = faults::ending();
    let cycles = proven(&program, &inputs, None).cycles();
    proven(&program, &inputs, Some(cycles))
});

fn claim(statement: &Statement) -> FaultClaim {
    *statement.outcome.fault().unwrap()
}

/// The statement with another fault.
fn with_claim(statement: &Statement, fault: FaultClaim) -> Statement {
    Statement { outcome: Outcome::Fault(fault), ..statement.clone() }
}

#[track_caller]
fn rejects(statement: &Statement, proof: &ExecutionProof) {
    assert_ne!(statement, proof.statement());
    let result = verify(statement, proof.as_bytes());
    assert!(result.is_err(), "{} was proven, not {}", proof.outcome(), statement.outcome);
}

#[test]
fn every_code_is_proven() {
    let codes: BTreeSet<_> = FAULTS.iter().map(|proof| claim(proof.statement()).code).collect();
    assert!(codes.iter().eq(FaultCode::ALL));
    for proof in &*FAULTS {
        let verified = verify(proof.statement(), proof.as_bytes()).unwrap();
        assert_eq!(&verified.outcome, proof.outcome());
    }
    assert!(verify(SUCCESS.statement(), SUCCESS.as_bytes()).unwrap().outcome.is_success());
}

#[test]
fn a_fault_is_proven_with_every_parameter_set() {
    let mut builder = ProgramBuilder::new();
    let root = builder.block(&[Opcode::Assert.into()]).unwrap();
    let program = builder.finish(root);
    for set in ParameterSet::ALL {
        let proof = prove(&program, &ProgramInputs::default(), &ProverOptions::new(set)).unwrap();
        verify(proof.statement(), proof.as_bytes()).unwrap();
    }
}

#[test]
fn a_fault_never_verifies_as_a_success() {
    for proof in &*FAULTS {
        rejects(&Statement { outcome: Outcome::Success, ..proof.statement().clone() }, proof);
        rejects(
            &Statement { outcome: Outcome::Success, cycle_limit: None, ..proof.statement().clone() },
            proof,
        );
    }
}

#[test]
fn a_success_never_verifies_as_a_fault() {
    let outputs = StackOutputs::new(SUCCESS.outputs().items()[..STACK_TOP].to_vec()).unwrap();
    let statement = Statement { outputs, ..SUCCESS.statement().clone() };
    let limit = statement.cycle_limit.unwrap();
    for proof in &*FAULTS {
        let fault = claim(proof.statement());
        for clk in [0, 1, fault.clk, limit - 1, limit, limit + 1] {
            for cycle_limit in [None, Some(limit), Some(clk)] {
                let statement = Statement { cycle_limit, ..statement.clone() };
                rejects(&with_claim(&statement, FaultClaim { clk, ..fault }), &SUCCESS);
            }
        }
    }
}

#[test]
fn another_cycle_is_rejected() {
    for proof in &*FAULTS {
        let fault = claim(proof.statement());
        for clk in [fault.clk.wrapping_sub(1), fault.clk + 1, 0, 1, 1 << 29, 1 << 32, u64::MAX] {
            if clk == fault.clk {
                continue;
            }
            let other = with_claim(proof.statement(), FaultClaim { clk, ..fault });
            rejects(&other, proof);
            // The cycle of CycleLimitExceeded is the limit, so change both.
            let cycle_limit = proof.statement().cycle_limit.and(Some(clk));
            rejects(&Statement { cycle_limit, ..other }, proof);
        }
    }
}

#[test]
fn another_code_or_operation_is_rejected() {
    for proof in &*FAULTS {
        let fault = claim(proof.statement());
        for &code in FaultCode::ALL {
            for info in OPERATIONS {
                let other = FaultClaim { code, opcode: info.opcode, ..fault };
                if other == fault {
                    continue;
                }
                let statement = with_claim(proof.statement(), other);
                rejects(&statement, proof);
                let result = verify(&statement, proof.as_bytes());
                if FaultRule::of(info.opcode, code).is_none() {
                    let error = OutcomeError::NoSuchFault { opcode: info.opcode, code };
                    assert_eq!(result, Err(VerifierError::Statement(error.into())));
                }
                // As an exceeded limit.
                let cycle_limit = (code == FaultCode::CycleLimitExceeded).then_some(fault.clk);
                rejects(&Statement { cycle_limit, ..statement }, proof);
            }
        }
    }
}

#[test]
fn the_other_value_of_deterministic_is_rejected() {
    for proof in &*FAULTS {
        let fault = claim(proof.statement());
        let deterministic = !fault.deterministic;
        rejects(&with_claim(proof.statement(), FaultClaim { deterministic, ..fault }), proof);
    }
}

#[test]
fn another_target_is_rejected() {
    let proof = FAULTS
        .iter()
        .find(|proof| claim(proof.statement()).code == FaultCode::SyscallTargetNotInKernel)
        .unwrap();
    let fault = claim(proof.statement());
    let target = fault.target.unwrap();
    for i in 0..4 {
        let mut elements = *target.elements();
        elements[i] += Felt::from(1_u8);
        let other = FaultClaim { target: Some(Digest::new(elements)), ..fault };
        rejects(&with_claim(proof.statement(), other), proof);
    }
    rejects(&with_claim(proof.statement(), FaultClaim { target: None, ..fault }), proof);

    // A kernel that contains the procedure.
    let kernel = Kernel::new(vec![target]).unwrap();
    let result = verify(&Statement { kernel, ..proof.statement().clone() }, proof.as_bytes());
    let error = OutcomeError::TargetInKernel { target };
    assert_eq!(result, Err(VerifierError::Statement(error.into())));
}

#[test]
fn another_stack_is_rejected() {
    for proof in &*FAULTS {
        let items = proof.outputs().items();
        for i in 0..STACK_TOP {
            let mut items = items.to_vec();
            items[i] += Felt::from(1_u8);
            let outputs = StackOutputs::new(items).unwrap();
            rejects(&Statement { outputs, ..proof.statement().clone() }, proof);
        }
        let longer = StackOutputs::new([items, &items[..1]].concat()).unwrap();
        rejects(&Statement { outputs: longer, ..proof.statement().clone() }, proof);
        let inputs = proof.statement().inputs.items();
        let inputs = StackInputs::new([inputs, &[Felt::from(0_u8)]].concat()).unwrap();
        rejects(&Statement { inputs, ..proof.statement().clone() }, proof);
        let program = Digest::default();
        rejects(&Statement { program, ..proof.statement().clone() }, proof);
    }
}

#[test]
fn another_limit_is_rejected() {
    for proof in FAULTS.iter().chain([&*SUCCESS]) {
        let limit = proof.statement().cycle_limit;
        for cycle_limit in [None, Some(0), Some(39), Some(40), Some(41), Some(1 << 40), Some(u64::MAX)] {
            if cycle_limit != limit {
                rejects(&Statement { cycle_limit, ..proof.statement().clone() }, proof);
            }
        }
    }
}

#[test]
fn verify_outcome_accepts_expected_outcomes_only() {
    let policy = Policy::default();
    for proof in FAULTS.iter().chain([&*SUCCESS]) {
        let (statement, outcome) = (proof.statement(), proof.outcome());
        let code = outcome.fault().map(|fault| fault.code);
        let codes = FaultCode::ALL.iter().map(|&code| ExpectedOutcome::Fault(code));
        for expected in [ExpectedOutcome::Success, ExpectedOutcome::Any].into_iter().chain(codes) {
            let accepts = match expected {
                ExpectedOutcome::Success => code.is_none(),
                ExpectedOutcome::Fault(expected) => code == Some(expected),
                _ => true,
            };
            match verify_outcome(statement, expected, proof.as_bytes(), &policy) {
                Ok(verified) => assert!(accepts && verified.outcome == *outcome),
                Err(error) => {
                    assert!(!accepts);
                    assert_eq!(error, VerifierError::Outcome { expected, got: *outcome });
                }
            }
        }
        let set = proof.parameter_set();
        let verdict = verify_outcome(statement, ExpectedOutcome::Any, proof.as_bytes(), &Policy::only([]));
        assert_eq!(verdict, Err(VerifierError::ParameterSet { set }));
        // An expected claim must still be proven.
        let altered = Statement { program: Digest::default(), ..statement.clone() };
        assert!(verify_outcome(&altered, ExpectedOutcome::Any, proof.as_bytes(), &policy).is_err());
    }
}

/// A proof of a fault in this format version: an assertion on top of 40 inputs, the last of which is 41.
const STORED: (&[u8], &str) =
    (include_bytes!("fixtures/format-5-fault.bin"), include_str!("fixtures/format-5-fault.digest"));

#[test]
fn the_stored_proof_of_a_fault_is_accepted() {
    let mut builder = ProgramBuilder::new();
    let root = builder.block(&[Opcode::Noop.into(), Opcode::Assert.into()]).unwrap();
    let program = builder.finish(root);
    let inputs: Vec<u64> = (2..42).collect();
    let inputs = ProgramInputs { stack: StackInputs::from_ints(&inputs).unwrap(), ..Default::default() };
    let (code, opcode) = (FaultCode::FailedAssertion, Opcode::Assert);
    let fault = FaultClaim { code, opcode, clk: 2, deterministic: true, target: None };
    let statement = Statement {
        program: program.digest(),
        kernel: Kernel::default(),
        inputs: inputs.stack.clone(),
        outputs: StackOutputs::from_ints(&(26..42).rev().collect::<Vec<_>>()).unwrap(),
        outcome: Outcome::Fault(fault),
        cycle_limit: None,
    };
    // A change of format or constraints raises the format version and needs a new file: UPDATE_EXPECT=1.
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        let proof = prove(&program, &inputs, &ProverOptions::new(ParameterSet::Small96)).unwrap();
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");
        std::fs::write(format!("{folder}/format-5-fault.bin"), proof.as_bytes()).unwrap();
        std::fs::write(format!("{folder}/format-5-fault.digest"), program.digest().to_hex()).unwrap();
        return;
    }
    let (proof, digest) = STORED;
    assert_eq!(program.digest().to_hex(), digest);
    assert_eq!(verify(&statement, proof).unwrap().outcome, statement.outcome);
}

fn number() -> impl Strategy<Value = u64> {
    prop_oneof![0..50u64, Just(1 << 29), Just(1 << 32), Just(u64::MAX - 1), Just(u64::MAX), any::<u64>()]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_statement_makes_the_verifier_panic(
        number_of_proof in 0..3usize,
        code in select(FaultCode::ALL.to_vec()),
        opcode in select(OPERATIONS.iter().map(|info| info.opcode).collect::<Vec<_>>()),
        clk in number(),
        deterministic: bool,
        target in proptest::option::of(Just(Digest::default())),
        cycle_limit in proptest::option::of(number()),
        num_outputs in 16..20usize,
        num_inputs in 0..40usize,
        succeeds: bool,
    ) {
        let proof = [&FAULTS[0], &FAULTS[FAULTS.len() - 1], &SUCCESS][number_of_proof];
        let fault = FaultClaim { code, opcode, clk, deterministic, target };
        let statement = Statement {
            outcome: if succeeds { Outcome::Success } else { Outcome::Fault(fault) },
            cycle_limit,
            outputs: StackOutputs::new(vec![Felt::from(1_u8); num_outputs]).unwrap(),
            inputs: StackInputs::new(vec![Felt::from(1_u8); num_inputs]).unwrap(),
            ..proof.statement().clone()
        };
        prop_assert!(verify(&statement, proof.as_bytes()).is_err());
    }
}
