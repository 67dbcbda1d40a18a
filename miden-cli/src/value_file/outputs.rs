//! The file of outputs: what a program left, and how it ended.

use std::path::Path;

use miden_core::{FaultClaim, FaultCode, Opcode, Outcome, StackOutputs, Statement, operations::OPERATIONS};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{ValueFileError, felts, json::At, parse_json};
use crate::files;

/// What a file of outputs claims. A proof shows whether it is true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Outputs {
    /// The complete final stack; of a program that has failed, the 16 topmost items.
    pub(crate) stack: StackOutputs,
    /// How the program ended.
    pub(crate) outcome: Outcome,
    /// The cycle limit that the program ran with, if it is a part of what is proven.
    pub(crate) cycle_limit: Option<u64>,
}

#[derive(Deserialize)]
struct OutputFile {
    stack: Value,
    outcome: Option<Value>,
    cycle_limit: Option<Value>,
}

#[derive(Serialize)]
struct NewOutputFile {
    stack: Vec<String>,
    // The overflow list is bound by the trace itself here, so there are no addresses to state; the key is
    // written for readers that expect it.
    overflow_addrs: Vec<String>,
    // A file without this key is about a success, as those of version 0.3 are.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<NewOutcome>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cycle_limit: Option<u64>,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum NewOutcome {
    Fault(NewFault),
}

#[derive(Serialize)]
struct NewFault {
    code: &'static str,
    operation: &'static str,
    clk: u64,
    deterministic: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<String>,
}

impl Outputs {
    /// What a success leaves.
    pub(crate) const fn success(stack: StackOutputs, cycle_limit: Option<u64>) -> Self {
        Self { stack, outcome: Outcome::Success, cycle_limit }
    }

    /// The claims of a statement.
    pub(crate) fn of(statement: &Statement) -> Self {
        let Statement { outputs, outcome, cycle_limit, .. } = statement;
        Self { stack: outputs.clone(), outcome: *outcome, cycle_limit: *cycle_limit }
    }

    /// Reads a file.
    pub(crate) fn read(path: &Path) -> Result<Self, ValueFileError> {
        let file: OutputFile = parse_json(path, &files::read(path)?)?;
        let stack = StackOutputs::new(felts(path, "stack", &file.stack)?)
            .map_err(|source| ValueFileError::Outputs { path: path.into(), source })?;
        let outcome = file.outcome.map(|value| outcome(&At::key(path, "outcome", &value))).transpose()?;
        let limit =
            file.cycle_limit.map(|value| At::key(path, "cycle_limit", &value).number()).transpose()?;
        Ok(Self { stack, outcome: outcome.unwrap_or_default(), cycle_limit: limit })
    }

    /// The content of a file.
    pub(crate) fn to_json(&self) -> String {
        let fault = |fault: &FaultClaim| NewFault {
            code: fault.code.name(),
            operation: fault.opcode.info().name,
            clk: fault.clk,
            deterministic: fault.deterministic,
            target: fault.target.map(|target| target.to_hex()),
        };
        let file = NewOutputFile {
            stack: self.stack.items().iter().map(ToString::to_string).collect(),
            overflow_addrs: Vec::new(),
            outcome: self.outcome.fault().map(|claim| NewOutcome::Fault(fault(claim))),
            cycle_limit: self.cycle_limit,
        };
        let mut text = serde_json::to_string_pretty(&file).unwrap_or_default();
        text.push('\n');
        text
    }
}

/// Reads `"success"` or `{"fault": {…}}`.
fn outcome(at: &At<'_>) -> Result<Outcome, ValueFileError> {
    const EXPECTED: &str = "\"success\" or {\"fault\": {…}}";
    if at.text(EXPECTED).is_ok_and(|text| text == "success") {
        return Ok(Outcome::Success);
    }
    let object = at.object(EXPECTED)?;
    let fault = object.get("fault").filter(|_| object.len() == 1).ok_or_else(|| at.expected(EXPECTED))?;
    Ok(Outcome::Fault(claim(&at.member("fault", fault))?))
}

fn claim(at: &At<'_>) -> Result<FaultClaim, ValueFileError> {
    let object = at.object("an object with \"code\", \"operation\", \"clk\" and \"deterministic\"")?;
    let optional = |key| object.get(key).map(|value| at.member(key, value));
    let required = |key| optional(key).ok_or_else(|| at.without(key));
    Ok(FaultClaim {
        code: code(&required("code")?)?,
        opcode: opcode(&required("operation")?)?,
        clk: required("clk")?.number()?,
        deterministic: required("deterministic")?.boolean()?,
        target: optional("target").map(|target| target.word()).transpose()?,
    })
}

fn code(at: &At<'_>) -> Result<FaultCode, ValueFileError> {
    const EXPECTED: &str = "the name of a fault; see `miden verify --help`";
    at.text(EXPECTED)?.parse().map_err(|_| at.expected(EXPECTED))
}

fn opcode(at: &At<'_>) -> Result<Opcode, ValueFileError> {
    const EXPECTED: &str = "the name of an operation";
    let name = at.text(EXPECTED)?;
    let info = OPERATIONS.iter().find(|info| info.name == name);
    info.map(|info| info.opcode).ok_or_else(|| at.expected(EXPECTED))
}
