use alloc::{borrow::Cow, format, string::String, vec::Vec};

use miden_core::{Digest, Felt, KernelError, field::StarkField, program::BuildError};

use crate::{Source, Span};

/// What is wrong with a source text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AssemblyErrorKind {
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
    /// The file ends without a program.
    #[error("the file ends without a program")]
    MissingProgram,
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
    /// There is no such instruction.
    #[error("unknown instruction `{name}`")]
    UnknownInstruction {
        /// Its name.
        name: String,
        /// The instruction with the most similar name.
        nearest: Option<&'static str>,
    },
    /// The instruction belongs to another release of the language.
    #[error("`{name}` is an instruction of other releases only")]
    ForeignInstruction {
        /// Its name.
        name: String,
        /// What to write instead.
        instead: &'static str,
    },
    /// An instruction or keyword needs a parameter.
    #[error("`{name}` needs a parameter")]
    MissingParameter {
        /// The instruction or keyword.
        name: String,
        /// What it takes.
        expected: String,
    },
    /// An instruction or keyword got too many parameters.
    #[error("`{name}` has too many parameters: at most {max}, got {got}")]
    TooManyParameters {
        /// The instruction or keyword.
        name: String,
        /// The largest number of parameters.
        max: usize,
        /// The number of parameters.
        got: usize,
    },
    /// A parameter is not what the instruction or keyword takes.
    #[error("invalid parameter `{parameter}` of `{name}`: {problem}")]
    InvalidParameter {
        /// The instruction or keyword.
        name: String,
        /// The parameter.
        parameter: String,
        /// What is wrong with it.
        problem: ParameterProblem,
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
    /// The name of a procedure is malformed.
    #[error("invalid procedure name `{label}`: {problem}")]
    InvalidLabel {
        /// The name.
        label: String,
        /// What is wrong with it.
        problem: LabelProblem,
    },
    /// The path of a module is malformed.
    #[error("invalid path of a module `{path}`: {problem}")]
    InvalidPath {
        /// The path.
        path: String,
        /// What is wrong with it.
        problem: PathProblem,
    },
    /// Two imports have the same short name.
    #[error("`{alias}` is imported twice")]
    DuplicateImport {
        /// The short name.
        alias: String,
    },
    /// A name is used that no import introduces.
    #[error("no module is imported as `{alias}`")]
    UnknownModule {
        /// The short name.
        alias: String,
        /// The import with the most similar short name.
        nearest: Option<String>,
    },
    /// No library has the module.
    #[error("module `{path}` is in no library")]
    MissingModule {
        /// The path.
        path: String,
        /// The module with the most similar path.
        nearest: Option<String>,
    },
    /// Two procedures have the same name.
    #[error("procedure `{label}` is defined twice")]
    DuplicateProcedure {
        /// The name.
        label: String,
    },
    /// No procedure of the file has this name.
    #[error("procedure `{label}` is not defined in this file")]
    UndefinedProcedure {
        /// The name.
        label: String,
        /// The procedure with the most similar name.
        nearest: Option<String>,
    },
    /// A module exports no procedure with this name.
    #[error("{}", if *.private {
        format!("procedure `{label}` of module `{path}` is not exported")
    } else {
        format!("module `{path}` has no procedure `{label}`")
    })]
    UndefinedImport {
        /// The path of the module.
        path: String,
        /// The name.
        label: String,
        /// Whether the module has such a procedure for itself.
        private: bool,
        /// The exported procedure with the most similar name.
        nearest: Option<String>,
    },
    /// Modules import each other.
    #[error("modules import each other: {chain}")]
    ImportCycle {
        /// The paths of the modules, each one imported by the one before it.
        chain: String,
    },
    /// A procedure invokes itself, through others or at once.
    #[error("procedure `{label}` invokes itself: {chain}")]
    Recursion {
        /// The name of the procedure.
        label: String,
        /// The names of the procedures, each one invoked by the one before it.
        chain: String,
    },
    /// A warning: nothing makes use of an import.
    #[error("`{alias}` is imported and not used{}", if *.missing { "; there is no such module" } else { "" })]
    UnusedImport {
        /// The short name.
        alias: String,
        /// Whether there is no such module either.
        missing: bool,
    },
    /// The name of a constant is malformed.
    #[error("invalid name of a constant `{name}`: {problem}")]
    InvalidConstantName {
        /// The name.
        name: String,
        /// What is wrong with it.
        problem: ConstantNameProblem,
    },
    /// Two constants have the same name.
    #[error("constant `{name}` is defined twice")]
    DuplicateConstant {
        /// The name.
        name: String,
    },
    /// There is no constant with this name.
    #[error("constant `{name}` is not defined in this file")]
    UndefinedConstant {
        /// The name.
        name: String,
        /// The constant with the most similar name.
        nearest: Option<String>,
    },
    /// Constants are defined by each other.
    #[error("constants are defined by each other: {}", chain.join(" → "))]
    ConstantCycle {
        /// Their names; the last one is the first one again.
        chain: Vec<String>,
    },
    /// The value of a constant cannot be computed.
    #[error("invalid value of a constant: {problem}")]
    InvalidConstant {
        /// What is wrong with it.
        problem: ConstantProblem,
    },
    /// An attribute is malformed.
    #[error("invalid attribute `{attribute}`: {problem}")]
    InvalidAttribute {
        /// The attribute.
        attribute: String,
        /// What is wrong with it.
        problem: AttributeProblem,
    },
    /// A `do` has no `while`.
    #[error("`do` without the `while` that its condition follows")]
    DoWithoutWhile,
    /// A program exports a procedure.
    #[error("a program cannot export procedure `{label}`")]
    ExportInProgram {
        /// The name.
        label: String,
    },
    /// A program exports a procedure of another module.
    #[error("a program cannot export `{label}`")]
    ReexportInProgram {
        /// The name.
        label: String,
    },
    /// A kernel or a module of a library holds a program.
    #[error("a kernel or a module of a library has no program")]
    ProgramInModule,
    /// A kernel exports nothing that a system call could name.
    #[error("the kernel exports no procedure")]
    KernelWithoutExports,
    /// A kernel procedure calls another one.
    #[error("`{name}` cannot stand in a kernel: a system call cannot make calls")]
    CallInKernel {
        /// The instruction.
        name: String,
    },
    /// `caller` stands outside of a kernel.
    #[error("`caller` can stand in a kernel only")]
    CallerOutsideKernel,
    /// The kernel exports no procedure with this name.
    #[error("{}", if *.has_kernel {
        format!("the kernel exports no procedure `{label}`")
    } else {
        format!("there is no kernel that exports procedure `{label}`")
    })]
    UndefinedSystemCall {
        /// The name.
        label: String,
        /// Whether the program is assembled with a kernel.
        has_kernel: bool,
        /// The exported procedure with the most similar name.
        nearest: Option<String>,
    },
    /// A procedure of a compiled library makes a system call that the kernel does not have.
    #[error("`{name}` makes a system call that the kernel does not have: procedure {digest}")]
    MissingKernelProcedure {
        /// The invocation.
        name: String,
        /// The digest of the procedure that the system call enters.
        digest: Digest,
    },
    /// Locals are used where there are none.
    #[error("`{name}` needs a procedure with locals")]
    NoLocals {
        /// The instruction.
        name: String,
    },
    /// The exported procedures are no kernel.
    #[error(transparent)]
    Kernel(#[from] KernelError),
    /// The file has too many procedures.
    #[error("the file has more than {max} procedures")]
    TooManyProcedures {
        /// The largest number.
        max: usize,
    },
    /// Procedures and unrolled code expand to too many operations.
    #[error("the code expands to more than {max} operations")]
    TooManyOperations {
        /// The largest number.
        max: usize,
    },
    /// The program cannot be built.
    #[error("the program cannot be built: {0}")]
    Build(#[from] BuildError),
}

/// What is wrong with a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParameterProblem {
    /// It is empty.
    #[error("it is empty")]
    Empty,
    /// It is not a decimal number.
    #[error("not a decimal number")]
    NotDecimal,
    /// It is neither a decimal nor a hexadecimal number.
    #[error("not a decimal number, nor `0x` and hexadecimal digits")]
    NotNumber,
    /// It is not below the field modulus.
    #[error("not below the field modulus {}", Felt::MODULUS)]
    NotBelowModulus,
    /// A number is too small or too large.
    #[error("not a number from {min} to {max}")]
    OutOfRange {
        /// The smallest value.
        min: u64,
        /// The largest value.
        max: u64,
    },
    /// A hexadecimal element has too many digits.
    #[error("an element has at most {max} hexadecimal digits, got {got}")]
    TooManyDigits {
        /// The largest number of digits.
        max: usize,
        /// The number of digits.
        got: usize,
    },
    /// A hexadecimal constant does not consist of whole bytes.
    #[error("the number of hexadecimal digits must be even, got {got}")]
    OddDigits {
        /// The number of digits.
        got: usize,
    },
    /// A long hexadecimal constant does not consist of whole elements.
    #[error("more than {digits} hexadecimal digits must be a multiple of {digits}, got {got}")]
    PartialElement {
        /// The number of digits of an element.
        digits: usize,
        /// The number of digits.
        got: usize,
    },
    /// A long hexadecimal constant holds too many elements.
    #[error("at most {max} elements can be pushed at once, got {got}")]
    TooManyElements {
        /// The largest number.
        max: usize,
        /// The number of elements.
        got: usize,
    },
    /// The divisor is zero.
    #[error("division by zero")]
    DivisionByZero,
    /// An error code is neither a number nor a text.
    #[error("the code of an error is a decimal number below 2^32 or a text between quotation marks")]
    NotErrorCode,
    /// A text has no end.
    #[error("the text must end with `\"` on the same line")]
    UnclosedText,
    /// A text is too long.
    #[error("a text has at most {max} bytes, got {got}")]
    TextTooLong {
        /// The largest number of bytes.
        max: usize,
        /// The number of bytes.
        got: usize,
    },
    /// Only some words can stand here.
    #[error("expected {words}")]
    Expected {
        /// The words.
        words: &'static str,
    },
    /// A constant is of another kind.
    #[error("expected {expected}, but the constant is {found}")]
    OtherConstant {
        /// What can stand here.
        expected: &'static str,
        /// What the constant is.
        found: &'static str,
    },
    /// A word literal or the elements taken from a word are malformed.
    #[error("a word is written `[a, b, c, d]`; `W[1]` and `W[1..3]` are elements of the word `W`")]
    NotWord,
}

