//! `err=…`: the error code of a failed assertion.

use alloc::vec::Vec;

use miden_core::{
    Opcode,
    program::{Decorator, ErrorCode},
};

use super::Operations;

/// The operations that fail with an error code.
pub(super) const ASSERTIONS: [Opcode; 4] =
    [Opcode::Assert, Opcode::AssertZ, Opcode::U32Assert2, Opcode::MpVerify];

/// Attaches the code to every assertion from operation `start` on; these operations have no other decorators.
pub(super) fn decorate(code: &ErrorCode, start: usize, operations: &mut Operations) {
    let is_assertion = |index: &usize| {
        operations.as_slice().get(*index).is_some_and(|operation| ASSERTIONS.contains(&operation.opcode()))
    };
    let places: Vec<usize> = (start..operations.len()).filter(is_assertion).collect();
    for index in places {
        operations.decorate_at(index, Decorator::Error(code.clone()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instructions::{Form, Instruction, InstructionRow, rows};

    #[test]
    fn every_instruction_with_a_code_asserts() {
        let code = ErrorCode { code: 7, message: None };
        let mut count = 0;
        let takes_code = |row: &&InstructionRow| row.forms.iter().any(|form| matches!(form, Form::ErrorCode));
        for row in rows().filter(takes_code) {
            let plain = row.forms.iter().find_map(|form| match form {
                Form::Operations(opcodes) => Some(Instruction::Operations(opcodes)),
                Form::Plain(lower) => Some(Instruction::Plain(*lower)),
                _ => None,
            });
            let mut operations = Operations::new();
            let instruction = plain.unwrap_or_else(|| panic!("{} has no plain form", row.name));
            Instruction::WithError(instruction.into(), code.clone()).lower(&mut operations);
            assert!(!operations.decorators().is_empty(), "{}", row.name);
            count += 1;
        }
        assert!(count > 3);
    }
}
