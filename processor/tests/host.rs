//! Programs and their hosts: advice, events, and traces from a single set of answers.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{inputs, push, trace};
use miden_core::{
    AdviceInputs, Digest, Felt, MerkleStore, Opcode, Operation, Program, ProgramInputs, StackInputs,
    program::{AdviceInjector, Decorator, ProgramBuilder},
};
use miden_processor::{
    AdviceError, AdviceProvider, DefaultHost, ExecutionError, ExecutionOptions, Executor, Fault, HostError,
    InMemoryAdvice, execute,
};

/// A program of one block.
fn program(operations: &[Operation], decorators: &[(usize, Decorator)]) -> Program {
    let mut builder = ProgramBuilder::new();
    let root = builder.decorated_block(operations, decorators).unwrap();
    builder.finish(root)
}

fn plain(operations: &[Opcode]) -> Vec<Operation> {
    operations.iter().copied().map(Operation::from).collect()
}

fn host(tape: &[u64]) -> DefaultHost<'static> {
    DefaultHost::new(InMemoryAdvice::new(AdviceInputs::from_ints(tape).unwrap(), 1000).unwrap())
}

fn options() -> ExecutionOptions {
    ExecutionOptions::default()
}

fn word(value: u64) -> Digest {
    Digest::new([value, 1, 2, 3].map(Felt::new))
}

/// The items of these words, bottom first: the first word is on top.
fn bottom_first(parts: &[&[Felt]]) -> StackInputs {
    StackInputs::new(parts.iter().rev().flat_map(|part| part.iter().copied()).collect()).unwrap()
}

/// Inputs of the stack `[V, d, i, R, N]` and the tree.
fn tree_inputs(value: Digest, depth: u64, index: u64, new: Digest) -> (ProgramInputs, MerkleStore, Digest) {
    let mut store = MerkleStore::new();
    let root = store.add_tree(&[10, 20, 30, 40].map(word)).unwrap();
    let (depth, index) = ([Felt::new(depth)], [Felt::new(index)]);
    let stack = bottom_first(&[value.elements(), &depth, &index, root.elements(), new.elements()]);
    (ProgramInputs { stack, advice: AdviceInputs::default().with_merkle_store(store.clone()) }, store, root)
}

#[test]
fn a_program_checks_what_an_event_computes() {
    use Opcode::{Assert, Drop, Dup0, Eq, Mul, Read};
    let checked_root = program(&plain(&[Read, Dup0, Mul, Eq, Assert, Drop]), &[(0, Decorator::Emit(5))]);
    let stack = StackInputs::from_ints(&[1 << 40]).unwrap();
    let mut calls = Vec::new();
    let mut host = host(&[]);
    host.register(5, |state, advice| {
        calls.push((state.clk(), state.item(0).as_int()));
        Ok(advice.push_front(&[Felt::new(state.item(0).as_int().isqrt())])?)
    });
    Executor::new(&checked_root)
        .with_stack(stack.clone())
        .with_host(&mut host)
        .with_options(options())
        .execute()
        .unwrap();
    Executor::new(&checked_root)
        .with_stack(stack.clone())
        .with_host(&mut host)
        .with_options(options())
        .trace()
        .unwrap();
    let no_square = StackInputs::from_ints(&[3]).unwrap();
    let error = Executor::new(&checked_root)
        .with_stack(no_square.clone())
        .with_host(&mut host)
        .with_options(options())
        .execute()
        .unwrap_err();
    assert_eq!(error.kind(), "FailedAssertion");
    drop(host);
    // Cycle 0 visits the block. The trace asked once, although it runs the program twice.
    assert_eq!(calls, [(1, 1 << 40), (1, 1 << 40), (1, 3)]);
}

