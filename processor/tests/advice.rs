//! Advice operations, Merkle paths from lying hosts, decorators, and error codes.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{
    inputs,
    programs::{advice, felts, leaves},
    push, straight_line, traced,
};
use miden_core::{
    AdviceInputs, Digest, Felt, MerkleStore, Opcode, Operation, Program, ProgramInputs, StackInputs, Word,
    program::{AdviceInjector, Decorator, ErrorCode, ProgramBuilder},
};
use miden_processor::{
    AdviceError, AdviceProvider, DefaultHost, EventError, ExecutionError, ExecutionOptions, Executor, Fault,
    Host, HostError, InMemoryAdvice, ProcessState, execute,
};

fn ops(opcodes: &[Opcode]) -> Vec<Operation> {
    opcodes.iter().copied().map(Operation::from).collect()
}

fn with_tape(tape: &[u64], stack: &[u64]) -> ProgramInputs {
    ProgramInputs { advice: AdviceInputs::from_ints(tape).unwrap(), ..inputs(stack) }
}

fn decorated(operations: &[Operation], decorators: &[(usize, Decorator)]) -> Program {
    let mut builder = ProgramBuilder::new();
    let root = builder.decorated_block(operations, decorators).unwrap();
    builder.finish(root)
}

/// The stack after an execution, after comparing it with the trace.
fn outputs(program: &Program, inputs: &ProgramInputs) -> Vec<Felt> {
    let options = ExecutionOptions::default();
    let items = execute(program, inputs, &options).unwrap().outputs.items().to_vec();
    assert_eq!(traced(program, inputs, &options).unwrap().outputs.items(), items);
    items
}

fn error(program: &Program, inputs: &ProgramInputs) -> ExecutionError {
    let options = ExecutionOptions::default();
    let error = execute(program, inputs, &options).unwrap_err();
    assert_eq!(traced(program, inputs, &options).unwrap_err(), error);
    error
}

#[test]
fn the_tape_is_read_from_its_front() {
    let program = straight_line(&ops(&[Opcode::Read, Opcode::ReadW, Opcode::Read]));
    let items = outputs(&program, &with_tape(&[1, 2, 3, 4, 5, 6], &[9]));
    assert_eq!(items[..5], felts(&[6, 5, 4, 3, 2]));
    assert_eq!(items[5], Felt::new(0));
}

#[test]
fn pipe_moves_advice_to_memory_and_adds_it_to_the_stack() {
    let program = straight_line(&ops(&[Opcode::Pipe, Opcode::Pipe, Opcode::MLoadW]));
    // The address is item 12; the second pipe writes to 102 and 103.
    let stack: Vec<u64> = [vec![100], vec![7; 4], (1..=8).collect()].concat();
    let tape: Vec<u64> = (1..=16).map(|value| 1000 * value).collect();
    let program_inputs = with_tape(&tape, &stack);
    let items = outputs(&straight_line(&ops(&[Opcode::Pipe])), &program_inputs);
    // S1 + W0 below S2 + W1, whose element 3 is on top.
    let expected = [8008, 7007, 6006, 5005, 4004, 3003, 2002, 1001, 7, 7, 7, 7, 102];
    assert_eq!(items[..13], felts(&expected));
    // The top of the stack is not an address.
    let fault = error(
        &program,
        &ProgramInputs {
            stack: StackInputs::from_ints(&[&stack[..12], &[1 << 40]].concat()).unwrap(),
            ..program_inputs.clone()
        },
    );
    assert_eq!(fault.kind(), "MemoryAddressOutOfRange");

    let read = |address: u64| {
        let program = straight_line(
            &[ops(&[Opcode::Pipe, Opcode::Pipe]), vec![push(address)], ops(&[Opcode::MLoadW])].concat(),
        );
        outputs(&program, &program_inputs)[..4].to_vec()
    };
    for (address, last) in [(100, 4), (101, 8), (102, 12), (103, 16)] {
        assert_eq!(read(address), felts(&[last, last - 1, last - 2, last - 3].map(|value| 1000 * value)));
    }
}

#[test]
fn a_tape_that_is_too_short_fails_at_the_reading_operation() {
    for (opcode, needed) in [(Opcode::Read, 1), (Opcode::ReadW, 4), (Opcode::Pipe, 8)] {
        let program = straight_line(&[push(5), opcode.into()]);
        let tape = vec![1; needed - 1];
        let error = error(&program, &with_tape(&tape, &[]));
        let ExecutionError::Host { error: reason, site } = &error else { panic!("{error}") };
        let expected = AdviceError::TapeReadFailed { needed, left: needed - 1 };
        assert_eq!(**reason, HostError::Advice(expected));
        assert_eq!((site.clk, site.operation, site.stack[0]), (2, Some(1), Felt::new(5)));
        assert_eq!(error.kind(), "AdviceTapeReadFailed");
    }
}

