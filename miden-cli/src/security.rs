//! Parameter sets as arguments and in results.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use miden_air::{ParameterSet, SecurityLevel, UnknownParameterSet};
use serde_json::{Value, json};

/// Names of two sets in earlier versions of the command line.
const ALIASES: [(&str, ParameterSet); 2] =
    [("96bits", ParameterSet::Fast96), ("128bits", ParameterSet::Std128)];

/// Parser of parameter sets.
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

/// Security of a proof as text.
pub(crate) fn text(set: ParameterSet, level: SecurityLevel) -> String {
    format!("{level} ({set})")
}

/// Security of a proof as JSON.
pub(crate) fn json(set: ParameterSet, level: SecurityLevel) -> Value {
    json!({"set": set.name(), "conjectured": level.conjectured, "proven": level.proven})
}
