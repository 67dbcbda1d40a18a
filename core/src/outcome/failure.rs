use core::fmt;

use super::FaultCode;

/// Expands the list of failures to the enum and its names.
macro_rules! failures {
    ($($(#[$doc:meta])+ $name:ident)+) => {
        /// Kind of a failed execution: a fault that can be proven, or a failure that is not an outcome of the program.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum FailureKind {
            /// A fault that can be proven.
            Fault(FaultCode),
            $($(#[$doc])+ $name,)+
        }

        impl FailureKind {
            /// Name of the kind of failure, as in the machine's specification.
            pub const fn name(self) -> &'static str {
                match self {
                    Self::Fault(code) => code.name(),
                    $(Self::$name => stringify!($name),)+
                }
            }
        }
    };
}

failures! {
    /// The program does not contain a procedure with the digest of a dynamic invocation.
    CodeBlockNotFound
    /// A node is not at the stated place of a Merkle tree.
    MerklePathVerificationFailed
    /// The advice tape is too short.
    AdviceTapeReadFailed
    /// The advice map has no list under a key.
    AdviceKeyNotFound
    /// The advice map has a different list under a key.
    DuplicateAdviceKey
    /// The advice has no Merkle tree with a root.
    AdviceSetNotFound
    /// A Merkle tree of the advice has no node at a place.
    AdviceSetLookupFailed
    /// A node of a Merkle tree of the advice cannot be replaced.
    AdviceSetUpdateFailed
    /// Two addresses do not form a range of memory.
    InvalidMemoryRange
    /// The advice exceeds its limit.
    AdviceLimitExceeded
    /// The advice provider of the embedder failed.
    AdviceProviderFailed
    /// The host has no handler for an event.
    EventHandlerNotFound
    /// The handler of an event failed.
    EventHandlerFailed
    /// Memory exceeds its limit.
    MemoryLimitExceeded
    /// The stack exceeds its limit.
    StackLimitExceeded
    /// The final stack is too deep for outputs.
    TooManyOutputs
    /// The trace exceeds the longest one that can be proven.
    TraceTooLong
}

impl From<FaultCode> for FailureKind {
    fn from(code: FaultCode) -> Self {
        Self::Fault(code)
    }
}

impl fmt::Display for FailureKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
