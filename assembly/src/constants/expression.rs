//! Values of constants: expressions with `+ - * / // ( )` over numbers and constants, words, and texts.

use alloc::{string::String, vec::Vec};

use miden_assembly_syntax::{Name, literal};
use miden_core::{
    Felt,
    field::{FieldElement, StarkField},
};

use super::{
    Value,
    token::{self, Located, Operator, Token},
    value,
};
use crate::ConstantProblem;

/// Number of hexadecimal digits of a word.
const WORD_DIGITS: usize = 64;

/// Parsed value of a constant.
#[derive(Debug)]
pub(super) enum Expression<'s> {
    /// A value that depends on no other constant.
    Value(Value),
    /// Another constant, of any kind.
    Constant(Name<'s>),
    /// Operands and operators, each after its operands.
    Postfix(Vec<(Item, Name<'s>)>),
    /// Elements of a word, each in postfix order.
    Word([Vec<(Item, Name<'s>)>; 4]),
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Item {
    Number(Felt),
    Constant,
    Operator(Operator),
}

impl<'s> Expression<'s> {
    pub(super) fn parse(text: Name<'s>) -> Located<'s, Self> {
        let text = text.trim();
        if let Some(inner) = text.text.strip_prefix('"') {
            let text = quoted(inner, text)?;
            return Ok(Self::Value(Value::Text(text.into())));
        }
        for (name, make) in DERIVED {
            let argument = text.text.strip_prefix(name).and_then(|rest| rest.trim_start().strip_prefix('('));
            if let Some(argument) = argument.and_then(|rest| rest.strip_suffix(')')) {
                let argument = argument.trim();
                let inner = argument.strip_prefix('"').ok_or((text, ConstantProblem::NotText))?;
                return Ok(Self::Value(make(&quoted(inner, text)?)));
            }
        }
        if text.text.starts_with('[') {
            return parse_word(text);
        }
        if text.text.starts_with("0x") && text.text.len() == 2 + WORD_DIGITS {
            let felts = literal::parse_constant(text.text).map_err(|problem| (text, problem.into()))?;
            let word = felts.try_into().map_err(|_| (text, ConstantProblem::NotWord))?;
            return Ok(Self::Value(Value::Word(word)));
        }
        let items = parse_postfix(text)?;
        match items.as_slice() {
            [(Item::Constant, name)] => Ok(Self::Constant(*name)),
            _ => Ok(Self::Postfix(items)),
        }
    }

    /// The constants it names.
    pub(super) fn names(&self) -> impl Iterator<Item = Name<'s>> {
        let (name, lists): (_, &[Vec<_>]) = match self {
            Self::Value(_) => (None, &[]),
            Self::Constant(name) => (Some(*name), &[]),
            Self::Postfix(items) => (None, core::slice::from_ref(items)),
            Self::Word(elements) => (None, elements),
        };
        let items = lists.iter().flatten();
        let in_lists = items.filter(|(item, _)| matches!(item, Item::Constant)).map(|(_, part)| *part);
        name.into_iter().chain(in_lists)
    }

    /// The value, given the values of constants. `None` if one of these is unknown.
    pub(super) fn evaluate<'v>(
        &self,
        mut lookup: impl FnMut(Name<'s>) -> Option<&'v Value>,
    ) -> Located<'s, Option<Value>> {
        Ok(match self {
            Self::Value(value) => Some(value.clone()),
            Self::Constant(name) => lookup(*name).cloned(),
            Self::Postfix(items) => evaluate_postfix(items, &mut lookup)?.map(Value::Felt),
            Self::Word(elements) => {
                let mut word = [Felt::ZERO; 4];
                let mut is_known = true;
                for (place, items) in word.iter_mut().zip(elements) {
                    match evaluate_postfix(items, &mut lookup)? {
                        Some(element) => *place = element,
                        None => is_known = false,
                    }
                }
                is_known.then_some(Value::Word(word))
            }
        })
    }
}

/// Function from a text to a value, with its name.
type Derived = (&'static str, fn(&str) -> Value);

const DERIVED: [Derived; 2] = [
    ("word", |text| Value::Word(value::word_of(text))),
    ("event", |text| Value::Felt(value::event_of(text))),
];

/// The text before a closing quotation mark, which must be last.
fn quoted<'s>(text: &str, whole: Name<'s>) -> Located<'s, String> {
    let text = literal::parse_text(text);
    text.map_err(|problem| (whole, problem.into()))
}

fn parse_word(text: Name<'_>) -> Located<'_, Expression<'_>> {
    let inner = text.skip(1);
    if !inner.text.ends_with(']') {
        return Err((text, ConstantProblem::NotWord));
    }
    let mut rest = Some(inner.take(inner.text.len() - 1));
    let mut elements = Vec::new();
    while let Some(part) = rest {
        if elements.len() == 4 {
            return Err((text, ConstantProblem::NotWord));
        }
        let (element, after) = match part.split_once(",") {
            Some((element, after)) => (element, Some(after)),
            None => (part, None),
        };
        elements.push(parse_postfix(element.trim())?);
        rest = after;
    }
    let elements = elements.try_into().map_err(|_| (text, ConstantProblem::NotWord))?;
    Ok(Expression::Word(elements))
}

/// Converts to postfix order by the shunting-yard algorithm, without recursion.
fn parse_postfix(text: Name<'_>) -> Located<'_, Vec<(Item, Name<'_>)>> {
    let mut output = Vec::new();
    // Operators whose second operand is incomplete, and open parentheses.
    let mut waiting: Vec<(Option<Operator>, Name<'_>)> = Vec::new();
    let mut rest = text;
    let mut wants_operand = true;
    while !rest.text.is_empty() {
        let (token, part, after) = token::next(rest)?;
        match token {
            Token::Number(_) | Token::Constant | Token::Open if !wants_operand => {
                return Err((part, ConstantProblem::ExpectedOperator));
            }
            Token::Operator(Operator::Subtract) if wants_operand => {
                waiting.push((Some(Operator::Negate), part));
            }
            Token::Operator(_) | Token::Close if wants_operand => {
                return Err((part, ConstantProblem::ExpectedOperand));
            }
            Token::Number(number) => output.push((Item::Number(number), part)),
            Token::Constant => output.push((Item::Constant, part)),
            Token::Open => waiting.push((None, part)),
            Token::Operator(operator) => {
                let goes_first = |(other, _): &mut (Option<Operator>, Name<'_>)| {
                    other.is_some_and(|other| other.precedence() >= operator.precedence())
                };
                while let Some((Some(other), place)) = waiting.pop_if(goes_first) {
                    output.push((Item::Operator(other), place));
                }
                waiting.push((Some(operator), part));
            }
            Token::Close => loop {
                match waiting.pop() {
                    Some((Some(operator), place)) => output.push((Item::Operator(operator), place)),
                    Some((None, _)) => break,
                    None => return Err((part, ConstantProblem::UnmatchedParenthesis)),
                }
            },
        }
        wants_operand = matches!(token, Token::Operator(_) | Token::Open);
        rest = after;
    }
    if wants_operand {
        return Err((text, ConstantProblem::ExpectedOperand));
    }
    while let Some((operator, place)) = waiting.pop() {
        let operator = operator.ok_or((place, ConstantProblem::UnmatchedParenthesis))?;
        output.push((Item::Operator(operator), place));
    }
    Ok(output)
}

fn evaluate_postfix<'s, 'v>(
    items: &[(Item, Name<'s>)],
    lookup: &mut impl FnMut(Name<'s>) -> Option<&'v Value>,
) -> Located<'s, Option<Felt>> {
    // Values below zero count as integers until the result is complete.
    let mut stack: Vec<i128> = Vec::new();
    for (item, part) in items {
        let mut operand = || stack.pop().expect("an operator comes after its operands");
        let result = match item {
            Item::Number(number) => number.as_int().into(),
            Item::Constant => match lookup(*part) {
                Some(Value::Felt(number)) => number.as_int().into(),
                Some(other) => {
                    let found = other.description();
                    return Err((*part, ConstantProblem::NotNumber { found }));
                }
                None => return Ok(None),
            },
            Item::Operator(Operator::Negate) => -operand(),
            Item::Operator(operator) => {
                let (b, a) = (operand(), operand());
                apply(*operator, a, b).map_err(|problem| (*part, problem))?
            }
        };
        stack.push(result);
    }
    Ok(Some(in_field(stack.pop().expect("an expression has a result"))))
}

/// The modulus.
const P: i128 = Felt::MODULUS as i128;

/// The element of an integer between `−p` and `p`.
fn in_field(integer: i128) -> Felt {
    Felt::new(u64::try_from(integer.rem_euclid(P)).expect("a remainder is below the modulus"))
}

/// `a operator b` as integers, which must stay between `−p` and `p`; `/` divides in the field.
fn apply(operator: Operator, a: i128, b: i128) -> Result<i128, ConstantProblem> {
    let integer = match operator {
        Operator::Add => a + b,
        Operator::Subtract => a - b,
        // Both are between −2^64 and 2^64, so the product may not fit.
        Operator::Multiply => a.checked_mul(b).ok_or(ConstantProblem::Overflow)?,
        Operator::Negate => -b,
        Operator::Divide | Operator::Quotient if b == 0 => return Err(ConstantProblem::DivisionByZero),
        Operator::Divide => (in_field(a) / in_field(b)).as_int().into(),
        Operator::Quotient if a < 0 || b < 0 => return Err(ConstantProblem::Negative),
        Operator::Quotient => a / b,
    };
    match integer.abs() < P {
        true => Ok(integer),
        false => Err(ConstantProblem::Overflow),
    }
}
