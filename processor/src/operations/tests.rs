use alloc::{vec, vec::Vec};

use miden_core::{AdviceInputs, operations::OPERATIONS};
use proptest::{prelude::*, sample::select};

use super::*;
use crate::{DefaultHost, ExecutionOptions, InMemoryAdvice, host::Live, recorder::Nothing, state::Stack};

fn stack(items: &[u64]) -> Stack {
    Stack::new(&items.iter().copied().map(Felt::new).collect::<Vec<_>>())
}

/// Executes an operation on this stack, without advice.
fn execute_on(operation: Operation, stack: &mut Stack) -> Result<(), Failure> {
    let mut state = State::new(stack.clone(), 1, &ExecutionOptions::default());
    let advice = InMemoryAdvice::new(AdviceInputs::default(), 0).unwrap();
    let result = execute(operation, &mut state, &mut Live(&mut DefaultHost::new(advice)), &mut Nothing);
    *stack = state.stack;
    result
}

/// Operations that work on more than the stack.
const STATEFUL: [Opcode; 14] = [
    Opcode::FmpAdd,
    Opcode::FmpUpdate,
    Opcode::Caller,
    Opcode::Clk,
    Opcode::Read,
    Opcode::ReadW,
    Opcode::Pipe,
    Opcode::MStream,
    Opcode::MLoad,
    Opcode::MLoadW,
    Opcode::MStore,
    Opcode::MStoreW,
    Opcode::MpVerify,
    Opcode::MrUpdate,
];

/// All operations of blocks that can be executed and work on nothing but the stack.
fn operations() -> Vec<Operation> {
    let built = OPERATIONS.iter().filter(|info| info.built && info.is_block_operation());
    let built = built.filter(|info| !STATEFUL.contains(&info.opcode));
    let operation = |opcode| match opcode {
        Opcode::Push => Operation::Push(Felt::ONE),
        opcode => Operation::Plain(opcode),
    };
    built.map(|info| operation(info.opcode)).collect()
}

fn partial_operations() -> Vec<Operation> {
    let partial = [
        Opcode::Assert,
        Opcode::AssertZ,
        Opcode::Inv,
        Opcode::Not,
        Opcode::And,
        Opcode::Or,
        Opcode::CSwap,
        Opcode::CSwapW,
        Opcode::U32Assert2,
        Opcode::ExpAcc,
        Opcode::U32Div,
        Opcode::U32And,
        Opcode::U32Xor,
        Opcode::U32Or,
        Opcode::U32AndN,
        Opcode::U32Xr16,
        Opcode::U32Xr12,
        Opcode::U32Xr8,
        Opcode::U32Xr7,
        Opcode::U32Maj,
        Opcode::U32Ch,
        Opcode::U32Chi,
    ];
    partial.map(Operation::Plain).to_vec()
}

proptest! {
    #[test]
    fn an_operation_that_fails_changes_nothing(
        operation in select(partial_operations()),
        items in proptest::collection::vec(select(vec![0, 1, 2, 1 << 32, u64::MAX >> 1]), 0..40),
    ) {
        let before = stack(&items);
        let mut after = before.clone();
        let result = execute_on(operation, &mut after);
        // Every operation fails on some of these stacks; `only_these_operations_can_fail` sees to that.
        if result.is_err() {
            prop_assert_eq!(before.to_vec(), after.to_vec());
        }
    }
}

#[test]
fn only_these_operations_can_fail() {
    // Neither 0 nor 1 nor below 2^32; and zero.
    let stacks = [stack(&[1 << 32; 20]), stack(&[])];
    let failing: Vec<Operation> = operations()
        .into_iter()
        .filter(|&operation| stacks.iter().any(|stack| execute_on(operation, &mut stack.clone()).is_err()))
        .collect();
    let mut expected = partial_operations();
    expected.sort_by_key(Operation::opcode);
    assert_eq!(failing, expected);
}

#[test]
fn depths_change_as_the_table_says() {
    for operation in operations() {
        let info = operation.opcode().info();
        // Zeros and ones suit every operation but `inv` and one of the two assertions.
        let result = [0, 1].into_iter().find_map(|item| {
            let mut stack = stack(&[item; 40]);
            execute_on(operation, &mut stack).ok().map(|()| stack.depth())
        });
        assert_eq!(result, Some(40 + info.outputs - info.inputs), "{operation}");
    }
}

#[test]
fn reserved_operations_are_refused() {
    for info in OPERATIONS.iter().filter(|info| !info.built || !info.is_block_operation()) {
        let mut stack = stack(&[1; 20]);
        let result = execute_on(Operation::Plain(info.opcode), &mut stack);
        assert!(
            matches!(result, Err(Failure::Fault(Fault::NotBuilt { opcode })) if opcode == info.opcode),
            "{result:?}"
        );
        assert_eq!(stack.to_vec(), vec![Felt::ONE; 20]);
    }
}
