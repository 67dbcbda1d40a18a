use alloc::boxed::Box;
use core::fmt;

use miden_core::{
    Digest, FailureKind, FaultCode, Felt, InputError, NodeId, Opcode,
    operations::OperandFault,
    params::{FMP_INIT, FMP_MAX, STACK_TOP},
    program::ErrorCode,
};

use crate::host::{AdviceError, HostError};

/// The point at which an execution failed, and the state of the machine there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FailureSite {
    /// Cycle, counted from 0.
    pub clk: u64,
    /// Whether an advice value had been read. If not, every run on these inputs reaches this point.
    pub advice_read: bool,
    /// Execution context: 0 in the root, else the row of the call.
    pub ctx: u64,
    /// Free memory pointer.
    pub fmp: Felt,
    /// Node of the program; the call, if a procedure was about to return.
    pub node: NodeId,
    /// Index of the operation, if the node is a block that was entered; for a decorator, the operation after it.
    pub operation: Option<usize>,
    /// Index of the decorator among those of the block, if it caused the failure.
    pub decorator: Option<usize>,
    /// The operation; the kind of node if no operation was about to execute, or RETURN.
    pub opcode: Opcode,
    /// Number of stack items in the context.
    pub depth: usize,
    /// The 16 topmost items of the stack, top first.
    pub stack: [Felt; STACK_TOP],
}

/// Reasons why an operation or a node cannot execute on its operands. The state is left unchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// The operand of an assertion is not the required value.
    #[error("the assertion expected {expected}, but the value is {got}")]
    FailedAssertion {
        /// The required value.
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
    /// The address is outside the memory.
    #[error("memory addresses are below 2^32, but the address is {address}")]
    MemoryAddressOutOfRange {
        /// The address.
        address: Felt,
    },
    /// The free memory pointer would leave its range: too many locals, or too many removed.
    #[error(
        "the free memory pointer must stay between {FMP_INIT} and {FMP_MAX}, but would change from {old} to {new}"
    )]
    InvalidFmpValue {
        /// The current value.
        old: Felt,
        /// The value it would get.
        new: Felt,
    },
    /// `caller` outside a system call.
    #[error("only a system call has a caller")]
    CallerNotInSyscall,
    /// A call inside a system call: the kernel cannot enter other contexts.
    #[error("a system call cannot make calls")]
    CallInSyscall,
    /// The kernel has no such procedure.
    #[error("the kernel of the program has no procedure {digest}")]
    SyscallTargetNotInKernel {
        /// Digest of the procedure.
        digest: Digest,
    },
    /// The program has no such procedure.
    #[error(
        "the program has no procedure {digest}; a dynamic call reaches only procedures that the program contains"
    )]
    CodeBlockNotFound {
        /// Digest of the procedure.
        digest: Digest,
    },
    /// A called procedure must return with as many stack items as it was given.
    #[error("a procedure that was called must return with {STACK_TOP} stack items, but there are {depth}")]
    InvalidStackDepthOnReturn {
        /// Number of items.
        depth: usize,
    },
    /// The Merkle tree has a different node at this position.
    #[error("the Merkle tree with root {root} has a node other than {node} at depth {depth}, index {index}")]
    MerklePathVerificationFailed {
        /// The root.
        root: Digest,
        /// The expected node.
        node: Digest,
        /// Its depth.
        depth: u8,
        /// Its index.
        index: u64,
    },
}

/// Reasons why a program has no result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExecutionError {
    /// An operation or a node failed.
    #[error("{fault}{} (cycle {})", Explanation(code), site.clk)]
    Fault {
        /// The fault.
        fault: Fault,
        /// The point of failure.
        site: Box<FailureSite>,
        /// The error code of the program, if it has one for this operation.
        code: Option<ErrorCode>,
    },
    /// The host could not serve an operation or a decorator.
    #[error("{error} (cycle {})", site.clk)]
    Host {
        /// The reason.
        error: Box<HostError>,
        /// The point of failure; for a decorator, at the operation after it.
        site: Box<FailureSite>,
    },
    /// The program did not end within the limit.
    #[error(
        "the program did not end within {limit} cycles{}",
        if *public { ", the limit of the statement" } else { "; a larger limit can be set" }
    )]
    CycleLimit {
        /// Largest number of cycles.
        limit: u64,
        /// Whether the limit is part of the statement; only then can exceeding it be proven.
        public: bool,
        /// The next step, which was not taken.
        site: Box<FailureSite>,
    },
    /// The program writes to too many memory pages.
    #[error(
        "the program needs more than {limit} memory words, counted in pages of 16 words (cycle {}); \
         a larger limit can be set", site.clk
    )]
    MemoryLimit {
        /// Largest number of words.
        limit: usize,
        /// The point of failure.
        site: Box<FailureSite>,
    },
    /// The stack has too many items.
    #[error("the stack holds {depth} items, more than {limit} (cycle {}); a larger limit can be set", site.clk)]
    StackLimit {
        /// Largest number of items in all contexts.
        limit: usize,
        /// Number of items.
        depth: usize,
        /// The next step, which was not taken.
        site: Box<FailureSite>,
    },
    /// The advice inputs are too large.
    #[error("advice inputs: {0}")]
    AdviceInputs(AdviceError),
    /// The stack is too deep at the end.
    #[error(transparent)]
    Outputs(#[from] InputError),
    /// The trace would be longer than a proof, or the options, allow.
    #[error("the trace needs {needed} rows, but can have at most {max}")]
    TraceTooLong {
        /// Number of rows before rounding up to a power of two.
        needed: usize,
        /// Largest number of rows.
        max: usize,
    },
    /// The execution was [interrupted](crate::Executor::with_interrupt).
    #[error("the execution was interrupted")]
    Interrupted,
}

