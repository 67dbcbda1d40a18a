//! The JSON files that hold inputs and outputs of a program.

use std::path::{Path, PathBuf};

use miden_core::{
    AdviceInputs, Felt, InputError, OutputError, ProgramInputs, StackInputs, StackOutputs,
    felt_from_canonical, field::StarkField,
};
use serde::{Deserialize, Serialize, de::IgnoredAny};

use crate::files::{self, FileError};

/// Why a file of inputs or outputs was refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum ValueFileError {
    /// The file could not be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// Not JSON, or a value has another type than its key demands.
    #[error("{}: {source}", path.display())]
    Json { path: PathBuf, source: serde_json::Error },
    /// A key is missing.
    #[error("{}: key \"{key}\" is missing", path.display())]
    MissingKey { path: PathBuf, key: &'static str },
    /// A list is given under its old and its new name.
    #[error("{}: \"{first}\" and \"{second}\" name the same list; keep one of them", path.display())]
    SameList { path: PathBuf, first: &'static str, second: &'static str },
    /// A string is not a decimal number.
    #[error("{}: \"{key}\" item {index} is \"{text}\", which is not a decimal number", path.display())]
    NotDecimal { path: PathBuf, key: &'static str, index: usize, text: String },
    /// A number is not a field element.
    #[error(
        "{}: \"{key}\" item {index} is {text}, which is not below the field modulus {}",
        path.display(), Felt::MODULUS
    )]
    NotCanonical { path: PathBuf, key: &'static str, index: usize, text: String },
    /// The inputs are not possible.
    #[error("{}: {source}", path.display())]
    Inputs { path: PathBuf, source: InputError },
    /// The outputs are not possible.
    #[error("{}: {source}", path.display())]
    Outputs { path: PathBuf, source: OutputError },
}

#[derive(Deserialize)]
struct InputFile {
    stack_init: Option<Vec<String>>,
    operand_stack: Option<Vec<String>>,
    advice_tape: Option<Vec<String>>,
    advice_stack: Option<Vec<String>>,
    advice_map: Option<IgnoredAny>,
    merkle_store: Option<IgnoredAny>,
}

#[derive(Deserialize, Serialize)]
struct OutputFile {
    stack: Vec<String>,
    // The overflow list is bound by the trace itself here, so there are no addresses to state; the key is
    // written for readers that expect it.
    #[serde(default)]
    overflow_addrs: Vec<String>,
}

/// Reads the inputs of a program.
///
/// Without an explicit path, a missing file at the default path stands for no inputs.
pub(crate) fn read_inputs(explicit: Option<&Path>, default: &Path) -> Result<ProgramInputs, ValueFileError> {
    let path = match explicit {
        Some(path) => path,
        None if default.exists() => default,
        None => return Ok(ProgramInputs::default()),
    };
    parse_inputs(path, &files::read(path)?)
}

fn parse_inputs(path: &Path, bytes: &[u8]) -> Result<ProgramInputs, ValueFileError> {
    let file: InputFile = parse_json(path, bytes)?;
    for (key, value) in [("advice_map", file.advice_map), ("merkle_store", file.merkle_store)] {
        if value.is_some() {
            log::warn!("{}: \"{key}\" is ignored, the machine does not have it yet", path.display());
        }
    }
    let stack = one_list(path, ("stack_init", file.stack_init), ("operand_stack", file.operand_stack))?;
    let (key, stack) = stack.ok_or(ValueFileError::MissingKey { path: path.into(), key: "stack_init" })?;
    let stack = StackInputs::new(felts(path, key, &stack)?)
        .map_err(|source| ValueFileError::Inputs { path: path.into(), source })?;
    let tape = one_list(path, ("advice_tape", file.advice_tape), ("advice_stack", file.advice_stack))?;
    let tape = tape.map_or(Ok(Vec::new()), |(key, tape)| felts(path, key, &tape))?;
    Ok(ProgramInputs { stack, advice: AdviceInputs::new(tape) })
}

/// Reads the outputs of a program.
pub(crate) fn read_outputs(path: &Path) -> Result<StackOutputs, ValueFileError> {
    let file: OutputFile = parse_json(path, &files::read(path)?)?;
    StackOutputs::new(felts(path, "stack", &file.stack)?)
        .map_err(|source| ValueFileError::Outputs { path: path.into(), source })
}

/// The content of a file of outputs.
pub(crate) fn outputs_to_json(outputs: &StackOutputs) -> String {
    let stack = outputs.items().iter().map(ToString::to_string).collect();
    let file = OutputFile { stack, overflow_addrs: Vec::new() };
    let mut text = serde_json::to_string_pretty(&file).unwrap_or_default();
    text.push('\n');
    text
}

