//! Calls, system calls and dynamic calls: contexts, registers, stacks, and faults.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{inputs, programs::felts, push, traced};
use miden_core::{
    Digest, Felt, Kernel, NodeId, Opcode, Operation, Program, ProgramInputs,
    params::{FMP_INIT, FMP_MAX, FMP_SYSCALL},
    program::ProgramBuilder,
};
use miden_processor::{
    Cycle, CycleObserver, Execution, ExecutionError, ExecutionOptions, Executor, Fault, Step, execute,
};

/// A builder of programs whose blocks are written as operations.
#[derive(Default)]
struct Parts(ProgramBuilder);

impl Parts {
    fn block(&mut self, operations: &[Operation]) -> NodeId {
        self.0.block(operations).unwrap()
    }

    fn call(&mut self, operations: &[Operation]) -> NodeId {
        let procedure = self.block(operations);
        self.0.call(procedure).unwrap()
    }

    fn system_call(&mut self, operations: &[Operation]) -> NodeId {
        let procedure = self.block(operations);
        self.0.syscall(procedure).unwrap()
    }

    fn push_digest(&mut self, procedure: NodeId) -> NodeId {
        let digest = *self.0.node(procedure).digest();
        self.block(&digest.elements().map(Operation::Push))
    }

    fn digest(&self, node: NodeId) -> Digest {
        *self.0.node(node).digest()
    }

    /// The program of these nodes; its kernel consists of the targets of all system calls.
    fn program(&self, root: NodeId, procedures: &[NodeId]) -> Program {
        let program = self.0.finish(root);
        let targets = program.nodes().iter().filter_map(|hashed| match hashed.node() {
            miden_core::Node::SysCall(procedure) => Some(*program.node(*procedure).digest()),
            _ => None,
        });
        let kernel = Kernel::new(targets.collect()).unwrap();
        self.0.finish_with(root, procedures, kernel).0
    }

    fn sequence(&mut self, nodes: &[NodeId]) -> Program {
        let root = self.0.sequence(nodes).unwrap();
        self.program(root, &[])
    }
}

fn ops(opcodes: &[Opcode]) -> Vec<Operation> {
    opcodes.iter().copied().map(Operation::from).collect()
}

fn run(program: &Program, stack: &[u64]) -> Result<Execution, ExecutionError> {
    let (inputs, options) = (inputs(stack), ExecutionOptions::default());
    let result = execute(program, &inputs, &options);
    assert_eq!(result, traced(program, &inputs, &options));
    result
}

/// The program succeeds with these items on top.
#[track_caller]
fn assert_top(program: &Program, stack: &[u64], expected: &[Felt]) {
    let execution = run(program, stack).unwrap();
    assert_eq!(execution.outputs.items()[..expected.len()], *expected);
}

#[track_caller]
fn assert_fault(program: &Program, stack: &[u64], expected: Fault, clk: u64) {
    match run(program, stack) {
        Err(ExecutionError::Fault { fault, site, .. }) => assert_eq!((fault, site.clk), (expected, clk)),
        other => panic!("{other:?}, expected {expected:?}"),
    }
}

/// `[] → []`: sets element 0 of the word at `address` to `value`.
fn store(address: u64, value: u64) -> Vec<Operation> {
    vec![push(value), push(address), Opcode::MStore.into(), Opcode::Drop.into()]
}

/// `[] → [v]`
fn load(address: u64) -> Vec<Operation> {
    vec![push(address), Opcode::MLoad.into()]
}

#[test]
fn calls_have_their_own_memory_and_system_calls_use_that_of_the_root() {
    let mut parts = Parts::default();
    let before = parts.block(&store(7, 100));
    // Adds the stored value to the top of the stack, and stores another one.
    let add = [load(7), ops(&[Opcode::Add]), store(7, 5), load(7), ops(&[Opcode::Add])].concat();
    let call = parts.call(&add);
    let system_call = parts.system_call(&add);
    let program = parts.sequence(&[before, call, call, system_call]);
    // Both calls add 0 + 5, the system call 100 + 5.
    assert_top(&program, &[], &felts(&[115]));
}

