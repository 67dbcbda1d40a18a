//! The arguments of requests, as far as the server uses them. Names and meanings are those of the protocol.

use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Initialize {
    /// `false` if the client counts lines from 0; also columns.
    #[serde(rename = "linesStartAt1")]
    pub(super) lines_start_at_1: Option<bool>,
    #[serde(rename = "columnsStartAt1")]
    pub(super) columns_start_at_1: Option<bool>,
}

/// The attributes of a launch configuration.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Launch {
    /// The program, as in `miden debug`.
    pub(super) program: String,
    /// Further arguments of `miden debug`.
    #[serde(default)]
    pub(super) args: Vec<String>,
    /// Whether to stop at the first instruction.
    #[serde(default)]
    pub(super) stop_on_entry: bool,
    /// Whether to stop at the end, to look at the result or to go back.
    #[serde(default)]
    pub(super) stop_at_end: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct Source {
    pub(super) path: Option<String>,
    pub(super) name: Option<String>,
    #[serde(rename = "sourceReference")]
    pub(super) reference: Option<usize>,
}

#[derive(Debug, Deserialize)]
pub(super) struct SetBreakpoints {
    pub(super) source: Source,
    #[serde(default)]
    pub(super) breakpoints: Vec<LineBreakpoint>,
}

#[derive(Debug, Deserialize)]
pub(super) struct LineBreakpoint {
    pub(super) line: usize,
    pub(super) condition: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct SetFunctionBreakpoints {
    pub(super) breakpoints: Vec<FunctionBreakpoint>,
}

#[derive(Debug, Deserialize)]
pub(super) struct FunctionBreakpoint {
    pub(super) name: String,
    pub(super) condition: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DataBreakpointInfo {
    pub(super) name: String,
    pub(super) variables_reference: Option<u64>,
    pub(super) frame_id: Option<usize>,
}

#[derive(Debug, Deserialize)]
pub(super) struct SetDataBreakpoints {
    pub(super) breakpoints: Vec<DataBreakpoint>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DataBreakpoint {
    pub(super) data_id: String,
    pub(super) condition: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct SetExceptionBreakpoints {
    pub(super) filters: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct StackTrace {
    pub(super) start_frame: Option<usize>,
    pub(super) levels: Option<usize>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Scopes {
    pub(super) frame_id: usize,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Variables {
    pub(super) variables_reference: u64,
    pub(super) start: Option<usize>,
    pub(super) count: Option<usize>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Evaluate {
    pub(super) expression: String,
    pub(super) frame_id: Option<usize>,
}

#[derive(Debug, Deserialize)]
pub(super) struct SourceText {
    pub(super) source: Option<Source>,
    #[serde(rename = "sourceReference", default)]
    pub(super) reference: usize,
}