#[test]
fn a_bad_address_leaves_the_tape_unchanged() {
    let stack = StackInputs::from_ints(&[&[u64::from(u32::MAX)][..], &[0; 12]].concat()).unwrap();
    let advice = InMemoryAdvice::new(AdviceInputs::from_ints(&[1; 8]).unwrap(), 100).unwrap();
    let mut host = DefaultHost::new(advice);
    let program = straight_line(&ops(&[Opcode::Pipe]));
    let error = Executor::new(&program).with_stack(stack.clone()).with_host(&mut host).execute().unwrap_err();
    let address = Felt::new(1 << 32);
    assert!(
        matches!(&error, ExecutionError::Fault { fault, .. } if *fault == Fault::MemoryAddressOutOfRange { address }),
        "{error}"
    );
    assert_eq!(host.into_advice().tape().len(), 8);
}

/// `[V, d, i, R]`, with more items below, as inputs.
fn node(value: Word, depth: u64, index: u64, root: Digest, below: &[u64]) -> Vec<Felt> {
    [felts(below), root.elements().to_vec(), felts(&[index, depth]), value.to_vec()].concat()
}

#[test]
fn merkle_paths_are_verified_and_updated() {
    let words = leaves().map(|leaf| leaf.map(Felt::new));
    let mut store = MerkleStore::new();
    let root = store.add_tree(&words.map(Digest::new)).unwrap();
    let new = [77, 78, 79, 80];
    let run = |opcode: Opcode, stack: Vec<Felt>| {
        let program = straight_line(&ops(&[opcode]));
        let stack = StackInputs::new(stack).unwrap();
        let inputs = ProgramInputs { stack, advice: advice() };
        let options = ExecutionOptions::default();
        let result = execute(&program, &inputs, &options);
        assert_eq!(result, traced(&program, &inputs, &options));
        result.map(|execution| execution.outputs.items().to_vec())
    };
    for (index, &leaf) in (0..).zip(&words) {
        let stack = node(leaf, 3, index, root, &new);
        let items = run(Opcode::MpVerify, stack.clone()).unwrap();
        assert!(items[..14].iter().eq(stack.iter().rev()));
        let items = run(Opcode::MrUpdate, stack).unwrap();
        let expected = store.set_node(&root, 3, index, &Digest::new(new.map(Felt::new))).unwrap();
        assert!(items[..4].iter().eq(expected.elements().iter().rev()));

        // Another node, another index, another root.
        let other = words[(index as usize + 1) % 8];
        for opcode in [Opcode::MpVerify, Opcode::MrUpdate] {
            let error = run(opcode, node(other, 3, index, root, &new)).unwrap_err();
            assert_eq!(error.kind(), "MerklePathVerificationFailed");
            assert_eq!(error.site().unwrap().stack[4], Felt::new(3));
            let error = run(opcode, node(leaf, 3, index ^ 1, root, &new)).unwrap_err();
            assert_eq!(error.kind(), "MerklePathVerificationFailed");
            let error = run(opcode, node(leaf, 3, index, Digest::new(leaf), &new)).unwrap_err();
            assert_eq!(error.kind(), "AdviceSetNotFound");
            for (depth, index) in [(0, 0), (64, 0), (1 << 32, 0), (3, 8), (4, index), (63, 1 << 63)] {
                let error = run(opcode, node(leaf, depth, index, root, &new)).unwrap_err();
                assert_eq!(error.kind(), "AdviceSetLookupFailed", "{depth} {index}");
            }
        }
    }
}

/// A provider that returns any path it likes.
struct Liar {
    advice: InMemoryAdvice,
    siblings: usize,
}

impl AdviceProvider for Liar {
    fn read(&mut self) -> Result<Felt, AdviceError> {
        self.advice.read()
    }
    fn read_word(&mut self) -> Result<Word, AdviceError> {
        self.advice.read_word()
    }
    fn read_two_words(&mut self) -> Result<[Word; 2], AdviceError> {
        self.advice.read_two_words()
    }
    fn push_front(&mut self, values: &[Felt]) -> Result<(), AdviceError> {
        self.advice.push_front(values)
    }
    fn map_get(&self, key: &Digest) -> Option<&[Felt]> {
        self.advice.map_get(key)
    }
    fn map_insert(&mut self, key: Digest, list: Vec<Felt>) -> Result<(), AdviceError> {
        self.advice.map_insert(key, list)
    }
    fn merkle_node(&self, root: &Digest, depth: u8, index: u64) -> Result<Digest, AdviceError> {
        self.advice.merkle_node(root, depth, index)
    }
    fn merkle_path(&self, _: &Digest, _: u8, _: u64) -> Result<Vec<Digest>, AdviceError> {
        Ok(vec![Digest::default(); self.siblings])
    }
    fn merkle_set(&mut self, root: &Digest, _: u8, _: u64, _: &Digest) -> Result<Digest, AdviceError> {
        Ok(*root)
    }
    fn merkle_merge(&mut self, left: &Digest, right: &Digest) -> Result<Digest, AdviceError> {
        self.advice.merkle_merge(left, right)
    }
    fn check_room(&self, elements: usize) -> Result<(), AdviceError> {
        self.advice.check_room(elements)
    }
}

