//! File of outputs: the final stack, and how the program ended.

use std::path::Path;

use miden_core::{FaultClaim, FaultCode, Opcode, Outcome, StackOutputs, Statement, operations::OPERATIONS};
use serde::Serialize;

use super::{
    errors::ValueFileError,
    place::{At, check_keys, find},
    value::{Value, parse},
};
use crate::files::{self, Files};

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

const KEYS: [&str; 4] = ["stack", "overflow_addrs", "outcome", "cycle_limit"];

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
    pub(crate) fn read(path: &Path, files: &Files) -> Result<Self, ValueFileError> {
        let text = files.read_text(path)?;
        let path = files::display_path(path);
        let object = parse(path, &text)?;
        check_keys(&object, &KEYS).map_err(|unknown| unknown.error(path, None))?;
        let at = |key| find(&object, key).map(|value| At::key(path, key, value));
        let [stack, addresses, outcome, limit] = KEYS.map(at);
        let stack = stack.ok_or(ValueFileError::MissingKey { path: path.into(), key: KEYS[0] })?;
        let stack = stack.items("a list of numbers")?.map(|item| item.felt()).collect::<Result<_, _>>()?;
        let stack = StackOutputs::new(stack)
            .map_err(|source| ValueFileError::Outputs { path: path.into(), source })?;
        if addresses.is_some_and(|at| !matches!(at.value(), Value::List(list) if list.is_empty())) {
            return Err(ValueFileError::OverflowAddresses { path: path.into() });
        }
        let outcome = outcome.map(|at| parse_outcome(&at)).transpose()?.unwrap_or_default();
        let cycle_limit = limit.map(|limit| limit.number()).transpose()?;
        Ok(Self { stack, outcome, cycle_limit })
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
fn parse_outcome(at: &At<'_>) -> Result<Outcome, ValueFileError> {
    const EXPECTED: &str = "\"success\" or {\"fault\": {…}}";
    if at.text(EXPECTED).is_ok_and(|text| text == "success") {
        return Ok(Outcome::Success);
    }
    let [fault] = at.members(["fault"], EXPECTED)?;
    Ok(Outcome::Fault(claim(&fault.ok_or_else(|| at.expected(EXPECTED))?)?))
}

fn claim(at: &At<'_>) -> Result<FaultClaim, ValueFileError> {
    const KEYS: [&str; 5] = ["code", "operation", "clk", "deterministic", "target"];
    const EXPECTED: &str = "an object with \"code\", \"operation\", \"clk\" and \"deterministic\"";
    let [the_code, operation, clk, deterministic, target] = at.members(KEYS, EXPECTED)?;
    Ok(FaultClaim {
        code: code(&at.required(the_code, "code")?)?,
        opcode: opcode(&at.required(operation, "operation")?)?,
        clk: at.required(clk, "clk")?.number()?,
        deterministic: at.required(deterministic, "deterministic")?.boolean()?,
        target: target.map(|target| target.word()).transpose()?,
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
