//! Generated programs, which succeed on any inputs unless they contain a node that fails.

use miden_core::{
    AdviceInputs, Digest, FaultCode, Felt, Kernel, MerkleStore, NodeId, Opcode, Operation, Program,
    operations::{MachineOperation, OPERATIONS},
    outcome::{FAULT_RULES, FaultRule, Operand, Predicate},
    program::{AdviceInjector, Decorator, ErrorCode, ProgramBuilder},
};
use proptest::{prelude::*, sample::select};

use super::{
    EDGES,
    failing::FailingNode,
    model::{self, P},
    push,
};

/// Operations that succeed on any two or three u32 values on top.
fn on_u32_values() -> Vec<Opcode> {
    let is_it = |rule: &&FaultRule| {
        rule.predicate == Predicate::NotU32
            && rule.code == FaultCode::NotU32Value
            && matches!(rule.operand, Operand::Items(_))
    };
    FAULT_RULES.iter().filter(is_it).map(|rule| rule.opcode).collect()
}

#[derive(Clone, Debug)]
pub(crate) enum Tree {
    Block(Vec<Operation>),
    Join(Box<Tree>, Box<Tree>),
    Split(bool, Box<Tree>, Box<Tree>),
    /// A loop with this number of iterations; the body leaves the stack unchanged.
    Loop(u8, Vec<Vec<Operation>>),
    /// A call.
    Call(Box<Tree>),
    /// A system call of a procedure that makes no calls.
    SysCall(Vec<Operation>),
    /// An execution or (if true) a call of a procedure by its digest.
    Dynamic(bool, Box<Tree>),
    /// A node that fails.
    Fails(Box<FailingNode>),
}

/// Collects the nodes of a program.
#[derive(Default)]
pub(super) struct Parts {
    pub(super) builder: ProgramBuilder,
    /// The number of blocks that have been given decorators, if blocks are decorated.
    decorated: Option<u32>,
    /// The procedures that dynamic calls can reach.
    procedures: Vec<NodeId>,
    kernel: Vec<Digest>,
}

impl Parts {
    /// A block. The decorators of each are different, so equal blocks have different decorators.
    pub(super) fn block(&mut self, operations: &[Operation]) -> NodeId {
        let Some(number) = &mut self.decorated else { return self.builder.block(operations).unwrap() };
        *number += 1;
        let error = |code| Decorator::Error(ErrorCode { code, message: None });
        let advice = [AdviceInjector::MerkleMerge, AdviceInjector::InsertPermutation];
        let advice = Decorator::Advice(advice[*number as usize % advice.len()]);
        let last = operations.len().saturating_sub(1);
        let decorators = [(0, error(*number)), (last / 2, advice.clone()), (last, error(0)), (last, advice)];
        self.builder.decorated_block(operations, &decorators).unwrap()
    }

    /// A system call of a procedure of the kernel.
    pub(super) fn system_call(&mut self, procedure: NodeId) -> NodeId {
        self.kernel.push(*self.builder.node(procedure).digest());
        self.builder.syscall(procedure).unwrap()
    }

    fn finish(mut self, root: NodeId) -> Program {
        self.kernel.sort();
        self.kernel.dedup();
        let kernel = Kernel::new(self.kernel).unwrap();
        self.builder.finish_with(root, &self.procedures, kernel).0
    }
}

impl Tree {
    pub(crate) fn program(&self) -> Program {
        self.finish(Parts::default())
    }

    /// The same program with decorators that change neither stack nor advice tape.
    pub(crate) fn decorated_program(&self) -> Program {
        self.finish(Parts { decorated: Some(0), ..Parts::default() })
    }

    fn finish(&self, mut parts: Parts) -> Program {
        let root = self.build(&mut parts);
        parts.finish(root)
    }

