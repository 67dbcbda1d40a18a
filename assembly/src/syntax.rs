//! The syntax crate with the instructions of this assembler.

use alloc::{string::String, vec::Vec};

use miden_assembly_syntax::{Diagnostic, Diagnostics, FormatOptions, Source, Syntax};

use crate::{AssemblyError, errors, instructions::instruction_names};

/// Parses a source. There is always a tree; the errors are those of its structure, in the order of the text.
/// Instructions and declarations are not checked.
pub fn parse_syntax(source: &Source) -> (Syntax, Vec<AssemblyError>) {
    let (syntax, errors) = Syntax::parse(source, &instruction_names());
    (syntax, errors.into_iter().map(Diagnostic::convert).collect())
}

/// Formats a source as described in the book, under *Formatting*. Words and comments are kept, and so is the meaning;
/// formatting the result changes nothing. Time and memory are linear in the length of the source.
///
/// # Errors
///
/// Returns the errors of the source's structure. Errors of single instructions and declarations do not prevent
/// formatting, nor does a source without words.
pub fn format(source: &Source, options: &FormatOptions) -> Result<String, errors::Diagnostics> {
    miden_assembly_syntax::format(source, &instruction_names(), options).map_err(Diagnostics::convert)
}
