//! Every operation against the model, on edge values and random values.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{
    EDGES, inputs,
    model::{Failure, Machine},
    programs, push, straight_line,
};
use miden_core::{
    AdviceInputs, Felt, Opcode, Operation, ProgramInputs, operations::OPERATIONS, params::STACK_TOP,
};
use miden_processor::{ExecutionError, ExecutionOptions, Fault, execute};
use proptest::prelude::*;

fn block_operations() -> impl Iterator<Item = Operation> {
    let infos = OPERATIONS.iter().filter(|info| info.is_block_operation());
    infos.map(|info| match info.opcode {
        Opcode::Push => push(EDGES[7]),
        opcode => opcode.into(),
    })
}

/// Executes one operation on these inputs, bottom first, and compares with the model.
fn check(operation: Operation, stack: &[u64]) {
    let mut expected: Vec<u64> = stack.iter().rev().copied().collect();
    expected.resize(expected.len().max(STACK_TOP), 0);
    let before = programs::felts(&expected);
    let mut machine = Machine::new(expected);
    machine.clk = 1;
    // Enough for all operations but one.
    let tape = [11, 12, 13, 14];
    machine.tape.extend(tape);
    let model = machine.apply(operation);

    let inputs = ProgramInputs { advice: AdviceInputs::from_ints(&tape).unwrap(), ..inputs(stack) };
    let result = execute(&straight_line(&[operation]), &inputs, &ExecutionOptions::default());
    let failure = match (result, model) {
        (Ok(execution), Ok(())) => {
            let expected = programs::felts(&machine.stack);
            assert_eq!(execution.outputs.items(), expected, "{operation} on {stack:?}");
            assert_eq!(execution.cycles, 2);
            return;
        }
        (Err(error), Err(failure)) => {
            let site = error.site().unwrap();
            assert_eq!((site.clk, site.ctx, site.operation), (1, 0, Some(0)));
            assert_eq!(site.stack, before[..STACK_TOP], "{operation} on {stack:?}");
            (error, failure)
        }
        (result, model) => panic!("{operation} on {stack:?}: {result:?}, expected {model:?}"),
    };
    let same = match &failure {
        (ExecutionError::Fault { fault, .. }, failure) => match (*fault, *failure) {
            (Fault::FailedAssertion { got, .. }, Failure::Assertion) => got == before[0],
            (Fault::DivideByZero, Failure::DivideByZero)
            | (Fault::CallerNotInSyscall, Failure::NoCaller)
            | (Fault::MerklePathVerificationFailed { .. }, Failure::OtherNode) => true,
            (Fault::NotBinaryValue { value }, Failure::NotBinary(expected))
            | (Fault::NotU32Value { value }, Failure::NotU32(expected))
            | (Fault::MemoryAddressOutOfRange { address: value }, Failure::Address(expected)) => {
                value == Felt::new(expected)
            }
            (Fault::InvalidFmpValue { old, new }, Failure::Fmp { old: old_fmp, new: new_fmp }) => {
                (old, new) == (Felt::new(old_fmp), Felt::new(new_fmp))
            }
            _ => false,
        },
        (error, Failure::Host(kind)) => error.kind() == *kind,
        _ => false,
    };
    assert!(same, "{operation} on {stack:?}: {}, expected {:?}", failure.0, failure.1);
}

#[test]
fn operations_agree_with_the_model_on_edge_values() {
    for operation in block_operations() {
        for a in EDGES {
            for b in EDGES {
                for c in EDGES {
                    check(operation, &[c, c, b, a]);
                    check(operation, &[b, c, b, a]);
                }
            }
        }
    }
}

#[test]
fn operations_agree_with_the_model_at_the_least_depth_and_below() {
    for operation in block_operations() {
        for len in [0, 1, 15, 16, 17, 18, 100] {
            let stack: Vec<u64> = (0..len).map(|item| item % 2).collect();
            check(operation, &stack);
            let stack: Vec<u64> = (0..len).map(|item| 1000 + item).collect();
            check(operation, &stack);
        }
    }
}

proptest! {
    #[test]
    fn operations_agree_with_the_model(
        operation in proptest::sample::select(block_operations().collect::<Vec<_>>()),
        stack in programs::stack_inputs(),
    ) {
        check(operation, &stack);
    }

    #[test]
    fn arithmetic_of_u32_operands_is_that_of_integers(a: u32, b: u32, c: u32) {
        let top = |operation: Opcode, stack: &[u32]| {
            let stack: Vec<u64> = stack.iter().copied().map(u64::from).collect();
            let program = straight_line(&[operation.into()]);
            let execution = execute(&program, &inputs(&stack), &ExecutionOptions::default()).unwrap();
            let items = execution.outputs.items();
            [items[0], items[1]].map(|item| miden_core::field::StarkField::as_int(&item))
        };
        let (wide_a, wide_b, wide_c) = (u64::from(a), u64::from(b), u64::from(c));
        let halves = |value: u64| [value >> 32, value & u64::from(u32::MAX)];
        prop_assert_eq!(top(Opcode::U32Add, &[a, b]), halves(wide_a + wide_b));
        prop_assert_eq!(top(Opcode::U32Add3, &[a, b, c]), halves(wide_a + wide_b + wide_c));
        prop_assert_eq!(top(Opcode::U32Mul, &[a, b]), halves(wide_a * wide_b));
        prop_assert_eq!(top(Opcode::U32MAdd, &[c, a, b]), halves(wide_a * wide_b + wide_c));
        let (difference, borrow) = a.overflowing_sub(b);
        prop_assert_eq!(top(Opcode::U32Sub, &[a, b]), [u64::from(borrow), u64::from(difference)]);
        prop_assert_eq!(top(Opcode::U32Lt, &[a, b])[0], u64::from(a < b));
        prop_assert_eq!(top(Opcode::U32WAdd, &[a, b])[0], u64::from(a.wrapping_add(b)));
        let bits = c % 32;
        prop_assert_eq!(top(Opcode::U32Rot, &[a, 1 << bits])[0], u64::from(a.rotate_left(bits)));
    }
}
