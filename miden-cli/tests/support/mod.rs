//! Runs the binary in a directory of its own.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

pub(crate) mod corpus;
pub(crate) mod faults;

/// Result of a run of the binary.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Outcome {
    /// Checks the exit status.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:#?}");
        assert!(!self.stderr.contains("panicked"), "{self:#?}");
        assert!(
            !self.stderr.contains('\x1b') && !self.stdout.contains('\x1b'),
            "no colour in a pipe: {self:#?}"
        );
        self
    }

    /// Checks that standard error contains a text.
    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
        assert!(self.stderr.contains(text), "{text:?} is missing in {self:#?}");
        self
    }

    /// Standard error without the progress lines, which contain times.
    pub(crate) fn errors(&self) -> String {
        self.stderr.split_inclusive('\n').filter(|line| !line.starts_with("done: ")).collect()
    }

    /// The one JSON object on standard output.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        let value: Value =
            serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:#?}"));
        assert!(value.is_object());
        value
    }
}

/// A directory with the files of one test.
pub(crate) struct Sandbox(TempDir);

impl Sandbox {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// A directory with `p.masm`.
    pub(crate) fn with_program(text: &str) -> Self {
        let sandbox = Self::new();
        sandbox.write("p.masm", text);
        sandbox
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    /// Names of the files, sorted.
    pub(crate) fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// The binary, with the directory as its working directory.
    pub(crate) fn command(&self) -> Command {
        miden(self.0.path())
    }

    /// Runs the binary in the directory with a text on standard input.
    pub(crate) fn pipe(&self, arguments: &[&str], text: &[u8]) -> Outcome {
        pipe_to(self.command().args(arguments), text)
    }

    /// Runs the binary in the directory; arguments are separated by blanks.
    pub(crate) fn run(&self, arguments: &str) -> Outcome {
        outcome(self.command().args(arguments.split_whitespace()))
    }
}

/// The binary, with a directory as its working directory.
pub(crate) fn miden(directory: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_miden"));
    command.current_dir(directory).stdin(Stdio::null()).env_remove("MIDEN_LOG");
    command
}

/// Runs the binary with a text on standard input.
pub(crate) fn pipe(arguments: &[&str], text: &[u8]) -> Outcome {
    pipe_to(miden(Path::new(".")).args(arguments), text)
}

fn pipe_to(command: &mut Command, text: &[u8]) -> Outcome {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // A command that does not read its input closes the pipe.
    let _ = child.stdin.take().unwrap().write_all(text);
    of_output(child.wait_with_output().unwrap())
}

pub(crate) fn outcome(command: &mut Command) -> Outcome {
    of_output(command.output().unwrap())
}

fn of_output(output: Output) -> Outcome {
    Outcome {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}
