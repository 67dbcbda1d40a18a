//! Errors of a source beyond its structure, with help.

use miden_assembly_syntax::{Diagnostic, ErrorCollector};

mod help;
mod kind;
mod problem;

pub use kind::AssemblyErrorKind;
pub use problem::{AttributeProblem, ConstantProblem, MissingImport};

/// An error or a warning, and its place.
pub type AssemblyError = Diagnostic<AssemblyErrorKind>;

/// Errors or warnings, grouped by file, in the order of the text.
pub type Diagnostics = miden_assembly_syntax::Diagnostics<AssemblyErrorKind>;

/// Errors found in a source so far.
pub(crate) type Errors = ErrorCollector<AssemblyErrorKind>;
