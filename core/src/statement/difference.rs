use core::fmt;

use alloc::vec::Vec;

use crate::{Digest, Felt, Kernel, Outcome, StackInputs, StackOutputs, Statement};

/// A part of a statement that is not as expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Difference {
    /// It is about another program.
    #[error("the program hash is {got}, expected {expected}")]
    Program {
        /// The hash in the statement.
        got: Digest,
        /// The expected hash.
        expected: Digest,
    },
    /// Its kernel has a procedure that is not expected.
    #[error("the kernel has procedure {procedure}, which is not expected")]
    ExtraProcedure {
        /// The first such procedure.
        procedure: Digest,
    },
    /// Its kernel lacks an expected procedure, and has no other one.
    #[error("the kernel lacks procedure {procedure}")]
    MissingProcedure {
        /// The first such procedure.
        procedure: Digest,
    },
    /// A stack has another depth.
    #[error("{stack} has {got} items, expected {expected}")]
    Depth {
        /// The stack.
        stack: StackName,
        /// Number of items in the statement.
        got: usize,
        /// Expected number of items.
        expected: usize,
    },
    /// A stack of the expected depth has another item.
    #[error("item {position} of {stack}, counted from 0 at the top, is {got}, expected {expected}")]
    Item {
        /// The stack.
        stack: StackName,
        /// The topmost position of such an item; the top is 0.
        position: usize,
        /// The item in the statement.
        got: Felt,
        /// The expected item.
        expected: Felt,
    },
    /// The program ended in another way.
    #[error("the outcome is {got}, expected {expected}")]
    Outcome {
        /// The outcome in the statement.
        got: Outcome,
        /// The expected outcome.
        expected: Outcome,
    },
    /// The statement has another cycle limit.
    #[error("the statement has {}, expected {}", Limit(*got), Limit(*expected))]
    CycleLimit {
        /// The limit in the statement.
        got: Option<u64>,
        /// The expected limit.
        expected: Option<u64>,
    },
}

/// One of the two stacks of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StackName {
    /// The initial stack.
    Inputs,
    /// The final stack.
    Outputs,
}

impl fmt::Display for StackName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Inputs => "the initial stack",
            Self::Outputs => "the final stack",
        })
    }
}

/// A cycle limit as text.
struct Limit(Option<u64>);

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            None => f.write_str("no cycle limit"),
            Some(limit) => write!(f, "a limit of {limit} cycles"),
        }
    }
}

impl Statement {
    /// The parts that differ from those of `expected`, one entry each; empty if the statements are equal.
    pub fn differences(&self, expected: &Self) -> Vec<Difference> {
        let Self { program, kernel, inputs, outputs, outcome, cycle_limit } = expected;
        [
            self.program_difference(program),
            self.kernel.difference(kernel),
            self.inputs.difference(inputs),
            self.outputs.difference(outputs),
            (self.outcome != *outcome)
                .then_some(Difference::Outcome { got: self.outcome, expected: *outcome }),
            self.limit_difference(*cycle_limit),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// The difference from an expected program.
    pub fn program_difference(&self, expected: &Digest) -> Option<Difference> {
        let (got, expected) = (self.program, *expected);
        (got != expected).then_some(Difference::Program { got, expected })
    }

    /// The difference from an expected cycle limit.
    pub fn limit_difference(&self, expected: Option<u64>) -> Option<Difference> {
        let got = self.cycle_limit;
        (got != expected).then_some(Difference::CycleLimit { got, expected })
    }
}

impl Kernel {
    /// The first difference from an expected kernel.
    pub fn difference(&self, expected: &Self) -> Option<Difference> {
        let first_missing =
            |of: &Self, from: &Self| of.procedures().iter().find(|digest| !from.contains(digest)).copied();
        let extra = first_missing(self, expected).map(|procedure| Difference::ExtraProcedure { procedure });
        extra.or_else(|| {
            first_missing(expected, self).map(|procedure| Difference::MissingProcedure { procedure })
        })
    }
}

impl StackInputs {
    /// The topmost difference from an expected initial stack.
    pub fn difference(&self, expected: &Self) -> Option<Difference> {
        let pairs = self.items().iter().rev().zip(expected.items().iter().rev());
        difference(StackName::Inputs, self.items().len(), expected.items().len(), pairs)
    }
}

impl StackOutputs {
    /// The topmost difference from an expected final stack.
    pub fn difference(&self, expected: &Self) -> Option<Difference> {
        let pairs = self.items().iter().zip(expected.items());
        difference(StackName::Outputs, self.items().len(), expected.items().len(), pairs)
    }
}

fn difference<'a>(
    stack: StackName,
    got: usize,
    expected: usize,
    mut pairs: impl Iterator<Item = (&'a Felt, &'a Felt)>,
) -> Option<Difference> {
    if got != expected {
        return Some(Difference::Depth { stack, got, expected });
    }
    let position = pairs.by_ref().enumerate().find(|(_, (got, expected))| got != expected);
    position.map(|(position, (got, expected))| Difference::Item {
        stack,
        position,
        got: *got,
        expected: *expected,
    })
}
