//! Failing programs: each fault, at the edges of its predicate, at the root and deep inside a program.

use miden_core::{
    FaultCode, Kernel, NodeId, Opcode, Operation, Program, ProgramInputs, StackInputs,
    outcome::{FAULT_RULES, FaultRule, Operand, Predicate},
    params::{FMP_INIT, STREAM_ADDRESS},
    program::ProgramBuilder,
};

use super::{
    model::{P, sub},
    programs, push,
};

const TWO_32: u64 = 1 << 32;

/// A program with its fault.
pub(crate) struct Failing {
    pub(crate) name: String,
    pub(crate) program: Program,
    pub(crate) inputs: ProgramInputs,
    pub(crate) code: FaultCode,
    pub(crate) opcode: Opcode,
    pub(crate) deterministic: bool,
}

/// The surroundings of a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Around {
    /// None.
    Root,
    /// Between nodes, the first of which leaves items below the top 16.
    Join,
    /// The third iteration of a loop.
    Loop,
    /// A call in a call, each with items below the top 16.
    Call,
    /// A call by digest.
    DynCall,
    /// An execution by digest.
    Dyn,
    /// A procedure of the kernel.
    SysCall,
    /// A procedure of the kernel, entered from a call in a call.
    DeepSysCall,
}

impl Around {
    const ALL: [Self; 8] = [
        Self::Root,
        Self::Join,
        Self::Loop,
        Self::Call,
        Self::DynCall,
        Self::Dyn,
        Self::SysCall,
        Self::DeepSysCall,
    ];

    const fn is_system_call(self) -> bool {
        matches!(self, Self::SysCall | Self::DeepSysCall)
    }
}

#[derive(Default)]
struct Parts {
    builder: ProgramBuilder,
    procedures: Vec<NodeId>,
    kernel: Vec<NodeId>,
}

impl Parts {
    fn block(&mut self, operations: &[Operation]) -> NodeId {
        self.builder.block(operations).unwrap()
    }

    fn pushes(&mut self, values: impl IntoIterator<Item = u64>) -> NodeId {
        self.block(&values.into_iter().map(push).collect::<Vec<_>>())
    }

    fn sequence(&mut self, nodes: &[NodeId]) -> NodeId {
        self.builder.sequence(nodes).unwrap()
    }

    fn finish(self, root: NodeId) -> Program {
        let Self { builder, procedures, kernel } = self;
        let kernel = kernel.into_iter().map(|id| *builder.node(id).digest()).collect();
        builder.finish_with(root, &procedures, Kernel::new(kernel).unwrap()).0
    }

    fn around(&mut self, around: Around, node: NodeId) -> NodeId {
        match around {
            Around::Root => node,
            Around::Join => {
                let before = self.pushes(0..20);
                let after = self.pushes([7]);
                self.sequence(&[before, node, after])
            }
            Around::Loop => {
                let start = self.pushes([0, 1]);
                let count = [Opcode::Incr.into(), Opcode::Dup0.into(), push(3), Opcode::Eq.into()];
                let count = self.block(&count);
                let again = self.pushes([1]);
                let choice = self.builder.split(node, again).unwrap();
                let body = self.sequence(&[count, choice]);
                let repeated = self.builder.while_true(body).unwrap();
                self.sequence(&[start, repeated])
            }
            Around::Call => (0..2).fold(node, |node, _| {
                let before = self.pushes(100..105);
                let procedure = self.sequence(&[before, node]);
                let call = self.builder.call(procedure).unwrap();
                let after = self.pushes([8]);
                self.sequence(&[before, call, after])
            }),
            Around::DynCall | Around::Dyn => {
                let digest = *self.builder.node(node).digest();
                self.procedures.push(node);
                let digest = self.block(&digest.elements().map(Operation::Push));
                let dynamic = match around {
                    Around::DynCall => self.builder.dyncall().unwrap(),
                    _ => self.builder.dynexec().unwrap(),
                };
                self.sequence(&[digest, dynamic])
            }
            Around::DeepSysCall => {
                let system_call = self.around(Around::SysCall, node);
                self.around(Around::Call, system_call)
            }
            Around::SysCall => {
                self.kernel.push(node);
                let before = self.pushes(0..3);
                let call = self.builder.syscall(node).unwrap();
                self.sequence(&[before, call])
            }
        }
    }

