use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::ops::{Add, Mul, Sub};

use miden_core::Felt;

use super::{ConstraintSink, Degree, Label};
use crate::algebra::Algebra;

/// An expression as text, with its degree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Text {
    text: String,
    is_sum: bool,
    constant: Option<Felt>,
    degree: Degree,
}

impl Text {
    /// A cell.
    pub(crate) fn cell(text: String) -> Self {
        Self { text, is_sum: false, constant: None, degree: Degree(1) }
    }

    fn factor(&self) -> String {
        if self.is_sum { format!("({})", self.text) } else { self.text.clone() }
    }

    fn is_constant(&self, value: Felt) -> bool {
        self.constant == Some(value)
    }
}

impl Add for Text {
    type Output = Self;

    fn add(self, rhs: Self) -> Self {
        if self.is_constant(Felt::zero()) {
            return rhs;
        }
        if rhs.is_constant(Felt::zero()) {
            return self;
        }
        let text = format!("{} + {}", self.text, rhs.text);
        Self { text, is_sum: true, constant: None, degree: self.degree + rhs.degree }
    }
}

impl Sub for Text {
    type Output = Self;

    fn sub(self, rhs: Self) -> Self {
        if rhs.is_constant(Felt::zero()) {
            return self;
        }
        let text = if self.is_constant(Felt::zero()) {
            format!("−{}", rhs.factor())
        } else {
            format!("{} − {}", self.text, rhs.factor())
        };
        Self { text, is_sum: true, constant: None, degree: self.degree - rhs.degree }
    }
}

impl Mul for Text {
    type Output = Self;

    fn mul(self, rhs: Self) -> Self {
        if self.is_constant(Felt::one()) || rhs.is_constant(Felt::zero()) {
            return rhs;
        }
        if rhs.is_constant(Felt::one()) || self.is_constant(Felt::zero()) {
            return self;
        }
        let text = format!("{}·{}", self.factor(), rhs.factor());
        Self { text, is_sum: false, constant: None, degree: self.degree * rhs.degree }
    }
}

impl Algebra for Text {
    fn constant(value: Felt) -> Self {
        let number = value.as_int();
        let text = match number.checked_ilog2() {
            Some(log) if log >= 15 && number.is_power_of_two() => format!("2^{log}"),
            _ => number.to_string(),
        };
        Self { text, is_sum: false, constant: Some(value), degree: Degree(0) }
    }

    fn square(self) -> Self {
        let text = format!("{}²", self.factor());
        Self { text, is_sum: false, constant: None, degree: self.degree * self.degree }
    }

    /// A sum of products, lowest digit first: as text, each doubling would double the length.
    fn binary_number(digits: impl IntoIterator<Item = Self>) -> Self {
        let digits: Vec<Self> = digits.into_iter().collect();
        let powers = (0..64u32).map(|i| 1u64 << i);
        Self::sum(digits.into_iter().rev().zip(powers).map(|(digit, power)| Self::int(power) * digit))
    }

    fn named(self, name: &'static str) -> Self {
        Self { text: name.to_string(), is_sum: false, constant: None, ..self }
    }
}

/// A constraint as data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// Its label.
    pub label: Label,
    /// Its degree.
    pub degree: Degree,
    /// The polynomial that must be zero; flags are shown by name.
    pub polynomial: String,
}

/// Collects the text of each constraint.
#[derive(Clone, Debug, Default)]
pub(crate) struct TextSink {
    /// All constraints, in order.
    pub(crate) constraints: Vec<Description>,
}

impl ConstraintSink for TextSink {
    type Expr = Text;

    fn constrain(&mut self, label: Label, expr: Text) {
        self.constraints.push(Description { label, degree: expr.degree, polynomial: expr.text });
    }
}
