//! Dependencies of a project, and the file that records their content.

use std::{
    collections::BTreeMap,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

use miden_core::Digest;
use serde::Deserialize;

use super::{
    ProjectError,
    manifest::{MANIFEST, Manifest},
};
use crate::{
    content, digest,
    files::{FileError, Files},
    library::LibraryArg,
};

/// Name of the file with the digests of dependencies.
const LOCK: &str = "miden.lock";

/// A dependency of a project, or of one of its dependencies.
struct Found {
    name: String,
    /// A directory of sources, or a compiled library.
    path: PathBuf,
}

/// A dependency that a manifest names.
struct Named {
    manifest: PathBuf,
    name: String,
    path: PathBuf,
    digest: Option<Digest>,
}

/// The content of the lock file: the digests by the names of the dependencies.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Lock {
    #[serde(default)]
    digests: BTreeMap<String, String>,
}

/// The dependencies of a project, with those of projects among them. If there is a lock file, it must agree.
pub(super) fn libraries(
    root: &Path,
    manifest: &Manifest,
    files: &Files,
) -> Result<Vec<LibraryArg>, ProjectError> {
    let found = find(root, manifest, files)?;
    let path = root.join(LOCK);
    if !found.is_empty() && path.is_file() {
        let text = files.read_text(&path)?;
        let lock: Lock = toml::from_str(&text)
            .map_err(|source| ProjectError::Malformed { path: path.clone(), source: Box::new(source) })?;
        for dependency in &found {
            let got = dependency.digest(files)?;
            let expected = lock.digests.get(&dependency.name).and_then(|text| digest::parse(text).ok());
            if expected != Some(got) {
                let name = dependency.name.clone();
                return Err(ProjectError::Changed { lock: path, name, got, expected });
            }
        }
    }
    Ok(found.into_iter().map(Found::into_library).collect())
}

/// Writes the lock file of a project; returns the number of dependencies.
pub(super) fn lock(root: &Path, manifest: &Manifest, files: &mut Files) -> Result<usize, ProjectError> {
    let target = files.target(root.join(LOCK))?;
    let found = find(root, manifest, files)?;
    let mut text = String::from("# Written by `miden lock`: digests of the dependencies.\n\n[digests]\n");
    for dependency in &found {
        writeln!(text, "{} = \"{}\"", dependency.name, dependency.digest(files)?.to_hex())
            .expect("writing to a string");
    }
    target.write(text.as_bytes())?;
    Ok(found.len())
}

/// Follows the dependencies of projects among the dependencies, each once.
fn find(root: &Path, manifest: &Manifest, files: &Files) -> Result<Vec<Found>, ProjectError> {
    let mut found: Vec<Found> = Vec::new();
    let named = |root: &Path, manifest: &Manifest| -> Vec<Named> {
        let named = manifest.dependencies.iter().map(|(name, dependency)| Named {
            manifest: root.join(MANIFEST),
            name: name.clone(),
            path: root.join(&dependency.path),
            digest: dependency.digest,
        });
        named.collect()
    };
    let mut open = named(root, manifest);
    open.reverse();
    while let Some(Named { manifest, name, path, digest }) = open.pop() {
        if !path.exists() {
            return Err(ProjectError::MissingDependency { manifest, name, path });
        }
        let inner = match path.join(MANIFEST).is_file() {
            true => Some(Manifest::read(&path, files)?),
            false => None,
        };
        let sources = inner.as_ref().map_or_else(|| path.clone(), |inner| path.join(&inner.sources));
        let dependency = Found { name: name.clone(), path: sources.clone() };
        if let Some(expected) = digest {
            let got = dependency.digest(files)?;
            if got != expected {
                return Err(ProjectError::OtherDigest { manifest, name, got, expected });
            }
        }
        match found.iter().find(|other| other.name == name) {
            Some(other) if is_same(&other.path, &sources) => continue,
            Some(other) => {
                return Err(ProjectError::TwoDependencies {
                    name,
                    first: other.path.clone(),
                    second: sources,
                });
            }
            None => found.push(dependency),
        }
        open.extend(inner.iter().flat_map(|inner| named(&path, inner)));
    }
    Ok(found)
}

/// Whether two paths name one directory or file.
fn is_same(first: &Path, second: &Path) -> bool {
    let canonical = |path| fs::canonicalize(path).ok();
    canonical(first).is_some() && canonical(first) == canonical(second)
}

impl Found {
    fn digest(&self, files: &Files) -> Result<Digest, FileError> {
        content::digest(&self.path, files)
    }

    fn into_library(self) -> LibraryArg {
        match self.path.is_dir() {
            true => LibraryArg::of_directory(self.name, self.path),
            false => LibraryArg::from(format!("{}={}", self.name, self.path.display())),
        }
    }
}
