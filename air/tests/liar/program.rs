//! Random programs with everything that can be lied about: every kind of node, items below the top 16, memory in
//! several contexts, hashes, paths, bits and advice. On request one of them cannot be executed at a random place.

use miden_core::{
    AdviceInputs, Digest, Felt, Kernel, MerkleStore, NodeId,
    Opcode::{self, *},
    Operation, Program, StackInputs,
    field::StarkField,
    operations::Shift,
    params::STACK_TOP,
    program::ProgramBuilder,
};

use crate::{
    common::{felt, ops, push},
    rng::Rng,
};

/// A program with its inputs.
pub(crate) struct Case {
    pub(crate) program: Program,
    pub(crate) stack: StackInputs,
    pub(crate) advice: AdviceInputs,
}

/// The place of the program that cannot be executed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Failing {
    Operation,
    Condition,
    Digest,
    Kernel,
    CallInSyscall,
    Return,
}

struct Generator {
    rng: Rng,
    b: ProgramBuilder,
    procedures: Vec<NodeId>,
    kernel: Vec<Digest>,
    leaves: Vec<Digest>,
    root: Digest,
    failing: Option<Failing>,
}

/// Operations that succeed on every stack.
const TOTAL: [Opcode; 40] = [
    Noop, Neg, Incr, Eqz, Add, Sub, Mul, Eq, Pad, Drop, Drop, SDepth, Clk, FmpAdd, U32Split, U32Add, U32Sub,
    U32Mul, U32Add3, U32MAdd, U32WAdd, U32Lt, U32Rot, Dup0, Dup3, Dup7, Dup15, Swap, SwapW, SwapW2, SwapW3,
    SwapDW, MovUp2, MovUp5, MovUp8, MovDn3, MovDn6, MovDn8, Read, ReadW,
];

const ADDRESSES: [u64; 6] = [0, 1, 1, 2, 1 << 30, (1 << 32) - 1];

impl Case {
    /// The program of a seed; if it `fails`, some step cannot be executed unless it is never reached.
    pub(crate) fn new(seed: u64, fails: bool) -> Self {
        let mut rng = Rng::new(seed);
        let leaves: Vec<Digest> = (0..8).map(|i| Digest::new([i, i + 1, 7, 9].map(felt))).collect();
        let mut store = MerkleStore::new();
        let root = store.add_tree(&leaves).expect("a tree");
        let kinds = [
            Failing::Operation,
            Failing::Operation,
            Failing::Condition,
            Failing::Digest,
            Failing::Kernel,
            Failing::CallInSyscall,
            Failing::Return,
        ];
        let failing = fails.then(|| rng.pick(&kinds));
        let mut generator = Generator {
            rng,
            b: ProgramBuilder::new(),
            procedures: Vec::new(),
            kernel: Vec::new(),
            leaves,
            root,
            failing,
        };
        let stack: Vec<u64> = (0..generator.rng.below(22)).map(|_| generator.value()).collect();
        let mut depth = stack.len().max(STACK_TOP);
        let nodes = [generator.code(&mut depth, 3), generator.code(&mut depth, 2)];
        let root = generator.b.sequence(&nodes).expect("a sequence");
        let Generator { b, procedures, mut kernel, mut rng, .. } = generator;
        kernel.sort();
        kernel.dedup();
        let kernel = Kernel::new(kernel).expect("a kernel");
        let (program, _) = b.finish_with(root, &procedures, kernel);
        let tape = (0..4000).map(|_| Felt::new(rng.next() % Felt::MODULUS)).collect();
        Self {
            program,
            stack: StackInputs::from_ints(&stack).expect("inputs"),
            advice: AdviceInputs::new(tape).with_merkle_store(store),
        }
    }
}

impl Generator {
    fn value(&mut self) -> u64 {
        match self.rng.below(4) {
            0 => self.rng.pick(&[0, 1, 2, 0xffff, 1 << 16, (1 << 32) - 1, 1 << 32, Felt::MODULUS - 1]),
            1 => self.rng.next() % Felt::MODULUS,
            _ => self.rng.next() >> 32,
        }
    }

    fn word(&mut self) -> u64 {
        match self.rng.below(3) {
            0 => self.rng.pick(&[0, 1, 0xffff, 1 << 16, (1 << 32) - 1]),
            _ => self.rng.next() >> 32,
        }
    }

    fn block(&mut self, operations: &[Operation]) -> NodeId {
        self.b.block(operations).expect("a block")
    }

    /// A node that changes the stack to another depth.
    fn level(&mut self, from: usize, to: usize) -> NodeId {
        let list = match (from.saturating_sub(to), to.saturating_sub(from)) {
            (0, 0) => ops(&[Noop]),
            (0, pads) => ops(&vec![Pad; pads]),
            (drops, _) => ops(&vec![Drop; drops]),
        };
        self.block(&list)
    }

