//! The manifest of a project.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use miden_air::ParameterSet;
use miden_assembly::{Library, Version};
use miden_core::Digest;
use serde::{Deserialize, Deserializer, de};

use super::ProjectError;
use crate::{digest, files::Files};

/// The version of a library that states none.
pub(crate) const DEFAULT_VERSION: Version = Version::new(0, 1, 0);

/// Name of the file.
pub(crate) const MANIFEST: &str = "miden.toml";

/// The content of the file; paths are relative to its directory.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    /// The name of the project and of the library of its modules.
    pub(super) name: String,
    /// The version of that library.
    version: Option<String>,
    /// The directory of its modules.
    #[serde(default = "default_sources")]
    pub(super) sources: PathBuf,
    /// The source of its program.
    pub(super) program: Option<PathBuf>,
    /// The source or the directory of its kernel.
    pub(super) kernel: Option<PathBuf>,
    pub(super) inputs: Option<PathBuf>,
    /// The file of its persistent storage.
    pub(super) storage: Option<PathBuf>,
    /// The name of a parameter set.
    parameters: Option<String>,
    #[serde(default)]
    pub(super) dependencies: BTreeMap<String, Dependency>,
}

/// A library that the project uses.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Dependency {
    /// A project, a directory of sources, or a compiled library.
    pub(super) path: PathBuf,
    /// The digest of its content, as in the lock file; any other content is an error.
    #[serde(default, deserialize_with = "digest_of_text")]
    pub(super) digest: Option<Digest>,
}

fn digest_of_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Digest>, D::Error> {
    digest::parse(&String::deserialize(deserializer)?).map(Some).map_err(de::Error::custom)
}

fn default_sources() -> PathBuf {
    "src".into()
}

impl Manifest {
    /// Reads the manifest in a directory.
    pub(super) fn read(root: &Path, files: &Files) -> Result<Self, ProjectError> {
        let path = root.join(MANIFEST);
        let text = files.read_text(&path)?;
        let manifest: Self = toml::from_str(&text)
            .map_err(|source| ProjectError::Malformed { path, source: Box::new(source) })?;
        check_name(&manifest.name)?;
        Ok(manifest)
    }

    pub(super) fn library_version(&self, root: &Path) -> Result<Version, ProjectError> {
        let parsed = self.version.as_deref().map(str::parse).transpose();
        let parsed = parsed.map_err(|source| ProjectError::Version { path: root.join(MANIFEST), source })?;
        Ok(parsed.unwrap_or(DEFAULT_VERSION))
    }

    pub(super) fn parameter_set(&self, root: &Path) -> Result<Option<ParameterSet>, ProjectError> {
        let parsed = self.parameters.as_deref().map(str::parse).transpose();
        parsed.map_err(|source| ProjectError::Parameters { path: root.join(MANIFEST), source })
    }
}

/// Checks that modules can be in a library with this name.
pub(super) fn check_name(name: &str) -> Result<(), ProjectError> {
    Library::check_path(name).map_err(|problem| ProjectError::Name { name: name.into(), problem })
}
