//! Explanations of all faults, failures and errors by name, for `miden explain` and the book.

use miden_core::{FaultCode, outcome::FAULT_RULES};

/// A name that appears in messages or results, and what it means.
#[derive(Clone, Debug)]
pub(crate) struct Explanation {
    pub(crate) name: &'static str,
    pub(crate) group: Group,
    /// The cause, then the way out.
    pub(crate) text: &'static str,
}

/// What a name is the name of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    Fault,
    Failure,
    Error,
}

impl Group {
    pub(crate) const ALL: [Self; 3] = [Self::Fault, Self::Failure, Self::Error];

    /// A heading.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Fault => "Faults: failures of the program that can be proven",
            Self::Failure => "Failures that cannot be proven",
            Self::Error => "Errors of commands",
        }
    }
}

impl Explanation {
    /// All explanations, group by group.
    pub(crate) fn all() -> Vec<Self> {
        let faults = FaultCode::ALL.iter().map(|&code| (code.name(), Group::Fault, fault(code)));
        let failures = FAILURES.iter().map(|&(name, text)| (name, Group::Failure, text));
        let errors = ErrorKind::ALL.iter().map(|kind| (kind.name(), Group::Error, kind.text()));
        let all = faults.chain(failures).chain(errors);
        all.map(|(name, group, text)| Self { name, group, text }).collect()
    }

    /// Names of the operations with this fault; empty for other names, and if any operation can have it.
    pub(crate) fn operations(&self) -> Vec<&'static str> {
        let rules =
            FAULT_RULES.iter().filter(|rule| self.group == Group::Fault && rule.code.name() == self.name);
        rules.map(|rule| rule.opcode.info().name).collect()
    }
}

const fn fault(code: FaultCode) -> &'static str {
    match code {
        FaultCode::FailedAssertion => {
            "An assertion does not hold: `assert` expects 1 on top of the stack, `assertz` 0, `assert_eq` two equal \
             numbers. The checked value is the first one of the stack in the message. `assert.err=\"…\"` gives an \
             assertion a text of its own."
        }
        FaultCode::DivideByZero => {
            "A division by zero, or the inverse of zero. Compare the divisor with zero before dividing, if it comes from \
             inputs."
        }
        FaultCode::NotBinaryValue => {
            "An operand that must be 0 or 1 is another number: a condition of `if.true` or `while.true`, or an operand of \
             a logical or conditional instruction. `neq.0` turns a number into 0 or 1."
        }
        FaultCode::NotU32Value => {
            "An operand that must be below 2^32 is not. `u32split` splits a number into two halves below 2^32; \
             `u32assert` checks a value where it enters the program."
        }
        FaultCode::MemoryAddressOutOfRange => {
            "A memory address is 2^32 or more. Often the stack is not in the order that the instruction expects, and a \
             value was taken for an address."
        }
        FaultCode::InvalidFmpValue => {
            "The locals of nested procedures need more memory than there is for them. Usually a procedure with locals \
             invokes itself without end, by `dynexec`."
        }
        FaultCode::CallerNotInSyscall => {
            "`caller` runs outside of a system call, where there is no caller. Only procedures of a kernel that are \
             entered by `syscall` can use it."
        }
        FaultCode::CallInSyscall => {
            "A procedure of the kernel makes a call. System calls run in the root context and cannot leave it; `exec` \
             inlines the code of a procedure instead."
        }
        FaultCode::InvalidStackDepthOnReturn => {
            "A procedure that was called returns with more than 16 items on its stack, while its caller sees exactly 16. \
             Drop the items that are not results before its end."
        }
        FaultCode::SyscallTargetNotInKernel => {
            "The kernel of the program has no procedure with the digest of a system call. Link the program against the \
             kernel that it was written for, with `--kernel`."
        }
        FaultCode::CycleLimitExceeded => {
            "The program has not ended within the cycles of `--cycle-limit`. The limit is part of what is proven; a \
             higher one is another statement."
        }
    }
}

