//! Every program of the corpus produces the results stated in its header, and a trace that satisfies all constraints.
//! `support/corpus.rs` describes the header.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::{collections::BTreeSet, env, fs, path::Path};

use miden_air::inspect::check;
use miden_assembly::{Assembler, InstructionForm, Source, instruction_forms};
use miden_core::{
    Felt, Opcode, Outcome, Program, ProgramInputs, StackInputs, StackOutputs, Statement,
    operations::OPERATIONS,
    trace::{WIDTH, decoder, write_opcode},
};
use miden_processor::{ExecutionOptions, ExecutionTrace, Executor, execute};
use miden_prover::{ExecutionProof, ProverOptions, prove};
use miden_verifier::verify;

mod support;

use support::corpus::{self, Case};

/// Programs that are proven even without `SLOW_TESTS`: one for each part of the machine.
const ALWAYS_PROVEN: [&str; 10] = [
    "advice/pipe",
    "calls/dynamic_call",
    "calls/system_call",
    "control/procedures",
    "control/while_in_while",
    "field/lt",
    "memory/stream",
    "merkle/set_twice",
    "stack/overflow_round_trip",
    "u32/maj_ch_chi",
];

/// Programs whose failure is proven even without `SLOW_TESTS`: an operation, a node, a return, a system call.
const FAULTS_ALWAYS_PROVEN: [&str; 4] =
    ["field/inv", "control/error_in_a_branch", "calls/wrong_depth_on_return", "calls/withdraw_too_much"];

#[test]
fn corpus_programs_produce_their_stated_results() {
    let entries = corpus::read();
    let mut problems = Vec::new();
    for entry in &entries {
        for (index, case) in entry.cases.iter().enumerate() {
            // Often there is nothing to optimize.
            let optimized =
                Some(&entry.optimized).filter(|program| program.digest() != entry.program.digest());
            let forms =
                [Some((&entry.program, "as written")), optimized.map(|program| (program, "optimized"))];
            for (program, form) in forms.into_iter().flatten() {
                if let Err(problem) = check_case(program, case) {
                    problems.push(format!("{} {form}, case {index}: {problem}", entry.name));
                }
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(entries.len() > 100, "the corpus is complete");
}

/// With `SLOW_TESTS`, proves every program and with them every operation: see the next test.
#[test]
fn corpus_programs_are_proven_and_verified() {
    let slow = env::var_os("SLOW_TESTS").is_some();
    let (mut successes, mut faults) = (0, 0);
    for entry in corpus::read() {
        let corpus::Entry { name, program, cases, .. } = &entry;
        if slow || ALWAYS_PROVEN.contains(&&**name) {
            successes += usize::from(prove_first_success(name, program, cases));
        }
        if slow || FAULTS_ALWAYS_PROVEN.contains(&&**name) {
            faults += usize::from(prove_first_fault(name, program, cases));
        }
    }
    assert!(successes >= ALWAYS_PROVEN.len() && faults >= FAULTS_ALWAYS_PROVEN.len());
}

#[test]
fn every_operation_occurs_in_a_proven_trace() {
    let fails = |opcode| matches!(opcode, Opcode::Trap | Opcode::NTrap | Opcode::Fail);
    let mut missing: BTreeSet<_> =
        OPERATIONS.iter().map(|info| info.opcode).filter(|&opcode| !fails(opcode)).collect();
    for entry in corpus::read() {
        if let Some(case) = first_success(&entry.cases) {
            let trace = executor(&entry.program, case).trace().unwrap();
            missing.retain(|&opcode| !has_row(&trace, opcode));
        }
    }
    let missing: Vec<_> = missing.iter().map(|opcode| opcode.info().name).collect();
    assert!(missing.is_empty(), "no program executes {missing:?}");
}

/// Every instruction occurs under one of its names, except `emit`, which needs an embedder's host.
#[test]
fn every_instruction_occurs() {
    let texts = corpus::texts();
    let words: BTreeSet<_> = texts.iter().flat_map(|text| text.split_whitespace()).collect();
    let is_form_of = |word: &str, name: &str| match word.strip_prefix(name) {
        Some(parameters) => parameters.is_empty() || parameters.starts_with(['.', '=']),
        None => false,
    };
    let occurs = |form: &InstructionForm| {
        let mut names = form.aliases.iter().chain([&form.name]);
        names.any(|name| words.iter().any(|word| is_form_of(word, name)))
    };
    let missing: Vec<_> = instruction_forms().into_iter().filter(|form| !occurs(form)).collect();
    let missing: Vec<_> = missing.iter().map(|form| form.name).collect();
    assert_eq!(missing, ["emit"]);
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
        check_case(&program, &Case { inputs, expected: Ok(outputs) })
            .unwrap_or_else(|problem| panic!("{file}: {problem}"));
    }
}

/// Whether a row of the trace has this opcode.
fn has_row(trace: &ExecutionTrace, opcode: Opcode) -> bool {
    let mut row = [Felt::default(); WIDTH];
    write_opcode(&mut row, opcode);
    let columns: Vec<_> =
        [decoder::HI, decoder::MID, decoder::LO].into_iter().flat_map(|column| column.range()).collect();
    (0..trace.num_rows()).any(|index| columns.iter().all(|&column| trace.cell(column, index) == row[column]))
}

fn executor<'a>(program: &'a Program, case: &Case) -> Executor<'a> {
    Executor::new(program).with_inputs(case.inputs.clone())
}