    pub(super) fn build(&self, parts: &mut Parts) -> NodeId {
        match self {
            Self::Fails(node) => node.build(parts),
            Self::Block(operations) => parts.block(operations),
            Self::Join(left, right) => {
                let (left, right) = (left.build(parts), right.build(parts));
                parts.builder.join(left, right).unwrap()
            }
            Self::Split(condition, on_one, on_zero) => {
                let condition = parts.builder.block(&[push(u64::from(*condition))]).unwrap();
                let (on_one, on_zero) = (on_one.build(parts), on_zero.build(parts));
                let split = parts.builder.split(on_one, on_zero).unwrap();
                parts.builder.join(condition, split).unwrap()
            }
            Self::Loop(count, blocks) => {
                let builder = &mut parts.builder;
                let is_not_zero = [Opcode::Dup0, Opcode::Eqz, Opcode::Not].map(Operation::from);
                let before = builder.block(&[&[push(u64::from(*count))], &is_not_zero[..]].concat()).unwrap();
                let blocks: Vec<_> = blocks.iter().map(|block| builder.block(block).unwrap()).collect();
                let step = [&[push(P - 1), Opcode::Add.into()], &is_not_zero[..]].concat();
                let step = builder.block(&step).unwrap();
                let body = builder.sequence(&[blocks, vec![step]].concat()).unwrap();
                let repeated = builder.while_true(body).unwrap();
                let after = builder.block(&[Opcode::Drop.into()]).unwrap();
                builder.sequence(&[before, repeated, after]).unwrap()
            }
            Self::Call(body) => {
                let body = body.build(parts);
                let procedure = trimmed(&mut parts.builder, body);
                parts.builder.call(procedure).unwrap()
            }
            Self::SysCall(operations) => {
                let body = parts.block(operations);
                let procedure = trimmed(&mut parts.builder, body);
                parts.system_call(procedure)
            }
            Self::Dynamic(calls, body) => {
                let body = body.build(parts);
                let procedure = trimmed(&mut parts.builder, body);
                parts.procedures.push(procedure);
                let digest = *parts.builder.node(procedure).digest();
                let digest = parts.builder.block(&digest.elements().map(Operation::Push)).unwrap();
                let node = match calls {
                    true => parts.builder.dyncall().unwrap(),
                    false => parts.builder.dynexec().unwrap(),
                };
                parts.builder.join(digest, node).unwrap()
            }
        }
    }
}

/// The body, then a loop that drops all but 16 items.
pub(super) fn trimmed(builder: &mut ProgramBuilder, body: NodeId) -> NodeId {
    let is_deep = [Opcode::SDepth.into(), push(16), Opcode::Eq.into(), Opcode::Not.into()];
    let test = builder.block(&is_deep).unwrap();
    let step = builder.block(&[&[Opcode::Drop.into()], &is_deep[..]].concat()).unwrap();
    let trim = builder.while_true(step).unwrap();
    builder.sequence(&[body, test, trim]).unwrap()
}

/// Advice that is enough for every generated program: values, and a tree of eight leaves.
pub(crate) fn advice() -> AdviceInputs {
    let mut store = MerkleStore::new();
    store.add_tree(&leaves().map(|leaf| Digest::new(leaf.map(Felt::new)))).unwrap();
    AdviceInputs::new(felts(&tape())).with_merkle_store(store)
}

pub(crate) fn tape() -> Vec<u64> {
    (0..8000).map(|i| model::mul(i, 0x9e37_79b9_7f4a_7c15 % P)).collect()
}

/// The leaves of the tree.
pub(crate) fn leaves() -> [model::Word; 8] {
    std::array::from_fn(|i| [1, 2, 3, 4].map(|element| 10 * i as u64 + element))
}

pub(crate) fn element() -> impl Strategy<Value = u64> {
    prop_oneof![select(EDGES.to_vec()), 0..P, 0..1u64 << 32]
}

/// An operation that succeeds on every stack.
fn total() -> impl Strategy<Value = Operation> {
    let needs_host = |opcode: Opcode| {
        use MachineOperation::{MpVerify, MrUpdate, Pipe, Read, ReadW};
        matches!(opcode.machine_operation(), Some(Read | ReadW | Pipe | MpVerify | MrUpdate))
    };
    let total: Vec<Operation> = OPERATIONS
        .iter()
        .filter(|info| info.is_block_operation() && info.opcode != Opcode::Push)
        .filter(|info| !info.opcode.can_fault() && !needs_host(info.opcode))
        .map(|info| info.opcode.into())
        .collect();
    prop_oneof![4 => select(total), 1 => element().prop_map(push)]
}