/// Failures of hosts and limits, by their names in `FailureKind`, and executions that were ended from outside.
const FAILURES: [(&str, &str); 18] = [
    (
        "CodeBlockNotFound",
        "`dynexec` or `dyncall` finds the digest of a procedure on the stack that the program does not contain. A \
         procedure is part of the program if its digest is pushed by `procref`, or if it is called.",
    ),
    (
        "MerklePathVerificationFailed",
        "A node is not at the stated depth and index of the Merkle tree with the stated root: value, index, depth or root \
         is wrong, or they are in another order on the stack.",
    ),
    (
        "AdviceTapeReadFailed",
        "The program reads more advice than the tape has. The file of inputs, or `--advice`, must give every number that \
         the program reads; `miden inputs --explain` shows what it gives.",
    ),
    (
        "AdviceKeyNotFound",
        "The advice map has no list under the word on the stack. Element 3 of the key is on top; `miden inputs` shows the \
         keys of a file.",
    ),
    (
        "DuplicateAdviceKey",
        "The program inserts a list into the advice map under a key that already has another one. A key stands for one \
         list only.",
    ),
    (
        "AdviceSetNotFound",
        "The advice has no Merkle tree with the root on the stack. `miden inputs` shows the roots of the trees in a file, \
         and `{\"root\": \"NAME\"}` puts one on the stack.",
    ),
    (
        "AdviceSetLookupFailed",
        "A Merkle tree of the advice has no node at the depth and index on the stack: they are out of range, or a partial \
         tree does not contain the node.",
    ),
    (
        "AdviceSetUpdateFailed",
        "A node of a Merkle tree of the advice cannot be replaced: the tree does not contain it or its siblings.",
    ),
    (
        "InvalidMemoryRange",
        "An instruction that takes the range from one address to another finds the end before the start, or an address of \
         2^32 or more.",
    ),
    (
        "AdviceLimitExceeded",
        "The advice has more field elements than `--max-advice` allows. The limit protects the machine that runs the \
         program, and is not part of what is proven.",
    ),
    (
        "AdviceProviderFailed",
        "The program is embedded, and the advice provider of the application reported an error.",
    ),
    (
        "EventHandlerNotFound",
        "`emit` raises an event for which the host has no handler. The command line has none for events of applications; \
         embed the machine to handle them.",
    ),
    (
        "EventHandlerFailed",
        "The program is embedded, and the application's handler of an event reported an error.",
    ),
    (
        "MemoryLimitExceeded",
        "The program uses more words of memory than `--max-memory` allows. Usually it writes to ever new addresses in a \
         loop.",
    ),
    (
        "StackLimitExceeded",
        "The stack has more items than `--max-stack` allows. Usually a loop pushes more items than it drops.",
    ),
    (
        "TooManyOutputs",
        "The stack at the end of the program is deeper than a statement can say. Drop the items that are not results.",
    ),
    (
        "TraceTooLong",
        "The execution has more rows than a proof can cover. `run` has no such limit; to prove it, split the program into \
         parts that each take fewer cycles.",
    ),
    (
        "Interrupted",
        "The execution was ended from outside before the program did, by Ctrl-C or by the application that embeds the \
         machine. Nothing is known of what it would have done.",
    ),
];

/// Declares [`ErrorKind`] with the name of each kind and its explanation.
macro_rules! kinds {
    ($($Kind:ident, $name:literal, $text:literal;)+) => {
        /// Kind of an error of a command.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum ErrorKind {
            $($Kind,)+
        }

        impl ErrorKind {
            const ALL: &[Self] = &[$(Self::$Kind,)+];

            /// The value of `error` in results.
            pub(crate) const fn name(self) -> &'static str {
                match self {
                    $(Self::$Kind => $name,)+
                }
            }

            const fn text(self) -> &'static str {
                match self {
                    $(Self::$Kind => $text,)+
                }
            }
        }
    };
}

