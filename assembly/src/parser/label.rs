use crate::LabelProblem;

/// Largest length of the name of a procedure.
const MAX_LEN: usize = 100;

/// Checks the name of a procedure.
pub(super) fn check(label: &str) -> Result<(), LabelProblem> {
    let Some(first) = label.chars().next() else { return Err(LabelProblem::Empty) };
    if !first.is_ascii_alphabetic() {
        return Err(LabelProblem::FirstCharacter);
    }
    if !label.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        return Err(LabelProblem::Character);
    }
    match label.len() {
        got if got > MAX_LEN => Err(LabelProblem::TooLong { max: MAX_LEN, got }),
        _ => Ok(()),
    }
}