/// A partial operation with valid operands, or a total operation.
fn fragment() -> impl Strategy<Value = Vec<Operation>> {
    let bit = || (0..2u64).prop_map(push);
    let small = || select(vec![0, 1, 0xffff, 1 << 16, u64::from(u32::MAX)]).prop_map(push);
    let any_value = || element().prop_map(push);
    let then = |opcode: Opcode| Operation::from(opcode);
    prop_oneof![
        8 => total().prop_map(|operation| vec![operation]),
        1 => (bit(), select(vec![Opcode::Not, Opcode::CSwap, Opcode::CSwapW]))
            .prop_map(move |(bit, opcode)| vec![bit, then(opcode)]),
        1 => (bit(), bit(), select(vec![Opcode::And, Opcode::Or]))
            .prop_map(move |(a, b, opcode)| vec![a, b, then(opcode)]),
        1 => (1..P).prop_map(move |value| vec![push(value), then(Opcode::Inv)]),
        1 => Just(vec![push(1), then(Opcode::Assert), push(0), then(Opcode::AssertZ)]),
        1 => (small(), 1..1u64 << 32)
            .prop_map(move |(a, b)| vec![a, push(b), then(Opcode::U32Div)]),
        2 => (small(), small(), small(), select(on_u32_values()))
            .prop_map(move |(a, b, c, opcode)| vec![a, b, c, then(opcode)]),
        1 => (small(), any_value(), any_value(), any_value())
            .prop_map(move |(b, acc, base, x)| vec![b, acc, base, x, then(Opcode::ExpAcc)]),
        1 => (0..100u64, any::<bool>()).prop_map(move |(locals, frees)| {
            let mut operations = vec![push(locals), then(Opcode::FmpUpdate)];
            if frees {
                operations.extend([push(model::sub(0, locals)), then(Opcode::FmpUpdate)]);
            }
            operations
        }),
        1 => select(vec![Opcode::Read, Opcode::ReadW]).prop_map(move |opcode| vec![then(opcode)]),
        3 => (address(), select(vec![Opcode::MLoad, Opcode::MLoadW, Opcode::MStore, Opcode::MStoreW]))
            .prop_map(move |(address, opcode)| vec![push(address), then(opcode)]),
        2 => (address(), proptest::collection::vec(element(), 12), select(vec![Opcode::MStream, Opcode::Pipe]))
            .prop_map(move |(address, above, opcode)| {
                let address = push(address.min(u64::from(u32::MAX) - 1));
                [vec![address], above.into_iter().map(push).collect(), vec![then(opcode)]].concat()
            }),
        1 => (1..=3u64, 0..8u64, proptest::option::of(any::<u8>())).prop_map(move |(depth, index, new)| {
            let index = index >> (3 - depth);
            let size = 8 >> depth;
            let node = model::root(&leaves()[size * index as usize..][..size]);
            let value = |word: model::Word| word.map(push).to_vec();
            let new_value = new.map(|new| value([u64::from(new), 1, 2, 3])).unwrap_or_default();
            let operation = if new.is_some() { Opcode::MrUpdate } else { Opcode::MpVerify };
            let place = vec![push(index), push(depth)];
            [new_value, value(model::root(&leaves())), place, value(node), vec![then(operation)]].concat()
        }),
    ]
}

/// An edge address, or one that other accesses use too.
fn address() -> impl Strategy<Value = u64> {
    let max = u64::from(u32::MAX);
    prop_oneof![select(vec![0, 15, 16, 1 << 30, max - 1, max]), 0..4u64, 0..=max]
}

pub(super) fn block() -> impl Strategy<Value = Vec<Operation>> {
    proptest::collection::vec(fragment(), 0..40).prop_map(|fragments| fragments.concat())
}

/// Pushes more items than the following operations touch, and drops the rest.
fn balanced() -> impl Strategy<Value = Vec<Operation>> {
    const PUSHES: usize = 20;
    let pushes = proptest::collection::vec(element().prop_map(push), PUSHES);
    (pushes, proptest::collection::vec(total(), 0..4)).prop_map(|(pushes, middle)| {
        let mut operations = [pushes, middle].concat();
        let growth = |operation: &Operation| {
            let info = operation.opcode().info();
            info.outputs as isize - info.inputs as isize
        };
        let left: isize = operations.iter().map(growth).sum();
        operations.extend((0..left).map(|_| Operation::from(Opcode::Drop)));
        operations
    })
}

pub(crate) fn tree() -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![
        3 => block().prop_map(Tree::Block),
        1 => (0..5u8, proptest::collection::vec(balanced(), 0..3))
            .prop_map(|(count, blocks)| Tree::Loop(count, blocks)),
        1 => block().prop_map(|block| {
            Tree::SysCall([block, vec![Opcode::Caller.into(), Opcode::Pad.into(), Opcode::MStoreW.into()]].concat())
        }),
    ];
    leaf.prop_recursive(4, 12, 2, |inner| {
        let pair = || (inner.clone().prop_map(Box::new), inner.clone().prop_map(Box::new));
        prop_oneof![
            2 => pair().prop_map(|(left, right)| Tree::Join(left, right)),
            1 => (any::<bool>(), pair()).prop_map(|(bit, (one, zero))| Tree::Split(bit, one, zero)),
            2 => inner.clone().prop_map(|body| Tree::Call(Box::new(body))),
            1 => (any::<bool>(), inner).prop_map(|(calls, body)| Tree::Dynamic(calls, Box::new(body))),
        ]
    })
}

/// Stack inputs, fewer or more than the top of the stack holds.
pub(crate) fn stack_inputs() -> impl Strategy<Value = Vec<u64>> {
    proptest::collection::vec(element(), 0..40)
}

pub(crate) fn felts(values: &[u64]) -> Vec<Felt> {
    values.iter().copied().map(Felt::new).collect()
}
