//! New projects.

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::ValueEnum;
use miden_stdlib::StdLibrary;
use miden_storage::RedbStorage;

use super::{ProjectError, is_taken, manifest::check_name};
use crate::{
    files::{FileError, Target},
    messages,
};

/// A kind of project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Template {
    /// A program with a module.
    Program,
    /// Modules for other projects.
    Library,
    /// A program with a kernel.
    Kernel,
    /// A program with persistent storage.
    Storage,
}

/// Replaced by the name of the project.
const NAME: &str = "PROJECT";

/// Extension of the storage of a new project.
const STORAGE: &str = "redb";

macro_rules! files {
    ($folder:literal: $($path:literal),+ $(,)?) => {
        &[$(($path, include_str!(concat!("../../templates/", $folder, "/", $path)))),+]
    };
}

impl Template {
    /// The files, by their paths in the project.
    const fn files(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Program => {
                files!("program": "miden.toml", "PROJECT.inputs", "src/main.masm", "src/account.masm")
            }
            Self::Library => files!("library": "miden.toml", "src/account.masm"),
            Self::Kernel => {
                files!("kernel": "miden.toml", "PROJECT.inputs", "src/main.masm", "kernel/mod.masm")
            }
            Self::Storage => {
                files!("storage": "miden.toml", "PROJECT.inputs", "src/main.masm", "src/count.masm")
            }
        }
    }
}

/// Makes a project in a new or empty directory, whose name is that of the project; returns the paths of its files.
pub(crate) fn create(directory: &Path, template: Template) -> Result<Vec<PathBuf>, ProjectError> {
    let name = directory.file_name().unwrap_or(directory.as_os_str()).to_string_lossy();
    check_name(&name)?;
    if is_taken(directory) {
        return Err(ProjectError::Taken { path: directory.into() });
    }
    let mut paths = Vec::new();
    let mut write = |path: &str, text: &str| -> Result<(), ProjectError> {
        let path = directory.join(path.replace(NAME, &name));
        let parent = path.parent().unwrap_or(directory);
        fs::create_dir_all(parent).map_err(|source| FileError::Write { path: parent.into(), source })?;
        Target::in_place(path.clone())?.write(text.replace(NAME, &name).as_bytes())?;
        paths.push(path);
        Ok(())
    };
    for (path, text) in template.files() {
        write(path, text)?;
    }
    if template == Template::Storage {
        write("kernel/mod.masm", StdLibrary::storage_kernel().text())?;
        let path = directory.join(&*name).with_extension(STORAGE);
        RedbStorage::create(&path)?;
        messages::done(format!("created {}", path.display()));
        paths.push(path);
    }
    Ok(paths)
}
