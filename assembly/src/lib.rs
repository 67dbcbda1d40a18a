#![doc = include_str!("../README.md")]
#![no_std]
#![cfg_attr(not(test), warn(clippy::indexing_slicing))]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod assembler;
mod ast;
mod binary;
mod constants;
mod debug;
mod errors;
mod instructions;
mod library;
mod link;
mod listing;
mod lower;
mod optimize;
mod package;
mod parser;
mod syntax;

pub mod tooling;

pub use assembler::{Assembler, Assembly, Bundle, BundleError};
pub use debug::{DebugInfo, Inlined, InstructionInfo, ProcedureInfo};
pub use errors::{
    AssemblyError, AssemblyErrorKind, AttributeProblem, ConstantProblem, Diagnostics, MissingImport,
};
pub use instructions::{Failure, InstructionForm, instruction_forms};
pub use library::{CompiledLibrary, Export, Library, LibraryError, PublicConstant, Version, VersionError};
pub use listing::Listing;
pub use miden_assembly_syntax::{
    ConstantNameProblem, Diagnostic, DiagnosticKind, ForeignWords, FormatOptions, Keyword, LabelProblem,
    Location, Origin, PathProblem, RelatedPlace, Source, Span, Syntax, SyntaxElement, SyntaxErrorKind,
    SyntaxKind, foreign_words, literal::ParameterProblem, nearest,
};
pub use package::Package;
pub use syntax::{format, parse_syntax};