/// What is wrong with the value of a constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConstantProblem {
    /// A literal is wrong.
    #[error(transparent)]
    Literal(#[from] ParameterProblem),
    /// A character has no meaning in an expression.
    #[error("this character has no meaning here")]
    UnexpectedCharacter,
    /// A number or a constant is missing.
    #[error("a number or a constant is missing here")]
    ExpectedOperand,
    /// Two operands stand side by side.
    #[error("an operator is missing before this")]
    ExpectedOperator,
    /// A parenthesis has no counterpart.
    #[error("this parenthesis has no counterpart")]
    UnmatchedParenthesis,
    /// The expression computes with something that is no number.
    #[error("expected a number, but this is {found}")]
    NotNumber {
        /// What it is.
        found: &'static str,
    },
    /// A word does not have four elements.
    #[error("a word is written `[a, b, c, d]`, or as `0x` and 64 hexadecimal digits")]
    NotWord,
    /// A text is missing.
    #[error("expected a text between quotation marks")]
    NotText,
    /// The result is too large.
    #[error("the result is not below the field modulus {}", Felt::MODULUS)]
    Overflow,
    /// The result is too small.
    #[error("the result is below zero")]
    Negative,
    /// The divisor is zero.
    #[error("division by zero")]
    DivisionByZero,
}

