use alloc::vec::Vec;

use miden_air::{ParameterSet, SecurityLevel};

/// The proofs that a caller accepts: by default every parameter set, each at the level that it promises.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    parameter_sets: Vec<ParameterSet>,
    minimum: SecurityLevel,
}

impl Default for Policy {
    fn default() -> Self {
        Self::only(ParameterSet::ALL)
    }
}

impl Policy {
    /// Accepts these parameter sets and no others.
    pub fn only(parameter_sets: impl IntoIterator<Item = ParameterSet>) -> Self {
        Self { parameter_sets: parameter_sets.into_iter().collect(), minimum: SecurityLevel::NONE }
    }

    /// Requires at least this level, in addition to what the parameter set promises.
    #[must_use]
    pub fn with_minimum(self, minimum: SecurityLevel) -> Self {
        Self { minimum, ..self }
    }

    /// Whether proofs with these parameters are accepted.
    pub fn accepts(&self, set: ParameterSet) -> bool {
        self.parameter_sets.contains(&set)
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
