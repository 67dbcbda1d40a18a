/// Kind of an element of a syntax tree.
///
/// A construct with a body alternates `Header` and `Block`, and ends with `end`.
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
    /// A word: characters up to white space outside of quotation marks and brackets. Directly in a block it is an
    /// instruction.
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
    /// `adv_map.A=[1, 2]`, `adv_map A(KEY) = [1, 2]`.
    AdviceMap,
    /// `@name(…)`, an attribute of the next procedure.
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
    /// Opens a block: `proc.p`, `if.true`, `else`, …
    Header,
    /// Instructions and nested constructs.
    Block,
    /// A block opened by a word that looks like a misspelt keyword.
    UnknownBlock,
    /// Misplaced words.
    Lost,
}

impl SyntaxKind {
    /// Whether it is a token, which has text and no children.
    pub const fn is_token(self) -> bool {
        self.is_trivia() || matches!(self, Self::Word)
    }

    /// Whether it is white space or a comment.
    pub const fn is_trivia(self) -> bool {
        matches!(self, Self::Whitespace | Self::Newline | Self::Comment | Self::DocComment)
    }
}
