//! Values with their derivatives, computed forwards.

use alloc::vec::Vec;
use core::ops::{Add, Mul, Sub};

use miden_core::{Felt, field::FieldElement};

use super::{ConstraintSink, Label};
use crate::algebra::Algebra;

/// A value with its derivatives by the cells of a frame.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dual {
    /// The value.
    pub value: Felt,
    /// The derivatives that are not 0, ordered by cell; cells of the next row are numbered after those of the current
    /// one.
    pub derivatives: Vec<(usize, Felt)>,
}

impl Dual {
    /// The cell of this number.
    pub(crate) fn cell(cell: usize, value: Felt) -> Self {
        Self { value, derivatives: [(cell, Felt::ONE)].into() }
    }
}

impl Add for Dual {
    type Output = Self;

    fn add(self, rhs: Self) -> Self {
        let derivatives = combine(&self.derivatives, Felt::ONE, &rhs.derivatives, Felt::ONE);
        Self { value: self.value + rhs.value, derivatives }
    }
}

impl Sub for Dual {
    type Output = Self;

    fn sub(self, rhs: Self) -> Self {
        let derivatives = combine(&self.derivatives, Felt::ONE, &rhs.derivatives, -Felt::ONE);
        Self { value: self.value - rhs.value, derivatives }
    }
}

impl Mul for Dual {
    type Output = Self;

    /// `(x·y)' = x'·y + x·y'`
    fn mul(self, rhs: Self) -> Self {
        let derivatives = combine(&self.derivatives, rhs.value, &rhs.derivatives, self.value);
        Self { value: self.value * rhs.value, derivatives }
    }
}

impl Algebra for Dual {
    fn constant(value: Felt) -> Self {
        Self { value, derivatives: Vec::new() }
    }
}

/// `Σ factor_a·a + Σ factor_b·b`, cell by cell.
fn combine(a: &[(usize, Felt)], factor_a: Felt, b: &[(usize, Felt)], factor_b: Felt) -> Vec<(usize, Felt)> {
    let a = if factor_a == Felt::ZERO { &[] } else { a };
    let b = if factor_b == Felt::ZERO { &[] } else { b };
    let mut sum = Vec::with_capacity(a.len() + b.len());
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
    while let Some(cell) = [a.peek(), b.peek()].into_iter().flatten().map(|term| term.0).min() {
        let term_a = a.next_if(|term| term.0 == cell).map_or(Felt::ZERO, |term| factor_a * term.1);
        let term_b = b.next_if(|term| term.0 == cell).map_or(Felt::ZERO, |term| factor_b * term.1);
        if term_a + term_b != Felt::ZERO {
            sum.push((cell, term_a + term_b));
        }
    }
    sum
}

/// Collects the value and the derivatives of each constraint.
#[derive(Clone, Debug, Default)]
pub(crate) struct DualSink {
    /// All constraints, in order.
    pub(crate) constraints: Vec<(Label, Dual)>,
}

impl ConstraintSink for DualSink {
    type Expr = Dual;

    fn constrain(&mut self, label: Label, expr: Dual) {
        self.constraints.push((label, expr));
    }
}
