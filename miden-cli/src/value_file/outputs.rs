//! File of outputs: the final stack, and how the program ended.

use std::path::Path;

use miden_core::{FaultClaim, FaultCode, Opcode, Outcome, StackOutputs, Statement, operations::OPERATIONS};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    errors::ValueFileError,
    json::{At, felts, parse},
};
use crate::files;

/// Claims of a file of outputs, which only a proof can confirm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Outputs {
    /// The complete final stack; the 16 topmost items if the program failed.
    pub(crate) stack: StackOutputs,
    /// How the program ended.
    pub(crate) outcome: Outcome,
    /// The public cycle limit of the run.
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
    // Always empty: the constraints bind the overflow list, so its addresses are not stated. Readers of version 0.3
    // expect the key.
    overflow_addrs: Vec<String>,
    // Files without this key claim success, as in version 0.3.
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
    /// Outputs of a successful run.
    pub(crate) const fn success(stack: StackOutputs, cycle_limit: Option<u64>) -> Self {
        Self { stack, outcome: Outcome::Success, cycle_limit }
    }

    /// Outputs that a statement claims.
    pub(crate) fn of(statement: &Statement) -> Self {
        let Statement { outputs, outcome, cycle_limit, .. } = statement;
        Self { stack: outputs.clone(), outcome: *outcome, cycle_limit: *cycle_limit }
    }

    /// Reads the file.
    pub(crate) fn read(path: &Path) -> Result<Self, ValueFileError> {
        let file: OutputFile = parse(path, &files::read(path)?)?;
        let stack = StackOutputs::new(felts(path, "stack", &file.stack)?)
            .map_err(|source| ValueFileError::Outputs { path: path.into(), source })?;
        let outcome = file.outcome.map(|value| outcome(&At::key(path, "outcome", &value))).transpose()?;
        let limit =
            file.cycle_limit.map(|value| At::key(path, "cycle_limit", &value).number()).transpose()?;
        Ok(Self { stack, outcome: outcome.unwrap_or_default(), cycle_limit: limit })
    }

    /// Content of the file.
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
        let mut text = serde_json::to_string_pretty(&file).expect("text, numbers and lists are valid JSON");
        text.push('\n');
        text
    }
}

/// Parses `"success"` or `{"fault": {…}}`.
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
