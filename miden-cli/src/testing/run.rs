//! Runs tests.

use std::time::{Duration, Instant};

use miden_air::ParameterSet;
use miden_core::{Felt, Outcome, ProgramInputs, StackInputs, StackOutputs, Statement, field::FieldElement};
use miden_processor::{Execution, ExecutionError, ExecutionOptions, execute};
use miden_prover::{Prover, ProverOptions};
use miden_verifier::{Policy, verify_with};
use rayon::prelude::*;

use super::{
    Finished, Random, Test,
    problem::{Problem, ProblemKind},
};
use crate::{
    failure::Failure,
    value_file::{ExpectedFailure, ExpectedStack},
};

/// How tests are run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    pub(crate) options: ExecutionOptions,
    pub(crate) random: Random,
    /// The parameter set of proofs; `None` to run tests only.
    pub(crate) prove: Option<ParameterSet>,
}

/// A run that is as stated.
struct Passed {
    cycles: u64,
    /// `None` after a failure that cannot be proven.
    statement: Option<Statement>,
}

impl Settings {
    /// Runs tests on all cores, or one after the other if they are proven, which takes all cores itself. The results are
    /// in the order of the tests.
    pub(crate) fn run(self, tests: Vec<Test>) -> Vec<Finished> {
        match self.prove {
            None => tests.into_par_iter().map(|test| test.finish(self)).collect(),
            Some(_) => tests.into_iter().map(|test| test.finish(self)).collect(),
        }
    }
}

impl Test {
    fn finish(self, settings: Settings) -> Finished {
        let start = Instant::now();
        let result = match self.case.random.is_empty() {
            true => self.run(&self.case.inputs, settings).map_err(|kind| Problem { kind, random: None }),
            false => self.run_random(settings),
        };
        let time: Duration = start.elapsed();
        Finished { test: self, result, time }
    }

    fn run(&self, inputs: &ProgramInputs, settings: Settings) -> Result<u64, ProblemKind> {
        let passed = self.execute(inputs, settings)?;
        if let (Some(set), Some(statement)) = (settings.prove, &passed.statement) {
            self.prove(inputs, settings, set, statement).map_err(ProblemKind::NotProven)?;
        }
        Ok(passed.cycles)
    }

    /// Runs the test with random items. Only the first run is proven.
    fn run_random(&self, settings: Settings) -> Result<u64, Problem> {
        let Random { seed, runs } = settings.random;
        let random = Random { seed, runs: runs.max(1) };
        let generators = &self.case.random;
        let passes = |items: &[Felt]| {
            let inputs = self.with_stack(self.with_items(items));
            inputs.is_none_or(|inputs| self.execute(&inputs, settings).is_ok())
        };
        let items = random.find_failure(generators, passes).unwrap_or_else(|| random.first(generators));
        let stack = self.with_items(&items);
        let inputs = self.with_stack(stack.clone()).unwrap_or_default();
        self.run(&inputs, settings).map_err(|kind| Problem { kind, random: Some(stack) })
    }

    /// The initial stack with items pushed on it.
    fn with_items(&self, items: &[Felt]) -> Vec<Felt> {
        [self.case.stack.as_slice(), items].concat()
    }

    /// The inputs with another stack; `None` if it is too deep.
    fn with_stack(&self, stack: Vec<Felt>) -> Option<ProgramInputs> {
        let stack = StackInputs::new(stack).ok()?;
        Some(ProgramInputs { stack, advice: self.case.inputs.advice.clone() })
    }

