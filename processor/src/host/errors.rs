use alloc::string::String;

use miden_core::{Digest, FailureKind, FaultCode, Felt, MerkleError};

use super::HandlerError;

/// Why advice could not be given or changed. The advice is unchanged then.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AdviceError {
    /// The tape is too short.
    #[error("the program reads {needed} advice values, but {left} are left on the advice tape")]
    TapeReadFailed {
        /// Number of values to be read.
        needed: usize,
        /// Number of values left.
        left: usize,
    },
    /// The map has no list under the key.
    #[error("the advice map has no list under key {key}")]
    KeyNotFound {
        /// The key.
        key: Digest,
    },
    /// The map has another list under the key already.
    #[error("the advice map has another list under key {key} already")]
    DuplicateKey {
        /// The key.
        key: Digest,
    },
    /// No tree with this root is known.
    #[error("the advice has no Merkle tree with root {root}")]
    SetNotFound {
        /// The root.
        root: Digest,
    },
    /// A node of a Merkle tree could not be found.
    #[error("Merkle lookup failed: {reason}")]
    SetLookupFailed {
        /// Why.
        reason: MerkleError,
    },
    /// A node of a Merkle tree could not be set.
    #[error("Merkle update failed: {reason}")]
    SetUpdateFailed {
        /// Why.
        reason: MerkleError,
    },
    /// The divisor of a division hint is zero.
    #[error("division by zero")]
    DivideByZero,
    /// An operand that must be below 2^32 is not.
    #[error("the value must be below 2^32, but is {value}")]
    NotU32Value {
        /// The operand.
        value: Felt,
    },
    /// A range of memory is not one.
    #[error("addresses {start} to {end} are not a range of memory: start ≤ end ≤ 2^32 is needed")]
    InvalidMemoryRange {
        /// The first address.
        start: u64,
        /// The address behind the last one.
        end: u64,
    },
    /// The advice would grow beyond its limit.
    #[error("the advice would hold more than {limit} elements; a larger limit can be set")]
    LimitExceeded {
        /// Largest number of elements.
        limit: usize,
    },
    /// A provider of the embedder failed.
    #[error("the advice provider failed: {message}")]
    Provider {
        /// What it says.
        message: String,
    },
}

impl AdviceError {
    /// Name of the kind of error, as in the machine's specification.
    pub const fn kind(&self) -> &'static str {
        self.failure().name()
    }

    const fn failure(&self) -> FailureKind {
        match self {
            Self::TapeReadFailed { .. } => FailureKind::AdviceTapeReadFailed,
            Self::KeyNotFound { .. } => FailureKind::AdviceKeyNotFound,
            Self::DuplicateKey { .. } => FailureKind::DuplicateAdviceKey,
            Self::SetNotFound { .. } => FailureKind::AdviceSetNotFound,
            Self::SetLookupFailed { .. } => FailureKind::AdviceSetLookupFailed,
            Self::SetUpdateFailed { .. } => FailureKind::AdviceSetUpdateFailed,
            Self::DivideByZero => FailureKind::Fault(FaultCode::DivideByZero),
            Self::NotU32Value { .. } => FailureKind::Fault(FaultCode::NotU32Value),
            Self::InvalidMemoryRange { .. } => FailureKind::InvalidMemoryRange,
            Self::LimitExceeded { .. } => FailureKind::AdviceLimitExceeded,
            Self::Provider { .. } => FailureKind::AdviceProviderFailed,
        }
    }

    /// A failure to look up a node.
    pub fn lookup(reason: MerkleError) -> Self {
        match reason {
            MerkleError::RootNotFound { root } => Self::SetNotFound { root },
            reason => Self::SetLookupFailed { reason },
        }
    }

    /// A failure to set a node.
    pub fn update(reason: MerkleError) -> Self {
        match reason {
            MerkleError::RootNotFound { root } => Self::SetNotFound { root },
            reason => Self::SetUpdateFailed { reason },
        }
    }
}

/// Why an event ends the execution.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EventError {
    /// The host does not know the event.
    #[error(
        "event {event} has no handler; the host that runs the program has to register one (`DefaultHost::register`)"
    )]
    NoHandler {
        /// Number of the event.
        event: u32,
    },
    /// The handler failed.
    #[error("the handler of event {event} failed: {reason}")]
    HandlerFailed {
        /// Number of the event.
        event: u32,
        /// Why.
        reason: HandlerError,
    },
}

impl EventError {
    /// Name of the kind of error.
    pub const fn kind(&self) -> &'static str {
        self.failure().name()
    }

    const fn failure(&self) -> FailureKind {
        match self {
            Self::NoHandler { .. } => FailureKind::EventHandlerNotFound,
            Self::HandlerFailed { .. } => FailureKind::EventHandlerFailed,
        }
    }
}

/// Why the host could not do what the program asks for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HostError {
    /// Advice.
    #[error(transparent)]
    Advice(#[from] AdviceError),
    /// An event.
    #[error(transparent)]
    Event(#[from] EventError),
}

impl HostError {
    /// Name of the kind of error.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Advice(error) => error.kind(),
            Self::Event(error) => error.kind(),
        }
    }
}