/// What is wrong with the name of a constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConstantNameProblem {
    /// It is empty.
    #[error("it is empty")]
    Empty,
    /// It does not begin with a capital letter.
    #[error("it must begin with a letter A-Z")]
    FirstCharacter,
    /// It has a character that names of constants cannot have.
    #[error("it can have letters A-Z, digits and `_` only")]
    Character,
    /// It is too long.
    #[error("it has {got} characters, at most {max} are possible")]
    TooLong {
        /// The largest number of characters.
        max: usize,
        /// The number of characters.
        got: usize,
    },
}

/// What is wrong with an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AttributeProblem {
    /// No procedure follows.
    #[error("no procedure follows that it could belong to")]
    WithoutProcedure,
    /// Its name is malformed.
    #[error("{0}")]
    Name(LabelProblem),
    /// Something follows its name that is not in parentheses.
    #[error("what follows its name must be in parentheses")]
    Form,
    /// The number of locals is missing.
    #[error("the number of locals must follow in parentheses")]
    WithoutNumber,
    /// The number of locals is given twice.
    #[error("the number of locals is given already")]
    LocalsTwice,
}

/// What is wrong with the name of a procedure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LabelProblem {
    /// It is empty.
    #[error("it is empty")]
    Empty,
    /// It does not begin with a letter.
    #[error("it must begin with a letter a-z or A-Z")]
    FirstCharacter,
    /// It has a character that names cannot have.
    #[error("it can have letters a-z and A-Z, digits and `_` only")]
    Character,
    /// It is too long.
    #[error("it has {got} characters, at most {max} are possible")]
    TooLong {
        /// The largest number of characters.
        max: usize,
        /// The number of characters.
        got: usize,
    },
}