    /// A node that fails by this rule on this stack, top first.
    fn failing(&mut self, rule: &FaultRule, stack: &[u64]) -> NodeId {
        let noop = self.block(&[Opcode::Noop.into()]);
        let before = self.pushes(stack.iter().rev().copied().chain(stack.is_empty().then_some(5)));
        let node = match rule.opcode {
            Opcode::Split => self.builder.split(noop, before).unwrap(),
            Opcode::Loop => self.builder.while_true(noop).unwrap(),
            Opcode::Call => self.builder.call(noop).unwrap(),
            Opcode::SysCall => self.builder.syscall(noop).unwrap(),
            Opcode::DynCall => self.builder.dyncall().unwrap(),
            // The procedure leaves one item too many.
            Opcode::Return => self.builder.call(before).unwrap(),
            // The operation is in the middle of a group, close to the end of its block.
            opcode => {
                let mut operations: Vec<Operation> = stack.iter().rev().copied().map(push).collect();
                operations.extend([Opcode::Noop.into(), opcode.into(), Opcode::Noop.into(), push(0)]);
                return self.block(&operations);
            }
        };
        self.sequence(&[before, node])
    }
}

/// Stacks, top first, to which the rule applies; the other operands are valid.
pub(super) fn stacks(rule: &FaultRule) -> Vec<Vec<u64>> {
    let bad: &[u64] = match rule.predicate {
        Predicate::NotOne => &[0, 2, P - 1, TWO_32],
        Predicate::NotZero => &[1, P - 1],
        Predicate::Zero => &[0],
        Predicate::NotBinary => &[2, P - 1, TWO_32 + 1],
        Predicate::NotU32 => &[TWO_32, TWO_32 + 5, P - 1, P - 2],
        _ => return vec![vec![]],
    };
    let at = |count: usize, position: usize, value: u64| {
        let mut items = vec![1; count];
        items[position] = value;
        items
    };
    let placed = |count: usize, positions: &[usize]| {
        let pairs = bad.iter().flat_map(|&value| positions.iter().map(move |&position| (position, value)));
        pairs.map(|(position, value)| at(count, position, value)).collect::<Vec<_>>()
    };
    match rule.operand {
        Operand::None => vec![vec![]],
        Operand::Items(count) => placed(9, &(0..count).collect::<Vec<_>>()),
        Operand::Item3 => placed(4, &[3]),
        // Only the second address is out of range.
        Operand::StreamAddress => {
            let count = STREAM_ADDRESS + 1;
            [placed(count, &[STREAM_ADDRESS]), vec![at(count, STREAM_ADDRESS, TWO_32 - 1)]].concat()
        }
        // Only the quotient is not a u32, by one or by more.
        Operand::Quotient => {
            let quotients = [(TWO_32, 1), (5 * TWO_32, 5), (P - 1, TWO_32 - 1), (P - 1, 1), (P - 1, 1 << 31)];
            let quotients = quotients.map(|(dividend, divisor)| vec![divisor, dividend]);
            [placed(9, &[0]), quotients.into()].concat()
        }
        // Too large by one, or by more; too small by one, or by more.
        Operand::FmpRoom => {
            [1 << 31, 1 << 40, sub(0, 1), sub(0, FMP_INIT + 1)].map(|value| vec![value]).into()
        }
    }
}

/// Whether the fault can occur in these surroundings.
fn fits(rule: &FaultRule, around: Around) -> bool {
    match rule.predicate {
        Predicate::InsideSyscall => around.is_system_call(),
        // A system call contains no calls to return from.
        Predicate::OutsideSyscall | Predicate::TooDeep => !around.is_system_call(),
        _ => true,
    }
}

/// Every rule: on all its stacks at the root, on one of them in other surroundings.
pub(crate) fn all() -> Vec<Failing> {
    let mut cases = Vec::new();
    for rule in FAULT_RULES {
        for around in Around::ALL.into_iter().filter(|&around| fits(rule, around)) {
            let stacks = stacks(rule);
            let count = if around == Around::Root { stacks.len() } else { 1 };
            for stack in stacks.into_iter().take(count) {
                let mut parts = Parts::default();
                let node = parts.failing(rule, &stack);
                let root = parts.around(around, node);
                cases.push(Failing {
                    name: format!("{} of {} on {stack:?}, {around:?}", rule.code, rule.opcode),
                    program: parts.finish(root),
                    inputs: ProgramInputs::default(),
                    code: rule.code,
                    opcode: rule.opcode,
                    deterministic: true,
                });
            }
        }
    }
    cases.extend(special());
    cases
}

