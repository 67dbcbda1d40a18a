//! Scopes and variables.

use miden_core::{Felt, Word};
use serde_json::{Value, json};

use super::arguments::{DataBreakpointInfo, Variables};
use crate::debugger::Session;

/// The scopes, in the order of the client's list.
const SCOPES: [&str; 5] = ["Locals", "Stack", "Memory", "Registers", "Advice"];

/// Largest number of variables in an answer; the client can ask for others.
const MAX_VARIABLES: usize = 1000;

/// The reference of a scope of a frame, from 1.
const fn reference(frame: usize, scope: usize) -> usize {
    1 + frame * SCOPES.len() + scope
}

/// The frame of a reference, and its scope.
fn decode(session: &Session, reference: u64) -> Option<(usize, &'static str)> {
    let number = usize::try_from(reference.checked_sub(1)?).ok()?;
    let (frame, scope) = (number / SCOPES.len(), number % SCOPES.len());
    let exists = frame < session.debugger.frames().len();
    SCOPES.get(scope).copied().filter(|_| exists).map(|scope| (frame, scope))
}

/// The scopes of a frame: its own locals, registers and memory; and the stack, if its context is the current one.
pub(super) fn scopes(session: &Session, frame: usize) -> Result<Value, String> {
    let debugger = &session.debugger;
    if frame >= debugger.frames().len() {
        return Err(format!("there is no frame {frame}"));
    }
    let has_stack = debugger.context_of(frame) == debugger.recorder().cycle().ctx;
    let is_there = |name: &str| match name {
        "Locals" => !debugger.locals_of(frame).is_empty(),
        "Stack" => has_stack,
        _ => true,
    };
    let scopes = SCOPES.iter().enumerate().filter(|(_, name)| is_there(name));
    let scopes: Vec<_> = scopes
        .map(|(number, name)| {
            let expensive = matches!(*name, "Memory" | "Advice");
            json!({"name": name, "variablesReference": reference(frame, number), "expensive": expensive})
        })
        .collect();
    Ok(json!({"scopes": scopes}))
}

pub(super) fn variables(session: &mut Session, arguments: &Variables) -> Result<Value, String> {
    let start = arguments.start.unwrap_or(0);
    let count = arguments.count.filter(|count| *count > 0).unwrap_or(MAX_VARIABLES).min(MAX_VARIABLES);
    let reference = arguments.variables_reference;
    let (frame, scope) =
        decode(session, reference).ok_or_else(|| format!("there are no variables {reference}"))?;
    let list: Vec<(String, String)> = match scope {
        "Locals" => {
            let locals = session.debugger.locals_of(frame).into_iter();
            let named = locals.map(|local| {
                (local.name.unwrap_or_else(|| format!("loc[{}]", local.index)), word(&local.word))
            });
            named.skip(start).take(count).collect()
        }
        "Stack" => {
            let stack = session.debugger.recorder().cycle().stack;
            let positions = (start..stack.depth()).take(count);
            positions
                .filter_map(|position| Some((item_name(position), stack.get(position)?.to_string())))
                .collect()
        }
        "Memory" => {
            let (memory, ctx) =
                (session.debugger.recorder().cycle().memory, session.debugger.context_of(frame));
            let words = memory.words(ctx).skip(start).take(count);
            words.map(|(address, value)| (format!("mem[{address}]"), word(&value))).collect()
        }
        "Registers" => {
            let value = |name: &str| session.debugger.evaluate_in(frame, name).ok();
            let registers = ["clk", "ctx", "fmp", "depth"].into_iter();
            registers.filter_map(|name| Some((name.into(), value(name)?.to_string()))).collect()
        }
        _ => {
            let advice = session.debugger.advice();
            let summary = [
                ("tape".to_owned(), format!("{} values", advice.tape().len())),
                ("map".into(), format!("{} lists", advice.map().len())),
            ];
            let tape =
                (0..).zip(advice.tape()).map(|(index, value)| (format!("tape[{index}]"), value.to_string()));
            summary.into_iter().chain(tape).skip(start).take(count).collect()
        }
    };
    let list: Vec<_> = list
        .into_iter()
        .map(|(name, value)| {
            json!({"name": name, "value": value, "evaluateName": name, "variablesReference": 0})
        })
        .collect();
    Ok(json!({"variables": list}))
}

/// The address behind a variable, for a breakpoint.
pub(super) fn data_breakpoint_info(session: &Session, arguments: &DataBreakpointInfo) -> Value {
    let name = &*arguments.name;
    let scope = arguments.variables_reference.and_then(|reference| decode(session, reference));
    let frame = scope.map(|(frame, _)| frame).or(arguments.frame_id).unwrap_or(0);
    let locals = session.debugger.locals_of(frame);
    let local = locals
        .iter()
        .find(|local| local.name.as_deref() == Some(name) || format!("loc[{}]", local.index) == name);
    let index = || {
        let inner = name.strip_prefix("mem[")?.strip_suffix(']')?;
        u32::try_from(session.debugger.evaluate_in(frame, inner).ok()?.as_int()).ok()
    };
    match local.map(|local| local.address).or_else(index) {
        Some(address) => json!({
            "dataId": address.to_string(), "description": format!("writes to address {address}"),
            "accessTypes": ["write"], "canPersist": true,
        }),
        None => {
            json!({"dataId": null, "description": "only locals and words of memory, such as mem[7], can be watched"})
        }
    }
}

fn item_name(position: usize) -> String {
    if position < 16 { format!("s{position}") } else { format!("stack[{position}]") }
}

fn word(word: &Word) -> String {
    word.iter().map(Felt::to_string).collect::<Vec<_>>().join(" ")
}
