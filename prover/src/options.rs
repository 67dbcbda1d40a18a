use miden_air::ParameterSet;
use miden_processor::ExecutionOptions;

/// Parameters of a proof and limits of its execution.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ProverOptions {
    parameter_set: ParameterSet,
    execution: ExecutionOptions,
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

    /// The parameter set of the proof.
    pub const fn parameter_set(&self) -> ParameterSet {
        self.parameter_set
    }

    /// The options of the execution.
    pub const fn execution(&self) -> &ExecutionOptions {
        &self.execution
    }
}
