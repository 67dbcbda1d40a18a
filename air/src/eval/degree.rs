use alloc::vec::Vec;
use core::ops::{Add, Mul, Sub};

use miden_core::Felt;

use super::{ConstraintSink, Label};
use crate::algebra::Algebra;

/// The largest degree of a constraint.
pub const MAX_DEGREE: usize = 5;

/// Upper bound of the degree of an expression, in trace columns; a periodic column counts as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Degree(pub usize);

impl Add for Degree {
    type Output = Self;

    fn add(self, rhs: Self) -> Self {
        self.max(rhs)
    }
}

impl Sub for Degree {
    type Output = Self;

    fn sub(self, rhs: Self) -> Self {
        self.max(rhs)
    }
}

impl Mul for Degree {
    type Output = Self;

    #[allow(clippy::suspicious_arithmetic_impl, reason = "degrees of a product add up")]
    fn mul(self, rhs: Self) -> Self {
        Self(self.0 + rhs.0)
    }
}

impl Algebra for Degree {
    fn constant(_value: Felt) -> Self {
        Self(0)
    }
}

/// Collects the degree of each constraint.
#[derive(Clone, Debug, Default)]
pub(crate) struct DegreeSink {
    /// Labels with degrees, in order.
    pub(crate) degrees: Vec<(Label, Degree)>,
}

impl ConstraintSink for DegreeSink {
    type Expr = Degree;

    fn constrain(&mut self, label: Label, expr: Degree) {
        self.degrees.push((label, expr));
    }
}
