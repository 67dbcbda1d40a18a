#![doc = include_str!("../README.md")]
#![no_std]
#![cfg_attr(not(test), warn(clippy::indexing_slicing))]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

pub mod analysis;
mod assembler;
mod ast;
mod binary;
mod constants;
mod debug;
mod diagnostic;
mod errors;
mod format;
mod instructions;
mod keywords;
mod library;
mod link;
mod listing;
mod literal;
mod lower;
mod optimize;
mod package;
mod parser;
mod source;
mod suggest;
mod syntax;
mod word;

pub use assembler::{Assembler, Assembly, Bundle, BundleError};
pub use debug::{DebugInfo, Inlined, InstructionInfo, ProcedureInfo};
pub use diagnostic::Diagnostics;
pub use errors::{
    AssemblyError, AssemblyErrorKind, AttributeProblem, ConstantNameProblem, ConstantProblem, LabelProblem,
    ParameterProblem, PathProblem, RelatedPlace,
};
pub use format::{FormatOptions, format};
pub use instructions::{
    Failure, ForeignInstructions, InstructionForm, foreign_instructions, instruction_forms,
};
pub use library::{CompiledLibrary, Export, Library, LibraryError, PublicConstant, Version, VersionError};
pub use listing::Listing;
pub use package::Package;
pub use source::{Location, Source, Span};
pub use syntax::{Syntax, SyntaxElement, SyntaxKind};
