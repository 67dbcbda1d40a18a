use miden_air::ParameterSet;
use miden_processor::ExecutionOptions;

/// How to prove.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ProverOptions {
    parameter_set: ParameterSet,
    execution: ExecutionOptions,
}

impl ProverOptions {
    /// Proves with this parameter set.
    pub fn new(parameter_set: ParameterSet) -> Self {
        Self { parameter_set, ..Self::default() }
    }

    /// Executes with these options.
    #[must_use]
    pub const fn with_execution(self, execution: ExecutionOptions) -> Self {
        Self { execution, ..self }
    }

    /// Parameters of the proof.
    pub const fn parameter_set(&self) -> ParameterSet {
        self.parameter_set
    }

    /// Options of the execution.
    pub const fn execution(&self) -> &ExecutionOptions {
        &self.execution
    }
}
