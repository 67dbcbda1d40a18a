use std::{collections::BTreeMap, fs};

use miden_debug::{BreakpointError, Debugger, Expression, Target};
use serde_json::{Value, json};

use super::arguments::{
    self, SetBreakpoints, SetDataBreakpoints, SetExceptionBreakpoints, SetFunctionBreakpoints,
};

/// The breakpoints that the client has set. A request replaces all of its kind; those for lines, all of a source.
#[derive(Debug, Default)]
pub(super) struct Breakpoints {
    lines: BTreeMap<String, Vec<u32>>,
    functions: Vec<u32>,
    data: Vec<u32>,
    exceptions: Vec<u32>,
}

impl Breakpoints {
    /// Those that are set at first: for faults.
    pub(super) fn new(debugger: &mut Debugger) -> Self {
        let mut breakpoints = Self::default();
        add(debugger, &mut breakpoints.exceptions, Ok(Target::Fault), None);
        breakpoints
    }

    pub(super) fn set_lines(&mut self, debugger: &mut Debugger, arguments: SetBreakpoints) -> Vec<Value> {
        let SetBreakpoints { source, breakpoints } = arguments;
        let name = source_name(debugger, &source);
        let ids = self.lines.entry(name.clone()).or_default();
        clear(debugger, ids);
        let target = |line| Ok(Target::Line { source: Some(name.clone()), line });
        let added = breakpoints.into_iter();
        added.map(|breakpoint| add(debugger, ids, target(breakpoint.line), breakpoint.condition)).collect()
    }

    pub(super) fn set_functions(
        &mut self,
        debugger: &mut Debugger,
        arguments: SetFunctionBreakpoints,
    ) -> Vec<Value> {
        clear(debugger, &mut self.functions);
        let added = arguments.breakpoints.into_iter();
        added
            .map(|breakpoint| {
                let target = Ok(Target::Procedure(breakpoint.name));
                add(debugger, &mut self.functions, target, breakpoint.condition)
            })
            .collect()
    }

    pub(super) fn set_data(&mut self, debugger: &mut Debugger, arguments: SetDataBreakpoints) -> Vec<Value> {
        clear(debugger, &mut self.data);
        let added = arguments.breakpoints.into_iter();
        added
            .map(|breakpoint| {
                let target = format!("write {}", breakpoint.data_id).parse();
                add(debugger, &mut self.data, target, breakpoint.condition)
            })
            .collect()
    }

    pub(super) fn set_exceptions(
        &mut self,
        debugger: &mut Debugger,
        arguments: SetExceptionBreakpoints,
    ) -> Vec<Value> {
        clear(debugger, &mut self.exceptions);
        let added = arguments.filters.iter().map(|filter| match &**filter {
            "fault" => Ok(Target::Fault),
            other => Err(BreakpointError::Form { text: other.escape_debug().to_string() }),
        });
        added.map(|target| add(debugger, &mut self.exceptions, target, None)).collect()
    }
}

fn clear(debugger: &mut Debugger, ids: &mut Vec<u32>) {
    for id in ids.drain(..) {
        debugger.remove_breakpoint(id);
    }
}

/// Sets a breakpoint, and describes it to the client.
fn add(
    debugger: &mut Debugger,
    ids: &mut Vec<u32>,
    target: Result<Target, BreakpointError>,
    condition: Option<String>,
) -> Value {
    let condition = condition.filter(|condition| !condition.trim().is_empty());
    let condition = condition.map(|condition| condition.parse::<Expression>()).transpose();
    let added = match (target, condition) {
        (Ok(target), Ok(condition)) => debugger.add_breakpoint(target, condition),
        (Ok(_), Err(error)) => Err(error.into()),
        (Err(error), _) => Err(error),
    };
    match added {
        Ok(breakpoint) => {
            ids.push(breakpoint.id);
            let mut value = json!({"id": breakpoint.id, "verified": true});
            if let Target::Line { line, .. } = breakpoint.target {
                value["line"] = line.into();
            }
            value
        }
        Err(error) => json!({"verified": false, "message": error.to_string()}),
    }
}

/// The name that a source of the client has in the program.
fn source_name(debugger: &Debugger, source: &arguments::Source) -> String {
    let sources = debugger.sources();
    if let Some(known) = source.reference.and_then(|number| sources.get(number.checked_sub(1)?)) {
        return known.name().into();
    }
    let name = source.path.as_ref().or(source.name.as_ref()).cloned().unwrap_or_default();
    // The client and the program may name a file by different paths.
    let path = fs::canonicalize(&name).ok();
    let same =
        |known: &&&miden_assembly::Source| path.is_some() && fs::canonicalize(known.name()).ok() == path;
    sources.iter().find(same).map_or(name, |known| known.name().into())
}
