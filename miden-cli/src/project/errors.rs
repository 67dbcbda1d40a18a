use std::path::PathBuf;

use miden_air::UnknownParameterSet;
use miden_assembly::{PathProblem, VersionError};
use miden_core::Digest;
use miden_storage::StorageError;

use super::MANIFEST;
use crate::files::FileError;

/// Why a project cannot be used or created.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum ProjectError {
    /// A file could not be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The storage of a new project could not be created.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The manifest or the lock file is malformed.
    #[error("{}: {}", path.display(), source.to_string().trim_end())]
    Malformed { path: PathBuf, source: Box<toml::de::Error> },
    /// The name cannot be the name of a library.
    #[error("`{name}` cannot be the name of a project: {problem}")]
    Name { name: String, problem: PathProblem },
    /// The parameter set does not exist.
    #[error("{}: {source}", path.display())]
    Parameters { path: PathBuf, source: UnknownParameterSet },
    /// The version is malformed.
    #[error("{}: {source}", path.display())]
    Version { path: PathBuf, source: VersionError },
    /// The working directory is in no project.
    #[error("neither this directory nor one above has a {MANIFEST}; `miden new NAME` makes a project")]
    NoProject,
    /// The project has no program.
    #[error("{} names no `program`", path.display())]
    NoProgram { path: PathBuf },
    /// The project has no storage.
    #[error("{} names no `storage`", path.display())]
    NoStorage { path: PathBuf },
    /// The dependency is neither a project, nor a library.
    #[error("{}: dependency `{name}` is not there: {}", manifest.display(), path.display())]
    MissingDependency { manifest: PathBuf, name: String, path: PathBuf },
    /// Two dependencies of the project, or of one of its dependencies, have the same name.
    #[error("`{name}` is a dependency in two places: {} and {}", first.display(), second.display())]
    TwoDependencies { name: String, first: PathBuf, second: PathBuf },
    /// The content of a dependency is not the locked one.
    #[error(
        "{}: dependency `{name}` has changed: its digest is {got}{}; `miden lock` accepts it", lock.display(),
        expected.map_or_else(|| ", but none is recorded".into(), |expected| format!(", not {expected}")),
    )]
    Changed { lock: PathBuf, name: String, got: Digest, expected: Option<Digest> },
    /// The content of a dependency is not the one that the manifest names.
    #[error("{}: dependency `{name}` has the digest {got}, not {expected}", manifest.display())]
    OtherDigest { manifest: PathBuf, name: String, got: Digest, expected: Digest },
    /// There is something at the place of a new project.
    #[error("{} exists and is not an empty directory", path.display())]
    Taken { path: PathBuf },
}
