//! A program that exercises everything. Tests of other crates include this file.

#![allow(dead_code, unreachable_pub, reason = "each test file uses a part")]

use miden_core::{
    AdviceInputs, Digest, Felt, Kernel, MerkleStore, NodeId,
    Opcode::{self, *},
    Operation, Program, ProgramInputs, StackInputs,
    field::StarkField,
    program::ProgramBuilder,
};

/// Shorthand for a field element.
pub fn felt(value: u64) -> Felt {
    Felt::new(value)
}

/// Operations without an immediate.
pub fn ops(opcodes: &[Opcode]) -> Vec<Operation> {
    opcodes.iter().map(|&opcode| opcode.into()).collect()
}

/// A `push`.
pub fn push(value: u64) -> Operation {
    Operation::Push(felt(value))
}

/// Every operation, in blocks of all shapes: groups and blocks that end with a `push`, joins, both branches of splits,
/// loops that run and loops that do not, calls of all kinds, items below the top 16 at the start, in calls and at the
/// end.
pub fn program_with_everything() -> (Program, ProgramInputs) {
    let mut b = ProgramBuilder::new();
    let tree = Tree::new();

    let arithmetic: Vec<Operation> = [
        vec![push(6), push(7)],
        ops(&[Add, Neg, Incr, Inv, Drop, Pad, Not, Pad, Eqz, And, Pad, Or, Assert]),
        vec![push(9), push(9)],
        ops(&[Eq, Assert, Pad]),
        vec![push(3)],
        ops(&[Eq, AssertZ]),
        vec![push(5)],
        ops(&[Eqz, AssertZ]),
        vec![push(20), push(4)],
        ops(&[Sub]),
        vec![push(3)],
        ops(&[Mul, Drop, SDepth, Drop, Noop]),
    ]
    .concat();
    let moves: Vec<Operation> = [
        (1..=17).map(push).collect(),
        ops(&[
            MovUp2, MovUp3, MovUp4, MovUp5, MovUp6, MovUp7, MovUp8, MovDn2, MovDn3, MovDn4, MovDn5, MovDn6,
            MovDn7, MovDn8, Swap, SwapW, SwapW2, SwapW3, SwapDW, Dup0, Dup1, Dup2, Dup3, Dup4, Dup5, Dup6,
            Dup7, Dup9, Dup11, Dup13, Dup15,
        ]),
        ops(&[Pad, CSwap, Pad, Incr, CSwap, Pad, CSwapW, Pad, Incr, CSwapW]),
        ops(&[Drop; 29]),
    ]
    .concat();
    let limbs: Vec<Operation> = [
        vec![push(0xFFFF_FFFF_0000_0000)],
        ops(&[U32Split, U32Assert2, U32Add, Drop, Drop]),
        vec![push(0x1_2345_6789_abcd)],
        ops(&[U32Split, U32Sub, Drop, Drop]),
        vec![push(0xffff_ffff), push(0xffff_fffe)],
        ops(&[Dup1, Dup1, U32Mul, Drop, Drop, Dup1, Dup1, U32WAdd, Drop, Dup1, Dup1, U32Lt, Drop]),
        ops(&[Dup1, Dup1, Dup1, U32Add3, Drop, Drop, Dup1, Dup1, Dup1, U32MAdd, Drop, Drop, Drop]),
        vec![push(1 << 7)],
        ops(&[U32Rot, Drop]),
        vec![push(0x8001_0003), push(1), push(3), push(0)],
        ops(&[ExpAcc, ExpAcc, ExpAcc, Drop, Drop, Drop, Drop]),
    ]
    .concat();

    let arithmetic = block(&mut b, &arithmetic);
    let moves = block(&mut b, &moves);
    let limbs = block(&mut b, &limbs);
    // A group whose ninth operation is a push, and a block whose last operation is one.
    let ninth = [ops(&[Noop; 8]), vec![push(8), push(0)], ops(&[Drop; 2]), vec![push(1)]].concat();
    let ninth = block(&mut b, &ninth);
    let one = block(&mut b, &ops(&[Pad, Incr]));
    let zero = block(&mut b, &ops(&[Pad]));
    let split = b.split(one, zero).expect("a split");
    // Counts the top of the stack down to zero.
    let body = block(&mut b, &[ops(&[Incr, Dup0]), vec![push(0)], ops(&[Eq, Not])].concat());
    let looping = b.while_true(body).expect("a loop");
    let count = block(&mut b, &[vec![push(felt_minus(3)), push(1)]].concat());
    let not_entered = b.sequence(&[zero, looping]).expect("a sequence");
    let (registers, memory, advice) = (registers(&mut b), memory(&mut b), advice(&mut b));
    let (bits, hashes) = (bits(&mut b), hashes(&mut b, &tree));
    let (calls, kernel) = calls(&mut b);
    let parts = [
        registers,
        memory,
        advice,
        bits,
        hashes,
        calls,
        arithmetic,
        moves,
        limbs,
        ninth,
        split,
        one,
        split,
        zero,
        split,
        count,
        looping,
        not_entered,
        one,
        zero,
    ];
    let root = b.sequence(&parts).expect("a sequence");
    let inputs: Vec<u64> = (100..120).chain([1]).collect();
    let (program, _) = b.finish_with(root, &[], kernel);
    let tape = (1..=13).map(felt).collect();
    let advice = AdviceInputs::new(tape).with_merkle_store(tree.store);
    let stack = StackInputs::from_ints(&inputs).expect("inputs");
    (program, ProgramInputs { stack, advice })
}

