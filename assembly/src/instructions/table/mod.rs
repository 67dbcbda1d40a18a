//! The instruction table, with a file for each chapter of the language reference.
//!
//! Cycles are not listed: they follow from the operations. `[b, a]` is a stack whose top is `b`; a capital
//! letter is a word of four items. The stack effect of a row is that of the form without a parameter; a form
//! that takes its top operand as a parameter has the same effect without that operand.

use super::{Form, failure::FailureRow};

mod advice;
mod debug;
mod environment;
mod field;
mod hash;
mod memory;
mod stack;
mod u32;

/// Chapter of the language reference.
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
    Chapter { title: "Debugging", instructions: debug::ROWS },
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
    /// The stack effect.
    pub(crate) stack: &'static str,
    /// Supplements the stack effect; may be empty.
    pub(crate) text: &'static str,
    /// Faults and their conditions; empty if the instruction cannot fail.
    pub(crate) failures: &'static [FailureRow],
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

    const fn fails(mut self, failures: &'static [FailureRow]) -> Self {
        self.failures = failures;
        self
    }

    /// The name and the other spellings.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        core::iter::once(self.name).chain(self.aliases.iter().copied())
    }
}
