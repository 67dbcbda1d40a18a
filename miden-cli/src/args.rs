//! Groups of arguments that several commands share.

use std::path::{Path, PathBuf};

use clap::Args;
use miden_air::ParameterSet;
use miden_assembly::Assembler;
use miden_processor::ExecutionOptions;
use miden_verifier::Policy;

use crate::{
    error::CliError,
    files::{self, Files},
    library::{self, LibraryArg, LibraryFileError},
    outcome::CycleLimitArgs,
    program,
    project::{MANIFEST, Project},
    security,
    value_file::{self, InputSources, Inputs, ValueFileError},
};

/// The program, its kernel and libraries.
#[derive(Args, Debug)]
pub(crate) struct ProgramArgs {
    #[command(flatten)]
    program: ProgramFile,
    #[command(flatten)]
    kernel: KernelArgs,
    #[command(flatten)]
    assembler: AssemblerArgs,
    /// The path of inputs and results without their extensions, if it is not that of the program.
    #[arg(skip)]
    results: Option<PathBuf>,
}

/// The program, as an argument or as an option.
#[derive(Args, Debug)]
#[group(multiple = false)]
struct ProgramFile {
    /// Assembly source, or a compiled program; `-` is standard input. Defaults to the program of the project.
    #[arg(value_name = "PROGRAM")]
    program: Option<PathBuf>,
    /// Same as the argument PROGRAM.
    #[arg(short, long, value_name = "FILE")]
    assembly: Option<PathBuf>,
}

/// The kernel that system calls enter.
#[derive(Args, Debug)]
pub(crate) struct KernelArgs {
    /// Kernel whose procedures the program's system calls enter: assembly source, a directory whose `mod.masm` is the
    /// kernel and can import the other files, or a program compiled with the kernel. A compiled program contains its
    /// kernel and does not need the option.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) kernel: Option<PathBuf>,
}

/// The project of a command that needs either it or an argument.
pub(crate) fn required_project(argument: &str) -> Result<Project, CliError> {
    Project::find(&Files::default())?.ok_or_else(|| {
        CliError::Usage(format!(
            "no {argument} is named, and neither this directory nor one above has a {MANIFEST}"
        ))
    })
}

impl KernelArgs {
    /// Takes the kernel from the project unless one is named.
    pub(crate) fn complete(&mut self, project: &Project) {
        self.kernel = self.kernel.take().or_else(|| project.kernel.clone());
    }

    /// An assembler with the kernel and the libraries, without a library named `own`.
    pub(crate) fn assembler(
        &self,
        own: Option<&str>,
        arguments: &AssemblerArgs,
        files: &Files,
    ) -> Result<Assembler, CliError> {
        Ok(match &self.kernel {
            Some(kernel) => program::kernel_assembler(kernel, arguments, files)?,
            None => arguments.assembler_of(own, files)?,
        })
    }
}

/// Options of the assembler.
#[derive(Args, Clone, Debug)]
pub(crate) struct AssemblerArgs {
    /// Assemble each instruction as written, without optimization; this changes program hashes.
    #[arg(long)]
    no_opt: bool,
    /// Library whose modules the program can import: a directory of sources, or a file written by `bundle`. A directory
    /// gives the library its name, unless NAME=DIR gives another. May be repeated. A library named `std` replaces the
    /// standard library.
    #[arg(short, long = "library", value_name = "PATH")]
    libraries: Vec<LibraryArg>,
    /// Whether debug commands are kept.
    #[arg(skip)]
    debug: bool,
}

/// Whether debug commands are kept.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct DebugArgs {
    /// Keep debug commands of the source, such as `debug.stack`; without the option they cost nothing. They do not
    /// change the program hash.
    #[arg(long)]
    pub(crate) debug: bool,
}

impl AssemblerArgs {
    /// The arguments that name these libraries.
    pub(crate) const fn new(libraries: Vec<LibraryArg>, no_opt: bool) -> Self {
        Self { no_opt, libraries, debug: false }
    }

    pub(crate) fn libraries(&self) -> &[LibraryArg] {
        &self.libraries
    }

