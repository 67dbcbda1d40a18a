//! Peephole optimization of operation runs.
//!
//! A rule replaces the last operations of the code. It is exact: on every stack of 16 items or more, both sides leave
//! the same items at the same depth, or fail with the same fault. They may differ in the number of cycles, in the
//! operation at fault, and in the values that a failed assertion reports. No rule touches advice or the free memory
//! pointer, and writes to memory keep their values and order.
//!
//! Rules are tried whenever an operation is appended, so that each works on the result of the previous ones. A rule
//! shortens the code, or keeps its length but reduces immediates or replaces other operations with `drop`. The total
//! work is therefore linear in the length of the code.

use alloc::vec::Vec;

use miden_core::Operation;

mod arithmetic;
mod constants;
mod moves;
mod patterns;
mod stores;
#[cfg(test)]
mod tests;
mod truth;
mod unused;

/// Replacement for the last operations of the code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rewrite {
    /// Number of replaced operations.
    pub(crate) len: usize,
    /// Operations, each with the index of the replaced operation whose instruction it is attributed to.
    pub(crate) to: Vec<(Operation, usize)>,
}

/// Maximum number of operations that a rule inspects.
pub(crate) const WINDOW: usize = 17;

/// An optimization.
type Rule = fn(&[Operation]) -> Option<Rewrite>;

/// All rules, by name.
const RULES: &[(&str, Rule)] = &[
    ("constants", constants::fold),
    ("unused results", unused::remove),
    ("moves", moves::shorten),
    ("sums", arithmetic::add_up),
    ("products", arithmetic::multiply_out),
    ("truth values", truth::shorten),
    ("stores", stores::keep),
    ("patterns", patterns::replace),
];

/// A replacement for the last operations of the code, if a rule applies.
pub(crate) fn shorten(code: &[Operation]) -> Option<Rewrite> {
    let start = code.len().saturating_sub(WINDOW);
    let window = code.get(start..)?;
    RULES.iter().find_map(|(_, rule)| rule(window))
}
