use miden_air::ParameterSet;
use miden_processor::ExecutionOptions;

/// Parameters of a proof and limits of its execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProverOptions {
    parameter_set: ParameterSet,
    execution: ExecutionOptions,
    max_memory: Option<u64>,
    low_memory: bool,
    hiding: bool,
}

impl Default for ProverOptions {
    /// The default parameter set and limits; the proof hides the execution.
    fn default() -> Self {
        Self {
            parameter_set: ParameterSet::default(),
            execution: ExecutionOptions::default(),
            max_memory: None,
            low_memory: false,
            hiding: true,
        }
    }
}

impl ProverOptions {
    /// Options with this parameter set and the default limits.
    pub fn new(parameter_set: ParameterSet) -> Self {
        Self { parameter_set, ..Self::default() }
    }

    /// Sets the options of the execution.
    #[must_use]
    pub const fn with_execution(self, execution: ExecutionOptions) -> Self {
        Self { execution, ..self }
    }

    /// Sets the number of bytes that a proof may take at its peak, see [`peak_memory`](crate::peak_memory). Without a
    /// limit it may take what the machine has free, as far as the system says.
    #[must_use]
    pub const fn with_max_memory(self, max_memory: Option<u64>) -> Self {
        Self { max_memory, ..self }
    }

    /// Makes the proof with less than half of the memory, in up to 1.7 times the time: see
    /// [`peak_low_memory`](crate::peak_low_memory). The proof is the same. If the memory does not suffice otherwise, this is
    /// done without the option.
    #[must_use]
    pub const fn with_low_memory(self, low_memory: bool) -> Self {
        Self { low_memory, ..self }
    }

    /// Sets whether the proof hides the execution: all but the statement, the parameter set and the length of the trace.
    /// Without, it is a few percent smaller and faster, and shows rows of the trace, secret inputs included.
    #[must_use]
    pub const fn with_hiding(self, hiding: bool) -> Self {
        Self { hiding, ..self }
    }

    /// Whether the proof hides the execution.
    pub const fn hiding(&self) -> bool {
        self.hiding
    }

    /// The parameter set of the proof.
    pub const fn parameter_set(&self) -> ParameterSet {
        self.parameter_set
    }

    /// The options of the execution.
    pub const fn execution(&self) -> &ExecutionOptions {
        &self.execution
    }

    /// The limit of the memory, if one is set.
    pub const fn max_memory(&self) -> Option<u64> {
        self.max_memory
    }

    /// Whether the proof is made with less memory in any case.
    pub const fn low_memory(&self) -> bool {
        self.low_memory
    }
}
