//! Generated programs none of whose operations fails, whatever the inputs.

use miden_core::{
    Felt, NodeId, Opcode, Operation, Program,
    operations::{Class, OPERATIONS},
    program::ProgramBuilder,
};
use proptest::{prelude::*, sample::select};

use super::{
    EDGES,
    model::{P, STATEFUL},
    push,
};

/// Operations on the bits of two or three u32 values.
const BITWISE: [Opcode; 11] = [
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

#[derive(Clone, Debug)]
pub(crate) enum Tree {
    Block(Vec<Operation>),
    Join(Box<Tree>, Box<Tree>),
    Split(bool, Box<Tree>, Box<Tree>),
    /// A loop with this number of iterations; the body leaves the stack as it was.
    Loop(u8, Vec<Vec<Operation>>),
}

impl Tree {
    pub(crate) fn program(&self) -> Program {
        let mut builder = ProgramBuilder::new();
        let root = self.build(&mut builder);
        builder.finish(root)
    }

    fn build(&self, builder: &mut ProgramBuilder) -> NodeId {
        match self {
            Self::Block(operations) => builder.block(operations).unwrap(),
            Self::Join(left, right) => {
                let (left, right) = (left.build(builder), right.build(builder));
                builder.join(left, right).unwrap()
            }
            Self::Split(condition, on_one, on_zero) => {
                let condition = builder.block(&[push(u64::from(*condition))]).unwrap();
                let (on_one, on_zero) = (on_one.build(builder), on_zero.build(builder));
                let split = builder.split(on_one, on_zero).unwrap();
                builder.join(condition, split).unwrap()
            }
            Self::Loop(count, blocks) => {
                let is_not_zero = [Opcode::Dup0, Opcode::Eqz, Opcode::Not].map(Operation::from);
                let before = builder.block(&[&[push(u64::from(*count))], &is_not_zero[..]].concat()).unwrap();
                let blocks: Vec<_> = blocks.iter().map(|block| builder.block(block).unwrap()).collect();
                let step = [&[push(P - 1), Opcode::Add.into()], &is_not_zero[..]].concat();
                let step = builder.block(&step).unwrap();
                let body = builder.sequence(&[blocks, vec![step]].concat()).unwrap();
                let repeated = builder.repeat_while(body).unwrap();
                let after = builder.block(&[Opcode::Drop.into()]).unwrap();
                builder.sequence(&[before, repeated, after]).unwrap()
            }
        }
    }
}

pub(crate) fn element() -> impl Strategy<Value = u64> {
    prop_oneof![select(EDGES.to_vec()), 0..P, 0..1u64 << 32]
}

/// An operation that has a result for every stack.
fn total() -> impl Strategy<Value = Operation> {
    let partial = [
        Opcode::Push,
        Opcode::Inv,
        Opcode::Not,
        Opcode::Assert,
        Opcode::AssertZ,
        Opcode::U32Assert2,
        Opcode::ExpAcc,
        Opcode::U32Div,
    ];
    let total: Vec<Operation> = OPERATIONS
        .iter()
        .filter(|info| info.built && info.is_block_operation())
        .filter(|info| !partial.contains(&info.opcode) && !Class::BinaryTop.contains(info.opcode))
        .filter(|info| !BITWISE.contains(&info.opcode) && !STATEFUL.contains(&info.opcode))
        .map(|info| info.opcode.into())
        .collect();
    prop_oneof![4 => select(total), 1 => element().prop_map(push)]
}

/// An operation on operands that suit it, or any other one.
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
        1 => (small(), small()).prop_map(move |(a, b)| vec![a, b, then(Opcode::U32Assert2)]),
        1 => (small(), 1..1u64 << 32)
            .prop_map(move |(a, b)| vec![a, push(b), then(Opcode::U32Div)]),
        2 => (small(), small(), small(), select(BITWISE.to_vec()))
            .prop_map(move |(a, b, c, opcode)| vec![a, b, c, then(opcode)]),
        1 => (small(), any_value(), any_value(), any_value())
            .prop_map(move |(b, acc, base, x)| vec![b, acc, base, x, then(Opcode::ExpAcc)]),
    ]
}

fn block() -> impl Strategy<Value = Vec<Operation>> {
    proptest::collection::vec(fragment(), 0..40).prop_map(|fragments| fragments.concat())
}

/// Pushes more items than the following operations reach, and drops what is left of them.
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
    ];
    leaf.prop_recursive(4, 12, 2, |inner| {
        let pair = || (inner.clone().prop_map(Box::new), inner.clone().prop_map(Box::new));
        prop_oneof![
            2 => pair().prop_map(|(left, right)| Tree::Join(left, right)),
            1 => (any::<bool>(), pair()).prop_map(|(bit, (one, zero))| Tree::Split(bit, one, zero)),
        ]
    })
}

/// Stack inputs: few or more than fit the top of the stack.
pub(crate) fn stack_inputs() -> impl Strategy<Value = Vec<u64>> {
    proptest::collection::vec(element(), 0..40)
}

pub(crate) fn felts(values: &[u64]) -> Vec<Felt> {
    values.iter().copied().map(Felt::new).collect()
}
