//! The table of faults: the operations, the codes they can fail with, and the conditions.

use super::{FaultCode, FaultPlace};
use crate::Opcode;

/// Condition on the state in which an operation or a node fails. On the last rows of the trace, which show this
/// state, it is a constraint on the operand or on a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Predicate {
    /// The operand is not 1.
    NotOne,
    /// The operand is not 0.
    NotZero,
    /// The operand is 0.
    Zero,
    /// The operand is neither 0 nor 1.
    NotBinary,
    /// The operand is 2^32 or more.
    NotU32,
    /// Outside of a system call.
    OutsideSyscall,
    /// Inside a system call.
    InsideSyscall,
    /// The stack of the procedure has more than 16 items.
    TooDeep,
    /// Always: only the cycle matters.
    Always,
}

/// The value that a predicate constrains.
///
/// With several candidates, the predicate holds for one of them, whose number the prover chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operand {
    /// The predicate does not constrain a stack item.
    None,
    /// One of this many stack items from the top: candidate `i` is `s_i`.
    Items(usize),
    /// Stack item 3.
    Item3,
    /// The item at [`STREAM_ADDRESS`](crate::params::STREAM_ADDRESS), or candidate 1: that item plus 1. The two
    /// addresses of MSTREAM and PIPE.
    StreamAddress,
    /// `y = 3·2^30 − 1 − fmp − s0`, or candidate 1: `2·y`. Both are below 2^32 if and only if `fmp + s0` is a valid
    /// free memory pointer.
    FmpRoom,
    /// Item 0, the divisor of U32DIV, or candidate 1: item 1, the dividend, whose quotient rather than value is 2^32 or
    /// more.
    Quotient,
}

impl Operand {
    /// Number of candidates.
    pub const fn candidates(self) -> usize {
        match self {
            Self::None => 0,
            Self::Items(count) => count,
            Self::Item3 => 1,
            Self::StreamAddress | Self::FmpRoom | Self::Quotient => 2,
        }
    }
}

/// A row of the table: the operation fails with the code if and only if the predicate holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FaultRule {
    /// The operation, the kind of node, or RETURN.
    pub opcode: Opcode,
    /// The code.
    pub code: FaultCode,
    /// The condition.
    pub predicate: Predicate,
    /// The value that the predicate constrains.
    pub operand: Operand,
}

/// Expands a code with its predicate and operand to a row for each operation that shares them.
macro_rules! rules {
    ($($code:ident, $predicate:ident, $operand:expr => $($opcode:ident)+;)+) => {
        &[$($(FaultRule {
            opcode: Opcode::$opcode,
            code: FaultCode::$code,
            predicate: Predicate::$predicate,
            operand: $operand,
        },)+)+]
    };
}

/// All provable faults except [`FaultCode::CycleLimitExceeded`], which any operation or node can have.
///
/// No two rules of one operation apply at once, so the state determines the code:
/// - a divisor of 0 is a u32, and has no quotient;
/// - a target is looked up in the kernel only outside of system calls.
pub const FAULT_RULES: &[FaultRule] = rules! {
    FailedAssertion, NotOne, Operand::Items(1) => Assert;
    FailedAssertion, NotZero, Operand::Items(1) => AssertZ;
    DivideByZero, Zero, Operand::Items(1) => Inv U32Div;
    NotBinaryValue, NotBinary, Operand::Items(1) => Not CSwap CSwapW Split Loop;
    NotBinaryValue, NotBinary, Operand::Items(2) => And Or;
    NotU32Value, NotU32, Operand::Quotient => U32Div;
    NotU32Value, NotU32, Operand::Items(2) =>
        U32Assert2 U32And U32Xor U32Or U32AndN U32Xr16 U32Xr12 U32Xr8 U32Xr7;
    NotU32Value, NotU32, Operand::Items(3) => U32Maj U32Ch U32Chi;
    NotU32Value, NotU32, Operand::Item3 => ExpAcc;
    MemoryAddressOutOfRange, NotU32, Operand::Items(1) => MLoad MLoadW MStore MStoreW;
    MemoryAddressOutOfRange, NotU32, Operand::StreamAddress => MStream Pipe;
    InvalidFmpValue, NotU32, Operand::FmpRoom => FmpUpdate;
    CallerNotInSyscall, OutsideSyscall, Operand::None => Caller;
    CallInSyscall, InsideSyscall, Operand::None => Call SysCall DynCall;
    InvalidStackDepthOnReturn, TooDeep, Operand::None => Return;
    // The statement shows that the kernel lacks the procedure.
    SyscallTargetNotInKernel, OutsideSyscall, Operand::None => SysCall;
};

impl Opcode {
    /// Whether the operation or node has a provable fault, the cycle limit aside.
    pub fn can_fault(self) -> bool {
        FAULT_RULES.iter().any(|rule| rule.opcode == self)
    }
}

impl FaultRule {
    /// The rule by which this operation, kind of node or RETURN fails with this code; `None` if it cannot.
    pub fn of(opcode: Opcode, code: FaultCode) -> Option<Self> {
        if code == FaultCode::CycleLimitExceeded {
            FaultPlace::of(opcode)?;
            return Some(Self { opcode, code, predicate: Predicate::Always, operand: Operand::None });
        }
        FAULT_RULES.iter().copied().find(|rule| rule.opcode == opcode && rule.code == code)
    }
}