impl Host for Liar {
    type Advice = Self;
    fn advice(&mut self) -> &mut Self {
        self
    }
    fn on_event(&mut self, event: u32, _: &dyn ProcessState) -> Result<(), EventError> {
        Err(EventError::NoHandler { event })
    }
}

#[test]
fn a_host_that_lies_about_paths_changes_no_result() {
    let advice = InMemoryAdvice::new(AdviceInputs::default(), 100).unwrap();
    let run = |stack: Vec<Felt>, siblings| {
        let mut host = Liar { advice: advice.clone(), siblings };
        let program = straight_line(&ops(&[Opcode::MrUpdate]));
        let stack = StackInputs::new(stack).unwrap();
        Executor::new(&program).with_stack(stack.clone()).with_host(&mut host).execute().map(drop)
    };
    // Two levels; the siblings are zero.
    let value = [5, 6, 7, 8].map(Felt::new);
    let level = |node| miden_core::merge(Felt::new(8), &node, &Digest::default());
    let root = level(level(Digest::new(value)));
    run(node(value, 2, 0, root, &[]), 2).unwrap();
    // The index does not fit the depth, though its lowest bits lead to the root.
    assert_eq!(run(node(value, 2, 4, root, &[]), 2).unwrap_err().kind(), "AdviceSetLookupFailed");
    assert_eq!(run(node(value, 2, 1, root, &[]), 2).unwrap_err().kind(), "MerklePathVerificationFailed");
    for siblings in [0, 1, 3, 100] {
        assert_eq!(run(node(value, 2, 0, root, &[]), siblings).unwrap_err().kind(), "AdviceProviderFailed");
    }
}

#[test]
fn injectors_act_before_the_operation_after_them() {
    let division = |index: usize| (index, Decorator::Advice(AdviceInjector::U64Div));
    let operations = [vec![push(1), push(0)], ops(&[Opcode::Read, Opcode::Read])].concat();
    // 17 / 5 on the inputs; after the pushes, 5 / 2^32.
    let stack = [17, 0, 5, 0];
    let before = outputs(&decorated(&operations, &[division(0)]), &inputs(&stack));
    assert_eq!(before[..4], felts(&[0, 3, 0, 1]));
    let after = outputs(&decorated(&operations, &[division(2)]), &inputs(&stack));
    // [b_hi, b_lo, a_hi, a_lo] = [0, 1, 0, 5]
    assert_eq!(after[..4], felts(&[0, 5, 0, 1]));
    // At the end of a block: the next block reads.
    let mut builder = ProgramBuilder::new();
    let first = builder.decorated_block(&operations[..2], &[division(2)]).unwrap();
    let second = builder.block(&operations[2..]).unwrap();
    let root = builder.join(first, second).unwrap();
    assert_eq!(outputs(&builder.finish(root), &inputs(&stack)), after);
    // Two injectors at one operation: the result of the later one is on top.
    let twice = decorated(&operations, &[division(0), division(2), division(2)]);
    assert_eq!(outputs(&twice, &inputs(&stack))[..4], felts(&[0, 5, 0, 1]));

    let failing = decorated(&[push(0), Opcode::Noop.into()], &[division(1)]);
    let error = error(&failing, &inputs(&[]));
    assert_eq!(error.kind(), "DivideByZero");
    let site = error.site().unwrap();
    assert_eq!((site.clk, site.operation), (2, Some(1)));
}

#[test]
fn decorators_change_no_digest_and_take_no_cycle() {
    let operations = vec![push(3); 30];
    let plain = straight_line(&operations);
    let error = |code| Decorator::Error(ErrorCode { code, message: None });
    let merge = Decorator::Advice(AdviceInjector::MerkleMerge);
    let program = decorated(&operations, &[(0, error(1)), (3, merge.clone()), (29, error(2)), (30, merge)]);
    assert_eq!(plain.digest(), program.digest());
    let run = |program| execute(program, &inputs(&[]), &ExecutionOptions::default()).unwrap();
    assert_eq!(run(&plain), run(&program));
}

