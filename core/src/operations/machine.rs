//! Operations of blocks that need more than the operand stack: registers, memory, advice or the hash function.

use super::Opcode;

/// Defines the operations that need more than the stack, and their opcodes.
macro_rules! machine_operations {
    ($($(#[$doc:meta])+ $name:ident,)+) => {
        /// An operation of a block that needs more than the operand stack; see the [`Opcode`] of the same name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum MachineOperation {
            $($(#[$doc])+ $name = Opcode::$name as u8,)+
        }

        impl Opcode {
            /// The operation, if it occurs in blocks and needs more than the operand stack.
            #[inline(always)]
            pub const fn machine_operation(self) -> Option<MachineOperation> {
                match self {
                    $(Self::$name => Some(MachineOperation::$name),)+
                    _ => None,
                }
            }
        }
    };
}

machine_operations! {
    /// Depth of the stack.
    SDepth,
    /// Clock.
    Clk,
    /// Free memory pointer.
    FmpAdd,
    /// Free memory pointer.
    FmpUpdate,
    /// Registers.
    Caller,
    /// Memory.
    MLoad,
    /// Memory.
    MLoadW,
    /// Memory.
    MStore,
    /// Memory.
    MStoreW,
    /// Memory.
    MStream,
    /// Memory and advice.
    Pipe,
    /// Advice.
    Read,
    /// Advice.
    ReadW,
    /// Hash function, whose permutations the processor remembers.
    HPerm,
    /// Advice and hash function.
    MpVerify,
    /// Advice and hash function.
    MrUpdate,
}