#[test]
fn the_free_memory_pointer_belongs_to_the_context() {
    let mut parts = Parts::default();
    let fmp =
        |locals: u64| [vec![push(locals)], ops(&[Opcode::FmpUpdate, Opcode::Pad, Opcode::FmpAdd])].concat();
    let read = ops(&[Opcode::Pad, Opcode::FmpAdd]);
    let before = parts.block(&fmp(3));
    // The procedures replace the top item by their result.
    let leave = ops(&[Opcode::Swap, Opcode::Drop]);
    let call = parts.call(&[fmp(5), leave.clone()].concat());
    let system_call = parts.system_call(&[fmp(7), leave].concat());
    let after = parts.block(&read);
    let room = parts.block(&ops(&[Opcode::Pad]));
    let program = parts.sequence(&[before, room, call, room, system_call, after]);
    let expected = [FMP_INIT + 3, FMP_SYSCALL + 7, FMP_INIT + 5, FMP_INIT + 3];
    assert_top(&program, &[], &felts(&expected));
}

#[test]
fn the_free_memory_pointer_has_a_range() {
    let to = |values: &[u64]| {
        let mut parts = Parts::default();
        let updates = values.iter().flat_map(|&value| [push(value), Opcode::FmpUpdate.into()]);
        let root = parts.block(&updates.collect::<Vec<_>>());
        parts.program(root, &[])
    };
    let minus = |value: u64| common::model::sub(0, value);
    run(&to(&[FMP_MAX - FMP_INIT, minus(FMP_MAX - FMP_INIT), 0]), &[]).unwrap();
    let fault = |old: u64, new: u64| Fault::InvalidFmpValue { old: Felt::new(old), new: Felt::new(new) };
    assert_fault(&to(&[FMP_MAX - FMP_INIT + 1]), &[], fault(FMP_INIT, FMP_MAX + 1), 2);
    assert_fault(&to(&[minus(1)]), &[], fault(FMP_INIT, FMP_INIT - 1), 2);
    assert_fault(&to(&[1, minus(2)]), &[], fault(FMP_INIT + 1, FMP_INIT - 1), 4);
    assert_fault(&to(&[minus(FMP_INIT + 1)]), &[], fault(FMP_INIT, common::model::P - 1), 2);
}

#[test]
fn a_procedure_returns_with_sixteen_items() {
    for pushes in 1..4 {
        let mut parts = Parts::default();
        let call = parts.call(&vec![Opcode::Pad.into(); pushes]);
        let program = parts.sequence(&[call]);
        // CALL, BLOCK, the operations.
        assert_fault(
            &program,
            &[1; 20],
            Fault::InvalidStackDepthOnReturn { depth: 16 + pushes },
            2 + pushes as u64,
        );
        let site = run(&program, &[]).unwrap_err().site().unwrap();
        assert_eq!((site.node, site.operation, site.ctx), (program.root(), None, 1));
    }
}

#[test]
fn items_below_the_top_are_hidden_from_a_procedure() {
    let mut parts = Parts::default();
    // Every drop shifts in a zero, in the inner call as well.
    let inner = parts.block(
        &[vec![Opcode::Drop.into(); 70], vec![push(3), Opcode::Swap.into(), Opcode::Drop.into()]].concat(),
    );
    let inner = parts.0.call(inner).unwrap();
    let outer = parts.block(&[vec![push(5); 40], vec![Opcode::Drop.into(); 45]].concat());
    let depth = parts.block(&ops(&[Opcode::SDepth, Opcode::Add]));
    let outer = parts.0.sequence(&[outer, depth, inner, depth]).unwrap();
    let outer = parts.0.call(outer).unwrap();
    let items: Vec<u64> = (1..=30).collect();
    let program = parts.sequence(&[outer]);
    let execution = run(&program, &items).unwrap();
    // The inner call leaves [3, 0, …], the outer one adds its depth, and items 1 to 14 were never seen.
    let expected = [vec![19], vec![0; 15], (1..=14).rev().collect()].concat();
    assert_eq!(execution.outputs.items(), felts(&expected));
}