#[test]
fn a_trace_uses_a_single_set_of_answers() {
    let operations = plain(&[Opcode::Read, Opcode::ReadW]);
    let program = program(&operations, &[(0, Decorator::Emit(0)), (1, Decorator::Emit(0))]);
    let mut count = 0;
    let mut host = host(&[1, 2, 3, 4]);
    host.register(0, |_, advice| {
        count += 1;
        Ok(advice.push_front(&[Felt::new(100 + count)])?)
    });
    let traced = Executor::new(&program).with_host(&mut host).with_options(options()).trace().unwrap();
    assert_eq!(tape(host.into_advice()), [4]);
    assert_eq!(count, 2);
    let top: Vec<_> = traced.outputs().items()[..5].iter().map(|item| item.as_int()).collect();
    assert_eq!(top, [3, 2, 1, 102, 0]);
}

fn tape(advice: InMemoryAdvice) -> Vec<u64> {
    advice.tape().map(|value| value.as_int()).collect()
}

#[test]
fn decorators_at_the_end_of_a_block_act() {
    let mut builder = ProgramBuilder::new();
    let known = Decorator::Advice(AdviceInjector::HasMapKey);
    let first = builder.decorated_block(&[push(1)], &[(1, known.clone()), (1, known)]).unwrap();
    let on_one = builder.block(&plain(&[Opcode::Read, Opcode::Read])).unwrap();
    let on_zero = builder.block(&[push(9)]).unwrap();
    let split = builder.split(on_one, on_zero).unwrap();
    let root = builder.join(first, split).unwrap();
    let program = builder.finish(root);
    let inputs = ProgramInputs { advice: AdviceInputs::from_ints(&[7]).unwrap(), ..ProgramInputs::default() };
    let outputs = execute(&program, &inputs, &options()).unwrap().outputs;
    assert_eq!(outputs.items()[..2], [Felt::new(0); 2]);
    assert_eq!(trace(&program, &inputs, &options()).unwrap().outputs(), &outputs);
}

#[test]
fn an_event_without_handler_ends_the_execution_there() {
    let program = program(&[push(1), push(2), push(3)], &[(2, Decorator::Emit(77))]);
    let error = execute(&program, &inputs(&[]), &options()).unwrap_err();
    assert_eq!(error.kind(), "EventHandlerNotFound");
    let site = error.site().unwrap();
    assert_eq!((site.clk, site.operation), (3, Some(2)));
    assert_eq!(site.stack[..2], [Felt::new(2), Felt::new(1)]);
    assert_eq!(trace(&program, &inputs(&[]), &options()).unwrap_err(), error);
}

#[test]
fn reading_beyond_the_tape_fails_there() {
    let cases = [(Opcode::Read, 1, 0), (Opcode::ReadW, 4, 3), (Opcode::Pipe, 8, 7)];
    for (opcode, needed, left) in cases {
        let program = program(&[push(5), opcode.into()], &[]);
        let tape: Vec<_> = (0..left as u64).collect();
        let inputs = ProgramInputs { advice: AdviceInputs::from_ints(&tape).unwrap(), ..inputs(&[]) };
        let error = execute(&program, &inputs, &options()).unwrap_err();
        let ExecutionError::Host { error, site } = &error else { panic!("{error}") };
        assert_eq!(**error, HostError::Advice(AdviceError::TapeReadFailed { needed, left }));
        assert_eq!((site.clk, site.operation, site.stack[0]), (2, Some(1), Felt::new(5)));
    }
}

#[test]
fn a_node_is_verified() {
    let verify = program(&plain(&[Opcode::MpVerify]), &[]);
    let (inputs, ..) = tree_inputs(word(30), 2, 2, word(0));
    let outputs = execute(&verify, &inputs, &options()).unwrap().outputs;
    let before: Vec<_> = inputs.stack.items().iter().rev().copied().collect();
    assert_eq!(outputs.items()[..before.len()], before);
    assert_eq!(trace(&verify, &inputs, &options()).unwrap().outputs(), &outputs);

    let (inputs, _, root) = tree_inputs(word(30), 2, 3, word(0));
    let error = execute(&verify, &inputs, &options()).unwrap_err();
    let ExecutionError::Fault { fault, .. } = error else { panic!("{error}") };
    let expected = Fault::MerklePathVerificationFailed { root, node: word(30), depth: 2, index: 3 };
    assert_eq!(fault, expected);

    for (depth, index, kind) in [
        (0, 0, "AdviceSetLookupFailed"),
        (3, 0, "AdviceSetLookupFailed"),
        (64, 0, "AdviceSetLookupFailed"),
        (2, 4, "AdviceSetLookupFailed"),
    ] {
        let (inputs, ..) = tree_inputs(word(30), depth, index, word(0));
        assert_eq!(execute(&verify, &inputs, &options()).unwrap_err().kind(), kind);
    }
    let (mut inputs, ..) = tree_inputs(word(30), 2, 2, word(0));
    inputs.advice = AdviceInputs::default();
    assert_eq!(execute(&verify, &inputs, &options()).unwrap_err().kind(), "AdviceSetNotFound");
}

