//! Expressions about the state of the machine, for conditions and for display.

use std::{fmt, str::FromStr};

use miden_core::{Felt, field::FieldElement};

mod parse;

use parse::Parser;

/// An expression about the state before a cycle, such as `s0 + mem[4] >= 10 && ctx == 0`.
///
/// | Form | Value |
/// |---|---|
/// | `7`, `0x1f` | a number |
/// | `s3`, `stack[20]` | an item of the stack, counted from the top |
/// | `mem[a]`, `mem[a][i]` | element 0, or `i`, of a word of the current context's memory |
/// | `loc[n]`, `loc[n][i]`, `NAME` | the same of a local, by its index, or by the name of the constant that is its index |
/// | `clk`, `ctx`, `fmp`, `depth` | the cycle, the context, the free memory pointer, the number of stack items |
/// | `a + b`, `a - b`, `a * b`, `-a` | in the field |
/// | `==`, `!=`, `<`, `<=`, `>`, `>=` | 1 or 0; values are compared as integers below the modulus |
/// | `a && b`, `a \|\| b`, `!a` | 1 or 0; every value but 0 is true |
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expression {
    text: String,
    root: Node,
}

/// A part of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Node {
    Number(Felt),
    Register(Register),
    Stack(Box<Node>),
    Memory(Box<Node>, Option<Box<Node>>),
    Local(Box<Node>, Option<Box<Node>>),
    Name(String, Option<Box<Node>>),
    Negated(Box<Node>),
    Not(Box<Node>),
    Binary(Operator, Box<Node>, Box<Node>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Register {
    Clk,
    Ctx,
    Fmp,
    Depth,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
}

/// The state that an expression is about.
pub(crate) trait Scope {
    fn clk(&self) -> u64;
    fn ctx(&self) -> u64;
    fn fmp(&self) -> Felt;
    fn depth(&self) -> usize;
    /// An item of the stack; `None` below the deepest one.
    fn item(&self, position: u64) -> Option<Felt>;
    /// An element of a word of memory.
    fn memory(&self, address: u32, element: usize) -> Felt;
    /// The address of a local; `None` if there is no such local.
    fn local(&self, index: u64) -> Option<u32>;
    /// The index of the local with this name.
    fn local_named(&self, name: &str) -> Option<u64>;
}

/// Why an expression has no value, or is not an expression.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExpressionError {
    /// The text is not an expression.
    #[error("column {column}: {expected} is expected{}", got.as_ref().map_or_else(String::new, |got| format!(", not `{got}`")))]
    Syntax {
        /// Column of the problem, from 1.
        column: usize,
        /// The expected text.
        expected: &'static str,
        /// The text that is there, unless it is the end.
        got: Option<String>,
    },
    /// The expression nests too deeply.
    #[error("the expression nests more than {max} levels deep")]
    TooDeep {
        /// Largest number of levels.
        max: usize,
    },
    /// The stack has fewer items.
    #[error("the stack has {depth} items, so there is no item {position}")]
    NoItem {
        /// The position, from the top.
        position: u64,
        /// Number of items.
        depth: usize,
    },
    /// An address is not below 2^32.
    #[error("memory addresses are below 2^32, but the address is {address}")]
    NoAddress {
        /// The address.
        address: Felt,
    },
    /// A word has four elements.
    #[error("a word has the elements 0 to 3, but not {element}")]
    NoElement {
        /// The index.
        element: Felt,
    },
    /// The procedure has no such local.
    #[error("the current procedure has no local {index}")]
    NoLocal {
        /// The index.
        index: Felt,
    },
    /// Nothing has this name.
    #[error("`{name}` is not a register, and not the name of a local of the current procedure")]
    UnknownName {
        /// The name.
        name: String,
    },
}

impl Expression {
    /// The value in a state.
    pub(crate) fn evaluate(&self, scope: &impl Scope) -> Result<Felt, ExpressionError> {
        self.root.evaluate(scope)
    }

    /// Whether the value in a state is not 0; an expression that has no value there is false.
    pub(crate) fn holds(&self, scope: &impl Scope) -> bool {
        self.evaluate(scope).is_ok_and(|value| value != Felt::ZERO)
    }
}

impl FromStr for Expression {
    type Err = ExpressionError;

