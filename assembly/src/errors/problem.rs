//! Problems of a part of a source, such as the value of a constant.

use miden_assembly_syntax::{LabelProblem, literal::ParameterProblem};
use miden_core::{Felt, field::StarkField};

/// What is wrong with the value of a constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConstantProblem {
    /// A literal is wrong.
    #[error(transparent)]
    Literal(#[from] ParameterProblem),
    /// A character has no meaning in an expression.
    #[error("this character has no meaning here")]
    UnexpectedCharacter,
    /// A number or a constant is missing.
    #[error("a number or a constant is missing here")]
    ExpectedOperand,
    /// Two operands stand side by side.
    #[error("an operator is missing before this")]
    ExpectedOperator,
    /// A parenthesis has no counterpart.
    #[error("this parenthesis has no counterpart")]
    UnmatchedParenthesis,
    /// The expression computes with something that is no number.
    #[error("expected a number, but this is {found}")]
    NotNumber {
        /// What it is.
        found: &'static str,
    },
    /// A word does not have four elements.
    #[error("a word is written `[a, b, c, d]`, or as `0x` and 64 hexadecimal digits")]
    NotWord,
    /// A text is missing.
    #[error("expected a text between quotation marks")]
    NotText,
    /// The result is too large.
    #[error("the result is not below the field modulus {}", Felt::MODULUS)]
    Overflow,
    /// The result is too small.
    #[error("the result is below zero")]
    Negative,
    /// The divisor is zero.
    #[error("division by zero")]
    DivisionByZero,
}

/// What is wrong with an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AttributeProblem {
    /// No procedure follows.
    #[error("no procedure follows that it could belong to")]
    WithoutProcedure,
    /// Its name is malformed.
    #[error("{0}")]
    Name(LabelProblem),
    /// Something follows its name that is not in parentheses.
    #[error("what follows its name must be in parentheses")]
    Form,
    /// The number of locals is missing.
    #[error("the number of locals must follow in parentheses")]
    WithoutNumber,
    /// The number of locals is given twice.
    #[error("the number of locals is given already")]
    LocalsTwice,
}
