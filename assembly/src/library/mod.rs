//! Libraries: modules that programs, kernels and other libraries import.

use alloc::{
    collections::{BTreeMap, btree_map::Entry},
    string::String,
    sync::Arc,
    vec::Vec,
};

use miden_assembly_syntax::{LabelProblem, PathProblem, Source, check_label};

mod compiled;
mod files;
mod format;
mod version;

pub(crate) use compiled::{
    CompiledConstant, CompiledFragment, CompiledModule, CompiledProcedure, CompiledRun, Needs,
};
pub use compiled::{CompiledLibrary, Export, PublicConstant};
pub use version::{Version, VersionError};

/// Modules in source form, whose paths start with the name of the library.
///
/// A module is parsed only when a program uses it, so errors in unused modules go unnoticed; bundling parses all
/// modules.
#[derive(Clone, Debug)]
pub struct Library {
    name: String,
    version: Version,
    modules: BTreeMap<String, Source>,
}

/// Error for modules that do not form a library, or libraries that conflict.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LibraryError {
    /// The name of the library is malformed.
    #[error("invalid library name `{name}`: {problem}")]
    InvalidName {
        /// The name.
        name: String,
        /// The problem.
        problem: LabelProblem,
    },
    /// The path of a module is malformed.
    #[error("invalid module path `{path}`: {problem}")]
    InvalidPath {
        /// The path.
        path: String,
        /// The problem.
        problem: PathProblem,
    },
    /// The path of a module does not start with the name of its library.
    #[error("the path of module `{path}` must start with the library name `{name}`")]
    ForeignModule {
        /// The path.
        path: String,
        /// The name of the library.
        name: String,
    },
    /// Two modules have the same path.
    #[error("duplicate module `{path}`")]
    DuplicateModule {
        /// The path.
        path: String,
    },
}

impl Library {
    /// Creates a library from modules with their full paths, such as `std::math::u64`. The path of a module can be the
    /// name of the library itself.
    ///
    /// # Errors
    /// If a name or path is malformed, or a path is duplicate or does not start with the name.
    pub fn new(
        name: impl Into<String>,
        version: Version,
        modules: impl IntoIterator<Item = (String, Source)>,
    ) -> Result<Self, LibraryError> {
        let name = name.into();
        check_name(&name)?;
        let mut all = BTreeMap::new();
        for (path, source) in modules {
            check_path(&name, &path)?;
            match all.entry(path) {
                Entry::Vacant(entry) => entry.insert(source),
                Entry::Occupied(entry) => {
                    return Err(LibraryError::DuplicateModule { path: entry.key().clone() });
                }
            };
        }
        Ok(Self { name, version, modules: all })
    }

    /// The name of the library.
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

/// Checks the name of a library.
fn check_name(name: &str) -> Result<(), LibraryError> {
    check_label(name).map_err(|problem| LibraryError::InvalidName { name: name.into(), problem })
}

/// Checks the path of a module of the library `name`.
fn check_path(name: &str, path: &str) -> Result<(), LibraryError> {
    miden_assembly_syntax::check_path(path)
        .map_err(|problem| LibraryError::InvalidPath { path: path.into(), problem })?;
    match path.strip_prefix(name) {
        Some(rest) if rest.is_empty() || rest.starts_with("::") => Ok(()),
        _ => Err(LibraryError::ForeignModule { path: path.into(), name: name.into() }),
    }
}

/// The modules of all libraries of an assembler, by path. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Libraries(Arc<Contents>);

#[derive(Clone, Debug, Default)]
struct Contents {
    modules: BTreeMap<String, LibraryModule>,
    compiled: Vec<Arc<CompiledLibrary>>,
}

/// A module of a library.
#[derive(Clone, Debug)]
pub(crate) enum LibraryModule {
    Source(Source),
    Compiled(CompiledModuleId),
}

/// A module of one of the compiled libraries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct CompiledModuleId {
    pub(crate) library: usize,
    module: usize,
}

/// A procedure of one of the compiled libraries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct CompiledId {
    pub(crate) module: CompiledModuleId,
    export: usize,
}

impl Libraries {
    pub(crate) fn add(&mut self, library: Library) -> Result<(), LibraryError> {
        let contents = Arc::make_mut(&mut self.0);
        let mut modules = library.modules.into_iter();
        modules.try_for_each(|(path, source)| contents.insert(path, LibraryModule::Source(source)))
    }

    pub(crate) fn add_compiled(&mut self, library: Arc<CompiledLibrary>) -> Result<(), LibraryError> {
        let contents = Arc::make_mut(&mut self.0);
        let number = contents.compiled.len();
        for (module, (path, _)) in library.modules().enumerate() {
            let id = CompiledModuleId { library: number, module };
            contents.insert(path.into(), LibraryModule::Compiled(id))?;
        }
        contents.compiled.push(library);
        Ok(())
    }

    /// The module with this path, which is returned with the lifetime of the libraries.
    pub(crate) fn find(&self, path: &str) -> Option<(&str, &LibraryModule)> {
        self.0.modules.get_key_value(path).map(|(path, module)| (path.as_str(), module))
    }

    /// All paths.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> + Clone {
        self.0.modules.keys().map(String::as_str)
    }

    /// A compiled library by its number.
    pub(crate) fn compiled(&self, library: usize) -> &CompiledLibrary {
        self.0.compiled.get(library).expect("libraries are numbered when they are added, and stay")
    }

    /// A procedure of a compiled library.
    pub(crate) fn procedure(&self, id: CompiledId) -> &CompiledProcedure {
        self.exports(id.module).get(id.export).expect("exports are found by name before they are identified")
    }

    fn compiled_module(&self, id: CompiledModuleId) -> &CompiledModule {
        self.compiled(id.library)
            .module(id.module)
            .expect("the modules of a library are numbered in its order")
    }

    /// The procedure that a compiled module exports under a name.
    pub(crate) fn export(&self, module: CompiledModuleId, label: &str) -> Option<CompiledId> {
        let export = self.exports(module).binary_search_by(|export| export.label.as_str().cmp(label)).ok()?;
        Some(CompiledId { module, export })
    }

    /// The public constants of a compiled module.
    pub(crate) fn constants(&self, id: CompiledModuleId) -> &[CompiledConstant] {
        &self.compiled_module(id).constants
    }

    /// The public constant of a compiled module with this name.
    pub(crate) fn constant(&self, module: CompiledModuleId, name: &str) -> Option<&CompiledConstant> {
        let constants = self.constants(module);
        let index = constants.binary_search_by(|constant| constant.name.as_str().cmp(name)).ok()?;
        constants.get(index)
    }

    /// The exported procedures of a compiled module.
    pub(crate) fn exports(&self, id: CompiledModuleId) -> &[CompiledProcedure] {
        &self.compiled_module(id).exports
    }
}

impl Contents {
    fn insert(&mut self, path: String, module: LibraryModule) -> Result<(), LibraryError> {
        match self.modules.entry(path) {
            Entry::Vacant(entry) => {
                entry.insert(module);
                Ok(())
            }
            Entry::Occupied(entry) => Err(LibraryError::DuplicateModule { path: entry.key().clone() }),
        }
    }
}
