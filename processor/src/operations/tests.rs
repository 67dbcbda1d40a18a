use alloc::{vec, vec::Vec};

use miden_core::{AdviceInputs, Opcode, field::FieldElement, operations::OPERATIONS};
use proptest::{prelude::*, sample::select};

use super::*;
use crate::{
    DefaultHost, ExecutionOptions, InMemoryAdvice, Unobserved, host::HostOracle, observer::ObserverTracer,
    state::Stack,
};

fn stack(items: &[u64]) -> Stack {
    Stack::new(&items.iter().copied().map(Felt::new).collect::<Vec<_>>())
}

/// A state with this stack and one word of memory; the limit leaves room for one more page.
fn state(items: &[u64]) -> MachineState {
    let options = ExecutionOptions::default().with_max_memory_words(32);
    let mut state = MachineState::new(stack(items), 1, &options);
    state.memory.write(0, 1, [Felt::new(7); 4]).unwrap();
    state
}

/// Everything that an operation could change.
fn parts(state: &MachineState) -> impl PartialEq + core::fmt::Debug + use<> {
    (state.stack.to_vec(), state.memory.words(0).collect::<Vec<_>>(), state.registers, state.clk)
}

/// Executes an operation with so many values on the advice tape; returns how many are left.
fn execute_on(operation: Operation, state: &mut MachineState, tape: usize) -> (Result<(), Failure>, usize) {
    let inputs = AdviceInputs::new(vec![Felt::ZERO; tape]);
    let mut host = DefaultHost::new(InMemoryAdvice::new(inputs, 100).unwrap());
    let result = execute(operation, state, &mut HostOracle(&mut host), &mut ObserverTracer(Unobserved));
    (result, host.into_advice().tape().len())
}

/// All operations of blocks.
fn operations() -> Vec<Operation> {
    let infos = OPERATIONS.iter().filter(|info| info.is_block_operation());
    let operation = |opcode| match opcode {
        Opcode::Push => Operation::Push(Felt::ONE),
        opcode => Operation::Plain(opcode),
    };
    infos.map(|info| operation(info.opcode)).collect()
}

/// Operations that fail on some stacks, or with some advice.
fn partial_operations() -> Vec<Operation> {
    let asks_host = |operation| {
        use MachineOperation::{MpVerify, MrUpdate, Pipe, Read, ReadW};
        matches!(operation, Read | ReadW | Pipe | MpVerify | MrUpdate)
    };
    let is_partial = |opcode: Opcode| opcode.can_fault() || opcode.machine_operation().is_some_and(asks_host);
    operations().into_iter().filter(|operation| is_partial(operation.opcode())).collect()
}

proptest! {
    #[test]
    fn an_operation_that_fails_changes_nothing(
        operation in select(partial_operations()),
        // The stacks include addresses on two new pages, and the limit has room for one of them.
        items in proptest::collection::vec(
            select(vec![0, 1, 2, 1000, (1 << 32) - 1, 1 << 32, u64::MAX >> 1]), 0..40,
        ),
        tape in 0..9usize,
    ) {
        let mut state = state(&items);
        let before = parts(&state);
        let (result, left) = execute_on(operation, &mut state, tape);
        // Every operation fails on some of these stacks, as `only_these_operations_can_fail` checks.
        if result.is_err() {
            prop_assert_eq!(before, parts(&state));
            prop_assert_eq!(left, tape);
        }
    }
}

#[test]
fn only_these_operations_can_fail() {
    // Neither 0 nor 1 nor below 2^32; and zero.
    let stacks: [&[u64]; 2] = [&[1 << 32; 20], &[]];
    let fails = |operation: &Operation| {
        stacks.iter().any(|items| execute_on(*operation, &mut state(items), 0).0.is_err())
    };
    let failing: Vec<Operation> = operations().into_iter().filter(fails).collect();
    assert_eq!(failing, partial_operations());
}

#[test]
fn depths_change_as_in_the_table() {
    // These need a system call, or a tree.
    let others = [Opcode::Caller, Opcode::MpVerify, Opcode::MrUpdate];
    for operation in operations().into_iter().filter(|operation| !others.contains(&operation.opcode())) {
        let info = operation.opcode().info();
        // Zeros and ones suit every operation but `inv`, `u32div` and one of the two assertions.
        let result = [0, 1].into_iter().find_map(|item| {
            let mut state = state(&[item; 40]);
            execute_on(operation, &mut state, 8).0.ok().map(|()| state.stack.depth())
        });
        assert_eq!(result, Some(40 + info.outputs - info.inputs), "{operation}");
    }
}

#[test]
fn a_full_memory_rejects_both_words_of_a_pipe() {
    // The first word fits into the second page, the other one would need a third.
    let mut state = state(&[[31].as_slice(), &[0; 12]].concat());
    let (result, left) = execute_on(Opcode::Pipe.into(), &mut state, 8);
    assert!(matches!(result, Err(Failure::MemoryLimit)), "{result:?}");
    assert_eq!((left, state.memory.words(0).count()), (8, 1));
}
