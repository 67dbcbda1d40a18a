use std::{
    fs,
    io::{self, Write},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use miden_assembly::{InstructionInfo, Source};
use miden_debug::{Debugger, Output, Stop, Target};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{
    arguments,
    breakpoints::Breakpoints,
    launch::launch,
    message::{Incoming, Request},
    variables,
};
use crate::{debugger::Session, framing};

/// The only thread of a program.
const THREAD: u64 = 1;

/// A server and its client.
pub(super) struct Server<W> {
    output: W,
    seq: i64,
    /// Stops a running program; set when a request comes that ends its run.
    interrupt: Arc<AtomicBool>,
    session: Option<Running>,
    /// The number that the client gives to the first line, and to the first column.
    first: (usize, usize),
}

/// A launched program.
struct Running {
    session: Session,
    breakpoints: Breakpoints,
    launch: arguments::Launch,
    /// Number of outputs of debug commands that the client has been told.
    num_outputs: usize,
}

/// The answer to a request: a body, or a message.
type Answer = Result<Value, String>;

impl<W: Write> Server<W> {
    pub(super) const fn new(output: W, interrupt: Arc<AtomicBool>) -> Self {
        Self { output, seq: 0, interrupt, session: None, first: (1, 1) }
    }

    /// Answers a message. Returns whether the client stays.
    pub(super) fn answer(&mut self, message: Incoming) -> io::Result<bool> {
        let request = match message {
            Incoming::Malformed { seq, problem } => {
                self.respond(seq, "", Err(problem))?;
                return Ok(true);
            }
            Incoming::Request(request) => request,
        };
        let Request { seq, command, arguments } = request;
        if let Some(motion) = motion(&command) {
            return self.go(seq, &command, motion);
        }
        let answer = match &*command {
            "initialize" => self.initialize(arguments),
            "launch" => {
                let answer = self.launch(arguments);
                let launched = answer.is_ok();
                self.respond(seq, &command, answer)?;
                if launched {
                    self.event("initialized", Value::Null)?;
                }
                return Ok(true);
            }
            "attach" => Err("there is no running program to attach to; use `launch`".into()),
            "configurationDone" => {
                let stops = self.running().map(|running| running.launch.stop_on_entry);
                self.respond(seq, &command, stops.clone().map(|_| Value::Null))?;
                return match stops {
                    Ok(true) => {
                        self.show_outputs()?;
                        self.stopped("entry", None, None)
                    }
                    Ok(false) => self.run(Debugger::resume_from_here),
                    Err(_) => Ok(true),
                };
            }
            "restart" => {
                let answer = self.running().map(|running| {
                    running.session.go(Debugger::start);
                    Value::Null
                });
                let restarted = answer.is_ok();
                self.respond(seq, &command, answer)?;
                return if restarted { self.stopped("entry", None, None) } else { Ok(true) };
            }
            "pause" => {
                // The run that it was meant for has stopped.
                self.interrupt.store(false, Ordering::Relaxed);
                let answer = self.running().map(|_| Value::Null);
                self.respond(seq, &command, answer)?;
                return Ok(true);
            }
            "disconnect" | "terminate" => {
                self.interrupt.store(false, Ordering::Relaxed);
                self.respond(seq, &command, Ok(Value::Null))?;
                self.event("terminated", Value::Null)?;
                return Ok(command == "terminate");
            }
            _ => self.query(&command, arguments),
        };
        self.respond(seq, &command, answer)?;
        Ok(true)
    }

    /// Answers a request that moves nothing.
    fn query(&mut self, command: &str, arguments: Value) -> Answer {
        let (first, running) = (self.first, self.running());
        match command {
            "threads" => Ok(json!({"threads": [{"id": THREAD, "name": "program"}]})),
            "setBreakpoints" => {
                let mut arguments: arguments::SetBreakpoints = parse(arguments)?;
                for breakpoint in &mut arguments.breakpoints {
                    breakpoint.line = breakpoint.line.saturating_add(1 - first.0);
                }
                let Running { session, breakpoints, .. } = running?;
                let mut set = breakpoints.set_lines(&mut session.debugger, arguments);
                set.iter_mut().for_each(|breakpoint| shift(breakpoint, "line", first.0));
                Ok(json!({"breakpoints": set}))
            }
            "setFunctionBreakpoints" => {
                let Running { session, breakpoints, .. } = running?;
                Ok(
                    json!({"breakpoints": breakpoints.set_functions(&mut session.debugger, parse(arguments)?)}),
                )
            }
            "setDataBreakpoints" => {
                let Running { session, breakpoints, .. } = running?;
                Ok(json!({"breakpoints": breakpoints.set_data(&mut session.debugger, parse(arguments)?)}))
            }
            "setExceptionBreakpoints" => {
                let Running { session, breakpoints, .. } = running?;
                Ok(
                    json!({"breakpoints": breakpoints.set_exceptions(&mut session.debugger, parse(arguments)?)}),
                )
            }
            "dataBreakpointInfo" => {
                let arguments: arguments::DataBreakpointInfo = parse(arguments)?;
                Ok(variables::data_breakpoint_info(&running?.session, &arguments))
            }
            "stackTrace" => stack_trace(&running?.session, &parse(arguments)?, first),
            "scopes" => {
                let arguments: arguments::Scopes = parse(arguments)?;
                variables::scopes(&running?.session, arguments.frame_id)
            }
            "variables" => variables::variables(&mut running?.session, &parse(arguments)?),
            "evaluate" => {
                let arguments: arguments::Evaluate = parse(arguments)?;
                let frame = arguments.frame_id.unwrap_or(0);
                let value = running?.session.debugger.evaluate_in(frame, &arguments.expression);
                let value = value.map_err(|error| error.to_string())?;
                Ok(json!({"result": value.to_string(), "variablesReference": 0}))
            }
            "source" => source_text(&running?.session, parse(arguments)?),
            "loadedSources" => {
                let sources = running?.session.debugger.sources().into_iter().enumerate();
                let sources: Vec<_> = sources.map(|(number, source)| describe(number, source)).collect();
                Ok(json!({"sources": sources}))
            }
            _ => Err(format!("the server does not support `{}`", command.escape_debug())),
        }
    }

    fn initialize(&mut self, arguments: Value) -> Answer {
        let arguments: arguments::Initialize = parse(arguments)?;
        let first = |starts_at_1: Option<bool>| usize::from(starts_at_1.unwrap_or(true));
        self.first = (first(arguments.lines_start_at_1), first(arguments.columns_start_at_1));
        Ok(json!({
            "supportsConfigurationDoneRequest": true,
            "supportsFunctionBreakpoints": true,
            "supportsConditionalBreakpoints": true,
            "supportsDataBreakpoints": true,
            "supportsStepBack": true,
            "supportsEvaluateForHovers": true,
            "supportsLoadedSourcesRequest": true,
            "supportsRestartRequest": true,
            "supportsTerminateRequest": true,
            "exceptionBreakpointFilters": [{"filter": "fault", "label": "Faults", "default": true}],
        }))
    }

    fn launch(&mut self, arguments: Value) -> Answer {
        if self.session.is_some() {
            return Err("a program has been launched already".into());
        }
        let arguments: arguments::Launch = parse(arguments)?;
        let mut session = launch(&arguments, &self.interrupt)?;
        let breakpoints = Breakpoints::new(&mut session.debugger);
        self.session = Some(Running { session, breakpoints, launch: arguments, num_outputs: 0 });
        Ok(Value::Null)
    }

    fn running(&mut self) -> Result<&mut Running, String> {
        self.session.as_mut().ok_or_else(|| "no program has been launched".into())
    }

    /// Answers a request that moves, and moves.
    fn go(&mut self, seq: i64, command: &str, motion: fn(&mut Debugger) -> Stop) -> io::Result<bool> {
        let answer = self.running().map(|_| json!({"allThreadsContinued": true}));
        let can_go = answer.is_ok();
        self.respond(seq, command, answer)?;
        if can_go { self.run(motion) } else { Ok(true) }
    }

    /// Moves, and tells the client where the program has stopped.
    fn run(&mut self, motion: fn(&mut Debugger) -> Stop) -> io::Result<bool> {
        let Some(running) = &mut self.session else { return Ok(true) };
        let before = (running.session.debugger.recorder().clk(), running.session.stop);
        running.session.go(motion);
        self.show_outputs()?;
        let Some(running) = &self.session else { return Ok(true) };
        let session = &running.session;
        let stop = session.stop;
        // Anyone who continues at the end has seen it.
        let again = before == (session.debugger.recorder().clk(), stop);
        let failure = session.failure().map(ToString::to_string).unwrap_or_default();
        let target = match stop {
            Stop::Breakpoint(id) => {
                let found = session.debugger.breakpoints().iter().find(|breakpoint| breakpoint.id == id);
                found.map(|breakpoint| breakpoint.target.clone())
            }
            _ => None,
        };
        let stops_at_end = running.launch.stop_at_end && !again;
        match (stop, target) {
            (Stop::Step, _) => self.stopped("step", None, None),
            (Stop::Start, _) => self.stopped("entry", Some("the start of the program".into()), None),
            (Stop::Interrupted, _) => self.stopped("pause", None, None),
            (Stop::Breakpoint(_), Some(Target::Fault)) if again => self.ended(1),
            (Stop::Breakpoint(_), Some(Target::Fault)) => self.stopped("exception", Some(failure), None),
            (Stop::Breakpoint(id), Some(Target::Procedure(_))) => {
                self.stopped("function breakpoint", None, Some(id))
            }
            (Stop::Breakpoint(id), Some(Target::Write(_))) => self.stopped("data breakpoint", None, Some(id)),
            (Stop::Breakpoint(id), _) => self.stopped("breakpoint", None, Some(id)),
            (Stop::Command, _) => self.stopped("breakpoint", Some("`breakpoint`".into()), None),
            (Stop::Fault, _) => {
                self.output("stderr", &failure)?;
                self.ended(1)
            }
            (Stop::End, _) if stops_at_end => {
                self.stopped("pause", Some("the end of the program".into()), None)
            }
            (Stop::End, _) => self.ended(0),
        }
    }

    /// Tells the client that the program has stopped.
    fn stopped(&mut self, reason: &str, text: Option<String>, breakpoint: Option<u32>) -> io::Result<bool> {
        let mut body = json!({"reason": reason, "threadId": THREAD, "allThreadsStopped": true});
        if let Some(text) = text {
            body["description"] = text.clone().into();
            body["text"] = text.into();
        }
        if let Some(id) = breakpoint {
            body["hitBreakpointIds"] = json!([id]);
        }
        self.event("stopped", body)?;
        Ok(true)
    }

    fn ended(&mut self, code: u8) -> io::Result<bool> {
        let stack = self.session.as_ref().map(|running| {
            let stack = running.session.debugger.recorder().cycle().stack.to_vec();
            let items: Vec<_> = stack.iter().take(16).map(ToString::to_string).collect();
            format!("stack, top first: {}", items.join(" "))
        });
        if let (Some(stack), 0) = (stack, code) {
            self.output("stdout", &stack)?;
        }
        self.event("exited", json!({"exitCode": code}))?;
        self.event("terminated", Value::Null)?;
        Ok(true)
    }

    /// Tells the client the outputs of debug commands since the last stop. Going back takes them back silently.
    fn show_outputs(&mut self) -> io::Result<()> {
        let first = self.first;
        let Some(Running { session, num_outputs, .. }) = &mut self.session else { return Ok(()) };
        let outputs = session.debugger.outputs(*num_outputs);
        *num_outputs = session.num_outputs();
        let event = |(_, output): (usize, Output)| {
            let mut body = json!({"category": "stdout", "output": format!("{}\n", output.text)});
            let site = output.site;
            let debug = session.debugger.recorder().debug();
            if let Some(command) = debug.and_then(|debug| debug.decorator(site.node, site.decorator)) {
                locate(&mut body, session, command, first);
            }
            body
        };
        let mut events: Vec<_> = outputs.into_iter().map(event).collect();
        let warning = session.warning().map(|warning| format!("warning: {warning}\n"));
        events.extend(warning.map(|text| json!({"category": "console", "output": text})));
        events.into_iter().try_for_each(|body| self.event("output", body))
    }

    fn output(&mut self, category: &str, text: &str) -> io::Result<()> {
        self.event("output", json!({"category": category, "output": format!("{text}\n")}))
    }

    fn event(&mut self, event: &str, body: Value) -> io::Result<()> {
        self.send(json!({"type": "event", "event": event, "body": body}))
    }

    fn respond(&mut self, request: i64, command: &str, answer: Answer) -> io::Result<()> {
        let mut message = json!({"type": "response", "request_seq": request, "command": command});
        match answer {
            Ok(body) => {
                message["success"] = true.into();
                message["body"] = body;
            }
            Err(problem) => {
                message["success"] = false.into();
                message["message"] = problem.clone().into();
                // The format may contain names in braces, which the client would replace.
                let format = problem.replace('{', "(").replace('}', ")");
                message["body"] = json!({"error": {"id": 1, "format": format, "showUser": true}});
            }
        }
        self.send(message)
    }

    fn send(&mut self, mut message: Value) -> io::Result<()> {
        self.seq += 1;
        message["seq"] = self.seq.into();
        framing::write(&mut self.output, &message)
    }
}

/// The motion of a request, if it moves.
fn motion(command: &str) -> Option<fn(&mut Debugger) -> Stop> {
    Some(match command {
        "continue" => Debugger::resume,
        "next" => Debugger::step_over,
        "stepIn" => Debugger::step_in,
        "stepOut" => Debugger::step_out,
        "stepBack" => Debugger::step_back_over,
        "reverseContinue" => Debugger::reverse_resume,
        _ => return None,
    })
}

/// The arguments of a request; none at all are like an empty object.
fn parse<T: DeserializeOwned>(arguments: Value) -> Result<T, String> {
    let arguments = if arguments.is_null() { json!({}) } else { arguments };
    serde_json::from_value(arguments).map_err(|error| format!("arguments: {error}"))
}

/// Replaces a number that counts from 1 by one that counts from `first`.
fn shift(value: &mut Value, key: &str, first: usize) {
    if let Some(number) = value.get(key).and_then(Value::as_u64) {
        value[key] = (number - 1 + first as u64).into();
    }
}

fn stack_trace(session: &Session, arguments: &arguments::StackTrace, first: (usize, usize)) -> Answer {
    let frames = session.debugger.frames();
    let frame = |(id, frame): (usize, &miden_debug::Frame)| {
        let mut value = json!({"id": id, "name": frame.name(), "line": 0, "column": 0});
        if let Some(instruction) = &frame.instruction {
            locate(&mut value, session, instruction, first);
        }
        value
    };
    let start = arguments.start_frame.unwrap_or(0);
    // 0 levels are all.
    let levels = arguments.levels.filter(|levels| *levels > 0).unwrap_or(usize::MAX);
    let shown: Vec<_> = frames.iter().enumerate().skip(start).take(levels).map(frame).collect();
    Ok(json!({"stackFrames": shown, "totalFrames": frames.len()}))
}

/// Adds the place of an instruction.
fn locate(value: &mut Value, session: &Session, instruction: &InstructionInfo, first: (usize, usize)) {
    let (source, at) = (instruction.source(), instruction.location());
    let sources = session.debugger.sources();
    let number = sources.iter().position(|known| known.id() == source.id()).unwrap_or(0);
    value["source"] = describe(number, source);
    value["line"] = (at.line - 1 + first.0).into();
    value["column"] = (at.column - 1 + first.1).into();
}

/// A source for the client: a file, or a text that the server has.
fn describe(number: usize, source: &Source) -> Value {
    let name = source.name().rsplit('/').next().unwrap_or_default();
    match fs::canonicalize(source.name()).ok().filter(|path| path.is_file()) {
        Some(path) => json!({"name": name, "path": path.to_string_lossy()}),
        None => json!({"name": name, "sourceReference": number + 1}),
    }
}

fn source_text(session: &Session, arguments: arguments::SourceText) -> Answer {
    let reference = arguments.source.and_then(|source| source.reference).unwrap_or(arguments.reference);
    let sources = session.debugger.sources();
    let source = reference.checked_sub(1).and_then(|number| sources.get(number));
    let source = source.ok_or_else(|| format!("there is no source {reference}"))?;
    Ok(json!({"content": source.text()}))
}