    /// Adds the libraries of the project, but not its own modules.
    pub(crate) fn add_dependencies(&mut self, project: &Project) {
        self.libraries.extend_from_slice(project.dependencies());
    }

    /// Adds the libraries of the project.
    pub(crate) fn complete(&mut self, project: &Project) {
        self.libraries.extend_from_slice(&project.libraries);
    }

    /// Reads the libraries and returns an assembler with them and the standard library.
    pub(crate) fn assembler(&self, files: &Files) -> Result<Assembler, LibraryFileError> {
        self.assembler_of(None, files)
    }

    /// Like [`Self::assembler`], for the sources of a library, which replaces the standard library if it has its name.
    pub(crate) fn assembler_of(
        &self,
        library: Option<&str>,
        files: &Files,
    ) -> Result<Assembler, LibraryFileError> {
        let assembler = Assembler::new().with_optimizations(!self.no_opt).with_debug_commands(self.debug);
        library::add_all(assembler, &self.libraries, library, files)
    }

    /// The same arguments, with debug commands kept or not.
    pub(crate) fn with_debug(&self, debug: bool) -> Self {
        Self { debug, ..self.clone() }
    }

    /// Whether the assembler leaves code as written.
    pub(crate) const fn no_opt(&self) -> bool {
        self.no_opt
    }

    /// The same arguments, with code optimized if it was not, and the reverse.
    pub(crate) fn with_other_optimization(&self) -> Self {
        Self { no_opt: !self.no_opt, ..self.clone() }
    }

    /// The files and directories of the libraries.
    pub(crate) fn library_paths(&self) -> impl Iterator<Item = &Path> {
        self.libraries.iter().map(LibraryArg::path)
    }

    /// The libraries that are directories of sources, by name.
    pub(crate) fn folders(&self) -> impl Iterator<Item = (&Path, String)> {
        self.libraries.iter().filter_map(|library| Some((library.path(), library.directory().ok()??)))
    }
}

impl ProgramArgs {
    pub(crate) const fn assembler_args(&self) -> &AssemblerArgs {
        &self.assembler
    }

    /// The file of the program.
    pub(crate) fn path(&self) -> &Path {
        let ProgramFile { program, assembly } = &self.program;
        program
            .as_deref()
            .or(assembly.as_deref())
            .expect("without the arguments, the project names the program")
    }

    /// The path that the paths of inputs and results differ from only in their extension.
    pub(crate) fn results(&self) -> &Path {
        self.results.as_deref().unwrap_or_else(|| self.path())
    }

    /// Takes program, kernel and libraries from the project if no program is named, and returns the project.
    pub(crate) fn complete(&mut self) -> Result<Option<Project>, CliError> {
        if self.program.program.is_some() || self.program.assembly.is_some() {
            return Ok(None);
        }
        let project = required_project("PROGRAM")?;
        self.program.program = Some(project.program()?.into());
        self.kernel.complete(&project);
        self.assembler.complete(&project);
        self.results = Some(project.results());
        Ok(Some(project))
    }

    /// The file of the kernel.
    pub(crate) fn kernel(&self) -> Option<&Path> {
        self.kernel.kernel.as_deref()
    }
}

/// Which proofs are accepted.
#[derive(Args, Debug)]
pub(crate) struct PolicyArgs {
    /// Accept only proofs with this parameter set.
    #[arg(short, long, value_name = "SET", value_parser = security::parser())]
    security: Option<ParameterSet>,
    /// Accept only proofs that hide the execution.
    #[arg(long)]
    require_hiding: bool,
}

impl PolicyArgs {
    /// Takes the parameter set from the project unless one is named.
    pub(crate) fn complete(&mut self, project: &Project) {
        self.security = self.security.or(project.parameters);
    }

    pub(crate) fn policy(&self) -> Policy {
        let policy = self.security.map_or_else(Policy::default, |set| Policy::only([set]));
        policy.with_hiding(self.require_hiding)
    }
}

/// Form of the result.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct JsonArgs {
    /// Print one JSON object on standard output, also on failure.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Where the inputs of a program come from.
