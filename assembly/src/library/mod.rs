//! Libraries: modules that programs, kernels and other libraries import.

use alloc::{
    collections::{BTreeMap, btree_map::Entry},
    string::String,
    sync::Arc,
};

use crate::{LabelProblem, PathProblem, Source, parser::label};

mod version;

pub use version::{Version, VersionError};

/// Modules in source form, with a name that all their paths begin with.
///
/// A module is read when a program uses it, so a library may hold modules with errors that nobody notices before
/// that; bundling it reads all of them.
#[derive(Clone, Debug)]
pub struct Library {
    name: String,
    version: Version,
    modules: BTreeMap<String, Source>,
}

/// Why modules are no library, or libraries do not go together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LibraryError {
    /// The name of the library is malformed.
    #[error("`{name}` cannot be the name of a library: {problem}")]
    InvalidName {
        /// The name.
        name: String,
        /// What is wrong with it.
        problem: LabelProblem,
    },
    /// The path of a module is malformed.
    #[error("`{path}` cannot be the path of a module: {problem}")]
    InvalidPath {
        /// The path.
        path: String,
        /// What is wrong with it.
        problem: PathProblem,
    },
    /// The path of a module does not begin with the name of its library.
    #[error("module `{path}` is not below `{name}`, the name of its library")]
    ForeignModule {
        /// The path.
        path: String,
        /// The name of the library.
        name: String,
    },
    /// Two modules have the same path.
    #[error("module `{path}` is given twice")]
    DuplicateModule {
        /// The path.
        path: String,
    },
}

impl Library {
    /// Puts modules together, each with its whole path, such as `std::math::u64`. A module can have the name of the
    /// library itself as its path.
    ///
    /// # Errors
    /// If a name or path is malformed, a path does not begin with the name, or stands twice.
    pub fn new(
        name: impl Into<String>,
        version: Version,
        modules: impl IntoIterator<Item = (String, Source)>,
    ) -> Result<Self, LibraryError> {
        let name = name.into();
        if let Err(problem) = label::check(&name) {
            return Err(LibraryError::InvalidName { name, problem });
        }
        let mut all = BTreeMap::new();
        for (path, source) in modules {
            if let Err(problem) = label::check_path(&path) {
                return Err(LibraryError::InvalidPath { path, problem });
            }
            let below =
                path.strip_prefix(&name).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"));
            if !below {
                return Err(LibraryError::ForeignModule { path, name });
            }
            match all.entry(path) {
                Entry::Vacant(entry) => entry.insert(source),
                Entry::Occupied(entry) => {
                    return Err(LibraryError::DuplicateModule { path: entry.key().clone() });
                }
            };
        }
        Ok(Self { name, version, modules: all })
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The version.
    pub const fn version(&self) -> Version {
        self.version
    }

    /// The modules with their paths, in alphabetical order.
    pub fn modules(&self) -> impl Iterator<Item = (&str, &Source)> {
        self.modules.iter().map(|(path, source)| (path.as_str(), source))
    }
}

/// The modules of all libraries that an assembler knows, by path.
#[derive(Clone, Debug, Default)]
pub(crate) struct Libraries {
    modules: Arc<BTreeMap<String, Source>>,
}

impl Libraries {
    pub(crate) fn add(&mut self, library: Library) -> Result<(), LibraryError> {
        let modules = Arc::make_mut(&mut self.modules);
        for (path, source) in library.modules {
            match modules.entry(path) {
                Entry::Vacant(entry) => entry.insert(source),
                Entry::Occupied(entry) => {
                    return Err(LibraryError::DuplicateModule { path: entry.key().clone() });
                }
            };
        }
        Ok(())
    }

    /// The module with this path; the path lives as long as the libraries.
    pub(crate) fn find(&self, path: &str) -> Option<(&str, &Source)> {
        self.modules.get_key_value(path).map(|(path, source)| (path.as_str(), source))
    }

    /// All paths.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.modules.keys().map(String::as_str)
    }
}
