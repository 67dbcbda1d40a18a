//! The way out of a failure, in one line; `miden explain` says more.

use miden_assembly::InstructionForm;
use miden_core::{FailureKind, FaultCode};
use miden_processor::ExecutionError;

/// The help shown below a failure.
pub(crate) fn help(error: &ExecutionError, form: Option<&InstructionForm>) -> Option<String> {
    if let ExecutionError::CycleLimit { public, .. } = error {
        let option = if *public { "--cycle-limit" } else { "--max-cycles" };
        return Some(format!("`{option} CYCLES` sets another limit"));
    }
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
    (
        FailureKind::Fault(FaultCode::SyscallTargetNotInKernel),
        "link the program against its kernel, with `--kernel FILE`",
    ),
    (FailureKind::CodeBlockNotFound, "`procref.name` makes a procedure part of the program"),
    (
        FailureKind::MerklePathVerificationFailed,
        "check value, depth, index and root, which the instruction expects in this order from the top of the stack",
    ),
    (
        FailureKind::AdviceTapeReadFailed,
        "give more values in the file of inputs or with `--advice`; `miden inputs --explain` shows what they give",
    ),
    (
        FailureKind::AdviceKeyNotFound,
        "`miden inputs` shows the keys of the advice map; element 3 of a key is on top of the stack",
    ),
    (FailureKind::DuplicateAdviceKey, "remove the list under this key from the inputs, or use another key"),
    (FailureKind::AdviceSetNotFound, "`miden inputs` shows the roots of the trees in a file of inputs"),
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
    (FailureKind::AdviceLimitExceeded, "`--max-advice ELEMENTS` sets another limit"),
    (
        FailureKind::EventHandlerNotFound,
        "the command line handles no events; embed the machine to handle them",
    ),
    (FailureKind::MemoryLimitExceeded, "`--max-memory WORDS` sets another limit"),
    (FailureKind::StackLimitExceeded, "`--max-stack ITEMS` sets another limit"),
    (FailureKind::TooManyOutputs, "drop the items that are not results before the end of the program"),
    (FailureKind::TraceTooLong, "split the program into parts that each take fewer cycles"),
];
