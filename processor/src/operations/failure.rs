use alloc::boxed::Box;

use miden_core::operations::OperandFault;

use crate::{AdviceError, Fault, HostError, state::MemoryFull};

/// Reasons why an operation cannot execute.
#[derive(Debug)]
pub(crate) enum Failure {
    /// It has no result.
    Fault(Fault),
    /// The host lacks a value that it needs.
    Host(Box<HostError>),
    /// The memory has reached its limit.
    MemoryLimit,
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<OperandFault> for Failure {
    fn from(fault: OperandFault) -> Self {
        Self::Fault(fault.into())
    }
}

impl From<HostError> for Failure {
    #[cold]
    fn from(error: HostError) -> Self {
        Self::Host(Box::new(error))
    }
}

impl From<AdviceError> for Failure {
    #[cold]
    fn from(error: AdviceError) -> Self {
        Self::Host(Box::new(error.into()))
    }
}

impl From<MemoryFull> for Failure {
    fn from(MemoryFull: MemoryFull) -> Self {
        Self::MemoryLimit
    }
}
