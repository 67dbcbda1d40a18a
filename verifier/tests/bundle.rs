//! Proof bundles: which statements are accepted, and what is said of others.

#![allow(clippy::unwrap_used, reason = "the helpers of a test may panic")]

use std::collections::BTreeSet;

use miden_verifier::{
    DecodeError, Difference, Digest, Expectation, ExpectedOutcome, FaultClaim, FaultCode, Felt, Kernel,
    Mismatch, Opcode, Outcome, ParameterSet, Policy, ProofBundle, ProofBundleError, StackInputs, StackName,
    StackOutputs, Statement, VerifierError, verify_all, verify_bundle,
};

/// The stored proof with its statement: a loop that adds the numbers from 10 down to 1.
fn bundle() -> ProofBundle {
    let inputs: Vec<u64> = (100..120).chain([0, 10]).collect();
    let outputs: Vec<u64> = [0, 55].into_iter().chain((100..120).rev()).collect();
    ProofBundle {
        statement: Statement::success(
            include_str!("fixtures/format-5.digest").trim().parse().unwrap(),
            Kernel::default(),
            StackInputs::from_ints(&inputs).unwrap(),
            StackOutputs::from_ints(&outputs).unwrap(),
        ),
        proof: include_bytes!("fixtures/format-5.bin").to_vec(),
    }
}

fn check(bundle: &ProofBundle, expectation: &Expectation) -> Result<(), ProofBundleError> {
    verify_bundle(bundle, expectation, &Policy::default()).map(|_| ())
}

fn digest(value: u64) -> Digest {
    Digest::new([value; 4].map(Felt::new))
}

/// The one part that differs.
#[track_caller]
fn mismatch(bundle: &ProofBundle, expectation: &Expectation) -> Mismatch {
    match check(bundle, expectation).unwrap_err() {
        ProofBundleError::Statement(mismatches) => {
            assert_eq!(mismatches.len(), 1, "{mismatches:?}");
            mismatches[0]
        }
        other => panic!("{other}"),
    }
}

#[test]
fn stacks_are_open_unless_they_are_set() {
    let bundle = ProofBundle::from_bytes(&bundle().to_bytes()).unwrap();
    let expected = Expectation::new(bundle.statement.program);
    assert_eq!(check(&bundle, &expected), Ok(()));
    let Statement { inputs, outputs, .. } = bundle.statement.clone();
    let set = expected.clone().with_inputs(inputs).with_outputs(outputs);
    assert_eq!(check(&bundle, &set), Ok(()));
    assert!(matches!(
        mismatch(&bundle, &expected.clone().with_inputs(StackInputs::default())),
        Mismatch::Part(Difference::Depth { stack: StackName::Inputs, got: 22, expected: 16 })
    ));
    let mut items = bundle.statement.outputs.items().to_vec();
    items[1] = Felt::new(56);
    let item = mismatch(&bundle, &expected.with_outputs(StackOutputs::new(items).unwrap()));
    assert_eq!(item.to_string(), "item 1 of the final stack, counted from 0 at the top, is 55, expected 56");
}

#[test]
fn program_kernel_outcome_and_limit_are_fixed() {
    let honest = bundle();
    let expected = Expectation::new(honest.statement.program);
    let got = honest.statement.program;
    assert_eq!(
        mismatch(&honest, &Expectation::new(digest(1))),
        Mismatch::Part(Difference::Program { got, expected: digest(1) })
    );
    let kernel = Kernel::new(vec![digest(5)]).unwrap();
    assert_eq!(
        mismatch(&honest, &expected.clone().with_kernel(kernel.clone())),
        Mismatch::Part(Difference::MissingProcedure { procedure: digest(5) })
    );
    let changed = |change: fn(&mut Statement)| {
        let mut bundle = bundle();
        change(&mut bundle.statement);
        mismatch(&bundle, &expected)
    };
    assert_eq!(
        changed(|statement| statement.kernel = Kernel::new(vec![digest(5)]).unwrap()),
        Mismatch::Part(Difference::ExtraProcedure { procedure: digest(5) })
    );
    assert_eq!(
        changed(|statement| statement.cycle_limit = Some(9)),
        Mismatch::Part(Difference::CycleLimit { got: Some(9), expected: None })
    );
    let fault = |statement: &mut Statement| {
        let (code, opcode) = (FaultCode::DivideByZero, Opcode::Inv);
        let claim = FaultClaim { code, opcode, clk: 5, deterministic: true, target: None };
        statement.outcome = Outcome::Fault(claim);
    };
    assert!(matches!(changed(fault), Mismatch::Outcome { expected: ExpectedOutcome::Success, .. }));
}

#[test]
fn an_expected_statement_still_needs_its_proof() {
    let honest = bundle();
    let accepts = |bundle: &ProofBundle| check(bundle, &Expectation::new(bundle.statement.program));
    let mut outputs = honest.clone();
    let mut items = outputs.statement.outputs.items().to_vec();
    items[1] = Felt::new(56);
    outputs.statement.outputs = StackOutputs::new(items).unwrap();
    assert!(matches!(accepts(&outputs), Err(ProofBundleError::Proof(VerifierError::ProofOfWork { .. }))));
    let empty = ProofBundle { proof: Vec::new(), ..honest.clone() };
    let error = accepts(&empty).unwrap_err();
    assert_eq!((error.code(), error.kind()), (301, "NotAProof"));
    let mut cut_off = honest;
    cut_off.proof.pop();
    assert_eq!(accepts(&cut_off).unwrap_err().code(), 303);
}

#[test]
fn one_bad_proof_of_a_batch_does_not_hide_the_others() {
    let ProofBundle { statement, proof } = bundle();
    let other = Statement { cycle_limit: Some(9), ..statement.clone() };
    let cases =
        [(&statement, proof.as_slice()), (&other, &proof), (&statement, &proof[1..]), (&statement, &proof)];
    let results = verify_all(&cases, &Policy::default());
    let codes: Vec<_> =
        results.iter().map(|result| result.as_ref().map_or_else(VerifierError::code, |_| 0)).collect();
    assert_eq!(codes, [0, 315, 301, 0]);
    assert!(verify_all(&[], &Policy::default()).is_empty());
}

#[test]
fn bundles_and_batches_are_subject_to_the_policy() {
    let bundle = bundle();
    let policy = Policy::only([ParameterSet::Std128]);
    let rejected = VerifierError::ParameterSet { set: ParameterSet::Small96 };
    let expected = Expectation::new(bundle.statement.program);
    let verdict = verify_bundle(&bundle, &expected, &policy);
    assert_eq!(verdict, Err(ProofBundleError::Proof(rejected.clone())));
    assert_eq!(verify_all(&[(&bundle.statement, &bundle.proof)], &policy), [Err(rejected)]);
}

#[test]
fn kinds_of_errors_have_numbers_and_names_of_their_own() {
    let all: Vec<_> = VerifierError::CODES.iter().chain(ProofBundleError::CODES).collect();
    let numbers: BTreeSet<_> = all.iter().map(|(number, _)| number).collect();
    let names: BTreeSet<_> = all.iter().map(|(_, name)| name).collect();
    assert_eq!((numbers.len(), names.len()), (all.len(), all.len()));
    assert!(VerifierError::CODES.iter().all(|(number, _)| (301..400).contains(number)));
    for error in [
        ProofBundleError::Decode(DecodeError::WrongMagic { expected: "Miden proof bundle" }),
        ProofBundleError::Statement(Vec::new()),
        ProofBundleError::Proof(VerifierError::NotHiding),
    ] {
        assert!(all.contains(&&(error.code(), error.kind())), "{error}");
    }
}