#[derive(Args, Debug)]
pub(crate) struct InputArgs {
    /// File of inputs, JSON or TOML; defaults to the path of the program, for `verify` of the proof, with the extension
    /// `.inputs`, if that file exists. `-` is standard input.
    #[arg(short, long, value_name = "FILE")]
    input: Option<PathBuf>,
    /// Initial stack, instead of the one in the file: numbers and words in hex, separated by commas, the last one on
    /// top.
    #[arg(long, value_name = "LIST", allow_hyphen_values = true)]
    stack: Option<String>,
    /// Advice tape, instead of the one in the file: numbers and words in hex, separated by commas, in the order of
    /// reading.
    #[arg(long, value_name = "LIST", allow_hyphen_values = true)]
    advice: Option<String>,
}

impl InputArgs {
    /// Whether an argument says where inputs come from.
    pub(crate) const fn are_named(&self) -> bool {
        self.gives_stack() || self.advice.is_some()
    }

    /// Whether an argument gives the initial stack, or a file of inputs.
    pub(crate) const fn gives_stack(&self) -> bool {
        self.input.is_some() || self.stack.is_some()
    }

    /// Takes the file of inputs from the project unless one is named.
    pub(crate) fn complete(&mut self, project: &Project) {
        self.input = self.input.take().or_else(|| project.inputs.clone());
    }

    /// Reads the inputs of the program or the proof at `path`; `None` if there is neither.
    pub(crate) fn read(&self, path: Option<&Path>, files: &Files) -> Result<Inputs, ValueFileError> {
        let path = path.filter(|path| !files::is_stdin(path));
        let default = path.map(|path| path.with_extension("inputs"));
        let sources = InputSources {
            file: self.input.as_deref(),
            default: default.as_deref(),
            stack: self.stack.as_deref(),
            advice: self.advice.as_deref(),
        };
        value_file::read_inputs(&sources, files)
    }
}

/// Inputs and limits of an execution.
#[derive(Args, Debug)]
pub(crate) struct ExecutionArgs {
    #[command(flatten)]
    pub(crate) inputs: InputArgs,
    #[command(flatten)]
    pub(crate) cycle_limit: CycleLimitArgs,
    /// Stop the program with an error after this many cycles; this limit is not part of what is proven.
    #[arg(long, value_name = "CYCLES", value_parser = clap::value_parser!(u64).range(1..))]
    max_cycles: Option<u64>,
    /// Stop the program with an error if it uses more words of memory than this.
    #[arg(long, value_name = "WORDS")]
    max_memory: Option<usize>,
    /// Stop the program with an error if its stack grows beyond this many items.
    #[arg(long, value_name = "ITEMS")]
    max_stack: Option<usize>,
    /// Stop the program with an error if its advice exceeds this many field elements.
    #[arg(long, value_name = "ELEMENTS")]
    max_advice: Option<usize>,
}

impl ExecutionArgs {
    /// Limits of the execution.
    pub(crate) fn options(&self) -> ExecutionOptions {
        let options = ExecutionOptions::default();
        options
            .with_cycle_limit(self.cycle_limit.cycle_limit)
            .with_max_cycles(self.max_cycles.unwrap_or(options.max_cycles))
            .with_max_memory_words(self.max_memory.unwrap_or(options.max_memory_words))
            .with_max_stack_depth(self.max_stack.unwrap_or(options.max_stack_depth))
            .with_max_advice(self.max_advice.unwrap_or(options.max_advice))
    }
}

/// Number of stack items to print.
#[derive(Args, Debug)]
pub(crate) struct OutputArgs {
    /// Print at most this many stack items, from the top.
    #[arg(short, long, value_name = "N", default_value_t = 16)]
    pub(crate) num_outputs: usize,
}

/// Parameters of the proof system.
#[derive(Args, Debug)]
pub(crate) struct SecurityArgs {
    /// Parameter set of the proof; defaults to that of the project, otherwise to fast-96.
    #[arg(short, long, value_name = "SET", value_parser = security::parser())]
    security: Option<ParameterSet>,
}

impl SecurityArgs {
    pub(crate) fn set(&self) -> ParameterSet {
        self.security.unwrap_or_default()
    }

    /// Takes the parameter set from the project unless one is named.
    pub(crate) fn complete(&mut self, project: &Project) {
        self.security = self.security.or(project.parameters);
    }
}
