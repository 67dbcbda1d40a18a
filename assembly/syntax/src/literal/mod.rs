//! Literals: numbers, field elements, texts and error codes.

use alloc::{string::String, vec::Vec};
use core::ops::RangeInclusive;

use miden_core::{Felt, felt_from_canonical, field::FieldElement, program::ErrorCode};

use crate::nesting::Nesting;

mod problem;

pub use problem::ParameterProblem;

/// Number of hexadecimal digits of a field element.
const FELT_DIGITS: usize = 16;

/// Maximum number of elements of a `push`.
pub const MAX_PUSHED: usize = 16;

/// Maximum length of the text of an error, in bytes.
const MAX_MESSAGE: usize = 255;

/// A decimal number from `min` to `max`.
pub fn parse_decimal(text: &str, min: u64, max: u64) -> Result<u64, ParameterProblem> {
    check_digits(text)?;
    match text.parse() {
        Ok(value) if (min..=max).contains(&value) => Ok(value),
        _ => Err(ParameterProblem::OutOfRange { min, max }),
    }
}

/// A decimal number in a range. A range from 1 is that of a divisor, for which 0 is a division by zero.
pub fn parse_number(text: &str, range: &RangeInclusive<u32>) -> Result<u32, ParameterProblem> {
    let (min, max) = (*range.start(), *range.end());
    match parse_u32(text, min, max) {
        Err(_) if (min, max) == (1, u32::MAX) && text.parse() == Ok(0) => {
            Err(ParameterProblem::DivisionByZero)
        }
        other => other,
    }
}

/// A decimal number from `min` to `max`, below 2^32.
pub fn parse_u32(text: &str, min: u32, max: u32) -> Result<u32, ParameterProblem> {
    let problem = ParameterProblem::OutOfRange { min: min.into(), max: max.into() };
    u32::try_from(parse_decimal(text, min.into(), max.into())?).map_err(|_| problem)
}

/// An error code, after `err=`: a decimal number below 2^32, or a text in quotation marks.
pub fn parse_error_code(text: &str) -> Result<ErrorCode, ParameterProblem> {
    let Some(rest) = text.strip_prefix('"') else {
        return match parse_u32(text, 0, u32::MAX) {
            Ok(code) => Ok(ErrorCode { code, message: None }),
            Err(ParameterProblem::NotDecimal) => Err(ParameterProblem::NotErrorCode),
            Err(problem) => Err(problem),
        };
    };
    Ok(ErrorCode { code: 0, message: Some(parse_text(rest)?.into()) })
}

/// A text, given its source after the opening quotation mark. `\"` is a quotation mark, `\\` a backslash.
pub fn parse_text(rest: &str) -> Result<String, ParameterProblem> {
    let mut text = String::new();
    let mut chars = rest.chars();
    loop {
        match chars.next() {
            None => return Err(ParameterProblem::UnclosedText),
            Some('"') if chars.as_str().is_empty() => break,
            Some('"') => return Err(ParameterProblem::NotErrorCode),
            Some('\\') => match chars.next() {
                None => return Err(ParameterProblem::UnclosedText),
                Some(c @ ('"' | '\\')) => text.push(c),
                Some(escaped) => return Err(ParameterProblem::UnknownEscape { escaped }),
            },
            Some(c) => text.push(c),
        }
    }
    check_text(&text)?;
    Ok(text)
}

/// Checks a text, without the quotation marks and escapes of its source.
pub fn check_text(text: &str) -> Result<(), ParameterProblem> {
    match text.len() {
        0 => Err(ParameterProblem::Empty),
        got if got > MAX_MESSAGE => Err(ParameterProblem::TextTooLong { max: MAX_MESSAGE, got }),
        _ if text.contains('\n') => Err(ParameterProblem::UnclosedText),
        _ => Ok(()),
    }
}

/// Position of the first character of this kind outside of quotation marks and brackets.
pub fn find_outside(text: &str, wanted: char) -> Option<usize> {
    let mut nesting = Nesting::default();
    let found = text.char_indices().find(|&(_, c)| {
        let was_outside = nesting.is_outside();
        nesting.visit(c);
        was_outside && c == wanted
    });
    found.map(|(position, _)| position)
}

