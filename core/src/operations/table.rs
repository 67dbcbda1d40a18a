//! The operation table.
//!
//! `[b, a]` is a stack with `b` on top; a capital letter is a word of four items.

use super::{Class, OperationInfo, Shift};

/// Expands the rows of the table to the enum of opcodes, the list [`OPERATIONS`] and the decoder of opcodes.
macro_rules! operations {
    ($($(#[$doc:meta])+ $variant:ident {
        name: $name:literal, opcode: $opcode:literal, stack: $inputs:literal => $outputs:literal,
        page: $page:literal, helpers: $helpers:tt $(,)?
    })+) => {
        /// An operation, with its opcode as discriminant.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Opcode {
            $($(#[$doc])+ $variant = $opcode,)+
        }

        /// All operations, ordered by opcode.
        pub const OPERATIONS: &[OperationInfo] = &[$(OperationInfo {
            opcode: Opcode::$variant, name: $name, inputs: $inputs, outputs: $outputs,
            page: $page, helpers: &$helpers,
        },)+];

        impl Opcode {
            /// The row of the operation table.
            pub const fn info(self) -> &'static OperationInfo {
                match self {
                    $(Self::$variant => const {
                        &OperationInfo {
                            opcode: Opcode::$variant, name: $name, inputs: $inputs, outputs: $outputs,
                            page: $page, helpers: &$helpers,
                        }
                    },)+
                }
            }

            /// The operation with this opcode, if the opcode is assigned.
            pub const fn from_code(code: u8) -> Option<Self> {
                match code {
                    $($opcode => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

operations! {
    /// Does nothing.
    Noop {
        name: "noop", opcode: 0x01, stack: 0 => 0, page: "stack#noop", helpers: []
    }
    /// `[a] → [−a]`
    Neg {
        name: "neg", opcode: 0x02, stack: 1 => 1, page: "field#neg", helpers: []
    }
    /// `[a] → [1/a]`; fails if `a = 0`.
    Inv {
        name: "inv", opcode: 0x03, stack: 1 => 1, page: "field#inv", helpers: []
    }
    /// `[a] → [a + 1]`
    Incr {
        name: "incr", opcode: 0x04, stack: 1 => 1, page: "field#incr", helpers: []
    }
    /// `[a] → [1 − a]`; fails if `a` is not binary.
    Not {
        name: "not", opcode: 0x05, stack: 1 => 1, page: "field#not", helpers: []
    }
    /// `[a] → [a = 0]`
    Eqz {
        name: "eqz", opcode: 0x06, stack: 1 => 1, page: "field#eqz", helpers: [0]
    }
    /// `[X] → [v4, v3, v2, v1]`: the next four advice values overwrite the top word.
    ReadW {
        name: "readw", opcode: 0x07, stack: 4 => 4, page: "advice#readw", helpers: []
    }
    /// `[a] → [a + fmp]`
    FmpAdd {
        name: "fmpadd", opcode: 0x08, stack: 1 => 1, page: "system#fmpadd", helpers: []
    }
    /// `[X] → [H]`: digest of the procedure that made the current system call.
    Caller {
        name: "caller", opcode: 0x09, stack: 4 => 4, page: "system#caller", helpers: []
    }
    /// `[b, a] → [a, b]`
    Swap {
        name: "swap", opcode: 0x0A, stack: 2 => 2, page: "stack#moves", helpers: []
    }
    /// `[B, A] → [A, B]`
    SwapW {
        name: "swapw", opcode: 0x0C, stack: 8 => 8, page: "stack#moves", helpers: []
    }
    /// `[C, B, A] → [A, B, C]`
    SwapW2 {
        name: "swapw2", opcode: 0x0D, stack: 12 => 12, page: "stack#moves", helpers: []
    }
    /// `[D, C, B, A] → [A, C, B, D]`
    SwapW3 {
        name: "swapw3", opcode: 0x0E, stack: 16 => 16, page: "stack#moves", helpers: []
    }
    /// `[A, B, C, D] → [C, D, A, B]`
    SwapDW {
        name: "swapdw", opcode: 0x0F, stack: 16 => 16, page: "stack#moves", helpers: []
    }
    /// Moves item 2 to the top.
    MovUp2 {
        name: "movup2", opcode: 0x11, stack: 3 => 3, page: "stack#moves", helpers: []
    }
    /// Moves item 3 to the top.
    MovUp3 {
        name: "movup3", opcode: 0x12, stack: 4 => 4, page: "stack#moves", helpers: []
    }
    /// Moves item 4 to the top.
    MovUp4 {
        name: "movup4", opcode: 0x13, stack: 5 => 5, page: "stack#moves", helpers: []
    }
    /// Moves item 5 to the top.
    MovUp5 {
        name: "movup5", opcode: 0x14, stack: 6 => 6, page: "stack#moves", helpers: []
    }
    /// Moves item 6 to the top.
    MovUp6 {
        name: "movup6", opcode: 0x15, stack: 7 => 7, page: "stack#moves", helpers: []
    }
    /// Moves item 7 to the top.
    MovUp7 {
        name: "movup7", opcode: 0x16, stack: 8 => 8, page: "stack#moves", helpers: []
    }
    /// Moves item 8 to the top.
    MovUp8 {
        name: "movup8", opcode: 0x17, stack: 9 => 9, page: "stack#moves", helpers: []
    }
    /// Moves the top item to position 2.
    MovDn2 {
        name: "movdn2", opcode: 0x19, stack: 3 => 3, page: "stack#moves", helpers: []
    }
    /// Moves the top item to position 3.
    MovDn3 {
        name: "movdn3", opcode: 0x1A, stack: 4 => 4, page: "stack#moves", helpers: []
    }
    /// Moves the top item to position 4.
    MovDn4 {
        name: "movdn4", opcode: 0x1B, stack: 5 => 5, page: "stack#moves", helpers: []
    }
    /// Moves the top item to position 5.
    MovDn5 {
        name: "movdn5", opcode: 0x1C, stack: 6 => 6, page: "stack#moves", helpers: []
    }
    /// Moves the top item to position 6.
    MovDn6 {
        name: "movdn6", opcode: 0x1D, stack: 7 => 7, page: "stack#moves", helpers: []
    }
    /// Moves the top item to position 7.
    MovDn7 {
        name: "movdn7", opcode: 0x1E, stack: 8 => 8, page: "stack#moves", helpers: []
    }
    /// Moves the top item to position 8.
    MovDn8 {
        name: "movdn8", opcode: 0x1F, stack: 9 => 9, page: "stack#moves", helpers: []
    }
    /// `[b, a] → [a ∧ b]`; fails if an operand is not binary.
    And {
        name: "and", opcode: 0x20, stack: 2 => 1, page: "field#and", helpers: []
    }
    /// `[b, a] → [a ∨ b]`; fails if an operand is not binary.
    Or {
        name: "or", opcode: 0x21, stack: 2 => 1, page: "field#or", helpers: []
    }
    /// `[c, b, a] → [b, a]` if `c = 0`, `[a, b]` if `c = 1`; fails otherwise.
    CSwap {
        name: "cswap", opcode: 0x22, stack: 3 => 2, page: "stack#cswap", helpers: []
    }
    /// `[c, B, A] → [B, A]` if `c = 0`, `[A, B]` if `c = 1`; fails otherwise.
    CSwapW {
        name: "cswapw", opcode: 0x23, stack: 9 => 8, page: "stack#cswapw", helpers: []
    }
    /// `[b, a] → [a + b]`
    Add {
        name: "add", opcode: 0x24, stack: 2 => 1, page: "field#add", helpers: []
    }
    /// `[b, a] → [a · b]`
    Mul {
        name: "mul", opcode: 0x25, stack: 2 => 1, page: "field#mul", helpers: []
    }
    /// `[b, a] → [a = b]`
    Eq {
        name: "eq", opcode: 0x26, stack: 2 => 1, page: "field#eq", helpers: [0]
    }
    /// `[b, a] → [a − b]`
    Sub {
        name: "sub", opcode: 0x27, stack: 2 => 1, page: "field#sub", helpers: []
    }
    /// `[b, a] → [a AND b]`; fails if an operand is not a u32.
    U32And {
        name: "u32and", opcode: 0x28, stack: 2 => 1, page: "bitwise#and", helpers: []
    }
    /// `[b, a] → [a XOR b]`; fails if an operand is not a u32.
    U32Xor {
        name: "u32xor", opcode: 0x29, stack: 2 => 1, page: "bitwise#xor", helpers: []
    }
    /// `[b, a] → [a OR b]`; fails if an operand is not a u32.
    U32Or {
        name: "u32or", opcode: 0x2A, stack: 2 => 1, page: "bitwise#or", helpers: []
    }
    /// `[b, a] → [a AND NOT b]`; fails if an operand is not a u32.
    U32AndN {
        name: "u32andn", opcode: 0x2B, stack: 2 => 1, page: "bitwise#andn", helpers: []
    }
    /// `[b, a] → [(a XOR b)` rotated right by 16`]`; fails if an operand is not a u32.
    U32Xr16 {
        name: "u32xr16", opcode: 0x2C, stack: 2 => 1, page: "bitwise#xor-rotate", helpers: []
    }
    /// `[b, a] → [(a XOR b)` rotated right by 12`]`; fails if an operand is not a u32.
    U32Xr12 {
        name: "u32xr12", opcode: 0x2D, stack: 2 => 1, page: "bitwise#xor-rotate", helpers: []
    }
    /// `[b, a] → [(a XOR b)` rotated right by 8`]`; fails if an operand is not a u32.
    U32Xr8 {
        name: "u32xr8", opcode: 0x2E, stack: 2 => 1, page: "bitwise#xor-rotate", helpers: []
    }
    /// `[b, a] → [(a XOR b)` rotated right by 7`]`; fails if an operand is not a u32.
    U32Xr7 {
        name: "u32xr7", opcode: 0x2F, stack: 2 => 1, page: "bitwise#xor-rotate", helpers: []
    }
    /// `[] → [0]`
    Pad {
        name: "pad", opcode: 0x30, stack: 0 => 1, page: "stack#pad", helpers: []
    }
    /// `[] → [d]`: depth of the stack before the push.
    SDepth {
        name: "sdepth", opcode: 0x31, stack: 0 => 1, page: "stack#sdepth", helpers: []
    }
    /// `[] → [v]`: the immediate value.
    Push {
        name: "push", opcode: 0x32, stack: 0 => 1, page: "stack#push", helpers: []
    }
    /// `[] → [v]`: the next advice value.
    Read {
        name: "read", opcode: 0x33, stack: 0 => 1, page: "advice#read", helpers: []
    }
    /// Copies item 0 to the top.
    Dup0 {
        name: "dup0", opcode: 0x34, stack: 1 => 2, page: "stack#dup", helpers: []
    }
    /// Copies item 1 to the top.
    Dup1 {
        name: "dup1", opcode: 0x35, stack: 2 => 3, page: "stack#dup", helpers: []
    }
    /// Copies item 2 to the top.
    Dup2 {
        name: "dup2", opcode: 0x36, stack: 3 => 4, page: "stack#dup", helpers: []
    }
    /// Copies item 3 to the top.
    Dup3 {
        name: "dup3", opcode: 0x37, stack: 4 => 5, page: "stack#dup", helpers: []
    }
    /// Copies item 4 to the top.
    Dup4 {
        name: "dup4", opcode: 0x38, stack: 5 => 6, page: "stack#dup", helpers: []
    }
    /// Copies item 5 to the top.
    Dup5 {
        name: "dup5", opcode: 0x39, stack: 6 => 7, page: "stack#dup", helpers: []
    }
    /// Copies item 6 to the top.
    Dup6 {
        name: "dup6", opcode: 0x3A, stack: 7 => 8, page: "stack#dup", helpers: []
    }
    /// Copies item 7 to the top.
    Dup7 {
        name: "dup7", opcode: 0x3B, stack: 8 => 9, page: "stack#dup", helpers: []
    }
    /// Copies item 9 to the top.
    Dup9 {
        name: "dup9", opcode: 0x3C, stack: 10 => 11, page: "stack#dup", helpers: []
    }
    /// Copies item 11 to the top.
    Dup11 {
        name: "dup11", opcode: 0x3D, stack: 12 => 13, page: "stack#dup", helpers: []
    }
    /// Copies item 13 to the top.
    Dup13 {
        name: "dup13", opcode: 0x3E, stack: 14 => 15, page: "stack#dup", helpers: []
    }
    /// Copies item 15 to the top.
    Dup15 {
        name: "dup15", opcode: 0x3F, stack: 16 => 17, page: "stack#dup", helpers: []
    }
    /// `[b, a] → [a mod b, a / b]`; fails if `b = 0`, `b` is not a u32, or the quotient is not.
    U32Div {
        name: "u32div", opcode: 0x40, stack: 2 => 2, page: "u32#div", helpers: [0, 1, 2, 3, 4]
    }
    /// `[b, a] → [b, a]`; fails if an operand is not a u32.
    U32Assert2 {
        name: "u32assert2", opcode: 0x41, stack: 2 => 2, page: "u32#assert2", helpers: [0, 1, 2, 3]
    }
    /// `[S2, S1, S0, a] → [S2 + mem[a + 1], S1 + mem[a], S0, a + 2]`
    MStream {
        name: "mstream", opcode: 0x42, stack: 13 => 13, page: "memory#mstream", helpers: [0, 1, 2, 3]
    }
    /// `[S2, S1, S0, a] → [S2 + W1, S1 + W0, S0, a + 2]`: the next 8 advice values `W0`, `W1` are stored at `a`, `a +
    /// 1`.
    Pipe {
        name: "pipe", opcode: 0x43, stack: 13 => 13, page: "memory#pipe", helpers: [0, 1, 2, 3]
    }
    /// `[x, base, acc, b] → [b mod 2, base², acc · (base if b is odd, else 1), b / 2]`; fails if `b` is not a u32.
    ExpAcc {
        name: "expacc", opcode: 0x44, stack: 4 => 4, page: "u32#expacc", helpers: [0, 1, 2, 4, 5]
    }
    /// `[b, a] → [carry, a + b mod 2^32]`
    U32Add {
        name: "u32add", opcode: 0x45, stack: 2 => 2, page: "u32#split", helpers: [0, 1, 2, 3, 4]
    }
    /// `[b, a] → [borrow, a − b mod 2^32]`
    U32Sub {
        name: "u32sub", opcode: 0x46, stack: 2 => 2, page: "u32#split", helpers: [0, 1, 2, 3, 4]
    }
    /// `[b, a] → [hi, lo]` of `a · b`.
    U32Mul {
        name: "u32mul", opcode: 0x47, stack: 2 => 2, page: "u32#split", helpers: [0, 1, 2, 3, 4]
    }
    /// `[a] → [hi, lo]`: the canonical halves of any element.
    U32Split {
        name: "u32split", opcode: 0x48, stack: 1 => 2, page: "u32#split", helpers: [0, 1, 2, 3, 4]
    }
    /// `[] → [clk]`: cycles executed so far, INPUT rows excluded.
    Clk {
        name: "clk", opcode: 0x49, stack: 0 => 1, page: "system#clk", helpers: []
    }
    /// `[c, b, a] → [hi, lo]` of `a + b + c`.
    U32Add3 {
        name: "u32add3", opcode: 0x4C, stack: 3 => 2, page: "u32#split", helpers: [0, 1, 2, 3, 4]
    }
    /// `[b, a, c] → [hi, lo]` of `a · b + c`.
    U32MAdd {
        name: "u32madd", opcode: 0x4D, stack: 3 => 2, page: "u32#split", helpers: [0, 1, 2, 3, 4]
    }
    /// `[b, a] → [a + b mod 2^32]`
    U32WAdd {
        name: "u32wadd", opcode: 0x4E, stack: 2 => 1, page: "u32#split", helpers: [0, 1, 2, 3, 4]
    }
    /// `[b, a] → [a < b]`
    U32Lt {
        name: "u32lt", opcode: 0x4F, stack: 2 => 1, page: "u32#split", helpers: [0, 1, 2, 3, 4]
    }
    /// Runs the left child, then the right one.
    Join {
        name: "join", opcode: 0x53, stack: 0 => 0, page: "decoder#nodes", helpers: []
    }
    /// Runs the callee in a new context.
    Call {
        name: "call", opcode: 0x54, stack: 0 => 0, page: "decoder#nodes", helpers: []
    }
    /// Runs a kernel procedure in the root context.
    SysCall {
        name: "syscall", opcode: 0x55, stack: 0 => 0, page: "decoder#nodes", helpers: []
    }
    /// Like `call`, for the digest in the top word.
    DynCall {
        name: "dyncall", opcode: 0x56, stack: 0 => 0, page: "decoder#nodes", helpers: []
    }
    /// Enters a block of operations.
    Block {
        name: "block", opcode: 0x58, stack: 0 => 0, page: "decoder#nodes", helpers: []
    }
    /// Runs the node whose digest is in the top word.
    Dyn {
        name: "dyn", opcode: 0x59, stack: 0 => 0, page: "decoder#nodes", helpers: []
    }
    /// Replaces a node that faults.
    NTrap {
        name: "ntrap", opcode: 0x5A, stack: 0 => 0, page: "decoder#faults", helpers: []
    }
    /// `[c] → []`: runs the body and returns to the loop if `c = 1`, ends if `c = 0`; fails otherwise.
    Loop {
        name: "loop", opcode: 0x5E, stack: 1 => 0, page: "decoder#nodes", helpers: []
    }
    /// `[c] → []`: runs the first child if `c = 1`, the second if `c = 0`; fails otherwise.
    Split {
        name: "split", opcode: 0x5F, stack: 1 => 0, page: "decoder#nodes", helpers: []
    }
    /// The program has ended.
    Halt {
        name: "halt", opcode: 0x60, stack: 0 => 0, page: "decoder#frame", helpers: []
    }
    /// The program has failed.
    Fail {
        name: "fail", opcode: 0x61, stack: 0 => 0, page: "decoder#faults", helpers: [0, 1, 2, 3, 4, 5]
    }
    /// Replaces an operation that faults.
    Trap {
        name: "trap", opcode: 0x65, stack: 0 => 0, page: "decoder#faults", helpers: [0, 1, 2, 3]
    }
    /// Leaves a frame.
    Return {
        name: "return", opcode: 0x67, stack: 0 => 0, page: "decoder#frame", helpers: [4]
    }
    /// `[] → [x]`: pushes a stack input.
    Input {
        name: "input", opcode: 0x6A, stack: 0 => 1, page: "decoder#frame", helpers: []
    }
    /// `[o] → []`: removes a stack output below the top 16.
    Output {
        name: "output", opcode: 0x6E, stack: 1 => 0, page: "decoder#frame", helpers: []
    }
    /// Permutes the 12 top items; item 11 is element 0 of the state.
    HPerm {
        name: "hperm", opcode: 0x70, stack: 12 => 12, page: "hasher#hperm", helpers: [4]
    }
    /// `[V, d, i, R] → [V, d, i, R]`; fails if the tree with root `R` does not have `V` at depth `d`, index `i`.
    MpVerify {
        name: "mpverify", opcode: 0x71, stack: 10 => 10, page: "merkle#verify", helpers: [0, 4]
    }
    /// `[V, d, i, R, N] → [R', d, i, R, N]`: the root after `N` replaces `V`.
    MrUpdate {
        name: "mrupdate", opcode: 0x72, stack: 14 => 14, page: "merkle#update", helpers: [0, 4]
    }
    /// `[a] → [v]`: element 0 of the word at `a`.
    MLoad {
        name: "mload", opcode: 0x73, stack: 1 => 1, page: "memory#mload", helpers: [0, 1]
    }
    /// `[c, b, a] → [maj(a, b, c), c, b, a]`; fails if an operand is not a u32.
    U32Maj {
        name: "u32maj", opcode: 0x74, stack: 3 => 4, page: "bitwise#maj", helpers: [4]
    }
    /// `[g, f, e] → [ch(e, f, g), g, f, e]`; fails if an operand is not a u32.
    U32Ch {
        name: "u32ch", opcode: 0x75, stack: 3 => 4, page: "bitwise#ch", helpers: [4]
    }
    /// `[c, b, a] → [a XOR (NOT b AND c), c, b, a]`; fails if an operand is not a u32.
    U32Chi {
        name: "u32chi", opcode: 0x76, stack: 3 => 4, page: "bitwise#chi", helpers: [4]
    }
    /// `[a] → []`: adds `a` to the free memory pointer; fails if it leaves its range.
    FmpUpdate {
        name: "fmpupdate", opcode: 0x78, stack: 1 => 0, page: "system#fmpupdate", helpers: [0, 1, 2, 3, 4]
    }
    /// `[a] → []`; fails if `a ≠ 1`.
    Assert {
        name: "assert", opcode: 0x79, stack: 1 => 0, page: "field#assert", helpers: []
    }
    /// `[a] → []`; fails if `a ≠ 0`.
    AssertZ {
        name: "assertz", opcode: 0x7A, stack: 1 => 0, page: "field#assertz", helpers: []
    }
    /// `[a] → []`
    Drop {
        name: "drop", opcode: 0x7B, stack: 1 => 0, page: "stack#drop", helpers: []
    }
    /// `[2^k, a] → [a` rotated left by `k` bits`]`
    U32Rot {
        name: "u32rot", opcode: 0x7C, stack: 2 => 1, page: "u32#split", helpers: [0, 1, 2, 3, 4]
    }
    /// `[a, X] → [mem[a]]`
    MLoadW {
        name: "mloadw", opcode: 0x7D, stack: 5 => 4, page: "memory#mloadw", helpers: [0, 1, 4]
    }
    /// `[a, v] → [v]`: element 0 of the word at `a` becomes `v`.
    MStore {
        name: "mstore", opcode: 0x7E, stack: 2 => 1, page: "memory#mstore", helpers: [0, 1, 4]
    }
    /// `[a, W] → [W]`: the word at `a` becomes `W`.
    MStoreW {
        name: "mstorew", opcode: 0x7F, stack: 5 => 4, page: "memory#mstorew", helpers: [0, 1, 4]
    }
}

impl Opcode {
    /// The opcode as a number.
    pub const fn code(self) -> u8 {
        self as u8
    }
}

impl core::fmt::Display for Opcode {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.info().name)
    }
}

/// Properties of the table on which the encoding of programs and the constraints rely.
const _: () = {
    let mut i = 0;
    let mut previous = 0;
    while i < OPERATIONS.len() {
        #[allow(clippy::indexing_slicing, reason = "bounded by the loop; const code cannot iterate")]
        let info = &OPERATIONS[i];
        let opcode = info.opcode;
        assert!(opcode.code() > previous, "opcodes ascend, are distinct, and 0 is not assigned");
        previous = opcode.code();
        assert!(opcode.code() < 128, "an opcode has 7 bits");

        assert!(
            matches!(info.shift(), Shift::Left) == Class::Left.contains(opcode),
            "the class `left` contains the operations that remove an item"
        );
        assert!(
            matches!(info.shift(), Shift::Right) == Class::Right.contains(opcode),
            "the class `right` contains the operations that add an item"
        );
        assert!(
            info.inputs.abs_diff(info.outputs) <= 1 && info.inputs <= crate::params::STACK_TOP,
            "an operation shifts the stack by at most one item and reaches only the top 16"
        );

        let limb = Class::Limb.contains(opcode);
        assert!(limb || !Class::Canon.contains(opcode), "canonical splits consist of limbs");
        let mut j = 0;
        while j < info.helpers.len() {
            #[allow(clippy::indexing_slicing, reason = "bounded by the loop; const code cannot iterate")]
            let helper = info.helpers[j];
            assert!(helper < 6, "there are six helpers");
            assert!(
                helper != 5 || !matches!(info.shift(), Shift::Right),
                "right shifts keep the push multiplicity in h5"
            );
            assert!(
                helper > 3 || limb || info.helpers.len() == 1,
                "only EQ and EQZ use h0 as a plain helper"
            );
            j += 1;
        }
        i += 1;
    }
};
