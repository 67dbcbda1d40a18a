//! Groups of arguments that several commands share.

use std::path::{Path, PathBuf};

use clap::Args;
use miden_air::ParameterSet;
use miden_assembly::Assembler;
use miden_core::{Digest, HexError, ProgramInputs};
use miden_processor::ExecutionOptions;

use crate::{
    files::{FileError, Target},
    library::{self, LibraryArg, LibraryFileError},
    outcome::CycleLimitArgs,
    security,
    value_file::{self, ValueFileError},
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
}

/// The program, as an argument or as an option.
#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
struct ProgramFile {
    /// Assembly source, or a compiled program.
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

/// Options of the assembler.
#[derive(Args, Debug)]
pub(crate) struct AssemblerArgs {
    /// Assemble each instruction as written, without optimization; this changes program hashes.
    #[arg(long)]
    no_opt: bool,
    /// Library whose modules the program can import: a directory of sources, or a file written by `bundle`. A directory
    /// gives the library its name, unless NAME=DIR gives another. May be repeated. A library named `std` replaces the
    /// standard library.
    #[arg(short, long = "library", value_name = "PATH")]
    libraries: Vec<LibraryArg>,
}

impl AssemblerArgs {
    /// Reads the libraries and returns an assembler with them and the standard library.
    pub(crate) fn assembler(&self) -> Result<Assembler, LibraryFileError> {
        library::add_all(Assembler::new().with_optimizations(!self.no_opt), &self.libraries)
    }

    /// Files and directories of the libraries.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &Path> {
        self.libraries.iter().map(LibraryArg::path)
    }
}

impl ProgramArgs {
    pub(crate) const fn assembler_args(&self) -> &AssemblerArgs {
        &self.assembler
    }

    /// The file of the program.
    pub(crate) fn path(&self) -> &Path {
        let ProgramFile { program, assembly } = &self.program;
        program.as_deref().or(assembly.as_deref()).expect("the group of arguments requires one of the two")
    }

    /// The file of the kernel.
    pub(crate) fn kernel(&self) -> Option<&Path> {
        self.kernel.kernel.as_deref()
    }

    /// An output file, which must differ from all files the program is read from.
    pub(crate) fn target(&self, path: PathBuf) -> Result<Target, FileError> {
        Target::new(path, [self.path()].into_iter().chain(self.kernel()).chain(self.assembler.paths()))
    }
}

/// Form of the result.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct JsonArgs {
    /// Print one JSON object on standard output, also on failure.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Inputs and limits of an execution.
#[derive(Args, Debug)]
pub(crate) struct ExecutionArgs {
    /// File of inputs; defaults to the program path with the extension `.inputs`, if that file exists.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) input: Option<PathBuf>,
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
    /// Reads the inputs of the program at `program`.
    pub(crate) fn inputs(&self, program: &Path) -> Result<ProgramInputs, ValueFileError> {
        value_file::read_inputs(self.input.as_deref(), &program.with_extension("inputs"))
    }

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
    /// Parameter set of the proof.
    #[arg(
        short, long, value_name = "SET",
        default_value = ParameterSet::default().name(), value_parser = security::parser(),
    )]
    pub(crate) security: ParameterSet,
}

/// Parses a program hash: 64 lower-case hex digits.
pub(crate) fn parse_digest(text: &str) -> Result<Digest, HexError> {
    text.parse()
}
