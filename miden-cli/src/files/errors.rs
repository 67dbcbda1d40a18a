use std::{io, path::PathBuf};

/// Why a file could not be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum FileError {
    /// The operating system refused to read.
    #[error("cannot read {}: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    /// The file is larger than any sensible one.
    #[error("cannot read {}: it is larger than {max} bytes", path.display())]
    TooLarge { path: PathBuf, max: u64 },
    /// The file is not UTF-8 text.
    #[error("cannot read {}: byte {offset} is not UTF-8 text", path.display())]
    NotText { path: PathBuf, offset: usize },
    /// The file is text in another encoding.
    #[error("cannot read {}: it is {encoding} text; save it as UTF-8", path.display())]
    Encoding { path: PathBuf, encoding: &'static str },
    /// Standard input is named for several files.
    #[error("standard input, `-`, can be only one of the inputs of a command")]
    StdinTwice,
    /// The operating system refused to write.
    #[error("cannot write {}: {source}", path.display())]
    Write { path: PathBuf, source: io::Error },
    /// The file is protected against changes.
    #[error("cannot write {}: the file is read-only", path.display())]
    ReadOnly { path: PathBuf },
    /// A result would replace a file it comes from.
    #[error("cannot write {}: it is also an input; name another file", path.display())]
    ReplacesSource { path: PathBuf },
    /// Two results would be written to one file.
    #[error("cannot write {}: {} is the same file; name another", path.display(), other.display())]
    TwoResults { path: PathBuf, other: PathBuf },
    /// A result is to be written to standard output.
    #[error("cannot write `-`: name a file; ./- is a file of that name")]
    Stdout,
}
