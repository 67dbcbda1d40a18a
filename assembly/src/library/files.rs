//! From the names of source files to the paths of modules.

use alloc::{string::String, vec::Vec};

use miden_assembly_syntax::PathProblem;

use super::Library;

impl Library {
    /// Extension of source files.
    pub const SOURCE_EXTENSION: &str = "masm";
    /// Name, without extension, of the source file that is the module of its directory.
    pub const DIRECTORY_MODULE: &str = "mod";

    /// Checks the path of a module: names separated by `::`.
    ///
    /// # Errors
    /// If a name is malformed, or the path is too long.
    pub fn check_path(path: &str) -> Result<(), PathProblem> {
        miden_assembly_syntax::check_path(path)
    }

    /// Path of the module in a source file, given as the name of the library, the directories below the library's own, and
    /// the file's name without extension.
    ///
    /// ```
    /// # use miden_assembly::Library;
    /// assert_eq!(Library::module_path(["std", "math", "u64"]), "std::math::u64");
    /// assert_eq!(Library::module_path(["std", "math", "mod"]), "std::math");
    /// ```
    pub fn module_path<'a>(file: impl IntoIterator<Item = &'a str>) -> String {
        let mut names: Vec<&str> = file.into_iter().collect();
        if names.last() == Some(&Self::DIRECTORY_MODULE) {
            names.pop();
        }
        names.join("::")
    }
}
