//! The result of a command: text for people, a JSON object for programs.

use std::io::{self, Write};

use miden_core::{Felt, Kernel, Outcome, StackOutputs};
use serde_json::{Map, Value};

/// Standard output of a command.
#[derive(Debug, Default)]
pub(crate) struct Report {
    text: String,
    /// Whether the text is printed byte for byte; otherwise colour is removed unless a terminal shows it.
    is_verbatim: bool,
    json: Map<String, Value>,
}

impl Report {
    /// An empty report.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Adds a line to the text.
    #[must_use]
    pub(crate) fn line(mut self, line: impl AsRef<str>) -> Self {
        self.text.push_str(line.as_ref());
        self.text.push('\n');
        self
    }

    /// Replaces the text by one that is printed byte for byte.
    #[must_use]
    pub(crate) fn verbatim(self, text: String) -> Self {
        Self { text, is_verbatim: true, ..self }
    }

    /// Adds lines to the text.
    #[must_use]
    pub(crate) fn lines(self, lines: impl IntoIterator<Item = String>) -> Self {
        lines.into_iter().fold(self, Self::line)
    }

    /// Adds a key to the object.
    #[must_use]
    pub(crate) fn key(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.json.insert(key.into(), value.into());
        self
    }

    /// Adds a key to the object if it has a value.
    #[must_use]
    pub(crate) fn optional_key(self, key: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.key(key, value),
            None => self,
        }
    }

    /// Adds all keys of another report's object.
    #[must_use]
    pub(crate) fn keys_of(mut self, other: &Self) -> Self {
        self.json.extend(other.json.clone());
        self
    }

    /// Adds an outcome to the object.
    #[must_use]
    pub(crate) fn outcome(self, outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Success => self.key("outcome", "success"),
            Outcome::Fault(fault) => self
                .key("outcome", "fault")
                .key("code", fault.code.name())
                .key("operation", fault.opcode.info().name)
                .key("clk", fault.clk)
                .key("deterministic", fault.deterministic)
                .optional_key("target", fault.target.map(|target| target.to_hex())),
        }
    }

    /// Adds the `num_outputs` topmost stack items and the number of cycles.
    #[must_use]
    pub(crate) fn outputs(self, outputs: &StackOutputs, num_outputs: usize, cycles: u64) -> Self {
        self.stack(outputs.items(), num_outputs, cycles)
    }

    /// Like [`Self::outputs`], for a part of the final stack.
    #[must_use]
    pub(crate) fn stack(self, items: &[Felt], num_outputs: usize, cycles: u64) -> Self {
        let stack: Vec<_> = items.iter().take(num_outputs).map(ToString::to_string).collect();
        self.line(format!("Output: [{}]", stack.join(", "))).key("stack", stack).key("cycles", cycles)
    }

    /// Adds the digests of the kernel's procedures to the object.
    #[must_use]
    pub(crate) fn kernel(self, kernel: &Kernel) -> Self {
        self.key("kernel", kernel.procedures().iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    /// The text.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Removes the text, for a result that was written to a file.
    #[must_use]
    pub(crate) fn without_text(self) -> Self {
        Self { text: String::new(), ..self }
    }

    /// Prints the text on standard output, or the object with `json`.
    pub(crate) fn print(&self, json: bool) -> io::Result<()> {
        let text = if json { format!("{}\n", self.json()) } else { self.text.clone() };
        let mut stdout: Box<dyn Write> = match self.is_verbatim {
            true => Box::new(io::stdout().lock()),
            false => Box::new(anstream::stdout().lock()),
        };
        match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
            // The reader closed the stream on purpose.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            result => result,
        }
    }

    /// The object, on one line.
    fn json(&self) -> String {
        serde_json::to_string(&self.json).expect("an object with text keys is valid JSON")
    }
}
