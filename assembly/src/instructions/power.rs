//! Powers by multiplication.
//!
//! An exponent is built from 1 by two steps:
//!
//! - `a^(m·n) = (a^m)^n`: a power of a power;
//! - `a^(n + 1) = a · a^n`: two operations, for a copy of `a` that stays below the power, and a product.
//!
//! These are all the addition chains that use copies in last-in, first-out order.

use alloc::vec::Vec;

use miden_core::Opcode::{Dup0, Mul};

use super::{Operations, extend};

/// Limit of exponents. From 2^9 on `expacc` takes fewer cycles, since a squaring takes two.
const MAX: usize = 1 << 9;

/// Last step of building a power.
#[derive(Clone, Copy)]
enum Step {
    /// The base itself.
    One,
    /// Power `n − 1` times the base.
    Successor,
    /// Power `n / m` of power `m`.
    Power(usize),
}

/// The fewest cycles for each exponent, and the last step.
static BEST: [(usize, Step); MAX] = best();

#[allow(clippy::indexing_slicing, reason = "executed at compile time, and const code cannot iterate")]
const fn best() -> [(usize, Step); MAX] {
    let mut best = [(0, Step::One); MAX];
    let mut n = 2;
    while n < MAX {
        best[n] = (best[n - 1].0 + 2, Step::Successor);
        let mut m = 2;
        while m * m <= n {
            if n % m == 0 && best[m].0 + best[n / m].0 < best[n].0 {
                best[n] = (best[m].0 + best[n / m].0, Step::Power(m));
            }
            m += 1;
        }
        n += 1;
    }
    best
}

/// Number of operations of [`multiply`]; `None` for 0 and for exponents above its limit.
pub(super) fn cycles(exponent: u64) -> Option<usize> {
    let index = usize::try_from(exponent).ok().filter(|exponent| *exponent > 0)?;
    BEST.get(index).map(|(cycles, _)| *cycles)
}

/// `[a] → [a^exponent]`
pub(super) fn multiply(exponent: u64, operations: &mut Operations) {
    /// Pending work.
    enum Task {
        Power(usize),
        Multiply,
    }
    let exponent = usize::try_from(exponent).expect("a larger exponent is left to `expacc`");
    let mut tasks: Vec<Task> = [Task::Power(exponent)].into();
    while let Some(task) = tasks.pop() {
        let Task::Power(exponent) = task else {
            extend(operations, &[Mul]);
            continue;
        };
        let (_, step) = BEST.get(exponent).expect("a larger exponent is left to `expacc`");
        match step {
            Step::Successor => {
                extend(operations, &[Dup0]);
                tasks.extend([Task::Multiply, Task::Power(exponent - 1)]);
            }
            Step::Power(first) => {
                tasks.extend([Task::Power(exponent / first), Task::Power(*first)]);
            }
            Step::One => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The exponent that operations raise to: tracks the exponent of each item, top last.
    fn exponent(operations: &Operations) -> u64 {
        let mut items = alloc::vec![1];
        for operation in operations.as_slice() {
            let top = items.pop().unwrap();
            match operation.opcode() {
                Dup0 => items.extend([top, top]),
                Mul => *items.last_mut().unwrap() += top,
                other => panic!("{other}"),
            }
        }
        assert_eq!(items.len(), 1);
        items[0]
    }

    #[test]
    fn powers_have_their_exponent_and_their_cycles() {
        for n in 1..MAX as u64 {
            let mut operations = Operations::new();
            multiply(n, &mut operations);
            assert_eq!(exponent(&operations), n);
            assert_eq!(cycles(n), Some(operations.len()));
            // At most one squaring per bit, and one multiplication per bit that is set.
            assert!(operations.len() as u32 <= 2 * (n.ilog2() + n.count_ones() - 1), "{n}");
        }
        assert_eq!([cycles(0), cycles(MAX as u64), cycles(u64::MAX)], [None; 3]);
        // 15 = 3 · 5
        assert_eq!(cycles(15), Some(10));
    }
}
