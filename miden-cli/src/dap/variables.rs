//! Scopes and variables.

use miden_core::{Felt, Word};
use serde_json::{Value, json};

use super::arguments::Variables;
use crate::debugger::Session;

/// The scopes, in the order of the client's list.
const SCOPES: [(&str, u64); 5] =
    [("Locals", 1), ("Stack", 2), ("Memory", 3), ("Registers", 4), ("Advice", 5)];

/// Largest number of variables in an answer; the client can ask for others.
const MAX_VARIABLES: usize = 1000;

/// The scopes of a frame. Only the innermost one has its locals.
pub(super) fn scopes(session: &Session, frame: usize) -> Value {
    let has_locals = frame == 0 && !session.debugger.locals().is_empty();
    let scopes = SCOPES.iter().filter(|(name, _)| *name != "Locals" || has_locals);
    let scopes: Vec<_> = scopes
        .map(|(name, reference)| {
            let expensive = matches!(*name, "Memory" | "Advice");
            json!({"name": name, "variablesReference": reference, "expensive": expensive})
        })
        .collect();
    json!({"scopes": scopes})
}

pub(super) fn variables(session: &mut Session, arguments: &Variables) -> Result<Value, String> {
    let start = arguments.start.unwrap_or(0);
    let count = arguments.count.filter(|count| *count > 0).unwrap_or(MAX_VARIABLES).min(MAX_VARIABLES);
    let list: Vec<(String, String)> = match arguments.variables_reference {
        1 => {
            let locals = session.debugger.locals().into_iter();
            let named = locals.map(|local| {
                (local.name.unwrap_or_else(|| format!("loc[{}]", local.index)), word(&local.word))
            });
            named.skip(start).take(count).collect()
        }
        2 => {
            let stack = session.debugger.recorder().cycle().stack;
            let positions = (start..stack.depth()).take(count);
            positions
                .filter_map(|position| Some((item_name(position), stack.get(position)?.to_string())))
                .collect()
        }
        3 => {
            let cycle = session.debugger.recorder().cycle();
            let words = cycle.memory.words(cycle.ctx).skip(start).take(count);
            words.map(|(address, value)| (format!("mem[{address}]"), word(&value))).collect()
        }
        4 => {
            let cycle = session.debugger.recorder().cycle();
            let registers = [
                ("clk", cycle.clk.to_string()),
                ("ctx", cycle.ctx.to_string()),
                ("fmp", cycle.fmp.to_string()),
                ("depth", cycle.stack.depth().to_string()),
            ];
            registers.into_iter().map(|(name, value)| (name.into(), value)).collect()
        }
        5 => {
            let advice = session.debugger.advice();
            let summary = [
                ("tape".to_owned(), format!("{} values", advice.tape().len())),
                ("map".into(), format!("{} lists", advice.map().len())),
            ];
            let tape =
                (0..).zip(advice.tape()).map(|(index, value)| (format!("tape[{index}]"), value.to_string()));
            summary.into_iter().chain(tape).skip(start).take(count).collect()
        }
        reference => return Err(format!("there are no variables {reference}")),
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
pub(super) fn data_breakpoint_info(session: &Session, name: &str) -> Value {
    let locals = session.debugger.locals();
    let local = locals
        .iter()
        .find(|local| local.name.as_deref() == Some(name) || format!("loc[{}]", local.index) == name);
    let index = || {
        let inner = name.strip_prefix("mem[")?.strip_suffix(']')?;
        u32::try_from(session.debugger.evaluate(inner).ok()?.as_int()).ok()
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
