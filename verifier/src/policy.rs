use alloc::vec::Vec;

use miden_air::{ParameterSet, SecurityLevel};

/// The proofs that a caller accepts: by default every parameter set that this build has, each at the level that it
/// promises, whether they hide the execution or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    parameter_sets: Vec<ParameterSet>,
    minimum: SecurityLevel,
    demands_hiding: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Self::only(ParameterSet::ALL)
    }
}

impl Policy {
    /// Accepts these parameter sets and no others.
    pub fn only(parameter_sets: impl IntoIterator<Item = ParameterSet>) -> Self {
        Self {
            parameter_sets: parameter_sets.into_iter().collect(),
            minimum: SecurityLevel::NONE,
            demands_hiding: false,
        }
    }

    /// Requires at least this level, in addition to what the parameter set promises.
    #[must_use]
    pub fn with_minimum(self, minimum: SecurityLevel) -> Self {
        Self { minimum, ..self }
    }

    /// Accepts only proofs that hide the execution, or again any.
    #[must_use]
    pub fn with_hiding(self, demands_hiding: bool) -> Self {
        Self { demands_hiding, ..self }
    }

    /// Whether a proof must hide the execution.
    pub const fn demands_hiding(&self) -> bool {
        self.demands_hiding
    }

    /// Whether proofs with these parameters are accepted, and this build can verify them.
    pub fn accepts(&self, set: ParameterSet) -> bool {
        set.is_available() && self.parameter_sets.contains(&set)
    }

    /// The level that a proof with these parameters must reach.
    pub fn minimum(&self, set: ParameterSet) -> SecurityLevel {
        let promise = set.promise();
        SecurityLevel {
            conjectured: self.minimum.conjectured.max(promise.conjectured),
            proven: self.minimum.proven.max(promise.proven),
        }
    }
}
