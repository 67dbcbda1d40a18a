//! The exit status of the process.

use std::process::ExitCode;

/// Result of a command for the caller of the process; the worse status is the greater one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum ExitStatus {
    /// The command did what it was asked to.
    Success = 0,
    /// The program or the proof is at fault.
    Failed = 1,
    /// The command could not do its work.
    Refused = 2,
}

impl ExitStatus {
    /// Meaning of the status, for the book.
    #[cfg(test)]
    pub(crate) const fn meaning(self) -> &'static str {
        match self {
            Self::Success => "success; the proof is valid",
            Self::Failed => {
                "the program failed, even if that is proven; the proof is invalid, or shows an outcome other \
                 than the expected one; sources are not formatted, or have warnings with `--deny-warnings`; a test \
                 fails; the editor left without `shutdown`"
            }
            Self::Refused => {
                "bad usage, unreadable or malformed input, assembly error, too little memory to prove"
            }
        }
    }
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        Self::from(status as u8)
    }
}