#[test]
fn error_codes_appear_in_messages() {
    let error_at = |index: usize, code: u32, message: Option<&str>| {
        (index, Decorator::Error(ErrorCode { code, message: message.map(Into::into) }))
    };
    let operations = [vec![push(1)], ops(&[Opcode::Assert, Opcode::Noop, Opcode::Assert])].concat();
    let run = |decorators: &[_]| error(&decorated(&operations, decorators), &inputs(&[5]));
    let text = |decorators: &[_]| run(decorators).to_string();
    let bare = "the assertion expected 1, but the value is 5 (cycle 4)";
    assert_eq!(text(&[]), bare);
    // The code of another operation.
    assert_eq!(text(&[error_at(1, 7, None), error_at(2, 8, Some("no"))]), bare);
    let coded = [error_at(1, 7, None), error_at(3, 8, None)];
    assert_eq!(text(&coded), "the assertion expected 1, but the value is 5: error code 8 (cycle 4)");
    let ExecutionError::Fault { code: Some(code), .. } = run(&coded) else { panic!() };
    assert_eq!(code, ErrorCode { code: 8, message: None });
    let told = [error_at(3, 0, Some("balance too low"))];
    assert_eq!(text(&told), "the assertion expected 1, but the value is 5: balance too low (cycle 4)");
}

/// A program that emits event 5 before each of three reads.
fn emitting() -> Program {
    let emit = |index| (index, Decorator::Emit(5));
    let operations = [vec![push(40)], ops(&[Opcode::Read, Opcode::Read, Opcode::Read])].concat();
    decorated(&operations, &[emit(1), emit(2), emit(3)])
}

#[test]
fn events_reach_their_handlers_once_whether_traced_or_not() {
    for traces in [false, true] {
        let mut seen = Vec::new();
        let advice = InMemoryAdvice::new(AdviceInputs::default(), 1000).unwrap();
        let mut host = DefaultHost::new(advice);
        host.register(5, |state: &dyn ProcessState, advice: &mut InMemoryAdvice| {
            seen.push((state.clk(), state.ctx(), state.depth(), state.item(0).as_int()));
            // A stateful host.
            advice.push_front(&[Felt::new(100 * seen.len() as u64)])?;
            Ok(())
        });
        let (stack, options) = (StackInputs::default(), ExecutionOptions::default());
        let items = if traces {
            Executor::new(&emitting())
                .with_stack(stack.clone())
                .with_host(&mut host)
                .with_options(options)
                .trace()
                .unwrap()
                .outputs()
                .items()
                .to_vec()
        } else {
            Executor::new(&emitting())
                .with_stack(stack.clone())
                .with_host(&mut host)
                .with_options(options)
                .execute()
                .unwrap()
                .outputs
                .items()
                .to_vec()
        };
        assert_eq!(items[..4], felts(&[300, 200, 100, 40]));
        drop(host);
        assert_eq!(seen, [(2, 0, 17, 40), (3, 0, 18, 100), (4, 0, 19, 200)]);
    }
}

#[test]
fn an_event_without_a_handler_is_an_error() {
    let error = error(&emitting(), &inputs(&[]));
    assert_eq!(error.kind(), "EventHandlerNotFound");
    let ExecutionError::Host { error: reason, site } = &error else { panic!("{error}") };
    assert_eq!(**reason, HostError::Event(EventError::NoHandler { event: 5 }));
    assert_eq!((site.clk, site.operation), (2, Some(1)));
}

#[test]
fn injectors_see_the_memory_of_the_context() {
    // In a call: stores [0, 0, 0, 9] at 3, inserts it under the key on top, and reads it.
    let insert = Decorator::Advice(AdviceInjector::InsertMemory { address: 3, count: 1 });
    let read = Decorator::Advice(AdviceInjector::MapValue);
    let mut builder = ProgramBuilder::new();
    let store = [push(9), push(3), Opcode::MStore.into(), Opcode::Drop.into()];
    let operations = [&store[..], &ops(&[Opcode::ReadW])].concat();
    let body = builder.decorated_block(&operations, &[(4, insert.clone()), (4, read.clone())]).unwrap();
    let call = builder.call(body).unwrap();
    // In the root the memory is empty, and the map still has the list of the call.
    let again = builder.decorated_block(&ops(&[Opcode::ReadW]), &[(0, read)]).unwrap();
    let key = builder.block(&[1, 2, 3, 4].map(push)).unwrap();
    let root = builder.sequence(&[key, call, key, again]).unwrap();
    let items = outputs(&builder.finish(root), &inputs(&[]));
    assert_eq!(items[..8], felts(&[0, 0, 0, 9, 0, 0, 0, 9]));
    // The root inserts its own, empty, memory under the same key.
    let different = builder.decorated_block(&ops(&[Opcode::Noop]), &[(0, insert)]).unwrap();
    let root = builder.sequence(&[key, call, key, different]).unwrap();
    assert_eq!(error(&builder.finish(root), &inputs(&[])).kind(), "DuplicateAdviceKey");
}
