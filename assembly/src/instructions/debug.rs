//! Debug commands, which are lowered to decorators.

use core::ops::RangeInclusive;

use miden_core::program::{DebugCommand, Decorator};

use super::Operations;

/// Kind of a debug command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DebugKind {
    Stack,
    Memory,
    Locals,
    AdviceStack,
    Print,
    Breakpoint,
}

impl DebugKind {
    /// The parameters of the form with parameters: their notation, and their number.
    pub(crate) const fn parameters(self) -> (&'static str, RangeInclusive<usize>) {
        match self {
            Self::Stack | Self::AdviceStack => (".n", 1..=1),
            Self::Memory => (".a[.b]", 1..=2),
            Self::Locals => (".i[.j]", 1..=2),
            Self::Print => ("=\"…\"", 1..=1),
            Self::Breakpoint => ("", 0..=0),
        }
    }

    /// A command of this kind, for the reference.
    pub(super) fn sample(self) -> DebugCommand {
        match self {
            Self::Stack => DebugCommand::Stack { count: None },
            Self::Memory => DebugCommand::Memory { range: None },
            Self::Locals => DebugCommand::Locals { count: 1, first: 0, last: 0 },
            Self::AdviceStack => DebugCommand::AdviceStack { count: None },
            Self::Print => DebugCommand::Print("".into()),
            Self::Breakpoint => DebugCommand::Breakpoint,
        }
    }
}

pub(super) fn command(command: &DebugCommand, operations: &mut Operations) {
    operations.decorate(Decorator::Debug(command.clone()));
}