    fn join(&mut self, left: NodeId, right: NodeId) -> NodeId {
        self.b.join(left, right).expect("a join")
    }

    /// Whether this is the place that cannot be executed.
    fn fails(&mut self, kind: Failing) -> bool {
        let fails = self.failing == Some(kind);
        if fails {
            self.failing = None;
        }
        fails
    }

    fn code(&mut self, depth: &mut usize, level: usize) -> NodeId {
        if level == 0 {
            return self.operations(depth);
        }
        match self.rng.below(12) {
            0..5 => {
                let left = self.code(depth, level - 1);
                let right = self.code(depth, level - 1);
                self.join(left, right)
            }
            5 => {
                let bit = if self.fails(Failing::Condition) { 2 } else { self.rng.below(2) as u64 };
                let condition = self.block(&[push(bit)]);
                let (mut one, mut zero) = (*depth, *depth);
                let branches = [self.code(&mut one, level - 1), self.code(&mut zero, level - 1)];
                let [on_one, on_zero] = [(branches[0], one), (branches[1], zero)].map(|(branch, from)| {
                    let level = self.level(from, *depth);
                    self.join(branch, level)
                });
                let split = self.b.split(on_one, on_zero).expect("a split");
                self.join(condition, split)
            }
            6 | 7 => self.repeated(),
            8 | 9 => {
                let procedure = self.procedure(level - 1);
                self.b.call(procedure).expect("a call")
            }
            10 => self.system_call(),
            _ => self.dynamic(),
        }
    }

    /// A procedure that leaves 16 items.
    fn procedure(&mut self, level: usize) -> NodeId {
        let mut depth = STACK_TOP;
        let code = self.code(&mut depth, level);
        let to = if self.fails(Failing::Return) { STACK_TOP + 1 } else { STACK_TOP };
        let end = self.level(depth, to);
        self.join(code, end)
    }

    /// A loop with up to three iterations.
    fn repeated(&mut self) -> NodeId {
        let count = self.rng.below(4) as u64;
        let test = ops(&[Dup0, Eqz, Not]);
        let before = self.block(&[&[push(count)], &test[..]].concat());
        let (a, b) = (self.value(), self.value());
        let operation = self.rng.pick(&[Add, Mul, Sub, Eq]);
        if self.rng.one_in(2) {
            // At most one iteration, each of which is the last one.
            let before = self.block(&[push(count % 2)]);
            let body = self.block(&[push(a), push(b), operation.into(), Drop.into(), push(0)]);
            let repeated = self.b.while_true(body).expect("a loop");
            return self.join(before, repeated);
        }
        let body = [push(a), push(b), operation.into(), Drop.into(), push(Felt::MODULUS - 1), Add.into()];
        let body = self.block(&[&body[..], &test[..]].concat());
        let repeated = self.b.while_true(body).expect("a loop");
        let after = self.block(&ops(&[Drop]));
        self.b.sequence(&[before, repeated, after]).expect("a sequence")
    }

    fn system_call(&mut self) -> NodeId {
        let mut list = ops(&[Caller]);
        list.extend(self.memory());
        let own = list.clone();
        let mut depth = STACK_TOP;
        own.iter().for_each(|operation| shift(&mut depth, operation.opcode()));
        let mut body = self.block(&list);
        if self.fails(Failing::CallInSyscall) {
            let callee = self.block(&ops(&[Incr]));
            let call = self.b.call(callee).expect("a call");
            body = self.join(call, body);
        }
        let end = self.level(depth, STACK_TOP);
        let procedure = self.join(body, end);
        if !self.fails(Failing::Kernel) {
            let digest = *self.b.node(procedure).digest();
            self.kernel.push(digest);
        }
        self.b.syscall(procedure).expect("a system call")
    }

    /// A dynamic node whose procedure leaves the depth unchanged.
    fn dynamic(&mut self) -> NodeId {
        let (a, b) = (self.value(), self.value());
        let operation = self.rng.pick(&[Add, Mul, Sub]);
        let body = self.block(&[push(a), push(b), operation.into(), Drop.into()]);
        let digest = *self.b.node(body).digest();
        if !self.fails(Failing::Digest) {
            self.procedures.push(body);
        }
        let before = self.block(&digest.elements().map(Operation::Push));
        let node = match self.rng.one_in(2) {
            true => self.b.dyncall().expect("a node"),
            false => self.b.dynexec().expect("a node"),
        };
        let after = self.block(&ops(&[Drop; 4]));
        self.b.sequence(&[before, node, after]).expect("a sequence")
    }

