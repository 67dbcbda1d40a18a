//! Projects: a directory with `miden.toml`, which says what commands otherwise need arguments for.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use miden_air::ParameterSet;
use miden_assembly::Version;

use crate::{
    files::{FileError, Files},
    library::LibraryArg,
};

mod dependencies;
mod errors;
mod manifest;
mod template;

pub(crate) use errors::ProjectError;
use manifest::Manifest;
pub(crate) use manifest::{DEFAULT_VERSION, MANIFEST};
pub(crate) use template::{Template, create};

/// The project around the working directory.
#[derive(Debug)]
pub(crate) struct Project {
    /// The directory with the manifest, as seen from the working directory.
    root: PathBuf,
    name: String,
    pub(crate) version: Version,
    sources: PathBuf,
    program: Option<PathBuf>,
    pub(crate) kernel: Option<PathBuf>,
    pub(crate) inputs: Option<PathBuf>,
    /// The file of its persistent storage.
    pub(crate) storage: Option<PathBuf>,
    pub(crate) parameters: Option<ParameterSet>,
    /// The modules of the project, and its dependencies.
    pub(crate) libraries: Vec<LibraryArg>,
}

impl Project {
    /// The project with the nearest manifest, in the working directory or above; `None` if there is none.
    pub(crate) fn find(files: &Files) -> Result<Option<Self>, ProjectError> {
        find_root()?.map(|root| Self::read(&root, files)).transpose()
    }

    fn read(root: &Path, files: &Files) -> Result<Self, ProjectError> {
        let manifest = Manifest::read(root, files)?;
        let below = |path: &PathBuf| root.join(path);
        let sources = below(&manifest.sources);
        let mut libraries = Vec::new();
        if sources.is_dir() {
            libraries.push(LibraryArg::of_directory(manifest.name.clone(), sources.clone()));
        }
        libraries.extend(dependencies::libraries(root, &manifest, files)?);
        Ok(Self {
            root: root.into(),
            sources,
            program: manifest.program.as_ref().map(below),
            kernel: manifest.kernel.as_ref().map(below),
            inputs: manifest.inputs.as_ref().map(below),
            storage: manifest.storage.as_ref().map(below),
            parameters: manifest.parameter_set(root)?,
            version: manifest.library_version(root)?,
            libraries,
            name: manifest.name,
        })
    }

    /// The directory with the manifest.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The directory of its modules.
    pub(crate) fn sources(&self) -> &Path {
        &self.sources
    }

    /// Its dependencies.
    pub(crate) fn dependencies(&self) -> &[LibraryArg] {
        let own = usize::from(self.sources.is_dir());
        self.libraries.get(own..).unwrap_or_default()
    }

    /// The source of its program.
    pub(crate) fn program(&self) -> Result<&Path, ProjectError> {
        self.program.as_deref().ok_or_else(|| ProjectError::NoProgram { path: self.root.join(MANIFEST) })
    }

    /// The file of its persistent storage.
    pub(crate) fn storage(&self) -> Result<&Path, ProjectError> {
        self.storage.as_deref().ok_or_else(|| ProjectError::NoStorage { path: self.root.join(MANIFEST) })
    }

    /// The path of its results and of its inputs, without their extensions.
    pub(crate) fn results(&self) -> PathBuf {
        self.root.join(&self.name)
    }

    /// All its sources: the directory of its modules, the kernel and the program, each once.
    pub(crate) fn all_sources(&self) -> Vec<PathBuf> {
        let others = self.kernel.iter().chain(&self.program).filter(|path| !path.starts_with(&self.sources));
        let all = [&self.sources].into_iter().chain(others);
        all.filter(|path| path.exists()).cloned().collect()
    }

    /// Records the digests of the dependencies; returns the number of dependencies.
    pub(crate) fn lock(files: &mut Files) -> Result<usize, ProjectError> {
        let root = find_root()?.ok_or(ProjectError::NoProject)?;
        let manifest = Manifest::read(&root, files)?;
        dependencies::lock(&root, &manifest, files)
    }
}

/// The nearest directory with a manifest, as seen from the working directory.
fn find_root() -> Result<Option<PathBuf>, ProjectError> {
    let working = env::current_dir().map_err(|source| FileError::Read { path: ".".into(), source })?;
    let above = working.ancestors().position(|directory| directory.join(MANIFEST).is_file());
    Ok(above.map(|above| [".."].repeat(above).iter().collect()))
}

/// Whether a directory exists and has entries.
fn is_taken(directory: &Path) -> bool {
    match fs::read_dir(directory) {
        Ok(mut entries) => entries.next().is_some(),
        Err(_) => directory.exists(),
    }
}
