//! Honest traces at the edges of the operations, of calls and of Merkle updates.

use miden_core::{
    AdviceInputs, Digest, Felt, Kernel, MerkleStore, NodeId,
    Opcode::{self, *},
    Operation, Program, ProgramInputs, StackInputs,
    field::StarkField,
    program::ProgramBuilder,
    trace::{
        chiplets::merkle,
        decoder::{CONTINUATION, HELPERS},
        stack::S,
        system::{FMP, FN},
    },
};

use crate::{
    common::{Trace, felt, ops, push, straight},
    failures::ending,
};

/// Traces with their names, and a constraint without which a cell of a column is not bound.
pub(crate) fn traces() -> Vec<(&'static str, Trace, (&'static str, usize))> {
    let of = |(program, inputs): (Program, ProgramInputs)| Trace::of(&program, &inputs, None);
    [
        ("edges of splits", of(on_edges(&SPLITS, &EDGES)), ("u32.canonical", HELPERS.at(4))),
        ("edges of words", of(on_edges(&ON_WORDS, &EDGES[..4])), ("bitwise.result", S.at(0))),
        ("edges of addresses and pointers", of(addresses()), ("system.fmp", FMP.at(0))),
        ("nodes of all kinds", of(ending()), ("decoder.cs", CONTINUATION.at(0))),
        ("calls", of(calls()), ("system.fn[0]", FN.at(0))),
        ("Merkle updates", of(updates()), ("merkle.next_levels", merkle::LEVELS.at(0))),
    ]
    .into()
}

/// Words first, then other elements.
const EDGES: [u64; 7] =
    [0, 1, 0xFFFF_0000, (1 << 32) - 1, 1 << 32, 0xFFFF_FFFF_0000_0000, 0xFFFF_FFFF_0000_0000 - (1 << 32)];

/// Operations that accept all elements.
const SPLITS: [Opcode; 9] = [U32Split, U32Add, U32Sub, U32Mul, U32Add3, U32MAdd, U32WAdd, U32Lt, U32Rot];

/// Operations that accept words.
const ON_WORDS: [Opcode; 14] = [
    U32Assert2, U32And, U32Xor, U32Or, U32AndN, U32Xr16, U32Xr12, U32Xr8, U32Xr7, U32Maj, U32Ch, U32Chi,
    U32Div, ExpAcc,
];

fn run(operations: &[Operation]) -> (Program, ProgramInputs) {
    (straight(operations), ProgramInputs::default())
}

/// Each operation on neighbouring edges.
fn on_edges(opcodes: &[Opcode], edges: &[u64]) -> (Program, ProgramInputs) {
    let mut operations = Vec::new();
    for &opcode in opcodes {
        for i in 0..edges.len() {
            let mut operands = [0, 1, 2, 3].map(|j| edges[(i * (1 + j / 2) + j) % edges.len()]);
            if opcode == U32Div {
                operands[3] = operands[3].max(1);
            }
            operations.extend(operands.map(push));
            operations.push(opcode.into());
            operations.extend(ops(&[Drop; 4]));
        }
    }
    run(&operations)
}

/// The first and the last address, a stream that ends there, and the range of the free memory pointer.
fn addresses() -> (Program, ProgramInputs) {
    let last = u64::from(u32::MAX);
    let mut operations = Vec::new();
    for address in [0, 0xFFFF, 1 << 16, last] {
        operations.extend([push(7), push(address), MStore.into(), push(address), MLoadW.into()]);
    }
    operations.push(push(last - 1));
    operations.extend(ops(&[Pad; 12]));
    operations.push(MStream.into());
    let fall = Felt::MODULUS - ((1 << 31) - 1);
    operations.extend([push((1 << 31) - 1), FmpUpdate.into(), push(fall), FmpUpdate.into()]);
    run(&operations)
}

/// Procedures with items below the top 16 of their own, called twice each, from the root and from each other; a system
/// call of each, and a system call that executes code by its digest.
fn calls() -> (Program, ProgramInputs) {
    let mut b = ProgramBuilder::new();
    let block = |b: &mut ProgramBuilder, list: &[Operation]| b.block(list).expect("a block");
    let push_digest = |b: &ProgramBuilder, id: NodeId| -> Vec<Operation> {
        b.node(id).digest().elements().map(Operation::Push).into()
    };

    let leaf = block(&mut b, &[vec![push(3), push(4)], ops(&[Pad, Drop, Drop, MStore])].concat());
    let leaf_drop = block(&mut b, &ops(&[Drop]));
    let leaf = b.join(leaf, leaf_drop).expect("a join");
    let reference = push_digest(&b, leaf);
    let reference = block(&mut b, &reference);
    let drop_word = block(&mut b, &ops(&[Drop; 4]));
    let execution = b.dynexec().expect("a node");
    let caller = block(&mut b, &ops(&[Pad, Pad, Pad, Pad, Caller, Drop, Drop, Drop, Drop]));
    let of_kernel = b.sequence(&[caller, reference, execution, drop_word]).expect("a sequence");
    let kernel = Kernel::new([*b.node(of_kernel).digest()].into()).expect("a kernel");

    let call_leaf = b.call(leaf).expect("a call");
    let dynamic_call = b.dyncall().expect("a node");
    let system_call = b.syscall(of_kernel).expect("a system call");
    let deep = block(&mut b, &ops(&[Incr, Pad, SDepth]));
    let shallow = block(&mut b, &ops(&[Drop, Drop]));
    let outer = [deep, call_leaf, system_call, call_leaf, reference, dynamic_call, drop_word, shallow];
    let outer = b.sequence(&outer).expect("a sequence");
    let call_outer = b.call(outer).expect("a call");
    let root = b.sequence(&[deep, call_outer, system_call, call_leaf, call_outer]).expect("a sequence");
    let (program, _) = b.finish_with(root, &[leaf], kernel);
    let stack = StackInputs::from_ints(&[5; 19]).expect("inputs");
    (program, ProgramInputs { stack, ..ProgramInputs::default() })
}

/// Updates of a leaf, of an inner node, of the leaf again, one that changes nothing and one of a child of the root,
/// each in the tree that the update before has made; then a path in the last tree.
fn updates() -> (Program, ProgramInputs) {
    let mut store = MerkleStore::new();
    let leaf = |i: u64| Digest::new([i, 2, 3, 4].map(felt));
    let mut root = store.add_tree(&(0..8).map(leaf).collect::<Vec<_>>()).expect("a tree");
    let advice = AdviceInputs::default().with_merkle_store(store.clone());
    let word = |word: Digest| word.elements().map(Operation::Push).to_vec();
    let mut operations = Vec::new();
    for (depth, index, new) in [(3, 5, 40), (2, 0, 41), (3, 5, 42), (3, 7, 7), (1, 1, 43)] {
        let old = store.node(&root, depth, index).expect("a node");
        operations.extend([word(leaf(new)), word(root)].concat());
        operations.extend([vec![push(index), push(depth.into())], word(old), ops(&[MrUpdate])].concat());
        operations.extend(ops(&[Drop; 14]));
        root = store.set_node(&root, depth, index, &leaf(new)).expect("a node");
    }
    operations.extend([word(root), vec![push(1), push(1)], word(leaf(43)), ops(&[MpVerify])].concat());
    operations.extend(ops(&[Drop; 10]));
    (straight(&operations), ProgramInputs { advice, ..ProgramInputs::default() })
}