/// What is wrong with the path of a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PathProblem {
    /// It has one name only.
    #[error("it must name a library and a module of it, with `::` between them")]
    NoModule,
    /// A whole module is exported again.
    #[error("procedures of other modules are exported one by one")]
    Reexport,
    /// One of its names is malformed.
    #[error("{0}")]
    Name(LabelProblem),
    /// It is too long.
    #[error("it has {got} characters, at most {max} are possible")]
    TooLong {
        /// The largest number of characters.
        max: usize,
        /// The number of characters.
        got: usize,
    },
}

/// An error, and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssemblyError {
    kind: AssemblyErrorKind,
    source: Source,
    span: Span,
    related: Vec<RelatedPlace>,
}

/// Another place that has to do with an error; it can lie in another file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelatedPlace {
    /// The source.
    pub source: Source,
    /// The place in it.
    pub span: Span,
    /// What is there.
    pub label: Cow<'static, str>,
}

impl AssemblyError {
    pub(crate) const fn new(kind: AssemblyErrorKind, source: Source, span: Span) -> Self {
        Self { kind, source, span, related: Vec::new() }
    }

    #[must_use]
    pub(crate) fn with_related(
        mut self,
        source: &Source,
        span: Span,
        label: impl Into<Cow<'static, str>>,
    ) -> Self {
        self.related.push(RelatedPlace { source: source.clone(), span, label: label.into() });
        self
    }

    /// Whether it is a warning only: what was asked for has been done all the same.
    pub const fn is_warning(&self) -> bool {
        matches!(self.kind, AssemblyErrorKind::UnusedImport { .. })
    }

    /// What is wrong.
    pub const fn kind(&self) -> &AssemblyErrorKind {
        &self.kind
    }

    /// The file that it is in.
    pub const fn source(&self) -> &Source {
        &self.source
    }

    /// Where it is.
    pub const fn span(&self) -> Span {
        self.span
    }

    /// Other places that have to do with it, in the order in which they explain it.
    pub fn related(&self) -> &[RelatedPlace] {
        &self.related
    }

