use alloc::vec::Vec;

use miden_core::{Felt, Statement, field::ToElements, params::FORMAT_VERSION};

use crate::{ParameterSet, boundary::least_rows};

/// The statement, and the parameters of the proof for it; all of this enters the transcript before the first challenge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicInputs {
    statement: Statement,
    parameter_set: ParameterSet,
}

/// Why a statement cannot be proven by a trace of this length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StatementError {
    /// Inputs and outputs alone take more rows.
    #[error("inputs and outputs take at least {least} rows, the trace has {got}")]
    TraceTooShort {
        /// Least number of rows.
        least: usize,
        /// Number of rows of the trace.
        got: usize,
    },
}

impl PublicInputs {
    /// Combines statement and parameters.
    pub const fn new(statement: Statement, parameter_set: ParameterSet) -> Self {
        Self { statement, parameter_set }
    }

    /// The statement.
    pub const fn statement(&self) -> &Statement {
        &self.statement
    }

    /// The parameters.
    pub const fn parameter_set(&self) -> ParameterSet {
        self.parameter_set
    }

    /// Checks that a trace with `num_rows` rows can be about the statement; to be called before
    /// [`MidenAir`](crate::MidenAir) is built with a number that comes from a proof.
    ///
    /// # Errors
    /// If it is too short for the inputs and outputs.
    pub fn check_rows(&self, num_rows: usize) -> Result<(), StatementError> {
        match least_rows(&self.statement) {
            least if least > num_rows => Err(StatementError::TraceTooShort { least, got: num_rows }),
            _ => Ok(()),
        }
    }
}

impl ToElements<Felt> for PublicInputs {
    /// Format version, parameter set, program digest, number of kernel procedures, their digests, number of inputs, inputs,
    /// number of outputs, outputs.
    fn to_elements(&self) -> Vec<Felt> {
        let mut elements = Vec::new();
        elements.extend([Felt::from(FORMAT_VERSION), Felt::from(self.parameter_set.id())]);
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
        elements
    }
}
