use alloc::string::String;

use crate::{
    COMMENTS, Diagnostic, DiagnosticKind, ForeignWords, KeywordPlace, SourceWord, foreign_word,
    starts_foreign_comment,
};

/// An error in the structure of a source, and its place.
pub type SyntaxError = Diagnostic<SyntaxErrorKind>;

/// Kind of an error in the structure of a source.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SyntaxErrorKind {
    /// The source contains only white space and comments.
    #[error("the source is empty")]
    EmptySource,
    /// The source is too long.
    #[error("a source has at most {max} bytes")]
    SourceTooLong {
        /// The largest number of bytes.
        max: usize,
    },
    /// A blank line separates a documentation comment from its declaration.
    #[error("a blank line separates a documentation comment from its declaration")]
    DetachedDocComment,
    /// Another word where a procedure or the program is expected.
    #[error("expected a procedure or the program, found `{found}`")]
    ExpectedDeclaration {
        /// The token.
        found: String,
    },
    /// A declaration inside a body.
    #[error("`{keyword}` is not allowed inside a body")]
    DeclarationInBody {
        /// The keyword of the declaration.
        keyword: String,
    },
    /// `else` outside of an `if`, or a second one.
    #[error("`else` without a matching `if`")]
    MisplacedElse,
    /// `end` where no block is open.
    #[error("`end` without a matching block")]
    UnmatchedEnd,
    /// The file ends inside a block.
    #[error("`{keyword}` has no `end`")]
    UnclosedBlock {
        /// The token that opened the block.
        keyword: String,
    },
    /// Text after the program.
    #[error("`{found}` after the end of the program")]
    TextAfterProgram {
        /// The token.
        found: String,
    },
}

impl DiagnosticKind for SyntaxErrorKind {
    fn help(&self) -> Option<String> {
        let help = match self {
            Self::EmptySource => "a program is written `begin … end`",
            Self::DetachedDocComment => "remove the blank line, or start the comment with `#`",
            Self::ExpectedDeclaration { found } if starts_foreign_comment(found) => COMMENTS,
            Self::ExpectedDeclaration { found } if foreign(found).is_some() => foreign(found)?.instead,
            Self::ExpectedDeclaration { .. } => {
                "instructions belong between `begin` or `proc.name` and `end`"
            }
            Self::DeclarationInBody { .. } => "is there an `end` missing before it?",
            Self::MisplacedElse => "an `if.true` has at most one `else`",
            Self::TextAfterProgram { found } if starts_declaration(found) => {
                "the program is last in its file: move it below the other declarations"
            }
            Self::TextAfterProgram { .. } => "the program is last in its file; is there an extra `end`?",
            Self::SourceTooLong { .. } | Self::UnmatchedEnd | Self::UnclosedBlock { .. } => return None,
        };
        Some(help.into())
    }
}

fn starts_declaration(text: &str) -> bool {
    let keyword = SourceWord { text, start: 0 }.keyword();
    text.starts_with('@') || keyword.is_some_and(|keyword| keyword.place() == KeywordPlace::Declaration)
}

/// The entry of the name that a text starts with.
fn foreign(text: &str) -> Option<&'static ForeignWords> {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
    foreign_word(text.get(..end)?)
}
