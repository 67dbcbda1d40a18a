//! Parameter sets as arguments and in results.

use std::fmt;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use miden_air::{Bits, ParameterSet, SecurityLevel, SecurityReport, UnknownParameterSet};
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

/// The bits of each round as a table.
pub(crate) fn table(report: &SecurityReport) -> Vec<String> {
    let row = |round: &dyn fmt::Display, bits: [&dyn fmt::Display; 3]| {
        let [conjectured, unique, list] = bits.map(|bits| bits.to_string());
        format!("  {:<14}{conjectured:>12}{unique:>17}{list:>15}", round.to_string())
    };
    let head = row(&"round", [&"conjectured", &"unique decoding", &"list decoding"]);
    let rounds =
        report.rounds().map(|of| row(&of.round, [&of.conjectured, &of.unique_decoding, &of.list_decoding]));
    ["Bits of security, by round of the protocol:".into(), head].into_iter().chain(rounds).collect()
}

/// Security of a proof as JSON; bits of rounds are numbers with one decimal, rounded down.
pub(crate) fn json(set: ParameterSet, level: SecurityLevel, report: &SecurityReport) -> Value {
    let bits = |bits: Bits| f64::from(bits.tenths()) / 10.0;
    let rounds: Vec<Value> = report
        .rounds()
        .map(|of| {
            json!({
                "round": of.round.to_string(),
                "conjectured": bits(of.conjectured),
                "unique_decoding": bits(of.unique_decoding),
                "list_decoding": bits(of.list_decoding),
            })
        })
        .collect();
    json!({"set": set.name(), "conjectured": level.conjectured, "proven": level.proven, "rounds": rounds})
}

/// Whether a proof hides the execution, as text.
pub(crate) const fn hiding(hides: bool) -> &'static str {
    if hides {
        "The proof hides the execution."
    } else {
        "The proof does not hide the execution: it shows rows of the trace, advice included."
    }
}
