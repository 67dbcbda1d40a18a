//! Commands on lines, of the plain mode and of the command line on the full screen.

use miden_debug::{BreakpointError, ExpressionError, Stop, Target};

use super::session::Session;

/// A command: its names, its arguments, and its meaning for the help.
struct Row {
    names: &'static [&'static str],
    arguments: &'static str,
    help: &'static str,
    run: fn(&mut Session, &str) -> Result<Answer, CommandError>,
}

/// The result of a command.
#[derive(Debug, PartialEq)]
pub(super) enum Answer {
    /// The program has moved.
    Moved,
    /// Another invocation is looked at.
    Selected,
    /// Lines to show.
    Lines(Vec<String>),
    /// The end of the session.
    Quit,
}

/// Why a command was not carried out.
#[derive(Debug, thiserror::Error)]
pub(super) enum CommandError {
    #[error("`{name}` is not a command{}; `help` lists them", match nearest {
        Some(nearest) => format!("; did you mean `{nearest}`?"),
        None => String::new(),
    })]
    Unknown { name: String, nearest: Option<&'static str> },
    #[error("usage: {}", format!("{name} {arguments}").trim_end())]
    Usage { name: &'static str, arguments: &'static str },
    #[error(transparent)]
    Breakpoint(#[from] BreakpointError),
    #[error(transparent)]
    Expression(#[from] ExpressionError),
    #[error("there is no breakpoint {id}")]
    NoBreakpoint { id: u32 },
    #[error("there is no frame #{frame}; `where` shows them")]
    NoFrame { frame: usize },
    #[error("this is the innermost frame")]
    Innermost,
}

/// Largest number of repetitions of a step, and of items to show.
const MAX_COUNT: u32 = 1_000_000;

const COMMANDS: &[Row] = &[
    Row {
        names: &["step", "s"],
        arguments: "[N]",
        help: "go to the next instruction, into procedures; N times",
        run: |session, rest| {
            repeat("step", session, rest, |session| session.go(|debugger| debugger.step_in()))
        },
    },
    Row {
        names: &["over", "n"],
        arguments: "[N]",
        help: "the same, over invocations",
        run: |session, rest| {
            repeat("over", session, rest, |session| session.go(|debugger| debugger.step_over()))
        },
    },
    Row {
        names: &["out", "o"],
        arguments: "",
        help: "go to the next instruction of the caller",
        run: |session, rest| {
            moved("out", session, rest, |session| session.go(|debugger| debugger.step_out()))
        },
    },
    Row {
        names: &["back", "b"],
        arguments: "[N]",
        help: "go to the instruction before, into procedures; N times",
        run: |session, rest| {
            repeat("back", session, rest, |session| session.go(|debugger| debugger.step_back()))
        },
    },
    Row {
        names: &["backover", "p"],
        arguments: "[N]",
        help: "the same, over invocations",
        run: |session, rest| {
            repeat("backover", session, rest, |session| session.go(|debugger| debugger.step_back_over()))
        },
    },
    Row {
        names: &["continue", "c"],
        arguments: "",
        help: "go to the next breakpoint, a fault, or the end",
        run: |session, rest| {
            moved("continue", session, rest, |session| session.go(|debugger| debugger.resume()))
        },
    },
    Row {
        names: &["reverse", "r"],
        arguments: "",
        help: "go back to the last breakpoint, or the start",
        run: |session, rest| {
            moved("reverse", session, rest, |session| session.go(|debugger| debugger.reverse_resume()))
        },
    },
    Row {
        names: &["to"],
        arguments: "PLACE",
        help: "go forward to a line or another place, as in `break`",
        run: |session, rest| {
            let target: Target = rest.parse()?;
            let mut result = Ok(Stop::Step);
            session.go(|debugger| {
                result = debugger.run_to(target);
                result.clone().unwrap_or(Stop::Step)
            });
            result.map(|_| Answer::Moved).map_err(CommandError::from)
        },
    },
    Row {
        names: &["goto"],
        arguments: "CYCLE",
        help: "go to a cycle in either direction",
        run: |session, rest| {
            let clk = rest.parse().map_err(|_| CommandError::Usage { name: "goto", arguments: "CYCLE" })?;
            session.go(|debugger| debugger.seek(clk));
            Ok(Answer::Moved)
        },
    },
    Row {
        names: &["start"],
        arguments: "",
        help: "go to the first instruction",
        run: |session, rest| moved("start", session, rest, |session| session.go(|debugger| debugger.start())),
    },
    Row {
        names: &["break"],
        arguments: "PLACE [if CONDITION]",
        help: "stop at LINE, FILE:LINE, PROCEDURE, `cycle N`, `write ADDRESS` or `fault`",
        run: |session, rest| {
            let (target, condition) = Target::parse_with_condition(rest)?;
            let breakpoint = session.debugger.add_breakpoint(target, condition)?;
            Ok(Answer::Lines(vec![format!("breakpoint {breakpoint}")]))
        },
    },
    Row {
        names: &["delete"],
        arguments: "NUMBER",
        help: "remove a breakpoint",
        run: |session, rest| {
            let id = rest.parse().map_err(|_| CommandError::Usage { name: "delete", arguments: "NUMBER" })?;
            match session.debugger.remove_breakpoint(id) {
                true => Ok(Answer::Lines(Vec::new())),
                false => Err(CommandError::NoBreakpoint { id }),
            }
        },
    },
    Row {
        names: &["breakpoints"],
        arguments: "",
        help: "show the breakpoints",
        run: |session, _| Ok(Answer::Lines(session.breakpoints())),
    },
    Row {
        names: &["where", "w"],
        arguments: "",
        help: "show the callers, innermost first",
        run: |session, _| Ok(Answer::Lines(session.callers())),
    },
    Row {
        names: &["up", "u"],
        arguments: "[N]",
        help: "look at the caller: its place, locals and memory",
        run: |session, rest| {
            let count = count("up", "[N]", rest, 1)? as usize;
            select(session, session.frame.saturating_add(count))
        },
    },
    Row {
        names: &["down", "d"],
        arguments: "[N]",
        help: "the reverse, towards the current instruction",
        run: |session, rest| {
            let count = count("down", "[N]", rest, 1)? as usize;
            match session.frame.checked_sub(count) {
                Some(frame) => select(session, frame),
                None => Err(CommandError::Innermost),
            }
        },
    },
    Row {
        names: &["source", "l"],
        arguments: "",
        help: "show the source around the instruction",
        run: |session, _| Ok(Answer::Lines(session.excerpt())),
    },
    Row {
        names: &["stack"],
        arguments: "[N]",
        help: "show the topmost items of the stack, 16 by default",
        run: |session, rest| {
            Ok(Answer::Lines(vec![session.stack(count("stack", "[N]", rest, 16)? as usize)]))
        },
    },
    Row {
        names: &["mem", "m"],
        arguments: "[ADDRESS [COUNT]]",
        help: "show words of memory of the context; without an address those that were written",
        run: |session, rest| {
            let usage = || CommandError::Usage { name: "mem", arguments: "[ADDRESS [COUNT]]" };
            let mut words = rest.split_whitespace();
            let range = match words.next() {
                None => None,
                Some(address) => {
                    let address = session.debugger.evaluate_in(session.frame, address)?;
                    let address = u32::try_from(address.as_int()).map_err(|_| usage())?;
                    Some((address, count("mem", "[ADDRESS [COUNT]]", words.next().unwrap_or_default(), 1)?))
                }
            };
            if words.next().is_some() { Err(usage()) } else { Ok(Answer::Lines(session.memory(range))) }
        },
    },
    Row {
        names: &["locals"],
        arguments: "",
        help: "show the locals of the procedure",
        run: |session, _| Ok(Answer::Lines(session.locals())),
    },
    Row {
        names: &["advice"],
        arguments: "[N]",
        help: "show the next values of the advice tape, 16 by default",
        run: |session, rest| {
            let count = count("advice", "[N]", rest, 16)?;
            Ok(Answer::Lines(session.advice(count as usize)))
        },
    },
    Row {
        names: &["print"],
        arguments: "EXPRESSION",
        help: "show a value, such as `s0 + mem[4][1]`",
        run: |session, rest| {
            Ok(Answer::Lines(vec![session.debugger.evaluate_in(session.frame, rest)?.to_string()]))
        },
    },
    Row {
        names: &["help", "?"],
        arguments: "",
        help: "show the commands",
        run: |_, _| Ok(Answer::Lines(help())),
    },
    Row { names: &["quit", "q"], arguments: "", help: "leave", run: |_, _| Ok(Answer::Quit) },
];

/// Carries out a command. An empty line and a comment do nothing.
pub(super) fn execute(session: &mut Session, line: &str) -> Result<Answer, CommandError> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return Ok(Answer::Lines(Vec::new()));
    }
    let (name, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    match COMMANDS.iter().find(|row| row.names.contains(&name)) {
        Some(row) => (row.run)(session, rest.trim()),
        None => {
            let names = COMMANDS.iter().flat_map(|row| row.names.first().copied());
            let nearest = miden_assembly::nearest(name, names);
            Err(CommandError::Unknown { name: name.escape_debug().to_string(), nearest })
        }
    }
}

/// The commands, each on a line.
pub(super) fn help() -> Vec<String> {
    let line = |row: &Row| {
        let form = format!("{} {}", row.names.join(", "), row.arguments);
        format!("{form:<30} {}", row.help)
    };
    COMMANDS.iter().map(line).collect()
}

fn select(session: &mut Session, frame: usize) -> Result<Answer, CommandError> {
    if session.select(frame) { Ok(Answer::Selected) } else { Err(CommandError::NoFrame { frame }) }
}

fn moved(
    name: &'static str,
    session: &mut Session,
    rest: &str,
    motion: impl Fn(&mut Session),
) -> Result<Answer, CommandError> {
    if !rest.is_empty() {
        return Err(CommandError::Usage { name, arguments: "" });
    }
    motion(session);
    Ok(Answer::Moved)
}

/// Moves so many times, or until something else stops the program.
fn repeat(
    name: &'static str,
    session: &mut Session,
    rest: &str,
    motion: impl Fn(&mut Session),
) -> Result<Answer, CommandError> {
    for _ in 0..count(name, "[N]", rest, 1)? {
        motion(session);
        if session.stop != Stop::Step {
            break;
        }
    }
    Ok(Answer::Moved)
}

fn count(name: &'static str, arguments: &'static str, text: &str, default: u32) -> Result<u32, CommandError> {
    if text.is_empty() {
        return Ok(default);
    }
    let count = text.parse().ok().filter(|count| (1..=MAX_COUNT).contains(count));
    count.ok_or(CommandError::Usage { name, arguments })
}