/// `−value`
fn felt_minus(value: u64) -> u64 {
    Felt::MODULUS - value
}

fn block(b: &mut ProgramBuilder, list: &[Operation]) -> NodeId {
    b.block(list).expect("a block")
}

/// Pushes the elements of a word; element 3 ends on top.
fn push_word(word: &Digest) -> Vec<Operation> {
    word.elements().iter().map(|&element| Operation::Push(element)).collect()
}

/// Operations on clock and free memory pointer.
fn registers(b: &mut ProgramBuilder) -> NodeId {
    let list = [
        ops(&[Clk, Drop]),
        vec![push(5)],
        ops(&[FmpUpdate]),
        vec![push(2)],
        ops(&[FmpAdd, Drop]),
        vec![push(felt_minus(5))],
        ops(&[FmpUpdate]),
    ];
    block(b, &list.concat())
}

/// Accesses to words and elements, first and later ones, at neighbouring and distant addresses.
fn memory(b: &mut ProgramBuilder) -> NodeId {
    let word = [push(1), push(2), push(3), push(4)].to_vec();
    let list = [
        vec![push(7), push(100)],
        ops(&[MStore, Drop]),
        vec![push(100)],
        ops(&[MLoad, Drop]),
        word,
        vec![push(0xFFFF_FFFF)],
        ops(&[MStoreW]),
        vec![push(8), push(0xFFFF_FFFF)],
        ops(&[MStore, Drop]),
        vec![push(0xFFFF_FFFF)],
        ops(&[MLoadW]),
        // A word that was never written.
        vec![push(3)],
        ops(&[MLoadW, Drop, Drop, Drop, Drop]),
        vec![push(99)],
        ops(&[Pad; 12]),
        ops(&[MStream, MStream]),
        ops(&[Drop; 13]),
    ];
    block(b, &list.concat())
}

fn advice(b: &mut ProgramBuilder) -> NodeId {
    let list = [
        ops(&[Read, Drop, Pad, Pad, Pad, Pad, ReadW, Drop, Drop, Drop, Drop]),
        vec![push(300)],
        ops(&[Pad; 12]),
        ops(&[Pipe]),
        ops(&[Drop; 13]),
        vec![push(301), push(0)],
        ops(&[Drop, MLoad, Drop]),
    ];
    block(b, &list.concat())
}