/// Compares a run with its case, and its trace with the constraints.
fn check_case(program: &Program, case: &Case) -> Result<(), String> {
    let expected = match &case.expected {
        Ok(expected) => expected,
        Err(expected) => return check_failure(program, case, expected),
    };
    let execution = executor(program, case).execute().map_err(|error| error.to_string())?;
    require(execution.outputs == *expected, || format!("{:?}", execution.outputs))?;
    let trace = executor(program, case).trace().map_err(|error| error.to_string())?;
    require(trace.outputs() == expected && trace.cycles() == execution.cycles, || {
        "the trace differs".into()
    })?;
    let rows = executor(program, case).count_rows().map_err(|error| error.to_string())?;
    require(rows == trace.part_rows() && rows.padded() == trace.num_rows(), || format!("{rows:?}"))?;
    let violations = check(&trace.to_columns(), &case.statement(program, expected));
    require(violations.is_empty(), || violations[0].to_string())?;
    let violations = check(&trace.to_columns(), &case.statement(program, &altered(expected)));
    require(!violations.is_empty(), || "the outputs are not bound".into())
}

/// Compares a failing run with its case, and the trace of a provable failure with the constraints.
fn check_failure(program: &Program, case: &Case, expected: &str) -> Result<(), String> {
    let executed = execute(program, &case.inputs, &ExecutionOptions::default());
    let error = executed.err().ok_or_else(|| format!("{expected} is stated, but the run succeeds"))?;
    require(error.kind() == expected, || format!("{expected} is stated, but the error is {error}"))?;
    let traced = executor(program, case).trace();
    let rows = traced.as_ref().map(ExecutionTrace::part_rows).map_err(Clone::clone);
    let counted = executor(program, case).count_rows();
    require(rows == counted, || format!("{rows:?}, but counted {counted:?}"))?;
    let Ok(trace) = traced else {
        return require(traced.err().as_ref() == Some(&error), || "the errors differ".into());
    };
    require(trace.failure() == Some(&error), || format!("the trace fails with {:?}", trace.failure()))?;
    let statement = trace.statement(program, &case.inputs.stack);
    let violations = check(&trace.to_columns(), &statement);
    require(violations.is_empty(), || violations[0].to_string())?;
    let outputs = altered(&statement.outputs);
    let violations = check(&trace.to_columns(), &Statement { outputs, ..statement });
    require(!violations.is_empty(), || "the outputs are not bound".into())
}

fn require(condition: bool, problem: impl FnOnce() -> String) -> Result<(), String> {
    if condition { Ok(()) } else { Err(problem()) }
}

fn first_success(cases: &[Case]) -> Option<&Case> {
    cases.iter().find(|case| case.expected.is_ok())
}

/// Proves the first successful case. Returns whether there is one.
fn prove_first_success(name: &str, program: &Program, cases: &[Case]) -> bool {
    let Some(case) = first_success(cases) else { return false };
    let proof = prove(program, &case.inputs, &ProverOptions::default()).unwrap();
    assert_eq!(*proof.statement(), case.statement(program, proof.outputs()), "{name}");
    is_verified(name, &proof);
    true
}

/// Proves the first case with a provable failure. Returns whether there is one.
fn prove_first_fault(name: &str, program: &Program, cases: &[Case]) -> bool {
    let mut failing = cases.iter().filter(|case| case.expected.is_err());
    let Some(proof) = failing.find_map(|case| prove(program, &case.inputs, &ProverOptions::default()).ok())
    else {
        return false;
    };
    assert!(!proof.outcome().is_success(), "{name}");
    is_verified(name, &proof);
    let success = Statement { outcome: Outcome::Success, ..proof.statement().clone() };
    assert!(verify(&success, proof.as_bytes()).is_err(), "{name}");
    true
}

/// Checks that the proof verifies, but not with other outputs.
fn is_verified(name: &str, proof: &ExecutionProof) {
    let statement = proof.statement();
    let verified = verify(statement, proof.as_bytes());
    assert!(verified.is_ok(), "{name}: {}", verified.unwrap_err());
    let other = Statement { outputs: altered(&statement.outputs), ..statement.clone() };
    assert!(verify(&other, proof.as_bytes()).is_err(), "{name}");
}

/// The outputs with a changed deepest item.
fn altered(outputs: &StackOutputs) -> StackOutputs {
    let mut items = outputs.items().to_vec();
    if let Some(last) = items.last_mut() {
        *last += Felt::from(1u8);
    }
    StackOutputs::new(items).unwrap()
}
