use miden_core::{Felt, params::STACK_TOP};

use super::{ExpressionError, Node, Operator, Register};

/// Largest number of nested levels, which bounds the recursion.
const MAX_DEPTH: usize = 64;

/// Largest number of operators, which bounds the recursion of the evaluation: chains nest to the left.
const MAX_OPERATORS: usize = 256;

/// Symbols, the longer ones first.
const SYMBOLS: [&str; 16] =
    ["&&", "||", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "!", "(", ")", "[", "]"];

/// Operators by precedence, the weakest first.
const LEVELS: [&[(&str, Operator)]; 5] = [
    &[("||", Operator::Or)],
    &[("&&", Operator::And)],
    &[
        ("==", Operator::Equal),
        ("!=", Operator::NotEqual),
        ("<=", Operator::LessOrEqual),
        (">=", Operator::GreaterOrEqual),
        ("<", Operator::Less),
        (">", Operator::Greater),
    ],
    &[("+", Operator::Add), ("-", Operator::Subtract)],
    &[("*", Operator::Multiply)],
];

pub(super) struct Parser<'t> {
    text: &'t str,
    position: usize,
    depth: usize,
    operators: usize,
}

impl<'t> Parser<'t> {
    pub(super) const fn new(text: &'t str) -> Self {
        Self { text, position: 0, depth: 0, operators: 0 }
    }

    pub(super) fn parse(mut self) -> Result<Node, ExpressionError> {
        let node = self.binary(&LEVELS)?;
        if self.token().is_empty() { Ok(node) } else { Err(self.expected("an operator")) }
    }

    /// Parses operators of these levels and stronger ones.
    fn binary(&mut self, levels: &[&[(&str, Operator)]]) -> Result<Node, ExpressionError> {
        let Some((level, stronger)) = levels.split_first() else { return self.unary() };
        let mut left = self.binary(stronger)?;
        while let Some((_, operator)) = level.iter().find(|(symbol, _)| *symbol == self.token()) {
            self.operators += 1;
            if self.operators > MAX_OPERATORS {
                return Err(ExpressionError::TooDeep { max: MAX_OPERATORS });
            }
            self.advance();
            left = Node::Binary(*operator, left.into(), self.binary(stronger)?.into());
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Node, ExpressionError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(ExpressionError::TooDeep { max: MAX_DEPTH });
        }
        let node = match self.token() {
            "!" => {
                self.advance();
                Node::Not(self.unary()?.into())
            }
            "-" => {
                self.advance();
                Node::Negated(self.unary()?.into())
            }
            "(" => {
                self.advance();
                let node = self.binary(&LEVELS)?;
                self.close(")", "`)`")?;
                node
            }
            token if token.starts_with(|c: char| c.is_ascii_digit()) => self.number(token)?,
            token if token.starts_with(is_letter) => self.name(token)?,
            _ => return Err(self.expected("a value")),
        };
        self.depth -= 1;
        Ok(node)
    }

    fn number(&mut self, token: &str) -> Result<Node, ExpressionError> {
        let number = match token.strip_prefix("0x") {
            Some(digits) => u64::from_str_radix(digits, 16),
            None => token.parse(),
        };
        match number.ok().filter(|number| Felt::new(*number).as_int() == *number) {
            Some(number) => {
                self.advance();
                Ok(Node::Number(Felt::new(number)))
            }
            None => Err(self.expected("a number below the modulus")),
        }
    }

    fn name(&mut self, name: &'t str) -> Result<Node, ExpressionError> {
        self.advance();
        let item = name.strip_prefix('s').and_then(|digits| digits.parse::<u32>().ok());
        Ok(match name {
            "clk" => Node::Register(Register::Clk),
            "ctx" => Node::Register(Register::Ctx),
            "fmp" => Node::Register(Register::Fmp),
            "depth" => Node::Register(Register::Depth),
            "stack" => Node::Stack(self.index()?.into()),
            "mem" => Node::Memory(self.index()?.into(), self.element()?),
            "loc" => Node::Local(self.index()?.into(), self.element()?),
            _ => match item {
                Some(position) if (position as usize) < STACK_TOP => {
                    Node::Stack(Node::Number(Felt::from(position)).into())
                }
                _ => Node::Name(name.into(), self.element()?),
            },
        })
    }

    fn element(&mut self) -> Result<Option<Box<Node>>, ExpressionError> {
        if self.token() == "[" { Ok(Some(self.index()?.into())) } else { Ok(None) }
    }

    fn index(&mut self) -> Result<Node, ExpressionError> {
        self.close("[", "`[`")?;
        let node = self.binary(&LEVELS)?;
        self.close("]", "`]`")?;
        Ok(node)
    }

    fn close(&mut self, symbol: &str, expected: &'static str) -> Result<(), ExpressionError> {
        if self.token() != symbol {
            return Err(self.expected(expected));
        }
        self.advance();
        Ok(())
    }

    /// The next token; empty at the end.
    fn token(&self) -> &'t str {
        let rest = self.rest();
        let word = rest.find(|c| !is_letter(c) && !char::is_ascii_digit(&c)).unwrap_or(rest.len());
        let symbol = SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol)).map(|symbol| symbol.len());
        let other = rest.chars().next().map_or(0, char::len_utf8);
        rest.get(..if word > 0 { word } else { symbol.unwrap_or(other) }).unwrap_or_default()
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.position..).unwrap_or_default().trim_start()
    }

    fn advance(&mut self) {
        self.position = self.text.len() - self.rest().len() + self.token().len();
    }

    fn expected(&self, expected: &'static str) -> ExpressionError {
        let before = self.text.get(..self.text.len() - self.rest().len()).unwrap_or_default();
        let got = Some(self.token().to_owned()).filter(|token| !token.is_empty());
        ExpressionError::Syntax { column: before.chars().count() + 1, expected, got }
    }
}

const fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_'
}
