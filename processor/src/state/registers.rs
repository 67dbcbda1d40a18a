use miden_core::{
    Digest, Felt,
    params::{FMP_INIT, FMP_SYSCALL},
};

/// The registers that calls change and returns restore.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Registers {
    /// The execution context: 0 in the root, else the row of the call.
    pub(crate) ctx: u64,
    /// The free memory pointer.
    pub(crate) fmp: Felt,
    /// Whether a system call is running.
    pub(crate) in_syscall: bool,
    /// The procedure entered by the last call, `fn0..fn3`; zeros in the root.
    pub(crate) procedure: Digest,
}

impl Registers {
    /// The registers at the start of a program.
    pub(crate) fn root() -> Self {
        Self::called(0, Digest::default())
    }

    /// The registers at the start of a procedure called by row `ctx`.
    pub(crate) const fn called(ctx: u64, procedure: Digest) -> Self {
        Self { ctx, fmp: Felt::new(FMP_INIT), in_syscall: false, procedure }
    }

    /// The registers at the start of a system call. The procedure is kept, so that the kernel can identify its caller.
    pub(crate) const fn system_called(self) -> Self {
        Self { ctx: 0, fmp: Felt::new(FMP_SYSCALL), in_syscall: true, ..self }
    }
}
