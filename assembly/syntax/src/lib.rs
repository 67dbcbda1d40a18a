#![doc = include_str!("../README.md")]
#![no_std]
#![cfg_attr(not(test), warn(clippy::indexing_slicing))]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod diagnostic;
mod elsewhere;
mod error;
mod format;
mod grammar;
mod identifier;
mod keyword;
mod lexer;
pub mod literal;
mod name;
mod nesting;
mod parse;
mod source;
mod suggest;
#[cfg(test)]
mod tests;
mod tree;
mod vocabulary;
mod word;

pub use diagnostic::{Diagnostic, DiagnosticKind, Diagnostics, ErrorCollector, RelatedPlace, excerpt};
pub use elsewhere::{COMMENTS, ForeignWords, Origin, foreign_word, foreign_words, starts_foreign_comment};
pub use error::{SyntaxError, SyntaxErrorKind};
pub use format::{FormatOptions, format};
pub use identifier::{
    ConstantNameProblem, LabelProblem, PathProblem, check_constant_name, check_label, check_path,
    is_constant_name,
};
pub use keyword::{Keyword, KeywordPlace};
pub use name::Name;
pub use source::{Location, Source, Span};
pub use suggest::{candidates, did_you_mean, nearest, nearest_path, same_module};
pub use tree::{Syntax, SyntaxElement, SyntaxKind};
pub use vocabulary::InstructionNames;
pub use word::SourceWord;
