//! Problems of parts of a source, such as the value of a constant.

use miden_assembly_syntax::{LabelProblem, literal::ParameterProblem};
use miden_core::{Felt, field::StarkField};

/// Problem of the value of a constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConstantProblem {
    /// A literal is malformed.
    #[error(transparent)]
    Literal(#[from] ParameterProblem),
    /// A character is not allowed in an expression.
    #[error("unexpected character")]
    UnexpectedCharacter,
    /// A number or a constant is missing.
    #[error("expected a number or a constant")]
    ExpectedOperand,
    /// An operand directly follows another.
    #[error("expected an operator")]
    ExpectedOperator,
    /// A parenthesis is not matched.
    #[error("unmatched parenthesis")]
    UnmatchedParenthesis,
    /// An operand is not a number.
    #[error("expected a number, found {found}")]
    NotNumber {
        /// The kind of operand.
        found: &'static str,
    },
    /// A word does not have four elements.
    #[error("a word is written `[a, b, c, d]`, or `0x` with 64 hexadecimal digits")]
    NotWord,
    /// A list is malformed.
    #[error("a list is written `[a, b, …]`, on one line")]
    NotList,
    /// A text is missing.
    #[error("expected a text in quotation marks")]
    NotText,
    /// The result is too large, or too small.
    #[error("the result is not between −p and p, where p = {}", Felt::MODULUS)]
    Overflow,
    /// An operand of an integer division is below zero.
    #[error("`//` does not divide numbers below zero")]
    Negative,
    /// The divisor is zero.
    #[error("division by zero")]
    DivisionByZero,
}

/// The missing part of an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MissingImport {
    /// No library has the module.
    Module,
    /// The module does not export the item.
    Item,
}

/// Problem of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AttributeProblem {
    /// No procedure follows.
    #[error("no procedure follows it")]
    WithoutProcedure,
    /// Its name is malformed.
    #[error("{0}")]
    Name(LabelProblem),
    /// Its arguments are not in parentheses.
    #[error("arguments must be in parentheses")]
    Form,
    /// The number of locals is missing.
    #[error("expected the number of locals in parentheses")]
    WithoutNumber,
    /// The number of locals is given twice.
    #[error("the number of locals is already given")]
    LocalsTwice,
}