kinds! {
    Usage, "usage", "The arguments make no sense together, or one is missing. `miden COMMAND --help` lists them.";
    File, "file",
        "A file cannot be read or written: it does not exist, is too large, is not UTF-8 text, is read-only, or is a file \
         that the command also reads. The message names it.";
    Values, "values",
        "A file of inputs or outputs is malformed. The message names the key and the item; the book lists all forms in the \
         section Inputs.";
    ProgramFile, "program_file",
        "A file is no program or library of this version: it is damaged, cut off, or of another kind. Compile it again.";
    Kernel, "kernel",
        "The kernel does not match the program: a compiled program contains its kernel, and `--kernel` names another one \
         or other options of the assembler; or a source needs the source of its kernel.";
    Library, "library",
        "A library cannot be used: the directory has no sources, its name is not valid, or it conflicts with another \
         library. `NAME=DIR` gives a directory another name.";
    Project, "project",
        "The project cannot be used: `miden.toml` is malformed, a dependency is missing or is not the one in `miden.lock`, or \
         there is no project where a command needs one. `miden new NAME` makes one.";
    Lsp, "lsp", "The connection of the editor server ended without `shutdown`.";
    OtherProgram, "other_program",
        "The source that `verify` got does not have the program hash that it got. It was changed, or assembled with other \
         options or libraries.";
    Assembly, "assembly",
        "The source has errors; `errors` lists them with file, line and column. Each message says what is expected there.";
    NotFormatted, "not_formatted",
        "`fmt --check` found sources that formatting would change. Run `miden fmt` without `--check`.";
    Warnings, "warnings",
        "`check --deny-warnings` found warnings. Correct the code, or write `@allow(name)` before the procedure.";
    Tests, "tests",
        "Tests failed. Each message names the test, the difference and the command that repeats it.";
    Several, "several", "Several files have errors; `errors` lists them.";
    Execution, "execution", "The program failed; the message names the fault or failure.";
    Prover, "prover",
        "The execution has no proof, although the program ran: it takes more memory than there is or \
         `--max-prover-memory` allows, it was interrupted, it has too many rows, or the operating system gives no \
         randomness to hide it with. The message says which.";
    InvalidProof, "invalid_proof",
        "The proof does not show the statement: it was altered, or one of program hash, kernel, inputs, outputs, outcome \
         and cycle limit differs from what was proven. The files next to the proof may belong to another run.";
    UnexpectedOutcome, "unexpected_outcome",
        "The proof is valid, but shows another outcome than the expected one. `--expect-fault CODE` and `--any-outcome` \
         expect others than success.";
    UnexpectedLimit, "unexpected_limit",
        "The outputs come from a run with a public cycle limit. `--cycle-limit` must say the same limit, because the \
         meaning of the proof depends on it.";
    Storage, "storage",
        "Storage cannot be read or changed: the file does not exist, is something else, is of another version, damaged, \
         read-only or locked, the disk is full, or it has no state with the root. The message names the file and the way \
         out. Nothing was changed.";
    Conflict, "conflict",
        "Another commit came first: the run started on one root, and the current root is another one by now. Nothing was \
         changed. Run the program again; it then starts on the current root.";
    BrokenHistory, "broken_history",
        "The log of a storage does not prove its current root: a run was committed without a proof, entries were set from \
         outside, a program ran on another kernel, or the file was altered. `storage verify --from VERSION` trusts a \
         version and verifies those after it.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_has_one_explanation() {
        let mut names: Vec<_> = Explanation::all().iter().map(|explanation| explanation.name).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    #[test]
    fn every_kind_of_failure_is_explained() {
        let source = include_str!("../../core/src/outcome/failure.rs");
        let (_, list) = source.split_once("\nfailures! {").unwrap();
        let (list, _) = list.split_once("\n}").unwrap();
        let kinds = list.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("///"));
        let explained: Vec<_> = FAILURES.iter().map(|(name, _)| *name).collect();
        assert_eq!(kinds.chain(["Interrupted"]).collect::<Vec<_>>(), explained);
    }

    #[test]
    fn texts_are_sentences() {
        for Explanation { name, text, .. } in Explanation::all() {
            assert!(text.ends_with('.') && !text.contains("  "), "{name}: {text}");
        }
    }
}
