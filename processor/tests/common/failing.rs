//! Generated programs that fail, whatever their inputs are.

use miden_core::{
    FaultCode, NodeId, Opcode, Operation,
    outcome::{FAULT_RULES, Operand},
};
use proptest::{prelude::*, sample::select};

use super::{
    faults::stacks,
    model::P,
    programs::{self, Parts, Tree, trimmed},
    push,
};

/// A node that fails.
#[derive(Clone, Debug)]
pub(crate) enum FailingNode {
    /// A block with an operation that fails by this rule.
    Block(FaultCode, Vec<Operation>),
    /// The same block as a procedure of the kernel.
    SysCall(FaultCode, Vec<Operation>),
    /// A split or (if true) a loop with this condition.
    Condition(bool, u64),
    /// A system call of a procedure that calls: by CALL, DYNCALL or SYSCALL.
    CallInSysCall(Opcode, Vec<Operation>),
    /// A system call of a procedure that is not in the kernel.
    NotInKernel(Vec<Operation>),
    /// A call of a procedure that leaves this many items too many.
    TooDeep(Box<Tree>, usize),
}

impl FailingNode {
    pub(crate) const fn code(&self) -> FaultCode {
        match self {
            Self::Block(code, _) | Self::SysCall(code, _) => *code,
            Self::Condition(..) => FaultCode::NotBinaryValue,
            Self::CallInSysCall(..) => FaultCode::CallInSyscall,
            Self::NotInKernel(_) => FaultCode::SyscallTargetNotInKernel,
            Self::TooDeep(..) => FaultCode::InvalidStackDepthOnReturn,
        }
    }

    pub(super) fn build(&self, parts: &mut Parts) -> NodeId {
        match self {
            Self::Block(_, operations) => parts.block(operations),
            Self::SysCall(_, operations) => {
                let procedure = parts.block(operations);
                parts.system_call(procedure)
            }
            Self::Condition(loops, condition) => {
                let condition = parts.block(&[push(*condition)]);
                let body = parts.block(&[push(0)]);
                let builder = &mut parts.builder;
                let node = if *loops { builder.while_true(body) } else { builder.split(body, body) };
                builder.join(condition, node.unwrap()).unwrap()
            }
            Self::CallInSysCall(opcode, operations) => {
                let before = parts.block(operations);
                let callee = parts.block(&[Opcode::Incr.into()]);
                let call = match opcode {
                    Opcode::Call => parts.builder.call(callee).unwrap(),
                    Opcode::DynCall => parts.builder.dyncall().unwrap(),
                    _ => parts.system_call(callee),
                };
                let procedure = parts.builder.join(before, call).unwrap();
                parts.system_call(procedure)
            }
            Self::NotInKernel(operations) => {
                // No other procedure begins with this number.
                let mark = parts.block(&[push(0xBAD_CA11), Opcode::Drop.into()]);
                let body = parts.block(operations);
                let procedure = parts.builder.join(mark, body).unwrap();
                parts.builder.syscall(procedure).unwrap()
            }
            Self::TooDeep(body, count) => {
                let body = body.build(parts);
                let body = trimmed(&mut parts.builder, body);
                let items = parts.block(&vec![push(7); *count]);
                let procedure = parts.builder.join(body, items).unwrap();
                parts.builder.call(procedure).unwrap()
            }
        }
    }
}

/// Operations that end with one that fails, on all operands of its rule. The free memory pointer is any in its range.
fn failing_operations() -> Vec<(FaultCode, Vec<Operation>)> {
    let rules = FAULT_RULES.iter().filter(|rule| rule.opcode.info().is_block_operation());
    let operations = rules.flat_map(|rule| {
        let fails_at_any_pointer =
            |stack: &Vec<u64>| rule.operand != Operand::FmpRoom || (1 << 31..P / 2).contains(&stack[0]);
        stacks(rule).into_iter().filter(fails_at_any_pointer).map(|stack| {
            let pushes = stack.into_iter().rev().map(push);
            (rule.code, pushes.chain([rule.opcode.into()]).collect())
        })
    });
    operations.collect()
}

fn failing_node() -> impl Strategy<Value = FailingNode> {
    let operation = || {
        (programs::block(), select(failing_operations()), programs::block())
            .prop_map(|(before, (code, failing), after)| (code, [before, failing, after].concat()))
    };
    let in_system_call = operation()
        .prop_filter("only system calls have a caller", |(code, _)| *code != FaultCode::CallerNotInSyscall);
    let calls = select(vec![Opcode::Call, Opcode::DynCall, Opcode::SysCall]);
    prop_oneof![
        4 => operation().prop_map(|(code, operations)| FailingNode::Block(code, operations)),
        1 => in_system_call.prop_map(|(code, operations)| FailingNode::SysCall(code, operations)),
        1 => (any::<bool>(), select(vec![2, 1 << 32, P - 1]))
            .prop_map(|(loops, condition)| FailingNode::Condition(loops, condition)),
        1 => (calls, programs::block())
            .prop_map(|(opcode, operations)| FailingNode::CallInSysCall(opcode, operations)),
        1 => programs::block().prop_map(FailingNode::NotInKernel),
        1 => (programs::tree(), 1..40_usize)
            .prop_map(|(tree, count)| FailingNode::TooDeep(Box::new(tree), count)),
    ]
}

/// A program that fails, with the code of its fault: a node that fails, in and between nodes that succeed.
pub(crate) fn tree() -> impl Strategy<Value = (Tree, FaultCode)> {
    let boxed = || programs::tree().prop_map(Box::new);
    let node = failing_node().prop_map(|node| {
        let code = node.code();
        (Tree::Fails(Box::new(node)), code)
    });
    node.prop_recursive(3, 4, 1, move |inner| {
        let inner = inner.prop_map(|(tree, code)| (Box::new(tree), code));
        prop_oneof![
            (inner.clone(), boxed()).prop_map(|((tree, code), after)| (Tree::Join(tree, after), code)),
            (inner.clone(), boxed()).prop_map(|((tree, code), before)| (Tree::Join(before, tree), code)),
            (inner.clone(), boxed()).prop_map(|((tree, code), other)| (Tree::Split(true, tree, other), code)),
            inner.clone().prop_map(|(tree, code)| (Tree::Call(tree), code)),
            (inner, any::<bool>()).prop_map(|((tree, code), calls)| (Tree::Dynamic(calls, tree), code)),
        ]
    })
}
