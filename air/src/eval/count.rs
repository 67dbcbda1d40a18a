use core::ops::{Add, Mul, Sub};

use miden_core::Felt;

use super::{ConstraintSink, Label};
use crate::algebra::Algebra;

/// An expression of which nothing is derived.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Nothing;

impl Add for Nothing {
    type Output = Self;

    fn add(self, _: Self) -> Self {
        self
    }
}

impl Sub for Nothing {
    type Output = Self;

    fn sub(self, _: Self) -> Self {
        self
    }
}

impl Mul for Nothing {
    type Output = Self;

    fn mul(self, _: Self) -> Self {
        self
    }
}

impl Algebra for Nothing {
    fn constant(_value: Felt) -> Self {
        Self
    }
}

/// Counts the constraints.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct CountSink {
    /// The number of constraints so far.
    pub(crate) count: usize,
}

impl ConstraintSink for CountSink {
    type Expr = Nothing;

    fn constrain(&mut self, _label: Label, _expr: Nothing) {
        self.count += 1;
    }
}
