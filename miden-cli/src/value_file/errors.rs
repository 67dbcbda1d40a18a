use std::path::PathBuf;

use miden_core::{Felt, InputError, MerkleError, field::StarkField};

use crate::files::FileError;

/// Why a file of inputs or outputs is rejected.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum ValueFileError {
    /// The file could not be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// Not JSON, or a key occurs twice.
    #[error("{}: {source}", path.display())]
    Json { path: PathBuf, source: serde_json::Error },
    /// Not TOML, or a key occurs twice.
    #[error("{}: neither a JSON object nor TOML: {}", path.display(), source.to_string().trim_end())]
    Toml { path: PathBuf, source: Box<toml::de::Error> },
    /// The text of an attribute is not a list of keys with values.
    #[error("{}: expected `key = value, …`, values as in TOML: {message}", place.display())]
    Inline { place: PathBuf, message: String },
    /// A key is missing.
    #[error("{}: key \"{key}\" is missing", path.display())]
    MissingKey { path: PathBuf, key: &'static str },
    /// A key of an inner object is missing.
    #[error("{}: key \"{key}\" of {place} is missing", path.display())]
    MissingMember { path: PathBuf, place: String, key: &'static str },
    /// A key has no meaning.
    #[error(
        "{}: unknown key \"{key}\"{}; {}", path.display(),
        place.as_ref().map(|place| format!(" of {place}")).unwrap_or_default(),
        nearest.map_or_else(
            || format!("the keys are \"{}\"", known.join("\", \"")),
            |nearest| format!("did you mean \"{nearest}\"?"),
        )
    )]
    UnknownKey {
        path: PathBuf,
        place: Option<String>,
        key: String,
        nearest: Option<&'static str>,
        known: Vec<&'static str>,
    },
    /// A list is given under both its old and its new name.
    #[error("{}: \"{first}\" and \"{second}\" name the same list; use only one", path.display())]
    SameList { path: PathBuf, first: &'static str, second: &'static str },
    /// A value is of the wrong kind.
    #[error("{}: {place} is {got}, expected {expected}", path.display())]
    Expected { path: PathBuf, place: String, got: String, expected: String },
    /// A number is not a field element.
    #[error(
        "{}: {place} is {got}, not below the field modulus {}",
        path.display(), Felt::MODULUS
    )]
    NotCanonical { path: PathBuf, place: String, got: String },
    /// Two lists of the advice map have the same key, or two trees the same name.
    #[error("{}: {place} occurs twice", path.display())]
    DuplicateKey { path: PathBuf, place: String },
    /// A Merkle tree is invalid.
    #[error("{}: {place}: {source}", path.display())]
    Merkle { path: PathBuf, place: String, source: MerkleError },
    /// A Merkle tree would need too much memory.
    #[error(
        "{}: {place} has too many leaves: the trees would exceed {max} nodes",
        path.display()
    )]
    TooManyNodes { path: PathBuf, place: String, max: usize },
    /// The inputs are invalid.
    #[error("{}: {source}", path.display())]
    Inputs { path: PathBuf, source: InputError },
    /// The outputs are invalid.
    #[error("{}: {source}", path.display())]
    Outputs { path: PathBuf, source: InputError },
    /// The outputs state addresses, which no proof covers.
    #[error(
        "{}: \"overflow_addrs\" is not an empty list; proofs state the values of the stack, not their addresses",
        path.display()
    )]
    OverflowAddresses { path: PathBuf },
}
