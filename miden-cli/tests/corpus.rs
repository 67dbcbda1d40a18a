//! Every program of the corpus gives the result that its header states, and a trace that no constraint refuses.
//! The form of headers: `support/corpus.rs`.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::{env, fs, path::Path};

use miden_air::check;
use miden_assembly::{Assembler, Source};
use miden_core::{Felt, Program, ProgramInputs, StackInputs, StackOutputs};
use miden_processor::{ExecutionError, ExecutionOptions, execute, trace};
use miden_prover::{ProverOptions, prove};
use miden_verifier::verify;

mod support;

use support::corpus::{self, Case};

/// Programs that are proven even if `SLOW_TESTS` is not set: one for each part of the machine.
const ALWAYS_PROVEN: [&str; 4] =
    ["field/lt", "stack/overflow_round_trip", "control/while_in_while", "control/procedures"];

#[test]
fn programs_of_the_corpus_give_their_stated_results() {
    let entries = corpus::read();
    for entry in &entries {
        for (index, case) in entry.cases.iter().enumerate() {
            check_case(&format!("{}, case {index}", entry.name), &entry.program, case);
        }
    }
    assert!(entries.len() > 60, "the corpus is there");
}

/// With `SLOW_TESTS`, every program is proven.
#[test]
fn programs_of_the_corpus_are_proven_and_verified() {
    let slow = env::var_os("SLOW_TESTS").is_some();
    let mut proven = 0;
    for entry in corpus::read() {
        if slow || ALWAYS_PROVEN.contains(&&*entry.name) {
            proven += usize::from(prove_first_success(&entry.name, &entry.program, &entry.cases));
        }
    }
    assert!(proven >= ALWAYS_PROVEN.len());
}

#[test]
fn examples_satisfy_all_constraints() {
    for (file, inputs) in [("fib/fib", vec![20]), ("collatz/collatz", vec![7]), ("gcd/gcd", vec![1071, 462])]
    {
        let path =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples").join(file).with_extension("masm");
        let source = Source::new(file, fs::read_to_string(path).unwrap());
        let program = Assembler::new().assemble(&source).unwrap().program;
        let inputs = ProgramInputs { stack: StackInputs::from_ints(&inputs).unwrap(), ..Default::default() };
        let outputs = execute(&program, &inputs, &ExecutionOptions::default()).unwrap().outputs;
        check_case(file, &program, &Case { inputs, expected: Ok(outputs) });
    }
}

fn check_case(name: &str, program: &Program, case: &Case) {
    let options = ExecutionOptions::default();
    let executed = execute(program, &case.inputs, &options);
    let traced = trace(program, &case.inputs, &options);
    match &case.expected {
        Ok(expected) => {
            let execution = executed.unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(&execution.outputs, expected, "{name}");
            let trace = traced.unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(trace.outputs(), expected, "{name}");
            assert_eq!(trace.cycles(), execution.cycles, "{name}");
            let violations = check(trace.columns(), &case.statement(program, expected));
            assert!(violations.is_empty(), "{name}: {}", violations[0]);
            let violations = check(trace.columns(), &case.statement(program, &altered(expected)));
            assert!(!violations.is_empty(), "{name}: the outputs are not bound");
        }
        Err(expected) => {
            for error in [executed.err(), traced.err()] {
                assert_eq!(error.as_ref().map(ExecutionError::kind), Some(expected.as_str()), "{name}");
            }
        }
    }
}

fn first_success(cases: &[Case]) -> Option<&Case> {
    cases.iter().find(|case| case.expected.is_ok())
}

/// Proves the first case that succeeds, if there is one.
fn prove_first_success(name: &str, program: &Program, cases: &[Case]) -> bool {
    let Some(case) = first_success(cases) else { return false };
    let (outputs, proof) = prove(program, &case.inputs, &ProverOptions::default()).unwrap();
    let bytes = proof.to_bytes();
    let verified = verify(&case.statement(program, &outputs), &bytes);
    assert!(verified.is_ok(), "{name}: {}", verified.unwrap_err());
    assert!(verify(&case.statement(program, &altered(&outputs)), &bytes).is_err(), "{name}");
    true
}

/// The same outputs with another deepest item.
fn altered(outputs: &StackOutputs) -> StackOutputs {
    let mut items = outputs.items().to_vec();
    if let Some(last) = items.last_mut() {
        *last += Felt::from(1u8);
    }
    StackOutputs::new(items).unwrap()
}