fn parse_json<T: for<'de> Deserialize<'de>>(path: &Path, bytes: &[u8]) -> Result<T, ValueFileError> {
    serde_json::from_slice(bytes).map_err(|source| ValueFileError::Json { path: path.into(), source })
}

type Named = (&'static str, Option<Vec<String>>);

fn one_list(
    path: &Path,
    (first, first_list): Named,
    (second, second_list): Named,
) -> Result<Option<(&'static str, Vec<String>)>, ValueFileError> {
    match (first_list, second_list) {
        (Some(_), Some(_)) => Err(ValueFileError::SameList { path: path.into(), first, second }),
        (Some(list), None) => Ok(Some((first, list))),
        (None, Some(list)) => Ok(Some((second, list))),
        (None, None) => Ok(None),
    }
}

fn felts(path: &Path, key: &'static str, items: &[String]) -> Result<Vec<Felt>, ValueFileError> {
    let felt = |(index, text): (usize, &String)| {
        let (path, shown) = (path.into(), shorten(text));
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(ValueFileError::NotDecimal { path, key, index, text: shown });
        }
        let value = text.parse().ok().and_then(felt_from_canonical);
        value.ok_or(ValueFileError::NotCanonical { path, key, index, text: shown })
    };
    items.iter().enumerate().map(felt).collect()
}

/// Keeps a message readable, whatever the file holds.
fn shorten(text: &str) -> String {
    const MAX: usize = 40;
    let head: String = text.chars().take(MAX).collect();
    let cut = if head.len() < text.len() { "…" } else { "" };
    head.escape_debug().chain(cut.chars()).collect()
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn refused(text: &str, expected: Expect) {
        expected.assert_eq(&parse_inputs(Path::new("p.inputs"), text.as_bytes()).unwrap_err().to_string());
    }

    #[test]
    fn both_generations_of_keys_are_read() {
        let old = br#"{"stack_init": ["1", "2"], "advice_tape": ["5"], "unknown": {}}"#;
        let new = br#"{"operand_stack": ["1", "2"], "advice_stack": ["5"]}"#;
        let path = Path::new("p.inputs");
        let inputs = parse_inputs(path, old).unwrap();
        assert_eq!(inputs.stack, StackInputs::from_ints(&[1, 2]).unwrap());
        assert_eq!(inputs.advice, AdviceInputs::from_ints(&[5]).unwrap());
        assert_eq!(parse_inputs(path, new).unwrap(), inputs);
    }

    #[test]
    fn refusals_name_file_key_and_index() {
        refused(
            r#"{"stack_init": [1]}"#,
            expect!["p.inputs: invalid type: integer `1`, expected a string at line 1 column 17"],
        );
        refused(
            r#"{"stack_init": ["1"]"#,
            expect!["p.inputs: EOF while parsing an object at line 1 column 20"],
        );
        refused(r#"{"advice_tape": ["1"]}"#, expect![[r#"p.inputs: key "stack_init" is missing"#]]);
        refused(
            r#"{"stack_init": [], "operand_stack": []}"#,
            expect![[r#"p.inputs: "stack_init" and "operand_stack" name the same list; keep one of them"#]],
        );
        refused(
            r#"{"stack_init": ["1", "-1"]}"#,
            expect![[r#"p.inputs: "stack_init" item 1 is "-1", which is not a decimal number"#]],
        );
        refused(
            r#"{"stack_init": ["18446744069414584321"]}"#,
            expect![[
                r#"p.inputs: "stack_init" item 0 is 18446744069414584321, which is not below the field modulus 18446744069414584321"#
            ]],
        );
        refused(
            r#"{"stack_init": [], "advice_stack": ["99999999999999999999"]}"#,
            expect![[
                r#"p.inputs: "advice_stack" item 0 is 99999999999999999999, which is not below the field modulus 18446744069414584321"#
            ]],
        );
        refused(
            &format!("{{\"stack_init\": [\"{}\"]}}", "x\\n".repeat(99)),
            expect![[
                r#"p.inputs: "stack_init" item 0 is "x\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\n…", which is not a decimal number"#
            ]],
        );
    }

    #[test]
    fn outputs_round_trip() {
        let outputs = StackOutputs::from_ints(&(0..17).collect::<Vec<_>>()).unwrap();
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("p.outputs");
        std::fs::write(&path, outputs_to_json(&outputs)).unwrap();
        assert_eq!(read_outputs(&path).unwrap(), outputs);
    }
}
