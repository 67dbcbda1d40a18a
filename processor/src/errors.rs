use alloc::boxed::Box;
use core::fmt;

use miden_core::{
    Digest, FailureKind, FaultClaim, FaultCode, Felt, NodeId, Opcode, OutputError,
    params::{FMP_INIT, FMP_MAX, STACK_TOP},
    program::ErrorCode,
};

use crate::{
    host::{AdviceError, HostError},
    trace::ProvableFault,
};

/// Where in an execution something happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Cycle, counted from 0.
    pub clk: u64,
    /// Whether an advice value had been read before. If none had, every run on these inputs comes to this place.
    pub advice_read: bool,
    /// Execution context: 0 in the root, else the number of the row of the call.
    pub ctx: u64,
    /// Free memory pointer.
    pub fmp: Felt,
    /// Node of the program; that of the call if a procedure was about to return.
    pub node: NodeId,
    /// Index of the operation, if the node is a block and was entered; for a decorator the one that it stands before.
    pub operation: Option<usize>,
    /// Index of the decorator among those of the block, if one was at work.
    pub decorator: Option<usize>,
    /// The operation, the kind of node if none was about to be executed, or RETURN.
    pub opcode: Opcode,
    /// Number of stack items in the context.
    pub depth: usize,
    /// The 16 topmost items of the stack, top first.
    pub stack: [Felt; STACK_TOP],
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
    /// There is no memory at this address.
    #[error("memory addresses are below 2^32, but the address is {address}")]
    MemoryAddressOutOfRange {
        /// The address.
        address: Felt,
    },
    /// The free memory pointer would leave its range: too many locals, or too many taken away.
    #[error(
        "the free memory pointer must stay within {FMP_INIT} to {FMP_MAX}, but would go from {old} to {new}"
    )]
    InvalidFmpValue {
        /// Its value.
        old: Felt,
        /// The value it would have.
        new: Felt,
    },
    /// Only a system call has a caller.
    #[error("the caller is known in system calls only")]
    CallerNotInSyscall,
    /// The kernel cannot enter other contexts.
    #[error("a system call cannot make calls")]
    CallInSyscall,
    /// The kernel does not have this procedure.
    #[error("the kernel of the program has no procedure {digest}")]
    SyscallTargetNotInKernel {
        /// Digest of the procedure.
        digest: Digest,
    },
    /// The program does not have this procedure.
    #[error(
        "the program has no procedure {digest}; procedures for dynamic calls must be known to the assembler"
    )]
    CodeBlockNotFound {
        /// Digest of the procedure.
        digest: Digest,
    },
    /// A procedure that was called must leave as many stack items as it was given.
    #[error("a procedure that was called must return with {STACK_TOP} stack items, but there are {depth}")]
    InvalidStackDepthOnReturn {
        /// Number of items.
        depth: usize,
    },
    /// The Merkle tree has another node at this place.
    #[error("the Merkle tree with root {root} has another node than {node} at depth {depth}, index {index}")]
    MerklePathVerificationFailed {
        /// The root.
        root: Digest,
        /// The node that was looked for.
        node: Digest,
        /// Its depth.
        depth: u8,
        /// Its index.
        index: u64,
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
    #[error("{fault}{} (cycle {})", Explanation(code), place.clk)]
    Fault {
        /// What failed.
        fault: Fault,
        /// Where.
        place: Box<Place>,
        /// What the program says about it.
        code: Option<ErrorCode>,
    },
    /// The host could not do what an operation or a decorator asked for.
    #[error("{error} (cycle {})", place.clk)]
    Host {
        /// Why.
        error: Box<HostError>,
        /// Where; for a decorator the operation that it stands before.
        place: Box<Place>,
    },
    /// The program had not ended when the limit was reached.
    #[error(
        "the program did not end within {limit} cycles{}",
        if *public { ", the limit of the statement" } else { "; a larger limit can be set" }
    )]
    CycleLimit {
        /// Largest number of cycles.
        limit: u64,
        /// Whether the limit is part of the statement. Only then can it be proven that it was reached.
        public: bool,
        /// What would have come next.
        place: Box<Place>,
    },
    /// The program writes to too many places of its memory.
    #[error(
        "the program needs more than {limit} words of memory, counted in pages of 16 words (cycle {}); \
         a larger limit can be set", place.clk
    )]
    MemoryLimit {
        /// Largest number of words.
        limit: usize,
        /// Where.
        place: Box<Place>,
    },
    /// The program puts too much on the stack.
    #[error("the stack holds {depth} items, more than {limit} (cycle {}); a larger limit can be set", place.clk)]
    StackLimit {
        /// Largest number of items in all contexts.
        limit: usize,
        /// Number of items.
        depth: usize,
        /// What would have come next.
        place: Box<Place>,
    },
    /// The advice inputs are too large.
    #[error("advice inputs: {0}")]
    AdviceInputs(AdviceError),
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

