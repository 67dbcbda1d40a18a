//! Parameter sets as arguments and as results.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use miden_air::{ParameterSet, SecurityLevel, UnknownParameterSet};
use serde_json::{Value, json};

/// Names by which two of the sets were known in earlier versions of the command line.
const ALIASES: [(&str, ParameterSet); 2] =
    [("96bits", ParameterSet::Fast96), ("128bits", ParameterSet::Std128)];

/// Reads the name of a parameter set.
pub(crate) fn parser() -> impl TypedValueParser<Value = ParameterSet> {
    let aliases = |set| ALIASES.iter().filter(move |(_, of)| *of == set).map(|(alias, _)| *alias);
    let values = ParameterSet::ALL.map(|set| PossibleValue::new(set.name()).aliases(aliases(set)));
    PossibleValuesParser::new(values).try_map(|name: String| -> Result<_, UnknownParameterSet> {
        match ALIASES.iter().find(|(alias, _)| *alias == name) {
            Some((_, set)) => Ok(*set),
            None => name.parse(),
        }
    })
}

/// The security of a proof, for people.
pub(crate) fn text(set: ParameterSet, level: SecurityLevel) -> String {
    format!("{level} ({set})")
}

/// The security of a proof, for programs.
pub(crate) fn json(set: ParameterSet, level: SecurityLevel) -> Value {
    json!({"set": set.name(), "conjectured": level.conjectured, "proven": level.proven})
}