/// The source of a text, in quotation marks.
pub fn quote(text: &str) -> String {
    alloc::format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn check_digits(text: &str) -> Result<(), ParameterProblem> {
    if text.is_empty() {
        return Err(ParameterProblem::Empty);
    }
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { Ok(()) } else { Err(ParameterProblem::NotDecimal) }
}

/// A position of the stack, from `first` to `last`, without leading zeros.
pub fn parse_index(text: &str, first: u8, last: u8) -> Result<u8, ParameterProblem> {
    let problem = ParameterProblem::OutOfRange { min: first.into(), max: last.into() };
    let value = parse_decimal(text, first.into(), last.into())?;
    if text.len() > 1 && text.starts_with('0') {
        return Err(problem);
    }
    u8::try_from(value).map_err(|_| problem)
}

/// `u0` to `u64`: a number of bits.
pub fn parse_bits(text: &str) -> Result<u32, ParameterProblem> {
    const MAX: u64 = u64::BITS as u64;
    let bits = parse_decimal(text.strip_prefix('u').unwrap_or(text), 0, MAX)?;
    u32::try_from(bits).map_err(|_| ParameterProblem::OutOfRange { min: 0, max: MAX })
}

/// A field element: decimal, or `0x` and up to 16 hexadecimal digits; after a `-`, its negative.
pub fn parse_felt(text: &str) -> Result<Felt, ParameterProblem> {
    match text.strip_prefix('-') {
        Some(positive) => parse_positive(positive).map(|felt| -felt),
        None => parse_positive(text),
    }
}

/// An exponent: a field element without a sign.
pub fn parse_exponent(text: &str) -> Result<Felt, ParameterProblem> {
    match text.starts_with('-') {
        true => Err(ParameterProblem::NegativeExponent),
        false => parse_positive(text),
    }
}

fn parse_positive(text: &str) -> Result<Felt, ParameterProblem> {
    if let Some(digits) = text.strip_prefix("0x") {
        check_hex(digits)?;
        return match digits.len() {
            got if got > FELT_DIGITS => Err(ParameterProblem::TooManyDigits { max: FELT_DIGITS, got }),
            _ => felt_from_hex(digits),
        };
    }
    check_digits(text).map_err(|problem| match problem {
        ParameterProblem::NotDecimal => ParameterProblem::NotNumber,
        other => other,
    })?;
    text.parse().ok().and_then(felt_from_canonical).ok_or(ParameterProblem::NotBelowModulus)
}

/// A field element other than zero.
pub fn parse_divisor(text: &str) -> Result<Felt, ParameterProblem> {
    match parse_felt(text)? {
        zero if zero == Felt::ZERO => Err(ParameterProblem::DivisionByZero),
        divisor => Ok(divisor),
    }
}

/// A single constant: a decimal element, or `0x` and the digits of one or more elements, each big-endian.
pub fn parse_constant(text: &str) -> Result<Vec<Felt>, ParameterProblem> {
    let Some(digits) = text.strip_prefix("0x") else { return Ok([parse_felt(text)?].into()) };
    check_hex(digits)?;
    let got = digits.len();
    if got <= FELT_DIGITS {
        return Ok([felt_from_hex(digits)?].into());
    }
    if got % FELT_DIGITS != 0 {
        return Err(ParameterProblem::PartialElement { digits: FELT_DIGITS, got });
    }
    if got / FELT_DIGITS > MAX_PUSHED {
        return Err(ParameterProblem::TooManyElements { max: MAX_PUSHED, got: got / FELT_DIGITS });
    }
    (0..got)
        .step_by(FELT_DIGITS)
        .map(|start| felt_from_hex(digits.get(start..start + FELT_DIGITS).unwrap_or_default()))
        .collect()
}

fn check_hex(digits: &str) -> Result<(), ParameterProblem> {
    let valid = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    if valid { Ok(()) } else { Err(ParameterProblem::NotNumber) }
}

fn felt_from_hex(digits: &str) -> Result<Felt, ParameterProblem> {
    let value = u64::from_str_radix(digits, 16).map_err(|_| ParameterProblem::NotNumber)?;
    felt_from_canonical(value).ok_or(ParameterProblem::NotBelowModulus)
}