#[test]
fn an_update_keeps_the_old_tree() {
    let node = Decorator::Advice(AdviceInjector::MerkleNode);
    // `[V, d, i, R, N]` to `[R', d, i, R, N]`; without `R'`, the node at `d`, `i` of the old tree.
    let operations =
        [&[Opcode::MrUpdate][..], &[Opcode::Drop; 4], &[Opcode::Pad; 4], &[Opcode::ReadW]].concat();
    let update = program(&plain(&operations), &[(5, node)]);
    let (inputs, mut store, root) = tree_inputs(word(30), 2, 2, word(99));
    let outputs = execute(&update, &inputs, &options()).unwrap().outputs;
    assert_eq!(outputs.items()[..4], [3, 2, 1, 30].map(Felt::new));

    let update = program(&plain(&[Opcode::MrUpdate]), &[]);
    let mut host = DefaultHost::new(InMemoryAdvice::new(inputs.advice.clone(), 1000).unwrap());
    let outputs = Executor::new(&update)
        .with_stack(inputs.stack.clone())
        .with_host(&mut host)
        .with_options(options())
        .execute()
        .unwrap()
        .outputs;
    let after = store.set_node(&root, 2, 2, &word(99)).unwrap();
    let mut expected = *after.elements();
    expected.reverse();
    assert_eq!(outputs.items()[..4], expected);
    assert_eq!(trace(&update, &inputs, &options()).unwrap().outputs(), &outputs);
    let advice = host.into_advice();
    assert_eq!(advice.merkle_node(&after, 2, 2), Ok(word(99)));
    assert_eq!(advice.merkle_node(&root, 2, 2), Ok(word(30)));

    let (inputs, ..) = tree_inputs(word(31), 2, 2, word(99));
    let mut host = DefaultHost::new(InMemoryAdvice::new(inputs.advice.clone(), 1000).unwrap());
    let error = Executor::new(&update)
        .with_stack(inputs.stack.clone())
        .with_host(&mut host)
        .with_options(options())
        .execute()
        .unwrap_err();
    assert_eq!(error.kind(), "MerklePathVerificationFailed");
    assert_eq!(host.into_advice(), InMemoryAdvice::new(inputs.advice, 1000).unwrap());
}

#[test]
fn advice_cannot_exceed_its_limit() {
    let options = options().with_max_advice(100);
    let tape: Vec<_> = (0..101).collect();
    let large = ProgramInputs { advice: AdviceInputs::from_ints(&tape).unwrap(), ..inputs(&[]) };
    let idle = program(&plain(&[Opcode::Noop]), &[]);
    assert_eq!(execute(&idle, &large, &options).unwrap_err().kind(), "AdviceLimitExceeded");
    assert_eq!(trace(&idle, &large, &options).unwrap_err().kind(), "AdviceLimitExceeded");

    let mut builder = ProgramBuilder::new();
    let grow = Decorator::Advice(AdviceInjector::HasMapKey);
    let body = builder.decorated_block(&[push(1)], &[(0, grow)]).unwrap();
    let endless = builder.while_true(body).unwrap();
    let program = builder.finish(endless);
    let error = execute(&program, &inputs(&[1]), &options).unwrap_err();
    assert_eq!(error.kind(), "AdviceLimitExceeded");
    assert!(error.to_string().contains("more than 100 elements"), "{error}");
}
