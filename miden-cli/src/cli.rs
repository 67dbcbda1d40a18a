//! The arguments of the command line.

use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand};
use miden_air::ParameterSet;
use miden_assembly::Assembler;
use miden_core::{Digest, HexError, ProgramInputs};
use miden_processor::ExecutionOptions;

use crate::{
    commands,
    error::CliError,
    files::{FileError, Target},
    library::{self, LibraryArg},
    outcome::CycleLimitArgs,
    security,
    value_file::{self, ValueFileError},
};

/// The Miden machine: assembles, runs, proves and verifies programs.
#[derive(Debug, Parser)]
#[command(name = "miden", version, propagate_version = true, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Assembles a program and prints its hash.
    Compile(commands::Compile),
    /// Compiles a directory of sources to a library file.
    Bundle(commands::Bundle),
    /// Runs a program and prints the stack that it leaves.
    Run(commands::Run),
    /// Runs a program and proves the run.
    Prove(commands::Prove),
    /// Checks a proof against a program hash, inputs and outputs.
    Verify(commands::Verify),
    /// Runs a program and tells where its cycles and trace rows go.
    Analyze(commands::Analyze),
    /// Formats sources.
    Fmt(commands::Fmt),
    /// Serves editors over standard input and output, by the Language Server Protocol.
    Lsp(commands::Lsp),
}

impl Command {
    /// Whether the result is to be printed as a JSON object.
    pub(crate) const fn json(&self) -> bool {
        match self {
            Self::Compile(command) => command.json.json,
            Self::Bundle(command) => command.json.json,
            Self::Run(command) => command.json.json,
            Self::Prove(command) => command.json.json,
            Self::Verify(command) => command.json.json,
            Self::Analyze(command) => command.json.json,
            Self::Fmt(command) => command.json.json,
            Self::Lsp(_) => false,
        }
    }
}

/// The program, and the kernel that it runs on.
#[derive(Args, Debug)]
pub(crate) struct ProgramArgs {
    #[command(flatten)]
    program: ProgramFile,
    #[command(flatten)]
    kernel: KernelArgs,
    #[command(flatten)]
    assembler: AssemblerArgs,
}

/// The program, as an argument or by option.
#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
struct ProgramFile {
    /// Assembly source, or a compiled program.
    #[arg(value_name = "PROGRAM")]
    program: Option<PathBuf>,
    /// The same as the argument PROGRAM.
    #[arg(short, long, value_name = "FILE")]
    assembly: Option<PathBuf>,
}

/// The kernel.
#[derive(Args, Debug)]
pub(crate) struct KernelArgs {
    /// Kernel whose procedures the program's system calls enter: assembly source, a directory whose `mod.masm` is the
    /// kernel and can import the other files, or a program that was compiled with it. A compiled program carries its kernel, so the option is not needed for it.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) kernel: Option<PathBuf>,
}

/// How source is assembled.
#[derive(Args, Debug)]
pub(crate) struct AssemblerArgs {
    /// Assemble source as it is written, instruction by instruction, instead of making code shorter where its meaning
    /// stays. Programs have other hashes then.
    #[arg(long)]
    no_opt: bool,
    /// Library whose modules the program can import: a directory of sources, or a file that `bundle` has written. The
    /// name of a directory is that of the library, unless it is given as NAME=DIR. Can be given several times. A library
    /// named `std` takes the place of the standard library.
    #[arg(short, long = "library", value_name = "PATH", value_parser = LibraryArg::parse)]
    libraries: Vec<LibraryArg>,
}

impl AssemblerArgs {
    /// The assembler of programs and kernels. It knows the standard library, unless another library has its name.
    pub(crate) fn assembler(&self) -> Result<Assembler, CliError> {
        let assembler = Assembler::new().with_optimizations(!self.no_opt);
        let assembler = library::with_standard(assembler, &self.libraries)?;
        self.libraries.iter().try_fold(assembler, |assembler, library| library.add_to(assembler))
    }

    /// The files that are read to make the assembler, as far as they are named.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &Path> {
        self.libraries.iter().map(LibraryArg::path)
    }
}

impl ProgramArgs {
    /// How program and kernel are assembled.
    pub(crate) const fn assembler_args(&self) -> &AssemblerArgs {
        &self.assembler
    }

    /// The file of the program.
    pub(crate) fn path(&self) -> &Path {
        // The group demands exactly one of the two.
        self.program.program.as_deref().or(self.program.assembly.as_deref()).unwrap_or(Path::new(""))
    }

    /// The file of the kernel, if one is named.
    pub(crate) fn kernel(&self) -> Option<&Path> {
        self.kernel.kernel.as_deref()
    }

    /// A file that is going to be written, and must be none of those that are read.
    pub(crate) fn target(&self, path: PathBuf) -> Result<Target, FileError> {
        Target::new(path, [self.path()].into_iter().chain(self.kernel()).chain(self.assembler.paths()))
    }
}

/// How the result is printed.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct JsonArgs {
    /// Print one JSON object on standard output, on failure too.
    #[arg(long)]
    pub(crate) json: bool,
}

/// What an execution takes beside the program.
#[derive(Args, Debug)]
pub(crate) struct ExecutionArgs {
    /// Inputs; without the option, the program path with extension `.inputs`, if that file exists.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) input: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) cycle_limit: CycleLimitArgs,
    /// Stop the program with an error after this many cycles; nothing is proven of this limit.
    #[arg(long, value_name = "CYCLES", value_parser = clap::value_parser!(u64).range(1..))]
    max_cycles: Option<u64>,
    /// Stop the program with an error if it needs more words of memory.
    #[arg(long, value_name = "WORDS")]
    max_memory: Option<usize>,
    /// Stop the program with an error if its stack holds more items.
    #[arg(long, value_name = "ITEMS")]
    max_stack: Option<usize>,
    /// Stop the program with an error if its advice holds more field elements.
    #[arg(long, value_name = "ELEMENTS")]
    max_advice: Option<usize>,
}

impl ExecutionArgs {
    /// Reads the inputs of the program at `program`.
    pub(crate) fn inputs(&self, program: &Path) -> Result<ProgramInputs, ValueFileError> {
        value_file::read_inputs(self.input.as_deref(), &program.with_extension("inputs"))
    }

    /// The limits of the execution.
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

/// How many stack items are printed.
#[derive(Args, Debug)]
pub(crate) struct OutputArgs {
    /// Number of stack items that are printed, from the top; fewer if the stack is smaller.
    #[arg(short, long, value_name = "N", default_value_t = 16)]
    pub(crate) num_outputs: usize,
}

/// The parameters of the proof system.
#[derive(Args, Debug)]
pub(crate) struct SecurityArgs {
    /// Parameter set of the proof.
    #[arg(
        short, long, value_name = "SET",
        default_value = ParameterSet::default().name(), value_parser = security::parser(),
    )]
    pub(crate) security: ParameterSet,
}

/// Reads a program hash: 64 lower-case hex digits.
pub(crate) fn parse_digest(text: &str) -> Result<Digest, HexError> {
    text.parse()
}