/// Failures that the others do not cover.
fn special() -> Vec<Failing> {
    let mut cases = Vec::new();
    let mut add = |name: &str, program: Program, stack: &[u64], code: FaultCode, opcode: Opcode| {
        let inputs =
            ProgramInputs { stack: StackInputs::from_ints(stack).unwrap(), advice: programs::advice() };
        let deterministic = !name.contains("advice");
        cases.push(Failing { name: name.into(), program, inputs, code, opcode, deterministic });
    };
    let many: Vec<u64> = (2..42).collect();

    for (name, stack) in [("the root, a split", &[2][..]), ("the root, a split on many inputs", &many[..])] {
        let mut parts = Parts::default();
        let [zero, one] = [0, 1].map(|value| parts.pushes([value]));
        let root = parts.builder.split(one, zero).unwrap();
        add(name, parts.finish(root), stack, FaultCode::NotBinaryValue, Opcode::Split);
    }
    let mut parts = Parts::default();
    let noop = parts.pushes([1]);
    let root = parts.builder.syscall(noop).unwrap();
    add(
        "the root, a system call",
        parts.finish(root),
        &[],
        FaultCode::SyscallTargetNotInKernel,
        Opcode::SysCall,
    );

    let mut parts = Parts::default();
    let pad = parts.pushes([1]);
    let root = parts.around(Around::SysCall, pad);
    add(
        "a system call returns",
        parts.finish(root),
        &many,
        FaultCode::InvalidStackDepthOnReturn,
        Opcode::Return,
    );

    for index in 0..20 {
        let mut parts = Parts::default();
        let mut operations = vec![Operation::from(Opcode::Noop); 20];
        operations[index] = Opcode::Assert.into();
        let root = parts.block(&operations);
        let name = format!("operation {index} of a block");
        add(&name, parts.finish(root), &many, FaultCode::FailedAssertion, Opcode::Assert);
    }
    let last = [vec![Operation::from(Opcode::Noop); 71], vec![Opcode::AssertZ.into()]].concat();
    let mut parts = Parts::default();
    let root = parts.block(&last);
    add(
        "the last operation of a full block",
        parts.finish(root),
        &many,
        FaultCode::FailedAssertion,
        Opcode::AssertZ,
    );

    for (name, operations) in [
        ("after a value of advice", vec![Opcode::Read, Opcode::Assert]),
        ("after a word of advice", vec![Opcode::ReadW, Opcode::Assert]),
    ] {
        let mut parts = Parts::default();
        let operations: Vec<Operation> = operations.into_iter().map(Into::into).collect();
        let root = parts.block(&operations);
        let inputs = &many;
        add(name, parts.finish(root), inputs, FaultCode::FailedAssertion, Opcode::Assert);
    }
    cases
}

/// A program that succeeds, with nodes of all kinds, and with items and outputs below the top 16.
pub(crate) fn ending() -> (Program, ProgramInputs) {
    let mut parts = Parts::default();
    let drops = parts.block(&[Opcode::Drop.into(); 2]);
    let pushes = parts.pushes([0x5_0000_0006, 1]);
    let procedure = parts.sequence(&[pushes, drops]);
    let call = parts.builder.call(procedure).unwrap();
    let outer = parts.sequence(&[pushes, call, drops]);
    let nested = parts.builder.call(outer).unwrap();

    // A branch that leaves a condition on top of a number, and a loop that runs once.
    let condition = parts.pushes([1]);
    let split = parts.builder.split(pushes, drops).unwrap();
    let halves = parts.block(&[Opcode::U32Split.into(), Opcode::Drop.into(), push(0)]);
    let repeated = parts.builder.while_true(halves).unwrap();

    let dynamic_call = parts.around(Around::DynCall, procedure);
    let system_call = parts.around(Around::SysCall, procedure);
    let execution = parts.around(Around::Dyn, pushes);

    let nodes = [condition, split, repeated, nested, dynamic_call, system_call, execution];
    let root = parts.sequence(&nodes);
    let stack = StackInputs::from_ints(&[9; 20]).unwrap();
    (parts.finish(root), ProgramInputs { stack, ..ProgramInputs::default() })
}