    fn from_str(text: &str) -> Result<Self, ExpressionError> {
        Ok(Self { text: text.trim().into(), root: Parser::new(text).parse()? })
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Node {
    fn evaluate(&self, scope: &impl Scope) -> Result<Felt, ExpressionError> {
        Ok(match self {
            Self::Number(value) => *value,
            Self::Register(Register::Clk) => Felt::new(scope.clk()),
            Self::Register(Register::Ctx) => Felt::new(scope.ctx()),
            Self::Register(Register::Fmp) => scope.fmp(),
            Self::Register(Register::Depth) => Felt::new(scope.depth() as u64),
            Self::Stack(position) => {
                let position = position.evaluate(scope)?.as_int();
                let depth = scope.depth();
                scope.item(position).ok_or(ExpressionError::NoItem { position, depth })?
            }
            Self::Memory(address, element) => {
                let address = address.evaluate(scope)?;
                let word =
                    u32::try_from(address.as_int()).ok().ok_or(ExpressionError::NoAddress { address })?;
                scope.memory(word, element_of(element.as_deref(), scope)?)
            }
            Self::Local(index, element) => {
                let index = index.evaluate(scope)?;
                let address = scope.local(index.as_int()).ok_or(ExpressionError::NoLocal { index })?;
                scope.memory(address, element_of(element.as_deref(), scope)?)
            }
            Self::Name(name, element) => {
                let address = scope.local_named(name).and_then(|index| scope.local(index));
                let address = address.ok_or_else(|| ExpressionError::UnknownName { name: name.clone() })?;
                scope.memory(address, element_of(element.as_deref(), scope)?)
            }
            Self::Negated(value) => -value.evaluate(scope)?,
            Self::Not(value) => truth(value.evaluate(scope)? == Felt::ZERO),
            Self::Binary(operator, a, b) => operator.apply(a.evaluate(scope)?, || b.evaluate(scope))?,
        })
    }
}

impl Operator {
    fn apply(
        self,
        a: Felt,
        b: impl FnOnce() -> Result<Felt, ExpressionError>,
    ) -> Result<Felt, ExpressionError> {
        match (self, a == Felt::ZERO) {
            (Self::And, true) => return Ok(Felt::ZERO),
            (Self::Or, false) => return Ok(Felt::ONE),
            _ => {}
        }
        let b = b()?;
        let (x, y) = (a.as_int(), b.as_int());
        Ok(match self {
            Self::Or | Self::And => truth(b != Felt::ZERO),
            Self::Equal => truth(x == y),
            Self::NotEqual => truth(x != y),
            Self::Less => truth(x < y),
            Self::LessOrEqual => truth(x <= y),
            Self::Greater => truth(x > y),
            Self::GreaterOrEqual => truth(x >= y),
            Self::Add => a + b,
            Self::Subtract => a - b,
            Self::Multiply => a * b,
        })
    }
}

fn element_of(node: Option<&Node>, scope: &impl Scope) -> Result<usize, ExpressionError> {
    let Some(node) = node else { return Ok(0) };
    let element = node.evaluate(scope)?;
    match element.as_int() {
        number @ 0..4 => Ok(number as usize),
        _ => Err(ExpressionError::NoElement { element }),
    }
}

fn truth(holds: bool) -> Felt {
    Felt::from(u8::from(holds))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A stack of 5, 6, 7, memory that holds its addresses, and three locals from address 100 on.
    struct State;

    impl Scope for State {
        fn clk(&self) -> u64 {
            40
        }

        fn ctx(&self) -> u64 {
            2
        }

        fn fmp(&self) -> Felt {
            Felt::from(102u32)
        }

        fn depth(&self) -> usize {
            3
        }

        fn item(&self, position: u64) -> Option<Felt> {
            [5u32, 6, 7].get(position as usize).map(|item| Felt::from(*item))
        }

        fn memory(&self, address: u32, element: usize) -> Felt {
            Felt::new(u64::from(address) * 10 + element as u64)
        }

        fn local(&self, index: u64) -> Option<u32> {
            (index < 3).then_some(100 + index as u32)
        }

        fn local_named(&self, name: &str) -> Option<u64> {
            (name == "SUM").then_some(2)
        }
    }

    fn value(text: &str) -> Result<u64, String> {
        let expression: Expression = text.parse().map_err(|error: ExpressionError| error.to_string())?;
        expression.evaluate(&State).map(|value| value.as_int()).map_err(|error| error.to_string())
    }

    #[test]
    fn expressions_have_values() {
        for (text, expected) in [
            ("7", 7),
            (" 0x1F ", 31),
            ("s0", 5),
            ("stack[1 + 1]", 7),
            ("mem[3]", 30),
            ("mem[s0][2]", 52),
            ("loc[1]", 1010),
            ("SUM", 1020),
            ("SUM[3]", 1023),
            ("clk + ctx * 3", 46),
            ("(clk + ctx) * 3", 126),
            ("10 - 4 - 3", 3),
            ("depth == 3 && fmp != 0", 1),
            ("s0 > s1 || s0 >= 5", 1),
            ("s0 < s1 && s1 <= 5", 0),
            ("!(s0 == 5)", 0),
            ("!!s1", 1),
            ("-1 == 18446744069414584320", 1),
            // The other side is not looked at.
            ("s0 == 6 && s3 == 1", 0),
            ("1 || nothing", 1),
        ] {
            assert_eq!(value(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn errors_name_the_problem() {
        for (text, expected) in [
            ("", "column 1: a value is expected"),
            ("1 +", "column 4: a value is expected"),
            ("1 2", "column 3: an operator is expected, not `2`"),
            ("(1", "column 3: `)` is expected"),
            ("mem 4", "column 5: `[` is expected, not `4`"),
            ("s0 = 5", "column 4: an operator is expected, not `=`"),
            (
                "99999999999999999999",
                "column 1: a number below the modulus is expected, not `99999999999999999999`",
            ),
            ("0xg", "column 1: a number below the modulus is expected, not `0xg`"),
            ("é", "column 1: a value is expected, not `é`"),
            ("s3", "the stack has 3 items, so there is no item 3"),
            ("mem[-1]", "memory addresses are below 2^32, but the address is 18446744069414584320"),
            ("mem[1][4]", "a word has the elements 0 to 3, but not 4"),
            ("loc[3]", "the current procedure has no local 3"),
            ("total", "`total` is not a register, and not the name of a local of the current procedure"),
        ] {
            assert_eq!(value(text), Err(expected.into()), "{text}");
        }
        let deep = "(".repeat(100_000);
        assert_eq!(value(&deep), Err("the expression nests more than 64 levels deep".into()));
        assert!(value(&"!".repeat(100_000)).is_err());
        assert!(value(&"1+".repeat(100_000)).is_err());
    }
}