/// Bitwise operations, on words that are neighbours in the chiplet and words that are not, and divisions.
fn bits(b: &mut ProgramBuilder) -> NodeId {
    let pairs = [U32And, U32Xor, U32Or, U32AndN, U32Xr16, U32Xr12, U32Xr8, U32Xr7];
    let pairs =
        pairs.into_iter().flat_map(|op| [push(0x1234_5678), push(0xF0F0_0FF1), op.into(), Drop.into()]);
    let triples = [U32Maj, U32Ch, U32Chi].into_iter().flat_map(|op| {
        [vec![push(0xDEAD_BEEF), push(0x0F1E_2D3C), push(0x8765_4321), op.into()], ops(&[Drop; 4])].concat()
    });
    let divisions = [(17, 5), (0, 1), (0x1234_5678_9ABC, 0xFEDC_BA98)]
        .into_iter()
        .flat_map(|(a, b)| [push(a), push(b), U32Div.into(), Drop.into(), Drop.into()]);
    let list: Vec<Operation> = pairs.chain(triples).chain(divisions).collect();
    block(b, &list)
}

/// A tree of eight leaves.
struct Tree {
    store: MerkleStore,
    leaves: Vec<Digest>,
    root: Digest,
}

impl Tree {
    fn new() -> Self {
        let leaves: Vec<Digest> =
            (0..8).map(|i| Digest::new([i, 10 + i, 20 + i, 30 + i].map(felt))).collect();
        let mut store = MerkleStore::new();
        let root = store.add_tree(&leaves).expect("a tree");
        Self { store, leaves, root }
    }

    /// Pushes `[V, d, i, R]` for a leaf.
    fn opening(&self, index: usize) -> Vec<Operation> {
        let place = vec![push(index as u64), push(3)];
        [push_word(&self.root), place, push_word(&self.leaves[index])].concat()
    }
}

/// Permutations, verified paths (one of them twice), and an update.
fn hashes(b: &mut ProgramBuilder, tree: &Tree) -> NodeId {
    let new_leaf = Digest::new([9; 4].map(felt));
    let list = [
        ops(&[HPerm, HPerm]),
        tree.opening(5),
        ops(&[MpVerify, MpVerify]),
        ops(&[Drop; 10]),
        tree.opening(0),
        ops(&[MpVerify]),
        ops(&[Drop; 10]),
        push_word(&new_leaf),
        tree.opening(6),
        ops(&[MrUpdate]),
        ops(&[Drop; 14]),
    ];
    block(b, &list.concat())
}

/// Nested calls, system calls from both, and dynamic calls; procedures have their own items below the top 16 and their
/// own words in memory. Also returns the kernel.
fn calls(b: &mut ProgramBuilder) -> (NodeId, Kernel) {
    let of_kernel = [
        ops(&[Pad, Pad, Pad, Pad, Caller, Drop, Drop, Drop, Drop]),
        vec![push(44), push(100)],
        ops(&[MStore, Drop]),
    ];
    let of_kernel = block(b, &of_kernel.concat());
    let unused = block(b, &ops(&[Incr]));
    let kernel = Kernel::new([of_kernel, unused].map(|id| *b.node(id).digest()).to_vec()).expect("a kernel");
    let system_call = b.syscall(of_kernel).expect("a system call");

    let inner =
        block(b, &[ops(&[Pad; 3]), vec![push(1), push(100)], ops(&[MStore]), ops(&[Drop; 4])].concat());
    let inner_call = b.call(inner).expect("a call");
    let before = block(b, &ops(&[Pad, SDepth, Add]));
    let after = block(b, &[vec![push(100)], ops(&[MLoad, Drop, Drop])].concat());
    let outer = b.sequence(&[before, inner_call, system_call, after]).expect("a sequence");
    let outer_call = b.call(outer).expect("a call");

    let reference = push_word(b.node(inner).digest());
    let reference = block(b, &reference);
    let dynamic = [b.dynexec().expect("a node"), b.dyncall().expect("a node")];
    let drop_word = block(b, &ops(&[Drop; 4]));
    let parts = [outer_call, system_call, reference, dynamic[0], dynamic[1], drop_word, inner_call];
    (b.sequence(&parts).expect("a sequence"), kernel)
}
