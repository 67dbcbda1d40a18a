use alloc::{format, string::String, vec::Vec};

use miden_assembly_syntax::{
    ConstantNameProblem, LabelProblem, Origin, PathProblem, SyntaxErrorKind, literal::ParameterProblem,
};
use miden_core::{Digest, KernelError, program::BuildError};

use super::{AttributeProblem, ConstantProblem, MissingImport};

/// Kind of an error in a source.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AssemblyErrorKind {
    /// An error in the structure of the source.
    #[error(transparent)]
    Syntax(#[from] SyntaxErrorKind),
    /// The file ends without a program.
    #[error("the file ends without a program")]
    MissingProgram,
    /// An instruction that does not exist.
    #[error("unknown instruction `{name}`")]
    UnknownInstruction {
        /// Its name.
        name: String,
        /// The most similar instruction, or what the word could mean, as it is written.
        nearest: Option<String>,
    },
    /// A word of another release of the language, or of another language.
    #[error("{}", match .origin {
        Origin::Release => format!("`{name}` only exists in other releases"),
        Origin::Language | Origin::Block => format!("`{name}` is not an instruction"),
    })]
    ForeignInstruction {
        /// Its name.
        name: String,
        /// Where it comes from.
        origin: Origin,
        /// The replacement.
        instead: &'static str,
    },
    /// An instruction or keyword needs a parameter.
    #[error("`{name}` needs a parameter")]
    MissingParameter {
        /// The instruction or keyword.
        name: String,
        /// Description of the parameter.
        expected: String,
    },
    /// An instruction or keyword has too many parameters.
    #[error("`{name}` has too many parameters: at most {max}, got {got}")]
    TooManyParameters {
        /// The instruction or keyword.
        name: String,
        /// The largest number of parameters.
        max: usize,
        /// The number of parameters.
        got: usize,
    },
    /// The instruction or keyword does not take this parameter.
    #[error("invalid parameter `{parameter}` of `{name}`: {problem}")]
    InvalidParameter {
        /// The instruction or keyword.
        name: String,
        /// The parameter.
        parameter: String,
        /// The problem.
        problem: ParameterProblem,
    },
    /// The name of a procedure is malformed.
    #[error("invalid procedure name `{label}`: {problem}")]
    InvalidLabel {
        /// The name.
        label: String,
        /// The problem.
        problem: LabelProblem,
    },
    /// The path of a module is malformed.
    #[error("invalid module path `{path}`: {problem}")]
    InvalidPath {
        /// The path.
        path: String,
        /// The problem.
        problem: PathProblem,
    },
    /// Two imports have the same alias.
    #[error("`{alias}` is imported twice")]
    DuplicateImport {
        /// The alias.
        alias: String,
    },
    /// No module is imported under an alias.
    #[error("no module is imported as `{alias}`")]
    UnknownModule {
        /// The alias.
        alias: String,
        /// The import with the most similar alias, or the full path.
        nearest: Option<String>,
        /// The modules of libraries that an import would give this alias.
        modules: Vec<String>,
    },
    /// No library contains the module.
    #[error("module `{path}` is in no library")]
    MissingModule {
        /// The path.
        path: String,
        /// A module with the same last name, or the most similar path.
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
        /// The procedures with the most similar names.
        similar: Vec<String>,
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
        /// Whether the module has such a procedure that is not exported.
        private: bool,
        /// The exported procedures with the most similar names.
        similar: Vec<String>,
    },
    /// Modules import each other.
    #[error("modules import each other: {chain}")]
    ImportCycle {
        /// The paths of the modules, each imported by the one before.
        chain: String,
    },
    /// A procedure invokes itself, directly or through others.
    #[error("procedure `{label}` invokes itself: {chain}")]
    Recursion {
        /// The name of the procedure.
        label: String,
        /// The names of the procedures, each invoked by the one before.
        chain: String,
    },
    /// A warning: an import is not used.
    #[error("unused import `{alias}`{}", match .missing {
        Some(MissingImport::Module) => "; there is no such module",
        Some(MissingImport::Item) => "; the module has no such export",
        None => "",
    })]
    UnusedImport {
        /// The alias.
        alias: String,
        /// What does not exist either.
        missing: Option<MissingImport>,
    },
    /// The name of a constant is malformed.
    #[error("invalid constant name `{name}`: {problem}")]
    InvalidConstantName {
        /// The name.
        name: String,
        /// The problem.
        problem: ConstantNameProblem,
    },
    /// Two constants have the same name.
    #[error("constant `{name}` is defined twice")]
    DuplicateConstant {
        /// The name.
        name: String,
    },
    /// Two different lists for the advice map have the same key.
    #[error("another list has the same key {key}")]
    DuplicateAdviceKey {
        /// The key.
        key: Digest,
    },
    /// There is no constant with this name.
    #[error("constant `{name}` is not defined in this file")]
    UndefinedConstant {
        /// The name.
        name: String,
        /// The constant with the most similar name.
        nearest: Option<String>,
    },
    /// A module has no public constant with this name.
    #[error("{}", if *.private {
        format!("constant `{name}` of module `{path}` is not public")
    } else {
        format!("module `{path}` has no constant `{name}`")
    })]
    UndefinedImportedConstant {
        /// The path of the module.
        path: String,
        /// The name.
        name: String,
        /// Whether the module has such a constant that is not public.
        private: bool,
        /// The public constant with the most similar name.
        nearest: Option<String>,
    },
    /// The value of a constant depends on itself.
    #[error("the value of a constant depends on itself: {}", chain.join(" → "))]
    ConstantCycle {
        /// Names of the constants; the first is repeated at the end.
        chain: Vec<String>,
    },
    /// The value of a constant cannot be computed.
    #[error("invalid value: {problem}")]
    InvalidConstant {
        /// The problem.
        problem: ConstantProblem,
    },
    /// An attribute is malformed.
    #[error("invalid attribute `{attribute}`: {problem}")]
    InvalidAttribute {
        /// The attribute.
        attribute: String,
        /// The problem.
        problem: AttributeProblem,
    },
    /// A `do` has no `while`.
    #[error("`do` without `while`")]
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
    /// A kernel or a module of a library contains a program.
    #[error("a kernel or a module of a library cannot contain a program")]
    ProgramInModule,
    /// A kernel exports no procedure.
    #[error("the kernel exports no procedure")]
    KernelWithoutExports,
    /// A kernel procedure makes a call.
    #[error("`{name}` in a kernel: a system call cannot make calls")]
    CallInKernel {
        /// The instruction.
        name: String,
    },
    /// `caller` outside of a kernel.
    #[error("`caller` outside of a kernel")]
    CallerOutsideKernel,
    /// The kernel exports no procedure with this name.
    #[error("{}", if *.has_kernel {
        format!("the kernel exports no procedure `{label}`")
    } else {
        format!("no kernel exports procedure `{label}`")
    })]
    UndefinedSystemCall {
        /// The name.
        label: String,
        /// Whether the program is assembled with a kernel.
        has_kernel: bool,
        /// The exported procedures with the most similar names.
        similar: Vec<String>,
    },
    /// A procedure of a compiled library makes a system call that the kernel does not have.
    #[error("`{name}` makes a system call that the kernel does not have: procedure {digest}")]
    MissingKernelProcedure {
        /// The invocation.
        name: String,
        /// The digest of the kernel procedure.
        digest: Digest,
    },
    /// Use of locals where there are none.
    #[error("`{name}` needs a procedure with locals")]
    NoLocals {
        /// The instruction.
        name: String,
    },
    /// The exported procedures do not form a kernel.
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
    /// The assembler broke one of its own rules; nothing may be wrong with the source.
    #[error("internal error of the assembler: {broken}")]
    Internal {
        /// The rule, as it should not be.
        broken: &'static str,
    },
    /// The program cannot be built.
    #[error("the program cannot be built: {0}")]
    Build(#[from] BuildError),
}
