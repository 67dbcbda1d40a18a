//! Documented failures of instructions.

use alloc::vec::Vec;
use core::fmt;

use miden_core::{FailureKind, FaultCode};

/// Documented failure of an instruction form.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// The kind of failure.
    pub kind: FailureKind,
    /// The conditions, each of which causes the failure; displayed as a list by [`Failure::when`].
    pub conditions: Vec<&'static str>,
}

impl Failure {
    /// Displays the conditions: `a`, `a or b`, `a, b, or c`.
    pub fn when(&self) -> impl fmt::Display + '_ {
        fmt::from_fn(|f| match self.conditions.as_slice() {
            [] => Ok(()),
            [only] => f.write_str(only),
            [first, second] => write!(f, "{first} or {second}"),
            [first @ .., last] => {
                first.iter().try_for_each(|condition| write!(f, "{condition}, "))?;
                write!(f, "or {last}")
            }
        })
    }
}

/// Failure of an instruction in the table.
#[derive(Debug)]
pub(crate) struct FailureRow {
    pub(super) kind: FailureKind,
    pub(super) conditions: &'static [Condition],
}

/// Condition that causes a failure, and the forms to which it applies.
#[derive(Debug)]
pub(crate) struct Condition {
    pub(super) text: &'static str,
    pub(super) applies: Applies,
}

/// Forms to which a condition applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Applies {
    /// All forms.
    Always,
    /// Forms that take the top operand from the stack; a parameter instead of it is checked at assembly.
    TopOnStack,
    /// The form with a number of bits.
    Bits,
}

/// A failure with a fault that can be proven.
pub(super) const fn fault(code: FaultCode, conditions: &'static [Condition]) -> FailureRow {
    FailureRow { kind: FailureKind::Fault(code), conditions }
}

/// A failure of any kind.
pub(super) const fn failure(kind: FailureKind, conditions: &'static [Condition]) -> FailureRow {
    FailureRow { kind, conditions }
}

/// A condition of all forms.
pub(super) const fn when(text: &'static str) -> Condition {
    Condition { text, applies: Applies::Always }
}

/// A condition of the top operand alone.
pub(super) const fn when_top(text: &'static str) -> Condition {
    Condition { text, applies: Applies::TopOnStack }
}

/// A condition of the number of bits.
pub(super) const fn when_bits(text: &'static str) -> Condition {
    Condition { text, applies: Applies::Bits }
}
