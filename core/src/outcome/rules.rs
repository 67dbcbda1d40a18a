//! The table of faults: which operation can fail with which code, and when.

use super::{FaultCode, FaultPlace};
use crate::Opcode;

/// What holds in the state in which an operation or a node fails. On the last rows of the trace, which show this state,
/// it is a constraint on the operand or on a register.
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
    /// No system call runs.
    OutsideSyscall,
    /// A system call runs.
    InsideSyscall,
    /// The stack of the procedure holds more than 16 items.
    TooDeep,
    /// Nothing: it is the cycle that matters.
    Always,
}

/// The value that a predicate is about.
///
/// Where there are several candidates the predicate holds for one of them; the prover says for which, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operand {
    /// The predicate is not about a value of the stack.
    None,
    /// One of so many stack items from the top: candidate `i` is `s_i`.
    Items(usize),
    /// Stack item 3.
    Item3,
    /// Stack item 12, or candidate 1: item 12 plus 1. The two addresses of MSTREAM and PIPE.
    Pointer,
    /// `y = 3·2^30 − 1 − fmp − s0`, or candidate 1: `2·y`. Both are below 2^32 exactly if `fmp + s0` is a legal free
    /// memory pointer.
    FmpRoom,
    /// Stack item 0, the divisor of U32DIV, or candidate 1: item 1, the dividend, of which it is not the value but the
    /// quotient that is 2^32 or more.
    Quotient,
}

impl Operand {
    /// Number of candidates.
    pub const fn candidates(self) -> usize {
        match self {
            Self::None => 0,
            Self::Items(count) => count,
            Self::Item3 => 1,
            Self::Pointer | Self::FmpRoom | Self::Quotient => 2,
        }
    }
}

/// A row of the table: an operation can fail with a code, exactly if the predicate holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FaultRule {
    /// The operation, the kind of node, or RETURN.
    pub opcode: Opcode,
    /// What went wrong.
    pub code: FaultCode,
    /// When it goes wrong.
    pub predicate: Predicate,
    /// The value that the predicate is about.
    pub operand: Operand,
}

/// Writes the rows: a code with its predicate and operand, and the operations that share them.
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

/// All faults that can be proven but [`FaultCode::CycleLimitExceeded`], which any operation or node can have.
///
/// No two rules of one operation can apply at once, so that its code follows from the state:
/// - a divisor is not both 0 and no u32, and nothing has a quotient by 0;
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
    MemoryAddressOutOfRange, NotU32, Operand::Pointer => MStream Pipe;
    InvalidFmpValue, NotU32, Operand::FmpRoom => FmpUpdate;
    CallerNotInSyscall, OutsideSyscall, Operand::None => Caller;
    CallInSyscall, InsideSyscall, Operand::None => Call SysCall DynCall;
    InvalidStackDepthOnReturn, TooDeep, Operand::None => Return;
    // That the kernel does not have the procedure is seen from the statement.
    SyscallTargetNotInKernel, OutsideSyscall, Operand::None => SysCall;
};

impl FaultRule {
    /// How this operation, kind of node or RETURN fails with this code; `None` if it cannot.
    pub fn of(opcode: Opcode, code: FaultCode) -> Option<Self> {
        if code == FaultCode::CycleLimitExceeded {
            FaultPlace::of(opcode)?;
            return Some(Self { opcode, code, predicate: Predicate::Always, operand: Operand::None });
        }
        FAULT_RULES.iter().copied().find(|rule| rule.opcode == opcode && rule.code == code)
    }
}
