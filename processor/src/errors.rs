use miden_core::{Felt, NodeId, Opcode, OutputError};

/// Where in an execution something happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Cycle, counted from 0.
    pub clk: u64,
    /// Node of the program.
    pub node: NodeId,
    /// Index of the operation, if the node is a block and was entered.
    pub operation: Option<usize>,
}

/// Why an operation or a node cannot be executed on the values that it finds. The state is unchanged then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// The operand of an assertion is not the value that it demands.
    #[error("the assertion expected {expected}, but the value is {got}")]
    FailedAssertion {
        /// The value that was demanded.
        expected: Felt,
        /// The operand.
        got: Felt,
    },
    /// Zero has no inverse.
    #[error("division by zero")]
    DivideByZero,
    /// An operand that must be 0 or 1 is not.
    #[error("the value must be 0 or 1, but is {value}")]
    NotBinaryValue {
        /// The operand.
        value: Felt,
    },
    /// An operand that must be below 2^32 is not.
    #[error("the value must be below 2^32, but is {value}")]
    NotU32Value {
        /// The operand.
        value: Felt,
    },
    /// The operation is reserved for a later version.
    #[error("operation {opcode} is not part of this version")]
    NotBuilt {
        /// The operation.
        opcode: Opcode,
    },
}

/// Why a program has no result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExecutionError {
    /// An operation or a node failed.
    #[error("{fault} (cycle {})", place.clk)]
    Fault {
        /// What failed.
        fault: Fault,
        /// Where.
        place: Place,
    },
    /// The program had not ended when the limit was reached.
    #[error("the program did not end within {limit} cycles; a larger limit can be set")]
    CycleLimit {
        /// Largest number of cycles.
        limit: u64,
        /// What would have come next.
        place: Place,
    },
    /// The stack is too deep at the end.
    #[error(transparent)]
    Outputs(#[from] OutputError),
    /// The trace would be longer than a proof can cover.
    #[error("the trace needs {needed} rows, at most {max} are possible")]
    TraceTooLong {
        /// Number of rows before rounding up to a power of two.
        needed: usize,
        /// Largest number of rows.
        max: usize,
    },
}

impl ExecutionError {
    /// Name of the kind of error, as in the machine's specification.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Fault { fault, .. } => match fault {
                Fault::FailedAssertion { .. } => "FailedAssertion",
                Fault::DivideByZero => "DivideByZero",
                Fault::NotBinaryValue { .. } => "NotBinaryValue",
                Fault::NotU32Value { .. } => "NotU32Value",
                Fault::NotBuilt { .. } => "NotBuilt",
            },
            Self::CycleLimit { .. } => "CycleLimitExceeded",
            Self::Outputs(_) => "TooManyOutputs",
            Self::TraceTooLong { .. } => "TraceTooLong",
        }
    }

    /// Where it happened, unless it concerns the execution as a whole.
    pub const fn place(&self) -> Option<Place> {
        match self {
            Self::Fault { place, .. } | Self::CycleLimit { place, .. } => Some(*place),
            Self::Outputs(_) | Self::TraceTooLong { .. } => None,
        }
    }
}
