//! Commands of a session, which begin with `!`.

use std::{path::PathBuf, str::FromStr, sync::atomic::AtomicBool};

use super::{Session, state::list};
use crate::error::CliError;

/// A command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Command {
    Stack(Option<usize>),
    Memory(Option<(u32, u32)>),
    Locals,
    Advice,
    Undo,
    Time,
    Program,
    Use(String),
    Load(PathBuf),
    Help,
    Quit,
}

/// The commands, their parameters, and their effects.
const COMMANDS: &[(&str, &str, &str)] = &[
    ("stack", "[N]", "shows the stack, or its N topmost items"),
    (
        "mem",
        "[A [B]]",
        "shows the memory: all words that have been written, the word at A, or those from A to B",
    ),
    ("locals", "", "shows the locals, which code of the session uses like a procedure"),
    ("advice", "", "shows the advice that is left"),
    ("undo", "", "takes back the last input"),
    ("time", "", "shows the cycles and the time of the session so far"),
    ("program", "", "shows the program that was entered"),
    ("use", "PATH", "imports a module; modules of the standard library need no import"),
    ("load", "FILE", "adds the declarations of a file, and executes its program"),
    ("help", "", "shows this list"),
    ("quit", "", "ends the session"),
];

/// Names of the commands, with the exclamation mark.
pub(super) fn names() -> impl Iterator<Item = String> {
    COMMANDS.iter().map(|(name, ..)| format!("!{name}"))
}

impl FromStr for Command {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut words = text.split_whitespace();
        let name = words.next().unwrap_or_default();
        let rest: Vec<&str> = words.collect();
        let number =
            |text: &str| text.parse::<u32>().map_err(|_| format!("`{text}` is not a number below 2^32"));
        Ok(match (name, rest.as_slice()) {
            ("stack", []) => Self::Stack(None),
            ("stack", [count]) => Self::Stack(Some(number(count)? as usize)),
            ("mem", []) => Self::Memory(None),
            ("mem", [address]) => Self::Memory(Some((number(address)?, number(address)?))),
            ("mem", [first, last]) => Self::Memory(Some((number(first)?, number(last)?))),
            ("locals", []) => Self::Locals,
            ("advice", []) => Self::Advice,
            ("undo", []) => Self::Undo,
            ("time", []) => Self::Time,
            ("program", []) => Self::Program,
            ("use", [path]) => Self::Use((*path).into()),
            ("load", [_, ..]) => Self::Load(text.strip_prefix("load").unwrap_or(text).trim().into()),
            ("help", []) => Self::Help,
            ("quit", []) => Self::Quit,
            _ => {
                return Err(match COMMANDS.iter().find(|(known, ..)| *known == name) {
                    Some((name, parameters, _)) => format!("the command is `{}`", usage(name, parameters)),
                    None => format!("there is no command `!{name}`; `!help` lists the commands"),
                });
            }
        })
    }
}

fn usage(name: &str, parameters: &str) -> String {
    format!("!{name} {parameters}").trim_end().to_owned()
}

impl Command {
    /// Executes the command, and returns its output. `!quit` is left to the caller.
    pub(super) fn execute(&self, session: &mut Session, interrupt: &AtomicBool) -> Result<String, CliError> {
        Ok(match self {
            Self::Stack(count) => {
                let state = session.state(interrupt)?;
                list(state.stack.iter().take(count.unwrap_or(usize::MAX)))
            }
            Self::Memory(range) => {
                let state = session.state(interrupt)?;
                let within =
                    |address: u32| range.is_none_or(|(first, last)| (first..=last).contains(&address));
                let words = state.memory.iter().filter(|(address, _)| within(*address));
                let lines: Vec<String> =
                    words.map(|(address, word)| format!("{address}: {}", list(word))).collect();
                or(lines, "nothing has been written there")
            }
            Self::Locals => {
                let locals = session.state(interrupt)?.locals.iter().enumerate();
                let lines: Vec<String> =
                    locals.map(|(number, word)| format!("{number}: {}", list(word))).collect();
                or(lines, "no code uses locals; `loc_store.0` stores one")
            }
            Self::Advice => {
                let advice = &session.state(interrupt)?.advice;
                let tape: Vec<_> = advice.tape().collect();
                let mut lines = vec![format!("tape: {}", list(&tape))];
                lines.extend(advice.map().iter().map(|(key, values)| format!("map {key}: {}", list(values))));
                lines.push(format!("Merkle trees: {} inner nodes", advice.merkle_store().len()));
                lines.join("\n")
            }
            Self::Undo => session.undo(interrupt)?,
            Self::Time => {
                let state = session.state(interrupt)?;
                format!("{} cycles in {} ms", state.cycles, state.time.as_millis())
            }
            Self::Program => session.program(),
            Self::Use(path) => {
                session.import(path, interrupt)?;
                String::new()
            }
            Self::Load(path) => session.load(path, interrupt)?,
            Self::Help => {
                let usages = COMMANDS.iter().map(|(name, parameters, text)| (usage(name, parameters), text));
                let lines: Vec<String> = usages.map(|(usage, text)| format!("{usage:<12}  {text}")).collect();
                lines.join("\n")
            }
            Self::Quit => String::new(),
        })
    }
}

/// The lines, or a text if there are none.
fn or(lines: Vec<String>, empty: &str) -> String {
    if lines.is_empty() { empty.into() } else { lines.join("\n") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_of_the_list_is_parsed() {
        for (name, parameters, _) in COMMANDS {
            let text = format!("{name} {}", if parameters.is_empty() { "" } else { "1" });
            assert!(text.parse::<Command>().is_ok(), "{text}");
        }
        assert_eq!("mem 1 2".parse(), Ok(Command::Memory(Some((1, 2)))));
        assert_eq!("load a b.masm".parse(), Ok(Command::Load("a b.masm".into())));
        assert_eq!("mem x".parse::<Command>(), Err("`x` is not a number below 2^32".into()));
        assert!("undo 1".parse::<Command>().unwrap_err().contains("`!undo`"));
        assert!("x".parse::<Command>().unwrap_err().contains("!help"));
    }
}
