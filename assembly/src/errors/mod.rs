//! Problems of a source beyond its structure, and the way out of each.

use miden_assembly_syntax::{Diagnostic, ErrorCollector};

mod help;
mod kind;
mod problem;

pub use kind::AssemblyErrorKind;
pub use problem::{AttributeProblem, ConstantProblem};

/// An error or a warning, and where it is.
pub type AssemblyError = Diagnostic<AssemblyErrorKind>;

/// All errors or warnings that were found, file by file, those of a file in the order of its text.
pub type Diagnostics = miden_assembly_syntax::Diagnostics<AssemblyErrorKind>;

/// The errors found so far in a source.
pub(crate) type Errors = ErrorCollector<AssemblyErrorKind>;
