//! Dropped results.

use miden_core::{
    Opcode::{self, Drop},
    Operation::{self, Plain},
    operations::MachineOperation::{Clk, FmpAdd, SDepth},
};

use super::Rewrite;

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
fn signature(opcode: Opcode) -> Option<(usize, usize)> {
    // A copy does not consume its operand.
    if opcode.copied_item().is_some() {
        return Some((0, 1));
    }
    let changes_stack_only = match opcode.machine_operation() {
        None => true,
        Some(operation) => matches!(operation, SDepth | Clk | FmpAdd),
    };
    let info = opcode.info();
    (changes_stack_only && !opcode.can_fault()).then_some((info.inputs, info.outputs))
}
