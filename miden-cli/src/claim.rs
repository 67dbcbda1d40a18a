//! Files of statements and proof bundles, in binary or JSON form.

use std::path::{Path, PathBuf};

use miden_core::{DecodeError, ProofBundle, Statement};
use serde_json::{Map, Value};

use crate::files::{self, FileError, Files};

/// Why a file is rejected.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum ClaimFileError {
    /// The file could not be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// The file is neither binary nor JSON.
    #[error(
        "{}: neither a proof bundle nor a statement; a proof without its statement is named with --proof",
        path.display()
    )]
    Unknown { path: PathBuf },
    /// The binary form is malformed.
    #[error("{}: {source}", path.display())]
    Binary { path: PathBuf, source: DecodeError },
    /// The JSON form is malformed.
    #[error("{}: {source}", path.display())]
    Json { path: PathBuf, source: serde_json::Error },
}

/// A statement that somebody claims, with or without its proof.
#[derive(Debug)]
pub(crate) enum Claim {
    Bundle(ProofBundle),
    Statement(Statement),
}

impl Claim {
    /// Reads the file.
    pub(crate) fn read(path: &Path, files: &Files) -> Result<Self, ClaimFileError> {
        let bytes = files.read(path)?;
        let path = || files::display_path(path).into();
        let binary = |source| ClaimFileError::Binary { path: path(), source };
        let json = |source| ClaimFileError::Json { path: path(), source };
        if ProofBundle::has_magic(&bytes) {
            return ProofBundle::from_bytes(&bytes).map(Self::Bundle).map_err(binary);
        }
        if Statement::has_magic(&bytes) {
            return Statement::from_bytes(&bytes).map(Self::Statement).map_err(binary);
        }
        let text = str::from_utf8(&bytes).ok().filter(|text| text.trim_start().starts_with('{'));
        let text = text.ok_or_else(|| ClaimFileError::Unknown { path: path() })?;
        let object: Map<String, Value> = serde_json::from_str(text).map_err(json)?;
        if object.contains_key("proof") || object.contains_key("statement") {
            serde_json::from_str(text).map(Self::Bundle).map_err(json)
        } else {
            serde_json::from_str(text).map(Self::Statement).map_err(json)
        }
    }
}

/// Content of the file at `path` with a bundle: JSON if it is named so, else binary.
pub(crate) fn encode(bundle: &ProofBundle, path: &Path) -> Vec<u8> {
    if path.extension().is_some_and(|extension| extension == "json") {
        let mut text = serde_json::to_string_pretty(bundle).expect("text, numbers and lists are valid JSON");
        text.push('\n');
        text.into_bytes()
    } else {
        bundle.to_bytes()
    }
}
