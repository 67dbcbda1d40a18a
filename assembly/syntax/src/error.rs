use alloc::string::String;

use crate::{Diagnostic, DiagnosticKind};

/// An error in the structure of a source, and where it is.
pub type SyntaxError = Diagnostic<SyntaxErrorKind>;

/// What is wrong with the structure of a source.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SyntaxErrorKind {
    /// The source holds nothing but white space and comments.
    #[error("the source is empty")]
    EmptySource,
    /// The source is too long.
    #[error("a source has at most {max} bytes")]
    SourceTooLong {
        /// The largest number of bytes.
        max: usize,
    },
    /// A blank line separates a documentation comment from what it documents.
    #[error("a documentation comment is separated from what it documents by a blank line")]
    DetachedDocComment,
    /// Something else stands where a procedure or the program is expected.
    #[error("expected a procedure or the program, found `{found}`")]
    ExpectedDeclaration {
        /// The token.
        found: String,
    },
    /// A declaration stands inside of a body.
    #[error("`{keyword}` cannot stand inside of a body")]
    DeclarationInBody {
        /// The keyword of the declaration.
        keyword: String,
    },
    /// `else` stands outside of an `if`, or a second time in one.
    #[error("`else` without an `if` that it belongs to")]
    MisplacedElse,
    /// `end` stands where no block is open.
    #[error("`end` without a block that it closes")]
    UnmatchedEnd,
    /// The file ends inside of a block.
    #[error("the file ends inside of a block: `{keyword}` has no `end`")]
    UnclosedBlock {
        /// The token that opened the block.
        keyword: String,
    },
    /// Something follows the program.
    #[error("`{found}` follows the end of the program")]
    TextAfterProgram {
        /// The token.
        found: String,
    },
}

impl DiagnosticKind for SyntaxErrorKind {
    fn help(&self) -> Option<String> {
        let help = match self {
            Self::EmptySource => "a program is written `begin … end`",
            Self::DetachedDocComment => "remove the blank line, or begin the comment with `#`",
            Self::ExpectedDeclaration { .. } => "instructions stand between `begin` or `proc.name` and `end`",
            Self::DeclarationInBody { .. } => "is an `end` missing before it?",
            Self::MisplacedElse => "an `if.true` has one `else` at most",
            Self::TextAfterProgram { .. } => {
                "the program is the last thing in its file; is there an `end` too many?"
            }
            Self::SourceTooLong { .. } | Self::UnmatchedEnd | Self::UnclosedBlock { .. } => return None,
        };
        Some(help.into())
    }
}
