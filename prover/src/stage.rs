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

    /// The share of the time of a proof that the stage takes for a long trace, in percent, to estimate the time that is
    /// left. All stages together take 100.
    pub const fn typical_percent(self) -> u32 {
        match self {
            Self::Execute => 2,
            Self::CommitTrace => 35,
            Self::BuildAuxTrace => 10,
            Self::EvaluateConstraints => 40,
            Self::CommitQuotient => 5,
            Self::LowDegreeTest => 8,
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stages_take_all_of_the_time() {
        assert_eq!(Stage::ALL.map(Stage::typical_percent).iter().sum::<u32>(), 100);
    }
}
