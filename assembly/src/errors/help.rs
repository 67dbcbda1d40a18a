//! The help shown below an error.

use alloc::{format, string::String, vec::Vec};

use miden_assembly_syntax::{
    DiagnosticKind, PathProblem, SyntaxErrorKind, check_constant_name, did_you_mean,
};

use super::{AssemblyErrorKind, AttributeProblem, ConstantProblem};

const ADD_LIBRARY: &str = "add the library that contains it, with `--library PATH` on the command line";

/// Whether two paths start with the same name.
fn is_same_library(path: &str, other: &str) -> bool {
    path.split("::").next() == other.split("::").next()
}

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
                format!("write `pub const {name}` there to make it public")
            }
            Kind::UndefinedImportedConstant { nearest: Some(nearest), .. } => {
                format!("did you mean `{nearest}`?")
            }
            Kind::InvalidConstant { problem: ConstantProblem::Negative } => {
                "`/` divides in the field, where they have quotients, too".into()
            }
            Kind::InvalidConstant { problem: ConstantProblem::Overflow } => {
                "constants are evaluated as integers; only `/` works in the field".into()
            }
            Kind::DoWithoutWhile => {
                "a loop is written `do … while … end`; the code after `while` leaves the condition".into()
            }
            Kind::InvalidAttribute { problem: AttributeProblem::LocalsTwice, .. } => {
                "write either `@locals(N)` or `proc.name.N`".into()
            }
            Kind::UndefinedProcedure { similar, .. } if !similar.is_empty() => return did_you_mean(similar),
            Kind::InvalidPath { problem: PathProblem::NoModule, .. } => {
                "write the full path of the module, such as `std::math::u64`".into()
            }
            Kind::InvalidPath { problem: PathProblem::Reexport, .. } => {
                "write `pub use {procedure} from path`, or `export.module::procedure`".into()
            }
            Kind::DuplicateImport { alias } if check_constant_name(alias).is_ok() => {
                format!("give one of them another name: `use {{{alias} as OTHER_{alias}}} from path`")
            }
            Kind::DuplicateImport { alias } => {
                format!("give one of them another alias: `use.path->other_{alias}`")
            }
            Kind::UnknownModule { nearest: Some(nearest), .. } => format!("did you mean `{nearest}`?"),
            Kind::UnknownModule { modules, .. } if !modules.is_empty() => {
                let imports: Vec<String> = modules.iter().map(|path| format!("`use.{path}`")).collect();
                format!("import it: {}", imports.join(" or "))
            }
            Kind::UnknownModule { alias, .. } => {
                format!("import it with `use.path::{alias}`, or write its full path with a leading `::`")
            }
            Kind::MissingModule { path, nearest: Some(nearest) } => match is_same_library(path, nearest) {
                true => format!("did you mean `{nearest}`?"),
                false => format!("did you mean `{nearest}`? Otherwise {ADD_LIBRARY}"),
            },
            Kind::MissingModule { .. } => ADD_LIBRARY.into(),
            Kind::UndefinedImport { private: true, label, .. } => {
                format!("write `export.{label}` there to export it")
            }
            Kind::UndefinedImport { similar, .. } if !similar.is_empty() => return did_you_mean(similar),
            Kind::ImportCycle { .. } => "move the shared code into a module that imports neither".into(),
            Kind::Recursion { .. } => {
                "use a loop, or invoke the procedure by digest with `procref` and `dynexec`".into()
            }
            Kind::UnusedImport { .. } => "remove the import".into(),
            Kind::ReexportInProgram { .. } => "only modules and kernels have exports".into(),
            Kind::ExportInProgram { label } => format!("write `proc.{label}`"),
            Kind::ProgramInModule => "put the program into its own file".into(),
            Kind::KernelWithoutExports => "write `export.name` instead of `proc.name`".into(),
            Kind::CallInKernel { .. } => "`exec` inlines the code of a procedure".into(),
            Kind::CallerOutsideKernel => {
                "it returns the digest of the procedure that made a system call".into()
            }
            Kind::UndefinedSystemCall { similar, .. } if !similar.is_empty() => return did_you_mean(similar),
            Kind::UndefinedSystemCall { has_kernel: false, .. } => {
                "add a kernel, with `--kernel FILE` on the command line".into()
            }
            Kind::MissingKernelProcedure { .. } => "use the kernel that the library was compiled with".into(),
            Kind::NoLocals { .. } => {
                "the number of locals follows the name of a procedure: `proc.name.1`".into()
            }
            Kind::Internal { .. } => concat!(
                "this is a mistake in the assembler, not in the source; please report it with the source at ",
                env!("CARGO_PKG_REPOSITORY")
            )
            .into(),
            Kind::TooManyOperations { .. } => {
                "use `while.true` instead of repeated code, or invoke fewer procedures".into()
            }
            _ => return None,
        })
    }
    fn is_warning(&self) -> bool {
        matches!(self, Self::UnusedImport { .. })
    }
}
