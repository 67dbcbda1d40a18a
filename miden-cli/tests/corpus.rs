//! Every program of the corpus gives the result that its header states, and a trace that no constraint refuses.
//!
//! A header consists of cases. `# stack:` gives the initial stack, top first. `# expect:` gives the complete
//! final stack, top first, filled up with zeros to 16 items; `# error:` the name of the error that ends the run.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::{env, fs, path::Path};

use miden_air::check;
use miden_assembly::{Assembler, Source};
use miden_core::{Felt, Program, ProgramInputs, StackInputs, StackOutputs, Statement, params::STACK_TOP};
use miden_processor::{ExecutionError, ExecutionOptions, execute, trace};
use miden_prover::{ProverOptions, prove};
use miden_verifier::verify;

/// Programs that are proven even if `SLOW_TESTS` is not set: one for each part of the machine.
const ALWAYS_PROVEN: [&str; 4] = ["lt", "overflow_round_trip", "while_in_while", "procedures"];

struct Case {
    inputs: ProgramInputs,
    expected: Result<StackOutputs, String>,
}

#[test]
fn programs_of_the_corpus_give_their_stated_results() {
    let slow = env::var_os("SLOW_TESTS").is_some();
    let mut proven = 0;
    for path in programs() {
        let text = fs::read_to_string(&path).unwrap();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let program = Assembler::new().assemble(&Source::new(name, &*text)).unwrap().program;
        let cases = cases(&text);
        assert!(!cases.is_empty(), "{name} states no case");
        for (index, case) in cases.iter().enumerate() {
            check_case(&format!("{name}, case {index}"), &program, case);
        }
        if slow || ALWAYS_PROVEN.contains(&name) {
            let case = cases.iter().find(|case| case.expected.is_ok()).expect("a case that succeeds");
            prove_case(name, &program, case);
            proven += 1;
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

fn programs() -> Vec<std::path::PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let mut paths: Vec<_> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() > 60, "the corpus is there");
    paths
}

fn cases(text: &str) -> Vec<Case> {
    let mut cases = Vec::new();
    let mut inputs = None;
    for line in text.lines() {
        if let Some(items) = line.strip_prefix("# stack:") {
            let mut items = numbers(items);
            items.reverse();
            let stack = StackInputs::from_ints(&items).unwrap();
            inputs = Some(ProgramInputs { stack, ..ProgramInputs::default() });
        } else if let Some(items) = line.strip_prefix("# expect:") {
            let mut items = numbers(items);
            items.resize(items.len().max(STACK_TOP), 0);
            let expected = Ok(StackOutputs::from_ints(&items).unwrap());
            cases.push(Case { inputs: inputs.take().expect("a stack before the result"), expected });
        } else if let Some(error) = line.strip_prefix("# error:") {
            let expected = Err(error.trim().to_owned());
            cases.push(Case { inputs: inputs.take().expect("a stack before the error"), expected });
        }
    }
    cases
}

fn numbers(text: &str) -> Vec<u64> {
    text.split_whitespace().map(|number| number.parse().unwrap()).collect()
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
            let violations = check(trace.columns(), &statement(program, case, expected));
            assert!(violations.is_empty(), "{name}: {}", violations[0]);
            let violations = check(trace.columns(), &statement(program, case, &altered(expected)));
            assert!(!violations.is_empty(), "{name}: the outputs are not bound");
        }
        Err(expected) => {
            for error in [executed.err(), traced.err()] {
                assert_eq!(error.as_ref().map(ExecutionError::kind), Some(expected.as_str()), "{name}");
            }
        }
    }
}

fn prove_case(name: &str, program: &Program, case: &Case) {
    let (outputs, proof) = prove(program, &case.inputs, &ProverOptions::default()).unwrap();
    let bytes = proof.to_bytes();
    let verified = verify(&statement(program, case, &outputs), &bytes);
    assert!(verified.is_ok(), "{name}: {}", verified.unwrap_err());
    assert!(verify(&statement(program, case, &altered(&outputs)), &bytes).is_err(), "{name}");
}

fn statement(program: &Program, case: &Case, outputs: &StackOutputs) -> Statement {
    Statement {
        program: program.digest(),
        kernel: program.kernel().clone(),
        inputs: case.inputs.stack.clone(),
        outputs: outputs.clone(),
    }
}

/// The same outputs with another deepest item.
fn altered(outputs: &StackOutputs) -> StackOutputs {
    let mut items = outputs.items().to_vec();
    if let Some(last) = items.last_mut() {
        *last += Felt::from(1u8);
    }
    StackOutputs::new(items).unwrap()
}