/// The error code of a program, appended to the message of the machine.
struct Explanation<'a>(&'a Option<ErrorCode>);

impl fmt::Display for Explanation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            None => Ok(()),
            Some(ErrorCode { message: Some(message), .. }) => write!(f, ": {message}"),
            Some(ErrorCode { code, message: None }) => write!(f, ": error code {code}"),
        }
    }
}

impl From<OperandFault> for Fault {
    fn from(fault: OperandFault) -> Self {
        match fault {
            OperandFault::FailedAssertion { expected, got } => Self::FailedAssertion { expected, got },
            OperandFault::DivideByZero => Self::DivideByZero,
            OperandFault::NotBinary { value } => Self::NotBinaryValue { value },
            OperandFault::NotU32 { value } => Self::NotU32Value { value },
        }
    }
}

impl Fault {
    /// Its code in statements; `None` for a fault that cannot be proven: a digest or a Merkle path that was not found.
    pub const fn code(&self) -> Option<FaultCode> {
        match self.failure() {
            FailureKind::Fault(code) => Some(code),
            _ => None,
        }
    }

    /// Name of the kind of fault, as in the machine's specification.
    pub const fn kind(&self) -> &'static str {
        self.failure().name()
    }

    /// The kind of failure that the fault causes.
    pub const fn failure(&self) -> FailureKind {
        FailureKind::Fault(match self {
            Self::FailedAssertion { .. } => FaultCode::FailedAssertion,
            Self::DivideByZero => FaultCode::DivideByZero,
            Self::NotBinaryValue { .. } => FaultCode::NotBinaryValue,
            Self::NotU32Value { .. } => FaultCode::NotU32Value,
            Self::MemoryAddressOutOfRange { .. } => FaultCode::MemoryAddressOutOfRange,
            Self::InvalidFmpValue { .. } => FaultCode::InvalidFmpValue,
            Self::CallerNotInSyscall => FaultCode::CallerNotInSyscall,
            Self::CallInSyscall => FaultCode::CallInSyscall,
            Self::SyscallTargetNotInKernel { .. } => FaultCode::SyscallTargetNotInKernel,
            Self::InvalidStackDepthOnReturn { .. } => FaultCode::InvalidStackDepthOnReturn,
            Self::CodeBlockNotFound { .. } => return FailureKind::CodeBlockNotFound,
            Self::MerklePathVerificationFailed { .. } => return FailureKind::MerklePathVerificationFailed,
        })
    }
}

impl ExecutionError {
    /// Name of the kind of error, as in the machine's specification.
    pub const fn kind(&self) -> &'static str {
        self.failure().name()
    }

    /// Stable number of the kind of error; see [`FailureKind::number`].
    pub const fn code(&self) -> u16 {
        self.failure().number()
    }

    /// The kind of failure.
    pub const fn failure(&self) -> FailureKind {
        match self {
            Self::Fault { fault, .. } => fault.failure(),
            Self::Host { error, .. } => error.failure(),
            Self::CycleLimit { .. } => FailureKind::Fault(FaultCode::CycleLimitExceeded),
            Self::MemoryLimit { .. } => FailureKind::MemoryLimitExceeded,
            Self::StackLimit { .. } => FailureKind::StackLimitExceeded,
            Self::AdviceInputs(error) => error.failure(),
            Self::Outputs(_) => FailureKind::TooManyOutputs,
            Self::TraceTooLong { .. } => FailureKind::TraceTooLong,
            Self::Interrupted => FailureKind::Interrupted,
        }
    }

    /// The point of failure, unless the error concerns the execution as a whole.
    pub fn site(&self) -> Option<FailureSite> {
        match self {
            Self::Fault { site, .. }
            | Self::Host { site, .. }
            | Self::CycleLimit { site, .. }
            | Self::MemoryLimit { site, .. }
            | Self::StackLimit { site, .. } => Some(**site),
            Self::AdviceInputs(_) | Self::Outputs(_) | Self::TraceTooLong { .. } | Self::Interrupted => None,
        }
    }
}
