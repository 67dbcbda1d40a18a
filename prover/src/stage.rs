use core::fmt;

/// A stage of proving.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// Executing the program and recording its trace.
    Execute,
    /// Extending the main segment and committing to it.
    CommitTrace,
    /// Building the auxiliary segment; extending it and committing to it.
    BuildAuxTrace,
    /// Evaluating the constraints.
    EvaluateConstraints,
    /// Committing to the quotient.
    CommitQuotient,
    /// Running the low-degree test and opening the queried positions.
    LowDegreeTest,
}

impl Stage {
    /// All stages, in order.
    pub const ALL: [Self; 6] = [
        Self::Execute,
        Self::CommitTrace,
        Self::BuildAuxTrace,
        Self::EvaluateConstraints,
        Self::CommitQuotient,
        Self::LowDegreeTest,
    ];

    /// A description for display.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Execute => "executing",
            Self::CommitTrace => "committing to the trace",
            Self::BuildAuxTrace => "building the auxiliary trace",
            Self::EvaluateConstraints => "evaluating the constraints",
            Self::CommitQuotient => "committing to the quotient",
            Self::LowDegreeTest => "testing the degree",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
