//! Proofs of the machine: the true statement is accepted, every other statement is rejected.

#![allow(clippy::unwrap_used, reason = "the helpers of a test may panic")]

use std::{convert::Infallible, sync::LazyLock};

use miden_core::{Operation, Program, ProgramInputs, program::ProgramBuilder};
use miden_prover::{ExecutionOptions, Prover, ProverOptions, prove};
use miden_verifier::{
    Digest, Felt, Kernel, Opcode, ParameterSet, Policy, StackInputs, StackOutputs, Statement, VerifierError,
    verify, verify_with,
};
use rand_core::{TryCryptoRng, TryRng};

/// A loop that adds up and counts down; inputs below the top 16 stay where they are.
fn program() -> Program {
    let mut builder = ProgramBuilder::new();
    let plain = |opcodes: &[Opcode]| opcodes.iter().map(|&opcode| opcode.into()).collect::<Vec<Operation>>();
    // [n, sum] → [n − 1, sum + n], then a condition: n − 1 ≠ 0
    let mut body = plain(&[Opcode::Swap, Opcode::Dup1, Opcode::Add, Opcode::Swap]);
    body.extend([Operation::Push(-Felt::from(1_u8))]);
    body.extend(plain(&[Opcode::Add, Opcode::Dup0, Opcode::Eqz, Opcode::Not]));
    let body = builder.block(&body).unwrap();
    let repeat = builder.while_true(body).unwrap();
    let start = builder.block(&[Operation::Push(Felt::from(1_u8))]).unwrap();
    let root = builder.join(start, repeat).unwrap();
    builder.finish(root)
}

fn inputs() -> ProgramInputs {
    let mut items: Vec<u64> = (100..120).collect();
    items.extend([0, 10]);
    ProgramInputs { stack: StackInputs::from_ints(&items).unwrap(), ..Default::default() }
}

fn proven(set: ParameterSet) -> (Statement, Vec<u8>) {
    let (program, inputs) = (program(), inputs());
    let proof = prove(&program, &inputs, &ProverOptions::new(set)).unwrap();
    let outputs = proof.outputs().clone();
    assert_eq!(outputs.items()[..2], [Felt::from(0_u8), Felt::from(55_u8)]);
    assert_eq!((proof.parameter_set(), proof.trace_rows()), (set, 1024));
    let kernel = program.kernel().clone();
    (Statement::success(program.digest(), kernel, inputs.stack, outputs), proof.to_bytes())
}

static FAST: LazyLock<(Statement, Vec<u8>)> = LazyLock::new(|| proven(ParameterSet::Fast96));

#[test]
fn true_statements_are_accepted_with_every_parameter_set() {
    for set in ParameterSet::ALL {
        let (statement, proof) = proven(set);
        let verified = verify(&statement, &proof).unwrap();
        assert_eq!((verified.parameter_set, verified.trace_rows), (set, 1024));
        assert!(verified.security.covers(set.promise()), "{}", verified.security);
    }
}

#[test]
fn proofs_hide_unless_told_otherwise_and_a_policy_can_demand_it() {
    let (statement, hiding) = &*FAST;
    let options = ProverOptions::default().with_hiding(false);
    let proof = prove(&program(), &inputs(), &options).unwrap();
    assert!(!proof.hides() && proof.as_bytes().len() < hiding.len());
    assert!(!verify(statement, proof.as_bytes()).unwrap().hides);
    assert!(verify(statement, hiding).unwrap().hides);
    let policy = Policy::default().with_hiding(true);
    assert!(verify_with(statement, hiding, &policy).is_ok());
    assert_eq!(verify_with(statement, proof.as_bytes(), &policy), Err(VerifierError::NotHiding));
    // The option is not a claim: the protocol follows from it.
    for bytes in [hiding, proof.as_bytes()] {
        let mut altered = bytes.to_vec();
        altered[8] ^= 1;
        assert!(verify(statement, &altered).is_err());
    }
}

#[test]
fn proofs_of_one_execution_differ_unless_their_seed_is_fixed() {
    let (program, inputs) = (program(), inputs());
    let prover = || Prover::new(&program).with_inputs(inputs.clone());
    let [a, b] = [0, 1].map(|_| prover().prove().unwrap());
    assert_ne!(a.as_bytes(), b.as_bytes());
    let [a, b, c] = [1, 1, 2].map(|seed| prover().with_fixed_seed_for_tests([seed; 32]).prove().unwrap());
    assert_eq!(a, b);
    assert_ne!(a, c);
    assert!(verify(a.statement(), a.as_bytes()).is_ok());
}

