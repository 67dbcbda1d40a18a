//! The instruction table, a file for each chapter of the language reference.
//!
//! Cycles follow from the operations, so they are not written here. `[b, a]` is a stack whose top is `b`; a
//! capital letter is a word of four items. The stack effect of a row is that of the form without a parameter;
//! a form that takes its top operand as a parameter has the same effect without that operand.

use super::Form;

mod advice;
mod environment;
mod field;
mod hash;
mod memory;
mod stack;
mod u32;

/// Part of the language reference.
#[derive(Debug)]
pub(crate) struct Chapter {
    pub(crate) title: &'static str,
    pub(crate) instructions: &'static [InstructionRow],
}

/// The chapters in their order.
pub(crate) const CHAPTERS: &[Chapter] = &[
    Chapter { title: "Assertions and field arithmetic", instructions: field::ROWS },
    Chapter { title: "u32 arithmetic", instructions: u32::ROWS },
    Chapter { title: "Stack", instructions: stack::ROWS },
    Chapter { title: "Constants and environment", instructions: environment::ROWS },
    Chapter { title: "Memory and locals", instructions: memory::ROWS },
    Chapter { title: "Advice", instructions: advice::ROWS },
    Chapter { title: "Hashes and Merkle trees", instructions: hash::ROWS },
];

/// All rows.
pub(crate) fn rows() -> impl Iterator<Item = &'static InstructionRow> {
    CHAPTERS.iter().flat_map(|chapter| chapter.instructions)
}

/// One row of the instruction table.
#[derive(Debug)]
pub(crate) struct InstructionRow {
    pub(crate) name: &'static str,
    /// Other spellings.
    pub(crate) aliases: &'static [&'static str],
    /// What it takes from the top of the stack, and what it leaves there.
    pub(crate) stack: &'static str,
    /// What the stack effect does not say; may be empty.
    pub(crate) text: &'static str,
    /// Kinds of faults, and when they happen; empty if it cannot fail.
    pub(crate) failures: &'static [(&'static str, &'static str)],
    pub(crate) forms: &'static [Form],
}

const fn row(name: &'static str, stack: &'static str, forms: &'static [Form]) -> InstructionRow {
    InstructionRow { name, aliases: &[], stack, text: "", failures: &[], forms }
}

impl InstructionRow {
    const fn or(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }

    const fn text(mut self, text: &'static str) -> Self {
        self.text = text;
        self
    }

    const fn fails(mut self, failures: &'static [(&'static str, &'static str)]) -> Self {
        self.failures = failures;
        self
    }

    /// The name and the other spellings.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        core::iter::once(self.name).chain(self.aliases.iter().copied())
    }
}

/// Names of the kinds of errors, as at run time.
mod fault {
    pub(super) const ADDRESS: &str = "MemoryAddressOutOfRange";
    pub(super) const ADVICE_KEY: &str = "AdviceKeyNotFound";
    pub(super) const ADVICE_TAPE: &str = "AdviceTapeReadFailed";
    pub(super) const CALLER: &str = "CallerNotInSyscall";
    pub(super) const DUPLICATE_KEY: &str = "DuplicateAdviceKey";
    pub(super) const EVENT: &str = "EventHandlerNotFound";
    pub(super) const MEMORY_RANGE: &str = "InvalidMemoryRange";
    pub(super) const MERKLE_LOOKUP: &str = "AdviceSetLookupFailed";
    pub(super) const MERKLE_ROOT: &str = "AdviceSetNotFound";
    pub(super) const ASSERTION: &str = "FailedAssertion";
    pub(super) const BINARY: &str = "NotBinaryValue";
    pub(super) const DIVISION: &str = "DivideByZero";
    pub(super) const MERKLE_NODE: &str = "MerklePathVerificationFailed";
    pub(super) const U32: &str = "NotU32Value";
}