#[test]
fn nested_calls_keep_deep_stacks_apart() {
    // Level n pushes n·100 + i for i < n, calls level n + 1, and drops as many.
    const LEVELS: u64 = 40;
    let mut parts = Parts::default();
    let mut node = parts.block(&ops(&[Opcode::Incr]));
    for level in (1..LEVELS).rev() {
        let pushes: Vec<_> = (0..level).map(|i| push(level * 100 + i)).collect();
        let before = parts.block(&pushes);
        let after = parts.block(&vec![Opcode::Drop.into(); level as usize]);
        let call = parts.0.call(node).unwrap();
        node = parts.0.sequence(&[before, call, after]).unwrap();
    }
    let program = parts.program(node, &[]);
    let execution = run(&program, &(1..=20).collect::<Vec<_>>()).unwrap();

    // The model copies stacks.
    fn level(number: u64, stack: &mut Vec<u64>) {
        if number == LEVELS {
            stack[0] += 1;
            return;
        }
        for i in 0..number {
            stack.insert(0, number * 100 + i);
        }
        let mut callee = stack[..16].to_vec();
        level(number + 1, &mut callee);
        stack.splice(..16, callee);
        for _ in 0..number {
            stack.remove(0);
            if stack.len() < 16 {
                stack.push(0);
            }
        }
    }
    let mut expected: Vec<u64> = (1..=20).rev().collect();
    level(1, &mut expected);
    assert_eq!(execution.outputs.items(), felts(&expected));
}

#[test]
fn a_system_call_sees_its_caller() {
    let mut parts = Parts::default();
    let kernel = parts.system_call(&ops(&[Opcode::Caller]));
    let user = parts.0.call(kernel).unwrap();
    let caller = parts.digest(kernel);
    let program = parts.sequence(&[user]);
    let [d0, d1, d2, d3] = *caller.elements();
    assert_top(&program, &[], &[d3, d2, d1, d0]);
    // No call entered the root; a call that has returned leaves no trace.
    let other = parts.call(&ops(&[Opcode::Noop]));
    for nodes in [&[kernel][..], &[other, kernel]] {
        let program = parts.sequence(nodes);
        assert_top(&program, &[9; 4], &[Felt::new(0); 4]);
    }
    let program = common::straight_line(&ops(&[Opcode::Caller]));
    assert_fault(&program, &[], Fault::CallerNotInSyscall, 1);
    let program = {
        let call = parts.call(&ops(&[Opcode::Caller]));
        parts.sequence(&[call])
    };
    assert_fault(&program, &[], Fault::CallerNotInSyscall, 2);
}

#[test]
fn a_system_call_cannot_call_but_can_execute_procedures() {
    let mut parts = Parts::default();
    let leaf = parts.block(&ops(&[Opcode::Noop]));
    let digest = parts.push_digest(leaf);
    let (call, system_call) = (parts.0.call(leaf).unwrap(), parts.0.syscall(leaf).unwrap());
    let dynamic_call = parts.0.dyncall().unwrap();
    for forbidden in [call, system_call, dynamic_call] {
        let procedure = parts.0.join(digest, forbidden).unwrap();
        let root = parts.0.syscall(procedure).unwrap();
        let program = parts.program(root, &[leaf]);
        // SYSCALL, JOIN, BLOCK and four pushes.
        assert_fault(&program, &[], Fault::CallInSyscall, 7);
    }
    let (dynamic, drop) = (parts.0.dynexec().unwrap(), parts.block(&[Opcode::Drop.into(); 4]));
    let procedure = parts.0.sequence(&[digest, dynamic, drop]).unwrap();
    let root = parts.0.syscall(procedure).unwrap();
    run(&parts.program(root, &[leaf]), &[]).unwrap();
}