/// What a program says about a failure, behind what the machine says.
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

impl Fault {
    /// Its code in statements; `None` for the faults that cannot be proven: that nobody knows a procedure, that there is
    /// no path of a tree, and operations that no program holds.
    pub const fn code(&self) -> Option<FaultCode> {
        match self {
            Self::FailedAssertion { .. } => Some(FaultCode::FailedAssertion),
            Self::DivideByZero => Some(FaultCode::DivideByZero),
            Self::NotBinaryValue { .. } => Some(FaultCode::NotBinaryValue),
            Self::NotU32Value { .. } => Some(FaultCode::NotU32Value),
            Self::MemoryAddressOutOfRange { .. } => Some(FaultCode::MemoryAddressOutOfRange),
            Self::InvalidFmpValue { .. } => Some(FaultCode::InvalidFmpValue),
            Self::CallerNotInSyscall => Some(FaultCode::CallerNotInSyscall),
            Self::CallInSyscall => Some(FaultCode::CallInSyscall),
            Self::SyscallTargetNotInKernel { .. } => Some(FaultCode::SyscallTargetNotInKernel),
            Self::InvalidStackDepthOnReturn { .. } => Some(FaultCode::InvalidStackDepthOnReturn),
            Self::CodeBlockNotFound { .. }
            | Self::MerklePathVerificationFailed { .. }
            | Self::NotBuilt { .. } => None,
        }
    }

    /// Name of the kind of fault, as in the machine's specification.
    pub const fn kind(&self) -> &'static str {
        match (self.code(), self) {
            (Some(code), _) => code.name(),
            (None, Self::MerklePathVerificationFailed { .. }) => {
                FailureKind::MerklePathVerificationFailed.name()
            }
            (None, Self::CodeBlockNotFound { .. }) => FailureKind::CodeBlockNotFound.name(),
            (None, _) => "NotBuilt",
        }
    }
}

impl ExecutionError {
    /// Name of the kind of error, as in the machine's specification.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Fault { fault, .. } => fault.kind(),
            Self::Host { error, .. } => error.kind(),
            Self::CycleLimit { .. } => FaultCode::CycleLimitExceeded.name(),
            Self::MemoryLimit { .. } => FailureKind::MemoryLimitExceeded.name(),
            Self::StackLimit { .. } => FailureKind::StackLimitExceeded.name(),
            Self::AdviceInputs(error) => error.kind(),
            Self::Outputs(_) => FailureKind::TooManyOutputs.name(),
            Self::TraceTooLong { .. } => FailureKind::TraceTooLong.name(),
        }
    }

    /// What can be proven of it: the fault that the program ends with. `None` if it is no outcome of the program: the host
    /// has failed, or a limit that is not part of the statement was exceeded, or there is no rule for the fault.
    pub fn claim(&self) -> Option<FaultClaim> {
        ProvableFault::of(self).map(|fault| fault.claim)
    }

    /// Where it happened, unless it concerns the execution as a whole.
    pub fn place(&self) -> Option<Place> {
        match self {
            Self::Fault { place, .. }
            | Self::Host { place, .. }
            | Self::CycleLimit { place, .. }
            | Self::MemoryLimit { place, .. }
            | Self::StackLimit { place, .. } => Some(**place),
            Self::AdviceInputs(_) | Self::Outputs(_) | Self::TraceTooLong { .. } => None,
        }
    }
}
