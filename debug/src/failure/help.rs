//! The way out of a failure, in one line.

use miden_assembly::InstructionForm;
use miden_core::{FailureKind, FaultCode};
use miden_processor::ExecutionError;

/// The help shown below a failure.
pub(super) fn help(error: &ExecutionError, form: Option<&InstructionForm>) -> Option<String> {
    let is = |kind: &FailureKind| kind.name() == error.kind();
    if let ExecutionError::Fault { fault, code, .. } = error
        && fault.code() == Some(FaultCode::FailedAssertion)
    {
        let form = form.filter(|form| form.takes_error_code && code.is_none())?;
        return Some(format!("`{}.err=\"…\"` gives the assertion a text of its own", form.name));
    }
    HELP.iter().find(|(kind, _)| is(kind)).map(|(_, help)| (*help).into())
}

/// Help by kind of failure. A failed assertion depends on the instruction.
const HELP: &[(FailureKind, &str)] = &[
    (FailureKind::Fault(FaultCode::DivideByZero), "check the divisor before dividing: `dup neq.0 assert`"),
    (FailureKind::Fault(FaultCode::NotBinaryValue), "`neq.0` turns a number into 0 or 1"),
    (
        FailureKind::Fault(FaultCode::NotU32Value),
        "`u32assert` checks a value where it enters the program; `u32split` splits one into halves below 2^32",
    ),
    (
        FailureKind::Fault(FaultCode::MemoryAddressOutOfRange),
        "check the order of the stack: a value was probably taken for an address",
    ),
    (
        FailureKind::Fault(FaultCode::InvalidFmpValue),
        "locals are released at the end of their procedure, so it must not invoke itself without end",
    ),
    (FailureKind::Fault(FaultCode::CallerNotInSyscall), "enter the procedure by `syscall`"),
    (FailureKind::Fault(FaultCode::CallInSyscall), "`exec` inlines the code of a procedure instead"),
    (
        FailureKind::Fault(FaultCode::InvalidStackDepthOnReturn),
        "drop the items that are not results before the end of the procedure, or `exec.sys::truncate_stack`",
    ),
    (FailureKind::CodeBlockNotFound, "`procref.name` makes a procedure part of the program"),
    (
        FailureKind::MerklePathVerificationFailed,
        "check value, depth, index and root, which the instruction expects in this order from the top of the stack",
    ),
    (FailureKind::DuplicateAdviceKey, "remove the list under this key from the inputs, or use another key"),
    (
        FailureKind::AdviceSetLookupFailed,
        "check depth and index; a partial tree in the inputs must contain the node",
    ),
    (
        FailureKind::AdviceSetUpdateFailed,
        "check depth and index; a partial tree in the inputs must contain the node and its siblings",
    ),
    (
        FailureKind::InvalidMemoryRange,
        "the start of the range comes first from the top of the stack, then its end",
    ),
    (FailureKind::TooManyOutputs, "drop the items that are not results before the end of the program"),
    (FailureKind::TraceTooLong, "split the program into parts that each take fewer cycles"),
];
