use miden_core::{Felt, Statement};

use crate::boundary::num_input_rows;

/// Numbers of the statement that stand in constraints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatementConstants {
    /// Number of INPUT rows, with which a trace begins.
    pub(crate) num_input_rows: Felt,
}

impl StatementConstants {
    /// The numbers of this statement.
    pub fn new(statement: &Statement) -> Self {
        // At most 2^16 inputs.
        Self { num_input_rows: Felt::new(num_input_rows(&statement.inputs) as u64) }
    }
}