    /// The way out, if there is more to say than what is wrong.
    pub fn help(&self) -> Option<String> {
        use AssemblyErrorKind as Kind;
        Some(match &self.kind {
            Kind::EmptySource | Kind::MissingProgram => "a program is written `begin … end`".into(),
            Kind::DetachedDocComment => "remove the blank line, or begin the comment with `#`".into(),
            Kind::ExpectedDeclaration { .. } => {
                "instructions stand between `begin` or `proc.name` and `end`".into()
            }
            Kind::DeclarationInBody { .. } => "is an `end` missing before it?".into(),
            Kind::UnknownInstruction { nearest: Some(nearest), .. } => format!("did you mean `{nearest}`?"),
            Kind::ForeignInstruction { instead, .. } => (*instead).into(),
            Kind::MissingParameter { name, expected } => format!("`{name}.` takes {expected}"),
            Kind::MisplacedElse => "an `if.true` has one `else` at most".into(),
            Kind::TextAfterProgram { .. } => {
                "the program is the last thing in its file; is there an `end` too many?".into()
            }
            Kind::UndefinedConstant { nearest: Some(nearest), .. } => format!("did you mean `{nearest}`?"),
            Kind::UndefinedConstant { name, .. } => {
                format!("define it outside of procedures: `const.{name}=1`")
            }
            Kind::InvalidConstant { problem: ConstantProblem::Negative } => {
                "the negative of a number `n` is the modulus minus `n`".into()
            }
            Kind::InvalidConstant { problem: ConstantProblem::Overflow } => {
                "constants are computed as integers; `/` divides in the field".into()
            }
            Kind::DoWithoutWhile => {
                "a loop is written `do … while … end`; what follows `while` leaves the condition".into()
            }
            Kind::InvalidAttribute { problem: AttributeProblem::LocalsTwice, .. } => {
                "write either `@locals(N)` or `proc.name.N`".into()
            }
            Kind::UndefinedProcedure { nearest: Some(nearest), .. } => format!("did you mean `{nearest}`?"),
            Kind::InvalidPath { problem: PathProblem::NoModule, .. } => {
                "write the whole path of the module, such as `std::math::u64`".into()
            }
            Kind::InvalidPath { problem: PathProblem::Reexport, .. } => {
                "write `pub use {procedure} from path`, or `export.module::procedure`".into()
            }
            Kind::DuplicateImport { alias } => {
                format!("give one of them another short name: `use.path->other_{alias}`")
            }
            Kind::UnknownModule { nearest: Some(nearest), .. } => format!("did you mean `{nearest}`?"),
            Kind::UnknownModule { alias, .. } => {
                format!("import it with `use.path::{alias}`, or write its whole path, with `::` in front")
            }
            Kind::MissingModule { nearest: Some(nearest), .. } => format!("did you mean `{nearest}`?"),
            Kind::MissingModule { .. } => {
                "name the library that has it, with `--library PATH` on the command line".into()
            }
            Kind::UndefinedImport { private: true, label, .. } => {
                format!("write `export.{label}` there, for other modules to use it")
            }
            Kind::UndefinedImport { nearest: Some(nearest), .. } => format!("did you mean `{nearest}`?"),
            Kind::ImportCycle { .. } => "move what both need into a module that imports neither".into(),
            Kind::Recursion { .. } => {
                "repeat with `while.true`, or invoke by digest with `procref` and `dynexec`".into()
            }
            Kind::UnusedImport { .. } => "remove the import".into(),
            Kind::ReexportInProgram { .. } => "only modules and kernels have exports".into(),
            Kind::ExportInProgram { label } => format!("write `proc.{label}`"),
            Kind::ProgramInModule => "the program stands in a file of its own".into(),
            Kind::KernelWithoutExports => "write `export.name` in place of `proc.name`".into(),
            Kind::CallInKernel { .. } => "`exec` puts the code of a procedure here".into(),
            Kind::CallerOutsideKernel => "it tells a system call which procedure made it".into(),
            Kind::UndefinedSystemCall { nearest: Some(nearest), .. } => format!("did you mean `{nearest}`?"),
            Kind::UndefinedSystemCall { has_kernel: false, .. } => {
                "give the program a kernel, with `--kernel FILE` on the command line".into()
            }
            Kind::MissingKernelProcedure { .. } => {
                "give the program the kernel that the library was compiled with".into()
            }
            Kind::NoLocals { .. } => {
                "the number of locals follows the name of a procedure: `proc.name.1`".into()
            }
            Kind::TooManyOperations { .. } => {
                "use `while.true` in place of code that is written out, or invoke fewer procedures".into()
            }
            _ => return None,
        })
    }
}

impl core::fmt::Display for AssemblyError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.kind.fmt(f)
    }
}

impl core::error::Error for AssemblyError {}

/// The errors found so far in a source.
#[derive(Debug, Default)]
pub(crate) struct Errors {
    source: Source,
    errors: Vec<AssemblyError>,
}

impl Errors {
    /// Looking for similar names takes time for every error; nobody reads that many.
    const MAX_SUGGESTIONS: usize = 100;

    pub(crate) const fn new(source: Source) -> Self {
        Self { source, errors: Vec::new() }
    }

    pub(crate) fn push(&mut self, kind: AssemblyErrorKind, span: Span) {
        self.errors.push(AssemblyError::new(kind, self.source.clone(), span));
    }

    /// Adds an error of this source that is complete.
    pub(crate) fn add(&mut self, error: AssemblyError) {
        self.errors.push(error);
    }

    pub(crate) fn push_related(
        &mut self,
        kind: AssemblyErrorKind,
        span: Span,
        related: Span,
        label: impl Into<Cow<'static, str>>,
    ) {
        let error = AssemblyError::new(kind, self.source.clone(), span);
        self.errors.push(error.with_related(&self.source, related, label));
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.errors.is_empty()
    }

    /// Whether the next error deserves a suggestion.
    pub(crate) const fn want_suggestions(&self) -> bool {
        self.errors.len() < Self::MAX_SUGGESTIONS
    }

    /// The errors in the order of the text.
    pub(crate) fn into_vec(mut self) -> Vec<AssemblyError> {
        self.errors.sort_by_key(|error| error.span.start);
        self.errors
    }
}

/// A text from the source as messages show it: not too long, and without control characters.
pub(crate) fn excerpt(text: &str) -> String {
    const MAX: usize = 60;
    let mut shown: String =
        text.chars().take(MAX).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if text.chars().nth(MAX).is_some() {
        shown.push('…');
    }
    shown
}
