use miden_air::ParameterSet;
use miden_processor::ExecutionOptions;

/// Parameters of a proof and limits of its execution.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ProverOptions {
    parameter_set: ParameterSet,
    execution: ExecutionOptions,
    max_memory: Option<u64>,
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
}