    fn execute(&self, inputs: &ProgramInputs, settings: Settings) -> Result<Passed, ProblemKind> {
        if let Some(covered) = &self.covered {
            covered.run(inputs, &settings.options);
        }
        let program = &self.procedure.assembly.program;
        let expected = &self.case.expected;
        let result = execute(program, inputs, &settings.options);
        let Execution { outputs, cycles } = match (result, &expected.failure) {
            (Ok(execution), None) => execution,
            (Ok(execution), Some(failure)) => {
                let stack = trimmed(execution.outputs.items()).to_vec();
                return Err(ProblemKind::NoFailure { expected: describe(failure), stack });
            }
            (Err(error), Some(failure)) if is_expected(&error, failure) => {
                return Ok(self.failed(inputs, &error));
            }
            (Err(error), failure) => {
                let found = Box::new(Failure::new(error, Some(&self.procedure.assembly.debug)));
                return Err(match failure {
                    None => ProblemKind::Failure(found),
                    Some(failure) => {
                        ProblemKind::OtherFailure { expected: describe(failure), failure: found }
                    }
                });
            }
        };
        if let Some(stack) = &expected.stack {
            compare(outputs.items(), stack)?;
        }
        if let Some(max) = expected.max_cycles.filter(|max| cycles > *max) {
            return Err(ProblemKind::Cycles { cycles, max });
        }
        Ok(Passed { cycles, statement: Some(self.statement(inputs, outputs)) })
    }

    /// The statement of an expected failure.
    fn failed(&self, inputs: &ProgramInputs, error: &ExecutionError) -> Passed {
        let site = error.site();
        let statement = error.claim().zip(site).and_then(|(claim, site)| {
            let outputs = StackOutputs::new(site.stack.to_vec()).ok()?;
            Some(Statement { outcome: Outcome::Fault(claim), ..self.statement(inputs, outputs) })
        });
        Passed { cycles: site.map_or(0, |site| site.clk), statement }
    }

    fn statement(&self, inputs: &ProgramInputs, outputs: StackOutputs) -> Statement {
        let program = &self.procedure.assembly.program;
        Statement::success(program.digest(), program.kernel().clone(), inputs.stack.clone(), outputs)
    }

    /// Proves the run, and verifies the proof against the statement that the run made.
    fn prove(
        &self,
        inputs: &ProgramInputs,
        settings: Settings,
        set: ParameterSet,
        statement: &Statement,
    ) -> Result<(), String> {
        let options = ProverOptions::new(set).with_execution(settings.options);
        let proof = Prover::new(&self.procedure.assembly.program)
            .with_inputs(inputs.clone())
            .with_options(options)
            .prove()
            .map_err(|error| error.to_string())?;
        let verified = verify_with(statement, &proof.to_bytes(), &Policy::only([set]));
        verified.map(drop).map_err(|error| error.to_string())
    }
}

fn compare(stack: &[Felt], expected: &ExpectedStack) -> Result<(), ProblemKind> {
    let got = match expected.is_whole {
        true => trimmed(stack),
        false => stack.get(..expected.items.len()).unwrap_or(stack),
    };
    let equal = match expected.is_whole {
        true => got == trimmed(&expected.items),
        false => got == expected.items,
    };
    match equal {
        true => Ok(()),
        false => {
            // Zeros that were expected are shown.
            let len = got.len().max(expected.items.len()).min(stack.len());
            Err(ProblemKind::Stack { got: stack[..len].to_vec(), expected: expected.items.clone() })
        }
    }
}

/// The items up to the last one that is not zero.
fn trimmed(items: &[Felt]) -> &[Felt] {
    let len = items.iter().rposition(|item| *item != Felt::ZERO).map_or(0, |last| last + 1);
    &items[..len]
}

fn is_expected(error: &ExecutionError, expected: &ExpectedFailure) -> bool {
    let message = match error {
        ExecutionError::Fault { code: Some(code), .. } => code.message.as_deref(),
        _ => None,
    };
    expected.kind.is_none_or(|kind| kind == error.kind())
        && expected.message.as_deref().is_none_or(|expected| message == Some(expected))
}

fn describe(expected: &ExpectedFailure) -> String {
    let ExpectedFailure { kind, message } = expected;
    let message = message.as_ref().map(|message| format!("the message \"{message}\""));
    let parts: Vec<_> = kind.map(str::to_owned).into_iter().chain(message).collect();
    parts.join(" and ")
}
