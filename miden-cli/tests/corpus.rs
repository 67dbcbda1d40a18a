//! Every program of the corpus gives the result that its header states, and a trace that no constraint refuses.
//! The form of headers: `support/corpus.rs`.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::{collections::BTreeSet, env, fs, path::Path};

use miden_air::check;
use miden_assembly::{Assembler, InstructionForm, Source, instruction_forms};
use miden_core::{
    Felt, Opcode, Program, ProgramInputs, StackInputs, StackOutputs,
    operations::OPERATIONS,
    trace::{WIDTH, decoder, write_opcode},
};
use miden_processor::{
    Execution, ExecutionError, ExecutionOptions, ExecutionTrace, PartRows, count_rows, execute, trace,
};
use miden_prover::{ProverOptions, prove};
use miden_verifier::verify;

mod support;

use support::corpus::{self, Case};

/// Programs that are proven even if `SLOW_TESTS` is not set: one for each part of the machine.
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

#[test]
fn programs_of_the_corpus_give_their_stated_results() {
    let entries = corpus::read();
    let mut problems = Vec::new();
    for entry in &entries {
        for (index, case) in entry.cases.iter().enumerate() {
            // Often nothing could be made shorter.
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
    assert!(entries.len() > 100, "the corpus is there");
}

/// With `SLOW_TESTS`, every program is proven, which includes every operation: see the next test.
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
fn every_operation_occurs_in_the_traces_that_are_proven() {
    let fails = |opcode| matches!(opcode, Opcode::Trap | Opcode::NTrap | Opcode::Fail);
    let mut missing: BTreeSet<_> =
        OPERATIONS.iter().map(|info| info.opcode).filter(|&opcode| !fails(opcode)).collect();
    for entry in corpus::read() {
        if let Some(case) = first_success(&entry.cases) {
            let trace = trace(&entry.program, &case.inputs, &ExecutionOptions::default()).unwrap();
            missing.retain(|&opcode| !has_row(&trace, opcode));
        }
    }
    let missing: Vec<_> = missing.iter().map(|opcode| opcode.info().name).collect();
    assert!(missing.is_empty(), "no program executes {missing:?}");
}

/// The corpus spells every instruction by one of its names, but for `emit`, which needs a host of the embedder.
#[test]
fn every_instruction_occurs() {
    let texts = corpus::texts();
    let words: BTreeSet<_> = texts.iter().flat_map(|text| text.split_whitespace()).collect();
    let is_form_of = |word: &str, name: &str| match word.strip_prefix(name) {
        Some(parameters) => parameters.is_empty() || parameters.starts_with('.'),
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
    (0..trace.num_rows())
        .any(|index| columns.iter().all(|&column| trace.columns()[column][index] == row[column]))
}

/// Compares a run with what its case states, and its trace with the constraints.
fn check_case(program: &Program, case: &Case) -> Result<(), String> {
    let options = ExecutionOptions::default();
    let executed = execute(program, &case.inputs, &options);
    let traced = trace(program, &case.inputs, &options);
    let counted = count_rows(program, &case.inputs, &options);
    let expected = match &case.expected {
        Ok(expected) => expected,
        Err(expected) => {
            return check_failure(expected, executed, traced, counted);
        }
    };
    let execution = executed.map_err(|error| error.to_string())?;
    require(execution.outputs == *expected, || format!("{:?}", execution.outputs))?;
    let trace = traced.map_err(|error| error.to_string())?;
    require(trace.outputs() == expected && trace.cycles() == execution.cycles, || {
        "the trace differs".into()
    })?;
    let rows = counted.map_err(|error| error.to_string())?;
    require(rows == trace.part_rows() && rows.padded() == trace.num_rows(), || format!("{rows:?}"))?;
    let violations = check(trace.columns(), &case.statement(program, expected));
    require(violations.is_empty(), || violations[0].to_string())?;
    let violations = check(trace.columns(), &case.statement(program, &altered(expected)));
    require(!violations.is_empty(), || "the outputs are not bound".into())
}

/// Compares a run that fails with what its case states. Failures that can be proven have a trace.
fn check_failure(
    expected: &str,
    executed: Result<Execution, ExecutionError>,
    traced: Result<ExecutionTrace, ExecutionError>,
    counted: Result<PartRows, ExecutionError>,
) -> Result<(), String> {
    let kind = |error: Option<&ExecutionError>| error.map_or("success", ExecutionError::kind).to_string();
    let in_trace = match &traced {
        Ok(trace) => trace.failure(),
        Err(error) => Some(error),
    };
    let kinds = [executed.as_ref().err(), in_trace].map(kind);
    require(kinds == [expected; 2], || format!("{expected} is stated, but got {kinds:?}"))?;
    let rows = traced.map(|trace| trace.part_rows());
    require(rows == counted, || format!("{rows:?}, but counted {counted:?}"))
}

fn require(condition: bool, problem: impl FnOnce() -> String) -> Result<(), String> {
    if condition { Ok(()) } else { Err(problem()) }
}

fn first_success(cases: &[Case]) -> Option<&Case> {
    cases.iter().find(|case| case.expected.is_ok())
}

/// Proves the first case that succeeds, if there is one.
fn prove_first_success(name: &str, program: &Program, cases: &[Case]) -> bool {
    let Some(case) = first_success(cases) else { return false };
    let proof = prove(program, &case.inputs, &ProverOptions::default()).unwrap();
    let (outputs, bytes) = (proof.outputs(), proof.to_bytes());
    let verified = verify(&case.statement(program, outputs), &bytes);
    assert!(verified.is_ok(), "{name}: {}", verified.unwrap_err());
    assert!(verify(&case.statement(program, &altered(outputs)), &bytes).is_err(), "{name}");
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
