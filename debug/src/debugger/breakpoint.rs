use std::{collections::BTreeSet, fmt, str::FromStr};

use crate::{Expression, ExpressionError};

/// A breakpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Breakpoint {
    /// Its number.
    pub id: u32,
    /// The place at which it stops; a line is the one of the first instruction at or after the line that was asked for.
    pub target: Target,
    /// It stops only where this holds.
    pub condition: Option<Expression>,
}

/// The cycles at which a breakpoint stops. The text form is that of the commands, such as `lib.masm:12` or `write 100`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Target {
    /// The first instruction of a line.
    Line {
        /// The name of the source, or the end of its path; `None` for the source of the program.
        source: Option<String>,
        /// The line, from 1.
        line: usize,
    },
    /// The first instruction of a procedure with this name, or with the module before it: `u64::div`.
    Procedure(String),
    /// A cycle.
    Cycle(u64),
    /// A write to a word of memory, before it takes effect.
    Write(u32),
    /// The end of a program that fails.
    Fault,
}

/// Why a breakpoint cannot be set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BreakpointError {
    /// The text is not a breakpoint.
    #[error(
        "`{text}` is not a breakpoint: LINE, FILE:LINE, PROCEDURE, `cycle N`, `write ADDRESS` or `fault`, each with \
         `if CONDITION` after it"
    )]
    Form {
        /// The text.
        text: String,
    },
    /// The program has no debug information.
    #[error(
        "the program has no debug information, so only `cycle N`, `write ADDRESS` and `fault` can be breakpoints"
    )]
    NoDebugInfo,
    /// There is no such source.
    #[error("no source of the program is called `{name}`; its sources are {known}")]
    UnknownSource {
        /// The name.
        name: String,
        /// Names of the sources.
        known: String,
    },
    /// There is no instruction.
    #[error("`{source_name}` has no instruction at or after line {line}")]
    NoInstruction {
        /// Name of the source.
        source_name: String,
        /// The line.
        line: usize,
    },
    /// There is no such procedure.
    #[error(
        "the program invokes no procedure `{name}`{}",
        suggestion.as_ref().map_or_else(String::new, |name| format!("; did you mean `{name}`?"))
    )]
    UnknownProcedure {
        /// The name.
        name: String,
        /// A procedure with a similar name.
        suggestion: Option<String>,
    },
    /// The condition is not an expression.
    #[error("condition: {0}")]
    Condition(#[from] ExpressionError),
}

impl Target {
    /// Parses a breakpoint with its condition, if it has one.
    ///
    /// # Errors
    /// If the text is neither of the forms, or the condition is not an expression.
    pub fn parse_with_condition(text: &str) -> Result<(Self, Option<Expression>), BreakpointError> {
        match text.split_once(" if ") {
            Some((target, condition)) => Ok((target.parse()?, Some(condition.parse()?))),
            None => Ok((text.parse()?, None)),
        }
    }
}

impl FromStr for Target {
    type Err = BreakpointError;

    fn from_str(text: &str) -> Result<Self, BreakpointError> {
        let text = text.trim();
        let form = || BreakpointError::Form { text: text.into() };
        if text == "fault" {
            return Ok(Self::Fault);
        }
        if let Some((keyword, value)) = text.split_once(char::is_whitespace) {
            let value = number(value.trim()).ok_or_else(form)?;
            return match keyword {
                "cycle" => Ok(Self::Cycle(value)),
                "write" => Ok(Self::Write(u32::try_from(value).map_err(|_| form())?)),
                _ => Err(form()),
            };
        }
        if let Ok(line) = text.parse() {
            return Ok(Self::Line { source: None, line });
        }
        if let Some((source, line)) = text.rsplit_once(':')
            && let Ok(line) = line.parse()
            && !source.is_empty()
        {
            return Ok(Self::Line { source: Some(source.into()), line });
        }
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':');
        let begins = text.starts_with(|c: char| c.is_alphabetic() || c == '_');
        match begins && text.chars().all(is_name) {
            true => Ok(Self::Procedure(text.into())),
            false => Err(form()),
        }
    }
}

/// A number, decimal or in hex.
fn number(text: &str) -> Option<u64> {
    match text.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line { source: Some(source), line } => write!(f, "{source}:{line}"),
            Self::Line { source: None, line } => write!(f, "{line}"),
            Self::Procedure(name) => f.write_str(name),
            Self::Cycle(cycle) => write!(f, "cycle {cycle}"),
            Self::Write(address) => write!(f, "write {address}"),
            Self::Fault => f.write_str("fault"),
        }
    }
}

impl fmt::Display for Breakpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.id, self.target)?;
        self.condition.as_ref().map_or(Ok(()), |condition| write!(f, " if {condition}"))
    }
}

/// The places in the sources at which a breakpoint stops.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// An instruction: the number of its source, and its offset.
    Instruction {
        source: usize,
        offset: usize,
    },
    /// The starts of procedures: the number of the source, and the offset of the name.
    Procedures(BTreeSet<(usize, usize)>),
    Cycle(u64),
    Write(u32),
    Fault,
}

impl Place {
    /// Whether it can be inside of an instruction.
    pub(super) const fn is_of_cycle(&self) -> bool {
        matches!(self, Self::Cycle(_) | Self::Write(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_parsed_as_they_are_shown() {
        for text in ["12", "lib/a.masm:3", "f", "std::math::u64::div", "cycle 100", "write 7", "fault"] {
            assert_eq!(text.parse::<Target>().unwrap().to_string(), text);
        }
        assert_eq!("write 0x10".parse(), Ok(Target::Write(16)));
        for text in ["", "a b", "cycle x", "cycle", "write 4294967296", ":4", "a-b", "read 5"] {
            let expected = match text {
                "cycle" => Ok(Target::Procedure("cycle".into())),
                text => Err(BreakpointError::Form { text: text.into() }),
            };
            assert_eq!(text.parse::<Target>(), expected);
        }
        let (target, condition) = Target::parse_with_condition("f if s0 == 1").unwrap();
        assert_eq!(
            (target, condition.unwrap().to_string()),
            (Target::Procedure("f".into()), "s0 == 1".into())
        );
        assert!(matches!(Target::parse_with_condition("f if "), Err(BreakpointError::Condition(_))));
    }
}
