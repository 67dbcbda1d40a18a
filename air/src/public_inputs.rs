#[cfg(test)]
mod tests;

use alloc::vec::Vec;

use miden_core::{
    FaultClaim, Felt, Kernel, Outcome, OutcomeError, StackInputs, StackOutputs, Statement,
    field::{FieldElement, ToElements},
    params::FORMAT_VERSION,
};

use crate::{CONSTRAINT_FINGERPRINT, Hiding, ParameterSet, boundary::least_rows};

/// The statement and the parameters of its proof; all of it enters the transcript before the first challenge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicInputs {
    statement: Statement,
    parameter_set: ParameterSet,
    hiding: Hiding,
}

/// The reason why no trace of this length proves the statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StatementError {
    /// No program has this outcome.
    #[error(transparent)]
    Outcome(#[from] OutcomeError),
    /// Inputs and outputs, or the cycles before the fault, take more rows.
    #[error("the statement needs at least {least} rows, the trace has {got}")]
    TraceTooShort {
        /// Least number of rows.
        least: u64,
        /// Number of rows of the trace, without random ones.
        got: u64,
    },
}

impl PublicInputs {
    /// Combines statement and parameters, for proofs that do not hide the execution.
    pub const fn new(statement: Statement, parameter_set: ParameterSet) -> Self {
        Self { statement, parameter_set, hiding: Hiding::NONE }
    }

    /// Sets whether proofs hide the execution.
    #[must_use]
    pub const fn with_hiding(mut self, hiding: bool) -> Self {
        self.hiding = self.parameter_set.hiding(hiding);
        self
    }

    /// The randomness of proofs.
    pub const fn hiding(&self) -> Hiding {
        self.hiding
    }

    /// The statement.
    pub const fn statement(&self) -> &Statement {
        &self.statement
    }

    /// The parameters.
    pub const fn parameter_set(&self) -> ParameterSet {
        self.parameter_set
    }

    /// Checks that a trace with `num_rows` rows can prove the statement. Call this before building a
    /// [`MidenAir`](crate::MidenAir) from a number that comes from a proof.
    ///
    /// # Errors
    /// If no program has the outcome, or the trace is too short for the statement.
    pub fn check_rows(&self, num_rows: usize) -> Result<(), StatementError> {
        check_rows(&self.statement, num_rows.saturating_sub(self.hiding.random_rows()))
    }
}

/// Number of messages of a statement on the bus, at most: inputs, outputs, and procedures of the kernel.
pub(crate) const MAX_MESSAGES: usize = StackInputs::MAX + StackOutputs::MAX + Kernel::MAX;

/// Checks that an execution with `num_rows` rows can prove the statement.
pub(crate) fn check_rows(statement: &Statement, num_rows: usize) -> Result<(), StatementError> {
    statement.check_outcome()?;
    let (least, got) = (least_rows(statement), num_rows as u64);
    if got < least { Err(StatementError::TraceTooShort { least, got }) } else { Ok(()) }
}

impl ToElements<Felt> for PublicInputs {
    /// Format version, parameter set, fingerprint of the constraints, program hash, number of kernel procedures, their
    /// digests, number of inputs, inputs, number of outputs, outputs; 0, or code, opcode, cycle, whether advice was read,
    /// and target of a fault; 0, or 1 and the cycle limit.
    fn to_elements(&self) -> Vec<Felt> {
        let mut elements = Vec::new();
        elements.extend([Felt::from(FORMAT_VERSION), Felt::from(self.parameter_set.id())]);
        elements.extend(CONSTRAINT_FINGERPRINT.map(Felt::new));
        elements.extend(self.statement.program.elements());
        // At most 2^10 procedures.
        let kernel = self.statement.kernel.procedures();
        elements.push(Felt::new(kernel.len() as u64));
        elements.extend(kernel.iter().flat_map(|procedure| *procedure.elements()));
        for list in [self.statement.inputs.items(), self.statement.outputs.items()] {
            // Both lists have at most 2^16 items.
            elements.push(Felt::new(list.len() as u64));
            elements.extend(list);
        }
        match &self.statement.outcome {
            Outcome::Success => elements.push(Felt::ZERO),
            Outcome::Fault(claim) => elements.extend(fault_elements(claim)),
        }
        match self.statement.cycle_limit {
            None => elements.push(Felt::ZERO),
            Some(limit) => elements.extend([Felt::ONE].into_iter().chain(halves(limit))),
        }
        elements
    }
}

/// The code is never 0, and determines whether there is a target.
fn fault_elements(claim: &FaultClaim) -> impl Iterator<Item = Felt> {
    let FaultClaim { code, opcode, clk, deterministic, target } = *claim;
    let advice = Felt::from(u8::from(!deterministic));
    let target = target.into_iter().flat_map(|digest| *digest.elements());
    let kind = [Felt::from(code.number()), Felt::from(opcode.code())];
    kind.into_iter().chain(halves(clk)).chain([advice]).chain(target)
}

/// Low and high half, because a `u64` may exceed the modulus.
fn halves(value: u64) -> [Felt; 2] {
    [value & u64::from(u32::MAX), value >> u32::BITS].map(Felt::new)
}