/// A generator that counts; it must not be used for anything but tests.
struct Counter(u8);

impl TryRng for Counter {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        unreachable!("the prover takes bytes")
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        unreachable!("the prover takes bytes")
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for byte in bytes {
            *byte = self.0;
            self.0 += 1;
        }
        Ok(())
    }
}

impl TryCryptoRng for Counter {}

#[test]
fn the_generator_of_the_caller_is_used_once_for_each_proof() {
    let (program, inputs) = (program(), inputs());
    let mut counter = Counter(0);
    let mut prove =
        || Prover::new(&program).with_inputs(inputs.clone()).with_rng(&mut counter).prove().unwrap();
    let [a, b] = [prove(), prove()];
    assert_ne!(a, b);
    assert_eq!(counter.0, 64);
    let seed = core::array::from_fn(|i| i as u8);
    let same = Prover::new(&program).with_inputs(inputs).with_fixed_seed_for_tests(seed).prove().unwrap();
    assert_eq!(a, same);
}

#[test]
fn another_program_is_rejected() {
    let (statement, proof) = &*FAST;
    for i in 0..4 {
        let mut digest = *statement.program.elements();
        digest[i] += Felt::from(1_u8);
        let other = Statement { program: Digest::new(digest), ..statement.clone() };
        assert!(verify(&other, proof).is_err());
    }
}

/// A program that calls one of the two procedures of its kernel.
fn program_with_kernel() -> Program {
    let mut builder = ProgramBuilder::new();
    let called = builder.block(&[Opcode::Incr.into()]).unwrap();
    let other = builder.block(&[Opcode::Neg.into()]).unwrap();
    let root = builder.syscall(called).unwrap();
    let digests = [called, other].map(|id| *builder.node(id).digest());
    builder.finish_with(root, &[other], Kernel::new(digests.to_vec()).unwrap()).0
}

#[test]
fn another_kernel_is_rejected() {
    let (program, inputs) = (program_with_kernel(), inputs());
    let proof = prove(&program, &inputs, &ProverOptions::default()).unwrap();
    let outputs = proof.outputs().clone();
    let kernel = program.kernel().clone();
    let statement = Statement::success(program.digest(), kernel.clone(), inputs.stack, outputs);
    verify(&statement, proof.as_bytes()).unwrap();

    let rejects = |procedures: Vec<Digest>| {
        let other = Statement { kernel: Kernel::new(procedures).unwrap(), ..statement.clone() };
        assert!(verify(&other, proof.as_bytes()).is_err(), "{:?}", other.kernel);
    };
    let [a, b] = *kernel.procedures() else { panic!("two procedures") };
    rejects(vec![]);
    rejects(vec![a]);
    rejects(vec![b]);
    rejects(vec![a, b, program.digest()]);
    rejects(vec![a, program.digest()]);
    rejects(vec![b, program.digest()]);
}

#[test]
fn an_unused_kernel_is_part_of_the_statement() {
    let (statement, proof) = &*FAST;
    let kernel = program_with_kernel().kernel().clone();
    assert!(verify(&Statement { kernel, ..statement.clone() }, proof).is_err());
}

#[test]
fn other_inputs_are_rejected() {
    let (statement, proof) = &*FAST;
    let items = statement.inputs.items();
    let rejects = |items: Vec<Felt>| {
        let other = Statement { inputs: StackInputs::new(items).unwrap(), ..statement.clone() };
        assert!(verify(&other, proof).is_err());
    };
    for i in 0..items.len() {
        let mut items = items.to_vec();
        items[i] += Felt::from(1_u8);
        rejects(items);
    }
    rejects(items[1..].to_vec());
    rejects([&[Felt::from(0_u8)], items].concat());
    rejects([items, &[Felt::from(0_u8)]].concat());
}

#[test]
fn other_outputs_are_rejected() {
    let (statement, proof) = &*FAST;
    let items = statement.outputs.items();
    let rejects = |items: Vec<Felt>| {
        let other = Statement { outputs: StackOutputs::new(items).unwrap(), ..statement.clone() };
        assert!(verify(&other, proof).is_err());
    };
    for i in 0..items.len() {
        let mut items = items.to_vec();
        items[i] += Felt::from(1_u8);
        rejects(items);
    }
    rejects(items[..items.len() - 1].to_vec());
    rejects([items, &[Felt::from(0_u8)]].concat());
}

