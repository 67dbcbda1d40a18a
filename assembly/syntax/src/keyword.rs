//! Keywords: the words of the language that are not instructions.

use miden_core::{FailureKind, FaultCode};

use self::KeywordPlace::{Block, Body, Declaration};

/// Where a keyword is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeywordPlace {
    /// Between declarations.
    Declaration,
    /// In a body, where it opens a block.
    Block,
    /// In a body.
    Body,
}

/// Expands the table of keywords to the enum and its properties.
macro_rules! keywords {
    ($($keyword:ident $name:literal, $place:ident, [$($form:literal),+], $explanation:literal;)+) => {
        /// Keyword of the language. The one list that lexer, parser, completion and hover use.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Keyword {
            $(#[doc = concat!("`", $name, "`")] $keyword,)+
        }

        impl Keyword {
            /// All keywords.
            pub const ALL: &[Self] = &[$(Self::$keyword,)+];

            /// The keyword with this name.
            pub fn named(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$keyword),)+
                    _ => None,
                }
            }

            /// The name.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$keyword => $name,)+
                }
            }

            /// Where the keyword is allowed.
            pub const fn place(self) -> KeywordPlace {
                match self {
                    $(Self::$keyword => $place,)+
                }
            }

            /// The constructs that use the keyword, the usual one first.
            pub const fn forms(self) -> &'static [&'static str] {
                match self {
                    $(Self::$keyword => &[$($form),+],)+
                }
            }

            /// The meaning, in Markdown.
            pub const fn explanation(self) -> &'static str {
                match self {
                    $(Self::$keyword => $explanation,)+
                }
            }
        }
    };
}

keywords! {
    Use "use", Declaration, ["use.a::b", "use a::b as c", "use {p, q as r} from a::b"],
        "Imports a module under the last component of its path, or under the name after `as`. \
         With braces, imports procedures and constants of a module.";
    Const "const", Declaration, ["const.NAME=value", "const NAME = value"],
        "Names a value: a number, a word `[a, b, c, d]`, a text, or an expression with `+ - * / //`. \
         The name consists of capital letters, digits and `_`, and is local to its file.";
    AdvMap "adv_map", Declaration, ["adv_map.NAME=[a, b, …]", "adv_map.NAME(KEY)=[a, b, …]"],
        "A list that comes with the program, for its advice map. `NAME` is the word that is its key: `KEY`, \
         or the hash of the list.";
    Proc "proc", Declaration, ["proc.name … end", "proc.name.N … end"],
        "A procedure of this file, with `N` local words.";
    Export "export", Declaration, ["export.name … end", "export.name.N … end", "export.a::name"],
        "A procedure that other modules can use or, in a kernel, system calls. \
         With a procedure of an imported module, re-exports it.";
    Pub "pub", Declaration, ["pub proc name … end", "pub use {name} from a::b"],
        "Exports the declaration that follows.";
    Mod "mod", Declaration, ["mod name"],
        "A submodule: a module in the folder of this one.";
    Begin "begin", Declaration, ["begin … end"],
        "The program, which is last in its file. A file without it is a module.";
    If "if", Block, ["if.true … end", "if.true … else … end", "if.false … end"],
        "Pops a condition and runs the first block if it is 1, the block after `else` if it is 0; \
         `if.false` exchanges the blocks.";
    While "while", Block, ["while.true … end", "do … while … end"],
        "Pops a condition before every iteration and runs the block while it is 1. \
         After `do`, starts the code that leaves the condition.";
    Repeat "repeat", Block, ["repeat.N … end"],
        "`N` copies of the block, in constant space up to a factor of `log N`. Takes no cycles itself.";
    Do "do", Block, ["do … while … end"],
        "Runs the first block, then the one after `while`, which leaves a condition on the stack; \
         repeats both while that is 1.";
    Else "else", Body, ["if.true … else … end"],
        "Starts the block that runs if the condition of the `if` is not met.";
    End "end", Body, ["end"],
        "Ends a block, a procedure or the program.";
    Exec "exec", Body, ["exec.name", "exec.a::name", "exec.::a::b::name"],
        "Inlines a procedure: same context, memory and stack. \
         Takes no cycles itself, or 4 if the procedure has locals.";
    Call "call", Body, ["call.name", "call.a::name", "call.::a::b::name"],
        "Runs a procedure in a new context: with empty memory and only the top 16 items of the stack. \
         Not allowed in a kernel.";
    SysCall "syscall", Body, ["syscall.name"],
        "Runs a procedure of the kernel in the root context, with the top 16 items of the stack. \
         Not allowed in a kernel.";
    ProcRef "procref", Body, ["procref.name", "procref.a::name"],
        "`[] → [H]`\n\nPushes the digest of a procedure, for `dynexec` and `dyncall`. 4 cycles.";
    DynExec "dynexec", Body, ["dynexec"],
        "`[H] → [H, …]`\n\nRuns the procedure whose digest is the top word, like `exec`; the digest stays.";
    DynCall "dyncall", Body, ["dyncall"],
        "`[H] → [H, …]`\n\nRuns the procedure whose digest is the top word, like `call`; the digest stays. \
         Not allowed in a kernel.";
}

const NOT_BINARY: (FailureKind, &str) =
    (FailureKind::Fault(FaultCode::NotBinaryValue), "the condition is neither 0 nor 1");
const TOO_DEEP: (FailureKind, &str) = (
    FailureKind::Fault(FaultCode::InvalidStackDepthOnReturn),
    "the procedure returns with more than 16 items on the stack",
);
const UNKNOWN: (FailureKind, &str) =
    (FailureKind::CodeBlockNotFound, "the program does not contain the procedure");

impl Keyword {
    /// The keywords of bodies.
    pub fn in_bodies() -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(|keyword| keyword.place() != Declaration)
    }

    /// Whether the keyword opens a block of a body.
    pub fn opens_block(self) -> bool {
        self.place() == Block
    }

    /// The failures of the keyword, each with its condition.
    pub const fn failures(self) -> &'static [(FailureKind, &'static str)] {
        match self {
            Self::If | Self::While | Self::Do => &[NOT_BINARY],
            Self::Call | Self::SysCall => &[TOO_DEEP],
            Self::DynExec => &[UNKNOWN],
            Self::DynCall => &[UNKNOWN, TOO_DEEP],
            _ => &[],
        }
    }

    /// The conditions that `if` and `while` take as their parameter.
    pub const fn conditions(self) -> &'static [&'static str] {
        match self {
            Self::If => &["true", "false"],
            Self::While => &["true"],
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Keyword;

    #[test]
    fn names_identify_keywords_and_start_their_forms() {
        for &keyword in Keyword::ALL {
            assert_eq!(Keyword::named(keyword.name()), Some(keyword));
            assert!(keyword.forms().iter().all(|form| form.contains(keyword.name())), "{keyword:?}");
        }
    }
}
