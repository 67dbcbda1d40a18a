use miden_core::{Felt, field::StarkField};

/// Problem of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParameterProblem {
    /// It is empty.
    #[error("empty")]
    Empty,
    /// It is not a decimal number.
    #[error("not a decimal number")]
    NotDecimal,
    /// It is neither a decimal nor a hexadecimal number.
    #[error("neither a decimal number nor `0x` with hexadecimal digits")]
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
    /// A long hexadecimal literal does not consist of whole elements.
    #[error("a literal of more than {digits} hexadecimal digits needs a multiple of {digits}, got {got}")]
    PartialElement {
        /// The number of digits of an element.
        digits: usize,
        /// The number of digits.
        got: usize,
    },
    /// A long hexadecimal literal has too many elements.
    #[error("at most {max} elements can be pushed at once, got {got}")]
    TooManyElements {
        /// The largest number.
        max: usize,
        /// The number of elements.
        got: usize,
    },
    /// An exponent has a sign.
    #[error("an exponent has no sign; `inv` gives the inverse")]
    NegativeExponent,
    /// The divisor is zero.
    #[error("division by zero")]
    DivisionByZero,
    /// An error code is neither a number nor a text.
    #[error("an error code is a decimal number below 2^32 or a text in quotation marks")]
    NotErrorCode,
    /// A text is not closed.
    #[error("the text must end with `\"` on the same line")]
    UnclosedText,
    /// A backslash in a text escapes another character.
    #[error("`\\{}` is not an escape; write `\\\"` for a quotation mark, `\\\\` for a backslash", escaped.escape_default())]
    UnknownEscape {
        /// The character.
        escaped: char,
    },
    /// A text is too long.
    #[error("a text has at most {max} bytes, got {got}")]
    TextTooLong {
        /// The largest number of bytes.
        max: usize,
        /// The number of bytes.
        got: usize,
    },
    /// Another word is expected.
    #[error("expected {words}")]
    Expected {
        /// The expected words.
        words: &'static str,
    },
    /// A constant is of another kind.
    #[error("expected {expected}, but the constant is {found}")]
    OtherConstant {
        /// The expected kind.
        expected: &'static str,
        /// The constant's kind.
        found: &'static str,
    },
    /// A word literal, or a selection of a word's elements, is malformed.
    #[error("a word is written `[a, b, c, d]`; `W[1]` and `W[1..3]` select elements of the word `W`")]
    NotWord,
}