#[test]
fn a_statement_that_needs_a_longer_trace_is_rejected() {
    let (statement, proof) = &*FAST;
    let items = vec![Felt::from(0_u8); 2000];
    let other = Statement { inputs: StackInputs::new(items).unwrap(), ..statement.clone() };
    assert!(matches!(verify(&other, proof), Err(VerifierError::Statement(_))));
}

#[test]
fn a_policy_narrows_down_the_accepted_proofs() {
    let (statement, proof) = &*FAST;
    let set = ParameterSet::Fast96;
    let check = |policy: Policy| verify_with(statement, proof, &policy);
    let verified = check(Policy::only([set])).unwrap();

    let others = ParameterSet::ALL.into_iter().filter(|&other| other != set);
    assert_eq!(check(Policy::only(others)), Err(VerifierError::ParameterSet { set }));
    assert_eq!(check(Policy::only([])), Err(VerifierError::ParameterSet { set }));

    assert!(check(Policy::default().with_minimum(verified.security)).is_ok());
    let mut more = verified.security;
    more.conjectured += 1;
    let too_weak = Err(VerifierError::Security { got: verified.security, minimum: more });
    assert_eq!(check(Policy::default().with_minimum(more)), too_weak);
    let mut more = verified.security;
    more.proven += 1;
    assert!(matches!(check(Policy::default().with_minimum(more)), Err(VerifierError::Security { .. })));

    // A smaller minimum does not lower the promise of a set.
    for set in ParameterSet::ALL {
        assert_eq!(Policy::default().minimum(set), set.promise());
    }
}

#[test]
fn truncated_and_damaged_proofs_are_rejected() {
    let (statement, proof) = &*FAST;
    for len in (0..proof.len()).step_by(101) {
        assert!(verify(statement, &proof[..len]).is_err(), "{len} bytes");
    }
    for i in (0..proof.len()).step_by(97) {
        let mut altered = proof.clone();
        altered[i] ^= 1;
        assert!(verify(statement, &altered).is_err(), "byte {i}");
    }
}

/// The stored proof of this format version and the hash of its program; `no-std-check` and the README verify it, too.
const STORED: (&[u8], &str) =
    (include_bytes!("fixtures/format-5.bin"), include_str!("fixtures/format-5.digest"));

/// The same with a limit of more than 32 bits, of which the lower half is a cycle of the program.
const STORED_WITH_LIMIT: &[u8] = include_bytes!("fixtures/format-5-limit.bin");
const LIMIT: u64 = (1 << 32) + 3;

#[test]
fn the_stored_proofs_of_this_format_version_are_accepted() {
    // A change of format or constraints raises the format version and needs new files: UPDATE_EXPECT=1.
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");
        let (statement, proof) = proven(ParameterSet::Small96);
        std::fs::write(format!("{folder}/format-5.bin"), proof).unwrap();
        std::fs::write(format!("{folder}/format-5.digest"), statement.program.to_hex()).unwrap();
        let execution = ExecutionOptions::default().with_cycle_limit(Some(LIMIT));
        let options = ProverOptions::new(ParameterSet::Small96).with_execution(execution);
        let proof = prove(&program(), &inputs(), &options).unwrap();
        std::fs::write(format!("{folder}/format-5-limit.bin"), proof.as_bytes()).unwrap();
        return;
    }
    let (proof, digest) = STORED;
    let statement = Statement::success(
        digest.trim().parse().unwrap(),
        Kernel::default(),
        inputs().stack,
        StackOutputs::from_ints(&stored_outputs()).unwrap(),
    );
    assert_eq!(statement.program, program().digest());
    let verified = verify(&statement, proof).unwrap();
    assert_eq!(verified.parameter_set, ParameterSet::Small96);
    let limited = Statement { cycle_limit: Some(LIMIT), ..statement };
    assert_eq!(verify(&limited, STORED_WITH_LIMIT), Ok(verified));
}

/// 0, the sum, and the inputs that the program leaves alone, top first.
fn stored_outputs() -> Vec<u64> {
    [0, 55].into_iter().chain((100..120).rev()).collect()
}
