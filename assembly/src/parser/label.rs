use crate::{LabelProblem, PathProblem};

/// Largest length of the name of a procedure.
const MAX_LEN: usize = 100;

/// Largest length of the path of a module.
const MAX_PATH_LEN: usize = 255;

/// Checks the name of a procedure, or the short name of a module.
pub(crate) fn check(label: &str) -> Result<(), LabelProblem> {
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

/// Checks the path of a module, or a part of one: names with `::` between them.
pub(crate) fn check_path(path: &str) -> Result<(), PathProblem> {
    path.split("::").try_for_each(check).map_err(PathProblem::Name)?;
    match path.len() {
        got if got > MAX_PATH_LEN => Err(PathProblem::TooLong { max: MAX_PATH_LEN, got }),
        _ => Ok(()),
    }
}
