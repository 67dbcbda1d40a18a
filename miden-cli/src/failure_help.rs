//! The way out of a failure by an option of the command line, or by another command; `miden explain` says more.

use miden_core::{FailureKind, FaultCode};
use miden_processor::ExecutionError;

/// The help shown below a failure; `None` if the command line has no way out of its own.
pub(crate) fn help(error: &ExecutionError) -> Option<String> {
    if let ExecutionError::CycleLimit { public, .. } = error {
        let option = if *public { "--cycle-limit" } else { "--max-cycles" };
        return Some(format!("`{option} CYCLES` sets another limit"));
    }
    let found = HELP.iter().find(|(kind, _)| kind.name() == error.kind());
    found.map(|(_, help)| (*help).into())
}

/// Help by kind of failure.
const HELP: &[(FailureKind, &str)] = &[
    (
        FailureKind::Fault(FaultCode::SyscallTargetNotInKernel),
        "link the program against its kernel, with `--kernel FILE`",
    ),
    (
        FailureKind::AdviceTapeReadFailed,
        "give more values in the file of inputs or with `--advice`; `miden inputs --explain` shows what they give",
    ),
    (
        FailureKind::AdviceKeyNotFound,
        "`miden inputs` shows the keys of the advice map; element 3 of a key is on top of the stack",
    ),
    (FailureKind::AdviceSetNotFound, "`miden inputs` shows the roots of the trees in a file of inputs"),
    (FailureKind::AdviceLimitExceeded, "`--max-advice ELEMENTS` sets another limit"),
    (
        FailureKind::EventHandlerNotFound,
        "the command line handles no events; embed the machine to handle them",
    ),
    (FailureKind::MemoryLimitExceeded, "`--max-memory WORDS` sets another limit"),
    (FailureKind::StackLimitExceeded, "`--max-stack ITEMS` sets another limit"),
];
