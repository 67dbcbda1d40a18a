//! Dropped results.

use miden_core::{
    Opcode::{self, *},
    Operation::{self, Plain},
};

use super::{Rewrite, moves};

/// Replaces an operation that cannot fail, and whose results are all dropped, with drops of its operands.
pub(super) fn remove(code: &[Operation]) -> Option<Rewrite> {
    let drops = code.iter().rev().take_while(|operation| operation.opcode() == Drop).count();
    if drops == 0 {
        return None;
    }
    let opcode = code.get(code.len().checked_sub(drops + 1)?)?.opcode();
    let (operands, results) = signature(opcode)?;
    let to = || (0..operands).map(|index| (Plain(Drop), index)).collect();
    (results == drops).then(|| Rewrite { len: drops + 1, to: to() })
}

/// Numbers of operands and results of an operation that cannot fail and only affects the stack.
const fn signature(opcode: Opcode) -> Option<(usize, usize)> {
    // A copy does not consume its operand.
    if moves::copied(opcode).is_some() {
        return Some((0, 1));
    }
    let is_total = moves::is_move(opcode)
        || matches!(
            opcode,
            Push | Pad
                | SDepth
                | Clk
                | Neg
                | Incr
                | Eqz
                | FmpAdd
                | Add
                | Sub
                | Mul
                | Eq
                | U32Split
                | U32Add
                | U32Sub
                | U32Mul
                | U32Add3
                | U32MAdd
                | U32WAdd
                | U32Lt
                | U32Rot
        );
    let info = opcode.info();
    if is_total { Some((info.inputs, info.outputs)) } else { None }
}
