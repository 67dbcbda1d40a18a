//! Shorter operations for straight-line code.
//!
//! A rule looks at the end of some code, and says what to put in its place. It is exact: on every stack, of 16 items
//! or more, both sides leave the same items at the same depth, or fail with the same fault. What may differ is the
//! number of cycles, which operation of the code is at fault, and for an assertion the values that it tells.
//! No rule touches advice or the free memory pointer, and what is written to memory, and when, stays.
//!
//! Rules are tried whenever an operation is appended, so that what one leaves is the beginning of what the next one
//! looks at. Each makes code shorter, or leaves its length and replaces what is costlier: operations with constants
//! by such without, and others by `drop`. So the work is linear in the length of the code.

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

/// What to put in the place of the last operations of some code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rewrite {
    /// Number of operations that are replaced.
    pub(crate) len: usize,
    /// Operations, each with the index of the one, among those replaced, whose instruction it comes from.
    pub(crate) to: Vec<(Operation, usize)>,
}

/// Largest number of operations that a rule looks at.
pub(crate) const WINDOW: usize = 17;

/// A way to make code shorter.
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

/// What the last operations of the code can be replaced by.
pub(crate) fn shorten(code: &[Operation]) -> Option<Rewrite> {
    let start = code.len().saturating_sub(WINDOW);
    let window = code.get(start..)?;
    RULES.iter().find_map(|(_, rule)| rule(window))
}
