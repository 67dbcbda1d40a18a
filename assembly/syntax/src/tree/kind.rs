/// What an element of a syntax tree is.
///
/// `Header` and `Block` alternate in everything that has a body, and an `end` closes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SyntaxKind {
    // ----- tokens
    /// White space within a line.
    Whitespace,
    /// The end of a line.
    Newline,
    /// `# …`, up to the end of the line.
    Comment,
    /// `#! …`, a whole line.
    DocComment,
    /// A word: characters up to white space, which may stand between quotation marks and brackets. Directly in a
    /// block it is an instruction.
    Word,

    // ----- nodes
    /// The whole source.
    File,
    /// `use.a::b`, `use a::b as c`, `use {p} from a::b`.
    Import,
    /// `export.a::p`, `pub use {p} from a::b`.
    Reexport,
    /// `mod a`.
    Submodule,
    /// `const.A=1`, `const A = 1`.
    Constant,
    /// `@name(…)`, which belongs to the procedure behind it.
    Attribute,
    /// `proc.p … end`, `pub proc p … end`.
    Procedure,
    /// `begin … end`.
    Program,
    /// `if.true … else … end`.
    If,
    /// `while.true … end`.
    While,
    /// `do … while … end`.
    DoWhile,
    /// `repeat.N … end`.
    Repeat,
    /// What opens a block: `proc.p`, `if.true`, `else`, …
    Header,
    /// Instructions and what is nested in them.
    Block,
    /// A block opened by what looks like a misspelt keyword.
    UnknownBlock,
    /// Words that have no meaning where they stand.
    Lost,
}

impl SyntaxKind {
    /// Whether it is a token, which has text of its own and no children.
    pub const fn is_token(self) -> bool {
        self.is_trivia() || matches!(self, Self::Word)
    }

    /// Whether it is white space or a comment.
    pub const fn is_trivia(self) -> bool {
        matches!(self, Self::Whitespace | Self::Newline | Self::Comment | Self::DocComment)
    }
}
