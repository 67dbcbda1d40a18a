//! Tokens of expressions.

use miden_assembly_syntax::{Name, literal};
use miden_core::Felt;

use crate::ConstantProblem;

/// A token of an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Number(Felt),
    Constant,
    Operator(Operator),
    Open,
    Close,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Add,
    Subtract,
    Multiply,
    /// Division in the field.
    Divide,
    /// Integer division.
    Quotient,
    /// A sign before its operand.
    Negate,
}

impl Operator {
    /// Precedence; higher binds tighter.
    pub(super) const fn precedence(self) -> u8 {
        match self {
            Self::Add | Self::Subtract => 1,
            Self::Multiply | Self::Divide | Self::Quotient => 2,
            Self::Negate => 3,
        }
    }
}

pub(super) type Located<'s, T> = Result<T, (Name<'s>, ConstantProblem)>;

/// The first token of an expression without leading white space, and the rest.
pub(super) fn next(rest: Name<'_>) -> Located<'_, (Token, Name<'_>, Name<'_>)> {
    const SYMBOLS: [(&str, Token); 7] = [
        ("//", Token::Operator(Operator::Quotient)),
        ("/", Token::Operator(Operator::Divide)),
        ("*", Token::Operator(Operator::Multiply)),
        ("+", Token::Operator(Operator::Add)),
        ("-", Token::Operator(Operator::Subtract)),
        ("(", Token::Open),
        (")", Token::Close),
    ];
    if let Some((symbol, token)) = SYMBOLS.iter().find(|(symbol, _)| rest.text.starts_with(symbol)) {
        return Ok((*token, rest.take(symbol.len()), rest.skip(symbol.len()).trim()));
    }
    let is_part_of_name = |c: char| c.is_alphanumeric() || c == '_';
    let len = rest.text.find(|c: char| !is_part_of_name(c)).unwrap_or(rest.text.len());
    if len == 0 {
        let len = rest.text.chars().next().map_or(0, char::len_utf8);
        return Err((rest.take(len), ConstantProblem::UnexpectedCharacter));
    }
    let (text, after) = (rest.take(len), rest.skip(len).trim());
    if text.text.starts_with(|c: char| c.is_ascii_digit()) {
        let number = literal::parse_felt(text.text).map_err(|problem| (text, problem.into()))?;
        return Ok((Token::Number(number), text, after));
    }
    Ok((Token::Constant, text, after))
}
