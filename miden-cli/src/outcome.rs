//! Expected outcomes, and what their proofs show.

use std::fmt;

use clap::{
    Args,
    builder::{PossibleValuesParser, TypedValueParser},
};
use miden_core::{FaultClaim, FaultCode, Outcome, UnknownFaultCode};
use miden_verifier::ExpectedOutcome;

/// The cycle limit that is part of the statement.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct CycleLimitArgs {
    /// Public cycle limit, part of what is proven: a program that does not end within it fails with
    /// CycleLimitExceeded. `verify` needs the same limit as `prove`.
    #[arg(long, value_name = "CYCLES")]
    pub(crate) cycle_limit: Option<u64>,
}

/// The outcome that a proof must show; success without options.
#[derive(Args, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ExpectationArgs {
    /// Expect a fault with this code instead of success.
    #[arg(long, value_name = "CODE", conflicts_with = "any_outcome", value_parser = fault_code())]
    expect_fault: Option<FaultCode>,
    /// Accept any proven outcome, and print it.
    #[arg(long)]
    any_outcome: bool,
    /// Accept a fault only if the program had read no advice before it, so that it fails whatever the advice.
    #[arg(long)]
    deterministic: bool,
}

/// Parser of fault codes.
fn fault_code() -> impl TypedValueParser<Value = FaultCode> {
    let names = FaultCode::ALL.iter().map(|code| code.name());
    PossibleValuesParser::new(names).try_map(|name: String| -> Result<_, UnknownFaultCode> { name.parse() })
}

impl ExpectationArgs {
    fn expected(&self) -> ExpectedOutcome {
        match self.expect_fault {
            Some(code) => ExpectedOutcome::Fault(code),
            None if self.any_outcome => ExpectedOutcome::Any,
            None => ExpectedOutcome::Success,
        }
    }

    /// Whether the outcome is expected.
    pub(crate) fn accepts(&self, outcome: &Outcome) -> bool {
        let needs_advice = outcome.fault().is_some_and(|fault| !fault.deterministic);
        self.expected().accepts(outcome) && !(self.deterministic && needs_advice)
    }
}

impl fmt::Display for ExpectationArgs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.expected().fmt(f)?;
        if self.deterministic { f.write_str(" without advice") } else { Ok(()) }
    }
}

/// Meaning of a proof of the outcome; `None` for success without a limit, where the outputs say it all.
pub(crate) fn meaning(outcome: &Outcome, cycle_limit: Option<u64>) -> Option<String> {
    match outcome {
        Outcome::Success => {
            let limit = cycle_limit?;
            Some(format!(
                "The proof shows that the program, started on these inputs, ends within {limit} cycles."
            ))
        }
        Outcome::Fault(fault) => Some(meaning_of_fault(fault)),
    }
}

fn meaning_of_fault(fault: &FaultClaim) -> String {
    let FaultClaim { code, clk, .. } = fault;
    let (fails, otherwise) = match code {
        FaultCode::CycleLimitExceeded => (format!("has not ended after {clk} cycles"), "end in time"),
        _ => (format!("fails in cycle {clk} with {code}"), "do something else"),
    };
    if fault.deterministic {
        format!(
            "The proof shows that the program, started on these inputs, {fails}. This holds for any advice, because \
             none was read before."
        )
    } else {
        format!(
            "The proof shows that there is advice with which the program, started on these inputs, {fails}. Because \
             advice was read before, the program may {otherwise} with other advice."
        )
    }
}
