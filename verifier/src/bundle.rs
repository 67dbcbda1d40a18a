use alloc::vec::Vec;
use core::fmt;

use miden_core::{
    DecodeError, Difference, Digest, Kernel, Outcome, ProofBundle, StackInputs, StackOutputs, Statement,
};

use crate::{ExpectedOutcome, Policy, Verified, VerifierError, verify_with};

/// The statements that a caller accepts from a [`ProofBundle`].
///
/// Initial and final stack are open unless they are set: the statement of an accepted bundle is then proven with the
/// stacks that it names. Everything else is fixed. The meaning of a proof depends on program, kernel and cycle limit, and
/// the author of the bundle may have chosen another kernel, with procedures that the program never meant to trust.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expectation {
    program: Digest,
    kernel: Kernel,
    inputs: Option<StackInputs>,
    outputs: Option<StackOutputs>,
    outcome: ExpectedOutcome,
    cycle_limit: Option<u64>,
}

impl Expectation {
    /// Success of the program with this hash, without kernel and cycle limit, on any inputs.
    pub fn new(program: Digest) -> Self {
        Self {
            program,
            kernel: Kernel::default(),
            inputs: None,
            outputs: None,
            outcome: ExpectedOutcome::Success,
            cycle_limit: None,
        }
    }

    /// Sets the kernel.
    #[must_use]
    pub fn with_kernel(self, kernel: Kernel) -> Self {
        Self { kernel, ..self }
    }

    /// Sets the initial stack.
    #[must_use]
    pub fn with_inputs(self, inputs: StackInputs) -> Self {
        Self { inputs: Some(inputs), ..self }
    }

    /// Sets the final stack.
    #[must_use]
    pub fn with_outputs(self, outputs: StackOutputs) -> Self {
        Self { outputs: Some(outputs), ..self }
    }

    /// Sets the outcomes that are accepted.
    #[must_use]
    pub fn with_outcome(self, outcome: ExpectedOutcome) -> Self {
        Self { outcome, ..self }
    }

    /// Sets the cycle limit of the statement.
    #[must_use]
    pub fn with_cycle_limit(self, cycle_limit: Option<u64>) -> Self {
        Self { cycle_limit, ..self }
    }

    /// The parts of the statement that differ, one entry each; empty if the statement is accepted.
    pub fn mismatches(&self, statement: &Statement) -> Vec<Mismatch> {
        let got = statement.outcome;
        let outcome = Mismatch::Outcome { got, expected: self.outcome };
        let inputs = self.inputs.as_ref().and_then(|expected| statement.inputs.difference(expected));
        let outputs = self.outputs.as_ref().and_then(|expected| statement.outputs.difference(expected));
        [
            statement.program_difference(&self.program).map(Mismatch::Part),
            statement.kernel.difference(&self.kernel).map(Mismatch::Part),
            inputs.map(Mismatch::Part),
            outputs.map(Mismatch::Part),
            (!self.outcome.accepts(&got)).then_some(outcome),
            statement.limit_difference(self.cycle_limit).map(Mismatch::Part),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// A part of a statement that is not as the caller expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Mismatch {
    /// Program, kernel, stacks or cycle limit.
    #[error(transparent)]
    Part(Difference),
    /// The program ended in another way.
    #[error("the outcome is {got}, expected {expected}")]
    Outcome {
        /// The outcome in the statement.
        got: Outcome,
        /// The outcomes that are accepted.
        expected: ExpectedOutcome,
    },
}

/// The reason why a bundle is rejected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProofBundleError {
    /// The bytes are not a bundle of this version.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The statement is not the expected one. The proof has not been looked at.
    #[error("the proof is about another statement: {}", List(.0))]
    Statement(Vec<Mismatch>),
    /// The proof does not prove the statement, or is not accepted.
    #[error(transparent)]
    Proof(#[from] VerifierError),
}

/// Mismatches, separated by semicolons.
struct List<'a>(&'a [Mismatch]);

impl fmt::Display for List<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().enumerate().try_for_each(|(index, mismatch)| {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{mismatch}")
        })
    }
}

impl ProofBundleError {
    /// Numbers and names of the kinds of errors of the bundle itself, by number; those of its proof are
    /// [`VerifierError::CODES`]. Numbers are stable, and never used again for another error.
    pub const CODES: &[(u16, &str)] = &[Self::MALFORMED, Self::STATEMENT];

    /// Number and name of the error of bytes that are not a bundle or a statement, in whatever form.
    pub const MALFORMED: (u16, &str) = (401, "MalformedBundle");
    const STATEMENT: (u16, &str) = (402, "OtherStatement");

    /// Number of the kind of error.
    pub const fn code(&self) -> u16 {
        match self {
            Self::Decode(_) => Self::MALFORMED.0,
            Self::Statement(_) => Self::STATEMENT.0,
            Self::Proof(error) => error.code(),
        }
    }

    /// Name of the kind of error.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Decode(_) => Self::MALFORMED.1,
            Self::Statement(_) => Self::STATEMENT.1,
            Self::Proof(error) => error.kind(),
        }
    }
}

/// Checks that the statement of a bundle is an expected one, and that the proof proves it.
///
/// What is left open in `expectation` is proven as the bundle states it; read it from `bundle.statement`.
///
/// # Errors
/// If the statement is another one, the proof does not prove it, or `policy` does not accept the proof.
pub fn verify_bundle(
    bundle: &ProofBundle,
    expectation: &Expectation,
    policy: &Policy,
) -> Result<Verified, ProofBundleError> {
    let mismatches = expectation.mismatches(&bundle.statement);
    if !mismatches.is_empty() {
        return Err(ProofBundleError::Statement(mismatches));
    }
    Ok(verify_with(&bundle.statement, &bundle.proof, policy)?)
}
