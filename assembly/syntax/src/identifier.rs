//! Rules for the names of procedures, modules and constants.

/// Maximum length of the name of a procedure or a constant.
const MAX_LEN: usize = 100;

/// Maximum length of the path of a module.
const MAX_PATH_LEN: usize = 255;

/// Checks the name of a procedure, or the alias of a module.
pub fn check_label(label: &str) -> Result<(), LabelProblem> {
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

/// Checks the path of a module, or a part of one: names separated by `::`.
pub fn check_path(path: &str) -> Result<(), PathProblem> {
    path.split("::").try_for_each(check_label).map_err(PathProblem::Name)?;
    match path.len() {
        got if got > MAX_PATH_LEN => Err(PathProblem::TooLong { max: MAX_PATH_LEN, got }),
        _ => Ok(()),
    }
}

/// Whether a parameter is the name of a constant.
pub fn is_constant_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_uppercase())
}

/// Checks the name of a constant.
pub fn check_constant_name(name: &str) -> Result<(), ConstantNameProblem> {
    use ConstantNameProblem as Problem;
    match name.chars().next() {
        None => return Err(Problem::Empty),
        Some(first) if !first.is_ascii_uppercase() => return Err(Problem::FirstCharacter),
        Some(_) => {}
    }
    if !name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_') {
        return Err(Problem::Character);
    }
    match name.len() {
        got if got > MAX_LEN => Err(Problem::TooLong { max: MAX_LEN, got }),
        _ => Ok(()),
    }
}

/// Problem of the name of a procedure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LabelProblem {
    /// It is empty.
    #[error("empty")]
    Empty,
    /// It does not start with a letter.
    #[error("must start with a letter a-z or A-Z")]
    FirstCharacter,
    /// It contains a character that is not allowed.
    #[error("only letters a-z and A-Z, digits and `_` are allowed")]
    Character,
    /// It is too long.
    #[error("{got} characters, at most {max} are allowed")]
    TooLong {
        /// The largest number of characters.
        max: usize,
        /// The number of characters.
        got: usize,
    },
}

/// Problem of the path of a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PathProblem {
    /// It has only one component.
    #[error("expected a library and a module, separated by `::`")]
    NoModule,
    /// A whole module is re-exported.
    #[error("procedures of other modules must be re-exported one by one")]
    Reexport,
    /// One of its components is malformed.
    #[error("{0}")]
    Name(LabelProblem),
    /// It is too long.
    #[error("{got} characters, at most {max} are allowed")]
    TooLong {
        /// The largest number of characters.
        max: usize,
        /// The number of characters.
        got: usize,
    },
}

/// Problem of the name of a constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConstantNameProblem {
    /// It is empty.
    #[error("empty")]
    Empty,
    /// It does not start with a capital letter.
    #[error("must start with a letter A-Z")]
    FirstCharacter,
    /// It contains a character that is not allowed.
    #[error("only letters A-Z, digits and `_` are allowed")]
    Character,
    /// It is too long.
    #[error("{got} characters, at most {max} are allowed")]
    TooLong {
        /// The largest number of characters.
        max: usize,
        /// The number of characters.
        got: usize,
    },
}
