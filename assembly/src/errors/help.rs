//! The way out of each kind of error.

use alloc::{format, string::String};

use miden_assembly_syntax::{DiagnosticKind, PathProblem, SyntaxErrorKind, check_constant_name};

use super::{AssemblyErrorKind, AttributeProblem, ConstantProblem};

impl DiagnosticKind for AssemblyErrorKind {
    fn help(&self) -> Option<String> {
        use AssemblyErrorKind as Kind;
        Some(match self {
            Kind::Syntax(kind) => return kind.help(),
            Kind::MissingProgram => return SyntaxErrorKind::EmptySource.help(),
            Kind::UnknownInstruction { nearest: Some(nearest), .. } => format!("did you mean `{nearest}`?"),
            Kind::ForeignInstruction { instead, .. } => (*instead).into(),
            Kind::MissingParameter { name, expected } => format!("`{name}.` takes {expected}"),
            Kind::UndefinedConstant { nearest: Some(nearest), .. } => format!("did you mean `{nearest}`?"),
            Kind::UndefinedConstant { name, .. } => {
                format!("define it outside of procedures: `const.{name}=1`")
            }
            Kind::UndefinedImportedConstant { private: true, name, .. } => {
                format!("write `pub const {name}` there, for other modules to use it")
            }
            Kind::UndefinedImportedConstant { nearest: Some(nearest), .. } => {
                format!("did you mean `{nearest}`?")
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
            Kind::DuplicateImport { alias } if check_constant_name(alias).is_ok() => {
                format!("give one of them another name: `use {{{alias} as OTHER_{alias}}} from path`")
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
    fn is_warning(&self) -> bool {
        matches!(self, Self::UnusedImport { .. })
    }
}
