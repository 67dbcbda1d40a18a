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
