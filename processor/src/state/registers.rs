use miden_core::{
    Digest, Felt,
    params::{FMP_INIT, FMP_SYSCALL},
};

/// The registers that calls change and returns restore.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Registers {
    /// The execution context: 0 in the root, else the number of the row that made the call.
    pub(crate) ctx: u64,
    /// The free memory pointer.
    pub(crate) fmp: Felt,
    /// Whether a system call runs.
    pub(crate) in_syscall: bool,
    /// The procedure that was entered last by a call, as `fn0..fn3`; zeros in the root.
    pub(crate) procedure: Digest,
}

impl Registers {
    /// The registers at the start of a program.
    pub(crate) fn root() -> Self {
        Self::called(0, Digest::default())
    }

    /// The registers at the start of a procedure that the row `ctx` has called.
    pub(crate) const fn called(ctx: u64, procedure: Digest) -> Self {
        Self { ctx, fmp: Felt::new(FMP_INIT), in_syscall: false, procedure }
    }

    /// The registers at the start of a system call. The procedure stays, so that the kernel can see who called.
    pub(crate) const fn system_called(self) -> Self {
        Self { ctx: 0, fmp: Felt::new(FMP_SYSCALL), in_syscall: true, ..self }
    }
}
