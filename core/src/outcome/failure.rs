use core::fmt;

use super::FaultCode;

/// Expands the list of failures to the enum, its names and numbers. A number is never used again for another failure.
macro_rules! failures {
    ($($(#[$doc:meta])+ $name:ident = $number:literal)+) => {
        /// Kind of a failed execution: a fault that can be proven, or a failure that is not an outcome of the program.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum FailureKind {
            /// A fault that can be proven.
            Fault(FaultCode),
            $($(#[$doc])+ $name,)+
        }

        impl FailureKind {
            /// The failures that cannot be proven, by number.
            pub const UNPROVABLE: &[Self] = &[$(Self::$name,)+];

            /// Its stable number: that of the fault, which is below 100, or one from 101 to 199.
            pub const fn number(self) -> u16 {
                match self {
                    Self::Fault(code) => code.number() as u16,
                    $(Self::$name => $number,)+
                }
            }

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
    CodeBlockNotFound = 101
    /// A node is not at the stated place of a Merkle tree.
    MerklePathVerificationFailed = 102
    /// The advice tape is too short.
    AdviceTapeReadFailed = 103
    /// The advice map has no list under a key.
    AdviceKeyNotFound = 104
    /// The advice map has a different list under a key.
    DuplicateAdviceKey = 105
    /// The advice has no Merkle tree with a root.
    AdviceSetNotFound = 106
    /// A Merkle tree of the advice has no node at a place.
    AdviceSetLookupFailed = 107
    /// A node of a Merkle tree of the advice cannot be replaced.
    AdviceSetUpdateFailed = 108
    /// Two addresses do not form a range of memory.
    InvalidMemoryRange = 109
    /// The advice exceeds its limit.
    AdviceLimitExceeded = 110
    /// The advice provider of the embedder failed.
    AdviceProviderFailed = 111
    /// The host has no handler for an event.
    EventHandlerNotFound = 112
    /// The handler of an event failed.
    EventHandlerFailed = 113
    /// Memory exceeds its limit.
    MemoryLimitExceeded = 114
    /// The stack exceeds its limit.
    StackLimitExceeded = 115
    /// The final stack is too deep for outputs.
    TooManyOutputs = 116
    /// The trace exceeds the longest one that can be proven.
    TraceTooLong = 117
    /// The execution was ended from outside.
    Interrupted = 118
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