    fn operations(&mut self, depth: &mut usize) -> NodeId {
        let mut list = Vec::new();
        for _ in 0..1 + self.rng.below(6) {
            let fragment = self.fragment();
            list.extend(fragment);
        }
        if self.fails(Failing::Operation) {
            let failing = self.failing_operation();
            list.extend(failing);
        }
        list.iter().for_each(|operation| shift(depth, operation.opcode()));
        self.block(&list)
    }

    fn fragment(&mut self) -> Vec<Operation> {
        let total = self.rng.pick(&TOTAL);
        let bits = [self.rng.below(2) as u64, self.rng.below(2) as u64];
        let words = [self.word(), self.word(), self.word()];
        match self.rng.below(22) {
            0 => vec![push(bits[0]), self.rng.pick(&[Not, CSwap, CSwapW]).into()],
            1 => vec![push(bits[0]), push(bits[1]), self.rng.pick(&[And, Or]).into()],
            2 => vec![push(words[0] + 1), Inv.into()],
            3 => vec![push(1), Assert.into(), push(0), AssertZ.into()],
            4 => vec![push(words[0]), push(words[1].max(1)), U32Div.into()],
            5..8 => {
                let opcode = self.rng.pick(&[
                    U32And, U32Xor, U32Or, U32AndN, U32Xr16, U32Xr12, U32Xr8, U32Xr7, U32Assert2, U32Maj,
                    U32Ch, U32Chi,
                ]);
                words.map(push).into_iter().chain([opcode.into()]).collect()
            }
            8 => {
                let [x, acc, base] = [self.value(), self.value(), self.value()];
                vec![push(words[0]), push(acc), push(base), push(x), ExpAcc.into()]
            }
            9 => {
                let locals = self.rng.below(100) as u64;
                vec![push(locals), FmpUpdate.into()]
            }
            10..14 => self.memory(),
            14 if self.rng.one_in(2) => {
                let opcode = self.rng.pick(&[MStream, Pipe]);
                let address = self.rng.pick(&ADDRESSES[..5]);
                [vec![push(address)], ops(&[Pad; 12]), ops(&[opcode]), ops(&[Drop; 9])].concat()
            }
            15 if self.rng.one_in(2) => self.opening(),
            16 => ops(&[HPerm]),
            17 => {
                let value = self.value();
                vec![push(value), total.into()]
            }
            _ => vec![total.into()],
        }
    }

    fn memory(&mut self) -> Vec<Operation> {
        let address = self.rng.pick(&ADDRESSES);
        if self.rng.one_in(2) {
            return vec![push(address), MStoreW.into(), Drop.into(), push(address), MLoadW.into()];
        }
        vec![push(address), self.rng.pick(&[MLoad, MLoadW, MStore, MStoreW, MStoreW]).into()]
    }

    /// Verifies a path or updates a node.
    fn opening(&mut self) -> Vec<Operation> {
        let index = self.rng.below(8);
        let word = |digest: &Digest| digest.elements().map(Operation::Push).to_vec();
        let place = vec![push(index as u64), push(3)];
        let node = [word(&self.root), place, word(&self.leaves[index])].concat();
        match self.rng.one_in(2) {
            true => [node, ops(&[MpVerify]), ops(&[Drop; 8])].concat(),
            false => {
                let new = word(&self.leaves[self.rng.below(8)]);
                [new, node, ops(&[MrUpdate]), ops(&[Drop; 10])].concat()
            }
        }
    }

    fn failing_operation(&mut self) -> Vec<Operation> {
        let large = 1 << 32;
        let cases = [
            vec![push(2), Assert.into()],
            vec![push(1), AssertZ.into()],
            vec![push(0), Inv.into()],
            vec![push(2), Not.into()],
            vec![push(2), push(1), And.into()],
            vec![push(2), CSwap.into()],
            vec![push(7), push(0), U32Div.into()],
            vec![push(large), push(1), U32And.into()],
            vec![push(large), push(1), U32Assert2.into()],
            vec![push(large), MLoad.into()],
            vec![push(large), MStoreW.into()],
            vec![push(large), push(5), push(6), push(7), ExpAcc.into()],
            vec![push(large), FmpUpdate.into()],
            [vec![push(1); 10], ops(&[MpVerify])].concat(),
            ops(&[Caller]),
        ];
        let number = self.rng.below(cases.len());
        cases[number].clone()
    }
}

/// The depth after an operation.
fn shift(depth: &mut usize, opcode: Opcode) {
    match opcode.info().shift() {
        Shift::Left => *depth = STACK_TOP.max(*depth - 1),
        Shift::Right => *depth += 1,
        Shift::None => {}
    }
}