#[test]
fn a_system_call_needs_a_procedure_of_the_kernel() {
    let mut parts = Parts::default();
    let root = parts.system_call(&ops(&[Opcode::Noop]));
    let leaf = parts.block(&ops(&[Opcode::Noop]));
    let digest = parts.digest(leaf);
    let other = Kernel::new(vec![Digest::new([Felt::new(1); 4])]).unwrap();
    for kernel in [Kernel::default(), other] {
        let (program, _) = parts.0.finish_with(root, &[], kernel);
        assert_fault(&program, &[], Fault::SyscallTargetNotInKernel { digest }, 0);
    }
}

#[test]
fn dynamic_nodes_run_the_procedure_in_the_top_word() {
    let mut parts = Parts::default();
    // Leaves its own digest on top and doubles item 4.
    let double = parts.block(&ops(&[Opcode::MovUp4, Opcode::Dup0, Opcode::Add, Opcode::MovDn4]));
    let writer = parts.block(&[store(0, 9), ops(&[Opcode::Noop])].concat());
    let (execution, call) = (parts.0.dynexec().unwrap(), parts.0.dyncall().unwrap());
    for dynamic in [execution, call] {
        let digest = parts.push_digest(double);
        let root = parts.0.join(digest, dynamic).unwrap();
        let program = parts.program(root, &[double]);
        let execution = run(&program, &[21]).unwrap();
        let [d0, d1, d2, d3] = *parts.digest(double).elements();
        assert_eq!(execution.outputs.items()[..5], [d3, d2, d1, d0, Felt::new(42)]);
        // JOIN, BLOCK, 4 pushes, DYN, BLOCK, 4 operations, and RETURN of the call.
        assert_eq!(execution.cycles, if dynamic == call { 13 } else { 12 });

        // Only without a call is the memory that of the caller.
        let digest = parts.push_digest(writer);
        let read = parts.block(&load(0));
        let root = parts.0.sequence(&[digest, dynamic, read]).unwrap();
        let found = Felt::new(if dynamic == call { 0 } else { 9 });
        assert_top(&parts.program(root, &[writer]), &[], &[found]);

        // An unknown digest.
        let root = parts.0.join(digest, dynamic).unwrap();
        let digest = parts.digest(writer);
        assert_fault(&parts.program(root, &[]), &[], Fault::CodeBlockNotFound { digest }, 6);
        assert_fault(
            &parts.program(dynamic, &[writer]),
            &[1, 2, 3, 4],
            Fault::CodeBlockNotFound { digest: Digest::new([1, 2, 3, 4].map(Felt::new)) },
            0,
        );
    }
}

/// `[D, n] → [D, 0]`, where `D` is the digest of this procedure: calls itself while `n` is not 0; a call in each step
/// if `calls`.
fn recursion(parts: &mut Parts, calls: bool) -> NodeId {
    let dynamic = if calls { parts.0.dyncall() } else { parts.0.dynexec() }.unwrap();
    let count = [Opcode::MovUp4.into(), push(1), Opcode::Sub.into()];
    let count = [&count[..], &ops(&[Opcode::Dup0, Opcode::MovDn5, Opcode::Eqz])].concat();
    // Only five items are touched, so the item moved below them is the counter itself.
    let count = parts.block(&count);
    let end = parts.block(&ops(&[Opcode::Noop]));
    let choice = parts.0.split(end, dynamic).unwrap();
    parts.0.join(count, choice).unwrap()
}

#[test]
fn recursion_through_dynamic_calls_ends_on_its_condition() {
    for calls in [true, false] {
        let mut parts = Parts::default();
        let step = recursion(&mut parts, calls);
        let digest = parts.push_digest(step);
        let dynamic = parts.0.dyncall().unwrap();
        let root = parts.0.join(digest, dynamic).unwrap();
        let program = parts.program(root, &[step]);
        let execution = run(&program, &[2000]).unwrap();
        assert_eq!(execution.outputs.items()[4], Felt::new(0));
        assert!(execution.cycles > 2000 * 9);
    }
}

