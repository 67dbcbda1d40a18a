//! Constants of the machine and of its proofs that more than one crate needs.

use crate::Opcode;

/// Number of stack items that operations access directly, and the minimal depth of the stack.
pub const STACK_TOP: usize = 16;

/// Position of the address of MSTREAM and PIPE on the stack: the deepest item that they read.
pub const STREAM_ADDRESS: usize = {
    let address = Opcode::MStream.info().inputs - 1;
    assert!(Opcode::Pipe.info().inputs - 1 == address, "both operations keep their address in one place");
    address
};

/// Initial value of the free memory pointer in the root context and in the context of a call.
pub const FMP_INIT: u64 = 1 << 30;

/// Value of the free memory pointer at the start of a system call.
pub const FMP_SYSCALL: u64 = 1 << 31;

/// Largest valid value of the free memory pointer.
pub const FMP_MAX: u64 = 3 * (1 << 30) - 1;

/// Number of group slots of a block.
pub const GROUPS_PER_BLOCK: usize = 8;

/// Number of opcodes per group.
pub const OPS_PER_GROUP: usize = 9;

/// Number of bits of an opcode.
pub const OPCODE_BITS: u32 = 7;

/// Minimal number of rows of a trace: the byte table of the range list needs 256, proofs need a little more.
pub const MIN_TRACE_ROWS: usize = 1024;

/// Binary logarithm of [`MIN_TRACE_ROWS`].
pub const MIN_TRACE_LOG2: u32 = MIN_TRACE_ROWS.trailing_zeros();

/// Binary logarithm of the largest number of rows of a trace.
pub const MAX_TRACE_LOG2: u32 = 29;

/// Number of hasher rows per permutation.
pub const HASH_CYCLE: usize = 8;

/// Version of the proof format and of the statement; a change of either, or of any constraint, raises it.
pub const FORMAT_VERSION: u16 = 5;
