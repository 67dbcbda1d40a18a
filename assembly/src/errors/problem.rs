//! What is wrong with a part of a source, such as a parameter or a name.

use miden_core::{Felt, field::StarkField};

/// What is wrong with a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParameterProblem {
    /// It is empty.
    #[error("it is empty")]
    Empty,
    /// It is not a decimal number.
    #[error("not a decimal number")]
    NotDecimal,
    /// It is neither a decimal nor a hexadecimal number.
    #[error("not a decimal number, nor `0x` and hexadecimal digits")]
    NotNumber,
    /// It is not below the field modulus.
    #[error("not below the field modulus {}", Felt::MODULUS)]
    NotBelowModulus,
    /// A number is too small or too large.
    #[error("not a number from {min} to {max}")]
    OutOfRange {
        /// The smallest value.
        min: u64,
        /// The largest value.
        max: u64,
    },
    /// A hexadecimal element has too many digits.
    #[error("an element has at most {max} hexadecimal digits, got {got}")]
    TooManyDigits {
        /// The largest number of digits.
        max: usize,
        /// The number of digits.
        got: usize,
    },
    /// A hexadecimal constant does not consist of whole bytes.
    #[error("the number of hexadecimal digits must be even, got {got}")]
    OddDigits {
        /// The number of digits.
        got: usize,
    },
    /// A long hexadecimal constant does not consist of whole elements.
    #[error("more than {digits} hexadecimal digits must be a multiple of {digits}, got {got}")]
    PartialElement {
        /// The number of digits of an element.
        digits: usize,
        /// The number of digits.
        got: usize,
    },
    /// A long hexadecimal constant holds too many elements.
    #[error("at most {max} elements can be pushed at once, got {got}")]
    TooManyElements {
        /// The largest number.
        max: usize,
        /// The number of elements.
        got: usize,
    },
    /// The divisor is zero.
    #[error("division by zero")]
    DivisionByZero,
    /// An error code is neither a number nor a text.
    #[error("the code of an error is a decimal number below 2^32 or a text between quotation marks")]
    NotErrorCode,
    /// A text has no end.
    #[error("the text must end with `\"` on the same line")]
    UnclosedText,
    /// A text is too long.
    #[error("a text has at most {max} bytes, got {got}")]
    TextTooLong {
        /// The largest number of bytes.
        max: usize,
        /// The number of bytes.
        got: usize,
    },
    /// Only some words can stand here.
    #[error("expected {words}")]
    Expected {
        /// The words.
        words: &'static str,
    },
    /// A constant is of another kind.
    #[error("expected {expected}, but the constant is {found}")]
    OtherConstant {
        /// What can stand here.
        expected: &'static str,
        /// What the constant is.
        found: &'static str,
    },
    /// A word literal or the elements taken from a word are malformed.
    #[error("a word is written `[a, b, c, d]`; `W[1]` and `W[1..3]` are elements of the word `W`")]
    NotWord,
}

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

/// What is wrong with the name of a constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConstantNameProblem {
    /// It is empty.
    #[error("it is empty")]
    Empty,
    /// It does not begin with a capital letter.
    #[error("it must begin with a letter A-Z")]
    FirstCharacter,
    /// It has a character that names of constants cannot have.
    #[error("it can have letters A-Z, digits and `_` only")]
    Character,
    /// It is too long.
    #[error("it has {got} characters, at most {max} are possible")]
    TooLong {
        /// The largest number of characters.
        max: usize,
        /// The number of characters.
        got: usize,
    },
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

/// What is wrong with the name of a procedure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LabelProblem {
    /// It is empty.
    #[error("it is empty")]
    Empty,
    /// It does not begin with a letter.
    #[error("it must begin with a letter a-z or A-Z")]
    FirstCharacter,
    /// It has a character that names cannot have.
    #[error("it can have letters a-z and A-Z, digits and `_` only")]
    Character,
    /// It is too long.
    #[error("it has {got} characters, at most {max} are possible")]
    TooLong {
        /// The largest number of characters.
        max: usize,
        /// The number of characters.
        got: usize,
    },
}

/// What is wrong with the path of a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PathProblem {
    /// It has one name only.
    #[error("it must name a library and a module of it, with `::` between them")]
    NoModule,
    /// A whole module is exported again.
    #[error("procedures of other modules are exported one by one")]
    Reexport,
    /// One of its names is malformed.
    #[error("{0}")]
    Name(LabelProblem),
    /// It is too long.
    #[error("it has {got} characters, at most {max} are possible")]
    TooLong {
        /// The largest number of characters.
        max: usize,
        /// The number of characters.
        got: usize,
    },
}
