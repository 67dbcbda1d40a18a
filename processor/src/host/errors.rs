use alloc::{format, string::String};

use miden_core::{Digest, FailureKind, FaultCode, Felt, MerkleError};

/// Reasons why advice cannot be supplied or changed. The advice is left unchanged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AdviceError {
    /// The tape is too short.
    #[error(
        "the program reads {needed} advice value{}, but the advice tape has {} left",
        if *needed == 1 { "" } else { "s" },
        if *left == 0 { String::from("none") } else { format!("only {left}") }
    )]
    TapeReadFailed {
        /// Number of values requested.
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
    /// The map has a different list under the key.
    #[error("the advice map already has a different list under key {key}")]
    DuplicateKey {
        /// The key.
        key: Digest,
    },
    /// The store has no tree with this root.
    #[error("the advice has no Merkle tree with root {root}")]
    SetNotFound {
        /// The root.
        root: Digest,
    },
    /// A lookup in a Merkle tree failed.
    #[error("Merkle lookup failed: {reason}")]
    SetLookupFailed {
        /// Why.
        reason: MerkleError,
    },
    /// An update of a Merkle tree failed.
    #[error("Merkle update failed: {reason}")]
    SetUpdateFailed {
        /// Why.
        reason: MerkleError,
    },
    /// The divisor of a quotient to be supplied is zero.
    #[error("division by zero")]
    DivideByZero,
    /// An operand that must be below 2^32 is not.
    #[error("the value must be below 2^32, but is {value}")]
    NotU32Value {
        /// The operand.
        value: Felt,
    },
    /// A memory range is invalid.
    #[error("addresses {start} to {end} are not a memory range: start ≤ end ≤ 2^32 is required")]
    InvalidMemoryRange {
        /// The first address.
        start: u64,
        /// The address after the last one.
        end: u64,
    },
    /// The advice would grow beyond its limit.
    #[error("the advice would hold more than {limit} elements; a larger limit can be set")]
    LimitExceeded {
        /// Largest number of elements.
        limit: usize,
    },
    /// A custom provider failed.
    #[error("the advice provider failed: {message}")]
    Provider {
        /// Its message.
        message: String,
    },
}

impl AdviceError {
    /// Name of the kind of error, as in the machine's specification.
    pub const fn kind(&self) -> &'static str {
        self.failure().name()
    }

    /// The kind of failure that the error causes.
    pub const fn failure(&self) -> FailureKind {
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

    /// Wraps a failed lookup.
    pub fn lookup(reason: MerkleError) -> Self {
        match reason {
            MerkleError::RootNotFound { root } => Self::SetNotFound { root },
            reason => Self::SetLookupFailed { reason },
        }
    }

    /// Wraps a failed update.
    pub fn update(reason: MerkleError) -> Self {
        match reason {
            MerkleError::RootNotFound { root } => Self::SetNotFound { root },
            reason => Self::SetUpdateFailed { reason },
        }
    }
}

/// Reasons why an event handler gives up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HandlerError {
    /// The advice rejected a request of the handler.
    #[error(transparent)]
    Advice(#[from] AdviceError),
    /// A message of the handler.
    #[error("{0}")]
    Message(String),
}

impl From<String> for HandlerError {
    fn from(message: String) -> Self {
        Self::Message(message)
    }
}

impl From<&str> for HandlerError {
    fn from(message: &str) -> Self {
        Self::Message(message.into())
    }
}

/// Reasons why an event ends the execution.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EventError {
    /// The host has no handler for the event.
    #[error("event {event} has no handler; register one with the host (`DefaultHost::register`)")]
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

    /// The kind of failure that the error causes.
    pub const fn failure(&self) -> FailureKind {
        match self {
            Self::NoHandler { .. } => FailureKind::EventHandlerNotFound,
            Self::HandlerFailed { .. } => FailureKind::EventHandlerFailed,
        }
    }
}

/// Reasons why the host cannot serve a request of the program.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HostError {
    /// The advice failed.
    #[error(transparent)]
    Advice(#[from] AdviceError),
    /// The event failed.
    #[error(transparent)]
    Event(#[from] EventError),
}

impl HostError {
    /// Name of the kind of error.
    pub const fn kind(&self) -> &'static str {
        self.failure().name()
    }

    /// The kind of failure that the error causes.
    pub const fn failure(&self) -> FailureKind {
        match self {
            Self::Advice(error) => error.failure(),
            Self::Event(error) => error.failure(),
        }
    }
}
