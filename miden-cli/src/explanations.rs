//! Explanations of all faults, failures and errors by name, for `miden explain` and the book.

use miden_core::{FailureKind, FaultCode, outcome::FAULT_RULES};
use miden_prover::ProverError;
use miden_verifier::{ProofBundleError, VerifierError};

/// A name that appears in messages or results, and what it means.
#[derive(Clone, Debug)]
pub(crate) struct Explanation {
    pub(crate) name: &'static str,
    /// The number in the interfaces of the crates; errors of commands have none.
    pub(crate) number: Option<u16>,
    pub(crate) group: Group,
    /// The cause, then the way out.
    pub(crate) text: &'static str,
}

/// What a name is the name of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    Fault,
    Failure,
    Prover,
    Verifier,
    Error,
}

impl Group {
    pub(crate) const ALL: [Self; 5] = [Self::Fault, Self::Failure, Self::Prover, Self::Verifier, Self::Error];

    /// A heading.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Fault => "Faults: failures of the program that can be proven",
            Self::Failure => "Failures that cannot be proven",
            Self::Prover => "Reasons why an execution has no proof",
            Self::Verifier => "Reasons why a proof is rejected",
            Self::Error => "Errors of commands",
        }
    }
}

impl Explanation {
    /// All explanations, group by group.
    pub(crate) fn all() -> Vec<Self> {
        let fault = |&code: &FaultCode| Self {
            name: code.name(),
            number: Some(code.number().into()),
            group: Group::Fault,
            text: fault(code),
        };
        let failure = |(kind, text): (&FailureKind, &'static str)| Self {
            name: kind.name(),
            number: Some(kind.number()),
            group: Group::Failure,
            text,
        };
        let error = |kind: &ErrorKind| Self {
            name: kind.name(),
            number: None,
            group: Group::Error,
            text: kind.text(),
        };
        let numbered = |group| {
            move |(&(number, name), text): (&(u16, &'static str), &'static str)| Self {
                name,
                number: Some(number),
                group,
                text,
            }
        };
        let prover = ProverError::CODES.iter().zip(PROVER).map(numbered(Group::Prover));
        let verifier = VerifierError::CODES.iter().chain(ProofBundleError::CODES);
        let verifier = verifier.zip(VERIFIER).map(numbered(Group::Verifier));
        let failures = FailureKind::UNPROVABLE.iter().zip(FAILURES.map(|(_, text)| text)).map(failure);
        let faults = FaultCode::ALL.iter().map(fault);
        let errors = ErrorKind::ALL.iter().map(error);
        faults.chain(failures).chain(prover).chain(verifier).chain(errors).collect()
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

/// Errors of the prover, in the order of `ProverError::CODES`.
const PROVER: [&str; 5] = [
    "The trace is longer than the parameter set accepts. Choose another set, or split the program.",
    "The proof takes more memory than there is or the options allow. The message says how much.",
    "The proof was cancelled, by Ctrl-C or by the application.",
    "The operating system gives no randomness, which a proof needs to hide the execution.",
    "A challenge fell into a domain, which no transcript has ever done. Prove again.",
];

/// Errors of the verifier, in the order of `VerifierError::CODES` and `ProofBundleError::CODES`.
const VERIFIER: [&str; 23] = [
    "The bytes are something other than a proof.",
    "The proof was made by another version, whose format this one does not read.",
    "The bytes begin like a proof, but are cut off, too long, or have an impossible value. The message names the byte.",
    "The proof names a parameter set that this version does not have.",
    "The proof has options that this version does not have.",
    "The parameter set of the proof does not accept traces of its length.",
    "The caller does not accept the parameter set of the proof.",
    "The proof does not hide the execution, and the caller accepts only proofs that do.",
    "The proof has less security than its parameter set promises or the caller requires.",
    "The claimed outcome is not among those that the caller accepts.",
    "No program has the outcome of the statement: the operation cannot fail so, or the cycle contradicts the cycle limit.",
    "The trace is too short for the inputs, the outputs and the cycle of the fault in the statement.",
    "A challenge could not be drawn from the transcript.",
    "The out-of-domain point lies in a domain, which no honest transcript has ever done.",
    "The proof of work is missing: usually the proof was altered, or the statement is not the proven one.",
    "The constraints do not hold at the out-of-domain point: the statement is false, or the proof was altered.",
    "Opened rows of the trace do not match their commitment: the proof was altered.",
    "Opened rows of the quotient do not match their commitment: the proof was altered.",
    "Opened rows of a FRI layer do not match their commitment: the proof was altered.",
    "A FRI layer is not the folding of the previous one: the proof was altered.",
    "The FRI remainder is not the folding of the last layer: the proof was altered.",
    "The bytes are not a proof bundle of this version.",
    "The statement of the bundle is not the expected one. The message names each part that differs.",
];

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
    Claim, "claim",
        "A file is not a proof bundle or statement of this version: it is damaged, cut off, or something else. A proof \
         without its statement is named with `--proof`; the book has the schemas of the JSON forms.";
    ProgramFile, "program_file",
        "A file is not a program or library of this version: it is damaged, cut off, or of another kind. Compile it again.";
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
    OtherStatement, "other_statement",
        "The statement of the file is not the expected one. The message names each part that differs: program hash, kernel, \
         inputs, outputs or cycle limit. The proof has not been looked at.";
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
    Manifest, "manifest",
        "The manifest of a program cannot be made, or is malformed. `miden compile --manifest FILE` makes one, from the \
         source of a program.";
    NotReproduced, "not_reproduced",
        "A source or a library is not the one that the manifest records, or the program assembled from them has another \
         hash. Get the files that the manifest was made from, and the same release of the assembler.";
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
        let kinds: Vec<_> = FailureKind::UNPROVABLE.iter().map(|kind| kind.name()).collect();
        assert_eq!(kinds, FAILURES.map(|(name, _)| name));
        assert_eq!(ProverError::CODES.len(), PROVER.len());
        assert_eq!(VerifierError::CODES.len() + ProofBundleError::CODES.len(), VERIFIER.len());
    }

    #[test]
    fn numbers_ascend() {
        let numbers: Vec<_> =
            Explanation::all().iter().filter_map(|explanation| explanation.number).collect();
        assert!(numbers.is_sorted_by(|a, b| a < b), "{numbers:?}");
    }

    #[test]
    fn texts_are_sentences() {
        for Explanation { name, text, .. } in Explanation::all() {
            assert!(text.ends_with('.') && !text.contains("  "), "{name}: {text}");
        }
    }
}
