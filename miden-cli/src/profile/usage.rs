//! Rows of the tables.

use miden_assembly::ProcedureInfo;

/// The executions of one kind of instruction.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Usage {
    pub(crate) frequency: u64,
    pub(crate) cycles: u64,
}

impl Usage {
    /// Cycles per execution.
    pub(crate) fn average(&self) -> f64 {
        // Cycle counts are far below 2^53.
        self.cycles as f64 / self.frequency.max(1) as f64
    }
}

/// The invocations of a procedure.
#[derive(Debug, PartialEq)]
pub(crate) struct ProcedureUsage {
    /// `None` for the program's body.
    pub(crate) name: Option<String>,
    /// File that contains the procedure.
    pub(crate) file: Option<String>,
    pub(crate) invocations: u64,
    /// Cycles of its own instructions and of the program nodes that contain them.
    pub(crate) own: u64,
    /// The same plus the cycles of the procedures it invokes.
    pub(crate) with_callees: u64,
}

impl ProcedureUsage {
    /// The program's body in a run of this many cycles.
    pub(super) const fn body(cycles: u64) -> Self {
        Self { name: None, file: None, invocations: 1, own: 0, with_callees: cycles }
    }

    pub(super) fn new(procedure: &ProcedureInfo, invocations: u64) -> Self {
        Self {
            name: Some(procedure.name().into()),
            file: Some(procedure.source().name().into()),
            invocations,
            own: 0,
            with_callees: 0,
        }
    }
}

/// The instruction without its numbers, unless the number selects another operation.
pub(super) fn name(text: &str) -> String {
    let text = text.split_once(".err=").map_or(text, |(instruction, _)| instruction);
    let is_number = |part: &&str| part.starts_with("0x") || part.bytes().all(|byte| byte.is_ascii_digit());
    if text.starts_with("movup.") || text.starts_with("movdn.") {
        return text.into();
    }
    let mut parts: Vec<_> = text.split('.').collect();
    while parts.len() > 1 && parts.last().is_some_and(is_number) {
        parts.pop();
    }
    parts.join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_omit_numbers() {
        for (text, expected) in [
            ("add", "add"),
            ("add.5", "add"),
            ("push.1.2.0xff", "push"),
            ("exp.u32", "exp.u32"),
            ("movup.3", "movup.3"),
            ("dup.15", "dup"),
            ("if.true", "if.true"),
            ("assert.err=7", "assert"),
            ("mtree_verify.err=\"no. 5\"", "mtree_verify"),
        ] {
            assert_eq!(name(text), expected);
        }
    }
}