#[test]
fn endless_recursion_ends_at_a_limit() {
    for calls in [true, false] {
        let mut parts = Parts::default();
        let dynamic = if calls { parts.0.dyncall() } else { parts.0.dynexec() }.unwrap();
        // Each dynamic node leaves a continuation.
        let noop = parts.block(&ops(&[Opcode::Noop]));
        let step = parts.0.sequence(&[noop, dynamic, noop]).unwrap();
        let digest = parts.push_digest(step);
        let root = parts.0.join(digest, dynamic).unwrap();
        let program = parts.program(root, &[step]);
        let run = |options: ExecutionOptions| execute(&program, &inputs(&[]), &options).unwrap_err();
        let limited = ExecutionOptions::default().with_max_cycles(2_000_000);
        let error = run(limited);
        assert!(matches!(error, ExecutionError::CycleLimit { limit: 2_000_000, .. }), "{error}");
        if calls {
            let error = run(limited.with_max_stack_depth(16 * 1000));
            let ExecutionError::StackLimit { limit: 16_000, depth: 16_004, site } = &error else {
                panic!("{error}")
            };
            // Each call takes five cycles and hides sixteen items, the first call twenty.
            assert_eq!(site.clk, 6 + 5 * 998 + 1, "{error}");
        }
    }
}

#[test]
fn an_observer_sees_clock_depth_and_context_of_each_cycle() {
    #[derive(Default)]
    struct Log(Vec<(u64, u64, Felt, Step, usize)>);
    impl CycleObserver for Log {
        fn observe(&mut self, cycle: &Cycle<'_>) {
            self.0.push((cycle.clk, cycle.ctx, cycle.fmp, cycle.step, cycle.stack.depth()));
        }
    }
    let mut parts = Parts::default();
    let call = parts.call(&ops(&[Opcode::Clk, Opcode::Swap, Opcode::Drop]));
    let system_call = parts.system_call(&ops(&[Opcode::SDepth, Opcode::Swap, Opcode::Drop]));
    let end = parts.block(&ops(&[Opcode::Clk]));
    let program = parts.sequence(&[call, system_call, end]);
    let inputs: ProgramInputs = inputs(&[1; 20]);
    let mut log = Log::default();
    let execution = Executor::new(&program).with_inputs(inputs).with_observer(&mut log).execute().unwrap();
    assert_eq!(execution.outputs.items()[..3], felts(&[15, 16, 1]));
    assert_eq!(execution.cycles, 16);

    let (node, operation) = (Step::Node, |index| Step::Operation { index });
    let (user, kernel) = (Felt::new(FMP_INIT), Felt::new(FMP_SYSCALL));
    // 20 inputs take 5 rows, so the call in cycle 2 is in row 7.
    let expected = [
        (0, user, node, 20),
        (0, user, node, 20),
        (0, user, node, 20),
        (7, user, node, 16),
        (7, user, operation(0), 16),
        (7, user, operation(1), 17),
        (7, user, operation(2), 17),
        (7, user, Step::Return, 16),
        (0, user, node, 20),
        (0, kernel, node, 16),
        (0, kernel, operation(0), 16),
        (0, kernel, operation(1), 17),
        (0, kernel, operation(2), 17),
        (0, kernel, Step::Return, 16),
        (0, user, node, 20),
        (0, user, operation(0), 20),
    ];
    let expected = (0..).zip(expected).map(|(clk, (ctx, fmp, step, depth))| (clk, ctx, fmp, step, depth));
    assert!(log.0.iter().copied().eq(expected), "{:?}", log.0);
    // The call left the cycle of its `clk`, which the system call replaced.
    let without_system_call = parts.sequence(&[call]);
    assert_top(&without_system_call, &[1; 20], &felts(&[2, 1]));
}
